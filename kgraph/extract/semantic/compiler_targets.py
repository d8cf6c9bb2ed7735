"""The machine that a compiler compiles for, by its name and flags: `aarch64-linux-gnu-g++`, `cl.exe`, `em++`.

Input: the program and the words of a command. Output: the `--target` that libclang needs to predefine what that
compiler predefines, with a note where it is guessed or not known. A command without one is for this machine.

A target that clang does not have is named all the same: libclang then refuses the unit, and its files are read as text,
which is better than as the code of another machine.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import PurePosixPath, PureWindowsPath

from kgraph.extract.semantic.allowed_flags import is_allowed
from kgraph.model import GUESSED_TARGET

UNKNOWN = "--target=none"  # libclang refuses it

_COMPILER = re.compile(r"(?:(.+)-)?(?:g\+\+|gcc|c\+\+|cc|cpp|clang|clang\+\+|clang-cpp)(?:-[\d.]+\w*)?")
_OF_THIS_MACHINE = re.compile(
    r"(?:nvcc|hipcc|nvc|nvc\+\+|pgcc|pgc\+\+|ic[cx]|icp[cx]|dpcpp|xlc|xlc\+\+|xlclang|xlclang\+\+|tcc|cxx|zig|mpi(?:cc|cxx|c\+\+)|"
    r"(?:cc|cxx|gcc|g\+\+|clang|clang\+\+)[-_]wrapper|c\+\+filt|[cf]cc|[cf]CC|craycc|crayCC)(?:-[\d.]+)?"
)
_EMSCRIPTEN = frozenset({"emcc", "em++", "emcc.py", "em++.py"})
_MSVC = re.compile(r"cl|clang-cl(?:-[\d.]+)?")
_X86 = re.compile(r"(?:^|[\\/])(?:host\w+[\\/])?(x86|x64|arm64|arm|amd64|amd64_x86)[\\/]+cl(?:\.exe)?$", re.IGNORECASE)
_MSVC_MACHINES = {"x86": "i686", "amd64_x86": "i686", "arm64": "aarch64", "arm": "thumbv7"}
_NO_TRIPLES = frozenset({"ccache", "distcc", "afl", "hfuzz", "scan-build", "musl", "clazy", "oh", "mpi", "llvm"})


def base_name(program: str) -> str:
    """The name of a program: "/usr/bin/g++-12" to "g++-12", "cl.exe" to "cl"."""
    name = PureWindowsPath(program).name if "\\" in program else PurePosixPath(program).name
    return name.lower().removesuffix(".exe")


def is_msvc(program: str, words: Sequence[str]) -> bool:
    """Whether a command is spelled as those of cl.exe are."""
    modes = [word.partition("=")[2] for word in words if word.startswith("--driver-mode=")]
    return modes[-1] == "cl" if modes else _MSVC.fullmatch(base_name(program)) is not None


def target_flags(program: str, words: Sequence[str], notes: list[str]) -> list[str]:
    """The flags that name the target of a compiler, none for this machine or where the command names one."""
    if any(word.startswith("--target=") or word in ("-target", "--target") for word in words):
        return []
    name = base_name(program)
    if is_msvc(program, words):
        machine = _X86.search(program)
        chosen = _MSVC_MACHINES.get(machine[1].lower(), "x86_64") if machine else "x86_64"
        if "-m32" in words:
            chosen = "i686"
        elif not machine:
            notes.append(f"{GUESSED_TARGET}{chosen}: {name} does not name one")
        return [f"--target={chosen}-pc-windows-msvc"]
    if name in _EMSCRIPTEN:
        return ["--target=wasm32-unknown-emscripten"]
    match = _COMPILER.fullmatch(name)
    if match is None:
        if name and _OF_THIS_MACHINE.fullmatch(name) is None:
            notes.append(f"{GUESSED_TARGET}that of this machine: no compiler {name} is known")
        return []
    if not match[1] or match[1] in _NO_TRIPLES:
        return []
    flag = f"--target={match[1]}"
    if is_allowed(flag):
        return [flag]
    if "-" not in match[1]:
        return []  # `mygcc-gcc`: no triple
    notes.append(f"target of {name} not known to clang: {match[1]}")
    return [UNKNOWN]
