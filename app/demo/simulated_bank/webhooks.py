"""Brings events to whoever wants them, as badly as it is told: doubled, out of order, late, or never."""

from __future__ import annotations

import hashlib
import hmac
import threading
import time
import urllib.error
import urllib.request
from dataclasses import dataclass

from app.demo.simulated_bank.faults import Faults
from app.demo.simulated_bank.store import Store

REST = 0.2  # seconds between two looks for events
PATIENCE = 5.0  # seconds for an answer
TRIES = 8
LOST = -1.0  # an instant at which an event was "delivered" that was never sent


@dataclass(frozen=True)
class Manners:
    """How events are delivered: shares of all events."""

    doubled: float = 0.0
    lost: float = 0.0
    late: float = 0.0  # so many are held back for a moment, and overtaken


class Courier:
    """Delivers events to an address, signed with a secret, in a thread of its own."""

    def __init__(self, store: Store, url: str, secret: str, manners: Manners = Manners(), seed: int = 0) -> None:
        self.store, self.url, self.secret, self.manners = store, url, secret, manners
        self.chance = Faults(seed=seed).chance
        self.paused = False
        self._thread = threading.Thread(target=self._run, name="courier", daemon=True)

    def start(self) -> None:
        """Begins."""
        self._thread.start()

    def _run(self) -> None:
        while True:
            if self.paused or not self.deliver():
                time.sleep(REST)

    def deliver(self) -> int:
        """Sends what is due, once; returns how many events were sent."""
        due = self.store.rows(
            "select seq, body, tries from event where delivered is null and due <= ? order by seq limit 50",
            self.store.now(),
        )
        sent = 0
        for seq, body, tries in due:
            if not tries and self.chance(self.manners.lost):
                self._mark(seq, LOST)
            elif not tries and self.chance(self.manners.late):
                self._again(seq, tries, 1.0)
            else:
                sent += 1
                arrived = self._send(body)
                if arrived and self.chance(self.manners.doubled):
                    self._send(body)
                if arrived:
                    self._mark(seq, self.store.now())
                else:
                    self._again(seq, tries, 2.0**tries)
        return sent

    def _mark(self, seq: int, instant: float) -> None:
        self.store.run("update event set delivered = ? where seq = ?", instant, seq)

    def _again(self, seq: int, tries: int, wait: float) -> None:
        if tries + 1 >= TRIES:
            self._mark(seq, LOST)
        else:
            self.store.run("update event set tries = tries + 1, due = ? where seq = ?", self.store.now() + wait, seq)

    def _send(self, body: str) -> bool:
        """One delivery; whether it was taken."""
        headers = {"Content-Type": "application/json", "Stripe-Signature": signature(body, self.secret, time.time())}
        request = urllib.request.Request(self.url, body.encode(), headers, method="POST")  # noqa: S310 - a given address
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as answer:  # noqa: S310  # nosec B310
                return bool(200 <= answer.status < 300)
        except (OSError, urllib.error.URLError):
            return False


def signature(body: str, secret: str, at: float) -> str:
    """The header that proves that a body is ours."""
    signed = hmac.new(secret.encode(), f"{int(at)}.{body}".encode(), hashlib.sha256).hexdigest()
    return f"t={int(at)},v1={signed}"
