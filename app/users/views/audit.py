"""The audit trail on screen."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app import clock
from app.database import db
from app.errors import BadInput
from app.security import Role, identity, require
from app.users import trail
from app.users.blueprint import blueprint


@blueprint.get("/admin/audit")
@require({Role.ADMIN, Role.AUDITOR})
def audit() -> ResponseReturnValue:
    """Who did what and when, the latest first; filters in the address."""
    text, action = request.args.get("q", ""), request.args.get("action", "")
    events = trail.events_matching(text, action, _day("from"), _day("to", after=True))
    page = db.paginate(events, error_out=False)
    return render_template("users/audit.html", page=page, actions=trail.actions())


def _day(name: str, *, after: bool = False) -> datetime | None:
    """The first instant of the reader's day in the address, or of the day after; None where there is none."""
    text = request.args.get(name, "")
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
        return clock.first_instant(day + timedelta(days=after), identity().timezone)
    except (ValueError, OverflowError) as error:
        raise BadInput(gettext("Write the day like 2026-11-22.")) from error
