"""Python's manifests and lock files.

Input: the text of `pyproject.toml` (PEP 621, Poetry, dependency groups), `setup.cfg`, `setup.py`, `requirements.txt`,
`Pipfile`, or of a lock file. Output: `BuildFacts`. `setup.py` is parsed and never run: what it computes is not known.
"""

from __future__ import annotations

import ast
import configparser
import json
import tomllib
from collections.abc import Iterator

from packaging.requirements import InvalidRequirement, Requirement

from kgraph.build_facts import BuildFacts, PackageFact, Scope, TargetFact
from kgraph.extract.manifests import python_roots
from kgraph.extract.manifests.key_lines import KeyLines, mapping, string, strings

_MAX_REQUIREMENT = 2_000  # characters
_DEVELOPMENT = ("dev", "develop", "development", "lint", "typing", "docs", "doc")
_TEST = ("test", "tests", "testing")


def pyproject(text: str) -> BuildFacts:
    """PEP 621, PEP 735 and Poetry: requirements, scripts, packages."""
    data = tomllib.loads(text)
    lines = KeyLines(text)
    project, poetry = mapping(data, "project"), mapping(data, "tool", "poetry")
    name = string(project, "name") or string(poetry, "name")
    packages = [
        *_read_requirements(strings(data, "build-system", "requires"), "build", lines),
        *_read_requirements(strings(project, "dependencies"), "runtime", lines),
    ]
    for group, required in mapping(project, "optional-dependencies").items():
        wanted = _read_requirements(strings(required), _scope(group, "optional"), lines, f'extra == "{group}"')
        packages += (each for each in wanted if each.name != name)  # extras may name others of their own package
    for group, required in mapping(data, "dependency-groups").items():
        packages += _read_requirements(strings(required), _scope(group, "development"), lines)
    packages += _poetry(poetry, lines)
    targets = [
        TargetFact(
            script,
            "executable",
            lines.key(script, "project.scripts", "tool.poetry.scripts"),
            _module(entry),
            entry=entry.partition("[")[0].strip(),
        )
        for table in (mapping(project, "scripts"), mapping(project, "gui-scripts"), mapping(poetry, "scripts"))
        for script, entry in table.items()
        if isinstance(entry, str)
    ]
    found = strings(data, "tool", "setuptools", "packages") or strings(
        data, "tool", "hatch", "build", "targets", "wheel", "packages"
    )
    if name:
        folders = tuple(f"{each.replace('.', '/')}/*.py" for each in found) if found else ()
        targets.insert(0, TargetFact(name, "package", lines.key("name", "project", "tool.poetry"), folders))
    roots = python_roots.read_pyproject(data)
    return BuildFacts(tuple(packages), tuple(targets), project=f"pypi/{name}" if name else "", roots=roots)


def _module(entry: str) -> tuple[str, ...]:
    """The files that an entry point such as "kgraph.cli:main" may be in."""
    path = entry.partition(":")[0].strip().replace(".", "/")
    return tuple(f"{root}{path}{end}" for root in ("", "src/") for end in (".py", "/__init__.py")) if path else ()


def _poetry(poetry: dict[str, object], lines: KeyLines) -> Iterator[PackageFact]:
    tables: list[tuple[str, dict[str, object], Scope]] = [
        ("tool.poetry.dependencies", mapping(poetry, "dependencies"), "runtime"),
        ("tool.poetry.dev-dependencies", mapping(poetry, "dev-dependencies"), "development"),
    ]
    for group, value in mapping(poetry, "group").items():
        place = f"tool.poetry.group.{group}.dependencies"
        tables.append((place, mapping(value, "dependencies"), _scope(group, "development")))
    for table, required, scope in tables:
        for name, value in required.items():
            if name.lower() == "python":
                continue
            specifier = value if isinstance(value, str) else string(value, "version")
            optional = isinstance(value, dict) and value.get("optional") is True
            yield PackageFact(
                "pypi",
                name,
                lines.key(name, table),
                specifier,
                "optional" if optional and scope == "runtime" else scope,
                string(value, "markers"),
            )


