"""C, C++, CUDA and Objective-C: one file that grows."""

from __future__ import annotations

from .shape import lines, shapes


def _nested(n: int, opening: str, inside: str = "", closing: str = "}") -> str:
    return "".join(opening.replace("@", str(i)) for i in range(n)) + inside + closing * n + "\n"


def _body(n: int, line: str, head: str = "void f() {") -> str:
    return f"{head}\n{lines(n, line)}}}\n"


def _row(n: int, piece: str, between: str = "") -> str:
    return between.join(piece.replace("@", str(i)) for i in range(n))


_DECLARATIONS = shapes(
    "a.cpp",
    {
        "c++: functions": (2_000, lambda n: lines(n, "int f@(int a) { return a; }")),
        "c++: overloads": (2_000, lambda n: lines(n, "void f(A@ a, const B<@>& b);")),
        "c++: overloads by number": (60, lambda n: "".join(f"void f({_row(i, 'int', ', ')});\n" for i in range(n))),
        "c++: methods out of line": (2_000, lambda n: lines(n, "int C@::f(int a) const { return a; }")),
        "c++: methods of one class": (2_000, lambda n: f"class C {{\n{lines(n, '  int f@(int a);')}}};\n"),
        "c++: method bodies of one class": (
            2_000,
            lambda n: f"class C {{\n{lines(n, 'int f@() { return g(@); }')}}};\n",
        ),
        "c++: constructors": (1_000, lambda n: f"struct C {{\n{lines(n, 'C(T@ a) : a{1}, b(a) {}')}}};\n"),
        "c++: member initialisers": (2_000, lambda n: f"C::C() : {_row(n, 'm@(@)', ', ')} {{}}\n"),
        "c++: member initialisers in braces": (2_000, lambda n: f"C::C() : {_row(n, 'm@{@}', ', ')} {{}}\n"),
        "c++: fields": (2_000, lambda n: f"struct S {{\n{lines(n, '  int a@;')}}};\n"),
        "c++: fields on one line": (2_000, lambda n: f"struct S {{ {_row(n, 'int a@; ')} }};\n"),
        "c++: fields of one declaration": (2_000, lambda n: f"struct S {{ int {_row(n, 'a@', ', ')}; }};\n"),
        "c++: fields with comments behind": (1_000, lambda n: f"struct S {{\n{lines(n, 'int a@; ///< Field @.')}}};\n"),
        "c++: comment behind of many lines": (2_000, lambda n: f"int a; ///< A.\n{lines(n, '   ///< more @')}int b;\n"),
        "c++: qualifiers": (2_000, lambda n: "::a" * n),
        "c++: templates that are not closed": (2_000, lambda n: "a b<" * n),
        "c++: modules": (2_000, lambda n: "export module m;\n" + lines(n, "export import a@.b;\nimport :c@;")),
        "c++: functions on one line": (2_000, lambda n: _row(n, "void f@(); ") + "\n"),
        "c++: functions with comments on one line": (2_000, lambda n: _row(n, "/* F. */ void f@(); ") + "\n"),
        "c++: bodies on one line": (2_000, lambda n: _row(n, "void f@() { g(); } ") + "\n"),
        "c++: variables of one declaration": (2_000, lambda n: f"int {_row(n, 'a@', ', ')};\n"),
        "c++: variables with initialisers": (2_000, lambda n: lines(n, "static const T a@ = make(@, b);")),
        "c++: enumerators": (4_000, lambda n: f"enum E {{\n{lines(n, '  A@ = @,')}}};\n"),
        "c++: enumerators on one line": (4_000, lambda n: f"enum E {{ {_row(n, 'A@', ', ')} }};\n"),
        "c++: enumerators with comments": (2_000, lambda n: f"enum E {{\n{lines(n, '  A@, // value @')}}};\n"),
        "c++: enums": (1_000, lambda n: lines(n, "enum class E@ { A, B };")),
        "c++: classes": (1_000, lambda n: lines(n, "class C@ : public B@ { int a; };")),
        "c++: chain of bases": (1_000, lambda n: lines(n, "struct C@ : C@a { void f() { g(); } };")),
        "c++: bases of one class": (2_000, lambda n: f"class C : {_row(n, 'public B@', ', ')} {{}};\n"),
        "c++: nested classes": (100, lambda n: _nested(n, "struct C@ {\n", closing="};")),
        "c++: nested classes of one name": (100, lambda n: _nested(n, "struct C {\n", closing="};")),
        "c++: nested classes with objects": (100, lambda n: _nested(n, "struct C@ {\n", "int a;\n", "} c;\n")),
        "c++: nested namespaces": (100, lambda n: _nested(n, "namespace n@ {\n")),
        "c++: nested namespaces of one name": (100, lambda n: _nested(n, "namespace a {\n", "int f();")),
        "c++: namespaces in one path": (8_000, lambda n: f"namespace {_row(n, 'a', '::')} {{ int f(); }}\n"),
        "c++: namespaces one after the other": (1_000, lambda n: lines(n, "namespace n@ { int f(); }")),
        "c++: the same namespace again": (1_000, lambda n: lines(n, "namespace n { int f@(); }")),
        "c++: anonymous namespaces": (1_000, lambda n: lines(n, "namespace { int f@() { return g(); } }")),
        "c++: using declarations": (1_000, lambda n: lines(n, "using a::b@;")),
        "c++: using directives": (1_000, lambda n: lines(n, "using namespace a@;")),
        "c++: usings in a namespace": (1_000, lambda n: f"namespace n {{\n{lines(n, 'using a::b@;')}}}\n"),
        "c++: usings in one body": (1_000, lambda n: _body(n, "  using a::b@;")),
        "c++: usings in a class": (1_000, lambda n: f"struct S : T {{\n{lines(n, '  using T::f@;')}}};\n"),
        "c++: usings and their calls": (1_000, lambda n: lines(n, "using a::b@;") + _body(n, "  b@();")),
        "c++: usings in bodies": (1_000, lambda n: lines(n, "void f@() { using a::b; b(); }")),
        "c++: aliases": (1_000, lambda n: lines(n, "using A@ = B@;")),
        "c++: aliases of namespaces": (1_000, lambda n: lines(n, "namespace a@ = b::c@;")),
        "c++: chain of aliases": (1_000, lambda n: "".join(f"using A{i + 1} = A{i};\n" for i in range(n))),
        "c++: typedefs": (1_000, lambda n: lines(n, "typedef struct S@ T@;")),
        "c++: typedefs of functions": (1_000, lambda n: lines(n, "typedef int (*F@)(int a, char* b);")),
        "c++: function pointers": (1_000, lambda n: lines(n, "int (*f@)(int a, char* b);")),
        "c++: templates": (1_000, lambda n: lines(n, "template <class T, int N> T f@(T a);")),
        "c++: template parameters": (1_000, lambda n: f"template <{_row(n, 'class T@', ', ')}> void f();\n"),
        "c++: explicit instantiations": (1_000, lambda n: lines(n, "template class C<T@>;")),
        "c++: specialisations": (1_000, lambda n: lines(n, "template <> struct C<T@> { int a; };")),
        "c++: nested template arguments": (500, lambda n: f"{'a<' * n}int{'>' * n} f();\n"),
        "c++: open template arguments": (500, lambda n: f"{'a<' * n}\n"),
        "c++: open templates": (1_000, lambda n: "template <" * n + "\n"),
        "c++: open templates with names": (1_000, lambda n: lines(n, "template <class T@")),
        "c++: requirements": (500, lambda n: lines(n, "template <class T> requires A<T> && B<T> void f@(T a);")),
        "c++: concepts": (1_000, lambda n: lines(n, "template <class T> concept C@ = A<T> && B<T>;")),
        "c++: long requirement": (500, lambda n: f"template <class T> requires {_row(n, 'A@<T>', ' && ')} void f();\n"),
        "c++: friends": (1_000, lambda n: f"class C {{\n{lines(n, 'friend class D@;')}}};\n"),
        "c++: friend functions": (1_000, lambda n: f"class C {{\n{lines(n, 'friend void f@(C& c);')}}};\n"),
        "c++: operators": (1_000, lambda n: lines(n, "bool operator==(const A@& a, const B& b);")),
        "c++: conversions": (1_000, lambda n: f"class C {{\n{lines(n, 'operator T@() const;')}}};\n"),
        "c++: deleted functions": (1_000, lambda n: lines(n, "void f(A@) = delete;")),
        "c++: trailing return types": (1_000, lambda n: lines(n, "auto f@(int a) -> decltype(g(a));")),
        "c++: open trailing types": (1_000, lambda n: _row(n, "->a(") + ";\n"),
        "c++: access specifiers": (1_000, lambda n: f"class C {{\n{lines(n, 'public: int a@; private:')}}};\n"),
        "c++: parameters of one function": (1_000, lambda n: f"void f({_row(n, 'int a@', ', ')});\n"),
        "c++: default arguments": (1_000, lambda n: f"void f({_row(n, 'int a@ = g(@)', ', ')});\n"),
        "c++: nested parameters": (300, lambda n: f"void f{'(int ' * n}{')' * n};\n"),
        "c++: pointers": (1_000, lambda n: f"int {'*' * n}a;\n"),
        "c++: array dimensions": (1_000, lambda n: f"int a{'[1]' * n};\n"),
        "c++: long qualified name": (1_000, lambda n: f"void {_row(n, 'a@::')}f() {{}}\n"),
        "c++: long qualified names": (60, lambda n: lines(n, f"void {_row(n, 'a@::')}f@() {{}}")),
        "c++: semicolons": (4_000, lambda n: ";" * n + "\n"),
        "c++: words": (2_000, lambda n: _row(n, "word@ ") + "\n"),
        "c++: words in lines": (2_000, lambda n: lines(n, "word@")),
        "c++: unknown macros": (1_000, lambda n: lines(n, "MY_MACRO@(a, b)")),
        "c++: tests": (1_000, lambda n: lines(n, "TEST(Suite, Name@) { check(@); }")),
        "c++: unknown attributes": (1_000, lambda n: lines(n, "class MY_API C@ : public B { int a; };")),
        "c++: attributes of functions": (1_000, lambda n: lines(n, "MY_API int f@(int a) MY_ATTR(b);")),
        "c++: attributes in a row": (1_000, lambda n: _row(n, "MY_ATTR@ ") + "int f();\n"),
        "c++: standard attributes": (1_000, lambda n: _row(n, "[[nodiscard]] ") + "int f();\n"),
        "c++: standard attributes of functions": (1_000, lambda n: lines(n, "[[nodiscard]] int f@();")),
        "c++: compiler attributes": (1_000, lambda n: lines(n, "__attribute__((noinline)) int f@();")),
        "c++: open attributes": (1_000, lambda n: "[[" * n + "\n"),
        "c++: extern blocks": (1_000, lambda n: lines(n, 'extern "C" { int f@(); }')),
        "c++: nested extern blocks": (300, lambda n: _nested(n, 'extern "C" {\n')),
        "c++: deduction guides": (1_000, lambda n: lines(n, "C@(int) -> C@<int>;")),
        "c++: structured bindings": (1_000, lambda n: lines(n, "auto [a@, b@] = f(@);")),
        "c++: anonymous structs": (1_000, lambda n: f"struct S {{\n{lines(n, 'struct { int a@; } s@;')}}};\n"),
        "c++: bit fields": (1_000, lambda n: f"struct S {{\n{lines(n, 'unsigned a@ : 3;')}}};\n"),
        "c++: library registrations": (500, lambda n: _library(n)),
        "c++: registrations": (1_000, lambda n: lines(n, "REGISTER_THING(name@, make(@));")),
    },
)


