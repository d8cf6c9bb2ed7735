"""What extractors say of one file, as bytes: so it crosses from a worker to its parent, and rests in the cache.

Comes in and goes out: `FileFacts` or `Skipped`, macro definitions, words; each kind has its own decoder. Bytes that are
not what a decoder expects, or that would grow without bound, are a `DecodeError`: a cache is a file that others can
write.
"""

from __future__ import annotations

import zlib
from typing import Any

import msgspec

from kgraph.compression import decompress
from kgraph.extract.cpp.macros import MacroDefine
from kgraph.model import CompactFacts, ExtractResult, FileFacts, FileIdentifiers, Skipped

MAX_DECODED = 256 << 20  # bytes; the facts of the largest files that people write are a tenth of it

Result = ExtractResult | tuple[MacroDefine, ...] | FileIdentifiers


class DecodeError(Exception):
    """Bytes are no encoded result of the kind that was expected."""


_encoder = msgspec.msgpack.Encoder()
_facts_decoder: msgspec.msgpack.Decoder[ExtractResult] = msgspec.msgpack.Decoder(FileFacts | Skipped)
_compact_decoder: msgspec.msgpack.Decoder[CompactFacts | Skipped] = msgspec.msgpack.Decoder(CompactFacts | Skipped)
_macros_decoder = msgspec.msgpack.Decoder(tuple[MacroDefine, ...])
_words_decoder = msgspec.msgpack.Decoder(FileIdentifiers)


def pack(value: Any) -> bytes:
    """A value as compressed bytes. Raises `MemoryError` where `unpack` would refuse them."""
    data = _encoder.encode(value)
    if len(data) > MAX_DECODED:
        raise MemoryError
    return zlib.compress(data, 1)


def unpack(data: bytes, decoder: msgspec.msgpack.Decoder[Any]) -> Any:
    """What `pack` was given. Raises `DecodeError`."""
    try:
        return decoder.decode(decompress(data, MAX_DECODED))
    except (msgspec.MsgspecError, RecursionError, ValueError) as error:
        raise DecodeError(str(error)) from error


def check(data: bytes) -> bytes:
    """The same bytes, if they are whole. Raises `DecodeError`."""
    try:
        decompress(data, MAX_DECODED)
    except ValueError as error:
        raise DecodeError(str(error)) from error
    return data


def encode(result: Result) -> bytes:
    """A result as bytes."""
    return pack(result)


def decode_facts(data: bytes) -> ExtractResult:
    """What `encode` was given."""
    facts: ExtractResult = unpack(data, _facts_decoder)
    return facts


def decode_compact_facts(data: bytes) -> ExtractResult:
    """The same, with symbols that are still encoded; see `model.symbols_of`."""
    facts: CompactFacts | Skipped = unpack(data, _compact_decoder)
    if isinstance(facts, CompactFacts):  # a copy of its own, so that the rest of the bytes can go
        msgspec.structs.force_setattr(facts, "symbols", facts.symbols.copy())
    return facts


def decode_macros(data: bytes) -> tuple[MacroDefine, ...]:
    """What `encode` was given."""
    macros: tuple[MacroDefine, ...] = unpack(data, _macros_decoder)
    return macros


def decode_words(data: bytes) -> FileIdentifiers:
    """What `encode` was given; no words for a file that has none (b"")."""
    words: FileIdentifiers = unpack(data, _words_decoder) if data else FileIdentifiers()
    return words
