"""The live desk in a browser: it moves with each sale, and without a script it still says everything."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from app import clock
from app.database import db, raw
from app.sales.jobs import settle_due
from app.streams import notices, shows
from app.streams.models import Show
from tests import market
from tests.browser.desk import Desk, axe, fits, screenshot
from tests.cast import Cast
from tests.live.listener import Process, event_process
from tests.live.showing import on_air
from tests.payouts.people import identity
from tests.programs import open_folder, until

pytestmark = pytest.mark.browser


@pytest.fixture
def show(cast: Cast) -> Show:
    """Mira on air for twenty minutes, with a lamp on the screen."""
    made = on_air(cast, began=timedelta(minutes=20))
    shows.pin(shows.items_of(made)[0], at=clock.now() - timedelta(minutes=12), by=identity("mira"))
    db.session.commit()
    return made


@pytest.fixture
def events(app: Flask, live_server: str, cast: Cast) -> Iterator[Process]:
    """The event stream, which the pages are told of."""
    before = app.extensions["streamcut"]
    with open_folder() as folder, event_process(app, folder) as running:
        app.extensions["streamcut"] = replace(before, events_listen=f"127.0.0.1:{running.port}")
        yield running
    app.extensions["streamcut"] = before


def address(desk: Desk, cast: Cast, show: Show, brand: str = "") -> str:
    owner = cast.brands[brand] if brand else cast.creators["mira"]
    return desk.url(f"/{'brands' if brand else 'creators'}/{owner.public_id}/shows/{show.public_id}/desk")


def sell(show: Show, amount: int) -> None:
    """An order in the show, told as one."""
    stream = shows.brands_of(show)[0].stream
    assert stream is not None
    market.sale(stream.brand, amount, clock.now() - timedelta(seconds=5), checkout_stream=stream.ref)
    notices.announce(raw(), show.id, notices.ORDER)
    db.session.commit()


def net(page: Page) -> str:
    return page.locator("[data-figure=net]").inner_text()


def hears(page: Page, how: str) -> None:
    expect(page.locator(f"#desk[data-hears={how}]")).to_be_attached()


def test_both_desks_move_with_an_order(desk: Desk, cast: Cast, show: Show, events: Process) -> None:
    creator, brand = desk.sign_in("mira"), desk.sign_in("olga")
    creator.goto(address(desk, cast, show))
    brand.goto(address(desk, cast, show, "lumen"))
    for page in (creator, brand):
        hears(page, "stream")
        expect(page.locator("#curve.is-drawn canvas")).to_be_visible()
    for number in range(1, 4):
        sell(show, 1000)
        wanted = f"€{number * 10}.00"
        until(lambda wanted=wanted: net(creator) == net(brand) == wanted)  # type: ignore[misc]
    expect(creator.locator("#curve.is-drawn canvas")).to_be_visible()  # it was drawn again
    settle_due(wait=True)
    notices.announce(raw(), show.id, notices.ORDER)
    db.session.commit()
    for page in (creator, brand):
        expect(page.locator("[data-figure=commission]")).to_have_text("€3.00")
        axe(page)
    screenshot(creator, "live-desk")


def test_what_one_has_opened_stays_open_and_the_focus_where_it_is(
    desk: Desk, cast: Cast, show: Show, events: Process
) -> None:
    page = desk.sign_in("olga")
    page.goto(address(desk, cast, show, "lumen"))
    hears(page, "stream")
    page.locator("#minutes-of").click()
    sell(show, 2500)
    expect(page.locator("[data-figure=net]")).to_have_text("€25.00")
    assert page.locator("#minutes").get_attribute("open") is not None
    assert page.evaluate("document.activeElement.id") == "minutes-of"


def test_the_page_becomes_that_of_a_show_that_is_over(desk: Desk, cast: Cast, show: Show, events: Process) -> None:
    page = desk.sign_in("mira")
    page.goto(address(desk, cast, show))
    hears(page, "stream")
    shows.end(show, at=clock.now(), by=identity("mira"))
    db.session.commit()
    expect(page.get_by_role("heading", name="Planned and actual", exact=True)).to_be_visible()
    axe(page)


def test_without_the_stream_of_events_the_desk_asks_again(desk: Desk, cast: Cast, show: Show) -> None:
    page = desk.sign_in("mira")
    page.goto(address(desk, cast, show))
    hears(page, "asking")
    sell(show, 4000)
    expect(page.locator("[data-figure=net]")).to_have_text("€40.00")


@pytest.mark.parametrize("dark", [False, True])
def test_a_small_screen_without_a_script_has_all_of_it(desk: Desk, cast: Cast, show: Show, dark: bool) -> None:
    sell(show, 1234)
    page = desk.sign_in("olga", width=360, script=False, dark=dark)
    page.goto(address(desk, cast, show, "lumen"))
    assert net(page) == "€12.34"
    assert page.locator(".curve-still rect.band").count() == 1
    assert page.locator(".curve-still rect.bar").count() == 1
    page.locator("#minutes-of").click()
    expect(page.locator("#minutes tbody tr").last).to_be_visible()
    page.get_by_role("link", name="Show how it is now").click()
    assert net(page) == "€12.34"
    assert fits(page)
    screenshot(page, f"live-desk-small{'-dark' if dark else ''}")


def test_it_speaks_dutch(desk: Desk, cast: Cast, show: Show) -> None:
    cast.people["mira"].language = "nl"
    db.session.commit()
    page = desk.sign_in("mira", language="nl")
    page.goto(address(desk, cast, show))
    expect(page.get_by_role("heading", level=1)).to_have_text("Livedashboard: Evening light")
