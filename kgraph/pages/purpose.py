"""What a file is for, in the words of those who wrote it, and where these words stand.

Input: a file of the model. Output: its purpose, from the first of: the comment or docstring at its top; the
comment of its namespace, module or principal type; the same of the header that it implements; the README that names
it. A macro's comment is never taken: it is about the macro.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import takewhile

from kgraph.model import RelationReason
from kgraph.pages.documentation.commands import has_commands, parse
from kgraph.pages.documentation.inline import ISSUE_ROLES
from kgraph.pages.markdown import paragraphs
from kgraph.pages.repository_model import PageFile, PageFolder, PageSymbol
from kgraph.pages.source_text import SourceTexts

TYPES = frozenset({"Class", "Struct", "Union", "Enum", "Interface", "Trait", "Protocol", "Concept"})
_SCOPES = frozenset({"Namespace", "Module", "Package"})
_HEADERS = frozenset({".h", ".hh", ".hpp", ".hxx", ".h++", ".cuh", ".inl", ".pxd", ".pyi"})
_MAX_TESTED = 3  # files that a test is of
_LINK_TO = "symbolic link to "
# Doxygen's references with words of their own: `[the guide](@ref guide)`, `\ref guide "the guide"`.
_REFERENCE = re.compile(r"\[([^\[\]]+)\]\([@\\]ref\s+[^\s()]+\)|[@\\]ref\s+[\w:.-]+\s+\"([^\"]+)\"")
_BRIEF = re.compile(r"[@\\](?:brief|short)\b")
_NOISE = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Purpose:
    """What a file is for."""

    text: str  # as written, without markers of comments
    file: PageFile  # where it stands
    symbol: PageSymbol | None = None  # whose comment it is, where it is not the file's own
    is_readme: bool = False  # a sentence of a README
    is_own_field: bool = False  # what a schema says of itself


def purpose_of(file: PageFile, contents: SourceTexts | None = None) -> Purpose | None:
    """What a file is for; None where nobody wrote it. READMEs are read with `contents` alone."""
    if own := _own(file):
        return own
    header = next((other for other in file.needs if _is_header_of(other, file)), None)
    if header and (found := _own(header)):
        return found
    return (_find_in_readme(file, contents) or _find_in_schema(file, contents)) if contents else None


def _own(file: PageFile) -> Purpose | None:
    if said := _describing(file, file.documentation):
        return Purpose(said, file)
    if (symbol := principal(file)) and not symbol.is_general and (said := _describing(file, symbol.documentation)):
        return Purpose(said, file, symbol)
    return None


# Directives of reStructuredText that say nothing to a reader, with what stands indented below them.
_DIRECTIVES = re.compile(
    r"^\.\. (?:testsetup|testcleanup|testcode|doctest|currentmodule|module|index|toctree|highlight|autosummary|meta)::"
    r"[^\n]*(?:\n[ \t]+[^\n]*|\n(?=[ \t]*\n))*",
    re.MULTILINE,
)


# What a generator writes at the top of a file.
GENERATED_NOTE = re.compile(
    r"@generated|\b(?:auto(?:matically)?[ -]?generated|generated (?:by|from)|do not edit|don't edit)\b", re.IGNORECASE
)
_ADDRESS = re.compile(r"(?:see|from|source|cf\.?|https?):?\s*https?://\S+|https?://\S+", re.IGNORECASE)


def _describing(file: PageFile, documentation: str) -> str:
    """What of a comment says what a file is for; a document that begins with a list or an example says it nowhere."""
    said = _DIRECTIVES.sub("", documentation).strip() if ".. " in documentation else documentation
    if file.role == "generated":  # by what it was made says nothing of what it does
        said = "\n\n".join(part for part in said.split("\n\n") if not _is_of_generator(part))
    if not _ADDRESS.sub("", said).strip():
        return ""
    if file.role == "documentation" and paragraphs(said)[:1] and paragraphs(said)[0].endswith(":"):
        return ""
    return said


def _is_of_generator(paragraph: str) -> bool:
    return all(GENERATED_NOTE.search(sentence) for sentence in _sentences(" ".join(paragraph.split())))


def symbolic_link(file: PageFile) -> str:
    """ "symbolic link to `docs/changes.md`", "" of what is none."""
    said = next((remark for remark in file.remarks if remark.startswith(_LINK_TO)), "")
    return f"{_LINK_TO}`{said.removeprefix(_LINK_TO)}`" if said else ""


def find_tested_files(file: PageFile) -> list[PageFile]:
    """The files that a test is the test of, as far as its name and what it uses say so."""
    if file.role != "test":
        return []
    reasons = (RelationReason.TESTED_BY, RelationReason.NAMED_TESTED)
    return [
        each.file for each in file.related if each.file.role != "test" and not set(reasons).isdisjoint(each.reasons)
    ][:3]


# The file of a folder whose comment is about the folder, in the order in which languages have one.
_OWN_FILES = ("__init__.py", "doc.go", "lib.rs", "mod.rs", "package-info.java", "index.ts", "index.js", "mod.ts")


def file_of_folder(folder: PageFolder) -> PageFile | None:
    """The file whose comment is about its whole folder: that of a package, or the one of Go with the comment of it."""
    named = {file.name: file for file in folder.files if file.documentation}
    own = next((named[name] for name in _OWN_FILES if name in named), None)
    if own is not None:
        return own
    return next(
        (file for file in folder.files if file.language == "Go" and file.documentation.startswith("Package ")), None
    )


def principal(file: PageFile) -> PageSymbol | None:
    """The documented namespace, module or type that a file is about: the one named like it, or nearly so."""
    candidates = [symbol for symbol in file.symbols if symbol.documentation and symbol.kind in TYPES | _SCOPES]
    stem = _key(file.name.partition(".")[0])
    named = [symbol for symbol in candidates if _key(symbol.name) == stem]
    if named:
        return min(named, key=lambda symbol: (symbol.role != "definition", symbol.depth))
    scopes = [symbol for symbol in candidates if symbol.kind in _SCOPES and _is_most_of(symbol, file)]
    if scopes:
        return scopes[0]
    outer = [symbol for symbol in file.symbols if symbol.kind in TYPES and _is_outer(symbol)]
    defined = [symbol for symbol in outer if symbol.role == "definition"]  # beside what is only announced, `class Tag;`
    types = {symbol.id: symbol for symbol in defined or outer}
    only = next(iter(types.values())) if len(types) == 1 else None
    if only is None or not (_key(only.name) in stem or stem in _key(only.name)):
        return None
    return next((symbol for symbol in candidates if symbol.id == only.id), None)


def _is_most_of(scope: PageSymbol, file: PageFile) -> bool:
    """Whether what is said of a scope is said of the file: an unnamed or an inner namespace in the midst of one holds
    some constants or helpers."""
    if scope.file.language == "Rust" and scope.line == scope.end:  # `mod error;`, which is another file
        return False
    is_outer = scope.above is None and scope.name.isidentifier()
    return is_outer or 2 * (scope.end - scope.line + 1) >= (file.lines or 0)


def file_comment_of(symbol: PageSymbol) -> str:
    """What a type is by the comment at the top of the file that is named like it, "" where it has one of its own."""
    file = symbol.file
    is_principal = symbol.kind in TYPES and symbol.role == "definition" and _is_outer(symbol)
    if symbol.documentation or not is_principal or _key(symbol.name) != _key(file.name.partition(".")[0]):
        return ""
    is_of_module = file.symbols[0].kind == "Module"  # which has a page of its own
    return "" if is_of_module else _describing(file, file.documentation)


def _is_outer(symbol: PageSymbol) -> bool:
    """Whether a type stands in none but namespaces."""
    return symbol.above is None or symbol.above.kind in _SCOPES


def _is_header_of(header: PageFile, file: PageFile) -> bool:
    return (
        header.extension in _HEADERS
        and file.extension not in _HEADERS
        and header.name.partition(".")[0] == file.name.partition(".")[0]
    )


_GUARD = re.compile(r"_(?:H|HH|HPP|HXX|H_INCLUDED|INCLUDED|HEADER)_*$", re.IGNORECASE)


def is_guard(symbol: PageSymbol) -> bool:
    """Whether a macro is defined for nothing but that its file is included once."""
    if symbol.kind != "Macro" or symbol.signature.split() not in ([], ["#define", symbol.name]):
        return False
    stem = _key(symbol.file.name.partition(".")[0])
    is_first = symbol.file.symbols[0] is symbol and symbol.file.role in ("header", "test")
    return _GUARD.search(symbol.name) is not None or (is_first and stem in _key(symbol.name))


def _key(name: str) -> str:
    return _NOISE.sub("", name.lower())


def _find_in_readme(file: PageFile, contents: SourceTexts) -> Purpose | None:
    readme = file.folder.readme
    if readme is None or readme is file:
        return None
    sentence = _find_named_files(contents.read(readme).text or "").get(file.name)
    return Purpose(sentence, readme, is_readme=True) if sentence else None


def _find_in_schema(file: PageFile, contents: SourceTexts) -> Purpose | None:
    """What a JSON schema says of itself; the description of a manifest is about the package."""
    if file.language != "JSON" or not any(symbol.name in _OF_SCHEMAS for symbol in file.symbols):
        return None
    try:
        said = json.loads(contents.read(file).text or "")
    except (ValueError, RecursionError):
        return None
    words = (said.get("description") or said.get("title")) if isinstance(said, dict) else None
    return Purpose(words, file, is_own_field=True) if isinstance(words, str) and words.strip() else None


_OF_SCHEMAS = frozenset({"$schema", "$id"})
_MENTION = re.compile(r"""^\s*(?:[-*+]|\d+\.|\|)\s+[*_`\[]*(?P<name>[\w.-]+\.\w+)[*_`\]]*(?:\([^)\s]*\))?[*_`]*
    \s*(?::|-{1,2}|–|—|\|)\s*(?P<says>\S.*?)[\s|]*$""", re.VERBOSE)  # fmt: skip


@lru_cache(maxsize=256)
def _find_named_files(text: str) -> dict[str, str]:
    """What the lists and tables of a README say of files, by their names."""
    found: dict[str, str] = {}
    for line in text.split("\n"):
        if (mention := _MENTION.match(line)) and " " in mention["says"]:
            found.setdefault(mention["name"], mention["says"])
    return found


_COMMAND = re.compile(r"[@\\](?:brief|file|short|details|par|class|struct|namespace|defgroup|ingroup)\b[ \t]*")
_INLINE_LINK = re.compile(
    r"\{@(?:link|linkplain|linkcode|ref|value)\s+([^\s{}|(]+)(?:\([^(){}]*\))?(?:\s*\|\s*|\s+)?([^{}]*)\}"
)
_INLINE_CODE = re.compile(r"\{@(?:code|literal)\s+([^{}]*)\}")
_INLINE_TAG = re.compile(r"\{@\w+[^{}]*\}\s*")  # which stands for something that is shown elsewhere: a snippet
_ITEM = re.compile(r"^(?:[-*+•]|\d{1,2}[.)])\s+")
_ITEMS = re.compile(r"(?:^|(?<=\s))(?:[-*+•]|\d{1,2}[.)])\s+")
_HEADING = re.compile(r"\s*#{1,6}[ \t]+[^\n]+\n\s*(?=\S)")
_UNDERLINED = re.compile(
    r"\s*(?:(?P<over>[=~^*#-])(?P=over){2,}[ \t]*\n)?[ \t]*(?P<title>\S[^\n]*)\n"
    r"[ \t]*(?P<under>[=~^*#-])(?P=under){2,}[ \t]*\n\s*(?=\S)"
)
# What Sphinx puts there, and fields: `.. autoclass:: Client` with what is indented below it, `:copyright: ...`.
_AUTODOC = re.compile(r"^[ \t]*(?:\.\.[ \t]+[\w:-]+::[^\n]*(?:\n[ \t]+\S[^\n]*)*|:\w+:[^\n]*)", re.MULTILINE)
_DEFINITION = re.compile(r"^[ \t]*\[([^\]\n]+)\]:[ \t]+\S+[^\n]*$", re.MULTILINE)
_MARKDOWN_LINK = re.compile(r"\[(`?)([^\[\]]+?)\1\](?:\([^()\s]*\)|\[[^\[\]]*\])")
# `[Program.Run]` of Go and [`Client`] of Rust
_NAMED = re.compile(
    r"\[`([^\[\]`]+)`\]|\[(\*?(?:[A-Z]\w*[a-z]\w*(?:(?:\.|::)\w+)*|\w+(?:(?:\.|::)\w+)+)(?:\(\))?)\](?!\()"
)
_STRONG = re.compile(r"(?<![\w*])(\*\*)(?=\S)([^*`]+?)(?<=\S)\1(?![\w*])")
_TAG = re.compile(r"</?(?:b|i|em|strong|p|tt|a)(?:\s[^<>]*)?>")
_WORD_COMMAND = re.compile(r"(?<![\w\\@])[@\\](?:c|p|a|e|em|b|ref|link|endlink)\b[ \t]*")
_ROLE = re.compile(r":(?P<role>[a-zA-Z][\w:.+-]*):`(?:(?P<title>[^`<>]*?)\s*<[^`<>]+>|(?P<name>[^`]+))`")
_DOTTED = re.compile(r"\.[A-Za-z_][\w.]*(?:\(\))?")  # a name by its last parts
_NUMBERED = {"rfc": "RFC", "pep": "PEP", "cve": "CVE", "cwe": "CWE"}  # roles that name a document by its number
_RST_JOIN = re.compile(r"(?<=`)\\(?:[ \t]|(?=\w))")  # what lets a word follow a role at once
_RST_LINK = re.compile(r"`([^`<]+?)\s*<[^`<>]*>`__?")
# What begins the part about parameters and results: commands of Doxygen and Javadoc, fields of Sphinx, headings of
# Google's and NumPy's styles.
_PARTS = re.compile(
    r"^[ \t]*(?:[@\\](?:t?param|returns?|throws?|exception|see|since|author|version|deprecated|pre|post|note)\b"
    r"|:(?:param|type|returns?|rtype|raises?)\b"
    r"|>>>[ ]"
    r"|(?:Args|Arguments|Parameters|Returns|Yields|Raises|Examples?|Attributes|Shape)\s*::?\s*$"
    r"|(?:Parameters|Returns|Yields|Raises|Examples|Attributes|Notes)[ \t]*\n[ \t]*-{3,})",
    re.MULTILINE,
)
_VERSIONS = re.compile(r"^[ \t]*\.\.[ \t]+(?:version\w+|deprecated)::", re.MULTILINE)
_SENTENCE = re.compile(r"(?<=[.!?])[)\"'”]?\s+(?=[A-Z\[(`\"'“0-9])")
_ABBREVIATION = re.compile(r"\b(?:e\.g|i\.e|etc|cf|vs|resp|approx|Fig|No|St|Mr|Dr)\.$", re.IGNORECASE)
_MAX_SENTENCES = 3
_MAX_PARTS = 12  # paragraphs that are looked at
_MIN_WORDS = 4  # of what can be a sentence
_FIRST_ITEM = re.compile(r":[ \t]*\n[ \t]*[*-][ \t]+")


