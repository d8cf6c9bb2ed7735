"""A compiler's command line as libclang wants it.

Comes in: the words of one command of a compile database. Goes out: the flags that say how the text is to be read, and
notes on those that were left out.

Left out without a word: what names outputs, dependency files and warnings. Left out with a note: what belongs to
another compiler, and all that would make clang load code or write files, for a database is input, not ours to trust.
Flags that only gcc knows are many and change with its versions: libclang itself tells them when it meets them.
"""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath, PureWindowsPath

_WRAPPERS = frozenset({"ccache", "sccache", "distcc", "icecc", "goma", "gomacc", "rewrapper", "buildcache", "time"})
_DEEPEST = 8  # response files that name response files

_QUIET_WITH_VALUE = frozenset({"-o", "-MF", "-MT", "-MQ", "-MJ", "--serialize-diagnostics", "-dependency-file"})
_QUIET = re.compile(
    r"-(c|S|E|M|MM|MD|MMD|MP|MG|MV|o.+|MF.+|MT.+|MQ.+|W(?!p,|l,).*|Wp,.*|Wl,.*|g\w*|pipe|save-temps.*)$"
)

# That would load code, run a program or write where we only read.
_NOTED_WITH_VALUE = frozenset({"-load", "-plugin", "-include-pch", "-index-store-path", "--config", "-mllvm"})
_NOTED = re.compile(
    r"-(fplugin.*|fpass-plugin.*|fprofile-.*|fmodules.*|fcxx-modules|fmodule-.*|fdeps-.*|-config.*|B.*|wrapper|specs.*|"
    r"ftime-trace.*|fcrash-diagnostics.*|working-directory.*|resource-dir.*|fsyntax-only|include-pch.*)$"
)

_NVCC_WITH_VALUE = frozenset(
    {
        *("-gencode", "--generate-code", "-arch", "--gpu-architecture", "-code", "--gpu-code", "-ccbin", "-Xcudafe"),
        *("--compiler-bindir", "-Xptxas", "--ptxas-options", "-Xfatbin", "-Xnvlink", "-maxrregcount", "-odir"),
        *("--maxrregcount", "-diag-suppress", "--diag-suppress", "-t", "--threads", "-Xlinker", "-default-stream"),
    }
)
_NVCC = re.compile(
    r"-(-?(gencode|generate-code|arch|gpu-architecture|code|gpu-code|ccbin|Xcudafe|Xptxas|Xfatbin|diag-suppress|threads|"
    r"default-stream|rdc|relocatable-device-code|cudart|std-dummy)=.*|-?(expt-\w[\w-]*|extended-lambda|use_fast_math|"
    r"forward-unknown-to-host-compiler|forward-unknown-to-host-linker|device-debug|lineinfo|generate-line-info|keep|"
    r"dc|device-c|source-in-ptx|restrict|disable-warnings|no-compress|display-error-number|Werror))$"
)
_CUDA = ("-x", "cuda", "--cuda-host-only", "-nocudalib", "-nocudainc")
_HOST = ("-Xcompiler", "--compiler-options")  # of nvcc: what follows is for the host's compiler


def clean_arguments(words: Sequence[str], file: str, folder: str) -> tuple[list[str], list[str]]:
    """Flags for libclang, and notes; `file` is what the command compiles, absolute, `folder` where it runs."""
    notes: list[str] = []
    words = list(_expanded(words, folder, notes, _DEEPEST))
    while len(words) > 1 and _base(words[0]) in _WRAPPERS:
        words = words[1:]
    program = words[0] if words else ""
    compiler = _base(program)
    words = words[1:]
    if compiler in ("cl", "clang-cl"):
        words = list(_from_msvc(words, file, folder, notes))
    elif compiler == "nvcc" or file.endswith(".cu"):
        # Without clang's own wrapper of the toolkit's headers, which knows toolkits of its own time alone.
        words = [*_CUDA, *_toolkit(program, words), *_from_nvcc(words, notes)]
    kept = list(_kept(words, file, folder, notes))
    if "++" in compiler and file.endswith(".c") and "-x" not in kept:
        kept = ["-x", "c++", *kept]
    return kept, notes


def _base(path: str) -> str:
    """The name of a program: "/usr/bin/g++-12" to "g++-12", "cl.exe" to "cl"."""
    name = PureWindowsPath(path).name if "\\" in path else PurePosixPath(path).name
    return name.lower().removesuffix(".exe")


def _expanded(words: Sequence[str], folder: str, notes: list[str], depth: int) -> Iterator[str]:
    """The words, with those of response files in the place of `@file`."""
    for word in words:
        if not word.startswith("@") or len(word) == 1:
            yield word
            continue
        try:
            if depth == 0:
                raise ValueError("response files inside of each other")  # noqa: TRY301 - told as the others are
            text = Path(folder, word[1:]).read_text("utf-8", "surrogateescape")
            inner = shlex.split(text, comments=False)
        except (OSError, ValueError) as error:
            why = error.strerror if isinstance(error, OSError) else str(error)
            notes.append(f"response file not read: {word[1:]}: {why}")
            continue
        yield from _expanded(inner, folder, notes, depth - 1)


