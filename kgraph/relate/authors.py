"""Who wrote the commits: names of people, each under one.

Input: a repository and revisions as `git log` takes them. Output: the author's name of each commit. Names that share an
address are one person's, under that which most of their commits have; addresses are not handed on.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping

from kgraph.git import MAX_LOG_SECONDS, GitRepository

_MAX_NAMES = 3  # of one address; one with more is that of a machine or of nobody
_BOT = re.compile(
    r".*(?:\[bot\]|[\s_-](?:ro)?bot|mergebot)|(?:dependabot|renovate|greenkeeper|pre-commit-ci|github[- ]actions)\b.*",
    re.IGNORECASE,
)


def read(repository: GitRepository, *revisions: str) -> tuple[dict[str, str], str]:
    """The author of each commit, by its id, and why git did not say all, "" where it did."""
    said = repository.run(
        *("log", "--no-color", "--no-mailmap", "--encoding=UTF-8", "--format=%H%x00%an%x00%ae"),
        *revisions,
        seconds=MAX_LOG_SECONDS,
    )
    signed = {}
    for line in said.out.decode("utf-8", "replace").split("\n"):
        if line.count("\0") == 2:
            id_, name, address = line.split("\0")
            signed[id_] = (" ".join(name.split()), address.strip().casefold())
    person = _people(Counter(signed.values()))
    return {id_: person[name] for id_, (name, _) in signed.items()}, "" if said.ok else f"git log: {said.message}"


def is_bot(name: str) -> bool:
    """Whether an author is a program, by its name."""
    return _BOT.fullmatch(name) is not None


def _people(signed: Mapping[tuple[str, str], int]) -> dict[str, str]:
    """What each name is shown as: names that share an address are joined, and so are those that share one with them."""
    by_address: dict[str, list[str]] = defaultdict(list)
    counts: Counter[str] = Counter()
    for (name, address), count in signed.items():
        counts[name] += count
        by_address[address].append(name)
    same: dict[str, set[str]] = {name: {name} for name in counts}
    for address, names in by_address.items():
        if not address or len(names) > _MAX_NAMES:
            continue
        for name in names[1:]:
            if same[name] is not same[names[0]]:
                joined = same[names[0]] | same[name]
                same.update(dict.fromkeys(joined, joined))
    return {name: _display_name(min(same[name], key=lambda each: (-counts[each], each))) for name in counts}


def _display_name(name: str) -> str:
    """A name; of an address that stands for one, what is before the sign."""
    return name.partition("@")[0].strip() or "an author without a name"
