"""The pages that the server itself has: what there is, and the editor for queries.

Input: names. Output: HTML without a script in it; scripts are files, and put text where text belongs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape
from urllib.parse import quote

from starlette.responses import HTMLResponse

from kgraph.view.page import BUNDLE

EXAMPLE = """PREFIX kg: <https://w3id.org/kgraph/ns#>

SELECT ?path ?lines WHERE {
  ?file a kg:File ; kg:path ?path ; kg:lines ?lines .
}
ORDER BY DESC(?lines)
LIMIT 20
"""
_FORMATS = ("", "csv", "tsv", "json", "xml", "ttl", "nt", "jsonld", "rdfxml")


_AT_ROOT = re.compile(r"\b(href|src|action)=([\"'])/(?!static/|app/)")


def prefix_links(text: str, prefix: str) -> str:
    """A page of the server's own with links as they are where it is served below a `prefix`: "/repositories/flask"."""
    return _AT_ROOT.sub(rf"\1=\2{escape(prefix)}/", text) if prefix else text


def page(text: str, prefix: str = "") -> HTMLResponse:
    return HTMLResponse(prefix_links(text, prefix), headers={"Cache-Control": "no-cache", "Vary": "Accept"})


def _head(title: str, *, script: str = "", style: str = "") -> str:
    tags = f"<link rel=stylesheet href='{style}'>\n" if style else ""
    tags += f"<script type=module src='{script}'></script>\n" if script else ""
    return (
        "<!doctype html>\n<html lang=en>\n<meta charset=utf-8>\n<meta name=viewport content='width=device-width'>\n"
        f"<title>{escape(title)}</title>\n<link rel=stylesheet href='/static/serve.css'>\n{tags}"
    )


def index(name: str, *, pages: bool, graph: bool = True) -> str:
    """What the server has to show, in place of the explorer where that was not built, or no graph is there."""
    more = "<li><a href='/pages/'>Pages</a> that document the repository</li>\n" if pages else ""
    more += "<li><a href='/api/overview'>The file graph</a>, as JSON</li>\n" if graph else ""
    why = (
        "The explorer is not in this installation: it is built where Node or the registry of its packages can be "
        "reached."
        if graph
        else "The explorer needs a graph on this machine: start the server with -g, too."
    )
    return (
        _head(name)
        + f"<main class=text><h1>{escape(name)}</h1>\n<ul>\n"
        + "<li><a href='/sparql'>Queries</a>: a SPARQL endpoint, and an editor for it</li>\n"
        + f"{more}</ul>\n<p>{why}</p></main>\n"
    )


def repositories(name: str, entries: Iterable[tuple[str, str, int]]) -> str:
    """The list of a fleet's repositories, with their revisions and numbers of files."""
    rows = "".join(
        f"<li><a href='/repositories/{quote(each, safe='')}/'>{escape(each)}</a> "
        f"<small>{escape(revision)}, {files:,} files</small></li>\n"
        for each, revision, files in entries
    )
    return (
        _head(name)
        + f"<header><a href='/'>{escape(name)}</a> <h1>Repositories</h1></header>\n<main class=text><ul>\n{rows}"
        + "</ul></main>\n"
    )


def editor(name: str, query: str = "") -> str:
    """The editor; it works without scripts, as a form whose answer is a file."""
    style = "/app/editor.css" if (BUNDLE / "editor.css").is_file() else ""
    options = "".join(f"<option value='{form}'>{form or 'table'}</option>" for form in _FORMATS)
    return (
        _head(f"SPARQL · {name}", script="/static/editor.js", style=style)
        + f"<header><a href='/'>{escape(name)}</a> <h1>SPARQL</h1></header>\n"
        + f"<main data-run='{'yes' if query else ''}' data-editor='{'yes' if style else ''}'>\n"
        + "<section id=shipped hidden><label>Shipped query <select id=queries></select></label>\n"
        + "<p id=sentence></p><form id=parameters></form></section>\n"
        + "<form id=ask action='/sparql' method=get>\n<label for=query>Query</label>\n"
        + f"<textarea id=query name=query rows=14 spellcheck=false>\n{escape(query or EXAMPLE)}</textarea>\n"
        + f"<p><button>Run</button> <label>as <select name=format id=format>{options}</select></label>\n"
        + "<small>Ctrl+Enter runs it. kg:, rdfs: and the like need no PREFIX lines.</small></p>\n</form>\n"
        + "<p id=status role=status></p><p id=note class=note></p><div id=answer></div>\n</main>\n"
    )
