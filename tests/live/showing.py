"""A show to be watched: mira's, with lamps of lumen and a moon that is sold out."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from app import clock
from app.database import db
from app.orders import stock
from app.streams.models import Show
from app.streams.shows import items_of
from tests.cast import Cast
from tests.payouts.people import identity
from tests.streams import showing

SKUS = ("LAMP", "MOON")


def planned(cast: Cast, **columns: Any) -> Show:
    """Planned for an hour from now."""
    at = clock.now()
    columns = {"planned_start": at + timedelta(hours=1)} | columns
    start = columns.pop("planned_start")
    made = showing.planned(cast.creators["mira"], skus={cast.brands["lumen"]: SKUS}, at=start, **columns)
    db.session.commit()
    return made


def on_air(cast: Cast, *, began: timedelta = timedelta(minutes=5), **columns: Any) -> Show:
    """On air since some minutes; of the moon there is none."""
    at = clock.now() - began
    made = showing.on_air(cast.creators["mira"], skus={cast.brands["lumen"]: SKUS}, at=at, **columns)
    stock.set_on_hand(items_of(made)[0].product, 3, by=identity("olga"), at=at)
    stock.set_on_hand(items_of(made)[1].product, 0, by=identity("olga"), at=at)
    db.session.commit()
    return made
