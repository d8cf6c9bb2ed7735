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


def find_stated(text: str, where: str, base: str) -> Dataset | None:
    """The dataset that the FROM clauses of a query state; None where it has none. They may name this graph alone."""
    all_tokens = list(tokens(text))
    default: list[str] = []
    named: list[str] = []
    for index, token in enumerate(all_tokens):
        if token.word != "FROM":
            continue
        is_named = index + 1 < len(all_tokens) and all_tokens[index + 1].word == "NAMED"
        name = all_tokens[index + 1 + is_named].text if index + 1 + is_named < len(all_tokens) else ""
        if name != f"<{base}>":
            raise QueryError(
                "FROM: there is one graph to read, and this is not its name",
                where=f"{where}:{line_of(text, token.offset)}",
                hint=f"leave the clause out, or name <{base}>",
            )
        (named if is_named else default).append(base)
    return Dataset(tuple(default), tuple(named)) if default or named else None


def prepare(text: str, dataset: Dataset, where: str, base: str) -> tuple[str, dict[str, Any]]:
    """The text and the arguments with which the engine reads these graphs, whatever FROM says."""
    others = [NamedNode(name) for name in dict.fromkeys(dataset.named) if name != base]
    default: list[Any] = [NamedNode(name) for name in dict.fromkeys(dataset.default) if name != base] or [_EMPTY]
    if base in dataset.default:
        default = [DefaultGraph(), *default]
    all_tokens = list(tokens(text))
    if base in dataset.named and any(token.word == "GRAPH" for token in all_tokens):
        if base not in dataset.default:
            if _reads_default(all_tokens):
                raise QueryError(
                    "a pattern stands outside of GRAPH, where this dataset has no triples beside those of its graphs",
                    where=where,
                    hint=f"put it within GRAPH, or make <{base}> the default graph too",
                )
            default = [DefaultGraph()]
        text = _Rewriter(text, all_tokens, base, bool(others)).text(0, len(all_tokens))
    return text, {"default_graph": default, "named_graphs": others}


class _Rewriter:
    """Patterns of the named graph as patterns of the default graph."""

    def __init__(self, text: str, all_tokens: Sequence[Token], base: str, others: bool) -> None:
        self._text = text
        self._tokens = all_tokens
        self._name = f"<{base}>"
        self._others = others
        self._ends = dict(_brackets(all_tokens))

    def text(self, first: int, last: int) -> str:
        """The text of some tokens and of what stands between them."""
        pieces: list[str] = []
        all_tokens = self._tokens
        done = all_tokens[first].offset if first < len(all_tokens) else len(self._text)
        if first == 0:
            done = 0
        index = first
        while index < last:
            if all_tokens[index].word != "GRAPH" or (end := self._ends.get(index + 2)) is None:
                index += 1
                continue
            graph = all_tokens[index + 1]
            inner = self.text(index + 3, end) if index + 3 < end else ""
            same = f"VALUES {graph.text} {{ {self._name} }}"
            if graph.kind != "variable":
                same = f"FILTER({graph.text} = {self._name})"
            made = f"{{ {{ {inner} }} {same} }}"
            if self._others:
                made = f"{{ {made} UNION {{ GRAPH {graph.text} {{ {inner} }} }} }}"
            pieces += (self._text[done : all_tokens[index].offset], made)
            done = all_tokens[end].end
            index = end + 1
        until = len(self._text) if last == len(all_tokens) else all_tokens[last].offset
        return "".join((*pieces, self._text[done:until]))


def _brackets(all_tokens: Sequence[Token]) -> Iterator[tuple[int, int]]:
    """The numbers of opening brackets with those that close them."""
    opened: list[int] = []
    for index, token in enumerate(all_tokens):
        if token.text in "({[":
            opened.append(index)
        elif token.text in ")}]" and opened:
            yield opened.pop(), index


def _reads_default(all_tokens: Sequence[Token]) -> bool:
    """Whether a query has, or may have, a pattern outside of GRAPH."""
    ends = dict(_brackets(all_tokens))
    index = depth = 0
    while index < len(all_tokens):
        token, following = all_tokens[index], all_tokens[index + 1] if index + 1 < len(all_tokens) else None
        word = token.word
        if word == "DESCRIBE":
            return True
        if word == "CONSTRUCT" and following and following.text == "{":
            index = ends.get(index + 1, index + 1)
        elif word == "SELECT" or (depth and word in _MODIFIERS):
            while index + 1 < len(all_tokens) and all_tokens[index + 1].text not in "{}":
                index += 1
        elif word == "GRAPH" and index + 2 in ends:
            index = ends[index + 2]
        elif word == "VALUES":
            while index + 1 < len(all_tokens) and all_tokens[index + 1].text != "{":
                index += 1
            index = ends.get(index + 1, index + 1)
        elif word in ("FILTER", "BIND") and following and following.word not in ("NOT", "EXISTS"):
            bracket = index + 1 if following.text == "(" else index + 2
            if any(each.word == "EXISTS" for each in all_tokens[index : ends.get(bracket, bracket)]):
                return True
            index = ends.get(bracket, bracket)
        elif token.text in "{}":
            depth += 1 if token.text == "{" else -1
        elif depth and token.text != "." and word not in ("OPTIONAL", "UNION", "MINUS", "WHERE", "FILTER"):
            return True
        index += 1
    return False
