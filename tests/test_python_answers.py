"""Answers about Python's names: the same whatever was asked before, in this build or in a former one."""

from __future__ import annotations

import random
from collections.abc import Hashable, Sequence
from dataclasses import replace
from hashlib import sha256
from unittest import mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from kgraph.assemble.assemble import AssembleInput, KeptTables, assemble
from kgraph.assemble.bridge import resolve_python
from kgraph.assemble.kept_uses import PreviousUses
from kgraph.assemble.memo import CycleSafeMemo
from kgraph.assemble.python import kept_reads
from kgraph.assemble.python.cache import PathCache
from kgraph.assemble.python.flows import Propagation
from kgraph.assemble.python.modules import ModuleIndex
from kgraph.assemble.python.resolver import PythonFile, PythonResolver
from kgraph.assemble.suffix_index import PathSuffixIndex
from kgraph.extract import extract
from kgraph.model import Graph, Repository, SourceFile

LANGUAGES = {"py": "Python", "pyi": "Python", "cpp": "C++", "md": "Markdown", "in": "", "toml": "TOML"}


class Memory(dict[str, bytes]):
    """What builds keep."""

    former: PreviousUses | None = None
    resident: KeptTables | None = None  # what a process that builds again and again has in memory

    def put(self, key: str, data: bytes) -> None:
        self[key] = data

    def retain(self, key: str) -> None:
        pass


def build(sources: dict[str, str], kept: Memory | None = None) -> Graph:
    paths = sorted(sources)
    files = [SourceFile(path, 1, "0" * 40, LANGUAGES[path.rpartition(".")[2]]) for path in paths]
    facts = [extract(sources[file.path].encode(), file.language) for file in files]
    names = [sha256(sources[path].encode()).hexdigest() for path in paths]
    source = AssembleInput(Repository("r", "https://example.org/"), files, facts, agent="test", names=names)
    if kept is None:
        return assemble(source)
    graph = assemble(replace(source, kept=kept.resident), kept, former=kept.former)
    kept.former = PreviousUses(graph.use_parts, lambda: graph["uses"])
    return graph


def assert_same(one: Graph, other: Graph) -> None:
    for name in one.tables:
        assert_frame_equal(one[name], other[name])
    assert one.call_sites == other.call_sites


# --- answers do not depend on what was asked before -----------------------------------------------------------------


class Maze:
    """Questions that lead to others; an answer is made of theirs, until enough of it is known."""

    def __init__(self, leads: Sequence[Sequence[int]], deepest: int) -> None:
        self.leads = leads
        self.recursion = CycleSafeMemo(deepest)

    def ask(self, number: int) -> Hashable:
        return self.recursion.answer(number, self.find, number)

    def find(self, number: int) -> Hashable:
        found = []
        for other in self.leads[number]:
            answer = self.ask(other)
            found.append(hash(answer) if answer is not None else None)
            if hash(answer) % 3 == 0:  # as the first import that leads to a symbol counts
                break
        return (number, *found)


@settings(max_examples=250, deadline=None)
@given(
    st.integers(1, 9).flatmap(
        lambda size: st.lists(st.lists(st.integers(0, size - 1), max_size=4), min_size=size, max_size=size)
    ),
    st.integers(1, 8),
    st.randoms(use_true_random=False),
)
def test_an_answer_is_the_same_whatever_was_asked_before(
    leads: list[list[int]], deepest: int, order: random.Random
) -> None:
    alone = {number: Maze(leads, deepest).ask(number) for number in range(len(leads))}
    maze = Maze(leads, deepest)
    for _ in range(3):
        for number in order.sample(range(len(leads)), len(leads)):
            assert maze.ask(number) == alone[number]


def test_what_leads_too_deep_has_no_answer_wherever_it_begins() -> None:
    chain = [[number + 1] for number in range(9)] + [[]]
    assert [Maze(chain, 5).ask(number) is None for number in range(10)] == [True] * 5 + [False] * 5
    maze = Maze(chain, 5)
    assert [maze.ask(number) is None for number in reversed(range(10))] == [False] * 5 + [True] * 5


