"""What it costs to read each language with lexical scopes, against the bare parse of the same files.

    python benchmarks/languages.py ROOT ... [--rounds N]
    python benchmarks/languages.py ROOT ... --digests FILE      write a digest of the facts of each file
    python benchmarks/languages.py ROOT ... --against FILE      compare with those; exit code 1 where facts differ

The latter two measure nothing.

Seconds of processor time of one process, the least of some rounds, in which no file is read from the disk. "walk" is a
bare visit of all named nodes in Python: what no reader that looks at each of them can go below. "kgraph" is all that a
worker does of a content, from bytes to facts, before those are packed; "without uses" leaves uses and holdings out.
Another revision of kgraph is compared by running `--digests` there and `--against` here.
"""

from __future__ import annotations

import argparse
import gc
import hashlib
import json
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec
from common import stop, table
from tree_sitter import Parser

from kgraph.extract import extract
from kgraph.extract.other import find_scoped_reader
from kgraph.extract.text import with_unix_line_ends
from kgraph.extract.treesitter.walk import parser
from kgraph.scan import scan

Contents = dict[str, bytes]  # by root and path


def contents_of(roots: Sequence[Path]) -> dict[str, Contents]:
    """The files of each language that the engine reads."""
    found: dict[str, Contents] = {}
    for root in roots:
        for file in scan(root).files:
            if file.form == "file" and not file.unparsed and find_scoped_reader(file.language):
                found.setdefault(file.language, {})[f"{root.name}/{file.path}"] = (root / file.path).read_bytes()
    return dict(sorted(found.items()))


# --- digests ----------------------------------------------------------------------------------------------------------


def digests(languages: dict[str, Contents]) -> dict[str, str]:
    """A digest of the facts of each file."""
    encode = msgspec.msgpack.encode
    return {
        path: hashlib.sha256(encode(extract(content, language))).hexdigest()
        for language, contents in languages.items()
        for path, content in contents.items()
    }


def compare(before: dict[str, str], after: dict[str, str]) -> int:
    """Tell which files have other facts; gives the exit code."""
    shared = before.keys() & after.keys()
    changed = sorted(path for path in shared if before[path] != after[path])
    for path in changed:
        print(f"other facts: {path}")
    print(f"{len(shared)} files, {len(changed)} with other facts; {len(before.keys() ^ after.keys())} in one only")
    return 1 if changed or not shared else 0


# --- seconds ----------------------------------------------------------------------------------------------------------


def least(rounds: int, works: Sequence[tuple[Callable[[bytes], object], Sequence[bytes]]]) -> list[float]:
    """Seconds of processor time that each work takes on its contents, in the fastest of some rounds.

    The works take turns, file by file: what else the machine does costs all of them the same.
    """
    rows = []
    for _ in range(rounds):
        seconds = [0.0] * len(works)
        for at in range(len(works[0][1])):
            for number, (work, contents) in enumerate(works):
                before = time.process_time()
                work(contents[at])
                seconds[number] += time.process_time() - before
        rows.append(seconds)
    return [min(column) for column in zip(*rows, strict=True)]


def _walked(parse: Parser, content: bytes) -> int:
    pending = [parse.parse(content).root_node]
    seen = 0
    while pending:
        node = pending.pop()
        seen += node.kind_id > 0
        if node.named_child_count:
            pending.extend(node.named_children)
    return seen


def row(language: str, contents: Sequence[bytes], rounds: int) -> list[str]:
    """What one language costs."""
    reader = find_scoped_reader(language)
    parse = parser(reader.module, reader.function) if reader else None
    if reader is None or parse is None:
        stop(f"{language}: no grammar", "pip install --upgrade kgraph-code")
    prepared = [reader.prepare(with_unix_line_ends(content)) for content in contents]
    bare, *others = least(
        rounds,
        [
            (parse.parse, prepared),
            (lambda content: _walked(parse, content), prepared),
            (lambda content: extract(content, language, with_uses=False), contents),
            (lambda content: extract(content, language), contents),
        ],
    )
    size = sum(map(len, contents)) / 1e6
    return [
        language,
        f"{len(contents):,}",
        f"{size:.1f} MB",
        f"{bare:.2f} s",
        *(f"{each / bare:.2f}" for each in others),
    ]


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("roots", nargs="+", type=Path)
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--only", help="one language")
    arguments.add_argument("--digests", type=Path)
    arguments.add_argument("--against", type=Path)
    options = arguments.parse_args()
    gc.set_threshold(200_000)  # as in a worker
    languages = contents_of([root.resolve() for root in options.roots])
    if options.only:
        languages = {options.only: languages.get(options.only, {})}
    if options.digests:
        options.digests.write_text(json.dumps(digests(languages), indent=1))
        return
    if options.against:
        sys.exit(compare(json.loads(options.against.read_text()), digests(languages)))
    head = ["language", "files", "size", "bare parse", "with walk, times", "kgraph without uses", "kgraph"]
    table(head, [row(language, list(of.values()), options.rounds) for language, of in languages.items()])


if __name__ == "__main__":
    main()
