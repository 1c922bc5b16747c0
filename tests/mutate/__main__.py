"""Changes one thing at a time in a copy of the tree and runs the tests that should notice.

    python -m tests.mutate --only app/payouts --limit 40

Prints each mutant as it is tried, then the share that was noticed by file, and those that lived with their lines. With
one process and a sample of 60 it takes the better part of an hour.
"""

from __future__ import annotations

import argparse
import fcntl
import os
import random
import shutil
import subprocess
import sys
import time
from collections import defaultdict
from pathlib import Path

from tests.mutate.equivalent import EQUIVALENT
from tests.mutate.mutants import Mutant
from tests.mutate.runs import load_libraries, run
from tests.mutate.targets import mutants_of, target_files, watched_by

ROOT = Path(__file__).resolve().parents[2]
COPY = ROOT / "instance" / "mutate"
FACTOR, LEAST = 4, 30  # a mutant may take so many times as long as the unchanged file, and so many seconds more


def main() -> None:
    """Copies the tree and goes on in the copy, so that nothing here is ever changed."""
    given = _arguments()
    if not given.inside:
        _copy()
        os.chdir(COPY)
        environment = {**os.environ, "PYTHONPATH": str(COPY), "PYTHONUNBUFFERED": "1"}
        os.execve(sys.executable, [sys.executable, "-m", "tests.mutate", *sys.argv[1:], "--inside"], environment)
    chosen = sample(given.only, given.limit, given.seed)
    if given.list:
        for mutant in chosen:
            source = (ROOT / mutant.path).read_text()
            print(f"{mutant.path}:{mutant.line(source)} {mutant.what}\n{mutant.diff(source)}")
        return
    (ROOT / "instance" / "test").mkdir(parents=True, exist_ok=True)
    with (ROOT / "instance" / "test" / "users.lock").open("w") as users:
        fcntl.flock(users, fcntl.LOCK_SH)  # the database server stays up between the runs
        try:
            lived, tried = _try_all(chosen, given.minutes)
        finally:
            fcntl.flock(users, fcntl.LOCK_UN)
            load_libraries()
            run(["tests/test_clock.py"], ROOT / "instance" / "log", 300)  # the last one stops the server
    _report(lived, tried)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make mutate ARGS=...", description=__doc__)
    parser.add_argument(
        "--only", action="append", default=[], help="files whose path begins with this; may be repeated"
    )
    parser.add_argument("--limit", type=int, default=60, help="how many mutants, drawn evenly from the files (60)")
    parser.add_argument("--seed", type=int, default=1, help="which sample (1)")
    parser.add_argument("--minutes", type=float, default=120, help="begin no further mutant after so many (120)")
    parser.add_argument("--list", action="store_true", help="only show the sample")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    return parser.parse_args()


def _copy() -> None:
    """The tracked files as they are now, and what setup made."""
    shutil.rmtree(COPY / "app", ignore_errors=True)
    listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    names = subprocess.run(listed, cwd=ROOT, capture_output=True, check=True).stdout.decode().split("\0")
    made = [path.relative_to(ROOT).as_posix() for path in (ROOT / "app").rglob("*.mo")]
    made += [path.relative_to(ROOT).as_posix() for path in (ROOT / "app" / "static" / "vendor").glob("*")]
    for name in {*names, *made} - {""}:
        if (ROOT / name).is_file():
            (COPY / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, COPY / name)


def sample(only: list[str], limit: int, seed: int) -> list[Mutant]:
    """So many mutants, one from each file in turn until there are enough, without the equivalent ones. Python comes
    first: each of its mutants has to be loaded anew, those of statements have not. Else their order is drawn, so that
    what is tried in a shorter time is a sample too."""
    draw, piles = random.Random(seed), []
    for path in target_files(ROOT):
        if only and not path.startswith(tuple(only)):
            continue
        source = (ROOT / path).read_text()
        pile = [each for each in mutants_of(ROOT, path) if each.key(source) not in EQUIVALENT]
        draw.shuffle(pile)
        piles.append(pile)
    draw.shuffle(piles)
    chosen: list[Mutant] = []
    while any(piles) and len(chosen) < limit:
        for pile in piles:
            chosen += [pile.pop()] if pile and len(chosen) < limit else []
    draw.shuffle(chosen)
    return sorted(chosen, key=lambda each: each.path.endswith(".sql"))


def _try_all(chosen: list[Mutant], minutes: float) -> tuple[list[Mutant], list[Mutant]]:
    """Tries them one after another; returns those that lived and all that were tried."""
    load_libraries()
    log, ends = ROOT / "instance" / "log", time.monotonic() + 60 * minutes
    usual: dict[str, float] = {}  # test file -> seconds on the unchanged tree
    lived, tried = [], []
    loaded = False
    for number, mutant in enumerate(chosen, 1):
        if time.monotonic() > ends:
            print(f"Time is up; {len(chosen) - len(tried)} were not tried.")
            break
        if mutant.path.endswith(".sql") and not loaded:
            _load_product()
            loaded = True
        source = (ROOT / mutant.path).read_text()
        killer, took = _try(mutant, source, number, usual, log)
        tried.append(mutant)
        if not killer:
            lived.append(mutant)
        fate = f"noticed by {killer}" if killer else "LIVED"
        print(f"{number}/{len(chosen)} {mutant.path}:{mutant.line(source)} {mutant.what}: {fate} ({took:.0f} s)")
    return lived, tried


def _try(mutant: Mutant, source: str, number: int, usual: dict[str, float], log: Path) -> tuple[str, float]:
    """The test file that notices the mutant ('' if none does), and how long it took."""
    path, began = ROOT / mutant.path, time.monotonic()
    for tests in watched_by(mutant.path):
        if tests not in usual:
            passes, usual[tests] = run([tests], log, 1800)
            if not passes:
                raise SystemExit(f"{tests} fails on the unchanged tree:\n{log.read_text()[-3000:]}")
        try:
            path.write_text(mutant.applied(source))
            os.utime(path, (number, number))  # or Python takes what it has compiled for the same second and size
            passes, _ = run([tests], log, FACTOR * usual[tests] + LEAST)
        finally:
            path.write_text(source)
        if not passes:
            return tests.removeprefix("tests/"), time.monotonic() - began
    return "", time.monotonic() - began


def _load_product() -> None:
    """Statements are read when they are used, so that the product need not be loaded again for each."""
    for path in sorted((ROOT / "app").rglob("*.py")):
        __import__(".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"))


def _report(lived: list[Mutant], tried: list[Mutant]) -> None:
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for mutant in tried:
        counts[mutant.path][0] += 1
        counts[mutant.path][1] += mutant not in lived
    print("\nnoticed  of  file")
    for path, (total, noticed) in sorted(counts.items()):
        print(f"{noticed:7}  {total:2}  {path}")
    for mutant in lived:
        source = (ROOT / mutant.path).read_text()
        print(f"\n{mutant.path}:{mutant.line(source)} {mutant.what}\n{mutant.diff(source)}")
    noticed = len(tried) - len(lived)
    print(f"\n{noticed} of {len(tried)} mutants were noticed: {100 * noticed / max(1, len(tried)):.0f} %.")


if __name__ == "__main__":
    main()
