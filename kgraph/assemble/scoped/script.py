"""JavaScript, TypeScript, and scripts of Vue and Svelte: files as units, and which file an import leads to."""

from __future__ import annotations

import re
from collections.abc import Iterator

import polars as pl

from kgraph.assemble.evidence import ScopedEvidence
from kgraph.assemble.file_index import FileIndex
from kgraph.assemble.scoped.meanings import ExternalName, PathMeaning, ResolvedPath, WholeUnit
from kgraph.assemble.scoped.program import Program, ProgramDefinition, build_program
from kgraph.assemble.scoped.resolver import ScopedResolver, steps_of
from kgraph.assemble.scoped.script_components import ScriptComponents
from kgraph.assemble.scoped.script_configs import ENTRIES, ScriptConfigs, candidate_paths, inside, is_declaration
from kgraph.model import FileFacts
from kgraph.repository_paths import parent
from kgraph.scoped_languages import EXPORT, SCRIPT, component_of

_LANGUAGES = ("JavaScript", "Svelte", "TSX", "TypeScript", "Vue")
# Fronts that no name of a package has, and the folders of a package that build tools let them stand for: `@/` of Vue
# CLI and of templates for Vite, `~/` of Nuxt and Remix, `$lib` of SvelteKit.
_CUSTOMARY = re.compile(r"@/|~/|\$lib(?:/|$)")
_CUSTOMARY_FOLDERS = {
    "@/": ("src", "app", "."),
    "~/": ("src", "app", "."),
    "$lib/": ("src/lib",),
    "$lib": ("src/lib",),
}
_WITHOUT_TYPES = (".cjs", ".js", ".jsx", ".mjs")
_EXPORTS, _COMMON_JS = "exports", (".cjs", ".js")  # what a module of CommonJS is to itself, and such files


class ScriptResolver(ScopedResolver):
    """Knows the declaration file of a module that says what its own text does not: `index.d.ts` of `index.js`."""

    def _follow(self, file: int, path: str, called: bool) -> ResolvedPath | None:
        found = super()._follow(file, path, called)
        steps = steps_of(path.partition("|")[2])
        if found is not None or not steps:
            return found
        rules = self._rules
        assert isinstance(rules, ScriptRules)  # noqa: S101 - of which this is the resolver
        for imported in self._program.imports[file].get(steps[0], ()):
            spelling, _, inner = imported.partition("|")
            if (declared := rules.find_declaration_file(file, spelling)) is not None:
                start = ResolvedPath(WholeUnit(declared), ScopedEvidence.IMPORTED_NAME)
                return self._resolve_whole_unit(
                    self._go_on(file, start, [*steps_of(inner), *steps[1:]], called), called
                )
        return None


