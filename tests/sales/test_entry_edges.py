"""When an entry says that it happened, and what numbers entries of one line have."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.database import db, raw
from app.sales.jobs import settle_due
from tests import market
from tests.cast import Cast

DAY = timedelta(days=1)
Rows = list[tuple[object, ...]]


@pytest.fixture
def sold(cast: Cast) -> market.Sale:
    """100.00 by mira's code, not settled yet."""
    market.contract(cast.brands["lumen"], cast.creators["mira"], coupons=("mira",))
    return market.sale(cast.brands["lumen"], 10_000, coupon="mira")


def settled() -> Rows:
    """The line's entries of commission: number, amount (what was taken back is negative), when it happened."""
    db.session.commit()
    settle_due()
    query = (
        "select seq, case credit when 'creator' then amount else -amount end, occurred_at from entry"
        " where kind = 'commission' order by seq"
    )
    rows = raw().execute(query).fetchall()
    db.session.rollback()
    return rows


def test_what_a_line_earns_happened_when_it_was_sold_or_last_refunded(sold: market.Sale) -> None:
    market.refund(sold, 1_000, market.NOON + 3 * DAY)
    market.refund(sold, 1_000, market.NOON + 2 * DAY)
    assert settled() == [(1, 800, market.NOON + 3 * DAY)]


def test_every_difference_happened_with_the_last_refund_and_has_the_next_number(sold: market.Sale) -> None:
    assert settled() == [(1, 1_000, market.NOON)]
    market.refund(sold, 1_000, market.NOON + 3 * DAY)
    market.refund(sold, 1_000, market.NOON + 2 * DAY)
    assert settled()[1:] == [(2, -200, market.NOON + 3 * DAY)]
    market.refund(sold, 9_000, market.NOON + 5 * DAY)
    assert settled()[2:] == [(3, -800, market.NOON + 5 * DAY)]


def test_a_refund_in_another_currency_is_not_when_it_happened(sold: market.Sale) -> None:
    market.refund(sold, 1_000, market.NOON + 3 * DAY)
    market.refund(sold, 1_000, market.NOON + 9 * DAY, currency="USD")
    assert settled() == [(1, 900, market.NOON + 3 * DAY)]
