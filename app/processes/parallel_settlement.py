"""Several processes settle at once: what `flask settle` does with all of the machine. Lanes keep them apart."""

from __future__ import annotations

import os
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from app import create_app, settings
from app.database import db, raw
from app.sales.jobs import Settled, settle_due
from config import Config

SETTLERS = get_context("forkserver")  # all are forked from one process, which has loaded what they need
WORTH_A_PROCESS = 20_000  # due rows; a process takes a while to start


def settle_all(*, workers: int | None = None, batch: int | None = None) -> Settled:
    """Settles everything that is due with `workers` processes (default: one a core, fewer when little is due), each
    with transactions of `batch` due rows. Returns when nothing is due any more."""
    row = raw().execute("select count(*), count(distinct lane) from due").fetchone()
    db.session.rollback()
    due, lanes = row or (0, 0)
    if workers is None:
        workers = min(os.cpu_count() or 1, lanes, due // WORTH_A_PROCESS)
    if workers < 2:
        return settle_due(batch=batch, wait=True)
    started = time.monotonic()
    total = Settled()
    SETTLERS.set_forkserver_preload([__name__])
    with ProcessPoolExecutor(workers, SETTLERS) as pool:
        for done in pool.map(_settle, [settings()] * workers, [batch] * workers):
            total.add(done)
    total.seconds = time.monotonic() - started
    return total


def _settle(config: Config, batch: int | None) -> Settled:
    with create_app(config, pages=False).app_context():
        return settle_due(batch=batch, wait=True)
