"""Agents: every tool listed and called by the SDK's own client, over stdio and HTTP; hostile arguments are errors."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import anyio
import pytest
from mcp import Client
from mcp.client.stdio import StdioServerParameters, stdio_client
from mcp.shared.exceptions import MCPError

import kgraph
from kgraph.distribution import install_command
from kgraph.errors import KgraphError
from kgraph.mcp.answer import Item, ToolAnswer, cut
from kgraph.mcp.graph_index import GraphIndex
from kgraph.mcp.server import DATA, DATA_OF_TOOL
from kgraph.mcp.tools import TOOLS
from kgraph.mcp.workers import MAX_STORE_SECONDS, BusyError, LimitExceededError, QuestionLimits, QuestionWorkers
from kgraph.query import names
from tests.project import FILES, project
from tests.test_scan import git

HEADER = "c10/util/Exception.h"
ENDLESS = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l } ORDER BY ?a"
CALLS: dict[str, dict[str, Any]] = {
    "find_symbol": {"name": "c10::TensorImpl"},
    "file_card": {"path": HEADER},
    "who_uses": {"target": HEADER},
    "includes": {"path": HEADER, "direction": "by", "transitive": True},
    "related": {"path": HEADER},
    "path_between": {"source": "torch/csrc/Module.cpp", "target": HEADER},
    "affected": {"files": [HEADER]},
    "review": {"since": "HEAD~1"},
    "locate": {"text": HEADER},
    "run_named_query": {"name": "includers", "parameters": {"path": HEADER}},
    "sparql": {"query": "SELECT ?path { ?f a kg:File ; kg:path ?path } ORDER BY ?path"},
}


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = project(tmp_path_factory.mktemp("mcp") / "tensors")
    kgraph.build(path).close()
    return path


@pytest.fixture(scope="module")
def reader(root: Path) -> Iterator[GraphIndex]:
    with kgraph.open(root) as graph:
        yield GraphIndex(graph)


@pytest.fixture(scope="module")
def url(root: Path) -> Iterator[str]:
    """A server over HTTP."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "kgraph", "mcp", "-g", str(root), "--http", "--port", str(port), "--timeout", "5"]
    with subprocess.Popen(command, stderr=subprocess.PIPE) as server:
        try:
            for _ in range(600):
                with socket.socket() as probe:
                    if probe.connect_ex(("127.0.0.1", port)) == 0:
                        break
                assert server.poll() is None
                time.sleep(0.1)
            yield f"http://127.0.0.1:{port}/mcp"
        finally:
            server.send_signal(signal.SIGINT)
            server.communicate(timeout=30)


def stdio(root: Path, *options: str) -> Any:
    words = ["-m", "kgraph", "mcp", "-g", str(root), "--timeout", "2", *options]
    return stdio_client(StdioServerParameters(command=sys.executable, args=words))


def asked(reader: GraphIndex, tool: str, **arguments: Any) -> dict[str, Any]:
    """The structured content of a tool's answer, asked in this process."""
    structured: dict[str, Any] = cut(TOOLS[tool](reader, **arguments), 12_000)["structured"]
    return structured


def posted(url: str, body: bytes, headers: dict[str, str]) -> int:
    """The status of a request that may be none of the protocol's."""
    usual = {"Accept": "application/json, text/event-stream", "Content-Type": "application/json"}
    try:
        with urlopen(Request(url, body, usual | headers), timeout=30) as answer:
            return int(answer.status)
    except HTTPError as error:
        with error:
            return error.code


# The protocol


