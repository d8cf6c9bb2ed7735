"""What the configuration files of a repository say of JavaScript's modules: package.json, tsconfig.json, workspaces.

Input: the index of the files. Output: `ScriptConfigs`, which lists the paths, from the root of the repository and
without an extension perhaps, that an import of a package or an alias may mean.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from json import loads
from posixpath import join, normpath
from typing import Any

from kgraph.assemble.file_index import FileIndex
from kgraph.model import FileFacts
from kgraph.repository_paths import parent
from kgraph.scoped_languages import ALIAS

CONFIG_LANGUAGES = ("JSON", "JSON with Comments", "YAML")
_CONFIGS = ("tsconfig.json", "jsconfig.json")
_BUNDLER = re.compile(r"(?:electron\.vite|svelte|vite|vitest)\.config\.(?:[cm]?[jt]s)")
_MAX_EXTENDS = 10
_MAX_ENTRIES = 50
_MAX_STARS = 6  # in a pattern of folders
# Conditions of exports, from the one that leads to sources most likely; what is declared by types comes last.
_CONDITIONS = ("source", "development", "import", "module", "node", "default", "browser", "require")
_DEPENDENCIES = ("dependencies", "devDependencies", "peerDependencies")
_LOCAL = ("file:", "link:", "portal:")
_EXTENSIONS = (
    *(".ts", ".tsx", ".js", ".jsx", ".mts", ".cts", ".mjs", ".cjs", ".d.ts", ".d.mts", ".d.cts"),
    *(".vue", ".svelte", ".json"),
)
# Sources that are spelled as what a compiler makes of them.
_SOURCES = {
    ".js": (".ts", ".tsx", ".js", ".jsx", ".d.ts"),
    ".jsx": (".tsx", ".jsx", ".d.ts"),
    ".mjs": (".mts", ".mjs", ".ts", ".d.mts"),
    ".cjs": (".cts", ".cjs", ".ts", ".d.cts"),
}
ENTRIES = ("src/index", "index", "src/main")  # of packages that do not say where they begin
_BUILT = frozenset({"build", "cjs", "dist", "es", "esm", "lib", "out", "types"})  # folders of what a build makes


@dataclass(frozen=True, slots=True)
class ScriptPackage:
    """A package.json of the repository."""

    folder: str
    settings: Mapping[str, Any]

    def entries(self, inside: str) -> Iterator[str]:
        """The paths in its folder that "." or "./x" of it may be, the best one first."""
        exports = self.settings.get("exports")
        if isinstance(exports, str) or (isinstance(exports, dict) and not any(key[:1] == "." for key in exports)):
            exports = {".": exports}
        if isinstance(exports, dict):
            yield from matches(exports, inside)
        if inside == ".":
            named = (self.settings.get(key) for key in ("source", "module", "main", "types"))
            yield from (each for each in named if isinstance(each, str))
        elif exports is None:
            yield inside

    def types(self) -> str | None:
        """The file that declares its types."""
        named = (self.settings.get(key) for key in ("types", "typings"))
        return next((inside(self.folder, each) for each in named if isinstance(each, str)), None)

    def requires(self, name: str) -> bool:
        """Whether it depends on a package of a name, be it its own."""
        tables = (self.settings.get(key) for key in _DEPENDENCIES)
        return any(isinstance(table, dict) and name in table for table in tables)

    def imports(self, spelling: str, *, declared: bool = False) -> Iterator[str]:
        """What a spelling such as "#internal/x" is in its folder; `declared`: files of declarations come first."""
        imports = self.settings.get("imports")
        found = list(matches(imports, spelling)) if isinstance(imports, dict) else []
        yield from sorted(found, key=lambda each: not is_declaration(each)) if declared else found


@dataclass(frozen=True)
class TypeScriptConfig:
    """What a tsconfig.json says, with all that it extends; folders and paths are from the root."""

    base: str | None = None  # of names that are not relative
    paths: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    output: str | None = None
    sources: str | None = None
    references: tuple[str, ...] = ()

    @cached_property
    def _by_front(self) -> dict[str, list[str]]:
        """Patterns by what stands before their star."""
        fronts: dict[str, list[str]] = {}
        for pattern in self.paths:
            fronts.setdefault(pattern.partition("*")[0], []).append(pattern)
        return fronts

    def _patterns(self, spelling: str) -> Iterator[str]:
        """The patterns with whose front a spelling begins, the longest front first."""
        for length in self._lengths:
            if length <= len(spelling):
                yield from self._by_front.get(spelling[:length], ())

    @cached_property
    def _lengths(self) -> list[int]:
        return sorted({len(front) for front in self._by_front}, reverse=True)

    def expand_alias(self, spelling: str) -> tuple[list[str], bool]:
        """The paths that a spelling may mean, and whether an alias says so that is not but "*"."""
        best, text = "", ""
        for pattern in self._patterns(spelling):
            front, star, behind = pattern.partition("*")
            fits = spelling.startswith(front) and spelling.endswith(behind) if star else spelling == pattern
            if (
                fits
                and len(spelling) >= len(front) + len(behind)
                and (not best or len(front) > len(best.partition("*")[0]))
            ):
                best, text = pattern, spelling[len(front) : len(spelling) - len(behind)]
        found = [each.replace("*", text) for each in self.paths[best]] if best else []
        if self.base is not None:
            found.append(join(self.base, spelling))
        return found, best not in ("", "*")


class ScriptConfigs:
    """All configuration of a repository; folders are from the root, "" is the root itself."""

    def __init__(self, index: FileIndex) -> None:
        self._settings: dict[str, dict[str, Any]] = {}
        for number, fact in index.facts_in(*CONFIG_LANGUAGES):
            if fact.holdings:
                self._settings[index.files[number].path] = _settings(fact)
        self.packages = {
            parent(path): ScriptPackage(parent(path), settings)
            for path, settings in self._settings.items()
            if path.rpartition("/")[2] == "package.json"
        }
        self._configs: dict[str, TypeScriptConfig] = {}
        self._bundlers = _bundler_configs(index)
        self._members = self._workspaces()

    def ancestors(self, folder: str) -> Iterator[str]:
        """A folder and all around it, from the innermost."""
        while True:
            yield folder
            if not folder:
                return
            folder = parent(folder)

    def package_of(self, folder: str) -> ScriptPackage | None:
        """The package that a folder belongs to."""
        return next((self.packages[each] for each in self.ancestors(folder) if each in self.packages), None)

    def package(self, folder: str, name: str) -> ScriptPackage | None:
        """The package that a name means in a folder, where the repository has it."""
        own = self.package_of(folder)
        if own is not None and own.settings.get("name") == name and not own.requires(name):
            return own
        for each in self.ancestors(folder):
            if (member := self._members.get(each, {}).get(name)) is not None:
                return self.packages[member]
        return None

    def _workspaces(self) -> dict[str, dict[str, str]]:
        """The folders of packages that can be imported by name, by the folder that this is so in."""
        members: dict[str, dict[str, str]] = {}
        for path, settings in self._settings.items():
            folder, name = parent(path), path.rpartition("/")[2]
            spelled: Any = settings.get("workspaces" if name == "package.json" else "packages")
            if name not in ("package.json", "pnpm-workspace.yaml"):
                continue
            patterns = spelled.get("packages") if isinstance(spelled, dict) else spelled
            if isinstance(patterns, list) and patterns:
                members.setdefault(folder, {}).update(self._matching(folder, [each for each in patterns if each]))
            for key in ("dependencies", "devDependencies"):
                for other, where in (settings.get(key) or {}).items():
                    if isinstance(where, str) and where.startswith(_LOCAL):
                        target = inside(folder, where.partition(":")[2])
                        if target in self.packages:
                            members.setdefault(folder, {})[other] = target
        return members

    def _matching(self, folder: str, patterns: list[str]) -> Iterator[tuple[str, str]]:
        spelled = [each for each in patterns if each.count("*") <= _MAX_STARS]
        chosen = [_glob(each) for each in spelled if not each.startswith("!")]
        apart = [_glob(each[1:]) for each in spelled if each.startswith("!")]
        front = f"{folder}/" if folder else ""
        for where, package in self.packages.items():
            path, name = where.removeprefix(front), package.settings.get("name")
            if not isinstance(name, str) or not where.startswith(front):
                continue
            if any(each.fullmatch(path) for each in chosen) and not any(each.fullmatch(path) for each in apart):
                yield name, where

    # --- tsconfig.json ------------------------------------------------------------------------------------------------

    def configs(self, folder: str) -> list[TypeScriptConfig]:
        """The configuration that holds in a folder, and what that refers to."""
        for each in self.ancestors(folder):
            for name in _CONFIGS:
                path = join(each, name)
                if path in self._settings:
                    config = self._config(path)
                    return [config, *(self._config(other) for other in config.references if other in self._settings)]
        return []

    def bundler(self, folder: str) -> TypeScriptConfig | None:
        """The aliases of the bundler's configuration that is nearest around a folder."""
        for each in self.ancestors(folder):
            if each in self._bundlers:
                return self._bundlers[each]
        return None

    def _config(self, path: str) -> TypeScriptConfig:
        if path not in self._configs:
            self._configs[path] = self._read(path)
        return self._configs[path]

    def _read(self, path: str) -> TypeScriptConfig:
        """What a config and all that it extends say, the nearest first."""
        config, pending = TypeScriptConfig(), [path]
        seen: set[str] = set()
        while pending and len(seen) < _MAX_EXTENDS:
            each = pending.pop()
            settings = self._settings.get(each)
            if settings is None or each in seen:
                continue
            seen.add(each)
            config = _merge(config, parent(each), settings)
            extended = settings.get("extends")
            listed = [extended] if isinstance(extended, str) else extended if isinstance(extended, list) else []
            for other in listed:  # the last one has the last word
                if isinstance(other, str) and other.startswith("."):
                    target = inside(parent(each), other)
                    names = (target, f"{target}.json", f"{target}/tsconfig.json")
                    pending += [name for name in names if name in self._settings][:1]
        return config

    def sources(self, path: str) -> Iterator[str]:
        """The sources that something may be built from, which is not in the repository: `dist/x.js` of `src/x.ts`.

        A bundle that has the name of its package is built from the package's index.
        """
        folder = parent(path)
        for config in self.configs(folder):
            if config.output and path.startswith(f"{config.output}/"):
                yield join(config.sources or parent(config.output), path[len(config.output) + 1 :])
        package = self.package_of(folder)
        front = package.folder if package is not None else ""
        steps = path[len(front) :].strip("/").split("/")
        built = 0
        while built < len(steps) - 1 and steps[built] in _BUILT:
            built += 1
        if built:
            yield join(front, "src", *steps[built:])
            yield join(front, *steps[built:])
            name = package.settings.get("name") if package is not None else None
            bundle = steps[built].partition(".")[0]
            if isinstance(name, str) and steps[built:] == steps[-1:] and bundle == name.rpartition("/")[2]:
                yield join(front, "src", "index")


