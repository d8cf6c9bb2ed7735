"""What an opened graph answers about changes and issues: a part of `KGraph`.

Input: the tables of a graph, and its working tree where it is at hand. Output: what a change may break, and what a text
speaks of.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kgraph.model import GRAPH_FOLDER

if TYPE_CHECKING:
    import polars

    from kgraph.impact import FileEdit, Impact, ImpactIndex
    from kgraph.locate import LocateResult, Locator
    from kgraph.model import Graph
    from kgraph.progress import Progress
    from kgraph.review import Review, ReviewRequest
    from kgraph.store.folder import Generation


class ChangeAnswers:
    """The methods of `KGraph` that are about changes and issues."""

    path: Path
    manifest: Mapping[str, Any]
    _generation: Generation

    if TYPE_CHECKING:

        @cached_property
        def tables(self) -> Graph: ...

        def frame(self, table: str) -> polars.DataFrame: ...

    def affected(
        self, changes: str | Sequence[FileEdit], *, at_least: float = 0.0, depth: int | None = None,
        tests_only: bool = False,
    ) -> Impact:  # fmt: skip
        """Find what a change may break: tests and other dependents, the surest first, each with a path of edges.

        Args:
            changes: A git revision, for the change from it to the working tree around the graph; or changes of files
                by `kgraph.impact.parse` (a diff), `changes_of_paths` (whole files) or `changes_since`.
            at_least: Leave out what is less certain than this, from 0 to 1.
            depth: Follow at most this many steps.
            tests_only: Leave out what is not a test.

        Raises:
            InputError: There is no such revision.
        """
        from kgraph.impact import changes_around

        asked = changes_around(self.path, self.manifest, changes) if isinstance(changes, str) else changes
        return self._impact.affected(asked, at_least=at_least, depth=depth, tests_only=tests_only)

    def review(
        self, since: str | ReviewRequest = "", *, to: str = "", rules: Sequence[str | Path] | None = None,
        baseline: str | Path | None = None, build: bool = True, progress: Progress | None = None,
    ) -> Review:  # fmt: skip
        """Review a change: what changed by meaning, what it may break, new violations, and what is not known.

        The graph is of the working tree after the change. That of the base is built without a checkout, if it is not
        kept from before.

        Args:
            since: A git revision: the change is the one since its merge base with the working tree's commit. By
                default that of the origin's default branch, or else of main or master. Or a
                `kgraph.review.ReviewRequest`, which may give changes of files in place of revisions; what needs a base
                is then left out, and `unknown` says so. The other arguments are then not looked at.
            to: A git revision: the change ends there, instead of at the working tree.
            rules: Files of rules; by default `rules.toml` at the root, if it is there.
            baseline: A baseline of `kgraph check`: what it knows is not a new violation.
            build: Build the graph of the base if it is not there; otherwise leave out what needs it.
            progress: Receives the progress of building the base.

        Raises:
            InputError: There is no such revision, or a rule is wrong.
        """
        from kgraph.review import ReviewRequest, ReviewSource, review

        request = (
            since
            if isinstance(since, ReviewRequest)
            else ReviewRequest(
                since,
                to,
                rules=[Path(rule) for rule in rules] if rules is not None else None,
                baseline=Path(baseline) if baseline is not None else None,
                build=build,
            )
        )
        return review(
            ReviewSource(self.path, self.manifest, lambda: self.tables, lambda: self._impact), request, progress
        )

    @cached_property
    def _impact(self) -> ImpactIndex:
        from kgraph.impact import ImpactIndex

        return ImpactIndex(self.frame, self._generation.path, self._around)

    def locate(self, text: str, *, limit: int = 10, root: str | Path | None = None) -> LocateResult:
        """Find the files and symbols that an issue, a traceback or an error message is about, each with reasons.

        The first call reads the files of the repository, and keeps their words beside the tables.

        Args:
            text: The text of an issue or message; its first 400,000 characters count.
            limit: Return at most this many files, and this many symbols.
            root: The repository, by default the folder that holds `.kgraph`. Without one the text of files is not
                searched, and a note says so.
        """
        return self._locator(Path(root).resolve() if root is not None else self._around).locate(text, limit)

    @property
    def _around(self) -> Path | None:
        """The repository, where the graph lies in it."""
        return self.path.parent if self.path.name == GRAPH_FOLDER else None

    def _locator(self, root: Path | None) -> Locator:
        from kgraph.locate import Locator, TextIndex, load, load_messages
        from kgraph.pipeline.previous import HISTORY

        made: dict[Path | None, Locator] = self.__dict__.setdefault("_locators", {})
        if root not in made:
            made.clear()
            files = self.frame("files")
            revision = str(self.manifest["repository"].get("revision") or "")
            kept = self.path / HISTORY
            messages = load_messages(self._generation.path, kept, root, revision, files["path"].to_list())
            made[root] = Locator(TextIndex(self.frame, load(self._generation, files, root)), messages)
        return made[root]
