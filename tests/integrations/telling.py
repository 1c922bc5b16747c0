"""A source of the tests' own, with handlers that do something, and deliveries as Stripe would send them."""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from werkzeug.test import TestResponse

from app.database import db
from app.integrations import latest
from app.integrations.source import Event, Source
from app.integrations.sources import SOURCES
from app.integrations.stripe import STRIPE
from app.users import trail

SECRET = "whsec_of_the_tests_only"
NUMBERS = count(1)


class TestingFault(Exception):
    """What a handler of the tests raises."""


def note(event: Event, at: datetime) -> None:
    """A handler with an effect that cannot be taken back: a row of the trail."""
    trail.record("hear", "webhook_event", event.id, by=None, at=at, event=event.event_id)


def note_newest(event: Event, at: datetime) -> None:
    """A handler for whom only the newest state of an object counts."""
    latest.keep_newest(event, event.content["object"])
    note(event, at)


def note_and_fail(event: Event, at: datetime) -> None:
    """A handler that does something and then fails, as long as the body says so."""
    note(event, at)
    raise TestingFault("Anna anna@example.com can't be paid.")


def break_a_rule(event: Event, at: datetime) -> None:
    """A handler whose statement the database refuses."""
    note(event, at)
    db.session.execute(text("update market set demo = null"))


def race(event: Event, at: datetime) -> None:
    """A handler that loses a race against another worker."""
    db.session.execute(text("do $$ begin raise exception 'lost' using errcode = '40P01'; end $$"))


HANDLERS = {
    "thing.told": note,
    "thing.updated": note_newest,
    "thing.failed": note_and_fail,
    "thing.refused": break_a_rule,
    "thing.raced": race,
}
DRILL: Source = replace(
    STRIPE,
    name="drill",
    title="Drill",
    secrets=lambda config: [SECRET, "whsec_the_one_before"],
    live=lambda config: False,
    handlers=HANDLERS,
    most_bytes=20_000,
)


def register() -> None:
    """Makes the source known, in this process."""
    SOURCES["drill"] = DRILL


def body(type_: str = "thing.told", *, at: datetime | None = None, **more: Any) -> bytes:
    """An event, with a number of its own unless `id` is given."""
    told = {"id": f"evt_{next(NUMBERS)}", "object": "event", "type": type_, "livemode": False}
    return json.dumps(told | {"created": int((at or datetime.now(UTC)).timestamp())} | more).encode()


def signature(content: bytes, *, secret: str = SECRET, at: datetime | None = None) -> str:
    """The header as Stripe makes it."""
    seconds = str(int((at or datetime.now(UTC)).timestamp()))
    signed = seconds.encode() + b"." + content
    return f"t={seconds},v1={hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()}"


def deliver(client: FlaskClient, content: bytes, header: str = "", *, to: str = "drill") -> TestResponse:
    """Sends a delivery, signed rightly unless another header is given."""
    headers = {"Stripe-Signature": header or signature(content), "Content-Type": "application/json"}
    return client.post(f"/webhooks/{to}", data=content, headers=headers)


def heard() -> list[str]:
    """The numbers of the events that had their effect, in that order; one twice if it had it twice."""
    db.session.rollback()
    return list(
        db.session.scalars(text("select detail->>'event' from audit_event where action = 'hear' order by id")).all()
    )


def states() -> dict[str, str]:
    """The status of every event that is kept, by its number."""
    db.session.rollback()
    return {row.event_id: row.status for row in db.session.execute(text("select event_id, status from webhook_event"))}


def handle(app: Flask) -> None:
    """What a worker does for events, in a process that has never heard of the tests' source."""
    from app.integrations.jobs import handle_due

    register()
    handle_due()
