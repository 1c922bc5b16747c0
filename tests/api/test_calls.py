"""Who may call: by key alone, as fast as it may, for what it may; and how every answer and error looks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text

from app import clock
from app.api import callers, keys
from app.api.jobs import clean_api
from app.api.models import Asked, Scope
from app.database import db
from app.users.models import Brand
from tests.api.calling import Program, program
from tests.market import NOON
from tests.payouts.people import identity

Browse = Callable[[str], FlaskClient]


def test_a_key_says_whose_it_is_and_what_it_may(app: Flask, lumen: Brand) -> None:
    told = program(app, lumen, Scope.READ, Scope.SALES).read("brand")
    assert (told["handle"], told["key"], told["scopes"]) == ("lumen", "Web shop", ["read", "write:sales"])


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer sck_0", "Basic sck_0", "Bearer \xff"])
def test_without_a_good_key_nothing_is_told(app: Flask, client: FlaskClient, header: str | None) -> None:
    answer = client.get("/api/sales", headers={} if header is None else {"Authorization": header})
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")
    assert answer.json["code"] == "no_key"


def test_the_session_of_a_browser_is_nobody_here(app: Flask, lumen: Brand, browse: Browse) -> None:
    olga = browse("olga")
    assert olga.get(f"/brands/{lumen.public_id}/api-keys").status_code == 200
    assert olga.get("/api/brand").status_code == 401


def test_a_key_does_only_what_it_may(app: Flask, lumen: Brand) -> None:
    answer = program(app, lumen, Scope.SALES).get("sales")
    assert (answer.status_code, answer.json["code"]) == (403, "not_allowed")
    assert "make one that may “Read what the brand has” (read)" in answer.json["detail"]


def test_a_secret_that_has_ended_or_is_revoked_is_refused_at_once(app: Flask, lumen: Brand) -> None:
    old = program(app, lumen)
    now = clock.now()
    new = Program(app, old.key, keys.rotate(old.key, now, by=identity("olga"), at=now))
    db.session.commit()
    assert [each.get("brand").status_code for each in (old, new)] == [401, 200]
    keys.revoke(old.key, by=identity("olga"), at=now)
    db.session.commit()
    assert new.get("brand").status_code == 401


def test_who_goes_too_fast_is_told_how_long_to_wait(app: Flask, lumen: Brand, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.extensions, "streamcut", replace(app.extensions["streamcut"], api_rate=1))
    monkeypatch.setattr(callers, "BURST", 3)
    hasty, other = program(app, lumen), program(app, lumen)
    with time_machine.travel(NOON, tick=False) as now:
        assert [hasty.get("brand").status_code for _ in range(3)] == [200, 200, 200]
        refused = hasty.get("brand")
        assert (refused.status_code, refused.headers["Retry-After"]) == (429, "1")
        assert refused.json["code"] == "too_many"
        assert other.get("brand").status_code == 200, "each key has its own pace"
        now.shift(timedelta(seconds=1))
        assert [hasty.get("brand").status_code for _ in range(2)] == [200, 429]
        now.shift(timedelta(minutes=1))
        assert [hasty.get("brand").status_code for _ in range(4)] == [200, 200, 200, 429]


def test_every_answer_has_a_number_that_is_found_again_on_the_keys_page(
    app: Flask, lumen: Brand, browse: Browse
) -> None:
    shop, olga = program(app, lumen), browse("olga")
    good, bad = shop.get("sales?limit=1"), shop.get("sales?limit=0")
    assert bad.json["request_id"] == bad.headers["X-Request-Id"] != good.headers["X-Request-Id"]
    page = f"/brands/{lumen.public_id}/api-keys/{shop.key.public_id}"
    shown = olga.get(page).text
    assert "GET /api/sales" in shown
    assert "limit=1" not in shown, "the query may name somebody"
    found = olga.get(f"{page}?request={bad.headers['X-Request-Id']}").text
    assert bad.headers["X-Request-Id"] in found
    assert "invalid" in found
    assert good.headers["X-Request-Id"] not in found
    assert "No request of this key has that number." in olga.get(f"{page}?request=nonsense").text


def test_an_address_that_is_not_there_is_answered_in_the_same_form(client: FlaskClient) -> None:
    for method, path, status in (("GET", "/api/nowhere", 404), ("DELETE", "/api/brand", 405)):
        answer = client.open(path, method=method)
        assert (answer.status_code, answer.content_type) == (status, "application/problem+json")
        assert UUID(answer.headers["X-Request-Id"]) == UUID(answer.json["request_id"])
    assert "GET" in answer.headers["Allow"]


def test_a_fault_of_ours_is_one_sentence_with_the_number_to_tell_us(
    app: Flask, lumen: Brand, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = program(app, lumen)
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    monkeypatch.setattr("app.api.operations.json", lambda *_: 1 / 0)
    answer = shop.get("brand")
    assert (answer.status_code, answer.json["code"]) == (500, "fault")
    assert "ZeroDivisionError" not in answer.text
    noted = db.session.scalars(select(Asked)).one()
    assert (str(noted.request_id), noted.status) == (answer.json["request_id"], 500)


def test_the_use_of_a_key_is_shown_and_old_notes_go(app: Flask, lumen: Brand, browse: Browse) -> None:
    shop = program(app, lumen)
    with time_machine.travel(NOON, tick=False):
        shop.get("brand")
    db.session.rollback()
    assert db.session.scalar(text("select used_at from api_use")) == NOON
    assert clean_api(at=NOON + timedelta(days=29)) == 0
    assert clean_api(at=NOON + timedelta(days=31)) == 1
