"""What banks say of a name: taken over by its creator, entered by finance, acknowledged by who approves a batch."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from app import clock
from app.database import db
from app.errors import BadInput
from app.payouts.bank import verification
from app.payouts.batches import approval
from app.payouts.blueprint import blueprint
from app.payouts.views.account import SELF
from app.security import CHECKER, FINANCE, identity, require
from app.users.scope import creator_for


@blueprint.post("/creators/<uuid:creator>/bank-details/spelling")
@require(SELF)
def spelling_accept(creator: UUID) -> ResponseReturnValue:
    """The creator takes over the spelling that the page showed."""
    payee, check = creator_for(identity(), creator, SELF), request.form.get("check", type=int)
    if check is None:
        raise BadInput(gettext("Look at the bank’s spelling first, then take it over."))
    verification.accept_close(payee, check, by=identity(), at=clock.now())
    db.session.commit()
    flash(gettext("The name is spelled as your bank does. Nothing is held back for it."), "success")
    return redirect(url_for("payouts.bank_details", creator=creator))


@blueprint.post("/creators/<uuid:creator>/bank-details/check")
@require(FINANCE)
def check_enter(creator: UUID) -> ResponseReturnValue:
    """Finance enters what the bank answered."""
    payee, form = creator_for(identity(), creator, read=True), request.form
    answer = form.get("result", ""), form.get("known_as", ""), form.get("note", "")
    verification.enter(payee, *answer, by=identity(), at=clock.now())
    db.session.commit()
    flash(gettext("Saved."), "success")
    return redirect(url_for("payouts.bank_details", creator=creator))


@blueprint.post("/finance/batches/<uuid:batch>/names")
@require(CHECKER)
def names_acknowledge(batch: UUID) -> ResponseReturnValue:
    """Who approves has looked at the ticked names."""
    row = approval.locked(batch)
    number = verification.acknowledge(row.id, request.form.getlist("payout"), by=identity(), at=clock.now())
    db.session.commit()
    message = ngettext("%(num)d name is acknowledged.", "%(num)d names are acknowledged.", number)
    flash(message if number else gettext("Tick the names that you have looked at."), "success" if number else "warning")
    return redirect(url_for("payouts.batch", batch=batch))
