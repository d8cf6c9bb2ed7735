"""What is read of Cython: statements as Python of the same lines, and the facts that follow."""

from __future__ import annotations

import ast

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kgraph.assemble.python.interfaces import INCLUDE as ASSEMBLED
from kgraph.extract import extract
from kgraph.extract.cython.extractor import INCLUDE as EXTRACTED
from kgraph.extract.cython.statements import rewrite
from kgraph.model import Diagnostic, FileFacts


def read(text: str) -> FileFacts:
    facts = extract(text.encode(), "Cython")
    assert isinstance(facts, FileFacts)
    return facts


def tree(statement: str) -> str:
    """The syntax tree of a statement, or of one that opens a block."""
    return ast.dump(ast.parse(statement + (" pass" if statement.endswith(":") else "")))


@pytest.mark.parametrize(
    ("cython", "python"),
    [
        ("cdef inline int f(Stack* s, int n=1) except -1: pass", "def f(s: Stack, n = 1): pass"),
        ("cpdef object f(self, x, /, *args, **kw):", "def f(self, x, /, *args, **kw):"),
        ("cdef Foo f(...) nogil", "def f(*_) -> Foo: ..."),
        ("def f(np.ndarray[np.float64_t, ndim=2] x not None):", "def f(x: np.ndarray):"),
        ("def f(double[:, ::1] x, unsigned long long y=0):", "def f(x, y = 0):"),
        ("def f(x: int = 3, *, y) -> 'C':", "def f(x: int = 3, *, y) -> 'C':"),
        ("cdef (int, int) f(self, i):", "def f(self, i):"),
        ("cdef int (*callback)(int, void*)", "callback: _"),
        ("cdef int f(int (*callback)(int), char *names[])", "def f(callback, names): ..."),
        ("cdef Foo *a, b = g(<int>1)", "a: Foo; b: Foo = g(     1)"),
        ("cdef unsigned int x = 0xFFUL", "x = 0xFF  "),
        ("cdef public readonly Foo x", "x: Foo"),
        ("cdef vector[int*] v = vector[int*]()", "v: vector[int ] = vector[int ]()"),
        ("cdef class A(B) [object O, type T]:", "class A(B):"),
        ("cdef class A", "class A: pass"),
        ("cdef struct S:", "class S:"),
        ("cdef struct S: int a, b", "class S: a: _; b: _"),
        ("cdef enum E: A = 1, B", "class E: A = ...; B = ..."),
        ("cdef struct_t x", "x: struct_t"),
        ("ctypedef np.float64_t T", "T = np.float64_t"),
        ("ctypedef int (*F)(int)", "F = ..."),
        ("cimport a.b as c", "import a.b as c"),
        ("from a cimport (b,\n  c)", "from a import (b,\n  c)"),
        ("DEF N = 3", "N = 3"),
        ("for i from 0 <= i < n by 2:", "for i in (0, i, n, 2):"),
        ("x = <Foo?>y if a < b > c else <void*>&z", "x = y if a < b > c else z"),
        ("x = a & b", "x = a & b"),
        ("x = new Foo(1)", "x =     Foo(1)"),
        ("new = 3", "new = 3"),
        ("x = c'a' + sizeof(int*)", "x =  'a' + 0           "),
        ('s = "<int>x # no comment"  # comment', 's = "<int>x # no comment"'),
        ("raise E, 'text'", "raise E( 'text')"),
        ("cdef = 3", "cdef = 3"),
        ("x = f(a,  # one\n      b)", "x = f(a,       \n      b)"),
    ],
)
def test_statements(cython: str, python: str) -> None:
    rewritten = rewrite(cython + "\n").text.rstrip("\n")
    assert tree(rewritten) == tree(python)
    assert rewritten.count("\n") == cython.count("\n")


