"""The graph as triples in an Oxigraph store on disk.

Input: a folder. Output: a store to query. `load` makes the store of a whole graph; here a small change is applied to a
copy of the previous store, whose data files are shared by hard links.

Every change ends with `flush`: without it the engine's log would be replayed whenever the store is opened.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pyoxigraph as ox

from kgraph.conditions import condition_of
from kgraph.errors import GraphError


def copy_and_change(source: Path, path: Path, removed: list[str], added: list[str]) -> None:
    """Make a store at `path` that is the one at `source` without the lines `removed` and with the lines `added`.

    Lines are N-Triples. `source` is not changed, and shares its data files with the new store.

    Raises `GraphError` where `source` is no store.
    """
    if not (source / "CURRENT").exists():  # the engine would make an empty store in its place
        raise GraphError("there is no store", where=str(source), hint="build the graph again")
    with engine_path(source) as previous, engine_path(path) as new:
        try:
            ox.Store.read_only(previous).backup(new)
        except (OSError, RuntimeError) as error:
            if condition := condition_of(error):
                raise condition from error
            raise GraphError(
                f"the store cannot be read: {error}", where=str(source), hint="build the graph again"
            ) from error
        store = ox.Store(new)
        steps = []
        if removed:
            steps.append("DELETE DATA {\n" + "\n".join(removed) + "\n}")
        if added:
            steps.append("INSERT DATA {\n" + "\n".join(added) + "\n}")
        if steps:
            store.update(" ;\n".join(steps))
        store.flush()
        del store  # closed while its path holds


def open_store(path: Path, held: ExitStack) -> ox.Store:
    """The store at `path`, for reading, until `held` lets go of what it needs: the engine opens its files when it comes
    to them.

    Raises `GraphError` where it cannot be opened.
    """
    try:
        with ExitStack() as opened:
            store = ox.Store.read_only(opened.enter_context(engine_path(path)))
            held.push(opened.pop_all())
            return store
    except (OSError, RuntimeError) as error:
        if condition := condition_of(error):  # too few file handles are no damage
            raise condition from error
        raise GraphError(
            f"the store cannot be opened: {error}", where=str(path), hint="build the graph again"
        ) from error


@contextmanager
def engine_path(path: Path) -> Iterator[str]:
    """A path that the engine takes, while the context lasts: it wants UTF-8, and a folder's name may be none.

    The last part of `path` is UTF-8.
    """
    if (at := _as_text(path)) is not None:
        yield at
        return
    folder = os.open(path.parent, os.O_RDONLY | os.O_CLOEXEC)
    try:
        yield f"/proc/self/fd/{folder}/{path.name}"
    finally:
        os.close(folder)


def _as_text(path: Path) -> str | None:
    try:
        return os.fsencode(path).decode()
    except UnicodeDecodeError:
        return None


def is_corruption(error: BaseException) -> bool:
    """Whether the engine says that a file of a store is not what it wrote."""
    return isinstance(error, RuntimeError) and str(error).startswith("Corruption")
