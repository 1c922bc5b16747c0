"""A brand's page on which it says whether, and how, commissions are shared."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app import clock
from app.database import db
from app.errors import BadInput
from app.sales.blueprint import blueprint
from app.sales.splits import rules
from app.sales.splits.forms import SplitForm, form_of
from app.security import BRAND, PLATFORM, Role, identity, require
from app.users.models import Brand
from app.users.scope import brand_for
from app.web.versions import hold

OWNER = frozenset({Role.BRAND_OWNER})


@blueprint.get("/brands/<uuid:brand>/sharing")
@require(BRAND | PLATFORM)
def brand_sharing(brand: UUID) -> ResponseReturnValue:
    """How the commissions of the brand's sales are shared from now on."""
    owner = brand_for(identity(), brand, read=True)
    return _page(owner, _stored(owner)), 200


@blueprint.post("/brands/<uuid:brand>/sharing")
@require(OWNER)
def brand_sharing_update(brand: UUID) -> ResponseReturnValue:
    """Shares otherwise what contracts from now on win, or nothing any more; what was sold before stays as it was."""
    owner = brand_for(identity(), brand, OWNER)
    form = form_of(None, owner.currency)
    if form.validate_on_submit():
        owner = hold(owner)
        if form.outdated(_stored(owner)):
            return _page(owner, form), 409
        try:
            rules.announce(owner, form.rule(), by=identity(), at=clock.now())
        except BadInput as error:
            form.form_errors.append(error.sentence)
        else:
            db.session.commit()
            flash(gettext("Saved: it counts for contracts from now on."), "success")
            return redirect(url_for("sales.brand_sharing", brand=brand), 303)
    return _page(owner, form), 422


def _stored(owner: Brand) -> SplitForm:
    return form_of(rules.rule_of(owner.id), owner.currency)


def _page(owner: Brand, form: SplitForm) -> str:
    may_write = owner.id in identity().brand_ids(OWNER)
    return render_template(
        "sales/sharing.html", brand=owner, form=form, rule=rules.rule_of(owner.id), may_write=may_write
    )
