"""Mail about a contract to the people of one side, each in their own language."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from flask_babel import force_locale
from sqlalchemy import select

from app.contracts.models import Contract
from app.contracts.rounds import BRAND
from app.contracts.sides import OWNERS
from app.database import db
from app.security import CREATOR
from app.users import letters
from app.users.memberships import LIVE
from app.users.models import Membership, Person


def tell(contract: Contract, side: str, letter: Callable[[], tuple[str, str]]) -> None:
    """Mails everybody who may bind the side. `letter` gives subject and body in the language in force. A mail server
    that fails is logged: what was done stays done, and the pages show it."""
    for person in people(contract, side):
        with force_locale(person.language):
            letters.post_unseen(person.email, *letter())


def people(contract: Contract, side: str) -> Sequence[Person]:
    """Who may bind a side and can sign in, each once."""
    of = Membership.brand_id == contract.brand_id if side == BRAND else Membership.creator_id == contract.creator_id
    held = select(Membership.person_id).where(LIVE, of, Membership.role.in_(OWNERS if side == BRAND else CREATOR))
    able = select(Person).where(Person.id.in_(held), Person.disabled_at.is_(None))
    return db.session.scalars(able.order_by(Person.id)).all()
