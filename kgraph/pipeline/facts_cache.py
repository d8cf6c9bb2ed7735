"""Where facts are kept: in the cache that all graphs of a user share, or else in the graph's own folder.

Input: options, and what an earlier build left in the graph's folder. Output: facts by key. A graph's folder holds facts
only where there is no shared cache that can be written; those that a build finds there go over to the shared cache, so
that none are kept twice. Readings of translation units stay in the graph's folder: they depend on headers outside of
the repository, which are known by their size and time alone, and that means nothing on another machine or in another
clone.

    facts.keys       in a generation: the keys of all facts that it was made of, compressed
    packed.sqlite    in the graph's folder: facts that came out of a pack (see `packs`), which stay there
"""

from __future__ import annotations

import logging
import zlib
from collections.abc import Callable, Collection
from pathlib import Path

from kgraph import files
from kgraph.compression import decompress
from kgraph.extract.versions import code
from kgraph.pipeline.options import BuildOptions
from kgraph.regular_file import read_small
from kgraph.store import ownership
from kgraph.store.cache import Cache
from kgraph.store.shared_cache import SharedCache, SharedCacheError, default_folder, limit_bytes, name_of

log = logging.getLogger(__name__)

KEYS = "facts.keys"
PACKED = "packed.sqlite"
_MAX_KEYS_BYTES = 1 << 30
_BATCH = 500  # entries that are written at once
_UNIT = "unit:"  # how keys of readings of translation units begin


def open_shared(options: BuildOptions, graph_folder: Path) -> SharedCache | None:
    """The cache that this user's graphs share; None where it is turned off, or cannot be used, which is logged."""
    given = options.cache
    folder = None
    try:
        folder = default_folder() if given is None else Path(given).expanduser().absolute() if str(given) else None
        return SharedCache(folder, limit_bytes()) if folder else None
    except SharedCacheError as error:
        _report(folder, str(error), graph_folder)
        return None


def _report(folder: Path | None, reason: str, graph_folder: Path) -> None:
    log.warning(
        "%s: the shared cache: %s; facts are kept in %s (--cache DIR chooses another place, --no-cache does without)",
        folder or "kgraph",
        reason,
        graph_folder,
    )


class FactsCache:
    """Facts by key. A context manager; what was put is kept when it ends."""

    def __init__(
        self,
        graph_folder: Path,
        shared: SharedCache | None,
        open_local: Callable[[], Cache],
        *,
        reads_only: bool = False,
    ) -> None:
        """`open_local` opens the cache in the graph's folder, `facts.sqlite`; with `reads_only` nothing is moved."""
        self.used: frozenset[str] = frozenset()  # the keys of all facts of this build
        self._folder = graph_folder
        self._shared = shared
        self._waiting: list[tuple[str, bytes]] = []  # to be written to the shared cache
        self._open_local = open_local
        self._path = graph_folder / "facts.sqlite"
        self._local: Cache | None = open_local() if shared is None or self._path.exists() else None
        self._reads_only = reads_only
        packed = graph_folder / PACKED
        self._packed: Cache | None = Cache(packed, ownership.make_mark(packed)) if files.is_regular(packed) else None
        self._from_pack: set[str] = set()  # the keys of what came out of it

    def __enter__(self) -> FactsCache:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        try:
            if self._shared:
                with self._shared:
                    self._write()
                if error is None and not self._reads_only:
                    self._settle(self._shared)
            if error is None and self._packed and not self._reads_only:
                self._packed = _select(self._packed, self._from_pack & self.used, self._folder / PACKED)
        finally:
            for cache in filter(None, (self._local, self._packed)):
                cache.__exit__(kind, error, None)
            self._local = self._packed = None

    def _settle(self, shared: SharedCache) -> None:
        if shared.trouble:
            _report(shared.folder, shared.trouble, self._folder)
        if shared.discarded:
            log.warning(
                "%s: %d entries of the shared cache were damaged, or not made by this user; they were read again",
                shared.folder,
                shared.discarded,
            )
        if self._local is None:
            return
        if shared.trouble:
            self._local.prune(self.used)
        else:
            units = {key for key in self.used if key.startswith(_UNIT)}
            self._local = _select(self._local, units, self._path)

    @property
    def local(self) -> Cache:
        """The cache in the graph's folder."""
        if self._local is None:
            self._local = self._open_local()
        return self._local

    def get(self, keys: Collection[str]) -> dict[str, bytes]:
        """The data of those keys that are there."""
        found: dict[str, bytes] = {}
        if self._shared:
            names = {name_of(code(), key): key for key in keys}
            found = {names[name]: data for name, data in self._shared.get(names).items()}
        if self._local and len(found) < len(keys):
            local = self._local.get([key for key in keys if key not in found])
            if self._shared and not self._reads_only:
                for key, data in local.items():
                    self.put(key, data)
            found |= local
        if self._packed and len(found) < len(keys):
            packed = self._packed.get([key for key in keys if key not in found])
            self._from_pack |= packed.keys()
            found |= packed
        return found

    def put(self, key: str, data: bytes) -> None:
        """Keep `data`."""
        if self._shared is None:
            self.local.put(key, data)
            return
        self._waiting.append((key, data))
        if len(self._waiting) >= _BATCH:
            self._write()

    def _write(self) -> None:
        """Write what waits to the shared cache; what that does not take is kept in the graph's folder."""
        waiting, self._waiting = self._waiting, []
        if waiting and self._shared and not self._shared.put({name_of(code(), key): data for key, data in waiting}):
            for key, data in waiting:
                self.local.put(key, data)

    def prune(self, used: Collection[str]) -> None:
        """Note the keys of all that this build used; of the others only some are kept."""
        self.used = frozenset(used)
        if self._shared is None:
            self.local.prune(used)

    def save_keys(self, generation: Path) -> None:
        """Write down which facts a generation was made of, so that they can be found again."""
        lines = "\n".join(sorted(key for key in self.used if not key.startswith(_UNIT)))
        data = zlib.compress(lines.encode("utf-8", "surrogateescape"), 1)  # a higher level saves 3 %
        files.write(generation / KEYS, data)


def _select(cache: Cache, keys: Collection[str], path: Path) -> Cache | None:
    """A cache with these keys alone; without any, its file goes."""
    if keys:
        cache.keep(keys)
        return cache
    cache.close()
    for ending in ("", "-wal", "-shm", "-journal"):
        files.discard(path.with_name(path.name + ending))
    return None


def load_keys(generation: Path) -> list[str]:
    """The keys of the facts that a generation was made of, in order; none where they were not written down.

    Raises `ValueError` where they cannot be read.
    """
    try:
        data = read_small(str(generation / KEYS), _MAX_KEYS_BYTES)
    except FileNotFoundError:
        return []
    return decompress(data, _MAX_KEYS_BYTES).decode("utf-8", "surrogateescape").split("\n")
