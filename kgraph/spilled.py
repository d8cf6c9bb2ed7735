"""Values that wait on disk, so that they take no memory until they are needed.

Input: frames, or any value that can be pickled, and a folder that is removed or cleared by its owner. Output: the same
again. A file is made by this process, read by it or a child of it, and gone once it was taken.
"""

from __future__ import annotations

import pickle
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kgraph import files

if TYPE_CHECKING:
    import polars as pl

MIN_ROWS = 1_000_000  # of a frame; writing and reading fewer is not worth some 200 MB


@dataclass(frozen=True, slots=True)
class Spilled:
    """A value that is on disk."""

    path: Path

    def read(self) -> Any:
        """The value; it stays on disk, too."""
        with self.path.open("rb") as stream:
            return pickle.load(stream)  # noqa: S301 - our own

    def discard(self) -> None:
        """Remove it from the disk."""
        files.discard(self.path)


def spill(value: object, folder: Path) -> Spilled:
    """Write a value below `folder`."""
    path = Path(files.beside(folder / "spilled"))
    with files.create(path) as stream:
        pickle.dump(value, stream, protocol=pickle.HIGHEST_PROTOCOL)
    return Spilled(path)


@dataclass(frozen=True, slots=True)
class SpilledFrames:
    """Frames by name, those that were large on disk; may be sent to another process."""

    kept: dict[str, pl.DataFrame]
    paths: dict[str, Path] = field(default_factory=dict)

    def read(self) -> dict[str, pl.DataFrame]:
        """All frames, each in one piece; what is on disk stays there."""
        return self.kept | {name: _read(path) for name, path in self.paths.items()}

    def take(self, name: str) -> pl.DataFrame:
        """One of the frames, once; nothing of it is left on disk."""
        if name in self.kept:
            return self.kept.pop(name)
        frame = _read(path := self.paths.pop(name))
        files.discard(path)
        return frame

    def discard(self) -> None:
        """Remove what is on disk."""
        while self.paths:
            files.discard(self.paths.popitem()[1])


@dataclass(frozen=True, slots=True)
class Shelf:
    """Where large frames may wait; without a folder, all stay in memory."""

    folder: Path | None = None
    min_rows: int = MIN_ROWS  # of a frame that is large

    def put(self, frames: Mapping[str, pl.DataFrame]) -> SpilledFrames:
        """The frames, the large ones on disk."""
        spilled = SpilledFrames({})
        for name, frame in frames.items():
            if self.folder is None or frame.height < self.min_rows:
                spilled.kept[name] = frame
                continue
            spilled.paths[name] = path = Path(files.beside(self.folder / name))
            with files.create(path) as stream:
                # In one piece, or it is copied once more when it is read. lz4 makes a fifth of it, and costs as long as
                # reading it does.
                frame.write_ipc(stream, compression="lz4", record_batch_size=max(1, frame.height))
        return spilled


def _read(path: Path) -> pl.DataFrame:
    import polars as pl

    with path.open("rb") as stream:
        return pl.read_ipc(stream).rechunk()
