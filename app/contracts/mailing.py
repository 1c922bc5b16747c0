"""Mail about a contract to the people of one side, each in their own language."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

from flask_babel import force_locale
from sqlalchemy import select

from app.contracts.models import Contract
from app.contracts.rounds import BRAND
from app.contracts.sides import OWNERS
from app.database import db
from app.security import CREATOR, Role
from app.users import letters
from app.users.memberships import LIVE
from app.users.models import Membership, Person


class OfPair(Protocol):
    """Anything between a brand and a creator."""

    brand_id: int
    creator_id: int


def tell(contract: Contract, side: str, letter: Callable[[], tuple[str, str]]) -> None:
    """Mails everybody who may bind the side. `letter` gives subject and body in the language in force. A mail server
    that fails is logged: what was done stays done, and the pages show it."""
    for person in people(contract, side):
        with force_locale(person.language):
            letters.post_unseen(person.email, *letter())


def people(of: OfPair, side: str, brand_roles: Iterable[Role] = OWNERS) -> Sequence[Person]:
    """Who can sign in and has one of the roles for a side, each once: for the brand `brand_roles`, for the creator
    themselves and their agents."""
    whose = Membership.brand_id == of.brand_id if side == BRAND else Membership.creator_id == of.creator_id
    held = select(Membership.person_id).where(
        LIVE, whose, Membership.role.in_(brand_roles if side == BRAND else CREATOR)
    )
    able = select(Person).where(Person.id.in_(held), Person.disabled_at.is_(None))
    return db.session.scalars(able.order_by(Person.id)).all()
