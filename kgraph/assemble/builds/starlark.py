"""Bazel's and Buck's build files, evaluated as far as the texts of a repository tell.

Input: the statements of all Starlark files. Output: targets, their sources and dependencies, in a `BuildRecord`.

A call that names something is a target, whatever the rule is called; macros of the repository are followed to the calls
in them. Of `select` all branches are read. Values are texts, tuples, dicts and functions; what is none is `None`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from kgraph.assemble.builds.globs import FileGlobs
from kgraph.assemble.builds.made import BuildRecord, Key, MadeTarget, Site
from kgraph.assemble.suffix_index import join
from kgraph.build_facts import Expression, StatementFact
from kgraph.repository_paths import parent

BUILD_FILES = frozenset({"BUILD", "BUILD.bazel", "BUCK", "BUCK.oss", "TARGETS"})
_SOURCES = ("srcs", "hdrs", "textual_hdrs", "src", "main", "headers", "exported_headers", "proto")
_LINKS = ("deps", "implementation_deps", "exports", "runtime_deps", "exported_deps", "actual", "embed")
_AFTER = ("data", "tools", "srcs", "hdrs", "textual_hdrs", "tests", "test", "toolchains")
_NO_TARGETS = frozenset(
    {
        *("package", "load", "exports_files", "licenses", "workspace", "module", "struct", "glob", "rule", "provider"),
        *("package_group", "repository_rule", "select", "register_toolchains", "bazel_dep", "use_extension", "config"),
    }
)
_MAX_DEPTH = 12  # of macros in each other
_MIN_WORK = 300_000
_WORK_PER_STATEMENT = 200
_MAX_ITEMS = 20_000
_MAX_TEXT = 2_000

Value = object  # str, tuple of values, dict of text to value, `_Macro`, or None


@dataclass(frozen=True, slots=True)
class _Macro:
    statement: StatementFact
    globals: dict[str, Value]


@dataclass(slots=True)
class _Call:
    """A call that is evaluated: the names that it sees, its package, and the outermost call around it."""

    names: dict[str, Value]
    outer: Mapping[str, Value] = field(default_factory=dict)
    package: str = ""
    file: int = -1
    site: Site | None = None
    depth: int = 0

    def get(self, name: str) -> Value:
        return self.names[name] if name in self.names else self.outer.get(name)


class _TooMuchWorkError(Exception):
    """A build that is made to take for ever."""


class StarlarkEvaluator:
    """Evaluates the Starlark files of one repository."""

    def __init__(self, files: Mapping[int, Sequence[StatementFact]], globs: FileGlobs, record: BuildRecord) -> None:
        self._files = files
        self._globs = globs
        self._record = record
        self._globals: dict[int, dict[str, Value]] = {}
        self._work = _MIN_WORK + _WORK_PER_STATEMENT * sum(map(len, files.values()))
        self._packages = globs.folders_with(BUILD_FILES)
        self._waiting: list[tuple[MadeTarget, str, str, str]] = []  # target, package, attribute, label

    def run(self) -> None:
        """Evaluate each build file."""
        numbers = [n for n in self._files if self._globs.path(n).rpartition("/")[2] in BUILD_FILES]
        done: set[str] = set()
        try:
            for number in numbers:
                package = parent(self._globs.path(number))
                if package in done and self._globs.path(number).endswith("/BUILD"):
                    continue  # beside a BUILD.bazel, which counts
                done.add(package)
                call = _Call({}, package=package, file=number)
                try:
                    self._statements(self._files[number], call)
                except RecursionError:
                    self._record.note(number, 1, "calls nest too deeply to be evaluated")
        except _TooMuchWorkError:
            self._record.note(numbers[0], 1, "the Starlark files are too much work to evaluate")
        for target, package, attribute, label in self._waiting:
            self._label(target, package, attribute, label)

    # --- statements ---

    def _statements(self, statements: Sequence[StatementFact], call: _Call) -> None:
        for statement in statements:
            self._charge(1)
            match statement.form:
                case "assign":
                    call.names[statement.name] = self._value(statement.value, call)
                case "append":
                    sides = (call.get(statement.name), self._value(statement.value, call))
                    call.names[statement.name] = self._join(sides)
                case "function":
                    call.names[statement.name] = _Macro(statement, call.names)
                case "load":
                    loaded = self._load(statement.value.text, call)
                    call.names[statement.name] = loaded.get(statement.other)
                case "call":
                    self._top_call(statement.value, call)
                case "for":
                    self._for(statement, call)
                case "block":
                    self._statements(statement.body, call)

    def _for(self, statement: StatementFact, call: _Call) -> None:
        for item in _items(self._value(statement.value, call)):
            self._charge(1)
            _bind(statement.parameters, item, call.names)
            self._statements(statement.body, call)

    def _load(self, label: str, call: _Call) -> Mapping[str, Value]:
        """The globals of a file that is loaded."""
        number = self._file(call.package, label)
        if number is None or number not in self._files:
            return {}
        if number not in self._globals:
            own: dict[str, Value] = {}
            self._globals[number] = own
            if call.depth < _MAX_DEPTH:
                inner = _Call(own, package=parent(self._globs.path(number)), depth=call.depth + 1)
                self._statements(self._files[number], inner)
        return self._globals[number]

    def _top_call(self, value: Expression, call: _Call) -> None:
        """A call whose value is not used: a target, or a macro; a comprehension is one for each item."""
        if value.form == "each":
            for item in _items(self._value(value.items[1], call)):
                self._charge(1)
                names = dict(call.names)
                _bind(value.names, item, names)
                inner = _Call(names, call.outer, call.package, call.file, call.site, call.depth)
                self._top_call(value.items[0], inner)
            return
        if value.form != "call" or call.file < 0:
            return
        function, *arguments = value.items
        positional: list[Value] = []
        named: dict[str, Value] = {}
        for name, argument in zip(value.names, arguments, strict=True):
            given = self._value(argument, call)
            if name == "":
                positional.append(given)
            elif name == "*":
                positional.extend(_items(given))
            elif name == "**":
                named |= given if isinstance(given, dict) else {}
            else:
                named[name] = given
        site = call.site or Site(call.file, value.line, value.end)
        macro = self._value(function, call)
        before = len(self._record.targets)
        if isinstance(macro, _Macro) and call.depth < _MAX_DEPTH:
            names = self._bind_arguments(macro, positional, named, call)
            inner = _Call(names, macro.globals, call.package, call.file, site, call.depth + 1)
            self._statements(macro.statement.body, inner)
        if len(self._record.targets) == before and function.text not in _NO_TARGETS:
            self._target(function.text, named, call.package, site)

    def _bind_arguments(
        self, macro: _Macro, positional: Sequence[Value], named: Mapping[str, Value], call: _Call
    ) -> dict[str, Value]:
        """The parameters of a macro with what they are given."""
        names: dict[str, Value] = {}
        left = dict(named)
        given = list(positional)
        defaults = macro.statement.value.items
        for number, parameter in enumerate(macro.statement.parameters):
            if parameter.startswith("**"):
                names[parameter[2:]] = left
                continue
            if parameter.startswith("*"):
                names[parameter[1:]] = tuple(given)
                given = []
            elif given:
                names[parameter] = given.pop(0)
            elif parameter in left:
                names[parameter] = left.pop(parameter)
            else:
                default = defaults[number] if number < len(defaults) else Expression("unknown")
                names[parameter] = self._value(default, _Call({}, macro.globals, call.package))
        return names

    # --- values ---

    def _value(self, expression: Expression, call: _Call) -> Value:
        self._charge(1)
        match expression.form:
            case "text":
                return expression.text
            case "name":
                return call.get(expression.text)
            case "list":
                return tuple(self._value(each, call) for each in expression.items)
            case "dict":
                values = [self._value(each, call) for each in expression.items]
                pairs = zip(values[::2], values[1::2], strict=True)
                return {key: value for key, value in pairs if isinstance(key, str)}
            case "join":
                return self._join([self._value(each, call) for each in expression.items])
            case "select":
                branches = [self._value(each, call) for each in expression.items]
                if any(isinstance(each, tuple) for each in branches):
                    return self._join([each for each in branches if isinstance(each, tuple)])
                return branches[0] if len(set(map(str, branches))) == 1 else None
            case "format":
                return _format([self._value(each, call) for each in expression.items])
            case "each":
                return self._evaluate_comprehension(expression, call)
            case "attribute":
                container = self._value(expression.items[0], call)
                return container.get(expression.text) if isinstance(container, dict) else None
            case "call":
                return self._evaluate_call(expression, call)
        return None

    def _evaluate_comprehension(self, expression: Expression, call: _Call) -> Value:
        values = []
        for item in _items(self._value(expression.items[1], call)):
            names = dict(call.names)
            _bind(expression.names, item, names)
            inner = _Call(names, call.outer, call.package, call.file, call.site, call.depth)
            values.append(self._value(expression.items[0], inner))
        return tuple(values)

    def _evaluate_call(self, expression: Expression, call: _Call) -> Value:
        """What `glob` and `dict` give, and what a function of the repository returns."""
        function, *arguments = expression.items
        if function.text in ("glob", "subdir_glob"):
            values = dict(zip(expression.names, (self._value(each, call) for each in arguments), strict=True))
            include = values.get("", values.get("include"))
            found = self._glob(_texts(include), _texts(values.get("exclude")), call.package)
            if not found and call.file >= 0:
                self._record.note(call.file, max(expression.line, 1), "no file matches the patterns of a glob")
            return found
        if function.text == "dict":
            pairs = zip(expression.names, arguments, strict=True)
            return {name: self._value(each, call) for name, each in pairs if name not in ("", "*", "**")}
        macro = self._value(function, call) if function.form == "name" else None
        if isinstance(macro, _Macro) and call.depth < _MAX_DEPTH:
            last = macro.statement.body[-1:]
            if last and last[0].form == "return":
                values_ = [self._value(each, call) for each in arguments]
                positional = [v for name, v in zip(expression.names, values_, strict=True) if name == ""]
                named = {n: v for n, v in zip(expression.names, values_, strict=True) if n not in ("", "*", "**")}
                names = self._bind_arguments(macro, positional, named, call)
                inner = _Call(names, macro.globals, call.package, -1, None, call.depth + 1)
                self._statements(macro.statement.body[:-1], inner)
                return self._value(last[0].value, inner)
        return None

    def _glob(self, include: Sequence[str], exclude: Sequence[str], package: str) -> Value:
        found: dict[str, None] = {}
        for pattern in include:
            for number in self._globs.matching(package, pattern, exclude):
                path = self._globs.path(number)
                if self._package_of(path) == package:  # files of a package inside are not of this one
                    found[path[len(package) :].lstrip("/") if package else path] = None
        self._charge(len(found))
        return tuple(found)

    def _package_of(self, path: str) -> str:
        folder = parent(path)
        while folder and folder not in self._packages:
            folder = parent(folder)
        return folder

    def _join(self, values: Sequence[Value]) -> Value:
        if values and all(isinstance(each, str) for each in values):
            text = "".join(each for each in values if isinstance(each, str))
            return text if len(text) <= _MAX_TEXT else None
        if any(isinstance(each, str | dict) for each in values):
            return None
        items = [item for each in values for item in (each if isinstance(each, tuple) else (None,))]
        self._charge(len(items))
        return tuple(items) if len(items) <= _MAX_ITEMS else None

    def _charge(self, work: int) -> None:
        self._work -= work
        if self._work < 0:
            raise _TooMuchWorkError

    # --- targets ---

    def _target(self, rule: str, named: Mapping[str, Value], package: str, site: Site) -> None:
        if "name" not in named:
            return
        name = named["name"]
        if not isinstance(name, str) or not name:
            self._record.note(site.file, site.line, f"the name of a {rule} is not known")
            return
        key: Key = (f"//{package}", name)
        target = self._record.target(key, name, _form(rule), site)
        for attribute in dict.fromkeys((*_SOURCES, *_LINKS, *_AFTER)):
            if attribute not in named:
                continue
            for label in _items(named[attribute]) if not isinstance(named[attribute], str) else [named[attribute]]:
                if isinstance(label, str):
                    self._waiting.append((target, package, attribute, label))
                elif label is None:
                    why = f"a part of `{attribute}` of {name} is computed, and not known"
                    self._record.note(site.file, site.line, why)
            if named[attribute] is None:
                self._record.note(site.file, site.line, f"`{attribute}` of {name} is computed, and not known")

    def _label(self, target: MadeTarget, package: str, attribute: str, label: str) -> None:
        if attribute in _SOURCES and (number := self._file(package, label)) is not None:
            target.sources[number] = None
            return
        key = _key(package, label)
        if key is not None and key != target.key:
            (target.links if attribute in _LINKS else target.after)[key] = None

    def _file(self, package: str, label: str) -> int | None:
        """The file of the repository that a label names."""
        key = _key(package, label)
        if key is None or not key[0].startswith("//"):
            return None
        return self._globs.file(key[0][2:], key[1])


def _key(package: str, label: str) -> Key | None:
    """The package and name of a label; None where it is not one of this repository."""
    if label.startswith("@"):
        repository, slashes, rest = label.partition("//")
        if repository not in ("@", "@@") or not slashes:
            return (repository.lstrip("@"), rest)
        label = "//" + rest
    place, colon, name = label.partition(":")
    if place.startswith("//"):
        return (place, name if colon else place.rpartition("/")[2])
    if colon:
        folder = join(package, place)
        return None if folder is None else (f"//{folder}", name)
    return (f"//{package}", label)


def _form(rule: str) -> str:
    for end, form in (("_test", "test"), ("_binary", "executable"), ("_library", "library"), ("_tests", "test")):
        if rule.endswith(end):
            return form
    return rule


def _items(value: Value) -> Iterator[Value]:
    if isinstance(value, tuple | dict):
        yield from value


def _texts(value: Value) -> list[str]:
    return [value] if isinstance(value, str) else [each for each in _items(value) if isinstance(each, str)]


def _bind(names: Sequence[str], item: Value, into: dict[str, Value]) -> None:
    if len(names) == 1:
        into[names[0]] = item
    else:
        values = list(_items(item))
        into.update(zip(names, values + [None] * len(names), strict=False))


def _format(values: Sequence[Value]) -> Value:
    """A template of `%` or `.format` with texts put in; None where it asks for more."""
    texts = [each for each in values if isinstance(each, str)]
    if len(texts) != len(values) or not texts:
        return None
    template, *given = texts
    for mark in ("%s", "{}"):
        if template.count(mark) == len(given) and given:
            pieces = template.split(mark)
            text = "".join(piece + value for piece, value in zip(pieces, [*given, ""], strict=True))
            return text if len(text) <= _MAX_TEXT else None
    return None
