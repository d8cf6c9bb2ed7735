"""The semantic tier against ground truth that others wrote: the snapshot tests of scip-clang.

    git clone --depth 1 https://github.com/sourcegraph/scip-clang
    python benchmarks/scip_snapshots.py scip-clang/test/index [--losses]

Each folder of the suite is built as a repository of its own, with a compile database of its sources. Compared are:
definitions (a symbol of that name whose definition holds that line), references (a use of that name at that line, of
whatever kind, or a declaration), and relations (bases and overridden methods, the indirect ones too, as the suite has
them). What is local to a function, template parameters and files as such are no symbols of the graph and left out.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import tempfile
from collections import Counter, defaultdict
from pathlib import Path
from typing import NamedTuple

from common import table

import kgraph

_SOURCES = (".cc", ".cpp", ".c", ".cu")
_MARK = re.compile(r"//\s*(\^+)\s+(definition|reference|forward_definition)\s+(.*)$")
_RELATION = re.compile(r"//\s+relation (\S+)\s+(.*)$")


class Occurrence(NamedTuple):
    """One line of a snapshot, or what the graph says instead of it."""

    what: str  # "definition", "reference", "relation"
    file: str
    line: int  # of a relation 0
    name: str
    other: str = ""  # of a relation: the base, or the method that is overridden


def truth_of(snapshot: Path, file: str) -> set[Occurrence]:
    """What a snapshot says of its source, whose lines stand in it with two spaces in front."""
    found: set[Occurrence] = set()
    line, text, defined = 0, "", ""
    for row in snapshot.read_text().splitlines():
        if not row.startswith("//"):
            line, text = line + 1, row
            continue
        if relation := _RELATION.match(row):
            found.add(Occurrence("relation", file, 0, defined, _name(relation[2], "")))
        elif mark := _MARK.match(row):
            start = row.index("^")
            name = _name(mark[3], text[start : start + len(mark[1])])
            if name and mark[2] == "definition":
                defined = name
                found.add(Occurrence("definition", file, line, name))
            elif name:
                found.add(Occurrence("reference", file, line, name))
    return found


def _name(symbol: str, spelled: str) -> str:
    """The short name of a symbol ("S0#v1(49f6).", "`operator+`(1f).", "`macros.h:1:9`!"), as the graph has it."""
    if symbol.startswith("local ") or "<file>" in symbol:
        return ""
    symbol = symbol.split()[-1]
    if symbol.endswith("!"):
        return spelled
    symbol = re.sub(r"\([0-9a-f]*\)\.$", "", symbol)
    if symbol.endswith("]"):
        return ""  # a template's parameter
    last = re.findall(r"`((?:[^`]|``)+)`[#/.:]?$|([^`#/.:]+)[#/.:]?$", symbol)
    name = "".join(last[0]) if last else ""
    return "" if "$anonymous" in name else _base(name)


def _base(name: str) -> str:
    return name if name.startswith("operator") else name.partition("<")[0]


def said_of(
    root: Path, graph_folder: Path, flags: dict[str, list[str]]
) -> tuple[set[Occurrence], dict[str, list[tuple[str, int, int]]]]:
    """What the graph says: uses, relations; and the places of symbols by name."""
    entries = [
        {"directory": str(root), "file": file, "arguments": ["c++", *words, "-c", file]}
        for file, words in flags.items()
    ]
    (root / "compile_commands.json").write_text(json.dumps(entries))
    found: set[Occurrence] = set()
    places: defaultdict[str, list[tuple[str, int, int]]] = defaultdict(list)
    with kgraph.build(root, output=graph_folder, jobs=2) as graph:
        rows = graph.query(
            "SELECT ?file ?line ?name { ?use kg:inFile/kg:path ?file ; kg:line ?line ; kg:to/rdfs:label ?name }"
        )
        found |= {Occurrence("reference", row["file"], row["line"], _base(row["name"])) for row in rows.dicts()}
        rows = graph.query(
            "SELECT ?file ?name ?other { ?s kg:inherits+|kg:overrides+ ?o ; rdfs:label ?name . ?o rdfs:label ?other ."
            " ?s (kg:definition|kg:declaration)/kg:inFile/kg:path ?file }"
        )
        found |= {
            Occurrence("relation", row["file"], 0, _base(row["name"]), _base(row["other"])) for row in rows.dicts()
        }
        rows = graph.query(
            "SELECT ?file ?name ?start ?end { ?s rdfs:label ?name ; kg:definition|kg:declaration ?place ."
            " ?place kg:inFile/kg:path ?file ; kg:startLine ?start ; kg:endLine ?end }"
        )
        for row in rows.dicts():
            places[_base(row["name"])].append((row["file"], row["start"], row["end"]))
    return found, places


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("suite", type=Path, help="the folder test/index of scip-clang")
    parser.add_argument("--losses", action="store_true", help="print what is missing and what is too much")
    options = parser.parse_args()
    right: Counter[str] = Counter()
    wanted: Counter[str] = Counter()
    extra: Counter[str] = Counter()
    for folder in sorted(path for path in options.suite.iterdir() if path.is_dir()):
        with tempfile.TemporaryDirectory(prefix="kgraph-scip-") as temporary:
            root = Path(temporary, "tree")
            truth, flags = _copy(folder, root)
            said, places = said_of(root, Path(temporary, "graph"), flags)
            for each in sorted(truth):
                wanted[each.what] += 1
                here = any(f == each.file and a <= each.line <= b for f, a, b in places.get(each.name, ()))
                ok = here if each.what == "definition" else each in said or (each.what == "reference" and here)
                right[each.what] += ok
                if not ok and options.losses:
                    print("missing", folder.name, tuple(each))
            known = truth | {each._replace(what="reference") for each in truth if each.what == "definition"}
            checked = {each.file for each in truth}
            for each in sorted(said - known):
                if each.file in checked:
                    extra[each.what] += 1
                    if options.losses:
                        print("too much", folder.name, tuple(each))
    table(
        ("what", "in the suite", "found", "recall", "more than the suite"),
        [
            (what, wanted[what], right[what], f"{right[what] / wanted[what]:.3f}", extra[what])
            for what in sorted(wanted)
        ],
    )


def _copy(folder: Path, root: Path) -> tuple[set[Occurrence], dict[str, list[str]]]:
    """The sources of a folder of the suite in a tree of their own: what the suite says of them, and their flags."""
    truth: set[Occurrence] = set()
    flags: dict[str, list[str]] = {}
    for source in sorted(path for path in folder.rglob("*") if path.is_file() and ".snapshot." not in path.name):
        name = str(source.relative_to(folder))
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source, root / name)
        snapshot = source.with_name(f"{source.stem}.snapshot{source.suffix}")
        if snapshot.is_file():
            truth |= truth_of(snapshot, name)
        if source.suffix in _SOURCES:
            first = source.read_text().partition("\n")[0]
            flags[name] = first.partition("extra-args:")[2].split()
    return truth, flags


if __name__ == "__main__":
    main()
