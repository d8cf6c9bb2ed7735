"""Cache of what build files make, from one build of the graph to the next.

Input: all that the evaluation of build files depends on. Output: the `BuildRecord`, the kept one where nothing of that
is another. An edit of source code leaves all of it alone, and evaluating the CMake files of a large repository takes
longer than reading the code that was edited.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from hashlib import sha256

import msgspec

from kgraph.assemble.builds.made import BuildNote, BuildRecord, Key, MadeTarget, MadeTest
from kgraph.assemble.file_index import FileIndex
from kgraph.assemble.result_cache import ResultCache, resolver
from kgraph.build_facts import BuildFacts


class _KeptRecord(msgspec.Struct, array_like=True):
    """A `BuildRecord` as lists, in its order."""

    targets: list[MadeTarget]
    aliases: list[tuple[Key, Key]]
    tests: list[MadeTest]
    notes: list[BuildNote]


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(_KeptRecord).decode


def load_or_evaluate(
    index: FileIndex,
    builds: Mapping[int, BuildFacts],
    others: object,
    cache: ResultCache | None,
    evaluate: Callable[[], BuildRecord],
) -> BuildRecord:
    """The record that `evaluate` makes, or the one of an earlier build that had the same.

    It may depend on the paths and languages of all files, on `builds`, and on `others`, a value that msgspec encodes.
    """
    if cache is None:
        return evaluate()
    try:
        key = _key(index, builds, others)
    except UnicodeEncodeError:  # of a file whose name is no UTF-8
        return evaluate()
    data = cache.get(key)
    if data is not None:
        try:
            kept = _decode(data)
        except msgspec.MsgspecError:
            pass  # damaged: it is made again
        else:
            return _record(kept)
    made = evaluate()
    with suppress(UnicodeEncodeError):  # the same
        cache.put(key, _encode(_lists(made)))
    return made


def _key(index: FileIndex, builds: Mapping[int, BuildFacts], others: object) -> str:
    depends = sha256(_encode((list(builds.items()), others))).hexdigest()
    return f"builds:{resolver()}:{index.layout}:{depends}"


def _lists(record: BuildRecord) -> _KeptRecord:
    return _KeptRecord(list(record.targets.values()), list(record.aliases.items()), record.tests, list(record.notes))


def _record(kept: _KeptRecord) -> BuildRecord:
    record = BuildRecord()
    record.targets = {target.key: target for target in kept.targets}
    record.aliases = dict(kept.aliases)
    record.tests = kept.tests
    record.notes = dict.fromkeys(kept.notes)
    return record
