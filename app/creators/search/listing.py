"""Lists creators under filters: all of them, or those a text fits, in a chosen order, page by page.

Every filter but the price and what a brand notes down lies in the index of the documents, so a million creators are
not looked through. What is found is counted up to a thousand.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, LiteralString

from app.creators.search.documents import Connection
from app.creators.search.finding import CANDIDATES
from app.creators.search.questions import Question, understand
from app.database import statement

MOST = 1_000  # creators that are counted and can be paged through
ORDERS: dict[str, LiteralString] = {
    "match": "rank desc, followers desc, creator_id",
    "best": "d.level desc, coalesce(d.followers, -1) desc, d.creator_id",
    "followers": "coalesce(d.followers, -1) desc, d.creator_id",
    "name": "d.name, d.creator_id",
    "price": "a.amount, d.creator_id",
}
PRICED: LiteralString = (
    " join asking_price a on a.creator_id = d.creator_id and a.per = 'hour' and a.currency = %(currency)s"
)
CONDITIONS: dict[str, LiteralString] = {
    "query": " and d.words @@ %(query)s::tsquery",
    "facets": " and d.facets @> %(facets)s::text[]",
    "followers": " and coalesce(d.followers, -1) >= %(followers)s::bigint",
    "price": " and a.amount <= %(price)s::bigint",
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
    `currency`; `tag` and `shortlist` (its id) are the brand's."""

    brand: int
    currency: str
    text: str | None = None
    category: int | None = None
    market: str | None = None
    language: str | None = None
    platform: str | None = None
    verified: bool = False
    followers: int | None = None
    price: int | None = None
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
        return any((self.text, self.facets, self.followers, self.price, self.tag, self.shortlist))

    def sorted_by(self, text: bool) -> str:
        """The order of the list; by match only where there is a text. The best without one are those with sales anybody
        may read of, then those who are here themselves, then everybody on a list; of each the largest first."""
        return self.order if self.order and (text or self.order != "match") else "match" if text else "best"


@dataclass(frozen=True)
class Listed:
    """One page of creators' ids, how many there are (MOST + 1: more than MOST), and how the text was understood."""

    creators: Sequence[int]
    count: int
    question: Question | None = None


def listed(connection: Connection, filters: Filters, *, first: int = 0, rows: int = 50) -> Listed:
    """The creators under the filters from number `first` on, at most `rows` of them and none after MOST."""
    question = understand(connection, filters.text) if filters.text else None
    if question is not None and not question.query:
        return Listed([], 0, question)
    values = _values(filters, question)
    order = filters.sorted_by(question is not None)
    base = _base(values, priced=order == "price")
    text = _ranked(base) if order == "match" else "select d.creator_id" + base
    page: LiteralString = text + " order by " + ORDERS[order] + " limit %(rows)s offset %(first)s"
    values |= {"rows": max(0, min(rows, MOST - first)), "first": first}
    people = connection.execute(page, values, prepare=False).fetchall()
    counted = statement("app.creators", "search_count").replace("{base}", base)
    (count,) = connection.execute(counted, values | {"most": MOST + 1}, prepare=False).fetchone() or (0,)
    return Listed([row[0] for row in people], count, question)


def _values(filters: Filters, question: Question | None) -> dict[str, Any]:
    values = {"query": question and question.query, "order": question and question.order, "facets": filters.facets}
    return vars(filters) | values | {"candidates": CANDIDATES}


def _base(values: Mapping[str, Any], *, priced: bool) -> LiteralString:
    """From where, under the conditions that are set; the prices only where they are asked for."""
    text: LiteralString = " from search_document d"
    text += PRICED if priced or values["price"] is not None else ""
    text += " where true"
    for name, condition in CONDITIONS.items():
        if values[name] is not None:
            text += condition
    return text


def _ranked(base: LiteralString) -> LiteralString:
    return statement("app.creators", "search_ranked").replace("{base}", base)
