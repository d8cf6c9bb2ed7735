"""Workers that crash, hang or eat memory cost one file each; everything else is read all the same."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from kgraph.extract import pool
from kgraph.extract.pool import Job, Task, Workers, decode_facts
from kgraph.model import Extracted, FileFacts, Skipped, UseFacts

GOOD = 120


def read_badly(job: Job, macros: frozenset[str]) -> Extracted:
    """What a parser does that meets a file it was not made for."""
    match job.path:
        case "crash":
            os.abort()
        case "hang":
            while True:
                pass
        case "sleep":
            time.sleep(3600)
        case "eat":
            bytearray(1 << 40)
    return FileFacts(1)


def run(*bad: str, seconds: float = 0.2) -> dict[str, Extracted]:
    jobs = [Job(name, name, 10_000, "C") for name in (*bad, *(f"good {n}" for n in range(GOOD)))]
    with Workers(2, memory=1 << 30) as workers:
        results = workers.read(jobs, Task(seconds=seconds, read=read_badly))
        found = {job.path: decode_facts(data) for job, data in results}
    assert len(found) == len(jobs)
    return found


def reasons(found: dict[str, Extracted]) -> dict[str, str]:
    return {path: fact.reason for path, fact in found.items() if isinstance(fact, Skipped)}


def test_each_bad_file_is_skipped_for_its_own_reason() -> None:
    assert reasons(run("crash", "hang", "sleep", "eat")) == {
        "crash": "the parser crashed (SIGABRT)",
        "hang": "took longer than 0.2 s of processor time",
        "sleep": "took longer than 2 s",
        "eat": "needs too much memory",
    }


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("C++", "#include <a.h>\nclass A { int f(); };\nstatic int g() { return A().f(); }\nint h = g();\n"),
        ("C++", 'PYBIND11_MODULE(spam, m) { m.def("f", &f); }\n'),
        ("Python", "import a\n\ndef f():\n    return a.g()\n"),
    ],
)
def test_facts_without_uses(tmp_path: Path, language: str, text: str) -> None:
    (tmp_path / "file").write_text(text)
    job = Job("key", str(tmp_path / "file"), len(text), language)
    whole, bare = (pool.read_job(replace(job, uses=uses), frozenset()) for uses in (True, False))
    assert isinstance(whole, FileFacts)
    assert whole.uses.names or whole.bound
    assert bare == msgspec.structs.replace(whole, uses=UseFacts(), bindings=(), bound=())
    assert pool.facts_key("blob", language, True, "", True) != pool.facts_key("blob", language, True, "", False)


@pytest.mark.parametrize(("language", "parse"), [("Markdown", True), ("C", False), ("Python", False)])
def test_facts_that_tell_no_uses_have_one_key(language: str, parse: bool) -> None:
    assert pool.facts_key("blob", language, parse, "", True) == pool.facts_key("blob", language, parse, "", False)


def test_two_bad_files_of_one_kind() -> None:
    found = run("crash", "good")
    assert set(reasons(found)) == {"crash"}
    assert found["good"] == FileFacts(1)


def test_an_executor_of_the_users_own(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("x = 1\n")
    jobs = [Job("a", str(tmp_path / "a.py"), 6, "Python")]
    with ThreadPoolExecutor(1) as executor, Workers(1, executor) as workers:
        ((_, data),) = workers.read(jobs, Task())
    facts = decode_facts(data)
    assert isinstance(facts, FileFacts)
    assert [symbol.name for symbol in facts.symbols] == ["x"]


def test_an_executor_that_fails_is_made_up_for(tmp_path: Path) -> None:
    class Broken(ThreadPoolExecutor):
        def submit(self, *args: object, **kwargs: object) -> object:  # type: ignore[override]
            raise RuntimeError("cannot schedule new futures")

    (tmp_path / "a.py").write_text("x = 1\n")
    jobs = [Job("a", str(tmp_path / "a.py"), 6, "Python")]
    with Workers(1, Broken(1)) as workers:
        ((_, data),) = workers.read(jobs, Task())
    assert isinstance(decode_facts(data), FileFacts)


@pytest.mark.parametrize(
    ("content", "lines", "read_as"),
    [(b"", 0, "syntax"), (b"x = 1", 1, "syntax"), (b"x = 1\n\n", 2, "syntax")],
)
def test_lines(tmp_path: Path, content: bytes, lines: int, read_as: str) -> None:
    (tmp_path / "a.py").write_bytes(content)
    facts = pool.read_job(Job("a", str(tmp_path / "a.py"), len(content), "Python"), frozenset())
    assert isinstance(facts, FileFacts)
    assert (facts.lines, facts.read_as) == (lines, read_as)


def test_a_file_that_cannot_be_opened(tmp_path: Path) -> None:
    assert pool.read_job(Job("a", str(tmp_path / "gone"), 0, "Python"), frozenset()) == Skipped(
        "cannot be opened: No such file or directory"
    )


def test_a_passing_failure_is_told_from_a_lasting_one() -> None:
    assert pool.is_passing(pool.encode(Skipped("cannot be opened: Permission denied")))
    assert not pool.is_passing(pool.encode(Skipped("the parser crashed")))
    assert not pool.is_passing(pool.encode(FileFacts(1)))


@pytest.fixture(autouse=True)
def no_worker_is_left() -> Iterator[None]:
    yield
    import psutil

    assert [
        child.cmdline() for child in psutil.Process().children() if "loky.backend.popen" in " ".join(child.cmdline())
    ] == []
