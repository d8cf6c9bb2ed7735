"""The graph at rest: generations, their swap, the cache of facts, and changes as triples."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import polars as pl
import pyoxigraph as ox
import pytest

from kgraph.errors import GraphError
from kgraph.store import changes, folder, rdf, tables
from kgraph.store.cache import Cache
from kgraph.store.load import load
from kgraph.vocab import SCHEMA_VERSION
from kgraph.vocab.tables import EDGES
from kgraph.vocab.triples import lines
from tests.graphs import BASE, small

MANIFEST = {"schema": SCHEMA_VERSION}


def generations(path: Path) -> list[str]:
    return sorted(p.name for p in path.glob("graph-*"))


def publish(path: Path, **manifest: object) -> None:
    with folder.building(path) as new:
        new.tables.mkdir()
        new.publish({**MANIFEST, **manifest})


def test_a_build_swaps_generations_and_removes_the_former(tmp_path: Path) -> None:
    publish(tmp_path, n=1)
    publish(tmp_path, n=2)
    assert generations(tmp_path) == ["graph-000002"]
    assert folder.open_current(tmp_path).manifest["n"] == 2
    assert (tmp_path / "tables").resolve() == (tmp_path / "graph-000002/tables").resolve()
    assert (tmp_path / ".gitignore").read_text() == "*\n"


def test_a_failed_build_leaves_the_graph_that_was_there(tmp_path: Path) -> None:
    publish(tmp_path, n=1)
    with pytest.raises(ZeroDivisionError), folder.building(tmp_path) as new:
        (new.path / "half").write_text("")
        raise ZeroDivisionError
    assert generations(tmp_path) == ["graph-000001"]
    assert folder.open_current(tmp_path).manifest["n"] == 1


def test_a_reader_keeps_the_generation_that_it_opened(tmp_path: Path) -> None:
    publish(tmp_path, n=1)
    reader = folder.open_current(tmp_path)
    publish(tmp_path, n=2)
    assert reader.manifest["n"] == 1
    reader.close()
    publish(tmp_path, n=3)
    assert generations(tmp_path) == ["graph-000003"]


def test_one_build_at_a_time(tmp_path: Path) -> None:
    with (
        folder.building(tmp_path),
        pytest.raises(GraphError, match="another build is writing"),
        folder.building(tmp_path),
    ):
        pass


def test_what_a_killed_build_left_is_swept(tmp_path: Path) -> None:
    publish(tmp_path, n=1)
    (tmp_path / "graph-000002").mkdir()
    publish(tmp_path, n=2)
    assert generations(tmp_path) == ["graph-000002"]
    assert folder.open_current(tmp_path).manifest["n"] == 2


def test_a_folder_of_somebody_else_is_not_written(tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").write_text("")
    with pytest.raises(GraphError, match="holds other files"), folder.building(tmp_path):
        pass


def test_find(tmp_path: Path) -> None:
    publish(tmp_path / ".kgraph")
    (tmp_path / "a/b").mkdir(parents=True)
    assert folder.find(tmp_path / "a/b") == folder.find(tmp_path) == folder.find(tmp_path / ".kgraph")
    with pytest.raises(GraphError, match="kgraph build"):
        folder.find(Path("/"))


def test_another_schema_version_says_what_to_do(tmp_path: Path) -> None:
    publish(tmp_path, schema=SCHEMA_VERSION + 1)
    with pytest.raises(GraphError, match="build it again"):
        folder.open_current(tmp_path)


def test_cache(tmp_path: Path) -> None:
    with Cache(tmp_path / "f.sqlite") as cache:
        cache.put("a", b"1")
        cache.put("b", b"2")
    with Cache(tmp_path / "f.sqlite") as cache:
        assert cache.get(["a", "c"]) == {"a": b"1"}
        for number in range(3000):
            cache.put(f"old {number}", b"")
        cache.prune(["a"])
        assert cache.get(["a"]) == {"a": b"1"}
        assert len(cache.get([f"old {n}" for n in range(3000)])) == 1


@pytest.mark.parametrize("damage", [b"not a database at all, but long enough to be read as one" * 50, b""])
def test_a_damaged_cache_is_begun_anew(tmp_path: Path, damage: bytes) -> None:
    (tmp_path / "f.sqlite").write_bytes(damage)
    with Cache(tmp_path / "f.sqlite") as cache:
        assert cache.get(["a"]) == {}
        cache.put("a", b"1")
        assert cache.get(["a"]) == {}  # not yet on disk
    with Cache(tmp_path / "f.sqlite") as cache:
        assert cache.get(["a"]) == {"a": b"1"}


def test_tables_come_back(tmp_path: Path) -> None:
    graph = small()
    tables.write(tmp_path, graph.tables)
    for name, frame in tables.read_all(tmp_path).items():
        assert frame.equals(graph[name])


def test_a_damaged_table_says_where(tmp_path: Path) -> None:
    tables.write(tmp_path, small().tables)
    (tmp_path / "files.parquet").write_bytes(b"nothing")
    with pytest.raises(GraphError, match=r"files\.parquet"):
        tables.read(tmp_path, "files")
    with pytest.raises(GraphError, match="there is no table 'file'"):
        tables.read(tmp_path, "file")


# --- triples ------------------------


def all_lines(frames: Mapping[str, pl.DataFrame]) -> list[str]:
    return sorted(line for part in lines(frames, BASE) for line in part)


def stored(path: Path) -> list[str]:
    return sorted(f"{quad.triple} ." for quad in rdf.open_store(path))


def canonical(text: list[str]) -> list[str]:
    """Lines as the engine writes them, to be compared with what it holds."""
    return sorted(f"{quad.triple} ." for quad in ox.parse("\n".join(text), format=ox.RdfFormat.N_TRIPLES))


def test_no_triple_comes_from_two_cells() -> None:
    found = all_lines(small().tables)
    assert len(found) == len(set(found))


def test_the_store_holds_the_lines(tmp_path: Path) -> None:
    graph = small()
    count = load(tmp_path / "store", graph.tables, BASE)
    assert count == len(all_lines(graph.tables))
    assert stored(tmp_path / "store") == canonical(all_lines(graph.tables))


def variants() -> Iterator[dict[str, pl.DataFrame]]:
    """The small graph with each table cut, and with cells changed."""
    for name, frame in small().tables.items():
        if name not in ("repository", "activities"):
            yield {**small().tables, name: frame[: frame.height // 2]}
            yield {**small().tables, name: frame[frame.height // 3 :]}
    files = small()["files"]
    yield {**small().tables, "files": files.with_columns(size=pl.col("size") + 1)}
    yield {**small().tables, "files": files.with_columns(documentation=pl.lit('a "quote" and a \\ in\ntwo lines'))}
    yield {**small().tables, "files": files.with_columns(diagnostics=pl.lit(["one", "two"]))}
    yield {**small().tables, "symbols": small()["symbols"].with_columns(access=pl.lit(None, pl.String))}


@pytest.mark.parametrize("there", list(variants()))
@pytest.mark.parametrize("back", [False, True])
def test_changes_lead_from_one_graph_to_the_other(there: dict[str, pl.DataFrame], back: bool) -> None:
    former, new = (there, dict(small().tables)) if back else (dict(small().tables), there)
    changed = changes.changed_lines(former, new, BASE, most=10_000)
    assert changed is not None
    removed, added = changed
    assert set(all_lines(former)) - set(removed) | set(added) == set(all_lines(new))
    assert not set(removed) & set(added)


def test_rows_of_one_hash_are_no_equal_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pl.DataFrame, "hash_rows", lambda self: pl.Series([7] * self.height, dtype=pl.UInt64))
    for there in variants():
        test_changes_lead_from_one_graph_to_the_other(there, back=False)


def test_a_store_is_changed_in_a_copy(tmp_path: Path) -> None:
    *_, there = variants()
    removed, added = changes.changed_lines(dict(small().tables), there, BASE, most=10_000) or ([], [])
    load(tmp_path / "former", small().tables, BASE)
    reader = rdf.open_store(tmp_path / "former")
    rdf.copy_and_change(tmp_path / "former", tmp_path / "new", removed, added)
    assert stored(tmp_path / "new") == canonical(all_lines(there))
    assert stored(tmp_path / "former") == canonical(all_lines(small().tables))
    assert len(reader) == len(all_lines(small().tables))


def test_too_many_changes_are_a_new_load() -> None:
    none = {**small().tables, EDGES: small()[EDGES].clear()}
    assert changes.changed_lines(none, small().tables, BASE, most=10) is None