def matches(table: Mapping[str, Any], spelling: str) -> Iterator[str]:
    """What a table of exports or imports has for a spelling; a "*" in it stands for any text."""
    for pattern, value in table.items():
        front, star, behind = pattern.partition("*")
        if spelling == pattern or (star and spelling.startswith(front) and spelling.endswith(behind)):
            text = spelling[len(front) : len(spelling) - len(behind)] if star else ""
            for path in _leaves(value):
                yield path.replace("*", text)


def _leaves(value: object) -> list[str]:
    """The paths in a value of exports, by their conditions: those of types last."""
    ranks = {name: rank for rank, name in enumerate(_CONDITIONS)}
    found: list[tuple[int, str]] = []
    pending: list[tuple[object, int]] = [(value, 0)]
    while pending and len(found) < _MAX_ENTRIES:
        each, rank = pending.pop()
        if isinstance(each, str):
            found.append((rank + 100 * is_declaration(each), each))
        elif isinstance(each, dict):
            pending += [(inner, rank + ranks.get(name, len(ranks))) for name, inner in reversed(each.items())]
        elif isinstance(each, list):
            pending += [(inner, rank) for inner in reversed(each)]
    return [path for _, path in sorted(found, key=lambda each: each[0])]


def candidate_paths(path: str) -> Iterator[str]:
    """The files that a path may mean, the best one first."""
    stem, dot, extension = path.rpartition(".")
    if dot and f".{extension}" in _SOURCES:
        yield from (f"{stem}{each}" for each in _SOURCES[f".{extension}"])
    yield path
    for each in _EXTENSIONS:
        yield f"{path}{each}"
    for each in _EXTENSIONS:
        yield f"{path}/index{each}" if path else f"index{each}"


