"""Rows of job_run: added once, claimed by whoever holds the lock, taken over from the dead, never from the living."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import text

from app.database import db
from app.processes import job_runs
from app.processes.timetable import Monthly, Nightly

ZONE = "Europe/Amsterdam"
START = datetime(2026, 11, 20, 12, tzinfo=UTC)
DAY = timedelta(days=1)
NIGHTLY, MONTHLY = Nightly(4, 15), Monthly(15, 6)


def add(job: str, rule: Nightly | Monthly, at: datetime) -> None:
    job_runs.add_due(job, rule, ZONE, at=at)
    db.session.commit()


def rows(job: str) -> list[tuple[str, str]]:
    found = db.session.execute(
        text("select period, status from job_run where job = :job order by period"), {"job": job}
    )
    return [(row.period, row.status) for row in found]


def test_the_timetable_begins_with_the_period_after_the_first_look(app: Flask) -> None:
    add("check", NIGHTLY, START)
    assert rows("check") == [("2026-11-20", "done")]
    add("check", NIGHTLY, START + DAY)
    assert rows("check") == [("2026-11-20", "done"), ("2026-11-21", "due")]


def test_a_first_period_that_passes_while_everything_is_off_is_not_lost(app: Flask) -> None:
    add("pay", MONTHLY, datetime(2026, 11, 14, tzinfo=UTC))
    add("pay", MONTHLY, datetime(2026, 11, 17, tzinfo=UTC))
    assert rows("pay")[-1] == ("2026-11", "due")


def test_adding_twice_changes_nothing(app: Flask) -> None:
    for _ in range(2):
        add("check", NIGHTLY, START)
        add("check", NIGHTLY, START + DAY)
    assert len(rows("check")) == 2


def test_only_the_latest_of_several_missed_nights_is_run(app: Flask) -> None:
    add("check", NIGHTLY, START)
    add("check", NIGHTLY, START + 4 * DAY)
    with job_runs.alone("check") as lock:
        assert lock is not None
        run = job_runs.claim(lock, "check", NIGHTLY, at=START + 4 * DAY)
        assert run is not None
        assert run.period == "2026-11-24"
        assert job_runs.claim(lock, "check", NIGHTLY, at=START + 4 * DAY) == job_runs.Run("check", "2026-11-24", 2)
    covered = text("select result from job_run where period = '2026-11-22'")
    assert db.session.scalar(covered) == "Covered by 2026-11-24."


def test_every_missed_month_is_run_oldest_first(app: Flask) -> None:
    add("pay", MONTHLY, START)
    add("pay", MONTHLY, START + 75 * DAY)
    periods = []
    with job_runs.alone("pay") as lock:
        while lock and (run := job_runs.claim(lock, "pay", MONTHLY, at=START + 75 * DAY)):
            periods.append(run.period)
            assert job_runs.finish(lock, run, "done", "", at=START)
    assert periods == ["2026-12", "2027-01"]


def test_while_one_holds_the_lock_another_gets_none(app: Flask) -> None:
    with job_runs.alone("check") as lock, job_runs.alone("check") as other, job_runs.alone("pay") as else_:
        assert lock is not None
        assert other is None
        assert else_ is not None
    with job_runs.alone("check") as lock:
        assert lock is not None


def test_who_was_taken_over_can_not_write_any_more(app: Flask) -> None:
    add("check", NIGHTLY, START)
    add("check", NIGHTLY, START + DAY)
    with job_runs.alone("check") as lock:
        assert lock is not None
        dead = job_runs.claim(lock, "check", NIGHTLY, at=START + DAY)
        heir = job_runs.claim(lock, "check", NIGHTLY, at=START + DAY)
        assert dead is not None
        assert heir is not None
        assert not job_runs.finish(lock, dead, "done", "late", at=START + DAY)
        assert job_runs.finish(lock, heir, "done", "right", at=START + DAY)
        assert not job_runs.finish(lock, heir, "failed", "again", at=START + DAY)
    assert db.session.scalar(text("select result from job_run where status = 'done' and attempts = 2")) == "right"


@pytest.mark.parametrize("asked", [False, True])
def test_a_failed_run_is_tried_again_after_a_pause_unless_a_person_asked_for_it(app: Flask, asked: bool) -> None:
    if asked:
        job_runs.ask("pay", by="Adam", at=START)
        db.session.commit()
    else:
        add("pay", MONTHLY, START - 60 * DAY)
        add("pay", MONTHLY, START - 20 * DAY)
    tries = []
    with job_runs.alone("pay") as lock:
        assert lock is not None
        for minute in range(60):
            at = START + timedelta(minutes=minute)
            if run := job_runs.claim(lock, "pay", MONTHLY, at=at):
                tries.append(minute)
                job_runs.finish(lock, run, "failed", "no", at=at)
    assert tries == ([0] if asked else [0, 5, 15, 35])


def test_a_run_that_keeps_killing_its_process_has_to_wait_as_well(app: Flask) -> None:
    add("pay", MONTHLY, START - 60 * DAY)
    add("pay", MONTHLY, START - 20 * DAY)
    with job_runs.alone("pay") as lock:
        assert lock is not None
        claimed = [job_runs.claim(lock, "pay", MONTHLY, at=START) for _ in range(5)]
        assert [run is not None for run in claimed] == [True, True, True, False, False]
        assert job_runs.claim(lock, "pay", MONTHLY, at=START + timedelta(minutes=20)) is not None
