"""Decompression with a bound, so that no small file fills the memory."""

from __future__ import annotations

import zlib


def decompress(data: bytes, limit: int) -> bytes:
    """What zlib compressed; `ValueError` where it is damaged, cut off, or has more than `limit` bytes."""
    stream = zlib.decompressobj()
    try:
        content = stream.decompress(data, limit)
    except zlib.error as error:
        raise ValueError(str(error)) from error
    if not stream.eof:
        raise ValueError("larger than it may be, or cut off")
    return content
