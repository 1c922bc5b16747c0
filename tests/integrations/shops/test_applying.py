"""From a shop's delivery to sales that are explained: whole orders, whatever comes first, late or twice."""

from __future__ import annotations

import json
import random
import subprocess
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st
from sqlalchemy import select, text

from app.csvfiles.recording import Outcome
from app.database import db, raw
from app.integrations import handling
from app.integrations.jobs import handle_due
from app.integrations.shops import connecting, crowds, refunding
from app.integrations.shops.models import Shop, ShopDoubt, ShopKind
from app.sales.jobs import settle_due
from app.sales.models import Sale
from app.sales.recording import SaleLine
from app.users.models import Brand
from tests.integrations.shops.shop import AT, KEY, connect, deliver, line, order, refund, signature


@pytest.fixture
def shop(lumen: Brand) -> Shop:
    return connect(lumen)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def sales() -> list[tuple[str, str, int, int]]:
    """Order, line, pieces and base of every sale line, with what came back of it."""
    query = (
        "select s.order_ref, s.line_ref, s.base_minor, coalesce(sum(r.amount), 0)::int from sale s left join refund r"
        " using (brand_id, source, order_ref, line_ref) group by 1, 2, 3 order by 1, 2"
    )
    db.session.rollback()
    return [tuple(row) for row in raw().execute(query)]


def doubts() -> list[tuple[str, str]]:
    db.session.rollback()
    return [(each.order_ref, each.about) for each in db.session.scalars(select(ShopDoubt).order_by(ShopDoubt.id))]


def test_a_paid_order_is_a_sale_that_is_settled(client: FlaskClient, shop: Shop) -> None:
    told = order(1, line(1, "10.00", 2, discount="1.00"), line(2, "5.00"), discount_codes=[{"code": "MIRA10"}])
    assert deliver(client, shop, "orders/paid", told).status_code == 204
    assert handle_due() == 1
    assert sales() == [("#1001", "1", 1900, 0), ("#1001", "2", 500, 0)]
    first = db.session.scalars(select(Sale).order_by(Sale.line_ref)).first()
    assert first is not None
    assert (first.source, first.coupon, first.country, first.occurred_at) == ("shopify", "MIRA10", "NL", AT)
    assert settle_due().lines == 2


def test_what_is_not_paid_yet_waits_for_its_payment(client: FlaskClient, shop: Shop) -> None:
    deliver(client, shop, "orders/create", order(1, financial_status="pending"))
    handle_due()
    assert sales() == []
    deliver(client, shop, "orders/updated", order(1, minutes=5))
    handle_due()
    assert sales() == [("#1001", "1", 2000, 0)]


def test_an_older_state_changes_nothing(client: FlaskClient, shop: Shop) -> None:
    deliver(client, shop, "orders/updated", order(1, minutes=5))
    deliver(client, shop, "orders/create", order(1, financial_status="pending"))
    handle_due()
    handle_due()
    assert sales() == [("#1001", "1", 2000, 0)]


def test_a_refund_comes_once_by_whichever_event_tells_it(client: FlaskClient, shop: Shop) -> None:
    back = refund(1, (1, 1, 10), money="10.00")
    deliver(client, shop, "orders/paid", order(1))
    deliver(client, shop, "refunds/create", back | {"order_id": order(1)["id"]})
    handle_due()
    deliver(client, shop, "orders/updated", order(1, minutes=9, refunds=[back], financial_status="partially_refunded"))
    handle_due()
    assert sales() == [("#1001", "1", 2000, 1000)]


def test_a_refund_before_its_order_waits(client: FlaskClient, shop: Shop) -> None:
    deliver(client, shop, "refunds/create", refund(1, (1, 2, 20), money="20.00") | {"order_id": order(1)["id"]})
    handle_due()
    assert db.session.scalar(text("select status from webhook_event")) == "waiting"
    deliver(client, shop, "orders/paid", order(1))
    handle_due()
    raw().execute("update webhook_event set next_try_at = now() where status = 'waiting'")
    db.session.commit()
    handle_due()
    assert sales() == [("#1001", "1", 2000, 2000)]


