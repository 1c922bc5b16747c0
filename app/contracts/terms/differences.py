"""In what two versions of terms differ. Codes, places, brands, lines of monthly money, conditions and steps are sets:
in another order they say the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from typing import Any, TypeVar

from app.contracts.terms.compare_terms import plain
from app.contracts.terms.sheet import Bonus, Condition, Exclusivity, Scope, Sheet

Each = TypeVar("Each")


def differences(old: Sheet, new: Sheet) -> list[tuple[str, Any, Any]]:
    """The fields that differ, as (name, old, new), in the order of the sheet."""
    after = aligned(old, new)
    return [
        (field.name, getattr(old, field.name), getattr(new, field.name))
        for field in fields(Sheet)
        if getattr(old, field.name) != getattr(after, field.name)
    ]


def aligned(old: Sheet, new: Sheet) -> Sheet:
    """The new terms, their sets in the order that the old ones have, so that what is the same stands in the same place.
    What is new stands behind, or in the place of a line of the same kind that is gone."""
    return replace(
        new,
        coupons=_ordered(old.coupons, new.coupons),
        work=_scope(old.work, new.work),
        exclusivity=_exclusivity(old.exclusivity, new.exclusivity),
        bonuses=_lines(old.bonuses, new.bonuses),
    )


def _ordered(old: Sequence[Each], new: Sequence[Each]) -> tuple[Each, ...]:
    """What is in both as the old one has it, then the rest; something that stands there twice is there once."""
    once = dict.fromkeys(new)
    return tuple(dict.fromkeys([*(each for each in old if each in once), *once]))


def _scope(old: Scope, new: Scope) -> Scope:
    return Scope(
        _ordered(old.categories, new.categories),
        _ordered(old.platforms, new.platforms),
        _ordered(old.territories, new.territories),
        _ordered(old.formats, new.formats),
    )


def _exclusivity(old: Exclusivity | None, new: Exclusivity | None) -> Exclusivity | None:
    if old is None or new is None:
        return new
    return replace(
        new,
        scope=_scope(old.scope, new.scope),
        rivals=_ordered(old.rivals, new.rivals),
        rival_names=_ordered(old.rival_names, new.rival_names),
        carve_outs=_ordered(old.carve_outs, new.carve_outs),
    )


def _lines(old: Sequence[Bonus], new: Sequence[Bonus]) -> tuple[Bonus, ...]:
    """Lines may be equal: each old one has one new line in its place, the same one where there is one."""
    left = list(new)
    places: list[Bonus | None] = []
    for line in old:
        same = next((each for each in left if plain(each) == plain(line)), None)
        places.append(line if same else None)
        if same:
            left.remove(same)
    for index, line in enumerate(old):
        other = next((each for each in left if each.kind == line.kind), None)
        if places[index] is None and other is not None:
            places[index] = replace(other, conditions=_like(line.conditions, other.conditions))
            left.remove(other)
    return (*(line for line in places if line is not None), *left)


def _like(old: Sequence[Condition], new: Sequence[Condition]) -> tuple[Condition, ...]:
    """The new conditions in the order in which the old ones name what they are about."""
    order = {each.what: index for index, each in enumerate(old)}
    return tuple(sorted(new, key=lambda each: order.get(each.what, len(order))))
