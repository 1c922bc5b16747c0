"""kill -9 at every step of sending webhooks: each event arrives, and whatever comes twice comes with the same id and
bytes, so that who gets it can tell."""

from __future__ import annotations

from dataclasses import replace

from flask import Flask
from sqlalchemy import text

from app.database import db
from app.notifications.webhooks.jobs import send_due
from app.users.models import Brand
from tests.notifications.receiving import receiver
from tests.notifications.test_webhooks import endpoint, loopback, tell
from tests.processes import crew
from tests.processes.crew import count

__all__ = ["loopback"]
EVENTS = 3


def send_all(app: Flask) -> None:
    """A worker that sends all that is due."""
    app.extensions["streamcut"] = replace(app.extensions["streamcut"], webhook_loopback=True)
    send_due()


def claims_end() -> None:
    """As two minutes later."""
    db.session.execute(text("update outgoing_endpoint set claimed_until = null"))
    db.session.commit()


def test_killed_at_every_step_each_event_arrives_and_few_twice(app: Flask, loopback: None, lumen: Brand) -> None:
    with receiver() as box:
        endpoint(lumen, box.url)
        for number in range(EVENTS):
            tell(lumen, f"C-{number}")
        db.session.commit()
        deaths = crew.sweep(app, send_all, stride=6, after=claims_end)
    assert deaths > 5
    assert count("outgoing_delivery where status = 'reached'") == EVENTS
    assert count("outgoing_attempt where error is not null") == 0
    bodies: dict[str, set[bytes]] = {}
    for headers, body in box.got:
        bodies.setdefault(headers["webhook-id"], set()).add(body)
    assert [len(each) for each in bodies.values()] == [1] * EVENTS
    assert len(box.got) - EVENTS <= deaths // 2
