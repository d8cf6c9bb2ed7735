"""The previous build: its graph and caches, and whether this build may reuse them.

Input: a graph's folder and the repository. Output: the previous generation and the caches, or none of them where they
are not this user's own or were changed since (see `store.ownership`, `store.integrity`). Whatever is refused is
reported in one line, and rebuilt.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kgraph import files
from kgraph.errors import GraphError
from kgraph.git import is_tracked
from kgraph.model import GRAPH_FOLDER
from kgraph.pipeline.facts_cache import PACKED, FactsCache, open_shared
from kgraph.pipeline.options import BuildOptions
from kgraph.regular_file import CHANGED, read_small
from kgraph.scan import hash_cache
from kgraph.scan.hash_cache import HashCache
from kgraph.store import folder, ownership
from kgraph.store.cache import Cache

if TYPE_CHECKING:
    import polars as pl

    from kgraph.assemble.kept_uses import PreviousUses

log = logging.getLogger(__name__)

FACTS = "facts.sqlite"
ANSWERS = "answers.sqlite"
HISTORY = "history.bin"
RELATED = "related.bin"
USE_PARTS = "uses.json"  # in a generation: what parts of its table `uses` were made of
_MAX_PARTS_BYTES = 1 << 16
_CACHES = (FACTS, ANSWERS)
_KEPT = (*_CACHES, PACKED, HISTORY, RELATED, hash_cache.NAME, "compiler.json", "revisions")
_STRANGE = "not made by this user on this machine"


def load_trusted_cache(cache: Path) -> Cache:
    """A cache of this user's."""
    return Cache(cache, ownership.make_mark(cache))


def load_trusted_hashes(where: Path) -> HashCache:
    """What an earlier scan of this user's knew of the contents of files."""
    path = where / hash_cache.NAME
    return HashCache(path if ownership.is_sealed(path) else None)


class ResolutionCache:
    """What assembly keeps from one build to the next: only what the last build used."""

    def __init__(self, cache: Cache, *, force: bool) -> None:
        self._cache = cache
        self._force = force
        self._used: set[str] = set()
        self._written: set[str] = set()  # by this build

    def get(self, key: str) -> bytes | None:
        """What was put under a key."""
        self._used.add(key)
        return None if self._force and key not in self._written else self._cache.get([key]).get(key)

    def put(self, key: str, data: bytes) -> None:
        """Keep `data` for the next build."""
        self._used.add(key)
        self._written.add(key)
        self._cache.put(key, data)

    def retain(self, key: str) -> None:
        """Keep what is there for the next build, though this one does not ask for it."""
        self._used.add(key)

    def evict_unused(self) -> None:
        """Remove what this build did not ask for."""
        self._cache.keep(self._used)


