"""Calls and base classes of Python against what a type checker says: precision by rule, and recall.

    npm install @sourcegraph/scip-python
    (cd TREE && npx scip-python index --project-name x --project-version 1 --environment empty.json --output x.scip .)
    python benchmarks/truth_python.py TREE x.scip [--wrong 20]
    pip install jedi
    python benchmarks/truth_python.py TREE --jedi 40  # sites of each rule, asked one by one: slow

`empty.json` holds `[]`. The index is made by Pyright's engine and written in SCIP. A call of ours is right if on its
line the index has a reference of that name to that definition, wrong if all of that name are to others, and unknown
where the type checker did not know either. Recall is the share of the index's references followed by "(" that we found.
"""

from __future__ import annotations

import argparse
import random
import re
import subprocess
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kgraph.assemble.fact_tables import build_fact_tables
from kgraph.assemble.python.flows import Propagation, flows
from kgraph.assemble.python.interfaces import ModuleInterfaces, python_files
from kgraph.assemble.python.meanings import PythonDefinition
from kgraph.assemble.python.modules import ModuleIndex
from kgraph.assemble.python.resolver import PythonResolver
from kgraph.assemble.suffix_index import PathSuffixIndex
from kgraph.assemble.symbols import join_symbols
from kgraph.extract.python.declarations import extract
from kgraph.model import FileFacts, Kind, SourceFile, SymbolFact, UseKind
from kgraph.scip import schema


@dataclass(frozen=True)
class Place:
    """Where something is defined."""

    file: str
    line: int


@dataclass(frozen=True)
class Reference:
    """One reference of the index."""

    name: str
    column: int
    target: Place | None  # None: outside of the tree
    symbol: str
    called: bool


def references(root: Path, index: Any) -> dict[tuple[str, int], list[Reference]]:
    """All references of an index by file and line, from 1."""
    defined: dict[str, Place] = {}
    for document in index.documents:
        for one in document.occurrences:
            if one.symbol_roles & schema.DEFINITION:
                defined.setdefault(one.symbol, Place(document.relative_path, one.range[0] + 1))
    found: dict[tuple[str, int], list[Reference]] = defaultdict(list)
    for document in index.documents:
        lines = (root / document.relative_path).read_text("utf-8", "replace").split("\n")
        for one in document.occurrences:
            start, column, *_ = one.range
            end = one.range[-1]
            if one.symbol_roles & schema.DEFINITION or one.symbol.startswith("local ") or len(one.range) != 3:
                continue
            text = lines[start]
            called = text[end:].lstrip().startswith("(") and not re.match(r"\s*(class|def)\b", text[:column])
            one_reference = Reference(text[column:end], column, defined.get(one.symbol), one.symbol, called)
            found[document.relative_path, start + 1].append(one_reference)
    return found


@dataclass(frozen=True)
class Ours:
    """One use of ours."""

    kind: UseKind
    file: str
    line: int
    path: str
    name: str  # as spelled
    target: PythonDefinition | None
    spelled: PythonDefinition | None  # what the name itself means, before it is followed to what runs
    places: tuple[Place, Place | None]  # of both
    evidence: str


def ours(root: Path, paths: list[str]) -> Iterator[Ours]:
    facts = [extract((root / path).read_bytes()) for path in paths]
    module = SymbolFact(Kind.MODULE, "", 1, 1, local=True)
    wholes = {number: module for number, fact in enumerate(facts) if isinstance(fact, FileFacts)}
    tables = build_fact_tables([SourceFile(path, 0, "", "Python") for path in paths], facts, wholes)
    joined = join_symbols(tables.symbols, paths, dict(enumerate(paths)))["facts"]
    read = python_files(facts, joined, range(len(paths)))
    modules = ModuleIndex(PathSuffixIndex(paths))
    shown = ModuleInterfaces(read, modules)
    names = PythonResolver(shown, modules, shown.other_parts)
    Propagation(names, shown).run(flows(shown[number] for number in read.numbers))
    starts = read.symbols["start"].to_list()

    def place(symbol: PythonDefinition) -> Place:
        return Place(paths[symbol.file], starts[shown[symbol.file].rows[symbol.name]])

    for at, letter, path, line in read.uses.select("file", "kind", "path", "line").iter_rows():
        number, kind = read.numbers[at], UseKind(letter)
        found = names.find(number, path)
        meaning = found.meaning if found else None
        spelled = meaning if isinstance(meaning, PythonDefinition) else None
        runs = names.runs.callees(meaning) if kind == UseKind.CALL and meaning is not None else []
        target, evidence = runs[0] if runs else (spelled, "")
        name = re.findall(r"[^.()@~^:!]+", path.partition("!")[0])
        if found and target and name and not path.endswith("()"):
            own = place(spelled) if spelled else None
            told = (place(target), own)
            yield Ours(kind, paths[number], line, path, name[-1], target, spelled, told, evidence or found.evidence)


def matches(one: Ours, truth: Place | None) -> bool:
    """Whether a definition is the one that we mean: a decorated one of ours starts above its name."""
    return any(
        place is not None
        and truth is not None
        and place.file == truth.file
        and 0 <= truth.line - place.line <= DECORATORS
        for place in one.places
    )


