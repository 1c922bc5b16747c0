"""The crash campaign: two senders, killed at labelled and at random points, against a provider that misbehaves.

After every run the provider's books and ours must say the same, and everything must be in an end state. `DEFECTS` are
mistakes that the campaign has to find: switches of this harness, put into the forked senders and nowhere else.

    python -m tests.payouts.campaign --runs 1000 --restarts 100 --minutes 60
    python -m tests.payouts.campaign --defect timeout_is_failure --runs 60
"""

from __future__ import annotations

import argparse
import fcntl
import itertools
import json
import os
import random
import signal
import sys
import tempfile
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import SQLAlchemyError

from app.database import abandon, db, raw, statement
from app.ledger import posting
from app.payouts import transfers
from app.payouts.batches import approval
from app.payouts.batches.assembly import BANK_HOLD, assemble
from app.payouts.models import PayoutBatch
from app.payouts.sending import bank_effects, effects, intents, pace, progress, rail, results
from app.payouts.sending.models import StripeAccount, StripeRecipient
from app.payouts.sending.results import End, Outcome
from app.stripe_gateway import Stripe
from app.users.models import Creator
from config import settings
from tests.cast import Cast
from tests.payouts.bank_people import SOURCE
from tests.payouts.books import AT, CUTOFF, IBANS, bank, earn, fund
from tests.payouts.people import approve_batch, identity
from tests.stripe_server import Provider, running

PAYEES = 6
AT_BANKS = 3  # more payees, straight at their banks, in every EIGHTH run: what is unknown there takes time to settle
EIGHTH = 8
LASTS, SETTLED = 2.0, 5.0  # seconds: a verification is of no use, and lists have caught up, before it is sent again
LONGEST_RUN = 90.0  # seconds of one run before it counts as stuck: a patient machine may be a busy one
FAULTS = {
    "reset_before": 0.05,
    "reset_after": 0.07,
    "slow_before": 0.04,
    "slow_after": 0.04,
    "limit": 0.05,
    "error_before": 0.05,
    "error_after": 0.06,
    "garbled": 0.05,
    "stale": 0.08,
}
LEASE = 1.2  # seconds for which an attempt is one sender's
PATIENCE, SLOW = 0.4, 0.7  # seconds: a slow answer comes after we have given up


@dataclass
class Tally:
    """What a campaign has done and found."""

    runs: int = 0
    kills: int = 0
    restarts: int = 0
    bad: list[tuple[int, list[str]]] = field(default_factory=list)

    def __str__(self) -> str:
        kinds = Counter(kind for _, found in self.bad for kind in found)
        first = f", the first in run {self.bad[0][0]}" if self.bad else ""
        return (
            f"{self.runs} runs, {self.kills} kills, {self.restarts} restarts of PostgreSQL: {len(self.bad)} bad{first}"
            f" {dict(kinds) or ''}"
        )


# -- how a sender dies --


class Death:
    """Kills this process when a label is passed for the n-th time. Threads count together."""

    def __init__(self, label: str, number: int) -> None:
        self.label, self.number, self._lock = label, number, threading.Lock()

    def __call__(self, label: str) -> None:
        with self._lock:
            if self.label in (label, "any"):
                self.number -= 1
            dies = self.number == 0 and self.label in (label, "any")
        if dies:
            os.kill(os.getpid(), signal.SIGKILL)


LABELS = (
    "commit",
    "create_transfer",
    "create_outbound",
    "verify_recipient",
    "find_outbound",
    "outbound",
    "find_transfers",
    "balance",
    "prepare",
    "write",
    "settle",
    "take",
    "any",
)


def _labelled(death: Death) -> None:
    """Every deed of a sender passes a label before and after."""

    def around(owner: Any, name: str, label: str) -> None:
        deed = getattr(owner, name)

        def passing(*args: Any, **kwargs: Any) -> Any:
            death(label)
            try:
                return deed(*args, **kwargs)
            finally:
                death(label)

        setattr(owner, name, passing)

    around(db.session, "commit", "commit")
    around(Stripe, "create_transfer", "create_transfer")
    around(Stripe, "find_transfers", "find_transfers")
    around(Stripe, "balance", "balance")
    for name in ("create_outbound", "verify_recipient", "find_outbound", "outbound"):
        around(Stripe, name, name)
    around(intents, "prepare", "prepare")
    around(results, "write", "write")
    around(transfers, "_post", "settle")
    around(pace, "take", "take")


