"""Operations: how many lines of kgraph run for a fixed amount of work, beside the last accepted count.

    python benchmarks/operations.py [--accept]

Input: shapes of fixed size. Output: lines of Python that run in each stage, in `benchmarks/results/operations.json`. A
stage that takes a tenth more than what is stored there ends with 1, and nothing is written; `--accept` writes it all
the same. Unlike seconds, the counts do not depend on the machine; they need PYTHONHASHSEED=0, as `make bench` sets it.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from common import heading, table
from counting import lines_of
from shapes import SHAPES

from kgraph.assemble.assemble import AssembleInput, assemble
from kgraph.extract import extract
from kgraph.extract.cpp.macros import attribute_macros, harvest
from kgraph.languages import detect_by_name
from kgraph.model import ExtractResult, Repository, SourceFile

RESULTS = Path(__file__).parent / "results" / "operations.json"
GATE = 1.10  # times what is stored
READ = {
    "C++ declarations": ("c++: fields", 200),
    "C++ bodies": ("c++ body: method calls", 400),
    "C++ macros": ("macros: function-like", 200),
    "Python": ("python: attributes of self", 200),
    "Markdown": ("markdown: emphasis", 200),
    "reStructuredText": ("rst: references", 100),
    "YAML": ("yaml: anchors", 200),
    "Rust": ("rust: members", 100),
}
ASSEMBLED = {
    "includes": ("tree: same base names", 60),
    "overloads": ("tree: overloads in one file", 60),
    "Python bases": ("tree: python chain of overrides", 30),
}


def count_lines(work: Callable[[], object]) -> int:
    """How many lines of kgraph run while `work` is done, after it was done once."""
    work()
    return lines_of(work)


def _facts(tree: Mapping[str, bytes]) -> dict[str, ExtractResult]:
    macros = attribute_macros(define for path in sorted(tree) for define in harvest(tree[path]))
    return {path: extract(tree[path], detect_by_name(path), macros) for path in sorted(tree)}


def _assembled(tree: Mapping[str, bytes]) -> Callable[[], object]:
    facts = _facts(tree)
    files = [SourceFile(path, len(tree[path]), "0" * 40, detect_by_name(path)) for path in facts]
    source = AssembleInput(Repository("r", "https://example.org/"), files, list(facts.values()), agent="bench")
    return lambda: assemble(source)


def counts() -> dict[str, int]:
    """Lines by stage and kind of work."""
    read = {f"extract: {name}": count_lines(partial(_facts, _tree(*shape))) for name, shape in READ.items()}
    return read | {f"assemble: {name}": count_lines(_assembled(_tree(*shape))) for name, shape in ASSEMBLED.items()}


def _tree(name: str, n: int) -> dict[str, bytes]:
    return dict(SHAPES[name].make(n))


def main() -> None:
    if os.environ.get("PYTHONHASHSEED") != "0":
        raise SystemExit("set PYTHONHASHSEED=0, or run `make bench`")
    stored: dict[str, int] = json.loads(RESULTS.read_text("utf-8")) if RESULTS.exists() else {}
    now = counts()
    rows = [
        (name, stored.get(name), count, count / stored[name] if name in stored else None) for name, count in now.items()
    ]
    heading("Lines of kgraph that run")
    table(("work", "stored", "now", "ratio"), rows)
    over = [name for name, before, count, _ in rows if before and count > GATE * before]
    if over and "--accept" not in sys.argv:
        raise SystemExit(f"more than {GATE} times what is stored: {', '.join(over)}; --accept writes it")
    with tempfile.NamedTemporaryFile("w", dir=RESULTS.parent, delete=False, encoding="utf-8") as new:
        new.write(json.dumps(now, indent=1) + "\n")
    Path(new.name).chmod(0o644)
    Path(new.name).replace(RESULTS)


if __name__ == "__main__":
    main()
