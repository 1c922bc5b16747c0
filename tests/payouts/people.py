"""Who acts, as the verbs take them."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app import clock
from app.database import db
from app.payouts.batches import approval, bankfiles, handover
from app.payouts.models import BatchStatus, PayoutBatch, PayoutFile
from app.security import Identity, Role
from app.users import factors
from app.users.factors import apps
from app.users.models import Membership, Person
from config import settings
from tests.cast import BEGINNING, factor_code, give_app


def identity(name: str) -> Identity:
    """Somebody of the cast, with the roles they have now."""
    person = db.session.scalars(select(Person).where(Person.email == f"{name}@cast.example")).one()
    held = db.session.scalars(
        select(Membership).where(Membership.person_id == person.id, Membership.ended_at.is_(None))
    )
    memberships = frozenset((Role(row.role), row.brand_id, row.creator_id) for row in held)
    return Identity(person.id, person.name, person.email, person.language, person.timezone, "", memberships)


def answer_of(name: str, at: datetime) -> str:
    """What an app of somebody shows at an instant: a new app each time, for a code counts once. The caller commits."""
    person = db.session.scalars(select(Person).where(Person.email == f"{name}@cast.example")).one()
    apps.end_app(person.id, at=BEGINNING)
    return factor_code(give_app(person.id), at)


def code_of_che() -> str:
    """What Che types into the page now."""
    code = answer_of("che", clock.now())
    db.session.commit()
    return code


def factor_used(name: str, batch: PayoutBatch, at: datetime) -> int:
    """The id of a second factor's use by somebody for this batch, for approvals that are written directly."""
    return factors.use(identity(name).person_id, answer_of(name, at), approval.purpose(batch), at=at)


def approve_as(name: str, batch_id: UUID, *, seen: str, at: datetime, comment: str = "") -> list[str]:
    """Somebody approves a batch with a second factor of theirs; returns the changes, as `approval.approve` does."""
    about = {"seen": seen, "comment": comment, "answer": answer_of(name, at)}
    return approval.approve(batch_id, by=identity(name), at=at, config=settings(), **about)


def approve_batch(batch: PayoutBatch, *, at: datetime, comment: str = "Looked at it.") -> None:
    """As many people approve a submitted batch as it needs: Che, then checkers who are new. The caller commits."""
    seen = (batch.fingerprint or b"").hex()
    names = ["che", *(f"checker{number}" for number in range(2, (batch.approvers or 1) + 1))]
    for name in names:
        if name != "che":
            checker(name)
        assert approve_as(name, batch.public_id, seen=seen, at=at, comment=comment) == []
    assert batch.status == BatchStatus.APPROVED


def checker(name: str) -> None:
    """One more finance checker of the cast, where there is none of that name yet."""
    email = f"{name}@cast.example"
    if db.session.scalar(select(Person.id).where(Person.email == email)) is None:
        db.session.add(Person(email=email, name=name.title(), password_hash="-", created_at=BEGINNING))
        become(name, Role.FINANCE_CHECKER)


def hand_over(batch: PayoutBatch, *, by: str = "mo", at: datetime) -> list[PayoutFile]:
    """Somebody downloads every file of an approved batch, whatever has happened since."""
    rails = [file.rail for file in bankfiles.current_files(batch)]
    aware = handover.digest(handover.concerns(batch))
    values: dict[str, Any] = {"by": identity(by), "at": at, "config": settings()}
    return [handover.download(batch.public_id, rail, aware=aware, **values) for rail in rails]


def become(name: str, role: Role, *, creator_id: int | None = None) -> None:
    """Gives somebody one more role."""
    db.session.flush()
    person = db.session.scalars(select(Person).where(Person.email == f"{name}@cast.example")).one()
    db.session.add(Membership(person_id=person.id, role=role, creator_id=creator_id, granted_at=person.created_at))
    db.session.flush()
