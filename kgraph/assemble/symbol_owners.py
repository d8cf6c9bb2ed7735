"""Owners of out-of-line members: which class or namespace a qualified declarator belongs to.

Input: symbol facts with their lexical scope ("at::native") and the qualifier of their declarator ("Stack",
"::at::Tensor"). Output: the same with `owner`, the qualified name of the scope that the qualifier means. It is looked
up as C++ does, from the innermost enclosing namespace outwards, among the scopes that the repository declares; then,
because a using directive may have brought it in, among all scopes whose name ends in the qualifier, if there is but
one, or but one that declares all that a file defines so: in C++ a class declares its members.

Different qualifiers are few (thousands where there are millions of facts), so they are resolved one by one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import polars as pl

from kgraph.assemble.cpp.using_directives import InlineNamespaces, join_scope
from kgraph.assemble.fact_tables import CPP, join_answers

_NAMESPACE = "namespace"
_Place = tuple[int, str, str]  # a file, the scope of a declarator in it, and its qualifier


def resolve_owners(facts: pl.DataFrame) -> pl.DataFrame:
    """Add `owner`, and correct the kind of out-of-line members whose owner turns out to be a namespace or a class."""
    out_of_line = facts.filter(pl.col("qualifier") != "")
    if out_of_line.is_empty():
        return facts.with_columns(owner=pl.col("scope"))
    scopes = _Scopes(facts)
    by_file = _find_declaring(facts, out_of_line, scopes)
    meanings: dict[tuple[str, str], set[str]] = defaultdict(set)
    for (_, scope, qualifier), owner in by_file.items():
        meanings[scope, qualifier].add(owner)
    # A class may itself be defined out of line, `struct Stack::Node {}`, and its members then belong to what it is.
    moved: dict[str, str] = {}
    nested = out_of_line.filter(pl.col("group").is_in(["type", "enum"])).unique(
        ["scope", "qualifier", "name"], maintain_order=True
    )
    for scope, qualifier, name in nested.select("scope", "qualifier", "name").iter_rows():
        meant = meanings.get((scope, qualifier), ())
        owner = next(iter(meant)) if len(meant) == 1 else scopes.owner(scope, qualifier)
        scopes.add(f"{owner}::{name}", "type")
        spelled = "::".join(part for part in (scope, qualifier.removeprefix("::"), name) if part)
        moved[spelled] = f"{owner}::{name}"
    places = out_of_line.select("scope", "qualifier").unique()
    owners = places.with_columns(
        owner=pl.Series([scopes.owner(scope, qualifier) for scope, qualifier in places.iter_rows()], dtype=pl.String)
    )
    facts = join_answers(facts, owners, ["scope", "qualifier"]).with_columns(owner=pl.coalesce("owner", "scope"))
    if by_file:
        rows = [(*place, owner) for place, owner in by_file.items()]
        schema: dict[str, Any] = {
            "file": facts.schema["file"],
            "scope": pl.String,
            "qualifier": pl.String,
            "declaring": pl.String,
        }
        facts = join_answers(facts, pl.DataFrame(rows, schema=schema, orient="row"), ["file", "scope", "qualifier"])
        facts = facts.with_columns(owner=pl.coalesce("declaring", "owner")).drop("declaring")
    if moved := {spelled: owner for spelled, owner in moved.items() if spelled != owner}:
        facts = facts.with_columns(owner=pl.col("owner").replace(moved))
    return _correct_kinds(facts, scopes)


def _find_declaring(facts: pl.DataFrame, out_of_line: pl.DataFrame, scopes: _Scopes) -> dict[_Place, str]:
    """Of qualifiers that several scopes may be meant by, the only one that declares all that a file defines so."""
    candidates = {
        (scope, qualifier): found
        for scope, qualifier in out_of_line.select("scope", "qualifier").unique().iter_rows()
        if len(found := scopes.candidates(scope, qualifier)) > 1
    }
    if not candidates:
        return {}
    asked = pl.DataFrame(list(candidates), schema=["scope", "qualifier"], orient="row")
    defined = out_of_line.join(asked, on=["scope", "qualifier"]).group_by("file", "scope", "qualifier")
    wanted = [name for found in candidates.values() for name in found]
    inline = facts.filter((pl.col("qualifier") == "") & pl.col("scope").is_in(wanted))
    declared: dict[str, set[str]] = defaultdict(set)
    for scope, name in inline.select("scope", "name").unique().iter_rows():
        declared[scope].add(name)
    meant: dict[_Place, str] = {}
    for file, scope, qualifier, names in defined.agg(pl.col("name").unique()).iter_rows():
        fitting = [each for each in candidates[scope, qualifier] if declared[each].issuperset(names)]
        if len(fitting) == 1:
            meant[file, scope, qualifier] = fitting[0]
    return meant


def _correct_kinds(facts: pl.DataFrame, scopes: _Scopes) -> pl.DataFrame:
    """A qualified name is a member of a class or of a namespace: the file of a definition alone cannot tell."""
    kinds = pl.DataFrame(
        {"owner": list(scopes.kind), "owner_kind": list(scopes.kind.values())},
        schema={"owner": pl.String, "owner_kind": pl.String},
    )
    out_of_line = (pl.col("qualifier") != "") & (pl.col("family") == CPP)
    in_namespace = out_of_line & (pl.col("owner_kind") == _NAMESPACE)
    in_class = out_of_line & (pl.col("owner_kind") == "type")
    kind = pl.col("kind")
    return (
        join_answers(facts, kinds, ["owner"])
        .with_columns(
            kind=pl.when(in_namespace & (kind == "Method"))
            .then(pl.lit("Function"))
            .when(in_class & (kind == "Function"))
            .then(pl.lit("Method"))
            .when(in_class & (kind == "Variable"))
            .then(pl.lit("Field"))
            .otherwise(kind)
        )
        .drop("owner_kind")
    )


class _Scopes:
    """All scopes that the C family of a repository declares, by qualified name."""

    def __init__(self, facts: pl.DataFrame) -> None:
        self.kind: dict[str, str] = {}
        self._ending: dict[str, list[str]] = defaultdict(list)  # by last part
        inline = facts.filter(
            (pl.col("family") == CPP)
            & pl.col("group").is_in(["namespace", "type", "enum"])
            & (pl.col("qualifier") == "")
        )
        names = inline.select(
            pl.when(pl.col("scope") == "")
            .then("name")
            .otherwise(pl.concat_str("scope", pl.lit("::"), "name"))
            .alias("name"),
            "group",
        ).unique()
        for name, group in names.sort("name", "group").iter_rows():
            self.add(name, _NAMESPACE if group == _NAMESPACE else "type")
        self._through_inline(inline)

    def _through_inline(self, facts: pl.DataFrame) -> None:
        """Scopes in inline namespaces by their names without these."""
        found = facts.filter(pl.col("modifiers").list.contains("inline") & (pl.col("group") == _NAMESPACE))
        inline = {join_scope(scope, name) for scope, name in found.select("scope", "name").iter_rows()}
        transparent = InlineNamespaces(inline).transparent
        self._real: dict[str, str] = {}  # by the name without inline namespaces, where nothing else has that name
        if inline:
            for name in self.kind:
                if (short := transparent(name)) not in self.kind:
                    self._real.setdefault(short, name)

    def add(self, name: str, kind: str) -> None:
        if name not in self.kind:
            self._ending[_last(name)].append(name)
        self.kind[name] = kind

    def owner(self, scope: str, qualifier: str) -> str:
        """The qualified name of what `qualifier` means inside `scope`."""
        if qualifier.startswith("::"):
            return qualifier[2:]
        for wanted in (qualifier, _without_arguments(qualifier)):
            for outer in _outwards(scope):
                name = f"{outer}::{wanted}" if outer else wanted
                if name in self.kind:
                    return name[: len(name) - len(wanted)] + qualifier
                if real := self._real.get(name):
                    return real[: len(real) - len(_last(wanted))] + _last(qualifier)
            found = self._find_ending(wanted)
            if len(found) == 1:
                return found[0][: len(found[0]) - len(wanted)] + qualifier
        return f"{scope}::{qualifier}" if scope else qualifier

    def candidates(self, scope: str, qualifier: str) -> list[str]:
        """The scopes that a qualifier may mean which names none around it."""
        if qualifier.startswith("::") or "<" in qualifier:
            return []
        spelled = (f"{outer}::{qualifier}" if outer else qualifier for outer in _outwards(scope))
        if any(name in self.kind or name in self._real for name in spelled):
            return []
        return self._find_ending(qualifier)

    def _find_ending(self, name: str) -> list[str]:
        return [each for each in self._ending.get(_last(name), ()) if each.endswith("::" + name)]


def _outwards(scope: str) -> Iterator[str]:
    """`a::b::c`, `a::b`, `a`, ``."""
    while scope:
        yield scope
        scope = scope.rpartition("::")[0]
    yield ""


def _last(name: str) -> str:
    """The last part of a qualified name, where "::" inside template arguments does not count."""
    depth = 0
    for at in range(len(name) - 1, 0, -1):
        match name[at]:
            case ">":
                depth += 1
            case "<":
                depth -= 1
            case ":" if depth <= 0 and name[at - 1] == ":":
                return name[at + 1 :]
    return name


def _without_arguments(name: str) -> str:
    """A qualified name without its template arguments: "Stack<int>::Node" to "Stack::Node"."""
    characters, depth = [], 0
    for char in name:
        if char == "<":
            depth += 1
        elif char == ">":
            depth -= 1
        elif depth <= 0:
            characters.append(char)
    return "".join(characters)
