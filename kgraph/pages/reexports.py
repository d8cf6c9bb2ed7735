"""The names of other files that a file shows as its own: `from ._core import run`, `pub use`, `export { a } from`.

Input: the model, what packages of Python show, and how to read the text of a file. Output: what each file passes on,
and the public names that symbols have by it. What a line of the text does not make public is not passed on here; a name
whose symbol is not in the repository, or is not one, is left out.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from kgraph.pages.repository_model import PageFile, RepositoryModel
from kgraph.pages.symbols.aliases import PythonNames

TextOf = Callable[[PageFile], str]
_SCRIPTS = frozenset({"JavaScript", "TypeScript", "TSX", "Vue", "Svelte"})
_MAX_HOPS = 8  # files that pass a name on, one after the other
_MAX_NAMES = 4  # public names of one symbol
_INNER = frozenset({"Method", "Field", "Enumerator", "Constructor", "Property", "Target", "Heading", "Destructor"})
_EXPORTED = re.compile(r"^[ \t]*export\s+(?:type\s+)?\{([^{}]*)\}(?:\s*from\b)?", re.MULTILINE)
_COMMENT = re.compile(r"//[^\n]*|/\*.*?\*/", re.DOTALL)
_MAX_STATEMENT = 60  # lines of a `use`
_USE = re.compile(r"\s*(?:pub\s*(?:\([^)]*\)\s*)?)?(?:use|mod|extern)\b")
_PUBLIC_USE = re.compile(r"\s*pub\s+use\b")
_SPECIFIER = re.compile(r"(?:type\s+)?([\w$]+)(?:\s+as\s+([\w$]+))?$")
_ALL = re.compile(r"^__all__\s*(?::[^=\n]+)?=\s*[\[(]([^\])]*)[\])]\s*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Reexport:
    """A name that a file passes on."""

    name: str
    symbol: str  # its id


@dataclass(slots=True)
class Reexports:
    """What all files pass on."""

    by_file: dict[str, list[Reexport]] = field(default_factory=dict)  # by id, in the order of names
    public: dict[str, list[str]] = field(default_factory=dict)  # of a symbol: its names, as `reqwest::Client`
    by_symbol: dict[str, list[str]] = field(default_factory=dict)  # ids of the files of JavaScript that pass it on


def read(model: RepositoryModel, names: PythonNames, text_of: TextOf) -> Reexports:
    """Read what files pass on; the names of Rust and JavaScript are added to those that links know."""
    found = Reexports()
    _find_in_python(model, names, text_of, found)
    _find_in_rust(model, text_of, found)
    _find_in_scripts(model, text_of, found)
    for file, passed in found.by_file.items():
        for each in passed:
            names.by_file.setdefault(f"{file}\t{each.name}", each.symbol)
    for symbol, whole_names in found.public.items():
        for name in whole_names:
            names.public.setdefault(name, symbol)
    return found


def _add(found: Reexports, file: str, shown: Iterable[tuple[str, str]]) -> None:
    """Names with their symbols; of a name that means one thing on one system and another on another, both."""
    pairs = sorted(set(shown), key=lambda each: (each[0].casefold(), each))
    if pairs:
        found.by_file[file] = [Reexport(*each) for each in pairs]


def _find_in_python(model: RepositoryModel, names: PythonNames, text_of: TextOf, found: Reexports) -> None:
    for file, shown in names.shown.items():
        stated = _ALL.search(text_of(model.files[file]))
        listed = set(re.findall(r"['\"](\w+)['\"]", stated[1])) if stated else set()
        is_list = bool(listed) and "__all__ +=" not in text_of(model.files[file])
        _add(found, file, [each for each in shown.items() if not is_list or each[0] in listed])
    found.public |= names.of_symbol


def _find_in_rust(model: RepositoryModel, text_of: TextOf, found: Reexports) -> None:
    public: dict[str, list[str]] = defaultdict(list)
    private = {
        place.qualified
        for places in model.places.values()
        for place in places
        if place.kind == "Namespace" and place.access == "private" and place.file.language == "Rust"
    }
    for id_, file in model.files.items():
        if file.language != "Rust" or not any(include.targets for include in file.includes):
            continue
        lines: list[str] = []
        shown: list[tuple[str, str]] = []
        for include in file.includes:
            lines = lines or text_of(file).split("\n")
            statement = _statement(lines, include.line)
            own = include.spelling.rpartition("::")[2]
            if own in ("*", "self", "") or not _PUBLIC_USE.match(statement):
                continue
            renamed = re.search(rf"\b{re.escape(own)}\s+as\s+(\w+)", statement)
            if symbol := _find_declared(model, include.targets, own):
                shown.append((renamed[1] if renamed else own, symbol))
        _add(found, id_, shown)
        module = _module(file)
        if any(module == each or module.startswith(f"{each}::") for each in private):
            continue  # nobody outside can name it
        for name, symbol in shown if module else ():
            if (whole := f"{module}::{name}") != model.places[symbol][0].qualified:
                public[symbol].append(whole)
    for symbol, whole_names in public.items():
        found.public[symbol] = sorted(set(whole_names), key=lambda each: (each.count("::"), each))[:_MAX_NAMES]


def _statement(lines: list[str], line: int) -> str:
    """The `use` that a line is part of."""
    first = min(line, len(lines)) - 1
    for at in range(first, max(first - _MAX_STATEMENT, -1), -1):
        if _USE.match(lines[at]):
            first = at
            break
    said = ""
    for each in lines[first : first + _MAX_STATEMENT]:
        said += each + "\n"
        if ";" in each:
            break
    return said


def _find_declared(model: RepositoryModel, targets: list[str], name: str) -> str:
    """The one symbol of this name at the top of some files, "" where there is none or several."""
    ids = {
        symbol.id
        for target in targets
        if target in model.files
        for symbol in model.files[target].symbols
        if symbol.name == name and symbol.kind not in _INNER and _is_top(symbol.above)
    }
    return ids.pop() if len(ids) == 1 else ""


def _is_top(above: object) -> bool:
    return above is None or getattr(above, "kind", "") in ("Module", "Namespace")


def _module(file: PageFile) -> str:
    """The module that a file of Rust is, by what is declared at its top."""
    top = next((each for each in file.symbols if each.above is None and "::" in each.qualified), None)
    return top.qualified.rpartition("::")[0] if top else ""


def _find_in_scripts(model: RepositoryModel, text_of: TextOf, found: Reexports) -> None:
    passed: dict[str, dict[str, tuple[list[str], str]]] = {}  # by file and name: where it is from
    stars: dict[str, list[str]] = {}
    for id_, file in model.files.items():
        if file.language in _SCRIPTS and any(include.targets for include in file.includes):
            passed[id_], stars[id_] = _exports(file, text_of(file))
    followed = _Followed(model, passed, stars)
    for id_, shown in passed.items():
        symbols = {name: followed.symbol(targets, original) for name, (targets, original) in shown.items()}
        for target in stars[id_]:
            symbols |= {name: symbol for name, symbol in followed.all_of(target).items() if name not in symbols}
        symbols = {name: symbol for name, symbol in symbols.items() if symbol}
        _add(found, id_, symbols.items())
        if _is_product(model.files[id_]):
            for symbol in symbols.values():
                found.by_symbol.setdefault(symbol, []).append(id_)


def _is_product(file: PageFile) -> bool:
    """Whether what a file shows is for others: not a test's, not an example's."""
    return file.user_rank == 0


def _exports(file: PageFile, text: str) -> tuple[dict[str, tuple[list[str], str]], list[str]]:
    """What `export { ... }` names of what a file imports, and the files all of whose exports it passes on."""
    if "export" not in text:
        return {}, []
    imported: dict[str, list[str]] = {}
    stars: list[str] = []
    lines = text.split("\n")
    for include in file.includes:
        if include.form == "from":
            begins = lines[include.line - 1].lstrip() if include.line <= len(lines) else ""
            if include.names == ["*"] and begins.startswith("export *") and " as " not in begins:
                stars += [target for target in include.targets if target in _list_needed(file)]
            for name in include.names:
                imported.setdefault(name, []).extend(include.targets)
    shown: dict[str, tuple[list[str], str]] = {}
    for clause in _EXPORTED.finditer(_COMMENT.sub("", text)):
        for word in clause[1].split(","):
            if (
                (found := _SPECIFIER.match(word.strip()))
                and found[1] in imported
                and (found[2] or found[1]) != "default"
            ):
                shown[found[2] or found[1]] = imported[found[1]], found[1]
    return shown, stars


def _list_needed(file: PageFile) -> set[str]:
    """The ids of the files that a file needs."""
    return {each.id for each in file.needs}


@dataclass(slots=True)
class _Followed:
    """Follows names of JavaScript through the files that pass them on."""

    model: RepositoryModel
    passed: dict[str, dict[str, tuple[list[str], str]]]
    stars: dict[str, list[str]]

    def symbol(self, targets: list[str], name: str, hops: int = 0) -> str:
        """The symbol that a name of some files is, "" where it is not known."""
        if own := _find_declared(self.model, targets, name):
            return own
        for target in targets if hops < _MAX_HOPS else ():
            further = self.passed.get(target, {}).get(name)
            if further and (symbol := self.symbol(*further, hops + 1)):
                return symbol
            for star in self.stars.get(target, ()):
                if symbol := self.symbol([star], name, hops + 1):
                    return symbol
        return ""

    def all_of(self, file: str, hops: int = 0) -> dict[str, str]:
        """What a file exports, by name."""
        if hops > _MAX_HOPS or file not in self.model.files:
            return {}
        shown = dict(self._list_declared(self.model.files[file]))
        for name, (targets, original) in self.passed.get(file, {}).items():
            if symbol := self.symbol(targets, original):
                shown.setdefault(name, symbol)
        for star in self.stars.get(file, ()):
            for name, symbol in self.all_of(star, hops + 1).items():
                shown.setdefault(name, symbol)
        return shown

    @staticmethod
    def _list_declared(file: PageFile) -> Iterator[tuple[str, str]]:
        for symbol in file.symbols:
            if symbol.above is None and symbol.kind not in _INNER and symbol.signature.startswith("export "):
                yield symbol.name, symbol.id
