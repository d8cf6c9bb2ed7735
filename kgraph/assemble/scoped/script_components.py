"""What Nuxt and its like bring into files without an import: components, and functions of certain folders.

Input: the paths of the files, the packages of the repository, and what files declare for others. Output: the file of a
component by its tag, and the file that declares a name, each only where one file alone is meant.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cached_property

from kgraph.assemble.scoped.program import Program
from kgraph.assemble.scoped.script_configs import ScriptConfigs
from kgraph.repository_paths import parent

_WITH_COMPONENTS = ("nuxt", "nuxt3", "nuxt-nightly", "unplugin-vue-components")
_WITH_NAMES = ("nuxt", "nuxt3", "nuxt-nightly", "unplugin-auto-import")
_COMPONENT = re.compile(r"(?:^|/)components/(.+)\.vue$")
_NAMES = re.compile(r"(?:^|/)(?:composables|hooks|stores|utils|shared/types)/.*\.(?:m?[jt]s|[jt]sx)$")
_SERVER = re.compile(r"(?:^|/)server/")  # whose names are not those of an application
_PARTS = re.compile(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])")


class ScriptComponents:
    """The components and functions that files see without an import."""

    def __init__(self, paths: Sequence[str], configs: ScriptConfigs, program: Program) -> None:
        self._paths = paths
        self._configs = configs
        self._program = program

    def component(self, path: str, name: str) -> str | None:
        """The file of a component that a file names in its template."""
        package = self._package(path, _WITH_COMPONENTS)
        if package is None:
            return None
        by_name = self._components.get(package, {})
        found = by_name.get(name) or by_name.get(f"{name}?") or ()
        return found[0] if len(found) == 1 else None

    def exporter(self, path: str, name: str) -> str | None:
        """The file that exports a name that a file uses and neither declares nor imports."""
        package = self._package(path, _WITH_NAMES) if self._is_needed else None
        if package is None:
            return None
        found = self._names.get((package, _SERVER.search(path) is not None), {}).get(name, ())
        return found[0] if len(found) == 1 else None

    def _package(self, path: str, tools: Sequence[str]) -> str | None:
        package = self._configs.package_of(parent(path))
        return package.folder if package is not None and any(map(package.requires, tools)) else None

    @cached_property
    def _is_needed(self) -> bool:
        return any(any(map(each.requires, _WITH_NAMES)) for each in self._configs.packages.values())

    @cached_property
    def _components(self) -> dict[str, dict[str, list[str]]]:
        """By package and name; behind the bare name of a file stands a question mark."""
        found: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        for path in self._paths:
            match = _COMPONENT.search(path)
            package = self._package(path, _WITH_COMPONENTS) if match is not None else None
            if match is not None and package is not None:
                found[package][_component_name(match[1])].append(path)
                found[package][f"{_component_name(match[1].rpartition('/')[2])}?"].append(path)
        return found

    @cached_property
    def _names(self) -> dict[tuple[str, bool], dict[str, list[str]]]:
        found: dict[tuple[str, bool], dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        for path, name in self._find_exported():
            package = self._package(path, _WITH_NAMES) if _NAMES.search(path) else None
            if package is not None:
                paths = found[package, _SERVER.search(path) is not None][name]
                if path not in paths[-1:]:
                    paths.append(path)
        return found

    def _find_exported(self) -> Iterator[tuple[str, str]]:
        """The names of the top level that each file declares for others."""
        for (unit, name, _), declarations in self._program.declarations.items():
            if self._program.separator not in name and "export" in declarations[0].modifiers:
                yield unit, name


def _component_name(path: str) -> str:
    """What Nuxt calls a component, by its path below `components/`: `base/BaseIcon` and `base/Icon` are `BaseIcon`."""
    *folders, file = path.split("/")
    stem = re.sub(r"\.(?:client|server|global)$", "", file)
    own = _parts(stem)
    front = [part for folder in folders for part in _parts(folder)]
    if own == ["Index"] and front:
        own = []
    shared = next((n for n in range(min(len(front), len(own)), 0, -1) if front[-n:] == own[:n]), 0)
    return "".join([*front, *own[shared:]])


def _parts(name: str) -> list[str]:
    return [part[:1].upper() + part[1:] for part in _PARTS.findall(name)]