async def converse(connection: Any) -> None:
    async with Client(connection) as client:
        assert client.instructions
        assert f"{len(FILES)} files" in client.instructions
        tools = {tool.name: tool for tool in (await client.list_tools()).tools}
        assert set(tools) == set(CALLS) == set(TOOLS)
        for name, arguments in CALLS.items():
            assert len(tools[name].description or "") > 60
            assert tools[name].annotations.read_only_hint
            result = await client.call_tool(name, arguments)
            assert not result.is_error, result.content
            told = result.structured_content
            assert told
            assert told["items"]
            assert "files were parsed" in told["coverage"]
            text = result.content[0].text
            assert text.startswith(told["summary"])
            assert len(text) <= 12_000
        uris = {str(resource.uri) for resource in (await client.list_resources()).resources}
        assert uris == {f"kgraph://{name}" for name in ("vocabulary", "ontology", "queries", "coverage")}
        for uri in uris:
            (content,) = (await client.read_resource(uri)).contents
            assert len(content.text) > 500
        (prompt,) = (await client.list_prompts()).prompts
        told = await client.get_prompt(prompt.name, {"target": HEADER})
        assert HEADER in told.messages[0].content.text


def test_a_client_lists_and_calls_every_tool_over_stdio(root: Path) -> None:
    anyio.run(converse, stdio(root, "--timeout", "10"))


def test_a_client_lists_and_calls_every_tool_over_http(url: str) -> None:
    anyio.run(converse, url)


HOSTILE: list[tuple[str, dict[str, Any]]] = [
    ("find_symbol", {}),
    ("find_symbol", {"name": ""}),
    ("find_symbol", {"name": "x" * 5000}),
    ("find_symbol", {"name": ["a"]}),
    ("find_symbol", {"name": "x", "kind": "Clas"}),
    ("find_symbol", {"name": "x", "limit": 0}),
    ("find_symbol", {"name": "x", "limit": 10**9}),
    ("file_card", {"path": "../../etc/passwd"}),
    ("file_card", {"path": "c10/util/Exeption.h"}),
    ("file_card", {"path": "c10/util"}),
    ("file_card", {"path": "\x00"}),
    ("who_uses", {"target": "nobody::knows"}),
    ("who_uses", {"target": '" } DROP ALL #'}),
    ("who_uses", {"target": "forward"}),
    ("includes", {"path": HEADER, "direction": "up"}),
    ("related", {"path": HEADER, "limit": 11}),
    ("related", {"path": "nope"}),
    ("path_between", {"source": HEADER}),
    ("path_between", {"source": HEADER, "target": ""}),
    ("affected", {"target": "a b c"}),
    ("run_named_query", {"name": "../../etc/passwd"}),
    ("run_named_query", {"name": "includers"}),
    ("run_named_query", {"name": "includers", "parameters": {"path": {"a": 1}}}),
    ("run_named_query", {"name": "includers", "parameters": {"pfad": "x"}}),
    ("sparql", {"query": ""}),
    ("sparql", {"query": "SELECT"}),
    ("sparql", {"query": "DROP ALL"}),
    ("sparql", {"query": "SELECT * { SERVICE <http://127.0.0.1:1/> { ?a ?b ?c } }"}),
    ("sparql", {"query": "ASK " + "{" * 9000 + "}" * 9000}),
    ("sparql", {"query": ENDLESS}),
    ("nonsense", {"x": 1}),
]


async def be_hostile(connection: Any) -> None:
    async with Client(connection) as client:
        for name, arguments in HOSTILE:
            try:
                result = await client.call_tool(name, arguments)
            except MCPError:
                assert name == "nonsense"
                continue
            assert result.is_error, (name, arguments, result.content)
            assert 10 < len(result.content[0].text) < 2000
            assert "this is a bug" not in result.content[0].text
        with pytest.raises(MCPError):
            await client.read_resource("kgraph://../../etc/passwd")
        assert not (await client.call_tool("file_card", {"path": HEADER})).is_error


def test_hostile_arguments_are_errors_and_the_server_lives_over_stdio(root: Path) -> None:
    anyio.run(be_hostile, stdio(root))


def test_hostile_arguments_are_errors_and_the_server_lives_over_http(url: str) -> None:
    anyio.run(be_hostile, url)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Host": "evil.example"}, 421),
        ({"Origin": "http://evil.example"}, 403),
        ({"Content-Type": "text/plain"}, 400),
    ],
)
def test_other_hosts_and_origins_are_refused(url: str, headers: dict[str, str], status: int) -> None:
    message = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/list"}).encode()
    assert posted(url, message, headers) == status


