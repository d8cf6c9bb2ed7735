"""C#: namespaces that many files add to, the usings of files and projects, and extension methods.

All files are one unit, in which qualified names hold their namespaces.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property

import polars as pl

from kgraph.assemble.evidence import ScopedEvidence
from kgraph.assemble.file_index import FileIndex
from kgraph.assemble.scoped.dotnet_projects import PROJECT, ProjectUsings
from kgraph.assemble.scoped.extensions_in_scope import COMMON_OF_DOTNET, is_of_unknown_type
from kgraph.assemble.scoped.meanings import ExternalName, PathMeaning, ResolvedPath, TypeInstance
from kgraph.assemble.scoped.namespace_rules import NamespaceRules
from kgraph.assemble.scoped.program import (
    TYPE_MARK,
    Program,
    ProgramDeclaration,
    ProgramDefinition,
    build_program,
    without_types,
)
from kgraph.assemble.scoped.resolver import ScopedResolver
from kgraph.model import FileFacts, Kind
from kgraph.repository_paths import parent
from kgraph.scoped_languages import CSHARP, RELATIVE, STATIC_EXTENSION

_OF_LIST = frozenset({"Add", "Clear", "Contains", "CopyTo", "GetEnumerator", "IndexOf", "Insert", "Remove", "RemoveAt"})
_OF_MAP = frozenset({"Add", "Clear", "Contains", "ContainsKey", "GetEnumerator", "Remove", "TryAdd", "TryGetValue"})
# Methods of types of .NET, which go before extension methods of that name where they take the arguments.
_OWN_METHODS = {
    "List": _OF_LIST
    | {"AddRange", "AsReadOnly", "Exists", "Find", "FindAll", "ForEach", "RemoveAll", "Reverse", "Sort"},
    **dict.fromkeys(("ICollection", "IList", "ISet", "HashSet"), _OF_LIST),
    **dict.fromkeys(("ConcurrentDictionary", "Dictionary", "IDictionary", "IReadOnlyDictionary"), _OF_MAP),
    "object": frozenset({"Equals", "GetHashCode", "GetType", "ToString"}),
    "string": frozenset(
        {
            *("CompareTo", "Contains", "EndsWith", "Equals", "IndexOf", "Insert", "Join", "LastIndexOf", "PadLeft"),
            *("PadRight", "Remove", "Replace", "Split", "StartsWith", "Substring", "ToLower", "ToUpper", "Trim"),
            *("TrimEnd", "TrimStart", "ToCharArray", "CopyTo"),
        }
    ),
}
_MAX_EXTENSIONS = 200  # of one name
_MAX_GLOBAL = 200  # usings that one project has for all of its files
_MAX_LISTED = 101  # files of one namespace
_MAX_SEARCHED_NAMESPACES = 16  # of one file
_INTERFACE, _ANY = 100, 1_000  # how far something is from an interface of its type, and from any object
_GLOBAL = "global "  # before the name of a using that all files of a project have
# Interfaces of collections of .NET, by what has them.
_SEQUENCE = frozenset({"IEnumerable"})
_COLLECTION = _SEQUENCE | {"ICollection", "IReadOnlyCollection"}
_INDEXED = _COLLECTION | {"IList", "IReadOnlyList"}
_MAPPED = _COLLECTION | {"IDictionary", "IReadOnlyDictionary"}
_IMPLEMENTED: dict[str, frozenset[str]] = {
    **dict.fromkeys(
        ("List", "ImmutableArray", "ImmutableList", "ObservableCollection", "ReadOnlyCollection"), _INDEXED
    ),
    **dict.fromkeys(("Dictionary", "ConcurrentDictionary", "SortedDictionary", "ImmutableDictionary"), _MAPPED),
    **dict.fromkeys(("HashSet", "SortedSet"), _COLLECTION | {"ISet", "IReadOnlySet"}),
    **dict.fromkeys(("IList", "ISet", "Queue", "Stack", "IDictionary", "LinkedList"), _COLLECTION),
    **dict.fromkeys(("IReadOnlyList", "IReadOnlySet", "IReadOnlyDictionary"), _SEQUENCE | {"IReadOnlyCollection"}),
    **dict.fromkeys(("ICollection", "IReadOnlyCollection", "IOrderedEnumerable", "IQueryable", "string"), _SEQUENCE),
}


class CSharpRules(NamespaceRules):
    """The rules of C#."""

    families = ("c",)
    extends_values = True
    implicit_members = True
    language = CSHARP

    def __init__(self, index: FileIndex, symbols: pl.DataFrame) -> None:
        self.program: Program = build_program(index, symbols, self.families, CSHARP, lambda _, __: "")
        self._paths = [file.path for file in index.files]
        self._files: dict[str, set[int]] = defaultdict(set)  # by namespace
        self._files_inside: dict[str, set[int]] = defaultdict(set)  # by namespace, of those inside of it
        self._listed: dict[str, Sequence[int]] = {}  # of these, those that are listed
        self._names_in_full: dict[str, list[str]] = defaultdict(list)  # of types and namespaces, by the last part
        self._relative: dict[int, frozenset[str]] = {}  # usings that stand inside of namespaces
        self._global: dict[int, frozenset[str]] = {}  # namespaces that a file has global usings of
        self._used_of_project: dict[str, dict[str, set[int]]] | None = None
        # By file, with those around them, each with its place from the innermost.
        self._namespaces: dict[int, dict[str, int]] = defaultdict(dict)
        for definition, declarations in list(self.program.declarations.items()):
            if definition.group == "namespace":
                self._add_namespace(definition.name, {each.file for each in declarations})
        for number, names in self._namespaces.items():
            longest_first = sorted(names, key=len, reverse=True)
            self._namespaces[number] = {name: at for at, name in enumerate(longest_first)}
        for definition in self.program.declarations:
            if definition.group in ("type", "namespace"):
                self._names_in_full[definition.name.rpartition(".")[2]].append(definition.name)
        self._spread_global_usings(ProjectUsings(index))

    def _add_namespace(self, name: str, files: set[int]) -> None:
        self._files[name] |= files
        while name:
            if files and all(name in self._namespaces[number] for number in files):  # then so are those around it
                break
            self.program.declarations.setdefault(ProgramDefinition("", name, "namespace"), [])
            for number in files:
                self._namespaces[number].setdefault(name, 0)
            name = name.rpartition(".")[0]
            self._files_inside[name] |= files

    def _spread_global_usings(self, usings: ProjectUsings) -> None:
        """Usings that one file, or the project itself, has for all files of its project."""
        projects = {parent(path) for path in self._paths if path.endswith(PROJECT)}
        spread: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        self._project_of = {number: self._project(number, projects) for number in self.program.imports}
        for folder in set(self._project_of.values()):
            for name, used in usings.find_usings(folder).items():
                spread[folder][name] += [f"{each}|" for each in used]
        for number, imports in self.program.imports.items():
            for name, paths in imports.items():
                if name.startswith(_GLOBAL):
                    spread[self._project_of[number]][name.removeprefix(_GLOBAL)] += paths
        for number, imports in self.program.imports.items():
            for name, paths in spread.get(self._project_of[number], {}).items():
                own = set(imports.get(name, ()))
                imports.setdefault(name, []).extend(each for each in paths[:_MAX_GLOBAL] if each not in own)

    def _project(self, number: int, projects: set[str]) -> str:
        """The folder of the project that a file is in."""
        folder = parent(self._paths[number])
        while folder and folder not in projects:
            folder = parent(folder)
        return folder

    @staticmethod
    def unit_names(_: FileIndex) -> dict[int, str]:
        """None: the names of symbols hold their namespaces."""
        return {}

    def module(self, file: int, spelling: str) -> PathMeaning | None:
        """A namespace or a type, as seen from the namespaces of the file where the using stands inside of them."""
        if file not in self._relative:
            self._relative[file] = frozenset(self.program.imports.get(file, {}).get(RELATIVE, ()))
        for around in (*(self._enclosing_namespaces(file, spelling) if spelling in self._relative[file] else ()), ""):
            found = self.program.find("", f"{around}.{spelling}" if around else spelling, called=False)
            if found is not None and found.group in ("type", "namespace"):
                return found
        return ExternalName(spelling)

    def _enclosing_namespaces(self, file: int, spelling: str) -> Sequence[str]:
        """The namespaces of a file that something of that name may be inside of, the innermost first."""
        namespaces = self._namespaces.get(file, {})
        known = self._names_in_full.get(spelling.rpartition(".")[2], ())
        if len(namespaces) <= _MAX_SEARCHED_NAMESPACES or len(known) >= len(namespaces):
            return tuple(namespaces)
        end = f".{spelling}"
        around = {name.removesuffix(end) for name in known if name.endswith(end)}
        return sorted(around & namespaces.keys(), key=namespaces.__getitem__)

    def resolve_in_unit(self, unit: str, name: str) -> PathMeaning | None:
        """Nothing: there is one unit."""
        return None

    def implicit(self, file: int, name: str) -> PathMeaning | None:
        """A type that nothing declares is one of another assembly."""
        return ExternalName(name.removeprefix(TYPE_MARK)) if name.startswith(TYPE_MARK) else None

    # --- extension methods -------------------------------------------------------------------------------------------

    @cached_property
    def _extensions(self) -> dict[str, list[ProgramDefinition]]:
        """Extension members by name."""
        rows = [row for row, step in self.program.holdings if step in ("this", "this?", STATIC_EXTENSION)]
        found: dict[str, list[ProgramDefinition]] = defaultdict(list)
        for definition in dict.fromkeys(self.program.definition_of[row] for row in rows):
            found[definition.name.rpartition(".")[2]].append(definition)
        return found

    @cached_property
    def _visible(self) -> dict[int, frozenset[str]]:
        """The namespaces whose types each file sees."""
        visible: dict[int, frozenset[str]] = {}
        for number, imports in self.program.imports.items():
            meant = [self.module(number, path.removesuffix("|")) for path in imports.get("*", ())]
            used = (each.name for each in meant if isinstance(each, ProgramDefinition))
            visible[number] = frozenset((*used, *self._namespaces.get(number, ())))
        return visible

    def extension(
        self,
        resolver: ScopedResolver,
        file: int,
        of: PathMeaning,
        name: str,
        member: ResolvedPath | None,
        *,
        called: bool = True,
    ) -> ResolvedPath | None:
        """The extension member that is had of something; members of its type go before."""
        plain, given = without_types(name)
        group = "function" if called else "value"
        candidates = [each for each in self._extensions.get(plain, ()) if each.group == group]
        if candidates and given:
            candidates = [each for each in candidates if self.program.generic(each, given)]
        if (
            not candidates
            or len(candidates) > _MAX_EXTENSIONS
            or (member is not None and not isinstance(member.meaning, ExternalName))
        ):
            return member
        if isinstance(of, ProgramDefinition) and of.group == "value":
            held = resolver.value(of)
            of = held.meaning if held is not None else of
        is_type = not isinstance(of, ProgramDefinition) or of.group == "type"
        if not is_type or not isinstance(of, ProgramDefinition | TypeInstance | ExternalName):
            return member
        if isinstance(of, ExternalName) and name in _OWN_METHODS.get(_external_type(of.name), ()):
            return member
        fitting: dict[ProgramDefinition, dict[int, int]] = {}  # how far each declaration is, by its row
        for each in candidates:
            if self._is_seen(file, each):
                far = {one.row: self._distance(resolver, of, one) for one in self.program.declarations[each]}
                if fits := {row: distance for row, distance in far.items() if distance >= 0}:
                    fitting[each] = fits
        nearest = min((min(each.values()) for each in fitting.values()), default=-1)
        best = [each for each, far in fitting.items() if min(far.values()) == nearest]
        if len(best) != 1:
            return None if best else member
        only = self._nearest_alike(best[0], fitting[best[0]])
        is_static = any((row, STATIC_EXTENSION) in self.program.holdings for row in only)
        return ResolvedPath(best[0], ScopedEvidence.RECEIVER_TYPE if is_static else ScopedEvidence.EXTENSION, only=only)

    def extension_in_scope(self, file: int, of: PathMeaning | None, name: str) -> ResolvedPath | None:
        plain, given = without_types(name)
        candidates = [each for each in self._extensions.get(plain, ()) if each.group == "function"]
        if not candidates or len(candidates) > _MAX_EXTENSIONS or plain in COMMON_OF_DOTNET:
            return None
        is_unknown = is_of_unknown_type(of)
        is_derived = isinstance(of, ExternalName) and _may_be_derived(_external_type(of.name))
        if not (is_unknown or is_derived) or (of is None and plain in self._own_methods):
            return None
        seen = [each for each in candidates if self._is_seen(file, each)]
        if given:
            seen = [each for each in seen if self.program.generic(each, given)]
        if len(seen) != 1:
            return None
        holdings = self.program.holdings
        rows = [each.row for each in self.program.declarations[seen[0]]]
        only = frozenset(row for row in rows if _is_extended(holdings.get((row, "this"), ""), interface=not is_unknown))
        return ResolvedPath(seen[0], ScopedEvidence.EXTENSION_IN_SCOPE, only=only) if only else None

    def _is_seen(self, file: int, method: ProgramDefinition) -> bool:
        """Whether a file sees the namespace of a static class that has an extension method."""
        owner = method.name.rpartition(".")[0]
        return owner.rpartition(".")[0] in self._visible[file] or owner in self._visible[file]

    @cached_property
    def _own_methods(self) -> frozenset[str]:
        """Names of methods that types of the repository have, other than extension methods."""
        extending = {row for row, step in self.program.holdings if step in ("this", "this?", STATIC_EXTENSION)}
        return frozenset(
            definition.name.rpartition(".")[2]
            for definition, declarations in self.program.declarations.items()
            if definition.group == "function" and any(each.row not in extending for each in declarations)
        )

    def _nearest_alike(self, of: ProgramDefinition, far: Mapping[int, int]) -> frozenset[int]:
        """The rows of the declarations that extend the nearest type, of those that take as many arguments."""
        takes = {
            each.row: self.program.holdings.get((each.row, "takes"), str(each.arity))
            for each in self.program.declarations[of]
            if each.row in far
        }
        nearest: dict[str, int] = {}
        for row, distance in far.items():
            nearest[takes[row]] = min(distance, nearest.get(takes[row], distance))
        return frozenset(row for row, distance in far.items() if distance == nearest[takes[row]])

    def _distance(
        self, resolver: ScopedResolver, of: ProgramDefinition | TypeInstance | ExternalName, to: ProgramDeclaration
    ) -> int:
        """How far a value, or a type itself, is from what a member extends; -1 where it is no such thing."""
        holdings = self.program.holdings
        if isinstance(of, ProgramDefinition):
            path, of = holdings.get((to.row, STATIC_EXTENSION)), TypeInstance(of)
        elif (path := holdings.get((to.row, "this"))) is None:
            # What is external may have a member of its own where some configurations alone have this one.
            path = holdings.get((to.row, "this?" if isinstance(of, TypeInstance) else STATIC_EXTENSION))
        found = resolver.find(to.file, path) if path else None
        match found.meaning if found else None:
            case TypeInstance(extended):
                order = resolver.order(of.of) if isinstance(of, TypeInstance) else ()
                return order.index(extended) if extended in order else -1
            case ExternalName(name):
                wanted = _external_type(name)
                types = self._external_types(resolver, of)
                if wanted in types:
                    return 0
                return _INTERFACE if any(_is_a(each, wanted) for each in types) else _ANY if wanted == "object" else -1
        return -1

    def _external_types(self, resolver: ScopedResolver, of: TypeInstance | ExternalName) -> set[str]:
        """What something is of other assemblies: its type, or those that its types name as their bases."""
        if isinstance(of, ExternalName):
            return {_external_type(of.name)}
        bases = [resolver.find(*base) for each in resolver.order(of.of) for base in self.program.bases.get(each, ())]
        named = {_external_type(each.meaning.name) for each in bases if each and isinstance(each.meaning, ExternalName)}
        is_enum = any(each.kind == Kind.ENUM.value for each in self.program.declarations[of.of])
        return named | {"Enum"} if is_enum else named

    # --- imports -----------------------------------------------------------------------------------------------------

    @staticmethod
    def shares_imports(facts: Iterable[FileFacts]) -> bool:
        """Whether any file has usings for others."""
        return any(each.name.startswith(_GLOBAL) for fact in facts for each in fact.holdings)

    def find_imported_files(self, used: Callable[[int], Mapping[str, set[int]]], file: int, namespace: str) -> set[int]:
        """The files that declare the types, and the extension methods, that a file uses of a namespace.

        A global using is one of all files of its project.
        """
        if namespace in self._global_of(file):
            if self._used_of_project is None:
                self._used_of_project = {}
                for user, project in self._project_of.items():
                    of_project = self._used_of_project.setdefault(project, {})
                    for name, targets in used(user).items():
                        of_project.setdefault(name, set()).update(targets)
            return self._used_of_project.get(self._project_of[file], {}).get(namespace, set())
        return used(file).get(namespace, set())

    def _global_of(self, file: int) -> frozenset[str]:
        """The namespaces that a file has global usings of."""
        if file not in self._global:
            meant = [
                self.module(file, each.removesuffix("|")) for each in self.program.imports[file].get(f"{_GLOBAL}*", ())
            ]
            self._global[file] = frozenset(
                each.name for each in meant if isinstance(each, ProgramDefinition) and each.group == "namespace"
            )
        return self._global[file]

    def files_of_namespace(self, namespace: str) -> Sequence[int]:
        """The files that add to a namespace, or to one inside of it."""
        if namespace.partition(".")[0] in ("Microsoft", "System"):
            return ()  # of .NET, to which the repository adds
        if namespace not in self._listed:
            files = self._files.get(namespace) or self._files_inside.get(namespace, set())
            self._listed[namespace] = sorted(files)[:_MAX_LISTED]
        return self._listed[namespace]


