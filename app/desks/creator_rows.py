"""What a list of creators shows of each: where they are followed, what they are at home in, what they ask."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select

from app.catalog.taxonomy import CATEGORY, tree
from app.creators import shortlists
from app.creators.models import AskingPrice
from app.database import db, raw
from app.database import rows as rows_of
from app.ranking.models import Fatigue
from app.streams.models import Channel
from app.users.models import Brand, Creator

FIGURES = ("live_viewers", "views", "engagement_bps", "growth_bps", "gained", "grown_since")  # as a document has them


@dataclass
class Candidate:
    """A creator as a row of a list; `price` for an hour live, in minor units of the brand's currency; `growth` of
    followers in thirty days in basis points, `gained` since the list of the day `grown_since`."""

    creator: Creator
    channels: list[Channel] = field(default_factory=list)
    categories: list[str] = field(default_factory=list)
    price: int | None = None
    verified: bool = False  # whether there are results that anybody may read
    fatigue: int | None = None  # 0 to 100, with all brands together (rules.md B25)
    tags: list[str] = field(default_factory=list)
    live_viewers: int | None = None
    views: int | None = None
    engagement_bps: int | None = None
    growth_bps: int | None = None
    gained: int | None = None
    grown_since: date | None = None


def candidates(ids: Sequence[int], brand: Brand, *, tags: bool) -> list[Candidate]:
    """The creators with these ids in their order; with the brand's tags where the reader may see them."""
    by_id = {each.id: Candidate(each) for each in db.session.scalars(select(Creator).where(Creator.id.in_(ids)))}
    rows = [by_id[each] for each in ids]
    _add_channels(by_id, ids)
    for row in rows_of(raw(), "app.creators", "search_figures", {"creators": list(ids)}):
        for name in FIGURES:
            setattr(by_id[row.creator_id], name, getattr(row, name))
        by_id[row.creator_id].verified = "verified" in row.facets
        by_id[row.creator_id].categories = _finest(row.facets)
    prices = select(AskingPrice).where(
        AskingPrice.creator_id.in_(ids), AskingPrice.per == "hour", AskingPrice.currency == brand.currency
    )
    for price in db.session.scalars(prices):
        by_id[price.creator_id].price = price.amount
    tired = select(Fatigue).where(Fatigue.creator_id.in_(ids), Fatigue.brand_id == 0, Fatigue.country == "")
    for fatigue in db.session.scalars(tired):
        by_id[fatigue.creator_id].fatigue = fatigue.value
    for creator, words in (shortlists.tags_of(brand, ids) if tags else {}).items():
        by_id[creator].tags = words
    return rows


def _add_channels(rows: Mapping[int, Candidate], ids: Sequence[int]) -> None:
    """Where each is, the largest following first."""
    query = select(Channel).where(Channel.creator_id.in_(ids))
    for channel in db.session.scalars(query.order_by(Channel.followers.desc().nulls_last(), Channel.id)):
        rows[channel.creator_id].channels.append(channel)


def _finest(facets: Sequence[str]) -> list[str]:
    """The names of the categories, without those that another one lies in."""
    nodes = [word for word in tree(CATEGORY).words if f"c:{word.id}" in facets]
    return [w.name for w in nodes if not any(o is not w and w.lo <= o.lo and o.hi <= w.hi for o in nodes)]
