"""Tests that no call leads to: by attributes and marks of their classes, and what runs when a program starts."""

from __future__ import annotations

from pathlib import Path

from kgraph.impact import FileEdit
from tests.test_affected import ask, built, lines, sureness

STACKS = {
    "shop.py": (
        "class Base:\n    def put(self, x):\n        self.x = x\n\n    def size(self):\n        return 0\n\n\n"
        "class Stack(Base):\n    def __init__(self):\n        self.x = 1\n\n"
        "    def put(self, x):\n        self.x = 2\n\n\n"
        "class Queue(Base):\n    def __init__(self):\n        self.x = 3\n\n\n"
        "def fold(x):\n    return x\n"
    ),
    "mixin.py": (
        "class StackTests:\n    kind = None\n    run = None\n\n    def test_put(self):\n        held = self.kind()\n"
        "        held.put(self.run(1))\n"
    ),
    "test_stack.py": (
        "import unittest\n\nimport shop\nfrom mixin import StackTests\n\n\n"
        "class Plain(StackTests):\n    kind = shop.Stack\n\n\n"
        "class TestStack(Plain, unittest.TestCase):\n    run = staticmethod(shop.fold)\n\n\n"
        "class TestQueue(Plain, unittest.TestCase):\n    kind = shop.Queue\n    run = staticmethod(shop.fold)\n"
    ),
}


def test_a_test_of_a_base_runs_with_what_attributes_of_its_class_hold(tmp_path: Path) -> None:
    root = built(tmp_path, STACKS)
    stack, queue = "test_stack.py::TestStack::test_put", "test_stack.py::TestQueue::test_put"
    made = sureness(ask(root, lines("shop.py", 11)))
    assert made[stack] > 0.8 > 4 * made.get(queue, 0)
    impact = ask(root, lines("shop.py", 14))
    own = next(test for test in impact.tests if test.id == stack)
    assert [step.how for step in own.steps] == ["runs with the class of"]
    assert (own.steps[0].path, own.steps[0].line) == ("test_stack.py", 8)
    assert own.certainty > sureness(impact).get(queue, 0)
    base = ask(root, lines("shop.py", 3))
    assert next(test for test in base.tests if test.id == queue).steps[-1].how == "runs with the class of"
    fold = ask(root, lines("shop.py", 22))
    assert {test.id for test in fold.tests if test.certainty > 0.8} == {stack, queue}


MARKED = {
    "shop.py": "class Shop:\n    def sell(self):\n        return 1\n\n\ndef close():\n    return 2\n",
    "conftest.py": (
        "import pytest\n\nfrom shop import Shop, close\n\n\n"
        "@pytest.fixture(scope='class')\ndef opened(request):\n    request.cls.shop = Shop()\n\n\n"
        "@pytest.fixture\ndef closed():\n    close()\n"
    ),
    "test_shop.py": (
        "import pytest\n\n\n@pytest.mark.usefixtures('opened')\nclass TestShop:\n"
        "    def test_sell(self):\n        assert self.shop.sell()\n\n\n"
        "class TestLate(TestShop):\n    def test_late(self):\n        assert self.shop\n\n\n"
        "def test_nothing():\n    pass\n"
    ),
    "test_late.py": "import pytest\n\npytestmark = pytest.mark.usefixtures('closed')\n\n\ndef test_it():\n    pass\n",
    "test_own.py": (
        "import pytest\n\n\nclass TestOwn:\n    pytestmark = [pytest.mark.usefixtures('closed')]\n\n"
        "    def test_own(self):\n        pass\n\n\ndef test_other():\n    pass\n"
    ),
}


