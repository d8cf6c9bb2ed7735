"""Diagrams in Mermaid, which GitHub draws. Input: edges between names. Output: the diagram's text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from kgraph.pages.markdown import visible

_ENTITIES = {"#": "#35;", '"': "#quot;", "<": "#lt;", ">": "#gt;", "`": "#96;", "&": "#amp;", "\n": " ", "\\": "#92;"}
_MAX_LABEL_LENGTH = 70
_MAX_TITLE_LENGTH = 400  # read aloud, and not drawn


def label(name: str, limit: int = _MAX_LABEL_LENGTH) -> str:
    """A text inside a node, with what Mermaid would read as its own written as entities."""
    shown = visible(name)
    if len(shown) > limit:
        shown = shown[: limit - 1] + "…"
    return "".join(_ENTITIES.get(char, char) for char in shown) or " "


def flowchart(
    edges: Iterable[tuple[str, str, str]], direction: str = "LR", urls: Mapping[str, str] | None = None, title: str = ""
) -> str:
    """Edges of source, target and label ("" for none) as a flowchart; `urls` are what boxes lead to, by their names."""
    names: dict[str, str] = {}
    drawn = []
    for source, target, what in edges:
        for name in (source, target):
            names.setdefault(name, f"n{len(names)}")
        arrow = f'-->|"{label(what)}"|' if what else "-->"
        drawn.append(f"  {names[source]} {arrow} {names[target]}")
    nodes = [f'  {key}["{label(name)}"]' for name, key in names.items()]
    said = [f"  accTitle: {label(title, _MAX_TITLE_LENGTH)}"] if title else []
    links = [f'  click {key} "{urls[name]}"' for name, key in names.items() if urls and name in urls]
    return "\n".join([f"flowchart {direction}", *said, *nodes, *dict.fromkeys(drawn), *links])
