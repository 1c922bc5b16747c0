"""The worker's part: each event by itself, once, in the order of its own time, and tried again when it fails."""

from __future__ import annotations

import random
import threading
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Row, text

from app.database import db
from app.integrations.handling import GAPS, handle_batch
from app.integrations.jobs import handle_due
from tests.integrations import telling
from tests.integrations.telling import body, deliver, handle, heard, states
from tests.processes import crew
from tests.processes.test_worker import running_worker
from tests.programs import until

NOW = datetime.now(UTC)


def event(number: str) -> Row[Any]:
    """What is noted of an event."""
    db.session.rollback()
    return db.session.execute(text("select * from webhook_event where event_id = :number"), {"number": number}).one()


def handle_at(at: datetime) -> int:
    """A worker's go at it, at an instant."""
    done = handle_batch(at=at)
    db.session.commit()
    return done


def test_an_event_has_its_effect_once(drill: FlaskClient) -> None:
    deliver(drill, body(id="evt_a"))
    assert handle_due() == 1
    deliver(drill, body(id="evt_a"))
    assert handle_due() == 0
    assert heard() == ["evt_a"]
    row = event("evt_a")
    assert (row.status, row.attempts, row.next_try_at, row.error) == ("handled", 1, None, None)


def test_an_unknown_type_is_kept_and_ignored_with_that_reason(drill: FlaskClient) -> None:
    deliver(drill, body("thing.invented", id="evt_a"))
    assert handle_due() == 1
    row = event("evt_a")
    assert (row.status, row.ignored_as, heard()) == ("ignored", "unknown_type", [])


def test_one_that_fails_is_tried_again_with_growing_gaps_and_then_waits_for_a_person(drill: FlaskClient) -> None:
    deliver(drill, body("thing.failed", id="evt_a"))
    at = event("evt_a").next_try_at
    for tries, gap in enumerate(GAPS, 1):
        assert handle_at(at) == 1
        row = event("evt_a")
        assert (row.status, row.attempts, row.next_try_at - at) == ("waiting", tries, gap)
        assert row.error.startswith("TestingFault: Anna ••• can't be paid. (telling.py:")
        assert handle_at(at + gap - timedelta(seconds=1)) == 0, "it is not due yet"
        at += gap
    assert (GAPS[0], GAPS[-1]) == (timedelta(minutes=1), timedelta(hours=6))
    assert handle_at(at) == 1
    row = event("evt_a")
    assert (row.status, row.attempts, row.next_try_at) == ("stuck", len(GAPS) + 1, None)
    assert handle_at(at + timedelta(days=30)) == 0
    assert heard() == [], "nothing of what it began is left"


def test_one_of_a_hundred_that_always_fails_stops_no_other(drill: FlaskClient) -> None:
    for number in range(100):
        deliver(drill, body("thing.refused" if number == 41 else "thing.told", id=f"evt_{number}"))
    assert handle_due() == 100
    assert sorted(heard()) == sorted(f"evt_{number}" for number in range(100) if number != 41)
    row = event("evt_41")
    assert (row.status, row.attempts) == ("waiting", 1)
    assert "permission denied for table market" in row.error


def test_who_loses_a_race_is_tried_again_at_once_and_loses_no_try(drill: FlaskClient) -> None:
    deliver(drill, body("thing.raced", id="evt_a"))
    at = event("evt_a").next_try_at
    assert handle_at(at) == 1
    row = event("evt_a")
    assert (row.status, row.attempts, row.next_try_at - at) == ("waiting", 0, timedelta(seconds=1))


def test_a_worker_that_should_stop_leaves_the_rest_waiting(drill: FlaskClient) -> None:
    for number in range(5):
        deliver(drill, body(id=f"evt_{number}"))
    asked = iter([False, False, False, True])
    assert handle_due(lambda: next(asked, True)) == 2
    assert sorted(states().values()) == ["handled", "handled", "waiting", "waiting", "waiting"]
    assert len(heard()) == 2


# -- out of order, doubled --


