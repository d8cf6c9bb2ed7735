"""What names that are mentioned in the C family mean: types, fields, variables, enumerators, namespaces, macros.

Input: mentions as spelled (see `extract.cpp.mentions`), and the `NameIndex`. Output: rows of `use_tables.RESOLVED`. A
name is looked up where it stands, as a compiler would: in its class, then in the scopes around, each in what the file
sees. What could be two things is none.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

import polars as pl

from kgraph.assemble.cpp import type_text
from kgraph.assemble.cpp.entities import Type
from kgraph.assemble.cpp.include_closure import FileSet
from kgraph.assemble.cpp.lookup_context import transparent
from kgraph.assemble.cpp.members import levels
from kgraph.assemble.cpp.name_index import NameIndex
from kgraph.assemble.cpp.receiver_types import ReceiverTypes, ScopedType
from kgraph.assemble.cpp.using_directives import InlineNamespaces, join_scope
from kgraph.assemble.evidence import CONFIDENCE, CppEvidence
from kgraph.model import UseKind

KINDS = [UseKind.MENTION.value, UseKind.TYPE.value, UseKind.MACRO.value]
_MACRO, _TYPE = UseKind.MACRO.value, UseKind.TYPE.value
_CALLED, _QUALIFYING, _ANGLED, _USED, _MAKING = range(1, 6)  # what is around: see `extract.cpp.mentions`
_VALUES = ("variable", "enumerator")
_QUESTION = ("file", "scope", "kind", "name", "qualifier", "receiver", "type", "arguments")
_ANSWER = {"to": pl.String(), "use": pl.String(), "evidence": pl.String()}


class Mention(NamedTuple):
    """One mention as spelled."""

    file: int
    scope: str
    kind: str
    name: str
    qualifier: str
    receiver: str
    declared: str
    follower: int


class _Value(NamedTuple):
    """A variable, a field or an enumerator."""

    id: str
    files: FileSet
    is_local: bool


_EVIDENCE = [
    CppEvidence.MENTIONED_MEMBER,
    CppEvidence.MENTIONED_FIELD,
    CppEvidence.MENTIONED_PATH,
    CppEvidence.MENTIONED_NAME,
    CppEvidence.MENTIONED_MACRO,
]
Answer = tuple[str, str, str]  # id, class of the use, evidence


class ValueIndex:
    """Variables, fields and enumerators by name and scope, and namespaces by qualified name."""

    def __init__(self, facts: pl.DataFrame, inline: InlineNamespaces) -> None:
        """`facts` are the C family's."""
        self.by_name: defaultdict[str, dict[str, list[_Value]]] = defaultdict(dict)
        self.namespaces: dict[str, str] = {}
        named = facts.filter(pl.col("group").is_in([*_VALUES, "namespace"]))
        named = named.with_columns(scope=transparent(named["owner"], inline))
        grouped = named.group_by("id", maintain_order=True).agg(
            pl.col("group", "name", "scope", "local").first(), pl.col("file").unique().sort().alias("files")
        )
        for id_, group, name, scope, local, files in grouped.iter_rows():
            if group == "namespace":
                self.namespaces.setdefault(join_scope(scope, name), id_)
            else:
                self.by_name[name].setdefault(scope, []).append(_Value(id_, FileSet(files), local))


