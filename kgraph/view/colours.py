"""Colours of kinds, for pictures that are drawn without the page; they differ for most eyes."""

from __future__ import annotations

_LANGUAGES = {
    "File": "#4477aa",
    "C++": "#4477aa",
    "C": "#aa3377",
    "Python": "#ddaa33",
    "CUDA": "#228833",
    "CMake": "#ee7733",
}
_SYMBOLS = {
    "#cc6644": ("Class", "Struct", "Union", "Enum", "TypeAlias", "Concept"),
    "#3388aa": ("Function", "Method", "Constructor", "Destructor", "Conversion"),
    "#77993c": ("Field", "Variable", "Enumerator", "Property"),
    "#aa5599": ("Macro",),
}
_KINDS = _LANGUAGES | {kind: colour for colour, kinds in _SYMBOLS.items() for kind in kinds}
_EDGES = {
    "includes": "#4a7fb5",
    "imports": "#b8860b",
    "needs": "#c9a85c",
    "links": "#2f8f6b",
    "related": "#9a6fb8",
    "inherits": "#cc6644",
}
NEUTRAL = "#8a929c"


def colour_of_kind(kind: str) -> str:
    """The colour of a node's kind."""
    return _KINDS.get(kind, NEUTRAL)


def colour_of_edge(kind: str) -> str:
    """The colour of an edge's kind."""
    return _EDGES.get(kind, NEUTRAL)


def is_dark(kind: str) -> bool:
    """Whether white is easier to read on a kind's colour than black."""
    colour = colour_of_kind(kind)
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return 0.299 * red + 0.587 * green + 0.114 * blue < 140
