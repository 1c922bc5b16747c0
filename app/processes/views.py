"""The page of worker and jobs."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app import clock
from app.database import db
from app.errors import NotFound
from app.processes import job_list, job_runs, jobs_page
from app.processes.blueprint import blueprint
from app.security import Role, identity, require
from app.users import trail
from config import settings


@blueprint.get("/admin/jobs")
@require({Role.ADMIN, Role.AUDITOR})
def jobs() -> ResponseReturnValue:
    """Who is at work, what is due, what was set aside, the timetable, and what went wrong."""
    at = clock.now()
    return render_template(
        "processes/jobs.html",
        alarms=jobs_page.alarms(at=at),
        processes=jobs_page.processes(at=at),
        due=jobs_page.due_lanes(),
        aside=jobs_page.set_aside(),
        jobs=jobs_page.jobs(at=at),
        failures=jobs_page.failures(),
        task=jobs_page.task,
        zone_of_jobs=settings().platform_timezone,
        may_run=identity().has({Role.ADMIN}),
    )


@blueprint.post("/admin/jobs/<job>/run")
@require({Role.ADMIN})
def job_run(job: str) -> ResponseReturnValue:
    """Asks the scheduler to run a job now, whatever the timetable says."""
    if job not in job_list.JOBS:
        raise NotFound(gettext("There is no such job."))
    at, person = clock.now(), identity()
    job_runs.ask(job, by=person.name, at=at)
    trail.record("run job", "job", None, by=person, at=at, job=job)
    db.session.commit()
    flash(gettext("“%(job)s” will start within 30 seconds.", job=job_list.JOBS[job].title), "success")
    return redirect(url_for("processes.jobs"))
