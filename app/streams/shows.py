"""A show from its beginning to its end: who may host it, what goes on the screen, and the streams it leaves behind.

Nothing here commits or reads the clock. Each change locks the show's row, so two consoles take turns.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from flask_babel import gettext
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from app.contracts.models import Contract
from app.database import db, lock, raw
from app.errors import Conflict, NotFound, WrongStatus
from app.security import CREATOR, Identity
from app.streams import notices
from app.streams.activity import note
from app.streams.announcing import announce_stream
from app.streams.closed import must_be_open
from app.streams.models import (
    ActivityKind,
    HostActivity,
    Pin,
    Show,
    ShowBrand,
    ShowItem,
    ShowModerator,
    ShowStatus,
    Stream,
)
from app.transitions import move
from app.users.models import Brand
from app.users.trail import record

LIVE = frozenset({ShowStatus.REHEARSAL, ShowStatus.ON_AIR})  # when something can be pinned
LONGEST_HANDLE = 40  # characters of one in the name of a stream, which has at most 128
MARGIN = timedelta(minutes=30)  # after the planned end, and after the last sign of the host, a show was forgotten


def show_by_public_id(public_id: UUID) -> Show:
    """The show with this public id, whoever asks; NotFound where there is none."""
    show = db.session.scalar(select(Show).where(Show.public_id == public_id))
    if show is None:
        raise NotFound(gettext("There is no such show, or it is not yours."))
    return show


def who_may_host(show: Show, identity: Identity) -> bool:
    """Whether somebody runs the show: the creator and their agents."""
    return show.creator_id in identity.creator_ids(CREATOR)


def who_may_moderate(show: Show, identity: Identity) -> bool:
    """Whether somebody may pin, hide and mute: who may host, and the moderators of this show."""
    if who_may_host(show, identity):
        return True
    asked = select(ShowModerator).where(ShowModerator.show_id == show.id, ShowModerator.person_id == identity.person_id)
    return db.session.scalar(asked) is not None


def rehearse(show: Show, *, at: datetime, by: Identity) -> Show:
    """Begins a rehearsal: everything can be tried, nobody sees it and nothing counts."""
    return _moved(show, ShowStatus.REHEARSAL, "rehearse", at=at, by=by)


def stop_rehearsal(show: Show, *, at: datetime, by: Identity) -> Show:
    """Ends a rehearsal: the show is as it was planned."""
    lock(show)
    _close_pin(show.id, at)
    return _moved(show, ShowStatus.PLANNED, "stop rehearsing", at=at, by=by)


def begin(show: Show, *, at: datetime, by: Identity) -> Show:
    """Goes on air: makes a stream for each brand, all beginning at `at`.

    Conflict where there is no product, where no contract with a brand covers the instant, where an exclusivity that was
    agreed since closes a product, and while another show of the creator is on air.
    """
    lock(show)
    if show.status not in (ShowStatus.PLANNED, ShowStatus.REHEARSAL):
        move(show, ShowStatus.ON_AIR)  # says why not
    brands = brands_of(show)
    items = items_of(show)
    if not items:
        raise Conflict(gettext("There is no product on the run sheet: add one first."))
    _close_pin(show.id, at)
    for each in brands:
        each.contract_id = _covering(each, show.creator_id, at).id
    for item in items:
        must_be_open(show, item.product, starts_at=at)
    try:
        with db.session.begin_nested():
            move(show, ShowStatus.ON_AIR)
            show.on_air_at = show.changed_at = at
    except IntegrityError as error:
        db.session.refresh(show)
        raise Conflict(gettext("Another show of yours is on air: end that one first.")) from error
    for each in brands:
        open_stream(show, each, begun=at, at=at)
    return _noted(show, "begin", at=at, by=by)


def open_stream(show: Show, there: ShowBrand, *, begun: datetime, at: datetime) -> None:
    """Makes the record of a brand's stream in a show, with what of the brand is on the run sheet."""
    there.stream = Stream(
        ref=_stream_ref(show, there.brand, begun),
        creator_id=show.creator_id,
        brand_id=there.brand_id,
        platform=show.platform,
        starts_at=begun,
        skus=skus_of(show, there.brand_id),
        recorded_at=at,
    )
    db.session.flush()
    announce_stream(show, there, "started", at=at)


def end(show: Show, *, at: datetime, by: Identity | None) -> Show:
    """Ends the show and its streams at `at`; `by` is None where the timetable does it."""
    lock(show)
    _close_pin(show.id, at)
    move(show, ShowStatus.ENDED)
    show.ended_at = show.changed_at = at
    show.end_by_itself = by is None
    streams = select(ShowBrand.stream_id).where(ShowBrand.show_id == show.id)
    db.session.execute(update(Stream).where(Stream.id.in_(streams)).values(ends_at=at))
    for each in brands_of(show):
        announce_stream(show, each, "ended", at=at)
    return _noted(show, "end", at=at, by=by)


def ends_by_itself_at(show: Show) -> datetime:
    """When a show on air ends unless somebody does something: half an hour after its planned end (as long after it went
    on air as was planned, when that is later) and after the last thing done on its console."""
    begun = show.on_air_at or show.planned_start
    length = timedelta(minutes=show.planned_minutes)
    done = db.session.scalar(select(func.max(HostActivity.at)).where(HostActivity.show_id == show.id))
    pinned = select(func.max(func.greatest(Pin.pinned_at, Pin.unpinned_at))).where(Pin.show_id == show.id)
    last = db.session.scalar(pinned.where(Pin.rehearsal.is_(False)))
    return max(show.planned_end, begun + length, done or begun, last or begun) + MARGIN


