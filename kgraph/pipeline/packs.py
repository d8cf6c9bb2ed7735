"""Graphs in one file each: to hand a graph on, and to begin a build from the nearest of several.

Input: a graph's folder, or packs. Output: a pack; a graph that builds go on from. A pack holds

    manifest.json, tables/*.parquet, facts.keys, units.json      the generation
    facts/000000, answers/000000, ...    entries of caches: facts by content, what names meant
    history.bin                          what git said of its history
    store/*                              the triple store, if that was asked for

Facts out of a pack are kept in the graph's folder (`packed.sqlite`) and never in the cache that all graphs of the user
share: whoever names a pack trusts it with this graph, not with all others.
"""

from __future__ import annotations

import logging
import re
import tempfile
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from kgraph import files, git
from kgraph.errors import GraphError, InputError
from kgraph.extract.versions import code
from kgraph.pipeline.facts_cache import KEYS, PACKED, FactsCache, load_keys, open_shared
from kgraph.pipeline.options import BuildOptions
from kgraph.pipeline.previous import ANSWERS, FACTS, HISTORY, load_trusted_cache
from kgraph.pipeline.semantic_stage import UNITS
from kgraph.store import folder, integrity, making, ownership, pack_file
from kgraph.store.cache import Cache
from kgraph.store.pack_file import ENDING, Member, OpenPack
from kgraph.version import __version__
from kgraph.vocab import SCHEMA_VERSION

log = logging.getLogger(__name__)

_MANIFEST = "manifest.json"
_SEAL_OF_STORE = "store/about.json"
_PART_BYTES = 16 << 20  # of entries in one member
_MAX_PART_BYTES = 512 << 20
_KNOWN = re.compile(
    r"manifest\.json|tables/[a-z_]+\.parquet|facts\.keys|units\.json|history\.bin"
    r"|(?:facts|answers)/\d{6}|store/[A-Za-z0-9_-][A-Za-z0-9_.-]*"
)
_REVISION = re.compile(r"[0-9a-f]{40,64}")
_entries_decoder = msgspec.msgpack.Decoder(list[tuple[str, bytes]])


@dataclass(frozen=True, slots=True)
class PackResult:
    """What was packed or unpacked."""

    path: Path  # of the pack, or of the graph's folder
    size: int  # of the pack in bytes
    about: dict[str, Any]
    facts: int  # entries of facts
    notes: tuple[str, ...] = ()


# --- packing ----------------------------------------------------------------------------------------------------------


def pack(graph: Path, target: Path, options: BuildOptions, *, store: bool = False) -> PackResult:
    """Write the current generation of the graph in a folder, with its facts, to one file.

    Raises `GraphError` where there is no graph.
    """
    notes = []
    with folder.open_current(graph) as generation, tempfile.TemporaryDirectory(prefix="kgraph-pack-") as scratch:
        if store and not making.is_there(generation):
            making.make(generation)
        repository = generation.manifest["repository"]
        keys = load_keys(generation.path)
        is_ours = generation.seal is not None and generation.seal.is_ours
        facts = _facts(graph, options, keys) if is_ours else {}
        if not is_ours:
            notes.append("its facts are left out, for another user, or another machine, built it: build it here first")
        elif missing := len(keys) - len(facts):
            notes.append(f"{missing:,} of {len(keys):,} facts are in no cache any more: who unpacks reads those files")
        members = [(_MANIFEST, generation.path / _MANIFEST)]
        members += [(f"tables/{path.name}", path) for path in sorted(generation.tables.glob("*.parquet"))]
        members += [(name, path) for name in (KEYS, UNITS) if (path := generation.path / name).exists()]
        members += _parts("facts", sorted(facts.items()), Path(scratch))
        if is_ours and (graph / ANSWERS).exists():
            with load_trusted_cache(graph / ANSWERS) as answers:
                members += _parts("answers", answers.items(), Path(scratch))
        if is_ours and ownership.is_sealed(graph / HISTORY):
            members.append((HISTORY, graph / HISTORY))
        if store:
            members += _store_members(generation, Path(scratch))
        about = {
            "kgraph": __version__,
            "schema": SCHEMA_VERSION,
            "code": code(),
            "name": repository["name"],
            "revision": repository["revision"],
            "dirty": repository["dirty"],
        }
        size = pack_file.write(target, about, members)
    return PackResult(target, size, about, len(facts), tuple(notes))


def _facts(graph: Path, options: BuildOptions, keys: Collection[str]) -> dict[str, bytes]:
    with FactsCache(
        graph, open_shared(options, graph), lambda: load_trusted_cache(graph / FACTS), reads_only=True
    ) as cache:
        return cache.get(keys)


