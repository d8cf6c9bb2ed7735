"""Processes of ours run none of the current folder's code, end with us, and never keep anybody waiting for ever."""

from __future__ import annotations

import ast
import contextlib
import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

import kgraph
from kgraph import processes
from kgraph.processes import Executor, Process, ProcessDiedError, StartError
from kgraph.scratch import scratch_folder
from tests.test_scan import repository

KGRAPH = Path(kgraph.__file__).parent
PYTHON = [sys.executable, "-P", "-m", "kgraph"]

# --- one module starts all of them ----------------------------------------------------------------------------------

STARTS_PROCESSES = {"loky", "multiprocessing", "concurrent.futures.process", "pty", "billiard", "joblib"}
STARTS_PYTHON = {"executable", "ProcessPoolExecutor", "fork", "forkpty", "posix_spawn", "posix_spawnp"}


def strange(source: str) -> list[str]:
    """What a module uses that starts Python."""
    found = []
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Import(names=names):
                found += [each.name for each in names if starts(each.name)]
            case ast.ImportFrom(module=str(module), names=names):
                whole = [f"{module}.{each.name}" for each in names]
                found += [name for name in whole if starts(name) or name.rpartition(".")[2] in STARTS_PYTHON]
            case ast.Attribute(attr=attribute) if attribute in STARTS_PYTHON or attribute.startswith(("exec", "spawn")):
                if isinstance(node.value, ast.Name) and node.value.id in ("os", "sys", "futures", "concurrent"):
                    found.append(attribute)
    return found


def starts(module: str) -> bool:
    return any(f"{module}.".startswith(f"{name}.") for name in STARTS_PROCESSES)


def test_one_module_starts_python() -> None:
    sources = {path.relative_to(KGRAPH): path.read_text("utf-8") for path in KGRAPH.rglob("*.py")}
    others = {path: strange(text) for path, text in sources.items() if path.parts[0] != "processes"}
    del others[Path("view/app/hatch_build.py")]  # is no part of what is installed
    assert {path: found for path, found in others.items() if found} == {Path("cli/native.py"): ["fork"]}
    assert strange(sources[Path("processes/start.py")])


@pytest.mark.parametrize(
    "source",
    [
        "import loky",
        "from loky import ProcessPoolExecutor",
        "import multiprocessing.pool",
        "from concurrent.futures import ProcessPoolExecutor",
        "import concurrent.futures.process",
        "import os\nos.fork()",
        "import os\nos.execv('a', [])",
        "import sys\nf(sys.executable)",
        "from sys import executable",
    ],
)
def test_what_it_refuses(source: str) -> None:
    assert strange(source)


# --- the current folder ---------------------------------------------------------------------------------------------

# Besides Python's own: what kgraph and its libraries import, or would if it were there.
OTHERS = """
    kgraph loky polars numpy msgspec tree_sitter tree_sitter_cpp tree_sitter_rust cmarkgfm docutils markdown_it pathspec
    pygments networkx scipy rich click jinja2 rdflib pyoxigraph starlette uvicorn h11 anyio mcp clang psutil yaml regex
    sitecustomize usercustomize attr attrs mdurl typing_extensions identify orjson colorama setuptools pkg_resources
""".split()  # noqa: SIM905
HOSTILE = "import os\nopen(os.environ['KGRAPH_TEST_RAN'], 'a').write(__file__ + '\\n')\nvalue = 1\n"
QUESTION = "SELECT ?p WHERE { ?f kg:path ?p }"


@pytest.fixture
def hostile(tmp_path: Path) -> Iterator[tuple[Path, dict[str, str]]]:
    """A repository whose top has a module for every name that somebody may import, and the environment to be in."""
    root = tmp_path / "repo"
    root.mkdir()
    names = sorted(set(sys.stdlib_module_names) | set(OTHERS))
    repository(root, {f"{name}.py": HOSTILE for name in names} | {"README.md": "# Shapes\n"})
    ran = tmp_path / "ran"
    ran.touch()
    yield root, {**os.environ, "KGRAPH_TEST_RAN": str(ran), "PYTHONPATH": "", "PYTHONDONTWRITEBYTECODE": "1"}
    assert ran.read_text() == ""


