"""The embedded server: started twice, killed in every way, in awkward places, by root and by an ordinary user."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from app.errors import Unavailable
from app.postgres.place import ASIDE, USER, open_to_all
from app.postgres.server import Server

FAST = {"fsync": "off", "shared_buffers": "16MB"}
ROOT = Path(__file__).resolve().parents[2]
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root has this problem")

ServerAt = Callable[..., Server]


@pytest.fixture
def folder() -> Iterator[Path]:
    """An empty folder with a short path that anybody may enter."""
    path = Path(tempfile.mkdtemp(prefix="sc-"))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path)


@pytest.fixture
def server_at() -> Iterator[ServerAt]:
    """Makes servers, and at the end stops each and removes what it has outside its folder."""
    made: list[Server] = []

    def make(data_dir: Path, **settings: str) -> Server:
        made.append(Server(data_dir, FAST | settings))
        return made[-1]

    yield make
    for server in made:
        server.stop()
        if os.geteuid() == 0:
            shutil.rmtree(server.place.aside, ignore_errors=True)


@pytest.fixture
def server(folder: Path, server_at: ServerAt) -> Server:
    """A server that has not been started."""
    (folder / "instance").mkdir()
    (folder / "instance").chmod(0o755)
    return server_at(folder / "instance" / "pg")


def ask(server: Server, statement: str) -> Any:
    """The first value that a statement answers, None if it answers nothing."""
    url = server.url("postgres").replace("+psycopg", "")
    with psycopg.connect(url, autocommit=True) as connection:
        cursor = connection.execute(statement)
        row = cursor.fetchone() if cursor.description else None
        return row and row[0]


def pid_of(server: Server) -> int:
    return int((server.place.data / "postmaster.pid").read_text().split()[0])


def ended(pid: int) -> bool:
    """Whether a process is gone within ten seconds."""
    for _ in range(500):
        try:
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                return True
        except OSError:
            return True
        time.sleep(0.02)
    return False


def test_a_second_start_finds_the_first_server_and_a_restart_keeps_the_data(server: Server) -> None:
    assert not server.running()
    server.start()
    pid = pid_of(server)
    server.start()
    assert pid_of(server) == pid
    assert server.running()
    ask(server, "create table kept (n) as select 41")
    server.stop()
    assert not server.running()
    assert ended(pid)
    server.stop()
    server.start()
    assert ask(server, "select n from kept") == 41


def test_the_database_is_what_the_product_needs_and_listens_to_nobody_outside(server: Server) -> None:
    server.start()
    wanted = {
        "server_encoding": "UTF8",
        "data_checksums": "on",
        "listen_addresses": "",
        "jit": "off",
        "TimeZone": "UTC",
        "shared_buffers": "16MB",  # ours gave way to the caller's
    }
    assert {name: ask(server, f"show {name}") for name in wanted} == wanted
    assert ask(server, "select datcollate from pg_database where datname = 'template1'") == "C.UTF-8"
    assert stat.S_IMODE(server.place.data.stat().st_mode) == 0o700
    assert [path.name for path in server.place.data.glob(".s.*")] == [".s.PGSQL.5432", ".s.PGSQL.5432.lock"]


def test_a_killed_server_recovers_at_the_next_start(server: Server) -> None:
    server.start()
    ask(server, "create table kept (n) as select generate_series(1, 1000)")
    pid = pid_of(server)
    os.kill(pid, signal.SIGKILL)
    assert ended(pid)
    assert not server.running()
    server.start()
    assert ask(server, "select count(*) from kept") == 1000


def test_a_stuck_process_of_a_killed_server_does_not_keep_the_next_from_starting(server: Server) -> None:
    server.start()
    with psycopg.connect(server.url("postgres").replace("+psycopg", "")) as connection:
        stuck = connection.info.backend_pid
        os.kill(stuck, signal.SIGSTOP)
        os.kill(pid_of(server), signal.SIGKILL)
        server.start()
    assert ended(stuck)
    assert ask(server, "select 1") == 1


@pytest.mark.parametrize("pid", [os.getpid(), 1, 4_000_000], ids=["our own", "of init", "of nobody"])
def test_a_stale_pid_file_is_not_believed(server: Server, pid: int) -> None:
    server.start()
    told = (server.place.data / "postmaster.pid").read_text()
    lock = (server.place.sockets / ".s.PGSQL.5432.lock").read_text()
    server.stop()
    mine = told.split()[0]
    (server.place.data / "postmaster.pid").write_text(told.replace(mine, str(pid), 1))
    (server.place.sockets / ".s.PGSQL.5432.lock").write_text(lock.replace(mine, str(pid), 1))
    assert not server.running()
    server.start()
    assert ask(server, "select 1") == 1


def test_data_deleted_under_a_running_server_do_not_disturb_the_next(server: Server) -> None:
    server.start()
    old = pid_of(server)
    shutil.rmtree(server.place.data)
    server.start()
    assert ended(old)
    assert ask(server, "select 1") == 1


def test_an_initdb_that_was_killed_half_way_leaves_nothing_in_the_way(server: Server) -> None:
    half = server.data_dir.with_name("pg.new")
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")
    server.start()
    assert ask(server, "select 1") == 1
    assert not half.exists()


def test_a_folder_with_something_else_in_it_is_left_alone(server: Server) -> None:
    server.data_dir.mkdir(parents=True)
    (server.data_dir / "holiday.jpg").write_text("sun")
    with pytest.raises(Unavailable, match="holds something that is no database"):
        server.start()
    assert (server.data_dir / "holiday.jpg").read_text() == "sun"
    shutil.rmtree(server.data_dir)


def test_a_server_that_cannot_start_says_why(folder: Path, server_at: ServerAt) -> None:
    server = server_at(folder / "pg", shared_buffers="a lot")
    with pytest.raises(Unavailable, match="shared_buffers"):
        server.start()
    assert not server.running()


def test_of_many_starters_at_once_one_starts_it_and_all_find_it(server: Server) -> None:
    program = (
        "import sys; from pathlib import Path; from app.postgres.server import Server;"
        " Server(Path(sys.argv[1])).start()"
    )
    command = [sys.executable, "-c", program, str(server.data_dir)]
    starters = [subprocess.Popen(command, cwd=ROOT) for _ in range(3)]
    assert [starter.wait(timeout=120) for starter in starters] == [0, 0, 0]
    assert server.running()
    assert len(postmasters(server)) == 1


def postmasters(server: Server) -> list[int]:
    """Servers on these data, whoever started them; the processes of a server have it as their parent."""
    here = str(server.place.data)
    parents = {}
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and os.readlink(entry / "cwd") == here:
                parents[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
        except OSError:  # it has ended meanwhile
            continue
    return [pid for pid, parent in parents.items() if parent not in parents]


def test_the_rights_of_parent_folders_are_never_touched(folder: Path, server_at: ServerAt) -> None:
    outer = folder / "mine"
    inner = outer / "project" / "instance"
    inner.mkdir(parents=True)
    outer.chmod(0o700)
    inner.chmod(0o750)
    server = server_at(inner / "pg")
    server.start()
    assert ask(server, "select 1") == 1
    server.stop()
    assert [stat.S_IMODE(path.stat().st_mode) for path in (folder, outer, inner)] == [0o755, 0o700, 0o750]


@pytest.mark.parametrize("name", ['it\'s a $HOME with `spaces` \\ and "quotes"', "one,two", "x" * 120])
def test_an_awkward_or_long_path_gets_a_socket_that_is_nobody_elses(
    folder: Path, server_at: ServerAt, name: str
) -> None:
    server = server_at(folder / name / "pg")
    server.start()
    sockets = server.place.sockets
    assert ask(server, "show unix_socket_directories") == f'"{sockets}"'.replace('""', '"')
    assert stat.S_IMODE(sockets.stat().st_mode) == 0o700
    assert stat.S_IMODE((sockets / ".s.PGSQL.5432").stat().st_mode) == 0o700
    server.stop()
    assert sockets == server.place.data or not sockets.exists()


@as_root
def test_root_keeps_the_database_aside_where_its_user_cannot_reach_the_project(
    folder: Path, server_at: ServerAt
) -> None:
    instance = folder / "closed" / "instance"
    instance.mkdir(parents=True)
    instance.parent.chmod(0o700)
    server = server_at(instance / "pg")
    server.start()
    ask(server, "create table kept (n) as select 41")
    assert server.place.data.is_relative_to(ASIDE)
    assert server.place.data.stat().st_uid == pwd.getpwnam(USER).pw_uid
    assert str(server.place.data) in (instance / "pg-is-elsewhere.txt").read_text()
    server.stop()
    instance.parent.chmod(0o755)  # opening the folder later does not lose the data
    server.start()
    assert ask(server, "select n from kept") == 41


@as_root
def test_a_strict_umask_of_root_does_not_lock_the_servers_user_out(server: Server) -> None:
    before = os.umask(0o077)
    try:
        server.start()
    finally:
        os.umask(before)
    assert ask(server, "show jit") == "off"


@as_root
def test_a_new_project_at_an_old_path_does_not_see_the_old_data(folder: Path, server_at: ServerAt) -> None:
    server = server_at(folder / "closed" / "pg")
    (folder / "closed").chmod(0o700)
    server.start()
    ask(server, "create table old (n) as select 41")
    old = pid_of(server)
    shutil.rmtree(folder / "closed")
    (folder / "closed").mkdir(mode=0o700)
    server.start()
    assert ended(old)
    assert ask(server, "select to_regclass('old')") is None
    assert len(list(server.place.data.parent.glob("pg-*/PG_VERSION"))) == 1  # set aside, not deleted


@as_root
def test_a_moved_project_is_not_given_an_empty_database(folder: Path, server_at: ServerAt) -> None:
    server = server_at(folder / "before" / "pg")
    (folder / "before").chmod(0o700)
    server.start()
    server.stop()
    (folder / "before").rename(folder / "after")
    with pytest.raises(Unavailable, match="This project was moved"):
        server_at(folder / "after" / "pg").start()
    (folder / "before").mkdir()  # for the lock, when the fixture stops it


@as_root
def test_root_runs_programs_that_its_user_cannot_reach_from_a_copy(
    folder: Path, server_at: ServerAt, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.postgres.place.open_to_all", lambda path: path.name != "initdb" and open_to_all(path))
    server = server_at(folder / "pg")
    copy = server.place.program("initdb")
    assert copy.is_relative_to(ASIDE)
    made = subprocess.run([copy, "--version"], user=USER, capture_output=True, text=True, check=True, cwd="/")
    assert "PostgreSQL" in made.stdout


ORDINARY = """
import os, sys, tempfile
from pathlib import Path
import psycopg
from app.errors import Unavailable
from app.postgres.server import Server
if os.geteuid() == 0:
    os.setgroups([]); os.setgid(65534); os.setuid(65534)  # after the imports: Python may lie where only root can go
