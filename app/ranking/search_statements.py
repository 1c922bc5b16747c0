"""The statements that look for the best standings, put together from their parts in sql/shortlist*.sql, and the values
they take."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, LiteralString

from babel.numbers import get_territory_currencies

from app.creators.audience import AGES
from app.database import statement
from app.ranking import scoring
from app.ranking.scoring import UNKNOWN, Brief, Weights

ROOM = "app.ranking"
HAIR = 1e-9  # of a bar, by which it is lowered, so that no rounding hides anybody


def search_values(
    brief: Brief, weights: Weights, usual: Mapping[tuple[str, int], float], ways: Sequence[str]
) -> dict[str, Any]:
    """What the statements take: the buckets (each market with each category), the brief's wishes and the switches.
    `ways` are its words as `search.spread` has them."""
    kept = scoring.kept(brief, weights)
    buckets = [(market, node, near) for market in brief.markets for node, near in brief.nearness]
    return {
        "brand": brief.brand_id,
        "markets": [market for market, _node, _near in buckets],
        "nodes": [node for _market, node, _near in buckets],
        "near": [near for _market, _node, near in buckets],
        "most": [scoring.most_factor(near, brief, weights) for _market, _node, near in buckets],
        "scale": [usual[market, node] * kept for market, node, _near in buckets],
        "category": weights.category / 100,
        "audience": weights.audience / 100,
        "freshness": weights.freshness / 100,
        "assumed": scoring.assumed_price(brief),
        "fixed": brief.fixed_an_hour,
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


def abroad(brief: Brief) -> bool:
    """Whether a market has other money than the brief: else a standing has the price in the brief's if there is one."""
    money = (next(iter(get_territory_currencies(each, brief.starts_on)), None) for each in brief.markets)
    return any(each != brief.currency for each in money)


@cache
def shortlist_text(with_words: bool, elsewhere: bool) -> LiteralString:
    """shortlist.sql with its parts in their places."""
    exact, walk = _exact(with_words), _walk(elsewhere)
    return _put(
        "shortlist",
        {
            "{head}": walk.replace("{least}", "'-infinity'"),
            "{asked}": _asked(elsewhere),
            "{rest}": walk.replace(
                "{least}",
                "case when b.scale > 0 then (bar.score + %(fixed)s::float8) / (b.scale * b.most) else '-infinity' end",
            ),
            "{exact_heads}": exact.replace("{walked}", "heads"),
            "{exact_rest}": exact.replace("{walked}", "likely"),
        },
    )


@cache
def place_text(with_words: bool, elsewhere: bool) -> LiteralString:
    """shortlist_place.sql with its parts in their places."""
    parts: dict[str, LiteralString] = {
        "{everybody}": _walk(elsewhere).replace("{least}", "'-infinity'"),
        "{asked}": _asked(elsewhere),
        "{exact}": _exact(with_words).replace("{walked}", "everybody"),
    }
    return _put("shortlist_place", parts)


@cache
def count_text(elsewhere: bool) -> LiteralString:
    """shortlist_count.sql with its part in its place."""
    asked: LiteralString = (
        "not exists (select from asking_price a where a.creator_id = s.creator_id and a.per = 'hour'"
        " and a.currency = %(currency)s and a.amount > %(ceiling)s::bigint)"
    )
    return _put("shortlist_count", {"{foreign}": asked if elsewhere else "true"})


def _walk(elsewhere: bool) -> LiteralString:
    foreign: LiteralString = "0.0::float8" if elsewhere else "%(assumed)s::float8"
    where: LiteralString = "price is not null and price_currency <> %(currency)s" if elsewhere else "false"
    return statement(ROOM, "shortlist_walk").replace("{foreign}", foreign).replace("{elsewhere}", where)


def _exact(with_words: bool) -> LiteralString:
    return statement(ROOM, "shortlist_exact" if with_words else "shortlist_plain")


def _asked(elsewhere: bool) -> LiteralString:
    return statement(ROOM, "shortlist_asked") if elsewhere else "null::bigint"


def _put(name: str, parts: Mapping[str, LiteralString]) -> LiteralString:
    text = statement(ROOM, name)
    for place, part in parts.items():
        text = text.replace(place, part)
    return _short(text)


def _short(text: LiteralString) -> LiteralString:
    """The statement without comments and indentation: psycopg remembers how it has read the shorter ones only."""
    lines: list[LiteralString] = [line.partition("--")[0].strip() for line in text.splitlines()]
    return "\n".join(line for line in lines if line)
