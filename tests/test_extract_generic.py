"""Files of many languages in, facts out."""

from __future__ import annotations

import builtins
import gc
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kgraph.extract import extract, other
from kgraph.extract.treesitter import grammars, walk
from kgraph.languages import detect_by_name
from kgraph.model import Diagnostic, FileFacts, Kind, LinkFact, Skipped, SymbolFact

FOLDER = Path(__file__).parent / "samples" / "languages"
SAMPLES = {detect_by_name(file.name): file.read_text() for file in sorted(FOLDER.iterdir())}

EXPECTED: dict[str, list[str]] = {
    "JSON": ["2-2 Property a", "3-5 Property b c"],
    "YAML": ["1-1 Property a", "2-3 Property b c", "5-6 Property add", "7-7 Property two"],
    "TOML": ["1-1 Property a", "2-4 Property tool.x", "5-6 Property list"],
    "INI": ["1-3 Property one", "4-5 Property two"],
    "Jupyter Notebook": ["4-8 Heading Title", "8-8 Heading Title Part"],
    "Shell": ["2-4 Function say", "5-5 Variable A", "7-7 Variable C"],
    "CMake": ["3-3 Variable SRC", "4-4 Variable TESTS", "5-8 Function add_it", "9-11 Target core"],
    "Dockerfile": ["1-1 Target build"],
    "Makefile": ["1-1 Variable CC", "3-4 Target all"],
    "Protocol Buffer": [
        "5-11 Struct a.b Thing",
        "7-7 Field a.b.Thing name",
        "8-8 Field a.b.Thing m",
        "9-9 Field a.b.Thing x",
        "10-10 Enum a.b.Thing Kind",
        "10-10 Enumerator a.b.Thing.Kind NONE",
        "12-14 Class a.b Svc",
        "13-13 Method a.b.Svc Get",
    ],
    "Starlark": ["2-2 Variable X", "3-4 Function f", "5-8 Target it"],
    "Java": [
        "3-10 Class C",
        "5-5 Field C x",
        "5-5 Field C y",
        "6-6 Constructor C C",
        "7-7 Method C m",
        "8-8 Method C m",
        "9-9 Enum C E",
        "9-9 Enumerator C.E P",
    ],
    "JavaScript": [
        "2-5 Class A",
        "3-3 Field A f",
        "4-4 Method A m",
        "6-6 Function g",
        "7-7 Function h",
        "7-7 Variable i",
    ],
    "TypeScript": [
        "1-1 Class I",
        "1-1 Field I a",
        "1-1 Method I m",
        "2-2 TypeAlias T",
        "3-3 Enum E",
        "3-3 Enumerator E A",
        "4-4 Namespace N",
        "4-4 Function N f",
    ],
    "TSX": ["1-1 Function X"],
    "Go": ["3-5 Struct T", "4-4 Field T A", "6-6 Method T M", "7-7 Variable x"],
    "Rust": ["3-3 Struct S", "3-3 Field S a", "5-5 Method S f", "7-7 Macro m"],
    "Ruby": ["1-7 Namespace M", "3-6 Class M A", "4-5 Method M::A m"],
    "C#": [
        "1-7 Namespace N.M",
        "2-6 Class N.M A",
        "3-3 Field N.M.A x",
        "3-3 Field N.M.A y",
        "4-4 Property N.M.A P",
        "5-5 Method N.M.A M",
    ],
    "PHP": ["2-2 Namespace A", "3-3 Class C", "3-3 Field C $p", "3-3 Method C m", "4-4 Function f"],
    "HTML": ["1-2 Heading A"],
}


def facts(text: str | bytes, language: str) -> FileFacts:
    """The facts of a file that can be read."""
    found = extract(text.encode() if isinstance(text, str) else text, language)
    assert isinstance(found, FileFacts), found
    return found


