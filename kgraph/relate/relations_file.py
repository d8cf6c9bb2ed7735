"""A file of what relating knows of the last time, for builds in other processes: lists and reasons, but no words.

Input: a path, `KeptRelations`. Output: a file, or `KeptRelations` again; none where the file is damaged, or where other
code wrote it. Whether the file may be trusted is for who asks.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

import msgspec
import numpy as np
import polars as pl
import scipy
from scipy import sparse

from kgraph import files
from kgraph.code_digest import code_digest
from kgraph.relate.kept_relations import KeptRelations
from kgraph.relate.products import BestProducts
from kgraph.relate.ranking import Pairs
from kgraph.relate.reasons import ExplainedPairs
from kgraph.version import __version__

_LISTS = ("text", "name")


class _Content(msgspec.Struct, array_like=True):
    version: str
    frames: dict[str, bytes]


def save(kept: KeptRelations, path: Path) -> None:
    """Write what is kept in a new file."""
    if not (kept.text and kept.name and kept.ranked and kept.explained):
        raise ValueError("nothing was related")
    digests, pairs = kept.ranked
    columns: dict[str, Sequence[str] | np.ndarray] = {"id": kept.ids, "ranked": digests}
    frames = {}
    for name, products in zip(_LISTS, (kept.text, kept.name), strict=True):
        columns[f"{name} size"] = np.diff(products.lists.indptr).astype(np.uint32)
        columns[f"{name} query"], columns[f"{name} candidate"] = products.query_digests, products.candidate_digests
        columns[f"{name} last"], columns[f"{name} column"] = products.last, products.last_column
        frames[name] = pl.DataFrame({"column": products.lists.indices.astype(np.uint32), "value": products.lists.data})
    frames["files"] = pl.DataFrame({**columns, "explained": kept.explained.digests})
    frames["pairs"] = pl.DataFrame(
        {
            "query": pairs.query.astype(np.uint32),
            "candidate": pairs.candidate.astype(np.uint32),
            "score": pairs.score,
            "reasons": kept.explained.text,
        }
    )
    content = _Content(_version(), {name: _serialize(frame) for name, frame in frames.items()})
    with files.create(path) as stream:
        stream.write(msgspec.msgpack.encode(content))


def load(path: Path) -> KeptRelations | None:
    """What was kept in a file; None where nothing of it is of use."""
    try:
        content = msgspec.msgpack.decode(path.read_bytes(), type=_Content)
        if content.version != _version():
            return None
        frames = {name: pl.read_ipc(io.BytesIO(data)).rechunk() for name, data in content.frames.items()}
        of_files = frames["files"]
        values = {name: of_files[name].to_numpy() for name in of_files.columns if name != "id"}
        text, name = (_products(name, values, frames[name]) for name in _LISTS)
        columns = (frames["pairs"][name].to_numpy() for name in ("query", "candidate", "score"))
        query, candidate, score = columns
        pairs = Pairs(query.astype(np.int64), candidate.astype(np.int64), score)
        explained = ExplainedPairs(pairs, frames["pairs"]["reasons"], values["explained"])
        ids = of_files["id"].to_list()
    except (OSError, ValueError, KeyError, msgspec.MsgspecError, pl.exceptions.PolarsError):
        return None
    return KeptRelations(ids, text=text, name=name, ranked=(values["ranked"], pairs), explained=explained)


def _products(name: str, values: dict[str, np.ndarray], lists: pl.DataFrame) -> BestProducts:
    starts = np.concatenate([[0], np.cumsum(values[f"{name} size"], dtype=np.int64)]).astype(np.int32)
    columns = lists["column"].to_numpy().astype(np.int32)
    matrix = sparse.csr_array((lists["value"].to_numpy(), columns, starts), shape=(len(starts) - 1, len(starts) - 1))
    matrix.has_sorted_indices = True
    last, column = values[f"{name} last"], values[f"{name} column"]
    return BestProducts(matrix, last, column, values[f"{name} query"], values[f"{name} candidate"])


def _serialize(frame: pl.DataFrame) -> bytes:
    stream = io.BytesIO()
    frame.write_ipc(stream, compression="zstd")
    return stream.getvalue()


def _version() -> str:
    """Changes with all that makes lists, and with what hashes names and adds numbers up."""
    about = f"{__version__} {pl.__version__} {np.__version__} {scipy.__version__}"
    return code_digest(["kgraph.relate"], ["kgraph.test_words", "kgraph.languages", "kgraph.model"], about)
