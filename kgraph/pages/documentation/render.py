"""A comment or docstring as Markdown, by the convention that its language and its text show.

Input: a language and a text. Output: `Markdown`, in which `with_references` puts the links to symbols.
"""

from __future__ import annotations

import re

from kgraph.languages import PYTHON_FAMILY
from kgraph.pages.documentation import commands
from kgraph.pages.documentation.blocks import blocks, join_blocks
from kgraph.pages.documentation.docstrings import docstring
from kgraph.pages.documentation.inline import inline
from kgraph.pages.markdown import Markdown, code, quote, text

MAX_COMMENT_BYTES = 60_000  # characters of a comment that are read as markup; longer ones are shown as they are


def render(item: tuple[str, str]) -> Markdown:
    """The Markdown of a comment: (language, text)."""
    language, value = item
    if len(value) > MAX_COMMENT_BYTES:
        return quote(value[:MAX_COMMENT_BYTES] + "\n\n…")
    if "\n" not in value and value.replace(" ", "").replace(",", "").replace(".", "").isalnum():
        return text(value)
    if language in PYTHON_FAMILY:
        return join_blocks(docstring(value))
    value = _with_targets(value)
    if language == "Rust":
        value = _prepare_rust(value)
    if not commands.has_commands(value):
        return join_blocks(blocks(value, rst=False))
    description, sections = commands.parse(value)
    lines = blocks(description, rst=False)
    for section in sections:
        lines += ["", *_section(section)] if lines else _section(section)
    return join_blocks(lines)


_DEFINITION = re.compile(r"^[ \t]*\[([^\]\n]+)\]:[ \t]+<?(\S+?)>?(?:[ \t]+[\"'(][^\n]*)?$", re.MULTILINE)
_LABELLED = re.compile(r"\[([^\[\]\n]+)\](?:\[([^\[\]\n]*)\](?![\[(])|(?![\[(:]))")


def _with_targets(value: str) -> str:
    """A comment in Markdown with the targets that stand apart from their links, `[name]: https://...`, put into these.

    A target that is an item of Rust, `[name]: crate::Client`, is what the link then names.
    """
    if "]: " not in value:
        return value
    targets = {name.casefold(): url for name, url in _DEFINITION.findall(value)}
    if not targets:
        return value

    def written(found: re.Match[str]) -> str:
        target = targets.get((found[2] or found[1]).casefold(), "")
        if "://" in target:
            return f"[{found[1]}]({target})"
        return found[1] if target and not found[1].startswith("`") else f"[{found[1]}]" if target else found[0]

    return _LABELLED.sub(written, _DEFINITION.sub("", value))


_RUST_FENCE = re.compile(r"(\s*(?://[/!] ?)?)```([\w,\s]*)$")
_RUST_WORDS = frozenset(
    {"", "no_run", "ignore", "should_panic", "compile_fail", "edition2018", "edition2021", "edition2024"}
)
_HIDDEN = re.compile(r"\s*#(?:\s|$)")
_ITEM = re.compile(r"(?<!\])\[([a-z_]\w*)\](?![\[(:])")


def _prepare_rust(value: str) -> str:
    """A comment as rustdoc reads it: examples are in Rust, without the lines that it hides, and `[word]` is a link."""
    lines: list[str] = []
    is_rust = is_fenced = False
    for line in value.split("\n"):
        if fence := _RUST_FENCE.match(line):
            words = {word.strip() for word in fence[2].split(",")}
            is_rust = not is_fenced and (words <= _RUST_WORDS or "rust" in words)
            lines.append(f"{fence[1]}```{'rust' if is_rust else fence[2]}")
            is_fenced = not is_fenced
        elif not is_fenced:
            lines.append(_ITEM.sub(r"\1", line))
        elif not (is_rust and _HIDDEN.match(line)):
            lines.append(line)
    return "\n".join(lines)


def _section(section: commands.CommentSection) -> list[str]:
    body = blocks(section.text, rst=False)
    lines = [f"**{text(section.title)}**", ""] if section.title else []
    for name, said in section.entries:
        label, _, direction = name.partition(" ")
        inner = [part for line in blocks(said, rst=False) for part in line.split("\n")]
        first = f" — {inner[0]}" if inner and not inner[0].startswith(("```", "- ", "> ")) else ""
        head = code(label) + (f" {inline(direction, rst=False)}" if direction else "")
        lines += [f"- {head}{first}", *(("  " + line).rstrip() for line in (inner[1:] if first else inner))]
    if section.entries and body:
        lines.append("")
    return [*lines, *body]
