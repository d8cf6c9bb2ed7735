"""C, C++ and Objective-C against the goals of Kythe's verifier: how many hold in the graph, per tier.

    git clone --depth 1 https://github.com/kythe/kythe
    python benchmarks/kythe.py kythe [--failures]

Each test of `kythe/cxx/indexer/cxx/testdata` is a repository of its own, compiled by the standard that its BUILD file
names. Judged are the goals that a graph of symbols and lines can express: a symbol is declared at a line, and a use,
a base, an override or a membership leads from or to it. Places count by line. `overrides/root` holds over a chain of
overrides, and `ref/id` (the name of a constructor, where it is declared) by membership. Left out are facts of nodes,
types, comments, negated goals, and goals about nodes that neither tier declares (local variables, template parameters).
The text tier is read with `--references`.
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote

sys.path.append(str(Path(__file__).resolve().parent.parent / "tests"))
from support import spec_graph

from kgraph.model import Compiled, Graph

TESTDATA = "kythe/cxx/indexer/cxx/testdata"
FOLDERS = {"C and C++": ("basic", "function", "template", "rec", "libraries", "docs"), "Objective-C": ("objc",)}
SUFFIXES = {"C and C++": (".cc", ".c"), "Objective-C": (".m", ".mm")}
COMPILERS = {".cc": "c++", ".cpp": "c++", ".mm": "clang++", ".m": "clang"}
DEFAULT_STANDARD = "c++11"  # of Kythe's rule `cc_indexer_test`
DECLARES = frozenset({"defines/binding", "declares"})
CALLS = {"ref/call": ("Call", "Expansion"), "ref/call/direct": ("Call",), "ref/expands": ("Expansion",)}

_GOAL = re.compile(r"\s*//-(.*)")
_TOKEN = re.compile(
    r'@[#+:^\-\d$]*(?:"(?:\\.|[^"])*"|[\w~]+|\$)?(?:=\w+)?|[A-Za-z_][\w./]*(?:\([^)]*\))?|!|\{|\}|"(?:\\.|[^"])*"|\S'
)
_ANCHOR = re.compile(r'@(?:#\d+)?([+:]\d+)?(?:#\d+)?(?:"((?:\\.|[^"])*)"|([\w~]+))?(?:=(\w+))?')
_INCLUDE = re.compile(r'#\s*(?:include|import)\s+["<]([^">]+)[">]')
_RULE = re.compile(r"^\w+\((.*?)^\)", re.MULTILINE | re.DOTALL)

Place = tuple[str, int, str]  # file, line, what stands there


class Goal(NamedTuple):
    """`subject edge object`, at a line of a file."""

    file: str
    line: int  # of the code that the goal is about
    own_line: int
    subject: str
    edge: str
    object: str
    text: str


class Use(NamedTuple):
    """A use, at the lines where it stands."""

    kind: str
    source: str
    target: str
    file: str
    lines: Sequence[int]


class Case:
    """The graph of one test, as goals ask for it."""

    def __init__(self, graph: Graph) -> None:
        tables = graph.tables
        places = {
            id_: (unquote(file.removeprefix("file/")), line)
            for id_, file, line in tables["locations"].select("id", "file", "start_line").iter_rows()
        }
        names = dict(tables["symbols"].select("id", "name").iter_rows())
        self.declared: defaultdict[tuple[str, int], list[tuple[str, str]]] = defaultdict(list)
        self.members: set[tuple[str, str]] = set()
        for source, kind, target in tables["edges"].select("source", "kind", "target").iter_rows():
            if kind in ("definition", "declaration"):
                self.declared[places[target]].append((source, names[source]))
            elif kind == "contains":
                self.members.add((source, target))
        columns = ("kind", "from", "to", "file", "at_lines")
        self.uses = [
            Use(kind, source, target, unquote(file.removeprefix("file/")), lines)
            for kind, source, target, file, lines in tables["uses"].select(columns).iter_rows()
        ]
        self.includes = {
            (unquote(file.removeprefix("file/")), line)
            for file, line, targets in tables["includes"].select("file", "start_line", "targets").iter_rows()
            if len(targets)
        }

    def at(self, place: Place) -> set[str]:
        """The symbols of a name that are declared at a line."""
        file, line, text = place
        plain = text.replace(" ", "")
        return {
            id_
            for id_, name in self.declared.get((file, line), ())
            if plain in {name.replace(" ", ""), name.partition("<")[0], name.partition("(")[0], name.split("::")[-1]}
        }

    def used_at(self, place: Place, targets: set[str], edge: str) -> bool:
        """Whether something of `targets` is used at a line, in the manner that an edge of Kythe's asks for."""
        file, line, _ = place
        if edge in ("ref/includes", "ref/file"):
            return (file, line) in self.includes
        if edge == "ref/id" and any((t, id_) in self.members for t in targets for id_ in self.at(place)):
            return True
        kinds = CALLS.get(edge)
        return any(
            use.target in targets and use.file == file and line in use.lines and (kinds is None or use.kind in kinds)
            for use in self.uses
        )

    def related(self, sources: set[str], edge: str, targets: set[str]) -> bool | None:
        """Whether an edge of Kythe's leads from one symbol to another; None where it is not judged."""
        if edge == "completedby":
            return bool(sources & targets)
        if edge == "childof":
            return any((target, source) in self.members for source in sources for target in targets)
        if edge == "overrides/root":
            return bool(sources & self.overriding(targets))
        kinds = {"overrides": "Override", "aliases": "", "typed": "", "specializes": "Specialization"}
        kind = "Inheritance" if edge.startswith("extends") else kinds.get(edge)
        if kind is None:
            return None
        return any(use.source in sources and use.target in targets and kind in ("", use.kind) for use in self.uses)

    def overriding(self, targets: set[str]) -> set[str]:
        """What overrides some of `targets`, however indirectly, and these themselves."""
        found, size = set(targets), -1
        while len(found) > size:
            size = len(found)
            found |= {use.source for use in self.uses if use.kind == "Override" and use.target in found}
        return found