def test_bytes_that_are_no_message_end_nothing(url: str) -> None:
    for body in (b"\xff\xfe", b"{", b"[" * 100_000, b'{"jsonrpc": "2.0", "id": "\\ud800", "method": "x"}'):
        assert 400 <= posted(url, body, {}) < 500
    anyio.run(converse, url)


# Workers


def test_a_question_that_takes_too_long_is_given_up_and_the_next_is_answered(root: Path) -> None:
    workers = QuestionWorkers(root / ".kgraph", QuestionLimits(seconds=1.0), count=1)
    try:
        with pytest.raises(LimitExceededError, match="given up after 1 s"):
            workers.ask("sparql", {"query": ENDLESS})
        assert workers.ask("file_card", {"path": HEADER})["structured"]["facts"]["path"] == HEADER
    finally:
        workers.close()


def test_a_question_that_takes_too_much_memory_costs_its_worker_alone(root: Path) -> None:
    workers = QuestionWorkers(root / ".kgraph", QuestionLimits(seconds=60.0, memory=64), count=1)
    try:
        with pytest.raises(KgraphError, match="64 MB"):
            workers.ask("sparql", {"query": ENDLESS})
        assert workers.ask("file_card", {"path": HEADER})["structured"]["facts"]["path"] == HEADER
    finally:
        workers.close()


def test_endless_questions_keep_short_ones_from_nothing(root: Path) -> None:
    """Forty at once, no two alike: some are sent away, the others wait, and a short one is answered."""
    workers = QuestionWorkers(root / ".kgraph", QuestionLimits(seconds=60.0, queue=20), count=1)
    sent_away: list[str] = []

    def endless(number: int) -> None:
        try:
            workers.ask("sparql", {"query": f"{ENDLESS.replace('*', '(COUNT(*) AS ?n)', 1)} # {number}"})
        except BusyError as error:
            sent_away.append(str(error))
        except KgraphError:
            pass  # the server ends

    workers.ask("file_card", {"path": HEADER})
    threads = [threading.Thread(target=endless, args=(number,), daemon=True) for number in range(40)]
    try:
        for thread in threads:
            thread.start()
        for _ in range(600):  # until the queue is full
            if sent_away:
                break
            time.sleep(0.1)
        for _ in range(3):
            for _ in range(60):  # as it is told to: the queue is full of questions that wait for their moment
                try:
                    told = workers.ask("file_card", {"path": HEADER})
                    break
                except BusyError:
                    time.sleep(1)
            else:
                pytest.fail("it was never answered")
            assert told["structured"]["facts"]["path"] == HEADER
        assert "too many questions wait" in sent_away[0]
        assert sum(thread.is_alive() for thread in threads) >= 1  # it runs all the while
    finally:
        workers.close()


def test_every_line_gets_an_answer_over_stdio(root: Path) -> None:
    def request(number: Any, method: str, **params: Any) -> bytes:
        return json.dumps({"jsonrpc": "2.0", "id": number, "method": method, "params": params}).encode()

    hello = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "x", "version": "1"}}
    half = {"name": "file_card", "arguments": {"path": "\ud800"}}
    command = [sys.executable, "-m", "kgraph", "mcp", "-g", str(root)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as server:
        assert server.stdin
        assert server.stdout
        for line, expected in (
            (request(1, "initialize", **hello), 1),
            (request("\ud800", "ping"), "\ufffd"),
            (b"garbage", "unreadable"),
            (b"x" * 5_000_000, "unreadable"),
            (b'{"jsonrpc": "2.0", "id": 4}', 4),
            (request(5, "tools/call", **half), 5),
        ):
            server.stdin.write(line + b"\n")
            server.stdin.flush()
            assert json.loads(server.stdout.readline())["id"] == expected
        server.stdin.close()


def test_no_session_is_kept_over_http(url: str) -> None:
    hello = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "x", "version": "1"}}
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": hello}).encode()
    headers = {"Accept": "application/json, text/event-stream", "Content-Type": "application/json"}
    with urlopen(Request(url, body, headers), timeout=30) as answer:
        assert answer.headers["content-type"].startswith("application/json")
        assert "mcp-session-id" not in {name.lower() for name in answer.headers}
    for method in ("GET", "DELETE"):
        with pytest.raises(HTTPError) as refused:
            urlopen(Request(url, headers=headers, method=method), timeout=30)
        refused.value.close()
        assert refused.value.code == 405


