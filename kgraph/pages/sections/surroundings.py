"""Who is around a file: tests, users, related files, documents, neighbours."""

from __future__ import annotations

from kgraph.languages import import_verb
from kgraph.model import RelationReason, is_counterpart
from kgraph.pages.markdown import Markdown, code, text
from kgraph.pages.page_context import PageWriter, enumerate_parts, number_of, table
from kgraph.pages.repository_model import PageFile, PageSymbol
from kgraph.pages.sections import documents
from kgraph.pages.uses import FileUses, Use

_TESTS = 15
_USERS = 15
_LISTED = 40
_NAMES = 4  # of what a file uses, with their lines


def _users(file: PageFile) -> list[tuple[PageFile, int]]:
    """Who includes or imports it: those of its own folder first, then as `roles.user_rank` says."""

    def key(item: tuple[PageFile, int]) -> tuple[bool, int, str]:
        return item[0].folder is not file.folder, item[0].user_rank, item[0].path

    return sorted(file.users.items(), key=key)


def testing(writer: PageWriter, file: PageFile) -> list[str]:
    """Tests, and the lines that use it."""
    lines = []
    callers = writer.users(file)
    tests = [(other, line) for other, line in _users(file) if other.role == "test"]
    test_uses = [(other, their_uses) for other, their_uses in callers if other.role == "test"]
    by_relation = [each for each in file.related if RelationReason.TESTS in each.reasons]
    known = {other for other, _ in tests} | {other for other, _ in test_uses}
    related_tests = [each for each in by_relation if each.file not in known]
    if tests or related_tests or test_uses:
        lines += ["### Testing", ""]
        lines += _list_users(writer, test_uses, _TESTS)
        using = {other for other, _ in test_uses}
        tests = [(other, line) for other, line in tests if other not in using]  # which say more of it
        for other, line in tests[:_TESTS]:
            lines.append(f"- {writer.file(other)} {import_verb(other.language)}s it in {writer.line(other, line)}")
        if len(tests) > _TESTS:
            lines.append(f"- and {number_of(len(tests) - _TESTS, 'more test')}")
        lines += [f"- {writer.file(each.file)} {text('; '.join(each.reasons))}" for each in related_tests]
        lines.append("")
    elif file.role in ("header", "implementation", "module", "package"):
        lines += ["### Testing", "", f"No test was found that {import_verb(file.language)}s it directly.", ""]
    sites = [(other, their_uses) for other, their_uses in callers if other.role != "test"]
    if sites:
        lines += ["### Usage Examples", "", *_list_users(writer, sites, _USERS)]
    users = [(other, line) for other, line in _users(file) if other.role != "test"]
    if users and not sites:
        lines += ["### Usage Examples", ""]
        for other, line in users[:_USERS]:
            lines.append(f"- {writer.file(other)} {import_verb(other.language)}s it in {writer.line(other, line)}")
        if len(users) > _USERS:
            lines.append(f"- and {number_of(len(users) - _USERS, 'more file')}: see Cross-References")
    while lines and not lines[-1]:
        lines.pop()
    return [*lines, *_certainty(callers)] if tests or related_tests or users or callers else []


def _list_users(writer: PageWriter, callers: list[FileUses], most: int) -> list[str]:
    """Who uses what, and in which lines."""
    lines = []
    for other, their_uses in callers[:most]:
        named = _group_by_name(their_uses)
        shown = list(named.items())[:_NAMES]
        inferred = [any(use.inferred for _, use in found) for _, found in shown]
        parts = []
        verbs = [_verb(found) for _, found in shown]
        for (name, found), is_inferred, verb in zip(shown, inferred, verbs, strict=True):
            where = writer.lines(other, [line for _, use in found for line in use.lines], 4)
            likely = " (likely)" if is_inferred and not all(inferred) else ""
            own = f"{verb} " if len(set(verbs)) > 1 else ""
            parts.append(Markdown(f"{own}{writer.symbol(found[0][0], name)} in {where}{likely}"))
        likely = " (all likely)" if len(shown) > 1 else " (likely)"
        words = enumerate_parts(parts, len(named) - len(parts))
        same = f"{verbs[0]} " if len(set(verbs)) == 1 else ""
        lines.append(f"- {writer.file(other)} {same}{words}{likely if all(inferred) else ''}")
    if len(callers) > most:
        lines.append(f"- and {number_of(len(callers) - most, 'more file')}: see Cross-References")
    return lines


def _verb(found: list[tuple[PageSymbol, Use]]) -> str:
    return "overrides" if all(use.kinds == ("Override",) for _, use in found) else "uses"


def _group_by_name(their_uses: list[tuple[PageSymbol, Use]]) -> dict[str, list[tuple[PageSymbol, Use]]]:
    """What a file uses, by the names that are shown: overloads stand together."""
    named: dict[str, list[tuple[PageSymbol, Use]]] = {}
    for symbol, use in their_uses:
        named.setdefault(_with_owner(symbol), []).append((symbol, use))
    return named


