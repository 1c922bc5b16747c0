"""What lies on the table: one version of an offer with what changed, what it is worth, and what stands in its way."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from app import clock
from app.contracts.exclusivity import closures
from app.contracts.exclusivity.closures import ClaimConflict
from app.contracts.models import Agreement, Offer, OfferRound, RoundStatus
from app.contracts.offers import comparison, rounds
from app.contracts.offers.comparison import Row
from app.contracts.parties import details_of
from app.contracts.terms import clauses, sheet_rules
from app.contracts.terms.brand_names import brand_names
from app.contracts.terms.current import current_sheet
from app.contracts.terms.sheet import Sheet
from app.database import db, raw
from app.desks import worth
from app.desks.worth import Worth
from app.errors import BadInput, NotFound
from app.ledger import funding
from app.users.models import Brand, Creator, Person
from app.users.sides import Side

OPEN = (RoundStatus.DRAFT, RoundStatus.SENT, RoundStatus.VIEWED)


@dataclass
class Table:
    """An offer as one side sees it: all rounds it may see (the newest first), and one of them laid open."""

    shown: OfferRound
    rounds: list[OfferRound]
    rows: list[Row]
    before: OfferRound | None
    running: bool  # the rows are compared with the running contract, for there is no version before
    worth: Worth
    agreement: Agreement | None
    names: dict[int, str]  # of the people who made or closed rounds
    problems: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    conflicts: list[tuple[ClaimConflict, str]] = field(default_factory=list)
    findings: list[Any] = field(default_factory=list)
    unknown: bool = False
    unnamed: list[str] = field(default_factory=list)  # sides without legal details
    funding: tuple[str, date | None] = ("", None)

    @property
    def newest(self) -> bool:
        """Whether it is the newest version that is laid open."""
        return self.shown is self.rounds[0]

    @property
    def changes(self) -> int:
        """How many fields differ from the version before."""
        return sum(row.changed for row in self.rows)


def offer_table(offer: Offer, side: str, nr: int | None = None, *, at: datetime) -> Table:
    """The offer with its newest round laid open, or the round `nr`; NotFound where the side may not see it."""
    visible = rounds.rounds(offer, side)[::-1]
    shown = visible[0] if nr is None else next((each for each in visible if each.nr == nr), None)
    if shown is None:
        raise NotFound("There is no such version, or it is not yours.")
    before = next((each for each in visible if each.nr == shown.nr - 1), None)
    sheet = shown.sheet
    old = before.sheet if before else current_sheet(offer.contract) if offer.contract else None
    table = Table(
        shown=shown,
        rounds=visible,
        rows=comparison.rows(old, sheet, brands=brand_names(old, sheet)),
        running=before is None and old is not None,
        before=before,
        worth=worth.reckon(raw(), offer.brand_id, offer.creator_id, sheet, side=side, at=at),
        agreement=db.session.scalar(select(Agreement).where(Agreement.offer_round_id == visible[0].id)),
        names=_people(visible),
    )
    if shown.status in OPEN:
        _weigh(table, offer, sheet, at)
    if side == Side.CREATOR:
        table.funding = funding.badge(raw(), offer.brand, on=clock.today(at=at))
    return table


def _weigh(table: Table, offer: Offer, sheet: Sheet, at: datetime) -> None:
    """What keeps the terms from being agreed, and what both should think about twice."""
    table.problems = [sentence for _field, sentence in sheet_rules.problems(sheet, at=at)]
    if table.problems:  # what can't be is not weighed
        return
    table.warnings = sheet_rules.warnings(sheet)
    parties: dict[str, Brand | Creator] = {Side.BRAND: offer.brand, Side.CREATOR: offer.creator}
    table.unnamed = [side for side, party in parties.items() if details_of(party) is None]
    try:
        met = closures.conflicts(offer.creator_id, offer.brand_id, sheet, except_contract=offer.contract_id)
    except BadInput as error:  # brands it names that are not here
        table.problems = [error.sentence]
        return
    table.conflicts = [(each, closures.sentence(each, sheet.timezone)) for each in met]
    table.unknown = closures.unknown(offer.brand, sheet)
    table.findings = clauses.check(offer.brand, offer.creator, sheet, at)


def _people(shown: list[OfferRound]) -> dict[int, str]:
    ids = {each.made_by for each in shown} | {each.closed_by for each in shown if each.closed_by}
    names = db.session.execute(select(Person.id, Person.name).where(Person.id.in_(ids)))
    return dict(list(names))
