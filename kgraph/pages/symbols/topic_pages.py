"""The pages of topics: what a project's comments put together for Doxygen, and an index of them.

Input: `Topics` and `SymbolLinks`. Output: names, titles and bodies of pages.
"""

from __future__ import annotations

from collections.abc import Iterator

from kgraph.pages.documentation.inline import with_references
from kgraph.pages.documentation.render import render
from kgraph.pages.markdown import Markdown, code, link, prose, text
from kgraph.pages.page_context import KIND_NAMES, PageWriter, enumerate_parts, number_of
from kgraph.pages.purpose import brief
from kgraph.pages.sections.outline import cut
from kgraph.pages.topics import Topic

_MAX_MEMBERS = 1_500  # of one topic
_SHORT = 160  # characters of a signature
_ORDER = ("Struct", "Class", "Union", "Enum", "Concept", "Function", "Method", "TypeAlias", "Variable", "Macro")

Page = tuple[str, Markdown, str]  # name, title, body


def names(writer: PageWriter) -> Iterator[str]:
    """The names of all pages of topics."""
    links = writer.context.symbols
    if links.topics.by_name:
        yield links.topic_index()
        yield from (links.topic_page(name) for name in links.topics.by_name)


def pages(writer: PageWriter) -> Iterator[Page]:
    """All pages; the writer starts in their folder."""
    links = writer.context.symbols
    topics = links.topics
    if not topics.by_name:
        return
    lines = [f"{number_of(len(topics.by_name), 'topic')}, as comments define them for Doxygen.", ""]
    for topic in topics.list_below("") or topics.by_name.values():
        lines += _list_members(writer, topic, 0, set())
    yield links.topic_index(), Markdown("Topics"), "\n".join(lines)
    for name, topic in topics.by_name.items():
        yield links.topic_page(name), Markdown(f"Topic: {text(topic.title)}"), "\n".join(_page(writer, topic))


def _list_members(writer: PageWriter, topic: Topic, level: int, seen: set[str]) -> list[str]:
    if topic.name in seen or level > 6:
        return []
    seen.add(topic.name)
    lines = [f"{'  ' * level}- {_line(writer, topic)}"]
    for inner in writer.context.symbols.topics.list_below(topic.name):
        lines += _list_members(writer, inner, level + 1, seen)
    return lines


def _line(writer: PageWriter, topic: Topic) -> str:
    said = prose(brief(topic.documentation, limit=160)) if topic.documentation else ""
    count = f" ({number_of(len(topic.members), 'symbol')})" if topic.members else ""
    return f"{writer.topic(topic)}{count}{said and ' — '}{said}"


def _page(writer: PageWriter, topic: Topic) -> Iterator[str]:
    context = writer.context
    topics = context.symbols.topics
    if topic.documentation:
        find = lambda name: context.symbols.spoken(writer.start, name)  # noqa: E731
        said = context.examples.insert_examples(topic.documentation, topic.file) if topic.file else topic.documentation
        shown = render((topic.file.language if topic.file else "C++", said))
        yield with_references(shown, find, context.symbols.title_of)
        yield ""
    inner = topics.list_below(topic.name)
    if inner:
        yield from ("## Topics", "", *(f"- {_line(writer, each)}" for each in inner), "")
    groups: dict[str, list[str]] = {}
    for id_ in topic.members[:_MAX_MEMBERS]:
        groups.setdefault(context.model.places[id_][0].kind, []).append(id_)
    rank = {kind: number for number, kind in enumerate(_ORDER)}
    for kind in sorted(groups, key=lambda each: (rank.get(each, len(rank)), each)):
        yield from (f"## {KIND_NAMES.get(kind, ('', kind + 's'))[1].capitalize()}", "")
        yield from (f"- {_member(writer, id_)}" for id_ in groups[kind])
        yield ""
    if len(topic.members) > _MAX_MEMBERS:
        yield from (f"and {len(topic.members) - _MAX_MEMBERS:,} more.", "")
    yield from ("## Pages", "")
    above = [writer.topic(topics.by_name[name]) for name in topic.above if name in topics.by_name]
    if above:
        yield f"- **Part of** {enumerate_parts(above)}"
    if topic.file is not None:
        yield f"- **Defined in** {writer.source(topic.file, code(f'{topic.file.path}:{topic.line}'), topic.line)}"
    yield f"- **Index**: {link('all topics', context.symbols.to_topics(writer.start))}"


def _member(writer: PageWriter, id_: str) -> str:
    symbol = writer.context.model.places[id_][0]
    url = writer.context.symbols.link(writer.start, id_)
    shown = link(code(symbol.name), url) if url else writer.symbol(symbol, symbol.name)
    plain = cut(" ".join((symbol.signature or "").split()), _SHORT)
    said = prose(brief(symbol.documentation, limit=160)) if symbol.documentation else ""
    signature = f": {code(plain)}" if plain and plain != symbol.name and symbol.kind in ("Function", "Macro") else ""
    return f"{shown}{signature}{said and ' — '}{said}"
