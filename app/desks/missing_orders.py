"""Why a creator did not get an order, asked by its number: the lines in which they have a part, and nothing of others.

Who had no part in an order is not even told whether it is known here: the answer is the same for an order that has not
come, one of a brand's other customers, and a number that was made up. So numbers can't be tried out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import psycopg

from app.desks.lines.near_misses import NearMiss, near_miss
from app.desks.why import Story, Viewer, explain
from app.sales.disputes.subjects import belongs_to

Connection = psycopg.Connection[Any]
MOST = 50  # lines of an order


@dataclass(frozen=True)
class Answer:
    """What a creator may read of an order: its lines that are or were theirs, and those they nearly won."""

    own: Sequence[Story]
    lost: Sequence[tuple[int, NearMiss]]  # the line's number, and what they may read of it

    @property
    def empty(self) -> bool:
        """Whether nothing of theirs stands beside the order, or there is no such order."""
        return not self.own and not self.lost


def look_up(connection: Connection, brand_id: int, order_ref: str, creator_id: int, *, today: date) -> Answer:
    """The brand's order with this number as the creator may read it."""
    creators = frozenset({creator_id})
    own, lost = [], []
    found = connection.execute(
        "select id from sale where brand_id = %s and order_ref = %s order by id limit %s", [brand_id, order_ref, MOST]
    ).fetchall()
    for (sale,) in found:
        if belongs_to(connection, brand_id, sale, creators):
            story = explain(connection, brand_id, sale, Viewer(whole=False, creator_ids=creators), today=today)
            own += [story] if story else []
        elif line := near_miss(connection, brand_id, sale, creators, today=today):
            lost.append((sale, line))
    return Answer(own, lost)


def last_brought(connection: Connection, brand_id: int) -> datetime | None:
    """When the brand's latest file of sales was read: what was sold after it can't be known here."""
    row = connection.execute(
        "select max(finished_at) from import where brand_id = %s and kind = 'sales' and withdrawn_at is null",
        [brand_id],
    ).fetchone()
    return row[0] if row else None
