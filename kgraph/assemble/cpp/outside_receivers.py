"""Receivers of member calls that lead out of the repository: `QString("%1").arg(x)`, `ui->list->item(row)`.

Input: a chain as `receiver_types` walks it. Output: whether something in it is in no file that was read, so that what
follows is called on a class of elsewhere, whatever class of the repository has the only member of that name. A class
that is declared here and defined nowhere (`class QString;`) is one of elsewhere.
"""

from __future__ import annotations

import re

from kgraph.assemble.cpp import type_text
from kgraph.assemble.cpp.name_index import NameIndex
from kgraph.assemble.cpp.receiver_types import STEP, ReceiverTypes, ScopedType

_ARGUMENT = re.compile(r"\w+")


def leads_outside(names: NameIndex, types: ReceiverTypes, file: int, scope: str, receiver: str, declared: str) -> bool:
    """Whether a chain whose type is not known begins with, or goes through, what the repository does not declare."""
    chain = receiver.removesuffix("->").removesuffix(".")
    before: ScopedType | None = None
    at = 0
    while (match := STEP.match(chain, at)) and match.end() > at:
        typed = types.chain(file, scope, chain[: match.end()], declared)
        if typed is None:
            if match[6]:  # of what is subscripted, the type may be known
                held = types.chain(file, scope, chain[: match.start(6)], declared)
                if held is not None:
                    return _is_elsewhere(names, types, held, scope, file)
            if before is None:
                return not declared and _is_unknown(names, match)
            if _is_elsewhere(names, types, before, scope, file):
                return True
            return match[2] not in (names.functions if match[5] else names.variables)
        before, at = typed, match.end()
    return False


def _is_unknown(names: NameIndex, match: re.Match[str]) -> bool:
    """Whether a chain begins with a call, or a qualifier, of a name that no file declares."""
    first, qualified = match[2] or "", match[3]
    if not first:
        return False  # `(a + b).size()`
    if qualified:
        last = qualified.rpartition("::")[2]
        is_elsewhere = first not in names.defined_types and first not in names.namespaces
        # `Widget::tr("text")` may be a function of a base.
        return is_elsewhere or (bool(match[5]) and last not in names.functions and last not in names.types_by_name)
    return bool(match[5]) and not any(first in known for known in (names.functions, names.types_by_name, names.macros))


def _is_elsewhere(names: NameIndex, types: ReceiverTypes, typed: ScopedType, scope: str, file: int) -> bool:
    """Whether a type is called as no type of the repository, and as no parameter of a template around. One that is made
    for a class of the repository may give that: `std::unique_ptr<Shape>`."""
    name = type_text.split_type(typed.text)[0].rpartition("::")[2]
    own = types.own_class(scope, file)
    if not name or (own is not None and name in own.parameters):
        return False
    return not any(word in names.defined_types for word in (name, *_ARGUMENT.findall(typed.text.partition("<")[2])))
