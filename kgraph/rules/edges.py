"""Rules on what includes or imports what: forbidden, layers, independent, public-headers.

Input: a rule and a graph. Output: a violation per directive that breaks it, at its line. All is done on columns: the
files of each group are looked up by pattern once, and joined to the edges.

An ambiguous include breaks a rule if every file that it may mean does: what cannot be known is not held against anyone.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from kgraph.coverage import PROGRAMMING, Aspect, users_of
from kgraph.errors import InputError
from kgraph.first_uses import first_uses
from kgraph.formatting import template
from kgraph.languages import C_FAMILY, PACKAGE_SCOPED
from kgraph.rules import graph_paths, rule_schema
from kgraph.rules.patterns import Files, Patterns, as_list, compile_patterns
from kgraph.rules.undecided import lacking, unable
from kgraph.rules.violations import RuleResult, RuleSource, Undecided, Violation


@dataclass(slots=True)
class RuleContext:
    """One rule being tried: the graph's files and edges, and what there is to note."""

    form: rule_schema.Form
    where: str  # file and line of the rule
    source: RuleSource
    files: Files
    notes: list[str]
    undecided: list[Undecided]

    @classmethod
    def of(cls, form: rule_schema.Form, where: str, source: RuleSource) -> RuleContext:
        return cls(form, where, source, Files(source.frame("files")), [], [])

    def matching(self, patterns: Patterns, what: str) -> pl.Series:
        """The files that match; that none does is worth a note, for then the rule says nothing."""
        found = self.files.matching(patterns, where=self.where)
        if found.is_empty() and as_list(patterns):
            self.notes.append(f"{self.where}: no file matches {what} = {as_list(patterns)}")
        return found

    def edges(self, form: rule_schema.EdgeForm) -> pl.DataFrame:
        """The edges that the rule looks at, without those it lets pass."""
        edges = dependencies(self.source, form.edges)
        for pair in form.ignore:
            before, arrow, after = pair.partition("->")
            if not (arrow and before.strip() and after.strip()):
                raise InputError(
                    f"{pair!r} is not a pair of patterns", where=self.where, hint='ignore = ["/src/a.h -> /lib/b.h"]'
                )
            passes = pl.col("from").is_in(self.files.matching(before.strip(), where=self.where).implode()) & pl.col(
                "to"
            ).is_in(self.files.matching(after.strip(), where=self.where).implode())
            kept = edges.filter(~passes)
            if kept.height == edges.height:
                self.notes.append(f"{self.where}: nothing is ignored by {pair!r}")
            edges = kept
        return edges

    def depends_on(self, aspect: Aspect, nodes: pl.Series, languages: Collection[str] | None = None) -> None:
        """Note that the rule is not decided where an aspect of the files `nodes` was not analysed."""
        files = self.source.frame("files").filter(pl.col("id").is_in(nodes.implode()))
        self.undecided += lacking(self.form.name, aspect, files, languages)

    def depends_on_edges(self, form: rule_schema.EdgeForm, nodes: pl.Series, targets: pl.Series | None = None) -> None:
        """The same of the includes and imports of `nodes`, so far as they may lead to the files `targets`."""
        languages = users_of(self.languages(targets)) if targets is not None and len(targets) else PROGRAMMING
        decided, directives = len(self.undecided), set(form.edges) & set(rule_schema.DIRECTIVES)
        if directives == {"includes"}:
            self.depends_on(Aspect.IMPORTS, nodes, languages & C_FAMILY)
        elif directives:
            self.depends_on(Aspect.IMPORTS, nodes, languages - C_FAMILY if "includes" not in directives else languages)
        if "needs" in form.edges and len(self.undecided) == decided:  # one reason will do
            self.depends_on(Aspect.USES, nodes, languages & PACKAGE_SCOPED)
        if len(self.undecided) == decided:
            files = self.source.frame("files").filter(pl.col("id").is_in(nodes.implode()))
            known = self.languages(targets) if targets is not None else []
            self.undecided += unable(self.form.name, files, known)

    def languages(self, nodes: pl.Series) -> list[str]:
        """The languages of some files."""
        files = self.source.frame("files").filter(pl.col("id").is_in(nodes.implode()))
        found: list[str] = files["language"].drop_nulls().unique().to_list()
        return found

    def make_result(self, broken: pl.DataFrame) -> RuleResult:
        """Violations from rows with `from`, `from_path`, `line`, `message` and, if it is something else, `key`."""
        if "key" not in broken.columns:
            broken = broken.with_columns(key="message")
        columns = ("from", "from_path", "line", "message", "key")
        return RuleResult(
            [Violation(self.form.name, *row) for row in broken.select(columns).rows()], self.notes, self.undecided
        )


