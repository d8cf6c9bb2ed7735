"""Items among the arguments of Rust's macros: what is left of the text, whatever stands in it."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from kgraph.extract.scoped.rust_item_macros import UnwrappedMacro, unwrap_items
from kgraph.extract.treesitter.walk import parser

PIECES = (
    *(
        "a! {",
        "cfg_if! {",
        "quote! {",
        "if #[cfg(b)] {",
        "else {",
        "}",
        "use c;",
        "fn f() {}",
        "mod m;",
        "#[d]",
        "// {",
    ),
    *('"', 'r#"', '"#', "/*", "*/", "'{'", "\n", "\n", "\n", " ", "]", "[", "x + 1", "b! { fn g() {} }", "é"),
)


def unwrapped(text: str) -> tuple[str, list[UnwrappedMacro]]:
    parse = parser("tree_sitter_rust", "language")
    assert parse is not None
    content, macros = unwrap_items(text.encode(), lambda each: parse.parse(each).root_node)
    return content.decode(), macros


@settings(deadline=None, max_examples=300)
@given(st.lists(st.sampled_from(PIECES), max_size=30))
def test_blanks_alone_are_new_and_lines_stay(pieces: list[str]) -> None:
    text = "".join(pieces)
    found, macros = unwrapped(text)
    assert len(found.encode()) == len(text.encode())
    assert all(now in (was, ord(" ")) for was, now in zip(text.encode(), found.encode(), strict=True))
    assert found.count("\n") == text.count("\n")
    assert (found == text) == (not macros)
    lines = text.split("\n")
    assert all(f"{each.name}!" in lines[each.line - 1] for each in macros)


def test_what_is_no_item_stays_as_it_is() -> None:
    for text in (
        "a! { x + 1 }\n",
        "quote! { fn f() {} }\n",
        "a! { fn f() {}\n",
        "let x = a! { fn f() {} };\n",
        'x(" \na! { fn f() {} }");',
    ):
        assert unwrapped(text) == (text, [])


def test_nested_macros_are_told_by_their_lines() -> None:
    text = "a! {\n  // why\n  #[c(\n    d)]\n  b! {\n    fn f() {}\n  }\n}\n"
    found, macros = unwrapped(text)
    assert macros == [UnwrappedMacro(1, "a", 8), UnwrappedMacro(5, "b", 7)]
    assert found.split() == ["//", "why", "#[c(", "d)]", "fn", "f()", "{}"]
