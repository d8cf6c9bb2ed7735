"""The parts of `kgraph serve` that can be held in one's hands: negotiation, the queue before the workers."""

from __future__ import annotations

import asyncio
import contextlib
import io
import socket
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import Store

from kgraph.sandbox import no_new_files
from kgraph.serve import html
from kgraph.serve.app import ServedSite, application
from kgraph.serve.negotiation import ROWS, TRIPLES, Offer, choose
from kgraph.serve.pool import Pool, WorkerAnswer, WorkerLimits
from kgraph.store import folder
from kgraph.turns import QuestionQueue, QueueFullError
from kgraph.view import page


@pytest.mark.parametrize(
    ("accept", "media"),
    [
        ("", "text/a"),
        ("*/*", "text/a"),
        ("text/*", "text/a"),
        ("text/b", "text/b"),
        ("text/b;q=0.2, text/a;q=0.1", "text/b"),
        ("text/*;q=0.5, text/a;q=0.1", "text/b"),  # the exact range counts, whether it likes more or less
        ("*/*;q=0.1, text/*;q=0", "app/c"),
        ("text/a;q=0", None),
        ("image/*", None),
        ("text/a;q=0, text/b;q=0.0, app/c;q=0.000", None),
        ('app/c;profile="a,b;q=0";q=1, text/a;q=0.9', "app/c"),
        ("TEXT/B", "text/b"),
        ("text/b;q=2", "text/b"),  # no quality at all is as good as 1
        ("a b c, //, ;;, q=1", "text/a"),
        ("*/text, text/b;q=0.1", "text/b"),
    ],
)
def test_the_offer_that_is_liked_best(accept: str, media: str | None) -> None:
    offers = (Offer("text/a", "a"), Offer("text/b", "b"), Offer("app/c", "c"))
    found = choose(accept, offers)
    assert (found.media if found else None) == media


def test_every_format_is_offered_under_one_name_at_least() -> None:
    from kgraph.export import WRITERS
    from kgraph.query.formats import FORMATS

    assert {offer.form for offer in ROWS} == set(FORMATS)
    assert {offer.form for offer in TRIPLES} <= set(WRITERS)


class _Worker:
    """Stands for a process that is free."""


def _pool(queue: int = 10) -> Pool:
    pool = Pool("ask", Path("/nowhere"), WorkerLimits(workers=1, queue=queue))
    pool._workers.add(_Worker())  # type: ignore[arg-type]
    return pool


async def _take(pool: Pool, client: str = "") -> Any:
    turn = pool._join(client, "?")
    try:
        return await pool._worker(turn)
    finally:
        pool._turns.leave(turn)


class TestQueue:
    def test_everyone_is_served(self) -> None:
        async def story() -> list[int]:
            pool, served = _pool(), []

            async def client(number: int) -> None:
                worker = await _take(pool)
                served.append(number)
                pool._put(worker)

            clients = [asyncio.create_task(client(number)) for number in range(5)]
            await asyncio.sleep(0)
            pool._put(_Worker())  # type: ignore[arg-type]
            await asyncio.gather(*clients)
            return served

        assert asyncio.run(story()) == [0, 4, 1, 3, 2]

    @pytest.mark.parametrize("late", [False, True])
    def test_who_goes_away_takes_no_worker_along(self, late: bool) -> None:
        """Whether it goes just before or just after a worker was meant for it."""

        async def story() -> tuple[Any, ...]:
            pool, worker = _pool(), _Worker()
            waiting = asyncio.create_task(_take(pool))
            await asyncio.sleep(0)
            if late:
                pool._put(worker)  # type: ignore[arg-type]
                waiting.cancel()
            else:
                waiting.cancel()
                pool._put(worker)  # type: ignore[arg-type]
            with pytest.raises(asyncio.CancelledError):
                await waiting
            return await _take(pool) is worker, pool._turns.waiting()

        assert asyncio.run(story()) == (True, [])

    def test_a_full_queue(self) -> None:
        async def story() -> None:
            pool = _pool(queue=1)
            waiting = asyncio.create_task(_take(pool))
            await asyncio.sleep(0)
            with pytest.raises(QueueFullError):
                await _take(pool)
            waiting.cancel()

        asyncio.run(story())

    def test_who_waits_too_long_is_told(self) -> None:
        async def story() -> None:
            pool = Pool("ask", Path("/nowhere"), WorkerLimits(workers=1, seconds=0))
            pool._workers.add(_Worker())  # type: ignore[arg-type]
            with pytest.raises(QueueFullError):
                await _take(pool)
            assert pool._turns.waiting() == []

        asyncio.run(story())


