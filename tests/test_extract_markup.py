"""Documents in, headings and links out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from docutils.parsers.rst import directives, states
from hypothesis import given, settings
from hypothesis import strategies as st

from kgraph.extract.markup import documents
from kgraph.extract.markup.outline import anchor
from kgraph.model import FileFacts, Kind, LinkFact, Skipped, SymbolFact

SAMPLES = Path(__file__).parent / "samples" / "documents"

Extract = Callable[[bytes], FileFacts | Skipped]
EXTRACTORS: dict[str, Extract] = {
    "guide.md": documents.extract_markdown,
    "guide.rst": documents.extract_restructuredtext,
    "guide.html": documents.extract_html,
}


def facts(extract: Extract, text: str | bytes) -> FileFacts:
    """The facts of a document that can be read."""
    found = extract(text.encode() if isinstance(text, str) else text)
    assert isinstance(found, FileFacts), found
    return found


def check(found: FileFacts | Skipped) -> None:
    """What holds for all facts."""
    if isinstance(found, Skipped):
        return
    for index, symbol in enumerate(found.symbols):
        assert symbol.kind == Kind.HEADING
        assert -1 <= symbol.parent < index
        assert 1 <= symbol.start <= symbol.end <= found.lines
        assert symbol.name
    ids = [(symbol.scope, symbol.name, symbol.key) for symbol in found.symbols]
    assert len(set(ids)) == len(ids)
    texts = [found.doc, *(each.name for each in found.symbols), *(each.target for each in found.links)]
    for text in (*texts, *(each.text for each in found.links)):
        assert text.encode().decode() == text
        assert not any(ord(each) < 32 for each in text)
    for link in found.links:
        assert link.target
        assert 1 <= link.line <= found.lines


def test_markdown() -> None:
    found = facts(documents.extract_markdown, (SAMPLES / "guide.md").read_bytes())
    check(found)
    assert found.lines == 35
    assert found.doc == "What it is, in one sentence: see the source and https://example.org."
    assert [f"{s.start}-{s.end} {s.scope}|{s.name}{s.key}" for s in found.symbols] == [
        "5-12 |The guide",
        "13-35 |Install",
        "16-28 Install|From source",
        "29-33 Install|Usage & more: run()",
        "34-35 Install|Usage & more: run()-1",
    ]
    assert list(found.links) == [
        LinkFact("logo.png", 5, "Logo"),
        LinkFact("https://ci.example.org", 7),
        LinkFact("https://img.shields.io/x.svg", 7, "badge"),
        LinkFact("../src/a.c#L3", 10, "the source"),
        LinkFact("https://example.org", 11, "https://example.org"),
        LinkFact("cell.md", 22, "cell"),
        LinkFact("raw.md", 22),
        LinkFact("docs/name.md", 30, "by name"),
        LinkFact("docs/name.md", 30, "by text"),
        LinkFact("a%20b.png", 30, "an image"),
    ]


def test_restructuredtext(capfd: pytest.CaptureFixture[str]) -> None:
    found = facts(documents.extract_restructuredtext, (SAMPLES / "guide.rst").read_bytes())
    check(found)
    assert found.doc == "What it is, in one sentence: see the source, the file and nothing."
    assert [f"{s.start}-{s.end} {s.scope}|{s.name}{s.key}" for s in found.symbols] == [
        "2-44 |The guide",
        "26-44 The guide|torch.nn and ~~~",
        "38-42 The guide/torch.nn and ~~~|Again",
        "43-44 The guide/torch.nn and ~~~|Again-1",
    ]
    assert list(found.links) == [
        LinkFact("start/install", 5, "install"),
        LinkFact(":ref:a-label", 6),
        LinkFact("../src/b.c", 8, "the source"),
        LinkFact("../src/a.c", 9, "the file"),
        LinkFact("https://example.org", 9, "nothing"),
        LinkFact("first", 17),
        LinkFact("second/index", 18, "Second"),
        LinkFact("data.csv", 24, "file"),
        LinkFact("shared/part.rst", 29),
        LinkFact("../src/a.c", 30),
        LinkFact("figure.png", 32, "A figure"),
    ]
    assert capfd.readouterr() == ("", "")


def test_html() -> None:
    text = (
        "<h1>A <b>page</b></h1>\n<a href=x.md>see\n x</a>\n<!-- <a href='no'></a> -->\n<h2>Part\n<img src=i.png alt=I>"
    )
    found = facts(documents.extract_html, text)
    assert [(s.name, s.scope, s.start, s.end) for s in found.symbols] == [
        ("A page", "", 1, 6),
        ("Part", "A page", 5, 6),
    ]
    assert found.links == (LinkFact("x.md", 2, "see x"), LinkFact("i.png", 6, "I"))


def test_a_section_ends_where_one_of_its_level_or_a_higher_one_starts() -> None:
    found = facts(documents.extract_markdown, "# A\n### B\n## C\n# D\n")
    assert found.symbols == (
        SymbolFact(Kind.HEADING, "A", 1, 3, local=True),
        SymbolFact(Kind.HEADING, "B", 2, 2, scope="A", parent=0, local=True),
        SymbolFact(Kind.HEADING, "C", 3, 3, scope="A", parent=0, local=True),
        SymbolFact(Kind.HEADING, "D", 4, 4, local=True),
    )


@pytest.mark.parametrize(
    ("heading", "expected"),
    [("Usage & more: `run()`", "usage--more-run"), ("Über uns", "über-uns"), ("a_b-c", "a_b-c")],
)
def test_anchors_are_those_of_github(heading: str, expected: str) -> None:
    assert anchor(heading) == expected


def test_repeated_headings_are_told_apart_as_their_anchors_are() -> None:
    found = facts(documents.extract_markdown, "# a\n# A\n# a-1\n# a\n")
    assert [each.key for each in found.symbols] == ["", "-1", "-1", "-2"]


@pytest.mark.parametrize("text", ["---\na: 1\n---\n# A\n", "---\n# A\n", "***\n\n---\n# A"])
def test_front_matter_is_no_heading(text: str) -> None:
    assert [each.name for each in facts(documents.extract_markdown, text).symbols] == ["A"]


@pytest.mark.parametrize("directive", [".. include:: /etc/passwd", ".. csv-table::\n   :file: /etc/passwd"])
def test_no_document_makes_us_read_a_file(directive: str) -> None:
    found = facts(documents.extract_restructuredtext, f"{directive}\n\n.. raw:: html\n   :file: /etc/passwd\n")
    assert [each.target for each in found.links] == ["/etc/passwd", "/etc/passwd"]
    assert not found.symbols


def test_a_document_cannot_change_how_the_next_one_is_read() -> None:
    before = facts(documents.extract_restructuredtext, "`a`\n\n:x:`b`\n")
    deep = "".join(" " * depth + "a\n\n" for depth in range(1500))
    assert isinstance(documents.extract_restructuredtext(deep.encode()), Skipped)
    facts(documents.extract_restructuredtext, ".. default-role:: doc\n.. role:: x(doc)\n.. |a| date::\n\n`a` :x:`b`\n")
    assert facts(documents.extract_restructuredtext, "`a`\n\n:x:`b`\n") == before
    from docutils.parsers.rst import directives

    assert directives.directive.__module__ == "docutils.parsers.rst.directives"


def test_data_in_links_stays_out() -> None:
    assert not facts(documents.extract_markdown, "![x](data:image/png;base64,AAAA) [y]()\n").links


@pytest.mark.parametrize("name", sorted(EXTRACTORS))
def test_bytes_that_are_no_text(name: str) -> None:
    check(facts(EXTRACTORS[name], b"a\xff \x00\x01\n\xe2\x80\xa8b\x0bT\n=\x85\n# x\x0c\n"))
    assert facts(EXTRACTORS[name], b"") == FileFacts(0, "syntax")


@pytest.mark.parametrize("name", sorted(EXTRACTORS))
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_damaged_documents(name: str, data: st.DataObject) -> None:
    file = SAMPLES / name
    source = bytearray((file if file.exists() else SAMPLES / "guide.md").read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(source)))
        until = data.draw(st.integers(at, min(at + 40, len(source))))
        source[at:until] = data.draw(
            st.binary(max_size=6) | st.sampled_from([b"\n\n", b"   ", b"`", b"<h1>", b"=====\n", b".. x::\n", b"&#1;"])
        )
    check(EXTRACTORS[name](bytes(source)))


def test_docutils_is_left_as_it_was() -> None:
    read = states.RSTState.add_initial_transitions, directives.directive
    documents.extract_restructuredtext(b"Title\n=====\n\n- a\n\n  - b\n\n.. note:: c\n")
    assert (states.RSTState.add_initial_transitions, directives.directive) == read
