"""Versions of what reads files: facts that another version made are extracted again.

Input: the packages that are installed, and the code of kgraph. Output: fingerprints that are part of each cache key.
"""

from __future__ import annotations

import hashlib
import sys
from functools import cache
from pathlib import Path

# Counts up whenever any extractor's answer for the same content changes: older facts in a cache are then read again.
VERSION = 44
WORDS_VERSION = 5  # counts up whenever `words` gives something else for the same content

# The packages that read for us, as `pyproject.toml` names them.
PARSERS = (
    *("docutils", "markdown-it-py", "tree-sitter", "tree-sitter-bash", "tree-sitter-c-sharp", "tree-sitter-cpp"),
    *("tree-sitter-go", "tree-sitter-hcl", "tree-sitter-java", "tree-sitter-javascript", "tree-sitter-json"),
    *("tree-sitter-kotlin", "tree-sitter-make", "tree-sitter-php", "tree-sitter-python", "tree-sitter-ruby"),
    *("tree-sitter-rust", "tree-sitter-starlark", "tree-sitter-swift", "tree-sitter-toml", "tree-sitter-typescript"),
    *("tree-sitter-yaml",),
)


@cache
def readers() -> str:
    """Names all that decides what a content is read as, but the content: our version, Python's, the parsers'."""
    versions = [f"{name} {_version(name)}" for name in PARSERS]
    interpreter = ".".join(map(str, sys.version_info[:2]))
    return hashlib.sha256("\n".join([str(VERSION), interpreter, *versions]).encode()).hexdigest()[:12]


# What readers import of kgraph, beside each other.
MODULES = (
    *("build_facts", "compression", "contents", "coverage", "errors", "escape", "language_contents", "languages"),
    *("model", "name_facts", "regular_file", "repository_paths", "scoped_languages", "test_words", "version"),
)


@cache
def code() -> str:
    """The fingerprint of the code that reads: caches that several versions of kgraph share have it in their keys."""
    package = Path(__file__).parent
    sources = [*sorted(package.rglob("*.py")), *(package.parent / f"{name}.py" for name in MODULES)]
    digest = hashlib.sha256()
    for source in sources:
        content = source.read_bytes()
        digest.update(b"%b %d:%b" % (source.relative_to(package.parent).as_posix().encode(), len(content), content))
    return digest.hexdigest()[:16]


def _version(package: str) -> str:
    from importlib import metadata  # for those that want a key: what reads does not

    try:
        installed = metadata.distribution(package)
    except metadata.PackageNotFoundError:
        return "absent"
    # `installed.version` parses the whole text, with all that the package says of itself.
    head = (installed.read_text("METADATA") or "").partition("\n\n")[0]
    said = next((line for line in head.splitlines() if line.startswith("Version:")), "")
    return said.removeprefix("Version:").strip() or installed.version
