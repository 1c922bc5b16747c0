"""Whether the product answers, for whoever watches it."""

from __future__ import annotations

from flask import jsonify
from flask.typing import ResponseReturnValue
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from app.database import db
from app.security import ANYBODY, require
from app.users.blueprint import blueprint


@blueprint.get("/health")
@require(ANYBODY)
def health() -> ResponseReturnValue:
    """200 when the database answers, 503 when it does not; needs nobody's session to tell."""
    try:
        db.session.execute(text("select 1"))
    except SQLAlchemyError:
        db.session.rollback()
        return jsonify(status="The database does not answer."), 503
    return jsonify(status="ok")
