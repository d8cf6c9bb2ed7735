"""What a tool says: a sentence, items, and what a reader must know to trust them.

Input: items as a function of the graph found them, each a line for people and the same as data. Output: text and
structured content that end with the same item, so that neither promises what the other lacks.

What a repository holds is data, to whoever reads the answer too. Names and documents stand in quotes (`escape.quote`)
unless they are one plain word, items stand between fences, and nothing in either can end a line, a quote or a fence.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from kgraph.escape import fence_lines, printable

MAX_LINE_LENGTH = 600  # characters of one item's text


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that was found."""

    line: str
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ToolAnswer:
    """What a tool found, before it is cut to size."""

    summary: str
    items: Sequence[Item] = ()
    total: int = -1  # of what there is, if that is more than the items; -1: the items are all
    endless: bool = False  # there is more, and nobody counted
    facts: Mapping[str, Any] = field(default_factory=dict)  # of the whole: counts and the like
    coverage: str = ""  # how the files behind the answer were read
    notes: Sequence[str] = ()  # what was not analysed and may change the answer, and the like
    more: str = "ask with a greater limit, or more narrowly"  # how to see the rest


def cut(answer: ToolAnswer, most: int) -> dict[str, Any]:
    """The answer as `text` of at most `most` characters and `structured` content of the same items."""
    total = max(answer.total, len(answer.items))
    head = shorten(printable(answer.summary), most // 4)
    foot = shorten(printable(answer.coverage), most // 4)
    notes = [printable(note) for note in answer.notes if note]
    notes = [shorten(note, most // (4 * len(notes))) for note in notes]
    room = most - len(head) - len(foot) - sum(2 * len(note) + 10 for note in notes) - 200
    lines: list[str] = []
    items: list[Any] = []
    for item in answer.items:
        line, data = shorten(printable(item.line), MAX_LINE_LENGTH), shorten_texts(item.data)
        room -= max(len(line), len(json.dumps(data, ensure_ascii=False))) + 2
        if room < 0:
            break
        lines.append(line)
        items.append(data)
    cut_note = ""
    if answer.endless or len(lines) < total:
        cut_note = f"{len(lines):,} of {'more' if answer.endless else f'{total:,}'} shown; {answer.more}"
    shown = (head, *(fence_lines(lines) if lines else ()), cut_note, *(f"note: {note}" for note in notes))
    text = "\n".join(part for part in (*shown, foot and f"coverage: {foot}") if part)
    structured = {
        "summary": head,
        "notes": notes,
        "facts": shorten_texts(answer.facts),
        "items": items,
        "total": total,
        "cut": cut_note,
        "coverage": foot,
    }
    return {"text": text, "structured": structured}


def as_far(notes: Sequence[str]) -> str:
    """What a summary adds where notes say that not all was analysed."""
    return ", as far as was analysed" if any(notes) else ""


def shorten(text: str, most: int) -> str:
    """The text, or its beginning and an ellipsis."""
    return text if len(text) <= most else text[: max(0, most - 1)] + "…"


def shorten_texts(value: Any) -> Any:
    """Data whose texts are no longer than a line may be, and as printable."""
    match value:
        case str():
            return shorten(printable(value), MAX_LINE_LENGTH)
        case Mapping():
            return {printable(str(key)): shorten_texts(each) for key, each in value.items()}
        case list() | tuple():
            return [shorten_texts(each) for each in value]
    return value
