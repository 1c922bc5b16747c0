"""Lines decided anew by a person: exactly the difference is posted, and the past stays as it was."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import text

from app.contracts.models import Contract
from app.database import db, raw
from app.errors import BadInput
from app.sales.corrections import Correction, Days, redecide, redecide_line
from app.sales.models import Sale
from app.users.models import Brand, Creator
from tests import market
from tests.cast import Cast
from tests.ledger import story
from tests.market import NOON
from tests.payouts.books import bank
from tests.sales.corrected import AT, DUE_DAY, Owner, contents, decisions, entries, joon_comes_late, newest, sold
from tests.sales.outcome import assert_in_order

WHY = {"by": "Olga", "reason": "It was joon's show"}


def line(sale: Sale, at: datetime = AT) -> Correction:
    done = redecide_line(raw(), sale.brand_id, sale.id, at=at, **WHY)
    db.session.commit()
    return done


def span(brand: Brand, first: date, last: date, at: datetime = AT) -> Correction:
    return redecide(raw(), brand.id, Days(first, last, brand.timezone), at=at, **WHY)


# -- what came too late --


def test_what_came_too_late_changes_nothing_by_itself(
    sales: list[Sale], lumen: Brand, joon: Creator, mira: Creator, owner_connection: Owner
) -> None:
    joon_comes_late(lumen, joon)
    market.product(lumen, commissionable=False)
    market.stream(lumen, mira)
    market.contract(lumen, joon, date(2027, 1, 1), date(2027, 2, 1), coupons=("LATE",))
    before = contents(owner_connection)
    story.settle()
    assert contents(owner_connection) == before
    market.refund(sales[0], 5_000)
    story.settle()
    assert decisions(sales[0]) == [(1, mira.id, "last_touch", None, None)], "a refund settles, it does not decide"
    assert entries(after=6) == [("commission", mira.id, DUE_DAY, -500, 2), ("fee", None, None, -250, 2)]
    assert_in_order()


# -- redecide --


def test_a_dry_run_leaves_nothing(
    sales: list[Sale], lumen: Brand, joon: Creator, app: Flask, owner_connection: Owner
) -> None:
    joon_comes_late(lumen, joon)
    before = contents(owner_connection)
    done = span(lumen, NOON.date(), NOON.date())
    assert (done.lines, done.decided, done.entries) == (3, 1, 2)
    db.session.rollback()
    assert contents(owner_connection) == before
    day = str(NOON.date())
    command = ["redecide", "--brand", "lumen", "--from", day, "--to", day, "--reason", "It was joon's show"]
    shown = app.test_cli_runner().invoke(args=command)
    assert "3 lines looked at, 1 decided anew, 2 entries would be posted. Nothing was changed" in shown.output
    assert contents(owner_connection) == before
    assert "2 entries posted" in app.test_cli_runner().invoke(args=[*command, "--yes"]).output
    assert len(decisions(sales[0])) == 2


def test_only_a_line_that_differs_is_decided_again_with_the_person_and_the_reason(
    sales: list[Sale], lumen: Brand, mira: Creator, joon: Creator
) -> None:
    joon_comes_late(lumen, joon)
    done = span(lumen, NOON.date(), NOON.date())
    db.session.commit()
    assert [change["sale_id"] for change in done.changes] == [sales[0].id]
    first = (1, mira.id, "last_touch", None, None)
    assert decisions(sales[0]) == [first, (2, joon.id, "last_touch", "Olga", "It was joon's show")]
    assert decisions(sales[1]) == decisions(sales[2]) == [first]
    assert_in_order()


def test_another_creator_gets_all_and_the_first_gives_all_back(
    sales: list[Sale], lumen: Brand, mira: Creator, joon: Creator
) -> None:
    joon_comes_late(lumen, joon)
    before = newest()
    (change,) = line(sales[0]).changes
    assert entries(before) == [
        ("commission", mira.id, DUE_DAY, -1000, 2),
        ("commission", joon.id, date(2026, 3, 20), 2000, 3),
    ], "the fee is the brand's and stays"
    assert (change["commission_difference"], change["fee_difference"]) == (1000, 0)
    assert (change["old_creator_id"], change["creator_id"]) == (mira.id, joon.id)
    assert_in_order()


def test_other_terms_post_the_difference(sales: list[Sale], deal: Contract, mira: Creator) -> None:
    market.refund(sales[0], 3_333)
    story.settle()
    db.session.execute(text("update terms set commission_bps = 1255, hold_days = 30"))
    db.session.commit()
    before = newest()
    done = line(sales[0])
    assert (done.decided, done.entries) == (1, 1)
    assert entries(before) == [("commission", mira.id, DUE_DAY, 837 - 667, 3)], "of what was not given back"
    assert_in_order()


def test_another_hold_moves_the_money_to_its_day(sales: list[Sale], mira: Creator) -> None:
    db.session.execute(text("update terms set hold_days = 60"))
    db.session.commit()
    before = newest()
    line(sales[0])
    assert entries(before) == [
        ("commission", mira.id, DUE_DAY, -1000, 2),
        ("commission", mira.id, DUE_DAY + timedelta(days=30), 1000, 3),
    ]
    assert_in_order()


def test_a_line_that_becomes_the_houses_gives_commission_and_fee_back(sales: list[Sale], lumen: Brand) -> None:
    market.product(lumen, commissionable=False)
    db.session.commit()
    (change,) = line(sales[0]).changes
    assert (change["commission_difference"], change["fee_difference"]) == (-1000, -500)
    assert decisions(sales[0])[-1] == (2, None, "not_commissionable", "Olga", "It was joon's show")
    assert [amount for *_, amount, _ in entries(6)] == [-1000, -500]
    assert_in_order()


def test_a_house_line_becomes_a_creators(deal: Contract, lumen: Brand, mira: Creator) -> None:
    (sale,) = sold(lumen, "stranger")
    assert entries() == []
    market.touch(lumen, mira, "stranger")
    db.session.commit()
    line(sale)
    assert entries() == [("commission", mira.id, DUE_DAY, 1000, 1), ("fee", None, None, 500, 1)]
    assert_in_order()


def test_a_commission_that_was_paid_is_clawed_back_and_the_payment_stays(
    sales: list[Sale], lumen: Brand, mira: Creator, joon: Creator, cast: Cast
) -> None:
    bank(None, "FR1420041010050500013M02606")
    bank(mira, by=cast.people["sam"].id)
    story.top_up(lumen, 100_000)
    story.release(story.assembled("EUR"), mira="paid")
    joon_comes_late(lumen, joon)
    before = newest()
    line(sales[0])
    assert entries(before)[0] == ("commission", mira.id, DUE_DAY, -1000, 2)
    assert raw().execute("select sum(amount)::int from payout where status = 'paid'").fetchone() == (3000,)
    assert_in_order()
    owed = raw().execute(
        "select sum(amount)::int from balance where account = 'creator' and creator_id = %s", [mira.id]
    )
    assert owed.fetchone() == (-1000,), "made good by later sales of the brand"


def test_nothing_new_is_no_decision(sales: list[Sale], lumen: Brand, owner_connection: Owner) -> None:
    before = contents(owner_connection)
    done = span(lumen, NOON.date(), NOON.date())
    db.session.commit()
    assert (done.lines, done.decided, done.entries, done.changes) == (3, 0, 0, [])
    assert contents(owner_connection) == before


def test_a_correction_can_be_corrected(sales: list[Sale], lumen: Brand, mira: Creator, joon: Creator) -> None:
    joon_comes_late(lumen, joon)
    line(sales[0])
    line(sales[0], AT + timedelta(hours=1))
    market.product(lumen, commissionable=False)
    db.session.commit()
    line(sales[0], AT + timedelta(hours=2))
    db.session.execute(text("update product set commissionable = true"))
    db.session.commit()
    line(sales[0], AT + timedelta(hours=3))
    whose = [(nr, creator) for nr, creator, *_ in decisions(sales[0])]
    assert whose == [(1, mira.id), (2, joon.id), (3, None), (4, joon.id)]
    ours = [entry for entry in entries() if entry[1] == joon.id]
    assert [amount for *_, amount, _ in ours] == [2000, -2000, 2000]
    assert_in_order()


def test_a_line_that_is_not_settled_yet_is_left_to_settlement(deal: Contract, lumen: Brand) -> None:
    sale = market.sale(lumen, visitor="v1")
    db.session.commit()
    assert line(sale).lines == 0
    assert decisions(sale) == []
    story.settle()
    assert len(decisions(sale)) == 1


def test_days_are_the_brands_own_and_whole(deal: Contract, lumen: Brand, mira: Creator) -> None:
    """The day has 23 hours in Amsterdam, from 23:00 UTC to 22:00 UTC."""
    day, zone = date(2026, 3, 29), ZoneInfo("Europe/Amsterdam")
    begin, end = (datetime(2026, 3, 29 + n, tzinfo=zone).astimezone(UTC) for n in (0, 1))
    assert end - begin == timedelta(hours=23)
    tick = timedelta(microseconds=1)
    for moment in (begin - tick, begin, end - tick, end):
        market.sale(lumen, 10_000, moment)
    story.settle()
    for days, lines in (((day, day), 2), ((day - timedelta(days=1), day), 3), ((day, day + timedelta(days=1)), 3)):
        assert span(lumen, *days).lines == lines
        db.session.rollback()


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"first": date(2026, 3, 11)}, "The last day lies before the first"),
        ({"reason": "  "}, "Give a reason"),
    ],
    ids=str,
)
def test_a_correction_needs_days_in_order_and_a_reason(lumen: Brand, change: dict[str, Any], sentence: str) -> None:
    asked = {"first": NOON.date(), "at": AT} | WHY | change
    days = Days(asked.pop("first"), NOON.date(), lumen.timezone)
    with pytest.raises(BadInput, match=sentence):
        redecide(raw(), lumen.id, days, **asked)


def test_other_brands_are_left_alone(sales: list[Sale], cast: Cast, joon: Creator) -> None:
    joon_comes_late(cast.brands["lumen"], joon)
    assert span(cast.brands["kettle"], NOON.date(), NOON.date()).lines == 0
