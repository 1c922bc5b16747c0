"""Sales, refunds and touches sent in batches: by the rules of files, an answer for each row, each request done once."""

from __future__ import annotations

import json
import threading
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select, text

from app.api import asked
from app.api.models import Asked, Scope
from app.database import db
from app.sales.jobs import settle_due
from app.sales.models import Refund, Sale
from app.tracking.models import Touch
from app.uploads.models import Import
from app.users.models import Brand, Creator
from tests import market
from tests.api.calling import Program, program
from tests.conftest import Browser
from tests.market import NOON


@pytest.fixture
def shop(app: Flask, lumen: Brand) -> Program:
    """A program of Lumen's that may do everything."""
    return program(app, lumen)


def sale(order: str = "O-1", **fields: Any) -> dict[str, Any]:
    """A sale line as a program sends it."""
    row = {"source": "web", "order": order, "line": "1", "occurred_at": "2026-03-10T12:00:00Z", "sku": "LAMP"}
    return row | {"quantity": 1, "unit_price": "100.00", "currency": "EUR"} | fields


def refund(**fields: Any) -> dict[str, Any]:
    """A refund of that line."""
    row = {"source": "web", "refund": "R-1", "order": "O-1", "line": "1", "occurred_at": "2026-03-11T12:00:00Z"}
    return row | {"amount": "25.00", "currency": "EUR"} | fields


def stored() -> int:
    """How many sales there are."""
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Sale)) or 0


def test_a_touch_a_sale_and_a_refund_become_an_explained_commission(lumen: Brand, mira: Creator, shop: Program) -> None:
    market.contract(lumen, mira)
    db.session.commit()
    touch = {"touch": "T-1", "visitor": "v1", "creator": "mira", "occurred_at": "2026-03-10T11:00:00Z"}
    assert shop.post("touches", {"touches": [touch]}).json["new"] == 1
    assert shop.post("sales", {"sales": [sale(visitor="v1")]}).json["new"] == 1
    assert shop.post("refunds", {"refunds": [refund()]}).json["new"] == 1
    db.session.rollback()
    settle_due()
    (line,) = shop.read("sales")["data"]
    won = line["attribution"]
    assert (won["creator"]["handle"], won["rule"], won["touch"]) == ("mira", "touch", "T-1")
    assert (line["refunded"], won["commission"], won["fee"]) == ("25.00", "7.50", "3.75")
    assert won["why"][0].startswith("The buyer last came by a link of Mira Live, 1 hour before the sale")


def test_each_row_is_answered_and_a_bad_one_keeps_no_other_out(shop: Program) -> None:
    shop.post("sales", {"sales": [sale("O-1")]})
    rows = [sale("O-1"), sale("O-2"), sale("O-3", unit_price="12,50"), sale("O-1", unit_price="99.00")]
    answer = shop.post("sales", {"sales": rows})
    assert answer.status_code == 200
    told = answer.json
    assert [told[name] for name in ("read", "new", "unchanged", "rejected")] == [4, 1, 1, 2]
    assert [row["status"] for row in told["rows"]] == ["unchanged", "new", "rejected", "rejected"]
    assert told["rows"][2]["field"] == "unit_price"
    assert told["rows"][2]["reason"].startswith("write an amount like 12.50")
    assert told["rows"][3]["reason"].startswith("conflict: stored is")
    assert told["rows"][0] == {"status": "unchanged", "field": None, "reason": None}
    assert stored() == 2


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("unit_price", "-1"),
        ("unit_price", "1e3"),
        ("unit_price", "NaN"),
        ("currency", "EURO"),
        ("occurred_at", "yesterday"),
        ("occurred_at", "2026-03-10T12:00:00"),
        ("quantity", 0),
        ("quantity", 10**30),
        ("country", "Netherlands"),
        ("order", ""),
        ("order", "x" * 129),
        ("discount", "100.01"),
    ],
)
def test_what_files_refuse_is_refused_here_with_the_field(shop: Program, field: str, value: Any) -> None:
    (row,) = shop.post("sales", {"sales": [sale(**{field: value})]}).json["rows"]
    assert (row["status"], row["field"]) == ("rejected", field)
    assert row["reason"]
    assert stored() == 0


BAD = [
    ({"sales": [sale(quantity="1")]}, 0, "quantity", "Write a whole number."),
    ({"sales": [sale(quantity=1.5)]}, 0, "quantity", "Write a whole number."),
    ({"sales": [sale(quantity=True)]}, 0, "quantity", "Write a whole number."),
    ({"sales": [sale(unit_price=100)]}, 0, "unit_price", "Write a text."),
    ({"sales": [sale(), sale(colour="red")]}, 1, "colour", "There is no such field."),
    ({"sales": [{"source": "web"}]}, 0, "order", "It is missing."),
    ({"sales": ["O-1"]}, 0, None, "Write an object."),
    ({"sales": []}, None, "sales", "Send at least one."),
    ({"sales": [sale()] * 1001}, None, "sales", "At most 1000 are taken at once."),
    ({"sales": sale()}, None, "sales", "Write a list."),
    ({"lines": []}, None, "sales", "It is missing."),
    ([], None, None, "Write an object."),
    (None, None, None, "Write an object."),
]


