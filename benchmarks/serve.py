"""How fast `kgraph serve` answers, and what it withstands.

    python benchmarks/serve.py GRAPH [--root REPOSITORY] [--clients 8] [--each 200] [--load 5000] [--json FILE]

Two parts, over loopback, against a server of its own. First every answer of the explorer's API, asked by all clients at
once about files, folders and symbols of the graph: median, 95th percentile, longest. Then a load: thousands of requests
of all kinds in random order, one in eight malformed, one in a hundred a query that would never end or eats memory.
Every request must get the status it deserves, and every answer that comes twice must be the same both times; a busy
server may say 503 with Retry-After, and is then asked again. What is left of memory, file descriptors and processes is
counted at the end.

Between the two, what others have to wait beside clients that are slow or greedy: a thousand that say half of what they
want, some that read no answer, eight whose queries never end. `--load 0` ends there.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import http.client
import json
import os
import random
import signal
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from common import heading, kgraph_command, megabytes, stop, table

DIRECT, FORM = "application/sparql-query", "application/x-www-form-urlencoded"
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . FILTER(?a != ?l) }"
HUNGRY = f'SELECT (GROUP_CONCAT("{"x" * 5000}") AS ?t) {{ ?a ?b ?c . ?d ?e ?f }}'
DEEP = f"SELECT (1{'+1' * 30_000} AS ?x) {{}}"
UNIONS = f"SELECT * {{ {' UNION '.join(['{ ?s ?p ?o }'] * 20_000)} }}"
NOTS = f"ASK {{ FILTER({'!' * 200_000}true) }}"
STALLED = 1_100
SECONDS = 2  # for a query, in the load


@dataclass(frozen=True, slots=True)
class Request:
    """A request, and the statuses that it deserves."""

    what: str
    method: str
    path: str
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()
    statuses: tuple[int, ...] = (200,)


class Server:
    """A `kgraph serve` and all of its processes."""

    def __init__(self, graph: Path, options: Sequence[str]) -> None:
        command = [*kgraph_command(), "serve", "-g", str(graph), "--port", "0", *options]
        started = time.perf_counter()
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout
        url = self.process.stdout.readline().strip()
        if not url:
            stop("the server did not start")
        self.started = time.perf_counter() - started
        self.port = int(url.strip("/").rpartition(":")[2])

    def connect(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)

    def children(self) -> list[int]:
        pid = self.process.pid
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]

    def resident(self) -> tuple[int, int]:
        """Bytes that the listening process and its workers hold."""
        return _resident(self.process.pid), sum(map(_resident, self.children()))

    def descriptors(self) -> int:
        return sum(1 for _ in Path(f"/proc/{self.process.pid}/fd").iterdir())

    def stop(self) -> tuple[int, float, list[int]]:
        """End it in order; returns its exit code, how long that took, and which processes are still there."""
        children = self.children()
        started = time.perf_counter()
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(60)
        return code, time.perf_counter() - started, [pid for pid in children if Path(f"/proc/{pid}").exists()]


@contextmanager
def serving(graph: Path, options: Sequence[str]) -> Iterator[Server]:
    """A server that ends with the context, whatever happens."""
    server = Server(graph, options)
    try:
        yield server
    finally:
        if server.process.poll() is None:
            server.stop()


def _resident(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0


def send(connection: http.client.HTTPConnection, request: Request) -> tuple[int, dict[str, str], bytes]:
    connection.request(request.method, request.path, request.body or None, dict(request.headers))
    response = connection.getresponse()
    headers = {name.lower(): value for name, value in response.getheaders()}
    body = response.read()  # raises where less comes than was promised
    return response.status, headers, body


def get(what: str, path: str, /, *statuses: int, **fields: object) -> Request:
    query = f"?{urlencode(fields)}" if fields else ""
    return Request(what, "GET", path + query, statuses=statuses or (200,))


# --- what is asked ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Names:
    """Nodes of the graph to ask about: some at random, and the heaviest."""

    files: list[str]
    paths: list[str]
    folders: list[str]
    symbols: list[str]
    words: list[str]


def names(graph: Path) -> Names:
    import polars as pl

    tables = graph / "tables"
    files = pl.read_parquet(tables / "files.parquet").filter(pl.col("language").is_not_null())
    symbols = pl.read_parquet(tables / "symbols.parquet", columns=["id", "name"])
    edges = pl.read_parquet(tables / "edges.parquet").filter(
        pl.col("kind").is_in(["includes", "imports"]) & pl.col("target").str.starts_with("file/")
    )
    hubs = edges.group_by("target").len().sort("len", "target", descending=[True, False])["target"][:10].to_list()
    some = files.sample(min(50, files.height), seed=1)
    chosen = symbols.sample(min(50, symbols.height), seed=1)
    return Names(
        [*hubs, *some["id"]],
        some["path"].to_list(),
        pl.read_parquet(tables / "folders.parquet")["id"].sample(20, seed=1, with_replacement=True).to_list(),
        chosen["id"].to_list(),
        [name[: random.Random(n).randint(2, 12)] for n, name in enumerate(chosen["name"])],
    )


Questions = dict[str, Callable[[random.Random], Request]]


def questions(known: Names, root: bool) -> Questions:
    """One kind of question per answer of the API."""
    asked: Questions = {
        "overview": lambda _: get("overview", "/api/overview"),
        "node, a file": lambda dice: get("node", "/api/node", id=dice.choice(known.files)),
        "node, a symbol": lambda dice: get("node", "/api/node", id=dice.choice(known.symbols)),
        "neighbours, depth 1": lambda dice: get("near", "/api/neighbours", id=dice.choice(known.files), depth=1),
        "neighbours, depth 3": lambda dice: get(
            "far", "/api/neighbours", id=dice.choice(known.files), depth=3, limit=1000
        ),
        "children, a folder": lambda dice: get("children", "/api/children", id=dice.choice(known.folders)),
        "children, a file": lambda dice: get("children", "/api/children", id=dice.choice(known.files)),
        "search": lambda dice: get("search", "/api/search", q=dice.choice(known.words), limit=30),
        "matrix": lambda dice: get("matrix", "/api/matrix", folder=dice.choice(["folder/", *known.folders])),
        "table, files sorted": lambda _: get("table", "/api/table", kind="files", sort="-lines"),
        "table, symbols": lambda dice: get("table", "/api/table", kind="symbols", offset=dice.randrange(1000)),
        "queries": lambda _: get("queries", "/api/queries"),
    }
    if root:
        asked["source"] = lambda dice: get("source", "/api/source", path=dice.choice(known.paths), to=200)
        asked["source page"] = lambda dice: get("page", "/source/" + dice.choice(known.files)[5:])
    asked["SPARQL, a file's includers"] = lambda dice: sparql(
        f"SELECT ?path {{ ?file kg:includes|kg:imports ?target ; kg:path ?path . "
        f"?target kg:path {json.dumps(dice.choice(known.paths))} }} ORDER BY ?path"
    )
    return asked


def sparql(query: str, *statuses: int, accept: str = "") -> Request:
    headers = (("Content-Type", DIRECT), *((("Accept", accept),) if accept else ()))
    return Request("sparql", "POST", "/sparql", query.encode(), headers, statuses or (200,))


MALFORMED = (
    get("no such address", "/nowhere", 404),
    get("no such node", "/api/node", 404, id="file/no where"),
    get("bad number", "/api/search", 400, q="x", limit="-1"),
    get("bad bytes", "/api/search?q=%FF%FE", 400),
    get("climbing", "/source/../../../etc/passwd", 404),
    get("not SPARQL", "/sparql", 400, query="SELECT * WHER {"),
    get("update", "/sparql", 403, update="CLEAR ALL"),
    sparql("INSERT DATA { <a:a> <b:b> <c:c> }", 400),
    sparql("SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", 400),
    sparql("SELECT * " + "{" * 5000 + "}" * 5000, 400),
    sparql(DEEP, 400),
    sparql(UNIONS, 400),
    sparql(NOTS, 400),
    sparql("SELECT * FROM <file:///etc/passwd> {}", 400),
    Request("method", "DELETE", "/sparql", statuses=(405,)),
    Request("type", "POST", "/sparql", b"ASK {}", (("Content-Type", "image/png"),), (415,)),
    Request("encoding", "POST", "/sparql", b"ASK { # \xff\n}", (("Content-Type", DIRECT),), (400,)),
    Request("large", "POST", "/sparql", b"#" * 1_100_000, (("Content-Type", DIRECT),), (413,)),
    Request("host", "GET", "/sparql", headers=(("Host", "evil.example"),), statuses=(403,)),
    Request("origin", "GET", "/api/overview", headers=(("Origin", "http://evil.example"),), statuses=(403,)),
)
RUNAWAY = (sparql(ENDLESS, 503), sparql(HUNGRY, 503))


# --- how fast ---------------------------------------------------------------------------------------------------------


def latencies(server: Server, make: Callable[[random.Random], Request], clients: int, each: int) -> list[float]:
    """Seconds that each of `each` requests took, asked by all clients at once."""

    def client(number: int) -> list[float]:
        dice, taken = random.Random(number), []
        connection = server.connect()
        for _ in range(max(1, each // clients)):
            request = make(dice)
            started = time.perf_counter()
            status, _, body = send(connection, request)
            taken.append(time.perf_counter() - started)
            if status != 200:
                stop(f"{request.path}: {status}", body.decode("utf-8", "replace"))
        connection.close()
        return taken

    with ThreadPoolExecutor(clients) as pool:
        return [seconds for found in pool.map(client, range(clients)) for seconds in found]


def speed(server: Server, asked: Questions, clients: int, each: int) -> list[Any]:
    rows = []
    for what, make in asked.items():
        latencies(server, make, clients, clients)  # what is made once is not what is measured
        found = sorted(latencies(server, make, clients, each))
        milliseconds = [1000 * seconds for seconds in found]
        at_95 = milliseconds[min(len(found) - 1, int(0.95 * len(found)))]
        rows.append((what, len(found), statistics.median(milliseconds), at_95, milliseconds[-1]))
    return rows


# --- how robust -------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class LoadResult:
    """What became of a load."""

    statuses: Counter[int] = field(default_factory=Counter)
    waits: int = 0  # 503 with Retry-After
    lost: list[str] = field(default_factory=list)  # no answer, or not all of it
    wrong: list[str] = field(default_factory=list)  # another status than deserved, or another answer than before
    answers: dict[Request, set[str]] = field(default_factory=lambda: defaultdict(set))
    lock: threading.Lock = field(default_factory=threading.Lock)


def load(server: Server, asked: Questions, clients: int, count: int) -> LoadResult:
    told = LoadResult()
    dice = random.Random(7)
    kinds = list(asked.values())
    requests = []
    for _ in range(count):
        roll = dice.random()
        if roll < 0.01:
            requests.append(dice.choice(RUNAWAY))
        elif roll < 0.135:
            requests.append(dice.choice(MALFORMED))
        else:
            requests.append(dice.choice(kinds)(dice))

    def client(mine: Sequence[Request]) -> None:
        connection = server.connect()
        for request in mine:
            for _ in range(100):
                try:
                    status, headers, body = send(connection, request)
                except (OSError, http.client.HTTPException) as error:
                    with told.lock:
                        told.lost.append(f"{request.what}: {error!r}")
                    connection.close()
                    connection = server.connect()
                    break
                if status == 503 and "retry-after" in headers:
                    told.waits += 1
                    time.sleep(0.5)
                    continue
                note(request, status, headers, body)
                break
            else:
                told.lost.append(f"{request.what}: put off again and again")
        connection.close()

    def note(request: Request, status: int, headers: dict[str, str], body: bytes) -> None:
        with told.lock:
            told.statuses[status] += 1
            if status not in request.statuses:
                told.wrong.append(f"{request.what}: {status} {body[:80]!r}")
            elif status == 200:
                if headers["content-type"].endswith("json"):
                    json.loads(body)
                digest = hashlib.sha256(body).hexdigest()
                told.answers[request].add(digest)
                if len(told.answers[request]) > 1:
                    told.wrong.append(f"{request.what}: another answer than before")

    with ThreadPoolExecutor(clients) as pool:
        list(pool.map(client, (requests[number::clients] for number in range(clients))))
    return told


def stall(server: Server, count: int, opened: list[socket.socket]) -> None:
    """Open connections: of ten, eight say half of what they want, one nothing, and one reads no answer."""
    head = f"GET /api/overview HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n".encode()
    for number in range(count):
        connection = socket.create_connection(("127.0.0.1", server.port), timeout=60)
        opened.append(connection)
        with contextlib.suppress(OSError):
            if number % 10 == 9:
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
                connection.sendall(head + b"\r\n")
            elif number % 10 != 8:
                connection.sendall(head + b"X-Slow: ")


def endless(server: Server, count: int, opened: list[socket.socket]) -> None:
    """Ask what never ends, no two alike, and do not wait for it."""
    for number in range(count):
        body = f"{ENDLESS} # {number}".encode()
        head = f"POST /sparql HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nContent-Type: {DIRECT}\r\n"
        connection = socket.create_connection(("127.0.0.1", server.port), timeout=60)
        connection.sendall(head.encode() + b"Content-Length: %d\r\n\r\n" % len(body) + body)
        opened.append(connection)


def waits(server: Server, what: str, crowd: Callable[[list[socket.socket]], None]) -> tuple[Any, ...]:
    """How long somebody else waits beside a crowd, from the same address; and who was sent away."""
    opened: list[socket.socket] = []
    crowd(opened)
    seconds, away = [], 0
    for _ in range(20):
        started = time.perf_counter()
        connection = server.connect()
        status, _, _ = send(connection, sparql("SELECT ?f { ?f a kg:File } LIMIT 10"))
        connection.close()
        seconds.append(time.perf_counter() - started)
        away += status != 200
    for connection in opened:
        connection.close()
    return what, len(seconds), away, seconds[0], statistics.median(seconds), max(seconds)


def settled(server: Server) -> tuple[int, int]:
    """What the processes hold, once workers that were ended have been replaced."""
    for _ in range(20):
        send(server.connect(), sparql("ASK {}"))
        time.sleep(0.2)
    return server.resident()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("graph", type=Path, help="the graph's folder")
    parser.add_argument("--root", type=Path, help="the repository, to ask for sources too")
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--each", type=int, default=200, help="requests per kind of answer")
    parser.add_argument("--load", type=int, default=5000, help="requests of the load")
    parser.add_argument("--json", type=Path, help="where to write the figures")
    options = parser.parse_args()
    if not (options.graph / "tables").is_dir():
        stop(f"{options.graph}: no graph", "give the folder that `kgraph build` printed")
    known = names(options.graph)
    asked = questions(known, options.root is not None)
    with_root = ["--root", str(options.root)] if options.root else []

    with serving(options.graph, with_root) as server:
        rows = measure_speed(server, asked, options.clients, options.each)
    limits = ["--timeout", str(SECONDS), "--memory", "1024", "--queue", "16"]
    with serving(options.graph, [*with_root, "--timeout", "60"]) as server:
        beside = measure_waits(server)
    with serving(options.graph, [*with_root, *limits]) as server:
        figures, failed = measure_load(server, asked, options.clients, options.load)
    if options.json:
        options.json.write_text(json.dumps({"answers": rows, "beside": beside, "load": figures}, indent=1) + "\n")
    if failed:
        raise SystemExit(1)


def measure_speed(server: Server, asked: Questions, clients: int, each: int) -> list[Any]:
    heading(f"Answers, milliseconds, {clients} clients at once (the server starts in {server.started:.1f} s)")
    rows = speed(server, asked, clients, each)
    table(("answer", "requests", "median", "95 %", "longest"), rows)
    listening, workers = server.resident()
    print(f"\nmemory: {megabytes(listening)} to listen, {megabytes(workers)} in {len(server.children())} workers")
    return rows


def measure_waits(server: Server) -> list[Any]:
    heading("A short query beside others, seconds")
    crowds: dict[str, Callable[[list[socket.socket]], None]] = {
        "nobody": lambda _: None,
        f"{STALLED:,} stalled connections": lambda opened: stall(server, STALLED, opened),
        "8 endless queries": lambda opened: endless(server, 8, opened),
        "8 endless queries again": lambda opened: endless(server, 8, opened),
    }
    rows = [waits(server, what, crowd) for what, crowd in crowds.items()]
    table(("beside", "queries", "sent away", "first", "median", "longest"), rows)
    return rows


def measure_load(server: Server, asked: Questions, clients: int, count: int) -> tuple[dict[str, Any], bool]:
    heading(f"Load: {count:,} requests, {clients} clients")
    load(server, asked, clients, count // 10)
    before, fds = settled(server), server.descriptors()
    started = time.perf_counter()
    told = load(server, asked, clients, count)
    seconds = time.perf_counter() - started
    after, fds_after = settled(server), server.descriptors()
    children = len(server.children())
    code, stopping, orphans = server.stop()
    for each in (*told.lost[:10], *told.wrong[:10]):
        print(each, file=sys.stderr)
    figures = {
        "seconds": round(seconds, 1),
        "answers": sum(told.statuses.values()),
        "statuses": dict(sorted(told.statuses.items())),
        "lost": len(told.lost),
        "wrong": len(told.wrong),
        "put off, then answered": told.waits,
        "listening process, before and after": [megabytes(before[0]), megabytes(after[0])],
        "workers, before and after": [megabytes(before[1]), megabytes(after[1])],
        "descriptors, before and after": [fds, fds_after],
        "workers at the end": children,
        "exit code": code,
        "seconds to stop": round(stopping, 1),
        "processes left": len(orphans),
    }
    for name, value in figures.items():
        print(f"{name:<38} {value}")
    return figures, bool(told.lost or told.wrong or orphans or code)


if __name__ == "__main__":
    main()
