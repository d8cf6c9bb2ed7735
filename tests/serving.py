"""A server that runs while a test does, spoken to over HTTP as strangers would."""

from __future__ import annotations

import http.client
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode


@dataclass(frozen=True)
class Reply:
    """An answer; the names of its headers are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def media(self) -> str:
        return self.headers.get("content-type", "").partition(";")[0]

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Server:
    """A running `kgraph serve`."""

    def __init__(self, process: subprocess.Popen[str], url: str) -> None:
        self.process = process
        self.url = url
        host, _, port = url.removeprefix("http://").strip("/").rpartition(":")
        self.host, self.port = host.strip("[]"), int(port)

    def connect(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection(self.host, self.port, timeout=60)

    def ask(self, method: str, path: str, body: bytes | str | None = None, **headers: str) -> Reply:
        """One request; `content_type="..."` is the header Content-Type."""
        connection = self.connect()
        try:
            names = {name.replace("_", "-").title(): value for name, value in headers.items()}
            connection.request(method, path, body.encode() if isinstance(body, str) else body, names)
            response = connection.getresponse()
            fields = {name.lower(): value for name, value in response.getheaders()}
            return Reply(response.status, fields, response.read())
        finally:
            connection.close()

    def get(self, path: str, **headers: str) -> Reply:
        return self.ask("GET", path, **headers)

    def query(self, text: str, **headers: str) -> Reply:
        return self.get("/sparql?" + urlencode({"query": text}), **headers)

    def workers(self) -> list[int]:
        """The processes that the server has started."""
        found = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return [int(pid) for pid in found]

    def stop(self, number: int = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return self.process.wait(60)


@contextmanager
def serving(graph: Path, *options: str, **environment: str) -> Iterator[Server]:
    """A server of a graph, with the options of `kgraph serve`."""
    with serving_with("serve", "-g", str(graph), *options, **environment) as server:
        yield server


@contextmanager
def serving_with(*words: str, **environment: str) -> Iterator[Server]:
    """A server that a command of kgraph's starts."""
    command = [sys.executable, "-m", "kgraph", *words, "--port", "0"]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, **environment}
    )
    assert process.stdout
    assert process.stderr
    try:
        url = process.stdout.readline().strip()
        assert url.startswith("http://"), process.stderr.read()
        yield Server(process, url)
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()
        process.stdout.close()
        process.stderr.close()


def until(condition: Any, seconds: float = 60) -> None:
    """Wait until a condition holds."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.05)


def alive(pid: int) -> bool:
    """Whether a process runs: one that ended, and that nobody has asked for, does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
