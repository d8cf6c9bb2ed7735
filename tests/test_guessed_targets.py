"""What a compiler reports of files that it read for a guessed machine is not as sure as the rest."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import kgraph
from kgraph.assemble.evidence import CompiledEvidence
from kgraph.extract.semantic import libclang


@pytest.mark.skipif(not libclang.is_installed(), reason="the extra kgraph-code[clang] is not installed")
def test_what_only_a_guessed_target_reads_has_a_confidence_and_a_note(tmp_path: Path) -> None:
    root = tmp_path / "tree"
    root.mkdir()
    (root / "both.h").write_text("inline int one() { return 1; }\ninline int two() { return one(); }\n")
    entries = []
    for name, compiler in (("sure", "cc"), ("guessed", "iccarm")):
        (root / f"{name}.c").write_text(f'#include "both.h"\nint {name}(void) {{ return one(); }}\n')
        entries.append({"directory": str(root), "file": f"{name}.c", "arguments": [compiler, "-c", f"{name}.c"]})
    (root / "compile_commands.json").write_text(json.dumps(entries))
    with kgraph.build(root, output=tmp_path / "graph", jobs=1) as graph:
        uses = graph.frame("uses").select("file", "evidence").unique().rows()
        notes = str(graph.frame("files").filter(graph.frame("files")["path"] == "guessed.c").to_dicts())
    evidence = dict(uses)
    assert evidence["file/guessed.c"] == CompiledEvidence.GUESSED_TARGET
    assert evidence["file/sure.c"] is None
    assert evidence["file/both.h"] is None
    assert "target taken to be that of this machine" in notes
