"""The uses of Python, resolved in a process beside those of the C family: the same as in the build's own process."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from kgraph.assemble.python import kept_reads
from kgraph.pipeline import python_process
from kgraph.pipeline.build import build
from kgraph.pipeline.options import BuildOptions
from tests.test_pipeline import table_bytes
from tests.test_scan import repository

FILES: dict[str, str | bytes] = {
    "shop/__init__.py": "from .basket import Basket\n",
    "shop/basket.py": (
        "from shop._native import area\n\n\n"
        "class Basket:\n    def add(self, item):\n        return area(item)\n\n\n"
        "class Large(Basket):\n    def add(self, item):\n        return super().add(item)\n"
    ),
    "shop/use.py": "import subprocess\nfrom shop import Basket\n\nBasket().add(1)\nsubprocess.call(['ls'])\n",
    "native.cpp": (
        "#include <pybind11/pybind11.h>\nint area(int side) { return side; }\n"
        'PYBIND11_MODULE(_native, m) { m.def("area", &area); }\n'
    ),
    "tool.c": "static int twice(int x) { return 2 * x; }\nint main() { return twice(1); }\n",
}
CHECKSUM_BYTES = 4  # in front of each entry of a cache
ENDS = [None, lambda *_: os._exit(1)]


def _answers(graph: Path) -> dict[str, object]:
    """What a build leaves for the next."""
    entries = sqlite3.connect(graph / "answers.sqlite").execute("SELECT key, data FROM facts")
    return {key: _content(data) for key, data in entries}


def _content(data: bytes) -> object:
    """An entry; of frames their rows, for equal ones have other bytes where polars knows one of them to be sorted."""
    try:
        tables, frames = kept_reads.unpack(data[CHECKSUM_BYTES:])
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return data
    frames += [tables.files, tables.keys, tables.lengths.to_frame(), tables.members.to_frame()]
    return tables.layout, tables.everything, [frame.to_dicts() for frame in frames]


@pytest.mark.parametrize("external_uses", [False, True])
@pytest.mark.parametrize("end", ENDS, ids=["a process beside", "one that ends"])
def test_another_process_finds_the_same(
    end: Callable[..., object] | None, external_uses: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = repository(tmp_path / "shop", FILES)
    resolved: list[int] = []
    took = python_process.PythonProcess.result

    def result(*arguments: object) -> object:
        answer = took(*arguments)  # type: ignore[arg-type]
        resolved.append(answer.uses.height)
        return answer

    monkeypatch.setattr(python_process.PythonProcess, "result", result)
    build(root, tmp_path / "here", BuildOptions(jobs=1, external_uses=external_uses))
    assert not resolved
    monkeypatch.setattr(python_process, "MIN_FILES_FOR_PROCESS", 1)
    if end:
        monkeypatch.setattr(python_process, "_start", end)
    first = build(root, tmp_path / "beside", BuildOptions(jobs=2, external_uses=external_uses))
    assert len(resolved) == 1
    assert resolved[0] >= 4
    assert table_bytes(tmp_path / "beside") == table_bytes(tmp_path / "here")
    assert first.manifest["counts"]["uses"] >= 6
    assert _answers(tmp_path / "beside") == _answers(tmp_path / "here")
    assert not list((tmp_path / "beside").glob("*/waiting"))


def test_a_build_that_follows_needs_no_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(python_process, "MIN_FILES_FOR_PROCESS", 1)
    root = repository(tmp_path / "shop", FILES)
    build(root, tmp_path / "g", BuildOptions(jobs=2))
    monkeypatch.setattr(python_process, "PythonProcess", None)
    (root / "shop/use.py").write_text("from shop.basket import Large\n\nLarge().add(1)\n")
    build(root, tmp_path / "g", BuildOptions(jobs=2))
    build(root, tmp_path / "anew", BuildOptions(jobs=1))
    assert table_bytes(tmp_path / "g") == table_bytes(tmp_path / "anew")
