r"""Topics and pages of Doxygen: `\defgroup`, `\addtogroup`, `\ingroup` with what stands in them, `\page`, `\section`.

Input: the model and the texts of its files. Output: `Topics`; folders get what `\dir` says of them, and symbols the
comments that name them (`named_comments`). A symbol is of a topic where its own comment says so (`\ingroup`), or where
it stands between the `@{` and `@}` of one; `\ref` names a topic, a page or a section.
Of Doxygen's settings nothing is read: a topic that stands in a file which they leave out is listed, too.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from kgraph.languages import C_FAMILY
from kgraph.pages.named_comments import COMMANDS, NamedComments
from kgraph.pages.repository_model import PageFile, PageFolder, PageSymbol, RepositoryModel
from kgraph.pages.source_text import SourceTexts
from kgraph.relate.file_names import may_be_vendored
from kgraph.repository_paths import ends_with

DOXYGEN = "Doxygen"  # the language of files that hold nothing but comments for it
_DOCUMENTS = frozenset({DOXYGEN, "Markdown"})
_SIGNS = re.compile(r"[@\\](?:defgroup|addtogroup|weakgroup|page|mainpage|section|subsection|anchor|dir)\b|\{#")
_NAMING = re.compile(rf"[@\\]{COMMANDS}\b")
_COMMENT = re.compile(r"/\*[*!].*?\*/|(?:^[ \t]*//[/!][^\n]*\n?)+", re.DOTALL | re.MULTILINE)
_BLOCK_MARKS = re.compile(r"\A[ \t]*/\*[*!]+<?[ \t]?|^[ \t]*\*+(?!/)[ \t]?|[ \t]*\*+/\s*\Z", re.MULTILINE)
_BLOCK_ENDS = re.compile(r"\A[ \t]*/\*[*!]+<?[ \t]?|[ \t]*\*+/\s*\Z")
_LINE_MARKS = re.compile(r"^[ \t]*//[/!]<?[ \t]?", re.MULTILINE)
_GROUP = re.compile(r"^[ \t]*[@\\](defgroup|addtogroup|weakgroup)[ \t]+([\w.:-]+)[ \t]*([^\n]*)\n?", re.MULTILINE)
_IN_GROUP = re.compile(r"[@\\]ingroup[ \t]+([\w.: -]+)")
_BRACE = re.compile(r"^[ \t]*[@\\]([{}])|[@\\]([{}])[ \t]*$", re.MULTILINE)
_NAMED = re.compile(r"[@\\](?:page|section|(?:sub)+section|paragraph)[ \t]+([\w.:-]+)[ \t]+([^\n]+)")
_HEADING = re.compile(r"^(?:#{1,6}[ \t]+)?([^\n]+?)[ \t]*#*[ \t]*\{#([\w.:-]+)\}[ \t]*$", re.MULTILINE)
_DIR = re.compile(r"^[ \t]*[@\\]dir\b[ \t]*([^\s@\\]*)[ \t]*$", re.MULTILINE)
_MAX_GROUPS = 5_000


@dataclass(slots=True, eq=False)
class Topic:
    """A topic: what its authors put together, whatever the files."""

    name: str  # as commands name it
    title: str = ""
    documentation: str = ""
    file: PageFile | None = None  # where it is defined
    line: int = 0
    above: list[str] = field(default_factory=list)  # topics that it is part of
    members: list[str] = field(default_factory=list)  # ids of symbols, in the order of files and lines


@dataclass(frozen=True, slots=True)
class NamedSection:
    """A page or section of a document that has a name."""

    title: str
    file: PageFile


@dataclass(slots=True, eq=False)
class Topics:
    """All topics, and what else `\\ref` may name."""

    by_name: dict[str, Topic] = field(default_factory=dict)  # sorted
    of_symbol: Mapping[str, Sequence[Topic]] = field(default_factory=dict)
    places: dict[str, NamedSection] = field(default_factory=dict)

    def list_below(self, name: str) -> list[Topic]:
        """The topics that say that they are part of one; "" for those of none."""
        known = self.by_name
        return [
            topic
            for topic in known.values()
            if (name in topic.above if name else not any(each in known and each != topic.name for each in topic.above))
        ]


@dataclass(frozen=True, slots=True)
class ReferenceTargets:
    """What references lead to beside symbols with pages."""

    topics: Topics = field(default_factory=Topics)
    loose: Mapping[str, PageSymbol] = field(default_factory=dict)  # by name: what of C has no page of its own
    to_file: Callable[[str, str, str], str] = lambda start, id_, anchor: ""  # noqa: ARG005 - there are no pages


def read(model: RepositoryModel, contents: SourceTexts) -> Topics:
    """The topics of all files of C and C++ and of Doxygen's own; none of vendored ones."""
    found = Topics()
    spans: list[tuple[PageFile, int, int, str]] = []
    named = NamedComments(model)
    folders: dict[str, list[PageFolder]] = defaultdict(list)
    for folder in model.folders.values():
        folders[folder.name].append(folder)
    for file in model.files.values():
        if not (file.language in C_FAMILY or file.language in _DOCUMENTS) or may_be_vendored(file.path):
            continue
        text = "\n".join(contents.lines(file))
        if file.language not in _DOCUMENTS and _NAMING.search(text):
            for comment in _COMMENT.finditer(text):
                if _NAMING.search(comment[0]):
                    named.give(_comment_text(comment[0]))
        if not _SIGNS.search(text):
            continue
        if file.language in _DOCUMENTS:
            _name_places(text, file, found)
        if file.language != "Markdown" and len(found.by_name) < _MAX_GROUPS:
            spans += [(file, *span) for span in _groups(text, file, found)]
            _describe_folders(text, file, folders)
    _add_members(model, found, spans)
    holding = {name for topic in found.by_name.values() for name in topic.above}
    found.by_name = {
        name: topic
        for name, topic in sorted(found.by_name.items())
        if topic.members or topic.documentation.strip() or name in holding
    }
    by_symbol: dict[str, list[Topic]] = defaultdict(list)
    for topic in found.by_name.values():
        topic.title = topic.title or topic.name.replace("_", " ")
        for id_ in topic.members:
            by_symbol[id_].append(topic)
    found.of_symbol = dict(by_symbol)
    return found


