"""Who suits whom: the creators who contribute most to a campaign, the campaigns that suit a creator best, and why."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import render_template
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from app import clock
from app.campaigns import applications, invitations, participants
from app.campaigns import campaigns as campaigning
from app.catalog import naming
from app.creators import profiles, shortlists
from app.database import db, raw
from app.ranking import (
    best_matches,
    briefs,
    forecast,
    reasons,
    weights,
)
from app.ranking.blueprint import blueprint
from app.users.models import Creator
from app.users.party_pages import Party, party_page
from app.users.sides import Side

MOST = 50


@party_page(blueprint, "GET", "campaigns/<uuid:campaign>/shortlist", sides=(Side.BRAND,))
def shortlist(party: Party, campaign: UUID) -> ResponseReturnValue:
    """The creators of whom most is expected for the campaign: how that adds up, why, what to be careful about, and the
    range. Those whom an exclusivity keeps from the work are left out."""
    target, at = campaigning.get_campaign(party.owner.id, campaign), clock.now()
    matches = best_matches.best(raw(), briefs.brief_of(target, at=at), weights.now(), limit=MOST)
    ids = [each.creator_id for each in matches]
    means = forecast.means({each.stand.country for each in matches})
    about: dict[str, Any] = {"reader": target.brand_id, "means": means}
    return render_template(
        "ranking/shortlist.html",
        party=party,
        campaign=target,
        takes=campaigning.takes(target, at),
        matches=matches,
        forecasts={
            each.creator_id: forecast.forecast_of(each, target.currency, target.hours, **about) for each in matches
        },
        sums={
            each.creator_id: reasons.arithmetic(each, forecast.outlook_of(each, target.currency, **about))
            for each in matches
        },
        creators={each.id: each for each in db.session.scalars(select(Creator).where(Creator.id.in_(ids)))},
        involved=participants.involved(target.id, ids, at=at),
        closed_to_offers=profiles.not_asking(ids),
        lists=shortlists.lists_of(party.brand) if party.ours else [],
        reasons=reasons,
        naming=naming,
    )


@party_page(blueprint, "GET", "campaigns", sides=(Side.CREATOR,))
def campaigns(party: Party) -> ResponseReturnValue:
    """Invitations that wait for an answer, and the campaigns in the market that suit the creator, the best first, each
    with what it could bring."""
    at = clock.now()
    applied = {each.campaign_id: each for each in reversed(applications.of_creator(party.owner.id))}
    return render_template(
        "ranking/creator_campaigns.html",
        party=party,
        invitations=invitations.open_for(party.creator, at=at),
        campaigns=best_matches.campaigns_for(party.owner.id, limit=MOST, at=at),
        applied=applied,
        reasons=reasons,
        naming=naming,
    )