def pin(item: ShowItem, *, at: datetime, by: Identity) -> Pin:
    """Puts a product on the screen, in place of what is there. One that is there already stays as it is.

    WrongStatus unless the show is on air or rehearsed.
    """
    show = _on_screen(item.show_id)
    there = _open_pin(show.id)
    if there and there.item_id == item.id:
        return there
    _close_pin(show.id, at)
    rehearsal = show.status == ShowStatus.REHEARSAL
    made = Pin(show_id=show.id, item_id=item.id, pinned_at=at, pinned_by=by.person_id, rehearsal=rehearsal)
    db.session.add(made)
    db.session.flush()
    note(show, ActivityKind.PIN, at=at, by=by)
    notices.announce(raw(), show.id, notices.PIN)
    return made


def unpin(show: Show, *, at: datetime, by: Identity) -> None:
    """Takes the product off the screen, if there is one. WrongStatus unless the show is on air or rehearsed."""
    _on_screen(show.id)
    if _close_pin(show.id, at):
        note(show, ActivityKind.PIN, at=at, by=by)
        notices.announce(raw(), show.id, notices.PIN)


def pin_next(show: Show, *, at: datetime, by: Identity) -> Pin:
    """Puts the next product of the run sheet on the screen: the one after what was pinned last. Conflict after the
    last one."""
    _on_screen(show.id)
    following = next_item(show)
    if following is None:
        raise Conflict(gettext("That was the last product on the run sheet."))
    return pin(following, at=at, by=by)


def next_item(show: Show) -> ShowItem | None:
    """The product after the one that was pinned last (in this rehearsal, or in this show); at first the first."""
    rehearsal = show.status == ShowStatus.REHEARSAL
    query = select(ShowItem.position).join(Pin, Pin.item_id == ShowItem.id)
    query = query.where(Pin.show_id == show.id, Pin.rehearsal.is_(rehearsal)).order_by(
        Pin.pinned_at.desc(), Pin.id.desc()
    )
    last = db.session.scalar(query.limit(1)) or 0
    return next((item for item in items_of(show) if item.position > last), None)


def current_pin(show_id: int) -> ShowItem | None:
    """What is on the screen of a show now; None where nothing is. What is pinned in a rehearsal is not for viewers:
    ask the show's status."""
    there = _open_pin(show_id)
    return there.item if there else None


def brands_of(show: Show) -> Sequence[ShowBrand]:
    """The brands of a show as they are now."""
    return db.session.scalars(select(ShowBrand).where(ShowBrand.show_id == show.id).order_by(ShowBrand.brand_id)).all()


def items_of(show: Show) -> Sequence[ShowItem]:
    """The run sheet as it is now, in its order, with products and brands, in one query."""
    loaded = joinedload(ShowItem.product), joinedload(ShowItem.brand)
    query = select(ShowItem).options(*loaded).where(ShowItem.show_id == show.id).order_by(ShowItem.position)
    return db.session.scalars(query).all()


def skus_of(show: Show, brand_id: int) -> list[str]:
    """What of a brand is on the run sheet, in its order."""
    return [item.product.sku for item in items_of(show) if item.brand_id == brand_id]


def contract_at(brand_id: int, creator_id: int, at: datetime) -> Contract | None:
    """The contract of the pair that covers an instant."""
    query = select(Contract).where(Contract.brand_id == brand_id, Contract.creator_id == creator_id)
    return db.session.scalar(query.where(Contract.period.contains(at)))


def _stream_ref(show: Show, brand: Brand, begun: datetime) -> str:
    """What the stream is called in files and on pages: who, when, in which show, for whom."""
    who, whom = (handle[:LONGEST_HANDLE] for handle in (show.creator.handle, brand.handle))
    return f"{who}-{begun:%Y-%m-%d}-{show.id}-{whom}"


def _covering(brand: ShowBrand, creator_id: int, at: datetime) -> Contract:
    contract = contract_at(brand.brand_id, creator_id, at)
    if contract is None:
        name = brand.brand.name
        raise Conflict(gettext("No contract with %(brand)s covers this moment: take its products off.", brand=name))
    return contract


def _on_screen(show_id: int) -> Show:
    """The show, locked, where something can be pinned in it."""
    show = lock(db.session.get_one(Show, show_id))
    if show.status not in LIVE:
        raise WrongStatus(gettext("This show is not on air: nothing can be pinned."))
    return show


def _open_pin(show_id: int) -> Pin | None:
    return db.session.scalar(select(Pin).where(Pin.show_id == show_id, Pin.unpinned_at.is_(None)))


def _close_pin(show_id: int, at: datetime) -> bool:
    there = _open_pin(show_id)
    if there:
        there.unpinned_at = max(at, there.pinned_at)
        db.session.flush()
    return there is not None


def _moved(show: Show, status: ShowStatus, deed: str, *, at: datetime, by: Identity) -> Show:
    lock(show)
    move(show, status)
    show.changed_at = at
    return _noted(show, deed, at=at, by=by)


def _noted(show: Show, deed: str, *, at: datetime, by: Identity | None) -> Show:
    db.session.flush()
    record(deed, "show", show.id, by=by, at=at)
    notices.announce(raw(), show.id, notices.SHOW)
    return show
