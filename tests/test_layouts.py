"""What a function answers does not depend on how its frames lie in memory: in chunks, some of them empty, or sliced."""

from __future__ import annotations

import json
import shutil
from importlib.util import find_spec
from pathlib import Path

import layouts
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from layouts import CONTIGUOUS, EMPTY, LAYOUTS, Call, Layout, Recorder, functions, takes_frames, variants

import kgraph
from kgraph import fleet as fleets
from kgraph.assemble.result_cache import digest
from kgraph.export import WRITERS
from kgraph.fleet import may_use, questions, relinking, unread
from kgraph.formatting import contiguous, template
from kgraph.impact import changes_of_paths
from kgraph.locate import tree_words
from kgraph.mcp.graph_index import GraphIndex
from kgraph.pipeline.build import build
from kgraph.pipeline.options import BuildOptions
from kgraph.pipeline.resident import Resident
from kgraph.query import diagnostics, symbol_names
from kgraph.serve import impact as breaking
from kgraph.store.folder import open_current
from kgraph.view import data, table
from kgraph.vocab import triples
from tests.project import project

RULES = """
[[rule]]
name = "forbidden"
type = "forbidden"
from = "/c10/"
to = ["/c10/", "/aten/"]
spelled = ["*"]
[[rule]]
name = "indirect"
type = "forbidden"
from = "/torch/"
to = ["/c10/"]
indirect = true
[[rule]]
name = "layers"
type = "layers"
layers = ["/torch/ | /caffe2/", "/c10/", "/aten/"]
[[rule]]
name = "independent"
type = "independent"
groups = ["/c10/", "/aten/", "/torch/"]
[[rule]]
name = "acyclic"
type = "acyclic"
of = "files"
[[rule]]
name = "folders"
type = "acyclic"
of = "folders"
depth = 2
[[rule]]
name = "public"
type = "public-headers"
folder = "/c10/"
public = ["/c10/macros/"]
[[rule]]
name = "tested"
type = "tested"
files = "/c10/"
tests = "/c10/test/"
[[rule]]
name = "limit"
type = "limit"
files = "*"
lines = 1
function_lines = 1
fan_in = 1
fan_out = 1
[[rule]]
name = "names"
type = "names"
files = "*"
match = "[a-z]+"
"""
# Their rows have no order: whoever asks them sorts. The tables that come of them are sorted, and tested so.
UNORDERED = {
    "kgraph.assemble.use_tables.use_tables",
    "kgraph.pages.repository_model._add_related",
    "kgraph.view.index.ViewIndex._include_lines",
}
# Of these the answer alone is compared, not what they keep: compressed answers, lazy frames, objects that name each
# other.
ANSWER_ALONE = (
    *("kgraph.assemble.python.cache.", "kgraph.assemble.python.kept_", "kgraph.pages."),
    "kgraph.assemble.use_resolution.resolve_all_uses",
    "kgraph.query.slices._Part.",
    "kgraph.serve.impact.",  # its index reads the past of files when that is asked for
)
# What they answer is another each time, for another reason than a layout: they write files, or tell the time; and
# those of `pages.uses` and `pages.symbols.facts` hold files that name each other, for which the comparison is not made.
LEFT_OUT = (
    "kgraph.pages.uses.",
    "kgraph.pages.symbols.facts.",
    "kgraph.pipeline.",
    "kgraph.diff.revisions._keep",
    "kgraph.store.tables.write",
    "kgraph.store.load.",
    "kgraph.export.neo4j._write",
    "kgraph.assemble.python.kept_reads.ReadTables.pack",  # its answer is frames as bytes
    "kgraph.fleet.lake.Lake.publish",
    *("kgraph.fleet.exports.", "kgraph.fleet.provisions.", "kgraph.fleet.use_links."),  # theirs are of files, and lazy
    *("kgraph.fleet.interfaces.", "kgraph.fleet.links.", "kgraph.fleet.relinking.", "kgraph.fleet.rust_names."),
    *("kgraph.fleet.header_uses.", "kgraph.fleet.overloads."),
)


