"""Sending: at once when all is well, else again with growing gaps, then failed, then again when somebody says so."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Event as Flag

import psycopg
import pytest
import time_machine
from flask import Flask

from app import mail
from app.contracts.models import Offer
from app.database import db
from app.errors import Conflict, NotFound
from app.notifications import sending
from app.notifications.jobs import send_due, send_next
from app.outbox import Event, Reader, write
from app.processes import worker
from tests.cast import Cast
from tests.notifications.smtp import Mailbox, mail_server
from tests.notifications.writing import AT, letter, letters, written
from tests.payouts.people import identity
from tests.processes import crew
from tests.processes.crew import count
from tests.programs import until

MINUTE = timedelta(minutes=1)


@pytest.fixture
def mailbox(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Mailbox]:
    """A mail server that the settings name."""
    with mail_server() as box:
        config = replace(app.extensions["streamcut"], smtp_url=box.url, smtp_plaintext=True)
        monkeypatch.setitem(app.extensions, "streamcut", config)
        yield box


def send(at: datetime) -> int:
    with time_machine.travel(at, tick=False):
        return send_due()


def test_a_letter_is_mailed_with_sender_day_and_a_lasting_name(app: Flask, mailbox: Mailbox) -> None:
    written()
    db.session.commit()
    assert send(AT) == 1
    (mail,) = mailbox.mails
    assert (mail["To"], mail["Subject"]) == ("mira@cast.example", "Mira Live declined: Spring lamps")
    assert "http://localhost:8000/somewhere" in mail.get_content()
    assert mail["From"] == "Streamcut <no-reply@streamcut.example>"
    assert mail["Date"] == "Mon, 02 Nov 2026 12:00:00 +0000"
    assert mail["Message-ID"].endswith("@streamcut.example>")
    assert (letter().status, letter().attempts, letter().sent_at, letter().error) == ("sent", 1, AT, None)


def test_a_server_that_refuses_is_tried_again_with_growing_gaps_until_the_letter_has_failed(
    app: Flask, mailbox: Mailbox
) -> None:
    mailbox.refusal = "451 come back later"
    written()
    db.session.commit()
    at, gaps = AT, []
    assert send(at) == 1
    while letter().status == "waiting":
        due = letter().next_try_at
        assert due is not None
        assert send(due - timedelta(seconds=1)) == 0
        assert "451" in (letter().error or "")
        gaps.append(due - at)
        at = due
        assert send(at) == 1
    assert gaps == sorted(gaps) == list(sending.GAPS)
    assert (letter().status, letter().attempts, mailbox.tries) == ("failed", 6, 6)
    assert send(at + timedelta(days=30)) == 0


def test_a_failed_letter_that_is_sent_again_arrives(app: Flask, mailbox: Mailbox) -> None:
    mailbox.refusal = "550 who?"
    written()
    db.session.commit()
    for number in range(6):
        send(AT + number * timedelta(days=1))
    assert (letter().status, "550" in (letter().error or "")) == ("failed", True)
    mailbox.refusal = ""
    later = AT + timedelta(days=9)
    sending.resend(letter().id, by=identity("adam"), at=later)
    db.session.commit()
    assert send(later) == 1
    assert (letter().status, len(mailbox.mails)) == ("sent", 1)
    assert count("audit_event where action = 'send again' and object_kind = 'letter'") == 1


def test_a_letter_that_waits_need_not_wait_when_the_server_is_mended(app: Flask, mailbox: Mailbox) -> None:
    mailbox.refusal = "451 later"
    written()
    db.session.commit()
    send(AT)
    mailbox.refusal = ""
    sending.resend(letter().id, by=identity("adam"), at=AT + MINUTE / 2)
    db.session.commit()
    assert send(AT + MINUTE / 2) == 1
    assert letter().status == "sent"


def test_a_letter_that_was_taken_is_sent_even_if_the_server_is_rude_afterwards(app: Flask, mailbox: Mailbox) -> None:
    mailbox.goodbye = "500 go away"
    written()
    db.session.commit()
    assert send(AT) == 1
    assert (letter().status, len(mailbox.mails)) == ("sent", 1)


def test_what_was_sent_or_is_too_late_is_not_sent_again(app: Flask) -> None:
    written(good_until=AT + MINUTE)
    db.session.commit()
    with pytest.raises(Conflict, match="has expired"):
        sending.resend(letter().id, by=identity("adam"), at=AT + MINUTE)
    send(AT)
    with pytest.raises(Conflict, match="was sent"):
        sending.resend(letter().id, by=identity("adam"), at=AT)
    with pytest.raises(NotFound):
        sending.resend(999_999_999, by=identity("adam"), at=AT)


def test_no_mail_server_at_all_is_a_failed_attempt_too(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    config = replace(app.extensions["streamcut"], smtp_url="smtp://127.0.0.1:1", smtp_plaintext=True)
    monkeypatch.setitem(app.extensions, "streamcut", config)
    written()
    db.session.commit()
    send(AT)
    assert (letter().status, letter().next_try_at) == ("waiting", AT + MINUTE)
    assert "ConnectionRefusedError" in (letter().error or "")


def test_a_letter_that_cannot_be_rendered_holds_up_no_other(app: Flask, mailbox: Mailbox) -> None:
    reader = [Reader("mira@cast.example", "en")]
    write(Event("offer.declined", "offer", 7), reader, {"who": "x"}, at=AT)
    write(Event("no.such_letter", "offer", 7), reader, {}, at=AT)
    written()
    db.session.commit()
    assert send(AT) == 3
    lacking, unknown, fine = letters()
    assert (lacking.status, unknown.status, fine.status) == ("waiting", "waiting", "sent")
    assert "undefined" in (lacking.error or "")
    assert "no_such_letter" in (unknown.error or "")


def test_no_transaction_is_open_while_a_letter_is_handed_over(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    states: list[tuple[int, str]] = []

    def look(*_args: object, **_about: object) -> bool:
        with psycopg.connect(app.config["SQLALCHEMY_DATABASE_URI"].replace("+psycopg", "")) as connection:
            query = "select count(*) from pg_stat_activity where datname = current_database() and state like 'idle in%'"
            (open_ones,) = connection.execute(query).fetchone() or (0,)
            (status,) = connection.execute("select status from letter").fetchone() or ("",)
        states.append((open_ones, status))
        return True

    monkeypatch.setattr(mail, "send", look)
    written()
    db.session.commit()
    assert send_next()
    assert states == [(0, "sending")]


def test_a_claim_that_has_passed_to_another_is_not_written_over(app: Flask) -> None:
    written()
    db.session.commit()
    slow = sending.begin(at=AT)
    db.session.commit()
    assert slow
    assert sending.begin(at=AT + MINUTE) is None
    quick = sending.begin(at=AT + sending.CLAIM)
    db.session.commit()
    assert quick
    sending.end(slow, "too slow", at=AT + sending.CLAIM)
    db.session.commit()
    assert (letter().status, letter().error) == ("sending", None)
    sending.end(quick, "", at=AT + sending.CLAIM)
    db.session.commit()
    assert letter().status == "sent"


def test_two_who_send_at_once_take_different_letters(app: Flask) -> None:
    written(number=1)
    written(number=2)
    db.session.commit()
    first = sending.begin(at=AT)  # not committed: the row is locked
    url = app.config["SQLALCHEMY_DATABASE_URI"].replace("+psycopg", "")
    with psycopg.connect(url) as other:
        free = "select object_id from letter where status = 'waiting' order by id for update skip locked limit 1"
        assert other.execute(free).fetchone() == ("2",)
    assert first is not None
    db.session.rollback()


def test_old_letters_are_cleared_away_and_those_that_wait_are_not(app: Flask) -> None:
    from app.users.jobs import clean

    written(number=1)
    db.session.commit()
    send(AT)
    written(number=2, at=AT + timedelta(days=399))
    written(number=3, drop=True)
    db.session.commit()
    clean(at=AT + timedelta(days=100))
    assert [each.status for each in letters()] == ["sent", "waiting"]
    clean(at=AT + timedelta(days=401))
    assert [each.status for each in letters()] == ["waiting"]


# -- the worker --


def work(app: Flask, smtp_url: str) -> None:
    """`flask worker` with a mail server."""
    app.extensions["streamcut"] = replace(app.extensions["streamcut"], smtp_url=smtp_url, smtp_plaintext=True)
    worker.main()


def test_the_worker_sends_as_soon_as_it_is_committed(app: Flask, cast: Cast, mailbox: Mailbox) -> None:
    with crew.at_work(app, work, mailbox.url):
        until(lambda: count("heartbeat") == 1)
        written()
        db.session.commit()
        until(lambda: letter().status == "sent")
    assert len(mailbox.mails) == 1
    assert db.session.query(Offer).count() == 0


def test_a_mail_server_that_hangs_holds_up_neither_settlement_nor_the_end_of_the_worker(
    app: Flask, cast: Cast, mailbox: Mailbox
) -> None:
    from tests.processes.test_worker import sell

    mailbox.hangs = Flag()
    written()
    db.session.commit()
    process = crew.start(app, work, mailbox.url)
    try:
        until(lambda: letter().status == "sending")
        sell(cast, 3)
        until(lambda: count("due") == 0)
        assert letter().status == "sending"
        others = "pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"
        until(lambda: count(f"{others} and state like 'idle in%'") == 0)
        db.session.rollback()
        started = time.monotonic()
        process.terminate()
        process.join(15)
        assert process.exitcode == 0
        assert time.monotonic() - started < 10
    finally:
        process.kill()
