"""Modules that a build makes of C: importing them from their package is no import of the package."""

from __future__ import annotations

from pathlib import Path

import kgraph
from tests.test_scan import write

FILES: dict[str, str | bytes] = {
    "pkg/__init__.py": "from . import _common\nfrom . import _native\nfrom . import plain\n\nversion = _native.v\n",
    "pkg/_common.py": "from . import _native\nfrom . import version\n",
    "pkg/posix.py": "from . import _native, _common\n",
    "pkg/native.c": "int PyInit__native(void) { return 0; }\n",
    "other/__init__.py": "_name = 1\n",
    "other/user.py": "from . import _name\n",
}


def test_an_extension_module_is_not_its_package(tmp_path: Path) -> None:
    write(tmp_path / "tree", FILES)
    with kgraph.build(tmp_path / "tree", history=False, related=False) as graph:
        paths = dict(graph.frame("files").select("id", "path").iter_rows())
        rows = graph.frame("includes").select("file", "start_line", "resolution", "targets").iter_rows()
        found = {(paths[file], line): (how, [paths[each] for each in to]) for file, line, how, to in rows}
    assert found["pkg/__init__.py", 2] == ("generated", [])
    assert found["pkg/_common.py", 1] == ("generated", [])
    assert found["pkg/posix.py", 1] == ("repository", ["pkg/_common.py"])
    # What the package's own file may define is its.
    assert found["pkg/_common.py", 2] == ("repository", ["pkg/__init__.py"])
    assert found["pkg/__init__.py", 3] == ("repository", ["pkg/__init__.py"])
    assert found["other/user.py", 1] == ("repository", ["other/__init__.py"])
