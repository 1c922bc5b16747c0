"""Whose money finance keeps back, and why."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app import clock
from app.database import db
from app.errors import BadInput, Conflict, NotFound
from app.payouts import holds as hold_actions
from app.payouts import unclaimed
from app.payouts.bank import confirmation
from app.payouts.blueprint import blueprint
from app.payouts.forms import HoldForm
from app.payouts.models import Obstacle, PayoutHold
from app.security import FINANCE, PLATFORM, identity, require
from app.users.models import Creator


@blueprint.get("/finance/holds")
@require(PLATFORM)
def holds() -> ResponseReturnValue:
    """The holds there are, then those that were."""
    return _page(HoldForm(formdata=None, creator=request.args.get("creator", "")))


@blueprint.post("/finance/holds")
@require(FINANCE)
def hold_create() -> ResponseReturnValue:
    """Places one."""
    form = HoldForm()
    if not form.validate_on_submit():
        return _page(form), 422
    creator = db.session.scalar(select(Creator).where(Creator.handle == form.creator.data.strip()))
    try:
        if creator is None:
            raise BadInput(gettext("There is no creator with the handle “%(text)s”.", text=form.creator.data[:128]))
        kind = Obstacle(form.kind.data)
        hold_actions.place(creator, form.reason.data, kind=kind, by=identity(), at=clock.now())
    except (BadInput, Conflict) as error:
        form.form_errors.append(error.sentence)
        return _page(form), error.status
    db.session.commit()
    flash(gettext("%(creator)s is on hold: no batch pays them.", creator=creator.name), "success")
    return redirect(url_for("payouts.holds"))


@blueprint.post("/finance/holds/<uuid:creator>/release")
@require(FINANCE)
def hold_release(creator: UUID) -> ResponseReturnValue:
    """Ends one."""
    creator_row = db.session.scalar(select(Creator).where(Creator.public_id == creator))
    if creator_row is None:
        raise NotFound(gettext("There is no such creator."))
    hold_actions.release(creator_row, by=identity(), at=clock.now())
    db.session.commit()
    flash(gettext("%(creator)s is paid again with the next batch.", creator=creator_row.name), "success")
    return redirect(url_for("payouts.holds"))


def _page(form: HoldForm) -> str:
    query = select(PayoutHold).options(
        joinedload(PayoutHold.creator), joinedload(PayoutHold.placer), joinedload(PayoutHold.releaser)
    )
    newest = query.order_by(PayoutHold.released_at.desc().nulls_first(), PayoutHold.id.desc())
    page = db.paginate(newest)
    return render_template(
        "payouts/holds.html",
        page=page,
        form=form,
        refused=confirmation.refused_accounts(),
        unclaimed=unclaimed.waits(unclaimed=True),
        may_change=identity().has(FINANCE),
    )