class TestTurns:
    """The order of questions: one worker for long ones, and one for all others."""

    def test_a_short_question_never_waits_for_a_place_of_long_ones(self) -> None:
        turns = QuestionQueue(long=1, queue=100)
        for number in range(9):
            turns.join("a", f"endless {number}")
        first, second = turns.next(), turns.next()
        assert first
        assert second
        assert turns.overruns(first)
        ended = 0
        while second and second.subject != "short":
            assert not turns.overruns(second)
            turns.rejoin(second)
            ended += 1
            if ended == 1:
                turns.join("a", "short")  # has just come, behind seven
            second = turns.next()
        assert second
        assert ended <= 2

    def test_what_was_long_before_does_not_try_again(self) -> None:
        turns = QuestionQueue(long=1, queue=100)
        turns.join("a", "endless")
        first = turns.next()
        assert first
        assert turns.overruns(first)
        turns.join("a", "endless")
        turns.join("b", "endless")
        assert turns.next() is None
        turns.leave(first)
        following = turns.next()
        assert following
        assert following.is_long
        assert turns.next() is None

    def test_clients_take_turns(self) -> None:
        turns = QuestionQueue(long=1, queue=100)
        for number in range(50):
            turns.join("greedy", str(number))
        turns.next()
        turns.join("modest", "x")
        served = turns.next()
        assert served
        assert served.client == "modest"

    def test_who_has_most_gives_way(self) -> None:
        turns = QuestionQueue(long=1, queue=4)
        greedy = [turns.join("greedy", str(number))[0] for number in range(4)]
        assert turns.join("modest", "x")[1] is greedy[3]
        with pytest.raises(QueueFullError):
            turns.join("greedy", "one more")
        assert [each.client for each in turns.waiting()].count("modest") == 1

    @settings(deadline=None)
    @given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 5), st.integers(0, 4)), max_size=60))
    def test_nothing_is_lost_and_no_more_run_than_may(self, steps: list[tuple[str, int, int]]) -> None:
        turns, running, expected = QuestionQueue(long=2, queue=5), [], set()
        for client, subject, what in steps:
            if what <= 1:
                with contextlib.suppress(QueueFullError):
                    turn, leaving = turns.join(client, str(subject))
                    expected.add(turn)
                    expected.discard(leaving)
            elif what == 2 and len(running) < 3 and (chosen := turns.next()):
                running.append(chosen)
            elif what == 3 and running:
                turn = running.pop(0)
                turns.leave(turn)
                expected.discard(turn)
            elif what == 4 and running and not turns.overruns(running[-1]):
                turns.rejoin(running.pop())
            assert {*turns.waiting(), *running} == expected
            assert sum(turn.is_long for turn in running) <= 2


def test_a_sealed_engine_reaches_nobody() -> None:
    """Should a query for another machine ever get to it."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(0.2)
        query = f"SELECT * {{ SERVICE <http://127.0.0.1:{listening.getsockname()[1]}/> {{ ?s ?p ?o }} }}"
        with no_new_files():
            with pytest.raises(OSError, match="open files"):
                socket.socket()
            with pytest.raises(OSError, match="open files"):
                list(Store().query(query))
        with pytest.raises(TimeoutError):
            listening.accept()
    socket.socket().close()


def test_an_installation_without_the_bundle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page, "BUNDLE", tmp_path / "bundle")
    monkeypatch.setattr(html, "BUNDLE", tmp_path / "bundle")
    site = ServedSite(tmp_path, "<shapes>", "http://example.org/", None)
    app = application(site, _pool(), _pool())
    status, text = _answer(app, "/")
    assert status == 200
    assert "&lt;shapes&gt;" in text
    assert "explorer is not in this installation" in text
    status, text = _answer(app, "/sparql")
    assert status == 200
    assert "data-editor=''" in text
    assert "/app/" not in text
    assert _answer(app, "/app/editor.js")[0] == 404


@pytest.mark.parametrize(("size", "status"), [(100, 200), (2_000_000, 503)])
def test_answers_that_nobody_reads_have_a_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int, status: int
) -> None:
    class Pools(Pool):
        async def ask(self, *arguments: Any, **named: Any) -> WorkerAnswer:
            return WorkerAnswer(200, "text/plain", io.BytesIO(b"x" * size), size)

    monkeypatch.setattr("kgraph.serve.app.MAX_UNSENT", 1_500_000)
    pool = Pools("ask", tmp_path, WorkerLimits())
    app = application(ServedSite(tmp_path, "x", "http://example.org/", None), pool, pool)
    assert _answer(app, "/api/queries")[0] == status


def _answer(app: Any, path: str) -> tuple[int, str]:
    """What an application answers to a browser, without a server between."""
    headers = [(b"host", b"localhost"), (b"accept", b"text/html,*/*;q=0.8")]
    scope = {"type": "http", "method": "GET", "path": path, "raw_path": path.encode(), "query_string": b""}
    scope |= {"headers": headers, "scheme": "http", "server": ("localhost", 80), "http_version": "1.1"}
    sent: list[Any] = []

    received: list[None] = []

    async def receive() -> dict[str, Any]:
        if received:
            await asyncio.sleep(60)  # nothing more comes, and it does not go away
        received.append(None)
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(app(scope, receive, send))
    return sent[0]["status"], b"".join(message.get("body", b"") for message in sent[1:]).decode()


def test_a_generation_has_a_mark_of_its_own(tmp_path: Path) -> None:
    assert folder.generation_token(tmp_path) == ""
    marks = set()
    for number in (1, 2, 1):
        (tmp_path / "new").symlink_to(f"graph-{number:06}")
        (tmp_path / "new").rename(tmp_path / "current")
        marks.add(folder.generation_token(tmp_path))
        time.sleep(0.02)  # clocks of file systems tick every few milliseconds, and no build is as fast
        assert folder.generation_token(tmp_path) in marks
    assert len(marks) == 3
