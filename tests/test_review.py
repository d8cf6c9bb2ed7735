"""One report on a change: each statement is looked up in the text, and what was not read or compared is said."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import asdict
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path
from typing import Any

import cmarkgfm
import jsonschema
import pytest
from click.testing import CliRunner, Result

import kgraph
from kgraph.cli import formats, main
from kgraph.cli.review import FAILURES
from kgraph.errors import InputError
from kgraph.impact import changes_of_paths, parse
from kgraph.mcp.change_tools import review as review_tool
from kgraph.mcp.graph_index import GraphIndex
from kgraph.review import FORMATS, Review, ReviewRequest, write
from kgraph.review.compatible import keeps_calls
from kgraph.review.writers import MARKDOWN_LINES, as_data
from tests.test_rules_reports import sarif_schema
from tests.test_scan import git
from tests.test_scan import write as write_files

RULES = (
    '[[rule]]\nname = "apart"\ntype = "forbidden"\nsentence = "Prices know no cart."\n'
    'from = "/shop/prices.py"\nto = ["/shop/cart.py"]\n'
)
BEFORE: dict[str, str | bytes] = {
    ".gitignore": ".kgraph/\n",
    "rules.toml": RULES
    + '[[rule]]\nname = "old"\ntype = "forbidden"\nsentence = "."\nfrom = "/shop/old.py"\nto = ["/shop/cart.py"]\n',
    "shop/__init__.py": "",
    "shop/prices.py": (
        "RATE = 2\n\n\ndef price(amount):\n    return amount * RATE\n\n\ndef gone(x):\n    y = x\n    return y\n\n\n"
        "def named(x):\n    z = x + 1\n    return z\n\n\ndef talked(x):\n    # one\n    return x\n\n\n"
        "def _inner():\n    return 0\n"
    ),
    "shop/cart.py": (
        "from shop.prices import gone, price\n\n\ndef total(items):\n    return price(len(items)) + gone(1)\n\n\n"
        "def other(items):\n    return price(1)\n"
    ),
    "shop/old.py": "from shop.cart import total\n",
    "tests/test_cart.py": "from shop.cart import total\n\n\ndef test_total():\n    assert total([1]) == 3\n",
    "native/shape.h": "#pragma once\nint area(int side);\nnamespace detail { int hidden(); }\n",
    "native/shape.cc": (
        '#include "shape.h"\nint area(int side) { return side * side; }\n'
        "namespace detail { int hidden() { return 1; } }\n"
    ),
    "native/use.cc": '#include "shape.h"\nint twice() { return area(2) + area(3); }\n',
}
AFTER: dict[str, str | bytes] = {
    "shop/prices.py": (
        "import shop.cart\n\nRATE = 2\n\n\ndef price(amount, rate=RATE):\n    return amount * rate\n\n\n"
        "def called(x):\n    z = x + 1\n    return z\n\n\ndef talked(x):\n    # two\n    return x\n\n\n"
        "def _inner():\n    return 1\n\n\ndef fresh():\n    return _inner()\n"
    ),
    "native/shape.h": "#pragma once\nint area(int side, int other);\nnamespace detail { int hidden(); }\n",
    "native/shape.cc": (
        '#include "shape.h"\nint area(int side, int other) { return side * other; }\n'
        "namespace detail { int hidden() { return 1; } }\n"
    ),
}


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository whose last commit is the change; five commits before changed prices and cart together."""
    top = write_files(tmp_path_factory.mktemp("review") / "shop", BEFORE)
    git(top, "init", "-q")
    git(top, "add", "-A")
    git(top, "commit", "-qm", "one")
    for number in range(5):
        for name in ("shop/prices.py", "shop/cart.py"):
            (top / name).write_text(f"{BEFORE[name]!s}# {number}\n")
        git(top, "commit", "-qam", f"both {number}")
    for name in ("shop/prices.py", "shop/cart.py"):
        (top / name).write_text(str(BEFORE[name]))
    git(top, "commit", "-qam", "as before")
    git(top, "checkout", "-qb", "work")
    write_files(top, AFTER)
    git(top, "commit", "-qam", "the change")
    kgraph.build(top).close()
    return top


