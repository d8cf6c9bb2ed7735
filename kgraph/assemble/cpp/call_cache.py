"""Incremental cache of call resolution: the results of the previous build that still hold.

Input: the call queries of this build, and fingerprints of all that their results depend on. Output: results, taken from
the previous build where they cannot have changed. Invariant: equal to resolving every query from scratch.

An answer follows from its question, from types, namespaces, usings (see `lookup_context`) and which file includes
which, and from the functions, variables and macros of some names (see `declarations.names_consulted`). The answers are
kept under a digest of the second. Of the third there is a digest by name beside them, and what could look at a name
whose digest is another is asked again. So an edit inside a body asks what is new in it, and another signature what
calls the function; another class, using or include asks everything.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence, Set
from hashlib import sha256
from typing import NamedTuple

import msgspec
import polars as pl

from kgraph.assemble.cpp import declarations as rows
from kgraph.assemble.cpp.lookup_context import LookupContext
from kgraph.assemble.cpp.members import property_of
from kgraph.assemble.evidence import CppEvidence
from kgraph.assemble.result_cache import ResultCache, digest, from_ipc, resolver, to_ipc

QUESTION = ("file", "scope", "kind", "name", "qualifier", "receiver", "type", "arguments", "in_const", rows.ARGUMENT)
ANSWER = {"to": pl.String(), "use": pl.String(), "evidence": pl.String()}
_SCHEMA = (
    dict.fromkeys(QUESTION, pl.String())
    | {"file": pl.Int64(), "arguments": pl.Int64(), "in_const": pl.Boolean()}
    | ANSWER
)

Frame = pl.DataFrame

_ANSWERS, _DIGESTS = "answers", "digests"  # under which they are kept
_MAX_APPENDED = 10_000  # so many new answers are written beside the others
_MAX_ALTERNATIVES = 50  # names of one pattern


class CallCache:
    """What the builds before know, and what this one adds."""

    def __init__(
        self, result_cache: ResultCache | None, declared: Frame, lookup: LookupContext, includes: Sequence[Frame]
    ) -> None:
        self._result_cache = result_cache
        self._declared = declared
        self._known: _Previous | None = None
        self.key = ""  # names types, namespaces, usings and includes
        if result_cache is not None:
            self.key = f"cpp:{resolver()}:{digest(rows.world_digest(declared), lookup.text(), *includes)}:"

    def world(self, name: str, make: Callable[[], Frame]) -> Frame:
        """A frame that follows from types, namespaces, usings and includes alone."""
        data = self.get(name)
        if data is not None:
            return from_ipc(data)
        made = make()
        self.put(name, to_ipc(made))
        return made

    def get(self, name: str) -> bytes | None:
        """What was put under a name where types, namespaces, usings and includes were the same."""
        return self._result_cache.get(self.key + name) if self._result_cache is not None else None

    def put(self, name: str, data: bytes) -> None:
        """Keep `data` for the next build."""
        if self._result_cache is not None:
            self._result_cache.put(self.key + name, data)

    def changed_names(self) -> Set[str] | None:
        """The names of functions, variables and macros of which something is another; None where that is not known."""
        if self._result_cache is None:
            return None
        previous = self._previous(self._result_cache)
        return previous.changed if previous.is_known else None

    def are_types(self, names: Set[str]) -> bool:
        """Whether some of the names are those of types."""
        return not rows.type_names(self._declared).isdisjoint(names)

    def answer(self, questions: Frame, most: int | None, ask: Callable[[Frame], Frame]) -> Frame:
        """`questions`, each once, with their answers, null for none: kept ones, and what `ask` adds to those that it is
        given; other columns stay. No more than `most` are kept, where that is not None, that nobody asks any longer."""
        if self._result_cache is None:
            return ask(questions)
        previous = self._previous(self._result_cache)
        if previous.answers.is_empty():
            answered = new = ask(questions)
        else:
            known = questions.join(
                previous.answers.with_columns(known=True), on=QUESTION, how="left", maintain_order="left"
            )
            new = ask(known.filter(pl.col("known").is_null()).select(questions.columns))
            answered = pl.concat([known.filter("known").drop("known"), new])
        added = new.select(*_SCHEMA)
        count = previous.answers.height + added.height
        are_too_many = most is not None and count > most
        if previous.is_stale or previous.added.height + added.height > _MAX_APPENDED or are_too_many:
            answers = to_ipc(answered.select(*_SCHEMA) if are_too_many else pl.concat([previous.answers, added]))
            self._result_cache.put(self.key + _ANSWERS, answers)
            self._result_cache.put(self.key + _DIGESTS, _pack(previous.digests, _name_of(answers)))
            return answered
        if previous.changed:
            self._result_cache.put(self.key + _DIGESTS, _pack(previous.digests, previous.of))
        if added.height:
            self._result_cache.put(self._added_key(previous.of), to_ipc(pl.concat([previous.added, added])))
        return answered

    def _previous(self, result_cache: ResultCache) -> _Previous:
        """What the last build leaves."""
        if self._known is None:
            self._known = self._load(result_cache, rows.digests(self._declared))
        return self._known

    def _load(self, result_cache: ResultCache, digests: Frame) -> _Previous:
        data, packed = (result_cache.get(self.key + name) for name in (_ANSWERS, _DIGESTS))
        none = pl.DataFrame(schema=_SCHEMA)
        of, former = msgspec.msgpack.decode(packed, type=tuple[str, bytes]) if packed else ("", b"")
        if data is None or of != _name_of(data):
            return _Previous(digests, none, none, "", frozenset(), is_known=False, is_stale=True)
        answers, previous_digests = from_ipc(data), from_ipc(former)
        more = result_cache.get(self._added_key(of))
        added = from_ipc(more) if more is not None else none
        on = ["name", "digest"]
        changed = frozenset(
            {
                *digests.join(previous_digests, on=on, how="anti")["name"],
                *previous_digests.join(digests, on=on, how="anti")["name"],
            }
        )
        every = pl.concat([answers, added])
        holds = still_valid(every, changed, rows.type_names(self._declared))
        return _Previous(digests, holds, added, of, changed, is_known=True, is_stale=holds.height < every.height)

    def _added_key(self, of: str) -> str:
        return f"{self.key}added:{of}"  # so that they are never read beside other answers


class _Previous(NamedTuple):
    digests: Frame  # of what is declared now
    answers: Frame  # that still hold
    added: Frame  # those of them that were found after the others were written
    of: str  # names the others
    changed: Set[str]  # names of what the answers depend on that is another
    is_known: bool  # whether there was anything
    is_stale: bool  # whether any does not hold, or nothing was known


def _name_of(answers: bytes) -> str:
    return sha256(answers).hexdigest()


def _pack(digests: Frame, of: str) -> bytes:
    """Digests, and which answers hold for these alone."""
    return msgspec.msgpack.encode((of, to_ipc(digests)))


def still_valid(answers: Frame, changed: Set[str], type_names: Set[str]) -> Frame:
    """The answers that a change of the functions, variables and macros of some names cannot touch."""
    if not changed:
        return answers
    touched, said = (_spelling(answers[column].unique(), changed) for column in ("receiver", rows.ARGUMENT))
    setters = [name for name in answers["name"].unique() if name.endswith(":") and property_of(name) in changed]
    stale = pl.col("name").is_in([*changed, *setters]) | pl.col("receiver").is_in(touched.implode())
    stale |= pl.col(rows.ARGUMENT).is_in(said.implode())
    if not changed.isdisjoint(rows.OPERATORS):
        stale |= pl.col("receiver") != ""
    if rows.NEGATION in changed:
        stale |= pl.col("name") == rows.CONVERSION
    if any(name.startswith(rows.DESTRUCTOR) for name in changed):
        stale |= pl.col("name") == rows.DESTRUCTOR
    if not changed.isdisjoint(type_names):  # who looks at constructors of a class gets one, or the class
        stale |= pl.col("evidence").eq_missing(pl.lit(CppEvidence.CLASS_NAME))
    return answers.filter(~stale)


def _spelling(texts: pl.Series, names: Set[str]) -> pl.Series:
    """The texts among whose words is one of the names, and perhaps some in which it is a part of one."""
    spelled = [name for name in names if re.fullmatch(r"\w+", name)]
    if len(spelled) > _MAX_ALTERNATIVES or not all(map(str.isascii, spelled)):
        return texts.filter(pl.Series([not names.isdisjoint(rows.words([text])) for text in texts], dtype=pl.Boolean))
    # Words end at more places in ASCII than in Unicode, of which Rust and Python have different notions.
    return texts.filter(texts.str.contains(rf"(?-u:\b)(?:{'|'.join(spelled)})(?-u:\b)")) if spelled else texts.clear()
