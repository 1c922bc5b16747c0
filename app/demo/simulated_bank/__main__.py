"""`python -m app.demo.simulated_bank`: the simulated bank as a process of its own, until it is ended."""

from __future__ import annotations

import argparse
import os
import signal
import sys

from app.demo.simulated_bank.answers import Bank, Check
from app.demo.simulated_bank.server import Server
from app.demo.simulated_bank.store import Store
from app.demo.simulated_bank.webhooks import Courier


def main(arguments: list[str] | None = None, check: Check | None = None) -> None:
    """Serves; prints the port once it does."""
    parser = argparse.ArgumentParser(prog="simulated_bank", description="A provider like Stripe, with no real money.")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--store", required=True, help="its SQLite file")
    parser.add_argument("--webhook", default="", help="where events are brought to")
    parser.add_argument("--webhook-secret", default="")
    parser.add_argument("--funds", default="", help="what the platform has at first, e.g. eur:1000000,gbp:500000")
    parser.add_argument("--fee", default="150:25", help="of a payment: basis points and minor units")
    parser.add_argument("--limit", type=int, default=25, help="requests a second at each endpoint")
    parser.add_argument("--controlled", action="store_true", help="obeys orders at /_control")
    given = parser.parse_args(arguments)
    store = Store(given.store)
    store.set("fee", given.fee)
    bank = Bank(store, check=check, limit=given.limit)
    if given.funds and not store.rows("select 1 from movement limit 1"):
        for part in given.funds.split(","):
            currency, _, amount = part.partition(":")
            bank.books.fund(currency, int(amount))
    courier = Courier(store, given.webhook, given.webhook_secret) if given.webhook else None
    server = Server(("127.0.0.1", given.port), bank, courier, controlled=given.controlled)
    bank.base = f"http://127.0.0.1:{server.server_port}"
    if courier:
        courier.start()
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))  # what it has answered is kept already
    print(f"The simulated bank (no real money) is at {bank.base}", flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        sys.exit(0)


if __name__ == "__main__":
    main()