class MentionResolver:
    """Looks up mentions one by one."""

    def __init__(self, names: NameIndex, values: ValueIndex) -> None:
        self._names = names
        self._values = values
        self._types = ReceiverTypes(names)

    def resolve(self, mention: Mention) -> list[Answer]:
        """What a mention means, nothing where that is not sure enough; several functions of a using-declaration."""
        if mention.follower == _USED and (functions := self._resolve_using_declaration(mention)):
            return functions
        answer = self._resolve_single(mention)
        if answer is None:
            return []
        return [answer, *self._constructor(mention)] if mention.follower == _MAKING else [answer]

    def _resolve_single(self, mention: Mention) -> Answer | None:
        if mention.kind == _MACRO:
            use = "Reference" if mention.follower == _QUALIFYING else "Expansion"
            found = self._macro(mention, use)
            return found[0] if found else None
        if mention.receiver:
            return self._member(mention)
        if mention.qualifier:
            return self._resolve_qualified(mention)
        return self._resolve_unqualified(mention)

    def _resolve_using_declaration(self, mention: Mention) -> list[Answer]:
        """All functions that a using-declaration names."""
        names, path = self._names, join_scope(mention.qualifier.removeprefix("::"), mention.name)
        for scope in ("",) if mention.qualifier.startswith("::") else names.outwards(mention.scope):
            near = names.near(scope, path, mention.file) if mention.name in names.functions else None
            if near:
                return [(each.id, "Reference", CppEvidence.MENTIONED_PATH) for each in near]
        class_ = self._types.class_of(ScopedType(mention.qualifier, mention.scope, mention.file))
        found = names.members.functions(class_[0], mention.name)[0] if class_ else ()
        return [(each.id, "Reference", CppEvidence.MENTIONED_PATH) for each in found]

    def _constructor(self, mention: Mention) -> list[Answer]:
        """The constructor without arguments that a variable of a class is made with, where that is declared."""
        spelled = join_scope(mention.qualifier, mention.name)
        class_ = self._types.class_of(ScopedType(spelled, mention.scope, mention.file))
        if class_ is None:
            return []
        made = self._names.functions.get(class_[0].name.partition("<")[0], {}).get(class_[0].within)
        fit = made.lone(0) if made else None
        return [(fit.id, "Call", CppEvidence.MENTIONED_NAME)] if fit else []

    # --- by form ------------------------------------------------------------------------------------------------------

    def _member(self, mention: Mention) -> Answer | None:
        class_ = self._types.class_behind(mention.file, mention.scope, mention.receiver, mention.declared)[1]
        if class_ is None:
            return None
        if mention.follower == _QUALIFYING:  # `object.Base::member()`
            named = [base for level in levels(class_) for base in level if base.bare.endswith(mention.name)]
            named = [base for base in named if f"::{base.bare}".endswith(f"::{mention.name}")]
            return self._resolve_in_type(named[0], mention, CppEvidence.MENTIONED_PATH) if named else None
        if mention.qualifier:
            found = self._types.class_of(ScopedType(mention.qualifier, mention.scope, mention.file))
            class_ = found[0] if found else None
        return self._field(class_, mention, CppEvidence.MENTIONED_FIELD) if class_ else None

    def _field(self, class_: Type, mention: Mention, evidence: str) -> Answer | None:
        """A data member of a class or of its bases, or an enumerator in one."""
        held = self._values.by_name.get(mention.name)
        if not held or mention.follower == _QUALIFYING:
            return None
        holders = self._names.members.holders(class_, held)
        if len(holders) != 1:
            return None
        return self._choose_one(held[holders[0].within], mention, evidence)

    def _choose_one(self, values: Sequence[_Value], mention: Mention, evidence: str) -> Answer | None:
        sees = self._names.visible(mention.file)
        near = {each.id for each in values if (mention.file in each.files if each.is_local else True)}
        if len(near) > 1:
            near = {each.id for each in values if each.id in near and each.files.is_seen(sees)}
        return (near.pop(), "Reference", evidence) if len(near) == 1 else None

    def _resolve_qualified(self, mention: Mention) -> Answer | None:
        names, evidence = self._names, CppEvidence.MENTIONED_PATH
        qualifier = mention.qualifier.removeprefix("::")
        if qualifier.startswith("std::") or qualifier == "std":
            return None
        path = join_scope(qualifier, mention.name)
        spelled = f"::{path}" if mention.qualifier.startswith("::") else path
        type_ = names.find_type(mention.scope, spelled, mention.file) if "<" not in path else None
        if type_ is not None and type_.files.is_seen(names.visible(mention.file)):
            return self._resolve_in_type(type_, mention, evidence)
        outer = ("",) if mention.qualifier.startswith("::") else names.outwards(mention.scope)
        held = self._values.by_name.get(mention.name, {})
        for scope in outer:
            if mention.follower == _QUALIFYING:
                if id_ := self._values.namespaces.get(join_scope(scope, path)):
                    return id_, "Reference", evidence
                continue
            places = names.holders(scope, path, mention.file, held) if held else []
            if places is None:
                return None
            for place in places:
                if found := self._choose_one(held[place], mention, evidence):
                    return found
            if found := self._function(scope, path, mention, evidence):
                return found
        class_ = self._types.class_of(ScopedType(mention.qualifier, mention.scope, mention.file)) if qualifier else None
        if class_ is None:
            return None
        if inner := names.types.get(f"{class_[0].within}::{mention.name}"):
            return self._resolve_in_type(inner[0], mention, evidence)
        if class_[0].scope in held:  # an enumerator behind the name of its enum
            return self._field(class_[0], mention, evidence) or self._choose_one(
                held[class_[0].scope], mention, evidence
            )
        return self._field(class_[0], mention, evidence)

    def _function(self, scope: str, path: str, mention: Mention, evidence: str) -> Answer | None:
        """The only function of that name, where it is no call."""
        if mention.follower in (_CALLED, _ANGLED) or mention.name not in self._names.functions:
            return None
        near = self._names.near(scope, path, mention.file)
        ids = {function.id for function in near or ()}
        return (ids.pop(), "Reference", evidence) if len(ids) == 1 else None

    def _resolve_unqualified(self, mention: Mention) -> Answer | None:
        names, name = self._names, mention.name
        macro = self._macro(mention, "Expansion") if mention.follower != _CALLED else None
        if macro and macro[1]:
            return macro[0]
        found = self._resolve_member_name(mention)
        if macro:
            return None if found else macro[0]
        if found is None and mention.follower == _QUALIFYING:
            for scope in names.outwards(mention.scope):
                if id_ := self._values.namespaces.get(join_scope(scope, name)):
                    return id_, "Reference", CppEvidence.MENTIONED_NAME
        return found

    def _resolve_member_name(self, mention: Mention) -> Answer | None:
        names, name, file = self._names, mention.name, mention.file
        type_ = names.find_type(mention.scope, name, file)
        if type_ is not None and not type_.files.is_seen(names.visible(file)):
            type_ = None
        typed = self._resolve_in_type(type_, mention, CppEvidence.MENTIONED_NAME) if type_ else None
        if mention.follower == _QUALIFYING:
            return typed
        held = self._values.by_name.get(name, {})
        own = self._types.own_class(mention.scope, file)
        if own is not None and held and (found := self._field(own, mention, CppEvidence.MENTIONED_MEMBER)):
            return None if typed and type_ and type_.scope == own.within else found
        if own is not None and held and self._is_method(own, name):
            return None  # it hides what the scopes around have
        for scope in names.outwards(mention.scope):
            if type_ is not None and len(type_.scope) > len(scope):
                return typed
            places = names.holders(scope, name, file, held) if held else []
            if places is None:
                return None
            seen = [
                value
                for place in places
                for value in held[place]
                if (file in value.files if value.is_local else value.files.is_seen(names.visible(file)))
            ]
            if seen:
                ids = {value.id for value in seen}
                here = {value.id for value in seen if file in value.files}
                ids = here if len(here) == 1 else ids
                if len(ids) > 1 or (type_ is not None and type_.scope == scope):
                    return None
                return ids.pop(), "Reference", CppEvidence.MENTIONED_NAME
            if typed is None and (function := self._function(scope, name, mention, CppEvidence.MENTIONED_NAME)):
                return function
        return typed

    def _is_method(self, class_: Type, name: str) -> bool:
        """Whether a class or one of its bases has a method of a name; constructors have that of the class."""
        is_own = name == class_.name.partition("<")[0].rpartition("::")[2]
        return not is_own and self._names.members.functions(class_, name)[1] is not None

    def _resolve_in_type(self, type_: Type, mention: Mention, evidence: str) -> Answer | None:
        if mention.follower == _ANGLED and not type_.is_alias and not mention.receiver:
            arguments = type_text.split_type(f"{type_.name}{mention.declared}")[1]
            types = self._names.types.get(type_.place)
            if types and types.plain is not types and not arguments:
                return None  # the template, or a specialization of it
            chosen = self._names.specialization(type_, arguments, mention.scope, mention.file)
            if chosen is None:
                return None
            type_ = chosen
        if not type_.id:
            return None
        declares = mention.kind == _TYPE and mention.follower != _QUALIFYING
        return type_.id, "TypeUse" if declares else "Reference", evidence

    def _macro(self, mention: Mention, use: str) -> tuple[Answer, bool] | None:
        """The one macro that may be defined where a name stands, and whether it must be."""
        sight = self._names.macro_sight
        defined = [each for each in self._names.macros.get(mention.name, ()) if sight.is_defined(each, mention.file)]
        if len(defined) != 1:
            return None
        answer = (defined[0].id, use, CppEvidence.MENTIONED_MACRO)
        return answer, sight.is_certain(defined[0], mention.file)


