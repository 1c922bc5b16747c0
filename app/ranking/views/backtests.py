"""How well scores ranked what came: the page of back-tests, and the form that asks for another."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app import clock
from app.database import db
from app.errors import BadInput
from app.ranking import weights
from app.ranking.backtests import requests, running, words
from app.ranking.blueprint import blueprint
from app.ranking.forms import backtest_form
from app.ranking.grading import Tenth
from app.security import Role, identity, require
from app.web import query_args

KEPT = 20  # earlier ones that are listed


@blueprint.get("/admin/back-test")
@require({Role.ADMIN, Role.AUDITOR})
def backtest() -> ResponseReturnValue:
    """Verdicts by method, grades by cut, market and brand, and the forecasts beside what came: of the newest back-test,
    or the one the address names."""
    return _page(backtest_form(weights.now()))


@blueprint.post("/admin/back-test")
@require({Role.ADMIN})
def backtest_create() -> ResponseReturnValue:
    """Asks for another back-test; a job makes it."""
    form = backtest_form(weights.now())
    if form.validate_on_submit():
        at, person = clock.now(), identity()
        try:
            requests.ask(*form.months(), form.tried(), by=person, at=at)
        except BadInput as error:
            form.form_errors.append(error.sentence)
        else:
            db.session.commit()
            flash(gettext("The back-test has started. It appears here when it is done."), "success")
            return redirect(url_for("ranking.backtest"), 303)
    return _page(form), 422


def _page(form: Any) -> str:
    earlier = running.latest(KEPT)
    asked = query_args.whole(request.args, "test")
    shown = next((each for each in earlier if each.id == asked), earlier[0] if earlier else None)
    figures = shown.figures if shown else {}
    return render_template(
        "ranking/backtest.html",
        backtest=shown,
        earlier=earlier,
        figures=figures,
        current=words.current(figures),
        tenths=[Tenth(**each) for each in figures.get("tenths", [])],
        methods=words.methods(figures) if figures else [],
        bars=grades(figures),
        telling=shown is not None and running.telling(shown),
        words=words,
        grade=words.grade,
        amount=words.amount,
        form=form,
        settings=weights.NAMES,
        waiting=requests.waiting(),
        refused=requests.refused(),
        may_ask=identity().has({Role.ADMIN}),
    )


def grades(figures: dict[str, Any]) -> list[tuple[str, float, str]]:
    """The methods with their grades, as bars."""
    known = figures.get("ndcg", {})
    named = [*words.methods(figures), ("chance", gettext("Random order"))] if words.current(figures) else []
    named = named or (words.methods(figures) if figures else [])
    return [(label, known[method], words.grade(known[method])) for method, label in named if method in known]
