"""Which version of a package npm would take: versions, tags and ranges such as `^4`, `~1.2`, `>=1 <3` or `1 || 2`.

Input: what is wanted, and what a registry or a folder has. Output: a version. Ranges are read by `nodesemver`, a port
of the library that npm itself uses; which of several versions is taken is npm's rule (`npm-pick-manifest`), but for the
versions of node that a package asks for, since kgraph runs none.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from functools import cmp_to_key

import nodesemver

LATEST = "latest"
MAX_RANGE = 256  # characters, as npm has it
_TAG = re.compile(r"[A-Za-z][\w.-]*")
_LOOSE = True  # as npm reads versions and ranges


def is_version(wanted: str) -> bool:
    """Whether one version is wanted."""
    return len(wanted) <= MAX_RANGE and nodesemver.valid(wanted.strip(), _LOOSE) is not None


def is_range(wanted: str) -> bool:
    """Whether a range of versions is wanted; a version is one, too."""
    return len(wanted) <= MAX_RANGE and nodesemver.valid_range(wanted, _LOOSE) is not None


def is_tag(wanted: str) -> bool:
    """Whether what is wanted can be a tag: a name that is no range."""
    return _TAG.fullmatch(wanted) is not None and not is_range(wanted)


def satisfies(version: str, wanted: str) -> bool:
    """Whether a version is one of those wanted. A tag does not tell: False."""
    return is_version(version) and is_range(wanted) and nodesemver.satisfies(version, wanted, _LOOSE)


def sort_versions(versions: Collection[str]) -> list[str]:
    """Versions, the newest first; what is no version is left out."""
    valid = [version for version in versions if is_version(version)]
    return sorted(valid, key=cmp_to_key(lambda one, other: nodesemver.rcompare(one, other, _LOOSE)))


def choose(wanted: str, versions: Collection[str], tags: Mapping[str, str], deprecated: Collection[str]) -> str | None:
    """The version that npm takes of `versions`; None where there is none.

    Of a range it is the one tagged "latest" if that fits, else the newest, and one that is deprecated only where no
    other fits. A version before a release is meant only by a range that names one of the same release.
    """
    if is_tag(wanted):
        return tags.get(wanted)
    if is_version(wanted):
        clean = nodesemver.valid(wanted.strip(), _LOOSE).version
        return clean if clean in versions else None
    latest = tags.get(LATEST, "")
    if latest in versions and latest not in deprecated and (wanted.strip() in ("", "*") or satisfies(latest, wanted)):
        return latest
    fitting = [version for version in sort_versions(versions) if satisfies(version, wanted)]
    return next((version for version in fitting if version not in deprecated), fitting[0] if fitting else None)
