"""Files that change while a build reads them: nothing ends the build, and nothing of it is left in the next one."""

from __future__ import annotations

import os
import random
import subprocess
import threading
from collections.abc import Iterator
from concurrent import futures
from contextlib import contextmanager
from pathlib import Path

import msgspec
import pytest

from kgraph.extract import encoded, work, worker_pool
from kgraph.model import FileFacts, Skipped
from kgraph.pipeline import context, extraction, fingerprint
from kgraph.pipeline.build import build
from kgraph.pipeline.cached_extractor import CachedExtractor
from kgraph.pipeline.options import BuildOptions
from kgraph.progress import NullProgress
from kgraph.regular_file import CHANGED
from kgraph.scan import Scan, blob_id, scan
from kgraph.store.cache import Cache
from tests.test_pipeline import table_bytes, triples
from tests.test_scan import repository, write

CONTENTS = (
    "#define API __attribute__((x))\nclass API Shape { int area(); };\n",
    "#define API\nint area() { return 1; }\n",
    "import os\n\ndef f():\n    return os.getpid()\n",
    "#!/usr/bin/env python\nx = 1\n",
    "# A heading\n\ntext\n",
    "",
    "\0binary\n",
)
NAMES = [f"{folder}/{n}{end}" for folder in "ab" for n in range(4) for end in (".h", ".py", ".md", "")]


def same_as_from_nothing(root: Path, graph: Path, fresh: Path) -> None:
    build(root, graph, BuildOptions())
    build(root, fresh, BuildOptions())
    assert table_bytes(graph) == table_bytes(fresh)
    assert triples(graph) == triples(fresh)
    assert (graph / "manifest.json").read_bytes() == (fresh / "manifest.json").read_bytes()


@contextmanager
def writer(root: Path, seed: int) -> Iterator[None]:
    """Renames, writes, links and removes files for as long as the context is open."""
    done = threading.Event()
    thread = threading.Thread(target=rewrite, args=(root, random.Random(seed), done))
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def rewrite(root: Path, chance: random.Random, done: threading.Event) -> None:
    while not done.is_set():
        path, other = (root / name for name in chance.sample(NAMES, 2))
        try:
            match chance.randrange(6):
                case 0:
                    path.rename(other)
                case 1:
                    path.unlink()
                case 2:
                    path.unlink(missing_ok=True)
                    path.symlink_to(chance.choice(["/dev/zero", other.name]))
                case 3:
                    path.unlink(missing_ok=True)
                    os.mkfifo(path)
                case _:
                    path.unlink(missing_ok=True)
                    path.write_text(chance.choice(CONTENTS) * chance.randrange(1, 50))
        except OSError:
            pass
        done.wait(0.002)


@pytest.mark.once
@pytest.mark.parametrize("git", [True, False])
def test_a_writer_beside_builds(tmp_path: Path, git: bool) -> None:
    root = tmp_path / "repo"
    root.mkdir()
    files: dict[str, str | bytes] = {name: CONTENTS[n % len(CONTENTS)] for n, name in enumerate(NAMES)}
    if git:
        repository(root, files)
    else:
        write(root, files)
    for seed in range(4):
        with writer(root, seed):
            build(root, tmp_path / "graph", BuildOptions(jobs=1 + seed % 2))
    same_as_from_nothing(root, tmp_path / "graph", tmp_path / "fresh")


# --- one change, at one moment --------------------------------------------------------------------------------------


def after_the_scan(monkeypatch: pytest.MonkeyPatch, *changes: dict[str, str]) -> list[int]:
    """Make each change after one look at the files; returns a list that grows with every look."""
    looks: list[int] = []

    def changed(root: Path, **options: object) -> Scan:
        found = scan(root, **options)  # type: ignore[arg-type]
        if len(looks) < len(changes):
            write(root, changes[len(looks)])  # type: ignore[arg-type]
        looks.append(1)
        return found

    monkeypatch.setattr(context, "scan", changed)
    return looks


A, B, C = "def a(): pass\n", "def b(): pass\n", "def c(): pass\n"


def test_a_file_that_changes_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = tmp_path / "repo"
    root.mkdir()
    repository(root, {"a.py": A, "same.py": A, "z.py": "import a\n"})
    looks = after_the_scan(monkeypatch, {"a.py": B})
    build(root, tmp_path / "graph", BuildOptions())
    assert len(looks) == 2
    monkeypatch.undo()
    assert not build(root, tmp_path / "graph", BuildOptions()).changed
    build(root, tmp_path / "fresh", BuildOptions())
    assert triples(tmp_path / "graph") == triples(tmp_path / "fresh")
    write(root, {"a.py": A})  # whose facts must not be those of B
    same_as_from_nothing(root, tmp_path / "graph", tmp_path / "again")


def test_a_file_that_changes_all_the_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = tmp_path / "repo"
    root.mkdir()
    repository(root, {"a.py": A, "z.py": "import a\n"})
    looks = after_the_scan(monkeypatch, *({"a.py": "x = 1\n" * n} for n in range(1, 20)))
    told = build(root, tmp_path / "graph", BuildOptions()).manifest["ledger"]["skipped"]
    assert told == [{"path": "a.py", "reason": CHANGED, "line": 0, "passing": True}]
    assert len(looks) == 1 + extraction._MAX_READINGS
    monkeypatch.undo()
    same_as_from_nothing(root, tmp_path / "graph", tmp_path / "fresh")


