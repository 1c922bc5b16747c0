"""A show in the browsers of its viewers: the picture moves, products and chat change, and nobody else is asked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, Route, expect
from sqlalchemy import text

from app import clock
from app.database import db, raw
from app.live import chat
from app.streams import notices, shows
from app.streams.models import Show
from tests.browser.desk import Desk, axe, fits, screenshot
from tests.cast import Cast
from tests.live.listener import Process, event_process
from tests.live.moving import record, served
from tests.live.showing import on_air, planned
from tests.payouts.people import identity
from tests.programs import open_folder, until

pytestmark = pytest.mark.browser
ELSEWHERE = re.compile("^https://")


@pytest.fixture(scope="module")
def picture(chromium: Browser) -> Iterator[str]:
    """The address of a moving picture at a media server elsewhere."""
    with served(record(chromium)) as base:
        yield f"{base}/index.m3u8"


@pytest.fixture
def events(app: Flask, live_server: str, cast: Cast) -> Iterator[Process]:
    """The event stream, which the pages are told of."""
    before = app.extensions["streamcut"]
    with open_folder() as folder, event_process(app, folder) as running:
        about = {"events_listen": f"127.0.0.1:{running.port}", "stripe_secret_key": "sk_test_of_the_tests"}
        app.extensions["streamcut"] = replace(before, **about)
        yield running
    app.extensions["streamcut"] = before


def address(desk: Desk, show: Show) -> str:
    return desk.url(f"/live/{show.public_id}")


def hears(page: Page, how: str) -> None:
    expect(page.locator(f".watch[data-hears={how}]")).to_be_attached()


def becomes(page: Page, true: str) -> None:
    """Waits until it is true in the page, whose own policy lets nobody compile a text there."""
    until(lambda: bool(page.evaluate(true)))


def moves(page: Page, by: str) -> None:
    """The picture is played by this, and goes on."""
    assert page.locator("video").get_attribute("data-by") == by
    becomes(page, "document.querySelector('video').currentTime > 0.5")
    width = page.evaluate("document.querySelector('video').videoWidth")
    assert width == 160


def test_the_picture_moves_in_our_own_player(desk: Desk, cast: Cast, picture: str) -> None:
    show = on_air(cast, address=picture)
    page = desk.page(motion=True)
    page.goto(address(desk, show))
    moves(page, "browser")  # by itself
    assert page.evaluate("document.querySelector('video').muted")


def test_where_the_browser_plays_no_hls_the_library_does(desk: Desk, cast: Cast, picture: str) -> None:
    show = on_air(cast, address=picture)
    page = desk.page()
    page.add_init_script("HTMLMediaElement.prototype.canPlayType = () => ''")
    page.goto(address(desk, show))
    becomes(page, "Boolean(window.Hls && document.querySelector('video').src.startsWith('blob:'))")
    page.evaluate("document.querySelector('video').play()")
    moves(page, "hls.js")


def test_what_changes_comes_by_itself_to_all_viewers(desk: Desk, cast: Cast, events: Process) -> None:
    show = on_air(cast)
    anne, bob = desk.page(), desk.page(language="nl", dark=True, width=360)
    for page in (anne, bob):
        page.goto(address(desk, show))
        hears(page, "stream")
    expect(anne.locator(".pin-card")).to_have_count(0)
    shows.pin(shows.items_of(show)[0], at=clock.now(), by=identity("mira"))
    db.session.commit()
    expect(anne.locator(".pin-card")).to_contain_text("Lamp")
    expect(bob.locator(".pin-card")).to_contain_text("€\N{NO-BREAK SPACE}10,00")
    axe(anne)
    axe(bob)
    assert fits(bob)
    screenshot(anne, "watch")
    screenshot(bob, "watch-phone")
    anne.get_by_label("Your name here").fill("Anne")
    anne.get_by_label("Message", exact=True).fill("Is it warm <b>light</b>?")
    anne.get_by_role("button", name="Send").click()
    expect(bob.get_by_role("log")).to_contain_text("Is it warm <b>light</b>?")
    expect(anne.locator("[data-own]")).to_have_count(1)
    expect(anne.locator(".chat-lines li")).to_have_count(1)
    raw().execute("update chatter set muted_at = now(), muted_by = 1")
    notices.announce(raw(), show.id, notices.CHAT)
    db.session.commit()
    expect(bob.locator(".chat-lines li")).to_have_count(0)
    expect(anne.locator(".chat-lines li")).to_have_count(1)


def test_a_page_that_waits_shows_the_picture_when_the_show_begins_and_closes_when_it_ends(
    desk: Desk, cast: Cast, events: Process
) -> None:
    show = planned(cast)
    page = desk.page()
    page.goto(address(desk, show))
    axe(page)
    hears(page, "stream")
    expect(page.locator(".waiting-when time")).not_to_contain_text("UTC")
    expect(page.get_by_role("button", name="Buy Lamp")).to_have_count(0)
    shows.begin(show, at=clock.now(), by=identity("mira"))
    db.session.commit()
    expect(page.get_by_role("button", name="Buy Lamp")).to_be_visible()
    expect(page.locator(".stage .badge")).to_have_text("Live now")
    shows.end(show, at=clock.now() + timedelta(seconds=1), by=identity("mira"))
    db.session.commit()
    expect(page.get_by_text("This show is over.")).to_be_visible()
    expect(page.get_by_text("The chat is closed.")).to_be_visible()
    axe(page)


def test_a_claim_is_answered_to_the_buyer_alone(desk: Desk, cast: Cast, events: Process) -> None:
    show = on_air(cast)
    anne, bob = desk.page(), desk.page()
    for page in (anne, bob):
        page.goto(address(desk, show))
        hears(page, "stream")
    anne.get_by_label("Your name here").fill("Anne")
    anne.get_by_label("Message", exact=True).fill("lamp 2")
    anne.get_by_label("Message", exact=True).press("Enter")
    expect(anne.get_by_role("link", name="Go on to pay")).to_be_visible()
    expect(bob.get_by_role("log")).to_contain_text("lamp 2")
    expect(bob.locator("#products")).to_contain_text("1 left")
    assert "reserved for you" not in bob.locator("main").inner_text()
    axe(anne)


def test_without_the_stream_the_page_asks_again(desk: Desk, cast: Cast, app: Flask) -> None:
    show = on_air(cast)
    page = desk.page()
    page.add_init_script(
        "document.addEventListener('DOMContentLoaded', () => { document.querySelector('.watch').dataset.ask = 300 })"
    )
    page.goto(address(desk, show))
    hears(page, "asking")
    shows.pin(shows.items_of(show)[0], at=clock.now(), by=identity("mira"))
    chat.write(show, b"b" * 16, "Bob", "Hello", at=clock.now())
    db.session.commit()
    expect(page.locator(".pin-card")).to_contain_text("Lamp")
    expect(page.get_by_role("log")).to_contain_text("Hello")
    until(lambda: count("show_presence") == 1)


def count(table: str) -> int:
    db.session.rollback()
    return int(db.session.scalar(text(f"select count(*) from {table}")) or 0)


def test_when_the_stream_goes_away_the_page_asks_and_comes_back_to_it(
    desk: Desk, cast: Cast, app: Flask, live_server: str
) -> None:
    show, before = on_air(cast), app.extensions["streamcut"]
    page = desk.page()
    failed = ("ERR_CONNECTION_REFUSED", "ERR_INCOMPLETE_CHUNKED_ENCODING")
    try:
        with open_folder() as folder, event_process(app, folder) as first:
            app.extensions["streamcut"] = replace(before, events_listen=f"127.0.0.1:{first.port}")
            page.goto(address(desk, show))
            hears(page, "stream")
            first.end()
            hears(page, "asking")
        with open_folder() as folder, event_process(app, folder, listen=f"127.0.0.1:{first.port}"):
            expect(page.locator(".watch[data-hears=stream]")).to_be_attached(timeout=60_000)  # it asks ever more seldom
    finally:
        app.extensions["streamcut"] = before
        desk.complaints[:] = [each for each in desk.complaints if not any(why in each for why in failed)]


def test_a_platform_is_asked_nothing_before_the_click(desk: Desk, cast: Cast) -> None:
    show = on_air(cast, platform="youtube", player="youtube", address="dQw4w9WgXcQ")
    asked: list[str] = []

    def answer(route: Route) -> None:
        asked.append(route.request.url)
        route.fulfill(
            body="<!doctype html><html lang='en'><title>Player</title><p>A player</p></html>", content_type="text/html"
        )

    page = desk.page()
    page.route(ELSEWHERE, answer)
    page.goto(address(desk, show))
    axe(page)
    screenshot(page, "watch-youtube")
    assert asked == []
    page.get_by_role("button", name="Show the picture here").click()
    expect(page.frame_locator("iframe.player").get_by_text("A player")).to_be_visible()
    assert asked == ["https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ"]
    shows.pin(shows.items_of(show)[0], at=clock.now(), by=identity("mira"))
    db.session.commit()
    page.reload()
    page.get_by_role("button", name="Show the picture here").click()
    lies_over = """() => {
      const player = document.querySelector("iframe.player").getBoundingClientRect();
      const card = document.querySelector(".pin-card").getBoundingClientRect();
      const beside = card.left >= player.right || card.right <= player.left;
      const top = document.elementFromPoint(player.left + player.width / 2, player.top + 20);
      return !(beside || card.top >= player.bottom || card.bottom <= player.top) || top.className !== "player";
    }"""
    assert page.evaluate(lies_over) is False


def test_twitch_gets_its_room_or_a_link(desk: Desk, cast: Cast) -> None:
    show = on_air(cast, platform="twitch", player="twitch", address="miralive")
    wide, narrow = desk.page(), desk.page(width=360)
    for page in (wide, narrow):
        page.context.route(ELSEWHERE, lambda route: route.fulfill(body="<title>x</title>", content_type="text/html"))
        page.goto(address(desk, show))
    wide.get_by_role("button", name="Show the picture here").click()
    box = wide.locator("iframe.player").bounding_box()
    assert box is not None
    assert (box["width"] >= 400, box["height"] >= 300) == (True, True)
    with narrow.context.expect_page() as opened:
        narrow.get_by_role("button", name="Show the picture here").click()
    assert opened.value.url == "https://www.twitch.tv/miralive"
    expect(narrow.locator("iframe")).to_have_count(0)


def test_the_replay_jumps_to_what_was_shown(desk: Desk, cast: Cast, picture: str) -> None:
    show = on_air(cast, address=picture, replay_address=picture, began=timedelta(minutes=10))
    assert show.on_air_at is not None
    shows.pin(shows.items_of(show)[0], at=show.on_air_at + timedelta(seconds=1), by=identity("mira"))
    shows.pin(shows.items_of(show)[1], at=show.on_air_at + timedelta(seconds=2), by=identity("mira"))
    shows.end(show, at=clock.now(), by=identity("mira"))
    db.session.commit()
    page = desk.page(language="nl")
    page.goto(address(desk, show))
    axe(page)
    screenshot(page, "watch-replay")
    page.get_by_role("link", name="Moon").first.click()
    becomes(page, "document.querySelector('video').currentTime >= 2")


def test_without_a_script_it_sells_and_takes_messages(desk: Desk, cast: Cast) -> None:
    show = on_air(cast)
    page = desk.page(script=False, width=360)
    page.goto(address(desk, show))
    assert fits(page)
    expect(page.get_by_role("button", name="Buy Lamp")).to_be_visible()
    expect(page.get_by_role("button", name="Join the waiting list Moon")).to_be_visible()
    page.get_by_label("Your name here").fill("Anne")
    page.get_by_label("Message", exact=True).fill("Hello")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("log")).to_contain_text("Hello")
    screenshot(page, "watch-without-script")


def test_what_is_in_sight_and_tapped_is_reported(desk: Desk, cast: Cast) -> None:
    show = on_air(cast)
    shows.pin(shows.items_of(show)[0], at=clock.now(), by=identity("mira"))
    db.session.commit()
    page = desk.page()
    page.goto(address(desk, show))
    page.wait_for_timeout(1200)  # what is in sight for less than a second is not seen
    page.get_by_role("link", name="Lamp").click()
    until(lambda: count("product_tap") == 1)
    until(lambda: count("item_minute where impressions = 1") == 2)
    assert count("item_minute where taps = 1") == 1


def test_the_moderator_hides_and_mutes(desk: Desk, cast: Cast) -> None:
    show = on_air(cast)
    chat.write(show, b"b" * 16, "Bob", "Rude words", at=clock.now())
    db.session.commit()
    mira = desk.sign_in("mira", dark=True, width=360)
    mira.goto(address(desk, show))
    mira.get_by_role("link", name="Moderate the chat").click()
    axe(mira)
    assert fits(mira)
    mira.get_by_role("button", name="Hide").click()
    expect(mira.get_by_text("Hidden", exact=True)).to_be_visible()
    mira.get_by_role("button", name="Mute").click()
    expect(mira.get_by_role("button", name="Unmute")).to_be_visible()
    mira.get_by_label("Word", exact=True).fill("Rude")
    mira.get_by_role("button", name="Add").click()
    expect(mira.locator(".words")).to_contain_text("rude")
    axe(mira)
    screenshot(mira, "moderation")
