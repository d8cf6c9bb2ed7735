"""Work on many pages in several processes: order, memory, and what happens with few."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pages_samples as samples
import pytest

from kgraph import processes
from kgraph.errors import ExportError, KgraphError
from kgraph.pages import html_site, parallel
from kgraph.pages.parallel import map_in_copies, parallel_map, run_beside


def test_results_come_in_the_order_of_the_items() -> None:
    items = [(number, -1) for number in range(2_000)]
    assert list(parallel_map(max, items)) == list(range(2_000))


def test_few_items_are_worked_on_here() -> None:
    assert list(parallel_map(lambda item: item + 1, range(20))) == list(range(1, 21))  # no process could be sent this


def test_items_are_made_while_others_are_worked_on() -> None:
    made = 0

    def items() -> Iterator[str]:
        nonlocal made
        for _ in range(5_000):
            made += 1
            yield "x"

    results = parallel_map(len, items())
    assert next(results) == 1
    assert made < 5_000
    results.close()  # type: ignore[attr-defined]  # a generator


def test_an_error_reaches_whoever_asked() -> None:
    with pytest.raises(ValueError, match="invalid literal"):
        list(parallel_map(int, ["1"] * 900 + ["x"]))


def test_a_process_that_ends_is_told() -> None:
    import os

    with pytest.raises(KgraphError, match="was ended"):
        list(parallel_map(os._exit, [3] * 400))


# --- copies ---------------------------------------------------------------------------------------------------------


@pytest.fixture(params=[True, False], ids=["copies", "here"])
def by_copies(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Whether few items are many, or there can be no copies."""
    is_so = bool(request.param)
    if is_so and sys.platform != "linux":
        pytest.skip("copies are made on Linux alone")
    monkeypatch.setattr(parallel, "_MIN_ITEMS_FOR_COPIES", 1)
    monkeypatch.setattr(parallel, "_COPIED_BATCH", 3)
    monkeypatch.setattr(parallel, "_BATCHES_OF_A_COPY", 2)
    monkeypatch.setattr(html_site, "_MANY_NODES", 0)
    monkeypatch.setattr(processes, "can_copy", lambda: is_so)
    return is_so


def _contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("form", ["html", "markdown", "mkdocs"])
def test_copies_write_the_same_pages(
    form: str, by_copies: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not by_copies:
        pytest.skip("that is what they are compared with")
    graph = samples.shared()
    written = graph.pages(tmp_path / "copies", form=form)
    monkeypatch.setattr(processes, "can_copy", lambda: False)
    other = graph.pages(tmp_path / "here", form=form)
    assert (written.pages, written.changed, written.size) == (other.pages, other.changed, other.size)
    assert _contents(tmp_path / "copies") == _contents(tmp_path / "here")


@pytest.mark.parametrize("form", ["html", "markdown"])
def test_only_what_changed_is_written(form: str, by_copies: bool, tmp_path: Path) -> None:
    graph, output = samples.shared(), tmp_path / "p"
    first = graph.pages(output, form=form)
    before = _contents(output)
    lost = sorted(output.rglob("*_docs.*"))[0]
    lost.unlink()
    second = graph.pages(output, form=form)
    assert (second.pages, second.changed, second.removed) == (first.pages, 1, 0)
    assert _contents(output) == before


def test_an_error_of_a_template_is_told(by_copies: bool, tmp_path: Path) -> None:
    (tmp_path / "t").mkdir()
    (tmp_path / "t/file_kw.md.j2").write_text("{{ nothing.at_all }}", "utf-8")
    with pytest.raises(ExportError, match="the template fails"):
        samples.shared().pages(tmp_path / "p", form="html", templates=tmp_path / "t")


def test_a_copy_that_dies_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "can_copy", lambda: True)

    def work(item: int) -> list[int]:
        os._exit(item)

    with pytest.raises(KgraphError, match=r"was ended \(exit code 9\)"):
        list(map_in_copies(work, [9]))
    with run_beside(lambda: os._exit(1), is_long=True) as told, pytest.raises(KgraphError, match="was ended"):
        told()
