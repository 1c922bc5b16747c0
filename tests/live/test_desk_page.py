"""The desk as its three sides see it: before, while it runs, and after; and what none of them sees."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from app import clock
from app.database import db
from app.sales.jobs import settle_due
from app.streams import shows
from app.streams.models import Show
from tests import market
from tests.cast import Cast
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


def test_each_side_sees_its_own_money_alone(cast: Cast, show: Show, browse: SignIn) -> None:
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
