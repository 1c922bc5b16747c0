"""Worker, scheduler and jobs as the platform's admin sees them: who is alive, what is due, what went wrong."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask_babel import format_time, gettext, ngettext
from sqlalchemy import Row, text

from app.database import db
from app.integrations import care
from app.notifications import sending
from app.processes import job_list
from app.processes.job_runs import RunStatus
from app.processes.timetable import (
    Monthly,
    Rule,
    due_at,
    latest,
)
from config import settings

SILENT = timedelta(minutes=2)  # from then on a process counts as dead
LATE = timedelta(minutes=15)  # from then on a job that was not started is an alarm
SERVING = re.compile(r"serving (\d+) (\d+)")  # what the event stream says of itself
SHOWN = 50  # lines set aside, failures

# A due row has no instant of its own: its age is that of the fact it came with.
DUE = text(
    "select lane, count, (select min(at) from ("
    "   select recorded_at at from sale s where (s.brand_id, s.source, s.order_ref, s.line_ref)"
    "     = (first.brand_id, first.source, first.order_ref, first.line_ref)"
    "   union all select recorded_at from refund r where (r.brand_id, r.source, r.order_ref, r.line_ref)"
    "     = (first.brand_id, first.source, first.order_ref, first.line_ref)) fact) oldest"
    " from (select lane, count(*), min(id) first_id from due group by lane) lanes"
    " join due first using (lane) where first.id = first_id order by count desc, lane"
)
ASIDE = text(
    "select a.*, b.name brand, b.public_id, count(*) over () total from due_aside a join brand b on b.id = a.brand_id"
    " where resolved_at is null order by set_aside_at desc, a.id desc limit :shown"
)
PROCESSES = text("select kind, name, at, detail, at > :alive alive from heartbeat order by kind, at desc")
FAILURES = text("select * from mishap order by at desc limit :shown")
RUNS = text(
    "select distinct on (job) job, period, status, attempts, started_at, finished_at, result, asked_by from job_run"
    " where started_at is not null order by job, started_at desc"
)
WAITING = text("select job, period, due_at, status, attempts from job_run where status <> 'done' order by job, due_at")
KNOWN = text("select job, period, status from job_run where asked_by is null")


@dataclass(frozen=True)
class JobRow:
    """A job of the timetable: its name and rule in words, its last and next run, and what waits to be run."""

    name: str
    title: str
    rule: str
    last: Row[Any] | None
    next_at: datetime
    waiting: Sequence[Row[Any]]


def processes(*, at: datetime) -> Sequence[Row[Any]]:
    """Workers and schedulers with their last heartbeat and whether they are `alive`."""
    return db.session.execute(PROCESSES, {"alive": at - SILENT}).all()


def due_lanes() -> Sequence[Row[Any]]:
    """Per lane: how many lines are due, and since when the first of them has been."""
    return db.session.execute(DUE).all()


def set_aside() -> Sequence[Row[Any]]:
    """The latest lines that could not be settled, with the reason; each row carries the `total`."""
    return db.session.execute(ASIDE, {"shown": SHOWN}).all()


def failures() -> Sequence[Row[Any]]:
    """The latest failures in worker and scheduler."""
    return db.session.execute(FAILURES, {"shown": SHOWN}).all()


def jobs(*, at: datetime) -> list[JobRow]:
    """The timetable."""
    last = {row.job: row for row in db.session.execute(RUNS)}
    waiting = db.session.execute(WAITING).all()
    zone = settings().platform_timezone
    return [
        JobRow(
            name=name,
            title=str(job_list.JOBS[name].title),
            rule=_in_words(rule),
            last=last.get(name),
            next_at=due_at(rule, rule.following(latest(rule, zone, at)), zone),
            waiting=[row for row in waiting if row.job == name],
        )
        for name, rule in job_list.rules().items()
    ]


def task(detail: str) -> str:
    """What a process is doing, in the reader's words; anything else as it is."""
    if serving := SERVING.fullmatch(detail):
        return str(gettext("Serving %(viewers)s viewers and %(desks)s desks", viewers=serving[1], desks=serving[2]))
    tasks = {
        "starting": gettext("Starting"),
        "waiting": gettext("Idle"),
        "settling": gettext("Settling sales"),
        "reading uploads": gettext("Reading uploads"),
        "making demo sales": gettext("Making demo sales"),
        "handling events": gettext("Handling events"),
        "checking what is due": gettext("Checking what is due"),
    }
    return str(tasks.get(detail, detail))


def alarms(*, at: datetime) -> list[str]:
    """What somebody has to look at now, a sentence each."""
    alive = {row.kind for row in processes(at=at) if row.alive}
    sentences = []
    if "worker" not in alive:
        sentences.append(gettext("No worker has been running for 2 minutes, so sales are not settled. Start one."))
    if "scheduler" not in alive:
        sentences.append(gettext("No scheduler has been running for 2 minutes, so no job will start. Start one."))
    if settings().events_listen and "events" not in alive:
        sentences.append(
            gettext(
                "No event stream has been running for 2 minutes, so open watch pages ask again and again. Start one."
            )
        )
    if count := sending.failed_lately(at=at):
        sentences.append(
            ngettext(
                "%(num)d letter of the last 7 days could not be mailed: “Letters” says why.",
                "%(num)d letters of the last 7 days could not be mailed: “Letters” says why.",
                count,
            )
        )
    sentences += _about_events(at)
    known = {(row.job, row.period): row.status for row in db.session.execute(KNOWN)}
    begun = {job for job, _period in known}
    for job, rule in job_list.rules().items():
        late = latest(rule, settings().platform_timezone, at - LATE)
        status, title = known.get((job, late), RunStatus.DUE), job_list.JOBS[job].title
        if job in begun and status == RunStatus.DUE:
            sentences.append(gettext("“%(job)s” for %(period)s is due but has not started.", job=title, period=late))
        if status == RunStatus.FAILED:
            sentences.append(
                gettext(
                    "“%(job)s” for %(period)s failed. Check its result below.",
                    job=title,
                    period=late,
                )
            )
    return sentences


def _about_events(at: datetime) -> list[str]:
    """That events of other systems need a person, or are not handled at all."""
    unhandled, sentences = care.unhandled(at=at), []
    if unhandled.stuck:
        sentences.append(
            ngettext(
                "%(num)d event from outside needs attention: “Integrations” says why.",
                "%(num)d events from outside need attention: “Integrations” says why.",
                unhandled.stuck,
            )
        )
    if unhandled.late:
        sentences.append(
            ngettext(
                "%(num)d event from outside has been waiting for more than 15 minutes.",
                "%(num)d events from outside have been waiting for more than 15 minutes.",
                unhandled.late,
            )
        )
    return sentences


def _in_words(rule: Rule) -> str:
    wall = rule.local_time("2026-01" if isinstance(rule, Monthly) else "2026-01-01")
    time = format_time(wall.time(), "HH:mm", rebase=False)
    if isinstance(rule, Monthly):
        return str(gettext("Monthly, on day %(day)s at %(time)s", day=rule.day, time=time))
    return str(gettext("Every night at %(time)s", time=time))
