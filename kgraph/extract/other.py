"""Every other language: what a parser tells at little cost, and else the number of lines.

Input: the bytes of a file and its language. Output: its facts, `read_as="syntax"` where something parsed it.

Grammars come as the optional extra `languages`; without one, or above a megabyte, where data begins and source ends, a
file is listed: it is a node with its lines and with the reason, and nothing fails. Code in lines such as people write
is read above a megabyte as well; the long lines of a minified script are data. Build files (CMake, Dockerfile) and
protocol buffers are read here by small scanners, because their grammars are tiny and no wheel has them.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib import import_module

from kgraph.coverage import NOT_PARSED, no_grammar
from kgraph.extract.scoped.reader import ScopedReader, read_scoped
from kgraph.extract.text import count_lines, is_binary, with_unix_line_ends
from kgraph.extract.treesitter.walk import parser
from kgraph.model import Diagnostic, FileFacts, Skipped

LARGE = 1_000_000  # bytes
_LONG_LINE = 100  # bytes, on average over a large file: people write shorter ones

# Where each language is read: a module of this package and a function in it, from content with Unix line ends to facts,
# or to None where there is no grammar.
_READERS = {
    "HTML": ("markup.documents", "extract_html"),
    "CMake": ("config.build_files", "cmake"),
    "Dockerfile": ("config.build_files", "dockerfile"),
    "Meson": ("config.meson", "meson"),
    "INI": ("config.data_files", "ini"),
    "JSON": ("config.data_files", "json"),
    "JSON with Comments": ("config.data_files", "json"),
    "TOML": ("config.data_files", "toml"),
    "YAML": ("config.data_files", "yaml"),
    "GraphQL": ("config.graphql", "graphql"),
    "SQL": ("config.sql", "sql"),
    "Protocol Buffer": ("config.protobuf", "proto"),
}

# And each language with lexical scopes: a module of `extract.scoped`, and the class in it.
_SCOPED_READERS = {
    "C#": ("csharp", "CSharpReader"),
    "Go": ("go", "GoReader"),
    "Java": ("java", "JavaReader"),
    "JavaScript": ("typescript", "JavaScriptReader"),
    "Kotlin": ("kotlin", "KotlinReader"),
    "PHP": ("php", "PhpReader"),
    "Ruby": ("ruby", "RubyReader"),
    "Rust": ("rust", "RustReader"),
    "Svelte": ("script_blocks", "SvelteReader"),
    "Swift": ("swift", "SwiftReader"),
    "TSX": ("typescript", "TsxReader"),
    "TypeScript": ("typescript", "TypeScriptReader"),
    "Vue": ("script_blocks", "ScriptBlockReader"),
}

_Reader = Callable[[bytes], FileFacts | Skipped | None]


def extract(content: bytes, language: str, *, with_uses: bool = True) -> FileFacts | Skipped:
    """The facts of a file in any language that has no module of its own."""
    if is_binary(content):
        return FileFacts(lines=0)
    lines = count_lines(content)
    scoped = find_scoped_reader(language)
    reader = None if scoped else _reader(language)
    if scoped is None and reader is None:
        return _make_listed_facts(lines, no_grammar(language)) if _has_grammar(language) else FileFacts(lines)
    if len(content) > LARGE and (scoped is None or len(content) > _LONG_LINE * lines):
        return _make_listed_facts(lines, f"larger than {LARGE // 1_000_000} MB")
    text = with_unix_line_ends(content)
    if scoped:
        return read_scoped(scoped, text, with_uses=with_uses)
    try:
        return (reader(text) if reader else None) or _make_listed_facts(lines, no_grammar(language))
    except RecursionError:
        return Skipped("nested too deeply", lines=lines)


def _make_listed_facts(lines: int, reason: str) -> FileFacts:
    return FileFacts(lines, diagnostics=(Diagnostic(0, NOT_PARSED + reason),))


def has_reader(language: str) -> bool:
    """Whether there is a reader for a language."""
    return find_scoped_reader(language) is not None or _reader(language) is not None


def _has_grammar(language: str) -> bool:
    """Whether a grammar reads a language, installed or not."""
    from kgraph.extract.treesitter import grammars

    return language in _SCOPED_READERS or language in grammars.GRAMMARS


@cache
def find_scoped_reader(language: str) -> type[ScopedReader] | None:
    """The reader of a language with lexical scopes, where its grammar is installed."""
    if language not in _SCOPED_READERS:
        return None
    module, name = _SCOPED_READERS[language]
    reader: type[ScopedReader] = getattr(import_module(f"kgraph.extract.scoped.{module}"), name)
    return reader if parser(reader.module, reader.function) else None


@cache
def _reader(language: str) -> _Reader | None:
    if language in _READERS:
        module, function = _READERS[language]
        reader: _Reader = getattr(import_module(f"kgraph.extract.{module}"), function)
        return reader
    from kgraph.extract.treesitter import grammars

    return grammars.reader(language)
