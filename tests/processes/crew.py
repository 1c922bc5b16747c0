"""Processes that work on a test's database beside the test, and die where the test says.

They are forked from a server that has the product loaded, so a dozen of them cost no more than a second. Each deed is
a function of this module or of the test's that takes the application as its first argument, inside its context.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from multiprocessing import forkserver
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import psycopg
from flask import Flask

from app import create_app
from app.database import db, raw
from app.sales.jobs import settle_due
from tests.conftest import settings

Deed = Callable[..., Any]

CONTEXT = multiprocessing.get_context("forkserver")
KILLED = -signal.SIGKILL
PATIENCE = 120  # seconds until a process that should have ended is a failure


def load() -> None:
    """Starts the server that processes are forked from, unless it runs."""
    CONTEXT.set_forkserver_preload(["tests.processes.loaded"])
    forkserver.ensure_running()


def start(app: Flask, deed: Deed, *args: Any, die_at: int | None = None) -> BaseProcess:
    """Starts `deed(app, *args)` in a process of its own, on the database of `app`; it is killed with the test.

    With `die_at` it kills itself at that step of its talk with the database, as SIGKILL does: before or after any
    statement, block of rows or commit. A process that comes through has exit code 0, a killed one -9.
    """
    load()
    url, folder = app.config["SQLALCHEMY_DATABASE_URI"], app.instance_path
    process = CONTEXT.Process(target=_work, args=(url, folder, deed, args, die_at), daemon=True)
    process.start()
    return process


def end(processes: Sequence[BaseProcess], *codes: int) -> list[int]:
    """Waits for the processes and returns their exit codes, each of which has to be one of `codes` (none: 0)."""
    for process in processes:
        process.join(PATIENCE)
        if process.is_alive():
            process.kill()
            raise AssertionError(f"{process.name} did not end within {PATIENCE} s.")
    found = [process.exitcode if process.exitcode is not None else 1 for process in processes]
    assert set(found) <= set(codes or (0,)), f"exit codes {found}"
    return found


def sweep(
    app: Flask, deed: Deed, *args: Any, stride: int, after: Callable[[], object] = lambda: None, most: int = 60
) -> int:
    """Starts the deed over and over, killed at its first step, then `stride` steps later, until it comes through.

    After each death `after` looks at what is stored. Returns the number of deaths.
    """
    for deaths in range(most):
        process = start(app, deed, *args, die_at=1 + deaths * stride)
        (code,) = end([process], 0, KILLED)
        db.session.rollback()
        after()
        if code == 0:
            return deaths
    raise AssertionError(f"It did not come through after {most} deaths.")


def count(query: str) -> int:
    """Of rows of a table, as of now."""
    db.session.rollback()
    found = raw().execute(f"select count(*) from {query}").fetchone()
    db.session.rollback()
    return int(found[0]) if found else 0


@contextlib.contextmanager
def at_work(app: Flask, deed: Deed, *args: Any, times: int = 1) -> Iterator[list[BaseProcess]]:
    """Several processes with the same deed; whoever is left at the end of the block is killed."""
    processes = [start(app, deed, *args) for _ in range(times)]
    try:
        yield processes
    finally:
        for process in processes:
            process.kill()
            process.join()


def settle(app: Flask, batch: int) -> None:
    """Settles until nothing is due any more, also not in lanes that others hold."""
    settle_due(batch=batch, wait=True)


def _work(url: str, folder: str, deed: Deed, args: tuple[Any, ...], die_at: int | None) -> None:
    app = create_app(settings(url, Path(folder)))
    if die_at is not None:
        _die_at(die_at)
    with app.app_context():
        deed(app, *args)


def _die_at(step: int) -> None:
    """Makes this process kill itself at the given step; the odd steps are just before what they do, the even after."""
    steps = iter(range(1, step + 1))

    def count() -> None:
        if next(steps, 0) == step:
            os.kill(os.getpid(), signal.SIGKILL)

    for kind, names in ((psycopg.Cursor, ("execute",)), (psycopg.Copy, ("write",)), (psycopg.Connection, ("commit",))):
        for name in names:
            setattr(kind, name, _counted(getattr(kind, name), count))


def _counted(done: Callable[..., Any], count: Callable[[], None]) -> Callable[..., Any]:
    def counted(*args: Any, **kwargs: Any) -> Any:
        count()
        result = done(*args, **kwargs)
        count()
        return result

    return counted