def dependencies(source: RuleSource, kinds: Sequence[rule_schema.EdgeKind] = rule_schema.KINDS) -> pl.DataFrame:
    """A row per directive and file that it leads to: include, from, to, their paths, line, kind, spelling, choices.

    A file that needs another without a directive has a row, at its first use, with an `include` of its own. `choices`
    is 0, or for an ambiguous include the number of files that it may mean; each has a row. Where a `computed`
    one leads depends on who includes its file, so that chains of directives do not go through it.
    """
    includes = source.frame("includes").with_columns(
        kind=pl.when(pl.col("form").is_in(["import", "from"])).then(pl.lit("imports")).otherwise(pl.lit("includes")),
        computed=pl.col("form") == "macro",
    )
    columns = ("id", "file", "start_line", "kind", "spelling", "computed")
    includes = includes.filter(pl.col("kind").is_in(list(kinds)))
    certain = includes.select(*columns, to="targets", choices=pl.lit(0, pl.UInt32))
    perhaps = includes.filter(pl.col("resolution") == "ambiguous")
    perhaps = perhaps.select(*columns, to="candidates", choices=pl.col("candidates").list.len())
    rows = pl.concat([certain, perhaps]).explode("to", empty_as_null=False, keep_nulls=False)
    if "needs" in kinds:
        rows = pl.concat([rows, _needs(source).select(rows.columns).cast(rows.schema)])
    paths = source.frame("files").select("id", "path")
    return (
        rows.rename({"id": "include", "file": "from", "start_line": "line"})
        .join(paths.rename({"id": "to", "path": "to_path"}), on="to")
        .join(paths.rename({"id": "from", "path": "from_path"}), on="from")
        .sort("from", "line", "include", "to")
    )


def _needs(source: RuleSource) -> pl.DataFrame:
    """What files need without a directive, as rows of directives."""
    rows = first_uses(source.frame("edges"), source.frame("locations"), source.frame("uses"))
    return rows.select(
        id=pl.concat_str("source", "target", separator=" "),
        file="source",
        start_line="line",
        kind=pl.lit("needs"),
        spelling=pl.lit(""),
        computed=pl.lit(False),
        to="target",
        choices=pl.lit(0, pl.UInt32),
    )


def _certain(broken: pl.DataFrame) -> pl.DataFrame:
    """Without the ambiguous includes that may also mean a file that would be right; one row for each of the others."""
    hits = pl.len().over("include", "choices")
    kept = broken.filter((pl.col("choices") == 0) | (pl.col("choices") == hits))
    return kept.filter((pl.col("choices") == 0) | pl.col("include").is_first_distinct())


def _message() -> pl.Expr:
    """`includes src/a.h`."""
    among = (
        pl.when(pl.col("choices") > 0).then(pl.lit(" one of several files called so, such as ")).otherwise(pl.lit(" "))
    )
    verb = pl.col("kind").replace("needs", "uses")
    return pl.concat_str(verb, among, pl.col("to_path"))


# --- forbidden ------------------------------------------------------------------------------------------------------