def _may_be_derived(name: str) -> bool:
    """Whether a type of another assembly may have interfaces that nothing here knows of."""
    return name[:1].isupper() and name not in _OWN_METHODS and name not in _IMPLEMENTED


def _is_extended(path: str, *, interface: bool) -> bool:
    """Whether what an extension method extends, by the path of that, is an interface; else any type but `object`."""
    name = path.rpartition("|")[2].rpartition(".")[2].removeprefix(TYPE_MARK).removesuffix("~")
    return bool(re.match(r"I[A-Z]", name)) if interface else bool(name) and name not in ("object", "Object")


def _external_type(name: str) -> str:
    """The simple name of a type of another assembly; "" where it is no type: the result of a call, a member."""
    outer, _, last = name.rpartition(".")
    is_type = "(" not in name and (not outer or last.startswith(TYPE_MARK))
    return last.removeprefix(TYPE_MARK) if is_type else ""


def _is_a(name: str, wanted: str) -> bool:
    """Whether a type of another assembly is another one, or has that interface.

    By .NET's guidelines `IServiceCollection` is the interface of which `ServiceCollection` is the standard
    implementation ("Names of Classes, Structs, and Interfaces").
    """
    return bool(name) and (wanted in (name, f"I{name}") or wanted in _IMPLEMENTED.get(name, ()))