def test_half_requests_keep_nobody_out_over_http(url: str) -> None:
    address = ("127.0.0.1", int(url.rpartition(":")[2].partition("/")[0]))
    with contextlib.ExitStack() as open_ones:
        for _ in range(1100):
            connection = socket.create_connection(address)
            open_ones.callback(connection.close)
            with contextlib.suppress(OSError):
                connection.sendall(b"POST /mcp HTTP/1.1\r\nHost: x\r\nX-Slow: ")
        anyio.run(converse, url)


def test_what_a_repository_holds_is_said_to_be_data(root: Path) -> None:
    async def story() -> None:
        async with Client(stdio(root)) as client:
            assert DATA in (client.instructions or "")
            for tool in (await client.list_tools()).tools:
                assert DATA_OF_TOOL in (tool.description or "")

    anyio.run(story)


def test_the_list_of_tools_fits_two_thousand_tokens(root: Path) -> None:
    async def story() -> None:
        async with Client(stdio(root)) as client:
            listed = (await client.list_tools()).model_dump(mode="json", by_alias=True, exclude_none=True)
            said = json.dumps(listed["tools"], separators=(",", ":"), ensure_ascii=False)
            assert {tool["name"] for tool in listed["tools"]} == set(TOOLS)
            assert len(said) <= 2000 * 4  # a token is some four characters

    anyio.run(story)


def test_a_newer_graph_is_picked_up(tmp_path: Path) -> None:
    root = project(tmp_path / "tensors")
    kgraph.build(root).close()
    workers = QuestionWorkers(root / ".kgraph", QuestionLimits(seconds=30.0), count=1)
    try:
        with pytest.raises(KgraphError, match=r"no path 'new\.py'"):
            workers.ask("file_card", {"path": "new.py"})
        (root / "new.py").write_text("x = 1\n")
        git(root, "add", "-A")
        kgraph.build(root).close()
        assert workers.ask("file_card", {"path": "new.py"})["structured"]["facts"]["lines"] == 1
    finally:
        workers.close()


