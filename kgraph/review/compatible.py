"""Whether calls of a function of Python that were valid are valid still, and mean what they meant.

Input: its signature before and now. Output: whether only annotations of parameters differ, or parameters came that have
a default. What cannot be read (a signature that is cut, of another language) is not said to be compatible.
"""

from __future__ import annotations

import ast

Parameters = list[tuple[str, str | None]]  # names, and defaults as a syntax tree's text; None for no default


def keeps_calls(former: str, now: str) -> bool:
    """Whether each call of the former signature is one of that now, with the same values."""
    before, after = _parse(former), _parse(now)
    if before is None or after is None or type(before) is not type(after):
        return False
    if before.returns is not None and _text(before.returns) != _text(after.returns):
        return False
    old, new = before.args, after.args
    if bool(old.vararg) != bool(new.vararg) or (old.kwarg and not new.kwarg):
        return False
    old_places, new_places = _positional(old), _positional(new)
    if new_places[: len(old_places)] != old_places or len(new.posonlyargs) != len(old.posonlyargs):
        return False
    added = new_places[len(old_places) :]
    if added and (old.vararg or any(default is None for _, default in added)):
        return False
    old_names, new_names = dict(_named_parameters(old)), dict(_named_parameters(new))
    known = {**new_names, **dict(added)}
    if any(known.get(name, "") != default for name, default in old_names.items()):
        return False
    return all(default is not None for name, default in new_names.items() if name not in old_names)


def _parse(signature: str) -> ast.FunctionDef | ast.AsyncFunctionDef | None:
    try:
        body = ast.parse(signature.rstrip().rstrip(":") + ": pass").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    return body[0] if len(body) == 1 and isinstance(body[0], ast.FunctionDef | ast.AsyncFunctionDef) else None


def _text(node: ast.expr | None) -> str | None:
    return None if node is None else ast.dump(node)


def _positional(arguments: ast.arguments) -> Parameters:
    names = [each.arg for each in (*arguments.posonlyargs, *arguments.args)]
    defaults: list[ast.expr | None] = [None] * (len(names) - len(arguments.defaults))
    return list(zip(names, map(_text, [*defaults, *arguments.defaults]), strict=True))


def _named_parameters(arguments: ast.arguments) -> Parameters:
    return [
        (each.arg, _text(default)) for each, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
    ]
