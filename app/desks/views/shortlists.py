"""Who suits whom: the creators who score best for a campaign, the campaigns that suit a creator best, and why."""

from __future__ import annotations

from uuid import UUID

from flask import render_template
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from app import clock
from app.contracts.rounds import BRAND, CREATOR
from app.database import db, raw
from app.desks import naming
from app.desks.views.seats import Seat, seated
from app.matching import (
    applications,
    approaches,
    briefs,
    forecast,
    keeping,
    participants,
    profiles,
    reasons,
    topmost,
    weights,
)
from app.matching import campaigns as campaigning
from app.users.models import Creator

MOST = 50


@seated("GET", "campaigns/<uuid:campaign>/shortlist", sides=(BRAND,))
def shortlist(seat: Seat, campaign: UUID) -> ResponseReturnValue:
    """The creators who score best for the campaign: every part of the score, why, what to be careful about, and what
    to expect. Those whom an exclusivity keeps from the work are left out."""
    found, at = campaigning.one(seat.of.id, campaign), clock.now()
    matches = topmost.best(raw(), briefs.of(found, at=at), weights.now(), limit=MOST)
    ids = [each.creator_id for each in matches]
    means = forecast.means({each.stand.country for each in matches})
    return render_template(
        "desks/shortlist.html",
        seat=seat,
        campaign=found,
        takes=campaigning.takes(found, at),
        matches=matches,
        forecasts={
            each.creator_id: forecast.of(each, found.currency, found.hours, reader=found.brand_id, means=means)
            for each in matches
        },
        creators={each.id: each for each in db.session.scalars(select(Creator).where(Creator.id.in_(ids)))},
        involved=participants.involved(found.id, ids, at=at),
        closed_to_offers=profiles.not_asking(ids),
        lists=keeping.lists_of(seat.brand) if seat.ours else [],
        reasons=reasons,
        naming=naming,
    )


@seated("GET", "campaigns", sides=(CREATOR,))
def campaigns(seat: Seat) -> ResponseReturnValue:
    """Invitations that wait for an answer, and the campaigns in the market that suit the creator, the best first, each
    with what it could bring."""
    at = clock.now()
    applied = {each.campaign_id: each for each in reversed(applications.of_creator(seat.of.id))}
    return render_template(
        "desks/creator_campaigns.html",
        seat=seat,
        invitations=approaches.open_for(seat.creator, at=at),
        found=topmost.campaigns_for(seat.of.id, limit=MOST, at=at),
        applied=applied,
        reasons=reasons,
        naming=naming,
    )