def spoken_text(document: str) -> str:
    """The comments of a document of Doxygen's own, without their markers."""
    return "\n\n".join(_comment_text(comment[0]) for comment in _COMMENT.finditer(document))


def _comment_text(comment: str) -> str:
    """A comment without its markers; where its lines begin with no star, one that does is an item of a list."""
    if comment.lstrip().startswith("//"):
        return _LINE_MARKS.sub("", comment)
    lines = comment.removesuffix("*/").split("\n")[1:]
    is_starred = 2 * sum(line.lstrip().startswith("*") for line in lines) > sum(bool(line.strip()) for line in lines)
    return (_BLOCK_MARKS if is_starred else _BLOCK_ENDS).sub("", comment)


def _name_places(text: str, file: PageFile, found: Topics) -> None:
    for name, title in _NAMED.findall(text):
        found.places.setdefault(name, NamedSection(title.strip().removeprefix("%"), file))
    if file.language == "Markdown":
        for title, name in _HEADING.findall(text):
            found.places.setdefault(name, NamedSection(title.strip(), file))


def _groups(text: str, file: PageFile, found: Topics) -> Iterator[tuple[int, int, str]]:
    """Enter the topics that a text defines; the first and last line of what stands in each, and its name."""
    open_: list[tuple[int, str]] = []  # line and name, "" of what is no topic: `@name`
    for comment in _COMMENT.finditer(text):
        if "@" not in comment[0] and "\\" not in comment[0]:
            continue
        said = _comment_text(comment[0])
        line = text.count("\n", 0, comment.start()) + 1
        last = line + comment[0].count("\n")
        name = ""
        if group := _GROUP.search(said):
            name = group[2]
            _enter(found.by_name.setdefault(name, Topic(name)), group, said, file, line, open_)
        for brace in _BRACE.finditer(said):
            if "{" in (brace[1], brace[2]):
                open_.append((last, name))
            elif open_:
                first, inside = open_.pop()
                if inside:
                    yield first, line, inside


def _enter(
    topic: Topic, group: re.Match[str], said: str, file: PageFile, line: int, open_: Sequence[tuple[int, str]]
) -> None:
    own = _BRACE.sub("", said[: group.start()] + said[group.end() :])
    above = [name for words in _IN_GROUP.findall(own) for name in words.split()]
    above += [name for _, name in open_[-1:] if name]
    topic.above += [name for name in above if name not in topic.above and name != topic.name]
    words = _IN_GROUP.sub("", own).strip()
    if topic.file is None or group[1] == "defgroup":
        topic.file, topic.line = file, line
        topic.title = group[3].strip().strip('"') or topic.title
    if words and words not in topic.documentation:
        topic.documentation = f"{topic.documentation}\n\n{words}".strip()


def _describe_folders(text: str, file: PageFile, folders: Mapping[str, Sequence[PageFolder]]) -> None:
    r"""Give each folder what a comment with `\dir` says of it: the folder that it names by the end of its path, or that
    of its file."""
    for comment in _COMMENT.finditer(text) if "dir" in text else ():
        said = _comment_text(comment[0])
        if not (found := _DIR.search(said)):
            continue
        path = found[1].strip("/")
        named = [each for each in folders.get(path.rpartition("/")[2], ()) if ends_with(each.path, path)]
        if path and len(named) != 1:
            continue
        folder = named[0] if path else file.folder
        words = (said[: found.start()] + said[found.end() :]).strip()
        if words and folder.comment is None:
            folder.comment = words, file


def _add_members(model: RepositoryModel, found: Topics, spans: list[tuple[PageFile, int, int, str]]) -> None:
    if not found.by_name:
        return
    members: dict[str, dict[str, PageSymbol]] = defaultdict(dict)
    for id_, places in model.places.items():
        if "ingroup" in places[0].documentation:
            for words in _IN_GROUP.findall(places[0].documentation):
                for name in words.split():
                    if name in found.by_name:
                        members[name][id_] = places[0]
    for file, first, last, name in spans:
        for symbol in file.symbols:
            is_inner = symbol.above is not None and first < symbol.above.line
            if first < symbol.line <= last and not is_inner and symbol.kind not in ("Heading", "Module", "Namespace"):
                members[name].setdefault(symbol.id, symbol)
    for name, symbols in members.items():
        ordered = sorted(symbols.values(), key=lambda each: (each.file.path, each.line, each.id))
        found.by_name[name].members = [symbol.id for symbol in ordered]
