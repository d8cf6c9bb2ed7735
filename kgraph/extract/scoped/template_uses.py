"""What the templates of Vue and Svelte use: components by their tags, and names in expressions.

Input: the bytes of a file, without its scripts and styles. Output: each use with the byte where it stands. Names that a
template binds itself, as `v-for` and `{#each}` do, are left out everywhere in the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

_TAG = re.compile(rb"<([A-Za-z][\w.-]*)")
_ATTRIBUTE = re.compile(rb"[\s](?:[:@#]|v-)([\w.:\[\]-]*)\s*=\s*(?:\"([^\"]{0,4000})\"|'([^']{0,4000})')")
_BRACES = re.compile(rb"\{[#:@/]?([^{}]{1,2000})\}")
_TEXT = re.compile(rb"'(?:[^'\\\n]|\\.){0,1000}'|\"(?:[^\"\\\n]|\\.){0,1000}\"")
_NAME = re.compile(rb"(?<![\w$.?])(?:\.\.\.)?([A-Za-z_$][\w$]*)(\s*\()?(\s*:(?!:))?")
_WORDS = re.compile(rb"[A-Za-z_$][\w$]*")
# What a template binds: `(item, index) in items`, `{ item }` of a slot, `as item, index`, `let:item`, `item =>`.
_BOUND = re.compile(
    rb"v-for\s*=\s*[\"']([^\"']{1,300}?)\s(?:in|of)\s"
    rb"|(?:#[\w-]+|v-slot(?::[\w-]+)?)\s*=\s*[\"']([^\"']{1,300})[\"']"
    rb"|\{#each\s[^{}]{1,500}?\sas\s+([^()]{1,300}?)[}(]"
    rb"|\{(?:#await[^{}]{1,500}?|:)(?:then|catch)\s+([^{}]{1,300})\}"
    rb"|\blet:([\w-]{1,100})|\{@const\s+(\w{1,100})|\{#snippet\s+\w+\(([^()]{0,300})\)"
    rb"|\(([^()]{0,300})\)\s*=>|([\w$]{1,100})\s*=>"
)
_RESERVED = frozenset(
    {
        *("as", "async", "await", "break", "case", "catch", "const", "continue", "default", "delete"),
        *("do", "each", "else", "false", "finally", "for", "function", "if", "in", "instanceof"),
        *("key", "let", "new", "null", "of", "return", "snippet", "switch", "then", "this"),
        *("throw", "true", "try", "typeof", "undefined", "var", "void", "while", "with", "html"),
        *("render", "debug"),
    }
)


class TemplateUse(NamedTuple):
    """One use: a tag of a component, the call of a name, or a mention of it."""

    start: int
    name: str
    is_tag: bool
    is_call: bool


def template_uses(template: bytes, *, is_svelte: bool) -> Iterator[TemplateUse]:
    """The uses of a template; scripts, styles and comments in it must be blank."""
    for tag in _TAG.finditer(template):
        spelled = tag[1].decode("ascii", "replace")
        name = spelled if is_svelte else "".join(part[:1].upper() + part[1:] for part in spelled.split("-"))
        if spelled[:1].isupper() or (not is_svelte and "-" in spelled):
            yield TemplateUse(tag.start(), name.partition(".")[0], is_tag=True, is_call=False)
    groups = (group for found in _BOUND.finditer(template) for group in found.groups() if group)
    bound = {word for group in groups for word in _WORDS.findall(group)}
    for start, expression in _expressions(template, is_svelte):
        blank = _TEXT.sub(lambda text: b" " * len(text[0]), expression)
        for found in _NAME.finditer(blank):
            name = found[1].decode("ascii", "replace")
            if found[1] not in bound and name not in _RESERVED and not found[3]:
                yield TemplateUse(start + found.start(1), name, is_tag=False, is_call=found[2] is not None)


def _expressions(template: bytes, is_svelte: bool) -> Iterator[tuple[int, bytes]]:
    if is_svelte:
        yield from ((found.start(1), found[1]) for found in _BRACES.finditer(template))
        return
    at = 0
    while (opening := template.find(b"{{", at)) >= 0 and (closing := template.find(b"}}", opening)) >= 0:
        yield opening + 2, template[opening + 2 : closing]
        at = closing + 2
    for found in _ATTRIBUTE.finditer(template):
        group = 2 if found[2] is not None else 3
        yield found.start(group), found[group]