def check(found: FileFacts | Skipped) -> None:
    """What holds for all facts."""
    if isinstance(found, Skipped):
        return
    for index, symbol in enumerate(found.symbols):
        assert -1 <= symbol.parent < index
        assert 1 <= symbol.start <= symbol.end <= found.lines
        assert symbol.name
        for text in (symbol.name, symbol.scope, symbol.key, symbol.signature, symbol.doc, *symbol.modifiers):
            assert text.encode().decode() == text
            assert not any(ord(each) < 32 and each not in "\n\t" for each in text)
    for link in found.links:
        assert link.target.encode()
        assert 1 <= link.line <= found.lines
    for diagnostic in found.diagnostics:
        assert 1 <= diagnostic.line <= max(found.lines, 1)


@pytest.mark.parametrize("language", sorted(SAMPLES))
def test_symbols(language: str) -> None:
    assert SAMPLES.keys() == EXPECTED.keys()
    found = facts(SAMPLES[language], language)
    check(found)
    assert found.read_as == "syntax"
    assert found.diagnostics == ()
    assert found.lines == SAMPLES[language].count("\n")
    assert [" ".join(f"{s.start}-{s.end} {s.kind} {s.scope} {s.name}".split()) for s in found.symbols] == EXPECTED[
        language
    ]


@pytest.mark.parametrize(
    ("language", "links"),
    [
        ("Shell", [("./lib.sh", 8)]),
        ("CMake", [("/src/b.cc", 10), ("a.cc", 9), ("cmake/x.cmake", 13), ("test", 12)]),
        ("Dockerfile", [("a.txt", 2), ("b.txt", 2)]),
        ("Makefile", [("rules.mk", 7)]),
        ("Starlark", [("/tools/defs.bzl", 1), ("a.cc", 7)]),
        ("Jupyter Notebook", [("x.py", 5)]),
        ("HTML", [("b.md", 2)]),
    ],
)
def test_links(language: str, links: list[tuple[str, int]]) -> None:
    assert sorted((each.target, each.line) for each in facts(SAMPLES[language], language).links) == links


def test_what_a_method_says() -> None:
    found = facts(SAMPLES["Java"], "Java").symbols
    assert (found[0].doc, found[0].signature, found[0].access) == ("A class.", "@A public class C extends B", "public")
    assert found[1].signature == "private int x = 1, y"
    assert found[4] == SymbolFact(
        Kind.METHOD,
        "m",
        7,
        7,
        scope="C",
        parent=0,
        key="(String,int[])",
        arity=2,
        local=True,
        signature="static void m(String s, int... r)",
        modifiers=("static",),
    )
    assert found[5].key == "()"


@pytest.mark.parametrize(
    ("language", "name", "doc"),
    [
        ("Shell", "say", "Says it."),
        ("Protocol Buffer", "Thing", "A thing."),
        ("Protocol Buffer", "name", "Its name."),
        ("Protocol Buffer", "m", ""),
        ("Go", "T", "T is it."),
        ("Rust", "S", "A struct."),
        ("Ruby", "A", "It."),
        ("CMake", "TESTS", "Build tests"),
    ],
)
def test_comments(language: str, name: str, doc: str) -> None:
    assert next(each.doc for each in facts(SAMPLES[language], language).symbols if each.name == name) == doc


def test_repeated_keys_are_numbered() -> None:
    assert [each.key for each in facts("a: 1\na: 2\nb: 3\n", "YAML").symbols] == ["", "-1", ""]


def test_an_unknown_language_is_listed() -> None:
    assert facts("a\nb", "Klingon") == FileFacts(lines=2)
    assert facts("", "") == FileFacts(lines=0)
    assert facts(b"a\r\nb\rc", "Text") == FileFacts(lines=3)


def test_binary_content_is_listed() -> None:
    assert other.extract(b"{}\0", "JSON") == FileFacts(lines=0)


