"""Taking a delivery in: its signature is checked over the bytes that came, then it is kept, once for each event.

Nothing is done about it here. Whoever sent it may hear that we have it only after the caller's commit.
"""

from __future__ import annotations

from datetime import UTC, datetime

from flask_babel import gettext
from psycopg.types.json import Jsonb
from sqlalchemy import text

from app.database import db, raw
from app.integrations.models import Refusal
from app.integrations.source import Headers, Reading, Refused, Source
from config import settings

KEEP = (
    "with event as ("
    "   insert into webhook_event (source, event_id, type, happened_at, livemode, received_at, next_try_at,"
    "   shop_id) values (%(source)s, %(event_id)s, %(type)s, %(happened_at)s, %(livemode)s, %(at)s, %(at)s, %(shop)s)"
    "   on conflict on constraint uq_webhook_event_source do nothing returning id),"
    " body as (insert into webhook_body (event_id, headers, body) select id, %(headers)s, %(body)s from event)"
    " select id from event"
)
COUNT = text(
    "insert into webhook_refusal as r (source, day, reason, count, last_at) values (:source, :day, :reason, 1, :at)"
    " on conflict (source, day, reason) do update"
    " set count = r.count + 1, last_at = greatest(r.last_at, excluded.last_at)"
)


def receive(source: Source, body: bytes, headers: Headers, *, at: datetime) -> bool:
    """Keeps what `source` sent, for the worker, with the `headers` it names. False when the event is here already: then
    nothing changes.

    Raises Refused for a wrong signature, a time that is not now, test events on a live platform and the other way
    round, and what can't be read.
    """
    source.verify(body, headers, source.secrets(settings()), at)
    reading = source.read(body)
    live = source.live(settings())
    if reading.livemode and not live:
        raise Refused(gettext("This is a live event, and we take test events only."), Refusal.MODE)
    if live and not reading.livemode:
        raise Refused(gettext("This is a test event, and we take live events only."), Refusal.MODE)
    return keep(source, reading, body, headers, at=at)


def keep(
    source: Source, reading: Reading, body: bytes, headers: Headers, *, at: datetime, shop_id: int | None = None
) -> bool:
    """Keeps an event that is known to be the source's; False when it is here already: then nothing changes."""
    values = {
        "source": source.name,
        "event_id": reading.event_id,
        "type": reading.type,
        "happened_at": reading.happened_at,
        "livemode": reading.livemode,
        "at": at,
        "headers": Jsonb(dict(headers)),
        "body": body,
        "shop": shop_id,
    }
    new = raw().execute(KEEP, values).fetchone() is not None
    if new:
        raw().execute("notify due")  # a worker hears it when this is committed
    return new


def count_refusal(source: Source, reason: Refusal, *, at: datetime) -> None:
    """Counts a delivery that was refused; nothing else of it is kept."""
    values = {"source": source.name, "day": at.astimezone(UTC).date(), "reason": reason, "at": at}
    db.session.execute(COUNT, values)
