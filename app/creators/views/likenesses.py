"""Creators who may be one person: proposed with what speaks for it, merged or kept apart."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from app import clock
from app.catalog import naming
from app.creators import likenesses
from app.creators.blueprint import blueprint
from app.creators.views.lists import ADMIN, READERS
from app.database import db
from app.security import identity, require

SHOWN, DECIDED = 30, 20  # proposals, and decisions, on the page


@blueprint.get("/admin/creators-alike")
@require(READERS)
def creators_alike() -> ResponseReturnValue:
    """The proposals that wait, and the latest decisions."""
    pairs = likenesses.open_pairs(SHOWN)
    return (
        render_template(
            "creators/creators_alike.html",
            pairs=pairs,
            channels=likenesses.channels_of(pairs),
            decided=likenesses.decided(DECIDED),
            may_act=identity().has(ADMIN),
            naming=naming,
        ),
        200,
    )


@blueprint.post("/admin/creators-alike/look")
@require(ADMIN)
def creators_alike_look() -> ResponseReturnValue:
    """Looks at everybody, as each list does at those whom it brings."""
    found = likenesses.look(None, at=clock.now())
    db.session.commit()
    flash(ngettext("%(num)s new proposal.", "%(num)s new proposals.", found), "success")
    return redirect(url_for("creators.creators_alike"), 303)


@blueprint.post("/admin/creators-alike/<uuid:likeness>/merge")
@require(ADMIN)
def creators_alike_merge(likeness: UUID) -> ResponseReturnValue:
    """Makes one creator of both."""
    stays = likenesses.merge(likenesses.get(likeness), by=identity(), at=clock.now())
    name = stays.name
    db.session.commit()
    flash(gettext("Merged: “%(name)s” has the channels of both.", name=name), "success")
    return redirect(url_for("creators.creators_alike"), 303)


@blueprint.post("/admin/creators-alike/<uuid:likeness>/keep-apart")
@require(ADMIN)
def creators_alike_keep_apart(likeness: UUID) -> ResponseReturnValue:
    """Says that they are two people."""
    likenesses.keep_apart(likenesses.get(likeness), by=identity(), at=clock.now())
    db.session.commit()
    flash(gettext("Kept apart. These two will not be proposed again."), "success")
    return redirect(url_for("creators.creators_alike"), 303)
