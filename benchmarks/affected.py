"""Of the tests that a change makes fail, how many `kgraph affected` selects, and how many tests that runs.

    python benchmarks/affected_truth.py flask --package src/flask --path src --python venv/bin/python --out flask.json
    python benchmarks/affected.py flask.json -g flask/.kgraph
    python benchmarks/affected.py flask.json -g flask/.kgraph --missed 20      (tests that failed and were not selected)
    python benchmarks/affected.py flask.json -g flask/.kgraph --calibrate      (each kind of step against what ran)

`recall` is the share of all failing tests, over all changes, that were selected; `changes` the share of changes of
which every failing test was; `run` the mean share of tests that a selection has. Changes that no test notices count
for `run` alone. The graph must be of the checkout that the truth was found in. Beside the selection by certainty stand
the tests named like the changed file, those of files that import it through any number of others, and those that
executed the function, which no selection that runs nothing can beat.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from itertools import groupby
from pathlib import Path
from typing import Any

from common import heading, table

import kgraph
from kgraph.impact import FileEdit, ImpactIndex

LEVELS = (0.02, 0.03, 0.04, 0.05, 0.07, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)

SHARES = (0.1, 0.15, 0.2, 0.3)

Selection = Callable[[dict[str, Any]], set[str]]


class Truth:
    """What `affected_truth.py` wrote."""

    def __init__(self, path: Path) -> None:
        held = json.loads(path.read_text())
        self.tests: list[str] = held["tests"]
        self.mutants: list[dict[str, Any]] = held["mutants"]
        self.reached: list[dict[str, Any]] = held["reached"]

    def score(self, select: Selection) -> tuple[float, float, float]:
        """Recall over failing tests, share of changes with all of them, share of tests that were run."""
        found = failing = whole = noticed = 0
        run = 0.0
        for mutant in self.mutants:
            failed, chosen = set(mutant["failed"]), select(mutant) & set(self.tests)
            run += len(chosen) / len(self.tests)
            if failed:
                noticed += 1
                failing += len(failed)
                found += len(failed & chosen)
                whole += failed <= chosen
        return found / max(1, failing), whole / max(1, noticed), run / len(self.mutants)

    def curve(
        self, ranked: Callable[[dict[str, Any]], dict[str, tuple[float, list[str]]]]
    ) -> list[tuple[float, float]]:
        """Shares of tests that are run, over all changes, and the recall of each, as the certainty goes down."""
        tests = set(self.tests)
        hits = [
            (sure, test in set(mutant["failed"]))
            for mutant in self.mutants
            for test, (sure, _) in ranked(mutant).items()
            if test in tests
        ]
        failing = max(1, sum(len(mutant["failed"]) for mutant in self.mutants))
        found, run, rows = 0, 0, []
        for _, group in groupby(sorted(hits, key=lambda each: -each[0]), key=lambda each: each[0]):
            failed = [is_hit for _, is_hit in group]
            found, run = found + sum(failed), run + len(failed)
            rows.append((run / (len(tests) * len(self.mutants)), found / failing))
        return rows

    def within(
        self, ranked: Callable[[dict[str, Any]], dict[str, tuple[float, list[str]]]], share: float
    ) -> tuple[float, float]:
        """The recall of the first tests of each change, as many as a share of all, and that of the best order."""
        tests, found, possible = set(self.tests), 0, 0
        most = int(share * len(tests))
        for mutant in self.mutants:
            failed = set(mutant["failed"])
            found += len(failed & set([test for test in ranked(mutant) if test in tests][:most]))
            possible += min(len(failed), most)
        failing = max(1, sum(len(mutant["failed"]) for mutant in self.mutants))
        return found / failing, possible / failing


class Selections:
    """Tests chosen by a graph."""

    def __init__(self, graph: kgraph.KGraph, tests: Iterable[str]) -> None:
        self.index = ImpactIndex(graph.frame, root=graph.path.parent)
        self.tests = list(tests)
        self._by_file: dict[str, list[str]] = defaultdict(list)  # whose tests are made when it is imported, say
        for test in self.tests:
            self._by_file[test.partition("::")[0]].append(test)
        self._answers: dict[tuple[str, int], dict[str, tuple[float, list[str]]]] = {}
        paths = dict(zip(graph.frame("files")["id"], graph.frame("files")["path"], strict=True))
        self._importers: dict[str, set[str]] = defaultdict(set)
        for file, targets in graph.frame("includes").select("file", "targets").iter_rows():
            for target in targets or ():
                self._importers[paths.get(target, "")].add(paths.get(file, ""))

    def ranked(self, mutant: dict[str, Any]) -> dict[str, tuple[float, list[str]]]:
        """Certainty of each selected test, and the kinds of steps that lead there."""
        key = (mutant["path"], mutant["line"])
        if key not in self._answers:
            change = FileEdit(mutant["path"], new=((mutant["line"], mutant["line"]),))
            impact = self.index.affected([change], tests_only=True)
            found: dict[str, tuple[float, list[str]]] = {}
            for test in impact.tests:
                for each in [test.id] if "::" in test.id else self._by_file.get(test.id, ()):
                    found.setdefault(each, (test.certainty, [step.how for step in test.steps]))
            self._answers[key] = found
        return self._answers[key]

    def at_least(self, level: float) -> Selection:
        """The tests that are so certain."""
        return lambda mutant: {test for test, (sure, _) in self.ranked(mutant).items() if sure >= level}

    def by_imports(self, mutant: dict[str, Any]) -> set[str]:
        """All tests of files that import the changed file, directly or not."""
        reached, waiting = {mutant["path"]}, [mutant["path"]]
        while waiting:
            for other in self._importers[waiting.pop()] - reached:
                reached.add(other)
                waiting.append(other)
        return {test for test in self.tests if test.partition("::")[0] in reached}

    def by_folder(self, mutant: dict[str, Any]) -> set[str]:
        """The tests of the files that are named like the changed file's folder or name; all where none is."""
        words = {Path(mutant["path"]).stem, Path(mutant["path"]).parent.name}
        chosen = {test for test in self.tests if words & set(Path(test.partition("::")[0]).with_suffix("").parts)}
        named = {
            test for test in self.tests if Path(test.partition("::")[0]).stem == f"test_{Path(mutant['path']).stem}"
        }
        return named or chosen or set(self.tests)


