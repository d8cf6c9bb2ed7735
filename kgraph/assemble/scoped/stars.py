"""Exports of all that other units offer (`export * from "./m"`): which of a unit's may bring a name.

Input: a `Program`, and which unit an import leads to. Output: for a unit and a name, the exports to look in, in their
order. An index file with a thousand of them is asked for a thousand names: what each brings is listed once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from kgraph.assemble.scoped.program import Program

_MAX_SEARCHED = 8  # exports of all, each of which may be looked into
_MAX_NAMES = 1_000  # names that are listed for one, on average: where there are more, none are listed

Star = tuple[int, str]  # the file that has it, and its path


class StarExports:
    """The exports of all that other units offer, of all units."""

    def __init__(self, program: Program, unit_of: Callable[[int, str], str | None]) -> None:
        """`unit_of` gives the unit that the spelling of a module in a file leads to; None where it is no whole unit."""
        self._program = program
        self._unit_of = unit_of
        self._brings: dict[str, dict[str, list[Star]] | None] = {}  # by unit and name
        self._names: dict[str, set[str]] = {}  # of the top level, by unit
        for unit, name, _ in program.declarations:
            if program.separator not in name:
                self._names.setdefault(unit, set()).add(name)

    def that_may_bring(self, unit: str, name: str) -> Sequence[Star]:
        """Those of a unit that may bring a name."""
        stars = self._stars(unit)
        if len(stars) <= _MAX_SEARCHED:
            return stars
        if unit not in self._brings:
            self._brings[unit] = self._list_names(stars)
        brings = self._brings[unit]
        return stars if brings is None else brings.get(name, ())

    def _stars(self, unit: str) -> Sequence[Star]:
        return self._program.exports.get(unit, {}).get("*", ())

    def _list_names(self, stars: Sequence[Star]) -> dict[str, list[Star]] | None:
        """What each brings, by name, each name by the first that leads to it; None where that is too much to list."""
        brings: dict[str, list[Star]] = {}
        seen: set[str] = set()
        left = len(stars) * _MAX_NAMES
        for star in stars:
            pending = [star]
            while pending:
                file, path = pending.pop()
                unit = self._unit_of(file, path.partition("|")[0])
                if unit is None or unit in seen:
                    continue
                seen.add(unit)
                names, inner = self._find_offered(unit), self._stars(unit)
                left -= 1 + len(names) + len(inner)
                if left < 0 or "=" in names:  # which may have any name
                    return None
                for name in names:
                    known = brings.setdefault(name, [])
                    if not known or known[-1] != star:
                        known.append(star)
                pending += reversed(inner)
        return brings

    def _find_offered(self, unit: str) -> set[str]:
        own: Iterable[str] = self._program.exports.get(unit, {})
        return self._names.get(unit, set()).union(own)
