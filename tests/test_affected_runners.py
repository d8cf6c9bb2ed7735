"""Tests of languages in which a framework's mark makes one, and what Gradle is given to run them."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

import kgraph
from kgraph.cli import main
from kgraph.impact import ImpactIndex, changes_of_paths
from kgraph.impact.gradle import GradleBuilds
from kgraph.impact.writers import FORMATS, left_out, summary
from tests.test_affected import built

JAVA = """package shop;
class CartTest {
  @Test
  void first() { Cart.total(); }
  @org.junit.Test(expected = RuntimeException.class)
  public void second() { Cart.total(); }
  @ParameterizedTest
  @ValueSource(strings = {"a)", "b"})
  void third(String x) { Cart.total(); }
  @Nested class Inner { @Test @DisplayName("x") void fourth() { Cart.total(); } }
  @BeforeEach void notOne() { }
  @Named("@Test") void norThis(@Test int x) { }
  void testNothing() { }
}
"""
KOTLIN = "package shop\nclass SaleTest {\n  @Test fun `a sale is cheap`() { Cart.total() }\n  fun helper() { }\n}\n"
FILES = {
    "settings.gradle": "include 'shop'\n",
    "build.gradle": "",
    "shop/build.gradle.kts": "plugins { java }\n",
    "shop/src/main/java/shop/Cart.java": "package shop;\nclass Cart { static int total() { return 1; } }\n",
    "shop/src/test/java/shop/CartTest.java": JAVA,
    "shop/src/test/java/shop/Helper.java": "package shop;\nclass Helper { int x() { return Cart.total(); } }\n",
    "shop/src/test/kotlin/shop/SaleTest.kt": KOTLIN,
}


def names(root: Path) -> set[str]:
    with kgraph.open(root) as graph:
        return {test.name or test.path for test in ImpactIndex(graph.frame).tests.all}


def test_what_has_the_mark_of_a_framework_is_a_test_and_runs_by_its_task(tmp_path: Path) -> None:
    root = built(tmp_path, FILES)
    assert names(root) == {
        "shop.CartTest.first", "shop.CartTest.second", "shop.CartTest.third", "shop.CartTest$Inner.fourth",
        "shop.SaleTest.a sale is cheap",
    }  # fmt: skip
    with kgraph.open(root) as graph:
        impact = graph.affected(changes_of_paths(["shop/src/main/java/shop/Cart.java"]), tests_only=True)
    assert "dependent" not in summary(impact)  # which were not asked for
    (line,) = FORMATS["gradle"](impact, None)
    assert line.startswith(":shop:test --tests ")
    assert "--tests shop.CartTest$Inner.fourth" in line
    assert '--tests "shop.SaleTest.a sale is cheap"' in line  # one argument, as xargs reads it


@pytest.mark.parametrize(
    ("name", "text", "found"),
    [
        (
            "CartTests.cs",
            "namespace S;\nclass CartTests {\n  [Fact]\n  public void First() { }\n"
            '  [Trait("a", "b"), Theory]\n  public void Second(int x) { }\n  public void Helper() { }\n}\n',
            {"S.CartTests.First", "S.CartTests.Second"},
        ),
        (
            "CartTest.php",
            "<?php\nclass Base extends TestCase { }\nclass CartTest extends Base {\n  #[Test]\n"
            "  public function first(): void { }\n  public function testSecond(): void { }\n"
            "  public function helper(): void { }\n}\nclass Other { public function testIt(): void { } }\n",
            {"CartTest::first", "CartTest::testSecond"},
        ),
        (
            "CartTests.swift",
            'struct CartTests {\n  @Test("x") func first() { }\n  func helper() { }\n}\n'
            "class Old: XCTestCase { func testSecond() { } }\n",
            {"CartTests.first", "Old.testSecond"},
        ),
    ],
)
def test_other_languages(name: str, text: str, found: set[str], tmp_path: Path) -> None:
    assert names(built(tmp_path, {name: text})) == found


@pytest.mark.parametrize(
    ("path", "task"),
    [
        ("src/test/java/a/ATest.java", ":test"),
        ("lib/core/src/test/kotlin/a/ATest.kt", ":lib:core:test"),
        ("bare/src/integrationTest/java/a/ATest.java", ":bare:integrationTest"),
        ("bare/src/androidTest/java/a/ATest.java", ""),
        ("other/app/src/test/java/a/ATest.java", "-p other :app:test"),
    ],
)
def test_each_project_has_its_own_task(path: str, task: str) -> None:
    files = ["settings.gradle", "build.gradle", "lib/core/build.gradle", "other/settings.gradle.kts"]
    assert GradleBuilds([*files, path]).task_of(path) == task
    assert GradleBuilds(["pom.xml", path]).task_of(path) == ""  # of a build of Maven


def test_a_registered_test_runs_the_cases_of_its_program(tmp_path: Path) -> None:
    root = built(tmp_path, {
        "CMakeLists.txt": "project(box)\nenable_testing()\nadd_executable(checks box.cpp box_test.cpp)\n"
        "add_executable(others box.cpp other_test.cpp)\nadd_test(NAME all COMMAND checks)\n",
        "box.h": "int area(int);\n",
        "box.cpp": '#include "box.h"\nint area(int x) { return x; }\n',
        "box_test.cpp": '#include "box.h"\nTEST(Box, Area) { area(1); }\n',
        "other_test.cpp": '#include "box.h"\nTEST(Box, Other) { area(1); }\n',
    })  # fmt: skip
    with kgraph.open(root) as graph:
        impact = graph.affected(changes_of_paths(["box.cpp"]), tests_only=True)
    tasks = {test.path: test.task for test in impact.tests if test.runner == "other"}
    assert tasks == {"box_test.cpp": "all", "other_test.cpp": ""}
    assert left_out(impact, "ctest").startswith("1 affected test is not run by ctest: ")
    assert "other_test.cpp" in left_out(impact, "ctest")


def test_a_file_whose_tests_are_made_by_code_is_run_whole(tmp_path: Path) -> None:
    files = {
        "mark.py": "def render(text):\n    return text\n",
        "tests/__init__.py": (
            "from unittest import TestCase\n\n\nclass Cases(TestCase):\n    @classmethod\n    def load(cls, names):\n"
            "        for name in names:\n            setattr(cls, f'test_{name}', lambda self: self.run_one())\n"
        ),
        "tests/test_made.py": (
            "from mark import render\nfrom tests import Cases\n\n\nclass TestMade(Cases):\n"
            "    def run_one(self):\n        assert render('a')\n\n\nTestMade.load(['one', 'two'])\n"
        ),
        "tests/helper_test_data.py": "from mark import render\n\nA = render('a')\n",
    }
    root = built(tmp_path / "made", files)
    done = CliRunner().invoke(main, ["affected", "-g", str(root), "--files", "mark.py", "-f", "pytest"])
    assert done.stdout.splitlines() == ["tests/test_made.py"]
