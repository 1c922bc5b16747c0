"""The best plan there is, with its proof: an integer programme, solved by HiGHS (scipy). Pure.

scipy is loaded when the first plan is asked for: no other page should wait for it.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from app.plans.plan_model import Key, Limits, Option

NEAR = 1e-4  # of the best; what is nearer is not looked for
HAIR = 1e-6  # of the worth: no rounding loses an option
Kind = tuple[int, frozenset[int]]  # a campaign, and what is closed for it


@dataclass(frozen=True)
class Relaxed:
    """The programme in which a creator may be taken in part: what nothing can be worth more than, how much it takes of
    each option, and what each would cost that worth were it taken."""

    worth: float
    shares: Any
    prices: Any

    def order(self) -> list[int]:
        """The options, those it takes most of first, then those that cost least."""
        import numpy as np

        return [int(place) for place in np.lexsort((self.prices, -self.shares))]

    def better_than(self, worth: float) -> list[int]:
        """The options that may be in a plan worth more than this one."""
        bar = self.worth - worth + HAIR * abs(self.worth)
        return [int(place) for place in (self.prices <= bar).nonzero()[0]]


def relaxed(options: Sequence[Option], limits: Limits, seconds: float) -> Relaxed | None:
    """The programme without whole numbers; None where the time did not suffice."""
    import numpy as np
    from scipy.optimize import linprog

    worths, scale = _worths(options, limits)
    matrix, most = _rows(options, limits)
    time = {"time_limit": max(0.01, seconds)}
    solution = linprog(-worths, A_ub=matrix, b_ub=most, bounds=(0, None), method="highs", options=time)
    if solution.status != 0:
        return None
    duals = np.minimum(solution.ineqlin.marginals, 0.0)
    prices = -worths - matrix.T @ duals
    # Sure whatever the solver rounds: prices of rows bound what is worth it, as no option is taken more than once.
    sure = -float(duals @ most) - float(np.minimum(prices, 0.0).sum())
    return Relaxed(sure * scale, solution.x, prices * scale)


def best(options: Sequence[Option], limits: Limits, seconds: float) -> tuple[list[int], float | None]:
    """The options to take, the most worth first, and what none can be worth more than; nothing and None where the time
    did not suffice. Bounds are kept but for a millionth, so what is found has to be checked."""
    import numpy as np
    from scipy.optimize import Bounds, LinearConstraint, milp

    _hush()
    worths, scale = _worths(options, limits)
    matrix, most = _rows(options, limits)
    solution = milp(
        -worths,
        integrality=np.ones(len(options)),
        bounds=Bounds(0, 1),
        constraints=LinearConstraint(matrix, ub=most),
        options={"time_limit": max(0.01, seconds), "mip_rel_gap": NEAR},
    )
    bound = None if solution.mip_dual_bound is None else -float(solution.mip_dual_bound) * scale
    taken = [] if solution.x is None else [int(place) for place in np.flatnonzero(solution.x > 0.5)]
    return sorted(taken, key=lambda place: (-worths[place], place)), bound


def _worths(options: Sequence[Option], limits: Limits) -> tuple[Any, float]:
    """What the options are worth, the most as 1, and how much that is."""
    import numpy as np

    worths = np.array([limits.worth(each) for each in options])
    scale = float(worths.max())
    return worths / scale, scale


def _rows(options: Sequence[Option], limits: Limits) -> tuple[Any, Any]:
    """A row for each bound, in shares of it, and for each set of options of which one may be taken; and their sums."""
    import numpy as np
    from scipy.sparse import csr_array

    rows: dict[tuple[Key, str], tuple[list[int], list[float]]] = {}
    for place, option in enumerate(options):
        for key, bound in limits.of(option):
            for what, most, use in (("creators", bound.creators, 1), ("money", bound.money, option.cost)):
                if most is not None:
                    places, shares = rows.setdefault((key, what), ([], []))
                    places.append(place)
                    shares.append(use / max(1, most))
    whole = [*rows.values(), *((places, [1.0] * len(places)) for places in one_of(options))]
    starts = np.cumsum([0, *(len(places) for places, _shares in whole)])
    columns = [place for places, _shares in whole for place in places]
    values = [share for _places, shares in whole for share in shares]
    return csr_array((values, columns, starts), shape=(len(whole), len(options))), np.ones(len(whole))


@cache
def _hush() -> None:
    """HiGHS prints a line of its own where it repairs a solution, whatever it is told about output. It is the only one
    here that writes by C's `stdout`; Python and its logs do not, and go on as before."""
    library = ctypes.CDLL(None)
    library.fopen.restype = ctypes.c_void_p
    with contextlib.suppress(ValueError):  # where C's library has no such name, the line stays
        ctypes.c_void_p.in_dll(library, "stdout").value = library.fopen(os.devnull.encode(), b"w")


def one_of(options: Sequence[Option]) -> list[list[int]]:
    """Sets of options of which only one may be taken, so that each two that clash are in one of them, and each option
    is in one at least."""
    known: dict[tuple[Kind, ...], list[list[Kind]]] = {}
    creators: dict[int, dict[Kind, list[int]]] = {}
    for place, option in enumerate(options):
        creators.setdefault(option.creator, {}).setdefault((option.campaign, option.closes), []).append(place)
    groups = []
    for kinds in creators.values():
        names = tuple(kinds)
        if names not in known:
            known[names] = _cover(names)
        groups += [[place for kind in together for place in kinds[kind]] for together in known[names]]
    return groups


def _cover(kinds: Sequence[Kind]) -> list[list[Kind]]:
    """Sets of kinds that all clash with each other; each two that clash are in one, each kind is in one at least."""
    cliques: list[list[Kind]] = []
    covered: set[tuple[Kind, Kind]] = set()
    for place, one in enumerate(kinds):
        others = [each for each in kinds[place + 1 :] if _meet(one, each) and (one, each) not in covered]
        while others:
            together = [one, others[0]]
            for each in kinds:
                if each not in together and all(_meet(each, other) for other in together):
                    together.append(each)
            covered |= {(first, second) for first in together for second in together}
            cliques.append(together)
            others = [each for each in others if (one, each) not in covered]
    inside = {kind for together in cliques for kind in together}
    return cliques + [[kind] for kind in kinds if kind not in inside]


def _meet(one: Kind, other: Kind) -> bool:
    return one[0] == other[0] or one[0] in other[1] or other[0] in one[1]
