"""What a contract's page shows besides its terms: papers, promises, exclusivity, pauses, and how it ends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import gettext
from sqlalchemy import select

from app import clock
from app.contracts import lifecycle, phrases, programmes
from app.contracts.models import Agreement, BonusLine, Contract, Ending, Pause, Programme
from app.contracts.sheet import Bonus, Condition, Sheet, Step
from app.database import db
from app.formatting import money
from app.users.models import Brand

FEE = "exclusivity_fee"


@dataclass(frozen=True)
class Promise:
    """One line of monthly money in words, in force from its first to its last day."""

    kind: str
    said: str
    first_on: date
    last_on: date


@dataclass(frozen=True)
class Deeds:
    """A contract's papers and promises as they are at an instant."""

    agreements: list[Agreement]  # the newest first
    promises: list[Promise]
    exclusivity: list[str]
    pauses: list[Pause]
    ending: Ending | None
    programme: Programme | None  # whose rates it follows
    programmes: Sequence[Programme]  # which it may follow
    running: bool
    months: list[date]  # first days of the months with a statement, the newest first

    @property
    def may_change(self) -> bool:
        """Whether the contract can still be amended, paused or ended."""
        return self.running and self.ending is None


def of(contract: Contract, at: datetime) -> Deeds:
    """All of it, for one contract."""
    found = select(Agreement).where(Agreement.contract_id == contract.id).order_by(Agreement.id.desc())
    rows = select(BonusLine).where(BonusLine.contract_id == contract.id).order_by(BonusLine.first_on, BonusLine.id)
    pauses = select(Pause).where(Pause.contract_id == contract.id).order_by(Pause.first_on, Pause.id)
    promises = list(db.session.scalars(rows))
    return Deeds(
        agreements=list(db.session.scalars(found)),
        promises=[_promise(row) for row in promises],
        exclusivity=closed(lifecycle.current_sheet(contract)),
        pauses=list(db.session.scalars(pauses)),
        ending=db.session.scalar(select(Ending).where(Ending.contract_id == contract.id)),
        programme=db.session.get(Programme, contract.programme_id) if contract.programme_id else None,
        programmes=programmes.of_brand(contract.brand_id),
        running=contract.period.upper is None or at < contract.period.upper,
        months=_months(contract, clock.today(contract.timezone, at=at)) if promises else [],
    )


def closed(sheet: Sheet) -> list[str]:
    """The exclusivity of a sheet in sentences, with the names of the brands in it; empty where there is none."""
    if sheet.exclusivity is None:
        return []
    handles = {*sheet.exclusivity.rivals, *(each.brand for each in sheet.exclusivity.carve_outs)}
    known = db.session.execute(select(Brand.handle, Brand.name).where(Brand.handle.in_(handles)))
    return phrases.exclusivity(sheet.exclusivity, sheet.currency, dict(list(known)))


def _promise(row: BonusLine) -> Promise:
    line = Bonus(
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
    if row.kind == FEE:
        said = str(gettext("%(sum)s a month for the exclusivity.", sum=money(row.amount, row.currency)))
    else:
        said = phrases.bonus(line, row.currency)
    return Promise(row.kind, said, row.first_on, row.last_on)


def _months(contract: Contract, today: date) -> list[date]:
    """The months from the contract's first to the running one, or its last."""
    month, found = contract.starts_on.replace(day=1), []
    while month <= min(contract.ends_on, today):
        found.append(month)
        month = date(month.year + month.month // 12, month.month % 12 + 1, 1)
    return found[::-1]
