"""How the code is laid out: names that say what the field says, and a public interface that stays."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import kgraph

PACKAGE = Path(kgraph.__file__).parent
MODULES = sorted(PACKAGE.rglob("*.py"))
# Each was the name of a module, beside the word that an engineer searches for.
FORMER_NAMES = {
    "account": "statistics",
    "brought": "using_directives",
    "computed": "macro_includes",
    "declared": "declarations",
    "former": "previous",
    "inherited": "inheritance",
    "kept": "result_cache",
    "recursion": "memo",
    "telling": "external_apis",
    "visible": "include_closure",
}


def test_former_names_of_modules_do_not_come_back() -> None:
    back = {path.relative_to(PACKAGE): FORMER_NAMES[path.stem] for path in MODULES if path.stem in FORMER_NAMES}
    assert {name: word for name, word in back.items() if name.parent.parts[:1] == ("assemble",)} == {}


@pytest.mark.parametrize("folder", ["assemble", "store"])
def test_public_classes_of_a_package_have_names_of_their_own(folder: str) -> None:
    places: dict[str, list[str]] = {}
    for path in MODULES:
        if folder in path.relative_to(PACKAGE).parts:
            for node in ast.parse(path.read_text("utf-8")).body:
                if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                    places.setdefault(node.name, []).append(path.name)
    assert {name: where for name, where in places.items() if len(where) > 1} == {}


def test_the_former_name_of_execute_warns(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("x = 1\n")
    with kgraph.build(tmp_path, jobs=1) as graph:
        with pytest.warns(DeprecationWarning, match="KGraph.execute"):
            assert graph.ask("ASK { ?file a kg:File }") is True
        assert graph.execute("ASK { ?file a kg:File }") is True
