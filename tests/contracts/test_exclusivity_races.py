"""Two brands claim one creator exclusively at the same moment: never both, a hundred times in a row.

Every race has its negative control: without the constraint it has to go wrong, or it would show nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from flask import Flask
from psycopg import errors

from app.contracts.exclusivity import claims
from app.contracts.exclusivity.closures import Clash
from app.contracts.exclusivity.numbered_claims import Plan, columns, span
from app.contracts.models import Contract
from app.database import db, raw, statement
from app.errors import Conflict, StreamcutError
from app.processes.database_setup import owner
from app.users.models import Brand
from tests.cast import Cast
from tests.contracts.closing import LIGHTS, closing, draft, sheet
from tests.payouts.at_once import at_once

ROUNDS = 100
Owner = psycopg.Connection[Any]
Deed = Callable[[int], object]  # of a contract's number
TERMS = sheet(LIGHTS, closing("home"))


@pytest.fixture
def rivals(cast: Cast) -> list[int]:
    """A contract of each brand with mira, for the same days; neither has claimed anything yet."""
    found = [draft(brand, cast.creators["mira"], TERMS).id for brand in cast.brands.values()]
    db.session.commit()
    return found


def sign(contract: int) -> str:
    """As signing does it."""
    claims.write(db.session.get_one(Contract, contract), TERMS)
    return "written"


def insert(contract: int) -> str:
    """Only the rows, with nothing before them that would make one wait for the other: the constraint is alone."""
    found = db.session.get_one(Contract, contract)
    values = {"creator": found.creator_id, "contract": contract, **columns(Plan.of(TERMS, found.brand_id).proposed())}
    with owner() as connection:
        connection.execute("set deadlock_timeout = '10ms'")
        try:
            connection.execute(statement("app.contracts", "claim_write"), values)
        except (errors.ExclusionViolation, errors.DeadlockDetected) as error:
            connection.rollback()
            raise Conflict(type(error).__name__) from error
    return "written"


def race(deed: Deed, rivals: list[int]) -> list[Any]:
    """What came of one round for each of them."""
    return at_once([lambda contract=contract: deed(contract) for contract in rivals])


def both(rivals: list[int]) -> bool:
    """Whether both have claims now."""
    rows = raw().execute("select distinct contract_id from claim order by 1").fetchall()
    db.session.rollback()
    assert rows, "one of them gets it, or both"
    return [contract for (contract,) in rows] == rivals


@contextmanager
def cleared(connection: Owner) -> Iterator[None]:
    """A round, after which nobody has claimed anything."""
    yield
    connection.execute("delete from claim")
    connection.commit()


@pytest.mark.parametrize("deed", [sign, insert])
def test_of_two_who_claim_at_once_one_gets_it(
    deed: Deed, app: Flask, rivals: list[int], owner_connection: Owner
) -> None:
    for _ in range(ROUNDS):
        with cleared(owner_connection):
            outcomes = race(deed, rivals)
            assert sum(outcome == "written" for outcome in outcomes) == 1, outcomes
            (refusal,) = [outcome for outcome in outcomes if outcome != "written"]
            assert isinstance(refusal, StreamcutError), refusal
            assert not both(rivals)


@pytest.mark.parametrize("deed", [sign, insert])
def test_without_the_constraint_both_get_it_in_the_same_race(
    deed: Deed, app: Flask, rivals: list[int], owner_connection: Owner
) -> None:
    owner_connection.execute("alter table claim drop constraint ex_claim_exclusive")
    owner_connection.commit()
    went_wrong = 0
    for _ in range(10):
        with cleared(owner_connection):
            race(deed, rivals)
            went_wrong += both(rivals)
    assert went_wrong > 0


def test_who_comes_second_reads_what_clashes_and_from_when_it_is_free(rivals: list[int], cast: Cast) -> None:
    first, second = (db.session.get_one(Contract, contract) for contract in rivals)
    claims.write(first, TERMS)
    with pytest.raises(Clash) as caught:
        claims.write(second, TERMS)
    said = caught.value.sentence
    assert "An exclusivity closes this until and including 31 May 2026: Lighting." in said
    assert "The creator has other work until and including 31 May 2026" in said
    assert "free from 1 Jun 2026" in said
    assert not any(brand.name in said for brand in db.session.scalars(db.select(Brand)))
    assert {each.what for each in caught.value.about["conflicts"]} == {"blocked", "blocks"}


def test_back_to_back_exclusives_pass_at_once(app: Flask, rivals: list[int]) -> None:
    second = db.session.get_one(Contract, rivals[1])
    second.period = span(TERMS.ends_on + timedelta(days=1), TERMS.ends_on + timedelta(days=30), TERMS.timezone)
    db.session.commit()
    assert race(sign, rivals) == ["written", "written"]
    assert both(rivals)
