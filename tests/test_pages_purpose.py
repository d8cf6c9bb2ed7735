"""What a page says a file is for: the words of its authors, and where they stand."""

from __future__ import annotations

from pathlib import Path

import pytest

import kgraph.api
from kgraph.pages.purpose import brief
from tests.test_scan import write as write_tree

FILES = {
    "README.md": "# Shapes\n\nTwo layers.\n\n- `draw.cpp`: draws every shape, one after the other\n- loose.cpp\n",
    "circle.h": "#pragma once\n#include <cmath>\n\n/// A round shape.\nclass Circle {};\n",
    "circle.cpp": '#include "circle.h"\n\nint area() { return 1; }\n',
    "draw.cpp": "int draw() { return 1; }\n",
    "loose.cpp": "/// Not what the file is about.\n#define LOOSE 1\n/// A thing.\nstruct Other {};\n",
    "space.h": "#include <new>\n\n/// Everything about space.\nnamespace space {\nint x();\n}\n",
    "helpers.py": '"""Helpers of :mod:`shapes.draw` and :class:`~shapes.Circle`."""\nx = 1\n',
    "tline.h": "#include <cmath>\nclass Circle;\nclass Other;\n/// A straight line.\nclass Line {};\n",
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
        ("helpers.py", "> Helpers of `shapes.draw` and `Circle`.", "See also the [`README.md`]"),
        ("top.cpp", "> Puts shapes on top.", "See also the [`README.md`]"),
        ("space.h", "> Everything about space.", "This is the comment of the namespace [`space`]"),
        ("circle.h", "> A round shape.", "This is the comment of the class [`Circle`](circle.h_docs.md#sym-Circle)."),
        ("circle.cpp", "> A round shape.", "class [`Circle`](circle.h_docs.md#sym-Circle), in [`circle.h`]"),
        ("tline.h", "> A straight line.", "This is the comment of the class [`Line`]"),
        ("draw.cpp", "> draws every shape, one after the other", "So says [`README.md`](README.md_docs.md) of its"),
        ("loose.cpp", "as a whole. What is said of its parts:", "See also the [`README.md`]"),
    ],
)
def test_the_first_words_about_a_file_count(pages: Path, file: str, said: str, where: str) -> None:
    purpose = (pages / f"{file}_docs.md").read_text().partition("## File Purpose")[2].partition("\n## ")[0]
    assert said in purpose
    assert where in purpose


CYCLE = {
    "a.h": '#include "b.h"\n#include "c.h"\nnamespace n { struct Much { int m(); }; }\n',
    "b.h": '#include "a.h"\nnamespace n::detail { struct Hidden {}; }\nnamespace n { struct Little {}; }\n',
    "c.h": '#include "a.h"\nstruct None {};\nnamespace { struct Own {}; }\ntemplate <> struct Vector<int> {};\n',
    "main.cpp": '#include "a.h"\nint main() { n::Much much; n::detail::Hidden h; n::Little l; return much.m(); }\n',
    "x.cpp": '#include "c.h"\nint x(n::Much& much) { return much.m(); }\n',
}


