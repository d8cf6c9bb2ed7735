"""The lake: the tables of all repositories side by side, as Parquet that other tools read as it is.

Input: graphs at rest. Output: one frame over all repositories for each table.

    .kgraph-fleet/
      lake/
        catalog.json                                   which revision of which repository is there; see `Catalog`
        files/repo=flask/rev=3.0.0-1a2b3c4d/part-0.parquet     the tables of a graph, hard links to them where possible
        links/rev=000004/part-0.parquet                what leads from one repository to another
        use_links/rev=000004/part-0.parquet            calls, references, bases: uses of symbols of other repositories
        states/000003.json                             an earlier catalog, where states are kept; its tables are too

The folders `repo=...` and `rev=...` are the partitions that DuckDB, polars, Spark and others make columns of. A
partition is never written again: another content has another `rev`. The catalog is replaced at once, so that whoever
reads it sees one state of the fleet, and what it no longer lists is removed after it.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import polars as pl

from kgraph import files
from kgraph.errors import GraphError, QueryError
from kgraph.fleet.link_tables import LINKS, USE_LINKS
from kgraph.model import READER_FAILED
from kgraph.store.folder import file_token
from kgraph.store.tables import is_unreadable, is_whole, scan_file
from kgraph.vocab import SCHEMA_VERSION
from kgraph.vocab.tables import EDGES, TABLES, USE_EDGES, schema

FORMAT = 3  # of the catalog and the layout of the lake
_LAKE, _CATALOG = "lake", "catalog.json"
_PART = "part-0.parquet"
_STATES = "states"
_LINKS, _USE_LINKS = "links", "use_links"  # tables of a state, not of a repository
TABLE_NAMES = (*TABLES, EDGES)


class Revision(msgspec.Struct, frozen=True, kw_only=True):
    """One state of a repository in the lake."""

    rev: str  # names its partition: version, commit or "tree", and a digest of all that the graph was built from
    revision: str = ""  # the commit, by its whole id; "" outside git
    dirty: bool = False
    version: str = ""  # of a package
    base: str = ""  # IRI that the ids of its nodes are behind
    counts: dict[str, int] = {}  # rows by table
    unread: dict[str, str] = {}  # files that kgraph failed to read, with the reason


class CatalogEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One repository of the lake."""

    name: str
    group: str = ""
    source: str = ""
    current: Revision
    earlier: tuple[Revision, ...] = ()  # the newest first
    error: str = ""  # why the last build of it failed: then `current` is of one before


class Catalog(msgspec.Struct, frozen=True, kw_only=True):
    """What a lake holds."""

    format: int = FORMAT
    schema: int = SCHEMA_VERSION  # of the tables
    fleet: str = ""
    generation: int = 0
    repositories: tuple[CatalogEntry, ...] = ()  # by name
    missing: tuple[str, ...] = ()  # repositories of the fleet that were never built
    failures: dict[str, str] = {}  # why one of them could not be, by name

    def __getitem__(self, name: str) -> CatalogEntry:
        return next(entry for entry in self.repositories if entry.name == name)

    @property
    def names(self) -> tuple[str, ...]:
        """Of the repositories."""
        return tuple(entry.name for entry in self.repositories)