@pytest.fixture(scope="module")
def found(root: Path) -> Iterator[Review]:
    with kgraph.open(root) as graph:
        yield graph.review()


def ran(root: Path, *words: str) -> Result:
    return CliRunner().invoke(main, ["review", "-g", str(root), *words])


def line(root: Path, path: str, number: int) -> str:
    return (root / path).read_text().split("\n")[number - 1]


# --- what changed by meaning ---


def test_the_base_is_the_default_branch(root: Path, found: Review) -> None:
    assert found.base.name == "main"
    assert found.base.revision == git(root, "rev-parse", "main").strip()
    assert found.base.built
    assert not found.base.is_merge_base
    assert {(each.path, each.status) for each in found.files} == {
        ("native/shape.cc", "modified"), ("native/shape.h", "modified"), ("shop/prices.py", "modified")
    }  # fmt: skip


def test_signatures_are_told_old_and_new_with_their_users(root: Path, found: Review) -> None:
    changes = {each.name: each for each in found.signatures}
    price = changes["shop.prices.price"]
    assert (price.former, price.now) == ("def price(amount)", "def price(amount, rate=RATE)")
    assert price.public
    assert {(use.path, use.line) for use in price.uses} >= {("shop/cart.py", 5), ("shop/cart.py", 9)}
    assert all("price" in line(root, use.path, use.line) for use in price.uses)
    assert price.users == price.untouched  # all users are in files that the change does not touch
    assert changes["area"].public
    assert (changes["area"].former, changes["area"].now) == ("int area(int side)", "int area(int side, int other)")
    assert {(use.path, use.line) for use in changes["area"].uses} == {("native/use.cc", 2)}  # as it was


def test_removed_api_is_told_with_who_used_it(root: Path, found: Review) -> None:
    removed = {each.name: each for each in found.removed}
    gone = removed["shop.prices.gone"]
    assert (gone.now, gone.public) == ("", True)
    assert gone.left == gone.users > 0
    assert all("gone" in line(root, use.path, use.line) for use in gone.uses)
    assert ("shop/cart.py", 5) in {(use.path, use.line) for use in gone.uses}


def test_a_function_of_another_name_alone_is_renamed(found: Review) -> None:
    assert {each.name: each.now for each in found.removed}["shop.prices.named"] == "shop.prices.called"


def test_only_comments_are_no_other_code(found: Review) -> None:
    assert found.comments_only == 1
    assert [each.name for each in found.code] == ["shop.prices._inner"]
    assert found.code[0].callers == 1
    assert found.code[0].compared


def test_what_came_is_told_and_what_is_private_is_no_api(found: Review) -> None:
    assert {(each.name, each.public) for each in found.added} == {("shop.prices.fresh", True)}
    assert not {each.name for each in found.removed_api} & {"shop.prices._inner", "detail::hidden"}


def test_imports_parts_and_cycles(root: Path, found: Review) -> None:
    assert [(each.what, each.path, each.line, each.spelling) for each in found.directives] == [
        ("added", "shop/prices.py", 1, "shop.cart")
    ]
    assert [each.files for each in found.cycles] == [("shop/prices.py", "shop/cart.py", "shop/prices.py")]
    assert "import shop.cart" in line(root, found.cycles[0].path, found.cycles[0].line)
    assert found.dependencies == ()  # both are in one part


# --- rules ---


def test_only_new_violations_are_told(found: Review) -> None:
    assert found.rules is not None
    assert [(each.rule, each.path, each.line) for each in found.rules.new] == [("apart", "shop/prices.py", 1)]
    assert len(found.rules.violations) == 2
    assert found.rules_of == ("rules.toml",)


