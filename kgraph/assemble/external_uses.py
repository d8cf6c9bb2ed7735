"""Uses of what other packages offer, where a build is asked for them: external symbols, and uses that lead to them.

Input: the names outside of the repository that uses were resolved to. Output: ids of external symbols, and rows of the
table `externals`. What a language brings itself is left out: it is in no other repository.

An external symbol is called as its language says it, with dots between the steps: `numpy.linalg.norm`,
`werkzeug.Request().get_data`, `github.com/spf13/pflag.NewFlagSet`, `serde_json.to_string`.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Collection

import polars as pl

from kgraph.assemble.external_apis import Row
from kgraph.model import UseKind
from kgraph.vocab.iri import decode_path, external_id

_PREFIX = "external/symbol/"
_MAX_NAME = 200  # characters
# A name, perhaps of a member of an instance that a call of a class makes.
_NAME = re.compile(r"[\w.$@/\\-]+?(?:\.[A-Z]\w*\(\)\.\w+)?")
_RESULT = re.compile(r"(?:\.\d+|\(\)\d*(?:#\d+)?|[\]!~])$")  # the last step of a path that is a value
_RUST = frozenset({"std", "core", "alloc"})
_ECOSYSTEMS = {
    "python": "pypi",
    "go": "golang",
    "rust": "cargo",
    **dict.fromkeys(("javascript", "svelte", "tsx", "typescript", "vue"), "npm"),
    **dict.fromkeys(("java", "kotlin"), "maven"),
    "php": "composer",
    "ruby": "gem",
    "c": "nuget",
}


def is_result(kind: str, path: str) -> bool:
    """Whether a variable is read that holds what a call gives: its type, by which it is known, is not named there."""
    return kind == UseKind.READ.value and _RESULT.search(path) is not None


def symbol_id(family: str, name: str) -> str | None:
    """The id of an external symbol; None where the name is not of one, or the language brings that itself."""
    top, *inside = re.split(r"[.\\]", name, maxsplit=1)
    if not inside or len(name) > _MAX_NAME or not _NAME.fullmatch(name):
        return None
    if family == "python" and (top in sys.stdlib_module_names or top == "builtins"):
        return None
    first, slash, _ = name.partition("/")
    if family == "go" and not (slash and "." in first):  # of its standard library
        return None
    if family == "rust" and top in _RUST:
        return None
    return external_id(f"symbol/{family}", name)


def external_symbols(uses: pl.DataFrame, family: str) -> pl.DataFrame:
    """The uses whose `to` is the name of an external symbol, with its id there."""
    ids = {each: symbol_id(family, each.partition("!")[0]) for each in uses["to"].unique().to_list()}
    return uses.with_columns(to=pl.col("to").replace_strict(ids, return_dtype=pl.String)).drop_nulls("to")


def external_rows(ids: Collection[str], known: Collection[str]) -> list[Row]:
    """Rows of the external symbols among the ids of what is used that have none yet."""
    rows: list[Row] = []
    for each in sorted(set(ids).difference(known)):
        if each.startswith(_PREFIX):
            family, _, name = each.removeprefix(_PREFIX).partition("/")
            rows.append((each, "ExternalSymbol", decode_path(name), _ECOSYSTEMS.get(family), None, [], None, None))
    return rows
