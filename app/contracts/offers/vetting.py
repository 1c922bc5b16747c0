"""Whether terms may be sent or accepted: by their own rules, beside the pair's other contracts, and beside what the
creator has promised others (rules.md B13, B14). The database has the last word when a contract is enacted; this says it
earlier and kindlier.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from flask_babel import gettext
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import Range

from app.clock import first_instant
from app.contracts.changes import amending
from app.contracts.exclusivity import closures
from app.contracts.models import Contract, Coupon
from app.contracts.terms import sheet_rules
from app.contracts.terms.coupons import coupon_key
from app.contracts.terms.sheet import Sheet
from app.database import db, lock
from app.errors import BadInput, Conflict
from app.users.models import Brand, Creator


def vet(brand: Brand, creator: Creator, sheet: Sheet, *, contract: Contract | None, at: datetime) -> None:
    """Returns when the sheet may be sent or accepted; `contract` is the one it amends, locked from here on.

    BadInput has all of `sheet_rules.problems` in `about["problems"]`; Conflict when the pair has a contract in these
    days, when a coupon is taken, or when an exclusivity is in the way (`about["conflicts"]`). For a change also what
    `amending.check` raises.
    """
    problems = sheet_rules.problems(sheet, at=at) or _unknown_brands(brand, sheet)
    if problems:
        raise BadInput(problems[0][1], problems=problems)
    if contract is None:
        _must_not_overlap(brand, creator, sheet)
    else:
        _must_amend(contract, sheet, at)
    _must_have_free_codes(brand, sheet, contract)
    except_contract = contract.id if contract else None
    clashes = closures.conflicts(creator.id, brand.id, sheet, except_contract=except_contract)
    if clashes:
        sentences = [closures.sentence(clash, sheet.timezone) for clash in clashes]
        raise Conflict(" ".join(dict.fromkeys(sentences)), conflicts=clashes)


def _unknown_brands(brand: Brand, sheet: Sheet) -> list[tuple[str, str]]:
    """Brands that an exclusivity names and that are not here, or are the brand itself."""
    if sheet.exclusivity is None:
        return []
    passing = [each.brand for each in sheet.exclusivity.carve_outs]
    named = {*sheet.exclusivity.rivals, *passing}
    known = set(db.session.scalars(select(Brand.handle).where(Brand.handle.in_(named)))) - {brand.handle}
    problems = []
    for field, handles in (("rivals", sheet.exclusivity.rivals), ("carve_outs", passing)):
        for handle in handles:
            if handle not in known:
                sentence = gettext(
                    "“%(brand)s” is not another brand on the platform: choose one from the list.", brand=handle[:60]
                )
                problems.append((f"exclusivity.{field}", sentence))
    return problems


def _must_not_overlap(brand: Brand, creator: Creator, sheet: Sheet) -> None:
    """The pair has one contract at a time (settlement.md section 2)."""
    pair = select(Contract).where(Contract.brand_id == brand.id, Contract.creator_id == creator.id)
    other = db.session.scalar(
        pair.where(Contract.period.overlaps(_period(sheet))).order_by(Contract.starts_on).limit(1)
    )
    if other is not None:
        raise Conflict(
            gettext(
                "The two of you have a contract from %(first)s to %(last)s: propose a change of it, or other days.",
                first=other.starts_on.isoformat(),
                last=other.ends_on.isoformat(),
            )
        )


def _must_amend(contract: Contract, sheet: Sheet, at: datetime) -> None:
    """The contract is locked, so that nobody ends it before this transaction does."""
    lock(contract)
    amending.check(contract, sheet, at=at)


def _must_have_free_codes(brand: Brand, sheet: Sheet, contract: Contract | None) -> None:
    """A code belongs to one contract of a brand at a time (settlement.md section 3)."""
    keys = [coupon_key(code) for code in sheet.coupons]
    taken = select(Coupon.code).where(Coupon.brand_id == brand.id, Coupon.key.in_(keys))
    taken = taken.where(Coupon.period.overlaps(_period(sheet)))
    if contract is not None:
        taken = taken.where(Coupon.contract_id != contract.id)
    code = db.session.scalar(taken.limit(1))
    if code is not None:
        raise Conflict(gettext("The code “%(code)s” is another contract's in these days: choose another.", code=code))


def _period(sheet: Sheet) -> Range[datetime]:
    """The instants that a contract or a change of one is to cover."""
    after = first_instant(sheet.ends_on + timedelta(days=1), sheet.timezone)
    return Range(first_instant(sheet.effective_on or sheet.starts_on, sheet.timezone), after)
