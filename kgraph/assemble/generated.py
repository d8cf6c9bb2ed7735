"""Generated files: what builds make from files of the repository, by name.

Input: the name of a file or module that something includes or imports. Output: the paths that it may be made from. One
table serves includes, imports, and the files that are checked in although a program wrote them.

A row is used only for a name that is not in the repository, and only where its source is, so that a rule may be broad:
`foo.moc` without a `foo.cpp` stays missing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import takewhile
from typing import NamedTuple

from kgraph.repository_paths import parent

_MAX_NAMESAKES = 50  # sources of one name that are compared for one file

_TEMPLATE_FOLDER = "templates"  # ATen/Functions.h is made from ATen/templates/Functions.h


class NamingRule(NamedTuple):
    """How the name of what is made follows from the name of its source."""

    end: str  # of the made file's name, behind the stem
    sources: tuple[str, ...]  # ends of the sources' names, behind the same stem
    prefix: str = ""  # of the made file's name, in front of the stem


_PROTOC_CPP = (".pb.h", ".pb.cc", ".grpc.pb.h", ".grpc.pb.cc", ".pb.validate.h", ".pb.c")
_PROTOC_OTHERS = (
    *("_pb2.py", "_pb2.pyi", "_pb2_grpc.py", "_pb2_grpc.pyi", ".pb.go", "_grpc.pb.go", ".pb.gw.go", "_pb.js", "_pb.ts"),
    *("_pb.d.ts", "_grpc_pb.js", "_grpc_pb.d.ts", "_pb.rb", "_services_pb.rb", ".pb.swift", ".grpc.swift", ".pb.dart"),
    *(".pbgrpc.dart", ".pbobjc.h", ".pbobjc.m", ".pbrpc.h", ".pbrpc.m"),
)
_GRAMMARS = (".y", ".yy", ".ypp", ".y++")
_QT_HEADERS = (".h", ".hpp", ".hh", ".hxx")
_QT_SOURCES = (".cpp", ".cc", ".cxx", ".mm")

# Files that the C family includes.
_HEADERS = (
    *(NamingRule(end, (".proto",)) for end in _PROTOC_CPP),
    NamingRule(".capnp.h", (".capnp",)),
    NamingRule("_generated.h", (".fbs",)),
    NamingRule("_types.h", (".thrift",)),
    NamingRule("_constants.h", (".thrift",)),
    NamingRule(".inc", (".td",)),
    *(NamingRule(end, _GRAMMARS) for end in (".tab.h", ".tab.hh", ".tab.hpp", ".tab.c", ".parser.h")),
    NamingRule(".lex.h", (".l", ".ll", ".lex")),
    NamingRule(".yy.h", (".l", ".ll")),
    NamingRule(".h", _GRAMMARS),
    NamingRule(".hpp", (".yy", ".ypp", ".pyg")),
    *(NamingRule(end, (".g4",)) for end in ("Parser.h", "Lexer.h", "Listener.h", "Visitor.h", "BaseVisitor.h")),
    NamingRule(".h", (".ui",), prefix="ui_"),
    *(NamingRule(end, (*_QT_HEADERS, *_QT_SOURCES), prefix="moc_") for end in (".cpp", ".cc", ".cxx")),
    NamingRule(".moc", (*_QT_SOURCES, *_QT_HEADERS)),
    NamingRule(".cpp", (".qrc",), prefix="qrc_"),
    NamingRule(".skel.h", (".bpf.c",)),
    *(NamingRule(end, (".xml",)) for end in ("-protocol.h", "-client-protocol.h", "-server-protocol.h")),
    NamingRule(".h", (".in.h", ".h.in", ".idl", ".gperf")),
    NamingRule("", (".in", ".cmake", ".cmake.in", ".meson", ".src", ".tmpl")),
)
# Python modules, by their path without a suffix.
_MODULES = (
    *(NamingRule(end, (".proto",)) for end in ("_pb2", "_pb2_grpc")),
    NamingRule("_capnp", (".capnp",)),
    *(NamingRule(end, (".g4",)) for end in ("Parser", "Lexer", "Listener", "Visitor")),
    NamingRule("", (".ui",), prefix="ui_"),
    NamingRule("_ui", (".ui",)),
    NamingRule("_rc", (".qrc",)),
    NamingRule("", (".pyx.in", ".pyx.tp", ".pyx.tpl", ".pyf", ".pyf.src")),
)
# Sources of extension modules: only of a package, or of a name that begins with "_", for any program has a `.c`.
_EXTENSIONS = (".c", ".cpp", ".cc", ".cxx", ".cu", "module.c", "module.cpp", "module.cc")
MODULE_SOURCES = (*dict.fromkeys(source for rule in _MODULES for source in rule.sources), *_EXTENSIONS)  # their ends
# What no stem tells: Yacc and Lex name their output alike whatever they read.
WILDCARDS = {"y.tab.h": ".y", "y.tab.c": ".y", "lex.yy.h": ".l", "lex.yy.c": ".l"}


def header_sources(spelling: str) -> Iterator[str]:
    """The paths that an included file may be made from, the likeliest first, by its spelling."""
    yield from _sources(_HEADERS, spelling)
    folder, _, name = spelling.rpartition("/")
    if folder:
        yield f"{folder}/{_TEMPLATE_FOLDER}/{name}"


def module_sources(module: str, *, in_package: bool) -> Iterator[str]:
    """The paths that a Python module may be made from, by its path without a suffix."""
    yield from _sources(_MODULES, module)
    if in_package or module.rpartition("/")[2].startswith("_"):
        yield from (module + end for end in _EXTENSIONS)


def _sources(rules: tuple[NamingRule, ...], path: str) -> Iterator[str]:
    folder, slash, name = path.rpartition("/")
    for end, sources, prefix in rules:
        if name.endswith(end) and name.startswith(prefix) and len(name) > len(end) + len(prefix):
            stem = name[len(prefix) : len(name) - len(end)]
            yield from (f"{folder}{slash}{stem}{source}" for source in sources)


# --- files that are checked in --------------------------------------------------------------------------------------

_CHECKED_IN = (
    *(NamingRule(end, (".proto",)) for end in (*_PROTOC_CPP, *_PROTOC_OTHERS)),
    NamingRule(".capnp.h", (".capnp",)),
    NamingRule(".capnp.c++", (".capnp",)),
    NamingRule("_generated.h", (".fbs",)),
    NamingRule(".h", (".ui",), prefix="ui_"),
    *(NamingRule(end, (".y", ".yy", ".ypp")) for end in (".tab.h", ".tab.c", ".tab.hh", ".tab.cc")),
)
_ENDS = tuple(dict.fromkeys(rule.end for rule in _CHECKED_IN))
_SOURCE_ENDS = tuple(dict.fromkeys(source for rule in _CHECKED_IN for source in rule.sources))


def find_checked_in(paths: Sequence[str]) -> Iterator[tuple[int, int]]:
    """The numbers of files that a program wrote and that are checked in, each with that of its source.

    The source stands in the same folder; else in one whose last parts are the same, as `gen/a/b/x_pb2.py` is of
    `proto/a/b/x.proto`, where no other shares as many.
    """
    by_name: dict[str, list[int]] = defaultdict(list)
    for number, path in enumerate(paths):
        if path.endswith(_SOURCE_ENDS):
            by_name[path.rpartition("/")[2]].append(number)
    if not by_name:
        return
    for number, path in enumerate(paths):
        if path.endswith(_ENDS):
            folder, _, name = path.rpartition("/")
            named = [each for source in _sources(_CHECKED_IN, name) for each in by_name.get(source, ())]
            if (source := _nearest_source(folder, named, paths)) is not None:
                yield number, source


def _nearest_source(folder: str, named: Sequence[int], paths: Sequence[str]) -> int | None:
    if len(named) > _MAX_NAMESAKES:
        named = [number for number in named if parent(paths[number]) == folder]
    best = _most_alike(folder, [(parent(paths[number]), number) for number in named])
    return best[0] if len(best) == 1 else None


def _most_alike(folder: str, sources: Sequence[tuple[str, int]]) -> list[int]:
    """The sources in the folder itself; else those whose folders share the most last parts with it, at least one."""
    if beside := [number for other, number in sources if other == folder]:
        return beside
    count_of = {number: _count_shared_suffix(folder, other) for other, number in sources}
    most = max(count_of.values(), default=0)
    return [number for number, count in count_of.items() if count == most] if most else []


def _count_shared_suffix(one: str, other: str) -> int:
    pairs = zip(reversed(one.split("/")), reversed(other.split("/")), strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1] != "", pairs))
