"""Why a graph says less than it could, and what to do about it.

Input: a graph's manifest and tables, and how its translation units were read. Output: findings, the gravest first.
Nothing is run or built here: a header that the build makes is named with what makes it.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import polars as pl

from kgraph.coverage import (
    ANALYSED,
    NOT_PARSED,
    PROGRAMMING,
    Aspect,
    Coverage,
    no_grammar,
    not_analysed,
    noun,
    without_grammar,
)
from kgraph.distribution import install_command
from kgraph.errors import QueryError
from kgraph.languages import C_FAMILY
from kgraph.model import CompiledUnit
from kgraph.regular_file import read_small
from kgraph.repository_paths import ends_with
from kgraph.scan.omissions import notes
from kgraph.vocab.iri import display_path
from kgraph.wording import count_noun

EXAMPLES = 5
_MAX_NINJA_BYTES = 512 << 20
_HEADERS = (".h", ".hh", ".hpp", ".hxx", ".cuh", ".inl", ".inc", ".tcc", ".ipp", ".def")
_OF_THE_COMPILER = re.compile(r"(std(arg|bool|def|int|align|atomic)|float|limits|iso646|\w*intrin|cpuid)\.h$")
_READ_BY_INDEX = "a SCIP index brings declarations and uses: `kgraph build --scip FILE`"
_MAKE_DATABASE = (
    "configure with `cmake -DCMAKE_EXPORT_COMPILE_COMMANDS=ON -B build` (or run `bear -- make`), then "
    "`kgraph build --compile-commands build`"
)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that makes the graph poorer."""

    what: str  # a sentence
    advice: str  # what to do
    details: tuple[str, ...] = ()  # examples, each a line
    count: int = 0


def examine(
    manifest: Mapping[str, Any], files: pl.DataFrame, includes: pl.DataFrame, units: Sequence[CompiledUnit]
) -> list[Finding]:
    """What is wrong, the gravest first."""
    compiler_entry = manifest["ledger"].get("compiler")
    return [
        *_left_out(manifest),
        *_without_grammar(manifest["ledger"]["without_grammar"]),
        *_without_compiler(compiler_entry, files),
        *_find_failed_units(units),
        *_missing_headers(units, includes, compiler_entry),
        *_errors(units),
        *_flags(units),
        *(_without_unit(units, files) if units else ()),
        *_odd_entries(compiler_entry),
        *_not_analysed(files),
        *_not_parsed(files),
        *_find_skipped(manifest["ledger"]["skipped"]),
        *_find_unresolved(manifest["ledger"]["includes"]),
    ]


def diagnose_file(
    path: str, files: pl.DataFrame, units: Sequence[CompiledUnit], deciding_units: Mapping[str, str]
) -> Finding:
    """How one file was read; `deciding_units` names the unit that each file was read with."""
    if not path.isascii():
        with suppress(UnicodeEncodeError):  # of a lone surrogate that stands for no byte
            path = display_path(path)  # of a file whose name is no UTF-8, as the shell has it
    rows = files.filter(path=path)
    if not rows.height:
        raise QueryError(f"the graph has no file {path!r}", hint="give its path from the root of the repository")
    read_as, diagnostics = rows["read_as"][0], rows["diagnostics"].to_list()[0]
    lines = list(diagnostics)
    analysed = rows["analysed"][0].to_list()
    lacking = [aspect for aspect in Aspect if aspect not in analysed] if rows["language"][0] in PROGRAMMING else []
    if lacking:
        lines.append(f"not analysed: {', '.join(lacking)}")
    unit = next((unit for unit in units if unit.path == deciding_units.get(path)), None)
    if unit is None:
        advice = "nothing to do"
        if rows["language"][0] in C_FAMILY:
            advice = "no unit of the compile database reads it" if units else _MAKE_DATABASE
        elif lacking:
            advice = _READ_BY_INDEX
        return Finding(f"{path} was read as {read_as}", advice, tuple(lines))
    lines += [f"flags: {' '.join(unit.flags) or 'none'}", f"from {unit.source}", *unit.notes]
    lines.append(f"{unit.seconds:.2f} s of processor time")
    how = unit.outcome or (
        f"{count_noun(unit.error_count, 'error')} in the unit" if unit.error_count else "without errors"
    )
    by = "by itself" if unit.path == path else f"by way of {unit.path}"
    return Finding(f"{path} was read as {read_as}", f"read by the compiler {by}: {how}", tuple(lines))


def _left_out(manifest: Mapping[str, Any]) -> Iterator[Finding]:
    """Files that the graph does not have."""
    for note in notes(manifest):
        yield Finding(note.what, note.advice, note.details, note.count)


def _without_grammar(files: Mapping[str, int]) -> Iterator[Finding]:
    if files:
        advice = f"{install_command('languages')}, then build again"
        yield Finding(without_grammar(files), advice, count=sum(files.values()))


