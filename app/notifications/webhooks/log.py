"""What was sent to a brand's endpoints, and what they answered."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from flask_babel import gettext
from sqlalchemy import Select, func, select
from sqlalchemy.orm import contains_eager

from app.database import db
from app.errors import NotFound
from app.notifications.webhooks.models import Delivery, DeliveryAttempt, Endpoint, OutgoingEvent
from app.users.models import Brand


def deliveries(
    brand: Brand, *, endpoint: UUID | None = None, type: str | None = None, status: str | None = None
) -> Select[Delivery]:
    """The deliveries of a brand's events, the newest event first."""
    query = (
        select(Delivery)
        .join(Delivery.event)
        .join(Delivery.endpoint)
        .options(contains_eager(Delivery.event), contains_eager(Delivery.endpoint))
        .where(OutgoingEvent.brand_id == brand.id)
        .order_by(OutgoingEvent.id.desc(), Delivery.endpoint_id)
    )
    if endpoint:
        query = query.where(Endpoint.public_id == endpoint)
    if type:
        query = query.where(OutgoingEvent.type == type)
    return query.where(Delivery.status == status) if status else query


def event_of(brand: Brand, public_id: UUID) -> OutgoingEvent:
    """One of the brand's events; NotFound otherwise."""
    query = select(OutgoingEvent).where(OutgoingEvent.brand_id == brand.id, OutgoingEvent.public_id == public_id)
    event = db.session.scalar(query)
    if event is None:
        raise NotFound(gettext("There is no such event, or it is not yours."))
    return event


def deliveries_of(event: OutgoingEvent) -> Sequence[Delivery]:
    """Where an event was to be sent."""
    return db.session.scalars(
        select(Delivery).where(Delivery.event_id == event.id).order_by(Delivery.endpoint_id)
    ).all()


def delivery_of(event: OutgoingEvent, endpoint: Endpoint) -> Delivery:
    """The event on its way to one endpoint; NotFound where it was none of that endpoint's."""
    delivery = db.session.get(Delivery, (endpoint.id, event.id))
    if delivery is None:
        raise NotFound(gettext("There is no such event, or it is not yours."))
    return delivery


def attempts_of(event: OutgoingEvent) -> Sequence[DeliveryAttempt]:
    """Every attempt to deliver the event, the newest first."""
    return db.session.scalars(
        select(DeliveryAttempt).where(DeliveryAttempt.event_id == event.id).order_by(DeliveryAttempt.id.desc())
    ).all()


def last_attempts(deliveries: Sequence[Delivery]) -> dict[tuple[int, int], DeliveryAttempt]:
    """The last attempt of each of these deliveries, by endpoint and event; one that was never tried is missing."""
    events = {each.event_id for each in deliveries}
    newest = select(func.max(DeliveryAttempt.id)).where(DeliveryAttempt.event_id.in_(events))
    newest = newest.group_by(DeliveryAttempt.endpoint_id, DeliveryAttempt.event_id)
    found = db.session.scalars(select(DeliveryAttempt).where(DeliveryAttempt.id.in_(newest)))
    return {(each.endpoint_id, each.event_id): each for each in found}
