"""The graph as triples in an Oxigraph store on disk.

Comes in: a folder. Goes out: a store to query. `load` makes the store of a whole graph; here a small change is applied
to a copy of the former store, whose data files are shared by hard links.

Every change ends with `flush`: without it the engine's log would be replayed whenever the store is opened.
"""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox

from kgraph.errors import GraphError


def copy_and_change(source: Path, path: Path, removed: list[str], added: list[str]) -> None:
    """Make a store at `path` that is the one at `source` without the lines `removed` and with the lines `added`.

    Lines are N-Triples. `source` is not changed, and shares its data files with the new store.

    Raises `GraphError` where `source` is no store.
    """
    if not (source / "CURRENT").exists():  # the engine would make an empty store in its place
        raise GraphError("there is no store", where=str(source), hint="build the graph again")
    try:
        former = ox.Store(str(source))
        former.backup(str(path))
    except (OSError, RuntimeError) as error:
        raise GraphError(
            f"the store cannot be read: {error}", where=str(source), hint="build the graph again"
        ) from error
    del former
    store = ox.Store(str(path))
    steps = []
    if removed:
        steps.append("DELETE DATA {\n" + "\n".join(removed) + "\n}")
    if added:
        steps.append("INSERT DATA {\n" + "\n".join(added) + "\n}")
    if steps:
        store.update(" ;\n".join(steps))
    store.flush()


def open_store(path: Path) -> ox.Store:
    """The store at `path`, for reading.

    Raises `GraphError` where it cannot be opened.
    """
    try:
        return ox.Store.read_only(str(path))
    except OSError as error:
        raise GraphError(
            f"the store cannot be opened: {error}", where=str(path), hint="build the graph again"
        ) from error
