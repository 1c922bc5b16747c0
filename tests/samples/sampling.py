"""Samples as far on their way as a test wants them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from app.samples import samples
from app.samples.models import Sample
from app.samples.samples import SampleRequest
from app.users.models import Brand, Creator
from tests import market
from tests.payouts.people import identity

ASKED = market.NOON
ARRIVED = ASKED + timedelta(days=5)  # when a delivered one of `sent` has arrived
DUE = ARRIVED + timedelta(days=14)


def asked(brand: Brand, creator: Creator, sku: str = "LAMP", at: datetime = ASKED, **about: Any) -> Sample:
    """A request of the creator's for a product that the brand lists."""
    return samples.request(creator, brand, SampleRequest(sku, **about), by=identity("mira"), at=at)


def sent(brand: Brand, creator: Creator, sku: str = "LAMP", at: datetime = ASKED, **about: Any) -> Sample:
    """Approved and shipped, but not there yet."""
    made = asked(brand, creator, sku, at, **about)
    samples.approve(made, by=identity("olga"), at=at + timedelta(days=1))
    return samples.ship(made, "3S-1", by=identity("olga"), at=at + timedelta(days=2))


def arrived(brand: Brand, creator: Creator, sku: str = "LAMP", at: datetime = ASKED, **about: Any) -> Sample:
    """Five days after it was asked for it has arrived."""
    made = sent(brand, creator, sku, at, **about)
    return samples.deliver(made, side="creator", by=identity("mira"), at=at + timedelta(days=5))
