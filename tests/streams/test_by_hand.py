"""A stream that was elsewhere and comes by no file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app import clock
from app.database import db
from app.errors import BadInput, Conflict
from app.streams import by_hand
from app.streams.by_hand import Broadcast
from app.streams.models import Stream
from app.users.models import Brand, Creator
from tests import market
from tests.contracts.dealing import page, said
from tests.payouts.people import identity
from tests.streams.access import DAYS

HOUR = timedelta(hours=1)
LIVE = Broadcast("tiktok", market.NOON, market.NOON + HOUR, ("LAMP",), "TT-1")


def add(brand: Brand, creator: Creator, **changes: Any) -> Stream:
    return by_hand.add(brand, creator, replace(LIVE, **changes), by=identity("mira"), at=market.NOON + 2 * HOUR)


@pytest.fixture
def dealt(lumen: Brand, mira: Creator) -> Brand:
    market.contract(lumen, mira, date(2026, 3, 1), date(2026, 3, 31))
    market.product(lumen, "LAMP")
    return lumen


def test_it_is_recorded_as_a_row_of_a_file_would_be(dealt: Brand, mira: Creator) -> None:
    made = add(dealt, mira)
    assert (made.ref, made.platform, made.skus, made.ends_at) == ("TT-1", "tiktok", ["LAMP"], market.NOON + HOUR)
    assert add(dealt, mira, platform="youtube", ref="", ends_at=None).ref.startswith("hand-")


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"platform": "own"}, "Choose a platform"),
        ({"starts_at": market.NOON + 3 * HOUR, "ends_at": None}, "in the future"),
        ({"ends_at": market.NOON + 3 * HOUR}, "in the future"),
        ({"ends_at": market.NOON}, "after the beginning"),
        ({"starts_at": market.NOON - 30 * HOUR}, "at most 24 hours"),
        ({"skus": ("LAMP", "NONE")}, "no product “NONE”"),
    ],
)
def test_what_can_not_be_is_refused(changes: dict[str, Any], why: str, dealt: Brand, mira: Creator) -> None:
    with pytest.raises(BadInput, match=why):
        add(dealt, mira, **changes)


def test_it_takes_a_contract_and_is_recorded_once(dealt: Brand, mira: Creator, joon: Creator) -> None:
    with pytest.raises(Conflict, match="No contract covers"):
        add(dealt, joon)
    add(dealt, mira)
    with pytest.raises(Conflict, match="recorded already"):
        add(dealt, mira, ref="TT-2")
    with pytest.raises(Conflict, match="taken"):
        add(dealt, mira, platform="youtube")


def test_both_sides_have_a_form_for_it(lumen: Brand, mira: Creator, browse: Callable[[str], FlaskClient]) -> None:
    market.contract(lumen, mira, *DAYS)
    market.product(lumen, "LAMP")
    db.session.commit()
    began = clock.now().astimezone(ZoneInfo("Europe/Amsterdam")) - timedelta(days=1)
    form = {
        "platform": "tiktok",
        "begins": f"{began:%Y-%m-%dT10:00}",
        "ends": f"{began:%Y-%m-%dT11:30}",
        "products": "LAMP",
    }
    owner, creator = browse("olga"), browse("mira")
    assert "Record a stream" in page(owner, f"/brands/{lumen.public_id}/streams")
    recorded = owner.post(
        f"/brands/{lumen.public_id}/streams/new", data=form | {"partner": str(mira.public_id)}, follow_redirects=True
    )
    assert "The stream is recorded." in said(recorded)
    assert "Record a stream" in page(creator, f"/creators/{mira.public_id}/streams")
    theirs = f"/creators/{mira.public_id}/streams/new"
    assert "Lumen Lighting" in page(creator, theirs)
    again = creator.post(theirs, data=form | {"partner": str(lumen.public_id)})
    assert (again.status_code, "recorded already" in again.text) == (409, True)
    assert creator.post(theirs, data=form | {"partner": "nobody"}).status_code == 422
    (made,) = db.session.scalars(select(Stream)).all()
    assert made.ends_at is not None
    assert made.ends_at - made.starts_at == 1.5 * HOUR
