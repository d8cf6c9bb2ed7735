"""What one tree costs, stage by stage, in this very process: what `growth.py` starts anew for each tree.

    python benchmarks/growth_stages.py SHAPE N STAGE...

Prints for each stage, as JSON, seconds of processor time and how much memory it took at its peak, in bytes, over what
there was before. Stages that the wanted ones need are done, too, but not told.
"""

from __future__ import annotations

import contextlib
import gc
import io
import json
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

from shapes import SHAPES, Shape

FILES_EXPORTED = ("neo4j", "parquet")  # as folders
EXPORTS = (
    *("nt", "ttl", "jsonld", "rdfxml", "nq", "trig", "graphml", "nodelink", "gexf", "dot", "mermaid"),
    *("svg-map", "svg-matrix", "scip", *FILES_EXPORTED),
)
STAGES = (
    *("scan", "macros", "words", "extract", "assemble", "relate", "tables", "store", "pages", "html", "view", "diff"),
    "rules",
    *(f"export {form}" for form in EXPORTS),
    "queries",
)
RULES = (
    'type = "forbidden"\nto = "*"\nindirect = true',
    'type = "forbidden"\nfrom = "*.c"\nto = "*.h"\nspelled = "*"',
    'type = "layers"\nlayers = ["/a/ | /d/", "/src/", "*"]',
    'type = "independent"\ngroups = ["*.h", "*.c", "*.py"]',
    'type = "acyclic"',
    'type = "acyclic"\nof = "folders"',
    'type = "public-headers"\nfolder = "/d/"\npublic = "*.hpp"',
    'type = "tested"\nfiles = "*"\ntests = "test*"\nby = ["includes", "indirect", "name", "related"]',
    'type = "limit"\nlines = 1\nfunction_lines = 1\nfan_in = 1\nfan_out = 1',
    'type = "names"\nmatch = "x"',
)
LIMIT = 120  # seconds of processor time for all of it