@pytest.mark.parametrize(("body", "row", "field", "reason"), BAD)
def test_what_the_schema_does_not_allow_is_said_with_row_and_field(
    shop: Program, body: Any, row: int | None, field: str | None, reason: str
) -> None:
    answer = shop.send("POST", "sales", data=json.dumps(body), content_type="application/json")
    assert (answer.status_code, answer.json["code"]) == (422, "invalid")
    assert {"row": row, "field": field, "reason": reason} in answer.json["errors"]
    assert stored() == 0


UNREADABLE = [
    (b"", "The body is no JSON: look at line 1, column 1."),
    (b'{"sales": [', "The body is no JSON: look at line 1, column 12."),
    (b'{"sales": NaN}', "NaN is no number of JSON."),
    (b'{"sales": -Infinity}', "-Infinity is no number of JSON."),
    (b'{"sales": [], "sales": []}', "“sales” stands twice in one object: which is meant?"),
    (b'{"\\ud800": 1, "\\ud800": 2}', "“?” stands twice in one object: which is meant?"),
    (b'{"sales": ["\xff"]}', "The body is no UTF-8."),
    (b'{"sales": ["\\u0000"]}', "There is a NUL character in what you sent: remove it and try again."),
    (b'{"sales": ["\\ud800"]}', "There is half a character (a lone surrogate) in what you sent."),
    (b'{"sales": ' + b"[" * 100_000, "The body is nested too deeply."),
    (b'{"sales": ' + b"9" * 5_000 + b"}", "There is a number in the body that is too long to be read."),
]


@pytest.mark.parametrize(("body", "sentence"), UNREADABLE)
def test_what_can_be_read_in_no_way_or_in_two_is_refused(shop: Program, body: bytes, sentence: str) -> None:
    answer = shop.send("POST", "sales", data=body, content_type="application/json")
    assert (answer.status_code, answer.json["detail"]) == (400, sentence)


def test_a_hundred_thousand_names_are_read_once(shop: Program) -> None:
    names = b",".join(b'"%d":0' % number for number in range(100_000))
    answer = shop.send("POST", "sales", data=b"{%s,%s}" % (names, b'"99999":0'), content_type="application/json")
    assert (answer.status_code, answer.json["detail"]) == (400, "“99999” stands twice in one object: which is meant?")


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
def test_only_json_is_taken(shop: Program, kind: str) -> None:
    answer = shop.send("POST", "sales", data=b"sales=1", content_type=kind)
    assert (answer.status_code, answer.json["code"]) == (415, "wrong_kind")


def test_a_body_that_is_packed_is_refused(shop: Program) -> None:
    answer = shop.post("sales", {"sales": [sale()]}, headers={"Content-Encoding": "gzip"})
    assert answer.status_code == 415


def test_more_than_a_thousand_full_rows_is_too_much(app: Flask, lumen: Brand, shop: Program) -> None:
    answer = shop.post("sales", {"sales": [sale(description="x" * 2_000_000)]})
    assert (answer.status_code, answer.json["code"]) == (413, "too_large")
    assert "send fewer rows" in answer.json["detail"]


def test_a_key_that_only_reads_sends_nothing(app: Flask, lumen: Brand) -> None:
    reader = program(app, lumen, Scope.READ)
    for name, row in (("sales", sale()), ("refunds", refund()), ("touches", {})):
        assert reader.post(name, {name: [row]}).status_code == 403


def test_touches_know_only_the_brands_own_creators_and_streams(
    lumen: Brand, kettle: Brand, joon: Creator, shop: Program
) -> None:
    foreign = market.stream(kettle, joon, ref="S-joon")
    db.session.commit()
    touch = {"touch": "T", "visitor": "v", "occurred_at": "2026-03-10T11:00:00Z"}
    rows = [touch | {"creator": "nobody"}, touch | {"creator": "joon", "stream": foreign.ref}]
    told = shop.post("touches", {"touches": rows}).json["rows"]
    assert [(row["status"], row["field"]) for row in told] == [("rejected", "creator"), ("rejected", "stream")]
    assert db.session.scalar(select(func.count()).select_from(Touch)) == 0


def test_facts_remember_by_which_key_they_came(lumen: Brand, shop: Program) -> None:
    shop.post("sales", {"sales": [sale()]})
    shop.post("refunds", {"refunds": [refund()]})
    db.session.rollback()
    brought = {db.session.scalars(select(kind.import_id)).one() for kind in (Sale, Refund)}
    imports = db.session.scalars(select(Import).where(Import.id.in_(brought))).all()
    assert {(each.kind, each.brand_id, each.by_name) for each in imports} == {
        ("sales", lumen.id, "Web shop (API)"),
        ("refunds", lumen.id, "Web shop (API)"),
    }


