"""A build meets names and contents that nobody should have, and neither fails nor loses any."""

from __future__ import annotations

import io
import os

import pyoxigraph as ox
import pytest

import kgraph
from kgraph.vocab.iri import decode_path
from tests.test_scan import write

NAMES = [
    "space in name.h",
    "quote'\".h",
    "hash#1%20.h",
    "new\nline.h",
    "angle<>{}|\\^`.h",
    "ünï/cødé.h",
    "tab\t\x07.h",
    "\udcff\udcfe.h",  # bytes that are no UTF-8
    "a/\udc80/b.h",
    "?query&x=1;y,z.h",
    "-rf",
    "con",
    "x" * 200 + ".h",
]

CONTENTS: dict[str, bytes] = {
    "empty.cpp": b"",
    "empty.py": b"",
    "braces.cpp": b"{" * 100_000,
    "angles.cpp": b"a<" * 100_000,
    "sums.cpp": b"int x = " + b"1+" * 100_000,
    "namespaces.cpp": b"".join(b"namespace n%d {\n" % n for n in range(10_000)),
    "line.cpp": b"int " + b"x, " * 5_000 + b"y;",
    "parens.py": b"x = " + b"(" * 10_000,
    "deep.py": b"x = " + b"-" * 100_000 + b"1",
    "indent.py": b"".join(b" " * n + b"if 1:\n" for n in range(200)),
    "cookie.py": b"# -*- coding: no-such-codec -*-\nx = 1\n",
    "latin.py": "# -*- coding: latin-1 -*-\né = 'ü'\n".encode("latin-1"),
    "latin.cpp": "int é; // ü\n".encode("latin-1"),
    "bom.cpp": b"\xef\xbb\xbfint x;\n",
    "utf16.cpp": "int x;\n".encode("utf-16"),
    "nul.py": b"x = 1\0\n",
    "late-nul.cpp": b"int x;\n" * 2000 + b"\0int y;\n",
    "cr.cpp": b"int x;\rint y;\r",
    "quotes.md": b"> " * 5_000 + b"x\n",
    "links.md": b"[" * 50_000,
    "table.rst": b"+--" * 1_000,
    "bad.json": b"[" * 100_000,
    "bad.yaml": b"- " * 5_000,
    "include.cpp": b'#include "\xff\n#include <>\n#include ""\n#include MACRO\n#include "a b.h"\n#include <a"b>\n',
    "import.py": b"from ..... import x\nfrom . import *\nimport a.b.c\n",
    "controls.cpp": b"// \x01\x02 \x7f \xc2\x85 \xe2\x80\xa8 \xef\xbf\xbf\nint documented;\n",
    "link.md": b"[a](http://[broken) [b](%ff%00) [c](..//..//x) [d](\\) [e](a.md#\xff)\n",
}


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> kgraph.KGraph:
    root = tmp_path_factory.mktemp("hostile")
    write(root, dict.fromkeys(NAMES, b"int x;\n") | CONTENTS)
    (root / "loop").symlink_to("loop")
    (root / "up").symlink_to("..")
    os.mkfifo(root / "pipe.cpp")
    return kgraph.build(root)


def test_every_file_is_there_and_its_path_comes_back(graph: kgraph.KGraph) -> None:
    found = {decode_path(id_.removeprefix("file/")) for id_ in graph.frame("files")["id"]}
    assert found == {*NAMES, *CONTENTS, "loop", "up", "pipe.cpp"}


def test_what_could_not_be_read_says_why(graph: kgraph.KGraph) -> None:
    reasons = {skipped["path"]: skipped["reason"] for skipped in graph.manifest["ledger"]["skipped"]}
    assert not [reason for reason in reasons.values() if reason.startswith("kgraph failed")]
    assert reasons["pipe.cpp"] == "unreadable: not a regular file"
    assert "codec" in reasons["cookie.py"] or "encoding" in reasons["cookie.py"]
    assert not {*NAMES} & {*reasons}


def test_names_without_end_are_left_out_and_told(graph: kgraph.KGraph) -> None:
    symbols = graph.frame("symbols")
    assert 0 < symbols["qualified_name"].str.len_chars().max() < 5_000  # type: ignore[operator]
    files = graph.frame("files")
    assert "are left out" in str(files.filter(files["path"] == "namespaces.cpp")["diagnostics"].to_list())


def test_the_rdf_is_strictly_valid(graph: kgraph.KGraph) -> None:
    out = io.BytesIO()
    graph.export("nt", out)
    count = sum(1 for _ in ox.parse(out.getvalue(), format=ox.RdfFormat.N_TRIPLES))
    assert count == graph.manifest["counts"]["triples"]
    for form in ("ttl", "rdfxml", "jsonld", "graphml"):
        graph.export(form, io.BytesIO())


def test_it_is_the_same_the_next_time(graph: kgraph.KGraph) -> None:
    again = kgraph.build(graph.path.parent, output=graph.path.parent.parent / "again")
    for table in graph.tables:
        assert again.frame(table).equals(graph.frame(table)), table
