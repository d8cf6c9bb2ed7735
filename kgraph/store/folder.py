"""The folder of a graph, its generations, and the swap from one to the next.

    .kgraph/
      .gitignore         "*": the folder ignores itself
      facts.sqlite       facts by content that are in no cache of the user's, see `cache` and `shared_cache`
      packed.sqlite      facts that came out of a pack
      answers.sqlite     what names meant to the last build, by all that this depends on
      lock               held by the one build that runs
      graph-000007/      one generation: manifest.json, tables/, seal.json (see `integrity`), uses.json and facts.keys
                         (see `pipeline.previous`, `pipeline.facts_cache`), and in-use, which its
                         readers hold; store/ once somebody asked for triples (see `making`), else perhaps base/, the
                         store of an earlier generation (see `base`); words/ once a text was located (see
                         `locate.tree_words`), impact-edges/ once a change was asked for (see `impact.kept_edges`)
      current            -> graph-000007; renaming this link is the moment at which a build takes effect
      manifest.json, tables, store     -> the same in current/

A build writes a new generation beside the current one, so that a build that fails or is killed changes nothing. A
generation is removed by the next build that finds nobody reading it. The locks are the kernel's (flock), so that no
dead process holds one.

We write into a folder that is empty or a graph's, and no link in it is followed: what stands in the place of something
of ours is removed.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from functools import cached_property
from pathlib import Path
from typing import Any

from kgraph import files
from kgraph.errors import GraphError
from kgraph.model import GRAPH_FOLDER
from kgraph.store.integrity import IntegrityRecord, checksum, seal
from kgraph.vocab import SCHEMA_VERSION

MAX_LOCK_SECONDS = 5.0  # to wait for a lock before it is said that another build has it
_LOCK_STEP_SECONDS = 0.05
CURRENT = "current"
_MANIFEST = "manifest.json"
_SHOWN = (_MANIFEST, "tables", "store")
_GENERATION = re.compile(r"graph-(\d{6,})")
_IGNORE = "*\n"  # what the .gitignore of a graph's folder says
# All that a build leaves in a graph's folder before it is done for the first time.
_BEGUN = re.compile(
    r"\.gitignore|lock|(facts|answers|packed)\.sqlite(-wal|-shm|-journal)?|history\.bin(\.seal)?|compiler\.json|revisions"
    r"|hashes\.bin|graph-\d{6,}|\.kgraph-\w+\.part|\.(history\.bin|compiler\.json)\.new"
)


def find(start: Path) -> Path:
    """The graph's folder for `start`: itself, the `.kgraph` in it, or the nearest one upwards.

    The search ends at the top of a git working tree: a graph above is of another repository, which may hold this one as
    a submodule or a worktree, but not its files. Raises `GraphError` where there is none.
    """
    start = start.resolve()
    if (start / CURRENT).is_symlink():
        return start
    top = None  # of the working tree, once it has been passed
    for folder in (start, *start.parents):
        if (folder / GRAPH_FOLDER / CURRENT).is_symlink():
            if top is None:
                return folder / GRAPH_FOLDER
            raise GraphError(
                f"no graph between here and {top}, the top of its git repository; the one in {folder} is another's",
                where=str(start),
                hint=f"make one with `kgraph build {top}`, or ask the other with -g {folder}",
            )
        if top is None and os.path.lexists(folder / ".git"):
            top = folder
    raise GraphError("no graph here or in any folder above", where=str(start), hint="make one with `kgraph build`")


def generation_token(folder: Path) -> str:
    """A text that is another one as soon as another generation is current; "" where there is none.

    It costs one look at a link, and differs also where a graph was removed and rebuilt under the same number.
    """
    return file_token(folder / CURRENT)


def file_token(path: Path) -> str:
    """The same of any file, folder or link."""
    try:
        found = path.lstat()
    except OSError:
        return ""
    return f"{found.st_mtime_ns:x}-{found.st_ino:x}"


class _GenerationPaths:
    """The paths of the parts of one generation."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.tables = path / "tables"
        self.store = path / "store"
        self.base = path / "base"


