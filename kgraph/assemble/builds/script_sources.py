"""What packages of npm are built of: the sources of the files that a manifest names and only a build makes, such as
`src/index.ts` of `dist/index.mjs`.

Input: manifests, and the configuration of scripts. Output: sources of their targets in a `BuildRecord`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from kgraph.assemble.builds.globs import FileGlobs
from kgraph.assemble.builds.made import BuildRecord
from kgraph.assemble.scoped.script_configs import ENTRIES, ScriptConfigs, candidate_paths, inside
from kgraph.build_facts import BuildFacts
from kgraph.repository_paths import parent

MANIFEST = "package.json"


def add_script_sources(
    builds: Mapping[int, BuildFacts], configs: ScriptConfigs, globs: FileGlobs, record: BuildRecord
) -> None:
    """Add the sources to the targets, which `manifest_targets` has made."""
    for number, build in builds.items():
        path = globs.path(number)
        if path.rpartition("/")[2] != MANIFEST:
            continue
        folder = parent(path)
        for fact in build.targets:
            target = record.targets.get((path, fact.name))
            if target is None or fact.form != "package":
                continue
            made = [configs.sources(inside(folder, each)) for each in fact.sources]
            found = [_first(each, globs) for each in made]
            is_main = build.project == f"npm/{fact.name}"  # rather than another entry point of the package
            if is_main and fact.sources and not target.sources and found.count(None) == len(found):
                found = [_first((inside(folder, each) for each in ENTRIES), globs)]
            target.sources |= {each: None for each in found if each is not None}


def _first(paths: Iterable[str], globs: FileGlobs) -> int | None:
    candidates = (each for path in paths for each in candidate_paths(path))
    return next((number for each in candidates if (number := globs.file("", each)) is not None), None)
