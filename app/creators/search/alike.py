"""Who is like whom: creators with the same category, market of their audience, language and main age, and with the same
buyers; worked out at night, exactly and the same however often it is done.

Buyers are a brand's own. That brand reads how many bought through both of two creators. Anybody else reads a number
only where TOLD_BRANDS brands have some and it is TOLD_FLOOR together, and then never the very number.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import combinations
from typing import Any, LiteralString

from app.creators.search.documents import Connection
from app.database import Lock, query_rows, rows, statement, take_turn

KEPT = 24  # the most alike of each
CATEGORY, BRANCH, MARKET, LANGUAGE, AGE = 40, 19, 25, 14, 9  # points, of which no two sums are equal
BOUGHT, BOUGHT_MOST = 20, 40  # for shared buyers at all, and for all buyers of the smaller crowd
FEWEST = 3  # buyers of one brand that are counted at all
TOLD_BRANDS, TOLD_FLOOR = 3, 20
OWN_FLOOR = 5  # buyers of the reader's own brand that are a reason
DAYS = 365  # back from the day, in which buyers bought
TRAITS: Mapping[LiteralString, int] = {"market": MARKET, "language": LANGUAGE, "age": AGE}
POINTS = {
    **{"category": CATEGORY, "branch": BRANCH, "market": MARKET, "language": LANGUAGE, "age": AGE},
    **{"bought": BOUGHT, "bought_most": BOUGHT_MOST},
}


@dataclass(frozen=True)
class Alike:
    """A creator like another, and why: `category` 2 the same, 1 of the same branch, 0 another; the same `market` of
    most of the audience, `language`, and main `age`; `buyers` at least so many in common over several brands,
    `own_buyers` so many of the reader's brands (0: too few to be told)."""

    creator_id: int
    points: int
    category: int
    market: bool
    language: bool
    age: bool
    buyers: int
    own_buyers: int


@dataclass(frozen=True)
class Known:
    """What a creator can be compared by; `compared`: whether a night has passed over them."""

    compared: bool
    category: bool
    market: bool
    language: bool
    others: int  # creators who share a branch with them


def compare(connection: Connection, *, at: datetime) -> int:
    """Compares everybody who can be found, from what documents, channels and the books say now; returns how many pairs
    are kept. Nothing is committed."""
    take_turn(connection, Lock.COMPARING)
    until = at.replace(hour=0, minute=0, second=0, microsecond=0)
    _run(connection, "alike_open")
    _run(connection, "alike_traits")
    _run(connection, "alike_gone")
    _run(connection, "alike_members")
    connection.execute("analyze member")
    for kind, traits in levels():
        connection.execute(_level(traits), {"kind": kind, "keep": KEPT}, prepare=False)
        connection.execute("analyze likely")
    connection.execute("delete from shared_buyers")
    _run(connection, "alike_buyers", since=until - timedelta(days=DAYS), until=until, fewest=FEWEST)
    _run(connection, "alike_told", brands=TOLD_BRANDS, floor=TOLD_FLOOR)
    connection.execute("delete from alike")
    everybody = _pairs(
        "(select coalesce(l.creator_id, t.creator_id) as creator_id, coalesce(l.other_id, t.other_id) as other_id,"
        " coalesce(t.buyers, 0) as buyers, coalesce(t.closeness, 0) as closeness"
        " from likely l full join told t using (creator_id, other_id))"
    )
    store = statement("app.creators", "alike_store").replace("{pairs}", everybody)
    return connection.execute(store, POINTS | {"keep": KEPT}, prepare=False).rowcount


def alike_of(
    connection: Connection, creator_id: int, *, readers: Collection[int] = (), limit: int = KEPT
) -> list[Alike]:
    """The creators most like this one, the most alike first, for somebody of the brands `readers`."""
    values = POINTS | {"creator": creator_id, "brands": list(readers), "own_floor": OWN_FLOOR, "limit": limit}
    own = _pairs(
        "(select s.creator_id, s.other_id, sum(s.buyers)::int as buyers, max(s.closeness) as closeness"
        " from shared_buyers s where s.creator_id = %(creator)s and s.brand_id = any(%(brands)s::int[])"
        " group by s.creator_id, s.other_id having sum(s.buyers) >= %(own_floor)s)"
    )
    query = statement("app.creators", "alike_of").replace("{own}", own)
    return [
        Alike(r.other_id, r.points, r.category, r.market, r.language, r.age, r.buyers, r.own_buyers)
        for r in query_rows(connection, query, values)
    ]


def known_of(connection: Connection, creator_id: int) -> Known:
    """By what the creator can be compared, to say what is missing."""
    found: Any = next(iter(rows(connection, "app.creators", "alike_known", {"creator": creator_id})), None)
    if found is None:
        return Known(compared=False, category=False, market=False, language=False, others=0)
    return Known(True, found.category, found.market, found.language, found.others)


def levels() -> list[tuple[int, tuple[LiteralString, ...]]]:
    """Category (2) or branch (1) with what else is the same, from the most points to the fewest."""
    some = [(kind, traits) for kind in (2, 1) for n in range(len(TRAITS) + 1) for traits in combinations(TRAITS, n)]
    return sorted(some, key=lambda level: -_points(*level))


def _points(kind: int, traits: Collection[LiteralString]) -> int:
    return (CATEGORY if kind == 2 else BRANCH) + sum(TRAITS[trait] for trait in traits)


def _level(traits: Collection[LiteralString]) -> LiteralString:
    columns: LiteralString = ""
    same: LiteralString = ""
    known: LiteralString = ""
    for trait in traits:
        columns += ", m." + trait
        same += " and o." + trait + " = s." + trait
        known += " and m." + trait + " is not null"
    text = statement("app.creators", "alike_level").replace("{columns}", columns)
    return text.replace("{same}", same).replace("{known}", known)


def _pairs(pairs: LiteralString) -> LiteralString:
    return statement("app.creators", "alike_pairs").replace("{pairs}", pairs)


def _run(connection: Connection, name: str, **values: Any) -> None:
    connection.execute(statement("app.creators", name), values, prepare=False)
