"""What a contract says now: the newest that was signed, else its file."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from app.contracts.changes.ending import Termination, end
from app.contracts.terms.current import current_sheet, newest_terms
from app.contracts.terms.sheet import Exclusivity, Scope, Sheet
from app.database import db
from tests import market
from tests.cast import Cast
from tests.contracts.signing import AT, SHEET, frozen, signed
from tests.payouts.people import identity


def test_the_file_of_a_contract_that_nobody_signed_here(cast: Cast) -> None:
    rates = {"commission_bps": 700, "in_stream_bps": 1500, "off_stream_bps": 0, "window_days": 7, "hold_days": 9}
    contract = market.contract(cast.brands["kettle"], cast.creators["mira"], coupons=("B", "A"), **rates)
    contract.exclusive_category = "Lighting"
    db.session.flush()
    assert current_sheet(contract) == Sheet(
        date(2026, 1, 1),
        date(2026, 12, 31),
        "Europe/London",
        "GBP",
        coupons=("B", "A"),
        work=Scope(),
        exclusivity=Exclusivity("category", Scope(categories=("home.lighting",))),
        **rates,
    )
    market.product(cast.brands["kettle"], "TEA", category="Tea and coffee")
    assert current_sheet(contract).work == Scope(categories=("food.tea",))
    contract.exclusive_category = "Things nobody has a word for"
    assert current_sheet(contract).exclusivity is None


def test_the_newest_that_both_signed_and_nothing_that_waits(cast: Cast) -> None:
    lumen, mira = cast.brands["lumen"], cast.creators["mira"]
    contract = signed(SHEET, lumen, mira)
    assert current_sheet(contract) == SHEET
    changed = replace(SHEET, commission_bps=1100, effective_on=date(2026, 8, 1))
    signed(changed, lumen, mira, contract=contract, at=AT + timedelta(hours=1))
    assert current_sheet(contract) == replace(changed, effective_on=None)
    assert newest_terms(contract).nr == 2
    waiting = replace(SHEET, commission_bps=1200, effective_on=date(2026, 9, 1))
    frozen(waiting, lumen, mira, contract=contract, at=AT + timedelta(hours=2))
    assert current_sheet(contract).commission_bps == 1100


def test_its_last_day_is_the_one_it_has_now(cast: Cast) -> None:
    contract = signed(SHEET, cast.brands["lumen"], cast.creators["mira"])
    at = datetime(2026, 7, 15, 9, tzinfo=UTC)
    end(contract, Termination("cause", "x", cause="fraud"), side="brand", by=identity("olga"), at=at)
    assert current_sheet(contract) == replace(SHEET, ends_on=date(2026, 7, 15))
