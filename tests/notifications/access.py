"""The routes of letters."""

from __future__ import annotations

from sqlalchemy import select

from app.database import db
from app.notifications.views import ADMIN, READERS
from app.outbox import Letter, Reader
from tests.access import Kind, Row, Side
from tests.notifications.writing import written


def _letter(side: Side) -> int:
    written(Reader(f"{side.word}@cast.example", "en"))
    return db.session.scalars(select(Letter.id).order_by(Letter.id.desc())).first() or 0


KINDS = {"letter": Kind(_letter, missing=999_999_999)}

ROWS = [
    Row("notifications.letters", "GET", READERS, query="?status=waiting&q=a"),
    Row("notifications.letter", "GET", ADMIN, also=(404,)),  # only a demo shows letters
    Row("notifications.letter_resend", "POST", ADMIN),
]
