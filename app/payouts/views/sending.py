"""Sending a batch by Stripe: the button, and how far it is."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app import clock
from app.database import db
from app.payouts.batches import approval
from app.payouts.blueprint import blueprint
from app.payouts.models import BatchStatus, PayoutBatch
from app.payouts.sending import cancel, progress
from app.payouts.views.batch_actions import thrown_back
from app.security import FINANCE, identity, require
from config import settings

UNDER_WAY = {"waiting", "sending", "unknown"}


@blueprint.post("/finance/batches/<uuid:batch>/send")
@require(FINANCE)
def batch_send(batch: UUID) -> ResponseReturnValue:
    """Has the payouts by Stripe sent: the worker does it from now on."""
    aware = request.form.get("aware", "")
    if changes := approval.throw_back_changed(approval.locked(batch), by=identity(), at=clock.now()):
        sentence = gettext(
            "Not sent: %(changes)s The approvals are void and it is a draft again.", changes=approval.few(changes)
        )
        return thrown_back(batch, sentence)
    progress.start(batch, aware=aware, by=identity(), at=clock.now(), config=settings())
    db.session.commit()
    flash(gettext("Started: the payouts by Stripe are sent one after another."), "success")
    return redirect(url_for("payouts.batch", batch=batch))


@blueprint.post("/finance/payouts/<uuid:payout>/bring-back")
@require(FINANCE)
def payout_bring_back(payout: UUID) -> ResponseReturnValue:
    """Brings money back that is on a creator's account at Stripe, e.g. before a closed account is replaced."""
    cancel.ask(payout, request.form.get("reason", ""), by=identity(), at=clock.now())
    db.session.commit()
    flash(gettext("Stripe is asked to bring the money back."), "success")
    return redirect(url_for("payouts.payout", payout=payout))


@blueprint.app_template_global()
def stripe_progress(batch: PayoutBatch) -> dict[str, Any] | None:
    """What the page of a batch shows of its payouts by Stripe; None when it has none, or they are not frozen yet."""
    if batch.status not in (BatchStatus.APPROVED, BatchStatus.COMPLETED) or not (steps := progress.steps(batch)):
        return None
    return {
        "steps": steps,
        "matters": progress.matters(batch),
        "running": batch.sending_at is not None and any(step.name in UNDER_WAY for step in steps),
        "set_up": settings().has_stripe,
        "may_start": identity().has(FINANCE) and batch.status == BatchStatus.APPROVED and batch.sending_at is None,
    }
