"""RDF/XML, for tools that read nothing else.

Input: a source. Output: well-formed XML 1.0.

XML 1.0 cannot carry most control characters, nor U+FFFE and U+FFFF, not even escaped: each is replaced by U+FFFD, and
how many were is reported. A carriage return is written as a reference, because XML readers change it to a line feed
otherwise; the engine does neither. A property whose IRI does not end in a name cannot be written at all.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, BinaryIO

from pyoxigraph import RdfFormat

from kgraph.errors import ExportError
from kgraph.export.engine import Filter, serialize
from kgraph.export.xml import REPLACED

if TYPE_CHECKING:
    from kgraph.export.sources import ExportSource

_ATTRIBUTE = re.compile(rb'\sxmlns:[^\s=]+="[^"]*"')
_UNFIT = re.compile(rb"[\x00-\x08\x0b-\x1f]|\xef\xbf[\xbe\xbf]")  # of UTF-8; "\r" is fit, but changed
_CONTROLS = bytes([*range(0x09), *range(0x0B, 0x20)])
_NAMELESS = b"<oxprefix: "  # what the engine calls an element whose IRI ends in no name


def write(source: ExportSource, out: BinaryIO, *, sort: bool = False) -> tuple[str, ...]:  # noqa: ARG001  it is sorted anyway
    """Write RDF/XML; say how many characters it could not carry."""
    body = _Body(out)
    serialize(source, body, RdfFormat.RDF_XML)
    out.write(b"\n")
    return (REPLACED.format(body.replaced),) if body.replaced else ()


class _Body(Filter):
    """Puts the namespaces of the second line in order, and the text into XML's bounds."""

    replaced = 0
    _in_head = True

    def _pass(self, data: bytes, *, last: bool = False) -> bytes:
        if self._in_head:
            declaration, _, rest = data.partition(b"\n")
            root, end, rest = rest.partition(b"\n")
            if not end and not last:
                return data
            self._in_head = False
            namespaces = b"".join(sorted(_ATTRIBUTE.findall(root)))
            self._out.write(declaration + b"\n<rdf:RDF" + namespaces + b">\n")
            data = rest
        # Neither a tag nor a character is ever cut in two before "<".
        cut = len(data) if last else max(data.rfind(b"<"), 0)
        text, held = data[:cut], data[cut:]
        if _NAMELESS in text:
            raise ExportError(
                "a property's IRI does not end in a name, which RDF/XML cannot write", hint="export it as ttl or nt"
            )
        # Deleting bytes is many times faster than searching for them, and there is hardly ever one.
        if len(text.translate(None, _CONTROLS)) < len(text) or b"\xef\xbf" in text:
            text = _UNFIT.sub(self._fit, text)
        self._out.write(text)
        return held

    def _fit(self, match: re.Match[bytes]) -> bytes:
        if match.group() == b"\r":
            return b"&#13;"
        self.replaced += 1
        return "\N{REPLACEMENT CHARACTER}".encode()