def _kept(words: Sequence[str], file: str, folder: str, notes: list[str]) -> Iterator[str]:
    """What says how the text is to be read."""
    waiting = iter(words)
    for word in waiting:
        if word in _QUIET_WITH_VALUE:
            next(waiting, None)
        elif word == "-Xclang":
            yield from _from_frontend(next(waiting, ""), waiting, notes)
        elif word in _NOTED_WITH_VALUE:
            notes.append(f"flag left out: {word} {next(waiting, '')}")
        elif _NOTED.match(word):
            notes.append(f"flag left out: {word}")
        elif word.startswith("-"):
            if not _QUIET.match(word) and word not in ("-", "--"):
                yield word
                if word in _VALUES and (value := next(waiting, None)) is not None:
                    yield value
        elif not _is_input(word, file, folder):
            notes.append(f"second input left out: {word}")


# Flags of clang whose value is the next word: it may look like an input.
_VALUES = frozenset(
    {
        *("-I", "-D", "-U", "-F", "-L", "-x", "-include", "-imacros", "-isystem", "-iquote", "-idirafter", "-iprefix"),
        *("-iwithprefix", "-iwithprefixbefore", "-isysroot", "--sysroot", "-target", "-arch", "-iframework"),
        *("-imultilib", "-cxx-isystem", "-u", "-z", "-Xpreprocessor", "-Xassembler", "-Xlinker", "-G", "-T"),
    }
)


def _is_input(word: str, file: str, folder: str) -> bool:
    return word == file or os.path.normpath(Path(folder, word)) == os.path.normpath(file)


def _from_frontend(word: str, waiting: Iterator[str], notes: list[str]) -> Iterator[str]:
    """`-Xclang -include -Xclang file` means the same without `-Xclang`; of the others none is needed."""
    if word in ("-include", "-include-pch", "-load", "-plugin", "-add-plugin", "-isystem", "-I", "-D"):
        if next(waiting, "") == "-Xclang":
            value = next(waiting, "")
            if word in _VALUES:
                yield from (word, value)
            else:
                notes.append(f"flag left out: {word} {value}")
        return
    notes.append(f"flag left out: -Xclang {word}")


def _toolkit(program: str, words: Sequence[str]) -> Iterator[str]:
    """What nvcc includes by itself, from the toolkit that it is of."""
    if _base(program) != "nvcc" or any(word.startswith("--cuda-path") for word in words):
        return
    for folder in (Path(program).parent.parent, Path("/usr/local/cuda")):
        if (folder / "include/cuda_runtime.h").is_file():
            yield from ("-isystem", str(folder / "include"), "-include", "cuda_runtime.h")
            return


def _from_nvcc(words: Sequence[str], notes: list[str]) -> Iterator[str]:
    waiting = iter(words)
    for word in waiting:
        if word in _NVCC_WITH_VALUE:
            notes.append(f"flag of nvcc left out: {word} {next(waiting, '')}")
        elif word in _HOST:
            yield from next(waiting, "").split(",")
        elif word.startswith(tuple(f"{name}=" for name in _HOST)):
            yield from word.partition("=")[2].strip('"').split(",")
        elif word.startswith("-isystem="):
            yield from ("-isystem", word.partition("=")[2])
        elif word == "-x":
            next(waiting, None)
        elif _NVCC.match(word):
            notes.append(f"flag of nvcc left out: {word}")
        else:
            yield word


# Options of cl.exe that say how text is read, and what clang calls them; their value may be the next word.
_MSVC = {"I": "-I", "D": "-D", "U": "-U", "FI": "-include", "external:I": "-isystem", "imsvc": "-isystem"}


def _from_msvc(words: Sequence[str], file: str, folder: str, notes: list[str]) -> Iterator[str]:
    yield from ("-fms-extensions", "-fms-compatibility", "-fdelayed-template-parsing")
    waiting = iter(words)
    for word in waiting:
        if word[:1] not in ("/", "-") or _is_input(word, file, folder):
            yield word
            continue
        body = word[1:]
        if match := re.match(r"std:c(\+\+)?(\w+)$", body):
            yield f"-std=c{match[1] or ''}{'2b' if match[2] == 'latest' else match[2]}"
            continue
        name = next((name for name in sorted(_MSVC, key=len, reverse=True) if body.startswith(name)), None)
        if name is not None:
            yield from (_MSVC[name], body.removeprefix(name) or next(waiting, ""))
        elif body in ("TP", "TC"):
            yield from ("-x", "c++" if body == "TP" else "c")
        elif re.match(r"(c|nologo|W.*|w.*|Fo.*|Fd.*|Z.*|O.*|M[TD]d?|EH.*|GR-?|G.*|RTC.*|FS|MP\d*|showIncludes)$", body):
            continue
        elif word.startswith("/"):
            notes.append(f"flag of cl left out: {word}")
        else:
            yield word
