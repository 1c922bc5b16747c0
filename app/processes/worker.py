"""`flask worker`: does what people and files have left to do, as soon as it is there. Several may run.

Calendar jobs are the scheduler's. Each kind of work takes care itself that two workers never do the same. Letters and
webhooks go out in threads of their own, with their own database connections: who hangs holds up nothing else.
"""

from __future__ import annotations

import logging
import signal
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
from flask import Flask, current_app

from app import settings
from app.database import abandon, db
from app.demo.live_sales import sell_live
from app.demo.live_show import show_live
from app.integrations.jobs import handle_due
from app.notifications.jobs import send_due
from app.notifications.webhooks.jobs import send_due as send_webhooks
from app.orders.jobs import tend_orders
from app.payouts.jobs import look_at_accounts, send_by_stripe
from app.processes.database_setup import application
from app.processes.heartbeat import Heart, record_failure
from app.processes.supervisor import answer_signals
from app.ranking.jobs import answer_requests
from app.sales.jobs import settle_due
from app.streams.jobs import tend_shows
from app.uploads.jobs import work_uploads

log = logging.getLogger(__name__)

LOOK_EVERY = 1.0  # seconds; a missed NOTIFY costs at most this
LONGEST_REST = 60.0  # seconds between two tries of work that keeps failing
CHANNEL = "due"
LETTERS = "letters"  # what rings for letters
WEBHOOKS = "webhooks"  # and for webhooks
SENDERS = 4  # of webhooks: as many endpoints that hardly answer hold up the others, for ten seconds each
PATIENCE = 5.0  # seconds a worker that stops waits for the letter at hand; a longer one is sent again by another

Stopping = Callable[[], bool]


@dataclass
class Hand:
    """Who works beside the worker's heart: in the worker's name, and what it is at is not shown."""

    name: str
    doing: str = ""


@dataclass
class Work:
    """A kind of work: `do` is told how to see that it should stop, and returns how much it has done."""

    name: str
    do: Callable[[Stopping], int]
    failures: int = 0
    rests_until: float = 0.0

    def attempt(self, heart: Heart | Hand, stopping: Stopping) -> int:
        """One go at it; a failure is noted, and the work rests 1, 2, 4 ... seconds before it is tried again."""
        if stopping() or time.monotonic() < self.rests_until:
            return 0
        heart.doing = self.name
        try:
            done = self.do(stopping)
            self.failures = 0
            return done
        except Exception as error:
            abandon()
            record_failure(heart.name, self.name, error)
            self.rests_until = time.monotonic() + min(2.0**self.failures, LONGEST_REST)
            self.failures += 1
            return 0
        finally:
            db.session.remove()
            heart.doing = "waiting"


class Bell:
    """Rings when somebody commits due rows (NOTIFY due), or what else the channel is for. It mends itself when the
    database has been away."""

    def __init__(self, channel: str = CHANNEL) -> None:
        self._channel = channel
        self._connection: psycopg.Connection[Any] | None = None

    def wait(self, seconds: float) -> None:
        """Returns when it rings, at the latest after `seconds`."""
        started = time.monotonic()
        try:
            self._connection = self._connection or self._listen()
            for _ in self._connection.notifies(timeout=seconds, stop_after=1):
                pass
        except psycopg.Error:
            self.close()
            time.sleep(max(0.0, seconds - (time.monotonic() - started)))

    def close(self) -> None:
        """Hangs up."""
        if self._connection is not None:
            self._connection.close()
        self._connection = None

    def _listen(self) -> psycopg.Connection[Any]:
        connection = application(autocommit=True, application_name="streamcut bell")
        connection.execute(f"listen {self._channel}")
        return connection


def work(kinds: Iterable[Work], heart: Heart | Hand, stopping: Stopping, channel: str = CHANNEL) -> None:
    """Goes round the kinds of work until it should stop; rests when a round finds nothing to do."""
    kinds, bell = list(kinds), Bell(channel)
    try:
        while not stopping():
            if not sum(kind.attempt(heart, stopping) for kind in kinds):
                bell.wait(LOOK_EVERY)
    finally:
        bell.close()


def settle(stopping: Stopping) -> int:
    """Settles what is due; returns the number of due rows."""
    settled = settle_due(stopping=stopping)
    if settled.due or settled.aside:
        log.info("Settled: %s due rows, %s new entries.", settled.due, settled.entries)
    return settled.due + settled.aside


@contextmanager
def beside(
    app: Flask, name: str, kinds: Sequence[Work], stopping: Stopping, stop: Callable[[], None], channel: str = CHANNEL
) -> Iterator[None]:
    """Does other kinds of work beside what is done in the block, in a thread, until it should stop. Should the thread
    end by a fault, it asks the worker to stop: whoever starts it again starts both."""

    def go() -> None:
        try:
            with app.app_context():
                work(kinds, Hand(name), stopping, channel)
        finally:
            stop()

    thread = threading.Thread(target=go, name=kinds[0].name, daemon=True)
    thread.start()
    yield
    thread.join(timeout=PATIENCE)


def main() -> None:
    """Works until SIGTERM or SIGINT; the batch that is being worked on is finished first."""
    signals: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda number, _: signals.append(number))
    answer_signals()
    kinds = [
        Work("settling", settle),
        Work("reading uploads", work_uploads),
        Work("handling events", handle_due),
        Work("tending shows", tend_shows),
    ]
    if settings().demo:
        kinds += [Work("making demo sales", sell_live), Work("running the demo's show", show_live)]
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]

    def stopping() -> bool:
        return bool(signals)

    def stop() -> None:
        signals.append(signal.SIGTERM)

    letters = [Work("sending letters", send_due)]
    at_stripe = [  # it waits for Stripe most of the time
        Work("looking at accounts at Stripe", look_at_accounts),
        Work("sending payouts by Stripe", send_by_stripe),
    ]
    orders = [Work("tending orders", tend_orders)]  # a hold that ends waits for no payout
    tests = [Work("testing the ranking", answer_requests)]  # takes minutes where much was sold
    with ExitStack() as around:
        heart = around.enter_context(Heart(app, "worker"))
        around.enter_context(beside(app, heart.name, letters, stopping, stop, LETTERS))
        around.enter_context(beside(app, heart.name, tests, stopping, stop))
        for _sender in range(SENDERS):
            webhooks = [Work("sending webhooks", send_webhooks)]
            around.enter_context(beside(app, heart.name, webhooks, stopping, stop, WEBHOOKS))
        if settings().has_stripe:
            around.enter_context(beside(app, heart.name, at_stripe, stopping, stop))
            around.enter_context(beside(app, heart.name, orders, stopping, stop))
        log.info("The worker has started.")
        work(kinds, heart, stopping)
    log.info("The worker has stopped.")
