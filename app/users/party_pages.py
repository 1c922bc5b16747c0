"""Pages that a brand and a creator both have, each under their own address: written once, registered twice.

`@party_page(blueprint, "GET", "offers/<uuid:offer>")` above `def offer(party, offer)` makes the blueprint's pages
brand_offer and creator_offer. Each begins with @require of the roles told here and the loader of app/users/scope.py.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any, cast

from flask import Blueprint, current_app, url_for
from flask.typing import ResponseReturnValue

from app.security import BRAND as BRAND_ROLES
from app.security import CREATOR as CREATOR_ROLES
from app.security import OWNERS, PLATFORM, Identity, Role, identity, require
from app.users.models import Brand, Creator
from app.users.scope import brand_for, creator_for
from app.users.sides import Side

View = Callable[..., ResponseReturnValue]
Roles = Mapping[str, frozenset[Role]]
READERS: Roles = {"brand": BRAND_ROLES | PLATFORM, "creator": CREATOR_ROLES | PLATFORM}
DEALERS: Roles = {"brand": OWNERS | {Role.BRAND_MEMBER}, "creator": CREATOR_ROLES}  # who may negotiate
BINDERS: Roles = {"brand": OWNERS, "creator": CREATOR_ROLES}  # who may sign, end, and answer for their side


@dataclass(frozen=True)
class Party:
    """One side of the table, and the person who looks from there: somebody of the side, or of the platform."""

    side: str
    owner: Brand | Creator
    person: Identity

    @property
    def brand(self) -> Brand:
        """The brand whose side it is; only pages that brands alone have may ask."""
        if not isinstance(self.owner, Brand):
            raise TypeError(f"{self.owner.handle} is no brand")
        return self.owner

    @property
    def creator(self) -> Creator:
        """The creator whose side it is; only pages that creators alone have may ask."""
        if not isinstance(self.owner, Creator):
            raise TypeError(f"{self.owner.handle} is no creator")
        return self.owner

    @property
    def may_deal(self) -> bool:
        """Whether the person negotiates for the side."""
        return self._has(DEALERS)

    @property
    def may_bind(self) -> bool:
        """Whether the person signs for the side."""
        return self._has(BINDERS)

    @property
    def ours(self) -> bool:
        """Whether the person belongs to the side, and does not look on for the platform."""
        ids = self.person.brand_ids() if self.side == Side.BRAND else self.person.creator_ids()
        return self.owner.id in ids

    def url(self, page: str, **values: Any) -> str:
        """The address of the side's own page of this name."""
        return page_url(self.side, page, self.owner, **values)

    def url_if(self, page: str, **values: Any) -> str:
        """The same, or nothing where the side has no such page."""
        return self.url(page, **values) if f"{self.side}_{page}" in _endpoints() else ""

    def _has(self, roles: Roles) -> bool:
        ids = self.person.brand_ids if self.side == Side.BRAND else self.person.creator_ids
        return self.owner.id in ids(roles[self.side])


def page_url(side: str, page: str, owner: Brand | Creator, **values: Any) -> str:
    """The address of the page of this name that `owner` has on its side."""
    address: dict[str, Any] = {side: owner.public_id, **values}
    return url_for(_endpoints()[f"{side}_{page}"], **address)


def _endpoints() -> Mapping[str, str]:
    """Every page by its name alone: whichever room has it, no other room has one of that name (a test sees to it)."""
    if "party_pages" not in current_app.extensions:
        current_app.extensions["party_pages"] = {name.rpartition(".")[2]: name for name in current_app.view_functions}
    return cast("Mapping[str, str]", current_app.extensions["party_pages"])


def party_page(
    blueprint: Blueprint, method: str, path: str, roles: Roles = READERS, *, sides: tuple[str, ...] = tuple(Side)
) -> Callable[[View], View]:
    """Registers a page for both sides (or one), as `<side>_<name of the function>`, with its party as first argument.

    The platform's people may look where `roles` are READERS.
    """

    def decorate(view: View) -> View:
        for side in sides:
            blueprint.add_url_rule(
                f"/{side}s/<uuid:{side}>/{path}",
                f"{side}_{view.__name__}",
                require(roles[side])(_at(side, view, roles)),
                methods=[method],
            )
        return view

    return decorate


def _at(side: str, view: View, roles: Roles) -> View:
    @wraps(view)
    def from_there(**values: Any) -> ResponseReturnValue:
        person, read, public_id = identity(), roles is READERS, values.pop(side)
        own = roles[side] - PLATFORM
        load = brand_for if side == Side.BRAND else creator_for
        return view(Party(side, load(person, public_id, own, read=read), person), **values)

    return from_there