server = Server(Path(sys.argv[1]), {"fsync": "off", "shared_buffers": "16MB"})
try:
    server.start()
    server.start()
except Unavailable as error:
    sys.exit(str(error))
sockets = server.place.sockets
print(server.place.data.stat().st_uid == os.geteuid(), server.running(), sockets == server.place.data)
print(oct(server.place.data.stat().st_mode), oct(sockets.stat().st_mode), sockets.stat().st_uid == os.geteuid())
server.stop()
print(server.running())
"""


def as_ordinary_user(data_dir: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Starts, looks at and stops a server as a person without any rights."""
    return subprocess.run(
        [sys.executable, "-c", ORDINARY, str(data_dir)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": os.defpath, **environment},
    )


@pytest.fixture
def home(folder: Path) -> Path:
    """The ordinary user's own folder."""
    path = folder / "home"
    path.mkdir()
    if os.geteuid() == 0:
        os.chown(path, 65534, 65534)
    path.chmod(0o700)
    return path


reachable = pytest.mark.skipif(os.geteuid() == 0 and not open_to_all(ROOT), reason="the project is closed to others")


@reachable
def test_an_ordinary_user_runs_it_himself_with_the_socket_beside_the_data(home: Path) -> None:
    done = as_ordinary_user(home / "instance" / "pg")
    assert done.stderr == ""
    assert done.stdout.split("\n")[:3] == ["True True True", "0o40700 0o40700 True", "False"]


@reachable
def test_an_ordinary_user_with_a_long_path_gets_a_private_socket_folder(home: Path) -> None:
    run = home / "run"
    run.mkdir(mode=0o777)
    if os.geteuid() == 0:
        os.chown(run, 65534, 65534)
    done = as_ordinary_user(home / ("x" * 120) / "pg", XDG_RUNTIME_DIR=str(run))
    assert done.stderr == ""
    assert done.stdout.split("\n")[:3] == ["True True False", "0o40700 0o40700 True", "False"]
    assert list(run.iterdir()) == []


@reachable
@as_root
def test_a_socket_folder_that_somebody_else_laid_out_is_refused(home: Path, folder: Path) -> None:
    data = home / ("x" * 120) / "pg"
    shared = folder / "tmp"
    shared.mkdir()
    shared.chmod(0o1777)
    trap = shared / f"streamcut-65534-{Server(data).place.digest}"
    shutil.rmtree(data.parent)
    trap.mkdir(mode=0o755)
    done = as_ordinary_user(data, TMPDIR=str(shared))
    assert done.returncode == 1
    assert f"{trap} should be a folder of the database's user alone" in done.stderr


@reachable
@as_root
def test_a_database_of_another_user_is_refused_in_a_sentence(folder: Path, server_at: ServerAt) -> None:
    server = server_at(folder / "pg")
    server.start()
    done = as_ordinary_user(folder / "pg")
    assert done.returncode == 1
    assert done.stderr.strip().endswith("belongs to another user: go on as that user.")
    assert server.running()
