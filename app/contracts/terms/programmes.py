"""Programmes: rates that a brand offers to many creators at once. A change is announced, and reaches each contract that
follows when rate protection lets it (rules.md B6, app/contracts/terms/protection.py)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from flask_babel import gettext
from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import selectinload

from app.contracts.models import Contract, Programme, ProgrammeRate, Terms
from app.contracts.periods import end_of, start_of
from app.contracts.terms.protection import (
    LABELS,
    Rates,
    protected,
    span,
)
from app.database import db, lock, raw, statement
from app.errors import BadInput, Conflict, NotFound
from app.security import Identity
from app.users.models import Brand
from app.users.trail import record

LONGEST = 80


def create(brand: Brand, name: str, rates: Rates, *, by: Identity, at: datetime) -> Programme:
    """A new programme with its first rates. BadInput without a name or with rates that can't be; Conflict when the
    brand has one of this name."""
    name = " ".join(name.split())
    if not name or len(name) > LONGEST or not name.isprintable():
        raise BadInput(gettext("Give the programme a name of at most %(count)s characters.", count=LONGEST))
    _check(rates)
    programme = Programme(brand_id=brand.id, name=name, made_by=by.person_id, made_at=at)
    try:
        with db.session.begin_nested():
            db.session.add(programme)
    except IntegrityError as error:
        raise Conflict(gettext("You have a programme called “%(name)s” already.", name=name)) from error
    _add_rates(programme, rates, by=by, at=at)
    record("create", "programme", programme.id, by=by, at=at, name=name)
    return programme


def announce(programme: Programme, rates: Rates, *, by: Identity, at: datetime) -> int:
    """New rates: rises count at once, cuts when protection ends. Writes the versions of every contract that follows and
    returns how many those are. BadInput for rates that can't be or are the same as now."""
    _check(rates)
    lock(programme)
    if rates == current_rates(programme):
        raise BadInput(gettext("These are the rates already: change at least one."))
    _add_rates(programme, rates, by=by, at=at)
    followers = _following(programme, at)
    for contract in followers:
        write(contract, at=at)
    record("announce", "programme", programme.id, by=by, at=at, contracts=len(followers), **vars(rates))
    return len(followers)


def follow(contract: Contract, programme: Programme, *, at: datetime) -> None:
    """From now on the contract's rates are the programme's: the newest at once, for who joins is not protected.

    The caller has seen to it that this is what was agreed.
    """
    contract.programme_id, contract.follows_since = programme.id, at
    db.session.flush()
    write(contract, at=at)


def join(contract: Contract, programme: Programme, *, by: Identity, at: datetime) -> None:
    """Lets a running or coming contract follow. Better rates need no consent (rules.md B16): BadInput when one would
    be lower than what the contract has; Conflict when it follows one, has ended, or has terms that are to begin."""
    contract = lock(contract)
    if contract.programme_id is not None or at >= end_of(contract.period):
        raise Conflict(gettext("This contract follows a programme already, or has ended."))
    coming = select(Terms.id).where(
        Terms.contract_id == contract.id, func.lower(Terms.valid) > max(at, start_of(contract.period))
    )
    if db.session.scalar(coming.limit(1)):
        raise Conflict(gettext("Other terms have been agreed that have not begun yet: let it follow once they have."))
    rates = current_rates(programme)
    later = select(Terms).where(Terms.contract_id == contract.id, func.upper(Terms.valid) > at)
    for terms in db.session.scalars(later):
        had = rates_of(terms)
        if any(rates.of(label) < had.of(label) for label in LABELS):
            raise BadInput(gettext("The contract's own rates are higher: the creator has to agree to lower ones."))
    follow(contract, programme, at=at)
    record("join", "contract", contract.id, by=by, at=at, programme=programme.name)


def leave(contract: Contract, *, by: Identity, at: datetime) -> None:
    """The contract has rates of its own again: those that it has now, to its end. A cut that was announced and has not
    come does not come any more."""
    contract = lock(contract)
    if contract.programme_id is None:
        raise Conflict(gettext("This contract follows no programme."))
    begin = max(at, start_of(contract.period))
    versions = select(Terms).where(Terms.contract_id == contract.id)
    for terms in db.session.scalars(versions.where(func.lower(Terms.valid) > begin)).all():
        db.session.delete(terms)
    db.session.flush()
    in_force = db.session.scalars(versions.order_by(Terms.nr.desc()).limit(1)).one()
    in_force.valid = Range(in_force.valid.lower, contract.period.upper)
    contract.programme_id = contract.follows_since = None
    db.session.flush()
    record("leave", "contract", contract.id, by=by, at=at)


