"""How the command ends: every error as an exit code and a message.

Input: whatever a command raises. Output: 0 done, 1 a check found something, 2 wrong use, bad input or a system that
lacks something (`kgraph.conditions`; too little memory is one of these), 3 a bug of ours, 130 interrupted, 141 the
reader of our output went away (both as a shell would say it). A traceback goes to a file, not to the terminal.
"""

from __future__ import annotations

import contextlib
import gc
import io
import logging
import os
import sys
import tempfile
import threading
import traceback
import warnings
from collections.abc import Callable, Sequence
from typing import Any, NoReturn, TypeVar

import click

from kgraph import __version__
from kgraph.cli import native
from kgraph.cli.output import say
from kgraph.conditions import condition_of
from kgraph.errors import ConditionError, KgraphError, QueryWarning

Result = TypeVar("Result")

OK, FOUND, WRONG_USE, BUG, INTERRUPTED, CLOSED_PIPE = 0, 1, 2, 3, 130, 141


class CommandGroup(click.Group):
    """A group of commands whose errors become exit codes."""

    def main(self, args: Sequence[str] | None = None, prog_name: str | None = None, **extra: Any) -> NoReturn:  # type: ignore[override]
        prepare_streams()

        def run() -> int:
            with _notes(), native.caught():
                code = self._run(args, prog_name, extra)
            _drop_unwritable()
            return code

        code = native.supervise(run, WRONG_USE)
        if code == INTERRUPTED and any(thread.name == _ASKING for thread in threading.enumerate()):
            os._exit(code)  # the engine goes on until the process ends, and ending it in order would wait
        sys.exit(code)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
        except BrokenPipeError as error:
            raise _ClosedPipeError from error  # or else click makes it an exit code of ours that means something else
        except BaseException as error:
            if ctx.invoked_subcommand:
                error.add_note(f"{_COMMAND}{ctx.command_path} {ctx.invoked_subcommand}")
            raise
        return result

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            from kgraph.query.library import names

            if ctx.parent is None and args[0] in names():
                raise click.UsageError(f"{args[0]} is a query: kgraph query {args[0]}", ctx) from error
            raise

    def _run(self, args: Sequence[str] | None, prog_name: str | None, extra: dict[str, Any]) -> int:
        try:
            code = super().main(args, prog_name, **{**extra, "standalone_mode": False})
        except click.exceptions.NoArgsIsHelpError as error:
            error.show()
            return WRONG_USE
        except click.ClickException as error:
            _print_error(error)
            return WRONG_USE
        except KgraphError as error:
            say(*str(error).split("\n"), err=True)
            return WRONG_USE
        except (KeyboardInterrupt, click.Abort):
            return INTERRUPTED
        except _ClosedPipeError:
            _drop_output()
            return CLOSED_PIPE
        except click.exceptions.Exit as error:
            return error.exit_code
        except SystemExit as error:
            return error.code if isinstance(error.code, int) else OK
        except BaseException as error:  # noqa: BLE001 - this is where bugs end, those of libraries, which are no `Exception`, too
            return _report_error(error)
        return code if isinstance(code, int) else OK


class _ClosedPipeError(Exception):
    """Who reads our output has had enough."""


# --- what is wrong with the system, or with us ------------------------------------------------------------------------

_COMMAND = "in command "


def _report_error(error: BaseException) -> int:
    """Say in one line what stands in the way, or what the bug was doing; returns the exit code."""
    traceback.clear_frames(error.__traceback__)  # they hold what filled the memory
    gc.collect()
    condition = condition_of(error)
    if isinstance(error, OSError) and _is_of_output(error):
        what = condition.what if condition else f"cannot be written: {error.strerror or error}"
        condition = ConditionError(what, where="standard output", hint="write to a file, or to a terminal")
    if native.low_limit() and not isinstance(error, OSError):  # libraries fail then in more ways than can be listed
        native.report_low_limit()
        return WRONG_USE
    if condition:
        say(*str(condition).split("\n"), err=True)
        return WRONG_USE
    from kgraph.pipeline.progress import describe_error

    command = next((note for note in getattr(error, "__notes__", ()) if str(note).startswith(_COMMAND)), "")
    doing = str(command).removeprefix(_COMMAND) or "kgraph"
    say(
        f"{doing}: a bug in kgraph {__version__}, {describe_error(error)}; please report it with {_report(error)}",
        err=True,
    )
    return BUG