def _library(n: int) -> str:
    return "TORCH_LIBRARY(aten, m) {\n" + lines(n, '  m.def("f@(Tensor a) -> Tensor", f@);') + "}\n"


_BODIES = shapes(
    "a.cpp",
    {
        "c++ body: distinct calls": (2_000, lambda n: _body(n, "  g@();")),
        "c++ body: the same call": (2_000, lambda n: _body(n, "  g(1, 2);")),
        "c++ body: method calls": (2_000, lambda n: _body(n, "  a.g@(1);")),
        "c++ body: calls of locals": (2_000, lambda n: _body(n, "  T x@; x@.g();")),
        "c++ body: locals": (2_000, lambda n: _body(n, "  int a@ = 1;")),
        "c++ body: locals and a call each": (2_000, lambda n: _body(n, "  int a@ = g@(1);")),
        "c++ body: locals, then calls of each": (
            1_000,
            lambda n: _body(1, lines(n, "  T x@;") + lines(n, "  x@->g@();")),
        ),
        "c++ body: chains of autos": (1_000, lambda n: _body(n, "  auto x@ = y@.g(); x@.h();")),
        "c++ body: one chain of autos": (
            1_000,
            lambda n: _body(1, "A x0;" + "".join(f"  auto x{i + 1} = x{i}; x{i + 1}.g();\n" for i in range(n))),
        ),
        "c++ body: constructions": (2_000, lambda n: _body(n, "  T@ a@(1, 2);")),
        "c++ body: news": (2_000, lambda n: _body(n, "  auto* a = new T@(1);")),
        "c++ body: chain of calls": (1_000, lambda n: _body(1, "a" + _row(n, ".g@()") + ";")),
        "c++ body: chain of calls in lines": (1_000, lambda n: _body(1, "a" + _row(n, "\n.g@(1)") + ";")),
        "c++ body: chain of members": (1_000, lambda n: _body(1, "a" + _row(n, ".m@") + ".g();")),
        "c++ body: chain of arrows": (1_000, lambda n: _body(1, "a" + _row(n, "->m@") + "->g();")),
        "c++ body: nested calls": (500, lambda n: _body(1, _row(n, "g@(") + ")" * n + ";")),
        "c++ body: parentheses": (1_000, lambda n: _body(1, "a = " + "(" * n + "1" + ")" * n + ";")),
        "c++ body: open parentheses": (1_000, lambda n: _body(1, "a = " + "(" * n + ";")),
        "c++ body: closing parentheses": (1_000, lambda n: _body(1, "a = " + ")" * n + ";")),
        "c++ body: subscripts": (1_000, lambda n: _body(1, "a" + "[i]" * n + ".f();")),
        "c++ body: nested subscripts": (1_000, lambda n: _body(1, "a" + "[a" * n + "]" * n + ".f();")),
        "c++ body: blocks": (1_000, lambda n: _body(n, "  if (a) { g(@); }")),
        "c++ body: nested blocks": (1_000, lambda n: _body(1, "if (a) {" * n + "g();" + "}" * n)),
        "c++ body: nested loops with locals": (
            500,
            lambda n: _body(1, "".join(f"for (int i{i} = 0;;) {{ g(i{i});" for i in range(n)) + "}" * n),
        ),
        "c++ body: cases": (
            2_000,
            lambda n: f"int f(int a) {{\nswitch (a) {{\n{lines(n, 'case @: return g@();')}}}\n}}\n",
        ),
        "c++ body: else ifs": (1_000, lambda n: _body(1, _row(n, "if (a == @) g@(); else ", "\n") + ";")),
        "c++ body: labels": (1_000, lambda n: _body(n, "l@: g(); goto l@;")),
        "c++ body: lambdas": (1_000, lambda n: _body(n, "  auto l@ = [&](int a) { return g(a); };")),
        "c++ body: nested lambdas": (300, lambda n: _body(1, "run([&]() {" * n + "g();" + "});" * n)),
        "c++ body: initialiser lists": (2_000, lambda n: _body(1, f"int a[] = {{{_row(n, '@', ', ')}}};")),
        "c++ body: nested initialiser lists": (500, lambda n: _body(1, f"auto a = {'{' * n}1{'}' * n};")),
        "c++ body: template calls": (1_000, lambda n: _body(n, "  g<A@, B<int>>(1);")),
        "c++ body: nested template calls": (500, lambda n: _body(1, "g" + "<a" * n + ">" * n + "();")),
        "c++ body: comparisons": (1_000, lambda n: _body(1, "b = " + _row(n, "a@ < ") + "c > (1);")),
        "c++ body: commas and angles": (1_000, lambda n: _body(1, "b = f(" + _row(n, "a@ < b, ") + "c);")),
        "c++ body: casts": (1_000, lambda n: _body(n, "  b = static_cast<T@*>(a)->g();")),
        "c++ body: strings": (2_000, lambda n: _body(n, '  g("text @, (of) {a} kind");')),
        "c++ body: string pieces": (2_000, lambda n: _body(1, "g(" + _row(n, '"piece @" ', "\n") + ");")),
        "c++ body: streams": (2_000, lambda n: _body(1, "out" + _row(n, " << a@ << g(@)", "\n") + ";")),
        "c++ body: sums": (2_000, lambda n: _body(1, "a = " + _row(n, "g(@)", " + ") + ";")),
        "c++ body: comments": (1_000, lambda n: _body(n, "  g(); // say @\n  /* and @ */")),
        "c++ body: qualified calls": (1_000, lambda n: _body(n, "  a::b<int>::c@(1);")),
        "c++ body: long qualified call": (1_000, lambda n: _body(1, _row(n, "a@::") + "g();")),
        "c++ body: gaps": (2_000, lambda n: _body(1, "g" + " " * n + "(" + " " * n + ");")),
        "c++ body: empty lines": (4_000, lambda n: _body(1, "g\n" + "\n" * n + "();")),
        "c++ body: stars": (2_000, lambda n: _body(1, "a = " + "*" * n + "b(1);")),
        "c++ body: stars apart": (1_000, lambda n: _body(1, "a = " + "* " * n + "b(1);")),
        "c++ body: dots": (2_000, lambda n: _body(1, "a" + "." * n + "b(1);")),
        "c++ body: colons": (2_000, lambda n: _body(1, "a" + "::" * n + "b(1);")),
        "c++ body: angles": (2_000, lambda n: _body(1, "a" + "<" * n + "b" + ">" * n + "(1);")),
        "c++ body: angles backwards": (2_000, lambda n: _body(1, "a" + ">" * n + "(1);")),
        "c++ body: arrows": (2_000, lambda n: _body(1, "a" + "->" * n + "b(1);")),
        "c++ body: local classes": (500, lambda n: _body(n, "  struct L@ { void g() { h(); } };")),
        "c++ body: throws": (1_000, lambda n: _body(n, "  try { g@(); } catch (const E@& e) { h(e); }")),
        "c++ body: launches": (1_000, lambda n: _body(n, "  kernel@<<<a, b>>>(c);")),
        "c++ body: static functions named": (1_000, lambda n: lines(n, "static void f@() {}") + _body(n, "  g(f@);")),
        "c++ body: tables of callbacks": (
            1_000,
            lambda n: lines(n, "static void f@() {}") + "T t[] = {" + _row(n, "{f@}", ",\n") + "};\n",
        ),
        "c++ body: calls of macros": (2_000, lambda n: "#define M(a) g(a)\n" + _body(n, "  M(a@);")),
        "c++ body: calls of many macros": (500, lambda n: lines(n, "#define M@(a) g(a)") + _body(n, "  M@(a);")),
        "c++ body: parameters": (1_000, lambda n: f"void f({_row(n, 'T@* a@', ', ')}) {{\n{lines(n, 'a@->g();')}}}\n"),
        "c++ body: fields of a class": (
            1_000,
            lambda n: f"struct S {{\n{lines(n, 'T@ m@;')}void f() {{\n{lines(n, 'm@.g();')}}}\n}};\n",
        ),
        "c++ body: functions with the same locals": (1_000, lambda n: lines(n, "void f@() { T a; a.g(); }")),
        "c++ body: static assertions": (1_000, lambda n: lines(n, 'static_assert(f(@), "text");')),
        "c++ body: numbers apart": (1_000, lambda n: _body(1, "a = " + _row(n, "1", "'") + ";")),
        "c++ body: characters": (1_000, lambda n: _body(1, "a = " + "'a' + " * n + "1;")),
        "c++ body: open characters": (1_000, lambda n: _body(n, "  it's")),
        "c++ body: open strings": (1_000, lambda n: _body(n, '  say "no')),
        "c++ body: braces too many": (1_000, lambda n: _body(1, "}" * n)),
        "c++ body: braces never closed": (1_000, lambda n: "void f() {\n" * n),
        "c++ body: heads never closed": (1_000, lambda n: lines(n, "void f@( {")),
        "c++ body: quotes": (2_000, lambda n: '"' * n + "\n"),
    },
)

