"""How sentences say numbers, wherever kgraph writes one."""

from __future__ import annotations


def count_noun(number: int, noun: str, plural: str = "") -> str:
    """`1 file`, `2,102 files`."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"
