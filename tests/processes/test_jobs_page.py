"""The page of worker and jobs: it shows who is silent, what is late, what was set aside, and runs a job when asked."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from app import clock
from app.database import db
from app.processes import job_list, job_runs, jobs_page
from tests import market
from tests.cast import Cast

Browse = Callable[[str], FlaskClient]
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def beat(kind: str, ago: timedelta = timedelta()) -> None:
    values = {"name": f"{kind} host:1", "kind": kind, "at": clock.now() - ago}
    db.session.execute(text("insert into heartbeat values (:name, :kind, :at, 'waiting')"), values)
    db.session.commit()


def run(period: str, status: str, job: str = "check-books", **columns: Any) -> None:
    values = {"job": job, "period": period, "status": status, "due_at": NOW, "result": None} | columns
    names = ", ".join(values)
    db.session.execute(
        text(f"insert into job_run ({names}) values ({', '.join(':' + name for name in values)})"), values
    )
    db.session.commit()


@pytest.mark.parametrize(("ago", "silent"), [(timedelta(minutes=1, seconds=50), False), (timedelta(minutes=3), True)])
def test_a_silent_worker_or_scheduler_is_an_alarm(app: Flask, ago: timedelta, silent: bool) -> None:
    beat("worker", ago)
    beat("scheduler", ago)
    found = jobs_page.alarms(at=clock.now())
    assert [any(kind in alarm for alarm in found) for kind in ("worker", "scheduler")] == [silent, silent]


def test_one_living_worker_is_enough(app: Flask) -> None:
    beat("worker")
    values = {"at": clock.now() - timedelta(hours=1)}
    db.session.execute(text("insert into heartbeat values ('worker host:2', 'worker', :at, 'waiting')"), values)
    assert not any("worker" in alarm for alarm in jobs_page.alarms(at=clock.now()))


@pytest.mark.parametrize(
    ("minutes", "rows", "words"),
    [
        (14, [("2026-11-21", "done")], ""),
        (16, [("2026-11-21", "done")], "has not started"),  # nobody even added its row
        (16, [("2026-11-21", "done"), ("2026-11-22", "due")], "has not started"),
        (16, [("2026-11-21", "done"), ("2026-11-22", "running")], ""),
        (16, [("2026-11-21", "done"), ("2026-11-22", "done")], ""),
        (16, [("2026-11-21", "done"), ("2026-11-22", "failed")], " failed."),
        (16, [], ""),  # the timetable has not begun
    ],
)
def test_a_job_that_is_late_or_failed_is_an_alarm(
    app: Flask, minutes: int, rows: list[tuple[str, str]], words: str
) -> None:
    due = datetime(2026, 11, 22, 3, 15, tzinfo=UTC)  # 04:15 in Amsterdam
    for period, status in rows:
        run(period, status)
    found = [alarm for alarm in jobs_page.alarms(at=due + timedelta(minutes=minutes)) if "books" in alarm]
    assert [words in alarm for alarm in found] == ([True] if words else [])


def test_the_page_tells_everything(app: Flask, cast: Cast, browse: Browse) -> None:
    beat("scheduler")
    sale = market.sale(cast.brands["lumen"])
    aside = {"brand": cast.brands["lumen"].id, "at": NOW}
    db.session.execute(
        text(
            "insert into due_aside (brand_id, source, order_ref, line_ref, reason, set_aside_at)"
            " values (:brand, 'shop', 'X-77', '1', 'It would not fit.', :at)"
        ),
        aside,
    )
    db.session.execute(text("insert into mishap values ('ab12cd34', :at, 'worker', 'settling', 'Oh dear.')"), aside)
    run("2026-11-22", "failed", result="2 of 12 checks failed.", started_at=NOW, finished_at=NOW, attempts=3)
    page = browse("adam").get("/admin/jobs").text
    for words in (
        "No worker",
        "X-77",
        "It would not fit.",
        "ab12cd34",
        "Oh dear.",
        "2 of 12 checks failed.",
        "attempt 3",
    ):
        assert words in page
    assert sale.recorded_at.isoformat() in page
    assert "Run now" in page


def test_an_auditor_reads_and_can_not_run(app: Flask, browse: Browse) -> None:
    auditor = browse("audrey")
    page = auditor.get("/admin/jobs")
    assert page.status_code == 200
    assert "Run now" not in page.text
    assert auditor.post("/admin/jobs/clean/run").status_code == 403


def test_run_now_asks_the_scheduler_once_and_is_on_the_audit_trail(app: Flask, browse: Browse) -> None:
    admin = browse("adam")
    assert admin.post("/admin/jobs/clean/run").status_code == 302
    assert admin.post("/admin/jobs/nonsense/run").status_code == 404
    asked = db.session.execute(text("select job, status, asked_by from job_run")).all()
    assert asked == [("clean", "due", "Adam")]
    assert db.session.scalar(text("select detail ->> 'job' from audit_event where action = 'run job'")) == "clean"
    with job_runs.alone("clean") as lock:
        assert lock is not None
        assert job_runs.claim(lock, "clean", job_list.rules()["clean"], at=clock.now()) is not None


def test_the_next_run_is_in_the_zone_of_the_platform(app: Flask) -> None:
    with time_machine.travel(datetime(2026, 3, 28, 12, tzinfo=UTC), tick=False):
        jobs = {job.name: job for job in jobs_page.jobs(at=clock.now())}
    assert jobs["check-books"].next_at == datetime(2026, 3, 29, 2, 15, tzinfo=UTC)  # summer time has begun
    assert jobs["assemble-payouts"].next_at == datetime(2026, 4, 15, 4, 0, tzinfo=UTC)
    assert "15" in jobs["assemble-payouts"].rule


def test_lanes_show_how_many_lines_wait_and_since_when(app: Flask, cast: Cast) -> None:
    first = market.sale(cast.brands["lumen"], at=NOW - timedelta(hours=3))
    market.refund(market.sale(cast.brands["lumen"], at=NOW), 100, at=NOW)
    [lane] = jobs_page.due_lanes()
    assert (lane.lane, lane.count, lane.oldest) == (cast.brands["lumen"].id % 64, 3, first.recorded_at)
