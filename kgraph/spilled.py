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


def spill_frames(frames: Mapping[str, pl.DataFrame], folder: Path | None, at_least: int = MIN_ROWS) -> SpilledFrames:
    """Write those frames below `folder` that have so many rows; with no folder, none."""
    spilled = SpilledFrames({})
    for name, frame in frames.items():
        if folder is None or frame.height < at_least:
            spilled.kept[name] = frame
            continue
        spilled.paths[name] = path = Path(files.beside(folder / name))
        with files.create(path) as stream:
            # lz4 takes no longer than the disk for what it saves, and a fifth of the room.
            frame.write_ipc(stream, compression="lz4", record_batch_size=frame.height)
    return spilled


def _read(path: Path) -> pl.DataFrame:
    import polars as pl

    with path.open("rb") as stream:
        return pl.read_ipc(stream).rechunk()
