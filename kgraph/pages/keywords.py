"""The keyword pages: every name of a file by kind, and every name of a folder's subtree.

Input: a file, or the whole repository. Output: Markdown. The pages of folders repeat each name on every
level above its file; so they are put together by columns, all folders at once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Set
from dataclasses import dataclass

import polars as pl

from kgraph.formatting import template
from kgraph.pages.markdown import Markdown, code, link, text
from kgraph.pages.page_context import KIND_NAMES, PageWriter, enumerate_parts
from kgraph.pages.page_links import PageLinks
from kgraph.pages.repository_model import MAX_LEVELS, PageFile, PageFolder, PageSymbol, RepositoryModel
from kgraph.pages.sections import outline

PART = 1_500  # keywords on one page of a folder
PART_BYTES = 200_000  # of Markdown on one page of a folder; as HTML it is a quarter more
_FILES_SHOWN = 8  # of one keyword


def list_file_keywords(writer: PageWriter, file: PageFile) -> list[str]:
    """The keywords of a file: a heading for each kind, names sorted, each linked to what it is."""
    groups: dict[str, dict[tuple[str, str], list[PageSymbol]]] = defaultdict(dict)
    for symbol in file.symbols:
        groups[symbol.kind].setdefault((_render_keyword(symbol), symbol.id), []).append(symbol)
    lines: list[str] = []
    for kind in [*KIND_NAMES, *sorted(groups.keys() - KIND_NAMES.keys())]:
        if kind in groups:
            lines += [f"### {KIND_NAMES.get(kind, (kind, kind))[1].title()}", ""]
            names = sorted(groups[kind].items(), key=lambda item: (item[0][0].casefold(), item[0], item[1][0].line))
            lines += [_entry(writer, found) for _, found in names]
            lines.append("")
    return [*lines, *_includes(writer, file)]


def _render_keyword(symbol: PageSymbol) -> str:
    return symbol.qualified if symbol.kind in ("Namespace", "Module") else symbol.name


def _entry(writer: PageWriter, symbols: list[PageSymbol]) -> str:
    symbol = symbols[0]
    label = text(symbol.name) if symbol.kind == "Heading" else code(_render_keyword(symbol))
    url = writer.context.links.link(writer.start, symbol.file.id, "docs", symbol.anchor)
    line = f"- **{link(label or '(unnamed)', url)}** — "
    line += ", ".join(writer.line(each.file, each.line, each.end) for each in symbols[:6])
    if len(symbols) > 6:
        line += f" and {len(symbols) - 6:,} more places"
    scope = symbol.qualified.removesuffix(symbol.name).rstrip(":.")
    if scope and symbol.kind not in ("Namespace", "Module", "Heading"):
        line += f", in {code(scope)}"
    if elsewhere := outline.places(writer, symbol):
        line += f"; {elsewhere}"
    if users := writer.context.uses.users(symbol.id):
        files = {each.file for each in users}
        shown = sorted(files, key=lambda other: other.path)[:3]
        line += (
            f"; used in {enumerate_parts([writer.file(other, other.name) for other in shown], len(files) - len(shown))}"
        )
    return line


def _includes(writer: PageWriter, file: PageFile) -> list[str]:
    if not file.includes:
        return []
    lines: list[str] = []
    by_spelling: dict[tuple[str, str], list[int]] = defaultdict(list)
    targets: dict[tuple[str, str], list[str]] = {}
    names: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for include in file.includes:
        title = "Imports" if include.form in ("import", "from") else "Includes"
        by_spelling[title, include.spelling].append(include.line)
        targets[title, include.spelling] = [*include.targets, *include.candidates, *include.templates]
        for name in include.names:
            names[name].append((include.spelling, include.line))
    for title in ("Includes", "Imports"):
        rows = sorted(key for key in by_spelling if key[0] == title)
        if rows:
            lines += [f"### {title}", ""]
        for key in rows:
            known = [id_ for id_ in targets[key] if id_ in writer.context.model.files]
            url = writer.context.links.link(writer.start, known[0]) if known else ""
            where = writer.lines(file, by_spelling[key])
            lines.append(
                f"- **{link(code(key[1]), url)}** — {where}" + ("" if known else ", outside the repository or unknown")
            )
        if rows:
            lines.append("")
    if names:
        lines += ["### Imported Names", ""]
        for name, uses in sorted(names.items()):
            spellings = list(dict.fromkeys(code(spelling) for spelling, _ in uses))
            lines.append(
                f"- **{code(name)}** — {writer.lines(file, [line for _, line in uses])}, "
                f"from {enumerate_parts(spellings)}"
            )
        lines.append("")
    return lines


# --- folders --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class KeywordPage:
    """One page of a folder's keywords: "sub", or one of several behind it."""

    kind: str  # "sub-a", "sub-a-2"; "" where all are on the one page
    initial: str
    first: str  # its first and last keyword
    last: str
    count: int
    body: Markdown


