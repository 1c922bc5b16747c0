"""Who may act for a brand, a creator or the platform, and the end of that."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from flask_babel import gettext
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import contains_eager

from app.database import db
from app.errors import Conflict, NotFound
from app.security import CREATOR, Identity, Role
from app.users import trail
from app.users.models import Brand, Creator, Membership, Person

LIVE = Membership.ended_at.is_(None)
NEVER_EMPTY = frozenset({Role.BRAND_OWNER, Role.ADMIN})  # nobody could invite any more


def members(of: Brand | Creator) -> Sequence[Membership]:
    """The roles people have for a brand or creator, with their people."""
    theirs = Membership.brand_id == of.id if isinstance(of, Brand) else Membership.creator_id == of.id
    wanted = select(Membership).where(LIVE, theirs).join(Membership.person).options(contains_eager(Membership.person))
    return db.session.scalars(wanted.order_by(Person.name, Membership.role)).all()


def holders(role: Role, brand_id: int | None, creator_id: int | None) -> Sequence[Person]:
    """The people who have a role now."""
    return db.session.scalars(
        select(Person)
        .join(Membership, Membership.person_id == Person.id)
        .where(LIVE, Membership.role == role, Membership.brand_id.is_not_distinct_from(brand_id))
        .where(Membership.creator_id.is_not_distinct_from(creator_id))
        .order_by(Person.name)
    ).all()


def reachable(creator_ids: Collection[int]) -> frozenset[int]:
    """Those of the creators for whom somebody can sign in: themselves or an agent."""
    held = select(Membership.creator_id).join(Membership.person).where(LIVE, Membership.role.in_(CREATOR))
    able = held.where(Person.disabled_at.is_(None), Membership.creator_id.in_(creator_ids))
    return frozenset(each for each in db.session.scalars(able) if each is not None)


def roles_of(person_ids: Sequence[int]) -> dict[int, list[str]]:
    """The roles each of these people has now, each once."""
    live = select(Membership.person_id, Membership.role).where(LIVE, Membership.person_id.in_(person_ids)).distinct()
    roles: dict[int, list[str]] = {person_id: [] for person_id in person_ids}
    for person_id, role in db.session.execute(live.order_by(Membership.role)):
        roles[person_id].append(role)
    return roles


def end(membership_id: int, *where: ColumnElement[bool], by: Identity, at: datetime) -> Membership:
    """Ends a role, at once: the person's next request goes without it.

    NotFound when there is no such live role `where` the caller may; Conflict when it is the last owner's or admin's.
    """
    role = db.session.scalar(select(Membership.role).where(Membership.id == membership_id, *where))
    if role in NEVER_EMPTY:
        _lock_all(role)
    wanted = select(Membership).where(Membership.id == membership_id, LIVE, *where).with_for_update()
    membership = db.session.scalar(wanted)
    if membership is None:
        raise NotFound(gettext("There is no such role: it may have been ended already."))
    if Role(membership.role) in NEVER_EMPTY and not _others(membership):
        raise Conflict(gettext("This is the last person with that role: invite another one first."))
    membership.ended_at = at
    kind, of = subject(membership.brand_id, membership.creator_id)
    trail.record("end role", kind, of, by=by, at=at, person=membership.person.email, role=membership.role)
    return membership


def subject(brand_id: int | None, creator_id: int | None) -> tuple[str, int | None]:
    """What the audit trail says a role is for: kind and id."""
    return ("brand", brand_id) if brand_id else ("creator", creator_id) if creator_id else ("platform", None)


def _lock_all(role: str) -> None:
    """Whoever ends such a role waits here, so that two owners who end each other's role at once can't both."""
    db.session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"end {role}", 0))))


def _others(membership: Membership) -> bool:
    """Whether somebody else who can sign in has the same role."""
    same = holders(Role(membership.role), membership.brand_id, membership.creator_id)
    return any(person.id != membership.person_id and person.disabled_at is None for person in same)
