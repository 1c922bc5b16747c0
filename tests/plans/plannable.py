"""Creators a plan can choose from: lamps sell for 1,000.00 an hour in the Netherlands and half of it in Belgium."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.database import raw
from app.plans.plan_model import Bound
from app.plans.plans import Wishes
from app.users.models import Creator
from tests.ranking import stands

MEAN = "insert into market_mean values (%s, %s, 'EUR', 5, 100, 600, %s, 0, 0.5, '{901, 902}')"
EVERYWHERE = {"NL": Bound(), "BE": Bound()}


def market() -> None:
    """What an hour live brings."""
    for country, net in (("NL", 1_000_000), ("BE", 500_000)):
        raw().execute(MEAN, [country, stands.node("home"), net])


def stand(creator: Creator, country: str = "NL", *, price: int | None = 5_000, **columns: Any) -> dict[str, Any]:
    """Somebody who sells lamps as well as the average, for 50.00 an hour."""
    about = {
        "price": price,
        "price_currency": None if price is None else "EUR",
        "spread": 0.5,
        "evidence": "own",
    } | columns
    return stands.row(creator.id, country, "home.lighting", **about)


def rated(creators: Sequence[Creator], *indexes: float) -> None:
    """The market, and the creators in it with these sales indexes."""
    market()
    stands.store([stand(creator, sales_index=index) for creator, index in zip(creators, indexes, strict=True)])


def wishes(**changes: Any) -> Wishes:
    """10,000.00 at a margin of 40 %, for the Netherlands."""
    whole: dict[str, Any] = {"budget": 1_000_000, "margin_bps": 4_000, "markets": {"NL": Bound()}} | changes
    return Wishes(**whole)
