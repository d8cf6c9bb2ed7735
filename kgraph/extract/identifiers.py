"""The words of a file: every identifier in it, with how often, whatever the language.

Input: the bytes of a text file. Output: `FileIdentifiers`. Comments and strings are kept on purpose: a word that two
files share ties them also where one is code and the other a document, a build file or a configuration. Lengths are
bounded so that no hash or encoded image becomes a word.
"""

from __future__ import annotations

import re
from array import array
from collections import Counter

from kgraph.model import FileIdentifiers
from kgraph.name_facts import REFLECTED

_DIGITS = "0123456789"
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
# Any byte that is no part of a word made a space: to split at spaces takes half the time of a regular expression.
_SPACED = bytes(byte if chr(byte) in _DIGITS + _LETTERS else ord(" ") for byte in range(256))
_MIN_LENGTH, _MAX_LENGTH = 3, 80  # bytes of a word
_MAX_BYTES = 1_000_000  # of a file that is no code: what stands further on is data
_MAX_COUNT = 0xFFFF
_HEAD = 1_500  # bytes in which generated files say that they are
_GENERATED = re.compile(
    rb"@generated\b|\bDO NOT (?:EDIT|MODIFY)\b|"
    rb"\b(?:auto[- ]?generated|automatically generated|generated)\s+(?:by|from|file|code|with|using)\b"
    rb"(?=[^\n]*\b(?:not|protoc|do|compiler|script|tool|bindings?)\b)",
    re.IGNORECASE,
)

# Read in reversed bytes: a pattern that begins with a sign is found at once, one that begins with a word tries each.
_PASTED_FRONT = re.compile(rb"(?<!#)##[ \t]*(\w{2,}[A-Za-z_])")
_PASTED_BEHIND = re.compile(rb"(?<!#)##[ \t]*([A-Za-z_]\w{2,})")
# What a text has that may call functions by names that it makes: `$this->$name()`, `send(name)`, `this[name]()`.
_CALLS_BY_NAME = (
    b"<?php",
    b"send(",
    b"send ",
    b"method(",
    b"etMethod(",
    b"etDeclaredMethod(",
    b"nvokeMethod(",
    b"this[",
)
# The beginning of a name in a string, "add_{$key}" or "add_" . $key, and its end, which is distinguished from other
# words by how it begins: "#{name}_done".
_FRONT_IN_STRING = re.compile(rb"""["'`]([A-Za-z_]\w{2,})(?:[#$]?\{|\$\w|%s|["'][ \t]*[.+][ \t]*[$A-Za-z_])""")
_END_IN_STRING = re.compile(rb"""(?:\}|[.+][ \t]*["'])(_\w{2,}|[A-Z]\w{2,})["'`]""")
# A method that is looked up by its name: `getDeclaredMethod("check")`, `invokeMethod(it, "check")`.
_BY_REFLECTION = (b"etMethod(", b"etDeclaredMethod(", b"nvokeMethod(")
_REFLECTED = re.compile(
    rb"""(?:et(?:Declared)?|nvoke)Method\((?:[^"();]|\([^"();]{0,80}\)){0,200}"([A-Za-z_]\w{1,79})\""""
)
# What lists the methods of a type, to choose among them by name, and how the names in strings begin, also of patterns:
# `GetMethods().Where(m => Regex.IsMatch(m.Name, "Check\\d"))`.
_LISTS_METHODS = (b"etMethods(", b"etDeclaredMethods(", b"etRuntimeMethods(", b"eclaredFunctions", b"emberFunctions")
_FRONT_OF_LISTED = re.compile(rb"""["'`]\^?([A-Za-z_]\w{2,})[\\"'`.*+?(\[]""")
_MAX_PASTED = 200  # of one file


def words(content: bytes, *, is_code: bool = False) -> FileIdentifiers:
    """The identifiers of a text, sorted: of code all, for what stands behind the first million bytes uses it, too."""
    text = content if is_code else content[:_MAX_BYTES]
    counts = Counter(text.translate(_SPACED).decode("ascii").split())
    for number in [word for word in counts if word < "A"]:  # begins with a digit; what stands behind is a word
        counts[number.lstrip(_DIGITS)] += counts.pop(number)
    names = sorted([word for word in counts if _MIN_LENGTH <= len(word) <= _MAX_LENGTH])
    numbers = [counts[name] for name in names]
    if max(numbers, default=0) > _MAX_COUNT:
        numbers = [min(number, _MAX_COUNT) for number in numbers]
    return FileIdentifiers(" ".join(names), array("H", numbers).tobytes(), is_generated(content), _find_pasted(text))


def _find_pasted(text: bytes) -> str:
    """What macros of C paste names together of, `_handle##Name##Attr`, and strings of what calls functions by name, or
    chooses them of all that a type has; whole names that reflection looks up, with `REFLECTED` in front."""
    if b"#define" in text:
        if b"##" not in text:
            return ""
        found = {f"{each[::-1].decode()}##" for each in _PASTED_FRONT.findall(text[::-1])}
        found |= {f"##{each.decode()}" for each in _PASTED_BEHIND.findall(text)}
    elif b"#include" not in text:
        found = set()
        if any(each in text for each in _LISTS_METHODS):
            found |= {f"{each.decode()}##" for each in _FRONT_OF_LISTED.findall(text)}
        if any(each in text for each in _CALLS_BY_NAME):
            found |= {f"{each.decode()}##" for each in _FRONT_IN_STRING.findall(text)}
            found |= {f"##{each.decode()}" for each in _END_IN_STRING.findall(text)}
        if any(each in text for each in _BY_REFLECTION):
            found |= {f"{REFLECTED}{each.decode()}" for each in _REFLECTED.findall(text)}
    else:
        return ""
    return " ".join(sorted(found)[:_MAX_PASTED])


def is_generated(content: bytes) -> bool:
    """Whether the first lines say that a program wrote the file."""
    head = content[:_HEAD]
    lower = head.lower()
    if b"generated" not in lower and b"do not " not in lower:  # as in nearly all files: the pattern takes its time
        return False
    return _GENERATED.search(head) is not None