def test_an_older_state_never_follows_a_newer_one(drill: FlaskClient) -> None:
    for minutes in (5, 3, 9, 9, 1):
        deliver(drill, body("thing.updated", at=NOW + timedelta(minutes=minutes), object="a"))
        handle_due()
    deliver(drill, body("thing.updated", at=NOW, object="b", id="evt_b"))
    handle_due()
    assert list(states().values()).count("handled") == 4
    assert heard()[-1] == "evt_b", "another object has a time of its own"
    told = db.session.scalars(text("select ignored_as from webhook_event order by id")).all()
    assert told == [None, "overtaken", None, None, "overtaken", None]


def test_a_batch_goes_by_the_events_own_time_however_they_came(drill: FlaskClient) -> None:
    minutes = list(range(12))
    random.Random(3).shuffle(minutes)
    for minute in minutes:
        deliver(drill, body("thing.updated", at=NOW + timedelta(minutes=minute), object="a", id=f"evt_{minute}"))
    handle_due()
    assert heard() == [f"evt_{minute}" for minute in range(12)]


@pytest.mark.parametrize("seed", range(3))
def test_in_any_order_and_doubled_the_newest_state_is_the_last(drill: FlaskClient, seed: int) -> None:
    chance = random.Random(seed)
    told = [body("thing.updated", at=NOW + timedelta(minutes=n), object="a", id=f"evt_{n}") for n in range(6)]
    deliveries = told * 2
    chance.shuffle(deliveries)
    for content in deliveries:
        deliver(drill, content)
        if chance.random() < 0.4:
            handle_due()
    handle_due()
    assert heard()[-1] == "evt_5"
    assert len(heard()) == len(set(heard()))
    assert set(states().values()) <= {"handled", "ignored"}


def test_two_workers_never_take_the_same_event(drill: FlaskClient, app: Flask) -> None:
    for number in range(90):
        deliver(drill, body("thing.updated", object=f"{number % 3}", id=f"evt_{number}"))

    def work() -> None:
        with app.app_context():
            for _ in range(60):
                handle_due()
                time.sleep(0.02)

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    handle_at(datetime.now(UTC) + timedelta(seconds=2))  # whoever lost a race
    found = heard()
    assert len(found) == len(set(found))
    assert len(found) + list(states().values()).count("ignored") == 90


# -- death --


def test_a_death_at_any_step_neither_loses_an_event_nor_doubles_its_effect(drill: FlaskClient, app: Flask) -> None:
    for number in range(4):
        deliver(drill, body(id=f"evt_{number}"))

    def whole() -> None:
        handled = [number for number, status in states().items() if status == "handled"]
        assert sorted(heard()) == sorted(handled), "the mark and the effect go together"

    assert crew.sweep(app, handle, stride=7, after=whole) > 3
    assert sorted(heard()) == [f"evt_{number}" for number in range(4)]


def test_a_worker_that_was_killed_between_keeping_and_handling_leaves_it_to_the_next(
    drill: FlaskClient, app: Flask
) -> None:
    deliver(drill, body(id="evt_a"))
    (code,) = crew.end([crew.start(app, handle, die_at=1)], crew.KILLED)
    assert (code, states(), heard()) == (crew.KILLED, {"evt_a": "waiting"}, [])
    crew.end([crew.start(app, handle)])
    assert (states(), heard()) == ({"evt_a": "handled"}, ["evt_a"])


def test_the_worker_handles_what_comes_within_a_moment(app: Flask, tmp_path: Any, drill: FlaskClient) -> None:
    """The program itself knows nothing of the tests' source, so that it is Stripe's events it sees."""
    from app.integrations import inbox
    from app.integrations.stripe import STRIPE

    content = body("thing.invented", id="evt_a")
    with running_worker(app, tmp_path):
        values = {"secrets": lambda config: [telling.SECRET]}
        source = type(STRIPE)(**{**STRIPE.__dict__, **values})
        inbox.receive(source, content, {"Stripe-Signature": telling.signature(content)}, at=datetime.now(UTC))
        db.session.commit()
        until(lambda: states() == {"evt_a": "ignored"}, seconds=30)
