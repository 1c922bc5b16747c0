"""The desks: what brands, creators and the platform look at."""

from flask import Blueprint

blueprint = Blueprint("desks", __name__)

# The modules add their pages to the blueprint.
from app.desks.views import (  # noqa: E402, F401
    brand,
    calendar,
    contract_deeds,
    corrections,
    creator,
    home,
    imports,
    offer_drafts,
    offer_templates,
    offers,
    programmes,
    signing,
    statement,
    uploads,
    why,
    work,
)
