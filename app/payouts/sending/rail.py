"""The Stripe rail: prepares, sends, polls, cancels, as one round of a worker. Several workers may go round at once.

The database is used by the worker's own thread alone; threads make the calls, each at its moment (pace.py).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from app.database import db, query_rows, raw
from app.payouts.sending import intents, pace, results
from app.payouts.sending.effects import KEY_HOLDS, Effects
from app.payouts.sending.intents import INTENT, Intent
from app.payouts.sending.results import Outcome
from app.stripe_gateway import Stripe

AT_ONCE = 8  # calls under way
CHUNK = 25  # payouts that are prepared together: a second's worth at Stripe's limit
LEASE = timedelta(seconds=60)  # for so long nobody else takes up what was prepared
PROBLEMS = timedelta(seconds=5)  # what Stripe did not say anything about is asked again after so long


@dataclass
class Rail:
    """One worker at the rail."""

    stripe: Stripe
    rate: int
    now: Callable[[], datetime]
    lease: timedelta = LEASE
    _quiet_until: datetime | None = field(default=None, init=False)

    def round(self, stopping: Callable[[], bool]) -> int:
        """Does what there is to do and commits, piece by piece; returns how many attempts it made. What was prepared is
        sent also when it should stop."""
        effects, done = Effects(self.stripe, self.now), 0
        with ThreadPoolExecutor(AT_ONCE, "stripe") as pool:
            flying: set[Future[Outcome]] = set()
            while True:
                if len(flying) < CHUNK and not stopping():
                    flying |= self._polled(pool, effects) | self._sent(pool, effects)
                if not flying:
                    return done
                landed, flying = wait(flying, return_when=FIRST_COMPLETED)
                done += len(landed)
                results.write([each.result() for each in landed], at=self.now())
                db.session.commit()

    def _sent(self, pool: ThreadPoolExecutor, effects: Effects) -> set[Future[Outcome]]:
        """Prepares a chunk of payouts, commits the intents, and sends them."""
        if self._quiet_until and self.now() < self._quiet_until:
            return set()
        wanted = intents.candidates(CHUNK, at=self.now())
        db.session.rollback()
        checked = list(pool.map(effects.check, wanted))
        if wanted and None in checked:
            self._quiet_until = self.now() + PROBLEMS
        clear = []
        for each in filter(None, checked):
            if not each.obstacle:
                clear.append(each.candidate.payout_id)
            else:
                intents.give_up(each.candidate.payout_id, each.obstacle, at=self.now())
                db.session.commit()
        if not clear:
            return set()
        at = self.now()
        prepared = intents.prepare(clear, at=at, lease=self.lease)
        return self._let_fly(pool, effects.send, prepared, at)

    def _polled(self, pool: ThreadPoolExecutor, effects: Effects) -> set[Future[Outcome]]:
        """Takes up attempts of which nobody knows what came of them."""
        at = self.now()
        taken = taken_up(CHUNK, at=at, lease=self.lease)
        return self._let_fly(pool, effects.poll, taken, at)

    def _let_fly(
        self,
        pool: ThreadPoolExecutor,
        deed: Callable[[Intent, datetime], Outcome],
        prepared: Sequence[Intent],
        at: datetime,
    ) -> set[Future[Outcome]]:
        """Commits what is prepared, then hands each to a thread with its moment."""
        moments = pace.take(len(prepared), self.rate, at=at) if prepared else []
        db.session.commit()
        return {pool.submit(deed, intent, moment) for intent, moment in zip(prepared, moments, strict=True)}


def taken_up(number: int, *, at: datetime, lease: timedelta) -> Sequence[Intent]:
    """Attempts that are open and not anybody's at this moment, taken for the length of the lease; the caller commits.

    `sent_at` stays as it was until it may have been sent again, which is now: the caller gets the time before.
    """
    query = f"""with open as (
            select id, sent_at from transfer where next_try_at <= %(at)s order by next_try_at limit %(number)s
            for update skip locked)
        update transfer t set tries = t.tries + 1, next_try_at = %(until)s,
            sent_at = case when t.prepared_at > %(old)s then %(at)s else t.sent_at end
        from open where open.id = t.id
        returning {INTENT.replace("id, payout_id", "t.id, payout_id").replace("sent_at", "open.sent_at")}"""  # noqa: S608
    values = {"at": at, "until": at + lease, "old": at - KEY_HOLDS, "number": number}
    return sorted(query_rows(raw(), query, values, Intent))
