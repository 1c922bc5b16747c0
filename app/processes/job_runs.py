"""The rows of job_run: one per job and period, added when the period is due, claimed by one scheduler at a time.

A job runs only while its advisory lock is held, by whomever. So a row that says `running` while the lock is free was
left by a process that died, and is taken over; and no job ever runs twice at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime

from flask_babel import lazy_gettext as _
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from app.database import Lock, db
from app.processes.timetable import (
    Rule,
    due_at,
    due_since,
    latest,
)
from app.words import Word

COMMAND_LINE = "command line"


class RunStatus(Word):
    """How far a run of a job is."""

    DUE = "due", _("Due"), "info"
    RUNNING = "running", _("Running"), "info"
    DONE = "done", _("Done"), "good"
    FAILED = "failed", _("Failed"), "bad"


ADD = text(
    "insert into job_run (job, period, due_at, status, finished_at, result)"
    " values (:job, :period, :due_at, :status, :finished_at, :result) on conflict do nothing"
)
COVER = text(
    "update job_run set status = 'done', finished_at = :at,"
    " result = concat_ws(' ', result, 'Covered by ' || newest.period || '.')"
    " from (select max(period) as period from job_run where job = :job and asked_by is null) newest"
    " where job = :job and asked_by is null and status <> 'done' and job_run.period < newest.period"
)
# A failed run is tried again after 5, 10, 20 ... minutes, at most 4 hours, but not when a person asked for it: they
# see what happened. One that was `running` died with its process; from the third time on it has to wait as well.
CLAIM = text(
    "update job_run set status = 'running', attempts = attempts + 1, started_at = :at, finished_at = null"
    " where (job, period) = (select job, period from job_run"
    "   cross join lateral (select least(interval '5 min' * 2 ^ least(attempts - 1, 9), interval '4 h') rest) pause"
    "   where job = :job and due_at <= :at and (cast(:period as text) is null or period = :period)"
    "     and (status = 'due' or status = 'running' and (attempts < 3 or started_at + rest <= :at)"
    "       or status = 'failed' and asked_by is null and finished_at + rest <= :at)"
    "   order by due_at, period limit 1)"
    " returning job, period, attempts"
)
FINISH = text(
    "update job_run set status = :status, finished_at = :at, result = :result"
    " where job = :job and period = :period and attempts = :attempts and status = 'running'"
)


@dataclass(frozen=True)
class Run:
    """A claimed run; `attempts` is the fence: who was taken over can't write any more."""

    job: str
    period: str
    attempts: int


def add_due(job: str, rule: Rule, zone: str, *, at: datetime) -> None:
    """Adds a row for every period that became due since the last known one; the caller commits.

    The first time ever nothing is due: the timetable begins with the next period.
    """
    query = text("select max(period) from job_run where job = :job and asked_by is null")
    known = db.session.execute(query, {"job": job}).scalar()
    begun: dict[str, object] = {"status": RunStatus.DUE, "finished_at": None, "result": None}
    periods: Iterator[str]
    if known is None:
        begun = {"status": RunStatus.DONE, "finished_at": at, "result": "The timetable began after this."}
        periods = iter([latest(rule, zone, at)])
    else:
        periods = due_since(rule, zone, known, at)
    for period in periods:
        db.session.execute(ADD, {"job": job, "period": period, "due_at": due_at(rule, period, zone), **begun})


def ask(job: str, *, by: str, at: datetime) -> str:
    """Adds a run out of turn, asked for `by` somebody; the caller commits. Returns its period, the instant itself."""
    period = f"{at:%Y-%m-%dT%H:%M:%S.%fZ}"
    db.session.execute(
        text("insert into job_run (job, period, due_at, asked_by) values (:job, :period, :at, :by)"),
        {"job": job, "period": period, "at": at, "by": by},
    )
    return period


@contextmanager
def alone(job: str) -> Iterator[Connection | None]:
    """Holds the job's lock for the block, on a connection of its own that is yielded; None when another has it."""
    key = {"lock": Lock.JOB, "job": job}
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if not connection.execute(text("select pg_try_advisory_lock(:lock, hashtext(:job))"), key).scalar():
            yield None
            return
        try:
            yield connection
        finally:
            with suppress(DBAPIError):  # a lost connection has lost its lock as well
                connection.execute(text("select pg_advisory_unlock(:lock, hashtext(:job))"), key)


def claim(lock: Connection, job: str, rule: Rule, *, at: datetime, period: str | None = None) -> Run | None:
    """Takes the oldest run that should start now (or that of `period`) for who holds `lock`; None: nothing to do."""
    if rule.latest_covers:
        lock.execute(COVER, {"job": job, "at": at})
    row = lock.execute(CLAIM, {"job": job, "at": at, "period": period}).one_or_none()
    return Run(*row) if row else None


def finish(lock: Connection, run: Run, status: RunStatus, result: str, *, at: datetime) -> bool:
    """Writes how it ended, done or failed. False when another process has taken the run over in the meantime."""
    values = {"job": run.job, "period": run.period, "attempts": run.attempts}
    return lock.execute(FINISH, {**values, "status": status, "result": result, "at": at}).rowcount == 1
