"""A graph's account of itself, for people: what is in it, and how much of the repository it covers.

Input: the manifest. Output: lines of text. Every figure stands in the manifest too, which `--json` prints.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from kgraph.coverage import Aspect, without_grammar
from kgraph.distribution import install_command
from kgraph.scan.omissions import notes, nothing_parsed

if TYPE_CHECKING:
    from kgraph.store.making import StoreState

__all__ = ["compiler_notes", "grammar_notes", "lines", "nothing_parsed", "scan_notes", "store_line", "summary"]

TRIPLES_PER_SECOND = 200_000  # that two cores load
EXAMPLES = 3  # skipped files named per reason
_COUNTED = ("files", "folders", "symbols", "locations", "includes", "externals", "packages", "uses")  # tables
_MEANINGS = {
    "semantic": "read by a compiler",
    "syntax": "parsed",
    "listed": "counted, not parsed",
    "skipped": "could not be read or parsed",
}
_RESOLUTIONS = {
    "repository": "to files of the repository",
    "external": "outside the repository",
    "generated": "made by the build from a template here",
    "ambiguous": "may mean more than one file",
    "missing": "not found",
}

_CALLS = {
    "inferred": "by the evidence of names, types and includes",
    "unresolved": "outside the repository, or not sure enough",
}


def lines(manifest: Mapping[str, Any], store: StoreState | None = None) -> Iterator[str]:
    """The whole account; `store` is what is there of the triple store."""
    counts, ledger = manifest["counts"], manifest["ledger"]
    yield from _head(manifest)
    yield ""
    yield "In the graph"
    yield from _columns(
        [(name, counts[name]) for name in _COUNTED if name in counts] + [("triples", counts["triples"])]
    )
    if store:
        yield f"  {store_line(store, counts['triples'])}"
    yield from _section("Edges", counts["edges"])
    yield from _section("Symbols", counts["symbols_by_kind"])
    yield from _section("Files by language", counts["files_by_language"])
    yield ""
    yield f"How its {counts['files']:,} files were read"
    read_as = {name: number for name, number in ledger["read_as"].items() if number or name == "skipped"}
    yield from _columns(list(read_as.items()), notes=_MEANINGS)
    for note in grammar_notes(manifest):
        yield f"  {note}"
    yield from _describe_skipped(ledger["skipped"])
    yield from _left_out(manifest)
    if ledger["diagnostics"]:
        yield f"  {ledger['diagnostics']:,} of them not understood everywhere: kgraph query diagnostics"
    yield from _describe_analysed(ledger["analysed"])
    for name in ("includes", "imports"):
        if any(ledger[name].values()):
            yield ""
            yield f"What its {sum(ledger[name].values()):,} {name} were resolved to"
            yield from _columns(list(ledger[name].items()), notes=_RESOLUTIONS)
    if any(ledger[name].get(how) for name in ("includes", "imports") for how in ("generated", "ambiguous", "missing")):
        yield "  each of them: kgraph query unresolved-includes"
    yield from _compiler(ledger.get("compiler"))
    if any(sites := ledger.get("calls", {}).values()):
        yield ""
        yield f"What its {sum(sites):,} calls were resolved to"
        yield from _columns(list(ledger["calls"].items()), notes={"extracted": _describe_extraction(ledger)} | _CALLS)
    for index in ledger.get("indexes", ()):
        yield ""
        yield f"Of {index['file']}, by {index['tool']}: {index['documents']:,} documents, {index['uses']:,} uses"
        yield from _columns(
            [
                ("symbols already known", index["joined"]),
                ("symbols of its own", index["added"]),
                ("files that have changed since", len(index["changed"])),
                ("files that are not here", len(index["unknown"])),
            ]
        )
    if history := ledger.get("history"):
        yield ""
        yield f"Related files: {counts['relations']:,}, with the history of {history['commits']:,} commits"
        if lacks := history.get("lacks"):
            yield f"  history: {lacks}"


def store_line(state: StoreState, triples: int) -> str:
    """Whether there is a triple store of so many triples, in a sentence."""
    size = f"{state.bytes / 1e6:,.1f} MB"
    if state.is_there:
        how = f"from that of {state.made_from}" if state.made_from else "from the tables"
        return f"triple store: {size}, made {how} in {state.seconds:.1f} s"
    if state.base:
        return (
            f"triple store: none yet; the first SPARQL query makes it, if little has changed from that of {state.base},"
            f" which is kept for this ({size})"
        )
    seconds = max(1, round(triples / TRIPLES_PER_SECOND))
    return (
        f"triple store: none yet; the first SPARQL query, or `kgraph build --store`, makes it, in about {seconds:,} s"
    )


def _describe_extraction(ledger: Mapping[str, Any]) -> str:
    """Who says what a call that needed no inference leads to."""
    compiler = ledger.get("compiler")
    others = ["a compiler"] * bool(compiler and not compiler.get("lacks")) + ["an index"] * bool(ledger.get("indexes"))
    return "the text itself names what is called" + (f", or {' or '.join(others)} reports it" if others else "")


def _describe_analysed(by_language: Mapping[str, Mapping[str, int]]) -> Iterator[str]:
    """In how many files of each programming language each aspect was analysed."""
    if not by_language:
        return
    yield ""
    yield "In how many files of each language was analysed"
    rows = [("", "files", *Aspect)]
    rows += [
        (language, f"{found['files']:,}", *(f"{found[aspect]:,}" for aspect in Aspect))
        for language, found in by_language.items()
    ]
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    for first, *rest in rows:
        yield f"  {first:<{widths[0]}}  " + "  ".join(
            f"{cell:>{width}}" for cell, width in zip(rest, widths[1:], strict=True)
        )


def grammar_notes(manifest: Mapping[str, Any]) -> Iterator[str]:
    """Which languages were only listed for want of a grammar, and what brings it, in one line."""
    if missing := manifest["ledger"]["without_grammar"]:
        yield f"{without_grammar(missing)}: {install_command('languages')}"


def _left_out(manifest: Mapping[str, Any]) -> Iterator[str]:
    """What is not in the graph, and why."""
    for note in notes(manifest):
        yield f"  {note.what}"
        for detail in note.details:
            yield f"      {detail}"


def scan_notes(manifest: Mapping[str, Any]) -> Iterator[str]:
    """What a user should know of what was left out, at the end of a build."""
    nothing = nothing_parsed(manifest)
    if nothing:
        yield nothing
    for note in notes(manifest):
        if note.is_grave or (nothing and note.count):
            yield note.what
            for detail in note.details:
                yield f"  {detail}"
            yield f"  hint: {note.advice}"


def compiler_notes(told: Mapping[str, Any]) -> Iterator[str]:
    """What a user should know of the compiler's part, at the end of a build."""
    if lacks := told.get("lacks"):
        yield f"{told['database']} was not used: {_lacking(lacks)}"
    elif failed := sum(told["failed"].values()):
        yield f"{failed:,} of {told['units']:,} units were not read by the compiler: `kgraph doctor` says why"


