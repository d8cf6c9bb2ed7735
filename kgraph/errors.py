"""The errors that kgraph raises on purpose: each says where, what, and what to do next.

The command line ends with exit code 2 for a `KgraphError` and for what `conditions` knows as one; any other exception
is a bug of ours, whose traceback goes to a file.

    KgraphError
     +- InputError       the repository, a path or an option is not what it must be
     +- GraphError       the graph at rest is missing, of another schema version, or in use
     +- QueryError       a query, its name or its parameters are wrong
     |   +- QueryTimeoutError     it took longer than it was allowed to
     +- ExportError      an answer cannot be written in the format asked for
     +- ConditionError   a full disk, too little memory, a limit or a right of the system stands in the way
     +- MissingExtraError     an optional package is not installed
"""

from __future__ import annotations

from kgraph.distribution import install_command
from kgraph.escape import log_line


class KgraphError(Exception):
    """What went wrong, where, and how to go on; printed as `where: what` and a `hint:` line."""

    def __init__(self, what: str, *, where: str = "", hint: str = "") -> None:
        super().__init__(what, where, hint)
        self.what = what
        self.where = where
        self.hint = hint

    def __str__(self) -> str:
        what, hint = log_line(self.what), log_line(self.hint)
        text = log_line(f"{self.where}: {self.what}") if self.where else what
        return f"{text}\n  hint: {hint}" if hint else text

    def __reduce__(self) -> tuple[object, ...]:
        return _again, (type(self), self.what, self.where, self.hint)


def _again(kind: type[KgraphError], what: str, where: str, hint: str) -> KgraphError:
    """An error that came from another process."""
    error = kind.__new__(kind)
    KgraphError.__init__(error, what, where=where, hint=hint)
    return error


class InputError(KgraphError):
    """The repository, a path or an option is not what it must be."""


class GraphError(KgraphError):
    """The graph at rest is missing, damaged, of another schema version, or in use."""


class QueryError(KgraphError):
    """A query, its name or its parameters are wrong; `where` holds file and line."""


class QueryWarning(UserWarning):
    """A query that SPARQL allows, and that names a class or property that the vocabulary does not have."""


class QueryTimeoutError(QueryError):
    """A query took longer than the seconds that it was given."""


class ExportError(KgraphError):
    """An answer cannot be written in the format that was asked for."""


class ConditionError(KgraphError):
    """The system lacks something: space, memory, a right, a higher limit."""


class MissingExtraError(KgraphError):
    """An optional package is not installed; the hint is the exact `pip install`."""

    def __init__(self, package: str, extra: str) -> None:
        super().__init__(
            f"the package {package!r} is not installed",
            hint=install_command(extra),
        )
