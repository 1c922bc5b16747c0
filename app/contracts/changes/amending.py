"""Other terms inside a running contract, as a version in time (rules.md B16, settlement.md section 2).

What was promised before the day of the change stays as it was: the version in force until then is cut there, and the
next one is added.
"""

from __future__ import annotations

from datetime import date, datetime

from flask_babel import gettext
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import Range

from app.clock import first_instant, today
from app.contracts.models import Agreement, AgreementStatus, Contract, Coupon, Ending, Terms
from app.contracts.periods import DAY, cut, period_of, start_of
from app.contracts.terms import monthly_lines
from app.contracts.terms.compare_terms import TESTS, running_thresholds_stay
from app.contracts.terms.coupons import coupon_key
from app.contracts.terms.current import TERMS, current_sheet, newest_terms
from app.contracts.terms.labels import FIELDS
from app.contracts.terms.sheet import Sheet
from app.database import db
from app.errors import BadInput, Conflict

FIXED = ("starts_on", "timezone", "currency")  # another contract would be needed
# How months are counted has no version in time, and months that are over may still wait for their final evaluation; nor
# have the notice and the share of a payout that repays a debt, which hold from the signature on: so these may only
# change in the creator's favour.
COUNTING = ("cap_month", "cap_contract", "evaluation_day", "stream_minutes", "day_minutes", "month_minutes")
NOTICES = ("notice_brand_days", "notice_creator_days")
SETTINGS = (*NOTICES, *COUNTING, "offset_bps")  # columns of the contract, called as in a sheet


def check(contract: Contract, sheet: Sheet, *, at: datetime) -> None:
    """Returns when the sheet can be an amendment of the contract that both sign at `at`; BadInput or Conflict if not.

    `effective_on` is a day of the contract's zone, the day after at the earliest and after the beginning of the newest
    version. Monthly money changes with a month, and no threshold inside its period (rules.md B9).
    """
    _must_run(contract, at)
    old, effective_on = current_sheet(contract), effective_day(sheet)
    fixed = [name for name in FIXED if getattr(old, name) != getattr(sheet, name)]
    if fixed:
        raise BadInput(
            gettext("These can't be changed within a contract, make a new one: %(names)s.", names=_names(fixed))
        )
    _must_be_in_time(contract, effective_on, at)
    if sheet.ends_on < effective_on:
        raise BadInput(gettext("The change would begin after the contract's last day: choose an earlier day."))
    if effective_on.day != 1 and not monthly_lines.same_money(old, sheet):
        raise BadInput(gettext("Monthly money can only change on the first day of a month."))
    if not running_thresholds_stay(monthly_lines.lines_of(old), monthly_lines.lines_of(sheet)):
        raise BadInput(
            gettext("A threshold over the whole contract is running: leave it as it is, or add another one beside it.")
        )
    harder = [name for name in SETTINGS if not TESTS[name](getattr(old, name), getattr(sheet, name))]
    if harder:
        raise BadInput(
            gettext("Inside a contract these may only change in the creator's favour: %(names)s.", names=_names(harder))
        )


def must_be_fresh(contract: Contract, begun_at: datetime) -> None:
    """Conflict when the contract has changed since a change of it was begun: a change is the whole terms, and would
    undo what nobody saw."""
    newer = select(Agreement.id).where(
        Agreement.contract_id == contract.id, Agreement.status == AgreementStatus.SIGNED, Agreement.signed_at > begun_at
    )
    joined = contract.follows_since is not None and contract.follows_since > begun_at
    if joined or db.session.scalar(newer.limit(1)):
        raise Conflict(
            gettext("The contract has changed since this change was drafted: start again from the current terms.")
        )


def apply(contract: Contract, sheet: Sheet, *, at: datetime) -> None:
    """Writes the amendment into the contract's rows, but for its claims; the contract is locked by the caller.

    Raises what `check` does; a clash with other contracts is the caller's to tell.
    """
    check(contract, sheet, at=at)
    effective_on = effective_day(sheet)
    contract.programme_id = contract.follows_since = None  # what both agree on is no programme's to change
    contract.ends_on = sheet.ends_on
    contract.period = period_of(contract.starts_on, sheet.ends_on, contract.timezone)
    for name in SETTINGS:
        setattr(contract, name, getattr(sheet, name))
    db.session.flush()
    begins = first_instant(effective_on, contract.timezone)
    _next_terms(contract, sheet, begins, at)
    _change_coupons(contract, sheet, begins, at)
    monthly_lines.change(contract, sheet, effective_on=effective_on, at=at)


def effective_day(sheet: Sheet) -> date:
    """The first day of an amendment; BadInput when it names none."""
    if sheet.effective_on is None:
        raise BadInput(gettext("Choose the day the change takes effect."))
    return sheet.effective_on


def terms(sheet: Sheet) -> dict[str, int | None]:
    """The columns of a version of terms that the sheet fills."""
    return {name: getattr(sheet, name) for name in TERMS}


def _must_run(contract: Contract, at: datetime) -> None:
    if contract.period.upper is not None and at >= contract.period.upper:
        raise Conflict(gettext("This contract has ended: make a new one."))
    if db.session.scalar(select(Ending.id).where(Ending.contract_id == contract.id)):
        raise Conflict(gettext("This contract is being ended: it can't be changed any more."))


def _must_be_in_time(contract: Contract, effective_on: date, at: datetime) -> None:
    earliest = today(contract.timezone, at=at) + DAY
    if effective_on < earliest:
        raise BadInput(
            gettext(
                "A change starts on the day after it is signed or announced at the earliest: choose %(day)s or later.",
                day=earliest.isoformat(),
            )
        )
    if effective_on > contract.ends_on + DAY:
        raise BadInput(gettext("A change begins on the day after the contract's last one at the latest."))
    newest = start_of(newest_terms(contract).valid)
    if first_instant(effective_on, contract.timezone) <= newest:
        raise Conflict(
            gettext(
                "The current terms start on %(day)s: choose a later day.",
                day=today(contract.timezone, at=newest).isoformat(),
            )
        )


def _next_terms(contract: Contract, sheet: Sheet, begins: datetime, at: datetime) -> None:
    newest = newest_terms(contract)
    newest.valid = cut(newest.valid, begins)
    db.session.flush()
    valid = Range(begins, contract.period.upper)
    pair = {"contract_id": contract.id, "brand_id": contract.brand_id, "creator_id": contract.creator_id}
    db.session.add(Terms(**pair, nr=newest.nr + 1, valid=valid, recorded_at=at, **terms(sheet)))
    db.session.flush()


def _change_coupons(contract: Contract, sheet: Sheet, begins: datetime, at: datetime) -> None:
    """Codes that stay go on to the contract's end, others end where the change begins, new ones begin there."""
    wanted = {coupon_key(code): code for code in sheet.coupons}
    covering = select(Coupon).where(Coupon.contract_id == contract.id, Coupon.period.contains(begins))
    for coupon in db.session.scalars(covering.order_by(Coupon.id)).all():
        stays = wanted.pop(coupon.key, None) is not None
        coupon.period = Range(coupon.period.lower, contract.period.upper if stays else begins)
    db.session.flush()
    period = Range(begins, contract.period.upper)
    for key, code in wanted.items():
        row = {"brand_id": contract.brand_id, "contract_id": contract.id, "period": period, "recorded_at": at}
        db.session.add(Coupon(code=code, key=key, **row))
    db.session.flush()


def _names(fields: list[str]) -> str:
    return ", ".join(str(FIELDS[name]) for name in fields)
