"""What more hours with one creator bring: each piece of them less than the one before, as the same audience has bought
already. Pure.

The pieces are a rule of thumb, said on the page; no market has shown yet by how much it falls there.
"""

from __future__ import annotations

from app.campaigns.campaign_rules import MOST_HOURS

PIECES = ((0.5, 1.0), (1.0, 0.9), (2.0, 0.7))  # up to so many times the campaign's hours, an hour counts as so much
TRIAL = (1, 2)  # hours for who has not streamed in the market yet


def counted(hours: float, usual: int) -> float:
    """As how many full hours so many count, where `usual` are those of the campaign."""
    whole, before = 0.0, 0.0
    for times, worth in PIECES:
        until = usual * times
        whole += worth * max(0.0, min(hours, until) - before)
        before = until
    return whole + PIECES[-1][1] * max(0.0, hours - before)


def levels(hours: int, most: int = MOST_HOURS) -> list[int]:
    """How many hours may be offered: half of what the campaign says, that, and twice as much, but at most `most`; none
    where that is no whole hour."""
    most = min(most, MOST_HOURS)
    return sorted({min(each, most) for each in (max(1, hours // 2), hours, 2 * hours)} - {0})


def trials(hours: int, most: int = MOST_HOURS) -> list[int]:
    """How many hours may be tried with somebody new: one or two, and no more than the campaign says."""
    return sorted({min(each, hours, most) for each in TRIAL} - {0})
