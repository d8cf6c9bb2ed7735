"""A review as text, Markdown for a comment, a page of HTML, JSON and SARIF.

Input: a `Review`. Output: bytes on a stream. Each format is a function and a row of `FORMATS`. Whatever comes out of
the repository may have been written by a stranger: in Markdown it stands in code spans that it cannot close, and a word
of a sentence that is more than a word does too.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from html import escape
from typing import Any, BinaryIO

from kgraph.escape import json_line, log_line, printable
from kgraph.model import Repository
from kgraph.review import sarif_results
from kgraph.review.report import Review
from kgraph.review.sections import Line, ReviewSection, SourceName, sections, title
from kgraph.rules import sarif

MARKDOWN_LINES = 60
VERSION = 1  # of the JSON; counts up when a key goes or means something else
_START = 6  # lines of a section, before there is too little room
_WORD = re.compile(r"[(\"']*[A-Za-z0-9,'%→…–+-]+(?:\.\d+)?[.,;:)\"']*|[.,;:()→…–-]+")
_AROUND = re.compile(r"(?P<before>[(\"]*)(?P<inside>.*?)(?P<after>[.,;:)\"]*)", re.DOTALL)

Writer = Callable[[Review, BinaryIO, int | None], None]


def write(review: Review, form: str, out: BinaryIO, limit: int | None = None) -> None:
    """Write a review in one of `FORMATS`, with at most `limit` lines in each section of a text, Markdown or HTML."""
    FORMATS[form](review, out, limit)


# --- for a terminal ---


def text(review: Review, out: BinaryIO, limit: int | None = None) -> None:
    """Sections of lines."""
    lines = ["".join(title(review))]
    for section in sections(review):
        lines += ["", _head(section)]
        shown = list(section.lines)[:limit]
        lines += [f"  {''.join(line)}" for line in shown]
        if left := len(section.lines) - len(shown):
            lines.append(f"  … and {left:,} more")
    out.write("".join(f"{log_line(line)}\n" for line in lines).encode("utf-8", "replace"))


def _head(section: ReviewSection) -> str:
    return f"{section.title}: {section.summary}" if section.summary else section.title


# --- for a comment ---


def markdown(review: Review, out: BinaryIO, limit: int | None = None) -> None:
    """A comment of at most 60 lines."""
    found = list(sections(review))
    counts = _room(found, limit)
    lines = [f"### {_render_line(title(review))}"]
    for section, count in zip(found, counts, strict=True):
        summary = f": {_words(section.summary)}" if section.summary else ""
        lines += ["", f"**{section.title}**{summary}"]
        lines += [f"- {_render_line(line).strip() or '(empty)'}" for line in section.lines[:count]]
        if left := len(section.lines) - count:
            lines.append(f"- … and {left:,} more")
    out.write("".join(f"{line}\n" for line in lines).encode("utf-8", "replace"))


def _room(found: Sequence[ReviewSection], limit: int | None) -> list[int]:
    """How many lines of each section fit, the longest being cut first."""
    counts = [min(len(each.lines), max(_START, each.least) if limit is None else limit) for each in found]
    while 1 + sum(_height(each, count) for each, count in zip(found, counts, strict=True)) > MARKDOWN_LINES:
        over = [
            (count - min(each.least, len(each.lines)), count, number)
            for number, (each, count) in enumerate(zip(found, counts, strict=True))
        ]
        spare, count, number = max(over)
        if spare <= 0:
            spare, count, number = max((0, count, number) for _, count, number in over)
        if not count:
            break
        counts[number] -= 1
    return counts


def _height(section: ReviewSection, count: int) -> int:
    return 2 + count + (len(section.lines) > count)


def _render_line(line: Line) -> str:
    return "".join(_code(each) if isinstance(each, SourceName) else _words(each) for each in line)


def _code(name: str) -> str:
    """A text as code, which Markdown leaves alone: between more backticks than it holds."""
    name = printable(name)
    if not name.strip():
        return "(empty)"
    fence = "`" * (max(map(len, re.findall("`+", name)), default=0) + 1)
    padded = f" {name} " if name[0] in "` " or name[-1] in "` " else name
    return f"{fence}{padded}{fence}"


def _words(sentence: str) -> str:
    """A sentence of ours, in which what is no plain word stands as code."""
    return "".join(
        piece if not piece.strip() or _WORD.fullmatch(piece) else _token(piece)
        for piece in re.split(r"(\s+)", printable(sentence))
    )


def _token(piece: str) -> str:
    found = _AROUND.fullmatch(piece)
    if found is None or not found["inside"]:
        return _code(piece)
    return f"{found['before']}{_code(found['inside'])}{found['after']}"


# --- a page ---

_STYLE = """
:root { color-scheme: light dark; }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 75rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.3rem; overflow-wrap: anywhere; }
summary { cursor: pointer; font-size: 1.1rem; padding: .4rem 0; }
summary span { color: GrayText; font-size: .95rem; }
details { border-top: 1px solid #8884; }
ul { margin: 0 0 1rem; padding: 0 0 0 1.2rem; }
li { padding: .15rem 0; overflow-wrap: anywhere; }
code { font: 13px/1.5 ui-monospace, monospace; background: #8882; border-radius: 3px; padding: 0 .2em; }
"""


def html(review: Review, out: BinaryIO, limit: int | None = None) -> None:
    """A page that needs nothing else: no script, and a policy that lets none run."""
    digest = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
    pieces = [
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'sha256-{digest}'\">\n"
        '<meta name="viewport" content="width=device-width">\n'
        f"<title>{_safe(''.join(title(review)))}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
        f"<h1>{_set(title(review))}</h1>\n"
    ]
    for section in sections(review):
        shown = list(section.lines)[:limit]
        pieces.append(
            f"<details open><summary>{_safe(section.title)} <span>{_safe(section.summary)}</span></summary>\n"
        )
        if shown:
            pieces += ["<ul>\n", *(f"<li>{_set(line)}</li>\n" for line in shown), "</ul>\n"]
        left = len(section.lines) - len(shown)
        pieces.append(f"<p>… and {left:,} more</p>\n" if left else "")
        pieces.append("</details>\n")
    pieces.append("</body>\n</html>\n")
    out.write("".join(pieces).encode("utf-8", "replace"))


def _set(line: Line) -> str:
    return "".join(f"<code>{_safe(each)}</code>" if isinstance(each, SourceName) else _safe(each) for each in line)


def _safe(text_: str) -> str:
    return escape(printable(text_))


# --- for programs ---


def as_json(review: Review, out: BinaryIO, limit: int | None = None) -> None:  # noqa: ARG001
    """All there is to know; `docs/reference/review.md` describes it."""
    out.write(json_line(json.dumps(as_data(review), indent=1, ensure_ascii=True)).encode() + b"\n")


def as_data(review: Review) -> dict[str, Any]:
    """A review as plain values."""
    return {
        "version": VERSION,
        "repository": _repository(review.repository),
        "base": asdict(review.base),
        **{
            name: [asdict(each) for each in getattr(review, name)]
            for name in ("files", "signatures", "removed", "added", "code")
        },
        "comments_only": review.comments_only,
        **{name: [asdict(each) for each in getattr(review, name)] for name in ("directives", "dependencies", "cycles")},
        "rules": list(review.rules_of),
        "violations": None if review.rules is None else list(_violations(review)),
        "known_violations": None if review.rules is None else len(review.rules.violations) - len(review.rules.new),
        **{name: [asdict(each) for each in getattr(review, name)] for name in ("parts", "tests", "commands")},
        "dependents": review.dependents,
        "total_tests": review.total_tests,
        **{name: [asdict(each) for each in getattr(review, name)] for name in ("co_changes", "owners", "risks")},
        "unknown": list(review.unknown),
    }


def _repository(repository: Repository) -> dict[str, Any]:
    return {"name": repository.name, "base": repository.base, "revision": repository.revision or None}


def _violations(review: Review) -> Iterator[dict[str, Any]]:
    assert review.rules is not None  # noqa: S101 - whoever calls looks
    for index, each in enumerate(review.rules.violations):
        if not review.rules.is_known(index):
            yield {
                "rule": each.rule,
                "severity": str(review.rules.severity(each)),
                "path": each.path,
                "line": each.line,
                "message": each.message,
                "fingerprint": review.rules.fingerprints[index],
            }


def as_sarif(review: Review, out: BinaryIO, limit: int | None = None) -> None:  # noqa: ARG001
    """Violations, and what else has a line to stand at, as `kgraph check` writes them."""
    sarif.write(sarif_results.report_of(review), review.repository, out)


# Names of formats; `cli.formats` has them too, and a test compares.
FORMATS: dict[str, Writer] = {"text": text, "md": markdown, "html": html, "json": as_json, "sarif": as_sarif}
