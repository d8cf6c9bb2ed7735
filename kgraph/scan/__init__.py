"""The files of a repository: what to read, and nothing of what stands in them.

Comes in: a root folder. Goes out: `SourceFile`s sorted by path, and what git knows of the whole. Inside git these
are the files that git tracks; outside, all files that `.gitignore` files leave. A file that is tracked but cannot
be read stays in the list with the reason, for a gap that is told is better than one that is silent.

We ask the `git` command instead of a library: it alone knows the index, filters and sparse checkouts as the user's
git does.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import stat
import subprocess
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

import pathspec

from kgraph.errors import InputError
from kgraph.languages import by_name, by_shebang
from kgraph.model import GRAPH_FOLDER, PAGES_MANIFEST, Repository, SourceFile
from kgraph.vocab.iri import decode_path, encode_path, encode_segment

MAX_PARSED = 4_000_000  # bytes; larger files are data, and a parser may need a thousand times their size
_SHEBANG_READ = 256
_C_SOURCES = frozenset({"C", "Objective-C"})
_CPP_SOURCES = frozenset({"C++", "CUDA", "Objective-C++"})


class Contents(Protocol):
    """Where contents are that do not stand in the working tree."""

    def place(self, file: SourceFile) -> str:
        """Where the content of a file can be opened, once it is fetched."""

    def fetch(self, places: Iterable[str]) -> None:
        """Bring contents to their places."""


@dataclass(frozen=True, slots=True)
class Scan:
    """All files of a repository, sorted by path, and the repository that they are of."""

    root: Path
    repository: Repository
    files: tuple[SourceFile, ...]
    contents: Contents | None = None  # None: the files in the working tree

    def place(self, file: SourceFile) -> str:
        """Where the content of a file can be opened."""
        return self.contents.place(file) if self.contents else os.path.join(self.root, file.path)  # noqa: PTH118

    def fetch(self, places: Iterable[str]) -> None:
        """See to it that what stands at places can be opened."""
        if self.contents:
            self.contents.fetch(places)


@dataclass(frozen=True, slots=True)
class _Entry:
    path: str
    blob: str = ""  # "" where the content must be hashed
    submodule: bool = False


def scan(root: Path, *, base: str | None = None, exclude: Sequence[str] = (), vendored: Sequence[str] = ()) -> Scan:
    """List the files below `root`.

    `exclude` and `vendored` are patterns in the syntax of `.gitignore`: excluded files are left out, vendored ones are
    listed but not parsed.

    Raises `InputError` where `root` is no readable folder, or git refuses to list it.
    """
    root = root.resolve()
    if not root.is_dir():
        raise InputError("not a folder", where=str(root), hint="give the root folder of a repository")
    git = _Git.at(root)
    entries = list(git.entries()) if git else []
    if not entries:  # a folder that its git ignores, or one before the first `git add`: as good as no git
        git, entries = None, list(_walk(root))
    excluded, is_vendored = _matcher(exclude, "--exclude"), _matcher(vendored, "--vendored")
    pages = _pages(root, entries)
    hash_name = "sha256" if git and git.sha256 else "sha1"
    files = [
        _source_file(root, entry, hash_name, "vendored" if is_vendored.match_file(entry.path) else "")
        for entry in entries
        if entry.path not in pages and not excluded.match_file(entry.path)
    ]
    files.sort(key=lambda file: os.fsencode(file.path))
    return Scan(root, _repository(root, git, base), tuple(_settle_headers(files)))


def _matcher(patterns: Sequence[str], option: str) -> pathspec.GitIgnoreSpec:
    try:
        return pathspec.GitIgnoreSpec.from_lines(patterns)
    except ValueError as error:
        raise InputError(
            f"{option}: {error}", hint="patterns are written as in .gitignore: 'third_party/', '*.pb.h'"
        ) from error


# --- git ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Git:
    """Asks git about one working tree."""

    root: Path
    head: str  # commit id, "" before the first commit
    prefix: str  # of `root` within the working tree, ends with "/"; "" where it is the top
    sha256: bool

    @classmethod
    def at(cls, root: Path) -> _Git | None:
        """The git working tree that holds `root`, or None where there is none or no git."""
        try:
            inside = _run_git(root, "rev-parse", "--is-inside-work-tree", "--show-object-format", "--show-prefix")
        except FileNotFoundError:
            return None
        if inside.returncode:
            message = os.fsdecode(inside.stderr).strip()
            if "not a git repository" in message:
                return None
            raise InputError(
                message.partition("\n")[0].removeprefix("fatal: "), where=str(root), hint="`git status` must work there"
            )
        is_inside, object_format, prefix = os.fsdecode(inside.stdout).split("\n", 2)
        if is_inside != "true":  # a bare repository, or the .git folder itself
            return None
        head = _run_git(root, "rev-parse", "--verify", "--quiet", "HEAD")
        return cls(root, head.stdout.decode().strip(), prefix.removesuffix("\n"), object_format == "sha256")

    def _lines(self, *args: str) -> list[bytes]:
        done = _run_git(self.root, *args)
        if done.returncode:
            what = os.fsdecode(done.stderr).strip().partition("\n")[0]
            raise InputError(f"git {args[0]}: {what}", where=str(self.root), hint="`git status` must work there")
        return done.stdout.split(b"\0")[:-1]

    def entries(self) -> Iterator[_Entry]:
        """What the index holds below the root; a blob is given only where the working tree has that very content."""
        changed = set(self._lines("ls-files", "--modified", "-z"))
        seen: set[bytes] = set()
        for line in self._lines("ls-files", "--stage", "-z"):
            head, _, path = line.partition(b"\t")
            if path in seen:  # a merge conflict has up to three stages
                continue
            seen.add(path)
            mode, blob, number = head.decode().split()
            known = path not in changed and number == "0"
            yield _Entry(os.fsdecode(path), blob if known or mode == "160000" else "", mode == "160000")

    def origin(self) -> str:
        return _run_git(self.root, "config", "--get", "remote.origin.url").stdout.decode("utf-8", "replace").strip()

    def dirty(self) -> bool:
        return _run_git(self.root, "diff-index", "--quiet", "HEAD", "--", ".").returncode == 1


def is_tracked(root: Path, path: Path) -> bool:
    """Whether git, as `root` has it, tracks something at or below `path`."""
    try:
        return bool(_run_git(root, "--literal-pathspecs", "ls-files", "-z", "--", os.path.relpath(path, root)).stdout)
    except OSError:  # no git
        return False


def _run_git(root: Path, *args: str) -> subprocess.CompletedProcess[bytes]:
    # No optional locks: reading must not rewrite the user's index. No file-system monitor: that is a program of theirs.
    command = ["git", "--no-optional-locks", "-c", "core.fsmonitor=false", *args]
    return subprocess.run(command, cwd=root, capture_output=True, check=False, env={**os.environ, "LC_ALL": "C"})


# --- outside git ----------------------------------------------------------------------------------------------------


def _walk(root: Path) -> Iterator[_Entry]:
    """All files below `root` that its `.gitignore` files leave, as git would list them."""
    pending: list[tuple[str, tuple[tuple[str, pathspec.GitIgnoreSpec], ...]]] = [("", ())]
    while pending:
        folder, rules = pending.pop()
        own = _ignore_rules(root / folder)
        if own is not None:
            rules = (*rules, (folder, own))
        try:
            found = list(os.scandir(root / folder))
        except OSError:
            continue  # its files cannot even be listed; git would not list them either
        for item in found:
            path = f"{folder}/{item.name}" if folder else item.name
            is_folder = item.is_dir(follow_symlinks=False)
            if item.name == ".git" or _ignored(path + "/" if is_folder else path, rules):
                continue
            if is_folder:
                pending.append((path, rules))
            else:
                yield _Entry(path)


def _ignore_rules(folder: Path) -> pathspec.GitIgnoreSpec | None:
    try:
        text = (folder / ".gitignore").read_text("utf-8", "surrogateescape")
    except OSError:
        return None
    lines = []
    for line in text.splitlines():
        try:
            pathspec.GitIgnoreSpec.from_lines([line])
        except ValueError:
            continue  # git passes over a pattern that it cannot read
        lines.append(line)
    return pathspec.GitIgnoreSpec.from_lines(lines)


def _ignored(path: str, rules: tuple[tuple[str, pathspec.GitIgnoreSpec], ...]) -> bool:
    for folder, spec in reversed(rules):  # the deepest file that says something decides
        relative = path[len(folder) + 1 :] if folder else path
        verdict = spec.check_file(relative).include
        if verdict is not None:
            return bool(verdict)
    return False


# --- our own pages --------------------------------------------------------------------------------------------------

_PAGE = re.compile(
    r"(?:.*/)?(?:[^/]+_(?:docs|kw)|index|doc|sub(?:-[a-z0-9-]+)?)\.(?:md|html)"
    r"|static/(?:style\.css|search\.js|files\.js|index-\w\w\.js)",
    re.DOTALL,
)


def is_page(name: str) -> bool:
    """Whether a page of documentation can be called so, relative to the folder of all pages.

    A manifest is a file that anybody can write: what it lists is believed only as far as this.
    """
    return _PAGE.fullmatch(name) is not None and not {"", ".", ".."} & set(name.split("/"))


def _pages(root: Path, entries: Iterable[_Entry]) -> set[str]:
    """The documentation pages that we wrote into the tree: our output must not become our input.

    They are those that a manifest lists, if they are called as pages are; so a manifest can hide nothing else.
    """
    found: set[str] = set()
    folders = {folder for entry in entries for folder in _parents(entry.path)}
    for folder in folders:
        manifest = f"{folder}/{PAGES_MANIFEST}" if folder else PAGES_MANIFEST
        try:
            with open(os.path.join(root, manifest), encoding="utf-8") as stream:  # noqa: PTH118, PTH123
                names = [str(name) for name in json.load(stream)["pages"]]
        except (OSError, ValueError, KeyError, TypeError):
            continue
        found.add(manifest)
        found |= {
            f"{folder}/{decode_path(name)}" if folder else decode_path(name)
            for name in names
            if is_page(decode_path(name))
        }
    return found


# --- one file -------------------------------------------------------------------------------------------------------


def _source_file(root: Path, entry: _Entry, hash_name: str, unparsed: str) -> SourceFile:
    if entry.submodule:
        return SourceFile(entry.path, 0, entry.blob, form="submodule")
    full = os.path.join(root, entry.path)  # noqa: PTH118 - a str keeps surrogate escapes, and is three times faster
    blob = entry.blob
    try:
        status = os.lstat(full)
        if stat.S_ISLNK(status.st_mode):
            target = os.fsencode(os.readlink(full))  # noqa: PTH115
            return SourceFile(entry.path, len(target), blob or blob_id(target, hash_name), form="symlink")
        if not stat.S_ISREG(status.st_mode):
            return SourceFile(entry.path, 0, blob or blob_id(b"", hash_name), unparsed="unreadable: not a regular file")
        language = by_name(entry.path) or _language_inside(full)
        blob = blob or _hash_file(full, hash_name)
    except FileNotFoundError:
        why = "unreadable: not in the working tree"
        return SourceFile(entry.path, 0, blob or blob_id(b"", hash_name), by_name(entry.path), unparsed=why)
    except OSError as error:
        why = f"unreadable: {error.strerror}"
        return SourceFile(entry.path, 0, blob or blob_id(b"", hash_name), by_name(entry.path), unparsed=why)
    unparsed = too_much_to_parse(entry.path, status.st_size, unparsed)
    return SourceFile(entry.path, status.st_size, blob, language, unparsed=unparsed)


def too_much_to_parse(path: str, size: int, unparsed: str = "") -> str:
    """Why a file must not be parsed; "" where it may."""
    if GRAPH_FOLDER in path.split("/"):
        return "written by kgraph"
    if size > MAX_PARSED and not unparsed:
        return f"larger than {MAX_PARSED // 1_000_000} MB"
    return unparsed


def _language_inside(full: str) -> str:
    with open(full, "rb") as stream:  # noqa: PTH123
        first = stream.read(_SHEBANG_READ)
    return by_shebang(first.partition(b"\n")[0]) if first.startswith(b"#!") else ""


def blob_id(content: bytes, hash_name: str = "sha1") -> str:
    """The id that git gives a content: the hash of "blob <size>\\0" and the bytes (git-hash-object)."""
    return hashlib.new(hash_name, b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()


def _hash_file(full: str, hash_name: str) -> str:
    with open(full, "rb") as stream:  # noqa: PTH123
        return blob_id(stream.read(), hash_name)


def _settle_headers(files: Iterable[SourceFile]) -> Iterator[SourceFile]:
    """A `.h` is C or C++ as most sources of the nearest folder (upwards) that has sources of either.

    Its name does not tell, and the two languages need different grammars: `class` is a fine variable name in C.
    """
    files = list(files)
    sources: Counter[tuple[str, bool]] = Counter()
    for file in files:
        if file.language in _C_SOURCES | _CPP_SOURCES and not _is_open_header(file.path):
            for folder in _parents(file.path):
                sources[folder, file.language in _CPP_SOURCES] += 1
    for file in files:
        if file.language == "C++" and _is_open_header(file.path):
            for folder in _parents(file.path):
                c, cpp = sources[folder, False], sources[folder, True]
                if c or cpp:
                    yield SourceFile(
                        file.path, file.size, file.blob, "C" if c > cpp else "C++", file.form, file.unparsed
                    )
                    break
            else:
                yield file
        else:
            yield file


def _is_open_header(path: str) -> bool:
    return path.endswith((".h", ".H"))


def _parents(path: str) -> Iterator[str]:
    """The folders that hold a path, innermost first, the root ("") last."""
    while path:
        path = path.rpartition("/")[0]
        yield path


# --- the repository -------------------------------------------------------------------------------------------------

_SCP_LIKE = re.compile(r"(?:[^/@]+@)?(?P<host>[^/:]+):(?P<path>[^/].*)")


def _repository(root: Path, git: _Git | None, base: str | None) -> Repository:
    origin = _clean_url(git.origin()) if git else ""
    name = root.name or "root"
    if base is not None:
        if not re.fullmatch(r"https?://[^\s<>\"{}|\\^`]+[/#]", base):
            raise InputError(
                f"--base {base!r} is no http(s) IRI that ends with / or #", hint="--base https://example.org/my/"
            )
    elif git and (where := _host_and_path(origin)):
        # A folder inside a repository has a base of its own: its paths start there.
        within = f"{where[0]}/{where[1]}/{git.prefix}"
        name = within.rstrip("/").rpartition("/")[2]
        base = "https://w3id.org/kgraph/" + encode_path(within)
    else:
        base = f"https://w3id.org/kgraph/local/{encode_segment(name)}/"
    head, dirty = (git.head, bool(git.head) and git.dirty()) if git else ("", False)
    return Repository(name, base, head, dirty, origin)


def base_of(root: Path) -> str:
    """The base IRI that a build of `root` gives its nodes unless it is told another."""
    root = root.resolve()
    return _repository(root, _Git.at(root), None).base


def _host_and_path(url: str) -> tuple[str, str] | None:
    """Host and path of a remote's URL, `git@host:owner/name.git` too; None for a local path."""
    if "://" in url:
        parts = urlsplit(url)
        host, path = parts.hostname or "", unquote(parts.path)
    elif match := _SCP_LIKE.fullmatch(url):
        host, path = match["host"], match["path"]
    else:
        return None
    path = path.strip("/").removesuffix(".git")
    return (host, path) if host and path else None


def _clean_url(url: str) -> str:
    """A URL without user name and password, which must not end up in a published graph."""
    if "://" in url:
        parts = urlsplit(url)
        return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
    return url if _host_and_path(url) else ""
