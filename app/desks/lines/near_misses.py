"""Orders that a creator nearly won: their own visit, code or stream and why it did not win, and nothing of others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import psycopg

from app.database import query_rows, statement
from app.desks.lines.candidates import Candidate
from app.desks.why import Late, Viewer, explain
from app.sales.disputes.subjects import is_near_miss
from app.sales.models import REJECTIONS
from app.web.paging import Page, Window, page

Connection = psycopg.Connection[Any]


@dataclass(frozen=True)
class NearMiss:
    """What such a creator may read of a sale line. `rule` and `reason` say what decided, and not for whom;
    `own`: what spoke for them, each with why it did not win; `late`: what of theirs was recorded too late."""

    brand_id: int
    brand_uuid: UUID
    brand_name: str
    order_ref: str
    line_ref: str
    occurred_at: datetime
    rule: str | None
    reason: str
    own: list[Candidate]
    late: list[Late]


def near_miss(
    connection: Connection, brand_id: int, sale_id: int, creator_ids: frozenset[int], *, today: date
) -> NearMiss | None:
    """The line as these creators, who nearly won it, may read it; None when they did not."""
    if not is_near_miss(connection, brand_id, sale_id, creator_ids):
        return None
    story = explain(connection, brand_id, sale_id, Viewer(whole=False, creator_ids=creator_ids), today=today)
    if story is None:
        return None
    line, verdict = story.line, story.verdicts[-1]
    return NearMiss(
        line.brand_id,
        line.brand_uuid,
        line.brand_name,
        line.order_ref,
        line.line_ref,
        line.occurred_at,
        verdict.rule,
        verdict.reason,
        [candidate for candidate in story.candidates if candidate.creator_id in creator_ids],
        [late for late in story.late if late.creator_name is not None],
    )


def near_misses(
    connection: Connection, creator_id: int, brands: Sequence[int], begin: datetime, end: datetime, window: Window
) -> Page:
    """One page of the lines of these brands, sold from `begin` to before `end`, that the creator nearly won, newest
    first."""
    which = """s.brand_id = any (%(brands)s) and s.occurred_at >= %(begin)s and s.occurred_at < %(end)s
        and (%(key_at)s::timestamptz is null or (s.occurred_at, s.id) {beyond} (%(key_at)s, %(key_id)s::bigint))
    order by s.occurred_at {direction}, s.id {direction} limit %(limit)s"""
    query = window.direct(statement("app.sales", "near_misses").replace("{which}", which))
    whose = {"creators": [creator_id], "rejections": list(REJECTIONS)}
    given = whose | {"brands": list(brands), "begin": begin, "end": end}
    return page(query_rows(connection, query, given | window.parameters()), window)
