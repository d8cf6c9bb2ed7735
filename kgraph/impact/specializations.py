"""What a class template of C++ may be where it is used: one of its specializations.

Input: nodes. Output: edges from a class template, and from a partial specialization, to the specializations that
arguments of it may choose, and from their members to those of the same name there. Which one is chosen is decided where
the template is instantiated, which no text shows where that depends on parameters of a template around.
"""

from __future__ import annotations

import re
from collections import defaultdict

import numpy as np
import polars as pl

from kgraph.impact.dependences import TYPES, DependenceEdges, Nodes, edges, frame_of

_WORD = re.compile(r"\w+")
_HEAD = re.compile(r"template\s*<([^;{}]*)>\s*(?:struct|class|union)\b")
MAX_SPECIALIZATIONS = 200  # of one template; of more, none is followed


def of_specializations(nodes: Nodes) -> DependenceEdges:
    """The edges."""
    native = np.flatnonzero(nodes.is_native)
    rows = nodes.symbols(pl.col("kind").is_in(list(TYPES))).select("node", "name", "qualified_name", "signature")
    rows = rows.with_columns(home=pl.Series(nodes.home[rows["node"].to_numpy()])).filter(pl.col("home").is_in(native))
    templates: defaultdict[tuple[str, str], list[tuple[int, str, str]]] = defaultdict(list)
    for node, name, qualified, signature in rows.drop("home").iter_rows():
        if name.endswith(">") or (signature or "").startswith("template"):
            bare, _, given = name.partition("<")
            scope = qualified.removesuffix(name)
            templates[scope, bare].append((node, given.removesuffix(">"), signature or ""))
    found: list[tuple[int, int, int, int]] = []
    for group in templates.values():
        if 1 < len(group) <= MAX_SPECIALIZATIONS:
            for general, given, signature in group:
                pattern = _pattern(given, signature) if given else None
                for special, other, _ in group:
                    if special != general and other and (not given or (pattern and pattern.fullmatch(other))):
                        found += _with_members(nodes, general, special)
    return edges("is specialized as", frame_of(found))


def _pattern(given: str, signature: str) -> re.Pattern[str] | None:
    """What the arguments of a partial specialization stand for; None for those of a full one."""
    head = _HEAD.match(signature)
    parameters = set(_WORD.findall(head[1])) if head else set()
    if not parameters & set(_WORD.findall(given)):
        return None
    parts = re.split(r"(\w+)", given)
    return re.compile("".join(".+" if part in parameters else re.escape(part) for part in parts))


def _with_members(nodes: Nodes, general: int, special: int) -> list[tuple[int, int, int, int]]:
    names = nodes.frame["name"]
    own = {names[member]: member for member in nodes.members(special)}
    pairs = [(general, special)]
    pairs += [(member, own[names[member]]) for member in nodes.members(general) if names[member] in own]
    return [
        (one, other, int(nodes.home[other]), int(nodes.line[other])) for one, other in pairs if nodes.home[other] >= 0
    ]
