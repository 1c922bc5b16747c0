"""kill -9 between the commit and the mail, and between the mail and its note: at least once, almost always once."""

from __future__ import annotations

import os
import signal
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import text

from app.database import db
from app.notifications import jobs, sending
from tests.notifications.smtp import Mailbox, mail_server
from tests.notifications.test_sending import work
from tests.notifications.writing import letter, letters, written
from tests.processes import crew
from tests.processes.crew import (
    KILLED,
    count,
    end,
    start,
)
from tests.programs import until


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    """A mail server."""
    with mail_server() as box:
        yield box


def die(*_args: object, **_about: object) -> None:
    """As SIGKILL does, in the middle of whatever it is."""
    os.kill(os.getpid(), signal.SIGKILL)


def write_and_die(app: Flask) -> None:
    """A web process that is killed right after its commit."""
    written()
    db.session.commit()
    die()


def write_and_die_before_the_commit(app: Flask) -> None:
    """And one that is killed right before."""
    written()
    die()


def send_all(app: Flask, smtp_url: str, *deadly: str) -> None:
    """A worker's letters, which dies at one of the steps of sending."""
    app.extensions["streamcut"] = replace(app.extensions["streamcut"], smtp_url=smtp_url, smtp_plaintext=True)
    for step in deadly:
        setattr(sending, step, die)
    jobs.send_due()


def claims_end() -> None:
    """As ten minutes later."""
    db.session.execute(text("update letter set next_try_at = written_at where status = 'sending'"))
    db.session.commit()


def test_killed_between_commit_and_send_it_is_sent_after_the_restart(app: Flask, mailbox: Mailbox) -> None:
    end([start(app, write_and_die)], KILLED)
    assert (letter().status, mailbox.mails) == ("waiting", [])
    with crew.at_work(app, work, mailbox.url):
        until(lambda: letter().status == "sent")
    assert len(mailbox.mails) == 1


def test_killed_before_the_commit_there_is_no_letter(app: Flask, mailbox: Mailbox) -> None:
    end([start(app, write_and_die_before_the_commit)], KILLED)
    end([start(app, send_all, mailbox.url)])
    assert (letters(), mailbox.mails) == ([], [])


def test_killed_after_it_claimed_the_letter_it_is_sent_once_the_claim_has_ended(app: Flask, mailbox: Mailbox) -> None:
    written()
    db.session.commit()
    end([start(app, send_all, mailbox.url, "hand_over")], KILLED)
    assert (letter().status, mailbox.mails) == ("sending", [])
    end([start(app, send_all, mailbox.url)])
    assert mailbox.mails == [], "whoever claimed it might still be at it"
    claims_end()
    end([start(app, send_all, mailbox.url)])
    assert (letter().status, len(mailbox.mails)) == ("sent", 1)


def test_killed_between_the_mail_and_its_note_there_is_one_duplicate_with_the_same_name(
    app: Flask, mailbox: Mailbox
) -> None:
    written()
    db.session.commit()
    end([start(app, send_all, mailbox.url, "end")], KILLED)
    assert (letter().status, len(mailbox.mails)) == ("sending", 1)
    claims_end()
    end([start(app, send_all, mailbox.url)])
    assert (letter().status, len(mailbox.mails)) == ("sent", 2)
    assert mailbox.mails[0]["Message-ID"] == mailbox.mails[1]["Message-ID"]


def test_killed_at_every_step_each_letter_arrives_and_few_twice(app: Flask, mailbox: Mailbox) -> None:
    for number in range(4):
        written(number=number)
    db.session.commit()
    deaths = crew.sweep(app, send_all, mailbox.url, stride=3, after=claims_end)
    assert deaths > 5
    assert count("letter where status = 'sent'") == 4
    arrived = Counter(mail["Message-ID"] for mail in mailbox.mails)
    assert len(arrived) == 4
    assert sum(arrived.values()) - 4 <= deaths // 2
