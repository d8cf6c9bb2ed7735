"""C, C++ and Objective-C in, facts out."""

from __future__ import annotations

import pytest
import tree_sitter_cpp
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tree_sitter import Language, Node, Parser

from kgraph.extract.cpp.extractor import extract
from kgraph.extract.cpp.macros import attribute_macros, harvest
from kgraph.extract.cpp.parser import parse
from kgraph.model import FileFacts, Kind, SymbolFact


def facts(source: str | bytes, language: str = "C++", defines: str = "") -> FileFacts:
    content = source.encode() if isinstance(source, str) else source
    return extract(content, language, attribute_macros(harvest(defines.encode())))


def only(source: str, language: str = "C++", defines: str = "") -> SymbolFact:
    (symbol,) = facts(source, language, defines).symbols
    return symbol


def names(source: str | bytes, language: str = "C++", defines: str = "") -> list[str]:
    return [symbol.name for symbol in facts(source, language, defines).symbols]


def test_pointers_to_functions_that_do_not_throw() -> None:
    found = facts("static void (*free_)(void*) noexcept = nullptr;\nusing Call = int (\n*)(int) noexcept;\nint a;\n")
    assert [(symbol.kind, symbol.name) for symbol in found.symbols] == [
        (Kind.VARIABLE, "free_"),
        (Kind.TYPE_ALIAS, "Call"),
        (Kind.VARIABLE, "a"),
    ]
    assert not found.diagnostics


@pytest.mark.parametrize(
    ("comment", "expected"),
    [
        ("//! Absolute time.\n/** @ingroup timing */", "Absolute time.\n@ingroup timing"),
        ("/// One.\n//! Two.", "One.\nTwo."),
        ("/*! One.\n */\n/// Two.", "One.\n\nTwo."),
        ("/**\n@code\n// First.\na();\n@endcode\n*/", "@code\n// First.\na();\n@endcode"),
        ("/* Of another thing. */\n/** Its own. */", "Its own."),
        ("// Of another thing.\n/** Its own. */", "Its own."),
        ("/**\n * Starred.\n *   // kept\n */", "Starred.\n  // kept"),
    ],
)
def test_comments_in_a_row_and_what_is_in_them(comment: str, expected: str) -> None:
    assert only(f"{comment}\nstruct A {{}};").doc == expected


@pytest.mark.parametrize(
    "code",
    [
        b"",
        b" " * 60,
        b"int a;" + b" " * 60 + b"int b;" + b"\n" * 9 + b" " * 60 + b"\n",
        b"struct A {" + b" " * 60 + b"\n int ( b;" + b" " * 99 + b"\n\n}}; x y z" + b" " * 60 + b"(",
        (b"int f();" + b" " * 50 + b"\n") * 2_500,
    ],
)
def test_wide_blanks_do_not_change_a_tree(code: bytes) -> None:
    def nodes(root: Node) -> list[tuple[object, ...]]:
        found, pending = [], [root]
        while pending:
            node = pending.pop()
            found.append((node.type, node.start_byte, node.end_byte, node.start_point, node.end_point, node.has_error))
            pending += node.children
        return found

    whole = Parser(Language(tree_sitter_cpp.language())).parse(code)
    assert nodes(parse(code).root_node) == nodes(whole.root_node)


def check(found: FileFacts) -> None:
    """What holds for all facts."""
    assert found.read_as == "syntax"
    assert len(found.diagnostics) <= 5
    for index, symbol in enumerate(found.symbols):
        assert -1 <= symbol.parent < index
        assert 1 <= symbol.start <= symbol.end <= max(1, found.lines)
        assert symbol.name
        assert len(symbol.signature) <= 400
        symbol.name.encode(), symbol.signature.encode(), symbol.doc.encode()
    for include in found.includes:
        assert 1 <= include.line <= found.lines


def test_a_method_with_all_its_particulars() -> None:
    source = """
    class Pool {
     protected:
      /// Gives one away.
      virtual const Item*
      take(int n = 3, std::string name = "x") const noexcept override = 0;
    };
    """

    assert facts(source).symbols[1] == SymbolFact(
        Kind.METHOD,
        "take",
        start=5,
        end=6,
        scope="Pool",
        parent=0,
        key="(int,string) const",
        arity=2,
        definition=False,
        access="protected",
        signature='virtual const Item* take(int n = 3, std::string name = "x") const noexcept override = 0',
        doc="Gives one away.",
        modifiers=("virtual", "noexcept", "override", "pure"),
    )


