"""Children run as long as we do, come back when they die, and are gone when we are, however we end."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.programs import alive, descendants, until

ROOT = Path(__file__).resolve().parents[2]

PARENT = """
import sys, time
from app.processes.supervisor import Child, Supervisor
script = {script!r}
children = [Child(name, [sys.executable, "-u", "-c", script, name]) for name in {names!r}]
Supervisor(children, {{}}, "/").run(lambda: None)
print("left in order", flush=True)
"""

PATIENT = """
import signal, sys, time
def leave(*_):
    print("leaving", flush=True)
    sys.exit(0)
signal.signal(signal.SIGTERM, leave)
print("here", flush=True)
time.sleep(600)
"""

STUBBORN = """
import signal, subprocess, sys, time
signal.signal(signal.SIGTERM, lambda *_: print("staying", flush=True))
subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
print("here", flush=True)
while True:
    time.sleep(600)
"""

Start = Callable[..., "Run"]


class Run:
    """A supervisor in a process of its own, with what it prints in a file."""

    def __init__(self, script: str, names: tuple[str, ...], output: Path) -> None:
        self.output = output
        with output.open("wb") as file:
            self.process = subprocess.Popen(
                [sys.executable, "-c", PARENT.format(script=script, names=names)],
                cwd=ROOT,
                stdout=file,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def lines(self) -> list[str]:
        return self.output.read_text().splitlines()

    def wait_for(self, pattern: str, times: int = 1, seconds: float = 20) -> None:
        until(
            lambda: sum(bool(re.search(pattern, line)) for line in self.lines) >= times, seconds, self.output.read_text
        )

    def end(self, number: int) -> int:
        self.process.send_signal(number)
        return self.process.wait(20)


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    started: list[Run] = []

    def run(script: str = PATIENT, names: tuple[str, ...] = ("first", "second")) -> Run:
        started.append(Run(script, names, tmp_path / f"{len(started)}.log"))
        return started[-1]

    yield run
    for one in started:
        for pid in [*descendants(one.process.pid), one.process.pid]:
            if alive(pid):
                os.kill(pid, signal.SIGKILL)
        one.process.wait()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_stops_the_children_in_their_order_and_waits_for_all(start: Start, number: int) -> None:
    run = start()
    run.wait_for("here", times=2)
    pids = descendants(run.process.pid)
    assert len(pids) == 2
    assert run.end(number) == 0
    said = [line for line in run.lines if "here" not in line]
    assert said[:2] == ["streamcut | Stopping first.", "streamcut | Stopping second."]
    assert sorted(said[2:4]) == ["first     | leaving", "second    | leaving"]
    assert said[4:] == ["left in order"]
    assert not any(map(alive, pids))


def test_a_child_that_dies_is_started_again(start: Start) -> None:
    run = start(names=("only",))
    run.wait_for("here")
    for times in (2, 3):
        os.kill(descendants(run.process.pid)[0], signal.SIGKILL)
        run.wait_for("here", times)
    pauses = [line for line in run.lines if "killed by SIGKILL" in line]
    assert [re.findall(r"in (\d+) s", line) for line in pauses] == [["1"], ["2"]]
    assert run.end(signal.SIGTERM) == 0


def test_what_a_dying_child_said_last_is_not_lost(start: Start) -> None:
    run = start("print('one line'); import sys; sys.stdout.write('and half a line'); sys.exit(3)", ("only",))
    run.wait_for("status 3")
    assert run.lines[:2] == ["only      | one line", "only      | and half a line"]
    assert run.end(signal.SIGTERM) == 0


def test_when_we_are_killed_the_children_end_by_themselves(start: Start) -> None:
    run = start()
    run.wait_for("here", times=2)
    pids = descendants(run.process.pid)
    run.end(signal.SIGKILL)
    until(lambda: not any(map(alive, pids)))


STARTING = """
import signal, sys, time
from pathlib import Path
from app.processes.supervisor import answer_signals
print("here", flush=True)
while signal.SIGTERM not in signal.sigpending():
    time.sleep(0.01)
signal.signal(signal.SIGTERM, lambda *_: sys.exit(Path({left!r}).write_text("left by its own way")))
answer_signals()
time.sleep(600)
"""


def test_who_is_asked_to_end_while_it_still_starts_leaves_by_its_own_way_as_soon_as_it_can(tmp_path: Path) -> None:
    left = tmp_path / "left"
    script = PARENT.format(script=STARTING.format(left=str(left)), names=("only",))
    script = script.replace("name])", "name], says_when=True)").replace(
        '{}, "/"', f"dict(PYTHONPATH={str(ROOT)!r}), '/'"
    )
    with subprocess.Popen([sys.executable, "-c", script], cwd=ROOT, stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        assert b"here" in parent.stdout.readline()
        (child,) = descendants(parent.pid)
        parent.kill()
    until(lambda: not alive(child))
    assert left.read_text() == "left by its own way"


def test_a_second_signal_kills_who_will_not_stop_and_what_they_started(start: Start) -> None:
    run = start(STUBBORN, ("only",))
    run.wait_for("here")
    pids = descendants(run.process.pid)
    assert len(pids) == 2
    run.process.send_signal(signal.SIGINT)
    run.wait_for("staying")
    assert all(map(alive, pids))
    assert run.end(signal.SIGINT) == 0
    until(lambda: not any(map(alive, pids)))


def test_a_terminal_that_goes_away_is_an_orderly_end(tmp_path: Path) -> None:
    controller, terminal = os.openpty()
    script = PARENT.format(script=PATIENT, names=("only",)).replace("import sys", SESSION + "import sys", 1)
    process = subprocess.Popen(
        [sys.executable, "-c", script],
        cwd=ROOT,
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
        start_new_session=True,
    )
    os.close(terminal)
    seen = b""
    while b"here" not in seen:
        seen += os.read(controller, 1000)
    pids = descendants(process.pid)
    os.close(controller)  # the kernel sends SIGHUP to whoever the terminal controls
    assert process.wait(20) == 0
    assert pids
    assert not any(map(alive, pids))


SESSION = "import fcntl, termios\nfcntl.ioctl(0, termios.TIOCSCTTY, 0)\n"
