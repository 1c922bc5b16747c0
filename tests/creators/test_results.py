"""What others may read of a creator's sales: never one brand's alone, unless it has agreed."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from app.creators import results
from app.creators.results import UNKNOWN, BrandMonth, shown_months
from app.database import db
from app.errors import NotFound
from app.users.models import Brand
from tests import market
from tests.cast import Cast
from tests.payouts.people import identity

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
JUNE, JULY, AUGUST = date(2026, 6, 1), date(2026, 7, 1), date(2026, 8, 1)


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


def test_a_sum_takes_three_brands_and_is_the_same_for_everybody(cast: Cast, brands: list[Brand]) -> None:
    sold(cast, brands[0], 1_000)
    sold(cast, brands[1], 200)
    for readers in ([], None):
        assert seen(cast, readers).totals == seen(cast, readers).single == []
        assert seen(cast, readers).withheld
    reader = seen(cast, [brands[0]])
    assert (reader.totals, reader.withheld) == ([], True)
    assert [(each.brand, each.net, each.own) for each in reader.single] == [("Lumen Lighting", 1_000, True)]
    sold(cast, brands[2], 30)
    (total,) = seen(cast, None).totals
    assert (total.brands, total.orders, total.net, total.gross, total.refund_bps) == (3, 6, 1_230, 1_353, 909)
    for readers in ([], None, [brands[0]], brands):
        found = seen(cast, readers)
        assert (found.totals, found.streams, found.minutes, found.withheld) == ([total], 3, 180, False)


def test_a_brand_that_signs_out_reads_no_sum_that_was_cut_otherwise(cast: Cast, brands: list[Brand]) -> None:
    """Else it takes one from the other: a month of two rivals' would be left, and one of them is a reader too."""
    for brand, month, net in zip(
        [0, 1, 2, 1, 3], [JULY, JULY, JULY, AUGUST, AUGUST], [1, 20, 300, 4_000, 50], strict=True
    ):
        sold(cast, brands[brand], net, month)
    stranger = seen(cast, None)
    assert [each.net for each in stranger.totals] == [321]
    for brand in brands:
        assert seen(cast, [brand]).totals == stranger.totals
    assert [each.net for each in seen(cast, [brands[3]]).single] == [50]


def test_each_currency_needs_brands_enough_of_its_own(cast: Cast, brands: list[Brand]) -> None:
    for brand in brands[:3]:
        sold(cast, brand, 100)
    sold(cast, brands[1], 7, currency="GBP")
    assert [(each.currency, each.net) for each in seen(cast, []).totals] == [("EUR", 300)]
    assert seen(cast, []).withheld


def test_a_brand_that_has_agreed_isshown_months_alone_and_never_with_one_that_has_not(
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
    assert [given for _creator, given in results.consents(brands[0])] == [None]
    results.consent(brands[0], mira, give=True, by=olga, at=NOW)
    assert [each.net for each in seen(cast, None).single] == [1_000]
    with pytest.raises(NotFound):
        results.consent(brands[1], mira, give=True, by=identity("kim"), at=NOW)


def test_taking_consent_back_leaves_what_was_told_out_of_every_sum(cast: Cast, brands: list[Brand]) -> None:
    """Else who has noted it down takes it from the sum, and reads what the two others sold."""
    mira, olga = cast.creators["mira"], identity("olga")
    market.contract(brands[0], mira)
    for brand, net in zip(brands[:3], (1_000, 200, 30), strict=True):
        sold(cast, brand, net)
        sold(cast, brand, 3 * net, AUGUST)
    results.consent(brands[0], mira, give=True, by=olga, at=datetime(2026, 7, 1, tzinfo=UTC))
    results.consent(brands[0], mira, give=False, by=olga, at=datetime(2026, 7, 20, tzinfo=UTC))
    results.consent(brands[0], mira, give=False, by=olga, at=NOW)  # again, which changes nothing
    assert [(each.brands, each.net) for each in seen(cast, None).totals] == [(3, 3_690)]  # August's alone
    assert seen(cast, None).withheld
    assert [each.net for each in seen(cast, [brands[0]]).single] == [4_000]
    sold(cast, brands[3], 5)
    assert [(each.brands, each.net) for each in seen(cast, None).totals] == [(4, 3_925)]
    ids = [brand.id for brand in brands]
    assert not results.tells(mira.id, ids[:3], None)
    assert results.tells(mira.id, ids, None)


def test_a_month_that_one_brand_alone_has_added_waits_for_two_others(cast: Cast, brands: list[Brand]) -> None:
    for brand, net in zip(brands, (1_000, 200, 30), strict=False):
        sold(cast, brand, net)
    sold(cast, brands[1], 50, JULY)
    sold(cast, brands[0], 4, AUGUST)
    assert [each.net for each in seen(cast, []).totals] == [1_230]
    assert seen(cast, []).withheld
    sold(cast, brands[2], 7, AUGUST)
    assert [each.net for each in seen(cast, []).totals] == [1_291]


def test_what_grows_too_old_takes_its_whole_stretch_along(cast: Cast, brands: list[Brand]) -> None:
    """Else what is missing a month later is what one brand sold in the oldest."""
    sold(cast, brands[0], 1_000, date(2026, 1, 1))
    sold(cast, brands[1], 200, date(2026, 2, 1))
    sold(cast, brands[0], 30, date(2026, 3, 1))
    sold(cast, brands[1], 4, date(2026, 3, 1))
    for month in (1, 3):
        sold(cast, brands[2], 5, date(2026, month, 1))
    looked = []
    for at in (datetime(2027, 1, 20, tzinfo=UTC), datetime(2027, 2, 20, tzinfo=UTC)):
        db.session.execute(text("delete from outcome where month < :first"), {"first": at.replace(year=2026, day=1)})
        found = results.verified(cast.creators["mira"].id, at=at, readers=[])
        looked.append([each.net for each in found.totals])
    assert looked == [[1_244], [39]]


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
    BrandMonth,
    brand_id=st.integers(1, 5),
    month=st.sampled_from([date(2026, number, 1) for number in range(1, 11)]),
    orders=st.just(1),
    gross=st.integers(1, 9),
    net=st.just(1),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(months, max_size=25), st.sets(st.integers(1, 5)), st.integers(2, 10))
def test_whoever_reads_and_whenever_what_they_do_not_know_is_of_no_brand_or_of_two(
    found: list[BrandMonth], consented: set[int], since: int
) -> None:
    """Also when they turn out to be any one brand; and also the difference between two months' pages."""
    begin, told = date(2026, since, 1), frozenset(consented)
    whole = shown_months(found, told, begin)
    later = date(2026, min(since + 1, 12), 1)
    kept = shown_months([each for each in found if each.month >= later], told, later)
    assert set(kept) <= set(whole), "a month later the oldest facts are gone"
    assert all(month.month >= begin for month in whole)
    for until in range(2, 11):
        before = shown_months([each for each in found if each.month.month < until], told, begin)
        assert set(before) <= set(whole)
        for added in (set(before), set(whole), set(whole) - set(before), set(whole) - set(kept)):
            secret = {each.brand_id for each in added} - told
            assert not secret or len(secret) >= UNKNOWN
