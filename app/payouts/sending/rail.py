"""The Stripe rails: prepares, sends, polls, cancels, as one round of a worker. Several workers may go round at once.

The database is used by the worker's own thread alone, in sets; threads ask and send, each at its moment (pace.py).
While some payouts are sent, the accounts of the next ones are asked for, so that nothing waits for the other.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from app.database import db, query_rows, raw
from app.payouts.models import Rail as Kind
from app.payouts.sending import intents, names, pace, recipients, results
from app.payouts.sending.bank_effects import BankEffects
from app.payouts.sending.effects import KEY_HOLDS, Effects, Means
from app.payouts.sending.intents import INTENT, Candidate, Checked, Intent
from app.payouts.sending.results import Outcome
from app.stripe_gateway import Stripe

AT_ONCE = 16  # questions under way, and as many sendings: an answer may take half a second
CHUNK = 25  # payouts that are taken up together: a second's worth at Stripe's limit
AHEAD = timedelta(seconds=0.8)  # the first of many waits so long, so that the next ones are ready in time
TICK = 0.4  # seconds after which answers are stored, all those together that have come
LEASE = timedelta(seconds=60)  # for so long nobody else takes up what was prepared
Deed = Callable[[Intent, datetime], Outcome]
PROBLEMS = timedelta(seconds=5)  # what Stripe did not say anything about is asked again after so long


@dataclass
class Rail:
    """One worker at the rail."""

    stripe: Stripe
    rate: int
    now: Callable[[], datetime]
    source: str = ""  # the financial account from which banks are paid; without one there is no such rail
    lease: timedelta = LEASE
    _quiet_until: datetime | None = field(default=None, init=False)

    def round(self, stopping: Callable[[], bool]) -> int:
        """Does what there is to do and commits, piece by piece; returns how many attempts it made. What was prepared is
        sent also when it should stop."""
        with ThreadPoolExecutor(AT_ONCE, "asks") as asks, ThreadPoolExecutor(AT_ONCE, "sends") as sends:
            return Round(self, self._means(), asks, sends).run(stopping)

    def _means(self) -> dict[str, Means]:
        """The rails that there are. What banks were asked to pay is asked about also when none is asked any more."""
        by_transfer = Effects(self.stripe, self.now, self.rate)
        to_banks = BankEffects(self.stripe, self.now, self.rate, self.source)
        return {Kind.STRIPE: by_transfer, Kind.OUTBOUND: to_banks}

    @property
    def rails(self) -> list[str]:
        """By which something new is sent."""
        return [Kind.STRIPE, Kind.OUTBOUND] if self.source else [Kind.STRIPE]

    def is_quiet(self) -> bool:
        """Whether Stripe has just not answered, so that nothing new is begun."""
        return self._quiet_until is not None and self.now() < self._quiet_until

    def be_quiet(self) -> None:
        """Stripe does not answer: nothing new is begun for a moment."""
        self._quiet_until = self.now() + PROBLEMS


@dataclass
class Round:
    """What is under way: payouts whose accounts are asked for, and attempts that are being sent or asked about."""

    rail: Rail
    means: dict[str, Means]
    asks: ThreadPoolExecutor
    sends: ThreadPoolExecutor
    asking: dict[Future[Checked | None], int] = field(default_factory=dict)
    flying: set[Future[Outcome]] = field(default_factory=set)
    broken: set[int] = field(default_factory=set)  # payouts that are no longer the sum of their lines
    skipped: int = 0  # payouts that are left to another worker, who is at the first ones too

    def run(self, stopping: Callable[[], bool]) -> int:
        """Goes on until nothing is left; returns how many attempts it made."""
        done = 0
        while True:
            if not stopping():
                self._poll()
                self._ask()
            if not self.asking and not self.flying:
                return done
            wait(set[Future[Any]]() | self.flying | set(self.asking), timeout=TICK)
            done += self._store()
            self._send(stopping())

    def _ask(self) -> None:
        """Takes up the next payouts, and asks for their accounts."""
        if len(self.asking) > CHUNK // 2 or len(self.flying) > 2 * CHUNK or self.rail.is_quiet():
            return
        at = self.rail.now()
        wanted = self._wanted(at)
        moments = pace.take(len(wanted), self.rail.rate, at=at, kind=pace.ASKING) if wanted else []
        db.session.commit()
        for each, moment in zip(wanted, moments, strict=True):
            self.asking[self.asks.submit(self.means[each.rail].check, each, moment)] = each.payout_id

    def _wanted(self, at: datetime) -> Sequence[Candidate]:
        """The next payouts. Those that are not what they were made of are left alone, and hold up nobody."""
        while True:
            begun = [*self.asking.values(), *self.broken]
            found = intents.candidates(CHUNK, at=at, rails=self.rail.rails, besides=begun, skipped=self.skipped)
            self.skipped = 0
            self.broken |= {each.payout_id for each in found if not each.whole}
            if any(each.whole for each in found) or not found:
                return [each for each in found if each.whole]

    def _send(self, stopping: bool) -> None:
        """Prepares the payouts whose accounts have answered well, commits the intents, and sends them."""
        answered = [each for each in self.asking if each.done()]
        checked = [each.result() for each in answered]
        for each in answered:
            del self.asking[each]
        if None in checked:
            self.rail.be_quiet()
        for bad in (each for each in checked if each and each.obstacle):
            names.keep([bad], at=self.rail.now())
            if intents.give_up(bad.candidate.payout_id, bad.obstacle, at=self.rail.now()):
                recipients.look_soon(bad.candidate.account, at=self.rail.now())
            db.session.commit()
        clear = [each for each in checked if each and not each.obstacle]
        if not clear or stopping:
            return
        at = self.rail.now()
        names.keep(clear, at=at)
        prepared = intents.prepare(clear, at=at, lease=self.rail.lease)
        self.skipped = CHUNK if len(prepared) < len(clear) else 0
        self._let_fly(lambda means: means.send, prepared, at)

    def _poll(self) -> None:
        """Takes up attempts of which nobody knows what came of them."""
        if len(self.flying) < CHUNK:
            at = self.rail.now()
            self._let_fly(lambda means: means.poll, taken_up(CHUNK, at=at, lease=self.rail.lease), at)

    def _let_fly(self, deed: Callable[[Means], Deed], prepared: Sequence[Intent], at: datetime) -> None:
        """Commits what is prepared, then hands each to a thread with its moment."""
        first = at if self.flying or not self.asking else at + AHEAD
        moments = pace.take(len(prepared), self.rail.rate, at=first) if prepared else []
        db.session.commit()
        for each, moment in zip(prepared, moments, strict=True):
            self.flying.add(self.sends.submit(deed(self.means[each.rail]), each, moment))

    def _store(self) -> int:
        """Writes what came of the attempts that have ended; returns how many."""
        landed = {each for each in self.flying if each.done()}
        self.flying -= landed
        if landed:
            results.write([each.result() for each in landed], at=self.rail.now())
            db.session.commit()
        return len(landed)


def taken_up(number: int, *, at: datetime, lease: timedelta) -> Sequence[Intent]:
    """Attempts that are open and not anybody's at this moment, taken for the length of the lease; the caller commits.

    `sent_at` stays as it was until it may have been sent again, which is now: the caller gets the time before.
    """
    query = f"""with open as (
            select id, sent_at from transfer where next_try_at <= %(at)s order by next_try_at limit %(number)s
            for update skip locked)
        update transfer t set tries = t.tries + 1, next_try_at = %(until)s,
            sent_at = case when t.method is null and t.prepared_at > %(old)s then %(at)s else t.sent_at end
        from open where open.id = t.id
        returning {INTENT.replace("id, payout_id", "t.id, payout_id").replace("sent_at", "open.sent_at")}"""  # noqa: S608
    values = {"at": at, "until": at + lease, "old": at - KEY_HOLDS, "number": number}
    return sorted(query_rows(raw(), query, values, Intent))
