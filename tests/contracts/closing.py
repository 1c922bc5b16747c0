"""Contracts that close something, as tests of exclusivity make them: signed, with their claims written."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from app.contracts.exclusivity import claims
from app.contracts.exclusivity.numbered_claims import span
from app.contracts.models import Agreement, Contract
from app.contracts.terms.sheet import Exclusivity, Scope, Sheet
from app.database import db, raw
from app.users.models import Brand, Creator
from tests import market

LIGHTS, ALL_OF_HOME, SKIN = (
    Scope(categories=("home.lighting",)),
    Scope(categories=("home",)),
    Scope(("beauty.skincare",)),
)
FIRST, LAST = date(2026, 3, 1), date(2026, 5, 31)


def sheet(work: Scope = LIGHTS, closed: Exclusivity | None = None, first: date = FIRST, last: date = LAST) -> Sheet:
    """Terms of so many days in Amsterdam."""
    return Sheet(first, last, "Europe/Amsterdam", "EUR", 1000, work=work, exclusivity=closed)


def closing(*categories: str, **changes: Any) -> Exclusivity:
    """An exclusivity in these categories."""
    level = changes.pop("level", "category")
    return Exclusivity(level, changes.pop("scope", Scope(categories=categories or ("all",))), **changes)


def draft(brand: Brand, creator: Creator, terms: Sheet) -> Contract:
    """A contract of these days, without any claim."""
    made = market.contract(brand, creator, terms.starts_on, terms.ends_on)
    made.timezone, made.signed_at = terms.timezone, market.LONG_AGO
    made.period = span(terms.starts_on, terms.ends_on, terms.timezone)
    db.session.flush()
    return made


def agree(contract: Contract, terms: Sheet) -> Agreement:
    """What both have signed."""
    made = Agreement(
        brand_id=contract.brand_id,
        creator_id=contract.creator_id,
        contract_id=contract.id,
        kind="amendment" if terms.effective_on else "contract",
        terms=terms.as_json(),
        body="",
        language="en",
        sha256=b"\0" * 32,
        status="signed",
        made_at=market.LONG_AGO,
        signed_at=market.LONG_AGO,
    )
    db.session.add(made)
    db.session.flush()
    return made


def signed(brand: Brand, creator: Creator, terms: Sheet) -> Contract:
    """A contract with its agreement and claims."""
    made = draft(brand, creator, terms)
    agree(made, terms)
    claims.write(made, terms)
    return made


def amended(contract: Contract, terms: Sheet, effective_on: date) -> None:
    """New terms from a day on."""
    later = replace(terms, effective_on=effective_on)
    agree(contract, later)
    claims.write(contract, later)


def count(kind: str = "work") -> int:
    """How many claims of a kind are stored."""
    row = raw().execute("select count(*) from claim where kind = %s", [kind]).fetchone()
    return int(row[0]) if row else 0
