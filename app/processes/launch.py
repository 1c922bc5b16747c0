"""`flask up`: database, web server, event stream, worker and scheduler together, with a demo market where wanted."""

from __future__ import annotations

import fcntl
import http.client
import os
import signal
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from ipaddress import ip_address

from app.database import db
from app.demo import demo_sign_ins, make_demo, picture
from app.errors import Conflict
from app.processes.database_setup import (
    create_database,
    database_running,
    drop_database,
    migrate,
    opened,
    owner,
)
from app.processes.ports import beyond_loopback, check_port, events_address, host_and_port
from app.processes.simulated_bank import forget_simulated_bank, simulated_bank
from app.processes.supervisor import Child, Supervisor, endings
from config import ROOT, Config, settings


def up(config: Config) -> None:
    """Starts everything, prints where it is, and stays until Ctrl-C, SIGTERM or the terminal's end; then stops it all.

    Raises Conflict when it runs already or the port is taken.
    """
    host_and_port(config.listen)
    departure = _Departure()
    try:
        _run(config, departure)
    except (KeyboardInterrupt, Exception):
        if not departure.number:
            raise
        sys.exit(128 + departure.number)  # whatever the interrupt had become on its way through other people's code


def _run(config: Config, departure: _Departure) -> None:
    with _only_one(config):
        check_port(config.listen)
        with database_running(config):
            sign_ins = _prepare(config)
            departure.unless_it_was_missed()
            config = replace(config, events_listen=events_address(config))
            environment = {"BASE_URL": address(config), **os.environ, "PYTHONUNBUFFERED": "1"}
            environment |= {"EVENTS_LISTEN": config.events_listen}
            children = _children(config)
            if sign_ins:
                children += _picture(config)
            if sign_ins and not config.has_stripe:  # a demo gets a bank to play with
                bank, its_settings = simulated_bank(config, address(config))
                children.append(bank)
                environment |= its_settings
            supervisor = Supervisor(children, environment, str(ROOT))
            try:
                supervisor.run(_Welcome(config, supervisor, sign_ins))
            finally:
                _ignore_signals()  # what is left must not be interrupted
        supervisor.say("Everything is stopped.")


def demo_reset(config: Config) -> None:
    """Throws the demo market away and makes a new one. Raises Conflict for a market that is not marked as a demo."""
    if not config.demo:
        raise Conflict("No demo is wanted in this database: set STREAMCUT_DEMO=1 if it is meant to hold one.")
    with _only_one(config), database_running(config):
        if not config.database_url:
            create_database()
        migrate()
        if not _asked("select demo from market") and not _asked(EMPTY):
            raise Conflict("This database is not marked as a demo, so it is left alone.")
        _make_anew()


# -- what is prepared before the programs start --

EMPTY = "select not exists (select from person) and not exists (select from brand)"
HALF_MADE = "select demo and demo_made_at is null from market"


def _prepare(config: Config) -> Sequence[Mapping[str, str]]:
    """Database, tables and, where a demo is wanted and nothing is there yet, the demo market."""
    if not config.database_url:
        create_database()
    migrate()
    if config.demo and _asked(EMPTY):
        _make()
    elif config.demo and _asked(HALF_MADE):  # we were killed while we made it
        _make_anew()
    sign_ins = demo_sign_ins() if config.demo else []
    db.session.remove()
    db.engine.dispose()  # the children are forked
    return sign_ins


def _make_anew() -> None:
    drop_database()
    create_database()
    migrate()
    _make()


def _make() -> None:
    print("Making the demo market. This takes some seconds.", flush=True)
    forget_simulated_bank(settings())  # of a market that is gone
    with owner() as connection:
        connection.execute("update market set demo = true")
    make_demo()
    with owner() as connection:
        connection.execute("update market set demo_made_at = now()")


def _asked(question: str) -> bool:
    with owner() as connection:
        row = connection.execute(question.encode()).fetchone()
        return bool(row and row[0])


# -- one at a time, on a free port, and away at any moment --


