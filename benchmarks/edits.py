"""Random edits of a real repository: what each costs, and whether the graph is the one that a build from nothing makes.

    python benchmarks/edits.py ROOT [--edits N] [--seed S] [--compare K] [--resident] [--jobs N]

Works on a copy of the files that git tracks, committed anew in a scratch folder. Edits of every kind are drawn by
chance: lines deleted, words replaced, names changed in a file, lines copied from file to file, lines of manifests and
of `.gitignore` removed, files copied, moved, removed, exchanged, folders moved, all of it committed or taken back.
After each the graph is built again, and after each K-th edit another one from nothing, whose tables must be equal byte
by byte. (That one takes facts from the cache of the copy: assembly and relating are compared, not extraction.)

With `--resident` one process keeps between builds what `kgraph watch` keeps. Prints seconds by kind of edit; ends with
exit code 1 where tables differ, and then leaves the copy and both graphs where it says.
"""

from __future__ import annotations

import argparse
import math
import os
import random
import re
import shutil
import statistics
import subprocess
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from pathlib import Path

from common import commit_all, copy_tracked, heading, stop, table

from kgraph.pipeline.build import build
from kgraph.pipeline.options import BuildOptions
from kgraph.pipeline.resident import Resident

_WORD = re.compile(rb"\b[A-Za-z_]\w{3,}\b")
_MANIFEST = re.compile(
    r"(?:^|/)(?:go\.mod|Cargo\.toml|package\.json|tsconfig\.json|pyproject\.toml|setup\.py|CMakeLists\.txt|pom\.xml"
    r"|composer\.json|Package\.swift|\.gitignore|[^/]+\.gradle(?:\.kts)?|[^/]+\.csproj|BUILD(?:\.bazel)?)$"
)
_IDENTITY = ("-c", "user.name=benchmark", "-c", "user.email=benchmark@localhost", "-c", "commit.gpgsign=false")


