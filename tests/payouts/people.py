"""Who acts, as the verbs take them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select

from app.database import db
from app.payouts.batches import bankfiles, handover
from app.payouts.models import PayoutBatch, PayoutFile
from app.security import Identity, Role
from app.users.models import Membership, Person
from config import settings


def identity(name: str) -> Identity:
    """Somebody of the cast, with the roles they have now."""
    person = db.session.scalars(select(Person).where(Person.email == f"{name}@cast.example")).one()
    held = db.session.scalars(
        select(Membership).where(Membership.person_id == person.id, Membership.ended_at.is_(None))
    )
    memberships = frozenset((Role(row.role), row.brand_id, row.creator_id) for row in held)
    return Identity(person.id, person.name, person.email, person.language, person.timezone, "", memberships)


def hand_over(batch: PayoutBatch, *, by: str = "mo", at: datetime) -> list[PayoutFile]:
    """Somebody downloads every file of an approved batch, whatever has happened since."""
    rails = [file.rail for file in bankfiles.current_files(batch)]
    aware = handover.digest(handover.concerns(batch))
    values: dict[str, Any] = {"by": identity(by), "at": at, "config": settings()}
    return [handover.download(batch.public_id, rail, aware=aware, **values) for rail in rails]


def become(name: str, role: Role, *, creator_id: int | None = None) -> None:
    """Gives somebody one more role."""
    person = db.session.scalars(select(Person).where(Person.email == f"{name}@cast.example")).one()
    db.session.add(Membership(person_id=person.id, role=role, creator_id=creator_id, granted_at=person.created_at))
    db.session.flush()
