"""Functions of Python and its library whose results are known: `cast`, `partial`, `list`, `enumerate` and the like.

Input: a call, and the paths of its arguments. Output: the path of what it gives.
"""

from __future__ import annotations

import ast

from kgraph.extract.python.expressions import ExpressionPaths
from kgraph.extract.python.scope_values import PythonScope

MAX_STEPS = 30  # steps of one path, and variables followed for one name
MAX_PATH = 300  # characters of a path
SHORT = 2 * MAX_STEPS  # characters, which cannot be too many steps
SPECIAL = frozenset(
    [
        "super",
        "cast",
        "partial",
        "copy",
        "deepcopy",
        "replace",
        "update_wrapper",
        "dict",
        "shield",
        "type",
        "getattr",
        "next",
        "anext",
        "run",
        "wait_for",
        "create_task",
        "ensure_future",
        "list",
        "tuple",
        "set",
        "sorted",
        "reversed",
        "iter",
        "frozenset",
        "deque",
        "filter",
        "map",
        "starmap",
        "enumerate",
        "zip",
        "product",
        "max",
        "min",
        "choice",
        "TypeVar",
    ]
)
LIBRARY = frozenset(
    [
        "builtins",
        "typing",
        "typing_extensions",
        "functools",
        "copy",
        "dataclasses",
        "asyncio",
        "anyio",
        "collections",
        "itertools",
        "random",
    ]
)


def find_known_result(
    evaluator: ExpressionPaths, call: ast.Call, name: str, given: list[str | None], scope: PythonScope
) -> str | None:
    """What a call gives; "" for nothing, None where that is not known of the function."""
    match name, given:
        case "cast", [_, old]:
            return evaluator.instance(call.args[0], scope) or old or ""
        case (
            ("partial" | "copy" | "deepcopy" | "replace" | "wraps_" | "update_wrapper" | "dict" | "shield"),
            [
                first,
                *_,
            ],
        ):
            return first or ""
        case "type", [first]:
            return join_steps(first, ".$class") if first else ""
        case "getattr", [first, *_] if isinstance(key := call.args[1], ast.Constant) and isinstance(key.value, str):
            return join_steps(first, f".{key.value}") if first and key.value.isidentifier() else ""
        case (("next" | "anext"), [first, *_]):
            return join_steps(first, ".$next") if first else ""
        case (("run" | "wait_for" | "create_task" | "ensure_future"), [first, *_]):
            awaited = join_steps(first, ".$await") if first else None
            if name != "create_task" and name != "ensure_future":
                return awaited or ""
            return first or ""
        case (("list" | "tuple" | "set" | "sorted" | "reversed" | "iter" | "frozenset" | "deque"), [first, *_]):
            return evaluator.cells.path([("$item", join_steps(first, ".$iter"))]) or "" if first else ""
        case "filter", [_, second]:
            return evaluator.cells.path([("$item", join_steps(second, ".$iter"))]) or "" if second else ""
        case (("map" | "starmap"), [first, *_]):
            return evaluator.cells.path([("$item", join_steps(first, "()"))]) or "" if first else ""
        case (("enumerate" | "zip" | "product"), _):
            shift = name == "enumerate"
            parts = [(f"$key{at + shift}", join_steps(one, ".$iter")) for at, one in enumerate(given) if one]
            return evaluator.cells.path([("$item", evaluator.cells.path(parts))]) or ""
        case (("max" | "min" | "choice"), [first]):
            return join_steps(first, ".$iter") or "" if first else ""
        case "TypeVar", _:
            return ""
    return None


def join_steps(path: str | None, steps: str) -> str | None:
    """A path with steps behind it; None where it is too long, or calls a module."""
    if path is None:
        return None
    path += steps.removeprefix(".") if path[-1] == ":" else steps
    if len(path) > SHORT and (len(path) > MAX_PATH or path.count(".") + path.count("(") > MAX_STEPS):
        return None
    return path if path[-3:] != ":()" else None