def run(root: Path, environment: dict[str, str], *arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
    command = [*PYTHON, *arguments]
    return subprocess.run(
        command, cwd=root, env=environment, capture_output=True, text=True, timeout=240, check=False, **options
    )


def test_no_module_of_the_current_folder_runs(hostile: tuple[Path, dict[str, str]], tmp_path: Path) -> None:
    root, environment = hostile
    built = run(root, environment, "build", ".")
    assert (built.returncode, built.stderr.count("crashed")) == (0, 0)
    manifest = json.loads((root / ".kgraph/manifest.json").read_text())
    assert manifest["ledger"]["skipped"] == []
    assert manifest["ledger"]["read_as"]["syntax"] == manifest["counts"]["files"] > 300
    (tmp_path / "rules.toml").write_text('[[rule]]\nname = "a"\nkind = "cycles"\nedges = "includes"\n')
    checked = run(root, environment, "check", "--build", "--rules", str(tmp_path / "rules.toml"))
    assert checked.returncode in (0, 1, 2)
    assert "Traceback" not in checked.stderr
    paged = run(root, environment, "pages", "-o", str(tmp_path / "pages"))
    assert (paged.returncode, paged.stderr.count("Traceback")) == (0, 0)
    asked = run(root, environment, "query", "-e", QUESTION)
    assert (asked.returncode, "loky.py" in asked.stdout) == (0, True)


def test_no_module_of_the_current_folder_runs_in_servers(hostile: tuple[Path, dict[str, str]]) -> None:
    root, environment = hostile
    assert run(root, environment, "build", ".").returncode == 0
    initialize = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}}
    messages = [
        {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": initialize},
        {"jsonrpc": "2.0", "method": "notifications/initialized"},
        {
            "jsonrpc": "2.0",
            "id": 2,
            "method": "tools/call",
            "params": {"name": "query", "arguments": {"query": QUESTION, "sparql": QUESTION}},
        },
    ]
    with subprocess.Popen(
        [*PYTHON, "mcp"],
        cwd=root,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as server:
        assert server.stdin
        assert server.stdout
        for message in messages:
            server.stdin.write(json.dumps(message) + "\n")
            server.stdin.flush()
        answers = [json.loads(server.stdout.readline()) for _ in range(2)]
        assert [answer["id"] for answer in answers] == [1, 2]
        server.stdin.close()
    with subprocess.Popen(
        [*PYTHON, "serve", "--port", "0"], cwd=root, env=environment, stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout
        assert "http://" in server.stdout.readline()
        server.terminate()


def test_python_m_kgraph_takes_its_modules_from_elsewhere(tmp_path: Path) -> None:
    """Once it is found: what Python itself imports to find it, nobody can change."""
    needs = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "this"],
        capture_output=True,
        text=True,
        check=True,
        cwd=KGRAPH.parent,
    )
    before = {line.rpartition("|")[2].strip() for line in needs.stderr.splitlines()} | {"runpy", "pkgutil"}
    root = tmp_path / "repo"
    root.mkdir()
    ran = tmp_path / "ran"
    for name in (set(sys.stdlib_module_names) | set(OTHERS)) - before - {"kgraph", "sitecustomize", "usercustomize"}:
        (root / f"{name}.py").write_text(HOSTILE)
    environment = {**os.environ, "KGRAPH_TEST_RAN": str(ran), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-m", "kgraph", "build", "."]
    done = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, ran.exists()) == (0, False), done.stderr


# --- the end --------------------------------------------------------------------------------------------------------

SLOW = """
import sys, time
import kgraph
from kgraph.processes import Executor, Process
from kgraph.extract import work
executor = Executor(2, work.start_worker, (3 << 30,))
calls = [executor.submit({call}) for _ in range(2)]
print("begun", flush=True)
time.sleep(60)
"""


@pytest.mark.parametrize("call", ["time.sleep, 60", "sum, range(10**12)", "len, 'a'"])
@pytest.mark.parametrize("wait", [0.0, 0.5, 2.0])
def test_workers_end_with_their_parent(call: str, wait: float) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", SLOW.format(call=call)], stdout=subprocess.PIPE, start_new_session=True
    ) as parent:
        assert parent.stdout
        parent.stdout.readline()
        time.sleep(wait)
        parent.kill()
    assert no_process_remains(parent.pid)


def no_process_remains(session: int) -> bool:
    """Whether all of a session end, in a while."""
    for _ in range(300):
        left = []
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error, ProcessLookupError):
                if os.getsid(process.pid) == session and process.status() != psutil.STATUS_ZOMBIE:
                    left.append(process)
        if not left:
            return True
        time.sleep(0.1)
    return False


@pytest.mark.parametrize("moment", [0.5, 1.0, 1.5, 2.5])
def test_a_killed_build_leaves_nothing_behind(tmp_path: Path, moment: float) -> None:
    root, temporary = tmp_path / "repo", tmp_path / "temporary"
    root.mkdir()
    temporary.mkdir()
    lines = "".join(f"int f{n}(int a) {{ return a + {n}; }}\n" for n in range(500))
    repository(root, {f"{n}.cpp": f"// {n}\n{lines}" for n in range(8)})
    environment = {**os.environ, "TMPDIR": str(temporary)}
    command = [*PYTHON, "build", str(root), "-o", str(tmp_path / "graph")]
    with subprocess.Popen(command, env=environment, start_new_session=True, stderr=subprocess.DEVNULL) as build:
        time.sleep(moment)
        build.kill()
    assert no_process_remains(build.pid)
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=240)
    assert done.returncode == 0
    assert list(temporary.iterdir()) == []


