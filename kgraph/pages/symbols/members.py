"""The members on a symbol's page: its own by access, the types in it, and those that it inherits.

Input: a `SymbolWriter` and a `SymbolEntry`. Output: headings with their lines. Overloads stand together; members of
which there is nothing to say but their signature are one line each.
"""

from __future__ import annotations

from collections.abc import Iterator

from kgraph.pages.added_docstrings import DocumentedMember
from kgraph.pages.documentation.commands import has_text
from kgraph.pages.markdown import code, prose
from kgraph.pages.page_context import KIND_NAMES, enumerate_parts
from kgraph.pages.purpose import brief
from kgraph.pages.repository_model import PageFile, PageSymbol
from kgraph.pages.sections.outline import cut
from kgraph.pages.symbols import pictures
from kgraph.pages.symbols.facts import MAX_CALLEES
from kgraph.pages.symbols.notes import is_deprecated
from kgraph.pages.symbols.selection import SCOPES, MemberGroup, SymbolEntry, language_of
from kgraph.pages.symbols.writer import SymbolWriter

_MANY = 10  # members from which on a page begins with their names
_MAX_CONTENTS = 300  # names of one kind among them
_MAX_TOLD_CONTENTS = 80  # members of one kind, with a sentence each
_OTHERS = ("Private", "Internal", "Special")
_MAX_TOLD = 600
_MAX_INHERITED = 60  # names from one base
_MAX_BASES = 12
_MAX_OVERRIDING = 12
_MAX_PICTURES = 20  # of calls, on one page
_MAX_INNER = 700  # types and scopes on one page

Titled = tuple[str, list[str]]

_ORDER = ("Constructors", "Destructor", "Methods", "Functions", "Properties", "Fields", "Enumerators", "Variables")
_GROUPS = {
    "Constructor": "Constructors",
    "Destructor": "Destructor",
    "Method": "Methods",
    "Conversion": "Methods",
    "Function": "Functions",
    "Property": "Properties",
    "Field": "Fields",
    "Enumerator": "Enumerators",
    "Variable": "Variables",
    "TypeAlias": "Type aliases",
    "Macro": "Macros",
}


def group_of(member: MemberGroup, entry: SymbolEntry) -> tuple[int, str]:
    """Where a member stands on the page: the order and the title of its group."""
    symbol = member.first
    if member.is_related:
        return len(_ORDER) + 1, "Related symbols"
    kind = _GROUPS.get(symbol.kind, KIND_NAMES.get(symbol.kind, ("", symbol.kind + "s"))[1].capitalize())
    order = _ORDER.index(kind) if kind in _ORDER else len(_ORDER)
    access = symbol.access or "public"
    if language_of(entry.symbol.id) == "python" and access == "public" and member.name.startswith("_"):
        is_special = (
            member.name.startswith("__") and member.name.endswith("__") and symbol.kind in ("Method", "Constructor")
        )
        if member.name == "__init__":
            return 0, "Constructors"
        return (50, "Special methods") if is_special else (100 + order, f"Internal {kind.lower()}")
    if access == "public":
        return order, kind
    return ({"protected": 200}.get(access, 300) + order, f"{access.capitalize()} {kind.lower()}")


def own(writer: SymbolWriter, entry: SymbolEntry, part: int) -> Iterator[Titled]:
    """The members that stand on one part of the page, by access and kind."""
    groups: dict[tuple[int, str], list[MemberGroup]] = {}
    drawn = 0
    for member in entry.members:
        if member.part == part:
            groups.setdefault(group_of(member, entry), []).append(member)
    files = {place.file for place in writer.context.model.places[entry.symbol.id]}
    home = entry.symbol.file if len(files) == 1 else None  # of a namespace of several files a line says nothing
    for (_, title), found in sorted(groups.items()):
        # A list behind an entry would be read as part of it.
        lines = [_line(writer, member, home) for member in found if not _says_something(writer, member)]
        for member in found:
            if _says_something(writer, member):
                chart = pictures.calls(writer, member.symbols) if drawn < _MAX_PICTURES else []
                drawn += bool(chart)
                lines += ["", *_entry(writer, member), *chart]
        yield title, lines


