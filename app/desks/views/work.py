"""The page of worker and jobs."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app import clock, runs
from app.database import db
from app.desks import work
from app.desks.views import blueprint
from app.errors import NotFound
from app.security import Role, identity, require
from app.users import trail
from config import settings


@blueprint.get("/admin/jobs")
@require({Role.ADMIN, Role.AUDITOR})
def jobs() -> ResponseReturnValue:
    """Who is at work, what is due, what was set aside, the timetable, and what went wrong."""
    at = clock.now()
    return render_template(
        "desks/jobs.html",
        alarms=work.alarms(at=at),
        processes=work.processes(at=at),
        due=work.due_lanes(),
        aside=work.set_aside(),
        jobs=work.jobs(at=at),
        mishaps=work.mishaps(),
        doing=work.doing,
        zone_of_jobs=settings().platform_timezone,
        may_run=identity().has({Role.ADMIN}),
    )


@blueprint.post("/admin/jobs/<job>/run")
@require({Role.ADMIN})
def run_job(job: str) -> ResponseReturnValue:
    """Asks the scheduler to run a job now, whatever the timetable says."""
    if job not in work.rules():
        raise NotFound(gettext("There is no such job."))
    at, person = clock.now(), identity()
    runs.ask(job, by=person.name, at=at)
    trail.record("run job", "job", None, by=person, at=at, job=job)
    db.session.commit()
    flash(gettext("“%(job)s” starts within half a minute.", job=work.titles()[job]), "success")
    return redirect(url_for("desks.jobs"))
