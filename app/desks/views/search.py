"""The page of the one search."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue

from app.desks import search as searching
from app.desks.blueprint import blueprint
from app.security import SIGNED_IN, identity, require
from app.web import query_args


@blueprint.get("/search")
@require(SIGNED_IN)
def search() -> ResponseReturnValue:
    """What the reader may open that is called so."""
    text = query_args.text(request.args, "q")
    return render_template("desks/search.html", text=text, kinds=searching.search(text, identity()) if text else [])
