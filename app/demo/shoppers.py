"""Who watches the demo's show: they come and go, write in the chat, look at products, and buy at the simulated bank.

Where there is no simulated bank nobody buys.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from http.client import HTTPConnection
from urllib.parse import urlencode, urlsplit

from app.database import db
from app.demo import SIMULATED_KEY, traffic
from app.errors import StreamcutError
from app.live import chat, presence
from app.orders import paying, reservations
from app.orders.models import Purchase
from app.orders.offers import Offer
from app.orders.selling import seller_of
from app.streams import shows
from app.streams.models import Show
from app.stripe_gateway import gateway
from config import settings

EVERYBODY, LOYAL = 60, 3  # who come by in a show, and who of them stay for all of it
PATIENCE = 5.0  # seconds the bank's page may take
BUYING, TALKING, DOUBTING = 0.4, 0.25, 0.1  # how often, of the times we are asked
NAMES = "Anna Bram Chloé Dirk Elif Finn Guus Hanna Imani Jaap Kiki Lars Mo Nina Otto Puck Quinn Ravi Saar Tom".split()
FAMILIES = ("Visser", "Peeters", "Bakker", "Maes", "Smits")
TALK = (
    "hoi allemaal!",
    "Love that one",
    "Is the cable long enough for a corner?",
    "Staat hij ook mooi op een bureau?",
    "just got mine last week, it is so warm",
    "hoe groot is de kap?",
    "which bulb is in it?",
    "oh, die wil ik",
    "does it dim?",
    "groetjes uit Gent",
)


def watch(show: Show, offers: Sequence[Offer], chance: random.Random, at: datetime) -> list[bytes]:
    """Who watches now; some of them look at products, and sometimes one writes."""
    here = _here(show, at)
    presence.beat([(show.id, visitor, False) for visitor in here], at=at)
    seen = [offer.item_id for offer in offers]
    for visitor in chance.sample(here, min(len(here), 4)):
        presence.note_interest(show.id, visitor, seen=seen, tapped=[chance.choice(seen)], at=at)
    if chance.random() < TALKING:
        _write(show, chance.choice(here), chance, at)
    return here


def buy(show: Show, offers: Sequence[Offer], chance: random.Random, here: Sequence[bytes], at: datetime) -> None:
    """Now and then somebody reserves, says where it goes, and pays; or thinks better of it. Commits in between, as the
    pages do: what is asked of the bank stands in a row before."""
    if settings().stripe_secret_key != SIMULATED_KEY or chance.random() > BUYING:
        return
    pinned = shows.current_pin(show.id)
    wanted = [4 if pinned and offer.item_id == pinned.id else 1 for offer in offers]
    offer, pieces = chance.choices(offers, wanted)[0], chance.choices([1, 2], [9, 1])[0]
    try:
        row = reservations.reserve(show, offer.item_id, pieces, chance.choice(here), at)
        _say_where(row, chance, at)
        if chance.random() < DOUBTING:
            db.session.commit()
            return
        paying.begin(row, at=at)
        request = paying.request(row)
        db.session.commit()
        page = gateway(settings()).create_checkout(**request)
        paying.opened(reservations.find(row.public_id), page)
        db.session.commit()
    except StreamcutError:  # sold out, too many for one buyer, or the bank is away: so it is with people
        db.session.rollback()
        return
    _pay(page.url)


def _here(show: Show, at: datetime) -> list[bytes]:
    """They come and go every few minutes: more of them in the first half hour, and never nobody."""
    minutes = (at - (show.on_air_at or at)) / timedelta(minutes=1)
    share = 0.25 + 0.5 * min(1.0, minutes / 25)
    numbers = [
        number
        for number in range(EVERYBODY)
        if number < LOYAL or traffic.dice(f"{show.public_id} {number} {int(minutes) // 4}").random() < share
    ]
    return [hashlib.sha256(f"{show.public_id} {number}".encode()).digest()[:16] for number in numbers]


def _write(show: Show, visitor: bytes, chance: random.Random, at: datetime) -> None:
    name = chat.name_of(show.id, visitor) or f"{chance.choice(NAMES)} {visitor[0]}"
    try:
        chat.write(show, visitor, name, chance.choice(TALK), at=at)
    except StreamcutError:
        return  # somebody else has that name, or a moderator has closed their mouth


def _say_where(row: Purchase, chance: random.Random, at: datetime) -> None:
    seller = seller_of(row.brand)
    if seller is None:
        return
    name, street = f"{chance.choice(NAMES)} {chance.choice(FAMILIES)}", f"Lange Straat {chance.randint(1, 240)}"
    email = f"{hashlib.sha256(row.visitor).hexdigest()[:8]}@buyers.example"
    where = (street, f"{chance.randint(1000, 9999)} AB", "Utrecht", seller.ships_to[0])
    paying.fill_in(row, paying.Buyer(email, name, *where), seller, at=at)


def _pay(url: str) -> None:
    """Presses the button on the simulated bank's page; it leads back to us, where nobody is."""
    address = urlsplit(url)
    connection = HTTPConnection(address.netloc, timeout=PATIENCE)
    try:
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        connection.request("POST", address.path, urlencode({"answer": "pay"}), form)
        connection.getresponse().read()
    except OSError:
        return  # the bank is away; the reservation ends by itself
    finally:
        connection.close()
