"""Related files after edits: what is kept of the last time gives what is made from nothing, to the last bit."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import psutil
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from scipy import sparse

from kgraph.model import FileIdentifiers
from kgraph.pipeline import assembly, relate_process
from kgraph.pipeline.build import build
from kgraph.pipeline.options import BuildOptions
from kgraph.pipeline.previous import RELATED
from kgraph.pipeline.resident import Resident
from kgraph.relate import products, ranking, relations_file
from kgraph.relate.kept_relations import KeptRelations, vocabularies
from kgraph.relate.products import BestProducts, ProductOperands, best_products
from kgraph.relate.relations import RelationBuild
from kgraph.relate.rows import mix, rank_reciprocally, top
from kgraph.store.folder import open_current
from kgraph.store.ownership import is_sealed, seal
from tests.test_scan import git, write

TABLES = ("relations", "edges", "symbols", "activities")


@pytest.fixture(autouse=True)
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lists are so short that small trees fill them."""
    for name, value in (("MAX_PER_SIGNAL", 3), ("_SPARE", 2), ("_MAX_KEPT", 7), ("_BLOCK", 4)):
        monkeypatch.setattr(products, name, value)


# --- rows ---


def _same(one: sparse.csr_array, other: sparse.csr_array) -> bool:
    return one.shape == other.shape and all(
        np.array_equal(getattr(one, name), getattr(other, name)) for name in ("indptr", "indices", "data")
    )


matrices = st.lists(st.lists(st.sampled_from([0, 0, 1, 2, 2, 3]), min_size=9, max_size=9), min_size=1, max_size=12)


@given(rows=matrices, best=st.integers(1, 5))
def test_the_best_are_the_greatest_and_of_these_the_first(rows: list[list[int]], best: int) -> None:
    expected = np.zeros((len(rows), 9))
    ranks = np.zeros((len(rows), 9))
    for number, row in enumerate(rows):
        order = [column for column in sorted(range(9), key=lambda column: (-row[column], column)) if row[column]]
        expected[number, order[:best]] = np.array(row)[order[:best]]
        ranks[number, order] = 10 / (10 + np.arange(len(order)))
    matrix = sparse.csr_array(np.array(rows, float))
    assert np.array_equal(top(matrix, best).todense(), expected)
    assert np.array_equal(rank_reciprocally(matrix).todense(), ranks)


# --- products ---


