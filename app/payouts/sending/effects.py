"""The calls themselves, without the database: they run in threads, and each gives back what came of it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from app.payouts.sending import codes, pace
from app.payouts.sending.intents import Candidate, Checked, Intent
from app.payouts.sending.results import End, Outcome
from app.stripe_answers import Account
from app.stripe_gateway import NotLetIn, Refused, SlowDown, Stripe, Unknown

KEY_HOLDS = timedelta(hours=23)  # Stripe forgets keys after 24 hours: by then the same key would pay once more
SETTLED = timedelta(minutes=10)  # after the last try: what was on its way has arrived, and lists have caught up
PATIENCE = 3  # times that an account is asked for when Stripe wants us to slow down
NO_WAY = 60.0  # seconds of quiet when our key is not accepted


class Means(Protocol):
    """What a rail does at Stripe, for whoever keeps the rows."""

    def check(self, candidate: Candidate, moment: datetime) -> Checked | None:
        """Whether money can go there, asked not before its moment; None when Stripe does not say."""

    def send(self, intent: Intent, moment: datetime) -> Outcome:
        """Sends money, not before its moment."""

    def poll(self, intent: Intent, moment: datetime) -> Outcome:
        """Asks what became of an attempt, not before its moment."""


@dataclass
class Asked:
    """Stripe, asked at most `rate` times a second at each endpoint; `now` is the clock, asked again for each deed."""

    stripe: Stripe
    now: Callable[[], datetime]
    rate: int
    _sending: pace.Gate = field(init=False)
    _asking: pace.Gate = field(init=False)

    def __post_init__(self) -> None:
        self._sending, self._asking = pace.Gate(self.rate), pace.Gate(self.rate)


@dataclass
class Effects(Asked):
    """The calls of transfers to accounts at Stripe."""

    _weighing: pace.Gate = field(init=False)

    def __post_init__(self) -> None:
        super().__post_init__()
        self._weighing = pace.Gate(self.rate)

    def check(self, candidate: Candidate, moment: datetime) -> Checked | None:
        """Asks for the account and its balance, not before its moment; None when Stripe does not say: then it is asked
        again later."""
        wait_until(moment, self.now)
        for _ in range(PATIENCE):
            try:
                with self._asking.passing():
                    account = self.stripe.account(candidate.account)
                with self._weighing.passing():
                    balance = self.stripe.balance(candidate.account).get(candidate.currency, 0)
                return Checked(candidate, _obstacle(candidate, account, balance))
            except Refused:  # it knows no such account, or it is not ours any more
                return Checked(candidate, codes.ACCOUNT_CLOSED if candidate.linked else codes.ACCOUNT_CHANGED)
            except SlowDown as error:
                self._asking.close(error.wait)
            except (Unknown, NotLetIn):
                return None
        return None

    def send(self, intent: Intent, moment: datetime) -> Outcome:
        """Sends money, not before its moment. The one call of this product that pays by Stripe."""
        wait_until(moment, self.now)
        try:
            with self._sending.passing():
                transfer = self.stripe.create_transfer(
                    key=intent.key,
                    account=intent.account,
                    amount=intent.amount,
                    currency=intent.currency,
                    group=intent.transfer_group,
                    metadata={"transfer": str(intent.reference)},
                )
            return Outcome(intent, End.ARRIVED, provider_id=transfer.id)
        except Refused as refusal:
            return Outcome(intent, End.REFUSED, code=refusal.code, sentence=refusal.sentence)
        except SlowDown as error:
            self._sending.close(error.wait)
            return Outcome(intent, End.SLOWED, code="rate_limit", sentence=error.sentence, wait=error.wait)
        except NotLetIn as error:
            return Outcome(intent, End.SLOWED, code="not_let_in", sentence=error.sentence, wait=NO_WAY)
        except Unknown as error:
            return Outcome(intent, End.UNKNOWN, code=error.code, sentence=error.sentence)

    def poll(self, intent: Intent, moment: datetime) -> Outcome:
        """Asks what became of an attempt. What Stripe does not know of is sent again with the same key, as long as the
        key lasts; after that it is over, and was never sent."""
        try:
            found = self.stripe.find_transfers(intent.transfer_group, transfer=str(intent.reference))
        except (Unknown, SlowDown, NotLetIn, Refused) as error:
            wait = error.wait if isinstance(error, SlowDown) else 0.0
            return Outcome(intent, End.UNKNOWN, code="not_asked", sentence=error.sentence, wait=wait)
        if found:
            return _recognised(intent, found[0].account, found[0].amount, found[0].currency, found[0].id)
        if self.now() - intent.prepared_at < KEY_HOLDS:
            return self.send(intent, moment)
        if self.now() - intent.sent_at < SETTLED:
            return Outcome(intent, End.UNKNOWN, code="key_expired", sentence="Its key is too old to be sent again.")
        return Outcome(intent, End.ABSENT)


def _obstacle(candidate: Candidate, account: Account, balance: int) -> str:
    """The code of what forbids to send; empty when nothing does."""
    if not candidate.linked:
        return codes.ACCOUNT_CHANGED
    if account.status == "closed":
        return codes.ACCOUNT_CLOSED
    if account.status != "active":
        return codes.ACCOUNT_NOT_READY
    return codes.PROVIDER_NEGATIVE if balance < 0 else ""


def wait_until(moment: datetime, now: Callable[[], datetime]) -> None:
    """Sleeps until the moment has come."""
    while (left := (moment - now()).total_seconds()) > 0:
        time.sleep(min(left, 1.0))


def _recognised(intent: Intent, account: str, amount: int, currency: str, provider_id: str) -> Outcome:
    """What Stripe has with our mark must be what we wanted; if not, a person has to look."""
    if (account, amount, currency) == (intent.account, intent.amount, intent.currency):
        return Outcome(intent, End.ARRIVED, provider_id=provider_id)
    return Outcome(intent, End.UNKNOWN, code="mismatch", sentence=f"Stripe has {provider_id} with other amounts.")