def test_the_keys_page_counts_the_rows(shop: Program) -> None:
    shop.post("sales", {"sales": [sale(), sale("O-2", currency="X")]})
    db.session.rollback()
    noted = db.session.scalars(select(Asked)).one()
    assert (noted.rows_read, noted.rows_new, noted.rows_rejected, noted.status) == (2, 1, 1, 200)


# -- the same request twice --


def named(name: str) -> dict[str, str]:
    return {"Idempotency-Key": name}


def test_who_repeats_a_request_gets_the_first_answer_again(shop: Program) -> None:
    first = shop.post("sales", {"sales": [sale()]}, headers=named("a"))
    again = shop.post("sales", {"sales": [sale()]}, headers=named("a"))
    assert first.json["new"] == again.json["new"] == 1
    assert "Idempotent-Replayed" not in first.headers
    assert again.headers["Idempotent-Replayed"] == "true"
    assert again.headers["X-Request-Id"] != first.headers["X-Request-Id"]
    assert shop.post("sales", {"sales": [sale()]}).json["unchanged"] == 1, "without a name it is done again"


def test_a_name_stands_for_one_request_alone(app: Flask, lumen: Brand, shop: Program) -> None:
    shop.post("sales", {"sales": [sale()]}, headers=named("a"))
    other = shop.post("sales", {"sales": [sale("O-2")]}, headers=named("a"))
    elsewhere = shop.post("refunds", {"refunds": [refund()]}, headers=named("a"))
    assert [other.status_code, elsewhere.status_code] == [422, 422]
    assert "stood for another request" in other.json["detail"]
    assert program(app, lumen).post("sales", {"sales": [sale("O-2")]}, headers=named("a")).json["new"] == 1


def test_what_was_refused_may_be_mended_under_the_same_name(shop: Program) -> None:
    assert shop.post("sales", {"sales": [sale(quantity="1")]}, headers=named("a")).status_code == 422
    assert shop.post("sales", {"sales": [sale()]}, headers=named("a")).json["new"] == 1


@pytest.mark.parametrize("name", ["", "two words", "x" * 256, "café"])
def test_a_name_that_no_header_should_hold_is_refused(shop: Program, name: str) -> None:
    assert shop.post("sales", {"sales": [sale()]}, headers=named(name)).status_code == 400
    assert stored() == 0


def test_of_two_at_the_same_moment_one_waits_or_is_told_to(app: Flask, shop: Program) -> None:
    answers, start = list[int](), threading.Barrier(4)

    def send() -> None:
        start.wait()
        answers.append(shop.post("sales", {"sales": [sale()]}, headers=named("a")).status_code)

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(answers) <= {200, 409}
    assert 200 in answers
    assert stored() == 1
    assert db.session.scalar(text("select count(*) from api_answer")) == 1


def test_while_a_request_is_being_done_its_repetition_is_told_to_wait(app: Flask, shop: Program) -> None:
    lock = text("select pg_advisory_xact_lock(hashtextextended(:name, 0))")
    with db.engine.begin() as other:
        other.execute(lock, {"name": f"api {shop.key.id} a"})
        assert shop.post("sales", {"sales": [sale()]}, headers=named("a")).status_code == 409


def test_answers_are_kept_for_a_day_and_more_and_then_go(app: Flask, shop: Program) -> None:
    with time_machine.travel(NOON, tick=False):
        shop.post("sales", {"sales": [sale()]}, headers=named("a"))
    db.session.rollback()
    asked.clear(at=NOON + timedelta(hours=47))
    assert db.session.scalar(text("select count(*) from api_answer")) == 1
    asked.clear(at=NOON + timedelta(hours=49))
    assert db.session.scalar(text("select count(*) from api_answer")) == 0


def test_a_crash_before_the_commit_leaves_neither_sale_nor_answer(
    app: Flask, shop: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    with monkeypatch.context() as patch:
        patch.setattr("app.api.answers.keep", lambda *_: 1 / 0)
        assert shop.post("sales", {"sales": [sale()]}, headers=named("a")).status_code == 500
    assert stored() == 0
    assert shop.post("sales", {"sales": [sale()]}, headers=named("a")).json["new"] == 1


# -- money --


def test_an_api_key_approves_nothing(app: Flask, shop: Program) -> None:
    """Whatever a page does that changes something: a key is nobody there."""
    app.config["WTF_CSRF_ENABLED"] = False
    rules = [rule for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ())]
    pages = [rule for rule in rules if not rule.rule.startswith("/api/")]
    money = [rule for rule in pages if rule.endpoint.startswith(("payouts.", "ledger.", "sales.", "invoicing."))]
    assert {"payouts.batch_approve", "payouts.batch_submit"} <= {rule.endpoint for rule in money}
    browser = Browser(app, use_cookies=False)
    number = "00000000-0000-4000-8000-000000000000"
    for rule in money:
        values = {name: number if "uuid:" + name in rule.rule else 1 for name in rule.arguments}
        with app.test_request_context():
            from flask import url_for

            address = url_for(rule.endpoint, _method="POST", **values)
        answer = browser.post(address, headers={"Authorization": f"Bearer {shop.secret}"})
        assert answer.status_code == 401, (rule.endpoint, answer.status_code)