def _not_analysed(files: pl.DataFrame) -> Iterator[Finding]:
    """What was looked for in no file of a language that has a reader, and the languages that have none."""
    parsed = files.filter(pl.col("read_as").is_in(["syntax", "semantic"]))
    coverage = Coverage.of_table(parsed)
    for aspect in Aspect:
        if gaps := coverage.gaps(aspect):
            yield Finding(
                not_analysed(aspect, gaps),
                f"answers that depend on these {noun(aspect, gaps)} say so; {_READ_BY_INDEX}",
                count=sum(gap.files for gap in gaps),
            )
    unread = files.filter(
        pl.col("language").is_in(sorted(PROGRAMMING - set(ANALYSED))) & (pl.col("read_as") == "listed")
    )
    if unread.height:
        counts = unread.group_by("language").len().sort(["len", "language"], descending=[True, False])
        yield Finding(
            f"{count_noun(unread.height, 'file')} of languages that nothing here reads",
            "they are counted alone; answers that depend on them say so",
            _some([f"{language}  {number:,}" for language, number in counts.iter_rows()]),
            unread.height,
        )


def _not_parsed(files: pl.DataFrame) -> Iterator[Finding]:
    """Files that were only listed, by the reason, but for a grammar that is missing."""
    remarks = files.filter(pl.col("read_as") == "listed").select("path", "language", remark="diagnostics")
    remarks = remarks.explode("remark", empty_as_null=False).drop_nulls("remark")
    reasons: defaultdict[str, list[str]] = defaultdict(list)
    for path, language, remark in remarks.iter_rows():
        if remark.startswith(NOT_PARSED) and remark != NOT_PARSED + no_grammar(language or ""):
            reasons[remark.removeprefix(NOT_PARSED)].append(path)
    for reason, paths in sorted(reasons.items(), key=lambda item: (-len(item[1]), item[0])):
        yield Finding(
            f"{count_noun(len(paths), 'file')} listed and not parsed: {reason}",
            "each is a node with its lines; nothing that it declares or uses is in the graph",
            _some(paths),
            len(paths),
        )


def _without_compiler(compiler_entry: Mapping[str, Any] | None, files: pl.DataFrame) -> Iterator[Finding]:
    count = files.filter(pl.col("language").is_in(sorted(C_FAMILY))).height
    if compiler_entry and (lacks := compiler_entry.get("lacks")):
        how = f"{install_command('clang') if 'libclang' in lacks else _MAKE_DATABASE}, then build again"
        yield Finding(f"{compiler_entry['database']} was not used: {lacks}", how, count=count)
    elif not compiler_entry and count:
        yield Finding(
            f"no compiler read the {count:,} files of the C family: calls and references are inferred from their text",
            _MAKE_DATABASE,
            count=count,
        )


def _find_failed_units(units: Sequence[CompiledUnit]) -> Iterator[Finding]:
    """Units of which nothing is known."""
    failed = [unit for unit in units if unit.outcome and not unit.missing]
    if failed:
        yield Finding(
            f"{count_noun(len(failed), 'unit')} could not be read by the compiler; "
            "the text of their files alone was read",
            "see whether `clang` itself compiles them with the same flags; a crash or a limit costs one unit",
            _some([f"{unit.path}: {unit.outcome}" for unit in failed]),
            len(failed),
        )


def _missing_headers(
    units: Sequence[CompiledUnit], includes: pl.DataFrame, compiler_entry: Mapping[str, Any] | None
) -> Iterator[Finding]:
    """Headers that were not found, with what makes them."""
    users: defaultdict[str, set[str]] = defaultdict(set)
    first: dict[str, str] = {}
    for unit in units:
        for path, line, spelling in unit.missing:
            users[spelling].add(unit.path)
            first.setdefault(spelling, f"{path}:{line}")
    if not users:
        return
    made = _find_ninja_rules(Path(compiler_entry["database"]).parent if compiler_entry else Path(), users)
    templates = _templates(includes)
    groups: defaultdict[str, list[str]] = defaultdict(list)
    advice = {
        "made": "build these targets, which is all that is needed of the build, then build the graph again",
        "template": "configure the build, or build what makes them, then build the graph again",
        "compiler": f"they come with a compiler: {install_command('clang')}",
        "other": "install the libraries that they are of (their -dev or -devel packages), or configure without them",
    }
    what = {
        "made": "not found that the build makes",
        "template": "not found that the build makes from a template",
        "compiler": "of the compiler not found",
        "other": "not found",
    }
    affected: defaultdict[str, set[str]] = defaultdict(set)
    for spelling in sorted(users, key=lambda name: (-len(users[name]), name)):
        text = f"{spelling}  in {count_noun(len(users[spelling]), 'unit')}, first {first[spelling]}"
        if spelling in made:
            group, text = "made", f"{text}; {made[spelling]}"
        elif spelling in templates:
            group, text = "template", f"{text}; from {templates[spelling]}"
        else:
            group = "compiler" if _OF_THE_COMPILER.match(spelling) else "other"
        groups[group].append(text)
        affected[group] |= users[spelling]
    for group in ("made", "template", "compiler", "other"):
        if lines := groups[group]:
            alone = f"{count_noun(len(affected[group]), 'unit')} read as text alone"
            yield Finding(
                f"{count_noun(len(lines), 'header')} {what[group]}: {alone}",
                advice[group],
                _some(lines, 3 * EXAMPLES),
                len(lines),
            )


