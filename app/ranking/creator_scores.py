"""How every creator stands in each market and category (rules.md B19), worked out from the books every night.

Sales per hour live are held against the mean of market and category and shrunk towards it while orders are few. A
market without evidence leans on the nearest one that has some, at a discount which is shown.
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
from app.ranking import fatigue
from app.ranking.scoring import COUNTRY, UNKNOWN

PRIOR = 30  # orders at the mean that everybody begins with
SAME_TONGUE, SAME_REGION, ELSEWHERE = 0.8, 0.6, 0.4  # what a market's evidence is worth in another one
WIDE = 0.6  # how far creators lie apart where fewer than ENOUGH of them show it
ENOUGH = 5
NOISE = 0.35  # of a forecast, however well a creator is known
FEWEST_SHARE = 0.05  # of an audience that make a country a market
GOOD, EVENTS = 3, 5  # events that everybody's reliability begins with, and how many of them were good
BREACH = 3  # events a broken exclusivity counts as, all bad

RULES: dict[str, Any] = {
    "prior": PRIOR,
    "same_tongue": SAME_TONGUE,
    "same_region": SAME_REGION,
    "elsewhere": ELSEWHERE,
    "wide": WIDE,
    "enough": ENOUGH,
    "noise": NOISE,
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
    run(connection, "selling", values, ROOM)
    run(connection, "evidence", values, ROOM)
    means = 0
    if creators is None:
        connection.execute("delete from market_mean")
        means = run(connection, "market_mean", values, ROOM)
    for name in ("market_index", "crowd", "conduct", "persona", "at_home", "market_fit"):
        run(connection, name, values, ROOM)
        connection.execute(ANALYZE[name])
    sales_facts.empty(connection, "standing", span)
    return Refreshed(outcome, airtime, tired, means, run(connection, "standing", values, ROOM))


ANALYZE = {name: f"analyze {name}" for name in ("market_index", "crowd", "conduct", "persona", "at_home", "market_fit")}


def weigh(connection: Connection) -> int:
    """Adds up every standing's quality anew under the newest weights; returns how many rows."""
    return run(connection, "standing_quality", RULES, ROOM)


@creators_changed.connect
def refresh_some(creator_ids: Collection[int], *, at: datetime) -> None:
    """Takes up at once what creators have just said of themselves, or a list of them; nights do so for everybody."""
    refresh(raw(), at=at, creators=creator_ids)
