"""What a key reads: its brand's sales with their why, contracts, streams, creators, payouts, statements; no more."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from app.api.models import Scope
from app.database import db
from app.payouts.models import Payout
from app.sales.jobs import settle_due
from app.users.models import Brand, Creator
from tests import market
from tests.api.calling import Program, program
from tests.cast import Cast
from tests.market import NOON
from tests.payouts.books import AT, IBANS, bank, earn, fund
from tests.payouts.test_handover import approve, assembled

LISTS = ("sales", "contracts", "streams", "creators", "payouts")


@pytest.fixture
def shop(app: Flask, lumen: Brand) -> Program:
    """A program of Lumen's that reads."""
    return program(app, lumen, Scope.READ)


def sold(brand: Brand, creator: Creator, number: int = 3) -> list[int]:
    """Lines of a contract with a code, settled, each a minute after the one before."""
    market.contract(brand, creator, coupons=("MIRA10",), ref="K-1")
    lines = [
        market.sale(brand, 10_000, NOON + timedelta(minutes=step), coupon="mira10", order_ref=f"O-{step}")
        for step in range(number)
    ]
    ids = [line.id for line in lines]
    db.session.commit()
    settle_due()
    return ids


def test_a_sale_is_given_with_whose_it_is_and_why(lumen: Brand, mira: Creator, shop: Program) -> None:
    (number,) = sold(lumen, mira, 1)
    (line,) = shop.read("sales")["data"]
    assert (line["id"], line["order"], line["base"], line["unit_price"]) == (number, "O-0", "100.00", "100.00")
    won = line["attribution"]
    assert (won["rule"], won["label"], won["reason"]) == ("coupon", "off_stream", "coupon_code")
    assert (won["creator"]["handle"], won["contract"]["ref"]) == ("mira", "K-1")
    assert (won["rate_percent"], won["commission"], won["fee_percent"], won["fee"]) == ("10", "10.00", "5", "5.00")
    assert won["why"][0] == (
        "The buyer used the code mira10, which belongs to Mira Live's contract; it covered the sale."
    )
    assert won["why"][-1] == "The rate is 10%: the contract's general percentage."


def test_a_sale_in_full_has_its_refunds_and_decisions(lumen: Brand, mira: Creator, shop: Program) -> None:
    line = market.sale(lumen, 10_000, NOON, order_ref="O-1")
    market.refund(line, 2_500, refund_ref="R-1")
    market.refund(line, 100, refund_ref="R-2", currency="GBP")
    number = line.id
    db.session.commit()
    settle_due()
    full = shop.read(f"sales/{number}")
    assert full["refunded"] == "25.00"
    told = [(each["refund"], each["amount"], each["counts"]) for each in full["refunds"]]
    assert sorted(told) == [("R-1", "25.00", True), ("R-2", "1.00", False)]
    assert [(each["nr"], each["rule"], each["reason"]) for each in full["decisions"]] == [(1, None, "no_candidate")]
    assert full["attribution"]["why"] == [
        "Nobody earned on it: no stream, no code and no creator's link stands beside it."
    ]


def test_a_sale_that_is_not_settled_yet_has_no_attribution(lumen: Brand, shop: Program) -> None:
    market.sale(lumen)
    db.session.commit()
    assert shop.read("sales")["data"][0]["attribution"] is None


def test_pages_follow_one_another_while_sales_come_in(lumen: Brand, mira: Creator, shop: Program) -> None:
    ids = sold(lumen, mira, 5)
    first = shop.read("sales?limit=2")
    market.sale(lumen, at=NOON + timedelta(days=1))
    db.session.commit()
    second = shop.read(f"sales?limit=2&cursor={first['next']}")
    third = shop.read(f"sales?limit=2&cursor={second['next']}")
    seen = [line["id"] for page in (first, second, third) for line in page["data"]]
    assert (seen, third["next"]) == (ids[::-1], None)


