"""What leads deep ends no build: chains, rings and nests of every kind, deeper than Python calls itself."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import kgraph
from kgraph.errors import ExportError
from tests.test_scan import write

DEPTH = 5_000  # of nests, which parsers written in C read
STEPS = 1_500  # of chains from name to name, which Python alone follows: more than it calls itself
FOLDERS = 300


def chain(text: str, count: int = STEPS) -> str:
    """The text for each step, I and J being the numbers of this step and the next."""
    return "".join(text.replace("_I", f"_{i}").replace("_J", f"_{i + 1}") for i in range(count))


def nest(opening: str, inside: str, closing: str, count: int = DEPTH) -> str:
    return opening * count + inside + closing * count


N = f"_{STEPS}"
FILES: dict[str, str | bytes] = {
    "using.cpp": "struct U_0 { void m(); };\n" + chain("using U_J = U_I;\n") + f"void uf(U{N} x) {{ x.m(); }}\n",
    "typedef.cpp": "struct T_0 { void m(); };\n" + chain("typedef T_I T_J;\n") + f"void tf(T{N}* x) {{ x->m(); }}\n",
    "ring.cpp": chain("using R_I = R_J;\n") + f"using R{N} = R_0;\nvoid rf(R_5 x) {{ x.m(); }}\n",
    "functions.cpp": "namespace f_0 { void g(); }\n"
    + chain("namespace f_J { using f_I::g; }\n")
    + f"void ff() {{ f{N}::g(); }}\n",
    "namespaces.cpp": "namespace s_0 { void g(); }\n"
    + chain("namespace s_J { using namespace s_I; }\n")
    + f"void sf() {{ s{N}::g(); }}\n",
    "aliases.cpp": "namespace a_0 { void g(); }\n" + chain("namespace a_J = a_I;\n") + f"void af() {{ a{N}::g(); }}\n",
    "bases.cpp": "struct B_0 { void m(); };\n" + chain("struct B_J : B_I {};\n") + f"void bf(B{N} x) {{ x.m(); }}\n",
    "ringed.cpp": chain("struct C_I : C_J {};\n") + f"struct C{N} : C_0 {{}};\nvoid cf(C_5 x) {{ x.m(); }}\n",
    "diamonds.cpp": "struct D_0 {}; struct E_0 {};\n"
    + chain("struct D_J : D_I, E_I {}; struct E_J : D_I, E_I {};\n", 60),
    "members.cpp": chain("struct M_J; struct M_I { M_J* n(); M_J* operator->(); };\n")
    + f"void mf(M_0* x) {{ x{'->n()' * DEPTH}; }}\n",
    "returns.cpp": chain("auto r_I() { return r_J(); }\n"),
    "nested.cpp": nest("namespace n {\n", "void g();\n", "}\n") + nest("class n {\n", "void g();\n", "};\n", 300),
    "blocks.cpp": "void kf() { " + nest("{", "g();", "}") + " }\nint x = " + nest("(", "1", ")") + ";\n",
    "templates.cpp": nest("a<", "int", ">") + f" t;\nint {'*' * DEPTH}p;\n",
    "macros.cpp": "#define X_0 1\n"
    + chain("#define X_J X_I\n")
    + f"int m = X{N};\n"
    + nest("#if A\n", "int y;\n", "#endif\n"),
    "computed.cpp": chain("#define H_I H_J\n") + f'#define H{N} "h_0.h"\n#include H_0\n',
    **{f"inc/h_{i}.h": f'#include "h_{i + 1}.h"\n' for i in range(60)},
    "inc/h_60.h": '#include "h_0.h"\n',
    **{f"py/m_{i}.py": f"from py.m_{i + 1} import f\nfrom py.m_{i + 1} import *\n" for i in range(60)},
    "py/m_60.py": "from py.m_0 import *\n\n\ndef f(): pass\n",
    "py/__init__.py": "",
    **{f"ring_{i}/__init__.py": f"from ring_{(i + 1) % 40} import g\n" for i in range(40)},
    "calls.py": "from py.m_0 import f\nfrom ring_0 import g\n\n\ndef h():\n    f()\n    g()\n",
    "alias.py": "class A_0:\n    def m(self): pass\n\n\n" + chain("A_J = A_I\n") + f"\ndef g():\n    A{N}().m()\n",
    "based.py": "class A_0:\n    def m(self): pass\n\n\n"
    + chain("class A_J(A_I): pass\n")
    + f"\ndef g():\n    A{N}().m()\n",
    "diamond.py": "class A_0: pass\nclass B_0: pass\n"
    + chain("class A_J(A_I, B_I): pass\nclass B_J(A_I, B_I): pass\n", 60),
    "result.py": chain("def f_I(): return f_J()\n") + f"def f{N}(): return f_0()\ndef g(): f_0().m()\n",
    "attribute.py": f"class C:\n    def m(self): return self\n\n\nC(){'.m()' * 150}\nx{'.y' * DEPTH}\n",
    "self.py": "class C:\n"
    + chain("    def m_I(self):\n        self.a_J = self.a_I\n        return self.m_J()\n", 500),
    "inner.py": "".join(f"{' ' * i}{'def' if i % 2 else 'class'} f_{i}{'()' if i % 2 else ''}:\n" for i in range(95))
    + " " * 95
    + "pass\n",
    "operators.py": f"x = {'+'.join('a' * DEPTH)}\ny = {'-' * DEPTH}1\n{'z = ' * DEPTH}1\nif a: pass\n"
    + "elif b: pass\n" * DEPTH,
    "d/" * FOLDERS + "a.h": "int deep();\n",
    "a.md": f"{'>' * DEPTH} x\n\n{'- ' * DEPTH}x\n\n" + nest("[", "a", "](b)") + "\n\n" + nest("*", "a", "*") + "\n",
    "b.md": "".join(f"{'  ' * i}- x\n" for i in range(400)),
    "a.rst": "".join(f"{' ' * i}* x\n\n" for i in range(0, 600, 2)),
    "b.rst": "".join(f"{'   ' * i}.. note::\n\n" for i in range(300)),
    "a.html": nest("<div>", "<h1>x</h1>", "</div>"),
    "a.json": nest('{"a":', "1", "}"),
    "b.json": nest("[", "", "]"),
    "a.yaml": f"{'- ' * DEPTH}x\n",
    "b.yaml": "".join(f"{' ' * i}a:\n" for i in range(2_000)),
    "c.yaml": nest("[", "", "]"),
    "a.toml": "a = " + nest("[", "", "]") + f"\n[{'.'.join('a' * DEPTH)}]\nx = 1\n",
    "a.ipynb": f'{{"cells": {nest("[", "", "]")}}}',
    "a.xml": nest("<a>", "", "</a>"),
    "a.proto": nest("message A {\n", "", "}\n"),
    "a.cmake": nest("if(a)\n", "", "endif()\n") + "set(A " + nest("(", "", ")") + ")\n",
    "a.js": nest("function f(){", "", "}") + "\nx = " + nest("(", "", ")") + "\n",
    "a.ts": nest("class A { m() {", "", "}}"),
    "A.java": nest("class A {", "", "}"),
    "a.go": "package a\nfunc f() " + nest("{", "", "}") + "\n",
    "a.rs": nest("mod a {", "", "}"),
    "a.rb": nest("module A\n", "", "end\n"),
    "A.cs": nest("namespace A {", "", "}"),
    "a.php": "<?php\n" + nest("function f() {", "", "}"),
    "a.kt": nest("class A {", "", "}") + "\nval x = " + nest("f(", "", ")") + "\n",
    "a.swift": nest("class A {", "", "}") + "\nlet x = " + nest("f(", "", ")") + "\n",
    "a.sql": "SELECT * FROM "
    + nest("(SELECT * FROM ", "t", ")")
    + ";\nCREATE FUNCTION f() "
    + nest("BEGIN ", "", " END")
    + ";\n",
    "a.graphql": nest("query Q { a ", "", "}") + "\ntype T { a(b: " + nest("[", "T", "]") + "): T }\n",
    "a.tf": "locals {\n  a = " + nest("[", "var.b", "]") + "\n}\n" + nest("a {\n", "", "}\n"),
    "meson.build": "x = " + nest("[", "", "]") + "\n" + nest("if a\n", "", "endif\n"),
    "a.sh": nest("f() {\n", "", "}\n"),
    "BUILD": "x = " + nest("[", "", "]") + "\n",
    "a.mm": "@interface I\n" + "- (void)m;\n" * DEPTH + "@end\nvoid of() { " + nest("[a ", "b", "]") + "; }\n",
    "structs.c": nest("struct s {\n", "int x;\n", "} m;\n"),
    "lambdas.cpp": "void lf() { auto x = " + nest("[&] { return ", "1", "; }") + "; }\n",
    "expressions.cpp": "int x = " + nest("a ? (", "1", ") : 2") + ";\nint y[] = " + nest("{", "1", "}") + ";\n",
    "statements.cpp": "void sf() {"
    + nest("for (;;) { if (a) {", "g();", "} }")
    + "if (a) g(); else " * DEPTH
    + "g(); }\n",
    "calls.cpp": "void cf() { " + nest("g(", "", ")") + "; h<" + nest("a<", "b", ">") + ">(); }\n",
    "declarators.cpp": "int "
    + nest("(*", "d", ")()")
    + ";\n"
    + nest("template <template <", "class T", "> class T> ")
    + "X;\n",
    "extern.cpp": nest('extern "C" {\n', "int x;\n", "}\n") + nest("__attribute__((", "a", "))") + " int z;\n",
    "never_closed.cpp": "void nf() {" + "{ (" * DEPTH,
    "closed.cpp": "}" * DEPTH + ")" * DEPTH + "\nint z;\n",
    "lambdas.py": "x = " + "lambda: " * DEPTH + "1\n",
    "displays.py": "x = " + nest("{1: [", "1", "]}") + "\n",
    "arguments.py": "x = " + nest("f(a[", "1", "])") + "\n",
    "choices.py": "x = " + "1 if a else " * DEPTH + "2\n",
    "powers.py": "x = " + "2 ** " * DEPTH + "2\n",
    "decorators.py": "@d\n" * DEPTH + "def f(): pass\n",
    "emphasis.md": "_**" * DEPTH + "a" + "**_" * DEPTH + "\n" + "[" * DEPTH + "\n",
    "pictures.md": "![" * DEPTH + "](a)" * DEPTH + "\n",
    "emphasis.rst": "*a " * DEPTH + "\n\n" + ":a:`b` " * DEPTH + "\n\n" + "`" * DEPTH + "\n",
    "sections.rst": "".join(f"a{i}\n{chr(33 + i % 14) * 9}\n\n" for i in range(DEPTH)),
    "anchors.yaml": "a_0: &a_0 x\n" + chain("a_J: &a_J [*a_I, *a_I]\n"),
    "maps.yaml": nest("{a: ", "1", "}") + "\n",
    "b.ipynb": '{"cells": [{"cell_type": "code", "source": ["x = ' + nest("(", "1", ")") + '"]}], "nbformat": 4}',
    "tables.html": nest("<table><tr><td>", "<h1>x</h1>", "</td></tr></table>"),
    "a.svg": nest("<g>", "", "</g>"),
    "b.js": "x = " + "() => " * DEPTH + nest("[{a: ", "1", "}]") + ";\nif (a) g(); " + "else if (b) g(); " * DEPTH,
    "a.jsx": "x = " + nest("<a>", "b", "</a>") + ";\n",
    "b.ts": "let x: " + nest("A<", "B", ">") + " = 1;\n",
    "b.sh": "echo " + nest("$(", "a", ")") + "\n",
    "a.bzl": "x = " + nest("f(a = [", "1", "])") + "\n",
    "kernel.cu": "void kf() { " + nest("g<<<1, ", "1", ">>>()") + "; }\n",
    "bound.cpp": "PYBIND11_MODULE(m, m_0) {\n"
    + chain('auto m_J = m_I.def_submodule("s");\n')
    + f'm{N}.def("f", &g); }}\n',
}


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> Iterator[kgraph.KGraph]:
    assert sys.getrecursionlimit() < STEPS
    root = write(tmp_path_factory.mktemp("deep"), FILES)
    with kgraph.build(root, jobs=2) as graph:
        yield graph


def test_the_build_ends_and_every_file_is_told(graph: kgraph.KGraph) -> None:
    assert graph.frame("files").height == len(FILES)
    reasons = [one["reason"] for one in graph.manifest["ledger"]["skipped"]]
    assert not [reason for reason in reasons if "kgraph" in reason or "crashed" in reason]


def test_what_is_skipped_says_that_it_is_deep(graph: kgraph.KGraph) -> None:
    reasons = {one["path"]: one["reason"] for one in graph.manifest["ledger"]["skipped"]}
    assert all("deep" in reason or "error" in reason or "nest" in reason for reason in reasons.values()), reasons


@pytest.mark.parametrize("form", ["scip", "svg-map", "svg-matrix", "nodelink", "dot", "mermaid"])
def test_exports(graph: kgraph.KGraph, form: str, tmp_path: Path) -> None:
    try:
        graph.export(form, tmp_path / "out")
    except ExportError as error:
        assert form in ("dot", "mermaid")  # for few nodes alone
        assert "nodes" in str(error)


WRITES: dict[str, Callable[[kgraph.KGraph, Path], object]] = {
    "view": lambda graph, _: graph.view(),
    "doctor": lambda graph, _: graph.doctor(),
    "cycles": lambda graph, _: graph.query("include-cycles"),
}


@pytest.mark.parametrize("name", sorted(WRITES))
def test_what_is_made_of_it(graph: kgraph.KGraph, name: str, tmp_path: Path) -> None:
    WRITES[name](graph, tmp_path)
