"""What a repository is called, and the base IRI that its nodes get from where it came.

Input: a root folder, and git's repository if it is in one. Output: a `Repository`.
"""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

from kgraph.errors import InputError
from kgraph.git import GitRepository, discover
from kgraph.model import Repository
from kgraph.vocab.iri import encode_path, encode_segment

_SCP_LIKE = re.compile(r"(?:[^/@]+@)?(?P<host>[^/:]+):(?P<path>[^/].*)")


def describe(root: Path, git: GitRepository | None, base: str | None, head: str = "") -> Repository:
    """A repository by its name, its base IRI and where it came from; whether it is changed is another question."""
    origin = _clean_url(git.config().get("remote.origin.url", "").strip()) if git else ""
    name = root.name or "root"
    if base is not None:
        if not re.fullmatch(r"https?://[^\s<>\"{}|\\^`]+[/#]", base):
            raise InputError(
                f"--base {base!r} is not an http(s) IRI that ends with / or #", hint="--base https://example.org/my/"
            )
    elif git and (where := _host_and_path(origin)):
        # A folder inside a repository has a base of its own: its paths start there.
        within = f"{where[0]}/{where[1]}/{git.prefix}"
        name = within.rstrip("/").rpartition("/")[2]
        base = "https://w3id.org/kgraph/" + encode_path(within)
    else:
        base = f"https://w3id.org/kgraph/local/{encode_segment(name)}/"
    return Repository(name, base, head, origin=origin)


def head_of(git: GitRepository) -> str:
    """The id of the commit that is checked out; "" before the first."""
    return git.run("rev-parse", "--verify", "--quiet", "HEAD").out.decode("ascii", "replace").strip()


def base_of(root: Path) -> str:
    """The base IRI that a build of `root` gives its nodes unless it is given another."""
    root = root.resolve()
    return describe(root, repository_at(root), None).base


def repository_at(root: Path) -> GitRepository | None:
    """The repository in whose working tree a folder is; None where there is none, or git cannot say."""
    found = discover(root)
    return found if isinstance(found, GitRepository) else None


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
