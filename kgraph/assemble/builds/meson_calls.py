"""Meson's functions and methods.

Input: the name of a function or method and its values. Output: what it gives; targets and tests on the way.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from kgraph.assemble.builds.globs import FileGlobs
from kgraph.assemble.builds.made import Site
from kgraph.assemble.builds.meson_methods import (
    OF_NEEDS,
    dict_method,
    join_texts,
    list_method,
    path_method,
    source_set_method,
    text_method,
)
from kgraph.assemble.builds.meson_targets import FORMS, PACKAGES, CallArguments, MesonTargets
from kgraph.assemble.builds.meson_values import (
    SOURCE,
    UNDECIDED,
    ExternalValue,
    MesonNames,
    ModuleValue,
    NeededTargets,
    RepositoryFile,
    SourceSet,
    SubprojectValue,
    UnknownValue,
    Value,
    flat,
    join_path,
    merge_alternatives,
    texts,
)
from kgraph.build_facts import Expression, StatementFact

BUILD_FILE = "meson.build"
OPTION_FILES = frozenset({"meson.options", "meson_options.txt"})
_OUTSIDE = frozenset(
    {
        *("find_program", "include_directories", "configuration_data", "configure_file", "environment", "generator"),
        *("install_data", "install_headers", "install_man", "install_subdir", "install_symlink", "install_emptydir"),
        *("message", "summary", "warning", "error", "assert", "add_project_arguments", "add_global_arguments", "debug"),
        *("add_languages", "add_project_link_arguments", "add_global_link_arguments", "add_project_dependencies"),
        *("vcs_tag", "structured_sources", "range", "unset_variable", "add_test_setup", "project", "option"),
    }
)
_COMPUTED = frozenset({"stdout", "stderr", "returncode", "get", "version", "system", "cpu_family", "full_path", "path"})


@dataclass(slots=True)
class MesonFrame:
    """Where evaluation is."""

    names: MesonNames
    file: int
    folder: str
    root: str  # the folder of the project
    depth: int = 0


class MesonFolders(Protocol):
    """What evaluates other folders."""

    def subdirectory(self, value: Value, frame: MesonFrame, site: Site) -> None: ...

    def subproject(self, name: Value, frame: MesonFrame) -> Value: ...


class MesonCalls:
    """Functions and methods of one repository's Meson files."""

    def __init__(
        self,
        files: Mapping[int, Sequence[StatementFact]],
        globs: FileGlobs,
        targets: MesonTargets,
        folders: MesonFolders,
    ) -> None:
        self._files = files
        self._globs = globs
        self._targets = targets
        self._projects = folders
        self._overrides: dict[str, Value] = {}  # dependencies that a project provides itself
        self._options = _options(files, globs)

    def function(self, name: str, given: CallArguments, frame: MesonFrame) -> Value:
        """What a function gives."""
        first = given.positional[0] if given.positional else UnknownValue("nothing")
        if name in FORMS:
            return self._targets.make(name, given)
        match name:
            case "files":
                return tuple(self._file(each, frame) for each in flat(tuple(given.positional)))
            case "subdir":
                self._projects.subdirectory(first, frame, given.site)
            case "test" | "benchmark":
                self._targets.test(given)
            case "declare_dependency":
                return self._targets.dependency(given)
            case "dependency":
                return self._dependency(given, frame)
            case "subproject":
                return self._projects.subproject(first, frame)
            case "import":
                return ModuleValue(first if isinstance(first, str) else "")
            case "join_paths":
                return join_path(given.positional)
            case "set_variable" if isinstance(first, str) and len(given.positional) > 1:
                frame.names.own[first] = given.positional[1]
            case "get_option" if isinstance(first, str):
                return self._options.get((frame.root, first), UnknownValue(f"get_option('{first}')"))
            case "get_variable" if isinstance(first, str):
                return frame.names.get(first)
            case "disabler":
                return ()
            case _ if name not in _OUTSIDE:
                return UnknownValue(f"{name}()")
        return ExternalValue()

    def _file(self, value: Value, frame: MesonFrame) -> Value:
        number = self._targets.file(frame.folder, value)
        return value if number is None else RepositoryFile(number)

    def _dependency(self, given: CallArguments, frame: MesonFrame) -> Value:
        names = [each for each in given.positional if isinstance(each, str)]
        provided = next((self._overrides[name] for name in names if name in self._overrides), None)
        if provided is None and (fallback := texts(given.named, "fallback")):
            found = self._projects.subproject(fallback[0], frame)
            provided = next((self._overrides[name] for name in names if name in self._overrides), None)
            if provided is None and len(fallback) > 1 and isinstance(found, SubprojectValue):
                provided = found.names.get(fallback[1])
        outside = NeededTargets(tuple((PACKAGES, name) for name in names[:1]))
        return outside if provided is None else merge_alternatives(outside, provided)

    def method(self, owner: Value, name: str, given: CallArguments, frame: MesonFrame) -> Value:
        """What a method gives."""
        first: Value = given.positional[0] if given.positional else UnknownValue("nothing")
        match owner:
            case str():
                if name == "join":
                    return join_texts(owner, tuple(given.positional))
                return text_method(owner, name, given.positional)
            case tuple():
                return list_method(owner, name, given.positional)
            case dict():
                return dict_method(owner, name, given.positional)
            case ModuleValue():
                return self._module(owner.name, name, given, frame)
            case SubprojectValue():
                if name == "get_variable" and isinstance(first, str):
                    return owner.names.get(first)
                return ExternalValue() if name != "found" else UNDECIDED
            case SourceSet():
                return source_set_method(owner, name, given.positional, given.named)
            case NeededTargets():
                if name == "name" and len(owner.links) == 1:
                    return owner.links[0][1]
                return owner if name in OF_NEEDS else UnknownValue(f"{name}()")
            case ExternalValue() if name == "process":  # of a generator, whose inputs are sources
                return tuple(self._file(each, frame) for each in flat(tuple(given.positional)))
            case ExternalValue():
                return UnknownValue(f"{name}()") if name in _COMPUTED else ExternalValue()
            case UnknownValue() if name in ("extension_module",):
                return self._targets.make(name, given)
        return UnknownValue(f"{owner.spelled}.{name}()" if isinstance(owner, UnknownValue) else f"{name}()")

    def _module(self, module: str, name: str, given: CallArguments, frame: MesonFrame) -> Value:
        first: Value = given.positional[0] if given.positional else UnknownValue("nothing")
        match module, name:
            case "meson", "current_source_dir":
                return f"{SOURCE}{frame.folder}"
            case "meson", "source_root" | "project_source_root" | "global_source_root":
                return f"{SOURCE}{frame.root}"
            case "meson", "project_name":
                return _project_name(frame.root, self._files, self._globs)
            case "fs", "copyfile":
                return ExternalValue()
            case "fs", _:
                return path_method(name, given.positional)
            case "meson", "override_dependency" if isinstance(first, str) and len(given.positional) > 1:
                self._overrides[first] = given.positional[1]
            case "meson", "get_compiler":
                return ModuleValue("compiler")
            case "compiler", "find_library":
                return NeededTargets()
            case "python" | "python3", "find_installation" | "find_python":
                return ModuleValue("python")
            case "python" | "python3", "extension_module":
                return self._targets.make(name, given)
            case "python" | "python3", "dependency":
                return NeededTargets()
            case "sourceset", "source_set":
                return SourceSet()
            case (("meson" | "compiler"), _):
                return UnknownValue(f"{module}.{name}()")
        return ExternalValue()  # what modules make is made when the build runs


