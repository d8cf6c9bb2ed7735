"""Comparing: what git says of files, what changed of symbols and includes, and patches that are exact."""

from __future__ import annotations

import json
import os
import re
import subprocess
import warnings
from pathlib import Path

import polars as pl
import pyoxigraph as ox
import pytest
import rdflib
from click.testing import CliRunner, Result

import kgraph.api
from kgraph.cli import main
from kgraph.cli.diff import FORMATS
from kgraph.diff import FORMATS as LIBRARY_FORMATS
from kgraph.diff import Comparison, Difference, Patch, compare_graphs
from kgraph.diff.compare import compare
from kgraph.diff.revisions import RevisionContext, graph_of
from kgraph.diff.sections import sections
from kgraph.errors import GraphError, InputError
from kgraph.model import Graph
from kgraph.pipeline.options import BuildOptions
from kgraph.pipeline.recorded import load_recorded_options
from kgraph.vocab.iri import encode_segment
from kgraph.vocab.triples import lines

HOSTILE = "src/a b#1%`|]<script>'\"é\n.h"
NOT_UTF8 = os.fsdecode(b"src/\xff.h")
BODY = "".join(f"  total += {number};\n" for number in range(40))
OLD = {
    "lib/api.h": '#pragma once\n#include "lib/util.h"\n#include <vector>\n\n'
    "class Shape {\n public:\n  double area(int scale);\n  void draw();\n};\n"
    "int moves(int x);\nint goes();\n/// Says one thing.\nint told();\n",
    "lib/util.h": "#pragma once\ninline int helper() {\n  int total = 0;\n" + BODY + "  return total;\n}\n",
    "lib/other.h": '#include "lib/util.h"\nint stays();\n',
    "lib/one.cpp": '#include "lib/api.h"\nint moves(int x) { return x; }\nstatic int own() { return 1; }\n',
    "lib/two.cpp": '#include "lib/api.h"\n',
    "py/pkg/__init__.py": "",
    "py/pkg/old_name.py": "class Thing:\n    def work(self, n):\n        return n\n\ndef lone(a):\n"
    + "    a += 1\n" * 30,
    "py/pkg/from_here.py": "def travels(first, second):\n    return first\n",
    "py/pkg/to_there.py": "x = 1\n",
    "tool": "#!/usr/bin/env python3\ndef main(): ...\n",
    "doc.md": "# Title\n\nSee [api](lib/api.h).\n",
    "gone.h": "struct Gone {\n  int member;\n  int other;\n};\n",
    "empty": "",
    "dos.bat": "echo a\r\necho b\r\n",
    HOSTILE: "int hostile();\n",
    NOT_UTF8: "int bytes();\n",
}
NEW = {
    "lib/api.h": OLD["lib/api.h"]
    .replace("lib/util.h", "lib/tools/helpers.h")
    .replace("double area(int scale);", "double area(long scale, bool round);\n  int fresh;")
    .replace("int goes();\n", "")
    .replace("one thing", "another thing"),
    "lib/tools/helpers.h": OLD["lib/util.h"].replace("+= 7;", "+= 70;"),
    "lib/other.h": '#include "lib/tools/helpers.h"\nint stays();\n',
    "lib/one.cpp": '#include "lib/api.h"\nstatic int own() { return 1; }\n',
    "lib/two.cpp": '#include "lib/api.h"\n#include <map>\nint moves(int x) { return x; }\n',
    "py/pkg/new_name.py": OLD["py/pkg/old_name.py"].replace("def work(self, n)", "def work(self, n, m=1)"),
    "py/pkg/from_here.py": "y = 1\n",
    "py/pkg/to_there.py": "x = 1\n\ndef travels(first, second):\n    return second\n",
    "tool": OLD["tool"],
    "doc.md": "# Title\n\nSee [api](lib/other.h).\n",
    "come.h": "struct Come {\n  int member;\n};\n",
    HOSTILE: "int hostile(int now);\n",
} | {path: OLD[path] for path in ("py/pkg/__init__.py", "empty", "dos.bat", NOT_UTF8)}


