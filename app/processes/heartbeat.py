"""Heartbeats of worker and scheduler, and a record of their failures, for the page of jobs."""

from __future__ import annotations

import logging
import os
import secrets
import socket
import threading
from contextlib import suppress
from types import TracebackType

from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from app import clock
from app.database import db
from app.errors import in_one_line

log = logging.getLogger(__name__)

EVERY = 5.0  # seconds between two beats


class Heart:
    """Beats in a thread of its own from `with Heart(app, "worker") as heart` to the end of the block.

    `heart.doing` is what the process is at, in a few words; it stands on the page of jobs.
    """

    def __init__(self, app: Flask, kind: str) -> None:
        self.app, self.kind = app, kind
        self.name = f"{kind} {socket.gethostname()}:{os.getpid()}"
        self.doing = "starting"
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._beat, name="heart", daemon=True)

    def __enter__(self) -> Heart:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stops, and takes the row away: who ended in order is not missed."""
        self._stopped.set()
        self._thread.join(timeout=EVERY)
        self._execute("delete from heartbeat where name = :name", name=self.name)

    def _beat(self) -> None:
        while True:
            self._execute(
                "insert into heartbeat (name, kind, at, detail) values (:name, :kind, :at, :detail)"
                " on conflict (name) do update set at = excluded.at, detail = excluded.detail",
                name=self.name,
                kind=self.kind,
                at=clock.now(),
                detail=self.doing,
            )
            if self._stopped.wait(EVERY):
                return

    def _execute(self, statement: str, **values: object) -> None:
        """In a transaction of its own; a database that is away will be there again at one of the next beats."""
        with suppress(SQLAlchemyError), self.app.app_context(), db.engine.begin() as connection:
            connection.execute(text(statement), values)


def record_failure(by: str, work: str, error: Exception) -> str:
    """Logs what went wrong with `work` in one line, keeps it for the page of jobs, and returns the id both carry."""
    number, sentence = secrets.token_hex(4), in_one_line(error)
    log.error("Failure %s, %s: %s", number, work, sentence)
    with suppress(SQLAlchemyError), db.engine.begin() as connection:
        connection.execute(
            text("insert into mishap (id, at, by_name, work, sentence) values (:id, :at, :by, :work, :sentence)"),
            {"id": number, "at": clock.now(), "by": by, "work": work, "sentence": sentence},
        )
    return number
