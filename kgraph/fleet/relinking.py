"""Links of a fleet that has moved: joined again where what moved may change them, and taken over elsewhere.

Input: a lake whose catalog is not yet published, and the one before. Output: rows of `LINKS` and `USE_LINKS`, those
that a join of all would give.

Each repository's interface is kept (see `interface_store`). A repository's links are joined again
where its own interface is another, or where another repository has changed what stands behind a name that it asks for:
a key, such as `header geo/point.h`, or a name inside of what such a key leads to.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import msgspec
import polars as pl

from kgraph import files
from kgraph.errors import GraphError
from kgraph.fleet.interface_store import FOLDER, InterfaceStore, discard_damaged, has_interface, make_interface
from kgraph.fleet.interfaces import KEY, NAME
from kgraph.fleet.lake import Lake, subfolders
from kgraph.fleet.link_tables import LINKS, USE_LINKS
from kgraph.fleet.links import link, sort_links
from kgraph.store.tables import is_unreadable

_STATE = "linked.json"
Rows = tuple[pl.DataFrame, pl.DataFrame]  # of `LINKS` and of `USE_LINKS`


class _Linked(msgspec.Struct, frozen=True):
    """Of which interfaces the links of a state of the lake were made."""

    generation: int
    interfaces: dict[str, str]  # by repository


@dataclass(frozen=True, slots=True)
class LinkResult:
    """The links of a fleet, and what they were made of."""

    links: pl.DataFrame
    uses: pl.DataFrame
    again: tuple[str, ...]  # the repositories whose links were joined again
    interfaces: Mapping[str, str]


def relink(lake: Lake, packages: Collection[str]) -> LinkResult:
    """All links of a lake, which is not published yet: `lake.catalog.generation` is that of the state before.

    `packages` are the repositories that came from an index of Python packages, each called as its package is.
    Interfaces that are damaged are made again.
    """
    try:
        return _relink(lake, packages)
    except BaseException as error:
        if not is_unreadable(error) or not discard_damaged(lake.home):
            raise
        return _relink(lake, packages)


def _relink(lake: Lake, packages: Collection[str]) -> LinkResult:
    store = InterfaceStore(lake.home, interfaces(lake, packages))
    before = _load_links(lake)
    again = list(store.names)
    kept = _load_kept(lake, before)
    if before and kept:
        again = _again(store, InterfaceStore(lake.home, before.interfaces))
    rows = link(store.scan, again) if again else _no_rows()
    if before and kept:
        stays = pl.col("repo").is_in(sorted(set(store.names) - set(again)))
        rows = tuple(pl.concat([old.filter(stays), new]) for old, new in zip(kept, rows, strict=True))  # type: ignore[assignment]
    return LinkResult(*sort_links(*rows), tuple(again), store.keys)


def remember(lake: Lake, relinked: LinkResult) -> None:
    """Note of what the links of a lake that is published were made, and remove interfaces of earlier states."""
    folder = lake.home / FOLDER
    files.make_folder(folder)
    files.write(folder / _STATE, msgspec.json.encode(_Linked(lake.catalog.generation, dict(relinked.interfaces))))
    for repository in subfolders(folder):
        for path in subfolders(repository):
            if relinked.interfaces.get(repository.name) != path.name:
                files.discard(path)
        if repository.name not in relinked.interfaces:
            files.discard(repository)


def interfaces(lake: Lake, packages: Collection[str]) -> dict[str, str]:
    """The interfaces of all repositories of a lake by their keys, made where no build has left them."""
    return {
        entry.name: make_interface(
            lake.home,
            entry.name,
            entry.current.rev,
            entry.name if entry.name in packages else None,
            lambda table, name=entry.name: lake.scan(table, (name,)),  # type: ignore[misc]
        )
        for entry in lake.catalog.repositories
    }


def _load_links(lake: Lake) -> _Linked | None:
    """What is known of the links of the state before, where they can be taken over."""
    try:
        linked = msgspec.json.decode((lake.home / FOLDER / _STATE).read_bytes(), type=_Linked)
    except (OSError, msgspec.MsgspecError):
        return None
    return linked if linked.generation == lake.catalog.generation else None


def _load_kept(lake: Lake, before: _Linked | None) -> Rows | None:
    """The links of the state before; None where they, or interfaces of then, are not there or not whole."""
    if before is None:
        return None
    if not all(has_interface(lake.home, name, key) for name, key in before.interfaces.items()):
        return None
    try:
        return lake.links().collect(), lake.use_links().collect()
    except (GraphError, OSError, pl.exceptions.PolarsError):
        return None


def _no_rows() -> Rows:
    return pl.DataFrame(schema=LINKS), pl.DataFrame(schema=USE_LINKS)


def _again(store: InterfaceStore, before: InterfaceStore) -> list[str]:
    """The repositories whose links may be others than those before."""
    moved = [name for name in {**before.keys, **store.keys} if before.keys.get(name) != store.keys.get(name)]
    others = [name for name in store.names if name not in moved]
    again = {name for name in moved if name in store.keys}
    if moved and others:
        changes = [_find_changed(before, store, name) for name in moved]
        asks = pl.concat([store.table(name, "asks").with_columns(repo=pl.lit(name, pl.String)) for name in others])
        again |= _find_concerned(asks, *(pl.concat(each) for each in zip(*changes, strict=True)))
    return sorted(again)


def _find_changed(before: InterfaceStore, store: InterfaceStore, name: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    """What stands behind another thing than before, by `sort` and `key`; and all keys that are offered. Both say in
    `to_repo` by whom."""
    sides = [each.table(name, "offers").collect() for each in (before, store) if name in each.keys]
    old, new = sides[0], sides[-1]
    changed = new
    if len(sides) > 1:
        rows = ["sort", "key", "digest"]
        changed = pl.concat([old.join(new, on=rows, how="anti"), new.join(old, on=rows, how="anti")])
    columns = ["sort", "key", pl.lit(name, pl.String).alias("to_repo")]
    return changed.select(columns).unique(), new.filter(pl.col("sort") == KEY).select(columns)


def _find_concerned(asks: pl.LazyFrame, changed: pl.DataFrame, offered: pl.DataFrame) -> set[str]:
    """The repositories that ask for one of the names that changed, of all at once.

    A name inside of a module or package matters only to who asks for one of those of its repository.
    """
    key = ["sort", "key"]
    met = asks.join(changed.lazy(), on=key).select("repo", "to_repo", "sort").unique().collect()
    inside = met.filter(pl.col("sort") == NAME).select("repo", "to_repo").unique()
    asked = asks.join(offered.lazy(), on=key).select("repo", "to_repo").unique().collect()
    by_name = inside.join(asked, on=["repo", "to_repo"], how="semi")
    return {*met.filter(pl.col("sort") == KEY)["repo"], *by_name["repo"]}