def git(root: Path, *args: str) -> str:
    options = ("-c", "user.name=n", "-c", "user.email=e@example.org", "-c", "commit.gpgsign=false")
    return subprocess.run(["git", *options, *args], cwd=root, check=True, capture_output=True, text=True).stdout


def put(root: Path, files: dict[str, str]) -> None:
    for path in root.rglob("*"):
        if path.is_file() and not {".git", ".kgraph"} & set(path.relative_to(root).parts):
            path.unlink()
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(text.encode())
    (root / "tool").chmod(0o755 if files is NEW else 0o644)


def repository(root: Path) -> Path:
    """A repository with two commits, `old` and `new`."""
    root.mkdir()
    git(root, "init", "-q")
    for name, files in (("old", OLD), ("new", NEW)):
        put(root, files)
        git(root, "add", "-A")
        git(root, "commit", "-q", "-m", name)
        git(root, "tag", name)
    return root


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return repository(tmp_path_factory.mktemp("diff") / "tree")


@pytest.fixture(scope="module")
def compared(root: Path) -> Comparison:
    return compare_graphs("old", "new", root)


@pytest.fixture(scope="module")
def difference(compared: Comparison) -> Difference:
    return compared.difference


def triples(graph: Graph) -> set[str]:
    return {line for part in lines(graph.tables, graph.repository.base) for line in part}


def symbol_id(key: str) -> str:
    kind, _, rest = key.rpartition("/")
    return f"symbol/cpp/{kind}/{encode_segment(rest)}"


class TestFiles:
    def test_they_are_what_git_says(self, root: Path, difference: Difference) -> None:
        letters = {"added": "A", "removed": "D", "modified": "M", "renamed": "R", "mode": "M"}
        ours = [
            (letters[each.status], *([each.former] if each.status == "renamed" else []), each.path)
            for each in difference.files
        ]
        fields = iter(git(root, "diff", "--name-status", "-M", "-z", "old", "new").split("\0")[:-1])
        theirs = [(status[0], *[next(fields) for _ in range(2 if status[0] == "R" else 1)]) for status in fields]
        assert sorted(ours) == sorted(theirs)
        assert {status for status, *_ in ours} == {"A", "D", "M", "R"}

    def test_what_else_is_told(self, difference: Difference) -> None:
        by_path = {each.path: each for each in difference.files}
        assert (by_path["tool"].status, by_path["come.h"].lines, by_path["come.h"].symbols) == ("mode", 3, 2)
        assert (by_path["gone.h"].former_lines, by_path["gone.h"].symbols) == (4, 3)
        renamed = by_path["lib/tools/helpers.h"]
        assert (renamed.status, renamed.former, renamed.similarity) == ("renamed", "lib/util.h", 97)

    def test_submodules(self, tmp_path: Path) -> None:
        root = repository(tmp_path / "tree")
        git(root, "update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},third/lib")
        git(root, "commit", "-q", "-m", "a")
        git(root, "update-index", "--cacheinfo", f"160000,{'2' * 40},third/lib")
        git(root, "commit", "-q", "-m", "b")
        (change,) = compare_graphs("HEAD~1", "HEAD", root).difference.files
        assert (change.status, change.path) == ("modified", "third/lib")

    def test_without_git_equal_content_is_a_rename(self, tmp_path: Path) -> None:
        for side, names in (("a", ["one/x.h", "one/y.h", "empty"]), ("b", ["two/y.h", "two/z.h", "void"])):
            for name in names:
                (tmp_path / side / "r" / name).parent.mkdir(parents=True, exist_ok=True)
                (tmp_path / side / "r" / name).write_text("" if "/" not in name else "int same();\n")
            kgraph.api.build(tmp_path / side / "r", jobs=1).close()
        found = compare_graphs(str(tmp_path / "a/r"), str(tmp_path / "b/r")).difference
        assert [(each.status, each.former, each.path) for each in found.files] == [
            ("added", "", "void"),
            ("removed", "empty", "empty"),
            ("renamed", "one/y.h", "two/y.h"),
            ("renamed", "one/x.h", "two/z.h"),
        ]
        assert found.symbols == ()


