"""The newest event that was applied to each object of a source, since events come in any order and more than once."""

from __future__ import annotations

from sqlalchemy import text

from app.database import db
from app.integrations.source import Event, Overtaken

ADVANCE = text(
    "insert into webhook_latest as l (source, object_id, happened_at, event_id)"
    " values (:source, :object, :happened_at, :id) on conflict (source, object_id) do update"
    " set happened_at = excluded.happened_at, event_id = excluded.event_id"
    " where l.happened_at <= excluded.happened_at returning 1"
)


def keep_newest(event: Event, object_id: str) -> None:
    """Says that `event` holds the state of an object (by the source's number for it), before a handler applies it.

    Raises Overtaken, which the handler lets pass, when a newer event about the object was applied: this one is then
    ignored, and the page says so. Of two events at the same instant (Stripe counts whole seconds) both are applied, as
    they come: a handler to whom that matters compares what they say. The object stays locked until the transaction
    ends, so that no two workers apply events to it at once.
    """
    values = {"source": event.source, "object": object_id, "happened_at": event.happened_at, "id": event.id}
    if db.session.execute(ADVANCE, values).first() is None:
        raise Overtaken