def test_a_violation_of_a_renamed_file_is_not_new(root: Path, tmp_path: Path) -> None:
    top = shutil.copytree(root, tmp_path / "shop", symlinks=True)
    git(top, "reset", "-q", "--hard", "main")
    git(top, "mv", "shop/old.py", "shop/older.py")
    (top / "rules.toml").write_text(str(BEFORE["rules.toml"]).replace("/shop/old.py", "/shop/old*.py"))
    with kgraph.build(top) as graph:
        rules = graph.review("HEAD").rules
    assert rules is not None
    assert len(rules.violations) == 1
    assert rules.new == ()


# --- what follows ---


def test_tests_are_ranked_with_paths_and_a_command(found: Review) -> None:
    assert [test.id for test in found.tests] == ["tests/test_cart.py::test_total"]
    assert found.tests[0].steps
    (command,) = found.commands
    assert (command.runner, command.tests) == ("pytest", 1)
    assert command.command.startswith(f"kgraph affected --since {found.base.revision[:12]} -f pytest |")
    assert {each.part for each in found.parts} == {"shop", "tests"}


def test_files_that_usually_change_too(found: Review) -> None:
    (each,) = found.co_changes
    assert (each.path, each.of) == ("shop/cart.py", "shop/prices.py")
    assert each.together == each.commits == 7  # the first commit, five, and the one back; not the change itself


def test_owners_are_those_before_the_change(found: Review) -> None:
    (owner,) = found.owners
    assert (owner.name, owner.commits, owner.of, owner.files) == ("n", 7, 7, 3)


def test_risks_have_reasons(found: Review) -> None:
    kinds = [each.kind for each in found.risks]
    assert {"removed-api", "signature", "cycle", "violation", "untested"} <= set(kinds)
    untested = next(each for each in found.risks if each.kind == "untested")
    assert re.fullmatch(r"no known test reaches \d+ of \d+ changed functions", untested.text)
    assert any(each.startswith("native/shape") for each in untested.places)
    assert not any(each.startswith("shop/prices.py:6") for each in untested.places)  # price: test_total reaches it


# --- what is not known ---


def test_a_change_without_a_base_says_so(root: Path) -> None:
    with kgraph.open(root) as graph:
        by_name = graph.review(ReviewRequest(changes=changes_of_paths(["shop/prices.py"])))
        by_diff = graph.review(ReviewRequest(changes=parse(git(root, "diff", "main").encode())))
    for each in (by_name, by_diff):
        assert not each.base.built
        assert any("has no base" in note for note in each.unknown)
        assert [test.id for test in each.tests] == ["tests/test_cart.py::test_total"]
        assert not each.signatures
        assert not each.removed
        assert each.rules is None


def test_a_base_that_is_not_to_be_built_is_said(root: Path, tmp_path: Path) -> None:
    top = shutil.copytree(root, tmp_path / "shop", symlinks=True)
    shutil.rmtree(top / ".kgraph")
    with kgraph.build(top) as graph:
        asked = graph.review(build=False)
        assert not asked.base.built
        assert any("the base was not built" in note for note in asked.unknown)
        assert asked.tests
        assert graph.review().base.built
        assert graph.review(build=False).base.built  # it is kept now


def test_the_working_tree_is_not_touched(root: Path, found: Review) -> None:
    assert found.base.built
    assert git(root, "status", "--porcelain") == ""
    assert git(root, "stash", "list") == ""


def test_others_commits_on_the_base_are_no_part_of_the_change(root: Path, tmp_path: Path) -> None:
    top = shutil.copytree(root, tmp_path / "shop", symlinks=True)
    git(top, "checkout", "-q", "main")
    (top / "shop/old.py").write_text("def later():\n    return 1\n")
    git(top, "commit", "-qam", "by others")
    git(top, "checkout", "-q", "work")
    with kgraph.open(top) as graph:
        report = graph.review("main")
    assert report.base.is_merge_base
    assert "shop/old.py" not in {each.path for each in report.files}


def test_two_revisions(root: Path, found: Review) -> None:
    with kgraph.open(root) as graph:
        report = graph.review("main", to="work")
    assert report.base.head == git(root, "rev-parse", "work").strip()
    for name in ("files", "signatures", "removed", "added", "directives", "cycles", "risks"):
        assert getattr(report, name) == getattr(found, name), name


