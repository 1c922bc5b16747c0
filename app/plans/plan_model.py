"""What a plan chooses from, what it may take at most, and what came of it: the values of app/plans/planning.py."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

TRIALS = "trials"  # beside the markets of a campaign
Key = int | tuple[int, str]  # a campaign, or a campaign and one of its markets or its trials


@dataclass(frozen=True)
class Option:
    """A creator could work so many hours for a campaign: what that costs, the net contribution expected of it and by
    how much that may deviate, in minor units of the plan's currency. `closes` are the campaigns that the creator could
    not work for at the same time, as its exclusivity closes them. `trial`: to find out; what may go wrong is bounded by
    what trials may cost, and so is not counted against it."""

    campaign: int
    creator: int
    market: str
    hours: int
    cost: int
    expected: int
    deviation: int = 0
    closes: frozenset[int] = frozenset()
    trial: bool = False


@dataclass(frozen=True)
class Bound:
    """The most creators and the most money that may be taken; None: as much as there is."""

    creators: int | None = None
    money: int | None = None


@dataclass(frozen=True)
class Limits:
    """What no plan goes beyond: for each campaign, for markets of a campaign, and for its trials. `risk` is how much of
    a deviation is counted against what is expected: 0 for none of it."""

    campaigns: Mapping[int, Bound] = field(default_factory=dict)
    markets: Mapping[tuple[int, str], Bound] = field(default_factory=dict)
    risk: float = 0.0
    trials: Mapping[int, Bound] = field(default_factory=dict)

    def of(self, option: Option) -> Iterator[tuple[Key, Bound]]:
        """The bounds that an option counts in."""
        whole = self.campaigns.get(option.campaign)
        if whole is not None:
            yield option.campaign, whole
        market = (option.campaign, option.market)
        part = self.markets.get(market)
        if part is not None:
            yield market, part
        tried = self.trials.get(option.campaign) if option.trial else None
        if tried is not None:
            yield (option.campaign, TRIALS), tried

    def worth(self, option: Option) -> float:
        """What an option is worth to who plans: what is expected, less the risk."""
        return option.expected - (0.0 if option.trial else self.risk * option.deviation)


@dataclass(frozen=True)
class Solution:
    """The places of the options that were chosen, and what they are worth together. `bound` is what no choice at all
    could be worth more than; None where there was no time to find out."""

    chosen: tuple[int, ...]
    method: str
    worth: float
    bound: float | None
    seconds: float

    @property
    def gap(self) -> float | None:
        """How much better the best could be at most, as a share of it; 0 when this is proven the best."""
        if self.bound is None:
            return None
        return max(0.0, self.bound - self.worth) / self.bound if self.bound > 0 else 0.0


def clash(one: Option, other: Option) -> bool:
    """Whether a creator can't do both: they are for the same campaign, or one closes the other's."""
    return one.creator == other.creator and (
        one.campaign == other.campaign or other.campaign in one.closes or one.campaign in other.closes
    )


def broken(options: Sequence[Option], limits: Limits, chosen: Iterable[int]) -> list[str]:
    """What a choice violates, a line each: what a plan is checked by before anybody sees it."""
    taken = [options[place] for place in chosen]
    used: dict[Key, list[int]] = {}
    bounds: dict[Key, Bound] = {}
    for each in taken:
        for key, bound in limits.of(each):
            bounds[key] = bound
            count = used.setdefault(key, [0, 0])
            count[0], count[1] = count[0] + 1, count[1] + each.cost
    faults = [f"{key}: too many creators" for key, bound in bounds.items() if used[key][0] > _most(bound.creators)]
    faults += [f"{key}: too much money" for key, bound in bounds.items() if used[key][1] > _most(bound.money)]
    of_creator: dict[int, list[Option]] = {}
    for each in taken:
        faults += [f"{each} clashes with {other}" for other in of_creator.get(each.creator, []) if clash(each, other)]
        of_creator.setdefault(each.creator, []).append(each)
    return faults


def _most(bound: int | None) -> float:
    return float("inf") if bound is None else bound
