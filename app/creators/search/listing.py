"""Lists creators under filters: all of them, or those a text fits, in a chosen order, page by page.

Every filter but the price and what a brand notes down lies in the index of the documents or in their figures, so a
million creators are not looked through. What is found is counted up to MOST.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any, LiteralString

from app.creators.search.documents import Connection, by_index
from app.creators.search.finding import CANDIDATES
from app.creators.search.questions import Question, understand
from app.database import statement

MOST = 50_000  # creators that are counted and can be paged through
MATCH, BEST, PRICE, LIKE = "match", "best", "price", "alike"
TURNED = "-"  # before the name of an order: the other way round
ORDERS: dict[str, LiteralString] = {
    MATCH: "rank desc, followers desc, creator_id",
    BEST: "d.level desc, coalesce(d.followers, -1) desc, d.creator_id",
    "followers": "coalesce(d.followers, -1) desc, d.creator_id",
    "live": "d.live_viewers desc nulls last, d.creator_id",
    "views": "d.views desc nulls last, d.creator_id",
    "engagement": "d.engagement_bps desc nulls last, d.creator_id",
    "growth": "d.growth_bps desc nulls last, d.creator_id",
    "fatigue": "d.fatigue nulls last, d.creator_id",
    "name": "d.name, d.creator_id",
    PRICE: "a.amount, d.creator_id",
    LIKE: "array_position(%(alike)s::int[], d.creator_id)",
    "-followers": "d.followers nulls last, d.creator_id",
    "-live": "d.live_viewers nulls last, d.creator_id",
    "-views": "d.views nulls last, d.creator_id",
    "-engagement": "d.engagement_bps nulls last, d.creator_id",
    "-growth": "d.growth_bps nulls last, d.creator_id",
    "-fatigue": "d.fatigue desc nulls last, d.creator_id",
    "-name": "d.name desc, d.creator_id desc",
    "-price": "a.amount desc, d.creator_id",
}
PRICED: LiteralString = (
    " join asking_price a on a.creator_id = d.creator_id and a.per = 'hour' and a.currency = %(currency)s"
)
CONDITIONS: dict[str, LiteralString] = {
    "query": " and d.words @@ %(query)s::tsquery",
    "facets": " and d.facets @> %(facets)s::text[]",
    "followers": " and coalesce(d.followers, -1) >= %(followers)s::bigint",
    "followers_most": " and d.followers <= %(followers_most)s::bigint",
    "live": " and d.live_viewers >= %(live)s::bigint",
    "views": " and d.views >= %(views)s::bigint",
    "engagement": " and d.engagement_bps >= %(engagement)s::int",
    "growth": " and d.growth_bps >= %(growth)s::int",
    "fatigue": " and d.fatigue <= %(fatigue)s::int",
    "price": " and a.amount <= %(price)s::bigint",
    "alike": " and d.creator_id = any(%(alike)s::int[])",
    "tag": (
        " and exists (select from creator_tag t"
        " where t.brand_id = %(brand)s and t.creator_id = d.creator_id and t.tag = %(tag)s)"
    ),
    "shortlist": (
        " and exists (select from shortlist_entry e"
        " where e.shortlist_id = %(shortlist)s and e.creator_id = d.creator_id)"
    ),
}


@dataclass(frozen=True)
class Filters:
    """What is asked for. `category` is a node's id; `price` the most an hour live may cost, in minor units of
    `currency`; `followers`, `live` (viewers) and `views` at least so many, `followers_most` at most; `engagement` and
    `growth` (of followers in thirty days) at least, in basis points; `fatigue` at most, of 100; `alike` the ids of
    creators like one, the most alike first; `tag` and `shortlist` (its id) are the brand's. Whoever's figure is not
    known is not among those under a filter of it."""

    brand: int
    currency: str
    text: str | None = None
    category: int | None = None
    market: str | None = None
    language: str | None = None
    platform: str | None = None
    verified: bool = False
    followers: int | None = None
    followers_most: int | None = None
    live: int | None = None
    views: int | None = None
    engagement: int | None = None
    growth: int | None = None
    fatigue: int | None = None
    price: int | None = None
    alike: tuple[int, ...] | None = None
    tag: str | None = None
    shortlist: int | None = None
    order: str | None = None  # of ORDERS; None: the best match where there is a text, else the best

    @property
    def facets(self) -> list[str] | None:
        """What has to be among a document's facets."""
        wishes = (("c:", self.category), ("m:", self.market), ("l:", self.language), ("p:", self.platform))
        labels = [f"{kind}{value}" for kind, value in wishes if value is not None]
        return [*labels, *(["verified"] if self.verified else [])] or None

    @property
    def set(self) -> bool:
        """Whether anything is asked for."""
        asked = (self.text, self.facets, *(getattr(self, name) for name in CONDITIONS if name in vars(self)))
        return any(each not in (None, "") for each in asked)

    @property
    def priced(self) -> bool:
        """Whether only those are listed who ask a price in `currency`."""
        return self.price is not None or (self.order or "").removeprefix(TURNED) == PRICE

    def sorted_by(self, text: bool) -> str:
        """The order of the list; by match only where there is a text. The best without one are those with sales anybody
        may read of, then those who are here themselves, then everybody on a list; of each the largest first. Whoever's
        figure is not known is the last."""
        usual = MATCH if text else LIKE if self.alike is not None else BEST
        possible = {MATCH: text, LIKE: self.alike is not None}
        return self.order if self.order and possible.get(self.order, True) else usual