_PREPROCESSOR = shapes(
    "a.h",
    {
        "registers: defines below one comment": (
            4_000,
            lambda n: (
                "/*\n * Copyright.\n */\n#ifndef A_H\n#define A_H\n\n"
                + lines(n, "#define REG_@__SHIFT 0x@")
                + "#endif\n"
            ),
        ),
        "registers: defines below a comment for each block": (
            1_000,
            lambda n: lines(n, "// block @\n#define mmREG_@ 0x@\n#define mmREG_@_BASE_IDX 2"),
        ),
        "registers: defines with comments behind": (2_000, lambda n: lines(n, "#define REG_@ 0x@ /* register @ */")),
        "registers: defines below line comments": (2_000, lambda n: lines(n, "// Register @.\n#define REG_@ 0x@")),
        "macros: function-like": (1_000, lambda n: lines(n, "#define M@(a, b) f(a, b)")),
        "macros: of macros": (1_000, lambda n: "".join(f"#define M{i + 1} M{i}\n" for i in range(n))),
        "macros: of macros of attributes": (
            1_000,
            lambda n: "#define M0 inline\n" + "".join(f"#define M{i + 1} M{i} M{i}\n" for i in range(n)),
        ),
        "macros: of macros, backwards": (1_000, lambda n: "".join(f"#define M{i} M{i + 1}\n" for i in range(n))),
        "macros: attributes": (1_000, lambda n: lines(n, "#define API@ __attribute__((x))\nAPI@ int f@();")),
        "macros: the same again": (1_000, lambda n: lines(n, "#define M @")),
        "macros: continued lines": (2_000, lambda n: "#define M(a) \\\n" + lines(n, "  f(@); \\") + "\n"),
        "macros: parameters": (2_000, lambda n: f"#define M({_row(n, 'a@', ', ')}) 1\n"),
        "macros: that open namespaces": (
            500,
            lambda n: "#define B namespace n {\n#define E }\n" + lines(n, "B\nint f@();\nE"),
        ),
        "macros: that open many namespaces": (
            500,
            lambda n: "#define B namespace n {\n#define E }\n" + "B\n" * n + "E\n" * n,
        ),
        "macros: of many that open namespaces": (
            300,
            lambda n: lines(n, "#define B@ namespace n@ {\n#define E@ }") + lines(n, "B@\nint f@();\nE@"),
        ),
        "macros: commas": (2_000, lambda n: f"#define M {_row(n, 'a@', ', ')}\nint f();\n"),
        "includes": (4_000, lambda n: lines(n, '#include "a/b@.h"')),
        "includes: in conditions": (1_000, lambda n: lines(n, "#ifdef A@\n#include <b@.h>\n#endif")),
        "includes: in one condition": (2_000, lambda n: "#ifdef A\n" + lines(n, "#include <b@.h>") + "#endif\n"),
        "includes: in nested conditions": (1_000, lambda n: lines(n, "#if A@\n#include <b@.h>") + "#endif\n" * n),
        "conditions: elifs": (1_000, lambda n: "#if A\nint a;\n" + lines(n, "#elif B@\nint b@;") + "#endif\n"),
        "conditions: elifs with includes": (
            1_000,
            lambda n: "#if A\nint a;\n" + lines(n, "#elif B@\n#include <b@.h>") + "#endif\n",
        ),
        "conditions: elifs in a body": (
            1_000,
            lambda n: _body(1, "#if A\n" + lines(n, "#elif B@\n  g@();") + "#endif\n"),
        ),
        "conditions: elifs that open": (500, lambda n: "#if A\n" + lines(n, "#elif B@\nvoid f() {") + "#endif\n}\n"),
        "conditions: elifs that open scopes": (
            500,
            lambda n: "#if A\n" + lines(n, "#elif B@\nnamespace n {") + "#endif\n}\n",
        ),
        "conditions: elifs that stop halfway": (500, lambda n: "#if A\n" + lines(n, "#elif B@\nint a") + "#endif\n;\n"),
        "conditions: one after the other": (1_000, lambda n: lines(n, "#if A@\nint a@;\n#else\nint b@;\n#endif")),
        "conditions: nested": (500, lambda n: lines(n, "#if A@\nint a@;") + "#endif\n" * n),
        "conditions: nested that open": (300, lambda n: lines(n, "#if A@\nvoid f@() {") + "#endif\n" * n),
        "conditions: nested elses": (500, lambda n: lines(n, "#if A@\nint a@;\n#else") + "#endif\n" * n),
        "conditions: around braces": (500, lambda n: lines(n, "#if A@\nvoid f@() {\n#else\nvoid g@() {\n#endif\n}")),
        "conditions: in an enum": (1_000, lambda n: "enum E {\n" + lines(n, "#if A@\nB@,\n#endif") + "};\n"),
        "conditions: in a function": (1_000, lambda n: _body(n, "#ifdef A@\n  g@();\n#endif")),
        "conditions: around scopes": (
            500,
            lambda n: lines(n, '#ifdef A@\nextern "C" {\n#endif\nint f@();\n#ifdef A@\n}\n#endif'),
        ),
        "conditions: dead": (1_000, lambda n: lines(n, "#if 0\n// gone @\nint a@;\n#endif")),
        "conditions: dead comments": (1_000, lambda n: "#if 0\n" + lines(n, "// gone @") + "#endif\nint a;\n"),
        "conditions: long": (1_000, lambda n: f"#if {_row(n, 'defined(A@)', ' || ')}\n#include <a.h>\n#endif\n"),
        "conditions: long, continued": (
            1_000,
            lambda n: "#if \\\n" + lines(n, "defined(A@) || \\") + "0\nint a;\n#endif\n",
        ),
        "pragmas": (2_000, lambda n: lines(n, "#pragma omp parallel @")),
        "comments: one of many lines": (4_000, lambda n: f"/*\n{lines(n, ' * Line @ of it.')} */\nint a;\n"),
        "comments: of one line each": (2_000, lambda n: lines(n, "// Says @.") + "int a;\n"),
        "comments: of one line each, apart": (2_000, lambda n: lines(n, "// Says @.\n") + "int a;\n"),
        "comments: in licences": (1_000, lambda n: lines(n, "// Copyright @.\n") + "int a;\n"),
        "comments: before each function": (1_000, lambda n: lines(n, "/** Does @. */\nint f@();")),
        "comments: several before each function": (1_000, lambda n: lines(n, "// Does @.\n// And so.\nint f@();")),
        "comments: far above functions": (1_000, lambda n: "// Far.\n\n" + lines(n, "int f@();\n")),
        "comments: then attributes": (1_000, lambda n: "// Far.\n" + lines(n, "MY_ATTR@(a)") + "int f();\n"),
        "comments: on one line": (2_000, lambda n: _row(n, "/* a@ */ ") + "int a;\n"),
        "comments: stars": (4_000, lambda n: "/" + "*" * n + "/\nint a;\n"),
        "comments: stars in lines": (2_000, lambda n: "/*\n" + lines(n, " " + "*" * 40) + "*/\nint a;\n"),
        "comments: dashes": (4_000, lambda n: "// " + "-" * n + "\nint a;\n"),
        "comments: never closed": (1_000, lambda n: "int a; /* " * n),
        "comments: slashes": (4_000, lambda n: "/" * n + "\nint a;\n"),
        "comments: empty lines": (4_000, lambda n: "/*" + "\n" * n + "*/\nint a;\n"),
        "comments: spaces": (4_000, lambda n: "// a" + " " * n + "b\nint a;\n"),
        "strings: a table": (4_000, lambda n: "const char* t[] = {\n" + lines(n, '  "text @",') + "};\n"),
        "strings: pieces": (4_000, lambda n: "const char* t =\n" + lines(n, '  "text @"') + ";\n"),
        "strings: raw": (1_000, lambda n: lines(n, 'const char* t@ = R"(text "@")";')),
        "strings: one raw": (4_000, lambda n: 'const char* t = R"x(\n' + lines(n, 'text ")" @') + ')x";\n'),
        "strings: raw, never closed": (1_000, lambda n: lines(n, 'const char* t@ = R"x(')),
        "strings: long": (4_000, lambda n: f'const char* t = "{"word " * n}";\n'),
        "strings: escapes": (4_000, lambda n: f'const char* t = "{chr(92) * 2 * n}";\n'),
        "strings: continued": (2_000, lambda n: 'const char* t = "\\\n' + "text \\\n" * n + '";\n'),
        "tables: numbers": (10_000, lambda n: f"const int t[] = {{{_row(n, '0x@', ', ')}}};\n"),
        "tables: rows": (2_000, lambda n: "const T t[] = {\n" + lines(n, '  {@, "a", f(@)},') + "};\n"),
        "tables: designated": (2_000, lambda n: f"const T t = {{\n{lines(n, '  .a@ = f(@),')}}};\n"),
        "tables: many": (1_000, lambda n: lines(n, "static const int t@[] = {1, 2, 3};")),
        "lines: continued": (2_000, lambda n: "int a \\\n" * n + ";\n"),
        "lines: empty": (10_000, lambda n: "int a;" + "\n" * n + "int b;\n"),
        "lines: spaces": (10_000, lambda n: "int a;" + " " * n + "int b;\n"),
        "lines: spaces before each": (200, lambda n: lines(n, " " * n + "int a@;")),
        "lines: carriage returns": (4_000, lambda n: "int a;\r" * n),
        "lines: tabs": (10_000, lambda n: "\t" * n + "int a;\n"),
        "letters: of other alphabets": (1_000, lambda n: lines(n, "int größe@; // für ∞")),
        "letters: wide spaces": (1_000, lambda n: lines(n, "int\u00a0a@;")),
        "braces: open": (1_000, lambda n: "{" * n + "\n"),
        "braces: closed": (1_000, lambda n: "}" * n + "\n"),
        "braces: pairs": (2_000, lambda n: "{}" * n + "\n"),
        "braces: nested": (1_000, lambda n: "{" * n + "}" * n + "\n"),
        "braces: at line starts": (1_000, lambda n: "void f() {\n" + "}\n" * n),
        "braces: scopes never closed": (500, lambda n: lines(n, "namespace n@ {")),
        "braces: classes never closed": (500, lambda n: lines(n, "class C@ {")),
        "brackets: open": (2_000, lambda n: "[" * n + "\n"),
        "brackets: lambdas": (2_000, lambda n: "auto a = " + "[](){}," * n + "1;\n"),
        "parentheses: open": (1_000, lambda n: "(" * n + "\n"),
        "parentheses: closed": (1_000, lambda n: ")" * n + "\n"),
        "parentheses: pairs": (1_000, lambda n: "f" + "()" * n + ";\n"),
        "parentheses: declarations never closed": (1_000, lambda n: lines(n, "int f@(int a")),
        "damage: words after words": (1_000, lambda n: lines(n, "foo bar baz@ qux int (a;")),
        "damage: half declarations": (1_000, lambda n: lines(n, "class A@ : public {")),
        "damage: signs": (1_000, lambda n: "<>=!&|^%$@#;:,." * n + "\n"),
        "damage: signs in lines": (1_000, lambda n: lines(n, "<>=! & | ^ % $ # ; : , .")),
    },
)

