"""Sending by Stripe against the rate that Stripe allows, at a provider that counts and refuses what is above it."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg

from app import clock
from app.database import db, raw
from app.payouts.batches.assembly import assemble
from app.payouts.sending.rail import Rail
from app.stripe_gateway import Stripe
from tests.bench.ground import Ground
from tests.bench.payouts import AT, CUTOFF, fill
from tests.bench.rounds import timed, verdict
from tests.stripe_server import Provider, running

RATE = 25  # requests a second at each endpoint, Stripe's limit
KEY = "sk_test_of_the_bench"
ACCOUNT = """
    insert into stripe_account (creator_id, account, status, asked_by, asked_at, ready_at, checked_at)
    values (%s, %s, 'active', 1, %s, %s, %s)"""
APPROVED = (  # as if two people had, without their factors and fingerprints: what is measured begins afterwards
    "set session_replication_role = replica",
    "insert into person (email, name, password_hash, created_at) values ('b@b', 'B', '', now())",
    "update payout_batch set status = 'approved', made_by = 1, submitted_by = 1, submitted_at = now(), approvers = 1,"
    " approved_by = 2, approved_at = now(), fingerprint = 'x', sending_by = 1, sending_at = now()",
    "update payout p set status = 'sent', rail = 'stripe', account = a.account, reference = 'R' || p.id"
    " from stripe_account a where a.creator_id = p.creator_id",
    "set session_replication_role = origin",
)


def sending(ground: Ground) -> None:
    """One batch, sent by one worker to its end."""
    payouts = ground.some(5_000, 100)
    print(f"{payouts:,} transfers by Stripe at {RATE} a second")
    store = Path(ground.folder) / f"provider-{os.getpid()}.db"
    with ground.database("bench_sending") as owner, running(store) as provider:
        _prepare(owner, provider, payouts)
        rail = Rail(Stripe(KEY, provider.base, 20.0), RATE, clock.now)
        with timed() as clock_:
            while owner.execute("select 1 from payout where status = 'sent' limit 1").fetchone():
                rail.round(lambda: False)
        sent = provider.transfers()
        assert len(sent) == len({each["transfer_group"] for each in sent}) == payouts
        late = provider.tell(exceeded=True)["exceeded"]
    store.unlink(missing_ok=True)
    rate = payouts / clock_.seconds
    print(f"  {'transfers':46} {rate:>10,.1f} transfers/s")
    verdict("transfers / the limit", rate / RATE, aim=0.95, met=rate / RATE >= 0.95)
    verdict("refused as too many after the first second", float(late), aim=0, met=late == 0)


def _prepare(owner: psycopg.Connection[Any], provider: Provider, payouts: int) -> None:
    fill(owner, payouts * 10, payouts)
    new: dict[str, Any] = {"configuration": {"recipient": {"capabilities": {}}}}
    provider.tell(clear=True, secret=KEY, faults={}, clock=0)
    made = [each["id"] for each in provider.tell(do=[["create_account", new]] * payouts)["done"]]
    provider.tell(capability=dict.fromkeys(made, "active"))
    since = AT - timedelta(days=30)
    with owner.cursor() as cursor:
        cursor.executemany(ACCOUNT, [(nr, account, since, since, since) for nr, account in enumerate(made, 1)])
    assemble(raw(), currency="EUR", cutoff_on=CUTOFF, minimum=1, by=None, at=AT)
    db.session.commit()
    for statement in APPROVED:
        owner.execute(statement)
    row = owner.execute("select sum(amount)::bigint, count(*) from payout where status = 'sent'").fetchone()
    assert row is not None
    assert row[1] == payouts
    provider.tell(limit=RATE, fund={"eur": row[0]})
