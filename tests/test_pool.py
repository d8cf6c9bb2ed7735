"""Workers that crash, hang or eat memory cost one file each; everything else is read all the same."""

from __future__ import annotations

import os
import resource
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
from support import kept_processes

from kgraph.contents import FileContent
from kgraph.extract import worker_pool
from kgraph.extract.encoded import decode_facts
from kgraph.extract.work import Job, JobResult, Task, read_alone, read_chunk, read_content
from kgraph.extract.worker_pool import ExtractionWorkers
from kgraph.model import ExtractResult, FileFacts, Skipped, UseFacts
from kgraph.processes import StartError
from kgraph.scan import blob_id

GOOD = 120


def read_badly(content: FileContent, job: Job, macros: frozenset[str]) -> ExtractResult:
    """What a parser does that meets a file it was not made for."""
    match content.data:
        case b"crash":
            os.abort()
        case b"hang":
            while True:
                pass
        case b"sleep":
            time.sleep(3600)
        case b"eat":
            bytearray(1 << 40)
        case b"fail":
            raise ValueError("a bug")
        case b"killed":
            os.kill(os.getpid(), signal.SIGKILL)
        case b"left":
            os._exit(7)
        case b"pipe":
            os.kill(os.getppid(), signal.SIGCONT)  # of no effect
    return FileFacts(1)


def job(folder: Path, name: str, content: bytes, language: str = "C") -> Job:
    path = folder / name
    path.write_bytes(content)
    return Job(name, str(path), len(content), language, blob=blob_id(content))


def run(folder: Path, *bad: str, seconds: float = 0.2, good: int = GOOD) -> dict[str, JobResult]:
    contents = {**{name: name for name in bad}, **{f"good {n}": f"good {n}" for n in range(good)}}
    jobs = [job(folder, name, content.encode()) for name, content in contents.items()]
    with ExtractionWorkers(2, memory=1 << 30) as workers:
        results = workers.read(jobs, Task(seconds=seconds, read=read_badly))
        found = {each.key: outcome for each, outcome in results}
    assert len(found) == len(jobs)
    return found


def reasons(found: dict[str, JobResult]) -> dict[str, str]:
    facts = {key: decode_facts(outcome.data) for key, outcome in found.items()}
    return {key: fact.reason for key, fact in facts.items() if isinstance(fact, Skipped)}


LASTING = {
    "crash": "the parser crashed (SIGABRT)",
    "hang": "took longer than 0.2 s of processor time",
    "eat": "needs too much memory",
}
PASSING = {
    "sleep": "took longer than 2 s",
    "killed": "its process was ended (SIGKILL)",
    "left": "its process ended (exit code 7)",
    "fail": "kgraph failed: ValueError: a bug",
}


def test_each_bad_file_is_skipped_for_its_own_reason(tmp_path: Path) -> None:
    found = run(tmp_path, *LASTING, *PASSING)
    assert reasons(found) == LASTING | PASSING
    assert {name for name, outcome in found.items() if not outcome.lasting} == set(PASSING)
    for name, outcome in found.items():
        facts = decode_facts(outcome.data)
        # A reader's own exception is not kept under the content, and yet no reason to read all again.
        assert (isinstance(facts, Skipped) and facts.passing) == (name in PASSING and name != "fail")
        assert outcome.blob == (blob_id(name.encode()) if outcome.lasting or name == "fail" else "")


def test_a_bad_file_does_not_hold_up_the_others(tmp_path: Path) -> None:
    """While one file takes all the time that it may, twice, the other worker reads all the rest."""
    order = list(run(tmp_path, "hang", seconds=1.0))
    assert order[-1] == "hang"
    assert len(order) == GOOD + 1


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("C++", "#include <a.h>\nclass A { int f(); };\nstatic int g() { return A().f(); }\nint h = g();\n"),
        ("C++", 'PYBIND11_MODULE(spam, m) { m.def("f", &f); }\n'),
        ("Python", "import a\n\ndef f():\n    return a.g()\n"),
    ],
)
def test_facts_without_uses(tmp_path: Path, language: str, text: str) -> None:
    first = job(tmp_path, "file", text.encode(), language)
    whole, bare = (facts_of(replace(first, uses=uses)) for uses in (True, False))
    assert isinstance(whole, FileFacts)
    assert whole.uses.names or whole.bound
    assert bare == msgspec.structs.replace(whole, uses=UseFacts(), bindings=(), bound=())
    assert worker_pool.facts_key("blob", language, True, "", True) != worker_pool.facts_key(
        "blob", language, True, "", False
    )


def facts_of(job: Job) -> ExtractResult:
    return decode_facts(outcome_of(job).data)


