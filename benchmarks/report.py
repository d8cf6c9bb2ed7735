"""The tables of the documents, from what the benchmarks measured: python benchmarks/report.py [--check]

Input: `benchmarks/results/*.json`. Output: `kgraph/docs/accuracy.md` and `performance.md`, in which each table stands
between two comments and is written anew:

    <!-- table: calls -->
    ...
    <!-- end -->

With `--check` nothing is written, and the exit code is 1 where a page is not what the results say.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
RESULTS = ROOT / "benchmarks" / "results"
PAGES = {ROOT / "kgraph/docs" / f"{name}.md": RESULTS / f"{name}.json" for name in ("accuracy", "performance")}

_TABLE = re.compile(r"(<!-- table: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)
Row = Mapping[str, Any]
Column = tuple[str, Callable[[Row], str]]  # the head, and the cell of a row


def _share(value: float | None) -> str:
    """A share with three digits, as statistics has it: .998, 1.000."""
    return "" if value is None else f"{value:.3f}".removeprefix("0")


def _text(key: str) -> Callable[[Row], str]:
    return lambda row: str(row[key])


def _number(key: str) -> Callable[[Row], str]:
    return lambda row: "" if row[key] is None else f"{row[key]:,}"


def _of(part: str, whole: str) -> Callable[[Row], str]:
    return lambda row: f"{row[part]} of {row[whole]}"


def _share_of(key: str) -> Callable[[Row], str]:
    return lambda row: _share(row[key])


def _pair(first: str, second: str) -> Callable[[Row], str]:
    return lambda row: "" if row[first] is None else f"{_share(row[first])} / {_share(row[second])}"


def _method(name: str) -> Callable[[Row], str]:
    return lambda row: " / ".join(_share(value) for value in row["scores"][name][:2])


def _below(name: str) -> Callable[[Row], str]:
    return lambda row: f"{row['below'][name]} ({row['surely_below'][name]}) of {row['snapshots']}"


_RELATED: Sequence[Column] = (
    ("repository", lambda row: row["project"] + ("" if row["chosen_on"] else " *")),
    ("files", _number("files")),
    ("queries", _number("queries")),
    ("kgraph", _method("kgraph")),
    ("text alone", _method("text alone")),
    ("co-change alone", _method("co-change alone")),
    ("TARMAQ", _method("TARMAQ")),
    ("snapshots below a signal", _below("kgraph")),
    ("without history", _method("kgraph without history")),
    ("snapshots below text", _below("kgraph without history")),
)
_PLAIN: Sequence[Column] = (("what", _text("what")), ("kgraph", _text("kgraph")))
_BESIDE: Sequence[Column] = (*_PLAIN, ("baseline", _text("baseline")))

COLUMNS: Mapping[str, Mapping[str, Sequence[Column]]] = {
    "accuracy": {
        "declarations": (
            ("project", _text("project")),
            ("files", _number("files")),
            ("declarations", _number("declarations")),
            ("recall", _share_of("recall")),
            ("precision", _share_of("precision")),
            ("Universal Ctags: recall / precision", _pair("ctags_recall", "ctags_precision")),
        ),
        "includes": (
            ("trees", _number("trees")),
            ("directives that the compiler resolved to a file of the repository", _number("directives")),
            ("resolved to the same file", _number("right")),
            ("others wrongly said to lead to a file", _number("wrong")),
        ),
        "calls": (
            ("project", _text("project")),
            ("calls", _number("calls")),
            ("precision", _share_of("precision")),
            ("recall", _share_of("recall")),
            ("inheritance: precision / recall", _pair("inheritance_precision", "inheritance_recall")),
        ),
        "semantic": (
            ("what", _text("what")),
            ("in the suite", _number("of")),
            ("found", _share_of("found")),
            ("more than the suite has", _number("more")),
        ),
        "python": (
            ("calls", _number("calls")),
            ("precision", _share_of("precision")),
            ("recall", _share_of("recall")),
        ),
        "agents": (
            ("task", _text("kind")),
            ("kgraph: right", _of("kgraph_right", "tasks")),
            ("calls", _text("kgraph_calls")),
            ("characters", _number("kgraph_characters")),
            ("grep: right", _of("grep_right", "tasks")),
            ("calls", _text("grep_calls")),
            ("characters", _number("grep_characters")),
        ),
        "go": (
            ("repository", _text("project")),
            ("calls", _number("calls")),
            ("precision", _share_of("calls_precision")),
            ("recall", _share_of("calls_recall")),
            ("references", _number("references")),
            ("precision", _share_of("references_precision")),
            ("imports: precision / recall", _pair("imports_precision", "imports_recall")),
            ("implementations", _number("implementations")),
            ("precision / recall", _pair("implementations_precision", "implementations_recall")),
        ),
        "uses": (
            ("repository", _text("project")),
            ("language", _text("language")),
            ("calls", _number("calls")),
            ("precision", _share_of("calls_precision")),
            ("recall", _share_of("calls_recall")),
            ("imports", _number("imports")),
            ("precision", _share_of("imports_precision")),
            ("recall", _share_of("imports_recall")),
        ),
        "related": (
            ("method", _text("method")),
            ("Recall@10", _share_of("recall")),
            ("MRR", _share_of("mrr")),
            ("nDCG@10", _share_of("ndcg")),
        ),
        "related_code": _RELATED,
        "related_all": _RELATED,
    },
    "performance": {
        "builds": _BESIDE,
        "queries": _PLAIN,
        "output": _BESIDE,
        "growth": _PLAIN,
        "serve": _PLAIN,
        "fleet": _PLAIN,
        "fleet_growth": (
            ("repositories", _number("repositories")),
            ("files", _number("files")),
            ("symbols", _number("symbols")),
            ("links", _number("links")),
            ("uses of symbols", _number("uses")),
            ("made with each repository", lambda row: f"{row['interfaces']:.1f} s"),
            ("joined", lambda row: f"{row['seconds']:.1f} s"),
            ("memory", lambda row: f"{row['MB']:,} MB"),
        ),
        "languages": (
            ("language", _text("language")),
            ("repository", _text("project")),
            ("files", _number("files")),
            ("bare parse", lambda row: f"{row['bare']:.2f} s"),
            ("with a bare walk", lambda row: f"{row['walk']:.2f}"),
            ("kgraph, no uses", lambda row: f"{row['plain']:.2f}"),
            ("kgraph", lambda row: f"{row['full']:.2f}"),
            ("before", lambda row: f"{row['before']:.2f}"),
        ),
        "semantic": (
            ("project", _text("project")),
            ("semantic mode", lambda row: f"{row['tier']} s"),
            ("bare libclang parse", lambda row: f"{row['bare']} s"),
            ("share", lambda row: f"{row['share']:.2f}"),
        ),
    },
}


def table(columns: Sequence[Column], result: Mapping[str, Any]) -> str:
    """One result as a table of Markdown, with what measured it below."""
    rows = [[cell(row) for _, cell in columns] for row in result["rows"]]
    lines = [[head for head, _ in columns], ["---"] * len(columns), *rows]
    text = "\n".join("| " + " | ".join(line) + " |" for line in lines)
    return f"\n{text}\n\nMeasured {result['measured']}.\n\n"


def written(page: Path) -> str:
    """The text of a page with its tables as the results say."""
    results = json.loads(PAGES[page].read_text("utf-8"))
    columns = COLUMNS[page.stem]

    def anew(match: re.Match[str]) -> str:
        return match[1] + table(columns[match[2]], results[match[2]]) + match[3]

    return _TABLE.sub(anew, page.read_text("utf-8"))


def main(arguments: Sequence[str]) -> int:
    """Write the pages, or compare them."""
    stale = [page for page in PAGES if written(page) != page.read_text("utf-8")]
    for page in stale:
        print(page.relative_to(ROOT))
        if "--check" not in arguments:
            page.write_text(written(page), "utf-8")
    return int("--check" in arguments and bool(stale))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
