"""Better terms need a notice and no more: stored as agreed, in force the next day, told to the creator."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app.contracts.changes import lifecycle
from app.contracts.models import Contract, Terms
from app.contracts.signing import document, signature
from app.contracts.terms.sheet import (
    Bonus,
    Exclusivity,
    Scope,
    Step,
)
from app.database import db, raw
from app.errors import BadInput, Conflict, NotAllowed
from app.ledger import funding
from app.users.models import AuditEvent, Person
from tests.cast import Cast
from tests.contracts.signing import AT, SHEET, signed
from tests.payouts.people import identity
from tests.users.mails import mails

LATER = datetime(2026, 6, 20, 21, 59, tzinfo=UTC)  # one minute before midnight in Amsterdam


@pytest.fixture
def contract(cast: Cast) -> Contract:
    return signed(replace(SHEET, bonuses=(Bonus("retainer", 100),)), cast.brands["lumen"], cast.creators["mira"])


def test_better_terms_hold_from_the_next_local_day_without_a_signature(contract: Contract) -> None:
    better = replace(lifecycle.current_sheet(contract), commission_bps=1500)
    agreement = lifecycle.amend_by_notice(contract, better, by=identity("olga"), at=LATER)
    assert (agreement.kind, agreement.status, agreement.signed_at) == ("amendment", "signed", LATER)
    assert signature.signatures(agreement) == []
    assert signature.intact(agreement)
    assert agreement.sheet.effective_on == date(2026, 6, 21)
    newest = db.session.scalars(select(Terms).order_by(Terms.nr.desc())).first()
    assert newest is not None
    assert (newest.nr, newest.commission_bps, newest.valid.lower) == (2, 1500, LATER + timedelta(minutes=1))
    assert lifecycle.current_sheet(contract) == better
    assert document.pdf(agreement)


def test_more_monthly_money_waits_for_the_first_of_a_month(contract: Contract) -> None:
    better = replace(lifecycle.current_sheet(contract), bonuses=(Bonus("retainer", 200),))
    agreement = lifecycle.amend_by_notice(contract, better, by=identity("olga"), at=LATER)
    assert agreement.sheet.effective_on == date(2026, 7, 1)


def test_on_the_last_of_a_month_that_is_the_next_day(contract: Contract) -> None:
    better = replace(lifecycle.current_sheet(contract), bonuses=(Bonus("retainer", 200),))
    agreement = lifecycle.amend_by_notice(
        contract, better, by=identity("olga"), at=datetime(2026, 6, 30, 9, tzinfo=UTC)
    )
    assert agreement.sheet.effective_on == date(2026, 7, 1)


def test_the_creator_and_the_agent_are_told_in_their_language(contract: Contract, app: Flask, cast: Cast) -> None:
    db.session.get_one(Person, cast.people["ada"].id).language = "nl"
    before = len(mails(app))
    better = replace(lifecycle.current_sheet(contract), commission_bps=1500, hold_days=7)
    lifecycle.amend_by_notice(contract, better, by=identity("olga"), at=LATER)
    told = {mail["To"]: mail.get_content() for mail in mails(app)[before:]}
    assert set(told) == {"mira@cast.example", "ada@cast.example"}
    assert "21 June 2026" in told["mira@cast.example"]
    assert "Commission, Hold on commissions" in told["mira@cast.example"]
    assert "21 juni 2026" in told["ada@cast.example"]


def test_it_is_on_the_trail(contract: Contract) -> None:
    better = replace(lifecycle.current_sheet(contract), commission_bps=1500)
    lifecycle.amend_by_notice(contract, better, by=identity("olga"), at=LATER)
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "amend")).one()
    assert (event.by_name, event.object_id) == ("Olga", contract.id)
    assert event.detail == {"fields": ["commission_bps"], "effective_on": "2026-06-21"}


def test_anything_that_may_be_worse_needs_an_offer(contract: Contract) -> None:
    mixed = replace(lifecycle.current_sheet(contract), commission_bps=1500, hold_days=31, clauses="More.")
    with pytest.raises(BadInput, match=r"Make an offer.*Hold on commissions, Further clauses\."):
        lifecycle.amend_by_notice(contract, mixed, by=identity("olga"), at=LATER)


def test_nothing_changed_is_no_amendment(contract: Contract) -> None:
    same = replace(lifecycle.current_sheet(contract), effective_on=date(2026, 8, 1))
    with pytest.raises(BadInput, match="Nothing is changed"):
        lifecycle.amend_by_notice(contract, same, by=identity("olga"), at=LATER)


def test_only_an_owner_of_the_brand_gives_notice(contract: Contract) -> None:
    better = replace(lifecycle.current_sheet(contract), commission_bps=1500)
    for who in ("max", "bea", "kim", "mira", "adam", "sam"):
        with pytest.raises(NotAllowed):
            lifecycle.amend_by_notice(contract, better, by=identity(who), at=LATER)


def test_it_can_not_hold_from_today_nor_in_a_contract_that_has_ended(contract: Contract) -> None:
    better = replace(lifecycle.current_sheet(contract), commission_bps=1500, effective_on=date(2026, 6, 20))
    with pytest.raises(BadInput, match="choose 2026-06-21 or later"):
        lifecycle.amend_by_notice(contract, better, by=identity("olga"), at=LATER)
    with pytest.raises(Conflict, match="has ended"):
        lifecycle.amend_by_notice(contract, better, by=identity("olga"), at=AT + timedelta(days=400))


def test_what_is_reserved_grows_with_the_promise(contract: Contract) -> None:
    for month in (date(2026, 6, 1), date(2026, 7, 1), date(2026, 8, 1)):
        funding.reserve(contract.brand_id, "EUR", "contract", contract.id, month, 100, at=AT)
    better = replace(lifecycle.current_sheet(contract), bonuses=(Bonus("retainer", 300),))
    lifecycle.amend_by_notice(contract, better, by=identity("olga"), at=LATER)
    rows = raw().execute("select amount from reservation where released_at is null order by month").fetchall()
    assert rows == [(100,), (300,), (300,)]


def test_the_law_counts_for_better_terms_too(contract: Contract) -> None:
    contract.brand.country = "FR"
    db.session.flush()
    better = replace(lifecycle.current_sheet(contract), bonuses=(Bonus("retainer", 500_000),))
    with pytest.raises(Conflict, match=r"1,000\.00"):
        lifecycle.amend_by_notice(contract, better, by=identity("olga"), at=LATER)
    assert db.session.scalars(select(Terms)).one().nr == 1


def test_a_tier_that_is_kept_is_never_taken_back_by_notice(cast: Cast) -> None:
    sticky = Bonus(
        "threshold",
        measure="net_sales",
        period="month",
        tiering="marginal",
        sticky=True,
        steps=(Step(10_000, rate_bps=1200),),
    )
    closed = Exclusivity("category", Scope(("home",)), breach="suspend_bonus")
    terms = replace(SHEET, bonuses=(sticky,), exclusivity=closed)
    made = signed(terms, cast.brands["lumen"], cast.creators["mira"])
    milder = replace(lifecycle.current_sheet(made), exclusivity=replace(closed, breach="warn"))
    with pytest.raises(BadInput, match="may not be better for the creator: Monthly money"):
        lifecycle.amend_by_notice(made, milder, by=identity("olga"), at=LATER)


@pytest.mark.parametrize("breach", ["suspend_bonus", "repay_fee"])
def test_another_consequence_of_a_breach_is_no_milder_one(cast: Cast, breach: str) -> None:
    closed = Exclusivity("category", Scope(("home",)), fee=100, breach="terminate")
    made = signed(replace(SHEET, exclusivity=closed), cast.brands["lumen"], cast.creators["mira"])
    other = replace(lifecycle.current_sheet(made), exclusivity=replace(closed, breach=breach))
    with pytest.raises(BadInput, match="may not be better for the creator: Exclusivity"):
        lifecycle.amend_by_notice(made, other, by=identity("olga"), at=LATER)
