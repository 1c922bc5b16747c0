"""Whose terms hold when a creator takes part in several campaigns of one brand (rules.md B6). Pure: no database.

Where two campaigns meet, in days and categories, the terms of one by invitation go before those of one that is open to
all; of two of a kind those the creator joined first stay. A contract the pair has goes before every campaign.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

Spans = tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Entry:
    """A campaign as far as precedence goes: by invitation or open, its days, and the ranges of its categories."""

    campaign_id: int
    targeted: bool
    starts_on: date
    ends_on: date
    categories: Spans


def meet(one: Entry, other: Entry) -> bool:
    """Whether both want something of the same days and the same categories."""
    return overlap(one, other) and any(
        lo < theirs_hi and theirs_lo < hi for lo, hi in one.categories for theirs_lo, theirs_hi in other.categories
    )


def overlap(one: Entry, other: Entry) -> bool:
    """Whether they have a day in common."""
    return one.starts_on <= other.ends_on and other.starts_on <= one.ends_on


def winner(new: Entry, joined: Sequence[Entry]) -> Entry:
    """Whose terms hold for `new`: its own, or those of one of `joined` (the first joined first) that it meets."""
    met = [each for each in joined if meet(new, each)]
    return max([*met, new], key=lambda entry: entry.targeted)  # of equals the first
