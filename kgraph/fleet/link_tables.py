"""The tables of what leads from one repository to another, and the words in them.

Whoever asks a fleet reads these; `links` and `use_links`, which join them, need much more.
"""

from __future__ import annotations

import polars as pl

HEADER_FORMS = ["angled", "quoted", "macro"]  # of an include of the C family
LINKS = {
    "repo": pl.String(),
    "file": pl.String(),  # id of the file that asks
    "line": pl.Int64(),
    "kind": pl.String(),  # "includes", "imports", "requires"; "generatedFrom" of generated code and its source
    "spelling": pl.String(),  # as in the directive, or the name of the package
    "name": pl.String(),  # what is imported of it; null for the whole
    # "runtime", "optional", "build"; "development" of what only its tests, documentation, examples or developers need;
    # "locked" of a lock file, which pins what others require
    "scope": pl.String(),
    "to_repo": pl.String(),  # null where several repositories offer it equally
    "to": pl.String(),  # id of a node there; null where the repository is known and the node is not
    "to_file": pl.String(),  # the file that it is, or stands in
    "evidence": pl.String(),
    "candidates": pl.List(pl.String()),  # the repositories that offer it, where there are several
}
USE_LINKS = {
    "repo": pl.String(),
    "user": pl.String(),  # id of the symbol, or of the file outside of all, that uses
    "file": pl.String(),
    "line": pl.Int64(),
    "kind": pl.String(),  # "calls", "references", "inherits"
    "spelling": pl.String(),  # the name of the external symbol
    "target": pl.String(),  # its id in the graph of `repo`
    "scope": pl.String(),  # as of links
    "to_repo": pl.String(),
    "to": pl.String(),  # id of the symbol there; null where one of several overloads is meant
    "to_file": pl.String(),  # the file that declares it; null where overloads are in several
    "evidence": pl.String(),  # by which the repository is meant, as of links
    "confidence": pl.Float64(),  # that this name is meant; null where the text says it
    "overloads": pl.List(pl.String()),  # of which one is meant, or which builds choose from; empty where `to` is known
}
DIRECTIVES = ("includes", "imports")  # kinds of links that stand in sources
GENERATED = "generatedFrom"  # the kind of the links of generated code that is checked in, to its source elsewhere
KINDS = (*DIRECTIVES, "requires", GENERATED)
NEEDS = ("runtime", "optional", "build")  # the scopes of what a repository itself needs
PROTO_FILE = ".proto"