def test_sales_are_found_by_order_creator_and_time(lumen: Brand, mira: Creator, joon: Creator, shop: Program) -> None:
    ids = sold(lumen, mira)

    def found(query: str) -> list[int]:
        return [line["id"] for line in shop.read(f"sales?{query}")["data"]]

    assert found("order=O-1&source=shop") == [ids[1]]
    assert found("order=O-1&source=other") == []
    assert found(f"creator={mira.public_id}") == ids[::-1]
    assert found(f"creator={joon.public_id}") == []
    assert found("since=2026-03-10T12:01:00Z&until=2026-03-10T13:02:00%2B01:00") == [ids[1]]


def test_contracts_are_given_with_what_they_pay_now(lumen: Brand, mira: Creator, shop: Program) -> None:
    made = market.contract(lumen, mira, coupons=("MIRA10",), in_stream_bps=1250, ref="K-1")
    db.session.commit()
    (given,) = shop.read("contracts")["data"]
    assert given == shop.read(f"contracts/{made.public_id}")
    assert (given["ref"], given["creator"]["name"], given["ends_on"]) == ("K-1", "Mira Live", "2026-12-31")
    assert (given["commission_percent"], given["in_stream_percent"], given["replay_percent"]) == ("10", "12.5", None)
    assert (given["window_days"], given["hold_days"], given["coupons"]) == (14, 30, ["MIRA10"])


def test_streams_and_the_creators_of_contracts_are_given(
    lumen: Brand, mira: Creator, joon: Creator, shop: Program
) -> None:
    market.contract(lumen, mira)
    made = market.stream(lumen, mira, skus=["LAMP"])
    db.session.commit()
    (stream,) = shop.read("streams")["data"]
    assert stream == shop.read(f"streams/{made.public_id}")
    assert (stream["starts_at"], stream["skus"]) == ("2026-03-10T12:00:00Z", ["LAMP"])
    (creator,) = shop.read("creators")["data"]
    assert creator == shop.read(f"creators/{mira.public_id}")
    assert creator["languages"] == ["nl", "en"]
    assert shop.get(f"creators/{joon.public_id}").status_code == 404, "Joon has no contract with Lumen"


def test_of_a_payout_a_brand_reads_its_own_part(cast: Cast, app: Flask, shop: Program) -> None:
    lumen, kettle, mira = cast.brands["lumen"], cast.brands["kettle"], cast.creators["mira"]
    for brand, amount in ((lumen, 5000), (kettle, 7000)):
        market.contract(brand, mira)
        earn(brand, mira, amount, currency="EUR")
        fund(brand, 50_000, currency="EUR")
    bank(mira)
    bank(None)
    batch = assembled()
    assert shop.read("payouts")["data"] == [], "nothing is approved yet"
    approve(batch)
    db.session.commit()
    number = db.session.scalars(select(Payout.public_id)).one()
    (given,) = shop.read("payouts")["data"]
    assert given == shop.read(f"payouts/{number}")
    assert (given["amount"], given["currency"], given["entries"]) == ("50.00", "EUR", 1)
    assert (given["creator"]["handle"], given["status"]) == ("mira", "sent")


def test_a_statement_adds_up_a_creators_month_with_the_brand(cast: Cast, app: Flask, shop: Program) -> None:
    lumen, kettle, mira = cast.brands["lumen"], cast.brands["kettle"], cast.creators["mira"]
    earn(lumen, mira, 5000, at=datetime(2026, 2, 10, tzinfo=UTC))
    earn(lumen, mira, 3000, at=datetime(2026, 3, 10, tzinfo=UTC))
    earn(lumen, mira, -500, at=datetime(2026, 3, 12, tzinfo=UTC))
    earn(kettle, mira, 9900, at=datetime(2026, 3, 10, tzinfo=UTC))
    db.session.commit()
    (given,) = shop.read("statements?month=2026-03")["data"]
    wanted = {"opening": "50.00", "commissions": "30.00", "refunds": "-5.00", "paid": "0.00", "closing": "75.00"}
    assert {name: given[name] for name in wanted} == wanted
    assert shop.get("statements").status_code == 422, "of which month?"


