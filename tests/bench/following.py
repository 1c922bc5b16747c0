"""Links that are followed, under gunicorn as `flask up` starts it, beside a bare Flask page with one indexed SELECT."""

from __future__ import annotations

import random
import time
from datetime import date
from statistics import median, quantiles

from sqlalchemy import func, select

from app.database import db
from app.tracking.models import Touch
from tests import market
from tests.bench.ground import Ground
from tests.bench.rounds import interleaved, ratio
from tests.bench.serving import CLIENTS, Wire, all_at_once, serving
from tests.cast import Cast, people_the_market
from tests.tracking import linking

NAME = "bench_following"
LINKS = 2_000
ASK = (
    "GET /go/code{number} HTTP/1.1\r\nHost: localhost\r\nAccept: text/html\r\n"
    "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:147.0) Gecko/20100101 Firefox/147.0\r\n\r\n"
)


def following(ground: Ground) -> None:
    """How many clicks a second are led on, and how long one takes that is alone; every one has to be a touch."""
    seconds = ground.some(4, 1)
    print(f"{LINKS:,} links, {CLIENTS} at a time, two cores for all")
    with ground.database(NAME):
        people_the_market()
        cast = Cast.load()
        linking.domain(cast.brands["lumen"])
        agreed = market.contract(cast.brands["lumen"], cast.creators["mira"], date(2020, 1, 1), date(2080, 12, 31))
        for number in range(LINKS):
            linking.link(agreed, f"code{number}")
        db.session.commit()
        with serving(ground, NAME, "wsgi:app") as ours, serving(ground, NAME, "tests.bench.bare:app") as bare:
            for port in (ours, bare):
                _rate(port, 1)  # all threads have their connections
            before = _touches()
            followed = 0

            def follow() -> float:
                nonlocal followed
                count, rate = _rate(ours, seconds)
                followed += count
                return rate

            contenders = {"redirect": follow, "bare indexed SELECT": lambda: _rate(bare, seconds)[1]}
            rates = interleaved(ground.rounds, contenders, unit="clicks/s")
            assert _touches() - before == followed, "not every click is a touch"
            alone, least = _alone(ours), _alone(bare)
    ratio(rates, "redirect", "bare indexed SELECT", aim=0.6)
    print(f"  one click at a time: {_said(alone)}; the bare page: {_said(least)}")


def _click(wire: Wire) -> None:
    """Follows a link."""
    answer = wire.ask(ASK.format(number=random.randrange(LINKS)).encode())
    assert answer.startswith(b"HTTP/1.1 302"), answer


def _rate(port: int, seconds: float) -> tuple[int, float]:
    """How many clicks were led on in these seconds, and how many a second."""
    counts: list[int] = []
    begun = time.monotonic()

    def follow() -> None:
        wire, count = Wire(port), 0
        while time.monotonic() < begun + seconds:
            _click(wire)
            count += 1
        wire.close()
        counts.append(count)

    all_at_once(follow)
    return sum(counts), sum(counts) / (time.monotonic() - begun)


def _alone(port: int) -> list[float]:
    """How long each of 500 clicks took, one after another."""
    wire, times = Wire(port), []
    for _ in range(500):
        started = time.perf_counter()
        _click(wire)
        times.append(time.perf_counter() - started)
    wire.close()
    return times


def _said(times: list[float]) -> str:
    return f"p50 {median(times) * 1000:.2f} ms, p99 {quantiles(times, n=100)[98] * 1000:.2f} ms"


def _touches() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Touch)) or 0
