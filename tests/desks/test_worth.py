"""What an offer is worth: numbers by hand, whose past is replayed, and what a brand is never shown."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from app.contracts.terms.sheet import (
    Bonus,
    CarveOut,
    Exclusivity,
    Scope,
    Sheet,
)
from app.database import db, raw
from app.desks.worth import FEWEST, Worth, reckon
from app.sales.models import Sale
from app.users.models import Brand, Creator
from tests import market
from tests.cast import BEGINNING, Cast
from tests.desks.stories import settled
from tests.market import NOON

AT = datetime(2026, 4, 10, 9, tzinfo=UTC)
FEBRUARY = datetime(2026, 2, 10, 12, tzinfo=UTC)


def sheet(**terms: Any) -> Sheet:
    """5 % of everything from Lumen, from May to the end of the year."""
    promised = {"commission_bps": 500, "currency": "EUR", "timezone": "Europe/Amsterdam"} | terms
    return Sheet(starts_on=date(2026, 5, 1), ends_on=date(2026, 12, 31), **promised)


def worth(cast: Cast, terms: Sheet | None = None, side: str = "creator", at: datetime = AT) -> Worth:
    lumen, mira = cast.brands["lumen"], cast.creators["mira"]
    return reckon(raw(), lumen.id, mira.id, terms or sheet(), side=side, at=at)


def sold(brand: Brand, creator: Creator, base: int, at: datetime = NOON, **columns: Any) -> Sale:
    """A line that the creator's code won."""
    return market.sale(brand, base, at, coupon=f"{creator.handle}-{brand.handle}", **columns)


def contract(brand: Brand, creator: Creator, *days: date, **terms: Any) -> None:
    market.contract(brand, creator, *days, coupons=(f"{creator.handle}-{brand.handle}",), **terms)


def brand(handle: str, category: str, currency: str = "EUR") -> Brand:
    """Another brand, with a product of the category and a fee."""
    made = Brand(handle=handle, name=handle.title(), country="NL", currency=currency, timezone="Europe/Amsterdam")
    made.recorded_at = BEGINNING
    db.session.add(made)
    db.session.flush()
    db.session.execute(
        db.text("insert into brand_fee (brand_id, valid, fee_bps) values (:brand, tstzrange(null, null), 500)"),
        {"brand": made.id},
    )
    market.product(made, f"P-{handle}", category=category)
    return made


def creator(handle: str) -> Creator:
    made = Creator(handle=handle, name=handle.title(), country="NL", languages=["nl"], timezone="Europe/Amsterdam")
    made.recorded_at = BEGINNING
    db.session.add(made)
    db.session.flush()
    return made


@pytest.fixture
def pair(cast: Cast) -> None:
    """Mira's first months with Lumen at 10 %: nothing in January, 100.00 in February, 300.00 in March."""
    lumen, mira = cast.brands["lumen"], cast.creators["mira"]
    contract(lumen, mira)
    market.stream(lumen, mira, NOON, 2)
    market.stream(lumen, mira, FEBRUARY, 0.5)
    market.stream(lumen, mira, AT, 2)
    sold(lumen, mira, 10_000, FEBRUARY)
    refunded = sold(lumen, mira, 25_000)
    market.refund(refunded, 5_000)
    sold(lumen, mira, 10_000, NOON + timedelta(hours=1))
    sold(lumen, mira, 99_000, AT)
    market.sale(lumen, 77_000)
    settled()


def test_the_pairs_own_months_are_replayed_under_the_new_rates(cast: Cast, pair: None) -> None:
    found = worth(cast)
    assert found.basis == "pair"
    assert [(month.month.month, month.net, month.commission) for month in found.months] == [
        (1, 0, 0),
        (2, 10_000, 500),
        (3, 30_000, 1_500),
    ]
    assert (found.worst, found.middle, found.best) == (0, 500, 1_500)
    assert [month.really for month in found.months] == [0, 1_000, 3_000]
    assert found.really == 1_000


def test_an_hour_of_streaming_has_its_price(cast: Cast, pair: None) -> None:
    found = worth(cast)
    assert [month.minutes for month in found.months] == [0, 30, 120]
    assert found.hours == 3
    assert found.per_hour == 2_000 * 60 // 150
    assert found.really_per_hour == 4_000 * 60 // 150


def test_without_streams_nothing_is_said_by_the_hour(cast: Cast) -> None:
    contract(cast.brands["lumen"], cast.creators["mira"])
    sold(cast.brands["lumen"], cast.creators["mira"], 10_000)
    settled()
    assert worth(cast).per_hour is None


