"""A plan without a proof: takes what is worth most for what it uses up, then exchanges as long as that is better. It
is what a plan falls back on, and what the exact search begins with. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from app.plans.plan_model import (
    TRIALS,
    Key,
    Limits,
    Option,
    clash,
)

TRIES = 5_000  # options that are looked at for an exchange: those worth most
LACKS = ("creators", "market_creators", "money", "market_money", "trial_money", "less")  # the first that holds is told
Left = Callable[[], float]  # seconds


class Basket:
    """What is taken so far, and how much room each bound leaves."""

    def __init__(self, options: Sequence[Option], limits: Limits) -> None:
        self.options, self.limits = options, limits
        self.taken: dict[int, float] = {}  # place: worth
        self._of_creator: dict[int, list[int]] = {}
        self._of_campaign: dict[int, set[int]] = {}
        self._left: dict[Key, list[float]] = {}

    @property
    def worth(self) -> float:
        """What all that is taken is worth."""
        return sum(self.taken.values())

    def fits(self, place: int, without: Iterable[int] = ()) -> bool:
        """Whether every bound has room for it, once some others are given back."""
        option, given = self.options[place], [self.options[each] for each in without]
        for key, bound in self.limits.of(option):
            same = [each for each in given if any(other_key == key for other_key, _bound in self.limits.of(each))]
            creators, money = self._left.get(key) or _room(bound.creators, bound.money)
            if creators + len(same) < 1 or money + sum(each.cost for each in same) < option.cost:
                return False
        return True

    def lack(self, option: Option) -> tuple[str, int]:
        """What keeps it out: `creators` or `market_creators`, where there are as many as may be, `money` or
        `market_money` with how much is lacking; `less` and 0 where it would fit."""
        reasons = {("less", 0)}
        for key, bound in self.limits.of(option):
            creators, money = self._left.get(key) or _room(bound.creators, bound.money)
            part = ("trial_" if key[1] == TRIALS else "market_") if isinstance(key, tuple) else ""
            reasons |= {(f"{part}creators", 0)} if creators < 1 else set()
            reasons |= {(f"{part}money", int(option.cost - money))} if money < option.cost else set()
        return min(reasons, key=lambda each: LACKS.index(each[0]))

    def clashing(self, place: int) -> list[int]:
        """What is taken of the same creator that can't go with it."""
        option = self.options[place]
        return [each for each in self._of_creator.get(option.creator, ()) if clash(option, self.options[each])]

    def rivals(self, place: int) -> list[int]:
        """What is taken for the same campaign, the least worth first."""
        return sorted(self._of_campaign.get(self.options[place].campaign, ()), key=self.taken.__getitem__)

    def add(self, place: int) -> None:
        """Takes it."""
        option = self.options[place]
        self.taken[place] = self.limits.worth(option)
        self._of_creator.setdefault(option.creator, []).append(place)
        self._of_campaign.setdefault(option.campaign, set()).add(place)
        self._use(option, 1)

    def drop(self, place: int) -> None:
        """Gives it back."""
        option = self.options[place]
        del self.taken[place]
        self._of_creator[option.creator].remove(place)
        self._of_campaign[option.campaign].remove(place)
        self._use(option, -1)

    def _use(self, option: Option, times: int) -> None:
        for key, bound in self.limits.of(option):
            left = self._left.setdefault(key, _room(bound.creators, bound.money))
            left[0], left[1] = left[0] - times, left[1] - times * option.cost


def filled(options: Sequence[Option], limits: Limits) -> Basket:
    """The better of two: by what is worth most for its share of what there is, and by what is worth most."""
    baskets = []
    for measure in (_return, _worth):
        values = [measure(each, limits) for each in options]
        basket = Basket(options, limits)
        fill(basket, sorted(range(len(options)), key=lambda place: (-values[place], place)))
        baskets.append(basket)
    return max(baskets, key=lambda each: each.worth)


def fill(basket: Basket, order: Iterable[int]) -> None:
    """Takes what fits, in this order."""
    for place in order:
        if place not in basket.taken and not basket.clashing(place) and basket.fits(place):
            basket.add(place)


def exchange(basket: Basket, left: Left) -> None:
    """Puts one in the place of what clashes with it, and of one more where there is no room, as long as that is worth
    more and there are seconds left; the room that comes free is filled again."""
    worths = [basket.limits.worth(each) for each in basket.options]
    order = sorted(range(len(worths)), key=lambda place: (-worths[place], place))[:TRIES]
    better = True
    while better and left() > 0:
        better = False
        for place in order:
            better |= place not in basket.taken and _put(basket, place)
        fill(basket, order)


def _put(basket: Basket, place: int) -> bool:
    worth, out = basket.limits.worth(basket.options[place]), basket.clashing(place)
    lost = sum(basket.taken[each] for each in out)
    if lost >= worth:
        return False
    if not basket.fits(place, out):
        others = (each for each in basket.rivals(place) if each not in out and lost + basket.taken[each] < worth)
        one = next((each for each in others if basket.fits(place, [*out, each])), None)
        if one is None:
            return False
        out = [*out, one]
    for each in out:
        basket.drop(each)
    basket.add(place)
    return True


def _return(option: Option, limits: Limits) -> float:
    """Worth for each share of what its bounds have."""
    share = 1e-9
    for _key, bound in limits.of(option):
        share += 1 / max(1, bound.creators) if bound.creators is not None else 0.0
        share += option.cost / max(1, bound.money) if bound.money is not None else 0.0
    return limits.worth(option) / share


def _worth(option: Option, limits: Limits) -> float:
    return limits.worth(option)


def _room(creators: int | None, money: int | None) -> list[float]:
    everything = float("inf")
    return [everything if creators is None else creators, everything if money is None else money]
