"""How a brand keeps creators apart: lists under a name, tags, notes. Only the brand's own people see any of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from uuid import UUID

from flask_babel import gettext
from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from app.creators.models import (
    CreatorNote,
    CreatorTag,
    Shortlist,
    ShortlistEntry,
)
from app.database import db
from app.errors import BadInput, Conflict, NotFound
from app.security import Identity
from app.users.models import Brand, Creator
from app.users.trail import record

LONGEST_NAME, LONGEST_TAG, LONGEST_NOTE = 80, 40, 4000
MOST_TAGS = 20  # on one creator


def lists_of(brand: Brand) -> list[tuple[Shortlist, int]]:
    """The brand's lists by name, each with how many creators are on it."""
    many = select(func.count()).where(ShortlistEntry.shortlist_id == Shortlist.id).scalar_subquery()
    query = select(Shortlist, many).where(Shortlist.brand_id == brand.id).order_by(Shortlist.name)
    return [(row[0], row[1]) for row in db.session.execute(query)]


def lists_with(brand: Brand, creator: Creator) -> list[Shortlist]:
    """Those of the brand's lists on which the creator is."""
    entries = select(ShortlistEntry.shortlist_id).where(ShortlistEntry.creator_id == creator.id)
    query = select(Shortlist).where(Shortlist.brand_id == brand.id, Shortlist.id.in_(entries))
    return list(db.session.scalars(query.order_by(Shortlist.name)))


def get_list(brand: Brand, public_id: UUID) -> Shortlist:
    """The brand's list with this public id; NotFound otherwise."""
    shortlist = db.session.scalar(
        select(Shortlist).where(Shortlist.public_id == public_id, Shortlist.brand_id == brand.id)
    )
    if shortlist is None:
        raise NotFound(gettext("There is no such list, or it is not yours."))
    return shortlist


def creators(public_ids: Collection[UUID]) -> list[Creator]:
    """The creators with these public ids, by name; NotFound when one of them is nobody's."""
    query = select(Creator).where(Creator.public_id.in_(public_ids)).order_by(Creator.name, Creator.id)
    people = list(db.session.scalars(query))
    if len(people) < len(set(public_ids)):
        raise NotFound(gettext("There is no such creator."))
    return people


def create(brand: Brand, name: str, *, by: Identity, at: datetime) -> Shortlist:
    """A new, empty list. BadInput without a name; Conflict when the brand has one of this name."""
    shortlist = Shortlist(brand_id=brand.id, name=_name(name), made_by=by.person_id, made_at=at)
    _store(shortlist)
    record("create", "shortlist", shortlist.id, by=by, at=at, name=shortlist.name)
    return shortlist


def rename(shortlist: Shortlist, name: str, *, by: Identity, at: datetime) -> Shortlist:
    """The list under another name; the same refusals as for a new one."""
    before, name = shortlist.name, _name(name)
    _store(shortlist, name)
    record("rename", "shortlist", shortlist.id, by=by, at=at, name=name, before=before)
    return shortlist


def delete_list(shortlist: Shortlist, *, by: Identity, at: datetime) -> None:
    """Deletes the list; the creators on it, their tags and notes stay as they are."""
    record("delete", "shortlist", shortlist.id, by=by, at=at, name=shortlist.name)
    db.session.execute(delete(Shortlist).where(Shortlist.id == shortlist.id))


def add(shortlist: Shortlist, creators: Iterable[Creator], *, by: Identity, at: datetime) -> int:
    """Puts creators on the list; returns how many were not on it before."""
    about = {"shortlist_id": shortlist.id, "added_by": by.person_id, "added_at": at}
    rows = [about | {"creator_id": creator.id} for creator in creators]
    if not rows:
        return 0
    query = insert(ShortlistEntry).values(rows).on_conflict_do_nothing().returning(ShortlistEntry.creator_id)
    return len(db.session.scalars(query).all())


def remove(shortlist: Shortlist, creators: Iterable[Creator]) -> int:
    """Takes creators off the list; returns how many were on it."""
    gone = delete(ShortlistEntry).where(
        ShortlistEntry.shortlist_id == shortlist.id, ShortlistEntry.creator_id.in_([each.id for each in creators])
    )
    return len(db.session.scalars(gone.returning(ShortlistEntry.creator_id)).all())