@dataclass(frozen=True, slots=True)
class Lake:
    """The lake of a fleet, in one state."""

    folder: Path
    catalog: Catalog

    @classmethod
    def open(cls, home: Path) -> Lake:
        """The lake as it is. Raises `GraphError` where there is none, or it is of another version of kgraph."""
        lake = cls.open_or_empty(home)
        if not lake.catalog.generation:
            raise GraphError("there is no fleet", where=str(home), hint="kgraph fleet build")
        return lake

    @classmethod
    def open_or_empty(cls, home: Path) -> Lake:
        """The same, empty where there is none."""
        path = home / _LAKE / _CATALOG
        try:
            return cls(path.parent, _decode(path))
        except FileNotFoundError:
            return cls(path.parent, Catalog())

    def require(self, names: Iterable[str]) -> None:
        """Raises `QueryError` where the lake has no repository of one of these names."""
        for name in sorted(set(names) - set(self.catalog.names)):
            hint = f"it has {', '.join(self.catalog.names)}"
            raise QueryError(f"the fleet has no repository {name!r}", hint=hint)

    @property
    def home(self) -> Path:
        """The folder of all data of the fleet."""
        return self.folder.parent

    def graph(self, name: str) -> Path:
        """The folder of a repository's graph."""
        return self.home / "graphs" / name

    @staticmethod
    def token(home: Path) -> str:
        """A text that differs as soon as another state of the fleet is published; "" where there is none."""
        return file_token(home / _LAKE / _CATALOG)

    def root(self, name: str) -> Path | None:
        """The folder of a repository's files on this machine, if it is there."""
        entry = self.catalog[name]
        if (own := self.home / "sources" / name).is_dir():
            return own
        path = Path(entry.source)
        return path if path.is_absolute() and path.is_dir() else None

    # --- earlier states ---------------------------------------------------------------------------------------------

    def states(self) -> list[int]:
        """The numbers of the earlier states that are kept, the oldest first."""
        folder = self.folder / _STATES
        return sorted(int(path.stem) for path in folder.glob("*.json") if path.stem.isdecimal())

    def state(self, generation: int) -> Lake:
        """The lake as it was. Raises `QueryError` where that state is not kept."""
        if generation == self.catalog.generation:
            return self
        try:
            return Lake(self.folder, _decode(self._state(generation)))
        except FileNotFoundError:
            known = ", ".join(map(str, (*self.states(), self.catalog.generation)))
            hint = f"kept are {known}; `keep = N` in the fleet file says how many"
            raise QueryError(f"there is no state {generation} of the fleet", hint=hint) from None

    def _state(self, generation: int) -> Path:
        return self.folder / _STATES / f"{generation:06}.json"

    # --- reading ----------------------------------------------------------------------------------------------------

    def scan(self, table: str, repositories: Collection[str] | None = None) -> pl.LazyFrame:
        """A table of all repositories, or of some, with the columns `repo` and `rev`; ids are those of each graph."""
        entries = [entry for entry in self.catalog.repositories if repositories is None or entry.name in repositories]
        paths = [self._part(table, entry.name, entry.current.rev) for entry in entries]
        frames = [
            _scan(path).with_columns(repo=pl.lit(entry.name, pl.String), rev=pl.lit(entry.current.rev, pl.String))
            for entry, path in zip(entries, paths, strict=True)
        ]
        if not frames:
            return pl.LazyFrame(schema=schema(table) | {"repo": pl.String(), "rev": pl.String()})
        return pl.concat(frames)

    def scan_uses(self, to: Collection[str], repositories: Collection[str]) -> pl.LazyFrame:
        """What repositories use of some nodes, a row per line: `repo`, `file`, `line`, `kind` (the edge's), `to`."""
        those = pl.col("to").is_in(sorted(set(to))) & pl.col("kind").is_in(list(USE_EDGES))
        kind = pl.col("kind").replace_strict(USE_EDGES, return_dtype=pl.String)
        rows = self.scan("uses", repositories).filter(those).select("repo", "file", "to", line="at_lines", kind=kind)
        return rows.explode("line", empty_as_null=False)

    def links(self) -> pl.LazyFrame:
        """What leads from one repository to another; see `link_tables.LINKS`.

        Raises `GraphError` where a later build has removed this state of the lake.
        """
        return self._scan_state(_LINKS, LINKS)

    def use_links(self) -> pl.LazyFrame:
        """Which symbols of other repositories are used, and by what; see `link_tables.USE_LINKS`.

        Raises `GraphError` where a later build has removed this state of the lake.
        """
        return self._scan_state(_USE_LINKS, USE_LINKS)

    def _scan_state(self, table: str, columns: Mapping[str, pl.DataType]) -> pl.LazyFrame:
        if not self.catalog.generation:
            return pl.LazyFrame(schema=columns)
        path = self._state_part(table, self.catalog.generation)
        if not path.exists():
            raise GraphError("the fleet was built again meanwhile", where=str(self.folder), hint="ask again")
        return _scan(path)

    def find_damage(self) -> GraphError | None:
        """What is wrong with the first table of this state that cannot be read as a whole; all are read for that."""
        parts = [
            self._part(table, entry.name, entry.current.rev)
            for entry in self.catalog.repositories
            for table in TABLE_NAMES
        ]
        parts += [self._state_part(table, self.catalog.generation) for table in (_LINKS, _USE_LINKS)]
        for path in parts:
            try:
                _scan(path).collect(engine="streaming")
            except GraphError as error:
                return error
            except BaseException as error:
                if not is_unreadable(error):
                    raise
                return _damage(path, str(error))
        return None

    def sql(self) -> pl.SQLContext[pl.LazyFrame]:
        """All tables by name, for SQL."""
        frames = {name: self.scan(name) for name in TABLE_NAMES}
        entries = [
            (entry.name, entry.group, entry.source, entry.current.rev, entry.current.revision, entry.current.version)
            for entry in self.catalog.repositories
        ]
        names = ("repo", "group", "source", "rev", "revision", "version")
        repositories = pl.LazyFrame(entries, schema=dict.fromkeys(names, pl.String()), orient="row")
        return pl.SQLContext(
            {**frames, "links": self.links(), "use_links": self.use_links(), "repositories": repositories}
        )

    # --- writing ----------------------------------------------------------------------------------------------------

    def add(self, name: str, rev: str, tables: Path) -> None:
        """Put the tables of a graph into the lake; nothing sees them before the catalog lists them."""
        for table in TABLE_NAMES:
            source, part = tables / f"{table}.parquet", self._part(table, name, rev)
            if not source.exists() or _is_same(part, source):
                continue
            part.parent.mkdir(parents=True, exist_ok=True)
            begun = Path(files.random_name_beside(part))
            try:
                os.link(source, begun)
            except OSError:  # another file system, or one without links
                shutil.copy2(source, begun)
            begun.replace(part)

    def publish(self, catalog: Catalog, links: pl.DataFrame, uses: pl.DataFrame, keep: int = 1) -> Lake:
        """Make `catalog`, `links` and `uses` (of `use_links`) the state of the lake, and remove what it does not list.

        The last `keep` states stay, this one included; one that equals the state before takes its place.
        """
        catalog = msgspec.structs.replace(catalog, generation=self.catalog.generation + 1)
        if keep > 1 and self.catalog.generation and not self._equals(catalog, links):
            files.make_folder(self.folder / _STATES)
            files.write(self._state(self.catalog.generation), msgspec.json.encode(self.catalog) + b"\n")
        for generation in self.states()[: -(keep - 1) or None]:
            files.discard(self._state(generation))
        for table, rows in ((_LINKS, links), (_USE_LINKS, uses)):
            path = self._state_part(table, catalog.generation)
            path.parent.mkdir(parents=True, exist_ok=True)
            with files.replacing(path) as out:
                rows.write_parquet(out, compression="zstd")
        files.write(self.folder / _CATALOG, msgspec.json.format(msgspec.json.encode(catalog), indent=1) + b"\n")
        lake = Lake(self.folder, catalog)
        lake._tidy()
        return lake

    def _equals(self, catalog: Catalog, links: pl.DataFrame) -> bool:
        def revisions(each: Catalog) -> list[tuple[str, str]]:
            return [(entry.name, entry.current.rev) for entry in each.repositories]

        try:
            return revisions(self.catalog) == revisions(catalog) and self.links().collect().equals(links)
        except (GraphError, pl.exceptions.PolarsError):  # they are not there, or damaged
            return False

    def _tidy(self) -> None:
        earlier = [self.state(generation).catalog for generation in self.states()]
        listed = {
            (f"repo={entry.name}", f"rev={each.rev}")
            for catalog in (self.catalog, *earlier)
            for entry in catalog.repositories
            for each in (entry.current, *(entry.earlier if catalog is self.catalog else ()))
        }
        for table in TABLE_NAMES:
            for repository in subfolders(self.folder / table):
                for revision in subfolders(repository):
                    if (repository.name, revision.name) not in listed:
                        files.discard(revision)
                if not subfolders(repository):
                    files.discard(repository)
        for table in (_LINKS, _USE_LINKS):
            kept_parts = {self._state_part(table, each.generation).parent for each in (self.catalog, *earlier)}
            for each in subfolders(self.folder / table):
                if each not in kept_parts:
                    files.discard(each)

    def _part(self, table: str, name: str, rev: str) -> Path:
        return self.folder / table / f"repo={name}" / f"rev={rev}" / _PART

    def _state_part(self, table: str, generation: int) -> Path:
        return self.folder / table / f"rev={generation:06}" / _PART


