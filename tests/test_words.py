"""The words that users read: phrases that stand nowhere in pages, help, errors, documents, queries and tools.

Each was found by readers to be a riddle, a private word, or no English; beside it stands what is said instead.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import kgraph
from tests.support.reader_texts import texts

# A regular expression, without regard to case; {} stands for a value.
PHRASES = {
    r"\bbuilds? on (\d|\{\}|no )": "Depends on 14 files directly, 64 in total",
    r"through them on": "in total",
    r"does not say itself": "No file comment",
    r"none of the patterns": "leave the section out, or: No patterns found.",
    r"\bhas no fact\b": "leave the section out",
    r"\banew\b": "again; rebuild, rewrite",
    r"\bneeds? each other": "in a dependency cycle of 286 files",
    r"\b(in|of) (a )?(circles?|rings?)\b|\b(circles?|rings?) of (files|folders|repositories|them)": "cycle",
    r"\b(with )?those behind them": "all dependents",
    r"\bbrings? files": "Files pulled in",
    r"\ban implementation\b": "a source file",
    r"\bown module\b": "package",
    r"\bdeclared only\b": "declaration, or: pure virtual",
    r"\bmade sense of": "parsed; 1 problem",
    r"\bpartly parsed": "parsed; 1 problem",
    r"\bread as syntax": "parsed",
    r"\bhistory lacks|: not asked for\b": "history: disabled",
    r", or not\.": "say what the option does, in the imperative",
    r"\bsay so too\b": "Use git history for related files.",
    r"\blet (the compiler|git'?s?)\b": "Use libclang where a compile database exists.",
    r"\btake nothing from": "Rebuild from scratch.",
    r"\bby which the server is": "Additional accepted host name",
    r"\bis dark where": "follows the system's colour scheme",
    r"\bwould read differently|\bgoes without\b": "is compiled without it",
    r"\bfor being too much": "the page lists what it leaves out",
    r"\btold\b": "reported, listed, distinguished; an option says",
    r"\btells? (of|who|which|what|whether|nothing|related|the|its|in)\b": "say, report, list, describe",
    r"\bas far as we\b|\bwe can tell\b|\bthat we (know|have)\b": "known; found",
    r"\b(nobody|somebody|whoever)\b": "name the actor: the caller, the author, another user",
    r"\bin whatever\b": "in any, ignoring case",
    r"\bso many\b": "at most this many; Maximum number of",
    r"(?<!here )\b(is|are) no (?!longer|more\b|way\b)": "is not a",
    r"\bstands? there\b|\*\*stands? in": "occurs there; Declared in",
    r"\bhands? (it |them )?on\b": "exchange, pass, export",
    r"\bhears? of": "receives",
    r"\b(symbols|kind|files) (that )?we\b": "known",
    r"\bwho (waits|asks)\b": "the client; the user name",
}
# Texts that recognise what earlier versions wrote, or that are compared and not read.
_EXEMPT = ("pages/templates.py:", "pages/templates/page.html.j2:1", "pages/generators/")
_MARKER = "the next run writes this file anew"

FILES = {
    "README.md": "# Shop\n\nIt sells things.\n",
    "a/base.h": '#pragma once\n#include "../b/other.h"\n'
    "struct Base { virtual ~Base(); virtual int go() = 0; int n; };\n",
    "b/other.h": '#pragma once\n#include "../a/base.h"\n#include <vector>\nint other(int);\n',
    "b/other.cpp": '#include "other.h"\nint other(int n) { return n; }\nint broken( { ;\n',
    "p/__init__.py": "",
    "p/m.py": "import os\n\nfrom p import n\n\n\nclass M:\n"
    "    def run(self):\n        return n.one() + len(os.listdir())\n",
    "p/n.py": "def one():\n    return 1\n",
    "main.go": "package main\n\nfunc main() { helper() }\n",
    "helper.go": "package main\n\nfunc helper() {}\n",
    "data.bin": "\0\0\1",
}


def offences(found: Iterator[tuple[str, str]]) -> list[str]:
    """Places, what stands there and what would be said instead."""
    wrong = []
    for place, text in found:
        shown = text.replace(_MARKER, "") if place.startswith(_EXEMPT) else text
        for phrase, better in PHRASES.items():
            for match in re.finditer(phrase, shown, re.IGNORECASE):
                around = shown[max(0, match.start() - 40) : match.end() + 40]
                wrong.append(f"{place}: “{match[0]}” in “{around}”: {better}")
    return wrong


def test_texts_of_the_package() -> None:
    found = list(texts())
    assert {place.split("/")[0].split(":")[0] for place, _ in found} >= {"cli", "docs", "mcp", "pages", "query", "view"}
    assert len(found) > 10_000
    assert not offences(iter(found))


@pytest.mark.parametrize("layout", ["classic", "reader"])
def test_pages(layout: str, tmp_path: Path) -> None:
    """What is put together only when a page is written."""
    root = tmp_path / "shop"
    for path, text in FILES.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    with kgraph.build(root, cache="") as graph:
        graph.pages(tmp_path / "pages", layout=layout, source="none", symbols="all")
    pages = sorted((tmp_path / "pages").rglob("*.md"))
    assert len(pages) > 10
    written = ((page.relative_to(tmp_path).as_posix(), page.read_text().replace(_MARKER, "")) for page in pages)
    assert not offences(written)


@pytest.mark.parametrize("phrase", PHRASES)
def test_phrases_are_found(phrase: str) -> None:
    """No expression is one that finds nothing, or the text that it recommends."""
    assert not re.search(phrase, PHRASES[phrase], re.IGNORECASE)


def test_offences_are_reported() -> None:
    table = {"t:1": "It builds on 14 files, and through them on 50 more", "t:2": "is no manifest", "t:3": "is told"}
    assert [offence.split(":")[1] for offence in offences(iter(table.items()))] == ["1", "1", "2", "3"]
    assert not offences(iter([("t:1", "there is no folder; Depends on 14 files directly, 64 in total")]))
