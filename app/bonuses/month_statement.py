"""A contract's month: every bonus with its arithmetic, conditions and entries, shows with why they count, effort.

While a bonus has no award it is worked out as things stand; afterwards its stored arithmetic is shown.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from flask_babel import gettext
from sqlalchemy import select

from app.bonuses import arithmetic
from app.bonuses.arithmetic import Condition, Row
from app.bonuses.settlement import Stage, following, preview
from app.contracts.contract_papers import bonus_text
from app.contracts.models import BonusLine, Contract, Effort
from app.database import db, raw, rows
from app.errors import NotFound
from app.streams.models import Stream
from app.streams.validity import Verdict, verdicts

MONTH = re.compile(r"[12]\d{3}-(0[1-9]|1[0-2])")


@dataclass(frozen=True)
class Part:
    """One bonus in the month. `state`: running, provisional, final or above_cap; amounts in minor units."""

    bonus: BonusLine
    promise: str
    state: str
    target: int
    outside: int
    rows: list[Row]
    conditions: list[Condition]
    evaluated_at: datetime | None = None
    decided_by: str | None = None
    bonus_month_id: int | None = None
    entries: list[Any] = field(default_factory=list)

    @property
    def may_be_approved(self) -> bool:
        """Whether something above a cap waits for the brand."""
        return self.state == Stage.FINAL and self.outside > 0


@dataclass(frozen=True)
class Show:
    """A show with its minutes that count, and why they do or do not."""

    stream: Stream
    verdict: Verdict
    why: str


@dataclass(frozen=True)
class Statement:
    """All there is to say about a contract's month."""

    contract: Contract
    month: date
    parts: list[Part]
    shows: list[Show]
    efforts: list[Effort]
    counted: dict[int, int]  # minutes of an effort that count, by its id
    earlier: str | None
    later: str | None

    @property
    def last(self) -> date:
        """The last day of the month."""
        return following(self.month) - timedelta(days=1)

    @property
    def sums(self) -> list[tuple[str, int, int]]:
        """By currency what is to be paid and what lies outside the terms."""
        currencies = sorted({part.bonus.currency for part in self.parts})
        return [(each, *_sum(part for part in self.parts if part.bonus.currency == each)) for each in currencies]


def month_of(text: str, contract: Contract) -> date:
    """The month `2026-06` in an address; NotFound for nonsense, and for a month that the contract does not touch."""
    month = date.fromisoformat(f"{text}-01") if MONTH.fullmatch(text) else None
    if month is None or not contract.starts_on.replace(day=1) <= month <= contract.ends_on:
        raise NotFound(gettext("The contract does not cover that month."))
    return month


def statement_of(contract: Contract, month: date, *, at: datetime) -> Statement:
    """The statement of a contract's month, as known at `at`."""
    last = following(month) - timedelta(days=1)
    seen = verdicts(raw(), contract.id, first=month, last=last)
    efforts = select(Effort).where(Effort.contract_id == contract.id, Effort.done_on.between(month, last))
    return Statement(
        contract,
        month,
        _parts(contract, month, at),
        _shows(seen),
        list(db.session.scalars(efforts.order_by(Effort.done_on, Effort.id))),
        {each.effort_id: each.counted for each in seen if each.effort_id is not None},
        _neighbour(contract, month - timedelta(days=1)),
        _neighbour(contract, following(month)),
    )


def _parts(contract: Contract, month: date, at: datetime) -> list[Part]:
    lines = select(BonusLine).where(
        BonusLine.contract_id == contract.id, BonusLine.first_on < following(month), BonusLine.last_on >= month
    )
    bonuses = {bonus.id: bonus for bonus in db.session.scalars(lines.order_by(BonusLine.id))}
    given = {"contract": contract.id, "month": month}
    awards = {row.bonus_id: row for row in rows(raw(), "app.bonuses", "awards", given)}  # the newest comes last
    entries = rows(raw(), "app.bonuses", "statement_entries", given)
    parts = {
        number: _awarded(bonuses[number], award, [entry for entry in entries if entry.bonus_id == number])
        for number, award in awards.items()
        if number in bonuses
    }
    if bonuses.keys() - parts.keys():
        for result in preview(raw(), contract.id, month, at):
            if result.bonus_id not in parts and result.bonus_id in bonuses:
                bonus = bonuses[result.bonus_id]
                parts[bonus.id] = _part(bonus, "running", result.target, result.outside, result.working)
    return [parts[number] for number in bonuses if number in parts]


def _awarded(bonus: BonusLine, award: Any, entries: Sequence[Any]) -> Part:
    return _part(
        bonus,
        award.stage,
        award.target,
        award.outside,
        award.working,
        evaluated_at=award.evaluated_at,
        decided_by=award.decided_by,
        bonus_month_id=award.bonus_month_id,
        entries=list(entries),
    )


def _part(bonus: BonusLine, state: str, target: int, outside: int, working: dict[str, Any], **more: Any) -> Part:
    rows = arithmetic.rows(bonus, working, target, outside, approved=state == Stage.ABOVE_CAP)
    return Part(bonus, bonus_text(bonus), state, target, outside, rows, arithmetic.conditions(working), **more)


def _shows(seen: Sequence[Verdict]) -> list[Show]:
    numbers = [each.stream_id for each in seen if each.stream_id is not None]
    streams = {each.id: each for each in db.session.scalars(select(Stream).where(Stream.id.in_(numbers)))}
    return [Show(streams[each.stream_id], each, show_reason(each)) for each in seen if each.stream_id in streams]


def show_reason(verdict: Verdict) -> str:
    """Why a show counts, in full or in part, or why it does not."""
    if verdict.reason is None and verdict.proven < verdict.minutes:
        sentence = gettext(
            "Counts in part: of %(count)s minutes the record lacks a pin, the host or the word on advertising.",
            count=verdict.minutes - verdict.proven,
        )
        return str(sentence)
    if verdict.reason is None and verdict.counted < verdict.minutes:
        return str(gettext("Counts; the rest is above the most that counts in a day or month."))
    reasons = {
        None: gettext("Counts."),
        "no_end": gettext("It has no end yet."),
        "too_short": gettext("It is too short."),
        "no_product": gettext("No product was listed."),
        "overlap": gettext("It overlaps another show of the same creator."),
        "inactive": gettext("In no quarter of an hour has the record a pin, the host and the word on advertising."),
    }
    return str(reasons[verdict.reason])


def _neighbour(contract: Contract, day: date) -> str | None:
    """The month of `day` as an address names it, where the contract touches it."""
    month = day.replace(day=1)
    return f"{month:%Y-%m}" if contract.starts_on.replace(day=1) <= month <= contract.ends_on else None


def _sum(parts: Any) -> tuple[int, int]:
    items = list(parts)
    return sum(part.target for part in items), sum(part.outside for part in items)
