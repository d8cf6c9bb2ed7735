"""Includes and imports: which file a spelling means. Paths in, outcomes out, as literals."""

from __future__ import annotations

from kgraph.assemble.include_resolution import Resolution, resolve_includes
from kgraph.assemble.python.modules import ModuleIndex, resolve_imports
from kgraph.assemble.suffix_index import PathSuffixIndex, join
from kgraph.model import IncludeFact


def includes(files: list[str], *spelled: tuple[str, str]) -> list[str]:
    """What each (file, `"shape.h"` or `<shape.h>`) means: a path, or the outcome with its candidates or templates."""
    paths = PathSuffixIndex(files)
    facts = [
        (paths.number[file], IncludeFact(text[1:-1], 1, "quoted" if text[0] == '"' else "angled"))
        for file, text in spelled
    ]
    return [said(paths, resolution) for resolution in resolve_includes(paths, facts)]


def imports(files: list[str], *spelled: tuple[str, str, tuple[str, ...]]) -> list[str]:
    """The same for (file, module, names of `from module import ...`)."""
    paths = PathSuffixIndex(files)
    facts = [
        (paths.number[f], IncludeFact(text, 1, "from" if names else "import", names=names))
        for f, text, names in spelled
    ]
    return [said(paths, resolution) for resolution in resolve_imports(facts, ModuleIndex(paths))]


def said(paths: PathSuffixIndex, resolution: Resolution) -> str:
    files = resolution.targets + resolution.candidates + resolution.templates
    names = " ".join(paths.paths[n] for n in files)
    return names if resolution.outcome == "repository" else f"{resolution.outcome} {names}".strip()


FILES = [
    "pkg/__init__.py",
    "pkg/a.py",
    "pkg/sub/__init__.py",
    "pkg/sub/b.py",
    "pkg/_C/__init__.pyi.in",
    "pkg/stub.pyi",
    "pkg/types.py",
    "tools/run.py",
    "tools/helper.py",
    "bench/one/m.py",
    "bench/one/n.py",
    "src/other/__init__.py",
    "src/other/o.py",
    "far/helper.py",
]


def test_module_names() -> None:
    modules = ModuleIndex(PathSuffixIndex(FILES))
    names = {
        path: modules.name(path) for path in ("pkg/sub/b.py", "pkg/sub/__init__.py", "tools/run.py", "src/other/o.py")
    }
    assert names == {
        "pkg/sub/b.py": "pkg.sub.b",
        "pkg/sub/__init__.py": "pkg.sub",
        "tools/run.py": "run",
        "src/other/o.py": "other.o",
    }


def test_join() -> None:
    assert join("a/b", "../c.h") == "a/c.h"
    assert join("", "./c.h") == "c.h"
    assert join("a", "../../c.h") is None
