"""The brand's pages of its shops: connecting one, its keys, its events, and from a click to an explained sale."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app import clock
from app.database import db, raw
from app.integrations.jobs import handle_due
from app.integrations.shops import connecting
from app.integrations.shops.models import Shop
from app.sales.jobs import settle_due
from app.users.models import Brand
from tests import market
from tests.cast import Cast
from tests.integrations.shops.shop import KEY, connect, deliver, line, order
from tests.tracking import linking

Browse = Callable[[str], FlaskClient]


def test_the_owner_connects_a_shop_in_one_form(browse: Browse, lumen: Brand) -> None:
    olga = browse("olga")
    form = {"kind": "shopify", "name": "Web shop", "secret": KEY}
    answer = olga.post(f"/brands/{lumen.public_id}/shops/new", data=form, follow_redirects=True)
    shop = db.session.scalars(select(Shop)).one()
    assert f"/webhooks/shops/{shop.public_id}" in answer.text
    assert "Order payment" in answer.text
    assert KEY not in answer.text
    assert "Web shop" in olga.get(f"/brands/{lumen.public_id}/shops").text


def test_what_can_be_no_shop_is_refused_with_a_sentence(browse: Browse, lumen: Brand) -> None:
    connect(lumen)
    olga, path = browse("olga"), f"/brands/{lumen.public_id}/shops/new"
    for form, sentence in (
        ({"kind": "shopify", "name": "Second", "secret": KEY}, "are called “shopify”: choose another word"),
        ({"kind": "shopify", "name": "Second", "secret": "short", "source": "x"}, "That is no key"),
        ({"kind": "tiktok_shop", "name": "T", "secret": KEY}, "copy it from the partner centre"),
        ({"kind": "", "name": "", "secret": ""}, "Choose what the shop runs on."),
    ):
        answer = olga.post(path, data=form)
        assert (answer.status_code, sentence in answer.text) == (422, True), answer.text
    assert len(db.session.scalars(select(Shop)).all()) == 1


def test_a_key_is_added_beside_the_other_and_one_is_removed(browse: Browse, lumen: Brand) -> None:
    shop = connect(lumen)
    olga, path = browse("olga"), f"/brands/{lumen.public_id}/shops/{shop.public_id}"
    assert "The key is added." in olga.post(f"{path}/keys", data={"secret": "new-key-9876"}, follow_redirects=True).text
    assert "This key is there already." in olga.post(f"{path}/keys", data={"secret": "new-key-9876"}).text
    first = shop.secrets[0].id
    assert "is removed" in olga.post(f"{path}/keys/{first}/remove", follow_redirects=True).text
    page = olga.get(path).text
    assert "…9876" in page
    assert "…only" not in page


def test_a_shop_that_is_disconnected_takes_nothing(app: Flask, browse: Browse, lumen: Brand) -> None:
    shop = connect(lumen)
    olga, path = browse("olga"), f"/brands/{lumen.public_id}/shops/{shop.public_id}"
    olga.post(f"{path}/off")
    assert deliver(app.test_client(), shop, "orders/paid", order(1)).status_code == 404
    olga.post(f"{path}/on")
    assert deliver(app.test_client(), shop, "orders/paid", order(1)).status_code == 204


def test_an_event_that_is_no_order_needs_a_person_who_sees_no_personal_data(
    app: Flask, browse: Browse, lumen: Brand
) -> None:
    shop = connect(lumen)
    deliver(app.test_client(), shop, "orders/paid", order(1) | {"currency": None})
    for _ in range(7):
        handle_due()
        raw().execute("update webhook_event set next_try_at = now() where status = 'waiting'")
        db.session.commit()
    olga, path = browse("olga"), f"/brands/{lumen.public_id}/shops/{shop.public_id}"
    assert "1 event could not be handled" in olga.get(path).text
    event = db.session.scalars(connecting.events_of(shop)).one().public_id
    page = olga.get(f"{path}/events/{event}").text
    assert "currency is missing" in page
    assert "Buyer1@Example.org" not in page
    assert "is tried again now" in olga.post(f"{path}/events/{event}/retry", follow_redirects=True).text
    ignored = olga.post(f"{path}/events/{event}/ignore", data={"reason": "A trial."}, follow_redirects=True)
    assert "A trial." in ignored.text


def test_the_page_says_when_the_shop_tells_nothing_of_how_buyers_came(app: Flask, browse: Browse, lumen: Brand) -> None:
    shop = connect(lumen)
    for number in range(1, 7):
        deliver(app.test_client(), shop, "orders/paid", order(number))
    handle_due()
    page = browse("olga").get(f"/brands/{lumen.public_id}/shops/{shop.public_id}").text
    assert "says how its buyer came" in page


def test_a_click_comes_back_with_the_order_and_is_why_the_creator_earns(app: Flask, browse: Browse, cast: Cast) -> None:
    """From a creator's link through a shop without any script of ours to a sale that is explained."""
    lumen, mira = cast.brands["lumen"], cast.creators["mira"]
    deal = market.contract(lumen, mira, date(2020, 1, 1), date(2080, 12, 31))
    linking.domain(lumen, "shop.example")
    link = linking.link(deal, destination="https://shop.example/lamps?colour=red", label="spring")
    shop = connect(lumen)
    viewer = app.test_client()
    went = viewer.get(f"/go/{link.code}", headers={"User-Agent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0"})
    landing = went.headers["Location"].removeprefix("https://shop.example")
    click = re.search("utm_content=([0-9a-f]+)", landing)
    bought = (clock.now() + timedelta(seconds=2)).isoformat()
    told = order(1, line(1, "10.00"), landing_site=landing, created_at=bought, updated_at=bought)
    deliver(viewer, shop, "orders/paid", told)
    handle_due()
    settle_due()
    db.session.rollback()
    row = raw().execute(
        "select d.rule, d.creator_id, t.ref, s.id from decision d join sale s on s.id = d.sale_id"
        " join touch t on t.id = d.touch_id"
    ).fetchone()  # fmt: skip
    assert row is not None
    assert click is not None
    assert row[:3] == ("touch", mira.id, click[1])
    assert f"/go/{link.code}" in browse("mira").get(f"/sales/{lumen.public_id}/{row[3]}").text
    assert raw().execute("select count(*) from touch").fetchone() == (1,)
