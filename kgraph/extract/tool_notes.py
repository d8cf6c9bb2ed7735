"""Lines of comments that speak to a tool and not to a reader: `//go:build linux`, `eslint-disable-next-line no-eval`.

Input: a line of a comment, without its markers. Output: whether it is such a note. What follows on the line belongs to
the note; nobody documents anything there.
"""

from __future__ import annotations

import re

_NOTE = re.compile(
    r"(?:go:\w+|\+build|nolint)\b"  # Go
    r"|(?:eslint-(?:disable|enable|env)|[tj]slint:|jshint\b|[tj]slint\s|prettier-ignore|biome-ignore|oxlint-disable"
    r"|deno-(?:lint|fmt|coverage)-ignore|istanbul ignore|(?:[cv]8|node:coverage) (?:ignore|disable|enable)"
    r"|stylelint-disable|@ts-(?:ignore|expect-error|nocheck|check)|@(?:vitest|jest)-environment"
    r"|@jsx(?:Frag|ImportSource|Runtime)?\s|@(?:no)?flow\b|@(?:format|prettier)$|\[?[#@]__(?:PURE|NO_SIDE_EFFECTS)__"
    r"|webpack\w+:|[#@] sourceMappingURL=|<(?:reference|amd-module|amd-dependency)\s)"  # JavaScript, TypeScript
    r"|(?:noqa\b|type: *ignore|pylint: *\w|mypy: *\w|pyright: *\w|ruff: *(?:noqa|isort)|flake8: *noqa|isort: *\w"
    r"|fmt: *(?:on|off|skip)|pragma: *no\s?(?:cover|branch)|yapf: *(?:dis|en)able|nosec\b|(?:en)?coding[:=] *[\w-]+$"
    r"|frozen_string_literal:|rubocop:|typed: *(?:true|false|strict|strong|ignore)$)"  # Python, Ruby
    r"|(?:noinspection\b|ktlint-disable|detekt:|checkstyle[:.]|NOPMD\b|NOSONAR\b|spotless:|@?formatter: *(?:on|off)"
    r"|language=\w+$|swiftlint:|swift-tools-version|swift-format-ignore|phpcs:|@?phpstan-ignore|@?psalm-suppress"
    r"|@codeCoverageIgnore)"  # Java, Kotlin, Swift, PHP
    r"|(?:NOLINT\w*|clang-format (?:on|off)|LCOV_\w+|IWYU pragma|cppcheck-suppress|rustfmt[:_]|shellcheck \w+="
    r"|yaml-language-server:|yamllint (?:dis|en)able|hadolint (?:ignore|global)|c?spell-?(?:checker|:))"
    r"|\[\w+(?::\w+)+\]$",  # what a script of the project cuts at: `[CLI11:public_includes:end]`, `[doc:start]`
    re.IGNORECASE,
)


def is_tool_note(line: str) -> bool:
    """Whether a line of a comment, without its markers, is for a tool."""
    return _NOTE.match(line.lstrip()) is not None
