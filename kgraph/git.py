"""The one place that runs git, in a way in which a repository cannot have its own programs run.

Input: a folder, what to ask. Output: what git answered, as a value; a failure is one too.

A repository's configuration is as foreign as its files, and it names programs: filters, hooks, pagers, transports,
monitors. So git is asked nothing for which it would read the working tree (`--modified` and `diff-index` without
`--cached` run filters), it does not see that there is one (`--bare`, which also spares us attribute files that are
FIFOs), and whatever else could start a program is set to do nothing. Contents that a partial clone lacks are not
fetched, for every transport is forbidden. Of the environment git sees nothing that says where a repository is:
a commit hook sets GIT_DIR, and means another one.

`tests/test_git.py` has a hostile value for every option that git documents as naming a program.
"""

from __future__ import annotations

import os
import signal
import subprocess
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from kgraph.errors import InputError

MAX_SECONDS = 60.0  # for one answer; the index of the Linux kernel is listed in one
MAX_LOG_SECONDS = 1800.0  # for a whole history
MISSING = 127  # the exit code of a command that is not there, as a shell says it
TIMED_OUT = 124  # as timeout(1) says it

# Variables that git may see: the user's own settings, and where to look for repositories. All others of git's are
# about one repository or start programs.
_ALLOWED = frozenset(
    {
        "GIT_CEILING_DIRECTORIES",
        "GIT_CONFIG_GLOBAL",
        "GIT_CONFIG_NOSYSTEM",
        "GIT_CONFIG_SYSTEM",
        "GIT_DISCOVERY_ACROSS_FILESYSTEM",
        "GIT_EXEC_PATH",
    }
)
_ASKING_PROGRAMS = frozenset({"SSH_ASKPASS", "PAGER", "EDITOR", "VISUAL", "BROWSER"})
_FIXED = {
    "LC_ALL": "C",  # messages are compared
    "GIT_ALLOW_PROTOCOL": "none",  # a list of the transports that are allowed
    "GIT_ATTR_NOSYSTEM": "1",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_OPTIONAL_LOCKS": "0",  # reading must not rewrite the user's index
    "GIT_TERMINAL_PROMPT": "0",
}
_SETTINGS = {
    "core.alternateRefsCommand": "false",
    "core.askPass": "false",
    "core.attributesFile": os.devnull,
    "core.editor": "false",
    "core.excludesFile": os.devnull,
    "core.fsmonitor": "false",
    "core.hooksPath": os.devnull,
    "core.pager": "cat",
    "core.sshCommand": "false",
    "core.untrackedCache": "false",
    "credential.helper": "",
    "diff.orderFile": os.devnull,
    "gc.auto": "0",
    "gpg.program": "false",
    "gpg.ssh.program": "false",
    "gpg.x509.program": "false",
    "log.follow": "false",
    "log.mailmap": "false",
    "log.showRoot": "true",
    "log.showSignature": "false",
    "mailmap.blob": "",
    "mailmap.file": "",
    "maintenance.auto": "false",
    "protocol.allow": "never",
    "safe.bareRepository": "explicit",
    "sequence.editor": "false",
    "submodule.recurse": "false",
}


@dataclass(frozen=True, slots=True)
class GitOutput:
    """What a command answered."""

    code: int
    out: bytes = b""
    err: bytes = b""

    @property
    def ok(self) -> bool:
        return self.code == 0

    @property
    def message(self) -> str:
        """Its first complaint, in a line."""
        said = os.fsdecode(self.err).strip()
        fatal = said.partition("fatal: ")[2] or said
        return fatal.partition("\n")[0] or f"ended with {self.code}"


