"""What functions hand to those that are their arguments: the parameters of a lambda, by the declared types around it.

Input: the function that a lambda is an argument of, at which place, and how many arguments there are. Output: what the
function hands over, by the type of its parameter: a delegate or functional interface of the standard library, one of
the repository, or a type that no function fits. Types are read as they are spelled in the keys of functions.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property

from kgraph.assemble.evidence import EXTENSIONS, ScopedEvidence
from kgraph.assemble.scoped.argument_types import TYPE_PARAMETER
from kgraph.assemble.scoped.meanings import ExternalName, ResolvedPath
from kgraph.assemble.scoped.program import CONSTRUCTOR, TYPE_MARK, Program, ProgramDeclaration, ProgramDefinition
from kgraph.model import Kind
from kgraph.scoped_languages import CSHARP, FUNC, FUNCTION_TYPE, FUNCTION_TYPES

_EXPRESSION = "Expression"  # of .NET: a function as a tree
_WILDCARD = re.compile(r"\?\s*(?:super|extends)\s+|\b(?:final|in|out|ref|params)\s+|@\w+\s*")
_NAME = re.compile(r"[A-Za-z_][\w.]*")
_LIST = re.compile(
    r"(?:\[\]\??|\.\.\.)$"
)  # what stands behind the type of a parameter that takes all further arguments
_NO_FUNCTION = re.compile(r"s?byte|u?short|u?int|u?long|float|double|bool|boolean|char|decimal|[sS]tring")
_NO_PARAMETERS = frozenset({"Action", "Callable", "Runnable", "Supplier"})
_NESTING = {"<": 1, "(": 1, "[": 1, ">": -1, ")": -1, "]": -1}
_NO_METHODS = frozenset({"static", "default", "private"})  # modifiers of a method that no lambda stands for

Find = Callable[[int, str], ResolvedPath | None]


class CallbackArguments:
    """Looks up what is handed over in the files of a program."""

    def __init__(self, program: Program, find: Find, *, marks_types: bool) -> None:
        """`marks_types`: paths have a mark before the name of a type."""
        self._program = program
        self._find = find
        self._mark = TYPE_MARK if marks_types else ""

    def resolve_parameter(self, callee: ResolvedPath, argument: int, at: int, arguments: int) -> ResolvedPath | None:
        """What a function hands to that argument of a call as its parameter `at`, where all declarations that may be
        meant say the same; a method of a collection hands its elements."""
        meaning, program = callee.meaning, self._program
        if isinstance(meaning, ExternalName) and meaning.hands is not None:
            is_map = meaning.name.rpartition(".")[0].endswith("Map")  # which hands a key, and what it has there
            return self._find(*meaning.hands) if at == is_map else None
        if not isinstance(meaning, ProgramDefinition):
            return None
        if meaning.group == "type" and argument == FUNCTION_TYPE and not arguments:
            handed = self._resolve_by_function_type(meaning, at)
            return handed[0] if handed else None
        if meaning.group == "type":
            meaning = program.member(meaning, CONSTRUCTOR, called=True) or meaning
        if meaning.group != "function":
            return None
        is_extension = callee.evidence in EXTENSIONS
        declared = program.declarations[meaning]
        meant = [each for each in declared if not callee.only or each.row in callee.only]
        found: list[ResolvedPath | None] = []
        for each in meant:
            types = split_parameter_types(each.key)
            place = argument + is_extension
            if not program.takes(each, arguments + is_extension) or not types:
                continue
            if place >= len(types) - 1 and program.holdings.get((each.row, "takes"), "").endswith("-"):
                found += self._resolve_by_type(each, meaning, _LIST.sub("", types[-1]), at)
            elif place < len(types):
                found += self._resolve_by_type(each, meaning, types[place], at)
        return found[0] if found and len({each.meaning if each else None for each in found}) == 1 else None

    def takes_function(self, declaration: ProgramDeclaration, argument: int) -> bool:
        """Whether a function without a name may be that argument of a call, as far as the type of the parameter is
        known not to be one of functions."""
        types = split_parameter_types(declaration.key)
        name = split_type(types[argument])[0].rpartition(".")[2] if argument < len(types) else ""
        return not (_NO_FUNCTION.fullmatch(name) or name in CSHARP.value_types or name in self._other_types)

    @cached_property
    def _other_types(self) -> frozenset[str]:
        """The simple names of the types of the repository of which none takes a function."""
        names: dict[str, bool] = {}
        for of, declared in self._program.declarations.items():
            if of.group == "type":
                name = of.name.rpartition(self._program.separator)[2]
                takes = any(each.kind == Kind.TYPE_ALIAS.value or "interface" in each.modifiers for each in declared)
                names[name] = names.get(name, False) or takes
        return frozenset(name for name, takes in names.items() if not takes and not TYPE_PARAMETER.fullmatch(name))

    def _resolve_by_type(
        self, declaration: ProgramDeclaration, of: ProgramDefinition, spelled: str, at: int
    ) -> list[ResolvedPath | None]:
        """What a parameter of a declared type is handed at a place; nothing where no lambda fits that type."""
        name, arguments = split_type(spelled)
        short = name.rpartition(".")[2]
        if short == _EXPRESSION and len(arguments) == 1:
            return self._resolve_by_type(declaration, of, arguments[0], at)
        path = self._path(of, name)
        found = self._find(declaration.file, path) if path else None
        if found is not None and isinstance(found.meaning, ProgramDefinition):
            return self._resolve_by_function_type(found.meaning, at)
        if short == FUNC and arguments:
            parameters: Sequence[str] = arguments[:-1]
        elif arguments and short in FUNCTION_TYPES:
            parameters = [arguments[place] for place in FUNCTION_TYPES[short] if place < len(arguments)]
        else:
            is_external = found is not None and isinstance(found.meaning, ExternalName)
            return [] if (is_external and not arguments) or name.endswith("]") or short[:1].islower() else [None]
        return [self._instance(declaration.file, of, parameters[at]) if at < len(parameters) else None]

    def _resolve_by_function_type(self, of: ProgramDefinition, at: int) -> list[ResolvedPath | None]:
        """What is handed to a type of the repository: a delegate, or an interface with one method to implement."""
        program = self._program
        declared = program.declarations[of]
        if any(each.kind == Kind.TYPE_ALIAS.value for each in declared):
            functions = [(each, of) for each in declared]
        elif all("interface" in each.modifiers for each in declared):
            functions = list(self._abstract(of))
        else:
            return []
        if len(functions) != 1:
            return []
        function, definition = functions[0]
        types = split_parameter_types(function.key)
        return [self._instance(function.file, definition, types[at]) if at < len(types) else None]

    def _abstract(self, interface: ProgramDefinition) -> Iterator[tuple[ProgramDeclaration, ProgramDefinition]]:
        """The methods that an interface leaves to others."""
        for definition in self._functions_in.get((interface.unit, interface.name), ()):
            for each in self._program.declarations[definition]:
                if each.kind == Kind.METHOD.value and not _NO_METHODS & {*each.modifiers}:
                    yield each, definition

    @cached_property
    def _functions_in(self) -> dict[tuple[str, str], list[ProgramDefinition]]:
        """The functions that are declared in each type, by its unit and name."""
        found: dict[tuple[str, str], list[ProgramDefinition]] = {}
        for each in self._program.declarations:
            owner = each.name.rpartition(self._program.separator)[0]
            if each.group == "function" and owner:
                found.setdefault((each.unit, owner), []).append(each)
        return found

    def _instance(self, file: int, seen_from: ProgramDefinition, spelled: str) -> ResolvedPath | None:
        name, _ = split_type(spelled)
        path = "" if TYPE_PARAMETER.fullmatch(name) else self._path(seen_from, name)
        found = self._find(file, f"{path}~") if path else None
        return found._replace(evidence=ScopedEvidence.RECEIVER_TYPE) if found is not None else None

    def _path(self, seen_from: ProgramDefinition, name: str) -> str:
        """The path of a type by its name, as seen from inside of the type that has a definition."""
        if not _NAME.fullmatch(name) or "[" in name:
            return ""
        scope = seen_from.name.rpartition(self._program.separator)[0]
        return f"{scope}|{'.'.join(self._mark + each for each in name.split('.'))}"


def count_lambda_parameters(spelled: str) -> int:
    """How many parameters a lambda has that fits a type of a standard library; -1 where that is not known."""
    name, arguments = split_type(spelled)
    short = name.rpartition(".")[2]
    if short == _EXPRESSION and len(arguments) == 1:
        return count_lambda_parameters(arguments[0])
    if short == FUNC and arguments:
        return len(arguments) - 1
    if short in _NO_PARAMETERS and (short != "Action" or not arguments):
        return 0
    if short == "Action":
        return len(arguments)
    return len(FUNCTION_TYPES[short]) if short in FUNCTION_TYPES and arguments else -1


def split_parameter_types(key: str) -> list[str]:
    """The types in the key of a function as spelled: "(Map<K,V>,int)" has "Map<K,V>" and "int"."""
    return _split(key[1:-1]) if key[:1] == "(" and key[-1:] == ")" else []


def split_type(spelled: str) -> tuple[str, list[str]]:
    """The name of a type, and its type arguments: "Action<A,B>?" is "Action" with "A" and "B"."""
    text = _WILDCARD.sub("", spelled).strip().removesuffix("?").strip()
    if not text.endswith(">"):
        return text, []
    name, _, rest = text.partition("<")
    return name.strip(), _split(rest[:-1])


def _split(text: str) -> list[str]:
    """The parts of a list between commas that stand in no brackets."""
    parts, depth, start = [], 0, 0
    for at, letter in enumerate(text):
        depth += _NESTING.get(letter, 0)
        if letter == "," and depth == 0:
            parts.append(text[start:at].strip())
            start = at + 1
    return [*parts, text[start:].strip()] if text.strip() else []
