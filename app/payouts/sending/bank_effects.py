"""The calls of the second rail: straight to a bank, which has verified the name just before.

A verification is of use for five minutes. So an attempt of which nothing is known is never sent again: once it is long
enough past, Stripe has it or never will, and asking is enough.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from app.payouts.payee_models import PayeeResult
from app.payouts.sending import codes, pace
from app.payouts.sending.effects import NO_WAY, PATIENCE, Asked, wait_until
from app.payouts.sending.intents import Candidate, Checked, Intent
from app.payouts.sending.results import End, Outcome
from app.stripe_gateway import NotLetIn, Refused, SlowDown, Unknown
from app.stripe_outbound import OutboundPayment, Verification

SETTLED = timedelta(minutes=10)  # after sending: its verification has expired, and lists have caught up
CLOCKS_DIFFER = timedelta(minutes=10)  # Stripe's and ours, at most
DESCRIPTOR = 14  # characters of the reference that stand on the payee's statement: 22 are the most in all
RESULTS = {
    "match": PayeeResult.MATCH,
    "close_match": PayeeResult.CLOSE,
    "no_match": PayeeResult.NONE,
    "unavailable": PayeeResult.IMPOSSIBLE,
}
ENDS = {"processing": End.TAKEN, "posted": End.ARRIVED, "returned": End.RETURNED}


@dataclass
class BankEffects(Asked):
    """What is done at Stripe with money of the financial account `source`, at most `rate` times a second."""

    source: str
    _verifying: pace.Gate = field(init=False)

    def __post_init__(self) -> None:
        super().__post_init__()
        self._verifying = pace.Gate(self.rate)

    def check(self, candidate: Candidate, moment: datetime) -> Checked | None:
        """Asks for the recipient, then their bank for the name, not before its moment; None when Stripe does not say:
        then it is asked again later."""
        if not candidate.linked:
            return Checked(candidate, codes.ACCOUNT_CHANGED)
        wait_until(moment, self.now)
        for _ in range(PATIENCE):
            try:
                with self._asking.passing():
                    recipient = self.stripe.recipient(candidate.account)
                if recipient.status != "active":
                    closed = recipient.status == "closed"
                    return Checked(candidate, codes.ACCOUNT_CLOSED if closed else codes.ACCOUNT_NOT_READY)
                with self._verifying.passing():
                    said = self.stripe.verify_recipient(candidate.account, candidate.method)
                obstacle = name_obstacle(candidate, said)
                if not obstacle and said.awaiting:
                    self.stripe.acknowledge_verification(said.id)
                return Checked(candidate, obstacle, said)
            except Refused:  # it knows no such recipient or bank account, or it is not ours any more
                return Checked(candidate, codes.ACCOUNT_CLOSED)
            except SlowDown as error:
                self._asking.close(error.wait)
            except (Unknown, NotLetIn):
                return None
        return None

    def send(self, intent: Intent, moment: datetime) -> Outcome:
        """Sends money, not before its moment. That Stripe takes it is not that it has arrived."""
        wait_until(moment, self.now)
        try:
            with self._sending.passing():
                payment = self.stripe.create_outbound(
                    key=intent.key,
                    source=self.source,
                    account=intent.account,
                    method=intent.method or "",
                    verification=intent.verification or "",
                    amount=intent.amount,
                    currency=intent.currency,
                    descriptor=f"PAYOUT {intent.transfer_group[-DESCRIPTOR:]}",
                    metadata={"transfer": str(intent.reference)},
                )
            return _recognised(intent, payment)
        except Refused as refusal:
            return Outcome(intent, End.REFUSED, code=refusal.code, sentence=refusal.sentence)
        except SlowDown as error:  # nothing has happened: there is another attempt, with another verification
            self._sending.close(error.wait)
            return Outcome(intent, End.ABSENT, code="rate_limit", sentence=error.sentence, wait=error.wait)
        except NotLetIn as error:
            return Outcome(intent, End.ABSENT, code="not_let_in", sentence=error.sentence, wait=NO_WAY)
        except Unknown as error:
            return Outcome(intent, End.UNKNOWN, code=error.code, sentence=error.sentence)

    def poll(self, intent: Intent, _moment: datetime) -> Outcome:
        """Asks what became of an attempt, or of a payment that Stripe has taken. What it does not know of long after is
        over, and was never sent."""
        try:
            if intent.provider_id:
                return _recognised(intent, self.stripe.outbound(intent.provider_id))
            since = intent.prepared_at - CLOCKS_DIFFER
            found = self.stripe.find_outbound(intent.account, since, transfer=str(intent.reference))
        except (Unknown, SlowDown, NotLetIn, Refused) as error:
            wait = error.wait if isinstance(error, SlowDown) else 0.0
            return Outcome(intent, End.UNKNOWN, code="not_asked", sentence=error.sentence, wait=wait)
        if found:
            return _recognised(intent, found[0])
        if self.now() - intent.sent_at < SETTLED:
            return Outcome(intent, End.UNKNOWN, code="not_found", sentence="Stripe has nothing of it so far.")
        return Outcome(intent, End.ABSENT)


def name_obstacle(candidate: Candidate, said: Verification) -> str:
    """What forbids to send by what the bank says of the name; nothing where it matches, or whoever approved has seen
    this very answer."""
    result = RESULTS.get(said.result, PayeeResult.IMPOSSIBLE)
    if result == PayeeResult.MATCH:
        return ""
    if result == PayeeResult.NONE:
        return codes.NAME_MISMATCH
    seen = candidate.seen == result and (result != PayeeResult.CLOSE or candidate.seen_name == said.name)
    return "" if seen else codes.NAME_NOT_SEEN


def _recognised(intent: Intent, payment: OutboundPayment) -> Outcome:
    """What Stripe has with our mark must be what we wanted; if not, a person has to look."""
    if (payment.account, payment.amount, payment.currency) != (intent.account, intent.amount, intent.currency):
        sentence = f"Stripe has {payment.id} with other amounts."
        return Outcome(intent, End.UNKNOWN, code="mismatch", sentence=sentence)
    end = ENDS.get(payment.status, End.REFUSED)
    code = "" if end in (End.TAKEN, End.ARRIVED) else payment.code or payment.status
    return Outcome(intent, end, provider_id=payment.id, code=code)
