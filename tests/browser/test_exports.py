"""A brand brings the export of its shop: in how few clicks its first sale is explained, and what it chooses itself."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from app.database import db
from app.uploads import jobs
from tests import market
from tests.browser.desk import Desk, axe, screenshot
from tests.cast import Cast
from tests.uploads.exports import further, shopify

pytestmark = pytest.mark.browser


@pytest.fixture(autouse=True)
def contract(cast: Cast) -> None:
    market.contract(cast.brands["lumen"], cast.creators["mira"], coupons=("MIRA",))
    db.session.commit()


@pytest.fixture
def export(tmp_path: Path) -> Path:
    path = tmp_path / "orders_export_1.csv"
    refunded = {"Subtotal": "125.00", "Total": "130.00", "Discount Code": "MIRA", "Refunded Amount": "25.00"}
    mug = further(**{"Lineitem price": "25.00"})
    voided = {"Name": "#1002", "Financial Status": "voided"}
    path.write_bytes(shopify(refunded, mug, voided, {"Name": "#1003", "Total": "107.50"}))
    return path


class Clicks:
    """Counts what somebody does until they have what they came for."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, what: Locator) -> None:
        what.click()
        self.count += 1


def work() -> None:
    """What the worker does within a second."""
    jobs.work_uploads()
    db.session.rollback()


def send(desk: Desk, page: Page, cast: Cast, path: Path, click: Clicks) -> None:
    desk.visit(page, f"/brands/{cast.brands['lumen'].public_id}/uploads")
    page.set_input_files("input[type=file]", path)
    click.count += 1
    click(page.get_by_role("button", name="Preview files"))
    work()


def test_the_export_of_a_shop_is_explained_in_five_clicks(desk: Desk, cast: Cast, export: Path) -> None:
    page, click = desk.sign_in("olga"), Clicks()
    send(desk, page, cast, export, click)
    expect(page.get_by_role("heading", name="Preview of the import")).to_be_visible()
    expect(page.get_by_text("1 cancelled order is no sale. (#1002)")).to_be_visible()
    expect(page.get_by_text("#1003: 2.50 EUR")).to_be_visible()
    axe(page)
    screenshot(page, "export")
    click(page.get_by_role("button", name="Import", exact=True))
    work()
    click(page.get_by_role("link", name="See these sales, each explained"))
    click(page.get_by_role("link", name="#1001").first)
    expect(page.get_by_role("heading", name="Order #1001, line")).to_be_visible()
    assert click.count == 5
    axe(page)


def test_columns_are_chosen_once(desk: Desk, cast: Cast, tmp_path: Path) -> None:
    path, click = tmp_path / "webshop.csv", Clicks()
    path.write_text("Ref;When;What;Pcs;Each;Promo\nA1;31-03-2026 10:00;LAMP;2;12,50;MIRA\n")
    page = desk.sign_in("olga", dark=True, width=360)
    send(desk, page, cast, path, click)
    expect(page.get_by_text("First say below how the file is read.")).to_be_visible()
    axe(page)
    screenshot(page, "mapping")
    for heading, meaning in {
        "Ref": "Order number",
        "When": "Date of the order",
        "What": "SKU",
        "Pcs": "Quantity",
        "Each": "Price of one piece",
        "Promo": "Discount code",
    }.items():
        page.get_by_label(heading, exact=True).select_option(meaning)
    page.get_by_role("button", name="Update preview").click()
    work()
    expect(page.get_by_role("button", name="Import", exact=True)).to_be_visible()
    expect(page.get_by_role("row", name="Together")).to_contain_text("€25.00")
    page.get_by_role("button", name="Import", exact=True).click()
    work()
    expect(page.get_by_role("heading", name="What the sales earned")).to_be_visible()
    send(desk, page, cast, path, click)
    expect(page.get_by_text("Everything in these files is stored already")).to_be_visible()
