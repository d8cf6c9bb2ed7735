"""What a text is about: every reason is looked up in the source, and an empty answer says why it is empty."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

import kgraph
from kgraph.cli import formats, main
from kgraph.locate import LocateResult, MatchReason, clues, tree_words
from kgraph.locate.evidence import fragments, split_identifier
from kgraph.locate.stack_frames import StackFrame
from kgraph.locate.text_index import split
from kgraph.locate.writers import FORMATS
from kgraph.mcp.change_tools import locate
from kgraph.mcp.graph_index import GraphIndex
from tests.test_scan import git

TREE = {
    "shop/__init__.py": "",
    "shop/cart.py": (
        '"""Baskets of customers."""\n'
        "\n"
        "from shop.prices import compute_price\n"
        "\n"
        "\n"
        "class Cart:\n"
        '    """What a customer is about to buy."""\n'
        "\n"
        "    def grand_total(self):\n"
        "        return compute_price(3)\n"
        "\n"
        "    def checkout(self):\n"
        '        raise ValueError("the basket has no voucher for customer 12")\n'
    ),
    "shop/prices.py": "RATE = 2\n\n\ndef compute_price(amount):\n    return amount * RATE\n",
    "shop/decoder.py": "def decode(data):\n    return data\n",
    "src/engine/Motor.cc": (
        '#include "Motor.h"\n\nnamespace engine {\nint Motor::spin(int rounds) {\n  return rounds;\n}\n}\n'
    ),
    "src/engine/Motor.h": "namespace engine {\nclass Motor {\n public:\n  int spin(int rounds);\n};\n}\n",
    "java/org/shop/Till.java": "package org.shop;\n\nclass Till {\n  int open(int key) {\n    return key;\n  }\n}\n",
    "web/menu.js": "function openMenu(name) {\n  return name;\n}\n",
    "docs/cart.md": "# The cart\n\nHow a basket is bought.\n",
    "tests/test_cart.py": "from shop.cart import Cart\n\n\ndef test_total():\n    assert Cart().grand_total() == 6\n",
}

PYTHON_TRACE = """Checkout fails
Traceback (most recent call last):
  File "/home/me/app.py", line 3, in <module>
  File "/venv/lib/python3.11/site-packages/shop/cart.py", line 10, in grand_total
    return compute_price(3)
  File "/venv/lib/python3.11/site-packages/shop/prices.py", line 5, in compute_price
  File "/usr/lib/python3.11/json/decoder.py", line 355, in raw_decode
