"""Build constraints of Go: whether two files can be part of one build.

Input: what `//go:build` says, and the names of files: `x_linux_arm64.go`. A constraint holds or not by the operating
system, the architecture, and tags, of which nothing is known but that each is set or not.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from functools import lru_cache
from itertools import product

from kgraph.scoped_languages import words

_SYSTEMS = words(
    "aix android darwin dragonfly freebsd hurd illumos ios js linux nacl netbsd openbsd plan9 solaris wasip1 windows "
    "zos"
)
_NOT_UNIX = words("js nacl plan9 wasip1 windows zos")
_ARCHITECTURES = words(
    "386 amd64 arm arm64 loong64 mips mips64 mips64le mipsle ppc ppc64 ppc64le riscv riscv64 s390x sparc64 wasm"
)
_WORD = re.compile(r"\|\||&&|[!()]|[^\s!()&|]+")
_RANK = {"||": 1, "&&": 2, "!": 3}
_MAX_TAGS = 8  # more are not tried one by one


def file_constraint(path: str, build: str) -> str:
    """The constraint of a file, by its name and its `//go:build` line."""
    words = posixpath.basename(path).removesuffix(".go").removesuffix("_test").split("_")[1:]
    named = words[-1:] if words[-1:] and words[-1] in _SYSTEMS | _ARCHITECTURES else []
    if named and named[0] in _ARCHITECTURES and words[-2:-1] and words[-2] in _SYSTEMS:
        named = words[-2:]
    return " && ".join([*named, *([f"({build})"] if build else [])])


@lru_cache(maxsize=4096)
def can_meet(one: str, other: str) -> bool:
    """Whether some build satisfies two constraints."""
    parsed = _postfix(f"({one or 'true'}) && ({other or 'true'})")
    named = {each for each in parsed if each not in _RANK and each != "true"}
    systems = sorted(named & _SYSTEMS | {"darwin", "freebsd", "linux", "plan9", "windows"})
    architectures = sorted(named & _ARCHITECTURES | {"amd64", ""})
    tags = sorted(named - _SYSTEMS - _ARCHITECTURES - {"unix"})
    if len(tags) > _MAX_TAGS:
        return True
    for system, architecture in product(systems, architectures):
        given = {system: True, architecture: True, "true": True}
        given["unix"] = system not in _NOT_UNIX
        given["linux"] = system in ("linux", "android")
        given["darwin"] = system in ("darwin", "ios")
        for values in product((False, True), repeat=len(tags)):
            if _holds(parsed, {**dict(zip(tags, values, strict=True)), **given}):
                return True
    return False


def _postfix(text: str) -> list[str]:
    """The tags of an expression, each operator behind what it is of."""
    output: list[str] = []
    waiting: list[str] = []
    for word in _WORD.findall(text):
        if word in ("(", "!"):
            waiting.append(word)
        elif word == ")":
            while waiting and (last := waiting.pop()) != "(":
                output.append(last)
        elif word in _RANK:
            while waiting and _RANK.get(waiting[-1], 0) >= _RANK[word]:
                output.append(waiting.pop())
            waiting.append(word)
        else:
            output.append(word)
    return output + [each for each in reversed(waiting) if each != "("]


def _holds(parsed: list[str], known: Mapping[str, bool]) -> bool:
    stack: list[bool] = []
    for word in parsed:
        if word == "!":
            stack.append(not (stack.pop() if stack else False))
        elif word in _RANK:
            right, left = (stack.pop() if stack else True), (stack.pop() if stack else True)
            stack.append(left and right if word == "&&" else left or right)
        else:
            stack.append(known.get(word, False))
    return stack[-1] if stack else True
