"""Promises in the database, one line each, and what came of them. Every builder flushes, none commits."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from app.bonuses import settlement
from app.bonuses.settlement import Evaluated
from app.contracts.models import BonusCondition, BonusLine, BonusStep, Breach, Contract, Effort, Pause
from app.database import db, raw, rows
from app.sales.jobs import settle_due
from tests import market

JUNE, JULY = date(2026, 6, 1), date(2026, 7, 1)
AFTER_JUNE = datetime(2026, 7, 5, 3, tzinfo=UTC)  # evaluation day
LATER = datetime(2026, 9, 1, 3, tzinfo=UTC)  # when June's commissions are available
TENTH = datetime(2026, 6, 10, 10, tzinfo=UTC)
Steps = list[tuple[int, int]]  # from which value which rate (or which amount, where the tiering is `fixed`)


def promise(
    contract: Contract,
    kind: str = "guarantee",
    amount: int = 300_000,
    *,
    steps: Steps | None = None,
    conditions: dict[str, int] | None = None,
    days: tuple[date, date] | None = None,
    **columns: Any,
) -> BonusLine:
    """A line of monthly money, in force as long as the contract unless said otherwise."""
    first_on, last_on = days or (contract.starts_on, contract.ends_on)
    if kind == "threshold":
        columns = {"measure": "net_sales", "period": "month", "tiering": "marginal"} | columns
    made = BonusLine(
        contract_id=contract.id,
        brand_id=contract.brand_id,
        creator_id=contract.creator_id,
        kind=kind,
        currency=columns.pop("currency", "EUR"),
        amount=0 if kind == "threshold" else amount,
        first_on=first_on,
        last_on=last_on,
        recorded_at=market.LONG_AGO,
        **columns,
    )
    db.session.add(made)
    db.session.flush()
    for nr, (value, pays) in enumerate(steps or [], 1):
        what = "amount" if columns.get("tiering") == "fixed" else "rate_bps"
        db.session.add(BonusStep(bonus_id=made.id, nr=nr, from_value=value, **{what: pays}))
    for what, required in (conditions or {}).items():
        db.session.add(BonusCondition(bonus_id=made.id, what=what, required=required))
    db.session.flush()
    return made


def posts(contract: Contract, quantity: int, day: date = date(2026, 6, 20), what: str = "posts") -> Effort:
    """Effort that was counted."""
    row = {"claimed_by": 1, "claimed_at": TENTH, "reviewed_by": 2, "reviewed_at": TENTH, "status": "counted"}
    return _add(Effort(contract_id=contract.id, what=what, done_on=day, quantity=quantity, proof="a link", **row))


def rest(contract: Contract, first_on: date, last_on: date, status: str = "agreed") -> Pause:
    """Days on which the contract rests."""
    row = {"asked_by": 1, "asked_at": TENTH, "side": "brand", "reason": "why", "status": status}
    if status != "asked":
        row |= {"answered_by": 2, "answered_at": TENTH}
    return _add(Pause(contract_id=contract.id, first_on=first_on, last_on=last_on, **row))


def breach(contract: Contract, status: str = "open", found_at: datetime = TENTH) -> Breach:
    """A breach of the contract's exclusivity."""
    row: dict[str, Any] = {"kind": "stream", "cause": 1, "found_at": found_at, "answer_by": found_at, "status": status}
    if status != "open":
        row |= {"decided_by": 1, "decided_at": found_at}
    return _add(Breach(contract_id=contract.id, **row))


def _add(fact: Any) -> Any:
    db.session.add(fact)
    db.session.flush()
    return fact


def settled() -> None:
    """Everything that is due is decided and posted; commits."""
    db.session.commit()
    settle_due()


def provisional(month: date = JUNE, at: datetime = AFTER_JUNE) -> Evaluated:
    """Settles, then evaluates the month provisionally; commits."""
    return _evaluated(month, "provisional", at)


def final(month: date = JUNE, at: datetime = LATER) -> Evaluated:
    """Settles, then evaluates the month finally; commits."""
    return _evaluated(month, "final", at)


def _evaluated(month: date, stage: str, at: datetime) -> Evaluated:
    settled()
    done = settlement.evaluate(raw(), month, stage=stage, at=at)
    db.session.commit()
    return done


def booked(made: BonusLine, month: date = JUNE) -> list[int]:
    """The promise's entries for the month, in order; what was taken back is negative."""
    rows = raw().execute(
        "select case e.credit when 'creator' then e.amount else -e.amount end from entry e"
        " join bonus_month m on e.kind = 'bonus' and e.brand_id = m.brand_id and e.cause = m.id"
        " where m.bonus_id = %s and m.month = %s order by e.seq",
        [made.id, month],
    )
    return [row[0] for row in rows]


def award(made: BonusLine, month: date = JUNE) -> Any:
    """The newest award: stage, target, outside, working, bonus_month."""
    awards = rows(raw(), "app.bonuses", "awards", {"contract": made.contract_id, "month": month})
    return next(row for row in reversed(awards) if row.bonus_id == made.id)