def _find_ninja_rules(folder: Path, spellings: Mapping[str, object]) -> dict[str, str]:
    """The ninja targets that make headers, by their spelling."""
    try:
        text = read_small(str(folder / "build.ninja"), _MAX_NINJA_BYTES).decode("utf-8", "replace")
    except OSError:
        return {}
    outputs: dict[str, list[str]] = {}
    for match in re.finditer(r"^build ((?:[^:\n$]|\$.|\$\n)+):", text.replace("$\n", ""), re.MULTILINE):
        for output in match[1].replace("|", " ").split():
            outputs.setdefault(PurePosixPath(output).name, []).append(output)
    commands = {}
    for spelling in spellings:
        for output in outputs.get(PurePosixPath(spelling).name, ()):
            if ends_with(output, spelling):
                commands[spelling] = f"ninja -C {folder} {output}"
                break
    return commands


def _templates(includes: pl.DataFrame) -> dict[str, str]:
    """The template of each header that the build makes from one."""
    rows = includes.filter(pl.col("templates").list.len() > 0).select("spelling", pl.col("templates").list.first())
    return {
        spelling: template.removeprefix("file/") for spelling, template in rows.unique().sort("spelling").iter_rows()
    }


def _errors(units: Sequence[CompiledUnit]) -> Iterator[Finding]:
    with_errors = [unit for unit in units if unit.errors and not unit.outcome]
    if with_errors:
        messages = Counter(f"{path}:{line}: {text}" for unit in with_errors for path, line, text in unit.errors)
        yield Finding(
            f"{count_noun(len(with_errors), 'unit')} were read with errors: what stands at their places may be missing",
            "often another compiler's extension; `units.json` in the graph's folder has all of them",
            _some([text for text, _ in sorted(messages.items(), key=lambda item: (-item[1], item[0]))]),
            len(with_errors),
        )


def _flags(units: Sequence[CompiledUnit]) -> Iterator[Finding]:
    notes = Counter(note for unit in units for note in unit.notes)
    if notes:
        yield Finding(
            f"{count_noun(len(notes), 'flag')} left out or not known to clang",
            "nothing to do where the units were read without errors",
            _some(
                [f"{note}  ({count_noun(n, 'unit')})" for note, n in sorted(notes.items(), key=lambda i: (-i[1], i[0]))]
            ),
            len(notes),
        )


def _without_unit(units: Sequence[CompiledUnit], files: pl.DataFrame) -> Iterator[Finding]:
    """Files of the C family that no unit reached."""
    rest = files.filter(pl.col("language").is_in(sorted(C_FAMILY)) & ~pl.col("read_as").is_in(["semantic", "skipped"]))
    compiled = {unit.path for unit in units}
    paths = [path for path in rest["path"].to_list() if path not in compiled]
    sources = [path for path in paths if not path.endswith(_HEADERS)]
    for what, some, why in (
        ("source", sources, "configure the build with the options that compile them"),
        ("header", [p for p in paths if p.endswith(_HEADERS)], "no unit includes them"),
    ):
        if some:
            folders = Counter(str(PurePosixPath(path).parent) for path in some)
            yield Finding(
                f"{count_noun(len(some), what)} read by no unit: uses are inferred from the text",
                f"{why}; tests, other platforms and vendored code are often left out on purpose",
                _some([f"{folder}/  {n}" for folder, n in sorted(folders.items(), key=lambda i: (-i[1], i[0]))]),
                len(some),
            )


def _odd_entries(compiler_entry: Mapping[str, Any] | None) -> Iterator[Finding]:
    if compiler_entry and compiler_entry.get("gone"):
        yield Finding(
            f"{count_noun(compiler_entry['gone'], 'file')} of the compile database are not there",
            "configure the build again: the database is older than the sources",
            count=compiler_entry["gone"],
        )


def _find_skipped(skipped: Sequence[Mapping[str, Any]]) -> Iterator[Finding]:
    if skipped:
        yield Finding(
            f"{count_noun(len(skipped), 'file')} could not be read or parsed",
            "each stays a node of the graph, with the reason",
            _some([f"{each['path']}: {each['reason']}" for each in skipped]),
            len(skipped),
        )


def _find_unresolved(includes: Mapping[str, int]) -> Iterator[Finding]:
    count = sum(includes.get(name, 0) for name in ("generated", "ambiguous", "missing"))
    if count:
        yield Finding(
            f"{count_noun(count, 'include')} {'leads' if count == 1 else 'lead'} to no file of the repository, though "
            f"{'it' if count == 1 else 'they'} should",
            "`kgraph query unresolved-includes` names them",
            count=count,
        )


def _some(lines: Sequence[str], most: int = EXAMPLES) -> tuple[str, ...]:
    rest = len(lines) - most
    return (*lines[:most], *([f"and {rest:,} more"] if rest > 0 else ()))
