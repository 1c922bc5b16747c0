"""What a sheet promises each month, as lines: the exclusivity's fee among them, and what a breach takes away."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from app.contracts.models import BonusLine
from app.contracts.terms.monthly_lines import lines_of, same_money
from app.contracts.terms.sheet import Bonus, Condition, Exclusivity
from app.database import db
from tests.cast import Cast
from tests.contracts.signing import SHEET, signed

RETAINER, QUOTA = Bonus("retainer", 10_000), Bonus("quota", 20_000, (Condition("no_open_breach"),))
NO_BREACH = (Condition("no_open_breach"),)
PLAIN = replace(SHEET, bonuses=(RETAINER, QUOTA), exclusivity=None)


@pytest.mark.parametrize(
    ("breach", "expected"),
    [
        ("warn", [RETAINER, QUOTA, Bonus("exclusivity_fee", 5_000)]),
        ("terminate", [RETAINER, QUOTA, Bonus("exclusivity_fee", 5_000)]),
        ("suspend_bonus", [replace(RETAINER, conditions=NO_BREACH), QUOTA, Bonus("exclusivity_fee", 5_000)]),
        ("repay_fee", [RETAINER, QUOTA, Bonus("exclusivity_fee", 5_000, NO_BREACH)]),
    ],
)
def test_what_follows_a_breach_is_a_condition_of_what_it_takes_away(breach: str, expected: list[Bonus]) -> None:
    assert lines_of(replace(PLAIN, exclusivity=Exclusivity("full", fee=5_000, breach=breach))) == expected


def test_without_an_exclusivity_or_a_fee_there_is_no_line_of_it() -> None:
    assert lines_of(PLAIN) == [RETAINER, QUOTA]
    assert lines_of(replace(PLAIN, exclusivity=Exclusivity("category"))) == [RETAINER, QUOTA]


def test_another_consequence_is_other_money_only_where_it_takes_some_away() -> None:
    warned = replace(PLAIN, exclusivity=Exclusivity("full", fee=5_000))
    assert same_money(warned, replace(PLAIN, exclusivity=Exclusivity("full", fee=5_000, breach="terminate")))
    assert not same_money(warned, replace(PLAIN, exclusivity=Exclusivity("full", fee=5_000, breach="repay_fee")))


def test_a_signed_contract_has_the_condition_in_its_rows(cast: Cast) -> None:
    closed = Exclusivity("full", fee=5_000, breach="suspend_bonus")
    contract = signed(replace(PLAIN, exclusivity=closed), cast.brands["lumen"], cast.creators["mira"])
    rows = db.session.scalars(select(BonusLine).where(BonusLine.contract_id == contract.id)).all()
    found = {row.kind: [each.what for each in row.conditions] for row in rows}
    assert found == {"retainer": ["no_open_breach"], "quota": ["no_open_breach"], "exclusivity_fee": []}
