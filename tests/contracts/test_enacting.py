"""What both signed becomes rows: the contract, its terms, codes, monthly money and claims; or nothing at all."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app.contracts.changes import lifecycle
from app.contracts.models import Agreement, BonusLine, Contract, Coupon, Terms
from app.contracts.signing import signature
from app.contracts.signing.signature import SignatureEntry
from app.contracts.terms.sheet import (
    Bonus,
    Condition,
    Exclusivity,
    Scope,
    Step,
)
from app.database import db, raw
from app.errors import Conflict, StreamcutError
from app.ledger import funding
from app.sales.jobs import settle_due
from app.users.models import Brand, Creator
from tests import market
from tests.cast import Cast
from tests.contracts.signing import AT, FROM, SHEET, code_for, frozen, offered, sign, signed
from tests.payouts.people import identity

RICH = replace(
    SHEET,
    in_stream_bps=1500,
    off_stream_bps=0,
    window_days=30,
    hold_days=7,
    offset_bps=2500,
    keeps_cancelled=True,
    coupons=("MIRA10", " mira é "),
    exclusivity=Exclusivity("category", Scope(("home",)), cool_off_days=30, fee=50_000),
    bonuses=(
        Bonus("guarantee", 300_000, (Condition("valid_minutes", 1200), Condition("no_open_breach")), "all_or_nothing"),
        Bonus(
            "threshold",
            measure="net_sales",
            period="month",
            tiering="marginal",
            sticky=True,
            steps=(Step(20_000, rate_bps=600), Step(40_000, rate_bps=800)),
        ),
    ),
    cap_month=500_000,
    cap_contract=2_000_000,
    evaluation_day=7,
    stream_minutes=45,
    day_minutes=200,
    month_minutes=4000,
    notice_brand_days=60,
    notice_creator_days=7,
)
BEGINS, ENDS = datetime(2026, 6, 10, 22, tzinfo=UTC), datetime(2026, 12, 31, 23, tzinfo=UTC)


def test_a_contract_has_the_days_and_settings_of_its_sheet(lumen: Brand, mira: Creator) -> None:
    contract = signed(RICH, lumen, mira)
    agreement = db.session.scalars(select(Agreement)).one()
    assert (contract.ref, agreement.contract_id) == (f"C-{agreement.id}", contract.id)
    assert (contract.brand_id, contract.creator_id, contract.timezone) == (lumen.id, mira.id, "Europe/Amsterdam")
    assert (contract.period.lower, contract.period.upper) == (BEGINS, ENDS)
    assert (contract.signed_at, contract.import_id) == (AT, None)
    for name in ("starts_on", "ends_on", "cap_month", "cap_contract", "evaluation_day", "stream_minutes"):
        assert getattr(contract, name) == getattr(RICH, name)
    for name in ("day_minutes", "month_minutes", "notice_brand_days", "notice_creator_days", "offset_bps"):
        assert getattr(contract, name) == getattr(RICH, name)


def test_its_terms_and_codes_hold_for_its_period(lumen: Brand, mira: Creator) -> None:
    contract = signed(RICH, lumen, mira)
    terms = db.session.scalars(select(Terms)).one()
    assert (terms.nr, terms.valid) == (1, contract.period)
    assert (terms.commission_bps, terms.in_stream_bps, terms.replay_bps, terms.off_stream_bps) == (1000, 1500, None, 0)
    assert (terms.window_days, terms.hold_days, terms.keeps_cancelled) == (30, 7, True)
    coupons = db.session.scalars(select(Coupon).order_by(Coupon.id)).all()
    assert [(each.code, each.key, each.period) for each in coupons] == [
        ("MIRA10", "mira10", contract.period),
        (" mira é ", "mira é", contract.period),
    ]


def test_its_monthly_money_has_the_fee_as_a_line_of_its_own(lumen: Brand, mira: Creator) -> None:
    signed(RICH, lumen, mira)
    lines = db.session.scalars(select(BonusLine).order_by(BonusLine.id)).all()
    assert [(each.kind, each.amount, each.mode, each.currency) for each in lines] == [
        ("guarantee", 300_000, "all_or_nothing", "EUR"),
        ("threshold", 0, "scaled", "EUR"),
        ("exclusivity_fee", 50_000, "scaled", "EUR"),
    ]
    assert {(each.first_on, each.last_on) for each in lines} == {(RICH.starts_on, RICH.ends_on)}
    guarantee, threshold, _ = lines
    assert [(each.what, each.required) for each in guarantee.conditions] == [
        ("no_open_breach", 0),
        ("valid_minutes", 1200),
    ]
    assert (threshold.measure, threshold.period, threshold.tiering, threshold.sticky) == (
        "net_sales",
        "month",
        "marginal",
        True,
    )
    assert [(each.nr, each.from_value, each.rate_bps, each.amount) for each in threshold.steps] == [
        (1, 20_000, 600, None),
        (2, 40_000, 800, None),
    ]


def test_it_claims_its_work_and_closes_what_it_closes(lumen: Brand, mira: Creator) -> None:
    contract = signed(RICH, lumen, mira)
    claims = raw().execute("select kind, count(*)::int from claim where contract_id = %s group by 1", [contract.id])
    assert {kind for kind, _ in claims.fetchall()} == {"work", "block"}


def test_sales_earn_by_it_from_its_first_instant_on(lumen: Brand, mira: Creator) -> None:
    contract = signed(RICH, lumen, mira)
    moments = (BEGINS - timedelta(seconds=1), BEGINS, ENDS - timedelta(seconds=1), ENDS)
    sales = [market.sale(lumen, 10_000, at, coupon="mira10") for at in moments]
    db.session.commit()
    settle_due()
    found = raw().execute("select sale_id, contract_id, rate_bps from decision order by sale_id").fetchall()
    mine = {sales[1].id, sales[2].id}
    assert {sale_id: contract_id for sale_id, contract_id, _ in found} == {
        sale.id: contract.id if sale.id in mine else None for sale in sales
    }


def test_a_name_that_a_file_brought_is_left_alone(lumen: Brand, mira: Creator, cast: Cast) -> None:
    agreement = frozen(SHEET, lumen, mira)
    for ref in (f"C-{agreement.id}", f"C-{agreement.id}-2"):
        market.contract(cast.brands["kettle"], mira, date(2020 + len(ref), 1, 1), date(2020 + len(ref), 2, 1), ref=ref)
    sign(agreement, "brand", "olga")
    sign(agreement, "creator", "mira")
    assert agreement.contract is not None
    assert agreement.contract.ref == f"C-{agreement.id}-3"


def test_what_the_offer_reserved_is_the_contracts(lumen: Brand, mira: Creator) -> None:
    round_ = offered(RICH, lumen, mira)
    funding.reserve(lumen.id, "EUR", "offer", round_.offer_id, RICH.starts_on, 350_000, at=AT)
    agreement = frozen(RICH, lumen, mira, round_id=round_.id)
    sign(agreement, "brand", "olga")
    sign(agreement, "creator", "mira")
    live = raw().execute("select kind, cause, amount from reservation where released_at is null").fetchall()
    assert live == [("contract", agreement.contract_id, 350_000)]


# -- what stands in the way --


def last_signature(agreement: Agreement) -> None:
    sign(agreement, "brand", "olga")
    db.session.commit()
    sign(agreement, "creator", "mira")


def test_contracts_of_one_pair_never_overlap(lumen: Brand, mira: Creator) -> None:
    agreement = frozen(SHEET, lumen, mira)
    market.contract(lumen, mira, date(2026, 12, 31), date(2027, 1, 31))
    with pytest.raises(Conflict, match="another contract in these days"):
        last_signature(agreement)
    db.session.rollback()
    assert [each.starts_on for each in db.session.scalars(select(Contract))] == [date(2026, 12, 31)]
    assert len(db.session.scalars(select(Terms)).all()) == 1


def test_a_code_that_is_taken_keeps_the_contract_out(lumen: Brand, mira: Creator, cast: Cast) -> None:
    agreement = frozen(replace(SHEET, coupons=("summer",)), lumen, mira)
    market.contract(lumen, cast.creators["joon"], coupons=("SUMMER",))
    db.session.commit()
    with pytest.raises(Conflict, match="One of the codes is another contract's"):
        last_signature(agreement)
    db.session.rollback()
    assert [each.creator_id for each in db.session.scalars(select(Contract))] == [cast.creators["joon"].id]


def test_an_exclusivity_in_the_way_keeps_the_contract_out(lumen: Brand, mira: Creator, cast: Cast) -> None:
    agreement = frozen(replace(SHEET, work=Scope(("home.lighting",), formats=("live",))), lumen, mira)
    market.product(cast.brands["kettle"], category="home")
    closing = replace(SHEET, currency="GBP", work=Scope(("home.kitchen",), formats=("live",)))
    closing = replace(closing, exclusivity=Exclusivity("category", Scope(("home",)), fee=1))
    signed(closing, cast.brands["kettle"], mira)
    with pytest.raises(Conflict, match="An exclusivity closes this"):
        last_signature(agreement)
    db.session.rollback()
    assert (agreement.status, len(signature.signatures(agreement))) == ("to_sign", 1)
    assert [each.brand_id for each in db.session.scalars(select(Contract))] == [cast.brands["kettle"].id]


def test_it_is_too_late_to_sign_when_its_days_have_passed(lumen: Brand, mira: Creator) -> None:
    agreement = frozen(SHEET, lumen, mira)
    sign(agreement, "brand", "olga")
    db.session.commit()
    with pytest.raises(Conflict, match="The last day had passed"):
        sign(agreement, "creator", "mira", at=ENDS)


def test_two_brands_closing_each_other_out_at_once_never_both(app: Flask, cast: Cast) -> None:
    mira, won, refused, barrier = cast.creators["mira"], list[str](), list[str](), threading.Barrier(2)
    agreements = {}
    for handle, who in (("lumen", "olga"), ("kettle", "kim")):
        sheet = replace(SHEET, work=Scope(("home",), formats=("live",)))
        sheet = replace(sheet, exclusivity=Exclusivity("category", Scope(("home",)), fee=1))
        agreement = frozen(sheet, cast.brands[handle], mira)
        sign(agreement, "brand", who)
        db.session.commit()
        agreements[handle] = (agreement.id, code_for(agreement, "mira"))
    by = identity("mira")

    def attempt(handle: str) -> None:
        agreement_id, code = agreements[handle]
        with app.app_context():
            try:
                mine = db.session.get_one(Agreement, agreement_id)
                barrier.wait()
                signature.sign(mine, SignatureEntry("Mira", code, **FROM), side="creator", by=by, at=AT)
                db.session.commit()
                won.append(handle)
            except StreamcutError as error:
                refused.append(error.sentence)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=attempt, args=[handle]) for handle in agreements]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(won) == 1
    assert ["exclusivity" in sentence.lower() for sentence in refused] == [True]
    assert [each.brand.handle for each in db.session.scalars(select(Contract))] == won


def test_everything_about_a_contracts_life_is_in_one_place() -> None:
    for name in ("enact", "end", "earliest_end", "ask_pause", "answer_pause", "current_sheet", "amend_by_notice"):
        assert callable(getattr(lifecycle, name))