def _lacking(lacks: str) -> str:
    return f"{lacks}: {install_command('clang')}" if "libclang" in lacks else lacks


def _compiler(report: Mapping[str, Any] | None) -> Iterator[str]:
    """What a compiler's part in it was."""
    if not report:
        return
    yield ""
    yield f"Compile database {report['database']}"
    if lacks := report.get("lacks"):
        yield f"  not used: {_lacking(lacks)}"
        return
    yield from _columns(
        [
            ("units", report["units"]),
            ("  read completely", report["read"]),
            ("  of them with errors", report["errors"]),
            *((f"  not read: {why}", number) for why, number in report["failed"].items()),
            ("files of the repository reached", report["files"]),
        ]
    )
    missing = [f"{name} ({number})" for name, number in list(report["missing_headers"].items())[:EXAMPLES]]
    if missing:
        yield f"  headers not found, and the units that miss them: {', '.join(missing)}"
    if report["failed"] or report["flags_left_out"]:
        yield "  why, and what to do: kgraph doctor"


def summary(manifest: Mapping[str, Any]) -> str:
    """The account in a sentence."""
    counts = manifest["counts"]
    return f"{counts['files']:,} files, {counts['symbols']:,} symbols, {counts['triples']:,} triples"


def _head(manifest: Mapping[str, Any]) -> Iterator[str]:
    repository = manifest["repository"]
    yield f"{repository['name']}  {repository['base']}"
    if repository["revision"]:
        changed = ", with changes that are not committed" if repository["dirty"] else ""
        yield f"  revision {repository['revision']}{changed}"
    if repository["origin"]:
        yield f"  origin   {repository['origin']}"
    for option, values in manifest.get("options", {}).items():
        if values:
            yield f"  {option:<8} {' '.join(values) if isinstance(values, list) else values}"


def _section(title: str, counts: Mapping[str, int]) -> Iterator[str]:
    if counts:
        yield ""
        yield title
        yield from _columns(sorted(counts.items(), key=lambda item: (-item[1], item[0])), share=False)


def _columns(
    counts: Sequence[tuple[str, int]], *, notes: Mapping[str, str] | None = None, share: bool | None = None
) -> Iterator[str]:
    """A line per count; with notes, also its share of all."""
    size = max((len(name) for name, _ in counts), default=0)
    digits = max((len(f"{number:,}") for _, number in counts), default=0)
    total = sum(number for _, number in counts)
    share = bool(notes) if share is None else share
    for name, number in counts:
        percent = f"  {_percent(number, total):>6}" if share else ""
        yield f"  {name:<{size}}  {number:>{digits},}{percent}  {(notes or {}).get(name, '')}".rstrip()


def _percent(number: int, total: int) -> str:
    """A share that is 0 % or 100 % only if it is exactly that."""
    if number in (0, total):
        return "100 %" if number else "0 %"
    return f"{min(max(100 * number / total, 0.1), 99.9):.1f} %"


def _describe_skipped(skipped: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Skipped files by reason, the commonest first, with examples."""
    by_reason: dict[str, list[str]] = defaultdict(list)
    for file in skipped:
        line = f":{file['line']}" if file.get("line") else ""
        by_reason[file["reason"]].append(file["path"] + line)
    for reason, paths in sorted(by_reason.items(), key=lambda item: (-len(item[1]), item[0])):
        yield f"    {len(paths):,} {reason}"
        for path in sorted(paths)[:EXAMPLES]:
            yield f"      {path}"
        if len(paths) > EXAMPLES:
            yield f"      ... and {len(paths) - EXAMPLES:,} more: kgraph query diagnostics --param readAs=skipped"
