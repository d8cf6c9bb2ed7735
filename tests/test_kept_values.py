"""Values kept from one build to the next: made again once what they depend on is another."""

from __future__ import annotations

import pytest

from kgraph.kept_values import KeptValues


@pytest.mark.parametrize(("keeps", "made"), [(True, [1, 2, 1]), (False, [1, 1, 2, 1])])
def test_a_value_is_made_once_for_what_it_depends_on(keeps: bool, made: list[int]) -> None:
    kept, calls = KeptValues(keeps=keeps), []

    def value(of: int) -> int:
        return kept.get_or_make("double", [of], lambda: calls.append(of) or 2 * of)  # type: ignore[func-returns-value]

    assert [value(1), value(1), value(2), value(1)] == [2, 2, 4, 2]
    assert calls == made


def test_parts_are_made_one_by_one() -> None:
    kept, made = KeptValues(), []

    def lengths(of: dict[str, str]) -> dict[str, int]:
        return kept.each("lengths", of, lambda key: made.append(key) or len(of[key]))  # type: ignore[func-returns-value]

    assert lengths({"a": "x", "b": "yy"}) == {"a": 1, "b": 2}
    assert lengths({"b": "yy", "c": "", "a": "xyz"}) == {"b": 2, "c": 0, "a": 3}
    assert lengths({"a": "xyz"}) == {"a": 3}
    assert lengths({"b": "yy"}) == {"b": 2}  # what the last build did not use is not held
    assert made == ["a", "b", "c", "a", "b"]
