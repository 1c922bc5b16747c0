"""What others may read of a creator's sales: never one brand's alone, unless it has agreed."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from app.database import db
from app.errors import NotFound
from app.matching import results
from app.matching.results import KNOWN, UNKNOWN, _Month, _shown
from app.users.models import Brand
from tests import market
from tests.cast import Cast
from tests.payouts.people import identity

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
JUNE, JULY = date(2026, 6, 1), date(2026, 7, 1)


@pytest.fixture
def brands(cast: Cast) -> list[Brand]:
    """Lumen, kettle and two more."""
    more = [
        Brand(handle=name, name=name.title(), country="NL", currency="EUR", timezone="UTC") for name in ("oak", "elm")
    ]
    for each in more:
        each.recorded_at = market.LONG_AGO
    db.session.add_all(more)
    db.session.flush()
    return [cast.brands["lumen"], cast.brands["kettle"], *more]


def sold(cast: Cast, brand: Brand, net: int, month: date = JUNE, currency: str = "EUR", country: str = "NL") -> None:
    """A brand's sales of mira; a tenth more before refunds, in one stream of an hour."""
    values = {
        "creator": cast.creators["mira"].id,
        "brand": brand.id,
        "month": month,
        "net": net,
        "gross": net * 11 // 10,
    }
    values |= {"currency": currency, "country": country}
    insert = "insert into outcome values (:creator, :brand, :country, 1, :currency, :month, 2, :gross, :net)"
    db.session.execute(text(insert), values)
    row = "insert into airtime values (:creator, :brand, :month, 1, 1, 60) on conflict do nothing"
    db.session.execute(text(row), values)


def seen(cast: Cast, readers: list[Brand] | None) -> results.Verified:
    """What somebody of these brands reads, or (None) a stranger."""
    ids = None if readers is None else [brand.id for brand in readers]
    return results.verified(cast.creators["mira"].id, at=NOW, readers=ids)


def test_a_sum_takes_two_brands_and_a_third_where_the_reader_may_be_one_of_them(
    cast: Cast, brands: list[Brand]
) -> None:
    sold(cast, brands[0], 1_000)
    assert seen(cast, []).totals == []
    assert seen(cast, []).withheld
    sold(cast, brands[1], 200)
    (total,) = seen(cast, []).totals
    assert (total.brands, total.orders, total.net, total.gross, total.refund_bps) == (2, 4, 1_200, 1_320, 909)
    assert (seen(cast, []).streams, seen(cast, []).minutes) == (2, 120)
    assert not seen(cast, []).withheld
    assert [each.net for each in seen(cast, [brands[0]]).totals] == [1_000]  # its own, and nothing to take it from
    assert seen(cast, [brands[0]]).withheld
    assert seen(cast, None).totals == []  # a brand that has signed out is a stranger too
    sold(cast, brands[2], 30)
    assert [each.net for each in seen(cast, [brands[0]]).totals] == [1_230]
    assert [each.net for each in seen(cast, None).totals] == [1_230]


def test_each_currency_needs_brands_enough_of_its_own(cast: Cast, brands: list[Brand]) -> None:
    for brand in brands[:3]:
        sold(cast, brand, 100)
    sold(cast, brands[1], 7, currency="GBP")
    assert [(each.currency, each.net) for each in seen(cast, []).totals] == [("EUR", 300)]
    assert seen(cast, []).withheld


def test_a_brand_that_has_agreed_is_shown_alone_and_never_with_one_that_has_not(
    cast: Cast, brands: list[Brand]
) -> None:
    mira, olga = cast.creators["mira"], identity("olga")
    market.contract(brands[0], mira)
    sold(cast, brands[0], 1_000)
    sold(cast, brands[1], 200)
    results.consent(brands[0], mira, give=True, by=olga, at=NOW)
    found = seen(cast, None)
    assert [(each.brand, each.net) for each in found.single] == [("Lumen Lighting", 1_000)]
    assert [(each.brands, each.net) for each in found.totals] == [(1, 1_000)]
    assert found.withheld
    assert [given is not None for _creator, given in results.consents(brands[0])] == [True]
    results.consent(brands[0], mira, give=False, by=olga, at=NOW)
    assert seen(cast, None).single == []
    with pytest.raises(NotFound):
        results.consent(brands[1], mira, give=True, by=identity("kim"), at=NOW)


def test_a_month_that_one_brand_alone_has_added_waits_for_another(cast: Cast, brands: list[Brand]) -> None:
    sold(cast, brands[0], 1_000)
    sold(cast, brands[1], 200)
    sold(cast, brands[1], 50, JULY)
    assert [each.net for each in seen(cast, []).totals] == [1_200]
    assert seen(cast, []).withheld
    sold(cast, brands[2], 7, date(2026, 8, 1))
    assert [each.net for each in seen(cast, []).totals] == [1_257]


def test_the_current_month_and_what_is_older_than_a_year_do_not_count(cast: Cast, brands: list[Brand]) -> None:
    for brand in brands:
        sold(cast, brand, 100, date(2026, 11, 1))
        sold(cast, brand, 100, date(2025, 10, 1))
    assert seen(cast, []).totals == []
    assert not seen(cast, []).withheld
    for brand in brands:
        sold(cast, brand, 10, date(2025, 11, 1))
    assert [each.net for each in seen(cast, []).totals] == [40]
    assert (seen(cast, []).since, seen(cast, []).until) == (date(2025, 11, 1), date(2026, 11, 1))


months = st.builds(
    _Month,
    brand_id=st.integers(1, 5),
    month=st.sampled_from([date(2026, number, 1) for number in range(1, 11)]),
    orders=st.just(1),
    gross=st.integers(1, 9),
    net=st.just(1),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(months, max_size=25), st.sets(st.integers(1, 5)), st.integers(2, 10))
def test_whoever_reads_and_whenever_what_they_do_not_know_is_of_no_brand_or_of_two(
    found: list[_Month], consented: set[int], since: int
) -> None:
    """For strangers also when they turn out to be any one brand; and also the difference between two months' pages."""
    begin = date(2026, since, 1)
    for readers, least in (((), KNOWN), ((1,), KNOWN), (None, UNKNOWN)):
        told = frozenset(consented) | set(readers or ())
        for until in range(2, 11):
            earlier = [each for each in found if each.month.month < until]
            before = _shown(earlier, frozenset(consented), readers, begin)
            after = _shown(found, frozenset(consented), readers, begin)
            assert set(before) <= set(after)
            for added in (set(before), set(after), set(after) - set(before)):
                secret = {each.brand_id for each in added} - told
                assert not secret or len(secret) >= least
