"""Reaching definitions: what a name may be bound to at a place of its own scope.

Input: a scope whose bindings stand in the order of the text, and its blocks: the branches and loops, which may not run,
or more than once. Output: the values of the last binding that always runs before the place, and of those behind it that
may. Only so many bindings are looked at that a name which is bound a thousand times costs no more than others.
"""

from __future__ import annotations

import sys
from bisect import bisect_right

from kgraph.extract.python.scope_values import Block, Narrowed, PythonScope, Value

_MAX_SEARCHED = 12  # bindings in front of a place, and behind it in a loop
_MAX_BLOCKS = 60  # blocks around a place


def reaching(scope: PythonScope, name: str, at: int) -> tuple[list[tuple[Value, int]], bool] | None:
    """The values that a name may have at a place, with where each was bound, and whether one of them always is; None
    where they are too many to tell."""
    values, places = scope.bound[name], scope.places[name]
    around = _find_enclosing(scope, at)
    if around is None:
        return None
    found: list[tuple[Value, int]] = []
    first = bisect_right(places, at) - 1
    certain = -1
    for number in range(first, -1, -1):
        if first - number > _MAX_SEARCHED:
            return None
        inside = _find_enclosing(scope, places[number])
        if inside is None:
            return None
        outside = [block for block in inside if block not in around]
        if isinstance(values[number], Narrowed) and outside:
            continue
        if any(_is_excluded(block, around) for block in outside):
            continue
        found.append((values[number], places[number]))
        if not outside and not (isinstance(values[number], str) and _may_fail(scope, places[number], at)):
            certain = places[number]
            break
    loops = [block for block in around if not block[2] and not block[0] <= certain < block[1]]
    if loops:
        last = max(block[1] for block in loops)
        for number in range(first + 1, len(places)):
            if places[number] >= last:
                break
            if number - first > _MAX_SEARCHED:
                return None
            if not isinstance(values[number], Narrowed):
                found.append((values[number], places[number]))
    return found, certain >= 0


def reaching_end(scope: PythonScope, name: str) -> list[Value]:
    """The values that a name may have once a scope has run, in the order of the text; all where they are too many to
    tell."""
    found = reaching(scope, name, sys.maxsize)
    return [value for value, _ in reversed(found[0])] if found and found[0] else scope.bound[name]


def position(scope: PythonScope, name: str, at: int) -> tuple[int, int]:
    """The innermost block around a place, -1 for none, and how many bindings of a name stand in front of it: `reaching`
    says the same of all places where these are."""
    return _innermost(scope, at), bisect_right(scope.places[name], at)


def nest(scope: PythonScope) -> None:
    """Put the blocks of a scope in order, and find the block that each stands in."""
    scope.blocks.sort(key=lambda block: (block[0], -block[1]))
    open_blocks: list[int] = []
    for number, block in enumerate(scope.blocks):
        while open_blocks and scope.blocks[open_blocks[-1]][1] <= block[0]:
            open_blocks.pop()
        scope.block_parents.append(open_blocks[-1] if open_blocks else -1)
        open_blocks.append(number)
    scope.block_starts = [block[0] for block in scope.blocks]


def _find_enclosing(scope: PythonScope, at: int) -> list[Block] | None:
    """The blocks that a place is in; None where there are too many."""
    found: list[Block] = []
    number = bisect_right(scope.block_starts, at) - 1
    for _ in range(_MAX_BLOCKS):
        if number < 0:
            return found
        if scope.blocks[number][1] > at:
            found.append(scope.blocks[number])
        number = scope.block_parents[number]
    return None


def _may_fail(scope: PythonScope, binding: int, at: int) -> bool:
    """Whether an import or definition stands in the body of a `try` that is over, and may have failed, at a place."""
    return any(first <= binding < last <= at for first, last in scope.tried)


def _innermost(scope: PythonScope, at: int) -> int:
    number = bisect_right(scope.block_starts, at) - 1
    for _ in range(_MAX_BLOCKS):
        if number < 0 or scope.blocks[number][1] > at:
            break
        number = scope.block_parents[number]
    return number


def _is_excluded(block: Block, around: list[Block]) -> bool:
    """Whether a block is another branch of a statement that the place is in."""
    return bool(block[2] & 1) and any(other[2] == block[2] for other in around)
