"""Docstrings in Google's, NumPy's and Sphinx's styles, whose sections griffe reads.

Input: a docstring. Output: Markdown lines. What griffe cannot read is shown as the text that it is.
"""

from __future__ import annotations

import re
import textwrap
from typing import Any

from kgraph.pages.documentation.blocks import blocks
from kgraph.pages.documentation.inline import inline, name_or_code
from kgraph.pages.markdown import code, fence, text

_GOOGLE = re.compile(
    r"^ *(?:Args|Arguments|Params|Parameters|Keyword Args|Keyword Arguments|Other Parameters|Raises|Exceptions|Returns|"
    r"Yields|Receives|Examples?|Attributes|Methods|Functions|Classes|Shape|Inputs?|Outputs?|Notes?|Warnings?|Warns|"
    r"References?|Return|Default|See Also|Todo|Variables|Constraints|Type Parameters): *$",
    re.MULTILINE,
)
_NUMPY = re.compile(r"^ *[A-Z][A-Za-z ]+\n *-{3,} *$", re.MULTILINE)
_SPHINX = re.compile(
    r"^ *:(?:param|parameter|arg|argument|key|keyword|type|var|ivar|cvar|raises?|except|exception|returns?|rtype)\b"
    r"[^:\n]*:",
    re.MULTILINE,
)
_TARGET = re.compile(r"^ *\.\. _((?:[^:\n\\]|\\:|:(?! ))+): *\n? *(https?://\S+)", re.MULTILINE)
_LINK = re.compile(r"(?<![`\w])`([^`<>]+)`_(?!_)")
_SEE = re.compile(r"((?::\w+:)?`?[A-Za-z_][\w.]*`?(?:\s*,\s*(?::\w+:)?`?[A-Za-z_][\w.]*`?)*)\s*(?::\s+(.*))?$")
_AUTO_NOTE = re.compile(r"^( *\.\. )\[#([\w-]*)\](?= )", re.MULTILINE)
_AUTO_REFERENCE = re.compile(r"\[#([\w-]*)\]_")
_TITLES = {
    "parameters": "Parameters",
    "other parameters": "Other parameters",
    "type parameters": "Type parameters",
    "attributes": "Attributes",
    "raises": "Raises",
    "warns": "Warns",
    "returns": "Returns",
    "yields": "Yields",
    "receives": "Receives",
    "functions": "Functions",
    "classes": "Classes",
    "modules": "Modules",
    "type aliases": "Type aliases",
}


def docstring(value: str) -> list[str]:
    """The lines of a docstring as lines of Markdown."""
    value = _number_footnotes(_with_targets(value))
    style = _style(value)
    if not style:
        return blocks(value, rst=True)
    try:
        sections = _sections(value, style)
    except Exception:  # noqa: BLE001 - griffe meets damaged docstrings with whatever its code runs into
        return blocks(value, rst=True)
    lines: list[str] = []
    for section in sections:
        written = _section(section)
        lines += ["", *written] if lines and written else written
    return lines


def _with_targets(value: str) -> str:
    """A docstring with the addresses that stand apart from their links, `.. _name: https://...`, put into these."""
    if ".. _" not in value:
        return value
    targets = {" ".join(name.replace("\\", "").split()): url for name, url in _TARGET.findall(value)}

    def written(found: re.Match[str]) -> str:
        name = " ".join(found[1].split())
        return f"`{name} <{targets[name]}>`__" if name in targets else found[0]

    return _LINK.sub(written, value) if targets else value


def _number_footnotes(value: str) -> str:
    """A docstring whose footnotes have numbers, where it leaves these to Sphinx: `[#]_` and `[#name]_`."""
    if "[#" not in value:
        return value
    names: dict[str, int] = {}

    def of_note(found: re.Match[str]) -> str:
        number = names.setdefault(found[2] or f"\0{len(names)}", len(names) + 1)
        return f"{found[1]}[{number}]"

    value = _AUTO_NOTE.sub(of_note, value)
    waiting = iter(sorted(number for name, number in names.items() if name.startswith("\0")))
    return _AUTO_REFERENCE.sub(lambda found: f"[{names.get(found[1]) or next(waiting, '#')}]_", value)


def _style(value: str) -> str:
    if _NUMPY.search(value):
        return "numpy"
    if _GOOGLE.search(value):
        return "google"
    return "sphinx" if _SPHINX.search(value) else ""


def _sections(value: str, style: str) -> list[Any]:
    import griffe

    found = griffe.Docstring(value, lineno=1)
    if style == "numpy":
        return griffe.parse_numpy(found, trim_doctest_flags=False, warnings=False)
    if style == "google":
        # Of what returns and yields give, there is one, and what stands before a colon is its type.
        options = {"returns_multiple_items": False, "returns_named_value": False}
        return griffe.parse_google(found, trim_doctest_flags=False, warnings=False, **options)
    return griffe.parse_sphinx(found, warnings=False)


def _section(section: Any) -> list[str]:
    kind = section.kind.value
    if kind == "text":
        return blocks(section.value, rst=True)
    if kind == "examples":
        lines = ["**Examples**"]
        for part, value in section.value:
            lines += ["", *([fence(value, "python")] if part.value == "examples" else blocks(value, rst=True))]
        return lines
    if kind in ("admonition", "deprecated"):
        return _admonition(section)
    title = section.title or _TITLES.get(kind, kind.capitalize())
    lines = [f"**{text(title)}**", ""]
    for item in section.value:
        lines += _entry(item)
    return lines


def _admonition(section: Any) -> list[str]:
    body = section.value.description or ""
    title = section.title or "Deprecated"
    inner = blocks(_itemize(body) if title.casefold() == "see also" else body, rst=True)
    if title.rstrip("s") in ("Note", "Warning", "Tip", "Important", "Caution", "Danger", "Deprecated"):
        return [f"> {part}".rstrip() for line in [f"**{text(title)}**", "", *inner] for part in line.split("\n")]
    return [f"**{text(title)}**", "", *inner]


def _itemize(value: str) -> str:
    """What NumPy's style lists below "See Also", `name : what it does` or names by lines, as a list."""
    lines = textwrap.dedent(value).split("\n")
    if not all(_SEE.match(line) or line[:1] in ("", " ") for line in lines):
        return value
    shown = []
    for line in lines:
        if found := _SEE.match(line):
            names = ", ".join(f"`{name.strip().strip('`')}`" for name in found[1].split(",") if name.strip())
            shown.append(f"- {names}{' — ' + found[2].strip() if found[2] else ''}")
        else:
            shown.append(f"  {line.strip()}".rstrip())
    return "\n".join(shown)


def _entry(item: Any) -> list[str]:
    name, kind = getattr(item, "name", "") or "", getattr(item, "annotation", None) or ""
    described = blocks(item.description or "", rst=True)
    head: list[str] = [code(name)] if name else []
    if kind := str(kind).strip():
        shown = inline(kind, rst=True) if "`" in kind or " " in kind else name_or_code(kind)
        head.append(f"({shown})" if name else shown)
    inner = [part for line in described for part in line.split("\n")]
    if not head:
        opening = inner[0] if inner and not inner[0].startswith(("`", "-", ">", "$")) else ""
        head, inner = ([opening], inner[1:]) if opening else (["—"], inner)
    elif inner and not inner[0].startswith(("```", "- ", "> ", "~~~")):
        head, inner = [" ".join(head) + " — " + inner[0]], inner[1:]
    return ["- " + " ".join(head), *(("  " + line).rstrip() for line in inner)]
