"""How alike the names of a test and of what changed are: of two tests that a change reaches over as sure a path, the
one that shares a rare word with it fails more often.

Input: edges, tests, and the certainty of a path. Output: a certainty, never less. The words of a test are those of its
path and name, and of the names of what it and its fixtures call, other than Python's special methods; those of what
changed are those of its own name, of its class, and of its file. A word counts by how few tests have it, as in
information retrieval (inverse document frequency), from 0 where all have it to 1 where only this one does; the rarest
that is shared counts.
"""

from __future__ import annotations

import math
import posixpath
import re
from collections.abc import Iterable
from functools import cached_property

import numpy as np
import polars as pl

from kgraph.impact.dependences import CODES, Dependences
from kgraph.impact.tests import TestNode

ALIKE = 0.5  # the share of a path's doubt (of the logarithm of its certainty) that a word of this test alone takes away
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
    return float(certainty ** (1.0 / (1.0 - ALIKE)))


class WordSimilarity:
    """The words of all tests; those with a word are looked up once a change has it."""

    def __init__(self, graph: Dependences, tests: Iterable[TestNode]) -> None:
        self._graph = graph
        self._tests = {test.node: test for test in tests}
        self._of_changed: dict[int, list[tuple[float, str, frozenset[int]]]] = {}
        self._with_word: dict[str, frozenset[int]] = {}

    def find_shared_word(self, test: TestNode, changed: int) -> tuple[str, float]:
        """The rarest word that a test shares with a changed node, and how rare it is; "" and 0 for none.

        That anything in a file changed is a node of its own, which leads to tests by their names alone: none is shared.
        """
        if changed >= self._graph.nodes.frame.height:
            return "", 0.0
        if changed not in self._of_changed:
            found = [(self._rarity(word), word, self._tests_with(word)) for word in self._words_of_changed(changed)]
            self._of_changed[changed] = sorted(found, reverse=True)
        for rarity, word, tests in self._of_changed[changed]:
            if test.node in tests:
                return (word, rarity) if rarity else ("", 0.0)
        return "", 0.0

    def _words_of_changed(self, node: int) -> set[str]:
        nodes = self._graph.nodes
        home = int(nodes.home[node])
        path = nodes.paths[home] if home >= 0 else ""
        names = _WORD.findall(nodes.name(node))[-2:] if node >= nodes.files else []
        return words(" ".join([*names, posixpath.basename(path)]))

    def _rarity(self, word: str) -> float:
        """How few tests have a word: 1 for a word of one test, 0 for one of all or none."""
        count = len(self._tests_with(word)) or len(self._tests)
        return math.log(len(self._tests) / count) / math.log(max(2, len(self._tests))) if count else 0.0

    def _tests_with(self, word: str) -> frozenset[int]:
        """The tests that have a word."""
        if word not in self._with_word:
            texts = self._texts.filter(pl.col("lower").str.contains(word, literal=True))
            found = [number for number, text in texts.select("number", "text").iter_rows() if word in words(text)]
            tests = self._named.filter(pl.col("number").is_in(found))["test"]
            self._with_word[word] = frozenset(tests.to_list())
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
