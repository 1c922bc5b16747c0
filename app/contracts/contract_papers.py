"""What a contract's page shows besides its terms: papers, promises, exclusivity, pauses, and how it ends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import gettext
from sqlalchemy import select

from app import clock
from app.catalog.taxonomy import CATEGORY, FORMAT, PLATFORM, ROOTS, TERRITORY, names
from app.clock import first_of_next_month
from app.contracts.changes import lifecycle
from app.contracts.models import Agreement, BonusLine, Contract, Ending, Pause, Programme
from app.contracts.terms import bonus_phrases, monthly_lines, phrases, programmes
from app.contracts.terms.brand_names import brand_names
from app.contracts.terms.kinds import Level
from app.contracts.terms.sheet import Sheet
from app.database import db
from app.formatting import money


@dataclass(frozen=True)
class Promise:
    """One line of monthly money in words, in force from its first to its last day."""

    kind: str
    text: str
    first_on: date
    last_on: date


@dataclass(frozen=True)
class Papers:
    """A contract's papers and promises as they are at an instant."""

    agreements: list[Agreement]  # the newest first
    promises: list[Promise]
    exclusivity: list[str]
    exclusive_in: str
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


def papers_of(contract: Contract, at: datetime) -> Papers:
    """All of it, for one contract."""
    signed = select(Agreement).where(Agreement.contract_id == contract.id).order_by(Agreement.id.desc())
    rows = select(BonusLine).where(BonusLine.contract_id == contract.id).order_by(BonusLine.first_on, BonusLine.id)
    pauses = select(Pause).where(Pause.contract_id == contract.id).order_by(Pause.first_on, Pause.id)
    promises = list(db.session.scalars(rows))
    sheet = lifecycle.current_sheet(contract)
    return Papers(
        agreements=list(db.session.scalars(signed)),
        promises=[Promise(row.kind, bonus_text(row), row.first_on, row.last_on) for row in promises],
        exclusivity=exclusivity_sentences(sheet),
        exclusive_in=exclusive_in(sheet),
        pauses=list(db.session.scalars(pauses)),
        ending=db.session.scalar(select(Ending).where(Ending.contract_id == contract.id)),
        programme=db.session.get(Programme, contract.programme_id) if contract.programme_id else None,
        programmes=programmes.programmes_of(contract.brand_id),
        running=contract.period.upper is None or at < contract.period.upper,
        months=_months(contract, clock.today(contract.timezone, at=at)) if promises else [],
    )


def exclusivity_sentences(sheet: Sheet) -> list[str]:
    """The exclusivity of a sheet in sentences, with the names of the brands in it; empty where there is none."""
    if sheet.exclusivity is None:
        return []
    return phrases.exclusivity(sheet.exclusivity, sheet.currency, brand_names(sheet))


def exclusive_in(sheet: Sheet) -> str:
    """Where the creator works for nobody else, or for none of the named rivals, in words: the categories, and what
    narrows them; empty where they are free."""
    closed = sheet.exclusivity
    if closed is None:
        return ""
    scope = closed.scope
    categories = [ROOTS[CATEGORY]] if closed.level == Level.FULL else scope.categories
    narrower = [
        names(tree, codes)
        for tree, codes in ((PLATFORM, scope.platforms), (TERRITORY, scope.territories), (FORMAT, scope.formats))
        if ROOTS[tree] not in codes
    ]
    where = "; ".join([names(CATEGORY, categories), *narrower])
    if closed.level != Level.NAMED_RIVALS:
        return where
    rivals = phrases.rivals(closed, brand_names(sheet))
    return str(gettext("%(where)s, towards %(rivals)s only", where=where, rivals=rivals))


def bonus_text(row: BonusLine) -> str:
    """A line of monthly money in the words of the contract."""
    if row.kind == monthly_lines.FEE:
        return str(gettext("%(sum)s a month for the exclusivity.", sum=money(row.amount, row.currency)))
    return bonus_phrases.bonus(monthly_lines.line_of(row), row.currency)


def _months(contract: Contract, today: date) -> list[date]:
    """The months from the contract's first to the running one, or its last."""
    month, months = contract.starts_on.replace(day=1), []
    while month <= min(contract.ends_on, today):
        months.append(month)
        month = first_of_next_month(month)
    return months[::-1]
