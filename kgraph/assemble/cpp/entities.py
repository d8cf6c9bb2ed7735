"""Functions, types and macros of the C family as name lookup sees them, and the sets of one name.

Input: rows of declarations. Output: objects that know what their signatures say, read when it is asked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from kgraph.assemble.cpp import type_text
from kgraph.assemble.cpp.candidates import Candidates
from kgraph.assemble.cpp.include_closure import FileSet


@dataclass(slots=True, eq=False)
class Function:
    """One function symbol."""

    id: str
    name: str
    scope: str
    signature: str
    key: str
    is_local: bool
    files: FileSet  # that declare it
    arity: int
    number: int = 0  # its place among all
    _range: tuple[int, int] | None = None
    _returns: str | None = None

    @property
    def is_constructor(self) -> bool:
        """Whether it has the name of the scope that it stands in."""
        return self.scope.partition("<")[0].rpartition("::")[2] == self.name

    def takes(self, count: int) -> bool:
        """Whether it may be called with so many arguments; -1 is unknown."""
        if self._range is None:
            if self.arity >= 0 and "=" not in self.signature and "..." not in self.key:
                self._range = (self.arity, self.arity)
            else:
                self._range = type_text.parameters_of(self.signature, self.name) or (0, 1000)
        least, most = self._range
        return count < 0 or least <= count <= most

    @property
    def returns(self) -> str:
        """Its type, "" where it is not known."""
        if self._returns is None:
            self._returns = type_text.return_type(self.signature, self.name)
        return self._returns


class Functions(Candidates[Function]):
    """Functions of one name."""

    _fit: dict[int, list[Function]] | None = None
    _best: dict[int, tuple[Function, Function] | None] | None = None
    _is_of_one_scope: bool | None = None

    @property
    def is_of_one_scope(self) -> bool:
        """Whether all of them, and there is one, stand in the same scope."""
        if self._is_of_one_scope is None:
            self._is_of_one_scope = len({f.scope for f in self}) == 1
        return self._is_of_one_scope

    def best(self, count: int) -> tuple[Function, Function] | None:
        """The one function that takes so many arguments, and the one for a constant object; None where it could be
        another."""
        if self._best is None:
            self._best = {}
        if count not in self._best:
            self._best[count] = best_of(self._fitting(count))
        return self._best[count]

    def lone(self, count: int) -> Function | None:
        """The only function that takes so many arguments."""
        fit = self._fitting(count)
        return fit[0] if len(fit) == 1 else None

    def _fitting(self, count: int) -> list[Function]:
        if self._fit is None:
            self._fit = {}
        fit = self._fit.get(count)
        if fit is None:
            fit = self._fit[count] = [f for f in self if f.takes(count)]
        return fit


def best_of(fit: Sequence[Function]) -> tuple[Function, Function] | None:
    """The one of some functions that take as many arguments, and the one for a constant object; None where it could be
    another."""
    if len(fit) < 2:
        return (fit[0], fit[0]) if fit else None
    twins = {f.key.removesuffix(" const") for f in fit}
    if len(twins) > 1 or any(f.signature.startswith("template") for f in fit):
        return None  # of templates, what they ask of their arguments may differ too
    first = min(fit, key=lambda f: (f.key.endswith(" const"), f.id))
    return first, min(fit, key=lambda f: (not f.key.endswith(" const"), f.id))


def best_for_object(functions: Sequence[Function], count: int, receiver: str) -> tuple[Function, Function] | None:
    """The same of member functions that differ in `&`, `const &` and `&&` alone, called on what has a name."""
    fit = [each for each in functions if each.key.endswith("&") and each.takes(count)]
    if len(fit) < 2 or receiver.endswith("()") or any(each.signature.startswith("template") for each in fit):
        return None
    if len({each.key.rpartition(")")[0] for each in functions if each.takes(count)}) > 1:
        return None
    constant = [each for each in fit if each.key.endswith("const&")]
    changing = [each for each in fit if each not in constant and not each.key.endswith("&&")]
    if len(constant) > 1 or len(changing) > 1 or not (constant or changing):
        return None
    return (changing or constant)[0], (constant or changing)[0]


@dataclass(slots=True, eq=False)
class Type:
    """One class, enum or alias."""

    id: str  # "" for one that nobody declares, see `Lookup.fixtures`
    name: str
    scope: str  # that it stands in
    within: str  # its own scope
    signature: str
    is_alias: bool
    is_local: bool
    files: FileSet  # that declare it
    base_texts: Sequence[str]
    parameters: tuple[str, ...] = ()
    number: int = 0  # its place among all
    bases: list[tuple[Type, tuple[str, ...]]] = field(default_factory=list)  # resolved, with their arguments
    named_bases: list[tuple[str, Type]] = field(default_factory=list)  # as spelled, and what is named, maybe an alias

    @property
    def bare(self) -> str:
        """Its own scope without template arguments."""
        return self.within.partition("<")[0]

    @property
    def place(self) -> str:
        """Its scope and its name without its template arguments."""
        name = self.name.partition("<")[0]
        return f"{self.scope}::{name}" if self.scope else name


class Types(Candidates[Type]):
    """Types of one name."""

    _plain: Types | None = None
    _names: frozenset[str] | None = None

    @property
    def plain(self) -> Types:
        """Templates themselves rather than their specializations, and what is no template."""
        if self._plain is None:
            found = [type_ for type_ in self if "<" not in type_.name]
            self._plain = self if len(found) == len(self) else Types(found)
        return self._plain

    @property
    def names(self) -> frozenset[str]:
        """Their qualified names."""
        if self._names is None:
            self._names = frozenset(type_.bare for type_ in self)
        return self._names


@dataclass(slots=True, eq=False)
class Macro:
    """One macro."""

    id: str
    is_local: bool
    files: FileSet  # that define it
    left: FileSet  # those that leave it defined
    conditional: frozenset[int]  # those of them that do so under a condition

    @classmethod
    def of(
        cls, id_: str, is_local: bool, files: Sequence[int], conditional: Sequence[int], undefined: Sequence[int]
    ) -> Macro:
        """`files` define it, under a condition those of `conditional`; those of `undefined` do not leave it defined."""
        left = [file for file in files if file not in undefined] if undefined else files
        return cls(id_, is_local, FileSet(files), FileSet(left), frozenset(conditional))