@pytest.mark.parametrize("name", LISTS)
def test_what_is_another_brands_is_not_there(cast: Cast, app: Flask, name: str) -> None:
    lumen, kettle = cast.brands["lumen"], cast.brands["kettle"]
    joon = cast.creators["joon"]
    market.contract(kettle, joon, coupons=("JOON",))
    market.stream(kettle, joon)
    market.sale(kettle, coupon="JOON")
    earn(kettle, joon, 5000, currency="EUR")
    fund(kettle, 50_000, currency="EUR")
    bank(joon)
    bank(None)
    approve(assembled())
    db.session.commit()
    settle_due()
    theirs, ours = program(app, kettle, owner="kim"), program(app, lumen)
    (row,) = theirs.read(name)["data"]
    assert theirs.get(f"{name}/{row['id']}").status_code == 200
    assert ours.read(name) == {"data": [], "next": None}
    foreign, missing = ours.get(f"{name}/{row['id']}"), ours.get(f"{name}/{_missing(name)}")
    assert (foreign.status_code, missing.status_code) == (404, 404)
    assert foreign.json["detail"] == missing.json["detail"], "nobody learns from the answer whether it is there"


def _missing(name: str) -> Any:
    return 999_999_999 if name == "sales" else uuid4()


@pytest.mark.parametrize("name", LISTS)
def test_every_list_ends(app: Flask, lumen: Brand, mira: Creator, joon: Creator, name: str) -> None:
    for creator in (mira, joon):
        market.contract(lumen, creator)
        market.stream(lumen, creator)
        market.sale(lumen)
        earn(lumen, creator, 5000)
        bank(creator, IBANS[creator is joon], at=AT - timedelta(days=30))
    fund(lumen, 50_000)
    bank(None)
    approve(assembled())
    db.session.commit()
    reader, cursor, seen = program(app, lumen), "", list[Any]()
    for _ in range(3):
        page = reader.read(f"{name}?limit=1{cursor}")
        seen += [row["id"] for row in page["data"]]
        cursor = f"&cursor={page['next']}"
        if page["next"] is None:
            break
    assert len(set(seen)) == len(seen) == 2


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("sales?limit=0", "Look at limit: Write 1 or more."),
        ("sales?limit=201", "Look at limit: Write 200 or less."),
        ("sales?limit=many", "Look at limit: Write a whole number."),
        ("sales?colour=red", "Look at colour: There is no such field."),
        ("sales?limit=1&limit=2", "“limit” is asked for twice: which is meant?"),
        ("sales?cursor=nonsense", "This is no cursor: take `next` of an answer as it is."),
        ("sales?cursor=%C3%A9", "This is no cursor: take `next` of an answer as it is."),
        ("sales?since=yesterday", "Write an instant with its offset, like 2026-03-28T09:30:00+01:00."),
        ("sales?since=1700000000", "Write an instant with its offset, like 2026-03-28T09:30:00+01:00."),
        ("sales?creator=mira", "Look at creator: Write an id as an answer gave it."),
        ("brand?limit=1", "Look at limit: There is no such field."),
    ],
)
def test_what_makes_no_sense_is_said_in_a_sentence(shop: Program, path: str, sentence: str) -> None:
    answer = shop.get(path)
    assert answer.status_code == 422, answer.text
    assert sentence in answer.json["detail"]


def test_days_of_a_contract_are_days(lumen: Brand, mira: Creator, shop: Program) -> None:
    market.contract(lumen, mira, date(2026, 2, 1), date(2026, 2, 28))
    db.session.commit()
    assert shop.read("contracts")["data"][0]["starts_on"] == "2026-02-01"
