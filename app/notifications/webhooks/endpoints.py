"""A brand's endpoints: added, changed, switched off and on, with secrets that can be replaced without a gap.

Nothing here commits or reads the clock.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from flask_babel import gettext
from sqlalchemy import delete, select

from app.database import db, lock
from app.errors import BadInput, NotFound, WrongStatus
from app.notifications.announcing import body_of, ring
from app.notifications.webhooks import addresses, signing
from app.notifications.webhooks.models import (
    Delivery,
    DeliveryStatus,
    Endpoint,
    EndpointSecret,
    OffAs,
    OutgoingEvent,
    Trigger,
)
from app.notifications.webhooks.types import TRIAL, TYPES
from app.security import Identity
from app.users.models import Brand
from app.users.trail import record

BOTH_SIGN = timedelta(hours=24)  # how long an old secret goes on signing beside the new one
MOST = 20  # endpoints of a brand


def add(brand: Brand, url: str, types: Collection[str], *, by: Identity, at: datetime) -> Endpoint:
    """A new endpoint, on, with its first secret. BadInput for an address we send nothing to, or no type."""
    if len(endpoints_of(brand)) >= MOST:
        raise BadInput(gettext("A brand has %(most)s webhooks at most: change one of those.", most=MOST))
    endpoint = Endpoint(brand_id=brand.id, url=_checked(url), types=_known(types), made_by=by.person_id, made_at=at)
    endpoint.free_at = at
    db.session.add(endpoint)
    db.session.flush()
    _add_secret(endpoint, by=by, at=at)
    record("add", "webhook", endpoint.id, by=by, at=at, url=endpoint.url, types=endpoint.types)
    return endpoint


def change(endpoint: Endpoint, url: str, types: Collection[str], *, by: Identity, at: datetime) -> None:
    """Takes another address or other types; what is written already stays on its way. BadInput as `add`."""
    lock(endpoint)
    if url.strip() != endpoint.url:
        endpoint.url = _checked(url)
    endpoint.types = _known(types)
    db.session.flush()
    record("change", "webhook", endpoint.id, by=by, at=at, url=endpoint.url, types=endpoint.types)


def rotate(endpoint: Endpoint, *, by: Identity, at: datetime) -> None:
    """Makes a new secret. The one before signs too for 24 hours more; an older one at once no more."""
    lock(endpoint)
    query = select(EndpointSecret).where(EndpointSecret.endpoint_id == endpoint.id).order_by(EndpointSecret.id.desc())
    newest, *older = db.session.scalars(query)
    newest.ends_at = at + BOTH_SIGN
    for secret in older:
        secret.ends_at = min(secret.ends_at or at, at)
    _add_secret(endpoint, by=by, at=at)
    db.session.execute(
        delete(EndpointSecret).where(EndpointSecret.endpoint_id == endpoint.id, EndpointSecret.ends_at <= at)
    )
    record("replace secret", "webhook", endpoint.id, by=by, at=at)


def switch_off(endpoint: Endpoint, *, by: Identity, at: datetime) -> None:
    """Nothing is sent there any more, and no event is written for it. WrongStatus when it is off."""
    lock(endpoint)
    if endpoint.off_as is not None:
        raise WrongStatus(gettext("This webhook is off already."))
    endpoint.off_as, endpoint.off_at = OffAs.SWITCHED_OFF, at
    db.session.flush()
    record("switch off", "webhook", endpoint.id, by=by, at=at)


def switch_on(endpoint: Endpoint, *, by: Identity, at: datetime) -> None:
    """Events are sent there again, what has waited first. WrongStatus when it is on."""
    lock(endpoint)
    if endpoint.off_as is None:
        raise WrongStatus(gettext("This webhook is on already."))
    endpoint.off_as = endpoint.off_at = None
    endpoint.failures, endpoint.free_at = 0, at
    db.session.flush()
    record("switch on", "webhook", endpoint.id, by=by, at=at)
    ring()


def send_test(endpoint: Endpoint, *, by: Identity, at: datetime) -> OutgoingEvent:
    """Writes a test event for this endpoint alone. WrongStatus while it is off."""
    _must_be_on(endpoint)
    data = {"brand": endpoint.brand.handle, "sentence": "This is a test event. Nothing has happened."}
    event = OutgoingEvent(brand_id=endpoint.brand_id, type=TRIAL, fact=str(uuid4()), body=body_of(TRIAL, data, at))
    event.happened_at = at
    db.session.add(event)
    db.session.flush()
    db.session.add(Delivery(endpoint_id=endpoint.id, event_id=event.id, next_try_at=at, trigger=Trigger.TRIAL))
    record("send test", "webhook", endpoint.id, by=by, at=at)
    _soon(endpoint, at)
    return event


def send_again(delivery: Delivery, *, by: Identity, at: datetime) -> None:
    """Sends an event to an endpoint once more, with the same id and the same body, whatever came of it before.
    WrongStatus while the endpoint is off."""
    _must_be_on(delivery.endpoint)
    delivery = lock(delivery)
    delivery.status, delivery.attempts, delivery.next_try_at = DeliveryStatus.WAITING, 0, at
    delivery.trigger = Trigger.AGAIN
    record("send again", "webhook", delivery.endpoint_id, by=by, at=at, event=str(delivery.event.public_id))
    _soon(delivery.endpoint, at)


def endpoints_of(brand: Brand) -> Sequence[Endpoint]:
    """A brand's endpoints, the oldest first."""
    return db.session.scalars(select(Endpoint).where(Endpoint.brand_id == brand.id).order_by(Endpoint.id)).all()


def endpoint_of(brand: Brand, public_id: UUID) -> Endpoint:
    """One of the brand's; NotFound otherwise."""
    query = select(Endpoint).where(Endpoint.brand_id == brand.id, Endpoint.public_id == public_id)
    endpoint = db.session.scalar(query)
    if endpoint is None:
        raise NotFound(gettext("There is no such webhook, or it is not yours."))
    return endpoint


def secrets_of(endpoint: Endpoint, *, at: datetime) -> list[tuple[EndpointSecret, str]]:
    """The secrets that sign now, the newest first, as they are given to whoever checks signatures; Conflict when one
    can't be read."""
    query = select(EndpointSecret).where(EndpointSecret.endpoint_id == endpoint.id).order_by(EndpointSecret.id.desc())
    return [(each, signing.unseal(each.sealed)) for each in db.session.scalars(query) if not _over(each, at)]


def _over(secret: EndpointSecret, at: datetime) -> bool:
    return secret.ends_at is not None and secret.ends_at <= at


def _add_secret(endpoint: Endpoint, *, by: Identity, at: datetime) -> None:
    sealed = signing.seal(signing.new_secret())
    db.session.add(EndpointSecret(endpoint_id=endpoint.id, sealed=sealed, made_by=by.person_id, made_at=at))
    db.session.flush()


def _checked(url: str) -> str:
    addresses.resolve(addresses.read(url))
    return url.strip()


def _known(types: Collection[str]) -> list[str]:
    chosen = [name for name in TYPES if name in types]
    if not chosen:
        raise BadInput(gettext("Choose at least one type of event."))
    return chosen


def _must_be_on(endpoint: Endpoint) -> None:
    if endpoint.off_as is not None:
        raise WrongStatus(gettext("This webhook is off: switch it on first."))


def _soon(endpoint: Endpoint, at: datetime) -> None:
    """Lets an endpoint that rests be tried at once: somebody wants to see whether it works now."""
    locked = lock(endpoint)
    locked.free_at = min(locked.free_at, at)
    db.session.flush()
    ring()
