"""What single bookings of a statement mean: payouts that were paid or came back, and money of brands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from flask_babel import gettext
from sqlalchemy import select

from app.database import db
from app.formatting import money
from app.ledger import funding
from app.ledger.models import TopUp, TopUpStatus
from app.payouts.models import PayoutStatus
from app.payouts.reports import codes
from app.payouts.reports.matching import (
    FAILED,
    PAID,
    PAYOUT_REFERENCE,
    RETURNED,
    SENT,
    Books,
    Paid,
    Proposal,
    compact,
    moved,
    other_amount,
    unmatched,
)
from app.payouts.reports.models import BankReportLine, Outcome
from app.users.models import Brand

NEAR = timedelta(days=7)  # within which a booking without reference may be a payment
BY_HAND = timedelta(days=5)  # within which a top-up recorded by hand may be the one on the statement


def booking(line: BankReportLine, books: Books) -> Proposal:
    """What a line of a statement or notice would do."""
    if line.status != codes.BOOKED:
        return Proposal(line, Outcome.SAYS_ONLY, codes.meaning(line.status))
    payout = books.by_reference.get(line.reference) or _named_in_text(line, books)
    if payout:
        if (line.amount, line.currency) != (payout.amount, payout.currency):
            return unmatched(line, other_amount(line, payout))
        return moved(line, [payout], _what_a_booking_says(line, payout, books), line.value_on or line.booked_on, books)
    if line.key in books.known:
        return Proposal(line, Outcome.KNOWN_ALREADY, gettext("It stood in a file that was taken over before."))
    return _money_in(line, books) if line.incoming else _money_out(line, books)


def _what_a_booking_says(line: BankReportLine, payout: Paid, books: Books) -> PayoutStatus:
    """Money that went out was paid; money that came in was sent back, before or after we knew that it was paid."""
    if not line.incoming:
        return PAID
    return FAILED if books.status[payout.id] == SENT else RETURNED


def _named_in_text(line: BankReportLine, books: Books) -> Paid | None:
    named = PAYOUT_REFERENCE.findall(compact(line.remittance))
    return next((books.by_reference[each] for each in named if each in books.by_reference), None)


def _money_out(line: BankReportLine, books: Books) -> Proposal:
    booked = books.by_file.get(line.payment_group) or books.by_file.get(line.message)
    if booked:
        return _whole_file(line, booked, books)
    day = line.value_on or line.booked_on
    fitting = [
        each
        for each in books.by_amount.get((line.amount or 0, line.currency), [])
        if books.status[each.id] == SENT
        and (not line.iban or each.iban == line.iban)
        and each.execute_on
        and day
        and each.execute_on <= day <= each.execute_on + NEAR
    ]
    if len(fitting) == 1:
        proposal = moved(line, fitting, PAID, day, books)
        return replace(proposal, why=proposal.why or gettext("No reference: matched by amount and day."))
    if fitting:
        return unmatched(line, gettext("Several payouts have this amount: mark the right one by hand."))
    return unmatched(line, gettext("No payout fits: if it is a fee or not ours to pay out, say so in a note."))


def _whole_file(line: BankReportLine, booked: Sequence[Paid], books: Books) -> Proposal:
    """One sum for a file of ours: count and sum must be those of all its payments, or of all that have not failed."""
    alive = [each for each in booked if books.status[each.id] != FAILED]
    for part in (booked, alive):
        fits = sum(each.amount for each in part) == line.amount and line.currency == part[0].currency if part else False
        if fits and line.payments in (None, len(part)):
            return moved(line, part, PAID, line.value_on or line.booked_on, books)
    why = gettext(
        "The bank booked %(count)s payments of %(theirs)s, the file of batch %(number)s has %(ours)s payments of "
        "%(sum)s: ask the bank for the single payments (camt.054 or pain.002).",
        count="?" if line.payments is None else line.payments,
        theirs=money(line.amount, line.currency),
        number=booked[0].batch,
        ours=len(alive),
        sum=money(sum(each.amount for each in alive), booked[0].currency),
    )
    return unmatched(line, why, booked)


def _money_in(line: BankReportLine, books: Books) -> Proposal:
    """A brand's top-up by its printed reference; one that finance has typed in already is not booked again."""
    named = funding.brand_of_reference(f"{line.reference} {line.remittance}")
    brand = db.session.get(Brand, named[0]) if named else None
    if named is None or brand is None:
        return unmatched(line, gettext("No brand’s reference stands here: find out whose it is and assign it."))
    if named[1] not in ("", line.currency):
        why = gettext(
            "The reference is for %(asked)s, the money is in %(currency)s: assign it to the brand if that is right.",
            asked=named[1],
            currency=line.currency,
        )
        return replace(unmatched(line, why), brand=brand)
    day = line.booked_on or line.value_on
    if not line.amount or day is None or day > books.today:
        return unmatched(line, gettext("Its day or amount is missing or has not come yet: upload it again then."))
    same = select(TopUp).where(
        TopUp.brand_id == brand.id,
        TopUp.amount == line.amount,
        TopUp.currency == line.currency,
        TopUp.received_on.between(day - BY_HAND, day + BY_HAND),
        TopUp.status != TopUpStatus.REJECTED,
        TopUp.checkout_id.is_(None),  # paid at Stripe, so it is no transfer of the brand's bank
        TopUp.id.not_in(select(BankReportLine.top_up_id).where(BankReportLine.top_up_id.is_not(None))),
        TopUp.id.not_in(books.used),
    )
    by_hand = db.session.scalar(same.order_by(TopUp.id).limit(1))
    if by_hand:
        books.used.add(by_hand.id)
        return Proposal(line, Outcome.TOPPED_UP, brand=brand, top_up=by_hand)
    return Proposal(line, Outcome.TOPS_UP, brand=brand, value_on=day)
