"""How well scores ranked what came: the page of the newest back-test."""

from __future__ import annotations

from typing import Any

from babel.numbers import format_decimal
from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, gettext

from app.ranking import backtests
from app.ranking.blueprint import blueprint
from app.ranking.grading import Tenth
from app.security import Role, require


@blueprint.get("/admin/back-test")
@require({Role.ADMIN, Role.AUDITOR})
def backtest() -> ResponseReturnValue:
    """Grades by method and by brand, and the forecasts by tenths beside what came."""
    newest = backtests.newest()
    figures = newest.figures if newest else {}
    return render_template(
        "ranking/backtest.html",
        backtest=newest,
        figures=figures,
        tenths=[Tenth(**each) for each in figures.get("tenths", [])],
        methods=methods(),
        bars=grades(figures),
        telling=newest is not None and backtests.telling(newest),
        grade=grade,
        amount=amount,
    )


def grades(figures: dict[str, Any]) -> list[tuple[str, float, str]]:
    """The methods with their grades, as bars."""
    known = figures.get("ndcg", {})
    return [(label, known[method], grade(known[method])) for method, label in methods() if method in known]


def grade(value: float | None) -> str:
    """A grade with three decimals."""
    return "–" if value is None else str(format_decimal(value, format="0.000", locale=get_locale()))


def amount(minor: float) -> str:
    """Minor units of whichever currency, in major units of two decimals."""
    return str(format_decimal(minor / 100, format="#,##0.00", locale=get_locale()))


def methods() -> list[tuple[str, str]]:
    """The rankings that are compared, ours first, with what each goes by."""
    return [
        ("score", gettext("Our score")),
        ("unshrunk", gettext("Our score, not corrected for few orders")),
        ("sales", gettext("Sales per hour only")),
        ("followers", gettext("Followers")),
        ("chance", gettext("Random order")),
    ]