def test_money_without_a_line_is_shared_and_said(client: FlaskClient, shop: Shop) -> None:
    told = order(1, line(1, "10.00"), line(2, "30.00"), refunds=[refund(1, money="10.01")], minutes=3)
    deliver(client, shop, "orders/updated", told)
    handle_due()
    assert sales() == [("#1001", "1", 1000, 250), ("#1001", "2", 3000, 751)]
    assert doubts() == [("#1001", "spread")]


def test_a_line_that_is_changed_afterwards_stays_and_is_said(client: FlaskClient, shop: Shop) -> None:
    deliver(client, shop, "orders/paid", order(1))
    handle_due()
    deliver(client, shop, "orders/updated", order(1, line(1, "10.00", 3), line(2, "4.00"), minutes=5))
    handle_due()
    assert sales() == [("#1001", "1", 2000, 0), ("#1001", "2", 400, 0)]
    assert doubts() == [("#1001", "line_changed")]


def test_test_orders_are_no_sales(client: FlaskClient, shop: Shop) -> None:
    deliver(client, shop, "orders/paid", order(1, test=True))
    handle_due()
    assert (sales(), doubts()) == ([], [("#1001", "shop_test")])


def test_a_sum_that_does_not_add_up_is_said_and_taken(client: FlaskClient, shop: Shop) -> None:
    deliver(client, shop, "orders/paid", order(1, total_price="25.00"))
    deliver(client, shop, "orders/paid", order(2, total_price="20.01"))  # within a minor unit
    handle_due()
    assert len(sales()) == 2
    assert doubts() == [("#1001", "does_not_add_up")]


def test_who_cancelled_is_kept_and_counted(client: FlaskClient, shop: Shop) -> None:
    for number, why in ((1, "inventory"), (2, "customer")):
        told = order(number, cancelled_at=(AT + timedelta(hours=1)).isoformat(), cancel_reason=why)
        deliver(client, shop, "orders/cancelled", told)
    handle_due()
    standing = connecting.standing(shop, at=AT)
    assert (standing.cancelled, standing.by_brand) == (2, 1)


def test_a_shop_that_never_says_how_buyers_came_is_told_so(client: FlaskClient, shop: Shop) -> None:
    for number in range(1, 6):
        deliver(client, shop, "orders/paid", order(number))
    handle_due()
    assert connecting.standing(shop, at=AT).is_silent
    deliver(client, shop, "orders/paid", order(6, landing_site="/"))
    handle_due()
    assert not connecting.standing(shop, at=AT).is_silent


def test_woocommerce_tells_the_same_order_in_its_own_words(client: FlaskClient, lumen: Brand) -> None:
    shop = connect(lumen, ShopKind.WOOCOMMERCE)
    told: dict[str, Any] = {
        "id": 727,
        "number": "727",
        "status": "processing",
        "currency": "EUR",
        "date_created_gmt": "2026-05-01T12:00:00",
        "date_modified_gmt": "2026-05-01T12:01:00",
        "total": "29.35",
        "total_tax": "4.35",
        "shipping_lines": [{"total": "5.00"}],
        "billing": {"email": "buyer@example.org", "country": "NL"},
        "coupon_lines": [{"code": "mira10"}],
        "line_items": [
            {
                "id": 315,
                "name": "Lamp",
                "sku": "lamp",
                "quantity": 2,
                "subtotal": "22.00",
                "total": "20.00",
                "total_tax": "4.20",
            }
        ],
        "refunds": [],
    }
    deliver(client, shop, "order.created", told)
    handle_due()
    assert sales() == [("727", "1", 2000, 0)]
    assert doubts() == []
    later = told | {"date_modified_gmt": "2026-05-02T12:00:00", "refunds": [{"id": 9, "total": "-12.10"}]}
    deliver(client, shop, "order.updated", later)
    handle_due()
    assert sales() == [("727", "1", 2000, 1000)]


