"""What Doxygen's and Sphinx's pages told and ours did not: topics, named pages, titled paragraphs, footnotes, lists."""

# ruff: noqa: E501 - whole files stand on a line

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Literal

import pytest

from kgraph.pages.documentation.inline import with_references
from kgraph.pages.documentation.render import render
from kgraph.pages.link_check import check
from kgraph.pages.purpose import brief
from kgraph.pages.topics import spoken_text
from tests.project import pages_of

FILES: dict[str, str | bytes] = {
    "lib/lib.h": (
        "/* Lib\n *\n * 1. Altered source versions must be plainly marked as such.\n *\n"
        " * 2. This notice may not be removed from any source\n *    distribution.\n */\n"
        "#ifndef LIB_H\n#define LIB_H\n"
        "/*! @defgroup window Window reference\n *  @brief All about windows.\n *\n *  See the @ref guide.\n */\n"
        "/*! @addtogroup window\n *  @{ */\n#define LIB_WINDOW 0\n/*! @} */\n"
        "/*! @defgroup shapes Cursor shapes\n *  @ingroup window\n *  @{ */\n"
        "/*! @brief The arrow, see [making one](@ref lib_open). */\n#define LIB_ARROW 1\n#define LIB_BEAM 2\n/*! @} */\n"
        "#if defined(_WIN32)\n /* We are building a Win32 DLL */\n #define LIB_API __declspec(dllexport)\n"
        "#else\n /* We are building a Unix library */\n #define LIB_API\n#endif\n"
        "/*! @brief Opens a window.\n *\n *  @param[in] title its title\n *  @return whether it is open\n"
        " *\n *  @thread_safety From any thread.\n *\n *  @ingroup window\n */\nint lib_open(const char* title);\n"
        "#endif\n"
    ),
    "lib/lib.c": '#include "lib.h"\nint lib_open(const char* title) { return title != 0; }\n',
    "docs/guide.md": "# The guide {#guide}\n\n@tableofcontents\n\nOpen one with @ref lib_open, see @ref window.\n\n```c\n// @ref window\n```\n",
    "docs/intro.dox": "/** @page Intro Getting %Started\n\nCalls @ref lib_open.\n\n@section First The first step\n\n@code{.c}\n// a comment\nlib_open(0);\n@endcode\n\nThen read @ref guide.\n*/\n",
    "pack/__init__.py": '"""Sounds.\n\n.. autosummary::\n    :toctree: generated/\n\n    beat\n"""\nimport lazy_loader\n\n__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)\n',
    "pack/__init__.pyi": "from .core import beat as beat\n",
    "pack/core.py": '"""Core."""\n\n\ndef beat(y):\n    """Find beats. [#]_\n\n    .. [#] Ellis, D.: Beat tracking.\n\n    See Also\n    --------\n    pack.core.tempo\n    other : says more\n    """\n\n\ndef tempo(y):\n    """Give the tempo."""\n\n\ndef other(y):\n    """Say more."""\n',
}


@cache
def written(form: Literal["markdown", "html"]) -> Path:
    return pages_of(FILES, form=form)


def page(name: str, form: Literal["markdown", "html"] = "markdown") -> str:
    return (written(form) / name).read_text("utf-8")


def test_all_links_of_topics_resolve() -> None:
    assert not check(written("markdown")).problems
    assert not check(written("html")).problems


def test_a_topic_has_a_page_with_what_is_in_it() -> None:
    window = page("symbols/topics/window_topic.md")
    assert "# Topic: Window reference" in window
    assert "[`lib_open`](" in window
    assert "Opens a window." in window
    assert "[Cursor shapes](shapes~" in window or "[Cursor shapes](shapes_topic.md)" in window
    assert "[The guide](../../docs/guide.md_docs.md)" in window  # a page by its title
    shapes = page("symbols/topics/shapes_topic.md")
    assert "LIB_ARROW" in shapes
    assert "LIB_BEAM" in shapes  # it has no comment, and stands between the braces
    assert "lib_open" not in shapes.partition("## Macros")[0]
    assert "**Part of** [Window reference](window_topic.md)" in shapes


def test_a_topic_that_goes_on_elsewhere_has_no_sign_of_its_comment() -> None:
    assert not [line for line in page("symbols/topics/window_topic.md").split("\n") if line.strip() in ("*", "\\*")]
    assert ">Topics</a>" in (shown := page("symbols/topics/window_topic.html", "html"))
    assert "<b>Window reference</b>" in shown or ">Window reference<" in shown


def test_the_index_of_topics_shows_which_is_part_of_which() -> None:
    index = page("symbols/topics/index.md")
    assert index.index("- [Window reference]") < index.index("  - [Cursor shapes]")
    assert "[Topics](topics/index.md)" in page("symbols/index.md")
    assert "topic [Window reference](" in page("lib/lib.h_docs.md")