def is_declaration(path: str) -> bool:
    """Whether a file declares what others implement."""
    return path.endswith((".d.ts", ".d.mts", ".d.cts"))


def inside(folder: str, spelling: str) -> str:
    """A path that is spelled from a folder; it begins with "../" where it leads out of the repository."""
    path = normpath(join(folder, spelling.removeprefix("/") if spelling.startswith("/") else spelling))
    return "" if path == "." else path


def _merge(config: TypeScriptConfig, folder: str, settings: Mapping[str, Any]) -> TypeScriptConfig:
    """A config with what it does not say itself from one that it extends."""
    options = settings.get("compilerOptions")
    options = options if isinstance(options, dict) else {}

    def path_of(name: str) -> str | None:
        value = options.get(name)
        return inside(folder, value) if isinstance(value, str) else None

    base = path_of("baseUrl")
    paths = config.paths
    spelled = options.get("paths")
    if not paths and isinstance(spelled, dict):
        start = base if base is not None else folder
        paths = {
            pattern: tuple(inside(start, each) for each in targets if isinstance(each, str))
            for pattern, targets in spelled.items()
            if isinstance(targets, list)
        }
    references = settings.get("references")
    listed = references if isinstance(references, list) and not config.references else ()
    names = [each.get("path") for each in listed if isinstance(each, dict)]
    targets = [inside(folder, each) for each in names if isinstance(each, str)]
    return TypeScriptConfig(
        config.base if config.base is not None else base,
        paths,
        config.output or path_of("outDir"),
        config.sources or path_of("rootDir"),
        config.references or tuple(each if each.endswith(".json") else join(each, _CONFIGS[0]) for each in targets),
    )


