"""The numbers of a desk against a plain reading of the same rows, and against what the page says."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from app.database import db
from app.live.desk import measures, sharing
from app.live.desk.figures import figures_of, ratio
from app.live.desk.measures import Measures
from app.live.desk.scenes import Scene, show_scene
from app.sales.jobs import settle_due
from app.streams import shows
from app.streams.models import Show
from app.users.models import Brand, Creator
from app.users.party_pages import Party
from tests import market
from tests.cast import Cast
from tests.live.desk_reference import tallies
from tests.payouts.people import identity
from tests.streams.showing import on_air

NOON = market.NOON
LONG = 40  # minutes


def party(owner: Brand | Creator, name: str) -> Party:
    return Party("brand" if isinstance(owner, Brand) else "creator", owner, identity(name))


def minutes(count: float) -> datetime:
    return NOON + timedelta(minutes=count)


def show_of(cast: Cast) -> Show:
    """Mira's show of two brands, over; contracts with codes."""
    mira = cast.creators["mira"]
    market.contract(cast.brands["lumen"], mira, coupons=("MIRA",))
    market.contract(cast.brands["kettle"], mira)
    show = on_air(mira, skus={cast.brands["lumen"]: ("LAMP", "MOON"), cast.brands["kettle"]: ("KETTLE",)})
    shows.end(show, at=minutes(LONG), by=identity("mira"))
    return show


def streams_of(show: Show) -> list[Any]:
    return [each.stream for each in shows.brands_of(show)]


def sell(show: Show, chance: random.Random) -> None:
    """Lines by checkout, code and nobody, before, during and after; some given back; some settled."""
    streams = streams_of(show)
    for number in range(60):
        stream = chance.choice(streams)
        at = minutes(chance.uniform(-10, LONG + 10))
        about: dict[str, Any] = {"quantity": chance.randint(1, 3), "sku": chance.choice(["LAMP", "MOON", "KETTLE"])}
        about |= {"order_ref": f"O{number // 2}", "line_ref": str(number % 2)}
        how = chance.random()
        if how < 0.6:
            about["checkout_stream"] = stream.ref
        elif how < 0.8:
            about["coupon"] = "MIRA"
        if chance.random() < 0.1:
            about["currency"] = "USD"
        sale = market.sale(stream.brand, chance.randint(0, 9000), at, **about)
        while sale.base_minor and chance.random() < 0.3:
            market.refund(sale, chance.randint(1, 6000), at + timedelta(days=1))


def note_audience(show: Show, chance: random.Random) -> dict[str, int]:
    """Viewers, impressions and taps of some minutes; returns the sums by brand."""
    sums = {"views": chance.randint(5, 30), "watched": 0}
    for number in range(sums["views"]):
        seconds = chance.randint(1, 2000)
        sums["watched"] += seconds
        db.session.execute(
            text(
                "insert into show_presence (show_id, visitor, replay, first_seen, last_seen, seconds)"
                " values (:show, :visitor, false, :at, :at, :seconds)"
            ),
            {"show": show.id, "visitor": bytes([number]) * 16, "at": minutes(1), "seconds": seconds},
        )
    for minute in range(LONG):
        values = {"show": show.id, "at": minutes(minute), "viewers": chance.randint(0, 20)}
        db.session.execute(text("insert into show_minute values (:show, :at, false, :viewers)"), values)
        db.session.execute(text("insert into show_minute values (:show, :at, true, 99)"), values)
        for item in shows.items_of(show):
            impressions, taps = chance.randint(0, 9), chance.randint(0, 4)
            values = {"show": show.id, "item": item.id, "at": minutes(minute), "seen": impressions, "taps": taps}
            db.session.execute(text("insert into item_minute values (:show, :item, :at, false, :seen, :taps)"), values)
            db.session.execute(text("insert into item_minute values (:show, :item, :at, true, 50, 50)"), values)
            for name, amount in (("impressions", impressions), ("taps", taps)):
                sums[f"{name} {item.brand_id}"] = sums.get(f"{name} {item.brand_id}", 0) + amount
    return sums


def check(scene: Scene, counted: Measures) -> None:
    expected = tallies(list(scene.streams))
    rows = {(None, each.currency): each for each in counted.totals if each.orders}
    rows |= {(minute.at, currency): each for minute in counted.minutes for currency, each in minute.money.items()}
    assert set(rows) == set(expected)
    for key, row in rows.items():
        want = expected[key]
        told = (row.orders, row.tapped_orders, row.pieces, row.sold, row.refunded, row.commission, row.waiting)
        sums = (want.pieces, want.sold, want.refunded, want.commission, want.waiting)
        assert told == (len(want.orders), len(want.tapped), *sums), key


@pytest.mark.parametrize("seed", range(6))
def test_every_number_is_that_of_a_plain_reading_for_every_side(cast: Cast, seed: int) -> None:
    chance = random.Random(seed)
    show = show_of(cast)
    sell(show, chance)
    sums = note_audience(show, chance)
    db.session.commit()
    settle_due(wait=True)
    sell_more = [market.sale(each.brand, 700, minutes(LONG - 1), checkout_stream=each.ref) for each in streams_of(show)]
    assert sell_more
    sides: tuple[tuple[Brand | Creator, str], ...] = (
        (cast.creators["mira"], "mira"),
        (cast.brands["lumen"], "olga"),
        (cast.brands["kettle"], "kim"),
    )
    for owner, name in sides:
        scene = show_scene(party(owner, name), show.public_id)
        counted = measures.measure(scene, ["EUR"], at=minutes(90))
        check(scene, counted)
        assert len(counted.minutes) == LONG
        seen = counted.audience
        for what in ("impressions", "taps"):
            assert getattr(seen, what) == sum(sums[f"{what} {brand}"] for brand in scene.brand_ids)
        assert (seen.views, seen.watched) == (sums["views"], sums["watched"])
        told = {figure.name: figure.values for figure in figures_of(counted, seconds=LONG * 60)}
        assert told["ctr"][0].amount == round(10_000 * seen.taps / seen.impressions)  # type: ignore[operator]
        gross = {each.currency: each for each in counted.totals}
        for value in told["gpm"]:
            assert value.amount == ratio(gross[value.currency].net, sums["views"], 1000)
        for value in told["hourly"]:
            assert value.amount == ratio(gross[value.currency].net, LONG, 60)


def test_a_share_is_rounded_half_away_from_zero() -> None:
    assert [ratio(1, 2), ratio(-1, 2), ratio(1, 3, 100), ratio(5, 0), ratio(None, 3)] == [1, -1, 33, None, None]


def test_what_is_dear_is_counted_once_for_four_times_as_long() -> None:
    now, counted = [0.0], []

    def dear() -> int:
        counted.append(now[0])
        now[0] += 1.0
        return len(counted)

    shelf = sharing.Shelf(lambda: now[0])
    assert [shelf.get("a", dear), shelf.get("a", dear)] == [1, 1]
    now[0] = 4.9
    assert shelf.get("a", dear) == 1
    now[0] = 5.1
    assert shelf.get("a", dear) == 2
    quick = [shelf.get("b", lambda: now[0]), shelf.get("b", lambda: now[0] + 1)]
    assert quick[1] == quick[0] + 1  # what takes no time is asked anew
