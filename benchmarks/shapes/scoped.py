"""The languages with lexical scopes and declared types, Cython and notebooks: what grows in one file, and in a tree.

Each row is a shape of one language, as the files of a tree of size n. Those of one file are what a reader must cope
with, those of trees what name resolution must.
"""

# ruff: noqa: E501 - what a shape is stands in one line, and its name says the rest

from __future__ import annotations

import json
import re
from collections.abc import Callable

from .shape import Files, Shape

_Rows = dict[str, tuple[int, Callable[[int], Files]]]


def _each(n: int, text: str, separator: str = "") -> str:
    """The text n times over, "@" in it replaced by a number that counts up, "#" by the one before that."""
    return separator.join(text.replace("@", str(at)).replace("#", str(max(at - 1, 0))) for at in range(n))


def _files(n: int, path: str, text: str) -> Files:
    return {path.replace("@", str(at)): text.replace("@", str(at)).replace("#", str(max(at - 1, 0))) for at in range(n)}


# --- one file ---------------------------------------------------------------------------------------------------------

# The path, what is around statements, a local variable with a value, a block, a lambda, and a declaration of many names.
_BODIES: dict[str, tuple[str, str, str, str, tuple[str, str], tuple[str, str], str]] = {
    "java": ("A.java", "class A { void f() {\n", "}}\n", "var @ = %;\n", ("{ int b@ = 1;\n", "}\n"), ("g(() -> ", ")"), "class A { int &; }\n"),
    "csharp": ("A.cs", "class A { void F() {\n", "}}\n", "var @ = %;\n", ("{ int b@ = 1;\n", "}\n"), ("g(() => ", ")"), "class A { int &; }\n"),
    "go": ("a.go", "package p\nfunc f() {\n", "}\n", "@ := %\n", ("{ b@ := 1\n", "}\n"), ("g(func() int { return ", " })"), "package p\nvar & int\n"),
    "rust": ("a.rs", "fn f() {\n", "}\n", "let @ = %;\n", ("{ let b@ = 1;\n", "}\n"), ("g(|| ", ")"), "fn f((&): T) {}\n"),
    "typescript": ("a.ts", "function f() {\n", "}\n", "const @ = %;\n", ("{ const b@ = 1;\n", "}\n"), ("g(() => ", ")"), "let &;\n"),
    "javascript": ("a.js", "function f() {\n", "}\n", "const @ = %;\n", ("{ const b@ = 1;\n", "}\n"), ("g(() => ", ")"), "let &;\n"),
    "kotlin": ("A.kt", "fun f() {\n", "}\n", "val @ = %\n", ("if (c) { val b@ = 1\n", "}\n"), ("g({ ", " })"), "fun f() { val (&) = x }\n"),
    "swift": ("a.swift", "func f() {\n", "}\n", "let @ = %\n", ("do { let b@ = 1\n", "}\n"), ("g({ ", " })"), "let (&) = x\n"),
    "php": ("a.php", "<?php\nfunction f() {\n", "}\n", "$@ = %;\n", ("{ $b@ = 1;\n", "}\n"), ("g(fn() => ", ")"), "<?php class A { public int &; }\n"),
    "cython": ("a.pyx", "def f():\n  pass\n", "\n", "@ = %\n", ("", ""), ("g(lambda: ", ")"), "cdef int &\n"),
}  # fmt: skip


def _in_one_file(language: str) -> _Rows:
    path, head, tail, local, block, function, declared = _BODIES[language]

    def bind(name: str, value: str) -> str:
        if language == "php":
            value = re.sub(r"\b(?=a\d*\b)", "$", value).replace(".", "->")
        return local.replace("@", name).replace("%", value)

    def statement(text: str) -> str:
        return bind("s", text)

    def named(n: int) -> str:
        return ", ".join(f"{'$' * (language == 'php')}name{at}" for at in range(n))

    def body(text: str) -> Files:
        return {path: head + text + tail}

    return {
        "locals": (500, lambda n: body("".join(bind(f"a{at}", f"a{max(at - 1, 0)}.m()") for at in range(n)))),
        "local bound again": (500, lambda n: body("".join(bind("a", f"a.m{at}()") for at in range(n)))),
        "calls of a local": (500, lambda n: body(bind("a", "h()") + "".join(statement(f"a.m{at}()") for at in range(n)))),
        "chain of calls": (300, lambda n: body(statement("a" + "".join(f".m{at}()" for at in range(n))))),
        "chains of calls": (100, lambda n: body("".join(statement("a" + ".m()" * 20) for _ in range(n)))),
        "calls in calls": (300, lambda n: body(statement("".join(f"m{at}(" for at in range(n)) + "1" + ")" * n))),
        "arguments": (500, lambda n: body(statement(f"m({', '.join(f'a{at}' for at in range(n))})"))),
        "sums": (500, lambda n: body(statement(" + ".join(f"a{at}.m()" for at in range(n))))),
        "parentheses": (300, lambda n: body(statement("(" * n + "a.m()" + ")" * n))),
        "blocks in blocks": (100, lambda n: body("".join(block[0].replace("@", str(at)) for at in range(n)) + block[1] * n)),
        "functions in functions": (100, lambda n: body(statement(function[0] * n + "a" + function[1] * n))),
        "names of one declaration": (500, lambda n: {path: declared.replace("&", named(n))}),
    }  # fmt: skip


