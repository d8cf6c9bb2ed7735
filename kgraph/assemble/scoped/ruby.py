"""Ruby: constants of the whole repository, files that `require` finds, methods of classes and of their instances.

All files are one unit, in which qualified names hold modules and classes, since any file may reopen any of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from posixpath import join, normpath

import polars as pl

from kgraph.assemble.file_index import FileIndex
from kgraph.assemble.scoped.meanings import ExternalName, PathMeaning, ResolvedPath, TypeInstance, WholeUnit
from kgraph.assemble.scoped.program import Program, ProgramDefinition, build_program
from kgraph.assemble.scoped.resolver import ScopedResolver
from kgraph.repository_paths import parent
from kgraph.scoped_languages import ADDED_TO, EXTENDS, EXTENDS_OTHERS, IN_BLOCK, RUBY, TEST_HELPERS, ruby_step, words
from kgraph.test_words import SPEC_WORDS, TEST_FOLDERS

_ROOTS = frozenset({"lib", "app", "src"})  # folders that stand in the load path of those who use a library
_OWN_ROOTS = TEST_FOLDERS | SPEC_WORDS  # and of its tests
_SUFFIX = ".rb"
_ASIDE = TEST_FOLDERS | SPEC_WORDS | {"example", "examples", "sample", "samples", "benchmark", "benchmarks", "bench"}
# The classes and modules that Ruby itself declares, to which a program can only add.
_CORE = words(
    "ArgumentError Array BasicObject Binding Class Comparable Complex Data Dir ENV Encoding EncodingError Enumerable "
    "Enumerator EOFError Errno Exception FalseClass Fiber File FileTest Float FloatDomainError FrozenError GC Hash IO "
    "IOError IndexError Integer Interrupt Kernel KeyError LoadError LocalJumpError Marshal MatchData Math Method "
    "Module NameError NilClass NoMatchingPatternError NoMethodError NotImplementedError Numeric Object ObjectSpace "
    "Proc Process Ractor Random Range RangeError Rational Regexp RegexpError RubyVM RuntimeError ScriptError "
    "SecurityError Signal SignalException StandardError StopIteration String Struct Symbol SyntaxError "
    "SystemCallError SystemExit SystemStackError Thread ThreadError Time TracePoint TrueClass TypeError UnboundMethod "
    "UncaughtThrowError Warning ZeroDivisionError"
)
_EITHER = frozenset({"static", "module_function"})  # modifiers of what may be called on a class or module


class RubyResolver(ScopedResolver):
    """Tells the methods of a class from those of its instances."""

    @cached_property
    def _extensions(self) -> dict[ProgramDefinition, dict[str, list[tuple[int, str]]]]:
        """By class or module, and by whom they extend: paths to modules, with the files that they stand in."""
        program = self._program
        found: dict[ProgramDefinition, dict[str, list[tuple[int, str]]]] = {}
        files = {each.row: each.file for several in program.declarations.values() for each in several}
        for (row, note), path in program.holdings.items():
            how = next((each for each in (EXTENDS_OTHERS, EXTENDS) if note.startswith(each)), "")
            if how:
                found.setdefault(program.definition_of[row], {}).setdefault(how, []).append((files[row], path))
        return found

    def find(self, file: int, path: str, *, called: bool = False) -> ResolvedPath | None:
        """What a path of a file means; nothing where it is a member that another program has for a class so named."""
        found = super().find(file, path, called=called)
        if found is None and called and (name := path.partition("|@.")[2]) and "." not in name and "(" not in name:
            found = self.look_up(file, "", name, called=True)  # what is defined outside of classes, all have
            is_outside = found is not None and found.only and RUBY.separator not in getattr(found.meaning, "name", "")
            return found if is_outside else None
        if found is None or not isinstance(found.meaning, ProgramDefinition):
            return found
        rules = self._rules
        assert isinstance(rules, RubyRules)  # noqa: S101 - of which this is the resolver
        declarations = self._program.declarations[found.meaning]
        if found.meaning.group == "function" and RUBY.separator not in found.meaning.name:
            return found
        if found.meaning.group in ("type", "namespace"):
            return found._replace(only=rules.chief(found.meaning)) if len(declarations) > 1 else found
        if not declarations or any(each.file == file for each in declarations):
            return found
        if not all(rules.is_aside(each.file) for each in declarations):
            return found
        owner = found.meaning.name.rpartition(RUBY.separator)[0]
        several = [each for group in self._program.groups("", owner) for each in self._program.declarations[group]]
        return found if owner and len({each.file for each in several}) == 1 else None

    def look_up(self, file: int, scope: str, name: str, *, called: bool) -> ResolvedPath | None:
        """What a name means: of functions outside of classes the one of the file, else of the only test helper."""
        found = super().look_up(file, scope, name, called=called)
        if found is None and called and not scope:
            return self._helping(file, name)
        meaning = found.meaning if found is not None else None
        if found is None or not isinstance(meaning, ProgramDefinition) or meaning.group != "function":
            return found
        if RUBY.separator in meaning.name:
            return found
        rules = self._rules
        assert isinstance(rules, RubyRules)  # noqa: S101 - of which this is the resolver
        declared = self._program.declarations[meaning]
        near = [each for each in declared if each.file == file]
        near = near or [each for each in declared if rules.tests_beside(each.file, file)]
        if any((each.row, IN_BLOCK) in self._program.holdings for each in near if each.file != file):
            return None  # a method of what the block describes
        if len({each.file for each in near}) != 1:
            return None
        return found._replace(only=frozenset(each.row for each in near))

    @cached_property
    def _helpers(self) -> list[tuple[int, str]]:
        """The modules that RSpec gives all tests: paths, with the files that they stand in."""
        return [
            (file, path) for file, imports in self._program.imports.items() for path in imports.get(TEST_HELPERS, ())
        ]

    def _helping(self, file: int, name: str) -> ResolvedPath | None:
        """What a method that a test calls is of the modules that its configuration gives all tests."""
        rules = self._rules
        assert isinstance(rules, RubyRules)  # noqa: S101 - of which this is the resolver
        found: dict[PathMeaning, ResolvedPath] = {}
        for configuring, path in self._helpers:
            module = self.find(configuring, path) if rules.tests_beside(configuring, file) else None
            if module is not None and isinstance(module.meaning, ProgramDefinition):
                helper = self.attribute(TypeInstance(module.meaning), name, called=True)
                if helper is not None and isinstance(helper.meaning, ProgramDefinition):
                    found[helper.meaning] = helper
        return next(iter(found.values())) if len(found) == 1 else None

    def attribute(self, of: PathMeaning, name: str, *, called: bool) -> ResolvedPath | None:
        """What `of.name` is: of a class its own methods, of an instance those of instances."""
        found = super().attribute(of, name, called=called)
        if found is None and isinstance(of, ProgramDefinition) and of.group == "type":
            return self._memo.answer(("extended", of, name, called), self._find_in_extensions, of, name, called)
        if found is None or not isinstance(found.meaning, ProgramDefinition) or found.meaning.group != "function":
            return found
        if isinstance(of, ProgramDefinition):
            rows = self._rows(found.meaning, is_static=True)
            if not rows and of.group == "type":
                return self._memo.answer(("extended", of, name, called), self._find_in_extensions, of, name, called)
        elif isinstance(of, TypeInstance):
            rows = self._rows(found.meaning, is_static=False)
        else:
            return found
        return found._replace(only=rows) if rows else None

    def _find_in_extensions(self, of: ProgramDefinition, name: str, called: bool) -> ResolvedPath | None:
        """What `of.name` is of the modules that a class or module is extended by: its own, and those that others give.

        A module gives others what it extends them by in `included`, and a class what it is extended by itself.
        """
        for each in self.order(of):
            is_mixin = each != of and any("module" in one.modifiers for one in self._program.declarations[each])
            for file, path in self._extensions.get(each, {}).get(EXTENDS_OTHERS if is_mixin else EXTENDS, ()):
                module = self.find(file, path)
                if module is not None and isinstance(module.meaning, ProgramDefinition) and module.meaning != of:
                    found = self.attribute(TypeInstance(module.meaning), name, called=called)
                    if found is not None:
                        return found
        return None

    def _rows(self, method: ProgramDefinition, *, is_static: bool) -> frozenset[int]:
        declarations = self._program.declarations[method]
        if is_static:
            return frozenset(each.row for each in declarations if _EITHER & set(each.modifiers))
        return frozenset(each.row for each in declarations if "static" not in each.modifiers)


class RubyRules:
    """The rules of Ruby."""

    families = ("ruby",)
    implicit_members = True
    language = RUBY
    resolver = RubyResolver

    def __init__(self, index: FileIndex, symbols: pl.DataFrame) -> None:
        self._paths = [file.path for file in index.files]
        self._chief: dict[ProgramDefinition, frozenset[int]] = {}
        self._numbers = {path: number for number, path in enumerate(self._paths)}
        self.program: Program = _with_steps(build_program(index, symbols, self.families, RUBY, lambda _, __: ""))
        folders = {folder for number in self.program.unit_of for folder in _ancestors(self._paths[number])}
        self._roots = sorted({each for each in folders if each.rpartition("/")[2] in _ROOTS}, key=_shortest)
        self._own_roots = sorted({each for each in folders if each.rpartition("/")[2] in _OWN_ROOTS}, key=_shortest)
        self._aside = {
            number for number in self.program.unit_of if _ASIDE & set(parent(self._paths[number]).lower().split("/"))
        }

    @staticmethod
    def unit_names(_: FileIndex) -> dict[int, str]:
        """No file is of a unit with a name."""
        return {}

    def is_aside(self, file: int) -> bool:
        """Whether a file is a test, an example or a benchmark, each of which may be a program by itself."""
        return file in self._aside

    def tests_beside(self, file: int, other: int) -> bool:
        """Whether two files are of the same tests, one of which may help the other."""
        both = (self._paths[each].split("/")[:-1] for each in (file, other))
        tops = [next((at for at, folder in enumerate(each) if folder.lower() in _OWN_ROOTS), None) for each in both]
        if tops[0] is None or tops[0] != tops[1]:
            return False
        return self._paths[file].split("/")[: tops[0] + 1] == self._paths[other].split("/")[: tops[0] + 1]

    def is_of_others(self, definition: ProgramDefinition) -> bool:
        """Whether a class or module is declared elsewhere, and the repository only adds to it: Ruby's own, and
        `class Rack::Builder` without a base in a file that is not named like it."""
        if definition.name in _CORE:
            return True
        several, holdings = self.program.declarations[definition], self.program.holdings
        return all((each.row, ADDED_TO) in holdings and not self._is_named(each.file, definition) for each in several)

    def _is_named(self, file: int, of: ProgramDefinition) -> bool:
        own = f"{_snake(of.name.rpartition(RUBY.separator)[2])}{_SUFFIX}"
        return self._paths[file].rpartition("/")[2].replace("_", "") == own

    def chief(self, of: ProgramDefinition) -> frozenset[int]:
        """Of the files that open a class or module those that it is named in, rather than added to: their rows.

        Such a file is no test or example of others, and is named like it: `lib/rack/utils.rb` of `Rack::Utils`.
        """
        if of not in self._chief:
            several = self.program.declarations[of]
            several = [each for each in several if not self.is_aside(each.file)] or several
            named = [each for each in several if self._is_named(each.file, of)]
            self._chief[of] = frozenset(each.row for each in named or several)
        return self._chief[of]

    def module(self, file: int, spelling: str) -> PathMeaning | None:
        """The file that `require` finds; None for one that should be in the repository."""
        path = spelling if spelling.endswith(_SUFFIX) else f"{spelling}{_SUFFIX}"
        own = self._paths[file]
        is_relative = spelling.startswith(".")
        for folder in [parent(own)] if is_relative else self._load_path(own):
            full = normpath(join(folder, path))
            if full in self._numbers:
                self.program.files_of.setdefault(f"/{full}", [self._numbers[full]])
                return WholeUnit(f"/{full}")
        return None if is_relative else ExternalName(spelling)

    def _load_path(self, own: str) -> Iterator[str]:
        """Where `require` looks: the nearest library first, then the folders of tests around the file."""
        yield from sorted(self._roots, key=lambda root: -_common(root, own))
        yield from (root for root in self._own_roots if own.startswith(f"{root}/"))
        yield ""

    def resolve_in_unit(self, unit: str, name: str) -> PathMeaning | None:
        """Nothing: names are full."""

    def implicit(self, file: int, name: str) -> PathMeaning | None:
        """A constant that no file of the repository declares."""
        return ExternalName(name) if name[:1].isupper() else None


def _with_steps(program: Program) -> Program:
    """The program with the names of methods as paths spell them, for some end in what is a step of its own."""
    for definition in [each for each in program.declarations if each.name.endswith("!")]:
        named = definition._replace(name=ruby_step(definition.name))
        program.declarations[named] = declarations = program.declarations.pop(definition)
        program.definition_of.update((each.row, named) for each in declarations)
    return program


def _ancestors(path: str) -> Iterator[str]:
    """The folders that a file is in."""
    while path := parent(path):
        yield path


def _snake(name: str) -> str:
    """The name of a constant as names of files have it, but for underscores."""
    return name.replace("_", "").lower()


def _shortest(folder: str) -> tuple[int, str]:
    return folder.count("/"), folder


def _common(one: str, other: str) -> int:
    """How many folders two paths have in common."""
    count = 0
    for left, right in zip(one.split("/"), other.split("/"), strict=False):
        if left != right:
            break
        count += 1
    return count
