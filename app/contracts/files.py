"""Files of contracts (spec/formats.md)."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta

from app.clock import first_instant
from app.contracts.terms.coupons import coupon_key
from app.csvfiles.cells import DAY, PERCENT, REFERENCE, REFERENCES, TEXT, TIMEZONE, whole
from app.csvfiles.kinds import Column, Kind

# Between the keys of a row's codes: no key has a control character, but one may have a bar (made of a wide one).
KEYS_APART = "\x1f"


def _derive_contract(index: Mapping[str, int], _visitor_key: bytes) -> Callable[[list[str]], None]:
    """Behind the cells: the first instant covered, the first not covered any more, and the coupons' keys
    (settlement.md sections 2 and 3)."""
    starts, ends, zone, coupons = (index[name] for name in ("starts_on", "ends_on", "timezone", "coupons"))

    def derive(cells: list[str]) -> None:
        last = date.fromisoformat(cells[ends])
        cells.append(first_instant(date.fromisoformat(cells[starts]), cells[zone]).isoformat())
        cells.append(first_instant(last + timedelta(days=1), cells[zone]).isoformat())
        cells.append(KEYS_APART.join(coupon_key(code) for code in cells[coupons].split("|")))

    return derive


CONTRACTS = Kind(
    "contracts",
    "app.contracts",
    (
        Column("contract", REFERENCE),
        Column("brand", REFERENCE),
        Column("creator", REFERENCE),
        Column("starts_on", DAY),
        Column("ends_on", DAY),
        Column("timezone", TIMEZONE),
        Column("commission_percent", PERCENT),
        Column("in_stream_percent", PERCENT, optional=True),
        Column("replay_percent", PERCENT, optional=True),
        Column("after_stream_percent", PERCENT, optional=True),
        Column("off_stream_percent", PERCENT, optional=True),
        Column("window_days", whole(1, 90, "write a whole number from 1 to 90")),
        Column("hold_days", whole(0, 90, "write a whole number from 0 to 90")),
        Column("coupons", REFERENCES, optional=True),
        Column("exclusive_category", TEXT, optional=True),
    ),
    key=("contract",),
    tables=("contract", "coupon", "claim"),
    store=("contracts_store", "contracts_store_terms", "contracts_store_coupons", "contracts_store_claims"),
    derive=_derive_contract,
    derived={"starts_at": "timestamptz", "ends_at": "timestamptz", "coupon_keys": "text"},
)
