"""npm's manifest, and the lock files of npm, Yarn and pnpm.

Input: the text of `package.json`, `package-lock.json`, `yarn.lock` or `pnpm-lock.yaml`. Output: `BuildFacts`.
"""

from __future__ import annotations

import json
import re

from kgraph.build_facts import BuildFacts, PackageFact, Scope, TargetFact
from kgraph.extract.manifests.key_lines import KeyLines, mapping, path_of, string

_SCOPES: dict[str, Scope] = {
    "dependencies": "runtime",
    "peerDependencies": "runtime",
    "optionalDependencies": "optional",
    "devDependencies": "development",
}
# `"@babel/core@^7.1.0", "@babel/core@^7.2.0":` and `"@babel/core@npm:^7.1.0":`, then `version "7.2.0"` below.
_YARN_ENTRY = re.compile(r"\"?(@?[^@\s\",]+)@")
_YARN_VERSION = re.compile(r"\s+version:? \"?([^\"\s]+)")
# `  /@babel/core@7.2.0(peer@1.0):`, `  '@babel/core@7.2.0':`, `  /left-pad/1.3.0:`
_PNPM_ENTRY = re.compile(r"  ['\"]?/?(@?[^@\s'\":()]+)[@/]([0-9][^\s'\":()_]*)[^:]*:\s*$")


def package_json(text: str) -> BuildFacts:
    """Requirements; the package and its entry points; the workspaces are manifests of their own."""
    data = json.loads(text)
    lines = KeyLines(text)
    name = string(data, "name")
    packages = []
    local: list[str] = []
    for table, scope in _SCOPES.items():
        for key, value in mapping(data, table).items():
            specifier = value if isinstance(value, str) else ""
            if specifier.startswith(("file:", "link:", "workspace:", "portal:")):
                local.append(f"npm/{key}")
                continue
            packages.append(PackageFact("npm", key, lines.key(key, table), specifier, scope))
            local.append(f"npm/{key}")  # in a workspace, a package of the repository may be meant
    targets = []
    if name:
        exports = _subpaths(path_of(data, ("exports",)))
        entries = {string(data, key) for key in ("main", "module", "browser", "types", "typings", "source")}
        entries |= _leaves(exports.pop(".", None))
        sources = sorted(_relative(each) for each in entries if each)
        targets.append(TargetFact(name, "package", lines.key("name", ""), tuple(sources), needs=tuple(local)))
        for subpath, value in exports.items():
            sources = sorted(map(_relative, _leaves(value)))
            line = lines.key(subpath, "exports")
            targets.append(TargetFact(f"{name}/{_relative(subpath)}", "package", line, tuple(sources)))
    commands = path_of(data, ("bin",))
    named = {name.rpartition("/")[2]: commands} if isinstance(commands, str) else mapping(data, "bin")
    for command, path in named.items():
        if isinstance(path, str) and command:
            targets.append(TargetFact(command, "executable", lines.key(command, "bin", ""), (_relative(path),)))
    targets += (TargetFact(script, "script", lines.key(script, "scripts")) for script in mapping(data, "scripts"))
    return BuildFacts(tuple(packages), tuple(targets), project=f"npm/{name}" if name else "")


def _relative(path: str) -> str:
    return path.removeprefix("./")


def _subpaths(exports: object) -> dict[str, object]:
    """The entry points in `exports`: "." is that of the package, "./x" that of `package/x`; not the manifest, nor what
    a pattern leads to."""
    if not (isinstance(exports, dict) and any(key.startswith(".") for key in exports)):
        return {".": exports}
    return {key: value for key, value in exports.items() if "*" not in key and not key.endswith(".json")}


def _leaves(value: object) -> set[str]:
    """The files that a value of `exports` leads to, whatever the condition."""
    found: set[str] = set()
    pending = [value]
    while pending:
        each = pending.pop()
        if isinstance(each, str):
            found.add(each)
        elif isinstance(each, dict):
            pending.extend(each.values())
        elif isinstance(each, list):
            pending.extend(each)
    return found


def package_lock(text: str) -> BuildFacts:
    """npm's lock file, of version 1 (`dependencies`) or later (`packages`)."""
    data = json.loads(text)
    lines = KeyLines(text)
    packages = []
    for key, value in mapping(data, "packages").items():
        name = string(value, "name") or key.rpartition("node_modules/")[2]
        if key.startswith("node_modules/") and string(value, "version"):
            packages.append(PackageFact("npm", name, lines.key(key, "packages"), locked=string(value, "version")))
    if not packages:
        for key, value in mapping(data, "dependencies").items():
            if string(value, "version"):
                packages.append(
                    PackageFact("npm", key, lines.key(key, "dependencies"), locked=string(value, "version"))
                )
    return BuildFacts(tuple(packages))


def yarn_lock(text: str) -> BuildFacts:
    """The lock file of Yarn, of either format."""
    packages = []
    entry: tuple[str, int] | None = None
    for number, line in enumerate(text.split("\n"), start=1):
        if line and not line[0].isspace() and not line.startswith("#"):
            match = _YARN_ENTRY.match(line)
            entry = (match[1], number) if match and "@workspace:" not in line else None
        elif entry and (version := _YARN_VERSION.match(line)):
            packages.append(PackageFact("npm", *entry, locked=version[1]))
            entry = None
    return BuildFacts(tuple(packages))


def pnpm_lock(text: str) -> BuildFacts:
    """The lock file of pnpm: the keys of `packages`."""
    packages = []
    inside = False
    for number, line in enumerate(text.split("\n"), start=1):
        if line and not line[0].isspace():
            inside = line.startswith("packages:")
        elif inside and (match := _PNPM_ENTRY.match(line)):
            packages.append(PackageFact("npm", match[1], number, locked=match[2]))
    return BuildFacts(tuple(packages))


def vcpkg(text: str) -> BuildFacts:
    """vcpkg's manifest."""
    data = json.loads(text)
    lines = KeyLines(text)
    packages = []
    groups: list[tuple[object, Scope, str]] = [(path_of(data, ("dependencies",)), "runtime", "")]
    groups += [
        (path_of(value, ("dependencies",)), "optional", f"feature {feature}")
        for feature, value in mapping(data, "features").items()
    ]
    for required, scope, condition in groups:
        for each in required if isinstance(required, list) else ():
            name = each if isinstance(each, str) else string(each, "name")
            least = string(each, "version>=")
            where = " and ".join(filter(None, (condition, string(each, "platform"))))
            if name and name != string(data, "name"):
                packages.append(
                    PackageFact("vcpkg", name, lines.string(name), f">={least}" if least else "", scope, where)
                )
    return BuildFacts(tuple(packages))
