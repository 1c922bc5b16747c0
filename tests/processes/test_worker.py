"""The worker: woken by NOTIFY, stopped after the batch at hand, never stopped by what goes wrong."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from flask import Flask
from sqlalchemy import text

from app.database import db
from app.errors import Conflict, in_one_line
from app.postgres.server import Server
from app.processes import worker
from app.processes.database_setup import owner
from app.processes.heartbeat import Heart
from app.processes.worker import Bell, Work
from tests import market
from tests.cast import Cast
from tests.programs import open_folder, until

ROOT = Path(__file__).resolve().parents[2]
WORKER = """
import sys
from pathlib import Path
from app import create_app
from app.processes import worker
from tests.conftest import settings
from dataclasses import replace
app = create_app(replace(settings(sys.argv[1], Path(sys.argv[2])), settle_batch=int(sys.argv[3])))
with app.app_context():
    worker.main()
"""


@contextmanager
def running_worker(app: Flask, folder: Path, batch: int = 5000) -> Iterator[subprocess.Popen[bytes]]:
    """A worker in a process of its own on this test's database; killed at the end if it is still there."""
    url = app.config["SQLALCHEMY_DATABASE_URI"]
    with (folder / "worker.log").open("wb") as log:
        program = [sys.executable, "-c", WORKER, url, str(folder), str(batch)]
        process = subprocess.Popen(program, cwd=ROOT, stderr=log)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def count(query: str) -> int:
    found = db.session.scalar(text(f"select count(*) from {query}"))
    db.session.rollback()
    return int(found or 0)


def sell(cast: Cast, pieces: int = 1) -> None:
    """So many sales of lumen to a visitor whom mira brought, and what is due for them."""
    brand = cast.brands["lumen"]
    values = {"brand": brand.id, "lane": brand.id % 64, "brought": market.file_import("sales", brand), "pieces": pieces}
    values |= {"visitor": market.hashed("v1"), "noon": market.NOON}
    db.session.execute(
        text(
            "insert into sale (brand_id, source, order_ref, line_ref, occurred_at, visitor, sku, quantity, unit_price,"
            "   base_minor, currency, recorded_at, import_id)"
            " select :brand, 'shop', gen_random_uuid(), '1', :noon, :visitor, 'LAMP', 1, 100, 10000, 'EUR', :noon,"
            "   :brought from generate_series(1, :pieces)"
        ),
        values,
    )
    db.session.execute(
        text(
            "insert into due (brand_id, lane, source, order_ref, line_ref)"
            " select brand_id, :lane, source, order_ref, line_ref from sale where import_id = :brought"
        ),
        values,
    )
    db.session.commit()


# -- the loop --


def go_round(app: Flask, kinds: list[Work], times: int) -> None:
    """Lets the loop look `times` times whether it should stop."""
    looks = iter(range(times))
    worker.work(kinds, Heart(app, "worker"), lambda: next(looks, None) is None)