class Stages:
    """The stages of a build over the tree in a folder, each done once, and measured."""

    def __init__(self, shape: Shape, root: Path, output: Path) -> None:
        self.costs: dict[str, tuple[float, int]] = {}
        self._shape = shape
        self._root = root
        self._output = output
        self._held = contextlib.ExitStack()  # until the process ends

    def measure(self, stage: str) -> None:
        """Do a stage, and those that it needs."""
        kind, _, what = stage.partition(" ")
        if kind == "export":
            self.export(what)
        elif kind == "queries":
            self.queries()
        else:
            getattr(self, kind)  # a property, which is made once

    @contextlib.contextmanager
    def _cost(self, stage: str) -> Iterator[None]:
        gc.collect()
        gc.disable()  # as a build does
        before = _reset_peak()
        started = time.process_time()
        try:
            yield
        finally:
            self.costs[stage] = (time.process_time() - started, _peak() - before)
            gc.enable()

    @cached_property
    def scan(self) -> Any:
        from kgraph.scan import scan

        with self._cost("scan"):
            return scan(self._root)

    def _each(self, stage: str, read: Callable[[bytes, str], Any]) -> list[Any]:
        """A reader's answer for each file; what it imports is imported before."""
        contents = [(self._root.joinpath(file.path).read_bytes(), file.language) for file in self.scan.files]
        for language in {language for _, language in contents}:
            read(b"\n", language)
        with self._cost(stage):
            return [read(content, language) for content, language in contents]

    @cached_property
    def macros(self) -> frozenset[str]:
        from kgraph.extract.cpp.macros import attribute_macros, harvest

        found = self._each("macros", lambda content, _: harvest(content))
        return attribute_macros(define for defines in found for define in defines)

    @cached_property
    def words(self) -> list[bytes]:
        from kgraph.extract.encoded import encode
        from kgraph.extract.identifiers import words

        return self._each("words", lambda content, _: encode(words(content)))

    @cached_property
    def extract(self) -> list[Any]:
        from kgraph.extract import extract

        macros = self.macros
        return self._each("extract", lambda content, language: extract(content, language, macros))

    @cached_property
    def assemble(self) -> Any:
        from kgraph.assemble.assemble import AssembleInput, assemble

        found, facts = self.scan, self.extract
        with self._cost("assemble"):
            return assemble(AssembleInput(found.repository, found.files, facts, agent="kgraph"))

    @cached_property
    def relate(self) -> Any:
        from kgraph.pipeline.relate_process import RelateProcess
        from kgraph.relate.history import History
        from kgraph.relate.related_tables import select_needed, with_relations

        graph, words = self.assemble, self.words
        with self._cost("relate"), RelateProcess(None) as related:
            related.submit_words(self.scan.files, words)
            related.submit_history(History(lacks="not asked for"))
            related.submit_tables(select_needed(graph.tables))
            return with_relations(graph, related.result(), agent="kgraph")

    @cached_property
    def tables(self) -> Path:
        from kgraph.store import tables

        graph = self.relate
        with self._cost("tables"):
            tables.write(self._output / "tables", graph.tables)
        return self._output / "tables"

    @cached_property
    def store(self) -> Any:
        from kgraph.store import load, rdf

        graph = self.relate
        with self._cost("store"):
            load.load(self._output / "store", graph.tables, graph.repository.base)
        return rdf.open_store(self._output / "store", self._held)

    @cached_property
    def pages(self) -> None:
        self._pages("pages", "markdown")

    @cached_property
    def html(self) -> None:
        self._pages("html", "html")

    def _pages(self, stage: str, form: str) -> None:
        from kgraph import pages

        graph = self.relate
        source = pages.GraphSource(
            "tree", graph.repository.base, "", "1", self._output, lambda: graph.tables, lambda: self.store
        )
        with self._cost(stage):
            pages.write(source, pages.make_request(self._output / stage, root=self._root, form=form))

    @cached_property
    def view(self) -> None:
        from kgraph.view.index import ViewIndex
        from kgraph.view.write import ViewOptions, view_page

        graph = self.relate
        with self._cost("view"):
            view_page(ViewIndex(graph), ViewOptions("", 1))

    @cached_property
    def diff(self) -> None:
        """From a graph of nothing, and to it."""
        from kgraph.diff import FORMATS, Comparison
        from kgraph.diff.compare import compare
        from kgraph.model import Graph

        graph = self.relate
        nothing = Graph(graph.repository, {name: frame.clear() for name, frame in graph.tables.items()})
        with self._cost("diff"):
            for old, new in ((nothing, graph), (graph, nothing)):
                comparison = Comparison(old, new, compare(old, new, ("a", "b")))
                for form in FORMATS:
                    comparison.write(form, io.BytesIO())

    @cached_property
    def rules(self) -> None:
        """Every form of a rule, each broken by as much as can be."""
        from kgraph import rules

        graph, file = self.relate, self._output / "rules.toml"
        file.write_text("".join(f'[[rule]]\nname = "{n}"\n{rule}\n' for n, rule in enumerate(RULES)))
        checks = rules.load([file])
        with self._cost("rules"):
            report = rules.check(
                checks, rules.RuleSource(graph.repository, graph.__getitem__, lambda: self.store), None
            )
            for write in rules.WRITERS.values():
                write(report, graph.repository, io.BytesIO())

    def export(self, form: str) -> None:
        from kgraph import export
        from kgraph.errors import ExportError

        source = export.WholeGraph(self.relate, self._root)
        with self._cost(f"export {form}"), contextlib.suppress(ExportError):  # too many nodes to draw
            export.write(source, form, self._output / form if form in FILES_EXPORTED else io.BytesIO())

    def queries(self) -> None:
        """Those that the shape names, and all others that need no parameters."""
        from kgraph.query import execute, find, names

        store, base = self.store, self.relate.repository.base
        asked: dict[str, Any] = {
            name: {} for name in names() if not any(each.need == "required" for each in find(name).parameters)
        }
        for name, parameters in (asked | dict(self._shape.queries or {})).items():
            with self._cost(f"query {name}"):
                list(execute(store, find(name), parameters, base=base))


def _reset_peak() -> int:
    """Let the peak of memory count from now; returns what there is."""
    Path("/proc/self/clear_refs").write_text("5")
    return _peak()


def _peak() -> int:
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) << 10


def write_tree(shape: Shape, n: int, folder: Path) -> None:
    """Write a tree to a folder."""
    for path, content in shape.make(n).items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)


def main() -> None:
    name, n, *wanted = sys.argv[1:]
    resource.setrlimit(resource.RLIMIT_CPU, (LIMIT, LIMIT))
    _measure(SHAPES[name], 2, wanted)  # so that all is loaded that is needed
    print(json.dumps(_measure(SHAPES[name], int(n), wanted)))


def _measure(shape: Shape, n: int, wanted: list[str]) -> dict[str, tuple[float, int]]:
    with tempfile.TemporaryDirectory(prefix="kgraph-growth-") as scratch:
        root, output = Path(scratch, "tree"), Path(scratch, "graph")
        root.mkdir()
        output.mkdir()
        write_tree(shape, n, root)
        stages = Stages(shape, root, output)
        for stage in wanted:
            stages.measure(stage)
    asked = "queries" in wanted
    return {
        stage: cost for stage, cost in stages.costs.items() if stage in wanted or (asked and stage.startswith("query "))
    }


if __name__ == "__main__":
    main()
