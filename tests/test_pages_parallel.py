"""Work on many pages in several processes: order, memory, and what happens with few."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kgraph.errors import KgraphError
from kgraph.pages.parallel import parallel_map


def test_results_come_in_the_order_of_the_items() -> None:
    items = [(number, -1) for number in range(2_000)]
    assert list(parallel_map(max, items)) == list(range(2_000))


def test_few_items_are_worked_on_here() -> None:
    assert list(parallel_map(lambda item: item + 1, range(20))) == list(range(1, 21))  # no process could be sent this


def test_items_are_made_while_others_are_worked_on() -> None:
    made = 0

    def items() -> Iterator[str]:
        nonlocal made
        for _ in range(5_000):
            made += 1
            yield "x"

    results = parallel_map(len, items())
    assert next(results) == 1
    assert made < 5_000
    results.close()  # type: ignore[attr-defined]  # a generator


def test_an_error_reaches_whoever_asked() -> None:
    with pytest.raises(ValueError, match="invalid literal"):
        list(parallel_map(int, ["1"] * 900 + ["x"]))


def test_a_process_that_ends_is_told() -> None:
    import os

    with pytest.raises(KgraphError, match="was ended"):
        list(parallel_map(os._exit, [3] * 400))
