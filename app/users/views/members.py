"""The people of a brand, and those who act for a creator: who they are, inviting more, ending a role."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug import Response

from app import clock, mail
from app.database import db
from app.errors import Conflict
from app.security import BRAND, CREATOR, PLATFORM, Role, identity, require
from app.users import invitations, memberships
from app.users.blueprint import blueprint
from app.users.forms import InviteForm
from app.users.models import Brand, Creator, Invitation, Membership
from app.users.scope import brand_for, creator_for

OWNER = frozenset({Role.BRAND_OWNER})
SELF = frozenset({Role.CREATOR})
OFFERED = (Role.BRAND_MEMBER, Role.BRAND_FINANCE, Role.BRAND_OWNER)


@blueprint.get("/brands/<uuid:brand>/people")
@require(BRAND | PLATFORM)
def brand_people(brand: UUID) -> ResponseReturnValue:
    """Who works for the brand, and who has been invited."""
    return _page(brand_for(identity(), brand, read=True), InviteForm(OFFERED))


@blueprint.post("/brands/<uuid:brand>/people")
@require(OWNER)
def brand_invitation_create(brand: UUID) -> ResponseReturnValue:
    """Invites somebody to the brand."""
    return _invite(brand_for(identity(), brand, OWNER), InviteForm(OFFERED))


@blueprint.post("/brands/<uuid:brand>/invitations/<uuid:invitation>/revoke")
@require(OWNER)
def brand_invitation_revoke(brand: UUID, invitation: UUID) -> ResponseReturnValue:
    """Takes an invitation back."""
    of = brand_for(identity(), brand, OWNER)
    invitations.revoke(invitation, Invitation.brand_id == of.id, by=identity(), at=clock.now())
    return _done(of, gettext("The invitation is withdrawn: its link no longer works."))


@blueprint.post("/brands/<uuid:brand>/people/<int:member>/end")
@require(OWNER)
def brand_member_end(brand: UUID, member: int) -> ResponseReturnValue:
    """Ends somebody's role for the brand."""
    of = brand_for(identity(), brand, OWNER)
    memberships.end(member, Membership.brand_id == of.id, by=identity(), at=clock.now())
    return _done(of, gettext("The role is ended."))


@blueprint.get("/creators/<uuid:creator>/people")
@require(CREATOR | PLATFORM)
def creator_people(creator: UUID) -> ResponseReturnValue:
    """Who acts for the creator, and who has been invited to."""
    return _page(creator_for(identity(), creator, read=True), InviteForm((Role.AGENT,)))


@blueprint.post("/creators/<uuid:creator>/people")
@require(SELF)
def creator_invitation_create(creator: UUID) -> ResponseReturnValue:
    """Invites an agent."""
    return _invite(creator_for(identity(), creator, SELF), InviteForm((Role.AGENT,)))


@blueprint.post("/creators/<uuid:creator>/invitations/<uuid:invitation>/revoke")
@require(SELF)
def creator_invitation_revoke(creator: UUID, invitation: UUID) -> ResponseReturnValue:
    """Takes an agent's invitation back."""
    of = creator_for(identity(), creator, SELF)
    to_agents = Invitation.creator_id == of.id, Invitation.role == Role.AGENT
    invitations.revoke(invitation, *to_agents, by=identity(), at=clock.now())
    return _done(of, gettext("The invitation is withdrawn: its link no longer works."))


@blueprint.post("/creators/<uuid:creator>/people/<int:member>/end")
@require(SELF)
def creator_member_end(creator: UUID, member: int) -> ResponseReturnValue:
    """Ends an agent's role."""
    of = creator_for(identity(), creator, SELF)
    of_agents = Membership.creator_id == of.id, Membership.role == Role.AGENT
    memberships.end(member, *of_agents, by=identity(), at=clock.now())
    return _done(of, gettext("The role is ended."))


def send_invitation(form: InviteForm, of: Brand | Creator | None) -> Invitation | None:
    """Makes the invitation of a valid form with its letter, and says so on the next page.

    None when it can't be made, with the reason in the form.
    """
    try:
        role = Role(form.role.data)
        invitation = invitations.invite(form.email.data, role, of, by=identity(), at=clock.now())
    except Conflict as error:
        db.session.rollback()
        form.email.errors = [error.sentence]
        return None
    db.session.commit()
    flash(gettext("An invitation is on its way to %(email)s.", email=invitation.email), "success")
    if folder := mail.where_mail_goes():
        flash(gettext("No mail server is set: the mail is written to %(folder)s.", folder=folder), "info")
    return invitation


def _invite(of: Brand | Creator, form: InviteForm) -> ResponseReturnValue:
    if not form.validate_on_submit():
        return _page(of, form), 422
    if send_invitation(form, of) is None:
        return _page(of, form), 409
    return _back(of)


def _done(of: Brand | Creator, sentence: str) -> Response:
    db.session.commit()
    flash(sentence, "success")
    return _back(of)


def _back(of: Brand | Creator) -> Response:
    if isinstance(of, Brand):
        return redirect(url_for("users.brand_people", brand=of.public_id))
    return redirect(url_for("users.creator_people", creator=of.public_id))


def _page(of: Brand | Creator, form: InviteForm) -> str:
    """The page of a brand's or creator's people; only the owner, or the creator, finds buttons on it."""
    me, kind = identity(), "brand" if isinstance(of, Brand) else "creator"
    owned = me.brand_ids(OWNER) if kind == "brand" else me.creator_ids(SELF)
    return render_template(
        "users/members.html",
        of=of,
        kind=kind,
        form=form,
        members=memberships.members(of),
        invitations=invitations.open_invitations(of, at=clock.now()),
        may_change=of.id in owned,
        may_end={Role.AGENT} if kind == "creator" else set(BRAND),
    )
