"""Shows before they are on air: planned by the creator, or proposed by a brand and accepted; changed, called off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from flask_babel import gettext
from sqlalchemy import ColumnElement, Select, exists, or_, select

from app.catalog.taxonomy import PLATFORM, ROOTS, tree
from app.contracts.models import Contract
from app.database import db, lock, raw
from app.errors import BadInput, Conflict, NotFound, WrongStatus
from app.security import Identity
from app.streams import letters, notices
from app.streams.announcing import announce_planned
from app.streams.closed import must_be_open
from app.streams.models import Show, ShowBrand, ShowStatus
from app.streams.players import player_of
from app.streams.shows import brands_of, contract_at, items_of
from app.transitions import move
from app.users.models import Brand, Creator
from app.users.trail import record
from app.web.texts import checked_name, optional_text, required_text

LONGEST_NOTES = 5000
LONGEST_REASON = 2000
MOST_MINUTES = 780
FURTHEST = timedelta(days=400)
OPEN = frozenset({ShowStatus.PROPOSED, ShowStatus.PLANNED, ShowStatus.REHEARSAL})


@dataclass(frozen=True)
class Plan:
    """What is planned: when, for how many minutes, where, and what the host has to know."""

    title: str
    planned_start: datetime
    planned_minutes: int
    platform: str = "own"
    address: str = ""
    notes: str = ""
    language: str = "en"


def shows_of(owner: Brand | Creator) -> Select[Show]:
    """The shows of a creator, or those in which a brand shows something or which it has proposed: the next ones first,
    then those that are over, the latest first."""
    return select(Show).where(_theirs(owner)).order_by(Show.planned_start.desc(), Show.id.desc())


def proposed_to(creator: Creator) -> Select[Show]:
    """The shows that brands propose to a creator and that wait for an answer, the next one first."""
    waiting = select(Show).where(Show.creator_id == creator.id, Show.status == ShowStatus.PROPOSED)
    return waiting.order_by(Show.planned_start, Show.id)


def get_show(owner: Brand | Creator, public_id: UUID) -> Show:
    """The show with this public id, of the brand or creator; NotFound otherwise."""
    show = db.session.scalar(select(Show).where(Show.public_id == public_id, _theirs(owner)))
    if show is None:
        raise NotFound(gettext("There is no such show, or it is not yours."))
    return show


def plan(creator: Creator, wanted: Plan, *, by: Identity, at: datetime) -> Show:
    """A creator plans a show; its brands come with the products that are put on its run sheet.

    BadInput for what can't be: no title, a time that has passed, more than 13 hours, an unknown platform.
    """
    return _planned(creator, wanted, ShowStatus.PLANNED, None, by=by, at=at)


def propose(brand: Brand, creator: Creator, wanted: Plan, *, by: Identity, at: datetime) -> Show:
    """A brand proposes a show to a creator, who accepts or declines it. Conflict where no contract covers its time."""
    contract = contract_at(brand.id, creator.id, wanted.planned_start)
    if contract is None:
        raise Conflict(gettext("You have no contract with this creator that covers the time of the show."))
    show = _planned(creator, wanted, ShowStatus.PROPOSED, brand, by=by, at=at)
    db.session.add(ShowBrand(show_id=show.id, brand_id=brand.id, contract_id=contract.id))
    db.session.flush()
    letters.write_creator(show, "proposed", at=at, who=brand.name)
    return show


def accept(show: Show, *, by: Identity, at: datetime) -> Show:
    """The creator takes a brand's proposal: the show is planned. Conflict where its time has passed."""
    lock(show)
    if show.status == ShowStatus.PROPOSED and show.planned_start <= at:
        raise Conflict(gettext("The time of this show has passed: ask the brand for another one."))
    return _answered(show, ShowStatus.PLANNED, "accept", at=at, by=by)


def decline(show: Show, reason: str, *, by: Identity, at: datetime) -> Show:
    """The creator does not want it; the brand reads why."""
    lock(show)
    why = required_text(reason, gettext("Give a reason. The other side will read it."), LONGEST_REASON)
    return _answered(show, ShowStatus.DECLINED, "decline", at=at, by=by, reason=why)


def cancel(show: Show, reason: str, *, by: Identity, at: datetime, side: Brand | Creator) -> Show:
    """Calls a show off before it is on air: its creator, or the brand that proposed it while nobody has answered."""
    lock(show)
    why = required_text(reason, gettext("Give a reason. The other side will read it."), LONGEST_REASON)
    if isinstance(side, Brand) and (show.status != ShowStatus.PROPOSED or show.proposed_by != side.id):
        raise WrongStatus(gettext("Only the creator can call this show off."))
    move(show, ShowStatus.CANCELLED)
    _changed(show, at)
    record("cancel", "show", show.id, by=by, at=at, reason=why)
    if isinstance(side, Brand):
        letters.write_creator(show, "cancelled", at=at, who=side.name, reason=why)
    else:
        letters.write_brands(show, "cancelled", at=at, reason=why)
    return show


