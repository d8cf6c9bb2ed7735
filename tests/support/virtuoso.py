"""A Virtuoso of the tests: on free ports, with its database in a folder, as Debian's package has it."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

MAX_ROWS = 500  # of an answer, so that small graphs are cut
_CONFIGURATION = """
[Database]
DatabaseFile = virtuoso.db
ErrorLogFile = virtuoso.log
LockFile = virtuoso.lck
TransactionFile = virtuoso.trx
xa_persistent_file = virtuoso.pxa
FileExtend = 200
MaxCheckpointRemap = 2000
TempStorage = TempDatabase
[TempDatabase]
DatabaseFile = temporary.db
TransactionFile = temporary.trx
MaxCheckpointRemap = 2000
[Parameters]
ServerPort = {sql}
LiteMode = 0
DisableUnixSocket = 1
DirsAllowed = .
NumberOfBuffers = 10000
MaxDirtyBuffers = 6000
[HTTPServer]
ServerPort = {http}
ServerRoot = pages
ServerThreads = 5
Charset = UTF-8
[SPARQL]
ResultSetMaxRows = {rows}
MaxQueryCostEstimationTime = 0
MaxQueryExecutionTime = 60
"""


@dataclass(frozen=True)
class Virtuoso:
    """A server that runs."""

    folder: Path
    http: int
    sql: int

    @property
    def query(self) -> str:
        return f"http://localhost:{self.http}/sparql"

    @property
    def graph_store(self) -> str:
        return f"http://localhost:{self.http}/sparql-graph-crud-auth"

    def run_sql(self, statements: str) -> str:
        """The output of statements of its SQL, as its administrator."""
        ran = subprocess.run(
            ["isql-vt", str(self.sql), "dba", "dba", f"exec={statements}"],
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        )
        return ran.stdout


@contextlib.contextmanager
def running(folder: Path) -> Iterator[Virtuoso]:
    """A server in a folder; the test is skipped where there is none to start."""
    if not shutil.which("virtuoso-t") or not shutil.which("isql-vt"):
        pytest.skip("needs Virtuoso: apt-get install virtuoso-opensource")
    ports = []
    with contextlib.ExitStack() as held:
        for _ in range(2):
            port = held.enter_context(socket.socket())
            port.bind(("localhost", 0))
            ports.append(port.getsockname()[1])
    server = Virtuoso(folder, *ports)
    (folder / "pages").mkdir()
    text = _CONFIGURATION.format(http=server.http, sql=server.sql, rows=MAX_ROWS)
    (folder / "virtuoso.ini").write_text(text)
    log = (folder / "output.txt").open("wb")
    process = subprocess.Popen(
        ["virtuoso-t", "+foreground", "+configfile", "virtuoso.ini"], cwd=folder, stdout=log, stderr=log
    )
    try:
        until = time.monotonic() + 60
        while time.monotonic() < until and process.poll() is None:
            with contextlib.suppress(OSError), socket.create_connection(("localhost", server.http), 1):
                break
            time.sleep(0.1)
        else:
            pytest.skip(f"Virtuoso did not start: {(folder / 'output.txt').read_text()[-500:]}")
        yield server
    finally:
        os.kill(process.pid, signal.SIGKILL)  # its database goes with the folder
        process.wait()
        log.close()
