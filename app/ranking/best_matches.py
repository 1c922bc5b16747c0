"""The creators who score best for a brief, proven to be the best without looking at all of them; one creator's score;
and the other way round, the campaigns that suit a creator best (rules.md B19).

Hard filters come first, exclusivity last: it is asked lazily, from the best down. There is no paid place.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, cached_property
from itertools import islice
from typing import Any, LiteralString

import psycopg
from babel.numbers import get_territory_currencies

from app.campaigns import campaigns
from app.campaigns.models import Campaign
from app.catalog.taxonomy import CATEGORY, FORMAT, PLATFORM, ROOTS, TERRITORY, Word, multirange_text, tree
from app.creators import search
from app.creators.audience import AGES
from app.database import query_rows, raw, rows, statement
from app.ranking import (
    briefs,
    forecast,
    scoring,
    weights,
)
from app.ranking.forecast import Earnings
from app.ranking.scoring import (
    SAME,
    UNKNOWN,
    Brief,
    Parts,
    Stand,
    Weights,
)

Connection = psycopg.Connection[Any]
HAIR = 1e-6  # points by which a bar is lowered, so that no rounding hides anybody
FEWEST = 10  # rows of a bucket's head
SPARE = 5  # one more in so many is looked for at first, as some will be closed


@dataclass(frozen=True)
class Match:
    """A creator's best standing for a brief with its score; `facts` is its row, for reasons and forecasts."""

    stand: Stand
    score: float
    facts: Any
    brief: Brief
    weights: Weights

    @cached_property
    def parts(self) -> Parts:
        """Each part of the score, from 0 to 1."""
        return scoring.parts(self.stand, self.brief)

    @property
    def creator_id(self) -> int:
        """Whose it is."""
        return self.stand.creator_id


def best(connection: Connection, brief: Brief, weights: Weights, *, limit: int = 50, clear: bool = True) -> list[Match]:
    """The `limit` best creators for the brief, the best first, of equal ones the lowest number; one row a creator.

    `weights` have to be those in force, which the standings are added up by. `clear`: without those whom an exclusivity
    keeps from the work on the brief's days.
    """
    wanted = limit + limit // SPARE if clear else limit
    values = _values(brief, weights, search.spread(connection, brief.words))
    while True:
        ranked = _ranked(connection, brief, weights, values | {"limit": wanted})
        closed = closed_to(connection, brief, [each.creator_id for each in ranked]) if clear else frozenset()
        kept = [each for each in ranked if each.creator_id not in closed]
        if len(kept) >= limit or len(ranked) < wanted:
            return kept[:limit]
        wanted *= 2


def match_of(connection: Connection, brief: Brief, weights: Weights, creator_id: int) -> Match | None:
    """The creator's score for the brief; None where none of their standings fits it. Exclusivity is not asked for."""
    ways = search.spread(connection, brief.words)
    return _match(connection, brief, weights, _facts(connection, creator_id), ways)


def campaigns_for(creator_id: int, *, limit: int = 50, at: datetime) -> list[tuple[Campaign, Match, Earnings]]:
    """The `limit` best campaigns in the market that the creator fits and may work for, the best score first, each with
    what they could earn. Campaigns of brands that have nothing left to promise are not in the market (rules.md B20)."""
    connection, in_force = raw(), weights.now()
    facts = _facts(connection, creator_id)
    market = [(campaign, briefs.brief_of(campaign, at=at)) for campaign in (campaigns.market(at=at) if facts else ())]
    ways = _ways(connection, (brief for _campaign, brief in market))
    pairs = []
    for campaign, brief in market:
        match = _match(connection, brief, in_force, facts, [ways[word] for word in brief.words])
        if match is not None:
            pairs.append((campaign, match))
    pairs.sort(key=lambda pair: (-pair[1].score, pair[0].id))
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
    row: Any, *, words_found: int = 0, pair_freshness: float | None = None, asking_price: tuple[int, str] | None = None
) -> Stand:
    """A row of `standing` as the score takes it. `asked`: the price and its currency, where the brief's is another."""
    price, currency = asking_price or (row.price, row.price_currency)
    return Stand(
        creator_id=row.creator_id,
        country=row.country,
        category=row.category,
        sales=row.sales,
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
    )


