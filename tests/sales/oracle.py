"""A plain reading of spec/settlement.md sections 1-6 and 8 and of the exports in spec/formats.md.

It is slow, literal and never imports the product: what the SQL answers is compared with what is said here.
Amounts of a `Line` are integers in minor units; what is absent is None.
"""

import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext
from functools import partial
from typing import TypeVar

from tests.sales.facts import Contract, Fee, Key, Market, Refund, Sale, Stream, Terms, Touch

RULES = ("checkout", "coupon", "touch")
LABELS = ("in_stream", "replay", "after_stream", "off_stream")
ATTRIBUTION_COLUMNS = (
    "brand,source,order,line,rule,label,creator,contract,stream,touch,currency,base_minor,rate_bps,commission_minor,"
    "fee_minor,refunded_minor,net_commission_minor,net_fee_minor,available_on"
).split(",")
BALANCE_COLUMNS = "brand,account,creator,currency,balance_minor".split(",")

# ISO 4217 itself, not CLDR: the two differ (of the Iraqi dinar ISO keeps 3 decimals, CLDR none).
ISO_EXPONENTS = (
    dict.fromkeys("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split(), 0)
    | dict.fromkeys("BHD IQD JOD KWD LYD OMR TND".split(), 3)
    | dict.fromkeys("CLF UYW".split(), 4)
)
FRESH = timedelta(minutes=30)
LONG_AGO = datetime.min.replace(tzinfo=UTC)
Version = TypeVar("Version", Fee, Terms)


@dataclass(frozen=True)
class Claim:
    """Whose a sale is: the rule that matched, and the terms in force then."""

    rule: str
    contract: Contract
    terms: Terms
    stream: Stream | None = None
    touch: Touch | None = None


@dataclass(frozen=True)
class Line:
    """What one sale line came to. A house line has no rule but a reason, and earns nothing.

    Of the reasons only `not_commissionable` is the spec's; every other house line is called `unclaimed` here.
    """

    currency: str
    base_minor: int
    refunded_minor: int
    excess_minor: int
    reason: str | None = None
    rule: str | None = None
    label: str | None = None
    creator: str | None = None
    contract: str | None = None
    stream: str | None = None
    touch: str | None = None
    rate_bps: int | None = None
    commission_minor: int = 0
    fee_minor: int = 0
    net_commission_minor: int = 0
    net_fee_minor: int = 0
    available_on: date | None = None


Lines = dict[Key, Line]


class Known:
    """The facts of a market, laid out so that a sale finds its own."""

    def __init__(self, market: Market) -> None:
        self.fees = {brand.handle: brand.fees for brand in market.brands}
        self.not_commissionable = {(p.brand, p.sku) for p in market.products if not p.commissionable}
        self.streams = {(stream.brand, stream.stream): stream for stream in market.streams}
        self.streams_of: dict[tuple[str, str], list[Stream]] = defaultdict(list)
        for stream in market.streams:
            self.streams_of[stream.brand, stream.creator].append(stream)
        self.contracts: dict[tuple[str, str], list[Contract]] = defaultdict(list)
        self.coupons: dict[tuple[str, str], list[Contract]] = defaultdict(list)
        self.promises: dict[tuple[str, str], list[tuple[Touch, Claim]]] = defaultdict(list)
        self.refunds: dict[Key, list[Refund]] = defaultdict(list)
        for contract in market.contracts:
            self.contracts[contract.brand, contract.creator].append(contract)
            for key in {coupon_key(code) for code in contract.coupons}:
                self.coupons[contract.brand, key].append(contract)
        for touch in market.touches:
            if covering := self.contract_of(touch.brand, touch.creator, touch.occurred_at):
                self.promises[touch.brand, touch.visitor].append((touch, self.promise(touch, covering)))
        for refund in market.refunds:
            self.refunds[refund.sale_key].append(refund)

    def contract_of(self, brand: str, creator: str, at: datetime) -> Contract | None:
        """The pair's contract that covers the instant."""
        return the_one_covering(self.contracts.get((brand, creator), []), at)

    def promise(self, touch: Touch, contract: Contract) -> Claim:
        """What a touch promises for the sales to come: the terms in force at the touch."""
        stream = self.streams[touch.brand, touch.stream] if touch.stream else None
        return Claim("touch", contract, in_force(contract.terms, touch.occurred_at), stream, touch)


def settle(market: Market) -> Lines:
    """Every sale line of the market, by its key, as it stands when everything has arrived."""
    known = Known(market)
    return {sale.key: settle_sale(known, sale) for sale in market.sales}


def settle_sale(known: Known, sale: Sale) -> Line:
    """What one sale line comes to: base and refunds, whose it is, its label, rate and amounts."""
    base = base_minor(sale)
    returned = sum(to_minor(r.amount, r.currency) for r in known.refunds.get(sale.key, []) if not mismatched(r, sale))
    refunded = min(base, returned)
    line = partial(
        Line, currency=sale.currency, base_minor=base, refunded_minor=refunded, excess_minor=returned - refunded
    )
    if (sale.brand, sale.sku) in known.not_commissionable:
        return line(reason="not_commissionable")
    claim = by_checkout(known, sale) or by_coupon(known, sale) or by_touch(known, sale)
    if claim is None:
        return line(reason="unclaimed")
    label = label_of(claim, sale.occurred_at)
    rate_bps = to_bps(claim.terms.percent(label))
    fee_bps = to_bps(in_force(known.fees[sale.brand], sale.occurred_at).percent)
    return line(
        rule=claim.rule,
        label=label,
        creator=claim.contract.creator,
        contract=claim.contract.contract,
        stream=claim.stream.stream if claim.stream else None,
        touch=claim.touch.touch if claim.touch else None,
        rate_bps=rate_bps,
        commission_minor=share(base, rate_bps),
        fee_minor=share(base, fee_bps),
        net_commission_minor=share(base - refunded, rate_bps),
        net_fee_minor=share(base - refunded, fee_bps),
        available_on=sale.occurred_at.astimezone(UTC).date() + timedelta(days=claim.terms.hold_days),
    )


def by_checkout(known: Known, sale: Sale) -> Claim | None:
    """Rule 1: `checkout_stream` names a stream of this brand, whose creator is under contract at the sale."""
    stream = known.streams.get((sale.brand, sale.checkout_stream or ""))
    contract = stream and known.contract_of(sale.brand, stream.creator, sale.occurred_at)
    return Claim("checkout", contract, in_force(contract.terms, sale.occurred_at), stream) if contract else None


def by_coupon(known: Known, sale: Sale) -> Claim | None:
    """Rule 2: the code belongs to a contract of this brand that covers the sale."""
    key = coupon_key(sale.coupon or "")
    contract = the_one_covering(known.coupons.get((sale.brand, key), []) if key else [], sale.occurred_at)
    if contract is None:
        return None
    stream = on_air(known, contract, sale.occurred_at)
    return Claim("coupon", contract, in_force(contract.terms, sale.occurred_at), stream)


def on_air(known: Known, contract: Contract, at: datetime) -> Stream | None:
    """Section 4: of the streams of brand and creator that run at the sale the one that started last; of equal starts
    the smallest reference in byte order."""
    running = [s for s in known.streams_of[contract.brand, contract.creator] if runs(s, at)]
    latest = max((stream.starts_at for stream in running), default=None)
    ties = {in_bytes(stream.stream): stream for stream in running if stream.starts_at == latest}
    return ties[min(ties)] if ties else None


def by_touch(known: Known, sale: Sale) -> Claim | None:
    """Rule 3: the latest touch that still holds; of equal instants the smallest reference in byte order."""
    promises = known.promises.get((sale.brand, sale.visitor), []) if sale.visitor else []
    holding = [(touch, claim) for touch, claim in promises if holds(touch, claim.terms, sale.occurred_at)]
    if not holding:
        return None
    latest = max(touch.occurred_at for touch, _ in holding)
    ties = {in_bytes(touch.touch): claim for touch, claim in holding if touch.occurred_at == latest}
    return ties[min(ties)]


def holds(touch: Touch, terms: Terms, at: datetime) -> bool:
    """The touch is not after the sale, and at most the window of elapsed time before it."""
    return touch.occurred_at <= at and at - touch.occurred_at <= timedelta(hours=24 * terms.window_days)


def runs(stream: Stream, at: datetime) -> bool:
    """Whether the stream is on air. One without an end is still running."""
    return stream.starts_at <= at and (stream.ends_at is None or at < stream.ends_at)


def label_of(claim: Claim, at: datetime) -> str:
    """Section 4."""
    stream = claim.stream
    if stream is None:
        return "off_stream"
    ended = stream.ends_at is not None and at >= stream.ends_at
    running = runs(stream, at)
    if claim.touch is None:
        return "in_stream" if running else "replay" if ended else "off_stream"
    return "in_stream" if running and at - claim.touch.occurred_at <= FRESH else "after_stream"


# --- what is in force, and amounts -----------------------------------------------------------------------------------


def the_one_covering(contracts: list[Contract], at: datetime) -> Contract | None:
    """Of contracts that may not overlap (one pair's, or one code's) the one that covers the instant."""
    covering = [contract for contract in contracts if contract.covers(at)]
    assert len(covering) <= 1, f"an impossible market: at {at} the contracts {covering} overlap"
    return covering[0] if covering else None


def in_force(versions: tuple[Version, ...], at: datetime) -> Version:
    """The latest version that had begun; one without `valid_from` had always."""
    begun = [version for version in versions if version.valid_from is None or version.valid_from <= at]
    return max(begun, key=lambda version: version.valid_from or LONG_AGO)


def coupon_key(code: str) -> str:
    """What two spellings of one code have in common (section 3, rule 2)."""
    seen = "".join(sign for sign in unicodedata.normalize("NFKC", code) if unicodedata.category(sign) != "Cf")
    return unicodedata.normalize("NFKC", seen.strip().casefold())


def mismatched(refund: Refund, sale: Sale) -> bool:
    """Section 6: a refund in another currency than its sale is kept, flagged, and counts for nothing."""
    return refund.currency != sale.currency


def base_minor(sale: Sale) -> int:
    """Section 1. A unit price may have any number of decimals, so no digit may be lost before the one rounding."""
    with localcontext(Context(prec=2000)):
        return to_minor(sale.quantity * sale.unit_price - (sale.discount or 0), sale.currency)


def to_minor(amount: Decimal, currency: str) -> int:
    """An amount in major units as ISO 4217 minor units, rounded."""
    return half_away(amount.scaleb(ISO_EXPONENTS.get(currency, 2)))


def to_bps(percent: Decimal) -> int:
    """A percentage of at most two decimals as basis points."""
    return int(percent * 100)


def share(amount_minor: int, bps: int) -> int:
    """`round(amount x rate)`."""
    return half_away(Decimal(amount_minor * bps) / 10_000)


def half_away(amount: Decimal) -> int:
    return int(amount.to_integral_value(ROUND_HALF_UP))  # the name decimal gives to "half away from zero"


# --- the exports of spec/formats.md ----------------------------------------------------------------------------------


def attribution_rows(market: Market, lines: Lines | None = None) -> list[tuple[str, ...]]:
    """The rows of `export attributions`, columns as in ATTRIBUTION_COLUMNS; settles unless `lines` are given."""
    lines = settle(market) if lines is None else lines
    theirs = sorted((key for key, line in lines.items() if line.rule), key=lambda key: in_bytes(*key))
    return [(*key, *(cell(lines[key], column) for column in ATTRIBUTION_COLUMNS[4:])) for key in theirs]


def balances(market: Market, lines: Lines, at: date) -> dict[Key, int]:
    """(brand, account, creator, currency) -> minor units, where nothing but commissions and fees has been booked."""
    balance: dict[Key, int] = defaultdict(int)
    for sale in market.sales:
        line = lines[sale.key]
        if line.creator and line.available_on:
            side = "creator_pending" if line.available_on > at else "creator_payable"
            balance[sale.brand, side, line.creator, line.currency] += line.net_commission_minor
            balance[sale.brand, "platform_revenue", "", line.currency] += line.net_fee_minor
            balance[sale.brand, "brand_funds", "", line.currency] -= line.net_commission_minor + line.net_fee_minor
    return {key: amount for key, amount in balance.items() if amount}


def balance_rows(market: Market, lines: Lines, at: date) -> list[tuple[str, ...]]:
    """The rows of `export balances --at`, columns as in BALANCE_COLUMNS."""
    found = balances(market, lines, at)
    return [(*key, str(found[key])) for key in sorted(found, key=lambda key: in_bytes(*key))]


def currency_mismatches(market: Market) -> set[tuple[str, str, str, str, str]]:
    """(brand, source, refund, order, line) of every refund that is flagged `currency_mismatch`."""
    sales = {sale.key: sale for sale in market.sales}
    known = ((refund, sales.get(refund.sale_key)) for refund in market.refunds)
    return {(r.brand, r.source, r.refund, r.order, r.line) for r, sale in known if sale and mismatched(r, sale)}


def in_bytes(*reference: str) -> tuple[bytes, ...]:
    """What a reference of one part or several is sorted by."""
    return tuple(part.encode() for part in reference)


def cell(line: Line, column: str) -> str:
    value = getattr(line, column)
    return "" if value is None else str(value)
