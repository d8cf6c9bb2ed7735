"""What git's history says of touched files: what usually changes with them, who changed them, and how often.

Input: the history up to the graph's revision, and the commits that the change itself consists of, which do not count.
Output: files with counts, names with counts. Names of files are those at the base.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from kgraph.git import GitRepository
from kgraph.relate import authors, history
from kgraph.relate.history import Commit, History
from kgraph.review.report import CoChange, FileOwner
from kgraph.vocab.iri import display_git_path

MAX_FILES = 30  # of a commit that counts for what changes together; those of more sweep through everything
MIN_TOGETHER = 3  # commits
MIN_SHARE = 0.4  # of the commits of a touched file, that changed the other one too
MAX_ASKED = 500  # commits whose authors are asked for, the newest
YEAR = 365 * 24 * 3600


@dataclass(frozen=True, slots=True)
class EarlierCommits:
    """The commits before a change, newest first, with the paths that their files have at the base."""

    commits: tuple[tuple[Commit, frozenset[str]], ...]
    lacks: str

    @classmethod
    def of(cls, known: History, own: Collection[str]) -> EarlierCommits:
        """Those of a history without the commits of the change itself."""
        before = replace(known, commits=tuple(each for each in known.commits if each.id not in own))
        named = [(commit, frozenset(map(display_git_path, paths))) for commit, paths in history.current_names(before)]
        return cls(tuple(named), known.lacks)

    def co_changes(self, touched: Collection[str], here: Collection[str], skipped: Collection[str]) -> list[CoChange]:
        """The files that usually changed with a touched one and were not touched.

        Args:
            touched: Paths of touched files, at the base.
            here: Paths of all files, at the base: what is gone is not named.
            skipped: Paths that are touched too, by whatever name.
        """
        wanted, commits = set(touched), Counter[str]()
        together: dict[str, Counter[str]] = defaultdict(Counter)
        for _, paths in self.commits:
            if len(paths) > MAX_FILES or wanted.isdisjoint(paths):
                continue
            for path in paths & wanted:
                commits[path] += 1
                together[path].update(paths - wanted)
        best: dict[str, CoChange] = {}
        for path, others in together.items():
            for other, number in others.items():
                if number < MIN_TOGETHER or number < MIN_SHARE * commits[path]:
                    continue
                if other not in here or other in skipped:
                    continue
                found = CoChange(other, path, number, commits[path])
                if other not in best or _share(found) > _share(best[other]):
                    best[other] = found
        return sorted(best.values(), key=lambda each: (-_share(each), -each.together, each.path))

    def owners(self, touched: Collection[str], repository: GitRepository) -> tuple[list[FileOwner], str]:
        """Who changed touched files before, the most commits first; and what could not be asked."""
        wanted = set(touched)
        found = [(commit, paths & wanted) for commit, paths in self.commits if not wanted.isdisjoint(paths)]
        asked = found[:MAX_ASKED]
        if not asked:
            return [], ""
        signed, unknown = authors.read(repository, "--no-walk=unsorted", *(commit.id for commit, _ in asked))
        if unknown:
            return [], f"owners are not known: {unknown}"
        by_name: dict[str, list[tuple[Commit, frozenset[str]]]] = defaultdict(list)
        for commit, paths in asked:
            if commit.id in signed:
                by_name[signed[commit.id]].append((commit, paths))
        owners = [
            FileOwner(
                name,
                len(own),
                len(asked),
                _day(max(commit.time for commit, _ in own)),
                len({path for _, paths in own for path in paths}),
            )
            for name, own in by_name.items()
        ]
        cut = f"owners are those of the newest {MAX_ASKED} commits alone" if len(found) > MAX_ASKED else ""
        return sorted(owners, key=lambda each: (-each.commits, each.name)), cut

    def churn(self, touched: Collection[str]) -> list[tuple[str, int, float]]:
        """Touched files with the commits that changed them within the year before the last one of all, and the share
        of the files of that year that were changed less often; the most first."""
        if not self.commits:
            return []
        last = max(commit.time for commit, _ in self.commits)
        counts: Counter[str] = Counter()
        for commit, paths in self.commits:
            if commit.time > last - YEAR:
                counts.update(paths)
        ordered = sorted(counts.values())
        rows = [
            (path, counts[path], sum(each < counts[path] for each in ordered) / len(ordered))
            for path in touched
            if counts[path]
        ]
        return sorted(rows, key=lambda row: (-row[1], row[0]))


def _share(each: CoChange) -> float:
    return each.together / each.commits


def _day(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d")


def own_commits(repository: GitRepository, base: str, head: str) -> frozenset[str]:
    """The commits that lead from the base to the head."""
    if not base or not head:
        return frozenset()
    said = repository.run("rev-list", f"{base}..{head}", *repository.within)
    return frozenset(said.out.decode("ascii", "replace").split()) if said.ok else frozenset()