HOLDS = "import time, kgraph.scratch as s\nwith s.scratch_folder() as f: print(f, flush=True); time.sleep(60)"


def test_folders_of_killed_processes_are_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    (tmp_path / "outside").mkdir()
    link = tmp_path / f"kgraph-{os.getuid()}-link"
    link.symlink_to(tmp_path / "outside")
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    with subprocess.Popen([sys.executable, "-c", HOLDS], env=environment, stdout=subprocess.PIPE, text=True) as killed:
        assert killed.stdout
        left = Path(killed.stdout.readline().strip())
        (left / "file").touch()
        with scratch_folder() as folder:
            assert left.is_dir()  # whose process lives
            assert Path(folder).is_dir()
        killed.kill()
    with scratch_folder() as folder:
        assert set(tmp_path.iterdir()) == {tmp_path / "outside", link, Path(folder)}
    assert set(tmp_path.iterdir()) == {tmp_path / "outside", link}


# --- starved --------------------------------------------------------------------------------------------------------


def test_no_process_where_there_are_no_handles() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    lowest = os.dup(0)
    os.close(lowest)
    resource.setrlimit(resource.RLIMIT_NOFILE, (lowest + 1, hard))
    try:
        with pytest.raises(StartError, match="Too many open files") as caught:
            Process(time.sleep, 0)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    assert "ulimit -n" in caught.value.hint
    free = os.dup(0)
    os.close(free)
    assert free == lowest  # none was left open


def test_a_process_that_ends_before_it_begins() -> None:
    with Executor(2, os._exit, (3,)) as executor, pytest.raises(StartError, match="code 3"):
        executor.submit(len, "a").result(60)


def fail() -> None:
    raise ValueError("not ready")


def test_a_process_whose_beginning_fails() -> None:
    with Executor(2, fail) as executor, pytest.raises(StartError, match="ValueError: not ready"):
        executor.submit(len, "a").result(60)


def test_fewer_processes_than_asked_for_do(monkeypatch: pytest.MonkeyPatch) -> None:
    start = processes.executor.Process
    first = threading.Lock()

    def once(*arguments: Any) -> Process:
        if not first.acquire(blocking=False):
            raise StartError("no more")
        return start(*arguments)

    monkeypatch.setattr(processes.executor, "Process", once)
    with Executor(3) as executor:
        calls = [executor.submit(len, "a" * n) for n in range(50)]
        assert [call.result(60) for call in calls] == list(range(50))
        assert str(executor.lacks) == "no more"


def test_threads_that_cannot_be_started(monkeypatch: pytest.MonkeyPatch) -> None:
    def start(thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    with Executor(2) as executor:
        monkeypatch.setattr(threading.Thread, "start", start)
        with pytest.raises(StartError, match="thread"):
            executor.submit(len, "a").result(60)


# --- calls ----------------------------------------------------------------------------------------------------------


def count(to: int, code: int) -> Iterator[int]:
    yield from range(to)
    if code:
        os._exit(code)


def test_what_a_process_does_that_dies() -> None:
    with Executor(1) as executor:
        assert executor.submit(count, 3, 0).result(60) == [0, 1, 2]
        with pytest.raises(ProcessDiedError) as caught:
            executor.submit(count, 3, 7).result(60)
        assert (caught.value.code, caught.value.items) == (7, [0, 1, 2])
        assert executor.submit(len, "abc").result(60) == 3
        with pytest.raises(ProcessDiedError) as caught:
            executor.submit(os.abort).result(60)
        assert caught.value.code == -signal.SIGABRT


def test_errors_and_results_come_back() -> None:
    with Executor(2) as executor:
        with pytest.raises(ZeroDivisionError):
            executor.submit(divmod, 1, 0).result(60)
        with pytest.raises(TypeError, match="pickle"):
            executor.submit(memoryview, b"a").result(60)
        assert list(executor.map(len, ["", "a", "ab"])) == [0, 1, 2]
    with pytest.raises(RuntimeError, match="shutdown"):
        executor.submit(len, "a")


def test_the_end_of_an_executor_is_at_once() -> None:
    executor = Executor(1)
    slow, waiting = executor.submit(time.sleep, 600), executor.submit(len, "a")
    while not slow.running():
        time.sleep(0.01)
    executor.shutdown()
    assert waiting.cancelled()
    assert slow.exception(0) is not None