def _documented(mark: str, function: str) -> Callable[[int], str]:
    """A long comment above many functions that stand on one line."""
    return lambda n: f"{mark} says\n" * n + "".join(function.replace("@", str(at)) for at in range(n)) + "\n"


_ONE_FILE: dict[str, tuple[str, int, Callable[[int], str]]] = {
    "java: comment above a line": ("A.java", 300, _documented("//", "class A@ {}")),
    "csharp: comment above a line": ("A.cs", 300, _documented("//", "class A@ {}")),
    "typescript: comment above a line": ("a.ts", 300, _documented("//", "function f@() {}")),
    "rust: comment above a line": ("a.rs", 300, _documented("//", "fn f@() {}")),
    "java: annotations": ("A.java", 300, lambda n: f"{_each(n, '@A@ '.replace('@A@', '@A'))}class C {{}}\n"),
    "java: modifiers of many fields": ("A.java", 300, lambda n: f"class C {{ {'@A ' * n} int {', '.join(f'a{at}' for at in range(n))}; }}\n"),
    "java: type parameters": ("A.java", 300, lambda n: f"class C<{_each(n, 'T@ extends A<T#>', ', ')}> {{ {_each(n, 'T@ a@; ')} }}\n"),
    "java: enum constants": ("A.java", 500, lambda n: f"enum E {{ {_each(n, 'A@(1)', ', ')} }}\n"),
    "java: anonymous classes": ("A.java", 200, lambda n: f"class C {{ void f() {{ {_each(n, 'g(new A() { int m() { return b@; } });')} }} }}\n"),
    "csharp: conditionals": ("A.cs", 200, lambda n: f"class C {{\n{_each(n, '#if A@' + chr(10) + 'int a@;' + chr(10) + '#else' + chr(10) + 'long a@;' + chr(10) + '#endif' + chr(10))}}}\n"),
    "csharp: conditionals in a head": ("A.cs", 200, lambda n: _each(n, "class C@\n#if A@\n: B\n#else\n: D\n#endif\n{ int a; }\n")),
    "csharp: namespaces": ("A.cs", 300, lambda n: _each(n, "namespace A@ { using B@; class C {} }\n")),
    "csharp: partial classes": ("A.cs", 300, lambda n: _each(n, "partial class C { int m@() { return this.m#(); } }\n")),
    "csharp: lambdas": ("A.cs", 200, lambda n: f"class C {{ void F(List<A> a) {{ {_each(n, 'a.Select(x => x.m@()).Where(y => y.b);')} }} }}\n"),
    "rust: use tree": ("a.rs", 300, lambda n: f"use a::{{{_each(n, 'b@::c', ', ')}}};\n"),
    "rust: nested use tree": ("a.rs", 100, lambda n: "use " + _each(n, "a@::{") + "z" + "}" * n + ";\n"),
    "rust: impls": ("a.rs", 300, lambda n: "struct S;\n" + _each(n, "impl T@ for S { fn m@(&self) { self.m#(); } }\n")),
    "rust: attributes": ("a.rs", 300, lambda n: "#[a]\n" * n + "fn f() {}\n"),
    "rust: match arms": ("a.rs", 300, lambda n: f"fn f() {{ match a {{ {_each(n, 'E::A@(x) => x.m(),')} }} }}\n"),
    "rust: macros": ("a.rs", 300, lambda n: f"fn f() {{ {_each(n, 'm!(a.b@(), c);')} }}\n"),
    "go: fields of one literal": ("a.go", 300, lambda n: f"package p\nvar a = T{{{_each(n, 'b@: c.d@(), ')}}}\n"),
    "go: struct in struct": ("a.go", 50, lambda n: "package p\ntype T " + _each(n, "struct { a@ ") + "int" + " }" * n + "\n"),
    "go: results": ("a.go", 300, lambda n: f"package p\nfunc f() ({_each(n, 'int', ', ')}) {{}}\nfunc g() {{ {_each(n, 'a@', ', ')} := f() }}\n"),
    "typescript: object in object": ("a.ts", 100, lambda n: "const a = " + _each(n, "{ b@: ") + "1" + " }" * n + ";\n"),
    "typescript: functions of one object": ("a.ts", 300, lambda n: f"const a = {{ {_each(n, 'm@() { return this.m#(); }, ')} }};\n"),
    "typescript: parameters of a declared type": (
        "a.ts",
        300,
        lambda n: f"const f: ({_each(n, 'a@: A', ', ')}) => void = ({_each(n, 'a@', ', ')}) => {{}};\n",
    ),
    "typescript: conditional values": (
        "a.ts",
        300,
        lambda n: "const a = " + _each(n, "b@ ? c@ : ") + "(" * n + "d" + ")" * n + " as typeof d;\n",
    ),
    "typescript: patterns": ("a.ts", 300, lambda n: f"const {{ {_each(n, 'a@: b@', ', ')} }} = c;\n"),
    "typescript: pattern in pattern": ("a.ts", 100, lambda n: f"const {_each(n, '{ a@: ')}b{' }' * n} = c;\n"),
    "typescript: union": ("a.ts", 300, lambda n: f"type T = {_each(n, 'A@', ' | ')};\n"),
    "typescript: type in type": ("a.ts", 100, lambda n: f"let a: {'A<' * n}B{'>' * n};\n"),
    "typescript: keys of types": ("a.ts", 100, lambda n: f"let a: T{'[' + chr(34) + 'a' + chr(34) + ']' * n};\n"),
    "typescript: ternaries": ("a.ts", 300, lambda n: f"const a = {_each(n, 'a@ ? b@ : ')}c;\n"),
    "typescript: exports": ("a.ts", 300, lambda n: _each(n, "function f@() {}\n") + f"export {{ {_each(n, 'f@', ', ')} }};\n"),
    "typescript: prototypes": ("a.ts", 300, lambda n: "function A() {}\n" + _each(n, "A.prototype.m@ = function () { return this.m#(); };\n")),
    "javascript: requires": ("a.js", 300, lambda n: _each(n, "const { a@ } = require('./b@');\n")),
    "javascript: methods assigned": ("a.js", 300, lambda n: "const a = {};\n" + _each(n, "a.m@ = function () { return a.m#(); };\n")),
    "vue: scripts": ("a.vue", 100, lambda n: _each(n, "<script>\nfunction f@() {}\n</script>\n")),
    "rust: items in macros": ("a.rs", 300, lambda n: _each(n, "a! {\n  #[b]\n  fn f@() {}\n}\n")),
    "rust: items in macros without end": ("a.rs", 300, lambda n: _each(n, "a! { use b@;\n")),
    "rust: comments without end in macros": ("a.rs", 300, lambda n: _each(n, "a! { /*\n")),
    "rust: attributes in a macro": ("a.rs", 300, lambda n: "a! { " + "#[b]" * n + " c }\n"),
    "rust: alternatives": (
        "a.rs",
        300,
        lambda n: "cfg_if! { if #[cfg(a)] { use b; }" + _each(n, " else if #[cfg(a@)] { use b@; }") + " }\n",
    ),
    "rust: macros in macros": ("a.rs", 100, lambda n: "a! {\n" * n + "use b;" + "\n}" * n),
    "rust: branches": (
        "a.rs",
        300,
        lambda n: f"fn f() {{ let a = match b {{ {_each(n, 'C::D@ => E::new(),')} }}; a.g(); }}\n",
    ),
    "rust: branches in branches": (
        "a.rs",
        100,
        lambda n: "fn f() { let a = " + "if b { " * n + "C::new()" + " } else { C::new() }" * n + "; a.g(); }\n",
    ),
    "rust: attributes of many": ("a.rs", 300, lambda n: _each(n, "#[a]\n#[b(c)]\n// why\nfn f@() {}\n")),
    "kotlin: comment above a line": ("A.kt", 300, _documented("//", "class A@ {}; ")),
    "kotlin: lambdas": ("A.kt", 200, lambda n: f"fun f(a: List<A>) {{\n{_each(n, 'a.map { it.m@() }.filter { x -> x.b }' + chr(10))}}}\n"),
    "kotlin: extensions": ("A.kt", 300, lambda n: "class A\n" + _each(n, "fun A.m@() = m#()\n")),
    "kotlin: annotated classes": ("A.kt", 300, lambda n: _each(n, '@A @B(1)\n@C("x")\nopen class D@ {\n fun m() = 1\n}\n')),
    "kotlin: annotations of nothing": ("A.kt", 600, lambda n: "@A(1)\n" * n),
    "kotlin: bodies on one line": ("A.kt", 300, lambda n: _each(n, "class A@ { fun f() {}; val x = 1 }\n")),
    "kotlin: when": ("A.kt", 300, lambda n: f"fun f(a: A) = when (a) {{\n{_each(n, 'is B@ -> a.m@()' + chr(10))}}}\n"),
    "swift: comment above a line": ("a.swift", 300, _documented("//", "class A@ {}; ")),
    "swift: extensions": ("a.swift", 300, lambda n: "struct A {}\n" + _each(n, "extension A: P@ { func m@() { m#() } }\n")),
    "swift: cases": ("a.swift", 300, lambda n: f"enum E {{\n{_each(n, 'case a@(Int)' + chr(10))}}}\nfunc f(e: E) {{ switch e {{\n{_each(n, 'case .a@(let x): x.m()' + chr(10))}}} }}\n"),
    "php: comment above a line": ("a.php", 300, lambda n: "<?php\n" + _documented("//", "class A@ {} ")(n)),
    "php: uses": ("a.php", 300, lambda n: f"<?php\nuse A\\{{{_each(n, 'B@', ', ')}}};\n{_each(n, 'B@::m();' + chr(10))}"),
    "php: methods": ("a.php", 300, lambda n: f"<?php\nclass A {{ {_each(n, 'function m@() { return $this->m#(); } ')} }}\n"),
    "sql: tables": ("a.sql", 300, lambda n: _each(n, "-- says\nCREATE TABLE t@ (id int, a int REFERENCES t# (id));\n")),
    "sql: columns": ("a.sql", 300, lambda n: f"CREATE TABLE t ({_each(n, 'a@ int', ', ')});\n"),
    "sql: rows": ("a.sql", 300, lambda n: f"INSERT INTO t VALUES {_each(n, '(@, f(@))', ', ')};\n"),
    "sql: joins": ("a.sql", 300, lambda n: f"CREATE VIEW v AS SELECT 1 FROM a {_each(n, 'JOIN t@ ON t@.a = t#.a ')};\n"),
    "sql: names of parts": ("a.sql", 300, lambda n: f"SELECT {_each(n, 'a@', '.')}(1);\n"),
    "sql: nested queries": ("a.sql", 100, lambda n: "SELECT * FROM (" * n + "SELECT 1" + ")" * n + ";\n"),
    "sql: functions never closed": ("a.sql", 200, lambda n: _each(n, "CREATE FUNCTION f@() BEGIN SELECT 1; BEGIN\n")),
    "sql: common tables": ("a.sql", 200, lambda n: f"WITH {_each(n, 'c@ AS (SELECT 1 FROM c#)', ', ')} SELECT 1 FROM c1;\n"),
    "graphql: types": ("a.graphql", 300, lambda n: _each(n, "type T@ implements I & J { a(b: T#): [T#!]! @d }\n")),
    "graphql: fields": ("a.graphql", 300, lambda n: f"type T {{ {_each(n, 'a@: T ')} }}\n"),
    "graphql: arguments": ("a.graphql", 300, lambda n: f"type T {{ a({_each(n, 'b@: T = 1 @d', ', ')}): T }}\n"),
    "graphql: selections": ("a.graphql", 300, lambda n: "query Q { " + _each(n, "a@ { b@ ...F } ") + "}\n"),
    "graphql: nested selections": ("a.graphql", 80, lambda n: "query Q " + _each(n, "{ a@ ") + "}" * n + "\n"),
    "graphql: values": ("a.graphql", 200, lambda n: f"query Q {{ a(b: {'[' * n}1{']' * n}) {{ c }} }}\n"),
    "graphql: members of a union": ("a.graphql", 300, lambda n: f"union U = {_each(n, 'T@', ' | ')}\n"),
    "terraform: blocks": ("a.tf", 300, lambda n: _each(n, 'resource "a" "b@" {\n  c = a.b#.id\n}\n')),
    "terraform: locals": ("a.tf", 300, lambda n: f"locals {{\n{_each(n, '  a@ = local.a#' + chr(10))}}}\n"),
    "terraform: references of one block": ("a.tf", 300, lambda n: f"locals {{\n  a = [{_each(n, 'var.b@', ', ')}]\n}}\n"),
    "cython: functions": ("a.pyx", 300, lambda n: _each(n, "cdef int f@(int a):\n    return f#(a)\n")),
    "cython: classes": ("a.pyx", 300, lambda n: _each(n, "cdef class C@(C#):\n    cdef int a\n    def m(self): return self.a\n")),
    "cython: cimports": ("a.pyx", 300, lambda n: _each(n, "from b@ cimport c@\n")),
    "cython: members": ("a.pyx", 300, lambda n: f"cdef class C:\n{_each(n, '    cdef int a@' + chr(10))}"),
    "cython: extern": ("a.pyx", 300, lambda n: f"cdef extern from 'a.h':\n{_each(n, '    int f@(int a)' + chr(10))}"),
    "notebook: functions": ("a.ipynb", 200, lambda n: _notebook("def f@():\n    return f#()\n", n)),
    "notebook: names of other cells": ("a.ipynb", 200, lambda n: _notebook("a@ = a#.m()\n", n)),
    "notebook: magics": ("a.ipynb", 200, lambda n: _notebook("%matplotlib inline\n!ls a@\nf()\n", n)),
}  # fmt: skip


