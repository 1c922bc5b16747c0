"""The door: kept before it is answered, once for each event, and nothing of what is not ours."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from app.database import db, raw
from app.integrations.jobs import clean_bodies
from tests.integrations.telling import SECRET, body, deliver, signature, states

REFUSALS = text("select reason, count from webhook_refusal order by reason")


@pytest.fixture
def stripe_is_set_up(app: Flask) -> Iterator[Flask]:
    """An endpoint of Stripe's, in test mode."""
    config = app.extensions["streamcut"]
    app.extensions["streamcut"] = replace(
        config, stripe_webhook_secret=f"{SECRET},whsec_old", stripe_secret_key="sk_test_1"
    )
    yield app
    app.extensions["streamcut"] = config


def bodies() -> list[tuple[bytes, dict[str, Any]]]:
    db.session.rollback()
    return [
        (bytes(row.body), row.headers) for row in db.session.execute(text("select body, headers from webhook_body"))
    ]


def refusals() -> dict[str, int]:
    db.session.rollback()
    return {row.reason: row.count for row in db.session.execute(REFUSALS)}


def test_a_delivery_is_kept_byte_for_byte_and_nothing_is_done_about_it(drill: FlaskClient) -> None:
    content = body() + b" \n"
    header = signature(content)
    answer = deliver(drill, content, header)
    assert (answer.status_code, answer.data) == (204, b"")
    assert bodies() == [(content, {"Stripe-Signature": header})]
    assert set(states().values()) == {"waiting"}


def test_a_delivery_rings_for_the_worker_when_it_is_committed(drill: FlaskClient, app: Flask) -> None:
    address = app.config["SQLALCHEMY_DATABASE_URI"].replace("postgresql+psycopg://", "postgresql://")
    with psycopg.connect(address, autocommit=True) as bell:
        bell.execute("listen due")
        content = body()
        deliver(drill, content)
        assert len(list(bell.notifies(timeout=5, stop_after=1))) == 1
        deliver(drill, content)
        assert list(bell.notifies(timeout=0.2)) == [], "there is nothing new to do"


