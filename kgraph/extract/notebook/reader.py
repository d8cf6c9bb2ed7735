"""Jupyter notebooks: code cells as one Python source, Markdown cells as one document.

Input: the bytes of an `.ipynb` file. Output: its symbols, imports, uses, headings and links, at the lines of the file;
`Skipped` where it is no JSON.

All code cells of a notebook share one namespace, so that they are read as one source, cell after cell; a cell that is
not Python costs only itself. The number of a definition's cell is among its modifiers ("cell 7", counted from 1 over
cells of all kinds). Outputs are never read: nobody wrote them.
"""

from __future__ import annotations

from array import array
from json import JSONDecodeError

from msgspec.structs import replace

from kgraph.extract.markup.documents import extract_markdown
from kgraph.extract.notebook.cells import Cell, read_notebook
from kgraph.extract.notebook.ipython import as_python, run_files
from kgraph.extract.python.declarations import facts_of_source
from kgraph.extract.python.source import INCLUDE, collector_paused
from kgraph.extract.text import clean, count_lines, flatten, with_unix_line_ends
from kgraph.model import Diagnostic, FileFacts, IncludeFact, LinkFact, NameBindingFact, Skipped, SymbolFact, UseFacts

_PYTHON = ("python", "ipython", "xpython", "pypy")  # what names of Python's kernels begin with
_MAX_DIAGNOSTICS = 10
_LONG_MESSAGE = 200


def extract(content: bytes, *, with_uses: bool = True) -> FileFacts | Skipped:
    """The facts of a notebook: those of its code where its kernel is Python's, and of its Markdown."""
    content = with_unix_line_ends(content)
    lines = count_lines(content)
    try:
        notebook = read_notebook(content.decode("utf-8-sig", "replace"))
    except JSONDecodeError as error:
        message = flatten(f"no JSON: {error.msg}", _LONG_MESSAGE)
        return Skipped(message, line=min(error.lineno, lines), lines=lines)
    except RecursionError:
        return Skipped("nested too deeply", lines=lines)
    document = _Document([cell for cell in notebook.cells if cell.kind == "markdown"]).facts(lines)
    code = [cell for cell in notebook.cells if cell.kind == "code" and any(cell.lines)]
    python = [cell for cell in code if is_python(cell.language or notebook.language)]
    facts = _code_facts(python, lines, with_uses=with_uses)
    notes = list(facts.diagnostics)
    if others := [cell for cell in code if not is_python(cell.language or notebook.language)]:
        language = others[0].language or notebook.language
        notes.append(Diagnostic(others[0].at[0], flatten(f"code cells are not read: {language}", _LONG_MESSAGE)))
    count = len(facts.symbols)
    headings = (replace(each, parent=each.parent + count if each.parent >= 0 else -1) for each in document.symbols)
    return replace(
        facts,
        doc=document.doc,
        symbols=(*facts.symbols, *headings),
        links=document.links,
        diagnostics=tuple(sorted(notes, key=lambda note: note.line)),
    )


def is_python(language: str) -> bool:
    """Whether a kernel's language is Python; a notebook that names no kernel is taken for IPython's."""
    return not language or language.startswith(_PYTHON)


def sources(content: bytes) -> bytes:
    """The sources of all cells of a notebook, without its outputs; the content itself where it is no notebook."""
    try:
        cells = read_notebook(content.decode("utf-8-sig", "replace")).cells
    except (JSONDecodeError, RecursionError):
        return content
    return "\n".join(line for cell in cells for line in cell.lines).encode("utf-8", "replace")


class _SourceLines:
    """Lines of several cells as one text, with the line of the file and the cell of each."""

    def __init__(self) -> None:
        self._text: list[str] = []
        self._at: list[int] = []
        self._cells: list[int] = []

    def add(self, cell: Cell, lines: list[str]) -> None:
        self._text += lines
        self._at += cell.at
        self._cells += [cell.number] * len(lines)

    def add_blank(self) -> None:
        """End what stands above: a line that belongs to the last cell."""
        if self._at:
            self._text.append("")
            self._at.append(self._at[-1])
            self._cells.append(self._cells[-1])

    @property
    def text(self) -> str:
        return clean("\n".join(self._text))

    def line_of(self, line: int) -> int:
        """The line of the file that holds a line of the text."""
        return self._at[min(line, len(self._at)) - 1] if self._at else 1

    def cell(self, line: int) -> int:
        """The number of the cell that holds a line of the text."""
        return self._cells[min(line, len(self._cells)) - 1]

    def move_symbol(self, symbol: SymbolFact) -> SymbolFact:
        """A symbol at the lines of the file."""
        start = self.line_of(symbol.start)
        return replace(symbol, start=start, end=max(self.line_of(symbol.end), start))


def _code_facts(cells: list[Cell], lines: int, *, with_uses: bool) -> FileFacts:
    source = _SourceLines()
    notes: list[Diagnostic] = []
    failed = 0
    runs: list[IncludeFact] = []
    with collector_paused():
        for cell in cells:
            python = as_python(cell.lines)
            runs += (IncludeFact(flatten(path, 200), cell.at[index], "quoted") for index, path in run_files(cell.lines))
            if isinstance(python, SyntaxError):
                failed += 1
                line = cell.at[min(max(python.lineno or 1, 1), len(cell.at)) - 1]
                notes.append(Diagnostic(line, flatten(f"cell {cell.number} is not Python: {python.msg}", 200)))
            else:
                source.add(cell, python)
        facts = facts_of_source(source.text, lines, with_uses=with_uses, shared=bool(runs))
    if isinstance(facts, Skipped):  # each cell can be parsed and all of them cannot: nested too deeply together
        return FileFacts(lines, "syntax", diagnostics=(Diagnostic(1, facts.reason),))
    if failed > _MAX_DIAGNOSTICS:
        notes = [*notes[:_MAX_DIAGNOSTICS], Diagnostic(notes[-1].line, f"{failed} cells in all are not Python")]
    imports = (replace(each, line=source.line_of(each.line)) for each in facts.includes)
    return replace(
        facts,
        symbols=tuple(
            replace(source.move_symbol(symbol), modifiers=(*symbol.modifiers, f"cell {source.cell(symbol.start)}"))
            for symbol in facts.symbols
        ),
        includes=tuple(sorted((*imports, *runs), key=lambda fact: fact.line)),
        bindings=(*facts.bindings, *(NameBindingFact(-1, INCLUDE, each.spelling) for each in runs if with_uses)),
        uses=_move_uses(facts.uses, source),
        diagnostics=(*(replace(each, line=source.line_of(each.line)) for each in facts.diagnostics), *notes),
    )


def _move_uses(uses: UseFacts, source: _SourceLines) -> UseFacts:
    return replace(uses, lines=array("I", (source.line_of(line) for line in array("I", uses.lines))).tobytes())


class _Document:
    """The Markdown cells of a notebook as one document."""

    def __init__(self, cells: list[Cell]) -> None:
        self._source = _SourceLines()
        for cell in cells:
            self._source.add(cell, cell.lines)
            self._source.add_blank()

    def facts(self, lines: int) -> FileFacts:
        found = extract_markdown(self._source.text.encode("utf-8", "replace"))
        if isinstance(found, Skipped):
            return FileFacts(lines, "syntax", diagnostics=(Diagnostic(1, found.reason),))
        symbols = tuple(self._source.move_symbol(replace(symbol, signature="")) for symbol in found.symbols)
        links = tuple(LinkFact(each.target, self._source.line_of(each.line), each.text) for each in found.links)
        return FileFacts(lines, "syntax", doc=found.doc, symbols=symbols, links=links)