def _report(error: BaseException) -> str:
    """Where the traceback is now."""
    try:
        handle, path = tempfile.mkstemp(prefix="kgraph-bug-", suffix=".txt")
        with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace") as out:
            out.write(f"kgraph {__version__}, Python {sys.version}\n{sys.argv!r}\n")
            out.writelines(traceback.format_exception(error))
            out.write(native.read_output())
    except OSError as failure:
        last = traceback.extract_tb(error.__traceback__)[-1:]
        at = "".join(f"{frame.filename}:{frame.lineno}" for frame in last)
        return f"the place where it came up, {at}; the traceback could not be written: {failure.strerror or failure}"
    return f"the traceback in {path}"


# --- streams ----------------------------------------------------------------------------------------------------------


def prepare_streams() -> None:
    """See to it that our streams take every text, and that no file of ours gets the number of one that is closed.

    Paths of a repository may be no UTF-8, and the terminal's encoding may be ASCII: what it cannot show is escaped.
    """
    for number, mode in ((0, os.O_RDONLY), (1, os.O_RDONLY), (2, os.O_WRONLY)):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, mode)  # the lowest number that is free; writing to 1 says that it is closed
    if sys.stdout is None:
        sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    if sys.stderr is None:
        sys.stderr = open(2, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    for stream, errors in ((sys.stdout, "surrogateescape"), (sys.stderr, "backslashreplace")):
        if isinstance(stream, io.TextIOWrapper):
            # Bytes that are no UTF-8 come out as they went in, if the terminal's encoding has the rest.
            is_unicode = (stream.encoding or "").lower().replace("-", "").startswith("utf")
            stream.reconfigure(errors=errors if is_unicode else "backslashreplace")


def _drop_output() -> None:
    # What is still buffered would raise again when Python ends.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _drop_unwritable() -> None:
    """Give up standard output if it cannot take what is buffered, for it is full or closed."""
    try:
        sys.stdout.flush()
    except (OSError, ValueError):
        with contextlib.suppress(OSError, ValueError):
            _drop_output()


def _is_of_output(error: OSError) -> bool:
    """Whether it was printing that failed."""
    last = traceback.extract_tb(error.__traceback__)[-1:]
    return any(frame.filename in (click.utils.__file__, __file__) for frame in last)


class _Notes(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        with contextlib.suppress(OSError):
            say(record.getMessage(), err=True)


def _show_warning(message: Warning | str, category: type[Warning], *_: object, **__: object) -> None:
    say(f"note: {message}" if issubclass(category, QueryWarning) else f"{category.__name__}: {message}", err=True)


@contextlib.contextmanager
def _notes() -> Any:
    """What the library logs while a command runs, on standard error."""
    handler = _Notes()
    logger, making = logging.getLogger("kgraph"), logging.getLogger("kgraph.store.making")
    logger.addHandler(handler)
    former = making.level
    making.setLevel(logging.INFO)  # that a store was made is said, however little it took
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("always", QueryWarning)
            warnings.showwarning = _show_warning
            yield
    finally:
        making.setLevel(former)
        logger.removeHandler(handler)


# --- asking -----------------------------------------------------------------------------------------------------------

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


def _print_error(error: click.ClickException) -> None:
    """A wrong use, in the form of our own errors."""
    context = getattr(error, "ctx", None)
    said = f"{context.command_path if context else 'kgraph'}: {error.format_message()}"
    say(*said.split("\n"), err=True)
    if context:
        say(f"  hint: {context.command_path} --help", err=True)
