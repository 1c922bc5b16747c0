"""Of very many creators, those who may be in the best plan: the others are left out with a proof. Pure.

The programme in which a creator may be taken in part is solved over a few options, and its prices for budget and places
are held against all of them; those who would do better at these prices join in, until nobody would. At any prices no
plan is worth more than the room there is, priced, and what each creator's best option brings above its price. So an
option that would cost more of that than a plan at hand is short of it is in no better plan.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

Array = Any  # of numpy; loaded when the first plan is asked for
BEGUN, MORE, ROUNDS = 600, 1_200, 25  # options that the search begins with, that join at once; how often they may
TRIED = 5_000  # options that a plan at hand is made of
HAIR = 1e-9  # of the worth: no rounding loses an option


@dataclass(frozen=True)
class Field:
    """Many options as arrays, one entry each: whose (numbers from 0), what they are worth, and what they use of each
    row of room (a column each)."""

    creators: Array
    worths: Array
    uses: Array
    room: Array


@dataclass(frozen=True)
class Near:
    """The places of the options that may be in a plan worth more than `worth`, and what no plan is worth more than."""

    places: Array
    worth: float
    bound: float


def near(field: Field) -> Near:
    """Those of the options that may be in the best plan, by place. All are worth more than nothing, and none is beyond
    the room by itself."""
    import numpy as np

    if len(field.worths) == 0:
        return Near(np.zeros(0, dtype=int), 0.0, 0.0)
    scale = float(field.worths.max())
    worths, uses = field.worths / scale, field.uses / np.maximum(field.room, 1e-12)
    groups = int(field.creators.max()) + 1
    prices, bound, begun = _priced(field.creators, groups, worths, uses)
    above = worths - uses @ prices
    best = np.zeros(groups)
    np.maximum.at(best, field.creators, above)
    worth = _taken(field.creators, worths, uses, np.lexsort((-worths, -above)))
    worth = max(worth, _taken(field.creators, worths, uses, begun))
    short = best[field.creators] - above  # what taking it would cost
    places = np.flatnonzero(bound - short >= worth - HAIR * bound)
    return Near(places, worth * scale, bound * scale)


def _priced(creators: Array, groups: int, worths: Array, uses: Array) -> tuple[Array, float, Array]:
    """Prices of a whole row of room each, the bound they prove, and the options the programme was solved over, those
    it takes most of first."""
    import numpy as np

    density = worths / (uses.sum(axis=1) + 1e-9)
    inside = np.unique(np.concatenate([np.argsort(-density)[:BEGUN], np.argsort(-worths)[:BEGUN]]))
    prices, bound, order = np.zeros(uses.shape[1]), float("inf"), inside
    for _round in range(ROUNDS):
        shares, asked, kept = _relaxed(creators[inside], worths[inside], uses[inside])
        above = worths - uses @ asked
        best = np.zeros(groups)
        np.maximum.at(best, creators, above)
        proven = float(asked.sum() + best.sum())
        if proven < bound:
            prices, bound, order = asked, proven, inside[np.argsort(-shares)]
        paid = np.zeros(groups)
        np.maximum.at(paid, creators[inside], kept)
        gain = above - paid[creators]
        gain[inside] = 0.0
        more = np.argsort(-gain)[:MORE]
        more = more[gain[more] > HAIR]
        if len(more) == 0:
            break
        inside = np.unique(np.concatenate([inside, more]))
    return prices, bound, order


def _relaxed(creators: Array, worths: Array, uses: Array) -> tuple[Array, Array, Array]:
    """The programme without whole numbers: how much it takes of each option, the prices of the rows of room, and what
    each option's creator brings above them."""
    import numpy as np
    from scipy.optimize import linprog
    from scipy.sparse import csr_array, vstack

    _names, own = np.unique(creators, return_inverse=True)
    one = csr_array((np.ones(len(own)), (own, np.arange(len(own)))))
    matrix = vstack([csr_array(uses.T), one]).tocsr()
    solution = linprog(-worths, A_ub=matrix, b_ub=np.ones(matrix.shape[0]), bounds=(0, None), method="highs")
    duals = np.maximum(-solution.ineqlin.marginals, 0.0)
    rows = uses.shape[1]
    return solution.x, duals[:rows], duals[rows:][own]


def _taken(creators: Array, worths: Array, uses: Array, order: Array) -> float:
    """What a plan is worth that takes what fits, in this order."""
    import numpy as np

    left, taken, worth = np.ones(uses.shape[1]) + HAIR, set[int](), 0.0
    for place in order[:TRIED]:
        creator = int(creators[place])
        if creator not in taken and bool((uses[place] <= left).all()):
            taken.add(creator)
            left = left - uses[place]
            worth += float(worths[place])
    return worth