class Tree:
    """The copy, and the edits that can be made of it; each returns what it did, in a line."""

    def __init__(self, root: Path, rng: random.Random) -> None:
        self.root = root
        self._rng = rng
        self.kinds: Sequence[tuple[int, Callable[[], str]]] = (  # how often, of all
            (4, self.delete_lines),
            (5, self.replace_word),
            (3, self.rename),
            (3, self.copy_lines),
            (2, self.edit_manifest),
            (1, self.remove_file),
            (1, self.move_file),
            (1, self.copy_file),
            (1, self.exchange_files),
            (1, self.move_folder),
            (1, self.commit),
            (1, self.take_back),
        )

    def edit(self) -> tuple[str, str]:
        """Make one edit: its kind, and what it did; some do nothing, where chance picked a file without words."""
        weights, kinds = zip(*self.kinds, strict=True)
        kind = self._rng.choices(kinds, weights)[0]
        return kind.__name__.replace("_", " "), kind()

    def delete_lines(self) -> str:
        file = self._file()
        lines = file.read_bytes().split(b"\n")
        at, count = self._rng.randrange(len(lines)), self._rng.choice([1, 1, 2, 5, 30])
        del lines[at : at + count]
        file.write_bytes(b"\n".join(lines))
        return f"{count} at {at + 1} of {self._name(file)}"

    def replace_word(self) -> str:
        file = self._file()
        text = file.read_bytes()
        words = list(_WORD.finditer(text))
        if not words:
            return ""
        old, new = self._rng.choice(words), self._rng.choice(words)
        file.write_bytes(text[: old.start()] + new[0] + text[old.end() :])
        return f"{old[0]!r} by {new[0]!r} in {self._name(file)}"

    def rename(self) -> str:
        file = self._file()
        text = file.read_bytes()
        words = sorted(set(_WORD.findall(text)))
        if not words:
            return ""
        word = self._rng.choice(words)
        file.write_bytes(re.sub(rb"\b" + word + rb"\b", word + b"X", text))
        return f"{word!r} in {self._name(file)}"

    def copy_lines(self) -> str:
        source, target = self._file(), self._file()
        lines, others = source.read_bytes().split(b"\n"), target.read_bytes().split(b"\n")
        at, to = self._rng.randrange(len(lines)), self._rng.randrange(len(others))
        others[to:to] = lines[at : at + self._rng.choice([3, 10, 40])]
        target.write_bytes(b"\n".join(others))
        return f"{self._name(source)} to {self._name(target)}"

    def edit_manifest(self) -> str:
        manifests = [path for path in self._tracked() if _MANIFEST.search(path)]
        if not manifests:
            return ""
        file = self.root / self._rng.choice(manifests)
        lines = file.read_bytes().split(b"\n")
        at = self._rng.randrange(len(lines))
        del lines[at]
        file.write_bytes(b"\n".join(lines))
        return f"line {at + 1} of {self._name(file)}"

    def remove_file(self) -> str:
        file = self._file()
        self._git("rm", "-q", "-f", "--", self._name(file))
        return self._name(file)

    def move_file(self) -> str:
        file = self._file()
        target = self._free(self._file().parent / file.name)
        self._git("mv", "--", self._name(file), self._name(target))
        return f"{self._name(file)} to {self._name(target)}"

    def copy_file(self) -> str:
        file = self._file()
        target = self._free(self._file().parent / file.name)
        shutil.copyfile(file, target)
        self._git("add", "-f", "--", self._name(target))
        return f"{self._name(file)} to {self._name(target)}"

    def exchange_files(self) -> str:
        one, other = self._file(), self._file()
        first, second = one.read_bytes(), other.read_bytes()
        one.write_bytes(second)
        other.write_bytes(first)
        return f"{self._name(one)} and {self._name(other)}"

    def move_folder(self) -> str:
        folder = self._file().parent
        if folder == self.root:
            return ""
        target = self._free(folder.with_name(folder.name + "_moved"))
        self._git("mv", "--", self._name(folder), self._name(target))
        return self._name(folder)

    def commit(self) -> str:
        self._git("add", "-A")
        self._git(*_IDENTITY, "commit", "-q", "--allow-empty", "-m", "Change")
        return "all"

    def take_back(self) -> str:
        self._git("checkout", "-q", "HEAD", "--", ".")
        return "to HEAD"

    def _file(self) -> Path:
        """A tracked file with text in it."""
        paths = [path for path in self._tracked() if b"\0" not in (self.root / path).read_bytes()[:8000]]
        if not paths:
            stop(f"{self.root}: no file with text is left")
        return self.root / self._rng.choice(paths)

    def _tracked(self) -> list[str]:
        listed = [os.fsdecode(name) for name in self._git("ls-files", "-z").split(b"\0") if name]
        return [path for path in listed if (self.root / path).is_file() and not (self.root / path).is_symlink()]

    def _free(self, path: Path) -> Path:
        while path.exists():
            path = path.with_name("x_" + path.name)
        return path

    def _name(self, path: Path) -> str:
        return os.fspath(path.relative_to(self.root))

    def _git(self, *words: str) -> bytes:
        return subprocess.run(["git", *words], cwd=self.root, capture_output=True, check=False).stdout


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("root", type=Path)
    parser.add_argument("--edits", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--compare", type=int, default=10, metavar="K", help="after each K-th edit; 0 for never")
    parser.add_argument("--resident", action="store_true")
    parser.add_argument("--jobs", type=int)
    parser.add_argument("--scratch", type=Path, help="where to make the copy; default the system's temporary folder")
    options = parser.parse_args()
    where = Path(tempfile.mkdtemp(prefix="kgraph-edits-", dir=options.scratch))
    root = where / options.root.resolve().name
    print(f"{root.name}: {copy_tracked(options.root.resolve(), root):,} files; seed {options.seed}")
    commit_all(root)
    seconds, equal = measure(root, where, options)
    heading("Seconds of a build after one edit")
    every = [each for times in seconds.values() for each in times]
    rows = [(kind, *_figures(times)) for kind, times in sorted(seconds.items())]
    table(("edit", "how many", "median", "95 %", "most"), [*rows, ("all", *_figures(every))])
    if not equal:
        stop(f"tables differ: {where}")
    shutil.rmtree(where)


def _figures(times: Sequence[float]) -> tuple[int, float, float, float]:
    ordered = sorted(times)
    return len(ordered), statistics.median(ordered), ordered[math.ceil(0.95 * len(ordered)) - 1], ordered[-1]


def measure(root: Path, where: Path, options: argparse.Namespace) -> tuple[dict[str, list[float]], bool]:
    """Seconds by kind of edit, and whether all graphs that were compared were equal."""
    tree = Tree(root, random.Random(options.seed))
    chosen = BuildOptions(cache=str(where / "cache"), jobs=options.jobs)
    seconds: defaultdict[str, list[float]] = defaultdict(list)
    with Resident(chosen) if options.resident else nullcontext() as resident:
        build(root, where / "graph", chosen, resident=resident)
        for number in range(1, options.edits + 1):
            kind, what = tree.edit()
            started = time.perf_counter()
            build(root, where / "graph", chosen, resident=resident)
            seconds[kind].append(time.perf_counter() - started)
            print(f"{number:4}  {seconds[kind][-1]:6.2f} s  {kind}: {what or 'nothing'}", flush=True)
            if options.compare and number % options.compare == 0:
                build(root, where / "new", chosen)
                differing = different_tables(where / "graph", where / "new")
                print(f"      {', '.join(differing) or 'equal to a build from nothing'}", flush=True)
                if differing:
                    return seconds, False
                shutil.rmtree(where / "new")
    return seconds, True


def different_tables(one: Path, other: Path) -> list[str]:
    """The tables that are not equal byte by byte."""
    names = sorted({path.name for graph in (one, other) for path in (graph / "tables").iterdir()})
    return [name for name in names if _bytes(one, name) != _bytes(other, name)]


def _bytes(graph: Path, name: str) -> bytes:
    path = graph / "tables" / name
    return path.read_bytes() if path.exists() else b""


if __name__ == "__main__":
    main()
