"""Clangd's background index of a compile database, from nothing to its end: the peer of `semantic.py`.

    python benchmarks/clangd_index.py CLANGD FOLDER FILE JOBS

Opens one file of the database, as an editor would, and waits until clangd says that its index is done.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any


class Server:
    """One clangd, spoken to over its standard streams."""

    def __init__(self, program: str, folder: str, jobs: str) -> None:
        self._process = subprocess.Popen(
            [program, "--background-index", f"-j={jobs}", f"--compile-commands-dir={folder}", "--log=error"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    def send(self, method: str, params: dict[str, Any], number: int | None = None) -> None:
        message = {"jsonrpc": "2.0", "method": method, "params": params} | ({} if number is None else {"id": number})
        self._write(message)

    def _write(self, message: dict[str, Any]) -> None:
        body = json.dumps(message).encode()
        assert self._process.stdin is not None
        self._process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self._process.stdin.flush()

    def receive(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        size = 0
        while line := self._process.stdout.readline().strip():
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                size = int(value)
        message: dict[str, Any] = json.loads(self._process.stdout.read(size))
        if "id" in message and "method" in message:  # a question of the server's
            self._write({"jsonrpc": "2.0", "id": message["id"], "result": None})
        return message

    def end(self) -> None:
        self._process.terminate()
        self._process.wait()


def main() -> None:
    program, folder, file, jobs = sys.argv[1:]
    shutil.rmtree(Path(folder, ".cache"), ignore_errors=True)
    server = Server(program, folder, jobs)
    capabilities = {"window": {"workDoneProgress": True}}
    server.send("initialize", {"processId": None, "rootUri": Path(folder).as_uri(), "capabilities": capabilities}, 1)
    while server.receive().get("id") != 1:
        pass
    server.send("initialized", {})
    text = Path(file).read_text("utf-8", "replace")
    document = {"uri": Path(file).as_uri(), "languageId": "cpp", "version": 1, "text": text}
    server.send("textDocument/didOpen", {"textDocument": document})
    while True:
        message = server.receive()
        if message.get("method") == "$/progress" and message["params"]["token"] == "backgroundIndexProgress":
            value = message["params"]["value"]
            if value["kind"] == "end":
                break
    server.end()


if __name__ == "__main__":
    main()