def test_circles_of_imports_hide_nothing() -> None:
    # Whoever asks for `a` first finds the circle at another place.
    sources = {
        "p/__init__.py": "from .a import *\nfrom .b import *\n",
        "p/a.py": "from p import thing\nfrom . import b\ndef one(): thing()\n",
        "p/b.py": "from p.a import one\nimport p\ndef thing(): one()\nclass C(p.D): pass\n",
        "p/c.py": "from p import *\ndef two():\n    one()\n    thing()\n",
        "p/d.py": "from p.c import two\nfrom p import one, thing\ntwo()\none()\nthing()\n",
    }
    uses = build(sources)["uses"].filter(kind="Call")
    called = {row[1].rpartition("/")[2].partition("%40")[0] for row in uses.select("from", "to").iter_rows()}
    assert called == {"one", "thing", "two"}
    assert uses.height == 7


def test_a_call_of_what_is_called_in_a_circle_ends() -> None:
    sources = {"a.py": "class A:\n    __call__ = B()\nclass B:\n    __call__ = A()\ndef f(): return A()()()\n"}
    assert build(sources)["uses"].height


def test_many_modules_that_import_all_of_each_other_end() -> None:
    names = [f"m{number}" for number in range(14)]
    sources = {
        f"{name}.py": "".join(f"from {other} import *\n" for other in names if other != name) + "absent()\nfound()\n"
        for name in names
    }
    sources["m9.py"] += "def found(): pass\n"
    uses = build(sources)["uses"].filter(kind="Call")
    assert uses.height == len(names)


# --- answers are kept -----------------------------------------------------------------------------------------------

TREE = {
    "p/__init__.py": "from .a import *\nfrom .b import B as Bee\n",
    "p/a.py": "__all__ = ['A', 'make']\nclass A:\n    x = 1\n    def go(self): return self.end()\n"
    "    def end(self): pass\ndef make() -> A:\n    return A()\n",
    "p/b.py": "from p.a import A, make\nclass B(A):\n    def go(self):\n"
    "        make().go()\n        return super().go()\n",
    "q.py": "import p\nimport numpy\ndef f(b: p.Bee):\n    b.go()\n    p.make().end()\n    numpy.zeros(1)\n",
    "bound.cpp": 'void twice(int x) {}\nPYBIND11_MODULE(ext, m) {\n  m.def("twice", &twice);\n}\n',
    "ext.pyi": "def twice(x: int) -> None: ...\n",
    "use.py": "import ext\nfrom ext import twice\next.twice(1)\ndef g(): twice(2)\n",
    "README.md": "# Title\n",
}


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, str, bool]]:
    """All questions about paths that are really asked: file, path, and whether it is called."""
    questions: list[tuple[int, str, bool]] = []
    answer = PathCache._path

    def note(self: PathCache, asker: int, path: str, called: bool) -> object:
        questions.append((asker, path, called))
        return answer(self, asker, path, called)

    monkeypatch.setattr(PathCache, "_path", note)
    return questions


def test_nothing_is_asked_twice(asked: list[tuple[int, str, bool]]) -> None:
    kept = Memory()
    first = build(TREE, kept)
    assert len(asked) == len(set(asked)) > 10
    asked.clear()
    assert_same(build(TREE, kept), first)
    assert asked == []


@pytest.mark.parametrize(
    ("path", "source", "new"),
    [
        (
            "p/b.py",
            TREE["p/b.py"].replace("make().go()", "\n        a = A()\n\n        a.end()"),
            ["p.a:A", "p.a:A().end"],
        ),
        ("p/b.py", "# a comment\n\n" + TREE["p/b.py"], []),
        ("q.py", TREE["q.py"].replace("numpy.zeros", "numpy.ones"), ["numpy:ones"]),
        ("README.md", "# Other\n", []),
        ("bound.cpp", "\n\n" + TREE["bound.cpp"], []),
    ],
)
def test_after_an_edit_of_a_body_only_what_is_new_is_asked(
    asked: list[tuple[int, str, bool]], path: str, source: str, new: list[str]
) -> None:
    kept = Memory()
    build(TREE, kept)
    asked.clear()
    edited = TREE | {path: source}
    graph = build(edited, kept)
    assert [each[1] for each in asked] == new
    assert_same(graph, build(edited))
    asked.clear()
    assert_same(build(edited, kept), graph)
    assert asked == []


