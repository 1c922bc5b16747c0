"""A brand's money: what it has sent, what it has left, what it owes (rules.md B20)."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from stdnum.iso7064 import mod_97_10

from app import outbox, transitions
from app.database import db, raw, rows, statement
from app.errors import BadInput, Conflict, NotAllowed, NotFound, WrongStatus
from app.formatting import money
from app.ledger import posting, receipts
from app.ledger.models import FundingState, TopUp, TopUpStatus
from app.money import CURRENCIES
from app.notifications.readers import platform_readers
from app.security import CHECKER, Identity
from app.users.models import Brand
from app.users.trail import record as note
from app.web.texts import required_text
from app.words import word

MOST = 10**13  # minor units, as everywhere (formats.md)
LONGEST = 140
REFERENCE = re.compile(r"RF[0-9]{2}SC([0-9]{8})([A-Z]{3})?")  # of a brand, as `top_up_reference` writes it


# One word for one sum, on every page.
SUMS = {
    "balance": (_("Balance"), _("what is left once everything owed is paid")),
    "cash": (_("On the platform’s account"), _("top-ups and what viewers paid, less refunds, fees and payouts")),
    "payable": (_("Payable"), _("earned by creators, can be paid out now")),
    "pending": (_("Pending"), _("earned by creators, still held")),
    "in_transit": (_("In transit"), _("in payouts on their way")),
    "owed_back": (_("Owed back by creators"), _("after refunds; taken off what they earn next")),
    "reserved": (_("Reserved"), _("promised by offers and contracts, not yet posted")),
    "credit": (_("Credit line"), _("how far below zero you may go")),
    "available": (_("Available to promise"), _("what is left and lent, less what is reserved")),
    "lacking": (_("Shortfall"), _("needed so that everything owed is covered")),
}


@dataclass(frozen=True)
class Funds:
    """A brand's money in one currency, in minor units, as of one day."""

    brand_id: int
    public_id: UUID  # of the brand
    name: str
    currency: str
    balance: int  # what would be left when everything it owes were paid
    pending: int  # owed to creators, still in the hold
    payable: int  # owed to creators now
    owed_back: int  # creators owe it back after refunds
    in_transit: int  # stands in batches
    cash: int  # what lies on the platform's account for it: top-ups less fees less payouts
    reserved: int  # promised by offers and contracts and not yet posted
    credit: int  # how far below zero the platform lets it go
    since: date | None  # the day from which `badge` has been what it is, as far as the nights have noted

    @property
    def state(self) -> FundingState:
        """funded: all it owes is covered; partly_funded: what is payable now is; unfunded: payouts leave it out."""
        if self.balance >= 0:
            return FundingState.FUNDED
        return FundingState.PARTLY_FUNDED if self.cash >= self.payable else FundingState.UNFUNDED

    @property
    def available(self) -> int:
        """What the brand may still promise (rules.md B20): commissions have left the balance already."""
        return self.balance + self.credit - self.reserved

    @property
    def badge(self) -> FundingState:
        """What creators see. funded: everything owed and promised is covered; partly_funded: what is payable now is."""
        if self.available >= 0:
            return FundingState.FUNDED
        return FundingState.PARTLY_FUNDED if self.cash + self.credit >= self.payable else FundingState.UNFUNDED

    @property
    def lacking(self) -> int:
        """What the brand has to send so that everything it owes is covered."""
        return max(0, -self.balance)

    def tiles(self, *names: str) -> list[tuple[str, str, str]]:
        """The sums of these names as pages show them: label, money, what it is."""
        return [(str(SUMS[name][0]), money(getattr(self, name), self.currency), str(SUMS[name][1])) for name in names]


def funds(connection: psycopg.Connection[Any], *, on: date, brands: Collection[int] | None = None) -> list[Funds]:
    """The money of `brands` (None: all) by brand and currency; the UTC day `on` splits pending from payable."""
    values = {"on": on, "brands": None if brands is None else list(brands)}
    return rows(connection, "app.ledger", "funds", values, Funds)