def test_a_member_defined_outside_of_its_class() -> None:
    symbol = only("template <class T, int N>\nvoid a::Stack<T, N>::Inner::push(T t) {}")

    assert (symbol.kind, symbol.qualifier, symbol.name, symbol.definition) == (
        Kind.METHOD,
        "a::Stack::Inner",
        "push",
        True,
    )


@pytest.mark.parametrize(
    ("source", "definition"),
    [
        ("void f();", False),
        ("void f() { return; }", True),
        ("void f() { return; };", True),
        ("template <class T> void A<T>::f() const { return; };", True),
        ("void f(int a = 0);", False),
        ("A::A() = default;", True),
        ("void f(int) = delete;", True),
        ("extern int a;", False),
        ("extern int a = 3;", True),
        ("int a{3};", True),
        ("class A;", False),
        ("class A { };", True),
        ("enum E : int;", False),
        ("using A = B;", True),
    ],
)
def test_definitions(source: str, definition: bool) -> None:
    assert only(source).definition == definition


def test_definitions_in_a_class() -> None:
    source = "struct A { void f() { g(); }; virtual int h() { return 1; }; A() {}; virtual void k() = 0; int x{}; };"

    assert [(symbol.name, symbol.definition) for symbol in facts(source).symbols[1:]] == [
        ("f", True),
        ("h", True),
        ("A", True),
        ("k", False),
        ("x", True),
    ]


def test_a_member_of_a_specialisation_keeps_its_arguments() -> None:
    assert only("template <> void Stack<int>::push(int) {}").qualifier == "Stack<int>"


def test_a_qualifier_that_the_file_opens_as_a_namespace_makes_a_function() -> None:
    symbol = facts("namespace at { }\nint at::add() { return 1; }").symbols[1]

    assert (symbol.kind, symbol.qualifier) == (Kind.FUNCTION, "at")


@pytest.mark.parametrize(
    ("source", "kind", "name"),
    [
        ("A::A(int a) : b{a}, c(a) {}", Kind.CONSTRUCTOR, "A"),
        ("A::A() : b([]{ return 1; }()) {}", Kind.CONSTRUCTOR, "A"),
        ("A::A(int a) try : b(a) {} catch (...) {}", Kind.CONSTRUCTOR, "A"),
        ("A::~A() = default;", Kind.DESTRUCTOR, "~A"),
        ("A::operator std::string() const {}", Kind.CONVERSION, "operator std::string"),
        ("bool A::operator () (int) {}", Kind.METHOD, "operator()"),
        ('long double operator "" _km(long double);', Kind.FUNCTION, 'operator""_km'),
        ("T* A::operator->() const {}", Kind.METHOD, "operator->"),
        ("int (*get(int a))(char) { return 0; }", Kind.FUNCTION, "get"),
        ("int (plain)(char);", Kind.FUNCTION, "plain"),
        ("int (*pointer)(char) = nullptr;", Kind.VARIABLE, "pointer"),
        ("auto f(int) -> std::vector<int>;", Kind.FUNCTION, "f"),
        ("auto f = [](int a) { return a; };", Kind.VARIABLE, "f"),
        ("template <> inline constexpr bool is_v<int> = true;", Kind.VARIABLE, "is_v<int>"),
        ("typedef int (*fn)(int);", Kind.TYPE_ALIAS, "fn"),
        ("using fn = void (*)(int);", Kind.TYPE_ALIAS, "fn"),
        ("struct ::a::B {};", Kind.STRUCT, "B"),
        ("class NAME(a, b) {};", Kind.CLASS, "NAME(a, b)"),
        ('const char* s = R"(class A { };)";', Kind.VARIABLE, "s"),
        ("int x = 1'000'000;", Kind.VARIABLE, "x"),
        ("void f() try { } catch (int) { }", Kind.FUNCTION, "f"),
    ],
)
def test_one_declaration(source: str, kind: Kind, name: str) -> None:
    symbol = only(source)

    assert (symbol.kind, symbol.name) == (kind, name)


