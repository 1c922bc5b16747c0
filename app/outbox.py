"""The outbox: letters are rows, written in the transaction of what they tell of.

A transaction that is rolled back has written none, and the worker sees them only after the commit
(app/notifications/sending.py). One fact, told twice to the same reader by the same letter, is one row.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import force_locale
from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString
from sqlalchemy import ForeignKey, Text, update
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base, Instant, db, raw
from app.words import Word

CHUNK = 1000  # letters in one statement: a row has some dozen parameters, and 65,535 are the most


class LetterStatus(Word):
    """Where a letter stands. A dropped one is of no use any more, or was never meant to be sent."""

    WAITING = "waiting", _("Waiting"), "info"
    SENDING = "sending", _("Being sent"), "info"
    SENT = "sent", _("Sent"), "info"
    FAILED = "failed", _("Failed"), "bad"
    DROPPED = "dropped", _("Dropped"), "quiet"


class Letter(Base):
    """One letter to one reader. Only its way out (from `status` on) ever changes."""

    __tablename__ = "letter"
    id: Mapped[int] = mapped_column(primary_key=True)
    event: Mapped[str] = mapped_column(Text)  # what happened: offer.sent
    object_kind: Mapped[str] = mapped_column(Text)  # to what
    object_id: Mapped[str] = mapped_column(Text)
    fact: Mapped[str] = mapped_column(Text)  # which time, when it can happen to the object more than once
    name: Mapped[str] = mapped_column(Text)  # of templates/letters/<name>.txt
    address: Mapped[str] = mapped_column(Text)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    language: Mapped[str] = mapped_column(Text)
    facts: Mapped[dict[str, Any]] = mapped_column(JSONB)
    written_at: Mapped[datetime] = mapped_column(Instant)
    good_until: Mapped[datetime | None] = mapped_column(Instant)  # it says nothing of use any more afterwards
    status: Mapped[str] = mapped_column(Text)
    attempts: Mapped[int]
    next_try_at: Mapped[datetime | None] = mapped_column(Instant)
    error: Mapped[str | None] = mapped_column(Text)
    sent_at: Mapped[datetime | None] = mapped_column(Instant)


@dataclass(frozen=True)
class Reader:
    """To whom a letter goes, and in which language."""

    address: str
    language: str
    person_id: int | None = None


@dataclass(frozen=True)
class Event:
    """What happened, to which object; `fact` tells apart what can happen to it more than once."""

    name: str  # offer.sent; its letter is templates/letters/offer_sent.txt
    kind: str
    id: object
    fact: object = ""


def write(
    event: Event,
    readers: Iterable[Reader],
    facts: Mapping[str, object],
    *,
    at: datetime,
    good_until: datetime | None = None,
    drop: bool = False,
) -> None:
    """Writes the event's letter to each reader, to be sent once the caller has committed. Who has it already gets no
    second one.

    `facts` are what its template needs: text, numbers, days, instants, and lists of these; a lazy text becomes text in
    the reader's language. Never a secret: links and codes are made when the letter is rendered. After `good_until` it
    is not sent any more. `drop` writes it and never sends it, for where nobody may see from the time a page takes
    whether there was anybody to write to.
    """
    write_all([(event, readers, facts)], at=at, good_until=good_until, drop=drop)


def write_all(
    letters: Iterable[tuple[Event, Iterable[Reader], Mapping[str, object]]],
    *,
    at: datetime,
    good_until: datetime | None = None,
    drop: bool = False,
) -> None:
    """Writes many letters at once, each as `write` does."""
    rows = [
        row
        for event, readers, facts in letters
        for row in _rows(event, readers, facts, at=at, good_until=good_until, drop=drop)
    ]
    for start in range(0, len(rows), CHUNK):
        db.session.execute(insert(Letter).values(rows[start : start + CHUNK]).on_conflict_do_nothing())
    if rows:
        ring()


def _rows(
    event: Event,
    readers: Iterable[Reader],
    facts: Mapping[str, object],
    *,
    at: datetime,
    good_until: datetime | None,
    drop: bool,
) -> list[dict[str, Any]]:
    """A row for each reader."""
    about = {
        "event": event.name,
        "object_kind": event.kind,
        "object_id": str(event.id),
        "fact": str(event.fact),
        "name": event.name.replace(".", "_"),
        "written_at": at,
        "good_until": good_until,
        "status": LetterStatus.DROPPED if drop else LetterStatus.WAITING,
        "attempts": 0,
        "next_try_at": None if drop else at,
    }
    return [
        about
        | {"address": reader.address, "language": reader.language, "person_id": reader.person_id}
        | {"facts": _in_language(facts, reader.language)}
        for reader in readers
    ]


def ring() -> None:
    """Wakes the worker for letters when the transaction is committed."""
    raw().execute("notify letters")


def _in_language(facts: Mapping[str, object], language: str) -> dict[str, object]:
    with force_locale(language):
        return {name: _plain(value) for name, value in facts.items()}


def _plain(value: object) -> object:
    """The value as JSON has it."""
    if isinstance(value, date):  # an instant is one too
        return value.isoformat()
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return str(value) if isinstance(value, LazyString) else value


def drop(event: Event) -> None:
    """The letters about it that wait are of no use any more."""
    about = (Letter.event == event.name, Letter.object_kind == event.kind, Letter.object_id == str(event.id))
    waiting = update(Letter).where(*about, Letter.status == LetterStatus.WAITING)
    db.session.execute(waiting.values(status=LetterStatus.DROPPED, next_try_at=None))
