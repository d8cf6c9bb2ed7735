"""What tests really fail in C and C++: changes put into functions of a project with GoogleTest, and who notices.

    git clone https://github.com/google/leveldb && cd leveldb     (with googletest in third_party/)
    python benchmarks/affected_cpp_truth.py leveldb --target leveldb_tests --define CMAKE_CXX_STANDARD=17 --out db.json
    python benchmarks/affected.py db.json -g leveldb/.kgraph

The project is built by CMake without optimisation and with `-finstrument-functions`, so that each test, run in a
process of its own, says which functions it entered. Where functions stand is told by the symbols of the program (`nm`),
not by kgraph. Changes are drawn by chance (`--seed`) from functions that some test enters: half of them end the program
in the function, half turn its first condition, or the value of a `return`, around, for which the program is built
again. Only tests that entered the function are run again, as no other can notice. CHECKOUT is edited, and restored.

`benchmarks/affected.py` reads what this writes.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
from collections import defaultdict
from dataclasses import asdict, dataclass, field
from pathlib import Path

HOOK = r"""
#include <stdio.h>
#include <stdlib.h>
#define SIZE (1 << 17)
#define PLAIN __attribute__((no_instrument_function))
static void *seen[SIZE];
static unsigned long victim;
static int ready;
extern char __executable_start;
PLAIN void __cyg_profile_func_enter(void *function, void *site) {
  (void)site;
  if (!ready) {
    const char *given = getenv("BENCH_VICTIM");
    victim = given ? strtoul(given, 0, 16) : 0;
    ready = 1;
  }
  unsigned long at = (unsigned long)((char *)function - &__executable_start);
  if (victim && at == victim) abort();
  unsigned long slot = (at * 2654435761u) % SIZE;
  for (int tried = 0; tried < 64; tried++, slot = (slot + 1) % SIZE) {
    if (seen[slot] == function) return;
    if (!seen[slot]) { seen[slot] = function; return; }
  }
}
PLAIN void __cyg_profile_func_exit(void *function, void *site) { (void)function; (void)site; }
PLAIN __attribute__((destructor)) static void write_seen(void) {
  const char *path = getenv("BENCH_SEEN");
  FILE *out = path ? fopen(path, "w") : 0;
  if (!out) return;
  for (int slot = 0; slot < SIZE; slot++)
    if (seen[slot]) fprintf(out, "%lx\n", (unsigned long)((char *)seen[slot] - &__executable_start));
  fclose(out);
}
"""
FLAGS = "-O0 -g1 -finstrument-functions -finstrument-functions-exclude-file-list=/usr/,third_party"
SECONDS = 60  # for one test
TEST = re.compile(r"\b(TEST|TEST_F|TEST_P|TYPED_TEST)\(\s*(\w+)\s*,\s*(\w+)\s*\)")
_CONDITION = re.compile(r"\b(?:if|while)\s*\(")
_RETURN = re.compile(r"\breturn\s+([^;{}]+);")


@dataclass(slots=True)
class Mutant:
    """A change, and who noticed; as in `affected_truth.py`."""

    path: str
    name: str
    line: int
    how: str  # "raise" (ends the program) or "not"
    covered: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    everywhere: bool = False


@dataclass(frozen=True, slots=True)
class Function:
    """A function of the program."""

    address: int
    name: str
    path: str
    line: int


class Program:
    """A program of tests, built from a checkout."""

    def __init__(self, root: Path, build: Path, target: str, defines: list[str], jobs: int) -> None:
        self.root, self._build, self._target, self._jobs = root, build, target, jobs
        hook = build / "hook.c"
        hook.write_text(HOOK)
        subprocess.run(["gcc", "-c", "-O1", hook, "-o", build / "hook.o"], check=True)
        flags = [f"-DCMAKE_CXX_FLAGS={FLAGS}", f"-DCMAKE_C_FLAGS={FLAGS}", "-DCMAKE_BUILD_TYPE=None"]
        flags += [f"-DCMAKE_EXE_LINKER_FLAGS={build / 'hook.o'}", *(f"-D{each}" for each in defines)]
        subprocess.run(["cmake", "-S", root, "-B", build, *flags], check=True, stdout=subprocess.DEVNULL)
        if not self.make():
            sys.exit(f"{target} cannot be built")
        found = [path for path in build.rglob(target) if path.is_file() and os.access(path, os.X_OK)]
        self.path = found[0]

    def make(self) -> bool:
        """Build it; whether that was possible."""
        command = ["cmake", "--build", self._build, "--target", self._target, "-j", str(self._jobs)]
        return subprocess.run(command, capture_output=True, check=False).returncode == 0

    def tests(self) -> dict[str, str]:
        """GoogleTest's names of all tests, with the names that they have in the source: `path::TEST(Suite, Name)`."""
        spelled: dict[str, str] = {}
        for path in sorted(self.root.rglob("*test*.c*")):
            relative = path.relative_to(self.root).as_posix()
            for macro, suite, name in TEST.findall(path.read_text("utf-8", "replace")):
                spelled.setdefault(f"{suite}.{name}", f"{relative}::{macro}({suite}, {name})")
        found, suite = {}, ""
        for line in subprocess.run(
            [self.path, "--gtest_list_tests"], capture_output=True, text=True, check=True
        ).stdout.splitlines():
            if line[:1] not in (" ", ""):
                suite = line.split()[0]
            elif line.strip() and suite.endswith("."):
                name = line.split()[0]
                bare = f"{suite[:-1].split('/')[-1] if suite.count('/') else suite[:-1]}.{name.partition('/')[0]}"
                if bare in spelled:
                    found[suite + name] = spelled[bare]
        return found

    def functions(self) -> dict[int, Function]:
        """The functions of the checkout by address, those of tests and of other projects left out."""
        said = subprocess.run(["nm", "-lC", "--defined-only", self.path], capture_output=True, text=True, check=True)
        found = {}
        for line in said.stdout.splitlines():
            head, _, place = line.partition("\t")
            address, kind, name = head.split(" ", 2)
            path, _, number = place.rpartition(":")
            if kind.lower() not in ("t", "w") or not number.isdigit() or not path.startswith(f"{self.root}/"):
                continue
            relative = os.path.normpath(path[len(str(self.root)) + 1 :])
            if "test" not in relative and not relative.startswith("third_party/"):
                found[int(address, 16)] = Function(int(address, 16), name, relative, int(number))
        return found

    def run(self, test: str, **variables: str) -> bool:
        """Whether a test passes."""
        with tempfile.TemporaryDirectory() as folder:
            environment = {**os.environ, "TEST_TMPDIR": folder, **variables}
            try:
                done = subprocess.run(
                    [self.path, f"--gtest_filter={test}"],
                    env=environment,
                    cwd=folder,
                    capture_output=True,
                    timeout=SECONDS,
                    check=False,
                )
            except subprocess.TimeoutExpired:
                return False
            return done.returncode == 0

    def failing(self, path: str, text: str, tests: set[str]) -> set[str] | None:
        """Those of some tests that fail when a file has another text; None where it cannot be built."""
        file = self.root / path
        source = file.read_text("utf-8")
        try:
            file.write_text(text, "utf-8")
            return {test for test in sorted(tests) if not self.run(test)} if self.make() else None
        finally:
            file.write_text(source, "utf-8")

    def entered(self, tests: dict[str, str]) -> tuple[dict[int, set[str]], list[str]]:
        """By address of a function the tests that enter it, and the tests that pass without any change."""
        found: dict[int, set[str]] = defaultdict(set)
        passing = []
        for test in tests:
            with tempfile.NamedTemporaryFile("r") as out:
                if self.run(test, BENCH_SEEN=out.name):
                    passing.append(test)
                    for address in out.read().split():
                        found[int(address, 16)].add(test)
        return found, passing


