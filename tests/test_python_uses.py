"""What Python uses: from sources to rows of the table `uses`."""

from __future__ import annotations

import pytest

from kgraph.assemble.assemble import AssembleInput, assemble
from kgraph.extract import extract
from kgraph.extract.python.declarations import extract as extract_python
from kgraph.model import FileFacts, Graph, Repository, SourceFile

LANGUAGES = {".py": "Python", ".pyi": "Python", ".cpp": "C++", ".h": "C++"}


def build(sources: dict[str, str]) -> Graph:
    """The graph of a repository of these files."""
    files = [
        SourceFile(path, len(text), "0" * 40, LANGUAGES["." + path.rpartition(".")[2]])
        for path, text in sorted(sources.items())
    ]
    facts = [extract(sources[file.path].encode(), file.language) for file in files]
    return assemble(AssembleInput(Repository("r", "https://example.org/"), files, facts, agent="test"))


def uses(graph: Graph, kind: str) -> set[tuple[str, str, int]]:
    """Who uses what on which line, by the ends of their ids."""
    rows = graph["uses"].filter(graph["uses"]["kind"] == kind).explode("at_lines", empty_as_null=False)
    return {(short(a), short(b), line) for a, b, line in rows.select("from", "to", "at_lines").iter_rows()}


def short(id_: str) -> str:
    return id_.removeprefix("symbol/python/").partition("%40")[0].rpartition("/")[2].replace("%3A", ":")


def calls(sources: dict[str, str]) -> set[tuple[str, str]]:
    return {(a, b) for a, b, _ in uses(build(sources), "Call")}


def test_names_of_the_file_and_what_hides_them() -> None:
    found = calls(
        {
            "m.py": "def f(): pass\ndef g(): f()\ndef h(f): f()\ndef i():\n    f = 1\n    f()\n"
            "def j():\n    return [f() for f in x]\ndef k():\n    return [f() for y in x]\nf()\n"
            "class C:\n    def f(self): pass\n    def m(self): f()\n"
        }
    )
    assert found == {("g", "f"), ("k", "f"), ("m.py", "f"), ("C.m", "f")}


@pytest.mark.parametrize(
    ("line", "spelled"),
    [
        ("from p.a import f", "f"),
        ("from p.a import f as g", "g"),
        ("import p.a", "p.a.f"),
        ("import p.a as q", "q.f"),
        ("from p import a", "a.f"),
        ("from p import f", "f"),
        ("from p import *", "f"),
        ("from p.b import f", "f"),
        ("from p.b import *", "f"),
        ("try:\n    from nowhere import f\nexcept ImportError:\n    from p.a import f", "f"),
    ],
)
def test_imports_and_re_exports(line: str, spelled: str) -> None:
    sources = {
        "p/__init__.py": "from .a import f\n",
        "p/a.py": "def f(): pass\n",
        "p/b.py": "from .a import *\n__all__ = ['f']\n",
        "user.py": f"{line}\ndef use():\n    {spelled}()\n",
    }
    assert calls(sources) == {("use", "f")}


def test_star_imports_take_what_is_exported() -> None:
    sources = {
        "a.py": "__all__ = ['f']\ndef f(): pass\ndef g(): pass\n",
        "b.py": "def _h(): pass\ndef i(): pass\n",
        "user.py": "from a import *\nfrom b import *\nf()\ng()\n_h()\ni()\n",
    }
    assert calls(sources) == {("user.py", "f"), ("user.py", "i")}


def test_members_are_found_in_the_order_of_c3() -> None:
    sources = {
        "a.py": "class A:\n    def m(self): pass\n    def n(self): pass\n",
        "b.py": "from a import A\nclass B(A):\n    def m(self): pass\nclass C(A):\n    def m(self): pass\n"
        "    def n(self): pass\n",
        "d.py": "import b\nclass D(b.B, b.C):\n    def m(self):\n        super().m()\n        self.n()\n"
        "    @classmethod\n    def k(cls): cls.n(1)\n    @staticmethod\n    def s(self): self.n()\n",
    }
    graph = build(sources)
    assert uses(graph, "Call") == {("D.m", "B.m", 4), ("D.m", "C.n", 5), ("D.k", "C.n", 7)}
    assert {(a, b) for a, b, _ in uses(graph, "Inheritance")} == {("B", "A"), ("C", "A"), ("D", "B"), ("D", "C")}
    assert {(a, b) for a, b, _ in uses(graph, "Override")} == {
        ("B.m", "A.m"),
        ("C.m", "A.m"),
        ("C.n", "A.n"),
        ("D.m", "B.m"),
    }


def test_instances_by_assignment_annotation_and_result() -> None:
    found = calls(
        {
            "m.py": "from typing import Optional\nclass S:\n    def go(self): return self\n"
            "    def __call__(self): pass\n"
            "class T:\n    def __init__(self, s: 'S'):\n        self.a = S()\n        self.b = s\n"
            "    def one(self):\n        self.a.go()\n        self.b.go().go()\n        self.a()\n"
            "def two():\n    s = S()\n    s.go()\ndef three(s: Optional[S]):\n    s.go()\ndef make() -> S: ...\n"
            "def four(): make().go()\ndef five(x):\n    s = S()\n    s = x\n    s.go()\n"
            "def six():\n    T(S())\n"
        }
    )
    assert found == {
        *(("T.one", "S.go"), ("T.one", "S.__call__"), ("T.__init__", "S"), ("two", "S"), ("two", "S.go")),
        *(("three", "S.go"), ("four", "make"), ("four", "S.go"), ("five", "S"), ("six", "S"), ("six", "T.__init__")),
    }


