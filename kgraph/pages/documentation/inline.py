"""One paragraph of a comment as safe Markdown: code, emphasis, formulas, links and references to symbols.

Input: a text, and whether it is reStructuredText or what Doxygen, Javadoc and Markdown share. Output: `Markdown` on one
line. A reference to a symbol is written as a mark that `with_references` turns into a link, or into code where the
name leads nowhere: a comment is rendered once, and the pages that show it stand in different folders.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable

from kgraph.pages.markdown import Markdown, code, link, text

Find = Callable[[str], str]  # a name as written, and the link to what it means; "" for none

_START, _END = "\x02", "\x03"  # around the name of a reference; no text has them, for `visible` spells them out
_REFERENCE = re.compile(f"{_START}([^{_END}]*){_END}")
_NAME = re.compile(r"~?!?\.?[A-Za-z_][\w]*(?:(?:\.|::|#)~?[A-Za-z_]\w*)*(?:\(\))?")
_SPOKEN_NAME = re.compile(r"(?<![\w:.<])[A-Za-z_]\w*(?:(?:::~?[A-Za-z_]\w*)+(?:\(\))?|\(\))(?![\w:<(])")
_URL = r"https?://[^\s<>()\[\]\"'`]+[^\s<>()\[\]\"'`.,;:!?]"
_RST = re.compile(
    rf"``(?P<literal>.+?)``(?!`)"
    r"|(?P<role>:[a-zA-Z][\w+.:-]*:)`(?P<content>[^`]+)`"
    rf"|`(?P<label>[^`<]*?)\s*<(?P<target>[^`<>]+)>`__?"
    r"|`(?P<default>[^`]+)`_{0,2}"
    r"|\[(?P<footnote>\w[\w.-]*)\]_(?!\w)"
    r"|(?<![\w*])\*\*(?P<strong>[^*\s](?:[^*]*[^*\s])?)\*\*(?![\w*])"
    r"|(?<![\w*])\*(?P<emphasis>[^*\s](?:[^*]*[^*\s])?)\*(?![\w*])"
    rf"|(?P<url>{_URL})",
    re.DOTALL,
)
_DOXYGEN = re.compile(
    r"(?P<ticks>`{1,3})(?!`)(?P<literal>[^`].*?)(?<!`)(?P=ticks)(?!`)"
    r"|[\\@]f\$(?P<math>.+?)[\\@]f\$"
    r"|\{@(?:code|literal)\s(?P<java>[^{}]*)\}"
    r"|\{@(?:link|linkplain|linkcode|value)\s+(?P<linked>[^\s{}|(]+(?:\([^(){}]*\))?)(?:\s*\|\s*|\s+)?(?P<named>[^{}]*)\}"
    r"|\{@[a-zA-Z]\w*[^{}]*\}"  # what stands for something that is shown elsewhere: a snippet
    r"|\[(?P<shown>[^\[\]]+)\]\([\\@]ref\s+(?P<goal>[^\s()]+)\)"
    r"|(?<![\w\\@])[\\@]ref\s+(?P<ref>[\w:.~#<>*&-]*[\w>])(?:\(\))?\s+\"(?P<title>[^\"]+)\""
    r"|(?<![\w\\@])[\\@]link\s+(?P<object>[\w:.~#<>*&-]*[\w>])(?:\(\))?\s*(?P<words>[^@\\]*?)\s*[\\@]endlink"
    r"|(?<![\w\\@])[\\@](?:c|p|ref|link|sa)\s+(?P<word>[\w:.~#<>*&-]*[\w>~*&])(?:\s*\(\))?"
    r"|(?<![\w\\@])[\\@](?:a|e|em)\s+(?P<soft>[\w:.-]*\w)"
    r"|(?<![\w\\@])[\\@]b\s+(?P<bold>[\w:.-]*\w)"
    r"|<(?P<tag>code|tt|b|strong|i|em)>(?P<inner>[^<>]*)</(?P=tag)>"
    r"|</?(?:p|br|ul|ol|li|pre|a|sub|sup|dl|dt|dd|tt|code|b|i|em|strong)(?:\s[^<>]*)?/?>"
    rf"|\[(?P<label>[^\[\]]+)\]\((?P<target>{_URL}\S*?)\)"
    r"|\[(?P<aside>[^\[\]]+)\](?:\([^()\s]*\)|\[[^\[\]]*\])"  # a link to what is not on the web
    r"|\[`(?P<item>[^\[\]`]+)`\]"  # Rust's link to an item, and Go's
    r"|\[(?P<dotted>\*?(?:[A-Z]\w*[a-z]\w*(?:(?:\.|::)\w+)*|\w+(?:(?:\.|::)\w+)+)(?:\(\))?)\](?!\()"
    r"|(?<![\w*])\*\*(?P<strong>[^*\s](?:[^*]*[^*\s])?)\*\*(?![\w*])"
    r"|(?<![\w*])\*(?P<emphasis>[^*\s](?:[^*]*[^*\s])?)\*(?![\w*])"
    rf"|(?P<url>{_URL})",
    re.DOTALL,
)
_RST_SIGNS = ("`", "*", "http", "\\", "]_")  # without any of which a paragraph is plain
_DOXYGEN_SIGNS = (*_RST_SIGNS, "@", "<", "[", "&", "::", "()")
_CODE_ROLES = frozenset({"code", "samp", "kbd", "command", "option", "file", "envvar", "keyword", "token", "c:expr"})
_SPOKEN_ROLES = frozenset(
    {"ref", "doc", "term", "numref", "any", "emphasis", "title", "abbr", "sup", "sub", "download"}
)
_STANDARDS = {"rfc": "https://datatracker.ietf.org/doc/html/rfc{}", "pep": "https://peps.python.org/pep-{}/"}
_NUMBER = re.compile(r"(\d{1,5})(?:#([\w-]+(?:\.\d+)*))?")
ISSUE_ROLES = frozenset({"issue", "issues", "pr", "pull", "gh", "ghpull", "ghissue", "bug", "bpo"})  # of trackers
_TITLED = re.compile(r"(.*?)\s*<([^<>]+)>\s*", re.DOTALL)


def inline(value: str, *, rst: bool) -> Markdown:
    """A paragraph."""
    value = " ".join(value.split())
    if not any(char in value for char in (_RST_SIGNS if rst else _DOXYGEN_SIGNS)):
        return text(value)
    pattern, write = (_RST, _rst) if rst else (_DOXYGEN, _doxygen)
    pieces: list[str] = []
    at = 0
    for found in pattern.finditer(value):
        pieces += [_plain(value[at : found.start()], rst), write(found)]
        at = found.end()
    pieces.append(_plain(value[at:], rst))
    return Markdown("".join(pieces).strip())


def _plain(value: str, rst: bool) -> str:
    if not value:
        return ""
    if rst:
        value = value.replace("\\ ", "").replace("\\\\", "\\") if "\\" in value else value
    elif "&" in value:
        value = html.unescape(value)
    if rst or not ("::" in value or "()" in value):
        return _space(value)
    pieces: list[str] = []
    at = 0
    for found in _SPOKEN_NAME.finditer(value):  # which Doxygen, too, links by itself
        pieces += [_space(value[at : found.start()]), reference(found[0])]
        at = found.end()
    return "".join([*pieces, _space(value[at:])])


def _space(value: str) -> str:
    before, after = " " * value.startswith(" "), " " * (value.endswith(" ") and bool(value.strip()))
    return before + text(value) + after


def _rst(found: re.Match[str]) -> str:
    if found["literal"] is not None:
        return name_or_code(found["literal"])
    if found["role"] is not None:
        return _role(found["role"].strip(":").lower(), found["content"])
    if found["target"] is not None:
        return _link(found["label"] or found["target"], found["target"])
    if found["footnote"] is not None:
        return text(f"[{found['footnote']}]")
    if found["default"] is not None:
        ends_as_link = found[0].endswith("_")
        return text(found["default"]) if ends_as_link else name_or_code(found["default"])
    return _common(found)


def _role(role: str, content: str) -> str:
    if role == "math":
        return math(content)
    short = role.rpartition(":")[2]
    titled = _TITLED.fullmatch(content)
    title, target = titled.groups() if titled else (content, content)
    if role in _CODE_ROLES or short in _CODE_ROLES:
        return code(content)
    if (url := _STANDARDS.get(short)) and (number := _NUMBER.fullmatch(target)):
        said = f"{short.upper()} {number[1]}" + (f" section {number[2].rpartition('-')[2]}" if number[2] else "")
        anchor = f"#{number[2]}" if number[2] else ""
        return link(text(title if titled else said), url.format(number[1].zfill(4 * (short == "pep"))) + anchor)
    if short in ISSUE_ROLES and target.isdigit():
        return text(f"#{target}")
    if short in _SPOKEN_ROLES:
        return text(title.lstrip("!~"))
    if content.startswith(".") and _NAME.fullmatch(content):
        return reference(content, content[1:])
    return reference(target.lstrip("!~"), title) if titled else name_or_code(content)


def _doxygen(found: re.Match[str]) -> str:
    groups = found.groupdict()
    for key in ("literal", "word", "java", "item", "dotted"):
        if groups[key] is not None:
            return name_or_code(groups[key])
    if groups["math"] is not None:
        return math(groups["math"])
    for key, words in (("ref", "title"), ("object", "words"), ("goal", "shown")):
        if groups[key] is not None:
            return reference(groups[key].lstrip("#"), groups[words].strip())
    if groups["linked"] is not None:
        if "://" in groups["linked"]:
            return _link(groups["named"].strip() or groups["linked"], groups["linked"])
        target = groups["linked"].partition("(")[0]
        return reference(target.lstrip("#"), groups["named"].strip() or target.lstrip("#").replace("#", "."))
    if groups["aside"] is not None:
        label = groups["aside"]
        is_code = label.startswith("`") and label.endswith("`")
        return name_or_code(label.strip("`")) if is_code else text(label.strip("[]"))
    if groups["soft"] is not None:
        return f"*{text(groups['soft'])}*"
    if groups["bold"] is not None:
        return f"**{text(groups['bold'])}**"
    if groups["tag"] is not None:
        inner = html.unescape(groups["inner"]).strip()
        if groups["tag"] in ("code", "tt"):
            return name_or_code(inner)
        mark = "**" if groups["tag"] in ("b", "strong") else "*"
        return f"{mark}{text(inner)}{mark}" if inner else ""
    if groups["target"] is not None:
        return _link(groups["label"], groups["target"])
    return _common(found) if any(groups[key] for key in ("strong", "emphasis", "url")) else " "


def _common(found: re.Match[str]) -> str:
    if found["strong"] is not None:
        return f"**{text(found['strong'])}**"
    if found["emphasis"] is not None:
        return f"*{text(found['emphasis'])}*"
    return _link(found["url"], found["url"])


def _link(label: str, target: str) -> str:
    if re.fullmatch(_URL + r"[^\s<>()\\]*", target):
        return link(text(label), target)
    return name_or_code(target) if label == target else text(label)


def math(value: str) -> Markdown:
    """A formula in TeX, as GitHub writes it within a line."""
    value = " ".join(value.split())
    if "`" in value or not value:
        return code(value)
    return Markdown(f"${code(value)}$")


def name_or_code(value: str) -> str:
    """A literal, which is a reference where it may be the name of a symbol."""
    value = " ".join(value.split())
    if not _NAME.fullmatch(value):
        return code(value)
    shown = value.lstrip("!")
    if shown.startswith("~") and "." in shown:
        return reference(shown.lstrip("~."), shown.rpartition(".")[2])
    return reference(shown)


def reference(target: str, label: str = "") -> str:
    """The mark of a reference to a symbol."""
    for char in (_START, _END, "\n", "\t"):
        target, label = target.replace(char, " "), label.replace(char, " ")
    return f"{_START}{target}\t{label}{_END}"


_COPIED = re.compile(f"^As {_START}([^{_END}\t]*)\t{_END} says\\.$", re.MULTILINE)  # written for Doxygen's \\copydoc


def with_copies(value: str, find: Find) -> str:
    """A text in which the documentation that it copies stands in full, where `find` has that of the name."""
    if "As " + _START not in value:
        return value
    return _COPIED.sub(lambda found: find(found[1]) or found[0], value)


def with_references(value: str, find: Find, titled: Find | None = None) -> Markdown:
    """A text with its references as links, as far as they lead anywhere; `titled` gives the words for what has any."""
    if _START not in value:
        return Markdown(value)

    def written(found: re.Match[str]) -> str:
        target, _, label = found[1].partition("\t")
        url = find(target.removesuffix("()").replace("#", ".").lstrip("~."))
        if " " in label:  # words, and no name
            return link(text(label), url)
        if url and not label and titled is not None and (words := titled(target)):
            return link(text(words), url)
        return link(code(label or (target.removeprefix(".") if url else target)), url)

    return Markdown(_REFERENCE.sub(written, value.replace(f"!{_START}", f"\\!{_START}")))  # else it were an image
