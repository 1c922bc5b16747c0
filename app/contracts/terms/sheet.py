"""The sheet: everything a brand and a creator agree, as one frozen value. It is what a round of an offer holds, what an
agreement freezes, and what a signed contract's rows are written from. Pure: no database, no clock.

Money is in minor units of the sheet's currency, rates in basis points, days are days of the sheet's time zone, scopes
are codes of the trees (app/catalog/taxonomy.py).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, is_dataclass
from datetime import date, timedelta
from functools import cache
from types import UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from app.clock import first_of_next_month
from app.contracts.terms.kinds import BonusKind, Consequence, Mode, OldContent

Value = TypeVar("Value")


@dataclass(frozen=True)
class Scope:
    """Where something holds: nodes of the four trees."""

    categories: tuple[str, ...] = ("all",)
    platforms: tuple[str, ...] = ("all",)
    territories: tuple[str, ...] = ("world",)
    formats: tuple[str, ...] = ("all",)


@dataclass(frozen=True)
class CarveOut:
    """A brand (its handle) that an exclusivity lets pass, until and including a day."""

    brand: str
    until: date


@dataclass(frozen=True)
class Exclusivity:
    """What the creator may not do for others (rules.md B13). `fee` is a month's, in minor units."""

    level: str  # full, category, named_rivals
    scope: Scope = Scope()
    rivals: tuple[str, ...] = ()  # handles of brands
    rival_names: tuple[str, ...] = ()  # of brands that are not here: said in the text, checked by nobody
    pre_days: int = 0
    cool_off_days: int = 0
    carve_outs: tuple[CarveOut, ...] = ()
    fee: int = 0
    breach: str = Consequence.WARN
    organic_mentions: bool = True
    old_content: str = OldContent.KEEP


@dataclass(frozen=True)
class Condition:
    """What must hold in a month: valid_minutes, valid_streams, posts, no_open_breach, refund_rate_below (bps)."""

    what: str
    required: int = 0


@dataclass(frozen=True)
class Step:
    """A tier of a threshold: from which value it counts, and the rate or the fixed amount it brings."""

    from_value: int
    rate_bps: int | None = None
    amount: int | None = None


@dataclass(frozen=True)
class Bonus:
    """One line of monthly money (rules.md B7 to B9): retainer, guarantee, threshold or quota."""

    kind: str
    amount: int = 0
    conditions: tuple[Condition, ...] = ()
    mode: str = Mode.SCALED
    counts_retainer: bool = False
    measure: str | None = None  # net_sales, orders, valid_minutes, new_customers
    period: str | None = None  # month, contract
    tiering: str | None = None  # marginal, whole_period, next_sale, fixed
    sticky: bool = False
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True)
class Sheet:
    """The terms of one contract, or of one round about it."""

    starts_on: date
    ends_on: date
    timezone: str
    currency: str
    commission_bps: int
    window_days: int = 14
    hold_days: int = 30
    in_stream_bps: int | None = None
    replay_bps: int | None = None
    after_stream_bps: int | None = None
    off_stream_bps: int | None = None
    offset_bps: int = 5000  # of a payout, at most, that repays what the creator owes the brand
    keeps_cancelled: bool = False  # the commission of what the brand itself cancels
    coupons: tuple[str, ...] = ()
    work: Scope = Scope(formats=("live",))
    exclusivity: Exclusivity | None = None
    bonuses: tuple[Bonus, ...] = ()
    cap_month: int | None = None
    cap_contract: int | None = None
    evaluation_day: int = 5
    stream_minutes: int = 60
    day_minutes: int = 240
    month_minutes: int | None = None
    notice_brand_days: int = 30
    notice_creator_days: int = 14
    goal: str = ""
    gifts: int = 0  # the value of what is given in kind
    law: str = ""  # the country whose law governs, ISO 3166-1
    language: str = "en"  # of the contract's text
    clauses: str = ""  # plain text
    effective_on: date | None = None  # an amendment's first day

    def as_json(self) -> dict[str, Any]:
        """The sheet for a jsonb column; `Sheet.of` reads it back, equal."""
        stored: dict[str, Any] = json.loads(json.dumps(asdict(self), default=date.isoformat))
        return stored

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> Sheet:
        """The sheet from what `as_json` wrote."""
        return _built(cls, stored)

    def canonical(self) -> bytes:
        """The one way to write this sheet down; what is hashed and compared."""
        return json.dumps(self.as_json(), sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def fingerprint(sheet: Sheet, body: str) -> bytes:
    """SHA-256 over the contract's text and its data (rules.md B17): what both sign."""
    return hashlib.sha256(body.encode() + b"\0" + sheet.canonical()).digest()


def monthly_promise(sheet: Sheet) -> int:
    """What a whole month promises for sure: retainers, guarantees and quotas up to the caps, and the exclusivity's fee,
    in minor units."""
    promised = sum(bonus.amount for bonus in sheet.bonuses if bonus.kind != BonusKind.THRESHOLD)
    caps = [cap for cap in (sheet.cap_month, sheet.cap_contract) if cap is not None]
    return min([promised, *caps]) + (sheet.exclusivity.fee if sheet.exclusivity else 0)


def _built(kind: type[Value], stored: Mapping[str, Any]) -> Value:
    hints = _hints(kind)
    return kind(**{name: _value(hints[name], value) for name, value in stored.items() if name in hints})


# resolving them takes milliseconds, and a list of contracts builds hundreds of sheets
_hints: Callable[[Any], dict[str, Any]] = cache(get_type_hints)


def _value(hint: Any, value: Any) -> Any:
    """What JSON says, as the type of the field wants it."""
    if value is None:
        return None
    if get_origin(hint) in (UnionType, Union):
        (hint,) = [each for each in get_args(hint) if each is not type(None)]
    if get_origin(hint) is tuple:
        inner = get_args(hint)[0]
        return tuple(_value(inner, each) for each in value)
    if hint is date:
        return date.fromisoformat(value)
    return _built(hint, value) if is_dataclass(hint) else value  # type: ignore[arg-type]


def usual_terms(timezone: str, currency: str, on: date) -> Sheet:
    """What an empty form begins with: the usual terms, for a year from the first of the next month on."""
    first = first_of_next_month(on)
    last = date(first.year + 1, first.month, 1) - timedelta(days=1)
    return Sheet(starts_on=first, ends_on=last, timezone=timezone, currency=currency, commission_bps=1000)
