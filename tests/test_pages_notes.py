"""What Doxygen's and Sphinx's pages show of a comment: overloads, notes and their lists, examples out of files, what a
folder is, documents by their numbers; and topics in a site's search."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Literal

import pytest

from kgraph.pages.documentation.inline import with_references
from kgraph.pages.documentation.render import render
from kgraph.pages.link_check import check
from kgraph.pages.purpose import brief
from tests.project import pages_of

FILES: dict[str, str | bytes] = {
    "lib/core/a.h": (
        "#pragma once\n/** \\dir\n *  \\brief The core: what all else is built of.\n *\n *  It needs no network.\n */\n"
        "/** \\defgroup timers Timers and clocks\n *  \\brief All that measures time.\n *  @{ */\n"
        "/// A timer.\n/// \\snippet use.cpp starting a timer\n/// \\include nowhere.cpp\n/// \\deprecated Use Clock.\n"
        "class Timer {\n public:\n  /// Starts it. \\todo Start it later.\n  void start();\n"
        "  /// Stops it.\n  /// \\bug It never stops.\n  void stop();\n"
        '  [[deprecated("Use stop()")]] void halt();\n};\n/** @} */\n'
    ),
    "ex/use.cpp": (
        '#include "../lib/core/a.h"\nint main() {\n  //! [starting a timer]\n  Timer t;\n  t.start();\n'
        "  //! [starting a timer]\n}\n"
    ),
    "lib/core/clock.h": (
        "#pragma once\nnamespace lib {\n/// Tells the time.\nclass Clock {};\n}\n"
        "////////////////////////////////////////\n/// \\class lib::Clock\n/// \\ingroup timers\n///\n"
        "/// A clock starts at once.\n///\n/// \\code\n/// Clock c;\n/// \\endcode\n"
        "////////////////////////////////////////\n\n"
        "/// \\class lib::Nothing\n/// Of no class.\n"
    ),
    "vendor/old.h": "/// Old. \\deprecated By others.\nclass Old {};\n",
    "p/__init__.py": "from .m import Box as Box\nfrom .m import Box as Crate\n",
    "p/m.py": '''"""Boxes."""

import typing as t
from warnings import deprecated

K = t.TypeVar("K")


class Box(t.Generic[K]):
    """A box of many things.

    .. deprecated:: 1.2
        Use a bag.
    """

    @t.overload
    def get(self, key: K) -> K: ...
    @t.overload
    def get(self, key: K, type: t.Callable[[K], int]) -> int: ...
    def get(self, key, type=None):
        """Get a thing."""

    def put(
        self,
        mapping: (
            dict[K, int]
            | dict[K, list[int]]
            | dict[K, tuple[int, ...]]
            | None
        ) = None,
    ) -> None:
        """Put things:

        >>> Box().put({1: 2})
        """

    @deprecated("Use put.")
    def add(self, key: K) -> None:
        """Add a thing."""
''',
}


@cache
def written(form: Literal["markdown", "html"]) -> Path:
    return pages_of(FILES, form=form)


def page(name: str) -> str:
    return (written("markdown") / name).read_text("utf-8")


def test_all_links_resolve() -> None:
    assert not check(written("markdown")).problems
    assert not check(written("html")).problems


def test_each_overload_that_python_declares_has_its_signature() -> None:
    get = page("symbols/python/p.m.Box_sym.md").partition("### `get`")[2].partition("###")[0]
    assert get.count("def get(") == 2
    assert "type: t.Callable[[" in get
    assert "type=None" not in get  # which takes them all
    outline = page("p/m.py_docs.md")
    assert "`def get(self, key, type=None)`" in outline  # the definition's own


def test_a_type_on_several_lines_is_shown() -> None:
    assert ", tuple[int, ...]] | None = None" in page("symbols/python/p.m.Box_sym.md")


def test_a_name_that_is_imported_as_itself_is_public() -> None:
    text = page("symbols/python/p.m.Box_sym.md")
    assert "Also importable as `p.Box`." in text
    assert "p.Other" not in text  # the text alone says that, which is not followed


def test_what_is_deprecated_is_marked_and_listed() -> None:
    box, timer = page("symbols/python/p.m.Box_sym.md"), page("symbols/cpp/Timer_sym.md")
    assert "; **deprecated**" in box
    assert "> **Deprecated since version 1.2**\n>\n> Use a bag." in box
    assert "; **deprecated**" in timer
    listed = page("symbols/deprecated.md")
    assert "[`p.m.Box`](python/p.m.Box_sym.md) — Since version 1.2. Use a bag." in listed
    assert "[`p.m.Box.add`](python/p.m.Box_sym.md#m-add) — Use put." in listed
    assert "[`Timer`](cpp/Timer_sym.md) — Use Clock." in listed
    assert "[`Timer::halt`](cpp/Timer_sym.md#m-halt) — Use stop()" in listed
    assert "Old" not in listed  # others wrote it
    assert "**[Deprecated](deprecated.md)**: 4 notes" in page("symbols/index.md")


def test_what_is_to_be_done_and_known_bugs_are_listed() -> None:
    assert "[`Timer::start`](cpp/Timer_sym.md#m-start) — Start it later." in page("symbols/todo.md")
    assert "[`Timer::stop`](cpp/Timer_sym.md#m-stop) — It never stops." in page("symbols/bug.md")
    start = page("symbols/cpp/Timer_sym.md").partition("### `start`")[2].partition("###")[0]
    assert "Starts it.\n\n**To do**\n\nStart it later." in start


def test_an_example_is_shown_out_of_its_file() -> None:
    timer = page("symbols/cpp/Timer_sym.md")
    assert "A timer.\n\n```cpp\nTimer t;\nt.start();\n```" in timer
    assert "*Example:* `nowhere.cpp`" in timer  # which there is none of


def test_a_comment_about_a_group_or_a_folder_is_none_of_what_stands_below_it() -> None:
    assert "measures time" not in page("symbols/cpp/Timer_sym.md")
    assert "All that measures time." in page("symbols/topics/timers_topic.md")


def test_a_comment_that_names_its_class_is_its_documentation_and_puts_it_into_its_topic() -> None:
    clock = page("symbols/cpp/lib.Clock_sym.md")
    assert "Tells the time.\n\nA clock starts at once.\n\n```\nClock c;\n```" in clock
    assert "- **Topic**: [Timers and clocks]" in clock
    assert "[`Clock`](../cpp/lib.Clock_sym.md) — Tells the time." in page("symbols/topics/timers_topic.md")
    assert "Of no class" not in clock


def test_a_folder_is_what_its_comment_says() -> None:
    overview = page("lib/core/index.md")
    assert "> The core: what all else is built of.\n>\n> It needs no network.\n\nFrom [`lib/core/a.h`]" in overview
    assert "The core: what all else is built of." in page("lib/index.md")
    assert "It holds 1 folder; including subfolders, 2 files with" in page("lib/index.md")


def test_a_site_finds_topics() -> None:
    static = written("html") / "static"
    for name in ("ti", "cl"):  # by each word of the title
        assert '"Timers and clocks","Topic","symbols/topics/timers_topic.html"' in (
            static / f"index-{name}.js"
        ).read_text("utf-8")


@pytest.mark.parametrize(
    ("docstring", "shown", "short"),
    [
        ("By :rfc:`2822`.", "By [RFC 2822](https://datatracker.ietf.org/doc/html/rfc2822).", "By RFC 2822."),
        ("By :pep:`8`.", "By [PEP 8](https://peps.python.org/pep-0008/).", "By PEP 8."),
        ("See :issue:`12` now.", "See #12 now.", "See #12 now."),
        ("A :class:`.Box` here.", "A `Box` here.", "A `Box` here."),
        ("A :class:`~a.b.Box` here.", "A `Box` here.", "A `Box` here."),
        ("The ``.gitignore`` file.", "The `.gitignore` file.", "The ``.gitignore`` file."),
        ("A :ref:`title <target>` here.", "A title here.", "A title here."),
    ],
)
def test_roles_show_what_they_mean(docstring: str, shown: str, short: str) -> None:
    assert with_references(render(("Python", f"{docstring}\n\nMore.")), lambda _: "") == f"{shown}\n\nMore."
    assert brief(docstring) == short


def test_a_summary_ends_before_an_example() -> None:
    assert brief("Put all of these things:\n>>> put(1)\n2") == "Put all of these things."
    assert brief("Put all of these things.\n\n    >>> put(1)") == "Put all of these things."


def test_a_summary_begins_below_the_title() -> None:
    title = "Basic HTTP Proxy\n================\n\n"
    assert brief(f"{title}It passes requests on.") == "It passes requests on."
    assert (
        brief(f"{title}.. autoclass:: ProxyMiddleware\n   :members:\n\n:copyright: 2007 Pallets") == "Basic HTTP Proxy"
    )


def test_the_lists_are_found_in_a_site() -> None:
    folder = pages_of(FILES, form="html")
    script = (folder / "static/index-de.js").read_text("utf-8")
    assert '"Deprecated","Deprecated","List","symbols/deprecated.html"' in script.replace('", "', '","')
