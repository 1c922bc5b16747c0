"""Keys on their pages: shown once, kept as a hash, changed over side by side, revoked, and told in the audit trail."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, text

from app import clock
from app.api import keys
from app.api.models import Key, Scope
from app.database import db
from app.errors import Conflict
from app.users.models import AuditEvent, Brand
from tests.payouts.people import identity

Browse = Callable[[str], FlaskClient]
SECRET = re.compile(r"sck_[0-9a-f]{48}")


def page_of(brand: Brand) -> str:
    return f"/brands/{brand.public_id}/api-keys"


def made(browser: FlaskClient, brand: Brand) -> tuple[str, str]:
    """A key made on the page: the address of its page, and its secret."""
    answer = browser.post(page_of(brand), data={"name": "Web shop", "scopes": ["read", "write:sales"]})
    assert answer.status_code == 201, answer.text
    (secret,) = set(SECRET.findall(answer.text))
    key = db.session.scalars(select(Key).order_by(Key.id.desc())).first()
    assert key is not None
    return f"{page_of(brand)}/{key.public_id}", secret


def test_a_secret_is_shown_once_and_stored_as_a_hash(lumen: Brand, browse: Browse) -> None:
    olga = browse("olga")
    page, secret = made(olga, lumen)
    for address in (page, page_of(lumen)):
        shown = olga.get(address).text
        assert secret not in shown
        assert secret[:12] in shown
    everything = db.session.scalar(text("select string_agg(s::text, ' ') from api_secret s"))
    assert secret[12:] not in everything


def test_a_key_does_nothing_without_a_scope(lumen: Brand, browse: Browse) -> None:
    answer = browse("olga").post(page_of(lumen), data={"name": "Web shop"})
    assert answer.status_code == 422
    assert "Choose at least one thing the key may do." in answer.text


def test_while_a_program_changes_over_both_secrets_are_good_until_the_old_one_ends(lumen: Brand) -> None:
    at = clock.now()
    key, old = keys.make(lumen, "Shop", [Scope.READ], by=identity("olga"), at=at)
    new = keys.rotate(key, at + timedelta(days=7), by=identity("olga"), at=at)
    week = at + timedelta(days=7)
    assert [keys.owner_of(each, at=at) is not None for each in (old, new)] == [True, True]
    assert [keys.owner_of(each, at=week) is not None for each in (old, new)] == [False, True]
    with pytest.raises(Conflict, match="Two secrets are good already"):
        keys.rotate(key, week, by=identity("olga"), at=at)


def test_an_old_secret_can_be_ended_early_on_the_page(lumen: Brand, browse: Browse) -> None:
    olga = browse("olga")
    page, old = made(olga, lumen)
    until = (clock.today(lumen.timezone) + timedelta(days=3)).isoformat()
    answer = olga.post(f"{page}/secrets", data={"until": until})
    (new,) = set(SECRET.findall(answer.text))
    (end,) = set(re.findall(r"/secrets/\d+/end", olga.get(page).text))
    assert olga.post(page + end).status_code == 303
    db.session.rollback()
    assert keys.owner_of(old, at=clock.now()) is None
    assert keys.owner_of(new, at=clock.now()) is not None


def test_a_secret_in_use_ends_only_with_its_key(lumen: Brand, browse: Browse) -> None:
    olga = browse("olga")
    page, _ = made(olga, lumen)
    number = db.session.scalar(text("select max(id) from api_secret"))
    assert olga.post(f"{page}/secrets/{number}/end").status_code == 409


def test_a_revoked_key_is_good_for_nothing_more(lumen: Brand, browse: Browse) -> None:
    olga = browse("olga")
    page, secret = made(olga, lumen)
    assert olga.get(f"{page}/revoke").status_code == 200
    assert olga.post(f"{page}/revoke").status_code == 303
    db.session.rollback()
    assert keys.owner_of(secret, at=clock.now()) is None
    until = clock.today(lumen.timezone).isoformat()
    assert olga.post(f"{page}/secrets", data={"until": until}).status_code == 409
    assert olga.post(f"{page}/revoke").status_code == 409


@pytest.mark.parametrize("until", ["", "2020-01-01", "2999-01-01", "soon"])
def test_an_old_secret_ends_on_a_day_that_is_near(lumen: Brand, browse: Browse, until: str) -> None:
    olga = browse("olga")
    page, _ = made(olga, lumen)
    assert olga.post(f"{page}/secrets", data={"until": until}).status_code == 422


def test_the_audit_trail_tells_who_did_what_with_a_key_and_never_its_secret(lumen: Brand, browse: Browse) -> None:
    olga = browse("olga")
    page, secret = made(olga, lumen)
    olga.post(f"{page}/secrets", data={"until": clock.today(lumen.timezone).isoformat()})
    olga.post(f"{page}/revoke")
    events = db.session.scalars(select(AuditEvent).where(AuditEvent.object_kind == "api_key").order_by(AuditEvent.id))
    told = [(event.by_name, event.action, event.detail) for event in events]
    assert [(who, action) for who, action, _ in told] == [("Olga", "make"), ("Olga", "rotate"), ("Olga", "revoke")]
    assert secret[12:] not in str(told)
    assert told[0][2]["prefix"] == secret[:12]