def badge(connection: psycopg.Connection[Any], brand: Brand, *, on: date) -> tuple[FundingState, date | None]:
    """How far a brand's promises in its own currency are covered, and since which day, as creators may see it.

    A brand that never sent money and owes none is not funded.
    """
    for each in funds(connection, on=on, brands=[brand.id]):
        if each.currency == brand.currency:
            return each.badge, each.since
    return FundingState.UNFUNDED, None


def top_up_reference(brand: Brand, currency: str = "") -> str:
    """What a brand writes on its transfers so that the bank statement says whose money it is, and in which currency: a
    creditor reference (ISO 11649), in groups of four. Its check digits catch typing errors."""
    reference = _with_check_digits(f"SC{brand.id:08}{currency or brand.currency}")
    return " ".join(reference[start : start + 4] for start in range(0, len(reference), 4))


def brand_of_reference(text: str) -> tuple[int, str] | None:
    """The number of the brand whose reference stands in what somebody wrote on a transfer, and the currency it is for:
    "" in references that were printed without one. None when there is none whose check digits fit."""
    for found in REFERENCE.finditer(re.sub(r"[\s./-]", "", text).upper()):
        number, currency = found.group(1), found.group(2) or ""
        for meant in (currency, ""):  # without one, the letters that follow are other words
            if found.group().startswith(_with_check_digits(f"SC{number}{meant}")):
                return int(number), meant
    return None


def _with_check_digits(body: str) -> str:
    return f"RF{mod_97_10.calc_check_digits(f'{body}RF')}{body}"


def reserve(brand_id: int, currency: str, kind: str, cause: int, month: date, amount: int, *, at: datetime) -> None:
    """Sets aside what an offer or contract (`kind`, its number `cause`) promises for the month that begins on `month`.

    Reserving again changes the amount; nothing promised reserves nothing. Whether it is covered is for people to see.
    """
    if amount > 0:
        values = {"brand": brand_id, "currency": currency, "kind": kind, "cause": cause, "month": month, "at": at}
        raw().execute(_sql("reserve"), {**values, "amount": amount})


def release(kind: str, cause: int, *, month: date | None = None, at: datetime) -> None:
    """Lets go what was reserved for this promise: for one month, or for all."""
    raw().execute(_sql("release"), {"kind": kind, "cause": cause, "month": month, "at": at})


def adjust(kind: str, cause: int, *, since: date, amount: int, at: datetime) -> None:
    """Makes what is reserved for this promise, for the month of `since` and later ones, that amount."""
    if amount > 0:
        raw().execute(_sql("adjust"), {"kind": kind, "cause": cause, "since": since, "amount": amount})
    else:
        raw().execute(_sql("release_later"), {"kind": kind, "cause": cause, "since": since, "at": at})


def move(offer_id: int, contract_id: int, *, at: datetime) -> None:
    """Makes what was reserved for an offer the contract's that it became."""
    raw().execute(_sql("move_reservation"), {"offer": offer_id, "contract": contract_id, "at": at})
    release("offer", offer_id, at=at)


def set_credit(brand: Brand, currency: str, amount: int, *, by: Identity, at: datetime) -> None:
    """Lets the brand promise `amount` (minor units) more than it has sent; 0 takes it back. BadInput for nonsense."""
    if currency not in CURRENCIES:
        raise BadInput(gettext("“%(text)s” is not a currency: use three capital letters like EUR.", text=currency[:10]))
    if not 0 <= amount <= MOST:
        raise BadInput(gettext("A credit line is zero or more: fill in how far below zero the brand may go."))
    values = {"brand": brand.id, "currency": currency, "amount": amount, "by": by.person_id, "at": at}
    raw().execute(_sql("set_credit"), values)
    note("set credit", "brand", brand.id, by=by, at=at, amount=amount, currency=currency)


def note_states(connection: psycopg.Connection[Any], *, on: date) -> int:
    """Notes for every brand and currency since when it has been funded, partly or not; returns how many changed."""
    rows = [(each.brand_id, each.currency, each.badge) for each in funds(connection, on=on)]
    changed = 0
    for brand_id, currency, state in rows:
        values = {"brand": brand_id, "currency": currency, "state": state, "on": on}
        changed += connection.execute(_sql("note_state"), values).rowcount
    return changed


