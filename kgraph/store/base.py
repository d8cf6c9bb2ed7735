"""The store of an earlier generation, kept as a base from which that of the current one is made.

Input: the previous generation, and the one that a build is about to publish. Output: in the new one

    base/seal.json, store/, tables/     an earlier store and the tables that it is of

by hard links, so that it takes no place beside the generation that it comes from, and outlives that one. There is at
most one: a build hands it on until a store is made from it, or until so much has changed that one is made faster from
the tables alone. It is a cache: what stands in the way of keeping it costs time and nothing more.
"""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kgraph import files
from kgraph.store import integrity
from kgraph.store.folder import Building, Generation
from kgraph.store.integrity import IntegrityRecord

# More changed rows than this are loaded faster than they are changed one by one.
MAX_CHANGED_ROWS = 30_000
_MAX_TRIPLES_PER_ROW = 10  # of most rows: as many more or fewer triples are surely of too many rows

ABOUT_BASE, ABOUT_TRIPLES, ABOUT_GENERATION = "base", "triples", "generation"


@dataclass(frozen=True, slots=True)
class StoreBase:
    """An earlier store at rest."""

    path: Path
    seal: IntegrityRecord

    @property
    def store(self) -> Path:
        """The store itself."""
        return self.path / "store"

    @property
    def tables(self) -> Path:
        """The tables that it is of."""
        return self.path / "tables"

    @property
    def generation(self) -> str:
        """The name of the generation that it was made for."""
        return str(self.seal.about.get(ABOUT_GENERATION, ""))


def find(generation: Generation) -> StoreBase | None:
    """The base in a generation, if it is as this user's build left it, and of nodes with the same base IRI."""
    seal = IntegrityRecord.read(generation.base)
    if seal is None or not seal.is_ours or not seal.is_untouched(generation.base):
        return None
    if seal.about.get(ABOUT_BASE) != generation.manifest["repository"]["base"]:
        return None
    return StoreBase(generation.base, seal)


def keep(previous: Generation, new: Building, manifest: dict[str, Any]) -> None:
    """Keep the store of the previous generation, or else its base, as the base of the new one, whose manifest is given.

    What is not as this user left it, or differs too much, is not kept.
    """
    with suppress(OSError, KeyError, TypeError, ValueError):
        if newest := _newest(previous):
            linked, about = newest
            triples = int(manifest["counts"]["triples"])
            changed = abs(int(about[ABOUT_TRIPLES]) - triples) // _MAX_TRIPLES_PER_ROW
            if about.get(ABOUT_BASE) == manifest["repository"]["base"] and changed <= MAX_CHANGED_ROWS:
                _link(linked, new.base, about)
    if not (new.base / integrity.SEAL).exists():
        with suppress(OSError):
            files.discard(new.base)


Linked = dict[str, tuple[Path, integrity.FileState]]  # by path in the base: the file, and how it is to be


def _newest(previous: Generation) -> tuple[Linked, dict[str, Any]] | None:
    """The newest store that is at hand: its files and what is said of it."""
    store = IntegrityRecord.read(previous.store)
    if store and store.is_ours and previous.seal and store.is_untouched(previous.store):
        linked = {f"store/{name}": (previous.store / name, state) for name, state in store.files.items()}
        for name, state in previous.seal.files.items():
            if name.startswith("tables/"):
                linked[name] = (previous.path / name, state)
        return linked, store.about
    base = IntegrityRecord.read(previous.base)
    if base and base.is_ours and base.is_untouched(previous.base):
        return {name: (previous.base / name, state) for name, state in base.files.items()}, base.about
    return None


def _link(linked: Linked, target: Path, about: dict[str, Any]) -> None:
    for name, (file, _) in linked.items():
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        os.link(file, target / name, follow_symlinks=False)
    seal = IntegrityRecord({name: state for name, (_, state) in linked.items()}, is_ours=True, about=about)
    if seal.is_untouched(target):  # nobody wrote there meanwhile
        integrity.write(target, seal)
