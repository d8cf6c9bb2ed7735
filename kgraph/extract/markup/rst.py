"""reStructuredText, read by docutils' own parser.

Input: text. Output: the facts of the document.

Most such documents are Sphinx's: full of directives and roles that docutils does not know, and reading files is what
many of them do. So every directive but docutils' plain blocks is replaced by one that notes the files which it names
and reads its content as text, and every role by one that notes what it leads to. Only the parser runs, none of
docutils' transforms: references are matched with their targets here.

- Nothing is read, executed or printed; the section titles are docutils' own, which alone knows all their rules.
- docutils keeps its directives and its idle state machines in global tables. The first are swapped for the time of a
  parse, under a lock; the second are thrown away when a document breaks them.
- docutils makes a state machine of fifteen states with their tables for every list. The tables are equal, and made
  once here: that is a third of the time of a parse.
- `:doc:` and `toctree` targets are as spelled, without the suffix that Sphinx adds; the target of a `:ref:`
  is ":ref:label".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from threading import Lock
from typing import Any

from docutils import nodes
from docutils.frontend import Values, get_default_settings
from docutils.parsers import rst
from docutils.parsers.rst import directives, states
from docutils.utils import new_document

from kgraph.extract.markup.outline import LONG_PARAGRAPH, Outline
from kgraph.extract.markup.rst_inline import MAX_WORD, LinearInliner
from kgraph.extract.text import flatten, link
from kgraph.model import Diagnostic, FileFacts, LinkFact, Skipped

# Directives of docutils that take text, whose own classes know best how.
_PLAIN = frozenset(
    """attention caution danger error hint important note tip warning epigraph highlights pull-quote compound table
    list-table replace unicode date topic sidebar rubric parsed-literal""".split()  # noqa: SIM905 - one glance
)
# Those whose content is no text in this markup.
_LITERAL = frozenset(
    """code code-block sourcecode math raw highlight doctest testcode testsetup testoutput testcleanup prompt plot
    ipython productionlist graphviz digraph graph jupyter-execute mermaid uml plantuml csv-table autosummary
    tabularcolumns bibliography index contents role default-role meta""".split()  # noqa: SIM905
)
# Those whose argument is a file.
_FILES = frozenset({"image", "figure", "include", "literalinclude", "thumbnail", "video", "graphviz"})
# Those whose option `file` is one.
_FILE_OPTIONS = ("file", "url")
_LINK_ROLES = frozenset({"doc", "download"})
_LABEL_ROLES = frozenset({"ref", "numref", "any"})

_TITLED = re.compile(r"(.*?)\s*<([^<>]+)>\s*", re.DOTALL)
_LINE_ENDS = str.maketrans("\u2028\u2029", "  ")  # docutils would end lines at them
_LOCK = Lock()
_TOO_LONG = f"a word of more than {MAX_WORD:,} characters is taken for text without markup"
_MAX_DIAGNOSTICS = 5
# docutils looks through all the columns of a table for each of its cells.
_MAX_COLUMNS = 300
_WIDE_TABLE = re.compile(
    rf"^[ \t]*+(?:\+(?:[-=]++\+){{{_MAX_COLUMNS},}}+|=++(?: ++=++){{{_MAX_COLUMNS},}}+)[ \t]*+$", re.MULTILINE
)
_TOO_WIDE = f"a table of more than {_MAX_COLUMNS} columns is taken for text"


def extract(text: str, lines: int) -> FileFacts | Skipped:
    """The headings and links of a document of so many lines."""
    text = text.translate(_LINE_ENDS)
    source = text.split("\n")
    links: list[LinkFact] = []
    notes: list[Diagnostic] = []

    def no_table(match: re.Match[str]) -> str:
        notes.append(Diagnostic(text.count("\n", 0, match.start()) + 1, _TOO_WIDE))
        return " " * len(match[0])

    read = _WIDE_TABLE.sub(no_table, text) if "+-" in text or "= =" in text else text
    try:
        document, long_words = _parse(read, source, links)
    except RecursionError:
        return Skipped("nested too deeply for docutils", lines=lines)
    except Exception as error:  # noqa: BLE001 - docutils meets damaged markup with whatever its code runs into
        return Skipped(flatten(f"docutils failed: {type(error).__name__}: {error}", 200), lines=lines)
    outline = Outline()
    for section in document.findall(nodes.section):
        title = section.next_node(nodes.title)
        if title is not None and title.parent is section and title.children:
            line = min(max(title.children[0].line or 1, 1), lines)
            outline.add(_level(section), title.astext(), line)
    links += _references(document, source)
    links = [LinkFact(each.target, min(max(each.line, 1), lines), each.text) for each in links]
    links.sort(key=lambda each: each.line)
    notes += [Diagnostic(min(max(line, 1), lines), _TOO_LONG) for line in sorted(set(long_words))]
    return FileFacts(
        lines,
        "syntax",
        doc=_first_paragraph(document),
        symbols=outline.symbols(lines),
        links=tuple(links),
        diagnostics=tuple(notes[:_MAX_DIAGNOSTICS]),
    )


@cache
def _settings() -> Values:
    settings = get_default_settings(rst.Parser)
    settings.report_level = settings.halt_level = 5  # above the severest there is: print nothing, raise nothing
    settings.warning_stream = False
    settings.file_insertion_enabled = settings.raw_enabled = False
    return settings


def _parse(text: str, lines: list[str], links: list[LinkFact]) -> tuple[nodes.document, list[int]]:
    settings = _settings().copy()
    settings.line_length_limit = len(text) + 1
    document: nodes.document = new_document("document", settings)
    original = directives.directive
    noted = type("Noted", (_Directive,), {"links": links})

    def find(name: str, language: Any, of: nodes.document) -> Any:
        if name.lower() in _PLAIN:
            return original(name, language, of)
        return noted, []

    with _LOCK:
        directives.directive = find
        states.RSTState.add_initial_transitions = _add_transitions
        try:
            inliner = _Inliner(links, lines)
            rst.Parser(inliner=inliner).parse(text, document)
        except BaseException:
            states.RSTState.nested_sm_cache.clear()
            raise
        finally:
            directives.directive = original
            del states.RSTState.add_initial_transitions  # inherited again
    return document, inliner.long_words


class _Transitions(dict[str, tuple[Any, Any, str]]):
    """The transitions of a state by name, each made when it is asked for: a state is left after a few lines."""

    def __init__(self, state: states.RSTState, rows: dict[str, tuple[Any, str]]) -> None:
        super().__init__()
        self._state = state
        self._rows = rows

    def __missing__(self, name: str) -> tuple[Any, Any, str]:
        pattern, after = self._rows[name]
        self[name] = pattern, getattr(self._state, name), after
        return self[name]


def _add_transitions(state: states.RSTState) -> None:
    """Give a state its transitions, as docutils' method of this name does."""
    if type(state) not in _ROWS:
        super(states.RSTState, state).add_initial_transitions()
        rows = ((name, state.transitions[name]) for name in state.transition_order)
        _ROWS[type(state)] = {name: (pattern, after) for name, (pattern, _, after) in rows}
    state.transitions = _Transitions(state, _ROWS[type(state)])
    state.transition_order = list(_ROWS[type(state)])


