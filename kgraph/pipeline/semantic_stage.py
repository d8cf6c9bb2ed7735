"""The semantic stage: a compile database is found, its translation units are parsed by libclang, and a report is saved.

Input: a `Scan`. Output: a `Compiled`, and two files: in the generation `units.json`, how each unit was parsed and the
time that it took; in the graph's folder `compiler.json`, which names the files outside the repository that the units
include, so that the next build can tell whether they changed.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Self

import msgspec

from kgraph import files
from kgraph.errors import GraphError, InputError, MissingExtraError
from kgraph.extract.semantic import database as databases
from kgraph.extract.semantic.database import Database
from kgraph.languages import C_FAMILY
from kgraph.model import Compiled, CompiledUnit
from kgraph.pipeline.options import BuildOptions
from kgraph.progress import Progress
from kgraph.scan import Scan
from kgraph.store.cache import Cache

UNITS = "units.json"
_EXTERNAL_FILES = "compiler.json"
_MAX_EXTERNAL_BYTES = 100_000_000
_NOT_UTF8 = "not read by the compiler: its path is not UTF-8"
_MAX_MISSING_HEADERS = 20  # headers named in the manifest


@dataclass(frozen=True, slots=True)
class SemanticStage:
    """The semantic stage of one build: of the units of `database`, or of none."""

    database: Database | None
    graph_folder: Path

    @classmethod
    def find(cls, scan: Scan, options: BuildOptions, graph_folder: Path) -> Self:
        """The stage for the compile database that was given, or that stands in a usual place and compiles files of
        the repository.

        Raises `InputError` where it is none, and `MissingExtraError` where one is given and libclang is not installed.
        """
        return cls(_find_database(scan, options.compile_commands) if options.compiler else None, graph_folder)

    def fingerprint(self) -> str:
        """A digest of all that the result depends on but the repository's files."""
        if self.database is None:
            return ""
        from kgraph.extract.semantic import driver, libclang

        external = _external_files(self.graph_folder / _EXTERNAL_FILES)
        digest = hashlib.sha256()
        versions = (driver.VERSION, libclang.version(), libclang.builtin_headers() or "")
        digest.update(repr((*versions, msgspec.to_builtins(self.database))).encode("utf-8", "surrogateescape"))
        digest.update(driver.outside_state(external).encode())
        return digest.hexdigest()

    def cache_keys(self, root: Path) -> Collection[str]:
        """The keys of the units in the cache of facts."""
        if self.database is None:
            return ()
        from kgraph.extract.semantic import driver

        return driver.keys(self.database, root)

    def run(
        self, scan: Scan, cache: Cache, options: BuildOptions, progress: Progress, scratch: Path | None
    ) -> Compiled | None:
        """Parse the units; what is needed in between is written below `scratch`."""
        database = self.database
        if database is None:
            return None
        from kgraph.extract.semantic import driver

        with progress.stage("compile", len(database.units)) as ticker:
            if database.lacks:
                return Compiled(database.path, account={"lacks": database.lacks})
            compiled = driver.read(
                database,
                scan.root,
                _blobs(scan),
                cache,
                driver.ReadOptions(options.workers, options.force, advance=ticker.advance, scratch=scratch),
            )
        unreadable = {
            file.path: [_NOT_UTF8]
            for file in scan.files
            if file.form == "file" and not file.unparsed and file.language in C_FAMILY and not _is_text(file.path)
        }
        return replace(compiled, notes={**compiled.notes, **unreadable})

    def save_report(self, compiled: Compiled, generation: Path) -> None:
        """Write how the units were parsed, and which external files they include."""
        units = [msgspec.structs.asdict(unit) for unit in compiled.units]
        for unit in units:
            unit["reached"] = len(unit["reached"])
        _write(generation / UNITS, {"units": units, "files": dict(sorted(compiled.deciding_units.items()))})
        _write(self.graph_folder / _EXTERNAL_FILES, sorted(compiled.outside, key=os.fsencode))