# -- mistakes that must be found --


def _no_idempotency_key() -> None:
    """The client makes one up for each request then."""
    create = Stripe.create_transfer
    Stripe.create_transfer = lambda self, **about: create(self, **about | {"key": None})  # type: ignore[method-assign]


def _new_key_each_try() -> None:
    create = Stripe.create_transfer
    Stripe.create_transfer = lambda self, **about: create(self, **about | {"key": uuid.uuid4().hex})  # type: ignore[method-assign]


def _timeout_is_failure() -> None:
    send = effects.Effects.send

    def hasty(self: effects.Effects, *about: Any) -> Outcome:
        outcome = send(self, *about)
        return replace(outcome, end=End.REFUSED, code="timeout") if outcome.end == End.UNKNOWN else outcome

    effects.Effects.send = hasty  # type: ignore[method-assign]


def _key_age_ignored() -> None:
    """What is unknown is sent again with its key, however old that is, and nobody asks."""
    effects.Effects.poll = lambda self, intent, moment: self.send(intent, moment)  # type: ignore[method-assign]


def _status_then_ledger() -> None:
    post = transfers._post

    def later(*about: Any) -> None:
        db.session.commit()
        post(*about)

    transfers._post = later


def _no_intent() -> None:
    """The row is only committed with its result."""

    def fly(self: rail.Round, deed: Any, prepared: Any, at: Any) -> None:
        moments = pace.take(len(prepared), self.rail.rate, at=at) if prepared else []
        for each, moment in zip(prepared, moments, strict=True):
            self.flying.add(self.sends.submit(deed(self.means[each.rail]), each, moment))

    rail.Round._let_fly = fly  # type: ignore[method-assign]


def _no_claim() -> None:
    """Whoever comes takes up what another is at."""
    take = rail.taken_up
    rail.taken_up = lambda number, *, at, lease: take(number, at=at + timedelta(hours=1), lease=timedelta())


def _not_settled() -> None:
    """What Stripe has nothing of yet is taken for never sent, while its verification still holds."""
    bank_effects.SETTLED = timedelta()


def _ledger_source_not_unique() -> None:
    """Whoever hears that money has arrived books it, and nothing in the books forbids to do so twice."""
    _no_claim()
    results._arrived = _arrived_for_all(results._arrived)
    paid, post = transfers.paid_by_provider, transfers._post

    def book_again(payouts: Sequence[int], *, at: datetime) -> Sequence[int]:
        moved = set(paid(payouts, at=at))
        transfers._post([each for each in payouts if each not in moved], AGAIN, at)
        return payouts

    def post_freely(payouts: Sequence[int], status: str, at: datetime) -> None:
        if status != AGAIN:
            return post(payouts, status, at)
        posting.open_posting(raw())
        raw().execute(BOOKED_AGAIN, {"payouts": list(payouts), "at": at})
        posting.post(raw(), at=at)

    transfers.paid_by_provider, transfers._post = book_again, post_freely


Arrived = Callable[[Sequence[Outcome], datetime], Sequence[int]]


def _arrived_for_all(arrived: Arrived) -> Arrived:
    """Writes the status, and lets the money be booked whoever was first."""

    def all_of_them(outcomes: Sequence[Outcome], at: datetime) -> Sequence[int]:
        arrived(outcomes, at)
        return [outcome.intent.payout_id for outcome in outcomes]

    return all_of_them


AGAIN = "again"
BOOKED_AGAIN = """
    insert into posting (
        brand_id, debit, credit, creator_id, amount, currency, kind, cause, seq, available_on, occurred_at)
    select r.brand_id, 'payouts_in_transit', 'bank', r.creator_id, r.amount, r.currency, 'settle', r.cause,
        1 + (select coalesce(max(s.seq), 0) from entry s
            where (s.brand_id, s.kind, s.cause) = (r.brand_id, 'settle', r.cause)), r.available_on, %(at)s
    from entry r where r.kind = 'reserve' and r.cause = any(%(payouts)s)"""


# -- who is at what --