def without_parts(docstring: str) -> str:
    """What a docstring says before it comes to parameters, results and versions."""
    ends = [found.start() for sign in (_PARTS, _VERSIONS) if (found := sign.search(docstring))]
    return docstring[: min(ends, default=len(docstring))].rstrip() or docstring


def without_roles(documentation: str) -> str:
    """The text without the roles of reStructuredText: `name` for :mod:`name` and for :mod:`~the.name`, RFC 2822."""
    return _ROLE.sub(_without_role, documentation) if ":`" in documentation else documentation


def _without_role(found: re.Match[str]) -> str:
    if found["name"] is None:
        return found["title"].strip()
    name, role = found["name"], found["role"].rpartition(":")[2].lower()
    if role in ISSUE_ROLES and name.isdigit():
        return f"#{name}"
    if word := _NUMBERED.get(role):
        return f"{word} {name}"
    shown = name.lstrip("!")
    if shown.startswith("~") and " " not in shown:
        return f"`{shown.rpartition('.')[2].lstrip('~')}`"
    return f"`{shown.lstrip('.') if _DOTTED.fullmatch(shown) else shown}`"


def brief(documentation: str, limit: int = 240) -> str:
    """The first whole sentences, up to three and about `limit` characters, without commands of Doxygen and Sphinx."""
    parts, sentences = _opening(documentation)
    is_title = not _BRIEF.search(documentation)  # a comment that marks its first sentence begins with no title
    taken: list[str] = []
    for sentence in sentences:
        if taken and (len(taken) == _MAX_SENTENCES or sum(map(len, taken)) + len(sentence) > limit):
            break
        taken.append(sentence)
    if len(taken) > 1 and taken[-1].endswith(":"):
        del taken[-1]  # it announces what is left out
    whole = " ".join(taken)
    if is_title and len(parts) > 1 and whole == parts[0] and len(whole.split()) < _MIN_WORDS and whole[-1:].isalnum():
        whole += ":"  # a title, "Thread safety", rather than a sentence
    if whole.endswith(":") and len(parts) == 1:  # it announces an example
        whole = f"{whole[:-1]}." if len(whole.split()) >= _MIN_WORDS else whole
    if whole.endswith(":") and len(parts) > 1:
        listed = list(takewhile(_ITEM.match, parts[1:]))
        items = [each for part in listed for each in _ITEMS.split(part)[1:]] or [next(_sentences(parts[1]))]
        whole = f"{whole} {'; '.join(item.strip() for item in items if item.strip())}"
    return whole if len(whole) <= 2 * limit else whole[: 2 * limit].rsplit(" ", 1)[0] + " …"