_C = shapes(
    "a.c",
    {
        "c: functions": (2_000, lambda n: lines(n, "static int f@(struct s *a) { return g(a); }")),
        "c: old style": (1_000, lambda n: lines(n, "int f@(a, b) int a; char *b; { return g(a); }")),
        "c: old style parameters": (
            1_000,
            lambda n: f"int f({_row(n, 'a@', ', ')})\n{lines(n, 'int a@;')}{{ g(); }}\n",
        ),
        "c: structs": (1_000, lambda n: lines(n, "struct s@ { int a; struct t *b; };")),
        "c: words of C++": (1_000, lambda n: lines(n, "int class@; int new; int template; int this;")),
        "c: calls of macros between declarations": (1_000, lambda n: lines(n, "EXPORT_SYMBOL(f@)")),
        "c: exports": (1_000, lambda n: lines(n, "int f@(void) { return 0; }\nEXPORT_SYMBOL(f@);")),
        "c: initialisers": (1_000, lambda n: lines(n, "static const struct ops o@ = { .open = f@, .close = g };")),
        "c: methods of Python": (
            500,
            lambda n: (
                "static PyMethodDef methods[] = {\n" + lines(n, '{"f@", (PyCFunction)f@, METH_VARARGS, ""},') + "};\n"
            ),
        ),
    },
)

