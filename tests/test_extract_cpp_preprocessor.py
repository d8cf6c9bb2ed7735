"""Directives in, includes and macros out; definitions in, attribute macros out."""

from __future__ import annotations

import pytest

from kgraph.extract.cpp.extractor import extract
from kgraph.extract.cpp.macros import attribute_macros, harvest
from kgraph.model import IncludeFact, Kind


def includes(source: str) -> tuple[IncludeFact, ...]:
    return extract(source.encode(), "C++", frozenset()).includes


@pytest.mark.parametrize(
    ("line", "spelling", "form"),
    [
        ("#include <vector>", "vector", "angled"),
        ('  #  include "a/b.h" // why', "a/b.h", "quoted"),
        ("#include<a.h>/* why */", "a.h", "angled"),
        ("#include_next <a.h>", "a.h", "angled"),
        ("#import <UIKit/UIKit.h>", "UIKit/UIKit.h", "angled"),
        ("#include CONFIG_H", "CONFIG_H", "macro"),
        ("#include HEADER(a, b) // x", "HEADER(a, b)", "macro"),
        ('#include \\\n  "a.h"', "a.h", "quoted"),
        ('#include "with space.h"', "with space.h", "quoted"),
    ],
)
def test_one_include(line: str, spelling: str, form: str) -> None:
    (include,) = includes(line)

    assert (include.spelling, include.form, include.line) == (spelling, form, 1)


@pytest.mark.parametrize(
    "source",
    [
        "// #include <a>",
        "/*\n#include <a>\n*/",
        'const char* s = R"(\n#include <a>\n)";',
        'const char* s = "\\\n#include <a>";',
        "#define X #include <a>",
        "#pragma include <a>",
        "#include",
    ],
)
def test_what_is_no_include(source: str) -> None:
    assert includes(source) == ()


def test_includes_inside_of_bodies_and_dead_branches_count() -> None:
    assert [
        include.spelling for include in includes('void f() {\n#include "a.inc"\n}\n#if 0\n#include <b>\n#endif')
    ] == [
        "a.inc",
        "b",
    ]


def test_conditions() -> None:
    source = """#ifdef A
#include <a>
#if B || C
#include <b>
#elif defined(D) && \\
   E
#include <c>
#else
#include <d>
#endif
#endif
#ifndef F
#include <e>
#endif
#include <f>
#if !(G) || H
#include <g>
#endif
"""
    assert [(include.spelling, include.condition) for include in includes(source)] == [
        ("a", "defined(A)"),
        ("b", "defined(A) && (B || C)"),
        ("c", "defined(A) && !(B || C) && defined(D) && E"),
        ("d", "defined(A) && !(B || C) && !(defined(D) && E)"),
        ("e", "!defined(F)"),
        ("f", ""),
        ("g", "(!(G) || H)"),
    ]


@pytest.mark.parametrize(
    ("source", "condition"),
    [
        ("// Licence.\n#ifndef A_H\n#define A_H\n#include <a>\n#endif  // A_H\n", ""),
        ("#if !defined(A_H)\n#define A_H\n#include <a>\n#endif\n", ""),
        ("#pragma once\n#ifndef A_H\n#define A_H\n#include <a>\n#endif\n", ""),
        ("#ifndef A_H\n#define A_H\n#include <a>\n#endif\nint b;\n", "!defined(A_H)"),
        ("#ifndef A_H\n#define B_H\n#include <a>\n#endif\n", "!defined(A_H)"),
        ("#ifndef A_H\n#define A_H\n#include <a>\n#else\n#endif\n", "!defined(A_H)"),
    ],
)
def test_a_guard_of_the_whole_file_is_no_condition(source: str, condition: str) -> None:
    assert [include.condition for include in includes(source)] == [condition]


def test_macros_are_symbols_in_all_branches() -> None:
    source = """#ifdef A
#define MAX(a, \\
            b) ((a) > (b))
#else
/// Of B.
# define B 1
#endif
void f() {
#define C
}
"""
    found = extract(source.encode(), "C++", frozenset()).symbols

    assert [(s.kind, s.name, s.start, s.end, s.arity, s.signature, s.doc) for s in found] == [
        (Kind.MACRO, "MAX", 2, 3, 2, "#define MAX(a, b)", ""),
        (Kind.MACRO, "B", 6, 6, -1, "#define B 1", "Of B."),
        (Kind.FUNCTION, "f", 8, 10, 0, "void f()", ""),
        (Kind.MACRO, "C", 9, 9, -1, "#define C", ""),
    ]


def test_attribute_macros_are_found_by_what_they_expand_to() -> None:
    defines = rb"""
#ifdef _WIN32
#define EXPORT __declspec(dllexport)
#else
#define EXPORT __attribute__((visibility("default")))
#endif
#define API EXPORT
#define INLINE static inline /* always */ \
    __attribute__((always_inline))
#define ALIGNED(n) __attribute__((aligned(n)))
#define LINE ALIGNED(64)
#define NOTHING
#define CXX [[nodiscard]]
#define NUMBER 3
#define TYPE int
#define MIXED int
#define MIXED
#define OTHER UNKNOWN_TO_US
#define CALL(x) x
#define log
#define const
"""
    assert attribute_macros(harvest(defines)) == {
        "API",
        "EXPORT",
        "INLINE",
        "ALIGNED()",
        "LINE",
        "NOTHING",
        "CXX",
    }


def test_the_symbol_of_a_namespace_says_which_macro_made_it() -> None:
    defines = b"#define LIB_BEGIN namespace lib { inline namespace v1 {\n#define LIB_END }}\n"
    facts = extract(b"\nLIB_BEGIN\nint f();\nLIB_END", "C++", attribute_macros(harvest(defines)))
    first, second, *_ = facts.symbols
    assert (first.macro, first.start, first.end, first.signature) == ("LIB_BEGIN", 2, 4, "LIB_BEGIN")
    assert second.modifiers == ("inline",)


def test_documentation_of_what_directives_are_about() -> None:
    source = (
        "/// Counts.\n#ifdef COUNTING\nint count();\n#endif\n"
        "#define ONE 1 ///< The first.\n#define TWO 2 /**< The second. */\n"
        "/// Both of these.\n/// @{\nint a;\nint b;\n/// @}\nint c;\n"
        "// Of the file.\n#ifndef GUARD\n#define GUARD\n#endif\n"
    )

    docs = {symbol.name: symbol.doc for symbol in extract(source.encode(), "C++", frozenset()).symbols}

    assert docs == {
        "count": "Counts.",
        "ONE": "The first.",
        "TWO": "The second.",
        "a": "",
        "b": "",
        "c": "",
        "GUARD": "",
    }