PASSING = {
    "p/__init__.py": "",
    "p/a.py": "class A:\n    def go(self): pass\nclass B:\n    def go(self): pass\n"
    "def take(it): it.go()\ndef made(): return [A()]\n",
    "p/b.py": "from p.a import A, B, take, made\ndef f():\n    take(A())\n    made()[0].go()\n"
    "def g():\n    x = [B()]\n    x[0].go()\n",
    "q.py": "from p.b import f, g\nfrom p.a import made\nf()\ng()\nfor each in made(): each.go()\n",
}


@pytest.mark.parametrize(
    ("old", "new", "of_others"),
    [
        # What a function has in a list is its own: `:$0` is another list from now on.
        ("made()[0].go()", "y = [A()]\n    y[0].go()\n    made()[0].go()", False),
        ("    x[0].go()", "    for each in x: each.go()", False),
        ("take(A())", "take(A())\n    take(A())", False),  # the same is passed once more
        ("take(A())", "take(B())", True),  # to a parameter of another file
    ],
)
def test_after_an_edit_in_a_function_other_files_are_not_asked_again(
    asked: list[tuple[int, str, bool]], old: str, new: str, of_others: bool
) -> None:
    kept = Memory()
    build(PASSING, kept)
    asked.clear()
    edited = PASSING | {"p/b.py": PASSING["p/b.py"].replace(old, new)}
    graph = build(edited, kept)
    own = sorted(edited).index("p/b.py")
    assert (":take%it.go" in {path for asker, path, _ in asked if asker != own}) == of_others
    assert of_others or {asker for asker, path, _ in asked if path[0] == ":"} <= {own}
    assert_same(graph, build(edited))


@pytest.mark.parametrize("inside", ["class Inner:\n        def go(self): return {}\n    return Inner()", "return [{}]"])
def test_what_a_function_gives_of_its_inside_is_seen_by_others(inside: str) -> None:
    sources = {
        "a.py": f"def f():\n    {inside}\nclass A:\n    def end(self): pass\n",
        "b.py": "from a import f\nf().go().end()\nf()[0].end()\n",
    }
    kept = Memory()
    before = build({path: text.replace("{}", "1") for path, text in sources.items()}, kept)
    edited = {path: text.replace("{}", "A()") for path, text in sources.items()}
    after = build(edited, kept)
    assert_same(after, build(edited))
    assert after["uses"].filter(kind="Call").height > before["uses"].filter(kind="Call").height


@pytest.mark.parametrize(
    ("path", "source", "again"),
    [
        # What nobody looked for is nobody's business; only the file's own names are asked again.
        ("p/a.py", TREE["p/a.py"] + "def new(): pass\n", set()),
        ("p/a.py", "import numpy\n" + TREE["p/a.py"], set()),
        ("p/a.py", TREE["p/a.py"].replace("x = 1", "x = 1\n    z = 1"), set()),
        ("p/a.py", TREE["p/a.py"].replace("-> A", "-> int").replace("return A()", "return 1"), {"p:make().end"}),
        ("p/b.py", TREE["p/b.py"].replace("B(A)", "B"), {"p:Bee~.go"}),
        ("p/b.py", TREE["p/b.py"] + "    def end(self): pass\n", set()),  # `go` is found before it is looked for
        ("p/__init__.py", "from .a import *\n", {"p:Bee~.go", "p:Bee"}),
        ("numpy.py", "def zeros(n): pass\n", {"numpy:zeros"}),  # what was not there
        ("added.py", "x = 1\n", set()),
        ("made.py.in", "x = 1\n", set()),
        ("pyproject.toml", "[project]\n", set()),
    ],
)
def test_after_an_edit_only_what_read_of_it_is_asked(
    asked: list[tuple[int, str, bool]], path: str, source: str, again: set[str]
) -> None:
    kept = Memory()
    build(TREE, kept)
    asked.clear()
    edited = TREE | {path: source}
    graph = build(edited, kept)
    own = sorted(each for each in edited if each.endswith((".py", ".pyi"))).index(path) if path in TREE else -1
    by_others = {each for asker, each, _ in asked if asker != own or each[0] != ":"}
    assert {each for asker, each, _ in asked if each[0] == ":" and asker != own} <= again
    assert_same(graph, build(edited))
    assert {each for each in by_others if each[0] != ":"} <= again | {"p.a:A", "p.a:make", "p.a:make().go"}
    assert again <= by_others


