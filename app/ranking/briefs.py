"""What a campaign looks for, as the score reads it: the tree turns its categories into how near others are."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select

from app import clock
from app.campaigns.models import Campaign
from app.catalog.taxonomy import CATEGORY, Word, tree
from app.contracts.terms.clauses import promised
from app.contracts.terms.sheet import Sheet
from app.database import db, raw, statement
from app.ranking.scoring import (
    BELOW_ONE,
    BESIDE,
    SAME,
    Brief,
)
from app.users.models import BrandFee


def brief_of(campaign: Campaign, *, at: datetime) -> Brief:
    """The campaign's brief. Money is in minor units of its currency; days are the brand's, those of it that are left:
    what closed a creator until yesterday keeps nobody from the work. From sales go the commission during a stream and
    the brand's fee; what the terms promise for sure is shared out over the hours."""
    sheet = campaign.sheet
    today = clock.today(campaign.terms["timezone"], at=at)
    return Brief(
        brand_id=campaign.brand_id,
        nearness=nearness_of(campaign.categories),
        markets=tuple(campaign.markets),
        languages=tuple(campaign.languages),
        platforms=tuple(campaign.platforms),
        ages=tuple(campaign.ages),
        words=tuple(campaign.keywords),
        starts_on=min(max(campaign.starts_on, today), campaign.ends_on),
        ends_on=campaign.ends_on,
        currency=campaign.currency,
        hour_ceiling=campaign.hour_ceiling,
        costs_bps=in_stream(sheet) + _fee(campaign.brand_id, at),
        fixed_an_hour=for_sure(sheet) / max(1, campaign.hours),
        usual_price=usual_price(campaign.currency) if campaign.hour_ceiling is None else 0,
    )


def in_stream(sheet: Sheet) -> int:
    """The sheet's commission on what is sold during a stream, in basis points."""
    return sheet.commission_bps if sheet.in_stream_bps is None else sheet.in_stream_bps


def for_sure(sheet: Sheet) -> int:
    """What the sheet promises for sure over all its days, in minor units: monthly money by the days of each month, and
    gifts."""
    return sum(promised(sheet, year) for year in range(sheet.starts_on.year, sheet.ends_on.year + 1))


def _fee(brand_id: int, at: datetime) -> int:
    """The platform's fee on the brand's sales at an instant, in basis points."""
    query = select(BrandFee.fee_bps).where(BrandFee.brand_id == brand_id, BrandFee.valid.contains(at))
    return db.session.scalar(query) or 0


def usual_price(currency: str) -> int:
    """What half of those who ask a price for an hour in this money ask at most; 0 where nobody does."""
    (amount,) = raw().execute(statement("app.ranking", "usual_price"), {"currency": currency}).fetchall()[0]
    return amount or 0


def nearness_of(codes: Collection[str]) -> tuple[tuple[int, float], ...]:
    """How near the nodes of the tree are to these, as (node id, nearness), the nearest first (rules.md B19).

    A wanted node and all that lies in it is the same; what it lies in is below one; what lies beside it, under the same
    node of the tree, is near. The root makes nothing near: that would be everything. BadInput for an unknown code.
    """
    categories = tree(CATEGORY)
    wanted = [categories.word(code) for code in codes]
    nearness = {word.id: near for word in categories.words if (near := max(_near(word, each) for each in wanted))}
    return tuple(sorted(nearness.items(), key=lambda pair: (-pair[1], pair[0])))


def top_of(category: int) -> int:
    """The node of the first level that a node (its id) lies in; the root is its own."""
    words = tree(CATEGORY).words
    below = next(word for word in words if word.id == category)
    return next((word.id for word in words if word.depth == 1 and _holds(word, below)), below.id)


def _near(word: Word, wanted: Word) -> float:
    if _holds(wanted, word):
        return SAME
    if word.depth == 0:
        return 0.0
    if _holds(word, wanted):
        return BELOW_ONE
    parent = _parent(wanted)
    return BESIDE if parent is not None and parent.depth > 0 and _parent(word) is parent else 0.0


def _parent(word: Word) -> Word | None:
    """The node that a node lies in; None for the root."""
    above = [each for each in tree(CATEGORY).words if each.depth == word.depth - 1 and _holds(each, word)]
    return above[0] if above else None


def _holds(outer: Word, inner: Word) -> bool:
    return outer.lo <= inner.lo and inner.hi <= outer.hi
