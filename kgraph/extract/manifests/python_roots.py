"""Where the names of Python's modules start, as project files say.

Input: the parsed text of `pyproject.toml`, `setup.cfg`, `setup.py`, `pytest.ini` or `tox.ini`. Output: folders as
spelled, from the folder of the file: what setuptools, Poetry, Hatch, PDM, uv, Maturin and pytest put on the path. A
package that is renamed as it is packed gives none.
"""

from __future__ import annotations

import ast
import configparser
import re
from collections.abc import Iterator, Mapping
from typing import Any

from kgraph.build_facts import BuildFacts
from kgraph.extract.manifests.key_lines import mapping, path_of, string, strings

_FIND_PACKAGES = frozenset({"find_packages", "find_namespace_packages"})
_ONE_FOLDER = (  # keys of folders below which packages are
    ("tool", "pdm", "build", "package-dir"),
    ("tool", "uv", "build-backend", "module-root"),
    ("tool", "maturin", "python-source"),
)


def read_pyproject(data: Mapping[str, object]) -> tuple[str, ...]:
    """The folders that `pyproject.toml` names."""
    return _clean_folders(_find_in_pyproject(data))


def _find_in_pyproject(data: Mapping[str, object]) -> Iterator[str]:
    setuptools = mapping(data, "tool", "setuptools")
    yield from strings(setuptools, "packages", "find", "where")
    yield from _find_in_mapping(mapping(setuptools, "package-dir"))
    packages = path_of(data, ("tool", "poetry", "packages"))
    for each in packages if isinstance(packages, list) else ():
        yield string(each, "from")
    for keys in _ONE_FOLDER:
        yield string(data, *keys)
    build = mapping(data, "tool", "hatch", "build")
    for table in (build, mapping(build, "targets", "wheel"), mapping(build, "targets", "sdist")):
        yield from strings(table, "sources")
        yield from (old for old, new in mapping(table, "sources").items() if new == "")
        yield from (each.rstrip("/").rpartition("/")[0] for each in strings(table, "packages"))
    pytest = mapping(data, "tool", "pytest", "ini_options")
    yield from strings(pytest, "pythonpath")
    yield from string(pytest, "pythonpath").split()


def read_configuration(parser: configparser.ConfigParser, *, pytest: str) -> tuple[str, ...]:
    """The folders that a file of sections names; `pytest` is what its section is called."""
    folders = [*parser.get("options.packages.find", "where", fallback="").replace(",", "\n").split("\n")]
    pairs = parser.get("options", "package_dir", fallback="").replace(",", "\n").split("\n")
    folders += _find_in_mapping(
        {name.strip(): folder.strip() for name, is_pair, folder in (each.partition("=") for each in pairs) if is_pair}
    )
    return _clean_folders(iter([*folders, *parser.get(pytest, "pythonpath", fallback="").split()]))


def pytest_ini(text: str, section: str = "pytest") -> BuildFacts:
    """The settings of pytest in a file of their own, or of tox."""
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    try:
        parser.read_string(text)
    except configparser.Error:
        return BuildFacts()
    return BuildFacts(roots=read_configuration(parser, pytest=section))


def read_setup(call: ast.Call, values: Mapping[str, ast.expr]) -> tuple[str, ...]:
    """The folders that `setup(...)` spells out, or a name that stands for a literal."""
    return _clean_folders(_find_in_setup(call, values))


def _find_in_setup(call: ast.Call, values: Mapping[str, ast.expr]) -> Iterator[str]:
    for keyword in call.keywords:
        value = values.get(keyword.value.id) if isinstance(keyword.value, ast.Name) else keyword.value
        if keyword.arg == "package_dir" and isinstance(value, ast.Dict):
            pairs = {
                key.value: folder.value
                for key, folder in zip(value.keys, value.values, strict=True)
                if isinstance(key, ast.Constant) and isinstance(folder, ast.Constant)
            }
            yield from _find_in_mapping(pairs)
        elif keyword.arg == "packages" and isinstance(value, ast.Call):
            function = value.func
            name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
            if name in _FIND_PACKAGES:
                where = [*value.args[:1], *(each.value for each in value.keywords if each.arg == "where")]
                yield from (
                    each.value for each in where if isinstance(each, ast.Constant) and isinstance(each.value, str)
                )


def _find_in_mapping(folders: Mapping[Any, object]) -> Iterator[str]:
    """What stands for each package, "" for all: a package in a folder of its own name is below a root."""
    for name, folder in folders.items():
        if isinstance(name, str) and isinstance(folder, str):
            path, inside = folder.strip("/").removeprefix("./"), name.replace(".", "/")
            if not inside:
                yield path
            elif path.endswith(f"/{inside}"):
                yield path.removesuffix(f"/{inside}")


def _clean_folders(folders: Iterator[str]) -> tuple[str, ...]:
    """Folders below that of the file, in order: what holds a variable is none."""
    plain = (each.strip().strip("/").removeprefix("./") for each in folders if not each.startswith("/"))
    return tuple(dict.fromkeys(each for each in plain if each not in ("", ".") and not re.search(r"[{}$%*\\\0]", each)))
