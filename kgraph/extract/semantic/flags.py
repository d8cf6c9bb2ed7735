"""A compiler's command line as libclang wants it.

Input: the words of one command of a compile database. Output: the flags that say how the text is to be read, and notes
on those that were left out.

What passes is on a list (`allowed_flags`), for a database is input, not ours to trust. Left out without a word: what
names outputs, dependency files and warnings, optimizes, or is for the linker. All else is left out with a note.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from kgraph.extract.semantic.allowed_flags import (
    ALIASES,
    NOTED_WITH_VALUE,
    QUIET,
    QUIET_WITH_VALUE,
    SHORT,
    WITH_VALUE,
    is_allowed,
    separate,
)
from kgraph.extract.semantic.compiler_targets import base_name, is_msvc, target_flags
from kgraph.extract.semantic.response_files import ResponseFiles

_WRAPPERS = frozenset({"ccache", "sccache", "distcc", "icecc", "goma", "gomacc", "rewrapper", "buildcache", "time"})

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


def clean_arguments(
    words: Sequence[str], file: str, folder: str, responses: ResponseFiles | None = None
) -> tuple[list[str], list[str]]:
    """Flags for libclang, and notes; `file` is what the command compiles, absolute, `folder` where it runs.

    `responses` reads response files for all commands of a database.
    """
    notes: list[str] = []
    words = list((responses or ResponseFiles()).expand(words, folder, notes))
    # What cannot be a word of any command: libclang would see the part before the NUL, and take the next for its value.
    notes += [f"flag left out: {word!r}" for word in words if "\0" in word]
    words = [word for word in words if "\0" not in word]
    while len(words) > 1 and base_name(words[0]) in _WRAPPERS:
        words = words[1:]
    program = words[0] if words else ""
    compiler = base_name(program)
    words = words[1:]
    target = target_flags(program, words, notes)
    if is_msvc(program, words):
        words = list(_from_msvc(words, file, folder, notes))
    elif compiler == "nvcc" or file.endswith(".cu"):
        # Without clang's own wrapper of the toolkit's headers, which knows toolkits of its own time alone.
        words = [*_CUDA, *_toolkit(program, words), *_from_nvcc(words, notes)]
    kept = [*target, *_relevant_words(words, file, folder, notes)]
    if "++" in compiler and file.endswith(".c") and "-x" not in kept:
        kept = ["-x", "c++", *kept]
    return kept, notes


def flags(arguments: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """What `clean_arguments` gave, flag by flag: one word, or an option and its value, whatever that looks like."""
    waiting = iter(arguments)
    for word in waiting:
        yield (word, next(waiting, "")) if word in WITH_VALUE else (word,)


def _relevant_words(words: Sequence[str], file: str, folder: str, notes: list[str]) -> Iterator[str]:
    """What says how the text is to be read."""
    preprocessor: list[str] = []
    frontend: list[str] = []
    waiting = iter(words)
    for word in waiting:
        if word == "--":
            break  # nothing but inputs follows
        if word in ("-Xpreprocessor", "-Xclang"):
            (preprocessor if word == "-Xpreprocessor" else frontend).append(next(waiting, ""))
        elif word.startswith("-Wp,"):
            preprocessor += _without_dependency_files(word.split(",")[1:])
        elif word.startswith("-Xclang="):
            frontend.append(word.partition("=")[2])
        elif word.startswith("-") and word != "-":
            yield from _pass_flag(word, waiting, notes, "")
        elif not _is_input(word, file, folder):
            notes.append(f"second input left out: {word}")
    # Flags for a part of the compiler mean the same without saying so, and come after the others there too.
    for option, part in (("-Xpreprocessor ", preprocessor), ("-Xclang ", frontend)):
        waiting = iter(part)
        for word in waiting:
            if word.startswith("-"):
                yield from _pass_flag(word, waiting, notes, option)
            else:
                notes.append(f"flag left out: {option}{word}")


def _without_dependency_files(words: Sequence[str]) -> Iterator[str]:
    """`-Wp,-MD,a.d` without the file, which the preprocessor takes for the value of the flag."""
    waiting = iter(words)
    for word in waiting:
        yield word
        if word in ("-MD", "-MMD"):
            next(waiting, None)


def _pass_flag(word: str, waiting: Iterator[str], notes: list[str], spelled: str) -> Iterator[str]:
    """One flag with its value, if it may pass; `spelled` is how the part of the compiler that it is for was named."""
    flag: tuple[str, ...] = (word,)
    option = ALIASES.get(word, word)
    if option in ("--std", "--stdlib", "-gcc-toolchain"):
        flag = (f"--{option.lstrip('-')}={next(waiting, '')}",)
    elif option in WITH_VALUE:
        value = next(waiting, None)
        if value is None:
            notes.append(f"flag left out: {spelled}{word}")
            return
        flag = (option, value)
    elif option in QUIET_WITH_VALUE:
        next(waiting, None)
        return
    elif option in NOTED_WITH_VALUE:
        notes.append(f"flag left out: {spelled}{word} {next(waiting, '')}")
        return
    elif both := separate(word):
        if not is_allowed(*both):
            flag = (word,)
        elif word.startswith(SHORT):
            yield word
            return
        else:
            flag = both
    if is_allowed(*flag):
        yield from flag
    elif len(flag) > 1 or not QUIET.fullmatch(word):
        notes.append(f"flag left out: {spelled}{' '.join(flag)}")


def _is_input(word: str, file: str, folder: str) -> bool:
    return word == file or os.path.normpath(Path(folder, word)) == os.path.normpath(file)


def _toolkit(program: str, words: Sequence[str]) -> Iterator[str]:
    """What nvcc includes by itself, from the toolkit that it is of."""
    if base_name(program) != "nvcc" or any(word.startswith("--cuda-path") for word in words):
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
_MSVC = {
    **{"I": "-I", "D": "-D", "U": "-U", "FI": "-include", "external:I": "-isystem", "imsvc": "-isystem"},
    "clang:": "",
}
_MSVC_QUIET = re.compile(
    r"(c|nologo|W.*|w.*|Fo.*|Fd.*|Fa.*|Fe.*|Z.*|O.*|EH.*|GR-?|G.*|RTC.*|FS|MP\d*|showIncludes|utf-8|permissive-?|"
    r"bigobj|sdl-?|fp:.*|diagnostics:.*|analyze.*|errorReport:.*|source-charset:.*|execution-charset:.*|volatile:.*|"
    r"external:(W\d|anglebrackets|templates-?)|TP|TC|J|std:.*|M[TD]d?|LDd?|-?driver-mode=cl|-)$"
)
_MSVC_MACROS = {"MT": ("_MT",), "MD": ("_MT", "_DLL"), "LD": ("_MT",)}  # with `d` behind them, _DEBUG too
_MSVC_STANDARD = re.compile(r"std:c(\+\+)?(\w+)$")


def _from_msvc(words: Sequence[str], file: str, folder: str, notes: list[str]) -> Iterator[str]:
    yield from ("-fms-extensions", "-fms-compatibility", "-fdelayed-template-parsing")
    bodies = [word[1:] for word in words if word[:1] in ("/", "-")]
    if not any(map(_MSVC_STANDARD.match, bodies)) and ("TP" in bodies or not file.endswith(".c")):
        yield "-std=c++14"
    runtime = next((body for body in reversed(bodies) if re.match(r"(MT|MD|LD)d?$", body)), "MT")
    yield from (f"-D{name}" for name in (*_MSVC_MACROS[runtime[:2]], *(("_DEBUG",) if runtime[2:] else ())))
    waiting = iter(words)
    for word in waiting:
        if word[:1] not in ("/", "-") or _is_input(word, file, folder):
            yield word
            continue
        body = word[1:]
        name = next((name for name in sorted(_MSVC, key=len, reverse=True) if body.startswith(name)), None)
        if match := _MSVC_STANDARD.match(body):
            yield f"-std=c{match[1] or ''}{'2b' if match[2] in ('latest', '23preview') else match[2]}"
        elif name is not None and not _MSVC_QUIET.match(body):
            value = body.removeprefix(name) or next(waiting, "")
            yield from (_MSVC[name], value) if _MSVC[name] else (value,)
        elif body in ("TP", "TC"):
            yield from ("-x", "c++" if body == "TP" else "c")
        elif body == "J":
            yield "-funsigned-char"
        elif match := re.match(r"arch:(AVX512|AVX2|AVX|SSE2)$", body):
            yield {"AVX512": "-mavx512f"}.get(match[1], f"-m{match[1].lower()}")
        elif _MSVC_QUIET.match(body):
            continue
        elif word.startswith("/"):
            notes.append(f"flag of cl left out: {word}")
        else:
            yield word
