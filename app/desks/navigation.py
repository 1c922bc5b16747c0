"""The menu of every page: for each brand, creator and office of the person its desk, and what stands on it.

Who sees an entry is told once, by `@require` of the page it leads to.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter
from typing import Any
from uuid import UUID

from flask import Flask, current_app, request, session, url_for
from flask_babel import lazy_gettext as _
from sqlalchemy import select

from app.database import db
from app.desks.platform_menu import ADMIN_DESK, FINANCE_DESK, Desk
from app.security import BRAND, CREATOR, PLATFORM, SIGNED_IN, Identity, Role, signed_in
from app.security import identity as reader
from app.users.models import Brand, Creator

BRAND_DESK: Desk = [
    ("", [(_("Home"), "desks.brand_home")]),
    (
        _("Find"),
        [
            (_("Creators"), "desks.brand_creators"),
            (_("Lists"), "desks.brand_lists"),
            (_("Campaigns"), "campaigns.brand_campaigns"),
            (_("Samples"), "samples.brand_samples"),
        ],
    ),
    (
        _("Deals"),
        [
            (_("Offers"), "contracts.brand_offers"),
            (_("Contracts"), "contracts.brand_contracts"),
            (_("Programmes"), "contracts.brand_programmes"),
            (_("Calendar"), "desks.brand_calendar"),
        ],
    ),
    (
        _("Sales"),
        [
            (_("Orders"), "desks.brand_sales"),
            (_("Orders to send"), "orders.brand_orders"),
            (_("Stock"), "orders.brand_stock"),
            (_("Shows"), "streams.brand_shows"),
            (_("Streams"), "streams.brand_streams"),
            (_("Products"), "catalog.brand_products"),
            (_("Uploads"), "uploads.brand_uploads"),
            (_("Imports"), "uploads.brand_imports"),
            (_("Disputes"), "sales.brand_disputes"),
        ],
    ),
    (
        _("Money"),
        [
            (_("Funds"), "ledger.funds"),
            (_("Statements"), "desks.brand_month_accounts"),
            (_("Invoices"), "invoicing.brand_invoices"),
            (_("Late payment"), "payouts.brand_late_payment"),
        ],
    ),
    (
        _("Settings"),
        [
            (_("Profile"), "creators.brand_profile"),
            (_("Legal details"), "contracts.brand_legal_details"),
            (_("Tax details"), "invoicing.brand_tax_profile"),
            (_("People"), "users.brand_people"),
        ],
    ),
]
CREATOR_DESK: Desk = [
    ("", [(_("Home"), "desks.earnings")]),
    (
        _("Find"),
        [(_("Campaigns"), "ranking.creator_campaigns"), (_("Samples"), "samples.creator_samples")],
    ),
    (
        _("Deals"),
        [
            (_("Offers"), "contracts.creator_offers"),
            (_("Contracts"), "contracts.creator_contracts"),
            (_("Calendar"), "desks.creator_calendar"),
        ],
    ),
    (
        _("Sales"),
        [
            (_("Shows"), "streams.creator_shows"),
            (_("Streams"), "desks.creator_streams"),
            (_("Missing an order?"), "desks.creator_missing_order"),
            (_("Disputes"), "sales.creator_disputes"),
        ],
    ),
    (
        _("Money"),
        [
            (_("Statements"), "desks.statements"),
            (_("Invoices"), "invoicing.creator_invoices"),
            (_("Payouts"), "payouts.creator_payouts"),
            (_("Bank details"), "payouts.bank_details"),
            (_("Get paid by Stripe"), "payouts.stripe_account"),
        ],
    ),
    (
        _("Settings"),
        [
            (_("Profile"), "creators.creator_profile"),
            (_("Legal details"), "contracts.creator_legal_details"),
            (_("Tax details"), "invoicing.creator_tax_profile"),
            (_("People"), "users.creator_people"),
        ],
    ),
]
AGENCY_DESK: Desk = [("", [(_("All your creators"), "desks.agency")])]
ACCOUNT: Desk = [("", [(_("Your account"), "users.account")])]
OFFICES = "office"  # in the session: the office whose page was looked at last


@dataclass(frozen=True)
class Entry:
    """One link of a menu; `current` when the page that is shown is the one, or stands under it."""

    label: Any
    url: str
    current: bool


@dataclass(frozen=True)
class Group:
    """Entries that belong together; the first of a desk has no heading."""

    label: Any
    entries: list[Entry]


@dataclass(frozen=True)
class Place:
    """One desk: a brand's, a creator's, an agent's over all creators, or an office of the platform."""

    title: Any
    kind: Any
    root: str  # what the addresses of its pages begin with
    groups: list[Group]
    of: UUID | None = None  # the brand's or creator's public id, which other pages have in their address

    @property
    def entries(self) -> list[Entry]:
        """The links of all groups, in order; the first is where the desk begins."""
        return [entry for group in self.groups for entry in group.entries]

    @property
    def at(self) -> Entry | None:
        """The entry of the page that is shown."""
        return next((entry for entry in self.entries if entry.current), None)

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
    account = [entry for group in _groups(ACCOUNT, person.roles) for entry in group.entries]
    return Menu(person.name, places, _current(places), account)


