"""Letters about money going out: a batch that waits for a second person, and what became of creators' payouts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from flask_babel import lazy_gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app import outbox
from app.database import db
from app.notifications import readers
from app.outbox import Event, Reader
from app.payouts.bank import refusals
from app.payouts.bank.accounts import masked
from app.payouts.models import Obstacle, Payout, PayoutBatch, PayoutHold, PayoutSkip, PayoutStatus, Rail
from app.payouts.obstacles import REMEDIES
from app.payouts.payee_models import PayoutPromise, PayoutWait
from app.payouts.sending import codes
from app.payouts.sentences import advice
from app.security import MAKER
from app.users.models import Creator, Person

STRIPE_CURE = _(
    "Open “Get paid by Stripe” on your page of payouts and complete what Stripe asks for, or enter a bank account."
)

# Each month the same, and nothing to do about it: it stands on the page of payouts.
NO_NEWS = frozenset({Obstacle.BELOW_MINIMUM, Obstacle.NEGATIVE})


def write_waiting(batch: PayoutBatch, payouts: int, amount: int, eligible: Sequence[Person], *, at: datetime) -> None:
    """Asks the people who may approve the batch to look at it; once for each submission."""
    checkers = [Reader(person.email, person.language, person.id) for person in eligible]
    facts = {
        "number": batch.number,
        "payouts": payouts,
        "amount": amount,
        "currency": batch.currency,
        "path": f"/finance/batches/{batch.public_id}",
    }
    outbox.write(Event("batch.waiting", "payout_batch", batch.id, at.isoformat()), checkers, facts, at=at)


def write_expired(batch: PayoutBatch, submitter: int | None, days: int, *, at: datetime) -> None:
    """Tells who submitted the batch that its approval has expired; all makers, when that person is none any more."""
    makers = readers.platform_readers(MAKER)
    whom = [reader for reader in makers if reader.person_id == submitter] or makers
    facts = {"number": batch.number, "days": days, "path": f"/finance/batches/{batch.public_id}"}
    outbox.write(Event("batch.expired", "payout_batch", batch.id, at.isoformat()), whom, facts, at=at)


def write_ended(payouts: Sequence[int], status: str, *, at: datetime) -> None:
    """Tells each creator that a payout was paid, failed or returned, and what to do about it."""
    if status not in (PayoutStatus.PAID, PayoutStatus.FAILED, PayoutStatus.RETURNED):
        return
    query = select(Payout, Creator).join(Payout.creator).where(Payout.id.in_(payouts)).order_by(Payout.id)
    ended = db.session.execute(query.execution_options(populate_existing=True)).all()
    whom = readers.readers_by_creator({creator.id for _payout, creator in ended})
    letters = []
    for payout, creator in ended:
        facts = {
            "creator": creator.name,
            "amount": payout.amount,
            "currency": payout.currency,
            "iban": _("at Stripe") if payout.rail == Rail.STRIPE else masked(payout.iban or ""),
            "day_paid": payout.paid_on,
            "reason": payout.reason or "",
            "cure": _cure(payout),
            "path": f"/creators/{creator.public_id}/payouts/{payout.public_id}",
        }
        letters.append((Event(f"payout.{status}", "payout", payout.id), whom.get(creator.id, []), facts))
    outbox.write_all(letters, at=at)


def stripe_cure(payout: Payout) -> object:
    """What the creator can do about a payout by Stripe that failed; nothing where we took or held it back ourselves."""
    return STRIPE_CURE if payout.rail == Rail.STRIPE and payout.code not in (None, codes.REVERSED) else ""


def _cure(payout: Payout) -> object:
    if payout.rail == Rail.STRIPE and payout.code:
        return stripe_cure(payout)
    return refusals.fix(payout.code, payout.refused)


def write_skipped(batch: PayoutBatch, *, at: datetime) -> None:
    """Tells those whom an approved batch passes over why, where they or somebody else can do something about it."""
    query = select(PayoutSkip, Creator).join(PayoutSkip.creator).where(PayoutSkip.batch_id == batch.id)
    query = query.options(joinedload(PayoutSkip.brand))
    skips = [(skip, creator) for skip, creator in db.session.execute(query) if not NO_NEWS.issuperset(skip.reasons)]
    whom = readers.readers_by_creator({creator.id for _skip, creator in skips})
    letters = []
    for skip, creator in skips:
        facts = {
            "creator": creator.name,
            "amount": skip.amount,
            "currency": batch.currency,
            "brand": skip.brand.name if skip.brand else "",
            "why": advice(skip),
            "path": f"/creators/{creator.public_id}/payouts",
        }
        letters.append((Event("payout.skipped", "payout_skip", skip.id), whom.get(creator.id, []), facts))
    outbox.write_all(letters, at=at)


def write_moved(promise: PayoutPromise, before: date, *, at: datetime) -> None:
    """Tells the creators of a batch whose money is still on its way that it comes on another day, and why."""
    query = select(Payout, Creator).join(Payout.creator).where(Payout.batch_id == promise.batch_id)
    open_ = Payout.status.in_((PayoutStatus.RESERVED, PayoutStatus.SENT))
    waiting = db.session.execute(query.where(open_).order_by(Payout.id)).all()
    whom = readers.readers_by_creator({creator.id for _payout, creator in waiting})
    letters = []
    for payout, creator in waiting:
        facts = {
            "creator": creator.name,
            "amount": payout.amount,
            "currency": payout.currency,
            "first_day": before,
            "last_day": promise.due_on,
            "reason": promise.reason,
            "path": f"/creators/{creator.public_id}/payouts/{payout.public_id}",
        }
        letters.append((Event("payout.moved", "payout", payout.id, promise.nr), whom.get(creator.id, []), facts))
    outbox.write_all(letters, at=at)


def write_unclaimed(waits: Sequence[PayoutWait], *, at: datetime) -> None:
    """Reminds creators of money that waits for them, and says what to mend."""
    whom = readers.readers_by_creator({wait.creator_id for wait in waits})
    letters = []
    for wait in waits:
        facts = {
            "creator": wait.creator.name,
            "amount": wait.amount,
            "currency": wait.currency,
            "at": wait.since,
            "why": [REMEDIES[Obstacle(code)].creator for code in wait.codes],
            "path": f"/creators/{wait.creator.public_id}/payouts",
        }
        event = Event("payout.unclaimed", "payout_wait", wait.id, wait.reminders)
        letters.append((event, whom.get(wait.creator_id, []), facts))
    outbox.write_all(letters, at=at)


def write_held(hold: PayoutHold, creator: Creator, *, at: datetime) -> None:
    """Tells a creator that the platform keeps their money for now. The reason is finance's: it may be a suspicion."""
    facts = {"creator": creator.name, "path": f"/creators/{creator.public_id}/payouts"}
    outbox.write(Event("payout.held", "payout_hold", hold.id), readers.creator_readers(creator.id), facts, at=at)