def resolve_mentions(sites: pl.DataFrame, scopes: pl.DataFrame, names: NameIndex, values: ValueIndex) -> pl.DataFrame:
    """The sites that mean something, with their answers; `scopes` gives that of each owner."""
    known = {*values.by_name, *names.functions, *names.macros, *names.types_by_name}
    known |= {name.rpartition("::")[2] for name in values.namespaces}
    sites = sites.filter(pl.col("name").is_in(pl.Series(list(known), dtype=pl.String).implode()))
    questions = (
        sites.join(scopes, on="owner", how="left", maintain_order="left")
        .with_columns(pl.col("scope").fill_null(""))
        .group_by(_QUESTION, maintain_order=True)
        .agg("site")
    )
    resolver = MentionResolver(names, values)
    found = [
        (number, *answer)
        for number, row in enumerate(questions.select(_QUESTION).iter_rows())
        for answer in resolver.resolve(Mention._make(row))
    ]
    answers = pl.DataFrame(found, {"question": pl.Int64(), **_ANSWER}, orient="row")
    sites_of = questions.select("site").with_row_index("question")
    return (
        answers.join(sites_of.with_columns(pl.col("question").cast(pl.Int64)), on="question", maintain_order="left")
        .select("site", *_ANSWER)
        .explode("site", empty_as_null=False, keep_nulls=False)
    )


