"""What a test framework joins by name: fixtures of pytest, and the classes of GoogleTest's `TEST_F`.

Input: symbols with their signatures and decorators. Output: edges from whoever asks for a fixture to the nearest one of
that name: of its class or a base of it, its file, or a `conftest.py` of its folder or one around it; and from tests to
what their class or module does before and after each. What a fixture of a base asks for is looked up from the class of
the test, which may have one of that name.
"""

from __future__ import annotations

import ast
import posixpath
import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property

import polars as pl

from kgraph.impact.dependences import DependenceEdges, Nodes, edges, frame_of
from kgraph.impact.fixture_marks import fixture_marks

Row = tuple[int, int, int, int]

FIXTURE = r"^@(?:[\w.]+\.)?(?:\w*_)?fixture\b"  # a decorator that makes one
_NAME = re.compile(r"""\bname\s*=\s*["'](\w+)["']""")
_AUTOUSE = re.compile(r"\bautouse\s*=\s*True\b")
_USED = re.compile(r"@(?:[\w.]+\.)?usefixtures\((.*)\)", re.DOTALL)
_WORD = re.compile(r"\w+")
_QUOTED = re.compile(r"""["'](\w+)["']""")
_MACRO = re.compile(r"(?:TEST_F|TEST_P|TYPED_TEST|TYPED_TEST_P)\(\s*(\w+)\s*,")
CONFTEST = "conftest.py"
SETUP_OF_CLASSES = (  # unittest's and pytest's
    *("setUp", "tearDown", "setUpClass", "tearDownClass", "asyncSetUp", "asyncTearDown"),
    *("setup_method", "teardown_method", "setup_class", "teardown_class"),
)
SETUP_OF_MODULES = (
    *("setUpModule", "tearDownModule", "setup_module", "teardown_module", "setup_function", "teardown_function"),
)
MAX_PARAMETERS = 200  # of one function; a signature with more is not read
GIVEN = ("asks for the fixture", "is given the fixture", "is marked with the fixture", "is set up by")


