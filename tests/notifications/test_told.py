"""Of which facts brands' systems are told, with what, and to whom: contracts, payouts, shows and streams."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import select

from app import clock
from app.contracts.changes.amend_by_notice import amend_by_notice
from app.contracts.changes.ending import Termination, end
from app.contracts.terms.current import current_sheet
from app.database import db
from app.notifications.webhooks.models import Endpoint, OutgoingEvent
from app.notifications.webhooks.types import TYPES
from app.payouts import transfers
from app.streams import planning, shows
from app.users.models import Brand, Creator
from tests.cast import Cast
from tests.contracts.dealing import running
from tests.payouts.books import AT, IBANS, bank, earn, fund
from tests.payouts.people import hand_over, identity
from tests.payouts.test_handover import PAY_DAY, approve, assembled
from tests.streams.showing import PLANNED, planned

PAID = PAY_DAY + timedelta(days=1)


@pytest.fixture
def listening(cast: Cast) -> None:
    """Both brands have an endpoint for everything."""
    for brand in cast.brands.values():
        row = {"url": "https://shop.example/", "free_at": AT, "made_at": AT, "made_by": identity("olga").person_id}
        db.session.add(Endpoint(brand_id=brand.id, types=list(TYPES), **row))
    db.session.commit()


@pytest.fixture
def frozen() -> Iterator[None]:
    """A Sunday in November."""
    with time_machine.travel(AT, tick=True):
        yield


def told(brand: Brand) -> list[tuple[str, dict[str, Any]]]:
    """The types and data of what the brand's systems are told, in order."""
    events = db.session.scalars(
        select(OutgoingEvent).where(OutgoingEvent.brand_id == brand.id).order_by(OutgoingEvent.id)
    )
    return [(event.type, json.loads(event.body)["data"]) for event in events]


def test_a_contract_is_told_of_when_it_waits_for_signatures_when_it_is_signed_and_when_it_ends(
    listening: None, lumen: Brand, kettle: Brand, mira: Creator
) -> None:
    contract = running(lumen, mira)
    creator = {"id": str(mira.public_id), "handle": "mira"}
    (sent_type, sent), (signed_type, whole) = told(lumen)
    assert (sent_type, sent["kind"], sent["creator"], sent["contract"]) == ("contract.sent", "contract", creator, None)
    assert signed_type == "contract.signed"
    assert whole == {
        "id": str(contract.public_id),
        "ref": contract.ref,
        "creator": creator,
        "starts_on": contract.starts_on.isoformat(),
        "ends_on": contract.ends_on.isoformat(),
        "timezone": "Europe/Amsterdam",
        "agreement": sent["agreement"],
    }
    end(
        contract,
        Termination("cause", "It was fraud.", cause="fraud"),
        side="brand",
        by=identity("olga"),
        at=clock.now(),
    )
    type, data = told(lumen)[-1]
    assert (type, data["ends_on"], data["cause"], data["side"]) == (
        "contract.ended",
        contract.ends_on.isoformat(),
        "fraud",
        "brand",
    )
    assert "It was fraud." not in json.dumps(data)
    assert told(kettle) == []


def test_new_terms_of_a_contract_are_told_of_with_their_first_day(listening: None, lumen: Brand, mira: Creator) -> None:
    contract = running(lumen, mira)
    sheet = current_sheet(contract)
    better = replace(sheet, commission_bps=sheet.commission_bps + 100)
    amend_by_notice(contract, better, by=identity("olga"), at=clock.now())
    type, data = told(lumen)[-1]
    assert type == "contract.amended"
    assert data["effective_on"] > clock.now().date().isoformat()


def test_each_brand_is_told_of_its_own_part_of_a_payout_as_it_goes_arrives_and_returns(
    listening: None, frozen: None, cast: Cast
) -> None:
    lumen, kettle, mira = cast.brands["lumen"], cast.brands["kettle"], cast.creators["mira"]
    fund(lumen, 100_000)
    bank(None, IBANS[3])
    bank(mira, by=cast.people["sam"].id)
    earn(lumen, mira, 5000)
    db.session.commit()
    batch = assembled()
    approve(batch)
    hand_over(batch, at=PAY_DAY)
    transfers.mark_rest_paid(batch, by=identity("mo"), at=PAID)
    transfers.mark_rest_paid(batch, by=identity("mo"), at=PAID)  # none is left
    assert [type for type, _data in told(lumen)] == ["payout.sent", "payout.paid"]
    paid = told(lumen)[1][1]
    assert (paid["amount"], paid["currency"], paid["status"]) == ("50.00", "EUR", "paid")
    assert paid["creator"] == {"id": str(mira.public_id), "handle": "mira"}
    assert "iban" not in json.dumps(paid).lower()
    transfers.mark(paid["id"], "returned", reason="AC04", by=identity("mo"), at=PAID + timedelta(days=2))
    assert told(lumen)[-1][0] == "payout.returned"
    assert told(kettle) == []


def test_a_show_is_told_of_when_it_is_planned_moved_begins_and_ends(
    listening: None, lumen: Brand, kettle: Brand, mira: Creator
) -> None:
    show = planned(mira, skus={lumen: ("LAMP",)})
    wanted = planning.Plan(show.title, PLANNED + timedelta(hours=3), show.planned_minutes, "own")
    planning.change(show, wanted, by=identity("mira"), at=PLANNED - timedelta(days=1), side=mira)
    shows.begin(show, at=PLANNED, by=identity("mira"))
    shows.end(show, at=PLANNED + timedelta(hours=1), by=identity("mira"))
    events = told(lumen)
    assert [type for type, _data in events] == ["stream.planned", "stream.started", "stream.ended"]
    assert events[0][1]["planned_start"] == f"{PLANNED + timedelta(hours=3):%Y-%m-%dT%H:%M:%SZ}"
    assert events[1][1]["skus"] == ["LAMP"]
    assert (events[1][1]["ends_at"], events[2][1]["id"]) == (None, events[1][1]["id"])
    assert events[2][1]["ends_at"] == f"{PLANNED + timedelta(hours=1):%Y-%m-%dT%H:%M:%SZ}"
    assert told(kettle) == []


def test_a_proposal_is_told_of_once_the_creator_accepts_it(listening: None, lumen: Brand, mira: Creator) -> None:
    running(lumen, mira)
    at = clock.now()
    wanted = planning.Plan("Evening light", at + timedelta(days=3), 60)
    show = planning.propose(lumen, mira, wanted, by=identity("olga"), at=at)
    assert "stream.planned" not in dict(told(lumen))
    planning.accept(show, by=identity("mira"), at=at)
    assert dict(told(lumen))["stream.planned"]["show"] == str(show.public_id)
