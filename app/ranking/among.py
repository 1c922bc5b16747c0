"""Among whom a creator is ranked: all who fit a brief, how many they are and how many of them contribute more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import psycopg

from app.database import statement
from app.ranking.scoring import NOBODY_KNOWS, Brief, Weights
from app.ranking.search_statements import abroad, count_text, place_text, search_values

Connection = psycopg.Connection[Any]
Usual = Mapping[tuple[str, int], float]  # what an hour brings on average, by market and category


@dataclass(frozen=True)
class Among:
    """Those a match is compared with: all who fit its brief by the hard filters."""

    connection: Connection
    brief: Brief
    weights: Weights
    usual: Usual
    ways: Sequence[str]

    @cached_property
    def size(self) -> int:
        """How many they are."""
        text = count_text(abroad(self.brief))
        return int(self.connection.execute(text, self._values).fetchall()[0][0])

    def place(self, score: float) -> tuple[int, int]:
        """How many contribute more than this, and how many there are."""
        text = place_text(bool(self.brief.words), abroad(self.brief))
        better, size = self.connection.execute(text, self._values | {"score": score}).fetchall()[0]
        return better, size

    @cached_property
    def _values(self) -> dict[str, Any]:
        return search_values(self.brief, self.weights, self.usual, self.ways)


def usual_hours(connection: Connection, brief: Brief) -> Usual:
    """What an hour brings on average in each market and category the brief looks in, minor units of its currency."""
    values = {
        "markets": list(brief.markets),
        "nodes": [node for node, _near in brief.nearness],
        "currency": brief.currency,
    }
    found = connection.execute(statement("app.ranking", "usual"), values).fetchall()
    return {(country, node): NOBODY_KNOWS if net is None else float(net) for country, node, net in found}
