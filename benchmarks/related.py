"""Related files: kgraph's lists, against what developers changed together afterwards.

    python benchmarks/related.py 2020-08-31 pytorch/.git
    python benchmarks/related.py v3.0 redis/.git --languages all --days 365
    python benchmarks/related.py pytorch pytorch/.git -g pytorch/.kgraph    (a graph that is there)

The repository is taken as it was at SNAPSHOT (a date, or a revision), and its graph is built twice, with and without
the history up to then. Every later commit of 2 to 15 files asks: given one of its files, are the others in the list?
Merges and reverts are left out, renames are followed back to the snapshot. A query has only files of the snapshot, in
the chosen languages. "Changed in the same later commit" stands for "useful to a reader": nobody's list is perfect by
it, but it is the same for all.

Recall@10, MRR and nDCG@10 are of the lists as the store gives them, files of all languages in them; the intervals
hold 95 % of 1,000 draws of commits with replacement. The baselines may only name files of the chosen languages.

TARMAQ is T. Rolfsnes et al., "Generalizing the Analysis of Evolutionary Coupling for Software Change Impact Analysis"
(SANER 2016): the rules of the commits that share most with the query, by support, then by confidence. Asked for one
file, these are the commits that changed it, and support alone orders. Commits of more than 300 files do not count.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from common import heading, stop, table
from scipy import sparse

LENGTH = 10
DRAWS = 1000
_TARMAQ_FILES = 300  # of a commit that counts
LANGUAGES = ("C", "C++", "CUDA", "Python")
_REVERT = re.compile(r"revert\b|back(ed)?[ -]?out\b", re.IGNORECASE)

Lists = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Query:
    """One file of a commit, and the others."""

    commit: str
    path: str
    others: frozenset[str]


def git(git_dir: Path, *args: str) -> str:
    """What git says, or the end."""
    done = subprocess.run(["git", f"--git-dir={git_dir}", *args], capture_output=True, check=False)
    if done.returncode:
        stop(f"git {args[0]}: {done.stderr.decode('utf-8', 'replace').strip()}")
    return done.stdout.decode("utf-8", "surrogateescape")


# --- queries ----------------------------------------------------------------------------------------------------------


def commits(git_dir: Path, revisions: Sequence[str]) -> Iterator[tuple[str, str, list[tuple[str, str]]]]:
    """Id, subject and changes (old and new path, "" where there is none) of each commit, the oldest first."""
    form = "--format=%x01%H %s"
    words = ("log", "--no-merges", "--topo-order", "--reverse", "-z", "--name-status", form)
    for renames in ("-M60%", "-M100%"):  # the second needs no contents, which a partial clone may lack
        done = subprocess.run(
            ["git", f"--git-dir={git_dir}", *words, renames, *revisions], capture_output=True, check=False
        )
        if not done.returncode:
            break
    else:
        stop(done.stderr.decode("utf-8", "replace").strip())
    for part in re.split(r"(?:\A|\0)\x01(?=[0-9a-f]{40})", done.stdout.decode("utf-8", "surrogateescape"))[1:]:
        head, _, rest = part.partition("\0")
        fields = iter(rest.lstrip("\n").split("\0"))
        changes: list[tuple[str, str]] = []
        for status in fields:
            if not status:
                continue
            old = next(fields)
            new = next(fields) if status[0] in "RC" else old
            changes.append(("" if status[0] in "AC" else old, "" if status[0] == "D" else new))
        yield head[:40], head[41:], changes


def queries(git_dir: Path, revisions: Sequence[str], eligible: frozenset[str], files: Sequence[str]) -> list[Query]:
    """The queries of all later commits."""
    then = {path: path for path in files}  # the name that a file has now: the name that it had in the snapshot
    found: list[Query] = []
    for commit, subject, changes in commits(git_dir, revisions):
        changed = []
        for old, new in changes:
            if old and old in then:
                changed.append(then[old])
                if new != old:
                    name = then.pop(old)
                    if new:
                        then[new] = name
            elif new:
                then.pop(new, None)  # a new file, even if an older one had its name
        if not 2 <= len(changes) <= 15 or _REVERT.match(subject):
            continue
        known = frozenset(changed) & eligible
        if len(known) >= 2:
            found += [Query(commit, path, known - {path}) for path in sorted(known)]
    return found


# --- judging ----------------------------------------------------------------------------------------------------------


def judge(lists: Lists, asked: Sequence[Query]) -> np.ndarray:
    """Recall@10, reciprocal rank and nDCG@10 of each query."""
    gain = 1 / np.log2(np.arange(2, LENGTH + 2))
    rows = np.zeros((len(asked), 3))
    for row, query in zip(rows, asked, strict=True):
        hits = np.array([path in query.others for path in lists.get(query.path, ())[:LENGTH]], bool)
        if hits.any():
            row[0] = hits.sum() / len(query.others)
            row[1] = 1 / (1 + np.argmax(hits))
            row[2] = gain[: len(hits)][hits].sum() / gain[: len(query.others)].sum()
    return rows


def intervals(rows: np.ndarray, asked: Sequence[Query]) -> np.ndarray:
    """The bounds of 95 % of draws; whole commits are drawn, for the queries of one are not independent."""
    _, commit = np.unique([query.commit for query in asked], return_inverse=True)
    sums = np.stack([np.bincount(commit, column) for column in rows.T], axis=1)
    sizes = np.bincount(commit)
    draws = np.random.default_rng(0).integers(0, len(sizes), (DRAWS, len(sizes)))
    means = sums[draws].sum(axis=1) / sizes[draws].sum(axis=1, keepdims=True)
    return np.quantile(means, (0.025, 0.975), axis=0)


def report(title: str, methods: Mapping[str, Lists], asked: Sequence[Query]) -> None:
    heading(title)
    lines = []
    for name, lists in methods.items():
        rows = judge(lists, asked)
        low, high = intervals(rows, asked)
        cells = (f"{mean:.3f} ({a:.3f}-{b:.3f})" for mean, a, b in zip(rows.mean(axis=0), low, high, strict=True))
        lines.append((name, *cells))
    table(("", "Recall@10", "MRR", "nDCG@10"), lines)


def shape(name: str, lists: Lists) -> None:
    """What else a set of lists must be: no file in too many of them."""
    counts: defaultdict[str, int] = defaultdict(int)
    for found in lists.values():
        for path in found:
            counts[path] += 1
    if counts:
        most = max(counts, key=lambda path: counts[path])
        total = sum(map(len, lists.values()))
        print(
            f"{name}: {len(lists):,} lists, {total / len(lists):.1f} files each; "
            f"in most lists: {most} ({counts[most] / len(lists):.1%})"
        )


# --- lists ------------------------------------------------------------------------------------------------------------


def stored(folder: Path) -> Lists:
    """The lists of a graph, asked from its store."""
    import kgraph

    lists: defaultdict[str, list[str]] = defaultdict(list)
    with kgraph.open(folder) as graph:
        for row in graph.query("related-files-all").dicts():
            lists[str(row["path"])].append(str(row["file"]))
    return lists


def baselines(folder: Path, root: Path, languages: frozenset[str]) -> dict[str, Lists]:
    """The lists of simpler methods, from the tables of a graph with history and its files."""
    import os

    import kgraph
    from kgraph.extract.identifiers import words
    from kgraph.extract.text import is_binary
    from kgraph.model import FileIdentifiers
    from kgraph.relate import history, signals
    from kgraph.relate.products import best_products
    from kgraph.relate.term_matrix import parts_of, vocabulary

    with kgraph.open(folder) as graph:
        files, edges = graph.frame("files"), graph.frame("edges")
        revision = graph.repository.revision
    paths = files["path"].to_list()
    allowed = np.array([not languages or language in languages for language in files["language"]], bool)
    numbers = files.select("id").with_row_index("number")

    def read(path: str) -> FileIdentifiers:
        file = root / path
        content = file.read_bytes() if file.is_file() and not file.is_symlink() else b""
        return FileIdentifiers() if is_binary(content) else words(content)

    folders: defaultdict[str, list[str]] = defaultdict(list)
    for path, fits in zip(paths, allowed, strict=True):
        if fits:
            folders[path.rpartition("/")[0]].append(path)
    past = history.read(root, revision, folder / "history.bin")
    changes = signals.changes(past, {os.fsencode(path): number for number, path in enumerate(paths)})
    included = sum(signals.damp(signals.links(edges, numbers, ["includes", "imports"]), allowed))
    identifiers = vocabulary([read(path) for path in paths])
    terms, hashes = signals.text_matrix([identifiers, parts_of(identifiers)])
    found = {
        "name similarity": best_products(signals.name(paths, allowed)).best(),
        "includes and imports, both ways": included,
        "text alone": best_products(signals.text(terms, allowed, hashes)).best(),
        "co-change alone": signals.together(changes, allowed, penalty=2.0)[0],
        "TARMAQ": tarmaq(changes.all, allowed),
    }
    same = {path: [other for other in folders[path.rpartition("/")[0]] if other != path][:LENGTH] for path in paths}
    return {"ten files of the same folder": same} | {name: _lists(signal, paths) for name, signal in found.items()}


def tarmaq(changed: sparse.csr_array, allowed: np.ndarray) -> sparse.csr_array:
    """The support of each rule from one file to another; `changed` is commits x files, 0 or 1."""
    small = sparse.csr_array(sparse.diags_array((changed.sum(axis=1) <= _TARMAQ_FILES).astype(float)) @ changed)
    support = sparse.csr_array(small.T @ small @ sparse.diags_array(allowed.astype(float)))
    support.setdiag(0)
    support.eliminate_zeros()
    return support


def _lists(signal: object, paths: Sequence[str]) -> Lists:
    matrix = sparse.csr_array(signal)
    lists = {}
    for row, path in enumerate(paths):
        part = slice(matrix.indptr[row], matrix.indptr[row + 1])
        order = np.lexsort((matrix.indices[part], -matrix.data[part]))[:LENGTH]
        lists[path] = [paths[column] for column in matrix.indices[part][order]]
    return lists


# --- the whole --------------------------------------------------------------------------------------------------------


def later(git_dir: Path, revision: str, days: int) -> tuple[str, ...]:
    """The revisions of the days after one, as `git log` wants them."""
    until = int(git(git_dir, "log", "-1", "--format=%ct", revision)) + days * 86_400
    return (f"--until={until}", "HEAD", f"^{revision}")


def snapshot(git_dir: Path, spec: str) -> str:
    """The commit that is meant by a date or a revision."""
    head = "HEAD"
    if re.fullmatch(r"\d{4}-\d\d-\d\d", spec):
        found = git(git_dir, "rev-list", "-1", "--first-parent", f"--before={spec}T23:59:59Z", head).strip()
        return found or stop(f"{spec}: no commit is as old")
    return git(git_dir, "rev-parse", "--verify", f"{spec}^{{commit}}").strip()


def check_out(git_dir: Path, revision: str, target: Path) -> None:
    """A working tree that shares the objects of the repository, and knows nothing of what came later."""
    shared = ["git", "clone", "-q", "--shared", "--no-checkout", str(git_dir.resolve()), str(target)]
    for words in (shared, ["git", "-C", str(target), "checkout", "-q", "--detach", revision]):
        done = subprocess.run(words, capture_output=True, check=False)
        if done.returncode and not (target / ".git" / "index").exists():
            stop(done.stderr.decode("utf-8", "replace").strip())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("snapshot", help="a date, a revision, or the folder of a repository whose graph is built")
    parser.add_argument("git_dir", type=Path, help="git's folder of a repository with later commits")
    parser.add_argument("-g", "--graph", type=Path, help="the graph of the folder; default FOLDER/.kgraph")
    parser.add_argument("--days", type=int, default=183, help="how long after the snapshot commits count (183)")
    parser.add_argument("--languages", default=",".join(LANGUAGES), help="of queries and answers, or all")
    parser.add_argument("--work", type=Path, help="keep snapshot and graphs in this new folder")
    options = parser.parse_args()
    git_dir = options.git_dir / ".git" if (options.git_dir / ".git").is_dir() else options.git_dir
    with tempfile.TemporaryDirectory(prefix="related-") as temporary:
        work = options.work or Path(temporary)
        run(options, git_dir.resolve(), work)


def run(options: argparse.Namespace, git_dir: Path, work: Path) -> None:
    import kgraph

    if Path(options.snapshot).is_dir():
        root = Path(options.snapshot)
        graphs = {"kgraph": options.graph or root / ".kgraph"}
    else:
        root = work / "snapshot"
        if not root.exists():
            work.mkdir(parents=True, exist_ok=True)
            check_out(git_dir, snapshot(git_dir, options.snapshot), root)
        graphs = {"kgraph without history": work / "without", "kgraph with history": work / "with"}
        for folder, history in zip(graphs.values(), (False, True), strict=True):
            kgraph.build(root, output=folder, history=history).close()
    whole = list(graphs.values())[-1]
    with kgraph.open(whole) as graph:
        files = graph.frame("files")
        revision = graph.repository.revision
        print(f"{graph.repository.name} at {revision[:12]}: {files.height:,} files; history: ", end="")
        print(graph.manifest["ledger"]["history"])
    languages = frozenset() if options.languages == "all" else frozenset(options.languages.split(","))
    rows = files.select("path", "language").iter_rows()
    eligible = frozenset(path for path, language in rows if not languages or language in languages)
    asked = queries(git_dir, later(git_dir, revision, options.days), eligible, files["path"].to_list())
    if not asked:
        stop("no later commit changes two of these files")
    methods = {**baselines(whole, root, languages), **{name: stored(folder) for name, folder in graphs.items()}}
    number = len({query.commit for query in asked})
    report(f"{len(asked):,} queries from {number:,} commits in {options.days} days", methods, asked)
    for name in graphs:
        shape(name, methods[name])


if __name__ == "__main__":
    main()
