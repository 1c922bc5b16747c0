"""Keeps a few programs running as children of this process: one log, restarts, and an end in order.

Nothing here knows what the children are. One thread only, because the children are forked.
"""

from __future__ import annotations

import ctypes
import os
import selectors
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from types import FrameType

LONGEST_PAUSE = 30.0  # seconds before a child that keeps dying is started once more
STEADY = 60.0  # seconds after which a death is not held against a child any more
PATIENCE = 15.0  # seconds a child may take to stop before it is killed

_PR_SET_PDEATHSIG = 1
_prctl = ctypes.CDLL(None).prctl  # looked up before the fork


@dataclass
class Child:
    """A program and how it fares.

    One that `says_when` is not ended by SIGTERM before it has called `answer_signals()`: a signal that comes while it
    still starts waits until then, so that it always leaves by its own way and never half-way through its imports.
    """

    name: str
    command: Sequence[str]
    says_when: bool = False
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    failures: int = 0
    start_again_at: float = 0.0
    rest: bytes = field(default=b"", repr=False)  # of a line that is not complete yet

    def start(self, environment: Mapping[str, str], folder: str) -> None:
        """Starts it out of reach of the terminal's Ctrl-C, and so that it ends when we are killed."""
        us = os.getpid()
        self.process = subprocess.Popen(
            self.command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd=folder,
            env=dict(environment),
            start_new_session=True,
            preexec_fn=lambda: _end_with(us, self.says_when),
        )
        self.started = time.monotonic()
        assert self.process.stdout is not None  # noqa: S101 - PIPE was asked for
        os.set_blocking(self.process.stdout.fileno(), False)

    @property
    def alive(self) -> bool:
        """Whether it runs now."""
        return self.process is not None and self.process.poll() is None

    def ask_to_stop(self) -> None:
        """SIGTERM."""
        if self.process is not None:
            self.process.terminate()

    def kill(self) -> None:
        """Ends it at once, and whatever it has started and left behind."""
        if self.process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


def _end_with(parent: int, says_when: bool) -> None:
    """In the child, before its program begins: SIGTERM when `parent` dies, also when it is dead already."""
    if says_when:
        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])
    _prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:
        os.kill(os.getpid(), signal.SIGTERM)


def answer_signals() -> None:
    """What a program that `says_when` calls once its handlers stand: a SIGTERM that has come before comes now."""
    signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGTERM])


class Supervisor:
    """Runs `children` from start to end. `say` prints a line about ourselves; the children's go the same way."""

    def __init__(self, children: Sequence[Child], environment: Mapping[str, str], folder: str) -> None:
        self.children, self.environment, self.folder = children, environment, folder
        self.width = max(len(child.name) for child in children)
        self.endings = 0  # how often we were asked to end
        self._selector = selectors.DefaultSelector()

    def run(self, each_round: Callable[[], None]) -> None:
        """Starts everything, then forwards lines and restarts the dead until SIGINT, SIGTERM or SIGHUP; then stops the
        children, in their order. A second signal kills who is left. Calls `each_round` several times a second while it
        runs."""
        with _Signals(self._asked, self._selector):
            try:
                for child in self.children:
                    self._start(child)
                while not self.endings:
                    each_round()
                    self._forward(0.2)
                    self._mend()
            finally:
                self._stop()

    def say(self, line: str, name: str = "") -> None:
        """One line of the log. A terminal that has gone away is no reason to stop in disorder."""
        try:
            print(f"{name or 'streamcut':{max(self.width, 9)}} | {line}", flush=True)
        except OSError:
            sys.stdout = open(os.devnull, "w")  # noqa: SIM115 - until we end

    def _asked(self, _number: int, _frame: FrameType | None) -> None:
        self.endings += 1

    def _start(self, child: Child) -> None:
        child.start(self.environment, self.folder)
        if child.process and child.process.stdout:
            self._selector.register(child.process.stdout, selectors.EVENT_READ, child)

    def _forward(self, seconds: float) -> None:
        """Passes on what the children print, for at most so long."""
        for key, _ in self._selector.select(seconds):
            if isinstance(key.data, Child):
                self._read(key.data)
            else:
                with suppress(BlockingIOError):
                    key.fileobj.recv(64)  # type: ignore[union-attr]

    def _read(self, child: Child, last: bool = False) -> None:
        """Prints the whole lines that have come; with `last`, or when nothing more can come, also the rest."""
        stream = child.process.stdout if child.process else None
        if stream is None or stream.closed:
            return
        got: bytes | None = stream.read()
        *lines, child.rest = (child.rest + (got or b"")).split(b"\n")
        if last or got == b"":
            lines, child.rest = [*lines, *filter(None, [child.rest])], b""
            self._selector.unregister(stream)
            stream.close()
        for line in lines:
            self.say(line.decode(errors="replace").rstrip("\r"), child.name)

    def _mend(self) -> None:
        """Starts dead children again: at once, then after longer and longer pauses."""
        now = time.monotonic()
        for child in self.children:
            if child.alive:
                continue
            if child.process is not None:
                self._bury(child, now)
            if now >= child.start_again_at:
                self._start(child)

    def _bury(self, child: Child, now: float) -> None:
        child.kill()  # what it had started goes with it
        self._read(child, last=True)
        child.failures = 0 if now - child.started > STEADY else child.failures + 1
        pause = min(2.0**child.failures / 2, LONGEST_PAUSE)
        child.start_again_at = now + pause
        how = _how(child.process.returncode) if child.process else ""
        self.say(f"{child.name} has ended ({how}); it starts again in {pause:.0f} s.")
        child.process = None

    def _stop(self) -> None:
        """Asks all to stop and waits; kills who takes too long, or who is left when we are asked a second time."""
        for child in self._alive():
            self.say(f"Stopping {child.name}.")
            child.ask_to_stop()
        until = time.monotonic() + PATIENCE
        while left := self._alive():
            self._forward(0.05)
            if time.monotonic() > until or self.endings > 1:
                for child in left:
                    self.say(f"{child.name} does not stop: it is killed.")
                    child.kill()
        for child in self.children:
            child.kill()
            self._read(child, last=True)

    def _alive(self) -> list[Child]:
        return [child for child in self.children if child.alive]


class _Signals:
    """For a block: `handler` answers SIGINT, SIGTERM and SIGHUP, and each of them wakes the selector at once."""

    def __init__(self, handler: Callable[[int, FrameType | None], None], selector: selectors.BaseSelector) -> None:
        self._handler, self._selector = handler, selector
        self._here, self._there = socket.socketpair()

    def __enter__(self) -> None:
        self._here.setblocking(False)
        self._there.setblocking(False)
        self._selector.register(self._here, selectors.EVENT_READ, None)
        self._old_wakeup = signal.set_wakeup_fd(self._there.fileno(), warn_on_full_buffer=False)
        self._old = {number: signal.signal(number, self._handler) for number in endings()}

    def __exit__(self, *_: object) -> None:
        for number, old in self._old.items():
            signal.signal(number, old)
        signal.set_wakeup_fd(self._old_wakeup)
        self._selector.unregister(self._here)
        self._here.close()
        self._there.close()


def endings() -> list[signal.Signals]:
    """The signals that ask us to end: Ctrl-C, kill, and the terminal's end unless we are under nohup."""
    under_nohup = signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    return [signal.SIGINT, signal.SIGTERM, *([] if under_nohup else [signal.SIGHUP])]


def _how(status: int) -> str:
    return f"status {status}" if status >= 0 else f"killed by {signal.Signals(-status).name}"
