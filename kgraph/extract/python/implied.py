"""Calls that Python's own functions imply: methods of their arguments, and the arguments themselves.

Output: the methods that each builtin calls of what it is given, and the functions that call what they are given; and
what arguments say of a call.
"""

from __future__ import annotations

import ast

_ITERATES = ("__iter__", "$iter__next__")
CALLS_METHOD: dict[str, tuple[str, ...]] = {
    "builtins:len": ("__len__",),
    "builtins:str": ("__str__",),
    "builtins:print": ("__str__",),
    "builtins:repr": ("__repr__",),
    "builtins:format": ("__format__",),
    "builtins:bool": ("__bool__",),
    "builtins:bytes": ("__bytes__",),
    "builtins:int": ("__int__",),
    "builtins:float": ("__float__",),
    "builtins:complex": ("__complex__",),
    "builtins:hash": ("__hash__",),
    "builtins:abs": ("__abs__",),
    "builtins:round": ("__round__",),
    "builtins:divmod": ("__divmod__",),
    "builtins:pow": ("__pow__",),
    "builtins:iter": ("__iter__",),
    "builtins:next": ("__next__",),
    "builtins:aiter": ("__aiter__",),
    "builtins:anext": ("__anext__",),
    "builtins:reversed": ("__reversed__",),
    "builtins:dir": ("__dir__",),
    **dict.fromkeys(
        (
            f"builtins:{name}"
            for name in [
                "list",
                "tuple",
                "set",
                "frozenset",
                "sorted",
                "sum",
                "any",
                "all",
                "enumerate",
                "min",
                "max",
                "zip",
                "map",
                "filter",
                "dict",
            ]
        ),
        _ITERATES,
    ),
}
# They call their first argument, or the one that is called `key`.
CALLED_BY = frozenset(f"builtins:{name}" for name in ("map", "filter", "sorted", "min", "max"))


def is_cross_file(path: str) -> bool:
    """Whether other files may say what a path is: not for a module itself, and not for most builtins."""
    return path[-1] != ":" and (path[:9] != "builtins:" or path in REPORTED_BUILTINS)


# Builtins whose calls are reported, because to call them is a risk.
REPORTED_BUILTINS = frozenset({"builtins:eval", "builtins:exec", "builtins:compile", "builtins:__import__"})


def count_arguments(call: ast.Call) -> int:
    """How many arguments a call has; -1 where that is not known before it runs."""
    for argument in call.args:
        if argument.__class__ is ast.Starred:
            return -1
    for keyword in call.keywords:
        if keyword.arg is None:
            return -1
    return len(call.args) + len(call.keywords)


# Calls that arguments make a risk, or none.
WATCHED = ("subprocess:", "yaml:load")


def manner(call: ast.Call, path: str) -> str:
    """What arguments make a call risky that is none without them."""
    given = {keyword.arg: keyword.value for keyword in call.keywords}
    if path.startswith("subprocess:"):
        shell = given.get("shell")
        return "!shell" if isinstance(shell, ast.Constant) and shell.value is True else ""
    if path == "yaml:load":
        loader = given.get("Loader") or (call.args[1] if len(call.args) > 1 else None)
        name = loader.attr if isinstance(loader, ast.Attribute) else getattr(loader, "id", "")
        return "" if "Safe" in name else "!unsafe"
    return ""
