"""The graph at rest: generations, their swap, the cache of facts, and changes as triples."""

from __future__ import annotations

import fcntl
import logging
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import polars as pl
import pyoxigraph as ox
import pytest

from kgraph.errors import GraphError
from kgraph.store import base, folder, making, rdf, tables, triple_delta
from kgraph.store import load as loading
from kgraph.store.cache import Cache
from kgraph.store.integrity import IntegrityRecord
from kgraph.store.load import load
from kgraph.vocab import SCHEMA_VERSION
from kgraph.vocab.tables import EDGES
from kgraph.vocab.triples import count, lines
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


def test_one_build_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folder, "MAX_LOCK_SECONDS", 0.1)
    with (
        folder.building(tmp_path),
        pytest.raises(GraphError, match="another build is writing"),
        folder.building(tmp_path),
    ):
        pass


def test_a_lock_that_is_let_go_in_a_moment_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As by a process that a killed build had begun to start."""
    publish(tmp_path, n=1)
    held = os.open(tmp_path / "lock", os.O_RDWR)
    fcntl.flock(held, fcntl.LOCK_EX)
    waits: list[float] = []

    def sleep(seconds: float) -> None:
        waits.append(seconds)
        if len(waits) == 3:
            os.close(held)

    monkeypatch.setattr(folder.time, "sleep", sleep)
    publish(tmp_path, n=2)
    assert len(waits) == 3
    assert folder.open_current(tmp_path).manifest["n"] == 2


def test_no_process_that_a_build_starts_holds_its_lock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folder, "MAX_LOCK_SECONDS", 0)
    with folder.claim(tmp_path):
        script = "input('here')"
        pipe = subprocess.PIPE
        process = subprocess.Popen([sys.executable, "-c", script], stdin=pipe, stdout=pipe, close_fds=False)
    with process:
        assert process.stdout
        assert process.stdout.read(4) == b"here"  # it runs, and has what it may keep
        with folder.claim(tmp_path):
            process.kill()


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
        assert cache.get(["a"]) == {"a": b"1"}  # what waits is written first
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
    with ExitStack() as held:
        return sorted(f"{quad.triple} ." for quad in rdf.open_store(path, held))


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
    changed = triple_delta.find_changed_lines(former, new, BASE, most=10_000)
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
    removed, added = triple_delta.find_changed_lines(dict(small().tables), there, BASE, most=10_000) or ([], [])
    load(tmp_path / "former", small().tables, BASE)
    reader = rdf.open_store(tmp_path / "former", ExitStack())
    rdf.copy_and_change(tmp_path / "former", tmp_path / "new", removed, added)
    assert stored(tmp_path / "new") == canonical(all_lines(there))
    assert stored(tmp_path / "former") == canonical(all_lines(small().tables))
    assert len(reader) == len(all_lines(small().tables))


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="tells which descriptors are open")
def test_a_store_in_a_folder_whose_name_is_no_utf8_is_let_go_of(tmp_path: Path) -> None:
    where = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff"))
    where.mkdir()
    load(where / "store", small().tables, BASE)

    def opened() -> list[str]:
        paths = [path.readlink() for path in Path("/proc/self/fd").iterdir() if path.is_symlink()]
        return [path.name for path in paths if path.is_relative_to(where)]

    with ExitStack() as held:
        store = rdf.open_store(where / "store", held)
        assert len(store) == len(all_lines(small().tables))
        assert where.name in opened()
        del store
    assert opened() == []
    (where / "store/CURRENT").write_text("no store")
    with pytest.raises(GraphError):
        rdf.open_store(where / "store", ExitStack())
    assert where.name not in opened()


def test_too_many_changes_are_a_new_load() -> None:
    none = {**small().tables, EDGES: small()[EDGES].clear()}
    assert triple_delta.find_changed_lines(none, small().tables, BASE, most=10) is None


# --- damage at rest -----------------------


@pytest.fixture
def at_rest(tmp_path: Path) -> Path:
    """A generation of the small graph."""
    with folder.building(tmp_path / "g") as new:
        checksums = tables.write(new.tables, small().tables)
        new.publish(manifest_of(small().tables, checksums))
    with folder.open_current(tmp_path / "g") as generation:
        assert making.make(generation)
    return tmp_path / "g"


def manifest_of(frames: Mapping[str, pl.DataFrame], checksums: Mapping[str, str]) -> dict[str, object]:
    counts = {"triples": count(frames)}
    return {**MANIFEST, "checksums": checksums, "repository": {"base": BASE}, "counts": counts}


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def empty(path: Path) -> None:
    path.write_bytes(b"")


@pytest.mark.parametrize("damage", [cut, flip, empty, Path.unlink])
@pytest.mark.parametrize("name", ["CURRENT", "MANIFEST*", "*.sst", "OPTIONS*"])
def test_a_damaged_store_is_made_again(
    at_rest: Path, name: str, damage: Callable[[Path], None], caplog: pytest.LogCaptureFixture
) -> None:
    with folder.open_current(at_rest) as generation:
        damage(max(generation.store.glob(name), key=lambda path: path.stat().st_size))
        assert len(making.open_store(generation)) == len(all_lines(small().tables))
    (record,) = caplog.records
    assert "made again from the tables" in record.getMessage()
    caplog.clear()
    with folder.open_current(at_rest) as generation:
        assert len(making.open_store(generation)) == len(all_lines(small().tables))
        seal = IntegrityRecord.read(generation.store)
        assert seal is not None
        assert seal.damage(generation.store) == ""
        assert {path.name for path in generation.path.iterdir()} == {
            *("in-use", "manifest.json", "seal.json", "store", "store.lock", "tables")
        }
    assert caplog.records == []


def test_readers_that_find_one_damage_mend_it_once(at_rest: Path, caplog: pytest.LogCaptureFixture) -> None:
    with folder.open_current(at_rest) as generation:
        empty(generation.store / "CURRENT")

    def size(_: int) -> int:
        with folder.open_current(at_rest) as generation:
            return len(making.open_store(generation))

    with ThreadPoolExecutor(4) as threads:
        assert set(threads.map(size, range(8))) == {len(all_lines(small().tables))}
    assert len(caplog.records) == 1


def refuse(*_: object) -> None:
    raise OSError(30, "Read-only file system")


def test_a_store_that_cannot_be_mended_says_why(at_rest: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(making, "MAX_TEMPORARY_TRIPLES", 0)
    with folder.open_current(at_rest) as generation:
        empty(generation.store / "CURRENT")
        with monkeypatch.context() as patched:
            patched.setattr(making, "_lock", refuse)
            with pytest.raises(GraphError, match=r"cannot be made again: Read-only file system"):
                making.open_store(generation)
        flip(generation.tables / "files.parquet")
        with pytest.raises(GraphError, match=r"files\.parquet: is damaged"):
            making.open_store(generation)


def test_a_copy_is_no_damage(at_rest: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    shutil.copytree(at_rest, tmp_path / "copy", symlinks=True, copy_function=shutil.copyfile)
    with folder.open_current(tmp_path / "copy") as generation:
        assert len(making.open_store(generation)) == len(all_lines(small().tables))
        seal = IntegrityRecord.read(generation.store)
        assert seal is not None
        assert not seal.is_ours
    assert caplog.records == []


@pytest.mark.parametrize("name", ["files", "symbols", "edges"])
def test_a_flipped_bit_in_a_table_is_told(at_rest: Path, name: str) -> None:
    with folder.open_current(at_rest) as generation:
        flip(generation.tables / f"{name}.parquet")
        with pytest.raises(GraphError, match=rf"{name}\.parquet: is damaged"):
            tables.read(generation.tables, name, generation.checksums)


def test_a_flipped_bit_in_the_manifest_is_told(at_rest: Path) -> None:
    manifest = at_rest / "current/manifest.json"
    manifest.write_text(manifest.read_text().replace("files", "fil3s"))
    with pytest.raises(GraphError, match=r"manifest\.json: is damaged"):
        folder.open_current(at_rest)


@pytest.mark.parametrize("name", ["g[12]", "*?[x]", "\udce9"])
def test_a_folder_of_any_name_is_read_itself(tmp_path: Path, name: str) -> None:
    other = {**small().tables, "files": small()["files"].clear()}
    tables.write(tmp_path / "g1" / "tables", other)
    path = tmp_path / name
    tables.write(path / "tables", small().tables)
    assert tables.read(path / "tables", "files").equals(small()["files"])
    load(path / "store", small().tables, BASE)
    rdf.copy_and_change(path / "store", path / "new", [], [])
    assert stored(path / "new") == canonical(all_lines(small().tables))
    with Cache(path / "[f].sqlite", "me") as cache:
        cache.put("a", b"1")
    (path / "f.sqlite").write_text("mine")
    with Cache(path / "[f].sqlite", "you") as cache:
        assert cache.get(["a"]) == {}
    assert (path / "f.sqlite").read_text() == "mine"


# --- made when it is asked for ------------------------


def with_tables(path: Path, frames: Mapping[str, pl.DataFrame]) -> None:
    """Publish a generation of these tables, as a build does."""
    previous = folder.open_current(path) if folder.generation_token(path) else None
    with folder.building(path) as new:
        checksums = tables.write(new.tables, frames)
        manifest = manifest_of(frames, checksums)
        if previous:
            base.keep(previous, new, manifest)
            previous.close()
        new.publish(manifest)


def asked(path: Path) -> list[str]:
    """What is in the store of the current generation, which is made if need be."""
    with folder.open_current(path) as generation:
        return sorted(f"{quad.triple} ." for quad in making.open_store(generation))


def state(path: Path) -> making.StoreState:
    with folder.open_current(path) as generation:
        return making.StoreState.of(generation)


@pytest.mark.parametrize("frames", [dict(small().tables), *variants()])
def test_triples_are_counted_without_being_written(frames: dict[str, pl.DataFrame]) -> None:
    assert count(frames) == len(all_lines(frames))


def test_no_store_is_there_before_it_is_asked_for(tmp_path: Path) -> None:
    with_tables(tmp_path, small().tables)
    assert state(tmp_path) == making.StoreState(is_there=False)
    assert not (tmp_path / "store").exists()
    assert asked(tmp_path) == canonical(all_lines(small().tables))
    there = state(tmp_path)
    assert there.is_there
    assert there.triples == count(small().tables)
    assert there.bytes == sum(
        path.stat().st_size
        for path in (tmp_path / "store").iterdir()
        if path.name != "seal.json" and not path.name.startswith(("LOG", "LOCK"))
    )
    assert there.made_from == ""


def test_processes_that_ask_at_once_make_it_once(tmp_path: Path) -> None:
    with_tables(tmp_path, small().tables)
    script = (
        "import sys; from pathlib import Path; from kgraph.store import folder, making\n"
        "sys.stdin.readline()\n"
        "generation = folder.open_current(Path(sys.argv[1]))\n"
        "made = making.make(generation) if not making.is_there(generation) else None\n"
        "print(made is not None, len(making.open_store(generation)))\n"
    )
    command = [sys.executable, "-c", script, tmp_path]
    pipe = subprocess.PIPE
    processes = [subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) for _ in range(3)]
    for process in processes:
        assert process.stdin
        process.stdin.write("now\n")
        process.stdin.flush()
    answers = sorted(process.communicate()[0].split() for process in processes)
    number = str(count(small().tables))
    assert answers == [["False", number], ["False", number], ["True", number]]


def test_a_maker_that_is_killed_leaves_a_graph_that_is_asked_again(tmp_path: Path) -> None:
    with_tables(tmp_path, small().tables)
    script = (
        "import os, signal, sys; from pathlib import Path; from kgraph.store import folder, load, making\n"
        "load._load = lambda *_: os.kill(os.getpid(), signal.SIGKILL)\n"
        "making.open_store(folder.open_current(Path(sys.argv[1])))\n"
    )
    assert subprocess.run([sys.executable, "-c", script, tmp_path], check=False).returncode == -signal.SIGKILL
    current = (tmp_path / "current").resolve()
    assert list(current.glob(".kgraph-*.part/store"))  # it had begun
    assert not state(tmp_path).is_there
    assert asked(tmp_path) == canonical(all_lines(small().tables))
    assert list(current.glob(".kgraph-*")) == []


def test_what_a_killed_maker_left_is_swept_unless_one_is_at_work(tmp_path: Path) -> None:
    with_tables(tmp_path, small().tables)
    asked(tmp_path)
    current = (tmp_path / "current").resolve()
    left = current / ".kgraph-0000.part" / "store"
    left.mkdir(parents=True)
    with (current / making.LOCK).open() as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        making.tidy_if_idle(current)
        assert left.exists()
    making.tidy_if_idle(current)
    assert not left.parent.exists()


def test_a_folder_that_cannot_be_written_has_a_temporary_store(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with_tables(tmp_path / "g", small().tables)
    (tmp_path / "t").mkdir()
    monkeypatch.setattr(making.tempfile, "tempdir", str(tmp_path / "t"))
    monkeypatch.setattr(making, "_lock", refuse)
    with folder.open_current(tmp_path / "g") as generation:
        assert len(making.open_store(generation)) == count(small().tables)
        assert len(list((tmp_path / "t").iterdir())) == 1
    assert list((tmp_path / "t").iterdir()) == []
    (record,) = caplog.records
    assert "temporary" in record.getMessage()
    assert "Read-only file system" in record.getMessage()
    monkeypatch.setattr(making, "MAX_TEMPORARY_TRIPLES", 10)
    with folder.open_current(tmp_path / "g") as generation:
        with pytest.raises(GraphError, match="none can be made: Read-only file system") as raised:
            making.open_store(generation)
        assert "kgraph build --store" in raised.value.hint


def test_shards_are_few_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made, loaded, most = [0], [0], [0]
    text, load_one = loading._text, loading._load

    def counted_text(part: pl.Series) -> bytes:
        made[0] += 1
        most[0] = max(most[0], made[0] - loaded[0])
        return text(part)

    def counted_load(*arguments: object) -> None:
        load_one(*arguments)  # type: ignore[arg-type]
        loaded[0] += 1

    monkeypatch.setattr(loading, "_SHARD_LINES", 20)
    monkeypatch.setattr(loading, "_text", counted_text)
    monkeypatch.setattr(loading, "_load", counted_load)
    advanced: list[int] = []
    assert load(tmp_path / "store", small().tables, BASE, advanced.append) == sum(advanced) == count(small().tables)
    assert made[0] > 10
    assert most[0] <= loading.MAX_SHARDS
    assert stored(tmp_path / "store") == canonical(all_lines(small().tables))


def test_long_lines_make_small_shards(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "_SHARD_BYTES", 2000)
    sizes: list[int] = []
    load_one = loading._load

    def counted(store: ox.Store, text: bytes, *rest: object) -> None:
        sizes.append(len(text))
        load_one(store, text, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(loading, "_load", counted)
    load(tmp_path / "store", small().tables, BASE)
    assert max(sizes) < 10_000 < sum(sizes)


def test_a_load_that_fails_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "_SHARD_LINES", 20)

    def broken(*_: object) -> None:
        raise ValueError("no triple")

    monkeypatch.setattr(loading, "_load", broken)
    with pytest.raises(ValueError, match="no triple"):
        load(tmp_path / "store", small().tables, BASE)


# --- from an earlier one ------------------------


def test_a_store_is_made_from_one_that_is_several_builds_old(tmp_path: Path) -> None:
    with_tables(tmp_path, small().tables)
    asked(tmp_path)
    *_, last = steps = list(variants())
    first_store = next((tmp_path / "store").glob("*.sst")).stat()
    for frames in steps[:3]:
        with_tables(tmp_path, frames)
        there = state(tmp_path)
        assert (there.is_there, there.base) == (False, "graph-000001")
        assert generations(tmp_path) == [(tmp_path / "current").readlink().name]
    kept = next((tmp_path / "current/base/store").glob("*.sst")).stat()
    assert kept.st_ino == first_store.st_ino  # linked, and not copied
    with_tables(tmp_path, last)
    assert asked(tmp_path) == canonical(all_lines(last))
    assert state(tmp_path).made_from == "graph-000001"
    assert state(tmp_path).triples == count(last)
    assert not (tmp_path / "current/base").exists()
    with_tables(tmp_path, small().tables)
    assert state(tmp_path).base == "graph-000005"
    assert asked(tmp_path) == canonical(all_lines(small().tables))


@pytest.mark.parametrize("back", [False, True])
@pytest.mark.parametrize("there", list(variants()))
def test_from_an_earlier_store_or_from_nothing_it_is_the_same(
    tmp_path: Path, there: dict[str, pl.DataFrame], back: bool
) -> None:
    earlier, later = (there, small().tables) if back else (small().tables, there)
    with_tables(tmp_path, earlier)
    asked(tmp_path)
    with_tables(tmp_path, later)
    assert asked(tmp_path) == canonical(all_lines(later))
    assert state(tmp_path).triples == count(later)


def test_a_base_that_differs_too_much_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with_tables(tmp_path, small().tables)
    asked(tmp_path)
    monkeypatch.setattr(making, "MAX_CHANGED_ROWS", 3)
    *_, there = variants()
    with_tables(tmp_path, there)
    assert state(tmp_path).base == "graph-000001"
    assert asked(tmp_path) == canonical(all_lines(there))
    assert state(tmp_path).made_from == ""
    monkeypatch.setattr(base, "MAX_CHANGED_ROWS", 3)
    with_tables(tmp_path, {**small().tables, EDGES: small()[EDGES].clear()})
    assert state(tmp_path) == making.StoreState(is_there=False)
    assert not (tmp_path / "current/base").exists()


@pytest.mark.parametrize("damage", [cut, flip, empty, Path.unlink])
@pytest.mark.parametrize("name", ["store/*.sst", "store/CURRENT", "tables/files.parquet", "seal.json"])
def test_a_damaged_base_costs_time_alone(tmp_path: Path, name: str, damage: Callable[[Path], None]) -> None:
    with_tables(tmp_path, small().tables)
    asked(tmp_path)
    *_, there = variants()
    with_tables(tmp_path, there)
    damage(sorted((tmp_path / "current/base").glob(name))[0])
    assert asked(tmp_path) == canonical(all_lines(there))
    assert state(tmp_path).made_from == ""


def test_a_store_that_another_user_made_is_no_base(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with_tables(tmp_path / "g", small().tables)
    with monkeypatch.context() as patched:
        patched.setenv("XDG_STATE_HOME", str(tmp_path / "another"))
        asked(tmp_path / "g")
    with_tables(tmp_path / "g", dict(small().tables))
    assert state(tmp_path / "g") == making.StoreState(is_there=False)


def test_a_fault_in_the_difference_costs_a_load(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with_tables(tmp_path, small().tables)
    asked(tmp_path)
    *_, there = variants()
    for step in ((triple_delta, "find_changed_lines"), (rdf, "copy_and_change")):
        with_tables(tmp_path, there)

        def broken(*_: object) -> None:
            raise MemoryError

        with monkeypatch.context() as patched:
            patched.setattr(*step, broken)
            caplog.clear()
            assert asked(tmp_path) == canonical(all_lines(there))
        assert len([each for each in caplog.records if each.levelno >= logging.WARNING]) == 1
