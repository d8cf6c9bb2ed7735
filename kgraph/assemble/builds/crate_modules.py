"""The files of Rust's crates: where `mod x;` leads from the file that a crate begins at.

Input: the index of the files, whose facts hold those statements, and the targets of manifests. Output: the targets have
the modules of their roots among their sources.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Mapping, Sequence

from kgraph.assemble.builds.globs import FileGlobs
from kgraph.assemble.builds.made import BuildRecord
from kgraph.assemble.file_index import FileIndex
from kgraph.model import FileFacts
from kgraph.scoped_languages import MODULE

_OF_FOLDERS = ("lib.rs", "main.rs", "mod.rs")
_MANIFEST = "Cargo.toml"

Statements = Mapping[int, Sequence[tuple[str, str]]]  # by file: qualified names of modules, and paths of attributes


def module_statements(index: FileIndex) -> dict[int, list[tuple[str, str]]]:
    """The statements `mod x;` of all files of Rust."""
    found: dict[int, list[tuple[str, str]]] = {}
    for number, fact in index.facts_in("Rust"):
        holdings = fact.holdings if isinstance(fact, FileFacts) else ()
        if own := [(each.name.removeprefix(MODULE), each.path) for each in holdings if each.name.startswith(MODULE)]:
            found[number] = own
    return found


def add_modules(statements: Statements, globs: FileGlobs, record: BuildRecord) -> None:
    """Give the targets of Cargo the modules that their roots lead to."""
    for (manifest, _), target in record.targets.items():
        if posixpath.basename(manifest) == _MANIFEST and target.form != "library":  # whose sources are a folder's
            target.sources |= dict.fromkeys(_find_reachable(list(target.sources), statements, globs))


def _find_reachable(roots: Iterable[int], statements: Statements, globs: FileGlobs) -> list[int]:
    """All files that some files lead to, which are roots of crates or modules of such."""
    found = dict.fromkeys(roots)
    pending = [(number, True) for number in found]
    while pending:
        number, is_root = pending.pop()
        for name, path in statements.get(number, ()):
            inner = _file_of(globs.path(number), name, path, globs, is_root=is_root)
            if inner is not None and inner not in found:
                found[inner] = None
                pending.append((inner, False))
    return list(found)


def _file_of(file: str, name: str, path: str, globs: FileGlobs, *, is_root: bool) -> int | None:
    """The file of a module that another file states.

    The modules of a file stand beside it where it is `mod.rs` or the root of a crate, else in a folder of its name.
    """
    folder, base = posixpath.split(file)
    if path:
        return globs.file(folder, path)
    inner = name.replace("::", "/")
    beside = [folder] if is_root or base in _OF_FOLDERS else []
    for place in (*beside, posixpath.join(folder, base.removesuffix(".rs"))):
        for each in (f"{inner}.rs", f"{inner}/mod.rs"):
            if (found := globs.file(place, each)) is not None:
                return found
    return None