@contextmanager
def _only_one(config: Config) -> Iterator[None]:
    """Holds the lock of `flask up` for this instance; Conflict, with the address, when it runs already."""
    with opened(config.instance_dir / "up.lock") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            where = lock.read().strip() or "just starting"
            raise Conflict(
                f"Streamcut is running already ({where}): stop it first, with Ctrl-C where it runs."
            ) from None
        lock.truncate(0)
        lock.write(f"process {os.getpid()}, {address(config)}")
        lock.flush()
        try:
            yield
        finally:
            lock.truncate(0)


def address(config: Config) -> str:
    """What to type into a browser on this machine; a server for all addresses is here too."""
    host, port = host_and_port(config.listen)
    try:
        number = ip_address(host.strip("[]"))
    except ValueError:
        return f"http://{host}:{port}"
    if number.is_unspecified:
        host = "127.0.0.1" if number.version == 4 else "[::1]"
    return f"http://{host}:{port}"


class _Departure:
    """Before everything runs a signal simply leaves, by the way that stops what was started.

    It does so as KeyboardInterrupt, for which psycopg cancels the statement that runs.
    """

    def __init__(self) -> None:
        self.number = 0
        for number in endings():
            signal.signal(number, self._leave)

    def _leave(self, number: int, _frame: object) -> None:
        self.number = number
        _ignore_signals()
        raise KeyboardInterrupt

    def unless_it_was_missed(self) -> None:
        """Leaves now if the signal came inside a destructor, where Python drops what is raised."""
        if self.number:
            raise KeyboardInterrupt


def _ignore_signals() -> None:
    for number in endings():
        signal.signal(number, signal.SIG_IGN)


# -- what runs --


def _children(config: Config) -> list[Child]:
    """In the order in which they are stopped: first who takes new work, last who finishes it."""
    python = [sys.executable, "-m"]
    web = [
        *python,
        "gunicorn",
        "wsgi:app",
        "--bind",
        config.listen,
        "--worker-class",
        "gthread",
        "--workers",
        "2",
        "--preload",
    ]
    web += ["--threads", "16", "--graceful-timeout", "5", "--no-control-socket", "--log-level", "warning"]
    flask = [*python, "flask", "--app", "wsgi"]
    # The last one to leave stops the database: none may be ended before it has come so far.
    names = ["events", "scheduler", "worker"] if config.events_listen else ["scheduler", "worker"]
    return [Child("web", web), *(Child(name, [*flask, name], says_when=True) for name in names)]


def _picture(config: Config) -> list[Child]:
    """What draws the picture of the demo's live show, where there is an ffmpeg."""
    program = picture.ffmpeg()
    return [Child("picture", picture.drawing(config, program))] if program else []


class _Welcome:
    """Called again and again: as soon as the web server answers it says, once, where it is and who can sign in."""

    def __init__(self, config: Config, supervisor: Supervisor, sign_ins: Sequence[Mapping[str, str]]) -> None:
        self._config, self._say = config, supervisor.say
        self._sign_ins, self._said = sign_ins, False

    def __call__(self) -> None:
        if not self._said and self._answers():
            self._said = True
            for line in welcome(self._config, self._sign_ins):
                self._say(line)

    def _answers(self) -> bool:
        connection = http.client.HTTPConnection(address(self._config).removeprefix("http://"), timeout=1)
        try:
            connection.request("GET", "/health")
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()


RED, PLAIN = "\x1b[1;31m", "\x1b[0m"


def welcome(config: Config, sign_ins: Sequence[Mapping[str, str]]) -> list[str]:
    """The lines that greet whoever typed `make run`; in red when a demo's well-known passwords work from elsewhere."""
    lines = ["", f"Streamcut runs at {address(config)}  (Ctrl-C stops it)", ""]
    if sign_ins:
        wide = max(len(one["email"]) for one in sign_ins)
        lines += ["This is a demo market; everything in it is made up. Sign in as:", ""]
        lines += [f"  {one['email']:{wide}}  {one['role']}" for one in sign_ins]
        lines += ["", f"The password of all of them: {sign_ins[0]['password']}", ""]
        if beyond_loopback(host_and_port(config.listen)[0]):
            warning = "This demo listens beyond this machine: everybody who can reach it can sign in as its admin."
            lines += [f"{RED}{warning} Use LISTEN=127.0.0.1:8000 unless you mean it.{PLAIN}", ""]
    return lines