class TestSymbols:
    def of(self, difference: Difference, what: str) -> list[tuple[str, str]]:
        return [
            (each.kind, each.name)
            for each in difference.symbols
            if each.what == what and not each.with_file and each.kind != "Heading"
        ]

    def test_signatures(self, difference: Difference) -> None:
        found = [
            (each.name, each.former_signature, each.signature)
            for each in difference.symbols
            if each.what == "signature"
        ]
        assert found == [
            ("Shape::area", "double area(int scale)", "double area(long scale, bool round)"),
            ("pkg.new_name.Thing.work", "def work(self, n)", "def work(self, n, m=1)"),
            ("hostile", "int hostile()", "int hostile(int now)"),
        ]

    def test_added_and_removed(self, difference: Difference) -> None:
        assert self.of(difference, "added") == [("Field", "Shape::fresh"), ("Variable", "pkg.from_here.y")]
        assert self.of(difference, "removed") == [("Function", "goes")]

    def test_those_of_whole_files(self, difference: Difference) -> None:
        whole = {
            (each.what, each.name or each.former_name, each.nested) for each in difference.symbols if each.with_file
        }
        assert whole >= {
            ("added", "Come", False),
            ("added", "Come::member", True),
            ("removed", "Gone", False),
            ("removed", "Gone::other", True),
        }
        gone = next(each for each in difference.symbols if each.former_name == "Gone")
        assert (gone.members, gone.former_place.line if gone.former_place else 0) == (2, 1)

    def test_moved(self, difference: Difference) -> None:
        moved = [
            (each.name, each.former_place.path if each.former_place else "", each.place.path if each.place else "")
            for each in difference.symbols
            if each.what == "moved"
        ]
        assert moved == [
            ("moves", "lib/one.cpp", "lib/two.cpp"),
            ("pkg.to_there.travels", "py/pkg/from_here.py", "py/pkg/to_there.py"),
        ]

    def test_renamed_with_their_file(self, difference: Difference) -> None:
        found = {(each.kind, each.former_name, each.name) for each in difference.symbols if each.what == "renamed"}
        assert found == {
            ("Module", "pkg.old_name", "pkg.new_name"),
            ("Class", "pkg.old_name.Thing", "pkg.new_name.Thing"),
            ("Function", "pkg.old_name.lone", "pkg.new_name.lone"),
        }
        assert not any("helper" in each.name for each in difference.symbols)

    def test_documentation(self, difference: Difference) -> None:
        (told,) = [each for each in difference.symbols if each.what == "documentation"]
        assert (told.name, told.details) == ("told", (("documentation", "Says one thing.", "Says another thing."),))


class TestSectionsOfDocuments:
    """Headings and keys have numbers in their ids where names repeat: one more above renumbers those below it."""

    def test_only_what_came_is_told(self, tmp_path: Path) -> None:
        root = tmp_path / "log"
        root.mkdir()
        git(root, "init", "-q")
        old = "# Log\n\n## 2\n\n### Fixed\n\na\n\n### Fixed\n\nb\n\n## 1\n\n### Fixed\n\nc\n"
        new = old.replace("## 2", "## 3\n\n### Fixed\n\n## 2")
        for name, text in (("old", old), ("new", new)):
            (root / "LOG.md").write_text(text)
            (root / "api.h").write_text("int api();\n")
            user = "int api();\nvoid uses() { api(); }\n" if name == "new" else "int api();\nvoid uses() { }\n"
            (root / "uses.cpp").write_text(user)
            git(root, "add", "-A")
            git(root, "commit", "-q", "-m", name)
            git(root, "tag", name)
        found = compare_graphs("old", "new", root).difference
        assert [(each.what, each.name) for each in found.symbols] == [("added", "Log/3"), ("added", "Log/3/Fixed")]
        shown = {each.title: each for each in sections(found)}
        assert "Signatures" not in shown
        assert shown["Calls"].summary == "1 added"