def forbidden(form: rule_schema.Forbidden, context: RuleContext) -> RuleResult:
    """Edges from one set of files to another, spellings, and chains if asked."""
    if not (as_list(form.to) or as_list(form.spelled)):
        raise InputError("it forbids nothing", where=context.where, hint='add to = ["/src/"] or spelled = ["boost/*"]')
    sources, targets = context.matching(form.from_, "from"), context.matching(form.to, "to")
    edges = context.edges(form)
    walked = sources
    if form.indirect:
        usable = edges.filter((pl.col("choices") == 0) & ~pl.col("computed"))
        walked = graph_paths.find_reachable(usable["from"], usable["to"], sources)
    if len(targets) or as_list(form.spelled):
        context.depends_on_edges(form, walked, None if as_list(form.spelled) else targets)
    direct = _certain(edges.filter(pl.col("from").is_in(sources.implode()) & pl.col("to").is_in(targets.implode())))
    broken = [direct.with_columns(message=_message())]
    if as_list(form.spelled):
        broken.append(_find_spelled(form, context, sources).join(direct, on="include", how="anti"))
    if form.indirect:
        broken.append(_indirect(usable, sources, targets, direct))
    return context.make_result(pl.concat([rows.select("from", "from_path", "line", "message") for rows in broken]))


def _find_spelled(form: rule_schema.Forbidden, context: RuleContext, sources: pl.Series) -> pl.DataFrame:
    """Directives whose spelling matches, whether or not they lead to a file."""
    includes = context.source.frame("includes").filter(pl.col("file").is_in(sources.implode()))
    kind = pl.when(pl.col("form").is_in(["import", "from"])).then(pl.lit("imports")).otherwise(pl.lit("includes"))
    includes = includes.with_columns(kind=kind).filter(pl.col("kind").is_in(form.edges))
    spec = compile_patterns(as_list(form.spelled), context.where)
    spellings = [spelling for spelling in includes["spelling"].unique() if spec.match_file(spelling)]
    paths = context.source.frame("files").select("id", from_path="path")
    return (
        includes.filter(pl.col("spelling").is_in(spellings))
        .select("file", "kind", "spelling", include="id", line="start_line")
        .rename({"file": "from"})
        .join(paths, left_on="from", right_on="id")
        .with_columns(message=template("{} {}", "kind", "spelling"))
    )


def _indirect(edges: pl.DataFrame, sources: pl.Series, targets: pl.Series, direct: pl.DataFrame) -> pl.DataFrame:
    """For each source that reaches a target through others, the first directive on a shortest way."""
    graph = graph_paths.Chains(edges["from"], edges["to"])
    ways = graph.shortest(set(sources), set(targets), skip=set(direct["from"]))
    paths = dict(zip(edges["to"], edges["to_path"], strict=True))
    firsts = pl.DataFrame(
        [(way.names[0], way.names[1], f"reaches {_describe_path(way, paths)}") for way in ways],
        schema={"from": pl.String, "to": pl.String, "message": pl.String},
        orient="row",
    )
    return firsts.join(edges, on=["from", "to"]).unique(["from"], keep="first", maintain_order=True)


def _describe_path(way: graph_paths.GraphPath, paths: Mapping[str, str]) -> str:
    steps = [paths[node] for node in way.names[1:]]
    if way.left_out:
        steps.insert(-1, f"({way.left_out:,} more)")
    return " → ".join(steps)


# --- groups of files ------------------------------------------------------------------------------------------------


def _groups(context: RuleContext, groups: Sequence[Patterns], what: str) -> pl.DataFrame:
    """Which file is of which group; where several match, that of the longest pattern."""
    best: dict[str, tuple[int, int]] = {}
    for number, patterns in enumerate(groups):
        context.matching(patterns, what)
        excluded = [pattern for pattern in as_list(patterns) if pattern.startswith("!")]
        for pattern in as_list(patterns):
            if not pattern.startswith("!"):
                for node in context.files.matching([pattern, *excluded], where=context.where):
                    best[node] = max(best.get(node, (0, 0)), (len(pattern), number), key=lambda found: found[0])
    return pl.DataFrame(
        [(node, number) for node, (_, number) in best.items()],
        schema={"id": pl.String, "group": pl.Int64},
        orient="row",
    )


