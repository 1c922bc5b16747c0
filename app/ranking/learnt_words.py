"""What a night has learnt, for people: what is known without sales and what it is worth, and how ranges held."""

from __future__ import annotations

from dataclasses import dataclass
from math import expm1
from typing import Any

from babel.numbers import format_decimal
from flask_babel import get_locale, gettext

from app.formatting import number, percent
from app.ranking.models import RankingModel

WHOLE = 10_000


@dataclass(frozen=True)
class CoefficientWords:
    """One thing that is known, what a step of it does to the orders of an hour, and the coefficient with its error."""

    name: str
    effect: str
    value: str
    error: str


@dataclass(frozen=True)
class BandWords:
    """How ranges of creators with so many hours held."""

    hours: str
    outcomes: int
    within: str


def coefficients(learnt: RankingModel) -> list[CoefficientWords]:
    """What was learnt of orders, in the order of the model."""
    names = {
        "live_viewers": gettext("Live viewers"),
        "followers": gettext("Followers"),
        "engagement": gettext("Engagement"),
        "audience": gettext("Share of the audience in the market"),
        "category": gettext("Names the category"),
        "language": gettext("Speaks a language of the market"),
    }
    return [
        CoefficientWords(
            str(names.get(each["name"], each["name"])),
            _signed(round(expm1(each["value"]) * 100)),
            _decimals(each["value"]),
            _decimals(each["error"]) if each["error"] else "–",
        )
        for each in learnt.model["orders"]["coefficients"]
    ]


def bands(learnt: RankingModel) -> list[BandWords]:
    """How ranges held, by hours streamed before, those of which something came."""
    rows: list[dict[str, Any]] = learnt.bands
    ends = [each["hours"] for each in rows[1:]] + [None]
    return [
        BandWords(_hours(each["hours"], end), each["outcomes"], percent(round(each["within"] * 100) * 100))
        for each, end in zip(rows, ends, strict=True)
        if each["outcomes"]
    ]


def _hours(least: float, end: float | None) -> str:
    if end is None:
        return str(gettext("%(least)s and more", least=number(round(least))))
    if end < 1:
        return str(gettext("None there"))
    return str(gettext("%(least)s to %(most)s", least=number(round(least)), most=number(round(end))))


def _signed(share: int) -> str:
    return ("+" if share > 0 else "") + percent(share * 100)


def _decimals(value: float) -> str:
    return str(format_decimal(value, format="0.00", locale=get_locale()))
