"""Writes what a contract claims of its creator (design.md section 4). The database refuses what is taken already."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask_babel import gettext
from psycopg import errors
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import Range

from app.catalog.taxonomy import CATEGORY, tree
from app.clock import first_instant
from app.contracts.exclusivity import closures
from app.contracts.exclusivity.claim_boxes import (
    Box,
    Stretch,
    blocks,
)
from app.contracts.exclusivity.numbered_claims import (
    Plan,
    columns,
    granted,
    number,
    spans,
)
from app.contracts.models import Agreement, AgreementStatus, ClaimKind, Contract
from app.contracts.periods import end_of, range_text, start_of
from app.contracts.terms.kinds import Level
from app.contracts.terms.sheet import Exclusivity, Scope, Sheet
from app.database import db, raw, statement
from app.errors import Conflict


def write(contract: Contract, sheet: Sheet) -> None:
    """Replaces the contract's claims by those of the sheet, of what was signed before the day it takes effect, and of
    the waivers that were granted.

    Raises exclusivity.Clash when the database refuses one, with the claims as they were; Conflict where two people
    wait for each other.
    """
    db.session.flush()
    sheets = _signed(contract)
    if not sheets or sheets[-1] != sheet:
        sheets.append(sheet)
    _replace(contract, sheets)


def rewrite(contract: Contract) -> None:
    """Replaces the contract's claims by those of what was signed, for its period as it is now and with the waivers
    granted since. What a file's contract claimed stays as its import wrote it, cut to the period.

    Raises as `write` does.
    """
    db.session.flush()
    _replace(contract, _signed(contract))


def claim_missing(*, at: datetime) -> tuple[int, int]:
    """Writes the work of contracts that came by file and claim none, where what their brand sells has become known.

    Those that an exclusivity closes are left out and open a case of its holder. Returns how many claims were written,
    and how many cases opened.
    """
    written = raw().execute(statement("app.contracts", "claim_missing"), {"at": at}).rowcount
    return written, raw().execute(statement("app.contracts", "claim_missing_breaches"), {"at": at}).rowcount


def _signed(contract: Contract) -> list[Sheet]:
    """What both have signed, in that order."""
    query = select(Agreement).where(Agreement.contract_id == contract.id, Agreement.status == AgreementStatus.SIGNED)
    return [each.sheet for each in db.session.scalars(query.order_by(Agreement.signed_at, Agreement.id))]


def _replace(contract: Contract, sheets: Sequence[Sheet]) -> None:
    values = {"creator": contract.creator_id, "contract": contract.id}
    try:
        with raw().transaction():
            # Who writes claims of one creator does so in turn, or they would wait for each other until one is refused.
            raw().execute("select from creator where id = %(creator)s for no key update", values)
            found = _boxes(contract, sheets)
            raw().execute("delete from claim where contract_id = %(contract)s", values)
            raw().execute(statement("app.contracts", "claim_write"), {**values, **columns(found)})
    except errors.ExclusionViolation as error:
        raise closures.clash(_met(contract, sheets), contract.timezone) from error
    except errors.DeadlockDetected as error:
        raise Conflict(gettext("Somebody else is changing contracts of this creator: try again.")) from error


def _met(contract: Contract, sheets: Sequence[Sheet]) -> list[closures.ClaimConflict]:
    if not sheets:
        return []
    return closures.conflicts(contract.creator_id, contract.brand_id, sheets[-1], except_contract=contract.id)


def _boxes(contract: Contract, sheets: Sequence[Sheet]) -> list[Box]:
    boxes: list[Box] = []
    for sheet, stretch in stretches(contract.period, contract.timezone, sheets):
        if sheet is None:
            boxes += _imported(contract, stretch)
        else:
            boxes += Plan.of(sheet, contract.brand_id, contract.id).drawn(stretch)
    return boxes


def stretches(period: Range[datetime], zone: str, sheets: Sequence[Sheet]) -> list[tuple[Sheet | None, Stretch]]:
    """Which version of the terms holds when: each from its effective day (none: from the contract's first) until a
    later one takes over. None stands for what came by file, before anything was signed."""
    lower, upper = start_of(period), end_of(period)
    begun: list[tuple[Sheet | None, datetime]] = [(None, lower)]
    for sheet in sheets:
        since = first_instant(sheet.effective_on, zone) if sheet.effective_on else lower
        since = max(since, lower)
        begun = [each for each in begun if each[1] < since] + [(sheet, since)]
    begun = [each for each in begun if each[1] < upper]
    ends = [since for _, since in begun[1:]] + [upper]
    return [
        (sheet, Stretch(Range(since, end), zone, first=since == lower, last=end == upper))
        for (sheet, since), end in zip(begun, ends, strict=True)
    ]


def _imported(contract: Contract, stretch: Stretch) -> list[Box]:
    """What a contract that came by file claims in the stretch: the work as it is stored, and the category it closes."""
    values = {"contract": contract.id, "period": range_text(stretch.period)}
    rows = raw().execute(statement("app.contracts", "claim_work"), values).fetchall()
    boxes = [_stored(*row) for row in rows]
    closed = tree(CATEGORY).named(contract.exclusive_category) if contract.exclusive_category else None
    if closed:
        terms = Exclusivity(Level.CATEGORY, Scope(categories=(closed.code,)))
        passes = granted(contract.id)
        boxes += blocks(terms, contract.brand_id, stretch, number=number, brands={}, passes=passes)
    return boxes


def _stored(*row: Any) -> Box:
    """A row of work as a box."""
    *scopes, period = row
    lanes, categories, platforms, territories, formats = map(spans, scopes)
    return Box(ClaimKind.WORK, lanes, categories, platforms, territories, formats, Range(period.lower, period.upper))
