"""Values that wait on disk, so that they take no memory until they are needed.

Input: frames, or any value that can be pickled, and a folder, which its owner removes in the end. Output: the same
again. A file is made by this process, and read by it or a child of it.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kgraph import files

if TYPE_CHECKING:
    import polars as pl
    from polars._typing import IpcCompression

Change = Callable[["pl.DataFrame"], "pl.DataFrame"]

MIN_ROWS = 1_000_000  # of a frame; writing and reading fewer is not worth some 200 MB
# The same of a build from nothing, which takes longer, and more memory: .4 s and 190 MB of PyTorch's 89 s and 1.23 GB.
MIN_ROWS_FROM_NOTHING = 50_000


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
    path = _new(folder, "value")
    with files.create(path) as stream:
        pickle.dump(value, stream, protocol=pickle.HIGHEST_PROTOCOL)
    return Spilled(path)


@dataclass(frozen=True, slots=True, eq=False)
class SpilledFrames(Mapping[str, "pl.DataFrame"]):
    """Frames by name, large ones on disk, from where each is read whenever it is asked for; may be sent to another
    process."""

    kept: Mapping[str, pl.DataFrame]
    paths: Mapping[str, Path] = field(default_factory=dict)
    changes: Mapping[str, tuple[Change, ...]] = field(default_factory=dict)  # to be made of those that are read

    def __getitem__(self, name: str) -> pl.DataFrame:
        if name not in self.paths:
            return self.kept[name]
        frame = _read(self.paths[name])
        for change in self.changes.get(name, ()):
            frame = change(frame)
        return frame

    def __contains__(self, name: object) -> bool:  # that of `Mapping` would read the frame
        return name in self.kept or name in self.paths

    def __iter__(self) -> Iterator[str]:
        return iter([*self.kept, *self.paths])

    def __len__(self) -> int:
        return len(self.kept) + len(self.paths)

    def is_on_disk(self, name: str) -> bool:
        """Whether it costs time to ask for a frame."""
        return name in self.paths

    def with_frames(self, frames: Mapping[str, pl.DataFrame]) -> SpilledFrames:
        """The same with other frames in the place of some, or more."""
        paths = {name: path for name, path in self.paths.items() if name not in frames}
        changes = {name: changes for name, changes in self.changes.items() if name in paths}
        return SpilledFrames({**self.kept, **frames}, paths, changes)

    def change(self, name: str, change: Change) -> SpilledFrames:
        """The same with a frame changed: one on disk when it is read."""
        if name not in self.paths:
            return self.with_frames({name: change(self.kept[name])})
        return replace(self, changes={**self.changes, name: (*self.changes.get(name, ()), change)})

    def discard(self) -> None:
        """Remove what is on disk."""
        for path in self.paths.values():
            files.discard(path)


def as_spilled(frames: Mapping[str, pl.DataFrame]) -> SpilledFrames:
    """The same frames, wherever each is."""
    return frames if isinstance(frames, SpilledFrames) else SpilledFrames(frames)


@dataclass(frozen=True, slots=True)
class SpillFolder:
    """Where large frames may wait; without a folder, all stay in memory."""

    folder: Path | None = None
    min_rows: int = MIN_ROWS  # of a frame that is large

    def put(self, frames: Mapping[str, pl.DataFrame]) -> SpilledFrames:
        """The frames, the large ones on disk."""
        kept, paths = {}, {}
        for name, frame in frames.items():
            if self.folder is None or frame.height < self.min_rows:
                kept[name] = frame
                continue
            paths[name] = path = _new(self.folder, name)
            with files.create(path) as stream:
                # In one piece, or it is copied once more when it is read. lz4 makes a fifth of it, and takes twice as
                # long: that pays where there is much to write.
                compression: IpcCompression = "lz4" if frame.height >= MIN_ROWS else "uncompressed"
                frame.write_ipc(stream, compression=compression, record_batch_size=max(1, frame.height))
        return SpilledFrames(kept, paths)


def _new(folder: Path, name: str) -> Path:
    files.make_folder(folder)
    return Path(files.random_name_beside(folder / name))


def _read(path: Path) -> pl.DataFrame:
    import polars as pl

    with path.open("rb") as stream:
        return pl.read_ipc(stream).rechunk()
