"""How commands end where something is wrong: with the system (code 2, with a hint) or with kgraph (code 3)."""

from __future__ import annotations

import errno
import os
import re
import resource
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import kgraph.api
from kgraph.conditions import condition_of
from kgraph.errors import ConditionError

ROOT = Path(kgraph.__file__).parent.parent
PROGRAM = [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(ROOT)!r}); from kgraph.cli import main; main()"]


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("conditions") / "repo"
    root.mkdir()
    for number in range(5):
        (root / f"f{number}.c").write_text("".join(f"int f{number}_{n}(void) {{ return {n}; }}\n" for n in range(50)))
    kgraph.api.build(root, jobs=1).close()
    return root


def ended(
    *arguments: str | Path, limits: Callable[[], None] | None = None, program: list[str] = PROGRAM, **options: object
) -> subprocess.CompletedProcess[str]:
    options = {"stdout": subprocess.PIPE, **options}
    return subprocess.run(  # type: ignore[call-overload,no-any-return]
        [*program, *map(str, arguments)],
        stderr=subprocess.PIPE,
        text=True,
        timeout=120,
        check=False,
        preexec_fn=limits,
        **options,
    )


def assert_told(done: subprocess.CompletedProcess[str], words: str) -> None:
    """One line that says what is wrong, a hint, code 2."""
    assert done.returncode == 2, done.stderr
    what, hint, *more = done.stderr.splitlines()
    assert more == []
    assert words in what
    assert hint.startswith("  hint: ")


def limited(what: int, value: int) -> Callable[[], None]:
    return lambda: resource.setrlimit(what, (value, value))


@pytest.mark.parametrize(
    "command", [("stats",), ("query", "coverage"), ("query", "coverage", "-f", "csv"), ("export", "-f", "nt")]
)
@pytest.mark.parametrize("way", ["full", "closed"])
def test_standard_output_that_takes_nothing(repository: Path, command: tuple[str, ...], way: str) -> None:
    if way == "full":
        with Path("/dev/full").open("wb") as full:
            done = ended(*command, "-g", repository, stdout=full)
    else:
        done = ended(*command, "-g", repository, limits=lambda: os.close(1), stdout=None)
    assert_told(done, "standard output: ")


def test_output_to_a_full_device(repository: Path) -> None:
    assert_told(ended("export", "-f", "nt", "-g", repository, "-o", "/dev/full"), "/dev/full: no space left")


def test_nothing_is_said_where_standard_error_is_closed(repository: Path) -> None:
    done = ended("stats", "-g", repository, limits=lambda: os.close(2))
    assert (done.returncode, done.stderr) == (0, "")


def test_too_few_file_handles(repository: Path, tmp_path: Path) -> None:
    done = ended("build", repository, "-j", "1", "-o", tmp_path / "g", limits=limited(resource.RLIMIT_NOFILE, 70))
    assert_told(done, "open")  # which says that, and how many there may be


def test_files_that_may_not_grow(repository: Path, tmp_path: Path) -> None:
    limits = limited(resource.RLIMIT_FSIZE, 30_000)
    done = ended("build", repository, "-j", "1", "-o", tmp_path / "g", limits=limits)
    assert done.returncode == 2
    assert "ulimit -f" in done.stderr
    assert len(done.stderr.splitlines()) == 2


@pytest.mark.parametrize("megabytes", [900, 1_400])
def test_a_small_address_space(repository: Path, tmp_path: Path, megabytes: int) -> None:
    limits = limited(resource.RLIMIT_AS, megabytes << 20)
    done = ended("build", repository, "-j", "1", "-o", tmp_path / "g", limits=limits)
    if done.returncode != 0:
        assert done.returncode == 2, done.stderr
        assert "ulimit -v" in done.stderr
        assert len(done.stderr.splitlines()) == 2


def test_what_runs_under_a_limit_ends_with_its_parent() -> None:
    script = f"""
import sys, time
sys.path.insert(0, {str(ROOT)!r})
from kgraph.cli import native
def work():
    print("here", flush=True)
    time.sleep(600)
native.low_limit = lambda: 1
native.supervise(work, 2)
"""
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE) as process:
        assert process.stdout
        assert process.stdout.readline() == b"here\n"
        process.kill()
        process.communicate(timeout=60)  # which is at its end when nobody is left to write


@pytest.mark.skipif(os.geteuid() != 0 or not shutil.which("mount"), reason="only root mounts")
@pytest.mark.parametrize("options", ["size=100k", "size=300k", "size=10m,ro"])
def test_a_disk_that_takes_no_more(repository: Path, tmp_path: Path, options: str) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(
        ["mount", "-t", "tmpfs", "-o", options, "none", disk], capture_output=True, check=False
    ).returncode:
        pytest.skip("may not mount here")
    try:
        done = ended("build", repository, "-j", "1", "-o", disk / "g", "--store")
        assert_told(done, "can only be read" if "ro" in options else "no space left")
        assert (disk / "g/current").exists() == (options == "size=300k")  # room for the tables, not for their store
    finally:
        subprocess.run(["umount", disk], check=True)


