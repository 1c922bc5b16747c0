"""Calendar jobs: a year of fake time in several zones, two schedulers at once, death at the worst moment."""

from __future__ import annotations

import itertools
import random
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
import time_machine
from flask import Flask
from sqlalchemy import text

from app import clock
from app.database import Lock, db
from app.errors import BadInput, Conflict, StreamcutError
from app.processes import job_list, job_runs, scheduler
from app.processes.timetable import (
    Monthly,
    Nightly,
    Rule,
    due_at,
)
from tests.programs import until

ROOT = Path(__file__).resolve().parents[2]
START = datetime(2026, 1, 3, 12, tzinfo=UTC)
PAY, CHECK = "assemble-payouts", "check-books"
Doing = Callable[[datetime], str]


@pytest.fixture
def platform(app: Flask, owner_connection: psycopg.Connection[Any]) -> Iterator[Flask]:
    """The app, with a table `ran` in which jobs leave a trace; its settings are put back afterwards."""
    owner_connection.execute("create table ran (id serial, job text, at timestamptz, ended boolean default false)")
    owner_connection.execute("grant all on ran, ran_id_seq to streamcut_app")
    owner_connection.commit()
    before = app.extensions["streamcut"]
    yield app
    app.extensions["streamcut"] = before


def leave_trace(job: str) -> Doing:
    def do(at: datetime) -> str:
        db.session.execute(text("insert into ran (job, at, ended) values (:job, :at, true)"), {"job": job, "at": at})
        return "Left a trace."

    return do


