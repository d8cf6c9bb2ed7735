"""Freed memory goes back to the system, as `kgraph.allocators` says."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import kgraph

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="what a process takes is read from Linux's /proc")

_RESIDENT = """
def resident() -> int:
    with open("/proc/self/status") as lines:
        return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS:"))
"""


def _environment() -> dict[str, str]:
    """This process's, without what polars has added to it."""
    return {name: value for name, value in os.environ.items() if name != "_RJEM_MALLOC_CONF"}


def _printed(code: str) -> list[int]:
    """The numbers that a child process prints."""
    done = subprocess.run(
        [sys.executable, "-c", _RESIDENT + code], capture_output=True, text=True, env=_environment(), check=True
    )
    return [int(number) for number in done.stdout.split()]


def test_the_table_engine_gives_back_what_is_freed() -> None:
    before, full, after = _printed("""
from kgraph import allocators
allocators.give_back_at_once()
import polars as pl
print(resident())
frame = pl.DataFrame({"a": range(3_000_000)}).with_columns(b=pl.col("a").cast(pl.String) + 40 * "x")
print(resident())
del frame
print(resident())
""")
    assert full - before > 100_000
    assert after - before < (full - before) / 4


@pytest.mark.parametrize("graph", [False, True])
def test_a_build_from_nothing_has_the_table_engine_do_so(graph: bool, tmp_path: Path) -> None:
    (tmp_path / "f.py").write_text("def f(): pass\n")
    if graph:
        kgraph.build(tmp_path)
    code = (
        "import atexit, os, sys\n"
        "from kgraph.cli import main\n"
        "assert 'polars' not in sys.modules\n"
        "atexit.register(lambda: print(int('dirty_decay_ms:0,' in os.environ.get('_RJEM_MALLOC_CONF', ''))))\n"
        f"main(['build', {str(tmp_path)!r}])\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=_environment(), check=True)
    assert done.stdout.split()[-1] == str(int(not graph))


def test_the_c_library_gives_back_what_lies_between() -> None:
    if not _printed("from kgraph import allocators\nprint(int(allocators._malloc_trim() is not None))")[0]:
        pytest.skip("this C library has no malloc_trim")
    full, after = _printed("""
from kgraph import allocators
blocks = [bytes(100_000) for _ in range(1_000)]
last = blocks[-1]
del blocks
print(resident())
allocators.trim()
print(resident())
""")
    assert full - after > 50_000
