"""Uses by names that a program looks up while it runs: commands, addresses, modules, scripts.

Input: what is registered under which name, and the literals that are such names (see `extract.python.runtime_names`),
with what their paths mean. Output: a reference from whoever has the literal in it to what is found by it, where that is
one thing in the whole repository: no literal leads to one of several commands or routes. What a file of tests registers
is there for its own tests, and found from no other file.

A word of a command line is a command of the group that is asked, where both are known. An address is compared with
routes by segments, of which one has to be spelled out in both; patterns that are regular expressions are not read.
"""

from __future__ import annotations

import posixpath
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from kgraph.assemble.evidence import PythonEvidence
from kgraph.assemble.python.interfaces import PLACE, PythonFiles
from kgraph.assemble.python.modules import ModuleIndex
from kgraph.assemble.python.routes import Routes
from kgraph.model import ExtractResult, FileFacts, UseKind
from kgraph.name_facts import RuntimeName, RuntimeNameFact
from kgraph.repository_paths import parent
from kgraph.test_words import TEST_FOLDERS

ASKED = "?"  # the kind of rows that ask what a path means, and are no uses
_COMMAND_FILE = re.compile(r"(?:^|/)management/commands/(\w+)(?:\.py)?$")
_RUNS_COMMANDS = re.compile(r"(?i)main|cli|run|invoke|command|cmd")  # in names of functions that read arguments


_Question = tuple[int, str]  # the place of the file that asks, and the path


@dataclass(frozen=True, slots=True)
class _Fact:
    """A fact with the place of its file, and of the symbol that owns it, -1 for none."""

    fact: RuntimeNameFact
    file: int
    owner: int


class RuntimeUses:
    """All names of a repository that are looked up while it runs."""

    def __init__(self, facts: Sequence[ExtractResult], files: PythonFiles, modules: ModuleIndex) -> None:
        self._files, self._modules = files, modules
        heads = files.symbols.filter(pl.col("file").is_first_distinct())
        firsts = {file: at + own for file, at, own in heads.select("file", "at", "is_module").iter_rows()}
        self._module_of = {file: at for file, at, own in heads.select("file", "at", "is_module").iter_rows() if own}
        self._place = {number: place for place, number in enumerate(files.numbers)}
        every = [
            _Fact(each, place, firsts.get(place, 0) + each.owner if each.owner >= 0 else -1)
            for place, number in enumerate(files.numbers)
            if isinstance(fact := facts[number], FileFacts)
            for each in fact.runtime_names
        ]
        self._registered = [each for each in every if each.fact.registers]
        self._used = [each for each in every if not each.fact.registers]
        self._scripts = list(self._find_scripts(facts)) if self._used else []
        asked = [(each.file, path) for each in every for path in (each.fact.path, each.fact.within) if path]
        self._questions = list(dict.fromkeys([*asked, *(question for _, question in self._scripts)]))
        if not self._used:
            self._questions = []

    def _find_scripts(self, facts: Sequence[ExtractResult]) -> Iterator[tuple[str, _Question]]:
        """Names of scripts, and what each runs."""
        for number, fact in enumerate(facts):
            if not (isinstance(fact, FileFacts) and fact.build.targets):
                continue
            for target in fact.build.targets:
                module, colon, name = target.entry.partition(":")
                if colon and (place := self._module(parent(self._modules.path_of(number)), module)) is not None:
                    yield target.name, (place, f":{name}")

    def _module(self, folder: str, dotted: str) -> int | None:
        """The place of the file of a module."""
        found = self._modules.locate(folder, dotted) if dotted else None
        return self._place.get(found[1]) if found and found[1] is not None else None

    def questions(self) -> pl.DataFrame:
        """What paths mean is asked with the uses: rows of the kind `ASKED`, numbered in `line`."""
        return (
            pl.DataFrame(
                {
                    "kind": pl.Series([ASKED] * len(self._questions), dtype=pl.String),
                    "line": pl.Series(range(len(self._questions)), dtype=self._files.uses.schema["line"]),
                    "file": pl.Series([file for file, _ in self._questions], dtype=PLACE),
                    "path": pl.Series([path for _, path in self._questions], dtype=pl.String),
                    "owner": pl.Series([None] * len(self._questions), dtype=PLACE),
                }
            )
            .select(self._files.uses.columns)
            .cast(self._files.uses.schema)
        )

    def rows(self, answers: pl.DataFrame) -> pl.DataFrame:
        """The uses: kind, file, owner, line, evidence and the id of the target, `to_id`."""
        meant: dict[_Question, int] = {}
        found = (
            answers.drop_nulls("to").group_by("line").agg(pl.col("to").unique()).filter(pl.col("to").list.len() == 1)
        )
        for number, places in found.select("line", "to").iter_rows():
            meant[self._questions[number]] = places[0]
        finder = _Finder(self, meant)
        rows = dict.fromkeys(
            (each.file, each.owner, each.fact.line, target, evidence)
            for each in self._used
            for target, evidence in finder.find(each)
            if target != each.owner
        )
        frame = pl.DataFrame(
            [(UseKind.READ.value, file, owner if owner >= 0 else None, *rest) for file, owner, *rest in rows],
            schema={
                "kind": pl.String(),
                "file": PLACE,
                "owner": PLACE,
                "line": self._files.uses.schema["line"],
                "to": PLACE,
                "evidence": pl.String(),
            },
            orient="row",
        )
        return frame.with_columns(to_id=self._files.symbols["id"].gather(frame["to"]))


