"""A new password by a mailed link: once, within an hour, and without telling who has an account."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select, update

from app.database import db
from app.outbox import Letter
from app.users import links
from app.users.models import PasswordReset, Person
from config import settings
from tests.cast import PASSWORD
from tests.users.mails import latest_link, mails

NEW = "four words of mine"
OLGA = "olga@cast.example"
Browse = Callable[[str], FlaskClient]


@pytest.fixture
def visitor(app: Flask, client: FlaskClient) -> FlaskClient:
    """A browser without CSRF check."""
    app.config["WTF_CSRF_ENABLED"] = False
    return client


def _sign_in(browser: FlaskClient, password: str) -> int:
    return browser.post("/sign-in", data={"email": OLGA, "password": password}).status_code


def test_who_forgot_the_password_sets_a_new_one_once(app: Flask, visitor: FlaskClient, browse: Browse) -> None:
    elsewhere = browse("olga")
    page = visitor.post("/forgotten", data={"email": " Olga@cast.example"}, follow_redirects=True)
    assert "a link is on its way" in page.text
    assert "instance/mail/" in page.text
    link = latest_link(app, OLGA)
    assert visitor.get(link).status_code == 200
    weak = visitor.post(link, data={"password": "password1234"})
    assert (weak.status_code, "too easy to guess" in weak.text) == (422, True)
    assert elsewhere.get("/account").status_code == 200
    assert visitor.post(link, data={"password": NEW}).headers["Location"] == "/sign-in"
    assert elsewhere.get("/account").status_code == 302  # signed out everywhere
    for again in (visitor.get(link), visitor.post(link, data={"password": "another four words"})):
        assert (again.status_code, "ask for a new one" in again.text) == (404, True)
    assert (_sign_in(visitor, PASSWORD), _sign_in(visitor, NEW)) == (422, 302)


def test_a_new_password_uses_up_every_link_sent_so_far_and_opens_the_lock(app: Flask, visitor: FlaskClient) -> None:
    for _ in range(6):
        _sign_in(visitor, "wrong")
    assert _sign_in(visitor, PASSWORD) == 429
    visitor.post("/forgotten", data={"email": OLGA})
    first = latest_link(app, OLGA)
    visitor.post("/forgotten", data={"email": OLGA})
    second = latest_link(app, OLGA)
    assert first != second
    visitor.post(second, data={"password": NEW})
    assert visitor.get(first).status_code == 404
    assert _sign_in(visitor, NEW) == 302


def test_an_older_link_dies_with_any_change_of_the_password(app: Flask, visitor: FlaskClient, browse: Browse) -> None:
    visitor.post("/forgotten", data={"email": OLGA})
    link = latest_link(app, OLGA)
    changed = browse("olga").post("/account/password", data={"old": PASSWORD, "new": NEW})
    assert changed.status_code == 302
    assert visitor.get(link).status_code == 404
    assert visitor.post(link, data={"password": "another four words"}).status_code == 404
    assert _sign_in(visitor, NEW) == 302


def test_the_answer_is_the_same_whether_or_not_there_is_an_account(app: Flask, visitor: FlaskClient) -> None:
    known = visitor.post("/forgotten", data={"email": OLGA})
    before = len(mails(app))
    unknown = visitor.post("/forgotten", data={"email": "nobody@cast.example"})
    assert (known.status_code, known.data) == (unknown.status_code, unknown.data)
    assert known.headers["Location"] == unknown.headers["Location"]
    assert len(mails(app)) == before
    assert visitor.post("/forgotten", data={"email": "no address"}).status_code == 422


def test_the_same_is_written_whether_or_not_there_is_an_account(app: Flask, visitor: FlaskClient) -> None:
    """So that the time it takes tells nothing either. What is written for nobody is never sent."""

    def written(email: str) -> list[str]:
        statements: list[str] = []
        with app.app_context():
            engine = db.engine

        def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
            statements.append(statement)

        event.listen(engine, "before_cursor_execute", note)
        visitor.post("/forgotten", data={"email": email})
        event.remove(engine, "before_cursor_execute", note)
        return statements

    written("warm.up@cast.example")
    assert written(OLGA) == written("nobody@cast.example")
    states = dict(db.session.execute(select(Letter.address, Letter.status)).all())
    assert (states[OLGA], states["nobody@cast.example"]) == ("waiting", "dropped")


def test_without_a_mail_server_the_page_says_where_mail_is(
    app: Flask, visitor: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(
        app.extensions, "streamcut", replace(settings(), smtp_url="smtp://127.0.0.1:1", smtp_plaintext=True)
    )
    page = visitor.post("/forgotten", data={"email": OLGA}, follow_redirects=True)
    assert page.status_code == 200
    assert "instance/mail/" not in page.text


def test_a_link_is_open_for_an_hour(app: Flask, visitor: FlaskClient) -> None:
    visitor.post("/forgotten", data={"email": OLGA})
    link = latest_link(app, OLGA)
    db.session.execute(update(PasswordReset).values(expires_at=datetime.now(UTC) - timedelta(seconds=1)))
    db.session.commit()
    assert visitor.get(link).status_code == 404
    assert visitor.post(link, data={"password": NEW}).status_code == 404
    assert _sign_in(visitor, PASSWORD) == 302


def test_a_link_nobody_signed_opens_nothing(app: Flask, visitor: FlaskClient) -> None:
    visitor.post("/forgotten", data={"email": OLGA})
    link = latest_link(app, OLGA)
    reset = db.session.query(PasswordReset).one()
    forged = links.URLSafeSerializer("another key", salt="streamcut-reset").dumps(reset.id.hex)
    meant_otherwise = links.token_of("invitation", reset.id)
    not_an_id = links.URLSafeSerializer(settings().secret_key, salt="streamcut-reset").dumps("x")
    for token in (forged, meant_otherwise, not_an_id, reset.id.hex, link.removeprefix("/reset/") + "x", "a.b"):
        assert visitor.get(f"/reset/{token}").status_code == 404, token
    assert visitor.get(link).status_code == 200


def test_somebody_disabled_gets_no_link_and_an_old_one_opens_nothing(app: Flask, visitor: FlaskClient) -> None:
    visitor.post("/forgotten", data={"email": OLGA})
    link, before = latest_link(app, OLGA), len(mails(app))
    db.session.execute(update(Person).where(Person.email == OLGA).values(disabled_at=datetime.now(UTC)))
    db.session.commit()
    visitor.post("/forgotten", data={"email": OLGA})
    assert len(mails(app)) == before
    assert visitor.post(link, data={"password": NEW}).status_code == 404


def test_nobody_can_be_flooded_with_mail(app: Flask, visitor: FlaskClient) -> None:
    statuses = [visitor.post("/forgotten", data={"email": OLGA}).status_code for _ in range(4)]
    assert statuses == [302, 302, 302, 429]


def test_the_link_begins_with_our_address_whatever_the_request_says(app: Flask, visitor: FlaskClient) -> None:
    spoofed = {"Host": "evil.example", "X-Forwarded-Host": "evil.example"}
    visitor.post("/forgotten", data={"email": OLGA}, headers=spoofed)
    assert latest_link(app, OLGA).startswith("/reset/")
    assert all("evil.example" not in mail.as_string() for mail in mails(app))


def test_the_mail_is_in_the_persons_language(app: Flask, visitor: FlaskClient) -> None:
    db.session.execute(update(Person).where(Person.email == OLGA).values(language="nl"))
    db.session.commit()
    visitor.post("/forgotten", data={"email": OLGA}, headers={"Accept-Language": "en"})
    assert "wachtwoord" in mails(app)[-1]["Subject"].lower()
