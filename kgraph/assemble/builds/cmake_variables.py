"""CMake's commands that compute variables.

Input: a command's name and values, and the scope. Output: the scope, changed. What is not computed here is forgotten,
so that a stale value is never taken for the one that CMake would have.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Sequence

from kgraph.assemble.builds.cmake_values import SOURCE, UNKNOWN, Scope, Value, spread
from kgraph.assemble.builds.globs import FileGlobs

# Of regular expressions only those without groups and with few repetitions are tried: others may take for ever.
_HARMLESS = re.compile(r"[^()+*?|{}]*(?:\.\*[^()+*?|{}]*){0,2}")
_FORGETTING = frozenset(
    {
        *("execute_process", "math", "get_target_property", "get_property", "get_directory_property", "cmake_path"),
        *("find_file", "find_library", "find_path", "find_program", "get_source_file_property", "try_compile"),
        *("check_cxx_compiler_flag", "check_c_compiler_flag", "exec_program", "get_cmake_property", "try_run"),
        *("separate_arguments", "cmake_language", "get_test_property", "get_filename_component", "string", "list"),
        *("file", "option"),
    }
)


def is_computing(name: str) -> bool:
    """Whether a command computes variables."""
    return name in _FORGETTING


def compute(name: str, values: Sequence[str], scope: Scope, folder: str, globs: FileGlobs) -> None:
    """Carry out a command in a scope, in the source folder `folder`."""
    computed = None
    if name == "list" and len(values) >= 2:
        computed = _list(values, scope)
    elif name == "file" and len(values) >= 2 and values[0] in ("GLOB", "GLOB_RECURSE"):
        computed = _glob(values, folder, globs)
    elif name == "string" and len(values) >= 2:
        computed = _string(values, scope)
    elif name == "get_filename_component" and len(values) >= 3 and UNKNOWN not in values[1]:
        computed = _component(values)
    if computed is not None:
        scope.set(*computed)
        return
    for each in values:  # one of them is where the result goes
        if scope.get(each) is not None:
            scope.set(each, None)


_Computed = tuple[str, Value] | None


def _list(values: Sequence[str], scope: Scope) -> _Computed:
    what, name, *rest = values
    known = scope.get(name) or ()
    match what:
        case "APPEND" | "INSERT":
            return name, (*known, *spread(rest[what == "INSERT" :]))
        case "PREPEND":
            return name, (*spread(rest), *known)
        case "REMOVE_ITEM":
            unwanted = set(rest)
            return name, tuple(item for item in known if item not in unwanted)
        case "REMOVE_DUPLICATES" | "SORT" | "REVERSE":
            return name, tuple(dict.fromkeys(known))
        case "FILTER" if len(rest) == 3 and _HARMLESS.fullmatch(rest[2]) and UNKNOWN not in rest[2]:
            try:
                pattern = re.compile(rest[2])
            except re.error:
                return None
            wanted = rest[0] == "INCLUDE"
            return name, tuple(item for item in known if bool(pattern.search(item)) == wanted)
        case "TRANSFORM" if len(rest) == 2 and rest[0] in ("PREPEND", "APPEND"):
            front, back = (rest[1], "") if rest[0] == "PREPEND" else ("", rest[1])
            return name, tuple(f"{front}{item}{back}" for item in known)
    return None


def _glob(values: Sequence[str], folder: str, globs: FileGlobs) -> _Computed:
    what, name, *rest = values
    relative: str | None = None
    found: list[str] = []
    position = 0
    while position < len(rest):
        argument = rest[position]
        position += 1
        if argument == "RELATIVE" and position < len(rest):
            relative = rest[position].removeprefix(SOURCE).strip("/")
            position += 1
        elif argument == "LIST_DIRECTORIES":
            position += 1
        elif argument in ("CONFIGURE_DEPENDS", "FOLLOW_SYMLINKS"):
            pass
        elif UNKNOWN in argument:
            found.append(argument)
        else:
            pattern, base = (argument[1:] or "/", "") if argument.startswith(SOURCE) else (argument, folder)
            if pattern.startswith("\x02"):
                continue
            for number in globs.matching(base, pattern, recurse=what == "GLOB_RECURSE"):
                path = globs.path(number)
                found.append(f"{SOURCE}/{path}" if relative is None else posixpath.relpath(path, relative or "."))
    return name, tuple(found)


_CASES: dict[str, Callable[[str], str]] = {"TOLOWER": str.lower, "TOUPPER": str.upper, "STRIP": str.strip}


def _string(values: Sequence[str], scope: Scope) -> _Computed:
    match values:
        case ["TOLOWER" | "TOUPPER" | "STRIP" as what, text, name] if UNKNOWN not in text:
            return name, (_CASES[what](text),)
        case ["REPLACE", old, new, name, *texts] if old and len(new) <= 1000 and UNKNOWN not in old + new:
            return name, spread([";".join(texts).replace(old, new)]) if len(texts) <= 1000 else ()
        case ["APPEND", name, *texts]:
            return name, ("".join((*(scope.get(name) or ()), *texts)),)
        case ["PREPEND", name, *texts]:
            return name, ("".join((*texts, *(scope.get(name) or ()))),)
        case ["CONCAT", name, *texts]:
            return name, ("".join(texts),)
    return None


def _component(values: Sequence[str]) -> _Computed:
    name, path, what, *_ = values
    folder, _, file = path.rpartition("/")
    match what:
        case "NAME":
            return name, (file,)
        case "NAME_WE":
            return name, (file.partition(".")[0],)
        case "NAME_WLE":
            return name, (file.rpartition(".")[0] or file,)
        case "DIRECTORY" | "PATH":
            return name, (folder,)
        case "ABSOLUTE" | "REALPATH" if path.startswith(SOURCE):
            plain = posixpath.normpath(path[1:].lstrip("/") or ".")
            return name, (SOURCE if plain == "." else f"{SOURCE}/{plain}",)
    return None
