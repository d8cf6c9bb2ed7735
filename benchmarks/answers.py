"""What kgraph and ctags say of a repository's declarations, in one form that can be compared.

Input: a graph or an extractor, or the `ctags` command. Output: per file, the declarations, by names and kinds from
which the habits of each tool are removed.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import time
from collections import defaultdict
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from common import stop

C_FAMILY = frozenset({"C", "C++", "CUDA", "Objective-C", "Objective-C++"})

GROUPS = {
    "Function": "function",
    "Method": "function",
    "Constructor": "function",
    "Destructor": "function",
    "Conversion": "function",
    "Class": "type",
    "Struct": "type",
    "Union": "type",
    "Enum": "enum",
    "Enumerator": "enumerator",
    "Field": "data",
    "Variable": "data",
    "TypeAlias": "alias",
    "Namespace": "namespace",
    "Macro": "macro",
    "Concept": "concept",
}


class Named(NamedTuple):
    """One declaration in one file, whoever says so."""

    path: str
    start: int  # the line of the name, where nothing else is known
    end: int
    name: str  # plain, see `plain`
    kind: str
    definition: bool
    macro: str = ""  # what made it
    note: str = ""

    @property
    def group(self) -> str:
        return GROUPS[self.kind]

    @property
    def row(self) -> str:
        """The row of a table that it counts in."""
        if not self.name and self.group != "namespace":
            return f"unnamed {self.group}"
        if self.note and not self.definition:
            return f"{self.note} {self.group} declaration"
        if self.group in ("function", "type"):
            return f"{self.group} {'definition' if self.definition else 'declaration'}"
        return self.kind.lower() if self.group == "data" else self.group


def plain(name: str) -> str:
    """A name without what tools spell differently: spaces, template arguments, made-up names of unnamed things."""
    if not name or name[0] in "(<" or name.startswith("__anon"):
        return ""
    if match := re.match(r"operator\b\s*(.*)", name, re.DOTALL):
        rest = match[1]
        if re.match(r"(?!new\b|delete\b|co_await\b)[\w:]", rest):
            return "operator T"
        return "operator" + re.sub(r"\s+|(?<=[^<\-=])<.*>$", "", rest)
    return re.sub(r"\s*<.*", "", name, flags=re.DOTALL).rpartition("::")[2]


# --- what kgraph says -------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Answer:
    """Kgraph's declarations by path, and the C-family files that it could not read."""

    declared: dict[str, list[Named]] = field(default_factory=dict)
    skipped: dict[str, str] = field(default_factory=dict)
    languages: dict[str, str] = field(default_factory=dict)


def from_graph(folder: Path) -> Answer:
    """The answer of a built graph."""
    import polars as pl

    tables = {
        name: pl.read_parquet(folder / "tables" / f"{name}.parquet") for name in ("files", "symbols", "locations")
    }
    edges = pl.read_parquet(folder / "tables" / "edges.parquet")
    files = tables["files"].filter(pl.col("language").is_in(list(C_FAMILY)))
    answer = Answer()
    for path, language, read_as in files.select("path", "language", "read_as").iter_rows():
        answer.languages[path] = language
        answer.declared[path] = []
        if read_as == "skipped":
            answer.skipped[path] = "skipped"
    places = (
        edges.filter(pl.col("kind").is_in(["declaration", "definition"]))
        .rename({"kind": "role"})
        .join(tables["symbols"].select("id", "kind", "name", "macro"), left_on="source", right_on="id")
        .join(tables["locations"], left_on="target", right_on="id")
        .join(files.select("id", "path"), left_on="file", right_on="id")
        .select("path", "start_line", "end_line", "name", "kind", "role", "macro")
    )
    for path, start, end, name, kind, role, macro in places.iter_rows():
        if kind in GROUPS:
            answer.declared[path].append(Named(path, start, end, plain(name), kind, role == "definition", macro or ""))
    return answer


def from_extractor(root: Path, jobs: int) -> Answer:
    """The answer of the extractor alone."""
    from kgraph.extract.cpp.macros import attribute_macros
    from kgraph.scan import scan

    files = [f for f in scan(root).files if f.language in C_FAMILY and f.form == "file" and not f.unparsed]
    answer = Answer(languages={f.path: f.language for f in files})
    with ProcessPoolExecutor(jobs) as pool:
        paths = [str(root / f.path) for f in files]
        macros = attribute_macros(define for found in pool.map(_harvest, paths, chunksize=64) for define in found)
        started = time.perf_counter()
        results = pool.map(_extract, paths, [f.language for f in files], [macros] * len(files), chunksize=16)
        for file, (reason, declared) in zip(files, results, strict=True):
            answer.declared[file.path] = [Named(file.path, *rest) for rest in declared]
            if reason:
                answer.skipped[file.path] = reason
        print(f"extracted in {time.perf_counter() - started:.1f} s with {jobs} workers")
    return answer


def _harvest(path: str) -> tuple[object, ...]:
    from kgraph.extract.cpp.macros import harvest

    return harvest(Path(path).read_bytes())


def _extract(path: str, language: str, macros: frozenset[str]) -> tuple[str, list[tuple[object, ...]]]:
    from kgraph.extract import extract
    from kgraph.model import Skipped

    try:
        facts = extract(Path(path).read_bytes(), language, macros)
    except Exception as error:  # noqa: BLE001 - an extractor in the making: say it, and go on
        return f"{type(error).__name__}: {error}", []
    if isinstance(facts, Skipped):
        return facts.reason, []
    return "", [
        (s.start, s.end, plain(s.name), s.kind.value, s.definition, s.macro)
        for s in facts.symbols
        if s.kind.value in GROUPS
    ]


# --- what ctags says --------------------------------------------------------------------------------------------------

_CTAGS_KINDS = {
    "class": ("Class", True),
    "struct": ("Struct", True),
    "union": ("Union", True),
    "enum": ("Enum", True),
    "enumerator": ("Enumerator", True),
    "function": ("Function", True),
    "prototype": ("Function", False),
    "member": ("Field", True),
    "variable": ("Variable", True),
    "externvar": ("Variable", False),
    "typedef": ("TypeAlias", True),
    "namespace": ("Namespace", True),
    "macro": ("Macro", True),
}


def from_ctags(root: Path, languages: Mapping[str, str]) -> dict[str, list[Named]]:
    """What Universal Ctags finds, by path; each file read as the language that kgraph takes it for."""
    if not shutil.which("ctags"):
        stop("ctags is missing", "apt install universal-ctags")
    found: dict[str, list[Named]] = defaultdict(list)
    by_language: defaultdict[str, list[str]] = defaultdict(list)
    for path, language in languages.items():
        if language in ("C", "C++", "CUDA") and "\n" not in path:
            by_language[language].append(path)
    for language, paths in by_language.items():
        command = ["ctags", "-f", "-", "-L", "-", "--output-format=json", f"--language-force={language}"]
        command += ["--fields=+nK", "--kinds-C=+px", "--kinds-C++=+px", "--kinds-CUDA=+px", "--sort=no"]
        said = subprocess.run(
            command, input="\n".join(paths), cwd=root, capture_output=True, text=True, errors="replace", check=False
        )
        if said.returncode:
            stop("ctags failed", said.stderr.strip()[-500:] or "it must be Universal Ctags with JSON output")
        for line in said.stdout.splitlines():
            tag = json.loads(line)
            known, name, at = _CTAGS_KINDS.get(tag.get("kind", "")), plain(tag["name"]), tag["line"]
            if known and (name or known[0] != "Function"):  # it tells of lambdas too
                found[tag["path"]].append(Named(tag["path"], at, at, name, *known))
    return found
