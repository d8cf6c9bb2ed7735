"""The triple store of a generation: made from the tables when it is first asked for, and again where it is damaged.

Input: an open generation. Output: its store, open for reading. The tables are the graph, and the store is an index of
them that SPARQL needs and nothing else does. Where an earlier store is at hand (see `base`) and little has changed, it
is made from that one by the difference of the tables.

It is made beside its place and moved there with its seal, so that it is there whole or not at all. Several processes
may ask at once: one makes it while the others wait. What a killed one left is removed by the next.
"""

from __future__ import annotations

import errno
import fcntl
import logging
import os
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox

from kgraph import files
from kgraph.conditions import condition_of
from kgraph.errors import GraphError
from kgraph.progress import NullProgress, Progress
from kgraph.store import base as bases
from kgraph.store import integrity, rdf
from kgraph.store.base import ABOUT_BASE, ABOUT_GENERATION, ABOUT_TRIPLES, MAX_CHANGED_ROWS
from kgraph.store.folder import CURRENT, Generation, file_token
from kgraph.store.integrity import IntegrityRecord

if TYPE_CHECKING:
    import polars as pl

log = logging.getLogger(__name__)

LOCK = "store.lock"
MAX_TEMPORARY_TRIPLES = 1_000_000  # of a graph whose folder cannot be written
MIN_TRIPLES_TO_SAY = 200_000  # whose making takes a second: what takes less a program need not hear
_READ_ONLY = frozenset({errno.EROFS, errno.EACCES, errno.EPERM})
_SECONDS, _FROM = "seconds", "from"


@dataclass(frozen=True, slots=True)
class StoreState:
    """What is there of a generation's store, without opening it."""

    is_there: bool
    bytes: int = 0  # on disk, of the store or of the base
    triples: int = 0
    seconds: float = 0.0  # that it took to make
    made_from: str = ""  # the generation whose store it was made from; "" where it was the tables alone
    base: str = ""  # where there is no store: the generation whose store is kept as its base

    @classmethod
    def of(cls, generation: Generation) -> StoreState:
        """That of a generation."""
        if seal := IntegrityRecord.read(generation.store):
            about = seal.about
            return cls(True, seal.size, int(about[ABOUT_TRIPLES]), float(about[_SECONDS]), str(about[_FROM]))
        if base := bases.find(generation):
            return cls(False, base.seal.size, base=base.generation)
        return cls(False)


def is_there(generation: Generation) -> bool:
    """Whether there is a store, be it damaged."""
    return os.path.lexists(generation.store / integrity.SEAL)


def is_current_there(graph_folder: Path) -> bool:
    """The same of the current generation in a graph's folder."""
    return os.path.lexists(graph_folder / CURRENT / "store" / integrity.SEAL)


def open_store(generation: Generation, progress: Progress | None = None) -> ox.Store:
    """The store of a generation, made if there is none, or none that is as it was left.

    In a folder that cannot be written, that of a small graph is a temporary one. Raises `GraphError` where it cannot be
    made: the tables are damaged, or the graph is too large for that.
    """
    for _ in range(3):  # another reader may be mending it
        damage = _damage(generation)
        if damage == "":
            try:
                return rdf.open_store(generation.store, generation.held)
            except GraphError as error:
                damage = str(error.what)
        try:
            if count := make(generation, damage or "", progress):
                log_made(*count)
        except _ReadOnlyError as error:
            return _temporary(generation, error, progress)
    return rdf.open_store(generation.store, generation.held)


def make(generation: Generation, damage: str = "", progress: Progress | None = None) -> tuple[int, float] | None:
    """Make the store of a generation from its tables, in the place of one in which some `damage` was found.

    Returns how many triples it has and the seconds that it took; None where another process has made it meanwhile, and
    where there was damage, which is logged.

    Raises `GraphError` where that cannot be done.
    """
    progress = progress or NullProgress()
    before = file_token(generation.store)
    start = time.monotonic()
    try:
        with _lock(generation.path / LOCK, progress):
            if file_token(generation.store) != before:
                return None  # another process was faster
            count = _make(generation, progress)
    except OSError as error:
        if error.errno in _READ_ONLY:
            raise _ReadOnlyError(generation, damage, error) from error
        if condition := condition_of(error):
            raise condition from error
        raise _impossible(generation, damage, error) from error
    if damage:
        text = "%s: the store was damaged (%s); made again from the tables, %s triples"
        log.warning(text, generation.path, damage, f"{count:,}")
        return None
    return count, time.monotonic() - start


def log_made(triples: int, seconds: float) -> None:
    """Say that a store was made, why, and how long it took."""
    level = logging.WARNING if triples >= MIN_TRIPLES_TO_SAY else logging.INFO
    log.log(level, "made the triple store, which SPARQL queries need: %s triples in %.1f s", f"{triples:,}", seconds)


class _ReadOnlyError(GraphError):
    """The folder of the graph cannot be written."""

    def __init__(self, generation: Generation, damage: str, error: OSError) -> None:
        base = _impossible(generation, damage, error)
        super().__init__(base.what, where=base.where, hint=base.hint)
        self.reason = error.strerror or str(error)