class Generation(_GenerationPaths):
    """One complete graph on disk, kept from removal while this object is open."""

    def __init__(self, path: Path, lock: int) -> None:
        super().__init__(path)
        self.held = ExitStack()  # what its readers need for as long as it is open
        self.held.callback(os.close, lock)

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """What the build said of it; `GraphError` where that cannot be read."""
        path = self.path / _MANIFEST
        try:
            manifest = json.loads(path.read_text("utf-8"))
        except (OSError, ValueError, RecursionError) as error:
            raise GraphError(f"cannot be read: {error}", where=str(path), hint="build the graph again") from error
        if not isinstance(manifest, dict):
            raise GraphError("is not a manifest", where=str(path), hint="build the graph again")
        return manifest

    @cached_property
    def seal(self) -> IntegrityRecord | None:
        """What the build said of its files; None for a graph of an earlier kgraph, or where that cannot be read."""
        return IntegrityRecord.read(self.path)

    @property
    def checksums(self) -> Mapping[str, str] | None:
        """Those of the tables, by name; None for a graph of an earlier kgraph."""
        checksums = self.manifest.get("checksums")
        return checksums if isinstance(checksums, dict) else None

    def __enter__(self) -> Generation:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let it be removed."""
        self.held.close()


def open_generation(path: Path) -> Generation:
    """A generation that somebody else holds open, so that it cannot be removed meanwhile.

    Raises `GraphError` where it is not there.
    """
    try:
        lock = os.open(path / "in-use", os.O_RDONLY | os.O_CLOEXEC)
    except OSError as error:
        raise GraphError(f"cannot be opened: {error.strerror or error}", where=str(path)) from error
    fcntl.flock(lock, fcntl.LOCK_SH)
    return Generation(path, lock)


def open_current(folder: Path) -> Generation:
    """The current generation of a graph's folder.

    Raises `GraphError` where there is none, or where another schema version wrote it.
    """
    for _ in range(100):  # a build may swap and remove between any two lines of this
        try:
            path = folder / (folder / CURRENT).readlink()
            lock = os.open(path / "in-use", os.O_RDONLY | os.O_CLOEXEC)
        except OSError as error:
            if not (folder / CURRENT).is_symlink():
                raise GraphError("no graph here", where=str(folder), hint="make one with `kgraph build`") from error
            if not isinstance(error, FileNotFoundError):
                raise GraphError(
                    f"the current graph cannot be opened: {error.strerror or error}",
                    where=str(folder),
                    hint="build it again with `kgraph build`, or see who may read it",
                ) from error
            continue
        fcntl.flock(lock, fcntl.LOCK_SH)
        generation = Generation(path, lock)
        if not (path / _MANIFEST).exists():
            generation.close()
            continue
        try:
            schema = generation.manifest.get("schema")
            if schema == SCHEMA_VERSION:
                _check_manifest(generation)
        except GraphError:
            generation.close()
            raise
        if schema != SCHEMA_VERSION:
            generation.close()
            raise GraphError(
                f"the graph has schema version {schema}, this kgraph reads {SCHEMA_VERSION}",
                where=str(folder),
                hint="build it again with `kgraph build`",
            )
        return generation
    raise GraphError("the current graph is not complete", where=str(folder), hint="build it again with `kgraph build`")


def _check_manifest(generation: Generation) -> None:
    sealed = generation.seal.files.get(_MANIFEST) if generation.seal else None
    if sealed and sealed[1] != checksum(generation.path / _MANIFEST):
        raise GraphError(
            "is damaged: its content is not what the build wrote",
            where=str(generation.path / _MANIFEST),
            hint="build the graph again",
        )


class Building(_GenerationPaths):
    """A generation that is being written; nobody sees it until `publish`."""

    def __init__(self, folder: Path, path: Path) -> None:
        super().__init__(path)
        self.folder = folder

    def publish(self, manifest: Mapping[str, Any]) -> None:
        """Make this the current generation: until the link is renamed the old one is, afterwards this one."""
        files.write(self.path / _MANIFEST, json.dumps(manifest, indent=1, ensure_ascii=False) + "\n")
        seal(self.path)
        _link(self.folder / CURRENT, self.path.name)
        for name in _SHOWN:
            _link(self.folder / name, f"{CURRENT}/{name}")


def _link(link: Path, target: str) -> None:
    if link.is_symlink() and str(link.readlink()) == target:
        return
    new = Path(files.random_name_beside(link))
    new.symlink_to(target)
    try:
        if link.is_dir() and not link.is_symlink():
            files.discard(link)
        new.replace(link)
    except BaseException:
        new.unlink(missing_ok=True)
        raise


@contextmanager
def building(folder: Path) -> Iterator[Building]:
    """A new generation to write, while no other build may run.

    What is not published when the context ends is removed. Raises `GraphError` where another build is running or the
    folder is somebody else's.
    """
    with claim(folder := folder.resolve()):
        _sweep(folder)
        path = folder / f"graph-{_last_number(folder) + 1:06}"
        path.mkdir()
        files.create(path / "in-use").close()
        try:
            yield Building(folder, path)
        finally:
            _sweep(folder)


@contextmanager
def claim(folder: Path) -> Iterator[None]:
    """A graph's folder, made if need be, which no other build changes meanwhile.

    Raises `GraphError` where another build is running or the folder is somebody else's.
    """
    _claim(folder)
    lock = _wait_for_lock(folder)
    if lock is None:
        raise GraphError("another build is writing this graph", where=str(folder), hint="wait for it to end")
    try:
        yield
    finally:
        os.close(lock)


def tidy(folder: Path) -> None:
    """Remove what a killed build left, unless another build is running: that one does it."""
    lock = _lock(folder)
    if lock is not None:
        try:
            _sweep(folder)
        finally:
            os.close(lock)


def _wait_for_lock(folder: Path) -> int | None:
    """What `_lock` gives within a short while.

    A process that a build starts has all of its descriptors, until it runs another program a moment later; where the
    build is killed in that moment, the lock is held by a process that is about to let go of it.
    """
    end = time.monotonic() + MAX_LOCK_SECONDS
    while (lock := _lock(folder)) is None and time.monotonic() < end:
        time.sleep(_LOCK_STEP_SECONDS)
    return lock


def _lock(folder: Path) -> int | None:
    """The right to change a graph's folder, until the descriptor is closed; None where another build has it."""
    path = folder / "lock"
    if path.is_symlink() or path.is_dir():
        files.discard(path)
    lock = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o644)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        return None
    return lock


