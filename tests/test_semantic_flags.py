"""Flags of a compile database are input: none runs a program, writes a file, or reads what people do not write."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kgraph.extract.semantic import database, libclang, response_files
from kgraph.extract.semantic.allowed_flags import WITH_VALUE, is_allowed
from kgraph.extract.semantic.flags import clean_arguments, flags
from kgraph.extract.semantic.precompiled import search_folders


def clean(*words: str, file: str = "/w/a.cpp", folder: str = "/w") -> tuple[list[str], list[str]]:
    return clean_arguments(words, file, folder)


HOSTILE = [
    "--offload-arch=native --amdgpu-arch-tool=./tool.sh -x hip",
    "--offload-arch=native --nvptx-arch-tool=./tool.sh -x cuda",
    "--cuda-gpu-arch=native --nvptx-arch-tool=./tool.sh -x cuda",
    "-fopenmp -fopenmp-targets=amdgcn-amd-amdhsa --amdgpu-arch-tool=./tool.sh",
    "-fopenmp --offload-arch=native --amdgpu-arch-tool=./tool.sh",
    "--target=amdgcn-amd-amdhsa -mcpu=native --amdgpu-arch-tool=./tool.sh",
    "-target amdgcn-amd-amdhsa -mcpu=native --amdgpu-arch-tool=./tool.sh",
    "-Xarch_host --amdgpu-arch-tool=./tool.sh -x hip --offload-arch=native",
    "--config ./evil.cfg",
    "--config=./evil.cfg",
    "-Xpreprocessor -dependency-file -Xpreprocessor written -MD",
    "-MD -MF written",
    "-MDwritten",
    "-MMD",
    "-MJ written",
    "-MJwritten",
    "-Wp,-MD,written",
    "-Xclang -dependency-file -Xclang written -Xclang -MT -Xclang x",
    "-Xclang=-dependency-dot -Xclang=written",
    "-Xclang -dependency-dot -Xclang written",
    "-Xclang -header-include-file -Xclang written -H",
    "-Xclang -load -Xclang ./evil.so",
    "-fplugin=./evil.so",
    "-fpass-plugin=./evil.so",
    "-Xclang -include-pch -Xclang ./evil.pch",
    "-gen-cdb-fragment-path written",
    "-index-store-path written",
    "--serialize-diagnostics written",
    "-fmodules -fmodules-cache-path=written -fcxx-modules",
    "-fcrash-diagnostics-dir=written",
    "-fsave-optimization-record=yaml -foptimization-record-file=written",
    "-ftime-trace=written",
    "-fdriver-only -###",
    "-B. -fno-integrated-cc1",
    "--analyze --analyzer-output html -o written",
    "-emit-ast -o written",
    "-save-temps=obj",
    "-ivfsoverlay ./evil.yaml",
    "-x ir",
    "-D\0 -U --amdgpu-arch-tool=./tool.sh",
]

_RUN = """
import ctypes, json, os, sys
from kgraph.extract.semantic.libclang import library
lib = library()
for words in json.load(sys.stdin):
    parsed = ctypes.c_void_p()
    array = (ctypes.c_char_p * len(words))(*map(os.fsencode, words))
    lib.parseTranslationUnit2(lib.createIndex(0, 0), b"a.cpp", array, len(words), None, 0, 0, ctypes.byref(parsed))
