"""The languages that are read by one walk over their grammars: functions, calls, nesting, imports of each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from .shape import Shape, lines, one_file


@dataclass(frozen=True, slots=True)
class _Language:
    """How a language spells what may grow; "@" is a number that counts up."""

    path: str
    function: str
    imports: str
    body: tuple[str, str, str]  # a function with many calls: head, a call, tail
    nested: tuple[str, str]  # blocks or functions in one another: opening, closing
    members: tuple[str, str, str]  # a class or struct: head, a member, tail
    start: str = ""  # what a file begins with
    comment: str = "// says @"


_LANGUAGES = {
    "go": _Language(
        "a.go",
        "func f@(a int) int { return g(a) }",
        'import "a/b@"',
        ("func f() {", "  g@()", "}"),
        ("func f() { if a {", "}}"),
        ("type T struct {", "  a@ int", "}"),
        "package p\n",
    ),
    "rust": _Language(
        "a.rs",
        "pub fn f@(a: i32) -> i32 { g(a) }",
        "use a::b@;",
        ("fn f() {", "  g@();", "}"),
        ("mod m {", "}"),
        ("struct T {", "  a@: i32,", "}"),
    ),
    "java": _Language(
        "A.java",
        "class C@ { int f(int a) { return g(a); } }",
        "import a.b@;",
        ("class C { void f() {", "  g@();", "} }"),
        ("class C {", "}"),
        ("class C {", "  int a@;", "}"),
    ),
    "csharp": _Language(
        "A.cs",
        "class C@ { int F(int a) { return G(a); } }",
        "using A.B@;",
        ("class C { void F() {", "  G@();", "} }"),
        ("namespace N {", "}"),
        ("class C {", "  int a@;", "}"),
    ),
    "typescript": _Language(
        "a.ts",
        "export function f@(a: number): number { return g(a); }",
        'import { b@ } from "./b@";',
        ("function f() {", "  g@();", "}"),
        ("namespace n {", "}"),
        ("interface T {", "  a@: number;", "}"),
    ),
    "tsx": _Language(
        "a.tsx",
        "export function F@(a: number) { return <b c={a}>d</b>; }",
        'import { b@ } from "./b@";',
        ("function f() {", "  g@();", "}"),
        ("<a>", "</a>"),
        ("class C {", "  a@ = 1;", "}"),
    ),
    "javascript": _Language(
        "a.js",
        "export function f@(a) { return g(a); }",
        'import { b@ } from "./b@";',
        ("function f() {", "  g@();", "}"),
        ("function f() {", "}"),
        ("class C {", "  a@() { return 1; }", "}"),
    ),
    "ruby": _Language(
        "a.rb",
        "def f@(a)\n  g(a)\nend",
        'require "a/b@"',
        ("def f", "  g@()", "end"),
        ("module M\n", "end\n"),
        ("class C", "  attr_reader :a@", "end"),
        comment="# says @",
    ),
    "php": _Language(
        "a.php",
        "function f@($a) { return g($a); }",
        "use A\\B@;",
        ("function f() {", "  g@();", "}"),
        ("if (a) {", "}"),
        ("class C {", "  public $a@;", "}"),
        "<?php\n",
    ),
    "bash": _Language(
        "a.sh",
        "f@() { g a; }",
        ". ./b@.sh",
        ("f() {", "  g@ a", "}"),
        ("if a; then\n", "fi\n"),
        ("f() {", "  local a@=b", "}"),
        comment="# says @",
    ),
}


def _texts(row: _Language) -> dict[str, tuple[int, Callable[[int], str]]]:
    head, call, tail = row.body
    opening, closing = row.nested
    open_type, member, close_type = row.members
    long_comment = row.comment
    return {
        "functions": (500, lambda n: lines(n, row.function)),
        "functions on one line": (300, lambda n: "; ".join(row.function.replace("@", str(i)) for i in range(n))),
        "functions of one name": (300, lambda n: lines(n, row.function.replace("@", ""))),
        "imports": (500, lambda n: lines(n, row.imports)),
        "calls of one function": (1_000, lambda n: f"{head}\n{lines(n, call)}{tail}\n"),
        "nested": (100, lambda n: opening * n + closing * n),
        "never closed": (100, lambda n: opening * n),
        "members": (500, lambda n: f"{open_type}\n{lines(n, member)}{close_type}\n"),
        "types": (300, lambda n: lines(n, f"{open_type}\n{member}\n{close_type}")),
        "comments": (500, lambda n: lines(n, f"{long_comment}\n{row.function}")),
        "one long comment": (1_000, lambda n: lines(n, long_comment) + row.function + "\n"),
        "damaged": (200, lambda n: lines(n, f"{head} ) ] {call} (")),
        "long string": (2_000, lambda n: 'a = "' + "word " * n + '"\n'),
    }


SHAPES = [
    Shape(f"{name}: {what}", n, one_file(row.path, lambda n, text=text, start=row.start: start + text(n)))  # type: ignore[misc]
    for name, row in _LANGUAGES.items()
    for what, (n, text) in _texts(row).items()
]