def test_a_mark_of_a_class_or_module_names_fixtures_for_its_tests(tmp_path: Path) -> None:
    root = built(tmp_path, MARKED)
    closed = ask(root, lines("shop.py", 7))
    marked = {test.id: test.steps[-1] for test in closed.tests if test.certainty > 0.9}
    assert set(marked) == {"test_late.py::test_it", "test_own.py::TestOwn::test_own"}
    assert {(step.how, step.at) for step in marked.values()} == {
        ("is marked with the fixture", "test_late.py:3"), ("is marked with the fixture", "test_own.py:5")
    }  # fmt: skip
    sold = ask(root, lines("shop.py", 3))
    found = {test.id: test for test in sold.tests}
    of_class = {
        f"test_shop.py::{name}" for name in ("TestShop::test_sell", "TestLate::test_sell", "TestLate::test_late")
    }
    assert of_class <= set(found) and "test_shop.py::test_nothing" not in found
    assert min(found[test].certainty for test in of_class) > 0.4
    made = ask(root, [FileEdit("shop.py", new=((1, 1),))])
    step = next(test for test in made.tests if test.id.endswith("test_late")).steps[-1]
    assert (step.how, step.at) == ("runs with", "conftest.py:8") or step.how == "is marked with the fixture"


PROGRAM = {
    "CMakeLists.txt": (
        "project(box)\nadd_library(box box.cc)\nadd_library(other other.cc)\n"
        "add_executable(box_test box_test.cc)\ntarget_link_libraries(box_test box)\n"
    ),
    "box.h": (
        "struct Pool {\n  explicit Pool(int n) : n(n) {}\n  int n;\n};\nint first();\n"
        "struct State {\n  static Pool kept;\n  int n;\n};\n"
    ),
    "box.cc": (
        '#include "box.h"\nPool State::kept(3);\nint first() { return 1; }\nstatic int begun = first();\n'
        "int later() { return 2; }\nstruct Kept {\n  int held = later();\n};\n"
    ),
    "other.cc": "struct Late {\n  Late() {}\n};\nLate late;\n",
    "box_test.cc": "#include <gtest/gtest.h>\nTEST(Box, Empty) {\n  int x = 1;\n}\n",
}


def test_a_program_makes_objects_when_it_starts(tmp_path: Path) -> None:
    root = built(tmp_path, PROGRAM)
    for line in (2, 5):
        impact = ask(root, lines("box.h", 2) if line == 2 else lines("box.cc", 3))
        test = next(each for each in impact.tests if each.id == "box_test.cc::TEST(Box, Empty)")
        assert [step.how for step in test.steps] == ["runs at its start", "links in", "is in the program"]
        assert test.steps[0].at == ("box.cc:2" if line == 2 else "box.cc:4")
        assert test.certainty > 0.8
    assert not [each for each in ask(root, lines("box.cc", 5)).tests if each.certainty > 0.1]
    assert not [each for each in ask(root, lines("other.cc", 2)).tests if each.certainty > 0.1]
    made = ask(root, lines("box.h", 2))
    assert not any("makes its field" in step.how for each in made.dependents for step in each.steps)


def test_a_constant_of_a_class_is_less_than_all_of_it(tmp_path: Path) -> None:
    files = {
        "shop.py": (
            "class Shop:\n    LIMIT = 3\n    name: str\n\n    def sell(self):\n        return self.LIMIT\n\n"
            "    def close(self):\n        return 2\n"
        ),
        "test_shop.py": (
            "from shop import Shop\n\n\ndef test_sell():\n    assert Shop().sell() == 3\n\n\n"
            "def test_limit():\n    assert Shop.LIMIT == 3\n"
        ),
    }
    root = built(tmp_path, files)
    constant, other = sureness(ask(root, lines("shop.py", 2))), sureness(ask(root, lines("shop.py", 3)))
    sell, limit = "test_shop.py::test_sell", "test_shop.py::test_limit"
    assert constant[limit] > 1.5 * constant[sell] > 0.3
    assert other[sell] > 0.7
    both = sureness(ask(root, [FileEdit("shop.py", new=((2, 3),))]))
    assert both[sell] > 0.7
