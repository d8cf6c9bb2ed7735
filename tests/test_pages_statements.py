"""What pages stated and was not so, each as a kind: uses of announced types, advice on includes, counts, examples."""

# ruff: noqa: E501 - whole files stand on a line

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import pytest

from kgraph.pages.documentation.render import rendered
from kgraph.pages.page_context import number_of
from kgraph.pages.symbols.signature import broken
from tests.project import built

USERS = {
    f"app/use_{number}.cpp": f'#include "lib/all.hpp"\nvoid use_{number}() {{ lib::App app; app.run(); lib::Option o; o.set(1); o.set("a"); }}\n'
    for number in range(3)
}
FILES: dict[str, str | bytes] = {
    **USERS,
    "lib/all.hpp": '#pragma once\n#include "app.hpp"\n#include "option.hpp"\n',
    "lib/app.hpp": '#pragma once\n#include "option.hpp"\nnamespace lib {\n/// Runs.\nclass App {\n public:\n  void run() {}\n};\n}\n',
    "lib/option.hpp": '#pragma once\n\n// IWYU pragma: private, include "lib/all.hpp"\n\n// [lib:includes:set]\n#include <string>\n// [lib:includes:end]\n\n'
    "namespace lib {\nclass App;\n/// Is set.\nclass Option {\n public:\n  void set(int) {}\n  void set(const char*) {}\n  App* app;\n};\n"
    "enum class Red { a };\nenum class Blue { a };\n}\n",
    "lib/inner/option_inl.hpp": '#pragma once\n#include "../option.hpp"\n',
    "lib/inner/deep.hpp": "#pragma once\nnamespace lib {\n/// Is deep.\nclass Deep {\n public:\n  void go() {}\n};\n}\n",
    "lib/deep_user.hpp": '#pragma once\n#include "../lib/inner/deep.hpp"\nnamespace lib { inline void f() { Deep d; d.go(); } }\n',
    "data/point.h": "#pragma once\n/* Where it is. */\ntypedef struct point { int x; } point;\n",
    **{
        f"data/{name}.c": f'#include "point.h"\nint {name}(point* p) {{ return p->x; }}\n'
        for name in ("one", "two", "three")
    },
}


@cache
def written() -> Path:
    folder = Path(mkdtemp()) / "pages"
    built(FILES).pages(folder)
    return folder


def page(name: str) -> str:
    return (written() / name).read_text("utf-8")


def test_who_uses_a_type_uses_not_the_files_that_only_announce_it() -> None:
    option = page("lib/option.hpp_docs.md")
    testing = option.partition("## Testing & Usage")[2].partition("\n## ")[0]
    assert "[`App`]" not in testing
    assert "[`set`]" in testing
    assert "[`run`]" in page("lib/app.hpp_docs.md").partition("## Testing & Usage")[2]
    purpose = option.partition("## File Purpose")[2].partition("\n## ")[0]
    assert "Runs." not in purpose


def test_overloads_are_told_of_once_and_so_is_that_all_are_likely() -> None:
    testing = page("lib/option.hpp_docs.md").partition("## Testing & Usage")[2].partition("\n## ")[0]
    line = next(line for line in testing.split("\n") if "use_0.cpp" in line)
    assert line.count("[`set`]") == 1
    assert line.count("likely") <= 1


def test_a_header_that_says_what_to_include_is_believed() -> None:
    said = page("symbols/cpp/lib.Option_sym.md")
    assert 'Include [`"lib/all.hpp"`]' in said
    assert "as [`option.hpp`]" in said


def test_no_advice_leads_up_through_folders() -> None:
    assert "Include" not in page("symbols/cpp/lib.Deep_sym.md")  # all who include it spell a way of their own


def test_markers_that_a_script_cuts_at_are_no_comment() -> None:
    assert "lib:includes" not in page("lib/option.hpp_docs.md").partition("## Original Source")[0]


def test_several_of_what_ends_in_s() -> None:
    assert "2 enum classes" in page("lib/option.hpp_docs.md")
    assert [number_of(2, "class"), number_of(2, "file"), number_of(1, "class")] == ["2 classes", "2 files", "1 class"]


def test_of_a_struct_of_c_only_what_includes_it_is_known() -> None:
    concepts = page("data/doc.md").partition("## Key Concepts")[2].partition("\n## ")[0]
    assert "[`point`](point.h_docs.md#sym-point" in concepts
    assert "in a file that 3 files include" in concepts


@pytest.mark.parametrize(
    "opening", ["<pre>{@code\n{}\n}</pre>", "<pre><code>{}</code></pre>", '<pre class="x">{}</pre>']
)
def test_preformatted_parts_are_shown_as_javadoc_shows_them(opening: str) -> None:
    example = "for (int i = 0; i < 3; i++) {\n  run();\n}"
    typed = example if "@code" in opening else example.replace("<", "&lt;")
    shown = rendered(("Java", f"Runs.\n<h2>Use</h2>\n{opening.replace('{}', typed)}\n"))
    assert f"```\n{example}\n```" in shown
    assert "**Use**" in shown
    assert "{@code" not in shown
    assert "<h2>" not in shown


def test_a_comma_between_parameters_of_a_lambda_begins_no_line() -> None:
    signature = f"def __init__(self, {'a' * 60}: int = 1, resolver: Resolver = lambda r, b: 'utf-8', other: dict[str, int] = {{}}) -> None"
    assert broken(signature).split("\n") == [
        "def __init__(",
        "    self,",
        f"    {'a' * 60}: int = 1,",
        "    resolver: Resolver = lambda r, b: 'utf-8',",
        "    other: dict[str, int] = {},",
        ") -> None",
    ]
