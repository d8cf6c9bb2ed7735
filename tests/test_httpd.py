"""The HTTP server below `kgraph serve` and `kgraph mcp`: whoever is slow or greedy keeps nobody out."""

from __future__ import annotations

import asyncio
import contextlib
import os
import resource
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kgraph import httpd
from kgraph.httpd import ConnectionLimits

HALF = b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: "
WHOLE = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
LARGE = 1 << 22
HUGE = 1 << 26  # more than the buffers of both ends hold
SIZES = {"/large": LARGE, "/huge": HUGE}


async def application(scope: Any, receive: Any, send: Any) -> None:
    """Answers the length of a body; at /large with more than sockets hold."""
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        size += len(message["body"])
        if not message["more_body"]:
            break
    body = b"x" * SIZES[scope["path"]] if scope["path"] in SIZES else b"%d" % size
    head = [(b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": 200, "headers": head})
    for start in range(0, len(body), 1 << 16):
        await send({"type": "http.response.body", "body": body[start : start + (1 << 16)], "more_body": True})
    await send({"type": "http.response.body"})


@contextlib.contextmanager
def serving(**limits: Any) -> Iterator[tuple[str, int]]:
    listening = socket.create_server(("127.0.0.1", 0))
    server = httpd.Server(
        httpd.config(application, ConnectionLimits(**limits), lifespan="off", timeout_graceful_shutdown=1)
    )
    thread = threading.Thread(target=lambda: asyncio.run(server.serve([listening])))
    thread.start()
    try:
        yield listening.getsockname()
    finally:
        server.should_exit = True
        thread.join(30)
        assert not thread.is_alive()


def said(connection: socket.socket) -> bytes:
    """All that comes until the other side closes."""
    connection.settimeout(30)
    data = b""
    with contextlib.suppress(ConnectionResetError):
        while piece := connection.recv(1 << 16):
            data += piece
    return data


def asked(address: tuple[str, int], data: bytes = WHOLE) -> bytes:
    with socket.create_connection(address, timeout=30) as connection:
        connection.sendall(data)
        return answered(connection)


def answered(connection: socket.socket) -> bytes:
    """One answer, without a body but a digit."""
    data = b""
    while not data.endswith(b"\r\n\r\n0") and (piece := connection.recv(1 << 16)):
        data += piece
    return data


class TestSlowClients:
    @pytest.mark.parametrize(
        ("data", "answer"),
        [
            (b"", b""),
            (HALF, b"HTTP/1.1 408 "),
            (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nab", b"HTTP/1.1 408 "),
            (b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n", b"HTTP/1.1 408 "),
        ],
    )
    def test_who_does_not_say_what_it_wants_is_not_waited_for(self, data: bytes, answer: bytes) -> None:
        with serving(head=0.2, body=0.2) as address, socket.create_connection(address) as connection:
            connection.sendall(data)
            assert said(connection)[:13] == answer

    def test_a_byte_now_and_then_is_not_enough(self) -> None:
        with serving(head=0.5) as address, socket.create_connection(address) as connection, pytest.raises(OSError):
            for _ in range(200):
                connection.sendall(b"G")
                time.sleep(0.05)

    def test_the_time_is_that_of_each_request(self) -> None:
        with serving(head=1, body=1, idle=5) as address, socket.create_connection(address) as connection:
            for _ in range(8):
                connection.sendall(WHOLE[:20])
                time.sleep(0.2)
                connection.sendall(WHOLE[20:])
                assert b"200 OK" in answered(connection)
            connection.sendall(HALF)
            assert said(connection).startswith(b"HTTP/1.1 408 ")

    def test_between_requests(self) -> None:
        with serving(idle=1) as address, socket.create_connection(address) as connection:
            connection.sendall(WHOLE)
            assert said(connection).endswith(b"\r\n\r\n0")

    def test_an_answer_that_nobody_reads(self) -> None:
        with serving(unread=0.5, idle=1) as address, socket.create_connection(address) as connection:
            connection.sendall(b"GET /huge HTTP/1.1\r\nHost: x\r\n\r\n")
            time.sleep(2)
            assert len(said(connection)) < HUGE

    def test_an_answer_that_is_read_slowly_but_steadily(self) -> None:
        with serving(unread=1, idle=1) as address, socket.create_connection(address) as connection:
            connection.sendall(b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n")
            size = 0
            while piece := connection.recv(1 << 17):
                size += len(piece)
                time.sleep(0.02)
            assert size > LARGE


class TestManyClients:
    def test_who_says_nothing_gives_way(self) -> None:
        with serving(head=60, connections=20) as address, contextlib.ExitStack() as open_ones:
            others = [open_ones.enter_context(socket.create_connection(address)) for _ in range(100)]
            for each in others:
                with contextlib.suppress(OSError):
                    each.sendall(HALF)
            for _ in range(10):
                assert asked(address).endswith(b"\r\n\r\n0")
            assert said(others[0]) == b""

    def test_who_reads_nothing_gives_way_too(self) -> None:
        with serving(unread=60, connections=10) as address, contextlib.ExitStack() as open_ones:
            others = [open_ones.enter_context(socket.create_connection(address)) for _ in range(30)]
            for each in others:
                with contextlib.suppress(OSError):
                    each.sendall(b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n")
            for each in others:
                with contextlib.suppress(OSError):
                    each.recv(1)  # so that nothing is in hand, for which a busy server would say 503
            for _ in range(10):
                assert asked(address).endswith(b"\r\n\r\n0")

    def test_handles_decide_how_many_there_may_be(self) -> None:
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (httpd.RESERVED_HANDLES + 100, hard))
            assert httpd.max_connections() == 50
            resource.setrlimit(resource.RLIMIT_NOFILE, (httpd.RESERVED_HANDLES - 100, hard))
            assert httpd.max_connections() == 8
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))

    def test_too_few_handles_are_said_once_and_survived(self, tmp_path: Path) -> None:
        """Should others take the handles: the server waits, does not spin, and goes on when there are some again."""
        script = tmp_path / "server.py"
        script.write_text(
            "import asyncio, resource, socket, sys\n"
            "from kgraph import httpd\n"
            "from tests.test_httpd import application\n"
            "listening = socket.create_server(('127.0.0.1', 0), backlog=1024)\n"
            "limits = httpd.ConnectionLimits(connections=1000, head=2)\n"
            "server = httpd.Server(httpd.config(application, limits, lifespan='off'))\n"
            "print(listening.getsockname()[1], flush=True)\n"
            "async def main():\n"
            "    resource.setrlimit(resource.RLIMIT_NOFILE, (40, 40))\n"
            "    await server.serve([listening])\n"
            "asyncio.run(main())\n"
        )
        command, root = [sys.executable, str(script)], str(Path(__file__).parent.parent)
        with subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": root}
        ) as process:
            assert process.stdout
            assert process.stderr
            try:
                address = ("127.0.0.1", int(process.stdout.readline()))
                with contextlib.ExitStack() as open_ones:
                    for _ in range(60):
                        open_ones.enter_context(socket.create_connection(address))
                    time.sleep(1)
                    before = _ticks(process.pid)
                    time.sleep(0.5)
                    assert _ticks(process.pid) - before < 20  # of 50
                    assert asked(address).endswith(b"\r\n\r\n0")  # once others have been closed
                assert asked(address).endswith(b"\r\n\r\n0")
            finally:
                process.kill()
            assert process.stderr.read().splitlines() == ["clients have to wait: Too many open files; see `ulimit -n`"]


def _ticks(pid: int) -> int:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])
