"""Who reads what is written to one side: people who can sign in and have a role for it, each once."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from sqlalchemy import ColumnElement, select

from app.database import db
from app.outbox import Reader
from app.security import CREATOR, Role
from app.users.memberships import LIVE
from app.users.models import Membership, Person


def brand_readers(brand_id: int, roles: Iterable[Role]) -> list[Reader]:
    """The people with one of `roles` for a brand, in the order in which they joined the platform."""
    return _readers(Membership.brand_id == brand_id, roles)


def creator_readers(creator_id: int, roles: Iterable[Role] = CREATOR) -> list[Reader]:
    """The people with one of `roles` for a creator: themselves and their agents unless you say otherwise."""
    return _readers(Membership.creator_id == creator_id, roles)


def platform_readers(roles: Iterable[Role], *, but: Collection[int | None] = ()) -> list[Reader]:
    """The people with one of `roles` for the platform, without those whose numbers are in `but`."""
    return [reader for reader in _readers(Membership.role.in_(roles), roles) if reader.person_id not in but]


def readers_by_creator(creators: Collection[int], roles: Iterable[Role] = CREATOR) -> dict[int, list[Reader]]:
    """`creator_readers` of many creators at once; who has none is missing."""
    readers: dict[int, list[Reader]] = {}
    held = (
        select(Membership.creator_id, Person)
        .join(Membership.person)
        .where(LIVE, Membership.role.in_(roles), Membership.creator_id.in_(creators), Person.disabled_at.is_(None))
    )
    for creator_id, person in db.session.execute(held.distinct().order_by(Membership.creator_id, Person.id)):
        readers.setdefault(int(creator_id or 0), []).append(Reader(person.email, person.language, person.id))
    return readers


def _readers(theirs: ColumnElement[bool], roles: Iterable[Role]) -> list[Reader]:
    held = select(Membership.person_id).where(LIVE, theirs, Membership.role.in_(roles))
    able = select(Person).where(Person.id.in_(held), Person.disabled_at.is_(None)).order_by(Person.id)
    return [Reader(person.email, person.language, person.id) for person in db.session.scalars(able)]
