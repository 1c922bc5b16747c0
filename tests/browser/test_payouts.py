"""Money going out, as stories: approved by two with a passkey, an account at Stripe, a refusal mended, a month closed
in few clicks, and a cent followed back to its sale."""

from __future__ import annotations

import csv
import io
import zipfile
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pytest
import time_machine
from lxml import etree
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import select, text

from app import clock
from app.database import db, raw
from app.payouts.batches import approval
from app.payouts.batches.assembly import BANK_HOLD, assemble
from app.payouts.models import Payout, PayoutBatch
from app.payouts.reports.models import BatchClosing
from app.sales.jobs import settle_due
from app.security import Role
from config import settings
from tests import market
from tests.browser.desk import Desk, add_passkey, axe, screenshot
from tests.cast import PASSWORD, Cast
from tests.payouts.books import IBANS, bank, earn, fund
from tests.payouts.people import approve_as, become, hand_over, identity
from tests.payouts.reports.messages import Booked, Said, statement, status_report
from tests.payouts.stripe_people import KEY, use_stripe
from tests.stripe_server import running

pytestmark = pytest.mark.browser
FEWER_THAN = 15  # clicks to close a month


@pytest.fixture
def due(cast: Cast) -> Cast:
    """Mira has 50.00 to come on her account, and the money for it is there."""
    fund(cast.brands["lumen"], 100_000)
    bank(None, IBANS[3])
    bank(cast.creators["mira"], by=cast.people["mira"].id)
    earn(cast.brands["lumen"], cast.creators["mira"], 5000)
    db.session.commit()
    return cast


def today() -> date:
    """The day as the platform counts it."""
    return clock.today(settings().platform_timezone)


def its_day_comes() -> None:
    """The bank pays what it has got today, whatever day this is."""
    db.session.execute(
        text("update payout_batch set execute_on = :today where execute_on > :today"), {"today": today()}
    )
    db.session.commit()


def at_the_bank(handle: str = "mira") -> Payout:
    """Everything due, assembled and submitted by Mo, approved by Che and handed to the bank; what somebody gets."""
    at = clock.now()
    by, cutoff_on = identity("mo"), at.date() - timedelta(days=1)
    made = assemble(raw(), currency="EUR", cutoff_on=cutoff_on, minimum=1, by=by.person_id, at=at)
    batch = db.session.get_one(PayoutBatch, made)
    approval.submit(batch.public_id, by=by, at=at, bank_hold=BANK_HOLD)
    assert approve_as("che", batch.public_id, seen=(batch.fingerprint or b"").hex(), at=at) == []
    hand_over(batch, at=at)
    db.session.commit()
    return db.session.scalars(select(Payout).where(Payout.batch == batch, Payout.creator.has(handle=handle))).one()


def bring(page: Page, desk: Desk, content: bytes) -> None:
    """Finance uploads a file of the bank and takes it over."""
    page.goto(desk.url("/finance/reports"))
    page.get_by_label("File of the bank").set_input_files(
        {"name": "bank.xml", "mimeType": "application/xml", "buffer": content}
    )
    page.get_by_role("button", name="Read the file").click()
    expect(page.get_by_text("1 payout would change.")).to_be_visible()
    page.get_by_role("button", name="Take over").click()
    expect(page.get_by_text("Taken over: our books say what the bank says.")).to_be_visible()


def show_passkey(page: Page) -> None:
    """Whoever is asked for a second factor lets their device answer."""
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_text("Your passkey has answered: now send the form.")).to_be_visible()


def test_the_maker_asks_and_the_checker_approves_with_a_passkey(local_desk: Desk, due: Cast) -> None:
    become("mo", Role.FINANCE_CHECKER)
    db.session.commit()
    maker, checker = local_desk.sign_in("mo"), local_desk.sign_in("che", dark=True)
    maker.goto(local_desk.url("/finance"))
    maker.get_by_role("link", name="Preview the EUR batch").click()
    expect(maker.get_by_role("row", name="Mira Live")).to_contain_text("€50.00")
    maker.get_by_role("button", name="Create batch").click()
    maker.get_by_role("button", name="Ask for approval").click()
    own = "You made or submitted this batch, so someone else must approve it."
    expect(maker.get_by_text(own)).to_be_visible()
    expect(maker.get_by_role("button", name="Approve", exact=True)).to_have_count(0)
    axe(maker)
    batch = db.session.scalars(select(PayoutBatch)).one()
    forged = {"csrf_token": maker.locator("main input[name=csrf_token]").first.input_value(), "answer": "000000"}
    forged["seen"] = (batch.fingerprint or b"").hex()
    refused = maker.request.post(f"{maker.url}/approve", form=forged, max_redirects=0)
    assert refused.status in (403, 409)
    assert own in refused.text()

    checker.goto(maker.url)
    expect(checker.get_by_text("This needs a second factor, and you have none yet.")).to_be_visible()
    axe(checker)
    add_passkey(local_desk, checker)
    checker.goto(maker.url)
    show_passkey(checker)
    axe(checker)
    screenshot(checker, "approve_with_passkey")
    checker.get_by_role("button", name="Approve", exact=True).click()
    expect(checker.get_by_role("row", name="Che").filter(has_text="Passkey")).to_be_visible()
    axe(checker)
    with checker.expect_download() as download:
        checker.get_by_role("button", name="Download: SEPA file").click()
    document = etree.parse(Path(download.value.path()))
    assert document.findtext(".//{*}InstdAmt") == "50.00"
    assert document.findtext(".//{*}CdtrAcct/{*}Id/{*}IBAN") == IBANS[0]


