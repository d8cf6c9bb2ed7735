"""How the command ends: every error as an exit code and a message.

Comes in: whatever a command raises. Goes out: 0 done, 1 a check found something, 2 wrong use or bad input, 3 a bug of
ours, 130 interrupted, 141 the reader of our output went away (both as a shell would say it).
"""

from __future__ import annotations

import os
import sys
import threading
import traceback
from collections.abc import Callable, Sequence
from typing import Any, NoReturn, TypeVar

import click

from kgraph import __version__
from kgraph.errors import KgraphError

Result = TypeVar("Result")

OK, FOUND, WRONG_USE, BUG, INTERRUPTED, CLOSED_PIPE = 0, 1, 2, 3, 130, 141


class Group(click.Group):
    """A group of commands whose errors become exit codes."""

    def main(self, args: Sequence[str] | None = None, prog_name: str | None = None, **extra: Any) -> NoReturn:  # type: ignore[override]
        code = self._run(args, prog_name, extra)
        if code == INTERRUPTED and any(thread.name == _ASKING for thread in threading.enumerate()):
            os._exit(code)  # the engine goes on until the process ends, and ending it in order would wait
        sys.exit(code)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
        except BrokenPipeError as error:
            raise _ClosedPipeError from error  # or else click makes it an exit code of ours that means something else
        return result

    def _run(self, args: Sequence[str] | None, prog_name: str | None, extra: dict[str, Any]) -> int:
        try:
            code = super().main(args, prog_name, **{**extra, "standalone_mode": False})
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
        except _ClosedPipeError:
            # What is still buffered would raise again when Python ends.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return CLOSED_PIPE
        except Exception:  # noqa: BLE001 - this is where bugs end
            traceback.print_exc()
            click.echo(f"this is a bug in kgraph {__version__}: please report it with the lines above", err=True)
            return BUG
        return code if isinstance(code, int) else OK


class _ClosedPipeError(Exception):
    """Who reads our output has had enough."""


_ASKING = "kgraph asks the engine"


def interruptible(work: Callable[[], Result]) -> Result:
    """Do what may keep the engine busy for long, so that Ctrl-C is heard: the engine itself does not hear it.

    The engine's answers must be read by the thread that asked, so asking and writing are one piece of work.
    """
    results: list[Result] = []
    errors: list[BaseException] = []

    def asked() -> None:
        try:
            results.append(work())
        except BaseException as error:  # noqa: BLE001 - raised again where it is waited for
            traceback.clear_frames(error.__traceback__)  # they hold the answer, which must end in this thread
            errors.append(error)

    thread = threading.Thread(target=asked, name=_ASKING, daemon=True)
    thread.start()
    while thread.is_alive():
        thread.join(0.1)  # not for ever: with polars imported, Ctrl-C wakes no thread that waits
    if errors:
        raise errors[0]
    return results[0]


def _tell(error: click.ClickException) -> None:
    """A wrong use, in the form of our own errors."""
    context = getattr(error, "ctx", None)
    click.echo(f"{context.command_path if context else 'kgraph'}: {error.format_message()}", err=True)
    if context:
        click.echo(f"  hint: {context.command_path} --help", err=True)
