"""Which of several tests that a change reaches is surer to run what changed, and why."""

from __future__ import annotations

import math
from io import BytesIO
from pathlib import Path

import kgraph
from kgraph.escape import quote
from kgraph.impact import FileEdit, Impact, ReachedNode
from kgraph.impact.writers import write
from tests.test_affected import ask, built, lines, sureness

SHAPES = (
    "class Shape:\n"
    "    def area(self):\n"
    "        return 0\n"
    "\n"
    "    def describe(self):\n"
    "        return self.area()\n"
    "\n"
    "\n"
    "class Square(Shape):\n"
    "    def area(self):\n"
    "        return 1\n"
    "\n"
    "\n"
    "class Circle(Shape):\n"
    "    def area(self):\n"
    "        return 3\n"
    "\n"
    "\n"
    "class Disc(Circle):\n"
    "    pass\n"
)


def reached_test(impact: Impact, name: str) -> ReachedNode:
    return next(test for test in impact.tests if test.name == name)


def test_an_override_counts_where_its_class_is_made(tmp_path: Path) -> None:
    files = {
        "shapes.py": SHAPES,
        "test_shapes.py": (
            "from shapes import Disc, Shape, Square\n"
            "\n"
            "\n"
            "def test_square():\n"
            "    assert Shape.describe(Square())\n"
            "\n"
            "\n"
            "def test_disc():\n"
            "    assert Shape.describe(Disc())\n"
        ),
    }
    root = built(tmp_path / "shapes", files)
    circle = ask(root, lines("shapes.py", 16))
    assert sureness(circle)["test_shapes.py::test_disc"] > 2 * sureness(circle)["test_shapes.py::test_square"]
    square = ask(root, lines("shapes.py", 11))
    assert sureness(square)["test_shapes.py::test_square"] > 2 * sureness(square)["test_shapes.py::test_disc"]
    for test in (*circle.tests, *square.tests):  # the step says what makes the path less sure
        assert test.shared or math.isclose(math.prod(s.certainty for s in test.steps), test.certainty, abs_tol=0.01)
    limited = ask(root, lines("shapes.py", 16), depth=3)
    assert sureness(limited) == sureness(circle)


def test_an_override_counts_fully_where_nothing_tells_who_makes_its_class(tmp_path: Path) -> None:
    files = {
        "shapes.py": SHAPES,
        "test_shapes.py": (
            "from shapes import Shape\n\n\ndef test_any(made_elsewhere):\n    assert Shape.describe(made_elsewhere)\n"
        ),
    }
    root = built(tmp_path / "shapes", files)
    any_ = reached_test(ask(root, lines("shapes.py", 16)), "test_any")
    assert [step.how for step in any_.steps] == ["may run the override", "calls", "calls"]
    assert any_.certainty > 0.5


def test_a_class_that_a_test_names_is_made_by_what_it_is_given_to(tmp_path: Path) -> None:
    files = {
        "store.py": (
            "class Store:\n"
            "    def __init__(self, path):\n"
            "        self.path = path\n"
            "\n"
            "    def __eq__(self, other):\n"
            "        return self.path == other.path\n"
            "\n"
            "\n"
            "def opened(path, **options):\n"
            "    return options.pop('kind')(path)\n"
        ),
        "test_store.py": (
            "from store import Store, opened\n\n\ndef test_opened():\n    assert opened(path='a', kind=Store)\n"
        ),
    }
    root = built(tmp_path / "store", files)
    made = reached_test(ask(root, lines("store.py", 3)), "test_opened")
    compared = reached_test(ask(root, lines("store.py", 6)), "test_opened")
    assert made.certainty > 2 * compared.certainty


def test_of_a_class_with_many_methods_each_test_runs_few(tmp_path: Path) -> None:
    def box(methods: int) -> str:
        return "class Box:\n" + "".join(f"    def m{n}(self):\n        return {n}\n\n" for n in range(methods))

    used = "from box import Box\n\n\ndef unpack(it):\n    return it.m0()\n\n\ndef test_box():\n    assert Box()\n"
    found = {}
    for methods in (3, 14, 28):
        root = built(tmp_path / str(methods), {"box.py": box(methods), "test_box.py": used})
        found[methods] = sureness(ask(root, lines("box.py", 3)))["test_box.py::test_box"]
    assert found[3] == found[14]
    assert math.isclose(found[28], found[14] / 2, rel_tol=0.1)


def test_generic_calls_no_method_of_what_is_derived_from_it(tmp_path: Path) -> None:
    bases = {"none": "", "generic": "(t.Generic[T])", "protocol": "(Protocol)", "outer": "(lib.Base)"}
    found = {}
    for name, base in bases.items():
        files = {
            "box.py": (
                "import typing as t\nfrom typing import Protocol\n\nimport lib\n\nT = t.TypeVar('T')\n\n\n"
                f"class Box{base}:\n    def run(self):\n        return 1\n"
            ),
            "test_box.py": "from box import Box\n\n\ndef test_box():\n    assert Box()\n",
        }
        impact = ask(built(tmp_path / name, files), [FileEdit("box.py", new=((11, 11),))])
        found[name] = reached_test(impact, "test_box").steps[0].how
    assert found["generic"] == found["protocol"] == found["none"] == "holds the uncalled method"
    assert found["outer"] == "holds the inherited method"