def on(shortlist: Shortlist) -> ColumnElement[bool]:
    """The condition that a creator is on the list."""
    return Creator.id.in_(select(ShortlistEntry.creator_id).where(ShortlistEntry.shortlist_id == shortlist.id))


def tagged(brand: Brand, tag: str) -> ColumnElement[bool]:
    """The condition that a creator has this tag of the brand's."""
    having = select(CreatorTag.creator_id).where(CreatorTag.brand_id == brand.id, CreatorTag.tag == tag)
    return Creator.id.in_(having)


def all_tags(brand: Brand) -> list[str]:
    """Every tag the brand has put on anybody."""
    query = select(CreatorTag.tag).where(CreatorTag.brand_id == brand.id).distinct().order_by(CreatorTag.tag)
    return list(db.session.scalars(query))


def tags_of(brand: Brand, creator_ids: Collection[int]) -> dict[int, list[str]]:
    """The brand's tags of several creators; who has none is not in it."""
    query = select(CreatorTag).where(CreatorTag.brand_id == brand.id, CreatorTag.creator_id.in_(creator_ids))
    tags: dict[int, list[str]] = {}
    for row in db.session.scalars(query.order_by(CreatorTag.tag)):
        tags.setdefault(row.creator_id, []).append(row.tag)
    return tags


def set_tags(brand: Brand, creator: Creator, tags: Iterable[str], *, by: Identity, at: datetime) -> list[str]:
    """These are the creator's tags now, and no others: in small letters, each once. BadInput for more than 20, or for
    one that is longer than 40 characters."""
    words = sorted({" ".join(tag.split()).casefold() for tag in tags} - {""})
    if len(words) > MOST_TAGS:
        raise BadInput(gettext("Choose at most %(count)s tags.", count=MOST_TAGS))
    if any(len(word) > LONGEST_TAG or not word.isprintable() for word in words):
        raise BadInput(gettext("A tag has at most %(count)s characters.", count=LONGEST_TAG))
    pair = {"brand_id": brand.id, "creator_id": creator.id}
    db.session.execute(
        delete(CreatorTag).where(
            CreatorTag.brand_id == brand.id, CreatorTag.creator_id == creator.id, CreatorTag.tag.not_in(words)
        )
    )
    if words:
        rows = [pair | {"tag": word} for word in words]
        db.session.execute(insert(CreatorTag).values(rows).on_conflict_do_nothing())
    record("tag", "creator", creator.id, by=by, at=at, brand=brand.handle, tags=words)
    return words


def note(brand: Brand, creator: Creator, body: str, *, by: Identity, at: datetime) -> CreatorNote:
    """Writes something down about a creator. BadInput for an empty or too long text."""
    body = body.strip()
    if not 1 <= len(body) <= LONGEST_NOTE:
        raise BadInput(gettext("Enter a note of at most %(count)s characters.", count=LONGEST_NOTE))
    creator_note = CreatorNote(
        brand_id=brand.id, creator_id=creator.id, body=body, written_by=by.person_id, written_at=at
    )
    db.session.add(creator_note)
    db.session.flush()
    return creator_note


def notes(brand: Brand, creator: Creator) -> Sequence[CreatorNote]:
    """What the brand's people have written down about a creator, the newest first."""
    of_brand = select(CreatorNote).where(CreatorNote.brand_id == brand.id, CreatorNote.creator_id == creator.id)
    return db.session.scalars(of_brand.options(joinedload(CreatorNote.writer)).order_by(CreatorNote.id.desc())).all()


def _name(name: str) -> str:
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise BadInput(gettext("Give the list a name of at most %(count)s characters.", count=LONGEST_NAME))
    return name


def _store(shortlist: Shortlist, name: str = "") -> None:
    called = name or shortlist.name
    try:
        with db.session.begin_nested():
            shortlist.name = called
            db.session.add(shortlist)
    except IntegrityError as error:
        raise Conflict(gettext("You already have a list called “%(name)s”.", name=called)) from error
