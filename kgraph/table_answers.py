"""What an opened graph lists of its symbols and their uses: a part of `KGraph`.

Input: the tables of a graph. Output: frames with names and paths beside the ids.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Literal, overload

from kgraph.frames import as_kind

if TYPE_CHECKING:
    import pandas
    import polars


class TableAnswers:
    """The methods of `KGraph` that list symbols and uses by name."""

    if TYPE_CHECKING:

        def frame(self, table: str) -> polars.DataFrame: ...

    @overload
    def symbols(
        self, name: str = ..., *, kind: str = ..., path: str = ..., library: Literal["polars"] = ...
    ) -> polars.DataFrame: ...
    @overload
    def symbols(
        self, name: str = ..., *, kind: str = ..., path: str = ..., library: Literal["pandas"]
    ) -> pandas.DataFrame: ...
    def symbols(
        self, name: str = "", *, kind: str = "", path: str = "", library: Literal["polars", "pandas"] = "polars"
    ) -> polars.DataFrame | pandas.DataFrame:
        """List symbols with the place of each: its first definition, or else its first declaration.

        Args:
            name: A qualified name, or its last part; by default all symbols.
            kind: A class of the vocabulary: "Function", "Method", "Class", ...
            path: The path of the file of that place, or a folder's, which ends with "/".
            library: "polars", or "pandas", which needs the extra `kgraph-code[pandas]`.

        Returns:
            The columns of the table "symbols", and behind them `path`, `start_line`, `end_line` (inclusive), `role`
            ("definition" or "declaration") and `places`, the number of places that the symbol has.
        """
        import polars as pl

        from kgraph.export.named_tables import symbol_rows

        rows = symbol_rows(cache(self.frame))
        if name:
            rows = rows.filter((pl.col("qualified_name") == name) | (pl.col("name") == name))
        if kind:
            rows = rows.filter(pl.col("kind") == kind)
        if path:
            rows = rows.filter(_is_in("path", path))
        return as_kind(rows, library)

    @overload
    def uses(
        self, of: str = ..., *, by: str = ..., kind: str = ..., path: str = ..., library: Literal["polars"] = ...
    ) -> polars.DataFrame: ...
    @overload
    def uses(
        self, of: str = ..., *, by: str = ..., kind: str = ..., path: str = ..., library: Literal["pandas"]
    ) -> pandas.DataFrame: ...
    def uses(
        self, of: str = "", *, by: str = "", kind: str = "", path: str = "",
        library: Literal["polars", "pandas"] = "polars",
    ) -> polars.DataFrame | pandas.DataFrame:  # fmt: skip
        """List who uses what, by names and paths.

        Args:
            of: The qualified name of what is used; of what lies outside of the repository, its spelling.
            by: The qualified name of the user, or the path of a file that uses something outside of its functions.
            kind: A class of the vocabulary: "Call", "Reference", "Inheritance", ...
            path: The path of the file of the use, or a folder's, which ends with "/".
            library: "polars", or "pandas", which needs the extra `kgraph-code[pandas]`.

        Returns:
            The columns of the table "uses", with `from_name` behind `from`, `to_name` behind `to` and `path` behind
            `file`. An answer holds what was analysed: `KGraph.manifest` and `kgraph stats` say what was not.
        """
        import polars as pl

        from kgraph.export.named_tables import use_rows

        rows = use_rows(cache(self.frame))
        for column, wanted in (("to_name", of), ("from_name", by), ("kind", kind)):
            if wanted:
                rows = rows.filter(pl.col(column) == wanted)
        if path:
            rows = rows.filter(_is_in("path", path))
        return as_kind(rows, library)


def _is_in(column: str, path: str) -> polars.Expr:
    """Whether a path is the one of a file, or begins with that of a folder."""
    import polars as pl

    return pl.col(column).str.starts_with(path) if path.endswith("/") else pl.col(column) == path