class TestIncludesAndEdges:
    def test_directives(self, difference: Difference) -> None:
        found = {(each.what, each.place.path, each.place.line, each.spelling) for each in difference.includes}
        assert found == {
            ("added", "lib/api.h", 2, "lib/tools/helpers.h"),
            ("removed", "lib/api.h", 2, "lib/util.h"),
            ("added", "lib/other.h", 1, "lib/tools/helpers.h"),
            ("removed", "lib/other.h", 1, "lib/util.h"),
            ("added", "lib/two.cpp", 2, "map"),
        }

    def test_one_that_leads_elsewhere(self, tmp_path: Path) -> None:
        root = tmp_path / "tree"
        root.mkdir()
        git(root, "init", "-q")
        (root / "src").mkdir()
        (root / "src/a.cpp").write_text('#include "sub/b.h"\n')
        for number, place in enumerate(("src/sub/b.h", "other/c.h")):
            (root / place).parent.mkdir(parents=True, exist_ok=True)
            (root / place).write_text(f"int f{number}();\n")
            git(root, "add", "-A")
            git(root, "commit", "-q", "-m", "m")
            (root / "src/sub/b.h").unlink(missing_ok=True)
        difference = compare_graphs("HEAD~1", "HEAD", root).difference
        (change,) = difference.includes
        (line,) = next(each for each in sections(difference) if each.title == "Includes and imports").lines
        assert line.note == "led to src/sub/b.h, leads to external"
        assert (change.what, change.former_targets, change.resolution) == ("changed", ("src/sub/b.h",), "external")

    def test_links(self, difference: Difference) -> None:
        assert [(each.what, each.kind, each.source, each.target) for each in difference.edges] == [
            ("added", "links", "doc.md", "lib/other.h"),
            ("removed", "links", "doc.md", "lib/api.h"),
        ]

    def test_edges_between_symbols(self) -> None:
        from graphs import small

        old = small()
        calls = [("method/geo::Shape::area() const", "method/geo::Shape::scale(double)"), ("class/geo::Shape", "x")]
        edges = [(symbol_id(a), "calls", symbol_id(b)) for a, b in calls]
        frame = pl.DataFrame(edges, schema=old["edges"].schema, orient="row")
        more = pl.DataFrame([{**old["symbols"].row(0, named=True), "id": symbol_id("x")}], schema=old["symbols"].schema)
        tables = dict(old.tables) | {
            "edges": pl.concat([old["edges"], frame]),
            "symbols": pl.concat([old["symbols"], more]),
        }
        found = compare(old, Graph(old.repository, tables), ("a", "b"))
        assert [(each.what, each.kind, each.source, each.target, each.with_node) for each in found.edges] == [
            ("added", "calls", "geo::Shape", "x", False),  # who calls what is new is news
            ("added", "calls", "geo::Shape::area() const", "geo::Shape::scale(double)", False),
        ]

    def test_relations_if_asked(self, root: Path, difference: Difference) -> None:
        assert {each.kind for each in difference.edges} == {"links"}
        related = compare_graphs("old", "new", root, related=True).difference
        assert {each.kind for each in related.edges} == {"links", "related"}


