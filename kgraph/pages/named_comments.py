r"""Comments for Doxygen that name what they are about, wherever they stand: `\class sf::Font` at the end of a header.

Input: the model, and the comments of one file. Output: symbols have them behind what stands directly above each, as in
Doxygen's pages. A name that several types have, or none, is nobody's.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence

from kgraph.pages.repository_model import PageSymbol, RepositoryModel

COMMANDS = r"(?:class|struct|union|enum|namespace|concept|def)"
_NAMES = re.compile(rf"\A[\s/*=-]*[@\\]({COMMANDS})[ \t]+([\w:]+)[ \t]*[^\n]*(?:\n|\Z)")
_DECORATION = re.compile(r"^[/*=\-~_#+ \t]+$\n?", re.MULTILINE)
_KINDS = {
    **dict.fromkeys(("class", "struct", "union", "concept"), frozenset({"Class", "Struct", "Union", "Concept"})),
    "enum": frozenset({"Enum"}),
    "namespace": frozenset({"Namespace"}),
    "def": frozenset({"Macro"}),
}
_MAX_CHARACTERS = 20_000  # of one comment


class NamedComments:
    """Gives comments to the symbols that they name."""

    def __init__(self, model: RepositoryModel) -> None:
        self._by_name: dict[str, list[Sequence[PageSymbol]]] = defaultdict(list)
        kinds = frozenset().union(*_KINDS.values())
        for places in model.places.values():
            if places[0].kind in kinds and places[0].id.startswith("symbol/cpp/"):
                self._by_name[places[0].qualified].append(places)

    def give(self, said: str) -> None:
        """Give a comment, without its markers, to what it names."""
        found = _NAMES.match(said)
        if found is None or len(said) > _MAX_CHARACTERS:
            return
        named = self._by_name.get(found[2].strip(":"), ())
        wanted = [places for places in named if places[0].kind in _KINDS[found[1]]]
        words = _DECORATION.sub("", said[found.end() :]).strip()
        if len(wanted) != 1 or not words:
            return
        before = next((place.documentation for place in wanted[0] if place.documentation), "")
        if words in before or "".join(words.split()) in "".join(before.split()):
            return
        if before.lstrip().startswith(("@class", "\\class", "@struct", "\\struct")):  # the same, cut
            before = ""
        for place in wanted[0]:
            place.documentation = f"{before}\n\n{words}".strip()