class PreviousBuild:
    """What there is to reuse of an earlier build in the folder `where`."""

    def __init__(self, root: Path, where: Path, *, force: bool) -> None:
        self.generation: folder.Generation | None = None
        self.is_used = False  # something was there to be taken
        self._where = where
        self._force = force
        self._caches: dict[str, Cache] = {}  # open, and not yet asked for
        self._reported = False
        is_there = not force and where.is_dir()  # else git need not be asked
        self._is_tracked = is_there and is_tracked(root, where)
        if is_there:
            self.generation = self._open()

    def _open(self) -> folder.Generation | None:
        try:
            generation = folder.open_current(self._where)
        except GraphError as error:
            if folder.generation_token(self._where):
                self._report("the graph", f"{error.where}: {error.what}")
            return None
        seal = generation.seal
        if self._is_tracked:
            self._report("the graph", "git tracks it, so that others can write it")
        elif seal is None or not seal.is_ours:
            self._report("the graph", ownership.lacks() or _STRANGE)
        elif not seal.is_untouched(generation.path):
            self._report("the graph", seal.damage(generation.path) or "it was changed since it was built")
        else:
            self.is_used = True
            return generation
        generation.close()
        return None

    @property
    def manifest(self) -> Mapping[str, Any]:
        """What the previous generation states of itself; empty where there is none."""
        return self.generation.manifest if self.generation else {}

    def is_current(self, fingerprint: str) -> bool:
        """Whether a build with this fingerprint would make the same graph again.

        It might make another one where files could not be read for a reason that may be gone now.
        """
        if not self.generation or self.manifest.get("inputs") != fingerprint:
            return False
        ledger = self.manifest["ledger"]
        failed = ledger.get("compiler", {}).get("failed", {})
        return not any(skipped.get("passing") for skipped in ledger["skipped"]) and CHANGED not in failed

    def load_previous_uses(self) -> PreviousUses | None:
        """The uses of the previous generation; None where there is none that may be taken."""
        if self.generation is None or self._force:
            return None
        from kgraph.assemble.kept_uses import PreviousUses
        from kgraph.store import tables

        try:
            parts = json.loads(read_small(str(self.generation.path / USE_PARTS), _MAX_PARTS_BYTES))
        except (OSError, ValueError, RecursionError):
            return None
        if not isinstance(parts, dict):
            return None
        folder, checksums = self.generation.tables, self.generation.checksums

        def read() -> pl.DataFrame | None:
            try:
                return tables.read(folder, "uses", checksums)
            except GraphError as error:
                log.info("%s: uses are resolved again: %s", self._where, error)
                return None

        return PreviousUses(parts, read)

    @contextmanager
    def resolution_cache(self) -> Iterator[ResolutionCache]:
        """The results of name resolution; those that are not asked for are removed in the end."""
        with self.cache(ANSWERS) as cache:
            results = ResolutionCache(cache, force=self._force)
            yield results
            results.evict_unused()

    def hashes(self) -> HashCache:
        """What the scan before knew of the contents of files."""
        return HashCache() if self._force or self._is_tracked else load_trusted_hashes(self._where)

    def keep_hashes(self, hashes: HashCache) -> None:
        """Keep what this scan knows, for the next."""
        path = self._where / hash_cache.NAME
        if hashes.save(path):
            ownership.seal(path)

    def claim(self) -> None:
        """Remove what must not be taken from the caches; for a build that has the folder to itself."""
        refused: list[str] = []
        if self._is_tracked:
            refused = [name for name in _KEPT if self._discard(name)]
            self._refuse(refused, "git tracks what is in this folder, so that others can write it")
            return
        reasons: set[str] = set()
        for name in _CACHES:
            path = self._where / name
            if folder.file_token(path):
                cache = self._caches[name] = load_trusted_cache(path)
                if cache.begun_anew:
                    refused.append(name)
                    reasons.add(cache.begun_anew)
                else:
                    self.is_used = True
        for name in (HISTORY, RELATED):
            if ownership.is_sealed(self._where / name):
                self.is_used = True
            elif self._discard(name):
                refused.append(name)
                reasons.add(_STRANGE)
        self._refuse(refused, "; ".join(sorted(reasons)))

    def cache(self, name: str) -> Cache:
        """One of the caches, to be closed by who asks for it."""
        return self._caches.pop(name, None) or load_trusted_cache(self._where / name)

    def facts(self, options: BuildOptions) -> FactsCache:
        """The cache of facts, to be closed by who asks for it."""
        shared = open_shared(options, self._where)
        self.is_used |= shared is not None
        return FactsCache(self._where, shared, lambda: self.cache(FACTS))

    def _discard(self, name: str) -> bool:
        """Whether there was something."""
        if not folder.file_token(self._where / name):
            return False
        files.discard(self._where / name)
        return True

    def forget(self) -> None:
        """Remove all that a build could take: it begins from nothing."""
        self.close()
        self._force = True
        for name in _KEPT:
            if name != "revisions":
                self._discard(name)
        for name in (*_CACHES, PACKED):
            for companion in ("-wal", "-shm", "-journal"):
                self._discard(name + companion)

    def _refuse(self, names: list[str], reason: str) -> None:
        if names and not self._force:
            self._report(", ".join(names), reason)

    def _report(self, what: str, reason: str) -> None:
        if not self._reported:  # the first reason is that of the others, too
            log.warning("%s: nothing is taken from %s of an earlier build: %s", self._where, what, reason)
        self._reported = True

    def close(self) -> None:
        """Let the previous graph be removed."""
        while self._caches:
            self._caches.popitem()[1].close()
        if self.generation:
            self.generation.close()
            self.generation = None


def graph_folder(root: Path, output: Path | None) -> Path:
    """Where the graph of a repository is built.

    Raises `GraphError` where `.kgraph` is a link to no graph of this user's: a repository may bring one along.
    """
    default = root / GRAPH_FOLDER
    if output is not None or not default.is_symlink():
        return (output or default).resolve()
    target = default.resolve()
    if not is_tracked(root, default):
        try:
            generation = folder.open_current(target)
        except GraphError:
            pass
        else:
            with generation:
                if generation.seal and generation.seal.is_ours:
                    return target
    raise GraphError(
        f"is a link, to {target}, and nothing that this user built is there",
        where=str(default),
        hint=f"remove it, or build there with -o {GRAPH_FOLDER} if that is meant",
    )
