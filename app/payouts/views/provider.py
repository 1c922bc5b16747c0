"""Stripe's books against ours: what differs, one difference with what to do about it, and what Stripe keeps."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app import clock
from app.database import db
from app.errors import BadInput
from app.payouts.blueprint import blueprint
from app.payouts.forms import DifferenceForm
from app.payouts.jobs import reconcile_stripe
from app.payouts.provider import fees, fetching, positions
from app.security import FINANCE, PLATFORM, identity, require
from app.web import query_args
from config import settings

AT_ONCE = 3  # days that are asked for while somebody waits; the night asks for all


@blueprint.get("/finance/reconciliation/stripe")
@require(PLATFORM)
def provider() -> ResponseReturnValue:
    """What Stripe's movements and our records say differently, and Stripe's fees by month."""
    state = query_args.choice(request.args, "state", positions.STATES) or "open"
    return render_template(
        "payouts/provider.html",
        state=state,
        positions=positions.positions(state),
        known=fetching.known(),
        months=fees.months(settings().platform_timezone),
        may_fetch=identity().has(FINANCE) and settings().has_stripe,
    )


@blueprint.post("/finance/reconciliation/stripe")
@require(FINANCE)
def provider_fetch() -> ResponseReturnValue:
    """Asks Stripe now for the next days that are not known, instead of waiting for the night."""
    flash(reconcile_stripe(clock.now(), days=AT_ONCE), "info")
    return redirect(url_for("payouts.provider"))


@blueprint.get("/finance/reconciliation/stripe/difference")
@require(PLATFORM)
def provider_difference() -> ResponseReturnValue:
    """One difference: what Stripe says of it, what we have, and the form for a note."""
    kind, about, currency = (query_args.text(request.args, name) or "" for name in ("kind", "about", "currency"))
    return _page(kind, about, currency, DifferenceForm(formdata=None)), 200


@blueprint.post("/finance/reconciliation/stripe/difference")
@require(FINANCE)
def provider_note() -> ResponseReturnValue:
    """Settles it by a note that the person stands for."""
    form = DifferenceForm()
    kind, about, currency = form.kind.data or "", form.about.data or "", form.currency.data or ""
    if not form.validate_on_submit():
        return _page(kind, about, currency, form), 422
    sums = (form.theirs.data or 0, form.ours.data or 0)
    try:
        positions.settle(kind, about, currency, sums=sums, note=form.reason.data, by=identity(), at=clock.now())
    except BadInput as error:
        form.reason.errors = [error.sentence]
        return _page(kind, about, currency, form), 422
    db.session.commit()
    flash(gettext("Noted."), "success")
    return redirect(url_for("payouts.provider"))


def _page(kind: str, about: str, currency: str, form: DifferenceForm) -> str:
    """The page; what was typed stays, the sums are those of now."""
    position = positions.find(kind, about, currency)
    for name in ("kind", "about", "currency", "theirs", "ours"):
        form[name].data = getattr(position, name)
    return render_template(
        "payouts/provider_difference.html",
        position=position,
        movements=positions.movements(position.about),
        form=form,
        may_note=identity().has(FINANCE) and position.note is None,
    )
