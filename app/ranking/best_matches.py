"""The creators who contribute most to a brief, proven to be the best without looking at all of them; one creator's
score; and the other way round, the campaigns that suit a creator best (rules.md B19).

Best is who is expected to contribute most an hour (scoring.py). Hard filters come first, exclusivity last: it is asked
lazily, from the best down. There is no paid place.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import islice
from typing import Any

import psycopg

from app.campaigns import campaigns
from app.campaigns.models import Campaign
from app.catalog.taxonomy import CATEGORY, FORMAT, PLATFORM, ROOTS, TERRITORY, Word, multirange_text, tree
from app.creators import search
from app.database import query_rows, raw, rows, statement
from app.ranking import (
    briefs,
    forecast,
    scoring,
    weights,
)
from app.ranking.among import Among, usual_hours
from app.ranking.forecast import Earnings
from app.ranking.scoring import (
    NOBODY_KNOWS,
    SAME,
    Brief,
    Parts,
    Stand,
    Weights,
)
from app.ranking.search_statements import abroad, search_values, shortlist_text

Connection = psycopg.Connection[Any]
FEWEST = 10  # rows of a bucket's head
SPARE = 5  # one more in so many is looked for at first, as some will be closed


@dataclass(frozen=True)
class Match:
    """A creator's best standing for a brief with its score: the net contribution of an hour that is expected, minor
    units of the brief's currency. `facts` is its row, for reasons and forecasts; `better` how many of those it is
    `among` contribute more, where that is known."""

    stand: Stand
    score: float
    facts: Any
    brief: Brief
    weights: Weights
    among: Among | None = None
    better: int | None = None

    @cached_property
    def parts(self) -> Parts:
        """Each thing that counts, from 0 to 1."""
        return scoring.parts(self.stand, self.brief)

    @cached_property
    def points(self) -> int:
        """A picture of the score: how many in a hundred of the others who fit it is not below. 100 for the best."""
        if self.among is None:
            return 100
        better, size = self.among.place(self.score) if self.better is None else (self.better, self.among.size)
        return 100 if size < 2 else max(0, round(100 * (1 - better / (size - 1))))

    @property
    def fitted(self) -> float:
        """What is expected of an hour against the mean of the market, times all that fits: the same in any money."""
        return scoring.fitted(self.stand, self.brief, self.weights)

    @property
    def creator_id(self) -> int:
        """Whose it is."""
        return self.stand.creator_id


def best(connection: Connection, brief: Brief, weights: Weights, *, limit: int = 50, clear: bool = True) -> list[Match]:
    """The `limit` best creators for the brief, the best first, of equal ones the lowest number; one row a creator.

    `weights` have to be those in force, which the standings' quality is worked out by. `clear`: without those whom an
    exclusivity keeps from the work on the brief's days.
    """
    wanted = limit + limit // SPARE if clear else limit
    usual, ways = usual_hours(connection, brief), search.spread(connection, brief.words)
    among = Among(connection, brief, weights, usual, ways)
    while True:
        ranked = _ranked(connection, among, wanted)
        closed = closed_to(connection, brief, [each.creator_id for each in ranked]) if clear else frozenset()
        kept = [each for each in ranked if each.creator_id not in closed]
        if len(kept) >= limit or len(ranked) < wanted:
            return kept[:limit]
        wanted *= 2


def match_of(connection: Connection, brief: Brief, weights: Weights, creator_id: int) -> Match | None:
    """The creator's score for the brief; None where none of their standings fits it. Exclusivity is not asked for."""
    among = Among(connection, brief, weights, usual_hours(connection, brief), search.spread(connection, brief.words))
    return _match(among, _facts(connection, creator_id))


def campaigns_for(creator_id: int, *, limit: int = 50, at: datetime) -> list[tuple[Campaign, Match, Earnings]]:
    """The `limit` best campaigns in the market that the creator fits and may work for, the best fit first, each with
    what they could earn. Campaigns of brands that have nothing left to promise are not in the market (rules.md B20)."""
    connection, in_force = raw(), weights.now()
    facts = _facts(connection, creator_id)
    market = [(campaign, briefs.brief_of(campaign, at=at)) for campaign in (campaigns.market(at=at) if facts else ())]
    ways = _ways(connection, (brief for _campaign, brief in market))
    pairs = []
    for campaign, brief in market:
        usual = usual_hours(connection, brief)
        among = Among(connection, brief, in_force, usual, [ways[word] for word in brief.words])
        match = _match(among, facts)
        if match is not None:
            pairs.append((campaign, match))
    pairs.sort(key=lambda pair: (-pair[1].fitted, pair[0].id))
    free = (
        pair for pair in pairs if not closed_to(connection, pair[1].brief, [creator_id])
    )  # asked from the best down
    kept = list(islice(free, limit))
    means = forecast.means({match.stand.country for _campaign, match in kept})
    return [(campaign, match, forecast.earnings(campaign, match, means=means)) for campaign, match in kept]


