"""Includes through a macro: which values the macro may have where `#include MACRO` stands.

Input: the include graph as far as it is plain, and the definitions of macros as header names. Output: for an including
file the definitions that can be live there. A definition is live in a file when it stands in that file or in one that
it includes; and, because templates are instantiated by inclusion, when somebody defines the macro, or includes the file
that defines it, and with the next directive includes the file:

    #include <TH/generic/THTensor.cpp>     // defines TH_GENERIC_FILE as "TH/generic/THTensor.cpp"
    #include <TH/THGenerateAllTypes.h>     // whose parts say #include TH_GENERIC_FILE

Such a definition is live for that includer alone: what the directive means for one is no matter of another.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class HeaderMacro:
    """One definition of a macro as a header name."""

    file: int  # number of the file that it stands in
    line: int
    text: str  # in quotes or angle brackets


Directives = Mapping[int, Sequence[tuple[int, int]]]  # file: line and target of its includes, in order


class MacroLiveness:
    """Answers where definitions are live."""

    def __init__(self, includes: Directives, macros: Iterable[HeaderMacro]) -> None:
        self._includes = includes
        self._reached: dict[int, frozenset[int]] = {}
        definers = {macro.file for macro in macros}
        # By definer: what is included right after it, and by whom.
        self._after: dict[int, set[tuple[int, int]]] = defaultdict(set)
        for includer, directives in includes.items():
            for (_, target), (_, following) in itertools.pairwise(directives):
                if target in definers:
                    self._after[target].add((following, includer))

    def live_for(self, macro: HeaderMacro, file: int) -> Collection[int] | None:
        """The includers for which `macro` is defined when the preprocessor reads `file`; None for all of them."""
        if macro.file == file or macro.file in self._reach(file):
            return None
        own = next((target for line, target in self._includes.get(macro.file, ()) if line > macro.line), None)
        following = self._after[macro.file] | ({(own, macro.file)} if own is not None else set())
        return {includer for target, includer in following if target == file or file in self._reach(target)}

    def _reach(self, start: int) -> frozenset[int]:
        """All files that a file includes, directly or through others."""
        if start not in self._reached:
            seen: set[int] = set()
            pending = [start]
            while pending:
                for _, target in self._includes.get(pending.pop(), ()):
                    if target not in seen:
                        seen.add(target)
                        pending.append(target)
            self._reached[start] = frozenset(seen)
        return self._reached[start]
