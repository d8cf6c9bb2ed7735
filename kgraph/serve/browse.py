"""The explorer's API: what `kgraph.view.data` answers, asked by name and with values as texts.

Input: a name of `VIEWS` and the fields of a URL. Output: JSON. The index that answers are drawn from is made when a
worker opens a graph, and lives as long as that is open.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import msgspec

from kgraph.errors import QueryError
from kgraph.serve.impact import HistoryReader, impact
from kgraph.serve.protocol import RefusedError

if TYPE_CHECKING:
    from kgraph.graph import KGraph
    from kgraph.view.index import ViewIndex

MAX_LIMIT = 5000  # of what a `limit` counts
_KEPT = ("overview", "matrix")  # answers worth keeping: everybody asks them, and they take longest
_MAX_CACHED = 50


@dataclass(slots=True)
class _Opened:
    index: ViewIndex
    past: HistoryReader
    kept: dict[str, bytes] = field(default_factory=dict)


_opened: WeakKeyDictionary[KGraph, _Opened] = WeakKeyDictionary()


def warm(graph: KGraph) -> None:
    """Make the index."""
    from kgraph.view import data  # noqa: F401 - imported before the first answer waits for it

    _index(graph)


def _index(graph: KGraph) -> _Opened:
    from kgraph.view.file_past import make_index

    if graph not in _opened:
        index = make_index(graph.tables, graph.path, graph.manifest)
        index.warm()
        _opened[graph] = _Opened(index, HistoryReader(graph))
        vars(graph).pop("tables")  # half of them is not needed any more
    return _opened[graph]


# --- fields -----------------------------------------------------------------------------------------------------------

Field = Callable[[str, str], Any]  # the field's name and text to its value


def _text(name: str, text: str) -> str:  # noqa: ARG001
    return text


def _words(name: str, text: str) -> list[str]:  # noqa: ARG001
    return [word for word in text.split(",") if word]


def _number(name: str, text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        raise RefusedError(400, f"{name} must be a whole number, not {text[:40]!r}")
    return int(text)


def _limit(name: str, text: str) -> int:
    if (number := _number(name, text)) > MAX_LIMIT:
        raise RefusedError(400, f"{name} is at most {MAX_LIMIT:,}")
    return number


@dataclass(frozen=True, slots=True)
class ApiView:
    """One answer: the fields it takes (the first `needed` of them always) and the names that its function has for
    them."""

    fields: Mapping[str, Field]
    needed: int = 0


VIEWS: dict[str, ApiView] = {
    "overview": ApiView({}),
    "matrix": ApiView({"folder": _text, "size": _limit}),
    "node": ApiView({"id": _text, "offset": _number, "limit": _limit, "kind": _text, "direction": _text}, 1),
    "neighbours": ApiView({"id": _text, "depth": _number, "kinds": _words, "limit": _limit}, 1),
    "children": ApiView({"id": _text, "limit": _limit}, 1),
    "search": ApiView({"q": _text, "limit": _limit}, 1),
    "impact": ApiView({"id": _text, "to": _text}, 1),
    "table": ApiView({"kind": _text, "offset": _number, "limit": _limit, "sort": _text}),
}
_RENAMED = {"id": "node_id", "q": "query"}


def view(graph: KGraph, asked: Mapping[str, Any], out: Any) -> dict[str, Any]:
    """One of `VIEWS`, as JSON."""
    name, texts = asked["view"], asked["values"]
    values = _values(VIEWS[name], texts)
    opened = _index(graph)
    key = repr((name, sorted(values.items())))
    answer = opened.kept.get(key)
    if answer is None:
        answer = msgspec.json.encode(_answer(graph, opened, name, values))
        if name in _KEPT and len(opened.kept) < _MAX_CACHED:
            opened.kept[key] = answer
    out.write(answer)
    return {"media": "application/json"}


def _values(described: ApiView, texts: Mapping[str, str]) -> dict[str, Any]:
    for name in texts:
        if name not in described.fields:
            known = ", ".join(described.fields) or "none"
            raise RefusedError(400, f"there is no field {name[:40]!r}; there are: {known}")
    for name in list(described.fields)[: described.needed]:
        if name not in texts:
            raise RefusedError(400, f"the field {name!r} is missing")
    return {_RENAMED.get(name, name): described.fields[name](name, text) for name, text in texts.items()}


def _answer(graph: KGraph, opened: _Opened, name: str, values: Mapping[str, Any]) -> Any:
    from kgraph.view import data

    index = opened.index
    if node := values.get("node_id") or values.get("folder", "").partition("#")[0]:
        try:
            index.number(node)
        except QueryError as error:
            raise RefusedError(404, str(error)) from None
    if name == "impact":
        return impact(graph, index, opened.past, **values)
    return getattr(data, name)(index, **values)
