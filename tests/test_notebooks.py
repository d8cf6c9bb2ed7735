"""The notebooks: kept without output, and each runs from its first cell to its last on a small repository."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import kgraph
from tests.project import FILES, project
from tests.test_scan import write

FOLDER = Path(__file__).parent.parent / "notebooks"
NOTEBOOKS = sorted(path.name for path in FOLDER.glob("*.ipynb"))

# How many plots each draws on the small repository, and what its tables must say there.
EXPECTED = {
    "01-architecture.ipynb": (3, ["c10/core/TensorImpl.cpp:2 → aten/src/ATen/Tensor.h", "c10/core/Allocator.h"]),
    "02-cost-of-change.ipynb": (
        5,
        ["tools/codegen/gen.py", "of them unexplained", "tools/codegen/native.yaml", "c10/macros/Macros.h"],
    ),
    "03-asking-with-sparql.ipynb": (3, ["Deserialization of untrusted data", "FileDataObject", "c10/core/Storage.h"]),
    "04-graph-analysis.ipynb": (4, ["communities, modularity", "kgraph, with history", "co-change alone"]),
    "05-from-an-issue.ipynb": (
        3,
        ["torch.nn.modules.module.Module", "is the base of", "test/test_nn.py::TestNN::test_linear", "two years"],
    ),
}


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = project(tmp_path_factory.mktemp("notebooks") / "tensors")
    kgraph.build(path).close()
    return path


def test_there_are_those_that_are_tested() -> None:
    assert sorted(EXPECTED) == NOTEBOOKS


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_it_is_kept_without_output_so_that_changes_can_be_read(name: str) -> None:
    text = (FOLDER / name).read_text("utf-8")
    notebook = json.loads(text)
    code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in code)
    assert text == json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"
    prose = [cell for cell in notebook["cells"] if cell["cell_type"] == "markdown"]
    assert "".join(prose[0]["source"]).startswith("# ")
    assert len(prose) >= 6


def run(name: str, root: Path, folder: Path, **variables: str) -> str:
    """The page of a notebook that was run on the graph of a repository."""
    command = [sys.executable, "-m", "nbconvert", "--execute", "--to", "html", "--output-dir", str(folder)]
    environment = os.environ | {
        "KGRAPH_GRAPH": str(root),
        "KGRAPH_REPO": str(root),
        "IPYTHONDIR": str(folder / "ipython"),
        "JUPYTER_RUNTIME_DIR": str(folder / "runtime"),
        **variables,
    }
    done = subprocess.run(
        [*command, str(FOLDER / name)], env=environment, capture_output=True, text=True, check=False, timeout=600
    )
    assert done.returncode == 0, done.stderr[-3000:]
    page = (folder / name).with_suffix(".html").read_text("utf-8")
    assert "Traceback" not in page
    return page


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_it_runs_and_draws(name: str, root: Path, tmp_path: Path) -> None:
    page = run(name, root, tmp_path)
    plots, told = EXPECTED[name]
    assert len(re.findall(r'<img[^>]+src="data:image/png', page)) == plots
    assert [text for text in told if text not in page] == []


def test_an_issue_of_ones_own_without_a_history(tmp_path: Path) -> None:
    root = write(tmp_path / "tensors", FILES)
    kgraph.build(root).close()
    issue = tmp_path / "issue.md"
    issue.write_text("# relu loses the sign\n\n`torch.nn.functional.relu` returns its argument.\n", "utf-8")
    page = run("05-from-an-issue.ipynb", root, tmp_path / "out", KGRAPH_ISSUE=str(issue))
    assert "relu loses the sign" in page
    assert "torch/nn/functional.py" in page
    assert "nothing is known of commits and people" in page