def _scan(path: Path) -> pl.LazyFrame:
    """A table of the lake. Raises `GraphError` where its file is missing, or does not begin and end as Parquet does."""
    try:
        if is_whole(path):
            return scan_file(path)
    except OSError as error:
        raise _damage(path, error.strerror or str(error)) from error
    raise _damage(path, "it does not begin and end as a Parquet file does")


def _damage(path: Path, what: str) -> GraphError:
    hint = "`kgraph fleet build` makes the tables of the present state again"
    return GraphError(f"is damaged: {what}", where=str(path), hint=hint)


def _is_same(part: Path, source: Path) -> bool:
    """Whether a table of the lake is that of the graph: the same file, or a copy that nobody wrote to since."""
    try:
        found, wanted = part.lstat(), source.stat()
    except OSError:
        return False
    is_copy = (found.st_size, found.st_mtime_ns) == (wanted.st_size, wanted.st_mtime_ns)
    return os.path.samestat(found, wanted) or is_copy


def _decode(path: Path) -> Catalog:
    """The catalog of a file. Raises `GraphError` where it cannot be read, or is of another version of kgraph."""
    try:
        catalog = msgspec.json.decode(path.read_bytes(), type=Catalog)
    except FileNotFoundError:
        raise
    except (OSError, msgspec.MsgspecError) as error:
        hint = "remove the file and run `kgraph fleet build`, which makes it again from the graphs"
        raise GraphError(f"the catalog cannot be read: {error}", where=str(path), hint=hint) from error
    if (catalog.format, catalog.schema) != (FORMAT, SCHEMA_VERSION):
        raise GraphError(
            "the lake was written by another version of kgraph",
            where=str(path),
            hint=f"remove {path.parent} and run `kgraph fleet build`",
        )
    return catalog


