"""Looking after events: what waits, what needs a person, trying again, and ignoring with a reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from flask_babel import gettext
from sqlalchemy import Row, Select, and_, func, select, text

from app.database import db, lock, raw
from app.errors import Conflict, NotFound
from app.integrations.models import UNHANDLED, EventStatus, IgnoredAs, WebhookEvent
from app.integrations.source import Source
from app.integrations.sources import SOURCES
from app.security import Identity
from app.transitions import move
from app.users import trail
from config import settings

LATE = timedelta(minutes=15)  # an event that was not tried so long after it was due is an alarm
COUNTED = timedelta(days=7)  # refused deliveries of these days are shown
REFUSALS = text(
    "select source, reason, sum(count)::bigint count, max(last_at) last_at from webhook_refusal where last_at >= :since"
    " group by source, reason order by source, reason"
)


@dataclass(frozen=True)
class Unhandled:
    """How many events nobody has dealt with: those that need a person, and those the worker should have tried long
    ago."""

    stuck: int
    late: int


def unhandled(*, at: datetime) -> Unhandled:
    """The counts, as of `at`."""
    waiting = WebhookEvent.status == EventStatus.WAITING
    row = db.session.execute(
        select(
            func.count().filter(WebhookEvent.status == EventStatus.STUCK),
            func.count().filter(and_(waiting, WebhookEvent.next_try_at < at - LATE)),
        ).where(WebhookEvent.status.in_(UNHANDLED))
    ).one()
    return Unhandled(*row)


def matching(status: str | None, source: str | None, type_: str | None) -> Select[WebhookEvent]:
    """The events the page asks for, the latest first: of one status, all ("all"), or those nobody has dealt with."""
    events = select(WebhookEvent).order_by(WebhookEvent.received_at.desc(), WebhookEvent.id.desc())
    if not status:
        events = events.where(WebhookEvent.status.in_(UNHANDLED))
    elif status != "all":
        events = events.where(WebhookEvent.status == status)
    if source:
        events = events.where(WebhookEvent.source == source)
    return events.where(WebhookEvent.type.icontains(type_, autoescape=True)) if type_ else events


def event_of(public_id: UUID) -> WebhookEvent:
    """One event; NotFound when there is none."""
    event = db.session.scalar(select(WebhookEvent).where(WebhookEvent.public_id == public_id))
    if event is None:
        raise NotFound(gettext("There is no such event."))
    return event


def set_up() -> list[tuple[Source, bool, str]]:
    """Every source, whether it is set up, and the address at which it delivers."""
    config = settings()
    return [
        (each, bool(each.secrets(config)), config.address_of(f"/webhooks/{each.name}")) for each in SOURCES.values()
    ]


def refusals(*, at: datetime) -> Sequence[Row[Any]]:
    """Deliveries that were refused in the last days: source, reason, count and the last instant."""
    return db.session.execute(REFUSALS, {"since": at - COUNTED}).all()


def retry(event: WebhookEvent, *, by: Identity, at: datetime) -> None:
    """Has the worker try an event at once, with all its tries before it again. Conflict when it was handled already,
    or its body is gone."""
    event = lock(event)
    if event.body is None:
        raise Conflict(gettext("The body of this event has been deleted, so it can't be handled any more."))
    before = event.status
    move(event, EventStatus.WAITING)
    event.next_try_at, event.attempts, event.error = at, 0, None
    event.ignored_as, event.note, event.settled_at = None, None, None
    _record("retry", event, before, by=by, at=at)
    raw().execute("notify due")  # a worker hears it when this is committed


def ignore(event: WebhookEvent, reason: str, *, by: Identity, at: datetime) -> None:
    """Leaves an event as it is, with the reason; it can still be tried later. Conflict when it was handled already."""
    event = lock(event)
    before = event.status
    move(event, EventStatus.IGNORED)
    event.ignored_as, event.note, event.settled_at = IgnoredAs.BY_PERSON, reason, at
    event.next_try_at = None
    _record("ignore", event, before, by=by, at=at, reason=reason)


def _record(action: str, event: WebhookEvent, before: str, *, by: Identity, at: datetime, **more: str) -> None:
    about = {"source": event.source, "event": event.event_id, "type": event.type, "was": before}
    trail.record(action, "webhook_event", event.id, by=by, at=at, **about, **more)
