"""Related files on many snapshots of many repositories: kgraph's lists beside every signal alone.

    python benchmarks/related_suite.py CLONES [--only NAME] [--json FILE]

CLONES is a folder of full clones, each called as its project below ("flask", or "flask.git" where it is bare). What is
measured and how is `related.py`'s: a snapshot, the history up to it, and later commits that ask. Each snapshot is asked
twice: for all files, and for files in programming languages alone, where the baselines may name only such, while
kgraph's lists stay as they are.

A snapshot is *below* where some signal alone has a greater Recall@10, and *surely below* where the difference to it is
less than none in 97.5 % of 1,000 draws of commits. kgraph with history is compared with text, co-change and TARMAQ,
kgraph without history with text.

Weights were chosen on the projects of `TUNED` (and those that `docs/accuracy.md` names), on none of the others.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from common import heading, stop, table
from related import Lists, Query, baselines, check_out, intervals, judge, later, queries, snapshot, stored

KGRAPH, PLAIN = "kgraph", "kgraph without history"
SINGLE = {KGRAPH: ("text alone", "co-change alone", "TARMAQ"), PLAIN: ("text alone",)}
METHODS = (KGRAPH, PLAIN, *SINGLE[KGRAPH])

# Project, where it comes from, days that count, dates.
TUNED = (
    ("datasette", "simonw/datasette", 365, ("2018-06-01", "2020-06-01", "2022-01-01", "2025-06-01")),
    ("flask", "pallets/flask", 365, ("2013-06-01", "2016-06-01", "2019-06-01", "2022-06-01")),
    ("fmt", "fmtlib/fmt", 365, ("2019-01-01",)),
    ("fzf", "junegunn/fzf", 730, ("2020-01-01",)),
    ("googletest", "google/googletest", 365, ("2018-06-01",)),
    ("griffe", "mkdocstrings/griffe", 365, ("2022-06-01", "2024-01-01", "2025-01-01")),
    ("kythe", "kythe/kythe", 183, ("2019-01-01",)),
    ("parso", "davidhalter/parso", 365, ("2017-09-01", "2018-06-01", "2019-12-01")),
    ("PHP-Parser", "nikic/PHP-Parser", 365, ("2017-01-01",)),
    ("pinia", "vuejs/pinia", 365, ("2021-06-01",)),
    ("pytorch", "pytorch/pytorch", 183, ("2020-08-31",)),
    ("redis", "redis/redis", 365, ("2014-01-01",)),
    ("requests", "psf/requests", 365, ("2012-06-01", "2014-06-01", "2017-01-01", "2022-01-01")),
    ("seaborn", "mwaskom/seaborn", 365, ("2014-06-01", "2017-06-01", "2020-06-01", "2022-01-01")),
    ("sqlite-utils", "simonw/sqlite-utils", 365, ("2020-01-01", "2021-06-01", "2022-06-01", "2025-06-01")),
    ("tokio", "tokio-rs/tokio", 183, ("2021-01-01",)),
)
OTHERS = (
    ("axum", "tokio-rs/axum", 365, ("2022-01-01",)),
    ("caddy", "caddyserver/caddy", 365, ("2020-06-01",)),
    ("click", "pallets/click", 365, ("2014-10-01", "2020-01-01", "2025-01-01")),
    ("curl", "curl/curl", 183, ("2015-01-01", "2022-01-01")),
    ("express", "expressjs/express", 365, ("2014-01-01",)),
    ("gin", "gin-gonic/gin", 365, ("2018-06-01",)),
    ("gson", "google/gson", 365, ("2022-01-01",)),
    ("httpx", "encode/httpx", 365, ("2019-09-01", "2021-01-01", "2023-01-01")),
    ("leveldb", "google/leveldb", 730, ("2013-01-01", "2018-06-01")),
    ("monolog", "Seldaek/monolog", 365, ("2016-01-01",)),
    ("ripgrep", "BurntSushi/ripgrep", 365, ("2018-06-01",)),
)


@dataclass(frozen=True, slots=True)
class Measured:
    """One snapshot, asked for all files or for code alone."""

    files: int
    scope: str  # "code" or "all"
    queries: int
    scores: Mapping[str, np.ndarray]  # of each method: Recall@10, MRR, nDCG@10
    below: Mapping[str, int]  # of kgraph with and without history: 0, or 1 below a signal, or 2 surely below
    vendored: float  # the greatest share of all lists that a vendored file stands in


def ask(git_dir: Path, date: str, days: int) -> list[Measured]:
    """Build the graphs of a snapshot and ask them; only scopes that some later commit asks for."""
    import kgraph
    from kgraph.languages import CODE

    with tempfile.TemporaryDirectory(prefix="related-") as temporary:
        root, folders = Path(temporary) / "snapshot", {KGRAPH: Path(temporary) / "with", PLAIN: Path(temporary) / "no"}
        check_out(git_dir, snapshot(git_dir, date), root)
        for name, folder in folders.items():
            kgraph.build(root, output=folder, history=name == KGRAPH, jobs=1).close()  # most are small
        lists = {name: stored(folder) for name, folder in folders.items()}
        with kgraph.open(folders[KGRAPH]) as graph:
            files, revision = graph.frame("files"), graph.repository.revision
        found = []
        for scope, languages in (("code", frozenset(CODE)), ("all", frozenset[str]())):
            rows = files.select("path", "language").iter_rows()
            eligible = frozenset(path for path, language in rows if scope == "all" or language in languages)
            asked = queries(git_dir, later(git_dir, revision, days), eligible, files["path"].to_list())
            if asked:
                methods = {**baselines(folders[KGRAPH], root, languages), **lists}
                found.append(_compare(files.height, scope, methods, asked, _vendored(lists)))
    return found


def _compare(files: int, scope: str, methods: Mapping[str, Lists], asked: Sequence[Query], vendored: float) -> Measured:
    rows = {name: judge(methods[name], asked) for name in METHODS}
    below = {}
    for name, singles in SINGLE.items():
        best = max(singles, key=lambda single: rows[single][:, 0].mean())
        difference = rows[name] - rows[best]
        is_below = difference[:, 0].mean() < 0
        below[name] = int(is_below) + int(is_below and intervals(difference, asked)[1, 0] < 0)
    return Measured(files, scope, len(asked), {name: each.mean(axis=0) for name, each in rows.items()}, below, vendored)


def _vendored(lists: Mapping[str, Lists]) -> float:
    from kgraph.relate.file_names import may_be_vendored

    shares = [0.0]
    for each in lists.values():
        counts: dict[str, int] = {}
        for path in (path for found in each.values() for path in found if may_be_vendored(path)):
            counts[path] = counts.get(path, 0) + 1
        shares += [count / len(each) for count in counts.values()]
    return max(shares)


def clone(folder: Path, name: str) -> Path | None:
    """Git's folder of a project; None where there is no clone of it."""
    for candidate in (folder / name / ".git", folder / f"{name}.git", folder / name):
        if (candidate / "HEAD").exists():
            return candidate.resolve()
    return None


