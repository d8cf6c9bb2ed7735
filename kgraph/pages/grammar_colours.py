"""Which parts of a source have which colour, by the grammars with which it was read.

Input: a language and a text. Output: its coloured spans, None where no grammar of the language is installed. A query
finds comments, literals, keywords and the names of definitions; all words that a grammar spells out are keywords, so
that a table has to name the rest alone. A grammar reads some megabytes in a second, a lexer of Pygments half a one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache

from pygments.token import Comment, Keyword, Name, Number, String, Token
from tree_sitter import Language, Parser, Query, QueryCursor

from kgraph.extract.treesitter.walk import parser

Span = tuple[object, str]  # kind of token, as Pygments names it, and text

_KEYWORD = re.compile(r"#?[A-Za-z_]\w+[?!:@]?(?: [a-z]+)*")
_IN_MACRO = re.compile(r"""//[^\n]*|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])+'""")
_KINDS = {
    "comment": Comment,
    "string": String,
    "number": Number,
    "keyword": Keyword,
    "name": Name.Function,
    "code": Token,  # within a string
    "macro": Token,  # the text of a macro, which is no tree
    "plain": Token,  # what looks like the name of a definition
}
_CASTS = frozenset({"static_cast", "dynamic_cast", "const_cast", "reinterpret_cast"})  # templates to the grammar


@dataclass(frozen=True, slots=True)
class Colours:
    """What a grammar calls the parts that have a colour: kinds of nodes, apart from `names`."""

    module: str
    comments: str = "comment"
    strings: str = ""
    numbers: str = ""
    words: str = ""  # keywords that are nodes of their own
    code: str = ""  # within strings
    names: str = ""  # patterns, which capture `@name`
    function: str = "language"
    no_words: str = ""  # of the grammar, which are none of the language
    stray: str = ""  # words of the language that are names to the grammar where it loses its way


_NAMED = "({} name: (_) @name)"


def _kind_of(kinds: str) -> str:
    return "\n".join(_NAMED.format(kind) for kind in kinds.split())


_CPP_NAMES = """
(function_declarator declarator: [(identifier) (field_identifier) (destructor_name)] @name)
(function_declarator declarator: (qualified_identifier name: [(identifier) (destructor_name)] @name))
(function_declarator
  declarator: (qualified_identifier name: (qualified_identifier name: [(identifier) (destructor_name)] @name)))
(class_specifier name: (type_identifier) @name body: (_))
(struct_specifier name: (type_identifier) @name body: (_))
(enum_specifier name: (type_identifier) @name body: (_))
(compound_statement (declaration declarator: (function_declarator declarator: (identifier) @plain)))
(template_function name: (identifier) @template)
"""
_CPP = Colours(
    "tree_sitter_cpp",
    strings="string_literal raw_string_literal char_literal system_lib_string",
    numbers="number_literal",
    words="primitive_type sized_type_specifier auto this true false null preproc_directive",
    names=_CPP_NAMES,
    stray="public protected private virtual explicit friend template typename",  # behind `class EXPORT_MACRO A`
)
_C = replace(
    _CPP,
    no_words="and and_eq bitand bitor catch class compl concept consteval constinit co_await co_return co_yield "
    "decltype delete explicit final friend mutable namespace new noexcept not not_eq operator or or_eq override "
    "private protected public requires template throw try typename using virtual xor xor_eq",
    stray="",
)
_JAVASCRIPT = Colours(
    "tree_sitter_javascript",
    comments="comment html_comment",
    strings="string template_string regex",
    numbers="number",
    words="true false null this super",
    code="template_substitution",
    names=_kind_of("function_declaration generator_function_declaration class_declaration method_definition"),
)
_TYPESCRIPT = Colours(
    "tree_sitter_typescript",
    strings="string template_string regex",
    numbers="number",
    words="true false null this super",
    code="template_substitution",
    names=_JAVASCRIPT.names
    + _kind_of("abstract_class_declaration interface_declaration enum_declaration type_alias_declaration"),
    function="language_typescript",
)
_PYTHON_NAMES = """
(decorator "@" @name)
(decorator [(identifier) (attribute)] @name)
(decorator (call function: (_) @name))
"""

