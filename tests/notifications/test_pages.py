"""The page of letters: what waits, what failed and why, and sending again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from app.database import db
from app.notifications.jobs import send_due
from app.outbox import Event, Reader, write
from app.processes import jobs_page
from tests.notifications.writing import AT, letters, written

Browse = Callable[[str], FlaskClient]


@pytest.fixture
def states(app: Flask) -> None:
    """A letter in each state: to waits@, fails@, sent@ and dropped@."""
    for name in ("waits", "fails", "sent", "dropped"):
        written(Reader(f"{name}@cast.example", "en"), drop=name == "dropped")
    change = "update letter set status = :status, attempts = 6, next_try_at = null, error = :error, sent_at = :sent"
    for name, status, error, sent in (("fails", "failed", "550 unknown user", None), ("sent", "sent", None, AT)):
        values = {"status": status, "error": error, "sent": sent, "to": f"{name}@cast.example"}
        db.session.execute(text(f"{change} where address = :to"), values)
    db.session.commit()


def shown(browser: FlaskClient, query: str = "") -> set[str]:
    """Whose letters the page shows."""
    page = browser.get(f"/admin/letters{query}").text
    return {name for name in ("waits", "fails", "sent", "dropped") if f"{name}@cast.example" in page}


def test_it_shows_what_waits_and_what_failed_and_the_rest_when_asked(browse: Browse, states: None) -> None:
    adam = browse("adam")
    assert shown(adam) == {"waits", "fails"}
    assert shown(adam, "?status=failed") == {"fails"}
    assert shown(adam, "?status=sent") == {"sent"}
    assert shown(adam, "?status=all") == {"waits", "fails", "sent", "dropped"}
    assert shown(adam, "?status=all&q=S%40cast") == {"waits", "fails"}
    assert shown(adam, "?q=offer.declined") == {"waits", "fails"}
    assert shown(adam, "?q=nobody") == set()
    page = adam.get("/admin/letters").text
    assert "550 unknown user" in page
    assert "Mira Live declined: Spring lamps" in page
    assert "instance/mail/" in page
    assert 'href="/admin/letters"' in adam.get("/admin/people").text


def test_the_admin_sends_again_and_the_auditor_only_reads(app: Flask, browse: Browse, states: None) -> None:
    (number,) = [each.id for each in letters() if each.status == "failed"]
    auditor = browse("audrey")
    assert shown(auditor) == {"waits", "fails"}
    assert "Send again" not in auditor.get("/admin/letters").text
    answer = browse("adam").post(
        f"/admin/letters/{number}/again", data={"back": "/admin/letters?status=failed"}, follow_redirects=True
    )
    assert "The letter to fails@cast.example is sent again now." in answer.text
    assert answer.request.full_path == "/admin/letters?status=failed"
    assert send_due() == 2
    assert {each.address: each.status for each in letters()}["fails@cast.example"] == "sent"


def test_sending_again_what_was_sent_is_a_sentence(browse: Browse, states: None) -> None:
    (number,) = [each.id for each in letters() if each.status == "sent"]
    answer = browse("adam").post(f"/admin/letters/{number}/again")
    assert (answer.status_code, "This letter was sent" in answer.text) == (409, True)


def test_a_letter_that_cannot_be_rendered_is_shown_by_its_name(app: Flask, browse: Browse) -> None:
    write(Event("no.such_letter", "offer", 1), [Reader("mira@cast.example", "en")], {}, at=AT + timedelta(1))
    db.session.commit()
    assert "no_such_letter" in browse("adam").get("/admin/letters").text


def test_it_speaks_dutch(app: Flask, browse: Browse, states: None) -> None:
    page = browse("adam")
    db.session.execute(text("update person set language = 'nl' where email = 'adam@cast.example'"))
    db.session.commit()
    answer = page.get("/admin/letters").text
    assert "Opnieuw versturen" in answer
    assert "Volgende poging" in answer


def test_letters_that_failed_lately_are_an_alarm(app: Flask, states: None) -> None:
    def alarms(days: int) -> list[str]:
        return [alarm for alarm in jobs_page.alarms(at=AT + timedelta(days=days)) if "could not be mailed" in alarm]

    assert [alarm[:9] for alarm in alarms(1)] == ["1 letter "]
    assert alarms(8) == []