@pytest.mark.parametrize(
    "source",
    [
        "REGISTER(a, b);",
        "REGISTER(a)",
        "BEGIN_NAMESPACE",
        'static_assert(sizeof(int) == 4, "x");',
        "using namespace std;",
        "using std::swap;",
        "namespace fs = std::filesystem;",
        "friend class A;",
        "template class A<int>;",
        "extern template class A<int>;",
        'asm("nop");',
        "/* class A {}; */ // class B {};",
        "static DEFINE_LOCK(lock);",
        "ARG(double, p) = 0.5;",
        "template <class T> A(T) -> A<T>;",
    ],
)
def test_what_is_no_symbol(source: str) -> None:
    assert names(source) == []


def test_a_declaration_does_not_begin_at_the_friend_above_it() -> None:
    source = "class A {\n  template <typename>\n  friend class b::C;\n\n  using iterator = b::iterator;\n};"
    alias = next(symbol for symbol in facts(source).symbols if symbol.name == "iterator")

    assert (alias.start, alias.signature) == (5, "using iterator = b::iterator")


def test_macro_uses_in_a_class_are_no_members() -> None:
    source = "class A { Q_OBJECT\n ARG(int, a) = 3;\n DISALLOW(A);\n A(int);\n int b;\n PLAIN\n};"

    assert names(source) == ["A", "A", "b"]


def test_a_definition_made_by_a_macro() -> None:
    symbol = only('TORCH_LIBRARY( aten,m ) { m.def("x"); }')

    assert (symbol.kind, symbol.name, symbol.macro, symbol.local, symbol.arity) == (
        Kind.FUNCTION,
        "TORCH_LIBRARY(aten, m)",
        "TORCH_LIBRARY",
        True,
        -1,
    )


def test_what_stands_in_a_type_says_nothing_of_its_objects() -> None:
    source = (
        "struct A { static int x; virtual int f() const; } a, *b;\n"
        "static struct B { int y; } c;\n"
        "class C { struct { static inline int z; } d; };\n"
        "struct { const int i; } e;\n"
    )
    of = {symbol.name: symbol for symbol in facts(source).symbols}
    assert {name: of[name].modifiers for name in "abcde"} == {"a": (), "b": (), "c": ("static",), "d": (), "e": ()}
    assert [name for name in "abce" if of[name].local] == ["c"]


def test_attribute_macros_are_seen_through() -> None:
    source = "class API ALIGN(8) A final : B { API int f() HOT; };\nAPI static const char *g();"
    defines = (
        "#define API EXPORT\n#define EXPORT __attribute__((visibility(X)))\n#define ALIGN(n) alignas(n)\n#define HOT\n"
    )

    found = facts(source, defines=defines)

    assert [symbol.name for symbol in found.symbols] == ["A", "f", "g"]
    assert found.symbols[2].signature == "API static const char *g()"
    assert found.diagnostics == ()


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("EXPORT std::string f(int a);", ["f"]),
        ("EXPORT void f(); int g;", ["f", "g"]),
        ("const Chunk* NULLABLE head();", ["head"]),
        ("int n GUARDED_BY(mutex) = 0; std::map<a, b> m GUARDED_BY(mutex);", ["n", "m"]),
        ("void f() REQUIRES(mutex) { }", ["f"]),
        ("asmlinkage long f(int x);", ["f"]),
        ("struct A { PyObject_HEAD int z; };", ["A", "z"]),
        ("auto f(int x) RETURNS(x + 1) int g();", ["f", "g"]),
        ("EXPORT int Context::count = 0;", ["count"]),
        ("int NOTHROW\nATTR(nonnull(1))\nf(void **p);", ["f"]),
    ],
)
def test_macros_that_nobody_defined(source: str, expected: list[str]) -> None:
    assert names(source) == expected