def write(contract: Contract, *, at: datetime) -> None:
    """Writes what the programme's announcements mean for a contract that follows it, as versions of its terms."""
    lower, upper = contract.period.lower, contract.period.upper
    if contract.programme_id is None or contract.follows_since is None or lower is None or upper is None:
        return
    begin = max(at, lower)
    wait = span(contract.notice_brand_days)
    versions = protected(announcements(contract.programme_id), since=contract.follows_since, now=begin, wait=wait)
    coming = [version for version in versions if version[0] < upper]
    ends = [first for first, _rates in coming[1:]] + [upper]
    kept = _version_in_force(contract, begin)
    rows = [
        {"from": first, "to": end, "contract": contract.id, "at": at, **kept, "nr": kept["nr"] + number, **vars(rates)}
        for number, ((first, rates), end) in enumerate(zip(coming, ends, strict=True), 1)
    ]
    where = {"contract": contract.id, "from": begin}
    raw().execute(_sql("programme_drop"), where)
    raw().execute(_sql("programme_cut"), where)
    with raw().cursor() as cursor:
        cursor.executemany(_sql("programme_versions"), rows)
    db.session.expire_all()


def programmes_of(brand_id: int) -> Sequence[Programme]:
    """A brand's programmes with their announcements, by name."""
    query = select(Programme).options(selectinload(Programme.rates)).where(Programme.brand_id == brand_id)
    return db.session.scalars(query.order_by(Programme.name)).all()


def get_programme(brand_id: int, public_id: UUID) -> Programme:
    """The brand's programme with this public id; NotFound otherwise."""
    query = select(Programme).where(Programme.brand_id == brand_id, Programme.public_id == public_id)
    programme = db.session.scalar(query.options(selectinload(Programme.rates)))
    if programme is None:
        raise NotFound(gettext("There is no such programme, or it is not yours."))
    return programme


def followers(programme: Programme, *, at: datetime) -> int:
    """How many running or coming contracts follow it."""
    return len(_following(programme, at))


def announcements(programme_id: int) -> list[tuple[datetime, Rates]]:
    """What was announced, oldest first, with the instant of each."""
    query = select(ProgrammeRate).where(ProgrammeRate.programme_id == programme_id).order_by(ProgrammeRate.nr)
    return [(rate.announced_at, rates_of(rate)) for rate in db.session.scalars(query)]


def current_rates(programme: Programme) -> Rates:
    """The rates that were announced last: what somebody who joins gets."""
    return announcements(programme.id)[-1][1]


def rates_of(row: Any) -> Rates:
    """The rates of a row that has the five columns."""
    return Rates(row.commission_bps, row.in_stream_bps, row.replay_bps, row.after_stream_bps, row.off_stream_bps)


def _version_in_force(contract: Contract, begin: datetime) -> dict[str, int]:
    """What no programme changes of the version in force at `begin`, and the highest number of all versions."""
    versions = db.session.scalars(select(Terms).where(Terms.contract_id == contract.id).order_by(Terms.nr)).all()
    (in_force,) = [terms for terms in versions if begin in terms.valid]
    unchanged = {"window": in_force.window_days, "hold": in_force.hold_days, "kept": in_force.keeps_cancelled}
    return unchanged | {"nr": versions[-1].nr}


def _following(programme: Programme, at: datetime) -> Sequence[Contract]:
    query = select(Contract).where(Contract.programme_id == programme.id, func.upper(Contract.period) > at)
    return db.session.scalars(query.order_by(Contract.id).with_for_update()).all()


def _add_rates(programme: Programme, rates: Rates, *, by: Identity, at: datetime) -> None:
    newest = db.session.scalar(
        select(func.coalesce(func.max(ProgrammeRate.nr), 0)).where(ProgrammeRate.programme_id == programme.id)
    )
    row = ProgrammeRate(
        programme_id=programme.id,
        nr=(newest or 0) + 1,
        commission_bps=rates.commission,
        in_stream_bps=rates.in_stream,
        replay_bps=rates.replay,
        after_stream_bps=rates.after_stream,
        off_stream_bps=rates.off_stream,
        announced_by=by.person_id,
        announced_at=at,
    )
    db.session.add(row)
    db.session.flush()


def _check(rates: Rates) -> None:
    if any(rate is not None and not 0 <= rate <= 10_000 for rate in vars(rates).values()):
        raise BadInput(gettext("A rate lies between 0 and 100 percent."))


def _sql(name: str) -> Any:
    return statement("app.contracts", name)
