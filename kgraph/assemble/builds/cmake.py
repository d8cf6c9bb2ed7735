"""CMake's language, evaluated as far as the texts of a repository tell.

Input: the commands of all CMake files. Output: targets, their sources and links, and tests, in a `BuildRecord`.

Nothing is known of the machine, so conditions are not decided: all branches are read, and a target has the sources that
any of them gives it. A variable that is set under a condition has its former values, too, but for those that the same
branch gave it, as an earlier turn of a loop does. Functions and macros of the repository are followed; what a command
of CMake computes and is not computed here makes its variable unknown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count

from kgraph.assemble.builds.cmake_commands import may_make_targets
from kgraph.assemble.builds.cmake_targets import CMakeTargets, is_of_targets
from kgraph.assemble.builds.cmake_values import (
    SOURCE,
    UNKNOWN,
    Branches,
    Scope,
    Value,
    expand,
    keyword_arguments,
    spread,
    unknown_names,
)
from kgraph.assemble.builds.cmake_variables import compute, is_computing
from kgraph.assemble.builds.globs import FileGlobs
from kgraph.assemble.builds.made import BuildRecord, Site
from kgraph.build_facts import CommandFact
from kgraph.repository_paths import parent

_MAX_DEPTH = 30  # of calls, inclusions and folders in each other
_MAX_BLOCKS = 40  # of blocks in each other
_MAX_NESTING = 120  # of both
_MIN_WORK = 500_000
_WORK_PER_COMMAND = 100
_ITEMS_AT_ONCE = 16  # so many items of a list are copied in less time than a command takes
_OPEN = {"if": "endif", "foreach": "endforeach", "while": "endwhile", "function": "endfunction", "macro": "endmacro"}
_CLOSE = frozenset(_OPEN.values())
LISTS = "CMakeLists.txt"
_EVALUATED = frozenset({"set", "unset", "include", "add_subdirectory", "cmake_parse_arguments", "project"})


@dataclass(slots=True)
class _Block:
    """A command with the commands of its block, if it opens one."""

    command: CommandFact
    body: list[_Block] = field(default_factory=list)


def blocks(commands: Sequence[CommandFact]) -> list[_Block]:
    """Commands as blocks; what is never closed ends with the file, and what was never opened closes nothing."""
    top: list[_Block] = []
    open_: list[_Block] = []
    for command in commands:
        if command.name in _CLOSE:
            if open_ and _OPEN[open_[-1].command.name] == command.name:
                open_.pop()
            continue
        block = _Block(command)
        (open_[-1].body if open_ else top).append(block)
        if command.name in _OPEN and len(open_) < _MAX_BLOCKS:
            open_.append(block)
    return top


@dataclass(frozen=True, slots=True)
class _Function:
    name: str
    parameters: tuple[str, ...]
    body: list[_Block]
    file: int
    is_macro: bool


class _TooMuchWorkError(Exception):
    """A build that is made to take for ever."""


@dataclass(slots=True)
class _Frame:
    """Where evaluation is."""

    scope: Scope
    file: int  # whose commands are evaluated
    folder: str  # CMAKE_CURRENT_SOURCE_DIR
    site: Site | None = None  # the outermost call, inside of functions
    branches: Branches = ()  # around, in this function or file, that may not be carried out
    depth: int = 0
    serial: int = field(default_factory=count().__next__)  # another for each call


class CMakeEvaluator:
    """Evaluates the CMake files of one repository."""

    def __init__(self, files: Mapping[int, Sequence[CommandFact]], globs: FileGlobs, record: BuildRecord) -> None:
        self._blocks = {number: blocks(commands) for number, commands in files.items()}
        self._globs = globs
        self._targets = CMakeTargets(globs, record)
        self._record = record
        self._functions: dict[str, _Function] = {}
        self._unknown: set[tuple[int, str]] = set()  # files, and commands that are not known in them
        self._visited: set[int] = set()
        self._including: list[int] = []
        self._nesting = 0
        self._work = _MIN_WORK + _WORK_PER_COMMAND * sum(map(len, files.values()))
        self._modules: dict[str, list[int]] = {}
        for number in files:
            self._modules.setdefault(globs.path(number).rpartition("/")[2], []).append(number)

    def run(self) -> None:
        """Evaluate each project, from its topmost file on; then the files that none of them adds."""
        lists = [n for n in self._blocks if self._globs.path(n).rpartition("/")[2] == LISTS]
        lists.sort(key=lambda n: (self._globs.path(n).count("/"), self._globs.path(n)))
        scopes: dict[str, Scope] = {}  # of projects, by their folder
        try:
            for number in lists:
                if number in self._visited:
                    continue
                folder = parent(self._globs.path(number))
                around = _find_nearest_project(folder, scopes)
                is_project = any(block.command.name == "project" for block in self._blocks[number])
                if around is None or is_project:
                    scope = Scope()
                    scope.set("CMAKE_SOURCE_DIR", (_source(folder),))
                    scope.set("PROJECT_SOURCE_DIR", (_source(folder),))
                    scope.set("CMAKE_BINARY_DIR", ("\x02",))
                    scope.set("PROJECT_BINARY_DIR", ("\x02",))
                    scopes[folder] = scope
                    self._targets.project = folder
                else:
                    scope, self._targets.project = Scope(scopes[around]), around
                self._folder(number, folder, _Frame(scope, number, folder))
        except _TooMuchWorkError:
            if lists:
                self._record.note(lists[0], 1, "the CMake files are too much work to evaluate")
        self._targets.finish()

    def _folder(self, number: int, folder: str, frame: _Frame) -> None:
        self._visited.add(number)
        frame.scope.set("CMAKE_CURRENT_SOURCE_DIR", (_source(folder),))
        frame.scope.set("CMAKE_CURRENT_BINARY_DIR", ("\x02/" + folder,))
        self._list(number, frame)

    def _list(self, number: int, frame: _Frame) -> None:
        frame.scope.set("CMAKE_CURRENT_LIST_DIR", (_source(parent(self._globs.path(number))),))
        self._run(self._blocks[number], frame)

    def _run(self, body: Sequence[_Block], frame: _Frame) -> bool:
        """Carry out commands; whether a `return` ended them."""
        if self._nesting >= _MAX_NESTING:
            return False
        self._nesting += 1
        try:
            return self._run_each(body, frame)
        finally:
            self._nesting -= 1

    def _run_each(self, body: Sequence[_Block], frame: _Frame) -> bool:
        for block in body:
            name = block.command.name
            match name:
                case "if":
                    if not _is_false(block.command.arguments):
                        self._run_perhaps(block, frame)
                case "else" | "elseif":
                    if frame.branches:
                        *around, (serial, opened, branch) = frame.branches
                        frame.branches = (*around, (serial, opened, branch + 1))
                case "foreach":
                    self._foreach(block, frame)
                case "while":
                    self._run_perhaps(block, frame)
                case "function" | "macro":
                    self._define(block, frame)
                case "return":
                    if not frame.branches:
                        return True
                case _:
                    self._command(block.command, frame)
        return False

    def _run_perhaps(self, block: _Block, frame: _Frame) -> None:
        """Carry out a block that may be passed over."""
        around = frame.branches
        frame.branches = (*around, (frame.serial, id(block), 0))
        self._run(block.body, frame)
        frame.branches = around

    def _command(self, command: CommandFact, frame: _Frame) -> None:
        scope, name = frame.scope, command.name
        if not (name in self._functions or name in _EVALUATED or is_computing(name) or is_of_targets(name)):
            self._unknown_command(command, frame)
            return
        scope.branches = frame.branches
        values = expand(command.arguments, scope)
        scope.branches = ()
        self._charge(1 + len(values) // _ITEMS_AT_ONCE)
        if name == "set":
            self._set(values, frame, is_added=f"${{{values[0]}}}" in "".join(command.arguments) if values else False)
        elif name == "unset" and values:
            scope.set(values[0], None)
        elif (function := self._functions.get(name)) is not None:
            self._call(function, values, command, frame)
        elif name == "include":
            self._include(values, frame)
        elif name == "add_subdirectory" and values:
            if UNKNOWN in values[0]:
                why = f"a folder that is added depends on {unknown_names(values[0])}, which is not known"
                self._record.note(frame.file, command.line, why)
            self._subdirectory(values[0], frame)
        elif name == "cmake_parse_arguments":
            self._parse_arguments(values, scope)
        elif name == "project":
            scope.set("PROJECT_SOURCE_DIR", (_source(frame.folder),))
            for each in values[:1]:
                scope.set("PROJECT_NAME", (each,))
                scope.set(f"{each}_SOURCE_DIR", (_source(frame.folder),))
        elif is_computing(name):
            compute(name, values, scope, frame.folder, self._globs)
            if name == "file" and values[:1] in (["GLOB"], ["GLOB_RECURSE"]) and scope.get(*values[1:2]) == ():
                self._record.note(frame.file, command.line, f"no file matches the patterns of {values[1]}")
            self._charge(sum(len(scope.get(each) or ()) for each in values[1:2]) // _ITEMS_AT_ONCE)
        else:
            site = frame.site or Site(frame.file, command.line, command.end)
            self._targets.command(name, values, frame.folder, site)

    def _unknown_command(self, command: CommandFact, frame: _Frame) -> None:
        """Remark on a command that nothing here defines, once in each file."""
        if may_make_targets(command.name) and (frame.file, command.name) not in self._unknown:
            self._unknown.add((frame.file, command.name))
            why = f"{command.name}() is not defined in the repository: what it makes is not known"
            self._record.note(frame.file, command.line, why)

    def _set(self, values: Sequence[str], frame: _Frame, *, is_added: bool) -> None:
        """`set`; with `is_added`, the value holds the former one."""
        if not values or values[0].startswith("ENV{"):
            return
        name, *rest = values
        scope: Scope | None = frame.scope
        if rest and rest[-1] == "PARENT_SCOPE":
            rest.pop()
            scope = frame.scope.outer
        is_cached = "CACHE" in rest
        if is_cached:
            rest = rest[: rest.index("CACHE")]
        if scope is None or (is_cached and scope.get(name) is not None):
            return
        value = spread(rest)
        if is_added or not frame.branches:
            scope.set(name, value)
        else:
            scope.set(name, value, frame.branches)
            self._charge(len(scope.get(name) or ()) // _ITEMS_AT_ONCE)

    def _foreach(self, block: _Block, frame: _Frame) -> None:
        variable, *items = expand(block.command.arguments, frame.scope) or [""]
        if items and items[0] == "RANGE":
            items = [UNKNOWN]
        elif items and items[0] == "IN":
            values: list[str] = []
            what = ""
            for item in items[1:]:
                if item in ("LISTS", "ITEMS", "ZIP_LISTS"):
                    what = item
                elif what == "LISTS":
                    known = frame.scope.get(item)
                    values += [f"{UNKNOWN}{item}{UNKNOWN}"] if known is None else known
                else:
                    values.append(item)
            items = values
        if not variable or variable.count(UNKNOWN):
            return
        for item in items:
            self._charge(1)
            frame.scope.set(variable, (item,))
            self._run(block.body, frame)
        frame.scope.set(variable, None)

    def _define(self, block: _Block, frame: _Frame) -> None:
        name, *parameters = expand(block.command.arguments, frame.scope) or [""]
        if name and UNKNOWN not in name:
            is_macro = block.command.name == "macro"
            self._functions[name.lower()] = _Function(name, tuple(parameters), block.body, frame.file, is_macro)

    def _call(self, function: _Function, values: Sequence[str], command: CommandFact, frame: _Frame) -> None:
        if frame.depth >= _MAX_DEPTH:
            return
        given = dict(zip(function.parameters, ((value,) for value in values), strict=False))
        rest = tuple(values[len(function.parameters) :])
        arguments: dict[str, Value] = {**given, "ARGN": rest, "ARGV": tuple(values), "ARGC": (str(len(values)),)}
        arguments |= {f"ARGV{n}": (value,) for n, value in enumerate(values[:50])}
        site = frame.site or Site(frame.file, command.line, command.end)
        # A macro's own arguments are no variables, but the scope that it is called in sees what it sets.
        if function.is_macro:
            former = {name: frame.scope.get(name) for name in arguments}
            for name, value in arguments.items():
                frame.scope.set(name, value)
            inner = _Frame(frame.scope, frame.file, frame.folder, site, frame.branches, frame.depth + 1)
            self._run(function.body, inner)
            for name, before in former.items():
                frame.scope.set(name, before)
        else:
            arguments["CMAKE_CURRENT_FUNCTION_LIST_DIR"] = (_source(parent(self._globs.path(function.file))),)
            scope = Scope(frame.scope, arguments)
            self._run(function.body, _Frame(scope, frame.file, frame.folder, site, (), frame.depth + 1))

    def _include(self, values: Sequence[str], frame: _Frame) -> None:
        if not values:
            return
        spelled = values[0]
        if UNKNOWN in spelled:
            return
        number = self._find_file(frame.folder, spelled)
        if number is None and "/" not in spelled and not spelled.endswith(".cmake"):
            file = f"{spelled}.cmake"
            folders = frame.scope.get("CMAKE_MODULE_PATH") or ()
            found = (self._find_file(frame.folder, f"{folder}/{file}") for folder in folders)
            number = next((each for each in found if each is not None), None)
            if number is None and len(self._modules.get(file, ())) == 1:
                number = self._modules[file][0]
        if number is None or number not in self._blocks or number in self._including or frame.depth >= _MAX_DEPTH:
            return
        self._including.append(number)
        self._visited.add(number)
        site = frame.site
        inner = _Frame(frame.scope, number, frame.folder, site, frame.branches, frame.depth + 1)
        self._list(number, inner)
        self._including.pop()
        frame.scope.set("CMAKE_CURRENT_LIST_DIR", (_source(parent(self._globs.path(frame.file))),))

    def _subdirectory(self, spelled: str, frame: _Frame) -> None:
        number = self._find_file(frame.folder, f"{spelled}/{LISTS}") if UNKNOWN not in spelled else None
        if number is None or number not in self._blocks or number in self._visited or frame.depth >= _MAX_DEPTH:
            return
        folder = parent(self._globs.path(number))
        self._folder(number, folder, _Frame(Scope(frame.scope), number, folder, depth=frame.depth + 1))

    def _find_file(self, folder: str, spelled: str) -> int | None:
        if spelled.startswith(SOURCE):
            return self._globs.file("", spelled[1:])
        return None if spelled.startswith(("/", "\x02")) else self._globs.file(folder, spelled)

    def _parse_arguments(self, values: Sequence[str], scope: Scope) -> None:
        if values[:1] == ["PARSE_ARGV"] and len(values) >= 6 and values[1].isdecimal():
            prefix, lists, given = values[2], values[3:6], (scope.get("ARGV") or ())[int(values[1]) :]
        elif len(values) >= 4:
            prefix, lists, given = values[0], values[1:4], tuple(values[4:])
        else:
            return
        parsed = keyword_arguments(given, *(each.split(";") for each in lists))
        for name, value in parsed.items():
            scope.set(f"{prefix}_{name}", value)

    def _charge(self, work: int) -> None:
        self._work -= work
        if self._work < 0:
            raise _TooMuchWorkError


def _source(folder: str) -> str:
    return f"{SOURCE}/{folder}" if folder else SOURCE


def _find_nearest_project(folder: str, scopes: Mapping[str, Scope]) -> str | None:
    """The nearest project around a folder."""
    while folder:
        folder = parent(folder)
        if folder in scopes:
            return folder
    return None


def _is_false(condition: Sequence[str]) -> bool:
    return len(condition) == 1 and condition[0].upper() in ("FALSE", "0", "OFF", "NO")
