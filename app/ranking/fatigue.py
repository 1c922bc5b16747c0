"""How tired creators' audiences are (rules.md B25), measured from the books: never used to cut anybody's pay."""

from __future__ import annotations

from datetime import timedelta

from app.creators.sales_facts import (
    Connection,
    Span,
    empty,
    run,
)

FEWEST = 6  # streams; below that nothing is said
MOST = 8  # streams that are held against as many before them
RECENTLY = timedelta(days=28)
STEEP = 0.5  # so much less an hour over the later streams, of what the earlier brought, is as bad as it gets
ROOM = "app.ranking"


def measure(connection: Connection, span: Span) -> int:
    """Fills `fatigue` for each creator, each with each brand and in each market; returns how many rows.

    `outcomes.gather` comes first: it lays out the sales and streams that are looked at."""
    empty(connection, "fatigue", span)
    values = {"fewest": FEWEST, "most": MOST, "recently": span.until - RECENTLY, "steep": STEEP}
    return run(connection, "fatigue", values, ROOM)
