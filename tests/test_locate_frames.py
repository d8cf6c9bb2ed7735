"""Stack traces of each language lead to the file and the function of their innermost frame in the repository."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import kgraph
from kgraph.locate.stack_frames import StackFrame, frames, names_of
from tests.test_locate import check, write
from tests.test_scan import git

TREE = {
    "app/app.go": (
        "package app\n\ntype App struct{}\n\nfunc (a *App) Run(args []string) error {\n\treturn a.open(args[0])\n}\n"
    ),
    "app/open.go": "package app\n\nfunc (a *App) open(name string) error {\n\tpanic(name)\n}\n",
    "crates/search/src/lines.rs": (
        "pub struct LineStep;\n\nimpl LineStep {\n    pub fn next(&self) -> usize {\n        1\n    }\n}\n"
    ),
    "crates/search/src/walk.rs": "pub fn walk_all() -> usize {\n    0\n}\n",
    "lib/site.rb": "class Site\n  def render(page)\n    page.each\n  end\nend\n",
    "src/Log/Logger.php": (
        "<?php\nnamespace Log;\nclass Logger {\n  function add($level) {\n    return $level;\n  }\n}\n"
    ),
    "Src/Json/Writer.cs": (
        "namespace Json {\n  class Writer {\n    int Serialize(int value) {\n      return value;\n    }\n  }\n}\n"
    ),
    "web/router.js": "function dispatch(name) {\n  return name;\n}\n",
}

GO = """panic: runtime error: index out of range [3] with length 3

goroutine 1 [running]:
runtime.gopanic({0x1, 0x2})
	/usr/local/go/src/runtime/panic.go:884 +0x212
example.org/till/v2/app.(*App).open(...)
	/home/me/go/pkg/mod/example.org/till/v2@v2.3.0/app/open.go:4
example.org/till/v2/app.(*App).Run(0xc0001, {0x0, 0x1})
	/home/me/go/pkg/mod/example.org/till/v2@v2.3.0/app/app.go:6 +0x6fd
main.main()
	/home/me/shop.go:12 +0x1d
exit status 2
"""
RUST = """thread 'main' panicked at 'called `Option::unwrap()` on a `None` value', crates/search/src/lines.rs:5:9
stack backtrace:
   0: rust_begin_unwind
             at /rustc/897e37553bba8b42751c67658967889d11ecd120/library/std/src/panicking.rs:584:5
   2: <search::lines::LineStep as core::iter::Iterator>::next::h0123456789abcdef
             at ./crates/search/src/lines.rs:5:9
   3: search::walk::walk_all
             at ./crates/search/src/walk.rs:2:5
"""
RUBY = """/gems/shop-3.8/lib/site.rb:3:in `block in render': undefined method `each' for nil:NilClass (NoMethodError)
	from /gems/other-1.0/lib/other/run.rb:160:in `each'
"""
PHP = r"""PHP Fatal error:  Uncaught TypeError: Argument 1 must be int in /app/vendor/x/src/Log/Logger.php:5
Stack trace:
#0 /app/vendor/x/src/Log/Logger.php(4): Log\Logger->add(NULL, 'x')
#1 /app/public/start.php(3): run()
#2 {main}
"""
CSHARP = r"""System.NullReferenceException: Object reference not set to an instance of an object.
   at Json.Writer.Serialize(Int32 value) in C:\build\Src\Json\Writer.cs:line 4
   at Program.<Main>d__0.MoveNext() in C:\me\Program.cs:line 9
"""
BROWSER = "dispatch@http://localhost:8080/web/router.js?v=3:2:10\n@http://localhost:8080/shop.js:1:1\n"

TRACES = {
    "go": (GO, "app/open.go", "open"),
    "rust": (RUST, "crates/search/src/lines.rs", "next"),
    "ruby": (RUBY, "lib/site.rb", "render"),
    "php": (PHP, "src/Log/Logger.php", ""),
    "csharp": (CSHARP, "Src/Json/Writer.cs", "Serialize"),
    "browser": (BROWSER, "web/router.js", "dispatch"),
}


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = write(tmp_path_factory.mktemp("frames") / "repo", TREE)
    kgraph.build(root).close()
    return root


@pytest.fixture
def graph(root: Path) -> Iterator[kgraph.KGraph]:
    with kgraph.open(root) as graph:
        yield graph


@pytest.mark.parametrize("language", TRACES)
def test_a_trace_leads_to_its_innermost_frame(root: Path, graph: kgraph.KGraph, language: str) -> None:
    text, path, function = TRACES[language]
    located = graph.locate(text)
    check(root, located)
    assert located.files[0].path == path
    assert any(each.kind == "frame" for each in located.files[0].reasons)
    framed = [each.name for each in located.symbols if any(reason.kind == "frame" for reason in each.reasons)]
    assert any(re.split(r"::|[.#]", name)[-1] == function for name in framed) == bool(function)


def test_frames_are_read_as_they_are_printed() -> None:
    assert frames(GO.splitlines())[1:] == [
        StackFrame("/home/me/go/pkg/mod/example.org/till/v2@v2.3.0/app/open.go", 4, "App.open", 1),
        StackFrame("/home/me/go/pkg/mod/example.org/till/v2@v2.3.0/app/app.go", 6, "App.Run", 2),
        StackFrame("/home/me/shop.go", 12, "main", 3),
    ]
    rust = "<search::lines::LineStep as core::iter::Iterator>::next"
    assert frames(RUST.splitlines())[::2] == [
        StackFrame("crates/search/src/lines.rs", 5, rust, 0),
        StackFrame("./crates/search/src/walk.rs", 2, "search::walk::walk_all", 2),
    ]
    assert names_of(rust) == ["search", "lines", "LineStep", "next"]
    assert frames(RUBY.splitlines())[0] == StackFrame("/gems/shop-3.8/lib/site.rb", 3, "render", 0)
    assert [(each.line, each.depth) for each in frames(PHP.splitlines())] == [(5, 0), (4, 1), (3, 2)]
    assert frames(CSHARP.splitlines()) == [
        StackFrame("C:/build/Src/Json/Writer.cs", 4, "Json.Writer.Serialize", 0),
        StackFrame("C:/me/Program.cs", 9, "Program.Main", 1),
    ]
    assert frames(BROWSER.splitlines())[0] == StackFrame("localhost:8080/web/router.js", 2, "dispatch", 0)


def test_each_goroutine_has_a_stack_of_its_own() -> None:
    two = "goroutine 1 [running]:\nm.a()\n\t/m/a.go:1 +0x1\n\ngoroutine 7 [select]:\nm.b()\n\t/m/b.go:2\n"
    created = two + "created by m.start in goroutine 1\n\t/m/c.go:3 +0x2\n"
    assert [(each.path, each.function, each.depth) for each in frames(created.splitlines())] == [
        ("/m/a.go", "a", 0),
        ("/m/b.go", "b", 0),
        ("/m/c.go", "start", 1),
    ]


@given(st.text(alphabet="ab./:#@()<>'` \t\\0123_+\n", max_size=300) | st.sampled_from([t for t, *_ in TRACES.values()]))
def test_any_text_has_frames_or_none(text: str) -> None:
    for each in frames(text.splitlines()):
        assert each.depth >= 0
        assert each.path or each.function