_ROWS: dict[type, dict[str, tuple[Any, str]]] = {}  # of each class of states: pattern and next state by name


class _AnyOptions(dict[str, Callable[[str | None], str]]):
    """Takes every option as the text that it is."""

    def __bool__(self) -> bool:
        return True

    def __getitem__(self, name: str) -> Callable[[str | None], str]:
        return lambda value: value or ""


class _Directive(rst.Directive):  # type: ignore[misc] # docutils has no types
    """Any directive: notes the files it names, and reads its content as text."""

    has_content = True
    optional_arguments = 1
    final_argument_whitespace = True
    option_spec = _AnyOptions()
    links: list[LinkFact]

    def run(self) -> list[nodes.Node]:
        name = self.name.lower().rpartition(":")[2]
        argument = self.arguments[0] if self.arguments else ""
        if name == "toctree":
            self._toctree()
            return []
        for option in _FILE_OPTIONS:
            self.links += link(self.options.get(option, ""), self.lineno)
        if name in _FILES and argument:
            target = "".join(argument.split())
            self.links += link(target, self.lineno, self.options.get("alt", ""))
            if name == "image":
                return [nodes.image(uri=target)]
        elif name not in _LITERAL and ("`" in argument or "://" in argument):
            found, _ = self.state.inline_text(argument, self.lineno)
            return [nodes.paragraph("", "", *found), *self._content(name)]
        return self._content(name)

    def _content(self, name: str) -> list[nodes.Node]:
        container = nodes.container()
        if name not in _LITERAL:
            self.state.nested_parse(self.content, self.content_offset, container)
        return [container]

    def _toctree(self) -> None:
        entries = [(self.lineno + 1 + at, entry) for at, entry in enumerate("\n".join(self.arguments).split("\n"))]
        entries += [(offset + 1, self.content[at]) for at, (_, offset) in enumerate(self.content.items)]
        for line, entry in entries:
            titled = _TITLED.fullmatch(entry)
            text, target = titled.groups() if titled else ("", entry.strip())
            if "*" not in target and target != "self":
                self.links += link(target, line, text)


