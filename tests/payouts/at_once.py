"""Several people at the same moment: each in a thread with a session of its own, all let go together."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from flask import Flask, current_app

from app.database import db
from app.errors import StreamcutError


def in_thread(app: Flask, deed: Callable[[], Any]) -> Callable[[], Any]:
    """Starts `deed` in a thread; calling the result waits for what it returned, committed, or the error it raised."""
    outcome: list[Any] = []

    def run() -> None:
        with app.app_context():
            try:
                outcome.append(deed())
                db.session.commit()
            except StreamcutError as error:
                db.session.rollback()
                outcome.append(error)
            except BaseException as error:
                outcome.append(error)
                raise

    thread = threading.Thread(target=run)
    thread.start()

    def wait() -> Any:
        thread.join(60)
        return outcome[0]

    return wait


def at_once(times: int | list[Callable[[], Any]], deed: Callable[[], Any] | None = None) -> list[Any]:
    """What each of several deeds came to, or of one deed done so many times: all start at the same barrier."""
    deeds = [deed] * times if isinstance(times, int) else times
    barrier, app = threading.Barrier(len(deeds)), current_app._get_current_object()  # type: ignore[attr-defined]

    def together(deed: Any) -> Callable[[], Any]:
        def run() -> Any:
            db.session.connection()
            barrier.wait()
            return deed()

        return run

    waits = [in_thread(app, together(deed)) for deed in deeds]
    return [wait() for wait in waits]
