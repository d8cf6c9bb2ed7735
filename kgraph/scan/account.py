"""What a scan left out, and why: nobody should wonder where files are.

Comes in: what a scan meets on its way. Goes out: plain values for the manifest's ledger.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from kgraph.vocab.iri import display_path

MAX_EXAMPLES = 20  # of each kind that the manifest names
MAX_RULES = 5


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

    def described(self) -> dict[str, object]:
        """The entry of the ledger: only what there is to tell."""
        ignored = sorted(self.ignored.items(), key=lambda item: (-item[1], item[0]))
        told: dict[str, object] = {
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
        return {name: value for name, value in told.items() if value}


def _printable(text: str) -> str:
    return "".join(c if c.isprintable() else "\ufffd" for c in display_path(text))


def _some(names: Iterable[str]) -> Mapping[str, object]:
    found = sorted(names)
    return {"count": len(found), "examples": [_printable(name) for name in found[:MAX_EXAMPLES]]} if found else {}
