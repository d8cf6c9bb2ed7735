"""What the graph can prove of a file: patterns, performance, safety. Each line names its fact and where it stands.

Nothing is concluded from words in a path or a comment.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence

from kgraph.coverage import CATALOGUED, PROGRAMMING
from kgraph.languages import PACKAGE_SCOPED, import_verb
from kgraph.pages import external_headers
from kgraph.pages.markdown import Markdown, code, link, text
from kgraph.pages.page_context import PageWriter, enumerate_parts, number_of, table
from kgraph.pages.repository_model import PageFile, PageSymbol
from kgraph.platforms import PLATFORMS

_SHOWN = 8
_HEAVIEST = 3
_SAFETY = frozenset({"risk", "process", "file", "memory", "deserialisation", "deserialization", "network", "dynamic"})
_CALLABLE = frozenset({"Function", "Method", "Constructor", "Destructor", "Conversion"})
_CATEGORIES = {"gpu": "GPU", "thread": "threads", "atomic": "atomic operations", "lock": "locks"}
_POINTER = re.compile(r"\b(?:std::)?(?:unique_ptr|shared_ptr)\s*<\s*(?:struct\s+|class\s+)?(\w+)\s*>")


def patterns(writer: PageWriter, file: PageFile) -> list[str]:
    """Macros that make definitions, templates, interfaces and the like."""
    lines = _macros(writer, file)
    for what, symbols in _patterns(file):
        shown = [
            Markdown(f"{writer.symbol(symbol, symbol.qualified)} ({writer.line(file, symbol.line)})")
            for symbol in symbols[:_SHOWN]
        ]
        lines.append(f"- {what}: {enumerate_parts(shown, len(symbols) - len(shown))}")
    return lines


def _macros(writer: PageWriter, file: PageFile) -> list[str]:
    """Macros used outside of any function: they register, declare or define."""
    lines = []
    for id_, numbers in writer.context.uses.macros.get(file.id, ()):
        places = writer.context.model.places.get(id_)
        if places and places[0].file is not file:
            lines.append(f"- **Uses the macro** {writer.symbol(places[0])} at the top: {writer.lines(file, numbers)}")
    return lines


def _patterns(file: PageFile) -> list[tuple[Markdown, list[PageSymbol]]]:
    patterns: list[tuple[Markdown, list[PageSymbol]]] = []
    made: dict[str, list[PageSymbol]] = defaultdict(list)
    decorated: dict[str, list[PageSymbol]] = defaultdict(list)
    for symbol in file.symbols:
        if symbol.macro:
            made[symbol.macro].append(symbol)
        for modifier in symbol.modifiers:
            if modifier.startswith("@"):
                decorated[modifier.partition("(")[0]].append(symbol)
    for macro, symbols in sorted(made.items()):
        patterns.append((Markdown(f"**Definitions made by the macro** {code(macro)} ({len(symbols):,})"), symbols))
    for decorator, symbols in sorted(decorated.items()):
        patterns.append((Markdown(f"**Decorator** {code(decorator)} ({len(symbols):,})"), symbols))
    shapes = ((title, symbols) for title, symbols in _shapes(file) if symbols)
    return [*patterns, *((Markdown(f"**{title}** ({len(symbols):,})"), symbols) for title, symbols in shapes)]


def _shapes(file: PageFile) -> Iterable[tuple[str, list[PageSymbol]]]:
    symbols = file.symbols
    yield "Templates", [s for s in symbols if "template" in s.modifiers]
    yield "Specialisations", [s for s in symbols if "specialization" in s.modifiers or "template<>" in s.modifiers]
    abstract = _owners(s for s in symbols if _is_pure(s))
    yield "Interfaces, with functions that derived classes must define", abstract
    yield "Private implementations behind a pointer (pimpl)", _pimpl(file)
    constant = [s for s in symbols if "constexpr" in s.modifiers]
    yield "Functions that can be called at compile time", [s for s in constant if s.kind in _CALLABLE]
    yield "Constants known at compile time", [s for s in constant if s.kind not in _CALLABLE]
    yield "Factories: functions that give a new object of a class of this file", _factories(file)
    yield (
        "Function objects, which are called like functions",
        _owners(s for s in symbols if s.name == "operator()" or s.qualified.endswith(".__call__")),
    )
    yield "Context managers", _owners(s for s in symbols if s.name == "__exit__" and s.kind == "Method")
    yield "Iterators", _owners(s for s in symbols if s.name == "__next__" and s.kind == "Method")
    yield "Types that cannot be copied", _owners(s for s in symbols if s.kind == "Constructor" and _is_deleted_copy(s))
    yield "Coroutines", [s for s in symbols if "async" in s.modifiers]
    yield (
        "Names that only this file sees, in an anonymous namespace",
        [s for s in symbols if s.above and s.above.name == "(anonymous namespace)"],
    )


def _owners(symbols: Iterable[PageSymbol]) -> list[PageSymbol]:
    """The classes that the given members stand in, each once."""
    return list(dict.fromkeys(s.above for s in symbols if s.above and s.above.kind in ("Class", "Struct")))


def _is_pure(symbol: PageSymbol) -> bool:
    if symbol.kind in ("Field", "Variable"):
        return False  # it begins as 0
    return (
        re.search(r"=\s*0\s*;?$", symbol.signature) is not None
        or "= 0" in symbol.modifiers
        or "pure" in symbol.modifiers
        or any(each.rpartition(".")[2].lstrip("@").startswith("abstractmethod") for each in symbol.modifiers)
    )


def _is_deleted_copy(symbol: PageSymbol) -> bool:
    deleted = "= delete" in symbol.modifiers or "delete" in symbol.modifiers or symbol.signature.endswith("= delete")
    return (
        deleted
        and re.search(rf"\(\s*const\s+(?:\w+::)*{re.escape(symbol.name)}\b[^,]*&[^&,]*\)", symbol.signature) is not None
    )


def _pimpl(file: PageFile) -> list[PageSymbol]:
    """Fields that point to a class which the same file declares inside the owner, and does not define."""
    inner = {(s.above, s.name) for s in file.symbols if s.role == "declaration" and s.kind in ("Class", "Struct")}
    return [
        symbol
        for symbol in file.symbols
        if symbol.kind == "Field" and (match := _POINTER.search(symbol.signature)) and (symbol.above, match[1]) in inner
    ]


def _factories(file: PageFile) -> list[PageSymbol]:
    classes = {s.name for s in file.symbols if s.kind in ("Class", "Struct") and s.role == "definition"}
    found = []
    for symbol in file.symbols:
        head = symbol.signature.partition(symbol.name + "(")[0]
        if symbol.kind in ("Function", "Method") and (match := _POINTER.search(head)) and match[1] in classes:
            found.append(symbol)
    return found


def _name_platforms(counts: Sequence[int]) -> str:
    """ "3 translation units on Windows and none on Linux and macOS", as far as conditions of includes say so."""
    by_count: dict[int, list[Markdown]] = {}
    for platform, count in zip(PLATFORMS, counts, strict=False):
        by_count.setdefault(count, []).append(Markdown(platform))
    said = [
        Markdown(f"{number_of(count, 'translation unit') if count else 'none'} on {enumerate_parts(by_count[count])}")
        for count in sorted(by_count, reverse=True)
    ]
    return enumerate_parts(said)


def performance(writer: PageWriter, file: PageFile) -> list[str]:
    """What its change and its includes cost, and what it brings of threads, atomics and GPUs."""
    lines = []
    dependents, units = file.dependents
    if units:
        rebuilt = _name_platforms(file.units_by_platform) or number_of(units, "translation unit")
        lines.append(
            f"- **Changing it rebuilds** {rebuilt}: {number_of(dependents, 'file')} "
            f"{'includes' if dependents == 1 else 'include'} it directly or through others."
        )
    elif dependents:
        by_import = file.users and file.language not in PACKAGE_SCOPED  # who uses a file without is not among them
        verb, on = (import_verb(file.language), "") if by_import else ("depend", " on")
        verb += "s" if dependents == 1 else ""
        lines.append(f"- **A change may affect** {number_of(dependents, 'file')} that {verb}{on} it, directly or not.")
    if file.needs:
        lines.append(
            f"- **Weight**: {number_of(file.brings[0], 'file')} with {number_of(file.brings[1], 'line')} "
            f"{'comes' if file.brings[0] == 1 else 'come'} in with it."
        )
        heavy = sorted(file.needs, key=lambda other: (-other.brings[1], other.path))[:_HEAVIEST]
        heavy = [other for other in heavy if other.brings[1]]
        if heavy:
            parts = [
                Markdown(
                    f"{writer.file(other)} ({number_of(other.brings[1], 'line')}, "
                    f"{writer.line(file, file.needs[other])})"
                )
                for other in heavy
            ]
            lines.append(f"- **Heaviest of them**: {enumerate_parts(parts)}.")
    hot = [other for other in file.needs if other in writer.context.most_included]
    if hot:
        parts = [Markdown(f"{writer.file(other)} (in {number_of(len(other.users), 'file')})") for other in hot[:_SHOWN]]
        lines.append(
            f"- **Among what it {import_verb(file.language)}s, used the most in the repository**: "
            f"{enumerate_parts(parts, len(hot) - len(parts))}."
        )
    kernels = [symbol for symbol in file.symbols if "__global__" in symbol.modifiers]
    if kernels:
        shown = [Markdown(f"{writer.symbol(symbol)} ({writer.line(file, symbol.line)})") for symbol in kernels[:_SHOWN]]
        lines.append(f"- **GPU kernels** ({len(kernels):,}): {enumerate_parts(shown, len(kernels) - len(shown))}.")
    lines += _topic_notes(writer, file, "performance")
    return lines + _list_called(writer, file)


def _list_called(writer: PageWriter, file: PageFile) -> list[str]:
    """Functions outside the repository that are known for something other than a risk."""
    by_category: dict[str, list[Markdown]] = defaultdict(list)
    for known_, numbers in writer.context.uses.known.get(file.id, ()):
        if not known_.weaknesses and known_.category not in _SAFETY:
            by_category[known_.category or "other"].append(
                Markdown(f"{code(known_.name)} in {writer.lines(file, numbers)}")
            )
    return [
        f"- **Uses, {text(_CATEGORIES.get(category, category))}**: "
        f"{enumerate_parts(parts[:_SHOWN], len(parts) - _SHOWN)}."
        for category, parts in sorted(by_category.items())
    ]


def _topic_notes(writer: PageWriter, file: PageFile, subject: str) -> list[str]:
    by_topic: dict[str, list[Markdown]] = defaultdict(list)
    for include in file.includes:
        found = external_headers.note_of(include.spelling, include.form, file.language)
        if found and found.subject == subject and include.resolution in ("external", "missing"):
            verb = "imports" if include.form in ("import", "from") else "includes"
            by_topic[found.topic].append(
                Markdown(f"{verb} {code(include.spelling)} for {text(found.what)} ({writer.line(file, include.line)})")
            )
    return [
        f"- **{topic.capitalize() if topic.islower() else topic}**: {enumerate_parts(parts)}."
        for topic, parts in by_topic.items()
    ]


def authority(source: str) -> Markdown:
    """Who says so: a link, if it is one."""
    if source.startswith(("https://", "http://")) and not set(source) & set(" <>()\"'\\`|"):
        return link(text(source.split("/")[2]), source)
    return text(source)


def security(writer: PageWriter, file: PageFile) -> list[str]:
    """What is known to need care, each with its line and the weakness."""
    rows = []
    for include in file.includes:
        note = external_headers.note_of(include.spelling, include.form, file.language)
        if note and note.subject == "security" and include.resolution in ("external", "missing"):
            rows.append(
                (
                    writer.source(file, str(include.line), include.line),
                    code(include.spelling),
                    Markdown(f"{text(note.what)}"),
                    link(f"CWE-{note.cwe}", note.weakness) if note.cwe else Markdown(""),
                    text(note.source),
                )
            )
    for known_, numbers in writer.context.uses.known.get(file.id, ()):
        if known_.weaknesses or known_.category in _SAFETY:
            rows.append(
                (
                    writer.lines(file, numbers),
                    code(known_.name),
                    text(known_.description),
                    Markdown(
                        ", ".join(link(text(each), external_headers.weakness_page(each)) for each in known_.weaknesses)
                    ),
                    authority(known_.authority),
                )
            )
    if not rows:
        return []
    return [
        "Each of these is common and often right; it is where a review starts.",
        "",
        *table(("Line:", "Includes, imports or uses", "What it is", "Weakness", "Source"), rows),
    ]


def no_risk(file: PageFile) -> str:
    """What can be said where nothing of the catalogue of risky APIs was found: nothing of a text that is no program."""
    if file.language not in PROGRAMMING:
        return ""
    if file.language in CATALOGUED:
        return "It includes, imports and uses nothing that is known to be risky."
    return f"There is no catalogue of risky APIs of {file.language}: nothing can be said of what it imports and uses."
