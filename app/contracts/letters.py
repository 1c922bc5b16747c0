"""Letters to the people of one side of a brand and a creator, with the way to their own page."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Protocol

from app import outbox
from app.contracts.models import Contract, Offer
from app.notifications import readers
from app.outbox import Event
from app.security import OWNERS, Role
from app.users.models import Brand, Creator
from app.users.sides import Side

READERS = frozenset({Role.BRAND_OWNER, Role.BRAND_MEMBER})  # of a brand, of what is written to both sides


class Pair(Protocol):
    """Anything between a brand and a creator."""

    brand_id: int
    creator_id: int


def write(
    event: Event,
    pair: Pair,
    side: str,
    facts: Mapping[str, object],
    *,
    at: datetime,
    brand_roles: Collection[Role] = READERS,
) -> None:
    """Writes the event's letter to the people of a side: those with one of `brand_roles` for the brand; the creator and
    their agents. What `facts` may be, app.outbox says."""
    of_side = (
        readers.brand_readers(pair.brand_id, brand_roles)
        if side == Side.BRAND
        else readers.creator_readers(pair.creator_id)
    )
    outbox.write(event, of_side, facts, at=at)


def write_to_binders(event: Event, contract: Contract, side: str, facts: Mapping[str, object], *, at: datetime) -> None:
    """Writes to those who may bind a side of the contract; the letter has the names of both sides besides `facts`."""
    names = {"brand": contract.brand.name, "creator": contract.creator.name}
    write(event, contract, side, {**names, **facts}, at=at, brand_roles=OWNERS)


def write_offer(offer: Offer, nr: int, side: str, what: str, *, at: datetime, until: datetime | None = None) -> None:
    """Writes to a side what happened to version `nr` of an offer: sent, countered, revised, accepted, declined,
    withdrawn, expired, or reminder. `until` is when that version expires."""
    facts = {
        "who": one_line(offer.creator.name if side == Side.BRAND else offer.brand.name),
        "title": offer.title,
        "until": until,
        "path": path(side, offer.brand if side == Side.BRAND else offer.creator, f"offers/{offer.public_id}"),
    }
    write(Event(f"offer.{what}", "offer", offer.id, nr), offer, side, facts, at=at)


def path(side: str, owner: Brand | Creator, rest: str) -> str:
    """The path of a page of the side's desk."""
    return f"/{side}s/{owner.public_id}/{rest}"


def one_line(name: str) -> str:
    """A name as it stands in a sentence."""
    return " ".join(name.split())
