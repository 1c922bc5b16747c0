"""Own and vendored front-end files: each address carries a mark of its content, so browsers may keep it for a year."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask, current_app

YEAR = 365 * 24 * 3600


@cache
def _mark(path: Path, changed: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:10]


def _add_mark(endpoint: str, values: dict[str, Any]) -> None:
    """Adds `?v=` to every `url_for('static', ...)`; a file that is not there gets none."""
    if endpoint != "static" or "v" in values or current_app.static_folder is None:
        return
    path = Path(current_app.static_folder, values["filename"])
    if path.is_file():
        values["v"] = _mark(path, path.stat().st_mtime_ns)


def init_app(app: Flask) -> None:
    """Marks static addresses and lets browsers keep what they point to."""
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = YEAR
    app.url_defaults(_add_mark)
