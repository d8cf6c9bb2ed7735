"""Meson's build files, evaluated as far as the texts of a repository tell.

Input: the statements of all Meson files. Output: targets, their sources and links, and tests, in a `BuildRecord`.

Nothing is known of the machine and of options, so most conditions are not decided: all branches are read, and a
variable may hold what any of them gives it. What two literals decide is decided.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kgraph.assemble.builds.globs import FileGlobs
from kgraph.assemble.builds.made import BuildRecord, Site
from kgraph.assemble.builds.meson_calls import BUILD_FILE, MesonCalls, MesonFrame, is_call
from kgraph.assemble.builds.meson_targets import CallArguments, MesonTargets
from kgraph.assemble.builds.meson_values import (
    UNDECIDED,
    ExternalValue,
    MesonNames,
    ModuleValue,
    NeededTargets,
    SubprojectValue,
    UnknownValue,
    Value,
    add_values,
    bound_size,
    join_path,
    merge_alternatives,
)
from kgraph.build_facts import Expression, StatementFact
from kgraph.repository_paths import parent

_MAX_DEPTH = 30  # of folders and subprojects in each other
_MIN_WORK = 500_000
_WORK_PER_STATEMENT = 300
_ITEMS_PER_WORK = 20  # of lists that are copied
_STOPS = frozenset({"continue", "break"})


class _TooMuchWorkError(Exception):
    """A build that is made to take for ever."""


class MesonEvaluator:
    """Evaluates the Meson files of one repository."""

    def __init__(self, files: Mapping[int, Sequence[StatementFact]], globs: FileGlobs, record: BuildRecord) -> None:
        self._files = files
        self._globs = globs
        self._record = record
        self._calls = MesonCalls(files, globs, MesonTargets(globs, record), self)
        self._visited: set[int] = set()
        self._subprojects: dict[str, SubprojectValue] = {}  # by folder
        self._work = _MIN_WORK + _WORK_PER_STATEMENT * sum(map(len, files.values()))

    def run(self) -> None:
        """Evaluate each project, from its topmost file on; then the files that none of them adds."""
        numbers = [n for n in self._files if self._globs.path(n).rpartition("/")[2] == BUILD_FILE]
        numbers.sort(key=lambda n: (self._globs.path(n).count("/"), self._globs.path(n)))
        roots: dict[str, MesonNames] = {}
        try:
            for number in numbers:
                if number in self._visited:
                    continue
                folder = parent(self._globs.path(number))
                around = _find_nearest_project(folder, roots)
                if around is None or _is_project(self._files[number]):
                    roots[folder] = MesonNames()
                    self._folder(MesonFrame(roots[folder], number, folder, folder))
                else:
                    self._folder(MesonFrame(MesonNames(roots[around]), number, folder, around))
        except RecursionError:
            self._record.note(numbers[0], 1, "folders and blocks nest too deeply to be evaluated")
        except _TooMuchWorkError:
            self._record.note(numbers[0], 1, "the Meson files are too much work to evaluate")

    def _folder(self, frame: MesonFrame) -> None:
        self._visited.add(frame.file)
        self._run(self._files[frame.file], frame)

    # --- statements ---

    def _run(self, statements: Sequence[StatementFact], frame: MesonFrame) -> bool:
        """Carry out statements; whether what is around them ends there."""
        names = frame.names
        for statement in statements:
            self._charge(1)
            match statement.form:
                case "assign":
                    names.own[statement.name] = self._value(statement.value, frame)
                case "append":
                    sides = (names.get(statement.name), self._value(statement.value, frame))
                    names.own[statement.name] = self._sum(sides)
                case "call":
                    if is_call(statement.value, "subdir_done"):
                        return True
                    self._value(statement.value, frame)
                case "if":
                    if self._if(statement.body, frame):
                        return True
                case "for":
                    self._for(statement, frame)
                case form if form in _STOPS:
                    return True
        return False

    def _if(self, branches: Sequence[StatementFact], frame: MesonFrame) -> bool:
        """Carry out all branches that may be taken; whether the only one ends what is around."""
        taken: list[MesonNames] = []
        is_one_taken = others = False
        for branch in branches:
            condition = self._value(branch.value, frame)
            if condition is False:
                continue
            is_one_taken = condition is True
            if is_one_taken and not others:
                return self._run(branch.body, frame)
            others = True
            names = MesonNames(frame.names)
            inner = MesonFrame(names, frame.file, frame.folder, frame.root, frame.depth)
            # What such a branch ends is not ended for the others; what comes behind it never sees its variables.
            if not (self._run(branch.body, inner) or _is_fatal(branch.body)):
                taken.append(names)
            if is_one_taken:
                break
        frame.names.join(taken, is_one_taken=is_one_taken)
        self._charge(sum(len(names.own) for names in taken))
        return False

    def _for(self, statement: StatementFact, frame: MesonFrame) -> None:
        iterable = self._value(statement.value, frame)
        items: Sequence[Value]
        if isinstance(iterable, dict):
            items = [(key, value) for key, value in iterable.items()]
        elif isinstance(iterable, tuple):
            items = iterable
        else:
            items = [iterable if isinstance(iterable, UnknownValue) else UnknownValue("a value of the build")]
        for item in items:
            self._charge(1)
            parts = item if len(statement.parameters) > 1 and isinstance(item, tuple) else (item,)
            for name, part in zip(statement.parameters, (*parts, *[item] * len(statement.parameters)), strict=False):
                frame.names.own[name] = part
            self._run(statement.body, frame)

    def subdirectory(self, value: Value, frame: MesonFrame, site: Site) -> None:
        """Evaluate a folder in the variables of the one that adds it."""
        if not isinstance(value, str):
            spelled = value.spelled if isinstance(value, UnknownValue) else "the build"
            why = f"a folder that is given to subdir() depends on {spelled}, which is not known"
            self._record.note(site.file, site.line, why)
            return
        number = self._globs.file(frame.folder, f"{value}/{BUILD_FILE}")
        if number is None or number not in self._files or number in self._visited or frame.depth >= _MAX_DEPTH:
            return
        folder = parent(self._globs.path(number))
        self._folder(MesonFrame(frame.names, number, folder, frame.root, frame.depth + 1))

    def subproject(self, name: Value, frame: MesonFrame) -> Value:
        """The variables of a subproject, which is evaluated once."""
        if not isinstance(name, str):
            return UnknownValue("subproject()")
        number = self._globs.file(frame.root, f"subprojects/{name}/{BUILD_FILE}")
        if number is None or number not in self._files:
            return ExternalValue()
        folder = parent(self._globs.path(number))
        if folder not in self._subprojects:
            self._subprojects[folder] = SubprojectValue(MesonNames())
            if frame.depth < _MAX_DEPTH and number not in self._visited:
                names = self._subprojects[folder].names
                self._folder(MesonFrame(names, number, folder, folder, frame.depth + 1))
        return self._subprojects[folder]

    # --- values ---

    def _value(self, expression: Expression, frame: MesonFrame) -> Value:
        self._charge(1)
        items = expression.items
        match expression.form:
            case "text":
                return expression.text
            case "number":
                return int(expression.text[:9]) if expression.text.isdecimal() else UnknownValue("a number")
            case "truth":
                return expression.text == "true"
            case "name":
                return ModuleValue("meson") if expression.text == "meson" else frame.names.get(expression.text)
            case "list":
                return bound_size(tuple(self._value(each, frame) for each in items))
            case "dict":
                values = [self._value(each, frame) for each in items]
                pairs = zip(values[::2], values[1::2], strict=False)
                return bound_size({key: value for key, value in pairs if isinstance(key, str)})
            case "join":
                return self._sum([self._value(each, frame) for each in items])
            case "path":
                return join_path([self._value(each, frame) for each in items])
            case "select":
                return self._select(items, frame)
            case "item":
                return self._item(self._value(items[0], frame), items[1], frame)
            case "call":
                return self._call(expression, frame)
            case "compare" | "not" | "any" | "all":
                return self._truth(expression, frame)
        return UnknownValue("an expression")

    def _select(self, items: Sequence[Expression], frame: MesonFrame) -> Value:
        condition = self._value(items[2], frame) if len(items) > 2 else None
        if isinstance(condition, bool):
            return self._value(items[0 if condition else 1], frame)
        return merge_alternatives(self._value(items[0], frame), self._value(items[1], frame))

    def _item(self, container: Value, key: Expression, frame: MesonFrame) -> Value:
        if isinstance(container, dict):
            wanted = self._value(key, frame)
            return container.get(wanted, UnknownValue(f"the key {wanted!r}")) if isinstance(wanted, str) else wanted
        if isinstance(container, tuple) and key.form == "number" and key.text.isdecimal():
            position = int(key.text[:6])
            return container[position] if position < len(container) else UnknownValue("an item")
        # What several files or targets may stand in, such as `custom[0]`, is as good as all of them.
        return container if isinstance(container, NeededTargets | ExternalValue) else UnknownValue("an item")

    def _truth(self, expression: Expression, frame: MesonFrame) -> Value:
        """Whether a condition holds, where literals decide it."""
        values = [self._value(each, frame) for each in expression.items]
        match expression.form:
            case "not":
                return not values[0] if isinstance(values[0], bool) else UNDECIDED
            case "any" | "all":
                deciding = expression.form == "any"
                if any(each is deciding for each in values):
                    return deciding
                return not deciding if all(isinstance(each, bool) for each in values) else UNDECIDED
        one, other = values
        if expression.text in ("==", "!="):
            if isinstance(one, str) and isinstance(other, str):
                return (one == other) == (expression.text == "==")
        elif (
            expression.text in ("in", "not in") and isinstance(one, str) and isinstance(other, tuple)
            # A list in a variable may be that of several branches.
            and expression.items[1].form == "list" and all(isinstance(each, str) for each in other)
        ):  # fmt: skip
            return (one in other) == (expression.text == "in")
        return UNDECIDED

    def _sum(self, values: Sequence[Value]) -> Value:
        sizes = (len(each) if isinstance(each, tuple | dict | str) else 1 for each in values)
        self._charge(1 + sum(sizes) // _ITEMS_PER_WORK)
        return add_values(values)

    # --- calls ---

    def _call(self, call: Expression, frame: MesonFrame) -> Value:
        function, *arguments = call.items
        positional: list[Value] = []
        named: dict[str, Value] = {}
        for name, argument in zip(call.names, arguments, strict=True):
            value = self._value(argument, frame)
            if not name:
                positional.append(value)
            elif name == "kwargs":
                if isinstance(value, dict):
                    named = {**value, **named}
                else:
                    self._record.note(frame.file, call.line, "`kwargs` of a call are not known")
            else:
                named[name] = value
        site = Site(frame.file, max(call.line, 1), max(call.end, call.line, 1))
        given = CallArguments(positional, named, frame.folder, site)
        if function.form == "attribute":
            owner = self._value(function.items[0], frame)
            return self._calls.method(owner, function.text, given, frame)
        return self._calls.function(function.text, given, frame) if function.form == "name" else UnknownValue("a call")

    def _charge(self, work: int) -> None:
        self._work -= work
        if self._work < 0:
            raise _TooMuchWorkError


def _is_fatal(body: Sequence[StatementFact]) -> bool:
    """Whether a branch ends the build."""
    return any(each.form == "call" and is_call(each.value, "error") for each in body)


def _is_project(statements: Sequence[StatementFact]) -> bool:
    return any(each.form == "call" and is_call(each.value, "project") for each in statements)


def _find_nearest_project(folder: str, roots: Mapping[str, MesonNames]) -> str | None:
    """The nearest project around a folder."""
    while folder:
        folder = parent(folder)
        if folder in roots:
            return folder
    return None
