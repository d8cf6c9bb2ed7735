"""Build files evaluated over all files: what specs cannot say, of Go, Gradle, workspaces, build folders, and bounds."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.counting import lines_of
from kgraph.assemble.builds.build_graph import BuildGraph, evaluate_builds
from kgraph.assemble.builds.cmake_values import Scope, expand, keyword_arguments, without_generators
from kgraph.assemble.builds.globs import FileGlobs
from kgraph.assemble.builds.packages import package_tables
from kgraph.assemble.file_index import FileIndex
from kgraph.assemble.suffix_index import PathSuffixIndex
from kgraph.build_facts import ConfiguredBuild, ConfiguredTarget, ConfiguredTest
from kgraph.extract import extract
from kgraph.extract.build_folder import find_configured
from kgraph.extract.manifests.names import manifest_of
from kgraph.languages import detect_by_name
from kgraph.model import SourceFile
from kgraph.vocab.tables import EDGES, schema

MAX_GROWTH = 2.35  # times the lines for twice the size


def index_of(files: Mapping[str, str]) -> FileIndex:
    listed = [SourceFile(path, 0, "0" * 40, detect_by_name(path)) for path in sorted(files)]
    facts = [extract(files[file.path].encode(), file.language, manifest=manifest_of(file.path)) for file in listed]
    return FileIndex.of(listed, facts)


def built(files: Mapping[str, str], configured: ConfiguredBuild | None = None) -> BuildGraph:
    return evaluate_builds(index_of(files), configured)


def made(files: Mapping[str, str], configured: ConfiguredBuild | None = None) -> dict[str, list[str]]:
    """What each target is made of and needs: "form name" to paths, "-> target" and "after target"."""
    paths = sorted(files)
    record = built(files, configured).record
    return {
        f"{target.form} {target.name}": [
            *(paths[number] for number in target.sources),
            *(f"-> {other.name}" for other in record.resolve(target.links)),
            *(f"after {other.name}" for other in record.resolve(target.after)),
        ]
        for target in record.targets.values()
    }


def test_a_tree_without_build_files_has_no_targets() -> None:
    build = built({"a.cc": "int f();", "README.md": "# a"})
    assert not build.targets
    assert not build.tests
    assert not build.record.notes


def test_go_packages_are_folders_of_the_nearest_module() -> None:
    files = {
        "go.mod": "module x.org/m\n",
        "m.go": "package m\n",
        "m_test.go": "package m\n",
        "cmd/tool/main.go": "package main\nfunc main() {}\n",
        "sub/go.mod": "module x.org/sub\n",
        "sub/s.go": "package sub\n",
    }
    assert made(files) == {
        "executable x.org/m/cmd/tool": ["cmd/tool/main.go"],
        "package x.org/m": ["m.go"],
        "test x.org/m.test": ["m_test.go", "-> x.org/m"],
        "package x.org/sub": ["sub/s.go"],
    }


def test_gradle_projects_are_found_by_their_path() -> None:
    files = {
        "build.gradle": "",
        "app/build.gradle": "dependencies {\n  implementation project(':lib:core')\n}\n",
        "app/src/main/java/a/A.java": "",
        "lib/core/build.gradle.kts": "",
        "lib/core/src/test/kotlin/T.kt": "",
    }
    assert made(files) == {
        "project root": [],
        "project app": ["app/src/main/java/a/A.java", "-> core"],
        "project core": ["lib/core/src/test/kotlin/T.kt"],
    }


def test_dotnet_projects_hold_the_code_below_them() -> None:
    files = {
        "a/a.csproj": '<Project><ItemGroup><ProjectReference Include="..\\b\\b.csproj"/></ItemGroup></Project>',
        "a/x/X.cs": "",
        "a/obj/Made.cs": "",
        "b/b.csproj": "<Project/>",
    }
    assert made(files) == {"project a": ["a/x/X.cs", "-> b"], "project b": []}


def test_packages_of_a_workspace_need_each_other() -> None:
    files = {
        "a/package.json": '{"name": "@s/a", "main": "index.js", "dependencies": {"@s/b": "^1", "c": "1"}}',
        "a/index.js": "",
        "b/package.json": '{"name": "@s/b", "exports": {".": {"import": "./lib.mjs"}}}',
        "b/lib.mjs": "",
    }
    assert made(files) == {"package @s/a": ["a/index.js", "after @s/b"], "package @s/b": ["b/lib.mjs"]}
    index = index_of(files)
    tables = package_tables(index, pl.DataFrame(schema={**schema(EDGES), "spelling": pl.String()}))
    assert tables.packages["purl"].to_list() == ["pkg:npm/c"]  # the other is of the repository


CONFIGURED = ConfiguredBuild(
    "",
    (
        ConfiguredTarget("core", "library", ("a.cc", "made.cc"), (), "CMakeLists.txt", 2),
        ConfiguredTarget("hidden", "executable", ("b.cc",), ("core",), "CMakeLists.txt", 3),
    ),
    (ConfiguredTest("t", "hidden", "CMakeLists.txt", 4), ConfiguredTest("elsewhere", "", "", 0)),
)


def test_what_a_build_folder_reports_is_added() -> None:
    files = {
        "CMakeLists.txt": "project(p)\nadd_library(core ${X})\nmake_hidden()\nadd_tests()\n",
        "a.cc": "",
        "b.cc": "",
    }
    assert made(files) == {"library core": []}
    assert made(files, CONFIGURED) == {"library core": ["a.cc"], "executable hidden": ["b.cc", "after core"]}
    (test,) = built(files, CONFIGURED).record.tests
    assert (test.name, test.runs) == ("t", ("", "hidden"))


def reply(root: Path, *, source: Path | None = None) -> None:
    """A build folder as CMake 3.25 leaves it."""
    folder = root / "build" / ".cmake/api/v1/reply"
    folder.mkdir(parents=True)
    model = {
        "kind": "codemodel",
        "paths": {"source": str(source or root), "build": str(root / "build")},
        "configurations": [{"targets": [{"id": "core::@1", "name": "core", "jsonFile": "target-core.json"}]}],
    }
    target = {
        "name": "core",
        "type": "STATIC_LIBRARY",
        "artifacts": [{"path": "core"}],
        "sources": [{"path": "a.cc"}, {"path": "../outside.cc"}, {"path": str(root / "build/made.cc")}],
        "dependencies": [{"id": "core::@1"}, {"id": "gone"}],
        "backtrace": 1,
        "backtraceGraph": {"files": ["CMakeLists.txt"], "nodes": [{"file": 0}, {"file": 0, "line": 2, "parent": 0}]},
    }
    objects = [{"kind": "codemodel", "version": {"major": 2}, "jsonFile": "model.json"}]
    (folder / "index-1.json").write_text(json.dumps({"objects": objects}))
    (folder / "model.json").write_text(json.dumps(model))
    (folder / "target-core.json").write_text(json.dumps(target))
    (root / "build/CTestTestfile.cmake").write_text(
        f'add_test(one "{root}/build/core" "--x")\n'
        f'set_tests_properties(one PROPERTIES  _BACKTRACE_TRIPLES "{root}/CMakeLists.txt;7;add_test;;0;")\n'
        'subdirs("sub")\n'
    )
    (root / "build/sub").mkdir()
    (root / "build/sub/CTestTestfile.cmake").write_text('add_test([=[two]=] "/bin/true")\nsubdirs("../sub")\n')


def test_a_reply_of_cmake_is_read(tmp_path: Path) -> None:
    reply(tmp_path)
    assert find_configured(tmp_path) == ConfiguredBuild(
        "",
        (ConfiguredTarget("core", "library", ("a.cc", "build/made.cc"), ("core",), "CMakeLists.txt", 2),),
        (ConfiguredTest("one", "core", "CMakeLists.txt", 7), ConfiguredTest("two")),
    )
    assert find_configured(tmp_path, tmp_path / "build/compile_commands.json") is not None
    assert find_configured(tmp_path, tmp_path) is None


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("index-1.json", "{"),
        ("index-1.json", '{"objects": [{"kind": "codemodel", "version": {"major": 2}, "jsonFile": "../../x.json"}]}'),
        ("model.json", "[]"),
        ("target-core.json", '{"sources": 1, "backtrace": 7, "backtraceGraph": {"nodes": [{"parent": 0}]}}'),
        ("target-core.json", '{"sources": [{}], "backtrace": 0, "backtraceGraph": {"nodes": [{"parent": 0}]}}'),
    ],
)
def test_a_damaged_reply_is_passed_over(tmp_path: Path, file: str, text: str) -> None:
    reply(tmp_path)
    (tmp_path / "build/.cmake/api/v1/reply" / file).write_text(text)
    found = find_configured(tmp_path)
    assert found is None or not any(target.sources for target in found.targets)


def test_a_reply_of_another_tree_is_passed_over(tmp_path: Path) -> None:
    reply(tmp_path / "one", source=tmp_path / "two")
    assert find_configured(tmp_path / "one") is None


# --- values -----------------------------------------------------------------------------------------------------------


def test_arguments_are_spread_as_cmake_does() -> None:
    scope = Scope(own={"L": ("a", "b"), "N": ("L",), "E": ()})
    assert expand(["${L}", '"${L}"', "x${L}y", "${${N}}", "${E}", "[[${L}]]", r"\"q\""], scope) == [
        *("a", "b", "a;b", "xa", "by", "a", "b", "${L}", '"q"'),
    ]
    assert without_generators("$<BUILD_INTERFACE:a;$<$<BOOL:x>:b>>") == ["a", "b"]
    assert without_generators("$<INSTALL_INTERFACE:a>") == []
    parsed = keyword_arguments(["x", "O", "ONE", "1", "y", "M", "2", "3"], ["O", "P"], ["ONE"], ["M", "N"])
    assert parsed == {
        **{"O": ("TRUE",), "P": ("FALSE",), "ONE": ("1",), "M": ("2", "3"), "N": ()},
        "UNPARSED_ARGUMENTS": ("x", "y"),
    }


@given(st.lists(st.lists(st.sampled_from(["a", ";", "$<", "<", ">", "$", "{", "${A}", "}", ""])).map("".join)))
def test_a_list_named_alone_is_spread_as_one_within_a_text(items: list[str]) -> None:
    scope = Scope(own={"L": tuple(items), "A": ("b", "c"), "E": ()})
    assert expand(["${L}"], scope) == expand(["${E}${L}"], scope)


def test_globs() -> None:
    globs = FileGlobs(PathSuffixIndex(["a.c", "b.c", "d/a.c", "d/e/a.h", "d/e/b.c", "d0.c"]))

    def matching(folder: str, pattern: str, **options: bool) -> list[str]:
        return [globs.path(number) for number in globs.matching(folder, pattern, **options)]

    assert matching("", "*.c") == ["a.c", "b.c", "d0.c"]
    assert matching("", "d/**/*.c") == ["d/a.c", "d/e/b.c"]
    assert matching("d", "*.c", recurse=True) == ["d/a.c", "d/e/b.c"]
    assert matching("d", "../[ab].c") == ["a.c", "b.c"]
    assert matching("d", "?.c") == ["d/a.c"]
    assert matching("", "../*.c") == []
    assert matching("", "*" * 9) == []


# --- bounds -----------------------------------------------------------------------------------------------------------

N = 60


def cmake_of(kind: str, n: int) -> dict[str, str]:
    match kind:
        case "lists that grow":
            text = "".join(f"list(APPEND L f{k}.cc)\n" for k in range(n)) + "add_library(a ${L})\n"
        case "values under conditions":
            text = "".join(f"if(X)\nset(L f{k}.cc)\nendif()\n" for k in range(n)) + "add_library(a ${L})\n"
        case "functions that call each other":
            bodies = (f"function(f{k})\nf{k + 1}()\nf{k + 1}()\nendfunction()\n" for k in range(n))
            text = "".join(bodies) + "f0()\n"
        case "targets that link":
            text = "".join(f"add_library(t{k} f{k}.cc)\ntarget_link_libraries(t{k} t{k + 1})\n" for k in range(n))
        case "nested blocks":
            text = "if(X)\n" * n + "add_library(a f0.cc)\n" + "endif()\n" * n
        case _:
            text = "".join(f"file(GLOB_RECURSE L{k} *.cc)\n" for k in range(n)) + "add_library(a ${L0})\n"
    return {"CMakeLists.txt": text, **{f"f{k}.cc": "" for k in range(n)}}


KINDS = ("lists that grow", "values under conditions", "targets that link", "nested blocks")


@pytest.mark.parametrize("kind", [*KINDS, "functions that call each other", "globs"])
def test_evaluation_is_bounded(kind: str) -> None:
    build = built(cmake_of(kind, N))
    assert build.record.targets or build.record.notes


def test_a_loop_over_a_long_list_is_not_too_much_work() -> None:
    names = [f"f{k}.cc" for k in range(3000)]
    loop = "set(KEPT)\nforeach(each ${L})\nset(KEPT ${KEPT} ${each})\nendforeach()\nadd_library(a ${KEPT})\n"
    text = f"set(L {' '.join(names)})\n{loop}"
    build = built({"CMakeLists.txt": text, **dict.fromkeys(names, "")})
    assert not build.record.notes
    assert [len(target.sources) for target in build.record.targets.values()] == [3000]


@pytest.mark.parametrize("kind", KINDS)
def test_evaluation_grows_as_the_build_files_do(kind: str) -> None:
    small, large = index_of(cmake_of(kind, 100)), index_of(cmake_of(kind, 200))
    assert lines_of(lambda: evaluate_builds(large)) <= MAX_GROWTH * lines_of(lambda: evaluate_builds(small))


def test_starlark_macros_that_call_each_other_end() -> None:
    macros = "".join(f"def f{k}(name):\n    f{k + 1}(name)\n    f{k + 1}(name)\n" for k in range(40))
    build = built(
        {"BUILD": macros + 'f0(name = "x")\n', "a.bzl": 'load(":b.bzl", "x")\n', "b.bzl": 'load(":a.bzl", "x")\n'}
    )
    assert build.record.targets or build.record.notes


_WORDS = ["set", "list", "if", "endif", "foreach", "endforeach", "function", "endfunction", "macro", "add_library", "f"]
_ARGUMENTS = [
    "X",
    "${X}",
    '"${X};${Y}"',
    "APPEND",
    "IN",
    "LISTS",
    "a.cc",
    "f",
    "${ARGN}",
    "PARENT_SCOPE",
    "$<$<X>:a>",
    "NAME",
]


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(_WORDS), st.lists(st.sampled_from(_ARGUMENTS), max_size=4)), max_size=25))
def test_no_commands_break_the_evaluation(commands: list[tuple[str, list[str]]]) -> None:
    text = "".join(f"{name}({' '.join(arguments)})\n" for name, arguments in commands)
    build = built({"CMakeLists.txt": text, "a.cc": ""})
    assert all(len(target.sources) <= 1 for target in build.record.targets.values())


def test_what_meson_leaves_in_a_build_folder_is_joined(tmp_path: Path) -> None:
    folder = tmp_path / "builddir" / "meson-info"
    folder.mkdir(parents=True)
    root = str(tmp_path)
    program = {
        "name": "app-x86",
        "id": "1@exe",
        "type": "executable",
        "defined_in": f"{root}/src/meson.build",
        "target_sources": [{"language": "c", "sources": [f"{root}/src/a.c", "/elsewhere/b.c"]}, {"linker": ["cc"]}],
    }
    (folder / "intro-targets.json").write_text(json.dumps([program, {"name": "broken"}, 3]))
    (folder / "intro-tests.json").write_text(json.dumps([{"name": "smoke", "depends": ["1@exe"]}, 7]))
    configured = find_configured(tmp_path)
    assert configured is not None
    files = {
        "meson.build": "project('p')\nsubdir('src')\n",
        "src/meson.build": "app = executable('app-' + host_machine.cpu(), 'a.c')\ntest('smoke', app)\n",
        "src/a.c": "",
    }
    assert made(files, configured) == {"executable app-x86": ["src/a.c"]}
    tests = built(files, configured).record.tests
    assert [(test.name, test.runs) for test in tests] == [("smoke", ("src", "app-x86"))]