def test_work_that_fails_rests_longer_and_longer_and_never_keeps_other_work(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries: list[float] = []
    others: list[int] = []
    now = [0.0]
    monkeypatch.setattr(worker.time, "monotonic", lambda: now[0])

    def wait(_bell: Bell, seconds: float) -> None:
        now[0] += seconds

    monkeypatch.setattr(Bell, "wait", wait)

    def fail(_stopping: object) -> int:
        tries.append(now[0])
        raise Conflict("There is a spanner in the works.")

    def succeed(_stopping: object) -> int:
        others.append(1)
        return 0

    go_round(app, [Work("failing", fail), Work("other", succeed)], 900)
    assert tries[:8] == [0, 1, 3, 7, 15, 31, 63, 123]
    assert len(others) > 100
    kept = db.session.execute(text("select work, sentence from mishap")).all()
    assert len(kept) == len(tries)
    assert set(kept) == {("failing", "There is a spanner in the works.")}


def test_a_failure_is_forgotten_once_the_work_succeeds(app: Flask) -> None:
    outcomes = iter([Conflict("no"), None, Conflict("no")])

    def do(_stopping: object) -> int:
        outcome = next(outcomes)
        if outcome:
            raise outcome
        return 1

    kind = Work("sometimes", do)
    for failures in (1, 0, 1):
        kind.rests_until = 0
        kind.attempt(Heart(app, "worker"), lambda: False)
        assert kind.failures == failures


def test_a_mishap_is_one_line_without_data() -> None:
    try:
        raise psycopg.errors.UniqueViolation('duplicate key "iban"\nDETAIL: Key (iban)=(NL91ABNA0417164300) exists.')
    except psycopg.Error as error:
        line = in_one_line(error)
    assert line.startswith('UniqueViolation: duplicate key "iban" (test_worker.py:')
    assert "NL91" not in line
    assert "\n" not in line


def test_half_done_work_is_rolled_back(app: Flask) -> None:
    def fail(_stopping: object) -> int:
        db.session.execute(text("insert into heartbeat values ('half', 'x', now(), 'x')"))
        raise ValueError("no")

    Work("failing", fail).attempt(Heart(app, "worker"), lambda: False)
    db.session.commit()
    assert count("heartbeat") == 0


# -- the bell --


def test_the_bell_rings_at_once_and_not_for_what_rang_before(app: Flask) -> None:
    bell = Bell()
    bell.wait(0.01)  # begins to listen
    threading.Timer(0.2, notify).start()
    started = time.monotonic()
    bell.wait(10)
    assert 0.1 < time.monotonic() - started < 5
    started = time.monotonic()
    bell.wait(0.3)
    assert time.monotonic() - started >= 0.25
    bell.close()


def test_a_ring_while_nobody_waits_is_heard_afterwards(app: Flask) -> None:
    bell = Bell()
    bell.wait(0.01)
    notify()
    started = time.monotonic()
    bell.wait(10)
    assert time.monotonic() - started < 5
    bell.close()


def test_a_bell_whose_wire_was_cut_rings_again(app: Flask, owner_connection: psycopg.Connection[Any]) -> None:
    bell = Bell()
    bell.wait(0.01)
    cut = "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'streamcut bell'"
    assert owner_connection.execute(cut + " and datname = current_database()").fetchall() == [(True,)]
    bell.wait(0.1)  # finds out
    bell.wait(0.01)  # listens again
    threading.Timer(0.2, notify).start()
    started = time.monotonic()
    bell.wait(10)
    assert time.monotonic() - started < 5
    bell.close()


RINGING: list[str] = []


@pytest.fixture(autouse=True)
def address(app: Flask) -> None:
    """Where `notify` rings, also from a thread without the application."""
    RINGING[:] = [app.config["SQLALCHEMY_DATABASE_URI"].replace("+psycopg", "")]


def notify() -> None:
    with psycopg.connect(RINGING[0], autocommit=True) as connection:
        connection.execute("notify due")


# -- heartbeats --


def test_a_heart_beats_until_its_process_ends_in_order(app: Flask) -> None:
    with Heart(app, "worker") as heart:
        until(lambda: count("heartbeat") == 1)
        found = db.session.execute(text("select name, kind, at, detail from heartbeat")).one()
        db.session.rollback()
        assert found[:2] == (heart.name, "worker")
        assert str(os.getpid()) in heart.name
        assert abs(datetime.now(UTC) - found.at) < timedelta(seconds=30)
    assert count("heartbeat") == 0


# -- whole processes --


def test_several_workers_settle_what_comes_and_each_line_once(app: Flask, cast: Cast, tmp_path: Path) -> None:
    market.contract(cast.brands["lumen"], cast.creators["mira"])
    market.touch(cast.brands["lumen"], cast.creators["mira"], at=market.NOON - timedelta(hours=1))
    with running_worker(app, tmp_path, 7), running_worker(app, tmp_path, 7):
        for _ in range(5):
            sell(cast, 20)
        until(lambda: count("due") == 0 and count("heartbeat where kind = 'worker'") == 2, 30)
    assert count("decision") == 100
    assert count("entry where kind = 'commission'") == 100


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_worker_that_is_asked_to_stop_finishes_its_batch_and_no_more(
    app: Flask, cast: Cast, tmp_path: Path, number: int
) -> None:
    sell(cast, 2000)
    with running_worker(app, tmp_path, 1) as process:
        until(lambda: count("decision") > 0, 30)
        process.send_signal(number)
        assert process.wait(10) == 0
    left = count("due")
    assert 0 < left < 2000
    assert left + count("decision") == 2000
    assert count("heartbeat") == 0


def test_a_worker_survives_a_restart_of_the_database(
    cast: Cast, tmp_path: Path, short_path: Path, make_app: Callable[..., Flask]
) -> None:
    server = Server(short_path / "pg", {"fsync": "off"})
    server.start()
    try:
        own = make_app(server.url("streamcut"), tmp_path)
        with own.app_context(), running_worker(own, tmp_path) as process:
            until(lambda: count("heartbeat") == 1, 30)
            server.stop()
            until(lambda: ", settling: " in (tmp_path / "worker.log").read_text(), 30)  # it has met the outage
            server.start()
            sell(Cast.load(), 3)
            until(lambda: count("decision") == 3, 30)
            assert process.poll() is None
            with owner() as connection:
                assert connection.execute("select count(*) from due").fetchone() == (0,)
    finally:
        server.stop()


@pytest.fixture
def short_path() -> Iterator[Path]:
    """Where a database may lie."""
    with open_folder() as folder:
        yield folder


@pytest.fixture
def make_app(template: str) -> Iterator[Callable[..., Flask]]:
    """An application on a server of the test's own, with the tables and the cast."""
    from flask_migrate import upgrade

    from app import create_app
    from app.processes.database_setup import create_database
    from tests.cast import people_the_market
    from tests.conftest import settings

    made: list[Flask] = []

    def make(url: str, folder: Path) -> Flask:
        made.append(create_app(settings(url, folder)))
        with made[-1].app_context():
            create_database()
            upgrade()
            people_the_market()
            db.session.commit()
        return made[-1]

    yield make
    for app in made:
        with app.app_context():
            db.engine.dispose()
