"""The desk as its three sides see it: before, while it runs, and after; and what none of them sees."""

from __future__ import annotations

import csv
import io
import itertools
import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from functools import partial
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from app import clock
from app.database import db
from app.live import chat
from app.live.desk import sharing
from app.live.events import tickets
from app.orders import waiting
from app.sales.jobs import settle_due
from app.streams import shows
from app.streams.models import Show
from tests import market
from tests.bonuses.promising import promise
from tests.cast import Cast
from tests.payouts.people import identity
from tests.streams import showing

SignIn = Callable[[str], FlaskClient]


@pytest.fixture
def show(cast: Cast) -> Show:
    """Mira on air for a quarter of an hour with products of two brands."""
    mira, lumen, kettle = cast.creators["mira"], cast.brands["lumen"], cast.brands["kettle"]
    market.contract(lumen, mira, ref="K-LUMEN")
    market.contract(kettle, mira, ref="K-KETTLE")
    market.product(lumen, "LAMP", name="Evening lamp")
    market.product(kettle, "POT", name="Tea pot")
    at = clock.now() - timedelta(minutes=15)
    made = showing.on_air(mira, skus={lumen: ("LAMP",), kettle: ("POT",)}, at=at)
    db.session.commit()
    return made


def stream_ref(show: Show, handle: str) -> str:
    return next(each.stream.ref for each in shows.brands_of(show) if each.stream and each.brand.handle == handle)


def desk_of(cast: Cast, show: Show, side: str, rest: str = "") -> str:
    owner = cast.creators["mira"] if side == "mira" else cast.brands[side]
    return f"/{'creators' if side == 'mira' else 'brands'}/{owner.public_id}/shows/{show.public_id}/desk{rest}"


def sell(cast: Cast, show: Show) -> None:
    """Two lamps for 120.00 in two orders, of which 20.00 comes back, and a pot for 50.00 pounds; settled."""
    at = clock.now() - timedelta(minutes=5)
    lumen, kettle = cast.brands["lumen"], cast.brands["kettle"]
    market.sale(lumen, 7000, at, checkout_stream=stream_ref(show, "lumen"))
    sale = market.sale(lumen, 5000, at, checkout_stream=stream_ref(show, "lumen"))
    market.refund(sale, 2000, at + timedelta(minutes=1))
    market.sale(kettle, 5000, at, checkout_stream=stream_ref(show, "kettle"), sku="POT")
    db.session.commit()
    settle_due(wait=True)