def test_the_working_tree_counts(root: Path, tmp_path: Path) -> None:
    top = shutil.copytree(root, tmp_path / "shop", symlinks=True)
    (top / "shop/cart.py").write_text("def total(items):\n    return 1\n")
    with kgraph.build(top) as graph:
        report = graph.review("HEAD")
    assert {each.name for each in report.removed} == {"shop.cart.other"}
    assert [each.name for each in report.code] == ["shop.cart.total"]


def test_no_history_is_said(tmp_path: Path) -> None:
    top = write_files(tmp_path / "r", {"a.py": "def f():\n    return 1\n"})
    git(top, "init", "-q")
    git(top, "add", "-A")
    git(top, "commit", "-qm", "one")
    (top / "a.py").write_text("def f():\n    return 2\n")
    git(top, "commit", "-qam", "two")
    shallow = tmp_path / "s"
    git(tmp_path, "clone", "-q", "--depth", "1", f"file://{top}", str(shallow))
    with kgraph.build(shallow) as graph:
        report = graph.review("HEAD")
        assert any("shallow" in note for note in report.unknown)
        with pytest.raises(InputError, match="no revision"):
            graph.review("HEAD~1")
    bare = write_files(tmp_path / "b", {"a.py": "def f():\n    return 1\n"})
    with kgraph.build(bare) as graph:
        with pytest.raises(InputError, match="no git repository"):
            graph.review()
        unknown = graph.review(ReviewRequest(changes=changes_of_paths(["a.py"]))).unknown
        assert any("no history of git" in note for note in unknown)


def test_what_is_public_is_what_the_language_says(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "a.go": "package p\nfunc Pub() {}\nfunc priv() {}\n",
        "a.rs": "pub fn a() {}\nfn b() {}\npub(crate) fn c() {}\n",
        "A.java": "package p;\npublic class A { public void m() {} void q() {} private int x; }\n",
        "a.ts": "export function e() {}\nfunction i() {}\n",
        "a.py": "def f():\n    def inner():\n        return 1\n    return inner\n\n\ndef _g():\n    return 1\n",
        "a.h": "class C { public: void pub(); private: void priv(); };\nstatic int s();\n",
        "a.cc": "int in_source() { return 1; }\n",
        "a.rb": "class K\n  def m\n  end\nend\n",
        "test_a.py": "def helper():\n    return 1\n",
    }
    top = write_files(tmp_path / "r", {**files, "keep": "x\n"})
    git(top, "init", "-q")
    git(top, "add", "-A")
    git(top, "commit", "-qm", "one")
    for name in files:
        (top / name).unlink()
    with kgraph.build(top) as graph:
        report = graph.review("HEAD")
    assert {each.name for each in report.removed if each.public} == {"p.Pub", "a::a", "p.A", "a.e", "a.f", "C"}
    assert {"p.priv", "a::b", "a::c", "a.i", "a._g", "s", "in_source", "K", "test_a.helper"} <= {
        each.name for each in report.removed if not each.public
    }


# --- formats ---


def written(review: Review, form: str) -> str:
    out = BytesIO()
    write(review, form, out)
    return out.getvalue().decode()


def test_formats_have_the_names_that_the_command_offers() -> None:
    assert tuple(FORMATS) == formats.REVIEW_FORMATS


def test_sarif_is_valid_and_names_what_is_new(found: Review) -> None:
    document = json.loads(written(found, "sarif"))
    jsonschema.validate(document, sarif_schema(), format_checker=jsonschema.FormatChecker())
    results = document["runs"][0]["results"]
    new = {each["ruleId"] for each in results if each.get("baselineState") == "new"}
    assert new == {"apart", "review.removed-api", "review.signature", "review.cycle"}
    assert {each["ruleId"] for each in results if each.get("baselineState") == "unchanged"} == {"old"}


