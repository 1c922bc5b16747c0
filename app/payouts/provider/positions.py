"""Stripe's sums against ours, thing by thing: what differs, what to do about it, and the note that settles it.

Matched by reference (the payment, dispute, transfer or payout that a movement is about), then by amount and day.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.database import db, raw, rows, statement
from app.errors import Conflict, NotFound
from app.ledger.models import ReturnKind
from app.payouts.batches.approval import checked_reason
from app.payouts.provider.models import MovementKind, ProviderMovement, ProviderNote
from app.security import Identity
from app.users.trail import record

SHOWN = 200
STATES = ("open", "by_day", "noted")
AT_STRIPE_ONLY: dict[str, object] = {  # what to do, by kind; lazy
    MovementKind.PAYMENT: _(
        "No payment of ours: see whether its event waits under “Integrations”, then look at Stripe what it was for."
    ),
    ReturnKind.REFUND: _(
        "Stripe gave money back that our books still have: see whether its event waits under “Integrations”."
    ),
    ReturnKind.DISPUTE: _(
        "A payment is disputed and our books don’t know: see whether its event waits under “Integrations”."
    ),
    MovementKind.TRANSFER: _("No payout of ours was sent like that: ask who made it at Stripe, at once."),
    MovementKind.TRANSFER_REVERSAL: _(
        "A transfer was brought back and our books don’t know: see whether its event waits under “Integrations”."
    ),
    MovementKind.PLATFORM_PAYOUT: _(
        "No statement of our bank shows it: bring the one of the day it arrives, or ask the bank."
    ),
    MovementKind.PLATFORM_TOP_UP: _(
        "No statement of our bank shows that it left: bring the one of that day, or look at Stripe who sent it."
    ),
    MovementKind.OTHER_MOVEMENT: _("Look at Stripe what it is, and note it."),
}
REFUSED = _("This payment came and was not booked: give it back at Stripe, or record it as a top-up.")
BY_DAY = _("Amount and day fit a record of ours: compare the two, and note it if they are one.")
OTHER_SUMS = _("Both know it, with other sums: compare each part at Stripe with our record, then note why.")
NOT_SENT_THERE = _("We say that it was sent, and no movement at Stripe shows it: look there for the transfer.")
NOT_THERE = _("We have booked it, and no movement at Stripe shows it: look there whether it happened.")


class Position(NamedTuple):
    """What both say of one thing, in minor units; money that comes to us is above zero."""

    kind: str
    about: str
    currency: str
    theirs: int
    ours: int
    there: bool  # Stripe has a movement of it
    here: bool  # we have a record of it
    at: datetime
    arrives_on: date | None
    object: str | None  # what of ours it is: top_up, order, payout, bank_line, checkout
    public_id: UUID | None
    brand: UUID | None
    by_day: bool  # the object was found by amount and day
    note: str | None
    noted_at: datetime | None
    noter: str | None
    total: int

    @property
    def difference(self) -> int:
        """What Stripe has more than we."""
        return self.theirs - self.ours

    @property
    def advice(self) -> str:
        """What to do about it."""
        if self.by_day:
            return str(BY_DAY)
        if self.there and self.here:
            return str(OTHER_SUMS)
        if self.there:
            return str(REFUSED if self.object == "checkout" else AT_STRIPE_ONLY[self.kind])
        return str(NOT_SENT_THERE if self.kind == MovementKind.TRANSFER else NOT_THERE)


def positions(state: str, *, about: str | None = None) -> Sequence[Position]:
    """The newest 200 differences that are `open`, fit by amount and day (`by_day`), or are settled by a note (`noted`);
    `any` for all of them; `total` of each is how many there are."""
    values = {"state": state, "about": about, "most": SHOWN}
    return rows(raw(), "app.payouts", "provider_positions", values, Position)


def find(kind: str, about: str, currency: str) -> Position:
    """One difference as it is now. Raises NotFound where both sides say the same."""
    wanted = (kind, about, currency)
    named = positions("any", about=about) if about.isprintable() else []
    found = next((each for each in named if each[:3] == wanted), None)
    if found is None:
        raise NotFound(gettext("Stripe and our books say the same of this: nothing differs."))
    return found


def movements(about: str) -> Sequence[ProviderMovement]:
    """What Stripe says of one thing, in order."""
    query = select(ProviderMovement).where(ProviderMovement.about == about).order_by(ProviderMovement.created)
    return db.session.scalars(query.limit(SHOWN)).all()


def settle(
    kind: str, about: str, currency: str, *, sums: tuple[int, int], note: str, by: Identity, at: datetime
) -> ProviderNote:
    """Says why the two `sums` (Stripe's, ours) differ; `by` stands for it. When either moves, it is open again.

    Raises NotFound, BadInput without a note, and Conflict when the sums are others by now or somebody was faster.
    """
    position, note = find(kind, about, currency), checked_reason(note)
    if (position.theirs, position.ours) != sums:
        raise Conflict(gettext("The sums have moved since you opened this page. Look at what they are now."))
    row = ProviderNote(kind=kind, about=about, currency=currency, theirs=position.theirs, ours=position.ours, note=note)
    row.noted_by, row.noted_at = by.person_id, at
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError as error:
        raise Conflict(gettext("Somebody has dealt with this already.")) from error
    about_it = {"reason": note, "amount": position.difference, "currency": currency, "reference": about}
    record("note", "provider_note", row.id, by=by, at=at, **about_it)
    return row


def pair_with_bank() -> int:
    """Finds the bookings of our bank that show payouts of Stripe, or money we sent there; returns how many. What is
    found by number may leave one candidate for another: it is looked for until nothing more is found."""
    found = 0
    while new := raw().execute(statement("app.payouts", "provider_bank_pairs")).rowcount:
        found += new
    return found
