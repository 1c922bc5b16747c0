"""The matching score (rules.md B19): 0 to 100 points, its parts, and nothing hidden. Pure: no database, no clock.

The unit is a standing: a creator in one market (a country) and one category. A creator's score for a brief is that of
the best of their standings which fit it. The search in SQL (sql/shortlist.sql) adds up the same numbers in the same
order, so both come to the same double; a test compares them. Every part is a number from 0 to 1, and rises with what
it is about; the weights, which are data, turn it into points.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from app.creators.audience import AGES

SAME, BELOW_ONE, BESIDE = 1.0, 0.6, 0.4  # a category that is wanted or lies in it; the one above it; one beside it
UNKNOWN = 0.5  # of what nobody has said: as good as the middle
OTHER_TONGUE = 0.6  # a language of the brief, but not the creator's first
COUNTRY, LANGUAGE, AGE = 0.6, 0.25, 0.15  # what audience fit is made of
WORDS = 0.3  # of category fit, where the brief has words of its own


@dataclass(frozen=True)
class Weights:
    """Points each part can bring; together 100."""

    category: int = 25
    sales: int = 25
    audience: int = 15
    reliability: int = 15
    price: int = 10
    freshness: int = 10


@dataclass(frozen=True)
class Brief:
    """What a campaign looks for. `nearness` says for each category (node id) that is near enough how near it is, from
    0 to 1; a creator without such a category is no match. No languages, platforms, ages or words: any."""

    brand_id: int
    nearness: tuple[tuple[int, float], ...]
    markets: tuple[str, ...]
    languages: tuple[str, ...]
    platforms: tuple[str, ...]
    ages: tuple[str, ...]
    words: tuple[str, ...]
    starts_on: date
    ends_on: date
    currency: str
    hour_ceiling: int | None  # the most an hour live may cost, minor units


@dataclass(frozen=True)
class Stand:
    """What is known of a creator in a market and a category, as far as the score needs it."""

    creator_id: int
    country: str
    category: int
    sales: float
    audience: float  # the country's share of the audience, as a part
    reliability: float
    freshness: float
    first_language: str
    languages: tuple[str, ...]
    platforms: tuple[str, ...]
    ages: tuple[int, ...] | None  # shares in the bands of AGES, basis points
    price: int | None
    price_currency: str | None
    words_found: int = 0  # of the brief's words, in what the creator can be found by
    pair_freshness: float | None = None  # with the brief's brand, where that was measured


@dataclass(frozen=True)
class Parts:
    """Each part of a score from 0 to 1."""

    category: float
    sales: float
    audience: float
    reliability: float
    price: float
    freshness: float


def fits(stand: Stand, brief: Brief) -> bool:
    """The hard filters, but for exclusivity: market, category, language, platform, and a price within the ceiling."""
    return (
        stand.country in brief.markets
        and nearness(stand.category, brief) > 0
        and _meet(stand.languages, brief.languages)
        and _meet(stand.platforms, brief.platforms)
        and (price_of(stand, brief) or 0) <= (brief.hour_ceiling or price_of(stand, brief) or 0)
    )


def parts(stand: Stand, brief: Brief) -> Parts:
    """The parts of a creator's score in one market and category."""
    return Parts(
        category=category_fit(stand, brief),
        sales=stand.sales,
        audience=COUNTRY * stand.audience + (LANGUAGE * language_fit(stand, brief) + AGE * age_fit(stand, brief)),
        reliability=stand.reliability,
        price=price_fit(stand, brief),
        freshness=min(stand.freshness, stand.freshness if stand.pair_freshness is None else stand.pair_freshness),
    )


def quality(stand: Stand, weights: Weights) -> float:
    """The points no brief changes. The order of the additions is that of sql/standing_quality."""
    return (
        weights.sales * stand.sales
        + weights.audience * COUNTRY * stand.audience
        + weights.reliability * stand.reliability
        + weights.freshness * stand.freshness
    )


def score(stand: Stand, brief: Brief, weights: Weights) -> float:
    """Points from 0 to 100. Added up as the search does it: what no brief changes first."""
    fit = parts(stand, brief)
    return (
        quality(stand, weights)
        - weights.freshness * (stand.freshness - fit.freshness)
        + weights.category * fit.category
        + weights.audience * (LANGUAGE * language_fit(stand, brief) + AGE * age_fit(stand, brief))
        + weights.price * fit.price
    )


def most_without_quality(near: float, brief: Brief, weights: Weights) -> float:
    """The most points that can come on top of `quality` in a category this near: when a search may stop."""
    price = 1.0 if brief.hour_ceiling is not None else UNKNOWN
    category = most_category_fit(near, brief)
    return weights.category * category + weights.audience * (LANGUAGE + AGE) + weights.price * price


def most_category_fit(near: float, brief: Brief) -> float:
    """The most category fit there can be this near: with all words found."""
    return near if not brief.words else (1 - WORDS) * near + WORDS


def nearness(category: int, brief: Brief) -> float:
    """How near a category is to what the brief wants; 0: too far."""
    return max((near for node, near in brief.nearness if node == category), default=0.0)


def category_fit(stand: Stand, brief: Brief) -> float:
    """The tree's nearness, and where the brief has words, the share of them the creator can be found by."""
    near = nearness(stand.category, brief)
    if not brief.words:
        return near
    return (1 - WORDS) * near + WORDS * (stand.words_found / len(brief.words))


def language_fit(stand: Stand, brief: Brief) -> float:
    """1 where the creator's first language is wanted, or any is."""
    return 1.0 if not brief.languages or stand.first_language in brief.languages else OTHER_TONGUE


def age_fit(stand: Stand, brief: Brief) -> float:
    """The share of the audience in the wanted bands; the middle where it is not known, 1 where every age is wanted."""
    if not brief.ages:
        return 1.0
    if stand.ages is None:
        return UNKNOWN
    return sum(share for band, share in zip(AGES, stand.ages, strict=True) if band in brief.ages) / 10_000


def price_of(stand: Stand, brief: Brief) -> int | None:
    """What an hour costs in the brief's currency; None where nobody has said, or in another currency."""
    return stand.price if stand.price_currency == brief.currency else None


def price_fit(stand: Stand, brief: Brief) -> float:
    """1 for nothing, 0 at the ceiling; the middle where there is no price or no ceiling."""
    price = price_of(stand, brief)
    return UNKNOWN if price is None or brief.hour_ceiling is None else 1 - price / brief.hour_ceiling


def _meet(known: Collection[str], wanted: Sequence[str]) -> bool:
    return not wanted or any(each in known for each in wanted)