def test_large_data_is_listed() -> None:
    assert facts('{"a": [\n' + "1,\n" * 400_000 + "1]}\n", "JSON") == FileFacts(
        lines=400_002, diagnostics=(Diagnostic(0, "not parsed: larger than 1 MB"),)
    )
    assert facts("1\n" * 600_000, "Scala") == FileFacts(lines=600_000)  # which nobody would have parsed


def test_large_code_is_read_unless_its_lines_are_long() -> None:
    comments = "// what a person would write on one line of a long file\n" * 20_000
    assert [each.name for each in facts("class A {}\n" + comments, "Java").symbols] == ["A"]
    minified = "var a = 1;" * 120_000
    assert facts(minified, "JavaScript").diagnostics == (Diagnostic(0, "not parsed: larger than 1 MB"),)


def test_without_the_grammars_a_file_is_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    def none(module: str, *args: Any) -> Any:
        if module.startswith("tree_sitter_"):
            raise ImportError(module)
        return builtins.__import__(module)

    monkeypatch.setattr(walk, "import_module", none)
    for cached in (walk.parser, other._reader, other.find_scoped_reader):
        cached.cache_clear()
    try:
        for language in {*grammars.GRAMMARS, "Java", "JSON", "YAML", "TOML"} - {"Makefile", "Starlark"}:
            reason = f"not parsed: the grammar of {language} is not installed"
            assert facts("a\n", language) == FileFacts(lines=1, diagnostics=(Diagnostic(0, reason),))
        assert facts("a\n", "Scala") == FileFacts(lines=1)  # which has no grammar here to install
    finally:
        for cached in (walk.parser, other._reader, other.find_scoped_reader):
            cached.cache_clear()


def test_damage_is_told() -> None:
    found = facts("class A {\n  void m() {}\n  ) (\n}\n", "Java")
    assert [each.name for each in found.symbols] == ["A", "m"]
    assert found.diagnostics == (Diagnostic(3, "syntax error"),)


def test_yaml_that_would_crash_its_grammar_is_listed() -> None:
    message = "nested too deeply for the YAML grammar"
    assert facts("a: 1\n" + "- " * 5000, "YAML") == FileFacts(2, diagnostics=(Diagnostic(2, message),))
    deep = "".join(" " * depth + "a:\n" for depth in range(1000))
    assert facts(deep, "YAML").read_as == "listed"


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("CMake", "#[[\n" * 20_000),
        ("CMake", 'set(A0 "aaaaaaaa")\n' + "".join(f"set(A{i + 1} ${{A{i}}}${{A{i}}})\n" for i in range(60))),
        ("Protocol Buffer", "/* \n" * 20_000),
        ("Protocol Buffer", "message A {" * 20_000),
        ("INI", "[a]\n" * 20_000),
        ("HTML", "<!--" * 100_000),
        ("JSON", "[" * 100_000),
        ("Shell", "$(" * 20_000),
    ],
)
def test_hostile_content_stays_cheap(language: str, text: str) -> None:
    check(facts(text, language))  # each takes minutes, or all memory, where something is done twice over


@pytest.mark.parametrize(
    ("label", "path"),
    [
        ("//a/b:c.bzl", "/a/b/c.bzl"),
        (":c.cc", "c.cc"),
        ("c.cc", "c.cc"),
        ("d/c.cc", "d/c.cc"),
        ("//a:b", ""),
        ("@x//a:b.bzl", ""),
        ("*.h", ""),
    ],
)
def test_labels_of_bazel(label: str, path: str) -> None:
    links = facts(f'load("{label}")\n', "Starlark").links
    assert links == ((LinkFact(path, 1),) if path else ())


@pytest.mark.parametrize("language", sorted(SAMPLES))
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_damaged_files(language: str, data: st.DataObject) -> None:
    source = bytearray(SAMPLES[language].encode())
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(source)))
        until = data.draw(st.integers(at, min(at + 20, len(source))))
        source[at:until] = data.draw(
            st.binary(max_size=6) | st.sampled_from([b"\n", b"{", b"(", b'"', b"\x01", b"\r", b'"\\ud800"'])
        )
    check(other.extract(bytes(source), language))


