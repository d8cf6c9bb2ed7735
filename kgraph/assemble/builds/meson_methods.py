"""The methods of Meson's values that texts alone decide.

Input: a value, the name of a method, its arguments. Output: what it gives; `UnknownValue` where that is not known.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from kgraph.assemble.builds.meson_values import (
    MAX_TEXT,
    ExternalValue,
    NeededTargets,
    SourceSet,
    UnknownValue,
    Value,
    flat,
)

_NUMBERED = re.compile(r"@(\d+)@")


def text_method(text: str, method: str, arguments: Sequence[Value]) -> Value:
    """What a method of a text gives."""
    given = [each for each in arguments if isinstance(each, str)]
    if method == "format":
        return _format(text, arguments)
    if len(given) != len(arguments):
        return _unknown(method, arguments)
    match method, given:
        case "split", []:
            return tuple(text.split())
        case "split", [separator] if separator:
            return tuple(text.split(separator))
        case "splitlines", []:
            return tuple(text.splitlines())
        case "underscorify", []:
            return re.sub(r"[^a-zA-Z0-9]", "_", text)
        case "to_upper", []:
            return text.upper()
        case "to_lower", []:
            return text.lower()
        case "strip", [] | [_]:
            return text.strip(*given)
        case "replace", [old, new] if old:
            replaced = text.replace(old, new)
            return replaced if len(replaced) <= MAX_TEXT else UnknownValue("replace()")
        case (("startswith" | "endswith"), [part]):
            return text.startswith(part) if method == "startswith" else text.endswith(part)
        case "contains", [part]:
            return part in text
    return UnknownValue(f"{method}()")


# A dependency as a whole library, a part of one, the objects of a target: what is linked is the same.
OF_NEEDS = frozenset(
    {
        *("partial_dependency", "as_link_whole", "as_system", "as_static", "as_shared", "get_static_lib"),
        *("get_shared_lib", "extract_objects", "extract_all_objects", "to_list", "include_type"),
    }
)


def _format(text: str, arguments: Sequence[Value]) -> Value:
    for number in _NUMBERED.findall(text):
        given = arguments[int(number[:4])] if int(number[:4]) < len(arguments) else None
        if not isinstance(given, str | int):
            return given if isinstance(given, UnknownValue) else UnknownValue(f"'{text}'.format()")
    whole = _NUMBERED.sub(lambda match: str(arguments[int(match[1][:4])]), text)
    return whole if len(whole) <= MAX_TEXT else UnknownValue("format()")


def path_method(method: str, arguments: Sequence[Value]) -> Value:
    """What a function of the module `fs` gives that looks at no file."""
    given = [each for each in arguments if isinstance(each, str)]
    if given and len(given) == len(arguments):
        folder, slash, name = given[0].rpartition("/")
        stem, dot, _ = name.rpartition(".")
        stem = stem if dot and stem else name
        match method, given[1:]:
            case "name", []:
                return name
            case "stem", []:
                return stem
            case "parent", []:
                return folder or "."
            case "replace_suffix", [suffix]:
                return f"{folder}{slash}{stem}{suffix}"
    return _unknown(f"fs.{method}", arguments)


def _unknown(function: str, arguments: Sequence[Value]) -> UnknownValue:
    """Why the value of a function is not known: because one of its arguments is not."""
    return next((each for each in arguments if isinstance(each, UnknownValue)), UnknownValue(f"{function}()"))


def join_texts(separator: str, values: Value) -> Value:
    """The texts of a list, joined."""
    items = list(flat(values))
    given = [each for each in items if isinstance(each, str)]
    return separator.join(given) if len(given) == len(items) else _unknown("join", items)


def list_method(items: tuple[Value, ...], name: str, arguments: Sequence[Value]) -> Value:
    """What a method of a list gives; one of targets and dependencies may be asked for what each of them is asked."""
    if name == "flatten":
        return tuple(flat(items))
    if name == "get" and arguments and isinstance(arguments[0], int):
        return items[arguments[0]] if arguments[0] < len(items) else _unknown(name, arguments[1:])
    needs = tuple(each for each in items if isinstance(each, NeededTargets))
    return needs if name in OF_NEEDS and needs else UnknownValue(f"{name}()")


def dict_method(values: Mapping[str, Value], name: str, arguments: Sequence[Value]) -> Value:
    """What a method of a dictionary gives."""
    match name, list(arguments):
        case "get", [str(key), *default]:
            return values.get(key, default[0] if default else UnknownValue(f"the key {key!r}"))
        case "keys", []:
            return tuple(values)
        case "values", []:
            return tuple(values.values())
    return _unknown(name, arguments)


def source_set_method(owner: SourceSet, name: str, arguments: Sequence[Value], named: Mapping[str, Value]) -> Value:
    """What a method of a source set gives: it has all files that are added, whatever they are added for."""
    match name:
        case "add" | "add_all":
            for each in flat((*arguments, named.get("if_true", ()), named.get("if_false", ()))):
                if isinstance(each, SourceSet):
                    owner.items += each.items
                    owner.needs += each.needs
                else:
                    is_linked = isinstance(each, NeededTargets) and not each.is_generated
                    (owner.needs if is_linked else owner.items).append(each)
            owner.needs += [each for each in flat(named.get("when", ())) if isinstance(each, NeededTargets)]
            return ExternalValue()
        case "apply":
            return owner
        case "sources" | "all_sources":
            return tuple(owner.items)
        case "dependencies" | "all_dependencies":
            return tuple(owner.needs)
    return UnknownValue(f"{name}()")
