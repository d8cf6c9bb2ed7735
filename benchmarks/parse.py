"""The C family of a repository, read by worker processes: by the bare parser, or by kgraph's extractor.

    python benchmarks/parse.py ROOT --by bare|kgraph [--jobs N]

Prints seconds as JSON. `build.py` runs both and compares them: what kgraph adds to the parse that any tool built on
this parser must pay. Both read the same files with the same number of workers, in the same order and portions.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from kgraph.extract import extract
from kgraph.extract.cpp.macros import attribute_macros, harvest
from kgraph.languages import C_FAMILY
from kgraph.scan import scan

_PORTION_BYTES = 400_000

Portion = Sequence[tuple[str, str]]  # absolute path, language


def parse(portion: Portion) -> int:
    """Parse each file and forget the tree."""
    import tree_sitter
    import tree_sitter_cpp

    parser = tree_sitter.Parser(tree_sitter.Language(tree_sitter_cpp.language()))  # which kgraph gives C to, too
    return sum(parser.parse(Path(path).read_bytes()).root_node.end_byte for path, _ in portion)


def macros(portion: Portion) -> list[object]:
    return [define for path, _ in portion for define in harvest(Path(path).read_bytes())]


def facts(portion: Portion, attributes: frozenset[str]) -> int:
    """Read each file as a build does, without sending the facts anywhere."""
    return sum(bool(extract(Path(path).read_bytes(), language, attributes)) for path, language in portion)


def portions(root: Path) -> list[Portion]:
    """The files in portions of about equal size, the largest first."""
    files = [f for f in scan(root).files if f.language in C_FAMILY and f.form == "file" and not f.unparsed]
    result: list[Portion] = []
    portion: list[tuple[str, str]] = []
    size = 0
    for file in sorted(files, key=lambda file: -file.size):
        portion.append((str(root / file.path), file.language))
        size += file.size
        if size >= _PORTION_BYTES:
            result.append(portion)
            portion, size = [], 0
    return [*result, portion]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("root", type=Path)
    parser.add_argument("--by", choices=("bare", "kgraph"), required=True)
    parser.add_argument("--jobs", type=int, default=len(os.sched_getaffinity(0)))
    options = parser.parse_args()
    work = portions(options.root.resolve())
    with ProcessPoolExecutor(options.jobs) as pool:
        list(pool.map(parse, [()] * options.jobs))  # start the workers
        before = os.times()
        started = time.perf_counter()
        if options.by == "bare":
            list(pool.map(parse, work))
        else:
            defines = [define for found in pool.map(macros, work) for define in found]
            attributes = attribute_macros(defines)
            list(pool.map(facts, work, [attributes] * len(work)))
        wall = time.perf_counter() - started
    after = os.times()  # the workers have ended, so that their time is ours
    cpu = sum(after[:4]) - sum(before[:4])
    print(json.dumps({"wall": wall, "cpu": cpu, "files": sum(map(len, work))}))


if __name__ == "__main__":
    main()
