"""A table that is kept in a generation beside those of the build: what a question needed, and the next one needs again.

Input: a generation, a frame. Output: a folder with the frame and this user's mark; what another user put there, what
was changed, and what another version wrote is not used.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from kgraph import files
from kgraph.store import integrity


@dataclass(frozen=True, slots=True)
class KeptTable:
    """Where a table is kept, and what it depends on beside the generation."""

    folder: str  # in the generation, for this table alone
    name: str  # of the file
    about: Mapping[str, int | str]

    def load(self, generation: Path) -> pl.DataFrame | None:
        """The table; None where there is none that can be used."""
        folder = generation / self.folder
        seal = integrity.IntegrityRecord.read(folder)
        if seal is None or not seal.is_ours or not seal.is_untouched(folder) or seal.about != dict(self.about):
            return None
        try:
            with (folder / self.name).open("rb") as stream:
                return pl.read_parquet(stream)
        except (OSError, ValueError, TypeError, pl.exceptions.PolarsError):
            return None

    def save(self, generation: Path, frame: pl.DataFrame) -> None:
        """Put a table into a generation: whole or not at all. Raises `OSError` where that cannot be written."""
        target, partial = generation / self.folder, generation / f".{self.folder}-{secrets.token_hex(8)}.part"
        partial.mkdir()
        try:
            with files.create(partial / self.name) as out:
                frame.write_parquet(out, compression="zstd")
            integrity.seal(partial, dict(self.about), at=target)
            files.discard(target)
            partial.rename(target)
        finally:
            files.discard(partial)
