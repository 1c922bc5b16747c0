"""The menu: everybody's desks, and on each what the person may open."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_login import login_user
from sqlalchemy import select

from app.campaigns.models import Approach
from app.clock import now, today
from app.database import db, raw
from app.desks.menus import entries, navigation
from app.desks.menus.menu import Menu
from app.desks.menus.navigation import site_menu
from app.formatting import money
from app.ledger.balances import standings
from app.sales.jobs import settle_due
from app.security import Role
from app.uploads.models import Upload
from app.users import sessions
from app.users.models import Membership, Person
from tests import market
from tests.cast import BEGINNING, Cast

Browse = Callable[[str], FlaskClient]
Asks = Callable[..., AbstractContextManager[None]]
Seen = Callable[..., Menu]


@pytest.fixture
def asks(app: Flask) -> Asks:
    """`with asks("olga", "/sign-in"):` is a request of Olga's for that page."""

    @contextmanager
    def request(name: str, path: str = "/") -> Iterator[None]:
        person = db.session.scalars(select(Person).where(Person.email == f"{name}@cast.example")).one()
        token = sessions.open_session(person, at=now(), days=1, address="127.0.0.1", browser="test")
        found = sessions.identity_of(token, at=now())
        assert found
        with app.test_request_context(path):
            login_user(found[0])
            yield

    return request


@pytest.fixture
def menu_of(asks: Asks) -> Seen:
    """`menu_of("olga", "/sign-in")` is the menu Olga sees there."""

    def look(name: str, path: str = "/") -> Menu:
        with asks(name, path):
            return site_menu()

    return look


def _labels(menu: Menu) -> dict[str, list[str]]:
    return {str(place.title): [str(entry.label) for entry in place.entries] for place in menu.places}


def test_every_entry_leads_to_a_page_that_asks_for_a_role(app: Flask) -> None:
    desks = (entries.BRAND_DESK, entries.CREATOR_DESK, entries.FINANCE_DESK, entries.ADMIN_DESK)
    groups = [group for desk in (*desks, entries.AGENCY_DESK, entries.ACCOUNT) for _label, group in desk]
    endpoints = [endpoint for group in groups for _label, endpoint in group]
    missing = [name for name in endpoints if not getattr(app.view_functions.get(name), "required_roles", None)]
    assert missing == []


@pytest.mark.parametrize("name", ["olga", "max", "bea", "kim", "mira", "ada", "mo", "che", "adam", "audrey"])
def test_whatever_stands_in_a_menu_can_be_opened(
    menu_of: Seen, browse: Callable[[str], FlaskClient], name: str
) -> None:
    menu = menu_of(name)
    assert menu.places
    browser = browse(name)
    for place in menu.places:
        for entry in place.entries:
            assert browser.get(entry.url).status_code == 200, entry.url
        assert place.entries[0].url.startswith(place.root)


def test_a_brand_a_creator_and_an_agent_have_one_desk_and_a_stranger_none(menu_of: Seen) -> None:
    assert list(_labels(menu_of("olga"))) == ["Lumen Lighting"]
    assert list(_labels(menu_of("mira"))) == ["Mira Live"]
    assert list(_labels(menu_of("ada"))) == ["Mira Live"]
    assert _labels(menu_of("sam")) == {}
    assert [str(entry.label) for entry in menu_of("sam").account] == ["Your account"]


def test_the_platforms_people_see_their_offices(menu_of: Seen) -> None:
    assert list(_labels(menu_of("mo"))) == ["Finance"]
    assert "Administration" in _labels(menu_of("adam"))
    assert list(_labels(menu_of("audrey"))) == ["Finance", "Administration"]


def test_the_page_that_is_shown_is_marked_and_so_is_what_it_stands_under(menu_of: Seen, cast: Cast) -> None:
    root = f"/brands/{cast.brands['lumen'].public_id}"
    for path, label in ((root, "Home"), (f"{root}/sales", "Orders"), (f"{root}/contracts/x", "Contracts")):
        menu = menu_of("olga", path)
        assert menu.current
        assert [str(entry.label) for entry in menu.current.entries if entry.current] == [label]


def test_with_several_desks_the_address_decides_which_one_is_meant(menu_of: Seen, cast: Cast) -> None:
    person, joon = cast.people["ada"], cast.creators["joon"]
    db.session.add(Membership(person_id=person.id, role=Role.AGENT, creator_id=joon.id, granted_at=BEGINNING))
    db.session.commit()
    assert list(_labels(menu_of("ada"))) == ["All your creators", "Joon Park", "Mira Live"]
    assert menu_of("ada", "/account").current is None
    current = menu_of("ada", f"/creators/{joon.public_id}/earnings").current
    assert current
    assert current.title == "Joon Park"


