"""Runs the parts and prints what came of them, and on what machine."""

from __future__ import annotations

import argparse
import os
import platform
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import psycopg

from app import clock
from config import ROOT
from tests.bench.bonuses import bonuses
from tests.bench.calls import calls
from tests.bench.contracts import contracts
from tests.bench.deliveries import deliveries
from tests.bench.following import following
from tests.bench.ground import Ground, Skipped, plain, prepared
from tests.bench.growth import growth
from tests.bench.imports import imports
from tests.bench.matching import matching
from tests.bench.memory import memory
from tests.bench.payouts import payouts
from tests.bench.plans import plans
from tests.bench.ranking import ranking
from tests.bench.searching import searching
from tests.bench.sending import sending
from tests.bench.settling import settling
from tests.bench.uploads import uploads
from tests.bench.viewers import viewers

PARTS: dict[str, Callable[[Ground], None]] = {
    "import": imports,
    "uploads": uploads,
    "settlement": settling,
    "payouts": payouts,
    "sending": sending,
    "bonuses": bonuses,
    "contracts": contracts,
    "matching": matching,
    "searching": searching,
    "plans": plans,
    "ranking": ranking,
    "viewers": viewers,
    "api": calls,
    "following": following,
    "deliveries": deliveries,
    "memory": memory,
    "growth": growth,
}


def main() -> None:
    """The command line: `python -m tests.bench [PART ...] [--rounds N] [--lines N] [--quick]`."""
    asked = argparse.ArgumentParser("make bench", description="Ratios of the product to bare PostgreSQL.")
    asked.add_argument("parts", nargs="*", metavar="PART", help=f"what to measure: {', '.join(PARTS)} (default: all)")
    asked.add_argument("--rounds", type=int, default=0, help="rounds of each comparison (default: 5; quick: 1)")
    asked.add_argument("--quick", action="store_true", help="a few thousand rows: seconds, and no figures to rely on")
    asked.add_argument("--lines", type=int, default=0, help="settled lines of `growth` (default: 2 million)")
    asked.add_argument("--folder", type=Path, default=ROOT / "instance" / "bench", help="where the database lies")
    given = asked.parse_args()
    if unknown := set(given.parts) - set(PARTS):
        asked.error(f"there is no part {', '.join(sorted(unknown))}: choose from {', '.join(PARTS)}")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the server is stopped then too
    with prepared(given.folder, given.rounds or (1 if given.quick else 5), given.quick, given.lines) as ground:
        print(f"{ground.rounds} rounds, the contenders in turn; medians. A ratio holds to a fifth, a rate does not.")
        for name in given.parts or PARTS:
            try:
                PARTS[name](ground)
            except Skipped as reason:
                print(f"{name} {reason}")
        print(_machine(ground))


def _machine(ground: Ground) -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    with psycopg.connect(plain(ground.server.url("postgres"))) as connection:
        version = connection.info.server_version
    return (
        f"{clock.now():%Y-%m-%d %H:%M} UTC; {os.cpu_count()} cores, {memory:.0f} GiB, load {os.getloadavg()[1]:.1f}; "
        f"Python {platform.python_version()}, PostgreSQL {version // 10000}.{version % 10000}"
    )


if __name__ == "__main__":
    main()
