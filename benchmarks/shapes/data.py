"""Data and build files: one that grows."""

from __future__ import annotations

from .shape import Shape, lines, shapes


def _row(n: int, piece: str, between: str = "") -> str:
    return between.join(piece.replace("@", str(i)) for i in range(n))


def _notebook(n: int, cell: str) -> str:
    return '{"cells": [\n' + _row(n, cell, ",\n") + '\n], "metadata": {}}\n'


SHAPES: list[Shape] = [
    *shapes(
        "a.json",
        {
            "json: keys": (2_000, lambda n: "{\n" + _row(n, '"k@": @', ",\n") + "\n}\n"),
            "json: keys on one line": (2_000, lambda n: "{" + _row(n, '"k@": @', ", ") + "}\n"),
            "json: keys of one name": (1_000, lambda n: "{\n" + _row(n, '"k": @', ",\n") + "\n}\n"),
            "json: list": (4_000, lambda n: "[" + _row(n, "@", ",\n") + "]\n"),
            "json: objects": (1_000, lambda n: "[" + _row(n, '{"a": @, "b": "c"}', ",\n") + "]\n"),
            "json: nested lists": (500, lambda n: "[" * n + "]" * n + "\n"),
            "json: nested objects": (500, lambda n: '{"a": ' * n + "1" + "}" * n + "\n"),
            "json: nested in a key": (500, lambda n: '{"k": ' + "[" * n + "]" * n + "}\n"),
            "json: open": (500, lambda n: '{"a": [' * n + "\n"),
            "json: long string": (4_000, lambda n: '{"a": "' + "word " * n + '"}\n'),
            "json: long keys": (200, lambda n: "{" + _row(n, '"' + "k" * n + '@": 1', ",\n") + "}\n"),
            "json: escapes": (2_000, lambda n: '{"a": "' + "\\n\\u00e4" * n + '"}\n'),
            "json: comments": (1_000, lambda n: "{\n" + lines(n, "// says @") + '"a": 1}\n'),
            "json: many values": (1_000, lambda n: lines(n, '{"a": @}')),
            "json: damaged": (500, lambda n: lines(n, '{"a@" 1,,}')),
            "json: empty lines": (4_000, lambda n: '{"a":' + "\n" * n + "1}\n"),
        },
    ),
    *shapes(
        "a.yaml",
        {
            "yaml: keys": (1_000, lambda n: lines(n, "k@: @")),
            "yaml: list": (1_000, lambda n: lines(n, "- @")),
            "yaml: list of mappings": (500, lambda n: lines(n, "- func: f@(a) -> b\n  variants: c")),
            "yaml: list of names": (500, lambda n: lines(n, "- name: a\n  value: @")),
            "yaml: mapping of mappings": (500, lambda n: lines(n, "k@:\n  a: b\n  c: d")),
            "yaml: nested": (40, lambda n: "".join("  " * i + f"k{i}:\n" for i in range(n))),
            "yaml: nested flow": (100, lambda n: "a: " + "[" * n + "]" * n + "\n"),
            "yaml: flow": (1_000, lambda n: "a: [" + _row(n, "@", ", ") + "]\n"),
            "yaml: flow in lines": (500, lambda n: "a: {" + _row(n, "k@: @", ",\n  ") + "}\n"),
            "yaml: anchors": (500, lambda n: lines(n, "k@: &a@ {b: c}\nl@: *a@")),
            "yaml: anchors of anchors": (
                300,
                lambda n: "a0: &a0 [x, x]\n" + "".join(f"a{i + 1}: &a{i + 1} [*a{i}, *a{i}]\n" for i in range(n)),
            ),
            "yaml: merges": (300, lambda n: "b: &b {c: d}\n" + lines(n, "k@:\n  <<: *b")),
            "yaml: block texts": (500, lambda n: lines(n, "k@: |\n  some text\n  more")),
            "yaml: long block text": (2_000, lambda n: "k: |\n" + lines(n, "  some text @")),
            "yaml: long text": (1_000, lambda n: "k:\n" + lines(n, "  some text @")),
            "yaml: quoted": (1_000, lambda n: lines(n, "k@: \"some: 'text' @\"")),
            "yaml: open quote": (1_000, lambda n: 'k: "\n' + lines(n, "  some text @")),
            "yaml: documents": (500, lambda n: lines(n, "---\nk@: v")),
            "yaml: comments": (1_000, lambda n: lines(n, "# says @") + "k: v\n"),
            "yaml: comments behind": (1_000, lambda n: lines(n, "k@: v  # says @")),
            "yaml: indicators": (300, lambda n: "- " * n + "a\n"),
            "yaml: question marks": (300, lambda n: "? " * n + "a\n"),
            "yaml: tags": (500, lambda n: lines(n, "k@: !t v")),
            "yaml: damaged": (300, lambda n: lines(n, "k@: : [a\n\t- b")),
            "yaml: less and less deep": (40, lambda n: "".join("k:\n" + "  " * (n - i) + "a: b\n" for i in range(n))),
            "yaml: empty lines": (4_000, lambda n: "a: b\n" + "\n" * n + "c: d\n"),
            "yaml: spaces": (4_000, lambda n: "a:" + " " * n + "b\n"),
            "yaml: long key": (2_000, lambda n: "k" * n + ": v\n"),
        },
    ),
    *shapes(
        "a.toml",
        {
            "toml: keys": (1_000, lambda n: lines(n, "k@ = @")),
            "toml: tables": (500, lambda n: lines(n, "[t@]\na = 1")),
            "toml: tables in lists": (500, lambda n: lines(n, "[[t]]\na = @")),
            "toml: list": (1_000, lambda n: "a = [" + _row(n, "@", ",\n") + "]\n"),
            "toml: nested lists": (300, lambda n: "a = " + "[" * n + "]" * n + "\n"),
            "toml: nested tables": (300, lambda n: "a = " + "{b = " * n + "1" + "}" * n + "\n"),
            "toml: dotted": (300, lambda n: "a" + ".b" * n + " = 1\n"),
            "toml: deep tables": (50, lambda n: "".join("[a" + ".b" * i + "]\n" for i in range(n))),
            "toml: long text": (2_000, lambda n: 'a = """\n' + lines(n, "some text @") + '"""\n'),
            "toml: open text": (500, lambda n: lines(n, 'a@ = """')),
            "toml: comments": (1_000, lambda n: lines(n, "# says @") + "a = 1\n"),
            "toml: damaged": (300, lambda n: lines(n, "a@ = = [")),
        },
    ),
    *shapes(
        "a.ini",
        {
            "ini: sections": (1_000, lambda n: lines(n, "[s@]\na = b")),
            "ini: sections of one name": (1_000, lambda n: lines(n, "[s]\na = b")),
            "ini: keys": (2_000, lambda n: "[s]\n" + lines(n, "k@ = v")),
            "ini: open sections": (2_000, lambda n: "[s" * n + "\n"),
        },
    ),
    *shapes(
        "a.ipynb",
        {
            "notebook: cells": (
                500,
                lambda n: _notebook(n, '{"cell_type": "markdown", "source": ["# Heading @\\n", "[a](b@.md)\\n"]}'),
            ),
            "notebook: lines of one cell": (
                1_000,
                lambda n: _notebook(1, '{"cell_type": "markdown", "source": [' + _row(n, '"Text @.\\n"', ",\n") + "]}"),
            ),
            "notebook: code": (
                500,
                lambda n: _notebook(n, '{"cell_type": "code", "source": ["f(@)\\n"], "outputs": []}'),
            ),
            "notebook: outputs": (
                1_000,
                lambda n: _notebook(
                    1, '{"cell_type": "code", "source": [], "outputs": [' + _row(n, '{"text": ["a@"]}', ",\n") + "]}"
                ),
            ),
            "notebook: one long output": (
                4_000,
                lambda n: _notebook(1, '{"cell_type": "code", "outputs": ["' + "abcd" * n + '"]}'),
            ),
        },
    ),
    *shapes(
        "a.proto",
        {
            "proto: messages": (500, lambda n: lines(n, "message M@ { int32 a = 1; }")),
            "proto: fields": (1_000, lambda n: "message M {\n" + lines(n, "  int32 a@ = @;") + "}\n"),
            "proto: fields on one line": (1_000, lambda n: "message M { " + _row(n, "int32 a@ = @; ") + "}\n"),
            "proto: fields with comments": (
                500,
                lambda n: "message M {\n" + lines(n, "  // Says @.\n  int32 a@ = @;") + "}\n",
            ),
            "proto: nested messages": (50, lambda n: _row(n, "message M@ { ", "\n") + "}" * n + "\n"),
            "proto: enumerators": (1_000, lambda n: "enum E {\n" + lines(n, "  A@ = @;") + "}\n"),
            "proto: calls": (500, lambda n: "service S {\n" + lines(n, "  rpc F@(A) returns (B);") + "}\n"),
            "proto: imports": (1_000, lambda n: lines(n, 'import "a/b@.proto";')),
            "proto: options of one field": (
                500,
                lambda n: "message M { int32 a = 1 [" + _row(n, "b@ = 1", ", ") + "]; }\n",
            ),
            "proto: comments": (1_000, lambda n: lines(n, "// says @") + "message M {}\n"),
            "proto: words": (1_000, lambda n: _row(n, "word@ ") + "\n"),
            "proto: open braces": (500, lambda n: "message M {" * n + "\n"),
            "proto: closed braces": (1_000, lambda n: "}" * n + "\n"),
            "proto: open brackets": (1_000, lambda n: "[" * n + "\n"),
            "proto: maps": (500, lambda n: "message M {\n" + lines(n, "  map<string, A@> a@ = @;") + "}\n"),
        },
    ),
    *shapes(
        "CMakeLists.txt",
        {
            "cmake: commands": (1_000, lambda n: lines(n, "add_library(a@ b@.cpp c@.cpp)")),
            "cmake: arguments": (2_000, lambda n: "add_library(a\n" + lines(n, "  b@.cpp") + ")\n"),
            "cmake: variables": (1_000, lambda n: lines(n, "set(A@ b@)")),
            "cmake: variables of variables": (
                300,
                lambda n: "set(A0 x)\n" + "".join(f"set(A{i + 1} ${{A{i}}}${{A{i}}})\n" for i in range(n)),
            ),
            "cmake: functions": (500, lambda n: lines(n, "function(f@ a b)\n  set(c d)\nendfunction()")),
            "cmake: nested functions": (300, lambda n: lines(n, "function(f@)") + "endfunction()\n" * n),
            "cmake: functions never ended": (500, lambda n: lines(n, "function(f@)")),
            "cmake: conditions": (500, lambda n: lines(n, "if(A@)\n  add_subdirectory(b@)\nendif()")),
            "cmake: parentheses": (1_000, lambda n: "f" + "(" * n + ")" * n + "\n"),
            "cmake: open parentheses": (1_000, lambda n: "f(" * n + "\n"),
            "cmake: open quotes": (1_000, lambda n: 'f("a' * n + "\n"),
            "cmake: brackets": (500, lambda n: "f([=[ a ]=] " * n + ")\n"),
            "cmake: open brackets": (500, lambda n: "f([=[ " * n + "\n"),
            "cmake: half brackets": (500, lambda n: "f(" + "[=" * n + ")\n"),
            "cmake: equals signs": (1_000, lambda n: "f([" + "=" * n + ")\n"),
            "cmake: comments": (1_000, lambda n: lines(n, "# says @") + "f(a)\n"),
            "cmake: references": (1_000, lambda n: "f(" + _row(n, "${A@}") + ")\n"),
            "cmake: long word": (4_000, lambda n: "f(" + "a." * n + ")\n"),
        },
    ),
    *shapes(
        "Dockerfile",
        {
            "dockerfile: stages": (500, lambda n: lines(n, "FROM a@ AS b@")),
            "dockerfile: copies": (500, lambda n: lines(n, "COPY a@ b@ c/")),
            "dockerfile: words of one copy": (1_000, lambda n: "COPY " + _row(n, "a@", " ") + " c/\n"),
            "dockerfile: continued": (1_000, lambda n: "RUN a \\\n" * n + "\n"),
            "dockerfile: copy continued": (1_000, lambda n: "COPY \\\n" + lines(n, "a@ \\") + "c/\n"),
            "dockerfile: options": (1_000, lambda n: "FROM " + "--a " * n + "b\n"),
        },
    ),
    *shapes(
        "Makefile",
        {
            "make: targets": (500, lambda n: lines(n, "t@: d@\n\tcc -c a@.c")),
            "make: variables": (500, lambda n: lines(n, "A@ = b@")),
            "make: dependencies": (1_000, lambda n: "t: " + _row(n, "d@.o", " ") + "\n\tcc\n"),
            "make: targets of one rule": (500, lambda n: _row(n, "t@", " ") + ": d\n\tcc\n"),
            "make: continued": (500, lambda n: "A = \\\n" + lines(n, "  b@.c \\") + "\n"),
            "make: defines": (300, lambda n: lines(n, "define D@\na\nendef")),
            "make: conditions": (300, lambda n: lines(n, "ifdef A@\nB = c\nendif")),
            "make: nested conditions": (100, lambda n: lines(n, "ifdef A@") + "endif\n" * n),
            "make: includes": (300, lambda n: lines(n, "include a@.mk")),
            "make: references": (300, lambda n: "A = " + "$(B " * n + ")" * n + "\n"),
        },
    ),
    *shapes(
        "BUILD.bazel",
        {
            "bazel: rules": (300, lambda n: lines(n, 'cc_library(name = "a@", srcs = ["b@.cc"], deps = [":c@"])')),
            "bazel: sources of one rule": (
                1_000,
                lambda n: 'cc_library(name = "a", srcs = [\n' + lines(n, '"b@.cc",') + "])\n",
            ),
            "bazel: loads": (300, lambda n: lines(n, 'load("//a:b@.bzl", "c")')),
            "bazel: functions": (300, lambda n: lines(n, "def f@(a):\n    g(a)")),
            "bazel: nested": (100, lambda n: "a = " + "f(" * n + ")" * n + "\n"),
            "bazel: variables": (500, lambda n: lines(n, "A@ = ['b']")),
        },
    ),
    *shapes(
        "a.txt",
        {
            "text: lines": (10_000, lambda n: lines(n, "some text @")),
            "text: words of one line": (10_000, lambda n: _row(n, "word@ ")),
            "text: one word": (20_000, lambda n: "a" * n),
            "text: signs": (20_000, lambda n: "-_.$" * n),
            "text: carriage returns": (10_000, lambda n: "a\r" * n),
        },
    ),
]
