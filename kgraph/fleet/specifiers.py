"""Whether what repositories require takes the versions that the fleet has.

Input: the rows of an impact. Output: the same with the version of each package, and whether it is accepted. Versions
are compared as PyPI and npm do; of other ecosystems nothing is said.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

import polars as pl

_COLUMNS = ("repo", "distance", "through", "specifiers", "version", "accepted")


def accepting(rows: pl.DataFrame, versions: Mapping[str, str]) -> pl.DataFrame:
    """Rows (`through`, `specifiers`, `ecosystem`) with `version` and `accepted`; `versions` are by repository, ""
    where one has none."""
    asked = rows.select("through", "specifiers", "ecosystem").iter_rows()
    known = [versions.get(name) or None for name in rows["through"]]
    accepted = [
        _accepts(version, specifiers or (), ecosystem)
        for version, (_, specifiers, ecosystem) in zip(known, asked, strict=True)
    ]
    found = {"version": pl.Series(known, dtype=pl.String), "accepted": pl.Series(accepted, dtype=pl.Boolean)}
    return rows.with_columns(**found).select(_COLUMNS)


def _accepts(version: str | None, specifiers: Collection[str], ecosystem: str | None) -> bool | None:
    """Whether one of some specifiers takes a version; None where they do not say."""
    if version is None or not specifiers:
        return None
    if ecosystem == "npm":
        from kgraph.fleet import npm_versions

        ranges = [each for each in specifiers if npm_versions.is_range(each)]
        return any(npm_versions.satisfies(version, each) for each in ranges) if ranges else None
    if ecosystem == "pypi":
        from packaging.specifiers import InvalidSpecifier, SpecifierSet

        try:
            return any(SpecifierSet(each).contains(version, prereleases=True) for each in specifiers)
        except InvalidSpecifier:
            return None
    return None
