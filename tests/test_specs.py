"""Name resolution, includes, bindings, links and symbols, stated by the texts in `specs/` (see `support.specs`).

`KGRAPH_SPECS=write pytest tests/test_specs.py` replaces failing expectations by the edges that the graph has.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from support import spec_graph, spec_writing, specs

from kgraph.assemble.evidence import CONFIDENCE, CompiledEvidence
from kgraph.assemble.standard_headers import STANDARD_HEADERS
from kgraph.extract.semantic import libclang
from kgraph.model import Compiled

FOLDER = Path(__file__).parent / "specs"
PATHS = sorted(path for path in FOLDER.rglob("*") if path.is_file())
WRITES = os.environ.get("KGRAPH_SPECS") == "write"


def _cases() -> Iterator[object]:
    for path in PATHS:
        name = path.relative_to(FOLDER).as_posix()
        try:
            spec = specs.parse(path.read_text())
        except specs.SpecError:
            yield pytest.param(path, "text", id=name)  # fails with the reason
            continue
        for tier in spec.tiers:
            marks = [needs_compiler] if tier == "semantic" else []
            if reason := spec.known_wrong(tier):
                marks.append(pytest.mark.xfail(reason=reason, strict=True, raises=pytest.fail.Exception))
            yield pytest.param(path, tier, id=f"{name} {tier}" if tier == "semantic" else name, marks=marks)


has_compiler = libclang.is_installed() and libclang.builtin_headers()
needs_compiler = pytest.mark.skipif(not has_compiler, reason="the extra kgraph-code[clang] is not installed")


@pytest.fixture(scope="session")
def compiled(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Mapping[Path, Compiled]:
    """The compiler's facts for the specs that this run reads in the semantic tier."""
    root = tmp_path_factory.mktemp("specs")
    params = [item.callspec.params for item in request.session.items if hasattr(item, "callspec")]
    paths = [each["path"] for each in params if each.get("tier") == "semantic"]
    folders = {path: str(number) for number, path in enumerate(paths)}
    flags: dict[str, list[str]] = {}
    for path, folder in folders.items():
        spec = specs.parse(path.read_text())
        spec.write(root / folder)
        flags[folder] = spec.settings.get("flags", "").split()
    told = spec_graph.compiled(root, flags)
    return {path: told[folder] for path, folder in folders.items()}


@pytest.mark.parametrize(("path", "tier"), list(_cases()))
def test_spec(path: Path, tier: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    spec = specs.parse(path.read_text())
    spec.write(tmp_path)
    told = request.getfixturevalue("compiled")[path] if tier == "semantic" else None
    if told and (absent := {header for unit in told.units for _, _, header in unit.missing} & STANDARD_HEADERS):
        pytest.skip(f"the compiler does not find the standard headers: {', '.join(sorted(absent))}")
    graph = spec_graph.build(tmp_path, told, references="references" in spec.settings)
    if WRITES and not spec.known_wrong(tier):
        path.write_text(spec_writing.rewritten(spec, graph, tier))
    elif wrong := specs.problems(spec, graph, tier):
        pytest.fail("\n\n".join([spec.rule, *wrong]), pytrace=False)
    else:
        assert spec_writing.rewritten(spec, graph, tier) == path.read_text()


def test_each_kind_of_evidence_has_a_spec_that_produces_it() -> None:
    """The edges that the compiler and SCIP indexes give have no evidence, but for a compiler that had to be guessed:
    see `test_guessed_targets`."""
    stated: set[str] = set()
    for path in PATHS:
        spec = specs.parse(path.read_text())
        if not spec.known_wrong("text"):
            stated |= {each.evidence for each in spec.of("text") if not each.absent and each.evidence}
    assert stated == CONFIDENCE.keys() - {CompiledEvidence.GUESSED_TARGET}


def test_each_rule_is_stated_once() -> None:
    rules = Counter(specs.parse(path.read_text()).rule for path in PATHS)
    assert [rule for rule, count in rules.items() if count > 1] == []
