"""What settlement tells brands' systems: every line that becomes a creator's, every change of what it earns, once."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text

from app.contracts.models import Contract, Terms
from app.database import db, raw
from app.notifications.webhooks.models import Delivery, Endpoint, OutgoingEvent
from app.sales.commissions import dates, rejecting
from app.sales.corrections import Award, redecide_line, rule_lines
from app.sales.models import Reason
from app.sales.settlement import LANES, lock_lane
from app.users.models import Brand, Creator
from tests import market
from tests.ledger import story
from tests.payouts.people import identity
from tests.sales.corrected import AT, joon_comes_late, sold


def endpoint(brand: Brand, *types: str) -> Endpoint:
    """An endpoint of the brand for these types, or both."""
    row = {"url": "https://shop.example/", "free_at": AT, "made_at": AT, "made_by": identity("olga").person_id}
    made = Endpoint(brand_id=brand.id, types=list(types or ("sale.attributed", "commission.changed")), **row)
    db.session.add(made)
    db.session.commit()
    return made


def told(type: str) -> list[dict[str, Any]]:
    """The data of the events of a type, in order."""
    events = db.session.scalars(select(OutgoingEvent).where(OutgoingEvent.type == type).order_by(OutgoingEvent.id))
    return [json.loads(event.body)["data"] for event in events]


def test_a_line_that_becomes_a_creators_is_told_with_what_it_earns(deal: Contract, lumen: Brand, mira: Creator) -> None:
    endpoint(lumen)
    (sale,) = sold(lumen, "v1")
    (data,) = told("sale.attributed")
    decided_at = data["attribution"].pop("decided_at")
    assert decided_at.endswith("Z")
    assert data == {
        "id": sale.id,
        "source": "shop",
        "order": sale.order_ref,
        "line": "1",
        "occurred_at": f"{market.NOON:%Y-%m-%dT%H:%M:%S.%fZ}",
        "currency": "EUR",
        "base": "100.00",
        "attribution": {
            "rule": "touch",
            "label": "off_stream",
            "reason": "last_touch",
            "creator": {"id": str(mira.public_id), "handle": "mira"},
            "contract": {"id": str(deal.public_id), "ref": deal.ref},
            "stream": None,
            "rate_percent": "10",
            "fee_percent": "5",
            "commission": "10.00",
            "fee": "5.00",
            "available_on": "2026-04-09",
        },
    }
    assert told("commission.changed") == []


def test_a_line_of_the_house_is_not_told(deal: Contract, lumen: Brand) -> None:
    endpoint(lumen)
    sold(lumen, "nobody's")
    assert db.session.scalar(select(OutgoingEvent)) is None


def test_a_refund_is_told_as_the_change_it_makes(deal: Contract, lumen: Brand, mira: Creator) -> None:
    endpoint(lumen)
    (sale,) = sold(lumen, "v1")
    market.refund(sale, 2_500)
    story.settle()
    assert told("commission.changed") == [
        {
            "sale": {"id": sale.id, "source": "shop", "order": sale.order_ref, "line": "1"},
            "creator": {"id": str(mira.public_id), "handle": "mira"},
            "currency": "EUR",
            "change": "-2.50",
            "commission": "7.50",
            "available_on": "2026-04-09",
        }
    ]
    assert len(told("sale.attributed")) == 1


def test_a_commission_approved_early_is_told_as_moved_from_day_to_day(deal: Contract, lumen: Brand) -> None:
    endpoint(lumen)
    (sale,) = sold(lumen, "v1")
    dates.approve_early(lumen, sale.id, "A good month.", by=identity("olga"), at=market.NOON)
    db.session.commit()
    changes = [(data["change"], data["commission"], data["available_on"]) for data in told("commission.changed")]
    assert sorted(changes) == [("-10.00", "10.00", "2026-04-09"), ("10.00", "10.00", f"{market.NOON:%Y-%m-%d}")]


def test_a_rejected_commission_is_told_as_nothing_left(deal: Contract, lumen: Brand) -> None:
    endpoint(lumen)
    (sale,) = sold(lumen, "v1")
    rejecting.reject(lumen.id, sale.id, Reason.FRAUD, "A stolen card.", by=identity("olga"), at=AT)
    db.session.commit()
    assert [(data["change"], data["commission"]) for data in told("commission.changed")] == [("-10.00", "0.00")]


def test_a_disputes_ruling_is_told_as_a_new_decision(deal: Contract, lumen: Brand, mira: Creator) -> None:
    endpoint(lumen)
    (sale,) = sold(lumen, "nobody's")
    lock_lane(raw(), lumen.id % LANES, wait=True)
    terms = db.session.scalars(select(Terms.id).where(Terms.contract_id == deal.id)).one()
    award = Award(terms, "off_stream")
    rule_lines(raw(), lumen.id, [sale.id], award, by="Platform", note="Dispute 1", at=AT)
    db.session.commit()
    (data,) = told("sale.attributed")
    assert (data["attribution"]["rule"], data["attribution"]["commission"]) == ("ruled", "10.00")
    assert [(change["change"], change["commission"]) for change in told("commission.changed")] == [("10.00", "10.00")]


def test_a_sale_that_comes_with_its_refund_is_told_once_less_the_refund(deal: Contract, lumen: Brand) -> None:
    endpoint(lumen)
    market.refund(market.sale(lumen, visitor="v1"), 2_500)
    story.settle()
    assert [data["attribution"]["commission"] for data in told("sale.attributed")] == ["7.50"]
    assert told("commission.changed") == []


def test_a_line_that_passes_to_another_creator_is_told_to_the_cent(
    deal: Contract, lumen: Brand, mira: Creator, joon: Creator
) -> None:
    endpoint(lumen)
    (sale,) = sold(lumen, "v1")
    joon_comes_late(lumen, joon)
    redecide_line(raw(), lumen.id, sale.id, by="Adam", reason="A touch came late.", at=AT)
    db.session.commit()
    _first, second = told("sale.attributed")
    assert (second["attribution"]["creator"]["handle"], second["attribution"]["commission"]) == ("joon", "20.00")
    changes = {each["creator"]["handle"]: (each["change"], each["commission"]) for each in told("commission.changed")}
    assert changes == {"mira": ("-10.00", "0.00"), "joon": ("20.00", "20.00")}


def test_who_has_no_endpoint_for_it_gets_no_row(deal: Contract, lumen: Brand, kettle: Brand) -> None:
    endpoint(kettle)
    endpoint(lumen, "payout.paid")
    off = endpoint(lumen)
    off.off_as, off.off_at = "switched_off", AT
    db.session.commit()
    sold(lumen, "v1")
    assert db.session.scalar(select(OutgoingEvent)) is None


def test_each_wants_its_own_types(deal: Contract, lumen: Brand) -> None:
    sales, changes = endpoint(lumen, "sale.attributed"), endpoint(lumen, "commission.changed")
    (sale,) = sold(lumen, "v1")
    market.refund(sale, 2_500)
    story.settle()
    delivered = {(each.endpoint_id, each.event.type) for each in db.session.scalars(select(Delivery))}
    assert delivered == {(sales.id, "sale.attributed"), (changes.id, "commission.changed")}


def test_what_is_rolled_back_was_never_told_and_is_told_once_when_it_is_settled(
    deal: Contract, lumen: Brand, monkeypatch: pytest.MonkeyPatch
) -> None:
    endpoint(lumen)
    market.sale(lumen, visitor="v1")
    db.session.commit()
    with monkeypatch.context() as broken:
        broken.setattr("app.sales.settlement.post", _dies)
        with pytest.raises(ZeroDivisionError):
            story.settle()
    db.session.rollback()
    assert told("sale.attributed") == []
    story.settle()
    assert len(told("sale.attributed")) == 1


def test_amounts_have_the_decimals_of_their_currency(app: Flask, deal: Contract, lumen: Brand) -> None:
    endpoint(lumen)
    market.sale(lumen, 12_345, visitor="v1", currency="JPY")
    market.sale(lumen, 12_345, visitor="v2", currency="KWD")
    story.settle()
    assert [(each["base"], each["attribution"]["commission"]) for each in told("sale.attributed")] == [
        ("12345", "1235"),
        ("12.345", "1.235"),
    ]


def test_a_batch_of_thousands_is_told_by_one_statement(deal: Contract, lumen: Brand) -> None:
    endpoint(lumen)
    first = market.sale(lumen, visitor="v1")
    columns = "source, line_ref, version, occurred_at, visitor, sku, quantity, unit_price, discount_minor, base_minor"
    more = "currency, country, recorded_at, import_id"
    db.session.execute(
        text(
            f"insert into sale (brand_id, order_ref, {columns}, {more}) "
            f"select brand_id, 'M' || n, {columns}, {more} from sale, generate_series(1, 5000) n where id = {first.id}"
        )
    )
    db.session.execute(
        text(
            "insert into due (lane, brand_id, source, order_ref, line_ref) "
            "select d.lane, s.brand_id, s.source, s.order_ref, s.line_ref "
            "from sale s, due d where s.order_ref like 'M%'"
        )
    )
    story.settle()
    assert len(told("sale.attributed")) == 5001


def _dies(*_given: object, **_more: object) -> int:
    raise ZeroDivisionError
