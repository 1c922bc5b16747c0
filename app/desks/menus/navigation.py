"""The menu of every page: for each brand, creator and office of the person its desk, and what stands on it.

Who sees an entry is told once, by `@require` of the page it leads to.
"""

from __future__ import annotations

from itertools import groupby
from operator import itemgetter
from typing import Any

from flask import Flask, current_app, request, session, url_for
from flask_babel import lazy_gettext as _
from sqlalchemy import select

from app.database import db
from app.desks.menus.entries import ACCOUNT, ADMIN_DESK, AGENCY_DESK, BRAND_DESK, CREATOR_DESK, FINANCE_DESK, Desk
from app.desks.menus.menu import Entry, Group, Menu, Place
from app.security import BRAND, CREATOR, PLATFORM, SIGNED_IN, Identity, Role, signed_in
from app.security import identity as reader
from app.users.models import Brand, Creator

OFFICES = "office"  # in the session: the office whose page was looked at last


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
