"""Why a creator is where they are in a ranking, in words: the three things that speak for them most, what to be careful
about, and the sum that the order goes by (rules.md B19).

Both sides read the same sentences. What a creator sold may be what one rival sold, so sales an hour are told to the
nearest ten percent, orders in classes, and the sum only where a forecast may be.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from flask_babel import gettext, ngettext

from app.catalog.taxonomy import CATEGORY, TERRITORY, tree
from app.formatting import money, money_about, number, percent
from app.ranking import scoring
from app.ranking.best_matches import Match
from app.ranking.creator_scores import BREACH, EVENTS, GOOD
from app.ranking.fatigue import FEWEST
from app.ranking.fatigue_words import HIGH
from app.ranking.models import Evidence
from app.ranking.outlook import Outlook
from app.ranking.scoring import SAME, UNKNOWN

BEST = 3
FEW, MANY = 30, 300  # orders
COARSE = 4  # points to which a part is told: finer would tell what one brand sold
WHOLE = 10_000


@dataclass(frozen=True)
class Part:
    """One thing that counts: what it is called and how good it is, from 0 to 100 in coarse steps."""

    name: str
    points: int


@dataclass(frozen=True)
class Line:
    """A line of the sum, as people read it."""

    name: str
    amount: str


def parts(match: Match) -> list[Part]:
    """What counts, in the order of rules.md B19; what the switches leave out is not there."""
    of, weights = match.parts, match.weights
    shown = [
        (gettext("Expected sales"), of.sales, True),
        (gettext("Category"), of.category, weights.category > 0),
        (gettext("Audience"), of.audience, weights.audience > 0),
        (gettext("Reliability"), of.reliability, weights.reliability > 0),
        (gettext("Price"), of.price, match.brief.hour_ceiling is not None),
        (gettext("Freshness"), of.freshness, weights.freshness > 0),
    ]
    return [Part(name, round(100 * value / COARSE) * COARSE) for name, value, counts in shown if counts]


def arithmetic(match: Match, outlook: Outlook | None) -> list[Line]:
    """The sum that the order goes by, an hour live; none where nothing may be said of the sales. `outlook` is that of
    the match, for who reads it."""
    if outlook is None:
        return []
    brief, weights, stand = match.brief, match.weights, match.stand
    currency, sold = brief.currency, outlook.an_hour()
    fit = scoring.fitted(replace(stand, sales=1.0), brief, weights)
    kept, cost = scoring.kept(brief, weights), scoring.cost(stand, brief)
    asked = scoring.price_of(stand, brief) is not None
    lines = [
        Line(gettext("Expected net sales of an hour"), money_about(sold, currency)),
        Line(
            gettext("of which fits: category, audience, reliability, freshness")
            if weights.freshness
            else gettext("of which fits: category, audience, reliability"),
            percent(round(fit * 100) * 100),
        ),
        Line(gettext("of which you keep, after commission and fee"), percent(round(kept * WHOLE))),
        Line(
            gettext("less the price of an hour")
            if asked
            else gettext("less the usual price of an hour, as none is known"),
            money_about(cost, currency),
        ),
    ]
    if brief.fixed_an_hour:
        lines.append(Line(gettext("less what the terms promise for sure"), money_about(brief.fixed_an_hour, currency)))
    rest = sold * fit * kept - cost - brief.fixed_an_hour
    return [*lines, Line(gettext("Expected contribution of an hour"), money_about(rest, currency))]


def best_three(match: Match, *, priced: bool = True) -> list[str]:
    """The three things that bring most above the middle, each in a sentence; fewer where fewer are worth one. `priced`:
    whether what the creator asks counts, as it does unless a contract settles it."""
    stand, brief, weights = match.stand, match.brief, match.weights
    middle: list[tuple[float, Callable[[Match], str]]] = [
        (match.score - scoring.score(other, brief, weights), say)
        for other, say in (
            (replace(stand, sales=1.0), _sales),
            (replace(stand, audience=UNKNOWN), _audience),
            (replace(stand, reliability=GOOD / EVENTS), _reliability),
            (replace(stand, price=None), _price),
            (replace(stand, freshness=UNKNOWN, pair_freshness=None), _freshness),
        )
    ]
    near = 1 - weights.category / 100 * (1 - UNKNOWN)
    sold = match.score + scoring.cost(stand, brief) + brief.fixed_an_hour
    middle.append((sold * (1 - near / scoring.category_factor(stand, brief, weights)), _category))
    middle.sort(key=lambda each: -each[0])
    sentences = (say(match) for gain, say in middle if gain > 0 and (priced or say is not _price))
    return [sentence for sentence in sentences if sentence][:BEST]


def cautions(match: Match) -> list[str]:
    """What is not known, rests on little, or speaks against the creator; a sentence each."""
    sentences = [_evidence(match), *_of_fit(match), _unpriced(match), *_tired(match)]
    return [sentence for sentence in sentences if sentence]


def reach(facts: Any) -> str:
    """How many people a creator reaches, over all channels, as far as it is known."""
    known = [
        ngettext(
            "%(count)s live viewer", "%(count)s live viewers", facts.live_viewers or 0, count=number(facts.live_viewers)
        )
        if facts.live_viewers is not None
        else "",
        gettext("%(count)s views", count=number(facts.views)) if facts.views is not None else "",
        gettext("%(count)s followers", count=number(facts.followers)) if facts.followers is not None else "",
    ]
    return ", ".join(each for each in known if each)


def _category(match: Match) -> str:
    category, matched = _node(match.stand.category), match.stand.words_found
    if match.brief.words and matched:
        values = {"category": category, "found": matched, "words": len(match.brief.words)}
        return str(gettext("Works in %(category)s and matches %(found)s of the %(words)s keywords.", **values))
    return str(gettext("Works in %(category)s.", category=category))


def _sales(match: Match) -> str:
    facts = match.facts
    own = facts.evidence == Evidence.OWN
    more = round((facts.sales_index - 1) * 10) * 10
    values = {"market": _market(facts.country), "orders": _orders(facts.orders), "more": percent(more * 100)}
    if not own:
        if more <= 0:
            return ""
        return str(
            gettext(
                "Expected to sell about %(more)s more an hour than the average in %(market)s.",
                **values,
            )
        )
    if more <= 0:
        return str(gettext("Sells as much an hour as the average in %(market)s (%(orders)s).", **values))
    return str(gettext("Sells about %(more)s more an hour than the average in %(market)s (%(orders)s).", **values))


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
    if match.facts.fatigue is None or not match.weights.freshness:
        return ""
    tired = round(100 * (1 - match.parts.freshness))
    return str(gettext("The audience is fresh: fatigue %(value)s of 100.", value=tired))


def _evidence(match: Match) -> str:
    """How little the sales rest on."""
    facts, market = match.facts, _market(match.facts.country)
    share = percent(round(facts.own * 100) * 100)
    if facts.evidence == Evidence.NEAR:
        values = {"market": market, "near": _market(facts.near), "share": share}
        return str(gettext("No streams in %(market)s yet: %(share)s rests on %(near)s, the rest on reach.", **values))
    if facts.evidence == Evidence.BESIDE:
        return str(
            gettext("No streams in this category yet: %(share)s rests on others, the rest on reach.", share=share)
        )
    if facts.evidence == Evidence.NONE:
        return str(gettext("Never streamed under a contract yet: expected from reach and audience alone."))
    if facts.streams < FEWEST:
        return str(ngettext("Only %(num)d stream.", "Only %(num)d streams.", facts.streams))
    if facts.orders < FEW:
        return str(gettext("Fewer than %(few)s orders: the range is wide.", few=FEW))
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
