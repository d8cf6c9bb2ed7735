"""Calls that Python's own functions imply: methods of their arguments, and the arguments themselves.

Output: the methods that each builtin calls of what it is given, and the functions that call what they are given.
"""

from __future__ import annotations

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
