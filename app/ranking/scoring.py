"""What a creator is worth to a brief (rules.md B19): the net contribution of an hour live that is expected of them, and
nothing hidden. Pure: no database, no clock.

The unit is a standing: a creator in one market (a country) and one category. What it is worth is what an hour brings
there on average, times how the creator compares with that, times how well they fit; of that the brand keeps its margin
less commission and fee, and from that go what the hour costs and what the campaign's terms promise. A creator is ranked
by the best of their standings which fit the brief. The search in SQL (sql/shortlist.sql) multiplies the same numbers in
the same order, so both come to the same double; a test compares them.
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
NOBODY_KNOWS = 10_000.0  # minor units an hour brings where no market of this currency is known
LEAST_KEPT = 0.01  # of sales, that a brand is taken to keep whatever it pays: else who sells most would come last


@dataclass(frozen=True)
class Weights:
    """The switches, in percent: what a brand keeps of net sales before it pays anybody, where it does not say so; and
    how much of what is expected is taken off where a fit is missing altogether (0: it does not count)."""

    margin: int = 40
    category: int = 50
    audience: int = 20
    reliability: int = 50
    freshness: int = 0


@dataclass(frozen=True)
class Brief:
    """What a campaign looks for. `nearness` says for each category (node id) that is near enough how near it is, from
    0 to 1; a creator without such a category is no match. No languages, platforms, ages or words: any.

    Of sales the brand keeps `margin_bps` (None: as the switches say) less `costs_bps`, commission and fee;
    `fixed_an_hour` is what the terms promise for sure, and `usual_price` what an hour is taken to cost where nobody has
    said; minor units of the currency."""

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
    margin_bps: int | None = None
    costs_bps: int = 0
    fixed_an_hour: float = 0.0
    usual_price: int = 0


@dataclass(frozen=True)
class Stand:
    """What is known of a creator in a market and a category, as far as the order needs it. `sales` is 1 for as much an
    hour as the mean, which is `usual` (minor units of the brief's currency)."""

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
    usual: float = NOBODY_KNOWS


@dataclass(frozen=True)
class Parts:
    """Each thing that counts from 0 to 1, the more the better."""

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
    """What counts of a creator in one market and category."""
    return Parts(
        category=category_fit(stand, brief),
        sales=stand.sales / (stand.sales + 1),
        audience=COUNTRY * stand.audience + (LANGUAGE * language_fit(stand, brief) + AGE * age_fit(stand, brief)),
        reliability=stand.reliability,
        price=price_fit(stand, brief),
        freshness=freshness_of(stand),
    )


def quality(stand: Stand, weights: Weights) -> float:
    """What no brief changes: sales against the mean, times reliability and the audience in the market. The order of the
    products is that of sql/standing_quality."""
    return (
        stand.sales
        * (1 - weights.reliability / 100 * (1 - stand.reliability))
        * (1 - weights.audience / 100 * COUNTRY * (1 - stand.audience))
    )


def score(stand: Stand, brief: Brief, weights: Weights) -> float:
    """The net contribution of an hour that is expected, in minor units of the brief's currency; less than nothing where
    the hour costs more than it brings."""
    return stand.usual * kept(brief, weights) * fitted(stand, brief, weights) - cost(stand, brief) - brief.fixed_an_hour


def fitted(stand: Stand, brief: Brief, weights: Weights) -> float:
    """Sales against the mean, times all that fits; multiplied as the search does it."""
    return (
        quality(stand, weights)
        * category_factor(stand, brief, weights)
        * people_factor(stand, brief, weights)
        * freshness_factor(stand, weights)
    )


def most_factor(near: float, brief: Brief, weights: Weights) -> float:
    """What `quality` can be multiplied by at most in a category this near: when a search may stop."""
    return 1 - weights.category / 100 * (1 - most_category_fit(near, brief))


def kept(brief: Brief, weights: Weights) -> float:
    """What the brand keeps of net sales, after commission and fee."""
    margin = weights.margin / 100 if brief.margin_bps is None else brief.margin_bps / 10_000
    return max(LEAST_KEPT, margin - brief.costs_bps / 10_000)


def cost(stand: Stand, brief: Brief) -> float:
    """What an hour costs; as is usual where nobody has said."""
    price = price_of(stand, brief)
    return float(assumed_price(brief) if price is None else price)


def assumed_price(brief: Brief) -> float:
    """What an unknown price is taken for: half of the ceiling, else what is usual."""
    return brief.usual_price if brief.hour_ceiling is None else UNKNOWN * brief.hour_ceiling


def category_factor(stand: Stand, brief: Brief, weights: Weights) -> float:
    """What category and words leave of the sales."""
    return 1 - weights.category / 100 * (1 - category_fit(stand, brief))


def people_factor(stand: Stand, brief: Brief, weights: Weights) -> float:
    """What the brief's languages and ages leave of the sales."""
    short = LANGUAGE * (1 - language_fit(stand, brief)) + AGE * (1 - age_fit(stand, brief))
    return 1 - weights.audience / 100 * short


def freshness_factor(stand: Stand, weights: Weights) -> float:
    """What fatigue leaves of the sales, where it counts."""
    return 1 - weights.freshness / 100 * (1 - freshness_of(stand))


def freshness_of(stand: Stand) -> float:
    """How fresh the audience is, for the brief's brand too where that was measured."""
    return min(stand.freshness, stand.freshness if stand.pair_freshness is None else stand.pair_freshness)


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
