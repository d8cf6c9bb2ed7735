"""Meson's files: statements for assembly, options, variables, and the files that they name.

Input: the bytes of a `meson.build`, `meson.options` or `meson_options.txt`. Output: `FileFacts`. What variables hold
and which targets are made is for assembly, which sees all files.

Meson's own parser is a part of its program and promises nothing to others; the grammar is small, so that it is read
here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from kgraph.build_facts import BuildFacts, Expression, PackageFact, Scope
from kgraph.extract.config.meson_parser import MesonParser, MesonToken, meson_tokens
from kgraph.extract.text import clean, count_lines, flatten, link
from kgraph.model import Diagnostic, FileFacts, Kind, LinkFact, SymbolFact

_FILE = re.compile(r"[\w./+@-]*\w\.[A-Za-z][\w+]{0,10}(?:\.in)?")
_LONG_SIGNATURE = 160


def meson(content: bytes) -> FileFacts:
    """Options, variables, dependencies, statements; files that are named."""
    tokens = meson_tokens(clean(content.decode("utf-8", "replace")))
    parser = MesonParser(tokens)
    statements = tuple(parser.block(0))
    notes = (Diagnostic(parser.damaged, "syntax error"),) if parser.damaged else ()
    build = BuildFacts(tuple(_packages(parser.calls)), statements=statements)
    symbols, links = tuple(_symbols(parser)), tuple(_links(parser, tokens))
    return FileFacts(count_lines(content), "syntax", symbols=symbols, links=links, diagnostics=notes, build=build)


def _literal(call: Expression, name: str = "") -> str:
    """The literal text of an argument: the first one, or one by name; "" where it is none."""
    for given, item in zip(call.names, call.items[1:], strict=True):
        if given == name:
            return item.text if item.form == "text" else ""
    return ""


def _packages(calls: Sequence[Expression]) -> Iterator[PackageFact]:
    """What `dependency` names; one that may be missing is optional."""
    for call in calls:
        if call.items[0].form == "name" and call.items[0].text == "dependency" and (name := _literal(call)):
            arguments = dict(zip(call.names, call.items[1:], strict=True))
            required, native = arguments.get("required"), arguments.get("native")
            is_required = required is None or (required.form, required.text) == ("truth", "true")
            scope: Scope = "runtime" if is_required else "optional"
            if native is not None and (native.form, native.text) == ("truth", "true"):
                scope = "build"
            version = arguments.get("version")
            versions = version.items if version is not None and version.form == "list" else (version,)
            specifier = ",".join(each.text for each in versions if each is not None and each.form == "text")
            yield PackageFact("meson", name, call.line, specifier, scope)


def _symbols(parser: MesonParser) -> Iterator[SymbolFact]:
    for call in parser.calls:
        if call.items[0].form == "name" and call.items[0].text == "option" and (name := _literal(call)):
            doc = flatten(_literal(call, "description"))
            signature = flatten(f"option({name})", _LONG_SIGNATURE)
            yield SymbolFact(Kind.VARIABLE, name, call.line, call.end, local=True, signature=signature, doc=doc)
    for name, (line, end) in parser.variables.items():
        yield SymbolFact(Kind.VARIABLE, flatten(name, _LONG_SIGNATURE), line, max(line, end), local=True)


def _links(parser: MesonParser, tokens: Sequence[MesonToken]) -> Iterator[LinkFact]:
    """The files that strings name, and the build files of folders; whether they exist is for others to know."""
    for call in parser.calls:
        if call.items[0].form == "name" and call.items[0].text == "subdir" and (folder := _literal(call)):
            yield from link(f"{folder}/meson.build", call.line)
    for token in tokens:
        if token.kind == "string" and _FILE.fullmatch(text := token.text.strip("f'")):
            yield from link(text, token.line)
