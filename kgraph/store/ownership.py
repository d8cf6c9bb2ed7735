"""What this user made: the only thing that a build takes anything from.

Input: the place of something that an earlier build kept, and its content. Output: a mark that only this user's machine
can make, and whether one is right.

A graph's folder lies in the repository, and so whoever writes the repository (a pull request, an archive) can put a
graph there, or facts of files: "no violation" would be what they like. The mark is an HMAC with a key of this user's
own, over the place and the content; a copy of a graph at another place is therefore nobody's, and a build there begins
from nothing. What is only read, as by `kgraph query`, needs no mark.

The key lies in `$XDG_STATE_HOME/kgraph/key`, by default `~/.local/state/kgraph/key`. Where it cannot be kept, nothing
is taken from earlier builds.
"""

from __future__ import annotations

import contextlib
import hmac
import os
import secrets
from functools import cache
from pathlib import Path

from kgraph import files

_KEY_BYTES = 32


def state_folder() -> Path:
    """Where this user's programs keep what is no cache; `RuntimeError` where the user has no home."""
    configured = os.environ.get("XDG_STATE_HOME", "")
    base = Path(configured) if configured.startswith("/") else Path.home() / ".local/state"
    return base / "kgraph"


def make_mark(path: Path, content: bytes = b"") -> str:
    """The mark of this user for `content` at `path`; "" where this user can have none."""
    try:
        key = _key(state_folder())
    except (OSError, RuntimeError):
        return ""
    location = os.fsencode(path.parent.resolve() / path.name)
    return hmac.new(key, b"%d:%b%b" % (len(location), location, content), "sha256").hexdigest()


def is_marked(given: object, path: Path, content: bytes = b"") -> bool:
    """Whether this user gave this mark."""
    expected = make_mark(path, content)
    return bool(expected) and isinstance(given, str) and hmac.compare_digest(given.encode(), expected.encode())


def derive_key(purpose: bytes) -> bytes:
    """A key of this user's own for one purpose, wherever the files lie that it marks; b"" where there can be none."""
    try:
        return hmac.digest(_key(state_folder()), b"kgraph " + purpose, "sha256")
    except (OSError, RuntimeError):
        return b""


def lacks() -> str:
    """Why this user cannot mark anything; "" where it can be done."""
    try:
        folder = state_folder()
        _key(folder)
    except (OSError, RuntimeError) as error:
        return str(error)
    return ""


@cache
def _key(folder: Path) -> bytes:
    path = folder / "key"
    with contextlib.suppress(FileNotFoundError):
        return _read(path)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    new = Path(files.random_name_beside(path))
    handle = os.open(new, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(secrets.token_bytes(_KEY_BYTES))
        with contextlib.suppress(FileExistsError):  # another first build was faster
            os.link(new, path)
    finally:
        new.unlink()
    return _read(path)


def _read(path: Path) -> bytes:
    key = path.read_bytes()
    if len(key) != _KEY_BYTES:
        raise OSError(f"{path}: is not a key of kgraph's; remove it")
    return key


# --- small files ------------------------------------------------------------------------------------------------------


def seal(path: Path) -> None:
    """Mark a small file, in another one beside it."""
    files.put(_seal_of(path), make_mark(path, path.read_bytes()))


def is_sealed(path: Path) -> bool:
    """Whether a file is as this user sealed it."""
    try:
        if not (files.is_regular(path) and files.is_regular(_seal_of(path))):
            return False
        return is_marked(_seal_of(path).read_text("ascii"), path, path.read_bytes())
    except (OSError, ValueError):
        return False


def _seal_of(path: Path) -> Path:
    return path.with_name(path.name + ".seal")