def woo(status: str, minutes: int, **more: Any) -> dict[str, Any]:
    """An order at WooCommerce, as it was some minutes after it was made."""
    item = {"id": 315, "name": "Lamp", "quantity": 2, "subtotal": "20.00", "total": "20.00", "total_tax": "0"}
    about = {"id": 727, "number": "727", "status": status, "currency": "EUR", "line_items": [item]}
    about |= {"date_created_gmt": "2026-05-01T12:00:00", "date_modified_gmt": f"2026-05-01T12:{minutes:02}:00"}
    return about | more


def test_an_order_that_is_cancelled_after_it_was_paid_is_void(client: FlaskClient, lumen: Brand) -> None:
    shop = connect(lumen, ShopKind.WOOCOMMERCE)
    part = {"refunds": [{"id": 9, "total": "-5.00"}]}
    for told in (woo("processing", 1), woo("processing", 2, **part), *[woo("cancelled", 3, **part)] * 2):
        deliver(client, shop, "order.updated", told)
        handle_due()
    assert sales() == [("727", "1", 2000, 2000)]
    deliver(client, shop, "order.updated", woo("processing", 4, **part))
    handle_due()
    assert ("727", "refund_changed") in doubts()


def test_a_cancelled_order_that_nobody_paid_is_nothing(client: FlaskClient, lumen: Brand) -> None:
    shop = connect(lumen, ShopKind.WOOCOMMERCE)
    deliver(client, shop, "order.updated", woo("cancelled", 1))
    handle_due()
    assert sales() == []


def test_an_order_that_is_deleted_is_said_and_what_was_sold_stands(client: FlaskClient, lumen: Brand) -> None:
    shop = connect(lumen, ShopKind.WOOCOMMERCE)
    deliver(client, shop, "order.created", woo("processing", 1))
    deliver(client, shop, "order.deleted", {"id": 727})
    deliver(client, shop, "order.deleted", {"id": 728})
    handle_due()
    assert (sales(), doubts()) == ([("727", "1", 2000, 0)], [("727", "order_deleted")])
    assert raw().execute("select count(*) from webhook_event where status <> 'handled'").fetchone() == (0,)


def test_tiktok_tells_that_an_order_is_there_and_that_its_amounts_are_wanted(client: FlaskClient, lumen: Brand) -> None:
    shop = connect(lumen, ShopKind.TIKTOK_SHOP)
    data = '{"order_id":"576","order_status":"CANCEL","update_time":1777636800}'
    body = f'{{"type":1,"tts_notification_id":"7","data":{data}}}'.encode()
    made = subprocess.run(
        ["openssl", "dgst", "-sha256", "-hmac", KEY], input=b"app-key" + body, capture_output=True, check=True
    )
    sign = made.stdout.decode().split()[-1]
    answer = client.post(f"/webhooks/shops/{shop.public_id}", data=body, headers={"Authorization": sign})
    assert answer.status_code == 204
    handle_due()
    assert doubts() == [("576", "no_amounts")]
    assert connecting.standing(shop, at=AT).cancelled == 1


# -- who sent it --


def test_a_signature_is_the_one_that_openssl_makes(client: FlaskClient, shop: Shop) -> None:
    body = b'{"id": 1, "name": "#1", "currency": "EUR"}'
    digest = subprocess.run(
        ["openssl", "dgst", "-sha256", "-hmac", KEY, "-binary"], input=body, capture_output=True, check=True
    ).stdout
    made = subprocess.run(["openssl", "base64", "-A"], input=digest, capture_output=True, check=True).stdout.decode()
    assert made == signature(body)
    assert deliver(client, shop, "orders/create", body, sign=made).status_code == 204


