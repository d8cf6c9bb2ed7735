"""The answers of the last build that still hold.

Comes in: the questions of this build, and all that their answers depend on. Goes out: answers, those of the last build
where they cannot have changed.

An answer follows from its question, from types, namespaces and which file includes which, and from the functions,
variables and macros of some names (see `declared.names_seen`). The answers are kept under a digest of the second; of the
third there is a digest by name beside them, and what could look at a name whose digest is another is asked again. So
an edit inside a body asks what is new in it, and another signature what calls the function; another class or include
asks everything.
"""

from __future__ import annotations

from collections.abc import Callable, Set

import polars as pl

from kgraph.assemble.cpp import declared as rows
from kgraph.assemble.cpp.calls import CONSTRUCTED
from kgraph.assemble.kept import Kept, digest, packed, resolver, unpacked

QUESTION = ("file", "scope", "kind", "name", "qualifier", "receiver", "type", "arguments", "in_const")
ANSWER = {"to": pl.String(), "use": pl.String(), "evidence": pl.String()}

Frame = pl.DataFrame


class Answers:
    """What the builds before know, and what this one adds."""

    def __init__(self, kept: Kept | None, declared: Frame, includes: Frame) -> None:
        self._kept = kept
        self._declared = declared
        self._key = f"cpp:{resolver()}:{digest(rows.world_digest(declared), includes)}:" if kept is not None else ""

    def world(self, name: str, make: Callable[[], Frame]) -> Frame:
        """A frame that follows from types, namespaces and includes alone."""
        data = self._kept.get(self._key + name) if self._kept is not None else None
        if data is not None:
            return unpacked(data)
        made = make()
        if self._kept is not None:
            self._kept.put(self._key + name, packed(made))
        return made

    def of(self, questions: Frame, most: int, ask: Callable[[Frame], Frame]) -> Frame:
        """`questions`, each once, with their answers, null for none: kept ones, and what `ask` adds to those that it is
        given. No more than `most` are kept that nobody asks any longer."""
        if self._kept is None:
            return ask(questions)
        digests = rows.digests(self._declared)
        former = self._former(digests)
        if former is None:
            answered = all_ = ask(questions)
        else:
            known = questions.join(former.with_columns(known=True), on=QUESTION, how="left")
            new = known.filter(pl.col("known").is_null())
            added = ask(new.select(QUESTION))
            answered = pl.concat([known.filter("known").drop("known"), added])
            all_ = pl.concat([former, added]) if former.height + added.height <= most else answered
            if not added.height and self._same:
                return answered
        self._kept.put(self._key + "digests", packed(digests))
        self._kept.put(self._key + "answers", packed(all_))
        return answered

    def _former(self, digests: Frame) -> Frame | None:
        """The answers of the last build that still hold; None where it has none."""
        assert self._kept is not None
        before, answers = self._kept.get(self._key + "digests"), self._kept.get(self._key + "answers")
        if before is None or answers is None:
            return None
        was = unpacked(before)
        on = ["name", "digest"]
        changed = pl.concat([digests.join(was, on=on, how="anti"), was.join(digests, on=on, how="anti")])
        self._same = changed.is_empty()
        return holding(unpacked(answers), set(changed["name"]), rows.type_names(self._declared))


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
