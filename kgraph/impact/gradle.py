"""Which build of Gradle runs a test, and by which task.

Input: the path of a file of tests, and the folders with files of Gradle. Output: what `gradle` is given to run that
task alone: a filter that no test of a project fits makes Gradle fail, so that each project is asked for its own tests.
The path of a project is taken to be that of its folder, as it is unless a settings file says otherwise.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator

_BUILD = frozenset({"build.gradle", "build.gradle.kts"})
_SETTINGS = frozenset({"settings.gradle", "settings.gradle.kts"})
_SOURCES = re.compile(r"(?:(.*)/)?src/(\w+)/(?:java|kotlin|groovy)/")
_TASK = re.compile(r"test|(?!android|common)[a-z]\w*Test")


class GradleBuilds:
    """The builds of a repository."""

    def __init__(self, paths: Iterable[str]) -> None:
        self._builds: set[str] = set()
        self._settings: set[str] = set()
        for path in paths:
            folder, name = posixpath.split(path)
            if name in _BUILD:
                self._builds.add(folder)
            elif name in _SETTINGS:
                self._settings.add(folder)

    def task_of(self, path: str) -> str:
        """The task that runs the tests of a file, as `:lib:test` or `-p other :test`; "" where Gradle runs none."""
        around = list(_folders(path))
        found = [folder for folder in around if folder in self._builds or folder in self._settings]
        if not found:
            return ""
        project, task = found[0], "test"
        if sources := _SOURCES.match(path):
            project = max(project, sources[1] or "", key=len)  # which may be built by what the root says of all
            task = sources[2]
        if not _TASK.fullmatch(task):
            return ""
        root = next(
            (folder for folder in _folders(posixpath.join(project, "x")) if folder in self._settings), found[-1]
        )
        inner = project.removeprefix(root).strip("/").replace("/", ":")
        name = f":{inner}:{task}" if inner else f":{task}"
        return f"-p {root} {name}" if root else name


def _folders(path: str) -> Iterator[str]:
    """The folders around a path, the innermost first; "" is the root."""
    while path := posixpath.dirname(path):
        yield path
    yield ""