_BINDINGS = shapes(
    "b.cpp",
    {
        "bindings: functions": (500, lambda n: "PYBIND11_MODULE(a, m) {\n" + lines(n, 'm.def("f@", &f@);') + "}\n"),
        "bindings: lambdas": (
            300,
            lambda n: "PYBIND11_MODULE(a, m) {\n" + lines(n, 'm.def("f@", [](int a) { return f@(a); });') + "}\n",
        ),
        "bindings: chain of methods": (
            500,
            lambda n: 'PYBIND11_MODULE(a, m) {\npy::class_<C>(m, "C")\n' + lines(n, '.def("f@", &C::f@)') + ";\n}\n",
        ),
        "bindings: chain of values": (
            500,
            lambda n: 'PYBIND11_MODULE(a, m) {\npy::enum_<E>(m, "E")\n' + lines(n, '.value("A@", E::A@)') + ";\n}\n",
        ),
        "bindings: classes": (
            300,
            lambda n: "PYBIND11_MODULE(a, m) {\n" + lines(n, 'py::class_<C@>(m, "C@").def("f", &C@::f);') + "}\n",
        ),
        "bindings: classes in variables": (
            300,
            lambda n: (
                "PYBIND11_MODULE(a, m) {\n" + lines(n, 'py::class_<C@> c@(m, "C@"); c@.def("f", &C@::f);') + "}\n"
            ),
        ),
        "bindings: submodules of submodules": (
            300,
            lambda n: (
                "PYBIND11_MODULE(a, m0) {\n"
                + "".join(f'auto m{i + 1} = m{i}.def_submodule("s"); m{i + 1}.def("f", &f);\n' for i in range(n))
                + "}\n"
            ),
        ),
        "bindings: functions that bind": (
            300,
            lambda n: lines(n, 'void bind@(py::module_& m) { m.def("f@", &f@); }') + "// pybind11\n",
        ),
        "bindings: in namespaces": (
            200,
            lambda n: lines(n, 'namespace n@ { void bind(py::module& m) { m.def("f", &f); } }') + "// pybind11\n",
        ),
        "bindings: in nested namespaces": (
            50,
            lambda n: (
                lines(n, 'namespace n@ { void bind(py::module& m) { m.def("f", &f); }') + "}" * n + "// pybind11\n"
            ),
        ),
        "bindings: in nested lambdas": (
            50,
            lambda n: (
                "PYBIND11_MODULE(a, m) {\n" + lines(n, 'm.def("f@", [](int a) {') + "return 1;" + "});" * n + "}\n"
            ),
        ),
        "bindings: conditions": (
            300,
            lambda n: (
                'PYBIND11_MODULE(a, m) {\npy::class_<C>(m, "C")\n'
                + lines(n, '#ifdef A@\n.def("f@", &C::f@)\n#endif')
                + ";\n}\n"
            ),
        ),
        "bindings: libraries": (300, lambda n: lines(n, 'TORCH_LIBRARY(l@, m) { m.def("f", f@); }')),
        "bindings: implementations": (
            500,
            lambda n: "TORCH_LIBRARY_IMPL(aten, CPU, m) {\n" + lines(n, 'm.impl("f@", TORCH_FN(a::f@));') + "}\n",
        ),
        "bindings: calls": (500, lambda n: "PYBIND11_MODULE(a, m) {\n" + lines(n, "bind@(m);") + "}\n"),
        "bindings: variables": (
            500,
            lambda n: "PYBIND11_MODULE(a, m) {\n" + lines(n, "auto v@ = g(@); h(v@);") + "}\n",
        ),
    },
)