def _scope(group: str, otherwise: Scope) -> Scope:
    return "test" if group in _TEST else "development" if group in _DEVELOPMENT else otherwise


def _read_requirements(
    required: list[str], scope: Scope, lines: KeyLines, condition: str = ""
) -> Iterator[PackageFact]:
    for each in required:
        fact = _requirement(each, lines.string(each), scope, condition)
        if fact is not None:
            yield fact


def _requirement(text: str, line: int, scope: Scope, condition: str = "") -> PackageFact | None:
    """A requirement of PEP 508; None where it is none."""
    if len(text) > _MAX_REQUIREMENT:
        return None
    try:
        found = Requirement(text)
    except InvalidRequirement:
        return None
    specifier = str(found.specifier) or (f"@ {found.url}" if found.url else "")
    marker = " and ".join(filter(None, (condition, str(found.marker) if found.marker else "")))
    return PackageFact("pypi", found.name, line, specifier, scope, marker)


def requirements(text: str, scope: Scope = "runtime") -> BuildFacts:
    """pip's requirements files: a requirement a line; options, URLs and other files are passed over."""
    packages = []
    first = 0
    pieces: list[str] = []
    for number, line in enumerate([*text.split("\n"), ""], start=1):
        if not pieces:
            first = number
        pieces.append(line.removesuffix("\\"))
        if line.endswith("\\"):
            continue
        whole = "".join(pieces).strip()
        pieces = []
        if whole.startswith(("#", "-")):
            continue
        whole = whole.partition(" #")[0].partition(" --")[0].strip()
        if whole and (fact := _requirement(whole, first, scope)):
            packages.append(fact)
    return BuildFacts(tuple(packages))


def setup_cfg(text: str) -> BuildFacts:
    """setuptools' declarative form."""
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    try:
        parser.read_string(text)
    except configparser.Error:
        return BuildFacts()
    places = {line.strip(): number for number, line in reversed(list(enumerate(text.split("\n"), start=1)))}

    def listed(section: str, key: str, scope: Scope, condition: str = "") -> Iterator[PackageFact]:
        for line in parser.get(section, key, fallback="").replace(";\n", "\n").split("\n"):
            wanted = line.strip()
            at = places.get(wanted) or places.get(f"{key} = {wanted}") or places.get(f"{key}={wanted}") or 1
            if wanted and not wanted.startswith("#") and (fact := _requirement(wanted, at, scope, condition)):
                yield fact

    packages = [*listed("options", "setup_requires", "build"), *listed("options", "install_requires", "runtime")]
    packages += listed("options", "tests_require", "test")
    extras = "options.extras_require"
    for group in parser.options(extras) if parser.has_section(extras) else ():
        packages += listed(extras, group, _scope(group, "optional"), f'extra == "{group}"')
    name = parser.get("metadata", "name", fallback="").strip()
    targets = []
    scripts = parser.get("options.entry_points", "console_scripts", fallback="").split("\n")
    for line in filter(None, map(str.strip, scripts)):
        script, _, entry = (part.strip() for part in line.partition("="))
        targets.append(TargetFact(script, "executable", places.get(line, 1), _module(entry), entry=entry))
    if name:
        at = next((number for line, number in places.items() if line.replace(" ", "") == f"name={name}"), 1)
        targets.insert(0, TargetFact(name, "package", at))
    roots = python_roots.read_configuration(parser, pytest="tool:pytest")
    return BuildFacts(tuple(packages), tuple(targets), project=f"pypi/{name}" if name else "", roots=roots)


_SETUP_SCOPES: dict[str, Scope] = {"install_requires": "runtime", "setup_requires": "build", "tests_require": "test"}


