"""Which graphs a query reads (SPARQL 1.1, section 13): the graph of the repository under its name, or none.

Input: a query, the names of graphs, the base IRI. Output: a text and arguments for the engine.

The store keeps the triples in its default graph, which costs half as much as a named one; exports name it by the base
IRI, and so may queries. The engine does not know that name: where it is the name of a named graph, patterns within
GRAPH are made patterns of the default graph, and the name is joined to their solutions. Other names are the engine's to
look up. A graph that the store does not have is empty, as the standard's own tests expect.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pyoxigraph import DefaultGraph, NamedNode, Store

from kgraph.errors import QueryError
from kgraph.query.tokens import Token, line_of, tokens

_MODIFIERS = ("GROUP", "HAVING", "ORDER", "LIMIT", "OFFSET")
_EMPTY = NamedNode("urn:x-kgraph:empty")


@dataclass(frozen=True, slots=True)
class Dataset:
    """Names of the graphs that make up the default graph, and of those that GRAPH may name."""

    default: tuple[str, ...] = ()
    named: tuple[str, ...] = ()

    def unknown(self, store: Store, base: str) -> list[str]:
        """Those that the store does not have."""
        names = dict.fromkeys((*self.default, *self.named))
        return [name for name in names if name != base and not store.contains_named_graph(NamedNode(name))]


def stated(text: str, where: str, base: str) -> Dataset | None:
    """The dataset that the FROM clauses of a query state; None where it has none. They may name this graph alone."""
    found = list(tokens(text))
    default: list[str] = []
    named: list[str] = []
    for index, token in enumerate(found):
        if token.word != "FROM":
            continue
        is_named = index + 1 < len(found) and found[index + 1].word == "NAMED"
        name = found[index + 1 + is_named].text if index + 1 + is_named < len(found) else ""
        if name != f"<{base}>":
            raise QueryError(
                "FROM: there is one graph to read, and this is not its name",
                where=f"{where}:{line_of(text, token.offset)}",
                hint=f"leave the clause out, or name <{base}>",
            )
        (named if is_named else default).append(base)
    return Dataset(tuple(default), tuple(named)) if default or named else None


def prepared(text: str, dataset: Dataset, where: str, base: str) -> tuple[str, dict[str, Any]]:
    """The text and the arguments with which the engine reads these graphs, whatever FROM says."""
    others = [NamedNode(name) for name in dict.fromkeys(dataset.named) if name != base]
    default: list[Any] = [NamedNode(name) for name in dict.fromkeys(dataset.default) if name != base] or [_EMPTY]
    if base in dataset.default:
        default = [DefaultGraph(), *default]
    found = list(tokens(text))
    if base in dataset.named and any(token.word == "GRAPH" for token in found):
        if base not in dataset.default:
            if _reads_default(found):
                raise QueryError(
                    "a pattern stands outside of GRAPH, where this dataset has no triples beside those of its graphs",
                    where=where,
                    hint=f"put it within GRAPH, or make <{base}> the default graph too",
                )
            default = [DefaultGraph()]
        text = _Rewriter(text, found, base, bool(others)).text(0, len(found))
    return text, {"default_graph": default, "named_graphs": others}


class _Rewriter:
    """Patterns of the named graph as patterns of the default graph."""

    def __init__(self, text: str, found: Sequence[Token], base: str, others: bool) -> None:
        self._text = text
        self._found = found
        self._name = f"<{base}>"
        self._others = others
        self._ends = dict(_brackets(found))

    def text(self, first: int, last: int) -> str:
        """The text of some tokens and of what stands between them."""
        pieces: list[str] = []
        found = self._found
        done = found[first].offset if first < len(found) else len(self._text)
        if first == 0:
            done = 0
        index = first
        while index < last:
            if found[index].word != "GRAPH" or (end := self._ends.get(index + 2)) is None:
                index += 1
                continue
            graph = found[index + 1]
            inner = self.text(index + 3, end) if index + 3 < end else ""
            same = f"VALUES {graph.text} {{ {self._name} }}"
            if graph.kind != "variable":
                same = f"FILTER({graph.text} = {self._name})"
            made = f"{{ {{ {inner} }} {same} }}"
            if self._others:
                made = f"{{ {made} UNION {{ GRAPH {graph.text} {{ {inner} }} }} }}"
            pieces += (self._text[done : found[index].offset], made)
            done = found[end].end
            index = end + 1
        until = len(self._text) if last == len(found) else found[last].offset
        return "".join((*pieces, self._text[done:until]))


def _brackets(found: Sequence[Token]) -> Iterator[tuple[int, int]]:
    """The numbers of opening brackets with those that close them."""
    opened: list[int] = []
    for index, token in enumerate(found):
        if token.text in "({[":
            opened.append(index)
        elif token.text in ")}]" and opened:
            yield opened.pop(), index


def _reads_default(found: Sequence[Token]) -> bool:
    """Whether a query has, or may have, a pattern outside of GRAPH."""
    ends = dict(_brackets(found))
    index = depth = 0
    while index < len(found):
        token, following = found[index], found[index + 1] if index + 1 < len(found) else None
        word = token.word
        if word == "DESCRIBE":
            return True
        if word == "CONSTRUCT" and following and following.text == "{":
            index = ends.get(index + 1, index + 1)
        elif word == "SELECT" or (depth and word in _MODIFIERS):
            while index + 1 < len(found) and found[index + 1].text not in "{}":
                index += 1
        elif word == "GRAPH" and index + 2 in ends:
            index = ends[index + 2]
        elif word == "VALUES":
            while index + 1 < len(found) and found[index + 1].text != "{":
                index += 1
            index = ends.get(index + 1, index + 1)
        elif word in ("FILTER", "BIND") and following and following.word not in ("NOT", "EXISTS"):
            bracket = index + 1 if following.text == "(" else index + 2
            if any(each.word == "EXISTS" for each in found[index : ends.get(bracket, bracket)]):
                return True
            index = ends.get(bracket, bracket)
        elif token.text in "{}":
            depth += 1 if token.text == "{" else -1
        elif depth and token.text != "." and word not in ("OPTIONAL", "UNION", "MINUS", "WHERE", "FILTER"):
            return True
        index += 1
    return False
