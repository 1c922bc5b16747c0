"""The page of events: what waits, what failed and why, trying again, and ignoring with a reason."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from app.database import db
from app.integrations.handling import GAPS, handle_batch
from app.integrations.jobs import handle_due
from app.processes import jobs_page
from tests.integrations import telling
from tests.integrations.telling import body, deliver, heard, signature, states

Browse = Callable[[str], FlaskClient]
PAGE = "/admin/integrations"


def page_of(number: str) -> str:
    """The address of an event's page."""
    db.session.rollback()
    found: UUID = db.session.execute(
        text("select public_id from webhook_event where event_id = :number"), {"number": number}
    ).scalar_one()
    return f"{PAGE}/{found}"


def stuck(client: FlaskClient, number: str) -> None:
    """An event that failed as often as we try."""
    deliver(client, body("thing.failed", id=number, customer={"name": "Anna Vos", "email": "anna@example.com"}))
    at = datetime.now(UTC)
    for gap in [*GAPS, timedelta()]:
        handle_batch(at=at)
        at += gap + timedelta(seconds=1)
    db.session.commit()
    assert states()[number] == "stuck"


def trail_of(action: str) -> list[dict[str, object]]:
    db.session.rollback()
    events = text("select detail from audit_event where action = :action and object_kind = 'webhook_event' order by id")
    return list(db.session.scalars(events, {"action": action}))


def test_without_a_source_the_page_says_what_to_set_up(browse: Browse) -> None:
    page = browse("adam").get(PAGE).text
    assert "No source is set up yet" in page
    assert "http://localhost:8000/webhooks/stripe" in page
    assert "STRIPE_WEBHOOK_SECRET" in page


def test_with_a_source_and_no_events_it_says_that_nothing_waits(app: Flask, browse: Browse) -> None:
    config = app.extensions["streamcut"]
    app.extensions["streamcut"] = replace(config, stripe_webhook_secret="whsec_1")
    try:
        page = browse("adam").get(PAGE).text
    finally:
        app.extensions["streamcut"] = config
    assert "No events are waiting" in page
    assert "STRIPE_WEBHOOK_SECRET" not in page


def test_the_filters_stand_in_the_address(drill: FlaskClient, browse: Browse) -> None:
    deliver(drill, body("thing.told", id="evt_a"))
    handle_due()
    deliver(drill, body("thing.invented", id="evt_b"))
    handle_due()
    deliver(drill, body("thing.updated", id="evt_c", object="a"))
    admin = browse("adam")
    for query, types in {
        "": {"thing.updated"},
        "?status=all": {"thing.told", "thing.invented", "thing.updated"},
        "?status=handled": {"thing.told"},
        "?status=ignored&source=drill": {"thing.invented"},
        "?status=all&type=TOLD": {"thing.told"},
        "?status=all&source=stripe": set(),
    }.items():
        page = admin.get(PAGE + query).text
        assert {type_ for type_ in ("thing.told", "thing.invented", "thing.updated") if f">{type_}<" in page} == types
    assert "No events match" in page
    assert "We do nothing with events of this type" in admin.get(f"{PAGE}?status=ignored").text
    assert admin.get(f"{PAGE}?status=nonsense").status_code == 422
    assert admin.get(f"{PAGE}?source=nonsense").status_code == 422


def test_refused_deliveries_are_counted_on_the_page(drill: FlaskClient, browse: Browse) -> None:
    deliver(drill, body(), signature(body(), secret="whsec_of_somebody_else"))
    page = browse("adam").get(PAGE).text
    assert "Refused in the last 7 days" in page
    assert "Wrong signature" in page


def test_the_page_of_an_event_shows_no_persons_data_and_why_it_failed(drill: FlaskClient, browse: Browse) -> None:
    stuck(drill, "evt_a")
    page = browse("audrey").get(page_of("evt_a")).text
    assert "Anna Vos" not in page
    assert "anna@example.com" not in page
    assert "TestingFault: Anna •••" in page
    assert "Needs attention" in page
    assert "&#34;name&#34;: &#34;•••&#34;" in page
    assert "Try again now" not in page, "an auditor only reads"


def test_a_person_has_it_tried_again(drill: FlaskClient, browse: Browse, monkeypatch: pytest.MonkeyPatch) -> None:
    stuck(drill, "evt_a")
    monkeypatch.setitem(telling.HANDLERS, "thing.failed", telling.note)
    admin = browse("adam")
    answer = admin.post(f"{page_of('evt_a')}/retry", follow_redirects=True)
    assert "The event is tried again now." in answer.text
    assert states() == {"evt_a": "waiting"}
    assert handle_due() == 1
    assert (states(), heard()) == ({"evt_a": "handled"}, ["evt_a"])
    again = admin.post(f"{page_of('evt_a')}/retry")
    assert again.status_code == 409, "what was handled is not handled twice"
    assert admin.post(f"{page_of('evt_a')}/ignore", data={"reason": "late"}).status_code == 409
    assert [each["was"] for each in trail_of("retry")] == ["stuck"]


def test_a_person_ignores_it_with_a_reason_and_may_change_their_mind(drill: FlaskClient, browse: Browse) -> None:
    stuck(drill, "evt_a")
    admin = browse("adam")
    assert admin.post(f"{page_of('evt_a')}/ignore", data={"reason": " "}).status_code == 422
    assert states() == {"evt_a": "stuck"}
    answer = admin.post(f"{page_of('evt_a')}/ignore", data={"reason": "It was of a trial."}, follow_redirects=True)
    assert "It was of a trial." in answer.text
    assert states() == {"evt_a": "ignored"}
    assert "It was of a trial." in admin.get(f"{PAGE}?status=ignored").text
    assert [each["reason"] for each in trail_of("ignore")] == ["It was of a trial."]
    assert admin.post(f"{page_of('evt_a')}/retry").status_code == 303
    assert states() == {"evt_a": "waiting"}


def test_what_has_no_body_any_more_is_not_tried_again(
    drill: FlaskClient, browse: Browse, owner_connection: psycopg.Connection[object]
) -> None:
    deliver(drill, body("thing.invented", id="evt_a"))
    handle_due()
    owner_connection.execute("update webhook_event set received_at = now() - interval '91 days'")
    owner_connection.execute("delete from webhook_body")
    owner_connection.commit()
    admin = browse("adam")
    assert "The content was deleted" in admin.get(page_of("evt_a")).text
    assert admin.post(f"{page_of('evt_a')}/retry").status_code == 409


def test_what_needs_a_person_is_an_alarm_of_the_administration(drill: FlaskClient, browse: Browse) -> None:
    def said() -> str:
        return " ".join(jobs_page.alarms(at=datetime.now(UTC) + timedelta(minutes=20)))

    assert "from outside" not in said()
    stuck(drill, "evt_a")
    deliver(drill, body(id="evt_b"))
    assert "1 event from outside needs attention" in said()
    assert "1 event from outside has been waiting for more than 15 minutes" in said()
    assert "from outside needs attention" in browse("adam").get("/admin/jobs").text