@pytest.fixture
def jobs(platform: Flask, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """`jobs(pay=...)` sets what the jobs do; by default each leaves a trace."""

    def put(**doing: Doing) -> None:
        runs = {name: leave_trace(name) for name in job_list.JOBS}
        runs |= {{"pay": PAY, "check": CHECK}[name]: do for name, do in doing.items()}
        table = {name: replace(job, run=runs[name]) for name, job in job_list.JOBS.items()}
        monkeypatch.setattr(job_list, "JOBS", table)

    put()
    return put


def tick(at: datetime, **values: Any) -> None:
    with time_machine.travel(at, tick=False):
        scheduler.tick(**values)


def settle_in(app: Flask, **values: Any) -> None:
    app.extensions["streamcut"] = replace(app.extensions["streamcut"], **values)


def traces(job: str) -> list[datetime]:
    found = list(db.session.scalars(text("select at from ran where job = :job order by id"), {"job": job}))
    db.session.rollback()
    return found


def row(job: str, period: str) -> Any:
    query = text("select * from job_run where job = :job and period = :period")
    found = db.session.execute(query, {"job": job, "period": period}).one()
    db.session.rollback()
    return found


# -- a year --

ZONES = ["Europe/Amsterdam", "America/Havana", "Australia/Lord_Howe", "America/Santiago", "Pacific/Kiritimati"]
RULES: dict[str, Rule] = {PAY: Monthly(29, 2), CHECK: Nightly(2, 30), "clean": Nightly(0, 0)}


@pytest.mark.parametrize("zone", ZONES)
def test_in_a_year_of_ticks_nights_off_and_two_schedulers_nothing_runs_twice_or_is_lost(
    platform: Flask, jobs: object, monkeypatch: pytest.MonkeyPatch, zone: str
) -> None:
    monkeypatch.setattr(job_list, "rules", lambda: RULES)
    settle_in(platform, platform_timezone=zone)
    chance = random.Random(zone)
    ticks = [START]
    while ticks[-1] < START + timedelta(days=366):
        asleep = chance.choice([timedelta(hours=1)] * 5 + [timedelta(hours=7), timedelta(days=3), timedelta(days=40)])
        ticks.append(ticks[-1] + asleep * (0.5 + chance.random()))
    for at in ticks:
        tick(at, by=chance.choice(["one", "other"]))
    for job, rule in RULES.items():
        assert traces(job) == expected_runs(rule, zone, ticks)
        rows = db.session.execute(text("select period, status from job_run where job = :job order by 1"), {"job": job})
        periods = [period for period, status in rows if status == "done"]
        assert periods == all_periods(rule, periods[0], periods[-1])
        assert due_at(rule, rule.following(periods[-1]), zone) > ticks[-1]


def expected_runs(rule: Rule, zone: str, ticks: list[datetime]) -> list[datetime]:
    """A plain reading: at each tick the periods that became due since the last one; of nights only the latest."""
    found = []
    for before, at in itertools.pairwise(ticks):
        days = [before.date() + timedelta(days=n) for n in range(-35, (at - before).days + 36)]
        due = {period for period in map(rule.period, days) if before < due_at(rule, period, zone) <= at}
        found += [at] * (min(1, len(due)) if rule.latest_covers else len(due))
    return found


def all_periods(rule: Rule, first: str, last: str) -> list[str]:
    found = [first]
    while found[-1] < last:
        found.append(rule.following(found[-1]))
    return found


# -- two at once, and death --


def test_two_schedulers_at_once_run_each_period_once_and_never_side_by_side(
    platform: Flask, jobs: Callable[..., None]
) -> None:
    inside: list[int] = []
    together: list[int] = []

    def slow(at: datetime) -> str:
        inside.append(1)
        together.append(len(inside))
        time.sleep(0.02)
        inside.pop()
        return leave_trace(PAY)(at)

    jobs(pay=slow)
    tick(START)
    errors: list[BaseException] = []
    later = START + timedelta(days=200)

    def run(barrier: threading.Barrier) -> None:
        try:
            with platform.app_context():
                barrier.wait()
                scheduler.tick()
        except BaseException as error:
            errors.append(error)

    with time_machine.travel(later, tick=True):
        for _ in range(3):
            barrier = threading.Barrier(4)
            threads = [threading.Thread(target=run, args=[barrier]) for _ in range(4)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
    assert not errors
    assert len(traces(PAY)) == 7  # January to July
    assert set(together) == {1}
    assert len(traces(CHECK)) == 1


DYING = """
import sys, time, psycopg
from dataclasses import replace
from app import create_app
from app.processes import job_list, scheduler
from app.database import Lock, db
from sqlalchemy import text
from tests.conftest import settings
from pathlib import Path
app = create_app(settings(sys.argv[1], Path(sys.argv[2])))
def die_late(at):
    db.session.execute(text("insert into ran (job, at) values ('assemble-payouts', :at)"), {"at": at})
    if sys.argv[3] == "after":
        db.session.commit()
    print("inside", flush=True)
    time.sleep(60)
runs = {"assemble-payouts": die_late}
job_list.JOBS = {name: replace(job, run=runs.get(name, lambda at: "")) for name, job in job_list.JOBS.items()}
with app.app_context():
    scheduler.tick()
"""


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_run_whose_process_was_killed_is_taken_over_and_ends_once(
    platform: Flask, jobs: Callable[..., None], tmp_path: Path, when: str
) -> None:
    now = clock.now()
    tick(now - timedelta(days=32))
    url = platform.config["SQLALCHEMY_DATABASE_URI"]
    command = [sys.executable, "-c", DYING, url, str(tmp_path), when]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as dying:
        assert dying.stdout is not None
        assert dying.stdout.readline() == "inside\n"
        running = text("select period from job_run where job = :job and status = 'running'")
        period = db.session.scalar(running, {"job": PAY})
        db.session.rollback()
        scheduler.tick()  # the other one lives: hands off
        assert row(PAY, period).status == "running"
        dying.kill()

    def taken_over() -> bool:
        scheduler.tick()
        return bool(row(PAY, period).status == "done")

    until(taken_over)
    assert row(PAY, period).attempts == 2
    ended = "select count(*) from ran where job = :job and ended"
    assert db.session.scalar(text(ended), {"job": PAY}) == 1


def test_a_run_that_lost_its_lock_while_it_ran_is_run_again_and_the_late_one_writes_nothing(
    platform: Flask, jobs: Callable[..., None], owner_connection: psycopg.Connection[Any]
) -> None:
    cut: list[int] = []

    def cut_off(at: datetime) -> str:
        if not cut:
            holder = "select pid from pg_locks where locktype = 'advisory' and classid = %s and granted"
            found = owner_connection.execute(holder, [Lock.JOB]).fetchone()
            assert found is not None
            owner_connection.execute("select pg_terminate_backend(%s)", found)
            cut.append(found[0])
        return leave_trace(PAY)(at)

    tick(START)
    jobs(pay=cut_off)
    tick(START + timedelta(days=20))
    assert row(PAY, "2026-01").status == "running"
    tick(START + timedelta(days=20, seconds=30))
    assert row(PAY, "2026-01").status == "done"
    assert row(PAY, "2026-01").attempts == 2


# -- failures --


def test_a_failure_is_noted_and_tried_again_and_keeps_nothing_else(platform: Flask, jobs: Callable[..., None]) -> None:
    def fail(at: datetime) -> str:
        db.session.execute(text("insert into ran (job) values ('half')"))
        raise ZeroDivisionError("by zero\nDETAIL: something private")

    jobs(check=fail)
    tick(START)
    night = START + timedelta(days=1)
    tick(night)
    failed = row(CHECK, "2026-01-04")
    assert failed.status == "failed"
    assert failed.result.startswith("ZeroDivisionError: by zero (")
    assert traces("half") == []
    assert len(traces("clean")) == 1
    mishap = db.session.execute(text("select * from mishap")).one()
    assert (mishap.by_name, mishap.work) == ("scheduler", f"{CHECK} for 2026-01-04")
    db.session.rollback()
    jobs()
    tick(night + timedelta(minutes=4))
    assert row(CHECK, "2026-01-04").status == "failed"
    tick(night + timedelta(minutes=6))
    assert row(CHECK, "2026-01-04").status == "done"


def test_books_that_do_not_check_out_fail_the_nightly_check(
    app: Flask, owner_connection: psycopg.Connection[Any]
) -> None:
    assert "in order" in scheduler.run_now(CHECK, by="test")
    owner_connection.execute("insert into balance values (1, 'bank', 0, 'EUR', '0001-01-01', 5)")
    owner_connection.commit()
    with pytest.raises(StreamcutError, match=r"checks of the books failed\. Balances equal the sum of entries"):
        scheduler.run_now(CHECK, by="test")


def test_cleaning_keeps_the_last_thirty_days(app: Flask) -> None:
    for days in (1, 29, 31):
        at = {"at": clock.now() - timedelta(days=days), "name": str(days)}
        db.session.execute(text("insert into mishap values (:name, :at, 'x', 'y', 'z')"), at)
        db.session.execute(text("insert into heartbeat values (:name, 'worker', :at, '')"), at)
    db.session.commit()
    scheduler.run_now("clean", by="test")
    assert set(db.session.scalars(text("select id from mishap union all select name from heartbeat"))) == {"1", "29"}


def test_assembling_is_due_on_the_day_of_the_settings(platform: Flask, jobs: object) -> None:
    settle_in(platform, payout_day=12, payout_hour=7)
    tick(START)
    tick(datetime(2026, 1, 12, 5, 59, tzinfo=UTC))
    assert traces(PAY) == []
    tick(datetime(2026, 1, 12, 6, 0, tzinfo=UTC))
    assert len(traces(PAY)) == 1


# -- run now --


def test_a_run_out_of_turn_gets_the_instant_it_is_asked_for_and_a_row_of_its_own(platform: Flask, jobs: object) -> None:
    at = datetime(2025, 5, 5, tzinfo=UTC)
    assert scheduler.run_now(PAY, by="Adam", at=at) == "Left a trace."
    assert traces(PAY) == [at]
    asked = db.session.execute(text("select status, asked_by from job_run")).one()
    assert asked == ("done", "Adam")
    db.session.rollback()
    tick(START)
    assert len(traces(PAY)) == 1


def test_what_a_page_asked_for_is_run_at_the_next_tick(platform: Flask, jobs: object) -> None:
    tick(START)
    job_runs.ask(PAY, by="Adam", at=START + timedelta(minutes=1))
    db.session.commit()
    tick(START + timedelta(minutes=1))
    assert len(traces(PAY)) == 1
    tick(START + timedelta(minutes=2))
    assert len(traces(PAY)) == 1


def test_a_job_that_runs_elsewhere_is_not_started_now(platform: Flask, jobs: object) -> None:
    with job_runs.alone(PAY), pytest.raises(Conflict, match="running just now"):
        scheduler.run_now(PAY, by="Adam")
    with pytest.raises(BadInput, match="There is no job"):
        scheduler.run_now("nonsense", by="Adam")


def test_a_stopping_scheduler_begins_nothing_new(platform: Flask, jobs: object) -> None:
    tick(START)
    tick(START + timedelta(days=1), stopping=lambda: True)
    assert traces(CHECK) == []
    assert row(CHECK, "2026-01-04").status == "due"
