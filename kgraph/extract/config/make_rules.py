"""Make's rules: targets with the files and targets that they are made of.

Input: the bytes of a makefile. Output: `TargetFact`s. Variables are expanded as far as the same file sets them to
literals; rules with patterns are left out. An object file stands for the sources that Make's implicit rules make it of.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kgraph.build_facts import TargetFact
from kgraph.extract.text import clean, flatten
from kgraph.model import Diagnostic

_ASSIGNMENT = re.compile(r"\s*(?:override\s+|export\s+)?([\w.-]+)\s*(\+=|[:?]{0,3}=)\s*(.*)")
_RULE = re.compile(r"([^\s:=#][^:=#]*?)\s*::?(?!=)\s*([^=;]*)(?:;.*)?")
_REFERENCE = re.compile(r"\$[({]([\w.-]+)(?::([^=(){}$]*)=([^(){}$]*))?[)}]")
_WILDCARD = re.compile(r"\$\(wildcard\s+([^()$]*)\)")
_UNKNOWN = re.compile(r"\$[({][^()${}]*[)}]?")
_MAX_VALUE = 20_000  # characters of a variable
_MAX_WORDS = 2_000
_SOURCES = (".c", ".cc", ".cpp", ".cxx", ".S", ".s", ".m", ".f", ".F90", ".cu")


def rules(content: bytes) -> tuple[tuple[TargetFact, ...], tuple[Diagnostic, ...]]:
    """The explicit rules of a makefile, several of one target as one; and a remark where variables are not known."""
    variables: dict[str, str] = {}
    made: dict[str, tuple[int, list[str]]] = {}
    phony: set[str] = set()
    unknown = (0, "")  # the first line with what is not known there
    for number, line in _logical_lines(clean(content.decode("utf-8", "replace"))):
        if line.startswith("\t") or line.lstrip().startswith("#"):
            continue
        if assignment := _ASSIGNMENT.fullmatch(line):
            name, operator, value = assignment.groups()
            value = _expand(value.partition(" #")[0].strip(), variables)
            if operator == "+=" and name in variables:
                value = f"{variables[name]} {value}"
            if len(value) <= _MAX_VALUE and not (operator == "?=" and name in variables):
                variables[name] = value
        elif rule := _RULE.fullmatch(line):
            targets, wanted = _expand(rule[1], variables).split(), _expand(rule[2], variables)
            if not unknown[0] and (reference := _UNKNOWN.search(f"{' '.join(targets)} {wanted}")):
                unknown = (number, flatten(reference[0], 80))
            words = wanted.replace("|", " ").split()[:_MAX_WORDS]
            for target in targets[:_MAX_WORDS]:
                if target == ".PHONY":
                    phony.update(words)
                elif "%" not in target and "$" not in target and not target.startswith("."):
                    made.setdefault(target, (number, []))[1].extend(words)
    found = tuple(
        TargetFact(
            name,
            "rule",
            line,
            tuple(dict.fromkeys(source for word in words for source in _sources(word))),
            needs=tuple(dict.fromkeys(word for word in words if word in made)),
        )
        for name, (line, words) in made.items()
    )
    why = f"targets and sources depend on {unknown[1]}, which is not known"
    return found, (Diagnostic(unknown[0], why),) if unknown[0] else ()


def _logical_lines(text: str) -> Iterator[tuple[int, str]]:
    pieces: list[str] = []
    first = 0
    for number, line in enumerate(text.split("\n"), start=1):
        first = first if pieces else number
        pieces.append(line.removesuffix("\\"))
        if not line.endswith("\\"):
            yield first, " ".join(pieces)
            pieces = []
    if pieces:
        yield first, " ".join(pieces)


def _expand(text: str, variables: dict[str, str]) -> str:
    """The text with the variables that are known; those that are not stay as spelled."""
    if "$" not in text:
        return text

    def value(match: re.Match[str]) -> str:
        known = variables.get(match[1])
        if known is None:
            return match[0]
        if match[2] is None:
            return known
        old, new = match[2].removeprefix("%"), match[3].removeprefix("%")
        return " ".join(word.removesuffix(old) + new if word.endswith(old) else word for word in known.split())

    expanded = _WILDCARD.sub(lambda match: match[1].strip(), _REFERENCE.sub(value, text))
    return expanded if len(expanded) <= _MAX_VALUE else text


def _sources(word: str) -> Iterator[str]:
    if "$" in word or "%" in word:
        return
    yield word
    if word.endswith((".o", ".lo", ".obj")):
        stem = word.rpartition(".")[0]
        yield from (stem + end for end in _SOURCES)
