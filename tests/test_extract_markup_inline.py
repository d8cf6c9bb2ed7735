"""The inliner of windows finds what docutils' own finds, and takes its time for no more than a window."""

from __future__ import annotations

import random
from types import SimpleNamespace

import pytest
from docutils import nodes
from docutils.frontend import get_default_settings
from docutils.parsers import rst
from docutils.parsers.rst import states
from docutils.utils import new_document

from kgraph.extract.markup import rst_inline
from kgraph.extract.markup.documents import extract_restructuredtext
from kgraph.extract.markup.rst_inline import LinearInliner
from kgraph.model import FileFacts

PIECES = (
    *("word", "words, and (more)", "*emphasis*", "*two words*", "**strong**", "**so\nstrong**", "``literal``"),
    *("``a * literal``", "`role`", ":ref:`label`", "`text <a.html>`_", "`text <b.html>`__", "ref_", "anonymous__"),
    *("[1]_", "[#]_", "[#a]_", "|sub|", "|sub|_", "_`target`", "http://a.b/c", "mailto:a@b.c", "a@b.c", "x:y"),
    *("unknown:address", "*", "**", "`", "``", "|", "_", "\\*", "\\`", "\\ ", "''quoted''", "'*'", '"**"', "*a"),
    *("**b", "``c", "`d", "|e", ":r:`s", "a-b.c", "a_b_", "end.", "\n"),
)


def _inline(kind: type[states.Inliner], text: str) -> str:
    settings = get_default_settings(rst.Parser)
    settings.report_level = settings.halt_level = 5
    document = new_document("document", settings)
    inliner = kind()
    inliner.init_customizations(settings)
    memo = SimpleNamespace(document=document, language=None, reporter=document.reporter)
    memo.language = __import__("docutils.parsers.rst.languages.en", fromlist=["en"])
    paragraph = nodes.paragraph()
    found, messages = inliner.parse(text, 1, memo, paragraph)
    paragraph += found
    return paragraph.pformat() + "".join(message.pformat() for message in messages)


class Windows(LinearInliner):
    pass


# docutils builds its patterns from the attributes of the inliner's own class.
for _name, _value in vars(states.Inliner).items():
    if isinstance(_value, str) and not _name.startswith("__"):
        setattr(Windows, _name, _value)


@pytest.mark.parametrize("seed", range(60))
def test_windows_find_what_docutils_finds(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rst_inline, "_WINDOW", 60)
    monkeypatch.setattr(rst_inline, "MAX_WORD", 40)
    chance = random.Random(seed)
    text = " ".join(chance.choice(PIECES) for _ in range(chance.randrange(20, 120))).strip()
    assert _inline(Windows, text) == _inline(states.Inliner, text)


def test_a_paragraph_of_a_thousand_addresses_is_read() -> None:
    facts = extract_restructuredtext("".join(f"See https://a.b/c{i}.\n" for i in range(2_000)).encode())
    assert isinstance(facts, FileFacts)
    assert {link.target for link in facts.links} == {f"https://a.b/c{i}" for i in range(2_000)}
    assert {link.target: link.line for link in facts.links}["https://a.b/c59"] == 60


def test_a_long_word_is_text_and_told() -> None:
    facts = extract_restructuredtext(b"See a_ and\n" + b"x-" * 5_000 + b"\nand b_.\n\n.. _a: a.html\n.. _b: b.html\n")
    assert isinstance(facts, FileFacts)
    assert [link.target for link in facts.links] == ["a.html", "b.html"]
    assert [(note.line, note.message) for note in facts.diagnostics] == [
        (1, "a word of more than 1,000 characters is taken for text without markup")
    ]


def test_a_table_of_many_columns_is_text_and_told() -> None:
    border = b"+---" * 400 + b"+\n"
    facts = extract_restructuredtext(b"Text.\n\n" + border + b"| a " * 400 + b"|\n" + border)
    assert isinstance(facts, FileFacts)
    assert facts.diagnostics[0].message == "a table of more than 300 columns is taken for text"