def test_a_temporary_folder_that_is_not_there(repository: Path, tmp_path: Path) -> None:
    environment = {**os.environ, "TMPDIR": str(tmp_path / "nowhere")}
    assert ended("build", repository, "-j", "1", "-o", tmp_path / "g", env=environment).returncode == 0


# --- bugs -------------------------------------------------------------------------------------------------------------


def broken(error: str) -> list[str]:
    """The program, in which the stage of assembling raises `error`."""
    code = f"""
import sys; sys.path.insert(0, {str(ROOT)!r})
class PanicException(BaseException): pass
from kgraph.assemble import assemble as module
def assemble(*_, **__): raise {error}
module.assemble = assemble
from kgraph.cli import main; main()"""
    return [sys.executable, "-c", code]


@pytest.mark.parametrize(
    "error", ["PanicException('index out of bounds')", "RecursionError('too deep')", "KeyError(1)"]
)
def test_a_bug_is_one_line_and_a_file(repository: Path, tmp_path: Path, error: str) -> None:
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    done = ended("build", repository, "-j", "1", "-o", tmp_path / "g", program=broken(error), env=environment)
    assert done.returncode == 3
    (line,) = done.stderr.splitlines()
    assert re.match(r"\S* ?build: a bug in kgraph [\d.]+, in stage assemble: " + error.partition("(")[0], line)
    report = Path(line.rpartition(" in ")[2])
    assert report.parent == tmp_path
    assert "Traceback (most recent call last)" in report.read_text()
    assert report.stat().st_mode & 0o777 == 0o600


def test_a_bug_that_nobody_can_write_down(repository: Path, tmp_path: Path) -> None:
    limits = limited(resource.RLIMIT_FSIZE, 0)
    done = ended(
        "stats",
        "-g",
        repository,
        program=[*PROGRAM[:2], PROGRAM[2].replace("; main()", f"; {_BREAK}; main()")],
        limits=limits,
    )
    assert done.returncode == 3
    assert len(done.stderr.splitlines()) == 1
    assert "could not be written" in done.stderr


_BREAK = "import kgraph.api; kgraph.api.open = None"


def test_memory_that_is_used_up_is_a_condition(repository: Path, tmp_path: Path) -> None:
    done = ended("build", repository, "-j", "1", "-o", tmp_path / "g", program=broken("MemoryError()"))
    assert_told(done, "out of memory")


def test_what_libraries_print_themselves_is_in_the_report(repository: Path, tmp_path: Path) -> None:
    error = "(__import__('os').write(2, b'panicked at'), KeyError(1))[1]"
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    done = ended("build", repository, "-j", "1", "-o", tmp_path / "g", program=broken(error), env=environment)
    assert "panicked" not in done.stderr
    assert "panicked at" in Path(done.stderr.strip().rpartition(" in ")[2]).read_text()


# --- how errors say it ------------------------------------------------------------------------------------------------


def of_sqlite(code: int) -> sqlite3.Error:
    error = sqlite3.OperationalError("disk")
    error.sqlite_errorcode = code
    return error


class FromRustError(Exception):
    """As polars tells what the system said."""


FromRustError.__module__ = "polars.exceptions"


@pytest.mark.parametrize(
    ("error", "what"),
    [
        (OSError(errno.ENOSPC, "x", "/a"), "/a: no space left on the device"),
        (PermissionError(errno.EACCES, "x", "/a"), "/a: permission denied"),
        (OSError("IO error: No space left on device: While appending to file: /g/store/000012.log"), "no space left"),
        (FromRustError("parquet: underlying IO error: File too large (os error 27)"), "larger than files may be"),
        (OSError("Oxigraph needs at least 96 file descriptors when reserving 48"), "too many open files"),
        (of_sqlite(sqlite3.SQLITE_FULL), "no space left"),
        (of_sqlite(sqlite3.SQLITE_IOERR), "SQLite cannot write"),
        (MemoryError(), "out of memory"),
        (RuntimeError("can't start new thread"), "no more processes or threads"),
        (FileNotFoundError("No usable temporary directory found in ['/tmp']"), "TMPDIR"),
    ],
)
def test_a_condition_is_known_however_it_is_said(error: BaseException, what: str) -> None:
    told = condition_of(error)
    assert isinstance(told, ConditionError)
    assert what in str(told)
    assert told.hint
    wrapped = ValueError("a library failed")
    wrapped.__cause__ = error
    assert str(condition_of(wrapped)) == str(told)


@pytest.mark.parametrize(
    "error", [ValueError("No space left on device"), KeyError(28), OSError(errno.ENOENT, "x"), AssertionError()]
)
def test_a_bug_is_no_condition(error: BaseException) -> None:
    assert condition_of(error) is None
