"""How alike the names of a test and of what changed are: of two tests that a change reaches over as sure a path, the
one that shares a rare word with it fails more often.

Input: edges, tests, and the certainty of a path. Output: a certainty, never less. The words of a test are those of its
path and name, and of the names of what it and its fixtures call; those of what changed are those of its own name, of
its class, and of its file. A word counts by how few tests have it, as in information retrieval (inverse document
frequency), from 0 where all have it to 1 where only this one does; the rarest that is shared counts.
"""

from __future__ import annotations

import math
import posixpath
import re
from collections import Counter
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path

import numpy as np

from kgraph.impact.dependences import CODES, Dependences
from kgraph.impact.kept_edges import load_words
from kgraph.impact.tests import TestNode

ALIKE = 0.5  # the share of a path's doubt (of the logarithm of its certainty) that a word of this test alone takes away
_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|_+|(?<=[A-Za-z])(?=[0-9])")
_PLAIN = frozenset({"test", "tests", "init", "src", "lib", "py", "cc", "cpp", "hpp", "util", "utils", "include"})
_FILES = ("stands in", "imports", "includes", "is configured by")
_FIXTURES = ("asks for the fixture", "is given the fixture", "is marked with the fixture")
MAX_FIXTURES = 50  # of one test, that are followed


def words(text: str) -> set[str]:
    """The words of the names in a text, in lower case: "test_getItem" has "get" and "item", and "__init__" has none."""
    names = (name for name in _WORD.findall(text) if not name.startswith("__"))
    parts = (part.lower() for name in names for part in _parts(name))
    return {part for part in parts if len(part) > 1 and not part[0].isdigit()} - _PLAIN


def _parts(name: str) -> list[str]:
    if name.islower() and name.replace("_", "").isalpha():  # as most are, which needs no pattern
        return name.split("_")
    return _HUMP.split(name)


def of_path(certainty: float) -> float:
    """The least certainty of a path to a test that is as sure as this, whatever words are shared."""
    return float(certainty ** (1.0 / (1.0 - ALIKE)))


class Alikeness:
    """The words of all tests."""

    def __init__(self, graph: Dependences, tests: Iterable[TestNode], generation: Path | None = None) -> None:
        """`generation` is the folder of the graph, where words are kept."""
        self._graph = graph
        self._tests = list(tests)
        self._generation = generation
        self._of_changed: dict[int, set[str]] = {}

    def shared(self, test: TestNode, changed: int) -> tuple[str, float]:
        """The rarest word that a test shares with a changed node, and how rare it is; "" and 0 for none.

        That anything in a file changed is a node of its own, which leads to tests by their names alone: none is shared.
        """
        if changed >= self._graph.nodes.frame.height:
            return "", 0.0
        if changed not in self._of_changed:
            self._of_changed[changed] = self._words_of_changed(changed)
        shared = self._of_changed[changed] & self._of_tests.get(test.node, set())
        rarity, word = max(((self._rarity[each], each) for each in shared), default=(0.0, ""))
        return (word, rarity) if rarity else ("", 0.0)

    def _words_of_changed(self, node: int) -> set[str]:
        nodes = self._graph.nodes
        home = int(nodes.home[node])
        path = nodes.paths[home] if home >= 0 else ""
        names = _WORD.findall(nodes.name(node))[-2:] if node >= nodes.files else []
        return words(" ".join([*names, posixpath.basename(path)]))

    @cached_property
    def _of_tests(self) -> dict[int, set[str]]:
        """By node of a test its words."""
        return load_words(self._generation, self._find_words)

    def _find_words(self) -> dict[int, set[str]]:
        graph, nodes = self._graph, self._graph.nodes
        order = np.argsort(graph.dependents, kind="stable")
        dependents, dependencies, codes = graph.dependents[order], graph.dependencies[order], graph.codes[order]
        skipped, fixture = {CODES[name] for name in _FILES}, {CODES[name] for name in _FIXTURES}
        names = nodes.names
        found: dict[int, set[str]] = {}
        known: dict[str, set[str]] = {}  # by name its words: most names are those of many tests
        for test in self._tests:
            used, seen, waiting = [test.path, test.name], {test.node}, [test.node]
            while waiting:
                node = waiting.pop()
                first, last = np.searchsorted(dependents, [node, node + 1]).tolist()
                for other, code in zip(dependencies[first:last].tolist(), codes[first:last].tolist(), strict=True):
                    if nodes.files <= other < len(names) and code not in skipped:
                        used.append(names[other] or "")
                        if code in fixture and other not in seen and len(seen) < MAX_FIXTURES:
                            seen.add(other)
                            waiting.append(other)
            for name in used:
                if name not in known:
                    known[name] = words(name)
            found[test.node] = set().union(*(known[name] for name in used))
        return found

    @cached_property
    def _rarity(self) -> dict[str, float]:
        """By word how few tests have it: 1 for a word of one test, 0 for one of all."""
        counts = Counter(word for each in self._of_tests.values() for word in each)
        whole = math.log(max(2, len(self._of_tests)))
        return {word: math.log(max(1.0, len(self._of_tests) / count)) / whole for word, count in counts.items()}