TypeError: unsupported operand
"""


def write(root: Path, tree: dict[str, str]) -> Path:
    for path, text in tree.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    return root


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = write(tmp_path_factory.mktemp("locate") / "repo", TREE)
    kgraph.build(root).close()
    return root


@pytest.fixture
def graph(root: Path) -> Iterator[kgraph.KGraph]:
    with kgraph.open(root) as graph:
        yield graph


def check(root: Path, located: LocateResult) -> None:
    """Look every reason up in the source."""
    for found in (*located.files, *located.symbols):
        assert found.reasons
        for reason in found.reasons:
            look_up(root, reason)
            assert reason.path == found.path
    for each in located.beside:
        if each.at:
            path, _, number = each.at.rpartition(":")
            line = (root / path).read_text().splitlines()[int(number) - 1]
            assert re.search(r"import|include|\w\(|class ", line), each
            assert path in (each.path, each.of)


def look_up(root: Path, reason: MatchReason) -> None:
    lines = (root / reason.path).read_text().splitlines()
    said, line = reason.text, lines[reason.line - 1] if reason.line else ""
    if found := re.fullmatch(r"has the word (\S+)(?: in (\S+))?", said):
        assert (found[2] or found[1]).lower() in line.lower()
        assert found[1] in split_identifier(found[2] or found[1])
    elif found := re.fullmatch(r"has the word (\S+) in the (\w+) of \"?(.+?)\"?", said):
        assert found[1] in "\n".join([reason.path, *lines[max(0, reason.line - 1) :]]).lower()
        assert re.split(r"\.|::|\\", found[3])[-1] in (line or reason.path)
    elif found := re.fullmatch(r"has the word (\S+) in its documentation", said):
        assert found[1] in "\n".join(lines).lower()
    elif found := re.fullmatch(r"has the word (\S+) in its path", said):
        assert found[1] in reason.path.lower()
    elif found := re.fullmatch(r"the text names the path (\S+)", said):
        assert f"/{reason.path}".lower().endswith(f"/{found[1]}".lower())
    elif found := re.fullmatch(r"the text names the module (\S+)", said):
        assert found[1].replace(".", "/") in reason.path
    elif found := re.match(r"a frame of the traceback names (\S+) and (\S+|\".+\"), which is the \w+ (\S+)$", said):
        assert f"/{reason.path}".endswith(f"/{found[1]}")
        assert re.split(r"\.|::", found[2].strip('"'))[-1] in line
    elif found := re.match(r"a frame of the traceback names (\S+): the \w+ (\S+)$", said):
        assert re.split(r"\.|::", found[2])[-1] in line
    elif found := re.match(r"a frame of the traceback names (\S+)$", said):
        assert f"/{reason.path}".endswith(f"/{found[1]}")
    elif found := re.fullmatch(r'holds the text "?(.*?)"?', said):
        assert found[1] in line
    elif found := re.fullmatch(r"\"?(.+?)\"? is the (\w+) (\S+|\".+\")", said):
        assert found[1] in (line or reason.path)
        assert (found[2] == "module") == (not line)
    else:
        pytest.fail(f"a reason of an unknown form: {said}")


TEXTS = [
    "grand_total of the Cart is wrong",
    "`Cart.checkout` fails for a customer without voucher",
    'I get "the basket has no voucher for customer 99" at checkout',
    "shop.cart.Cart.grand_total and shop.prices.compute_price",
    "see shop/cart.py:12 and prices.py",
    "engine::Motor::spin takes no negative rounds; src/engine/Motor.h",
    "basket",
    "how the cart is bought, in the documents",
    PYTHON_TRACE,
    "#0  0x00007f in raise () from /lib/libc.so\n"
    "#1  0x0000 in engine::Motor::spin (this=0x0, rounds=3) at ../src/engine/Motor.cc:5\n",
    "    #0 0x4f in engine::Motor::spin(int) /build/src/engine/Motor.cc:5:3\n",
    'Exception in thread "main" java.lang.NullPointerException\n'
    "\tat org.shop.Till.open(Till.java:5)\n\tat Main.main(Main.java:1)\n",
    "TypeError: x\n    at openMenu (/home/me/web/menu.js:2:10)\n    at node:internal/main:1:1\n",
]


@pytest.mark.parametrize("text", TEXTS)
def test_every_reason_stands_in_the_source(root: Path, graph: kgraph.KGraph, text: str) -> None:
    located = graph.locate(text)
    assert located.files
    check(root, located)


@pytest.mark.parametrize(
    ("text", "path", "symbol"),
    [
        (TEXTS[0], "shop/cart.py", "shop.cart.Cart.grand_total"),
        (TEXTS[1], "shop/cart.py", "shop.cart.Cart.checkout"),
        (TEXTS[2], "shop/cart.py", "shop.cart.Cart.checkout"),
        (PYTHON_TRACE, "shop/prices.py", "shop.prices.compute_price"),
        (TEXTS[9], "src/engine/Motor.cc", "engine::Motor::spin"),
        (TEXTS[10], "src/engine/Motor.cc", "engine::Motor::spin"),
        (TEXTS[11], "java/org/shop/Till.java", "org.shop.Till.open"),
        (TEXTS[12], "web/menu.js", "openMenu"),
    ],
)
def test_the_likeliest_comes_first(graph: kgraph.KGraph, text: str, path: str, symbol: str) -> None:
    located = graph.locate(text)
    assert located.files[0].path == path
    assert located.symbols[0].name.endswith(symbol)


def test_the_innermost_frame_of_the_repository_counts_most(graph: kgraph.KGraph) -> None:
    paths = [each.path for each in graph.locate(PYTHON_TRACE).files]
    assert paths[:2] == ["shop/prices.py", "shop/cart.py"]
    reasons = {each.path: each.reasons for each in graph.locate(PYTHON_TRACE).files}
    # `json/decoder.py` is not `shop/decoder.py`.
    assert not any(each.kind in ("frame", "path") for each in reasons.get("shop/decoder.py", ()))


def test_a_quoted_message_is_found_though_its_number_differs(graph: kgraph.KGraph) -> None:
    reasons = graph.locate(TEXTS[2]).files[0].reasons
    (quote,) = [each for each in reasons if each.kind == "quote"]
    assert (quote.text, quote.line) == ('holds the text "the basket has no voucher for customer"', 13)


def test_what_stands_beside_is_listed(graph: kgraph.KGraph) -> None:
    beside = {(each.how, each.path, each.at) for each in graph.locate(TEXTS[0]).beside if each.of == "shop/cart.py"}
    assert ("imports", "shop/prices.py", "shop/cart.py:3") in beside
    assert ("calls", "shop/prices.py", "shop/cart.py:10") in beside
    assert ("is imported by", "tests/test_cart.py", "tests/test_cart.py:1") in beside
    included = {(each.how, each.path) for each in graph.locate(TEXTS[9]).beside if each.of == "src/engine/Motor.cc"}
    assert ("includes", "src/engine/Motor.h") in included


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "no words"),
        ("¿¡ … 日本語 ???", "no words"),
        ("zyx qwvut", "no file or symbol has any of the words"),
        ("nowhere/to/be/found.xyzzy", "no file or symbol has any of the words"),
    ],
)
def test_an_empty_answer_says_why(graph: kgraph.KGraph, text: str, why: str) -> None:
    located = graph.locate(text)
    assert (located.files, located.symbols, located.beside) == ((), (), ())
    assert why in located.notes[0]


HOSTILE = {
    "large": "basket (((a+)+)+$ " * 600_000,
    "one line": "a" * 10_000_000,
    "binary": bytes(range(256)).decode("latin-1") * 1000,
    "dots": "a." * 200_000,
    "slashes": "/" * 400_000,
    "quotes": "\"'`" * 100_000,
    "frames": '  File "' * 50_000,
    "at": "    at " * 50_000 + "(",
    "numbers": "#1 0x0 in " * 50_000,
    "surrogate": "basket \ud800 \x00 \x1b[31m",
    "signs": r"basket .* \d+ [a-z (?P<x> $ ^ | {3,}",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_text_is_answered_in_time(root: Path, graph: kgraph.KGraph, name: str) -> None:
    graph.locate("warm")
    started = time.process_time()
    located = graph.locate(HOSTILE[name])
    assert time.process_time() - started < 10
    check(root, located)
    assert any("were read" in note for note in located.notes) == (len(HOSTILE[name]) > clues.MAX_CHARACTERS)


def test_the_same_text_has_the_same_answer(root: Path) -> None:
    answers = []
    for _ in range(2):  # with the words read, and with those that were kept
        shutil.rmtree(next(root.glob(".kgraph/graph-*/words")), ignore_errors=True) if not answers else None
        with kgraph.open(root) as graph:
            answers.append([graph.locate(text) for text in TEXTS])
    assert answers[0] == answers[1]


def test_words_are_kept_in_the_generation(root: Path, graph: kgraph.KGraph, monkeypatch: pytest.MonkeyPatch) -> None:
    first = graph.locate("basket")
    assert next(root.glob(".kgraph/graph-*/words/files.parquet")).is_file()
    assert not list(root.glob(".kgraph/graph-*/.words-*"))
    monkeypatch.setattr(tree_words, "words", lambda _: pytest.fail("a file was read again"))
    with kgraph.open(root) as again:
        assert again.locate("basket") == first


def test_words_that_somebody_else_put_there_are_not_used(root: Path, graph: kgraph.KGraph) -> None:
    first = graph.locate("basket")
    path = next(root.glob(".kgraph/graph-*/words/files.parquet"))
    path.write_bytes(b"PAR1 is no table PAR1")
    with kgraph.open(root) as again:
        assert again.locate("basket") == first
    assert len(path.read_bytes()) > 100  # and were replaced


def test_a_file_that_changed_since_is_not_read(tmp_path: Path) -> None:
    root = write(tmp_path / "repo", TREE)
    kgraph.build(root).close()
    (root / "shop/cart.py").write_text("gone\n")
    (root / "shop/prices.py").unlink()
    with kgraph.open(root) as graph:
        located = graph.locate("grand_total of a customer")
    assert located.files[0].path == "shop/cart.py"  # by what the tables have of it
    assert {each.text for each in located.files[0].reasons if each.kind in ("words", "quote")} <= {
        f"has the word {word} in the name of shop.cart.Cart.grand_total" for word in ("grand", "total")
    }
    assert any(note.startswith("2 files are gone or have other contents") for note in located.notes)


def test_a_graph_elsewhere_is_searched_without_the_text_of_files(tmp_path: Path) -> None:
    root = write(tmp_path / "repo", TREE)
    kgraph.build(root, output=tmp_path / "graph").close()
    with kgraph.open(tmp_path / "graph") as graph:
        without = graph.locate("grand_total basket")
        assert without.files[0].path == "shop/cart.py"
        assert any("give the root" in note for note in without.notes)
        check(root, without)
        given = graph.locate("grand_total basket", root=root)
        assert not any("give the root" in note for note in given.notes)
        check(root, given)


@pytest.mark.parametrize("word", ["setBatchSize2D", "HTTPServer", "a_b_cc", "x9", "_private__name", "ABC", "is"])
def test_identifiers_are_split_as_elsewhere(word: str) -> None:
    assert sorted(set(split_identifier(word))) == sorted(split({word: 1}))


def test_frames_are_counted_from_the_innermost() -> None:
    assert clues.read(PYTHON_TRACE).frames[1:3] == [
        StackFrame("/venv/lib/python3.11/site-packages/shop/cart.py", 10, "grand_total", 2),
        StackFrame("/venv/lib/python3.11/site-packages/shop/prices.py", 5, "compute_price", 1),
    ]
    assert clues.read(TEXTS[11]).frames[0] == StackFrame("org/shop/Till.java", 5, "Till.open", 0)
    assert clues.read(TEXTS[9]).frames[1] == StackFrame("../src/engine/Motor.cc", 5, "engine::Motor::spin", 1)
    assert clues.read(TEXTS[10]).frames == [StackFrame("/build/src/engine/Motor.cc", 5, "engine::Motor::spin", 0)]


def test_pieces_of_a_message_leave_out_what_varies() -> None:
    assert list(fragments("cannot open the file 'x y' for 12 users at once")) == [
        "cannot open the file 'x y' for 12 users at once",
        "cannot open the file",
        "users at once",
    ]


# --- the command and the tool ---


@pytest.fixture
def run(root: Path) -> Callable[..., Result]:
    return lambda *words, **named: CliRunner().invoke(main, ["locate", *words, "-g", str(root)], **named)


def test_the_command_reads_its_argument_or_standard_input(run: Callable[..., Result]) -> None:
    given, piped = run("grand_total", "-f", "json"), run("-", "-f", "json", input="grand_total")
    assert given.exit_code == piped.exit_code == 0
    assert given.stdout == piped.stdout
    assert json.loads(given.stdout)["files"][0]["path"] == "shop/cart.py"


def test_the_command_survives_bytes_that_are_no_text(run: Callable[..., Result]) -> None:
    result = run("-", input=b"\xff\xfe basket \x00\x80")
    assert result.exit_code == 0
    assert "shop/cart.py" in result.stdout


def test_the_table_and_the_paths(run: Callable[..., Result]) -> None:
    table = run(PYTHON_TRACE).stdout
    assert "shop/prices.py:4: a frame of the traceback names shop/prices.py and compute_price" in table
    assert "Beside shop/prices.py" in table
    assert run(PYTHON_TRACE, "-f", "paths", "-n", "1").stdout == "shop/prices.py\n"


def test_nothing_found_ends_with_1(run: Callable[..., Result]) -> None:
    result = run("zyx", "-f", "paths")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "no file or symbol has any of the words" in result.stderr


def test_the_names_of_formats() -> None:
    assert tuple(FORMATS) == formats.LOCATE_FORMATS


def test_the_tool(graph: kgraph.KGraph) -> None:
    answer = locate(GraphIndex(graph), TEXTS[0])
    assert answer.facts["likeliest"][0] == "shop/cart.py"
    assert "shop/cart.py:9" in answer.items[0].line
    assert any(item.line.startswith("beside: shop/cart.py imports shop/prices.py") for item in answer.items)
    nothing = locate(GraphIndex(graph), "zyx")
    assert nothing.summary == "Nothing was found"
    assert nothing.notes


class TestMessagesOfEarlierCommits:
    """What somebody wrote when a file changed leads to it, with the commit as the reason."""

    @staticmethod
    def repository(root: Path) -> Path:
        write(root, TREE)
        git(root, "init", "-q")
        git(root, "add", "-A")
        git(root, "commit", "-q", "-m", "Everything at once")
        for path, message in (
            (
                "shop/old.py",
                "Round half-cents to even\n\nAccountants insisted.\n\nSigned-off-by: Zebra <z@example.org>",
            ),
            ("shop/decoder.py", "Survive truncated telegrams"),
        ):
            if path == "shop/old.py":
                (root / "shop/prices.py").rename(root / path)
                git(root, "add", "-A")
                git(root, "commit", "-q", "-m", "Move the prices")
            with (root / path).open("a") as out:
                out.write("\n# more\n")
            git(root, "add", "-A")
            git(root, "commit", "-q", "-m", message)
        git(root, "mv", "shop/old.py", "shop/prices.py")
        git(root, "commit", "-q", "-m", "And back")
        kgraph.build(root).close()
        return root

    @staticmethod
    def commit(root: Path, subject: str) -> str:
        said = subprocess.run(
            ["git", "log", "--format=%H", f"--grep={subject}"], cwd=root, check=True, capture_output=True, text=True
        )
        return said.stdout.strip()

    def test_they_lead_to_the_file_under_the_name_that_it_has_today(self, tmp_path: Path) -> None:
        root = self.repository(tmp_path / "repo")
        with kgraph.open(root) as graph:
            found = graph.locate("accountants complain: half-cents")
            assert [each.path for each in found.files] == ["shop/prices.py"]
            reason = found.files[0].reasons[-1]
            assert reason.kind == "message" and reason.path == "shop/prices.py"
            assert reason.text.startswith(f"an earlier commit changed it, {self.commit(root, 'Round')[:10]} ")
            assert "Round half-cents to even" in reason.text
            assert not any("messages" in note for note in found.notes)
            assert not graph.locate("zebra").files  # who signed it off says nothing of the file
        with kgraph.open(root) as graph:  # what the first one kept
            assert graph.locate("accountants complain: half-cents") == found

    def test_those_after_the_graph_do_not_count(self, tmp_path: Path) -> None:
        root = self.repository(tmp_path / "repo")
        (root / "shop/prices.py").write_text((root / "shop/prices.py").read_text() + "# again\n")
        git(root, "commit", "-q", "-a", "-m", "Quicksilver")
        with kgraph.open(root) as graph:
            assert not graph.locate("quicksilver").files
        kgraph.build(root).close()
        with kgraph.open(root) as graph:
            assert [each.path for each in graph.locate("quicksilver").files] == ["shop/prices.py"]

    def test_a_shallow_clone_is_searched_in_part(self, tmp_path: Path) -> None:
        root = self.repository(tmp_path / "repo")
        clone = tmp_path / "clone"
        git(tmp_path, "clone", "-q", "--depth", "3", f"file://{root}", str(clone))
        kgraph.build(clone).close()
        with kgraph.open(clone) as graph:
            found = graph.locate("telegrams")
            assert [each.path for each in found.files] == ["shop/decoder.py"]
            assert any(
                note.startswith("the messages of earlier commits were searched only in part: a shallow clone")
                for note in found.notes
            )

    def test_commits_of_many_files_say_nothing(self, tmp_path: Path) -> None:
        root = write(tmp_path / "repo", TREE | {f"many/part{n}.py": f"x = {n}\n" for n in range(40)})
        git(root, "init", "-q")
        git(root, "add", "-A")
        git(root, "commit", "-q", "-m", "Hullabaloo")
        kgraph.build(root).close()
        with kgraph.open(root) as graph:
            assert not graph.locate("hullabaloo").files

    def test_what_is_not_searched_is_said(self, tmp_path: Path, graph: kgraph.KGraph) -> None:
        def notes(graph: kgraph.KGraph) -> list[str]:
            return [note for note in graph.locate("half-cents").notes if note.startswith("the messages of earlier")]

        assert notes(graph) == ["the messages of earlier commits were not searched: the graph is of no commit"]
        root = self.repository(tmp_path / "repo")
        kgraph.build(root, history=False, force=True).close()
        (root / ".kgraph/history.bin").unlink(missing_ok=True)
        with kgraph.open(root) as graph:
            assert notes(graph) == [
                "the messages of earlier commits were not searched: the graph was built without history"
            ]


@given(st.text(alphabet="ab.:->/\\#\"`'(\n1", max_size=60))
def test_no_text_breaks_the_reader(text: str) -> None:
    assert isinstance(clues.read(text), clues.Clues)


def test_a_name_of_no_symbol_is_found_in_the_text_and_common_words_are_no_reason(tmp_path: Path) -> None:
    tree = {
        "app/startup.py": "import os\n\nADDRESS = os.environ['STORE_ADDR']\n",
        "app/store.py": "def connect(address):\n    return address  # the store is not set before this\n",
        "deploy/a.yaml": "env:\n  - name: STORE_ADDR\n",
    }
    for path, content in tree.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(content)
    with kgraph.build(tmp_path, history=False) as graph:
        found = graph.locate("cannot connect before the STORE_ADDR is set")
    reasons = {each.path: [reason.text for reason in each.reasons] for each in found.files}
    assert "holds the text STORE_ADDR" in reasons["app/startup.py"]
    told = {reason.rpartition("the word ")[2].split()[0] for each in reasons.values() for reason in each}
    assert not told & {"the", "is", "before"}