class TestPatches:
    def test_an_rdf_patch_is_exact(self, compared: Comparison, tmp_path: Path) -> None:
        with (tmp_path / "patch").open("wb") as out:
            compared.write("rdfpatch", out)
        store = rdflib.Dataset()
        store.default_graph.parse(data="".join(f"{line}\n" for line in triples(compared.old)), format="nt")
        with (tmp_path / "patch").open("rb") as patch, warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # its parser uses its own old names
            store.parse(patch, format="patch")
        expected = rdflib.Graph().parse(data="".join(f"{line}\n" for line in triples(compared.new)), format="nt")
        assert set(store.default_graph) == set(expected)
        text = (tmp_path / "patch").read_text("utf-8").splitlines()
        assert (text[0], text[-1]) == ("TX .", "TC .")
        assert [line for line in text if line[0] == "D"] == sorted(line for line in text if line[0] == "D")

    def test_an_update_is_exact(self, compared: Comparison, tmp_path: Path) -> None:
        with (tmp_path / "update").open("wb") as out:
            compared.write("sparql", out)
        store = ox.Store()
        store.load("".join(f"{line}\n" for line in triples(compared.old)).encode(), format=ox.RdfFormat.N_TRIPLES)
        store.update((tmp_path / "update").read_text("utf-8"))
        assert {f"{q.subject} {q.predicate} {q.object} ." for q in store} == triples(compared.new)

    def test_other_bases(self, compared: Comparison, root: Path, tmp_path: Path) -> None:
        kgraph.api.build(root, output=tmp_path / "g", base="https://example.org/x/", jobs=1).close()
        old = kgraph.api.open(tmp_path / "g").tables
        patch = Patch.between(old, compared.new)
        assert (triples(old) - set(patch.removed)) | set(patch.added) == triples(compared.new)
        assert len(patch.removed) == len(triples(old))

    def test_nothing_is_nothing(self, root: Path, tmp_path: Path) -> None:
        same = compare_graphs("new", "new", root)
        assert not same.difference
        for form, expected in (("sparql", b""), ("rdfpatch", b"TX .\nTC .\n"), ("text", b"")):
            with (tmp_path / form).open("wb") as out:
                same.write(form, out)
            assert (tmp_path / form).read_bytes() == expected


