"""Issuing invoices: what was earned becomes a document with a number, once, in the caller's transaction (rules.md B24).

Whoever issues takes the row of the brand's series first and keeps it until the transaction ends: a second one waits,
and then finds nothing left. The number follows the last one; what is rolled back gives it back. The database refuses
a gap, and any change afterwards (migration 0040).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Self

from flask_babel import force_locale, gettext

from app import clock
from app.clock import first_of_next_month
from app.database import db, raw, rows, statement
from app.invoicing import profiles
from app.invoicing.countries import CREDIT, INVOICE, Decision, Way, decide, pack_of, vat_of, words
from app.invoicing.models import Invoice, InvoiceKind, SelfBillingAgreement, TaxProfile
from app.ledger.posting import open_posting, post
from app.security import Identity
from app.users.models import Brand, Creator
from app.users.trail import record
from config import settings

DUE_DAYS = 30  # after the day of issue (directive 2011/7/EU)


@dataclass(frozen=True)
class Line:
    """A line of an invoice, in minor units; a bonus that was corrected may make one negative."""

    kind: str
    count: int
    net: int
    tax: int

    @classmethod
    def of(cls, kind: str, count: int, net: int, rate_bps: int) -> Self:
        """A line with its VAT, which is rounded by itself."""
        return cls(kind, count, net, vat_of(net, rate_bps) if net >= 0 else -vat_of(-net, rate_bps))


@dataclass(frozen=True)
class Draft:
    """All of a document but its number."""

    kind: InvoiceKind
    series: int  # the brand whose series it is; 0: the platform's
    type_code: str
    brand: Brand
    creator: Creator | None
    seller: TaxProfile
    buyer: TaxProfile
    decision: Decision
    currency: str
    month: date
    lines: list[Line]
    title: str
    words: list[str]
    entries: list[tuple[int, int]]  # number and round of each entry it stands for
    agreement: SelfBillingAgreement | None = None
    corrects: Invoice | None = None
    cancels: bool = False


def due_pairs(month: date) -> list[tuple[int, int, str]]:
    """Brand, creator and currency of everything that may be invoiced for the month that begins on `month`."""
    given = {"until": first_of_next_month(month), "zone": settings().platform_timezone}
    return [tuple(row) for row in raw().execute(statement("app.invoicing", "due_pairs"), given)]


def self_bill(
    brand: Brand, creator: Creator, currency: str, month: date, *, at: datetime, by: Identity | None = None
) -> list[Invoice]:
    """Issues what is due between the two for the month that begins on `month` and earlier ones: credit notes for what
    was invoiced and taken back since, one for each invoice, then an invoice for the rest.

    Empty when nothing is due, without an agreement in force, and where the law wants no such invoice (`decide`). A
    rest below zero waits for the next month.
    """
    take_series(brand.id, at)
    agreement = _in_force(brand.id, creator.id)
    if agreement is None:
        return []
    seller, buyer = profiles.profile_of(creator), profiles.profile_of(brand)
    decision = decide(profiles.facts_of(seller), profiles.facts_of(buyer))
    if decision.way != Way.INVOICE or seller is None or buyer is None:
        return []
    row, since = agreement
    given = {"brand": brand.id, "creator": creator.id, "currency": currency, "since": since}
    found = rows(raw(), "app.invoicing", "to_invoice", given | {"until": first_of_next_month(month)})
    issued = [
        issue(credit_for(db.session.get_one(Invoice, original), entries, month), at=at, by=by)
        for original, entries in _by_original(found).items()
    ]
    rest = [entry for entry in found if entry.original is None]
    if sum(entry.amount for entry in rest) > 0:
        case = str(decision.case)
        draft = Draft(
            kind=InvoiceKind.SELF_BILLED,
            series=brand.id,
            type_code=INVOICE,
            brand=brand,
            creator=creator,
            seller=seller,
            buyer=buyer,
            decision=decision,
            currency=currency,
            month=month,
            lines=lines_of(rest, decision.rate_bps),
            title=pack_of(seller.country).title,
            words=words(case, seller.country, buyer.country, credit=False),
            entries=[(entry.id, entry.round) for entry in rest],
            agreement=row,
        )
        issued.append(issue(draft, at=at, by=by))
    return issued


def credit_for(original: Invoice, entries: Iterable[Any], month: date) -> Draft:
    """A credit note that takes `entries` (amounts below zero) of a self-billed invoice back, taxed as that was."""
    taken = list(entries)
    turned = [
        Line.of(line.kind, line.count, -line.net, original.rate_bps) for line in lines_of(taken, original.rate_bps)
    ]
    return credit_of(original, turned, month, entries=[(entry.id, entry.round) for entry in taken])


def credit_of(
    original: Invoice,
    lines: list[Line],
    month: date,
    *,
    entries: Sequence[tuple[int, int]] = (),
    cancels: bool = False,
) -> Draft:
    """A credit note of these lines, between the parties of a self-billed invoice and in its words."""
    seller = db.session.get_one(TaxProfile, original.detail["seller"]["profile"])
    buyer = db.session.get_one(TaxProfile, original.detail["buyer"]["profile"])
    return Draft(
        kind=InvoiceKind.SELF_BILLED_CREDIT,
        series=original.series,
        type_code=CREDIT,
        brand=original.brand,
        creator=original.creator,
        seller=seller,
        buyer=buyer,
        decision=Decision(Way.INVOICE, original.tax_case, original.rate_bps),  # type: ignore[arg-type]
        currency=original.currency,
        month=month,
        lines=lines,
        title=pack_of(seller.country).credit_title,
        words=words(original.tax_case, seller.country, buyer.country, credit=True),
        entries=list(entries),
        agreement=db.session.get(SelfBillingAgreement, original.agreement_id),
        corrects=original,
        cancels=cancels,
    )


def lines_of(entries: Iterable[Any], rate_bps: int) -> list[Line]:
    """One line for the commissions and one for the bonuses, where they come to something."""
    sums: dict[str, list[int]] = defaultdict(list)
    for entry in entries:
        sums[entry.kind].append(entry.amount)
    return [
        Line.of(kind, len(each), sum(each), rate_bps) for kind, each in sorted(sums.items(), reverse=True) if sum(each)
    ]


def issue(draft: Draft, *, at: datetime, by: Identity | None = None) -> Invoice:
    """Gives the document the next number of its series, stores it with everything it says, and books its VAT.

    The caller has taken the series (`take_series`).
    """
    on = clock.today(settings().platform_timezone, at=at)
    nr = _next(draft.series, on.year)
    pack = pack_of(draft.seller.country)
    invoice = Invoice(
        kind=draft.kind,
        series=draft.series,
        year=on.year,
        nr=nr,
        number=f"{f'SB{draft.series}' if draft.series else 'F'}-{on.year}-{nr:05}",
        brand_id=draft.brand.id,
        creator_id=draft.creator.id if draft.creator else None,
        agreement_id=draft.agreement.id if draft.agreement else None,
        corrects_id=draft.corrects.id if draft.corrects else None,
        cancels=draft.cancels,
        month=draft.month,
        currency=draft.currency,
        tax_case=str(draft.decision.case),
        type_code=draft.type_code,
        net=sum(line.net for line in draft.lines),
        tax=sum(line.tax for line in draft.lines),
        rate_bps=draft.decision.rate_bps,
        issued_on=on,
        issued_at=at,
        due_on=on + timedelta(days=DUE_DAYS),
        object_until=on + timedelta(days=pack.object_days),
        detail=_detail(draft, pack.language),
    )
    db.session.add(invoice)
    db.session.flush()
    with raw().cursor() as cursor:
        cursor.executemany(
            "insert into invoice_entry (brand_id, entry_id, round, invoice_id) values (%s, %s, %s, %s)",
            [(draft.brand.id, entry, nth, invoice.id) for entry, nth in draft.entries],
        )
    if not draft.cancels:  # what is cancelled was objected to, and its VAT went back then
        post_vat(invoice, invoice.tax, back=invoice.is_credit, seq=1, at=at)
    amounts = {"amount": invoice.gross, "currency": invoice.currency}
    record("issue", "invoice", invoice.id, by=by, at=at, number=invoice.number, **amounts)
    return invoice


def post_vat(invoice: Invoice, amount: int, *, back: bool, seq: int, at: datetime) -> None:
    """Books `amount` of VAT beside what it is on: towards the seller, or back to the brand; nothing where it is 0."""
    given = {"invoice": invoice.id, "amount": amount, "back": back, "seq": seq, "at": at}
    open_posting(raw())
    raw().execute(statement("app.invoicing", "vat"), given | {"on": clock.today(settings().platform_timezone, at=at)})
    post(raw(), at=at)


def take_series(series: int, at: datetime) -> None:
    """Makes this transaction the only one that issues in the series of the year of `at`, waiting for another."""
    year = clock.today(settings().platform_timezone, at=at).year
    raw().execute("insert into invoice_series (brand_id, year) values (%s, %s) on conflict do nothing", [series, year])
    raw().execute("select last from invoice_series where (brand_id, year) = (%s, %s) for update", [series, year])


def _next(series: int, year: int) -> int:
    given = [series, year]
    row = raw().execute(
        "update invoice_series set last = last + 1 where (brand_id, year) = (%s, %s) returning last", given
    )
    return int(row.fetchall()[0][0])


def _in_force(brand_id: int, creator_id: int) -> tuple[SelfBillingAgreement, date] | None:
    """The agreement that counts, and the day on which the pair first had one."""
    query = (
        "select agreement_id, (first_signed_at at time zone %s)::date from self_billing_now"
        " where brand_id = %s and creator_id = %s"
    )
    row = raw().execute(query, [settings().platform_timezone, brand_id, creator_id]).fetchone()
    return None if row is None else (db.session.get_one(SelfBillingAgreement, row[0]), row[1])


def _by_original(entries: Iterable[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for entry in entries:
        if entry.original is not None:
            found[entry.original].append(entry)
    return {original: each for original, each in sorted(found.items()) if sum(entry.amount for entry in each) < 0}


def _detail(draft: Draft, language: str) -> dict[str, Any]:
    """What the document says, frozen: both parties as they were, the lines in its language, the words of the law."""
    pack = pack_of(draft.seller.country)
    last = first_of_next_month(draft.month) - timedelta(days=1)
    with force_locale(language):
        names = {"commission": gettext("Commissions"), "bonus": gettext("Bonuses"), "fee": gettext("Platform fee")}
    said: dict[str, Any] = {
        "language": language,
        "title": draft.title,
        "words": draft.words,
        "period": [draft.month.isoformat(), last.isoformat()],
        "seller": _party(draft.seller),
        "buyer": _party(draft.buyer),
        "objecting": pack.objecting.format(days=pack.object_days) if draft.agreement and not draft.corrects else "",
        "lines": [
            {"kind": line.kind, "text": names[line.kind], "count": line.count, "net": line.net, "tax": line.tax}
            for line in draft.lines
        ],
    }
    if draft.corrects:
        said["corrects"] = [draft.corrects.number, draft.corrects.issued_on.isoformat()]
    return said


def _party(profile: TaxProfile) -> dict[str, Any]:
    names = ("name", "street", "postcode", "town", "country", "vat_number")
    shown = {name: getattr(profile, name) for name in names}
    return shown | {"profile": profile.id, "shown_number": profiles.shown_number(profile)}
