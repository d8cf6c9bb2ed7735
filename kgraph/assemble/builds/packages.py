"""Packages that manifests and lock files name, and the external modules that belong to them.

Input: a `FileIndex` and the `imports` edges. Output: the tables `packages` and `requirements`, and the edges `requires`
and `providedBy`.

A module belongs to a package where a manifest names one whose name tells: by the rules of its ecosystem, or by a short
table of Python modules that are called differently from their packages. Where two packages fit, there is no edge.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from kgraph.assemble.fact_tables import clean
from kgraph.assemble.file_index import FileIndex
from kgraph.assemble.file_tables import make_frame
from kgraph.build_facts import PackageFact
from kgraph.languages import ecosystem as ecosystem_of
from kgraph.model import FileFacts
from kgraph.vocab.iri import package_id, package_url, requirement_id
from kgraph.vocab.tables import EDGES

# Python's modules that are called differently from the packages (PyPI) that bring them.
MODULES: dict[str, tuple[str, ...]] = {
    "Crypto": ("pycryptodome", "pycrypto"),
    "OpenSSL": ("pyopenssl",),
    "PIL": ("pillow",),
    "attr": ("attrs",),
    "bs4": ("beautifulsoup4",),
    "cv2": ("opencv-python", "opencv-python-headless", "opencv-contrib-python"),
    "dateutil": ("python-dateutil",),
    "docx": ("python-docx",),
    "dotenv": ("python-dotenv",),
    "fitz": ("pymupdf",),
    "git": ("gitpython",),
    "github": ("pygithub",),
    "google.protobuf": ("protobuf",),
    "jose": ("python-jose",),
    "jwt": ("pyjwt",),
    "ldap": ("python-ldap",),
    "lxml": ("lxml",),
    "magic": ("python-magic",),
    "markdown_it": ("markdown-it-py",),
    "mpl_toolkits": ("matplotlib",),
    "mysqldb": ("mysqlclient",),
    "nacl": ("pynacl",),
    "past": ("future",),
    "pkg_resources": ("setuptools",),
    "psycopg2": ("psycopg2-binary", "psycopg2"),
    "pylab": ("matplotlib",),
    "rest_framework": ("djangorestframework",),
    "serial": ("pyserial",),
    "skimage": ("scikit-image",),
    "sklearn": ("scikit-learn",),
    "slugify": ("python-slugify",),
    "socks": ("pysocks",),
    "telegram": ("python-telegram-bot",),
    "usb": ("pyusb",),
    "win32api": ("pywin32",),
    "yaml": ("pyyaml",),
    "zmq": ("pyzmq",),
}
_SEPARATORS = re.compile(r"[-_.]+")
_MAX_CONDITION = 300  # characters


@dataclass(frozen=True, slots=True)
class PackageTables:
    """Packages, where they are named, and edges to them."""

    packages: pl.DataFrame
    requirements: pl.DataFrame
    edges: pl.DataFrame


# What stands before or behind the name of a module in that of its package.
_CUSTOMARY = (("django-", ""), ("python-", ""), ("", "-python"), ("py", ""), ("flask-", ""), ("pytest-", ""))


def normalize(ecosystem: str, name: str) -> str:
    """The name by which an ecosystem finds a package: PEP 503 for PyPI, lower case for NuGet."""
    name = clean(name.strip())
    if ecosystem == "pypi":
        return _SEPARATORS.sub("-", name).lower()
    return name.lower() if ecosystem in ("nuget", "vcpkg", "conan") else name


def package_tables(index: FileIndex, imports: pl.DataFrame) -> PackageTables:
    """The tables of all packages; `imports` are the edges of that kind, those of external modules among them."""
    named: dict[str, tuple[str, str]] = {}  # ecosystem and name by id
    locked: dict[str, set[str]] = {}
    required: set[str] = set()
    modules: dict[tuple[str, str], set[str]] = {}  # packages that manifests say a module is of
    rows: list[tuple[Any, ...]] = []
    edges: list[tuple[str, str, str]] = []
    own = {
        fact.build.project.partition("/")[0] + "/" + normalize(*_split(fact.build.project))
        for fact in index.facts
        if isinstance(fact, FileFacts) and fact.build.project
    }
    for number, fact in enumerate(index.facts):
        if not isinstance(fact, FileFacts):
            continue
        counts: dict[str, int] = {}
        for package in fact.build.packages:
            name = normalize(package.ecosystem, package.name)
            if not name or f"{package.ecosystem}/{name}" in own:
                continue
            id_ = package_id(package.ecosystem, name)
            named.setdefault(id_, (package.ecosystem, name))
            count = counts[id_] = counts.get(id_, -1) + 1
            rows.append(_row(index.ids[number], id_, count, package))
            if package.locked:
                locked.setdefault(id_, set()).add(clean(package.locked))
            else:
                required.add(id_)
                for module in package.modules:
                    modules.setdefault((package.ecosystem, clean(module)), set()).add(id_)
                edges.append((index.ids[number], "requires", id_))
    edges += _make_provided_edges(index, imports, {id_: named[id_] for id_ in sorted(required)}, modules)
    packages = [
        (id_, name, ecosystem, package_url(ecosystem, name), sorted(locked.get(id_, ())))
        for id_, (ecosystem, name) in named.items()
    ]
    return PackageTables(
        make_frame("packages", packages), make_frame("requirements", rows), make_frame(EDGES, sorted(set(edges)))
    )


def _split(project: str) -> tuple[str, str]:
    ecosystem, _, name = project.partition("/")
    return ecosystem, name


def _row(file: str, package: str, count: int, fact: PackageFact) -> tuple[Any, ...]:
    return (
        requirement_id(file, package, count),
        file,
        fact.line,
        package,
        clean(fact.specifier)[:_MAX_CONDITION] or None,
        None if fact.locked else fact.scope,
        clean(fact.condition)[:_MAX_CONDITION] or None,
        clean(fact.locked) or None,
    )


def _make_provided_edges(
    index: FileIndex,
    imports: pl.DataFrame,
    packages: Mapping[str, tuple[str, str]],
    modules: Mapping[tuple[str, str], Collection[str]],
) -> Iterable[tuple[str, str, str]]:
    """The edges from external modules to packages. `packages` gives ecosystem and name, by id; `modules` has the ids of
    those that manifests say a module is of, by ecosystem."""
    by_ecosystem: dict[str, dict[str, str]] = {}
    for id_, (ecosystem, name) in packages.items():
        by_ecosystem.setdefault(ecosystem, {})[name] = id_
    languages = dict(zip(index.ids, (file.language for file in index.files), strict=True))
    finders = {
        ecosystem: _FINDERS[ecosystem](names) for ecosystem, names in by_ecosystem.items() if ecosystem in _FINDERS
    }
    external = imports.filter(pl.col("target").str.starts_with("external/")).select("source", "target", "spelling")
    seen: set[tuple[str, str]] = set()
    for source, target, spelling in external.iter_rows():
        ecosystem = ecosystem_of(languages.get(source, ""))
        if (target, ecosystem) in seen or ecosystem not in finders:
            continue
        seen.add((target, ecosystem))
        said = modules.get((ecosystem, spelling), ())
        found = _only(said) if said else finders[ecosystem].find(spelling)
        if found:
            yield target, "providedBy", found


class _Finder:
    """Finds the package of a module by the rules of one ecosystem; `names` are ids by normalized name."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self.names = names

    def find(self, module: str) -> str | None:
        raise NotImplementedError


