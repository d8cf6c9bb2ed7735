"""The cache of facts that all graphs of a user share: what it keeps, for whom, and in what company."""

from __future__ import annotations

import ast
import logging
import os
import shutil
import sqlite3
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from kgraph.extract import versions, work
from kgraph.extract.encoded import encode
from kgraph.model import FileFacts
from kgraph.pipeline import facts_cache
from kgraph.pipeline.build import build
from kgraph.pipeline.facts_cache import load_keys
from kgraph.pipeline.options import BuildOptions
from kgraph.store import shared_cache
from kgraph.store.shared_cache import NAME, SharedCache, SharedCacheError, name_of

FILES = {"a.c": "int f(void) { return 1; }\n", "b.py": "def g(): pass\n", "c.md": "# Heading\n"}
EXECUTOR = ThreadPoolExecutor(1)
LIMIT = 50_000_000


def tree(root: Path, files: dict[str, str] = FILES) -> Path:
    for name, content in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(content)
    return root


def options(cache: Path | str | None, **given: object) -> BuildOptions:
    return BuildOptions(executor=EXECUTOR, cache=cache, base="https://example.org/r/", **given)  # type: ignore[arg-type]


def table_bytes(graph: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted((graph / "tables").iterdir())}


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The paths of files that are read and not taken from a cache."""
    paths: list[str] = []
    inner = work.read_chunk_at_once

    def reading(jobs: list[work.Job], task: work.Task) -> list[work.JobResult]:
        paths.extend(Path(job.path).name for job in jobs)
        return inner(jobs, task)

    monkeypatch.setattr("kgraph.extract.worker_pool.read_chunk_at_once", reading)
    return paths


def warnings(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]


class TestSharing:
    def test_another_tree_with_the_same_contents_reads_nothing(
        self, tmp_path: Path, cache: Path, read: list[str]
    ) -> None:
        build(tree(tmp_path / "one"), None, options(cache))
        assert set(read) == set(FILES)
        read.clear()
        two = tree(tmp_path / "two", {**FILES, "a.c": "int h(void);\n"})
        build(two, None, options(cache))
        assert set(read) == {"a.c"}
        build(two, tmp_path / "fresh", options(""))
        assert table_bytes(two / ".kgraph") == table_bytes(tmp_path / "fresh")

    def test_facts_lie_in_one_place(self, tmp_path: Path, cache: Path, read: list[str]) -> None:
        """And those of an earlier graph go over, without being read again."""
        root = tree(tmp_path / "r")
        build(root, None, options(""))
        assert (root / ".kgraph/facts.sqlite").exists()
        read.clear()
        (root / "c.md").write_text("# Another\n")
        build(root, None, options(cache))
        assert set(read) == {"c.md"}
        assert [path.name for path in (root / ".kgraph").glob("facts.sqlite*")] == []
        read.clear()
        build(root, tmp_path / "g", options(cache))
        assert read == []

    def test_a_graph_without_its_facts_is_updated(self, tmp_path: Path, cache: Path, read: list[str]) -> None:
        root = tree(tmp_path / "r")
        build(root, None, options(cache))
        shutil.rmtree(cache)
        (root / "b.py").write_text("def other(): pass\n")
        read.clear()
        build(root, None, options(cache))
        assert set(read) == set(FILES)
        build(root, tmp_path / "fresh", options(""))
        assert table_bytes(root / ".kgraph") == table_bytes(tmp_path / "fresh")

    def test_the_keys_of_a_graph_are_written_down(self, tmp_path: Path, cache: Path) -> None:
        root = tree(tmp_path / "r")
        build(root, None, options(cache))
        keys = load_keys(root / ".kgraph/current")
        assert len(keys) == len(set(keys)) > len(FILES)
        with SharedCache(cache, LIMIT) as shared:
            assert len(shared.get([name_of(versions.code(), key) for key in keys])) == len(keys)

    def test_force_reads_all_again(self, tmp_path: Path, cache: Path, read: list[str]) -> None:
        root = tree(tmp_path / "r")
        build(root, None, options(cache))
        read.clear()
        build(root, None, options(cache, force=True))
        assert set(read) == set(FILES)

    def test_other_code_of_ours_shares_nothing(
        self, tmp_path: Path, cache: Path, read: list[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        build(tree(tmp_path / "one"), None, options(cache))
        read.clear()
        monkeypatch.setattr(facts_cache, "code", lambda: "another")
        build(tree(tmp_path / "two"), None, options(cache))
        assert set(read) == set(FILES)

    def test_the_code_of_readers_is_all_that_they_import(self) -> None:
        package = Path(versions.__file__).parent
        imported = set()
        for source in package.rglob("*.py"):
            for node in ast.walk(ast.parse(source.read_text("utf-8"))):
                if isinstance(node, ast.ImportFrom) and node.module == "kgraph":
                    imported |= {each.name for each in node.names}
                elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("kgraph."):
                    imported.add(str(node.module).split(".")[1])
        # Which start and end processes: they decide whether there are facts, and never which.
        assert imported - {"extract", "processes", "limits", "sandbox", "conditions", "scratch", "files"} <= set(
            versions.MODULES
        )


class TestPlace:
    @pytest.mark.parametrize(
        ("environment", "expected"),
        [
            ({"KGRAPH_CACHE": "/somewhere"}, "/somewhere"),
            ({"KGRAPH_CACHE": ""}, None),
            ({"XDG_CACHE_HOME": "/xdg"}, "/xdg/kgraph"),
            ({"XDG_CACHE_HOME": "relative", "HOME": "/home/u"}, "/home/u/.cache/kgraph"),
            ({"HOME": "/home/u"}, "/home/u/.cache/kgraph"),
        ],
    )
    def test_the_default(
        self, environment: dict[str, str], expected: str | None, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for name in ("KGRAPH_CACHE", "XDG_CACHE_HOME"):
            monkeypatch.delenv(name, raising=False)
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        found = shared_cache.default_folder()
        assert (str(found) if found else None) == expected

    @pytest.mark.parametrize("text", ["much", "-5", "0", "1.5", "５"])
    def test_a_limit_that_is_no_number(self, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("KGRAPH_CACHE_MB", text)
        with pytest.raises(SharedCacheError, match="KGRAPH_CACHE_MB"):
            shared_cache.limit_bytes()

    def test_a_place_that_cannot_be_used_is_a_note(
        self, tmp_path: Path, caplog: pytest.LogCaptureFixture, read: list[str]
    ) -> None:
        (tmp_path / "file").write_text("")
        root = tree(tmp_path / "r")
        build(root, None, options(tmp_path / "file"))
        assert len(warnings(caplog)) == 1
        assert "--no-cache" in warnings(caplog)[0]
        assert str(tmp_path / "file") in warnings(caplog)[0]
        assert (root / ".kgraph/facts.sqlite").exists()
        (root / "c.md").write_text("# Another\n")
        read.clear()
        build(root, None, options(tmp_path / "file"))
        assert set(read) == {"c.md"}

    def test_only_this_user_may_write_there(self, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
        cache = tmp_path / "open"
        cache.mkdir(mode=0o755)
        cache.chmod(0o777)
        build(tree(tmp_path / "r"), None, options(cache))
        assert "others may write" in warnings(caplog)[0]
        assert not (cache / NAME).exists()

    def test_a_folder_of_another_user(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        (tmp_path / "c").mkdir(mode=0o700)
        monkeypatch.setattr(os, "geteuid", lambda: 12345)
        with pytest.raises(SharedCacheError, match="another user"):
            SharedCache(tmp_path / "c", LIMIT)

    def test_it_is_for_this_user_alone(self, cache: Path) -> None:
        with SharedCache(cache, LIMIT) as shared:
            shared.put({b"name": b"data"})
        assert cache.stat().st_mode & 0o777 == 0o700
        assert (cache / NAME).stat().st_mode & 0o777 == 0o600


class TestBadCompany:
    def test_facts_that_another_user_made_are_not_taken(
        self,
        tmp_path: Path,
        cache: Path,
        read: list[str],
        monkeypatch: pytest.MonkeyPatch,
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        """The file is in our folder and belongs to us, as what a repository brings along does."""
        root = tree(tmp_path / "r")
        monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "another"))
        build(root, tmp_path / "theirs", options(cache))
        keys = load_keys(tmp_path / "theirs/current")
        with SharedCache(cache, LIMIT) as shared:
            shared.put({name_of(versions.code(), key): encode(FileFacts(1)) for key in keys})
        monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "ours"))
        read.clear()
        build(root, None, options(cache))
        assert set(read) == set(FILES)
        assert "not made by this user" in warnings(caplog)[0]
        build(root, tmp_path / "fresh", options(""))
        assert table_bytes(root / ".kgraph") == table_bytes(tmp_path / "fresh")
        caplog.clear()
        read.clear()
        build(root, tmp_path / "again", options(cache))
        assert (read, warnings(caplog)) == ([], [])

    def test_an_entry_under_another_name_is_not_taken(self, cache: Path) -> None:
        with SharedCache(cache, LIMIT) as shared:
            shared.put({b"one": b"facts of one"})
        db = sqlite3.connect(cache / NAME)
        db.execute("UPDATE entries SET name = ?", (b"two",))
        db.commit()
        db.close()
        with SharedCache(cache, LIMIT) as shared:
            assert shared.get([b"one", b"two"]) == {}
            assert shared.discarded == 1

    @pytest.mark.parametrize("column", ["data", "used", "name"])
    @pytest.mark.parametrize("value", [None, "text", 5, b"", b"short"])
    def test_entries_of_any_shape(self, cache: Path, column: str, value: object) -> None:
        with SharedCache(cache, LIMIT) as shared:
            shared.put({b"one": b"facts of one"})
        db = sqlite3.connect(cache / NAME)
        try:
            db.execute(f"UPDATE entries SET {column} = ?", (value,))
            db.commit()
        except sqlite3.IntegrityError:
            assert value is None
        db.close()
        with SharedCache(cache, LIMIT) as shared:
            found = shared.get([b"one"])
            assert found == {} or found == {b"one": b"facts of one"}
            assert found == {} or value is None or (column, value) == ("used", 5)
            shared.put({b"one": b"again"})
            assert shared.get([b"one"]) == {b"one": b"again"}

    @pytest.mark.parametrize("at", [0.0, 0.01, 0.3, 0.6, 0.9])
    def test_damage_costs_time_alone(
        self, tmp_path: Path, cache: Path, at: float, caplog: pytest.LogCaptureFixture
    ) -> None:
        root = tree(tmp_path / "r", {f"f{n}.py": f"def f{n}(): pass\n" for n in range(40)})
        build(root, tmp_path / "fresh", options(cache))
        data = bytearray((cache / NAME).read_bytes())
        start = int(at * len(data))
        data[start : start + 3000] = os.urandom(3000)
        (cache / NAME).write_bytes(data)
        build(root, tmp_path / "g", options(cache))
        assert table_bytes(tmp_path / "g") == table_bytes(tmp_path / "fresh")
        build(root, tmp_path / "h", options(cache))
        caplog.clear()
        build(root, tmp_path / "i", options(cache))
        assert table_bytes(tmp_path / "i") == table_bytes(tmp_path / "fresh")
        assert warnings(caplog) == []  # it has healed

    @pytest.mark.parametrize("what", ["folder", "link", "fifo", "text"])
    def test_what_stands_in_its_place(self, tmp_path: Path, cache: Path, what: str) -> None:
        cache.mkdir(mode=0o700)
        place, victim = cache / NAME, tmp_path / "victim"
        victim.write_text("precious")
        match what:
            case "folder":
                (place / "in it").mkdir(parents=True)
            case "link":
                place.symlink_to(victim)
            case "fifo":
                os.mkfifo(place)
            case "text":
                place.write_text("no database" * 1000)
        with SharedCache(cache, LIMIT) as shared:
            shared.put({b"name": b"data"})
            assert shared.get([b"name"]) == {b"name": b"data"}
        assert victim.read_text() == "precious"

    @pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
    def test_a_folder_that_is_read_only(self, tmp_path: Path, cache: Path) -> None:
        with SharedCache(cache, LIMIT) as shared:
            shared.put({b"name": b"data"})
        cache.chmod(0o500)
        with SharedCache(cache, LIMIT) as shared:
            assert shared.get([b"name"]) == {b"name": b"data"}
            assert "cannot be written" in shared.trouble
            assert not shared.put({b"other": b"data"})

    def test_a_file_system_that_is_read_only(
        self,
        tmp_path: Path,
        cache: Path,
        monkeypatch: pytest.MonkeyPatch,
        caplog: pytest.LogCaptureFixture,
        read: list[str],
    ) -> None:
        """Its facts are taken, new ones are kept with the graph, and a note says so."""
        build(tree(tmp_path / "one"), None, options(cache))
        inner = os.open

        def refusing(path: object, flags: int, *rest: object, **named: object) -> int:
            if str(path).startswith(str(cache)) and flags & (os.O_RDWR | os.O_WRONLY):
                raise OSError(30, "Read-only file system", str(path))
            return inner(path, flags, *rest, **named)  # type: ignore[arg-type]

        monkeypatch.setattr(os, "open", refusing)
        before = (cache / NAME).read_bytes()
        read.clear()
        two = tree(tmp_path / "two", {**FILES, "new.py": "x = 1\n"})
        build(two, None, options(cache))
        assert set(read) == {"new.py"}
        assert (cache / NAME).read_bytes() == before
        assert len(warnings(caplog)) == 1
        assert "Read-only file system" in warnings(caplog)[0]
        read.clear()
        (two / "c.md").write_text("# Another\n")
        build(two, None, options(cache))
        assert set(read) == {"c.md"}

    def test_a_disk_that_is_full(
        self, tmp_path: Path, cache: Path, caplog: pytest.LogCaptureFixture, read: list[str]
    ) -> None:
        build(tree(tmp_path / "one"), None, options(cache))
        inner = SharedCache._open_to_write

        def small(self: SharedCache) -> sqlite3.Connection:
            db = inner(self)
            pages = db.execute("PRAGMA page_count").fetchone()[0]
            db.execute(f"PRAGMA max_page_count = {pages}")  # then the engine says that the disk is full
            return db

        SharedCache._open_to_write = small  # type: ignore[method-assign]
        try:
            root = tree(tmp_path / "r", {f"f{n}.py": f"def f{n}(): return '{n * 1000}'\n" * 30 for n in range(400)})
            build(root, None, options(cache))
        finally:
            SharedCache._open_to_write = inner  # type: ignore[method-assign]
        assert len(warnings(caplog)) == 1
        assert "full" in warnings(caplog)[0]
        build(root, tmp_path / "fresh", options(""))
        assert table_bytes(root / ".kgraph") == table_bytes(tmp_path / "fresh")
        read.clear()
        (root / "f0.py").write_text("x = 1\n")
        build(root, None, options(""))  # what could not be shared was kept with the graph
        assert set(read) == {"f0.py"}


class TestBound:
    def fill(self, shared: SharedCache, prefix: str, count: int) -> list[bytes]:
        names = [name_of(prefix, str(n)) for n in range(count)]
        shared.put({name: os.urandom(2000) for name in names})
        shared.tidy()
        return names

    def test_what_was_not_used_for_longest_goes(self, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        limit = 1_000_000
        with SharedCache(cache, limit) as shared:
            first = self.fill(shared, "first", 100)
            second = self.fill(shared, "second", 100)
        now = time.time()
        monkeypatch.setattr(time, "time", lambda: now + 24 * 3600)
        with SharedCache(cache, limit) as shared:
            assert len(shared.get(first)) == 100  # which counts as used
        monkeypatch.setattr(time, "time", lambda: now + 48 * 3600)
        with SharedCache(cache, limit) as shared:
            third = self.fill(shared, "third", 120)
        with SharedCache(cache, limit) as shared:
            assert (cache / NAME).stat().st_size <= limit
            assert len(shared.get(third)) == 120
            assert shared.get(second) == {}
            assert len(shared.get(first)) > 0

    def test_it_never_outgrows_its_limit(self, cache: Path) -> None:
        limit = 500_000
        for turn in range(10):
            with SharedCache(cache, limit) as shared:
                self.fill(shared, str(turn), 90)
            assert sum(path.stat().st_size for path in cache.iterdir()) <= limit
        with SharedCache(cache, limit) as shared:
            assert len(shared.get([name_of("9", str(n)) for n in range(90)])) == 90

    def test_what_is_too_large_is_not_kept(self, cache: Path) -> None:
        with SharedCache(cache, 100_000) as shared:
            shared.put({b"large": bytes(90_000)})
            shared.put({b"small": bytes(900)})
            assert shared.get([b"large", b"small"]) == {b"small": bytes(900)}


WRITER = """
import os, sys
from pathlib import Path
from kgraph.store.shared_cache import SharedCache, name_of
who = sys.argv[2]
for turn in range(6):
    with SharedCache(Path(sys.argv[1]), 10_000_000) as shared:
        for n in range(0, 200, 20):
            shared.put({name_of(who, f"{turn} {i}"): who.encode() * (i + 1) for i in range(n, n + 20)})
        names = {name_of(each, f"{turn} {n}"): each.encode() * (n + 1) for each in "abcd" for n in range(200)}
        for name, data in shared.get(names).items():
            assert data == names[name]
        assert not shared.trouble, shared.trouble
    if len(sys.argv) > 3 and turn == 2:
        with open(Path(sys.argv[1]) / "facts-1.db", "r+b") as file:
            file.write(os.urandom(5000))
