"""The public names of Python symbols that pages state: `torch.nn.Linear`.

Input: the model, and how to read the text of a file. Output: `PythonNames`. What imports pass on is followed by
`search.reexports`; a name whose text says otherwise (`as`, an `__all__` without it) is no public name here.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field

from kgraph.pages.repository_model import PageFile, RepositoryModel
from kgraph.relate.file_names import is_test
from kgraph.search.reexports import ImportedName, PythonModule, follow

_MAX_NAMES = 4  # public names of one symbol that a page lists


@dataclass(slots=True)
class PythonNames:
    """The imported names of all files."""

    by_file: dict[str, str] = field(default_factory=dict)  # "file id\tname": id of the symbol
    public: dict[str, str] = field(default_factory=dict)  # qualified public name: id of the symbol
    shown: dict[str, dict[str, str]] = field(default_factory=dict)  # by file of a package: what it shows, by name
    of_symbol: dict[str, list[str]] = field(default_factory=dict)  # public names by id, the shortest first


def read(model: RepositoryModel, text_of: Callable[[PageFile], str]) -> PythonNames:
    """Follow all imports."""
    modules = {module.file: module for file in model.files.values() if (module := _module(model, file)) is not None}
    texts = _Texts(model, text_of)
    names = PythonNames()
    found: dict[str, list[str]] = defaultdict(list)
    for file, shown in follow(modules.values()).items():
        module = modules[file]
        for name, imported in shown.items():
            names.by_file[f"{file}\t{name}"] = imported.symbol
            if module.is_package and not name.startswith("_"):
                public = f"{module.qualified}.{name}"
                names.public.setdefault(public, imported.symbol)
                # What the packages of tests import is for tests.
                if not is_test(model.files[file].path) and texts.show(name, file, imported):
                    found[imported.symbol].append(public)
                    names.shown.setdefault(file, {})[name] = imported.symbol
    for symbol, shown_as in found.items():
        unlike = {each for each in shown_as if each != model.places[symbol][0].qualified}
        shortest = sorted(unlike, key=lambda each: ("._" in f".{each}", each.count("."), len(each), each))
        if shortest:
            names.of_symbol[symbol] = shortest[:_MAX_NAMES]
    return names


def _module(model: RepositoryModel, file: PageFile) -> PythonModule | None:
    symbol = next((each for each in file.symbols if each.kind == "Module"), None)
    if symbol is None:
        return None
    own = {each.name: each.id for each in file.symbols if each.parent == symbol.id}
    stub = model.files.get(f"{file.id}i")  # `__init__.pyi`: what a package imports once it is asked for it
    imports = [
        (target, name)
        for include in (*file.includes, *(stub.includes if stub is not None else ()))
        if include.form == "from"
        for target in include.targets
        if target in model.files
        for name in include.names
    ]
    return PythonModule(file.id, symbol.id, symbol.name, symbol.qualified, own, tuple(imports))


class _Texts:
    """What the texts of files say of the names that they show."""

    def __init__(self, model: RepositoryModel, text_of: Callable[[PageFile], str]) -> None:
        self._model = model
        self._text_of = text_of
        self._read: dict[str, str] = {}

    def show(self, name: str, file: str, imported: ImportedName) -> bool:
        """Whether no text on the way says otherwise; where one is not known, the name is not stated."""
        texts = [self._text(each) for each in (file, *imported.through)]
        named_as = set(re.findall(rf"\b{re.escape(name)}\s+as\s+(\w+)", texts[0]))
        if not all(texts) or (named_as and name not in named_as):
            return False
        return all(
            "__all__" not in text or re.search(rf"['\"]{re.escape(name)}['\"]", text) is not None for text in texts[1:]
        )

    def _text(self, file: str) -> str:
        if file not in self._read:
            self._read[file] = self._text_of(self._model.files[file])
        return self._read[file]