@pytest.mark.parametrize("wrong", ["", "x", signature(b"another body"), "é"])
def test_what_is_not_signed_by_the_shop_is_refused_and_counted(client: FlaskClient, shop: Shop, wrong: str) -> None:
    answer = deliver(client, shop, "orders/paid", order(1), sign=wrong or " ")
    assert answer.status_code == 400
    assert raw().execute("select count(*) from webhook_event").fetchone() == (0,)
    assert [(each.reason, each.count) for each in connecting.refusals(shop, at=AT)] == [("signature", 1)]


def test_two_keys_count_side_by_side_and_the_page_says_which(client: FlaskClient, shop: Shop) -> None:
    from app.integrations.shops import keys
    from tests.payouts.people import identity

    keys.add(shop, "the-newer-key-of-it", by=identity("olga"), at=AT)
    db.session.commit()
    assert deliver(client, shop, "orders/paid", order(1), key="the-newer-key-of-it").status_code == 204
    assert deliver(client, shop, "orders/paid", order(2)).status_code == 204
    db.session.expire_all()
    assert all(each.matched_at for each in shop.secrets)
    keys.remove(shop, shop.secrets[0].id, by=identity("olga"), at=AT)
    db.session.commit()
    assert deliver(client, shop, "orders/paid", order(3)).status_code == 400


def test_the_ping_of_woocommerce_is_answered_and_does_nothing(client: FlaskClient, lumen: Brand) -> None:
    shop = connect(lumen, ShopKind.WOOCOMMERCE)
    answer = client.post(f"/webhooks/shops/{shop.public_id}", data={"webhook_id": "12"})
    assert answer.status_code == 200
    assert raw().execute("select count(*) from webhook_event").fetchone() == (0,)


def test_a_test_event_goes_the_whole_way_and_sells_nothing(lumen: Brand) -> None:
    for kind in ShopKind:
        shop = connect(lumen, kind, name=kind)
        connecting.send_test(shop, at=AT)
        db.session.commit()
        handle_due()
        row = db.session.scalars(connecting.events_of(shop)).one()
        assert (row.status, sales()) == ("handled", [])


# -- bodies that nobody should send --

DEEP = b'{"id":1,"name":"#1","currency":"EUR","created_at":"2026-05-01T12:00:00Z","x":' + b"[" * 50_000 + b"]" * 50_000
HOSTILE: list[bytes] = [
    b"",
    b"[]",
    b"\xff\xfe\x00",
    b'{"id": ' + b"9" * 5000 + b"}",
    DEEP + b"}",
    *(
        json.dumps(order(1, line(1, "10.00"), line(2, "10.00") | wrong)).encode()
        for wrong in (
            {"quantity": -2},
            {"quantity": 1.5},
            {"quantity": "9" * 4400},
            {"quantity": 10**30},
            {"price": float("nan")},
            {"price": float("inf")},
            {"price": "1" + "0" * 14},
            {"price": "-10.00"},
            {"price": []},
            {"id": None},
            {"sku": "\ud800\0", "name": {"a": 1}},
            {"discount_allocations": [{"amount": "99.00"}]},
            {"tax_lines": [{"price": "1e14"}]},
        )
    ),
    json.dumps(order(1, name="\u202e#1\0", currency="XX1")).encode(),
    json.dumps(order(1, currency="eu\ud800")).encode(),
    json.dumps(order(1, created_at="0001-01-01T00:00:00+14:00")).encode(),
    json.dumps(order(1, updated_at=["x"])).encode(),
    json.dumps(order(1, refunds=[{"id": 1}, {"id": 2, "refund_line_items": [{"line_item_id": []}]}])).encode(),
    json.dumps(order(1)).replace('"financial_status"', '"currency": "USD", "financial_status"').encode(),
    b'{"order_id": {}, "id": []}',
]


