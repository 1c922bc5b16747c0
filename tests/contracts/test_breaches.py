"""Cases of breach: opened once, answered within seven days or marked late, decided by the holder."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import psycopg
import pytest
from flask import Flask
from sqlalchemy import select

from app.clock import first_instant
from app.contracts.exclusivity import breaches
from app.contracts.models import Breach, Contract
from app.contracts.terms.sheet import CarveOut, Scope
from app.database import db, raw
from app.errors import BadInput, Conflict, StreamcutError, WrongStatus
from app.streams.jobs import recheck_exclusivity
from tests import market
from tests.cast import Cast
from tests.contracts.closing import LIGHTS, closing, count, sheet, signed
from tests.contracts.test_waivers import who
from tests.users.mails import mails

DAY = timedelta(days=1)
AT = datetime(2026, 3, 20, 3, tzinfo=UTC)
NIGHT = datetime(2026, 3, 11, 3, tzinfo=UTC)
Owner = psycopg.Connection[Any]


@pytest.fixture
def held(cast: Cast) -> Contract:
    """Lumen has closed all of home to everybody else."""
    return signed(cast.brands["lumen"], cast.creators["mira"], sheet(LIGHTS, closing("home", cool_off_days=5)))


@pytest.fixture
def case(held: Contract) -> Breach:
    """An open case of that."""
    number = breaches.open_case(held.id, "stream", 7, at=AT)
    return db.session.get_one(Breach, number)


def test_a_case_is_opened_once_however_it_ends(cast: Cast, held: Contract, case: Breach) -> None:
    assert case.answer_by == AT + 7 * DAY
    assert breaches.open_case(held.id, "stream", 7, at=AT) is None
    breaches.decide(case, upheld=False, note="no", by=who(cast, "olga"), at=AT)
    assert breaches.open_case(held.id, "stream", 7, at=AT + DAY) is None
    assert breaches.open_case(held.id, "contract", 7, at=AT) is not None


def test_the_creator_answers_once_late_or_not_until_it_is_decided(cast: Cast, held: Contract, case: Breach) -> None:
    with pytest.raises(BadInput, match="Write what happened"):
        breaches.answer(case, " ", by=who(cast, "mira"), at=AT)
    breaches.answer(case, "It was my own lamp.", by=who(cast, "mira"), at=AT + 9 * DAY)
    assert case.answered_at is not None
    assert case.answered_at > case.answer_by, "pages show it as late"
    with pytest.raises(Conflict, match="answered already"):
        breaches.answer(case, "And another thing.", by=who(cast, "mira"), at=AT)
    breaches.decide(case, upheld=False, note="Fine.", by=who(cast, "olga"), at=AT + 9 * DAY)
    with pytest.raises(Conflict, match="is decided"):
        breaches.answer(case, "Thanks.", by=who(cast, "mira"), at=AT)


def test_the_holder_waits_for_the_answer_or_the_seven_days_before_it_upholds(cast: Cast, case: Breach) -> None:
    olga: dict[str, Any] = {"by": who(cast, "olga")}
    with pytest.raises(Conflict, match="may answer until the seven days have passed"):
        breaches.decide(case, upheld=True, note="Clear.", at=AT + 6 * DAY, **olga)
    with pytest.raises(BadInput, match="Say why"):
        breaches.decide(case, upheld=True, note="", at=AT + 7 * DAY, **olga)
    breaches.decide(case, upheld=True, note="Clear.", at=AT + 7 * DAY, **olga)
    assert (case.status, case.note) == ("upheld", "Clear.")
    with pytest.raises(WrongStatus):
        breaches.decide(case, upheld=False, note="Or not.", at=AT + 8 * DAY, **olga)


def test_an_open_case_counts_from_the_month_it_was_found_in(cast: Cast, held: Contract, case: Breach) -> None:
    def open_until(month_after: date) -> int:
        before = Breach.found_at < first_instant(month_after, held.timezone)
        return len(db.session.scalars(select(Breach).where(Breach.status == "open", before)).all())

    months_after = (date(2026, 3, 1), date(2026, 4, 1), date(2026, 5, 1))
    assert [open_until(month) for month in months_after] == [0, 1, 1]
    breaches.decide(case, upheld=False, note="no", by=who(cast, "olga"), at=AT)
    assert open_until(months_after[1]) == 0


# -- the nightly look --


def found() -> list[tuple[str, int]]:
    """The cases, with what they are about."""
    rows = db.session.execute(select(Breach.kind, Breach.cause).order_by(Breach.id))
    return [(kind, cause) for kind, cause in rows]


def test_a_night_with_nothing_to_find_says_so(cast: Cast, held: Contract) -> None:
    market.stream(cast.brands["lumen"], cast.creators["mira"])
    market.stream(cast.brands["kettle"], cast.creators["joon"])
    said = recheck_exclusivity(NIGHT)
    assert said == "0 claims written, 0 refused by an exclusivity, 0 streams found in one."
    assert found() == []


def test_claims_that_meet_open_a_case_and_fail_the_job(cast: Cast, held: Contract, owner_connection: Owner) -> None:
    joons = signed(cast.brands["kettle"], cast.creators["joon"], sheet(LIGHTS))
    db.session.commit()
    owner_connection.execute("alter table claim drop constraint ex_claim_exclusive")
    owner_connection.execute("update claim set creator_id = %s where contract_id = %s", [held.creator_id, joons.id])
    owner_connection.commit()
    with pytest.raises(StreamcutError, match="1 pairs of contracts have claims that meet"):
        recheck_exclusivity(NIGHT)
    assert found() == [("contract", joons.id)]
    assert db.session.scalars(select(Breach.contract_id)).all() == [held.id]


@pytest.mark.parametrize(
    ("category", "columns", "caught"),
    [
        ("home", {}, True),
        ("Lighting", {}, True),
        ("food", {}, False),
        ("nobody knows", {}, False),
        ("home", {"starts_at": datetime(2026, 2, 1, tzinfo=UTC)}, False),
        ("home", {"starts_at": datetime(2026, 6, 3, tzinfo=UTC), "night": datetime(2026, 6, 4, tzinfo=UTC)}, True),
        ("home", {"starts_at": datetime(2026, 6, 7, tzinfo=UTC), "night": datetime(2026, 6, 8, tzinfo=UTC)}, False),
        ("home", {"starts_at": NIGHT + DAY}, False),
        ("home", {"hours": None}, True),
    ],
)
def test_a_stream_in_what_is_closed_opens_one_case(
    cast: Cast, held: Contract, category: str, columns: dict[str, Any], caught: bool
) -> None:
    kettle, mira = cast.brands["kettle"], cast.creators["mira"]
    market.product(kettle, "POT", category=category)
    night = columns.pop("night", NIGHT)
    stream = market.stream(kettle, mira, skus=["POT", "UNKNOWN"], **columns)
    recheck_exclusivity(night)
    recheck_exclusivity(night + DAY / 2)
    assert found() == ([("stream", stream.id)] if caught else [])


def test_a_stream_without_products_is_what_its_brand_sells(cast: Cast, held: Contract) -> None:
    market.product(cast.brands["kettle"], "POT", category="home")
    stream = market.stream(cast.brands["kettle"], cast.creators["mira"])
    recheck_exclusivity(NIGHT)
    assert found() == [("stream", stream.id)]


@pytest.mark.parametrize(
    ("shut", "caught"),
    [
        ({"level": "full"}, True),  # also what nobody has said the category of
        ({"platforms": ("tiktok",)}, True),
        ({"platforms": ("youtube", "other")}, False),
        ({"territories": ("NL",)}, True),
        ({"territories": ("GB",)}, False),
        ({"formats": ("post",)}, False),
        ({"carve_outs": (CarveOut("kettle", date(2026, 3, 31)),)}, False),
    ],
)
def test_a_stream_is_measured_by_every_scope(cast: Cast, shut: dict[str, Any], caught: bool) -> None:
    kettle, mira = cast.brands["kettle"], cast.creators["mira"]
    where = {name: codes for name, codes in shut.items() if name in ("platforms", "territories", "formats")}
    given = {name: value for name, value in shut.items() if name not in where}
    terms = closing(scope=Scope(("home",), **where), **given)
    signed(cast.brands["lumen"], mira, sheet(LIGHTS, terms))
    if "level" not in shut:
        market.product(kettle, "POT", category="home")
    market.stream(kettle, mira)
    recheck_exclusivity(NIGHT)
    assert bool(found()) == caught


def test_a_stream_before_the_exclusivity_was_signed_is_no_breach(cast: Cast, held: Contract) -> None:
    market.product(cast.brands["kettle"], "POT", category="home")
    market.stream(cast.brands["kettle"], cast.creators["mira"])
    held.signed_at = market.NOON + DAY
    db.session.flush()
    recheck_exclusivity(NIGHT)
    assert found() == []


def test_the_creators_people_are_told_in_a_mail(app: Flask, cast: Cast, held: Contract) -> None:
    market.product(cast.brands["kettle"], "POT", category="home")
    market.stream(cast.brands["kettle"], cast.creators["mira"])
    before = len(mails(app))
    recheck_exclusivity(NIGHT)
    recheck_exclusivity(NIGHT + DAY)
    sent = mails(app)[before:]
    assert sorted(mail["To"] for mail in sent) == ["ada@cast.example", "mira@cast.example"]
    assert "Lumen Lighting" in sent[0]["Subject"]


# -- contracts of files whose brand's categories become known --


def test_work_is_claimed_as_soon_as_it_is_known_what_the_brand_sells(cast: Cast) -> None:
    joons = market.contract(cast.brands["kettle"], cast.creators["joon"])
    assert recheck_exclusivity(NIGHT).startswith("0 claims written")
    market.product(cast.brands["kettle"], category="food.tea")
    assert recheck_exclusivity(NIGHT + DAY).startswith("1 claims written, 0 refused")
    assert recheck_exclusivity(NIGHT + 2 * DAY).startswith("0 claims written")
    kettle = cast.brands["kettle"].id
    row = raw().execute("select contract_id, lanes @> %s::int, period from claim", [kettle]).fetchone()
    assert row is not None
    assert row[:2] == (joons.id, True)
    assert (row[2].lower, row[2].upper) == (joons.period.lower, joons.period.upper)


def test_work_that_is_closed_by_then_opens_a_case_in_place_of_a_claim(cast: Cast, held: Contract) -> None:
    late = market.contract(cast.brands["kettle"], cast.creators["mira"])
    market.product(cast.brands["kettle"], category="home")
    assert recheck_exclusivity(NIGHT).startswith("0 claims written, 1 refused")
    assert recheck_exclusivity(NIGHT + DAY).startswith("0 claims written, 0 refused")
    assert found() == [("contract", late.id)]
    assert count() == 1


def test_contracts_that_are_over_are_left_alone(cast: Cast, held: Contract) -> None:
    market.product(cast.brands["kettle"], category="home")
    market.contract(cast.brands["kettle"], cast.creators["mira"])
    assert recheck_exclusivity(datetime(2027, 1, 1, tzinfo=UTC)).startswith("0 claims written, 0 refused")


def test_a_case_that_nobody_decides_is_dismissed_in_the_end(cast: Cast, held: Contract, case: Breach) -> None:
    waits_until = case.answer_by + 14 * DAY
    assert breaches.close_overdue(at=waits_until - timedelta(seconds=1)) == 0
    assert breaches.close_overdue(at=waits_until) == 1
    db.session.refresh(case)
    assert (case.status, case.decided_by, case.decided_at) == ("dismissed", None, waits_until)
    assert breaches.close_overdue(at=waits_until + DAY) == 0
