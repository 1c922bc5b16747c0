"""How the demo market came to be: its past is told again, in order, through the product's own doors.

Files are imported by the people who would have brought them, settled, and paid out by finance: last month's batches
are paid, this month's wait for somebody to approve them.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import select

from app.csvfiles.importing import Options, import_file
from app.database import db, raw
from app.demo import deals, factors, market, meeting, traffic, webshop
from app.demo.market import BRANDS, CREATORS, DAYS_BACK, NO_BANK_DETAILS, PASSWORD, PEOPLE, Row
from app.ledger import funding
from app.payouts import transfers
from app.payouts.bank import onboarding
from app.payouts.batches import approval, bankfiles, handover
from app.payouts.batches.assembly import assemble, minimum_of
from app.payouts.models import Payout, PayoutBatch
from app.sales.settlement import due_lanes, lock_lane, settle_batch
from app.security import Identity, Role
from app.uploads.file_kinds import KINDS
from app.users import people
from app.users.models import Brand, Creator, Membership, Person
from config import settings

REPORTS = (60, 45, 32, 14, 1, 0)  # so many days ago the brands sent their files
PAID_BEFORE, WAITING_SINCE = timedelta(days=30), timedelta(hours=20)
OWNER, CREAMS, AGENT = "brand@demo.example", "creams@demo.example", "agent@demo.example"
MAKER, CHECKER, SECOND_CHECKER, ADMIN, MEMBER = (
    "maker@demo.example",
    "checker@demo.example",
    "second-checker@demo.example",
    "admin@demo.example",
    "member@demo.example",
)


def play(now: datetime) -> None:
    """Fills an empty database, up to the instant `now`. The caller commits; some steps commit by themselves."""
    with TemporaryDirectory(prefix="streamcut-demo-") as folder:
        files = _Files(Path(folder))
        begun = now - timedelta(days=DAYS_BACK)
        files.bring("brands", market.brand_rows(), at=begun)
        files.bring("creators", market.creator_rows(), at=begun)
        _people(begun)
        _accounts(begun + timedelta(hours=1))
        files.bring("channels", market.channel_rows(), by=ADMIN, at=begun + timedelta(hours=2))
        files.bring("products", market.product_rows(), by=ADMIN, at=begun + timedelta(hours=2))
        files.bring("contracts", market.contract_rows(now.date()), by=ADMIN, at=begun + timedelta(hours=3))
        _top_ups(begun + timedelta(days=1))
        deals.introduce(person_of(ADMIN), begun + timedelta(days=1))
        deals.promise(person_of(OWNER), now, begun + timedelta(days=2))
        _history(files, begun, now)
        webshop.connect(person_of, now)
        _settle(now)
        deals.evaluate(now)
        deals.wait(person_of(CREAMS), person_of(AGENT), now)
        meeting.meet(person_of, now)
    db.session.commit()


def _history(files: _Files, begun: datetime, now: datetime) -> None:
    """Report after report, with finance's work in between."""
    shows, facts = traffic.shows(now), traffic.facts(now)
    since = begun
    for days in REPORTS:
        until = now - timedelta(days=days)
        files.bring("streams", [show.row() for show in shows if since <= show.starts_at < until], by=ADMIN, at=until)
        _report(files, [fact for fact in facts if since <= fact.at < until], until)
        _settle(until)
        db.session.commit()
        if days == 32:
            _pay_last_month(now - PAID_BEFORE)
        if days == 1:
            _ask_for_approval(now - WAITING_SINCE)
        since = until


def _report(files: _Files, facts: Sequence[traffic.Fact], at: datetime) -> None:
    """Each brand's files of one period. One of them sends its refunds before the sales they belong to."""
    for brand in BRANDS:
        by = MEMBER if brand.handle == "lumenhuis" else ADMIN
        kinds = ["touches", "sales", "refunds"]
        for kind in reversed(kinds) if brand.handle == "maillot" else kinds:
            rows = [fact.row for fact in facts if fact.kind == kind and fact.brand == brand.handle]
            files.bring(kind, rows, brand=brand.handle, by=by, at=at)