def page(client: FlaskClient, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, answer.text[-3000:]
    return answer.text


def part(client: FlaskClient, address: str) -> str:
    return str(json.loads(page(client, address))["html"])


@pytest.mark.parametrize("kept", [False, True])
def test_each_side_sees_its_own_money_alone(
    app: Flask, cast: Cast, show: Show, browse: SignIn, monkeypatch: pytest.MonkeyPatch, kept: bool
) -> None:
    if kept:  # everything takes so long that it is shared with who asks for the same
        monkeypatch.setitem(app.extensions, sharing.KEY, sharing.Shelf(partial(next, itertools.count())))
    sell(cast, show)
    creator = page(browse("mira"), desk_of(cast, show, "mira"))
    assert "€100.00" in creator
    assert "£50.00" in creator
    assert "€10.00" in creator  # a tenth of it
    brand = page(browse("olga"), desk_of(cast, show, "lumen"))
    assert "€100.00" in brand
    for other in ("£", "GBP", "Tea pot", "Kettle"):
        assert other not in brand, other
    rival = page(browse("kim"), desk_of(cast, show, "kettle"))
    assert "£50.00" in rival
    for other in ("€", "EUR", "Evening lamp", "Lumen"):
        assert other not in rival, other


def test_every_number_stands_above_its_definition(cast: Cast, show: Show, browse: SignIn) -> None:
    seen = page(browse("mira"), desk_of(cast, show, "mira"))
    tiles = re.findall(r'<div class="stat" id="figure-(\w+)">(.*?)</div>', seen, re.DOTALL)
    assert [name for name, _ in tiles] == [
        *("now", "peak", "views", "watch", "taps", "ctr", "orders", "ctor", "net", "refunds", "gpm", "hourly")
    ]
    for name, tile in tiles:
        definition = re.findall(r'<dd class="stat-note">(.*?)</dd>', tile)
        assert len(definition) == 1, name
        assert definition[0].endswith("."), name


@pytest.mark.parametrize("status", ["cancelled", "declined"])
def test_the_desk_of_a_show_that_is_off_says_so(cast: Cast, browse: SignIn, status: str) -> None:
    lumen, mira = cast.brands["lumen"], cast.creators["mira"]
    made = showing.planned(mira, skus={lumen: ("LAMP",)}, at=clock.now() + timedelta(hours=1), status=status)
    db.session.commit()
    seen = page(browse("mira"), desk_of(cast, made, "mira"))
    assert "This show does not take place." in seen
    assert "Not on air yet." not in seen


def test_the_show_that_ended_last_is_listed_first(cast: Cast, browse: SignIn) -> None:
    lumen, mira, at = cast.brands["lumen"], cast.creators["mira"], clock.now()
    for title, began, ended in (("Early and long", 5, 1), ("Late and short", 4, 3)):
        show = showing.on_air(mira, skus={lumen: ("LAMP",)}, at=at - timedelta(hours=began), title=title)
        shows.end(show, at=at - timedelta(hours=ended), by=identity("mira"))
    db.session.commit()
    seen = browse("adam").get("/admin/live").text
    assert seen.index("Early and long") < seen.index("Late and short")


def test_before_the_show_the_desk_says_so_and_warns(cast: Cast, browse: SignIn) -> None:
    lumen, mira = cast.brands["lumen"], cast.creators["mira"]
    market.product(lumen, "LAMP", name="Evening lamp", commissionable=False)
    made = showing.planned(mira, skus={lumen: ("LAMP",)}, at=clock.now() + timedelta(hours=1))
    db.session.commit()
    for name, side in (("mira", "mira"), ("olga", "lumen"), ("adam", "mira")):
        seen = page(browse(name), desk_of(cast, made, side))
        assert "Not on air yet." in seen
        assert "earns no commission" in seen


def test_who_has_nothing_to_do_with_a_show_finds_no_desk(cast: Cast, show: Show, browse: SignIn) -> None:
    joon = cast.creators["joon"]
    other = f"/creators/{joon.public_id}/shows/{show.public_id}/desk"
    for rest in ("", "/now", "/ticket", "/minutes"):
        assert browse("joon").get(other + rest).status_code == 404
        assert browse("joon").get(desk_of(cast, show, "mira", rest)).status_code == 404
        assert browse("sam").get(desk_of(cast, show, "lumen", rest)).status_code == 403


def test_only_who_sees_the_desk_gets_its_ticket(
    app: Flask, cast: Cast, show: Show, browse: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = replace(app.extensions["streamcut"], events_listen="127.0.0.1:9000")
    monkeypatch.setitem(app.extensions, "streamcut", config)
    address = browse("olga").get(desk_of(cast, show, "lumen", "/ticket")).json["address"]  # type: ignore[index]
    ticket = tickets.read(parse_qs(urlsplit(address).query)["ticket"][0], app.config["SECRET_KEY"])
    assert (ticket.show_id, ticket.audience, ticket.who) == (show.id, "desk", str(cast.people["olga"].id))
    answer = browse("olga").get(desk_of(cast, show, "lumen"))
    assert "connect-src 'self' http://localhost:9000" in answer.headers["Content-Security-Policy"]


def test_pins_prices_and_what_ran_out_lie_over_the_curve(cast: Cast, show: Show, browse: SignIn) -> None:
    at, mira = clock.now() - timedelta(minutes=10), identity("mira")
    lamp, pot = shows.items_of(show)
    shows.pin(lamp, at=at, by=mira)
    shows.pin(pot, at=at + timedelta(minutes=4), by=mira)
    waiting.note_missed(show, lamp.id, 2, b"v" * 16, at=at + timedelta(minutes=5))
    db.session.commit()
    seen = page(browse("olga"), desk_of(cast, show, "lumen"))
    marks = re.findall(r'<li><span class="mark-at">(.*?)</span> <span class="badge.*?>(.*?)</span> (.*?)</li>', seen)
    assert marks == [("05:00", "On the screen", "Evening lamp"), ("10:00", "Sold out", "Evening lamp: sold out")]
    drawn = json.loads(unescape(re.findall(r"data-drawn='(.*?)'", seen)[0]))
    assert [mark["kind"] for mark in drawn["marks"]] == ["pin", "sold_out"]
    assert drawn["marks"][0]["to"] - drawn["marks"][0]["from"] == pytest.approx(240)
    assert {line["label"] for line in drawn["lines"]} == {"Viewers", "Taps", "Orders", "Net sales, EUR"}
    both = page(browse("mira"), desk_of(cast, show, "mira"))
    assert "Tea pot" in both


def test_new_prices_and_prices_for_minutes_lie_over_the_curve_too(cast: Cast, show: Show, browse: SignIn) -> None:
    item, at = shows.items_of(show)[0], clock.now()
    db.session.execute(text("update product set price = 8.50 where sku = 'LAMP'"))
    flash = (
        "insert into flash_price (show_id, item_id, brand_id, product_id, price, reference, currency, begins_at,"
        " ends_at, made_by) values (:show, :item, :brand, :product, 700, 1000, 'EUR', :begins, :ends, :by)"
    )
    values = {"show": show.id, "item": item.id, "brand": item.brand_id, "product": item.product_id}
    values |= {"begins": at - timedelta(minutes=9), "ends": at - timedelta(minutes=4), "by": identity("olga").person_id}
    db.session.execute(text(flash), values)
    db.session.commit()
    seen = page(browse("olga"), desk_of(cast, show, "lumen"))
    marks = re.findall(r'<span class="badge tone-(\w+)">(.*?)</span> (.*?)</li>', seen)
    assert marks == [
        ("good", "Flash price", "Evening lamp: flash price €7.00"),
        ("warn", "New price", "Evening lamp: new price €8.50"),
    ]
    assert "Evening lamp: new price" not in page(browse("kim"), desk_of(cast, show, "kettle"))


def test_the_file_has_every_minute_of_ones_own_money(cast: Cast, show: Show, browse: SignIn) -> None:
    sell(cast, show)
    rows = list(csv.DictReader(io.StringIO(page(browse("olga"), desk_of(cast, show, "lumen", "/minutes")))))
    assert 15 <= len(rows) <= 17
    assert sum(Decimal(row["net_EUR"]) for row in rows) == Decimal("100.00")
    assert sum(Decimal(row["refunded_EUR"]) for row in rows) == Decimal("20.00")
    assert sum(int(row["orders"]) for row in rows) == 2
    assert not any("GBP" in name for name in rows[0])


def test_the_bonus_of_the_month_moves_with_the_show(cast: Cast, show: Show, browse: SignIn) -> None:
    contract = shows.brands_of(show)[0].contract
    promise(contract, "guarantee", 50_000)
    db.session.commit()
    client, address = browse("mira"), desk_of(cast, show, "mira", "/now")
    before = re.findall(r'data-promise="guarantee">(.*?)<', part(client, address))
    sell(cast, show)
    after = re.findall(r'data-promise="guarantee">(.*?)<', part(client, address))
    assert (before, after) == (["€500.00"], ["€490.00"])


def test_the_chat_and_the_latest_orders_stand_beside_the_numbers(cast: Cast, show: Show, browse: SignIn) -> None:
    sell(cast, show)
    chat.write(show, b"v" * 16, "Noor", "Is it warm light?", at=clock.now())
    db.session.commit()
    seen = part(browse("olga"), desk_of(cast, show, "lumen", "/now"))
    assert "Is it warm light?" in seen
    assert seen.count("Evening lamp</td>") == 2
    assert "Tea pot" not in seen