def record(
    brand: Brand, amount: int, currency: str, *, received_on: date, reference: str, by: Identity, at: datetime
) -> TopUp:
    """Notes that `amount` (minor units) of the brand's money came in. It counts once somebody else has approved it.

    Raises BadInput, and Conflict when this reference of the brand is recorded for that day already.
    """
    reference = _checked(amount, currency, received_on, reference, at)
    top_up = TopUp(
        brand_id=brand.id,
        amount=amount,
        currency=currency,
        received_on=received_on,
        reference=reference,
        made_by=by.person_id,
        made_at=at,
    )
    try:
        with db.session.begin_nested():
            db.session.add(top_up)
    except IntegrityError as error:
        sentence = gettext(
            "A top-up of this brand with the reference “%(text)s” on that day is recorded already.", text=reference
        )
        raise Conflict(sentence) from error
    note("record", "top_up", top_up.id, by=by, at=at, amount=amount, currency=currency)
    _write_waiting(brand, top_up, at)
    return top_up


def decide(top_up_id: UUID, *, approve: bool, by: Identity, at: datetime, reason: str = "") -> TopUp:
    """Approves a top-up, which posts it, or rejects it with a reason. Never the person who recorded it.

    Raises NotFound, NotAllowed, BadInput without a reason to reject, and WrongStatus when it is decided already.
    """
    query = select(TopUp).where(TopUp.public_id == top_up_id).with_for_update(of=TopUp)
    top_up = db.session.scalar(query.execution_options(populate_existing=True))
    if top_up is None:
        raise NotFound(gettext("There is no such top-up."))
    if top_up.status != TopUpStatus.RECORDED:
        raise WrongStatus(gettext("This top-up is already “%(status)s”.", status=word(top_up.status)))
    if top_up.made_by == by.person_id:
        raise NotAllowed(gettext("You recorded this top-up, so someone else must decide on it."))
    if not approve:
        reason = required_text(reason, gettext("Give a reason. Others will read it."), LONGEST)
    transitions.move(top_up, TopUpStatus.APPROVED if approve else TopUpStatus.REJECTED)
    top_up.decided_by, top_up.decided_at, top_up.note = by.person_id, at, reason or None
    db.session.flush()
    if approve:
        posting.open_posting(raw())
        raw().execute(_sql("top_up"), {"top_up": top_up.id})
        posting.post(raw(), at=at)
        receipts.issue(top_up, at=at)
    outbox.drop(outbox.Event("top_up.waiting", "top_up", top_up.id))  # nobody has to decide any more
    note("approve" if approve else "reject", "top_up", top_up.id, by=by, at=at, reason=reason)
    return top_up


def _write_waiting(brand: Brand, top_up: TopUp, at: datetime) -> None:
    """Asks those who may approve the top-up to compare it with the bank statement."""
    facts = {
        "brand": brand.name,
        "amount": top_up.amount,
        "currency": top_up.currency,
        "reference": top_up.reference,
        "path": f"/finance/top-ups/{top_up.public_id}",
    }
    checkers = platform_readers(CHECKER, but={top_up.made_by})
    outbox.write(outbox.Event("top_up.waiting", "top_up", top_up.id), checkers, facts, at=at)


def _sql(name: str) -> Any:
    return statement("app.ledger", name)


def _checked(amount: int, currency: str, received_on: date, reference: str, at: datetime) -> str:
    if currency not in CURRENCIES:
        raise BadInput(gettext("“%(text)s” is not a currency: use three capital letters like EUR.", text=currency[:10]))
    if not 0 < amount <= MOST:
        raise BadInput(gettext("Fill in an amount above zero, as it stands on the bank statement."))
    if received_on > (at + timedelta(hours=14)).date():  # where the day begins first
        raise BadInput(gettext("That day has not come yet: fill in when the money came in."))
    sentence = gettext("Fill in the reference on the bank statement.")
    reference = required_text(" ".join(reference.split()), sentence, LONGEST)
    if not reference.isprintable():
        raise BadInput(sentence)
    return reference
