"""The list of calendar jobs: complete entries, and the payout day of the settings."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from flask import Flask

from app.processes import job_list
from app.processes.timetable import due_at
from config import settings


def test_every_job_has_a_name_a_title_and_a_rule(app: Flask) -> None:
    assert list(job_list.rules()) == list(job_list.JOBS)
    for name, job in job_list.JOBS.items():
        assert (job.name, bool(str(job.title))) == (name, True)


def test_the_platform_pays_on_the_day_and_hour_of_its_settings(app: Flask) -> None:
    before = app.extensions["streamcut"]
    app.extensions["streamcut"] = replace(settings(), payout_day=12, payout_hour=7)
    try:
        rule = job_list.rules()["assemble-payouts"]
    finally:
        app.extensions["streamcut"] = before
    assert due_at(rule, "2026-11", "Europe/Amsterdam") == datetime(2026, 11, 12, 6, tzinfo=UTC)
