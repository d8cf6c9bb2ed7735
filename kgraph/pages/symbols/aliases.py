"""The names under which Python packages show what their modules define: `torch.nn.Linear`.

Input: the model. Output: what each imported name of a file means, and public names of symbols. They follow `from`
imports, through as many modules as it takes; `*` shows every name without an underscore in front. A name whose text
says otherwise (`as`, an `__all__` without it) is left out where the text is known.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field

from kgraph.pages.repository_model import PageFile, PageSymbol, RepositoryModel

_MAX_ROUNDS = 12  # modules that pass a name on
_MAX_NAMES = 4  # public names of one symbol that a page lists
_PACKAGE = ("__init__.py", "__init__.pyi")


@dataclass(frozen=True, slots=True)
class ImportedName:
    """What a name of a file means that another file defines."""

    symbol: str  # its id
    through: tuple[PageFile, ...]  # files whose text decides whether the name is shown: those with `*` or a list


@dataclass(slots=True)
class PythonNames:
    """The imported names of all files."""

    by_file: dict[str, str] = field(default_factory=dict)  # "file id\tname": id of the symbol
    public: dict[str, str] = field(default_factory=dict)  # qualified public name: id of the symbol
    of_symbol: dict[str, list[str]] = field(default_factory=dict)  # public names by id, the shortest first


def read(model: RepositoryModel, text_of: Callable[[PageFile], str] | None = None) -> PythonNames:
    """Follow all imports."""
    modules = {
        file: module
        for file in model.files.values()
        if (module := next((each for each in file.symbols if each.kind == "Module"), None)) is not None
    }
    own = {
        file: {each.name: each.id for each in file.symbols if each.parent == module.id}
        for file, module in modules.items()
    }
    known: dict[PageFile, dict[str, ImportedName]] = {
        file: {name: ImportedName(id_, ()) for name, id_ in names.items()} for file, names in own.items()
    }
    imports = {file: _imports(model, file) for file in modules}
    waiting = [file for file in modules if imports[file]]
    for _ in range(_MAX_ROUNDS):
        changed = [file for file in waiting if _take(file, imports[file], known, modules)]
        if not changed:
            break
    names = PythonNames()
    texts: dict[PageFile, str] = {}
    found: dict[str, list[str]] = defaultdict(list)
    for file, shown in known.items():
        package = modules[file].qualified if file.name in _PACKAGE else ""
        for name, imported in shown.items():
            if name in own[file]:
                continue
            names.by_file[f"{file.id}\t{name}"] = imported.symbol
            if package and not name.startswith("_"):
                public = f"{package}.{name}"
                names.public.setdefault(public, imported.symbol)
                if text_of is None or _is_shown(name, file, imported, texts, text_of):
                    found[imported.symbol].append(public)
    for symbol, shown_as in found.items():
        unlike = {each for each in shown_as if each != model.places[symbol][0].qualified}
        shortest = sorted(unlike, key=lambda each: ("._" in f".{each}", each.count("."), len(each), each))
        if shortest:
            names.of_symbol[symbol] = shortest[:_MAX_NAMES]
    return names


def _imports(model: RepositoryModel, file: PageFile) -> list[tuple[PageFile, str]]:
    return [
        (model.files[target], name)
        for include in file.includes
        if include.form == "from"
        for target in include.targets
        if target in model.files
        for name in include.names
    ]


def _take(
    file: PageFile,
    imports: list[tuple[PageFile, str]],
    known: dict[PageFile, dict[str, ImportedName]],
    modules: dict[PageFile, PageSymbol],
) -> bool:
    """Take over the names that a file imports; whether there was a new one."""
    mine = known[file]
    before = len(mine)
    for source, name in imports:
        if source is file or source not in known:
            continue
        if name == "*":
            for each, imported in known[source].items():
                if not each.startswith("_") and each not in mine:
                    mine[each] = ImportedName(imported.symbol, (*imported.through, source)[:_MAX_ROUNDS])
        elif name not in mine:
            if name in known[source]:
                mine[name] = ImportedName(known[source][name].symbol, known[source][name].through)
            elif modules[source].name == name:
                mine[name] = ImportedName(modules[source].id, ())
    return len(mine) > before


def _is_shown(
    name: str,
    file: PageFile,
    imported: ImportedName,
    texts: dict[PageFile, str],
    text_of: Callable[[PageFile], str],
) -> bool:
    """Whether the texts on the way say nothing to the contrary."""
    for each in (file, *imported.through):
        if each not in texts:
            texts[each] = text_of(each)
    if re.search(rf"\b{re.escape(name)}\s+as\s", texts[file]):
        return False
    return all(
        "__all__" not in texts[each] or re.search(rf"['\"]{re.escape(name)}['\"]", texts[each])
        for each in imported.through
    )
