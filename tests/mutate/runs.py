"""Runs tests in processes that are forked off one which has loaded the libraries already: most of a short run is
loading them."""

from __future__ import annotations

import os
import signal
import sys
import time
import traceback
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

PASSED, SECONDS = 0, 0.02
LIBRARIES = (
    "flask flask_sqlalchemy flask_migrate flask_babel flask_wtf psycopg sqlalchemy.dialects.postgresql hypothesis"
)


def load_libraries() -> None:
    """Imports what tests need and no mutant changes."""
    for name in [*LIBRARIES.split(), "pytest", "wtforms", "sepaxml", "apscheduler.schedulers.background"]:
        with suppress(ImportError):
            __import__(name)


def run(tests: Sequence[str], log: Path, seconds: float) -> tuple[bool, float]:
    """Whether all of the tests pass, and how long it took; too long is a failure. Their output goes to `log`."""
    began = time.monotonic()
    pid = os.fork()
    if not pid:
        _run_here(tests, log)
    while time.monotonic() - began < seconds:
        ended, status = os.waitpid(pid, os.WNOHANG)
        if ended:
            _end(pid)  # what it may have left running
            return os.waitstatus_to_exitcode(status) == PASSED, time.monotonic() - began
        time.sleep(SECONDS)
    _end(pid)
    os.waitpid(pid, 0)
    return False, time.monotonic() - began


def _end(group: int) -> None:
    with suppress(ProcessLookupError):
        os.killpg(group, signal.SIGKILL)


def _run_here(tests: Sequence[str], log: Path) -> None:
    """Becomes the run, in a group of processes of its own; examples are the same each time and are not shrunk."""
    code = 1
    try:
        os.setsid()
        out = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(out, 1)
        os.dup2(out, 2)
        import pytest
        from hypothesis import HealthCheck, Phase, settings

        phases, health = (Phase.explicit, Phase.generate), list(HealthCheck)
        settings.register_profile(
            "mutate", derandomize=True, database=None, phases=phases, deadline=None, suppress_health_check=health
        )
        settings.load_profile("mutate")
        quiet = ["-q", "-x", "-n", "0", "-p", "no:cacheprovider", "-W", "ignore::pytest.PytestAssertRewriteWarning"]
        code = int(pytest.main([*quiet, *tests]))
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
