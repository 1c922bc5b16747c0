"""A sample that has arrived is shown, in a stream or elsewhere, or missed; a faulty one is appealed once."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import current_app

from app.database import db
from app.errors import BadInput, Conflict, WrongStatus
from app.samples import fulfilment, sample_record, samples
from app.samples.models import Sample
from app.samples.sample_record import Record
from app.users.models import Brand, Creator
from tests import market
from tests.cast import Cast
from tests.payouts.people import identity
from tests.samples.sampling import (
    ARRIVED,
    ASKED,
    DUE,
    arrived,
    asked,
)
from tests.users.mails import mails

DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
PROOF = "https://video.example/watch/1"


@pytest.fixture
def lumen(cast: Cast) -> Brand:
    market.product(cast.brands["lumen"], "LAMP")
    return cast.brands["lumen"]


@pytest.fixture
def sample(lumen: Brand, mira: Creator) -> Sample:
    return arrived(lumen, mira)


def doing(who: str, at: datetime = ARRIVED + DAY) -> dict[str, Any]:
    return {"by": identity(who), "at": at}


def told(to: str) -> str:
    return str([mail["Subject"] for mail in mails(current_app) if mail["To"] == f"{to}@cast.example"][-1])


# -- shown --


def test_a_stream_between_delivery_and_due_day_that_lists_it_fulfils_it(
    lumen: Brand, mira: Creator, cast: Cast
) -> None:
    cases = {"A": ARRIVED, "B": DUE - SECOND, "C": ARRIVED - SECOND, "D": DUE, "E": None}
    made = {}
    for sku, begins in cases.items():
        market.product(lumen, sku)
        made[sku] = arrived(lumen, mira, sku)
        if begins:
            market.stream(lumen, mira, begins, 1, skus=[sku, "OTHER"])
    market.stream(cast.brands["kettle"], mira, ARRIVED, 1, skus=["E"])
    market.stream(lumen, cast.creators["joon"], ARRIVED, 1, skus=["E"])
    assert samples.expire(at=DUE + DAY) == 5
    assert [sku for sku, sample in made.items() if sample.status == "fulfilled"] == ["A", "B"]
    assert made["B"].fulfilled_at == DUE - SECOND + timedelta(hours=1)
    assert all(made[sku].missed_at == DUE and made[sku].stream_id is None for sku in "CDE")


def test_a_stream_that_comes_late_in_a_file_undoes_that_it_was_missed(sample: Sample) -> None:
    assert samples.expire(at=DUE) == 1
    assert (sample.status, sample.missed_at) == ("missed", DUE)
    assert told("mira") == told("olga") == "A sample was not shown in time: Lamp"
    market.stream(sample.brand, sample.creator, ARRIVED + DAY, 1, skus=["LAMP"])
    assert samples.expire(at=DUE + 9 * DAY) == 1
    assert (sample.status, sample.missed_at) == ("fulfilled", None)


def test_a_stream_that_still_runs_does_not_count_yet(sample: Sample) -> None:
    market.stream(sample.brand, sample.creator, ARRIVED, None, skus=["LAMP"])
    assert samples.expire(at=DUE - SECOND) == 0


def test_what_is_handed_in_counts_after_seven_days_without_a_word(sample: Sample) -> None:
    with pytest.raises(BadInput, match="Enter the link"):
        fulfilment.fulfil(sample, side="creator", proof="javascript:alert(1)", **doing("mira"))
    fulfilment.fulfil(sample, side="creator", proof=f" {PROOF} ", **doing("mira", DUE - SECOND))
    assert (sample.status, sample.proof, told("olga")) == (
        "delivered",
        PROOF,
        "Mira Live says a sample was shown: Lamp",
    )
    with pytest.raises(Conflict, match="submitted proof"):
        fulfilment.fulfil(sample, side="creator", proof=PROOF, **doing("mira"))
    assert samples.expire(at=DUE + DAY) == 0
    assert samples.expire(at=DUE - SECOND + 7 * DAY) == 1
    assert sample.status == "fulfilled"


def test_what_the_brand_doubts_does_not_count(sample: Sample) -> None:
    with pytest.raises(WrongStatus, match="no proof to review"):
        fulfilment.doubt(sample, "?", **doing("olga"))
    fulfilment.fulfil(sample, side="creator", proof=PROOF, **doing("mira"))
    fulfilment.doubt(sample, "That is another lamp.", **doing("olga"))
    assert (sample.proof, sample.reason) == ("", "That is another lamp.")
    samples.expire(at=DUE)
    assert sample.status == "missed"
    with pytest.raises(WrongStatus, match="The deadline has passed"):
        fulfilment.fulfil(sample, side="creator", proof=PROOF, **doing("mira", DUE + DAY))


def test_the_brand_may_count_it_and_anybody_may_point_at_a_stream(sample: Sample, lumen: Brand, mira: Creator) -> None:
    samples.expire(at=DUE)
    fulfilment.fulfil(sample, side="brand", **doing("olga", DUE + DAY))
    assert (sample.status, sample.fulfilled_at) == ("fulfilled", DUE + DAY)
    market.product(lumen, "B")
    other = arrived(lumen, mira, "B")
    stream = market.stream(lumen, mira, ARRIVED, 1, skus=["B"])
    fulfilment.fulfil(other, side="creator", **doing("mira"))
    assert (other.status, other.stream_id) == ("fulfilled", stream.id)


# -- more time --


def test_there_are_seven_days_more_once_and_before_the_day(sample: Sample) -> None:
    with pytest.raises(WrongStatus):
        fulfilment.extend(sample, side="creator", **doing("mira", DUE))
    fulfilment.extend(sample, side="creator", **doing("mira"))
    assert sample.due_at == DUE + 7 * DAY
    with pytest.raises(Conflict, match="possible once"):
        fulfilment.extend(sample, side="brand", **doing("olga"))
    assert samples.expire(at=DUE) == 0
    assert samples.expire(at=DUE + 7 * DAY) == 1


# -- appeals --


def test_an_appeal_stops_the_clock_and_stands_when_nobody_answers(sample: Sample) -> None:
    fulfilment.appeal(sample, "It does not light.", **doing("mira", DUE - SECOND))
    assert samples.expire(at=DUE + DAY) == 0
    assert samples.expire(at=DUE - SECOND + 7 * DAY) == 1
    assert (sample.status, sample.due_at, sample.shipped_at) == ("approved", None, None)
    assert told("mira") == "Your appeal is decided: Lamp"
    with pytest.raises(Conflict, match="appealed once"):
        fulfilment.appeal(sample, "Again.", **doing("mira"))


def test_the_brand_sends_it_again_or_gives_time_or_says_no(lumen: Brand, mira: Creator) -> None:
    cases = {
        ("again", DUE + DAY): ("approved", None, None),
        ("time", DUE + DAY): ("delivered", DUE + 15 * DAY, None),
        ("refuse", DUE + DAY): ("delivered", DUE + 14 * DAY, None),
        ("refuse", DUE - DAY): ("delivered", DUE + 12 * DAY, None),
    }
    for number, ((ruling, when), expected) in enumerate(cases.items()):
        market.product(lumen, f"P{number}")
        made = fulfilment.appeal(arrived(lumen, mira, f"P{number}"), "It does not light.", **doing("mira"))
        for wrong, note in (("other", "x"), (ruling, "")):
            with pytest.raises(BadInput):
                fulfilment.decide_appeal(made, wrong, note, **doing("olga"))
        fulfilment.decide_appeal(made, ruling, "We looked at it.", **doing("olga", when))
        assert (made.status, made.due_at, made.missed_at) == expected
        assert made.reason == "We looked at it."


def test_while_an_appeal_waits_there_is_time_to_show_it_and_refused_it_is_as_it_was(
    lumen: Brand, mira: Creator
) -> None:
    market.product(lumen, "B")
    shown, left = arrived(lumen, mira), arrived(lumen, mira, "B")
    for made in (shown, left):
        fulfilment.appeal(made, "It does not light.", **doing("mira", DUE - SECOND))
    market.stream(lumen, mira, DUE + DAY, 1, skus=["LAMP"])
    assert samples.expire(at=DUE + 2 * DAY) == 1
    assert shown.status == "fulfilled"
    fulfilment.decide_appeal(left, "refuse", "It does here.", **doing("olga", DUE + 3 * DAY))
    assert samples.expire(at=DUE + 3 * DAY) == 0
    assert samples.expire(at=DUE + 3 * DAY + SECOND) == 1
    assert (left.status, left.missed_at) == ("missed", DUE + 3 * DAY + SECOND)


def test_an_appeal_after_the_day_that_is_refused_changes_nothing(sample: Sample) -> None:
    samples.expire(at=DUE)
    fulfilment.appeal(sample, "It came late.", **doing("mira", DUE + DAY))
    market.stream(sample.brand, sample.creator, DUE + 2 * DAY, 1, skus=["LAMP"])
    assert samples.expire(at=DUE + 3 * DAY) == 0
    fulfilment.decide_appeal(sample, "refuse", "It did not.", **doing("olga", DUE + 4 * DAY))
    assert (sample.status, sample.due_at, sample.missed_at) == ("missed", DUE, DUE)


def test_what_was_missed_can_be_appealed_unless_a_newer_one_is_on_its_way(sample: Sample) -> None:
    samples.expire(at=DUE)
    newer = asked(sample.brand, sample.creator, at=DUE)
    with pytest.raises(Conflict, match="newer sample"):
        fulfilment.appeal(sample, "It came late.", **doing("mira", DUE))
    samples.reject(newer, "No", **doing("olga", DUE))
    assert fulfilment.appeal(sample, "It came late.", **doing("mira", DUE)).status == "appealed"


# -- the record --


def test_the_record_is_what_was_shown_of_all_that_had_to_be_in_twelve_months(lumen: Brand, mira: Creator) -> None:
    for number, days in enumerate((-400, 0, 0, 0)):
        market.product(lumen, f"P{number}")
        made = arrived(lumen, mira, f"P{number}", ASKED + days * DAY)
        if number in (0, 1):
            fulfilment.fulfil(made, side="brand", **doing("olga", ARRIVED + days * DAY))
    asked(lumen, mira)
    assert sample_record.record_of(mira.id, DUE) is None
    samples.expire(at=DUE)
    found = sample_record.record_of(mira.id, DUE + DAY)
    assert found == Record(fulfilled=1, missed=2)
    assert (found.cases, found.share_bps) == (3, 3333)
    assert sample_record.records_of([mira.id], DUE + 400 * DAY) == {}
    db.session.rollback()