def row(project: str, is_tuned: bool, asked: Sequence[Measured]) -> dict[str, Any]:
    """The mean of a project's snapshots in one scope, for the table."""
    mean = {name: np.mean([one.scores[name] for one in asked], axis=0).round(3).tolist() for name in METHODS}
    return {
        "project": project,
        "chosen_on": is_tuned,
        "files": max(one.files for one in asked),
        "snapshots": len(asked),
        "queries": sum(one.queries for one in asked),
        "scores": mean,
        "below": {name: sum(one.below[name] > 0 for one in asked) for name in SINGLE},
        "surely_below": {name: sum(one.below[name] > 1 for one in asked) for name in SINGLE},
        "vendored": round(max(one.vendored for one in asked), 4),
    }


def show(scope: str, rows: Sequence[Mapping[str, Any]]) -> None:
    heading(
        "Recall@10 / MRR, files in programming languages alone" if scope == "code" else "Recall@10 / MRR, all files"
    )
    table(
        ("", "snapshots", "queries", *METHODS, "below", "surely", "without history", "surely", "vendored"),
        (
            (
                one["project"] + ("" if one["chosen_on"] else " *"),
                one["snapshots"],
                one["queries"],
                *(f"{one['scores'][name][0]:.3f} / {one['scores'][name][1]:.3f}" for name in METHODS),
                *(one[kind][name] for name in SINGLE for kind in ("below", "surely_below")),
                f"{one['vendored']:.3f}",
            )
            for one in rows
        ),
    )
    print("* no weight was chosen on it")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("clones", type=Path, help="a folder of full clones")
    parser.add_argument("--only", action="append", help="only this project; repeatable")
    parser.add_argument("--json", type=Path, help="write the rows to this file")
    options = parser.parse_args()
    rows: dict[str, list[dict[str, Any]]] = {"code": [], "all": []}
    for name, source, days, dates in (*TUNED, *OTHERS):
        if options.only and name not in options.only:
            continue
        git_dir = clone(options.clones, name)
        if git_dir is None:
            print(f"{name}: not measured, {options.clones} has no clone of github.com/{source}", flush=True)
            continue
        asked = [one for date in dates for one in ask(git_dir, date, days)]
        print(f"{name}: {len(dates)} snapshots", flush=True)
        for scope, found in rows.items():
            if here := [one for one in asked if one.scope == scope]:
                found.append(row(name, (name, source, days, dates) in TUNED, here))
        if options.json:  # after each, for a whole run takes long
            options.json.write_text(json.dumps(rows, indent=1) + "\n")
    if not any(rows.values()):
        stop(
            "nothing was measured", f"clone one of {', '.join(name for name, *_ in (*TUNED, *OTHERS))} into the folder"
        )
    for scope, found in rows.items():
        show(scope, found)


if __name__ == "__main__":
    main()
