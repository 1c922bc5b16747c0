"""What a redirect and a delivery cost at least: Flask, one indexed SELECT or a signature and one INSERT, an answer.
`gunicorn tests.bench.bare:app` serves them."""

from __future__ import annotations

import hmac
import os
import threading
from typing import Any

import psycopg
from flask import Flask, Response, request

from tests.integrations.shops.shop import signature

app = Flask(__name__)
local = threading.local()
KEEP = "insert into bare_delivery values (%s, %s)"


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


@app.post("/webhooks/shops/<shop>")
def deliver(shop: str) -> Response:
    """Checks the signature and keeps the body as one row."""
    body = request.get_data()
    if not hmac.compare_digest(signature(body), request.headers["X-Shopify-Hmac-Sha256"]):
        return Response(status=400)
    connection().execute(KEEP, [f"bare {request.headers['X-Shopify-Webhook-Id']}", body.decode()])
    return Response(status=204)


@app.get("/health")
def health() -> str:
    """Whether it is there."""
    return "ok"