def files_of(test: Path, root: Path) -> dict[str, str]:
    """The files of a test by path: those that it holds, and the headers that they include."""
    current = test.stem + ".cpp" if test.suffix == ".cc" else test.name
    texts: dict[str, list[str]] = {current: []}
    for line in test.read_text(errors="replace").split("\n"):
        if example := re.match(r"#example (\S+)", line):
            current = example[1]
            texts[current] = []
        else:
            texts[current].append(line)
    files = {name: "\n".join(lines) for name, lines in texts.items()}
    pending = list(files.values())
    while pending:
        for name in _INCLUDE.findall(pending.pop()):
            for header in (test.parent / name, root / TESTDATA / name, root / name):
                if ".." not in name and name not in files and header.is_file():
                    files[name] = header.read_text(errors="replace")
                    pending.append(files[name])
    return files


def standards(build: str) -> dict[str, str]:
    """The standard of each test by its source, as a BUILD file has it."""
    found = {}
    for rule in _RULE.findall(build):
        if standard := re.search(r'\bstd = "([^"]+)"', rule):
            found |= dict.fromkeys(re.findall(r'"([^"]+\.(?:cc|c|mm|m))"', rule), standard[1])
    return found


def goals_in(file: str, text: str) -> Iterator[Goal]:
    """The goals of a file that are not negated; each is about the next line of code."""
    pending: list[tuple[int, str]] = []
    negated = False
    for number, line in enumerate([*text.split("\n"), "end"], 1):
        if goal := _GOAL.match(line):
            pending.append((number, goal[1].strip()))
        elif line.strip():
            for own_line, words in pending:
                if words.startswith("!") or negated:
                    negated = "}" not in words
                elif len(tokens := _TOKEN.findall(words)) >= 3:
                    yield Goal(file, number, own_line, *tokens[:3], words)
            pending = []


def anchor(goal: Goal) -> tuple[Place, str | None] | None:
    """The place that a goal is about, and the name that it gives to it."""
    match = _ANCHOR.match(goal.subject)
    if match is None:
        return None
    line = goal.line
    if match[1]:
        line = int(match[1][1:]) + (goal.own_line if match[1][0] == "+" else 0)
    text = (match[2] or match[3] or "").replace('\\"', '"')
    return (goal.file, line, text), match[4]


