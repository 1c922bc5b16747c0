"""Whether ranges held what came: by how much had been streamed before. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

BANDS = (
    ("none", 0.0),
    ("few", 5.0),
    ("some", 20.0),
    ("many", float("inf")),
)  # up to so many hours before; 0: none at all


@dataclass(frozen=True)
class Said:
    """What was said of the hours that came, and what came of them: net sales in minor units. `known` are the contract
    hours that there had been before."""

    known: float
    hours: float
    low: float
    mean: float
    high: float
    came: float


@dataclass(frozen=True)
class Band:
    """Ranges of creators of whom about as much was known: how many, how many held what came, how much of it came below
    and above, and how many began at nothing."""

    word: str
    count: int
    within: int
    below: int
    above: int
    nothing: int


def band_of(hours: float) -> str:
    """The band of somebody with so many contract hours before."""
    return next(word for word, most in BANDS if hours < most or hours <= most == 0)


def bands(said: Iterable[Said]) -> list[Band]:
    """The bands that have anybody in them, those of whom least is known first."""
    groups: dict[str, list[Said]] = {word: [] for word, _most in BANDS}
    for each in said:
        groups[band_of(each.known)].append(each)
    return [_band(word, group) for word, group in groups.items() if group]


def _band(word: str, group: list[Said]) -> Band:
    below, above = sum(each.came < each.low for each in group), sum(each.came > each.high for each in group)
    return Band(word, len(group), len(group) - below - above, below, above, sum(each.low <= 0 for each in group))