def list_folder_keywords(
    model: RepositoryModel, page_links: PageLinks, wanted: Set[str]
) -> dict[str, list[KeywordPage]]:
    """The keywords of each wanted folder's subtree, in parts that are short enough."""
    names = _names(model)
    links = _links(model, page_links, wanted)
    if not len(names) or not len(links):
        return {}
    has_symbols, has_includes = page_links.anchor("sym-"), page_links.anchor("dependencies")
    end = pl.when(pl.col("anchor") == "dependencies").then(pl.lit(has_includes))
    docs = f"docs{page_links.suffix}"
    names = names.join(_outline_pages(page_links), on=["file", "anchor"], how="left")
    names = names.with_columns(end=end.otherwise(template("#{}", "anchor") if has_symbols else pl.lit("")))
    rows = names.join(links, on="file").select(
        *("folder", "name", "kind", "path"),
        entry=pl.concat_str(
            pl.when(pl.col("page").is_null())
            .then("head")
            .otherwise(template("{}{}{}", pl.col("head").str.strip_suffix(docs), "page", pl.lit(page_links.suffix))),
            "end",
            pl.lit(")"),
        ),
    )
    grouped = (
        rows.sort("folder", "name", "kind", "path")
        .group_by("folder", "name", "kind", maintain_order=True)
        .agg(pl.col("entry").head(_FILES_SHOWN).str.join(", "), pl.len().alias("files"))
    )
    return _parts(grouped)


def _outline_pages(page_links: PageLinks) -> pl.DataFrame:
    """The kinds of pages that have the symbols of long outlines, unless it is the page of the file."""
    rows = [
        (file, anchor, kind)
        for file, kinds in page_links.outlines.items()
        for anchor, kind in kinds.items()
        if kind != "docs"
    ]
    columns = {"file": pl.String, "anchor": pl.String, "page": pl.String}
    return pl.DataFrame(rows, schema=columns, orient="row")


def _names(model: RepositoryModel) -> pl.DataFrame:
    """Name, kind, file and anchor, once for each file."""
    symbols = model.symbols.select("name", "kind", "file", "anchor").filter(pl.col("name") != "(anonymous namespace)")
    rows = [
        (include.spelling, "Import" if include.form in ("import", "from") else "Include", file.id, "dependencies")
        for file in model.files.values()
        for include in file.includes
    ]
    includes = pl.DataFrame(
        rows,
        schema=["name", "kind", "file", "anchor"],
        orient="row",
        schema_overrides=dict.fromkeys(["name", "kind", "file", "anchor"], pl.String),
    )
    return pl.concat([symbols, includes]).unique(["name", "kind", "file"], keep="first", maintain_order=True)


def _links(model: RepositoryModel, page_links: PageLinks, wanted: Set[str]) -> pl.DataFrame:
    """For each file and each folder above it, the beginning of the link from one to the other."""
    rows: list[tuple[str, str, str, str]] = []
    for file in model.files.values():
        if not page_links.has(file.id):
            continue
        page = page_links.page(file.id, "docs")
        folder: PageFolder | None = file.folder
        for _ in range(MAX_LEVELS + 1):
            if folder is None:
                break
            if folder.id in wanted:
                top = page_links.folder(folder.id)
                inside = file.path if folder.path == "." else file.path[len(folder.path) + 1 :]
                url = page[len(top) + 1 :] if top else page
                rows.append((file.id, folder.id, file.path, f"[{code(inside)}]({url}"))
            folder = folder.above
    return pl.DataFrame(
        rows,
        schema=["file", "folder", "path", "head"],
        orient="row",
        schema_overrides=dict.fromkeys(["file", "folder", "path", "head"], pl.String),
    )


def _parts(grouped: pl.DataFrame) -> dict[str, list[KeywordPage]]:
    unique = grouped["name"].unique().to_list()
    entries = pl.DataFrame(
        {
            "name": unique,
            "label": [code(name) or "(unnamed)" for name in unique],
            "initial": [_initial(name) for name in unique],
            "folded": [name.casefold() for name in unique],
        },
        schema_overrides=dict.fromkeys(["name", "label", "initial", "folded"], pl.String),
    )
    kinds = {kind: one for kind, (one, _) in KIND_NAMES.items()}
    more = (
        pl.when(pl.col("files") > _FILES_SHOWN)
        .then(template(" and {} more", pl.col("files") - _FILES_SHOWN))
        .otherwise(pl.lit(""))
    )
    rows = grouped.join(entries, on="name").with_columns(
        line=template("- **{}** ({}): {}{}", "label", pl.col("kind").replace(kinds).str.to_lowercase(), "entry", more),
    )
    # A page has so many keywords or so many bytes, whatever is less.
    rows = rows.with_columns(weight=pl.max_horizontal(pl.col("line").str.len_bytes() + 1, PART_BYTES // PART))
    rows = rows.with_columns(many=pl.col("weight").sum().over("folder") > PART_BYTES)
    rows = rows.with_columns(initial=pl.when("many").then("initial").otherwise(pl.lit(""))).sort(
        "folder", "initial", "folded", "name", "kind"
    )
    rows = rows.with_columns(part=(pl.col("weight").cum_sum().over("folder", "initial") - 1) // PART_BYTES)
    pages = rows.group_by("folder", "initial", "part", maintain_order=True).agg(
        pl.col("line").str.join("\n"),
        pl.len().alias("count"),
        pl.col("name").first().alias("first"),
        pl.col("name").last().alias("last"),
    )
    found: dict[str, list[KeywordPage]] = defaultdict(list)
    for folder, initial, part, body, count, first, last in pages.iter_rows():
        kind = f"sub-{initial}" + (f"-{part + 1}" if part else "") if initial else ""
        found[folder].append(KeywordPage(kind, initial, first, last, count, Markdown(body)))
    return found


def _initial(name: str) -> str:
    """The letter that a name is found under: its first, "0" for what begins with no letter of the Latin alphabet."""
    first = name.lstrip("_~").casefold()[:1]
    return first if "a" <= first <= "z" else "0"


def split_kinds(parts: list[KeywordPage]) -> Iterator[str]:
    """The kinds of pages that a folder has besides `sub`."""
    return (part.kind for part in parts if part.kind)
