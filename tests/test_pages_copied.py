"""Documentation that stands elsewhere: copied by a command, inherited from what is overridden, related to a type."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from kgraph.pages.link_check import check
from tests.project import pages_of

FILES: dict[str, str | bytes] = {
    "lib/value.h": (
        "#pragma once\nnamespace lib {\n"
        "//! A value.\nclass Value {\npublic:\n"
        "  /*! Returns it as a number.\n   * \\param ok says whether it is one. */\n  int toInt(bool *ok) const;\n"
        "  //! \\copydoc toInt()\n  long toLong(bool *ok) const;\n"
        "  //! \\copydoc toText()\n  char *toName() const;\n"
        "  //! \\copydoc toName()\n  char *toText() const;\n"
        "  //! Draws the value.\n  virtual void draw();\n"
        "  virtual void undraw();\n};\n"
        "/*! \\relates Value\n * Joins two values. */\nValue operator+(const Value &a, const Value &b);\n"
        "}\n"
        "/*! \\relates lib::Value\n * Reads a value. */\nlib::Value readValue(const char *text);\n"
        "/*! \\relates lib::Nothing\n * Reads nothing. */\nvoid readNothing(const char *text);\n"
    ),
    "lib/number.h": (
        '#pragma once\n#include "value.h"\nnamespace lib {\n//! A number.\nclass Number : public Value {\npublic:\n'
        "  void draw() override;\n  void undraw() override;\n};\n"
        "//! A small number.\nclass Small : public Number {\npublic:\n  void draw() override;\n};\n}\n"
    ),
    "java/Shape.java": (
        "package a;\n/** A shape. */\n\npublic interface Shape {\n  /** Returns the area.\n   * @return in metres */\n"
        "  double area();\n}\n"
    ),
    "java/Circle.java": (
        "package a;\n/** A circle. */\npublic class Circle implements Shape {\n"
        "  /** {@inheritDoc} */\n  @Override public double area() { return 3; }\n}\n"
    ),
}


@cache
def written() -> Path:
    return pages_of(FILES)


def page(name: str) -> str:
    return (written() / "symbols" / name).read_text("utf-8")


def entry(name: str, member: str) -> str:
    """What a page says of one member."""
    return page(name).partition(f"\n### `{member}`")[2].partition("\n### ")[0]


def test_every_link_resolves() -> None:
    assert not check(written()).problems


def test_what_a_comment_copies_is_shown() -> None:
    copied = entry("cpp/lib.Value_sym.md", "toLong")
    assert "Returns it as a number." in copied
    assert "- `ok` — says whether it is one." in copied
    assert "As " not in copied


def test_comments_that_copy_each_other_say_so() -> None:
    assert "says." in entry("cpp/lib.Value_sym.md", "toName")


def test_a_member_without_words_has_those_of_what_it_overrides() -> None:
    for name in ("lib.Number", "lib.Small"):
        drawn = entry(f"cpp/{name}_sym.md", "draw")
        assert "Draws the value." in drawn
        assert "This is the documentation of [`lib::Value::draw`](lib.Value_sym.md#m-draw)." in drawn
    assert "This is the documentation of" not in entry("cpp/lib.Number_sym.md", "undraw")
    assert "This is the documentation of" not in entry("cpp/lib.Value_sym.md", "draw")
    assert "A shape." in page("java/a.Shape_sym.md")  # javadoc reads it in spite of the empty line
    area = entry("java/a.Circle_sym.md", "area")
    assert "Returns the area." in area
    assert "in metres" in area


def test_functions_that_a_comment_relates_to_a_type_are_on_its_page() -> None:
    related = page("cpp/lib.Value_sym.md").partition("## Related symbols")[2].partition("\n## ")[0]
    assert "### `operator+`" in related
    assert "Joins two values." in related
    assert "### `readValue`" in related
    assert "Reads a value." in related
    assert all("readNothing" not in path.read_text("utf-8") for path in written().glob("symbols/cpp/*"))
    assert "6 members" in page("cpp/lib.Value_sym.md")
