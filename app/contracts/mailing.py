"""Mail to the people of one side of a brand and a creator, each in their own language and zone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from babel.dates import format_datetime
from flask_babel import force_locale
from sqlalchemy import select

from app.contracts.models import Contract
from app.database import db
from app.security import CREATOR, OWNERS, Role
from app.users import letters
from app.users.memberships import LIVE
from app.users.models import Brand, Creator, Membership, Person
from app.users.sides import Side
from config import settings

READERS = frozenset({Role.BRAND_OWNER, Role.BRAND_MEMBER})  # of a brand, of what is written to both sides


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


def write(
    of: OfPair,
    side: str,
    letter: tuple[object, object],
    about: Mapping[str, object],
    *,
    until: datetime | None = None,
) -> None:
    """Mails the people of a side: a brand's owners and members; a creator and their agents. `letter` is subject and
    body, in the language in force when they become text; `about` fills their places, and `until` is told in the
    reader's own zone. A place that is filled with nothing leaves no gap."""
    subject, body = letter
    for person in people(of, side, READERS):
        with force_locale(person.language):
            said = {**about, "until": _when(until, person)}
            letters.post_unseen(person.email, str(subject) % said, (str(body) % said).replace("\n\n\n\n", "\n\n"))


def page_of(side: str, owner: Brand | Creator, path: str) -> str:
    """The whole address of a page of the side's desk: from the settings, not from what a request says."""
    return f"{settings().base_url.rstrip('/')}/{side}s/{owner.public_id}/{path}"


def people(of: OfPair, side: str, brand_roles: Iterable[Role] = OWNERS) -> Sequence[Person]:
    """Who can sign in and has one of the roles for a side, each once: for the brand `brand_roles`, for the creator
    themselves and their agents."""
    whose = Membership.brand_id == of.brand_id if side == Side.BRAND else Membership.creator_id == of.creator_id
    held = select(Membership.person_id).where(
        LIVE, whose, Membership.role.in_(brand_roles if side == Side.BRAND else CREATOR)
    )
    able = select(Person).where(Person.id.in_(held), Person.disabled_at.is_(None))
    return db.session.scalars(able.order_by(Person.id)).all()


def _when(instant: datetime | None, person: Person) -> str:
    if instant is None:
        return ""
    local = instant.astimezone(ZoneInfo(person.timezone))
    return str(format_datetime(local, "d MMM y HH:mm", tzinfo=local.tzinfo, locale=person.language))