class _Inliner(LinearInliner):
    """Notes what roles lead to, and gives inline nodes the line of the text that they are in."""

    def __init__(self, links: list[LinkFact], lines: list[str]) -> None:
        super().__init__()
        self._links = links
        self._lines = lines

    def parse(
        self, text: str, lineno: int, memo: Any, parent: nodes.Element
    ) -> tuple[list[nodes.Node], list[nodes.Node]]:
        found, messages = super().parse(text, lineno, memo, parent)
        for node in found:
            node.line = lineno
        return found, messages

    def interpreted(
        self, rawsource: str, text: str, role: str, lineno: int
    ) -> tuple[list[nodes.Node], list[nodes.Node]]:
        content = nodes.unescape(text)
        titled = _TITLED.fullmatch(content)
        title, target = titled.groups() if titled else (content, content)
        name = role.lower().rpartition(":")[2]
        if name in _LINK_ROLES or name in _LABEL_ROLES:
            prefix = "" if name in _LINK_ROLES else ":ref:"
            line = _find(self._lines, lineno, rawsource)
            self._links += link(prefix + target, line, title if titled else "")
        if not titled and role:
            # "~torch.nn.Module" is shown as "Module", "!x" is no link.
            title = title.rpartition(".")[2] if title.startswith("~") else title.lstrip("!")
        return [nodes.inline(rawsource, title)], []


def _level(section: nodes.Element) -> int:
    level = 1
    while isinstance(section.parent, nodes.section):
        level += 1
        section = section.parent
    return level


def _references(document: nodes.document, lines: list[str]) -> Iterator[LinkFact]:
    """The references of a document, with the addresses of their targets."""
    addresses: dict[str, str] = {}
    other_names: dict[str, str] = {}
    anonymous: list[str] = []
    for target in document.findall(nodes.target):
        if target.get("anonymous"):
            anonymous.append(target.get("refuri", ""))
        for name in target["names"]:
            if "refuri" in target:
                addresses[name] = target["refuri"]
            elif "refname" in target:
                other_names[name] = target["refname"]
    unnamed = iter(anonymous)
    for reference in document.findall(nodes.reference):
        spelled = reference.get("refuri") or reference.get("refname", "")
        if "refuri" in reference:
            address = spelled
        elif reference.get("anonymous"):
            address = next(unnamed, "")
        else:
            address = addresses.get(spelled) or addresses.get(other_names.get(spelled, ""), "")
        yield from link(address, _line_of(reference, spelled, lines), reference.astext())


def _line_of(reference: nodes.Element, spelled: str, lines: list[str]) -> int:
    node: Any = reference
    while node is not None and not node.line:
        node = node.parent
    return _find(lines, node.line if node is not None else 1, spelled, reference.astext())


def _find(lines: list[str], first: int, *texts: str) -> int:
    """Where one of the texts stands: docutils knows the first line of their paragraph only."""
    if first >= len(lines) or not lines[first].strip():
        return first  # a paragraph of one line, and perhaps of thousands of links
    for number in range(first, min(first + 60, len(lines) + 1)):
        line = lines[number - 1]
        if any(text and text in line for text in texts):
            return number
        if not line.strip():
            break
    return first


def _first_paragraph(document: nodes.document) -> str:
    for paragraph in document.findall(nodes.paragraph):
        if isinstance(paragraph.parent, nodes.document | nodes.section) and (text := paragraph.astext().strip()):
            return flatten(text, LONG_PARAGRAPH)
    return ""