"""


def test_processes_write_and_read_at_once(cache: Path) -> None:
    processes = [subprocess.Popen([sys.executable, "-c", WRITER, str(cache), who]) for who in "abcd"]
    assert [process.wait(60) for process in processes] == [0, 0, 0, 0]
    with SharedCache(cache, LIMIT) as shared:
        names = {
            name_of(who, f"{turn} {n}"): who.encode() * (n + 1)
            for who in "abcd"
            for turn in range(6)
            for n in range(200)
        }
        assert shared.get(names) == names


def test_a_process_that_is_killed_loses_nothing_of_others(cache: Path) -> None:
    with SharedCache(cache, LIMIT) as shared:
        shared.put({b"ours": b"data"})
    for seconds in (0.2, 0.3, 0.4, 0.5):
        process = subprocess.Popen([sys.executable, "-c", WRITER, str(cache), "a"])
        time.sleep(seconds)
        process.kill()
        process.wait()
    with SharedCache(cache, LIMIT) as shared:
        assert shared.get([b"ours"]) == {b"ours": b"data"}
        assert shared.put({b"more": b"data"})


def test_eight_thousand_entries_are_read_in_less_than_a_second(cache: Path) -> None:
    """Generously: it takes a tenth of that."""
    names = [name_of("x", str(n)) for n in range(8000)]
    with SharedCache(cache, LIMIT) as shared:
        shared.put({name: os.urandom(1500) for name in names})
    start = time.process_time()
    with SharedCache(cache, LIMIT) as shared:
        assert len(shared.get(names)) == 8000
    assert time.process_time() - start < 1.0
