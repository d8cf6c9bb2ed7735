"""Using-declarations, using-directives, namespace aliases and inline namespaces of the C family.

Input: `Using` rows as spelled, and which names are declared. Output: `UsingIndex`: for a spelled name in a scope, the
qualified names that it may mean there. Why: without it, calls through `using` resolve to nothing. A using in a function
counts for the whole scope around it, in its file and those that see it.

Inline namespaces are transparent: a qualified name is given without them, as it is most often spelled.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from kgraph.assemble.cpp.include_closure import IncludeClosure, VisibleFiles, bits, files_of
from kgraph.model import UseKind

EXTERNAL = ""  # the meaning of what is brought in from outside of the repository
_MAX_LINEAR_SEARCH = 16  # are looked at one by one


class Using(NamedTuple):
    """One using declaration or directive or alias of a namespace, as in `UseKind`."""

    file: int
    scope: str
    kind: str
    name: str
    qualifier: str


class InlineNamespaces:
    """Makes inline and anonymous namespaces transparent."""

    def __init__(self, inline: Iterable[str]) -> None:
        """`inline` are qualified names."""
        self.names = tuple(sorted(inline, key=lambda name: (-len(name), name)))

    def transparent(self, name: str) -> str:
        """A qualified name without the inline namespaces in it."""
        if not name.startswith(self.names):
            return name
        for inline in self.names:
            if name.startswith(inline) and name[len(inline) :][:2] in ("", "::"):
                outer = inline.rpartition("::")[0]
                rest = name[len(inline) + 2 :]
                name = f"{outer}::{rest}" if outer and rest else outer or rest
        return name


Called = Callable[[str], Collection[str]]  # the qualified names of what there is that has a last name


class _Meanings:
    """What one name, or all that a using directive brings, means in one scope, and which files say so."""

    def __init__(self) -> None:
        self._files: dict[str, list[int]] = {}
        self._by_file: dict[int, list[str]] = {}
        self._order: dict[str, int] = {}
        self._saying = 0  # all files, as bits
        self.are_few = True  # so that they can be looked at one by one
        self._bits: dict[str, int] = {}  # the files of those that many say
        self._asked: tuple[VisibleFiles | None, list[str]] = (None, [])  # last, and what the answer was

    def add(self, meaning: str, file: int) -> None:
        """A file says that it means something."""
        self._order.setdefault(meaning, len(self._order))
        self._files.setdefault(meaning, []).append(file)
        self._by_file.setdefault(file, []).append(meaning)
        self._saying |= 1 << file
        self.are_few = len(self._files) <= _MAX_LINEAR_SEARCH
        self._bits.pop(meaning, None)
        self._asked = (None, [])

    def find_in_files(self, sees: VisibleFiles) -> list[str]:
        """What the files that are seen say, in the order in which it was found out."""
        if self._asked[0] is not sees:
            self._asked = (sees, self._find_stated_in(sees))
        return self._asked[1]

    def _find_stated_in(self, sees: VisibleFiles) -> list[str]:
        if self.are_few:
            return [meaning for meaning in self._files if self._is_said(meaning, sees)]
        found = {meaning for file in files_of(sees.bits & self._saying) for meaning in self._by_file[file]}
        return sorted(found, key=self._order.__getitem__)

    def _is_said(self, meaning: str, sees: VisibleFiles) -> bool:
        files = self._files[meaning]
        if len(files) <= _MAX_LINEAR_SEARCH:
            return sees.has_any(files)
        if meaning not in self._bits:
            self._bits[meaning] = bits(files)
        return sees.bits & self._bits[meaning] != 0

    def common(self, wanted: Iterable[str]) -> set[str]:
        """Those of the wanted meanings that some file says."""
        return {meaning for meaning in wanted if meaning in self._files}

    def among(self, wanted: set[str], sees: VisibleFiles) -> list[str]:
        """Those of the wanted meanings, which are of `common`, that they say, in the same order."""
        found = [meaning for meaning in wanted if self._is_said(meaning, sees)]
        return found if len(found) < 2 else sorted(found, key=self._order.__getitem__)


class UsingIndex:
    """The usings of all scopes."""

    def __init__(self, inline: InlineNamespaces, visible: IncludeClosure) -> None:
        self._inline = inline
        self._visible = visible
        # By scope and first name of a path ("*": all names).
        self._meanings_of: dict[str, dict[str, _Meanings]] = {}
        # Those in `_meanings_of`, by their last name.
        self._scopes_called: defaultdict[str, list[str]] = defaultdict(list)
        self._spaces_called: defaultdict[str, set[str]] = defaultdict(set)
        self.file_matters = False  # true once a meaning was asked for that is not the same in all files

    def resolve(
        self,
        usings: Sequence[Using],
        named: Mapping[str, Collection[str]],
        namespaces: Collection[str],
        classes: Iterable[str],
    ) -> None:
        """Find out what the usings bring in; `named` has the qualified names of all that may be brought alone, by their
        last names."""
        for name in namespaces:
            self._spaces_called[name.rpartition("::")[2]].add(name)
        roots = {name.partition("::")[0] for name in namespaces} | set(self._spaces_called)
        roots.update(classes)
        roots.discard("std")
        ordered = sorted(usings, key=lambda using: (using.kind != UseKind.ALIAS, using.name != "*", using))
        for using in ordered:
            is_space = using.kind == UseKind.ALIAS or using.name == "*"
            path = using.qualifier if is_space else f"{using.qualifier.removesuffix('::')}::{using.name}"
            known = self.namespaces_called if is_space else lambda name: named.get(name, ())
            meaning = self._meaning(using, path, known)
            if meaning is None and not is_space and path.removeprefix("::").partition("::")[0] not in roots:
                meaning = EXTERNAL
            if meaning is not None and meaning != using.scope:
                self._add(using, meaning)

    def namespaces_called(self, name: str) -> Collection[str]:
        """The qualified names of namespaces."""
        return self._spaces_called.get(name, ())

    def _add(self, using: Using, meaning: str) -> None:
        names = self._meanings_of.get(using.scope)
        if names is None:
            names = self._meanings_of[using.scope] = {}
            self._scopes_called[using.scope.rpartition("::")[2]].append(using.scope)
        if using.name not in names:
            names[using.name] = _Meanings()
        names[using.name].add(meaning, using.file)

    def _meaning(self, using: Using, path: str, named: Called) -> str | None:
        for outer in outwards(using.scope) if not path.startswith("::") else ("",):
            for place in self.meanings(outer, path.removeprefix("::"), using.file, named):
                if place and place != join_scope(using.scope, using.name) and place in named(place.rpartition("::")[2]):
                    return place
        return None

    def has_usings(self, scope: str) -> bool:
        """Whether a name alone may mean more in a scope than what is declared there."""
        return scope in self._meanings_of

    def meanings(self, scope: str, path: str, file: int, named: Called) -> list[str]:
        """The qualified names that a path may mean in a scope, but not in those around it; `EXTERNAL` is one.

        Of what a using directive brings, at least that which `named` knows.
        """
        targets = [self._inline.transparent(join_scope(scope, path))]
        if not self._meanings_of:
            return targets
        if names := self._meanings_of.get(scope):
            first = path.partition("::")[0]
            if first in names:
                rest = path[len(first) + 2 :]
                targets += [
                    join_scope(target, rest) if target else EXTERNAL
                    for target in self._find_in_file(names[first], file)
                ]
            if "*" in names:
                targets += self._expand_directives(names["*"], path, file, named)
        if "::" in path:
            for target in tuple(targets):
                inside, _, last = target.rpartition("::")
                if names := self._meanings_of.get(inside):
                    if last in names:
                        targets += self._find_in_file(names[last], file)
                    if "*" in names:
                        targets += self._expand_directives(names["*"], last, file, named)
        return targets if len(targets) == 1 else list(dict.fromkeys(targets))

    def holders(self, scope: str, name: str, file: int, held: Mapping[str, object]) -> list[str] | None:
        """The scopes, among those of `held`, in which a name alone may mean something of that name in a scope; None
        for what lies outside. The same follows from `meanings`, and costs a text for each."""
        own, _, short = self._inline.transparent(join_scope(scope, name)).rpartition("::")
        scopes = [own] if short == name and own in held else []
        if names := self._meanings_of.get(scope):
            if name in names:
                targets = self._find_in_file(names[name], file)
                if EXTERNAL in targets:
                    return None
                parts = [target.rpartition("::") for target in targets]
                scopes += [within for within, _, last in parts if last == name and within in held]
            if starred := names.get("*"):
                if starred.are_few and len(held) > _MAX_LINEAR_SEARCH:
                    scopes += [space for space in self._find_in_file(starred, file) if space in held]
                else:
                    scopes += self._among(starred, filter(None, held), file)
        return scopes if len(scopes) < 2 else list(dict.fromkeys(scopes))

    def _find_in_file(self, meanings: _Meanings, file: int) -> list[str]:
        self.file_matters = True
        return meanings.find_in_files(self._visible(file))

    def _expand_directives(self, meanings: _Meanings, path: str, file: int, named: Called) -> list[str]:
        """A path behind the namespaces that are brought in, at least those in which something is called so, or that
        have usings of their own."""
        before, _, last = path.rpartition("::")
        called = named(last)
        if meanings.are_few and len(called) > _MAX_LINEAR_SEARCH:
            spaces = [(space, f"{space}::{path}") for space in self._find_in_file(meanings, file)]
            return [
                target
                for space, target in spaces
                if target in called or (before and f"{space}::{before}" in self._meanings_of)
            ]
        wanted = _find_prefixes(path, called)
        if before:
            wanted += _find_prefixes(before, self._scopes_called.get(before.rpartition("::")[2], ()))
        return [f"{space}::{path}" for space in self._among(meanings, wanted, file)]

    def _among(self, meanings: _Meanings, wanted: Iterable[str], file: int) -> list[str]:
        """Those of the wanted meanings that a file says or sees said; which file it is matters if any says one."""
        common = meanings.common(wanted)
        if not common:
            return []
        self.file_matters = True
        return meanings.among(common, self._visible(file))


def inheriting(usings: Iterable[Using]) -> frozenset[tuple[str, str]]:
    """The scopes of classes with the constructors that they inherit, by the name of a base: `using Base::Base;`."""
    own = (using for using in usings if using.kind == UseKind.USING)
    return frozenset(
        (using.scope, using.name)
        for using in own
        if using.name == using.qualifier.rpartition("::")[2].partition("<")[0]
    )


def without_members(usings: Iterable[Using], types: Collection[str], namespaces: Iterable[str]) -> list[Using]:
    """All usings but those that declare members of a class: `using Base::name;`.

    The scope of one in a method is that of the class, too. It is an alias, a directive, or names a namespace.
    """
    spaces = {name.rpartition("::")[2] for name in namespaces}
    return [
        using
        for using in usings
        if using.scope not in types
        or using.kind == UseKind.ALIAS
        or using.name == "*"
        or using.qualifier.rpartition("::")[2] in spaces
    ]


def _find_prefixes(path: str, names: Iterable[str]) -> list[str]:
    """What stands in front of a path, in the names that end in it."""
    end = "::" + path
    return [name.removesuffix(end) for name in names if name.endswith(end)]


def join_scope(scope: str, name: str) -> str:
    """Two parts of a qualified name, each of which may be empty."""
    return f"{scope}::{name}" if scope and name else scope or name


def outwards(scope: str) -> Iterable[str]:
    """`a::b<x::y>::c`, `a::b<x::y>`, `a`, ``."""
    while scope:
        yield scope
        scope = _outer(scope) if "<" in scope else scope.rpartition("::")[0]
    yield ""


def _outer(scope: str) -> str:
    """A scope without its last name, in whose template arguments there may be scopes."""
    depth = 0
    for at in range(len(scope) - 1, 0, -1):
        depth += (scope[at] == ">") - (scope[at] == "<")
        if not depth and scope[at] == ":" and scope[at - 1] == ":":
            return scope[: at - 1]
    return ""
