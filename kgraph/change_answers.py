"""What an opened graph answers about changes: a part of `KGraph`.

Input: the tables of a graph. Output: what a change may break.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import polars

    from kgraph.impact import FileEdit, Impact, ImpactIndex


class ChangeAnswers:
    """The methods of `KGraph` that are about changes."""

    path: Path
    manifest: Mapping[str, Any]

    if TYPE_CHECKING:

        def frame(self, table: str) -> polars.DataFrame: ...

    def affected(
        self, changes: str | Sequence[FileEdit], *, at_least: float = 0.0, depth: int | None = None,
        tests_only: bool = False,
    ) -> Impact:  # fmt: skip
        """Find what a change may break: tests and other dependents, the surest first, each with a path of edges.

        Args:
            changes: A git revision, for the change from it to the working tree around the graph; or changes of files
                by `kgraph.impact.parse` (a diff), `of_paths` (whole files) or `changes_since`.
            at_least: Leave out what is less certain than this, from 0 to 1.
            depth: Follow at most so many steps.
            tests_only: Leave out what is no test.

        Raises:
            InputError: There is no such revision.
        """
        from kgraph.impact import changes_around

        asked = changes_around(self.path, self.manifest, changes) if isinstance(changes, str) else changes
        return self._impact.affected(asked, at_least=at_least, depth=depth, tests_only=tests_only)

    @cached_property
    def _impact(self) -> ImpactIndex:
        from kgraph.impact import ImpactIndex

        return ImpactIndex(self.frame)
