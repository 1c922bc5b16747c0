"""A creator's earnings on the brand's own site: for an hour, framed there alone, and nothing but what is theirs."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.api import keys
from app.api.models import Scope
from app.database import db
from app.sales.commissions import holding
from app.sales.commissions.models import HoldReason
from app.sales.jobs import settle_due
from app.sales.models import Sale
from app.tracking import domains
from app.users.models import Brand, Creator
from tests import market
from tests.api.calling import Program, program
from tests.market import NOON
from tests.payouts.people import identity


@pytest.fixture
def shop(app: Flask, lumen: Brand, kettle: Brand, mira: Creator, joon: Creator) -> Program:
    """A program of Lumen's, whose shop is at shop.example; Mira and Joon sell for it, Mira for Kettle too."""
    for creator, code in ((mira, "MIRA"), (joon, "JOON")):
        market.contract(lumen, creator, coupons=(code,))
        market.sale(lumen, 10_000, coupon=code, order_ref=f"O-{code}", description="Lamp")
    market.contract(kettle, mira, coupons=("MIRA",))
    market.sale(kettle, 20_000, coupon="MIRA", order_ref="K-MIRA")
    domains.add(lumen, "shop.example", by=identity("olga"), at=NOON)
    db.session.commit()
    settle_due()
    return program(app, lumen, Scope.EMBED)


def address(shop: Program, creator: Creator) -> str:
    answer = shop.post("embed-tokens", {"creator": str(creator.public_id)})
    assert answer.status_code == 201, answer.text
    return str(answer.json["url"]).removeprefix("http://localhost:8000")


def test_a_creator_sees_their_lines_and_why_on_the_brands_site_without_a_cookie(
    shop: Program, mira: Creator, client: FlaskClient
) -> None:
    where = address(shop, mira)
    page = client.get(where)
    assert page.status_code == 200
    assert "O-MIRA" in page.text
    assert "€10.00" in page.text
    assert "O-JOON" not in page.text
    assert "K-MIRA" not in page.text, "another brand's"
    assert "Set-Cookie" not in page.headers
    (line,) = {link for link in page.text.split('"') if link.startswith(f"{where}/sales/")}
    why = client.get(line)
    assert "The buyer used the code MIRA" in why.text
    assert "5%" not in why.text, "the platform's fee is between it and the brand"
    assert "<form" not in page.text + why.text


def test_what_is_on_hold_is_not_called_payable(shop: Program, lumen: Brand, mira: Creator, client: FlaskClient) -> None:
    sale = db.session.scalars(select(Sale).where(Sale.order_ref == "O-MIRA")).one()
    holding.place(lumen.id, sale.id, HoldReason.UNDER_REVIEW, "Two orders.", by=identity("olga"), at=NOON)
    db.session.commit()
    for day in (NOON, NOON + timedelta(days=60)):
        with time_machine.travel(day, tick=False):
            stats = client.get(address(shop, mira)).text.partition("<dl")[2].partition("</dl>")[0]
        told = dict(re.findall(r"<dt>(.*?)</dt><dd[^>]*>(.*?)</dd>", stats))
        assert told | {"Pending": "€0.00", "Payable": "€0.00", "On hold": "€10.00"} == told


def test_it_is_framed_on_the_brands_domains_and_nowhere_else(shop: Program, mira: Creator, client: FlaskClient) -> None:
    headers = client.get(address(shop, mira)).headers
    assert "frame-ancestors https://shop.example http://shop.example" in headers["Content-Security-Policy"]
    assert "X-Frame-Options" not in headers
    assert client.get("/sign-in").headers["X-Frame-Options"] == "DENY", "as every other page"


def test_after_an_hour_or_with_its_key_it_ends(shop: Program, mira: Creator, client: FlaskClient) -> None:
    with time_machine.travel(NOON, tick=False) as now:
        where = address(shop, mira)
        now.shift(timedelta(minutes=59))
        assert client.get(where).status_code == 200
        now.shift(timedelta(minutes=1))
        ended = client.get(where)
        assert (ended.status_code, "This view has ended" in ended.text) == (410, True)
        assert "O-MIRA" not in ended.text
        other = address(shop, mira)
        keys.revoke(shop.key, by=identity("olga"), at=NOON)
        db.session.commit()
        assert client.get(other).status_code == 410


@pytest.mark.parametrize("change", [lambda token: token[:-1] + ("A" if token[-1] != "A" else "B"), lambda token: "x"])
def test_an_address_nobody_gave_shows_nothing(shop: Program, mira: Creator, client: FlaskClient, change: Any) -> None:
    where, _, token = address(shop, mira).rpartition("/")
    assert client.get(f"{where}/{change(token)}").status_code == 404


def test_a_cursor_that_makes_no_sense_is_no_fault(shop: Program, mira: Creator, client: FlaskClient) -> None:
    where = address(shop, mira)
    assert [client.get(f"{where}?cursor={each}").status_code for each in ("x", "x" * 300)] == [422, 422]


def test_a_line_of_another_creator_is_not_there(
    shop: Program, lumen: Brand, mira: Creator, joon: Creator, client: FlaskClient
) -> None:
    theirs = address(shop, joon)
    (line,) = {link for link in client.get(theirs).text.split('"') if "/sales/" in link}
    assert client.get(address(shop, mira) + line.removeprefix(theirs)).status_code == 404


def test_only_for_creators_of_the_brands_contracts_and_once_it_has_said_where_its_site_is(
    app: Flask, shop: Program, kettle: Brand, mira: Creator, joon: Creator
) -> None:
    other = program(app, kettle, owner="kim")
    assert other.post("embed-tokens", {"creator": str(joon.public_id)}).status_code == 404
    unplaced = other.post("embed-tokens", {"creator": str(mira.public_id)})
    assert (unplaced.status_code, "Say first where your site is" in unplaced.json["detail"]) == (409, True)
    assert shop.post("embed-tokens", {"creator": "mira"}).status_code == 422
    reader = program(app, kettle, Scope.READ, owner="kim")
    assert reader.post("embed-tokens", {"creator": str(mira.public_id)}).status_code == 403
