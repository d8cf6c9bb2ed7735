"""How well `kgraph locate` finds the files that a later commit changed, from its message.

    git clone https://github.com/pallets/flask && cd flask
    git checkout $(git rev-list -1 --before=2020-06-01 HEAD) && kgraph build . && cd ..
    python benchmarks/locate.py flask
    python benchmarks/locate.py tree -g tree/.kgraph --git flask/.git --base 024f0d384cf5    (a copy without git)
    python benchmarks/locate.py flask --missed 20                      (messages whose file is not among the first five)

Queries are the messages, subject and body, of commits after the one that the graph is of; gold are the source files
that they changed, tests apart. A commit counts if these are one to three, and all in the graph. Paths and names of
files are taken out of the messages, as are trailers; a message with fewer than four words left does not count. Beside
`kgraph locate` stand BM25 over the words of files as they are, and the same among source files alone, in the same run.
For the two others all files of the graph are candidates, tests and documents too. A graph of the base commit, built in
a clone, knows the messages of commits up to that one alone; with `--head origin/HEAD` the clone can stay there.
"""

from __future__ import annotations

import argparse
import re
import subprocess
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from common import heading, stop, table

import kgraph
from kgraph.languages import CODE, detect_by_name
from kgraph.locate.bm25 import Bm25
from kgraph.locate.messages import PastMessages
from kgraph.locate.ranking import Locator
from kgraph.relate.file_names import is_test
from kgraph.relate.term_matrix import vocabulary

MOST_FILES = 3
MIN_WORDS = 4
_TRAILER = re.compile(r"(?im)^(?:signed-off-by|co-authored-by|reviewed-by|git-svn-id|change-id|pr[- ]url)\b.*$")
_PATH = re.compile(r"[\w.+-]*/[\w./+-]*")


@dataclass(frozen=True)
class Query:
    """A message, and the files that its commit changed."""

    commit: str
    text: str
    gold: frozenset[str]


def queries(git_folder: Path, commits: str, paths: Sequence[str], most: int) -> list[Query]:
    """The first of some commits that count; `commits` is "base..head"."""
    known = set(paths)
    names = {path.rpartition("/")[2] for path in paths}
    log = subprocess.run(
        ["git", f"--git-dir={git_folder}", "log", "--no-merges", "--reverse", "--no-renames", "--name-only",
         "--format=%x01%H%x02%B%x03", commits],
        check=True, capture_output=True,
    ).stdout.decode("utf-8", "replace")  # fmt: skip
    found = []
    for entry in log.split("\x01")[1:]:
        commit, _, rest = entry.partition("\x02")
        message, _, listed = rest.partition("\x03")
        changed = {path for path in listed.split("\n") if path}
        source = {path for path in changed if detect_by_name(path) in CODE and not is_test(path)}
        if not 1 <= len(source) <= MOST_FILES or not source <= known:
            continue
        text = without_paths(message, names)
        if len(re.findall(r"[A-Za-z]{2,}", text)) >= MIN_WORDS and not text.lower().startswith("revert"):
            found.append(Query(commit, text, frozenset(source)))
        if len(found) == most:
            break
    return found


def without_paths(message: str, names: set[str]) -> str:
    """A message without paths, names of files, and trailers."""
    text = _PATH.sub(" ", _TRAILER.sub("", message))
    return re.sub(r"[\w.+-]+\.\w+", lambda found: " " if found[0].strip(".") in names else found[0], text).strip()


class PlainWords:
    """BM25 over words as they stand, in lower case."""

    def __init__(self, locator: Locator) -> None:
        known = vocabulary(locator.index.tree.words)
        lower = known.names.str.to_lowercase()
        terms = lower.unique().sort()
        numbers = lower.to_frame("name").join(
            terms.to_frame("name").with_row_index("number"), on="name", how="left", maintain_order="left"
        )
        held = known.counts.tocoo()
        columns = numbers["number"].to_numpy()[held.coords[1]]
        counts = type(known.counts)((held.data, (held.coords[0], columns)), shape=(known.counts.shape[0], len(terms)))
        self._bm25 = Bm25(terms, counts)

    def scores(self, text: str) -> np.ndarray:
        """The score of each file."""
        return self._bm25.scores(
            {word: float(count) for word, count in Counter(re.findall(r"[a-z0-9_]+", text.lower())).items()}
        )


def place_of(scores: np.ndarray, paths: Sequence[str], gold: frozenset[str]) -> int:
    """The place of the first gold file, from 1; 0 where it has no score."""
    order = sorted(np.flatnonzero(scores > 0).tolist(), key=lambda row: (-round(float(scores[row]), 9), paths[row]))
    return next((place for place, row in enumerate(order, 1) if paths[row] in gold), 0)


def figures(places: Sequence[int]) -> list[str]:
    """Acc@1, 3, 5, 10 and MRR."""
    found = [sum(0 < place <= most for place in places) / len(places) for most in (1, 3, 5, 10)]
    return [*(f"{share:.3f}" for share in found), f"{sum(1 / place for place in places if place) / len(places):.3f}"]


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tree", type=Path)
    parser.add_argument("-g", "--graph", type=Path, help="by default tree/.kgraph")
    parser.add_argument("--git", type=Path, help="by default tree/.git")
    parser.add_argument("--base", help="the commit that the graph is of; by default the manifest has it")
    parser.add_argument("--head", default="HEAD", help="the last commit whose message is a query")
    parser.add_argument("--most", type=int, default=200, help="queries")
    parser.add_argument("--missed", type=int, default=0)
    given = parser.parse_args()
    with kgraph.open(given.graph or given.tree / ".kgraph") as graph:
        locator = graph._locator(given.tree.resolve())
        base = given.base or graph.repository.revision or stop("the graph has no revision", "give --base")
        asked = queries(given.git or given.tree / ".git", f"{base}..{given.head}", locator.index.paths, given.most)
        if not asked:
            stop("no commit after the graph's counts")
        report(given, base, locator, asked)


def report(given: argparse.Namespace, base: str, locator: Locator, asked: Sequence[Query]) -> None:
    """Print a table, and what was missed."""
    paths = locator.index.paths
    plain = PlainWords(locator).scores
    source = locator.index.is_code & ~locator.index.is_test
    ways: dict[str, Callable[[str], np.ndarray]] = {
        "BM25 over words": plain,
        "BM25 over words, source files alone": lambda text: plain(text) * source,
        "kgraph locate, without messages": Locator(locator.index, PastMessages.make_empty(paths)).scores,
        "kgraph locate": locator.scores,
    }
    found = {name: [place_of(way(each.text), paths, each.gold) for each in asked] for name, way in ways.items()}
    heading(f"{given.tree.name} at {base[:12]}: {len(asked)} messages, {len(paths)} files")
    table(
        ["", "Acc@1", "Acc@3", "Acc@5", "Acc@10", "MRR"],
        [[name, *figures(places)] for name, places in found.items()],
    )
    missed = [each for each, place in zip(asked, found["kgraph locate"], strict=True) if not 0 < place <= 5]
    near = 0
    for each in missed:
        answer = locator.locate(each.text, 3)
        near += any(other.path in each.gold for other in answer.beside)
    print(f"\nOf {len(missed)} messages whose file is not among the first five, {near} have it beside the first three.")
    for each in missed[: given.missed]:
        print(f"\n{each.commit[:10]}: {', '.join(sorted(each.gold))}\n  {each.text[:300]}")


if __name__ == "__main__":
    main()
