"""A build heals itself: whatever is wrong with what an earlier one left, the graph is that of a build from nothing."""

from __future__ import annotations

import logging
import os
import re
import shutil
import sqlite3
import subprocess
import zlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

import kgraph
from kgraph.errors import ExportError, GraphError, InputError
from kgraph.pipeline import assembly
from kgraph.pipeline.build import build
from kgraph.pipeline.options import BuildOptions
from kgraph.pipeline.progress import AnnotatingProgress, describe_error
from kgraph.progress import NullProgress
from kgraph.relate import history
from kgraph.store import folder, ownership
from kgraph.store.cache import Cache
from tests.test_pipeline import FILES, table_bytes, triples
from tests.test_scan import repository, write

EDIT: dict[str, str | bytes] = {
    "src/shape.cpp": '#include "shape.h"\n\nnamespace geo {\ndouble Shape::area() const { return 1; }\nint more();\n}\n'
}
HERE = BuildOptions(executor=ThreadPoolExecutor(1))  # which starts faster than a process

# Of the graph from nothing, which no test alters.
triples_from_nothing = cache(triples)
tables_from_nothing = cache(table_bytes)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository that was built twice and then edited, and beside it what a build from nothing makes of it."""
    base = tmp_path_factory.mktemp("healing")
    root = base / "repo"
    root.mkdir()
    repository(root, FILES)
    write(root, EDIT)
    subprocess.run(["git", "add", "-A"], cwd=root, check=True)
    build(root, base / "fresh", HERE)
    return base


@pytest.fixture
def built(template: Path) -> tuple[Path, Path]:
    """A repository with the graph of its content before the edit; what it is to become.

    It is copied from the first that was built, to the same place: elsewhere a graph is nobody's.
    """
    root, saved = template / "work" / "repo", template / "saved"
    shutil.rmtree(root.parent, ignore_errors=True)
    if saved.exists():
        shutil.copytree(saved, root, symlinks=True)
        return root, template / "fresh"
    shutil.copytree(template / "repo", root, symlinks=True)
    write(root, {name: FILES[name] for name in EDIT})
    build(root, root / ".kgraph", replace(HERE, store=True))
    write(root, EDIT)
    shutil.copytree(root, saved, symlinks=True)
    return root, template / "fresh"


def lines(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]


def flipped(at: float) -> Callable[[Path], None]:
    def damage(path: Path) -> None:
        data = bytearray(path.read_bytes())
        data[min(int(at * len(data)), len(data) - 1)] ^= 0x11
        path.write_bytes(data)

    return damage


def removed(path: Path) -> None:
    path.unlink()


def truncated(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def emptied(path: Path) -> None:
    path.write_bytes(b"")


def a_folder(path: Path) -> None:
    path.unlink()
    (path / "in it").mkdir(parents=True)


def a_link_to_nowhere(path: Path) -> None:
    path.unlink()
    path.symlink_to("nowhere")


def random_bytes(path: Path) -> None:
    path.write_bytes(os.urandom(5000))


DAMAGES = {
    **{f"flipped at {at}": flipped(at) for at in (0.02, 0.5)},
    **{each.__name__: each for each in (removed, truncated, emptied, a_folder, a_link_to_nowhere, random_bytes)},
}
KEPT = (
    *("current/manifest.json", "current/seal.json", "current/in-use"),
    *("current/tables/files.parquet", "current/tables/edges.parquet"),
    *("current/store/CURRENT", "current/store/MANIFEST*", "current/store/*.sst"),
    *("facts.sqlite", "answers.sqlite", "history.bin", "history.bin.seal", "lock", "current", ".gitignore"),
)


# Each damage for what is decoded here, and for what others decode, or nobody, those that make a difference.
_DECODED = ("manifest", "seal.json", "files.parquet", "facts", "answers", "history.bin", "store/CURRENT")
CASES = [
    (kept, damage)
    for kept in KEPT
    for damage in DAMAGES
    if any(part in kept for part in _DECODED) or damage in ("flipped at 0.5", "removed", "a_folder")
]


@pytest.mark.parametrize(("kept", "damage"), CASES)
def test_whatever_is_damaged_the_graph_is_that_of_a_build_from_nothing(
    built: tuple[Path, Path], kept: str, damage: str, caplog: pytest.LogCaptureFixture
) -> None:
    root, fresh = built
    path = sorted((root / ".kgraph").glob(kept))[0]
    if kept == "current" and damage not in ("removed", "a_folder", "a_link_to_nowhere"):
        pytest.skip("is a link")
    if (kept, damage) == ("current", "a_folder"):
        path.unlink()
        path.mkdir()
    elif not ("flipped" in damage and path.stat().st_size == 0):
        DAMAGES[damage](path)
    build(root, None, HERE)
    assert table_bytes(root / ".kgraph") == tables_from_nothing(fresh)
    assert triples(root / ".kgraph") == triples_from_nothing(fresh)
    assert len(lines(caplog)) <= 1
    caplog.clear()
    assert not build(root, None, HERE).changed
    assert lines(caplog) == []


@pytest.mark.parametrize("kept", [name for name in KEPT if name.startswith("current/store/")])
def test_a_damaged_store_is_made_again_when_it_is_asked(
    built: tuple[Path, Path], kept: str, caplog: pytest.LogCaptureFixture
) -> None:
    root, fresh = built
    build(root, None, replace(HERE, store=True))
    caplog.clear()
    flipped(0.5)(sorted((root / ".kgraph").glob(kept))[0])
    assert not build(root, None, HERE).changed
    assert lines(caplog) == []
    assert triples(root / ".kgraph") == triples_from_nothing(fresh)
    assert len(lines(caplog)) == 1


@pytest.mark.parametrize("kept", [name for name in KEPT if re.fullmatch("current/(?!store/).*", name)])
def test_a_damaged_graph_is_built_anew_though_nothing_changed(
    built: tuple[Path, Path], kept: str, caplog: pytest.LogCaptureFixture
) -> None:
    root, fresh = built
    build(root, None, HERE)
    caplog.clear()
    path = sorted((root / ".kgraph").glob(kept))[0]
    if path.stat().st_size == 0:
        pytest.skip("there is nothing in it")
    flipped(0.5)(path)
    assert build(root, None, HERE).changed
    assert len(lines(caplog)) == 1
    assert triples(root / ".kgraph") == triples_from_nothing(fresh)


# --- faults in the steps ----------------------------------------------------------------------------------------------


class PanicException(BaseException):
    """As the libraries written in Rust end: no `Exception`."""


STEPS = (
    "kgraph.store.base.keep",
    *("kgraph.relate.history._load", "kgraph.store.cache.Cache.get", "kgraph.assemble.cpp.call_cache.from_ipc"),
    *(
        "kgraph.extract.encoded.decode_facts",
        "kgraph.pipeline.assembly.assemble_graph",
        "kgraph.pipeline.previous.ResolutionCache.get",
    ),
    *(
        "kgraph.pipeline.previous.ResolutionCache.evict_unused",
        "kgraph.store.cache.Cache.prune",
        "kgraph.relate.related_tables.with_relations",
    ),
    *("kgraph.store.folder.Building.publish", "kgraph.pipeline.storing.make_manifest", "kgraph.store.tables.write"),
    *(
        "kgraph.pipeline.previous.PreviousBuild.claim",
        "kgraph.pipeline.cached_extractor.CachedExtractor.macros",
    ),
)
FAULTS = (PanicException("index out of bounds"), MemoryError())


@pytest.mark.once
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: type(fault).__name__)
@pytest.mark.parametrize("step", STEPS)
def test_a_fault_in_any_step_costs_a_build_from_nothing(
    built: tuple[Path, Path],
    step: str,
    fault: BaseException,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    root, fresh = built
    failures: list[str] = []

    def once(*args: object, **named: object) -> object:
        if not failures:
            failures.append(step)
            raise fault.with_traceback(None)
        return real(*args, **named)

    holder, _, name = step.rpartition(".")
    target = _target(holder)
    real = getattr(target, name)
    monkeypatch.setattr(target, name, once)
    fault.__notes__ = []
    build(root, None, HERE)
    assert failures, "the step was not reached"
    assert table_bytes(root / ".kgraph") == tables_from_nothing(fresh)
    assert triples(root / ".kgraph") == triples_from_nothing(fresh)
    told = lines(caplog)
    assert len(told) <= 1
    assert told or step == "kgraph.extract.encoded.decode_facts", "an entry that cannot be decoded is read again"


def _target(name: str) -> object:
    import importlib

    try:
        return importlib.import_module(name)
    except ModuleNotFoundError:
        return getattr(importlib.import_module(name.rpartition(".")[0]), name.rpartition(".")[2])


def test_what_fails_from_nothing_too_is_told_as_it_is(
    built: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    root, _ = built
    before = table_bytes(root / ".kgraph")
    calls: list[int] = []

    def broken(*_: object, **__: object) -> None:
        calls.append(1)
        raise PanicException("always")

    monkeypatch.setattr(assembly, "assemble_graph", broken)
    with pytest.raises(PanicException):
        build(root, None, HERE)
    assert len(calls) == 2
    assert len(lines(caplog)) == 1
    assert table_bytes(root / ".kgraph") == before
    monkeypatch.undo()
    assert build(root, None, HERE).changed


def test_the_first_build_is_not_done_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, {"a.py": "x = 1\n"})
    calls: list[int] = []

    def broken(*_: object, **__: object) -> None:
        calls.append(1)
        raise ValueError("always")

    monkeypatch.setattr(assembly, "assemble_graph", broken)
    with pytest.raises(ValueError, match="always"):
        build(tmp_path, None, HERE)
    assert calls == [1]


@pytest.mark.parametrize("error", [KeyboardInterrupt(), InputError("no"), OSError(28, "No space left on device")])
def test_what_is_not_ours_to_heal_is_not_tried_again(
    built: tuple[Path, Path], error: BaseException, monkeypatch: pytest.MonkeyPatch
) -> None:
    root, _ = built
    calls: list[int] = []

    def ended(*_: object, **__: object) -> None:
        calls.append(1)
        raise error

    monkeypatch.setattr(assembly, "assemble_graph", ended)
    with pytest.raises(type(error)):
        build(root, None, HERE)
    assert calls == [1]


def test_an_error_says_in_which_stage_it_came_up() -> None:
    with pytest.raises(PanicException) as raised, AnnotatingProgress(NullProgress()).stage("store", None):
        raise PanicException("out of\nbounds")
    assert describe_error(raised.value) == "in stage store: PanicException: out of bounds"


# --- whose graph it is ------------------------------------------------------------------------------------------------


def _forged(path: Path) -> None:
    """Take all facts out of a cache, and put in ones of files without any content."""
    from kgraph.extract.encoded import encode
    from kgraph.model import FileFacts

    db = sqlite3.connect(path)
    keys = [key for (key,) in db.execute("SELECT key FROM facts")]
    data = encode(FileFacts(1))
    rows = [(zlib.crc32(data, zlib.crc32(key.encode())).to_bytes(4, "big") + data, key) for key in keys]
    db.executemany("UPDATE facts SET data = ? WHERE key = ?", rows)
    db.commit()
    db.close()


def test_facts_of_another_user_are_not_taken(
    built: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    root, fresh = built
    _forged(root / ".kgraph/facts.sqlite")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "another"))
    build(root, None, HERE)
    assert table_bytes(root / ".kgraph") == tables_from_nothing(fresh)
    assert len(lines(caplog)) == 1
    assert "not made by this user" in lines(caplog)[0]
    caplog.clear()
    assert not build(root, None, HERE).changed
    assert lines(caplog) == []


def test_a_graph_that_git_tracks_is_not_taken(built: tuple[Path, Path], caplog: pytest.LogCaptureFixture) -> None:
    root, fresh = built
    _forged(root / ".kgraph/facts.sqlite")
    subprocess.run(["git", "add", "-f", ".kgraph/facts.sqlite"], cwd=root, check=True)
    build(root, None, HERE)
    with kgraph.open(root) as graph, kgraph.open(fresh) as expected:
        assert graph.frame("symbols").equals(expected.frame("symbols"))
    assert len(lines(caplog)) == 1
    assert "git tracks" in lines(caplog)[0]


def test_a_graph_of_others_can_be_read(
    built: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    root, _ = built
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "another"))
    assert triples(root / ".kgraph")
    assert lines(caplog) == []


def test_an_edited_graph_is_not_called_unchanged(built: tuple[Path, Path], caplog: pytest.LogCaptureFixture) -> None:
    root, fresh = built
    manifest = root / ".kgraph/current/manifest.json"
    build(root, None, HERE)
    shutil.rmtree(root / ".kgraph/current/tables")
    shutil.copytree(fresh / "tables", root / ".kgraph/current/tables")
    assert manifest.exists()
    assert build(root, None, HERE).changed
    assert len(lines(caplog)) == 1


def test_a_user_without_a_state_folder_builds_from_nothing(
    built: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    root, fresh = built
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))
    for _ in range(2):
        caplog.clear()
        assert build(root, None, HERE).changed
        assert table_bytes(root / ".kgraph") == tables_from_nothing(fresh)
        assert len(lines(caplog)) == 1
    assert str(tmp_path / "file") in lines(caplog)[0]


def test_the_key_is_made_once_and_for_this_user_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    mark = ownership.make_mark(tmp_path / "a", b"b")
    assert ownership.is_marked(mark, tmp_path / "a", b"b")
    assert not ownership.is_marked(mark, tmp_path / "b", b"b")
    assert not ownership.is_marked(mark, tmp_path / "a", b"c")
    assert not ownership.is_marked("", tmp_path / "a", b"b")
    (key,) = (tmp_path / "kgraph").iterdir()
    assert key.stat().st_mode & 0o777 == 0o600


def test_a_bomb_in_what_git_said_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "_MAX_KEPT_BYTES", 1_000_000)
    (tmp_path / "history.bin").write_bytes(zlib.compress(bytes(2_000_000)))
    assert history._load(tmp_path / "history.bin") is None


# --- the cache --------------------------------------------------------------------------------------------------------


@pytest.mark.once
@pytest.mark.parametrize("seed", range(40))
def test_a_cache_with_flipped_bits_gives_what_was_put_or_nothing(tmp_path: Path, seed: int) -> None:
    import random

    path = tmp_path / "c.sqlite"
    entries = {f"key {n}": bytes([n % 256]) * (n * 7 % 900) for n in range(200)}
    with Cache(path, "me") as cache:
        for key, data in entries.items():
            cache.put(key, data)
    content = bytearray(path.read_bytes())
    chance = random.Random(seed)
    for _ in range(1 + seed % 5):
        content[chance.randrange(len(content) if seed % 2 else 200)] ^= 1 << chance.randrange(8)
    path.write_bytes(content)
    with Cache(path, "me") as cache:
        found = cache.get([*entries, "other"])
        assert found.items() <= entries.items()
        cache.put("new", b"1")
        cache.prune(["new"])
        cache.keep([*entries, "new"])
    with Cache(path, "me") as cache:
        assert cache.get(["new"]) in ({"new": b"1"}, {})
        cache.put("again", b"2")
    with Cache(path, "me") as cache:
        assert cache.get(["again"]) == {"again": b"2"}


def test_a_cache_of_somebody_else_is_begun_anew(tmp_path: Path) -> None:
    for owner in ("me", "you", "you"):
        with Cache(tmp_path / "c.sqlite", owner) as cache:
            there = cache.get(["a"])
            cache.put("a", b"1")
    assert there == {"a": b"1"}
    with Cache(tmp_path / "c.sqlite", "me") as cache:
        assert cache.get(["a"]) == {}


# --- whose folder it is -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ignore", ["*\n", "*.o\n"])
def test_a_folder_that_is_no_graph_is_refused(tmp_path: Path, ignore: str) -> None:
    write(tmp_path / "mine", {".gitignore": ignore, "manifest.json": "precious"})
    write(tmp_path / "repo", {"a.py": "x = 1\n"})
    with pytest.raises(GraphError, match="holds other files"):
        build(tmp_path / "repo", tmp_path / "mine", HERE)
    assert (tmp_path / "mine/manifest.json").read_text() == "precious"
    assert len(list((tmp_path / "mine").iterdir())) == 2


@pytest.mark.parametrize("there", [{}, {"manifest.json": "precious"}])
def test_a_link_in_the_place_of_the_graph_is_not_followed(tmp_path: Path, there: dict[str, str | bytes]) -> None:
    write(tmp_path / "repo", {"a.py": "x = 1\n"})
    (tmp_path / "other").mkdir()
    write(tmp_path / "other", there)
    (tmp_path / "repo/.kgraph").symlink_to("../other")
    with pytest.raises(GraphError, match="is a link"):
        build(tmp_path / "repo", None, HERE)
    assert [path.name for path in (tmp_path / "other").iterdir()] == list(there)


def test_a_link_that_this_user_built_through_is_followed(tmp_path: Path) -> None:
    write(tmp_path / "repo", {"a.py": "x = 1\n"})
    (tmp_path / "other").mkdir()
    (tmp_path / "repo/.kgraph").symlink_to("../other")
    build(tmp_path / "repo", tmp_path / "repo/.kgraph", HERE)
    assert not build(tmp_path / "repo", None, HERE).changed


LINKS = (
    *("lock", "facts.sqlite", "facts.sqlite-wal", "history.bin", "history.bin.seal", "history.bin.new"),
    *(".compiler.json.new", "revisions", "graph-000009", "manifest.json", "tables", "current/seal.json"),
)


@pytest.mark.once
@pytest.mark.parametrize("name", LINKS)
@pytest.mark.parametrize("what", ["file", "folder"])
def test_no_link_in_a_graph_is_written_through(built: tuple[Path, Path], tmp_path: Path, name: str, what: str) -> None:
    root, fresh = built
    victim = tmp_path / "victim"
    if what == "file":
        victim.write_text("precious")
    else:
        write(victim, {f"{n}/a": "precious" for n in range(6)})
    link = root / ".kgraph" / name
    if link.is_dir() and not link.is_symlink():
        shutil.rmtree(link)
    link.unlink(missing_ok=True)
    link.symlink_to(victim)
    build(root, None, HERE)
    kgraph.compare("HEAD", "HEAD", root=root)
    build(root, None, replace(HERE, force=True))
    assert triples(root / ".kgraph") == triples_from_nothing(fresh)
    if what == "file":
        assert victim.read_text() == "precious"
    else:
        assert sorted(path.name for path in victim.rglob("*")) == sorted([*"012345", *"aaaaaa"])


def test_two_builds_at_once(built: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    root, fresh = built
    monkeypatch.setattr(folder, "MAX_LOCK_SECONDS", 0.1)
    with folder.claim(root / ".kgraph"), pytest.raises(GraphError, match="another build is writing"):
        build(root, None, HERE)
    build(root, None, HERE)
    assert triples(root / ".kgraph") == triples_from_nothing(fresh)


def test_pages_are_not_written_through_links(built: tuple[Path, Path], tmp_path: Path) -> None:
    root, _ = built
    victim = tmp_path / "victim"
    victim.write_text("precious")
    (tmp_path / "pages").mkdir()
    for name in (".kgraph-pages.json", ".kgraph-pages.json.part", "index.md.part", "overview.md.part"):
        (tmp_path / "pages" / name).symlink_to(victim)
    with kgraph.open(root) as graph:
        graph.pages(tmp_path / "pages")
    assert victim.read_text() == "precious"


@pytest.mark.parametrize("form", ["parquet", "neo4j"])
def test_an_export_replaces_no_folder_of_others(built: tuple[Path, Path], tmp_path: Path, form: str) -> None:
    root, _ = built
    theirs = {
        "parquet": {"graph.json": "{}", "a.parquet": "x"},
        "neo4j": {"import.args": "--nodes=a.csv", "a.csv": "x"},
    }
    write(tmp_path / "out", dict(theirs[form]))
    with kgraph.open(root) as graph:
        with pytest.raises(ExportError, match="in the way"):
            graph.export(form, tmp_path / "out")
        for _ in range(2):
            graph.export(form, tmp_path / "new")


# Calls that write to a path as it is, and who may: what is made in a folder that nobody else knows.
_WRITES = re.compile(
    r"""\.write_(text|bytes|parquet|csv|ipc)\(\s*(\w+ / |path|file\b)|\bopen\([^)]*["'][wax]b?\+?["']|\.touch\("""
)
_MAY_WRITE = {
    "extract/semantic/session.py",
    "export/output.py",
    "cli/exit_codes.py",
    "cli/native.py",
    "view/app/hatch_build.py",
    "vocab/ontology/__init__.py",
}


def test_whoever_writes_does_it_by_way_of_files() -> None:
    package = Path(kgraph.__file__).parent
    sources = {path.relative_to(package).as_posix(): path.read_text("utf-8") for path in package.rglob("*.py")}
    assert {name for name, text in sources.items() if _WRITES.search(text)} <= _MAY_WRITE
    assert sources.keys() >= _MAY_WRITE


def test_tables_are_read_from_their_content() -> None:
    """A path that polars is given is a pattern to it."""
    package = Path(kgraph.__file__).parent
    reads = re.compile(r"(read|scan)_(parquet|ipc|csv)\((?!io\.BytesIO|stream|[^()]+, glob=False)")
    assert [path for path in package.rglob("*.py") if reads.search(path.read_text("utf-8"))] == []
