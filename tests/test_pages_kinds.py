"""What a reader of pages stumbled over, each as a kind: comments that say nothing, empty sections, order, includes."""

# ruff: noqa: E501 - whole files stand on a line

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

import kgraph
from kgraph.pages.documentation.inline import with_references
from kgraph.pages.documentation.render import render
from kgraph.pages.general_comments import names_only
from kgraph.pages.link_check import check
from tests.project import pages_of

PART = "// This file is part of Shapes, a library.\n\n"
SHARED = {
    f"lib/shared_{number}.cpp": f"{PART}/// Counts {number}.\nint count_{number}() {{ return {number}; }}\n"
    for number in range(6)
}
ENUMS = {
    f"lib/{name}.h": f"#pragma once\n// Scoped: to be written in full.\nenum class {name.capitalize()} {{ One }};\n"
    for name in ("red", "green", "blue")
}
METHODS = "".join(f"  /// Does {name}.\n  void {name}();\n" for name in "abcdefghij")
FILES: dict[str, str | bytes] = {
    **SHARED,
    **ENUMS,
    "LICENSE": "Do what you like.\n",
    "requirements-dev.txt": "pytest\n",
    "lib/all.h": '#pragma once\n#include "inner/engine.h"\n',
    "lib/inner/engine.h": (
        "#pragma once\nnamespace shapes {\n//! Runs shapes.\n/** @ingroup core */\n"
        f"class Engine {{\n public:\n  void later();\n{METHODS}  void zoom() {{}}\n  /// Over @c one, see shapes::Engine::zoom().\n"
        "  void over(int);\n  void over(long);\n};\n// Function: start\nvoid start();\n} // namespace shapes\n"
    ),
    "lib/inner/engine.cpp": '#include "engine.h"\nnamespace shapes {\nvoid Engine::later() {\n  zoom();\n  zoom();\n}\nvoid start() {}\n}\n',
    **{
        f"app/use_{number}.cpp": f'#include "lib/all.h"\nvoid use_{number}() {{ shapes::Engine e; e.zoom(); }}\n'
        for number in range(3)
    },
    "third_party/big/big.h": "#pragma once\nnamespace big {\n/// Of others.\nclass Big { int a; };\n}\n",
    **{
        f"third_party/big/use_{number}.cpp": f'#include "big.h"\nvoid f_{number}(big::Big& b) {{}}\n'
        for number in range(9)
    },
}


@cache
def written() -> Path:
    return pages_of(FILES)


def page(name: str) -> str:
    return (written() / name).read_text("utf-8")


def section(text: str, title: str) -> str:
    return text.partition(f"## {title}\n")[2].partition("\n## ")[0]


def test_every_link_resolves() -> None:
    assert not check(written()).problems


def test_what_many_files_begin_with_is_the_purpose_of_none() -> None:
    purpose = section(page("lib/shared_0.cpp_docs.md"), "File Purpose")
    assert "> This file" not in purpose
    assert "but “This file is part of Shapes, a library.”, as at the top of 5 others" in purpose
    assert "— Counts 0." in purpose


def test_what_is_said_of_several_types_is_the_purpose_of_no_file() -> None:
    text = page("lib/red.h_docs.md")
    assert "Scoped" not in section(text, "File Purpose")
    assert "Scoped: to be written in full." in section(text, "Detailed Analysis")


@pytest.mark.parametrize(
    ("comment", "name", "expected"),
    [
        ("Function: start", "start", True),
        ("class Engine", "Engine", True),
        ("Method `run()`.", "run", True),
        ("Engine", "Engine", False),  # a little, but what its author wrote as documentation
        ("Function: starts", "start", False),
        ("Function that starts start", "start", False),
    ],
)
def test_a_comment_that_only_names_is_none(comment: str, name: str, expected: bool) -> None:
    assert names_only(comment, name) is expected


def test_a_name_alone_is_no_documentation() -> None:
    assert "Function: start" not in section(page("lib/inner/engine.h_docs.md"), "Detailed Analysis")


def test_comments_in_a_row_are_one_and_their_group_is_not_told() -> None:
    text = page("symbols/cpp/shapes.Engine_sym.md")
    assert "Runs shapes." in section(text, "Description")
    assert "core" not in section(text, "Description")


def test_a_type_says_what_to_include() -> None:
    said = section(page("symbols/cpp/shapes.Engine_sym.md"), "Description")
    assert 'Include [`"lib/inner/engine.h"`](' in said  # not `"inner/engine.h"`, which is right in `lib` alone
    assert 'or [`"lib/all.h"`](' in said


def test_members_stand_as_they_are_declared_each_with_a_sentence() -> None:
    members = section(page("symbols/cpp/shapes.Engine_sym.md"), "Members")
    names = [line.partition("`")[2].partition("`")[0] for line in members.split("\n") if line.startswith("- [`")]
    assert names == ["later", *"abcdefghij", "zoom", "over"]
    assert "— Does a." in members
    assert "— Over one, see" in members
    assert "(2 overloads)" in members


def test_a_count_of_lines_says_how_many_are_shown() -> None:
    text = page("symbols/cpp/shapes.Engine_sym.md")
    assert "Used in 5 lines, of which 4 are shown:" in text  # two of them in one function


def test_folders_have_no_empty_sections() -> None:
    assert "## Subfolders" not in page("app/index.md")
    assert "## Subfolders" in page("lib/index.md")
    assert "No include or import leads" not in page("doc.md")


def test_vendored_code_is_told_of_on_its_own_pages() -> None:
    concepts = section(page("doc.md"), "Key Concepts")
    assert "shapes::Engine" in concepts
    assert "big::Big" not in concepts
    assert "Vendored code, 10 files below, is left out here." in concepts
    assert "big::Big" in section(page("third_party/doc.md"), "Key Concepts")
    assert "third_party" not in section(page("doc.md"), "Important Files").replace("Vendored", "")


def test_a_licence_and_a_list_of_packages_are_called_so() -> None:
    files = section(page("index.md"), "Files")
    assert "| the licence |" in files
    assert "| packages to install |" in files


def test_the_classic_layout_keeps_all_sections(tmp_path: Path) -> None:
    with kgraph.build(_tree(tmp_path / "tree"), history=False) as graph:
        graph.pages(tmp_path / "pages", layout="classic")
    assert "It holds no folder." in (tmp_path / "pages" / "index.md").read_text()


def _tree(root: Path) -> Path:
    root.mkdir()
    (root / "a.c").write_text("int a;\n")
    return root


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("C++", "@brief Of a CUDA %Graph, @em thread-safe.", "Of a CUDA Graph, *thread-safe*."),
        ("C++", "Calls a::b::run() and go().", "Calls `a::b::run()` and `go()`."),
        ("C++", "Holds a std::vector<int> of them.", "Holds a std::vector\\<int\\> of them."),
        ("Python", "Gives a :class:`~.Shape`, see `.gitignore`.", "Gives a `Shape`, see `.gitignore`."),
    ],
)
def test_words_that_others_link(language: str, text: str, expected: str) -> None:
    assert with_references(render((language, text)), lambda _: "") == expected