# What takes a frame and is not called here, and why.
NOT_CALLED = {
    "kgraph.assemble.scip.join_index": "its index is another tool's, and holds no frames",
    "kgraph.assemble.scoped.program.add_bases": "it walks rows one by one, as values of Python",
    "kgraph.assemble.scoped.program.build_program": "it walks rows one by one, as values of Python",
    "kgraph.review.violations.rule_source": "it hands frames on, and takes none",
    "kgraph.coverage.Coverage.of_table": "a class method, whose answer is no frame: see `test_coverage`",
    "kgraph.diff.patch.Patch.between": "a class method around `find_changed_lines`",
    "kgraph.export.node_names.with_names": "it is given a function that has them",
    **dict.fromkeys(
        (
            "kgraph.assemble.statistics.counts",
            *("kgraph.fleet.exports.find_exported", "kgraph.fleet.interfaces.interface", "kgraph.fleet.links.link"),
            "kgraph.fleet.use_links.external_uses",
            "kgraph.fleet.links.need_table",
            *("kgraph.fleet.links.requirement_table", "kgraph.fleet.header_uses.name_table"),
            *("kgraph.fleet.header_uses.inside_table", "kgraph.fleet.overloads.list_meanings"),
            *(f"kgraph.fleet.provisions.{name}" for name in ("places", "projects", "provisions", "gradle_keys")),
            "kgraph.fleet.proto_clients.list_provisions",
        ),
        "its frames are of files, and lazy",
    ),
    **dict.fromkeys(
        ("kgraph.fleet.key_ranges.sort_ranges", "kgraph.store.tables.write_ranges"),
        "its frames come one by one; `test_rows_sorted_by_way_of_the_disk_are_those_sorted_in_memory` varies them",
    ),
    **dict.fromkeys(
        ("kgraph.fleet.package_uses.spelling_of_packages", "kgraph.fleet.rust_names.find_macros"),
        "there are no packages of npm or Cargo here: see `test_fleet_languages`",
    ),
    "kgraph.fleet.interface_store.make_interface": "it is given a function that has them",
    "kgraph.query.related.find_related": "it is given a function that has them",
    "kgraph.query.slices.slice_store": "it is given a function that has them",
    "kgraph.relate.relations.relate": "for benchmarks: `RelationBuild` in one call",
    "kgraph.relate.relations_file._products": "its frame was just read, and is in one piece",
    "kgraph.relate.relations_file._serialize": "its frame was just made, of arrays",
}
ASKED: dict[str, dict[str, str]] = {  # of a part of the graph
    "callers": {"name": "c10::warn"},
    "external-users": {"name": "os"},
    "impact": {"name": "c10::warn"},
    "most-included": {},
}
BOUND = """#include <pybind11/pybind11.h>
#include <c10/util/Exception.h>
PYBIND11_MODULE(_C, m) { m.def("warn", &c10::warn); }
"""


@pytest.fixture(scope="module")
def recorder(tmp_path_factory: pytest.TempPathFactory) -> Recorder:
    """One call of each function, as a small repository is built, built again after edits, and put to every use."""
    folder = tmp_path_factory.mktemp("layouts")
    root = project(folder / "tree")
    (root / "torch/csrc/bound.cpp").write_text(BOUND)
    (root / "torch/bound.py").write_text("from torch import _C\n\n\ndef warn(text):\n    _C.warn(text)\n")
    (root / "tables.sql").write_text("CREATE TABLE a (id int);\nCREATE VIEW b AS SELECT id FROM a;\n")
    (folder / "rules.toml").write_text(RULES)
    with Recorder() as noted:
        before = kgraph.build(root, jobs=1, store=True)
        edit(root)
        kgraph.build(root, jobs=1, references=True, external_uses=True).close()
        (root / "README.md").write_text("# Edited\n")  # so that uses are taken over
        with kgraph.build(root, jobs=1, references=True, external_uses=True) as graph:
            use(graph, before, folder)
        rebuild(root)
        if find_spec("clang") and find_spec("clang_tidy"):
            units = ["c10/util/Exception.cpp", "c10/core/TensorImpl.cpp"]
            flags = ["c++", "-std=c++17", "-I.", "-Iaten/src", "-c"]
            entries = [{"directory": str(root), "file": file, "arguments": [*flags, file]} for file in units]
            (root / "compile_commands.json").write_text(json.dumps(entries))
            kgraph.build(root, jobs=1).close()
        kgraph.build(root, jobs=1, scip=[folder / "graph.scip"]).close()
    return noted