class ScriptRules:
    """The rules of JavaScript and TypeScript; a unit is a file, by its path."""

    families = ("javascript", "svelte", "tsx", "typescript", "vue")
    implicit_members = False
    language = SCRIPT
    resolver = ScriptResolver

    def __init__(self, index: FileIndex, symbols: pl.DataFrame) -> None:
        self._paths = [file.path for file in index.files]
        self._numbers = {path: number for number, path in enumerate(self._paths)}
        self.program: Program = build_program(index, symbols, self.families, SCRIPT, self._unit)
        self._configs = ScriptConfigs(index)
        self._components = ScriptComponents(self._paths, self._configs, self.program)
        self._meanings: dict[tuple[str, str, bool], PathMeaning | None] = {}
        self._globals = dict(self._global_names(index))
        self._scripts = self._names_of_scripts(index)

    def _unit(self, number: int, _: FileFacts) -> str:
        return self._paths[number]

    @staticmethod
    def unit_names(index: FileIndex) -> dict[int, str]:
        """The path of each file without its extension."""
        return {n: _without_extension(index.files[n].path) for n, _ in index.facts_in(*_LANGUAGES)}

    def module(self, file: int, spelling: str) -> PathMeaning | None:
        """A file, or the name of a package; a relative path that leads to no file is None."""
        path = self._paths[file]
        if component := component_of(spelling):
            found = self._components.component(path, component)
            return WholeUnit(found) if found is not None else None
        question = (parent(path), spelling, is_declaration(path))
        if question not in self._meanings:
            self._meanings[question] = self._module(*question)
        return self._meanings[question]

    def find_declaration_file(self, file: int, spelling: str) -> str | None:
        """The file that declares what a module of JavaScript offers: beside it, or where its package says."""
        module = self.module(file, spelling)
        if not isinstance(module, WholeUnit) or not module.name.endswith(_WITHOUT_TYPES):
            return None
        stem, _, extension = module.name.rpartition(".")
        beside = (f"{stem}.d.{extension.replace('js', 'ts')}", f"{stem}.d.ts")
        if (found := next((each for each in beside if each in self._numbers), None)) is not None:
            return found
        package = self._configs.package(parent(self._paths[file]), spelling)
        types = package.types() if package is not None else None
        return next((each for each in candidate_paths(types) if each in self._numbers), None) if types else None

    def resolve_in_unit(self, unit: str, name: str) -> PathMeaning | None:
        """A module has its own declarations alone."""

    def implicit(self, file: int, name: str) -> PathMeaning | None:
        """What a declaration file or a build tool gives to all, or what JavaScript has that holds other things."""
        if (known := self._globals.get(name)) is not None:
            return known
        if (exporter := self._components.exporter(self._paths[file], name)) is not None:
            return self.program.find(exporter, name, called=False)
        if name == _EXPORTS and self._paths[file].endswith(_COMMON_JS):
            return WholeUnit(self.program.unit_of[file])
        if file in self._plain_scripts and (script := self._find_global_script(file, name)) is not None:
            return self.program.find(script, name, called=False)
        return ExternalName(name) if name in SCRIPT.holders else None

    def _names_of_scripts(self, index: FileIndex) -> dict[str, list[str]]:
        """The paths of scripts by what they declare at their top level, which is of all scripts of a page.

        A script is a file of JavaScript that is no module: it neither imports nor exports.
        """
        self._plain_scripts: set[int] = set()
        found: dict[str, list[str]] = {}
        for number, fact in index.facts_in("JavaScript"):
            offers = any(each.name.startswith(EXPORT) for each in fact.holdings)
            if fact.includes or offers or any("export" in each.modifiers for each in fact.symbols):
                continue
            self._plain_scripts.add(number)
            for name in {each.name for each in fact.symbols if not each.scope}:
                found.setdefault(name, []).append(self._paths[number])
        return found

    def _find_global_script(self, file: int, name: str) -> str | None:
        """The only script that declares a name, in the folder of a script or in one above or below it."""
        own = f"{parent(self._paths[file])}/"
        folders = ((path, f"{parent(path)}/") for path in self._scripts.get(name, ()))
        near = [path for path, folder in folders if folder.startswith(own) or own.startswith(folder)]
        return near[0] if len(near) == 1 else None

    def _global_names(self, index: FileIndex) -> Iterator[tuple[str, ProgramDefinition]]:
        """Names of declaration files that are no modules, and of `declare global`."""
        for unit, exports in self.program.exports.items():
            for name in exports:
                if name.startswith("global ") and (found := self.program.find(unit, name[7:], called=False)):
                    yield name[7:], found
        for number, fact in index.facts_in("TypeScript"):
            path = self._paths[number]
            is_module = fact.includes or any(each.name.startswith(EXPORT) for each in fact.holdings)
            if path.endswith(".d.ts") and not is_module and not any("export" in s.modifiers for s in fact.symbols):
                for symbol in fact.symbols:
                    if not symbol.scope and (found := self.program.find(path, symbol.name, called=False)):
                        yield symbol.name, found

    # --- modules ------------------------------------------------------------------------------------------------------

    def _module(self, folder: str, spelling: str, declared: bool) -> PathMeaning | None:
        spelling = spelling.partition("?")[0]
        if spelling.startswith((".", "/")):
            return self._first(self._relative(folder, spelling))
        if spelling.startswith("#"):
            package = self._configs.package_of(folder)
            named = package.imports(spelling, declared=declared) if package is not None else ()
            found = self._first(inside(package.folder, each) for each in named if package is not None)
            if found is not None:
                return found
        is_alias = False
        for config in self._configs.configs(folder):
            paths, is_named = config.expand_alias(spelling)
            if (found := self._first(paths)) is not None:
                return found
            is_alias = is_alias or is_named
        bundler = self._configs.bundler(folder)
        paths, is_bundled = bundler.expand_alias(spelling) if bundler is not None else ([], False)
        if (found := self._first(paths)) is not None:
            return found
        scope, _, rest = spelling.partition("/")
        name, _, within = rest.partition("/")
        name, within = (f"{scope}/{name}", within) if scope.startswith("@") else (scope, rest)
        package = self._configs.package(folder, name)
        if package is not None:
            return self._first(self._entries(package.folder, f"./{within}" if within else "."))
        if (front := _CUSTOMARY.match(spelling)) is not None:
            return self._first(self._customary(folder, front[0], spelling[front.end() :]))
        return None if is_bundled or (is_alias and spelling.startswith("#")) else ExternalName(spelling)

    def _customary(self, folder: str, front: str, within: str) -> Iterator[str]:
        """What an alias means that a build tool defines, where no configuration that is read says so."""
        package = self._configs.package_of(folder)
        for source in _CUSTOMARY_FOLDERS[front]:
            yield inside(package.folder if package is not None else "", f"{source}/{within}")

    def _relative(self, folder: str, spelling: str) -> Iterator[str]:
        path = inside(folder, spelling)
        yield path
        if path in self._configs.packages:
            yield from self._entries(path, ".")
        yield from self._configs.sources(path)

    def _entries(self, folder: str, within: str) -> Iterator[str]:
        """What a package has under "." or "./x"; what a build would make leads to its source."""
        for entry in self._configs.packages[folder].entries(within):
            path = inside(folder, entry)
            yield path
            yield from self._configs.sources(path)
        if within == ".":
            yield from (inside(folder, each) for each in ENTRIES)
        else:
            yield inside(f"{folder}/src", within)

    def _first(self, paths: Iterator[str] | list[str]) -> PathMeaning | None:
        """The first of some paths, with or without an extension, that is a file of the repository."""
        for path in paths:
            for candidate in candidate_paths(path):
                number = self._numbers.get(candidate)
                if number is not None:
                    if candidate not in self.program.files_of:
                        self.program.files_of[candidate] = [number]  # such as JSON
                    return WholeUnit(candidate)
        return None


def _without_extension(path: str) -> str:
    folder, slash, name = path.rpartition("/")
    for each in (".d.ts", ".d.mts", ".d.cts"):
        if name.endswith(each):
            return f"{folder}{slash}{name.removesuffix(each)}"
    stem = name.rpartition(".")[0]
    return f"{folder}{slash}{stem}" if stem else path