@dataclass(frozen=True)
class Listed:
    """One page of creators' ids, how many there are (MOST + 1: more than MOST), how the text was understood, and how
    many of them can be paged through: all that are counted, or by match those that were put in order."""

    creators: Sequence[int]
    count: int
    question: Question | None = None
    within_reach: int = MOST


def listed(connection: Connection, filters: Filters, *, first: int = 0, rows: int = 50) -> Listed:
    """The creators under the filters from number `first` on, at most `rows` of them, and none that is out of reach."""
    question = understand(connection, filters.text) if filters.text else None
    if question is not None and not question.query:
        return Listed([], 0, question)
    values = _values(filters, question)
    order = filters.sorted_by(question is not None)
    base = _base(values, CONDITIONS, priced=filters.priced)
    text = _ranked(values, base, priced=filters.priced) if order == MATCH else "select d.creator_id" + base
    page: LiteralString = text + " order by " + ORDERS[order] + " limit %(rows)s offset %(first)s"
    reach = CANDIDATES if order == MATCH else MOST
    values |= {"rows": max(0, min(rows, reach - first)), "first": first}
    counted = statement("app.creators", "search_count").replace("{base}", base)
    with by_index(connection) if question else nullcontext():
        people = connection.execute(page, values, prepare=False).fetchall()
        (count,) = connection.execute(counted, values | {"most": MOST + 1}, prepare=False).fetchone() or (0,)
    return Listed([row[0] for row in people], count, question, min(count, reach))


def _values(filters: Filters, question: Question | None) -> dict[str, Any]:
    texts = {"query": question and question.query, "ranked_by": question and question.order}
    texts |= {name: getattr(question, name, "") for name in ("account", "name", "exact")}
    alike = None if filters.alike is None else list(filters.alike)
    return vars(filters) | texts | {"facets": filters.facets, "alike": alike, "candidates": CANDIDATES}


def _base(values: Mapping[str, Any], conditions: Mapping[str, LiteralString], *, priced: bool) -> LiteralString:
    """From where, under the conditions that are set; the prices only where they are asked for."""
    text: LiteralString = " from search_document d"
    text += PRICED if priced else ""
    text += " where true"
    for name, condition in conditions.items():
        if values[name] is not None:
            text += condition
    return text


def _ranked(values: Mapping[str, Any], base: LiteralString, *, priced: bool) -> LiteralString:
    exactly = CONDITIONS | {"query": " and d.words @@ %(exact)s::tsquery"}
    exact = _base(values, exactly, priced=priced)
    return statement("app.creators", "search_ranked").replace("{base}", base).replace("{exact}", exact)
