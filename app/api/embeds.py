"""Addresses under which a brand shows one creator their earnings on its own site, for an hour.

The address carries who and until when, signed by us; nothing is stored, and no cookie is needed. It shows what the
creator earned with this brand, and ends at once with its key.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from flask_babel import gettext
from itsdangerous import BadData, URLSafeSerializer
from sqlalchemy import exists, select

from app import clock
from app.api.callers import Caller, caller_of
from app.api.models import Key
from app.contracts.models import Contract
from app.database import db, raw, rows
from app.errors import Conflict, NotFound
from app.tracking.counts import Clicks, clicks_of
from app.tracking.domains import domains_of, local
from app.tracking.links import links_of
from app.tracking.models import Link
from app.users.models import Creator
from config import settings

GOOD_FOR = timedelta(hours=1)
MOST = 50  # links on the page


@dataclass(frozen=True)
class Embed:
    """What an address shows, and on whose pages."""

    creator: Creator
    ends_at: datetime
    caller: Caller
    ancestors: str  # the sites that may frame it, as a policy writes them


def token(caller: Caller, creator_id: UUID) -> tuple[str, datetime]:
    """What stands in the address, and until when it is good. NotFound when the creator has no contract with the brand;
    Conflict when the brand has not said yet where its site is."""
    under_contract = exists().where(Contract.creator_id == Creator.id, Contract.brand_id == caller.brand_id)
    creator = db.session.scalar(select(Creator).where(Creator.public_id == creator_id, under_contract))
    if creator is None:
        raise NotFound(gettext("No creator of your contracts has this id."))
    if not domains_of(caller.brand_id):
        raise Conflict(gettext("Say first where your site is, under “Domains”: it is shown nowhere else."))
    ends_at = caller.at + GOOD_FOR
    return str(_serializer().dumps([caller.key_id, creator.id, int(ends_at.timestamp())])), ends_at


def read(text: str, *, at: datetime) -> Embed:
    """What a token stands for, also when it has ended; NotFound when it is none."""
    try:
        key_id, creator_id, until = _serializer().loads(text)
    except BadData:
        raise NotFound(gettext("There is nothing at this address, or it is not yours.")) from None
    key, creator = db.session.get_one(Key, key_id), db.session.get_one(Creator, creator_id)
    end = datetime.fromtimestamp(until, UTC)
    return Embed(creator, min(key.revoked_at or end, end), caller_of(key, at), _ancestors(key.brand_id))


def standings(embed: Embed) -> list[Any]:
    """What the creator has with the brand, by currency: pending, payable, on hold, in transit and paid."""
    values = {"brand": embed.caller.brand_id, "creator": embed.creator.id, "on": clock.today(at=embed.caller.at)}
    return rows(raw(), "app.api", "embed_standings", values)


def links(embed: Embed) -> list[tuple[Link, Clicks]]:
    """The creator's links to the brand, the latest first, with their clicks."""
    found = db.session.scalars(links_of(embed.creator).where(Link.brand_id == embed.caller.brand_id).limit(MOST)).all()
    clicks = clicks_of(found)
    return [(link, clicks[link.id]) for link in found]


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(settings().secret_key, salt="embed")


def _ancestors(brand_id: int) -> str:
    """The brand's own sites, by https; on a machine of one's own by http too."""
    schemes = ("https", "http") if local() else ("https",)
    return " ".join(f"{scheme}://{each.domain}" for each in domains_of(brand_id) for scheme in schemes) or "'none'"