class Rows:
    """Files with a few terms each, that are edited."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self.files = {self._number(): self._row() for _ in range(rng.randint(2, 24))}

    def edit(self) -> None:
        rng, some = self._rng, self._rng.choice(list(self.files))
        match rng.randint(0, 3):
            case 0:
                self.files[self._number()] = self._row()
            case 1 if len(self.files) > 1:
                del self.files[some]
            case 2:
                self.files[self._number()] = self.files.pop(some)
            case _:
                self.files[some] = self._row()

    def sides(self) -> tuple[list[str], ProductOperands]:
        ids = sorted(self.files)
        matrix = sparse.csr_array(np.array([self.files[id_] for id_ in ids], np.float32).reshape(len(ids), 8))
        allowed = np.array([not id_.endswith("7") for id_ in ids])
        return ids, ProductOperands.make(matrix, sparse.csr_array(matrix * np.float32(0.7)), allowed, mix(np.arange(8)))

    def _number(self) -> str:
        return f"{self._rng.randrange(1000):03}"

    def _row(self) -> list[float]:
        return [self._rng.choice((0, 0, 0, 0.1, 0.1, 0.3, 1)) for _ in range(8)]


def _down_to_last(held: BestProducts, sides: ProductOperands) -> np.ndarray:
    """The product, without what stands behind the last of each row."""
    product = np.asarray((sides.queries @ sides.candidates.T.tocsr()).todense())
    np.fill_diagonal(product, 0)
    last, column = held.last[:, None], held.last_column[:, None]
    ahead = (product > last) | ((product == last) & (np.arange(len(product)) <= column))
    return np.where(ahead, product, 0)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 1 << 32))
@example(seed=736)  # nothing up to the last of a list is left, and then another edit comes
def test_products_that_are_kept_are_those_from_nothing(seed: int) -> None:
    rows = Rows(random.Random(seed))
    former, before = KeptRelations(), None
    for _ in range(12):
        ids, sides = rows.sides()
        held: BestProducts = best_products(sides, before, former.numbers_now(ids))
        assert np.array_equal(held.lists.todense(), _down_to_last(held, sides))
        assert _same(held.best(), best_products(sides).best())
        former, before = KeptRelations(ids), held
        for _ in range(random.Random(seed).randint(0, 3)):
            rows.edit()


# --- words ---

words = st.lists(st.sampled_from(["a", "ab", "addName", "add_name", "B2c", "nameOf", "of", "zz"]), max_size=4)
trees = st.dictionaries(st.sampled_from([f"f{n}" for n in range(9)]), words, max_size=9)


def _identifiers(names: list[str]) -> FileIdentifiers:
    counted = sorted(set(names))
    counts = np.array([names.count(name) for name in counted], np.uint16).tobytes()
    return FileIdentifiers(" ".join(counted), counts, pasted="x##" if "zz" in names else "")


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(states=st.lists(trees, min_size=2, max_size=5))
def test_vocabularies_that_are_kept_are_those_from_nothing(states: list[dict[str, list[str]]]) -> None:
    former = KeptRelations()
    for state in states:
        ids = sorted(state)
        now, found = former.numbers_now(ids), KeptRelations(ids, [_identifiers(state[id_]) for id_ in ids])
        found.identifiers, found.parts = vocabularies(found.words, former, now)
        for one, other in zip(
            (found.identifiers, found.parts), vocabularies(found.words, KeptRelations(), now[:0]), strict=True
        ):
            assert one.names.equals(other.names)
            assert one.pasted.equals(other.pasted)
            assert _same(one.counts, other.counts)
        former = found


# --- the whole ---


class Repository:
    """A small repository that is edited in every way."""

    def __init__(self, root: Path, rng: random.Random) -> None:
        self._root, self._rng = root, rng
        root.mkdir()
        git(root, "init", "-q")
        for number in range(14):
            self._write(f"{rng.choice(('src', 'include', 'test'))}/{self._name(number)}")
        self._commit()

    def edit(self) -> None:
        rng = self._rng
        paths = sorted(path for path in self._root.glob("*/*") if ".git" not in path.parts and path.is_file())
        path = rng.choice(paths)
        match rng.randint(0, 6):
            case 0:
                path.unlink()
            case 1:
                path.rename(path.with_name("new_" + path.name))
            case 2:
                shutil.copy(path, path.with_name("copy_" + path.name))
            case 3:
                self._commit()
            case 4:
                path.write_text("// Generated by a script. DO NOT EDIT.\n" + path.read_text())
            case _:
                self._write(path.relative_to(self._root).as_posix())
        git(self._root, "add", "-A")

    def _name(self, number: int) -> str:
        return f"{self._rng.choice(('shape', 'circle', 'maths'))}{number % 5}{self._rng.choice(('.h', '.cpp', '.py'))}"

    def _write(self, path: str) -> None:
        rng = self._rng
        names = [f"draw_{rng.choice('abcdefgh')}{rng.choice('xyz')}" for _ in range(6)]
        lines = [f"#include <shape{rng.randint(0, 4)}.h>", f"static int {names[0]}();"]
        lines += [f"int {names[1]}() {{ return {names[2]}() + {names[3]}; }}", f"int {names[4]}();"]
        python = [f"import maths{rng.randint(0, 4)}", f"def {names[0]}(): return {names[1]}", f"{names[2]} = 1"]
        write(self._root, {path: "\n".join(python if path.endswith(".py") else lines) + "\n"})

    def _commit(self) -> None:
        git(self._root, "add", "-A")
        git(self._root, "commit", "-q", "--allow-empty", "-m", "More")


def _tables(folder: Path) -> dict[str, bytes]:
    with open_current(folder) as generation:
        return {name: (generation.path / "tables" / f"{name}.parquet").read_bytes() for name in TABLES}


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 1 << 32))
def test_a_graph_after_edits_is_the_one_from_nothing(seed: int, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("edits")
    rng = random.Random(seed)
    repository = Repository(folder / "r", rng)
    options, forced = BuildOptions(jobs=1, cache=""), BuildOptions(jobs=1, cache="", force=True)
    with Resident(options) as resident:
        for number in range(4):
            build(folder / "r", folder / "g", options, resident=resident)
            build(folder / "r", folder / f"again{number}", forced)
            assert _tables(folder / "g") == _tables(folder / f"again{number}")
            for _ in range(rng.randint(1, 2)):
                repository.edit()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    Repository(tmp_path / "r", random.Random(1))
    write(tmp_path / "r", {"docs/notes.md": "Notes.\n"})
    git(tmp_path / "r", "add", "-A")
    return tmp_path / "r"


def test_all_files_may_come_and_go(tmp_path: Path) -> None:
    options, forced = BuildOptions(jobs=1, cache=""), BuildOptions(jobs=1, cache="", force=True)
    (tmp_path / "r").mkdir()
    git(tmp_path / "r", "init", "-q")
    states: tuple[dict[str, str | bytes], ...] = (
        {},
        {"a.h": "int a();\n", "a.c": '#include "a.h"\nint a() { return 1; }\n'},
    )
    with Resident(options) as resident:
        for number, state in enumerate((*states, *states)):
            for path in (tmp_path / "r").glob("a.*"):
                path.unlink()
            write(tmp_path / "r", state)
            git(tmp_path / "r", "add", "-A")
            build(tmp_path / "r", tmp_path / "g", options, resident=resident)
            build(tmp_path / "r", tmp_path / f"again{number}", forced)
            assert _tables(tmp_path / "g") == _tables(tmp_path / f"again{number}")


def test_one_edit_alters_few_lists(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    def rank(signals: object, code: np.ndarray, rows: np.ndarray) -> ranking.Pairs:
        asked.append(len(rows))
        return rank_rows(signals, code, rows)  # type: ignore[arg-type]

    rank_rows = ranking.rank
    monkeypatch.setattr(ranking, "rank", rank)
    options = BuildOptions(jobs=1, cache="")
    with Resident(options) as resident:
        for number in range(3):
            write(root, {"docs/notes.md": f"Nothing of it is in another file: {'note' * number}.\n"})
            build(root, tmp_path / "g", options, resident=resident)
    assert asked[0] > 10
    assert max(asked[1:]) <= 2


def test_a_process_that_ended_is_replaced(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.undo()  # lists are of their length: the other process does not have them short
    monkeypatch.setattr(assembly, "MIN_FILES_FOR_PROCESS", 1)
    options, forced = BuildOptions(jobs=2, cache=""), BuildOptions(jobs=2, cache="", force=True)
    own = psutil.Process()
    before = {child.pid for child in own.children()}
    with Resident(options) as resident:
        for number in range(4):
            write(root, {"docs/notes.md": f"A word more: {'note' * number}, draw_ax.\n"})
            build(root, tmp_path / "g", options, resident=resident)
            build(root, tmp_path / f"again{number}", forced)
            assert _tables(tmp_path / "g") == _tables(tmp_path / f"again{number}")
            if number == 1:
                assert resident.relater.history is not None
                for child in own.children():
                    if child.pid not in before:
                        child.kill()
    assert not [record for record in caplog.records if "built again" in record.message]


@pytest.mark.parametrize("damage", [None, b"", b"\x92\xa1x\x80"], ids=["as it is", "empty", "of other code"])
def test_a_build_in_another_process_takes_what_is_in_the_file(
    damage: bytes | None, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    monkeypatch.setattr(assembly, "MIN_FILES_FOR_PROCESS", 1)
    options, forced = BuildOptions(jobs=2, cache=""), BuildOptions(jobs=1, cache="", force=True)
    file = tmp_path / "g" / RELATED
    before = b""
    for number in range(3):
        if before and damage is not None:
            file.write_bytes(damage)
            seal(file)
        write(
            root, {"docs/notes.md": f"A word more: {' '.join(f'draw_{letter}x' for letter in 'abcd'[: number + 1])}.\n"}
        )
        build(root, tmp_path / "g", options)
        build(root, tmp_path / f"again{number}", forced)
        assert _tables(tmp_path / "g") == _tables(tmp_path / f"again{number}")
        assert file.read_bytes() != before
        assert is_sealed(file)
        before = file.read_bytes()
    assert relations_file.load(file)


def test_what_would_take_too_much_memory_is_not_kept(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    options = BuildOptions(jobs=1, cache="")
    given: list[KeptRelations | None] = []
    monkeypatch.setattr(RelationBuild, "__init__", _recording(given, RelationBuild.__init__))
    with Resident(options) as resident:
        for number in range(4):
            if number == 2:
                assert given[-1] is not None
                monkeypatch.setattr(relate_process, "MAX_KEPT_BYTES", given[-1].bytes() - 1)
            write(root, {"docs/notes.md": f"{'note' * number}.\n"})
            build(root, tmp_path / "g", options, resident=resident)
    assert [each is None for each in given] == [True, False, False, True]


def _recording(given: list[KeptRelations | None], begin: Callable[..., None]) -> Callable[..., None]:
    def recorded(self: RelationBuild, files: object, words: object, former: KeptRelations | None = None) -> None:
        given.append(former)
        begin(self, files, words, former)

    return recorded
