"""How far what somebody did themself counts against what is expected of everybody: the strength of shrinking, and what
is left of a ratio after it. Pure numpy.

A ratio is what was seen over what was expected (1: as expected), known the less the more noise there is. Creators
differ, the same creator differs between categories, and in a category between markets: three strengths, variances
relative to 1, are found by moments. With them each level leans on the one above it, as in hierarchical credibility
(Jewell); where counts are small this is the Poisson-gamma posterior mean.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Places = NDArray[np.int64]

USUAL = (0.3, 0.1, 0.1)  # strengths before anybody was seen
AS_MANY_AS = 5.0  # pairs that `USUAL` counts as
LEAST, MOST = 0.02, 4.0  # of all three strengths together: one giant is not to make everybody unlike
EMPTY = 1e-12


@dataclass(frozen=True)
class Nest:
    """Which pair of creator and category each cell lies in, and which creator each pair."""

    pair: Places
    creator: Places

    @classmethod
    def of(cls, creator: Places, category: Places) -> Nest:
        """The nest of cells, each of a creator in a category (in some market)."""
        keys, pair = np.unique(np.stack([creator, category], 1), axis=0, return_inverse=True)
        _, of_pair = np.unique(keys[:, 0], return_inverse=True)
        return cls(pair.ravel().astype(np.int64), of_pair.ravel().astype(np.int64))

    def pairs(self, values: Floats) -> Floats:
        """Sums of cells by pair."""
        return sums(self.pair, values, len(self.creator))

    def creators(self, values: Floats) -> Floats:
        """Sums of pairs by creator."""
        return sums(self.creator, values, int(self.creator.max(initial=-1)) + 1)


@dataclass(frozen=True)
class Strengths:
    """By how much (variances of ratios) creators differ, their categories, and their markets within a category."""

    creators: float = USUAL[0]
    categories: float = USUAL[1]
    markets: float = USUAL[2]

    @property
    def whole(self) -> float:
        """By how much cells differ."""
        return self.creators + self.categories + self.markets


@dataclass(frozen=True)
class Shrunk:
    """What is left of each cell's ratio, its variance relative to its square, and how much of it is the creator's own
    doing (0: all is expected of anybody, 1: all was seen)."""

    ratio: Floats
    unsure: Floats
    own: Floats


def strengths(nest: Nest, ratio: Floats, noise: Floats) -> Strengths:
    """The strengths by moments: cells of a creator vary together as creators differ, those of a pair as pairs do too.
    Cells count by how well they are known (`noise` is the variance of what chance alone does to a ratio)."""
    found = Strengths()
    for _ in range(8):
        weight = 1 / (found.whole + noise)
        off = weight * (ratio - 1)
        whole = _moment(weight**2 * ((ratio - 1) ** 2 - noise), weight**2, sum(USUAL), found.whole)
        pairs_off, pairs_of = nest.pairs(off), nest.pairs(weight)
        shared = _moment(
            pairs_off**2 - nest.pairs(off**2), pairs_of**2 - nest.pairs(weight**2), sum(USUAL[:2]), found.whole
        )
        creators = _moment(
            nest.creators(pairs_off) ** 2 - nest.creators(pairs_off**2),
            nest.creators(pairs_of) ** 2 - nest.creators(pairs_of**2),
            USUAL[0],
            found.whole,
        )
        whole = min(max(whole, shared, creators, LEAST), MOST)
        shared = min(max(shared, creators, 0.7 * LEAST), 0.9 * whole)
        creators = min(max(creators, LEAST / 2), 0.9 * shared)
        found = Strengths(creators, shared - creators, whole - shared)
    return found


def shrink(nest: Nest, ratio: Floats, counted: Floats, scattered: Floats, by: Strengths) -> Shrunk:
    """The ratios of all cells, each leaning on its pair and its creator. Noise of `counted` events is the less the more
    of them are expected; `scattered` noise is not. Cells of which nothing was seen have infinite noise."""
    noise = counted + scattered
    # from below: what the cells of a pair say of it, and the pairs of a creator of them
    of_cell = 1 / (by.markets + noise)
    of_pair, says = _mean(nest.pairs(of_cell), nest.pairs(of_cell * _known(ratio, noise)))
    known = np.where(of_pair > EMPTY, 1 / (by.categories + 1 / np.maximum(of_pair, EMPTY)), 0.0)
    of_creator, said = _mean(nest.creators(known), nest.creators(known * says))
    own = by.creators * of_creator / (1 + by.creators * of_creator)
    creator = 1 + own * (said - 1)
    unsure = by.creators * (1 - own) / np.maximum(creator, EMPTY)
    # from above: each level relative to the one it leans on
    above = creator[nest.creator]
    noise_there = counted / np.maximum(above[nest.pair], EMPTY) + scattered
    of_cell = 1 / (by.markets + noise_there)
    relative = _known(ratio, noise) / np.maximum(above[nest.pair], EMPTY)
    of_pair, says = _mean(nest.pairs(of_cell), nest.pairs(of_cell * relative))
    pair, pair_unsure, pair_own = _leaned(above, unsure[nest.creator], own[nest.creator], says, by.categories, of_pair)
    there = pair[nest.pair]
    noise_there = counted / np.maximum(there, EMPTY) + scattered
    says = _known(ratio, noise) / np.maximum(there, EMPTY)
    of_cell = np.where(np.isfinite(noise_there), 1 / np.maximum(noise_there, EMPTY), 0.0)
    return Shrunk(*_leaned(there, pair_unsure[nest.pair], pair_own[nest.pair], says, by.markets, of_cell))


def _leaned(
    above: Floats, unsure: Floats, own: Floats, says: Floats, strength: float, known: Floats
) -> tuple[Floats, Floats, Floats]:
    """One level down: `says` is the ratio to the one above, `known` the reciprocal of its noise."""
    share = strength * known / (1 + strength * known)
    factor = np.maximum(1 + share * (says - 1), EMPTY)
    wide = strength * (1 - share) / factor + ((1 - share) / factor) ** 2 * unsure
    return above * factor, wide, own + share - own * share


def _moment(seen: Floats, at_one: Floats, usual: float, whole: float) -> float:
    few = AS_MANY_AS / whole**2
    return (float(np.sum(seen)) + few * usual) / (float(np.sum(at_one)) + few)


def _known(ratio: Floats, noise: Floats) -> Floats:
    return np.where(np.isfinite(noise), ratio, 1.0)


def _mean(weight: Floats, weighted: Floats) -> tuple[Floats, Floats]:
    return weight, np.where(weight > EMPTY, weighted / np.maximum(weight, EMPTY), 1.0)


def places(*keys: Any) -> tuple[Any, Places]:
    """The distinct rows of these columns, and the place of each among them."""
    found, place = np.unique(np.stack(keys, 1), axis=0, return_inverse=True)
    return found, place.ravel().astype(np.int64)


def sums(place: Places, values: Any, count: int) -> Floats:
    """Sums of the values by place, of which there are `count`."""
    return np.bincount(place, values, count).astype(np.float64)
