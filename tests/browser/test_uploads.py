"""A brand drops its files, sees what they would earn, confirms, and reads why a line is whose it is."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from app.database import db
from app.uploads import jobs
from app.uploads.file_kinds import KINDS
from tests import market
from tests.browser.desk import Desk, axe, screenshot
from tests.cast import Cast

pytestmark = pytest.mark.browser

SALE = "lumen,shop,{order},1,2026-03-10T{time}:00Z,{visitor},LAMP,Table lamp,2,{price},,EUR,NL,{coupon},{stream}"
FILES = {
    "products": ["lumen,LAMP,Table lamp,home,49.95,EUR,yes", "lumen,CARD,Gift card,home,25.00,EUR,no"],
    "streams": ["S1,mira,lumen,tiktok,2026-03-10T19:00:00Z,2026-03-10T21:00:00Z,LAMP"],
    "touches": ["lumen,T1,v1,mira,S1,2026-03-10T19:30:00Z", "lumen,T2,v1,joon,,2026-03-10T12:00:00Z"],
    "sales": [
        SALE.format(order="1001", time="19:45", visitor="v1", price="49.95", coupon="", stream=""),
        SALE.format(order="1002", time="20:10", visitor="", price="49.95", coupon="", stream="S1"),
        SALE.format(order="1003", time="22:00", visitor="", price="39.95", coupon="joon10", stream=""),
        SALE.format(order="1004", time="23:00", visitor="", price="49.95", coupon="", stream=""),
        SALE.format(order="1005", time="23:30", visitor="", price="1E9", coupon="", stream=""),
    ],
    "refunds": ["lumen,shop,R1,1001,1,2026-03-11T09:00:00Z,1,49.95,EUR"],
}


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    made = []
    for kind, rows in FILES.items():
        made.append(tmp_path / f"{kind}.csv")
        made[-1].write_text("\n".join([",".join(KINDS[kind].by_name), *rows, ""]))
    return list(reversed(made))


@pytest.fixture(autouse=True)
def contracts(cast: Cast) -> None:
    lumen = cast.brands["lumen"]
    market.contract(lumen, cast.creators["mira"], in_stream_bps=1500)
    market.contract(lumen, cast.creators["joon"], coupons=("JOON10",))
    db.session.commit()


def work() -> None:
    """What the worker does within a second."""
    jobs.work_uploads()
    db.session.rollback()


def send(desk: Desk, page: Page, cast: Cast, files: list[Path]) -> None:
    desk.visit(page, f"/brands/{cast.brands['lumen'].public_id}/uploads")
    page.set_input_files("input[type=file]", files)
    page.get_by_role("button", name="Preview files").click()


def test_files_are_looked_at_confirmed_and_explained(desk: Desk, cast: Cast, files: list[Path]) -> None:
    page = desk.sign_in("olga")
    desk.visit(page, f"/brands/{cast.brands['lumen'].public_id}")
    axe(page)
    send(desk, page, cast, files)
    expect(page.get_by_text("Waiting for a worker")).to_be_visible()
    axe(page)
    work()
    expect(page.get_by_role("heading", name="Preview of the import")).to_be_visible()  # it came by itself
    expect(page.get_by_role("cell", name="1E9")).to_be_visible()
    expect(page.get_by_role("row", name="Together")).to_contain_text("€30.47")
    axe(page)
    screenshot(page, "upload")
    page.get_by_role("button", name="Import without rejected rows").click()
    work()
    expect(page.get_by_role("heading", name="What the sales earned")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download the bad rows").click()
    assert "1E9" in Path(download.value.path()).read_text()
    page.get_by_role("row", name="sales.csv").get_by_role("link", name="Import").click()
    expect(page.get_by_role("heading", name="sales.csv")).to_be_visible()
    axe(page)
    screenshot(page, "import")
    page.get_by_role("link", name="1001").click()
    expect(page.get_by_role("heading", name="Order 1001, line 1")).to_be_visible()
    expect(page.get_by_text("It would have counted, but a later visit wins.")).to_be_visible()
    axe(page)
    screenshot(page, "why")
    desk.visit(page, f"/brands/{cast.brands['lumen'].public_id}/sales")
    axe(page)
    screenshot(page, "sales")
    desk.visit(page, f"/brands/{cast.brands['lumen'].public_id}")
    screenshot(page, "brand")
    creator = desk.sign_in("mira", dark=True)
    desk.visit(creator, f"/creators/{cast.creators['mira'].public_id}/earnings")
    axe(creator)
    screenshot(creator, "earnings")


def test_without_scripts_the_same_is_done_by_reloading(desk: Desk, cast: Cast, files: list[Path]) -> None:
    page = desk.sign_in("max", script=False)
    send(desk, page, cast, files[:-1])
    work()
    page.get_by_role("link", name="Show how far it is now").click()
    page.get_by_role("button", name="Import without rejected rows").click()
    work()
    page.get_by_role("link", name="Show how far it is now").click()
    expect(page.get_by_role("heading", name="What the sales earned")).to_be_visible()
