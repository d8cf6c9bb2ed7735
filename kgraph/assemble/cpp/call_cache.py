"""The answers of the last build that still hold.

Comes in: the questions of this build, and all that their answers depend on. Goes out: answers, those of the last build
where they cannot have changed.

An answer follows from its question, from types, namespaces, usings (see `lookup`) and which file includes which, and
from the functions, variables and macros of some names (see `declared.names_seen`). The answers are kept under a digest
of the second. Of the third there is a digest by name beside them, and what could look at a name whose digest is another
is asked again. So an edit inside a body asks what is new in it, and another signature what calls the function; another
class, using or include asks everything.
"""

from __future__ import annotations

from collections.abc import Callable, Set
from hashlib import sha256
from typing import NamedTuple

import polars as pl

from kgraph.assemble.cpp import declarations as rows
from kgraph.assemble.cpp.lookup_context import Lookup
from kgraph.assemble.cpp.overloads import CONSTRUCTED
from kgraph.assemble.result_cache import Kept, digest, packed, resolver, unpacked

QUESTION = ("file", "scope", "kind", "name", "qualifier", "receiver", "type", "arguments", "in_const")
ANSWER = {"to": pl.String(), "use": pl.String(), "evidence": pl.String()}
_SCHEMA = (
    dict.fromkeys(QUESTION, pl.String())
    | {"file": pl.Int64(), "arguments": pl.Int64(), "in_const": pl.Boolean()}
    | ANSWER
)

Frame = pl.DataFrame

_FEW = 10_000  # so many new answers are written beside the others


class Answers:
    """What the builds before know, and what this one adds."""

    def __init__(self, kept: Kept | None, declared: Frame, lookup: Lookup, includes: Frame) -> None:
        self._kept = kept
        self._declared = declared
        self._key = ""
        if kept is not None:
            self._key = f"cpp:{resolver()}:{digest(rows.world_digest(declared), lookup.text(), includes)}:"

    def world(self, name: str, make: Callable[[], Frame]) -> Frame:
        """A frame that follows from types, namespaces, usings and includes alone."""
        if self._kept is None:
            return make()
        data = self._kept.get(self._key + name)
        if data is not None:
            return unpacked(data)
        made = make()
        self._kept.put(self._key + name, packed(made))
        return made

    def of(self, questions: Frame, most: int, ask: Callable[[Frame], Frame]) -> Frame:
        """`questions`, each once, with their answers, null for none: kept ones, and what `ask` adds to those that it is
        given; other columns stay. No more than `most` are kept that nobody asks any longer."""
        if self._kept is None:
            return ask(questions)
        digests = rows.digests(self._declared)
        former = self._former(self._kept, digests)
        known = questions.join(former.answers.with_columns(known=True), on=QUESTION, how="left", maintain_order="left")
        new = ask(known.filter(pl.col("known").is_null()).select(questions.columns))
        answered = pl.concat([known.filter("known").drop("known"), new])
        added = new.select(*_SCHEMA)
        count = former.answers.height + added.height
        if former.changed or former.added.height + added.height > _FEW or count > most:
            answers = answered.select(*_SCHEMA) if count > most else pl.concat([former.answers, added])
            self._kept.put(self._key + "answers", _joined(packed(digests), packed(answers)))
        elif added.height:
            self._kept.put(former.place, packed(pl.concat([former.added, added])))
        return answered

    def _former(self, kept: Kept, digests: Frame) -> _Former:
        """What the last build leaves."""
        data = kept.get(self._key + "answers")
        none = pl.DataFrame(schema=_SCHEMA)
        if data is None:
            return _Former(none, none, "", changed=True)
        before, answers = map(unpacked, _parted(data))
        place = f"{self._key}added:{sha256(data).hexdigest()}"  # so that they are never read beside other answers
        more = kept.get(place)
        added = unpacked(more) if more is not None else none
        on = ["name", "digest"]
        changed = {*digests.join(before, on=on, how="anti")["name"], *before.join(digests, on=on, how="anti")["name"]}
        holds = holding(pl.concat([answers, added]), changed, rows.type_names(self._declared))
        return _Former(holds, added, place, bool(changed))


class _Former(NamedTuple):
    answers: Frame  # that still hold
    added: Frame  # those of them that were found after the others were written
    place: str  # of the added ones
    changed: bool  # whether what the answers depend on is another


def _joined(digests: bytes, answers: bytes) -> bytes:
    """Both in one, for the answers hold for these digests alone."""
    return len(digests).to_bytes(8, "big") + digests + answers


def _parted(data: bytes) -> tuple[bytes, bytes]:
    end = 8 + int.from_bytes(data[:8], "big")
    return data[8:end], data[end:]


def holding(answers: Frame, changed: Set[str], type_names: Set[str]) -> Frame:
    """The answers that a change of the functions, variables and macros of some names cannot touch."""
    if not changed:
        return answers
    touched = [receiver for receiver in answers["receiver"].unique() if not changed.isdisjoint(rows.words([receiver]))]
    stale = pl.col("name").is_in(list(changed)) | pl.col("receiver").is_in(touched)
    if not changed.isdisjoint(rows.OPERATORS):
        stale |= pl.col("receiver") != ""
    if not changed.isdisjoint(type_names):  # who looks at constructors of a class gets one, or the class
        stale |= pl.col("evidence").eq_missing(pl.lit(CONSTRUCTED))
    return answers.filter(~stale)
