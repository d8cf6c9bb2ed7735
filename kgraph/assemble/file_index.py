"""The files of a repository as assembly needs them: numbered, with their ids, path index and Python modules.

Input: `SourceFile`s sorted by path, and the facts of each. Output: a `FileIndex`. A file's number is its place among
the files that are no submodules.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, MutableSequence, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from hashlib import sha256

import msgspec

from kgraph import allocators
from kgraph.assemble.fact_tables import clean
from kgraph.assemble.file_layout import FileLayout
from kgraph.assemble.python.modules import ModuleIndex
from kgraph.assemble.python.roots import find_declared_roots, find_imported_names
from kgraph.assemble.suffix_index import PathSuffixIndex
from kgraph.kept_values import KeptValues
from kgraph.languages import PYTHON_FAMILY, PYTHON_MODULES
from kgraph.model import ExtractResult, FileFacts, Kind, SourceFile, SymbolFact

_encode = msgspec.msgpack.Encoder().encode
_NO_FACTS = FileFacts(0)


@dataclass(frozen=True)
class FileIndex:
    """`facts[n]` are those of `files[n]`, whose id is `ids[n]`."""

    files: Sequence[SourceFile]
    facts: list[ExtractResult]
    submodules: Sequence[SourceFile]
    places: Sequence[int]  # of `files` among all files that were scanned, submodules included
    names: Sequence[str]  # of the facts of each: equal names, equal facts; "" for no name
    lay: FileLayout  # what follows from how the files lie in folders
    # The list by which the caller holds the facts of all files, if facts may be taken out of it.
    owner: MutableSequence[ExtractResult] | None = None
    kept: KeptValues = field(default_factory=partial(KeptValues, keeps=False))  # of the last build of the process

    @classmethod
    def of(
        cls,
        files: Sequence[SourceFile],
        facts: Sequence[ExtractResult],
        names: Sequence[str] = (),
        owner: MutableSequence[ExtractResult] | None = None,
        kept: KeptValues | None = None,
    ) -> FileIndex:
        """The index of all files of a repository; submodules have no facts. `names` are those of the facts."""
        kept = kept or KeptValues(keeps=False)
        numbers = [n for n, (file, _) in enumerate(zip(files, facts, strict=True)) if file.form != "submodule"]
        submodules = [file for file in files if file.form == "submodule"]
        own_names = [names[n] if names else "" for n in numbers]
        own = [files[n] for n in numbers]
        places = [(file.path, file.target, file.language) for file in own]
        lay = kept.get_or_make("layout", places, partial(FileLayout, places))
        return cls(own, [facts[n] for n in numbers], submodules, numbers, own_names, lay, owner, kept)

    def facts_in(self, *languages: str) -> Iterator[tuple[int, FileFacts]]:
        """The facts of all files in some languages that could be read, each with its number."""
        for number, (file, fact) in enumerate(zip(self.files, self.facts, strict=True)):
            if file.language in languages and isinstance(fact, FileFacts):
                yield number, fact

    def with_facts(self, facts: list[ExtractResult]) -> FileIndex:
        """The same files with other facts."""
        each = zip(self.facts, facts, self.names, strict=True)
        names = [name if now is was or not name else sha256(_encode(now)).hexdigest() for was, now, name in each]
        return replace(self, facts=facts, names=names)

    def forget(self, languages: Collection[str], *kinds: str) -> None:
        """Forget those kinds of facts ("symbols", "uses") of files in some languages that have become columns, here and
        in the list by which the caller holds them.

        The objects themselves stay as they are: others may have them.
        """
        nothing = {kind: getattr(_NO_FACTS, kind) for kind in kinds}
        for number, fact in self.facts_in(*languages):
            self.facts[number] = msgspec.structs.replace(fact, **nothing)
            if self.owner is not None:
                self.owner[self.places[number]] = self.facts[number]
        allocators.trim()

    @property
    def ids(self) -> list[str]:
        """The id of each file."""
        return self.lay.ids

    @property
    def numbers(self) -> dict[str, int]:
        """The number of each file, by its id."""
        return self.lay.numbers

    @property
    def paths(self) -> PathSuffixIndex:
        """Files by path and by the ends of paths."""
        return self.lay.paths

    @property
    def layout(self) -> str:
        """A digest of which files there are, where their links lead, and in which languages they are."""
        return self.lay.digest

    @cached_property
    def modules(self) -> ModuleIndex:
        """Python modules by dotted name."""
        users = [n for n, file in enumerate(self.files) if file.language in PYTHON_FAMILY]
        imported = find_imported_names(self.files, self.facts, users)
        declared = find_declared_roots(self.files, self.facts)
        return self.kept.get_or_make(
            "modules", (self.lay, declared, imported), lambda: ModuleIndex(self.paths, users, declared, imported)
        )

    @cached_property
    def module_names(self) -> dict[int, str]:
        """The dotted name of each file that is a Python module; a `.pxi` file is a part of those that include it."""
        return self.kept.get_or_make("module names", self.modules, self._name_modules)

    def _name_modules(self) -> dict[int, str]:
        return {
            n: clean(self.modules.name(file.path))
            for n, file in enumerate(self.files)
            if file.language in PYTHON_MODULES and not file.path.endswith(".pxi")
        }

    @cached_property
    def module_symbols(self) -> dict[int, SymbolFact]:
        """The module that each Python file is, whose name only the whole repository tells."""
        return {
            n: SymbolFact(Kind.MODULE, name.rpartition(".")[2], 1, max(fact.lines, 1), local=True, doc=fact.doc)
            for n, name in self.module_names.items()
            if isinstance(fact := self.facts[n], FileFacts)
        }