def _with_owner(symbol: PageSymbol) -> str:
    """ "Node::Node" of a constructor and "Version.__str__" of a special method, whose own names say too little."""
    is_special = symbol.kind in ("Constructor", "Destructor") or symbol.name.startswith(("__", "operator"))
    if not is_special or symbol.above is None or symbol.above.kind in ("Module", "Namespace"):
        return symbol.name
    return f"{symbol.above.name}{'::' if '::' in symbol.qualified else '.'}{symbol.name}"


def _certainty(callers: list[FileUses]) -> list[str]:
    evidence = {each for _, found in callers[:_USERS] for _, use in found[:4] if use.inferred for each in use.evidence}
    if not evidence:
        return []
    told = enumerate_parts([text(each) for each in sorted(evidence)])
    return ["", f"Uses marked *likely* were inferred from names and types. Evidence: {told}."]


def list_related(writer: PageWriter, file: PageFile) -> list[str]:
    """The ranked list with reasons."""
    if not writer.context.model.has_related:
        return ["This graph was built with `--no-related`: which files are related is not known."]
    if not file.related:
        return []
    rows = [
        (each.rank, writer.file(each.file), Markdown(f"{each.score:.2f}"), text("; ".join(each.reasons)))
        for each in file.related
    ]
    lines = []
    if counterpart := next((each for each in file.related if is_counterpart(each.reasons[0])), None):
        lines = [f"Its counterpart is {writer.file(counterpart.file)}.", ""]
    return lines + table(("Rank:", "File", "Score:", "Why"), rows)


def references(writer: PageWriter, file: PageFile) -> list[str]:
    """Included by, declared elsewhere, documents, and the pages around."""
    model = writer.context.model
    lines = []
    users = _users(file)
    if users:
        verb = "included" if all(import_verb(other.language) == "include" for other, _ in users) else "imported"
        lines += [f"### {verb.capitalize()} By", ""]
        lines += [f"- {writer.file(other)}, {writer.line(other, line)}" for other, line in users[:_LISTED]]
        if len(users) > _LISTED:
            command = code(f"kgraph query includers --param path={file.path}")
            lines.append(f"- and {number_of(len(users) - _LISTED, 'more file')}: {command}")
        lines.append("")
    callers = writer.users(file)
    if callers:
        lines += ["### Used By", ""]
        for other, found in callers[:_LISTED]:
            used = [writer.symbol(uses[0][0], name) for name, uses in _group_by_name(found).items()]
            lines.append(f"- {writer.file(other)}: {enumerate_parts(used[:6], len(used) - 6)}")
        if len(callers) > _LISTED:
            lines.append(f"- and {number_of(len(callers) - _LISTED, 'more file')}")
        lines.append("")
    counterparts: dict[PageFile, list[str]] = {}
    for symbol in file.symbols:
        if symbol.kind in ("Namespace", "Heading", "Property"):
            continue
        for place in model.places[symbol.id]:
            if place.file is not file:
                counterparts.setdefault(place.file, []).append(symbol.name)
    if counterparts:
        lines += ["### Declared or Defined Elsewhere", ""]
        ranked = sorted(counterparts.items(), key=lambda item: (-len(set(item[1])), item[0].path))
        for other, names in ranked[:_LISTED]:
            unique = list(dict.fromkeys(names))
            words = enumerate_parts([code(name) for name in unique[:6]], len(unique) - 6)
            lines.append(f"- {writer.file(other)}: {words}")
        if len(ranked) > _LISTED:
            lines.append(f"- and {number_of(len(ranked) - _LISTED, 'more file')}")
        lines.append("")
    mentioned = [f"- {writer.node(id_)} links to it" for id_ in sorted(file.documents)[:_LISTED]]
    mentioned += documents.list_file_mentions(writer, file)
    if mentioned:
        lines += ["### Mentioned In", "", *mentioned, ""]
    return lines + _navigation(writer, file)


def _navigation(writer: PageWriter, file: PageFile) -> list[str]:
    lines = ["### Pages", ""]
    lines.append(f"- **File Documentation**: {writer.file(file, file.name + '_docs')}")
    lines.append(f"- **Keyword Index**: {writer.file(file, file.name + '_kw', 'kw')}")
    lines.append(f"- **Folder Index**: {writer.folder(file.folder, kind='index')}")
    lines.append(f"- **Folder Documentation**: {writer.folder(file.folder, kind='doc')}")
    lines.append(f"- **Folder Keywords**: {writer.folder(file.folder, kind='sub')}")
    siblings = file.folder.files
    for word, place in (("Previous", file.place - 1), ("Next", file.place + 1)):
        if 0 <= place < len(siblings):
            lines.append(f"- **{word}**: {writer.file(siblings[place], siblings[place].name)}")
    return lines