_OTHERS = [
    *shapes(
        "a.m",
        {
            "objective-c: methods": (
                1_000,
                lambda n: (
                    "@implementation C\n"
                    + "".join(f"- (int)f{i}:(int)a with:(id)b {{ return [b g]; }}\n" for i in range(n))
                    + "@end\n"
                ),
            ),
            "objective-c: classes": (
                500,
                lambda n: "".join(f"@interface C{i} : NSObject\n- (void)f;\n@end\n" for i in range(n)),
            ),
            "objective-c: properties": (
                1_000,
                lambda n: (
                    "@interface C : NSObject\n"
                    + "".join(f"@property (nonatomic) int a{i};\n" for i in range(n))
                    + "@end\n"
                ),
            ),
            "objective-c: never ended": (500, lambda n: "".join(f"@interface C{i} : NSObject {{\n" for i in range(n))),
            "objective-c: ends alone": (1_000, lambda n: "@end\n" * n),
            "objective-c: messages": (
                500,
                lambda n: "@implementation C\n- (void)f { " + "[a " * n + "b" + "]" * n + "; }\n@end\n",
            ),
        },
    ),
    *shapes(
        "a.cu",
        {
            "cuda: kernels": (1_000, lambda n: lines(n, "__global__ void k@(float* a) { a[0] = g(@); }")),
            "cuda: launches": (1_000, lambda n: _body(n, "  k@<<<dim3(1), dim3(2), 0, stream>>>(a, @);")),
            "cuda: launches on one line": (1_000, lambda n: _body(1, _row(n, "k@<<<1, 2>>>(a); "))),
            "cuda: open launches": (1_000, lambda n: _body(1, "k<<<" * n)),
        },
    ),
]

SHAPES = [*_DECLARATIONS, *_BODIES, *_PREPROCESSOR, *_C, *_BINDINGS, *_OTHERS]
