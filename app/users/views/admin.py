"""What the platform's admin does about people: finding and disabling them, inviting, letting creators claim."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy import select

from app import clock
from app.database import db
from app.security import Role, identity, require
from app.users import claims, invitations, links, memberships, people
from app.users.blueprint import blueprint
from app.users.factors import changes, factors_of
from app.users.forms import InviteForm, ResetFactorsForm
from app.users.models import Brand, Creator, Invitation, Membership, Person
from app.users.sides import Side
from app.users.views.members import send_invitation
from app.web import query_args

ADMIN = frozenset({Role.ADMIN})
READERS = frozenset({Role.ADMIN, Role.AUDITOR})
STAFF = (Role.FINANCE_MAKER, Role.FINANCE_CHECKER, Role.ADMIN, Role.AUDITOR)


@blueprint.get("/admin/people")
@require(READERS)
def people_list() -> ResponseReturnValue:
    """Everybody who signs in, with filters in the address."""
    text, role = query_args.text(request.args, "q"), query_args.choice(request.args, "role", list(Role))
    state = query_args.choice(request.args, "state", people.STATES)
    wanted = people.people_matching(text or "", role or "", state or "")
    page = db.paginate(wanted, error_out=False)
    roles = memberships.roles_of([person.id for person in page.items])
    return render_template("users/people.html", page=page, roles=roles, all_roles=list(Role))


@blueprint.get("/admin/people/<uuid:person>")
@require(READERS)
def person(person: UUID) -> ResponseReturnValue:
    """One person: roles now and before, and whether there is a second factor."""
    return _person(people.get_person(person), ResetFactorsForm())


@blueprint.post("/admin/people/<uuid:person>/factors/reset")
@require(ADMIN)
def person_factors_reset(person: UUID) -> ResponseReturnValue:
    """Ends all second factors of somebody who has lost them, with a reason."""
    row, form = people.get_person(person), ResetFactorsForm()
    if not form.validate_on_submit():
        return _person(row, form), 422
    row = changes.reset(person, form.reason.data, by=identity(), at=clock.now())
    db.session.commit()
    flash(gettext("The second factors of %(name)s are reset, and a mail says so.", name=row.name), "success")
    return redirect(url_for("users.person", person=person))


@blueprint.post("/admin/people/<uuid:person>/disable")
@require(ADMIN)
def person_disable(person: UUID) -> ResponseReturnValue:
    """Shuts somebody out, at once."""
    row = people.disable(person, by=identity(), at=clock.now())
    db.session.commit()
    flash(gettext("%(name)s is signed out everywhere and can't sign in.", name=row.name), "success")
    return redirect(url_for("users.person", person=person))


@blueprint.post("/admin/people/<uuid:person>/enable")
@require(ADMIN)
def person_enable(person: UUID) -> ResponseReturnValue:
    """Lets somebody in again."""
    row = people.enable(person, by=identity(), at=clock.now())
    db.session.commit()
    flash(gettext("%(name)s can sign in again.", name=row.name), "success")
    return redirect(url_for("users.person", person=person))


@blueprint.post("/admin/people/<uuid:person>/roles/<int:member>/end")
@require(ADMIN)
def person_role_end(person: UUID, member: int) -> ResponseReturnValue:
    """Ends one of somebody's roles, whatever it is for."""
    row = people.get_person(person)
    memberships.end(member, Membership.person_id == row.id, by=identity(), at=clock.now())
    db.session.commit()
    flash(gettext("The role is ended."), "success")
    return redirect(url_for("users.person", person=person))


@blueprint.get("/admin/invitations")
@require(READERS)
def invitations_list() -> ResponseReturnValue:
    """Every invitation that is open, and the form for platform staff."""
    return _invitations(InviteForm(STAFF))


@blueprint.post("/admin/invitations")
@require(ADMIN)
def staff_invitation_create() -> ResponseReturnValue:
    """Invites somebody to the platform's own staff."""
    form = InviteForm(STAFF)
    invitation = send_invitation(form, None) if form.validate_on_submit() else None
    return _shown(invitation) if invitation else (_invitations(form), 422)


