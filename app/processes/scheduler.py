"""`flask scheduler`: wakes every few seconds and runs the calendar jobs that are due.

APScheduler is the alarm clock only. What is due is decided by timetable.py, who runs it by job_runs.py.
"""

from __future__ import annotations

import logging
import signal
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime

from apscheduler.schedulers import SchedulerNotRunningError
from apscheduler.schedulers.blocking import BlockingScheduler
from flask import Flask, current_app

from app import clock, settings
from app.database import abandon, db
from app.errors import BadInput, Conflict, StreamcutError, in_one_line
from app.processes import job_list, job_runs
from app.processes.heartbeat import Heart, record_failure
from app.processes.job_runs import RunStatus
from app.processes.supervisor import answer_signals
from app.processes.timetable import Rule

log = logging.getLogger(__name__)

TICK = 10  # seconds; a due job starts at most so much later


def tick(stopping: Callable[[], bool] = lambda: False, *, by: str = "scheduler") -> None:
    """Adds what has become due and runs it, oldest first. Whatever goes wrong with one job never keeps the others."""
    for job, rule in job_list.rules().items():
        try:
            job_runs.add_due(job, rule, settings().platform_timezone, at=clock.now())
            db.session.commit()
            while not stopping() and _run_one(job, rule, by=by):
                pass
        except Exception as error:
            abandon()
            record_failure(by, job, error)
        finally:
            db.session.remove()


def run_now(job: str, *, by: str, at: datetime | None = None) -> str:
    """Runs one job out of turn, as if at the instant `at` (default: now), and returns its result.

    Raises BadInput for an unknown job, Conflict while the job runs elsewhere, StreamcutError when it fails.
    """
    if job not in job_list.JOBS:
        raise BadInput(f"There is no job “{job}”: choose one of {', '.join(job_list.JOBS)}.")
    rule = job_list.rules()[job]
    with job_runs.alone(job) as lock:
        if lock is None:
            raise Conflict(f"{job} is running just now: wait until it is done, then try again.")
        period = job_runs.ask(job, by=by, at=clock.now())
        db.session.commit()
        run = job_runs.claim(lock, job, rule, at=clock.now(), period=period)
        if run is None:
            raise Conflict(f"{job} has been started elsewhere just now: see the page of jobs.")
        status, result = _execute(run, at or clock.now(), by=by)
        job_runs.finish(lock, run, status, result, at=clock.now())
    if status == RunStatus.FAILED:
        raise StreamcutError(result)
    return result


def _run_one(job: str, rule: Rule, *, by: str) -> bool:
    """Runs the oldest due run of the job, if there is one and no other scheduler is at it."""
    with job_runs.alone(job) as lock:
        run = job_runs.claim(lock, job, rule, at=clock.now()) if lock else None
        if lock is None or run is None:
            return False
        status, result = _execute(run, clock.now(), by=by)
        if not job_runs.finish(lock, run, status, result, at=clock.now()):
            log.warning("%s for %s was taken over while it ran.", run.job, run.period)
        return True


def _execute(run: job_runs.Run, at: datetime, *, by: str) -> tuple[RunStatus, str]:
    """Calls the job's function in a session of its own; returns status and result for its row."""
    log.info("%s for %s starts, attempt %s.", run.job, run.period, run.attempts)
    try:
        result = job_list.JOBS[run.job].run(at)
        db.session.commit()
    except Exception as error:
        abandon()
        record_failure(by, f"{run.job} for {run.period}", error)
        return RunStatus.FAILED, in_one_line(error)
    finally:
        db.session.remove()
    log.info("%s for %s is done: %s", run.job, run.period, result)
    return RunStatus.DONE, result


def main() -> None:
    """Runs until SIGTERM or SIGINT; a job that is running is finished first."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    stop, busy = threading.Event(), threading.Lock()
    alarm = BlockingScheduler(timezone=UTC)

    def wake() -> None:
        if stop.is_set():  # asked before the alarm was set, when it could not be switched off yet
            switch_off()
            return
        with busy, app.app_context():
            heart.doing = "checking what is due"
            tick(stop.is_set, by=heart.name)
            heart.doing = "waiting"

    def switch_off() -> None:
        with suppress(SchedulerNotRunningError):
            alarm.shutdown(wait=False)

    def end() -> None:
        stop.set()
        switch_off()

    def on_signal(*_: object) -> None:
        # In a thread: the signal may have come while the main thread holds the very lock that waking it needs.
        threading.Thread(target=end).start()

    signal.signal(signal.SIGTERM, on_signal)
    signal.signal(signal.SIGINT, on_signal)
    answer_signals()
    with Heart(app, "scheduler") as heart:
        log.info("The scheduler has started.")
        now = clock.now()
        alarm.add_job(wake, "interval", seconds=TICK, next_run_time=now, coalesce=True, misfire_grace_time=None)
        alarm.start()
        with busy:  # until the running job is done
            log.info("The scheduler has stopped.")