def test_a_folders_concepts_are_the_types_that_most_files_use(tmp_path: Path) -> None:
    root = tmp_path / "cycle"
    root.mkdir()
    for path, content in CYCLE.items():
        (root / path).write_text(content)
    with kgraph.api.build(root, jobs=1, history=False) as graph:
        graph.pages(tmp_path / "pages")
    page = (tmp_path / "pages" / "doc.md").read_text()
    concepts = page.partition("## Key Concepts")[2].partition("\n## ")[0]
    listed = [line.partition("`")[2].partition("`")[0] for line in concepts.split("\n") if line.startswith("- ")]
    assert listed[0] == "n::Much"
    assert set(listed) == {"n::Much", "n::Little", "None"}
    assert "used by 2 files" in concepts
    important = page.partition("## Important Files")[2].partition("\n## ")[0]
    assert "All dependents" not in important
    assert "Most of these are in one cycle of 3 files: 4 files depend on each of them." in important


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One. Two. Three. Four.", "One. Two. Three."),
        ("One, e.g. this. Two.", "One, e.g. this. Two."),
        ("It has two features:\n\n- fast\n- small", "It has two features: fast; small"),
        ("It computes. It has two features:\n\n- fast", "It computes."),
        ("\\brief Runs it.", "Runs it."),
        ("@file\n@brief Runs it.", "Runs it."),
        (":mod:`torch.optim` optimizes.", "`torch.optim` optimizes."),
        ("Gives one.\n@param a what\n@return it", "Gives one."),
        ("Gives one\n\nArgs:\n    a: what", "Gives one"),
        ("Gives one\n\nParameters\n----------\na: what", "Gives one"),
        ("Gives one.\n:param a: what", "Gives one."),
        ("@return it", "Returns: it"),
        ("@class Runner\n@ingroup core\n@brief Runs @c it.", "Runs it."),
        ("Ticks.\n@ingroup timing", "Ticks."),
        ("@ingroup timing", ""),
        ("@brief Of a CUDA %Graph.", "Of a CUDA Graph."),
        ("As in `the paper <https://a.org>`__.", "As in the paper."),
        ("word " * 200, ("word " * 96).strip() + " …"),
        ("", ""),
        (
            "Effects\n=======\n\nHarmonics\n---------\n.. autosummary::\n    :toctree: generated/\n\n    hpss\n\n"
            "Time\n----\n.. autosummary::\n\n    stretch\n",
            "Effects: Harmonics; Time.",
        ),
        ("Effects\n=======\n\nTime\n----\nStretches it. More.\n", "Stretches it. More."),
    ],
)
def test_a_few_whole_sentences(text: str, expected: str) -> None:
    assert brief(text) == expected


PLACED = {
    "lib/slice.h": """// A slice points to bytes that others hold.
//
// More of it.

#ifndef SLICE_H
#define SLICE_H
namespace lib {

class Slice {
 public:
  int size();
};
}  // namespace lib
#endif
""",
    "lib/format.h": """#ifndef FORMAT_H
#define FORMAT_H
namespace lib {

// Some constants.
namespace config {
static const int kA = 1;
}

class Format {
 public:
  int f();
  int g();
  int h();
};

int f();
}  // namespace lib
#endif
""",
    "lib/list.h": "// Thread safety\n// -------------\n//\n// Writes are locked. Reads are not.\n\nint f();\n",
    "lib/code.h": "// Encoding of numbers:\n// * Fixed ones are short. So be it.\n// * Others are long.\n\nint g();\n",
    "lib/use.cpp": """#include "slice.h"
#include "format.h"
int main() { lib::Slice s; lib::Format f; return s.size() + f.f(); }
""",
}


def test_what_is_said_is_said_of_the_right_thing(tmp_path: Path) -> None:
    write_tree(tmp_path / "r", PLACED)
    with kgraph.build(tmp_path / "r", jobs=1) as graph:
        graph.pages(tmp_path / "p", symbols="all")
    slice_ = (tmp_path / "p/symbols/cpp/lib.Slice_sym.md").read_text()
    assert "> A slice points to bytes that others hold.\n" in slice_
    assert "which is named like it." in slice_
    assert "It has no documentation" in (tmp_path / "p/symbols/cpp/lib.Format_sym.md").read_text()
    assert "Some constants" not in (tmp_path / "p/lib/format.h_docs.md").read_text().partition("## Detailed")[0]
    index = (tmp_path / "p/lib/index.md").read_text()
    assert "It holds 5 files with " in index
    assert "| Thread safety: Writes are locked. |" in index
    assert "| Encoding of numbers: Fixed ones are short. |" in index
    assert "used by 1 file: A slice points to bytes" in (tmp_path / "p/lib/doc.md").read_text()


def test_a_role_shows_what_sphinx_shows() -> None:
    assert brief("In-place version of :meth:`~Tensor.abs`.") == "In-place version of `abs`."
    assert brief("See :func:`torch.abs` of some :class:`Tensor`\\s.") == "See `torch.abs` of some `Tensor`s."
