"""How alike a test and what changed are: of two tests that a change reaches over as sure a path, the one that shares
rare words with it fails more often.

Input: edges, tests with the names in their texts, and the certainty of a path. Output: a certainty, never less. Three
words count, each the rarest that is shared: one of the changed symbol's own name; one of the names of its class and
file; and a whole name of its text. The words of a test are those of its path, name and text, and of the names of what
it and its fixtures call, other than Python's special methods. A word counts by how few tests have it, as in
information retrieval (inverse document frequency), from 0 where all have it to 1 where only this one does.

What else was tried, on seven projects with the others as evidence, and orders tests no better: how much a test reaches
beside what changed, how many paths lead to it, the number of steps, words of the names on the path, and weights of the
kinds of steps that a regression found.
"""

from __future__ import annotations

import math
import posixpath
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl

from kgraph.impact.dependences import CODES, FUNCTIONS, Dependences
from kgraph.impact.symbol_texts import SymbolTexts, TestNames
from kgraph.impact.tests import TestNode

_Rarity = tuple[float, str, frozenset[int]]  # how rare a word is, the word, and the tests that have it

# The share of a path's doubt (of the logarithm of its certainty) that a word of this test alone takes away.
OWN_NAME = 0.25
AROUND = 0.25
TEXT = 0.15
MAX_SHARE = OWN_NAME + AROUND + TEXT
MIN_RARITY = 0.15  # of a name in a text: others are in the texts of too many tests
_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|_+|(?<=[A-Za-z])(?=[0-9])")
_PLAIN = frozenset({"test", "tests", "init", "src", "lib", "py", "cc", "cpp", "hpp", "util", "utils", "include"})
_FILES = ("stands in", "imports", "includes", "is configured by")
_FIXTURES = ("asks for the fixture", "is given the fixture", "is marked with the fixture")
MAX_FIXTURE_STEPS = 10  # from a test to a fixture, and from one to another, that are followed


def words(text: str) -> set[str]:
    """The words of the names in a text, in lower case: "test_getItem" has "get" and "item", and "__init__" has none."""
    parts = (part.lower() for name in _WORD.findall(text) for part in _parts(name))
    return {part for part in parts if len(part) > 1 and not part[0].isdigit()} - _PLAIN


def _parts(name: str) -> list[str]:
    if name.islower() and name.replace("_", "").isalpha():  # as most are, which needs no pattern
        return name.split("_")
    return _HUMP.split(name)


def least_certainty(certainty: float) -> float:
    """The least certainty of a path to a test that is as sure as this, whatever words are shared."""
    return float(certainty ** (1.0 / (1.0 - MAX_SHARE)))


@dataclass(frozen=True, slots=True)
class SharedWords:
    """What a test shares with a change."""

    words: tuple[str, ...] = ()
    share: float = 0.0  # of the doubt of a path that they take away