def test_a_creator_opens_an_account_at_stripe_and_comes_back_ready(
    local_desk: Desk, cast: Cast, tmp_path: Path
) -> None:
    earn(cast.brands["lumen"], cast.creators["mira"], 5000)
    db.session.commit()
    with running(tmp_path / "books.db") as provider:
        provider.tell(clear=True, secret=KEY, faults={}, clock=0)
        use_stripe(provider, stripe_timeout=20)
        page = local_desk.sign_in("mira", width=400)
        page.goto(local_desk.url(f"/creators/{cast.creators['mira'].public_id}/payouts"))
        page.get_by_role("alert").get_by_role("link", name="Get paid by Stripe").click()
        axe(page)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Open an account at Stripe").click()
        expect(page.get_by_text("Details missing")).to_be_visible()
        axe(page)
        page.get_by_role("link", name="Go on at Stripe").click()
        expect(page.get_by_text("Simulated bank: no real money.")).to_be_visible()
        page.get_by_role("button", name="Give everything that is asked").click()
        expect(page.get_by_text("Your payouts go to this account, and Stripe pays them to your bank.")).to_be_visible()
        axe(page)
        screenshot(page, "stripe_ready")
        page.get_by_role("link", name="Payouts", exact=True).first.click()
        expect(page.get_by_text("Payouts go to an account at Stripe.")).to_be_visible()
        expect(page.get_by_text("This stops your money")).to_have_count(0)


def test_a_refused_payout_is_mended_by_its_creator_and_paid_by_the_next_run(desk: Desk, due: Cast) -> None:
    refused = at_the_bank()
    finance = desk.sign_in("mo")
    said = [Said(refused.reference or "", "RJCT", "AC04", amount="50.00")]
    bring(finance, desk, status_report("A1", said, day=today().isoformat()))
    axe(finance)

    creator = desk.sign_in("mira")
    creator.goto(desk.url(f"/creators/{due.creators['mira'].public_id}/payouts"))
    stopped = creator.get_by_role("alert")
    expect(stopped).to_contain_text(
        "The last payment to this account failed: AC04: the account is closed. This account is closed:"
    )
    axe(creator)
    screenshot(creator, "refused")
    stopped.get_by_role("link", name="Correct your bank details").click()
    expect(creator.get_by_role("alert")).to_contain_text("AC04")
    axe(creator)
    creator.get_by_label("IBAN").fill(IBANS[1])
    creator.get_by_label("Account holder").fill("Mira Live")
    creator.get_by_label("Password").fill(PASSWORD)
    creator.get_by_role("button", name="Save").click()
    expect(creator.get_by_text("for safety nothing is paid before")).to_be_visible()
    expect(creator.get_by_text("The last payment to this account failed")).to_have_count(0)
    axe(creator)

    with time_machine.travel(clock.now() + timedelta(days=3), tick=True) as later:
        paid = at_the_bank()
        its_day_comes()
        said = [Said(paid.reference or "", "ACSC", amount="50.00")]
        bring(finance, desk, status_report("A2", said, day=today().isoformat()))
        creator.goto(desk.url(f"/creators/{due.creators['mira'].public_id}/payouts"))
        expect(creator.get_by_text("This stops your money")).to_have_count(0)
        row = creator.get_by_role("row").filter(has_text="DE89 3704 0044 0532 0130 00")
        expect(row).to_contain_text("Paid")
        later.shift(timedelta(days=6))  # over any weekend and the holidays around it
        row.get_by_role("link").click()
        expect(creator.get_by_role("row", name="In your account")).not_to_contain_text("not yet")
        axe(creator)


@dataclass
class Hand:
    """The hand of finance at its mice, with a count of what it clicks."""

    clicks: int = 0

    def click(self, at: Locator) -> None:
        """One click."""
        at.click()
        self.clicks += 1

    def choose(self, field: Locator, content: bytes) -> None:
        """A file, in two clicks: one opens the window of the system, one is on the file."""
        field.set_input_files({"name": "statement.xml", "mimeType": "application/xml", "buffer": content})
        self.clicks += 2


