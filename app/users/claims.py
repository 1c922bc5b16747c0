"""Brands and creators, imported or entered by the admin, that wait for the people behind them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from flask_babel import gettext
from sqlalchemy import ColumnElement, Select, exists, select

from app.database import db
from app.errors import NotFound
from app.security import CREATOR, Role
from app.users.invitations import OPEN
from app.users.memberships import LIVE
from app.users.models import Brand, Invitation, Membership
from app.users.people import contains

Kind = type[Any]  # Brand or Creator
STATES = ("waiting", "claimed", "all")


def owners_matching(kind: Kind, text: str, state: str) -> Select[Any]:
    """Brands or creators with `text` in handle or name; `state`: waiting (nobody's yet), claimed, or all."""
    wanted: Select[Any] = select(kind).order_by(kind.handle)
    if text:
        wanted = wanted.where(contains(kind.handle, text) | contains(kind.name, text))
    if state == "waiting":
        wanted = wanted.where(~_claimed(kind))
    return wanted.where(_claimed(kind)) if state == "claimed" else wanted


def states(kind: Kind, ids: Sequence[int], *, at: datetime) -> dict[int, str]:
    """Of each of these: claimed, invited (an invitation is open) or waiting."""
    offered = Invitation.brand_id if kind is Brand else Invitation.creator_id
    invited = exists().where(offered == kind.id, OPEN, Invitation.role == _role(kind), Invitation.expires_at > at)
    rows = db.session.execute(select(kind.id, _claimed(kind), invited).where(kind.id.in_(ids)))
    return {row_id: "claimed" if claimed else "invited" if offer else "waiting" for row_id, claimed, offer in rows}


def get_owner(kind: Kind, public_id: UUID) -> Any:
    """The brand or creator with this public id, for who may see all of them; NotFound when there is none."""
    row = db.session.scalar(select(kind).where(kind.public_id == public_id))
    if row is None:
        raise NotFound(gettext("There is no such brand or creator."))
    return row


def _role(kind: Kind) -> Role:
    return Role.BRAND_OWNER if kind is Brand else Role.CREATOR


def _claimed(kind: Kind) -> ColumnElement[bool]:
    """Whether somebody stands behind it: an owner of the brand; the creator, or an agent who acts for them."""
    if kind is Brand:
        return exists().where(Membership.brand_id == kind.id, LIVE, Membership.role == Role.BRAND_OWNER)
    return exists().where(Membership.creator_id == kind.id, LIVE, Membership.role.in_(CREATOR))
