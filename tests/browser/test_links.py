"""From a link to a visit: a creator makes and copies one, a viewer follows it to a small shop, the click is counted."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import current_app
from playwright.sync_api import expect
from sqlalchemy import select

from app.database import db
from app.tracking.models import Touch
from config import settings
from tests.browser.desk import Desk, axe, screenshot
from tests.cast import Cast
from tests.market import contract

pytestmark = pytest.mark.browser


class Shop(BaseHTTPRequestHandler):
    """A shop of one page, which shows by what address somebody came."""

    def do_GET(self) -> None:
        """The page."""
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(b"<!doctype html><html lang=en><title>Lamps</title><link rel=icon href=data:,><h1>Lamps</h1>")

    def log_message(self, *_: object) -> None:
        """Nothing is said."""


@pytest.fixture
def shop(live_server: str) -> Iterator[str]:
    """The place of a shop on this machine; the product knows by its own address that it runs there too."""
    before = settings()
    current_app.extensions["streamcut"] = replace(before, base_url=live_server)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Shop)
    thread = threading.Thread(target=server.serve_forever, name="shop")
    thread.start()
    yield f"127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()
    current_app.extensions["streamcut"] = before


def test_a_creators_link_is_copied_and_followed_and_the_click_is_counted(desk: Desk, shop: str, cast: Cast) -> None:
    lumen, mira = cast.brands["lumen"], cast.creators["mira"]
    contract(lumen, mira, date(2020, 1, 1), date(2080, 12, 31))
    db.session.commit()
    olga = desk.sign_in("olga")
    olga.goto(desk.url(f"/brands/{lumen.public_id}/domains"))
    olga.get_by_label("Domain").fill(f"http://{shop}/")
    olga.get_by_role("button", name="Add").click()
    expect(olga.get_by_role("cell", name=shop)).to_be_visible()
    axe(olga)
    page = desk.sign_in("mira")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=desk.base)
    page.goto(desk.url(f"/creators/{mira.public_id}/links"))
    page.get_by_role("link", name="Make a link").first.click()
    page.get_by_label("Leads to").fill(f"http://{shop}/lamps?color=red#top")
    page.get_by_label("Campaign").fill("Spring")
    axe(page)
    page.get_by_role("button", name="Make the link").click()
    expect(page.get_by_text("Your link is ready")).to_be_visible()
    axe(page)
    screenshot(page, "link")
    page.get_by_role("button", name=re.compile("^Copy.*the link$")).click()
    expect(page.get_by_role("button", name=re.compile("^Copied.*the link$"))).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith(f"{desk.base}/go/")

    viewer = desk.page()
    viewer.goto(copied)
    expect(viewer.get_by_role("heading", name="Lamps")).to_be_visible()
    came = urlsplit(viewer.url)
    sent = parse_qs(came.query)
    assert (came.netloc, came.path, came.fragment) == (shop, "/lamps", "top")
    assert (sent["color"], sent["ref"], sent["utm_source"]) == (["red"], [copied.rpartition("/")[2]], ["streamcut"])
    db.session.rollback()
    assert db.session.scalars(select(Touch.ref)).all() == sent["utm_content"]
    assert viewer.context.cookies() == []

    page.goto(desk.url(f"/creators/{mira.public_id}/links"))
    expect(page.get_by_role("row", name="Spring").get_by_role("cell", name="1", exact=True)).to_have_count(2)
    axe(page)