def test_each_line_takes_the_rate_of_its_label(cast: Cast) -> None:
    lumen, mira = cast.brands["lumen"], cast.creators["mira"]
    contract(lumen, mira)
    stream = market.stream(lumen, mira, NOON, 2)
    market.sale(lumen, 10_000, NOON + timedelta(minutes=5), checkout_stream=stream.ref)
    market.sale(lumen, 10_000, NOON + timedelta(hours=5), checkout_stream=stream.ref)
    market.touch(lumen, mira, "v1", NOON, stream)
    market.sale(lumen, 10_000, NOON + timedelta(hours=3), visitor="v1")
    sold(lumen, mira, 10_000, NOON + timedelta(hours=1))  # by a code used on air
    sold(lumen, mira, 10_000, NOON + timedelta(hours=6))
    settled()
    rates = {"in_stream_bps": 800, "replay_bps": 300, "after_stream_bps": 0}
    march = worth(cast, sheet(**rates)).months[-1]
    assert march.commission == 800 + 300 + 0 + 800 + 500
    assert worth(cast, sheet(**rates, off_stream_bps=100)).months[-1].commission == 800 + 300 + 800 + 100


def test_each_line_is_rounded_by_itself_as_it_would_be_in_the_books(cast: Cast) -> None:
    contract(cast.brands["lumen"], cast.creators["mira"])
    for _ in range(3):
        sold(cast.brands["lumen"], cast.creators["mira"], 10)  # 5 % of 0.10 is half a cent: up
    settled()
    assert worth(cast).months[-1].commission == 3


def test_monthly_lines_come_on_top_and_a_guarantee_only_fills_up(cast: Cast, pair: None) -> None:
    bonuses = (Bonus("retainer", 2_000), Bonus("guarantee", 1_000), Bonus("quota", 300))
    found = worth(cast, sheet(bonuses=bonuses))
    assert [month.bonuses for month in found.months] == [2_000 + 1_000 + 300, 2_000 + 500 + 300, 2_000 + 0 + 300]
    assert [month.total for month in found.months] == [3_300, 3_300, 3_800]
    assert found.sure == 3_300


def test_a_retainer_counts_towards_the_guarantee_where_that_is_agreed(cast: Cast, pair: None) -> None:
    bonuses = (Bonus("retainer", 400), Bonus("guarantee", 1_000, counts_retainer=True))
    assert [month.bonuses for month in worth(cast, sheet(bonuses=bonuses)).months] == [1_000, 500, 400]


def test_the_cap_of_a_month_cuts_bonuses_but_not_the_fee_of_exclusivity(cast: Cast, pair: None) -> None:
    terms = sheet(bonuses=(Bonus("retainer", 2_000),), cap_month=1_500, exclusivity=Exclusivity("full", fee=700))
    assert {month.bonuses for month in worth(cast, terms).months} == {2_200}


def test_without_own_past_the_creators_lines_with_any_brand_are_replayed(cast: Cast) -> None:
    other, mira = brand("candles", "home"), cast.creators["mira"]
    contract(other, mira)
    sold(other, mira, 40_000)
    settled()
    found = worth(cast)
    assert (found.basis, found.best) == ("creator", 2_000)


def test_a_brand_is_never_shown_what_the_creator_did_elsewhere(cast: Cast) -> None:
    other, mira = brand("candles", "home"), cast.creators["mira"]
    contract(other, mira)
    sold(other, mira, 40_000)
    market.product(cast.brands["lumen"], category="home")
    settled()
    found = worth(cast, sheet(exclusivity=Exclusivity("full", fee=100)), side="brand")
    assert (found.basis, found.months, found.closes) == ("none", (), ())
    assert worth(cast, sheet(exclusivity=Exclusivity("full", fee=100))).closes != ()


def test_without_any_past_a_month_of_the_category_is_shared_by_its_creators(cast: Cast) -> None:
    lumen, other, food = cast.brands["lumen"], brand("candles", "home.decoration"), brand("beans", "food")
    market.product(lumen, category="home")
    joon, kay, lou = cast.creators["joon"], creator("kay"), creator("lou")
    for who, base in ((joon, 10_000), (kay, 20_000), (lou, 60_000)):
        contract(other, who)
        contract(food, who)
        sold(other, who, base)
        sold(food, who, 1_000_000)
    sold(other, joon, 90_000, FEBRUARY)
    settled()
    for side in ("creator", "brand"):
        found = worth(cast, side=side)
        assert found.basis == "category"
        assert [(month.month.month, month.net, month.commission, month.really) for month in found.months] == [
            (1, 0, 0, 0),
            (2, 30_000, 1_500, 3_000),
            (3, 30_000, 1_500, 3_000),
        ]


