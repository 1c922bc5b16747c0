"""The menu of every page: for each brand, creator and office of the person its desk, and what stands on it.

Who sees an entry is told once, by `@require` of the page it leads to.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from flask import Flask, current_app, request, url_for
from flask_babel import lazy_gettext as _
from sqlalchemy import select

from app.database import db
from app.security import BRAND, CREATOR, PLATFORM, SIGNED_IN, Identity, Role, signed_in
from app.security import identity as reader
from app.users.models import Brand, Creator

# (label, endpoint): pages of a brand or creator take its public id, those of an office take nothing.
Desk = list[tuple[Any, str]]
BRAND_DESK: Desk = [
    (_("Overview"), "desks.brand_home"),
    (_("Sales"), "desks.brand_sales"),
    (_("Streams"), "streams.brand_streams"),
    (_("Creators"), "desks.brand_creators"),
    (_("Campaigns"), "campaigns.brand_campaigns"),
    (_("Offers"), "contracts.brand_offers"),
    (_("Contracts"), "contracts.brand_contracts"),
    (_("Programmes"), "contracts.brand_programmes"),
    (_("Samples"), "samples.brand_samples"),
    (_("Lists"), "desks.brand_lists"),
    (_("Calendar"), "desks.brand_calendar"),
    (_("Products"), "catalog.brand_products"),
    (_("Profile"), "creators.brand_profile"),
    (_("Funds"), "ledger.funds"),
    (_("Uploads"), "uploads.brand_uploads"),
    (_("Imports"), "uploads.brand_imports"),
    (_("People"), "users.brand_people"),
]
CREATOR_DESK: Desk = [
    (_("Earnings"), "desks.earnings"),
    (_("Streams"), "desks.creator_streams"),
    (_("Campaigns"), "ranking.creator_campaigns"),
    (_("Offers"), "contracts.creator_offers"),
    (_("Contracts"), "contracts.creator_contracts"),
    (_("Samples"), "samples.creator_samples"),
    (_("Calendar"), "desks.creator_calendar"),
    (_("Profile"), "creators.creator_profile"),
    (_("Payouts"), "payouts.creator_payouts"),
    (_("Bank details"), "payouts.bank_details"),
    (_("People"), "users.creator_people"),
]
FINANCE_DESK: Desk = [
    (_("Overview"), "payouts.home"),
    (_("Batches"), "payouts.batches"),
    (_("Top-ups"), "ledger.top_ups"),
    (_("Credit lines"), "ledger.credit_lines"),
    (_("Holds"), "payouts.holds"),
    (_("Bank account"), "payouts.platform_account"),
]
ADMIN_DESK: Desk = [
    (_("People"), "users.people_list"),
    (_("Invitations"), "users.invitations_list"),
    (_("Claims"), "users.claims_list"),
    (_("Uploads"), "uploads.admin_uploads"),
    (_("Imports"), "uploads.admin_imports"),
    (_("Lists of creators"), "creators.creator_lists"),
    (_("Corrections"), "sales.corrections"),
    (_("Ranking"), "ranking.admin_ranking"),
    (_("Back-test"), "ranking.backtest"),
    (_("Audit trail"), "users.audit"),
    (_("Letters"), "notifications.letters"),
    (_("Worker and jobs"), "processes.jobs"),
]
ACCOUNT: Desk = [(_("Your account"), "users.account")]


@dataclass(frozen=True)
class Entry:
    """One link of a menu; `current` when the page that is shown is the one, or stands under it."""

    label: Any
    url: str
    current: bool


@dataclass(frozen=True)
class Place:
    """One desk: a brand's, a creator's, or an office of the platform."""

    title: Any
    kind: Any
    root: str  # what the addresses of its pages begin with
    entries: list[Entry]
    of: UUID | None = None  # the brand's or creator's public id, which other pages have in their address

    @property
    def here(self) -> bool:
        """Whether the page that is shown belongs to this desk."""
        return f"{request.path}/".startswith(f"{self.root}/") or self.of in (request.view_args or {}).values()


@dataclass(frozen=True)
class Menu:
    """What the header and footer need; `person` is empty while nobody is signed in."""

    person: str = ""
    places: list[Place] = field(default_factory=list)
    current: Place | None = None
    account: list[Entry] = field(default_factory=list)


def site_menu() -> Menu:
    """The menu of the person behind this request, for the page they look at."""
    person = signed_in()
    if person is None:
        return Menu()
    places = [place for place in _places(person) if place.entries]
    return Menu(person.name, places, _current(places), _entries(ACCOUNT, person.roles))


def _current(places: list[Place]) -> Place | None:
    """The desk the page belongs to, or the only one; on a page about one thing the first of a person's offices."""
    likely = [place for place in places if place.here] or places
    offices = bool(request.view_args) and all(place.of is None for place in likely)
    return likely[0] if likely and (offices or len(likely) == 1) else None


def _places(identity: Identity) -> list[Place]:
    """The person's desks: brands and creators by name, then the offices of the platform."""
    places = []
    for brand in _by_name(Brand, identity.brand_ids()):
        roles = frozenset(role for role, of, _creator in identity.memberships if of == brand.id)
        entries = _entries(BRAND_DESK, roles & BRAND, brand=brand.public_id)
        places.append(Place(brand.name, _("Brand"), f"/brands/{brand.public_id}", entries, brand.public_id))
    for creator in _by_name(Creator, identity.creator_ids()):
        roles = frozenset(role for role, _brand, of in identity.memberships if of == creator.id)
        entries = _entries(CREATOR_DESK, roles & CREATOR, creator=creator.public_id)
        places.append(Place(creator.name, _("Creator"), f"/creators/{creator.public_id}", entries, creator.public_id))
    office = identity.roles & PLATFORM
    places.append(Place(_("Finance"), _("Platform"), "/finance", _entries(FINANCE_DESK, office)))
    places.append(Place(_("Administration"), _("Platform"), "/admin", _entries(ADMIN_DESK, office)))
    return places


def _by_name(kind: type[Any], ids: frozenset[int]) -> list[Any]:
    return list(db.session.scalars(select(kind).where(kind.id.in_(ids)).order_by(kind.name))) if ids else []


def _entries(desk: Desk, roles: frozenset[Role], **of: Any) -> list[Entry]:
    """The entries whose pages one of `roles` may open; of those that fit the address shown the longest is current."""
    links = [(label, url_for(endpoint, **of)) for label, endpoint in desk if _open_to(endpoint, roles)]
    fitting = [url for _label, url in links if f"{request.path}/".startswith(f"{url}/")]
    current = max(fitting, key=len, default="")
    return [Entry(label, url, url == current) for label, url in links]


def _open_to(endpoint: str, roles: frozenset[Role]) -> bool:
    wanted: frozenset[Role] = getattr(current_app.view_functions.get(endpoint), "required_roles", frozenset())
    return wanted == SIGNED_IN or bool(roles & wanted)


def may_open(endpoint: str) -> bool:
    """Whether the reader's roles open a page at all, so that no link leads to a refusal."""
    return _open_to(endpoint, reader().roles)


def init_app(app: Flask) -> None:
    """Makes `site_menu()` and `may_open()` known to templates."""
    app.jinja_env.globals.update(site_menu=site_menu, may_open=may_open)
