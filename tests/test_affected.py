"""What a change may break: every step of every path is looked up in the text, and what was not read is said."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import kgraph
from kgraph.cli import formats, main
from kgraph.errors import InputError, QueryError
from kgraph.impact import FORMATS, FileEdit, Impact, ImpactIndex, ReachedNode, changes_of_paths, kept_edges, parse
from kgraph.impact.alike import MAX_SHARE, words
from kgraph.impact.writers import RUNNERS
from kgraph.mcp.change_tools import affected
from kgraph.mcp.graph_index import GraphIndex
from tests.test_scan import git

PYTHON = {
    "shop/__init__.py": "",
    "shop/prices.py": ("RATE = 2\n\n\ndef price(amount):\n    return amount * RATE\n\n\ndef unused():\n    return 0\n"),
    "shop/cart.py": (
        "from shop.prices import price\n"
        "\n"
        "\n"
        "class Cart:\n"
        "    def total(self):\n"
        "        return price(3)\n"
        "\n"
        "    def label(self):\n"
        "        return 'cart'\n"
        "\n"
        "\n"
        "class GiftCart(Cart):\n"
        "    def label(self):\n"
        "        return 'gift'\n"
        "\n"
        "\n"
        "def show(cart: Cart):\n"
        "    return cart.label()\n"
    ),
    "shop/table.py": "from shop.prices import unused\n\nROWS = [unused()]\n",
    "tests/conftest.py": (
        "import pytest\n"
        "from shop.cart import Cart\n"
        "\n"
        "\n"
        "@pytest.fixture\n"
        "def cart():\n"
        "    return Cart()\n"
        "\n"
        "\n"
        "@pytest.fixture(autouse=True)\n"
        "def quiet():\n"
        "    return None\n"
    ),
    "tests/test_cart.py": (
        "from shop.cart import show\n"
        "\n"
        "\n"
        "def test_total(cart):\n"
        "    assert cart.total() == 6\n"
        "\n"
        "\n"
        "class TestShow:\n"
        "    def test_label(self, cart):\n"
        "        assert show(cart)\n"
    ),
    "tests/test_table.py": "import shop.table\n\n\ndef test_rows():\n    assert shop.table.ROWS\n",
    "tests/test_other.py": "def test_nothing():\n    assert True\n",
}
CPP = {
    "CMakeLists.txt": (
        "project(box)\n"
        "enable_testing()\n"
        "add_library(box src/box.cpp)\n"
        "add_executable(box_test test/box_test.cpp)\n"
        "target_link_libraries(box_test box)\n"
        "add_executable(far_test test/far_test.cpp)\n"
        "target_link_libraries(far_test box)\n"
        "add_test(NAME boxes COMMAND box_test)\n"
        "add_test(NAME far COMMAND far_test)\n"
    ),
    "src/box.h": "#pragma once\n#define TWICE(x) ((x) + (x))\nint area(int side);\nint other(int side);\n",
    "src/box.cpp": (
        '#include "box.h"\nint area(int side) {\n  return side * side;\n}\nint other(int side) {\n  return side;\n}\n'
    ),
    "test/box_test.cpp": '#include "../src/box.h"\nint main() {\n  return area(TWICE(1));\n}\n',
    "test/far_test.cpp": '#include "../src/box.h"\nint main() {\n  return other(1);\n}\n',
}


def made(root: Path, files: dict[str, str]) -> Path:
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    return root


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = made(tmp_path_factory.mktemp("affected") / "shop", PYTHON)
    git(root, "init", "-q")
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", "first")
    kgraph.build(root).close()
    return root


@pytest.fixture(scope="module")
def box(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = made(tmp_path_factory.mktemp("affected") / "box", CPP)
    kgraph.build(root).close()
    return root


def lines(path: str, first: int, last: int | None = None) -> list[FileEdit]:
    return [FileEdit(path, new=((first, last or first),))]


def ask(root: Path, changes: str | list[FileEdit], **options: float) -> Impact:
    with kgraph.open(root) as graph:
        impact = graph.affected(changes, **options)  # type: ignore[arg-type]
    places = {thing.name: thing.path for thing in impact.changed}
    for item in (*impact.tests, *impact.dependents):
        is_true(root, item, places)
    return impact


def is_true(root: Path, item: ReachedNode, places: dict[str, str]) -> None:
    """Each step begins where the one before ended, and its line names what it says."""
    before, certainty = item.start, 1.0
    for step in item.steps:
        text = (root / step.path).read_text().splitlines()[max(0, step.line - 1)] if step.path else ""
        if text.strip().startswith("@"):  # a definition begins at its first decorator
            text = " ".join((root / step.path).read_text().splitlines()[step.line - 1 :][:2])
        short = before.replace("::", ".").rpartition("/")[2].removesuffix(".py").rpartition(".")[2]
        own = step.node.replace("::", ".").rpartition("/")[2].removesuffix(".py").rpartition(".")[2]
        match step.how:
            case "calls the decorated" | "calls the decorated when imported" | "refers to the function":
                assert short in text, (step, before, text)
            case "refers to the function in a test" | "passes the function" | "decorates":
                assert short in text or own in text, (step, before, text)
            case "may stand for":
                assert "import" in text and own in text and short in text
            case "makes its field" | "makes its base":
                assert before.replace("~", "").rpartition("::")[2] in text, (step, before, text)
            case "calls" | "refers to" | "calls when imported" | "imports" | "makes" | "makes when imported":
                is_passed = step.how == "calls" and "(" in text and (step.certainty < 0.9 or "<locals>" in before)
                assert short in text or short in ("__init__", "h") or is_passed, (step, before, text)
            case "asks for the fixture":
                assert short in text and f"def {own}" in text
            case "may call the overload":
                assert f"{short}(" in text, (step, before, text)
            case "stands in" | "may run the override":
                assert own in text or short in text, (step, before, text)
            case how if how.startswith("holds the ") or how == "can be called, by":
                assert own in text or short in text, (step, before, text)
            case "tests the file":
                assert step.node == step.path and short in (root / step.path).read_text()
            case "is derived from":
                assert short in text and own in text
            case "is built from" | "links against" | "runs" | "expands":
                assert own in text or short in text, (step, before, text)
            case "includes":
                assert "#include" in text
            case "has the test from":
                assert "class " in text or "import" in text, (step, text)
            case "runs with":
                assert short in text
            case "makes what it runs with, by" | "runs with the class of":  # the method may be of a base
                assert re.search(r"\w+ = \S", text), (step, before, text)
            case "is marked with the fixture":
                assert "usefixtures" in text and short in text
            case "runs at its start":
                assert short in text, (step, before, text)
            case "links in":
                assert short in text or "add_" in text, (step, before, text)
            case "is in the program":
                assert own in text or "TEST" in text
            case "is set up by":
                assert f"def {short}" in text
            case "is specialized as":
                assert "template" in text or short.partition("<")[0] in text, (step, before, text)
            case "makes a class by":
                assert "class " in text
            case "looks names up by":
                assert step.node == step.path and "def __getattr__" in text
            case "runs by its name":
                assert short.replace("_", "-") in text or Path(before).parent.name in text, (step, before, text)
            case "runs one of the group":
                assert "invoke(cli" in text or "cli()" in text, (step, before, text)
            case "has in it" | "is given the fixture" | "is configured by" | "runs the package of" | "defines inside":
                pass
            case _:
                raise AssertionError(f"no check for {step.how!r}")
        before = step.node
        certainty *= step.certainty
    assert item.certainty <= (certainty ** (1 - MAX_SHARE) if item.shared else certainty) + 0.02
    assert item.certainty > 0
    for word in item.shared:
        changed_text = (root / places[item.start]).read_text()
        assert word in words(f"{item.start} {Path(places[item.start]).name}") or word in changed_text
        of_tests = {path for path in places.values() if "test" in path}  # which the text of an inherited one may be in
        paths = {item.path, "tests/conftest.py", *of_tests, *(step.path for step in item.steps if "test" in step.path)}
        texts = [(root / path).read_text() for path in sorted(paths) if (root / path).is_file()]
        assert not texts or word in words(" ".join([item.id, *texts])) or any(word in text for text in texts)


def sureness(impact: Impact) -> dict[str, float]:
    return {test.id: test.certainty for test in impact.tests}


def test_a_call_leads_to_the_tests_of_its_callers(shop: Path) -> None:
    impact = ask(shop, lines("shop/prices.py", 5))
    assert [thing.name for thing in impact.changed] == ["shop.prices.price"]
    found = sureness(impact)
    assert found["tests/test_cart.py::test_total"] > 0.8
    assert found.get("tests/test_cart.py::TestShow::test_label", 0) < 0.5
    assert "tests/test_other.py::test_nothing" not in found
    total = next(test for test in impact.tests if test.name == "test_total")
    assert [(step.how, step.at) for step in total.steps] == [
        ("calls", "shop/cart.py:6"),
        ("calls", "tests/test_cart.py:5"),
    ]


def test_a_call_of_the_base_may_run_the_override(shop: Path) -> None:
    impact = ask(shop, lines("shop/cart.py", 14))
    assert [thing.name for thing in impact.changed] == ["shop.cart.GiftCart.label"]
    label = next(test for test in impact.tests if test.name == "TestShow.test_label")
    assert [step.how for step in label.steps] == ["may run the override", "calls", "calls"]
    assert label.id == "tests/test_cart.py::TestShow::test_label"


def test_what_a_module_runs_reaches_its_importers(shop: Path) -> None:
    found = sureness(ask(shop, lines("shop/prices.py", 9)))
    assert found == {"tests/test_table.py::test_rows": pytest.approx(0.97, abs=0.04)}


def test_a_constant_reaches_who_refers_to_it(shop: Path) -> None:
    impact = ask(shop, lines("shop/prices.py", 1))
    sure = {thing.name: thing.certainty for thing in impact.changed}
    assert sure["shop.prices.RATE"] == 1.0
    assert sure["shop/prices.py"] == sure["shop.prices.price"] < 0.5  # which refers to it, as far as is known
    assert 0.2 < sureness(impact)["tests/test_cart.py::test_total"] < 0.5


def built(root: Path, files: dict[str, str]) -> Path:
    root = made(root, files)
    kgraph.build(root).close()
    return root


def test_what_a_decorator_wraps_is_called_where_it_is_named(tmp_path: Path) -> None:
    """All wrapped functions run by way of the one wrapper; who calls one of them does not call the others."""
    commands = "".join(f"@checked\ndef command{n}(x):\n    return x\n\n\n" for n in range(12))
    tests = "".join(f"def test_{n}():\n    assert shop.command{n}(1)\n\n\n" for n in range(12))
    files = {
        "shop.py": "import functools\n\n\ndef checked(f):\n    @functools.wraps(f)\n    def wrapper(x):\n"
        f"        return f(x)\n\n    return wrapper\n\n\n{commands}",
        "test_shop.py": f"import shop\n\n\n{tests}",
    }
    root = built(tmp_path, files)
    line = files["shop.py"].split("\n").index("def command7(x):") + 2
    impact = ask(root, lines("shop.py", line))
    found = sureness(impact)
    assert found.pop("test_shop.py::test_7") > 0.8
    assert max(found.values(), default=0) < 0.35
    assert impact.tests[0].steps[0].how == "calls the decorated"


def test_an_import_in_a_function_runs_with_it(tmp_path: Path) -> None:
    files = {
        "shop.py": "print('on')\n",
        "typed.py": "from typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n    import shop\n",
        "test_shop.py": "import typed\n\n\ndef test_late():\n    import shop\n\n\ndef test_none():\n    assert typed\n",
    }
    found = sureness(ask(built(tmp_path, files), lines("shop.py", 1)))
    assert found["test_shop.py::test_late"] > 0.9
    assert found.get("test_shop.py::test_none", 0) < 0.2


def test_what_stands_for_what_cannot_be_imported(tmp_path: Path) -> None:
    files = {
        "shop/__init__.py": (
            "try:\n    from .command import main\nexcept ImportError:\n\n    def main():\n        pass\n"
        ),
        "shop/command.py": "def main():\n    return run()\n\n\ndef run():\n    return 1\n",
        "test_shop.py": "import shop\n\n\ndef test_main():\n    invoke(shop.main)\n",
    }
    impact = ask(built(tmp_path, files), lines("shop/command.py", 6))
    assert sureness(impact)["test_shop.py::test_main"] > 0.7
    assert [step.how for step in impact.tests[0].steps] == [
        "calls",
        "may stand for",
        "refers to the function in a test",
    ]


def test_a_call_in_a_branch_is_less_sure(tmp_path: Path) -> None:
    files = {
        "shop.py": (
            "def price(x):\n    return x\n\n\ndef often(x):\n    return price(x)\n\n\n"
            "def seldom(x):\n    if x > 3:\n        return price(x)\n    return 0\n\n\n"
            "def both(x):\n    if x > 3:\n        x += price(x)\n    return price(x)\n"
        ),
        "test_shop.py": (
            "import shop\n\n\ndef test_a():\n    shop.often(1)\n\n\ndef test_b():\n    shop.seldom(1)\n\n\n"
            "def test_c():\n    shop.both(1)\n"
        ),
    }
    found = sureness(ask(built(tmp_path, files), lines("shop.py", 2)))
    assert found["test_shop.py::test_a"] == found["test_shop.py::test_c"]
    assert found["test_shop.py::test_b"] < found["test_shop.py::test_a"] - 0.05


def test_what_hands_on_is_as_sure_as_much_of_it_leads_there(tmp_path: Path) -> None:
    """A visitor calls its methods by a part of their names, one at a time."""
    names = [f"visit_{name}" for name in ("add", "call", "load", "name", "text")]
    methods = "".join(f"\n    def {name}(self, node):\n        return {name}s(node)\n" for name in names)
    functions = "".join(f"\n\ndef {name}s(node):\n    return every(node)\n" for name in names)
    files = {
        "walk.py": (
            "class Walk:\n    def visit(self, node):\n        return getattr(self, 'visit_' + node)(node)\n"
            f"{methods}{functions}\n\ndef every(node):\n    return node\n"
        ),
        "test_it.py": "from walk import Walk\n\n\ndef test_it():\n    Walk().visit('add')\n",
    }
    root = built(tmp_path, files)
    at = files["walk.py"].split("\n").index
    one = ask(root, lines("walk.py", at("def visit_adds(node):") + 2))
    every = ask(root, lines("walk.py", at("def every(node):") + 2))
    assert 0.3 < one.tests[0].certainty < 0.8 < every.tests[0].certainty
    assert "holds the method of a family" in [step.how for step in one.tests[0].steps]
    for least in (0.1, 0.5):
        assert sureness(ask(root, lines("walk.py", at("def every(node):") + 2), at_least=least)) == sureness(every)


def test_a_class_runs_its_metaclass_and_what_its_bases_do_with_it(tmp_path: Path) -> None:
    files = {
        "meta.py": (
            "class Meta(type):\n    def __new__(mcs, name, bases, body):\n"
            "        return super().__new__(mcs, name, bases, body)\n\n\n"
            "class Base(metaclass=Meta):\n    def __init_subclass__(cls):\n        cls.on = True\n"
        ),
        "test_a.py": "import meta\n\n\nclass Own(meta.Base):\n    pass\n\n\ndef test_a():\n    assert Own.on\n",
        "test_b.py": (
            "import meta\n\n\ndef test_b():\n    class Own(meta.Base):\n        pass\n\n\ndef test_c():\n    pass\n"
        ),
    }
    root = built(tmp_path, files)
    new = sureness(ask(root, lines("meta.py", 3)))
    assert min(new["test_a.py::test_a"], new["test_b.py::test_b"]) > 0.9
    init = sureness(ask(root, lines("meta.py", 8)))
    assert min(init["test_a.py::test_a"], init["test_b.py::test_b"]) > 0.9
    assert init.get("test_b.py::test_c", 0) < 0.5


INHERITED = {
    "shop.py": "def price():\n    return 1\n\n\ndef gift():\n    return 2\n\n\ndef begin():\n    return 3\n",
    "test_base.py": (
        "import pytest\nimport shop\n\n\nclass TestPlain:\n"
        "    @pytest.fixture\n    def asked(self):\n        return shop.price()\n\n"
        "    @pytest.fixture\n    def other(self, asked):\n        return asked\n\n"
        "    def test_value(self, asked):\n        assert asked\n\n"
        "    def test_other(self, other):\n        assert other\n\n"
        "    def test_none(self):\n        pass\n"
    ),
    "test_gift.py": (
        "import pytest\nimport shop\nfrom test_base import TestPlain\n\n\nclass TestGift(TestPlain):\n"
        "    @pytest.fixture\n"
        "    def asked(self):\n        return shop.gift()\n\n    def test_none(self):\n        assert True\n\n\n"
        "class Mixin:\n    def setUp(self):\n        shop.begin()\n\n\n"
        "class TestSet(Mixin, TestGift):\n    pass\n"
    ),
}


def test_a_class_has_the_tests_of_its_bases_and_a_file_those_of_classes_that_it_imports(tmp_path: Path) -> None:
    root = built(tmp_path, INHERITED)
    plain, base = "test_gift.py::TestPlain::test_value", "test_base.py::TestPlain::test_value"
    gift, late = "test_gift.py::TestGift::test_value", "test_gift.py::TestSet::test_value"
    impact = ask(root, lines("test_base.py", 15))
    assert {test.id for test in impact.tests if test.certainty > 0.9} == {plain, base, gift, late}
    assert impact.total_tests == 12
    price = sureness(ask(root, lines("shop.py", 2)))
    assert min(price[plain], price[base]) > 2 * max(price.get(gift, 0), price.get(late, 0))
    found = sureness(ask(root, lines("shop.py", 6)))
    assert min(found[gift], found[late]) > 2 * max(found.get(plain, 0), found.get(base, 0))
    assert found["test_gift.py::TestGift::test_other"] > 0.8
    begin = {test for test, sure in sureness(ask(root, lines("shop.py", 10))).items() if sure > 0.9}
    assert begin == {f"test_gift.py::TestSet::test_{name}" for name in ("none", "other", "value")}


def test_a_blank_line_between_functions_is_no_change_of_the_module(tmp_path: Path) -> None:
    files = {
        "shop.py": "def one():\n    return 1\n",
        "test_shop.py": "import shop\n\n\ndef test_one():\n    assert shop.one()\n",
    }
    root = made(tmp_path, files)
    git(root, "init", "-q")
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", "first")
    new = "\n\ndef two():\n    x = 2\n\n    return x\n\n\ndef three():\n    return 3\n"
    (root / "shop.py").write_text(files["shop.py"] + new)
    kgraph.build(root).close()
    impact = ask(root, "HEAD")
    assert [thing.name for thing in impact.changed] == ["shop.two", "shop.three"]
    assert max((test.certainty for test in impact.tests), default=0) < 0.2


def test_a_module_with_names_of_its_own_making_is_asked_by_its_importers(tmp_path: Path) -> None:
    files = {
        "shop/__init__.py": "def __getattr__(name):\n    return name\n",
        "test_a.py": "from shop import price\n\n\ndef test_a():\n    assert price\n",
    }
    impact = ask(built(tmp_path, files), lines("shop/__init__.py", 2))
    assert [step.how for step in impact.tests[0].steps] == ["looks names up by", "imports", "stands in"]


def test_of_two_tests_over_paths_as_sure_the_one_of_that_name_is_first(tmp_path: Path) -> None:
    files = {
        "shop.py": "def price():\n    return 1\n\n\ndef run(x):\n    if x:\n        return price()\n    return 0\n",
        "test_a.py": "import shop\n\n\ndef test_a():\n    shop.run(1)\n\n\ndef test_price():\n    shop.run(1)\n",
    }
    impact = ask(built(tmp_path, files), lines("shop.py", 2))
    assert [test.name for test in impact.tests] == ["test_price", "test_a"]
    assert [test.shared for test in impact.tests] == [("price",), ()]
    assert (
        ask(built(tmp_path, files), lines("shop.py", 2), at_least=impact.tests[0].certainty).tests == impact.tests[:1]
    )


def test_a_group_runs_the_commands_that_it_registers(tmp_path: Path) -> None:
    files = {
        "tool.py": (
            "import click\n\n\n@click.group()\ndef cli():\n    pass\n\n\n@cli.command()\ndef show():\n    return 1\n"
        ),
        "test_tool.py": "from tool import cli\n\n\ndef test_show():\n    invoke(cli, ['show'])\n",
    }
    impact = ask(built(tmp_path, files), lines("tool.py", 11))
    assert 0.2 < sureness(impact)["test_tool.py::test_show"] < 0.8
    assert (impact.tests[0].steps[0].node, impact.tests[0].steps[0].how) == ("tool.cli", "decorates")


def test_a_method_counts_for_a_class_by_who_may_call_it(tmp_path: Path) -> None:
    """A class of which all is known; one whose base is elsewhere; one whose method is called on what is not known."""
    files = {
        "shop.py": "import other\n\n\nclass Plain(dict):\n    def lone(self):\n        return 1\n\n\n"
        "class Derived(other.Base):\n    def hook(self):\n        return 1\n\n\n"
        "class Open:\n    def price(self):\n        return 1\n\n\ndef each(things):\n"
        "    return [thing.price() for thing in things]\n",
        "test_shop.py": (
            "from shop import Derived, Open, Plain\n\n\ndef test_all():\n    assert Plain() or Derived() or Open()\n"
        ),
    }
    root = built(tmp_path, files)
    sure = [sureness(ask(root, lines("shop.py", line)))["test_shop.py::test_all"] for line in (6, 11, 16)]
    assert sure[0] < sure[1] and sure[0] < sure[2]


def test_fields_and_bases_are_made_with_what_holds_them(tmp_path: Path) -> None:
    files = {
        "arena.h": "class Arena {\n public:\n  Arena();\n  ~Arena();\n};\nclass Base {\n public:\n  Base();\n};\n",
        "arena.cc": '#include "arena.h"\nArena::Arena() {\n  start();\n}\nArena::~Arena() {\n  stop();\n}\n'
        "Base::Base() {\n  start();\n}\n",
        "table.h": '#include "arena.h"\nclass Table : public Base {\n public:\n  Table();\n'
        " private:\n  Arena arena_;\n};\n"
        "class Pointer {\n public:\n  Pointer();\n private:\n  Arena* arena_;\n};\n",
        "table.cc": '#include "table.h"\nTable::Table() {}\nPointer::Pointer() {}\n',
        "table_test.cc": '#include "table.h"\nTEST(TableTest, Made) {\n  Table* table = new Table();\n}\n'
        "TEST(TableTest, Pointer) {\n  Pointer* pointer = new Pointer();\n}\n",
    }
    root = built(tmp_path, files)
    for line in (3, 6, 9):
        found = sureness(ask(root, lines("arena.cc", line)))
        assert found["table_test.cc::TEST(TableTest, Made)"] > 0.6, line
        assert found.get("table_test.cc::TEST(TableTest, Pointer)", 0) < 0.2


def test_a_template_may_be_any_of_its_specializations(tmp_path: Path) -> None:
    files = {
        "box.h": "template <class T, class S>\nstruct Box {\n  int get();\n};\n"
        "template <class T>\nstruct Box<T, void> {\n  int get();\n};\n"
        "template <>\nstruct Box<int, void> {\n  int get() {\n    return 1;\n  }\n};\n"
        "template <>\nstruct Box<int, int> {\n  int get() {\n    return 1;\n  }\n};\n"
        "template <class T>\nint use() {\n  Box<T, void> box;\n  return box.get();\n}\n",
        "shelf_test.cc": '#include "box.h"\nTEST(ShelfTest, Use) {\n  use<int>();\n}\n',
    }
    root = built(tmp_path, files)
    assert "shelf_test.cc::TEST(ShelfTest, Use)" in sureness(ask(root, lines("box.h", 12)))
    assert "shelf_test.cc::TEST(ShelfTest, Use)" not in sureness(ask(root, lines("box.h", 18)))


def test_a_fixture_reaches_the_tests_that_ask_for_it(shop: Path) -> None:
    found = sureness(ask(shop, lines("tests/conftest.py", 7)))
    assert set(found) == {"tests/test_cart.py::test_total", "tests/test_cart.py::TestShow::test_label"}
    assert len(sureness(ask(shop, lines("tests/conftest.py", 12)))) == 4  # an automatic one, all of them


def test_a_test_by_its_name_ranks_below_what_the_code_says(tmp_path: Path) -> None:
    """Something in the file changed, and that test is named like it; nothing says that it reaches the function."""
    files = {
        "gears.py": "def turn():\n    return 1\n\n\ndef stop():\n    return 2\n",
        "test_gears.py": "from gears import turn\n\n\ndef test_turn():\n    assert turn()\n",
        "test_all.py": "from gears import stop\n\n\ndef test_stop():\n    assert stop()\n",
    }
    root = made(tmp_path, files)
    kgraph.build(root).close()
    impact = ask(root, lines("gears.py", 6))
    assert [test.id for test in impact.tests] == ["test_all.py::test_stop", "test_gears.py::test_turn"]
    assert impact.tests[1].certainty < 0.2
    assert [(step.how, step.at) for step in impact.tests[1].steps] == [
        ("tests the file", "test_gears.py:5"),
        ("stands in", "test_gears.py:4"),
    ]


def test_steps_and_certainty_can_be_limited(shop: Path) -> None:
    whole = ask(shop, lines("shop/prices.py", 5))
    near = ask(shop, lines("shop/prices.py", 5), depth=1)
    assert {each.name for each in near.dependents} < {each.name for each in whole.dependents} | {""}
    assert not near.tests
    assert all(len(each.steps) <= 1 for each in near.dependents)
    sure = ask(shop, lines("shop/prices.py", 5), at_least=0.8)
    assert sure.tests and all(each.certainty >= 0.8 for each in (*sure.tests, *sure.dependents))
    assert len(sure.tests) < len(whole.tests)


def test_tests_are_built_linked_and_run(box: Path) -> None:
    found = sureness(ask(box, lines("src/box.cpp", 3)))
    assert found["boxes"] > 0.8
    assert 0 < found["far"] < 0.5  # it is linked with the library, and calls another function of it
    boxes = next(test for test in ask(box, lines("src/box.cpp", 3)).tests if test.id == "boxes")
    assert [step.how for step in boxes.steps] == ["calls", "has in it", "is built from", "runs"]
    assert boxes.steps[0].at == "test/box_test.cpp:3"


def test_a_macro_reaches_who_expands_it_or_includes_it(box: Path) -> None:
    found = sureness(ask(box, lines("src/box.h", 2)))
    assert found["boxes"] > 0.8


def test_silence_is_explained(shop: Path, tmp_path: Path) -> None:
    impact = ask(shop, changes_of_paths(["no/such.py"]))
    assert impact.unknown == ("no/such.py",)
    assert not impact.tests and any("not in the graph" in note for note in impact.notes)
    root = made(tmp_path, {"a.sh": "a() {\n  :\n}\n", "b.sh": ". ./a.sh\na\n"})
    kgraph.build(root).close()
    impact = ask(root, changes_of_paths(["a.sh"]))
    assert any("uses of Shell (2 files) were not analysed" in note for note in impact.notes)


def test_a_graph_of_other_contents_is_reported(shop: Path) -> None:
    diff = (
        b"diff --git a/shop/cart.py b/shop/cart.py\nindex 1234567..89abcde 100644\n"
        b"--- a/shop/cart.py\n+++ b/shop/cart.py\n@@ -6 +6 @@\n-a\n+b\n"
    )
    assert any("other contents" in note for note in ask(shop, parse(diff)).notes)


def copied(root: Path, target: Path) -> Path:
    shutil.copytree(root, target, symlinks=True)
    return target


def test_since_a_revision(shop: Path, tmp_path: Path) -> None:
    root = copied(shop, tmp_path / "copy")
    text = (root / "shop/prices.py").read_text()
    (root / "shop/prices.py").write_text("# A line above.\n" + text.replace("amount * RATE", "amount + RATE"))
    git(root, "mv", "shop/table.py", "shop/rows.py")
    (root / "tests/test_other.py").unlink()
    kgraph.build(root).close()
    impact = ask(root, "HEAD")
    changed = {thing.name for thing in impact.changed}
    assert "shop.prices.price" in changed and "shop.prices.unused" not in changed
    assert "shop/rows.py" in changed  # renamed
    assert "tests/test_other.py" in changed  # which is gone
    assert any("not parsed" in note and "tests/test_other.py" in note for note in impact.notes)
    assert sureness(impact)["tests/test_cart.py::test_total"] > 0.8
    with pytest.raises(InputError, match="no revision"):
        ask(root, "no-such")


def test_a_graph_from_before_the_change_is_read_by_the_old_lines(shop: Path, tmp_path: Path) -> None:
    root = copied(shop, tmp_path / "copy")
    text = (root / "shop/prices.py").read_text()
    (root / "shop/prices.py").write_text("# Lines\n" * 20 + text.replace("amount * RATE", "amount + RATE"))
    impact = ask(root, "HEAD")
    assert "shop.prices.price" in {thing.name for thing in impact.changed}
    assert not any("other contents" in note for note in impact.notes)


@pytest.fixture
def run(shop: Path) -> Callable[..., Result]:
    def invoke(*arguments: str, stdin: str = "") -> Result:
        return CliRunner().invoke(main, ["affected", "-g", str(shop), *arguments], input=stdin)

    return invoke


def test_formats(run: Callable[..., Result], box: Path) -> None:
    assert tuple(FORMATS) == formats.AFFECTED_FORMATS
    assert RUNNERS == formats.RUNNER_FORMATS
    diff = "--- a/shop/prices.py\n+++ b/shop/prices.py\n@@ -5 +5 @@\n-    x\n+    return amount * RATE\n"
    shown = run("--diff", "-", stdin=diff)
    assert shown.exit_code == 0
    assert "tests/test_cart.py:5: test_cart.test_total calls shop.cart.Cart.total" in shown.output
    listed = run("--files", "shop/prices.py", "-f", "pytest", "--at-least", "0.8").stdout.splitlines()
    assert "tests/test_cart.py::test_total" in listed and all("::" in line for line in listed)
    told = json.loads(run("--files", "shop/prices.py", "-f", "json").stdout)
    assert told["tests"][0]["certainty"] >= told["tests"][-1]["certainty"]
    assert "shop/cart.py" in run("--files", "shop/prices.py", "-f", "paths").stdout.splitlines()
    nothing = run("--files", "shop/prices.py", "-f", "ctest")
    assert nothing.stdout == "" and "are not run by ctest" in nothing.stderr
    regex = CliRunner().invoke(main, ["affected", "-g", str(box), "--files", "src/box.cpp", "-f", "ctest"])
    assert regex.stdout in ("^(boxes|far)$\n", "^(far|boxes)$\n")


def test_exit_codes(run: Callable[..., Result]) -> None:
    assert run("--files", "shop/prices.py", "--exit-code").exit_code == 1
    assert run("--files", "no/such.py", "--exit-code").exit_code == 0
    assert "not in the graph" in run("--files", "no/such.py", "-f", "pytest").stderr
    assert run().exit_code == 2
    assert run("--since", "HEAD", "--files", "a").exit_code == 2
    assert run("--since", "no-such").exit_code == 2


def test_a_diff_is_read_from_standard_input(run: Callable[..., Result]) -> None:
    diff = (
        "--- a/shop/prices.py\n+++ b/shop/prices.py\n@@ -3,3 +3,3 @@\n \n def price(amount):\n"
        "-    x\n+    return amount * RATE\n"
    )
    assert "tests/test_cart.py::test_total" in run("--diff", "-", "-f", "pytest", stdin=diff).stdout
    assert run("--diff", "-", stdin="no diff at all\n@@ -1 +999999999,999999999 @@\n+x\n").exit_code == 0


def test_agents_ask_the_same(shop: Path) -> None:
    with kgraph.open(shop) as graph:
        index = GraphIndex(graph)
        answer = affected(index, files=["shop/prices.py"], limit=4)
        assert answer.facts["tests"] == 4 and answer.total > len(answer.items) == 4
        assert answer.items[0].data["is_test"] and "as far as was analysed" in answer.summary
        assert affected(index, since="HEAD").facts["changed"] == []
        with pytest.raises(QueryError, match="one of target, since"):
            affected(index)
        with pytest.raises(QueryError, match="no path"):
            affected(index, files=["no/such.py"])


class TestDiffs:
    def test_git_says_what_is_read(self, tmp_path: Path) -> None:
        root = made(
            tmp_path, {"a b.txt": "1\n2\n3\n4\n5\n6\n", "gone.txt": "1\n2\n", "old.txt": "x\n" * 20, "é\t.txt": "1\n"}
        )
        git(root, "init", "-q")
        git(root, "add", "-A")
        git(root, "commit", "-q", "-m", "first")
        (root / "a b.txt").write_text("1\ntwo\n3\n4\n6\n7\n")
        (root / "gone.txt").unlink()
        (root / "old.txt").rename(root / "new.txt")
        (root / "é\t.txt").write_text("2\n")
        (root / "added.txt").write_text("8\n9\n")
        git(root, "add", "-A")
        for context in ("-U0", "-U3"):
            said = subprocess.run(["git", "diff", "--cached", "-M", context], cwd=root, capture_output=True, check=True)
            changes = {change.path: change for change in parse(said.stdout)}
            assert set(changes) == {"a b.txt", "gone.txt", "new.txt", "é\t.txt", "added.txt"}
            assert changes["a b.txt"].new == ((2, 2), (4, 5), (6, 6))
            assert changes["a b.txt"].old == ((2, 2), (5, 5), (6, 7))
            assert changes["gone.txt"].deleted and changes["gone.txt"].old == ((1, 2),)
            assert changes["new.txt"].former == "old.txt" and changes["new.txt"].new == ()
            assert changes["added.txt"].added and changes["added.txt"].new == ((1, 2),)

    @pytest.mark.parametrize(
        "text",
        [b"", b"@@ -1 +1 @@\n", b"\xff\x00--- \n+++ \n@@ -0,0 +1 @@\n+a", b"diff --git \n", b'--- "a/\\777"\n+++ "b'],
    )
    def test_no_bytes_break_it(self, text: bytes) -> None:
        assert isinstance(parse(text), list)


COMMANDS = {
    "shop/__init__.py": "",
    "shop/__main__.py": "from shop.cli import cli\n\ncli()\n",
    "shop/cli.py": (
        "import click\n\n\n@click.group()\ndef cli():\n    pass\n\n\n"
        "@cli.command()\ndef sell():\n    return 1\n\n\n@cli.command()\ndef buy():\n    return 2\n"
    ),
    "tests/test_cli.py": (
        "import subprocess\nimport sys\n\nfrom click.testing import CliRunner\nfrom shop.cli import cli\n\n\n"
        'def test_sell():\n    CliRunner().invoke(cli, ["sell"])\n\n\n'
        'def test_buy():\n    CliRunner().invoke(cli, ["buy"])\n\n\n'
        "def test_any(words):\n    CliRunner().invoke(cli, words)\n\n\n"
        'def test_module():\n    subprocess.run([sys.executable, "-m", "shop"])\n'
    ),
}


def test_a_command_is_run_by_its_name(tmp_path: Path) -> None:
    """Who names a command of a group runs that one; who names none may run any."""
    root = built(tmp_path, COMMANDS)
    impact = ask(root, lines("shop/cli.py", 11))
    found = sureness(impact)
    assert found["tests/test_cli.py::test_sell"] > 0.85
    assert 0.2 < found["tests/test_cli.py::test_any"] < found["tests/test_cli.py::test_sell"]
    assert found.get("tests/test_cli.py::test_buy", 0) < 0.2
    named = next(test for test in impact.tests if test.name == "test_sell")
    assert [(step.how, step.at) for step in named.steps] == [("runs by its name", "tests/test_cli.py:9")]


def test_a_module_is_run_by_its_name(tmp_path: Path) -> None:
    impact = ask(built(tmp_path, COMMANDS), lines("shop/__main__.py", 3))
    named = next(test for test in impact.tests if test.name == "test_module")
    assert [step.how for step in named.steps] == ["runs by its name"]
    assert named.certainty > 0.85


def test_what_the_text_of_a_macro_calls(tmp_path: Path) -> None:
    files = {
        "timer.h": "#pragma once\nint next_id();\n#define TIMED(name) int name = next_id()\n",
        "timer.cpp": '#include "timer.h"\nint next_id() {\n  return 1;\n}\n',
        "test_timer.cpp": '#include "timer.h"\nTEST(Timer, Timed) {\n  TIMED(id);\n}\nTEST(Timer, None) {\n}\n',
    }
    impact = ask(built(tmp_path, files), lines("timer.cpp", 3))
    assert [step.how for step in impact.tests[0].steps] == ["calls", "expands"]
    assert [test.name for test in impact.tests if test.certainty > 0.5] == ["TEST(Timer, Timed)"]


def test_what_is_kept_of_a_graph_answers_as_what_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Edges are taken by a later process; not where other code made them."""
    root = built(tmp_path, PYTHON)
    change = lines("shop/prices.py", 5)
    with kgraph.open(root / ".kgraph") as graph:
        made_first = graph.affected(change)
        generation = graph._generation.path
    assert {folder.name for folder in generation.glob("impact-*")} == {"impact-edges"}
    made_again: list[str] = []
    monkeypatch.setattr(ImpactIndex, "_make_edges", lambda _: made_again.append("edges"))
    with kgraph.open(root / ".kgraph") as graph:
        assert graph.affected(change) == made_first
    assert not made_again
    monkeypatch.undo()
    monkeypatch.setattr(kept_edges, "_code", lambda: "other")
    with kgraph.open(root / ".kgraph") as graph:
        assert graph.affected(change) == made_first


def test_a_path_that_is_no_utf8_is_found(tmp_path: Path) -> None:
    root = tmp_path / "shop"
    root.mkdir()
    name = os.fsdecode(b"caf\xe9.py")
    (root / name).write_text("def price():\n    return 1\n")
    git(root, "init", "-q")
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", "first")
    (root / name).write_text("def price():\n    return 2\n")
    with kgraph.build(root) as graph:
        impact = graph.affected("HEAD")
        review = graph.review("HEAD")
    assert [(thing.path, thing.kind) for thing in impact.changed] == [("caf\\xe9.py", "Function")]
    assert not impact.unknown
    assert [each.path for each in review.files] == ["caf\\xe9.py"]
    assert [each.name for each in review.code] == [thing.name for thing in impact.changed]
