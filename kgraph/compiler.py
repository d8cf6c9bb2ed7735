"""A compiler's part in a build: the compile database found, its units read, and the account of them kept.

Input: a scanned repository. Output: a `Compiled`, and beside the graph two files: `units.json`, how each unit was read,
with the times that it took, and in the graph's folder `compiler.json`, which names the files outside the repository
that the units read, so that the next build can tell whether they are as they were.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec

from kgraph import files
from kgraph.errors import GraphError, InputError, MissingExtraError
from kgraph.extract.semantic import database as databases
from kgraph.extract.semantic import driver, libclang
from kgraph.extract.semantic.database import Database
from kgraph.languages import C_FAMILY
from kgraph.model import Compiled, CompiledUnit
from kgraph.scan import Scan
from kgraph.store.cache import Cache

UNITS = "units.json"
_OUTSIDE = "compiler.json"
_MAX_OUTSIDE_BYTES = 100_000_000
_NOT_ASKED = "not read by the compiler: its path is no UTF-8"
_MOST_MISSING = 20  # headers named in the manifest


def find_database(found: Scan, given: Path | None) -> Database | None:
    """The compile database that was given, or that stands in a usual place and compiles files of the repository.

    Raises `InputError` where it is none, and `MissingExtraError` where one is given and libclang is not installed.
    """
    path = given.absolute() if given else databases.find(found.root)
    if path is None:
        return None
    if not libclang.installed():
        if given:
            raise MissingExtraError("libclang", "clang")
        return Database(str(path), 0, lacks="libclang is not installed")
    database = databases.read(path, found.root, _blobs(found).keys())
    if given and not database.units:
        raise InputError(
            f"compiles no file of {found.root}",
            where=database.path,
            hint="its files must be below the root that is built, and tracked by git",
        )
    return database if database.units else None


def _blobs(found: Scan) -> dict[str, str]:
    """The content's id of each file that a compiler may tell about.

    Not of those whose names are no UTF-8: libclang would read them, but in what it says of files, and in what is kept
    of it, paths are texts. `read` says so of each.
    """
    return {
        file.path: file.blob
        for file in found.files
        if file.form == "file" and not file.unparsed and _is_text(file.path)
    }


def _is_text(path: str) -> bool:
    if path.isascii():
        return True
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True


def inputs(database: Database | None, where: Path) -> str:
    """A name for all that the compiler's answer depends on but the repository's files."""
    if database is None:
        return ""
    outside = _outside(where / _OUTSIDE)
    digest = hashlib.sha256()
    parts = (driver.VERSION, libclang.version(), libclang.builtin_headers() or "", msgspec.to_builtins(database))
    digest.update(repr(parts).encode("utf-8", "surrogateescape"))
    digest.update(driver.outside_state(outside).encode())
    return digest.hexdigest()


def _outside(path: Path) -> list[str]:
    """The files outside that the last build named; a file of something else names none, so that all is read again."""
    try:
        if not files.is_regular(path) or path.stat().st_size > _MAX_OUTSIDE_BYTES:
            return []
        return msgspec.convert(json.loads(path.read_text("utf-8", "surrogateescape")), list[str])
    except (OSError, ValueError, RecursionError):
        return []


def keys(database: Database | None, found: Scan) -> Collection[str]:
    """What names the readings of units in the cache."""
    return driver.keys(database, found.root) if database else ()


def read(
    database: Database,
    found: Scan,
    cache: Cache,
    jobs: int,
    advance: Callable[[], object],
    *,
    force: bool,
    scratch: Path | None = None,
) -> Compiled:
    """What the compiler says of the repository; what is needed in between is written below `scratch`."""
    if database.lacks:
        return Compiled(database.path, account={"lacks": database.lacks})
    blobs = _blobs(found)
    told = driver.read(database, found.root, blobs, cache, jobs=jobs, force=force, advance=advance, scratch=scratch)
    unasked = {
        file.path: [_NOT_ASKED]
        for file in found.files
        if file.form == "file" and not file.unparsed and file.language in C_FAMILY and not _is_text(file.path)
    }
    return replace(told, notes={**told.notes, **unasked})


def keep(told: Compiled, generation: Path, where: Path) -> None:
    """Write what is no part of the graph itself."""
    units = [msgspec.structs.asdict(unit) for unit in told.units]
    for unit in units:
        unit["reached"] = len(unit["reached"])
    _write(generation / UNITS, {"units": units, "files": dict(sorted(told.tellers.items()))})
    _write(where / _OUTSIDE, sorted(told.outside, key=os.fsencode))


def _write(path: Path, value: Any) -> None:
    files.put(path, json.dumps(value, indent=1) + "\n")


def units_of(generation: Path) -> tuple[list[CompiledUnit], dict[str, str]]:
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


def described(told: Compiled | None, root: Path) -> list[str]:
    """The database, for the build's own description; a path of this machine is of no use to others."""
    if told is None or "lacks" in told.account:
        return []
    path = os.path.relpath(told.database, root)
    return [f"compile commands {os.path.basename(path) if path.startswith('..') else path}"]  # noqa: PTH119


def account(told: Compiled) -> dict[str, Any]:
    """Totals for the manifest: nothing that differs from build to build of the same content."""
    if "lacks" in told.account:
        return {"database": told.database, "lacks": told.account["lacks"]}
    missing = Counter(spelling for unit in told.units for spelling in {each[2] for each in unit.missing})
    failed = Counter(_reason(unit) for unit in told.units if unit.outcome)
    return {
        "database": told.database,
        "entries": told.account["entries"],
        "units": len(told.units),
        "read": sum(not unit.outcome for unit in told.units),
        "failed": dict(sorted(failed.items())),
        "errors": sum(bool(unit.error_count) for unit in told.units if not unit.outcome),
        "missing_headers": dict(sorted(missing.items(), key=lambda item: (-item[1], item[0]))[:_MOST_MISSING]),
        "flags_left_out": sum(bool(unit.notes) for unit in told.units),
        "elsewhere": told.account["elsewhere"],
        "repeated": told.account["repeated"],
        "gone": len(told.account["gone"]),
        "files": len(told.files),
        "compiler": told.account["compiler"],
    }


def _reason(unit: CompiledUnit) -> str:
    if unit.missing:
        return "headers not found"
    return "too many errors" if unit.error_count else unit.outcome
