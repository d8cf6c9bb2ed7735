"""Scoped languages from build to build: equal to a build from nothing, and no more is asked than needs be."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping

import pytest

from kgraph import languages
from kgraph.assemble.assemble import AssembleInput, assemble
from kgraph.assemble.scoped.uses import FileUses, ScopedProgram
from kgraph.extract import extract
from kgraph.model import Graph, Repository, SourceFile

TREE = {
    "go.mod": "module example.org/m\n",
    "Cargo.toml": '[package]\nname = "crate"\n',
    "package.json": '{"name": "web", "main": "web/a.ts"}\n',
    "app.csproj": "<Project/>\n",
    "c/a.cpp": "int area(int);\nint twice(int a) { return area(a) + area(a); }\n",
    "p/Shape.java": "package p;\npublic interface Shape {\n  int area(int a);\n}\n",
    "p/Square.java": (
        "package p;\npublic class Square implements Shape {\n  public int area(int a) {\n    return twice(a);\n  }\n"
        "  int twice(int a) {\n    return a;\n  }\n}\n"
    ),
    "q/Use.java": "package q;\nimport p.*;\nclass Use {\n  int f(Square s) {\n    return s.area(1);\n  }\n}\n",
    "m/m.go": "package m\ntype S struct{}\nfunc (s S) Area() int { return 1 }\ntype A interface { Area() int }\n",
    "n/n.go": 'package n\nimport "example.org/m/m"\nfunc F(s m.S) int {\n  return s.Area()\n}\n',
    "src/lib.rs": "mod shape;\nuse shape::Shape;\npub fn f(s: &Shape) -> i32 {\n    s.area()\n}\n",
    "src/shape.rs": (
        "pub struct Shape;\npub trait Area { fn area(&self) -> i32; }\n"
        "impl Area for Shape {\n    fn area(&self) -> i32 { 1 }\n}\n"
    ),
    "web/a.ts": "export function area(a: number) {\n  return a;\n}\nexport * from './b';\n",
    "web/b.ts": "import { area } from './a';\nexport function twice(a: number) {\n  return area(a) + area(a);\n}\n",
    "cs/Global.cs": "global using N;\n",
    "cs/A.cs": "namespace N {\n  public partial class A {\n    public int Area() { return 1; }\n  }\n}\n",
    "cs/B.cs": "class B {\n  int F(A a) {\n    return a.Area();\n  }\n}\n",
}


class MemoryCache(dict[str, bytes]):
    """Results of earlier builds."""

    def put(self, key: str, data: bytes) -> None:
        self[key] = data

    def retain(self, key: str) -> None:
        pass


def build(tree: Mapping[str, str], cache: MemoryCache | None) -> Graph:
    files = [SourceFile(path, len(tree[path]), "0" * 40, languages.detect_by_name(path) or "") for path in sorted(tree)]
    facts = [extract(tree[file.path].encode(), file.language, frozenset()) for file in files]
    return assemble(AssembleInput(Repository("r", "https://example.org/r/"), files, facts, agent="test"), cache)


def assert_same(cached: Graph, full: Graph) -> None:
    assert {name for name in full.tables if not full.tables[name].equals(cached.tables[name])} == set()
    assert cached.call_sites == full.call_sites


def edited(tree: Mapping[str, str], random_: random.Random) -> dict[str, str]:
    """The tree with one line more, less or changed, or with another file."""
    path = random_.choice(sorted(tree))
    lines = tree[path].split("\n")
    at = random_.randrange(len(lines))
    match random_.randrange(6):
        case 0:
            lines.insert(at, "")
        case 1:
            del lines[at]
        case 2:
            lines[at] = lines[at].replace("area", "twice")
        case 3:
            lines.insert(at, lines[random_.randrange(len(lines))])
        case 4:
            return {**tree, f"x/{path}": tree[path]}
        case _:
            return {each: text for each, text in tree.items() if each != path or len(tree) < 6}
    return {**tree, path: "\n".join(lines)}


@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.once) for seed in range(1, 4))])
def test_a_build_with_earlier_answers_is_one_from_nothing(seed: int) -> None:
    random_ = random.Random(seed)
    tree: dict[str, str] = dict(TREE)
    cache = MemoryCache()
    for _ in range(12):
        assert_same(build(tree, cache), build(tree, None))
        tree = edited(tree, random_)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The paths of the files whose uses are resolved."""
    paths: list[str] = []
    original = ScopedProgram.uses_of_files

    def noted(program: ScopedProgram, numbers: Iterable[int]) -> list[FileUses]:
        chosen = list(numbers)
        paths.extend(program.index.files[number].path for number in chosen)
        return original(program, chosen)

    monkeypatch.setattr(ScopedProgram, "uses_of_files", noted)
    return paths


@pytest.mark.parametrize(
    ("path", "old", "new", "expected"),
    [
        ("c/a.cpp", "return area(a)", "return 2 * area(a)", []),
        ("q/Use.java", "s.area(1)", "s.area(2) + s.area(3)", ["q/Use.java"]),
        ("q/Use.java", "    return", "\n    return", ["q/Use.java"]),
        ("p/Square.java", "return twice(a);", "return twice(a) + twice(a);", ["p/Square.java"]),
        ("n/n.go", "return s.Area()", "return s.Area() + s.Area()", ["n/n.go"]),
        ("web/b.ts", "area(a) + area(a)", "area(a) + area(a) + area(a)", ["web/b.ts"]),
        ("p/Square.java", "int twice(int a)", "int twice(long a)", ["p/Shape.java", "p/Square.java", "q/Use.java"]),
    ],
)
def test_only_what_may_have_changed_is_asked(
    asked: list[str], path: str, old: str, new: str, expected: list[str]
) -> None:
    cache = MemoryCache()
    build(TREE, cache)
    asked.clear()
    assert old in TREE[path]
    changed = {**TREE, path: TREE[path].replace(old, new)}
    cached = build(changed, cache)
    assert asked == expected
    assert_same(cached, build(changed, None))


def test_nothing_is_asked_where_nothing_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    cache = MemoryCache()
    build(TREE, cache)
    made: list[int] = []
    original = ScopedProgram.__post_init__
    monkeypatch.setattr(ScopedProgram, "__post_init__", lambda program: (made.append(1), original(program))[1])
    changed = {**TREE, "c/a.cpp": TREE["c/a.cpp"] + "\n"}
    cached = build(changed, cache)
    assert not made
    assert_same(cached, build(changed, None))
    assert made
