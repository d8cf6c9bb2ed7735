"""Declarations of one thing of which each build has another one: in files for several systems, or behind tags.

Input: the declarations, and the rules of their language. Output: those that a use of a file may lead to.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol, runtime_checkable

from kgraph.assemble.evidence import ScopedEvidence
from kgraph.assemble.scoped.program import ProgramDeclaration

_MAX_VARIANTS = 100


@runtime_checkable
class BuildVariants(Protocol):
    """Rules of a language in which several declarations of one thing may stand for several builds."""

    def constraint(self, file: int) -> str:
        """The constraint on the builds that a file is part of; "" where it is part of all."""

    def share_build(self, file: int, other: int) -> bool:
        """Whether two files can be part of one build."""


@runtime_checkable
class BuildOutputs(Protocol):
    """Rules of a language of which a build makes modules or types."""

    templates: Callable[[int, str], tuple[int, ...]]
    """The files that what a file imports by a spelling is made of; () where a build makes nothing of that name."""


def may_share_build(rules: object, file: int, other: int) -> bool:
    """Whether two files can be part of one build, by the rules of any language."""
    return not isinstance(rules, BuildVariants) or rules.share_build(file, other)


def filter_by_build(
    rules: BuildVariants, declarations: Sequence[ProgramDeclaration], file: int, evidence: str
) -> tuple[Sequence[ProgramDeclaration], str]:
    """The declarations that can be part of a build with a file, with the evidence for them.

    One of its own file is the only one. Where several are left, each is right in some build if each has a constraint;
    else they belong to different programs, and none is taken.
    """
    if len(declarations) == 1:
        return declarations, evidence
    own = [each for each in declarations if each.file == file]
    fitting = own or [each for each in declarations if rules.share_build(file, each.file)]
    if len(fitting) == 1:
        return fitting, evidence
    if len(fitting) <= _MAX_VARIANTS and all(rules.constraint(each.file) for each in fitting):
        return fitting, ScopedEvidence.BUILD_VARIANT
    return [], ""
