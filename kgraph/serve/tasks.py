"""What workers do: each task takes a graph and values by name, and writes an answer.

Input: the open graph, what was asked, a stream that takes the answer. Output: the media type of what was written. A
task is named by a row of `TASKS`; whoever asks knows no more of it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from kgraph.coverage import Coverage
from kgraph.query import (
    Answer,
    Query,
    Triples,
    diagnose_answer,
    execute,
    formats,
    from_file,
    load_shipped,
    names,
    tokens,
    with_qualified_names,
)
from kgraph.query import bind_parameters as bound_text
from kgraph.query.dataset import Dataset
from kgraph.query.dependencies import coverage_notes
from kgraph.query.unknown_terms import unknown_terms
from kgraph.sandbox import no_new_files
from kgraph.serve.negotiation import ROWS, TRIPLES, Offer, choose, find_named
from kgraph.serve.protocol import RefusedError
from kgraph.session import open_store_if_there

if TYPE_CHECKING:
    from kgraph.graph import KGraph

Reply = dict[str, Any]
Task = Callable[[Any, Mapping[str, Any], Any], Reply]  # of a graph, or of a server

JSON = "application/json"


def sparql(graph: KGraph, asked: Mapping[str, Any], out: Any) -> Reply:
    """The answer to a SPARQL query, in the format that fits best."""
    query = Query("", asked["query"])  # as it stands: what its comments say of parameters is for other tools
    triples = tokens.form(query.text) in ("CONSTRUCT", "DESCRIBE")
    offer = offer_of(asked["accept"], asked["form"], TRIPLES if triples else ROWS)
    if triples:
        from kgraph import export  # noqa: F401 - whose files are opened before none may be
    store = graph.store
    graphs = Dataset(tuple(asked["default_graphs"]), tuple(asked["named_graphs"]))
    dataset = graphs if graphs.default or graphs.named else None
    try:
        unknown = ascii(graphs.unknown(store, graph.base))[1:-1]
        with no_new_files():
            answer = execute(store, query, base=graph.base, dataset=dataset)
            write_answer(answer, offer, graph.repository.name, graph.base, out)
    except (RuntimeError, OSError, ValueError) as error:  # how the engine says that it cannot go on
        raise RefusedError(500, f"the engine gave up: {error}") from None
    notes = [f"read as empty, since the store has no such graph: {unknown[:1000]}"] if unknown else []
    notes += (ascii(note)[1:-1] for note in unknown_terms(query.text))
    notes += coverage_notes(store, query, {}, Coverage.of_manifest(graph.manifest))
    return {"media": with_charset(offer.media), "headers": {"X-Kgraph-Note": "; ".join(notes)} if notes else {}}


def write_answer(answer: Answer, offer: Offer, title: str, base: str, out: Any) -> None:
    """Write an answer as it was offered; `title` says of what it is, for formats with a place for that."""
    if isinstance(answer, Triples):
        from kgraph import export

        export.write(export.QueryAnswer(title, base, answer), offer.form, out)
    else:
        formats.write(answer, offer.form, out)


def offer_of(accept: str, form: str, offers: tuple[Offer, ...]) -> Offer:
    """The format that a request names, or accepts first of those on offer."""
    found = find_named(form, offers) if form else choose(accept, offers)
    if found:
        return found
    if form:
        forms = dict.fromkeys(offer.form for offer in offers)
        raise RefusedError(400, f"format={form[:40]}: this query is answered as {', '.join(forms)}")
    raise RefusedError(406, f"this query is answered as {', '.join(offer.media for offer in offers)}")


def with_charset(media: str) -> str:
    """A media type as the header has it."""
    return f"{media}; charset=utf-8" if media.startswith("text/") else media


def queries(graph: KGraph, asked: Mapping[str, Any], out: Any) -> Reply:  # noqa: ARG001
    """The shipped queries: what each asks, its parameters and columns."""
    json_answer([load_shipped(name).describe() for name in names()], out)
    return {"media": JSON}


def bind_query(graph: KGraph, asked: Mapping[str, Any], out: Any) -> Reply:
    """The text of a shipped query with values in the place of its parameters."""
    if asked["name"] not in names():
        raise RefusedError(404, f"there is no query {asked['name']!r}")
    query = load_shipped(asked["name"])
    values, notes = with_qualified_names(graph.store, query, asked["values"])
    text = bound_text(query, values, base=graph.base)
    notes += diagnose_answer(graph.store, query, values, Coverage.of_manifest(graph.manifest))
    json_answer({"name": query.name, "text": text, "notes": notes}, out)
    return {"media": JSON}


def describe(graph: KGraph, asked: Mapping[str, Any], out: Any) -> Reply:
    """What the endpoint says of itself, as RDF."""
    from kgraph import export

    offer = offer_of(asked["accept"], asked["form"], TRIPLES)
    values = {
        "endpoint": asked["endpoint"],
        "title": graph.repository.name,
        "triples": graph.manifest["counts"]["triples"],
        "root": graph.base,
        "name": graph.base,
    }
    answer = execute(graph.store, from_file(Path(__file__).with_name("description.rq")), values, base=graph.base)
    assert isinstance(answer, Triples)  # noqa: S101 - it is a CONSTRUCT
    export.write(export.QueryAnswer(graph.repository.name, graph.base, answer), offer.form, out)
    return {"media": with_charset(offer.media)}


def refresh(graph: KGraph, asked: Mapping[str, Any], out: Any) -> Reply:  # noqa: ARG001
    """Nothing: that the current generation is open is all."""
    return {"media": JSON}


def json_answer(value: Any, out: Any) -> None:
    """Write a value as JSON."""
    out.write(msgspec.json.encode(value))


def view(graph: KGraph, asked: Mapping[str, Any], out: Any) -> Reply:
    """What the explorer asks: `browse.view`."""
    from kgraph.serve import browse

    return browse.view(graph, asked, out)


def lines(graph: KGraph, asked: Mapping[str, Any], out: Any) -> Reply:
    """Lines of a file as JSON: `source.lines`."""
    from kgraph.serve import source

    return source.lines(graph, asked, out)


def page(graph: KGraph, asked: Mapping[str, Any], out: Any) -> Reply:
    """A file as a page: `source.page`."""
    from kgraph.serve import source

    return source.page(graph, asked, out)


def load(lane: str) -> None:
    """Import what tasks of a lane need, so that none waits for it, nor has it counted as the memory that it takes.

    Who asks the engine has no use for pages and their templates, which take as long to import as all the rest.
    """
    if lane == "browse":
        from kgraph.serve import browse, source  # noqa: F401
    else:
        from kgraph import export  # noqa: F401


def _make_index(graph: KGraph) -> None:
    from kgraph.serve import browse

    browse.warm(graph)


# What workers of each lane have at hand before they are asked.
WARM: dict[str, Callable[[KGraph], None]] = {"ask": open_store_if_there, "browse": _make_index}
NEED_STORE = frozenset({"ask"})

TASKS: dict[str, Task] = {
    "sparql": sparql,
    "describe": describe,
    "queries": queries,
    "bound": bind_query,
    "refresh": refresh,
    "view": view,
    "source": lines,
    "page": page,
}
