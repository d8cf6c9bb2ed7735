"""A graph that follows its files: every change, whoever makes it and however, and nothing else."""

from __future__ import annotations

import contextlib
import fcntl
import json
import queue
import random
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

import kgraph
from kgraph.pipeline.build import build
from kgraph.pipeline.options import BuildOptions
from kgraph.scan import scan
from kgraph.watch import events
from kgraph.watch.relevance import Relevance

FILES = {
    "a.c": '#include "b.h"\nint f(void) { return g(); }\n',
    "b.h": "int g(void);\n",
    "p/__init__.py": "",
    "p/m.py": "from p import n\ndef h(): return n.k()\n",
    "p/n.py": "def k(): return 1\n",
    "README.md": "# Read me\n\nSee [m](p/m.py).\n",
    ".gitignore": "out/\n*.log\n",
}
SECONDS = 90.0  # for what takes one, on a machine that has other things to do
NOTHING_SECONDS = 3.0  # for what must not happen: longer than any change is postponed


def git(root: Path, *args: str) -> str:
    identity = ["-c", "user.name=n", "-c", "user.email=e@example.org"]
    done = subprocess.run(["git", *identity, *args], cwd=root, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def write(root: Path, files: dict[str, str]) -> None:
    for name, content in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(content)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A tree without git."""
    write(tmp_path / "r", FILES)
    return tmp_path / "r"


@pytest.fixture
def repository(root: Path) -> Path:
    git(root, "init", "-q")
    git(root, "add", "-A")
    git(root, "commit", "-qm", "one")
    return root


class Watched:
    """`kgraph watch --json` as it runs."""

    def __init__(self, root: Path, *args: str) -> None:
        command = [sys.executable, "-m", "kgraph", "watch", str(root), "--json", "-j", "1", *args]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self._lines: queue.Queue[dict[str, Any]] = queue.Queue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self.started = self.next("started")

    def _read(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            self._lines.put(json.loads(line))

    def next(self, event: str = "updated") -> dict[str, Any]:
        try:
            update = self._lines.get(timeout=SECONDS)
        except queue.Empty:
            self.process.kill()
            raise AssertionError(f"no update; {self.process.stderr and self.process.stderr.read()}") from None
        assert update["event"] == event, update
        return update

    def rest(self, seconds: float = NOTHING_SECONDS) -> list[dict[str, Any]]:
        """What is said until nothing has been for so long."""
        updates = []
        with contextlib.suppress(queue.Empty):
            while True:
                updates.append(self._lines.get(timeout=seconds))
        return updates

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        self._reader.join()
        for stream in filter(None, (self.process.stdout, self.process.stderr)):
            stream.close()

    def end(self, number: int = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return self.process.wait(SECONDS)


@pytest.fixture
def watched(request: pytest.FixtureRequest) -> Iterator[Callable[..., Watched]]:
    running: list[Watched] = []

    def start(root: Path, *args: str) -> Watched:
        running.append(Watched(root, *args))
        return running[-1]

    yield start
    for each in running:
        each.close()


def table_bytes(graph: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted((graph / "tables").iterdir())}


def assert_is_of_now(root: Path, tmp_path: Path) -> None:
    fresh = tmp_path / f"fresh-{time.monotonic_ns()}"
    build(root, fresh, BuildOptions(jobs=1))
    assert table_bytes(root / ".kgraph") == table_bytes(fresh)


class TestEvents:
    def test_an_edit(self, root: Path, tmp_path: Path, watched: Callable[..., Watched]) -> None:
        running = watched(root)
        write(root, {"p/n.py": "def k(): return 2\ndef l(): pass\n"})
        update = running.next()
        assert update["changed"] == ["p/n.py"]
        assert update["generation"] != running.started["generation"]
        assert update["counts"]["symbols"] == running.started["counts"]["symbols"] + 1
        assert_is_of_now(root, tmp_path)

    def test_an_editor_that_writes_by_rename(self, root: Path, watched: Callable[..., Watched]) -> None:
        running = watched(root)
        (root / "out").mkdir()
        (root / "out/new").write_text("def other(): pass\n")
        (root / "out/new").replace(root / "p/n.py")
        assert running.next()["changed"] == ["p/n.py"]

    def test_folders_that_come_move_and_go(self, root: Path, tmp_path: Path, watched: Callable[..., Watched]) -> None:
        running = watched(root)
        write(tmp_path / "elsewhere", {"deep/er/x.py": "def x(): pass\n"})
        (tmp_path / "elsewhere").rename(root / "q")
        running.next()
        assert_is_of_now(root, tmp_path)
        write(root, {"q/deep/er/y.py": "def y(): pass\n"})  # in a folder that was not there before
        running.next()
        (root / "q").rename(root / "z")
        running.next()
        assert_is_of_now(root, tmp_path)
        (root / "z").rename(tmp_path / "gone")
        running.next()
        assert_is_of_now(root, tmp_path)

    def test_what_is_left_out_wakes_nobody(self, root: Path, watched: Callable[..., Watched]) -> None:
        with kgraph.build(root, jobs=1) as graph:
            graph.pages(root / "docs")
        running = watched(root)
        write(root, {"out/x.py": "def x(): pass\n", "build.log": "x", "p/y.log": "y", ".git/x": "", ".kgraph/x": "x"})
        write(root / "docs", {"index.md": "another"})  # a page that kgraph wrote
        assert running.rest() == []
        write(root, {"p/n.py": "x = 1\n"})
        assert running.next()["changed"] == ["p/n.py"]
        assert running.rest() == []  # its own graph does not wake it

    def test_constant_writes_postpone_an_update_by_seconds_only(
        self, root: Path, watched: Callable[..., Watched]
    ) -> None:
        running = watched(root)
        ended = threading.Event()

        def writing() -> None:
            number = 0
            while not ended.wait(0.05):
                number += 1
                write(root, {"p/n.py": f"x = {number}\n", "out/x.o": str(number)})

        thread = threading.Thread(target=writing)
        thread.start()
        try:
            running.next()
            running.next()
        finally:
            ended.set()
            thread.join()

    def test_files_are_looked_at_where_there_are_no_events(
        self, root: Path, tmp_path: Path, watched: Callable[..., Watched]
    ) -> None:
        running = watched(root, "--poll")
        time.sleep(1.1)  # a coarse clock
        write(root, {"p/n.py": "def polled(): pass\n"})
        running.next()
        assert_is_of_now(root, tmp_path)


class TestGit:
    def test_a_checkout_is_one_change(self, repository: Path, tmp_path: Path, watched: Callable[..., Watched]) -> None:
        git(repository, "checkout", "-qb", "other")
        write(repository, {f"many/f{n}.py": f"def f{n}(): pass\n" for n in range(200)})
        git(repository, "add", "-A")
        git(repository, "commit", "-qm", "many")
        git(repository, "checkout", "-q", "-")
        running = watched(repository)
        git(repository, "checkout", "-q", "other")
        update = running.next()
        assert update["counts"]["files"] == len(FILES) + 200
        assert [each["event"] for each in running.rest() if each["event"] != "unchanged"] == []
        assert_is_of_now(repository, tmp_path)

    def test_git_is_waited_for(self, repository: Path, watched: Callable[..., Watched]) -> None:
        running = watched(repository)
        lock = repository / ".git/index.lock"
        lock.write_text("")
        write(repository, {"p/n.py": "x = 1\n"})
        assert running.rest() == []
        lock.unlink()
        assert running.next()["changed"] == ["p/n.py"]

    def test_a_file_counts_when_it_is_tracked_and_a_commit_counts(
        self, repository: Path, tmp_path: Path, watched: Callable[..., Watched]
    ) -> None:
        running = watched(repository)
        write(repository, {"new.py": "def new(): pass\n"})
        assert running.rest() == []
        git(repository, "add", "new.py")
        assert running.next()["counts"]["files"] == len(FILES) + 1
        git(repository, "commit", "-qm", "two")
        running.next()
        with kgraph.open(repository) as graph:
            assert graph.repository.revision == git(repository, "rev-parse", "HEAD")
        assert_is_of_now(repository, tmp_path)

    def test_a_worktree_whose_git_folder_lies_elsewhere(
        self, repository: Path, tmp_path: Path, watched: Callable[..., Watched]
    ) -> None:
        git(repository, "worktree", "add", "-q", str(tmp_path / "w"))
        running = watched(tmp_path / "w")
        write(tmp_path / "w", {"new.py": "def new(): pass\n"})
        git(tmp_path / "w", "add", "-A")
        assert running.next()["counts"]["files"] == len(FILES) + 1


EDITS: list[Callable[[random.Random, Path], None]] = [
    lambda r, root: write(root, {f"p/n{r.randrange(4)}.py": f"def k{r.randrange(5)}(): return {r.randrange(9)}\n"}),
    lambda r, root: write(
        root, {"p/m.py": f"from p import n{r.randrange(4)} as n\ndef h(): return n.k{r.randrange(5)}()\n"}
    ),
    lambda r, root: write(root, {"a.c": f'#include "b{r.choice(["", "2"])}.h"\nint f(void) {{ return g(); }}\n'}),
    lambda r, root: write(root, {"b2.h": f"#define API\nAPI int g(int x{r.randrange(3)});\n"}),
    lambda r, root: write(root, {f"q{r.randrange(3)}/w.py": "import p.m\np.m.h()\n"}),
    lambda r, root: (root / "p/n1.py").unlink(missing_ok=True),
    lambda r, root: write(root, {".gitignore": r.choice(["out/\n*.log\n", "p/n2.py\n", "q1/\n"])}),
    lambda r, root: write(root, {"README.md": f"# T\n\n[x](p/n{r.randrange(4)}.py) `k{r.randrange(5)}`\n"}),
    lambda r, root: (root / "q0").rename(root / f"q{r.randrange(5, 99)}") if (root / "q0").exists() else None,
]


@pytest.mark.parametrize("with_git", [False, True])
def test_after_random_edits_the_graph_is_that_of_a_build_from_nothing(
    root: Path, tmp_path: Path, watched: Callable[..., Watched], with_git: bool
) -> None:
    if with_git:
        git(root, "init", "-q")
        git(root, "add", "-A")
        git(root, "commit", "-qm", "one")
    running = watched(root)
    chance = random.Random(20)
    generations = set()
    for _ in range(6):
        for edit in chance.choices(EDITS, k=chance.randrange(1, 6)):
            edit(chance, root)
            time.sleep(chance.choice([0, 0, 0.05, 0.4]))
        if with_git:
            git(root, "add", "-A")
            if chance.random() < 0.5:
                git(root, "commit", "-qm", "more", "--allow-empty")
        generations |= {each["generation"] for each in running.rest()}
        assert_is_of_now(root, tmp_path)
    assert len(generations) >= 4  # it is no test if nothing happened


class TestEnds:
    @pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
    def test_signals(self, root: Path, watched: Callable[..., Watched], number: int) -> None:
        running = watched(root)
        write(root, {"p/n.py": "x = 1\n"})
        running.next()
        children = psutil.Process(running.process.pid).children(recursive=True)
        assert running.end(number) == 0
        assert psutil.wait_procs(children, timeout=20)[1] == []
        assert len(list((root / ".kgraph").glob("graph-*"))) == 1

    def test_with_who_started_it(self, root: Path) -> None:
        command = [sys.executable, "-m", "kgraph", "watch", str(root), "--json"]
        starter = subprocess.Popen(
            [
                sys.executable,
                "-c",
                f"import subprocess, time; p = subprocess.Popen({command!r}); print(p.pid, flush=True); time.sleep(99)",
            ],
            stdout=subprocess.PIPE,
            text=True,
        )
        assert starter.stdout
        process = psutil.Process(int(starter.stdout.readline()))
        assert json.loads(starter.stdout.readline())["event"] == "started"
        starter.kill()
        starter.wait()
        starter.stdout.close()
        assert psutil.wait_procs([process], timeout=20)[1] == []

    def test_an_update_that_fails_leaves_the_graph_and_is_tried_again(
        self, root: Path, tmp_path: Path, watched: Callable[..., Watched]
    ) -> None:
        running = watched(root)
        before = table_bytes(root / ".kgraph")
        with (root / ".kgraph/lock").open() as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            write(root, {"p/n.py": "def one(): pass\n"})
            assert "another build is writing" in running.next("failed")["error"]
        assert table_bytes(root / ".kgraph") == before
        write(root, {"b.h": "int g(int);\n"})
        running.next()
        assert_is_of_now(root, tmp_path)

    def test_neither_memory_nor_files_grow(self, root: Path, watched: Callable[..., Watched]) -> None:
        running = watched(root)
        process = psutil.Process(running.process.pid)
        seen = []
        for number in range(60):
            write(root, {"p/n.py": f"def k{number}(): return {number}\n"})
            running.next()
            seen.append((process.memory_info().rss, process.num_fds(), process.num_threads()))
        assert {files for _, files, _ in seen[10:]} == {seen[10][1]}
        assert max(threads for _, _, threads in seen[30:]) <= max(threads for _, _, threads in seen[10:30])
        assert seen[-1][0] < seen[20][0] * 1.15
        assert len(list((root / ".kgraph").glob("graph-*"))) == 1


class TestBesideServers:
    def test_serve(self, root: Path) -> None:
        kgraph.build(root, jobs=1).close()
        command = [sys.executable, "-m", "kgraph", "serve", "-g", str(root), "--port", "0", "--watch"]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        assert process.stdout
        try:
            url = process.stdout.readline().strip()
            question = "ASK%20%7B%20%3Ff%20%3Chttps%3A//kgraph.example/none%3E%20%3Fx%20%7D"
            assert process.stdout.readline().strip() == f"{url}sparql"
            with urllib.request.urlopen(f"{url}sparql?query={question}", timeout=SECONDS) as answer:
                first = answer.headers["X-Kgraph-Generation"]
            assert first
            end = time.monotonic() + SECONDS
            number = 0
            while time.monotonic() < end:
                number += 1
                write(root, {"p/n.py": f"def served{number}(): pass\n"})
                time.sleep(2)
                with urllib.request.urlopen(f"{url}sparql?query={question}", timeout=SECONDS) as answer:
                    if answer.headers["X-Kgraph-Generation"] != first:
                        break
            else:
                raise AssertionError(first)
            children = psutil.Process(process.pid).children(recursive=True)
        finally:
            process.terminate()
            process.communicate(timeout=SECONDS)
        assert psutil.wait_procs(children, timeout=20)[1] == []

    def test_mcp_ends_with_its_input(self, root: Path) -> None:
        kgraph.build(root, jobs=1).close()
        command = [sys.executable, "-m", "kgraph", "mcp", "-g", str(root), "--watch"]
        process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        assert process.stdin and process.stderr
        first = (root / ".kgraph/current").readlink()
        lines: queue.Queue[str] = queue.Queue()
        stderr = process.stderr
        reader = threading.Thread(target=lambda: [lines.put(line) for line in stderr], daemon=True)
        reader.start()
        assert "the files as they are" in lines.get(timeout=SECONDS)
        write(root, {"p/n.py": "def agent(): pass\n"})
        assert "p/n.py: graph-" in lines.get(timeout=SECONDS)
        assert (root / ".kgraph/current").readlink() != first
        children = psutil.Process(process.pid).children(recursive=True)
        assert len(children) >= 2
        process.stdin.close()
        process.wait(SECONDS)
        assert psutil.wait_procs(children, timeout=20)[1] == []
        reader.join(SECONDS)
        stderr.close()
        assert process.stdout
        process.stdout.close()


class TestParts:
    def relevance(self, root: Path, **options: Any) -> Relevance:
        found = Relevance(root, root / ".kgraph")
        found.learn(scan(root, **options))
        return found

    def among(self, root: Path, *paths: str) -> set[str]:
        return self.relevance(root).among(f"{root}/{path}" for path in paths)

    def test_without_git(self, root: Path) -> None:
        (root / "out").mkdir()
        left_out = (".", "out/x.py", "p/x.log", ".git/config", ".kgraph/lock", "sub/.kgraph/x", "out", "p")
        assert self.among(root, *left_out) == set()
        counts = {"a.c", "new.py", "p/new.py", ".gitignore", "p/gone/x.py", "out2"}
        assert self.among(root, *counts, *left_out) == counts

    def test_with_git(self, repository: Path) -> None:
        git(repository, "add", "-f", "-A")
        counts = {"a.c", "p/m.py", "build/compile_commands.json"}
        assert self.among(repository, *counts, "new.py", "out/x.py", "p") == counts
        for path in (repository / "p").iterdir():
            path.unlink()
        relevance = self.relevance(repository)
        (repository / "p").rmdir()
        assert relevance.among([f"{repository}/p"]) == {"p"}

    def test_the_system_watches_no_more_folders(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        asked = []

        def limited(*_: Any, force_polling: bool, **__: Any) -> Iterator[set[tuple[int, str]]]:
            asked.append(force_polling)
            if not force_polling:
                raise OSError(28, "OS file watch limit reached")
            yield {(1, "x")}

        monkeypatch.setattr("watchfiles.watch", limited)
        assert list(events.batches(tmp_path)) == [{"x"}]
        assert asked == [False, True]
        assert "max_user_watches" in caplog.text

    def test_a_file_system_without_events(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        mounts = tmp_path / "mountinfo"
        mounts.write_text(
            "22 1 0:1 / / rw - ext4 /dev/a rw\n23 22 0:2 / /mnt/far\\040away rw shared:1 - nfs4 host:/x rw\nodd line\n"
        )
        kind = events.file_system_of
        assert kind(Path("/mnt/far away/r"), str(mounts)) == "nfs4"
        assert kind(Path("/mnt/far"), str(mounts)) == "ext4"
        assert kind(Path("/x"), str(tmp_path / "none")) == ""
        asked = []
        monkeypatch.setattr(events, "file_system_of", lambda _: "nfs4")
        monkeypatch.setattr("watchfiles.watch", lambda *_, **given: asked.append(given["force_polling"]) or iter(()))
        assert list(events.batches(tmp_path)) == []
        assert asked == [True]