def test_answers_of_a_removed_question_are_forgotten() -> None:
    kept = Memory()
    sizes = []
    for number in range(30):
        build(TREE | {"q.py": f"import numpy\ndef f(): numpy.zeros{number}(1)\n"}, kept)
        sizes.append(sum(map(len, kept.values())))
        kept = Memory({key: data for key, data in kept.items() if key in list(kept)[-3:]})
    assert max(sizes) < 1.5 * min(sizes)


# --- random edits ---------------------------------------------------------------------------------------------------

# A module may become a package, and the other way round.
PATHS = ["p/__init__.py", "p/a.py", "p/a/__init__.py", "p/sub/__init__.py", "p/sub/c.py", "q.py", "q/__init__.py"]
PATHS += ["tools/a.py", "p/conftest.py"]
SPELLED = ["p", "p.a", "p.sub", "p.sub.c", "q", "a", ".", ".a", "..sub", "numpy"]
NAMES = ["A", "B", "f", "x", "*"]
FILE = """{imports[0]}
{imports[1]}
{exports}
class A({base}):
    def __init__(self): self.at = {values[0]}
    def go(self): return {values[1]}
    def end(self):
        super().go()
        self.at.go()
        {values[2]}
class B(A):
    {member}
{more}
f = {values[3]}
f.go()
B().go().end()
B().at.go()
x().go()
p.a.A().end()
def g():
    {values[4]}
    import p.sub as x
    x.A().go()
def take(it, then=None):
    it.go()
    then().end()
def h():
    some = [{inside[0]}, {inside[1]}]
    class Inner(A):
        def go(self): return {inside[2]}
    take(some[0], lambda: {inside[2]})
    p.a.take({inside[1]}, Inner)
    for each in some: each.go()
"""
value = st.sampled_from(["A()", "B()", "f.at", "x()", "x.go()", "p.a.A()", "p.x", "q.B().go()", "a.f", "1"])
imports = st.one_of(
    st.builds("from {} import {}".format, st.sampled_from(SPELLED), st.sampled_from(NAMES)),
    st.builds("from {} import {} as x".format, st.sampled_from(SPELLED), st.sampled_from(NAMES[:-1])),
    st.builds("import {}".format, st.sampled_from([each for each in SPELLED if each[0] != "."])),
)
holes = {
    "imports": st.lists(imports, min_size=2, max_size=2),
    "exports": st.sampled_from(["", "__all__ = ['A']", "__all__ = ['A', 'f', 'x']"]),
    "base": st.sampled_from(["x", "p.B", "q.A", "object", "p.sub.c.A"]),
    "values": st.lists(value, min_size=5, max_size=5),
    "inside": st.lists(value, min_size=3, max_size=3),
    "more": st.sampled_from(
        [
            "",
            "class New(A): pass",
            "class A(B): pass",  # another of the name
            "class x(B):\n    def end(self): return B()",
            "from p.sub import *\nfrom q import *",
            "from .a import A as B",
            "def take(then, it=A()): return it.go()",  # other parameters
            "def go(it): return p.a.take(it, A)",
            "@take\ndef x(): return A()",
            "del A",
        ]
    ),
    "member": st.sampled_from(["pass", "go = 1", "def go(self): return self", "def x(self): self.go()"]),
}
file = st.fixed_dictionaries(holes)
tree = st.dictionaries(st.sampled_from(PATHS), file, min_size=3)
edit = st.tuples(
    st.sampled_from(PATHS),
    st.one_of(st.none(), file, *(st.fixed_dictionaries({name: values}) for name, values in holes.items())),
)
Tree = dict[str, dict[str, object]]


