"""The documents do not lie: what stands in their blocks runs, on a small repository that is called `pytorch`.

A comment above a block says what is special about it:

    <!-- exit code: 1 -->     its commands end with this code
    <!-- not run: WHY -->     it is left alone
    <!-- needs: NAME -->      the last block of another language above it is written to a file of this name first
"""

from __future__ import annotations

import json
import re
import shlex
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from click.testing import CliRunner

from kgraph.cli import main
from kgraph.rules import toml_rules
from tests.project import project
from tests.test_scan import git, write

ROOT = Path(__file__).parent.parent
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "kgraph/docs").rglob("*.md"))]

# What the documents name and the small repository of the other tests lacks.
MORE: dict[str, str | bytes] = {
    "torch/csrc/jit/codegen/fuser/fallback.h": "#pragma once\nnamespace torch { void run_fallback(int key); }\n",
    "torch/csrc/jit/codegen/fuser/fallback.cpp": (
        "#include <torch/csrc/jit/codegen/fuser/fallback.h>\n#include <stdexcept>\n"
        "namespace torch { void run_fallback(int key) {} }\n"
    ),
    "torch/csrc/jit/python/init.cpp": (
        "#include <pybind11/pybind11.h>\nnamespace torch { int freeze(int m) { return m; }\n"
        'void initJit(pybind11::module m) { m.def("_freeze_module", &freeze); } }\n'
        "PYBIND11_MODULE(_C, m) { torch::initJit(m); }\n"
    ),
    "torch/jit/__init__.py": "",
    "torch/jit/_freeze.py": "import torch\n\n\ndef freeze(mod):\n    return torch._C._freeze_module(mod)\n",
    "c10/core/TensorImpl.h": (
        "#pragma once\n#include <c10/core/Device.h>\n#include <c10/util/Logging.h>\nnamespace c10 {\n"
        "struct TensorImpl;\n/// What a tensor is made of.\nstruct C10_API TensorImpl {\n  virtual ~TensorImpl();\n"
        "  int dim() const;\n"
        "  void set_sizes_contiguous(int n);\n  Device device_;\n};\n}\n"
    ),
    "aten/src/ATen/Utils.cpp": (
        "#include <c10/core/TensorImpl.h>\nnamespace at { void empty_cpu(c10::TensorImpl& t) "
        "{ t.set_sizes_contiguous(1); } }\n"
    ),
    "aten/src/TH/THBlas.cpp": '#include "aten/src/TH/generic/THBlas.cpp"\n',
    "aten/src/TH/generic/THBlas.cpp": "int scale(int n) { return n; }\n",
    "rules.toml": '[[rule]]\nname = "headers-only"\ntype = "forbidden"\nfrom = "*.h"\nto = "*.cpp"\n',
}


@dataclass(frozen=True)
class Block:
    """One fenced block of a document."""

    language: str
    text: str
    line: int
    notes: dict[str, str] = field(default_factory=dict)


def blocks(document: Path) -> Iterator[Block]:
    """The fenced blocks, each with the notes above it; indented ones, of lists, without their indent."""
    lines = document.read_text("utf-8").splitlines()
    notes: dict[str, str] = {}
    start: int | None = None
    fence = ""
    for number, line in enumerate(lines, 1):
        if start is None:
            if note := re.fullmatch(r"\s*<!-- ([\w ]+): (.*) -->", line):
                notes[note[1]] = note[2]
            elif opened := re.fullmatch(r"( *)```(\w+)", line):
                start, fence = number, opened[1]
            elif line.strip():
                notes = {}
        elif line == f"{fence}```":
            text = "\n".join(each.removeprefix(fence) for each in lines[start : number - 1])
            yield Block(lines[start - 1].strip().removeprefix("```"), text + "\n", start, notes)
            notes, start = {}, None
    assert start is None, f"{document}:{start} is not closed"


def commands(block: Block) -> list[list[str]]:
    """The commands of a console block as words; only those of kgraph, without what they are piped into."""
    found: list[str] = []
    for line in block.text.splitlines():
        if line.startswith("$ "):
            found.append(line[2:])
        elif found and found[-1].count("'") % 2:
            found[-1] += "\n" + line
    words = (shlex.split(each) for each in found)
    split = (each[: each.index("|")] if "|" in each else each for each in words)
    return [each[1:] for each in split if each[0] == "kgraph"]


RUN = [document for document in DOCUMENTS if any(each.language in ("console", "python") for each in blocks(document))]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which `pytorch` is a small repository with a graph, and `fmt` one with a compile database."""
    place = tmp_path_factory.mktemp("documents")
    pytorch = project(place / "pytorch")
    write(pytorch, MORE)
    git(pytorch, "add", "-A")
    for number in range(8):
        git(pytorch, "commit", "-qm", f"number {number}", "--allow-empty")
    assert CliRunner().invoke(main, ["build", str(pytorch), "-q", "-j", "1"]).exit_code == 0
    (place / "queries").symlink_to(ROOT / "queries")
    (place / "rules.toml").write_text(str(MORE["rules.toml"]))
    code = "namespace detail { void vformat_to(int n) {} }\nint main() { detail::vformat_to(1); }\n"
    write(place / "fmt", {"src/main.cpp": code})
    entry = {"directory": str(place / "fmt"), "file": "src/main.cpp", "arguments": ["c++", "-c", "src/main.cpp"]}
    write(place / "build-fmt", {"compile_commands.json": json.dumps([entry])})
    return place


def label(document: Path) -> str:
    return document.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("document", RUN, ids=label)
def test_its_blocks_run(document: Path, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(place)
    above = ""
    for block in blocks(document):
        where = f"{label(document)}:{block.line}"
        if "not run" in block.notes:
            continue
        if block.language == "python":
            exec(compile(block.text, where, "exec"), {"__name__": "__main__"})
        elif block.language == "console":
            if name := block.notes.get("needs"):
                Path(name).write_text(above, "utf-8")
            found = commands(block)
            assert found, f"{where}: no command of kgraph, and no note that it is not run"
            for words in found:
                result = CliRunner().invoke(main, words, env={"PAGER": "cat"})
                wanted = int(block.notes.get("exit code", "0"))
                told = f"{where}: kgraph {shlex.join(words)}\n{result.output}"
                assert result.exit_code == wanted, told
                assert "the graph has no " not in result.stderr, told
        else:
            above = block.text


def test_rules_are_read() -> None:
    """The rules of the guide, and the table of their types, which has each key of each."""
    page = ROOT / "kgraph/docs/guide/check.md"
    (example,) = (block.text for block in blocks(page) if block.language == "toml")
    assert len(toml_rules.parse(example, "check.md")) == len(tomllib.loads(example)["rule"]) == 2
    table = dict(re.findall(r"^\| `([\w-]+)` \|.*\| ((?:`\w+` ?)+)\|$", page.read_text("utf-8"), re.MULTILINE))
    forms = {str(form.__struct_config__.tag): form for form in toml_rules.FINDERS}
    assert table.keys() == forms.keys()
    for name, keys in table.items():
        told = set(re.findall(r"\w+", keys)) | {"name", "severity", "sentence", "edges", "ignore"}
        assert set(forms[name].__struct_encode_fields__) <= told, name


def test_no_command_hides_in_a_block_that_is_not_run() -> None:
    """A command in a block without a language would be told and not tried."""
    for document in DOCUMENTS:
        inside = False
        for number, line in enumerate(document.read_text("utf-8").splitlines(), 1):
            if line.lstrip().startswith("```"):
                inside = not inside
            assert inside or not re.match(r"\s*\$ kgraph ", line), f"{label(document)}:{number}"
