"""The demo's own live show: on air with the test picture, pins that move on, and viewers (shoppers.py).

Everything goes through the doors that people use. `show_live` is asked again and again and looks at the clock and the
database alone, so it may be stopped and started at any moment.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select, text

from app import clock
from app.catalog.models import Product
from app.database import Lock, db
from app.demo import is_demo, picture, shoppers, traffic
from app.demo.market import DEALS
from app.demo.story import OWNER, person_of
from app.orders import stock
from app.orders.offers import offers_of
from app.security import Identity
from app.streams import advertising, planning, run_sheet, shows
from app.streams.models import Pin, Show, ShowItem, ShowStatus
from app.users.models import Brand, Creator

DEAL, HOST = DEALS[0], "creator@demo.example"
TITLE = "Lamps for dark evenings"
SHEET = (  # what the host says of each product, pieces there are, how many are to be sold
    ("Show it behind the sofa, then switch the big light off.", 18, 6),
    ("Two books beside it, so that everybody sees how small it is.", 40, 20),
    ("Ten metres: once around the window and back.", 120, 40),
    ("One in every lamp we have shown.", 300, 60),
)
EVERY, PIN_LASTS, LONGEST = timedelta(seconds=3), timedelta(seconds=45), timedelta(hours=2)


def show_live(_stopping: object = None) -> int:
    """Does what happened in the last seconds, and commits; returns how many watch. Nothing where this is no demo, too
    soon after the last time, or while another worker is at it."""
    at = clock.now()
    if not is_demo() or not db.session.scalar(
        text("select pg_try_advisory_xact_lock(:lock)"), {"lock": Lock.DEMO_SHOW}
    ):
        return 0
    show = _on_air(at)
    last = db.session.scalar(text("select max(last_seen) from show_presence where show_id = :show"), {"show": show.id})
    if last is not None and at - last < EVERY:
        return 0
    _keep_the_record(show, at, person_of(HOST))
    chance = traffic.dice(f"show {at:%Y%m%d%H%M%S}")
    offers = offers_of(show, at)
    watching = shoppers.watch(show, offers, chance, at)
    db.session.commit()
    shoppers.buy(show, offers, chance, watching, at)
    return len(watching)


def _on_air(at: datetime) -> Show:
    """The show that is on air; one that has run for hours is ended, and the next begins."""
    creator = db.session.scalars(select(Creator).where(Creator.handle == DEAL.creator)).one()
    query = select(Show).where(Show.creator_id == creator.id, Show.status == ShowStatus.ON_AIR)
    running = db.session.scalar(query)
    if running is None:
        return _begin(creator, at)
    if running.on_air_at is None or at - running.on_air_at < LONGEST:
        return running
    shows.end(running, at=at, by=person_of(HOST))
    return _begin(creator, at)


def _begin(creator: Creator, at: datetime) -> Show:
    """Plans a show of the brand's lamps, fills the shelves, and goes on air."""
    host, owner = person_of(HOST), person_of(OWNER)
    wanted = planning.Plan(TITLE, at + timedelta(seconds=1), 120, address=f"/demo/picture/{picture.PLAYLIST}")
    show = planning.plan(creator, wanted, by=host, at=at)
    brand = db.session.scalars(select(Brand).where(Brand.handle == DEAL.brand)).one()
    products = {each.sku: each for each in db.session.scalars(select(Product).where(Product.brand_id == brand.id))}
    lamps = traffic.BRAND[DEAL.brand].products[: len(SHEET)]
    for number, ((sku, _name, _price), (words, pieces, target)) in enumerate(zip(lamps, SHEET, strict=True)):
        product = products[sku]
        line = run_sheet.Line(number * 5, words, product.price, pieces, target)
        run_sheet.add(show, product, line, by=host, at=at, side=creator)
        stock.set_on_hand(product, pieces, by=owner, at=at)
    return shows.begin(show, at=at, by=host)


def _keep_the_record(show: Show, at: datetime, host: Identity) -> None:
    """Says that it is advertising when that is due, and moves the pin on; after the last product the first comes."""
    if advertising.is_due(show, at):
        advertising.say(show, at=at, by=host)
    last = db.session.scalar(select(Pin).where(Pin.show_id == show.id).order_by(Pin.id.desc()).limit(1))
    if last is None or at - last.pinned_at >= PIN_LASTS:
        first = select(ShowItem).where(ShowItem.show_id == show.id).order_by(ShowItem.position).limit(1)
        shows.pin(shows.next_item(show) or db.session.scalars(first).one(), at=at, by=host)