def test_references_are_reads_annotations_and_decorators() -> None:
    graph = build(
        {
            "a.py": "LIMIT = 3\nclass A: pass\ndef deco(f): return f\n",
            "b.py": "import a\nfrom a import A, LIMIT\n@a.deco\ndef f(x: A, y: 'list[A]'):\n"
            "    isinstance(x, A)\n    return LIMIT\n",
        }
    )
    assert uses(graph, "Reference") == {
        *(("f", "deco", 3), ("f", "A", 4), ("f", "A", 5), ("f", "LIMIT", 6)),
    }


def test_names_outside_give_no_edge() -> None:
    assert calls({"m.py": "import os\nfrom x import y\nos.getcwd()\ny()\nprint(1)\nz()\n"}) == set()


def test_a_class_that_inherits_from_itself_and_imports_in_a_circle() -> None:
    sources = {
        "a.py": "from b import B\nclass A(B):\n    def f(self): self.g()\n",
        "b.py": "from a import A\nclass B(A):\n    def g(self): self.f(); self.h()\n",
        "c.py": "from c import x\nx()\nfrom d import *\ny()\n",
        "d.py": "from c import *\n",
    }
    assert {("A.f", "B.g"), ("B.g", "A.f")} <= calls(sources)


@pytest.mark.parametrize(
    "source",
    [
        "global x\nx()\n",
        "def f():\n    nonlocal_ = 1\n    def g():\n        nonlocal nonlocal_\n        nonlocal_()\n",
        "x = x\nx()\n",
        "x = y\ny = x\nx.z()\n",
        "class A(A): pass\nA()\n",
        "match x:\n    case {'a': f, **r}: f(); r()\n    case [*s]: s()\n",
        "(lambda f: f())(f)\n",
        "def f(*a, **k): a(); k(); return f(*a)\n",
        "été = lambda: 1\nété()\n",
        "a" + ".b" * 500 + "()\n",
        "a" + "()" * 500 + "\n",
        "from . import x\nx.y()\nfrom ..... import z\nz()\n",
        "f = '' if x else g\nf()\n@property\ndef g(): pass\n",
        "x: 'a[' = 1\ny: 'a b' = 2\nz: 'A|B' = 3\n",
    ],
)
def test_odd_sources(source: str) -> None:
    facts = extract_python(source.encode())
    assert isinstance(facts, FileFacts)
    build({"p/m.py": source, "p/__init__.py": ""})


def test_equal_sources_give_equal_facts() -> None:
    source = b"import a\nclass C(a.B):\n    def f(self): self.x = a.y(); self.x.z()\n"
    assert extract_python(source) == extract_python(source)


def test_risky_functions_are_external_symbols() -> None:
    graph = build(
        {
            "m.py": "import os, pickle, subprocess as sp, yaml\nfrom pickle import loads\n"
            "def f(x):\n    os.system(x)\n    pickle.load(x); loads(x)\n    eval(x)\n"
            "    sp.run(x, shell=True)\n    sp.run(x)\n    yaml.load(x, Loader=yaml.SafeLoader)\n    yaml.load(x)\n"
            "def eval2(eval): eval(1)\n",
        }
    )
    names = {row["id"]: row for row in graph["externals"].iter_rows(named=True)}
    rows = graph["uses"].filter(graph["uses"]["kind"] == "Call").explode("at_lines", empty_as_null=False)
    found = {(names[to]["spelling"], line) for to, line in rows.select("to", "at_lines").iter_rows()}
    assert found == {
        *(("os.system", 4), ("pickle.load", 5), ("pickle.loads", 5), ("eval", 6), ("subprocess.run(shell=True)", 7)),
        *(("subprocess.run", 8), ("yaml.load", 10)),
    }
    risk = names["external/symbol/python/os.system"]
    assert (risk["category"], risk["weaknesses"]) == ("risk", ["CWE-78"])


def test_what_tests_what() -> None:
    graph = build(
        {
            "pkg/__init__.py": "",
            "pkg/shapes.py": "def area(): pass\n",
            "pkg/tools.py": "def help(): pass\n",
            "pkg/geo/__init__.py": "def f(): pass\n",
            "tests/test_shapes.py": "from pkg.shapes import area\nfrom pkg.tools import help\narea()\nhelp()\narea()\n",
            "tests/geo_test.py": "import pkg.geo\npkg.geo.f()\n",
            "tests/test_tools.py": "import pkg.tools\n",
            "shapes.cpp": "int area() { return 1; }\n",
            "shapes_test.cpp": "int area();\nint main() { return area(); }\n",
        }
    )
    rows = graph["uses"].filter(graph["uses"]["kind"] == "Test").select("from", "to", "at_lines").rows()
    assert {(a, b, tuple(lines)) for a, b, lines in rows} == {
        ("file/tests/test_shapes.py", "file/pkg/shapes.py", (3, 5)),
        ("file/tests/geo_test.py", "file/pkg/geo/__init__.py", (2,)),
        ("file/shapes_test.cpp", "file/shapes.cpp", (2,)),
    }