class _Files:
    """Writes rows as the files of spec/formats.md and imports them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def bring(self, kind: str, rows: Iterable[Row], *, at: datetime, by: str = "", brand: str = "") -> None:
        """Imports the rows, as somebody of `brand` where it is given."""
        rows = list(rows)
        if not rows:
            return
        path = self.folder / f"{brand or 'market'}-{kind}-{at:%Y-%m-%d}.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
        options = Options([_brand(brand).id] if brand else None)
        import_file(KINDS[kind], path, options, by=person_of(by) if by else None, at=at)


def _people(at: datetime) -> None:
    for email, name, language, role, of in PEOPLE:
        person = people.register(email, name, PASSWORD, language, at=at)
        for handle in of.split() or [""]:
            membership = Membership(person_id=person.id, role=role, granted_at=at)
            if role in (Role.CREATOR, Role.AGENT):
                membership.creator_id = _creator(handle).id
            elif handle:
                membership.brand_id = _brand(handle).id
            db.session.add(membership)
        if role == Role.FINANCE_CHECKER:
            factors.give(person.id, at=at)
    db.session.flush()


def _accounts(at: datetime) -> None:
    """Where money comes from and where it goes; entered by the admin, because whoever approves may not have."""
    by = person_of(ADMIN)
    onboarding.enter(None, "Streamcut Demo", market.iban_of("NL", 1), by=by, at=at)
    for number, handle in enumerate(CREATORS, 100):
        creator = _creator(handle)
        if handle != NO_BANK_DETAILS:
            onboarding.enter(creator, creator.name, market.iban_of(creator.country, number), by=by, at=at)


def _top_ups(at: datetime) -> None:
    """What each brand has sent: recorded by one, approved by another."""
    for brand in BRANDS:
        reference = f"{brand.name}, first deposit"
        top_up = funding.record(
            _brand(brand.handle),
            brand.funds,
            brand.currency,
            received_on=at.date(),
            reference=reference,
            by=person_of(MAKER),
            at=at,
        )
        funding.decide(top_up.public_id, approve=True, by=person_of(CHECKER), at=at + timedelta(hours=3))


def _settle(at: datetime) -> None:
    """Settles all that is due, as of then."""
    for lane in due_lanes(raw()):
        lock_lane(raw(), lane, wait=True)
        after = 0
        while (batch := settle_batch(raw(), lane, after=after, limit=5_000, at=at)).taken:
            after = batch.last


def _approve(batch: PayoutBatch, seen: str, by: Identity, at: datetime) -> None:
    code = factors.demo_code(by.person_id, at=at)
    approval.approve(batch.public_id, seen=seen, by=by, at=at, config=settings(), answer=code)


def _pay_last_month(at: datetime) -> None:
    """Batches that went all the way; one payout came back because its account was closed."""
    for currency in ("EUR", "GBP"):
        batch = _submitted(currency, at)
        seen = batch.fingerprint.hex() if batch.fingerprint else ""
        for hours, checker in enumerate((CHECKER, SECOND_CHECKER)[: batch.approvers], 4):
            _approve(batch, seen, person_of(checker), at + timedelta(hours=hours))
        batch = approval.locked(batch.public_id)
        for file in bankfiles.current_files(batch):
            taken_at = at + timedelta(hours=6)
            handover.download(batch.public_id, file.rail, aware="", by=person_of(MAKER), at=taken_at, config=settings())
        paid_at = at + timedelta(days=6)  # no pause of the banks is longer
        transfers.mark_rest_paid(batch, value_on=batch.execute_on, by=person_of(MAKER), at=paid_at)
        db.session.commit()
    returned = select(Payout).join(Creator).where(Creator.handle == "basile", Payout.status == "paid")
    for payout in db.session.scalars(returned):
        transfers.mark(
            payout.public_id,
            "returned",
            reason="AC04: the account is closed.",
            by=person_of(MAKER),
            at=at + timedelta(days=8),
        )
    db.session.commit()


def _ask_for_approval(at: datetime) -> None:
    """This month's batches: euro is submitted and waits for the checker, pounds are a draft for the maker."""
    _submitted("EUR", at)
    _draft("GBP", at)
    db.session.commit()


def _submitted(currency: str, at: datetime) -> PayoutBatch:
    batch = _draft(currency, at)
    hold = settings().bank_hold
    return approval.submit(batch.public_id, by=person_of(MAKER), at=at + timedelta(hours=1), bank_hold=hold)


def _draft(currency: str, at: datetime) -> PayoutBatch:
    batch = assemble(
        raw(),
        currency=currency,
        cutoff_on=at.date(),
        minimum=minimum_of(settings(), currency),
        by=person_of(MAKER).person_id,
        at=at,
    )
    return db.session.get_one(PayoutBatch, batch)


def person_of(email: str) -> Identity:
    """The person as who signs in, with every role."""
    person = db.session.scalars(select(Person).where(Person.email == email)).one()
    held = db.session.scalars(select(Membership).where(Membership.person_id == person.id))
    roles = frozenset((Role(one.role), one.brand_id, one.creator_id) for one in held)
    return Identity(person.id, person.name, person.email, person.language, person.timezone, "", roles)


def _brand(handle: str) -> Brand:
    return db.session.scalars(select(Brand).where(Brand.handle == handle)).one()


def _creator(handle: str) -> Creator:
    return db.session.scalars(select(Creator).where(Creator.handle == handle)).one()
