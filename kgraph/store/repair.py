"""A store that is missing or damaged, made again from the tables: they are the graph, and the store follows from them.

Input: an open generation. Output: its store, open for reading. Several readers may find the damage at once; one of them
mends it while the others wait.
"""

from __future__ import annotations

import fcntl
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyoxigraph as ox

from kgraph import files
from kgraph.errors import GraphError
from kgraph.store import rdf
from kgraph.store.folder import Generation, file_token
from kgraph.store.integrity import Seal, seal_again

log = logging.getLogger(__name__)


def open_store(generation: Generation) -> ox.Store:
    """The store of a generation, made again if it is not as its build left it.

    Raises `GraphError` where that cannot be done: the tables are damaged, too, or the folder cannot be written.
    """
    for _ in range(3):  # another reader may be mending it
        if not (damage := _damage(generation)):
            try:
                return rdf.open_store(generation.store, generation.held)
            except GraphError as error:
                damage = str(error.what)
        make_again(generation, damage)
    return rdf.open_store(generation.store, generation.held)


def make_again(generation: Generation, damage: str) -> None:
    """Make the store of a generation again from its tables, because of `damage`, which was found in it."""
    before = file_token(generation.store)
    try:
        with _locked(generation.path / "store.lock"):
            if file_token(generation.store) != before:
                generation.__dict__.pop("seal", None)
                return  # another reader was faster
            count = _load_again(generation)
    except OSError as error:
        raise GraphError(
            f"the store is damaged ({damage}), and cannot be made again: {error.strerror or error}",
            where=str(generation.store),
            hint="build the graph again, or make its folder one that can be written",
        ) from error
    log.warning(
        "%s: the store was damaged (%s); made again from the tables, %s triples", generation.path, damage, f"{count:,}"
    )


def _damage(generation: Generation) -> str:
    if generation.seal:
        return generation.seal.damage(generation.path, "store/")
    return "" if (generation.store / "CURRENT").exists() else "CURRENT is missing"


def _load_again(generation: Generation) -> int:
    from kgraph.store.load import load
    from kgraph.store.tables import read_all

    tables = read_all(generation.tables, generation.checksums)
    previous_seal = Seal.read(generation.path)
    new, old = (Path(files.beside(generation.store)) for _ in range(2))
    try:
        count = load(new, tables, generation.manifest["repository"]["base"])
        if os.path.lexists(generation.store):
            generation.store.rename(old)
        new.rename(generation.store)
    finally:
        files.discard(new)
        files.discard(old)
    if previous_seal is not None:
        seal_again(generation.path, "store/", previous_seal)
    generation.__dict__.pop("seal", None)
    return count


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    lock = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o644)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)