def _project_name(root: str, files: Mapping[int, Sequence[StatementFact]], globs: FileGlobs) -> Value:
    number = globs.file(root, BUILD_FILE)
    for statement in files.get(-1 if number is None else number, ()):
        if statement.form == "call" and is_call(statement.value, "project") and len(statement.value.items) > 1:
            name = statement.value.items[1]
            return name.text if name.form == "text" else UnknownValue("meson.project_name()")
    return UnknownValue("meson.project_name()")


def _options(files: Mapping[int, Sequence[StatementFact]], globs: FileGlobs) -> dict[tuple[str, str], Value]:
    """Options that are lists, by the folder of their project: all that they may hold, else what they hold at first."""
    found: dict[tuple[str, str], Value] = {}
    for number, statements in files.items():
        folder, _, name = globs.path(number).rpartition("/")
        if name not in OPTION_FILES:
            continue
        for statement in statements:
            if not is_call(statement.value, "option"):
                continue
            given = dict(zip(statement.value.names, statement.value.items[1:], strict=True))
            kind, items = given.get("type"), given.get("choices", given.get("value"))
            if kind and kind.text == "array" and items and items.form == "list" and "" in given:
                found[folder, given[""].text] = tuple(each.text for each in items.items if each.form == "text")
    return found


def is_call(expression: Expression, name: str) -> bool:
    """Whether an expression calls a function of this name."""
    return expression.form == "call" and expression.items[0].text == name and expression.items[0].form == "name"
