"""Pages that a brand and a creator both have, each under their own address: written once, registered twice.

`@seated("GET", "offers/<uuid:offer>")` above `def offer(seat, offer)` makes the pages desks.brand_offer and
desks.creator_offer. Each begins with @require of the roles told here, and with the loader of app/users/scope.py.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any

from flask import url_for
from flask.typing import ResponseReturnValue
from werkzeug.routing import BuildError

from app.contracts.rounds import BRAND, SIDES
from app.contracts.sides import OWNERS
from app.desks.views import blueprint
from app.security import BRAND as BRAND_ROLES
from app.security import CREATOR as CREATOR_ROLES
from app.security import PLATFORM, Identity, Role, identity, require
from app.users.models import Brand, Creator
from app.users.scope import brand_for, creator_for

View = Callable[..., ResponseReturnValue]
Roles = Mapping[str, frozenset[Role]]
READERS: Roles = {"brand": BRAND_ROLES | PLATFORM, "creator": CREATOR_ROLES | PLATFORM}
DEALERS: Roles = {"brand": OWNERS | {Role.BRAND_MEMBER}, "creator": CREATOR_ROLES}  # who may negotiate
BINDERS: Roles = {"brand": OWNERS, "creator": CREATOR_ROLES}  # who may sign, end, and answer for their side


@dataclass(frozen=True)
class Seat:
    """One side of the table, and the person who looks from there: somebody of the side, or of the platform."""

    side: str
    of: Brand | Creator
    who: Identity

    @property
    def brand(self) -> Brand:
        """The brand whose side it is; only pages that brands alone have may ask."""
        if not isinstance(self.of, Brand):
            raise TypeError(f"{self.of.handle} is no brand")
        return self.of

    @property
    def creator(self) -> Creator:
        """The creator whose side it is; only pages that creators alone have may ask."""
        if not isinstance(self.of, Creator):
            raise TypeError(f"{self.of.handle} is no creator")
        return self.of

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
        ids = self.who.brand_ids() if self.side == BRAND else self.who.creator_ids()
        return self.of.id in ids

    def url(self, page: str, **values: Any) -> str:
        """The address of the side's own page of this name."""
        of: dict[str, Any] = {self.side: self.of.public_id}
        return url_for(f"desks.{self.side}_{page}", **of, **values)

    def url_if(self, page: str, **values: Any) -> str:
        """The same, or nothing where the side has no such page."""
        try:
            return self.url(page, **values)
        except BuildError:
            return ""

    def _has(self, roles: Roles) -> bool:
        ids = self.who.brand_ids if self.side == BRAND else self.who.creator_ids
        return self.of.id in ids(roles[self.side])


def seated(method: str, path: str, roles: Roles = READERS, *, sides: tuple[str, ...] = SIDES) -> Callable[[View], View]:
    """Registers a page for both sides (or one), as `<side>_<name of the function>`, with its seat as first argument.

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
        who, read, public_id = identity(), roles is READERS, values.pop(side)
        own = roles[side] - PLATFORM
        load = brand_for if side == BRAND else creator_for
        return view(Seat(side, load(who, public_id, own, read=read), who), **values)

    return from_there
