"""How ranking works: what it goes by and what was learnt, for everybody to read, and its switches for the
administrator to change."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy import select

from app import clock
from app.database import db
from app.errors import BadInput
from app.ranking import (
    creator_scores,
    learnt_words,
    scoring,
    weights,
)
from app.ranking.backtests import running
from app.ranking.blueprint import blueprint
from app.ranking.fatigue import FEWEST
from app.ranking.forms import RankingForm
from app.ranking.models import RankingModel
from app.ranking.views.backtests import grades
from app.security import ANYBODY, Role, identity, require

ADMIN = frozenset({Role.ADMIN})


@blueprint.get("/ranking")
@require(ANYBODY)
def ranking() -> ResponseReturnValue:
    """What decides who stands where, what was learnt from whom, and how well it did when it was last tested."""
    tested, learnt = running.newest(), db.session.scalar(select(RankingModel).order_by(RankingModel.id.desc()))
    return render_template(
        "ranking/ranking.html",
        ranking=weights.newest(),
        weights=weights.now(),
        rules=creator_scores,
        scoring=scoring,
        fewest=FEWEST,
        learnt=learnt,
        coefficients=learnt_words.coefficients(learnt) if learnt else [],
        bands=learnt_words.bands(learnt) if learnt else [],
        tested=tested,
        telling=tested is not None and running.telling(tested),
        grades=grades(tested.figures) if tested else [],
    )


@blueprint.get("/admin/ranking")
@require(ADMIN)
def admin_ranking() -> ResponseReturnValue:
    """The switches that are in force, those that were, and the form for others."""
    return _page(_stored_weights()), 200


@blueprint.post("/admin/ranking")
@require(ADMIN)
def admin_ranking_update() -> ResponseReturnValue:
    """Sets other switches; every standing's quality is worked out anew at once."""
    form = RankingForm()
    if form.validate_on_submit():
        weights.hold()
        if form.outdated(_stored_weights()):
            return _page(form), 409
        try:
            weights.set(form.weights(), by=identity(), at=clock.now())
        except BadInput as error:
            form.form_errors.append(error.sentence)
        else:
            db.session.commit()
            flash(gettext("Saved. Every ranking uses the new settings from now on."), "success")
            return redirect(url_for("ranking.admin_ranking"), 303)
    return _page(form), 422


def _stored_weights() -> RankingForm:
    return RankingForm(formdata=None, obj=weights.now()).seal()


def _page(form: RankingForm) -> str:
    return render_template("ranking/admin_ranking.html", form=form, history=weights.history(), points=weights.points())