TAGS = (
    "struct Day {};\n"
    "struct Hour {};\n"
    "inline int step(Day, int n) { return n; }\n"
    "inline int step(Hour, int n) { return step(Day{}, n) * 24; }\n"
    "inline int step(Day, int n, int m) { return n + m; }\n"
    "template <typename T>\n"
    "int moved(int n) {\n"
    "  return step(T{}, n);\n"
    "}\n"
)


def test_a_call_that_several_overloads_fit_leads_to_each(tmp_path: Path) -> None:
    test = '#include "tags.h"\nTEST(Tags, Moves) {\n  moved<Hour>(1);\n}\n'
    root = built(tmp_path / "tags", {"tags.h": TAGS, "tags_test.cc": test})
    for line in (3, 4):
        (found,) = ask(root, lines("tags.h", line)).tests
        assert found.certainty > 0.35
        assert {step.how for step in found.steps} <= {"calls", "may call the overload"}
    assert not [test for test in ask(root, lines("tags.h", 5)).tests if test.certainty > 0.35]


def test_a_tag_made_where_it_is_passed_tells_overloads_apart(tmp_path: Path) -> None:
    test = '#include "tags.h"\nTEST(Tags, Steps) {\n  step(Day{}, 1);\n}\n'
    root = built(tmp_path / "tags", {"tags.h": TAGS, "tags_test.cc": test})
    (day,) = ask(root, lines("tags.h", 3)).tests
    assert [step.how for step in day.steps] == ["calls"]
    assert not [found for found in ask(root, lines("tags.h", 4)).tests if found.certainty > 0.35]


def test_an_import_that_changed_is_less_sure_than_code(tmp_path: Path) -> None:
    """Most changes touch an import, which shows at who imports the file, but seldom."""
    root = built(tmp_path, {
        "shop.py": "import os\nimport sys\n\n\ndef price():\n    return 1\n\n\ndef gift():\n    return os, sys\n",
        "test_shop.py": "import shop\n\n\ndef test_price():\n    assert shop.price()\n\n\ndef test_none():\n    pass\n",
    })  # fmt: skip
    line = sureness(ask(root, lines("shop.py", 2)))
    assert 0 < line["test_shop.py::test_none"] <= 0.3
    both = sureness(ask(root, [*lines("shop.py", 2), *lines("shop.py", 6)]))
    assert both["test_shop.py::test_price"] > 0.9 > 2 * both["test_shop.py::test_none"]
    assert sureness(ask(root, lines("shop.py", 2, 3)))["test_shop.py::test_none"] > 0.9  # a line that is none, too


HELP = {
    "tool.py": (
        "class Page:\n"
        "    def heading(self):\n"
        "        return SHOWN_WIDTH\n"
        "\n"
        "\n"
        "def run(word):\n"
        "    if word:\n"
        "        return Page().heading()\n"
        "    return 0\n"
        "\n"
        "\n"
        "SHOWN_WIDTH = 3\n"
    ),
    "test_tool.py": (
        "from tool import run\n\n\n"
        "def test_a():\n    assert run('')\n\n\n"
        "def test_b():\n    assert run('--heading')\n\n\n"
        "def test_c():\n    assert run('SHOWN_WIDTH of Page')\n"
    ),
}


def test_words_in_the_text_of_a_test_make_it_surer(tmp_path: Path) -> None:
    root = built(tmp_path / "tool", HELP)
    impact = ask(root, lines("tool.py", 3))
    assert {test.name: test.shared for test in impact.tests} == {
        "test_a": (), "test_b": ("heading",), "test_c": ("page", "SHOWN_WIDTH"),
    }  # fmt: skip
    sure = {test.name: test.certainty for test in impact.tests}
    assert sure["test_a"] < sure["test_b"] and sure["test_a"] < sure["test_c"]
    assert f"shares {quote('heading')}" in shown(impact)
    assert f"shares {quote('page')}, {quote('SHOWN_WIDTH')}" in shown(impact)
    again = ask(root, lines("tool.py", 3))  # of names that the first answer kept
    assert again == impact


def shown(impact: Impact) -> str:
    out = BytesIO()
    write(impact, "table", out)
    return out.getvalue().decode()


def test_a_text_that_the_graph_is_not_of_is_not_read(tmp_path: Path) -> None:
    root = built(tmp_path / "tool", HELP)
    (root / "test_tool.py").write_text(HELP["test_tool.py"].replace("run('')", "run('heading')"))
    with kgraph.open(root) as graph:
        assert not any(test.shared for test in graph.affected(lines("tool.py", 3)).tests)
    (root / "test_tool.py").write_text(HELP["test_tool.py"])
    assert any(test.shared for test in ask(root, lines("tool.py", 3)).tests)  # what lacked a file was not kept
