"""Links and codes of contracts, with how often they were followed and what was sold by them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import segno
from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from markupsafe import Markup
from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import joinedload

from app import clock
from app.contracts.models import Contract, Coupon
from app.contracts.sides import owned_by
from app.database import db
from app.desks.blueprint import blueprint
from app.desks.link_sales import sold_by_codes, sold_by_links
from app.tracking import counts, domains
from app.tracking import links as tracked
from app.tracking.models import Link, LinkStatus
from app.users.models import Creator
from app.users.party_pages import Party, party_page
from app.users.sides import Side
from app.web import choices, query_args

CODE_STATUSES = ("running", "ended")


@party_page(blueprint, "GET", "links")
def links(party: Party) -> ResponseReturnValue:
    """The links of a creator, or of a brand's creators, the latest first."""
    query, status = tracked.links_of(party.owner), query_args.choice(request.args, "status", tuple(LinkStatus))
    if status:
        query = query.where(Link.status == status)
    words = query_args.text(request.args, "q")
    if words:
        query = query.where(tracked.mentions(words))
    pagination = db.paginate(query)
    return render_template(
        "desks/links.html",
        party=party,
        pagination=pagination,
        clicks=counts.clicks_of(pagination.items),
        sold=sold_by_links(pagination.items),
        address_of=tracked.address_of,
        statuses=choices.options(tuple(LinkStatus)),
        filtered=bool(status or words),
        without_domain=party.side == Side.BRAND and not domains.domains_of(party.owner.id),
    )


@party_page(blueprint, "GET", "links/<uuid:link>")
def link(party: Party, link: UUID) -> ResponseReturnValue:
    """One link: to be copied and shown, where it leads, who has followed it, what was sold by it."""
    target = tracked.link_of(party.owner, link)
    address = tracked.address_of(target)
    drawn = segno.make(address, error="m").svg_inline(scale=5, dark="#000", light="#fff", title=address)
    return render_template(
        "desks/link.html",
        party=party,
        link=target,
        address=address,
        picture=Markup(drawn),  # noqa: S704 - segno's drawing, of dots # nosec B704
        clicks=counts.clicks_of([target])[target.id],
        sold=sold_by_links([target])[target.id],
        running=tracked.may_have(target.contract, clock.now()),
        mine=party.side == Side.CREATOR and party.may_bind,
    )


@party_page(blueprint, "GET", "codes")
def codes(party: Party) -> ResponseReturnValue:
    """The codes of the side's contracts, with what was sold by them."""
    at, status = clock.now(), query_args.choice(request.args, "status", CODE_STATUSES)
    query = _codes(party)
    if status:
        over = func.upper(Coupon.period) <= at
        query = query.where(over if status == "ended" else Coupon.period.contains(at))
    words = query_args.text(request.args, "q")
    if words:
        named = Contract.creator.has(Creator.name.icontains(words, autoescape=True))
        query = query.where(or_(Coupon.code.icontains(words, autoescape=True), named))
    pagination = db.paginate(query)
    contracts = _contracts([coupon.contract_id for coupon in pagination.items])
    pairs = {(contract.brand_id, contract.creator_id) for contract in contracts.values()}
    sold = sold_by_codes(pagination.items, pairs)
    return render_template(
        "desks/codes.html",
        party=party,
        pagination=pagination,
        contracts=contracts,
        sold=sold,
        status_of=lambda coupon: _status(coupon, at),
        statuses=[("", gettext("Any")), ("running", gettext("Running")), ("ended", gettext("Ended"))],
        filtered=bool(status or words),
    )


def _codes(party: Party) -> Select[Coupon]:
    query = select(Coupon).join(Contract, Contract.id == Coupon.contract_id).where(owned_by(party.owner, Contract))
    return query.order_by(Contract.starts_on.desc(), Coupon.key, Coupon.id)


def _contracts(numbers: list[int]) -> dict[int, Contract]:
    loaded = joinedload(Contract.brand), joinedload(Contract.creator)
    query = select(Contract).options(*loaded).where(Contract.id.in_(numbers))
    return {contract.id: contract for contract in db.session.scalars(query)}


def _status(coupon: Coupon, at: datetime) -> str:
    if coupon.period.upper and at >= coupon.period.upper:
        return "ended"
    return "running" if at in coupon.period else "to_come"