def edit(root: Path) -> None:
    """Make a file differ, another one move, and a line more."""
    device = root / "c10/core/Device.h"
    device.write_text(device.read_text().replace("int index", "long index").replace("Exception.h", "Logging.h"))
    (root / "torch/utils.py").rename(root / "torch/tools.py")
    with (root / "c10/util/Exception.cpp").open("a") as file:
        file.write("void more() { c10::warn(nullptr); }\n")


def rebuild(root: Path) -> None:
    """Build again and again in one process, as `kgraph watch` does."""
    options = BuildOptions(jobs=1)
    with Resident(options) as resident:
        for number in range(2):
            with (root / "c10/util/Exception.cpp").open("a") as file:
                file.write(f"void again{number}() {{ c10::warn(nullptr); }}\n")
            build(root, None, options, resident=resident)


def use(graph: kgraph.KGraph, before: kgraph.KGraph, folder: Path) -> None:
    """All that takes frames after the build."""
    tables = graph.tables
    for form in WRITERS:
        graph.export(form, folder / f"graph.{form}", root=folder / "tree", sort=form == "nt")
    graph.export("svg-map", folder / "targets.svg", by="target")
    list(triples.lines(tables.tables, graph.base))
    symbols = graph.frame("symbols")
    diagnostics.unknown_symbol("warm", symbols)
    symbol_names.find_qualified_name_in(symbols, "warn")
    for query, value in ASKED.items():
        graph.query(query, **value).frame()
    graph.doctor()
    graph.doctor("c10/util/Exception.cpp")
    graph.to_networkx()
    graph.to_rdflib()
    graph.frame("files", "pandas")
    graph.view(focus="c10/util/Exception.h", depth=2)
    graph.pyvis("c10/util/Exception.h")
    graph.pyvis()
    graph._repr_html_()
    graph.pages(folder / "pages", root=folder / "tree")
    graph.pages(folder / "site", root=folder / "tree", form="html")
    graph.neighbours("c10/util/Exception.h")
    graph.check(folder / "rules.toml")
    header = "file/c10/util/Exception.h"
    data.node(graph.index, header)
    data.children(graph.index, "folder/c10")
    data.search(graph.index, "exception")
    table.table(graph.index, "files", sort="path")
    before.diff(graph)
    breaking.impact(graph, graph.index, breaking.HistoryReader(graph), "file/c10/util/Exception.h")
    graph.affected(changes_of_paths(["c10/util/Exception.h"]))
    graph.review("HEAD", rules=[folder / "rules.toml"])
    tree_words.load(open_current(graph.path), graph.frame("files"), folder / "tree")
    graph.locate("c10/util/Exception.h warns", root=folder / "tree")
    (folder / "app").mkdir()
    (folder / "app/main.cpp").write_text("#include <c10/util/Exception.h>\n")
    (folder / "fleet.toml").write_text("[[repository]]\npath = 'tree'\n[[repository]]\npath = 'app'\n")
    lake = fleets.build(fleets.load(folder), parallel=1).lake
    shutil.rmtree(lake.home / "interfaces")
    relinking.relink(lake, [])  # so that what processes of their own made of each repository is made here
    nodes = questions.nodes_named(lake, "c10::warn")
    header = questions.nodes_named(lake, "c10/util/Exception.h")
    questions.impact(lake, "c10/util/Exception.h", nodes=header)
    used = questions.users(lake, "c10/util/Exception.h", nodes=header)
    lines = used.select("repo", "line", file=pl.lit("file/main.cpp"))
    may_use.may_use(lake, nodes, lines.filter(pl.col("line") > 1))
    unread.nobody(lake, "c10::warn", nodes)
    unread.languages_of(lake, nodes)
    reader = GraphIndex(graph)
    reader.symbol_rows(reader.symbols.head(3))
    graph.execute("ASK { ?file a kg:File }")  # of the store that is made from the one before