class FixtureEdges:
    """The fixtures of a repository by name, and what asks for them."""

    def __init__(self, nodes: Nodes) -> None:
        self._nodes = nodes
        self._named: dict[tuple[int, str], list[int]] = {}  # by file and name
        self._rows: dict[int, tuple[str, str, str, list[str]]] = {}
        self._automatic: list[int] = []
        self._names: set[str] = set()
        self._found: dict[int, list[tuple[int, int]]] = {}  # the fixtures of each function: several kinds of edges ask
        self._classes: dict[str, list[int]] = {}  # by qualified name
        self._setups: dict[tuple[int, str], list[int]] = defaultdict(list)  # by file and class, "" for the module
        for node, kind, qualified in nodes.frame.select("node", "kind", "qualified_name").iter_rows():
            if kind == "Class":
                self._classes.setdefault(qualified, []).append(node)
        rows = nodes.symbols(
            pl.col("kind").is_in(["Function", "Method"])
            & (
                pl.col("name").str.starts_with("test")
                | pl.col("modifiers").list.eval(pl.element().str.contains(FIXTURE)).list.any()
                | pl.col("name").is_in([*SETUP_OF_CLASSES, *SETUP_OF_MODULES])
            )
        )
        for number, name, qualified, signature, modifiers in rows.select(
            "node", "name", "qualified_name", "signature", "modifiers"
        ).iter_rows():
            if nodes.home[number] < 0 or not nodes.is_python[nodes.home[number]]:
                continue
            said = next((each for each in modifiers or () if re.match(FIXTURE, each)), "")
            if said or name.startswith("test"):
                self._rows[number] = (name, qualified, signature or "", list(modifiers or ()))
            if name in (SETUP_OF_CLASSES if nodes.kinds[number] == "Method" else SETUP_OF_MODULES):
                owner = qualified.removesuffix(name).rstrip(".") if nodes.kinds[number] == "Method" else ""
                self._setups[int(nodes.home[number]), owner].append(number)
            if said:
                given = _NAME.search(said)
                called = given[1] if given else name
                self._named.setdefault((int(nodes.home[number]), called), []).append(number)
                self._names.add(called)
                if _AUTOUSE.search(said):
                    self._automatic.append(number)
        self._fixtures = {number for numbers in self._named.values() for number in numbers}
        self._marks = fixture_marks(nodes) if self._names else {}

    def edges(self) -> list[DependenceEdges]:
        """From tests and fixtures to the fixtures that they are given."""
        return [
            edges("asks for the fixture", frame_of(list(self._find_asked()))),
            edges("is given the fixture", frame_of(list(self._find_implicit()))),
            edges("is marked with the fixture", frame_of(self.marked)),
            edges("is configured by", frame_of(list(self._find_configured()))),
            edges("is set up by", frame_of(list(self._set_up()))),
        ]

    def _find_asked(self) -> Iterator[Row]:
        home, line = self._nodes.home, self._nodes.line
        for number in self._rows:
            for user, fixture in self._fixtures_of(number):
                if user == number:
                    _, at = self._nodes.inherited.get(number, (number, number))  # the method that asks
                    yield number, fixture, int(home[at]), int(line[at])

    @cached_property
    def marked(self) -> list[Row]:
        """Tests, and the fixtures that a mark of their class, of a base of it or of their module names."""
        found: dict[tuple[int, int], Row] = {}
        for file, numbers in self._tests.items() if self._marks else ():
            for number in numbers:
                for scope in [*self._scopes(number), (file, "")]:
                    for name, line in self._marks.get(scope, ()):
                        if (fixture := self._nearest(number, name, -1)) >= 0:
                            found.setdefault((number, fixture), (number, fixture, scope[0], line))
        return list(found.values())

    def _fixtures_of(self, number: int) -> list[tuple[int, int]]:
        """The fixtures that a function asks for, and those that fixtures of its bases ask for: who asks, and which."""
        if number not in self._found:
            self._found[number] = list(self._find_fixtures(number))
        return self._found[number]

    def _find_fixtures(self, number: int) -> Iterator[tuple[int, int]]:
        waiting = [(number, asked) for asked in (self._list_wanted(number) if number in self._rows else ())]
        seen = {number}
        for user, asked in waiting:  # grows where a fixture of a base asks for others
            found = self._nearest(number, asked, but=user if asked == self._rows[user][0] else -1)
            if found >= 0 and found not in seen:
                seen.add(found)
                yield user, found
                if len(seen) < MAX_PARAMETERS and self._is_of_base(found, number):
                    waiting += [(found, name) for name in self._list_wanted(found)]

    def apart(self) -> set[int]:
        """Tests that a class has from a base, and that are given other fixtures there than in the base."""
        return {
            test
            for test, (_, method) in self._nodes.inherited.items()
            if {each for _, each in self._fixtures_of(test)} != {each for _, each in self._fixtures_of(method)}
        }

    def _list_wanted(self, number: int) -> dict[str, None]:
        """The names of fixtures that a function asks for."""
        _, _, signature, modifiers = self._rows[number]
        named = not self._names.isdisjoint(_WORD.findall(signature))
        wanted = dict.fromkeys(_parameters(signature) if named else ())
        for modifier in modifiers:
            if used := _USED.match(modifier):
                wanted |= dict.fromkeys(_QUOTED.findall(used[1]))
        return wanted

    def _is_of_base(self, fixture: int, number: int) -> bool:
        owner = self._owner(fixture)
        return bool(owner) and owner != self._owner(number)

    def _scopes(self, number: int) -> list[tuple[int, str]]:
        """Files and qualified names of the class that a function is in and of its bases, the nearest first."""
        owner, home = self._owner(number), int(self._nodes.home[number])
        if not owner:
            return []
        nodes = self._nodes
        here = [node for node in self._classes.get(owner, ()) if nodes.home[node] == home]
        cls = nodes.inherited[number][0] if number in nodes.inherited else here[0] if here else -1
        around = [cls, *nodes.bases.get(cls, [])] if cls >= 0 else []
        return [(int(nodes.home[node]), nodes.name(node)) for node in around] or [(home, owner)]

    def _set_up(self) -> Iterator[Row]:
        """Tests, and what runs before and after each: of each name the nearest."""
        nodes = self._nodes
        if not self._setups:
            return
        for file, numbers in self._tests.items():
            for number in numbers:
                scopes = [*self._scopes(number), (file, "")]
                found: dict[str, int] = {}
                for scope in scopes:
                    for each in self._setups.get(scope, ()):
                        found.setdefault(str(nodes.names[each]), each)
                for each in found.values():
                    if each != number:
                        yield number, each, int(nodes.home[each]), int(nodes.line[each])

    def _nearest(self, number: int, name: str, but: int) -> int:
        """The fixture of a name that a function sees; -1 for none."""
        here = int(self._nodes.home[number])
        for file, wanted in [*self._scopes(number), (here, "")]:
            own = [each for each in self._named.get((file, name), ()) if each != but]
            if found := [each for each in own if self._owner(each) == wanted]:
                return max(found)
        folder = posixpath.dirname(self._nodes.paths[here])
        while True:
            file = self._nodes.by_path.get(posixpath.join(folder, CONFTEST), -1)
            if found := [each for each in self._named.get((file, name), ()) if each != but and not self._owner(each)]:
                return max(found)
            if not folder:
                return -1
            folder = posixpath.dirname(folder)

    def _owner(self, number: int) -> str:
        """The qualified name of the class that a function is in; "" of others."""
        name, qualified, _, _ = self._rows[number]
        owner = qualified.removesuffix(name).rstrip(".")
        kind = self._nodes.kinds[number]
        return owner if kind == "Method" else ""

    def _find_implicit(self) -> Iterator[Row]:
        """Fixtures that each test around gets without asking, and those that fixtures of its bases ask for."""
        home, line = self._nodes.home, self._nodes.line
        for number in self._rows:
            for user, fixture in self._fixtures_of(number):
                if user != number:
                    yield number, fixture, int(home[fixture]), int(line[fixture])
        for fixture in self._automatic:
            file, owner = int(home[fixture]), self._owner(fixture)
            for number in self._tests.get(file, ()):
                if not owner or (file, owner) in self._scopes(number):
                    yield number, fixture, file, int(line[fixture])
            for other in self._find_test_files(file) if not owner else ():
                for number in self._tests[other]:
                    yield number, fixture, file, int(line[fixture])

    def _find_configured(self) -> Iterator[Row]:
        """Test files below a `conftest.py`, whose code runs before theirs."""
        for path, number in self._nodes.by_path.items():
            if posixpath.basename(path) == CONFTEST:
                for file in self._find_test_files(number):
                    yield file, number, number, 1

    @cached_property
    def _tests(self) -> dict[int, list[int]]:
        """The tests in each file."""
        found: dict[int, list[int]] = defaultdict(list)
        for number in self._rows:
            if number not in self._fixtures:
                found[int(self._nodes.home[number])].append(number)
        return dict(found)

    @cached_property
    def _tested(self) -> list[str]:
        """The paths of those files, sorted."""
        return sorted(self._nodes.paths[file] for file in self._tests)

    def _find_test_files(self, conftest: int) -> list[int]:
        """The files with tests that a `conftest.py` is for."""
        folder, name = posixpath.split(self._nodes.paths[conftest])
        if name != CONFTEST:
            return []
        first = bisect_left(self._tested, folder + "/") if folder else 0
        last = bisect_left(self._tested, folder + "0") if folder else len(self._tested)  # "0" comes behind "/"
        files = [self._nodes.by_path[path] for path in self._tested[first:last]]
        return [file for file in files if file != conftest]