def _find_database(scan: Scan, given: Path | None) -> Database | None:
    paths = [given.absolute()] if given else databases.find(scan.root)
    if not paths:
        return None
    from kgraph.extract.semantic import libclang

    if not libclang.is_installed():
        if given:
            raise MissingExtraError("libclang", "clang")
        return Database(str(paths[0]), 0, lacks="libclang is not installed")
    files = _blobs(scan).keys()
    if not given:
        return databases.read_first(paths, scan.root, files)
    database = databases.read(paths[0], scan.root, files)
    if not database.units:
        raise InputError(
            f"compiles no file of {scan.root}",
            where=database.path,
            hint="its files must be below the root that is built, and tracked by git",
        )
    return database


def _blobs(scan: Scan) -> dict[str, str]:
    """The content's id of each file that a compiler may tell about.

    Not of those whose names are no UTF-8: libclang would read them, but in what it says of files, and in what is kept
    of it, paths are texts. `read` says so of each.
    """
    return {
        file.path: file.blob for file in scan.files if file.form == "file" and not file.unparsed and _is_text(file.path)
    }


def _is_text(path: str) -> bool:
    if path.isascii():
        return True
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True


def _external_files(path: Path) -> list[str]:
    """The files outside that the last build named; a file of something else names none, so that all is read again."""
    try:
        if not files.is_regular(path) or path.stat().st_size > _MAX_EXTERNAL_BYTES:
            return []
        return msgspec.convert(json.loads(path.read_text("utf-8", "surrogateescape")), list[str])
    except (OSError, ValueError, RecursionError):
        return []


def _write(path: Path, value: Any) -> None:
    files.put(path, json.dumps(value, indent=1) + "\n")


def load_report(generation: Path) -> tuple[list[CompiledUnit], dict[str, str]]:
    """How each unit of a graph was read, and by which unit each file; nothing where no compiler had a part in it."""
    path = generation / UNITS
    try:
        kept = json.loads(path.read_text("utf-8"))
        for unit in kept["units"]:
            unit["reached"] = ()
        units = [msgspec.convert(list(unit.values()), CompiledUnit) for unit in kept["units"]]
        return units, msgspec.convert(kept["files"], dict[str, str])
    except FileNotFoundError:
        return [], {}
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise GraphError(f"cannot be read: {error}", where=str(path), hint="build the graph again") from error


def description(compiled: Compiled | None, root: Path) -> list[str]:
    """The database, for the build's own description; a path of this machine is of no use to others."""
    if compiled is None or "lacks" in compiled.account:
        return []
    path = os.path.relpath(compiled.database, root)
    return [f"compile commands {os.path.basename(path) if path.startswith('..') else path}"]  # noqa: PTH119


def statistics(compiled: Compiled) -> dict[str, Any]:
    """Totals for the manifest: nothing that differs from build to build of the same content."""
    if "lacks" in compiled.account:
        return {"database": compiled.database, "lacks": compiled.account["lacks"]}
    missing = Counter(spelling for unit in compiled.units for spelling in {each[2] for each in unit.missing})
    failed = Counter(_reason(unit) for unit in compiled.units if unit.outcome)
    return {
        "database": compiled.database,
        "entries": compiled.account["entries"],
        "units": len(compiled.units),
        "read": sum(not unit.outcome for unit in compiled.units),
        "failed": dict(sorted(failed.items())),
        "errors": sum(bool(unit.error_count) for unit in compiled.units if not unit.outcome),
        "missing_headers": dict(sorted(missing.items(), key=lambda item: (-item[1], item[0]))[:_MAX_MISSING_HEADERS]),
        "flags_left_out": sum(bool(unit.notes) for unit in compiled.units),
        "elsewhere": compiled.account["elsewhere"],
        "repeated": compiled.account["repeated"],
        "gone": len(compiled.account["gone"]),
        "files": len(compiled.files),
        "compiler": compiled.account["compiler"],
    }


def _reason(unit: CompiledUnit) -> str:
    if unit.missing:
        return "headers not found"
    return "too many errors" if unit.error_count else unit.outcome