def written(tree: Tree) -> dict[str, str]:
    whole = {"imports": ["", ""], "exports": "", "base": "object", "values": ["1"] * 5, "inside": ["1"] * 3}
    whole |= {"member": "pass", "more": ""}
    return {path: FILE.format(**whole | file) for path, file in tree.items()}


def edited(before: Tree, path: str, change: dict[str, object] | None) -> Tree:
    """A tree after a file was removed, made, or changed."""
    if change is None:
        return {key: value for key, value in before.items() if key != path}
    return before | {path: before.get(path, {}) | change}


@settings(max_examples=20, deadline=None)
@given(tree, st.lists(edit, min_size=3, max_size=6), st.booleans(), st.booleans())
def test_a_build_after_edits_is_the_one_from_nothing(
    before: Tree,
    edits: list[tuple[str, dict[str, object] | None]],
    is_large: bool,  # so that an edited file is a small share of the tree
    is_resident: bool,
) -> None:
    kept = Memory()
    kept.resident = KeptTables() if is_resident else None
    with mock.patch.object(kept_reads, "MAX_SHARE_CHANGED", 1.0 if is_large else kept_reads.MAX_SHARE_CHANGED):
        build(written(before), kept)
        for path, change in edits:
            before = edited(before, path, change)
            assert_same(build(written(before), kept), build(written(before)))


HANDED = {
    "a.py": "def take(then, it=None):\n    then()\n    other(then)\ndef other(f): f()\ndef one(): pass\n",
    "b.py": "from a import take, one\ndef go():\n    take(one)\n",
    "c.py": "from b import go\ndef f(): go()\n",
}


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("c.py", "from b import go\ndef f(): go()\ndef g(): f()\n"),  # passes nothing
        ("b.py", HANDED["b.py"] + "def new(): pass\n"),  # passes the same
        ("b.py", HANDED["b.py"] + "def new(): pass\ndef g(): take(new)\n"),  # passes more
        ("b.py", HANDED["b.py"].replace("take(one)", "take(1)")),  # passes less
        ("a.py", HANDED["a.py"].replace("then, it", "it, then")),  # to another parameter
        ("a.py", HANDED["a.py"].replace("def one", "def two")),  # which is gone
        ("a.py", HANDED["a.py"].replace("    other(then)\n", "")),  # and passes it no further
    ],
)
def test_what_is_passed_is_kept_where_files_pass_the_same(path: str, text: str) -> None:
    kept = Memory()
    with mock.patch.object(kept_reads, "MAX_SHARE_CHANGED", 1.0):
        build(HANDED, kept)
        for sources in (HANDED | {path: text}, HANDED | {path: text, "d.py": "import c\nc.f()\n"}, HANDED):
            assert_same(build(sources, kept), build(sources))


BOUND = {
    "a.py": "import _c\nimport ctypes\nctypes.CDLL('c.so').loaded(1)\n_c.area(1)\n",
    "c.cpp": "int area(int a) { return a; }\nint other();\n"
    'PYBIND11_MODULE(_c, m) { m.def("area", &area); m.def("two", [](int a) { return area(a); }); }\n',
    "d.cpp": 'extern "C" int loaded(int a) { return a; }\n',
}