def _parts(name: str, entries: Iterable[tuple[str, bytes]], scratch: Path) -> list[tuple[str, Path]]:
    """Entries in files of bounded size."""
    members: list[tuple[str, Path]] = []
    part: list[tuple[str, bytes]] = []
    size = 0

    def write() -> None:
        member = f"{name}/{len(members):06}"
        path = scratch / member.replace("/", "-")
        path.write_bytes(msgspec.msgpack.encode(part))
        members.append((member, path))

    for key, data in entries:
        part.append((key, data))
        size += len(data)
        if size >= _PART_BYTES:
            write()
            part, size = [], 0
    if part:
        write()
    return members


def _store_members(generation: folder.Generation, scratch: Path) -> list[tuple[str, Path]]:
    seal = integrity.IntegrityRecord.read(generation.store)
    if seal is None or seal.damage(generation.store):
        raise GraphError(
            "the triple store is damaged", where=str(generation.store), hint="ask `kgraph query` something"
        )
    about = scratch / "about.json"
    about.write_bytes(msgspec.json.encode(seal.about, order="sorted"))
    return [(_SEAL_OF_STORE, about), *((f"store/{name}", generation.store / name) for name in sorted(seal.files))]


# --- unpacking --------------------------------------------------------------------------------------------------------


def unpack(path: Path, graph: Path) -> PackResult:
    """Make the graph of a pack the current one of a folder, marked as this user's own.

    Nothing takes effect before all of it is checked. Raises `InputError` where it is no pack or damaged, `GraphError`
    where another version of kgraph wrote it or the folder cannot be used.
    """
    notes = []
    with pack_file.open_pack(path) as opened:
        _check(path, opened)
        about = opened.manifest.about
        with folder.building(graph) as new:
            new.tables.mkdir()
            # They get their marks at their places.
            caches = {"facts": Cache(new.path / PACKED), "answers": Cache(new.path / ANSWERS)}
            count, are_readable = 0, about.get("code") == code()
            try:
                for member, content in opened.members():
                    kind = member.name.partition("/")[0]
                    if kind in caches:
                        entries = _entries(member, content, path)
                        if kind == "facts":
                            entries = entries if are_readable else []
                            count += len(entries)
                        for key, data in entries:
                            caches[kind].put(key, data)
                    else:
                        _write(new.path / member.name, content)
                for cache in caches.values():
                    cache.__exit__(None, None, None)
            finally:
                for cache in caches.values():
                    cache.close()
            manifest = _manifest(new, path)
            if not are_readable:
                notes.append(f"its facts are of kgraph {about.get('kgraph')}, with other readers: files are read again")
            _settle(new)
            new.publish(manifest)
    return PackResult(graph, path.stat().st_size, about, count, tuple(notes))


def _check(path: Path, opened: OpenPack) -> None:
    about, names = opened.manifest.about, [member.name for member in opened.manifest.members]
    if about.get("schema") != SCHEMA_VERSION:
        raise GraphError(
            f"was packed by kgraph {about.get('kgraph')}, with schema version {about.get('schema')}; this one reads"
            f" {SCHEMA_VERSION}",
            where=str(path),
            hint="pack and unpack with the same version of kgraph, or build the graph",
        )
    for name in names:
        if not _KNOWN.fullmatch(name):
            raise InputError(f"has a member that no graph has: {name!r}", where=str(path))
    if _MANIFEST not in names or not any(name.startswith("tables/") for name in names):
        raise InputError("holds no graph", where=str(path), hint="make it with `kgraph pack`")


def _entries(member: Member, content: Iterator[bytes], path: Path) -> list[tuple[str, bytes]]:
    if member.size > _MAX_PART_BYTES:
        raise InputError(f"is damaged: {member.name!r} is too large", where=str(path))
    try:
        return _entries_decoder.decode(b"".join(content))
    except (msgspec.MsgspecError, RecursionError) as error:
        raise InputError(f"is damaged: {member.name!r}: {error}", where=str(path)) from error


_DAMAGE = (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError)  # of what was decoded


def _write(target: Path, content: Iterator[bytes]) -> None:
    target.parent.mkdir(exist_ok=True)
    with files.create(target) as out:
        out.writelines(content)