def main() -> None:
    """Print how well each selection does."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("truth", type=Path)
    parser.add_argument("-g", "--graph", required=True)
    parser.add_argument("--missed", type=int, default=0)
    parser.add_argument("--level", type=float, default=0.2, help="of certainty, for --missed")
    parser.add_argument("--calibrate", action="store_true")
    options = parser.parse_args()
    truth = Truth(options.truth)
    with kgraph.open(options.graph) as graph:
        chosen = Selections(graph, truth.tests)
        if options.calibrate:
            calibrate(truth, chosen)
            return
        rows = [(f"certainty at least {level}", *truth.score(chosen.at_least(level))) for level in LEVELS]
        rows.append(("tests named like the file", *truth.score(chosen.by_folder)))
        rows.append(("importers, transitively", *truth.score(chosen.by_imports)))
        rows.append(("executed it (coverage)", *truth.score(_covering(truth))))
        rows.append(("all tests", *truth.score(lambda _: set(truth.tests))))
        noticed = sum(1 for mutant in truth.mutants if mutant["failed"])
        curve = truth.curve(chosen.ranked)
        told = [f"{max((recall for run, recall in curve if run <= share), default=0):.3f}" for share in SHARES]
        print(f"recall at {'/'.join(f'{share:.0%}' for share in SHARES)} of the tests: {', '.join(told)}")
        parts = [truth.within(chosen.ranked, share) for share in SHARES]
        print(f"of each change: {', '.join(f'{found:.3f} of {possible:.3f}' for found, possible in parts)}")
        for least in (0.95, 0.98):
            print(f"recall of {least} at {min((run for run, recall in curve if recall >= least), default=1):.3f}")
        heading(f"{len(truth.tests)} tests, {len(truth.mutants)} changes, {noticed} noticed by some test")
        table(("selection", "recall", "changes", "run"), [[r[0], *(f"{x:.3f}" for x in r[1:])] for r in rows])
        if options.missed:
            missed(truth, chosen, options.level, options.missed)


def _covering(truth: Truth) -> Selection:
    return lambda mutant: set(truth.tests) if mutant["everywhere"] else set(mutant["covered"])


def missed(truth: Truth, chosen: Selections, level: float, most: int) -> None:
    """The changes of which most failing tests were not selected."""
    rows = []
    for mutant in truth.mutants:
        ranked = chosen.ranked(mutant)
        left = [test for test in mutant["failed"] if ranked.get(test, (0.0, []))[0] < level]
        selected = sum(sure >= level for sure, _ in ranked.values())
        kind = "everywhere" if mutant["everywhere"] else ""
        rows.append((len(left), len(mutant["failed"]), len(mutant["covered"]), selected, mutant, left[:3], kind))
    for lost, failed, covered, selected, mutant, examples, kind in sorted(rows, key=lambda row: -row[0])[:most]:
        known = [(test.rpartition("::")[2], chosen.ranked(mutant).get(test, (0, []))) for test in examples]
        name = f"{mutant['how']} {mutant['path']}:{mutant['line']} {mutant['name']} {kind}"
        print(f"{lost} of {failed} failing missed ({covered} cover, {selected} selected): {name}\n    {known}")


def calibrate(truth: Truth, chosen: Selections) -> None:
    """For each kind of step, how often a test that is reached over a path with it executes the function."""
    hits: Counter[str] = Counter()
    total: Counter[str] = Counter()
    bands: Counter[int] = Counter()
    band_hits: Counter[int] = Counter()
    for function in truth.reached:
        covered = set(function["covered"])
        if "" in covered:
            continue
        for test, (sure, steps) in chosen.ranked(function).items():
            if test not in truth.tests:
                continue
            bands[int(sure * 10)] += 1
            band_hits[int(sure * 10)] += test in covered
            for step in set(steps):
                total[step] += 1
                hits[step] += test in covered
    table(("step", "paths", "executed"), [[s, f"{n:,}", f"{hits[s] / n:.3f}"] for s, n in total.most_common()])
    rows = [[f"{b / 10:.1f}", f"{n:,}", f"{band_hits[b] / n:.3f}"] for b, n in sorted(bands.items())]
    table(("certainty from", "tests", "executed"), rows)


if __name__ == "__main__":
    main()
