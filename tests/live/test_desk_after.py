"""How a show went: against its plan, against other shows, and what could not be had."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from statistics import median
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from app import clock
from app.database import db
from app.live.desk import afterwards, medians, page, results, worst
from app.live.desk.medians import Median
from app.live.desk.scenes import Scene, show_scene
from app.live.jobs import note_results
from app.orders import waiting
from app.sales.jobs import settle_due
from app.sales.models import Sale
from app.streams import shows
from app.streams.models import Show, ShowItem
from app.users.models import Brand, Creator
from app.users.party_pages import Party
from tests import market
from tests.cast import Cast
from tests.payouts.people import identity
from tests.streams import showing

SignIn = Callable[[str], FlaskClient]


def party(owner: Brand | Creator, name: str) -> Party:
    return Party("brand" if isinstance(owner, Brand) else "creator", owner, identity(name))


def creator(number: int) -> Creator:
    made = Creator(handle=f"c{number}", name=f"Creator {number}", country="NL", languages=["nl"], timezone="UTC")
    made.recorded_at = market.LONG_AGO
    db.session.add(made)
    db.session.flush()
    return made


def brand(number: int) -> Brand:
    made = Brand(handle=f"b{number}", name=f"Brand {number}", country="NL", currency="EUR", timezone="UTC")
    made.recorded_at = market.LONG_AGO
    db.session.add(made)
    db.session.flush()
    market.product(made, "LAMP")
    return made


def over(
    who: Creator,
    brands: list[Brand],
    *,
    days_ago: int,
    views: int = 100,
    taps: int = 20,
    orders: tuple[int, ...] = (),
    minutes: int = 60,
) -> Show:
    """An ended show with so many views and taps, and an order of so much for each of `orders`, by its first brand."""
    at = clock.now() - timedelta(days=days_ago)
    show = showing.on_air(who, skus=dict.fromkeys(brands, ("LAMP",)), at=at)
    audience(show, at, views, taps)
    stream = shows.brands_of(show)[0].stream
    assert stream is not None
    for number, amount in enumerate(orders):
        market.sale(stream.brand, amount, at + timedelta(minutes=number + 1), checkout_stream=stream.ref)
    shows.end(show, at=at + timedelta(minutes=minutes), by=identity("mira"))
    db.session.commit()
    settle_due(wait=True)
    return show


def audience(show: Show, at: datetime, views: int, taps: int) -> None:
    """Views of a hundred seconds each, and 200 impressions and so many taps of the first item."""
    item = shows.items_of(show)[0]
    db.session.execute(
        text(
            "insert into show_presence (show_id, visitor, replay, first_seen, last_seen, seconds)"
            " select :show, decode(md5(n::text), 'hex'), false, :at, :at, 100 from generate_series(1, :views) n"
        ),
        {"show": show.id, "at": at, "views": views},
    )
    values = {"show": show.id, "item": item.id, "at": at, "taps": taps, "views": views}
    db.session.execute(text("insert into show_minute values (:show, :at, false, :views / 2)"), values)
    db.session.execute(text("insert into item_minute values (:show, :item, :at, false, 200, :taps)"), values)


def scene_of(show: Show, owner: Brand | Creator, name: str = "mira") -> Scene:
    return show_scene(party(owner, name), show.public_id)


def rows_of(query: str) -> list[Any]:
    return list(db.session.execute(text(query)))


# -- planned and actual --


def sheet(show: Show, **columns: Any) -> ShowItem:
    item = shows.items_of(show)[0]
    for name, value in columns.items():
        setattr(item, name, value)
    db.session.flush()
    return item


def test_the_run_sheet_is_held_against_what_came(cast: Cast) -> None:
    lumen, mira, at = cast.brands["lumen"], cast.creators["mira"], market.NOON
    show = showing.on_air(mira, skus={lumen: ("LAMP", "MOON")}, at=at)
    lamp = sheet(show, planned_minute=3, announced_price=Decimal("9.50"), announced_stock=8, target=4)
    about: dict[str, Any] = {"checkout_stream": shows.brands_of(show)[0].stream.ref}  # type: ignore[union-attr]
    host = identity("mira")
    shows.pin(lamp, at=at + timedelta(minutes=5), by=host)
    market.sale(lumen, 1000, at + timedelta(minutes=6), **about)
    sale = market.sale(lumen, 3000, at + timedelta(minutes=7), quantity=2, **about)
    market.refund(sale, 500, at + timedelta(days=1))
    shows.unpin(show, at=at + timedelta(minutes=9), by=host)
    market.sale(lumen, 700, at + timedelta(minutes=10), **about)
    market.sale(lumen, 9999, at + timedelta(minutes=11), sku="MOON", **about)
    shows.end(show, at=at + timedelta(minutes=30), by=host)
    db.session.commit()
    first, other = afterwards.shown_of(scene_of(show, mira), at=at + timedelta(hours=1))
    assert (first.planned_minute, first.first_minute, first.late) == (3, 5, 2)
    assert (first.pinned, first.pieces, first.net, first.pinned_net) == (240, 4, 4200, 3500)
    assert first.by_minute == 875  # 35.00 in four minutes
    assert first.reached == 10_000
    assert first.announced == 950
    assert (other.first_minute, other.late, other.pinned, other.by_minute, other.net) == (None, None, 0, None, 9999)


def test_what_could_not_be_had_is_told_of_ones_own_products_alone(cast: Cast, browse: SignIn) -> None:
    lumen, kettle, mira = cast.brands["lumen"], cast.brands["kettle"], cast.creators["mira"]
    market.product(lumen, "LAMP", price=Decimal("24.20"))
    market.product(kettle, "POT", name="Tea pot")
    at = clock.now() - timedelta(hours=2)
    show = showing.on_air(mira, skus={lumen: ("LAMP",), kettle: ("POT",)}, at=at)
    lamp, pot = shows.items_of(show)
    waiting.note_missed(show, lamp.id, 2, b"a" * 16, at=at)
    waiting.note_missed(show, lamp.id, 1, b"b" * 16, at=at)
    waiting.note_missed(show, pot.id, 1, b"c" * 16, at=at)
    shows.end(show, at=at + timedelta(hours=1), by=identity("mira"))
    db.session.commit()
    missed = afterwards.missed_of(scene_of(show, lumen, "olga"))
    assert [(each.visitors, each.pieces, each.amount) for each in missed] == [(2, 3, 7260)]
    assert len(afterwards.missed_of(scene_of(show, mira))) == 2
    answer = browse("olga").get(f"/brands/{lumen.public_id}/shows/{show.public_id}/desk")
    assert "€72.60" in answer.text
    assert "Tea pot" not in answer.text


def test_the_page_after_has_plan_chapters_and_replay(cast: Cast, browse: SignIn) -> None:
    lumen, mira = cast.brands["lumen"], cast.creators["mira"]
    market.product(lumen, "LAMP", name="Evening lamp")
    at = clock.now() - timedelta(hours=2)
    show = showing.planned(mira, skus={lumen: ("LAMP",)}, at=at - timedelta(minutes=4))
    shows.begin(show, at=at, by=identity("mira"))
    shows.pin(shows.items_of(show)[0], at=at + timedelta(seconds=65), by=identity("mira"))
    shows.end(show, at=at + timedelta(minutes=50), by=identity("mira"))
    db.session.commit()
    answer = browse("mira").get(f"/creators/{mira.public_id}/shows/{show.public_id}/desk")
    assert answer.status_code == 200
    assert "4 minutes late" in answer.text
    assert re.search(rf'/live/{show.public_id}\?t=65"><span class="mark-at">1:05</span> Evening lamp', answer.text)
    assert "data-events" not in answer.text  # nothing moves any more


# -- against other shows --


def test_results_are_kept_of_every_stream_with_an_audience_and_follow_refunds(cast: Cast) -> None:
    lumen, kettle, mira = cast.brands["lumen"], cast.brands["kettle"], cast.creators["mira"]
    show = over(mira, [lumen, kettle], days_ago=3, views=40, taps=10, orders=(1000, 500))
    market.stream(lumen, mira, clock.now() - timedelta(days=9))  # nobody measured it
    db.session.commit()
    note_results(clock.now())
    query = (
        "select brand_id, currency, views, peak, watched, impressions, taps, orders, tapped_orders, sold, refunded,"
        " seconds from stream_result order by brand_id"
    )
    assert rows_of(query) == [
        (lumen.id, "EUR", 40, 20, 4000, 200, 10, 2, 2, 1500, 0, 3600),
        (kettle.id, "GBP", 40, 20, 4000, 0, 0, 0, 0, 0, 0, 3600),
    ]
    sale = rows_of("select id from sale order by id")[0].id
    market.refund(db.session.get_one(Sale, (lumen.id, sale)), 400, clock.now())
    db.session.commit()
    note_results(clock.now())
    assert [row.refunded for row in rows_of(query)] == [400, 0]
    assert scene_of(show, mira).over


def test_the_middle_of_the_market_is_told_from_five_shows_of_three_creators_and_three_brands(cast: Cast) -> None:
    mira, lumen = cast.creators["mira"], cast.brands["lumen"]
    own = over(mira, [lumen], days_ago=1, views=10, orders=(100,))
    creators, brands = [creator(number) for number in range(3)], [brand(number) for number in range(3)]
    gpm, ctr = [], []
    for number in range(5):
        scene = scene_of(own, mira)
        told = medians.of_market(scene, at=clock.now())
        assert told.get(("views", ""), medians.NOTHING).amount is None
        views, taps, net = 50 + 10 * number, 10 + number, 1000 * (number + 1)
        over(creators[number % 3], [brands[number % 3]], days_ago=10 + number, views=views, taps=taps, orders=(net,))
        gpm.append(1000 * net / views)
        ctr.append(10_000 * taps / 200)
        note_results(clock.now())
    told = medians.of_market(scene_of(own, mira), at=clock.now())
    assert told["views", ""] == Median(5, 5, 70)  # its own ten views are not among them
    assert told["ctr", ""] == Median(5, 5, round(median(ctr)))
    assert told["gpm", "EUR"] == Median(5, 5, round(median(gpm)))
    db.session.execute(text("update stream_result set brand_id = (select min(brand_id) from stream_result)"))
    told = medians.of_market(scene_of(own, mira), at=clock.now())
    assert told["gpm", "EUR"] == Median(5, 5, None)  # the money of one brand is nobody's business
    assert told["views", ""].amount == 70
    db.session.execute(text("update stream_result set creator_id = (select min(id) from creator)"))
    assert medians.of_market(scene_of(own, mira), at=clock.now())["views", ""].amount is None


def test_a_show_of_two_brands_is_one_show_for_its_creator_and_two_for_them(cast: Cast) -> None:
    mira, lumen, kettle = cast.creators["mira"], cast.brands["lumen"], cast.brands["kettle"]
    for number in range(3):
        over(mira, [lumen, kettle], days_ago=10 + number, views=30)
    latest = over(mira, [lumen, kettle], days_ago=1)
    note_results(clock.now())
    assert medians.of_creator(scene_of(latest, mira), at=clock.now())["views", ""] == Median(3, 3, 30)
    assert medians.of_creator(scene_of(latest, lumen, "olga"), at=clock.now())["views", ""] == Median(3, 3, 30)
    assert medians.of_creator(scene_of(latest, kettle, "kim"), at=clock.now())["ctr", ""] == Median(0, 3, None)


def test_a_brand_is_not_told_what_a_creator_did_for_others(cast: Cast) -> None:
    mira, lumen, kettle = cast.creators["mira"], cast.brands["lumen"], cast.brands["kettle"]
    for number in range(4):
        over(mira, [kettle], days_ago=10 + number, views=30)
    latest = over(mira, [lumen], days_ago=1)
    note_results(clock.now())
    assert medians.of_creator(scene_of(latest, mira), at=clock.now())["views", ""].amount == 30
    assert medians.of_creator(scene_of(latest, lumen, "olga"), at=clock.now()) == {}


def test_the_three_weakest_numbers_are_named_with_both_middles(cast: Cast, browse: SignIn) -> None:
    mira, lumen = cast.creators["mira"], cast.brands["lumen"]
    for number in range(3):
        over(mira, [lumen], days_ago=10 + number, views=100, taps=40, orders=(5000, 5000))
    weak = over(mira, [lumen], days_ago=1, views=90, taps=4, orders=(1000,))
    note_results(clock.now())
    scene = scene_of(weak, mira)
    now = page.now_of(scene, at=clock.now())
    worst = page.after_of(scene, now).worst  # type: ignore[union-attr]
    assert [each.figure.name for each in worst] == ["ctr", "hourly", "gpm"]  # a tenth, a tenth, and 11.11 of 100.00
    assert worst[0].own == Median(3, 3, 2000)
    assert worst[0].category.amount is None
    text_ = browse("mira").get(f"/creators/{mira.public_id}/shows/{weak.public_id}/desk").text
    assert "own median of 3 shows: 20%" in text_
    assert "Not enough shows yet for a median: 3 of 5." in text_


def test_a_show_without_a_category_is_held_against_no_market(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    mira, lumen = cast.creators["mira"], cast.brands["lumen"]
    weak = over(mira, [lumen], days_ago=1, views=90, taps=4, orders=(1000,))
    good = {(name, currency): Median(9, 5, 10**9) for name in worst.COMPARED for currency in ("", "EUR")}
    asked: list[int | None] = []

    def market(_scene: Scene, *, at: datetime, category: int | None = None) -> Mapping[tuple[str, str], Median]:
        asked.append(category)
        return good

    monkeypatch.setattr(worst, "of_market", market)
    scene = scene_of(weak, mira)
    figures = page.now_of(scene, at=clock.now()).figures
    monkeypatch.setattr(worst, "_category", lambda _scene: None)
    assert (worst.worst_of(scene, figures, at=clock.now()), asked) == ([], [])
    monkeypatch.setattr(worst, "_category", lambda _scene: 7)
    assert worst.worst_of(scene, figures, at=clock.now())
    assert asked == [7]


def test_the_fatigue_of_before_and_after_is_kept(cast: Cast, browse: SignIn) -> None:
    mira, lumen = cast.creators["mira"], cast.brands["lumen"]
    show = over(mira, [lumen], days_ago=2)

    def night(value: int, days_ago: int) -> int:
        db.session.execute(text("delete from fatigue"))
        values = {"creator": mira.id, "value": value}
        row = "insert into fatigue (creator_id, brand_id, country, streams, value) values (:creator, 0, '', 9, :value)"
        db.session.execute(text(row), values)
        noted = results.note_fatigue(at=clock.now() - timedelta(days=days_ago))
        db.session.commit()
        return noted

    assert [night(20, 0), night(20, 0), night(35, 0)] == [1, 0, 1]
    db.session.execute(text("update fatigue_mark set value = 20, on_day = :day"), {"day": date(2020, 1, 1)})
    assert night(35, 0) == 1
    assert "From 20 before the show to 35 since" in (
        browse("mira").get(f"/creators/{mira.public_id}/shows/{show.public_id}/desk").text
    )
    assert "Not enough data" in browse("olga").get(f"/brands/{lumen.public_id}/shows/{show.public_id}/desk").text


# -- elsewhere --


def test_a_stream_elsewhere_has_the_same_desk_without_an_audience(cast: Cast, browse: SignIn) -> None:
    mira, lumen = cast.creators["mira"], cast.brands["lumen"]
    market.contract(lumen, mira)
    stream = market.stream(lumen, mira, clock.now() - timedelta(hours=3), hours=1)
    market.sale(lumen, 4000, stream.starts_at + timedelta(minutes=5), checkout_stream=stream.ref)
    db.session.commit()
    settle_due(wait=True)
    for name, address in (("mira", f"/creators/{mira.public_id}"), ("olga", f"/brands/{lumen.public_id}")):
        answer = browse(name).get(f"{address}/streams/{stream.public_id}/desk")
        assert answer.status_code == 200
        assert "€40.00" in answer.text
        assert "Who watched is not known for this stream." in answer.text


def test_what_a_platform_tells_of_a_stream_stands_on_its_desk(cast: Cast, browse: SignIn) -> None:
    mira, lumen = cast.creators["mira"], cast.brands["lumen"]
    market.contract(lumen, mira)
    began = (clock.now() - timedelta(hours=3)).replace(second=0, microsecond=0)
    stream = market.stream(lumen, mira, began, hours=1)
    market.sale(lumen, 4000, began + timedelta(minutes=1), checkout_stream=stream.ref)
    for minute, (viewers, taps, seen, orders, net) in enumerate([(40, 5, 100, 1, 4000), (90, 15, 300, 3, 6000)]):
        db.session.execute(
            text(
                "insert into stream_minute (stream_id, minute, viewers, taps, impressions, orders, net_sales, currency,"
                " recorded_at) values (:stream, :at, :viewers, :taps, :seen, :orders, :net, 'EUR', :at)"
            ),
            {"stream": stream.id, "at": began + timedelta(minutes=minute), "viewers": viewers, "taps": taps}
            | {"seen": seen, "orders": orders, "net": net},
        )
    engagement = "insert into stream_engagement (stream_id, views, peak_viewers, watch_seconds, recorded_at)"
    db.session.execute(text(f"{engagement} values (:stream, 500, 95, 130, :at)"), {"stream": stream.id, "at": began})
    db.session.commit()
    settle_due(wait=True)
    answer = browse("olga").get(f"/brands/{lumen.public_id}/streams/{stream.public_id}/desk")
    told = dict(re.findall(r'data-figure="(\w+)"[^>]*>(.*?)<', answer.text))
    wanted = {"peak": "95", "views": "500", "watch": "2 min 10 s", "taps": "20", "ctr": "5%", "orders": "1"}
    wanted |= {"ctor": "20%", "net": "€40.00", "gpm": "€80.00", "hourly": "€40.00", "told": "€100.00"}
    assert {name: told.get(name) for name in wanted} == wanted
    assert "As the platform counts them." in answer.text
    note_results(clock.now())
    query = "select views, peak, watched, impressions, taps, orders, tapped_orders, sold from stream_result"
    assert rows_of(query) == [(500, 95, 65_000, 400, 20, 1, 4, 4000)]
    file = browse("olga").get(f"/brands/{lumen.public_id}/streams/{stream.public_id}/desk/minutes").text.splitlines()
    assert file[0].endswith("net_EUR,platform_orders,platform_net,platform_currency")
    assert file[2].endswith(",90,300,15,1,40.00,0.00,40.00,3,60.00,EUR")


def test_a_stream_of_a_show_leads_to_the_show(cast: Cast, browse: SignIn) -> None:
    mira, lumen = cast.creators["mira"], cast.brands["lumen"]
    show = over(mira, [lumen], days_ago=1)
    stream = shows.brands_of(show)[0].stream
    assert stream is not None
    answer = browse("olga").get(f"/brands/{lumen.public_id}/streams/{stream.public_id}/desk")
    assert answer.location == f"/brands/{lumen.public_id}/shows/{show.public_id}/desk"


@pytest.mark.parametrize("hours", [None, 3])
def test_a_stream_that_nobody_ended_is_looked_at_for_a_day(cast: Cast, browse: SignIn, hours: int | None) -> None:
    mira, lumen = cast.creators["mira"], cast.brands["lumen"]
    market.contract(lumen, mira)
    stream = market.stream(lumen, mira, clock.now() - timedelta(days=40), hours=hours)
    db.session.commit()
    answer = browse("olga").get(f"/brands/{lumen.public_id}/streams/{stream.public_id}/desk/minutes")
    assert answer.text.count("\r\n") - 1 == pytest.approx((hours or 24) * 60, abs=1)
