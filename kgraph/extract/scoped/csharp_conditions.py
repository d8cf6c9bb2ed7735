"""Conditional compilation in C#: trees of a file in which each branch of each `#if` stands once.

Input: the bytes of a file. Output: its trees, each with the lines that are read of it.

The grammar reads conditionals around whole declarations and statements, which is most of them. Where they part a
declaration or an expression, directives are blanked, and so are all branches but one of each conditional that has
several; the other branches follow in further trees, of which only what they alone have is read.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from tree_sitter import Node

from kgraph.extract.treesitter.repair import count_error_lines

_DIRECTIVE = re.compile(rb"[ \t]*#[ \t]*([a-z]+)[ \t]*(!?)")
_MAX_BRANCHES = 4  # of one conditional; what stands in further ones is not read

_Conditional = tuple[int, bool]  # how many branches there are, and whether the condition of the first is negated
Tree = tuple[Node, frozenset[int] | None]


def trees(content: bytes, parse: Callable[[bytes], Node]) -> list[Tree]:
    """The trees of a file, each with the lines that it alone has, or None for all."""
    whole = parse(content)
    if not whole.has_error or b"#" not in content:
        return [(whole, None)]
    candidates: list[list[Tree]] = [[(whole, None)], _variants(content, parse, optional=True)]
    if candidates[-1][0][0].has_error:
        candidates.append(_variants(content, parse, optional=False))
    return min(candidates, key=lambda each: (count_error_lines(each[0][0]), each[0][0].has_error))


def _variants(content: bytes, parse: Callable[[bytes], Node], *, optional: bool) -> list[Tree]:
    """A tree for each number of a branch.

    `optional`: a conditional of one branch always stands there; else where a compiler would have it that defines all
    symbols, or in the second tree none.
    """
    lines = content.split(b"\n")
    branches, several = _branches(lines)
    most = max((count for count, _ in several.values()), default=1)
    made: list[Tree] = []
    seen: set[int] = set()
    for wanted in range(min(most if optional else max(most, 2), _MAX_BRANCHES)):
        kept = list(lines)
        shown: set[int] = set()
        for number, stack in enumerate(branches):
            if stack is None or not all(_is_shown(each, several, wanted, optional=optional) for each in stack):
                kept[number] = b" " * len(lines[number])
            else:
                shown.add(number + 1)
        if shown - seen or not made:
            made.append((parse(b"\n".join(kept)), frozenset(shown - seen) if made else None))
        seen |= shown
    return made


def _is_shown(place: tuple[int, int], several: dict[int, _Conditional], wanted: int, *, optional: bool) -> bool:
    conditional, branch = place
    count, is_negated = several[conditional]
    if count == 1:
        return optional or (wanted > 0) == is_negated
    shown = min(wanted, count - 1)
    return branch == (count - 1 - shown if is_negated and not optional else shown)


def conditional_lines(lines: list[bytes]) -> list[bool]:
    """For each line whether it stands in a conditional."""
    return [stack is None or bool(stack) for stack in _branches(lines)[0]]


def _branches(lines: list[bytes]) -> tuple[list[list[tuple[int, int]] | None], dict[int, _Conditional]]:
    """For each line the branches that it stands in, or None for a directive; and all conditionals by number."""
    found: list[list[tuple[int, int]] | None] = []
    several: dict[int, _Conditional] = {}
    stack: list[tuple[int, int]] = []
    for line in lines:
        match = _DIRECTIVE.match(line)
        if match is None:
            found.append(list(stack))
            continue
        found.append(None)
        match match[1]:
            case b"if":
                stack.append((len(several), 0))
                several[len(several)] = (1, bool(match[2]))
            case b"elif" | b"else" if stack:
                conditional, branch = stack[-1]
                stack[-1] = (conditional, branch + 1)
                several[conditional] = (branch + 2, several[conditional][1])
            case b"endif" if stack:
                stack.pop()
    return found, several
