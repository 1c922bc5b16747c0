"""Assembly: who is paid how much, who is passed over and why."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import psycopg
import pytest
from flask import Flask

from app.database import db, raw
from app.errors import BadInput, Conflict
from app.payouts.batches.assembly import Assembly, NobodyToPay, assemble, drafted
from app.payouts.models import PayoutHold
from app.users.models import Brand, Creator
from tests.cast import Cast
from tests.payouts.at_once import at_once, in_thread
from tests.payouts.books import AT, CUTOFF, IBANS, balances, bank, charge, earn, fund
from tests.programs import somebody_waits, until


def draft(currency: str = "EUR", minimum: int = 1000, **given: Any) -> int:
    values: dict[str, Any] = {"cutoff_on": CUTOFF, "by": None, "at": AT} | given
    return assemble(raw(), currency=currency, minimum=minimum, **values)


def paid(batch: int) -> dict[int, int]:
    return dict(raw().execute("select creator_id, amount from payout where batch_id = %s", [batch]).fetchall())


def skipped(batch: int) -> list[tuple[Any, ...]]:
    rows = "select creator_id, brand_id, amount, reason from payout_skip where batch_id = %s order by reason, brand_id"
    return raw().execute(rows, [batch]).fetchall()


@pytest.fixture
def lumen(cast: Cast) -> Brand:
    fund(cast.brands["lumen"], 1_000_000)
    return cast.brands["lumen"]


@pytest.fixture
def mira(cast: Cast) -> Creator:
    bank(cast.creators["mira"])
    return cast.creators["mira"]


def test_a_creator_is_paid_what_is_available_and_the_books_reserve_it(lumen: Brand, mira: Creator) -> None:
    earn(lumen, mira, 5000)
    earn(lumen, mira, 2500, CUTOFF - timedelta(days=40))
    earn(lumen, mira, -500, CUTOFF - timedelta(days=3))
    earn(lumen, mira, 9999, CUTOFF + timedelta(days=1))
    assert paid(draft()) == {mira.id: 7000}
    books = balances()
    assert books["creator", lumen.id, mira.id] == 9999
    assert books["payouts_in_transit", lumen.id, mira.id] == 7000
    on_its_day = "select amount, available_on from entry where kind = 'reserve'"
    assert raw().execute(on_its_day).fetchall() == [(7000, CUTOFF)]


def test_what_stands_in_a_batch_is_not_assembled_again(lumen: Brand, mira: Creator) -> None:
    earn(lumen, mira, 5000)
    draft()
    with pytest.raises(NobodyToPay):
        draft()
    earn(lumen, mira, 1200)
    assert paid(draft()) == {mira.id: 1200}


def test_a_negative_part_is_carried_and_made_good_by_the_same_brand_only(
    cast: Cast, lumen: Brand, mira: Creator
) -> None:
    kettle = cast.brands["kettle"]
    fund(kettle, 100_000, currency="EUR")
    earn(lumen, mira, -3000)
    earn(kettle, mira, 5000, currency="EUR")
    assert paid(draft()) == {mira.id: 5000}
    earn(lumen, mira, 4500)
    assert paid(draft()) == {mira.id: 2250}  # half of it at most makes good


def test_a_creator_with_only_negative_parts_is_skipped_as_negative(lumen: Brand, mira: Creator, cast: Cast) -> None:
    bank(cast.creators["joon"])
    earn(lumen, cast.creators["joon"], 2000)
    earn(lumen, mira, -3000)
    assert skipped(draft()) == [(mira.id, None, -3000, "negative")]


def test_everybody_who_is_passed_over_has_a_reason(app: Flask, cast: Cast) -> None:
    lumen, kettle = cast.brands["lumen"], cast.brands["kettle"]
    fund(lumen, 1_000_000)
    fund(kettle, 100, currency="EUR")
    names = ("paid", "small", "no_bank", "changed", "held", "poor", "part", "first_detail")
    made = {name: _creator(name) for name in names}
    for name, creator in made.items():
        if name != "no_bank":
            recent = AT - timedelta(hours=1) if name == "first_detail" else AT - timedelta(days=90)
            bank(creator, at=recent)
        if name not in ("small", "poor"):
            earn(lumen, creator, 5000)
    bank(made["changed"], IBANS[1], at=AT - timedelta(hours=47))
    hold = PayoutHold(creator_id=made["held"].id, reason="asked", placed_by=1, placed_at=AT)
    db.session.add(hold)
    db.session.flush()
    earn(lumen, made["small"], 999)
    earn(kettle, made["poor"], 7000, currency="EUR")
    earn(kettle, made["part"], 7000, currency="EUR")
    batch = draft()
    assert paid(batch) == {made[name].id: 5000 for name in ("paid", "part", "first_detail")}
    assert set(skipped(batch)) == {
        (made["changed"].id, None, 5000, "method_changed"),
        (made["small"].id, None, 999, "below_minimum"),
        (made["held"].id, None, 5000, "on_hold"),
        (made["no_bank"].id, None, 5000, "no_method"),
        (made["poor"].id, kettle.id, 7000, "brand_unfunded"),
        (made["part"].id, kettle.id, 7000, "brand_unfunded"),
    }
    reserved = {key: amount for key, amount in balances().items() if key[0] == "payouts_in_transit"}
    assert reserved == {
        ("payouts_in_transit", lumen.id, made[name].id): 5000 for name in ("paid", "part", "first_detail")
    }


def test_a_brand_pays_all_or_nobody_and_its_fee_counts_against_its_cash(cast: Cast, mira: Creator) -> None:
    lumen, joon = cast.brands["lumen"], cast.creators["joon"]
    bank(joon, IBANS[2])
    fund(lumen, 10_000)
    charge(lumen, 1)
    earn(lumen, mira, 6000)
    earn(lumen, joon, 4000)
    with pytest.raises(NobodyToPay):
        draft()
    fund(lumen, 1)
    assert paid(draft()) == {mira.id: 6000, joon.id: 4000}


def test_a_released_hold_holds_nothing_any_more(lumen: Brand, mira: Creator) -> None:
    for _ in range(2):
        hold = PayoutHold(creator_id=mira.id, reason="asked", placed_by=1, placed_at=AT, released_by=1, released_at=AT)
        db.session.add(hold)
    db.session.flush()
    earn(lumen, mira, 5000)
    assert paid(draft()) == {mira.id: 5000}


def test_what_one_creator_owes_back_does_not_pay_another(cast: Cast, mira: Creator) -> None:
    lumen, kettle, joon = cast.brands["lumen"], cast.brands["kettle"], cast.creators["joon"]
    bank(joon, IBANS[2])
    fund(lumen, 5000)
    fund(kettle, 9000, currency="EUR")
    earn(lumen, mira, 6000)
    earn(lumen, joon, -2000)
    earn(kettle, joon, 3000, currency="EUR")
    batch = draft()
    assert paid(batch) == {joon.id: 3000}
    assert skipped(batch) == [(mira.id, lumen.id, 6000, "brand_unfunded")]


def test_who_can_not_be_paid_anyway_does_not_keep_a_brand_from_paying_others(cast: Cast, mira: Creator) -> None:
    lumen = cast.brands["lumen"]
    fund(lumen, 6000)
    earn(lumen, mira, 6000)
    earn(lumen, cast.creators["joon"], 4000)
    batch = draft()
    assert paid(batch) == {mira.id: 6000}
    assert skipped(batch) == [(cast.creators["joon"].id, None, 4000, "no_method")]


def test_what_remains_beside_an_unfunded_brand_may_fall_below_the_minimum(
    cast: Cast, lumen: Brand, mira: Creator
) -> None:
    kettle = cast.brands["kettle"]
    earn(lumen, mira, 600)
    earn(kettle, mira, 600, currency="EUR")
    bank(cast.creators["joon"])
    earn(lumen, cast.creators["joon"], 5000)
    batch = draft()
    assert paid(batch) == {cast.creators["joon"].id: 5000}
    assert set(skipped(batch)) == {(mira.id, kettle.id, 600, "brand_unfunded"), (mira.id, None, 600, "below_minimum")}


def test_currencies_never_meet(cast: Cast, lumen: Brand, mira: Creator) -> None:
    fund(lumen, 50_000, currency="JPY")
    earn(lumen, mira, 4000)
    earn(lumen, mira, 3000, currency="JPY")
    assert paid(draft("JPY")) == {mira.id: 3000}
    assert paid(draft("EUR")) == {mira.id: 4000}


@pytest.mark.parametrize("currency", ["XYZ", "eur", ""])
def test_an_unknown_currency_is_refused(app: Flask, currency: str) -> None:
    with pytest.raises(BadInput, match="is not a currency"):
        draft(currency)


def test_the_cutoff_may_be_today_in_utc_but_not_tomorrow(lumen: Brand, mira: Creator) -> None:
    earn(lumen, mira, 5000, AT.date())
    with pytest.raises(BadInput, match="has not come"):
        draft(cutoff_on=AT.date() + timedelta(days=1))
    assert paid(draft(cutoff_on=AT.date())) == {mira.id: 5000}


def test_a_preview_says_the_same_and_leaves_nothing(lumen: Brand, mira: Creator) -> None:
    earn(lumen, mira, 5000)
    before = balances()
    with drafted(raw(), Assembly("EUR", CUTOFF, 1000, None, AT), keep=False) as (batch, payouts):
        assert (payouts, paid(batch)) == (1, {mira.id: 5000})
    assert balances() == before
    assert raw().execute("select count(*) from payout_batch").fetchone() == (0,)
    assert paid(draft()) == {mira.id: 5000}


def test_two_assemblies_of_a_currency_at_once_make_one_batch(lumen: Brand, mira: Creator) -> None:
    earn(lumen, mira, 5000)
    db.session.commit()
    for _ in range(20):
        outcomes = at_once(2, draft)
        assert sorted(type(outcome).__name__ for outcome in outcomes) in (["Conflict", "int"], ["NobodyToPay", "int"])
        (batch,) = [outcome for outcome in outcomes if isinstance(outcome, int)]
        assert paid(batch) == {mira.id: 5000}
        db.session.commit()
        earn(lumen, mira, 5000)
        db.session.commit()


def test_without_the_lock_the_unique_index_still_refuses_a_second_payout(
    app: Flask,
    lumen: Brand,
    mira: Creator,
    monkeypatch: pytest.MonkeyPatch,
    owner_connection: psycopg.Connection[Any],
) -> None:
    monkeypatch.setattr("app.payouts.batches.assembly.lock_currency", lambda connection, currency: None)
    earn(lumen, mira, 5000)
    db.session.commit()
    first = draft()
    rival = in_thread(app, draft)
    until(lambda: somebody_waits(owner_connection))  # for us, at the index
    db.session.commit()
    assert isinstance(rival(), Conflict)
    assert paid(first) == {mira.id: 5000}


def _creator(handle: str) -> Creator:
    creator = Creator(handle=handle, name=handle.title(), country="NL", languages=["nl"], timezone="UTC")
    creator.recorded_at = AT
    db.session.add(creator)
    db.session.flush()
    return creator