def _ranked(connection: Connection, brief: Brief, weights: Weights, values: dict[str, Any]) -> list[Match]:
    """The best by score alone. The nearest categories lead; all do where these hold too few creators."""
    limit, nearest = values["limit"], max(values["near"], default=0.0)
    leads = [near == nearest for near in values["near"]]
    head = max(FEWEST, 2 * limit // max(1, len(brief.markets) * sum(leads)))
    search = _search(bool(brief.words), _abroad(brief))
    rows = query_rows(connection, search, values | {"leads": leads, "all_lead": False, "head": head})
    if not rows:
        everyone = {"leads": [True] * len(leads), "all_lead": True, "head": limit}
        rows = query_rows(connection, search, values | everyone)
    return [
        Match(
            stand_of(
                row,
                words_found=row.words_found,
                pair_freshness=row.pair_freshness,
                asking_price=None if row.asked is None else (row.asked, brief.currency),
            ),
            row.score,
            row,
            brief,
            weights,
        )
        for row in rows
    ]


@cache
def _search(with_words: bool, abroad: bool) -> LiteralString:
    """shortlist.sql with its parts in their places."""
    walk = statement("app.ranking", "shortlist_walk")
    foreign: LiteralString = "1.0::float8" if abroad else "%(unknown)s::float8"
    elsewhere: LiteralString = "price is not null and price_currency <> %(currency)s" if abroad else "false"
    walk = walk.replace("{foreign}", foreign).replace("{elsewhere}", elsewhere)
    exact = statement("app.ranking", "shortlist_exact" if with_words else "shortlist_plain")
    parts: dict[str, LiteralString] = {
        "{head}": walk.replace("{least}", "'-infinity'"),
        "{asked}": statement("app.ranking", "shortlist_asked") if abroad else "null::bigint",
        "{rest}": walk.replace("{least}", "bar.score - b.most"),
        "{exact_heads}": exact.replace("{walked}", "heads"),
        "{exact_rest}": exact.replace("{walked}", "likely"),
    }
    text = statement("app.ranking", "shortlist")
    for place, part in parts.items():
        text = text.replace(place, part)
    return _short(text)


def _short(text: LiteralString) -> LiteralString:
    """The statement without comments and indentation: psycopg remembers how it has read the shorter ones only."""
    lines: list[LiteralString] = [line.partition("--")[0].strip() for line in text.splitlines()]
    return "\n".join(line for line in lines if line)


def _values(brief: Brief, weights: Weights, ways: Sequence[str]) -> dict[str, Any]:
    near = [value for _node, value in brief.nearness]
    return {
        **vars(weights),
        "brand": brief.brand_id,
        "markets": list(brief.markets),
        "nodes": [node for node, _near in brief.nearness],
        "near": near,
        "whole": [scoring.most_category_fit(each, brief) for each in near],
        "most": [scoring.most_without_quality(each, brief, weights) for each in near],
        "languages": list(brief.languages) or None,
        "platforms": list(brief.platforms) or None,
        "ages": [int(band in brief.ages) for band in AGES] if brief.ages else None,
        "currency": brief.currency,
        "ceiling": brief.hour_ceiling,
        "words": list(ways),
        "hair": HAIR,
        "by_language": scoring.LANGUAGE,
        "by_age": scoring.AGE,
        "by_words": scoring.WORDS,
        "without_words": 1 - scoring.WORDS,
        "other_tongue": scoring.OTHER_TONGUE,
        "unknown": UNKNOWN,
    }


def _facts(connection: Connection, creator_id: int) -> list[Any]:
    return rows(connection, "app.ranking", "shortlist_creator", {"creator": creator_id})


def _ways(connection: Connection, of: Iterable[Brief]) -> Mapping[str, str]:
    """Every word of these briefs with its other ways."""
    words = list(dict.fromkeys(word for brief in of for word in brief.words))
    return dict(zip(words, search.spread(connection, words), strict=True))


def _match(
    connection: Connection, brief: Brief, weights: Weights, facts: Collection[Any], ways: Sequence[str]
) -> Match | None:
    """The best of one creator's standings that fit the brief; `ways` are its words as `search.spread` has them."""
    fitting = [row for row in facts if scoring.fits(stand_of(row, asking_price=_asked(row, brief)), brief)]
    if not fitting:
        return None
    words = _words_found(connection, ways, fitting[0].creator_id)
    scored = [_scored(row, words, _pair(row, brief), brief, weights) for row in fitting]
    return min(scored, key=lambda each: (-each.score, each.stand.category, each.stand.country))


def _scored(row: Any, words: int, pair: float | None, brief: Brief, weights: Weights) -> Match:
    stand = stand_of(row, words_found=words, pair_freshness=pair, asking_price=_asked(row, brief))
    return Match(stand, scoring.score(stand, brief, weights), row, brief, weights)


def _asked(row: Any, brief: Brief) -> tuple[int, str] | None:
    """What an hour costs in the brief's money, where the standing has its price in another."""
    if row.price is None or row.price_currency == brief.currency or not _abroad(brief):
        return None
    amount = row.prices.get(brief.currency)
    return None if amount is None else (amount, brief.currency)


def _abroad(brief: Brief) -> bool:
    """Whether a market has other money than the brief: else a standing has the price in the brief's if there is one."""
    money = (next(iter(get_territory_currencies(each, brief.starts_on)), None) for each in brief.markets)
    return any(each != brief.currency for each in money)


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
