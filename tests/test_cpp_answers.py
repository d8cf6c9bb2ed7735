"""Answers kept from one build to the next: never another graph than from nothing, and few questions asked again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from hashlib import sha256
from random import Random
from typing import TypeVar

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from kgraph.assemble.assemble import AssembleInput, KeptTables, assemble
from kgraph.assemble.cpp import kept_rows, resolver
from kgraph.assemble.cpp.call_cache import QUESTION
from kgraph.assemble.cpp.declarations import names_consulted, restrict_to
from kgraph.assemble.cpp.include_closure import IncludeClosure
from kgraph.assemble.cpp.overloads import Call, CallResolver
from kgraph.assemble.kept_uses import PreviousUses
from kgraph.assemble.use_tables import SpelledUses
from kgraph.extract import extract
from kgraph.extract.cpp.macros import attribute_macros, harvest
from kgraph.model import ExtractResult, Graph, Repository, SourceFile

REPOSITORY = Repository("r", "https://example.org/r/")
Tree = dict[str, str]
Choice = TypeVar("Choice")


class Memory(dict[str, bytes]):
    """What a build keeps: as in a pipeline, only what the last one used."""

    def __init__(self, former: Mapping[str, bytes]) -> None:
        super().__init__()
        self._previous = former
        self.former: PreviousUses | None = getattr(former, "former", None)
        self.kept: KeptTables | None = getattr(former, "kept", None)  # of a process that builds again and again

    def get(self, key: str) -> bytes | None:  # type: ignore[override]
        if key in self._previous:
            self[key] = self._previous[key]
        return super().get(key)

    def put(self, key: str, data: bytes) -> None:
        self[key] = data

    def retain(self, key: str) -> None:
        self.get(key)


@cache
def read(text: str, language: str, macros: frozenset[str]) -> ExtractResult:
    return extract(text.encode(), language, macros)


def build(tree: Tree, memory: Memory | None) -> Graph:
    paths = sorted(tree)
    languages = {"py": "Python", "md": "Markdown", "m": "Objective-C"}
    files = [SourceFile(p, 1, "0" * 40, languages.get(p.rpartition(".")[2], "C++")) for p in paths]
    macros = attribute_macros(define for path in paths for define in harvest(tree[path].encode()))
    facts = [read(tree[file.path], file.language, macros) for file in files]
    names = [sha256(f"{tree[path]} {sorted(macros)}".encode()).hexdigest() for path in paths]
    source = AssembleInput(REPOSITORY, files, facts, agent="kgraph 0", names=names)
    if memory is None:
        return assemble(source)
    graph = assemble(replace(source, kept=memory.kept), memory, former=memory.former)
    memory.former = PreviousUses(graph.use_parts, lambda: graph["uses"])
    return graph


def same(one: Graph, other: Graph) -> None:
    assert one.call_sites == other.call_sites
    for name, table in one.tables.items():
        assert_frame_equal(table, other.tables[name])


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many questions each build asked."""
    counts: list[int] = []
    ask = resolver._ask

    def counted(questions: pl.DataFrame, seen: resolver._Seen) -> pl.DataFrame:
        counts.append(questions.height)
        return ask(questions, seen)

    monkeypatch.setattr(resolver, "_ask", counted)
    return counts


# --- a tree that edits can do anything to ---------------------------------------------------------------------------

NAMES = ("run", "size", "make", "at", "Alpha", "Beta")
CLASSES = ("Alpha", "Beta", "Gamma", "Handle")
SCOPES = ("one", "two", "one::inner")
FIELDS = ("run_", "beta_", "size")
MACROS = "#define OPEN namespace two { inline namespace v1 {\n#define CLOSE }}\n"


