"""Terms that are better for the creator: a notice is enough (rules.md B16)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from flask_babel import gettext

from app.clock import first_of_next_month, today
from app.contracts import letters
from app.contracts.models import Agreement, AgreementKind, Contract
from app.contracts.periods import DAY
from app.contracts.sides import must_bind
from app.contracts.signing.enacting import enact
from app.contracts.signing.freezing import freeze
from app.contracts.terms import clauses, monthly_lines
from app.contracts.terms.compare_terms import plain, worse
from app.contracts.terms.current import current_sheet
from app.contracts.terms.differences import differences
from app.contracts.terms.labels import FIELDS
from app.contracts.terms.sheet import Sheet, monthly_promise
from app.database import lock
from app.errors import BadInput, Conflict
from app.ledger import funding
from app.outbox import Event
from app.security import Identity
from app.users.sides import Side
from app.users.trail import record


def amend_by_notice(contract: Contract, sheet: Sheet, *, by: Identity, at: datetime) -> Agreement:
    """Gives the creator better terms from `effective_on`, or from the first day they can hold; an owner of the brand
    says so and the creator is told. The agreement is stored as signed, with no signatures.

    Raises NotAllowed, BadInput when nothing is changed or a field is not better for the creator, and what
    amending.check does.
    """
    must_bind(by, Side.BRAND, contract.brand_id, contract.creator_id)
    contract = lock(contract)
    old = current_sheet(contract)
    sheet = replace(sheet, effective_on=sheet.effective_on or _earliest(contract, old, sheet, at))
    changed = [name for name, _, _ in differences(old, sheet) if name != "effective_on"]
    if not changed:
        raise BadInput(gettext("Nothing is changed: change a field first."))
    not_better = worse(old, sheet) or ([] if _sticky_stay(old, sheet) else ["bonuses"])
    if not_better:
        names = ", ".join(str(FIELDS[name]) for name in not_better)
        raise BadInput(
            gettext("Make an offer of this change, for it may not be better for the creator: %(names)s.", names=names)
        )
    if unlawful := clauses.blocking(contract.brand, contract.creator, sheet, at):
        raise Conflict(" ".join(finding.sentence for finding in unlawful))
    agreement = freeze(contract.brand, contract.creator, sheet, kind=AgreementKind.AMENDMENT, contract=contract, at=at)
    enact(agreement, at=at)
    effective_on = sheet.effective_on or contract.starts_on
    funding.adjust("contract", contract.id, since=effective_on, amount=monthly_promise(sheet), at=at)
    record("amend", "contract", contract.id, by=by, at=at, fields=changed, effective_on=effective_on.isoformat())
    facts = {"first_day": effective_on, "fields": [FIELDS[name] for name in changed]}
    event = Event("contract.improved", "agreement", agreement.id)
    letters.write_to_binders(event, contract, Side.CREATOR, facts, at=at)
    return agreement


def _sticky_stay(old: Sheet, new: Sheet) -> bool:
    """Whether every line in which a reached tier is kept goes on as the very same line, or it would be reached anew."""
    stay = [plain(line) for line in monthly_lines.lines_of(new)]
    return all(plain(line) in stay for line in monthly_lines.lines_of(old) if line.sticky)


def _earliest(contract: Contract, old: Sheet, sheet: Sheet, at: datetime) -> date:
    """The next day, or the first of the next month when monthly money changes."""
    day = today(contract.timezone, at=at) + DAY
    if monthly_lines.same_money(old, sheet) or day.day == 1:
        return day
    return first_of_next_month(day)
