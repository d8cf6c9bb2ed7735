"""What a shape is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
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

    def size(self, n: int) -> int:
        """Bytes of all contents, and of the names of all files and folders."""
        made = self.make(n)
        names = {path[:at] for path in made for at in (*_slashes(path), len(path))}
        return sum(map(len, made.values())) + sum(len(name.rpartition("/")[2]) + 1 for name in names)


def _slashes(path: str) -> list[int]:
    return [at for at, letter in enumerate(path) if letter == "/"]


def one_file(path: str, text: Callable[[int], str]) -> Callable[[int], Tree]:
    """A tree of one file."""
    return lambda n: {path: text(n).encode("utf-8", "surrogateescape")}


def shapes(path: str, rows: Mapping[str, tuple[int, Callable[[int], str]]]) -> list[Shape]:
    """Shapes of one file each, by name: the smallest n, and the text for an n."""
    return [Shape(name, n, one_file(path, text)) for name, (n, text) in rows.items()]


def lines(n: int, line: str, start: int = 0) -> str:
    """The line n times over, "@" in it replaced by a number that counts up."""
    return "".join(line.replace("@", str(i)) + "\n" for i in range(start, start + n))


Files = dict[str, str]
Maker = Callable[[int], Files]


def registry() -> tuple[list[Shape], Callable[..., Callable[[Maker], Maker]]]:
    """Shapes of trees, and the decorator that adds a function which gives the files of a tree of size n."""
    registered: list[Shape] = []

    def tree(size: int, **queries: dict[str, str]) -> Callable[[Maker], Maker]:
        """Adds a maker under its name; a query's name has "_" for "-"."""

        def register(make: Maker) -> Maker:
            def encoded(n: int) -> Tree:
                return {path: text.encode("utf-8", "surrogateescape") for path, text in make(n).items()}

            asked = {name.replace("_", "-"): given for name, given in queries.items()}
            registered.append(Shape("tree: " + make.__name__.replace("_", " "), size, encoded, asked or None))
            return make

        return register

    return registered, tree


def joined(rows: Iterable[str]) -> str:
    """Lines of a text."""
    return "".join(f"{row}\n" for row in rows)
