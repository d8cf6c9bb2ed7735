"""Node ids: IRIs without the repository's base, and back.

Only RFC 3986's unreserved characters (`A-Z a-z 0-9 - . _ ~`) stand for themselves in a path segment; all
others are percent-encoded as UTF-8, and bytes of a file name that are no UTF-8 as those bytes. So the raw path can be
had back exactly, no id needs escaping anywhere in RDF, and two paths never share an id.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable
from functools import lru_cache
from urllib.parse import quote, unquote, unquote_to_bytes

KG = "https://w3id.org/kgraph/ns#"
_LOCATION = re.compile(r"(.*)#L(\d+)-L(\d+)")
_AT = "%40"  # "@", which stands between a symbol's name and its file
_UNRESERVED = re.compile(r"[A-Za-z0-9._~/-]*")  # and the slash: a path of these stands for itself


def encode_path(path: str) -> str:
    """Percent-encode a path of the repository (surrogate escapes stand for bytes that are no UTF-8), keeping "/"."""
    return path if _UNRESERVED.fullmatch(path) else quote(os.fsencode(path), safe="/")


def decode_path(encoded: str) -> str:
    """The path that `encode_path` was given."""
    return os.fsdecode(unquote_to_bytes(encoded)) if "%" in encoded else encoded


def display_path(path: str) -> str:
    r"""The path as valid Unicode: bytes that are not UTF-8 are shown as `\xff`."""
    return path if path.isascii() else display_git_path(os.fsencode(path))


def display_git_path(path: bytes) -> str:
    r"""A path as git has it, as `display_path` shows it and tables hold it."""
    return path.decode("utf-8", "backslashreplace")


def readable_id(node: str) -> str:
    """An id as people read it: `src/a.h:12-20`, `src/`, `function/ns::f@a.cpp`; no two of a class are alike."""
    kind, _, rest = node.partition("/")
    match kind:
        case "file":
            if location := _LOCATION.fullmatch(rest):
                start, end = location[2], location[3]
                return display_path(decode_path(location[1])) + f":{start}" + (f"-{end}" if end != start else "")
            return display_path(decode_path(rest))
        case "folder":
            return display_path(decode_path(rest or ".")) + "/"
        case "symbol":  # then comes the language
            return unquote(rest.partition("/")[2])
        case "external":  # then come the kind, and the ecosystem or the family of languages
            return unquote(rest.rpartition("/")[2])
        case "include":
            return display_path(decode_path(rest))
    return unquote(rest) or node


def display_name(node: str) -> str:
    """An id by its name alone: a path, a symbol's name without its kind and its file, what an include spells."""
    kind, _, rest = node.partition("/")
    if kind in ("file", "folder", "include"):
        return display_path(decode_path(rest)) or "."
    if kind == "symbol":  # then come the language and the kind
        name = unquote(rest.split("/", 2)[-1])
        return name.partition("@")[0] if _AT in rest else name
    return unquote(rest.rpartition("/")[2] if kind == "external" else rest.partition("/")[2]) or node


@lru_cache(maxsize=1 << 16)
def encode_segment(text: str) -> str:
    """Percent-encode a text as one path segment, "/" too; a lone surrogate is encoded as U+FFFD.

    "." and ".." are encoded as well, for whoever resolves an IRI would take them for steps on its path.
    """
    if text in (".", ".."):
        return text.replace(".", "%2E")
    try:
        return quote(text, safe="")
    except UnicodeEncodeError:
        return quote(text.encode("utf-8", "replace"), safe="")


def file_id(path: str) -> str:
    """`file/<path>`."""
    return "file/" + encode_path(path)


def folder_id(path: str) -> str:
    """`folder/<path>`; the root, "", is `folder/`."""
    return "folder/" + encode_path(path)


def location_id(file: str, start: int, end: int) -> str:
    """`file/<path>#L12-L20`; lines from 1, inclusive. `file` is a file's id."""
    return f"{file}#L{start}-L{end}"


def include_id(file: str, spelling: str, count: int) -> str:
    """`include/<path>/<hash>-<n>`: no line number, so that an edit above does not change it.

    `count` numbers the file's includes of the same spelling from 0. The hash is the first 8 hex digits of SHA-256.
    """
    return f"include/{file.removeprefix('file/')}/{_short_hash(spelling)}-{count}"


@lru_cache(maxsize=1 << 16)
def _short_hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:8]


def relation_id(source: str, target: str) -> str:
    """`relation/<path>/<hash>`: the file that is related, and the first 12 hex digits of SHA-256 of the other's id.

    Both are ids of files. Two paths in full would make these ids half of the text of a graph.
    """
    return f"relation/{source.removeprefix('file/')}/{relation_digest(target)}"


def relation_digest(target: str) -> str:
    """What of `relation_id` stands for the other file."""
    return hashlib.sha256(target.encode("ascii")).hexdigest()[:12]


def external_id(kind: str, spelling: str) -> str:
    """`external/<kind>/<spelling>`; kind is "header", "module/<ecosystem>" or "symbol/<family>".

    Each language has modules of its own: Go's `os` is not Python's.
    """
    return f"external/{kind}/{encode_segment(spelling)}"


def package_id(ecosystem: str, name: str) -> str:
    """`package/<ecosystem>/<name>`: the package URL without its scheme, "/" of a namespace kept."""
    return f"package/{ecosystem}/" + "/".join(encode_segment(part) for part in name.split("/"))


def package_url(ecosystem: str, name: str) -> str:
    """The package URL of a package: "pkg:npm/%40scope/name"."""
    return "pkg:" + package_id(ecosystem, name).removeprefix("package/")


def requirement_id(file: str, package: str, count: int) -> str:
    """`requirement/<path>/<hash>-<n>`: a hash as in `include_id`; `count` numbers those of the same package from 0."""
    return f"requirement/{file.removeprefix('file/')}/{_short_hash(package)}-{count}"


def use_id(kind: str, source: str, target: str, file: str) -> str:
    """`use/<hash>`: the first 16 hex digits of SHA-256 of the four, a line each; no line number, so that edits keep it.

    `kind` is the class of the use, `source`, `target` and `file` are ids.
    """
    return use_ids(["\n".join((kind, source, target, file)).encode("ascii")])[0]


def use_ids(lines: Iterable[bytes]) -> list[str]:
    """`use_id` of many; the four of each in lines, as bytes."""
    return ["use/" + hashlib.sha256(four).hexdigest()[:16] for four in lines]
