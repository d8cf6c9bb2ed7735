"""What a review says: small frozen values, in the order of the report."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from kgraph.impact import ReachedNode
from kgraph.model import Repository
from kgraph.rules import Report

UnreadUses = Literal["", "all", "own file"]  # where uses of a kind of symbol were not looked for


@dataclass(frozen=True, slots=True)
class SymbolUse:
    """A place that uses a symbol."""

    user: str  # qualified name, or the path of a file
    path: str
    line: int
    certainty: float  # of the use, from 0 to 1; 1 where it is certain
    touched: bool  # whether the change touches the file
    used: str = ""  # the name of what is used there, of the symbol or of a member of it


@dataclass(frozen=True, slots=True)
class ReviewedFile:
    """A file that the change touches."""

    path: str
    former: str  # its path before, where that is another; else ""
    status: Literal["added", "removed", "modified", "renamed"]


@dataclass(frozen=True, slots=True)
class SignatureChange:
    """A symbol that is declared otherwise."""

    kind: str
    name: str
    path: str
    line: int
    former: str  # the signature at the base, or what else differs: "access: public"
    now: str
    public: bool
    users: int  # places that use it now, its own body left out, or that used it at the base and are as they were
    untouched: int  # those of them in files that the change does not touch
    uses: tuple[SymbolUse, ...]  # the first of them, those in untouched files before others
    keeps_calls: bool = False  # of Python: a call that was valid is, and means what it meant
    unresolved: int = 0  # calls of that name that lead to nothing known, and may mean it
    unread: UnreadUses = ""


@dataclass(frozen=True, slots=True)
class RemovedSymbol:
    """A symbol of the base that is no more, or is called otherwise."""

    kind: str
    name: str
    path: str  # at the base
    line: int
    now: str  # what it is called now; "" where it is gone
    public: bool
    users: int  # places that used it at the base, what is removed with it left out
    left: int  # of these, places in files that the change does not touch and that lead to nothing of its name now
    uses: tuple[SymbolUse, ...]  # the first of them, those that are left before others
    members: int = 0  # that are gone with it
    overloads: int = 0  # symbols of the same name and kind that are there now
    may_be_inherited: bool = False  # its class is there, and has bases
    may_be_made: bool = False  # its module or class has a `__getattr__`
    unread: UnreadUses = ""


@dataclass(frozen=True, slots=True)
class AddedSymbol:
    """A symbol that the base does not have."""

    kind: str
    name: str
    path: str
    line: int
    signature: str
    public: bool
    members: int = 0


@dataclass(frozen=True, slots=True)
class CodeChange:
    """A function whose code differs, while its declaration does not."""

    kind: str
    name: str
    path: str
    line: int  # the first changed one
    callers: int  # functions that call it, itself left out
    uses: tuple[SymbolUse, ...]  # the first calls
    is_test: bool  # whether it stands in a file of tests
    compared: bool  # whether the code of both sides was read; else lines alone say that it changed
    unresolved: int = 0  # calls of that name that lead to nothing known, and may mean it


@dataclass(frozen=True, slots=True)
class DirectiveChange:
    """An include or import that came, went, or leads elsewhere."""

    what: Literal["added", "removed", "broken"]  # "broken": untouched, and what it led to is gone
    path: str
    line: int
    spelling: str
    target: str  # where it leads, or led; "" outside of the repository


@dataclass(frozen=True, slots=True)
class PartDependency:
    """A part that needs another one, and did not at the base."""

    source: str
    target: str
    path: str  # the first place
    line: int
    target_path: str


@dataclass(frozen=True, slots=True)
class NewCycle:
    """A file that reaches itself by an edge that the base does not have."""

    path: str
    line: int
    files: tuple[str, ...]  # the way around, from `path`


@dataclass(frozen=True, slots=True)
class PartImpact:
    """Dependents in one part."""

    part: str
    dependents: int
    files: int
    surest: float


@dataclass(frozen=True, slots=True)
class RunCommand:
    """How to run the affected tests of one runner."""

    runner: str
    tests: int
    command: str


@dataclass(frozen=True, slots=True)
class CoChange:
    """A file that usually changes with a touched one, and was not touched."""

    path: str
    of: str  # the touched file, by its name at the base
    together: int  # commits that changed both
    commits: int  # that changed `of`, without those of very many files


@dataclass(frozen=True, slots=True)
class FileOwner:
    """Who made commits that changed touched files."""

    name: str
    commits: int
    of: int  # commits that changed touched files, of whomever
    last: str  # day of the last one: "2021-03-04"
    files: int  # touched files that they changed


@dataclass(frozen=True, slots=True)
class ReviewRisk:
    """A signal, with what it stands on."""

    kind: Literal["removed-api", "signature", "fan-in", "untested", "churn", "cycle", "broken-include", "violation"]
    text: str
    places: tuple[str, ...] = ()  # `path:line`


@dataclass(frozen=True, slots=True)
class ReviewBase:
    """What the change is compared with."""

    name: str  # as it was asked for
    revision: str  # the commit; "" where there is none
    is_merge_base: bool  # whether it is the merge base with `name`, and not `name` itself
    head: str  # the commit of the other side; "" for a working tree
    built: bool  # whether there is a graph of it


@dataclass(frozen=True, slots=True)
class Review:
    """One report on a change."""

    repository: Repository
    base: ReviewBase
    files: tuple[ReviewedFile, ...]
    signatures: tuple[SignatureChange, ...]
    removed: tuple[RemovedSymbol, ...]
    added: tuple[AddedSymbol, ...]
    code: tuple[CodeChange, ...]
    comments_only: int  # functions of which only comments or the layout changed
    directives: tuple[DirectiveChange, ...]
    dependencies: tuple[PartDependency, ...]
    cycles: tuple[NewCycle, ...]
    rules: Report | None  # None where there are no rules; what the base breaks too is known to it
    rules_of: tuple[str, ...]  # files of rules
    parts: tuple[PartImpact, ...]
    dependents: int
    tests: tuple[ReachedNode, ...]
    total_tests: int
    commands: tuple[RunCommand, ...]
    co_changes: tuple[CoChange, ...]
    owners: tuple[FileOwner, ...]
    risks: tuple[ReviewRisk, ...]
    unknown: tuple[str, ...]  # sentences on what was not read, not built or not compared

    @property
    def removed_api(self) -> tuple[RemovedSymbol, ...]:
        """The public symbols that are gone or called otherwise."""
        return tuple(each for each in self.removed if each.public)
