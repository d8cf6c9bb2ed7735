"""What CMake reports of a build folder: its File API's code model, and CTest's tests; and what Meson leaves in one.

Input: the root of a repository. Output: a `ConfiguredBuild` of the first build folder that was configured from it.

A build folder is of one configuration of one machine, so that what it reports adds to what the texts tell. Replies that
are damaged are passed over: they are files that others write.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path

from kgraph.build_facts import ConfiguredBuild, ConfiguredTarget, ConfiguredTest
from kgraph.extract.manifests.key_lines import path_of, string
from kgraph.extract.text import clean
from kgraph.regular_file import read_small

_USUAL = ("build", "cmake-build-*", "out/*", "out", "builddir", "_build")
_REPLY = ".cmake/api/v1/reply"
_MESON = "meson-info"
_MESON_FORMS = {"executable": "executable", "custom": "custom", "run": "custom", "alias": "custom"}
_MAX_BYTES = 50_000_000  # of one file
_MAX_FILES = 50_000  # of one reply
_FORMS = {
    "EXECUTABLE": "executable",
    "STATIC_LIBRARY": "library",
    "SHARED_LIBRARY": "library",
    "MODULE_LIBRARY": "library",
    "OBJECT_LIBRARY": "library",
    "INTERFACE_LIBRARY": "library",
}
_TEST = re.compile(r"add_test\(\s*(?:\[=*\[)?\"?(.+?)\"?(?:\]=*\])?\s+\"([^\"\n]+)\"")
_BACKTRACE = re.compile(r"_BACKTRACE_TRIPLES\s+\"([^;\"\n]+);(\d+);")
_SUBFOLDER = re.compile(r"subdirs\(\"([^\"\n]+)\"\)")


def find_configured(root: Path, database: Path | None = None) -> ConfiguredBuild | None:
    """What the first build folder reports that was configured from the repository at `root`.

    It is the folder of the compile database, where one is given, or one in a usual place.
    """
    real_root = os.path.realpath(root)
    folders = (
        [database if database.is_dir() else database.parent]
        if database
        else [folder for pattern in _USUAL for folder in sorted(root.glob(pattern))]
    )
    for folder in folders:
        has_reply = (folder / _REPLY).is_dir()
        if has_reply or (folder / _MESON / "intro-targets.json").is_file():
            try:
                found = _read(folder, real_root) if has_reply else _read_meson(folder / _MESON, real_root)
            except (OSError, ValueError, RecursionError):
                continue
            if found is not None:
                return found
    return None


def _read(folder: Path, root: str) -> ConfiguredBuild | None:
    reply = folder / _REPLY
    index = max(reply.glob("index-*.json"), default=None)
    if index is None:
        return None
    model = next(
        (
            string(each, "jsonFile")
            for each in _list(_json(index), "objects")
            if string(each, "kind") == "codemodel" and path_of(each, ("version", "major")) == 2
        ),
        "",
    )
    if not model:
        return None
    data = _json(_inside(reply, model))
    source = os.path.realpath(string(data, "paths", "source") or root)
    if _strip_root(root, source) is None:
        return None
    targets: list[ConfiguredTarget] = []
    names: dict[str, str] = {}
    artifacts: dict[str, str] = {}  # name of a target by the path of what it makes
    configurations = _list(data, "configurations")
    entries = _list(configurations[0], "targets") if configurations else []
    for entry in entries[:_MAX_FILES]:
        names[string(entry, "id")] = clean(string(entry, "name"))
    for entry in entries[:_MAX_FILES]:
        target = _json(_inside(reply, string(entry, "jsonFile")))
        name = names[string(entry, "id")]
        for artifact in _list(target, "artifacts"):
            artifacts[os.path.normpath(folder.absolute() / string(artifact, "path"))] = name
        if string(target, "type") in _FORMS or _list(target, "sources"):
            targets.append(_target(target, name, names, source, root))
    tests = _tests(folder.absolute(), artifacts, root)
    return ConfiguredBuild(clean(str(_strip_root(root, source) or "")), tuple(targets), tuple(tests))


def _read_meson(folder: Path, root: str) -> ConfiguredBuild | None:
    """What `meson setup` leaves in a build folder."""
    targets: list[ConfiguredTarget] = []
    by_id: dict[str, ConfiguredTarget] = {}
    entries = _json(folder / "intro-targets.json")
    for entry in (entries if isinstance(entries, list) else [])[:_MAX_FILES]:
        file = _strip_root(root, os.path.realpath(string(entry, "defined_in")))
        if not file:
            continue
        groups = [path_of(each, ("sources",)) for each in _list(entry, "target_sources")]
        sources = [each for group in groups for each in (group if isinstance(group, list) else ())]
        paths = (_strip_root(root, os.path.realpath(str(each))) for each in (*sources, *_list(entry, "extra_files")))
        form = _MESON_FORMS.get(string(entry, "type"), "library")
        target = ConfiguredTarget(
            clean(string(entry, "name")), form, tuple(clean(path) for path in paths if path), file=clean(file)
        )
        by_id[string(entry, "id")] = target
        targets.append(target)
    if not targets:
        return None
    tests = []
    found = _json(folder / "intro-tests.json") if (folder / "intro-tests.json").is_file() else []
    for entry in (found if isinstance(found, list) else [])[:_MAX_FILES]:
        needed = [by_id[each] for each in _list(entry, "depends") if isinstance(each, str) and each in by_id]
        programs = [each for each in needed if each.form == "executable"]
        if len(programs) == 1:
            tests.append(ConfiguredTest(clean(string(entry, "name")), programs[0].name, programs[0].file))
    return ConfiguredBuild("", tuple(targets), tuple(tests), "Meson")


def _target(target: object, name: str, names: dict[str, str], source: str, root: str) -> ConfiguredTarget:
    paths = (_strip_root(root, os.path.join(source, string(each, "path"))) for each in _list(target, "sources"))  # noqa: PTH118
    needs = (names.get(string(each, "id"), "") for each in _list(target, "dependencies"))
    file, line = _find_declaration(target)
    return ConfiguredTarget(
        name,
        _FORMS.get(string(target, "type"), "custom"),
        tuple(clean(path) for path in paths if path),
        tuple(sorted(set(filter(None, needs)))),
        _strip_root(root, os.path.join(source, file)) or "" if file else "",  # noqa: PTH118
        line,
    )


def _find_declaration(target: object) -> tuple[str, int]:
    """The file and line of the outermost command that makes a target."""
    files, nodes = _list(target, "backtraceGraph", "files"), _list(target, "backtraceGraph", "nodes")
    at = path_of(target, ("backtrace",))
    found = ("", 0)
    for _ in nodes:  # at most so many steps
        if not isinstance(at, int) or not 0 <= at < len(nodes):
            break
        file, line = path_of(nodes[at], ("file",)), path_of(nodes[at], ("line",))
        if isinstance(file, int) and 0 <= file < len(files) and isinstance(line, int) and line > 0:
            found = (str(files[file]), line)
        at = path_of(nodes[at], ("parent",))
    return found


def _tests(folder: Path, artifacts: dict[str, str], root: str) -> Iterator[ConfiguredTest]:
    pending = [folder]
    seen: set[Path] = set()
    while pending and len(seen) < _MAX_FILES:
        here = pending.pop()
        if here in seen:
            continue
        seen.add(here)
        try:
            text = read_small(str(here / "CTestTestfile.cmake"), _MAX_BYTES).decode("utf-8", "replace")
        except OSError:
            continue
        last: ConfiguredTest | None = None
        for line in text.split("\n"):
            if match := _TEST.match(line[:4000]):
                if last:
                    yield last
                last = ConfiguredTest(clean(match[1]), artifacts.get(os.path.normpath(match[2]), ""))
            elif last and (trace := _BACKTRACE.search(line[:4000])):
                file = _strip_root(root, trace[1])
                yield ConfiguredTest(last.name, last.target, clean(file or ""), int(trace[2]))
                last = None
            elif match := _SUBFOLDER.match(line[:4000]):
                inner = os.path.normpath(here / match[1])
                pending += [Path(inner)] if inner.startswith(f"{folder}/") else []
        if last:
            yield last


def _json(path: Path) -> object:
    value: object = json.loads(read_small(str(path), _MAX_BYTES))
    return value


def _inside(folder: Path, name: str) -> Path:
    """A file of a folder; a name that leads out of it is none of it."""
    if not name or "/" in name or name.startswith("."):
        raise ValueError(name)
    return folder / name


def _list(value: object, *keys: str) -> list[object]:
    found = path_of(value, keys)
    return found if isinstance(found, list) else []


def _strip_root(root: str, path: str) -> str | None:
    """A path from the root; None where it is outside of it."""
    plain = os.path.normpath(path)
    if plain == root:
        return ""
    return plain[len(root) + 1 :] if plain.startswith(root.rstrip("/") + "/") else None