def test_a_role_that_has_ended_leaves_the_menu(menu_of: Seen, cast: Cast) -> None:
    row = db.session.scalars(select(Membership).where(Membership.person_id == cast.people["mira"].id)).one()
    row.ended_at = now()
    db.session.commit()
    assert _labels(menu_of("mira")) == {}


@pytest.mark.parametrize(("name", "opens"), [("olga", True), ("adam", True), ("mo", False), ("mira", False)])
def test_a_link_to_a_page_that_would_be_refused_is_left_out(asks: Asks, name: str, opens: bool) -> None:
    with asks(name):
        assert navigation.may_open("uploads.import_page") == opens


def test_a_brands_menu_stands_in_groups(menu_of: Seen, cast: Cast) -> None:
    (place,) = menu_of("olga").places
    assert [(str(group.label), [str(entry.label) for entry in group.entries]) for group in place.groups] == [
        ("", ["Home"]),
        ("Find", ["Creators", "Lists", "Lists you bring", "Campaigns", "Samples"]),
        ("Deals", ["Offers", "Contracts", "Programmes", "Calendar"]),
        (
            "Sales",
            [
                "Orders",
                "Held commissions",
                "Orders to send",
                "Stock",
                "Shows",
                "Streams",
                "Links",
                "Products",
                "Uploads",
                "Imports",
                "Shops",
                "Disputes",
            ],
        ),
        ("Money", ["Funds", "Statements", "Invoices", "Late payment"]),
        (
            "Settings",
            [
                "Profile",
                "Domains",
                "Shared commissions",
                "Legal details",
                "Tax details",
                "People",
                "API keys",
                "Webhooks",
            ],
        ),
    ]


def test_what_is_opened_from_the_administration_keeps_its_menu(browse: Browse, cast: Cast) -> None:
    lumen, audrey = cast.brands["lumen"], browse("audrey")
    upload = Upload(brand_id=lumen.id, by_id=cast.people["olga"].id, by_name="Olga", created_at=now(), status_at=now())
    upload.status = "previewed"
    db.session.add(upload)
    db.session.commit()
    page = f"/uploads/{upload.public_id}"
    for office, title in (
        ("/admin/uploads", "Administration"),
        ("/finance", "Finance"),
        ("/admin/people", "Administration"),
    ):
        audrey.get(office)
        assert f'aria-label="{title}"' in audrey.get(page).text
        assert f'aria-label="{title}"' in audrey.get(f"/brands/{lumen.public_id}/contracts").text


def test_an_agency_lands_on_one_desk_with_all_its_creators_tasks_and_money(browse: Browse, cast: Cast) -> None:
    ada = browse("ada")
    assert ada.get("/").headers["Location"].endswith("/earnings"), "who has one creator lands there"
    mira, joon = cast.creators["mira"], cast.creators["joon"]
    db.session.add(
        Membership(person_id=cast.people["ada"].id, role=Role.AGENT, creator_id=joon.id, granted_at=BEGINNING)
    )
    db.session.commit()
    for creator, code in ((mira, "MIRA"), (joon, "JOON")):
        market.contract(cast.brands["lumen"], creator, ref=f"K-{code}", coupons=(code,))
        market.sale(cast.brands["lumen"], order_ref=f"O-{code}", base_minor=10_000, coupon=code)
    row = {"brand_id": cast.brands["kettle"].id, "sent_by": cast.people["kim"].id, "sent_at": now()}
    db.session.add(Approach(creator_id=joon.id, status="unanswered", **row))
    db.session.commit()
    settle_due(wait=True)
    assert ada.get("/").headers["Location"] == "/agency"
    page = ada.get("/agency").text
    assert "Answer the invitation of Kettle" in page
    earned = [standings(raw(), creator.id, on=today())[0] for creator in (mira, joon)]
    sums = sum(each.pending + each.payable for each in earned)
    assert sums > 0
    shown = {money(sum(getattr(each, name) for each in earned), "EUR") for name in ("pending", "payable")}
    assert all(f'<dd class="stat-value">{text}</dd>' in page for text in shown)
    for creator in (mira, joon):
        assert f'href="/creators/{creator.public_id}/earnings"' in page
    assert browse("olga").get("/agency").status_code == 403


def test_an_error_page_offers_the_way_back(browse: Browse, cast: Cast) -> None:
    olga, origin = browse("olga"), f"/brands/{cast.brands['lumen'].public_id}/contracts"
    page = olga.get("/nowhere", headers={"Referer": f"http://localhost{origin}?status=running"})
    assert page.status_code == 404
    assert f'href="{origin}?status=running"' in page.text
    elsewhere = olga.get("/nowhere", headers={"Referer": "https://elsewhere.example/page"}).text
    assert "elsewhere.example" not in elsewhere
    assert "Go back" not in elsewhere