def _manifest(new: folder.Building, path: Path) -> dict[str, Any]:
    """The manifest of an unpacked generation, whose tables are those that it names."""
    from kgraph.store import tables

    try:
        manifest = msgspec.json.decode((new.path / _MANIFEST).read_bytes(), type=dict[str, Any])
        checksums = {str(name): str(value) for name, value in manifest["checksums"].items()}
        is_of_schema = manifest["schema"] == SCHEMA_VERSION
        tables.read_all(new.tables, checksums)
    except (*_DAMAGE, msgspec.MsgspecError, GraphError) as error:
        raise InputError(f"is damaged: {error}", where=str(path)) from error
    if not is_of_schema:
        raise InputError("is damaged: its graph is of another schema version than it says", where=str(path))
    (new.path / _MANIFEST).unlink()
    return manifest


def _settle(new: folder.Building) -> None:
    """Move what is kept beside generations to its place, with this user's mark."""
    for name in (PACKED, ANSWERS):
        source, target = new.path / name, new.folder / name
        for ending in ("", "-wal", "-shm", "-journal"):
            files.discard(target.with_name(name + ending))
        with load_trusted_cache(target) as cache, Cache(source) as unpacked:
            for key, data in unpacked.items():
                cache.put(key, data)
        for ending in ("", "-wal", "-shm", "-journal"):
            files.discard(source.with_name(name + ending))
    if (new.path / HISTORY).exists():
        (new.path / HISTORY).replace(new.folder / HISTORY)
        ownership.seal(new.folder / HISTORY)
    if (new.path / _SEAL_OF_STORE).exists():
        try:
            about = msgspec.json.decode((new.path / _SEAL_OF_STORE).read_bytes(), type=dict[str, Any])
        except (*_DAMAGE, msgspec.MsgspecError) as error:
            log.warning("%s: the packed store is left out, for its seal is damaged: %s", new.folder, error)
            files.discard(new.store)
        else:
            integrity.seal(new.store, about)
        (new.path / _SEAL_OF_STORE).unlink()


# --- the nearest of several -------------------------------------------------------------------------------------------


def begin_from(root: Path, graph: Path, given: Sequence[Path]) -> None:
    """Unpack the nearest of the packs that are given, or that lie in folders that are, where there is no graph yet.

    The nearest is the one of the fewest commits before what is checked out; else the first. One that cannot be used is
    logged, and the next is taken: a build from nothing is right, too.
    """
    if not given:
        return
    try:
        with folder.open_current(graph) as generation:
            if generation.seal and generation.seal.is_ours:
                log.info("%s: no pack is unpacked, for there is a graph of this user's", graph)
                return
    except GraphError:
        pass
    for path, about, distance in _nearest(root, given):
        try:
            result = unpack(path, graph)
        except (InputError, GraphError) as error:
            if isinstance(error, GraphError) and error.where == str(graph):
                raise
            log.warning("%s", str(error).replace("\n", ";"))
            continue
        apart = "a revision that git does not know here"
        if distance is not None:
            apart = f"a revision {distance:,} {'commit' if distance == 1 else 'commits'} away"
        log.warning("%s: the build begins from this pack, of %s", path, apart if about.get("revision") else "no commit")
        for note in result.notes:
            log.warning("%s: %s", path, note)
        return
    log.warning("%s: no pack can be used: the build begins from nothing", ", ".join(map(str, given)))


def _nearest(root: Path, given: Sequence[Path]) -> list[tuple[Path, dict[str, Any], int | None]]:
    """The packs that can be read, the nearest first, and how many commits each is away; None where git cannot say."""
    try:
        repository = git.discover(root)
    except InputError:
        repository = git.NoRepository()
    found: list[tuple[Path, dict[str, Any], int | None]] = []
    for path in _files(given):
        try:
            with pack_file.open_pack(path) as opened:
                _check(path, opened)
                about = opened.manifest.about
        except (InputError, GraphError) as error:
            log.warning("%s", str(error).replace("\n", ";"))
            continue
        found.append((path, about, _distance(repository, str(about.get("revision") or ""))))
    return sorted(found, key=lambda each: (each[2] is None, each[2] or 0))


def _files(given: Sequence[Path]) -> Iterator[Path]:
    for path in given:
        if path.is_dir():
            packs = [each for each in path.iterdir() if each.name.endswith(ENDING)]
            yield from sorted(packs, key=lambda each: (-each.stat().st_mtime_ns, each.name))  # the newest first
        else:
            yield path


def _distance(repository: git.GitRepository | git.NoRepository, revision: str) -> int | None:
    """How many commits lie between a revision and what is checked out."""
    if isinstance(repository, git.NoRepository) or not _REVISION.fullmatch(revision):
        return None
    answer = repository.run("rev-list", "--count", f"{revision}...HEAD")
    text = answer.out.strip()
    return int(text) if answer.ok and text.isdigit() else None
