"""Why a creator is where they are in a ranking, in words: the three parts that speak for them most, and what to be
careful about (rules.md B19).

Both sides read the same sentences. What a creator sold may be what one rival sold, so sales an hour are told to the
nearest ten percent and orders in classes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext, ngettext

from app.catalog.taxonomy import CATEGORY, TERRITORY, tree
from app.formatting import money, percent
from app.ranking import scoring
from app.ranking.best_matches import Match
from app.ranking.creator_scores import BREACH, EVENTS, GOOD
from app.ranking.fatigue import FEWEST
from app.ranking.fatigue_words import HIGH
from app.ranking.models import Evidence
from app.ranking.scoring import SAME, UNKNOWN

BEST = 3
FEW, MANY = 30, 300  # orders


@dataclass(frozen=True)
class Part:
    """One part of a score: what it is called, its points and the most it can bring."""

    name: str
    points: float
    most: int


def parts(match: Match) -> list[Part]:
    """The parts of the score, in the order of rules.md B19."""
    of, most = match.parts, match.weights
    return [
        Part(gettext("Category"), most.category * of.category, most.category),
        Part(gettext("Verified sales"), most.sales * of.sales, most.sales),
        Part(gettext("Audience"), most.audience * of.audience, most.audience),
        Part(gettext("Reliability"), most.reliability * of.reliability, most.reliability),
        Part(gettext("Price"), most.price * of.price, most.price),
        Part(gettext("Freshness"), most.freshness * of.freshness, most.freshness),
    ]


def best_three(match: Match) -> list[str]:
    """The three parts that bring most above the middle, each in a sentence; fewer where fewer are worth one."""
    of, weights = match.parts, match.weights
    weighted: list[tuple[float, Callable[[Match], str]]] = [
        (weights.category * (of.category - UNKNOWN), _category),
        (weights.sales * (of.sales - UNKNOWN), _sales),
        (weights.audience * (of.audience - UNKNOWN), _audience),
        (weights.reliability * (of.reliability - UNKNOWN), _reliability),
        (weights.price * (of.price - UNKNOWN), _price),
        (weights.freshness * (of.freshness - UNKNOWN), _freshness),
    ]
    weighted.sort(key=lambda each: -each[0])
    sentences = (say(match) for points, say in weighted if points > 0)
    return [sentence for sentence in sentences if sentence][:BEST]


def cautions(match: Match) -> list[str]:
    """What is not known, rests on little, or speaks against the creator; a sentence each."""
    sentences = [_evidence(match), *_of_fit(match), _unpriced(match), *_tired(match)]
    return [sentence for sentence in sentences if sentence]


def _category(match: Match) -> str:
    category, matched = _node(match.stand.category), match.stand.words_found
    if match.brief.words and matched:
        values = {"category": category, "found": matched, "words": len(match.brief.words)}
        return str(gettext("Works in %(category)s and matches %(found)s of the %(words)s keywords.", **values))
    return str(gettext("Works in %(category)s.", category=category))


def _sales(match: Match) -> str:
    facts = match.facts
    if facts.evidence != Evidence.OWN:
        return ""
    more = round((facts.sales_index - 1) * 10) * 10
    values = {"market": _market(facts.country), "orders": _orders(facts.orders)}
    if more <= 0:
        return str(gettext("Sells as much an hour as the average in %(market)s (%(orders)s).", **values))
    return str(
        gettext(
            "Sells about %(more)s more an hour than the average in %(market)s (%(orders)s).",
            more=percent(more * 100),
            **values,
        )
    )


def _audience(match: Match) -> str:
    market, audience = _market(match.stand.country), match.stand.audience
    if audience >= 1:
        return str(gettext("At least half of the audience is in %(market)s.", market=market))
    if audience == UNKNOWN or audience == 0:  # nobody has measured it
        return ""
    share = percent(round(audience * 50) * 100)
    return str(gettext("%(share)s of the audience is in %(market)s.", share=share, market=market))


def _reliability(match: Match) -> str:
    events = match.facts.events
    if not events:
        return ""
    kept = max(0, round(match.stand.reliability * (events + EVENTS) - GOOD))
    if kept == events:
        return str(gettext("Reliable: all streams, samples and answers were as agreed."))
    share = percent(round(100 * kept / events) * 100)  # no count: a broken exclusivity is several events
    return str(
        gettext(
            "Reliable: %(share)s of streams, samples and answers were as agreed; a broken exclusivity counts %(breach)s"
            " times.",
            share=share,
            breach=BREACH,
        )
    )


def _price(match: Match) -> str:
    price, brief = scoring.price_of(match.stand, match.brief), match.brief
    if price is None or brief.hour_ceiling is None:
        return ""
    below = percent(round((1 - price / brief.hour_ceiling) * 100) * 100)
    asking = money(price, brief.currency)
    return str(gettext("Asks %(price)s an hour, %(below)s below the limit.", price=asking, below=below))


def _freshness(match: Match) -> str:
    if match.facts.fatigue is None:
        return ""
    tired = round(100 * (1 - match.parts.freshness))
    return str(gettext("The audience is fresh: fatigue %(value)s of 100.", value=tired))


def _evidence(match: Match) -> str:
    """How little the sales rest on."""
    facts, market = match.facts, _market(match.facts.country)
    if facts.evidence == Evidence.NEAR:
        values = {"market": market, "near": _market(facts.near), "share": percent(round(facts.discount * 10_000))}
        return str(gettext("No sales in %(market)s yet: based on %(near)s, counted at %(share)s.", **values))
    if facts.evidence == Evidence.NONE:
        return str(gettext("No sales yet: rated as average until there are."))
    if facts.streams < FEWEST:
        return str(ngettext("Only %(num)d stream.", "Only %(num)d streams.", facts.streams))
    if facts.orders < FEW:
        return str(gettext("Fewer than %(few)s orders: rated close to average.", few=FEW))
    return ""


def _of_fit(match: Match) -> list[str]:
    """Where the creator is not quite what the brief asks for."""
    stand, brief, sentences = match.stand, match.brief, []
    if scoring.nearness(stand.category, brief) < SAME:
        sentences.append(gettext("Not an exact category match: works in %(category)s.", category=_node(stand.category)))
    if scoring.language_fit(stand, brief) < 1:
        sentences.append(gettext("The campaign’s language is not their first."))
    if brief.ages and stand.ages is None:
        sentences.append(gettext("Audience age unknown."))
    if stand.audience == 0:
        sentences.append(gettext("No known audience in %(market)s.", market=_market(stand.country)))
    return [str(each) for each in sentences]


def _unpriced(match: Match) -> str:
    if match.stand.price is None:
        return str(gettext("Price unknown."))
    if scoring.price_of(match.stand, match.brief) is None:
        asking = money(match.stand.price, match.stand.price_currency or "")
        return str(gettext("Asks %(price)s an hour, in another currency, so it is not compared.", price=asking))
    return ""


def _tired(match: Match) -> list[str]:
    sentences = []
    value, pair = match.facts.fatigue, match.stand.pair_freshness
    if value is None:
        sentences.append(gettext("Fatigue unknown: fewer than %(fewest)s streams, or none that sold.", fewest=FEWEST))
    elif value >= HIGH:
        sentences.append(gettext("Audience fatigue is high: %(value)s of 100.", value=value))
    if pair is not None and (tired := round(100 * (1 - pair))) >= HIGH:
        sentences.append(gettext("Audience fatigue with this brand is high: %(value)s of 100.", value=tired))
    return [str(each) for each in sentences]


def _orders(orders: int) -> str:
    if orders < FEW:
        return str(gettext("fewer than %(few)s orders", few=FEW))
    if orders < MANY:
        return str(gettext("%(few)s to %(many)s orders", few=FEW, many=MANY))
    return str(gettext("more than %(many)s orders", many=MANY))


def _node(category: int) -> str:
    return next(word.name for word in tree(CATEGORY).words if word.id == category)


def _market(country: Any) -> str:
    word = tree(TERRITORY).by_code.get(country)
    return word.name if word else str(country)
