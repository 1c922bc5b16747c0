"""What tests want to know of processes: who lives, who descends from whom, and waiting for something to come true."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg


def alive(pid: int) -> bool:
    """Whether the process runs; one that is dead and waits for its parent does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return False


def descendants(pid: int) -> list[int]:
    """The living children of a process, their children, and so on."""
    parents: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and alive(int(entry.name)):
            try:
                parents[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except (FileNotFoundError, ProcessLookupError):
                continue
    found = [pid]
    for one in found:
        found += sorted(child for child, parent in parents.items() if parent == one)
    return found[1:]


def until(true: Callable[[], bool], seconds: float = 20, otherwise: Callable[[], str] = lambda: "") -> None:
    """Returns as soon as it is true; AssertionError with the words of `otherwise` after so many seconds."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, f"It did not come true in {seconds} s. {otherwise()}"
        time.sleep(0.05)


def somebody_waits(connection: psycopg.Connection[Any]) -> bool:
    """Whether a session of the connection's database waits for a lock."""
    connection.rollback()  # statistics stay the same inside a transaction
    query = "select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' limit 1"
    return connection.execute(query).fetchone() is not None


@contextmanager
def open_folder() -> Iterator[Path]:
    """A new folder that anybody may enter, with a short path: a database may lie in it, also as root."""
    path = Path(tempfile.mkdtemp(prefix="sc-"))
    path.chmod(0o755)
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


def started_with(variable: str, value: str) -> list[int]:
    """The living processes in whose environment a variable has this value."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and alive(int(entry.name)):
            try:
                environment = (entry / "environ").read_bytes().split(b"\0")
            except OSError:  # gone, or somebody else's
                continue
            if f"{variable}={value}".encode() in environment:
                found.append(int(entry.name))
    return found