@pytest.mark.parametrize(
    ("file", "old", "new", "is_resolved"),
    [
        ("c.cpp", "int other();", "int other(); int more() { return other(); }", False),
        ("d.cpp", "return a;", "return a + 1;", False),
        ("d.cpp", "int loaded", "int found", True),  # which Python calls by its name
        ("c.cpp", "int area(int a)", "long area(long a)", True),
        ("c.cpp", '"area", &area', '"size", &area', True),
        ("c.cpp", "int other();", "\nint other();", True),  # where something is bound moves
        ("a.py", "area(1)", "area(2)\n_c.two(1)", True),
    ],
)
def test_what_is_bound_for_python_is_resolved_where_it_is_another(
    file: str, old: str, new: str, is_resolved: bool
) -> None:
    kept = Memory()
    build(BOUND, kept)
    sources = BOUND
    for comment in ("// one\n", "// two\n"):  # from the second build on it is known what Python loads
        sources = BOUND | {"d.cpp": BOUND["d.cpp"] + comment}
        assert_same(build(sources, kept), build(sources))
    edited = sources | {file: sources[file].replace(old, new)}
    with mock.patch("kgraph.assemble.use_resolution.resolve_python", side_effect=resolve_python) as resolve:
        after = build(edited, kept)
    assert resolve.called == is_resolved
    assert_same(after, build(edited))


def test_what_may_be_several_things_is_passed_as_before() -> None:
    """At rest each of them stands alone."""
    sources = {
        "a.py": "def take(then): then()\ndef one(): pass\ndef two(): pass\n",
        "b.py": "from a import take, one, two\ndef go(c):\n    f = one if c else two\n    take(f)\n",
    }
    kept = Memory()
    with mock.patch.object(kept_reads, "MAX_SHARE_CHANGED", 1.0):
        build(sources, kept)
        for text in (sources["b.py"] + "def new(): pass\n", sources["b.py"].replace("take(f)", "take(one)")):
            edited = sources | {"b.py": text}
            with mock.patch.object(Propagation, "run", autospec=True, side_effect=Propagation.run) as run:
                after = build(edited, kept)
            assert run.called == ("new" not in text)
            assert_same(after, build(edited))


def test_a_small_edit_writes_nothing_that_python_names_anew() -> None:
    kept = Memory()
    with mock.patch.object(kept_reads, "MAX_SHARE_CHANGED", 1.0):
        build(HANDED, kept)
        python = {key: data for key, data in kept.items() if key.startswith("python")}
        sources = HANDED | {"c.py": HANDED["c.py"] + "def g(): f()\n"}
        assert_same(build(sources, kept), build(sources))
        assert {key: data for key, data in kept.items() if key.startswith("python")} == python
        assert len(python) == 3


@settings(max_examples=25, deadline=None)
@given(tree, st.randoms(use_true_random=False))
def test_the_order_of_questions_changes_no_answer(drawn: Tree, order: random.Random) -> None:
    sources = written(drawn)
    paths = sorted(sources)
    modules = ModuleIndex(PathSuffixIndex(paths))
    files = {number: python_file(number, sources[path]) for number, path in enumerate(paths)}
    questions = [
        (number, path)
        for number in files
        for path in [
            *(f":{name}{rest}" for name in NAMES for rest in ("", "().go", ".end", "@.x", "^.go", "~.at.x")),
            *(f"{module}:{name}.go" for module in SPELLED for name in NAMES),
        ]
    ]
    alone = {question: PythonResolver(files, modules).find(*question) for question in order.sample(questions, 40)}
    names = PythonResolver(files, modules)
    for question in order.sample(questions, len(questions)):
        answer = names.find(*question)
        assert question not in alone or answer == alone[question]


def python_file(number: int, text: str) -> PythonFile:
    fact = extract(text.encode(), "Python")
    file = PythonFile(number)
    file.rows = {}
    qualified = [f"{each.scope}.{each.name}" if each.scope else each.name for each in getattr(fact, "symbols", ())]
    file.kinds = {one: each.kind.value for one, each in zip(qualified, getattr(fact, "symbols", ()), strict=True)}
    for binding in getattr(fact, "bindings", ()):
        file.bind(qualified[binding.owner] if binding.owner >= 0 else "", binding.name, binding.path)
    return file
