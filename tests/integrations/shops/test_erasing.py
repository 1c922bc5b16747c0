"""A buyer asks to be forgotten: what was sent about them goes, what was sold stays."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import clock
from app.database import db, raw
from app.integrations.jobs import clean_bodies, handle_due
from app.integrations.shops import erasing
from app.integrations.shops.models import Shop
from app.users.models import Brand
from tests.integrations.shops.shop import connect, deliver, order, refund
from tests.integrations.shops.test_applying import doubts, sales


@pytest.fixture
def shop(lumen: Brand) -> Shop:
    return connect(lumen)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def kept() -> list[str]:
    """The bodies that are there, as text."""
    db.session.rollback()
    return [bytes(row[0]).decode() for row in raw().execute("select body from webhook_body order by event_id")]


def redact(number: int = 1, **more: Any) -> dict[str, Any]:
    """A request as Shopify writes it."""
    about = {"shop_id": 954889, "shop_domain": "lumen.example", "orders_to_redact": []}
    return about | {"customer": {"id": 191167, "email": f"buyer{number}@example.org", "phone": "555-625-1199"}} | more


def test_a_buyer_is_forgotten_and_the_books_stay(client: FlaskClient, shop: Shop) -> None:
    back = refund(1, (1, 1, 10), money="10.00") | {"order_id": order(1)["id"]}
    for topic, told in (("orders/paid", order(1)), ("orders/paid", order(2)), ("refunds/create", back)):
        deliver(client, shop, topic, told)
    handle_due()
    before = sales()
    deliver(client, shop, "customers/redact", redact(orders_to_redact=[order(1)["id"]]))
    handle_due()
    clean_bodies(at=clock.now())
    (left,) = kept()
    assert "Buyer2@Example.org" in left
    assert sales() == before == [("#1001", "1", 2000, 1000), ("#1002", "1", 2000, 0)]


def test_an_event_that_was_erased_is_still_known_when_it_comes_again(client: FlaskClient, shop: Shop) -> None:
    deliver(client, shop, "orders/paid", order(1), number="once")
    handle_due()
    deliver(client, shop, "customers/redact", redact())
    handle_due()
    clean_bodies(at=clock.now())
    assert deliver(client, shop, "orders/paid", order(1), number="once").status_code == 204
    assert kept() == []


def test_what_is_not_handled_yet_is_sold_first_and_goes_then(client: FlaskClient, shop: Shop) -> None:
    early = refund(1, (1, 2, 20), money="20.00") | {"order_id": order(1)["id"]}
    deliver(client, shop, "refunds/create", early)
    deliver(client, shop, "customers/redact", redact(orders_to_redact=[order(1)["id"]]))
    handle_due()
    clean_bodies(at=clock.now())
    assert len(kept()) == 1  # of the refund, which waits for its order
    deliver(client, shop, "orders/paid", order(1, email=None))
    raw().execute("update webhook_event set next_try_at = now() where status = 'waiting'")
    db.session.commit()
    handle_due()
    raw().execute("update webhook_event set next_try_at = now() where status = 'waiting'")
    db.session.commit()
    handle_due()
    clean_bodies(at=clock.now())
    assert sales() == [("#1001", "1", 2000, 2000)]
    assert len(kept()) == 1  # of the order, which tells of nobody


def test_a_hash_is_enough_to_be_found(client: FlaskClient, shop: Shop) -> None:
    for number in (1, 2):
        deliver(client, shop, "orders/paid", order(number))
    handle_due()
    row = raw().execute("select encode(visitor, 'hex') from sale where order_ref = '#1001'").fetchone()
    assert row is not None
    found = erasing.visitor(shop.brand, f"hmac:{row[0]}")
    assert erasing.erase_buyer(shop, erasing.Buyer(visitor=found), at=clock.now()) == 1
    db.session.commit()
    (left,) = kept()
    assert "Buyer2@Example.org" in left


def test_nobody_is_found_by_nothing(client: FlaskClient, shop: Shop) -> None:
    deliver(client, shop, "orders/paid", order(1, email="", customer={"id": None}))
    handle_due()
    deliver(client, shop, "customers/redact", {"customer": {}, "orders_to_redact": []})
    handle_due()
    clean_bodies(at=clock.now())
    assert len(kept()) == 1


def test_a_shop_that_goes_takes_all_it_sent_along_and_no_other_shop_s(
    client: FlaskClient, shop: Shop, lumen: Brand
) -> None:
    other = connect(lumen, name="Second", source="second")
    deliver(client, shop, "orders/paid", order(1))
    deliver(client, other, "orders/paid", order(2))
    handle_due()
    deliver(client, shop, "shop/redact", {"shop_id": 954889, "shop_domain": "lumen.example"})
    handle_due()
    clean_bodies(at=clock.now())
    (left,) = kept()
    assert "Buyer2@Example.org" in left
    assert len(sales()) == 2


def test_who_asks_what_is_kept_of_them_is_shown_on_the_shop_s_page(client: FlaskClient, shop: Shop) -> None:
    asked = {"customer": {"id": 1, "email": "buyer1@example.org"}, "orders_requested": [299938, 280263]}
    deliver(client, shop, "customers/data_request", asked)
    handle_due()
    assert sorted(doubts()) == [("280263", "data_asked_for"), ("299938", "data_asked_for")]


def test_the_owner_has_a_buyer_forgotten_by_address_in_all_shops(
    browse: Callable[[str], FlaskClient], client: FlaskClient, shop: Shop, lumen: Brand
) -> None:
    other = connect(lumen, name="Second", source="second")
    deliver(client, shop, "orders/paid", order(1))
    deliver(client, other, "orders/paid", order(1))
    deliver(client, shop, "orders/paid", order(2))
    handle_due()
    olga, path = browse("olga"), f"/brands/{lumen.public_id}/shops/erase"
    assert "This is no e-mail address" in olga.post(path, data={"buyer": "hmac:12"}).text
    assert len(kept()) == 3
    answer = olga.post(path, data={"buyer": " BUYER1@example.org "}, follow_redirects=True)
    assert "is erased within minutes" in answer.text
    assert not any("buyer1" in body.lower() for body in kept()[3:]), "our own event has the hash alone"
    handle_due()
    clean_bodies(at=clock.now())
    (left,) = kept()
    assert "Buyer2@Example.org" in left
    trail = raw().execute("select count(*) from audit_event where detail::text ilike '%buyer1%'").fetchone()
    assert trail == (0,)