def test_a_macro_that_is_chosen_has_the_comment_of_each_choice() -> None:
    outline = page("lib/lib.h_docs.md")
    first, _, second = outline.partition("#define LIB_API __declspec(dllexport)")[2].partition("#define LIB_API")
    assert "Unix" not in first
    assert "Unix" in second[:200]


def test_a_licence_in_clauses_is_no_purpose() -> None:
    assert "Altered source" not in page("lib/lib.h_docs.md").partition("## High-Level Overview")[0]


def test_the_page_of_a_document_shows_it_rendered() -> None:
    guide = page("docs/guide.md_docs.html", "html").partition('id="original-source"')[0]
    assert ">lib_open</code></a>" in guide
    assert ">Window reference</a>" in guide
    assert "// @ref window" in guide  # code stays as it is
    assert "{#guide}" not in guide
    intro = page("docs/intro.dox_docs.html", "html").partition('id="original-source"')[0]
    assert "Getting Started" in intro
    assert "The first step" in intro
    assert "// a comment" in intro
    assert ">The guide</a>" in intro


def test_a_lazy_package_shows_what_its_stub_imports() -> None:
    assert "- [`beat`](pack.core_sym.md#m-beat)" in page("symbols/python/pack_sym.md")


def test_footnotes_and_see_also() -> None:
    core = page("symbols/python/pack.core_sym.md")
    assert r"Find beats. \[1\]" in core
    assert r"- \[1\] Ellis, D.: Beat tracking." in core
    assert "- [`pack.core.tempo`](#m-tempo)" in core.replace("pack.core_sym.md#", "#")
    assert "`](pack.core_sym.md#m-other) — says more" in core


@pytest.mark.parametrize(
    ("comment", "shown"),
    [
        (
            "@brief A.\n\n@par Needs\n- one\n\n@par Examples\n\n@code\nint a;\n@endcode\n\nAfter.\n",
            "A.\n\n**Needs**\n\n- one\n\n**Examples**\n\n```\nint a;\n```\n\nAfter.",
        ),
        ("@brief A.\n@param a b\n\n@par Example\n@code\nint a;\n@endcode", "A.\n\n**Parameters**\n\n- `a` — b\n\n**Example**\n\n```\nint a;\n```"),
        ("@brief A.\n\n@thread_safety From any\nthread.\n\n@errors None.", "A.\n\n**Thread safety**\n\nFrom any thread.\n\n**Errors**\n\nNone."),
        ("@brief: A.\n@return: b", "A.\n\n**Returns**\n\nb"),
        ("@brief A.\n\n@htmlonly\n<b>x</b>\n@endhtmlonly\n@tableofcontents\nB.", "A.\n\nB."),
        ("@brief A.\n@snippet shapes.cpp create", "A.\n\n*Example:* `shapes.cpp`, part `create`"),
        ('@brief See @ref Foo "the foo", [a bar](@ref Bar), @link Baz the baz @endlink.', "See the foo, a bar, the baz."),
        ("@copydoc lib_open(int)", "As `lib_open` says."),
        ("A.\n@see #b(int)\n@see C#d", "A.\n\n**See also**\n\n`b`\n\n`C.d`"),
        ("A.\n\\sa below", "A.\n\n**See also**\n\nbelow"),
        ("@brief A %cudaFlow of %lld.", "A cudaFlow of %lld."),
    ],
)  # fmt: skip
def test_commands_of_doxygen_keep_their_order_and_words(comment: str, shown: str) -> None:
    assert with_references(render(("C++", comment)), lambda _: "") == shown


def test_a_marked_brief_is_no_title() -> None:
    assert brief("@brief destructs it\n\nThe destructor waits.") == "destructs it"
    assert brief("Thread safety\n\nIt is not safe.").startswith("Thread safety:")


def test_a_document_keeps_its_code_and_loses_its_markers() -> None:
    assert (
        spoken_text("/** @page A\n\n@code\n// stays\n* x\n@endcode\n*/").strip()
        == "@page A\n\n@code\n// stays\n* x\n@endcode"
    )
    assert spoken_text("/**\n * @page A\n *\n * text\n */").strip() == "@page A\n\ntext"
    assert spoken_text("/// @page A\n/// text\n") == "@page A\ntext\n"


def test_the_navigation_of_other_generators_has_each_topic_once() -> None:
    folder = pages_of(FILES, form="mkdocs")
    settings = (folder / "mkdocs.yml").read_text("utf-8")
    for page_ in (folder / "docs").rglob("*_topic.md"):
        assert settings.count(page_.relative_to(folder / "docs").as_posix()) == 1
    assert settings.count("symbols/topics/index.md") == 1