def outcome_of(job: Job) -> JobResult:
    (outcome,) = read_chunk([job], Task())
    assert outcome
    assert list(read_alone([job], Task()))[-1] == outcome
    return outcome


@pytest.mark.parametrize(("language", "parse"), [("Markdown", True), ("C", False), ("Python", False)])
def test_facts_that_tell_no_uses_have_one_key(language: str, parse: bool) -> None:
    assert worker_pool.facts_key("blob", language, parse, "", True) == worker_pool.facts_key(
        "blob", language, parse, "", False
    )


def test_an_executor_of_the_users_own(tmp_path: Path) -> None:
    jobs = [job(tmp_path, "a.py", b"x = 1\n", "Python")]
    with ThreadPoolExecutor(1) as executor, ExtractionWorkers(1, executor) as workers:
        ((_, outcome),) = workers.read(jobs, Task())
        assert workers._local is None
    facts = decode_facts(outcome.data)
    assert isinstance(facts, FileFacts)
    assert [symbol.name for symbol in facts.symbols] == ["x"]


def test_an_executor_that_fails_is_made_up_for(tmp_path: Path) -> None:
    class Broken(ThreadPoolExecutor):
        def submit(self, *args: object, **kwargs: object) -> object:  # type: ignore[override]
            raise RuntimeError("cannot schedule new futures")

    jobs = [job(tmp_path, "a.py", b"x = 1\n", "Python")]
    with ExtractionWorkers(1, Broken(1)) as workers:
        ((_, outcome),) = workers.read(jobs, Task())
    assert isinstance(decode_facts(outcome.data), FileFacts)


@pytest.mark.parametrize(
    ("content", "lines", "read_as"),
    [(b"", 0, "syntax"), (b"x = 1", 1, "syntax"), (b"x = 1\n\n", 2, "syntax")],
)
def test_lines(tmp_path: Path, content: bytes, lines: int, read_as: str) -> None:
    facts = facts_of(job(tmp_path, "a.py", content, "Python"))
    assert isinstance(facts, FileFacts)
    assert (facts.lines, facts.read_as) == (lines, read_as)


def test_a_file_that_is_too_large_to_hold_is_counted(tmp_path: Path) -> None:
    content = FileContent(b"a\n" * 10, 1_000_000, "blob", 500_000)
    assert read_content(content, Job("", "", 1_000_000, "", parse=False), frozenset()) == FileFacts(500_000)


def change(path: Path, how: str) -> None:
    path.unlink(missing_ok=True)
    match how:
        case "a link":
            path.symlink_to("/dev/zero")
        case "a pipe":
            os.mkfifo(path)
        case "a folder":
            path.mkdir()
        case "larger":
            with path.open("wb") as stream:
                stream.truncate(3 << 30)  # holes take no room
        case "other":
            path.write_bytes(b"y = 2\n")


@pytest.mark.parametrize(
    ("how", "reason"),
    [
        ("gone", "cannot be opened: No such file or directory"),
        ("a link", "cannot be opened: Too many levels of symbolic links"),
        ("a pipe", "cannot be opened: not a regular file"),
        ("a folder", "cannot be opened: not a regular file"),
        ("larger", "changed while it was read"),
    ],
)
def test_a_file_that_became_something_else(tmp_path: Path, how: str, reason: str) -> None:
    listed = job(tmp_path, "a.py", b"x = 1\n", "Python")
    change(tmp_path / "a.py", how)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for what in ("facts", "words", "macros"):
        outcome = outcome_of(replace(listed, what=what))  # type: ignore[arg-type]
        assert (outcome.blob, outcome.lasting, outcome.as_listed) == ("", False, False)
    assert facts_of(listed) == Skipped(reason, passing=True)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000  # kilobytes


def test_facts_are_of_the_content_that_was_read(tmp_path: Path) -> None:
    listed = job(tmp_path, "a.py", b"x = 1\n", "Python")
    assert outcome_of(listed).as_listed
    change(tmp_path / "a.py", "other")
    outcome = outcome_of(listed)
    assert (outcome.blob, outcome.lasting, outcome.as_listed) == (blob_id(b"y = 2\n"), True, False)
    outcome = outcome_of(replace(listed, blob=blob_id(b"y = 2\n", "sha256")))
    assert outcome.as_listed


def test_no_worker_can_be_started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.executable", str(tmp_path / "gone"))
    with ExtractionWorkers(2) as workers, pytest.raises(StartError, match="No such file"):
        list(workers.read([job(tmp_path, "a.py", b"x = 1\n", "Python")], Task()))


@pytest.fixture(autouse=True)
def no_worker_is_left() -> Iterator[None]:
    kept_processes.end()
    yield
    import psutil

    assert [
        child.cmdline() for child in psutil.Process().children() if "processes/child.py" in " ".join(child.cmdline())
    ] == []
