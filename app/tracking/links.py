"""Links of contracts: made by creators, turned off and on again, ended."""

from __future__ import annotations

import secrets
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask_babel import gettext
from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from app.contracts.models import Contract
from app.contracts.periods import end_of
from app.contracts.sides import must_bind, owned_by
from app.csvfiles.recording import import_without_file
from app.database import db, lock
from app.errors import BadInput, Conflict, NotFound
from app.security import Identity
from app.streams.models import Stream
from app.tracking import destinations
from app.tracking.clicks import CODE
from app.tracking.domains import domains_of, local
from app.tracking.models import Link, LinkStatus
from app.transitions import move
from app.users.models import Brand, Creator
from app.users.sides import Side
from app.users.trail import record
from app.web.texts import optional_text
from config import settings

SIGNS = "23456789abcdefghjkmnpqrstuvwxyz"  # no two of which look alike
LENGTH = 7  # of a code: 27 billion of them
LONGEST_LABEL = 100


@dataclass(frozen=True)
class LinkDraft:
    """What is told of a link: where it leads, a code of one's own, the stream and the product it is shown with, and a
    word on it, like the campaign it belongs to."""

    destination: str
    code: str = ""
    stream: UUID | None = None
    sku: str = ""
    label: str = ""


def create(contract: Contract, draft: LinkDraft, *, by: Identity, at: datetime) -> Link:
    """Makes a link of the contract, for its creator.

    Raises NotAllowed, BadInput for an address outside the brand's domains, a code nobody could type or a stream of
    somebody else, and Conflict where the code is taken or the contract has ended.
    """
    must_bind(by, Side.CREATOR, contract.brand_id, contract.creator_id)
    if not may_have(contract, at):
        raise Conflict(gettext("This contract has ended: its last day was %(day)s.", day=contract.ends_on.isoformat()))
    domains = [each.domain for each in domains_of(contract.brand_id)]
    if not domains:
        raise BadInput(gettext("The brand has not said yet where its shop is: ask it to add its domain."))
    code = _code(draft.code)
    row = Link(contract_id=contract.id, brand_id=contract.brand_id, creator_id=contract.creator_id, code=code)
    row.destination = destinations.destination(draft.destination, domains, local=local())
    row.stream_id = _stream_id(contract, draft.stream)
    row.sku, row.label = optional_text(draft.sku, 128) or None, optional_text(draft.label, LONGEST_LABEL)
    row.status, row.status_at = LinkStatus.WORKING, at
    row.made_by, row.made_at = by.person_id, at
    came_by = f"Link {code}"  # all touches of the link come by this import
    row.import_id = import_without_file("touches", contract.brand_id, came_by, by.name, at, by.person_id)
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError as error:
        raise Conflict(gettext("The code %(code)s is taken: choose another.", code=code)) from error
    record("make link", "link", row.id, by=by, at=at, code=code, destination=row.destination)
    return row


def turn(link: Link, status: LinkStatus, *, by: Identity, at: datetime) -> Link:
    """Pauses a link, lets it work again, or ends it for good. NotAllowed for others than its creator, WrongStatus."""
    must_bind(by, Side.CREATOR, link.brand_id, link.creator_id)
    link = lock(link)
    move(link, status)
    link.status_at = at
    record("turn link", "link", link.id, by=by, at=at, code=link.code, status=status)
    db.session.flush()
    return link


def links_of(owner: Brand | Creator) -> Select[Link]:
    """The links of a brand's creators, or of a creator, the latest first."""
    loaded = joinedload(Link.brand), joinedload(Link.creator), joinedload(Link.contract), joinedload(Link.stream)
    query = select(Link).options(*loaded).where(owned_by(owner, Link))
    return query.order_by(Link.made_at.desc(), Link.id.desc())


def link_of(owner: Brand | Creator, public_id: UUID) -> Link:
    """The side's link with this public id; NotFound otherwise."""
    link = db.session.scalar(links_of(owner).where(Link.public_id == public_id))
    if link is None:
        raise NotFound(gettext("There is no such link, or it is not yours."))
    return link


def may_have(contract: Contract, at: datetime) -> bool:
    """Whether links can still be made for the contract."""
    return at < end_of(contract.period)


def streams_of(contract: Contract) -> list[Stream]:
    """The pair's latest streams, with which a link may be shown."""
    pair = (Stream.brand_id == contract.brand_id, Stream.creator_id == contract.creator_id)
    return list(db.session.scalars(select(Stream).where(*pair).order_by(Stream.starts_at.desc()).limit(50)))


def leading_to(brand: Brand) -> dict[str, int]:
    """How many links that are not ended lead to each of the brand's places."""
    query = select(Link.destination, func.count()).where(Link.brand_id == brand.id, Link.status != LinkStatus.ENDED)
    counted = Counter[str]()
    for address, count in db.session.execute(query.group_by(Link.destination)):
        counted[destinations.leads_to(address, local=local())] += count
    return counted


def mentions(text: str) -> ColumnElement[bool]:
    """The condition that a link's code, word, product or address has `text` in it."""
    columns = (Link.code, Link.label, Link.sku, Link.destination)
    first, *rest = [column.icontains(text, autoescape=True) for column in columns]
    for each in rest:
        first |= each
    return first


def address_of(link: Link) -> str:
    """The whole address a creator gives out."""
    return settings().address_of(f"/go/{link.code}")


def _code(wanted: str) -> str:
    """The code somebody chose, or one made up. A code that is taken fails when it is stored; by chance never."""
    if not wanted.strip():
        return "".join(secrets.choice(SIGNS) for _ in range(LENGTH))
    code = wanted.strip().lower()
    if not CODE.fullmatch(code):
        raise BadInput(gettext("A code has 3 to 32 signs: letters a to z, digits, and hyphens inside."))
    return code


def _stream_id(contract: Contract, public_id: UUID | None) -> int | None:
    if public_id is None:
        return None
    pair = (Stream.brand_id == contract.brand_id, Stream.creator_id == contract.creator_id)
    found = db.session.scalar(select(Stream.id).where(Stream.public_id == public_id, *pair))
    if found is None:
        raise BadInput(gettext("That stream is not one of this contract: choose another, or none."))
    return found
