"""The pack of a country counts what is promised for a goal in a year, and names what the contract lacks."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask_babel import force_locale

from app.contracts.terms import clauses, packs
from app.contracts.terms.packs import Pack
from app.contracts.terms.sheet import (
    Bonus,
    Exclusivity,
    Scope,
    Sheet,
)
from app.database import db
from app.users.models import Brand, Creator
from tests.cast import Cast
from tests.contracts.signing import AT, SHEET, frozen, signed

FRENCH = replace(
    SHEET,
    starts_on=date(2026, 6, 1),
    ends_on=date(2026, 6, 30),
    work=Scope(territories=("FR",), formats=("live",)),
    law="FR",
    clauses="The brand may use the videos for a year.",
    goal="Summer",
)


def found(sheet: Sheet, brand: Brand, creator: Creator, at: datetime = AT) -> list[tuple[str, str]]:
    return [(each.level, each.sentence) for each in clauses.check(brand, creator, sheet, at)]


def levels(sheet: Sheet, brand: Brand, creator: Creator) -> list[str]:
    return [level for level, _ in found(sheet, brand, creator)]


def paying(minor: int, sheet: Sheet = FRENCH, **changes: Any) -> Sheet:
    return replace(sheet, bonuses=(Bonus("retainer", minor),) if minor else (), **changes)


# -- where it holds --


def test_it_holds_for_french_parties_and_a_french_audience(lumen: Brand, mira: Creator) -> None:
    assert levels(FRENCH, lumen, mira) == ["ok"]
    assert levels(replace(FRENCH, work=Scope(territories=("NL", "EU"))), lumen, mira) == ["ok"]
    dutch = replace(FRENCH, work=Scope(territories=("NL", "africa")))
    assert levels(dutch, lumen, mira) == []
    lumen.country = "FR"
    assert levels(dutch, lumen, mira) == ["ok"]
    lumen.country, mira.country = "NL", "FR"
    assert levels(dutch, lumen, mira) == ["ok"]


def test_the_whole_world_is_aimed_at_nobody_but_warns(lumen: Brand, mira: Creator) -> None:
    world = replace(FRENCH, work=Scope(), law="", clauses="")
    assert levels(paying(79_999, world), lumen, mira) == []
    ((level, sentence),) = found(paying(500_000, world), lumen, mira)
    assert level == "warn"
    assert "made for people in France" in sentence
    assert clauses.blocking(lumen, mira, paying(500_000, world), AT) == []


# -- the limit --


@pytest.mark.parametrize(
    ("minor", "level"), [(0, "ok"), (79_999, "ok"), (80_000, "warn"), (99_999, "warn"), (100_000, "ok")]
)
def test_a_complete_contract_is_warned_from_80_percent_and_fine_from_the_limit(
    minor: int, level: str, lumen: Brand, mira: Creator
) -> None:
    assert levels(paying(minor), lumen, mira) == [level]
    assert clauses.blocking(lumen, mira, paying(minor), AT) == []


@pytest.mark.parametrize(("minor", "level"), [(79_999, "ok"), (80_000, "warn"), (99_999, "warn"), (100_000, "block")])
def test_one_that_lacks_something_is_blocked_at_the_limit(minor: int, level: str, lumen: Brand, mira: Creator) -> None:
    assert levels(paying(minor, law="NL"), lumen, mira) == [level]


def test_the_sentence_says_how_much_of_what_in_which_year(lumen: Brand, mira: Creator) -> None:
    assert found(paying(12_345), lumen, mira) == [("ok", "France: €123.45 of €1,000.00 in 2026, for this goal.")]
    ((_, sentence),) = found(paying(200_000, law="", clauses=" \n"), lumen, mira)
    assert sentence == (
        "France: with €2,000.00 in 2026, at or above €1,000.00, the contract has to say: rights and duties, among them "
        "who may use the content: write them into the further clauses; the law that governs: choose France."
    )
    with force_locale("nl"):
        assert found(paying(1), lumen, mira)[0][1].startswith("Frankrijk")


def test_what_is_missing_is_named(lumen: Brand, mira: Creator) -> None:
    (pack,) = packs.PACKS
    assert clauses.missing(pack, lumen, mira, paying(1)) == []
    assert clauses.missing(pack, lumen, mira, replace(FRENCH, law="NL")) == ["law"]
    assert clauses.missing(pack, lumen, mira, replace(FRENCH, clauses="")) == ["duties"]
    assert clauses.missing(pack, lumen, mira, replace(FRENCH, commission_bps=0)) == ["pay"]
    assert clauses.missing(pack, lumen, mira, replace(FRENCH, work=Scope(formats=()))) == ["tasks"]
    db.session.execute(db.text("update membership set ended_at = now() where role in ('creator', 'agent')"))
    assert clauses.missing(pack, lumen, mira, FRENCH) == ["parties"]


def test_blocking_is_what_blocks(lumen: Brand, mira: Creator) -> None:
    (finding,) = clauses.blocking(lumen, mira, paying(100_000, law=""), AT)
    assert (finding.level, finding.pack) == ("block", "fr")


# -- what counts --


def test_months_count_by_their_days_with_gifts_and_fees(lumen: Brand, mira: Creator) -> None:
    assert clauses.promised(paying(30_000), 2026) == 30_000
    half = paying(30_000, starts_on=date(2026, 6, 16))
    assert clauses.promised(half, 2026) == 15_000
    more = replace(half, gifts=7, exclusivity=Exclusivity("category", fee=2))
    assert clauses.promised(more, 2026) == 15_000 + 7 + 1
    years = paying(10_000, starts_on=date(2026, 11, 1), ends_on=date(2027, 3, 31), gifts=5)
    assert [clauses.promised(years, year) for year in (2025, 2026, 2027, 2028)] == [0, 20_005, 30_000, 0]


def test_the_year_that_has_most_counts_and_years_that_are_over_do_not(lumen: Brand, mira: Creator) -> None:
    sheet = paying(10_000, starts_on=date(2026, 1, 1), ends_on=date(2027, 3, 31))
    assert found(sheet, lumen, mira)[0][1].startswith("France: €1,200.00 in 2026")
    ((level, sentence),) = found(sheet, lumen, mira, datetime(2027, 1, 1, tzinfo=UTC))
    assert (level, sentence) == ("ok", "France: €300.00 of €1,000.00 in 2027, for this goal.")


def test_all_terms_of_the_pair_with_the_same_goal_count_together(lumen: Brand, mira: Creator, cast: Cast) -> None:
    signed(paying(50_000, starts_on=date(2026, 7, 1), ends_on=date(2026, 7, 31), goal=" SUMMER "), lumen, mira)
    frozen(paying(20_000, starts_on=date(2026, 8, 1), ends_on=date(2026, 8, 31)), lumen, mira)
    signed(paying(70_000, starts_on=date(2026, 9, 1), ends_on=date(2026, 9, 30), goal="Winter"), lumen, mira)
    signed(paying(70_000), lumen, cast.creators["joon"])
    assert "€800.00 of" in found(paying(10_000), lumen, mira)[0][1]
    assert levels(paying(30_000, law=""), lumen, mira) == ["block"]


def test_an_amendment_is_not_counted_beside_what_it_replaces(lumen: Brand, mira: Creator) -> None:
    contract = signed(paying(50_000, starts_on=date(2026, 6, 11)), lumen, mira)
    changed = paying(60_000, starts_on=date(2026, 6, 11), ends_on=date(2026, 7, 31), effective_on=date(2026, 7, 1))
    frozen(changed, lumen, mira, contract=contract)
    assert "€1,000.00 in" in found(changed, lumen, mira)[0][1]


def test_another_currency_is_said_to_be_unchecked(lumen: Brand, mira: Creator) -> None:
    ((level, sentence),) = found(paying(500_000, currency="GBP", law=""), lumen, mira)
    assert (level, sentence) == (
        "warn",
        "France: its limit is €1,000.00, and these terms are in GBP: not checked.",
    )


def test_a_country_more_is_data(lumen: Brand, mira: Creator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clauses, "PACKS", (*packs.PACKS, Pack("be", "BE", "EUR", 1, 50, ("law",))))
    sheet = paying(10, work=Scope(territories=("BE", "FR")))
    assert levels(sheet, lumen, mira) == ["ok", "block"]
    assert found(sheet, lumen, mira)[1][1].endswith("the law that governs: choose Belgium.")