def _claim(folder: Path) -> None:
    """Make the folder, or see that it is a graph's: we never write into a folder of something else."""
    if folder.exists() and not folder.is_dir():
        raise GraphError("is not a folder", where=str(folder), hint="give -o a folder of its own")
    if folder.is_dir() and not _is_graph(folder):
        raise GraphError("holds other files", where=str(folder), hint="give -o a new folder, or an earlier graph's")
    folder.mkdir(parents=True, exist_ok=True)
    if not os.path.lexists(folder / ".gitignore"):
        files.put(folder / ".gitignore", _IGNORE)


def _is_graph(folder: Path) -> bool:
    """Whether a folder is empty, or holds a graph, or one whose first build was ended."""
    with suppress(OSError):
        if _GENERATION.fullmatch(os.fsdecode((folder / CURRENT).readlink())):
            return True
    names = {entry.name for entry in folder.iterdir()}
    if not names:
        return True
    ignore = folder / ".gitignore"
    is_marked = files.is_regular(ignore) and ignore.read_bytes() == _IGNORE.encode()
    return is_marked and all(_BEGUN.fullmatch(name) or _is_link_of_ours(folder / name) for name in names)


def _is_link_of_ours(path: Path) -> bool:
    """Whether one of the links, or what was put in the place of `current` and holds nothing."""
    if path.name == CURRENT:
        return path.is_symlink() or path.is_file() or not any(path.iterdir())
    return path.name in _SHOWN and path.is_symlink()


def _generations(folder: Path) -> Iterator[Path]:
    return (path for path in folder.iterdir() if _GENERATION.fullmatch(path.name))


def _last_number(folder: Path) -> int:
    return max((int(path.name.partition("-")[2]) for path in _generations(folder)), default=0)


def _sweep(folder: Path) -> None:
    """Remove generations that are not current and that nobody reads."""
    try:
        current = (folder / CURRENT).readlink().name
    except OSError:
        current = ""
    for path in list(_generations(folder)):
        if path.name == current:
            continue
        try:
            if path.is_symlink() or not path.is_dir():
                path.unlink()
                continue
            lock = os.open(path / "in-use", os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        except OSError:  # killed just after its folder was made
            _remove(path)
            continue
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            _remove(path)
        except BlockingIOError:
            pass
        finally:
            os.close(lock)


def _remove(path: Path) -> None:
    """What of it cannot be removed, the next build tries again."""
    with suppress(OSError):
        files.remove_tree(path)