COLOURS: dict[str, Colours] = {
    "C": _C,
    "C++": _CPP,
    "CUDA": _CPP,
    "C#": Colours(
        "tree_sitter_c_sharp",
        strings="string_literal verbatim_string_literal raw_string_literal character_literal "
        "interpolated_string_expression",
        numbers="integer_literal real_literal",
        words="boolean_literal null_literal predefined_type",
        code="interpolation",
        names=_kind_of(
            "class_declaration interface_declaration struct_declaration enum_declaration record_declaration "
            "method_declaration constructor_declaration delegate_declaration"
        ),
    ),
    "Go": Colours(
        "tree_sitter_go",
        strings="interpreted_string_literal raw_string_literal rune_literal",
        numbers="int_literal float_literal imaginary_literal",
        words="true false nil",
        names=_kind_of("function_declaration method_declaration type_spec"),
    ),
    "HCL": Colours(
        "tree_sitter_hcl",
        strings="string_lit quoted_template heredoc_template",
        numbers="numeric_lit",
        words="bool_lit null_lit",
        code="template_interpolation",
    ),
    "Java": Colours(
        "tree_sitter_java",
        comments="line_comment block_comment",
        strings="string_literal character_literal",
        numbers="decimal_integer_literal hex_integer_literal octal_integer_literal binary_integer_literal "
        "decimal_floating_point_literal hex_floating_point_literal",
        words="true false null_literal this super boolean_type void_type",
        code="string_interpolation",
        names=_kind_of(
            "class_declaration interface_declaration enum_declaration record_declaration annotation_type_declaration "
            "method_declaration constructor_declaration marker_annotation annotation"
        ),
    ),
    "JavaScript": _JAVASCRIPT,
    "JSON": Colours("tree_sitter_json", strings="string", numbers="number", words="true false null"),
    "Kotlin": Colours(
        "tree_sitter_kotlin",
        comments="line_comment block_comment",
        strings="string_literal multiline_string_literal character_literal",
        numbers="number_literal float_literal",
        code="interpolation",
        names=_kind_of("class_declaration function_declaration object_declaration"),
    ),
    "Makefile": Colours("tree_sitter_make", strings="string"),
    "PHP": Colours(
        "tree_sitter_php",
        strings="string encapsed_string heredoc_body nowdoc_string",
        numbers="integer float",
        words="boolean null primitive_type abstract_modifier",
        code="variable_name",
        names=_kind_of(
            "class_declaration interface_declaration trait_declaration enum_declaration function_definition "
            "method_declaration"
        ),
        function="language_php",
    ),
    "Python": Colours(
        "tree_sitter_python",
        strings="string",
        numbers="integer float",
        words="true false none",
        code="interpolation",
        names=_kind_of("function_definition class_definition") + _PYTHON_NAMES,
        no_words="__future__",
    ),
    "Ruby": Colours(
        "tree_sitter_ruby",
        strings="string heredoc_body string_array regex character",
        numbers="integer float",
        words="true false nil self super",
        code="interpolation",
        names=_kind_of("class module method singleton_method"),
    ),
    "Rust": Colours(
        "tree_sitter_rust",
        comments="line_comment block_comment",
        strings="string_literal raw_string_literal char_literal",
        numbers="integer_literal float_literal",
        words="boolean_literal primitive_type self super crate mutable_specifier",
        names=_kind_of(
            "function_item function_signature_item struct_item enum_item union_item trait_item type_item mod_item "
            "macro_definition"
        ),
    ),
    "Shell": Colours(
        "tree_sitter_bash",
        strings="string raw_string ansi_c_string heredoc_body",
        numbers="number",
        code="expansion simple_expansion command_substitution",
        names=_kind_of("function_definition"),
    ),
    "Starlark": Colours(
        "tree_sitter_starlark",
        strings="string",
        numbers="integer float",
        words="true false none",
        code="interpolation",
        names=_kind_of("function_definition"),
    ),
    "Swift": Colours(
        "tree_sitter_swift",
        comments="comment multiline_comment",
        strings="line_string_literal multi_line_string_literal raw_string_literal regex_literal",
        numbers="integer_literal real_literal hex_literal bin_literal oct_literal",
        words="boolean_literal self_expression super_expression",
        code="interpolated_expression",
        names=_kind_of("class_declaration function_declaration protocol_declaration protocol_function_declaration"),
    ),
    "TOML": Colours("tree_sitter_toml", strings="string", numbers="integer float", words="boolean"),
    "TSX": replace(_TYPESCRIPT, function="language_tsx"),
    "TypeScript": _TYPESCRIPT,
    "YAML": Colours(
        "tree_sitter_yaml",
        strings="double_quote_scalar single_quote_scalar block_scalar",
        numbers="integer_scalar float_scalar timestamp_scalar",
        words="boolean_scalar null_scalar",
    ),
}


