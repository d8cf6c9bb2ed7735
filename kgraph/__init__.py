"""kgraph: a knowledge graph of a source repository.

`build` makes one, `open` opens one, `compare` says what differs. `kgraph.graph.KGraph` is a graph.
"""

import sys  # and nothing else before the next lines

if sys.argv[:1] == ["-m"] and "kgraph" in sys.orig_argv and not sys.flags.safe_path:
    # `python -m kgraph`, which is still being found. Python has put the current folder before all others: that is
    # somebody's repository, and no place for modules.
    del sys.path[0]

import logging
from typing import TYPE_CHECKING, Any

from kgraph.version import __version__

if TYPE_CHECKING:
    from kgraph.api import build, compare, open  # noqa: A004
    from kgraph.errors import KgraphError
    from kgraph.graph import KGraph

__all__ = ["KGraph", "KgraphError", "__version__", "build", "compare", "open"]

# What is worth a line (something damaged that was made again) is logged for any handler.
logging.getLogger(__name__).addHandler(logging.NullHandler())


def __getattr__(name: str) -> Any:
    # Loaded when asked for: the command line starts in a fraction of the time that all of kgraph takes to import.
    if name in ("KGraph", "build", "compare", "open"):
        from kgraph import api

        return getattr(api, name)
    if name == "KgraphError":
        from kgraph.errors import KgraphError

        return KgraphError
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
