"""How a creator's sales carry over from one country to another, in words. Numbers would tell what one brand has sold,
so orders and sales an hour are told in classes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext
from sqlalchemy import select

from app.catalog.taxonomy import CATEGORY, tree
from app.database import db
from app.desks import naming
from app.matching import briefs
from app.matching.models import Standing

FEW, MANY = 30, 300  # orders
AROUND = 0.1  # of the mean that still counts as the mean
FAR = 0.5  # beyond it on either side


@dataclass(frozen=True)
class Market:
    """A market and a category of the first level: what the evidence is, and what it says."""

    country: str
    category: str
    evidence: str  # own, near, none
    sales: str
    resting_on: str
    fatigue: int | None


def of(creator_id: int) -> list[Market]:
    """The creator's markets as of last night, those with own evidence first."""
    order = {"own": 0, "near": 1, "none": 2}
    rows = db.session.scalars(select(Standing).where(Standing.creator_id == creator_id)).all()
    names = {word.id: word for word in tree(CATEGORY).words}
    # Sales are held against the mean of a category of the first level, so what lies under one says the same.
    of_level = {(row.country, briefs.top_of(row.category)): row for row in rows}
    known = sorted(of_level.items(), key=lambda pair: (order[pair[1].evidence], pair[0][0], names[pair[0][1]].lo))
    return [
        Market(
            country=naming.country(country),
            category=names[top].name,
            evidence=row.evidence,
            sales=compared(row.sales_index) if row.evidence != "none" else gettext("As the mean, until sales say more"),
            resting_on=_resting_on(row),
            fatigue=row.fatigue,
        )
        for (country, top), row in known
    ]


def compared(index: float) -> str:
    """Sales an hour against the mean of market and category (1), in words."""
    words: Sequence[tuple[float, Any]] = (
        (1 - FAR, gettext("Far below the mean")),
        (1 - AROUND, gettext("Below the mean")),
        (1 + AROUND, gettext("About the mean")),
        (1 + FAR, gettext("Above the mean")),
    )
    found = (said for most, said in words if index <= most)
    return str(next(found, gettext("Far above the mean")))


def _resting_on(row: Standing) -> str:
    if row.evidence == "near":
        return str(
            gettext(
                "No sales here yet: leans on %(country)s, counted for %(share)s percent.",
                country=naming.country(row.near or ""),
                share=round(row.discount * 100),
            )
        )
    if row.evidence == "none":
        return str(gettext("No sales in any market yet."))
    if row.orders < FEW:
        return str(gettext("Fewer than %(few)s orders: little to go by.", few=FEW))
    if row.orders < MANY:
        return str(gettext("%(few)s to %(many)s orders.", few=FEW, many=MANY))
    return str(gettext("More than %(many)s orders.", many=MANY))
