"""The desks: what brands, creators and the platform look at."""

from flask import Blueprint

blueprint = Blueprint("desks", __name__)

# The modules add their pages to the blueprint.
from app.desks.views import (  # noqa: E402, F401
    backtests,
    brand,
    calendar,
    campaign_deeds,
    campaigns,
    contract_deeds,
    corrections,
    creator,
    creator_campaign,
    creator_lists,
    finding,
    home,
    imports,
    keeping,
    offer_drafts,
    offer_templates,
    offers,
    plans,
    profiles,
    programmes,
    public_pages,
    ranking,
    samples,
    shortlists,
    signing,
    statement,
    uploads,
    why,
    work,
)
