"""Who acts, as the verbs take them."""

from __future__ import annotations

from sqlalchemy import select

from app.database import db
from app.security import Identity, Role
from app.users.models import Membership, Person


def identity(name: str) -> Identity:
    """Somebody of the cast, with the roles they have now."""
    person = db.session.scalars(select(Person).where(Person.email == f"{name}@cast.example")).one()
    held = db.session.scalars(
        select(Membership).where(Membership.person_id == person.id, Membership.ended_at.is_(None))
    )
    memberships = frozenset((Role(row.role), row.brand_id, row.creator_id) for row in held)
    return Identity(person.id, person.name, person.email, person.language, person.timezone, "", memberships)


def become(name: str, role: Role, *, creator_id: int | None = None) -> None:
    """Gives somebody one more role."""
    person = db.session.scalars(select(Person).where(Person.email == f"{name}@cast.example")).one()
    db.session.add(Membership(person_id=person.id, role=role, creator_id=creator_id, granted_at=person.created_at))
    db.session.flush()
