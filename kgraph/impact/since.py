"""What changed since a revision: the working tree against a commit, by git's own comparison of the contents.

Input: the root of a repository, the name of a revision, the options that its graph was built with. Output: changes of
files. Which files differ follows from the ids of their contents, as `scan` finds them; git then compares copies of
these contents in a folder of its own, since in the working tree it would run the filters that a repository names.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from kgraph import git
from kgraph.errors import InputError
from kgraph.impact.diffs import GIT_FORM, FileEdit, parse
from kgraph.model import SourceFile
from kgraph.pipeline.context import scan_files
from kgraph.pipeline.options import BuildOptions
from kgraph.pipeline.previous import load_trusted_hashes
from kgraph.pipeline.recorded import load_recorded_options, root_of
from kgraph.scan import Scan
from kgraph.scan.git_index import differs_by_line_ends
from kgraph.scan.revision import scan_revision
from kgraph.scratch import scratch_folder

MAX_COMPARED = 8_000_000  # bytes of a file whose lines are compared; of a larger one all is taken for changed
_DIFF = ("diff", "--no-index", "--src-prefix=a/", "--dst-prefix=b/", *GIT_FORM)


def changes_since(root: Path, revision: str, options: BuildOptions, graph: Path) -> list[FileEdit]:
    """How the working tree at `root` differs from a revision; `graph` is the folder of its graph.

    Raises `InputError` where there is no such revision.
    """
    root = root.resolve()
    here = scan_files(root, options, load_trusted_hashes(graph))
    with scan_revision(root, revision, exclude=options.exclude, vendored=options.vendored) as there:
        now, before = _index_by_path(here), _index_by_path(there)
        # A file that git tracks and nobody has is listed all the same.
        now = {path: file for path, file in now.items() if file.is_readable or os.path.lexists(here.place(file))}
        differing = [path for path in sorted(now.keys() | before.keys()) if _differs(here, now, before, path)]
        compared = [
            path for path in differing if all(_comparable(side[path]) for side in (now, before) if path in side)
        ]
        there.fetch(there.place(before[path]) for path in compared if path in before)
        changes = _compare(here, there, now, before, compared)
    told = {name for each in changes for name in (each.path, each.former)}
    changes += [
        FileEdit(path, whole=True, deleted=path not in now, added=path not in before)
        for path in differing
        if path not in told
    ]
    return sorted((_with_ids(each, now, before) for each in changes), key=lambda each: each.path)


def changes_around(graph: Path, manifest: Mapping[str, Any], revision: str, root: Path | None = None) -> list[FileEdit]:
    """The same of the repository around a graph, with the options in its manifest; `root` is where it is, if elsewhere.

    Raises `InputError` where there is no such revision, or the graph lies elsewhere and no root is given.
    """
    top = root if root is not None else root_of(graph)
    return changes_since(top, revision, load_recorded_options(manifest, top), graph)


def _index_by_path(scan: Scan) -> dict[str, SourceFile]:
    return {file.path: file for file in scan.files if file.form == "file"}


def _differs(here: Scan, now: Mapping[str, SourceFile], before: Mapping[str, SourceFile], path: str) -> bool:
    new, old = now.get(path), before.get(path)
    if new is None or old is None:
        return True
    return new.blob != old.blob and not differs_by_line_ends(here.place(new), old.blob)


def _comparable(file: SourceFile) -> bool:
    return file.size <= MAX_COMPARED and file.is_readable


def _compare(
    here: Scan, there: Scan, now: Mapping[str, SourceFile], before: Mapping[str, SourceFile], paths: list[str]
) -> list[FileEdit]:
    """The changes that git finds in some files, of which copies stand in folders `a` and `b`."""
    with scratch_folder() as folder:
        for side, scan, held in (("a", there, before), ("b", here, now)):
            top = Path(folder, side)
            top.mkdir()
            for path in paths:
                if path in held:
                    copy = top / path
                    copy.parent.mkdir(parents=True, exist_ok=True)
                    try:
                        copy.write_bytes(Path(scan.place(held[path])).read_bytes())
                    except OSError as error:
                        raise InputError(f"cannot be read: {error.strerror or error}", where=path) from error
        said = git.run(Path(folder), *_DIFF, "a", "b")
        if said.code > 1:
            raise InputError(f"git diff: {said.message}", where=str(here.root))
    changes = []
    for each in parse(said.out):
        path, former = _bare(each.path), _bare(each.former)
        changes.append(replace(each, path=path, former="" if former == path else former))
    return changes


def _bare(path: str) -> str:
    """A path without the folder of its side."""
    return path[2:] if path[:2] in ("a/", "b/") else path


def _with_ids(change: FileEdit, now: Mapping[str, SourceFile], before: Mapping[str, SourceFile]) -> FileEdit:
    new, old = now.get(change.path), before.get(change.former or change.path)
    return replace(change, new_blob=new.blob if new else "", old_blob=old.blob if old else "")