@dataclass(frozen=True, slots=True)
class GitRepository:
    """A repository, and the folder in its working tree that was asked about."""

    git_dir: Path
    prefix: str  # of the folder within the working tree, ends with "/"; "" where it is the top
    top: Path  # of the working tree
    sha256: bool = False
    _settings: list[dict[str, str]] = field(default_factory=list, repr=False, compare=False)  # once they were asked for

    def run(self, *args: str, seconds: float = MAX_SECONDS) -> GitOutput:
        """Ask about what is in git's own folder; the working tree is not there for it."""
        return run(self.git_dir, *args, git_dir=self.git_dir, seconds=seconds)

    def ask(self, *args: str, hint: str = "`git status` must work there") -> bytes:
        """What `run` answers; `InputError` where git refuses."""
        outcome = self.run(*args)
        if not outcome.ok:
            raise InputError(f"git {args[0]}: {outcome.message}", where=str(self.top), hint=hint)
        return outcome.out

    @property
    def within(self) -> tuple[str, ...]:
        """The arguments that restrict an answer to the folder."""
        return ("--", self.prefix) if self.prefix else ("--",)

    def config(self) -> dict[str, str]:
        """The settings that say what kind of repository it is, by their names in lower case; the last of each.

        Git is asked once.
        """
        if self._settings:
            return self._settings[0]
        wanted = r"^(remote\.origin\.url|core\.filemode|extensions\.partialclone|remote\..*\.promisor)$"
        found = {}
        for line in self.run("config", "-z", "--get-regexp", wanted).out.split(b"\0")[:-1]:
            name, _, value = line.partition(b"\n")
            found[os.fsdecode(name)] = value.decode("utf-8", "replace")
        self._settings.append(found)
        return found


@dataclass(frozen=True, slots=True)
class NoRepository:
    """There is no repository that git can be asked about."""

    why: str = ""  # "" where nothing looks like one


def executable() -> str | None:
    """Where git is; a folder of PATH that is not absolute does not count, for it may lie in the tree that is read."""
    for folder in os.get_exec_path():
        path = os.path.join(folder, "git")  # noqa: PTH118
        if os.path.isabs(folder) and os.access(path, os.X_OK) and not os.path.isdir(path):  # noqa: PTH112, PTH117
            return path
    return None


