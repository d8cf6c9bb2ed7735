"""Colours of sources by grammars: what has which, and that the text stays what it is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgraph.extract.treesitter.walk import parser
from kgraph.pages.grammar_colours import COLOURS, colour
from kgraph.pages.highlight import pygments_class, split_lines

# Of each language: a text, and a word in it of each class.
SAMPLES = {
    "C": ("int new(char *s) { /* x */ return new(\"y\") + 42; }\n", "k:return c:/* s:\"y\" m:42 n:new"),
    "C++": ("class A { int f() { return 42; } }; // x\nauto s = \"y\";\n", "k:class c:// s:\"y\" m:42 n:f n:A"),
    "CUDA": ("__global__ void k() { f(42, 'y'); return; } // x\n", "k:return c:// s:'y' m:42 n:k"),
    "C#": ("class A { int F() { return 42; } /* x */ string s = \"y\"; }\n", "k:class c:/* s:\"y\" m:42 n:F"),
    "Go": ("package a\nfunc f() string { return \"y\" + g(42) } // x\n", "k:func c:// s:\"y\" m:42 n:f"),
    "HCL": ('a "b" { # x\n  c = [42, true, "y"]\n}\n', "k:true c:# s:\"y\" m:42"),
    "Java": ("class A { int f() { return g(\"y\", 42); } } // x\n", "k:class c:// s:\"y\" m:42 n:f"),
    "JavaScript": ("function f() { return g(`y`, 42, null); } // x\n", "k:function c:// s:`y` m:42 n:f k:null"),
    "JSON": ('{"y": [42, true]}\n', "k:true s:\"y\" m:42"),
    "Kotlin": ("fun f(): Int { return g(\"y\", 42) } // x\n", "k:fun c:// s:\"y\" m:42 n:f"),
    "Makefile": ("ifeq (a,b)\ninclude x.mk # x\nendif\n", "k:ifeq c:#"),
    "PHP": ("<?php\nfunction f() { return g('y', 42); } // x\n", "k:function c:// s:'y' m:42 n:f"),
    "Python": ("@d(1)\ndef f():\n    return g('y', 42, None)  # x\n", "k:def c:# s:'y' m:42 n:f n:d k:None"),
    "Ruby": ("def f\n  g('y', 42, nil) # x\nend\n", "k:def c:# s:'y' m:42 n:f k:nil"),
    "Rust": ("fn f() -> u8 { g(\"y\", 42, true) } // x\n", "k:fn c:// s:\"y\" m:42 n:f k:true k:u8"),
    "Shell": ("f() { # x\n  if true; then echo 'y'; fi\n}\n", "k:if c:# s:'y' n:f"),
    "Starlark": ("def f():\n    return g('y', 42)  # x\n", "k:def c:# s:'y' m:42 n:f"),
    "Swift": ("func f() -> Int { return g(\"y\", 42) } // x\n", "k:func c:// s:\"y\" m:42 n:f"),
    "TOML": ("a = 42 # x\nb = 'y'\nc = true\n", "k:true c:# s:'y' m:42"),
    "TSX": ("function f(): any { return g(`y`, 42); } // x\n", "k:function c:// s:`y` m:42 n:f"),
    "TypeScript": ("interface A {}\nfunction f() { return g('y', 42) } // x\n", "k:return c:// s:'y' m:42 n:f n:A"),
    "YAML": ("a: 42 # x\nb: 'y'\nc: true\n", "k:true c:# s:'y' m:42"),
}  # fmt: skip


def classes(language: str, text: str) -> list[tuple[str, str]]:
    return [(style, part) for line in split_lines(language, "a", text) for style, part, _ in line]


def test_every_grammar_with_colours_has_a_sample() -> None:
    assert SAMPLES.keys() == COLOURS.keys()


@pytest.mark.parametrize("language", sorted(COLOURS))
def test_words_have_the_colour_of_their_kind(language: str) -> None:
    text, wanted = SAMPLES[language]
    found = classes(language, text)
    for want in wanted.split():
        style, _, word = want.partition(":")
        assert any(style == own and word in part for own, part in found), (want, found)
    assert "".join(part for _, part in found) == text.replace("\n", "")


@pytest.mark.parametrize("language", sorted(COLOURS))
def test_a_table_names_kinds_that_the_grammar_has(language: str) -> None:
    colours = COLOURS[language]
    parse = parser(colours.module, colours.function)
    assert parse is not None
    assert parse.language is not None
    grammar = parse.language
    known = {
        grammar.node_kind_for_id(id_)
        for id_ in range(grammar.node_kind_count)
        if grammar.node_kind_is_named(id_) and grammar.node_kind_is_visible(id_)
    }
    kinds = " ".join((colours.comments, colours.strings, colours.numbers, colours.words, colours.code))
    assert set(kinds.split()) - known == set()


class TestCode:
    """What a name can be in: code, a macro and what stands in a string's braces, but no comment and no string."""

    def code(self, language: str, text: str) -> str:
        return "".join(part for line in split_lines(language, "a", text) for _, part, is_code in line if is_code)

    def test_braces_in_a_string_hold_code(self) -> None:
        assert "x.y" in self.code("Python", "print(f'a {x.y} b')")
        assert "a " not in self.code("Python", "print(f'a {x.y} b')")
        assert "x.y" in self.code("TypeScript", "f(`a ${x.y} b`)")
        assert "x.y" in self.code("C#", 'class A { string s = $"a {x.y} b"; }')

    def test_a_macro_holds_code_but_for_its_strings_and_comments(self) -> None:
        found = self.code("C++", "#define A(x) \\\n  f(x, \"g\", 'h')  // i\n")
        assert "f(x, " in found
        assert not {"g", "h", "i"} & set(found.replace("#define", "").partition("f(x")[2])

    def test_c_has_no_keywords_of_its_successor(self) -> None:
        text = "struct page *new = class->next;"
        assert [part for style, part in classes("C", text) if style == "k"] == ["struct"]

    def test_a_variable_in_a_function_is_no_definition_of_one(self) -> None:
        assert ("n", "f") in classes("C++", "void f() { dim3 grid(blocks); }")
        assert not any(style == "n" and "grid" in part for style, part in classes("C++", "void f() { dim3 grid(b); }"))

    def test_behind_an_unknown_macro_keywords_stay_keywords(self) -> None:
        text = "class EXPORT A : B {\n public:\n  virtual ~A();\n  explicit A(int republic);\n};\n"
        found = [part for style, part in classes("C++", text) if style == "k"]
        assert found == ["class", "public", "virtual", "explicit", "int"]

    def test_casts_are_keywords(self) -> None:
        found = [part for style, part in classes("C++", "int x = static_cast<int>(f<int>(y));") if style == "k"]
        assert found == ["int", "static_cast", "int", "int"]


def test_the_server_colours_by_the_same_kinds() -> None:
    ((style, text, _), *_), *_ = split_lines("Python", "a", "def f(): ...", pygments_class)
    assert (style, text) == ("k", "def")


def test_a_language_without_grammar_is_for_the_lexer() -> None:
    assert colour("Lua", "return 1") is None
    assert ("k", "return") in classes("Lua", "return f(1)")


@given(st.sampled_from(sorted(COLOURS)), st.text(alphabet="aé𝔸1 \t(){}[]<>\"'`$#/*\\:;=.\n", max_size=80))
def test_the_text_stays_what_it_is(language: str, text: str) -> None:
    lines = split_lines(language, "a", text)
    assert "\n".join("".join(part for _, part, _ in line) for line in lines) == text
