"""What a redirect costs at least: Flask, one indexed SELECT, an answer. `gunicorn tests.bench.bare:app` serves it."""

from __future__ import annotations

import os
import threading
from typing import Any

import psycopg
from flask import Flask, Response

app = Flask(__name__)
local = threading.local()


def connection() -> psycopg.Connection[Any]:
    """The thread's own connection."""
    if not hasattr(local, "connection"):
        local.connection = psycopg.connect(os.environ["DATABASE_URL"], autocommit=True)
    kept: psycopg.Connection[Any] = local.connection
    return kept


@app.get("/go/<code>")
def go(code: str) -> Response:
    """Leads to where the link leads."""
    row = connection().execute("select destination from link where code = %s", [code]).fetchone()
    return Response(status=302, headers={"Location": row[0]}) if row else Response(status=404)


@app.get("/health")
def health() -> str:
    """Whether it is there."""
    return "ok"
