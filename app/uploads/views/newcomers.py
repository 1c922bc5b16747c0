"""The admin enters a brand or a creator by hand."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app import clock
from app.database import db
from app.errors import Conflict
from app.security import Role, identity, require
from app.uploads import newcomers
from app.uploads.blueprint import blueprint
from app.uploads.forms import NewBrandForm, NewcomerForm, NewCreatorForm

ADMIN = frozenset({Role.ADMIN})


@blueprint.get("/admin/claims/brands/new")
@require(ADMIN)
def brand_new() -> ResponseReturnValue:
    """The form of a new brand."""
    return _page(NewBrandForm())


@blueprint.post("/admin/claims/brands/new")
@require(ADMIN)
def brand_create() -> ResponseReturnValue:
    """Stores the brand; next comes the invitation of its owner."""
    form = NewBrandForm()
    brand = _added(form)
    if brand is None:
        return _page(form), 422
    flash(gettext("%(name)s is added. Next, invite its owner.", name=brand.name), "success")
    return redirect(url_for("users.brand_claim", brand=brand.public_id))


@blueprint.get("/admin/claims/creators/new")
@require(ADMIN)
def creator_new() -> ResponseReturnValue:
    """The form of a new creator."""
    return _page(NewCreatorForm())


@blueprint.post("/admin/claims/creators/new")
@require(ADMIN)
def creator_create() -> ResponseReturnValue:
    """Stores the creator; next comes the invitation of the person behind it."""
    form = NewCreatorForm()
    creator = _added(form)
    if creator is None:
        return _page(form), 422
    flash(gettext("%(name)s is added. Next, invite the person behind it.", name=creator.name), "success")
    return redirect(url_for("users.creator_claim", creator=creator.public_id))


def _added(form: NewcomerForm) -> Any:
    """The new Brand or Creator; None when it can't be taken, with the reasons in the form."""
    if not form.validate_on_submit():
        return None
    try:
        new = newcomers.add(form.kind, form.cells(), by=identity(), at=clock.now())
    except Conflict as error:
        db.session.rollback()
        form.handle.errors = [error.sentence]
        return None
    db.session.commit()
    return new


def _page(form: NewcomerForm) -> str:
    return render_template("uploads/newcomer.html", form=form)
