"""What Android's build makes: classes of resources and of the build, and those of layouts.

Input: the index of the files. Output: for an import that no file of the repository answers, the files that what it
names is made of: `p.R` and `p.BuildConfig` of the manifest of a module, `p.databinding.ItemCardBinding` of the layouts
`item_card.xml`.
"""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cached_property

from kgraph.assemble.file_index import FileIndex
from kgraph.repository_paths import parent

_MANIFEST = "AndroidManifest.xml"
_LAYOUT = re.compile(r"(?:^|/)res/layout[^/]*/(\w+)\.xml$")
_OF_MANIFEST = frozenset({"BR", "BuildConfig", "Manifest", "R"})
_BINDING = ".databinding."
_MAX_TEMPLATES = 20


class AndroidBuild:
    """The modules of a repository, by their manifests."""

    def __init__(self, index: FileIndex) -> None:
        self._index = index
        self._modules: dict[str, int] = {}  # folder: its manifest, the first one
        self._layouts: dict[str, list[int]] = defaultdict(list)
        for number, file in enumerate(index.files):
            folder, _, name = file.path.rpartition("/")
            if name == _MANIFEST:
                self._modules.setdefault(re.sub(r"(?:^|/)src/\w+$", "", folder), number)
            elif name.endswith(".xml") and (layout := _LAYOUT.search(file.path)) is not None:
                self._layouts[layout[1].replace("_", "").lower()].append(number)

    def templates(self, file: int, spelling: str) -> tuple[int, ...]:
        """The files that what a file imports is made of; () where that is nothing that Android's build makes."""
        if not self._modules:
            return ()
        if _BINDING in spelling:
            name = spelling.partition(_BINDING)[2].partition(".")[0]
            layouts = self._layouts.get(name.removesuffix("Binding").lower(), ()) if name.endswith("Binding") else ()
            return tuple(layouts[:_MAX_TEMPLATES])
        parts = spelling.split(".")
        at = next((n for n, part in enumerate(parts) if part in _OF_MANIFEST), 0)
        module = self._module_of(file, ".".join(parts[:at])) if at else None
        return () if module is None else (self._modules[module],)

    def _module_of(self, file: int, package: str) -> str | None:
        """The module whose package that is: the one that has all of its own below it, the file's rather."""
        own = self._find_module_folder(self._index.files[file].path)
        fitting = [each for each, common in self._packages.items() if common == package]
        if own in fitting or (not fitting and own is not None and f"{self._packages.get(own)}.".startswith(package)):
            return own
        return fitting[0] if len(fitting) == 1 else None

    @cached_property
    def _packages(self) -> dict[str, str]:
        """What the packages of each module have in common."""
        common: dict[str, list[str]] = {}
        for number, fact in self._index.facts_in("Java", "Kotlin"):
            module = self._find_module_folder(self._index.files[number].path)
            if module is None or not fact.package:
                continue
            parts = fact.package.split(".")
            known = common.setdefault(module, parts)
            same = next((n for n, pair in enumerate(zip(known, parts, strict=False)) if pair[0] != pair[1]), None)
            common[module] = known[: min(len(known), len(parts)) if same is None else same]
        return {module: ".".join(parts) for module, parts in common.items()}

    def _find_module_folder(self, path: str) -> str | None:
        folder = parent(path)
        while folder not in self._modules:
            if not folder:
                return None
            folder = parent(folder)
        return folder
