"""The units of a compile database, parsed by libclang and forgotten: what `semantic.py` compares with.

python benchmarks/bare_parse.py FOLDER JOBS
"""

from __future__ import annotations

import json
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

from kgraph.extract.semantic.libclang import builtin_headers


def parse(entry: dict[str, Any]) -> bool:
    """Parse one unit as any tool must, function bodies included."""
    from clang.cindex import Index, TranslationUnitLoadError

    own = [f"-working-directory={entry['directory']}", "-w", "-resource-dir", builtin_headers() or ""]
    try:
        Index.create().parse(entry["file"], [*entry["arguments"][1:-1], *own])
    except TranslationUnitLoadError:
        return False
    return True


if __name__ == "__main__":
    folder, jobs = Path(sys.argv[1]), int(sys.argv[2])
    entries = json.loads((folder / "compile_commands.json").read_text())
    with ProcessPoolExecutor(jobs) as pool:
        print(sum(pool.map(parse, entries)))
