"""A brand's money: top-ups by two people, and what is left when everything owed is counted."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import psycopg
import pytest
from flask import Flask
from sqlalchemy import select

from app.database import db, raw
from app.errors import BadInput, Conflict, NotAllowed, NotFound, WrongStatus
from app.ledger import funding
from app.ledger.models import Entry, TopUp
from app.security import Role
from app.users.models import AuditEvent, Brand
from tests.cast import Cast
from tests.payouts.at_once import at_once
from tests.payouts.books import charge, earn
from tests.payouts.people import become, identity

AT = datetime(2026, 11, 15, 9, tzinfo=UTC)
TODAY = AT.date()


def recorded(brand: Brand, amount: int = 10_000, reference: str = "deposit 1", **given: date) -> TopUp:
    received = given.get("received_on", TODAY)
    return funding.record(brand, amount, "EUR", received_on=received, reference=reference, by=identity("mo"), at=AT)


def approved(brand: Brand, amount: int) -> None:
    top_up = recorded(brand, amount, f"deposit {amount}")
    funding.decide(top_up.public_id, approve=True, by=identity("che"), at=AT)


def only(brand: Brand, on: date = TODAY) -> funding.Funds:
    (found,) = funding.funds(raw(), on=on, brands=[brand.id])
    return found


def test_a_recorded_top_up_counts_for_nothing_until_somebody_else_approves(lumen: Brand) -> None:
    top_up = recorded(lumen)
    assert funding.funds(raw(), on=TODAY) == []
    funding.decide(top_up.public_id, approve=True, by=identity("che"), at=AT + timedelta(hours=1))
    assert (only(lumen).balance, only(lumen).cash, only(lumen).state) == (10_000, 10_000, "funded")
    (entry,) = db.session.scalars(select(Entry))
    assert (entry.debit, entry.credit, entry.kind, entry.cause) == ("bank", "brand_funds", "top_up", top_up.id)
    assert (entry.occurred_at.date(), entry.creator_id, entry.available_on) == (TODAY, None, None)


def test_a_rejected_top_up_is_never_posted_and_its_reference_is_free_again(lumen: Brand) -> None:
    top_up = recorded(lumen)
    with pytest.raises(BadInput, match="why you reject"):
        funding.decide(top_up.public_id, approve=False, by=identity("che"), at=AT, reason=" ")
    funding.decide(top_up.public_id, approve=False, by=identity("che"), at=AT, reason="another brand's money")
    assert (top_up.status, top_up.note) == ("rejected", "another brand's money")
    assert db.session.scalar(select(Entry.id)) is None
    assert recorded(lumen).status == "recorded"


def test_the_maker_never_decides_their_own_top_up(lumen: Brand) -> None:
    become("mo", Role.FINANCE_CHECKER)
    top_up = recorded(lumen)
    for approve in (True, False):
        with pytest.raises(NotAllowed):
            funding.decide(top_up.public_id, approve=approve, by=identity("mo"), at=AT, reason="mine")
    with pytest.raises(psycopg.errors.CheckViolation, match="four_eyes"):
        raw().execute("update top_up set status = 'approved', decided_by = made_by, decided_at = now()")


def test_a_decided_top_up_stays_decided(lumen: Brand) -> None:
    top_up = recorded(lumen)
    funding.decide(top_up.public_id, approve=True, by=identity("che"), at=AT)
    for approve in (True, False):
        with pytest.raises(WrongStatus):
            funding.decide(top_up.public_id, approve=approve, by=identity("adam"), at=AT, reason="late")


def test_ten_clicks_on_approve_post_once(lumen: Brand) -> None:
    top_up = recorded(lumen).public_id
    db.session.commit()
    outcomes = at_once(10, lambda: funding.decide(top_up, approve=True, by=identity("che"), at=AT).status)
    assert sum(outcome == "approved" for outcome in outcomes) == 1
    assert sum(isinstance(outcome, WrongStatus) for outcome in outcomes) == 9
    assert only(lumen).balance == 10_000


def test_ten_clicks_on_record_record_once(lumen: Brand) -> None:
    db.session.commit()
    brand = lumen.id
    outcomes = at_once(10, lambda: recorded(db.session.get_one(Brand, brand)).status)
    assert sum(outcome == "recorded" for outcome in outcomes) == 1
    assert sum(isinstance(outcome, Conflict) for outcome in outcomes) == 9


@pytest.mark.parametrize("amount", [0, -1, 10**13 + 1])
def test_an_amount_that_can_not_be_is_refused(lumen: Brand, amount: int) -> None:
    with pytest.raises(BadInput, match="above zero"):
        recorded(lumen, amount)


@pytest.mark.parametrize(
    ("reference", "sentence"),
    [("", "reference"), ("  ", "reference"), ("x" * 141, "at most 140 characters"), ("a\x00b", "reference")],
)
def test_a_reference_is_needed(lumen: Brand, reference: str, sentence: str) -> None:
    with pytest.raises(BadInput, match=sentence):
        recorded(lumen, reference=reference)


def test_money_can_not_have_come_tomorrow(lumen: Brand) -> None:
    with pytest.raises(BadInput, match="has not come"):
        recorded(lumen, received_on=TODAY + timedelta(days=2))


def test_an_unknown_top_up_is_not_found(app: Flask) -> None:
    with pytest.raises(NotFound):
        funding.decide(UUID(int=1), approve=True, by=identity("che"), at=AT)


def test_what_a_brand_owes_is_split_by_day_and_fees_are_taken_off(cast: Cast, lumen: Brand) -> None:
    mira, joon = cast.creators["mira"], cast.creators["joon"]
    approved(lumen, 10_000)
    earn(lumen, mira, 3000, TODAY)
    earn(lumen, mira, 2000, TODAY + timedelta(days=1))
    earn(lumen, joon, -500, TODAY)
    charge(lumen, 100)
    money = only(lumen)
    assert (money.payable, money.pending, money.owed_back) == (3000, 2000, 500)
    assert (money.balance, money.cash, money.state, money.lacking) == (5400, 9900, "funded", 0)
    assert only(lumen, TODAY + timedelta(days=1)).payable == 5000
    assert only(lumen, TODAY - timedelta(days=1)).pending == 4500


@pytest.mark.parametrize(
    ("sent", "state", "lacking"), [(5000, "funded", 0), (4999, "partly_funded", 1), (2999, "unfunded", 2001)]
)
def test_a_brand_is_covered_partly_or_not(cast: Cast, lumen: Brand, sent: int, state: str, lacking: int) -> None:
    approved(lumen, sent)
    earn(lumen, cast.creators["mira"], 3000, TODAY)
    earn(lumen, cast.creators["mira"], 2000, TODAY + timedelta(days=9))
    assert (only(lumen).state, only(lumen).lacking) == (state, lacking)


def test_currencies_and_brands_are_kept_apart(cast: Cast, lumen: Brand) -> None:
    kettle, mira = cast.brands["kettle"], cast.creators["mira"]
    approved(lumen, 1000)
    earn(kettle, mira, 700, TODAY)
    earn(lumen, mira, 300, TODAY, currency="JPY")
    found = [(money.name, money.currency, money.cash, money.payable) for money in funding.funds(raw(), on=TODAY)]
    assert found == [
        ("Kettle & Co", "GBP", 0, 700),
        ("Lumen Lighting", "EUR", 1000, 0),
        ("Lumen Lighting", "JPY", 0, 300),
    ]
    assert funding.funds(raw(), on=TODAY, brands=[]) == []


def test_the_trail_says_who_recorded_and_who_approved(lumen: Brand) -> None:
    approved(lumen, 1000)
    rows = db.session.execute(select(AuditEvent.action, AuditEvent.by_name).where(AuditEvent.object_kind == "top_up"))
    assert [tuple(row) for row in rows] == [("record", "Mo"), ("approve", "Che")]


# -- what is promised and not yet posted (rules.md B20) --

JUNE, JULY = date(2026, 6, 1), date(2026, 7, 1)


def test_what_is_reserved_is_not_available_until_it_is_released(lumen: Brand) -> None:
    approved(lumen, 5000)
    funding.reserve(lumen.id, "EUR", "offer", 7, date(2026, 6, 11), 3000, at=AT)
    funding.reserve(lumen.id, "EUR", "offer", 7, JUNE, 3500, at=AT)
    funding.reserve(lumen.id, "EUR", "contract", 7, JULY, 1000, at=AT)
    funding.reserve(lumen.id, "EUR", "contract", 8, JULY, 0, at=AT)
    money = only(lumen)
    assert (money.balance, money.reserved, money.available, money.badge) == (5000, 4500, 500, "funded")
    funding.release("contract", 7, month=JUNE, at=AT)
    assert only(lumen).reserved == 4500
    funding.release("contract", 7, month=date(2026, 7, 31), at=AT)
    assert only(lumen).reserved == 3500
    funding.release("offer", 7, at=AT)
    assert only(lumen).reserved == 0


def test_an_offers_reservation_becomes_the_contracts(lumen: Brand) -> None:
    funding.reserve(lumen.id, "EUR", "offer", 1, JUNE, 3000, at=AT)
    for _ in range(2):
        funding.move(1, 42, at=AT)
    rows = raw().execute("select kind, cause, amount from reservation where released_at is null").fetchall()
    assert rows == [("contract", 42, 3000)]
    assert only(lumen).reserved == 3000


def test_a_credit_line_lets_a_brand_promise_more(lumen: Brand) -> None:
    funding.reserve(lumen.id, "EUR", "offer", 1, JUNE, 3000, at=AT)
    assert (only(lumen).available, only(lumen).badge) == (-3000, "partly_funded")
    funding.set_credit(lumen, "EUR", 3000, by=identity("che"), at=AT)
    assert (only(lumen).available, only(lumen).badge, only(lumen).state) == (0, "funded", "funded")
    funding.set_credit(lumen, "EUR", 0, by=identity("che"), at=AT)
    assert only(lumen).available == -3000
    for amount in (-1, 10**13 + 1):
        with pytest.raises(BadInput, match="zero or more"):
            funding.set_credit(lumen, "EUR", amount, by=identity("che"), at=AT)
    with pytest.raises(BadInput, match="not a currency"):
        funding.set_credit(lumen, "XXQ", 1, by=identity("che"), at=AT)


def test_creators_see_since_when_a_brand_is_not_covered(cast: Cast, lumen: Brand) -> None:
    assert funding.badge(raw(), lumen, on=TODAY) == ("unfunded", None)
    approved(lumen, 1000)
    assert funding.note_states(raw(), on=TODAY) == 1
    assert funding.note_states(raw(), on=TODAY + timedelta(days=1)) == 0
    assert funding.badge(raw(), lumen, on=TODAY) == ("funded", TODAY)
    earn(lumen, cast.creators["mira"], 3000, TODAY)
    later = TODAY + timedelta(days=5)
    assert funding.note_states(raw(), on=later) == 1
    assert funding.badge(raw(), lumen, on=later + timedelta(days=30)) == ("unfunded", later)


def test_a_changed_promise_changes_what_is_reserved_from_its_month_on(lumen: Brand) -> None:
    for month in (JUNE, JULY):
        funding.reserve(lumen.id, "EUR", "contract", 7, month, 300, at=AT)
    funding.adjust("contract", 7, since=date(2026, 7, 1), amount=3000, at=AT)
    assert only(lumen).reserved == 3300
    funding.adjust("contract", 7, since=JUNE, amount=0, at=AT)
    assert funding.funds(raw(), on=TODAY, brands=[lumen.id]) == []
