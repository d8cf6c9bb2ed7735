"""What is read of Jupyter notebooks: cells, lines, magics, kernels, damage."""

from __future__ import annotations

import json
from array import array
from typing import Any

import pytest

from kgraph.extract import extract
from kgraph.extract.notebook.cells import read_notebook
from kgraph.extract.notebook.ipython import as_python
from kgraph.extract.notebook.reader import sources
from kgraph.model import Diagnostic, FileFacts, Skipped


def notebook(*cells: str | list[str], kernel: str = "python", indent: int | None = 1, **more: Any) -> bytes:
    code = [{"cell_type": "code", "outputs": [], "source": cell} for cell in cells]
    return json.dumps(
        {"metadata": {"kernelspec": {"language": kernel}}, "cells": code, "nbformat": 4, **more}, indent=indent
    ).encode()


def read(content: bytes) -> FileFacts:
    facts = extract(content, "Jupyter Notebook")
    assert isinstance(facts, FileFacts)
    return facts


def line_of(content: bytes, text: str) -> int:
    return next(number for number, line in enumerate(content.decode().split("\n"), 1) if text in line)


def test_lines_are_those_of_the_file() -> None:
    content = notebook(["import a\n", "\n", "def f():\n", "    a.g()\n"], ["class C:\n", "    x = 1\n"])
    facts = read(content)
    assert [(each.name, each.start, each.end) for each in facts.symbols] == [
        ("f", line_of(content, "def f"), line_of(content, "a.g()")),
        ("C", line_of(content, "class C"), line_of(content, "x = 1")),
        ("x", line_of(content, "x = 1"), line_of(content, "x = 1")),
    ]
    assert [(each.spelling, each.line) for each in facts.includes] == [("a", line_of(content, "import a"))]
    assert facts.uses.names.split("\n") == ["a:g"]
    assert list(array("I", facts.uses.lines)) == [line_of(content, "a.g()")]


def test_a_source_of_one_string_stands_at_one_line() -> None:
    content = notebook("x = 1\ndef f():\n    return x\n")
    (first, second) = read(content).symbols
    assert {first.start, first.end, second.start, second.end} == {line_of(content, "x = 1")}


def test_a_notebook_on_one_line() -> None:
    facts = read(notebook("def f(): ...", indent=None))
    assert [(each.name, each.start, each.end) for each in facts.symbols] == [("f", 1, 1)]


def test_definitions_tell_their_cell() -> None:
    facts = read(notebook("def f(): ...", "pass", "@a\nclass C: ..."))
    assert [(each.name, each.modifiers) for each in facts.symbols] == [("f", ("cell 1",)), ("C", ("@a", "cell 3"))]


def test_cells_of_worksheets_are_read() -> None:
    cells = [{"cell_type": "code", "language": "python", "input": ["def f(): ...\n"], "outputs": []}]
    content = json.dumps({"nbformat": 3, "metadata": {"name": ""}, "worksheets": [{"cells": cells}]}).encode()
    assert [each.name for each in read(content).symbols] == ["f"]


def test_pieces_of_a_line_are_joined() -> None:
    (cell,) = read_notebook(json.dumps({"cells": [{"source": ["a = ", "1\nb", " = 2\n", "c"]}]})).cells
    assert cell.lines == ["a = 1", "b = 2", "c"]
    assert cell.at == [1, 1, 1]


@pytest.mark.parametrize(
    ("cell", "python"),
    [
        ("%matplotlib inline\nx = 1", "pass\nx = 1"),
        ("!pip install a \\\n  b\nx = 1", "pass\n\nx = 1"),
        ("if a:\n    %cd b\n", "if a:\n    pass\n"),
        ("a, b = !ls\n", "a, b = ...\n"),
        ("x = %who_ls\n", "x = ...\n"),
        ("%time y = f(x)\n", "y = f(x)\n"),
        ("%timeit -n 3 f(x)\n", "pass\n"),
        ("f?\n?g\nh.i??", "pass\npass\npass"),
        ("%%time\nf()", "\nf()"),
        ("\n%%bash\nls", "\n\n"),
        ("%%writefile a.py\nimport b", "\n"),
        ("  x = 1\n  y = 2", "x = 1\ny = 2"),
        ("x = (a\n% b)", "x = (a\n% b)"),  # no magic: Python can parse it
        ("'''\n!x\n'''\n", "'''\n!x\n'''\n"),
    ],
)
def test_magics_are_passed_over(cell: str, python: str) -> None:
    assert as_python(cell.split("\n")) == python.split("\n")


