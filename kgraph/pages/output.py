"""Writing a set of pages: only what changed, nothing that is not ours, and nothing left behind.

Input: names and texts of pages. Output: files below one folder, and a manifest that lists them.

    .kgraph-pages.json     what this folder holds, and of what it was made

A page that somebody else wrote is never touched: a file may be replaced or removed only if the manifest lists it or
it carries our marker. While a run writes, the manifest lists old and new pages alike, so that whoever goes on after
an interruption knows what is ours.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections import deque
from collections.abc import Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from kgraph import files
from kgraph.conditions import condition_of
from kgraph.errors import ExportError
from kgraph.model import PAGES_MANIFEST as MANIFEST
from kgraph.pages.templates import MARKER
from kgraph.regular_file import read_small
from kgraph.scan import is_page
from kgraph.scan.generated_pages import MAX_MANIFEST_BYTES
from kgraph.vocab.iri import decode_path

VERSION = 1
SETTINGS = frozenset({"mkdocs.yml", "conf.py"})  # common names: a manifest alone does not make these files ours
_WAITING = 200  # pages that are made and not written yet


@dataclass(slots=True)
class Manifest:
    """What a folder of pages holds."""

    inputs: str = ""  # a digest of all that the pages were made of; "" while a run is under way
    pages: dict[str, str] = field(default_factory=dict)  # encoded name: digest of the text, "" where it is not known
    suffix: str = ".md"

    @classmethod
    def read(cls, folder: Path) -> Manifest | None:
        """The manifest of a folder, None where there is none that we can read."""
        path = folder / MANIFEST
        try:
            if not files.is_regular(path) and os.path.lexists(path):  # a link may lead to a device without an end
                return cls()
            data = json.loads(read_small(os.fspath(path), MAX_MANIFEST_BYTES))
            pages = {str(name): str(value) for name, value in data["pages"].items() if is_page(decode_path(str(name)))}
            if data["version"] != VERSION:
                return cls(pages=dict.fromkeys(pages, ""))
            return cls(str(data["inputs"]), pages, str(data["suffix"]))
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
            return cls()

    def write(self, folder: Path) -> None:
        """Replace the manifest."""
        data = {
            "generator": "kgraph pages",
            "version": VERSION,
            "suffix": self.suffix,
            "inputs": self.inputs,
            "pages": dict(sorted(self.pages.items())),
        }
        files.write(folder / MANIFEST, json.dumps(data, indent=0) + "\n")


@dataclass(frozen=True, slots=True)
class WriteReport:
    """What a run did."""

    folder: Path
    pages: int  # in the set
    changed: int  # written by this run
    removed: int
    size: int = 0  # bytes of the pages that were looked at


@dataclass(frozen=True, slots=True)
class PageOutcome:
    """What became of one page."""

    name: str
    value: str  # a digest of what it is made of
    size: int = 0  # bytes
    is_changed: bool = False  # written


def digest(data: bytes) -> str:
    """A name for a content."""
    return hashlib.blake2b(data, digest_size=12).hexdigest()


class OutputFolder:
    """A folder that is brought up to date page by page."""

    def __init__(self, folder: Path, suffix: str) -> None:
        self.folder = folder
        self._top = os.fspath(folder)
        self.former = Manifest.read(folder) or Manifest()
        self._new = Manifest(suffix=suffix)
        self._made: set[str] = set()
        self._changed = self._size = 0

    def is_current(self, inputs: str) -> bool:
        """Whether the folder holds what these inputs give, as far as can be seen without reading it."""
        if not self.former.inputs or self.former.inputs != inputs:
            return False
        by_folder: dict[str, set[str]] = {}
        for name in self.former.pages:
            parent, _, last = decode_path(name).rpartition("/")
            by_folder.setdefault(parent, set()).add(last)
        for parent, names in by_folder.items():
            try:
                with os.scandir(os.path.join(self._top, parent)) as found:  # noqa: PTH118 - keeps bytes that are no UTF-8
                    if not names <= {entry.name for entry in found}:
                        return False
            except OSError:
                return False
        return True

    def begin(self, names: Iterable[str]) -> None:
        """Say which pages are going to be written, and find what is in the way.

        Raises `ExportError` before anything is changed where a file that is not ours has the name of a page.
        """
        names = list(names)
        with _told(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
        for name in names:
            if name not in self.former.pages or name in SETTINGS:
                self._check(name)
        pages = dict.fromkeys(names, "") | self.former.pages
        with _told(self.folder):
            Manifest("", pages, self._new.suffix).write(self.folder)

    def _path(self, name: str) -> str:
        return os.path.join(self._top, decode_path(name))  # noqa: PTH118 - keeps bytes that are no UTF-8

    def _check(self, name: str) -> None:
        path = self._path(name)
        try:
            # Not blocking, for it may be a pipe.
            handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
            with os.fdopen(handle, "rb") as stream:
                beginning = stream.read(2000) or b""
        except FileNotFoundError:
            return
        except OSError as error:
            raise ExportError(error.strerror or str(error), where=path, hint="name another folder with -o") from error
        if MARKER.encode() not in beginning:
            raise ExportError(
                "is in the way, and no page of kgraph", where=path, hint="name another folder with -o, or move the file"
            )

    def is_same(self, name: str, value: str) -> bool:
        """Whether a page is there that was made of the same, as `value` says."""
        return self.former.pages.get(name) == value and os.path.isfile(self._path(name))  # noqa: PTH113

    def put_all(self, pages: Iterable[tuple[str, str] | tuple[str, str, str]]) -> None:
        """Bring many pages up to date, each as `put` does; they are written while the next ones are made."""
        waiting: deque[Future[None]] = deque()
        with ThreadPoolExecutor(1) as beside:
            try:
                for page in pages:
                    waiting.append(beside.submit(self.put, *page))
                    if len(waiting) > _WAITING:
                        waiting.popleft().result()
                while waiting:
                    waiting.popleft().result()
            except BaseException:
                beside.shutdown(cancel_futures=True)
                raise

    def put(self, name: str, text: str | bytes, value: str = "") -> None:
        """Bring one page up to date; `value` is a digest of what it is made of, by default of the page itself."""
        self.note(self.write(name, text, value))

    def write(self, name: str, text: str | bytes, value: str = "") -> PageOutcome:
        """Bring the file of a page up to date, as `put` does. A copy of this process may do that, too; who has the
        folder is notified by `note`."""
        data = text.encode("utf-8", "backslashreplace") if isinstance(text, str) else text
        value = value or digest(data)
        path = self._path(name)
        if self.former.pages.get(name) == value and _has_size(path, len(data)):
            return PageOutcome(name, value, len(data))
        if self.former.pages.get(name) == "" and _holds(path, data):
            return PageOutcome(name, value, len(data))  # written by a run that was interrupted
        with _told(path):
            self._make_folder(name.rpartition("/")[0])
            files.write(path, data)
        return PageOutcome(name, value, len(data), is_changed=True)

    def keep_page(self, name: str) -> PageOutcome:
        """A page of a former run that stays as it is."""
        return PageOutcome(name, self.former.pages[name])

    def note(self, page: PageOutcome) -> None:
        """Count a page."""
        self._new.pages[page.name] = page.value
        self._size += page.size
        self._changed += page.is_changed

    def note_all(self, pages: Iterable[PageOutcome]) -> None:
        """Count pages."""
        for page in pages:
            self.note(page)

    def keep(self, name: str) -> None:
        """Leave a page of a former run as it is."""
        self.note(self.keep_page(name))

    def keep_all(self) -> None:
        """Leave all pages of a former run, if they are of the same form."""
        if self.former.suffix == self._new.suffix:
            self._new.pages |= self.former.pages

    def _make_folder(self, name: str) -> None:
        if name in self._made:
            return
        steps = name.split("/") if name else []
        for count in range(1, len(steps) + 1):
            step = "/".join(steps[:count])
            if step in self._made:
                continue
            path = self._path(step)
            if os.path.islink(path):  # noqa: PTH114
                raise ExportError("is a symbolic link; pages are not written through it", where=path)
            os.makedirs(path, exist_ok=True)  # noqa: PTH103
            self._made.add(step)
        self._made.add(name)

    def finish(self, inputs: str) -> WriteReport:
        """Remove pages whose file has left, and say what the folder holds now."""
        removed = 0
        emptied: set[str] = set()
        for name in self.former.pages.keys() - self._new.pages.keys():
            try:
                if name in SETTINGS:
                    self._check(name)
                os.unlink(self._path(name))  # noqa: PTH108
                removed += 1
            except (OSError, ExportError):
                pass  # gone already, or replaced by somebody
            emptied.add(name.rpartition("/")[0])
        for name in sorted(emptied, key=len, reverse=True):
            while name:
                try:
                    os.rmdir(self._path(name))  # noqa: PTH106
                except OSError:
                    break
                name = name.rpartition("/")[0]
        self._new.inputs = inputs
        with _told(self.folder):
            self._new.write(self.folder)
        return WriteReport(self.folder, len(self._new.pages), self._changed, removed, self._size)


def _has_size(path: str, size: int) -> bool:
    try:
        return os.stat(path, follow_symlinks=False).st_size == size  # noqa: PTH116
    except OSError:
        return False


def _holds(path: str, data: bytes) -> bool:
    try:
        if not files.is_regular(path):
            return False
        with open(path, "rb") as stream:  # noqa: PTH123
            return stream.read(len(data) + 1) == data
    except OSError:
        return False


class _told:  # noqa: N801 - used like a function
    """What the file system refuses is the user's to mend."""

    def __init__(self, where: Path | str) -> None:
        self._where = where

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, OSError):
            condition = condition_of(error)
            what = condition.what if condition else error.strerror or str(error)
            raise ExportError(what, where=str(self._where), hint=condition.hint if condition else "") from error


def combine(parts: Mapping[str, object]) -> str:
    """One digest of all inputs."""
    return digest(
        json.dumps({key: str(value) for key, value in parts.items()}, sort_keys=True).encode("utf-8", "surrogatepass")
    )
