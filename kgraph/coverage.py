"""What of each file was analysed, and what that leaves open: the one home of "this was not read".

Input: languages, and what of their files was analysed. Output: gaps, and sentences about them.

A file's declarations, imports and uses are *analysed* where a reader looked for them, whether or not there were any. An
answer that depends on files in which they were not is not complete, and its caller adds the sentence of `note`.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

from kgraph.escape import quote
from kgraph.languages import C_FAMILY, CODE, PYTHON_FAMILY
from kgraph.scoped_languages import SCOPED_LANGUAGES

if TYPE_CHECKING:
    import polars as pl

MAX_LANGUAGES = 5  # that a sentence names
MAX_NAMES = 5  # of functions
NOT_PARSED = "not parsed: "  # begins the remark that says why a file is only listed


class Aspect(StrEnum):
    """A kind of fact that a reader looks for in a file; the values of `kg:analysed`."""

    DECLARATIONS = "declarations"  # symbols, with where they stand
    IMPORTS = "imports"  # includes too
    USES = "uses"  # calls, references, base classes, ...


_ALL = frozenset(Aspect)
_DECLARATIONS = frozenset({Aspect.DECLARATIONS})

# What the reader of each language looks for; a language that is not here has no reader. A test holds the table to the
# readers that there are.
ANALYSED: Mapping[str, frozenset[Aspect]] = {
    **dict.fromkeys((*sorted(C_FAMILY | PYTHON_FAMILY), "Protocol Buffer", "GraphQL", "HCL", "SQL"), _ALL),
    "Shell": _DECLARATIONS,
    "CMake": _DECLARATIONS,
    "Dockerfile": _DECLARATIONS,
    "Makefile": _DECLARATIONS,
    "Meson": _DECLARATIONS,
    "Starlark": _DECLARATIONS,
    "HTML": _DECLARATIONS,
    "INI": _DECLARATIONS,
    "JSON": _DECLARATIONS,
    "JSON with Comments": _DECLARATIONS,
    "Markdown": _DECLARATIONS,
    "reStructuredText": _DECLARATIONS,
    "TOML": _DECLARATIONS,
    "YAML": _DECLARATIONS,
    **dict.fromkeys(SCOPED_LANGUAGES, _ALL),
}

# Languages whose files declare, import and use things. Of a document or a data file nothing is missing where no import
# of it was analysed.
PROGRAMMING: frozenset[str] = CODE | {
    *(
        "Assembly",
        "Awk",
        "Batchfile",
        "Clojure",
        "CMake",
        "Common Lisp",
        "Crystal",
        "Elm",
        "Emacs Lisp",
        "GLSL",
        "Gradle",
        "HLSL",
    ),
    *("Jsonnet", "Jupyter Notebook", "Lean", "Lex", "Luau", "M4", "Makefile", "Meson", "Metal", "Nim", "Nix", "OpenCL"),
    *("Pascal", "Protocol Buffer", "Scheme", "Starlark", "Svelte", "SWIG", "SystemVerilog", "Tcl", "Thrift", "VHDL"),
    *("Verilog", "Vim Script", "Visual Basic .NET", "Yacc", "fish"),
    *("ASP.NET", "Ada", "Astro", "COBOL", "EJS", "GDScript", "Haxe", "Java Server Pages", "MDX", "Pug", "QML"),
    *("Racket", "Razor", "Ruby templates", "Solidity", "Vala", "XAML"),
}

# Languages that say how others are built or run: no rule on imports is about them.
BUILD: frozenset[str] = frozenset(
    {"Batchfile", "CMake", "Dockerfile", "Gradle", "M4", "Makefile", "Meson", "Shell", "Starlark", "fish"}
)

# Languages, other than those of programs, whose files name others by their paths: of builds, workflows and settings.
NAMING: frozenset[str] = BUILD | {"INI", "JSON", "JSON with Comments", "JSON5", "TOML", "XML", "YAML"}

# Languages that others read to generate code.
_GENERATING: frozenset[str] = frozenset({"Protocol Buffer", "GraphQL"})
_PROSE: frozenset[str] = frozenset({"Markdown", "reStructuredText", "Text"})
_NAMERS = "builds, workflows, scripts and programs"

# Languages of whose external functions and modules some are known as risky or notable (`assemble.external_apis`).
CATALOGUED: frozenset[str] = C_FAMILY | PYTHON_FAMILY

_JVM = frozenset({"Java", "Kotlin", "Groovy", "Scala", "Clojure", "Java Server Pages"})
_DOT_NET = frozenset({"C#", "F#", "Visual Basic .NET", "PowerShell", "Razor", "ASP.NET", "XAML"})
_SCRIPTS = frozenset({"JavaScript", "TypeScript", "TSX", "Vue", "Svelte", "Astro", "EJS", "MDX", "Pug"})
# What includes headers of C or calls its functions by name.
_NATIVE = C_FAMILY | {
    "Assembly",
    "Cython",
    "Go",
    "Lex",
    "Metal",
    "OpenCL",
    "Rust",
    "SWIG",
    "Swift",
    "Yacc",
    "Zig",
    "QML",
}
# Languages whose includes and imports are paths, which may lead to a file of any language.
BY_PATH: frozenset[str] = C_FAMILY | _SCRIPTS | {"PHP", "Protocol Buffer", "Ruby", "SCSS"}
_USERS: Mapping[str, frozenset[str]] = {
    **dict.fromkeys(_JVM, _JVM),
    **dict.fromkeys(_DOT_NET, _DOT_NET),
    **dict.fromkeys(_SCRIPTS, _SCRIPTS),
    **dict.fromkeys(PYTHON_FAMILY, PYTHON_FAMILY),
    **dict.fromkeys(C_FAMILY, _NATIVE),
    "Assembly": _NATIVE,
    "Ruby": frozenset({"Ruby", "Ruby templates"}),
    "Swift": frozenset({"Swift", "Objective-C", "Objective-C++"}),
    "Shell": frozenset({"Shell", "fish"}),
    "Verilog": frozenset({"Verilog", "SystemVerilog"}),
    "SystemVerilog": frozenset({"Verilog", "SystemVerilog"}),
}


def aspects_of(language: str) -> frozenset[Aspect]:
    """What the reader of a language looks for; nothing where it has none."""
    return ANALYSED.get(language, frozenset())


def describe_use_by_path(language: str) -> str:
    """A sentence where files of a language are used by their paths, which no reader looks for; "" where others import
    or use what they declare."""
    if language in _GENERATING:
        return (
            f"code that is generated from {language} is found by its name alone: there may be uses that are not listed"
        )
    if Aspect.IMPORTS in aspects_of(language):
        return ""
    files = f"files of {language}" if language else "such files"
    return f"{_NAMERS} name {files} by path, which was not analysed: there may be uses that are not listed"


def names_paths_note(language: str) -> str:
    """A sentence where files of a language name others by paths, of which only links are read; "" where they import."""
    if not language or language in _PROSE or Aspect.IMPORTS in aspects_of(language):
        return ""
    return f"of {language} only links to files are read: there may be files that it names and that are not listed"


def no_grammar(language: str) -> str:
    """Why files of a language are only listed whose grammar is not installed."""
    return f"the grammar of {language} is not installed"


def without_grammar(files: Mapping[str, int]) -> str:
    """A sentence on the languages that were only listed for want of a grammar, by their files."""
    listed = _list_names([str(Gap(language, number, number)) for language, number in files.items()])
    return f"{listed} {'was' if sum(files.values()) == 1 else 'were'} listed and not parsed, for want of a grammar"


def users_of(languages: Iterable[str]) -> frozenset[str]:
    """The languages whose files may import or use by name what files of the given ones declare."""
    return frozenset(user for language in languages for user in _USERS.get(language, (language,)))


@cache
def languages_used_by(languages: frozenset[str]) -> frozenset[str]:
    """The languages whose declarations files of the given ones may import or use by name."""
    return languages | {used for used, users in _USERS.items() if users & languages}


@dataclass(frozen=True, slots=True)
class Gap:
    """Files of one language in which something was not analysed."""

    language: str
    files: int
    total: int  # files of the language in the scope of the question

    def __str__(self) -> str:
        number = f"{self.files:,}" if self.files == self.total else f"{self.files:,} of {self.total:,}"
        return f"{self.language} ({number} {'file' if self.total == 1 else 'files'})"


class Coverage:
    """What was analysed of some files, by language."""

    def __init__(self) -> None:
        self._totals: Counter[str] = Counter()
        self._analysed: defaultdict[str, Counter[str]] = defaultdict(Counter)

    @classmethod
    def of_files(cls, files: Iterable[tuple[str | None, Collection[str]]]) -> Coverage:
        """The coverage of files, each given by its language and by what of it was analysed."""
        counted = cls()
        for language, aspects in files:
            if language:
                counted.add(language, 1, dict.fromkeys(aspects, 1))
        return counted

    @classmethod
    def of_table(cls, files: pl.DataFrame | pl.LazyFrame) -> Coverage:
        """The coverage of rows of the table `files`, by `language` and `analysed`."""
        import polars as pl  # here, for a command that finds nothing changed does without it

        counted = cls()
        alike = files.lazy().drop_nulls("language").group_by("language", pl.col("analysed").list.join(" ")).len()
        for language, aspects, count in alike.collect().iter_rows():
            counted.add(language, count, dict.fromkeys(aspects.split(), count))
        return counted

    @classmethod
    def of_manifest(cls, manifest: Mapping[str, Any]) -> Coverage:
        """The coverage of all files of a graph, as its manifest has it."""
        counted = cls()
        for language, files in manifest["ledger"]["analysed"].items():
            counted.add(language, files["files"], {aspect: files[aspect] for aspect in Aspect})
        return counted

    def add(self, language: str, files: int, analysed: Mapping[str, int]) -> None:
        """Count `files` more of a language, and of them those in which each aspect was analysed."""
        self._totals[language] += files
        self._analysed[language].update(analysed)

    @property
    def languages(self) -> Collection[str]:
        """The languages of the files, those of data among them."""
        return self._totals.keys()

    def count_by_language(self) -> Iterable[tuple[str, int, Mapping[str, int]]]:
        """Each programming language, its files, and in how many of them each aspect was analysed; most files first."""
        for language, total in sorted(self._totals.items(), key=lambda item: (-item[1], item[0])):
            if language in PROGRAMMING:
                yield language, total, self._analysed[language]

    def gaps(self, aspect: Aspect, languages: Collection[str] | None = None) -> list[Gap]:
        """Where an aspect was not analysed, most files first; in the given languages, or in any but those of builds."""
        found = [
            Gap(language, total - analysed[aspect], total)
            for language, total, analysed in self.count_by_language()
            if analysed[aspect] < total and (language not in BUILD if languages is None else language in languages)
        ]
        return sorted(found, key=lambda gap: (-gap.files, gap.language))

    def catalogue_note(self) -> str:
        """A sentence on the languages that no catalogue of risky functions is about; "" where there are none."""
        gaps = [
            Gap(name, files, files) for name, files, _ in self.count_by_language() if name not in CATALOGUED | BUILD
        ]
        return (
            f"no catalogue of risky functions covers {_list_gaps(gaps)}: what is called there is not listed"
            if gaps
            else ""
        )

    def note(self, aspect: Aspect, languages: Collection[str] | None = None) -> str:
        """A sentence on what was not analysed and may change an answer; "" where that is nothing."""
        return note(aspect, self.gaps(aspect, languages))


_PARTICIPLES = {Aspect.DECLARATIONS: "declared", Aspect.IMPORTS: "included or imported", Aspect.USES: "used"}


Bearing = Literal[
    "facts", "absence", "evidence"
]  # how an answer depends: it lists facts, what has none, or conclusions


def note(aspect: Aspect, gaps: Collection[Gap], bearing: Bearing = "facts") -> str:
    """A sentence on gaps: "uses of Java (212 files) were not analysed: there may be uses that are not listed"."""
    if not gaps:
        return ""
    if bearing == "evidence":
        return f"{not_analysed(aspect, gaps)}: what would follow from them is not listed"
    if bearing == "absence":
        participle = _PARTICIPLES[aspect]
        rest = ", and their own symbols are not listed" if aspect == Aspect.USES else ""
        return f"{not_analysed(aspect, gaps)}: what is listed may be {participle} there{rest}"
    return f"{not_analysed(aspect, gaps)}: there may be {noun(aspect, gaps)} that are not listed"


def note_unfollowed(calls: Mapping[str, int]) -> str:
    """A sentence on calls by the names of what changed that lead nowhere, by name; "" where there are none."""
    named = sorted(((name, count) for name, count in calls.items() if count), key=lambda item: (-item[1], item[0]))
    if not named:
        return ""
    shown = [f"{count:,} of {quote(name)}" for name, count in named[:MAX_NAMES]]
    shown += [f"those of {len(named) - MAX_NAMES:,} more names"] if len(named) > MAX_NAMES else []
    return (
        f"calls by name that could not be resolved, may be of what changes, and are not followed: {_list_names(shown)}"
    )


def not_analysed(aspect: Aspect, gaps: Collection[Gap]) -> str:
    """The first half of that sentence."""
    return f"{noun(aspect, gaps)} of {_list_gaps(gaps)} were not analysed"


def _list_gaps(gaps: Collection[Gap]) -> str:
    shown = [str(gap) for gap in gaps][:MAX_LANGUAGES]
    if len(gaps) > len(shown):
        rest = list(gaps)[len(shown) :]
        files = sum(gap.files for gap in rest)
        others = "language" if len(rest) == 1 else "languages"
        shown.append(f"{len(rest):,} more {others} ({files:,} {'file' if files == 1 else 'files'})")
    return _list_names(shown)


def _list_names(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def noun(aspect: Aspect, gaps: Collection[Gap] = ()) -> str:
    """What an aspect is called in the languages of some gaps: symbols, includes, imports, uses."""
    if aspect == Aspect.DECLARATIONS:
        return "symbols"
    if aspect == Aspect.IMPORTS and gaps:
        included = {gap.language in C_FAMILY for gap in gaps}
        return "includes and imports" if len(included) == 2 else "includes" if included == {True} else "imports"
    return str(aspect)
