"""Uses across repositories: calls, references and bases that lead to a symbol of another one, in several languages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest

import kgraph
from kgraph import fleet as fleets
from kgraph.errors import QueryError
from kgraph.fleet import questions
from kgraph.fleet.lake import Lake
from kgraph.fleet.merged_graph import merge
from kgraph.fleet.related_across import find_related
from kgraph.mcp import fleet_tools
from kgraph.vocab.tables import EDGES
from tests.test_scan import repository

WERK = {
    "pyproject.toml": '[project]\nname = "werk"\nversion = "1"\n',
    "src/werk/__init__.py": (
        "from .wrappers import *\nfrom .serving import run as run\nfrom . import tools\nfrom .packing import pack\n"
    ),
    "src/werk/packing.py": "from ._compiled import *\n",
    "src/werk/packing.pyi": (
        "from typing import overload\n"
        "@overload\ndef pack(x: int) -> int: ...\n@overload\ndef pack(x: str) -> str: ...\n"
    ),
    "src/werk/wrappers/__init__.py": "from .request import Request, get_value\n",
    "src/werk/wrappers/request.py": (
        "class Request:\n    def data(self): pass\n    def close(self): pass\n\n\ndef get_value(): pass\n"
    ),
    "src/werk/serving.py": "def run(app): pass\n\n\ndef twice(): pass\n",
    "src/werk/tools.py": "def twice(): pass\nLIMIT = 1\n",
    "src/werk/fast.pyx": "def quick(): pass\n",
    "src/werk/stubbed/__init__.py": "",
    "src/werk/stubbed/__init__.pyi": "def native() -> int: ...\n",
    "tests/test_it.py": "def twice(): pass\n",
}
APP = {
    "pyproject.toml": '[project]\nname = "app"\nversion = "1"\ndependencies = ["werk>=1"]\n',
    "app.py": (
        "import os\n"
        "import werk\n"
        "import werk.tools as wt\n"
        "from werk import Request, stubbed\n"
        "\n"
        "\n"
        "class Own(werk.Request):\n"
        "    pass\n"
        "\n"
        "\n"
        "def f(x: Request):\n"
        "    werk.run(1)\n"
        "    wt.twice()\n"
        "    r = werk.Request()\n"
        "    r.data()\n"
        "    x.close()\n"
        "    x.absent()\n"
        "    werk.nothing()\n"
        "    os.getcwd()\n"
        "    werk.get_value().data()\n"
        "    return wt.LIMIT\n"
        "\n"
        "\n"
        "stubbed.native()\n"
        "werk.pack(1)\n"
        "import elsewhere\n"
        "elsewhere.thing()\n"
    ),
    "tests/test_app.py": "import werk\nwerk.run(2)\n",
}
PFLAG = {
    "go.mod": "module github.com/spf13/pflag\n",
    "flag.go": (
        "package pflag\ntype FlagSet struct {}\nfunc (f *FlagSet) Parse(a []string) error { return nil }\n"
        "func NewFlagSet(n string) *FlagSet { return nil }\n"
    ),
    "deep/d.go": "package deep\nfunc G() {}\n",
}
GO_APP = {
    "go.mod": "module example.com/app\nrequire github.com/spf13/pflag v1.0.5\n",
    "main.go": (
        'package main\nimport ("fmt"; flag "github.com/spf13/pflag"; "github.com/spf13/pflag/deep")\n'
        "type T struct { flag.FlagSet }\n"
        "func F(x flag.FlagSet) {\n"
        '  flag.NewFlagSet("x")\n'
        "  x.Parse(nil)\n"
        "  deep.G()\n"
        "  flag.Nothing()\n"
        "  fmt.Println()\n}\n"
    ),
}
GEO = {
    "Cargo.toml": '[package]\nname = "geo-lib"\nversion = "0.1.0"\n',
    "src/lib.rs": "pub mod shapes;\npub fn area(p: &shapes::Point) {}\npub trait Shape {}\n",
    "src/shapes.rs": (
        "pub struct Point;\nimpl Point { pub fn new(x: i32) -> Point { Point } }\npub fn draw(p: Point) {}\n"
    ),
}
RUST_APP = {
    "Cargo.toml": '[package]\nname = "rapp"\nversion = "0.1.0"\n[dependencies]\ngeo-lib = "0.1"\n',
    "src/main.rs": (
        "use geo_lib::shapes::{self, Point};\nstruct X;\n"
        'fn main() {\n  let p = Point::new(1);\n  geo_lib::area(&p);\n  shapes::draw(p);\n  std::fs::read("x");\n}\n'
        "impl geo_lib::Shape for X {}\n"
    ),
}
RUNTIME = {
    "Cargo.toml": '[package]\nname = "runs"\nversion = "0.1.0"\n',
    "src/lib.rs": (
        "pub mod task;\npub mod net;\nmod left;\nmod right;\npub use task::spawn;\npub use left::twice;\n"
        "pub use right::twice;\npub use left::*;\n"
    ),
    "src/left.rs": "pub fn twice() {}\npub fn once() {}\n",
    "src/right.rs": "pub fn twice() {}\n",
    "src/task/mod.rs": "mod spawn;\npub use spawn::spawn;\n",
    "src/task/spawn.rs": "pub fn spawn() {}\n",
    "src/net/mod.rs": "mod listener;\npub use self::listener::Listener;\n",
    "src/net/listener.rs": "pub struct Listener;\nimpl Listener { pub fn bind() -> Listener { Listener } }\n",
}
RUNTIME_APP = {
    "Cargo.toml": '[package]\nname = "serves"\nversion = "0.1.0"\n[dependencies]\nruns = "0.1"\n',
    "src/main.rs": (
        "use runs::net::Listener;\n\nfn main() {\n  runs::spawn();\n  runs::task::spawn();\n"
        "  Listener::bind();\n  runs::once();\n  runs::twice();\n  runs::absent();\n}\n"
    ),
}
ROUTES = {
    "package.json": '{"name": "routes", "version": "4.0.0", "main": "src/index.ts"}',
    "src/index.ts": 'export { Router } from "./router";\nexport function json() {}\n',
    "src/router.ts": "export class Router { use(x) {} }\n",
}
WEB = {
    "package.json": '{"name": "web", "dependencies": {"routes": "^4"}}',
    "a.ts": (
        'import { Router } from "routes";\nimport * as all from "routes";\n'
        "const r = new Router();\nr.use(1);\nall.json();\nall.nothing();\n"
    ),
}
REPOSITORIES = {
    **{"werk": WERK, "app": APP, "pflag": PFLAG, "goapp": GO_APP},
    **{"geo": GEO, "rapp": RUST_APP, "routes": ROUTES, "web": WEB, "runs": RUNTIME, "serves": RUNTIME_APP},
}


def fleet(folder: Path, repositories: dict[str, dict[str, str]]) -> Lake:
    for name, contents in repositories.items():
        (folder / name).mkdir()
        repository(folder / name, contents)
    (folder / "fleet.toml").write_text("".join(f'[[repository]]\npath = "{name}"\n' for name in repositories))
    report = fleets.build(fleets.load(folder), parallel=2)
    assert not report.failed
    return report.lake


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    return fleet(tmp_path_factory.mktemp("uses"), REPOSITORIES)


def uses(lake: Lake, repository: str) -> set[tuple[str, int, str, str]]:
    """Kind, line, the name that is spelled, and the end of the id that it leads to, or of those of overloads."""
    rows = lake.use_links().filter(pl.col("repo") == repository, pl.col("scope") == "runtime").collect()
    return {(each["kind"], each["line"], each["spelling"], ended(each)) for each in rows.to_dicts()}


def ended(use: dict[str, Any]) -> str:
    """The end of the id that a use leads to, or of those of overloads."""
    assert (use["to"] is None) == (len(use["overloads"]) > 1)
    return " or ".join(each.rpartition("/")[2] for each in [use["to"]] * bool(use["to"]) + use["overloads"])


def test_python(lake: Lake) -> None:
    request = "src%2Fwerk%2Fwrappers%2Frequest.py"
    assert uses(lake, "app") == {
        ("inherits", 7, "werk.Request", f"Request%40{request}"),  # through two packages that pass it on
        ("references", 11, "werk.Request", f"Request%40{request}"),
        ("calls", 12, "werk.run", "run%40src%2Fwerk%2Fserving.py"),
        ("calls", 13, "werk.tools.twice", "twice%40src%2Fwerk%2Ftools.py"),  # not that of another module
        ("calls", 14, "werk.Request", f"Request%40{request}"),
        ("calls", 15, "werk.Request().data", f"Request.data%40{request}"),
        ("calls", 16, "werk.Request().close", f"Request.close%40{request}"),
        ("calls", 20, "werk.get_value", f"get_value%40{request}"),
        ("references", 21, "werk.tools.LIMIT", "LIMIT%40src%2Fwerk%2Ftools.py"),
        ("calls", 24, "werk.stubbed.native", "native%40src%2Fwerk%2Fstubbed%2F__init__.pyi"),
        ("calls", 25, "werk.pack", "pack%40src%2Fwerk%2Fpacking.pyi"),  # the stub of what passes compiled code on
    }
    rows = lake.use_links().filter(pl.col("spelling") == "werk.run").collect().to_dicts()
    assert {(each["user"], each["scope"]) for each in rows} == {
        ("symbol/python/function/f%40app.py", "runtime"),
        ("file/tests/test_app.py", "development"),
    }


@pytest.mark.parametrize(("name", "line", "to_repo"), [("werk.nothing", 18, "werk"), ("elsewhere.thing", 27, None)])
def test_a_name_that_leads_nowhere_is_not_taken_for_another(
    lake: Lake, name: str, line: int, to_repo: str | None
) -> None:
    """Its uses are listed, with the repository whose package they name."""
    [use] = questions.users(lake, name).to_dicts()
    assert (use["repo"], use["line"], use["to_repo"], use["to_path"]) == ("app", line, to_repo, None)
    assert use["use"] == questions.SPELLED
    said = f"which was not found in {to_repo or 'any repository'} ("
    assert said in str(fleet_tools._link_item(use)).replace("'", "")
    [needs] = questions.impact(lake, name).to_dicts()
    assert (needs["repo"], needs["distance"], needs["through"]) == ("app", 1, to_repo or "")


def test_what_nobody_has_or_uses_is_an_error(lake: Lake) -> None:
    with pytest.raises(QueryError, match="nothing in the fleet is called"):
        questions.users(lake, "elsewhere.nobody")


def test_go_rust_and_typescript(lake: Lake) -> None:
    assert uses(lake, "goapp") == {
        ("inherits", 3, "github.com/spf13/pflag.FlagSet", "FlagSet%40flag.go"),
        ("references", 3, "github.com/spf13/pflag.FlagSet", "FlagSet%40flag.go"),
        ("references", 4, "github.com/spf13/pflag.FlagSet", "FlagSet%40flag.go"),
        ("calls", 5, "github.com/spf13/pflag.NewFlagSet", "NewFlagSet%40flag.go"),
        ("calls", 6, "github.com/spf13/pflag.FlagSet.Parse", "FlagSet.Parse%40flag.go"),
        ("calls", 7, "github.com/spf13/pflag/deep.G", "G%40deep%2Fd.go"),
    }
    found = uses(lake, "rapp")
    assert {
        ("calls", 4, "geo_lib.shapes.Point.new", "Point%3A%3Anew%40src%2Fshapes.rs"),
        ("calls", 5, "geo_lib.area", "area%40src%2Flib.rs"),
        ("calls", 6, "geo_lib.shapes.draw", "draw%40src%2Fshapes.rs"),
    } <= found
    assert {each[1] for each in found} == {4, 5, 6, 9}
    assert uses(lake, "web") == {
        ("calls", 3, "routes.Router", "Router%40src%2Frouter.ts"),
        ("calls", 4, "routes.Router.use", "Router.use%40src%2Frouter.ts"),
        ("calls", 5, "routes.json", "json%40src%2Findex.ts"),
    }


def test_names_that_rust_passes_on(lake: Lake) -> None:
    """Through several uses, of all and of one name; where two are passed on by one name, it leads nowhere."""
    calls = {each for each in uses(lake, "serves") if each[0] == "calls"}
    assert calls == {
        ("calls", 4, "runs.spawn", "spawn%40src%2Ftask%2Fspawn.rs"),
        ("calls", 5, "runs.task.spawn", "spawn%40src%2Ftask%2Fspawn.rs"),  # not the module of that name
        ("calls", 6, "runs.net.Listener.bind", "Listener%3A%3Abind%40src%2Fnet%2Flistener.rs"),
        ("calls", 7, "runs.once", "once%40src%2Fleft.rs"),
    }
    assert questions.users(lake, "runs::spawn").filter(pl.col("line") == 4).height


JAVA_LIBRARY = {
    "pom.xml": "<project><groupId>com.lib</groupId><artifactId>jlib</artifactId><version>1</version></project>",
    "src/main/java/com/lib/Gson.java": (
        "package com.lib;\npublic class Gson {\n  public String toJson(Object x) { return null; }\n"
        "  public static void help() {}\n  public void two(int a) {}\n  public void two(String a) {}\n}\n"
    ),
}
JAVA_APP = {
    "src/main/java/com/app/A.java": (
        "package com.app;\nimport com.lib.Gson;\nclass A extends Gson {\n  void f(Gson g) {\n    g.toJson(1);\n"
        "    Gson.help();\n    g.two(1);\n  }\n}\n"
    ),
    "src/main/kotlin/B.kt": ("package com.kapp\nimport com.lib.Gson\nfun f() {\n  val h = Gson()\n  h.toJson(3)\n}\n"),
}
NET_LIBRARY = {
    "Lib/Acme.Lib.csproj": '<Project Sdk="Microsoft.NET.Sdk"></Project>\n',
    "Lib/Box.cs": (
        "namespace Acme.Lib;\npublic class Box {\n  public void Open() {}\n  public void Put(int a) {}\n"
        "  public void Put(string a) {}\n}\n"
    ),
    "Lib/Deep.cs": "namespace Acme.Lib.Deep;\npublic class Lid { public void Turn() {} }\n",
}
NET_APP = {
    "App/A.cs": (
        "using System;\nusing Acme.Lib;\nclass A {\n  void F(Box b, Lid c) {\n    b.Open();\n    b.Put(1);\n"
        "    c.Turn();\n    b.Absent();\n  }\n}\n"
    ),
}


def test_members_of_types_of_namespaces_that_a_file_of_csharp_uses(tmp_path: Path) -> None:
    """Of no other namespace, for it is not known which type is meant then."""
    lake = fleet(tmp_path, {"netlib": NET_LIBRARY, "netapp": NET_APP})
    put = "Acme.Lib.Box.Put%28{}%29%40Lib%2FBox.cs"
    assert {each for each in uses(lake, "netapp") if each[0] == "calls"} == {
        ("calls", 5, "Box.Open", "Acme.Lib.Box.Open%28%29%40Lib%2FBox.cs"),
        ("calls", 6, "Box.Put", f"{put.format('int')} or {put.format('string')}"),
    }

    rows = questions.users(lake, "Acme.Lib.Box").select("path", "line", "spelling", "use")
    assert rows.rows() == [("App/A.cs", 2, "Acme.Lib", "may use")]  # a parameter of that type


WATER = {
    "build.gradle.kts": "",
    "src/commonMain/kotlin/water/Pool.kt": (
        "package water\nexpect class Pool() {\n  fun fill(n: Int)\n}\nfun drain(p: Pool) {}\n"
    ),
    "src/jvmMain/kotlin/water/Pool.kt": (
        "package water\nactual class Pool actual constructor() {\n  actual fun fill(n: Int) {}\n}\n"
    ),
}
SPA = {
    "src/main/kotlin/spa/Spa.kt": (
        "package spa\nimport water.Pool\nimport water.drain\nfun open(p: Pool) {\n  p.fill(3)\n  drain(p)\n}\n"
    )
}


def test_what_kotlin_declares_for_several_platforms_and_beside_types(tmp_path: Path) -> None:
    """All variants are meant; and functions are imported, too."""
    lake = fleet(tmp_path, {"water": WATER, "spa": SPA})
    imports = lake.links().select("spelling", "to_repo", "to").collect()
    assert [(spelling, to_repo, to is None) for spelling, to_repo, to in imports.sort("spelling").rows()] == [
        ("water.Pool", "water", True),
        ("water.drain", "water", False),
    ]
    rows = questions.users(lake, "water.Pool").select("line", "kind", "use").rows()
    assert (2, "imports", "named") in rows and (4, "references", "an overload") in rows
    rows = questions.users(lake, "water.Pool.fill").select("line", "kind", "use").rows()
    assert rows == [(5, "calls", "an overload")]
    assert questions.users(lake, "water.drain").filter(use="named")["line"].to_list() == [3, 6]
    assert questions.impact(lake, "water.Pool")["repo"].to_list() == ["spa"]


PHP_LIBRARY = {
    "composer.json": '{"name": "v/pl", "autoload": {"psr-4": {"V\\\\Pl\\\\": "src/"}}}',
    "src/Log.php": (
        "<?php\nnamespace V\\Pl;\nclass Log {\n  public static function make() {}\n  public function put($x) {}\n}\n"
    ),
}
PHP_APP = {
    "src/a.php": (
        "<?php\nnamespace App;\nuse V\\Pl\\Log;\nfunction f(Log $l) {\n  $l->put(1);\n"
        "  Log::make();\n  $l->absent();\n}\n"
    )
}


def test_java_kotlin_and_php(tmp_path: Path) -> None:
    lake = fleet(tmp_path, {"jlib": JAVA_LIBRARY, "japp": JAVA_APP, "plib": PHP_LIBRARY, "papp": PHP_APP})
    found = {(kind, line, name) for kind, line, name, _ in uses(lake, "japp") if kind != "references"}
    assert found == {
        ("inherits", 3, "com.lib.Gson"),
        ("calls", 5, "com.lib.Gson.toJson"),
        ("calls", 6, "com.lib.Gson.help"),
        ("calls", 7, "com.lib.Gson.two"),
        ("calls", 4, "com.lib.Gson"),
        ("calls", 5, "com.lib.Gson().toJson"),
    }
    assert {end for _, line, _, end in uses(lake, "japp") if line == 7} == {
        "Gson.two%28String%29%40src%2Fmain%2Fjava%2Fcom%2Flib%2FGson.java or "
        "Gson.two%28int%29%40src%2Fmain%2Fjava%2Fcom%2Flib%2FGson.java"
    }
    rows = questions.users(lake, "Gson.two").filter(pl.col("line") == 7)
    assert rows.select("path", "kind", "to_path", "use").rows() == [
        ("src/main/java/com/app/A.java", "calls", "src/main/java/com/lib/Gson.java", "an overload")
    ]
    assert questions.impact(lake, "Gson.two")["repo"].to_list() == ["japp"]
    found = {(kind, line, name) for kind, line, name, _ in uses(lake, "papp") if kind != "references"}
    assert found == {("calls", 5, "V\\Pl\\Log.put"), ("calls", 6, "V\\Pl\\Log.make")}


def test_who_uses_a_symbol(lake: Lake) -> None:
    rows = questions.users(lake, "werk.tools.twice").to_dicts()
    assert [(each["path"], each["line"], each["kind"], each["use"]) for each in rows] == [
        ("app.py", 13, "calls", "named"),  # and no import that may lead to it, since the use is known
    ]
    rows = questions.users(lake, "Request.data", "werk").to_dicts()
    assert [(each["line"], each["spelling"], each["use"]) for each in rows] == [
        (7, "werk.Request", "may use"),  # which a class is derived from, and `.data` is on line 20 too
        (15, "werk.Request().data", "named"),
    ]
    assert {each["to_path"] for each in rows} == {"src/werk/wrappers/request.py"}
    assert {each["repo"] for each in questions.impact(lake, "Request.data", "werk").to_dicts()} == {"app"}


def test_what_two_offer_leads_to_neither(tmp_path: Path) -> None:
    lake = fleet(
        tmp_path,
        {
            "one": {"pyproject.toml": "", "log/__init__.py": "def write(): pass\n"},
            "two": {"pyproject.toml": "", "log/__init__.py": "def write(): pass\n"},
            "user": {"pyproject.toml": "", "user.py": "import log\nlog.write()\n"},
        },
    )
    assert lake.use_links().collect().is_empty()


def test_the_merged_graph_has_them(lake: Lake) -> None:
    with kgraph.open(merge(lake)) as graph:
        run = "symbol/python/function/run%40werk%2Fsrc%2Fwerk%2Fserving.py"
        called = graph.frame("uses").filter(pl.col("to") == run)
        assert set(called["from"]) == {"symbol/python/function/f%40app%2Fapp.py", "file/app/tests/test_app.py"}
        edges = graph.frame(EDGES).filter(pl.col("kind") == "calls", pl.col("target") == run)
        assert set(edges["source"]) == set(called["from"])
        left = graph.frame("uses").filter(pl.col("to") == "external/symbol/python/werk.run")
        assert left.is_empty()
        callers = {row["caller"] for row in graph.query("callers", name="werk.serving.run").dicts()}
        assert callers == {"app.f", "app/tests/test_app.py"}
        nodes = pl.concat([graph.frame(name)["id"] for name in ("symbols", "files", "externals")])
        assert set(graph.frame("uses")["to"]) <= set(nodes)


def test_which_files_of_others_belong_with_one(lake: Lake, tmp_path: Path) -> None:
    (row,) = find_related(lake, "werk/src/werk/wrappers/request.py").to_dicts()
    assert (row["repo"], row["path"], row["names"]) == ("app", "app.py", 4)
    assert row["reason"].startswith("uses of it: werk.Request, werk.Request().close")
    found = find_related(lake, "app.py", "app").to_dicts()
    assert [each["path"] for each in found][:2] == ["src/werk/wrappers/request.py", "src/werk/tools.py"]
    assert find_related(lake, "app.py", limit=1).height == 1
    with pytest.raises(QueryError, match="is no file"):
        find_related(lake, "Request", "werk")
    (tmp_path / "copies").mkdir()
    contents = {"a.py": "# " + "x" * 300}
    twice = fleet(tmp_path / "copies", {"one": contents, "two": contents})
    assert find_related(twice, "one/a.py").rows() == [("two", "a.py", 1, 1, "the same content: a.py")]


def test_a_use_is_broken_where_the_symbol_is_gone(tmp_path: Path) -> None:
    library = {"pyproject.toml": "", "lib/__init__.py": "def stays(): pass\n\n\ndef goes(): pass\n"}
    lake = fleet(
        tmp_path, {"lib": library, "user": {"pyproject.toml": "", "u.py": "import lib\nlib.stays()\nlib.goes()\n"}}
    )
    text = (tmp_path / "fleet.toml").read_text()
    (tmp_path / "fleet.toml").write_text(f"keep = 2\n{text}")
    (tmp_path / "lib/lib/__init__.py").write_text("def stays(): pass\n")
    moved = fleets.build(fleets.load(tmp_path)).lake
    found = fleets.changes(moved.state(lake.catalog.generation), moved).broken
    assert found.drop("name").rows() == [("user", "u.py", 3, "calls", "lib.goes", "lib", "lib.goes")]
    (tmp_path / "user/u.py").write_text("import lib\nlib.stays()\n")
    mended = fleets.build(fleets.load(tmp_path)).lake
    assert fleets.changes(moved, mended).broken.is_empty()


def test_a_fleet_may_do_without(tmp_path: Path) -> None:
    (tmp_path / "fleet.toml").write_text("")
    for name in ("werk", "app"):
        (tmp_path / name).mkdir()
        repository(tmp_path / name, REPOSITORIES[name])
    (tmp_path / "fleet.toml").write_text("[options]\nexternal_uses = false\n[[repository]]\npath = '*'\n")
    lake = fleets.build(fleets.load(tmp_path)).lake
    assert lake.use_links().collect().is_empty()
    assert lake.links().collect().height


ZIP = {
    "zip.h": (
        '#include "zip_types.h"\nint zip_open(zip_stream *s);\nint zip_twice(int);\n#define zip_start(s) zip_open(s)\n'
    ),
    "zip_types.h": "struct zip_stream { int at; };\n",
    "zip_inner.h": "int zip_hidden(void);\n",
    "zip.c": '#include "zip.h"\n#include "zip_inner.h"\nint zip_open(zip_stream *s) { return zip_hidden(); }\n',
    "config.h": "int zip_configured(void);\n",
}
PRINT = {
    "include/print/core.h": (
        '#include "print/base.h"\nnamespace print {\ninline namespace v2 {\nstruct Sink { void flush(); };\n'
        "void line(int);\nvoid several(int);\nvoid several(const char *);\n}\n}\n#define PRINT_NOW(x) print::line(x)\n"
    ),
    "include/print/base.h": "namespace print {\nvoid base(int);\n}\nint zip_twice(int);\n",
    "include/print/apart.h": "namespace print {\nvoid apart(int);\n}\n",
    "test/helper.h": "namespace print {\nvoid helped(int);\n}\n",
}
NATIVE_APP = {
    "own.h": "#pragma once\n#include <print/core.h>\n",
    "main.cpp": (
        '#include "own.h"\n'
        '#include "zip.h"\n'
        '#include "config.h"\n'
        "#include <vector>\n"
        "namespace p = print;\n"
        "class Log : public print::Sink {};\n"
        "void local(int);\n"
        "void f(print::Sink *sink, zip_stream *s) {\n"
        "  print::line(1);\n"  # 9
        "  p::base(2);\n"
        "  print::several(3);\n"
        "  print::apart(4);\n"
        "  sink->flush();\n"  # 13
        "  zip_start(s);\n"
        "  zip_hidden();\n"
        "  zip_twice(1);\n"
        "  local(1);\n"
        "  PRINT_NOW(5);\n"  # 18
        "  zip_configured();\n"
        "  print::helped(6);\n"
        '  memcpy(s, s, 1);\n  std::sort(1, 2);\n'
        "}\n"
    ),
    "other.cpp": "using namespace print;\nvoid g() { print::line(1); line(2); }\n",
    "named.cpp": (
        "#include <print/core.h>\nusing print::line;\nusing namespace print;\nvoid h() { line(2); base(3); }\n"
    ),
    "late.c": '#include "zip.h"\nint late(void) { return zip_open(0); }\n',
}  # fmt: skip


def test_c_and_cpp_through_headers(tmp_path: Path) -> None:
    """What is called, derived from and expanded leads to the one declaration that a header of another repository lets
    the file see, or to overloads; names of two repositories, and what is not seen, lead nowhere."""
    lake = fleet(tmp_path, {"zip": ZIP, "print": PRINT, "native": NATIVE_APP})
    rows = lake.use_links().collect()
    assert set(rows["repo"]) == {"native"}
    found = sorted(
        (each["file"].removeprefix("file/"), each["line"], each["kind"], f"{each['to_repo']} {ended(each)}")
        for each in rows.to_dicts()
    )
    assert found == [
        ("late.c", 2, "calls", "zip zip_open%28zip_stream%2A%29"),
        ("main.cpp", 6, "inherits", "print print%3A%3Av2%3A%3ASink"),
        ("main.cpp", 9, "calls", "print print%3A%3Av2%3A%3Aline%28int%29"),
        ("main.cpp", 10, "calls", "print print%3A%3Abase%28int%29"),
        (
            *("main.cpp", 11, "calls"),
            "print print%3A%3Av2%3A%3Aseveral%28const%20char%2A%29 or print%3A%3Av2%3A%3Aseveral%28int%29",
        ),
        ("main.cpp", 13, "calls", "print print%3A%3Av2%3A%3ASink%3A%3Aflush%28%29"),
        ("main.cpp", 14, "calls", "zip zip_start"),
        ("main.cpp", 18, "calls", "print PRINT_NOW"),
        ("named.cpp", 4, "calls", "print print%3A%3Abase%28int%29"),
        ("named.cpp", 4, "calls", "print print%3A%3Av2%3A%3Aline%28int%29"),
    ]
    rows = questions.users(lake, "print::several").filter(use="an overload")  # it is behind an inline namespace
    assert rows.select("path", "line", "to_path").rows() == [("main.cpp", 11, "include/print/core.h")]


def test_aliases_of_namespaces_that_headers_declare(tmp_path: Path) -> None:
    """One that conditions let mean `std` means the other; one of two others means neither."""
    app = {
        "app/common.h": (
            "#include <print/core.h>\n#define APP\nnamespace app {\n#ifdef STD\nnamespace out = std;\n#else\n"
            "namespace out = print;\n#endif\n#ifdef X\nnamespace any = print;\n#else\nnamespace any = paint;\n"
            "#endif\n}\n"
        ),
        "app/main.cpp": (
            '#include "common.h"\nnamespace app {\nvoid f() {\n  out::line(1);\n  app::out::base(2);\n  any::line(3);\n'
            "  other::line(4);\n}\n}\n"
        ),
        "app/apart.cpp": "namespace app {\nvoid g() { out::line(1); }\n}\n",
    }
    lake = fleet(tmp_path, {"print": PRINT, "app": app})
    assert {(line, spelling) for _, line, spelling, _ in uses(lake, "app")} == {(4, "print::line"), (5, "print::base")}


BY_MANIFEST = {
    "jvm": {
        "settings.gradle.kts": 'include(":lib")\n',
        "lib/build.gradle.kts": "plugins { kotlin }\n",
        "lib/src/main/kotlin/com/ex/lib/Area.kt": "package com.ex.lib\n\nclass Area\n",
    },
    "namesake": {
        "lib/build.gradle": "plugins { id 'java' }\n",
        "lib/src/main/java/org/other/Other.java": "package org.other;\n\npublic class Other {}\n",
    },
    "whole": {"package.json": '{"name": "whole"}', "index.js": "exports.json = function json() {};\n"},
    "twice": {
        "package.json": '{"name": "twice", "main": "./src/index.js", "browser": "./src/web.js"}',
        "src/index.js": "exports.node = function node() {};\n",
        "src/web.js": "exports.web = function web() {};\n",
    },
    "fork": {"go.mod": "module example.com/wire\n", "codec/c.go": "package codec\nfunc Encode() {}\n"},
    "crate": {"Cargo.toml": '[package]\nname = "geo"\nversion = "0.1.0"\n', "src/lib.rs": "pub fn area() {}\n"},
    "all": {
        "gradle/libs.versions.toml": (
            '[versions]\nex = "1"\n[libraries]\nex-lib = { module = "com.ex:lib", version.ref = "ex" }\n'
            'far = { module = "net.far:lib", version = "2" }\n'
        ),
        "package.json": '{"name": "all", "dependencies": {"whole": "1", "twice": "1"}}',
        "a.js": 'const whole = require("whole");\nconst twice = require("twice");\nwhole.json();\ntwice.node();\n',
        "go.mod": (
            "module example.com/all\n\nrequire example.com/wire v1.0.0\n\n"
            "replace example.com/wire => github.com/me/fork v1.0.1\n"
        ),
        "main.go": 'package main\n\nimport "example.com/wire/codec"\n\nfunc main() { codec.Encode() }\n',
        "Cargo.toml": (
            '[package]\nname = "all"\nversion = "0.1.0"\n\n[dependencies]\n'
            'geo = { git = "https://github.com/me/crate", branch = "main" }\n'
        ),
        "src/main.rs": "fn main() { geo::area(); }\n",
    },
}


def test_what_manifests_lead_to(tmp_path: Path) -> None:
    """A version catalogue of Gradle, `require` of CommonJS, a dependency of Cargo by git, and a `replace` of Go."""
    lake = fleet(tmp_path, BY_MANIFEST)
    links = lake.links().filter(pl.col("repo") == "all").collect()
    requires = links.filter(pl.col("kind") == "requires").select("file", "spelling", "to_repo").sort("spelling").rows()
    assert requires == [
        ("file/gradle/libs.versions.toml", "com.ex/lib", "jvm"),
        ("file/go.mod", "example.com/wire", "fork"),
        ("file/Cargo.toml", "geo", "crate"),
        ("file/package.json", "twice", "twice"),
        ("file/package.json", "whole", "whole"),
    ]
    assert ("file/main.go", "example.com/wire/codec", "fork") in links.select("file", "spelling", "to_repo").rows()
    assert {(line, to) for _, line, _, to in uses(lake, "all")} == {
        (3, "json%40index.js"),
        (4, "node%40src%2Findex.js"),
        (5, "Encode%40codec%2Fc.go"),
        (1, "area%40src%2Flib.rs"),
    }


# --- protocol buffers -------------------------------------------------------------------------------------------------

SCHEMA = {
    "proto/area/v1/point.proto": 'syntax = "proto3";\npackage area.v1;\nmessage Point { int32 x = 1; }\n',
    "proto/area/v1/line.proto": (
        'syntax = "proto3";\npackage area.v1;\nimport "area/v1/point.proto";\nmessage Line { Point from = 1; }\n'
    ),
    "odd/flat.proto": 'syntax = "proto3";\npackage other;\nmessage Flat {}\n',
    "tests/hidden.proto": 'syntax = "proto3";\nmessage Hidden {}\n',
}
CLIENT = {
    "web.proto": 'syntax = "proto3";\nimport "area/v1/line.proto";\nimport "flat.proto";\nimport "hidden.proto";\n',
    "main.cc": (
        '#include "area/v1/point.pb.h"\n#include <area/v1/line.grpc.pb.h>\n#include "v1/point.pb.h"\n'
        "area::v1::Point p;\n"
    ),
    "main.py": (
        "from area.v1 import point_pb2, absent_pb2, plain\nimport area.v1.line_pb2_grpc as lines\n\n\n"
        "def origin():\n    return point_pb2.Point(x=0)\n"
    ),
}
STUBS = {
    "go.mod": "module example.org/stubs\n",
    "v1/point.pb.go": (
        "// Code generated by protoc-gen-go. DO NOT EDIT.\npackage v1\n\ntype Point struct{ X int32 }\n\n"
        "var File_area_v1_point_proto any\n"
    ),
    "v1/hand.go": "package v1\n\nvar File_area_v1_line_proto any\n",
    "include/area/v1/line.pb.h": "class Line {};\n",
    "area/v1/__init__.py": "",
    "area/v1/line_pb2.py": "Line = object()\n",
}


def ends(lake: Lake, repository: str) -> set[tuple[str, int, str, str]]:
    """Where the links of a repository lead: file, line, spelling, and the file there."""
    rows = lake.links().filter(repo=repository).drop_nulls("to_file").collect().to_dicts()
    return {
        (row["file"].removeprefix("file/"), row["line"], row["spelling"], f"{row['to_repo']}:{row['to_file'][5:]}")
        for row in rows
    }


def test_protocol_buffers(tmp_path: Path) -> None:
    """Imports of `.proto` files, clients of code that builds generate, and generated code that is checked in."""
    lake = fleet(tmp_path, {"schema": SCHEMA, "client": CLIENT})
    point, line = "schema:proto/area/v1/point.proto", "schema:proto/area/v1/line.proto"
    assert ends(lake, "client") == {
        ("web.proto", 2, "area/v1/line.proto", line),
        ("main.cc", 1, "area/v1/point.pb.h", point),
        ("main.cc", 2, "area/v1/line.grpc.pb.h", line),
        ("main.py", 1, "area.v1", point),
        ("main.py", 2, "area.v1.line_pb2_grpc", line),
    }
    users = questions.users(lake, "area.v1.Point")
    assert users.select("path", "line", "use").rows() == [("main.cc", 1, "may use"), ("main.py", 1, "may use")]
    assert questions.impact(lake, "schema")["repo"].to_list() == ["client"]


def test_generated_code_that_is_checked_in(tmp_path: Path) -> None:
    lake = fleet(tmp_path, {"schema": SCHEMA, "client": CLIENT, "stubs": STUBS})
    point, line = "schema:proto/area/v1/point.proto", "schema:proto/area/v1/line.proto"
    assert ends(lake, "stubs") == {
        ("v1/point.pb.go", 1, "File_area_v1_point_proto", point),
        ("include/area/v1/line.pb.h", 1, "area/v1/line.proto", line),
        ("area/v1/line_pb2.py", 1, "area/v1/line.proto", line),
    }
    needed = questions.dependencies(lake).filter(repo="stubs")
    assert needed.select("to_repo", "imports", "generatedFrom").rows() == [("schema", 0, 3)]
    edges = pl.read_parquet(merge(lake) / f"tables/{EDGES}.parquet").filter(kind="generatedFrom")
    assert ("file/stubs/v1/point.pb.go", "file/schema/proto/area/v1/point.proto") in edges["source", "target"].rows()
    assert ("file/client/main.cc", "file/schema/proto/area/v1/point.proto") not in edges["source", "target"].rows()


def test_a_copy_of_a_schema_is_offered_to_nobody(tmp_path: Path) -> None:
    copies = {f"third_party/{path}": text for path, text in SCHEMA.items()}
    copies["google/protobuf/any.proto"] = 'syntax = "proto3";\npackage google.protobuf;\nmessage Any {}\n'
    asking = {"own.proto": 'syntax = "proto3";\nimport "google/protobuf/any.proto";\n'}
    lake = fleet(tmp_path, {"schema": SCHEMA, "copy": copies, "client": CLIENT | asking})
    assert set(lake.links().filter(repo="client").collect()["to_repo"]) == {"schema"}


def test_a_schema_that_two_repositories_have_leads_to_neither(tmp_path: Path) -> None:
    lake = fleet(tmp_path, {"schema": SCHEMA, "copy": SCHEMA, "client": CLIENT})
    rows = lake.links().filter(repo="client").collect()
    assert rows["to_repo"].null_count() == rows.height == 5
