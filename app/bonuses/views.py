"""A contract's month, for both sides: how every bonus comes about, and effort that is claimed and reviewed."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy import select

from app import clock
from app.bonuses import month_statement as statements
from app.bonuses.blueprint import blueprint
from app.bonuses.forms import EffortForm
from app.bonuses.settlement import approve_above_cap
from app.contracts.models import Contract, Effort
from app.contracts.overview import contract_of
from app.contracts.terms import effort as efforts
from app.database import db
from app.errors import BadInput, NotFound
from app.formatting import money
from app.users.party_pages import (
    BINDERS,
    DEALERS,
    Party,
    party_page,
)
from app.users.sides import Side


@party_page(blueprint, "GET", "contracts/<uuid:contract>/months/<month>")
def statement(party: Party, contract: UUID, month: str) -> ResponseReturnValue:
    """Every bonus of the month with its conditions and arithmetic, while it runs and after; shows and effort."""
    return _page(party, contract_of(party, contract), month, EffortForm())


@party_page(blueprint, "POST", "contracts/<uuid:contract>/months/<month>/efforts", DEALERS, sides=(Side.CREATOR,))
def effort_create(party: Party, contract: UUID, month: str) -> ResponseReturnValue:
    """Claims minutes or posts that no stream shows."""
    contract_row, form = contract_of(party, contract), EffortForm()
    statements.month_of(month, contract_row)
    if not form.validate_on_submit():
        return _page(party, contract_row, month, form), 422
    done_on, proof = form.done_on.data, form.proof.data
    try:
        efforts.claim(contract_row, form.what.data, done_on, form.quantity.data, proof, by=party.person, at=clock.now())
    except BadInput as error:
        db.session.rollback()
        form.form_errors.append(error.sentence)
        return _page(party, contract_of(party, contract), month, form), error.status
    db.session.commit()
    flash(gettext("Claimed. It counts once the brand has looked at it."), "success")
    return redirect(party.url("statement", contract=contract, month=f"{done_on:%Y-%m}"), 303)


@party_page(blueprint, "POST", "contracts/<uuid:contract>/efforts/<uuid:effort>/review", DEALERS, sides=(Side.BRAND,))
def effort_review(party: Party, contract: UUID, effort: UUID) -> ResponseReturnValue:
    """Counts what a creator claimed, or refuses it with a reason."""
    contract_row = contract_of(party, contract)
    claimed = db.session.scalar(select(Effort).where(Effort.public_id == effort, Effort.contract_id == contract_row.id))
    if claimed is None:
        raise NotFound(gettext("There is no such claim, or it is not yours."))
    count = request.form.get("answer") == "count"
    efforts.review(claimed, count, request.form.get("note", ""), by=party.person, at=clock.now())
    db.session.commit()
    flash(gettext("Counted.") if count else gettext("Refused."), "success")
    return redirect(party.url("statement", contract=contract, month=f"{claimed.done_on:%Y-%m}"), 303)


@party_page(blueprint, "POST", "contracts/<uuid:contract>/months/<month>/above-cap", BINDERS, sides=(Side.BRAND,))
def above_cap_approve(party: Party, contract: UUID, month: str) -> ResponseReturnValue:
    """Approves what a cap has cut off one bonus of a final month."""
    contract_row, at = contract_of(party, contract), clock.now()
    shown = statements.statement_of(contract_row, statements.month_of(month, contract_row), at=at)
    asked = request.form.get("bonus", "")
    part = next((part for part in shown.parts if str(part.bonus_month_id) == asked and asked), None)
    if part is None or part.bonus_month_id is None:
        raise NotFound(gettext("There is no such bonus, or it is not yours."))
    amount = approve_above_cap(part.bonus_month_id, by=party.person, at=at)
    db.session.commit()
    flash(gettext("Approved: %(sum)s more is paid.", sum=money(amount, part.bonus.currency)), "success")
    return redirect(party.url("statement", contract=contract, month=month), 303)


def _page(party: Party, contract: Contract, month: str, form: EffortForm) -> str:
    shown = statements.statement_of(contract, statements.month_of(month, contract), at=clock.now())
    return render_template("bonuses/statement.html", party=party, contract=contract, shown=shown, form=form)
