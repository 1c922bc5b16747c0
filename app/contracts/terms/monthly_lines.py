"""The rows of a contract's monthly money: written when it is signed, changed by amendments, cut when it ends.

A row is never rewritten but for its last day, for months that were paid point at it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import date, datetime

from sqlalchemy import delete, select

from app.contracts.models import BonusCondition, BonusLine, BonusStep, Contract
from app.contracts.periods import DAY
from app.contracts.terms.compare_terms import plain
from app.contracts.terms.kinds import BonusKind, ConditionKind, Consequence
from app.contracts.terms.sheet import (
    Bonus,
    Condition,
    Sheet,
    Step,
)
from app.database import db

FEE, NO_BREACH = BonusKind.EXCLUSIVITY_FEE, ConditionKind.NO_OPEN_BREACH


def lines_of(sheet: Sheet) -> list[Bonus]:
    """All monthly money of a sheet, the fee of its exclusivity as a line of its own (rules.md B13). What follows a
    breach is a condition of the lines it takes away: of the bonuses, or of the fee."""
    closed = sheet.exclusivity
    if closed is None:
        return list(sheet.bonuses)
    suspended = closed.breach == Consequence.SUSPEND_BONUS
    lines = [_without_breach(line) if suspended else line for line in sheet.bonuses]
    fee = Bonus(FEE, closed.fee)
    return [*lines, *([_without_breach(fee) if closed.breach == Consequence.REPAY_FEE else fee] if closed.fee else [])]


def same_money(old: Sheet, new: Sheet) -> bool:
    """Whether two sheets promise the same monthly money, in whatever order."""
    return _sorted(lines_of(old)) == _sorted(lines_of(new))


def write(contract: Contract, lines: Sequence[Bonus], currency: str, *, first_on: date, at: datetime) -> None:
    """Adds the lines, in force from `first_on` to the contract's last day."""
    for line in lines:
        row = BonusLine(
            contract_id=contract.id,
            brand_id=contract.brand_id,
            creator_id=contract.creator_id,
            kind=line.kind,
            currency=currency,
            amount=line.amount,
            mode=line.mode,
            counts_retainer=line.counts_retainer,
            measure=line.measure,
            period=line.period,
            tiering=line.tiering,
            sticky=line.sticky,
            first_on=first_on,
            last_on=contract.ends_on,
            recorded_at=at,
        )
        row.steps = [
            BonusStep(nr=nr, from_value=step.from_value, rate_bps=step.rate_bps, amount=step.amount)
            for nr, step in enumerate(line.steps, start=1)
        ]
        row.conditions = [BonusCondition(what=each.what, required=each.required) for each in line.conditions]
        db.session.add(row)
    db.session.flush()


def change(contract: Contract, sheet: Sheet, *, effective_on: date, at: datetime) -> None:
    """From `effective_on` the contract promises what the sheet says: lines that stay go on, to the contract's last day;
    the others end on the day before, and what is new is added. Lines that ended on the day before stay too: the
    contract goes on."""
    wanted = lines_of(sheet)
    for row in _in_force(contract, effective_on - DAY):
        line = next((each for each in wanted if plain(each) == plain(line_of(row))), None)
        if line is None:
            row.last_on = effective_on - DAY
        else:
            wanted.remove(line)
            row.last_on = contract.ends_on
    db.session.flush()
    write(contract, wanted, sheet.currency, first_on=effective_on, at=at)


def end(contract: Contract, last_day: date) -> None:
    """Cuts the lines at the contract's new last day; those that would have begun later never come into force."""
    later = select(BonusLine.id).where(BonusLine.contract_id == contract.id, BonusLine.first_on > last_day)
    for part in (BonusStep, BonusCondition):
        db.session.execute(delete(part).where(part.bonus_id.in_(later)))
    db.session.execute(delete(BonusLine).where(BonusLine.id.in_(later)))
    for row in _in_force(contract, last_day + DAY):
        row.last_on = last_day
    db.session.flush()


def line_of(row: BonusLine) -> Bonus:
    """The line of a sheet that the row was written from."""
    return Bonus(
        row.kind,
        row.amount,
        tuple(Condition(each.what, each.required) for each in row.conditions),
        row.mode,
        row.counts_retainer,
        row.measure,
        row.period,
        row.tiering,
        row.sticky,
        tuple(Step(each.from_value, each.rate_bps, each.amount) for each in row.steps),
    )


def _without_breach(line: Bonus) -> Bonus:
    """The line, paid only in months without a breach that is open or upheld."""
    named = {each.what for each in line.conditions}
    return line if NO_BREACH in named else replace(line, conditions=(*line.conditions, Condition(NO_BREACH)))


def _in_force(contract: Contract, on: date) -> Sequence[BonusLine]:
    rows = select(BonusLine).where(BonusLine.contract_id == contract.id, BonusLine.last_on >= on)
    return db.session.scalars(rows.order_by(BonusLine.id)).all()


def _sorted(lines: Sequence[Bonus]) -> list[str]:
    return sorted(json.dumps(asdict(plain(line))) for line in lines)
