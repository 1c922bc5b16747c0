"""What was asked with a key: noted after each answer, in a transaction of its own, and cleared away after a time."""

from __future__ import annotations

from datetime import datetime, timedelta
from time import perf_counter

from flask import Response, g, request
from psycopg import Error
from sqlalchemy import delete, insert, text
from sqlalchemy.exc import SQLAlchemyError

from app.api.blueprint import blueprint
from app.api.models import Answer, Asked
from app.api.problems import concerns, request_id
from app.database import abandon, db

KEPT = timedelta(days=30)  # requests on a key's page
REPLAYED = timedelta(days=2)  # an answer is said again to whoever repeats a request; 24 hours are promised
LAZILY = text("set local synchronous_commit to off")  # what a crash may lose of these notes is no loss


@blueprint.before_app_request
def _begin() -> None:
    if concerns():
        g.api_begun = perf_counter()


@blueprint.after_app_request
def _end(response: Response) -> Response:
    """Numbers every answer of the API, and notes those to a key."""
    if concerns():
        response.headers["X-Request-Id"] = str(request_id())
        if "api_caller" in g:
            _note(response.status_code)
    return response


def count_rows(read: int, new: int, rejected: int) -> None:
    """How many rows the request behind this brought, for its note."""
    g.api_rows = {"rows_read": read, "rows_new": new, "rows_rejected": rejected}


def _note(status: int) -> None:
    row = {
        "request_id": request_id(),
        "key_id": g.api_caller.key_id,
        "at": g.api_caller.at,
        "method": request.method,
        "path": request.path[:200],
        "status": status,
        "ms": round((perf_counter() - g.api_begun) * 1000),
        "problem": g.get("api_problem"),
    }
    try:
        db.session.rollback()  # whatever the answer did is committed, or is not to be
        db.session.execute(LAZILY)
        db.session.execute(insert(Asked).values(**row | g.get("api_rows", {})))
        db.session.commit()
    except (Error, SQLAlchemyError):
        abandon()  # the answer is worth more than the note about it


def clear(*, at: datetime) -> int:
    """Deletes the notes and answers that are too old at `at`; returns how many. The caller commits."""
    old_notes = db.session.execute(delete(Asked).where(Asked.at < at - KEPT))
    old_answers = db.session.execute(delete(Answer).where(Answer.at < at - REPLAYED))
    return int(old_notes.rowcount + old_answers.rowcount)  # type: ignore[attr-defined]
