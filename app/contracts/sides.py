"""Who may bind a side: a brand's owner for the brand, the creator or an agent for the creator (rules.md B17)."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext
from sqlalchemy import ColumnElement

from app.errors import BadInput, NotAllowed
from app.security import CREATOR, OWNERS, Identity
from app.users.models import Brand, Creator
from app.users.sides import Side


def may_bind(by: Identity, side: str, brand_id: int, creator_id: int) -> bool:
    """Whether this person signs, ends and answers for that side of the pair."""
    return brand_id in by.brand_ids(OWNERS) if side == Side.BRAND else creator_id in by.creator_ids(CREATOR)


def must_bind(by: Identity, side: str, brand_id: int, creator_id: int) -> None:
    """NotAllowed for who may not speak for the side, BadInput where there is no such side."""
    if side not in set(Side):
        raise BadInput(gettext("A contract has two sides: the brand and the creator."))
    if not may_bind(by, side, brand_id, creator_id):
        raise NotAllowed(
            gettext("Only an owner of the brand can do this for it.")
            if side == Side.BRAND
            else gettext("Only the creator or their agent can do this for them.")
        )


def sides_of(by: Identity, brand_id: int, creator_id: int) -> list[str]:
    """The sides this person may bind; two only for somebody who is an owner of the brand and an agent too."""
    return [side for side in Side if may_bind(by, side, brand_id, creator_id)]


def owned_by(owner: Brand | Creator, model: Any) -> ColumnElement[bool]:
    """The condition that a row between a brand and a creator is the owner's: of the brand, or of the creator."""
    column: ColumnElement[int] = model.brand_id if isinstance(owner, Brand) else model.creator_id
    return column == owner.id
