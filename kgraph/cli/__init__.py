"""The command line: arguments to library calls to output and an exit code. `exit_codes` says which code.

Nothing is decided here that a notebook could want too. Modules are imported in the commands that need them, so that
`kgraph query` answers in half a second from start to finish.
"""

from kgraph.cli.commands import main

__all__ = ["main"]
