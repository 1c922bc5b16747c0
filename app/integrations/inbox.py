"""Events from outside: stored once, handled second, tried again with growing gaps until they succeed or are dropped."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext
from sqlalchemy import Select, select
from sqlalchemy.dialects.postgresql import insert

from app.database import abandon, db, raw
from app.errors import NotFound, StreamcutError, WrongStatus, in_one_line
from app.integrations.models import EventStatus, InboxEvent
from app.integrations.stripe_events import Event
from app.security import Identity
from app.users.trail import record
from app.web.texts import required_text

STRIPE = "stripe"
BATCH = 50  # events that are handled before others look again
FIRST_GAP, LONGEST_GAP = timedelta(seconds=5), timedelta(hours=6)
LONGEST_REASON = 500
PERSONAL = ("name", "email", "phone", "address", "line1", "line2", "postal_code", "city", "ip", "iban", "last4", "dob")
MASK = "•••"

Handle = Callable[[Event], None]


class NotYet(StreamcutError):
    """What the event is about is not known here yet: it is tried again."""


def keep(event: Event, body: str, *, at: datetime, swept: bool = False, drop: str = "") -> bool:
    """Stores an event of Stripe unless it is there already; the caller commits, then answers. `drop` says why it is not
    for us. Returns whether it is new."""
    values: dict[str, Any] = {
        "source": STRIPE,
        "event_id": event.id,
        "kind": event.type,
        "happened_at": event.created,
        "received_at": at,
        "body": body,
        "swept": swept,
        "status": EventStatus.DROPPED if drop else EventStatus.WAITING,
        "next_try_at": None if drop else at,
        "ended_at": at if drop else None,
        "dropped_reason": drop or None,
    }
    kept = db.session.execute(
        insert(InboxEvent).values(values).on_conflict_do_nothing(constraint="uq_inbox_event").returning(InboxEvent.id)
    ).scalar()
    raw().execute("notify due")
    return kept is not None


def work(handle: Handle, read: Callable[[str], Event], *, now: Callable[[], datetime]) -> int:
    """Handles events that are due, each in a transaction of its own with what it does; returns how many. Two workers
    never take the same one."""
    done = 0
    while done < BATCH and _one(handle, read, now()):
        done += 1
    return done


def _one(handle: Handle, read: Callable[[str], Event], at: datetime) -> bool:
    due = select(InboxEvent).where(InboxEvent.status == EventStatus.WAITING, InboxEvent.next_try_at <= at)
    row = db.session.scalar(
        due.order_by(InboxEvent.next_try_at, InboxEvent.id).limit(1).with_for_update(skip_locked=True)
    )
    if row is None:
        db.session.rollback()
        return False
    number = row.id
    try:
        handle(read(row.body))
        row.status, row.ended_at, row.next_try_at, row.error = EventStatus.DONE, at, None, None
        db.session.commit()
    except Exception as error:
        abandon()
        _again(number, in_one_line(error), at)
    return True


def _again(number: int, error: str, at: datetime) -> None:
    """Another try after a gap that grows from seconds to hours."""
    row = db.session.get_one(InboxEvent, number, with_for_update=True, populate_existing=True)
    if row.status == EventStatus.WAITING:
        row.tries += 1
        row.error = error
        row.next_try_at = at + min(FIRST_GAP * 2 ** min(row.tries - 1, 14), LONGEST_GAP)
    db.session.commit()


# -- the page --


def events_matching(status: str, text: str) -> Select[InboxEvent]:
    """Events, the newest first: what is not handled yet unless `status` says otherwise; of which kind or with which
    number."""
    query = select(InboxEvent).order_by(InboxEvent.id.desc())
    if status != "all":
        query = query.where(InboxEvent.status == (status or EventStatus.WAITING))
    if text:
        query = query.where(InboxEvent.kind.icontains(text, autoescape=True) | (InboxEvent.event_id == text))
    return query


def retry(number: int, *, by: Identity, at: datetime) -> InboxEvent:
    """Tries an event again at once; the caller commits."""
    row = _waiting(number)
    row.next_try_at = at
    record("retry", "inbox_event", row.id, by=by, at=at, event=row.event_id)
    raw().execute("notify due")
    return row


def drop(number: int, reason: str, *, by: Identity, at: datetime) -> InboxEvent:
    """Gives an event up for a reason; the caller commits. Raises BadInput without one."""
    reason = required_text(" ".join(reason.split()), gettext("Give a reason. Others will read it."), LONGEST_REASON)
    row = _waiting(number)
    row.status, row.ended_at, row.next_try_at = EventStatus.DROPPED, at, None
    row.dropped_by, row.dropped_reason = by.person_id, reason
    record("drop", "inbox_event", row.id, by=by, at=at, event=row.event_id, reason=reason)
    return row


def _waiting(number: int) -> InboxEvent:
    row = db.session.get(InboxEvent, number, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound(gettext("There is no such event."))
    if row.status != EventStatus.WAITING:
        raise WrongStatus(gettext("This event was handled or dropped already: look at it again."))
    return row


def masked(body: str) -> str:
    """The event as people may read it: without who somebody is, and where."""
    try:
        return json.dumps(_masked(json.loads(body)), indent=1, ensure_ascii=False)
    except (ValueError, RecursionError):
        return MASK


def _masked(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: MASK if _is_personal(key) and each else _masked(each) for key, each in value.items()}
    return [_masked(each) for each in value] if isinstance(value, list) else value


def _is_personal(key: str) -> bool:
    return any(word == key.lower() or key.lower().endswith(f"_{word}") for word in PERSONAL)
