"""Paths in a repository as text: "/" between names, none in front, and "" for the root."""

from __future__ import annotations

from collections.abc import Iterable


def parent(path: str) -> str:
    """The folder that holds a path; the root's is itself."""
    return path.rpartition("/")[0]


def ends_with(path: str, end: str) -> bool:
    """Whether the last names of a path are those of `end`: of "a/b/c.h" those of "b/c.h", not of "/c.h" or "c"."""
    return f"/{path}".endswith(f"/{end}")


def folders_of(paths: Iterable[str]) -> list[str]:
    """The folders that hold paths, the root first, each before those in it."""
    folders = {""}
    for path in paths:
        folder = parent(path)
        while folder not in folders:
            folders.add(folder)
            folder = parent(folder)
    return sorted(folders, key=len)