class _PyPI(_Finder):
    def find(self, module: str) -> str | None:
        parts = module.split(".")
        if parts[0] in sys.stdlib_module_names:
            return None  # though a backport of it may be required
        for count in (2, 1):
            candidates = MODULES.get(".".join(parts[:count]))
            if candidates and len(parts) >= count:
                return _only([self.names[name] for name in candidates if name in self.names])
        # A part of a namespace package, such as `google.cloud.storage`, is called `google-cloud-storage`.
        found_ = (self.names.get(normalize("pypi", ".".join(parts[:count]))) for count in (3, 2, 1))
        return next(filter(None, found_), None) or self._customary(normalize("pypi", parts[0]))

    def _customary(self, module: str) -> str | None:
        """A package whose name says what its module is for: `django-taggit` of `taggit`."""
        named = (f"{front}{module}{behind}" for front, behind in _CUSTOMARY)
        return _only([self.names[name] for name in named if name in self.names])


class _Npm(_Finder):
    def find(self, module: str) -> str | None:
        if module.startswith((".", "/", "node:")):
            return None
        parts = module.split("/")
        name = "/".join(parts[: 2 if module.startswith("@") else 1])
        scope, _, rest = name.removeprefix("@").partition("/")
        typed = f"@types/{scope}__{rest}" if name.startswith("@") else f"@types/{name}"
        return self.names.get(name) or self.names.get(typed)


