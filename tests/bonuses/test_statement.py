"""The statement of a contract's month, as both sides read it, while the month runs and after."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from lxml import html

from app.contracts.models import BonusLine, Contract, Effort
from app.database import db
from tests import market
from tests.bonuses.promising import JUNE, LATER, TENTH, breach, final, posts, promise, provisional, rest, settled
from tests.cast import Cast

Browse = Callable[[str], FlaskClient]
RUNNING = datetime(2026, 6, 20, 12, tzinfo=UTC)


@pytest.fixture
def contract(cast: Cast) -> Contract:
    """Lumen with mira from 11 June, 4 %, a code."""
    lumen, mira = cast.brands["lumen"], cast.creators["mira"]
    return market.contract(lumen, mira, date(2026, 6, 11), date(2026, 12, 31), coupons=("mira",), commission_bps=400)


def address(contract: Contract, side: str = "creator", month: str = "2026-06") -> str:
    of = contract.creator if side == "creator" else contract.brand
    return f"/{side}s/{of.public_id}/contracts/{contract.public_id}/months/{month}"


def sell(contract: Contract, *bases: int) -> None:
    for base in bases:
        market.sale(contract.brand, base, TENTH + timedelta(days=5), coupon="mira")


@dataclass
class Reader:
    """Somebody who is signed in at an instant and looks at the month."""

    browse: Browse
    name: str
    at: datetime = RUNNING

    @property
    def side(self) -> str:
        return "brand" if self.name == "olga" else "creator"

    def sees(self, contract: Contract, *, at: datetime | None = None) -> str:
        """The page's words, spaced simply."""
        answer = self.get(address(contract, self.side), at=at)
        assert answer.status_code == 200, answer.text
        return " ".join(" ".join(html.fromstring(answer.text).find(".//main").itertext()).split())

    def get(self, page: str, *, at: datetime | None = None) -> Any:
        db.session.commit()
        with time_machine.travel(at or self.at, tick=False):
            return self.browse(self.name).get(page)

    def post(self, page: str, data: dict[str, str]) -> Any:
        with time_machine.travel(self.at, tick=False):
            return self.browse(self.name).post(page, data=data)


@pytest.fixture
def mira(browse: Browse) -> Reader:
    return Reader(browse, "mira")


@pytest.fixture
def olga(browse: Browse) -> Reader:
    return Reader(browse, "olga")


# -- the arithmetic --


def test_while_the_month_runs_it_says_what_a_guarantee_would_come_to(contract: Contract, mira: Reader) -> None:
    promise(contract, counts_retainer=True)
    promise(contract, "retainer", 30_000)
    sell(contract, 1_000_000)
    settled()
    text = mira.sees(contract)
    for words in (
        "As things stand",
        "Agreed for a whole month €3,000.00 Active on 20 of 30 days Guaranteed for this month €2,000.00",
        "Less the commission of 1 lines sold on the active days, after refunds -€400.00",
        "Less the retainer of the month -€200.00 Top-up, never below zero €1,400.00",
        "Comes to €200.00",
        "Monthly money €1,600.00",
    ):
        assert words in text


def test_a_threshold_shows_every_pair_of_rates(contract: Contract, mira: Reader) -> None:
    promise(contract, "threshold", steps=[(20_000, 600), (40_000, 800)])
    sell(contract, 30_000, 20_000)
    settled()
    text = mira.sees(contract)
    for words in (
        "Net sales of the month: €500.00",
        "€200.00 at 4% as it is: nothing on top €0.00",
        "From €200.00 on: €200.00 × (6% - 4%) = × 2% €4.00",
        "From €400.00 on: €100.00 × (8% - 4%) = × 4% €4.00",
        "Together, rounded once €8.00",
    ):
        assert words in text