@pytest.mark.parametrize("body", HOSTILE, ids=range(len(HOSTILE)))
@pytest.mark.parametrize("topic", ["orders/paid", "refunds/create", "customers/redact"])
def test_whatever_is_sent_gets_a_sentence_and_is_stored_whole_or_not_at_all(
    client: FlaskClient, shop: Shop, topic: str, body: bytes
) -> None:
    answer = deliver(client, shop, topic, body)
    assert answer.status_code in (204, 400)
    if answer.status_code == 400:
        assert len(answer.text.strip().splitlines()) == 1
    handle_due()
    for status, error in raw().execute("select status, error from webhook_event").fetchall():
        assert status in ("handled", "waiting", "ignored")
        assert not error or (status == "waiting" and error.startswith(("NoOrder", "Early"))), error
    if b"9002" in body and len(sales()) == 1:
        assert "row_refused" in {about for _order, about in doubts()}


# -- many at once --


def all_of(shop: Shop) -> list[list[str]]:
    """All that is known of a shop's orders, apart from numbers that count up and instants of storing."""
    sold = f"where brand_id = {shop.brand_id} and source = 'shopify'"
    queries = (
        f"select order_ref, line_ref, sku, quantity, base_minor, visitor is null, coupon, country from sale {sold}",
        f"select order_ref, line_ref, refund_ref, amount from refund {sold}",
        f"select order_ref, reason from order_cancellation {sold}",
        "select order_key, order_ref, currency, taxes_included, net_share, attributed"
        f" from shop_order where shop_id = {shop.id}",
        f"select order_key, line_key, order_ref, line_ref from shop_line where shop_id = {shop.id}",
        f"select order_ref, about, detail from shop_doubt where shop_id = {shop.id}",
        "select type, happened_at, case when error is null then status end, error, ignored_as"
        f" from webhook_event where shop_id = {shop.id}",
        f"select happened_at from webhook_latest where object_id like '{shop.id}:%'",
    )
    db.session.rollback()
    return [sorted(str(row) for row in raw().execute(query)) for query in queries]


def crowd() -> list[tuple[str, dict[str, Any]]]:
    """What comes in one moment: plain orders, and between them some of every kind that is none."""
    plain = [("orders/paid", order(n, line(1, "10.00", 2), line(2, f"{n}.50"))) for n in range(1, 31)]
    back = refund(1, (1, 1, 10), money="10.00")
    odd = [
        ("orders/paid", order(40, financial_status="pending")),
        ("orders/paid", order(41, test=True)),
        ("orders/paid", order(42, total_price="99.00", total_tax="0")),
        ("orders/paid", order(43, currency="")),
        ("orders/paid", order(44, name="#1001")),  # as another order is called
        ("orders/updated", order(45, refunds=[back], financial_status="partially_refunded")),
        ("orders/cancelled", order(46, cancelled_at=AT.isoformat(), cancel_reason="inventory")),
        ("orders/paid", order(47, line(1, "10.00", 2, sku=""))),
        ("orders/paid", order(48, minutes=1)),
        ("orders/updated", order(48, line(1, "10.00", 1), minutes=2)),
        ("refunds/create", refund(2, (1, 1, 10), money="10.00") | {"order_id": order(49)["id"]}),
        ("orders/paid", order(49)),
        ("orders/edited", order(50)),
    ]
    return [*plain[:15], *odd, *plain[15:]]