def test_an_event_delivered_by_twenty_at_once_is_one_row(drill: FlaskClient, app: Flask) -> None:
    content, answers = body(id="evt_same"), list[int]()
    together = threading.Barrier(20)

    def send() -> None:
        client = app.test_client()
        together.wait()
        answers.extend(deliver(client, content).status_code for _ in range(3))

    threads = [threading.Thread(target=send) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [204] * 60
    assert states() == {"evt_same": "waiting"}
    assert len(bodies()) == 1


def test_the_first_of_two_contents_under_one_number_stays(drill: FlaskClient) -> None:
    first, second = body(id="evt_same", word="first"), body(id="evt_same", word="second")
    assert [deliver(drill, content).status_code for content in (first, second)] == [204, 204]
    assert [content for content, _headers in bodies()] == [first]


def test_two_sources_may_use_the_same_number(drill: FlaskClient, stripe_is_set_up: Flask) -> None:
    content = body(id="evt_same")
    assert [deliver(drill, content, to=to).status_code for to in ("drill", "stripe")] == [204, 204]
    assert len(bodies()) == 2


def test_a_wrong_signature_is_told_in_a_sentence_counted_and_not_kept(drill: FlaskClient) -> None:
    for _ in range(2):
        answer = deliver(drill, body(), signature(body(), secret="whsec_of_somebody_else"))
        assert (answer.status_code, answer.mimetype) == (400, "text/plain")
        assert answer.text == "The signature is not one of ours: check the secret of this endpoint.\n"
    assert deliver(drill, body(), "t=1").status_code == 400
    old = body()
    late = deliver(drill, old, signature(old, at=datetime.now(UTC) - timedelta(minutes=6)))
    early = deliver(drill, old, signature(old, at=datetime.now(UTC) + timedelta(minutes=6)))
    assert {late.status_code, early.status_code} == {400}
    assert "5 minutes ago, or in the future" in early.text
    assert deliver(drill, b"{}").status_code == 400
    assert deliver(drill, body(livemode=True)).text == "This is a live event, and we take test events only.\n"
    assert refusals() == {"signature": 3, "time": 2, "content": 1, "mode": 1}
    assert (states(), bodies()) == ({}, [])


def test_a_live_market_takes_no_test_events(drill: FlaskClient, stripe_is_set_up: Flask) -> None:
    config = stripe_is_set_up.extensions["streamcut"]
    stripe_is_set_up.extensions["streamcut"] = replace(config, stripe_secret_key="rk_live_1")
    assert deliver(drill, body(), to="stripe").text == "This is a test event, and we take live events only.\n"
    assert deliver(drill, body(livemode=True), to="stripe").status_code == 204


def test_without_a_secret_there_is_no_such_address(drill: FlaskClient) -> None:
    assert deliver(drill, body(), to="stripe").status_code == 404
    assert deliver(drill, body(), to="nobody").status_code == 404
    assert refusals() == {}


def test_too_large_a_delivery_is_not_read(drill: FlaskClient) -> None:
    content = body(padding="x" * 20_000)
    assert deliver(drill, content).status_code == 413
    sent = {"input_stream": BytesIO(content), "headers": {"Stripe-Signature": signature(content)}}
    unsaid = drill.post("/webhooks/drill", environ_overrides={"wsgi.input_terminated": True}, **sent)
    assert unsaid.status_code == 413, "also where its length is not said"
    assert (states(), refusals()) == ({}, {})


def test_what_a_form_would_send_is_no_delivery(drill: FlaskClient) -> None:
    content = body()
    header = {"Stripe-Signature": signature(content)}
    sent = drill.post("/webhooks/drill", data=content, headers=header, content_type="application/x-www-form-urlencoded")
    assert sent.status_code == 400


# -- what is kept stays as it is --


def refused(connection: psycopg.Connection[Any], statement: str) -> str:
    """How the database refuses the statement; empty when it does not."""
    try:
        with connection.transaction(force_rollback=True):
            connection.execute(statement)
    except psycopg.Error as error:
        return type(error).__name__
    return ""


def test_bodies_never_change_and_stay_until_nobody_needs_them(
    drill: FlaskClient, owner_connection: psycopg.Connection[Any]
) -> None:
    deliver(drill, body())
    rewrite = "update webhook_body set body = 'x'"
    assert refused(raw(), rewrite) == "InsufficientPrivilege"
    assert refused(owner_connection, rewrite) == "CheckViolation", "not by the owner either"
    drop = "delete from webhook_body"
    assert refused(raw(), drop) == "CheckViolation"
    handled = "update webhook_event set status = 'handled', next_try_at = null, settled_at = now()"
    owner_connection.execute(handled)
    assert refused(owner_connection, drop) == "CheckViolation", "it is not old enough"
    owner_connection.rollback()
    owner_connection.execute("update webhook_event set received_at = now() - interval '91 days'")
    assert refused(owner_connection, drop) == "CheckViolation", "it waits"
    owner_connection.execute(handled)
    assert refused(owner_connection, drop) == ""
    owner_connection.rollback()


@pytest.mark.parametrize("column", ["source", "event_id", "type", "happened_at", "livemode", "received_at"])
def test_what_an_event_says_never_changes(drill: FlaskClient, column: str) -> None:
    deliver(drill, body())
    assert refused(raw(), f"update webhook_event set {column} = {column}") == "InsufficientPrivilege"
    assert refused(raw(), "delete from webhook_event") == "InsufficientPrivilege"


def test_what_was_handled_stays_handled(drill: FlaskClient) -> None:
    deliver(drill, body())
    raw().execute("update webhook_event set status = 'handled', next_try_at = null, settled_at = now()")
    again = "update webhook_event set status = 'waiting', next_try_at = now(), settled_at = null"
    assert refused(raw(), again) == "CheckViolation"


def test_bodies_of_old_events_go_when_they_were_dealt_with(
    drill: FlaskClient, owner_connection: psycopg.Connection[Any]
) -> None:
    for name in ("handled", "ignored", "waiting", "young"):
        deliver(drill, body(id=name))
    for statement in (
        "update webhook_event set received_at = now() - interval '91 days' where event_id <> 'young'",
        "update webhook_event set status = 'ignored', ignored_as = 'unknown_type', next_try_at = null,"
        " settled_at = now() where event_id = 'ignored'",
        "update webhook_event set status = 'handled', next_try_at = null, settled_at = now()"
        " where event_id in ('handled', 'young')",
    ):
        owner_connection.execute(statement)
    owner_connection.commit()
    assert clean_bodies(at=datetime.now(UTC)) == 2
    assert clean_bodies(at=datetime.now(UTC)) == 0
    left = db.session.scalars(text("select e.event_id from webhook_event e join webhook_body b on b.event_id = e.id"))
    assert sorted(left) == ["waiting", "young"]
    assert deliver(drill, body(id="handled")).status_code == 204
    assert len(bodies()) == 2, "a delivery after that is still known"
