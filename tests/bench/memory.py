"""The peak memory of an importing process, for a tenth of the sales and for all of them."""

from __future__ import annotations

import csv
from concurrent.futures import ProcessPoolExecutor
from itertools import islice
from multiprocessing import get_context
from pathlib import Path

from app import clock, create_app, settings
from app.csvfiles.importing import import_file
from app.database import db
from app.uploads.file_kinds import KINDS
from config import Config
from tests.bench.ground import Ground, rows
from tests.bench.rounds import verdict

MORE = 10
NO_GROWTH = 1.1  # of all the process's memory: a tenth is what allocators leave behind


def memory(ground: Ground) -> None:
    """VmHWM of a process of its own for each of the two files."""
    whole = ground.unpacked("sales")
    lines = sum(1 for _ in rows(whole)) - 1
    part = ground.folder / "part.csv"
    with part.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(islice(rows(whole), 1 + lines // MORE))
    print(f"peak memory of importing {lines // MORE:,} and {lines:,} sale lines")
    with ground.database("bench_memory", ["brands"]):
        peaks = dict([_peak(part), _peak(whole)])
    assert list(peaks) == [lines // MORE, lines], peaks
    print(f"  {', '.join(f'{read:,} lines: {peak / 1024:.1f} MB' for read, peak in peaks.items())}")
    growth = peaks[lines] / peaks[lines // MORE]
    verdict(f"peak of {MORE} times the lines / peak", growth, aim=NO_GROWTH, met=growth <= NO_GROWTH)


def _peak(file: Path) -> tuple[int, int]:
    """Rows read and peak kB."""
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        return pool.submit(_imported, settings(), file).result()


def _imported(config: Config, file: Path) -> tuple[int, int]:
    with create_app(config).app_context():
        result = import_file(KINDS["sales"], file, by=None, at=clock.now())
        db.session.rollback()
    status = Path("/proc/self/status").read_text()
    peak = next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))
    return result.new, int(peak)