def _impossible(generation: Generation, damage: str, error: OSError) -> GraphError:
    reason = error.strerror or error
    if damage:
        what = f"the store is damaged ({damage}), and cannot be made again: {reason}"
    else:
        what = f"there is no triple store, which SPARQL queries need, and none can be made: {reason}"
    return GraphError(
        what,
        where=str(generation.store),
        hint="run `kgraph build --store` as a user who may write there, or copy the graph and ask the copy with -g",
    )


def _damage(generation: Generation) -> str | None:
    """What is wrong with the store: "" where it is as it was left, None where there is none."""
    if not os.path.lexists(generation.store):
        return None
    seal = IntegrityRecord.read(generation.store)
    return seal.damage(generation.store) if seal else f"{integrity.SEAL} is missing or damaged"


def _make(generation: Generation, progress: Progress) -> int:
    tidy(generation.path)
    work = Path(files.random_name_beside(generation.store))
    work.mkdir()
    start = time.monotonic()
    try:
        made_from, count = _fill(generation, work / "store", progress)
        about = {
            ABOUT_BASE: generation.manifest["repository"]["base"],
            ABOUT_GENERATION: generation.path.name,
            ABOUT_TRIPLES: count,
            _SECONDS: round(time.monotonic() - start, 3),
            _FROM: made_from,
        }
        is_ours = bool(generation.seal and generation.seal.is_ours)
        integrity.seal(work / "store", about, at=generation.store, is_ours=is_ours)
        if os.path.lexists(generation.store):
            generation.store.rename(work / "damaged")
        (work / "store").rename(generation.store)
        files.discard(generation.base)
    finally:
        files.discard(work)
    return count


def _fill(generation: Generation, path: Path, progress: Progress) -> tuple[str, int]:
    """Write the store to `path`; returns the generation from whose store it was made, and the number of triples."""
    from kgraph.store.load import load
    from kgraph.store.tables import read_all

    base_iri = generation.manifest["repository"]["base"]
    tables = read_all(generation.tables, generation.checksums)
    if base := bases.find(generation):
        with progress.stage("store", None):
            if (count := _from_base(base, path, tables, base_iri)) is not None:
                return base.generation, count
    total = generation.manifest.get("counts", {}).get("triples")
    with progress.stage("store", total) as ticker:
        return "", load(path, tables, base_iri, ticker.advance)


def _from_base(base: bases.StoreBase, path: Path, tables: Mapping[str, pl.DataFrame], base_iri: str) -> int | None:
    """Make the store by changing a copy of an earlier one; None where that would cost more, or failed."""
    from kgraph.store import triple_delta
    from kgraph.store.tables import read_all

    try:
        most = min(MAX_CHANGED_ROWS, sum(len(frame) for frame in tables.values()) // 2)
        changed = triple_delta.find_changed_lines(read_all(base.tables), tables, base_iri, most)
        if changed is None:
            return None
        removed, added = changed
        rdf.copy_and_change(base.store, path, removed, added)
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt | SystemExit | GeneratorExit):
            raise
        if not isinstance(error, MemoryError) and condition_of(error):
            raise
        log.warning("the triple store is made from the tables alone, since the earlier one cannot be used: %s", error)
        shutil.rmtree(path, ignore_errors=True)
        return None
    return int(base.seal.about[ABOUT_TRIPLES]) - len(removed) + len(added)


def _temporary(generation: Generation, error: _ReadOnlyError, progress: Progress | None) -> ox.Store:
    """A store that lasts as long as the generation is open."""
    from kgraph.store.load import load
    from kgraph.store.tables import read_all

    triples = int(generation.manifest.get("counts", {}).get("triples", 0))
    if triples > MAX_TEMPORARY_TRIPLES:
        raise error
    folder = generation.held.enter_context(
        tempfile.TemporaryDirectory(prefix="kgraph-store-", ignore_cleanup_errors=True)
    )
    tables = read_all(generation.tables, generation.checksums)
    with (progress or NullProgress()).stage("store", triples) as ticker:
        load(Path(folder) / "store", tables, generation.manifest["repository"]["base"], ticker.advance)
    log.warning(
        "%s: the triple store is a temporary one, made again each time, since none can be kept there: %s",
        generation.path, error.reason,
    )  # fmt: skip
    return rdf.open_store(Path(folder) / "store", generation.held)


def tidy(generation: Path) -> None:
    """Remove what a killed maker left; for who holds the lock."""
    for path in generation.glob(".kgraph-*.part"):
        if path.is_dir() and not path.is_symlink():
            files.discard(path)


def tidy_if_idle(generation: Path) -> None:
    """The same unless a store is being made."""
    try:
        lock = os.open(generation / LOCK, os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:
        return  # where no lock is, nobody began
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        tidy(generation)
    except OSError:
        pass
    finally:
        os.close(lock)


@contextmanager
def _lock(path: Path, progress: Progress) -> Iterator[None]:
    lock = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o644)
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            with progress.stage("wait", None):  # for the other process that makes it
                fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)
