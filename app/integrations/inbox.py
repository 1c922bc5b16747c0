"""Taking a delivery in: its signature is checked over the bytes that came, then it is kept, once for each event.

Nothing is done about it here. Whoever sent it may hear that we have it only after the caller's commit.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import psycopg
from flask_babel import gettext
from psycopg.types.json import Jsonb
from sqlalchemy import text

from app.database import db, raw, statement
from app.integrations.models import Refusal
from app.integrations.source import Headers, Reading, Refused, Source
from config import settings

Connection = psycopg.Connection[Any]
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
    new = keep(raw(), source, reading, body, headers, at=at)
    if new:
        wake(raw())
    return new


def keep(
    connection: Connection,
    source: Source,
    reading: Reading,
    body: bytes,
    headers: Headers,
    *,
    at: datetime,
    shop_id: int | None = None,
    key_id: int | None = None,
) -> bool:
    """Keeps an event that is known to be the source's, of a shop where one sent it, by the key that proved it; False
    when it is here already: then nothing changes."""
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
        "key": key_id,
    }
    return connection.execute(statement("app.integrations", "keep_event"), values).fetchone() is not None


def wake(connection: Connection) -> None:
    """Tells a worker that something waits; in a transaction, once it is committed. Commits that wake somebody follow
    one another, each with its write to the disk: where many are made at once it is done after them, as a statement of
    its own, which writes nothing."""
    connection.execute("notify due")


def count_refusal(source: Source, reason: Refusal, *, at: datetime) -> None:
    """Counts a delivery that was refused; nothing else of it is kept."""
    values = {"source": source.name, "day": at.astimezone(UTC).date(), "reason": reason, "at": at}
    db.session.execute(COUNT, values)