def test_json_has_the_keys_that_are_documented(found: Review) -> None:
    document = json.loads(written(found, "json"))
    page = (Path(kgraph.__file__).parent / "docs/reference/review.md").read_text("utf-8")
    documented = dict(re.findall(r"^\| `(\w+)` \| (.*?) \|$", page, re.MULTILINE))
    assert list(document) == list(documented)
    for key, value in document.items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            named = set(re.findall(r"`(\w+)`", documented[key]))
            assert set(value[0]) <= named, key


def test_the_page_and_the_comment_say_the_same(found: Review) -> None:
    class Text(HTMLParser):
        def __init__(self) -> None:
            super().__init__()
            self.said = ""

        def handle_data(self, data: str) -> None:
            self.said += data

    page, comment = Text(), Text()
    page.feed(written(found, "html"))
    comment.feed(cmarkgfm.github_flavored_markdown_to_html(written(found, "md")))
    for text in (page.said, comment.said, written(found, "text")):
        assert "def price(amount, rate=RATE)" in text
        assert "public function shop.prices.gone at shop/prices.py:8 is gone" in text


HOSTILE = [
    "</code><script>alert(1)</script>", "`x` ![i](http://evil.example/i.png)", "``` \n# big", "@somebody", "#1",
    "[x](javascript:alert(1))", "<img src=x onerror=alert(1)>", "www.evil.example", "| a | b |", "::error::x",
    "a\u202eb", "&lt;b&gt;", "**bold**", "\\`", "http://evil.example/?q=`", "- [ ] task", "",
]  # fmt: skip


OURS = ("what", "kind", "status", "how", "runner", "last")  # fields whose values are words of kgraph's own


