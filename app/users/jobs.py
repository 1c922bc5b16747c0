"""What the timetable does for people: clears away what has no more use."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete

from app.database import db
from app.outbox import Letter, LetterStatus
from app.users.factors import passkeys
from app.users.models import Attempt, PasswordReset, UserSession

KEPT = timedelta(days=30)
LETTERS_KEPT = timedelta(days=400)  # longer than any job looks back: what was told is not told again


def clean(*, at: datetime) -> str:
    """Deletes tries and passkeys' challenges that are a day old, links for a new password and sessions that ended or
    were used more than 30 days before `at`, and letters that were sent more than 400 days, or never had to be sent, 30
    days before.

    Returns what was done, in words. Invitations stay: they tell who let whom in.
    """
    old = at - KEPT
    gone = 0
    for stale in (
        delete(Attempt).where(Attempt.at < at - timedelta(days=1)),
        delete(PasswordReset).where(PasswordReset.expires_at < old),
        delete(Letter).where(Letter.status == LetterStatus.DROPPED, Letter.written_at < old),
        delete(Letter).where(Letter.status == LetterStatus.SENT, Letter.written_at < at - LETTERS_KEPT),
        delete(UserSession).where((UserSession.expires_at < old) | (UserSession.revoked_at < old)),
    ):
        gone += len(db.session.execute(stale.returning(1)).all())
    gone += passkeys.clear_challenges(at=at)
    db.session.commit()
    return f"{gone} old sessions, tries, links and letters cleared away."