def test_an_option_leads_to_the_string_that_names_it(tmp_path: Path) -> None:
    tree = {
        "args.py": "def options(parser):\n    parser.add(1)\n    parser.add('--no-ignore', help='read all')\n",
        "walk.py": "no = 1\nignore = no  # --no-ignore is looked at elsewhere\n",
        "tests/test_args.py": "def test_no_ignore(run):\n    run('--no-ignore')\n",
    }
    root = write(tmp_path / "repo", tree)
    kgraph.build(root).close()
    with kgraph.open(root) as graph:
        located = graph.locate("hidden files are lost with --no-ignore -x")
        check(root, located)
    said = {(each.path, reason.text, reason.line) for each in located.files for reason in each.reasons}
    assert {each for each in said if each[1] == "holds the text no-ignore"} == {
        ("args.py", "holds the text no-ignore", 3)
    }


def test_the_name_before_the_dot_counts(tmp_path: Path) -> None:
    tree = {"cart.py": "class Cart:\n    pass\n", "other.py": "value = 1\n\n\ndef empty():\n    return value\n"}
    root = write(tmp_path / "repo", tree)
    kgraph.build(root).close()
    with kgraph.open(root) as graph:
        located = graph.locate("Cart.value_of is wanted")
        check(root, located)
    assert "Cart is the class cart.Cart" in [each.text for each in located.files[0].reasons]


def test_a_target_that_no_line_names_is_said_of_its_file(tmp_path: Path) -> None:
    tree = {"go.mod": "module example.org/till\n\ngo 1.21\n", "drawer/drawer.go": "package drawer\n\nfunc Pull() {}\n"}
    root = write(tmp_path / "repo", tree)
    kgraph.build(root).close()
    with kgraph.open(root) as graph:
        found = {each.path: each for each in graph.locate("the drawer is stuck").files}
    said = [(each.text, each.line) for each in found["go.mod"].reasons]
    assert said == [("has the word drawer in the name of example.org/till/drawer", 0)]


def test_a_past_commit_may_name_files_in_any_encoding(tmp_path: Path) -> None:
    root = write(tmp_path / "repo", {"jar.py": "def keep(crumb):\n    return crumb\n"})
    odd = os.fsdecode(os.fsencode(root) + b"/na\xefve.txt")
    with open(odd, "w", encoding="utf-8") as out:  # noqa: PTH123
        out.write("x\n")
    git(root, "init", "-q")
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", "the biscuit tin")
    os.unlink(odd)  # noqa: PTH108
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", "gone")
    kgraph.build(root, history=True).close()
    with kgraph.open(root) as graph:
        located = graph.locate("biscuit")
    assert [each.path for each in located.files] == ["jar.py"]
