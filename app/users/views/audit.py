"""The audit trail on screen."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue

from app.database import db
from app.security import Role, identity, require
from app.users import trail
from app.users.blueprint import blueprint
from app.web import query_args


@blueprint.get("/admin/audit")
@require({Role.ADMIN, Role.AUDITOR})
def audit() -> ResponseReturnValue:
    """Who did what and when, the latest first; filters in the address."""
    text, actions = query_args.text(request.args, "q"), trail.actions()
    action = query_args.choice(request.args, "action", actions)
    events = trail.events_matching(text, action, *query_args.period(request.args, identity().timezone))
    page = db.paginate(events, error_out=False)
    return render_template("users/audit.html", page=page, actions=actions)
