"""Likely misreadings of spec/settlement.md, each as a wrong piece for the oracle: owner, name, what instead."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any
from unicodedata import normalize

from tests.sales import facts, oracle
from tests.sales.days import zone_of
from tests.sales.facts import Contract, Sale, Stream
from tests.sales.moments import DAY, HALF_HOUR, TICK
from tests.sales.oracle import Claim, Known


def labels_with(running: Callable[[Stream, datetime], bool]) -> Callable[[Claim, datetime], str]:
    """`label_of` with another idea of when a stream is running."""

    def label_of(claim: Claim, at: datetime) -> str:
        if claim.stream is None:
            return "off_stream"
        if claim.touch:
            fresh = at - claim.touch.occurred_at <= HALF_HOUR
            return "in_stream" if fresh and running(claim.stream, at) else "after_stream"
        if running(claim.stream, at):
            return "in_stream"
        return "replay" if claim.stream.ends_at and at >= claim.stream.ends_at else "off_stream"

    return label_of


def rounded_each(sale: Sale) -> int:
    price, discount = (
        oracle.to_minor(major, sale.currency) for major in (sale.unit_price, sale.discount or Decimal(0))
    )
    return sale.quantity * price - discount


def midnight(fold: int) -> Callable[[date, str], datetime]:
    return lambda day, zone: datetime.combine(day, time(fold=fold), zone_of(zone)).astimezone(UTC)


def full_days(contract: Contract) -> tuple[datetime, datetime]:
    start = facts.first_instant(contract.starts_on, contract.timezone)
    return start, start + (contract.ends_on - contract.starts_on + DAY)


def shows_on_air(choose: Callable[..., datetime]) -> Callable[[Known, Contract, datetime], Stream | None]:
    """`on_air` that chooses otherwise among the starts."""

    def on_air(known: Known, contract: Contract, at: datetime) -> Stream | None:
        running = [s for s in known.streams_of[contract.brand, contract.creator] if oracle.runs(s, at)]
        start = choose((s.starts_at for s in running), default=None)
        return min((s for s in running if s.starts_at == start), key=lambda s: s.stream, default=None)

    return on_air


def any_creators_show(known: Known, contract: Contract, at: datetime) -> Stream | None:
    running = [s for s in known.streams.values() if s.brand == contract.brand and oracle.runs(s, at)]
    return max(running, key=lambda s: (s.starts_at, s.stream), default=None)


CHECKOUT, COUPON, TOUCH = oracle.by_checkout, oracle.by_coupon, oracle.by_touch


def any_brands_checkout(known: Known, sale: Sale) -> Claim | None:
    stream = next((stream for stream in known.streams.values() if stream.stream == sale.checkout_stream), None)
    return stream and CHECKOUT(known, replace(sale, brand=stream.brand))


def only_while_under_contract(known: Known, sale: Sale) -> Claim | None:
    claim = TOUCH(known, sale)
    return claim if claim and claim.contract.covers(sale.occurred_at) else None


def on_the_terms_at_the_sale(known: Known, sale: Sale) -> Claim | None:
    claim = TOUCH(known, sale)
    return claim and replace(claim, terms=oracle.in_force(claim.contract.terms, sale.occurred_at))


MISREADINGS: dict[str, tuple[Any, str, Any]] = {
    "the window's last instant is out": (
        oracle,
        "holds",
        lambda t, terms, at: t.occurred_at <= at < t.occurred_at + terms.window_days * DAY,
    ),
    "a window lasts a moment longer": (
        oracle,
        "holds",
        lambda t, terms, at: t.occurred_at <= at <= t.occurred_at + terms.window_days * DAY + TICK,
    ),
    "a touch at the instant of the sale is out": (
        oracle,
        "holds",
        lambda t, terms, at: t.occurred_at < at <= t.occurred_at + terms.window_days * DAY,
    ),
    "a window is whole UTC days": (
        oracle,
        "holds",
        lambda t, terms, at: t.occurred_at <= at and (at.date() - t.occurred_at.date()).days <= terms.window_days,
    ),
    "ties go to the largest reference": (oracle, "in_bytes", lambda text: tuple(-byte for byte in text.encode())),
    "ties go by UTF-16": (oracle, "in_bytes", lambda text: text.encode("utf-16-be")),
    "ties go by letter, then by case": (oracle, "in_bytes", lambda text: (text.casefold(), text)),
    "ties go by number": (oracle, "in_bytes", lambda text: (not text.isdigit(), len(text), text)),
    "thirty minutes are out": (oracle, "FRESH", HALF_HOUR - TICK),
    "thirty minutes and a moment are in": (oracle, "FRESH", HALF_HOUR + TICK),
    "a stream's end is in": (
        oracle,
        "label_of",
        labels_with(lambda s, at: s.starts_at <= at and (not s.ends_at or at <= s.ends_at)),
    ),
    "a stream's start is out": (
        oracle,
        "label_of",
        labels_with(lambda s, at: s.starts_at < at and (not s.ends_at or at < s.ends_at)),
    ),
    "a stream without an end is over": (
        oracle,
        "label_of",
        labels_with(lambda s, at: bool(s.ends_at) and s.starts_at <= at < s.ends_at),
    ),
    "a contract's first instant is out": (Contract, "covers", lambda c, at: c.period[0] < at < c.period[1]),
    "the instant after a contract is in": (
        oracle,
        "the_one_covering",
        lambda contracts, at: next((c for c in contracts if c.period[0] <= at <= c.period[1]), None),
    ),
    "every day has 24 hours": (Contract, "period", property(full_days)),
    "a day begins at midnight UTC": (facts, "first_instant", lambda day, _: datetime.combine(day, time(), UTC)),
    "of two midnights the second": (facts, "first_instant", midnight(fold=1)),
    "codes are lower case": (oracle, "coupon_key", lambda code: code.strip().lower()),
    "codes are upper case": (oracle, "coupon_key", lambda code: code.strip().upper()),
    "codes keep their spaces": (oracle, "coupon_key", str.casefold),
    "codes keep all but the plain space": (oracle, "coupon_key", lambda code: code.strip(" ").casefold()),
    "codes keep their form": (oracle, "coupon_key", lambda code: code.strip().casefold()),
    "codes keep what nobody sees": (
        oracle,
        "coupon_key",
        lambda code: normalize("NFKC", normalize("NFKC", code).strip().casefold()),
    ),
    "a code is never used on air": (oracle, "on_air", lambda known, contract, at: None),
    "of several shows on air the first": (oracle, "on_air", shows_on_air(min)),
    "a code may be used on any creator's show": (oracle, "on_air", any_creators_show),
    "coupon goes before checkout": (
        oracle,
        "by_checkout",
        lambda known, sale: oracle.by_coupon(known, sale) or CHECKOUT(known, sale),
    ),
    "touch goes before coupon": (
        oracle,
        "by_coupon",
        lambda known, sale: oracle.by_touch(known, sale) or COUPON(known, sale),
    ),
    "there are no versions": (oracle, "in_force", lambda versions, _: versions[0]),
    "the newest version is always in force": (
        oracle,
        "in_force",
        lambda versions, _: max(versions, key=lambda v: v.valid_from or oracle.LONG_AGO),
    ),
    "nought is not given": (
        oracle.Terms,
        "percent",
        lambda terms, label: getattr(terms, f"{label}_percent") or terms.commission_percent,
    ),
    "a checkout's stream may be of any brand": (oracle, "by_checkout", any_brands_checkout),
    "a contract must still run at the sale": (oracle, "by_touch", only_while_under_contract),
    "the terms are always those at the sale": (oracle, "by_touch", on_the_terms_at_the_sale),
    "half goes to even": (oracle, "half_away", lambda amount: int(amount.to_integral_value(ROUND_HALF_EVEN))),
    "half goes down": (oracle, "half_away", int),
    "each piece is rounded": (oracle, "base_minor", rounded_each),
    "every currency has cents": (oracle, "ISO_EXPONENTS", {}),
    "all currencies are one": (oracle, "mismatched", lambda refund, sale: False),
}
