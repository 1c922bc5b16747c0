"""The calendar between two people: a creator asks for a waiver in one browser, the holder grants it in another."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from playwright.sync_api import expect

from app import clock
from app.contracts.exclusivity import breaches
from app.database import db
from tests import market
from tests.browser.desk import Desk, axe, fits, screenshot
from tests.cast import Cast
from tests.contracts.closing import LIGHTS, closing, sheet, signed

pytestmark = pytest.mark.browser


def test_a_waiver_is_asked_for_and_granted(desk: Desk, cast: Cast) -> None:
    lumen, kettle, mira = cast.brands["lumen"], cast.brands["kettle"], cast.creators["mira"]
    terms = sheet(LIGHTS, closing("home", cool_off_days=14), date(2090, 1, 15), date(2090, 4, 30))
    made = signed(lumen, mira, terms)
    market.contract(kettle, mira, date(2025, 1, 1), date(2025, 1, 31))
    stream = market.stream(kettle, mira, datetime(2090, 2, 1, 12, tzinfo=UTC))
    breaches.open_case(made.id, "stream", stream.id, at=clock.now())
    db.session.commit()
    creator = desk.sign_in("mira")
    desk.visit(creator, f"/creators/{mira.public_id}/calendar?from=2090-01")
    screenshot(creator, "calendar-creator")
    creator.get_by_label("Brand", exact=True).fill("kettle")
    creator.locator("#waiver-category").select_option("home.kitchen")
    creator.get_by_label("From", exact=True).fill("2090-03-01")
    creator.get_by_label("Until and including").fill("2090-03-31")
    creator.get_by_label("Reason", exact=True).fill("Their kettle is a gift")
    axe(creator)
    creator.get_by_role("button", name="Ask for it").click()
    expect(creator.get_by_text("Asked. The holder's answer appears here.")).to_be_visible()

    holder = desk.sign_in("olga", dark=True, width=390)
    desk.visit(holder, f"/brands/{lumen.public_id}/calendar?from=2090-01&q=mira")
    axe(holder)
    assert fits(holder)
    screenshot(holder, "calendar-holder")
    holder.get_by_role("button", name="Grant").click()
    expect(holder.get_by_text("Granted: it is open now.")).to_be_visible()

    other = desk.sign_in("kim")
    desk.visit(other, f"/brands/{kettle.public_id}/calendar?from=2090-01&category=home.kitchen")
    row = other.get_by_role("row", name="Mira Live")
    expect(row.get_by_role("cell")).to_have_text(
        ["Closed 15 Jan – 31 Jan", "Closed", "Free", "Closed", "Closed 1 May – 14 May", "Free"]
    )
    axe(other)
    screenshot(other, "calendar-brand")