def change(show: Show, wanted: Plan, *, by: Identity, at: datetime, side: Brand | Creator) -> Show:
    """Changes the plan: its creator while it is not on air, or the brand that proposed it while nobody has answered.

    Conflict where a contract does not cover the new time, or an exclusivity closes a product to it.
    """
    lock(show)
    if not may_change(show, side):
        raise WrongStatus(gettext("This show can’t be changed any more."))
    moved = wanted.planned_start != show.planned_start
    before = (show.title, show.planned_start, show.planned_minutes)
    _fill(show, wanted, at if moved else None)
    for each in brands_of(show):
        each.contract_id = _must_cover(each, show)
    for item in items_of(show):
        must_be_open(show, item.product)
    if before != (show.title, show.planned_start, show.planned_minutes):
        show.edition += 1
    _changed(show, at)
    record("change", "show", show.id, by=by, at=at)
    if moved and show.status != ShowStatus.PROPOSED:
        announce_planned(show, brands_of(show), at=at)
    if moved and isinstance(side, Brand):
        letters.write_creator(show, "moved", at=at, who=side.name)
    elif moved:
        letters.write_brands(show, "moved", at=at)
    return show


def set_replay(show: Show, address: str, *, by: Identity, at: datetime) -> Show:
    """Where the show can be seen again, once it has ended; empty: nowhere."""
    lock(show)
    if show.status != ShowStatus.ENDED:
        raise WrongStatus(gettext("A replay can be added once the show has ended."))
    show.replay_address = player_of(show.platform, address)[1]
    _changed(show, at)
    record("set replay", "show", show.id, by=by, at=at)
    return show


def may_change(show: Show, side: Brand | Creator) -> bool:
    """Whether this side still changes the plan."""
    if isinstance(side, Brand):
        return show.status == ShowStatus.PROPOSED and show.proposed_by == side.id
    return show.status in (ShowStatus.PLANNED, ShowStatus.REHEARSAL)


def partners_at(owner: Brand | Creator, at: datetime) -> Sequence[Brand | Creator]:
    """Those on the other side with whom a contract covers an instant, by name."""
    if isinstance(owner, Brand):
        creators = select(Creator).join(Contract, Contract.creator_id == Creator.id)
        return db.session.scalars(
            creators.where(Contract.brand_id == owner.id, Contract.period.contains(at)).order_by(Creator.name)
        ).all()
    brands = select(Brand).join(Contract, Contract.brand_id == Brand.id)
    return db.session.scalars(
        brands.where(Contract.creator_id == owner.id, Contract.period.contains(at)).order_by(Brand.name)
    ).all()


def _theirs(owner: Brand | Creator) -> ColumnElement[bool]:
    if isinstance(owner, Creator):
        return Show.creator_id == owner.id
    shown = exists().where(ShowBrand.show_id == Show.id, ShowBrand.brand_id == owner.id)
    return or_(shown, Show.proposed_by == owner.id)


def _planned(
    creator: Creator, wanted: Plan, status: ShowStatus, brand: Brand | None, *, by: Identity, at: datetime
) -> Show:
    show = Show(creator_id=creator.id, status=status, proposed_by=brand.id if brand else None)
    show.made_by, show.made_at, show.changed_at = by.person_id, at, at
    _fill(show, wanted, at)
    db.session.add(show)
    db.session.flush()
    record("propose" if brand else "plan", "show", show.id, by=by, at=at)
    return show


def _fill(show: Show, wanted: Plan, at: datetime | None) -> None:
    """Takes over what is planned; `at` where its time is new, and so must lie ahead."""
    platforms = tree(PLATFORM)
    if not 1 <= wanted.planned_minutes <= MOST_MINUTES:
        raise BadInput(gettext("Enter a length of 1 to %(most)s minutes.", most=MOST_MINUTES))
    if at and not at < wanted.planned_start <= at + FURTHEST:
        raise BadInput(gettext("Choose a time within the next %(days)s days.", days=FURTHEST.days))
    if platforms.word(wanted.platform).code == ROOTS[PLATFORM]:
        raise BadInput(gettext("Choose a platform."))
    show.title = checked_name(wanted.title)
    show.notes = optional_text(wanted.notes, LONGEST_NOTES)
    show.planned_start, show.planned_minutes = wanted.planned_start, wanted.planned_minutes
    show.platform, show.language = wanted.platform, wanted.language
    show.player, show.address = player_of(wanted.platform, wanted.address)


def _must_cover(brand: ShowBrand, show: Show) -> int:
    contract = contract_at(brand.brand_id, show.creator_id, show.planned_start)
    if contract is None:
        name = brand.brand.name
        raise Conflict(gettext("No contract with %(brand)s covers that time: take its products off first.", brand=name))
    return contract.id


def _answered(show: Show, status: ShowStatus, deed: str, *, at: datetime, by: Identity, reason: str = "") -> Show:
    move(show, status)
    _changed(show, at)
    record(deed, "show", show.id, by=by, at=at, **({"reason": reason} if reason else {}))
    if status == ShowStatus.PLANNED:
        announce_planned(show, brands_of(show), at=at)
    letters.write_brands(show, "accepted" if status == ShowStatus.PLANNED else "declined", at=at, reason=reason)
    return show


def _changed(show: Show, at: datetime) -> None:
    show.changed_at = at
    if show.status == ShowStatus.CANCELLED:
        show.edition += 1
    db.session.flush()
    notices.announce(raw(), show.id, notices.SHOW)