class Tags(HTMLParser):
    """What a page has: its tags, with the attributes that lead elsewhere."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.leading: list[str] = []
        self.bare = ""
        self._code = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self._code += tag == "code"
        self.leading += [f"{name}={value}" for name, value in attrs if name in ("href", "src") or name.startswith("on")]

    def handle_endtag(self, tag: str) -> None:
        self._code -= tag == "code"

    def handle_data(self, data: str) -> None:
        if not self._code:
            self.bare += data


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_of_a_stranger_gets_through(found: Review, text: str) -> None:
    def with_text(value: Any) -> Any:
        if isinstance(value, str):
            return text
        if isinstance(value, tuple):
            return tuple(map(with_text, value))
        if hasattr(value, "__dataclass_fields__") and type(value).__module__.startswith(
            ("kgraph.review", "kgraph.impact")
        ):
            names = value.__dataclass_fields__
            return type(value)(
                *(getattr(value, name) if name in OURS else with_text(getattr(value, name)) for name in names)
            )
        return value

    hostile = with_text(found)
    comment = written(hostile, "md")
    assert comment.count("\n") <= MARKDOWN_LINES
    for shown in (cmarkgfm.github_flavored_markdown_to_html(comment), written(hostile, "html")):
        tags = Tags()
        tags.feed(shown)
        assert tags.leading == []
        assert not tags.tags & {"script", "img", "a", "table", "input", "iframe", "pre", "em", "h2"}
        assert "\u202e" not in shown
    bare = Tags()
    bare.feed(cmarkgfm.github_flavored_markdown_to_html(comment))
    assert not re.search(r"[@#]\w|evil", bare.bare)
    assert not any(each.startswith("::") for each in written(hostile, "text").split("\n"))
    json.loads(written(hostile, "json"))


def test_a_comment_has_at_most_sixty_lines(found: Review) -> None:
    many = {name: getattr(found, name) * 500 for name in ("files", "signatures", "removed", "added", "code", "directives", "cycles", "parts", "tests", "commands", "co_changes", "owners", "risks", "unknown")}  # fmt: skip  # noqa: E501
    large = type(found)(**{name: many.get(name, getattr(found, name)) for name in found.__dataclass_fields__})
    comment = written(large, "md")
    assert comment.count("\n") <= MARKDOWN_LINES
    assert comment.count("more\n") >= 10
    assert "**Not known**" in comment


def test_a_review_is_plain_values(found: Review) -> None:
    assert as_data(found)["signatures"][0]["name"] == found.signatures[0].name
    assert asdict(found.base) == as_data(found)["base"]


# --- the command ---


@pytest.mark.parametrize(
    ("condition", "code"),
    [("violations", 1), ("undecided", 0), ("removed-api", 1), ("used-removed-api", 1), ("cycles", 1),
     ("broken-includes", 0), ("unbuilt-base", 0)],
)  # fmt: skip
def test_exit_codes(root: Path, condition: str, code: int) -> None:
    assert condition in FAILURES
    done = ran(root, "--fail-on", condition)
    assert done.exit_code == code, done.output
    assert (f"fails for {condition}" in done.output) is bool(code)


def test_without_a_condition_the_command_ends_with_0(root: Path) -> None:
    done = ran(root, "-f", "md")
    assert done.exit_code == 0
    assert done.stdout.startswith("### Review of `shop`: 3 files changed since `main`")


def test_what_was_not_compared_is_no_pass(root: Path) -> None:
    done = ran(root, "--files", "shop/prices.py", "--fail-on", "violations")
    assert done.exit_code == 1


def test_wrong_use(root: Path, tmp_path: Path) -> None:
    assert ran(root, "--since", "main", "--files", "a").exit_code == 2
    assert ran(root, "--since", "nothing-of-that-name").exit_code == 2
    assert ran(root, "--rules", str(tmp_path / "none.toml")).exit_code == 2
    (tmp_path / "x.diff").write_bytes(b"no diff at all")
    assert ran(root, "--diff", str(tmp_path / "x.diff")).exit_code == 0


def test_a_file_of_rules_that_is_none_is_said(root: Path, tmp_path: Path) -> None:
    top = shutil.copytree(root, tmp_path / "shop", symlinks=True)
    (top / "rules.toml").write_text("title = 1\n")
    with kgraph.build(top) as graph:
        assert any("no rules were checked" in note for note in graph.review("HEAD").unknown)


def test_rules_in_sparql_are_tried_on_both_sides(root: Path, tmp_path: Path) -> None:
    (tmp_path / "r.rq").write_text(
        "# No file of that path.\n"
        'SELECT ?node ?message { ?node a kg:File ; kg:path "shop/prices.py" BIND("here" AS ?message) }\n'
    )
    with kgraph.open(root) as graph:
        report = graph.review(rules=[tmp_path / "r.rq"]).rules
    assert report is not None
    assert len(report.violations) == 1
    assert report.new == ()


# --- agents ---


def test_agents_are_given_the_same(root: Path, found: Review) -> None:
    with kgraph.open(root) as graph:
        answer = review_tool(GraphIndex(graph))
    assert answer.facts["base_built"]
    assert answer.notes == found.unknown
    texts = [item.line for item in answer.items]
    assert any("shop.prices.gone" in text for text in texts)
    assert answer.summary.startswith("3 files changed; 2 signatures changed; 2 public symbols gone or renamed")


@pytest.mark.parametrize(
    ("former", "now", "is_kept"),
    [
        ("def f(self, a: int)", "def f(self, a: int | None)", True),
        ("def f(a)", "def f(a) -> int", True),
        ("def f(a) -> str", "def f(a) -> int", False),
        ("def f(a)", "def f(a, b=1, *, c=2)", True),
        ("def f(a)", "def f(a, b)", False),
        ("def f(a)", "def f(a, *, b)", False),
        ("def f(a)", "def f(b)", False),
        ("def f(a, b)", "def f(a)", False),
        ("def f(a=1)", "def f(a=2)", False),
        ("def f(a=1)", "def f(a)", False),
        ("def f(a)", "def f(a, /)", False),
        ("def f(*, a=1)", "def f(a=1)", True),
        ("def f(*, a=1)", "def f(*, b=1)", False),
        ("def f(a, *rest)", "def f(a, b=1, *rest)", False),
        ("def f(**more)", "def f()", False),
        ("def f()", "def f(**more)", True),
        ("def f()", "async def f()", False),
        ("def f(a=…)", "def f(a=…, b=…)", False),
        ("int f(int a)", "int f(long a)", False),
    ],
)
def test_which_signatures_keep_the_calls(former: str, now: str, is_kept: bool) -> None:
    assert keeps_calls(former, now) is is_kept


def test_what_may_be_a_use_is_said_where_none_is_known(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "shop.py": "class Shop:\n    def sell(self):\n        return 1\n\n    def close(self):\n        return 2\n",
        "street.py": "def walk(shop):\n    shop.sell()\n    shop.sell()\n    shop.close()\n",
    }
    root = write_files(tmp_path / "shop", files)
    git(root, "init", "-q")
    git(root, "add", "-A")
    git(root, "commit", "-qm", "one")
    (root / "shop.py").write_text(str(files["shop.py"]).replace("sell(self)", "sell(self, to)").replace("2", "3"))
    git(root, "commit", "-qam", "two")
    kgraph.build(root).close()
    with kgraph.open(root) as graph:
        review = graph.review("HEAD~1")
    assert [(each.users, each.unresolved) for each in review.signatures] == [(0, 2)]
    assert [(each.callers, each.unresolved) for each in review.code if each.name.endswith("close")] == [(0, 1)]
    said = ran(root, "--since", "HEAD~1").output
    assert "no known use, but 2 calls of that name may mean it" in said
    assert "no known caller, but 1 call of that name may mean it" in said


def reviewed(root: Path, before: dict[str, str], after: dict[str, str]) -> tuple[Review, str]:
    """The review of a change, and as text."""
    write_files(root, dict(before))
    git(root, "init", "-q")
    git(root, "add", "-A")
    git(root, "commit", "-qm", "one")
    write_files(root, dict(after))
    git(root, "commit", "-qam", "two")
    kgraph.build(root).close()
    with kgraph.open(root) as graph:
        return graph.review("HEAD~1"), ran(root, "--since", "HEAD~1").output


def test_a_place_that_used_a_member_is_left_only_if_it_leads_to_no_member_of_that_name(tmp_path: Path) -> None:
    body = '    """{doc}"""\n\n    def close(self):\n        return 1\n'
    opened = "\n\ndef opened():\n    return {name}()\n"
    before = {
        "shop.py": f"class Door:\n{body.format(doc='A door.')}{opened.format(name='Door')}",
        "use.py": "import shop\n\n\ndef use():\n    shop.opened().close()\n",
    }
    after = {"shop.py": f"class _Door:\n{body.format(doc='Not for others.')}{opened.format(name='_Door')}"}
    review, said = reviewed(tmp_path / "shop", before, after)
    (door,) = review.removed
    assert (door.now, door.left, door.users > 0) == ("shop._Door", 0, True)  # its documentation alone differs
    assert "is gone" not in said and not any(each.kind == "removed-api" for each in review.risks)


def test_what_was_not_looked_for_is_no_absence(tmp_path: Path) -> None:
    before = {
        "shop.py": "LIMIT = 3\n\n\nclass Door:\n    height = 2\n\n    def high(self):\n        return self.height\n"
    }
    after = {
        "shop.py": "def __getattr__(name):\n    return 3\n\n\nclass Door:\n    height = 4\n\n"
        "    def high(self):\n        return self.height\n"
    }
    _, said = reviewed(tmp_path / "shop", before, after)
    assert "shop.LIMIT at shop.py:1 is gone, unless `__getattr__` gives it; no known use in other files" in said
    assert "; its uses were not looked for" in next(each for each in said.splitlines() if "Door.height" in each)


def test_of_long_declarations_the_part_that_differs_is_shown(tmp_path: Path) -> None:
    many = ", ".join(f"parameter{n}=None" for n in range(20))
    before = {"shop.py": f"def price({many}, last=None):\n    return 1\n", "use.py": "import shop\n\nshop.price()\n"}
    after = {"shop.py": f"def price({many}, last=3):\n    return 1\n"}
    _, said = reviewed(tmp_path / "shop", before, after)
    shown = next(each for each in said.splitlines() if "shop.price" in each and "→" in each)
    assert re.search(r"…\S.*last=None\) → …\S.*last=3\)", shown)
    assert "1 use (1 in untouched files) at use.py:3" in shown  # and not "such as": there are no others


def test_a_content_that_git_lacks_and_nobody_reads_stops_no_review(tmp_path: Path) -> None:
    root = tmp_path / "shop"
    (root / "data").mkdir(parents=True)
    (root / "data/a.zip").write_bytes(b"PK\0\1")
    _, said = reviewed(root, {"shop.py": "def price():\n    return 1\n"}, {"shop.py": "def price(a):\n    return 1\n"})
    blob = git(root, "rev-parse", "HEAD:data/a.zip").strip()
    (root / ".git/objects" / blob[:2] / blob[2:]).unlink()
    shutil.rmtree(root / ".kgraph")
    kgraph.build(root).close()
    assert ran(root, "--since", "HEAD~1").output == said


def test_a_name_that_a_package_passes_on_no_more_is_gone(tmp_path: Path) -> None:
    before: dict[str, str | bytes] = {
        "shop/__init__.py": (
            "from shop import prices\n"
            "from shop.prices import _hidden, kept, price, price as cost, renamed, waived\n"
            "from shop.stars import *\n"
            "from shop.stars import __doc__\n"
        ),
        "shop/prices.py": "".join(
            f"def {name}():\n    x = '{name}'\n    return x\n\n\n"
            for name in ("price", "kept", "renamed", "waived", "_hidden")
        ),
        "shop/stars.py": "def star():\n    return 1\n",
        "shop/lazy/__init__.py": "from shop.prices import price\n",
        "shop/listed/__init__.py": "from shop.prices import kept, price\n\n__all__ = ['price']\n",
        "use.py": "import shop\nfrom shop import price\n\n\ndef pay():\n    return price() + shop.star()\n",
        "other.py": "from shop.prices import price\n\n\ndef buy():\n    return price()\n",
        "tests/__init__.py": "from shop.prices import price\n",
    }
    after: dict[str, str | bytes] = {
        "shop/__init__.py": (
            "from shop.prices import kept, named\n\ntry:\n    from shop.fast import waived\n"
            "except ImportError:\n    waived = None\n"
        ),
        "shop/prices.py": str(before["shop/prices.py"]).replace("def renamed", "def named"),
        "shop/lazy/__init__.py": "def __getattr__(name):\n    return name\n",
        "shop/listed/__init__.py": "",
        "tests/__init__.py": "",
    }
    top = write_files(tmp_path / "shop", before)
    git(top, "init", "-q")
    git(top, "add", "-A")
    git(top, "commit", "-qm", "one")
    git(top, "checkout", "-qb", "work")
    write_files(top, after)
    git(top, "commit", "-qam", "the change")
    kgraph.build(top).close()
    with kgraph.open(top) as graph:
        found = graph.review()
    gone = {each.name: each for each in found.removed if each.kind == "Re-export"}
    assert set(gone) == {"shop.price", "shop.cost", "shop.star", "shop.lazy.price", "shop.listed.price"}
    assert all(each.public for each in gone.values())
    assert [(use.path, use.line) for use in gone["shop.price"].uses] == [("use.py", 2), ("use.py", 6)]
    assert (gone["shop.price"].path, gone["shop.price"].line, gone["shop.price"].left) == ("shop/__init__.py", 2, 2)
    assert [(use.path, use.line) for use in gone["shop.star"].uses] == [("use.py", 6)]
    assert gone["shop.cost"].users == 0
    assert gone["shop.lazy.price"].may_be_made and not gone["shop.price"].may_be_made
    signals = [each.text for each in found.risks if each.kind == "removed-api"]
    assert any("re-export" in each and "shop.price" in each for each in signals)
    assert "shop.prices.renamed" in {each.name for each in found.removed}
