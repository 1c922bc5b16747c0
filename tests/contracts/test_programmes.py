"""Programmes: announced once, written into every contract that follows, as rate protection lets them."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import Range

from app.contracts.models import Contract, Programme, Terms
from app.contracts.terms import programmes
from app.contracts.terms.current import current_sheet
from app.contracts.terms.protection import Rates
from app.database import db
from app.errors import BadInput, Conflict, NotFound
from tests import market
from tests.cast import Cast
from tests.contracts.signing import SHEET, signed
from tests.payouts.people import identity

AT = datetime(2026, 3, 1, 9, tzinfo=UTC)
LATER = AT + timedelta(days=20)


def programme(cast: Cast, rates: Rates = Rates(1000)) -> Programme:  # noqa: B008 - frozen
    return programmes.create(cast.brands["lumen"], "Spring", rates, by=identity("olga"), at=AT)


def following(cast: Cast, creator: str = "mira") -> Contract:
    made = market.contract(cast.brands["lumen"], cast.creators[creator], window_days=21, hold_days=7)
    programmes.follow(made, programmes.programmes_of(cast.brands["lumen"].id)[0], at=AT)
    return made


def versions(contract: Contract) -> list[tuple[int, datetime, int, int]]:
    found = db.session.scalars(select(Terms).where(Terms.contract_id == contract.id).order_by(Terms.valid)).all()
    assert found[0].valid.lower == contract.period.lower
    assert found[-1].valid.upper == contract.period.upper
    assert all(one.valid.upper == other.valid.lower for one, other in itertools.pairwise(found))
    return [(each.nr, each.valid.lower, each.commission_bps, each.window_days) for each in found if each.valid.lower]


def test_who_follows_has_the_programmes_rates_from_then_on(cast: Cast) -> None:
    programme(cast, Rates(1200))
    contract = following(cast)
    lower = contract.period.lower
    assert versions(contract) == [(1, lower, 1000, 21), (2, AT, 1200, 21)]


def test_a_cut_reaches_who_follows_after_thirty_days_and_a_rise_at_once(cast: Cast) -> None:
    spring = programme(cast)
    contract = following(cast)
    assert programmes.announce(spring, Rates(800), by=identity("olga"), at=LATER) == 1
    assert [row[1:3] for row in versions(contract)][-2:] == [(LATER, 1000), (LATER + timedelta(days=30), 800)]
    again = LATER + timedelta(days=5)
    programmes.announce(spring, Rates(1500), by=identity("olga"), at=again)
    assert [row[1:3] for row in versions(contract)][-2:] == [(LATER, 1000), (again, 1500)]


def test_who_joins_after_the_cut_has_it_at_once(cast: Cast) -> None:
    spring = programme(cast)
    programmes.announce(spring, Rates(800), by=identity("olga"), at=AT + timedelta(hours=1))
    made = market.contract(cast.brands["lumen"], cast.creators["joon"])
    programmes.follow(made, spring, at=LATER)
    assert [row[1:3] for row in versions(made)][-1] == (LATER, 800)


def test_a_contract_that_has_not_begun_begins_with_what_will_be_in_force(cast: Cast) -> None:
    spring = programme(cast)
    made = market.contract(cast.brands["lumen"], cast.creators["joon"], date(2026, 6, 1), date(2026, 7, 31))
    programmes.follow(made, spring, at=AT)
    programmes.announce(spring, Rates(700), by=identity("olga"), at=LATER)
    assert [row[1:3] for row in versions(made)] == [(made.period.lower, 700)]


def test_a_contract_that_left_keeps_its_rates(cast: Cast) -> None:
    spring = programme(cast, Rates(1200))
    contract = following(cast)
    programmes.announce(spring, Rates(1100), by=identity("olga"), at=AT + timedelta(days=1))
    programmes.leave(contract, by=identity("olga"), at=AT + timedelta(days=2))
    assert programmes.announce(spring, Rates(100), by=identity("olga"), at=LATER) == 0
    assert versions(contract)[-1][2] == 1200
    with pytest.raises(Conflict, match="follows no programme"):
        programmes.leave(contract, by=identity("olga"), at=LATER)


def test_a_contract_joins_only_for_better_rates(cast: Cast) -> None:
    spring = programme(cast, Rates(1000, in_stream=1200))
    worse = market.contract(cast.brands["lumen"], cast.creators["joon"], in_stream_bps=1300)
    with pytest.raises(BadInput, match="has to agree"):
        programmes.join(worse, spring, by=identity("olga"), at=AT)
    assert len(versions(worse)) == 1
    better = market.contract(cast.brands["lumen"], cast.creators["mira"])
    programmes.join(better, spring, by=identity("olga"), at=AT)
    assert versions(better)[-1][1] == AT
    for contract in (
        better,
        market.contract(cast.brands["lumen"], cast.creators["mira"], date(2025, 1, 1), date(2025, 2, 1)),
    ):
        with pytest.raises(Conflict, match="already, or has ended"):
            programmes.join(contract, spring, by=identity("olga"), at=AT)


def test_what_can_not_be_is_one_sentence(cast: Cast) -> None:
    spring = programme(cast)
    with pytest.raises(Conflict, match="called “Spring” already"):
        programme(cast)
    with pytest.raises(BadInput, match="the rates already"):
        programmes.announce(spring, Rates(1000), by=identity("olga"), at=LATER)
    for rates in (Rates(-1), Rates(1000, replay=10_001)):
        with pytest.raises(BadInput, match="between 0 and 100"):
            programmes.announce(spring, rates, by=identity("olga"), at=LATER)
    for name in ("", " ", "x" * 81, "a\x00b"):
        with pytest.raises(BadInput, match="a name"):
            programmes.create(cast.brands["lumen"], name, Rates(1), by=identity("olga"), at=AT)
    with pytest.raises(NotFound):
        programmes.get_programme(cast.brands["kettle"].id, spring.public_id)
    with pytest.raises(NotFound):
        programmes.get_programme(cast.brands["lumen"].id, UUID(int=1))


def test_what_was_announced_can_not_be_changed(app: Flask, cast: Cast) -> None:
    spring = programme(cast)
    assert programmes.followers(spring, at=AT) == 0
    spring.rates[0].commission_bps = 1
    with pytest.raises(Exception, match="permission denied"):
        db.session.flush()
    db.session.rollback()


def test_terms_that_were_agreed_and_are_to_begin_are_not_overruled(cast: Cast) -> None:
    spring = programme(cast, Rates(1500))
    contract = market.contract(cast.brands["lumen"], cast.creators["mira"])
    later = AT + timedelta(days=20)
    (first,) = db.session.scalars(select(Terms).where(Terms.contract_id == contract.id))
    upper, first.valid = first.valid.upper, Range(first.valid.lower, later)
    db.session.flush()
    row = {"contract_id": contract.id, "commission_bps": 1000, "hold_days": 7, "recorded_at": AT}
    db.session.add(Terms(nr=2, valid=Range(later, upper), window_days=30, **row))
    db.session.flush()
    with pytest.raises(Conflict, match="have not begun yet"):
        programmes.join(contract, spring, by=identity("olga"), at=AT)
    programmes.join(contract, spring, by=identity("olga"), at=later)
    assert versions(contract)[-1][2:] == (1500, 30)


def test_what_a_programme_has_raised_is_what_a_change_begins_from(cast: Cast) -> None:
    spring = programme(cast, Rates(1500))
    contract = signed(SHEET, cast.brands["lumen"], cast.creators["mira"])
    programmes.join(contract, spring, by=identity("olga"), at=datetime(2026, 7, 1, tzinfo=UTC))
    assert current_sheet(contract).commission_bps == 1500
