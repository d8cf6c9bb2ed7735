"""Rules on files and symbols by themselves: tested, limit, names.

Input: a rule and a graph. Output: violations, at the file or at the line of the symbol.
"""

from __future__ import annotations

import re

import polars as pl

from kgraph.coverage import Aspect, languages_used_by, users_of
from kgraph.errors import InputError
from kgraph.formatting import template
from kgraph.model import Kind, RelationReason
from kgraph.relate.file_names import stem
from kgraph.rules import rule_schema
from kgraph.rules.edges import RuleContext, dependencies
from kgraph.rules.graph_paths import Chains
from kgraph.rules.violations import RuleResult
from kgraph.vocab.tables import EDGES

_CALLABLE = [Kind.FUNCTION, Kind.METHOD, Kind.CONSTRUCTOR, Kind.DESTRUCTOR, Kind.CONVERSION]


def check_tested(form: rule_schema.Tested, context: RuleContext) -> RuleResult:
    """Files that no test can be found for."""
    files, tests = context.matching(form.files, "files"), context.matching(form.tests, "tests")
    files = files.filter(~files.is_in(tests.implode()))
    for way in form.by:
        files = files.filter(~files.is_in(_find_tested(way, context, files, tests).implode()))
    if len(files) and {"includes", "indirect"} & set(form.by):
        files = _without_unread(context, files, tests)
    paths = context.source.frame("files").select("id", "path")
    broken = pl.DataFrame({"from": files}).join(paths, left_on="from", right_on="id", maintain_order="left")
    return context.make_result(_make_violations(broken.rename({"path": "from_path"}), pl.lit("has no test")))


def _without_unread(context: RuleContext, files: pl.Series, tests: pl.Series) -> pl.Series:
    """The files of which it is known that no test was found, and not only that none was read."""
    context.depends_on(Aspect.IMPORTS, tests, users_of(context.languages(files)))
    table = context.source.frame("files")
    unread = table.filter(pl.col("id").is_in(tests.implode()) & ~pl.col("analysed").list.contains(Aspect.IMPORTS.value))
    maybe = languages_used_by(frozenset(unread["language"].drop_nulls()))
    open_ = table.filter(pl.col("id").is_in(files.implode()) & pl.col("language").is_in(sorted(maybe)))
    return files.filter(~files.is_in(open_["id"].implode()))


def _find_tested(relation: str, context: RuleContext, files: pl.Series, tests: pl.Series) -> pl.Series:
    """Those of the files that have a test in this way."""
    source = context.source
    match relation:
        case "includes":
            edges = dependencies(source)
            return edges.filter(pl.col("from").is_in(tests.implode()))["to"]
        case "indirect":
            edges = dependencies(source).filter((pl.col("choices") == 0) & ~pl.col("computed"))
            backwards = Chains(edges["to"], edges["from"]).shortest(set(files), set(tests), skip=set())
            return pl.Series([relation.names[0] for relation in backwards], dtype=pl.String())
        case "name":
            table = source.frame("files")
            paths = dict(zip(table["id"], table["path"], strict=True))
            stems = {stem(paths[test]) for test in tests} - {""}
            return pl.Series([file for file in files if stem(paths[file]) in stems], dtype=pl.String())
        case _:
            return _find_related(context, tests)


def _find_related(context: RuleContext, tests: pl.Series) -> pl.Series:
    """Files that the graph relates to their tests, be it in a relation's reasons or by edges `tests`."""
    relations, edges = context.source.frame("relations"), context.source.frame(EDGES)
    if context.source.frame("activities")["formula"].is_null().all():
        context.notes.append(f"{context.where}: this graph has no related files: build it without --no-related")
    test = relations.filter(
        pl.col("reasons").list.contains(RelationReason.TESTS.value) & pl.col("to").is_in(tests.implode())
    )
    other = relations.filter(
        pl.col("reasons").list.contains(RelationReason.TESTED_BY.value) & pl.col("from").is_in(tests.implode())
    )
    edge = edges.filter((pl.col("kind") == "tests") & pl.col("source").is_in(tests.implode()))
    return pl.concat([test["from"], other["to"], edge["target"]])


