"""Fleets: files that list repositories, builds of all, the lake of their tables, and links between them."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import tarfile
import zipfile
from concurrent import futures
from pathlib import Path
from typing import Any

import polars as pl
import pyoxigraph
import pytest
from packaging.requirements import Requirement

from kgraph import fleet as fleets
from kgraph.errors import GraphError, InputError, QueryError
from kgraph.fleet import answers, building, clones, downloads, quads, questions
from kgraph.fleet.checking import check_fleet
from kgraph.fleet.fleet_file import LoadedFleet
from kgraph.fleet.members import FolderSource, GitSource, members
from kgraph.fleet.private_paths import is_development, is_private
from kgraph.fleet.specifiers import accepting
from kgraph.processes.executor import ProcessDiedError
from tests.test_scan import repository, write

FLEET = """
name = "small"

[options]
history = false

[[repository]]
path = "libraries/*"
group = "library"

[[repository]]
path = "app"
"""

LIBRARIES = {
    "shapes": {
        "pyproject.toml": '[project]\nname = "Shapes.Py"\nversion = "1"\n',
        "src/shapes/__init__.py": "from .area import Area as Area\nfrom .area import measure\n",
        "src/shapes/area.py": "class Area:\n    pass\n\n\ndef measure():\n    return 1\n",
        "tests/test_area.py": "from shapes import measure\n\n\ndef test_measure():\n    assert measure()\n",
    },
    "geo": {
        "include/geo/point.h": "#pragma once\nnamespace geo {\nstruct Point {};\n}\n",
        "src/point.cpp": '#include "geo/point.h"\n',
        "docs/conf.py": "x = 1\n",
    },
    "wire": {
        "go.mod": "module example.com/wire\n\ngo 1.21\n",
        "codec/codec.go": "package codec\n\nfunc Encode() {}\n",
    },
    "one": {"common/log.h": "int log_one;\n"},
    "two": {"common/log.h": "int log_two;\n"},
}
APP = {
    "pyproject.toml": '[project]\nname = "app"\nversion = "1"\ndependencies = ["shapes-py>=1,<2"]\n',
    "app/__init__.py": "",
    "app/main.py": "import json\nimport os.path\nfrom shapes import Area, measure\nfrom shapes.area import nothing\n",
    "app/native.cpp": "#include <geo/point.h>\n#include <vector>\n#include <common/log.h>\n#include <src/point.cpp>\n",
    "go.mod": "module example.com/app\n\ngo 1.21\n\nrequire example.com/wire v1.0.0\n",
    "main.go": 'package main\n\nimport (\n\t"fmt"\n\n\t"example.com/wire/codec"\n)\n\nfunc main() { codec.Encode() }\n',
    "tests/test_main.py": "import shapes\n",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("fleet")
    for name, contents in {**{f"libraries/{name}": each for name, each in LIBRARIES.items()}, "app": APP}.items():
        (path / name).mkdir(parents=True)
        repository(path / name, dict(contents))
    (path / "fleet.toml").write_text(FLEET)
    return path


@pytest.fixture(scope="module")
def built(folder: Path) -> fleets.FleetReport:
    return fleets.build(fleets.load(folder), parallel=2)


def paths_of(links: pl.DataFrame) -> set[tuple[str | None, ...]]:
    """Links as people read them: file, spelling, name, and where it leads."""
    columns = links.select("file", "spelling", "name", "to_repo", "to")
    return {(file.removeprefix("file/"), *rest) for file, *rest in columns.iter_rows()}


# --- the fleet file ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("[[repository]]\npath = 'a'\nurl = 'b'\n", 1, "a path or a url"),
        ("\n[[repository]]\npath = 'a'\nbranch = 'main'\n", 4, "there is no key 'branch'"),
        ("[[repository]]\npath = 'a'\nname = '../x'\n", 3, "a name has letters"),
        ("[[repository]]\npath = 3\n", 2, "expected `str`"),
        ("[[repository]]\npath = 'a'\n[repository.options]\nforce = true\n", 1, "there is no option 'force'"),
        ("[[repository]]\npath = 'a'\noptions = { exclude = 'x' }\n", 1, "a list of patterns"),
        ("[[repository]]\npath = 'a\n", 3, "not TOML"),
        ("[[repository]]\npath = 'no*'\n", 1, "no folder matches 'no*'"),
        ("[[packages]]\nnames = ['a @ https://x']\n", 1, "an address or a marker"),
        ("[[packages]]\nnames = ['=1']\n", 1, "names no package"),
        ("[[repository]]\npath='x'\n[[repository]]\npath='y/x'\n", 3, "two repositories are called 'x'"),
    ],
)
def test_what_is_wrong_in_a_fleet_file_is_told_with_its_line(tmp_path: Path, text: str, line: int, said: str) -> None:
    (tmp_path / "x").mkdir()
    (tmp_path / "y/x").mkdir(parents=True)
    (tmp_path / "fleet.toml").write_text(text)
    with pytest.raises(InputError, match=said.replace("*", r"\*")) as raised:
        members(fleets.load(tmp_path))
    assert raised.value.where == f"{tmp_path / 'fleet.toml'}:{line}"


def test_a_folder_that_is_not_there_costs_itself_and_what_left_is_named(tmp_path: Path) -> None:
    write(tmp_path, {"a/x.py": "x = 1\n", "b/y.py": "y = 1\n"})
    (tmp_path / "fleet.toml").write_text("".join(f"[[repository]]\npath = '{name}'\n" for name in "abc"))
    report = fleets.build(fleets.load(tmp_path))
    assert {each.name: each.state for each in report.members} == {"a": "built", "b": "built", "c": "failed"}
    assert report.failed[0].error.startswith(f"{tmp_path / 'fleet.toml'}:5: there is no folder '{tmp_path / 'c'}'; ")
    assert report.lake.catalog.missing == ("c",)
    (tmp_path / "b").rename(tmp_path / "gone")  # its last graph stays
    lake = fleets.build(fleets.load(tmp_path)).lake
    assert "there is no folder" in lake.catalog["b"].error
    assert lake.scan("files").collect()["repo"].to_list() == ["a", "b"]
    (tmp_path / "fleet.toml").write_text("[[repository]]\npath = '[ab]'\n")  # a pattern no longer matches it
    report = fleets.build(fleets.load(tmp_path))
    assert (report.gone, report.lake.catalog.names) == (("b",), ("a",))


def test_a_revision_that_is_not_there_is_told_with_those_most_like_it(tmp_path: Path) -> None:
    write(tmp_path, {"origin/x.py": "x = 1\n"})
    repository(tmp_path / "origin", {"x.py": "x = 1\n"})
    subprocess.run(["git", "-C", str(tmp_path / "origin"), "tag", "v1.9.1"], check=True)
    (tmp_path / "fleet.toml").write_text("[[repository]]\npath = 'origin'\nrevision = '1.9.1'\n")
    (failed,) = fleets.build(fleets.load(tmp_path)).failed
    assert "it has no revision '1.9.1'; hint: it has v1.9.1; `kgraph fleet update`" in failed.error


def test_a_fleet_of_nothing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such fleet file"):
        fleets.load(tmp_path)
    (tmp_path / "fleet.toml").write_text('name = "x"\n')
    with pytest.raises(InputError, match="lists no repository"):
        fleets.load(tmp_path)


def test_a_pattern_names_each_by_the_step_that_has_wildcards(tmp_path: Path) -> None:
    """And bare repositories are cloned."""
    for name in ("pallets+flask/repo", "click/repo"):
        (tmp_path / "mirrors" / name).mkdir(parents=True)
    for bare in ("mirrors/click/repo", "jinja.git"):
        subprocess.run(["git", "init", "-q", "--bare", str(tmp_path / bare)], check=True)
    (tmp_path / "fleet.toml").write_text(
        "[[repository]]\npath = 'mirrors/*/repo'\n[[repository]]\npath = 'jinja.git'\n"
    )
    found = {member.name: member.source for member in members(fleets.load(tmp_path))}
    assert found == {
        "click": GitSource(str(tmp_path / "mirrors/click/repo"), ""),
        "jinja": GitSource(str(tmp_path / "jinja.git"), ""),
        "pallets-flask": FolderSource(tmp_path / "mirrors/pallets+flask/repo"),
    }


def test_a_manifest_of_repo_lists_its_projects(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            ".repo/manifests/default.xml": '<manifest><remote name="r" fetch=".."/><include name="more.xml"/>'
            '<project name="platform/b" path="b"/><project name="gone"/><remove-project name="gone"/></manifest>',
            ".repo/manifests/more.xml": '<manifest><project name="platform/a" path="x/a"/></manifest>',
            "x/a/f.c": "int f;\n",
            "b/g.c": "int g;\n",
        },
    )
    (tmp_path / "fleet.toml").write_text('[[manifest]]\npath = ".repo/manifests/default.xml"\n')
    found = {member.name: str(member.source) for member in members(fleets.load(tmp_path))}
    assert found == {"x.a": str(tmp_path / "x/a"), "b": str(tmp_path / "b")}


def test_what_a_manifest_of_repo_includes_counts_from_its_folder(tmp_path: Path) -> None:
    """`.repo/manifest.xml` is what `repo init` writes; a part of the manifests may lie deeper."""
    write(
        tmp_path,
        {
            ".repo/manifest.xml": '<manifest><include name="default.xml"/></manifest>',
            ".repo/manifests/default.xml": '<manifest><include name="parts/a.xml"/></manifest>',
            ".repo/manifests/parts/a.xml": '<manifest><include name="parts/b.xml"/>'
            '<project name="twice" path="one"/><project name="twice" path="two"/>'
            '<remove-project name="twice" path="two"/></manifest>',
            ".repo/manifests/parts/b.xml": '<manifest><project name="b"/></manifest>',
        },
    )
    (tmp_path / "fleet.toml").write_text('[[manifest]]\npath = ".repo/manifest.xml"\n')
    assert [member.name for member in members(fleets.load(tmp_path))] == ["b", "one"]


def test_a_project_that_is_not_checked_out_costs_itself(tmp_path: Path) -> None:
    projects = '<project name="here"/><project name="gone"/><project name="extra" groups="pdk,notdefault"/>'
    write(tmp_path, {"default.xml": f"<manifest>{projects}</manifest>", "here/a.c": "int a;\n"})
    (tmp_path / "fleet.toml").write_text('[[manifest]]\npath = "default.xml"\n')
    report = fleets.build(fleets.load(tmp_path))
    assert [(each.name, each.state) for each in report.members] == [("gone", "failed"), ("here", "built")]
    assert "run `repo sync`" in report.failed[0].error


@pytest.mark.parametrize(
    ("xml", "said"),
    [
        ('<manifest><project path="../x"/></manifest>', "leaves the workspace"),
        ('<manifest><include name="default.xml"/></manifest>', "in a cycle"),
        ('<!DOCTYPE m [<!ENTITY a "b">]><manifest/>', "no entities"),
        ("<manifest>", "no XML"),
    ],
)
def test_a_manifest_that_is_not_what_it_must_be(tmp_path: Path, xml: str, said: str) -> None:
    (tmp_path / "default.xml").write_text(xml)
    (tmp_path / "fleet.toml").write_text('[[manifest]]\npath = "default.xml"\n')
    with pytest.raises(InputError, match=said):
        members(fleets.load(tmp_path))


# --- links ------------------------------------------------------------------------------------------------------------


def test_imports_and_includes_lead_into_other_repositories(built: fleets.FleetReport) -> None:
    assert [report.state for report in built.members] == ["built"] * 6
    links = built.lake.links().collect()
    found = paths_of(links.filter(repo="app"))
    area = "symbol/python/type/Area%40src%2Fshapes%2Farea.py"
    by_spelling = {(file, spelling, name): (to_repo, to) for file, spelling, name, to_repo, to in found}
    repo, to = by_spelling["app/main.py", "shapes", "Area"]  # through the import of `__init__`
    assert (repo, to.split("@")[0].split("%40")[0]) == ("shapes", area.split("%40")[0])
    repo, to = by_spelling["app/main.py", "shapes", "measure"]
    assert repo == "shapes" and to.startswith("symbol/python/function/measure")
    repo, to = by_spelling["app/main.py", "shapes.area", "nothing"]  # a name that is not there: the module
    assert repo == "shapes" and to.startswith("symbol/python/module/area")
    assert by_spelling["app/native.cpp", "geo/point.h", None] == ("geo", "file/include/geo/point.h")
    repo, to = by_spelling["main.go", "example.com/wire/codec", None]
    assert repo == "wire" and to.startswith("symbol/go-module/target/")
    assert not {spelling for _, spelling, _ in by_spelling} & {"json", "os.path", "vector", "fmt", "src/point.cpp"}


def test_what_two_repositories_offer_leads_to_neither(built: fleets.FleetReport) -> None:
    (row,) = built.lake.links().filter(spelling="common/log.h").collect().to_dicts()
    assert (row["to_repo"], row["to"], row["candidates"]) == (None, None, ["one", "two"])
    assert questions.find_undecided(built.lake)["candidates"].to_list() == [["one", "two"]]


def test_a_required_package_decides_and_tells(built: fleets.FleetReport) -> None:
    links = built.lake.links().filter(repo="app", to_repo="shapes").collect()
    assert set(links.filter(kind="imports")["evidence"]) == {"a required package"}
    (required,) = links.filter(kind="requires").to_dicts()
    assert (required["spelling"], required["scope"]) == ("shapes-py", "runtime")
    assert dict(links.group_by("file", "scope").len().select("file", "scope").iter_rows()) == {
        "file/app/main.py": "runtime",
        "file/pyproject.toml": "runtime",
        "file/tests/test_main.py": "development",
    }


def test_a_required_package_decides_between_two(tmp_path: Path) -> None:
    for name in ("left", "right"):
        write(tmp_path / name, {"pyproject.toml": f'[project]\nname = "{name}"\n', "tool/__init__.py": "x = 1\n"})
    write(tmp_path / "app", {"requirements.txt": "right==1\n", "a.py": "import tool\n"})
    (tmp_path / "fleet.toml").write_text("".join(f"[[repository]]\npath = '{n}'\n" for n in ("left", "right", "app")))
    lake = fleets.build(fleets.load(tmp_path)).lake
    assert [row["to_repo"] for row in lake.links().filter(kind="imports").collect().to_dicts()] == ["right"]


# --- questions --------------------------------------------------------------------------------------------------------


def test_questions_over_the_fleet(built: fleets.FleetReport) -> None:
    lake = built.lake
    needed = questions.dependencies(lake).select("repo", "to_repo", "includes", "imports", "requires", "development")
    assert needed.rows() == [("app", "geo", 1, 0, 0, 0), ("app", "shapes", 0, 3, 1, 1), ("app", "wire", 0, 1, 1, 0)]
    assert questions.users(lake, "shapes.Area")["path"].to_list() == ["app/main.py"]
    assert questions.users(lake, "include/geo/point.h")["repo"].to_list() == ["app"]
    assert questions.impact(lake, "shapes").select("repo", "distance", "specifiers").rows() == [("app", 1, ["<2,>=1"])]
    assert questions.impact(lake, "app").is_empty()
    assert questions.cycles(lake) == []
    with pytest.raises(QueryError, match="nothing in the fleet is called 'nobody'"):
        questions.users(lake, "nobody")


@pytest.mark.parametrize(
    ("version", "specifiers", "ecosystem", "accepted"),
    [
        ("2.1", ["<2,>=1"], "pypi", False),
        ("1.4", ["<2,>=1"], "pypi", True),
        ("2.1", ["<2", ">=2"], "pypi", True),  # for several versions of Python
        ("2.1", ["git+https://example.org"], "pypi", None),
        ("2.0.0", ["^1.2"], "npm", False),
        ("1.3.0", ["^1.2"], "npm", True),
        ("1.3.0", ["latest"], "npm", None),
        ("1.3.0", ["1"], "cargo", None),
        ("", ["<2"], "pypi", None),
        ("2.1", [], "pypi", None),
    ],
)
def test_whether_a_version_is_accepted(
    version: str, specifiers: list[str], ecosystem: str, accepted: bool | None
) -> None:
    rows = pl.DataFrame(
        {"repo": "a", "distance": 1, "through": "b", "specifiers": [specifiers], "ecosystem": ecosystem}
    )
    assert accepting(rows, {"b": version}).select("version", "accepted").row(0) == (version or None, accepted)


def test_packages_of_tests_and_of_continuous_integration_are_no_packages_of_others(tmp_path: Path) -> None:
    """Such as one that stands for another in an environment of tests."""
    project = '[project]\nname = "brotli"\nversion = "1"\n'
    for name in ("continuous_integration/recipes/brotli", "tests/data/brotli", "examples/brotli"):
        write(tmp_path / "big" / name, {"pyproject.toml": project, "brotli.py": "x = 1\n"})
    write(tmp_path / "big", {"pyproject.toml": '[project]\nname = "big"\n', "big/__init__.py": "", "setup.py": ""})
    app = '[project]\nname = "app"\ndependencies = ["brotli>=1", "big"]\n'
    write(tmp_path / "app", {"pyproject.toml": app, "app.py": "import brotli\nimport big\n"})
    (tmp_path / "fleet.toml").write_text("".join(f"[[repository]]\npath = '{name}'\n" for name in ("big", "app")))
    links = fleets.build(fleets.load(tmp_path)).lake.links().collect()
    assert links.filter(repo="app")["spelling"].unique().to_list() == ["big"]


def test_specifiers_are_those_of_the_package_that_is_meant(tmp_path: Path) -> None:
    """Several stand on one line."""
    write(tmp_path / "tea", {"package.json": '{"name": "tea", "version": "1.0.0"}'})
    write(tmp_path / "cup", {"package.json": '{"dependencies": {"tea": "^1", "milk": "^7"}}'})
    (tmp_path / "fleet.toml").write_text("".join(f"[[repository]]\npath = '{name}'\n" for name in ("tea", "cup")))
    lake = fleets.build(fleets.load(tmp_path)).lake
    assert questions.impact(lake, "tea").select("repo", "specifiers").rows() == [("cup", ["^1"])]


def test_repositories_that_need_each_other_are_a_ring(tmp_path: Path) -> None:
    for name, other in (("a", "b"), ("b", "a")):
        write(tmp_path / name, {"setup.py": "", f"{name}/__init__.py": f"import {other}\n"})
    (tmp_path / "fleet.toml").write_text("[[repository]]\npath = '[ab]'\n")
    lake = fleets.build(fleets.load(tmp_path)).lake
    assert questions.cycles(lake) == [("a", "b")]


def test_equal_files_are_found(tmp_path: Path) -> None:
    text = "int copied;\n" * 40
    write(tmp_path, {"a/x.c": text, "b/y/z.c": text, "b/short.c": "\n", "a/short.c": "\n"})
    (tmp_path / "fleet.toml").write_text("[[repository]]\npath = '[ab]'\n")
    lake = fleets.build(fleets.load(tmp_path)).lake
    (row,) = questions.duplicates(lake).to_dicts()
    assert (row["paths"], row["size"]) == (["a/x.c", "b/y/z.c"], len(text))


def test_one_query_is_asked_of_all(built: fleets.FleetReport) -> None:
    answer = answers.ask(built.lake, "SELECT ?path { ?file kg:path ?path ; kg:language 'Go' } ORDER BY ?path", {})
    assert answer.rows.rows() == [("app", "main.go"), ("wire", "codec/codec.go")]
    one = answers.ask(built.lake, "includers", {"path": "include/geo/point.h"})
    assert one.rows["repo"].to_list() == ["geo"]
    assert any(note.startswith("app: ") for note in one.notes)
    with pytest.raises(QueryError, match="no repository 'x'"):
        answers.ask(built.lake, "includers", {"path": "a"}, only=["x"])
    with pytest.raises(QueryError, match="not a SELECT"):
        answers.ask(built.lake, "ASK { ?s ?p ?o }", {})


def test_sql_over_the_lake(built: fleets.FleetReport) -> None:
    rows = built.lake.sql().execute("SELECT repo, count(*) AS n FROM files GROUP BY repo ORDER BY repo", eager=True)
    assert dict(rows.rows()) == {"app": len(APP), **{name: len(each) for name, each in sorted(LIBRARIES.items())}}


@pytest.mark.parametrize(
    ("path", "offers", "needs"),
    [
        ("include/gtest/gtest.h", True, True),
        ("lib/include/boost/test/unit_test.hpp", True, True),
        ("test/gtest/gtest.h", False, False),
        ("src/shapes.c", True, True),
        ("src/main/java/com/example/samples/Area.java", True, True),
        ("latest/httptest/server.go", True, True),
        ("router_test.go", True, False),
        ("src/shapes.spec.ts", True, False),
        ("src/Shapes.Tests/AreaTests.cs", True, False),
        ("lib/src/androidTest/java/A.java", True, False),
        ("src/trio/_tests/tools/gen.py", True, False),
        ("crate/benches/speed.rs", True, False),
        ("spec/area_spec.rb", True, False),
        ("spec/area.cpp", True, True),
        ("docs/conf.py", False, False),
    ],
)
def test_paths_say_what_others_get_and_what_only_development_needs(path: str, offers: bool, needs: bool) -> None:
    row = pl.DataFrame({"file": [f"file/{path}"]}).select(offers=~is_private(), needs=~is_development())
    assert row.row(0) == (offers, needs)


NET = {
    "nuggets": {
        "src/Nuggets/Nuggets.csproj": '<Project Sdk="Microsoft.NET.Sdk"></Project>\n',
        "src/Nuggets/Box.cs": "namespace Nuggets;\npublic class Box { public void Open() {} }\n",
        "src/Nuggets/Extra.cs": (
            "namespace Microsoft.Extensions.Hosting { public class More {} }\nnamespace System { class Index {} }\n"
        ),
    },
    "shop": {
        "Shop/Shop.csproj": (
            '<Project Sdk="Microsoft.NET.Sdk"><ItemGroup>'
            '<PackageReference Include="NUGGETS" Version="2.1.0" /></ItemGroup></Project>\n'
        ),
        "Shop/Sale.cs": "using System;\nusing Microsoft.Extensions.Hosting;\nusing Nuggets;\nclass Sale {}\n",
    },
    "rick": {
        "rick.gemspec": "Gem::Specification.new 'Rick'\n",
        "lib/rick.rb": "module Rick\nend\n",
        "lib/rick/tea.rb": "module Rick\nend\n",
    },
    "site": {"Gemfile": "gem 'Rick'\n", "lib/site.rb": "require 'rick'\nrequire 'rick/tea'\nrequire 'json'\n"},
}


def test_packages_and_namespaces_of_dotnet_and_files_of_gems_are_found(tmp_path: Path) -> None:
    """Not what a repository adds to the namespaces of .NET itself."""
    for name, contents in NET.items():
        write(tmp_path / name, contents)
    (tmp_path / "fleet.toml").write_text("".join(f"[[repository]]\npath = '{name}'\n" for name in NET))
    links = fleets.build(fleets.load(tmp_path)).lake.links().collect()
    assert set(links.select("repo", "kind", "spelling", "to_repo", "to_file").rows()) == {
        ("shop", "requires", "nuggets", "nuggets", None),
        ("shop", "imports", "Nuggets", "nuggets", "file/src/Nuggets/Box.cs"),
        ("site", "requires", "Rick", "rick", None),
        ("site", "imports", "rick", "rick", "file/lib/rick.rb"),
        ("site", "imports", "rick/tea", "rick", "file/lib/rick/tea.rb"),
    }


# --- the lake ---------------------------------------------------------------------------------------------------------


def test_other_tools_read_the_lake_by_its_partitions(built: fleets.FleetReport) -> None:
    frame = pl.read_parquet(built.lake.folder / "files/**/*.parquet", hive_partitioning=True)
    assert set(frame["repo"]) == set(built.lake.catalog.names)
    assert frame.height == built.lake.scan("files").collect().height
    assert json.loads((built.lake.folder / "catalog.json").read_bytes())["fleet"] == "small"


def test_quads_have_a_graph_for_each_repository(built: fleets.FleetReport) -> None:
    out = io.BytesIO()
    quads.write(built.lake, out)
    dataset = list(pyoxigraph.parse(out.getvalue(), pyoxigraph.RdfFormat.N_QUADS))
    names = {quad.graph_name.value for quad in dataset}
    entries = built.lake.catalog.repositories
    assert names == {quads.graph_name(each.current.base, each.current.rev) for each in entries} | {
        quads.links_name("small")
    }
    app = built.lake.catalog["app"].current.base
    geo = built.lake.catalog["geo"].current.base
    assert (f"{app}file/app/native.cpp", f"{geo}file/include/geo/point.h") in {
        (quad.subject.value, quad.object.value)
        for quad in dataset
        if quad.graph_name.value == quads.links_name("small")
    }


def test_a_table_of_the_lake_that_is_damaged_is_named_and_made_again(tmp_path: Path) -> None:
    fleet = small_fleet(tmp_path, "keep = 2")
    lake = fleets.build(fleet).lake
    rows = lake.scan("files").collect()
    assert lake.find_damage() is None
    for table in ("files/repo=a", "links"):
        (part,) = (lake.folder / table).glob("*/part-0.parquet")
        whole = part.read_bytes()
        part.unlink()  # it is a link to the table of the graph
        part.write_bytes(whole[:-9])
        error = lake.find_damage()
        assert error is not None and (error.where, error.hint.split("`")[1]) == (str(part), "kgraph fleet build")
        with pytest.raises(GraphError, match="is damaged: it does not begin and end as a Parquet file"):
            (lake.links() if table == "links" else lake.scan("files")).collect()
        lake = fleets.build(fleet).lake
        assert lake.find_damage() is None
        assert lake.scan("files").collect().equals(rows)


def test_interfaces_that_are_damaged_are_made_again(tmp_path: Path) -> None:
    fleet = small_fleet(tmp_path)
    fleets.build(fleet)
    for cut in (True, False):
        (part,) = (fleet.home / "interfaces/a").glob("*/provisions.parquet")
        content = part.read_bytes()
        part.write_bytes(content[:20] if cut else content[:8] + bytes(len(content) - 16) + content[-8:])
        write(tmp_path, {"b/y.py": f"import x\ny = {cut}\n"})
        assert fleets.build(fleet).lake.links().collect()["to_repo"].to_list() == ["a"]


def small_fleet(tmp_path: Path, settings: str = "") -> LoadedFleet:
    write(tmp_path, {"a/x.py": "x = 1\n", "b/y.py": "y = 1\n"})
    (tmp_path / "fleet.toml").write_text(f"{settings}\n[[repository]]\npath = '[ab]'\n")
    return fleets.load(tmp_path)


def revisions(lake: fleets.Lake, name: str) -> set[str]:
    return {path.name for path in (lake.folder / "files" / f"repo={name}").iterdir()}


def test_only_what_changed_is_built_and_what_is_old_goes(tmp_path: Path) -> None:
    fleet = small_fleet(tmp_path)
    before = fleets.build(fleet).lake
    write(tmp_path, {"a/x.py": "x = 2\n"})
    report = fleets.build(fleet)
    assert {each.name: each.state for each in report.members} == {"a": "built", "b": "unchanged"}
    after = report.lake.catalog
    assert (before.catalog["b"].current, before.catalog["a"].current) != (after["b"].current, after["a"].current)
    assert before.catalog["b"] == after["b"]
    assert revisions(report.lake, "a") == {f"rev={after['a'].current.rev}"}
    (tmp_path / "fleet.toml").write_text("[[repository]]\npath = 'b'\n")
    lake = fleets.build(fleets.load(tmp_path)).lake
    assert lake.catalog.names == ("b",)
    assert not (lake.folder / "files/repo=a").exists()


def test_as_many_revisions_stay_as_are_asked_for(tmp_path: Path) -> None:
    fleet = small_fleet(tmp_path, "keep = 2")
    for number in range(4):
        write(tmp_path, {"a/x.py": f"x = {number}\n"})
        lake = fleets.build(fleet).lake
    entry = lake.catalog["a"]
    assert revisions(lake, "a") == {f"rev={each.rev}" for each in (entry.current, *entry.earlier)}
    assert len(entry.earlier) == 1


def test_what_fails_costs_itself_and_is_told(tmp_path: Path) -> None:
    write(tmp_path, {"b/y.py": "y = 1\n"})
    sdist(tmp_path / "index", "a", "1", {"x.py": "x = 1\n"})
    text = "[[packages]]\nnames = ['a%s']\nindex = 'index'\n[[repository]]\npath = 'b'\n"
    (tmp_path / "fleet.toml").write_text(text % "")
    kept = fleets.build(fleets.load(tmp_path)).lake.catalog["a"].current
    (tmp_path / "fleet.toml").write_text(text % ">1")
    write(tmp_path, {"b/y.py": "y = 3\n"})
    report = fleets.build(fleets.load(tmp_path))
    assert {each.name: each.state for each in report.members} == {"a": "failed", "b": "built"}
    entry = report.lake.catalog["a"]
    assert entry.current == kept
    assert "no source distribution of a>1" in entry.error
    done = run_command("fleet", "status", "-F", tmp_path)
    assert done.returncode == 1
    assert "the last build failed" in done.stdout


def test_a_process_that_dies_costs_its_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fleet = small_fleet(tmp_path)
    monkeypatch.setattr(building, "Executor", DyingExecutor)
    report = fleets.build(fleet)
    assert [each.name for each in report.failed] == ["a"]
    assert "died" in report.failed[0].error
    assert report.lake.catalog.names == ("b",)


class DyingExecutor(futures.ThreadPoolExecutor):
    """Does the work here, but that of `a`, whose process dies."""

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> futures.Future[Any]:
        done: futures.Future[Any] = futures.Future()
        if args[0].member.name == "a":
            done.set_exception(ProcessDiedError(-9, []))
        else:
            done.set_result(fn(*args, **kwargs))
        return done


def test_one_build_at_a_time(tmp_path: Path) -> None:
    fleet = small_fleet(tmp_path)
    with building._claim(fleet.home), pytest.raises(GraphError, match="another build"):
        fleets.build(fleet)


def test_a_lake_of_another_version_is_refused(tmp_path: Path) -> None:
    fleet = small_fleet(tmp_path)
    lake = fleets.build(fleet).lake
    path = lake.folder / "catalog.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "schema": 1}))
    with pytest.raises(GraphError, match="another version"):
        fleets.Lake.open(fleet.home)
    path.write_text("{")
    with pytest.raises(GraphError, match="cannot be read"):
        fleets.Lake.open(fleet.home)


# --- sources ----------------------------------------------------------------------------------------------------------


def run_command(*args: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "kgraph", *map(str, args)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def git(folder: Path, *args: str) -> str:
    command = ["git", "-c", "user.name=n", "-c", "user.email=e@x", *args]
    return subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout.strip()


def test_a_clone_is_brought_and_updated(tmp_path: Path) -> None:
    origin = repository(tmp_path / "origin", {"a.py": "x = 1\n"})
    git(origin, "tag", "v1")
    write(
        tmp_path,
        {
            "f/fleet.toml": f"[[repository]]\nurl = '{origin.as_uri()}'\n[[repository]]\npath = '{origin}'\n"
            "revision = 'v1'\nname = 'old'\n"
        },
    )
    fleet = fleets.load(tmp_path / "f")
    first = fleets.build(fleet).lake.catalog
    assert first["origin"].current.revision == git(origin, "rev-parse", "HEAD")
    write(origin, {"b.py": "y = 1\n"})
    git(origin, "add", "-A")
    git(origin, "commit", "-qm", "two")
    assert [each.state for each in fleets.build(fleet).members] == ["unchanged", "unchanged"]
    updated = fleets.build(fleet, update=True)
    assert {each.name: each.state for each in updated.members} == {"origin": "built", "old": "unchanged"}
    assert updated.lake.catalog["origin"].current.counts["files"] == 2
    assert updated.lake.catalog["old"].current == first["old"].current


@pytest.mark.parametrize("url", ["ext::sh -c 'touch ran'", "--upload-pack=touch ran", "nothing://x"])
def test_no_address_starts_a_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match="git clone"):
        clones.check_out(url, "", tmp_path / "sources/x", update=False)
    assert not (tmp_path / "ran").exists()
    assert not (tmp_path / "sources/x").exists()


def test_hooks_of_the_origin_do_not_run(tmp_path: Path) -> None:
    origin = repository(tmp_path / "origin", {"a.py": "x = 1\n"})
    template = tmp_path / "template/hooks"
    template.mkdir(parents=True)
    (template / "post-checkout").write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\n")
    (template / "post-checkout").chmod(0o755)
    (tmp_path / "config").write_text(f"[init]\n\ttemplateDir = {tmp_path / 'template'}\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "config"))
        assert (clones.check_out(str(origin), "", tmp_path / "s/x", update=False) / "a.py").exists()
    assert not (tmp_path / "ran").exists()


def test_a_revision_that_is_not_there(tmp_path: Path) -> None:
    origin = repository(tmp_path / "origin", {"a.py": "x = 1\n"})
    with pytest.raises(InputError, match="no revision 'v9'"):
        clones.check_out(str(origin), "v9", tmp_path / "s/x", update=False)


def sdist(folder: Path, name: str, version: str, contents: dict[str, str], links: dict[str, str] | None = None) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / f"{name}-{version}.tar.gz"
    with tarfile.open(path, "w:gz") as tar:
        for file, text in contents.items():
            member = tarfile.TarInfo(f"{name}-{version}/{file}")
            member.size = len(text)
            tar.addfile(member, io.BytesIO(text.encode()))
        for file, target in (links or {}).items():
            member = tarfile.TarInfo(f"{name}-{version}/{file}")
            member.type, member.linkname = tarfile.SYMTYPE, target
            tar.addfile(member)
    return path


def test_packages_of_a_folder(tmp_path: Path) -> None:
    repository(tmp_path, {".gitignore": "ignored\n"})  # which the packages lie in, and which is not theirs
    index = tmp_path / "index"
    for version in ("1.0", "1.5", "2.0rc1"):
        sdist(index, "my_lib", version, {"pyproject.toml": "", "my_lib/__init__.py": f"V = '{version}'\n"})
    sdist(index, "user", "1", {"setup.py": "", "user.py": "from my_lib import V\n", "ignored": "x"})
    (tmp_path / "fleet.toml").write_text("[[packages]]\nnames = ['My.Lib<2', 'user']\nindex = 'index'\n")
    lake = fleets.build(fleets.load(tmp_path)).lake
    assert lake.catalog["my-lib"].current.version == "1.5"
    assert lake.catalog["user"].current.revision == ""
    assert lake.catalog["user"].current.counts["files"] == 3
    (link,) = lake.links().collect().to_dicts()
    assert (link["repo"], link["to_repo"], link["name"]) == ("user", "my-lib", "V")
    sdist(index, "my_lib", "1.6", {"pyproject.toml": "", "my_lib/__init__.py": "V = 6\n"})
    assert fleets.build(fleets.load(tmp_path)).lake.catalog["my-lib"].current.version == "1.5"
    assert fleets.build(fleets.load(tmp_path), update=True).lake.catalog["my-lib"].current.version == "1.6"


def test_an_archive_cannot_leave_its_folder(tmp_path: Path) -> None:
    sdist(tmp_path / "index", "bad", "1", {"../../out.py": "x", "in.py": "y"}, {"link": "/etc", "up": "../../.."})
    where = tmp_path / "s/bad"
    with pytest.MonkeyPatch.context():
        root, version = downloads.unpack_package("bad", str(tmp_path / "index"), where, update=False)
    assert version == "1"
    assert sorted(path.name for path in root.iterdir()) == ["in.py"]
    assert not list(tmp_path.glob("**/out.py"))


def test_what_a_killed_build_left_is_in_nobodys_way(tmp_path: Path) -> None:
    sdist(tmp_path / "index", "lib", "1", {"x.py": ""})
    where = tmp_path / "s/lib"
    where.parent.mkdir()
    (tmp_path / "s/.lib.part").mkdir()
    (tmp_path / "s/.lib.part/half.py").write_text("")
    (tmp_path / "s/.lib.archive").write_bytes(b"half")
    root, _ = downloads.unpack_package("lib", str(tmp_path / "index"), where, update=False)
    assert [path.name for path in root.iterdir()] == ["x.py"]
    assert sorted(path.name for path in where.parent.iterdir()) == ["lib", "lib.package.json"]


def test_a_zip_is_unpacked_within_its_folder(tmp_path: Path) -> None:
    index = tmp_path / "index"
    index.mkdir()
    with zipfile.ZipFile(index / "old-1.zip", "w") as archive:
        for name in ("old-1/pkg/in/__init__.py", "old-1/../../out.py", "old-1//abs.py", "old-1/a\\..\\..\\b.py"):
            archive.writestr(name, "x = 1\n")
        archive.writestr("old-1/empty/", "")
    root, version = downloads.unpack_package("old", str(index), tmp_path / "s/old", update=False)
    assert version == "1"
    assert [path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()] == ["pkg/in/__init__.py"]
    assert not list(tmp_path.glob("**/out.py")) and not list(tmp_path.glob("**/abs.py"))
    sdist(index, "old", "1", {"tar.py": ""})  # of both, the one that everybody makes today
    root, _ = downloads.unpack_package("old", str(index), tmp_path / "s/again", update=False)
    assert [path.name for path in root.iterdir()] == ["tar.py"]
    (index / "old-2.zip").write_bytes(b"PK no archive")
    with pytest.raises(InputError, match="no archive"):
        downloads.unpack_package("old>1", str(index), tmp_path / "s/old", update=False)


@pytest.mark.parametrize("form", ["json", "html"])
def test_a_withdrawn_version_is_taken_where_it_is_pinned(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    for version in ("1", "2", "3"):
        sdist(tmp_path, "lib", version, {"x.py": f"V = {version}\n"})
    listed = [{"filename": f"lib-{v}.tar.gz", "url": f"/lib-{v}.tar.gz", "yanked": v == "3"} for v in "123"]
    links = [f'<a href="/lib-{v}.tar.gz" {"data-yanked=broken" if v == "3" else ""}>' for v in "123"]
    body = json.dumps({"files": listed}) if form == "json" else "".join(links)
    monkeypatch.setattr(downloads, "page", lambda address, _: (body.encode(), f"text/{form}", address))

    def version_of(requirement: str) -> str:
        return downloads._choose(Requirement(requirement), "https://index.invalid/simple").version

    assert [version_of(each) for each in ("lib", "lib>1", "lib==3", "lib<2")] == ["2", "2", "3", "1"]
    with pytest.raises(InputError, match="no source distribution"):
        version_of("lib==3.*")


def test_a_package_that_is_not_there(tmp_path: Path) -> None:
    sdist(tmp_path / "index", "lib", "1", {"x.py": ""})
    with pytest.raises(InputError, match="no source distribution of lib>2") as raised:
        downloads.unpack_package("lib>2", str(tmp_path / "index"), tmp_path / "s/lib", update=False)
    assert "1" in raised.value.hint
    (tmp_path / "index/lib-3.tar.gz").write_bytes(b"no archive")
    with pytest.raises(InputError, match="no archive"):
        downloads.unpack_package("lib>2", str(tmp_path / "index"), tmp_path / "s/lib", update=False)
    assert list((tmp_path / "s").iterdir()) == []


# --- the command ------------------------------------------------------------------------------------------------------


def test_the_commands(built: fleets.FleetReport, folder: Path) -> None:
    done = run_command("fleet", "status", "-F", folder)
    assert done.returncode == 0
    assert "app: " in done.stdout and "6 repositories, " in done.stdout
    rows = json.loads(run_command("fleet", "users", "geo", "-F", folder, "-f", "json").stdout)
    assert [row["path"] for row in rows] == ["app/native.cpp"]
    asked = run_command("fleet", "users", "geo", "-F", folder, "-f", "csv")
    assert asked.stdout.startswith("repo,path,line,")
    assert asked.stderr == ""  # what others offer equally says nothing of this one
    assert "1 directive is offered by several" in run_command("fleet", "users", "one", "-F", folder).stderr
    wrong = run_command("fleet", "sql", "SELECT nothing FROM nowhere", "-F", folder)
    assert wrong.returncode == 2
    assert "links" in wrong.stderr
    again = run_command("fleet", "build", "-F", folder, "--json")
    assert {each["state"] for each in json.loads(again.stdout)["repositories"]} == {"unchanged"}


def test_ctrl_c_is_heard_while_repositories_are_built() -> None:
    """Though polars is imported, whose handler of the signal wakes no thread that waits for ever."""
    program = (
        "import os, polars, signal, threading\n"
        "from concurrent import futures\n"
        "from kgraph.processes.executor import as_completed\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "polars.DataFrame({'a': [1]}).lazy().select(polars.col('a') + 1).collect()\n"
        "done, never = futures.Future(), futures.Future()\n"
        "done.set_result(1)\n"
        "threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT)).start()\n"
        "try:\n"
        "    for future in as_completed([done, never]):\n"
        "        print(future.result())\n"
        "except KeyboardInterrupt:\n"
        "    print('heard')\n"
    )
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=120, check=False)
    assert ended.stdout.split() == ["1", "heard"]


def test_what_is_not_built_is_said(tmp_path: Path) -> None:
    """Of a repository that never was, with the reason; answers that may lack it say so, an empty one above all."""
    repository(tmp_path / "one", {"one.py": "def f():\n    return 1\n"})
    missing = (tmp_path / "missing.git").as_uri()
    text = (
        f"[options]\nhistory = false\n[[repository]]\npath = 'one'\n[[repository]]\nurl = '{missing}'\nname = 'gone'\n"
    )
    (tmp_path / "fleet.toml").write_text(text)
    done = run_command("fleet", "build", "-F", tmp_path)
    assert done.returncode == 1
    assert "1 repository, 0 links" in done.stdout
    status = run_command("fleet", "status", "-F", tmp_path)
    assert status.returncode == 1
    assert "gone: not built: " in status.stdout and "does not" in status.stdout
    for command in (("sql", "SELECT * FROM links"), ("duplicates",), ("query", "most-included"), ("export", "-o", "-")):
        assert "not built, and in no answer: gone" in run_command("fleet", *command, "-F", tmp_path).stderr, command
    assert "not built yet: gone" in run_command("fleet", "users", "nobody.knows", "-F", tmp_path).stderr


# --- rules over repositories ------------------------------------------------------------------------------------------


@pytest.fixture
def now(built: fleets.FleetReport) -> fleets.Lake:
    """The lake as other tests have left it."""
    return fleets.Lake.open(built.lake.folder.parent)


def broken(lake: fleets.Lake, tmp_path: Path, rule: str, **options: Any) -> list[tuple[str, int, str]]:
    (tmp_path / "rules.toml").write_text(f'[[rule]]\nname = "r"\n{rule}\n')
    report = check_fleet(lake, [tmp_path / "rules.toml"], **options)
    return [(each.path, each.line, each.message) for each in report.violations]


def test_layers_of_repositories(now: fleets.Lake, tmp_path: Path) -> None:
    right = 'type = "layers"\nlayers = ["/app/", "/shapes/ | /geo/ | /wire/"]'
    assert broken(now, tmp_path, right) == []
    wrong = broken(now, tmp_path, 'type = "layers"\nlayers = ["/shapes/ | /geo/", "/app/"]')
    assert ("app/app/native.cpp", 1, "includes geo/include/geo/point.h: /geo/ is above /app/") in wrong
    assert ("app/app/main.py", 3, "imports shapes/src/shapes/area.py: /shapes/ is above /app/") in wrong
    assert ("app/pyproject.toml", 4, "requires shapes: /shapes/ is above /app/") in wrong


def test_what_a_repository_must_not_need(now: fleets.Lake, tmp_path: Path) -> None:
    wrong = broken(now, tmp_path, 'type = "forbidden"\nfrom = "/app/"\nto = "/wire/"')
    assert ("app/main.go", 6) in {(path, line) for path, line, _ in wrong}
    assert not broken(now, tmp_path, 'type = "forbidden"\nfrom = "/wire/"\nto = "/app/"')
    # What two repositories offer breaks a rule on both, and none on one of them.
    several = now.links().filter(pl.col("to_repo").is_null()).collect()
    one, two = several["candidates"][0].to_list()
    line = several["line"][0]
    for to, is_told in (f'["/{one}/"]', False), (f'["/{one}/", "/{two}/"]', True):
        found = broken(now, tmp_path, f'type = "forbidden"\nfrom = "/app/"\nto = {to}')
        assert any(path == "app/app/native.cpp" and at == line for path, at, _ in found) is is_told


def test_a_ring_of_repositories(tmp_path: Path) -> None:
    names = ("one", "two")
    for own, other in (names, names[::-1]):
        repository(
            tmp_path / own,
            {
                "pyproject.toml": f'[project]\nname = "{own}"\nversion = "1"\n',
                f"{own}/__init__.py": f"import {other}\n",
            },
        )
    (tmp_path / "fleet.toml").write_text("[[repository]]\npath = 'one'\n[[repository]]\npath = 'two'\n")
    lake = fleets.build(fleets.load(tmp_path)).lake
    assert broken(lake, tmp_path, 'type = "acyclic"') == [
        ("one/one/__init__.py", 1, "a cycle of 2 repositories: one → two → one")
    ]
    assert broken(lake, tmp_path, 'type = "acyclic"\nwithin = "/one/"') == []


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ('type = "limit"\nlines = 3', "a rule of type limit is about one repository"),
        ('type = "layers"\nlayers = ["/a/", "/b/"]\nedges = ["needs"]', "no repository needs another without"),
    ],
)
def test_what_is_no_rule_over_repositories(now: fleets.Lake, tmp_path: Path, rule: str, said: str) -> None:
    with pytest.raises(InputError, match=said) as raised:
        broken(now, tmp_path, rule)
    assert raised.value.where == f"{tmp_path}/rules.toml:1"


def test_a_query_is_no_rule_over_repositories(now: fleets.Lake, tmp_path: Path) -> None:
    (tmp_path / "rule.rq").write_text("# Nothing.\n# rule: r\nSELECT ?file WHERE { ?file a <urn:x> }\n")
    with pytest.raises(InputError):
        check_fleet(now, [tmp_path / "rule.rq"])


def test_a_repository_that_is_not_built_leaves_a_rule_undecided(now: fleets.Lake, tmp_path: Path) -> None:
    (tmp_path / "rules.toml").write_text('[[rule]]\nname = "r"\ntype = "forbidden"\nfrom = "/wire/"\nto = "/app/"\n')
    report = check_fleet(now, [tmp_path / "rules.toml"], missing=["lost"])
    assert "not decided: 1 repository is not built, such as lost" in map(str, report.undecided)


def test_the_command_that_checks(built: fleets.FleetReport, folder: Path, tmp_path: Path) -> None:
    rules = tmp_path / "rules.toml"
    rules.write_text('[[rule]]\nname = "no-geo"\ntype = "forbidden"\nfrom = "/app/"\nto = "/geo/"\n')
    ran = run_command("fleet", "check", rules, "-F", folder)
    assert ran.returncode == 1
    assert "app/app/native.cpp:1: error: includes geo/include/geo/point.h [no-geo]" in ran.stdout
    rules.write_text('[[rule]]\nname = "fine"\ntype = "forbidden"\nfrom = "/geo/"\nto = "/app/"\n')
    ran = run_command("fleet", "check", rules, "-F", folder)
    assert (ran.returncode, ran.stdout) == (0, "")
    assert "no violation of 1 rule" in ran.stderr


def test_a_state_that_is_gone_has_no_answer(tmp_path: Path) -> None:
    fleet = small_fleet(tmp_path)
    before = fleets.build(fleet).lake
    write(tmp_path, {"a/x.py": "x = 2\n"})
    fleets.build(fleet)
    with pytest.raises(GraphError, match="built again meanwhile"):
        before.links()