def _notebook(code: str, n: int) -> str:
    cells = [
        {
            "cell_type": "code",
            "execution_count": None,
            "metadata": {},
            "outputs": [],
            "source": code.replace("@", str(at)).replace("#", str(max(at - 1, 0))),
        }
        for at in range(n)
    ]
    kernel = {"kernelspec": {"language": "python", "name": "python3"}}
    return json.dumps({"cells": cells, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5})


# --- trees ------------------------------------------------------------------------------------------------------------

TREES: _Rows = {
    "java interfaces of one class": (300, lambda n: {"A.java": _each(n, "interface I@ { void m@(); }\n") + f"class A implements {_each(n, 'I@', ', ')} {{ {_each(n, 'public void m@() {} ')} }}\n"}),
    "java calls through interfaces": (300, lambda n: {"A.java": _each(n, "interface I@ { void m@(); }\n") + f"interface J extends {_each(n, 'I@', ', ')} {{}}\nclass A {{ void f(J j) {{ {_each(n, 'j.m@(); ')} }} }}\n"}),
    "java chain of classes": (300, lambda n: {"A.java": "class C0 {}\n" + _each(n, "class C@ extends C# { int m() { return super.m(); } }\n")}),
    "java overloads called": (300, lambda n: {"A.java": f"class A {{ {_each(n, 'void f(A@ a) {} ')} void g() {{ {_each(n, 'f(new A@()); ')} }} }}\n" + _each(n, "class A@ {}\n")}),
    "java constructors called": (300, lambda n: {"A.java": f"class A {{ {_each(n, 'A(A@ a) {} ')} void g() {{ {_each(n, 'new A(new A@()); ')} }} }}\n" + _each(n, "class A@ {}\n")}),
    "java types of arguments": (300, lambda n: {"A.java": _each(n, "interface I@ {}\n") + f"class B implements {_each(n, 'I@', ', ')} {{}}\nclass A {{ void f(int a) {{}} void f(I1 a) {{}} void g(B b) {{ {'f(b); ' * n} }} }}\n"}),
    "java files of one package": (300, lambda n: _files(n, "p/A@.java", "package p;\nclass A@ { int m() { return new A#().m(); } }\n")),
    "java star imports of one package": (300, lambda n: _files(n, "p/A@.java", "package p;\npublic class A@ {}\n") | _files(n, "q/B@.java", "package q;\nimport p.*;\nclass B@ { A@ a; }\n")),
    "java star imports that nobody uses": (300, lambda n: _files(n, "p/A@.java", "package p;\npublic class A@ {}\n") | _files(n, "q/B@.java", "package q;\nimport p.*;\nclass B@ {}\n")),
    "java star imports in one": (300, lambda n: _files(n, "p@/A@.java", "package p@;\npublic class A@ {}\n") | {"B.java": _each(n, "import p@.*;\n") + f"class B {{ {_each(n, 'A@ a@; ')} }}\n"}),
    "java copies of one package": (300, lambda n: _files(n, "d@/p/A.java", "package p;\nclass A { int m() { return this.m(); } }\n")),
    "java types of one name": (300, lambda n: {f"p/F{at}.java": f"package p;\nclass F{at} {{ void f(X x) {{ x.m(); }} }}\n" for at in range(n)} | {f"d{at}/G.java": "package p;\nclass X { void m() {} }\n" for at in range(n)}),
    "java nested names": (100, lambda n: {"A.java": _each(n, "class A@ { ") + "int a;" + "} " * n + "\n"}),
    "csharp interfaces of one class": (300, lambda n: {"A.cs": _each(n, "interface I@ { void m@(); }\n") + f"class A : {_each(n, 'I@', ', ')} {{ {_each(n, 'public void m@() {} ')} }}\n"}),
    "csharp partial classes in files": (300, lambda n: _files(n, "A@.cs", "namespace N { partial class A { int m@() { return this.m#() + new A().m#(); } } }\n")),
    "csharp uses of a partial class": (300, lambda n: _files(n, "a/A@.cs", "namespace N { public partial class A { public int m@() { return 1; } } }\n") | _files(n, "b/B@.cs", "using N;\nclass B@ { int f(A a) { return a.m@() + new A().m#(); } }\n")),
    "csharp files of one namespace": (300, lambda n: _files(n, "A@.cs", "namespace N { class A@ { A# a; int m() { return this.a.m(); } } }\n")),
    "csharp usings that nobody uses": (300, lambda n: _files(n, "a/A@.cs", "namespace N { public class A@ {} }\n") | _files(n, "b/B@.cs", "using N;\nclass B@ {}\n")),
    "csharp usings of what is around": (300, lambda n: _files(n, "a/A@.cs", "namespace N.M@ { public class A@ {} }\n") | _files(n, "b/B@.cs", "using N;\nclass B@ {}\n")),
    "csharp namespaces in one": (300, lambda n: {"A.cs": _each(n, "namespace N@ { using N#; class A { A a; } }\n")}),
    "csharp usings in one": (300, lambda n: _files(n, "A@.cs", "namespace N@ { public class A@ {} }\n") | {"B.cs": _each(n, "using N@;\n") + f"class B {{ {_each(n, 'A@ a@; ')} }}\n"}),
    "csharp global usings": (300, lambda n: _files(n, "A@.cs", "namespace N@ { public class A@ {} }\n") | {"G.cs": _each(n, "global using N@;\n"), "a.csproj": "<Project/>\n"} | _files(n, "b/B@.cs", "class B@ { A@ a; }\n")),
    "csharp extension methods": (300, lambda n: {"A.cs": f"namespace N {{ static class E {{ {_each(n, 'public static int m@(this B b) { return 1; } ')} }} class B {{}} class C {{ void f(B b) {{ {_each(n, 'b.m@(); ')} }} }} }}\n"}),
    "csharp overloads called": (300, lambda n: {"A.cs": f"class A {{ {_each(n, 'void f(A@ a) {} ')} void g() {{ {_each(n, 'f(new A@()); ')} }} }}\n" + _each(n, "class A@ {}\n")}),
    "go files of one package": (300, lambda n: {"go.mod": "module m\n"} | _files(n, "p/a@.go", "package p\nfunc F@() { F#() }\n")),
    "go types with one method": (300, lambda n: {"go.mod": "module m\n", "a.go": "package p\n" + _each(n, "type T@ struct{}\nfunc (t T@) String() string { return a }\n")}),
    "go interfaces and types": (150, lambda n: {"go.mod": "module m\n", "a.go": "package p\n" + _each(n, "type I@ interface { A(); B() }\ntype T@ struct{}\nfunc (t T@) A() {}\ntype U@ struct{}\nfunc (t U@) B() {}\n")}),
    "go embedded in a chain": (300, lambda n: {"go.mod": "module m\n", "a.go": "package p\ntype T0 struct{}\n" + _each(n, "type T@ struct{ T# }\nfunc (t T@) M@() { t.M#() }\n")}),
    "go embedded in one": (300, lambda n: {"go.mod": "module m\n", "a.go": "package p\n" + _each(n, "type T@ struct{}\nfunc (t T@) M@() {}\n") + f"type A struct {{ {_each(n, 'T@', '; ')} }}\nfunc (a A) F() {{ {_each(n, 'a.M@()', '; ')} }}\n"}),
    "go modules": (300, lambda n: {f"m{at}/go.mod": f"module example.org/m{at}\n" for at in range(n)} | _files(n, "m@/a.go", 'package m@\nimport "example.org/m#"\nfunc F() { m#.F() }\n')),
    "go imports of one package": (300, lambda n: {"go.mod": "module m\n"} | _files(n, "p/a@.go", "package p\nfunc F@() {}\n") | _files(n, "q@/b.go", 'package q\nimport "m/p"\nfunc G() { p.F@() }\n')),
    "go imports of external packages": (300, lambda n: {"go.mod": "module m\n"} | _files(n, "q@/b.go", 'package q\nimport "example.org/p@"\nfunc G() { p@.F() }\n')),
    "go files of many builds": (100, lambda n: {"go.mod": "module m\n", "m.go": "package p\n" + _each(n, "func G@() { F() }\n")} | _files(n, "a@.go", "//go:build t@\n\npackage p\nfunc F() {}\n")),
    "rust modules": (300, lambda n: {"Cargo.toml": '[package]\nname = "a"\n', "src/lib.rs": _each(n, "mod m@;\n")} | _files(n, "src/m@.rs", "use crate::m#::f#;\npub fn f@() { f#(); }\n")),
    "rust glob imports in one": (300, lambda n: {"Cargo.toml": '[package]\nname = "a"\n', "src/lib.rs": _each(n, "mod m@;\nuse m@::*;\n") + f"fn f() {{ {_each(n, 'f@(); ')} }}\n"} | _files(n, "src/m@.rs", "pub fn f@() {}\n")),
    "rust glob imports in vain": (300, lambda n: {"Cargo.toml": '[package]\nname = "a"\n', "src/lib.rs": _each(n, "mod m@;\nuse m@::*;\n") + f"fn f() {{ {_each(n, 'absent@(); ')} }}\n"} | _files(n, "src/m@.rs", "pub fn f@() {}\n")),
    "rust traits of one type": (300, lambda n: {"Cargo.toml": '[package]\nname = "a"\n', "src/lib.rs": "struct S;\n" + _each(n, "trait T@ { fn m@(&self); }\nimpl T@ for S { fn m@(&self) { self.m#(); } }\n")}),
    "rust types of one trait": (300, lambda n: {"Cargo.toml": '[package]\nname = "a"\n', "src/lib.rs": "trait T { fn m(&self); }\n" + _each(n, "struct S@;\nimpl T for S@ { fn m(&self) { S#.m(); } }\n")}),
    "rust functions of one name": (300, lambda n: {"Cargo.toml": '[package]\nname = "a"\n', "src/lib.rs": "#[cfg(a)] fn f() {}\n" * n + f"fn g() {{ {'f(); ' * n} }}\n"}),
    "rust crates": (300, lambda n: {f"c{at}/Cargo.toml": f'[package]\nname = "c{at}"\n' for at in range(n)} | _files(n, "c@/src/lib.rs", "pub fn f() { c#::f(); }\n")),
    "rust macros of one name": (300, lambda n: {"Cargo.toml": '[package]\nname = "a"\n', "src/lib.rs": _each(n, "mod m@;\n")} | _files(n, "src/m@.rs", "macro_rules! w { () => {} }\npub fn f@() { w!(); }\n")),
    "typescript exports of all in one": (300, lambda n: _files(n, "m@.ts", "export function f@() {}\n") | {"index.ts": _each(n, 'export * from "./m@";\n'), "use.ts": f'import {{ {_each(n, "f@", ", ")} }} from "./index";\n{_each(n, "f@();" + chr(10))}'}),
    "typescript exports of all in vain": (300, lambda n: _files(n, "m@.ts", "export function f@() {}\n") | {"index.ts": _each(n, 'export * from "./m@";\n'), "use.ts": f'import {{ {_each(n, "g@", ", ")} }} from "./index";\n{_each(n, "g@();" + chr(10))}'}),
    "typescript exports through a hub": (200, lambda n: {"base.ts": _each(n, "export function b@() {}\n")} | _files(n, "m@.ts", 'export * from "./base";\nexport function f@() {}\n') | {"hub.ts": _each(n, 'export * from "./m@";\n')} | _files(n, "u@.ts", 'import { f@, b@ } from "./hub";\nf@(); b@();\n')),
    "typescript exports in a chain": (200, lambda n: {"m0.ts": "export function f() {}\n"} | {f"m{at}.ts": f'export * from "./m{at - 1}";\n' for at in range(1, n)} | {"u.ts": f'import {{ f }} from "./m{n - 1}";\nf();\n'}),
    "typescript aliases of paths": (300, lambda n: {"tsconfig.json": json.dumps({"compilerOptions": {"paths": {f"@a{at}/*": [f"p{at}/*"] for at in range(n)}}})} | _files(n, "p@/a.ts", "export function f() {}\n") | _files(n, "u@.ts", 'import { f } from "@a@/a";\nf();\n'.replace("@a@/", "@a@/"))),
    "typescript workspaces": (200, lambda n: {"package.json": '{"workspaces": ["p/*"]}'} | {f"p/p{at}/package.json": f'{{"name": "p{at}", "main": "index.ts"}}' for at in range(n)} | _files(n, "p/p@/index.ts", 'import { f } from "p#";\nexport function f() { f(); }\n')),
    "typescript interfaces of one class": (300, lambda n: {"a.ts": _each(n, "interface I@ { m@(): void; }\n") + f"class A implements {_each(n, 'I@', ', ')} {{ {_each(n, 'm@() {} ')} }}\n"}),
    "typescript interfaces of one name": (300, lambda n: {"a.ts": _each(n, "interface I { m@(): void; }\n") + f"function f(i: I) {{ {_each(n, 'i.m@(); ')} }}\n"}),
    "javascript methods of one object": (300, lambda n: {"a.js": f"const a = {{ {_each(n, 'm@() { return this.m#(); }, ')} }};\n{_each(n, 'a.m@();' + chr(10))}"}),
    "kotlin interfaces of one class": (300, lambda n: {"A.kt": _each(n, "interface I@ { fun m@() }\n") + f"class A : {_each(n, 'I@', ', ')} {{ {_each(n, 'override fun m@() {} ')} }}\n"}),
    "kotlin files of one package": (300, lambda n: _files(n, "p/A@.kt", "package p\nclass A@ { fun m() = A#().m() }\n")),
    "kotlin extensions called": (200, lambda n: {"A.kt": "class A\n" + _each(n, "fun A.m@() = 1\n") + f"fun f(a: A) {{\n{_each(n, 'a.m@()' + chr(10))}}}\n"}),
    "kotlin overloads that take lambdas": (200, lambda n: {"A.kt": "class A { fun m() {} }\ntypealias D = A.() -> Unit\n" + "fun g(d: D) {}\nfun g(a: Int) {}\n" + f"fun f() {{\n{_each(n, 'g { m() }' + chr(10))}}}\n"}),
    "swift extensions of protocols": (200, lambda n: {"a.swift": _each(n, "extension StringProtocol { func m@() {} }\n") + f"func f(a: String) {{\n{_each(n, 'a.m@()' + chr(10))}}}\n"}),
    "kotlin star imports": (200, lambda n: _files(n, "p@/A@.kt", "package p@\nclass A@\n") | {"B.kt": _each(n, "import p@.*\n") + f"class B {{\n{_each(n, 'val a@: A@? = null' + chr(10))}}}\n"}),
    "swift files of one target": (300, lambda n: {"Package.swift": 'let p = Package(name: "a", targets: [.target(name: "a")])\n'} | _files(n, "Sources/a/A@.swift", "class A@ { func m() { A#().m() } }\n")),
    "swift extensions of one type": (200, lambda n: {"A.swift": "struct S {}\n"} | _files(n, "E@.swift", "protocol P@ { func m@() }\nextension S: P@ { func m@() { m#() } }\n")),
    "swift overloads by labels": (200, lambda n: {"A.swift": f"class A {{ {_each(n, 'func f(a@: Int) {}; ')} func g() {{ {_each(n, 'f(a@: 1); ')} }} }}\n"}),
    "php files of one namespace": (300, lambda n: {"composer.json": '{"autoload": {"psr-4": {"N\\\\": "src/"}}}'} | _files(n, "src/A@.php", "<?php\nnamespace N;\nclass A@ { function m(): A# { return (new A#())->m(); } }\n")),
    "php interfaces of one class": (300, lambda n: {"a.php": "<?php\n" + _each(n, "interface I@ { function m@(); }\n") + f"class A implements {_each(n, 'I@', ', ')} {{ {_each(n, 'function m@() {} ')} }}\n"}),
    "php classes of one base": (300, lambda n: {"a.php": "<?php\nclass B { function m() {} }\n" + _each(n, "class C@ extends B { function m() { return parent::m(); } }\n")}),
    "typescript customary aliases": (300, lambda n: {"package.json": "{}"} | _files(n, "src/m@.ts", 'import { f# } from "@/m#";\nexport function f@() { f#(); }\n')),
    "go assertions": (200, lambda n: {"go.mod": "module m\n", "a.go": "package p\n" + _each(n, "type I@ interface { x.Y; M@() }\ntype T@ struct{}\nvar _ I@ = &T@{}\n")}),
    "sql migrations": (300, lambda n: _files(n, "db/@_a.sql", "CREATE TABLE t (id int);\nALTER TABLE t ADD b int;\n")),
    "sql tables of one name": (300, lambda n: _files(n, "d@/a.sql", "CREATE TABLE t (id int);\n") | _files(n, "e@/b.sql", "SELECT 1 FROM t;\n")),
    "graphql types in files": (300, lambda n: _files(n, "g/t@.graphql", "type T@ { a: T# }\nquery Q@ { a { a } }\n")),
    "terraform modules": (200, lambda n: _files(n, "m@/a.tf", 'variable "v" {}\nmodule "x" {\n  source = "../m#"\n  v = var.v\n}\noutput "o" { value = module.x.o }\n')),
    "cython files": (200, lambda n: _files(n, "p/a@.pyx", "from p.a# cimport f#\ncdef int f@(): return f#()\n") | _files(n, "p/a@.pxd", "cdef int f@()\n") | {"p/__init__.py": ""}),
    "notebooks": (100, lambda n: {f"n{at}.ipynb": _notebook(f"from n import f{at}\nf{at}()\n", 2) for at in range(n)} | {"n.py": _each(n, "def f@(): pass\n")}),
}  # fmt: skip


def _shape(name: str, n: int, make: Callable[[int], Files]) -> Shape:
    return Shape(name, n, lambda n: {path: text.encode() for path, text in make(n).items()})


SHAPES = [
    *(_shape(f"{name}: {what}", *row) for name in _BODIES for what, row in _in_one_file(name).items()),
    *(_shape(name, n, lambda n, path=path, text=text: {path: text(n)}) for name, (path, n, text) in _ONE_FILE.items()),  # type: ignore[misc]
    *(_shape(f"tree: {name}", *row) for name, row in TREES.items()),
]
