"""Sales by the API in batches of 100, and one by one, against a bare Flask endpoint that looks a key up and inserts the
same rows into the same table with one statement. All of them answer in this process, without a network between."""

from __future__ import annotations

import hashlib
import json
from itertools import count
from typing import Any

import psycopg
from flask import Flask, Response, current_app, request
from flask.testing import FlaskClient
from sqlalchemy import select

from app import clock
from app.api import callers, keys
from app.api.models import Scope
from app.database import db, raw
from app.security import Identity
from app.users.models import Brand
from tests.bench.ground import Ground
from tests.bench.rounds import interleaved, ratio, timed

BATCH = 100
FILL = (
    "insert into person (email, name, password_hash, created_at) values ('a@b', 'A', '', now())",
    "insert into brand (handle, name, country, currency, timezone, recorded_at)"
    " values ('b', 'B', 'NL', 'EUR', 'UTC', now())",
)
KNOWN = "select key_id from api_secret where hash = %s"
BARE = """
    insert into sale (brand_id, source, order_ref, line_ref, occurred_at, sku, quantity, unit_price, discount_minor,
        base_minor, currency, recorded_at, import_id)
    select 1, f.source, f."order", f.line, f.occurred_at, f.sku, f.quantity, f.unit_price, 0,
        f.quantity * f.unit_price * 100, f.currency, now(), 0
    from jsonb_to_recordset(%s::jsonb) as f (source text, "order" text, line text, occurred_at timestamptz, sku text,
        quantity int, unit_price numeric, currency text)
    on conflict do nothing"""
orders = count(1)


def calls(ground: Ground) -> None:
    """So many lines by each of the ways, an order each; every one has to be stored."""
    lines = ground.some(20_000, 400)
    single = ground.some(1_000, 40)
    print(f"API: {lines:,} sale lines in batches of {BATCH}, {single:,} one by one")
    with ground.database("bench_calls") as owner:
        for statement in FILL:
            owner.execute(statement)
        secret = _secret()
        ours, bare = current_app.test_client(), _bare().test_client()
        before, callers.BURST = callers.BURST, 10**9  # what is measured is not the pace
        rates = interleaved(
            ground.rounds,
            {
                "bare endpoint, batches": lambda: _send(owner, bare, secret, lines, BATCH),
                "API, batches": lambda: _send(owner, ours, secret, lines, BATCH),
                "API, one by one": lambda: _send(owner, ours, secret, single, 1),
            },
        )
        callers.BURST = before
    ratio(rates, "API, batches", "bare endpoint, batches", aim=0.4)
    ratio(rates, "API, batches", "API, one by one", aim=10)


def _secret() -> str:
    brand = db.session.scalars(select(Brand)).one()
    by = Identity(1, "A", "", "en", "UTC", "", frozenset())
    _key, secret = keys.make(brand, "Bench", list(Scope), by=by, at=clock.now())
    db.session.commit()
    return secret


def _bare() -> Flask:
    """The least there can be: a key that is looked up, JSON that is read, one statement, a commit."""
    app = Flask("bare")
    product = current_app._get_current_object()  # type: ignore[attr-defined]

    @app.post("/api/sales")
    def sales() -> Response:
        with product.app_context():
            secret = request.headers["Authorization"].partition(" ")[2]
            if raw().execute(KNOWN, [hashlib.sha256(secret.encode()).digest()]).fetchone() is None:
                return Response(status=401)
            sent = json.loads(request.get_data())["sales"]
            stored = raw().execute(BARE, [json.dumps(sent)]).rowcount
            db.session.commit()
            return Response(json.dumps({"new": stored}), content_type="application/json")

    return app


def _send(owner: psycopg.Connection[Any], client: FlaskClient, secret: str, lines: int, batch: int) -> float:
    """Sends the lines in batches, into an empty table, and checks that all of them are there."""
    owner.execute("truncate sale, due")
    headers = {"Authorization": f"Bearer {secret}", "Content-Type": "application/json"}
    bodies = [json.dumps({"sales": [_line() for _ in range(batch)]}) for _ in range(lines // batch)]
    with timed() as spent:
        for body in bodies:
            answer = client.post("/api/sales", data=body, headers=headers)
            assert answer.status_code == 200, answer.text
            assert answer.json["new"] == batch
    (stored,) = owner.execute("select count(*) from sale").fetchone() or (0,)
    assert stored == lines // batch * batch
    return lines / spent.seconds


def _line() -> dict[str, Any]:
    row = {"source": "web", "order": f"O-{next(orders)}", "line": "1", "occurred_at": "2026-03-10T12:00:00+00:00"}
    return row | {"sku": "LAMP", "quantity": 1, "unit_price": "12.50", "currency": "EUR"}