def _bundler_configs(index: FileIndex) -> dict[str, TypeScriptConfig]:
    """The aliases that configurations of bundlers state, by their folders."""
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    for number, fact in index.facts_in("JavaScript", "TypeScript"):
        folder, _, name = index.files[number].path.rpartition("/")
        if _BUNDLER.fullmatch(name) is None:
            continue
        paths = found.setdefault(folder, {})
        for each in fact.holdings:
            alias, path = each.name.removeprefix(ALIAS), inside(folder, each.path)
            if each.name.startswith(ALIAS) and not path.startswith(".."):
                paths[alias] = (path,)
                if "*" not in alias:
                    paths[f"{alias.rstrip('/')}/*"] = (f"{path}/*",)
    return {folder: TypeScriptConfig(paths=paths) for folder, paths in found.items() if paths}


def _settings(fact: FileFacts) -> dict[str, Any]:
    return {each.name: loads(each.path) for each in fact.holdings}


def _glob(pattern: str) -> re.Pattern[str]:
    """A pattern of folders, in which "*" stands for one folder and "**" for any."""
    parts = re.split(r"(\*\*/?|\*)", pattern.removeprefix("./").rstrip("/"))
    texts = {"*": "[^/]*", "**": ".*", "**/": "(?:.*/)?"}
    return re.compile("".join(texts.get(part, re.escape(part)) for part in parts))