def _current(places: list[Place]) -> Place | None:
    """The desk the page belongs to, or the only one; a page about one thing that several offices may open keeps the
    menu of the office one came from."""
    likely = [place for place in places if place.here]
    if likely:
        if likely[0].of is None and session.get(OFFICES) != likely[0].root:
            session[OFFICES] = likely[0].root
        return likely[0]
    if len(places) == 1:
        return places[0]
    offices = [place for place in places if place.of is None]
    if not offices or not request.view_args or len(offices) < len(places):
        return None
    return next((place for place in offices if place.root == session.get(OFFICES)), offices[-1])


def _places(identity: Identity) -> list[Place]:
    """The person's desks: all creators of an agency, brands and creators by name, then the offices of the platform."""
    places = []
    if len(identity.creator_ids({Role.AGENT})) > 1:
        places.append(Place(_("All your creators"), _("Agency"), "/agency", _groups(AGENCY_DESK, identity.roles)))
    for brand in _by_name(Brand, identity.brand_ids()):
        roles = frozenset(role for role, of, _creator in identity.memberships if of == brand.id)
        groups = _groups(BRAND_DESK, roles & BRAND, brand=brand.public_id)
        places.append(Place(brand.name, _("Brand"), f"/brands/{brand.public_id}", groups, brand.public_id))
    for creator in _by_name(Creator, identity.creator_ids()):
        roles = frozenset(role for role, _brand, of in identity.memberships if of == creator.id)
        groups = _groups(CREATOR_DESK, roles & CREATOR, creator=creator.public_id)
        places.append(Place(creator.name, _("Creator"), f"/creators/{creator.public_id}", groups, creator.public_id))
    office = identity.roles & PLATFORM
    places.append(Place(_("Finance"), _("Platform"), "/finance", _groups(FINANCE_DESK, office)))
    places.append(Place(_("Administration"), _("Platform"), "/admin", _groups(ADMIN_DESK, office)))
    return places


def _by_name(kind: type[Any], ids: frozenset[int]) -> list[Any]:
    return list(db.session.scalars(select(kind).where(kind.id.in_(ids)).order_by(kind.name))) if ids else []


def _groups(desk: Desk, roles: frozenset[Role], **of: Any) -> list[Group]:
    """The entries whose pages one of `roles` may open; of those that fit the address shown the longest is current."""
    links = [
        (heading, label, url_for(endpoint, **of))
        for heading, entries in desk
        for label, endpoint in entries
        if _open_to(endpoint, roles)
    ]
    fitting = [url for _heading, _label, url in links if f"{request.path}/".startswith(f"{url}/")]
    current = max(fitting, key=len, default="")
    return [
        Group(heading, [Entry(label, url, url == current) for _heading, label, url in group])
        for heading, group in groupby(links, key=itemgetter(0))
    ]


def _open_to(endpoint: str, roles: frozenset[Role]) -> bool:
    wanted: frozenset[Role] = getattr(current_app.view_functions.get(endpoint), "required_roles", frozenset())
    return wanted == SIGNED_IN or bool(roles & wanted)


def may_open(endpoint: str) -> bool:
    """Whether the reader's roles open a page at all, so that no link leads to a refusal."""
    return _open_to(endpoint, reader().roles)


def init_app(app: Flask) -> None:
    """Makes `site_menu()` and `may_open()` known to templates."""
    app.jinja_env.globals.update(site_menu=site_menu, may_open=may_open)