def closed_to(connection: Connection, brief: Brief, creators: Collection[int]) -> frozenset[int]:
    """Those of the creators whom an exclusivity keeps from what the brief wants: for its brand, in the categories it
    names, on its platforms, in its markets, live, on its days."""
    values = {
        "creators": list(creators),
        "brand": brief.brand_id,
        "first": brief.starts_on,
        "last": brief.ends_on,
        "categories": _spans(word for word in tree(CATEGORY).words if scoring.nearness(word.id, brief) == SAME),
        "platforms": _scope(PLATFORM, brief.platforms),
        "territories": _scope(TERRITORY, brief.markets),
        "formats": _scope(FORMAT, ["live"]),
    }
    rows = connection.execute(statement("app.ranking", "shortlist_closed"), values, prepare=False).fetchall()
    return frozenset(creator_id for (creator_id,) in rows)


def stand_of(
    row: Any,
    *,
    words_found: int = 0,
    pair_freshness: float | None = None,
    asking_price: tuple[int, str] | None = None,
    usual: float = NOBODY_KNOWS,
) -> Stand:
    """A row of `standing` as the score takes it. `asking_price` is in the brief's currency, where the row's is another;
    `usual` what an hour brings there on average."""
    price, currency = asking_price or (row.price, row.price_currency)
    return Stand(
        creator_id=row.creator_id,
        country=row.country,
        category=row.category,
        sales=row.sales_index,
        audience=row.audience,
        reliability=row.reliability,
        freshness=row.freshness,
        first_language=row.first_language.strip(),
        languages=tuple(row.languages),
        platforms=tuple(row.platforms),
        ages=None if row.ages is None else tuple(row.ages),
        price=price,
        price_currency=currency,
        words_found=words_found,
        pair_freshness=pair_freshness,
        usual=usual,
    )


def _ranked(connection: Connection, among: Among, limit: int) -> list[Match]:
    """The best by score alone. The nearest categories lead; all do where these hold too few creators."""
    brief = among.brief
    values = search_values(brief, among.weights, among.usual, among.ways) | {"limit": limit}
    nearest = max(values["near"], default=0.0)
    leads = [near == nearest for near in values["near"]]
    head = max(FEWEST, 2 * limit // max(1, sum(leads)))
    text = shortlist_text(bool(brief.words), abroad(brief))
    found = query_rows(connection, text, values | {"leads": leads, "all_lead": False, "head": head})
    if not found:
        everyone = {"leads": [True] * len(leads), "all_lead": True, "head": limit}
        found = query_rows(connection, text, values | everyone)
    before: dict[float, int] = {}  # how many contribute more: of equal ones as many
    for place, row in enumerate(found):
        before.setdefault(row.score, place)
    return [
        Match(
            stand_of(
                row,
                words_found=row.words_found,
                pair_freshness=row.pair_freshness,
                asking_price=None if row.asked is None else (row.asked, brief.currency),
                usual=among.usual[row.country, row.category],
            ),
            row.score,
            row,
            brief,
            among.weights,
            among,
            before[row.score],
        )
        for row in found
    ]


def _facts(connection: Connection, creator_id: int) -> list[Any]:
    return rows(connection, "app.ranking", "shortlist_creator", {"creator": creator_id})


def _ways(connection: Connection, of: Iterable[Brief]) -> Mapping[str, str]:
    """Every word of these briefs with its other ways."""
    words = list(dict.fromkeys(word for brief in of for word in brief.words))
    return dict(zip(words, search.spread(connection, words), strict=True))


def _match(among: Among, facts: Collection[Any]) -> Match | None:
    """The best of one creator's standings that fit the brief."""
    brief = among.brief
    fitting = [row for row in facts if scoring.fits(stand_of(row, asking_price=_asked(row, brief)), brief)]
    if not fitting:
        return None
    words = _words_found(among.connection, among.ways, fitting[0].creator_id)
    scored = [_scored(row, words, among) for row in fitting]
    return min(scored, key=lambda each: (-each.score, each.stand.category, each.stand.country))


def _scored(row: Any, words: int, among: Among) -> Match:
    brief = among.brief
    stand = stand_of(
        row,
        words_found=words,
        pair_freshness=_pair(row, brief),
        asking_price=_asked(row, brief),
        usual=among.usual[row.country, row.category],
    )
    return Match(stand, scoring.score(stand, brief, among.weights), row, brief, among.weights, among)


def _asked(row: Any, brief: Brief) -> tuple[int, str] | None:
    """What an hour costs in the brief's money, where the standing has its price in another."""
    if row.price is None or row.price_currency == brief.currency or not abroad(brief):
        return None
    amount = row.prices.get(brief.currency)
    return None if amount is None else (amount, brief.currency)


def _pair(row: Any, brief: Brief) -> float | None:
    value = row.pairs.get(str(brief.brand_id))
    return None if value is None else 1 - value / 100


def _words_found(connection: Connection, ways: Sequence[str], creator_id: int) -> int:
    if not ways:
        return 0
    query = "select found_words(words, %s::text[]) from search_document where creator_id = %s"
    row = connection.execute(query, [list(ways), creator_id]).fetchone()
    return int(row[0]) if row else 0


def _scope(name: str, codes: Iterable[str]) -> str:
    """The subtrees of the nodes that the tree has; all of it where it has none."""
    known = [code for code in codes if code in tree(name).by_code]
    return tree(name).multirange(known or [ROOTS[name]])


def _spans(words: Iterable[Word]) -> str:
    return multirange_text((word.lo, word.hi) for word in words)
