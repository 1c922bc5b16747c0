"""Whom a budget buys, of everybody who fits: those who may be in the best plan are found first, then searched through;
whom an exclusivity keeps out is looked for among those alone."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from sqlalchemy import select

from app.campaigns.models import Campaign
from app.database import db
from app.plans import obstacles, planning, pruning
from app.plans.greedy import Basket
from app.plans.plan_model import Limits, Solution
from app.plans.plan_options import Offered, Pool
from app.ranking.outlook import Distribution, total
from app.users.models import Creator

LOW, HIGH = 0.1, 0.9  # four of five outcomes lie between
ASKED = 200  # creators whose exclusivities are looked up at first


@dataclass(frozen=True)
class Chosen:
    """What a plan takes, out of the options that were searched through (`near`), and how it was found."""

    pool: Pool
    near: Sequence[Offered]
    solution: Solution

    @property
    def taken(self) -> list[Offered]:
        """What the plan takes."""
        return [self.near[place] for place in self.solution.chosen]


@dataclass(frozen=True)
class Range:
    """What a plan brings in four of five cases, in minor units, and the chance that it loses money."""

    low: int
    high: int
    loss: float


def choose(pool: Pool, limits: Limits, *, seconds: float, at: datetime) -> Chosen:
    """The choice that is worth most within the limits; the search may take so many seconds. Nobody is in it whom an
    exclusivity keeps out; they are told by the pool that comes back."""
    asked: set[int] = set()
    places = _near(pool, limits)
    while True:
        new = [each for each in dict.fromkeys(pool.creators[places].tolist()) if each not in asked]
        some = new[:ASKED] if not asked else []
        offered = [pool.offered(place) for place in places]
        if not some:
            solved = planning.solve([each.option for each in offered], limits, seconds=seconds)
            chosen = Chosen(pool, offered, solved)
            some = [each.option.creator for each in chosen.taken if each.option.creator not in asked]
            if not some:
                return chosen
        asked |= set(some)
        shut = _shut(pool.campaign, some, at)
        if shut:
            pool = pool.without(shut, "closed")
            places = _near(pool, limits)


def basket_of(chosen: Chosen, limits: Limits) -> Basket:
    """What is taken, and how much room each bound leaves."""
    basket = Basket([each.option for each in chosen.near], limits)
    for place in chosen.solution.chosen:
        basket.add(place)
    return basket


def range_of(taken: Sequence[Offered]) -> Range:
    """What the choices bring together: their sales have nothing to do with each other."""
    together: Distribution = total([each.margin for each in taken])
    spent = sum(each.for_sure for each in taken)
    # a commission above the margin loses by every sale: its mean is taken, and nothing of it is left to chance
    lost = sum(round(-each.share * each.sold) for each in taken if each.share < 0)
    low, high = (round(together.quantile(q)) - spent - lost for q in (LOW, HIGH))
    return Range(low, high, together.below(spent + lost))


def _near(pool: Pool, limits: Limits) -> list[int]:
    """The places of the options that may be in the best plan, those worth most first."""
    worths = np.where(pool.trial, pool.expected, pool.expected - limits.risk * pool.deviation)
    uses, room = _room(pool, limits)
    may = np.flatnonzero((worths > 0) & (uses <= room).all(axis=1))
    if len(may) > planning.CORE:
        _names, creators = np.unique(pool.creators[may], return_inverse=True)
        bounded = room > 0
        found = pruning.near(pruning.Field(creators, worths[may], uses[may][:, bounded], room[bounded]))
        may = may[found.places]
    return [int(place) for place in may[np.lexsort((may, -worths[may]))]]


def _room(pool: Pool, limits: Limits) -> tuple[Any, Any]:
    """What each option uses of each bound, a column each, and how much of it there is."""
    number, cost = pool.campaign.id, pool.cost.astype(float)
    ones = np.ones(len(cost))
    where = np.array([each.match.stand.country for each in pool.rows] or [""])[pool.row] if pool.rows else np.zeros(0)
    parts: list[tuple[Any, Any]] = [
        (ones, limits.campaigns.get(number)),
        (pool.trial * ones, limits.trials.get(number)),
    ]
    parts += [((where == country) * ones, bound) for (of, country), bound in limits.markets.items() if of == number]
    columns, room = [], []
    for who, bound in parts:
        if bound is not None and bound.creators is not None:
            columns.append(who)
            room.append(float(bound.creators))
        if bound is not None and bound.money is not None:
            columns.append(who * cost)
            room.append(float(bound.money))
    if not columns:
        return np.zeros((len(cost), 1)), np.ones(1)
    return np.stack(columns, axis=1), np.array(room)


def _shut(campaign: Campaign, ids: Collection[int], at: datetime) -> set[int]:
    creators = db.session.scalars(select(Creator).where(Creator.id.in_(list(ids)))).all()
    return obstacles.closed(campaign, creators, at=at)


def best_of(pool: Pool) -> Mapping[int, int]:
    """The place of each creator's option that is expected to bring most."""
    order = np.lexsort((pool.cost, pool.expected))
    return dict(zip(pool.creators[order].tolist(), order.tolist(), strict=True))


def returns_of(pool: Pool) -> Mapping[int, float]:
    """What each creator brings at best for each unit of cost."""
    value = pool.expected / np.maximum(1, pool.cost)
    order = np.argsort(value, kind="stable")
    return dict(zip(pool.creators[order].tolist(), value[order].tolist(), strict=True))
