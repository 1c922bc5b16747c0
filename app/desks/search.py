"""One search over everything the reader may open: people, brands, creators, orders, contracts, campaigns, payouts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import gettext
from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from app.campaigns import campaigns
from app.campaigns.models import Campaign
from app.contracts.models import Contract
from app.database import db, raw, rows
from app.desks.links import brand_url, campaign_url, contract_url, creator_url, order_url, payout_url
from app.formatting import money
from app.payouts.models import Payout
from app.security import BRAND, PLATFORM, Identity, Role
from app.users.memberships import LIVE
from app.users.models import Brand, Creator, Membership, Person
from app.users.people import contains
from app.words import word

MOST = 8  # of a kind; more words narrow it
EVERYBODY = frozenset({Role.ADMIN, Role.AUDITOR})  # who may look at all people


@dataclass(frozen=True)
class Match:
    """One thing that was searched for: what it is called, a word on it, and its page."""

    title: str
    note: str
    url: str


def search(text: str, person: Identity) -> list[tuple[str, list[Match]]]:
    """By kind, the first matches the person may open; kinds without any are left out."""
    kinds = [
        (gettext("Orders"), _orders(text, person)),
        (gettext("Contracts"), _contracts(text, person)),
        (gettext("Campaigns"), _campaigns(text, person)),
        (gettext("Payouts"), _payouts(text, person)),
        (gettext("Creators"), _creators(text, person)),
        (gettext("Brands"), _brands(text)),
        (gettext("People"), _people(text, person)),
    ]
    return [(str(kind), matches) for kind, matches in kinds if matches]


def _orders(text: str, person: Identity) -> list[Match]:
    values = {
        "order": text,
        "all": person.has(PLATFORM),
        "brands": list(person.brand_ids()),
        "creators": list(person.creator_ids()),
        "most": MOST,
    }
    return [
        Match(
            f"{line.order_ref} / {line.line_ref}",
            f"{line.brand}, {money(line.base_minor, line.currency)}",
            order_url(line.brand_uuid, line.id),
        )
        for line in rows(raw(), "app.desks", "search_orders", values)
    ]


def _contracts(text: str, person: Identity) -> list[Match]:
    named = or_(contains(Contract.ref, text), _named(Brand, text), _named(Creator, text))
    query = select(Contract).join(Contract.brand).join(Contract.creator).where(named)
    query = query.options(joinedload(Contract.brand), joinedload(Contract.creator)).order_by(Contract.id.desc())
    return [
        Match(row.ref, f"{row.brand.name} – {row.creator.name}", contract_url(row))
        for row in _first(query, _on_a_side_of(person))
    ]


def _campaigns(text: str, person: Identity) -> list[Match]:
    """A brand's own; a creator's where they take part, applied or were invited."""
    met = select(Creator.id).where(Creator.id.in_(person.creator_ids()), campaigns.met()).correlate(Campaign).exists()
    may = None if person.has(PLATFORM) else or_(Campaign.brand_id.in_(person.brand_ids()), met)
    query = select(Campaign).where(contains(Campaign.title, text)).options(joinedload(Campaign.brand))
    return [
        Match(row.title, row.brand.name, _campaign_page(row, person))
        for row in _first(query.order_by(Campaign.id.desc()), may)
    ]


def _payouts(text: str, person: Identity) -> list[Match]:
    platform = person.has(PLATFORM)
    may = None if platform else Payout.creator_id.in_(person.creator_ids())
    query = select(Payout).join(Payout.creator).where(or_(contains(Payout.reference, text), _named(Creator, text)))
    query = query.options(joinedload(Payout.creator)).order_by(Payout.id.desc())
    if not platform:
        query = query.where(Payout.reference.is_not(None))  # until it is submitted nothing is promised
    return [
        Match(
            f"{row.creator.name}: {money(row.amount, row.currency)}",
            f"{word(row.status)} {row.reference or ''}".strip(),
            payout_url(row),
        )
        for row in _first(query, may)
    ]


def _creators(text: str, person: Identity) -> list[Match]:
    """Brands and the platform may look at all creators, others at their own."""
    may = None if person.has(PLATFORM | BRAND) else Creator.id.in_(person.creator_ids())
    query = select(Creator).where(_named(Creator, text)).order_by(Creator.name, Creator.id)
    return [Match(row.name, f"@{row.handle}", creator_url(row.public_id, row.id)) for row in _first(query, may)]


def _brands(text: str) -> list[Match]:
    """Everybody may look at all brands; who belongs to one goes to its desk."""
    query = select(Brand).where(_named(Brand, text)).order_by(Brand.name, Brand.id)
    return [Match(row.name, f"@{row.handle}", brand_url(row.public_id, row.id)) for row in _first(query, None)]


def _people(text: str, person: Identity) -> list[Match]:
    """Admins and auditors look at everybody, others at the people of their own brands and creators."""
    named = or_(contains(Person.name, text), contains(Person.email, text))
    if person.has(EVERYBODY):
        query = select(Person).where(named).order_by(Person.name, Person.id)
        return [
            Match(row.name, row.email, url_for("users.person", person=row.public_id)) for row in _first(query, None)
        ]
    own = or_(Membership.brand_id.in_(person.brand_ids()), Membership.creator_id.in_(person.creator_ids()))
    held = select(Membership).join(Membership.person).where(LIVE, own, named).order_by(Person.name, Membership.id)
    held = held.options(contains_eager(Membership.person), joinedload(Membership.brand), joinedload(Membership.creator))
    return [
        Match(
            row.person.name,
            f"{word(row.role)}, {row.person.email}",
            url_for("users.brand_people", brand=row.brand.public_id)
            if row.brand
            else url_for("users.creator_people", creator=row.creator.public_id),
        )
        for row in _first(held, None)
    ]


def _first(query: Select[Any], may: ColumnElement[bool] | None) -> Iterable[Any]:
    return db.session.scalars((query if may is None else query.where(may)).limit(MOST))


def _on_a_side_of(person: Identity) -> ColumnElement[bool] | None:
    """The contracts with the person on one of the two sides; None for the platform's people, who may read all."""
    if person.has(PLATFORM):
        return None
    return or_(Contract.brand_id.in_(person.brand_ids()), Contract.creator_id.in_(person.creator_ids()))


def _named(kind: type[Any], text: str) -> ColumnElement[bool]:
    return or_(contains(kind.name, text), contains(kind.handle, text.removeprefix("@")))


def _campaign_page(row: Campaign, person: Identity) -> str:
    if url := campaign_url(row):
        return url
    query = select(Creator).join(Campaign, campaigns.met()).where(Campaign.id == row.id)
    return campaign_url(row, db.session.scalar(query.where(Creator.id.in_(person.creator_ids())).limit(1)))