def test_a_category_with_few_creators_says_nothing(cast: Cast) -> None:
    lumen, other = cast.brands["lumen"], brand("candles", "home.decoration")
    market.product(lumen, category="home")
    names = [creator(f"c{number}") for number in range(FEWEST - 1)]
    for who in names:
        contract(other, who)
        sold(other, who, 10_000)
    settled()
    assert worth(cast).basis == "none"
    contract(other, cast.creators["joon"])
    sold(other, cast.creators["joon"], 10_000)
    settled()
    assert worth(cast).basis == "category"


def test_what_was_taken_from_the_creator_by_a_correction_is_not_their_past(cast: Cast, pair: None) -> None:
    from app.sales.corrections import Days, redecide

    market.product(cast.brands["lumen"], "LAMP", commissionable=False)
    days = Days(date(2026, 3, 1), date(2026, 3, 31), "Europe/Amsterdam")
    redecide(raw(), cast.brands["lumen"].id, days, by="Adam", reason="Not commissionable.", at=AT)
    assert [month.net for month in worth(cast).months] == [0, 10_000, 0]


def test_lines_in_another_currency_can_not_be_added_up(cast: Cast) -> None:
    kettle, mira = cast.brands["kettle"], cast.creators["mira"]
    contract(kettle, mira)
    sold(kettle, mira, 40_000)
    settled()
    assert worth(cast).basis == "none"


def test_months_are_cut_by_the_clock_of_the_sheet(cast: Cast) -> None:
    lumen, mira = cast.brands["lumen"], cast.creators["mira"]
    contract(lumen, mira)
    sold(lumen, mira, 10_000, datetime(2026, 3, 31, 21, 59, tzinfo=UTC))
    sold(lumen, mira, 50_000, datetime(2026, 3, 31, 22, 0, tzinfo=UTC))  # midnight in Amsterdam
    settled()
    assert worth(cast).months[-1].net == 10_000
    assert worth(cast, sheet(timezone="UTC")).months[-1].net == 60_000


def test_months_older_than_a_year_are_not_looked_at(cast: Cast) -> None:
    lumen, mira = cast.brands["lumen"], cast.creators["mira"]
    contract(lumen, mira, date(2024, 1, 1), date(2025, 5, 15))
    sold(lumen, mira, 10_000, datetime(2025, 3, 31, 12, tzinfo=UTC))
    sold(lumen, mira, 20_000, datetime(2025, 4, 1, 12, tzinfo=UTC))
    settled()
    assert [(month.month, month.net) for month in worth(cast).months] == [(date(2025, 4, 1), 20_000)]


CLOSED = [
    (Exclusivity("full"), [("EUR", 2, 5_000), ("GBP", 1, 1_000)]),
    (Exclusivity("category", Scope(categories=("home",))), [("EUR", 1, 4_000)]),
    (Exclusivity("category", Scope(categories=("home.decoration",))), [("EUR", 1, 4_000)]),
    (Exclusivity("category", Scope(categories=("beauty",))), []),
    (Exclusivity("named_rivals", rivals=("beans", "nobody")), [("EUR", 1, 1_000)]),
    (
        Exclusivity("full", carve_outs=(CarveOut("candles", date(2026, 12, 31)),)),
        [("EUR", 1, 1_000), ("GBP", 1, 1_000)],
    ),
    (Exclusivity("full", carve_outs=(CarveOut("candles", date(2026, 6, 30)),)), [("EUR", 2, 5_000), ("GBP", 1, 1_000)]),
]


@pytest.mark.parametrize(("exclusivity", "closes"), CLOSED)
def test_what_exclusivity_closes_is_what_came_from_there(
    cast: Cast, pair: None, exclusivity: Exclusivity, closes: list[tuple[str, int, int]]
) -> None:
    mira = cast.creators["mira"]
    for other, base in ((brand("candles", "home"), 40_000), (brand("beans", "food"), 10_000)):
        contract(other, mira)
        sold(other, mira, base)
        sold(other, mira, 999_000, AT)
    contract(cast.brands["kettle"], mira)
    sold(cast.brands["kettle"], mira, 10_000)
    settled()
    found = worth(cast, sheet(exclusivity=exclusivity)).closes
    assert [(each.currency, each.brands, each.amount) for each in found] == closes
