"""Pages from templates: one Jinja2 template per kind of page, each of which a user may replace.

Input: a `PageContext`. Output: the text of each page. A template in the user's folder stands before ours of the same
name; it gets the same values, and whatever it prints that is no Markdown yet is escaped.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import jinja2

from kgraph.errors import ExportError, InputError
from kgraph.pages import folder_concepts, folders, keywords, list_parts
from kgraph.pages.markdown import Markdown, code, link, print_value, text
from kgraph.pages.page_context import PageContext, PageWriter, enumerate_parts, number_of
from kgraph.pages.repository_model import MAX_LEVELS, PageFile, PageFolder
from kgraph.pages.sections import opening, outline, section_table
from kgraph.pages.source_text import SOURCE, SourceText

TEMPLATES = Path(__file__).parent / "templates"
MARKER = "<!-- Written by kgraph pages. Changes will be lost: the next run writes this file anew. -->"


class Renderer:
    """Renders the pages of a repository."""

    def __init__(self, context: PageContext, templates: Path | None = None) -> None:
        self._context = context
        self._environment = environment(templates, "md")
        self._kinds = {
            name: self._template(f"{name}.md.j2")
            for name in ("file_docs", "file_kw", "folder_index", "folder_doc", "folder_sub", "symbol", "symbols_index")
        }

    def _template(self, name: str) -> jinja2.Template:
        try:
            return self._environment.get_template(name)
        except jinja2.TemplateSyntaxError as error:
            raise InputError(
                f"not a Jinja2 template: {error.message}", where=f"{error.filename or name}:{error.lineno}"
            ) from error

    def _render(self, name: str, start: str, **values: Any) -> str:
        context = self._context
        home = PageWriter(context, start).folder(context.model.root, context.title, "index")
        revision = f" at {code(context.model.revision[:12])}" if context.model.revision else ""
        footer = Markdown(f"*From the knowledge graph of {home}{revision}, by kgraph.*")
        try:
            page = self._kinds[name].render(marker=Markdown(MARKER), footer=footer, context=context, **values)
        except jinja2.TemplateError as error:
            raise ExportError(f"the template fails: {error}", where=f"{name}.md.j2") from error
        return page if page.endswith("\n") else page + "\n"

    # --- files ------------------------------------------------------------------------------------------------------

    def file(self, file: PageFile) -> Iterator[tuple[str, str]]:
        """The pages of a file: their names and texts."""
        links = self._context.links
        writer = PageWriter(self._context, links.folder(file.id))
        sections = section_table.write(writer, file)
        yield (
            links.page(file.id, "docs"),
            self._render(
                "file_docs",
                writer.start,
                file=file,
                sections=sections,
                writer=writer,
                facts=opening.facts(writer, file),
            ),
        )
        written = {section.key for section in sections}
        kinds = section_table.order_sections(self._context.options.layout)
        count = self._context.keyword_parts.get(file.id, 1)
        parts = list_parts.divide(keywords.list_file_keywords(writer, file), count)
        yield (
            links.page(file.id, "kw"),
            self._render(
                "file_kw",
                writer.start,
                file=file,
                writer=writer,
                original=writer.source(file, code(file.path)),
                documentation=writer.file(file, file.name + "_docs"),
                folder=writer.folder(file.folder),
                keywords=join_lines([*parts[0], *self._other_keywords(writer, file, 0)]),
                map=[self._render_section(writer, file, kind) for kind in kinds if kind.key in written],
            ),
        )

        for number in range(1, count):
            around = [*parts[number], *self._other_keywords(writer, file, number)]
            title = Markdown(f"Keywords of {code(file.path)}, part {number + 1}")
            text_ = self._render("symbols_index", writer.start, title=title, body=join_lines(around))
            yield links.page(file.id, list_parts.keyword_kind(number)), text_
        for number in range(1, len(self._context.outline_parts.get(file.id, ()))):
            title = Markdown(f"Outline of {code(file.path)}, part {number + 1}")
            lines = [
                *outline.part(writer, file, number),
                "",
                f"Everything else about {writer.file(file)} is on its page.",
            ]
            text_ = self._render("symbols_index", writer.start, title=title, body=join_lines(lines))
            yield links.page(file.id, list_parts.outline_kind(number)), text_

    def _other_keywords(self, writer: PageWriter, file: PageFile, part: int) -> list[str]:
        """Where the other keywords of a file are."""
        count = self._context.keyword_parts.get(file.id, 1)
        if count == 1:
            return []
        links = self._context.links
        others = [
            link(f"part {each + 1}", links.link(writer.start, file.id, list_parts.keyword_kind(each)))
            for each in range(count)
            if each != part
        ]
        return ["", f"This is part {part + 1} of the keywords; see also {enumerate_parts(others)}."]

    def source_part(self, file: PageFile, content: SourceText, part: int) -> str:
        """A page of a site that shows a further part of a long source."""
        writer = PageWriter(self._context, self._context.links.folder(file.id))
        around = join_lines(opening.further_parts(writer, file, content, part))
        body = Markdown(f"{around}\n\n{SOURCE}\n\nEverything else about {writer.file(file)} is on its own page.")
        title = Markdown(f"Source of {code(file.path)}, part {part + 1}")
        return self._render("symbols_index", writer.start, title=title, body=body)

    def _render_section(self, writer: PageWriter, file: PageFile, kind: section_table.SectionSpec) -> Markdown:
        url = self._context.links.link(writer.start, file.id, "docs", heading_anchor(kind.title))
        return Markdown(f"**{link(kind.title, url)}**: {kind.holds}")

    def symbol(self, kind: str, start: str, **values: Any) -> str:
        """A page of a symbol, or of the index of symbols; `start` is its folder."""
        return self._render(kind, start, **values)

    # --- folders ----------------------------------------------------------------------------------------------------

    def folder(self, folder: PageFolder, parts: list[keywords.KeywordPage]) -> Iterator[tuple[str, str]]:
        """The pages of a folder: their names and texts."""
        links = self._context.links
        writer = PageWriter(self._context, links.folder(folder.id))
        path = folder.path if folder.path != "." else self._context.model.name
        common: dict[str, Any] = {"folder": folder, "path": path, "writer": writer}
        common |= {"is_root": folder.above is None, "classic": self._context.options.layout == "classic"}
        around = join_lines(folders.references(writer, folder))
        yield (
            links.page(folder.id, "index"),
            self._render(
                "folder_index",
                writer.start,
                **common,
                overview=join_lines(folders.overview(writer, folder)),
                location=self._location(writer, folder),
                subfolders=join_lines(folders.subfolders(writer, folder)),
                files=join_lines(folders.files(writer, folder)),
                navigation=around,
            ),
        )
        yield (
            links.page(folder.id, "doc"),
            self._render(
                "folder_doc",
                writer.start,
                **common,
                role=join_lines(folders.role(writer, folder)),
                contents=join_lines(folders.contents(folder)),
                concepts=join_lines(folder_concepts.concepts(writer, folder)),
                architecture=join_lines(folders.architecture(writer, folder)),
                important=join_lines(folders.important(writer, folder)),
                working=join_lines(folders.working(writer, folder)),
                references=around,
            ),
        )
        yield from self._keywords(writer, folder, parts, common)

    def _location(self, writer: PageWriter, folder: PageFolder) -> Markdown:
        """The way from the top, each step a link."""
        way: list[PageFolder] = []
        step: PageFolder | None = folder
        while step is not None and len(way) < MAX_LEVELS:
            way.append(step)
            step = step.above
        names = [writer.folder(each, each.name or self._context.model.name) for each in reversed(way)]
        if step is not None:  # a page of each folder, and on each a link to each folder above it
            root = self._context.model.root
            names = [writer.folder(root, root.name or self._context.model.name), Markdown("…"), *names]
        return Markdown(" / ".join(names))

    def _keywords(
        self, writer: PageWriter, folder: PageFolder, parts: list[keywords.KeywordPage], common: dict[str, Any]
    ) -> Iterator[tuple[str, str]]:
        links = self._context.links
        count = sum(part.count for part in parts)
        scope = [
            f"{number_of(count, 'keyword')} of {number_of(folder.total.files, 'file')} in {writer.folder(folder)} and "
            "below. A keyword is the name of a symbol, or what an include or import names; each is followed by the "
            "files that hold it.",
            *folders.deeper(folder),
        ]
        split = [part for part in parts if part.kind]
        body = (
            join_lines(self._part(writer, folder, part) for part in split) if split else parts[0].body if parts else ""
        )
        yield (
            links.page(folder.id, "sub"),
            self._render("folder_sub", writer.start, **common, heading="", scope=join_lines(scope), keywords=body),
        )
        for part in split:
            yield (
                links.page(folder.id, part.kind),
                self._render(
                    "folder_sub",
                    writer.start,
                    **common,
                    heading=Markdown(f", {part.initial.upper() if part.initial != '0' else 'others'}"),
                    scope=Markdown(
                        f"{number_of(part.count, 'keyword')}, from {code(part.first)} to {code(part.last)}; "
                        f"all are in {writer.folder(folder, 'sub', 'sub')}."
                    ),
                    keywords=part.body,
                ),
            )

    def _part(self, writer: PageWriter, folder: PageFolder, part: keywords.KeywordPage) -> Markdown:
        initial = part.initial.upper() if part.initial != "0" else "others"
        url = self._context.links.link(writer.start, folder.id, part.kind)
        return Markdown(
            f"- **{link(initial, url)}**: {number_of(part.count, 'keyword')}, {code(part.first)} to {code(part.last)}"
        )


def join_lines(lines: Any) -> Markdown:
    """Lines as one text."""
    return Markdown("\n".join(lines).strip("\n"))


@cache
def heading_anchor(title: str) -> str:
    """The anchor that GitHub gives a heading of ours: lower case, "-" for spaces, without punctuation."""
    return "".join(char for char in title.lower().replace(" ", "-") if char.isalnum() or char in "-_")


def environment(folder: Path | None, form: str) -> jinja2.Environment:
    """Where templates come from, and how they print; `form` is "md" or "html"."""
    if folder is not None and not folder.is_dir():
        raise InputError(
            "is not a folder of templates", where=str(folder), hint=f"copy those you want to change from {TEMPLATES}"
        )
    paths = [folder, TEMPLATES] if folder is not None else [TEMPLATES]
    # Markdown is escaped by `printed`, HTML by Jinja2.
    jinja = jinja2.Environment(
        loader=jinja2.FileSystemLoader(paths),
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        undefined=jinja2.StrictUndefined,
        autoescape=form == "html",  # noqa: S701
        **({"finalize": print_value} if form == "md" else {}),  # type: ignore[arg-type]
    )
    if form == "md":
        jinja.filters["safe"] = Markdown
        jinja.filters["code"] = lambda value: code(str(value))
        jinja.filters["text"] = lambda value: text(str(value))
    return jinja