def subfolders(folder: Path) -> list[Path]:
    """The folders in a folder, by name."""
    return sorted(path for path in folder.iterdir() if path.is_dir()) if folder.is_dir() else []


def revision_of(manifest: Mapping[str, Any], version: str) -> Revision:
    """What a graph's manifest says of its state."""
    repository = manifest["repository"]
    commit, dirty = repository["revision"], repository["dirty"]
    label = version or (commit[:12] if commit and not dirty else "tree")
    skipped = ((each["path"], each["reason"]) for each in manifest["ledger"]["skipped"])
    counts = {name: count for name, count in manifest["counts"].items() if isinstance(count, int)}
    return Revision(
        rev=f"{label}-{manifest['inputs'][:8]}",
        revision=commit,
        dirty=dirty,
        version=version,
        base=repository["base"],
        counts=counts,
        unread={path: reason for path, reason in skipped if reason.startswith(READER_FAILED)},
    )


def select_kept(entry: CatalogEntry | None, current: Revision, keep: int) -> tuple[Revision, ...]:
    """The earlier revisions that stay beside a new one."""
    if entry is None:
        return ()
    others: Iterable[Revision] = (entry.current, *entry.earlier)
    return tuple(each for each in others if each.rev != current.rev)[: keep - 1]


def as_json(catalog: Catalog) -> dict[str, Any]:
    """A catalog as JSON values."""
    value: dict[str, Any] = msgspec.to_builtins(catalog)
    return value
