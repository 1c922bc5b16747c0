"""The audit trail on screen and as a file."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from contextlib import closing
from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import Engine, Select
from sqlalchemy.orm import Session

from app import clock
from app.database import db
from app.security import Role, identity, require
from app.users import trail
from app.users.blueprint import blueprint
from app.users.models import AuditEvent
from app.web import query_args
from app.web.downloads import csv_download

READERS = frozenset({Role.ADMIN, Role.AUDITOR})
FILTERS = ("q", "action", "from", "to")
COLUMNS = ("at", "who", "action", "kind", "number", "detail")
AT_ONCE = 1_000  # events in memory


@blueprint.get("/admin/audit")
@require(READERS)
def audit() -> ResponseReturnValue:
    """Who did what and when, the latest first; filters in the address."""
    actions = trail.actions()
    page = db.paginate(_asked_for(actions), error_out=False)
    filtered = {name: request.args[name] for name in FILTERS if request.args.get(name)}
    return render_template("users/audit.html", page=page, actions=actions, details=trail.details, filtered=filtered)


@blueprint.get("/admin/audit.csv")
@require(READERS)
def audit_download() -> ResponseReturnValue:
    """The same events as a file, as many as there are."""
    rows = _rows(_asked_for(trail.actions()), db.engine)
    return csv_download(f"audit-trail-{clock.now():%Y-%m-%d}.csv", COLUMNS, rows)


def _asked_for(actions: Collection[str]) -> Select[AuditEvent]:
    text = query_args.text(request.args, "q")
    action = query_args.choice(request.args, "action", actions)
    return trail.events_matching(text, action, *query_args.period(request.args, identity().timezone))


def _rows(events: Select[AuditEvent], engine: Engine) -> Iterator[list[Any]]:
    """By a connection of their own, which lasts as long as the download, not as the request."""
    every = events.execution_options(yield_per=AT_ONCE)
    with Session(engine) as session, closing(session.scalars(every)) as rows:
        for event in rows:
            detail = json.dumps(event.detail, ensure_ascii=False)
            about = event.object_kind, event.object_id, detail
            yield [event.at.isoformat(), event.by_name, event.action, *about]
