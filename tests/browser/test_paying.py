"""Finance pays: one person assembles and submits, another approves and takes the file to the bank."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from lxml import etree
from playwright.sync_api import expect
from sqlalchemy import text

from app import clock
from app.database import db
from config import settings
from tests.browser.desk import Desk, axe
from tests.cast import Cast
from tests.payouts.books import IBANS, bank, earn, fund
from tests.payouts.people import code_of_che

pytestmark = pytest.mark.browser


def test_a_batch_goes_from_one_desk_to_the_other_and_to_the_bank(desk: Desk, app: Flask, cast: Cast) -> None:
    fund(cast.brands["lumen"], 100_000)
    bank(None, IBANS[3])
    bank(cast.creators["mira"], by=cast.people["sam"].id)
    earn(cast.brands["lumen"], cast.creators["mira"], 5000)
    db.session.commit()

    maker = desk.sign_in("mo")
    maker.goto(desk.url("/finance"))
    maker.get_by_role("link", name="Preview the EUR batch").click()
    expect(maker.get_by_role("row", name="Mira Live")).to_contain_text("€50.00")
    maker.get_by_role("button", name="Create batch").click()
    expect(maker.get_by_role("status")).to_contain_text("its money is reserved")
    maker.get_by_role("button", name="Ask for approval").click()
    expect(maker.get_by_text("It waits for a finance checker who neither made nor submitted it.")).to_be_visible()
    expect(maker.get_by_role("button", name="Approve")).to_have_count(0)
    batch = maker.url

    checker = desk.sign_in("che", dark=True)
    checker.goto(batch)
    axe(checker)
    code = code_of_che()
    checker.reload()
    checker.get_by_label("Second factor").fill(code)
    checker.get_by_role("button", name="Approve", exact=True).click()
    with checker.expect_download() as download:
        checker.get_by_role("button", name="Download: SEPA file").click()
    document = etree.parse(Path(download.value.path()))
    assert document.findtext(".//{*}InstdAmt") == "50.00"
    assert document.findtext(".//{*}CdtrAcct/{*}Id/{*}IBAN") == IBANS[0]

    maker.goto(batch)
    expect(maker.get_by_text("nothing can be marked as paid before")).to_be_visible()
    expect(maker.get_by_role("button", name="Mark the rest as paid")).to_have_count(0)
    today = clock.today(settings().platform_timezone)
    db.session.execute(text("update payout_batch set execute_on = :today"), {"today": today})  # its day comes
    db.session.commit()
    maker.reload()
    axe(maker)
    expect(maker.get_by_text("1 payout of €50.00 is left.")).to_be_visible()
    maker.get_by_label("Value date").fill(today.isoformat())
    maker.get_by_role("button", name="Mark the rest as paid").click()
    creator = desk.sign_in("mira")
    creator.get_by_role("link", name="Payouts").click()
    expect(creator.get_by_role("row", name="Up to")).to_contain_text("Paid")
