"""What a scan left out, and why: nobody should wonder where files are.

Input: what a scan meets on its way. Output: plain values for the manifest's ledger, and sentences about them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from kgraph.vocab.iri import display_path
from kgraph.wording import count_noun

MAX_EXAMPLES = 20  # of each kind that the manifest names
MAX_RULES = 5
LARGE_SHARE = 0.5  # of all files: a build that leaves out more of them than this says so at its end


@dataclass(slots=True)
class Omissions:
    """What was left out, filled while files are listed."""

    git: str = ""  # why git was not asked, though there is a `.git`
    ignored: Counter[str] = field(default_factory=Counter)  # files by the rule that took them, with where it stands
    more_ignored: bool = False  # there are more, which nobody counted
    patterns: list[str] = field(default_factory=list)  # files of patterns that were not read, or not all of them
    unlisted: list[str] = field(default_factory=list)  # folders that could not be listed, with the reason
    repositories: list[str] = field(default_factory=list)  # folders in which a bare repository or a worktree lies
    outside: list[str] = field(default_factory=list)  # what the index names that is in no working tree
    submodules: int = 0
    absent_submodules: list[str] = field(default_factory=list)
    converted: dict[str, str] = field(default_factory=dict)  # git's ids of files that it checks out with other bytes

    def describe(self) -> dict[str, object]:
        """The entry of the ledger: only what there is to report."""
        ignored = sorted(self.ignored.items(), key=lambda item: (-item[1], item[0]))
        entry: dict[str, object] = {
            "git": self.git,
            "ignored": {
                "files": self.ignored.total(),
                "more": self.more_ignored,
                "rules": {_printable(rule): number for rule, number in ignored[:MAX_RULES]},
            }
            if ignored
            else None,
            "patterns": _some(self.patterns),
            "unlisted": _some(self.unlisted),
            "repositories": _some(self.repositories),
            "outside": _some(self.outside),
            "submodules": self.submodules,
            "absent_submodules": _some(self.absent_submodules),
            "converted": {display_path(path): blob for path, blob in sorted(self.converted.items())},
        }
        return {name: value for name, value in entry.items() if value}


def _printable(text: str) -> str:
    return "".join(c if c.isprintable() else "\ufffd" for c in display_path(text))


def _some(names: Iterable[str]) -> Mapping[str, object]:
    found = sorted(names)
    return {"count": len(found), "examples": [_printable(name) for name in found[:MAX_EXAMPLES]]} if found else {}


# --- for people -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Note:
    """Something that is not in the graph."""

    what: str  # a sentence
    advice: str
    details: tuple[str, ...] = ()
    count: int = 0
    is_grave: bool = False  # a user should be notified of it without asking


def notes(manifest: Mapping[str, Any]) -> Iterator[Note]:
    """What a graph's manifest says of what was left out, the gravest first."""
    scan_entry: Mapping[str, Any] = manifest["ledger"].get("scan", {})
    files = manifest["counts"]["files"]
    if why := scan_entry.get("git"):
        yield Note(
            f"read as a folder without git: {why}",
            "without git there is no history, and `.gitignore` alone says which files to leave out",
            is_grave=True,
        )
    if ignored := scan_entry.get("ignored"):
        yield _describe_ignored(ignored, files)
    yield from _describe_paths(
        scan_entry.get("unlisted"),
        "folder",
        "could not be listed",
        "see that they can be read, then build again",
        grave=True,
    )
    yield from _describe_paths(
        scan_entry.get("outside"),
        "path",
        "of git's index lead out of the tree and were not followed",
        "look who made it",
    )
    yield from _describe_paths(
        scan_entry.get("patterns"), "file", "of patterns could not be used whole", "what they name may be in the graph"
    )
    if absent := scan_entry.get("absent_submodules"):
        yield Note(
            f"{absent['count']:,} of {count_noun(scan_entry['submodules'], 'submodule')} not checked out",
            "`git submodule update --init` brings them; then `kgraph build` in each, or --no-ignore to read all in one",
            _examples(absent),
            absent["count"],
            is_grave=True,
        )
    yield from _describe_paths(
        scan_entry.get("repositories"),
        "folder",
        "of git's own left out: bare repositories, and working trees of this one",
        "nothing to do; `kgraph build` in a working tree makes a graph of its own",
    )


def nothing_parsed(manifest: Mapping[str, Any]) -> str:
    """Why a graph has nothing in it that was parsed; "" where it has."""
    read_as = manifest["ledger"]["read_as"]
    if any(number for name, number in read_as.items() if name in ("syntax", "semantic")):
        return ""
    files = manifest["counts"]["files"]
    if not files:
        left_out = manifest["ledger"].get("scan", {}).get("ignored")
        return "nothing could be parsed: " + ("all files were left out" if left_out else "there are no files")
    return f"nothing could be parsed of {count_noun(files, 'file')}: `kgraph stats` says how they were read"


def _describe_ignored(ignored: Mapping[str, Any], files: int) -> Note:
    number, rules = ignored["files"], ignored["rules"]
    more = "more than " if ignored["more"] else ""
    advice = "`kgraph build --no-ignore` reads what .gitignore names"
    if all(rule.startswith("--exclude ") for rule in rules):
        advice = "they are what --exclude names"
    return Note(
        f"{more}{count_noun(number, 'file')} left out, {files:,} read",
        advice,
        tuple(f"{taken:,} by {rule}" for rule, taken in rules.items()),
        number,
        number >= LARGE_SHARE * (number + files),
    )


def _describe_paths(
    paths: Mapping[str, Any] | None, noun: str, what: str, advice: str, *, grave: bool = False
) -> Iterator[Note]:
    if paths:
        yield Note(f"{count_noun(paths['count'], noun)} {what}", advice, _examples(paths), paths["count"], grave)


def _examples(paths: Mapping[str, Any], most: int = 5) -> tuple[str, ...]:
    rest = paths["count"] - most
    return (*paths["examples"][:most], *([f"and {rest:,} more"] if rest > 0 else ()))
