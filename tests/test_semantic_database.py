"""Compile databases: entries, flags of many compilers, response files, and files that are none."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import kgraph
from kgraph.distribution import install_command
from kgraph.errors import InputError, MissingExtraError
from kgraph.extract.semantic import database, libclang
from kgraph.extract.semantic.flags import clean_arguments


def clean(*words: str, file: str = "/w/a.cpp", folder: str = "/w") -> tuple[list[str], list[str]]:
    return clean_arguments(words, file, folder)


class TestFlags:
    @pytest.mark.parametrize(
        ("words", "kept"),
        [
            ("g++ -O2 -Wall -Werror=return-type -g3 -Iinc -DX=1 -o a.o -c a.cpp", ["-O2", "-Iinc", "-DX=1"]),
            ("c++ -MD -MF a.d -MT a.o -MP -I inc -c /w/a.cpp", ["-I", "inc"]),
            ("ccache /usr/bin/g++-12 -std=c++17 -c a.cpp", ["-std=c++17"]),
            ("clang++ -Xclang -include -Xclang pch.hxx -c a.cpp", ["-include", "pch.hxx"]),
            ("g++ -include config.h -isystem /opt/inc -c ./a.cpp", ["-include", "config.h", "-isystem", "/opt/inc"]),
            ("g++ -D X -U Y -c a.cpp", ["-D", "X", "-U", "Y"]),
        ],
    )
    def test_of_gcc_and_clang(self, words: str, kept: list[str]) -> None:
        assert clean(*words.split()) == (kept, [])

    @pytest.mark.parametrize(
        "flag",
        [
            "-fplugin=evil.so",
            "-fpass-plugin=evil.so",
            "-fmodules-cache-path=/tmp/x",
            "-fprofile-use=x.prof",
            "-B/opt/evil",
            "-specs=evil.specs",
        ],
    )
    def test_that_would_load_code_or_write_are_left_out(self, flag: str) -> None:
        kept, notes = clean("g++", flag, "-c", "a.cpp")
        assert kept == []
        assert notes == [f"flag left out: {flag}"]

    def test_a_plugin_behind_xclang_is_left_out(self) -> None:
        words = "clang++ -Xclang -load -Xclang evil.so -Xclang -disable-free -c a.cpp"
        kept, notes = clean(*words.split())
        assert kept == []
        assert notes == ["flag left out: -Xclang -load evil.so", "flag left out: -Xclang -disable-free"]

    def test_of_nvcc(self) -> None:
        words = "nvcc -gencode arch=compute_70,code=sm_70 --expt-relaxed-constexpr -Xcompiler -fPIC,-DHOST -isystem=/cu"
        kept, notes = clean(*words.split(), "-x", "cu", "-Iinc", "-c", "a.cu", file="/w/a.cu")
        assert kept[:5] == ["-x", "cuda", "--cuda-host-only", "-nocudalib", "-nocudainc"]
        assert kept[-5:] == ["-fPIC", "-DHOST", "-isystem", "/cu", "-Iinc"]
        assert len(notes) == 2

    def test_of_cl(self) -> None:
        words = "cl.exe /nologo /W4 /EHsc /std:c++17 /I inc /DX=1 /FIpre.h /Zc:wchar_t /Foa.obj /c /w/a.cpp"
        kept, notes = clean(*words.split())
        assert kept[4:] == ["-D_MT", "-std=c++17", "-I", "inc", "-D", "X=1", "-include", "pre.h"]
        assert notes == ["target taken to be x86_64: cl does not name one"]

    def test_c_compiled_as_cpp(self) -> None:
        assert clean("g++", "-c", "a.c", file="/w/a.c")[0] == ["-x", "c++"]

    def test_response_files(self, tmp_path: Path) -> None:
        (tmp_path / "flags.rsp").write_text('-I"with space" @more.rsp -DA=\\"x\\"\n')
        (tmp_path / "more.rsp").write_text("-DMORE @more.rsp")
        kept, notes = clean("g++", "@flags.rsp", "@gone.rsp", "-c", "a.cpp", folder=str(tmp_path), file="a.cpp")
        assert kept == ["-Iwith space", *["-DMORE"] * 7, '-DA="x"']
        assert notes[0].startswith("response file not read: more.rsp: response files inside of each other")
        assert notes[1] == "response file not read: gone.rsp: No such file or directory"


def write_database(root: Path, *entries: dict[str, Any]) -> Path:
    path = root / "compile_commands.json"
    path.write_text(json.dumps(list(entries)))
    return path


class TestEntries:
    def test_both_forms_and_relative_folders(self, tmp_path: Path) -> None:
        (tmp_path / "src").mkdir()
        (tmp_path / "src/a b.cpp").write_text("")
        (tmp_path / "src/c.cpp").write_text("")
        path = write_database(
            tmp_path,
            {"directory": "src", "file": "a b.cpp", "command": "g++ -DX='1 2' -c 'a b.cpp'"},
            {"directory": str(tmp_path / "src"), "file": "../src/c.cpp", "arguments": ["cc", "-c", "../src/c.cpp"]},
        )
        found = database.read(path, tmp_path, {"src/a b.cpp", "src/c.cpp"})
        assert [(unit.file, unit.arguments) for unit in found.units] == [
            (f"{tmp_path}/src/a b.cpp", ("-DX=1 2",)),
            (f"{tmp_path}/src/c.cpp", ()),
        ]
        assert found.units[0].source == f"{path}, entry 1"

    def test_the_first_of_two_for_one_file_counts(self, tmp_path: Path) -> None:
        (tmp_path / "a.c").write_text("")
        entries = [{"directory": ".", "file": "a.c", "arguments": ["cc", f"-D{name}", "a.c"]} for name in "AB"]
        found = database.read(write_database(tmp_path, *entries), tmp_path, {"a.c"})
        assert [unit.arguments for unit in found.units] == [("-DA",)]
        assert found.repeated == 1

    def test_files_elsewhere_count_only_if_they_include_sources(self, tmp_path: Path) -> None:
        root = tmp_path / "root"
        root.mkdir()
        (tmp_path / "unity.cpp").write_text('#include "root/a.cpp"\n#include "root/b.cpp"\n')
        (tmp_path / "moc.cpp").write_text('#include "root/a.h"\n')
        entries = [
            {"directory": "..", "file": f, "arguments": ["c++", f]} for f in ("unity.cpp", "moc.cpp", "gone.cpp")
        ]
        found = database.read(write_database(root, *entries), root, {"a.cpp", "b.cpp"})
        assert [Path(unit.file).name for unit in found.units] == ["unity.cpp"]
        assert found.elsewhere == 1

    @pytest.mark.parametrize(
        ("text", "line", "what"),
        [
            ('[\n {"file": "a.c",\n', 3, "is not JSON"),
            ("{}", 1, "a list is wanted"),
            ('[\n\n{"file": "a.c", "command": "cc a.c"},\n\n 7]', 5, "entry 2 is not an object"),
            ('[{"directory": "."}]', 1, 'has no "file"'),
            ('[\n{"file": "a.c"}]', 2, "neither"),
            ('[\n{"file": "a.c", "command": "cc \\"a.c"}]', 2, "neither"),
            ('[{"file": "a.c", "arguments": ["cc", 1]}]', 1, "neither"),
            ("\x00\xff", 1, "is not JSON"),
            ("", 1, "is not JSON"),
        ],
    )
    def test_what_is_none_is_an_error_with_its_line(self, tmp_path: Path, text: str, line: int, what: str) -> None:
        path = tmp_path / "compile_commands.json"
        path.write_text(text, "latin-1")
        with pytest.raises(InputError) as error:
            database.read(path, tmp_path, {"a.c"})
        assert what in error.value.what
        assert error.value.where == f"{path}:{line}"
        assert "compile" in error.value.hint.lower()

    def test_one_that_is_not_there(self, tmp_path: Path) -> None:
        with pytest.raises(InputError, match="no such compile database"):
            database.read(tmp_path, tmp_path, {})

    def test_found_in_the_usual_places(self, tmp_path: Path) -> None:
        assert database.find(tmp_path) == []
        (tmp_path / "cmake-build-debug").mkdir()
        other = write_database(tmp_path / "cmake-build-debug")
        assert database.find(tmp_path) == [other]
        (tmp_path / "build").mkdir()
        better = write_database(tmp_path / "build")
        assert database.find(tmp_path) == [better, other]

    @pytest.mark.parametrize("text", ["", '[{"directory": "', "{}", '[{"file": 1}]'])
    def test_one_that_is_half_written_is_passed_over(self, tmp_path: Path, text: str) -> None:
        (tmp_path / "a.c").write_text("int a;\n")
        for folder in ("build", "builddir"):
            (tmp_path / folder).mkdir()
        half = tmp_path / "build/compile_commands.json"
        half.write_text(text)
        alone = database.read_first(database.find(tmp_path), tmp_path, {"a.c"})
        assert alone is not None and alone.path == str(half) and alone.lacks and not alone.units
        whole = write_database(tmp_path / "builddir", {"file": "../a.c", "arguments": ["cc", "a.c"]})
        found = database.read_first(database.find(tmp_path), tmp_path, {"a.c"})
        assert found is not None and found.path == str(whole) and len(found.units) == 1


class TestBuild:
    def test_a_database_of_other_files_is_an_error_where_it_is_given(self, tmp_path: Path) -> None:
        (tmp_path / "a.c").write_text("int a;\n")
        (tmp_path / "elsewhere").mkdir()
        path = write_database(tmp_path / "elsewhere")
        with pytest.raises(InputError, match="compiles no file"):
            kgraph.build(tmp_path, compile_commands=path)

    def test_without_libclang(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(libclang, "is_installed", lambda: False)
        (tmp_path / "a.c").write_text("int a;\n")
        path = write_database(tmp_path, {"file": "a.c", "command": "cc a.c"})
        with pytest.raises(MissingExtraError) as error:
            kgraph.build(tmp_path, compile_commands=path)
        assert error.value.hint == install_command("clang")
        with kgraph.build(tmp_path, jobs=1) as graph:  # found by itself: the build goes on, and says so
            assert "libclang" in graph.manifest["ledger"]["compiler"]["lacks"]
            assert any(install_command("clang") in finding.advice for finding in graph.doctor())
