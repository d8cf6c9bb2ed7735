"""What Python uses: what reads and resolves it. What means what stands in `specs/python`."""

from __future__ import annotations

import polars as pl
import pytest

from kgraph.assemble.assemble import AssembleInput, assemble
from kgraph.extract import extract
from kgraph.extract.python.declarations import extract as extract_python
from kgraph.model import FileFacts, Graph, Repository, SourceFile


def build(sources: dict[str, str]) -> Graph:
    """The graph of a repository of these files."""
    files = [SourceFile(path, len(text), "0" * 40, "Python") for path, text in sorted(sources.items())]
    facts = [extract(sources[file.path].encode(), file.language) for file in files]
    return assemble(AssembleInput(Repository("r", "https://example.org/"), files, facts, agent="test"))


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


def test_what_a_decorator_replaced_is_named_where_it_is_called_by_way_of_a_parameter() -> None:
    """Only where its own name stands: `f(...)` in the wrapper calls it, and names it not."""
    source = (
        "def deco(f):\n    def wrapper(*a):\n        return f(*a)\n    return wrapper\n"
        "class App:\n    @deco\n    def register(self):\n        pass\n"
        "def use(app):\n    app.register()\n"
        "use(App())\n"
    )
    graph = build({"m.py": source})
    names = dict(graph["symbols"].select("id", "qualified_name").iter_rows())
    named = graph["uses"].filter((pl.col("kind") == "Reference") & (pl.col("evidence") == "argument of a call"))
    found = [(names.get(a), names[b], lines) for a, b, lines in named.select("from", "to", "at_lines").iter_rows()]
    assert found == [("m.use", "m.App.register", [10])]


def test_equal_sources_give_equal_facts() -> None:
    source = b"import a\nclass C(a.B):\n    def f(self): self.x = a.y(); self.x.z()\n"
    assert extract_python(source) == extract_python(source)


def test_risky_functions_have_a_category_and_weaknesses() -> None:
    graph = build({"m.py": "import os\ndef f(x): os.system(x)\n"})
    risk = graph["externals"].row(by_predicate=pl.col("id") == "external/symbol/python/os.system", named=True)
    assert (risk["category"], risk["weaknesses"]) == ("risk", ["CWE-78"])


def test_uses_that_stand_in_branches_alone_are_conditional() -> None:
    source = (
        "def f():\n    pass\n"
        "def g():\n    pass\n"
        "def use(x):\n    if x:\n        f()\n        g()\n    g()\n"
        "if use:\n    def late():\n        f()\n"
    )
    graph = build({"m.py": source, "n.py": "from m import g\n\ng()\n"})
    names = dict(graph["symbols"].select("id", "qualified_name").iter_rows())
    calls = graph["uses"].filter(pl.col("kind") == "Call").select("from", "to", "roles").iter_rows()
    found = {(names.get(a, a), names[b]): roles for a, b, roles in calls}
    assert found == {
        ("m.use", "m.f"): ["conditional"],
        ("m.use", "m.g"): [],
        ("m.late", "m.f"): [],
        ("file/n.py", "m.g"): [],
    }