def test_branches_that_open_a_brace_each() -> None:
    source = """
#ifdef A
int f(int a) {
#else
int f(long a) {
#endif
  if (a) { return 1; }
}
class B
#ifdef C
    : public C
#else
    : public D
#endif
{ int x; };
template <class T>
#ifdef F
T g(int a) {
#else
T g(long a) {
#endif
  return a;
}
A::A() : a(1),
#ifdef G
         b(2) {
#else
         b(3) {
#endif
}
namespace n {
int y;
#ifdef E
}
#else
}
#endif
int z;
"""
    found = facts(source)

    assert [(s.name, s.scope, s.key) for s in found.symbols] == [
        ("f", "", "(int)"),
        ("f", "", "(long)"),
        ("B", "", ""),
        ("x", "B", ""),
        ("g", "", "(int)"),
        ("g", "", "(long)"),
        ("A", "", "()"),
        ("n", "", ""),
        ("y", "n", ""),
        ("z", "", ""),
    ]


def test_a_brace_that_is_never_closed_costs_one_function() -> None:
    assert names("void f() {\n  if (a) {\n}\nvoid g() {\n}\n") == ["f", "g"]


def test_dead_code_declares_nothing() -> None:
    assert names("#if 0\nint a; it's dead\n#else\nint b;\n#endif\n") == ["b"]


def test_docs_stand_directly_above_or_marked_behind() -> None:
    source = """// Licence.

// Not of f.

// Of f,
// both lines.
void f();
enum E { A, ///< of A
  B  // not of B
};
/** Of g.
 *  - indented
 */
API_
void g();
"""
    found = {symbol.name: symbol.doc for symbol in facts(source, defines="#define API_\n").symbols}

    assert found == {"f": "Of f,\nboth lines.", "E": "", "A": "of A", "B": "", "g": "Of g.\n - indented"}


@pytest.mark.parametrize(
    ("comment", "expected"),
    [
        ("/*!\n * A tag.\n */\n", "A tag."),
        ("/** \\brief A tag */\n\n", "\\brief A tag"),
        ("//! A tag.\n\n/*!\n * It holds fields.\n */\n", "A tag.\n\n\nIt holds fields."),
        ("//! A tag.\n\n/*!\n * It holds fields.\n */", "A tag.\n\n\nIt holds fields."),
        ("//! Of another thing.\n\n//! A tag.\n", "A tag."),
        ("/* A tag. */\n", ""),
        ("// A tag.\n", ""),
        ("/** Tags */\n", ""),  # a heading
        ("/***** Tags. *****/\n", ""),
        ("/// \\name Tags.\n", ""),
        ("/** \\struct Other\n * Other. */\n", ""),
        ("/** Of n. */\nint n;\n", ""),
        ("int n;  ///< Of n.\n", ""),
    ],
)
def test_what_doxygen_reads_may_be_set_apart(comment: str, expected: str) -> None:
    found = facts(f'#include "a.h"\n\n{comment}\nclass Tag {{}};')
    assert next(symbol.doc for symbol in found.symbols if symbol.name == "Tag") == expected


def test_a_comment_apart_is_of_no_macro_or_namespace_and_yields_to_one_on_the_line() -> None:
    found = facts(
        '#include "a.h"\n\n/** Sizes of tags. */\n\n#define SIZE 3\n\n/** Reads tags. */\n\nnamespace tags {}\n\n'
        "/** What follows is internal. */\n\nint count; ///< How many."
    )
    assert {symbol.name: symbol.doc for symbol in found.symbols} == {"SIZE": "", "tags": "", "count": "How many."}


def test_what_stands_apart_at_the_top_is_about_the_file() -> None:
    found = facts("/**\n * Tags of files.\n */\n\nclass Tag {};")
    assert (found.doc, found.symbols[0].doc) == ("Tags of files.", "")


@pytest.mark.parametrize(
    ("source", "doc"),
    [
        ("// Copyright me\n\n// What it does.\n\n#include <a>\n", "What it does."),
        ("/*\n * What it does.\n *\n * Copyright me. All rights reserved.\n */\n\nint a;", "What it does."),
        (
            "//===-- a.h - Does things --*- C++ -*-===//\n//\n// Under the Apache License.\n\nint a;",
            "a.h - Does things",
        ),
        ("// Of a.\nint a;", ""),
        ("int a;\n// Late.\n", ""),
    ],
)
def test_what_a_file_says_about_itself(source: str, doc: str) -> None:
    assert facts(source).doc == doc


def test_c_has_other_keywords_and_older_functions() -> None:
    source = "int f(a, b) int a; char *b; { return 0; }\nint class, *new;\nmain() { }\nSTATIC_INIT(x) { }\n"

    assert names(source, "C") == ["f", "class", "new", "main", "STATIC_INIT(x)"]


