"""Signing in and out, as a browser sees it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import psycopg
import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from app import create_app, security
from app.database import db
from app.security import local_path
from app.users import passwords
from app.users.models import Attempt, Membership, Person, UserSession
from tests.cast import PASSWORD, Cast
from tests.conftest import settings

Browse = Callable[[str], FlaskClient]
COOKIE = "streamcut"


def _token(browser: FlaskClient) -> str:
    cookie = browser.get_cookie(COOKIE)
    assert cookie is not None
    return cookie.value


def _sign_in(browser: FlaskClient, email: str, password: str = PASSWORD, **more: str) -> Any:
    page = browser.get("/sign-in")
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.text)
    assert token, page.text
    return browser.post("/sign-in", data={"email": email, "password": password, "csrf_token": token[1], **more})


def test_somebody_signs_in_with_the_forms_token_and_out_again(client: FlaskClient) -> None:
    assert _sign_in(client, " Olga@Cast.Example ").status_code == 302
    page = client.get("/account")
    assert page.status_code == 200
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.text)
    assert token
    assert client.post("/sign-out", data={"csrf_token": token[1]}).status_code == 302
    assert client.get("/account").headers["Location"].startswith("/sign-in?next=")


@pytest.mark.parametrize(
    ("email", "password"),
    [("olga@cast.example", "not her password"), ("nobody@cast.example", PASSWORD), ("olga", PASSWORD)],
)
def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(
    client: FlaskClient, email: str, password: str
) -> None:
    answer = _sign_in(client, email, password)
    assert answer.status_code == 422
    assert "Wrong e-mail or password" in answer.text


def test_an_unknown_address_costs_as_much_work_as_a_known_one(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    config, stored, plain = settings("", Path()), [], passwords.matches
    monkeypatch.setattr(passwords, "matches", lambda *args: stored.append(args[0]) or plain(*args))
    assert passwords.person_with("nobody@cast.example", PASSWORD, config) is None
    assert passwords.person_with("olga@cast.example", "wrong", config) is None
    assert [re.match(r"\$argon2id\$v=19\$m=8,t=1,p=1\$", text) is not None for text in stored] == [True, True]


def test_what_nobody_could_have_typed_is_refused_in_words(client: FlaskClient) -> None:
    assert "at most 200 characters" in _sign_in(client, "olga@cast.example", "x" * 201).text
    answer = _sign_in(client, "olga@cast.example", PASSWORD + "\x00")
    assert (answer.status_code, "NUL" in answer.text) == (422, True)
    assert client.get("/sign-in?next=%00").status_code == 422
    assert _sign_in(client, "o" * 255, PASSWORD).status_code == 422
    assert _sign_in(client, "", "").status_code == 422


def test_only_who_is_signed_in_may_send_much(
    browse: Browse, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def much() -> dict[str, Any]:
        return {"email": "x@y.example", "password": "x", "file": (BytesIO(b"x" * 10_000), "large.csv")}

    monkeypatch.setattr(security, "STRANGERS_BYTES", 5_000)
    olga = browse("olga")
    assert client.post("/sign-in", data=much()).status_code == 413
    assert olga.post("/sign-in", data=much()).status_code == 422


def test_the_cookie_is_out_of_reach_of_scripts_and_of_other_sites(browse: Browse) -> None:
    answer = browse("olga").post("/sign-in", data={"email": "kim@cast.example", "password": PASSWORD})
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Path=/" in cookie
    assert "Domain" not in cookie
    assert "Secure" not in cookie


def test_behind_https_the_cookie_is_bound_to_the_host(app: Flask, tmp_path: Path) -> None:
    config = replace(settings(app.config["SQLALCHEMY_DATABASE_URI"], tmp_path), secure_cookies=True)
    secure = create_app(config)
    secure.config["WTF_CSRF_ENABLED"] = False
    secure.test_client_class = app.test_client_class
    answer = secure.test_client().post(
        "/sign-in", data={"email": "olga@cast.example", "password": PASSWORD}, base_url="https://localhost"
    )
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-streamcut=")
    assert "Secure" in cookie
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=")
    with secure.app_context():
        db.engine.dispose()


def test_each_sign_in_has_a_new_token_and_ends_the_one_before(browse: Browse) -> None:
    browser = browse("olga")
    first = _token(browser)
    browser.post("/sign-in", data={"email": "olga@cast.example", "password": PASSWORD})
    assert _token(browser) != first
    browser.set_cookie(COOKIE, first)
    assert browser.get("/account").status_code == 302


def test_a_token_somebody_else_put_there_is_not_taken_over(app: Flask, browse: Browse, client: FlaskClient) -> None:
    planted = _token(browse("sam"))
    client.set_cookie(COOKIE, planted)
    client.post("/sign-in", data={"email": "olga@cast.example", "password": PASSWORD})
    assert _token(client) != planted
    client.set_cookie(COOKIE, planted)
    assert client.get("/account").status_code == 302


def test_a_copied_cookie_is_worth_nothing_after_signing_out(browse: Browse, client: FlaskClient) -> None:
    browser = browse("olga")
    client.set_cookie(COOKIE, _token(browser))
    assert client.get("/account").status_code == 200
    browser.post("/sign-out")
    assert client.get("/account").status_code == 302


def test_the_database_has_no_token_with_which_one_could_sign_in(
    browse: Browse, owner_connection: psycopg.Connection[Any]
) -> None:
    browser = browse("olga")
    with browser.session_transaction() as session:
        token = session["_user_id"]
    stored = owner_connection.execute("select s::text from user_session s").fetchone()
    assert stored
    assert token not in stored[0]


def test_a_session_ends_when_its_time_is_over(browse: Browse) -> None:
    browser = browse("olga")
    past = datetime.now(UTC) - timedelta(days=20)
    db.session.execute(update(UserSession).values(opened_at=past, expires_at=past + timedelta(days=14)))
    db.session.commit()
    assert browser.get("/account").status_code == 302


def test_a_role_that_ends_ends_at_once_and_so_does_a_person(browse: Browse, cast: Cast) -> None:
    browser, address = browse("max"), f"/brands/{cast.brands['lumen'].public_id}/people"
    assert browser.get(address).status_code == 200
    mine = Membership.person_id == cast.people["max"].id
    db.session.execute(update(Membership).where(mine).values(ended_at=datetime.now(UTC)))
    db.session.commit()
    assert browser.get(address).status_code == 403
    assert browser.get("/account").status_code == 200
    db.session.execute(update(Person).where(Person.id == cast.people["max"].id).values(disabled_at=datetime.now(UTC)))
    db.session.commit()
    assert browser.get("/account").status_code == 302
    answer = browser.post("/sign-in", data={"email": "max@cast.example", "password": PASSWORD})
    assert "Wrong e-mail or password" in answer.text


def test_last_seen_is_noted_every_few_minutes(browse: Browse) -> None:
    browser, long_ago = browse("olga"), datetime.now(UTC) - timedelta(minutes=6)
    db.session.execute(update(UserSession).values(opened_at=long_ago, seen_at=long_ago))
    db.session.commit()
    browser.get("/account")
    seen = db.session.scalars(select(UserSession.seen_at)).one()
    assert datetime.now(UTC) - seen < timedelta(minutes=1)
    db.session.rollback()
    browser.get("/account")
    assert db.session.scalars(select(UserSession.seen_at)).one() == seen


def test_a_hash_made_with_weaker_settings_is_replaced_at_sign_in(browse: Browse, cast: Cast) -> None:
    old = PasswordHasher(time_cost=2, memory_cost=16, parallelism=1).hash(PASSWORD)
    db.session.execute(update(Person).where(Person.id == cast.people["olga"].id).values(password_hash=old))
    db.session.commit()
    browse("olga")
    db.session.expire_all()
    assert "m=8,t=1" in cast.people["olga"].password_hash
    browse("olga")


def test_one_goes_on_to_the_page_one_asked_for(client: FlaskClient) -> None:
    target = client.get("/account?x=1").headers["Location"]
    assert target == "/sign-in?next=/account?x%3D1"
    page = client.get(target)
    assert 'name="next" value="/account?x=1"' in page.text
    assert _sign_in(client, "olga@cast.example", next="/account?x=1").headers["Location"] == "/account?x=1"
    assert client.get("/sign-in?next=/account").headers["Location"] == "/account"


ELSEWHERE = [
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "https://evil.example",
    "https:evil.example",
    "javascript:alert(1)",
    "evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "\t//evil.example",
    " //evil.example",
    "/\x0b/evil.example",
    "/\u2028/evil.example",
    "",
]


@pytest.mark.parametrize("target", ELSEWHERE)
def test_only_a_path_on_this_site_is_gone_to(target: str) -> None:
    assert local_path(target) == "/"


def test_a_link_to_the_sign_in_page_leads_nobody_to_another_site(browse: Browse) -> None:
    browser = browse("sam")
    for target in ELSEWHERE:
        data = {"email": "sam@cast.example", "password": PASSWORD, "next": target}
        assert browser.get("/sign-in", query_string={"next": target}).headers["Location"] == "/"
        assert browser.post("/sign-in", data=data).headers["Location"] == "/"
        assert browser.post("/language", data={"language": "nl", "next": target}).headers["Location"] == "/"


def test_a_right_password_clears_the_count_of_wrong_ones(client: FlaskClient) -> None:
    for _ in range(4):
        _sign_in(client, "olga@cast.example", "wrong")
    assert _sign_in(client, "olga@cast.example").status_code == 302
    own = select(func.count()).select_from(Attempt)
    assert db.session.scalar(own.where(Attempt.key == "password:olga@cast.example 127.0.0.1")) == 0
    assert db.session.scalar(own) == 8  # from this address, and against this account from anywhere, they still count


def test_the_language_is_the_persons_or_before_signing_in_the_browsers(client: FlaskClient, browse: Browse) -> None:
    dutch = {"Accept-Language": "nl"}
    assert (
        "Aanmelden" in client.get("/sign-in", headers=dutch).text
        or "Inloggen" in client.get("/sign-in", headers=dutch).text
    )
    assert '<html lang="nl">' in client.get("/sign-in", headers=dutch).text
    browser = browse("olga")
    assert '<html lang="en">' in browser.get("/account", headers=dutch).text
    browser.post("/language", data={"language": "nl", "next": "/account"})
    assert '<html lang="nl">' in browser.get("/account").text
    client.post("/language", data={"language": "en"})
    assert '<html lang="en">' in client.get("/sign-in", headers=dutch).text
    assert client.post("/language", data={"language": "xx"}).status_code == 422