class TestRevisions:
    @pytest.mark.parametrize("related", [False, True])
    def test_a_revision_is_what_a_checkout_would_be(self, root: Path, tmp_path: Path, related: bool) -> None:
        clone = tmp_path / "clone" / root.name
        git(tmp_path, "clone", "-q", str(root), str(clone))
        git(clone, "checkout", "-q", "old")
        with kgraph.api.build(clone, jobs=1, base="https://example.org/x/", related=related) as built:
            expected = built.tables
        options = BuildOptions(base="https://example.org/x/", related=related)
        found = graph_of("old", RevisionContext.of(root, tmp_path / "graph"), options)
        for table in expected:
            assert found[table].equals(expected[table]), table
        assert found.repository.revision == git(root, "rev-parse", "old^{commit}").strip()

    def test_line_ends_of_a_checkout_are_no_change(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        root = repository(tmp_path / "tree")
        (root / "dos.bat").write_bytes(b"one\ntwo\n")
        (root / ".gitattributes").write_text("*.bat text eol=crlf\n")
        git(root, "add", "-A")
        git(root, "commit", "-q", "-m", "x")
        (root / "dos.bat").unlink()
        git(root, "checkout", "-q", "dos.bat")
        kgraph.api.build(root, jobs=1).close()
        monkeypatch.chdir(root)
        assert not compare_graphs("HEAD", ".").difference.files

    def test_the_graph_that_is_there_is_used(self, tmp_path: Path) -> None:
        root = repository(tmp_path / "tree")
        (root / ".gitattributes").write_text("*.bat text eol=crlf\n")
        git(root, "add", "-A", "--renormalize")
        git(root, "commit", "-q", "-m", "x")
        git(root, "rm", "-q", "--cached", "dos.bat")
        (root / "dos.bat").unlink()
        git(root, "reset", "-q", "--hard")
        assert (root / "dos.bat").stat().st_size == 16
        kgraph.api.build(root, jobs=1).close()
        for related in (True, False):
            options = BuildOptions(related=related)
            here = graph_of("HEAD", RevisionContext.of(root), options)
            assert not (root / ".kgraph/revisions").exists()
            anew = graph_of("HEAD", RevisionContext.of(root, tmp_path / f"anew-{related}"), options)
            assert all(here[table].equals(anew[table]) for table in anew)
        assert dict(here["files"].select("path", "size").rows())["dos.bat"] == 14

    def test_results_are_kept_but_not_all(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        root = repository(tmp_path / "tree")
        (root / "come.h").write_text("int f();\n")
        git(root, "commit", "-q", "-am", "more")
        where = RevisionContext.of(root)
        monkeypatch.setattr("kgraph.diff.revisions.KEPT", 2)
        for revision in ("HEAD", "new", "old"):
            graph_of(revision, where, BuildOptions(jobs=1))
        kept = [path for path in (root / ".kgraph/revisions").iterdir() if path.is_dir()]
        assert len(kept) == 2
        monkeypatch.setattr("kgraph.diff.revisions._read", None)
        assert graph_of("new", where, BuildOptions(jobs=1))["files"].height == len(NEW)

    def test_nothing_of_the_repository_is_touched(self, tmp_path: Path) -> None:
        root = repository(tmp_path / "tree")
        (root / "come.h").write_text("int uncommitted();\n")

        def state() -> list[tuple[str, float]]:
            files = [path for path in root.rglob("*") if ".kgraph" not in path.parts]
            return sorted((str(path), path.lstat().st_mtime) for path in files)

        before = state()
        compare_graphs("old", "new", root)
        assert state() == before
        assert "uncommitted" in (root / "come.h").read_text()

    def test_options_of_the_graph_are_kept(self, tmp_path: Path) -> None:
        root = repository(tmp_path / "tree")
        with kgraph.api.build(root, jobs=1, exclude=["py/"], base="https://example.org/x/") as graph:
            options = load_recorded_options(graph.manifest, root)
        assert options == BuildOptions(base="https://example.org/x/", exclude=("py/",))
        difference = compare_graphs("old", "new", root).difference
        assert not any(each.path.startswith("py/") for each in difference.files)
        assert difference.new.repository.base == "https://example.org/x/"

    def test_a_folder_of_a_repository(self, root: Path, tmp_path: Path) -> None:
        difference = compare_graphs("old", "new", root / "lib", tmp_path / "graph").difference
        assert [each.path for each in difference.files] == ["api.h", "one.cpp", "other.h", "two.cpp", "tools/helpers.h"]

    @pytest.mark.parametrize("side", ["nowhere", "-x", "", "a\0b", "new:lib", "old new"])
    def test_what_is_no_side(self, root: Path, side: str) -> None:
        with pytest.raises(InputError, match="neither a graph nor a revision"):
            compare_graphs(side, "new", root)

    def test_a_place_that_cannot_be_written(self, root: Path) -> None:
        with pytest.raises(GraphError, match="cannot keep facts there"):
            compare_graphs("old", "new", root, Path("/proc/none"))

    def test_what_git_lacks_is_told(self, tmp_path: Path) -> None:
        root = repository(tmp_path / "tree")
        blob = git(root, "rev-parse", "old:gone.h").strip()
        (root / ".git/objects" / blob[:2] / blob[2:]).unlink()
        with pytest.raises(InputError, match="does not have the content"):
            compare_graphs("old", "new", root)
        assert not (root / ".kgraph/current").exists()


def ran(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["diff", *map(str, arguments)])


class TestCommand:
    def test_text(self, root: Path) -> None:
        result = ran("old", "new", "--root", root)
        assert result.exit_code == 0
        told = result.stdout.splitlines()
        assert told[0] == "Files: 1 added, 1 removed, 8 modified, 2 renamed, 1 of another mode"
        assert "  + come.h  (3 lines; 2 symbols)" in told
        assert "  R lib/tools/helpers.h  (from lib/util.h, 97 % alike)" in told
        assert "  m tool  (the content is the same)" in told
        at = told.index("  ~ lib/api.h:7  method Shape::area")
        assert told[at + 1 : at + 3] == [
            "      - double area(int scale)",
            "      + double area(long scale, bool round)",
        ]
        assert any("script" in line and "↵" in line for line in told)

    def test_limit(self, root: Path) -> None:
        told = ran("old", "new", "--root", root, "-n", "1").stdout.splitlines()
        assert told[:3] == [
            "Files: 1 added, 1 removed, 8 modified, 2 renamed, 1 of another mode",
            "  + come.h  (3 lines; 2 symbols)",
            "  … and 12 more",
        ]

    def test_json(self, root: Path) -> None:
        told = json.loads(ran("old", "new", "--root", root, "-f", "json").stdout)
        assert told["new"]["revision"] == git(root, "rev-parse", "new^{commit}").strip()
        assert {each["status"] for each in told["files"]} == {"added", "removed", "modified", "renamed", "mode"}
        assert told["symbols"][0]["place"] == {"path": "lib/api.h", "line": 7}

    def test_markdown(self, root: Path) -> None:
        told = ran("old", "new", "--root", root, "-f", "md").stdout
        assert told.startswith("### `tree: old → new`\n\n- Files: 1 added")
        assert told.count("```diff\n") == told.count("\n```\n") == told.count("</details>")
        inside = "".join(re.findall(r"```diff\n(.*?)\n```\n", told, re.DOTALL))
        assert all(line[:1] in "+-!" for line in inside.splitlines())
        assert "<script>" not in told.replace(inside, "") or "<script>" in inside

    def test_html_is_safe_and_whole(self, root: Path) -> None:
        from html.parser import HTMLParser

        told = ran("old", "new", "--root", root, "-f", "html").stdout
        seen: list[str] = []

        class Tags(HTMLParser):
            def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
                seen.append(tag)
                assert not {"src", "href", "onclick", "onload", "style"} & {name for name, _ in attrs}

        Tags().feed(told)
        assert "script" not in seen
        assert "default-src 'none'" in told
        assert "&lt;script&gt;" in told

    def test_exit_code(self, root: Path) -> None:
        assert ran("old", "new", "--root", root, "--exit-code").exit_code == 1
        assert ran("new", "new", "--root", root, "--exit-code").exit_code == 0
        result = ran("nowhere", "new", "--root", root)
        assert (result.exit_code, result.stdout) == (2, "")
        assert result.stderr.startswith("nowhere: is neither a graph nor a revision")

    def test_a_graph_and_a_revision(self, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        git(tmp_path, "clone", "-q", str(root), "tree")
        kgraph.api.build(tmp_path / "tree", jobs=1).close()
        monkeypatch.chdir(tmp_path / "tree/lib")
        told = ran("old", "..").stdout
        assert "  + come.h  (3 lines; 2 symbols)" in told

    def test_choices_are_those_of_the_library(self) -> None:
        assert FORMATS == LIBRARY_FORMATS

    def test_equal_pairs_give_equal_bytes(self, compared: Comparison, root: Path, tmp_path: Path) -> None:
        again = compare_graphs("old", "new", root, tmp_path / "graph")
        for form in FORMATS:
            told = []
            for each in (compared, again):
                with (tmp_path / form).open("wb") as out:
                    each.write(form, out)
                told.append((tmp_path / form).read_bytes())
            assert told[0] == told[1]

    def test_in_python(self, root: Path, tmp_path: Path) -> None:
        import kgraph

        compared = kgraph.compare("old", "new", root=root)
        assert len(compared.difference.files) == 13
        kgraph.build(root, output=tmp_path / "g", jobs=1).close()
        with kgraph.open(tmp_path / "g") as one, kgraph.open(tmp_path / "g") as other:
            assert not one.diff(other).difference
