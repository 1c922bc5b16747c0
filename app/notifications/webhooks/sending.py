"""Sending webhooks: intent, effect, result (design.md 1.7), one delivery of an endpoint at a time.

An endpoint is claimed and the claim committed, then the event is sent with no transaction open, then what came of it is
committed. Whoever dies in between leaves a claim that ends after two minutes: the event is sent again, with the same id
and body. Deliveries to one endpoint follow one another, so a slow one holds up nobody but itself.

After a failure the delivery is tried again by GAPS, and the endpoint as a whole rests by RESTS, so that twenty failures
in a row are days and not a minute of a restart.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import or_, select

from app.database import db, raw, rows
from app.errors import Conflict
from app.notifications.webhooks import signing, telling
from app.notifications.webhooks.models import (
    Delivery,
    DeliveryAttempt,
    DeliveryStatus,
    Endpoint,
    EndpointSecret,
    OffAs,
    Trigger,
)
from app.notifications.webhooks.posting import Result, post

CLAIM = timedelta(minutes=2)  # far longer than an attempt may take
SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
GAPS = (  # before a delivery's second attempt, the third, ...; after the last one it has failed (rules.md, Webhooks)
    5 * SECOND,
    5 * MINUTE,
    30 * MINUTE,
    2 * HOUR,
    5 * HOUR,
    10 * HOUR,
    14 * HOUR,
    20 * HOUR,
)
RESTS = (5 * SECOND, 30 * SECOND, 2 * MINUTE, 10 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 4 * HOUR)  # the last goes on
WARNED_AT = (5, 10, 15)  # failures in a row
OFF_AT = 20
GONE = 410


@dataclass(frozen=True)
class Claim:
    """A delivery, claimed and ready to be sent; `error` says why it can't be."""

    endpoint_id: int
    event_id: int
    until: datetime  # when the claim ends; tells it from every other claim of the endpoint
    trigger: str
    url: str
    id: str
    body: bytes
    keys: tuple[str, ...] = ()
    error: str = ""


def begin(*, at: datetime) -> Claim | None:
    """Claims the delivery that has been due the longest; None when none is due. The caller commits before it sends."""
    found = rows(raw(), "app.notifications", "next_delivery", {"at": at})
    if not found:
        return None
    delivery = db.session.get_one(Delivery, (found[0].endpoint_id, found[0].event_id), populate_existing=True)
    endpoint = db.session.get_one(Endpoint, found[0].endpoint_id, populate_existing=True)
    endpoint.claimed_until = until = at + CLAIM
    db.session.flush()
    event = delivery.event
    claim = Claim(
        endpoint.id, event.id, until, delivery.trigger, endpoint.url, str(event.public_id), event.body.encode()
    )
    try:
        return Claim(**vars(claim) | {"keys": keys_of(endpoint, at=at)})
    except Conflict as unreadable:  # one endpoint's fault holds up no other
        return Claim(**vars(claim) | {"error": str(unreadable)})


def keys_of(endpoint: Endpoint, *, at: datetime) -> tuple[str, ...]:
    """The secrets that sign now, the newest first. Conflict when one can't be read."""
    signs = or_(EndpointSecret.ends_at.is_(None), EndpointSecret.ends_at > at)
    query = (
        select(EndpointSecret)
        .where(EndpointSecret.endpoint_id == endpoint.id, signs)
        .order_by(EndpointSecret.id.desc())
    )
    return tuple(signing.unseal(secret.sealed) for secret in db.session.scalars(query))


def hand_over(claim: Claim, *, at: datetime) -> Result:
    """Sends it, without the database, signed as of `at`."""
    if claim.error:
        return Result(None, "", claim.error, 0)
    headers = {"Content-Type": "application/json", **signing.headers(claim.id, claim.body, claim.keys, at=at)}
    return post(claim.url, headers, claim.body)


def end(claim: Claim, result: Result, *, began: datetime, at: datetime) -> None:
    """Notes what came of it, and what follows for delivery and endpoint; does nothing when the claim has passed to
    somebody else meanwhile. The caller commits."""
    endpoint = db.session.get_one(Endpoint, claim.endpoint_id, with_for_update={"of": Endpoint}, populate_existing=True)
    if endpoint.claimed_until != claim.until:
        return
    endpoint.claimed_until = None
    delivery = db.session.get_one(Delivery, (claim.endpoint_id, claim.event_id), populate_existing=True)
    attempt = DeliveryAttempt(endpoint_id=claim.endpoint_id, event_id=claim.event_id, trigger=claim.trigger, at=began)
    attempt.code, attempt.error, attempt.answer = result.code, result.error or None, result.answer
    attempt.milliseconds = result.milliseconds
    db.session.add(attempt)
    delivery.attempts += 1
    if result.error:
        _failed(delivery, endpoint, result, at)
    else:
        delivery.status, delivery.next_try_at = DeliveryStatus.REACHED, None
        endpoint.failures = 0
    db.session.flush()


def _failed(delivery: Delivery, endpoint: Endpoint, result: Result, at: datetime) -> None:
    """The delivery is tried again, or has failed; the endpoint rests, and is switched off when it keeps failing."""
    if delivery.attempts > len(GAPS):
        delivery.status, delivery.next_try_at = DeliveryStatus.FAILED, None
    else:
        delivery.trigger, delivery.next_try_at = Trigger.RETRY, at + GAPS[delivery.attempts - 1]
    endpoint.failures += 1
    endpoint.free_at = at + RESTS[min(endpoint.failures, len(RESTS)) - 1]
    if endpoint.off_as is not None:
        return
    if result.code == GONE or endpoint.failures >= OFF_AT:
        endpoint.off_as = OffAs.GONE if result.code == GONE else OffAs.KEPT_FAILING
        endpoint.off_at = at
        telling.write_off(endpoint, result.error, at=at)
    elif endpoint.failures in WARNED_AT:
        telling.write_failing(endpoint, result.error, OFF_AT, at=at)
