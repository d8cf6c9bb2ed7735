"""What depends on what: walking the graph finds what following every member would."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from kgraph.assemble.dependencies import NOTHING, DependencyGraph, dependents, find_reachable, gather

picks = st.lists(st.lists(st.integers(0, 40), max_size=5), max_size=25)


@settings(max_examples=150, deadline=None)
@given(picks, st.sets(st.integers(0, 40), max_size=4))
def test_walking_finds_all_that_depends_on_some(made_of: list[list[int]], chosen: set[int]) -> None:
    graph = DependencyGraph()
    below: dict[int, set[int]] = {NOTHING: set()}  # all that each depends on, and itself
    for some in made_of:
        members = [each % len(graph) for each in some]
        number = graph.node(members) if members else graph.leaf()
        below.setdefault(number, {number}).update(*(below[each] for each in members))
        assert below[number] == {number} - {NOTHING} | set().union(*(below[each] for each in members))
    lengths, members_of = graph.columns()
    size = len(graph)
    assert len(lengths) == size == len(below)
    start = {each % size for each in chosen} - {NOTHING}
    mask = np.isin(np.arange(size), list(start))
    assert set(np.flatnonzero(dependents(lengths, members_of, mask)).tolist()) == {
        number for number in below if below[number] & start
    }
    found = find_reachable(lengths, members_of, np.array(sorted(start), dtype=np.int64))
    assert set(np.flatnonzero(found).tolist()) == {each for number in start for each in below[number]}


def test_what_depends_on_one_thing_is_that_thing() -> None:
    graph = DependencyGraph()
    one, other = graph.leaf(), graph.leaf()
    assert graph.node([one, NOTHING, one]) == one
    assert graph.node([NOTHING]) == graph.node([]) == NOTHING
    both = graph.node([one, other])
    lengths, members = graph.columns()
    assert gather(lengths, members, np.array([both, one, both])).tolist() == [one, other, one, other]