def limit(form: rule_schema.Limit, context: RuleContext) -> RuleResult:
    """Files and functions beyond a limit."""
    if form.lines is form.function_lines is form.fan_in is form.fan_out is None:
        raise InputError(
            "it sets no limit", where=context.where, hint="add lines, function_lines, fan_in or fan_out = a number"
        )
    chosen = context.matching(form.files, "files").implode()
    files = context.source.frame("files").filter(pl.col("id").is_in(chosen))
    files = files.select("lines", **{"from": "id"}, from_path="path")
    broken: list[pl.DataFrame] = []
    if form.lines is not None:
        broken.append(_over(files.with_columns(n="lines"), form.lines, "lines"))
    edges = dependencies(context.source, rule_schema.DIRECTIVES)
    edges = edges.filter((pl.col("choices") == 0) & (pl.col("from") != pl.col("to")))
    edges = edges.unique(["from", "to"])
    nodes, known = files["from"], context.source.frame("files")["id"]
    if form.fan_in is not None:
        context.depends_on(Aspect.IMPORTS, known, users_of(context.languages(nodes)))
        counts = edges.group_by("to").agg(n=pl.len()).rename({"to": "from"})
        broken.append(_over(files.join(counts, on="from"), form.fan_in, "files that include or import it"))
    if form.fan_out is not None:
        context.depends_on(Aspect.IMPORTS, nodes)
        counts = edges.group_by("from").agg(n=pl.len())
        broken.append(_over(files.join(counts, on="from"), form.fan_out, "files that it includes or imports"))
    if form.function_lines is not None:
        context.depends_on(Aspect.DECLARATIONS, nodes)
        broken.append(_long_functions(context, files, form.function_lines))
    return context.make_result(pl.concat(broken))


def _over(files: pl.DataFrame, most: int, what: str) -> pl.DataFrame:
    # Known by the limit, not by the number: a file that is too long does not become another one by one more line.
    return _make_violations(
        files.filter(pl.col("n") > most), template(f"{{}} {what}, at most {most}", "n"), key=pl.lit(f"{what} > {most}")
    )


def _make_violations(rows: pl.DataFrame, message: pl.Expr, key: pl.Expr | None = None) -> pl.DataFrame:
    rows = rows.with_columns(line=pl.lit(1, pl.Int64), message=message)
    rows = rows.with_columns(key=pl.col("message") if key is None else key)
    return rows.select("from", "from_path", "line", "message", "key")


def _long_functions(context: RuleContext, files: pl.DataFrame, most: int) -> pl.DataFrame:
    places = _places(context, files, [kind.value for kind in _CALLABLE], ["definition"])
    places = places.with_columns(n=pl.col("end_line") - pl.col("line") + 1).filter(pl.col("n") > most)
    return places.select(
        "from",
        "from_path",
        "line",
        message=template(f"{{}} has {{}} lines, at most {most}", "qualified_name", "n"),
        key=template(f"{{}} > {most}", "symbol"),
    )


def _places(context: RuleContext, files: pl.DataFrame, kinds: list[str], roles: list[str]) -> pl.DataFrame:
    """Where symbols of some kinds stand in the files."""
    symbols = context.source.frame("symbols").filter(pl.col("kind").is_in(kinds))
    symbols = symbols.select("name", "qualified_name", "kind", symbol="id")
    edges = context.source.frame(EDGES).filter(pl.col("kind").is_in(roles)).select("source", "target")
    locations = context.source.frame("locations").rename({"file": "from", "start_line": "line"})
    return (
        symbols.join(edges, left_on="symbol", right_on="source")
        .join(locations, left_on="target", right_on="id")
        .join(files.select("from", "from_path"), on="from")
        .sort("symbol", "from_path", "line")
    )


def names(form: rule_schema.Names, context: RuleContext) -> RuleResult:
    """Files or symbols whose names do not match."""
    try:
        wanted = re.compile(form.match)
    except re.error as error:
        raise InputError(f"match = {form.match!r} is not a regular expression: {error}", where=context.where) from error
    unknown = [kind for kind in form.symbols if kind not in [known.value for known in Kind]]
    if unknown:
        raise InputError(
            f"there is no kind of symbols {unknown[0]!r}", where=context.where, hint="kinds: " + ", ".join(Kind)
        )
    chosen = context.matching(form.files, "files").implode()
    files = context.source.frame("files").filter(pl.col("id").is_in(chosen))
    files = files.select("name", **{"from": "id"}, from_path="path")
    rows, what = files.with_columns(line=pl.lit(1, pl.Int64), what=pl.lit("the file")), "name"
    if form.symbols:
        context.depends_on(Aspect.DECLARATIONS, files["from"])
        rows = _places(context, files, form.symbols, ["definition", "declaration"]).unique(
            ["symbol"], keep="first", maintain_order=True
        )
        rows, what = rows.with_columns(what=pl.col("kind").str.to_lowercase()), "qualified_name"
    odd = [name for name in rows["name"].unique() if not wanted.fullmatch(name)]
    rows = rows.filter(pl.col("name").is_in(odd))
    message = pl.concat_str("what", pl.lit(" "), what, pl.lit(f" is not called as {form.match}"))
    return context.make_result(rows.select("from", "from_path", "line", message=message))
