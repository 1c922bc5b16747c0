"""What a brand does with the people of a campaign: inviting them, admitting them, turning them down."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from uuid import UUID

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from sqlalchemy import select

from app import clock
from app.campaigns import applications, campaigns, invitations
from app.campaigns.blueprint import blueprint
from app.campaigns.forms import CancelForm, InviteForm
from app.campaigns.invitations import REASONS, Invited
from app.campaigns.views.campaigns import done, page, refused
from app.database import db
from app.errors import BadInput, Conflict, StreamcutError
from app.security import local_path
from app.users.models import Creator
from app.users.party_pages import DEALERS, Party, party_page
from app.users.sides import Side
from app.web import query_args

SHOWN = 5  # names of those who were skipped for one reason


@party_page(blueprint, "POST", "campaigns/<uuid:campaign>/invite", DEALERS, sides=(Side.BRAND,))
def campaign_invite(party: Party, campaign: UUID) -> ResponseReturnValue:
    """Invites creators: those whose public ids are sent as `creator`, once or often, and those named by `handles`."""
    target, form = campaigns.get_campaign(party.owner.id, campaign), InviteForm()
    if not form.validate_on_submit():
        return page(party, target, invite=form), 422
    named = _by_handle(form)
    if form.handles.errors:
        return page(party, target, invite=form), 422
    try:
        creators = [*_chosen(), *named]
        about = {"by": party.person, "at": clock.now()}
        invited = invitations.invite(party.brand, creators, target, form.message.data or "", **about)  # type: ignore[arg-type]
    except (BadInput, Conflict) as error:
        return _stay(party, campaign, form, error)
    db.session.commit()
    _say(invited)
    return redirect(party.url("campaign", campaign=campaign, _anchor="invited"), 303)


@party_page(
    blueprint, "POST", "campaigns/<uuid:campaign>/applications/<uuid:application>/admit", DEALERS, sides=(Side.BRAND,)
)
def application_admit(party: Party, campaign: UUID, application: UUID) -> ResponseReturnValue:
    """Lets somebody in who applied: under the pair's contract, or by an offer that is sent at once."""
    target = applications.get_application(campaigns.get_campaign(party.owner.id, campaign), application)
    return done(
        party, campaign, partial(applications.admit, target), gettext("Accepted. The creator is notified by email.")
    )


@party_page(
    blueprint, "POST", "campaigns/<uuid:campaign>/applications/<uuid:application>/reject", DEALERS, sides=(Side.BRAND,)
)
def application_reject(party: Party, campaign: UUID, application: UUID) -> ResponseReturnValue:
    """Turns somebody down who applied, for a reason they read."""
    target, form = (
        applications.get_application(campaigns.get_campaign(party.owner.id, campaign), application),
        CancelForm(),
    )
    if not form.validate_on_submit():
        return page(party, target.campaign, refusal=" ".join(map(str, form.reason.errors))), 422
    return done(party, campaign, partial(applications.reject, target, form.reason.data), gettext("Rejected."))


def _stay(party: Party, campaign: UUID, form: InviteForm, error: StreamcutError) -> ResponseReturnValue:
    """Says why nobody was invited where it was asked for: on the page that was come from (`back`), or on the campaign's
    with what was filled in."""
    if back := request.form.get("back"):
        db.session.rollback()
        flash(error.sentence, "danger")
        return redirect(local_path(back), 303)
    if isinstance(error, Conflict):
        return refused(party, campaign, error)
    form.handles.errors = [error.sentence]
    return page(party, campaigns.get_campaign(party.owner.id, campaign), invite=form), error.status


def _chosen() -> Sequence[Creator]:
    """The creators whose public ids were sent; BadInput where there is no such creator."""
    ids = {query_args.identifier({"creator": each}, "creator") for each in request.form.getlist("creator")} - {None}
    creators = db.session.scalars(select(Creator).where(Creator.public_id.in_(ids)).order_by(Creator.id)).all()
    if len(creators) < len(ids):
        raise BadInput(gettext("One of the creators you chose no longer exists. Choose again."))
    return creators


def _by_handle(form: InviteForm) -> Sequence[Creator]:
    """The creators that are named; those nobody knows are said at the field."""
    handles = {handle.lstrip("@") for handle in form.handles.data or ()}
    creators = db.session.scalars(select(Creator).where(Creator.handle.in_(handles)).order_by(Creator.id)).all()
    unknown = sorted(handles - {each.handle for each in creators})
    if unknown:
        names = ", ".join(unknown[:SHOWN])
        form.handles.errors = [gettext("No creator has the handle %(names)s. Check the spelling.", names=names)]
    return creators


def _say(invited: Invited) -> None:
    """How many were invited, and who was not, by reason."""
    sentence = ngettext("%(num)d creator invited.", "%(num)d creators invited.", len(invited.sent))
    flash(sentence, "success" if invited.sent else "warning")
    for reason, words in REASONS.items():
        names = [creator.name for creator, why in invited.skipped if why == reason]
        if len(names) > SHOWN:
            more = gettext("%(count)s more", count=len(names) - SHOWN)
            names = [*names[:SHOWN], more]
        if names:
            flash(gettext("Not invited: %(names)s (%(reason)s).", names=", ".join(names), reason=words), "warning")
