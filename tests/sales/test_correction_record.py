"""Corrections show their sums before the deed, need a second person when they are large, and tell those concerned."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.contracts.models import Contract
from app.database import db, raw
from app.outbox import Letter
from app.sales.correction_record import is_large
from app.sales.corrections import Sum
from app.sales.models import CorrectionRecord, Sale
from app.security import Role
from app.uploads.models import Import
from app.users.models import Brand, Creator
from config import settings
from tests import market
from tests.ledger import story
from tests.payouts.people import become
from tests.sales.corrected import decisions, entries, joon_comes_late, newest

Browse = Callable[[str], FlaskClient]

WHY = {"reason": "the wrong month"}
DAYS = {"begin": "2026-03-10", "end": "2026-03-10"}


@pytest.fixture
def limited(app: Flask) -> None:
    """A correction that moves more than 20.00 of a currency is large."""
    app.extensions["streamcut"] = replace(settings(), correction_limit=2_000)


@pytest.fixture
def withdrawal(sales: list[Sale]) -> str:
    """Where the import of three lines of 10.00 commission and 5.00 fee each is withdrawn."""
    return f"/imports/{db.session.get_one(Import, sales[0].import_id).public_id}/withdraw"


def letters() -> set[tuple[str, str]]:
    return {(letter.name, letter.address.split("@")[0]) for letter in db.session.scalars(select(Letter))}


def the_record() -> CorrectionRecord:
    return db.session.scalars(select(CorrectionRecord).order_by(CorrectionRecord.id.desc())).first()  # type: ignore[return-value]


def page_of(record: CorrectionRecord) -> str:
    return f"/corrections/{record.public_id}"


def seen_on(html: str) -> str:
    return html.split('name="seen" value="')[1].split('"')[0]


def test_a_withdrawal_shows_its_sums_by_creator_and_brand_before_the_deed(browse: Browse, withdrawal: str) -> None:
    before = newest()
    html = browse("olga").post(withdrawal, data=WHY).text
    for words in ("What this changes in money", "Lumen Lighting", "Mira Live", "-€30.00", "Platform fee", "-€15.00"):
        assert words in html
    assert (entries(before), letters()) == ([], set())


def test_what_is_booked_is_told_to_the_creator_and_the_brand_once(browse: Browse, withdrawal: str) -> None:
    browse("olga").post(withdrawal, data=WHY | {"confirmed": "1"})
    told = letters()
    assert ("correction_booked", "mira") in told
    assert {("correction_charged", name) for name in ("olga", "max", "bea")} <= told
    assert not {name for _, name in told} & {"kim", "joon", "adam"}
    letter = db.session.scalars(select(Letter).where(Letter.address.startswith("mira"))).one()
    assert letter.facts["amounts"] == "-€30.00"
    assert letter.facts["reason"] == WHY["reason"]
    assert the_record().sums[0]["amount"] == -3_000


def test_days_decided_again_show_and_tell_what_moves_from_one_creator_to_another(
    browse: Browse, sales: list[Sale], lumen: Brand, joon: Creator
) -> None:
    joon_comes_late(lumen, joon)
    data = WHY | DAYS | {"brand": str(lumen.public_id)}
    html = browse("adam").post("/admin/corrections", data=data).text
    assert "-€10.00" in html
    assert "€20.00" in html
    answer = browse("adam").post("/admin/corrections", data=data | {"confirmed": "1", "seen": seen_on(html)})
    assert answer.status_code == 303
    amounts = {letter.address.split("@")[0]: letter.facts["amounts"] for letter in db.session.scalars(select(Letter))}
    assert (amounts["mira"], amounts["joon"]) == ("-€10.00", "€20.00")
    assert "Recalculated days" in browse("adam").get("/admin/corrections").text
    assert '<time datetime="2026-03-10">' in browse("adam").get(page_of(the_record())).text


def test_a_large_correction_waits_for_a_second_person(
    browse: Browse, limited: None, withdrawal: str, sales: list[Sale]
) -> None:
    before = newest()
    answer = browse("olga").post(withdrawal, data=WHY | {"confirmed": "1"}, follow_redirects=True)
    assert "waits for a second person" in answer.text
    record = the_record()
    assert (record.status, entries(before), letters()) == ("submitted", [], set())
    own = browse("olga").get(page_of(record)).text
    assert "somebody else has to approve" in own
    assert withdrawal.removesuffix("/withdraw") in own, "which file it is"
    assert "was withdrawn" not in own
    assert browse("olga").post(page_of(record) + "/approve", data={"seen": "x"}).status_code == 403
    assert browse("kim").get(page_of(record)).status_code == 404
    html = browse("max").get(page_of(record)).text
    assert "-€30.00" in html
    assert entries(before) == []
    assert browse("max").post(page_of(record) + "/approve", data={"seen": seen_on(html)}).status_code == 303
    assert "was withdrawn" in browse("max").get(page_of(record)).text
    assert sum(amount for kind, *_, amount, _ in entries(before) if kind == "commission") == -3_000
    assert decisions(sales[0])[-1][3:] == ("Olga, Max", WHY["reason"])
    assert ("correction_booked", "mira") in letters()
    again = browse("max").post(page_of(record) + "/approve", data={"seen": seen_on(html)})
    assert (again.status_code, "This correction is already “Done”" in again.text) == (409, True)


def test_a_second_person_approves_the_sums_that_were_seen_and_no_others(
    browse: Browse, limited: None, withdrawal: str, sales: list[Sale]
) -> None:
    browse("olga").post(withdrawal, data=WHY | {"confirmed": "1"})
    record = the_record()
    seen = seen_on(browse("max").get(page_of(record)).text)
    market.refund(sales[0], 5_000)
    story.settle()
    before = newest()
    assert browse("max").post(page_of(record) + "/approve", data={"seen": seen}).status_code == 409
    assert (entries(before), the_record().status) == ([], "submitted")


def test_what_was_confirmed_with_other_sums_is_shown_again(browse: Browse, withdrawal: str, sales: list[Sale]) -> None:
    seen = seen_on(browse("olga").post(withdrawal, data=WHY).text)
    market.refund(sales[0], 5_000)
    story.settle()
    before = newest()
    answer = browse("olga").post(withdrawal, data=WHY | {"confirmed": "1", "seen": seen})
    assert (answer.status_code, entries(before)) == (200, [])
    assert "-€25.00" in answer.text
    assert "is different by now: look at the sums again" in answer.text


def test_a_withdrawal_that_waits_is_not_done_beside_it_when_it_has_become_small(
    app: Flask, browse: Browse, limited: None, withdrawal: str
) -> None:
    browse("olga").post(withdrawal, data=WHY | {"confirmed": "1"})
    app.extensions["streamcut"] = replace(settings(), correction_limit=1_000_000)
    before = newest()
    answer = browse("max").post(withdrawal, data=WHY | {"confirmed": "1"})
    assert (answer.status_code, entries(before)) == (409, [])
    assert "it waits for a second person" in answer.text


def test_a_rejected_correction_changes_nothing_and_can_be_asked_for_again(
    browse: Browse, limited: None, withdrawal: str
) -> None:
    before = newest()
    browse("olga").post(withdrawal, data=WHY | {"confirmed": "1"})
    assert browse("olga").post(withdrawal, data=WHY | {"confirmed": "1"}).status_code == 409, "it waits already"
    first = the_record()
    assert browse("max").post(page_of(first) + "/reject").status_code == 303
    db.session.refresh(first)
    assert (first.status, entries(before)) == ("rejected", [])
    browse("olga").post(withdrawal, data=WHY | {"confirmed": "1"})
    assert the_record().id != first.id


def test_one_line_of_much_money_needs_a_second_admin_too(
    browse: Browse, limited: None, sales: list[Sale], lumen: Brand, joon: Creator
) -> None:
    joon_comes_late(lumen, joon)
    become("olga", Role.ADMIN)
    db.session.commit()
    before = newest()
    address = f"/sales/{lumen.public_id}/{sales[0].id}/redecide"
    browse("adam").post(address, data=WHY | {"confirmed": "1"})
    assert (the_record().kind, the_record().status, entries(before)) == ("line", "submitted", [])
    page = page_of(the_record())
    assert browse("max").get(page).status_code == 404, "lines are the platform's to decide again"
    html = browse("olga").get(page).text
    assert f'href="/sales/{lumen.public_id}/{sales[0].id}"' in html, "which line it is"
    seen = seen_on(html)
    assert browse("olga").post(page + "/approve", data={"seen": seen}).status_code == 303
    assert decisions(sales[0])[-1][1] == joon.id


def test_the_database_refuses_one_person_as_both(deal: Contract, lumen: Brand) -> None:
    number = market.file_import("sales", lumen)
    db.session.commit()
    with pytest.raises(psycopg.errors.CheckViolation, match="ck_correction_second_person"):
        raw().execute(
            "insert into correction (kind, import_id, reason, sums, is_large, status, asked_by, asked_by_name,"
            " asked_at, decided_by, decided_by_name, decided_at)"
            " select 'import', %s, 'x', '[]', true, 'done', id, name, now(), id, name, now() from person limit 1",
            [number],
        )


def test_large_is_what_is_moved_either_way_in_one_currency() -> None:
    def of(*amounts: int, currency: str = "EUR") -> list[Sum]:
        return [Sum(1, "Lumen", nr, "x", currency, 1, amount) for nr, amount in enumerate(amounts)]

    assert not is_large(of(1_000, -1_000), 2_000)
    assert is_large(of(1_001, -1_000), 2_000)
    assert not is_large(of(2_000) + of(2_000, currency="USD"), 2_000)
    assert not is_large([], 0)
