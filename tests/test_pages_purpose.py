"""What a page says a file is for: the words of its authors, and where they stand."""

from __future__ import annotations

from pathlib import Path

import pytest

import kgraph.api
from kgraph.pages.purpose import brief

FILES = {
    "README.md": "# Shapes\n\nTwo layers.\n\n- `draw.cpp`: draws every shape, one after the other\n- loose.cpp is old\n",
    "circle.h": "#pragma once\n#include <cmath>\n\n/// A round shape.\nclass Circle {};\n",
    "circle.cpp": '#include "circle.h"\n\nint area() { return 1; }\n',
    "draw.cpp": "int draw() { return 1; }\n",
    "loose.cpp": "/// Not what the file is about.\n#define LOOSE 1\n/// A thing.\nstruct Other {};\n",
    "space.h": "#include <new>\n\n/// Everything about space.\nnamespace space {\nint x();\n}\n",
    "top.cpp": "// Puts shapes on top.\n\nint top() { return 1; }\n",
}


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("purpose") / "shapes"
    root.mkdir()
    for path, content in FILES.items():
        (root / path).write_text(content)
    output = root.parent / "pages"
    with kgraph.api.build(root, jobs=1, history=False) as graph:
        graph.pages(output)
    return output


@pytest.mark.parametrize(
    ("file", "said", "where"),
    [
        ("top.cpp", "> Puts shapes on top.", "It is **"),
        ("space.h", "> Everything about space.", "This is the comment of the namespace [`space`]"),
        ("circle.h", "> A round shape.", "This is the comment of the class [`Circle`](circle.h_docs.md#sym-Circle)."),
        ("circle.cpp", "> A round shape.", "class [`Circle`](circle.h_docs.md#sym-Circle), in [`circle.h`]"),
        ("draw.cpp", "> draws every shape, one after the other", "So says [`README.md`](README.md_docs.md) of its"),
        ("loose.cpp", "No comment, docstring or README says what it is for.", "It is **"),
    ],
)
def test_the_first_words_about_a_file_count(pages: Path, file: str, said: str, where: str) -> None:
    purpose = (pages / f"{file}_docs.md").read_text().partition("## File Purpose")[2].partition("\n## ")[0]
    assert said in purpose
    assert where in purpose


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One. Two. Three. Four.", "One. Two. Three."),
        ("One, e.g. this. Two.", "One, e.g. this. Two."),
        ("It has two features:\n\n- fast\n- small", "It has two features: - fast - small"),
        ("It computes. It has two features:\n\n- fast", "It computes."),
        ("\\brief Runs it.", "Runs it."),
        ("@file\n@brief Runs it.", "Runs it."),
        (":mod:`torch.optim` optimizes.", "`torch.optim` optimizes."),
        ("word " * 200, ("word " * 96).strip() + " …"),
        ("", ""),
    ],
)
def test_a_few_whole_sentences(text: str, expected: str) -> None:
    assert brief(text) == expected