def _select_between(edges: pl.DataFrame, groups: pl.DataFrame) -> pl.DataFrame:
    """The edges between files of groups, with both groups."""
    return edges.join(groups.rename({"id": "from", "group": "user"}), on="from").join(
        groups.rename({"id": "to", "group": "used"}), on="to"
    )


_SIBLINGS = re.compile(r"\s+([|:])\s+")


def layers(form: rule_schema.Layers, context: RuleContext) -> RuleResult:
    """Edges upwards, and between siblings that should not know each other."""
    groups: list[str] = []
    level: list[int] = []
    apart: list[bool] = []
    for number, layer in enumerate(form.layers):
        pieces = _SIBLINGS.split(layer.strip())
        if len(set(pieces[1::2])) > 1:
            raise InputError(f"{layer!r} mixes | and :", where=context.where, hint="siblings are all apart, or none is")
        for sibling in pieces[::2]:
            groups.append(sibling)
            level.append(number)
            apart.append(":" not in pieces[1::2])
    if len(groups) < 2:
        raise InputError("one layer alone rules nothing", where=context.where, hint='layers = ["/high/", "/low/"]')
    members = _groups(context, groups, "layers")
    context.depends_on_edges(form, members["id"], members["id"])
    edges = _select_between(context.edges(form), members)
    about = pl.DataFrame({"group": range(len(groups)), "level": level, "apart": apart, "layer": groups})
    edges = edges.join(about.select(user="group", here="level", layer="layer"), on="user")
    edges = edges.join(about.select(used="group", there="level", apart="apart", other="layer"), on="used")
    upwards = pl.col("there") < pl.col("here")
    sideways = (pl.col("there") == pl.col("here")) & (pl.col("used") != pl.col("user")) & pl.col("apart")
    why = (
        pl.when(upwards)
        .then(template(": {} is above {}", "other", "layer"))
        .otherwise(template(": {} and {} are apart", "layer", "other"))
    )
    broken = _certain(edges.filter(upwards | sideways))
    return context.make_result(broken.with_columns(message=pl.concat_str(_message(), why)))


def independent(form: rule_schema.Independent, context: RuleContext) -> RuleResult:
    """Edges from one group to another."""
    groups = _groups(context, form.groups, "groups")
    context.depends_on_edges(form, groups["id"], groups["id"])
    broken = _select_between(context.edges(form), groups).filter(pl.col("user") != pl.col("used"))
    names = pl.DataFrame({"used": range(len(form.groups)), "other": [" ".join(as_list(g)) for g in form.groups]})
    broken = _certain(broken).join(names, on="used", maintain_order="left")
    return context.make_result(broken.with_columns(message=pl.concat_str(_message(), template(", of {}", "other"))))


def public_headers(form: rule_schema.PublicHeaders, context: RuleContext) -> RuleResult:
    """Edges from outside into the folder that lead to none of its public headers."""
    inside, public = context.matching(form.folder, "folder"), context.matching(form.public, "public")
    friends = context.matching(form.friends, "friends")
    edges = context.edges(form)
    nodes = context.source.frame("files")["id"]
    context.depends_on_edges(form, nodes.filter(~nodes.is_in(pl.concat([inside, friends]).implode())), inside)
    broken = edges.filter(
        ~pl.col("from").is_in(pl.concat([inside, friends]).implode())
        & pl.col("to").is_in(inside.implode())
        & ~pl.col("to").is_in(public.implode())
    )
    why = pl.lit(f", which is not public in {' '.join(as_list(form.folder))}")
    return context.make_result(_certain(broken).with_columns(message=pl.concat_str(_message(), why)))