def test_a_header_of_cpp_that_passes_for_c() -> None:
    assert names("namespace a { class B { public: B(); }; }", "C") == ["a", "B", "B"]


def test_internal_linkage() -> None:
    source = """
    static int a; const int b = 1; const int* c; constexpr int d = 2; extern const int e; inline const int f = 3;
    int g; static void h(); namespace { struct S { int i; }; } int main() { }
    """
    found = {symbol.name: symbol.local for symbol in facts(source).symbols}

    assert {name for name, local in found.items() if local} == {
        *("a", "b", "d", "h", "(anonymous namespace)", "S", "i", "main")
    }
    assert not {symbol.name for symbol in facts("const int b = 1;", "C").symbols if symbol.local}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xef\xbb\xbfint a;",
        "int a;\n".encode("utf-16"),
        "int a;\n".encode("utf-16-be"),
        b"int a;\r\n",
        b"int\0 a;",
        b"// caf\xe9\nint a; // \xff\n",
        "int\u00a0a; // \u4e2d".encode(),
    ],
)
def test_encodings(content: bytes) -> None:
    assert names(content) == ([] if not content else ["a"])


def test_names_of_other_alphabets() -> None:
    assert names("int größe = 1; struct Ωmega { };") == ["größe", "Ωmega"]


@pytest.mark.parametrize(("content", "lines"), [(b"", 0), (b"a", 1), (b"a\n", 1), (b"a\r\nb", 2), (b"\n\n", 2)])
def test_lines(content: bytes, lines: int) -> None:
    assert facts(content).lines == lines


def test_depth_is_no_limit() -> None:
    depth = 10_000
    found = facts("namespace a {" * depth + "int x;" + "}" * depth)

    assert len(found.symbols) == depth + 1
    assert found.symbols[-1].parent == depth - 1


@pytest.mark.parametrize(
    "content",
    [
        "{" * 50_000,
        "}" * 50_000,
        "(" * 20_000,
        "a<" * 10_000,
        "int x = " + "1+" * 20_000,
        'R"(' * 20_000,
        "/*" * 20_000,
        "using " * 20_000,
        "friend class " * 10_000,
        "template <class T>" * 2_000 + "void f();",
        "#if A\n{\n#else\n{\n#endif\n" * 3_000,
        "#if 0\n// x\n#endif\n" * 3_000,
        "#define A \\\n" * 20_000,
        "requires " * 20_000,
        "@interface A\n- (void)x;\n" * 2_000,
        "A::A() : " + "a{1}, " * 5_000 + "b(2) {}",
        "int " + "a" * 1_000_000 + ";",
        "void f(" + "int (*a)(" * 2_000 + ")" * 2_000 + ");",
        "void f(int a]);",
    ],
)
def test_hostile_input_takes_no_time(content: str) -> None:
    check(facts(content))


PIECES = st.sampled_from(
    """
    class struct enum namespace template < > ( ) { } ; : :: , = ~A A b operator int const static virtual " ' / /* */ //
    #if #else #endif #define #include <x> \\ \n @interface @end - (void) extern "C" R"( )" typedef using friend requires
    try [[ ]] & * ... -> 1 TEST(a,b) API_X signals public public: = 0 default delete
    """.split()  # noqa: SIM905
)


@settings(max_examples=150, deadline=None)
@given(st.lists(PIECES, max_size=60).map(" ".join), st.sampled_from(["C", "C++", "CUDA", "Objective-C++"]))
@example("class A { public: A() : b{ {", "C++")
@example("void A::(int) ; class A:: { } ; const class (void) < ; namespace a:: { } enum E { , } ;", "C++")
def test_no_words_break_it(source: str, language: str) -> None:
    check(facts(source, language))


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=300))
def test_no_bytes_break_it(content: bytes) -> None:
    check(facts(content))


def test_a_variable_that_is_made_from_a_list_is_told_without_it() -> None:
    (variable,) = facts("RegisterOperators reg({Operator(1), Operator(2)});\n").symbols
    assert (variable.kind, variable.name, variable.signature) == (Kind.VARIABLE, "reg", "RegisterOperators reg")
