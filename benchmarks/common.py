"""What the benchmarks share: running a command and measuring all of its processes, and printing tables.

Memory is sampled from /proc (so: Linux), over every process of the command's session, because the peak of a build is
a sum over its workers that no single process can tell. Two sums are kept. The proportional set size splits a page
among those who share it, and is what the machine really gives away; the resident set size counts shared libraries
once per process, and is what `top` shows. CPU seconds are the larger of what the kernel charges to the waited-for
children and what the samples saw, because a worker that nobody waits for is missing in the former, and a short-lived
one in the latter.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

_TICKS = os.sysconf("SC_CLK_TCK")
_SAMPLE_SECONDS = 0.05


def stop(message: str, hint: str = "") -> NoReturn:
    """End with a message, and what to do about it, on standard error."""
    print(message, file=sys.stderr)
    if hint:
        print(f"  hint: {hint}", file=sys.stderr)
    raise SystemExit(2)


# --- measuring --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Measured:
    """What a command cost, and what it said."""

    wall: float  # seconds
    cpu: float  # seconds, user and system, over all processes
    memory: int  # bytes: the peak over time of the summed proportional set sizes
    resident: int  # bytes: likewise of the summed resident set sizes
    worker: int  # bytes: the largest resident set size of any process that the command started
    status: int
    output: str
    errors: str


def run(command: Sequence[str | Path], cwd: Path | None = None, check: bool = True, stdin: str = "") -> Measured:
    """Run a command and measure it with all processes that it starts."""
    started = time.perf_counter()
    process = subprocess.Popen(
        [str(word) for word in command],
        cwd=cwd,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
        start_new_session=True,
    )
    before = _children_cpu()
    sampler = _Sampler(process.pid)
    sampler.start()
    output, errors = process.communicate(stdin or None)
    wall = time.perf_counter() - started
    sampler.finish()
    if check and process.returncode:
        stop(f"{' '.join(map(str, command))}: exit code {process.returncode}", errors.strip()[-2000:])
    return Measured(
        wall=wall,
        cpu=max(_children_cpu() - before, sampler.cpu),
        memory=sampler.memory,
        resident=sampler.resident,
        worker=sampler.worker,
        status=process.returncode,
        output=output,
        errors=errors,
    )


def _children_cpu() -> float:
    times = os.times()
    return times.children_user + times.children_system


class _Sampler(threading.Thread):
    """Watches the processes of one session until it is told to finish."""

    def __init__(self, session: int) -> None:
        super().__init__(daemon=True)
        self.memory = 0
        self.resident = 0
        self.worker = 0
        self._session = session
        self._cpu: dict[int, float] = {}
        self._done = threading.Event()

    @property
    def cpu(self) -> float:
        return sum(self._cpu.values())

    def run(self) -> None:
        while not self._done.wait(_SAMPLE_SECONDS):
            self._sample()

    def finish(self) -> None:
        self._done.set()
        self.join()

    def _sample(self) -> None:
        proportional = resident = 0
        for entry in os.scandir("/proc"):
            if not entry.name.isdigit():
                continue
            try:
                stat = Path(entry.path, "stat").read_text()
                # After the name, which may hold spaces and parentheses: state, parent, group, session, ...
                fields = stat[stat.rindex(")") + 2 :].split()
                if int(fields[3]) != self._session:
                    continue
                self._cpu[int(entry.name)] = (int(fields[11]) + int(fields[12])) / _TICKS
                for line in Path(entry.path, "smaps_rollup").read_text().splitlines():
                    if line.startswith("Rss:"):
                        own = int(line.split()[1]) << 10
                        resident += own
                        if int(entry.name) != self._session:
                            self.worker = max(self.worker, own)
                    elif line.startswith("Pss:"):
                        proportional += int(line.split()[1]) << 10
            except (OSError, ValueError):
                continue  # it ended while we looked
        self.memory = max(self.memory, proportional)
        self.resident = max(self.resident, resident)


def folder_size(folder: Path) -> int:
    """Bytes of all files below a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file() and not path.is_symlink())


# --- printing ---------------------------------------------------------------------------------------------------------


def heading(text: str) -> None:
    print(f"\n{text}\n{'-' * len(text)}")


def table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print rows under column names: text to the left, all else to the right; an empty cell for None."""
    kept = [tuple(row) for row in rows]
    cells = [tuple(columns), *([_cell(value) for value in row] for row in kept)]
    widths = [max(len(row[i]) for row in cells) for i in range(len(columns))]
    left = [any(isinstance(row[i], str) for row in kept) for i in range(len(columns))]
    for row in cells:
        words = (
            word.ljust(width) if is_left else word.rjust(width)
            for word, width, is_left in zip(row, widths, left, strict=True)
        )
        print("  ".join(words).rstrip())


def _cell(value: object) -> str:
    match value:
        case None:
            return ""
        case float():
            return f"{value:.3f}" if value < 10 else f"{value:.1f}"
        case int():
            return f"{value:,}"
        case _:
            return str(value)


def ratio(part: float, whole: float) -> float | None:
    """`part / whole`; None where there is nothing to divide by."""
    return part / whole if whole else None


def megabytes(size: int) -> str:
    return f"{size / 1e6:,.0f} MB"


# --- copies of a repository -------------------------------------------------------------------------------------------


def copy_tracked(root: Path, target: Path, appended: bytes = b"") -> int:
    """Copy the files that git tracks, with their times; returns how many. `appended` goes to the end of each."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=root, capture_output=True, check=False)
    if listed.returncode:
        stop(f"{root}: not a git repository", listed.stderr.decode("utf-8", "replace").strip())
    count = 0
    for name in listed.stdout.split(b"\0")[:-1]:
        source, copy = root / os.fsdecode(name), target / os.fsdecode(name)
        if source.is_dir() and not source.is_symlink():
            continue  # a submodule
        if not source.is_symlink() and not source.exists():
            continue
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(source, copy, follow_symlinks=False)
        count += 1
        if appended and not copy.is_symlink():
            times = copy.stat()
            with copy.open("ab") as file:
                file.write(appended)
            os.utime(copy, ns=(times.st_atime_ns, times.st_mtime_ns))
    return count


def commit_all(folder: Path) -> None:
    """Make a folder a git repository in which all is committed."""
    identity = ("-c", "user.name=benchmark", "-c", "user.email=benchmark@localhost", "-c", "commit.gpgsign=false")
    for words in (("init", "-q"), ("add", "-A", "-f"), (*identity, "commit", "-q", "-m", "All")):
        subprocess.run(["git", *words], cwd=folder, check=True)


def kgraph_command() -> list[str]:
    """How to call the `kgraph` that is installed beside this Python."""
    script = Path(sys.executable).with_name("kgraph")
    return [str(script)] if script.exists() else [sys.executable, "-m", "kgraph"]