class _Finder:
    """Finds what names mean."""

    def __init__(self, names: RuntimeUses, meant: Mapping[_Question, int]) -> None:
        self._names, self._meant = names, meant
        self._commands: dict[str, dict[int, set[int]]] = defaultdict(dict)  # by name the targets, with their groups
        self._groups: set[int] = set()
        self._handlers: set[int] = set()  # what parsers of `argparse` hand on to
        self._routes, self._route_names = Routes(), defaultdict[str, set[int]](set)
        self._scripts = defaultdict[str, set[int]](set)
        for name, question in names._scripts:
            if question in meant:
                self._scripts[name].add(meant[question])
        for each in names._registered:
            self._register(each)
        for each in names._registered:  # a command that a group is given under its own name
            fact, target = each.fact, self._target(each)
            if fact.form == RuntimeName.COMMAND and not fact.name and target is not None:
                self._give_group(target, self._path(each, fact.within))
        self._file_of = names._files.symbols["file"].to_list()
        self._is_own = [_is_test(names._modules.path_of(number)) for number in names._files.numbers]
        self._management: dict[str, set[int]] = defaultdict(set)
        if any(each.fact.form == RuntimeName.DJANGO for each in names._used):
            self._find_management_commands()

    def _path(self, each: _Fact, path: str) -> int | None:
        return self._meant.get((each.file, path)) if path else None

    def _target(self, each: _Fact) -> int | None:
        return each.owner if each.owner >= 0 else self._path(each, each.fact.path)

    # --- what is registered -------------------------------------------------------------------------------------------

    def _register(self, each: _Fact) -> None:
        fact, target, group = each.fact, self._target(each), self._path(each, each.fact.within)
        if fact.form == RuntimeName.MOUNT:
            if target is not None:
                self._routes.mount(fact.name, target, group)
        elif fact.form == RuntimeName.ROUTE:
            self._routes.add(fact.name, fact.detail, target, group, each.file)
        elif target is None:
            return
        elif fact.form == RuntimeName.ROUTE_NAME:
            self._route_names[fact.name].add(target)
        elif fact.form == RuntimeName.COMMAND:
            for name in fact.name.split("\n") if fact.name else ():
                self._commands[name].setdefault(target, set())
                if group is not None:
                    self._commands[name][target].add(group)
            if group is not None:
                self._groups.add(group)
            if fact.detail == "group":
                self._groups.add(target)
            elif fact.detail == "parser":
                self._handlers.add(target)

    def _visible(self, targets: Iterable[int], file: int) -> set[int]:
        """Those of some targets that may be meant in a file: what it registers itself, or else what is no test's."""
        several = set(targets)
        files = self._visible_files({self._file_of[target] for target in several}, file)
        return {target for target in several if self._file_of[target] in files}

    def _visible_files(self, files: Iterable[int], file: int) -> set[int]:
        several = set(files)
        return {file} if file in several else {each for each in several if not self._is_own[each]}

    def _give_group(self, target: int, group: int | None) -> None:
        if group is not None:
            self._groups.add(group)
            for targets in self._commands.values():
                if target in targets:
                    targets[target].add(group)

    def _find_management_commands(self) -> None:
        names = self._names
        own = names._files.names.filter(pl.col("name").is_in(["Command", "Command.handle"]))
        places: dict[int, dict[str, int]] = defaultdict(dict)
        for file, name, at in own.select("file", "name", "at").iter_rows():
            places[file][name] = at
        for place, number in enumerate(names._files.numbers):
            if (match := _COMMAND_FILE.search(names._modules.path_of(number))) and place in places:
                found = places[place]
                self._management[match[1]].add(found.get("Command.handle", next(iter(found.values()))))

    # --- what a literal names -----------------------------------------------------------------------------------------

    def find(self, each: _Fact) -> Iterator[tuple[int, str]]:
        """The places of what a literal names, with the evidence."""
        fact = each.fact
        match fact.form:
            case RuntimeName.COMMAND:
                group = self._path(each, fact.within)
                if group is None or group in self._groups:
                    is_made_here = group is None and bool(fact.within)  # by a call, so no other file registers with it
                    yield from self._command(fact.name.split("\n"), group, each.file, only_here=is_made_here)
            case RuntimeName.ARGUMENTS:
                yield from self._find_argument_names(each)
            case RuntimeName.DJANGO:
                yield from _only(self._management.get(fact.name, ()), PythonEvidence.COMMAND_NAME)
            case RuntimeName.MODULE:
                yield from self._run(each)
            case RuntimeName.SCRIPT:
                script, *words = fact.name.split("\n")
                for target, _ in _only(self._scripts.get(script, ()), ""):
                    yield target, PythonEvidence.SCRIPT_NAME
                    if target in self._groups:
                        yield from self._command(words, target, each.file)
            case RuntimeName.DOTTED:
                yield from self._find_dotted(each)
            case RuntimeName.ROUTE:
                fits = self._routes.find(fact.name, fact.detail, lambda files: self._visible_files(files, each.file))
                yield from _only(fits, PythonEvidence.ADDRESS)
            case RuntimeName.ROUTE_NAME:
                name = re.split(r"[:.]", fact.name)[-1]
                yield from _only(self._visible(self._route_names.get(name, ()), each.file), PythonEvidence.ROUTE_NAME)

    def _find_argument_names(self, each: _Fact) -> Iterator[tuple[int, str]]:
        """Of `main(["build"])`: commands of a group, or what a parser of `argparse` hands on to."""
        fact, words = each.fact, each.fact.name.split("\n")
        for path in (fact.within, fact.path):
            if (group := self._path(each, path)) is not None and group in self._groups:
                yield from self._command(words, group, each.file)
                return
        if self._path(each, fact.within) is None or not _RUNS_COMMANDS.search(re.split(r"[.:]", fact.within)[-1]):
            return
        handlers = self._commands.get(words[0], {}).keys()
        if handlers <= self._handlers:
            yield from _only(self._visible(handlers, each.file), PythonEvidence.COMMAND_NAME)

    def _command(
        self, words: Sequence[str], group: int | None, file: int, *, only_here: bool = False
    ) -> Iterator[tuple[int, str]]:
        """What the words of a command line run: a command, and one of it where it is a group."""
        for word in words:
            if word.startswith("-"):
                continue
            found = self._commands.get(word, {})
            inside = [target for target, groups in found.items() if group in groups]
            elsewhere = [target for target, groups in found.items() if group is None or not groups]
            chosen = set(inside) or self._visible(elsewhere, file)
            if only_here and not inside:
                chosen = {target for target in chosen if self._file_of[target] == file}
            if len(chosen) != 1:
                return
            group = chosen.pop()
            yield group, PythonEvidence.COMMAND_NAME
            if group not in self._groups:
                return

    def _find_dotted(self, each: _Fact) -> Iterator[tuple[int, str]]:
        """What a module defines, or a module."""
        found = self._path(each, each.fact.path)
        if found is None and (place := self._names._module(self._folder(each), each.fact.name)) is not None:
            found = self._names._module_of.get(place)
        if found is not None:
            yield found, PythonEvidence.DOTTED_NAME

    def _folder(self, each: _Fact) -> str:
        """The folder of the module that a literal stands in."""
        return parent(self._names._modules.path_of(self._names._files.numbers[each.file]))

    def _run(self, each: _Fact) -> Iterator[tuple[int, str]]:
        """Of `python -m pkg`: the module that then runs, and the command of it that the next words name."""
        names = self._names
        module, *words = each.fact.name.split("\n")
        folder = self._folder(each)
        for dotted in (f"{module}.__main__", module):
            place = names._module(folder, dotted)
            if place is not None and (at := names._module_of.get(place)) is not None:
                yield at, PythonEvidence.MODULE_NAME
                yield from self._command(words[:1], None, each.file)
                return


def _only(found: Iterable[int], evidence: str) -> Iterator[tuple[int, str]]:
    """The one that was found; nothing of several."""
    several = set(found)
    if len(several) == 1:
        yield several.pop(), evidence


def _is_test(path: str) -> bool:
    """Whether a file is there for tests of its own alone."""
    return posixpath.basename(path) != "conftest.py" and not TEST_FOLDERS.isdisjoint(re.split(r"\W|_", path.lower()))