@blueprint.get("/admin/invitations/<uuid:invitation>")
@require(ADMIN)
def invitation_link(invitation: UUID) -> ResponseReturnValue:
    """One invitation, with its link where the admin may hand it over otherwise than by mail: to the platform's staff
    and to who claims a creator. Whoever has a brand's link acts for the brand: only the mail's reader gets it."""
    row = invitations.get_open(invitation, at=clock.now())
    handed_over = row.brand_id is None and row.role != Role.AGENT
    link = links.address("users.join", "invitation", row.id) if handed_over else ""
    return render_template("users/invitation.html", invitation=row, link=link)


@blueprint.post("/admin/invitations/<uuid:invitation>/revoke")
@require(ADMIN)
def invitation_revoke(invitation: UUID) -> ResponseReturnValue:
    """Takes any invitation back."""
    invitations.revoke(invitation, by=identity(), at=clock.now())
    db.session.commit()
    flash(gettext("The invitation is withdrawn: its link no longer works."), "success")
    return redirect(url_for("users.invitations_list"))


@blueprint.get("/admin/claims")
@require(READERS)
def claims_list() -> ResponseReturnValue:
    """Creators nobody has claimed and brands without an owner, imported or just added; filters in the address."""
    kind: claims.Kind = Brand if query_args.choice(request.args, "kind", list(Side)) == Side.BRAND else Creator
    text, state = query_args.text(request.args, "q"), query_args.choice(request.args, "state", claims.STATES)
    wanted = claims.owners_matching(kind, text or "", state or "waiting")
    page = db.paginate(wanted, error_out=False)
    states = claims.states(kind, [row.id for row in page.items], at=clock.now())
    return render_template(
        "users/claims.html", page=page, kind=kind.__tablename__, states=states, may_change=identity().has(ADMIN)
    )


@blueprint.get("/admin/claims/brands/<uuid:brand>")
@require(ADMIN)
def brand_claim(brand: UUID) -> ResponseReturnValue:
    """The form to invite an owner: the first, or another one when the first can't invite any more."""
    return _claim(claims.get_owner(Brand, brand), InviteForm((Role.BRAND_OWNER,)))


@blueprint.post("/admin/claims/brands/<uuid:brand>")
@require(ADMIN)
def brand_claim_create(brand: UUID) -> ResponseReturnValue:
    """Invites an owner."""
    return _claim_invite(claims.get_owner(Brand, brand), InviteForm((Role.BRAND_OWNER,)))


@blueprint.get("/admin/claims/creators/<uuid:creator>")
@require(ADMIN)
def creator_claim(creator: UUID) -> ResponseReturnValue:
    """The form to invite the person behind a creator."""
    return _claim(claims.get_owner(Creator, creator), InviteForm((Role.CREATOR,)))


@blueprint.post("/admin/claims/creators/<uuid:creator>")
@require(ADMIN)
def creator_claim_create(creator: UUID) -> ResponseReturnValue:
    """Invites the person behind a creator to claim it."""
    return _claim_invite(claims.get_owner(Creator, creator), InviteForm((Role.CREATOR,)))


def _person(row: Person, form: ResetFactorsForm) -> str:
    had = select(Membership).where(Membership.person_id == row.id).order_by(Membership.granted_at.desc())
    return render_template(
        "users/person.html",
        person=row,
        roles=db.session.scalars(had).all(),
        may_change=identity().has(ADMIN),
        myself=row.id == identity().person_id,
        factors=factors_of(row.id),
        form=form,
    )


def _claim_invite(of: Brand | Creator, form: InviteForm) -> ResponseReturnValue:
    invitation = send_invitation(form, of) if form.validate_on_submit() else None
    return _shown(invitation) if invitation else (_claim(of, form), 422)


def _shown(invitation: Invitation) -> ResponseReturnValue:
    return redirect(url_for("users.invitation_link", invitation=invitation.id))


def _invitations(form: InviteForm) -> str:
    page = db.paginate(invitations.all_open(at=clock.now()), error_out=False)
    return render_template("users/invitations.html", page=page, form=form, may_change=identity().has(ADMIN))


def _claim(of: Brand | Creator, form: InviteForm) -> str:
    return render_template(
        "users/claim.html",
        of=of,
        kind=of.__tablename__,
        form=form,
        members=memberships.members(of),
        invitations=invitations.open_invitations(of, at=clock.now()),
    )
