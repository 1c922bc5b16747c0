"""How every creator stands in each market and category (rules.md B19), worked out from the books every night.

What was streamed under contracts is held against what it brought, also where that was nothing; what is expected of each
is the model's (app/ranking/learning.py).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.creators import sales_facts
from app.creators.audience import AGES
from app.creators.profiles import creators_changed
from app.creators.sales_facts import Connection, Span, run
from app.database import Lock, raw, take_turn
from app.ranking import fatigue, learning
from app.ranking.scoring import COUNTRY, UNKNOWN

FEWEST_SHARE = 0.05  # of an audience that make a country a market
GOOD, EVENTS = 3, 5  # events that everybody's reliability begins with, and how many of them were good
BREACH = 3  # events a broken exclusivity counts as, all bad

RULES: dict[str, Any] = {
    "fewest_share": FEWEST_SHARE,
    "good": GOOD,
    "events": EVENTS,
    "breach": BREACH,
    "ages": list(AGES),
    "unknown": UNKNOWN,
    "by_country": COUNTRY,
}
ROOM = "app.ranking"


@dataclass(frozen=True)
class Refreshed:
    """How many rows a refresh wrote. `means` is 0 where only some creators were looked at: then those that lie there
    already were used."""

    outcomes: int
    airtimes: int
    fatigues: int
    means: int
    standings: int


def refresh(
    connection: Connection, *, at: datetime, until: datetime | None = None, creators: Collection[int] | None = None
) -> Refreshed:
    """Works out `outcome`, `airtime`, `fatigue`, `market_mean` and `standing` anew from the twelve whole months
    before that of `until` (default: `at`) and the days of its own, for some creators or for all. Nothing is committed.

    It writes by unqualified names, so temporary tables that are called the same take their place.
    """
    span = Span.before(until or at, creators)
    values = RULES | vars(span)
    take_turn(connection, Lock.RATING)
    sales_facts.open_tables(connection, at)
    outcome, airtime = sales_facts.gather(connection, span)
    tired = fatigue.measure(connection, span)
    means = 0
    for name in STEPS:
        run(connection, name, values, ROOM)
        connection.execute(ANALYZE[name])
    if creators is None:
        connection.execute("delete from market_mean")
        means = run(connection, "market_mean", values, ROOM)
        learnt = learning.learn(connection, until=span.until, at=at)
    else:
        learnt = learning.stored(connection)
    learning.rate(connection, *learnt)
    connection.execute("analyze rated")
    sales_facts.empty(connection, "standing", span)
    return Refreshed(outcome, airtime, tired, means, run(connection, "standing", values, ROOM))


STEPS = ("selling", "exposure", "evidence", "crowd", "conduct", "persona", "at_home", "market_fit")
ANALYZE = {name: f"analyze {name}" for name in STEPS}


def weigh(connection: Connection) -> int:
    """Works out every standing's quality anew under the newest switches; returns how many rows."""
    return run(connection, "standing_quality", RULES, ROOM)


@creators_changed.connect
def refresh_some(creator_ids: Collection[int], *, at: datetime) -> None:
    """Takes up at once what creators have just said of themselves, or a list of them; nights do so for everybody."""
    refresh(raw(), at=at, creators=creator_ids)
