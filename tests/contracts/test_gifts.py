"""Goods given beside contracts count towards a country's limit, whatever they were for, and only once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from app.contracts.terms import clauses, gifts
from app.contracts.terms.sheet import Bonus
from app.database import db
from app.users.models import Brand, Creator
from tests.cast import Cast
from tests.contracts.signing import AT, signed
from tests.contracts.test_clauses import FRENCH


@pytest.fixture
def mira(cast: Cast) -> Creator:
    cast.creators["mira"].country = "FR"
    return cast.creators["mira"]


def give(brand: Brand, creator: Creator, value: int, on: date = date(2026, 3, 1), currency: str = "EUR") -> None:
    gifts.book(brand, creator, gifts.Goods(uuid4(), "1 × Lamp", value, currency, on), at=AT)


def test_what_was_given_in_the_year_counts_beside_what_the_terms_promise(lumen: Brand, mira: Creator) -> None:
    sheet = replace(FRENCH, law="NL", bonuses=(Bonus("retainer", 60_000),))
    give(lumen, mira, 39_999)
    give(lumen, mira, 90_000, date(2025, 12, 31))
    give(lumen, mira, 90_000, currency="GBP")
    (finding,) = clauses.check(lumen, mira, sheet, AT)
    assert (finding.level, "€999.99 of €1,000.00 in 2026" in finding.sentence) == ("warn", True)
    give(lumen, mira, 1)
    assert [each.level for each in clauses.blocking(lumen, mira, sheet, AT)] == ["block"]


def test_one_gift_more_takes_a_complete_contract_at_the_limit(lumen: Brand, mira: Creator) -> None:
    def levels(value: int, currency: str = "EUR") -> list[str]:
        return [each.level for each in clauses.check_gift(lumen, mira, value, currency, at=AT)]

    assert [levels(value) for value in (79_999, 80_000, 99_999, 100_000)] == [["ok"], ["warn"], ["warn"], ["block"]]
    assert levels(500_000, "GBP") == ["warn"]
    signed(FRENCH, lumen, mira)
    assert levels(100_000) == ["ok"]
    mira.country = "NL"
    assert levels(100_000) == ["ok"]  # the contract is for people in France


def test_no_gift_is_changed_or_taken_back(lumen: Brand, mira: Creator) -> None:
    give(lumen, mira, 1)
    for statement in ("update gift set value = 0", "delete from gift"):
        with pytest.raises(ProgrammingError, match="permission denied"), db.session.begin_nested():
            db.session.execute(text(statement))
