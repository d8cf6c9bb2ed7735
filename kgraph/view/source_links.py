"""Where the source can be read: a template for links, guessed from the origin remote.

Input: what the build knows of the repository. Output: a text with {path}, {line} and {revision}, or "".
"""

from __future__ import annotations

import re

from kgraph.errors import InputError
from kgraph.model import Repository

# Hosts by a word of their name, and how they address a line of a file at a revision.
_FORGES = {
    "github": "/blob/{revision}/{path}#L{line}",
    "gitlab": "/-/blob/{revision}/{path}#L{line}",
    "codeberg": "/src/commit/{revision}/{path}#L{line}",
    "gitea": "/src/commit/{revision}/{path}#L{line}",
    "bitbucket": "/src/{revision}/{path}#lines-{line}",
}
_ORIGIN = re.compile(r"(?:https?://|ssh://|git://)?(?:[^@/\s]+@)?([\w.-]+)(?::\d+)?[:/](.+?)(?:\.git)?/?")


def source_address(repository: Repository, wanted: str | None = None) -> str:
    """The template asked for, or that of the origin's forge at the build's revision; "" where there is none.

    Raises `InputError` where the template is no web address with {path} in it.
    """
    if wanted:
        if not re.match(r"https?://", wanted) or "{path}" not in wanted:
            raise InputError(
                f"{wanted!r} is not an address of a source file",
                where="--source-url",
                hint="for example https://example.org/tree/{revision}/{path}#L{line}",
            )
        return wanted
    if wanted is not None or not repository.revision:
        return ""
    origin = _ORIGIN.fullmatch(repository.origin)
    form = next((form for word, form in _FORGES.items() if origin and word in origin[1]), None)
    return f"https://{origin[1]}/{origin[2]}{form}" if origin and form else ""
