"""Sending what waits in the outbox: intent, effect, result (design.md 1.7), one letter at a time.

A letter is claimed and the claim committed, then it is handed over with no transaction open, then what came of it is
committed. Whoever dies in between leaves a claim that ends after ten minutes: the letter is sent again, with the same
Message-ID. Nothing is sent by two at once, and a mail server that hangs holds nothing but the thread that talks to it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import gettext
from sqlalchemy import Select, func, select, update

from app import mail
from app.database import db
from app.errors import Conflict, NotFound, in_one_line
from app.notifications.rendering import render
from app.outbox import Letter, LetterStatus, ring
from app.security import Identity
from app.users.trail import record

CLAIM = timedelta(minutes=10)  # far longer than a mail server's answers may take
GAPS = (  # before the second attempt, the third, ...; after the last one it has failed
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=12),
)
UNSENT = (LetterStatus.WAITING, LetterStatus.SENDING)
LATELY = timedelta(days=7)


@dataclass(frozen=True)
class Attempt:
    """A claimed letter, ready to be handed over; `error` says why it can't be."""

    letter: int
    number: int
    until: datetime  # when the claim ends; tells it from every other claim of the letter
    key: str
    to: str
    subject: str = ""
    body: str = ""
    error: str = ""


def begin(*, at: datetime) -> Attempt | None:
    """Claims the letter that has been due the longest and renders it; None when none is due. The caller commits before
    it hands it over. What is of no use any more is dropped."""
    due = Letter.status.in_(UNSENT), Letter.next_try_at <= at
    late = update(Letter).where(*due, Letter.good_until <= at)
    db.session.execute(late.values(status=LetterStatus.DROPPED, next_try_at=None))
    first = select(Letter).where(*due).order_by(Letter.next_try_at, Letter.id).limit(1)
    fresh = {"populate_existing": True}
    letter = db.session.scalar(first.with_for_update(skip_locked=True, of=Letter), execution_options=fresh)
    if letter is None:
        return None
    until = at + CLAIM
    letter.status, letter.attempts, letter.next_try_at = LetterStatus.SENDING, letter.attempts + 1, until
    db.session.flush()
    key = f"letter-{letter.id}.{letter.written_at.timestamp():.0f}"
    try:
        subject, body = render(letter)
    except Exception as error:  # one letter's fault holds up no other
        return Attempt(letter.id, letter.attempts, until, key, letter.address, error=in_one_line(error))
    return Attempt(letter.id, letter.attempts, until, key, letter.address, subject, body)


def hand_over(attempt: Attempt, *, at: datetime) -> str:
    """Sends it, without the database. Returns why it could not be sent; empty when it was."""
    if attempt.error:
        return attempt.error
    try:
        mail.send(attempt.to, attempt.subject, attempt.body, key=attempt.key, at=at)
    except Exception as error:  # whatever it is, the letter is tried again and the admin reads why
        cause = error.__cause__
        return in_one_line(cause if isinstance(cause, Exception) else error)
    return ""


def end(attempt: Attempt, error: str, *, at: datetime) -> None:
    """Notes what came of it; does nothing when the claim has passed to somebody else meanwhile. The caller commits."""
    claimed = update(Letter).where(
        Letter.id == attempt.letter, Letter.status == LetterStatus.SENDING, Letter.next_try_at == attempt.until
    )
    if not error:
        db.session.execute(claimed.values(status=LetterStatus.SENT, sent_at=at, next_try_at=None, error=None))
    elif attempt.number > len(GAPS):
        db.session.execute(claimed.values(status=LetterStatus.FAILED, next_try_at=None, error=error))
    else:
        later = at + GAPS[attempt.number - 1]
        db.session.execute(claimed.values(status=LetterStatus.WAITING, next_try_at=later, error=error))


def resend(letter_id: int, *, by: Identity, at: datetime) -> Letter:
    """Lets a letter that waits or has failed be sent at once, and tried anew as often as a new one.

    NotFound when there is none, Conflict when it was sent or is of no use any more.
    """
    letter = db.session.get(Letter, letter_id, with_for_update=True, populate_existing=True)
    if letter is None:
        raise NotFound(gettext("There is no such letter."))
    if letter.status not in (LetterStatus.WAITING, LetterStatus.FAILED):
        raise Conflict(gettext("This letter was sent, is being sent, or was dropped."))
    if letter.good_until and letter.good_until <= at:
        raise Conflict(gettext("This letter has expired and can't be sent any more."))
    letter.status, letter.attempts, letter.next_try_at = LetterStatus.WAITING, 0, at
    record("send again", "letter", letter.id, by=by, at=at)
    ring()
    return letter


def failed_lately(*, at: datetime) -> int:
    """How many letters of the last seven days have failed: somebody has to look why."""
    lately = select(func.count()).where(Letter.status == LetterStatus.FAILED, Letter.written_at > at - LATELY)
    return int(db.session.execute(lately).scalar_one())


def letters_matching(status: str = "", text: str = "") -> Select[Letter]:
    """The letters, the newest first: those with a status, else those that wait or failed (“all”: every one); and with
    `text` in the address or the event."""
    letters = select(Letter).order_by(Letter.id.desc())
    if status != "all":
        wanted = [status] if status in set(LetterStatus) else [*UNSENT, LetterStatus.FAILED]
        letters = letters.where(Letter.status.in_(wanted))
    if text:
        contains = Letter.address.icontains(text, autoescape=True) | Letter.event.icontains(text, autoescape=True)
        letters = letters.where(contains)
    return letters