def same(call: Call, layout: Layout) -> bool:
    """Whether it answers as it does for contiguous frames; a bare assertion would write out the whole graph."""
    here, there = (call.made(each) for each in (layout, EMPTY if layout.empty else CONTIGUOUS))
    if call.name.startswith(ANSWER_ALONE):
        here, there = here[0], there[0]
    if call.name in UNORDERED:
        here, there = layouts.unordered(here), layouts.unordered(there)
    return here == there  # type: ignore[no-any-return]


def test_the_layouts_are_what_they_say() -> None:
    frame = pl.DataFrame({"a": ["x", "y", "z", None], "b": [[1], [], None, [2, 3]]})
    assert LAYOUTS["an empty chunk inside"].of(frame)["a"].n_chunks() == 3
    assert [len(chunk) for chunk in LAYOUTS["an empty chunk inside"].of(frame)["a"].get_chunks()] == [2, 0, 2]
    for name, other in variants(frame).items():
        assert other.equals(frame if other.height else frame.clear()), name
        assert contiguous(other).n_chunks("all") == [1, 1]


def test_a_name_of_a_table_tells_its_values_alone() -> None:
    frame = pl.DataFrame({"a": [1, None, 3], "b": ["x", None, ""], "c": [["a"], None, ["b", None]]})
    for other in variants(frame).values():
        assert digest(other) == digest(frame if other.height else frame.clear())
    hidden = pl.DataFrame({"a": [1, 2, 3]}).select(pl.when(pl.col("a") != 2).then("a"))  # 2 lies behind the null
    assert digest(hidden) == digest(frame.select("a"))


def test_a_template_fills_its_places() -> None:
    frame = pl.DataFrame({"a": ["x", None, "z"], "b": [1, 2, 3]})
    for other in variants(frame).values():
        told = other.select(template("<{}> {}.", "a", pl.col("b"))).to_series().to_list()
        assert told == (["<x> 1.", None, "<z> 3."] if other.height else [])
    with pytest.raises(ValueError, match="1 places for 2 values"):
        template("{}", "a", "b")


def test_every_function_answers_the_same_in_every_layout(recorder: Recorder) -> None:
    for call in recorder.calls.values():
        if call.name.startswith(LEFT_OUT):
            continue
        for layout in (Layout((0.2, 0.5), (True, True), sliced=True), LAYOUTS["empty in chunks"]):
            assert same(call, layout), f"{call.name}: {layout}"


def test_no_function_is_left_out(recorder: Recorder) -> None:
    public = {
        name
        for name, function in functions().items()
        if takes_frames(function) and not any(part.startswith("_") for part in name.split(".")[1:])
    }
    assert sorted(public - set(recorder.calls) - set(NOT_CALLED)) == []
    assert sorted(set(NOT_CALLED) & set(recorder.calls)) == []


shares = st.lists(st.floats(0, 1), max_size=5).map(tuple)
any_layout = st.builds(Layout, shares, st.lists(st.booleans(), max_size=6).map(tuple), st.booleans(), st.booleans())


@settings(max_examples=25, deadline=None)
@given(drawn=st.data())
def test_whatever_the_layout(recorder: Recorder, drawn: st.DataObject) -> None:
    names = sorted(name for name in recorder.calls if not name.startswith(LEFT_OUT))
    call = recorder.calls[drawn.draw(st.sampled_from(names))]
    layout = drawn.draw(any_layout)
    assert same(call, layout), call.name