def pattern(language: Language, colours: Colours) -> str:
    """The query that finds what has a colour. A kind that this grammar does not know is left out."""
    kinds = [language.node_kind_for_id(id_) for id_ in range(language.node_kind_count)]
    visible = {
        (kind, language.node_kind_is_named(id_))
        for id_, kind in enumerate(kinds)
        if kind and language.node_kind_is_visible(id_)
    }
    named = {kind for kind, is_named in visible if is_named}
    spelled = {kind for kind, is_named in visible if not is_named and _KEYWORD.fullmatch(kind)}
    words = spelled - set(colours.no_words.split())
    parts = [f"[{' '.join(f'{chr(34)}{word}{chr(34)}' for word in sorted(words))}] @keyword"] if words else []
    for capture, wanted in (
        ("comment", colours.comments),
        ("string", colours.strings),
        ("number", colours.numbers),
        ("keyword", colours.words),
        ("code", colours.code),
        ("macro", "preproc_arg"),
    ):
        if known := [kind for kind in wanted.split() if kind in named]:
            parts.append(f"[{' '.join(f'({kind})' for kind in known)}] @{capture}")
    return "\n".join([*parts, colours.names])


@cache
def _query(language: str) -> tuple[Parser, Query] | None:
    colours = COLOURS.get(language)
    parse = parser(colours.module, colours.function) if colours else None
    if colours is None or parse is None or parse.language is None:
        return None
    try:
        return parse, Query(parse.language, pattern(parse.language, colours))
    except ValueError:  # a grammar of another version, whose nodes have other names
        return None


def is_known(language: str) -> bool:
    """Whether there is a grammar that colours a language."""
    return _query(language) is not None


def colour(language: str, text: str) -> list[Span] | None:
    """The whole text in pieces, each of one colour."""
    found = _query(language)
    if found is None:
        return None
    parse, query = found
    data = text.encode("utf-8", "replace")
    spans = sorted(
        (node.start_byte, -node.end_byte, name)
        for name, nodes in QueryCursor(query).captures(parse.parse(data).root_node).items()
        for node in nodes
    )
    stray = _stray(COLOURS[language].stray)
    if len(data) == len(text):  # a byte is a character
        parts = ((name, text[start:end]) for start, end, name in _flat(spans, len(text)))
    else:
        parts = ((name, data[start:end].decode("utf-8", "replace")) for start, end, name in _flat(spans, len(data)))
    return [piece for name, part in parts for piece in _colour_pieces(name, part, stray)]


@cache
def _stray(words: str) -> re.Pattern[str] | None:
    return re.compile(rf"\b({'|'.join(words.split())})\b") if words else None


def _colour_pieces(name: str, text: str, stray: re.Pattern[str] | None) -> Iterator[Span]:
    if name == "template":
        yield Keyword if text in _CASTS else Token, text
    elif name == "macro":
        yield from _colour_macro(text)
    elif name or stray is None:
        yield _KINDS[name] if name else Token, text
    else:
        for number, part in enumerate(stray.split(text)):
            if part:
                yield Keyword if number % 2 else Token, part


def _colour_macro(text: str) -> Iterator[Span]:
    at = 0
    for inner in _IN_MACRO.finditer(text):
        if inner.start() > at:
            yield Token, text[at : inner.start()]
        yield Comment if inner[0].startswith("//") else String, inner[0]
        at = inner.end()
    if at < len(text):
        yield Token, text[at:]


def _flat(spans: list[tuple[int, int, str]], size: int) -> Iterator[tuple[int, int, str]]:
    """From, to and name of each stretch between two edges, where the innermost span counts."""
    around: list[tuple[int, str]] = [(size, "")]
    at = 0
    for start, negative_end, name in spans:
        while around[-1][0] <= start and len(around) > 1:
            end, own = around.pop()
            if end > at:
                yield at, end, own
                at = end
        if start > at:
            yield at, start, around[-1][1]
            at = start
        if around[-1][0] >= -negative_end:  # else it lies across an edge, as no node does
            around.append((-negative_end, name))
    for end, own in reversed(around):
        if end > at:
            yield at, end, own
            at = end