class _Go(_Finder):
    def find(self, module: str) -> str | None:
        path = module.strip('"')
        while path:
            if path in self.names:
                return self.names[path]
            path = path.rpartition("/")[0]
        return None


class _Cargo(_Finder):
    def __init__(self, names: Mapping[str, str]) -> None:
        super().__init__({name.replace("-", "_"): id_ for name, id_ in names.items()})

    def find(self, module: str) -> str | None:
        return self.names.get(re.split(r"::|/|\.", module.removeprefix("::"), maxsplit=1)[0].replace("-", "_"))


class _Dotted(_Finder):
    """NuGet: the package whose name the namespace begins with, the longest first."""

    def find(self, module: str) -> str | None:
        parts = module.lower().split(".")
        found = (self.names.get(".".join(parts[:count])) for count in range(len(parts), 0, -1))
        return next(filter(None, found), None)


class _Maven(_Finder):
    """The group that a Java package begins with, the longest first; only where one artifact of it is required."""

    def __init__(self, names: Mapping[str, str]) -> None:
        super().__init__(names)
        self._by_group: dict[str, set[str]] = {}
        for name, id_ in names.items():
            self._by_group.setdefault(name.partition("/")[0], set()).add(id_)

    def find(self, module: str) -> str | None:
        parts = module.split(".")
        for count in range(len(parts), 1, -1):
            group = self._by_group.get(".".join(parts[:count]))
            if group:
                return _only(group)
        return None


class _Composer(_Finder):
    """The package whose vendor a namespace begins with, where one alone is required or its name follows."""

    def __init__(self, names: Mapping[str, str]) -> None:
        super().__init__(names)
        self._by_vendor: dict[str, dict[str, str]] = {}
        for name, id_ in names.items():
            vendor, _, package = name.partition("/")
            self._by_vendor.setdefault(_letters(vendor), {})[_letters(package)] = id_

    def find(self, module: str) -> str | None:
        vendor, *parts = map(_letters, module.removeprefix("\\").split("\\"))
        packages = self._by_vendor.get(vendor) or self._by_vendor.get(vendor.rstrip("0123456789"))
        if not parts or not packages:  # a class by itself is PHP's
            return None
        runs = ("".join(parts[at:end]) for at in (0, 1) for end in range(at + 3, at, -1))
        found = next((packages[run] for run in (*runs, vendor) if run in packages), None)
        return found or _only(packages.values())


class _ByLetters(_Finder):
    """Finds a package by a name that is spelled like it but for separators and case."""

    def __init__(self, names: Mapping[str, str]) -> None:
        super().__init__(names)
        self._alike: dict[str, set[str]] = {}
        for name, id_ in names.items():
            for each in self.module_names(name):
                self._alike.setdefault(_letters(each), set()).add(id_)

    def module_names(self, name: str) -> Iterable[str]:
        """What modules of a package may be called."""
        return (name,)

    def alike(self, name: str) -> set[str]:
        return self._alike.get(_letters(name), set())


class _Gem(_ByLetters):
    """The gem whose name the path of a file begins with: `rspec-core` of `rspec/core/version`, the longest first."""

    def find(self, module: str) -> str | None:
        parts = module.split("/")
        for count in range(len(parts), 0, -1):
            own = self.names.get("-".join(parts[:count])) or self.names.get("/".join(parts[:count]))
            if found := {own} if own else self.alike("".join(parts[:count])):
                return _only(found)
        return None


class _Swift(_ByLetters):
    """The package whose repository is called like a module, but for `swift-`: `swift-numerics` of `Numerics`."""

    def module_names(self, name: str) -> Iterable[str]:
        repository = name.rpartition("/")[2].lower()
        return {repository, repository.removeprefix("swift-")}

    def find(self, module: str) -> str | None:
        return _only(self.alike(module.partition(".")[0]))


def _only(packages: Collection[str]) -> str | None:
    """The one of some packages; None where there are several, or none."""
    return next(iter(packages)) if len(packages) == 1 else None


def _letters(name: str) -> str:
    """A name without what one of two spellings writes in another way: "AsyncAws" and "async-aws"."""
    return _SEPARATORS.sub("", name).lower()


_FINDERS: Mapping[str, type[_Finder]] = {
    "pypi": _PyPI,
    "npm": _Npm,
    "golang": _Go,
    "cargo": _Cargo,
    "composer": _Composer,
    "gem": _Gem,
    "swift": _Swift,
    "nuget": _Dotted,
    "maven": _Maven,
}
