"""The simulated bank as tests start it: with faults, and with every body checked against Stripe's own types."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]


class Provider:
    """A running simulated bank."""

    def __init__(self, port: int) -> None:
        self.port, self.base = port, f"http://127.0.0.1:{port}"

    def tell(self, **order: Any) -> dict[str, Any]:
        """Gives an order at the door that the product does not know, and returns the answer."""
        request = urllib.request.Request(f"{self.base}/_control", json.dumps(order).encode(), method="POST")
        with urllib.request.urlopen(request, timeout=30) as answer:
            return dict(json.load(answer))

    def transfers(self) -> list[dict[str, Any]]:
        """The transfers in its books."""
        return list(self.tell(show=["transfer"])["transfer"])

    def outbound(self) -> list[dict[str, Any]]:
        """The payments straight to banks in its books."""
        kind = "v2.money_management.outbound_payment"
        return list(self.tell(show=[kind])[kind])

    def balance(self, owner: str = "platform", currency: str = "eur") -> int:
        """What somebody has, in its books."""
        return int(self.tell(balances=[owner])["balances"][owner].get(currency, 0))


@contextmanager
def running(store: Path, *, webhook: str = "", secret: str = "") -> Iterator[Provider]:
    """A simulated bank in a process of its own, for the block."""
    command = [sys.executable, "-m", "tests.stripe_server", "--store", str(store), "--controlled"]
    command += ["--limit", "0", "--fee", ""]
    if webhook:
        command += ["--webhook", webhook, "--webhook-secret", secret]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        yield Provider(int(line.rpartition(":")[2]))
    finally:
        process.terminate()
        process.wait(10)
        assert process.stdout is not None
        process.stdout.close()