class TestTripleStore:
    """Agents ask the tables; SPARQL alone makes the triple store, outside of what a question may cost."""

    @pytest.fixture
    def graph(self, tmp_path: Path) -> Path:
        root = project(tmp_path / "tensors")
        kgraph.build(root).close()
        return root / ".kgraph"

    def test_only_sparql_makes_it(self, graph: Path) -> None:
        workers = QuestionWorkers(graph, QuestionLimits(seconds=60.0), count=1)
        try:
            for tool, arguments in CALLS.items():
                if tool != "sparql":
                    workers.ask(tool, arguments)
            for tool, arguments in (
                ("find_symbol", {"name": "nowhere"}),
                ("who_uses", {"target": "Nowhere"}),
                ("file_card", {"path": "nowhere.h"}),
                ("run_named_query", {}),
                ("run_named_query", {"name": "callers", "parameters": {"name": "nowhere"}}),
            ):
                with contextlib.suppress(KgraphError):
                    workers.ask(tool, arguments)
            assert not (graph / "store").exists()
            assert len(workers.ask("sparql", CALLS["sparql"])["structured"]["items"]) == len(FILES)
            assert (graph / "store/CURRENT").exists()
        finally:
            workers.close()

    def test_making_it_is_no_part_of_the_question(self, graph: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Which has less time and less memory than that takes."""
        workers = QuestionWorkers(graph, QuestionLimits(seconds=60.0), count=1)
        asked: list[float | None] = []
        ensure = workers.store_maker(graph).ensure

        def counted(seconds: float | None = None) -> bool:
            asked.append(seconds)
            return ensure(seconds)

        monkeypatch.setattr(workers.store_maker(graph), "ensure", counted)
        try:
            for _ in range(2):
                assert workers.ask("run_named_query", {"name": "symbol-kinds"})["structured"]["items"]
            assert asked == [MAX_STORE_SECONDS]
        finally:
            workers.close()

    def test_a_question_does_not_wait_for_ever(self, graph: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("kgraph.mcp.workers.MAX_STORE_SECONDS", 0.0)
        workers = QuestionWorkers(graph, QuestionLimits(seconds=60.0), count=1)
        try:
            with pytest.raises(BusyError, match="is being made"):
                workers.ask("sparql", CALLS["sparql"])
            assert workers.store_maker(graph).ensure(120)
            assert workers.ask("sparql", CALLS["sparql"])["structured"]["items"]
        finally:
            workers.close()


def test_no_worker_outlives_the_server(root: Path) -> None:
    workers = QuestionWorkers(root / ".kgraph", QuestionLimits(seconds=30.0), count=2)
    workers.ask("file_card", {"path": HEADER})
    process = workers._all[-1]._process.pid
    workers.close()
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)


def test_a_worker_ends_by_itself_when_the_server_was_killed(root: Path) -> None:
    block = (
        "import sys; from pathlib import Path; from kgraph.mcp.workers import QuestionLimits, QuestionWorkers\n"
        "if __name__ == '__main__':\n"
        "    workers = QuestionWorkers(Path(sys.argv[1]), QuestionLimits(seconds=3.0, memory=8192), count=1)\n"
        "    workers.ask('file_card', {'path': 'README.md'})\n"
        "    print(workers._all[-1]._process.pid, flush=True)\n"
        "    workers.ask('sparql', {'query': sys.argv[2]})\n"
    )
    endless = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"  # counts, and takes no memory
    command = [sys.executable, "-c", block, str(root / ".kgraph"), endless]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout
        worker = int(server.stdout.readline())
        time.sleep(0.5)
        server.kill()
    for _ in range(600):
        if not alive(worker):
            return
        time.sleep(0.1)
    pytest.fail("the worker is still there")


def alive(process: int) -> bool:
    """Whether a process runs; one that has ended and that nobody asked about does not."""
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


# Answers


def test_an_answer_is_cut_in_text_and_structure_alike() -> None:
    items = [Item(f"{index} " + "é" * 900, {"number": index, "text": "x" * 5000}) for index in range(100)]
    told = cut(ToolAnswer("found", items, coverage="all of it"), 4000)
    assert len(told["text"]) <= 4000
    shown = len(told["structured"]["items"])
    assert 3 <= shown <= 6
    assert told["structured"]["cut"].startswith(f"{shown} of 100 shown; ")
    assert told["structured"]["cut"] in told["text"]
    assert len(json.dumps(told["structured"])) < 8000
    whole = cut(ToolAnswer("found", items[:1]), 4000)["structured"]
    assert (whole["cut"], whole["total"]) == ("", 1)


def test_symbols_are_found_by_qualified_name_by_name_and_by_part(reader: GraphIndex) -> None:
    (found,) = asked(reader, "find_symbol", name="c10::TensorImpl")["items"]
    assert found["defined"] == ["c10/core/TensorImpl.h:8-12"]
    assert found["declared"] == ["c10/core/TensorImpl.h:6"]
    assert found["documentation"] == "What a tensor is made of."
    relu = {each["symbol"] for each in asked(reader, "find_symbol", name="relu")["items"]}
    assert relu >= {"at::relu", "torch.nn.functional.relu"}
    parts = asked(reader, "find_symbol", name="tensorim", limit=2)
    assert parts["total"] >= 4
    assert parts["cut"].startswith("2 of ")
    assert [each["kind"] for each in asked(reader, "find_symbol", name="relu", kind="function")["items"]]
    assert asked(reader, "find_symbol", name="nothing_like_it")["items"] == []


def test_a_card_tells_what_a_file_is(reader: GraphIndex) -> None:
    card = asked(reader, "file_card", path=f"./{HEADER}:7")
    assert (card["facts"]["path"], card["facts"]["read_as"], card["facts"]["needs"]) == (HEADER, "syntax", 1)
    told = {each.get("symbol") or each["file"]: each for each in card["items"] if each["what"] != "related"}
    assert told["c10::warn"]["at"] == f"{HEADER}:15"
    assert told["c10/macros/Macros.h"]["at"] == f"{HEADER}:3"
    assert told["c10/util/Logging.h"]["at"] == "c10/util/Logging.h:2"
    assert told["c10/util/Exception.cpp"]["what"] == "included by"
    assert any(each["what"] == "related" for each in card["items"])
    broken = asked(reader, "file_card", path="caffe2/python/old.py")
    assert broken["coverage"].startswith("caffe2/python/old.py was skipped; ")
    assert broken["facts"]["diagnostics"]


def test_users_are_told_with_their_evidence(reader: GraphIndex) -> None:
    users = asked(reader, "who_uses", target="torch.nn.modules.module.Module")["items"]
    assert {"at": "torch/nn/modules/linear.py:2", "how": "imports the name"} in users
    files = [each["at"] for each in asked(reader, "who_uses", target=HEADER)["items"] if "how" not in each]
    assert files == sorted(files)
    assert "torch/csrc/utils.h:2" in files
    may = asked(reader, "who_uses", target="at::relu")
    # c10/core/TensorImpl.cpp includes the header too, and does not hold the name.
    assert {each["at"] for each in may["items"]} == {"aten/src/ATen/ops.h:2"}
    assert all("may use it" in each["how"] for each in may["items"])


def test_calls_are_told_where_the_graph_has_them(reader: GraphIndex) -> None:
    told = asked(reader, "who_uses", target="c10::log")
    call = told["items"][0]
    assert (call["at"], call["by"], call["how"]) == ("c10/util/Exception.cpp:7", "c10::warn", "Call")
    assert 0.5 < call["confidence"] <= 1
    assert told["facts"]["uses"] == 1
    way = asked(reader, "path_between", source="c10::warn", target="c10::log")
    assert way["summary"] == "c10::warn calls c10::log in 1 step"
    assert way["items"][0]["at"] == "c10/util/Exception.cpp:7"
    assert asked(reader, "affected", target="c10::log")["facts"]["used_by"] == 1


def test_without_calls_users_are_told_by_includes(tmp_path: Path) -> None:
    with kgraph.build(project(tmp_path / "plain"), related=False, calls=False) as graph:
        told = asked(GraphIndex(graph), "who_uses", target="c10::log")
    assert "holds no calls" in told["summary"]
    assert "c10/util/Exception.cpp:2" in {each["at"] for each in told["items"]}


def test_includes_go_both_ways_and_tell_what_leads_elsewhere(reader: GraphIndex) -> None:
    of = asked(reader, "includes", path="c10/util/Logging.h")
    assert {each.get("resolution") for each in of["items"]} == {None, "generated"}
    assert (of["facts"]["direct"], of["facts"]["in_all"]) == (1, 2)
    everything = asked(reader, "includes", path="torch/csrc/Module.cpp", transitive=True)["items"]
    steps = {each["file"]: each["steps"] for each in everything if "file" in each}
    assert (steps["aten/src/ATen/ops.h"], steps["c10/core/TensorImpl.h"]) == (1, 3)
    by = asked(reader, "includes", path="c10/core/Storage.h", direction="by", transitive=True)
    assert "c10/core/Storage.h" not in {each["file"] for each in by["items"]}


def test_a_way_is_told_step_by_step_in_either_direction(reader: GraphIndex) -> None:
    way = asked(reader, "path_between", source="torch/csrc/Module.cpp", target="c10::Device")
    assert [each["at"] for each in way["items"]] == [
        "torch/csrc/Module.cpp:1",
        "aten/src/ATen/ops.h:2",
        "aten/src/ATen/Tensor.h:2",
        "c10/core/TensorImpl.h:2",
    ]
    back = asked(reader, "path_between", source="c10::Device", target="torch/csrc/Module.cpp")
    assert back["summary"].startswith(
        "not that way, but torch/csrc/Module.cpp reaches the file of c10::Device in 4 steps"
    )
    assert asked(reader, "path_between", source="tools/codegen/gen.py", target=HEADER)["summary"].startswith("no way")
    assert "same file" in asked(reader, "path_between", source="c10::Error", target=HEADER)["summary"]


def test_impact_is_what_reaches_the_file(reader: GraphIndex) -> None:
    told = asked(reader, "affected", target="c10::Error", limit=3)
    with kgraph.open(reader.graph.path) as graph:
        expected = {row["file"] for row in graph.query("includers-transitive", path=HEADER).dicts()} - {HEADER}
    assert told["facts"]["files"] == told["total"]
    assert told["facts"]["files"] >= len(expected - {"c10/util/Exception.cpp"})
    assert told["facts"]["nearest_tests"] == ["c10/test/exception_test.cpp"]
    assert told["facts"]["by_folder"]["c10"] > 3
    assert len(told["items"]) == 3
    assert asked(reader, "affected", target="tools/codegen/gen.py")["facts"]["files"] == 0


def test_related_needs_a_graph_that_tells(reader: GraphIndex, tmp_path: Path) -> None:
    assert asked(reader, "related", path=HEADER)["items"][0]["file"] == "c10/util/Exception.cpp"
    plain = project(tmp_path / "plain")
    with kgraph.build(plain, related=False) as graph, pytest.raises(KgraphError, match="has no related files"):
        TOOLS["related"](GraphIndex(graph), HEADER)


def test_queries_are_listed_and_asked(reader: GraphIndex) -> None:
    assert [each["name"] for each in asked(reader, "run_named_query")["items"]] == list(names())
    told = asked(reader, "run_named_query", name="includers", parameters={"path": HEADER}, limit=2)
    assert set(told["items"][0]) == {"file", "line", "spelling", "condition"}
    assert told["cut"].startswith("2 of more shown")
    doubt = asked(reader, "run_named_query", name="includers", parameters={"path": "util/Exception.h"})
    assert f"did you mean {HEADER}" in doubt["notes"][0]


@pytest.mark.parametrize(
    ("query", "check"),
    [
        ("ASK { ?x a kg:File }", lambda told: told["facts"] == {"boolean": True} and told["summary"] == "true"),
        ("CONSTRUCT { ?a kg:includes ?b } WHERE { ?a kg:includes ?b }", lambda told: len(told["items"]) == 5),
        ("SELECT (1.5 AS ?half) (xsd:date('2020-01-01') AS ?day) {}", lambda told: told["items"][0]["half"] == 1.5),
        ("DESCRIBE <https://w3id.org/kgraph/nothing>", lambda told: told["items"] == []),
    ],
)
def test_sparql_of_every_form(reader: GraphIndex, query: str, check: Callable[[dict[str, Any]], bool]) -> None:
    told = asked(reader, "sparql", query=query, limit=5)
    assert check(told), told
    json.dumps(told)


# The command


def test_without_the_sdk_the_command_says_what_to_install(root: Path) -> None:
    block = "import sys; sys.modules['mcp'] = None\nfrom kgraph.cli import main\nmain(['mcp', '-g', sys.argv[1]])"
    done = subprocess.run([sys.executable, "-c", block, str(root)], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert install_command("mcp") in done.stderr


def test_without_a_graph_the_command_says_so(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "kgraph", "mcp", "-g", str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "no graph here" in done.stderr