def turned(text: str, line: int) -> tuple[str, int] | None:
    """The text with the first condition or returned value of a function turned around, and the line; None for none."""
    lines = text.splitlines(keepends=True)
    start = sum(map(len, lines[: line - 1]))
    opened = text.find("{", start)
    if opened < 0 or text.count("\n", start, opened) > 12:
        return None
    end = _closing(text, opened, "{}")
    condition = _CONDITION.search(text, opened, end)
    value = _RETURN.search(text, opened, end)
    if condition and (not value or condition.start() < value.start()):
        first = condition.end() - 1
        last = _closing(text, first, "()")
        if ";" in text[first:last]:
            return None
        changed = f"{text[:first]}(!{text[first : last + 1]}){text[last + 1 :]}"
        return changed, text.count("\n", 0, first) + 1
    if value:
        changed = f"{text[: value.start(1)]}!({value[1]}){text[value.end(1) :]}"
        return changed, text.count("\n", 0, value.start()) + 1
    return None


def _closing(text: str, opened: int, pair: str) -> int:
    """Where the bracket ends that opens at a place."""
    depth = 0
    for place in range(opened, len(text)):
        depth += (text[place] == pair[0]) - (text[place] == pair[1])
        if depth == 0:
            return place
    return len(text)


def main() -> None:
    """Draw changes, run tests, and write what failed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkout", type=Path)
    parser.add_argument("--target", required=True)
    parser.add_argument("--define", action="append", default=[], help="NAME=VALUE for CMake")
    parser.add_argument("--build", type=Path, help="a folder for what is built; by default a new one, which is removed")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--mutants", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    root, build = options.checkout.resolve(), options.build
    folder = build.resolve() if build else Path(tempfile.mkdtemp())
    folder.mkdir(parents=True, exist_ok=True)
    try:
        measure(Program(root, folder, options.target, options.define, options.jobs), options)
    finally:
        if not build:
            shutil.rmtree(folder)


def measure(program: Program, options: argparse.Namespace) -> None:
    """Draw changes, run tests, and write what failed."""
    names = program.tests()
    entered, passing = program.entered(names)
    functions = program.functions()
    tests = sorted({names[test] for test in passing})
    print(f"{len(passing)} tests pass of {len(names)}, {len(functions)} functions", flush=True)
    places: dict[tuple[str, int], tuple[Function, set[str]]] = {}
    for address, function in functions.items():
        if entered.get(address):  # of a template there are several
            places.setdefault((function.path, function.line), (function, set()))[1].update(entered[address])
    covering = [places[place] for place in sorted(places)]
    reached = [
        {"path": each.path, "name": each.name, "line": each.line, "covered": sorted({names[test] for test in found})}
        for each, found in covering
    ]
    mutants: list[Mutant] = []
    drawn = random.Random(options.seed).sample(covering, len(covering))
    for function, found in drawn:
        mutant = Mutant(function.path, function.name, function.line, "raise", sorted({names[each] for each in found}))
        if len(mutants) < options.mutants // 2:  # these first: they run the program as it was built
            failed = {test for test in found if not program.run(test, BENCH_VICTIM=f"{function.address:x}")}
        elif (change := turned((program.root / function.path).read_text("utf-8"), function.line)) is None:
            continue
        else:
            mutant.how, mutant.line = "not", change[1]
            if (noticed := program.failing(function.path, change[0], found)) is None:
                continue
            failed = noticed
        mutant.failed = sorted({names[test] for test in failed})
        mutants.append(mutant)
        place = f"{mutant.how} {mutant.path}:{mutant.line} {mutant.name}"
        print(f"{place}: {len(found)} cover, {len(failed)} fail", flush=True)
        options.out.write_text(
            json.dumps({"tests": tests, "reached": reached, "mutants": [asdict(each) for each in mutants]})
        )
        if len(mutants) == options.mutants:
            break


if __name__ == "__main__":
    main()
