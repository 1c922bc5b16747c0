"""Limits on tries hold over time, and over several processes at once."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.database import db
from app.errors import TooMany
from app.users import attempts
from app.users.attempts import Limit
from app.users.models import AuditEvent
from tests.cast import PASSWORD
from tests.conftest import ROOT

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
LIMIT = Limit("password:olga", 5, timedelta(minutes=15))


def _tries(*minutes: float) -> None:
    for minute in minutes:
        attempts.spend([LIMIT], at=NOON + timedelta(minutes=minute))


def test_the_sixth_try_within_the_window_is_refused_until_the_first_is_over(app: Flask) -> None:
    _tries(0, 1, 2, 3, 4)
    with pytest.raises(TooMany) as refused:
        _tries(10)
    assert refused.value.about["retry_after"] == 5 * 60
    with pytest.raises(TooMany):
        _tries(14.9)
    _tries(15)
    with pytest.raises(TooMany):
        _tries(15.5)
    _tries(16, 17)


def test_a_refused_try_does_not_make_the_wait_longer(app: Flask) -> None:
    _tries(0, 0, 0, 0, 0)
    for minute in (5, 10, 14):
        with pytest.raises(TooMany):
            _tries(minute)
    _tries(15)


def test_one_full_limit_counts_nothing_against_the_other(app: Flask) -> None:
    other = Limit("from:here", 50, timedelta(minutes=15))
    _tries(0, 0, 0, 0, 0)
    with pytest.raises(TooMany):
        attempts.spend([other, LIMIT], at=NOON)
    assert len(attempts.spend([other], at=NOON)) == 1


def test_sign_in_says_how_long_to_wait(app: Flask, client: FlaskClient) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    wrong = {"email": "olga@cast.example", "password": "wrong"}
    assert [client.post("/sign-in", data=wrong).status_code for _ in range(6)] == [422] * 5 + [429]
    answer = client.post("/sign-in", data=wrong | {"password": "correct horse battery"})
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 15 * 60
    assert client.post("/sign-in", data=wrong | {"email": "kim@cast.example"}).status_code == 422


def test_one_address_may_not_try_many_people(app: Flask, client: FlaskClient) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    statuses = [
        client.post("/sign-in", data={"email": f"guess{n}@cast.example", "password": "wrong"}).status_code
        for n in range(52)
    ]
    assert statuses == [422] * 50 + [429] * 2


def test_a_forwarded_address_is_not_believed_without_a_proxy(app: Flask, client: FlaskClient) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    for n in range(50):
        headers = {"X-Forwarded-For": f"10.0.0.{n}"}
        client.post("/sign-in", data={"email": f"guess{n}@cast.example", "password": "wrong"}, headers=headers)
    answer = client.post("/sign-in", data={"email": "guess@cast.example", "password": "wrong"})
    assert answer.status_code == 429


def guess(client: FlaskClient, address: str, email: str, password: str = "wrong") -> int:
    """The status of one try to sign in from an address."""
    data = {"email": f"{email}@cast.example", "password": password}
    return client.post("/sign-in", data=data, environ_base={"REMOTE_ADDR": address}).status_code


def test_a_stranger_does_not_shut_the_checker_out_on_payday(app: Flask, client: FlaskClient) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    assert guess(app.test_client(), "192.0.2.1", "che", PASSWORD) == 302, "the checker's own place"
    for n in range(8):
        for _ in range(6):
            guess(client, f"203.0.113.{n}", "che")
    assert guess(client, "203.0.113.9", "che", PASSWORD) == 429, "strangers are shut out of that account everywhere"
    assert guess(app.test_client(), "192.0.2.1", "che", PASSWORD) == 302
    assert [guess(app.test_client(), "192.0.2.1", "che") for _ in range(6)] == [422] * 5 + [429]


def test_guesses_from_many_addresses_are_bounded_together(app: Flask, client: FlaskClient) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    statuses = [guess(client, f"203.0.113.{n}", "olga") for n in range(40)]
    assert statuses == [422] * 20 + [429] * 20
    assert guess(client, "203.0.113.77", "kim") == 422, "nobody else is shut out by it"


def test_sign_ins_and_lock_outs_stand_in_the_audit_trail(app: Flask, client: FlaskClient) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    browser = app.test_client()
    assert guess(browser, "192.0.2.1", "olga", PASSWORD) == 302
    browser.post("/sign-out", environ_base={"REMOTE_ADDR": "192.0.2.1"})
    for _ in range(7):
        guess(client, "203.0.113.1", "olga")
    columns = AuditEvent.action, AuditEvent.by_name, AuditEvent.detail
    events = db.session.execute(select(*columns).order_by(AuditEvent.id))
    about = [(action, name, detail["address"]) for action, name, detail in events]
    assert about == [
        ("sign in", "Olga", "192.0.2.1"),
        ("sign out", "Olga", "192.0.2.1"),
        ("lock out", "system", "203.0.113.1"),
    ]


TRY = """
import sys
from pathlib import Path
from app import create_app
from tests.conftest import settings
app = create_app(settings(sys.argv[1], Path(sys.argv[2])))
app.config["WTF_CSRF_ENABLED"] = False
print("ready", flush=True)
sys.stdin.readline()
data = {"email": "olga@cast.example", "password": "wrong"}
for _ in range(10):
    print(app.test_client().post("/sign-in", data=data).status_code, flush=True)
"""


def test_several_processes_at_once_get_no_more_tries_than_one(app: Flask, tmp_path: object) -> None:
    url = app.config["SQLALCHEMY_DATABASE_URI"]
    command = [sys.executable, "-c", TRY, url, str(tmp_path)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    guessers = [subprocess.Popen(command, cwd=ROOT, text=True, **pipes) for _ in range(3)]
    try:
        for guesser in guessers:
            assert guesser.stdout
            assert guesser.stdout.readline() == "ready\n"
        answers = [answer for guesser in guessers for answer in [guesser.stdin] if answer]
        for stdin in answers:
            stdin.write("go\n")
            stdin.flush()
        statuses = [status for guesser in guessers for status in guesser.communicate()[0].split()]
    finally:
        for guesser in guessers:
            guesser.kill()
    assert sorted(statuses) == ["422"] * 5 + ["429"] * 25
    db.session.rollback()
