"""Sales that arrive while one watches: every few seconds an order or two of the show that runs, and a refund at times.

They come in as rows of the files of spec/formats.md, by the staging that every import uses, under one import a day.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select, text, update

from app import clock
from app.csvfiles.blocks import Layout, blocks
from app.csvfiles.staging import Staging, parameters
from app.database import Lock, db, raw
from app.demo import is_demo, traffic
from app.demo.market import DEALS, Deal, Row
from app.sales.models import Sale
from app.streams.models import Stream
from app.uploads.file_kinds import KINDS
from config import settings

EVERY = timedelta(seconds=4)
LONGEST_SHOW = timedelta(hours=4)
ELSEWHERE = [deal for deal in DEALS if deal.creator != DEALS[0].creator]  # the first has a show here (live_show.py)
LIVE_ORDERS = "Live orders"  # the name of their imports

RUNNING = text(
    "select s.* from stream s where ends_at is null and platform = 'tiktok' order by starts_at desc, id desc limit 1"
)
TO_SEND_BACK = text(
    "select b.handle, s.source, s.order_ref, s.line_ref, s.base_minor, s.currency from sale s"
    " join brand b on b.id = s.brand_id"
    " where s.occurred_at between :since and :until and s.base_minor > 0 and not exists (select from refund r"
    "   where (r.brand_id, r.source, r.order_ref) = (s.brand_id, s.source, s.order_ref))"
    " order by md5(s.order_ref) limit 1"
)


def sell_live(_stopping: object = None) -> int:
    """Brings what happened in the last seconds and commits; returns the number of rows. Nothing where this is no demo,
    too soon after the last time, or while another worker is at it."""
    at = clock.now()
    if not is_demo() or not db.session.scalar(
        text("select pg_try_advisory_xact_lock(:lock)"), {"lock": Lock.DEMO_SALES}
    ):
        return 0
    last = text("select max(finished_at) from import where file_name = :name")
    before = db.session.scalar(last, {"name": LIVE_ORDERS})
    if before is not None and at - before < EVERY:
        return 0
    chance = traffic.dice(f"{at:%Y%m%d%H%M%S}")
    show = _running_show(at)
    rows = 0
    for number in range(chance.choice([1, 1, 1, 2])):
        facts = list(traffic.one_buyer(show, f"{show.ref}-{at:%m%d%H%M%S}-{number}", chance, at=at))
        for kind in ("touches", "sales"):
            rows += _bring(kind, [fact.row for fact in facts if fact.kind == kind], at)
    if chance.random() < 0.08:
        rows += _bring("refunds", _sent_back(at), at)
    db.session.commit()
    return rows


def _running_show(at: datetime) -> traffic.Show:
    """The show that runs. One that has run for hours ends, and another begins."""
    stream = db.session.execute(RUNNING).one_or_none()
    if stream is None:
        return _begin_show(ELSEWHERE[0], at)
    deal = next(deal for deal in DEALS if stream.ref.startswith(f"{deal.ref}-"))
    show = traffic.Show(stream.ref, deal, stream.starts_at, live=True)
    if at - show.starts_at < LONGEST_SHOW:
        return show
    _end_show(show, at)
    number = ELSEWHERE.index(deal) + 1 if deal in ELSEWHERE else 0
    return _begin_show(ELSEWHERE[number % len(ELSEWHERE)], at)


def _begin_show(deal: Deal, at: datetime) -> traffic.Show:
    show = traffic.Show(f"{deal.ref}-{at:%m%d%H%M}-LIVE", deal, at - timedelta(minutes=1), live=True)
    _bring("streams", [show.row()], at)
    return show


def _end_show(show: traffic.Show, at: datetime) -> None:
    """Ends it after its last sale; a demo that was off for a night did not run a show all night."""
    last = db.session.scalar(select(func.max(Sale.occurred_at)).where(Sale.checkout_stream == show.ref))
    end = max(show.ends_at, last + timedelta(minutes=1) if last else show.ends_at)
    db.session.execute(update(Stream).where(Stream.ref == show.ref).values(ends_at=min(end, at)))


def _sent_back(at: datetime) -> list[Row]:
    """A refund of one of the last days' orders."""
    row = db.session.execute(
        TO_SEND_BACK, {"since": at - timedelta(days=6), "until": at - timedelta(minutes=10)}
    ).one_or_none()
    if row is None:
        return []
    refund = {"brand": row.handle, "source": row.source, "refund": f"R-{row.order_ref}", "order": row.order_ref}
    amount = f"{row.base_minor / 100:.2f}"
    rest = {"line": row.line_ref, "quantity": "", "amount": amount, "currency": row.currency}
    return [refund | rest | {"occurred_at": traffic.stamp(at)}]


def _bring(kind: str, rows: Sequence[Row], at: datetime) -> int:
    """Stores rows of a kind as part of today's import; returns how many were new."""
    if not rows:
        return 0
    header = list(rows[0])
    layout = Layout(KINDS[kind], header, settings().visitor_key.encode())
    given = {"import_id": _import_of_today(kind, at), "at": at, **parameters(None)}
    new = 0
    with Staging(raw(), KINDS[kind], layout, given) as staging:
        for block in blocks(csv.reader(_lines(rows)), layout):
            staging.load(block)
            staging.judge(again=block.again)
            new += staging.store()
    grown = "update import set read_rows = read_rows + %s, new_rows = new_rows + %s, finished_at = %s where id = %s"
    raw().execute(grown, [len(rows), new, at, given["import_id"]])
    return new


def _lines(rows: Sequence[Row]) -> list[str]:
    """The rows as the lines of a file without its header."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(row.values() for row in rows)
    return text.getvalue().splitlines()


def _import_of_today(kind: str, at: datetime) -> int:
    existing = raw().execute(
        "select id from import where file_name = %s and kind = %s and started_at >= %s",
        [LIVE_ORDERS, kind, at - timedelta(hours=24)],
    )
    if row := existing.fetchone():
        return int(row[0])
    created = raw().execute(
        "insert into import (kind, file_name, sha256, by_name, started_at) values (%s, %s, '', 'Web shop', %s)"
        " returning id",
        [kind, LIVE_ORDERS, at],
    )
    row = created.fetchone()
    return int(row[0]) if row else 0
