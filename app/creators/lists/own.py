"""Lists that a brand brings for itself. Only its people see them: nothing of them becomes a creator, and no figure of
theirs replaces one that others see, for then a brand could change what its rivals read. Who of a list is here already
can be put on a shortlist; the rest the brand may offer to the platform, whose admin looks at it like at any other list.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask_babel import gettext
from psycopg.rows import class_row
from psycopg.types.json import Json
from sqlalchemy import select

from app.creators import shortlists
from app.creators.lists import receiving
from app.creators.lists.reading import Account
from app.creators.models import CreatorList, ListStatus, Shortlist
from app.database import db, lock, raw, statement
from app.errors import Conflict, NotFound
from app.security import Identity
from app.transitions import move
from app.users import trail
from app.users.models import Brand, Creator

PACKAGE = "app.creators"
COPY = "copy listed_account (list_id, line, platform, name, title, country, languages, categories, figures) from stdin"


@dataclass(frozen=True)
class Listed:
    """An account of a brand's list as the list says it, and the creator here whose it is (none: nobody's)."""

    line: int
    platform: str
    name: str
    title: str
    country: str
    languages: list[str]
    categories: list[str]
    figures: dict[str, int]
    creator_id: int | None
    creator: UUID | None
    creator_name: str | None


@dataclass(frozen=True)
class Tally:
    """How many accounts a list has, and how many of them are creators here."""

    accounts: int
    known: int


def lists_of(brand: Brand, number: int) -> Sequence[CreatorList]:
    """The latest lists of the brand."""
    query = select(CreatorList).where(CreatorList.brand_id == brand.id)
    return db.session.scalars(query.order_by(CreatorList.id.desc()).limit(number)).all()


def get(brand: Brand, public_id: UUID) -> CreatorList:
    """The brand's list; NotFound where it has none such."""
    query = select(CreatorList).where(CreatorList.public_id == public_id, CreatorList.brand_id == brand.id)
    found = db.session.scalar(query)
    if found is None:
        raise NotFound(gettext("There is no such list, or it is not yours."))
    return found


def keep(creator_list: CreatorList, *, seen: str = "", by: Identity, at: datetime) -> int:
    """Keeps what the list says of its accounts for the brand; returns how many. BadInput, WrongStatus and Conflict as
    for a list of the platform's (receiving.import_list)."""
    lock(creator_list)
    came, listed = receiving.ready(creator_list, seen)
    move(creator_list, ListStatus.KEPT)
    with raw().cursor() as cursor, cursor.copy(COPY) as copy:
        copy.set_types(["int4", "int4", "text", "text", "text", "text", "text[]", "text[]", "jsonb"])
        for each in came.accounts:
            copy.write_row(_row(creator_list, each))
    receiving.count(creator_list, came)
    receiving.remember(listed.header, creator_list, by, at)
    about = {"file": creator_list.file_name, "accounts": len(came.accounts)}
    trail.record("keep", "creator_list", creator_list.id, by=by, at=at, **about)
    return len(came.accounts)


def tally(creator_list: CreatorList) -> Tally:
    """How many accounts there are on the list, and how many are creators here by now."""
    row = raw().execute(statement(PACKAGE, "own_list_count"), {"list": creator_list.id}).fetchone()
    return Tally(*row) if row else Tally(0, 0)


def accounts(creator_list: CreatorList, *, skip: int, number: int) -> list[Listed]:
    """Some accounts of the list, those with most followers first."""
    values = {"list": creator_list.id, "skip": skip, "number": number}
    with raw().cursor(row_factory=class_row(Listed)) as cursor:
        return cursor.execute(statement(PACKAGE, "own_list_accounts"), values).fetchall()


def put_on(creator_list: CreatorList, shortlist: Shortlist, *, by: Identity, at: datetime) -> int:
    """Puts all of the list who are creators here on a shortlist of the brand's; returns how many are new on it."""
    values = {"list": creator_list.id, "skip": 0, "number": None}
    with raw().cursor(row_factory=class_row(Listed)) as cursor:
        found = cursor.execute(statement(PACKAGE, "own_list_accounts"), values).fetchall()
    ids = [each.creator_id for each in found if each.creator_id is not None]
    creators = db.session.scalars(select(Creator).where(Creator.id.in_(ids)).order_by(Creator.id)).all()
    return shortlists.add(shortlist, creators, by=by, at=at)


def offer(creator_list: CreatorList, *, by: Identity, at: datetime) -> None:
    """Lets the platform see the list, so that it may take it up for everybody. Conflict for one that is not kept, or
    offered already."""
    lock(creator_list)
    if creator_list.status != ListStatus.KEPT or creator_list.offered_at is not None:
        raise Conflict(gettext("Only a list that you keep can be offered, and only once."))
    creator_list.offered_at = at
    trail.record("offer", "creator_list", creator_list.id, by=by, at=at, file=creator_list.file_name)


def forget(creator_list: CreatorList, *, by: Identity, at: datetime) -> None:
    """Deletes the file and all that was kept of it. WrongStatus when that is done already."""
    receiving.discard(creator_list, by=by, at=at)
    creator_list.offered_at = None
    raw().execute("delete from listed_account where list_id = %s", [creator_list.id])


def offered(number: int) -> list[tuple[CreatorList, Brand]]:
    """The lists that brands offer, the latest first."""
    query = select(CreatorList, Brand).join(Brand, Brand.id == CreatorList.brand_id)
    query = query.where(CreatorList.offered_at.is_not(None), CreatorList.status == ListStatus.KEPT)
    rows = db.session.execute(query.order_by(CreatorList.offered_at.desc()).limit(number))
    return [(row[0], row[1]) for row in rows]


def take_up(public_id: UUID, *, by: Identity, at: datetime) -> CreatorList:
    """The platform's own copy of a list that a brand offers, mapped as the brand has mapped it, to be looked at.
    NotFound for a list that nobody offers."""
    query = select(CreatorList).where(CreatorList.public_id == public_id, CreatorList.offered_at.is_not(None))
    found = db.session.scalar(query.where(CreatorList.status == ListStatus.KEPT))
    if found is None:
        raise NotFound(gettext("There is no such list."))
    content = receiving.content_of(found)
    copy = receiving.receive(content, found.file_name, measured_on=found.measured_on, by=by, at=at)
    copy.platform, copy.columns, copy.decimal_sign = found.platform, dict(found.columns), found.decimal_sign
    db.session.flush()
    return copy


def _row(creator_list: CreatorList, each: Account) -> tuple[object, ...]:
    about = (each.title, each.country, list(each.languages), list(each.categories), Json(each.figures))
    return (creator_list.id, each.line, creator_list.platform, each.name, *about)