def judged(goals: Sequence[Goal], tiers: Mapping[str, Case]) -> Iterator[tuple[Goal, str, dict[str, bool]]]:
    """Each goal that can be judged, with what it is counted as and whether it holds in each tier."""
    named = {found[1]: found[0] for goal in goals if (found := anchor(goal)) and found[1]}
    places = [found[0] if (found := anchor(goal)) else named.get(goal.subject) for goal in goals]
    nodes: dict[str, defaultdict[str, set[str]]] = {tier: defaultdict(set) for tier in tiers}
    declared: set[str] = set()
    for goal, place in zip(goals, places, strict=True):
        if goal.edge not in DECLARES or place is None or goal.object.startswith("vname"):
            continue
        found = {tier: case.at(place) for tier, case in tiers.items()}
        for tier, ids in found.items():
            nodes[tier][goal.object] |= ids
        if any(found.values()):
            declared.add(goal.object)
            yield goal, "defines", {tier: bool(ids) for tier, ids in found.items()}
    for goal, place in zip(goals, places, strict=True):
        if goal.edge in DECLARES:
            continue
        if place is not None and goal.edge.startswith("ref"):
            holds = {tier: case.used_at(place, nodes[tier][goal.object], goal.edge) for tier, case in tiers.items()}
            is_include = goal.edge in ("ref/includes", "ref/file") and any(holds.values())
            if is_include or goal.object in declared:
                yield goal, goal.edge, holds
        elif goal.subject in declared and goal.object in declared:
            related = {
                tier: case.related(nodes[tier][goal.subject], goal.edge, nodes[tier][goal.object])
                for tier, case in tiers.items()
            }
            if None not in related.values():
                yield goal, goal.edge, {tier: bool(value) for tier, value in related.items()}


def measure(root: Path, language: str, *, failures: bool) -> None:
    """Print how many goals of a language hold."""
    standard_of = standards((root / TESTDATA / "BUILD").read_text())
    flags: dict[str, list[str]] = {}
    texts: dict[str, dict[str, str]] = {}
    with tempfile.TemporaryDirectory() as scratch:
        trees = Path(scratch)
        for folder in FOLDERS[language]:
            for test in sorted((root / TESTDATA / folder).rglob("*")):
                if test.suffix not in SUFFIXES[language] or "expect_fail" in test.name or "proto" in str(test):
                    continue
                name = f"{folder}__{test.name.replace('.', '_')}"
                standard = standard_of.get(str(test.relative_to(root / TESTDATA)), DEFAULT_STANDARD)
                is_cpp = test.suffix in (".cc", ".mm")
                flags[name] = [f"-std={standard}"] if is_cpp == ("++" in standard) else []
                texts[name] = files_of(test, root)
                for path, text in texts[name].items():
                    file = trees / name / path
                    file.parent.mkdir(parents=True, exist_ok=True)
                    file.write_text(text)
        spec_graph.COMPILED.update({suffix: (compiler,) for suffix, compiler in COMPILERS.items()})
        compiled = spec_graph.compiled(trees, flags)
        counted: dict[str, Counter[str]] = defaultdict(Counter)
        for name, files in texts.items():
            tiers = {"text": case_of(trees / name), "semantic": case_of(trees / name, compiled[name])}
            goals = [goal for path, text in sorted(files.items()) for goal in goals_in(path, text)]
            for goal, edge, holds in judged(goals, tiers):
                counted[edge].update({"goals": 1, **holds})
                if failures and not all(holds.values()):
                    print(name, f"{goal.file}:{goal.line}", goal.text, [tier for tier in holds if not holds[tier]])
    total = sum(counted.values(), Counter[str]())
    print(f"\n{language:24}  goals   text  semantic")
    for edge, counts in [*sorted(counted.items(), key=lambda item: -item[1]["goals"]), ("all", total)]:
        print(f"{edge:24} {counts['goals']:6} {counts['text']:6} {counts['semantic']:9}")
    shares = [f"{tier} {total[tier] / total['goals']:.3f}" for tier in ("text", "semantic") if total["goals"]]
    print("of all goals:", ", ".join(shares))


def case_of(root: Path, compiled: Compiled | None = None) -> Case:
    """The graph of a test."""
    return Case(spec_graph.graph_of(root, compiled, references=True))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kythe", type=Path, help="a checkout of Kythe")
    parser.add_argument("--failures", action="store_true", help="list the goals that do not hold")
    arguments = parser.parse_args()
    for language in FOLDERS:
        measure(arguments.kythe, language, failures=arguments.failures)


if __name__ == "__main__":
    main()
