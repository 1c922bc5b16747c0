"""Invitations: a role offered to whoever reads the mail of an address, once, within 14 days."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from flask_babel import gettext
from sqlalchemy import ColumnElement, Select, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import joinedload

from app import outbox
from app.database import db
from app.errors import Conflict, NotFound
from app.outbox import Event, Reader
from app.security import Identity, Role
from app.users import links, memberships, trail
from app.users.models import Brand, Creator, Invitation, Membership, Person

LASTS = timedelta(days=14)
OPEN = Invitation.accepted_at.is_(None) & Invitation.revoked_at.is_(None)


def invite(email: str, role: Role, of: Brand | Creator | None, *, by: Identity | None, at: datetime) -> Invitation:
    """Offers `role` for `of` (None: the platform) to the person with `email`, by a letter with a link; asking again
    renews what is open, and sends the link again.

    Conflict when that person has the role already, or another has claimed the creator. A creator has one open claim
    at a time: one that was sent to a wrong address opens nothing once the right one is invited.
    """
    brand_id = of.id if isinstance(of, Brand) else None
    creator_id = of.id if isinstance(of, Creator) else None
    _refuse_what_is_taken(email, role, brand_id, creator_id)
    if role == Role.CREATOR:
        others = update(Invitation).where(OPEN, Invitation.creator_id == creator_id, Invitation.role == role)
        db.session.execute(others.where(Invitation.email != email).values(revoked_at=at))
    when = {"invited_at": at, "invited_by": by.person_id if by else None, "expires_at": at + LASTS}
    row = {"email": email, "role": role, "brand_id": brand_id, "creator_id": creator_id, **when}
    key = ["email", "role", "brand_id", "creator_id"]
    renewal = insert(Invitation).values(row).on_conflict_do_update(index_elements=key, index_where=OPEN, set_=when)
    invitation = db.session.scalars(renewal.returning(Invitation), execution_options={"populate_existing": True}).one()
    trail.record("invite", *memberships.subject(brand_id, creator_id), by=by, at=at, email=email, role=role)
    _write(invitation, of, by=by, at=at)
    return invitation


def open_invitations(of: Brand | Creator, *, at: datetime) -> Sequence[Invitation]:
    """What has been offered for a brand or creator and neither taken nor taken back."""
    offered = Invitation.brand_id == of.id if isinstance(of, Brand) else Invitation.creator_id == of.id
    wanted = select(Invitation).where(OPEN, offered, Invitation.expires_at > at).options(joinedload(Invitation.inviter))
    return db.session.scalars(wanted.order_by(Invitation.invited_at.desc())).all()


def all_open(*, at: datetime) -> Select[Invitation]:
    """All open invitations, the latest first."""
    wanted = select(Invitation).where(OPEN, Invitation.expires_at > at).order_by(Invitation.invited_at.desc())
    return wanted.options(joinedload(Invitation.inviter), joinedload(Invitation.brand), joinedload(Invitation.creator))


def get_open(invitation_id: UUID, *, at: datetime) -> Invitation:
    """One open invitation; NotFound when there is none with this id."""
    invitation = db.session.scalar(all_open(at=at).where(Invitation.id == invitation_id))
    if invitation is None:
        raise NotFound(gettext("There is no such open invitation: it may have been accepted."))
    return invitation


def revoke(invitation_id: UUID, *where: ColumnElement[bool], by: Identity, at: datetime) -> Invitation:
    """Takes an open invitation back; NotFound when there is none with this id `where` the caller may."""
    wanted = select(Invitation).where(Invitation.id == invitation_id, OPEN, *where).with_for_update()
    invitation = db.session.scalar(wanted)
    if invitation is None:
        raise NotFound(gettext("There is no such open invitation: it may have been accepted."))
    invitation.revoked_at = at
    subject = memberships.subject(invitation.brand_id, invitation.creator_id)
    trail.record("revoke invitation", *subject, by=by, at=at, email=invitation.email, role=invitation.role)
    return invitation


def get_by_token(token: str, *, at: datetime, lock: bool = False) -> Invitation:
    """The open invitation of a link; NotFound when it opens nothing. `lock` it to accept it."""
    row_id = links.row_of("invitation", token)
    wanted = select(Invitation).where(Invitation.id == row_id, OPEN, Invitation.expires_at > at)
    invitation = db.session.scalar(wanted.with_for_update() if lock else wanted)
    if invitation is None:
        raise links.link_closed()
    return invitation


def accept(token: str, person: Identity, *, at: datetime) -> Invitation:
    """Gives the invited person the role; the link is used up.

    NotFound when the link opens nothing, Conflict when it was meant for somebody else.
    """
    invitation = get_by_token(token, at=at, lock=True)
    if invitation.email != person.email:
        raise Conflict(gettext("This invitation is for %(email)s: sign in with that address.", email=invitation.email))
    _refuse_what_is_taken(invitation.email, Role(invitation.role), invitation.brand_id, invitation.creator_id)
    membership = Membership(
        person_id=person.person_id,
        role=invitation.role,
        brand_id=invitation.brand_id,
        creator_id=invitation.creator_id,
        granted_at=at,
        granted_by=invitation.invited_by,
    )
    invitation.accepted_at, invitation.accepted_by = at, person.person_id
    db.session.add(membership)
    db.session.flush()
    trail.record("accept invitation", "membership", membership.id, by=person, at=at, role=invitation.role)
    return invitation


def _write(invitation: Invitation, of: Brand | Creator | None, *, by: Identity | None, at: datetime) -> None:
    """In the language of the invited person, if we know them, else of who invites."""
    person = db.session.scalar(select(Person).where(Person.email == invitation.email))
    language = person.language if person else by.language if by else "en"
    reader = Reader(invitation.email, language, person.id if person else None)
    event = Event("invitation.made", "invitation", invitation.id, at.isoformat())
    facts = {"of": of.name if of else "", "role": invitation.role}
    outbox.write(event, [reader], facts, at=at, good_until=invitation.expires_at)


def _refuse_what_is_taken(email: str, role: Role, brand_id: int | None, creator_id: int | None) -> None:
    if role == Role.CREATOR:  # two people who claim one creator at once come after one another
        db.session.execute(select(Creator.id).where(Creator.id == creator_id).with_for_update(key_share=True))
    for person in memberships.holders(role, brand_id, creator_id):
        if person.email == email:
            raise Conflict(gettext("%(email)s has this role already.", email=email))
        if role == Role.CREATOR:
            raise Conflict(gettext("%(email)s has claimed this creator: end that role first.", email=person.email))
