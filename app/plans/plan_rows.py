"""What a plan's row keeps of its choices, and of the next best who were not chosen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.plans import choosing
from app.plans.choosing import Chosen
from app.plans.greedy import Basket
from app.plans.plan_model import Limits
from app.plans.plan_options import Offered
from app.ranking.best_matches import Match

SHOWN = 12  # of those who were not chosen


def choices(found: Chosen) -> list[dict[str, Any]]:
    """What is chosen, what brings most for its cost first; `place` is its place among all that were reckoned."""
    returns = choosing.returns_of(found.pool)
    order = {creator: nr for nr, creator in enumerate(sorted(returns, key=lambda each: (-returns[each], each)), 1)}
    rows = [
        _row(each) | {"place": order[each.option.creator], "of": len(order), **_range(each)} for each in found.taken
    ]
    return sorted(rows, key=lambda row: -(row["expected"] / max(1, row["cost"])))


def others(found: Chosen, limits: Limits) -> list[dict[str, Any]]:
    """The next best of those who are not chosen, each with what it lacked (`lacked`, and `short` in money)."""
    pool, basket = found.pool, choosing.basket_of(found, limits)
    best, chosen = choosing.best_of(pool), {each.option.creator for each in found.taken}
    left = sorted((each for each in best if each not in chosen), key=lambda each: (-pool.expected[best[each]], each))
    wanting = [_lacking(who, match, word) for who, (match, word) in list(pool.lacks.items())[:SHOWN]]
    places: dict[int, list[int]] = {each: [] for each in left[:SHOWN]}
    for place, creator in enumerate(pool.creators.tolist()):
        if creator in places:
            places[creator].append(place)
    rows = [_lack([pool.offered(place) for place in of], basket) for of in places.values()]
    return (rows + wanting)[:SHOWN]


def _lack(offered: list[Offered], basket: Basket) -> dict[str, Any]:
    """What keeps a candidate out: that it would cost more than it brings, or a limit. Of the options the one that is
    expected to bring most is told."""
    best = max(offered, key=lambda each: each.option.expected)
    worthy = [each.option for each in offered if basket.limits.worth(each.option) > 0]
    if not worthy:
        return _row(best) | {"lacked": "loss" if best.option.expected <= 0 else "risky"}
    lacked, short = min((basket.lack(each) for each in worthy), key=lambda lack: lack[1])
    return _row(best) | {"lacked": lacked, "short": short}


def _lacking(creator: int, match: Match, word: str) -> dict[str, Any]:
    return {"creator": creator, "market": match.stand.country, "lacked": word}


def _row(offered: Offered) -> dict[str, Any]:
    option, row = offered.option, offered.row
    facts = row.match.facts
    return {
        "creator": option.creator,
        "market": option.market,
        "hours": option.hours,
        "cost": option.cost,
        "fee": offered.fee,
        "fixed": row.fixed,
        "commission": offered.commission,
        "sold": offered.sold,
        "expected": option.expected,
        "deviation": option.deviation,
        "score": row.match.points,
        "priced": row.match.stand.price is not None or row.contract is not None,
        "evidence": facts.evidence,
        "near": facts.near,
        "discount": facts.own,
        "trial": option.trial,
        "contract": row.contract,
        "invited": row.invited,
    }


def _range(offered: Offered) -> Mapping[str, int]:
    found = choosing.range_of([offered])
    return {"low": found.low, "high": found.high}
