"""The short forms of rules: what a `[[rule]]` of a TOML file may say.

Output: one struct per `type`, whose fields are its keys; what is not listed here is refused. The `type`s and what they
are called follow import-linter where it has them.
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from kgraph.rules.patterns import Patterns
from kgraph.rules.violations import Severity

Count = Annotated[int, msgspec.Meta(ge=0)]
EdgeKind = Literal["includes", "imports", "needs"]
TestedBy = Literal["includes", "indirect", "name", "related"]
DIRECTIVES: tuple[EdgeKind, ...] = ("includes", "imports")
KINDS: tuple[EdgeKind, ...] = (*DIRECTIVES, "needs")
ANY = "*"


class Form(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="type"):
    """What every rule says."""

    name: Annotated[str, msgspec.Meta(pattern=r"^[\w.-]+$")]
    severity: Severity = Severity.ERROR
    sentence: str = ""  # what should be so


class EdgeForm(Form, frozen=True, kw_only=True):
    """A rule on what includes or imports what, or uses it without that."""

    edges: tuple[EdgeKind, ...] = KINDS
    ignore: list[str] = []  # "FROM -> TO": pairs of patterns that are let pass


class Forbidden(EdgeForm, frozen=True, kw_only=True, tag="forbidden"):
    """No file of `from` includes a file of `to`, or anything spelled like `spelled`."""

    from_: Patterns = msgspec.field(name="from", default=ANY)
    to: Patterns = []
    spelled: Patterns = []  # of the text between the quotes, whatever it leads to: "boost/*", "numpy.*"
    indirect: bool = False  # neither through other files


class Layers(EdgeForm, frozen=True, kw_only=True, tag="layers"):
    """No file includes one of a layer above its own, or of a sibling's."""

    # The highest first. "A | B" are siblings that do not know each other, "A : B" siblings that may.
    layers: Annotated[list[str], msgspec.Meta(min_length=1)]


class Independent(EdgeForm, frozen=True, kw_only=True, tag="independent"):
    """No file of one group includes one of another."""

    groups: Annotated[list[Patterns], msgspec.Meta(min_length=2)]


class Acyclic(EdgeForm, frozen=True, kw_only=True, tag="acyclic"):
    """No file, or folder, needs itself through others.

    Files of one package need each other without a directive, mostly in cycles, which is no matter of architecture.
    """

    edges: tuple[EdgeKind, ...] = DIRECTIVES
    of: Literal["files", "folders"] = "files"
    within: Patterns = ANY  # only edges between these files count
    depth: Count = 0  # of folders: so many steps from the root, those below count for theirs; 0 is all


class PublicHeaders(EdgeForm, frozen=True, kw_only=True, tag="public-headers"):
    """Who is outside the folder includes only its public headers."""

    edges: tuple[EdgeKind, ...] = DIRECTIVES
    folder: Patterns
    public: Patterns
    friends: Patterns = []  # files outside that may include all of it


class Tested(Form, frozen=True, kw_only=True, tag="tested"):
    """Each of the files has a test."""

    files: Patterns
    tests: Patterns
    # How a test is known: it includes or imports the file, directly or through others; it is called like the file; the
    # graph relates it to the file as its test. Any of those that are listed will do.
    by: Annotated[tuple[TestedBy, ...], msgspec.Meta(min_length=1)] = ("includes", "name")


class Limit(Form, frozen=True, kw_only=True, tag="limit"):
    """None of the files is larger, or more entangled, than this."""

    files: Patterns = ANY
    lines: Count | None = None
    function_lines: Count | None = None  # of one function or method
    fan_in: Count | None = None  # files that include or import it
    fan_out: Count | None = None  # files that it includes or imports


class Names(Form, frozen=True, kw_only=True, tag="names"):
    """The names of files, or of the symbols of some kinds in them, match a regular expression as a whole."""

    files: Patterns = ANY
    symbols: list[str] = []  # kinds: "Class", "Function", ...; none: the names of the files
    match: str


AnyForm = Forbidden | Layers | Independent | Acyclic | PublicHeaders | Tested | Limit | Names