class Author:
    """Writes files whose few names mean many things, and changes them."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.count = 0

    def tree(self) -> Tree:
        headers = [f"src/{name}.h" for name in ("a", "b", "c")]
        tree = dict.fromkeys((*headers, "src/d.cpp", "src/e.cpp", "lib/f.cpp"), "")
        return {path: self.file(list(tree)) for path in tree} | {"README.md": "# Read me\n"}

    def one(self, *choices: Choice) -> Choice:
        return self.random.choice(choices)

    def type(self) -> str:
        name = self.one(*CLASSES, "Alias", "int", "auto")
        return self.one(name, name + "*", f"std::vector<{name}>", f"std::unique_ptr<{name}>", f"Handle<{name}>")

    def signature(self, name: str) -> str:
        parameters = ", ".join(f"{self.type()} p{n}" for n in range(self.random.randrange(3)))
        return f"{self.type()} {name}({parameters})"

    def call(self) -> str:
        name, other = self.one(*NAMES), self.one(*NAMES)
        arguments = ", ".join("1" * self.random.randrange(3))
        return self.one(
            f"{name}({arguments});",
            f"{self.one(*SCOPES, *CLASSES, '', 'std', 'outer', 'two::v1')}::{name}({arguments});",
            f"using {self.one(*SCOPES, 'std')}::{name}; {name}({arguments});",
            f"this->{name}({arguments});",
            f"{self.one(*FIELDS)}.{name}({arguments});",
            f"{self.one(*FIELDS)}->{other}().{name}({arguments});",
            f"{self.type()} v{self.count}; v{self.count}->{name}({arguments});",
            f"{self.type()} w{self.count}; w{self.count}[0].{other}().{name}({arguments});",
            f"{other}().{name}({arguments});",
            f"new {self.one(*CLASSES)}({arguments});",
            f"{self.one(*CLASSES)} x{self.count}({arguments});",
            f"table = {{ {name}, {other} }};",
            "memcpy(a, b, 1); std::async(f); size_of();",
        )

    def body(self) -> str:
        self.count += 1
        return "{\n" + "".join(f"  {self.call()}\n" for _ in range(self.random.randrange(1, 7))) + "}\n"

    def member(self, class_: str) -> str:
        name = self.one(*NAMES, "operator->", "operator[]", "operator*", class_)
        if name == class_:
            return f"  {class_}({self.one('', 'int a', 'int a, int b = 0')});\n"
        head = self.one("virtual ", "static ", "") + self.signature(name) + self.one("", " const", " override")
        return self.one(f"  {head} {self.body()}", f"  {head};\n", f"  {self.type()} {self.one(*FIELDS)};\n")

    def declaration(self) -> str:
        class_, base = self.one(*CLASSES), self.one(*CLASSES)
        match self.random.randrange(12):
            case 0 | 1:
                front = "template <typename T> " if class_ == "Handle" else ""
                bases = self.one("", f" : public {base}")
                return f"{front}class {class_}{bases} {{\n public:\n{self.member(class_)}{self.member(class_)}}};\n"
            case 2:
                return f"using Alias = {self.type()};\n"
            case 3:
                return f"#define {self.one('RUN', 'size', 'make')}(x) x\n"
            case 4:
                return f"static {self.signature(self.one(*NAMES))} {self.body()}"
            case 5:
                return f"{self.type()} {class_}::{self.one(*NAMES)}(int a) {self.body()}"
            case 6:
                return f"{self.type()} {self.one(*FIELDS)};\n"
            case 7:
                return self.using()
            case 8:
                return f"TEST_F({class_}, T{self.count}) {self.body()}"
            case _:
                return f"{self.signature(self.one(*NAMES))} {self.one(self.body(), ';')}"

    def using(self) -> str:
        scope, name = self.one(*SCOPES, "outer"), self.one(*NAMES, *CLASSES)
        return self.one(
            f"using {scope}::{name};\n",
            f"using std::{name};\n",
            f"using namespace {scope};\n",
            f"namespace outer = {scope};\n",
            f"namespace {name} = {scope};\n",
        )

    def block(self) -> str:
        inside = "".join(self.declaration() for _ in range(self.random.randrange(1, 4)))
        if self.random.random() < 0.15:
            return f"OPEN\n{inside}CLOSE\n"
        scope = self.one(*SCOPES, "inline deep", "two::inline v1", "", "")
        return f"namespace {scope} {{\n{inside}}}\n" if scope or self.random.random() < 0.3 else inside

    def file(self, paths: list[str]) -> str:
        headers = [path for path in paths if path.endswith(".h")]
        included = self.random.sample(headers, self.random.randrange(len(headers)))
        front = [*(f'#include "{path}"' for path in included), self.one(MACROS, "", "")]
        return "\n".join([*front, *(self.block() for _ in range(5))])

    def edited(self, tree: Tree) -> Tree:
        paths = [path for path in tree if not path.endswith((".md", ".py"))]
        path = self.one(*paths)
        lines = tree[path].split("\n")
        at = self.random.randrange(len(lines))
        self.count += 1
        match self.random.randrange(20):
            case 0:  # a new file, and with it other numbers of the files behind it
                return tree | {f"{self.one('lib', 'zoo')}/n{self.count}.{self.one('cpp', 'h')}": self.file(paths)}
            case 1:
                return {name: text for name, text in tree.items() if name != path or len(paths) < 4}
            case 2:
                return tree | {path: self.file(paths)}
            case 3:
                return tree | {f"a{self.count}.py": "import os\n"}
            case 4:  # a class or a function is renamed
                return tree | {path: tree[path].replace(self.one(*CLASSES, *NAMES), self.one(*CLASSES, *NAMES))}
            case 5:
                return tree | {path: f'#include "{self.one(*paths)}"\n{tree[path]}'}
            case 6:  # the lines move
                return tree | {path: "// moved\n" + tree[path]}
            case 7:
                return tree | {path: tree[path] + "\n" + self.declaration()}
            case 8:  # a line is taken away: a call, a signature, half of a class
                return tree | {path: "\n".join(lines[:at] + lines[at + 1 :])}
            case 9:
                return tree | {path: "\n".join([*lines, f"void g{self.count}() {self.body()}"])}
            case 10:
                return tree | {path: "\n".join([*lines[:at], self.using(), *lines[at:]])}
            case 11:  # a macro opens another namespace, or a namespace is no longer inline
                old, new = self.one(("namespace two {", "namespace one {"), ("inline namespace", "namespace"))
                return tree | {path: tree[path].replace(old, new)}
            case _:  # another type, or another number of parameters, often in a signature
                called = [n for n, line in enumerate(lines) if "(" in line and not line.startswith("#")]
                at = self.random.choice(called) if called else at
                old, new = self.one(*CLASSES, "("), self.one(*CLASSES)
                changed = lines[at].replace(old, new) if old != "(" else lines[at].replace("(", f"({new} q, ", 1)
                return tree | {path: "\n".join([*lines[:at], changed, *lines[at + 1 :]])}

    def walk(self, steps: int) -> Iterator[Tree]:
        tree = self.tree()
        for _ in range(steps):
            yield tree
            tree = self.edited(tree)


@pytest.mark.parametrize("seed", [0, 1, *(pytest.param(seed, marks=pytest.mark.once) for seed in range(2, 6))])
def test_whatever_is_edited_the_graph_is_the_one_from_nothing(
    seed: int, asked: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """In processes that build once, and in one that builds again and again."""
    monkeypatch.setattr(kept_rows, "_MAX_SHARE", 1)  # few files are not all resolved whenever two change
    memories = {"once": Memory({}), "resident": Memory({})}
    memories["resident"].kept = KeptTables()
    resolved, anew, again = 0, 0, dict.fromkeys(memories, 0)
    for tree in Author(seed).walk(12):
        fresh = build(tree, None)
        anew += sum(asked)
        asked.clear()
        for process in memories:
            memories[process] = Memory(memories[process])
            same(build(tree, memories[process]), fresh)
            again[process] += sum(asked)
            asked.clear()
        resolved += fresh.call_sites["inferred"]
    assert resolved > 100
    assert max(again.values()) < 0.8 * anew, "the memory is of no use"


@pytest.mark.parametrize(
    ("file", "old", "new", "files"),
    [
        ("use.cpp", "s.area(1);", "\n\ns.area(2);", ["use.cpp"]),
        ("use.cpp", "int g()", "int other() { return 1; }\nint g()", ["use.cpp"]),
        ("use.cpp", "int g()", "int h() { return 1; }\nint g()", ["use.cpp"]),
        ("shape.cpp", "int Shape::area(int scale)", "int area(int);\nint Shape::area(int)", ["shape.cpp", "use.cpp"]),
        ("shape.h", "round(int)", "round(int, int)", ["shape.cpp", "use.cpp"]),
        ("shape.h", "class Shape {", "class Form {", None),  # a type may be meant anywhere
        ("shape.h", "int round", "int Shape(int);\nint round", None),  # so may what is called as a type is
        ("shape.cpp", "Shape::Shape(int n)", "int operator*(Shape);\nShape::Shape(int n)", None),
    ],
)
def test_only_files_that_spell_a_name_are_looked_at(
    file: str, old: str, new: str, files: list[str] | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept_rows, "_MAX_SHARE", 1)
    asked: list[list[int]] = []
    parts = SpelledUses.parts

    def recorded(uses: SpelledUses) -> Iterator[pl.DataFrame]:
        each = list(parts(uses))
        asked.append(sorted({number for part in each for number in part["file"]}))
        return iter(each)

    monkeypatch.setattr(SpelledUses, "parts", recorded)
    build(SHAPES, memory := Memory({}))
    edited = {**SHAPES, file: SHAPES[file].replace(old, new)}
    same(build(edited, Memory(memory)), build(edited, None))
    looked_at = [sorted(SHAPES)[number] for number in asked[1]]
    assert looked_at == (["shape.cpp", "use.cpp"] if files is None else files)


def test_an_answer_depends_on_no_more_names_than_it_may_see() -> None:
    """Each question is asked twice: with all functions, variables and macros, and with those of the names alone."""
    answers = 0
    for seed in range(3):
        tree = Author(seed).tree()
        for questions, seen in questions_of(tree):
            whole = CallResolver(names := seen.index(seen.declared))
            for question in questions.iter_slices(1):
                part = seen.index(restrict_to(seen.declared, names_consulted(question, seen.declared)))
                call = Call._make(question.select(QUESTION).row(0))
                expected = resolver._answer(whole, names, call)
                assert resolver._answer(CallResolver(part), part, call) == expected
                answers += expected is not None
    assert answers > 100


def questions_of(tree: Tree) -> list[tuple[pl.DataFrame, resolver._Seen]]:
    found: list[tuple[pl.DataFrame, resolver._Seen]] = []
    ask = resolver._ask

    def listening(questions: pl.DataFrame, seen: resolver._Seen) -> pl.DataFrame:
        found.append((questions, seen))
        return ask(questions, seen)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(resolver, "_ask", listening)
        build(tree, None)
    return found


# --- what is asked again --------------------------------------------------------------------------------------------

SHAPES: Tree = {
    "shape.h": (
        "class Shape {\n public:\n  Shape(int n);\n  int area(int scale);\n  Shape* next();\n};\nint round(int);\n"
    ),
    "shape.cpp": '#include "shape.h"\nShape::Shape(int n) {}\nint Shape::area(int scale) { return round(scale); }\n',
    "use.cpp": (
        '#include "shape.h"\nint f(Shape& s) { s.area(1); s.next()->area(2); Shape t(3); return round(4); }\n'
        "int g() { return f(h()); }\n"
    ),
}
QUESTIONS = 7  # without h, which has no meaning in this tree


def asked_after(edited: Tree, asked: list[int]) -> int:
    build(SHAPES, memory := Memory({}))
    asked.clear()
    kept = build(edited, Memory(memory))
    count = sum(asked)
    same(kept, build(edited, None))
    return count


@pytest.mark.parametrize(
    ("file", "old", "new", "count"),
    [
        ("use.cpp", "int f", "\n\nint f", 0),  # the lines move
        ("use.cpp", "s.area(1);", "s.area(1); s.area(5); s.area(1, 2);", 1),  # s.area(5) is the same question
        ("shape.h", "round(int)", "round(int, int)", 2),
        ("shape.h", "next()", "next(int)", 2),
        ("shape.h", "Shape(int n)", "Shape(int n, int m = 0)", 1),
        ("shape.h", "class Shape {", "class Shape : Base {", QUESTIONS),
        ("use.cpp", '#include "shape.h"\n', "", QUESTIONS),
    ],
)
def test_what_an_edit_asks_again(file: str, old: str, new: str, count: int, asked: list[int]) -> None:
    assert asked_after(SHAPES | {file: SHAPES[file].replace(old, new)}, asked) == count


MANY: Tree = {
    "many.h": (
        "class Shape {\n public:\n  Shape(int n);\n  int area();\n};\nclass Field {\n public:\n  int area();\n};\n"
        "using Alias = Shape;\n"
        "class Handle {\n public:\n  Shape* operator->();\n  Shape& operator[](int n);\n  Shape& get();\n"
        "  Shape shape_;\n};\nShape& make();\n"
    ),
    "use.cpp": (
        '#include "many.h"\nHandle all;\n'
        "int f(Handle& h) { return h->area() + h[0].area() + h.get().area() + h.shape_.area(); }\n"
        "int k() { return all.get().area(); }\n"
        "int g() { Alias a(1); return make().area(); }\n"
    ),
}


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("many.h", "Shape* operator->", "Field* operator->"),
        ("many.h", "Shape& operator[]", "Field& operator[]"),
        ("many.h", "Shape& get()", "Field& get()"),
        ("many.h", "Shape shape_", "Field shape_"),
        ("many.h", "Shape& make()", "Field& make()"),
        ("many.h", "Shape(int n)", "Shape(int n, int m)"),  # constructed by its alias
        ("many.h", "using Alias = Shape", "using Alias = Field"),
        ("many.h", "class Field {", "class Field : public Shape {"),
        ("use.cpp", "Handle all", "Field all"),
    ],
)
def test_what_a_name_on_the_way_changes(file: str, old: str, new: str) -> None:
    tree = MANY | {file: MANY[file].replace(old, new)}
    build(MANY, memory := Memory({}))
    fresh = build(tree, None)
    same(build(tree, Memory(memory)), fresh)
    with pytest.raises(AssertionError):
        assert_frame_equal(build(MANY, None)["uses"].drop("at_lines"), fresh["uses"].drop("at_lines"))


RULED: Tree = {
    "own.h": (
        "struct Pen {\n  ~Pen();\n  explicit operator bool() const;\n  void other();\n};\n"
        "struct Call { int operator()(int) const; };\nstruct Holder { Call call; };\n"
    ),
    "use.cpp": (
        '#include "own.h"\nvoid drop(Pen* pen) { delete pen; }\nint ask(Pen& pen) { if (!pen) return 1; return 0; }\n'
        "int call(Holder& holder) { return holder.call(1); }\n"
    ),
    "own.m": "@interface Shape\n@property int width;\n- (int)area;\n@end\n",
    "use.m": "@implementation Shape\n- (int)area {\n  [self setWidth:1];\n  return 0;\n}\n@end\n",
}


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("own.h", "  ~Pen();\n", ""),
        ("own.h", "void other();", "bool operator!() const;"),
        ("own.h", "int operator()(int) const;", "int run(int) const;"),
        ("own.m", "int width", "int height"),
    ],
)
def test_what_rules_look_at_beside_the_name(file: str, old: str, new: str) -> None:
    """A destructor, a conversion, a field's `operator()` and a property's setter are named otherwise where they are
    used than where they are declared."""
    tree = RULED | {file: RULED[file].replace(old, new)}
    build(RULED, memory := Memory({}))
    fresh = build(tree, None)
    same(build(tree, Memory(memory)), fresh)
    with pytest.raises(AssertionError):
        assert_frame_equal(build(RULED, None)["uses"].drop("at_lines"), fresh["uses"].drop("at_lines"))
    build(tree, memory := Memory({}))
    same(build(RULED, Memory(memory)), build(RULED, None))


USINGS: Tree = {
    "lib.h": (
        "namespace lib { inline namespace v1 { void run(int n); } void turn(); namespace detail { void deep(); } }\n"
        "namespace other { void run(int n); void turn(); namespace detail { void deep(); } }\n"
        "class Base {};\nclass Fixture : public Base { void prepare(); };\nclass Other { void prepare(); };\n"
    ),
    "use.cpp": (
        '#include "lib.h"\nnamespace shorter = lib::detail;\nusing lib::turn;\n'
        "namespace user { using namespace lib; void f() { run(1); } }\nvoid g() { turn(); shorter::deep(); }\n"
    ),
    "test.cpp": '#include "lib.h"\nTEST_F(Fixture, One) { prepare(); }\n',
    "test2.cpp": '#include "lib.h"\nTEST_F(Other, Two) { prepare(); }\n',
}


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("use.cpp", "using lib::turn", "using other::turn"),
        ("use.cpp", "using namespace lib", "using namespace other"),
        ("use.cpp", "shorter = lib::detail", "shorter = other::detail"),
        ("lib.h", "inline namespace", "namespace"),
        ("test2.cpp", "Other", "Fixture"),
    ],
)
def test_what_tells_where_names_are_looked_up_asks_again(file: str, old: str, new: str) -> None:
    tree = USINGS | {file: USINGS[file].replace(old, new)}
    build(USINGS, memory := Memory({}))
    fresh = build(tree, None)
    same(build(tree, Memory(memory)), fresh)
    with pytest.raises(AssertionError):
        assert_frame_equal(build(USINGS, None)["uses"].drop("at_lines"), fresh["uses"].drop("at_lines"))


def test_files_of_other_languages_ask_nothing(asked: list[int]) -> None:
    assert asked_after(SHAPES | {"README.md": "# Shapes\n", "a.py": "x = 1\n"}, asked) == 0


def test_answers_that_nobody_asks_for_are_forgotten() -> None:
    memory = Memory({})
    sizes = []
    for number in range(40):
        tree = SHAPES | {"use.cpp": SHAPES["use.cpp"].replace("s.area(1);", "s.area(1" + ", 1" * number + ");")}
        memory = Memory(memory)
        build(tree, memory)
        sizes.append(sum(map(len, memory.values())))
    assert max(sizes) < 1.5 * sizes[1]


def test_what_files_see_through_circles_of_includes() -> None:
    edges = [(0, 1), (1, 2), (2, 0), (2, 3), (4, 3), (5, 5)]
    visible = IncludeClosure(pl.DataFrame(edges, schema=["file", "target"], orient="row"))
    assert [bin(visible(file).bits) for file in range(7)] == [
        *["0b1111"] * 3,
        "0b1000",
        "0b11000",
        "0b100000",
        "0b1000000",
    ]
