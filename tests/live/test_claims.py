"""Buying by a word in the chat: what is a claim, what it reserves, and who is told."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.database import db
from app.live import claims
from app.live.claims import Claim
from app.orders.models import Purchase
from app.streams.models import Show, ShowItem
from app.streams.shows import items_of
from tests import market
from tests.cast import Cast
from tests.live.showing import on_air
from tests.live.test_chat import send
from tests.streams import showing

Browse = Callable[[str], FlaskClient]


@pytest.fixture
def items(cast: Cast) -> list[ShowItem]:
    """A sheet of four: two lamps that share a word, a number for a name, and one with an accent."""
    lumen = cast.brands["lumen"]
    for sku, name in (("L-1", "Moon lamp"), ("L-2", "Sun lamp"), ("X77", "2001"), ("CAFE", "Café crème")):
        market.product(lumen, sku, name=name, price=Decimal("10.00"))
    show = showing.planned(cast.creators["mira"], skus={lumen: ("L-1", "L-2", "X77", "CAFE")})
    return list(items_of(show))


@pytest.mark.parametrize(
    ("text", "position", "quantity"),
    [
        ("moon 2", 1, 2),
        ("Moon x2", 1, 2),
        ("moon x 2", 1, 2),
        ("SUN LAMP 1", 2, 1),
        ("l-2 3", 2, 3),
        ("#4", 4, 1),
        ("#4 2", 4, 2),
        ("# 1 2", 1, 2),
        ("2 5", 2, 5),
        ("creme 1", 4, 1),
        ("cafe 2", 4, 2),
        ("  x77   1 ", 3, 1),
    ],
)
def test_a_product_is_called_by_number_sku_name_or_a_word_of_its_own(
    items: list[ShowItem], text: str, position: int, quantity: int
) -> None:
    assert claims.read_claim(text, items) == Claim(items[position - 1].id, quantity)


@pytest.mark.parametrize(
    "text",
    [
        "lamp 2",
        "moon",
        "I want the moon 2",
        "2",
        "3 2 1",
        "moon 0",
        "moon two",
        "#9",
        "9 2",
        "moon 1000",
        "",
        "😀 2",
        "moon -2",
    ],
)
def test_everything_else_is_only_said(items: list[ShowItem], text: str) -> None:
    assert claims.read_claim(text, items) is None


def test_the_page_tells_the_word_that_calls_each(items: list[ShowItem]) -> None:
    assert list(claims.words_of(items).values()) == ["moon", "sun", "#3", "cafe"]


# -- what it does --


@pytest.fixture
def show(app: Flask, cast: Cast) -> Iterator[Show]:
    """On air, where viewers can pay."""
    before = app.extensions["streamcut"]
    app.extensions["streamcut"] = replace(before, stripe_secret_key="sk_test_of_the_tests")
    yield on_air(cast)
    app.extensions["streamcut"] = before


def test_where_nobody_can_pay_nothing_is_reserved(cast: Cast, client: FlaskClient) -> None:
    answer = send(client, on_air(cast), "lamp 2", json=True)
    assert answer.status_code == 200
    assert "lamp 2" in answer.get_json()["line"]
    assert answer.get_json()["told"].startswith("Lamp: ")
    assert db.session.scalars(select(Purchase)).all() == []


def test_a_claim_reserves_and_is_answered_to_the_buyer_alone(show: Show, client: FlaskClient) -> None:
    answer = send(client, show, "lamp 2", json=True).get_json()
    bought = db.session.scalars(select(Purchase)).one()
    assert (bought.quantity, bought.sku, bought.status) == (2, "LAMP", "reserved")
    assert "2 × Lamp are reserved for you for ten minutes." in answer["told"]
    assert "/orders/r/" in answer["told"]
    assert "lamp 2" in answer["line"]
    stranger = client.application.test_client()
    page = stranger.get(f"/live/{show.public_id}").text
    assert "lamp 2" in page
    assert "reserved for you" not in page
    assert "/orders/r/" not in page


def test_without_a_script_the_answer_is_on_the_next_page(show: Show, client: FlaskClient) -> None:
    send(client, show, "#1")
    page = client.get(f"/live/{show.public_id}").text
    assert "1 × Lamp is reserved for you for ten minutes." in page
    assert re.search(r'href="http[^"]*/orders/r/[^"]+"', page)
    assert "reserved for you" not in client.get(f"/live/{show.public_id}").text


@pytest.mark.parametrize(
    ("text", "sentence", "leads"), [("moon 1", "sold out", "/wait"), ("lamp 4", "at most 3", "#item-")]
)
def test_what_can_not_be_had_is_said_with_what_else_can_be_done(
    show: Show, client: FlaskClient, text: str, sentence: str, leads: str
) -> None:
    answer = send(client, show, text, json=True).get_json()
    assert sentence in answer["told"]
    assert leads in answer["told"]
    assert db.session.scalars(select(Purchase)).all() == []


def test_somebody_of_the_show_claims_nothing(show: Show, browse: Browse) -> None:
    answer = send(browse("mira"), show, "lamp 1", json=True).get_json()
    assert answer["told"] == ""
    assert db.session.scalars(select(Purchase)).all() == []
