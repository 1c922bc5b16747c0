"""Imports: their page, their facts, and withdrawing one: first what it would change, then done with a reason."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select, text

from app.database import db, raw
from app.ledger.models import Entry
from app.sales.models import Decision, Sale
from app.streams.models import StreamEngagement, StreamMinute
from app.uploads import imports
from app.uploads.file_kinds import KINDS
from app.uploads.models import Import
from app.users.models import AuditEvent
from tests import market
from tests.cast import Cast
from tests.desks.stories import pay, settled

Browse = Callable[[str], FlaskClient]


@pytest.fixture
def sale(cast: Cast) -> Sale:
    """A line of Mira's that came in a file of its own."""
    lumen = cast.brands["lumen"]
    market.contract(lumen, cast.creators["mira"], coupons=("M",))
    made = market.sale(lumen, coupon="M", order_ref="wrong")
    settled()
    return made


def address_of(sale: Sale) -> str:
    return f"/imports/{db.session.get_one(Import, sale.import_id).public_id}"


def entries() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Entry)) or 0


def test_the_page_shows_who_when_how_much_and_the_facts(browse: Browse, sale: Sale) -> None:
    page = browse("max").get(address_of(sale)).text
    for said in ("sales.csv", "Olga", "wrong", "€100.00", db.session.get_one(Import, sale.import_id).sha256.hex()):
        assert said in page, said
    assert f"/{sale.id}" in page


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_file_can_show_its_facts(cast: Cast, kind: str) -> None:
    number = market.file_import(kind, cast.brands["lumen"])
    assert imports.facts(raw(), db.session.get_one(Import, number)) == []


def test_every_kind_shows_what_it_brought(browse: Browse, cast: Cast) -> None:
    lumen, mira = cast.brands["lumen"], cast.creators["mira"]
    number = market.file_import("sales", lumen)
    contract, stream = market.contract(lumen, mira), market.stream(lumen, mira)
    contract.import_id = stream.import_id = lumen.import_id = mira.import_id = number
    market.product(lumen, import_id=number)
    market.touch(lumen, mira, import_id=number)
    market.refund(market.sale(lumen, import_id=number), 10, import_id=number)
    channel = (
        "insert into channel (creator_id, platform, name, recorded_at, import_id) values (:creator, '', '', now(), :n)"
    )
    db.session.execute(text(channel), {"creator": mira.id, "n": number})
    minute = StreamMinute(stream_id=stream.id, minute=market.NOON)
    for metric in (minute, StreamEngagement(stream_id=stream.id)):
        metric.recorded_at, metric.import_id = market.NOON, number
        db.session.add(metric)
    imported = db.session.get_one(Import, number)
    for kind in KINDS:
        imported.kind = kind
        db.session.commit()
        (fact,) = imports.facts(raw(), imported)
        assert fact
        page = browse("adam").get(f"/imports/{imported.public_id}")
        assert page.status_code == 200
        assert "Imported rows" in page.text


@pytest.mark.parametrize(("name", "status"), [("olga", 200), ("kim", 404), ("adam", 200), ("audrey", 200), ("mo", 403)])
def test_an_import_is_for_the_brands_people_admin_and_auditor(
    browse: Browse, sale: Sale, name: str, status: int
) -> None:
    assert browse(name).get(address_of(sale)).status_code == status


def test_an_import_of_the_platform_is_not_a_brands_business(browse: Browse, cast: Cast) -> None:
    number = market.file_import("sales")
    db.session.commit()
    address = f"/imports/{db.session.get_one(Import, number).public_id}"
    assert browse("olga").get(address).status_code == 404
    assert browse("adam").get(address).status_code == 200


def test_withdrawing_first_shows_what_it_would_change_and_leaves_all_as_it_was(browse: Browse, sale: Sale) -> None:
    page, before = address_of(sale) + "/withdraw", entries()
    assert "Withdraw sales.csv" in browse("olga").get(page).text
    said = browse("olga").post(page, data={"reason": "The wrong file."}).text
    assert '<h2 class="card-title">Changes</h2>' in said
    assert "-€10.00" in said
    assert "The wrong file." in said
    assert entries() == before
    assert db.session.get_one(Import, sale.import_id).withdrawn_at is None


