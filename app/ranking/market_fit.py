"""How a creator's sales carry over from one country to another, in words. Numbers would tell what one brand has sold,
so orders, sales an hour, returns and fatigue are told in classes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext
from sqlalchemy import select

from app.catalog import naming
from app.catalog.taxonomy import CATEGORY, tree
from app.database import db, raw, statement
from app.ranking import briefs, fatigue_words
from app.ranking.models import Evidence, MarketMean, Standing

FEW, MANY = 30, 300  # orders
AROUND = 0.1  # of the mean that still counts as the mean
FAR = 0.5  # beyond it on either side
RETURNED = 0.2  # of the mean that still counts as many returns as the mean

Returns = Mapping[tuple[str, int], float]  # the share that came back, 1 = the mean, by market and first-level category


@dataclass(frozen=True)
class Market:
    """A market and a category of the first level: what the evidence is, and what it says."""

    country: str
    category: str
    evidence: str  # own, near, none
    sales: str
    resting_on: str
    returns: str
    fatigue: str


def markets_of(creator_id: int) -> list[Market]:
    """The creator's markets as of last night, those with own evidence first."""
    order: dict[str, int] = {word: number for number, word in enumerate(Evidence)}
    rows = db.session.scalars(select(Standing).where(Standing.creator_id == creator_id)).all()
    names = {word.id: word for word in tree(CATEGORY).words}
    returns = _returns(creator_id)
    # Sales are held against the mean of a category of the first level, so what lies under one says the same.
    of_level = {(row.country, briefs.top_of(row.category)): row for row in rows}
    known = sorted(of_level.items(), key=lambda pair: (order[pair[1].evidence], pair[0][0], names[pair[0][1]].lo))
    return [
        Market(
            country=naming.country(country),
            category=names[top].name,
            evidence=row.evidence,
            sales=compared(row.sales_index),
            resting_on=_resting_on(row),
            returns=_returned(row, returns.get((country, top))),
            fatigue="–" if row.fatigue is None else fatigue_words.level_in_words(row.fatigue),
        )
        for (country, top), row in known
    ]


def compared(index: float) -> str:
    """Sales an hour against the mean of market and category (1), in words."""
    words: Sequence[tuple[float, Any]] = (
        (1 - FAR, gettext("Far below average")),
        (1 - AROUND, gettext("Below average")),
        (1 + AROUND, gettext("About average")),
        (1 + FAR, gettext("Above average")),
    )
    matching = (sentence for most, sentence in words if index <= most)
    return str(next(matching, gettext("Far above average")))


def _returns(creator_id: int) -> Returns:
    """How much of what the creator sold came back, against the mean; of several moneys each counts by its orders."""
    sums_of: dict[tuple[str, int, str], list[int]] = defaultdict(lambda: [0, 0, 0])
    query = statement("app.ranking", "market_returns")
    for country, category, currency, *sums in raw().execute(query, {"creator": creator_id}).fetchall():
        key = (country, briefs.top_of(category), currency)
        sums_of[key] = [have + more for have, more in zip(sums_of[key], sums, strict=True)]
    means = select(MarketMean).where(MarketMean.country.in_({key[0] for key in sums_of}))
    mean = {(row.country, row.category, row.currency): row.refund_bps for row in db.session.scalars(means)}
    shares: dict[tuple[str, int], list[tuple[int, float]]] = defaultdict(list)
    for (country, top, currency), (orders, gross, net) in sums_of.items():
        usual = mean.get((country, top, currency))
        if usual is not None and gross > 0:
            own = (gross - net) * 10_000 / gross
            shares[country, top].append((orders, own / usual if usual else 1.0 if own == 0 else float("inf")))
    return {
        key: sum(orders * share for orders, share in each) / sum(orders for orders, _share in each)
        for key, each in shares.items()
    }


def _returned(row: Standing, share: float | None) -> str:
    if row.evidence != Evidence.OWN or row.orders < FEW or share is None:
        return "–"
    if share < 1 - RETURNED:
        return str(gettext("Fewer than average"))
    return str(gettext("More than average") if share > 1 + RETURNED else gettext("About as many as average"))


def _resting_on(row: Standing) -> str:
    share = round(row.own * 100)
    if row.evidence == Evidence.NEAR:
        near = naming.country(row.near or "")
        return str(gettext("No streams here yet: %(share)s percent rests on %(country)s.", country=near, share=share))
    if row.evidence == Evidence.BESIDE:
        return str(gettext("No streams in it yet: %(share)s percent rests on other categories.", share=share))
    if row.evidence == Evidence.NONE:
        return str(gettext("No streams under a contract yet: expected from reach and audience."))
    if row.orders < FEW:
        return str(gettext("Fewer than %(few)s orders: little data.", few=FEW))
    if row.orders < MANY:
        return str(gettext("%(few)s to %(many)s orders.", few=FEW, many=MANY))
    return str(gettext("More than %(many)s orders.", many=MANY))
