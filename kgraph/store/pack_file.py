"""A pack: members by name in one file, compressed, each with its digest.

Input: names and files, or a pack. Output: a pack, or its members, checked. The layout, all in one zstd frame:

    kgraph pack 1\\n     what this is, and the version of the layout
    8 bytes             length of the manifest, little-endian
    manifest            JSON: what the pack is of, and of each member, in order: size in bytes, SHA-256
    contents            of the members, one after the other

Equal members give equal bytes, with the same version of the compressor. No member has a path: whoever unpacks says
where each name that it knows belongs. A pack is as hostile as any file: nothing is believed before it is compared, and
what the manifest announces bounds what is read. (A tar file would need a reader for all that a tar file may hold.)
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import msgspec
import zstandard

from kgraph import files
from kgraph.errors import InputError

ENDING = ".kgraph-pack"
FORMAT = 1
_MAGIC = b"kgraph pack %d\n"
_LEVEL = 6
_MAX_WINDOW_BYTES = 1 << 27
_MAX_MANIFEST_BYTES = 16 << 20
_MAX_BYTES = 64 << 30  # of all members; the Linux kernel with its triples takes 8 GB
_MAX_RATIO = 200  # of all members to the file: tables and facts are compressed already
_MIN_BOUND_BYTES = 64 << 20
_PIECE = 1 << 20


class Member(msgspec.Struct, frozen=True):
    """What a manifest says of one member."""

    name: str
    size: int
    sha256: str


class PackManifest(msgspec.Struct, frozen=True):
    """What a pack states of itself."""

    about: dict[str, Any]  # versions, repository
    members: tuple[Member, ...]


def write(path: Path, about: Mapping[str, Any], members: Sequence[tuple[str, Path]]) -> int:
    """Write a pack of files, whole or not at all; returns its size in bytes."""
    listed = tuple(_member(name, file) for name, file in members)
    manifest = msgspec.json.encode(PackManifest(dict(about), listed), order="sorted")
    with files.replacing(path) as out:
        with zstandard.ZstdCompressor(level=_LEVEL).stream_writer(out, closefd=False) as stream:
            stream.write(_MAGIC % FORMAT + len(manifest).to_bytes(8, "little") + manifest)
            for (name, file), member in zip(members, listed, strict=True):
                with file.open("rb") as content:
                    shutil.copyfileobj(content, stream, _PIECE)
                    if content.tell() != member.size:
                        raise InputError("changed while it was read", where=name, hint="pack the graph again")
        size: int = out.tell()
    return size


def _member(name: str, file: Path) -> Member:
    with file.open("rb") as content:
        digest = hashlib.file_digest(content, "sha256").hexdigest()
        return Member(name, content.tell(), digest)


@contextmanager
def open_pack(path: Path) -> Iterator[OpenPack]:
    """A pack whose manifest has been read. Raises `InputError` where it is none, or of another version."""
    try:
        with path.open("rb") as file:
            bound = max(_MIN_BOUND_BYTES, path.stat().st_size * _MAX_RATIO)
            yield OpenPack(path, file, min(bound, _MAX_BYTES))
    except OSError as error:
        if error.filename is not None and Path(error.filename) != path:
            raise
        raise InputError(f"cannot be read: {error.strerror or error}", where=str(path)) from error


class OpenPack:
    """A pack that is being read."""

    def __init__(self, path: Path, file: IO[bytes], bound: int) -> None:
        self._path = path
        self._stream = zstandard.ZstdDecompressor(max_window_size=_MAX_WINDOW_BYTES).stream_reader(file)
        self.manifest = self._manifest(bound)

    def _manifest(self, bound: int) -> PackManifest:
        magic = self._read(len(_MAGIC % FORMAT), "is not a pack of a graph, or damaged")
        if magic != _MAGIC % FORMAT:
            if magic.startswith(b"kgraph pack "):
                raise self._error(
                    f"is a pack of another layout ({magic[12:].decode('latin-1').strip()}; this kgraph reads {FORMAT})",
                    "pack it with the same version of kgraph that unpacks it",
                )
            raise self._error("is not a pack of a graph")
        length = int.from_bytes(self._read(8), "little")
        if length > _MAX_MANIFEST_BYTES:
            raise self._error("is damaged: its manifest is too large")
        try:
            manifest = msgspec.json.decode(self._read(length), type=PackManifest)
        except (msgspec.MsgspecError, RecursionError, ValueError) as error:
            raise self._error(f"is damaged: {error}") from error
        sizes = [member.size for member in manifest.members]
        if any(size < 0 for size in sizes) or sum(sizes) > bound:
            raise self._error(f"announces {sum(sizes):,} bytes, which is more than a pack of its size can hold")
        if len({member.name for member in manifest.members}) < len(sizes):
            raise self._error("is damaged: it has two members of one name")
        return manifest

    def members(self) -> Iterator[tuple[Member, Iterator[bytes]]]:
        """Each member in order with its content in pieces, all of which must be taken before the next.

        Raises `InputError` where a content is not what the manifest says, after its last piece.
        """
        for member in self.manifest.members:
            yield member, self._content(member)
        if self._stream.read(1):
            raise self._error("is damaged: something follows its last member")

    def _content(self, member: Member) -> Iterator[bytes]:
        digest = hashlib.sha256()
        left = member.size
        while left:
            piece = self._read(min(left, _PIECE))
            digest.update(piece)
            left -= len(piece)
            yield piece
        if digest.hexdigest() != member.sha256:
            raise self._error(f"is damaged: {member.name!r} is not what was packed")

    def _read(self, size: int, what: str = "is damaged, or cut off") -> bytes:
        pieces = []
        try:
            while size:
                piece = self._stream.read(size)
                if not piece:
                    raise self._error(what)
                pieces.append(piece)
                size -= len(piece)
        except zstandard.ZstdError as error:
            raise self._error(what) from error
        return b"".join(pieces)

    def _error(
        self, what: str, hint: str = "make it with `kgraph pack`, and see that it is copied whole"
    ) -> InputError:
        return InputError(what, where=str(self._path), hint=hint)
