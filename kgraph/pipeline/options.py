"""The options of a build: one table, which the command line, the manifest and the next build read.

Input: the fields of `BuildOptions`, each with an `Option`. Output: what is recorded of them in a manifest, the options
made again from such a record, and how the graph describes those that changed what is in it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Self

from kgraph.files import StrPath


@dataclass(frozen=True, slots=True)
class Option:
    """How one field is given, recorded and described."""

    help: str
    metavar: str | None = None  # None: a switch
    short: str | None = None  # "-j"
    switch: str | None = None  # "--jobs"; by default the field's name
    minimum: int | None = None  # of a number
    is_recorded: bool = False  # in the manifest, so that the graph can be built again with it
    description: str | None = None  # what the graph says of it where it is not as by default; "{}": each of its values


def _option(help: str, **keywords: Any) -> dict[str, Option]:  # noqa: A002 - as click calls it
    return {"option": Option(help, **keywords)}


@dataclass(frozen=True, slots=True)
class BuildOptions:
    """The options of a build. All are optional; the fields stand in the order in which the command line lists them."""

    base: str | None = field(
        default=None, metadata=_option("Base IRI of the nodes. [default: from the origin remote]", metavar="IRI")
    )
    jobs: int | None = field(
        default=None, metadata=_option("Worker processes. [default: one per core]", metavar="N", short="-j", minimum=1)
    )
    exclude: tuple[str, ...] = field(
        default=(),
        metadata=_option(
            "Files to leave out, as in .gitignore; repeatable.",
            metavar="GLOB",
            is_recorded=True,
            description="exclude {}",
        ),
    )
    vendored: tuple[str, ...] = field(
        default=(),
        metadata=_option(
            "Files to list but not to parse; repeatable.", metavar="GLOB", is_recorded=True, description="vendored {}"
        ),
    )
    ignore: bool = field(
        default=True,
        metadata=_option(
            "Leave out what .gitignore names, or git does not track.", is_recorded=True, description="no ignore"
        ),
    )
    related: bool = field(
        default=True, metadata=_option("Compute related files.", is_recorded=True, description="no related files")
    )
    history: bool = field(
        default=True,
        metadata=_option("Use git's co-change history for related files.", is_recorded=True, description="no history"),
    )
    calls: bool = field(
        default=True,
        metadata=_option("Resolve calls, references and inheritance.", is_recorded=True, description="no calls"),
    )
    references: bool = field(
        default=False,
        metadata=_option(
            "Also find where C and C++ mention types, fields, variables, enumerators and macros, without a compiler.",
            is_recorded=True,
            description="references",
        ),
    )
    external_uses: bool = field(
        default=False,
        metadata=_option(
            "Also list uses of what other packages offer, as external symbols; a fleet does.",
            is_recorded=True,
            description="external uses",
        ),
    )
    compile_commands: Path | None = field(
        default=None,
        metadata=_option("A compile database or its folder. [default: one in the usual places]", metavar="PATH"),
    )
    compiler: bool = field(default=True, metadata=_option("Use libclang where a compile database is found."))
    scip: tuple[Path, ...] = field(
        default=(),
        metadata=_option(
            "Add the facts of another indexer's index; repeatable.", metavar="INDEX", description="scip {}"
        ),
    )
    store: bool = field(
        default=False, metadata=_option("Also make the triple store. [default: the first SPARQL query makes it]")
    )
    packs: tuple[Path, ...] = field(
        default=(),
        compare=False,
        metadata=_option(
            "Where there is no graph yet, begin from the nearest of these packs, or folders of packs; repeatable.",
            metavar="PACK",
            switch="--from",
        ),
    )
    cache: StrPath | None = field(
        default=None,
        compare=False,
        metadata=_option(
            "Where this user's graphs share facts; '' for nowhere. [default: $KGRAPH_CACHE, or ~/.cache/kgraph]",
            metavar="DIR",
        ),
    )
    force: bool = field(default=False, metadata=_option("Ignore caches and rebuild everything."))
    executor: Executor | None = field(default=None, compare=False)  # reads files in place of local worker processes

    @classmethod
    def table(cls) -> Iterator[tuple[str, Any, Option]]:
        """Each option that can be given on a command line: its name, default and `Option`."""
        for each in fields(cls):
            if "option" in each.metadata:
                yield each.name, each.default, each.metadata["option"]

    @property
    def workers(self) -> int:
        """How many processes to work with."""
        return self.jobs or len(os.sched_getaffinity(0))

    @property
    def uses_history(self) -> bool:
        """Whether git's history is read: it is for related files alone."""
        return self.related and self.history

    def describe(self) -> list[str]:
        """The options that change what is in the graph, as the graph states them."""
        lines: list[str] = []
        for name, default, option in self.table():
            value = getattr(self, name)
            if option.description is None or value == default or (name == "history" and not self.related):
                continue
            values = value if isinstance(value, tuple) else ("",)
            lines += [option.description.format(v.name if isinstance(v, Path) else v) for v in values]
        return lines

    def record(self) -> dict[str, Any]:
        """What a manifest holds of them: JSON values by name."""
        recorded = {name: getattr(self, name) for name, _, option in self.table() if option.is_recorded}
        recorded["history"] = self.uses_history
        return {name: list(value) if isinstance(value, tuple) else value for name, value in recorded.items()}

    @classmethod
    def from_record(cls, record: Mapping[str, Any], base: str | None) -> Self:
        """The options that `record` was made of; what is not recorded is as by default."""
        known = {name for name, _, option in cls.table() if option.is_recorded}
        values: dict[str, Any] = {
            key: tuple(v) if isinstance(v, list) else v for key, v in record.items() if key in known
        }
        values["history"] = values["history"] or not values["related"]  # recorded is only whether it was used
        return cls(base=base, **values)