def test_a_file_that_is_not_as_listed_but_does_not_change(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As where an id is of what git would store, with other line ends than the working tree has."""
    root = tmp_path / "repo"
    root.mkdir()
    repository(root, {"a.py": A, "b.py": A, "z.py": "import a\n"})

    def filtered(root: Path, **options: object) -> Scan:
        found = scan(root, **options)  # type: ignore[arg-type]
        files = (msgspec.structs.replace(f, blob=blob_id(b"filtered")) if f.path < "c" else f for f in found.files)
        return Scan(found.root, found.repository, tuple(files))

    monkeypatch.setattr(context, "scan", filtered)
    write(root, {"b.py": B})
    build(root, tmp_path / "graph", BuildOptions())
    assert not build(root, tmp_path / "graph", BuildOptions()).changed
    monkeypatch.undo()
    build(root, tmp_path / "fresh", BuildOptions())
    assert triples(tmp_path / "graph") == triples(tmp_path / "fresh")


# --- what is kept ---------------------------------------------------------------------------------------------------


class Bad:
    """What may stand in a cache in the place of facts."""

    BYTES = b"no zlib"
    OTHER_KIND = encoded.encode(Skipped("cannot be opened"))
    MACROS = encoded.encode(())
    CUT_OFF = encoded.encode(FileFacts(1))[:-3]
    BOMB = encoded.zlib.compress(bytes(encoded.MAX_DECODED + 1), 9)


# Whole, and of that kind or, of words, not to be told from it before they are used.
GOOD = {("words", "OTHER_KIND"), ("words", "MACROS"), ("facts", "OTHER_KIND"), ("macros", "MACROS")}


@pytest.mark.parametrize("name", [name for name in vars(Bad) if name.isupper()])
@pytest.mark.parametrize("kind", ["macros", "words", "facts"])
def test_what_is_kept_but_cannot_be_decoded_is_read_again(tmp_path: Path, name: str, kind: str) -> None:
    root = tmp_path / "repo"
    root.mkdir()
    write(root, {"a.h": "#define A\nint f();\n"})
    found = scan(root)
    with Cache(tmp_path / "facts.sqlite") as cache, worker_pool.ExtractionWorkers(1) as workers:

        def read() -> object:
            reader = CachedExtractor(found, cache, workers, force=False)
            match kind:
                case "macros":
                    return reader.macros(NullProgress())
                case "words":
                    return reader.words(NullProgress())
            return reader.facts(frozenset(), NullProgress(), uses=True)

        first = read()
        cache._write()
        keys = [key for (key,) in cache._db.execute("SELECT key FROM facts")]
        data = getattr(Bad, name)
        if (kind, name) in {
            ("words", "OTHER_KIND"),
            ("words", "MACROS"),
            ("facts", "OTHER_KIND"),
            ("macros", "MACROS"),
        }:
            return  # whole, or one of its kind
        for key in keys:
            cache.put(key, data)
        cache._write()
        assert read() == first
        cache._write()
        assert data not in cache.get(keys).values()


def test_line_ends_that_git_changes(tmp_path: Path) -> None:
    root = tmp_path / "repo"
    root.mkdir()
    repository(root, {"a.py": A})
    subprocess.run(["git", "config", "core.autocrlf", "true"], cwd=root, check=True)
    write(root, {"a.py": A.replace("\n", "\r\n")})
    build(root, tmp_path / "graph", BuildOptions())
    assert not build(root, tmp_path / "graph", BuildOptions()).changed
    same_as_from_nothing(root, tmp_path / "graph", tmp_path / "fresh")


def test_a_reader_that_fails_is_no_reason_to_build_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its reason stays in the graph, until a file or kgraph itself is another one."""
    root = tmp_path / "repo"
    root.mkdir()
    repository(root, {"a.py": A, "z.py": "import a\n"})

    def failing(data: bytes, *_: object, **__: object) -> FileFacts:
        raise ValueError("a bug") if data == A.encode() else OSError("no space")

    monkeypatch.setattr(work, "extract", failing)
    with futures.ThreadPoolExecutor(1) as executor:
        options = BuildOptions(executor=executor)
        told = build(root, tmp_path / "graph", options).manifest["ledger"]["skipped"]
        assert [(each["reason"], "passing" in each) for each in told] == [
            ("kgraph failed: ValueError: a bug", False),
            ("kgraph failed: OSError: no space", True),
        ]
        assert build(root, tmp_path / "graph", options).changed, "what the machine lacked is tried again"
        write(root, {"z.py": A})
        assert build(root, tmp_path / "graph", options).changed
        assert not build(root, tmp_path / "graph", options).changed
        monkeypatch.undo()
        assert not build(root, tmp_path / "graph", options).changed
        monkeypatch.setattr(fingerprint, "__version__", "99")
        again = build(root, tmp_path / "graph", options)
    assert not again.manifest["ledger"]["skipped"]
    write(root, {"z.py": "import a\n"})
    same_as_from_nothing(root, tmp_path / "graph", tmp_path / "fresh")