@pytest.mark.parametrize(
    ("language", "source"),
    [
        ("Java", "class A { int m(A other) { A a = other; for (A each : a.all()) { each.m(a); } return 1; } }\n"),
        (
            "Go",
            "package p\nfunc f(x *T) {\n\ty := x.g()\n\tfor _, z := range y.all() {\n\t\tz.h(y)\n\t}\n}\n",
        ),
        ("TypeScript", "function f(x: T) {\n  const y = x.g();\n  return y.map((z) => z.h(y));\n}\n"),
        ("C#", "class A { int M(A other) { var a = other.B(); return a.M(other); } }\n"),
    ],
)
def test_a_file_leaves_nothing_that_a_collection_would_have_to_find(language: str, source: str) -> None:
    content = source.encode()
    extract(content, language)  # what is made once
    gc.collect()
    gc.disable()
    try:
        found = extract(content, language)
        assert isinstance(found, FileFacts)
        assert found.uses.names
        assert gc.collect() == 0
    finally:
        gc.enable()


@pytest.mark.parametrize(
    ("language", "text", "signatures"),
    [
        ("Ruby", "module M # 1\n  # 2\n  X = 1\nend\n", ["module M", "X = 1"]),
        ("Ruby", "class A < B # 1\n  # 2\n  def m; end\nend\n", ["class A < B", "def m; end"]),
        ("Ruby", "def m(a, # 1\n  b = '#2') # 3\n  a\nend\n", ["def m(a, b = '#2')"]),
        ("PHP", "<?php\n#[P]\nfunction f($a, # 1\n  #[S] $b) # 2\n{}\n", ["#[P] function f($a, #[S] $b)"]),
    ],
)
def test_no_comment_stands_in_a_signature(language: str, text: str, signatures: list[str]) -> None:
    assert [symbol.signature for symbol in facts(text, language).symbols] == signatures


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("interface A {\n  (): B\n\n  /** C. */\n  <T extends B, U>(of: [...T[], U]): C\n  d: string\n}\n", ["A", "d"]),
        ("export interface A<\n  in out T,\n  out U extends T = T,\n> {\n  b: T\n}\n", ["A", "b"]),
        ("export type * from './a'\nexport class B {}\n", ["B"]),
        ("const a = b\n  < c\nfunction d() {\n", ["a"]),  # a comparison stays one, though the file has an error
    ],
)
def test_typescript_that_the_grammar_stumbles_over_is_read(source: str, names: list[str]) -> None:
    found = extract(source.encode(), "TypeScript")
    assert isinstance(found, FileFacts)
    assert [symbol.name for symbol in found.symbols] == names
    assert bool(found.diagnostics) == source.endswith("{\n")


@pytest.mark.parametrize(
    ("source", "names", "used"),
    [
        (
            "class A {\n  context(s: S, t: (Int) -> Unit)\n  @B private fun c() { d() }\n  fun e() {}\n}\n",
            ["A", "c", "e"],
            {"B", "d"},
        ),
        (
            "fun a(b: B) = when (b) {\n  is C if b.d() -> e()\n  is F -> if (g()) h() else i()\n  else -> j()\n}\n",
            ["a"],
            {"B", "C", "d", "e", "F", "g", "h", "i", "j"},
        ),
        ('fun a(b: B) = $$"c $d or $$b"\nfun e() = $$"""\n  $f "g" $$h\n"""\n', ["a", "e"], {"B", "h"}),
    ],
)
def test_kotlin_that_the_grammar_stumbles_over_is_read(source: str, names: list[str], used: set[str]) -> None:
    found = extract(source.encode(), "Kotlin")
    assert isinstance(found, FileFacts)
    assert ([symbol.name for symbol in found.symbols], found.diagnostics) == (names, ())
    assert {re.split(r"\W", path)[-1] for path in found.uses.names.split("\n")} == used
