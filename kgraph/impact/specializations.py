"""What a class template of C++ may be where it is used: one of its specializations.

Input: nodes. Output: edges from a class template, and from a partial specialization, to the specializations that
arguments of it may choose, and from their members to those of the same name there. Which one is chosen is decided where
the template is instantiated, which no text shows where that depends on parameters of a template around.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

import polars as pl

from kgraph.impact.dependences import TYPES, DependenceEdges, Nodes, edges, frame_of

_WORD = re.compile(r"\w+")
_HEAD = re.compile(r"template\s*<([^;{}]*)>\s*(?:struct|class|union)\b")
MAX_SPECIALIZATIONS = 100  # of one template; of more, none is followed

Row = tuple[int, int, int, int]


def make_specialization_edges(nodes: Nodes) -> DependenceEdges:
    """The edges."""
    rows = nodes.symbols(pl.col("kind").is_in(list(TYPES))).select("node", "name", "qualified_name", "signature")
    rows = rows.with_columns(bare=pl.col("name").str.extract(r"^([^<]*)"))
    rows = rows.with_columns(
        scope=pl.col("qualified_name").str.head(
            pl.col("qualified_name").str.len_chars() - pl.col("name").str.len_chars()
        )
    )
    special = rows.filter(pl.col("name").str.ends_with(">"))
    rows = rows.join(special.select("scope", "bare").unique(), on=["scope", "bare"], how="semi", maintain_order="left")
    rows = rows.filter(pl.len().over("scope", "bare").is_between(2, MAX_SPECIALIZATIONS))
    rows = rows.filter(pl.Series(nodes.is_native[nodes.home[rows["node"].to_numpy()]]))
    groups: defaultdict[tuple[str, str], list[tuple[int, str, str]]] = defaultdict(list)
    for node, name, bare, scope, signature in rows.select("node", "name", "bare", "scope", "signature").iter_rows():
        groups[scope, bare].append((node, name[len(bare) + 1 : -1], signature or ""))
    pairs = [pair for group in groups.values() for pair in _pairs(group)]
    return edges("is specialized as", frame_of(_with_members(nodes, pairs)))


def _pairs(group: list[tuple[int, str, str]]) -> Iterator[tuple[int, int]]:
    """A template and a specialization that its arguments may choose, as often as there are."""
    parted = [(node, _arguments(given)) for node, given, _ in group]
    for (general, given), (_, _, signature) in zip(parted, group, strict=True):
        parameters = _parameters(signature)
        if given and parameters.isdisjoint(_WORD.findall(",".join(given))):
            continue  # one for these arguments alone
        for special, other in parted:
            if special != general and other and (not given or _may_be(given, other, parameters)):
                yield general, special


def _parameters(signature: str) -> set[str]:
    head = _HEAD.match(signature)
    return set(_WORD.findall(head[1])) if head else set()


def _arguments(text: str) -> list[str]:
    """What stands between the outermost commas."""
    parts, depth, start = [], 0, 0
    for place, char in enumerate(text):
        depth += (char in "<([{") - (char in ">)]}")
        if char == "," and depth == 0:
            parts.append(text[start:place].strip())
            start = place + 1
    return [*parts, text[start:].strip()] if text else []


def _may_be(given: list[str], other: list[str], parameters: set[str]) -> bool:
    """Whether arguments may be those of a partial specialization: what stands around its parameters is the same."""
    if len(given) != len(other):
        return False
    for own, theirs in zip(given, other, strict=True):
        places = [match.span() for match in _WORD.finditer(own) if match[0] in parameters]
        if not places and own != theirs:
            return False
        if places:
            front, back = own[: places[0][0]], own[places[-1][1] :]
            if len(theirs) <= len(front) + len(back) or not (theirs.startswith(front) and theirs.endswith(back)):
                return False
    return True


def _with_members(nodes: Nodes, pairs: list[tuple[int, int]]) -> list[Row]:
    held = pl.Series([node for pair in pairs for node in pair], dtype=pl.Int64).unique()
    members = nodes.contains.filter(pl.col("source").is_in(held.implode()))
    names = nodes.frame.select(pl.col("node").cast(pl.Int64), "name")
    members = members.join(names, left_on="target", right_on="node").sort("source", "target")
    own: defaultdict[int, dict[str, int]] = defaultdict(dict)
    for source, target, name in members.select("source", "target", "name").iter_rows():
        own[source].setdefault(name, target)
    found = list(pairs)
    for general, special in pairs:
        theirs = own.get(special, {})
        found += [(member, theirs[name]) for name, member in own.get(general, {}).items() if name in theirs]
    home, line = nodes.home, nodes.line
    return [(one, other, int(home[other]), int(line[other])) for one, other in found if home[other] >= 0]
