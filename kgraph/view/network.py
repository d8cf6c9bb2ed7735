"""A picture as a page of pyvis: the engine for where the page's own bundle is absent, or pyvis is wanted.

Input: a `Picture`. Output: bytes of HTML that ask nobody for anything. pyvis's template asks two content networks for a
style sheet that nothing here needs; those tags are taken out, and a Content-Security-Policy with the hashes of the
scripts that stay sees to it that nothing else is asked for or run. Its options that put names into markup (`heading`,
`select_menu`) are not used.
"""

from __future__ import annotations

import base64
import hashlib
import html
import re
from typing import Any

from kgraph.errors import InputError, MissingExtraError, QueryError
from kgraph.view import colours
from kgraph.view.picture import MAX_NODES, Picture

_OUTSIDE = re.compile(
    r"<link\b[^>]*\bhref=\"(?:https?:)?//[^>]*>|<script\b[^>]*\bsrc=\"(?:https?:)?//[^>]*>\s*</script>", re.IGNORECASE
)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_SCRIPT = re.compile(r"<script\b[^>]*>(.*?)</script>", re.DOTALL | re.IGNORECASE)


def pyvis_page(picture: Picture, *, height: str = "calc(100vh - 48px)") -> bytes:
    """The page. Raises `InputError` for more nodes than pyvis draws well, `MissingExtraError` where it is absent."""
    if len(picture.spots) > MAX_NODES:
        raise InputError(
            f"{len(picture.spots):,} nodes are more than pyvis draws well ({MAX_NODES})",
            hint="take a smaller neighbourhood or query, or the page without --engine",
        )
    text: str = _network(picture, height).generate_html(notebook=False)
    head, body = _OUTSIDE.sub("", text).split("<body>", 1)
    head = _COMMENT.sub("", head)
    told = "".join(f"<p>{html.escape(sentence)}</p>" for sentence in picture.told)
    body = f"<p><strong>{html.escape(picture.name)}</strong></p>{told}{body}"
    hashes = " ".join(f"'{_hash(script)}'" for script in _SCRIPT.findall(head + body))
    policy = (
        f"default-src 'none'; script-src {hashes}; style-src 'unsafe-inline'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
    title = html.escape(picture.name)
    top = f'<meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="{policy}"><title>{title}</title>'
    style = "<style>body{font:14px system-ui,sans-serif;margin:8px}p{margin:4px 0}.card{border:0!important}</style>"
    head = re.sub(r"<meta charset=\"utf-8\">", "", head, count=1).replace("<head>", f"<head>{top}{style}", 1)
    return f"<!doctype html>\n{head}<body>{body}".encode("utf-8", "backslashreplace")


def page_of(graph: Any, focus: str, depth: int, answer: Any = None) -> bytes:
    """The page of an answer's triples, of the nodes around `focus`, or of the folders; `graph` is a `KGraph`.

    Raises `QueryError` where the answer is no triples.
    """
    from kgraph.query import Triples
    from kgraph.view import data, picture
    from kgraph.view.write import find_node

    name = graph.repository.name
    if answer is not None:
        if not isinstance(answer, Triples):
            raise QueryError("this query gives no graph to draw", hint="CONSTRUCT and DESCRIBE do")
        return pyvis_page(picture.draw_triples(answer, graph.base, name))
    if focus:
        near = data.neighbours(graph.index, find_node(graph.index, focus), depth=depth, limit=MAX_NODES)
        return pyvis_page(picture.draw_neighbourhood(near, f"{name}: {focus}"))
    return pyvis_page(picture.draw_matrix(data.matrix(graph.index), name))


def _network(picture: Picture, height: str) -> Any:
    try:
        from pyvis.network import Network
    except ImportError:
        raise MissingExtraError("pyvis", "pyvis") from None
    network = Network(height=height, width="100%", directed=True, cdn_resources="in_line")
    for spot in picture.spots:
        network.add_node(
            spot.id,
            label=_clean(spot.label),
            title=_clean(spot.title),
            color=colours.colour_of_kind(spot.kind),
            x=round(spot.x, 1),
            y=round(spot.y, 1),
            size=spot.size,
            borderWidth=3 if spot.centre else 1,
            physics=False,
            shape="box" if picture.columns else "dot",
            font={"color": "#ffffff" if picture.columns and colours.is_dark(spot.kind) else "#1b2430"},
        )
    for source, target, kind, weight in picture.edges:
        if source != target:
            title = f"{kind}: {weight:,}" if weight > 1 else kind
            colour = {"color": colours.colour_of_edge(kind), "opacity": 0.5}
            width = min(8.0, 1 + 0.6 * weight.bit_length())
            network.add_edge(source, target, title=title, color=colour, width=width if weight > 1 else 1)
    network.set_options(
        '{"physics": {"enabled": false}, "interaction": {"hover": true, "keyboard": true, "tooltipDelay": 120},'
        ' "edges": {"smooth": false, "arrows": {"to": {"enabled": true, "scaleFactor": 0.5}}},'
        ' "nodes": {"font": {"size": 13}}}'
    )
    return network


def _clean(text: str) -> str:
    return text.encode("utf-8", "backslashreplace").decode()


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode("utf-8", "backslashreplace")).digest()).decode()