@lru_cache(maxsize=1 << 14)
def _opening(documentation: str) -> tuple[list[str], list[str]]:
    """The first paragraphs, and the sentences of the first: several pages ask, each for so much of it."""
    if ".. " in documentation:
        documentation = _DIRECTIVES.sub("", documentation)
    begun = _PARTS.search(documentation)
    if begun and documentation[: begun.start()].strip():
        documentation = documentation[: begun.start()]
    if has_commands(documentation):  # without what names the thing, `@class`, or its group, `@ingroup`
        described, sections = parse(documentation)
        spoken = next((f"{each.title}: {each.text}" for each in sections if each.title and each.text), "")
        documentation = described if described.strip() else spoken
    documentation = _REFERENCE.sub(r"\1\2", documentation)
    documentation = _FIRST_ITEM.sub(":\n\n", documentation, count=1)
    plain = _WORD_COMMAND.sub("", _COMMAND.sub("", _spoken(documentation)))
    parts = paragraphs(_RST_LINK.sub(r"\1", _RST_JOIN.sub("", without_roles(plain))))[:_MAX_PARTS]
    return parts, list(_sentences(parts[0] if parts else ""))


def _spoken(documentation: str) -> str:
    """The text with its links as the words that they show, and names of symbols as code."""
    titles: list[str] = []
    if found := _UNDERLINED.match(documentation):
        rest = _AUTODOC.sub("", documentation[found.end() :]).strip()
        while rest and (inner := _UNDERLINED.match(rest + "\n\n.")):  # a section, and what it says
            titles.append(inner["title"].strip())
            rest = rest[inner.end() :].strip()
        title = found["title"].strip()
        documentation = rest or (f"{title}: {'; '.join(titles)}." if titles else title)
    elif found := _HEADING.match(documentation):
        documentation = documentation[found.end() :]
    if "{@" in documentation:
        documentation = _INLINE_CODE.sub(r"`\1`", _INLINE_LINK.sub(_strip_link, documentation))
        documentation = _INLINE_TAG.sub("", documentation)
    if "<" in documentation:
        documentation = _TAG.sub("", re.sub(r"<code>([^<>`]*)</code>", r"`\1`", documentation))
    if "[" in documentation:
        names = _DEFINITION.findall(documentation)
        documentation = _MARKDOWN_LINK.sub(r"\1\2\1", _DEFINITION.sub("", documentation))
        for name in names:
            documentation = documentation.replace(f"[{name}]", name)
        documentation = _NAMED.sub(lambda found: f"`{found[1] or found[2]}`", documentation)
    return _STRONG.sub(r"\2", documentation) if "**" in documentation else documentation


def _strip_link(found: re.Match[str]) -> str:
    if found[2].strip():
        return found[2].strip()
    return found[1] if "://" in found[1] else f"`{found[1].lstrip('#').replace('#', '.')}`"


def _sentences(text: str) -> Iterator[str]:
    waiting = ""
    for piece in _SENTENCE.split(text):
        waiting = f"{waiting} {piece}" if waiting else piece
        if not _ABBREVIATION.search(waiting):
            yield waiting
            waiting = ""
    if waiting:
        yield waiting
