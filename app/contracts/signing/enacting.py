"""What both have signed becomes rows: a contract with its first terms, or a change of one (rules.md B16, B17).

The database has the last word: contracts of a pair that overlap, a code that is taken, an exclusivity in the way.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from flask_babel import gettext
from psycopg import errors
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.contracts.announcing import announce_enacted
from app.contracts.changes import amending
from app.contracts.exclusivity import claims
from app.contracts.models import Agreement, AgreementKind, AgreementStatus, Contract, Coupon, OfferRound, Terms
from app.contracts.periods import end_of, period_of
from app.contracts.terms import monthly_lines
from app.contracts.terms.coupons import coupon_key
from app.contracts.terms.sheet import Sheet
from app.database import db, lock, raw
from app.errors import Conflict
from app.ledger import funding
from app.transitions import move


def enact(agreement: Agreement, *, at: datetime) -> Contract:
    """Makes the contract, or changes it, as the agreement says, and marks the agreement signed; the caller has locked
    it and stored its signatures, or told the creator. What its offer reserved is the contract's from here on.

    Raises Conflict (exclusivity.Clash is one) when something else took the place meanwhile, and what amending.check
    does; then nothing is changed.
    """
    amends = agreement.kind == AgreementKind.AMENDMENT
    with readable_clashes():
        contract = _amend_contract(agreement, at) if amends else _create_contract(agreement, at)
        agreement.contract_id = contract.id
        move(agreement, AgreementStatus.SIGNED)
        agreement.signed_at = at
        db.session.flush()
    claims.write(contract, agreement.sheet)
    announce_enacted(agreement, contract, amends=amends, at=at)
    if agreement.offer_round_id is not None:
        offer_id = db.session.scalars(
            select(OfferRound.offer_id).where(OfferRound.id == agreement.offer_round_id)
        ).one()
        funding.move(offer_id, contract.id, at=at)
    return contract


@contextmanager
def readable_clashes() -> Iterator[None]:
    """Turns what the database refuses into one sentence; what was written inside is undone."""
    try:
        with db.session.begin_nested():
            yield
    except IntegrityError as error:
        taken: dict[str | None, str] = {
            "ex_contract_pair": gettext(
                "The two of you have another contract in these days: change that one, or agree on other days."
            ),
            "ex_coupon_key": gettext("One of the codes is another contract's in these days: agree on another code."),
        }
        name = error.orig.diag.constraint_name if isinstance(error.orig, errors.IntegrityError) else None
        if name not in taken:
            raise
        raise Conflict(taken[name]) from error


def _create_contract(agreement: Agreement, at: datetime) -> Contract:
    sheet = agreement.sheet
    period = period_of(sheet.starts_on, sheet.ends_on, sheet.timezone)
    if at >= end_of(period):
        raise Conflict(gettext("The last day had passed before both signed: agree on other days."))
    # Contracts of one creator are made in turn, or two at once would wait for each other until one is refused.
    raw().execute("select from creator where id = %s for no key update", [agreement.creator_id])
    contract = Contract(
        ref=_free_ref(agreement),
        brand_id=agreement.brand_id,
        creator_id=agreement.creator_id,
        starts_on=sheet.starts_on,
        ends_on=sheet.ends_on,
        timezone=sheet.timezone,
        period=period,
        recorded_at=at,
        signed_at=at,
        **{name: getattr(sheet, name) for name in amending.SETTINGS},
    )
    db.session.add(contract)
    db.session.flush()
    pair = {"contract_id": contract.id, "brand_id": contract.brand_id, "creator_id": contract.creator_id}
    db.session.add(Terms(**pair, nr=1, valid=period, recorded_at=at, **amending.terms(sheet)))
    _add_coupons(contract, sheet, at)
    lines = monthly_lines.lines_of(sheet)
    monthly_lines.write(contract, lines, sheet.currency, first_on=sheet.starts_on, at=at)
    return contract


def _amend_contract(agreement: Agreement, at: datetime) -> Contract:
    contract = lock(db.session.get_one(Contract, agreement.contract_id))
    amending.must_be_fresh(contract, agreement.made_at)
    amending.apply(contract, agreement.sheet, at=at)
    return contract


def _add_coupons(contract: Contract, sheet: Sheet, at: datetime) -> None:
    for code in sheet.coupons:
        row = {"brand_id": contract.brand_id, "contract_id": contract.id, "period": contract.period, "recorded_at": at}
        db.session.add(Coupon(code=code, key=coupon_key(code), **row))


def _free_ref(agreement: Agreement) -> str:
    """C- and the agreement's number; another where a file has brought a contract of that name."""
    wanted = ref = f"C-{agreement.id}"
    number = 1
    while db.session.scalar(select(Contract.id).where(Contract.ref == ref)):
        number += 1
        ref = f"{wanted}-{number}"
    return ref
