"""What well-known wrappers, containers and their iterators hold: of the standard library, of Qt and of Boost.

Input: types as spelled, split into name and template arguments. Output: types as spelled. Their headers are not in the
repository, so that what `->`, `[]` and their member functions give is listed here.
"""

from __future__ import annotations

import re

_SMART = frozenset(
    {
        *("unique_ptr", "shared_ptr", "weak_ptr", "optional", "reference_wrapper", "scoped_refptr", "intrusive_ptr"),
        *("observer_ptr", "not_null", "scoped_ptr", "expected", "QSharedPointer", "QPointer", "QScopedPointer"),
        *("QWeakPointer", "QSharedDataPointer", "QExplicitlySharedDataPointer", "QScopedArrayPointer"),
    }
)
_SEQUENCES = frozenset(
    {
        *("vector", "array", "deque", "list", "set", "unordered_set", "span", "initializer_list", "multiset"),
        *("forward_list", "unordered_multiset", "stack", "queue", "QList", "QVector", "QSet", "QStack", "QQueue"),
        *("QLinkedList", "QVarLengthArray"),
    }
)
_MAPS = frozenset({"map", "unordered_map", "multimap", "unordered_multimap"})
_QT_MAPS = frozenset({"QMap", "QHash", "QMultiMap", "QMultiHash"})
_ITERATOR = re.compile(r"(.+)::(?:const_|reverse_|const_reverse_)?(?:iterator|Iterator|ConstIterator)")
_ITERATORS = frozenset(
    {
        *("begin", "end", "cbegin", "cend", "rbegin", "rend", "crbegin", "crend", "constBegin", "constEnd", "find"),
        *("constFind", "lower_bound", "upper_bound", "lowerBound", "upperBound"),
    }
)
# Member functions of containers that give one of what they hold; of Qt's only where the name says so.
_ELEMENTS = frozenset(
    {
        *("front", "back", "at", "top", "first", "last", "constFirst", "constLast", "takeFirst", "takeLast", "takeAt"),
        *("value", "take", "dequeue", "pop", "head"),
    }
)
_QT_ONLY = frozenset({"first", "last", "value", "take", "takeFirst", "takeLast", "takeAt", "dequeue", "pop", "head"})
_BASES = {  # in namespace std
    **dict.fromkeys(("istringstream", "ifstream"), ("istream",)),
    **dict.fromkeys(("ostringstream", "ofstream"), ("ostream",)),
    **dict.fromkeys(("stringstream", "fstream", "iostream"), ("istream", "ostream")),
}
_MOCKS = frozenset({"NaggyMock", "NiceMock", "StrictMock"})  # of GoogleMock: classes that derive from their argument
_POINTERS = frozenset({"get", "data", "release"})  # of smart pointers
_STRONG = {"lock": "std::shared_ptr", "toStrongRef": "QSharedPointer"}


def bases(name: str) -> tuple[str, ...]:
    """The bases of a class of the standard library that overloads are often distinguished by, all without `std::`."""
    return _BASES.get(name, ())


def find_wrapped(name: str, parameters: tuple[str, ...]) -> str:
    """The class that a well-known template derives from, of which it has all members; "" for other types."""
    return parameters[0] if len(parameters) == 1 and _short(name) in _MOCKS else ""


def pointee(name: str, parameters: tuple[str, ...]) -> str:
    """What `->` of a well-known smart pointer or iterator leads to; "" for other types.

    An iterator may hold a pointer, which `->` of it does not follow.
    """
    if parameters:
        return parameters[0] if _short(name) in _SMART else ""
    return iterator_target(name)


def iterator_target(name: str) -> str:
    """What an iterator `std::vector<T>::iterator` leads to: T; of the maps of Qt the value, of others the pair."""
    match = _ITERATOR.fullmatch(name)
    if match is None or not match[1].endswith(">"):
        return ""
    container, _, arguments = match[1][:-1].partition("<")
    parameters = _split(arguments)
    if _short(container) in _MAPS and len(parameters) > 1:
        return f"std::pair<{parameters[0]},{parameters[1]}>"
    return element(container, parameters)


def element(name: str, parameters: tuple[str, ...]) -> str:
    """What the well-known containers hold: of maps, the values."""
    short = _short(name)
    if parameters and short in _SEQUENCES:
        return parameters[0]
    return parameters[1] if len(parameters) > 1 and (short in _MAPS or short in _QT_MAPS) else ""


def return_type(name: str, parameters: tuple[str, ...], function: str) -> str:
    """What a member function of a well-known wrapper or container returns; "" where that is not listed."""
    short = _short(name)
    if not parameters:
        return iterator_target(name) if function == "value" and _is_of_qt_map(name) else ""
    if short in _SMART:
        if function in _POINTERS:
            return parameters[0] + "*"
        if function in _STRONG and short in ("weak_ptr", "QWeakPointer"):
            return f"{_STRONG[function]}<{parameters[0]}>"
        return parameters[0] if function == "value" and short in ("optional", "expected") else ""
    held = element(name, parameters)
    if not held:
        return ""
    if function in _ITERATORS:
        return f"{name}<{','.join(parameters)}>::iterator"
    if function in _ELEMENTS and (function not in _QT_ONLY or short.startswith("Q")):
        return held
    return ""


def member(name: str, parameters: tuple[str, ...], field: str) -> str:
    """The type of `first` or `second` of a pair, or of what stands at a place of a tuple; "" for other members."""
    if field.isdigit():
        is_tuple = _short(name) in ("pair", "QPair", "tuple")
        return parameters[int(field)] if is_tuple and int(field) < len(parameters) else ""
    if _short(name) not in ("pair", "QPair") or len(parameters) != 2 or field not in ("first", "second"):
        return ""
    return parameters[field == "second"]


def _is_of_qt_map(name: str) -> bool:
    match = _ITERATOR.fullmatch(name)
    return match is not None and _short(match[1].partition("<")[0]) in _QT_MAPS


def _short(name: str) -> str:
    return name.rpartition("::")[2]


def _split(arguments: str) -> tuple[str, ...]:
    parts, depth, start = [], 0, 0
    for index, char in enumerate(arguments):
        depth += (char in "<([{") - (char in ">)]}")
        if char == "," and depth == 0:
            parts.append(arguments[start:index])
            start = index + 1
    parts.append(arguments[start:])
    return tuple(part for part in parts if part)