def test_declarations_tell_what_they_are_in_cython() -> None:
    facts = read(
        "cdef extern from 'a.h' nogil:\n"
        "    cppclass V[T]:\n"
        "        void push(T x)\n"
        "    int puts(const char *)\n"
        "ctypedef fused F:\n"
        "    int\n"
        "    double\n"
        "@cython.final\n"
        "cdef class C(B):\n"
        '    """It."""\n'
        "    cdef readonly int x\n"
        "    cpdef int m(self, int y=1) except -1:\n"
        "        return y\n"
    )
    assert [(str(s.kind), s.scope, s.name, s.start, s.end, s.definition, s.signature) for s in facts.symbols] == [
        ("Class", "", "V", 2, 3, True, "cppclass V[T]"),
        ("Method", "V", "push", 3, 3, False, "void push(T x)"),
        ("Function", "", "puts", 4, 4, False, "int puts(const char *)"),
        ("TypeAlias", "", "F", 5, 7, True, "ctypedef fused F"),
        ("Class", "", "C", 8, 13, True, "cdef class C(B)"),
        ("Field", "C", "x", 11, 11, True, "cdef readonly int x"),
        ("Method", "C", "m", 12, 13, True, "cpdef int m(self, int y=1) except -1"),
    ]
    assert facts.symbols[4].modifiers == ("cdef", "@cython.final")
    assert (facts.symbols[4].doc, facts.symbols[4].bases) == ("It.", ("B",))
    assert facts.symbols[5].modifiers == ("cdef", "readonly")
    assert facts.symbols[2].modifiers == ("extern",)
    assert [(each.spelling, each.form, each.condition) for each in facts.includes] == [("a.h", "quoted", "extern")]


def test_imports_cimports_and_includes() -> None:
    facts = read('import a\ncimport b\nfrom .c cimport d, e\ninclude "f.pxi"\ncdef extern from "<g.h>":\n    pass\n')
    assert [(i.spelling, i.line, i.form, i.condition, i.names) for i in facts.includes] == [
        ("a", 1, "import", "", ()),
        ("b", 2, "import", "cimport", ()),
        (".c", 3, "from", "cimport", ("d", "e")),
        ("f.pxi", 4, "quoted", "", ()),
        ("g.h", 5, "angled", "extern", ()),
    ]
    assert [each.path for each in facts.bindings if each.name == EXTRACTED] == ["f.pxi"]
    assert EXTRACTED == ASSEMBLED


def test_a_statement_that_is_not_understood_costs_only_itself() -> None:
    facts = read("def f():\n    x = = 1\n    return g()\ncdef g(): pass\n@a\ndef h(): pass\n")
    assert [each.name for each in facts.symbols] == ["f", "g", "h"]
    assert facts.diagnostics == (Diagnostic(2, "not understood: x = = 1"),)
    assert ":g" in facts.uses.names.split("\n")


def test_a_part_that_cannot_be_repaired_is_left_out() -> None:
    facts = read("def f():\n" + "    x = = 1\n" * 50 + "def g(): pass\n")
    assert [each.name for each in facts.symbols] == ["g"]
    assert facts.diagnostics[-1].message.endswith("statements in all are not read")


def test_brackets_that_nobody_closes_cost_no_more_than_their_part() -> None:
    assert [each.name for each in read("x = (1,\ndef f(): pass\ncdef g(): pass\n").symbols] == ["f", "g"]


@pytest.mark.parametrize(
    "text",
    [
        "(" * 5_000,
        "cdef " * 5_000,
        "cdef int " + "a" * 100_000 + "!",
        "cdef " + "*" * 50_000 + "x",
        "x = " + "<int>" * 10_000 + "y",
        "".join("  " * depth + "if x:\n" for depth in range(500)),
        "cdef enum E:\n" + "    A\n" * 10_000,
        "'" * 9_999,
        'f"' + "<" * 50_000,
        "cdef int f(" + "int a, " * 10_000 + "):\n  pass",
        "x[" * 3_000 + "unsigned " * 3_000,
        "\\\n" * 10_000,
    ],
)
def test_hostile_input_breaks_nothing(text: str) -> None:
    extract(text.encode(), "Cython")


def test_parameters_without_names_are_read() -> None:
    facts = read(
        "cdef extern from 'x.h':\n    cdef cppclass A:\n        A(int, int, double) except +\n        int f()\n"
    )
    assert [each.name for each in facts.symbols][-3:] == ["A", "A", "f"]


PIECES = (
    *("cdef", "cpdef", "class", "struct", "enum", "extern", "from", "include", "ctypedef", "fused", "property", "IF"),
    *("ELSE", "raise", "except", "import", "cimport", "pass", "operator", "def", "f", "x1", "0UL", "\n", "\t", "\\"),
    *("(", ")", "[", "]", "{", "}", ":", ",", ";", "=", "*", "&", "<", ">", "'", '"', "'''", "#", "\\\n"),
)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.sampled_from(PIECES),
        max_size=40,
    )
)
@example(["operator", "0UL", "'", "\n"])
def test_no_text_breaks_it_and_lines_never_move(words: list[str]) -> None:
    text = " ".join(words)
    extract(text.encode(), "Cython")
    assert rewrite(text).text.count("\n") >= text.count("\n")