def contents(writer: SymbolWriter, entry: SymbolEntry) -> list[str]:
    """All members by name, where they are too many to be seen at once."""
    if len(entry.members) < _MANY:
        return []
    groups: dict[tuple[int, str], list[MemberGroup]] = {}
    for member in entry.members:
        groups.setdefault(group_of(member, entry), []).append(member)
    blocks: list[list[str]] = []
    for (_, title), found in sorted(groups.items()):
        if not title.startswith(_OTHERS) and len(found) <= _MAX_TOLD_CONTENTS and (told := _briefs(writer, found)):
            blocks.append([f"**{title}**", "", *told])
            continue
        ordered = sorted(found, key=lambda each: (each.name.casefold(), each.name))
        shown = [writer.symbol(member.first.id, member.name) for member in ordered[:_MAX_CONTENTS]]
        blocks.append([f"**{title}**: {enumerate_parts(shown, len(found) - len(shown))}"])
    if all(len(block) == 1 for block in blocks):
        return [f"- {line}" for block in blocks for line in block]
    return [line for block in blocks for line in (*block, "")]


def _briefs(writer: SymbolWriter, members: list[MemberGroup]) -> list[str]:
    """The members in their order, each with the first sentence about it; none where most have none."""
    said = {member.anchor: next(filter(None, map(writer.brief, member.symbols)), "") for member in members}
    if 2 * sum(map(bool, said.values())) < len(members):
        return []
    return [
        f"- {writer.symbol(member.first.id, member.name)}{said[member.anchor] and ' — '}{said[member.anchor]}"
        + (f" ({len(member.symbols)} overloads)" if _is_overloaded(member) else "")
        + (" (**deprecated**)" if all(map(is_deprecated, member.symbols)) else "")
        for member in members
    ]


def _is_overloaded(member: MemberGroup) -> bool:
    return len({symbol.id for symbol in member.symbols}) > 1 and member.first.kind in ("Function", "Method")


def _says_something(writer: SymbolWriter, member: MemberGroup) -> bool:
    facts = writer.facts
    return any(
        symbol.documentation
        or symbol.id in facts.callers
        or symbol.id in facts.overrides
        or symbol.id in facts.bound_as
        for symbol in member.symbols
    )


def _line(writer: SymbolWriter, member: MemberGroup, home: PageFile | None) -> str:
    shown = list(dict.fromkeys(writer.within_line(each) for each in member.symbols))
    is_one = {each.file for each in member.symbols} == {home}
    page = writer.writer
    where = [page.line(each.file, each.line) if is_one else page.place(each) for each in member.symbols[:4]]
    return f'- <a id="{member.anchor}"></a>{enumerate_parts(shown[:8], len(shown) - 8)} — ' + enumerate_parts(
        where, len(member.symbols) - 4
    )


def _entry(writer: SymbolWriter, member: MemberGroup) -> list[str]:
    lines = [f'<a id="{member.anchor}"></a>', "", f"### {code(member.name)}", "", writer.signatures(member.symbols), ""]
    told: set[str] = set()
    if not any(has_text(symbol.documentation) for symbol in member.symbols):
        overridden = writer.find_overridden([symbol.id for symbol in member.symbols])
        if overridden is not None and (inherited := writer.documentation(overridden)):
            lines += [inherited, "", f"This is the documentation of {writer.symbol(overridden.id)}.", ""]
    for symbol in member.symbols:
        if symbol.documentation and symbol.documentation not in told:
            told.add(symbol.documentation)
            if len(member.symbols) > 1 and len(told) > 1:
                lines += [f"For {code(cut(symbol.signature or symbol.name, 200))}:", ""]
            lines += [writer.documentation(symbol), ""]
    facts = lines_of(_facts(writer, member))
    said = next((line for line in reversed("\n".join(lines).split("\n")) if line.strip()), "")
    # Facts below a list of the documentation would be items of it.
    return [*lines, *["<!-- -->", ""] * said.startswith(("- ", "  ", "* ")), *facts]