def test_a_month_is_closed_in_under_fifteen_clicks(local_desk: Desk, due: Cast) -> None:
    bank(due.creators["joon"], IBANS[1], by=due.people["joon"].id)
    earn(due.brands["lumen"], due.creators["joon"], 3000)
    db.session.commit()
    maker, checker, hand = local_desk.sign_in("mo"), local_desk.sign_in("che"), Hand()
    add_passkey(local_desk, checker)
    maker.goto(local_desk.url("/finance"))
    hand.click(maker.get_by_role("link", name="Preview the EUR batch"))
    hand.click(maker.get_by_role("button", name="Create batch"))
    hand.click(maker.get_by_role("button", name="Ask for approval"))

    checker.goto(local_desk.url("/finance"))
    hand.click(checker.get_by_role("link", name="Approve or reject batch"))
    hand.click(checker.get_by_role("button", name="Use a passkey"))
    expect(checker.get_by_text("Your passkey has answered: now send the form.")).to_be_visible()
    hand.click(checker.get_by_role("button", name="Approve", exact=True))
    with checker.expect_download() as download:
        hand.click(checker.get_by_role("button", name="Download: SEPA file"))
    group = etree.parse(Path(download.value.path())).findtext(".//{*}PmtInfId") or ""

    its_day_comes()
    booked = Booked("80.00", group=group, count=2, day=today().isoformat())
    hand.click(checker.get_by_role("link", name="Bank files").first)
    hand.choose(checker.get_by_label("File of the bank"), statement([booked]))
    hand.click(checker.get_by_role("button", name="Read the file"))
    hand.click(checker.get_by_role("button", name="Take over"))
    hand.click(checker.get_by_role("link", name="Reconciliation of batch"))
    axe(checker)
    hand.click(checker.get_by_role("button", name="Close it"))
    expect(checker.get_by_text("Closed: only returns change it from now on.")).to_be_visible()
    axe(checker)
    screenshot(checker, "closed")
    closing = db.session.scalars(select(BatchClosing)).one()
    assert (closing.sent, closing.booked, closing.difference, closing.note) == (8000, 8000, 0, None)
    assert hand.clicks < FEWER_THAN


def test_an_auditor_follows_a_cent_from_the_batch_to_the_sale_that_earned_it(desk: Desk, cast: Cast) -> None:
    lumen, mira = cast.brands["lumen"], cast.creators["mira"]
    sold_at = clock.now() - timedelta(days=60)
    begins, ends = sold_at.date() - timedelta(days=10), sold_at.date() + timedelta(days=200)
    market.product(lumen, name="Reading lamp")
    market.contract(lumen, mira, begins, ends, ref="K-MIRA", coupons=("MIRA10",))
    market.sale(lumen, 12_345, sold_at, order_ref="O-77", coupon="MIRA10")
    fund(lumen, 100_000)
    bank(None, IBANS[3])
    bank(mira, by=cast.people["mira"].id)
    db.session.commit()
    settle_due(wait=True)
    payout = at_the_bank()
    assert payout.amount == 1235  # 123.45 at 10 %, half up

    auditor = desk.sign_in("audrey")
    auditor.goto(desk.url("/finance"))
    auditor.get_by_role("link", name="Batches", exact=True).first.click()
    auditor.get_by_role("link", name="Batch 1", exact=True).click()
    with auditor.expect_download() as download:
        auditor.get_by_role("link", name="Archive (ZIP)").click()
    with zipfile.ZipFile(Path(download.value.path())) as packed:
        (line,) = csv.DictReader(io.StringIO(packed.read("lines.csv").decode()))
    assert (line["creator"], line["amount_minor"]) == ("mira", "1235")

    auditor.get_by_role("link", name="Mira Live").click()
    expect(auditor.get_by_text(line["reference"])).to_be_visible()
    assert auditor.url.endswith(line["payout"])
    axe(auditor)
    auditor.get_by_role("link", name="O-77, line 1").click()
    expect(auditor.get_by_role("heading", level=1)).to_have_text("Order O-77, line 1")
    step = auditor.get_by_role("table", name="Calculation").get_by_role("row", name="Commission")
    expect(step).to_contain_text("€123.45 × 10")
    expect(step).to_contain_text("€12.35")
    axe(auditor)
    screenshot(auditor, "why_a_cent")
    booked = auditor.get_by_role("table", name="In the books").get_by_role("row", name="Mira Live")
    booked.get_by_role("link").last.click()
    expect(auditor.get_by_text(line["reference"])).to_be_visible()
    auditor.get_by_role("link", name="O-77, line 1").click()
    auditor.get_by_role("link", name="Contract K-MIRA, terms version 1").click()
    expect(auditor.get_by_role("heading", level=1)).to_contain_text("K-MIRA")
    axe(auditor)
