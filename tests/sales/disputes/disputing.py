"""Disputes as far on their way as a test wants them."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from app.database import db
from app.sales.disputes import exchange, rulings
from app.sales.disputes.exchange import Said
from app.sales.disputes.models import Dispute
from app.sales.disputes.rulings import Wish
from app.sales.models import Sale
from app.users.models import Brand, Creator
from tests import market
from tests.payouts.people import identity

AT = market.NOON + timedelta(days=3)  # when disputes are opened
DAY = timedelta(days=1)
SAID = Said("I showed it live, and she ordered while I was on air.")
FOR_CREATOR = Wish("for_creator", "award", "The chat shows the order.", "off_stream")


def by_creator(creator: Creator, sale: Sale, reason: str = "not_credited", at: datetime = AT) -> Dispute:
    """The creator disputes a line."""
    person = identity(creator.handle)
    made = exchange.open_about_line("creator", creator, sale, reason, SAID, by=person, at=at)
    db.session.commit()
    return made


def by_brand(sale: Sale, reason: str = "own_purchase", at: datetime = AT) -> Dispute:
    """Lumen disputes a line that somebody earns on."""
    made = exchange.open_about_line("brand", None, sale, reason, Said("Her own address."), by=identity("olga"), at=at)
    db.session.commit()
    return made


def missing(creator: Creator, brand: Brand, order: str = "O-LOST", at: datetime = AT) -> Dispute:
    """The creator misses an order of the day of most sales."""
    day, person = date(2026, 3, 10), identity(creator.handle)
    made = exchange.open_about_missing(creator, brand, order, day, SAID, by=person, at=at)
    db.session.commit()
    return made


def answered(dispute: Dispute, *, agree: bool = False, at: datetime = AT + DAY) -> Dispute:
    """The other side answers a day later."""
    who = "olga" if dispute.answers == "brand" else "mira"
    said = Said("" if agree else "We do not see it.")
    exchange.answer(dispute, said, agree=agree, side=dispute.answers, by=identity(who), at=at)
    db.session.commit()
    return dispute


def ruled(dispute: Dispute, wish: Wish = FOR_CREATOR, *, who: str = "adam", at: datetime = AT + 2 * DAY) -> Dispute:
    """The platform rules."""
    rulings.rule(dispute, wish, confirmed=True, seen=None, by=identity(who), at=at)
    db.session.commit()
    return dispute
