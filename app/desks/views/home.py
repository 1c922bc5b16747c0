"""The start page: what this is and how to get in, or on to one's desk."""

from __future__ import annotations

from flask import redirect, render_template
from flask.typing import ResponseReturnValue

from app.desks.blueprint import blueprint
from app.desks.menus.navigation import site_menu
from app.security import ANYBODY, BRAND, PLATFORM, identity, require, signed_in


@blueprint.get("/")
@require(ANYBODY)
def home() -> ResponseReturnValue:
    """Leads whoever has one desk to it; who has several chooses."""
    if not signed_in():
        return render_template("desks/landing.html")
    places = site_menu().places
    creators_alone = bool(places) and places[0].root == "/agency" and not identity().has(BRAND | PLATFORM)
    if len(places) == 1 or creators_alone:
        return redirect(places[0].entries[0].url)
    return render_template("desks/home.html", places=places)