def test_a_threshold_over_the_contract_says_what_earlier_months_had(contract: Contract, mira: Reader) -> None:
    promise(contract, "threshold", steps=[(2, 5_000)], tiering="fixed", measure="orders", period="contract")
    sell(contract, 100, 100)
    settled()
    text = mira.sees(contract)
    assert "Orders since the contract began: 2 Reached: 2 €50.00 Together, rounded once €50.00" in text
    assert "Less what earlier months have had €0.00 This month’s part €50.00" in text


def test_each_condition_stands_there_with_its_current_and_its_required_value(contract: Contract, mira: Reader) -> None:
    asked = {"posts": 9, "valid_minutes": 90, "no_open_breach": 0, "refund_rate_below": 2_500}
    promise(contract, "quota", 90_000, conditions=asked)
    posts(contract, 3)
    market.stream(contract.brand, contract.creator, TENTH + timedelta(days=3), 2, skus=["LAMP"])
    sell(contract, 1_000)
    breach(contract, found_at=RUNNING)
    settled()
    text = mira.sees(contract)
    for words in (
        "Posts 3 6, for the active days (9 in a whole month) no",
        "Valid streaming minutes 120 60, for the active days (90 in a whole month) yes",
        "No open breach one is being looked into none not decided yet",
        "Refund rate below 0% of 1 orders below 25% from 10 orders on yes",
        "Conditions leave nothing Comes to €0.00",
    ):
        assert words in text


def test_a_missed_quantity_says_which_share_is_left(contract: Contract, mira: Reader) -> None:
    promise(contract, "quota", 90_000, conditions={"posts": 9})
    posts(contract, 3)
    assert "Active on 20 of 30 days Conditions leave 3 of 6 Comes to €300.00" in mira.sees(contract)


# -- after the month --


def test_afterwards_the_stored_arithmetic_stands_there_with_the_entries(contract: Contract, mira: Reader) -> None:
    promise(contract)
    sell(contract, 1_000_000)
    provisional()
    sell(contract, 500_000)
    settled()
    text = mira.sees(contract, at=LATER)
    assert "Provisional" in text
    assert "Top-up, never below zero €1,600.00" in text
    assert "In the books Booked Payable from Amount 5 Jul 2026 05:00 5 Jul 2026 €1,600.00" in text
    final()
    text = mira.sees(contract, at=LATER)
    assert "Top-up, never below zero €1,400.00" in text
    assert "5 Jul 2026 €1,600.00 1 Sep 2026 05:00 5 Jul 2026 -€200.00" in text


def test_what_lies_above_a_cap_is_said_and_approved_by_the_owner(
    contract: Contract, mira: Reader, olga: Reader
) -> None:
    contract.cap_month = 10_000
    promise(contract, "retainer", 30_000)
    provisional()
    final()
    text = mira.sees(contract)
    assert (
        "At most €100.00 in a month for all bonuses Above that, so outside the terms -€100.00 To be paid €100.00"
        in text
    )
    assert "the brand may approve it, and need not" in text
    assert "Approve €100.00 above the cap" in olga.sees(contract)
    page, post = address(contract, "brand"), _above_cap(olga, contract)
    assert olga.post(f"{page}/above-cap", {"bonus": "999"}).status_code == 404
    assert olga.post(f"{page}/above-cap", post).status_code == 303
    assert olga.post(f"{page}/above-cap", post).status_code == 409
    text = mira.sees(contract)
    assert "Approved above the cap by Olga" in text
    assert "What lies above that was approved by the brand To be paid €200.00" in text
    assert "Monthly money €200.00 Outside the terms €0.00" in text


def _above_cap(reader: Reader, contract: Contract) -> dict[str, str]:
    """What the page's form sends that approves it."""
    page = html.fromstring(reader.get(address(contract, "brand")).text)
    (form,) = [form for form in page.forms if (form.action or "").endswith("above-cap")]
    return dict(form.fields)


# -- shows and effort --


