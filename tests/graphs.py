"""A small repository's graph as literals, for tests that want a graph without a build.

`small()` is the graph as column tables, `ntriples` its lines, `memory_store` an engine that holds it, `rdflib_graph`
the same in rdflib's hands. The repository (`shapes`) is made up, but has one of everything: both languages, each
resolution of an include, an include cycle, names that need encoding, skipped files, a submodule.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

import polars as pl

from kgraph.coverage import aspects_of
from kgraph.model import Graph, Kind, Repository
from kgraph.vocab.iri import (
    decode_path,
    display_path,
    encode_segment,
    external_id,
    file_id,
    folder_id,
    include_id,
    location_id,
    package_id,
    package_url,
    relation_id,
    requirement_id,
    use_id,
)
from kgraph.vocab.tables import EDGES, TABLES, USE_EDGES, schema
from kgraph.vocab.triples import lines

if TYPE_CHECKING:
    import rdflib
    from pyoxigraph import Store

BASE = "https://w3id.org/kgraph/local/shapes/"
REPOSITORY = Repository("shapes", BASE, "8f3c2b1a" * 5, False, "https://example.org/team/shapes.git")

ODD = 'data/été "50%" #1.txt'
NOT_UTF8 = "data/\udcff.bin"

# path: language, size, lines, read_as, diagnostics
_FILES: dict[str, tuple[str | None, int, int | None, str, list[str]]] = {
    "CMakeLists.txt": ("CMake", 120, 6, "listed", []),
    "README.md": ("Markdown", 300, 12, "syntax", []),
    "docs/guide.md": ("Markdown", 900, 40, "syntax", []),
    "include/geo/shape.h": ("C++", 640, 24, "syntax", []),
    "include/geo/util.h": ("C++", 220, 10, "syntax", []),
    "include/geo/orphan.h": ("C++", 90, 3, "syntax", ["line 2: unexpected token"]),
    "src/a/dup.h": ("C++", 20, 1, "syntax", []),
    "src/b/dup.h": ("C++", 22, 1, "syntax", []),
    "src/circle.cpp": ("C++", 410, 18, "syntax", []),
    "src/circle.h": ("C++", 200, 9, "syntax", []),
    "src/config.h.in": (None, 80, 4, "listed", []),
    "src/shape.cpp": ("C++", 700, 30, "syntax", []),
    "python/geo/__init__.py": ("Python", 60, 3, "syntax", []),
    "python/geo/shapes.py": ("Python", 500, 25, "syntax", []),
    "python/geo/broken.py": ("Python", 30, 3, "skipped", ["line 3: invalid syntax"]),
    "python/test_shapes.py": ("Python", 150, 8, "syntax", []),
    "logo.png": (None, 4096, None, "skipped", ["binary"]),
    ODD: (None, 7, 1, "listed", []),
    NOT_UTF8: (None, 3, 1, "listed", []),
}
_SUBMODULE = "third_party/lib"

# key: kind, qualified name, parent key ("" for none), places (path, start, end, definition), and what else is known
_Place = tuple[str, int, int, bool]
_SYMBOLS: dict[str, tuple[Kind, str, str, tuple[_Place, ...], dict[str, Any]]] = {
    "namespace/geo": (
        Kind.NAMESPACE,
        "geo",
        "",
        (("include/geo/shape.h", 5, 23, True), ("include/geo/util.h", 4, 9, True), ("src/shape.cpp", 8, 29, True)),
        {},
    ),
    "class/geo::Shape": (
        Kind.CLASS,
        "geo::Shape",
        "namespace/geo",
        (("include/geo/shape.h", 7, 20, True),),
        {"documentation": 'A figure of the plane.\nIt has an "area".'},
    ),
    "method/geo::Shape::area() const": (
        Kind.METHOD,
        "geo::Shape::area",
        "class/geo::Shape",
        (("include/geo/shape.h", 10, 10, False), ("src/shape.cpp", 10, 14, True)),
        {"signature": "virtual double area() const", "access": "public", "modifiers": ["virtual"]},
    ),
    "method/geo::Shape::scale(double)": (
        Kind.METHOD,
        "geo::Shape::scale",
        "class/geo::Shape",
        (("include/geo/shape.h", 11, 11, False), ("src/shape.cpp", 16, 18, True)),
        {"signature": "void scale(double factor)", "access": "public"},
    ),
    "method/geo::Shape::scale(double,double)": (
        Kind.METHOD,
        "geo::Shape::scale",
        "class/geo::Shape",
        (("include/geo/shape.h", 12, 12, False), ("src/shape.cpp", 20, 22, True)),
        {"signature": "void scale(double x, double y)", "access": "public"},
    ),
    "field/geo::Shape::name_": (
        Kind.FIELD,
        "geo::Shape::name_",
        "class/geo::Shape",
        (("include/geo/shape.h", 19, 19, True),),
        {"signature": "std::string name_", "access": "private"},
    ),
    "function/geo::operator<<(std::ostream&,const Shape&)": (
        Kind.FUNCTION,
        "geo::operator<<",
        "namespace/geo",
        (("include/geo/util.h", 6, 6, False), ("src/shape.cpp", 24, 28, True)),
        {"signature": "std::ostream& operator<<(std::ostream& out, const Shape& shape)"},
    ),
    "macro/GEO_API": (
        Kind.MACRO,
        "GEO_API",
        "",
        (("include/geo/util.h", 3, 3, True),),
        {"signature": "#define GEO_API"},
    ),
    "struct/geo::Circle": (
        Kind.STRUCT,
        "geo::Circle",
        "namespace/geo",
        (("src/circle.h", 4, 8, True),),
        {"bases": ["public Shape"]},
    ),
    "method/geo::Circle::area() const": (
        Kind.METHOD,
        "geo::Circle::area",
        "struct/geo::Circle",
        (("src/circle.h", 6, 6, True),),
        {"signature": "double area() const override", "access": "public", "modifiers": ["override"]},
    ),
    "method/geo::Circle::unused()": (
        Kind.METHOD,
        "geo::Circle::unused",
        "struct/geo::Circle",
        (("src/circle.h", 7, 7, True),),
        {"signature": "void unused()", "access": "private", "mentions": 0},
    ),
    "function/main@src/circle.cpp": (
        Kind.FUNCTION,
        "main",
        "",
        (("src/circle.cpp", 12, 17, True),),
        {"signature": "int main()"},
    ),
    "module/geo": (Kind.MODULE, "geo", "", (("python/geo/__init__.py", 1, 3, True),), {}),
    "module/geo.shapes": (
        Kind.MODULE,
        "geo.shapes",
        "",
        (("python/geo/shapes.py", 1, 25, True),),
        {"documentation": "Shapes, in Python."},
    ),
    "class/geo.shapes.Shape": (
        Kind.CLASS,
        "geo.shapes.Shape",
        "module/geo.shapes",
        (("python/geo/shapes.py", 8, 25, True),),
        {"bases": ["abc.ABC", "Generic[T]"], "modifiers": ["@final"]},
    ),
    "method/geo.shapes.Shape.area": (
        Kind.METHOD,
        "geo.shapes.Shape.area",
        "class/geo.shapes.Shape",
        (("python/geo/shapes.py", 12, 14, True),),
        {"signature": "def area(self) -> float"},
    ),
    "heading/README.md/Shapes": (Kind.HEADING, "Shapes", "", (("README.md", 1, 12, True),), {}),
}
_LANGUAGES = {".py": "python", ".md": "markdown"}

# path, line, spelling, form, resolution, targets, and what else is known; a target with "/" or "." of _FILES is a
# file, other targets are externals
_INCLUDES: tuple[tuple[str, int, str, str, str, list[str], dict[str, Any]], ...] = (
    ("include/geo/shape.h", 2, "vector", "angled", "external", ["header:vector"], {}),
    ("include/geo/shape.h", 3, "geo/util.h", "quoted", "repository", ["include/geo/util.h"], {}),
    ("include/geo/util.h", 1, "ostream", "angled", "external", ["header:ostream"], {}),
    (
        "include/geo/util.h",
        2,
        "geo/shape.h",
        "quoted",
        "repository",
        ["include/geo/shape.h"],
        {"condition": "defined(GEO_FULL)"},
    ),
    ("src/circle.h", 1, "geo/shape.h", "quoted", "repository", ["include/geo/shape.h"], {}),
    ("src/circle.cpp", 1, "circle.h", "quoted", "repository", ["src/circle.h"], {}),
    ("src/circle.cpp", 2, "vector", "angled", "external", ["header:vector"], {}),
    ("src/shape.cpp", 1, "geo/shape.h", "quoted", "repository", ["include/geo/shape.h"], {}),
    ("src/shape.cpp", 2, "geo/util.h", "quoted", "repository", ["include/geo/util.h"], {}),
    (
        "src/shape.cpp",
        3,
        "config.h",
        "quoted",
        "generated",
        [],
        {"templates": ["src/config.h.in"]},
    ),
    ("src/shape.cpp", 4, "lost.h", "quoted", "missing", [], {"condition": "defined(GEO_LOST)"}),
    (
        "src/shape.cpp",
        5,
        "dup.h",
        "angled",
        "ambiguous",
        [],
        {"candidates": ["src/a/dup.h", "src/b/dup.h"]},
    ),
    ("python/geo/__init__.py", 2, ".shapes", "from", "repository", ["python/geo/shapes.py"], {"names": ["Shape"]}),
    ("python/geo/shapes.py", 3, "abc", "import", "external", ["module:abc"], {}),
    ("python/geo/shapes.py", 4, "numpy", "import", "external", ["module:numpy"], {"condition": "try"}),
    ("python/test_shapes.py", 1, "geo.shapes", "from", "repository", ["python/geo/shapes.py"], {"names": ["*"]}),
    (
        "python/test_shapes.py",
        2,
        "geo",
        "from",
        "repository",
        ["python/geo/__init__.py", "python/geo/shapes.py"],
        {"names": ["shapes"]},
    ),
)
_LINKS = (
    ("README.md", "file", "include/geo/shape.h"),
    ("README.md", "file", "docs/guide.md"),
    ("docs/guide.md", "folder", "src"),
    ("docs/guide.md", "file", ODD),
)


def _symbol_id(key: str) -> str:
    path = _SYMBOLS[key][3][0][0]
    language = _LANGUAGES.get(posixpath.splitext(path)[1], "cpp")
    kind, _, rest = key.partition("/")
    return f"symbol/{language}/{kind}/{encode_segment(rest)}"


# from, to, score, reasons; the lists are in order
_RELATIONS: tuple[tuple[str, str, float, list[str]], ...] = (
    ("include/geo/shape.h", "src/shape.cpp", 2.0, ["implements shape.h", "changed together in 2 of 3 commits"]),
    ("include/geo/shape.h", "src/circle.h", 0.125, ["includes this file"]),
    ("python/geo/shapes.py", "python/test_shapes.py", 1.5, ["tests this file", "imports this file"]),
    ("python/test_shapes.py", "python/geo/shapes.py", 1.507, ["tested by this file", "imported by this file"]),
)


_EXTERNAL_SYMBOLS: dict[str, dict[str, Any]] = {
    "strcpy": {
        "category": "risk",
        "weaknesses": ["CWE-120", "CWE-787"],
        "description": "copies without a bound",
        "authority": "https://cwe.mitre.org/data/definitions/676.html",
    },
    "geo._native.area": {"category": "binding"},
}

# kind, from (symbol or path), to (symbol or external function), file, lines, and what else is known
_USES: tuple[tuple[str, str, str, str, list[int], dict[str, Any]], ...] = (
    (
        "Call",
        "function/main@src/circle.cpp",
        "method/geo::Shape::scale(double)",
        "src/circle.cpp",
        [14, 15],
        {"confidence": 0.974, "evidence": "the receiver's declared type"},
    ),
    ("Call", "function/main@src/circle.cpp", "method/geo::Shape::area() const", "src/circle.cpp", [16], {}),
    ("Call", "function/main@src/circle.cpp", "strcpy", "src/circle.cpp", [13], {}),
    (
        "Call",
        "method/geo::Shape::scale(double)",
        "method/geo::Shape::scale(double,double)",
        "src/shape.cpp",
        [17],
        {"confidence": 0.98, "evidence": "a member of its own class"},
    ),
    ("Inheritance", "struct/geo::Circle", "class/geo::Shape", "src/circle.h", [4], {"roles": ["public"]}),
    (
        "Reference",
        "method/geo::Shape::scale(double)",
        "field/geo::Shape::name_",
        "src/shape.cpp",
        [18],
        {"roles": ["read", "write"]},
    ),
    ("Override", "method/geo::Circle::area() const", "method/geo::Shape::area() const", "src/circle.h", [6], {}),
    ("Expansion", "src/shape.cpp", "macro/GEO_API", "src/shape.cpp", [7], {}),
    ("Binding", "geo._native.area", "method/geo::Shape::area() const", "src/shape.cpp", [29], {}),
    ("Call", "method/geo.shapes.Shape.area", "geo._native.area", "python/geo/shapes.py", [14], {}),
    ("Binding", "method/geo.shapes.Shape.area", "method/geo::Shape::area() const", "python/geo/shapes.py", [13], {}),
)


def _target_id(target: str) -> str:
    kind, _, spelling = target.partition(":")
    return external_id(kind, spelling) if spelling else file_id(target)


def _party_id(party: str) -> str:
    if party in _SYMBOLS:
        return _symbol_id(party)
    family = "python" if "." in party else "cpp"
    return external_id(f"symbol/{family}", party) if party in _EXTERNAL_SYMBOLS else file_id(party)


def _frame(table: str, rows: Iterable[Mapping[str, Any]]) -> pl.DataFrame:
    """Rows as a table of the vocabulary: absent cells are null (lists: empty), sorted by id, or by all columns."""
    columns = schema(table)
    filled = [
        {name: row.get(name, [] if dtype.is_nested() else None) for name, dtype in columns.items()} for row in rows
    ]
    frame = pl.DataFrame(filled, schema=columns)
    return frame.unique().sort(list(columns) if table == EDGES else "id")


def _folders() -> list[str]:
    found = {""}
    for path in (*_FILES, _SUBMODULE + "/x"):
        while path := posixpath.dirname(path):
            found.add(path)
    return sorted(found)


def _edges() -> list[dict[str, str]]:
    edges: list[tuple[str, str, str]] = [("", "contains", "folder/")]
    edges += [(folder_id(posixpath.dirname(folder)), "contains", folder_id(folder)) for folder in _folders() if folder]
    edges += [(folder_id(posixpath.dirname(path)), "contains", file_id(path)) for path in _FILES]
    for key, (_, _, parent, places, _) in _SYMBOLS.items():
        for path, start, end, definition in places:
            role = "definition" if definition else "declaration"
            edges.append((_symbol_id(key), role, location_id(file_id(path), start, end)))
            if not parent or _SYMBOLS[parent][0] is Kind.NAMESPACE:
                edges.append((file_id(path), "contains", _symbol_id(key)))
        if parent:
            edges.append((_symbol_id(parent), "contains", _symbol_id(key)))
    for path, _, _, form, _, targets, _ in _INCLUDES:
        kind = "imports" if form in ("import", "from") else "includes"
        edges += [(file_id(path), kind, _target_id(target)) for target in targets]
    edges += [(file_id(path), "related", file_id(other)) for path, other, _, _ in _RELATIONS]
    edges += [(_party_id(user), USE_EDGES[kind], _party_id(used)) for kind, user, used, *_ in _USES]
    for path, node, target in _LINKS:
        edges.append((file_id(path), "links", (file_id if node == "file" else folder_id)(target)))
    return [dict(zip(("source", "kind", "target"), edge, strict=True)) for edge in edges]


@cache
def small() -> Graph:
    """The graph of the made-up repository `shapes`."""
    rows: dict[str, list[dict[str, Any]]] = {
        "repository": [
            {
                "id": "",
                "name": REPOSITORY.name,
                "origin": REPOSITORY.origin,
                "revision": REPOSITORY.revision,
                "build": "build/1",
            }
        ],
        "activities": [
            {"id": "build/1", "agent": "kgraph 0.1.0", "options": ["jobs=1"]},
            {
                "id": "relating",
                "agent": "kgraph 0.1.0",
                "formula": "score = sum of weight x signal",
                "weights": ["history 3", "text 1"],
                "revision": REPOSITORY.revision,
            },
        ],
        "folders": [
            {
                "id": folder_id(path),
                "path": path or ".",
                "name": posixpath.basename(path) or REPOSITORY.name,
                "submodule": "c0ffee" * 6 + "1234" if path == _SUBMODULE else None,
            }
            for path in _folders()
        ],
        "files": [
            {
                "id": file_id(path),
                "path": display_path(path),
                "name": display_path(posixpath.basename(path)),
                "language": language,
                "size": size,
                "lines": count,
                "blob": f"{index:040x}",
                "read_as": read_as,
                "analysed": sorted(aspects_of(language or "")) if read_as == "syntax" else [],
                "diagnostics": diagnostics,
            }
            for index, (path, (language, size, count, read_as, diagnostics)) in enumerate(_FILES.items())
        ],
        "symbols": [
            {
                "id": _symbol_id(key),
                "kind": kind.value,
                "name": qualified.replace("::", ".").rpartition(".")[2],
                "qualified_name": qualified,
                **more,
            }
            for key, (kind, qualified, _, _, more) in _SYMBOLS.items()
        ],
        "locations": [
            {
                "id": location_id(file_id(path), start, end),
                "file": file_id(path),
                "start_line": start,
                "end_line": end,
            }
            for _, _, _, places, _ in _SYMBOLS.values()
            for path, start, end, _ in places
        ],
        "includes": [
            {
                "id": include_id(file_id(path), spelling, 0),
                "file": file_id(path),
                "start_line": line,
                "spelling": spelling,
                "form": form,
                "resolution": resolution,
                "targets": [_target_id(target) for target in targets],
                "condition": more.get("condition"),
                "names": more.get("names", []),
                "candidates": [file_id(path) for path in more.get("candidates", [])],
                "templates": [file_id(path) for path in more.get("templates", [])],
            }
            for path, line, spelling, form, resolution, targets, more in _INCLUDES
        ],
        "externals": [
            {"id": _target_id(target), "kind": "External" + kind.capitalize(), "spelling": spelling}
            for _, _, _, _, _, targets, _ in _INCLUDES
            for target in targets
            for kind, colon, spelling in [target.partition(":")]
            if colon
        ]
        + [
            {"id": _party_id(name), "kind": "ExternalSymbol", "spelling": name, **more}
            for name, more in _EXTERNAL_SYMBOLS.items()
        ],
        "uses": [
            {
                "id": use_id(kind, _party_id(user), _party_id(used), file_id(path)),
                "kind": kind,
                "from": _party_id(user),
                "to": _party_id(used),
                "file": file_id(path),
                "at_lines": lines,
                **more,
            }
            for kind, user, used, path, lines, more in _USES
        ],
        "packages": [],
        "requirements": [],
        "relations": [
            {
                "id": relation_id(file_id(path), file_id(other)),
                "from": file_id(path),
                "to": file_id(other),
                "rank": 1 + [p for p, *_ in _RELATIONS[:number]].count(path),
                "score": score,
                "reasons": reasons,
            }
            for number, (path, other, score, reasons) in enumerate(_RELATIONS)
        ],
        EDGES: _edges(),
    }
    assert list(rows) == [*TABLES, EDGES]
    assert all(decode_path(file_id(path)) == f"file/{path}" for path in _FILES)
    return Graph(REPOSITORY, {table: _frame(table, found) for table, found in rows.items()})


@cache
def with_builds() -> Graph:
    """`small()` with a manifest, targets, a test and packages."""
    graph = small()
    manifest, lists, folder = file_id("pyproject.toml"), file_id("CMakeLists.txt"), folder_id("")
    numpy, threads = package_id("pypi", "numpy"), package_id("cmake", "Threads")
    symbols = {
        "geo": ("Target", "library", 2),
        "app": ("Target", "executable", 4),
        "app_test": ("BuildTest", None, 6),
    }
    ids = {
        name: f"symbol/cmake/{'target' if kind == 'Target' else 'test'}/{encode_segment(name + '@CMakeLists.txt')}"
        for name, (kind, _, _) in symbols.items()
    }
    edges = [
        (folder, "contains", manifest),
        (ids["geo"], "builds", file_id("src/shape.cpp")),
        (ids["geo"], "builds", file_id("include/geo/shape.h")),
        (ids["app"], "builds", file_id("src/circle.cpp")),
        (ids["app"], "linksAgainst", ids["geo"]),
        (ids["app"], "buildsAfter", ids["geo"]),
        (ids["geo"], "linksAgainst", threads),
        (ids["app_test"], "runs", ids["app"]),
        (manifest, "requires", numpy),
        (lists, "requires", threads),
        (external_id("module", "numpy"), "providedBy", numpy),
        *((lists, "contains", id_) for id_ in ids.values()),
        *((ids[name], "definition", location_id(lists, line, line)) for name, (_, _, line) in symbols.items()),
    ]
    more: dict[str, list[dict[str, Any]]] = {
        "files": [
            {
                "id": manifest,
                "path": "pyproject.toml",
                "name": "pyproject.toml",
                "language": "TOML",
                "size": 90,
                "lines": 5,
                "blob": "e" * 40,
                "read_as": "syntax",
            }
        ],
        "symbols": [
            {
                "id": ids[name],
                "kind": kind,
                "name": name,
                "qualified_name": name,
                "modifiers": [form] if form else [],
            }
            for name, (kind, form, _) in symbols.items()
        ],
        "locations": [
            {"id": location_id(lists, line, line), "file": lists, "start_line": line, "end_line": line}
            for _, _, line in symbols.values()
        ],
        "packages": [
            {
                "id": numpy,
                "name": "numpy",
                "ecosystem": "pypi",
                "purl": package_url("pypi", "numpy"),
                "locked_versions": ["1.26.4"],
            },
            {"id": threads, "name": "Threads", "ecosystem": "cmake", "purl": package_url("cmake", "Threads")},
        ],
        "requirements": [
            {
                "id": requirement_id(manifest, numpy, 0),
                "file": manifest,
                "start_line": 4,
                "package": numpy,
                "specifier": ">=1.26",
                "scope": "runtime",
                "condition": 'python_version >= "3.11"',
            },
            {
                "id": requirement_id(lists, threads, 0),
                "file": lists,
                "start_line": 1,
                "package": threads,
                "scope": "optional",
            },
        ],
        EDGES: [dict(zip(("source", "kind", "target"), edge, strict=True)) for edge in edges],
    }
    tables = {
        name: frame if name not in more else pl.concat([frame, _frame(name, more[name])])
        for name, frame in graph.tables.items()
    }
    sorted_tables = {name: frame.sort(list(frame.columns) if name == EDGES else "id") for name, frame in tables.items()}
    return Graph(REPOSITORY, sorted_tables)


def ntriples(graph: Graph) -> str:
    """The graph as N-Triples, one triple a line."""
    return "".join(f"{line}\n" for part in lines(graph.tables, graph.repository.base) for line in part)


def memory_store(graph: Graph) -> Store:
    """The graph in a store of the RDF engine."""
    from pyoxigraph import RdfFormat, Store

    store = Store()
    store.bulk_load(ntriples(graph).encode(), format=RdfFormat.N_TRIPLES)
    return store


def rdflib_graph(graph: Graph) -> rdflib.Graph:
    """The graph in rdflib."""
    import rdflib

    return rdflib.Graph().parse(data=ntriples(graph), format="nt")