def _facts(writer: SymbolWriter, member: MemberGroup) -> Iterator[str]:
    facts = writer.facts
    ids = list(dict.fromkeys(symbol.id for symbol in member.symbols))
    overrides = list(dict.fromkeys(base for id_ in ids for base in facts.overrides.get(id_, ())))
    if overrides:
        yield f"Overrides {enumerate_parts([writer.symbol(each) for each in overrides])}"
    by = list(dict.fromkeys(each for id_ in ids for each in facts.overridden_by.get(id_, ())))
    if by:
        shown = [writer.symbol(each) for each in by[:_MAX_OVERRIDING]]
        yield f"Overridden by {enumerate_parts(shown, len(by) - len(shown))}"
    for word, found in (("Bound to Python as", facts.bound_as), ("In C++:", facts.behind)):
        names = list(dict.fromkeys(each for id_ in ids for each in found.get(id_, ())))
        if names:
            yield f"{word} {enumerate_parts([writer.link_rated(*each) for each in names])}"
    sites = [site for id_ in ids for site in facts.callers.get(id_, ())]
    if sites:
        count = sum(facts.caller_counts.get(id_, 0) for id_ in ids)
        quoted = sites[: max(4, 8 // len(ids))]
        rest = f", of which {len(quoted):,} {'is' if len(quoted) == 1 else 'are'} shown" if count > len(quoted) else ""
        yield f"Used in {count:,} {'line' if count == 1 else 'lines'}{rest}:"
        for site in quoted:
            yield f"\0{writer.site(site)}"
    callees = list(dict.fromkeys(each for id_ in ids for each in facts.callees.get(id_, ())))
    if callees:
        count = sum(facts.callee_counts.get(id_, 0) for id_ in ids)
        shown = [writer.link_rated(*each) for each in callees[:MAX_CALLEES]]
        yield f"Calls {enumerate_parts(shown, max(0, count - len(shown)))}"
    where = [writer.writer.place(symbol) for symbol in member.symbols[:6]]
    said = "Declared" if all(symbol.role == "declaration" for symbol in member.symbols) else "Defined"
    yield f"{said} in {enumerate_parts(where, len(member.symbols) - 6)}"


def inner(writer: SymbolWriter, entry: SymbolEntry) -> Iterator[Titled]:
    """The types, and the modules or namespaces, that stand in a symbol."""
    for title, kinds_ in (("Types", False), ("Namespaces and modules", True)):
        found = [each for each in entry.inner if (each.kind in SCOPES) is kinds_]
        lines = []
        for each in found[:_MAX_INNER]:
            told = writer.brief(each)
            said = f" — {told}" if told else ""
            access = f" ({each.access})" if each.access not in ("", "public") else ""
            lines.append(f"- {writer.symbol(each.id, each.name)}{access}{said}")
        if len(found) > _MAX_INNER:
            lines.append(f"- and {len(found) - _MAX_INNER:,} more")
        yield title, lines


def list_inherited(writer: SymbolWriter, entry: SymbolEntry) -> list[str]:
    """The members of all known bases that are not private and that nothing nearer replaces."""
    entries, bases = writer.links.symbols.entries, writer.context.uses.bases
    taken = {member.name for member in entry.own_members} | {entry.symbol.name}
    waiting, seen = list(bases.get(entry.symbol.id, ())), {entry.symbol.id}
    lines: list[str] = []
    while waiting and len(seen) <= _MAX_BASES:
        base = waiting.pop(0)
        if base in seen or base not in entries:
            continue
        seen.add(base)
        own_name = entries[base].symbol.name
        names = [
            member
            for member in entries[base].own_members
            if member.name not in taken and member.name != own_name and _is_inherited(member.first, entry)
        ]
        taken |= {member.name for member in names}
        if names:
            shown = [writer.symbol(member.first.id, member.name) for member in names[:_MAX_INHERITED]]
            lines.append(f"- From {writer.symbol(base)}: {enumerate_parts(shown, len(names) - len(shown))}")
        waiting += bases.get(base, ())
    return lines


def list_documented(writer: SymbolWriter, entry: SymbolEntry) -> list[str]:
    """The members of a base that is not in the repository, as far as calls document them here."""
    found = sorted(writer.context.told_members.get(entry.symbol.id, ()), key=lambda each: each.name)
    if not found:
        return []
    lines = ["They come from a base that is declared elsewhere; their documentation stands in this repository.", ""]
    for each in found[:_MAX_TOLD]:
        name = writer.writer.source(each.file, code(each.name), each.line)
        lines.append(f"- {name} — {prose(brief(_without_signature(each), limit=100))}")
    if len(found) > _MAX_TOLD:
        lines.append(f"- and {len(found) - _MAX_TOLD:,} more")
    return lines


def _without_signature(member: DocumentedMember) -> str:
    """The text below the line that C code begins its docstrings with: "abs() -> Tensor"."""
    first, _, rest = member.documentation.partition("\n")
    return rest if rest.strip() and first.startswith(f"{member.name}(") else member.documentation


def _is_inherited(symbol: PageSymbol, entry: SymbolEntry) -> bool:
    if symbol.access == "private" or symbol.kind in ("Constructor", "Destructor", "Enumerator", "Macro"):
        return False
    return language_of(entry.symbol.id) != "python" or not symbol.name.startswith("_")


def lines_of(facts: Iterator[str]) -> list[str]:
    """Facts as a list; those that begin with NUL belong to the one before."""
    return [f"  - {line[1:]}" if line.startswith("\0") else f"- {line}" for line in facts]