class Hands:
    """Sees when two are at one attempt at once: whoever does something with it holds a lock, which its death lets go.
    It may be taken from its holder once the lease is over that began when they took it up."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.taken: dict[int, float] = {}  # by this process: attempt and instant
        self.mine = threading.local()  # whether this thread is at one already: asking may lead to sending

    def clear(self) -> None:
        """Forgets what was seen."""
        self.seen.unlink(missing_ok=True)

    @property
    def seen(self) -> Path:
        """The file that is there once two were seen."""
        return self.folder / "two-hands"

    @contextmanager
    def at(self, intent: intents.Intent) -> Iterator[None]:
        """Somebody is at an attempt."""
        if getattr(self.mine, "busy", False):
            yield
            return
        self.mine.busy = True
        try:
            with self._alone_at(intent):
                yield
        finally:
            self.mine.busy = False

    @contextmanager
    def _alone_at(self, intent: intents.Intent) -> Iterator[None]:
        with (self.folder / f"attempt-{intent.id}").open("a+") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                file.seek(0)
                taken = file.read()
                if taken and time.time() - float(taken) < LEASE * 0.9:
                    self.seen.touch()
                yield
            else:
                file.truncate(0)
                file.write(str(self.taken[intent.id]))
                file.flush()
                yield

    def watch(self) -> None:
        """From now on, in this process."""
        for owner, name in ((rail, "taken_up"), (intents, "prepare")):
            take = getattr(owner, name)

            def taking(*about: Any, take: Any = take, **more: Any) -> Any:
                now = time.time()
                got = take(*about, **more)
                self.taken |= {intent.id: now for intent in got}
                return got

            setattr(owner, name, taking)
        for means, name in itertools.product((effects.Effects, bank_effects.BankEffects), ("send", "poll")):
            deed = getattr(means, name)

            def held(own: Any, intent: intents.Intent, moment: datetime, deed: Any = deed) -> Any:
                with self.at(intent):
                    return deed(own, intent, moment)

            setattr(means, name, held)


@dataclass(frozen=True)
class Defect:
    """A mistake: what it changes in a sender; whether keys expire in its runs; whether it shows at banks alone."""

    change: Callable[[], None]
    expiry: bool = False
    at_banks: bool = False


DEFECTS = {
    "no_idempotency_key": Defect(_no_idempotency_key),
    "new_key_each_try": Defect(_new_key_each_try),
    "timeout_is_failure": Defect(_timeout_is_failure),
    "key_age_ignored": Defect(_key_age_ignored, expiry=True),
    "saved_error_is_not_asked_about": Defect(_key_age_ignored),
    "status_then_ledger": Defect(_status_then_ledger),
    "no_intent": Defect(_no_intent),
    "ledger_source_not_unique": Defect(_ledger_source_not_unique),
    "not_settled": Defect(_not_settled, at_banks=True),
    "no_claim": Defect(_no_claim),
}


# -- the arena --


class Arena:
    """A market with some creators who are paid by Stripe, and the provider; each run pays them once more."""

    def __init__(self, app: Flask, provider: Provider) -> None:
        self.app, self.provider, self.hurry = app, provider, LONGEST_RUN
        self.hands = Hands(Path(tempfile.mkdtemp(prefix="hands-")))
        provider.tell(clear=True, faults={}, clock=0, limit=0, secret="", fund={"eur": 10**12}, swift=True, lasts=LASTS,
                      book=[[SOURCE, "eur", 10**12]])  # fmt: skip
        cast = Cast.load()
        self.brand = cast.brands["lumen"].id
        fund(cast.brands["lumen"], 10**12)
        bank(None, IBANS[3])
        self.accounts: dict[int, str] = {}
        stripe = Stripe("sk_test_0", provider.base, 5.0)
        for number in range(PAYEES):
            creator = Creator(handle=f"payee{number}", name=f"Payee {number}", country="NL", languages=["nl"],
                              timezone="Europe/Amsterdam", recorded_at=AT)  # fmt: skip
            db.session.add(creator)
            db.session.flush()
            made = stripe.create_account(key=uuid.uuid4().hex, email="a@b.example", name=creator.name, country="NL",
                                         metadata={})  # fmt: skip
            about = {"account": made.id, "status": "active", "asked_by": cast.people["mo"].id}
            about |= {"asked_at": AT - timedelta(days=9), "ready_at": AT - timedelta(days=9)}
            db.session.add(StripeAccount(creator_id=creator.id, **about))
            self.accounts[creator.id] = made.id
        self.recipients = dict(self._recipient(number, stripe) for number in range(AT_BANKS))
        provider.tell(capability=dict.fromkeys(self.accounts.values(), "active"))
        db.session.commit()

    def _recipient(self, number: int, stripe: Stripe) -> tuple[int, str]:
        """A creator who is paid at the bank; the id, and that of the recipient."""
        name, by = f"Bank payee {number}", Cast.load().people["mo"].id
        creator = Creator(handle=f"banker{number}", name=name, country="NL", languages=["nl"],
                          timezone="Europe/Amsterdam", recorded_at=AT)  # fmt: skip
        db.session.add(creator)
        db.session.flush()
        iban = IBANS[number]
        bank(creator, iban, by=by)
        made = stripe.create_recipient(key=uuid.uuid4().hex, email="a@b.example", name=name, country="NL", metadata={})
        self.provider.tell(capability={made.id: "active"})
        method = stripe.set_up_bank(made.id, key=uuid.uuid4().hex, iban=iban, currency="EUR")
        about = {"account": made.id, "method": method, "status": "active", "asked_by": by, "asked_at": AT}
        db.session.add(StripeRecipient(creator_id=creator.id, holder=name, iban=iban, **about))
        return creator.id, made.id

    def batch(self, chance: random.Random, *, to_banks: bool) -> int:
        """A batch that is started; returns its id."""
        cast, payees = Cast.load(), {*self.accounts, *(self.recipients if to_banks else ())}
        for creator in db.session.scalars(select(Creator).where(Creator.id.in_(payees)).order_by(Creator.id)):
            earn(cast.brands["lumen"], creator, chance.randrange(1000, 10**6))
        made = assemble(raw(), currency="EUR", cutoff_on=CUTOFF, minimum=1000, by=identity("mo").person_id, at=AT)
        batch = db.session.get_one(PayoutBatch, made)
        approval.submit(batch.public_id, by=identity("mo"), at=AT, bank_hold=BANK_HOLD)
        approve_batch(batch, at=AT)
        progress.start(batch.public_id, aware="", by=identity("che"), at=AT, config=settings())
        db.session.commit()
        return made

    def run(self, seed: int, defect: str = "", restart: Callable[[], None] | None = None) -> tuple[list[str], int]:
        """One batch, sent by two senders that keep dying. Returns what is wrong afterwards, and the kills."""
        self.hands.clear()
        chance = random.Random(seed)
        secret = f"sk_test_run{seed}x{os.getpid()}"
        places = [*self.accounts.values(), *self.recipients.values()]
        states = {account: "restricted" if chance.random() < 0.06 else "active" for account in places}
        self.provider.tell(secret=secret, faults={}, clock=0, capability=states)
        batch = self.batch(chance, to_banks=seed % EIGHTH == 1 or bool(defect and DEFECTS[defect].at_banks))
        raw().execute("update pace set next_at = now()")  # a run before may have been a day ahead
        db.session.commit()
        db.session.remove()
        db.engine.dispose()
        self.provider.tell(faults=FAULTS, seed=seed, slow=SLOW)
        expiry = DEFECTS[defect].expiry if defect else chance.random() < 0.2
        kills, stuck = self._send(batch, chance, secret, defect, expiry=expiry, restart=restart)
        self.provider.tell(settle=True)
        self.provider.tell(faults={}, secret=f"{secret}done")
        at_once = ["in two hands at once"] if self.hands.seen.exists() else []
        return (["stuck"] if stuck else []) + at_once + self.compare(batch), kills

    def _send(
        self, batch: int, chance: random.Random, secret: str, defect: str, *, expiry: bool,
        restart: Callable[[], None] | None,
    ) -> tuple[int, bool]:  # fmt: skip
        """Starts senders until all is done; the last ones are not killed. Returns kills, and whether it is stuck."""
        deaths = [Death(chance.choice(LABELS), chance.randrange(1, 12)) for _ in range(chance.randrange(2, 6))]
        end, kills, ahead = time.monotonic() + self.hurry, 0, timedelta()
        living: set[int] = set()
        while time.monotonic() < end:
            while len(living) < 2 and (deaths or not living):
                death = deaths.pop() if deaths else Death("none", 0)
                living.add(self._sender(secret, death, defect, ahead, chance.random()))
            if restart and chance.random() < 0.5:
                time.sleep(chance.random() * 0.3)
                restart()
                restart = None
            elif deaths and chance.random() < 0.2:
                time.sleep(chance.random() * 0.2)
                with suppress(ProcessLookupError):
                    os.kill(next(iter(living)), signal.SIGKILL)
            done, how = os.waitpid(-1, 0)
            if done not in living:
                continue
            living.discard(done)
            kills += os.WIFSIGNALED(how)
            if expiry and not ahead and kills:
                for pid in living:  # everybody is dead for a day, and the provider forgets the keys
                    os.kill(pid, signal.SIGKILL)
                    os.waitpid(pid, 0)
                    kills += 1
                living, ahead = set(), timedelta(hours=25)
                time.sleep(0.05)  # what they had sent has arrived by then, and is carried out before the day has passed
                self.provider.tell(settle=True)
                self.provider.tell(clock=ahead.total_seconds())
            if not deaths and not living and self._ended(batch):
                return kills, False
        for pid in living:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
        return kills, True

    def _sender(self, secret: str, death: Death, defect: str, ahead: timedelta, spread: float) -> int:
        """A sender in a process of its own; returns its pid."""
        pid = os.fork()
        if pid:
            return pid
        try:
            signal.alarm(int(self.hurry) + 1)
            os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
            time.sleep(spread * 0.05)
            with self.app.app_context():
                _hurry()
                if defect:
                    DEFECTS[defect].change()
                self.hands.watch()
                _labelled(death)
                worker = rail.Rail(
                    Stripe(secret, self.provider.base, PATIENCE),
                    1000,
                    lambda: datetime.now(UTC) + ahead,
                    SOURCE,
                    lease=timedelta(seconds=LEASE),
                )
                end = time.monotonic() + self.hurry / 2
                while time.monotonic() < end and (worker.round(lambda: False) or _open_ones()):
                    time.sleep(0.05)
            os._exit(0)
        except BaseException:
            os._exit(3)

    def _ended(self, batch: int) -> bool:
        """Whether everything of the batch is in an end state."""
        try:
            open_ = db.session.scalar(
                text("select count(*) from payout where batch_id = :batch and status = 'sent'"), {"batch": batch}
            )
            db.session.rollback()
            return not open_
        except SQLAlchemyError:
            abandon()
            return False

    def compare(self, batch: int) -> list[str]:
        """Their books against ours, for one batch."""
        ours = {
            reference: (status, amount)
            for reference, status, amount in raw().execute(
                "select reference, status, amount from payout where batch_id = %s", [batch]
            )
        }
        theirs = [(one["transfer_group"], one["amount"]) for one in self.provider.transfers()]
        marks: dict[str, str] = dict(
            raw().execute(
                "select t.reference::text, p.reference from transfer t join payout p on p.id = t.payout_id"
                " where p.batch_id = %s",
                [batch],
            )
        )
        theirs += [
            (marks.get(one["metadata"]["transfer"], ""), one["amount"]["value"]) for one in self.provider.outbound()
        ]
        theirs = [(group, amount) for group, amount in theirs if group in ours]
        number = Counter(group for group, _ in theirs)
        found = []
        if any(times > 1 for times in number.values()):
            found.append("paid twice")
        paid = {reference for reference, (status, _) in ours.items() if status == "paid"}
        if paid - set(number):
            found.append("paid here, not there")
        if set(number) - paid:
            found.append("paid there, not here")
        if any(ours[group][1] != amount for group, amount in theirs):
            found.append("another amount")
        for name in ("check_payouts_equal_entries", "check_entries_paid_once", "check_creators_get_all"):
            if raw().execute(statement("app.payouts", name)).fetchone():
                found.append(f"books: {name}")
        query = "select from transfer t join payout p on p.id = t.payout_id where p.batch_id = %s and (t.status in"
        if raw().execute(f"{query} ('sending', 'unknown', 'taken')) limit 1", [batch]).fetchone():
            found.append("not in an end state")
        db.session.rollback()
        return found


def _open_ones() -> bool:
    """Whether anything is still to come; a payout whose account can't be asked just now counts."""
    found = db.session.scalar(
        text("select count(*) from payout where rail in ('stripe', 'outbound') and status = 'sent'")
    )
    db.session.rollback()
    return bool(found)