"""


def files_after(folder: Path, commands: Sequence[Sequence[str]]) -> set[str]:
    """The files in a folder after libclang was given commands there."""
    (folder / "a.cpp").write_text("int a;\n")
    (folder / "tool.sh").write_text("#!/bin/sh\necho gfx900\n: > ran\n")
    for name in ("tool.sh", "amdgpu-arch", "nvptx-arch", "clang", "gcc", "ld", "cc1"):
        (folder / name).write_text("#!/bin/sh\necho gfx900\n: > ran\n")
        (folder / name).chmod(0o755)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "PATH": f"{folder}:{os.environ['PATH']}"}
    before = {path.name for path in folder.iterdir()}
    command = [sys.executable, "-c", _RUN]
    done = subprocess.run(command, input=json.dumps(commands).encode(), cwd=folder, env=environment, check=False)
    assert done.returncode == 0
    return {path.name for path in folder.iterdir()} - before


class TestLibclang:
    """What libclang does with what passes."""

    @pytest.fixture(autouse=True)
    def _installed(self) -> None:
        pytest.importorskip("clang", reason="the extra kgraph[clang] is not installed")

    def test_as_they_came_flags_do_harm(self, tmp_path: Path) -> None:
        assert files_after(tmp_path, [HOSTILE[0].split()]) == {"ran"}

    def test_what_passes_runs_and_writes_nothing(self, tmp_path: Path) -> None:
        commands = [clean("clang++", *line.split(" "), "-c", "a.cpp", file="a.cpp", folder="")[0] for line in HOSTILE]
        assert files_after(tmp_path, commands) == set()

    def test_options_with_a_value_take_what_follows_whatever_it_is(self, tmp_path: Path) -> None:
        commands = [[option, flag] for option in sorted(WITH_VALUE) for flag in ("-MD", "-MJwritten")]
        assert files_after(tmp_path, commands) == set()


@cache
def spellings() -> list[str]:
    """The options of clang: those in the binary of libclang, or the hostile ones where it is not installed."""
    known = {word for line in HOSTILE for word in line.split() if word.startswith("-")}
    if libclang.is_installed():
        from clang.cindex import Config

        data = Path(Config().get_filename()).read_bytes()
        known |= {found.decode() for found in re.findall(rb"(?<=\0)--?[A-Za-z#][\w.+,:=/-]*(?=\0)", data)}
    return sorted(known)


VALUES = st.sampled_from(
    ["", "x", "./tool.sh", "-load", "--amdgpu-arch-tool=./tool.sh", "-Xclang", "native", "@a", "a.cpp", "c", "\0", "--"]
)


class TestGrammar:
    @given(st.data())
    @settings(max_examples=400, deadline=None)
    def test_whatever_comes_what_passes_is_on_the_list(self, data: st.DataObject) -> None:
        option = st.sampled_from(spellings())
        joined = st.tuples(option, VALUES).map("".join)
        behind = st.tuples(st.sampled_from(["-Wp,", "-Xclang=", "-D", "-I", "-include", "-x"]), option).map("".join)
        part = st.sampled_from(["-Xclang", "-Xpreprocessor", "-Xarch_host", "-Xcompiler", "--"])
        words = data.draw(st.lists(st.one_of(option, joined, behind, part, VALUES), max_size=12))
        compiler = data.draw(st.sampled_from(["g++", "clang", "nvcc", "cl.exe", "ccache"]))
        kept, _ = clean(compiler, *words)
        assert not [word for word in kept if "\0" in word]
        assert all(is_allowed(*flag) or flag[0][:2] in ("-D", "-U", "-I", "-F") for flag in flags(kept))
        assert "".join(map("".join, flags(kept))) == "".join(kept)
        assert not [flag for flag in flags(kept) if len(flag) == 1 and flag[0] in ("-D", "-U", "-I", "-F")]

    def test_no_option_passes_by_its_name_alone_that_runs_or_writes(self) -> None:
        dangerous = re.compile(
            r"-M|-load|plugin|-tool=|dependency|-emit|-working|--config|vfs|cache-path|pch|index-store|offload-arch|"
            r"analy|temps|-file=|-path=|-dir="
        )
        kept = {word for flag in spellings() for word in clean("clang++", flag, "x", "-c", "a.cpp")[0]}
        assert {word for word in kept if dangerous.search(word)} <= {"--cuda-path=x"}


class TestMeaning:
    """What says how the text is to be read stays."""

    @pytest.mark.parametrize(
        "line",
        [
            "-fshort-enums -fpack-struct=4 -funsigned-char -fno-exceptions -fms-extensions -fopenmp -pthread -ansi",
            "-march=armv8-a+crc -mavx2 -mno-sse4.1 -m32 -mcpu=native -msse4.2 -mfpu=neon -mfloat-abi=hard",
            "-traditional-cpp -nostdinc -nostdinc++ -stdlib=libc++ -O2 -std=gnu++20 -fPIC -undef -trigraphs",
            "--sysroot=/opt/s --gcc-toolchain=/opt/g --target=aarch64-linux-gnu -fno-rtti -fchar8_t -fsanitize=address",
            "-D A -D-B -U C -I inc -F fw -Iinc2 -isystem /s -iquote q -idirafter a -include x.h -imacros y.h",
            "-ftemplate-depth=900 -fconstexpr-depth=9 -fvisibility=hidden -fstack-protector-strong -fno-builtin-memcpy",
            "-x c++ -iprefix p -iwithprefix q -isysroot /r -target x86_64-linux-gnu -fmacro-prefix-map=/a=/b",
        ],
    )
    def test_as_it_came(self, line: str) -> None:
        assert clean("g++", *line.split(), "-c", "a.cpp") == (line.split(), [])

    @pytest.mark.parametrize(
        ("line", "kept"),
        [
            ("--define-macro=X --define-macro Y=1 --undefine-macro=Z", "-D X -D Y=1 -U Z"),
            (
                "--include-directory=inc --include=a.h --include b.h --language=c",
                "-I inc -include a.h -include b.h -x c",
            ),
            ("--std c++17 --target=arm-none-eabi", "--std=c++17 --target=arm-none-eabi"),
            ("-isystem/opt/inc -includea.h -xc++ -iquoteq", "-isystem /opt/inc -include a.h -x c++ -iquote q"),
            ("-Wp,-D_FORTIFY_SOURCE=2,-Iinc,-MD,x.d", "-D_FORTIFY_SOURCE=2 -Iinc"),
            ("-Xpreprocessor -fopenmp -DX", "-DX -fopenmp"),
            ("-Xclang -DX -Xclang -fno-cxx-exceptions", "-DX -fno-cxx-exceptions"),
            ("-Xclang -include-pch -Xclang a.pch -Xclang -include -Xclang a.hxx", "-include a.hxx"),
            ("-gcc-toolchain /opt/g", "--gcc-toolchain=/opt/g"),
        ],
    )
    def test_other_spellings(self, line: str, kept: str) -> None:
        assert clean("g++", *line.split(), "-c", "a.cpp")[0] == kept.split()

    @pytest.mark.parametrize(
        ("line", "target", "noted"),
        [
            ("g++", "", False),
            ("/usr/bin/x86_64-linux-gnu-g++-12", "--target=x86_64-linux-gnu", False),
            ("aarch64-linux-gnu-g++", "--target=aarch64-linux-gnu", False),
            ("ccache /opt/bin/arm-none-eabi-gcc-13.2.1", "--target=arm-none-eabi", False),
            ("x86_64-w64-mingw32-g++", "--target=x86_64-w64-mingw32", False),
            ("C:\\ndk\\aarch64-linux-android21-clang++.exe", "--target=aarch64-linux-android21", False),
            ("avr-gcc -mmcu=atmega328p", "--target=avr", False),
            ("em++", "--target=wasm32-unknown-emscripten", False),
            ("tricore-elf-g++", "--target=none", True),
            ("aarch64-linux-gnu-g++ --target=riscv64-linux-gnu", "--target=riscv64-linux-gnu", False),
            ("clang++ -target riscv64-linux-gnu", "-target", False),
            ("clang-cl", "--target=x86_64-pc-windows-msvc", True),
            ("clang++ --driver-mode=cl -m32 /DX", "--target=i686-pc-windows-msvc", False),
            ("C:\\VC\\bin\\Hostx64\\arm64\\cl.exe", "--target=aarch64-pc-windows-msvc", False),
            ("mygcc-gcc", "", False),
            ("iccarm", "", True),
            ("nvcc", "", False),
        ],
    )
    def test_the_name_of_a_compiler_tells_its_target(self, line: str, target: str, noted: bool) -> None:
        kept, notes = clean(*line.split(), "-c", "a.cpp")
        assert (kept[:1] if target else [word for word in kept if "target" in word]) == [target] * bool(target)
        assert any("target" in note for note in notes) == noted

    def test_runtime_libraries_of_cl_define_macros(self) -> None:
        kept, notes = clean("clang++", "--driver-mode=cl", "-m64", "/MDd", "/utf-8", "/D", "X", "/J", "/c", "a.cpp")
        assert [word for word in kept if word.startswith("-D") or word in ("X", "-funsigned-char", "-std=c++14")] == [
            *("-std=c++14", "-D_MT", "-D_DLL", "-D_DEBUG", "-D", "X", "-funsigned-char")
        ]
        assert [note for note in notes if "target" not in note] == []

    def test_what_changes_no_meaning_goes_without_a_word(self) -> None:
        line = (
            "-g3 -ggdb -Wall -Wno-error -pipe -fno-omit-frame-pointer -ffunction-sections -fdiagnostics-color=always "
            "-flto -fno-strict-aliasing -Wl,-z,now -Wa,--noexecstack -L/lib -lm -rdynamic -static-libgcc -pedantic "
            "-save-temps -fno-tree-vectorize -fprofile-arcs -ftest-coverage --coverage -mtune=generic "
            "-fno-delete-null-pointer-checks -fconserve-stack -mno-red-zone -fno-plt -fno-semantic-interposition "
            "-fno-ipa-cp -MMD -MP -v"
        )
        kept, notes = clean("gcc", *line.split(), "-c", "a.cpp")
        assert (kept, notes) == ([], [])

    def test_a_value_is_no_flag_and_a_flag_no_value(self, tmp_path: Path) -> None:
        kept, _ = clean("g++", "-D", "-Ievil", "-Ireal", "-c", "a.cpp", folder=str(tmp_path))
        unit = database.Unit(str(tmp_path / "a.cpp"), str(tmp_path), tuple(kept))
        assert [*flags(kept)] == [("-D", "-Ievil"), ("-Ireal",)]
        assert [*search_folders(unit)] == [str(tmp_path / "real")]


class TestResponseFiles:
    def read(self, folder: Path, *words: str) -> tuple[list[str], list[str]]:
        return clean("g++", *words, "-c", "a.cpp", file="a.cpp", folder=str(folder))

    def test_what_is_no_regular_file(self, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "pipe")
        kept, notes = self.read(tmp_path, "@/dev/zero", "@pipe", "@.", "@a\0b", "@\ud800", "-DX")
        assert kept == ["-DX"]
        assert notes[0] == "response file not read: /dev/zero: not a regular file"
        assert notes[1] == "response file not read: pipe: not a regular file"
        assert len(notes) == 5

    def test_one_that_is_too_large(self, tmp_path: Path) -> None:
        with (tmp_path / "large").open("wb") as stream:
            stream.truncate(1 << 32)
        assert self.read(tmp_path, "@large")[1] == ["response file not read: large: larger than 4 MB"]

    def test_doubling_ends(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(response_files, "MAX_WORDS", 1000)
        monkeypatch.setattr(response_files, "MAX_DEPTH", 60)
        for number in range(40):
            (tmp_path / f"{number}").write_text(f"-DX @{number + 1} @{number + 1}")
        (tmp_path / "40").write_text("-DX")
        kept, notes = self.read(tmp_path, "@0", "@1", "-DLAST")
        assert len(kept) < 1000
        assert kept[-1] == "-DLAST"
        assert "words of response files left out: there are too many" in notes

    @pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
    def test_byte_order_marks(self, tmp_path: Path, encoding: str) -> None:
        (tmp_path / "flags").write_text('-D"X=é"', encoding)
        assert self.read(tmp_path, "@flags") == (["-DX=é"], [])


class TestDatabases:
    @pytest.mark.parametrize("name", ["/dev/zero", "pipe"])
    def test_that_are_no_regular_files(self, tmp_path: Path, name: str) -> None:
        os.mkfifo(tmp_path / "pipe")
        with pytest.raises(database.InputError, match="not a regular file"):
            database.read(tmp_path / name, tmp_path, set())

    @pytest.mark.parametrize(
        "text",
        [
            "[" * 100_000,
            '[{"file": ' + "9" * 10_000 + "}]",
            '[{"file": NaN}]',
            '[{"file": "a.c", "directory": "\\u0000", "command": "cc"}]',
            '[{"file": "a.c", "directory": 1, "command": "cc"}]',
            '[{"file": "a.c", "command": {}, "command": []}]',
        ],
    )
    def test_hostile_json_is_an_error_of_input(self, tmp_path: Path, text: str) -> None:
        (tmp_path / "compile_commands.json").write_text(text)
        with pytest.raises(database.InputError):
            database.read(tmp_path, tmp_path, {"a.c"})

    def test_lone_surrogates_stop_nothing(self, tmp_path: Path) -> None:
        (tmp_path / "a.c").write_text("")
        (tmp_path / "compile_commands.json").write_text(
            '[{"file": "\\ud800.c", "command": "cc"}, '
            '{"file": "a.c", "arguments": ["cc", "-DX=\\udfff\\u0000", "-DY=\\ud800"]}]'
        )
        (unit,) = database.read(tmp_path, tmp_path, {"a.c"}).units
        assert unit.arguments == ("-DY=?",)


class TestStalls:
    @pytest.mark.parametrize(
        ("work", "code"),
        [("open('pipe')", -signal.SIGVTALRM), ("while time.process_time() < 2: pass", 0), ("", 0)],
    )
    def test_a_process_that_waits_for_a_pipe_is_ended(self, tmp_path: Path, work: str, code: int) -> None:
        os.mkfifo(tmp_path / "pipe")
        script = "\n".join(
            [
                "import time",
                "from kgraph.extract.semantic.stall import StallGuard",
                "guard = StallGuard(0.5)",
                "with guard.working():",
                f" {work or 'pass'}",
                "time.sleep(1)",
            ]
        )
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
        command = [sys.executable, "-c", script]
        done = subprocess.run(command, cwd=tmp_path, env=environment, check=False, timeout=60)
        assert done.returncode == code