def mention_rows(
    spelled: pl.DataFrame, answered: pl.DataFrame, owners: pl.DataFrame, file_ids: Sequence[str], others: pl.DataFrame
) -> pl.DataFrame:
    """Rows of `RESOLVED`; what `others` have of the same target at the same line is not listed twice."""
    at = spelled.select("owner", "file", "line")[answered["site"]]
    at = at.with_columns(file=pl.Series(file_ids, dtype=pl.String).gather(at["file"]))
    confidence = pl.col("evidence").replace_strict(CONFIDENCE, default=None, return_dtype=pl.Float64)
    rows = (
        answered.hstack(at)
        .join(owners.select("owner", "from_"), on="owner", how="left", maintain_order="left")
        .select(
            kind=pl.when((pl.col("use") == "TypeUse") & pl.col("from_").is_null())
            .then(pl.lit("Reference"))
            .otherwise("use"),
            **{"from": pl.coalesce("from_", "file")},
            to="to",
            file="file",
            line="line",
            roles=pl.lit(None, pl.String),
            confidence=confidence,
            evidence="evidence",
        )
    )
    return rows.join(others.select("to", "file", "line").unique(), on=["to", "file", "line"], how="anti")


def without_mentions(resolved: pl.DataFrame) -> pl.DataFrame:
    """Resolved uses but for those of names that are mentioned only."""
    return resolved.filter(pl.col("evidence").is_null() | ~pl.col("evidence").is_in(_EVIDENCE))
