"""What a file is for: its role, and the evidence for it.

Input: a file. Output: a role and a sentence. Each rule names what it saw, so that a reader can judge; the
first rule that holds wins.
"""

from __future__ import annotations

import re
from collections import Counter

from kgraph.languages import C_FAMILY, CODE, PYTHON_FAMILY, PYTHON_MODULES
from kgraph.pages.purpose import GENERATED_NOTE
from kgraph.pages.repository_model import PageFile, PageSymbol, RepositoryModel
from kgraph.relate.file_names import has_test_name, test_folder_of

TEST_MACROS = frozenset({"TEST", "TEST_F", "TEST_P", "TYPED_TEST", "TYPED_TEST_P", "BOOST_AUTO_TEST_CASE", "TEST_CASE"})
_BENCHMARK_MACROS = frozenset({"BENCHMARK", "BENCHMARK_F", "BENCHMARK_DEFINE_F", "BENCHMARK_TEMPLATE"})
_TEST_BASE = re.compile(r"\b(?:TestCase|Test)\b")
_BENCHMARK_FOLDERS = frozenset({"benchmark", "benchmarks", "bench"})
_FOLDERS_BESIDE = _BENCHMARK_FOLDERS | {
    *("demo", "demos", "doc", "docs", "documentation", "example", "examples", "sample", "samples"),
    *("tutorial", "tutorials"),
}
TEST_RANK, BESIDE_RANK = 1, 2
_HEADERS = (".h", ".hh", ".hpp", ".hxx", ".cuh", ".inl", ".ipp", ".tcc", ".inc")
_REQUIREMENTS = re.compile(r"(?:[\w.-]+[-_])?requirements(?:[-_][\w.-]+)?\.(?:txt|in)|constraints\.txt", re.IGNORECASE)
_BUILD = frozenset({"CMake", "Makefile", "Starlark", "Dockerfile", "Meson", "Ninja"})
_BUILD_NAMES = frozenset({"setup.py", "pyproject.toml", "setup.cfg", "package.json", "Cargo.toml", "meson.build"})
_DOCUMENTS = frozenset({"Markdown", "reStructuredText", "AsciiDoc", "TeX", "MDX", "Text", "Doxygen"})
_SETTINGS = frozenset(
    {
        *("YAML", "TOML", "INI", "JSON", "JSON5", "JSON with Comments", "Git Config", "Ignore List", "Git Attributes"),
        *("Dotenv", "EditorConfig", "XML", "CSV", "TSV", "Java Properties", "Go Module", "Go Checksums"),
        *("Gettext Catalog", "Protocol Buffer Text Format"),
    }
)

# What each role is called in a sentence.
NAMES = {
    "test": "a test",
    "benchmark": "a benchmark",
    "generated": "a generated file",
    "build": "part of the build",
    "documentation": "documentation",
    "header": "a header",
    "implementation": "a source file",
    "package": "a package",
    "program": "a program",
    "module": "a module",
    "configuration": "configuration or data",
    "source": "source code",
    "other": "a file of unknown kind",
}


def assign_roles(model: RepositoryModel) -> None:
    """Give every file its role."""
    for file in model.files.values():
        file.role, file.evidence = role(file)
        file.user_rank = user_rank(file)


def user_rank(file: PageFile) -> int:
    """Where a file stands among those that use something: first the product, then tests, then what is beside it:
    benchmarks, examples and documents."""
    if file.role in ("benchmark", "documentation") or not _FOLDERS_BESIDE.isdisjoint(file.path.lower().split("/")[:-1]):
        return BESIDE_RANK
    return TEST_RANK if file.role == "test" else 0


def role(file: PageFile) -> tuple[str, str]:
    """The role of a file and what shows it."""
    for rule in (_role_of_generated, _test, _benchmark, _build, _document, _role_by_language):
        if found := rule(file):
            return found
    return "other", f"its extension is {file.extension}" if file.extension else "its name has no extension"


def _role_of_generated(file: PageFile) -> tuple[str, str] | None:
    if match := GENERATED_NOTE.search(file.documentation[:2000]):
        return "generated", f"its leading comment says “{match[0]}”"
    return None


def _role_of_macro(file: PageFile, macros: frozenset[str]) -> tuple[PageSymbol, int] | None:
    made = [symbol for symbol in file.symbols if symbol.macro in macros]
    return (made[0], len(made)) if made else None


def _test(file: PageFile) -> tuple[str, str] | None:
    if made := _role_of_macro(file, TEST_MACROS):
        return "test", f"{made[0].macro} makes {made[1]} of its functions, first in line {made[0].line}"
    for symbol in file.symbols:
        if symbol.kind == "Class" and file.language in PYTHON_FAMILY:
            for base in symbol.bases:
                if _TEST_BASE.search(base):
                    return "test", f"class {symbol.name} in line {symbol.line} derives from {base}"
    if file.language in CODE:
        if has_test_name(file.path):
            return "test", "it has a test's name"
        if name := test_folder_of(file.path):
            return "test", f"it is in a folder called {name}"
    return None


def _benchmark(file: PageFile) -> tuple[str, str] | None:
    if made := _role_of_macro(file, _BENCHMARK_MACROS):
        return "benchmark", f"{made[0].macro} in line {made[0].line}"
    for include in file.includes:
        if include.spelling in ("benchmark/benchmark.h", "celero/Celero.h"):
            return "benchmark", f"it includes {include.spelling} in line {include.line}"
    if file.language in CODE:
        for name in file.path.lower().split("/")[:-1]:
            if name in _BENCHMARK_FOLDERS:
                return "benchmark", f"it is in a folder called {name}"
    return None


def _build(file: PageFile) -> tuple[str, str] | None:
    if file.language in _BUILD or file.name in _BUILD_NAMES:
        return "build", f"it is a {file.language} file" if file.language in _BUILD else f"the file is named {file.name}"
    return None


def _document(file: PageFile) -> tuple[str, str] | None:
    if _REQUIREMENTS.fullmatch(file.name):
        return "configuration", "its name says that it lists required packages"
    if file.folder.name.lower() == "requirements" and file.extension in (".txt", ".in"):
        return "configuration", "it is in a folder of lists of required packages"
    return ("documentation", f"it is written in {file.language}") if file.language in _DOCUMENTS else None


def _role_by_language(file: PageFile) -> tuple[str, str] | None:
    if file.language in C_FAMILY:
        if file.extension.lower() in _HEADERS:
            return "header", f"its extension is {file.extension}"
        mains = [symbol for symbol in file.symbols if symbol.kind == "Function" and symbol.qualified == "main"]
        if mains:
            return "program", f"it defines main in line {mains[0].line}"
        return "implementation", f"its extension is {file.extension}, and it defines no main"
    if file.language in PYTHON_MODULES:
        if file.name in ("__init__.py", "__init__.pyx"):
            return "package", f"the file is named {file.name}"
        return "module", f"it is a {file.language} file"
    if file.language in _SETTINGS:
        return "configuration", f"it is written in {file.language}"
    if file.language:
        return "source", f"it is written in {file.language}"
    if including := sum(user.language in C_FAMILY for user in file.users):  # <Eigen/Core>
        return "header", f"{including:,} {'file includes' if including == 1 else 'files include'} it"
    return None


def count_roles(files: list[PageFile]) -> list[tuple[str, int]]:
    """How many files have which role, the most frequent first."""
    return sorted(Counter(file.role for file in files).items(), key=lambda item: (-item[1], item[0]))