def test_withdrawing_books_back_and_says_who_and_why(browse: Browse, sale: Sale) -> None:
    browser, before = browse("olga"), entries()
    answer = browser.post(address_of(sale) + "/withdraw", data={"reason": "The wrong file.", "confirmed": "1"})
    assert answer.status_code == 303
    assert entries() == before + 2
    page = browser.get(address_of(sale)).text
    assert "Withdrawn by Olga: The wrong file." in page
    assert "Withdraw this import" not in page
    assert db.session.scalar(select(func.count()).where(AuditEvent.action == "withdraw")) == 1
    assert browser.post(address_of(sale) + "/withdraw", data={"reason": "Again."}).status_code == 409


def test_without_a_reason_or_with_paid_money_nothing_is_withdrawn(browse: Browse, cast: Cast, sale: Sale) -> None:
    page = address_of(sale) + "/withdraw"
    answer = browse("olga").post(page, data={"reason": " ", "confirmed": "1"})
    assert answer.status_code == 422
    assert "Say why" in answer.text
    pay(cast.creators["mira"], sale)
    answer = browse("olga").post(page, data={"reason": "The wrong file.", "confirmed": "1"})
    assert answer.status_code == 409
    assert "payout" in answer.text


def test_imports_are_listed_for_whoever_may_see_them(browse: Browse, cast: Cast, sale: Sale) -> None:
    market.file_import("brands", file_name="all-brands.csv")
    db.session.commit()
    own = browse("max").get(f"/brands/{cast.brands['lumen'].public_id}/imports").text
    assert "sales.csv" in own
    assert "all-brands.csv" not in own
    assert "all-brands.csv" in browse("audrey").get("/admin/imports").text


def test_one_line_is_decided_again_after_a_look_at_what_that_changes(browse: Browse, cast: Cast, sale: Sale) -> None:
    lumen, browser = cast.brands["lumen"], browse("adam")
    page = f"/sales/{lumen.public_id}/{sale.id}/redecide"
    assert f'href="{page}"' in browser.get(f"/sales/{lumen.public_id}/{sale.id}").text
    assert "redecide" not in browse("olga").get(f"/sales/{lumen.public_id}/{sale.id}").text
    assert "current data gives the same result" in browser.post(page, data={"reason": "Just looking."}).text
    market.product(lumen, sale.sku, commissionable=False)
    db.session.commit()
    said = browser.post(page, data={"reason": "A gift card."}).text
    assert "-€10.00" in said
    assert "Product earns no commission" in said
    assert db.session.scalar(select(func.count()).select_from(Decision)) == 1
    browser.post(page, data={"reason": "A gift card.", "confirmed": "1"})
    db.session.rollback()
    newest = db.session.scalars(select(Decision).order_by(Decision.nr.desc())).first()
    assert newest
    assert (newest.nr, newest.decided_by, newest.note, newest.reason) == (
        2,
        "Adam",
        "A gift card.",
        "not_commissionable",
    )
    assert "A gift card." in browse("mira").get(f"/sales/{lumen.public_id}/{sale.id}").text


def test_the_days_of_a_brand_are_decided_again(browse: Browse, cast: Cast, sale: Sale) -> None:
    lumen, browser = cast.brands["lumen"], browse("adam")
    market.product(lumen, sale.sku, commissionable=False)
    db.session.commit()
    span = {"brand": str(lumen.public_id), "begin": "2026-03-10", "end": "2026-03-10", "reason": "A gift card."}
    assert "-€10.00" in browser.post("/admin/corrections", data=span).text
    assert browser.post("/admin/corrections", data=span | {"begin": "2026-03-11"}).status_code == 422
    assert browser.post("/admin/corrections", data=span | {"brand": "nonsense"}).status_code == 422
    assert browser.post("/admin/corrections", data=span | {"reason": ""}).status_code == 422
    outside = browser.post("/admin/corrections", data=span | {"begin": "2026-03-11", "end": "2026-03-12"}).text
    assert "Nothing changes: current data" in outside
    assert browser.post("/admin/corrections", data=span | {"confirmed": "1"}).status_code == 303
    assert db.session.scalar(select(func.max(Decision.nr))) == 2