def test_a_cell_that_is_not_python_costs_only_itself() -> None:
    content = notebook(["def f(): ...\n"], ["print 'a'\n"], ["def g(): ...\n"])
    facts = read(content)
    assert [each.name for each in facts.symbols] == ["f", "g"]
    (note,) = facts.diagnostics
    assert note.line == line_of(content, "print 'a'")
    assert note.message.startswith("cell 2 is not Python: ")


def test_many_such_cells_are_counted() -> None:
    facts = read(notebook(*["x x"] * 30))
    assert len(facts.diagnostics) == 11
    assert facts.diagnostics[-1].message == "30 cells in all are not Python"


def test_other_kernels_are_named_and_not_read() -> None:
    facts = read(notebook("import a", kernel="julia"))
    assert facts.includes == facts.symbols == ()
    assert [each.message for each in facts.diagnostics] == ["code cells are not read: julia"]


def test_without_a_kernel_it_is_python() -> None:
    assert [each.spelling for each in read(b'{"cells": [{"cell_type": "code", "source": "import a"}]}').includes] == [
        "a"
    ]


@pytest.mark.parametrize("content", [b"", b"{", b'{"cells": [}', b"[]", b'{"cells": []} x', b"\xff"])
def test_damage_is_told(content: bytes) -> None:
    facts = extract(content, "Jupyter Notebook")
    assert isinstance(facts, Skipped)
    assert facts.reason.startswith("no JSON: ")


@pytest.mark.parametrize(
    "content",
    [
        b'{"cells": 1}',
        b'{"cells": [1, [], {}, {"source": 1}, {"cell_type": 1, "source": [1, null, "x"]}]}',
        b'{"worksheets": {"cells": []}}',
        b'{"metadata": [], "cells": {}}',
        b'{"metadata": {"kernelspec": 1, "language_info": {"name": 3}}}',
        b'{"cells": [{"cell_type": "code", "source": "\\ud800\\u0000 = 1"}]}',
    ],
)
def test_odd_notebooks_break_nothing(content: bytes) -> None:
    assert isinstance(extract(content, "Jupyter Notebook"), FileFacts)


def test_depth_breaks_nothing() -> None:
    for deep in (b"[" * 100_000, b'{"cells": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"):
        assert isinstance(extract(deep, "Jupyter Notebook"), Skipped)
    facts = extract(notebook("(" * 5_000 + ")" * 5_000, "x = 1"), "Jupyter Notebook")
    assert isinstance(facts, FileFacts)
    assert [each.name for each in facts.symbols] == ["x"]


def test_outputs_are_never_read() -> None:
    cells = [{"cell_type": "code", "source": "own = 1", "outputs": [{"text": ["import evil\n", "# Heading\n"]}]}]
    content = json.dumps({"cells": cells}).encode()
    facts = read(content)
    assert ([each.name for each in facts.symbols], facts.includes, facts.links) == (["own"], (), ())
    assert sources(content) == b"own = 1"
    assert sources(b"{") == b"{"


def test_markdown_cells_stand_behind_the_code() -> None:
    content = json.dumps(
        {
            "cells": [
                {"cell_type": "markdown", "source": ["# A\n", "First.\n", "## B [x](y.py)"]},
                {"cell_type": "code", "source": ["def f(): ...\n"]},
            ]
        },
        indent=1,
    ).encode()
    facts = read(content)
    assert [(each.name, each.start, each.parent) for each in facts.symbols] == [
        ("f", line_of(content, "def f"), -1),
        ("A", line_of(content, "# A"), -1),
        ("B x", line_of(content, "## B"), 1),
    ]
    assert (facts.doc, [(each.target, each.line) for each in facts.links]) == (
        "First.",
        [("y.py", line_of(content, "y.py"))],
    )
    assert facts.diagnostics == ()


def test_diagnostics_are_in_the_order_of_lines() -> None:
    content = notebook("x x", "ok = 1")
    assert read(content).diagnostics == (Diagnostic(line_of(content, "x x"), "cell 1 is not Python: invalid syntax"),)
