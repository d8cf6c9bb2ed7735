"""What a shape is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

Tree = Mapping[str, bytes]  # content by path


@dataclass(frozen=True, slots=True)
class Shape:
    """A family of trees that differ in nothing but in how much there is of one thing."""

    name: str
    n: int  # how much the smallest tree has that is measured; others have twice, four times, ... as much
    make: Callable[[int], Tree]
    queries: Mapping[str, Mapping[str, str]] | None = None  # shipped queries worth asking, with their parameters
    small: int = 40  # how much is enough to count operations; twice as much is compared with it


def one_file(path: str, text: Callable[[int], str]) -> Callable[[int], Tree]:
    """A tree of one file."""
    return lambda n: {path: text(n).encode("utf-8", "surrogateescape")}


def shapes(path: str, rows: Mapping[str, tuple[int, Callable[[int], str]]]) -> list[Shape]:
    """Shapes of one file each, by name: the smallest n, and the text for an n."""
    return [Shape(name, n, one_file(path, text)) for name, (n, text) in rows.items()]


def lines(n: int, line: str, start: int = 0) -> str:
    """The line n times over, "@" in it replaced by a number that counts up."""
    return "".join(line.replace("@", str(i)) + "\n" for i in range(start, start + n))
