"""The manifests and lock files of Cargo and of Go.

Input: the text of `Cargo.toml`, `Cargo.lock`, `go.mod` or `go.sum`. Output: `BuildFacts`.
"""

from __future__ import annotations

import re
import tomllib

from kgraph.build_facts import BuildFacts, PackageFact, Scope, TargetFact
from kgraph.extract.manifests.key_lines import KeyLines, mapping, path_of, string

_TABLES: dict[str, Scope] = {
    "dependencies": "runtime",
    "dev-dependencies": "development",
    "build-dependencies": "build",
}
# How Cargo finds the targets of a package, where the manifest does not list them.
_FOUND = (
    ("autobins", "executable", "src/bin/*.rs"),
    ("autobins", "executable", "src/bin/*/main.rs"),
    ("autotests", "test", "tests/*.rs"),
    ("autoexamples", "example", "examples/*.rs"),
    ("autobenches", "benchmark", "benches/*.rs"),
)
_LISTED = (("bin", "executable"), ("test", "test"), ("example", "example"), ("bench", "benchmark"))
_FOLDERS = {"bin": "src/bin", "test": "tests", "example": "examples", "bench": "benches"}
_REQUIRE = re.compile(r"\s*(?:require\s+)?([\w./~!-]+\.[\w./~!-]+)\s+(v[\w.+-]+)\s*(//\s*indirect)?")


def cargo(text: str) -> BuildFacts:
    """Requirements by what they are for and by platform; crates with their sources and the crates beside them."""
    data = tomllib.loads(text)
    lines = KeyLines(text)
    packages: list[PackageFact] = []
    beside: list[str] = []
    platforms: list[tuple[str, str, object]] = [("", "", data)]
    platforms += [(f"target.{key}.", key, value) for key, value in mapping(data, "target").items()]
    platforms.append(("workspace.", "", path_of(data, ("workspace",))))
    for place, condition, tables in platforms:
        for table, scope in _TABLES.items():
            for key, value in mapping(tables, table).items():
                name = string(value, "package") or key
                if path := string(value, "path"):
                    beside += [f"path:{path}"] if place != "workspace." else []
                    continue
                if path_of(value, ("workspace",)) is True:  # the versions are those of the workspace's root
                    beside.append(f"cargo/{name}")
                specifier = value if isinstance(value, str) else string(value, "version")
                optional = path_of(value, ("optional",)) is True and scope == "runtime"
                line = lines.key(key, f"{place}{table}")
                packages.append(
                    PackageFact("cargo", name, line, specifier, "optional" if optional else scope, condition)
                )
    name = string(data, "package", "name")
    targets = _crates(data, name, lines, tuple(beside)) if name else []
    return BuildFacts(tuple(packages), tuple(targets), project=f"cargo/{name}" if name else "")


def _crates(data: object, name: str, lines: KeyLines, beside: tuple[str, ...]) -> list[TargetFact]:
    """The crates of a package: those that it lists, and those that Cargo finds by its layout unless that is
    disabled."""
    line = lines.key("name", "package")
    needs = (*beside, "path:.")
    listed: list[TargetFact] = []
    for table, form in _LISTED:
        entries = path_of(data, (table,))
        for entry in entries if isinstance(entries, list) else ():
            if own := string(entry, "name"):
                path, folder = string(entry, "path"), _FOLDERS[table]
                paths = (path, *_modules(path)) if path else (f"{folder}/{own}.rs", f"{folder}/{own}/main.rs")
                listed.append(TargetFact(own, form, lines.value(table, "name", own), paths, needs=needs, links=True))
    roots = tuple(sorted({each.sources[0] for each in listed}))
    library = string(data, "lib", "path") or "src/lib.rs"
    own = string(data, "lib", "name") or name
    outside = ("src/main.rs", "src/bin/**", *roots)
    sources = (library, *(_modules(library) or ("src/**/*.rs",)))
    targets = [TargetFact(own, "library", line, sources, outside, beside, links=True, root=library)]
    if "src/main.rs" not in roots:
        sources = ("src/main.rs", "src/**/*.rs")
        outside = ("src/bin/**", *roots)
        targets.append(TargetFact(name, "executable", line, sources, outside, needs, links=True, root="src/main.rs"))
    targets += listed
    for switch, form, pattern in _FOUND:  # `*` is the name of a target each
        if path_of(data, ("package", switch)) is not False:
            targets.append(TargetFact("*", form, line, (pattern,), roots, needs, links=True))
    return targets


def _modules(root: str) -> tuple[str, ...]:
    """Where the modules of a crate are that has a folder of its own."""
    folder, _, file = root.rpartition("/")
    return (f"{folder}/**/*.rs",) if folder not in ("", "src") and file in ("main.rs", "lib.rs") else ()


def go_mod(text: str) -> BuildFacts:
    """Requirements; the packages of a module are found by their files."""
    packages = []
    module = ""
    block = ""
    for number, line in enumerate(text.split("\n"), start=1):
        words = line.split()
        if not words or words[0].startswith("//"):
            continue
        if words[0] == "module" and len(words) > 1:
            module = words[1].strip('"')
        elif words[0] == ")":
            block = ""
        elif len(words) > 1 and words[1] == "(":
            block = words[0]
        elif (block or words[0]) == "require" and (match := _REQUIRE.match(line)):
            scope: Scope = "optional" if match[3] else "runtime"
            condition = "indirect" if match[3] else ""
            packages.append(PackageFact("golang", match[1], number, match[2], scope, condition))
    return BuildFacts(tuple(packages), project=f"golang/{module}" if module else "")


def go_sum(text: str) -> BuildFacts:
    """The versions whose sources are hashed; a version of which only `go.mod` is hashed was not chosen."""
    packages = []
    for number, line in enumerate(text.split("\n"), start=1):
        words = line.split()
        if len(words) == 3 and not words[1].endswith("/go.mod"):
            packages.append(PackageFact("golang", words[0], number, locked=words[1]))
    return BuildFacts(tuple(packages))
