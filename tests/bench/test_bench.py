"""The bench itself runs, checks every outcome and cleans up; its figures are for `make bench`."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from app.postgres.server import Server
from tests.bench.ground import FLOOR, MARKET
from tests.conftest import ROOT

RATIO = re.compile(r"^  (.+?) +\d+\.\d\d ratio +aim [\d.]+: (?:met|MISSED)$", re.MULTILINE)
FLOORS = ["settle, one process / floor.py", "settle, a process a core / floor.py"]
OF_THE_PRODUCT = [
    "assembly / INSERT ... SELECT + links",
    "assembly / INSERT ... SELECT + links",  # for ten times the creators
    "assembly for ten times the creators / assembly",
    "transfers / the limit",
    "refused as too many after the first second",
    "conflict check / three look-ups",
    "evaluation / grouped sum, time",
    "the best, proven / 2,000 by index",
    "a search, p95 / a bare indexed select, p95",
    "p95 / 150 ms",
    "the longest plan / ten seconds",
    "messages a listener hears each second",
    "seconds from a pin to a viewer, p99",
    "seconds until the event stream has stopped",
    "API, batches / bare endpoint, batches",
    "API, batches / API, one by one",
    "redirect / bare indexed SELECT",
    "one signed sale per POST / bare HMAC and INSERT",
    "p99 of an answer / of the bare page's",
    "a delivery's answer, p99, in quarters of a second",
    "from arrival to the settled sale, p99, in 2 s",
    "live batches, full / empty",
]
OF_THE_MARKET = [
    "import / COPY + ON CONFLICT",
    "import again / import",
    "page / command line",
    *(FLOORS if FLOOR.exists() else []),
    "settle, one process / one sale at a time in Python",
    "settle, batches of 1,000 / settle, a lane at once",
    "peak of 10 times the lines / peak",
]


def bench(*words: str) -> subprocess.CompletedProcess[str]:
    program = [sys.executable, "-m", "tests.bench", *words]
    return subprocess.run(program, cwd=ROOT, capture_output=True, text=True, timeout=600)


@pytest.mark.slow
def test_a_quick_run_checks_every_outcome_prints_its_ratios_and_leaves_no_server(tmp_path: Path) -> None:
    done = bench("--quick", "--folder", str(tmp_path / "bench"))
    assert done.returncode == 0, done.stdout + done.stderr
    found = [name for name in RATIO.findall(done.stdout) if name not in OF_THE_PRODUCT]
    assert len(RATIO.findall(done.stdout)) == len(found) + len(OF_THE_PRODUCT)
    assert found == (OF_THE_MARKET if MARKET.is_dir() else [])
    assert re.search(r"\d cores, .* PostgreSQL \d+", done.stdout.splitlines()[-1])
    assert not Server(tmp_path / "bench" / "pg").running()
    assert not (tmp_path / "bench" / "files").exists()


def test_an_unknown_part_is_refused_in_a_sentence() -> None:
    done = bench("nonsense")
    assert done.returncode == 2
    parts = (
        "import, uploads, settlement, payouts, sending, bonuses, contracts, matching, searching, plans, ranking,"
        " viewers, api, following, deliveries, memory, growth"
    )
    assert f"there is no part nonsense: choose from {parts}" in done.stderr
