"""How well scores ranked what came: the page of the newest back-test."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.desks.views import blueprint
from app.formatting import number
from app.matching import backtests
from app.matching.grading import Tenth
from app.security import Role, require


@blueprint.get("/admin/back-test")
@require({Role.ADMIN, Role.AUDITOR})
def backtest() -> ResponseReturnValue:
    """Grades by method and by brand, and the forecasts by tenths beside what came."""
    found = backtests.newest()
    figures = found.figures if found else {}
    return render_template(
        "desks/backtest.html",
        backtest=found,
        figures=figures,
        tenths=[Tenth(**each) for each in figures.get("tenths", [])],
        methods=methods(),
        bars=[(label, grade, number(_rounded(grade))) for label, grade in _grades(figures)],
    )


def _grades(figures: dict[str, Any]) -> list[tuple[str, float]]:
    return [(label, figures["ndcg"][method]) for method, label in methods() if method in figures.get("ndcg", {})]


def _rounded(grade: float) -> Decimal:
    return Decimal(str(round(grade, 3)))


def methods() -> list[tuple[str, str]]:
    """The rankings that are compared, ours first, with what each goes by."""
    return [
        ("score", gettext("Our score")),
        ("unshrunk", gettext("Our score, had few orders counted as much as many")),
        ("sales", gettext("Sales an hour alone")),
        ("followers", gettext("Followers")),
        ("chance", gettext("Chance")),
    ]