def _parameters(signature: str) -> list[str]:
    """The names of a function's parameters, without those that have a default, which pytest gives nothing."""
    try:
        parsed = ast.parse(signature.rstrip().rstrip(":") + ": pass").body[0]
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    if not isinstance(parsed, ast.FunctionDef | ast.AsyncFunctionDef):
        return []
    given = [*parsed.args.posonlyargs, *parsed.args.args]
    given = given[: len(given) - len(parsed.args.defaults)]
    keyword = [
        each for each, default in zip(parsed.args.kwonlyargs, parsed.args.kw_defaults, strict=True) if default is None
    ]
    return [each.arg for each in (*given, *keyword)][:MAX_PARAMETERS]


def make_macro_edges(nodes: Nodes) -> DependenceEdges:
    """From `TEST_F(Fixture, Name)` to the class in the same file that each of its runs makes."""
    classes: dict[tuple[int, str], int] = {}
    asking: list[tuple[int, str]] = []
    if not nodes.symbol_rows["macro"].is_not_null().any():
        return edges("asks for the fixture", frame_of([]))
    rows = nodes.symbols(pl.col("kind").is_in(["Class", "Struct"]) | pl.col("macro").is_not_null())
    for number, kind, name, macro in rows.select("node", "kind", "name", "macro").iter_rows():
        home = int(nodes.home[number])
        if home < 0:
            continue
        if kind in ("Class", "Struct"):
            classes.setdefault((home, name), number)
        elif macro and (match := _MACRO.match(name)):
            asking.append((number, match[1]))
    found = [
        (number, classes[home, name], home, int(nodes.line[number]))
        for number, name in asking
        if (home := int(nodes.home[number]), name) in classes
    ]
    return edges("asks for the fixture", frame_of(found))
