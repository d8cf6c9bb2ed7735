"""Graphs in one file each: what comes back, what is refused, and which of several a build begins from."""

from __future__ import annotations

import hashlib
import json
import logging
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import msgspec
import pytest
import zstandard
from click.testing import CliRunner

import kgraph
from kgraph.cli.commands import main
from kgraph.errors import GraphError, InputError
from kgraph.extract import work
from kgraph.pipeline import packs
from kgraph.pipeline.build import build
from kgraph.pipeline.options import BuildOptions
from kgraph.pipeline.packs import pack, unpack
from kgraph.store import pack_file

FILES = {"a.c": '#include "b.h"\nint f(void) { return g(); }\n', "b.h": "int g(void);\n", "c.py": "def h(): pass\n"}
EXECUTOR = ThreadPoolExecutor(1)
PLAIN = BuildOptions(executor=EXECUTOR, base="https://example.org/r/", cache="")


def options(**given: Any) -> BuildOptions:
    return BuildOptions(executor=EXECUTOR, base="https://example.org/r/", **{"cache": "", **given})


def git(root: Path, *args: str) -> str:
    identity = ["-c", "user.name=n", "-c", "user.email=e@example.org"]
    done = subprocess.run(["git", *identity, *args], cwd=root, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def repository(root: Path) -> Path:
    root.mkdir()
    for name, content in FILES.items():
        (root / name).write_text(content)
    git(root, "init", "-q")
    commit(root)
    return root


def commit(root: Path) -> str:
    git(root, "add", "-A")
    git(root, "commit", "-qm", "message", "--allow-empty")
    return git(root, "rev-parse", "HEAD")


def table_bytes(graph: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted((graph / "tables").iterdir())}


def warnings(caplog: pytest.LogCaptureFixture) -> str:
    return "\n".join(record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return repository(tmp_path / "r")


@pytest.fixture
def packed(root: Path, tmp_path: Path) -> Path:
    build(root, None, PLAIN)
    pack(root / ".kgraph", tmp_path / "one.kgraph-pack", PLAIN)
    return tmp_path / "one.kgraph-pack"


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


def plain(path: Path) -> bytes:
    return zstandard.ZstdDecompressor().decompressobj().decompress(path.read_bytes())


def written(path: Path, data: bytes) -> Path:
    path.write_bytes(zstandard.ZstdCompressor().compress(data))
    return path


def members(path: Path) -> tuple[dict[str, Any], dict[str, bytes]]:
    with pack_file.open_pack(path) as opened:
        return opened.manifest.about, {member.name: b"".join(content) for member, content in opened.members()}


def forged(path: Path, about: dict[str, Any], contents: dict[str, bytes], tmp_path: Path) -> Path:
    """A pack that is whole, whatever it holds."""
    parts = []
    for number, (name, content) in enumerate(contents.items()):
        part = tmp_path / f"part-{number}"
        part.write_bytes(content)
        parts.append((name, part))
    pack_file.write(path, about, parts)
    return path


class TestRoundTrip:
    def test_the_graph_comes_back(self, root: Path, packed: Path, tmp_path: Path) -> None:
        result = unpack(packed, tmp_path / "g")
        assert table_bytes(tmp_path / "g") == table_bytes(root / ".kgraph")
        assert (tmp_path / "g/manifest.json").read_bytes() == (root / ".kgraph/manifest.json").read_bytes()
        assert result.facts > len(FILES)
        assert result.notes == ()
        with kgraph.open(tmp_path / "g") as graph:
            assert [row["path"] for row in graph.query("includers", path="b.h").dicts()] or graph.frame(
                "files"
            ).height == 3

    def test_a_build_goes_on_from_it(self, root: Path, packed: Path, tmp_path: Path, read: list[str]) -> None:
        clone = tmp_path / "elsewhere" / root.name  # a graph states the name of the folder
        subprocess.run(["git", "clone", "-q", root, clone], check=True)
        git(clone, "remote", "remove", "origin")  # which a graph states
        unpack(packed, clone / ".kgraph")
        read.clear()
        assert not build(clone, None, PLAIN).changed
        (clone / "c.py").write_text("def other(): pass\n")
        assert build(clone, None, PLAIN).changed
        assert set(read) == {"c.py"}
        build(clone, tmp_path / "fresh", PLAIN)
        assert table_bytes(clone / ".kgraph") == table_bytes(tmp_path / "fresh")

    def test_facts_of_a_pack_stay_with_its_graph(
        self, root: Path, packed: Path, tmp_path: Path, read: list[str]
    ) -> None:
        """Whoever names a pack trusts it with this graph, not with all others."""
        cache = tmp_path / "cache"
        clone = tmp_path / "clone"
        subprocess.run(["git", "clone", "-q", root, clone], check=True)
        unpack(packed, clone / ".kgraph")
        (clone / "c.py").write_text("def other(): pass\n")
        read.clear()
        build(clone, None, options(cache=cache))
        assert set(read) == {"c.py"}
        read.clear()
        build(root, tmp_path / "another", options(cache=cache))
        assert set(read) == set(FILES)

    def test_facts_come_from_the_shared_cache(self, root: Path, tmp_path: Path, read: list[str]) -> None:
        shared = options(cache=tmp_path / "cache")
        build(root, None, shared)
        result = pack(root / ".kgraph", tmp_path / "p", shared)
        assert result.facts > len(FILES)
        shutil.rmtree(tmp_path / "cache")
        without = pack(root / ".kgraph", tmp_path / "q", shared)
        assert without.facts == 0
        assert "no cache any more" in without.notes[0]
        unpack(tmp_path / "p", tmp_path / "g")
        (root / "a.c").write_text("int f(void);\n")
        read.clear()
        build(root, tmp_path / "g", PLAIN)
        assert set(read) == {"a.c"}

    def test_equal_graphs_give_equal_bytes(self, root: Path, packed: Path, tmp_path: Path) -> None:
        pack(root / ".kgraph", tmp_path / "again", PLAIN)
        assert (tmp_path / "again").read_bytes() == packed.read_bytes()
        unpack(packed, tmp_path / "g")
        pack(tmp_path / "g", tmp_path / "third", PLAIN)
        assert (tmp_path / "third").read_bytes() == packed.read_bytes()

    def test_the_store_on_demand(self, root: Path, packed: Path, tmp_path: Path) -> None:
        assert not any(name.startswith("store/") for name in members(packed)[1])
        pack(root / ".kgraph", tmp_path / "with", PLAIN, store=True)
        unpack(tmp_path / "with", tmp_path / "g")
        with kgraph.open(tmp_path / "g") as graph:
            assert graph.store_state.is_there
            assert graph.execute("ASK { ?file a kg:File }") is True

    def test_facts_of_other_readers_are_not_taken(
        self, root: Path, packed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, read: list[str]
    ) -> None:
        monkeypatch.setattr(packs, "code", lambda: "another")
        result = unpack(packed, tmp_path / "g")
        assert result.facts == 0
        assert "read again" in result.notes[0]
        read.clear()
        (root / "c.py").write_text("x = 1\n")
        build(root, tmp_path / "g", PLAIN)
        assert set(read) == set(FILES)

    def test_a_graph_of_others_is_packed_without_facts(
        self, root: Path, packed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        before = (root / ".kgraph/facts.sqlite").read_bytes()
        monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "another"))
        result = pack(root / ".kgraph", tmp_path / "p", PLAIN)
        assert (result.facts, len(result.notes)) == (0, 1)
        assert (root / ".kgraph/facts.sqlite").read_bytes() == before


class TestRefused:
    def test_any_flipped_byte(self, packed: Path, tmp_path: Path) -> None:
        data = packed.read_bytes()
        for at in range(0, len(data), max(1, len(data) // 60)):
            damaged = bytearray(data)
            damaged[at] ^= 0x15
            (tmp_path / "damaged").write_bytes(damaged)
            try:
                unpack(tmp_path / "damaged", tmp_path / "g")
            except (InputError, GraphError) as error:
                assert str(tmp_path / "damaged") in str(error)
            else:  # in what the compressor does not need
                assert plain(tmp_path / "damaged") == plain(packed)
                shutil.rmtree(tmp_path / "g")
            assert not (tmp_path / "g/current").exists()

    def test_any_flipped_byte_inside(self, packed: Path, tmp_path: Path) -> None:
        data = plain(packed)
        for at in range(0, len(data), max(1, len(data) // 100)):
            damaged = bytearray(data)
            damaged[at] ^= 0x01
            with pytest.raises((InputError, GraphError)):
                unpack(written(tmp_path / "damaged", bytes(damaged)), tmp_path / "g")
        assert not (tmp_path / "g/current").exists()

    @pytest.mark.parametrize("part", [0, 1, 0.3, 0.7, 0.999])
    def test_cut_off(self, packed: Path, tmp_path: Path, part: float) -> None:
        data = packed.read_bytes()
        (tmp_path / "cut").write_bytes(data[: int(part) if part in (0, 1) else int(part * len(data))])
        with pytest.raises(InputError):
            unpack(tmp_path / "cut", tmp_path / "g")

    def test_something_more(self, packed: Path, tmp_path: Path) -> None:
        with pytest.raises(InputError, match="follows"):
            unpack(written(tmp_path / "more", plain(packed) + b"x"), tmp_path / "g")

    @pytest.mark.parametrize("content", [b"", b"text\n", b"\x28\xb5\x2f\xfd", b"PK\3\4" * 1000])
    def test_other_files(self, tmp_path: Path, content: bytes) -> None:
        (tmp_path / "file").write_bytes(content)
        with pytest.raises(InputError, match="not a pack"):
            unpack(tmp_path / "file", tmp_path / "g")

    def test_a_file_that_is_not_there(self, tmp_path: Path) -> None:
        with pytest.raises(InputError, match="No such file"):
            unpack(tmp_path / "nothing", tmp_path / "g")

    @pytest.mark.parametrize(
        "name",
        [
            *("../evil", "/tmp/evil", "tables/../../evil.parquet", "store/../evil", "store/..", "store/a/b", "in-use"),
            *("seal.json", "tables/a\0.parquet", "facts/1", ".gitignore", "current", "store/.x", ""),
        ],
    )
    def test_a_name_that_is_none_of_ours(self, packed: Path, tmp_path: Path, name: str) -> None:
        about, contents = members(packed)
        pack_path = forged(tmp_path / "forged", about, {**contents, name: b"evil"}, tmp_path)
        with pytest.raises(InputError, match="no graph has"):
            unpack(pack_path, tmp_path / "deep/er/g")
        assert not list(tmp_path.rglob("*evil*"))

    def test_another_version(self, packed: Path, tmp_path: Path) -> None:
        about, contents = members(packed)
        older = forged(tmp_path / "older", {**about, "schema": 1, "kgraph": "0.0.1"}, contents, tmp_path)
        with pytest.raises(GraphError, match=r"packed by kgraph 0\.0\.1.*schema version 1.*\n.*hint: pack and unpack"):
            unpack(older, tmp_path / "g")
        layout = plain(packed).replace(b"kgraph pack 1\n", b"kgraph pack 2\n", 1)
        with pytest.raises(InputError, match="another layout"):
            unpack(written(tmp_path / "newer", layout), tmp_path / "g")

    def test_a_graph_that_is_not_the_one_it_says(self, packed: Path, tmp_path: Path) -> None:
        about, contents = members(packed)
        for name, content in {
            "manifest.json": b"[]",
            "tables/files.parquet": contents["tables/symbols.parquet"],
            "facts/000000": b"\xc1",
            "answers/000000": msgspec.msgpack.encode([[1, 2]]),
        }.items():
            wrong = forged(tmp_path / "wrong", about, {**contents, name: content}, tmp_path)
            with pytest.raises((InputError, GraphError), match="damaged"):
                unpack(wrong, tmp_path / "g")
        assert not (tmp_path / "g/current").exists()

    def test_a_small_file_that_would_be_large(self, tmp_path: Path) -> None:
        size = 1 << 34
        digest = hashlib.sha256().hexdigest()
        manifest = json.dumps({"about": {}, "members": [{"name": "manifest.json", "size": size, "sha256": digest}]})
        data = b"kgraph pack 1\n" + len(manifest).to_bytes(8, "little") + manifest.encode()
        with pytest.raises(InputError, match="more than a pack of its size"):
            unpack(written(tmp_path / "bomb", data), tmp_path / "g")
        with pytest.raises(InputError, match="manifest is too large"):
            unpack(written(tmp_path / "b", b"kgraph pack 1\n" + (1 << 40).to_bytes(8, "little")), tmp_path / "g")

    def test_hostile_facts_are_read_again(self, root: Path, packed: Path, tmp_path: Path, read: list[str]) -> None:
        about, contents = members(packed)
        entries = msgspec.msgpack.decode(contents["facts/000000"], type=list[tuple[str, bytes]])
        contents["facts/000000"] = msgspec.msgpack.encode([(key, b"\x78\x9c no facts") for key, _ in entries])
        unpack(forged(tmp_path / "hostile", about, contents, tmp_path), tmp_path / "g")
        (root / "c.py").write_text("x = 1\n")
        read.clear()
        build(root, tmp_path / "g", PLAIN)
        assert set(read) == set(FILES)
        build(root, tmp_path / "fresh", PLAIN)
        assert table_bytes(tmp_path / "g") == table_bytes(tmp_path / "fresh")

    def test_a_folder_of_something_else(self, packed: Path, tmp_path: Path) -> None:
        (tmp_path / "mine").mkdir()
        (tmp_path / "mine/file").write_text("x")
        with pytest.raises(GraphError, match="holds other files"):
            unpack(packed, tmp_path / "mine")
        assert [path.name for path in (tmp_path / "mine").iterdir()] == ["file"]

    def test_what_fails_leaves_the_graph_that_was_there(self, root: Path, packed: Path, tmp_path: Path) -> None:
        unpack(packed, tmp_path / "g")
        before = table_bytes(tmp_path / "g")
        (tmp_path / "cut").write_bytes(packed.read_bytes()[:-20])
        with pytest.raises(InputError):
            unpack(tmp_path / "cut", tmp_path / "g")
        assert table_bytes(tmp_path / "g") == before
        assert not build(root, tmp_path / "g", PLAIN).changed


class TestFrom:
    @pytest.fixture
    def history(self, root: Path, tmp_path: Path) -> list[str]:
        """Four commits, and packs of the first three of them, the nearest one written first."""
        revisions = [git(root, "rev-parse", "HEAD")]
        for n in range(3):
            (root / "c.py").write_text(f"def h{n}(): pass\n")
            revisions.append(commit(root))
        (tmp_path / "packs").mkdir()
        for n in (2, 0, 1):
            git(root, "checkout", "-q", revisions[n])
            build(root, tmp_path / f"g{n}", PLAIN)
            pack(tmp_path / f"g{n}", tmp_path / f"packs/{n}.kgraph-pack", PLAIN)
        git(root, "checkout", "-q", revisions[3])
        return revisions

    def test_the_nearest_is_taken(
        self, root: Path, history: list[str], tmp_path: Path, caplog: pytest.LogCaptureFixture, read: list[str]
    ) -> None:
        build(root, None, options(packs=(tmp_path / "packs",)))
        assert "2.kgraph-pack: the build begins from this pack, of a revision 1 commit away" in warnings(caplog)
        assert set(read) == {"c.py"}
        build(root, tmp_path / "fresh", PLAIN)
        assert table_bytes(root / ".kgraph") == table_bytes(tmp_path / "fresh")

    def test_a_graph_that_is_there_stays(
        self, root: Path, history: list[str], tmp_path: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        build(root, None, PLAIN)
        assert not build(root, None, options(packs=(tmp_path / "packs",))).changed
        assert warnings(caplog) == ""

    def test_one_that_cannot_be_used_is_passed_over(
        self, root: Path, history: list[str], tmp_path: Path, caplog: pytest.LogCaptureFixture, read: list[str]
    ) -> None:
        best = tmp_path / "packs/2.kgraph-pack"
        best.write_bytes(best.read_bytes()[:-30])
        build(root, None, options(packs=(tmp_path / "packs",)))
        assert "damaged" in warnings(caplog)
        assert "1.kgraph-pack: the build begins from this pack, of a revision 2 commits" in warnings(caplog)
        assert set(read) == {"c.py"}

    def test_without_one_it_begins_from_nothing_and_says_so(
        self, root: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        build(root, None, options(packs=(tmp_path / "none.kgraph-pack",)))
        assert "No such file" in warnings(caplog)
        assert "begins from nothing" in warnings(caplog)
        build(root, tmp_path / "fresh", PLAIN)
        assert table_bytes(root / ".kgraph") == table_bytes(tmp_path / "fresh")

    def test_in_a_shallow_clone_the_newest_is_taken(
        self, root: Path, history: list[str], tmp_path: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        shallow = tmp_path / "shallow"
        subprocess.run(["git", "clone", "-q", "--depth", "1", f"file://{root}", shallow], check=True)
        build(shallow, None, options(packs=(tmp_path / "packs",)))
        assert "1.kgraph-pack: the build begins from this pack, of a revision that git does not know" in warnings(
            caplog
        )
        build(shallow, tmp_path / "fresh", PLAIN)
        assert table_bytes(shallow / ".kgraph") == table_bytes(tmp_path / "fresh")


class TestCommands:
    def run(self, *args: object) -> Any:
        return CliRunner().invoke(main, [str(each) for each in args], standalone_mode=False)

    def test_pack_and_unpack(self, root: Path, packed: Path, tmp_path: Path) -> None:
        target = tmp_path / "by-command.kgraph-pack"
        done = subprocess.run(
            [sys.executable, "-m", "kgraph", "pack", "-g", root, target, "--json"],
            check=True,
            capture_output=True,
            text=True,
            env=None,
        )
        told = json.loads(done.stdout)
        assert told["revision"] == git(root, "rev-parse", "HEAD")
        assert told["size"] == target.stat().st_size
        assert target.read_bytes() == packed.read_bytes()
        done = subprocess.run(
            [sys.executable, "-m", "kgraph", "unpack", target, "-o", tmp_path / "g"],
            check=True,
            capture_output=True,
            text=True,
        )
        assert told["revision"][:12] in done.stdout
        assert table_bytes(tmp_path / "g") == table_bytes(root / ".kgraph")

    def test_an_error_has_a_hint(self, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("x")
        done = subprocess.run(
            [sys.executable, "-m", "kgraph", "unpack", tmp_path / "file"], capture_output=True, text=True, cwd=tmp_path
        )
        assert done.returncode == 2
        assert "is not a pack of a graph" in done.stderr
        assert "hint: make it with `kgraph pack`" in done.stderr