DECORATORS = 12  # lines


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("root", type=Path)
    parser.add_argument("index", type=Path, nargs="?")
    parser.add_argument("--jedi", type=int, default=0, help="how many uses of each rule to ask Jedi for")
    parser.add_argument("--wrong", type=int, default=0, help="how many wrong ones to print, of each rule")
    parser.add_argument("--missed", type=int, default=0, help="how many missed ones to print")
    args = parser.parse_args()
    if args.jedi:
        ask_jedi(args.root, args.jedi, args.wrong)
    if not args.index:
        return
    index = schema.message("Index").FromString(args.index.read_bytes())
    project = " ".join(next(iter(index.documents[0].occurrences)).symbol.split(" ")[:4])
    truth = references(args.root, index)
    documents = {document.relative_path for document in index.documents}
    paths = sorted(
        path.relative_to(args.root).as_posix() for path in args.root.rglob("*.py*") if path.suffix in (".py", ".pyi")
    )
    counts: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    wrong: dict[tuple[str, str], list[str]] = defaultdict(list)
    known: set[tuple[str, int, str]] = set()
    for one in ours(args.root, paths):
        if one.file not in documents:
            continue
        there = [each for each in truth.get((one.file, one.line), ()) if each.name == one.name == last(each.symbol)]
        there = [each for each in there if each.target or not each.symbol.startswith(project)]
        key = (one.kind.name.lower(), one.evidence)
        constructor = one.target is not None and one.target.name.endswith(".__init__")
        if not there:
            counts[key]["unknown"] += 1
            continue
        known.add((one.file, one.line, one.name))
        right = any(matches(one, each.target) or (constructor and same_class(one, each)) for each in there)
        if not right and one.spelled != one.target:
            right = any(each.target is not None and variable(each.symbol) for each in there)
        counts[key]["right" if right else "wrong"] += 1
        if not right:
            wrong[key].append(
                f"{one.file}:{one.line}: {one.path} -> {one.places[0]}, truth {[e.target or e.symbol for e in there]}"
            )
    print(f"{'use':10} {'evidence':34} {'right':>7} {'wrong':>6} {'unknown':>7}  precision")
    for key, count in sorted(counts.items()):
        total = count["right"] + count["wrong"]
        told = f"{count['right']:7} {count['wrong']:6} {count['unknown']:7}"
        print(f"{key[0]:10} {key[1]:34} {told}  {count['right'] / max(total, 1):.4f}")
    for kind in sorted({key[0] for key in counts}):
        right = sum(count["right"] for key, count in counts.items() if key[0] == kind)
        bad = sum(count["wrong"] for key, count in counts.items() if key[0] == kind)
        print(f"{kind:10} {'all':34} {right:7} {bad:6} {'':7}  {right / max(right + bad, 1):.4f}")
    calls = [
        (file, line, each)
        for (file, line), all_ in truth.items()
        for each in all_
        if each.called
        and each.target is not None
        and each.symbol.endswith((").", "#"))
        and last(each.symbol) == each.name
    ]
    found = [1 for file, line, each in calls if (file, line, each.name) in known]
    print(f"recall of calls: {len(found)} of {len(calls)}: {len(found) / max(len(calls), 1):.4f}")
    for key, lines in wrong.items():
        for line in lines[:: max(len(lines) // args.wrong, 1)] if args.wrong else ():
            print("wrong", *key, line)
    missed = [
        f"{file}:{line}: {each.name} {each.symbol}"
        for file, line, each in calls
        if (file, line, each.name) not in known
    ]
    for line in missed[:: max(len(missed) // args.missed, 1)] if args.missed else ():
        print("missed", line)


def ask_jedi(root: Path, count: int, wrong: int) -> None:
    """Print how many of a sample of uses Jedi agrees with."""
    import jedi

    project = jedi.Project(root, sys_path=[str(root)], smart_sys_path=False)
    listed = subprocess.run(["git", "-C", root, "ls-files", "*.py"], capture_output=True, text=True, check=True)
    by_rule: dict[tuple[str, str], list[Ours]] = defaultdict(list)
    for one in ours(root, sorted(listed.stdout.split())):
        by_rule[one.kind.name.lower(), one.evidence].append(one)
    for key, all_ in sorted(by_rule.items()):
        found: Counter[str] = Counter()
        for one in random.Random(0).sample(all_, min(count, len(all_))):
            source = (root / one.file).read_text("utf-8", "replace")
            match = re.search(rf"\b{re.escape(one.name)}\b", source.split("\n")[one.line - 1])
            if match is None:
                continue
            try:
                told = jedi.Script(source, path=root / one.file, project=project).goto(
                    one.line, match.start(), follow_imports=True
                )
            except Exception:  # noqa: BLE001  Jedi fails now and then; that is no answer
                told = []
            inside = [each for each in told if each.module_path and each.module_path.is_relative_to(root) and each.line]
            if not inside:
                found["unknown"] += 1
                continue
            places = [Place(each.module_path.relative_to(root).as_posix(), each.line) for each in inside]
            right = any(matches(one, place) for place in places)
            found["right" if right else "wrong"] += 1
            if not right and found["wrong"] <= wrong:
                print(f"wrong {key} {one.file}:{one.line}: {one.path} -> {one.places[0]}, Jedi {places}")
        print(f"{key[0]:10} {key[1]:34} {dict(found)}", flush=True)


def last(symbol: str) -> str:
    """The name at the end of a symbol: the index takes some names of modules for other ones, by mistake."""
    found = re.findall(r"[\w$+-]+", symbol)
    return found[-1] if found else ""


def variable(symbol: str) -> bool:
    return symbol.endswith(".") and not symbol.endswith(").")


def same_class(one: Ours, there: Reference) -> bool:
    """Whether a constructor of ours is that of the class which the index means."""
    assert one.target is not None
    cls = one.target.name.removesuffix(".__init__").rpartition(".")[2]
    return (
        there.target is not None
        and there.target.file == one.places[0].file
        and there.symbol.endswith((f"{cls}#", f"{cls}#__init__()."))
    )


if __name__ == "__main__":
    main()