def test_a_crowd_of_orders_comes_to_what_each_of_them_comes_to_alone(
    client: FlaskClient, shop: Shop, kettle: Brand, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone, together, record = connect(kettle), list[int](), crowds.record_sales

    def counted(brand_id: int, lines: Sequence[SaleLine], *, through: str, at: datetime) -> list[Outcome]:
        together.append(len(lines))
        return record(brand_id, lines, through=through, at=at)

    monkeypatch.setattr(crowds, "record_sales", counted)
    for where, fewest in ((shop, 1), (alone, 1_000_000)):
        monkeypatch.setattr(handling, "FEWEST", fewest)
        for topic, told in crowd():
            deliver(client, where, topic, told)
        handle_all()
    assert together == [sum(len(told["line_items"]) for _topic, told in crowd()[1:15] + crowd()[-15:]) + 1]
    for one, other in zip(all_of(shop), all_of(alone), strict=True):
        assert one == other
    assert len(all_of(shop)[0]) > 60
    assert {row.split("'")[3] for row in all_of(shop)[5]} >= {"shop_test", "does_not_add_up", "line_changed"}


def test_what_fails_for_all_is_done_for_each(client: FlaskClient, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_about: Any, **_named: Any) -> None:
        raise RuntimeError("not now")

    monkeypatch.setattr(crowds, "record_sales", fails)
    for number in range(1, 11):
        deliver(client, shop, "orders/paid", order(number))
    handle_due()
    assert len(sales()) == 10
    assert raw().execute("select count(*) from webhook_event where status <> 'handled'").fetchone() == (0,)


# -- storms --


def storm(number: int) -> list[tuple[str, dict[str, Any]]]:
    """Everything a shop tells of one order with a partial refund."""
    back = refund(number, (1, 1, 10), money="10.00")
    lines = [line(1, "10.00", 2), line(2, "5.00")]
    return [
        ("orders/create", order(number, *lines, financial_status="pending")),
        ("orders/paid", order(number, *lines, minutes=1)),
        ("orders/updated", order(number, *lines, minutes=2)),
        ("refunds/create", back | {"order_id": order(number)["id"]}),
        ("orders/updated", order(number, *lines, minutes=4, refunds=[back], financial_status="partially_refunded")),
    ]


def handle_all() -> None:
    """As hours later: whatever waits is tried again."""
    for _ in range(4):
        handle_due()
        raw().execute("update webhook_event set next_try_at = now() where status = 'waiting'")
        db.session.commit()


@pytest.mark.slow
def test_a_storm_ends_where_the_clean_run_ends(
    client: FlaskClient, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two thousand deliveries: shuffled, doubled, some lost and sent again hours later; a worker that is stopped in the
    middle of each batch, and handlers that fail when they have done half of it."""
    fails = random.Random(6)
    whole = refunding.record_refunds

    def failing(*given: Any, **named: Any) -> Any:
        stored = whole(*given, **named)
        if fails.random() < 0.2:
            raise RuntimeError("the handler was stopped")
        return stored

    monkeypatch.setattr(refunding, "record_refunds", failing)
    chance = random.Random(5)
    events = [(f"{number}-{nr}", *each) for number in range(1, 201) for nr, each in enumerate(storm(number))]
    sent = [*events, *chance.sample(events, 200)]
    chance.shuffle(sent)
    lost, met = set(chance.sample([number for number, _, _ in events], 200)), 0
    for number, topic, told in sent:
        if number not in lost:
            deliver(client, shop, topic, told, number=number)
            met += 1
            if met % 50 == 0:
                stops = iter([False] * chance.randrange(1, 30))
                handle_due(lambda stops=stops: next(stops, True))
    for number, topic, told in events:
        deliver(client, shop, topic, told, number=number)
    handle_due()
    monkeypatch.setattr(refunding, "record_refunds", whole)
    handle_all()
    assert sales() == sorted(
        each
        for number in range(1, 201)
        for each in [(f"#{1000 + number}", "1", 2000, 1000), (f"#{1000 + number}", "2", 500, 0)]
    )
    assert raw().execute(
        "select count(*) from webhook_event where status not in ('handled', 'ignored')"
    ).fetchone() == (0,)


@examples(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.permutations(range(5)), st.data())
def test_any_order_of_the_events_of_an_order_ends_the_same(
    client: FlaskClient, shop: Shop, turns: list[int], data: st.DataObject
) -> None:
    number = raw().execute("select count(*) from shop_order").fetchone()[0] + 1  # type: ignore[index]
    events = storm(number)
    for turn in turns:
        deliver(client, shop, *events[turn])
        if data.draw(st.booleans()):
            handle_due()
    handle_all()
    mine = [each for each in sales() if each[0] == f"#{1000 + number}"]
    assert mine == [(f"#{1000 + number}", "1", 2000, 1000), (f"#{1000 + number}", "2", 500, 0)]