def setup_py(text: str) -> BuildFacts:
    """The literal arguments of `setup(...)`, and literal lists that a name in them stands for."""
    tree = ast.parse(text)
    values = {
        node.targets[0].id: node.value
        for node in tree.body
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name)
    }

    def known(node: ast.expr | None) -> ast.expr | None:
        return values.get(node.id) if isinstance(node, ast.Name) else node

    def listed(node: ast.expr | None, scope: Scope, condition: str = "") -> Iterator[PackageFact]:
        node = known(node)
        for each in node.elts if isinstance(node, ast.List | ast.Tuple) else ():
            item = known(each)
            if isinstance(item, ast.Constant) and isinstance(item.value, str):
                fact = _requirement(item.value, item.lineno, scope, condition)
                if fact is not None:
                    yield fact

    packages: list[PackageFact] = []
    targets: list[TargetFact] = []
    roots: dict[str, None] = {}
    for call in ast.walk(tree):
        if not (isinstance(call, ast.Call) and _called_name(call.func) == "setup"):
            continue
        roots.update(dict.fromkeys(python_roots.read_setup(call, values)))
        for keyword in call.keywords:
            value = known(keyword.value)
            if keyword.arg in _SETUP_SCOPES:
                packages += listed(value, _SETUP_SCOPES[keyword.arg])
            elif keyword.arg == "extras_require" and isinstance(value, ast.Dict):
                for key, required in zip(value.keys, value.values, strict=True):
                    if isinstance(key, ast.Constant) and isinstance(key.value, str):
                        group = key.value
                        packages += listed(required, _scope(group, "optional"), f'extra == "{group}"')
            elif keyword.arg == "name" and isinstance(value, ast.Constant) and isinstance(value.value, str):
                targets.append(TargetFact(value.value, "package", value.lineno))
    name = targets[0].name if targets else ""
    return BuildFacts(tuple(packages), tuple(targets), project=f"pypi/{name}" if name else "", roots=tuple(roots))


def _called_name(function: ast.expr) -> str:
    return (
        function.attr if isinstance(function, ast.Attribute) else function.id if isinstance(function, ast.Name) else ""
    )


def pipfile(text: str) -> BuildFacts:
    """Pipenv's requirements."""
    data = tomllib.loads(text)
    lines = KeyLines(text)
    tables: tuple[tuple[str, Scope], ...] = (("packages", "runtime"), ("dev-packages", "development"))
    return BuildFacts(
        tuple(
            PackageFact(
                "pypi",
                name,
                lines.key(name, table),
                value if isinstance(value, str) else string(value, "version"),
                scope,
                string(value, "markers"),
            )
            for table, scope in tables
            for name, value in mapping(data, table).items()
        )
    )


def pipfile_lock(text: str) -> BuildFacts:
    """Pipenv's lock file."""
    data = json.loads(text)
    lines = KeyLines(text)
    return BuildFacts(
        tuple(
            PackageFact("pypi", name, lines.key(name, table), locked=string(value, "version").removeprefix("=="))
            for table in ("default", "develop")
            for name, value in mapping(data, table).items()
            if string(value, "version")
        )
    )


def package_tables(text: str, ecosystem: str) -> BuildFacts:
    """Lock files that are a list of `[[package]]` tables: Poetry's, uv's, PDM's, Cargo's."""
    packages: list[PackageFact] = []
    name, line = "", 0
    data = tomllib.loads(text).get("package")
    places = _package_lines(text)
    for each in data if isinstance(data, list) else ():
        name, version = string(each, "name"), string(each, "version")
        line = next(places, 1)
        source = each.get("source")
        is_own = (isinstance(source, dict) and any(key in source for key in ("editable", "virtual", "directory"))) or (
            ecosystem == "cargo" and source is None  # a member of the workspace
        )
        if name and version and not is_own:
            packages.append(PackageFact(ecosystem, name, line, locked=version))
    return BuildFacts(tuple(packages))


def _package_lines(text: str) -> Iterator[int]:
    return (number for number, line in enumerate(text.split("\n"), start=1) if line.startswith("[[package]]"))
