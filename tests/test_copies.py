"""Copies of a process: order, errors, what happens when one dies, and that none outlives its parent."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import psutil
import pytest

from kgraph.processes import Copy, ProcessDiedError, StartError, can_copy, map_in_copies
from kgraph.processes import copies as copies_module

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="copies are made on Linux alone")


def test_a_copy_knows_what_its_parent_knows_and_results_are_in_order() -> None:
    known = {number: f"<{number}>" for number in range(500)}
    made = list(map_in_copies(lambda item: known[item], range(500), 3, calls_each=40))
    assert made == list(known.values())


def test_a_copy_is_replaced_and_what_it_changed_is_its_own() -> None:
    seen: list[int] = []

    def work(item: int) -> tuple[int, int]:
        seen.append(item)
        return os.getpid(), len(seen)

    found = list(map_in_copies(work, range(30), 1, calls_each=10))
    assert [count for _, count in found] == list(range(1, 11)) * 3
    assert len({pid for pid, _ in found}) == 3
    assert seen == []


def test_an_error_comes_after_the_results_before_it() -> None:
    def work(item: int) -> int:
        if item == 7:
            raise ValueError("seven")
        return item

    with pytest.raises(ValueError, match="seven"):
        list(map_in_copies(work, range(100), 2, calls_each=1_000))
    results = map_in_copies(work, range(100), 2, calls_each=1_000)
    assert [next(results) for _ in range(7)] == list(range(7))
    with pytest.raises(ValueError, match="seven"):
        next(results)


def test_what_cannot_be_sent_is_an_error() -> None:
    with pytest.raises(Exception, match="pickle"):
        list(map_in_copies(lambda item: lambda: item, range(3), 1, calls_each=10))


def test_a_copy_that_dies_is_told() -> None:
    with pytest.raises(ProcessDiedError) as told:
        list(map_in_copies(lambda item: os._exit(3) if item == 5 else item, range(40), 2, calls_each=100))
    assert told.value.code == 3
    with pytest.raises(ProcessDiedError) as told:
        list(map_in_copies(lambda _: os.kill(os.getpid(), signal.SIGKILL), range(4), 1, calls_each=100))
    assert told.value.code == -signal.SIGKILL


def test_none_is_left_when_results_are_no_longer_wanted() -> None:
    before = set(psutil.Process().children())
    results = map_in_copies(lambda item: os.getpid() + 0 * item, range(1_000), 2, calls_each=100)
    next(results)
    results.close()  # type: ignore[attr-defined]  # a generator
    assert set(psutil.Process().children()) <= before


def test_a_copy_that_is_dismissed_ends_what_it_does(tmp_path: Path) -> None:
    def work(_: object) -> None:
        (tmp_path / "begun").touch()
        time.sleep(0.3)
        (tmp_path / "done").touch()

    copy = Copy(work)
    copy.ask(0, None)
    while not (tmp_path / "begun").exists():
        time.sleep(0.01)
    assert copy.end() == 0
    assert (tmp_path / "done").exists()


def test_a_copy_that_does_not_end_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copies_module, "_END_SECONDS", 0.1)
    copy = Copy(lambda _: time.sleep(600))
    copy.ask(0, None)
    assert copy.end() == -signal.SIGKILL


def test_a_copy_that_waits_for_ever_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copies_module, "_MAX_SECONDS", 1)
    lock = threading.Lock()  # as a library's that a thread held which is not in the copy
    lock.acquire()
    with pytest.raises(ProcessDiedError) as found:
        list(map_in_copies(lambda _: lock.acquire(), range(2), 1, calls_each=10))
    assert found.value.code == -signal.SIGALRM


def test_a_copy_that_cannot_be_made_is_told_and_leaves_nothing_open(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> int:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    before = set(Path("/proc/self/fd").iterdir())
    monkeypatch.setattr(os, "fork", refuse)
    with pytest.raises(StartError, match="cannot start a process"):
        list(map_in_copies(str, range(3), 2, calls_each=10))
    assert set(Path("/proc/self/fd").iterdir()) == before


def test_the_work_goes_on_with_fewer_copies(monkeypatch: pytest.MonkeyPatch) -> None:
    fork = os.fork
    made: list[int] = []

    def fork_once() -> int:
        if made:
            raise BlockingIOError(11, "Resource temporarily unavailable")
        made.append(1)
        return fork()

    monkeypatch.setattr(os, "fork", fork_once)
    assert list(map_in_copies(str, range(9), 2, calls_each=10)) == [str(number) for number in range(9)]


def test_copies_are_made_by_the_only_thread() -> None:
    wait, found = threading.Event(), []
    thread = threading.Thread(target=wait.wait)
    thread.start()
    found.append(can_copy())
    wait.set()
    thread.join()
    assert found == [False]


_PARENT = """
import time
from kgraph.processes import Copy, can_copy
assert can_copy()
first = Copy(lambda _: time.sleep(600))
second = Copy(lambda _: time.sleep(600), [first])
for copy in (first, second):
    copy.ask(0, None)
print(first.pid, second.pid, flush=True)
time.sleep(600)
"""


def test_copies_end_with_their_parent_however_it_ends() -> None:
    with subprocess.Popen([sys.executable, "-P", "-c", _PARENT], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        copies = [psutil.Process(int(pid)) for pid in parent.stdout.readline().split()]
        assert len(copies) == 2
        parent.kill()
        gone, alive = psutil.wait_procs(copies, timeout=30)
    assert not alive
    assert len(gone) == 2
