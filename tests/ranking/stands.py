"""Standings as a test wants them, in the table and as the score takes them."""

from __future__ import annotations

from datetime import date
from typing import Any

from app.catalog.taxonomy import CATEGORY, tree
from app.database import raw
from app.ranking import briefs, scoring
from app.ranking.scoring import Brief, Stand, Weights

FIRST, LAST = date(2026, 5, 1), date(2026, 5, 31)
COLUMNS = (
    "creator_id country category quality sales_index audience reliability freshness spread orders streams minutes "
    "evidence near fatigue events first_language languages platforms ages price price_currency brands prior_index "
    "orders_index value_index shape own widening followers live_viewers views"
).split()
INSERT = f"insert into standing ({', '.join(COLUMNS)}) values ({', '.join(f'%({name})s' for name in COLUMNS)})"


def node(code: str) -> int:
    """The number of a category."""
    return tree(CATEGORY).word(code).id


def row(creator_id: int, country: str = "NL", code: str = "beauty.skincare", **columns: Any) -> dict[str, Any]:
    """A row of `standing` under the switches that are in force at first: a creator in the middle of everything."""
    made: dict[str, Any] = {
        "creator_id": creator_id,
        "country": country,
        "category": node(code),
        "sales_index": 1.0,
        "audience": 0.5,
        "reliability": 0.6,
        "freshness": 0.5,
        "spread": 0.4,
        "orders": 0,
        "streams": 0,
        "minutes": 0,
        "evidence": "none",
        "near": None,
        "fatigue": None,
        "events": 0,
        "first_language": "nl",
        "languages": ["nl"],
        "platforms": ["tiktok"],
        "ages": None,
        "price": None,
        "price_currency": None,
        "brands": [],
        "prior_index": 1.0,
        "value_index": 1.0,
        "shape": 10.0,
        "own": 0.0,
        "widening": 1.0,
        "followers": None,
        "live_viewers": None,
        "views": None,
    } | columns
    made.setdefault("orders_index", made["sales_index"] / made["value_index"])
    made["quality"] = scoring.quality(stand(made), Weights())
    return made


def stand(made: dict[str, Any], **known: Any) -> Stand:
    """The row as the score takes it."""
    values = {name: made[name] for name in Stand.__dataclass_fields__ if name in made}
    values["sales"] = made["sales_index"]
    lists = {name: tuple(values[name]) for name in ("languages", "platforms")}
    return Stand(**{**values, **lists, "ages": made["ages"] and tuple(made["ages"]), **known})


def store(rows: list[dict[str, Any]]) -> None:
    """Writes the rows."""
    with raw().cursor() as cursor:
        cursor.executemany(INSERT, rows)


def brief(*codes: str, brand_id: int = 1, **columns: Any) -> Brief:
    """A brief for these categories, by default skin care in the Netherlands for everybody."""
    values: dict[str, Any] = {
        "brand_id": brand_id,
        "nearness": briefs.nearness_of(codes or ["beauty.skincare"]),
        "markets": ("NL",),
        "languages": (),
        "platforms": (),
        "ages": (),
        "words": (),
        "starts_on": FIRST,
        "ends_on": LAST,
        "currency": "EUR",
        "hour_ceiling": None,
    }
    return Brief(**(values | columns))
