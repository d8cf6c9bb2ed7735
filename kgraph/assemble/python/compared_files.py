"""The Python files of a build, as what was kept of an earlier one is compared with them.

Input: the files, and what an earlier build kept of theirs. Output: digests, and what files said then and say now.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from itertools import islice
from typing import Any

import msgspec
import polars as pl

from kgraph.assemble.python.files import PythonFile
from kgraph.assemble.python.inputs import ANY, KIND, PARTS, Inputs, Key, digest
from kgraph.assemble.python.interfaces import PLACE, PythonFiles, group_by_file
from kgraph.assemble.python.modules import ModuleIndex
from kgraph.assemble.result_cache import ResultCache, from_ipc, resolver, to_ipc
from kgraph.assemble.result_cache import digest as digest_of

_KEYS = {"number": PLACE, "what": pl.UInt8, "file": PLACE, "names": pl.String}


class ComparedFiles:
    """The Python files of this build, as kept answers are compared with them."""

    def __init__(
        self,
        files: PythonFiles,
        modules: ModuleIndex,
        inputs: Callable[[], Inputs],
        result_cache: ResultCache | None = None,
    ) -> None:
        """`inputs` makes what keys are read by; it is asked once something has changed."""
        self.modules = modules
        self._files = files
        self._inputs = inputs
        self._result_cache = result_cache
        self._is_kept = False
        self.is_kept_anew = False  # whether what this build knows takes the place of all that is kept
        self.unchanged_arguments = ""  # names a build (`everything`) in which parameters got what they get in this one
        self._former: tuple[tuple[str, tuple[str, ...]], dict[str, PythonFile]] = (("", ()), {})
        self._read: list[Key] = []
        self._keys = pl.DataFrame(schema=_KEYS)
        self._digests: dict[int, int] = {}  # by row of `_keys`

    @cached_property
    def inputs(self) -> Inputs:
        """What keys are read by."""
        return self._inputs()

    @cached_property
    def numbers(self) -> dict[str, int]:
        """All files of the repository by path."""
        return {path: number for number, path in enumerate(self.modules.kept_paths)}

    @cached_property
    def own(self) -> dict[int, str]:
        """What each Python file says of its own names."""
        return dict(zip(self._files.numbers, self._files.own_digests(), strict=True))

    @cached_property
    def layout(self) -> str:
        """How files lie in folders."""
        return digest_of(self.modules.layout(self._files.numbers))

    @cached_property
    def everything(self) -> str:
        """All that answers may depend on."""
        return digest_of("\n".join([self.layout, *self.own.values()]))

    @cached_property
    def places(self) -> dict[int, int]:
        """The places of Python files among each other, by number."""
        return {number: place for place, number in enumerate(self._files.numbers)}

    @cached_property
    def first_places(self) -> dict[str, int]:
        """The place of the first Python file of each folder."""
        first: dict[str, int] = {}
        for place, number in enumerate(self._files.numbers):
            first.setdefault(self.modules.folder_of(number), place)
        return first

    # --- what was read ------------------------------------------------------------------------------------------------

    def file(self, number: int) -> PythonFile | None:
        """What a file says; None where it is not there, or could not be read."""
        return self.inputs.file(number) if self.inputs.is_read(number) else None

    def keys(self) -> pl.DataFrame:
        """All that was read so far, with its number: number, what, file (null for none), names."""
        numbers = self.inputs.numbers
        if (known := len(self._read)) < len(numbers):
            new = [_plain(key) for key in islice(numbers, known, None)]
            columns: list[list[Any]] = [
                list(islice(numbers.values(), known, None)),
                [what for what, _, _ in new],
                [file if file >= 0 else None for _, file, _ in new],
                ["\0".join(names) for _, _, names in new],
            ]
            series = [pl.Series(name, some, dtype) for (name, dtype), some in zip(_KEYS.items(), columns, strict=True)]
            self._keys = pl.concat([self._keys, pl.DataFrame(series)])
            self._read += new
        return self._keys

    def digests(self, rows: pl.Series) -> pl.Series:
        """What stands under the keys of some rows; 0 for what files say of names: that is kept itself."""
        read, known = self._read, self._digests
        told = []
        for row in rows.to_list():
            key = read[row]
            if KIND <= key[0] <= PARTS:
                told.append(0)
                continue
            if (digest_of_key := known.get(row)) is None:
                digest_of_key = known[row] = key_digest(self, key)
            told.append(digest_of_key)
        return pl.Series(told, dtype=pl.UInt64)

    # --- what files said ----------------------------------------------------------------------------------------------

    @cached_property
    def _kept_names(self) -> tuple[str, list[bytes]]:
        """What the files of the build before said, with the name of all of it."""
        data = self._result_cache.get(names_key()) if self._result_cache else None
        return msgspec.msgpack.decode(data, type=tuple[str, list[bytes]]) if data else ("", [])

    def load_previous(self, everything: str, changed: pl.Series) -> dict[str, PythonFile] | None:
        """What some files said in the build that `everything` names, by path; None where that is not known."""
        named, data = self._kept_names
        if not data or named != everything:
            return None
        asked = everything, tuple(changed)
        if self._former[0] != asked:
            self._former = asked, _files_said(changed, *map(from_ipc, data))
        return self._former[1]

    def keep(self) -> None:
        """Keep what files say for the next build; once, however often it is asked."""
        if self._result_cache is None or self._is_kept:
            return
        self._kept_names  # noqa: B018 what is there is asked for first
        paths = [self.modules.kept_paths[number] for number in self._files.numbers]
        names = self._files.names.drop("at")
        every = (pl.DataFrame({"path": paths}, {"path": pl.String}), names, self._files.bindings, self._files.bases)
        data = msgspec.msgpack.encode((self.everything, [to_ipc(frame) for frame in every]))
        self._result_cache.put(names_key(), data)
        self._is_kept = True


def _files_said(
    chosen: pl.Series, paths: pl.DataFrame, names: pl.DataFrame, bindings: pl.DataFrame, bases: pl.DataFrame
) -> dict[str, PythonFile]:
    """What the chosen files said, by path."""
    some = paths.with_row_index("file").filter(pl.col("path").is_in(chosen.implode()))
    is_of_some = pl.col("file").is_in(some["file"].implode())
    named, bound, derived = (group_by_file(frame.filter(is_of_some)) for frame in (names, bindings, bases))
    told = {}
    for place, path in some.iter_rows():
        file = told[path] = PythonFile(place, dict(zip(*named.get(place, ((), ())), strict=True)))
        file.bind_all(zip(*bound.get(place, ()), strict=True))
        file.derive_all(zip(*derived.get(place, ()), strict=True))
    return told


def names_key() -> str:
    """The key of what files say."""
    return f"python names:{resolver()}"


def _plain(key: Key) -> Key:
    """The same; where a name at rest could be taken for two, that anything was read."""
    for name in key[2]:
        if "\0" in name:
            return ANY
    return key


def key_digest(files: ComparedFiles, key: Key) -> int:
    """What stands under a key."""
    return digest(files.everything if key == ANY else files.inputs.text(key))