def environment(given: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment in which git runs."""
    inherited = {
        name: value
        for name, value in (os.environ if given is None else given).items()
        if (not name.startswith("GIT_") or name in _ALLOWED) and name not in _ASKING_PROGRAMS
    }
    return inherited | _FIXED


def _command(git: str, args: tuple[str, ...], *, bare: bool) -> list[str]:
    options = ["--no-pager", "--no-optional-locks", "--literal-pathspecs", "--no-replace-objects"]
    settings = [word for name, value in _SETTINGS.items() for word in ("-c", f"{name}={value}")]
    return [git, *options, *settings, *(["--bare"] if bare else []), *args]


def _start(
    folder: Path, args: tuple[str, ...], git_dir: Path | None, *, stdin: IO[bytes] | int, stderr: int
) -> subprocess.Popen[bytes] | GitOutput:
    git = executable()
    if git is None:
        return GitOutput(MISSING, err=b"git is not installed")
    variables = environment() | ({"GIT_DIR": str(git_dir)} if git_dir else {})
    try:
        return subprocess.Popen(
            _command(git, args, bare=git_dir is not None),
            cwd=folder,
            env=variables,
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=stderr,
            start_new_session=True,  # so that whatever it starts ends with it
        )
    except (FileNotFoundError, NotADirectoryError, PermissionError) as error:
        return GitOutput(128, err=os.fsencode(f"{folder}: {error.strerror}"))
    except ValueError as error:  # a null character in an argument
        return GitOutput(128, err=os.fsencode(str(error)))


def run(folder: Path, *args: str, git_dir: Path | None = None, seconds: float = MAX_SECONDS) -> GitOutput:
    """Ask git in a folder; with a `git_dir` about that repository alone, without a working tree."""
    process = _start(folder, args, git_dir, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE)
    if isinstance(process, GitOutput):
        return process
    with process:
        try:
            out, err = process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired as late:
            _end(process)
            return GitOutput(TIMED_OUT, late.stdout or b"", f"gave no answer within {seconds:g} s".encode())
        except BaseException:
            _end(process)
            raise
    return GitOutput(process.returncode, out, err)


@contextmanager
def pipe(git_dir: Path, *args: str, stdin: IO[bytes]) -> Iterator[IO[bytes]]:
    """What git writes while it runs; it is ended with the context, or when it takes too long."""
    process = _start(git_dir, args, git_dir, stdin=stdin, stderr=subprocess.DEVNULL)
    if isinstance(process, GitOutput):
        raise InputError(f"git {args[0]}: {process.message}", where=str(git_dir))
    assert process.stdout  # noqa: S101 - it is a pipe
    watch = threading.Timer(MAX_LOG_SECONDS, _end, (process,))
    watch.daemon = True
    watch.start()
    with process:
        try:
            yield process.stdout
        finally:
            watch.cancel()
            _end(process)


# To bring a repository, transports and the user's credentials are needed, and a working tree; a program of the
# repository's own, a submodule or a password that somebody would have to type is not.
_BRINGING_SETTINGS = {
    "core.fsmonitor": "false",
    "core.hooksPath": os.devnull,
    "core.protectHFS": "true",
    "core.protectNTFS": "true",
    "fetch.recurseSubmodules": "false",
    "gc.auto": "0",
    "http.lowSpeedLimit": "1000",  # bytes in a second, for at most so many seconds:
    "http.lowSpeedTime": "60",
    "maintenance.auto": "false",
    "submodule.recurse": "false",
}
_BRINGING_ENVIRONMENT = {
    "GIT_ALLOW_PROTOCOL": "file:git:http:https:ssh",
    "GIT_LFS_SKIP_SMUDGE": "1",
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C",
}


def bring(folder: Path | None, *args: str) -> GitOutput:
    """Have git clone, fetch or check out, in a clone of ours or, for `clone`, anywhere; for as long as it takes."""
    program = executable()
    if program is None:
        return GitOutput(MISSING, err=b"git is not installed")
    settings = [word for name, value in _BRINGING_SETTINGS.items() for word in ("-c", f"{name}={value}")]
    where = ["-C", str(folder)] if folder else []
    done = subprocess.run(
        [program, *where, *settings, *args],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        env=environment() | _BRINGING_ENVIRONMENT,
        check=False,
    )
    return GitOutput(done.returncode, done.stdout, done.stderr)


def _end(process: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)


# --- where a repository is ------------------------------------------------------------------------------------------


def is_git_folder(folder: Path | str) -> bool:
    """Whether a folder is what git keeps a repository in: a `.git`, or a bare repository."""
    head, objects, refs = (os.path.join(folder, name) for name in ("HEAD", "objects", "refs"))  # noqa: PTH118
    return os.path.lexists(head) and os.path.isdir(objects) and os.path.isdir(refs)  # noqa: PTH112


def discover(folder: Path) -> GitRepository | NoRepository:
    """The repository in whose working tree a folder is.

    Raises `InputError` where the folder is git's own, or git refuses to look at it.
    """
    marked = False
    for each in (folder, *folder.parents):
        if marked := os.path.lexists(each / ".git"):
            break
        if is_git_folder(each):
            raise InputError(
                "a bare git repository has no files to read" if each.name != ".git" else "a folder of git's own",
                where=str(folder),
                hint="give the root of a working tree; `git clone` or `git worktree add` makes one",
            )
    if not marked:
        return NoRepository()
    options = ("--is-inside-work-tree", "--show-object-format", "--show-cdup", "--absolute-git-dir")
    answer = run(folder, "rev-parse", *options)
    if answer.code == MISSING:
        return NoRepository("git is not installed")
    if not answer.ok:
        if "not a git repository" in answer.message:
            return NoRepository(f"`.git` is there, but git says: {answer.message}")
        raise InputError(answer.message, where=str(folder), hint="`git status` must work there")
    inside, hash_name, *rest = os.fsdecode(answer.out).split("\n", 3)
    if inside != "true" or len(rest) < 2:
        return NoRepository("`.git` is there, but the folder is in no working tree of it")
    depth = rest[0].count("../")
    prefix = "".join(f"{name}/" for name in folder.parts[len(folder.parts) - depth :]) if depth else ""
    top = folder.parents[depth - 1] if depth else folder
    return GitRepository(Path(rest[1].removesuffix("\n")), prefix, top, hash_name == "sha256")


def is_tracked(root: Path, path: Path) -> bool:
    """Whether git, as `root` has it, tracks something at or below `path`."""
    try:
        repository = discover(root)
    except InputError:
        return False
    if isinstance(repository, NoRepository) or not path.is_relative_to(repository.top):
        return False
    return bool(repository.run("ls-files", "-z", "--", os.path.relpath(path, repository.top)).out)