def test_every_show_says_why_it_counts_or_does_not(contract: Contract, mira: Reader) -> None:
    contract.day_minutes = 90
    for day, (hours, skus) in enumerate(
        [(2.0, ["LAMP"]), (0.5, ["LAMP"]), (1.0, []), (None, ["LAMP"]), (1.0, ["LAMP"])]
    ):
        market.stream(contract.brand, contract.creator, TENTH + timedelta(days=2 + day), hours, skus=skus)
    market.stream(contract.brand, contract.creator, TENTH + timedelta(days=9), 2, skus=["LAMP"])
    market.stream(contract.brand, contract.creator, TENTH + timedelta(days=9, hours=1), 2, skus=["LAMP"])
    text = mira.sees(contract)
    for words in (
        "120 90 Counts; the rest is above the most that counts in a day or month.",
        "30 0 It is too short.",
        "60 0 No product was listed.",
        "0 0 It has no end yet.",
        "60 60 Counts.",
        "120 0 It overlaps another show of the same creator.",
    ):
        assert words in text


def test_effort_is_claimed_by_the_creator_and_counted_by_the_brand(
    app: Flask, contract: Contract, mira: Reader, olga: Reader
) -> None:
    promise(contract, "quota", 90_000, conditions={"posts": 9})
    page = address(contract)
    db.session.commit()
    claim = {"what": "posts", "done_on": "2026-06-15", "quantity": "6", "proof": "https://example.org/1"}
    assert mira.post(f"{page}/efforts", claim).status_code == 303
    assert mira.post(f"{page}/efforts", claim | {"quantity": "many"}).status_code == 422
    late = mira.post(f"{page}/efforts", claim | {"done_on": "2026-06-21"})
    assert (late.status_code, "That day has not come yet" in late.text) == (422, True)
    text = mira.sees(contract)
    assert "15 Jun 2026 Posts 6 0 https://example.org/1 Claimed" in text
    assert "Posts 0 6, for the active days" in text
    effort = db.session.query(Effort).one().public_id
    review = f"/brands/{contract.brand.public_id}/contracts/{contract.public_id}/efforts/{effort}/review"
    assert olga.post(review, {"answer": "refuse"}).status_code == 422
    assert olga.post(review, {"answer": "count"}).status_code == 303
    assert olga.post(review, {"answer": "count"}).status_code == 409
    assert "Comes to €600.00" in mira.sees(contract)


# -- the page itself --


def test_it_leads_to_the_months_beside_it_and_to_no_others(contract: Contract, mira: Reader) -> None:
    promise(contract)
    text = mira.sees(contract)
    assert "2026-07" in text
    assert "2026-05" not in text
    for month in ("2026-05", "2027-01", "2026-6", "2026-13", "0000-01", "june", "2026-06-01"):
        assert mira.get(address(contract, month=month)).status_code == 404, month
    assert mira.get(address(contract, month="2026-12")).status_code == 200


def test_a_month_without_promises_says_so(contract: Contract, mira: Reader) -> None:
    assert "promises no monthly money in this month" in mira.sees(contract)


def test_a_line_that_ended_before_the_month_is_not_there(contract: Contract, mira: Reader) -> None:
    promise(contract, "retainer", days=(date(2026, 7, 1), date(2026, 7, 31)))
    rest(contract, JUNE, date(2026, 6, 30))
    assert db.session.query(BonusLine).count() == 1
    assert "promises no monthly money" in mira.sees(contract)


def test_it_is_said_in_the_readers_language(contract: Contract, mira: Reader) -> None:
    promise(contract)
    db.session.execute(db.text("update person set language = 'nl' where email like 'mira%'"))
    assert 'lang="nl"' in mira.get(address(contract)).text


def test_the_other_sides_contract_is_not_there(contract: Contract, browse: Browse) -> None:
    promise(contract)
    page, other = address(contract), address(contract, "brand")
    db.session.commit()
    for stranger in ("joon", "kim", "sam"):
        for each in (page, other):
            assert browse(stranger).get(each).status_code in (403, 404)
    assert browse("audrey").get(page).status_code == 200
