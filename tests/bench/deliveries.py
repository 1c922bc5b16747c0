"""Sales that a shop delivers one by one, signed, under gunicorn as `flask up` starts it.

First how many a second are taken in, beside a bare Flask page that checks an HMAC and inserts one row. Then a steady
stream of as many as Douyin sold on average in a year, with a worker beside it: how long an answer takes, and how long
it is from the arrival to the settled sale.
"""

from __future__ import annotations

import itertools
import json
import os
import sys
import threading
import time
from datetime import date
from statistics import median, quantiles

import psycopg

from app.database import db, raw
from app.payouts.checks import check_books
from tests import market
from tests.bench.ground import Ground, plain
from tests.bench.rounds import interleaved, ratio, verdict
from tests.bench.serving import CLIENTS, Wire, all_at_once, environment, process, serving
from tests.cast import Cast, people_the_market
from tests.integrations.shops.shop import connect, line, order, signature
from tests.programs import until

NAME = "bench_deliveries"
A_SECOND = 317  # Douyin's mean of a year (rules.md, performance.md)
numbers = itertools.count(1)


def deliveries(ground: Ground) -> None:
    """Every delivery has to be kept once; in the end every order is a settled sale, and the books are in order."""
    seconds, steady = ground.some(4, 1), ground.some(int(os.environ.get("BENCH_STEADY", "60")), 2)
    print(f"signed orders of a shop, {CLIENTS} at a time, two cores for all")
    with ground.database(NAME) as owner:
        owner.execute("create table bare_delivery (id text primary key, body text not null)")
        people_the_market()
        cast = Cast.load()
        market.contract(cast.brands["lumen"], cast.creators["mira"], date(2020, 1, 1), date(2080, 12, 31))
        path = f"/webhooks/shops/{connect(cast.brands['lumen']).public_id}"
        db.session.commit()
        with serving(ground, NAME, "wsgi:app") as ours, serving(ground, NAME, "tests.bench.bare:app") as bare:
            for port in (ours, bare):
                _rate(port, path, 1)
            times: dict[int, list[float]] = {ours: [], bare: []}

            def deliver(port: int) -> float:
                count, found = _rate(port, path, seconds)
                times[port] += found
                return count / seconds

            rates = interleaved(
                ground.rounds,
                {"one signed sale per POST": lambda: deliver(ours), "bare HMAC and INSERT": lambda: deliver(bare)},
                unit="POSTs/s",
            )
            ratio(rates, "one signed sale per POST", "bare HMAC and INSERT", aim=0.6)
            slow = _p99(times[ours]) / _p99(times[bare])
            verdict("p99 of an answer / of the bare page's", slow, aim=2, met=slow <= 2)
            with process([sys.executable, "-m", "flask", "worker"], environment(ground, NAME)):
                until(lambda: _count("webhook_event where status = 'waiting'") == 0 and _count("due") == 0, 600)
                _stream(ours, path, steady, plain(ground.server.url(NAME)))
        assert _count("webhook_event where status <> 'handled'") == 0
        assert _count("sale") == _count("webhook_event") == _count("decision")
        assert [check.name for check in check_books(raw()) if not check.ok] == []


def _stream(port: int, path: str, seconds: float, url: str) -> None:
    """So many a second for so long."""
    before, stop, ages = _count("sale"), threading.Event(), list[float]()
    watch = threading.Thread(target=_watch, args=(url, stop, ages))
    watch.start()
    times = _paced(port, path, seconds)
    until(lambda: _count("sale") == before + len(times) and _count("due") == 0, 60)
    stop.set()
    watch.join()
    answers = f"answers p50 {median(times) * 1000:.0f} ms, p99 {_p99(times) * 1000:.0f} ms"
    waited = f"the oldest unsettled one p50 {median(ages):.2f} s, p99 {_p99(ages):.2f} s old"
    print(f"  {len(times) / seconds:,.0f} a second for {seconds:.0f} s: {answers}; {waited}", flush=True)
    verdict("a delivery's answer, p99, in quarters of a second", _p99(times) * 4, aim=1, met=_p99(times) < 0.25)
    verdict("from arrival to the settled sale, p99, in 2 s", _p99(ages) / 2, aim=1, met=_p99(ages) <= 2)


def _watch(url: str, stop: threading.Event, ages: list[float]) -> None:
    """Notes ten times a second how old the oldest order is that has come and is not settled yet."""
    oldest = (
        "select extract(epoch from clock_timestamp() - least((select min(received_at) from webhook_event"
        " where status = 'waiting'), (select min(s.recorded_at) from due q join sale s"
        " on s.brand_id = q.brand_id and s.id = q.sale_id), clock_timestamp()))"
    )
    with psycopg.connect(url, autocommit=True) as connection:
        while not stop.wait(0.1):
            row = connection.execute(oldest).fetchone()
            ages.append(max(0.0, float(row[0])) if row else 0.0)


def _deliver(wire: Wire, path: str) -> float:
    """Delivers an order; how long the answer took."""
    told = order(next(numbers), line(1, "10.00", 2))
    body = json.dumps(told).encode()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\nX-Shopify-Topic: orders/paid\r\n"
        f"X-Shopify-Webhook-Id: d-{told['id']}\r\nX-Shopify-Hmac-Sha256: {signature(body)}\r\n\r\n"
    )
    started = time.perf_counter()
    answer = wire.ask(head.encode() + body)
    took = time.perf_counter() - started
    assert answer.startswith((b"HTTP/1.1 200", b"HTTP/1.1 204")), answer
    return took


def _rate(port: int, path: str, seconds: float) -> tuple[int, list[float]]:
    """How many were taken in these seconds by CLIENTS that never wait, and how long each took."""
    times: list[float] = []
    until_ = time.monotonic() + seconds

    def go() -> None:
        wire = Wire(port)
        while time.monotonic() < until_:
            times.append(_deliver(wire, path))
        wire.close()

    all_at_once(go)
    return len(times), times


def _paced(port: int, path: str, seconds: float) -> list[float]:
    """How long each answer took, from when it was to be sent: who is late for the next one counts that too."""
    times: list[float] = []
    begun, turns = time.monotonic(), itertools.count()
    turn = threading.Lock()

    def go() -> None:
        wire = Wire(port)
        while True:
            with turn:
                due = begun + next(turns) / A_SECOND
            if due >= begun + seconds:
                break
            time.sleep(max(0.0, due - time.monotonic()))
            _deliver(wire, path)
            times.append(time.monotonic() - due)
        wire.close()

    all_at_once(go)
    return times


def _p99(times: list[float]) -> float:
    return quantiles(times, n=100)[98] if len(times) > 1 else times[0]


def _count(query: str) -> int:
    db.session.rollback()
    row = raw().execute(f"select count(*) from {query}").fetchone()
    db.session.rollback()
    return int(row[0]) if row else 0