def _hurry() -> None:
    """The gaps of days, in moments."""
    results.FIRST_GAP, results.LONGEST_GAP, results.SHORT_OF_MONEY = 0.05, 0.4, timedelta(seconds=0.2)
    effects.NO_WAY = bank_effects.NO_WAY = 0.2
    bank_effects.SETTLED, results.ON_ITS_WAY = timedelta(seconds=SETTLED), timedelta(seconds=0.1)
    rail.AHEAD = timedelta(seconds=0.05)
    rail.PROBLEMS, rail.AT_ONCE, rail.TICK = timedelta(seconds=0.05), 3, 0.05


def campaign(
    arena: Arena,
    seeds: Sequence[int],
    *,
    defect: str = "",
    seconds: float = 3600.0,
    restarts: int = 0,
    restart: Callable[[], None] | None = None,
    until_found: bool = False,
) -> Tally:
    """Runs for each seed, as long as there is time. `until_found`: the first bad run is enough."""
    tally, end = Tally(), time.monotonic() + seconds
    every = max(1, len(seeds) // restarts) if restarts else 0
    for place, seed in enumerate(seeds):
        if time.monotonic() > end or (until_found and tally.bad):
            break
        restarting = restart if every and place % every == 0 else None
        bad, kills = arena.run(seed, defect, restarting)
        tally.runs, tally.kills, tally.restarts = tally.runs + 1, tally.kills + kills, tally.restarts + bool(restarting)
        if bad:
            tally.bad.append((seed, bad))
    return tally


# -- on its own --


@contextmanager
def _own_market() -> Iterator[tuple[Flask, Any]]:
    """A PostgreSQL of its own that may be restarted hard, with the cast in it."""
    from flask_migrate import upgrade

    from app import create_app
    from app.postgres.server import Server
    from tests.cast import people_the_market
    from tests.conftest import settings as of_a_test
    from tests.programs import open_folder

    with open_folder() as folder:
        server = Server(folder / "pg", {"max_connections": "100"})
        server.start()
        try:
            keys = {"stripe_secret_key": "sk_test_campaign", "stripe_financial_account": SOURCE}
            app = create_app(replace(of_a_test(server.url("postgres"), folder), **keys))
            with app.app_context():
                upgrade()
                people_the_market()
                db.session.commit()
                yield app, server
        finally:
            server.stop()


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the campaign; 1 when it finds anything in a product without a defect, or nothing in one with."""
    parser = argparse.ArgumentParser(prog="campaign", description=__doc__)
    parser.add_argument("--runs", type=int, default=1000)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--restarts", type=int, default=0)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--defect", choices=[*DEFECTS, "all"], default="")
    given = parser.parse_args(arguments)
    good = True
    with (
        tempfile.TemporaryDirectory() as folder,
        running(Path(folder) / "provider.db") as provider,
        _own_market() as (app, server),
    ):
        arena = Arena(app, provider)
        about: dict[str, Any] = {"seconds": given.minutes * 60, "restarts": given.restarts}
        about["restart"] = lambda: _restart(server)
        seeds = range(given.seed, given.seed + given.runs)
        for defect in DEFECTS if given.defect == "all" else [given.defect]:
            tally = campaign(arena, seeds, defect=defect, until_found=bool(defect), **about)
            print(f"{defect or 'as it is'}: {tally}", flush=True)
            print(json.dumps(tally.bad[:20]), flush=True)
            good &= bool(tally.bad) == bool(defect)
    return 0 if good else 1


def _restart(server: Any) -> None:
    """PostgreSQL dies at once, as with a power cut, and comes back."""
    with suppress(ProcessLookupError):
        os.kill(server._postmaster() or 0, signal.SIGQUIT)
    while server.running():
        time.sleep(0.02)
    server.start()


if __name__ == "__main__":
    sys.exit(main())