class WordSimilarity:
    """The words of all tests; those with a word are looked up once a change has it."""

    def __init__(self, graph: Dependences, tests: Iterable[TestNode], names: TestNames, texts: SymbolTexts) -> None:
        """`names` are those in the texts of the tests, `texts` those of what changed."""
        self._graph, self._names, self._of_symbols = graph, names, texts
        self._tests = {test.node: test for test in tests}
        self._of_changed: dict[int, list[tuple[float, list[_Rarity]]]] = {}
        self._with_word: dict[str, frozenset[int]] = {}

    def find_shared(self, test: TestNode, changed: int) -> SharedWords:
        """The words that a test shares with a changed node.

        That anything in a file changed is a node of its own, which leads to tests by their names alone: none is shared.
        """
        if changed >= self._graph.nodes.frame.height:
            return SharedWords()
        if changed not in self._of_changed:
            self._of_changed[changed] = [
                (OWN_NAME, self._weigh(self._own_words(changed))),
                (AROUND, self._weigh(self._words_around(changed))),
                (TEXT, self._weigh_names(changed)),
            ]
        found, share = [], 0.0
        for weight, held in self._of_changed[changed]:
            rarity, word = next(((rarity, word) for rarity, word, tests in held if test.node in tests), (0.0, ""))
            if rarity:
                found.append(word)
                share += weight * rarity
        return SharedWords(tuple(dict.fromkeys(found)), share)

    def _weigh(self, words_of_changed: Iterable[str]) -> list[_Rarity]:
        """Some words by how rare they are, the rarest first, with the tests that have each."""
        held = [(self._rarity_of(tests), word, tests) for word in words_of_changed if (tests := self._tests_with(word))]
        return sorted((each for each in held if each[0]), key=lambda each: each[:2], reverse=True)

    def _weigh_names(self, changed: int) -> list[_Rarity]:
        """The same of the names in the text of a function."""
        if self._graph.nodes.kinds[changed] not in FUNCTIONS:
            return []
        names = self._of_symbols.find_names([changed])[changed] or ()
        held = [(self._rarity_of(tests), name, tests) for name in names if (tests := self._names.find_tests(name))]
        return sorted((each for each in held if each[0] >= MIN_RARITY), key=lambda each: each[:2], reverse=True)

    def _own_words(self, node: int) -> set[str]:
        nodes = self._graph.nodes
        return words(" ".join(_WORD.findall(nodes.name(node))[-1:])) if node >= nodes.files else set()

    def _words_around(self, node: int) -> set[str]:
        nodes = self._graph.nodes
        home = int(nodes.home[node])
        path = nodes.paths[home] if home >= 0 else ""
        names = _WORD.findall(nodes.name(node))[-2:-1] if node >= nodes.files else []
        return words(" ".join([*names, posixpath.basename(path)]))

    def _rarity_of(self, tests: frozenset[int]) -> float:
        """How few tests have a word: 1 for a word of one test, 0 for one of all."""
        return math.log(len(self._tests) / len(tests)) / math.log(max(2, len(self._tests)))

    def _tests_with(self, word: str) -> frozenset[int]:
        """The tests that have a word."""
        if word not in self._with_word:
            texts = self._texts.filter(pl.col("lower").str.contains(word, literal=True))
            found = [number for number, text in texts.select("number", "text").iter_rows() if word in words(text)]
            tests = self._named.filter(pl.col("number").is_in(found))["test"]
            named = [name for name in self._names.find_containing(word) if word in words(name)]
            self._with_word[word] = frozenset(tests.to_list()).union(*map(self._names.find_tests, named))
        return self._with_word[word]

    @cached_property
    def _texts(self) -> pl.DataFrame:
        """The texts that hold the words of tests, by number: names of nodes, then names and paths of tests."""
        nodes = self._graph.nodes
        own = [f"{test.path} {test.name}" for test in self._tests.values()]
        spelled = nodes.frame["name"].str.starts_with("__").not_()  # Python itself calls those, unseen
        used = nodes.frame.select(text=pl.when(spelled).then("name"))["text"]
        texts = pl.concat([used, pl.Series("text", own, dtype=pl.String)])
        frame = pl.DataFrame({"text": texts}).with_row_index("number").drop_nulls("text")
        is_used = pl.col("number").is_in(self._named["number"].unique().implode())
        return frame.filter(is_used).with_columns(lower=pl.col("text").str.to_lowercase())

    @cached_property
    def _named(self) -> pl.DataFrame:
        """Tests, and the numbers of their texts."""
        nodes, graph = self._graph.nodes, self._graph
        codes = graph.codes
        edges = pl.DataFrame({"via": graph.dependents, "other": graph.dependencies, "code": codes})
        by_name = edges.filter(~pl.col("code").is_in([CODES[name] for name in _FILES]))
        by_name = by_name.filter(pl.col("other").is_between(nodes.files, nodes.frame.height - 1))
        fixtures = by_name.filter(pl.col("code").is_in([CODES[name] for name in _FIXTURES])).select("via", "other")
        tests = pl.Series(list(self._tests), dtype=pl.Int64)
        found = [pl.DataFrame({"test": tests, "via": tests})]
        for _ in range(MAX_FIXTURE_STEPS):
            following = found[-1].join(fixtures, on="via").select("test", via="other").unique()
            following = following.join(pl.concat(found), on=["test", "via"], how="anti")
            if following.is_empty():
                break
            found.append(following)
        named = pl.concat(found).join(by_name, on="via").select("test", number="other").unique()
        own = pl.DataFrame({"test": tests, "number": np.arange(len(tests)) + nodes.frame.height})
        return pl.concat([named, own]).with_columns(pl.col("number").cast(pl.UInt32))
