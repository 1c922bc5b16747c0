"""The provider of a demo without keys: a process that stands for Stripe and moves no real money.

Its books, and the port it is reached by, lie in the instance folder as long as the demo market does: the addresses of
pages on which somebody was to pay stay good when everything is started again.
"""

from __future__ import annotations

import secrets
import socket
import sys
from pathlib import Path

from app.demo import SIMULATED_KEY
from app.processes.supervisor import Child
from config import Config

FUNDS = "eur:10000000,gbp:10000000,usd:10000000"  # minor units that the platform has there at first


def simulated_bank(config: Config, site: str) -> tuple[Child, dict[str, str]]:
    """The process, which brings its events to the web server at `site`, and the settings that lead to it."""
    port, secret = _port(config), f"whsec_{secrets.token_hex(32)}"
    command = [sys.executable, "-m", "app.demo.simulated_bank", "--port", str(port)]
    command += ["--webhook", f"{site}/webhooks/stripe", "--webhook-secret", secret]
    command += ["--store", str(_store(config)), "--funds", FUNDS]
    return Child("bank", command), {
        "STRIPE_SECRET_KEY": SIMULATED_KEY,
        "STRIPE_WEBHOOK_SECRET": secret,
        "STRIPE_API_BASE": f"http://127.0.0.1:{port}",
    }


def forget_simulated_bank(config: Config) -> None:
    """Deletes its books and its port."""
    for left in _store(config).parent.glob(f"{_store(config).name}*"):
        left.unlink()


def _store(config: Config) -> Path:
    return config.instance_dir / "simulated-bank.db"


def _port(config: Config) -> int:
    """The port of the last time if it is free, else another."""
    kept = _store(config).with_name(f"{_store(config).name}-port")
    for wanted in (int(kept.read_text()) if kept.exists() else 0, 0):
        try:
            with socket.create_server(("127.0.0.1", wanted)) as probe:
                port = int(probe.getsockname()[1])
                kept.write_text(str(port))
                return port
        except OSError:
            continue
    raise OSError("There is no free port on this machine.")
