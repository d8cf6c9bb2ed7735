"""Rules about files that name others by paths: builds, workflows, data. That nothing was found decides none of them."""

from __future__ import annotations

from pathlib import Path

import pytest

import kgraph
from tests.test_scan import write

FILES: dict[str, str | bytes] = {
    "app/main.py": "import lib.shapes\n",
    "lib/__init__.py": "",
    "lib/shapes.py": "x = 1\n",
    "lib/shape.h": "#pragma once\n",
    "lib/data.txt": "1\n",
    "native/use.c": '#include "../lib/data.txt"\n',
    "Makefile": "all:\n\tpython3 lib/shapes.py\n",
    ".github/workflows/ci.yml": "jobs:\n  a:\n    steps:\n      - run: python3 lib/shapes.py\n",
    "deploy/Dockerfile": "FROM scratch\nCOPY lib /lib\n",
    "deploy/README.md": "Deployment.\n",
    "infra/main.tf": 'output "name" {\n  value = var.name\n}\n',
    "infra/variables.tf": 'variable "name" {\n  type = string\n}\n',
}


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("paths") / "tree"
    write(path, FILES)
    kgraph.build(path, history=False, related=False).close()
    return path


def report(root: Path, tmp_path: Path, keys: str) -> tuple[list[str], list[str]]:
    """What a rule that forbids something finds, and why it is not decided."""
    rule = tmp_path / "rules.toml"
    rule.write_text(f'[[rule]]\nname = "r"\ntype = "forbidden"\nsentence = "."\n{keys}\n')
    with kgraph.open(root) as graph:
        found = graph.check(rule)
    return [f"{each.path}:{each.line}" for each in found.violations], [each.reason for each in found.undecided]


@pytest.mark.parametrize(
    ("source", "language"),
    [("/Makefile", "Makefile"), ("/.github/", "YAML"), ("/deploy/", "Dockerfile"), ("*.yml", "YAML")],
)
def test_what_names_paths_alone_decides_no_rule(root: Path, tmp_path: Path, source: str, language: str) -> None:
    found, why = report(root, tmp_path, f'from = "{source}"\nto = "/lib/"')
    assert (found, why) == ([], [f"imports of {language} (1 file) were not analysed"])


@pytest.mark.parametrize(
    "keys",
    [
        'from = ["/app/", "/Makefile"]\nto = "/infra/"\nspelled = "nothing.*"',  # app's imports were read
        'from = ["/app/", "/Makefile"]\nto = "/lib/shape.h"\nspelled = "nothing.*"',
        'from = "/deploy/README.md"\nto = "/lib/"',  # a document imports nothing
        'from = ["/native/", "/deploy/"]\nto = "/infra/"',  # C may include a file of any language
    ],
)
def test_a_rule_that_something_read_could_break_is_decided(root: Path, tmp_path: Path, keys: str) -> None:
    assert report(root, tmp_path, keys) == ([], [])


def test_a_file_of_terraform_needs_those_whose_names_it_uses(root: Path, tmp_path: Path) -> None:
    found, why = report(root, tmp_path, 'from = "/infra/main.tf"\nto = "/infra/variables.tf"')
    assert (found, why) == (["infra/main.tf:2"], [])
