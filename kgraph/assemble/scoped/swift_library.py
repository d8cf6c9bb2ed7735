"""What types of Swift's standard library, of Foundation and of XCTest are, too: protocols and classes above them.

Output: names, by which an extension of a protocol is found that a type of a library has. See
https://developer.apple.com/documentation/swift.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kgraph.scoped_languages import words

_COMPARABLE = "Hashable Comparable Equatable"
_COLLECTION = "Collection Sequence"
_INDEXED = f"RandomAccessCollection BidirectionalCollection {_COLLECTION}"
_INTEGER = f"FixedWidthInteger BinaryInteger Numeric AdditiveArithmetic Strideable {_COMPARABLE}"
_SIGNED = f"SignedInteger SignedNumeric {_INTEGER}"
_FLOATING = f"BinaryFloatingPoint FloatingPoint SignedNumeric Numeric AdditiveArithmetic Strideable {_COMPARABLE}"
_TEXT = (
    f"StringProtocol RangeReplaceableCollection BidirectionalCollection {_COLLECTION} TextOutputStream {_COMPARABLE}"
)

_ABOVE: dict[str, frozenset[str]] = {
    **dict.fromkeys(("String", "Substring"), words(_TEXT)),
    **dict.fromkeys(
        ("Array", "ArraySlice", "ContiguousArray"),
        words(f"RangeReplaceableCollection MutableCollection {_INDEXED} ExpressibleByArrayLiteral"),
    ),
    "Data": words(f"RangeReplaceableCollection MutableCollection DataProtocol {_INDEXED} {_COMPARABLE}"),
    **dict.fromkeys(("Set", "Dictionary"), words(_COLLECTION)),
    **dict.fromkeys(("Int", "Int8", "Int16", "Int32", "Int64"), words(_SIGNED)),
    **dict.fromkeys(("UInt", "UInt8", "UInt16", "UInt32", "UInt64"), words(f"UnsignedInteger {_INTEGER}")),
    **dict.fromkeys(("Double", "Float", "CGFloat"), words(_FLOATING)),
    "Character": words(_COMPARABLE),
    "Date": words(_COMPARABLE),
    "RandomAccessCollection": words(f"BidirectionalCollection {_COLLECTION}"),
    **dict.fromkeys(
        ("BidirectionalCollection", "MutableCollection", "RangeReplaceableCollection", "LazyCollectionProtocol"),
        words(_COLLECTION),
    ),
    "Collection": words("Sequence"),
    "StringProtocol": words(_TEXT),
    **dict.fromkeys(("FixedWidthInteger", "BinaryInteger"), words(_INTEGER)),
    **dict.fromkeys(("FloatingPoint", "BinaryFloatingPoint"), words(_FLOATING)),
    "Comparable": words("Equatable"),
    "Hashable": words("Equatable"),
    "XCTestCase": words("XCTest NSObject"),
    "UIViewController": words("UIResponder NSObject"),
    **dict.fromkeys(("UIView", "UIApplication"), words("UIResponder NSObject")),
    **dict.fromkeys(("NSView", "NSWindow", "NSViewController"), words("NSResponder NSObject")),
}


def names_of(names: Iterable[str]) -> Iterator[str]:
    """Types of libraries by their simple names, each followed by what it is, too."""
    known: dict[str, None] = {}
    for name in names:
        known |= dict.fromkeys((name, *sorted(_ABOVE.get(name, ()))))
    yield from known
