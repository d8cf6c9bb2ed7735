"""How the command ends: every error as an exit code and a message.

Comes in: whatever a command raises. Goes out: 0 done, 1 a check found something, 2 wrong use or bad input, 3 a bug of
ours, 130 interrupted, 141 the reader of our output went away (both as a shell would say it).
"""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Sequence
from typing import Any, NoReturn

import click

from kgraph import __version__
from kgraph.errors import KgraphError

OK, FOUND, WRONG_USE, BUG, INTERRUPTED, CLOSED_PIPE = 0, 1, 2, 3, 130, 141


class Group(click.Group):
    """A group of commands whose errors become exit codes."""

    def main(self, args: Sequence[str] | None = None, prog_name: str | None = None, **extra: Any) -> NoReturn:  # type: ignore[override]
        sys.exit(self._run(args, prog_name, extra))

    def _run(self, args: Sequence[str] | None, prog_name: str | None, extra: dict[str, Any]) -> int:
        try:
            code = super().main(args, prog_name, **{**extra, "standalone_mode": False})
            sys.stdout.flush()
        except click.exceptions.NoArgsIsHelpError as error:
            error.show()
            return WRONG_USE
        except click.ClickException as error:
            _tell(error)
            return WRONG_USE
        except KgraphError as error:
            click.echo(str(error), err=True)
            return WRONG_USE
        except (KeyboardInterrupt, click.Abort):
            return INTERRUPTED
        except BrokenPipeError:
            # What is still buffered would raise again when Python ends.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return CLOSED_PIPE
        except Exception:  # noqa: BLE001 - this is where bugs end
            traceback.print_exc()
            click.echo(f"this is a bug in kgraph {__version__}: please report it with the lines above", err=True)
            return BUG
        return code if isinstance(code, int) else OK


def _tell(error: click.ClickException) -> None:
    """A wrong use, in the form of our own errors."""
    context = getattr(error, "ctx", None)
    click.echo(f"{context.command_path if context else 'kgraph'}: {error.format_message()}", err=True)
    if context:
        click.echo(f"  hint: {context.command_path} --help", err=True)
