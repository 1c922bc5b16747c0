"""Offer and counter-offer (rules.md B15): a brand and a creator pass whole versions of terms to and fro until one of
them says yes, no, or nothing. Every verb locks the offer first: of two people who act at once, the second sees what the
first has done.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import gettext

from app.clock import first_of_next_month, today
from app.contracts import letters, parties
from app.contracts.announcing import announce_sent
from app.contracts.models import Agreement, AgreementKind, Offer, OfferRound, RoundStatus
from app.contracts.offers import round_moves, vetting
from app.contracts.offers.drafts import OfferDraft, begin, edit
from app.contracts.offers.expiry import expire, remind
from app.contracts.offers.round_moves import DAYS, LONGEST_TEXT
from app.contracts.offers.rounds import OPEN, latest, offer_not_found, rounds
from app.contracts.signing import signature
from app.contracts.terms import clauses
from app.contracts.terms.differences import differences
from app.contracts.terms.labels import FIELDS
from app.contracts.terms.sheet import Sheet, monthly_promise
from app.database import db
from app.errors import BadInput, Conflict, NotAllowed
from app.ledger import funding
from app.security import Identity
from app.transitions import move
from app.users.sides import Side, other_side
from app.users.trail import record
from app.web.texts import required_text

__all__ = [
    "OfferDraft",
    "Version",
    "accept",
    "begin",
    "counter",
    "decline",
    "edit",
    "expire",
    "latest",
    "remind",
    "revise",
    "rounds",
    "send",
    "view",
    "withdraw",
]

MOST_ROUNDS = 10


@dataclass(frozen=True)
class Version:
    """What a side sends: terms, a message with them, and for how many days they stand."""

    sheet: Sheet
    message: str = ""
    days: int = DAYS


def send(offer: Offer, *, side: str, by: Identity, at: datetime, days: int = DAYS) -> OfferRound:
    """Sends the draft to the other side, which has `days` (1 to 90) to answer. Raises what `vetting.vet` raises,
    and Conflict while the side has not filled in its legal details."""
    draft = round_moves.newest(offer)
    if draft.side != side:
        raise offer_not_found()
    round_moves.must_have_status(draft, RoundStatus.DRAFT)
    parties.must_be_known(offer, side, acting=side)
    _vet(offer, draft.sheet, at)
    round_moves.send_out(draft, days, at=at)
    record("send", "offer", offer.id, by=by, at=at, round=draft.nr)
    letters.write_offer(offer, draft.nr, other_side(side), "sent", at=at, until=draft.expires_at)
    return draft


def view(offer: Offer, *, side: str, at: datetime) -> OfferRound:
    """The newest round, noted as seen when it is the other side's and stands open. NotFound for the other's draft."""
    round_ = latest(offer)
    if round_.side == side:
        return round_
    if round_.sent_at is None:
        raise offer_not_found()
    if round_.status == RoundStatus.SENT:
        round_ = round_moves.newest(offer)
        if round_.side != side and round_.status == RoundStatus.SENT and not round_moves.has_expired(round_, at):
            move(round_, RoundStatus.VIEWED)
            round_.viewed_at = at
            db.session.flush()
    return round_


def counter(offer: Offer, version: Version, *, side: str, seen: int, by: Identity, at: datetime) -> OfferRound:
    """Answers the other side's round `seen` with other terms: that one is closed, and a new one is sent.

    BadInput when nothing is changed, NotAllowed for a locked field, Conflict after 10 rounds, and what `accept` raises.
    """
    answered = round_moves.answerable(offer, side, seen, at)
    if not differences(answered.sheet, version.sheet):
        raise BadInput(gettext("Nothing is changed: accept these terms, or change a field first."))
    return _replace(offer, answered, RoundStatus.COUNTERED, version, side=side, by=by, at=at)


def revise(
    offer: Offer, version: Version, *, side: str, seen: int | None = None, by: Identity, at: datetime
) -> OfferRound:
    """Puts a new version in the place of the side's own that waits for an answer; with `seen` only of that one, so that
    two people of a side don't replace each other's unseen. Raises as `counter` does."""
    own = round_moves.newest(offer)
    _must_be_own(own, side)
    round_moves.must_have_status(own, *OPEN)
    round_moves.must_be_newest(own, own.nr if seen is None else seen)
    round_moves.must_not_be_expired(own, at)
    return _replace(offer, own, RoundStatus.SUPERSEDED, version, side=side, by=by, at=at)


def accept(offer: Offer, *, side: str, seen: int, by: Identity, at: datetime) -> Agreement:
    """Says yes to the other side's round `seen`; returns what both have to sign.

    It is checked once more (`vetting.vet`), the legal details of both and the law's clauses must be there, and the
    first month still to come is reserved. Conflict when a newer version is there, it has expired or details are
    missing, WrongStatus when it is closed, NotAllowed for one's own.
    """
    accepted = round_moves.answerable(offer, side, seen, at)
    parties.must_be_known(offer, *Side, acting=side)
    sheet = accepted.sheet
    _vet(offer, sheet, at)
    _must_be_lawful(offer, sheet, at)
    _reserve(offer, sheet, at)
    round_moves.close(accepted, RoundStatus.ACCEPTED, by=by, at=at)
    agreement = signature.freeze(
        offer.brand,
        offer.creator,
        sheet,
        kind=AgreementKind.AMENDMENT if offer.contract else AgreementKind.CONTRACT,
        contract=offer.contract,
        round_id=accepted.id,
        at=at,
    )
    record("accept", "offer", offer.id, by=by, at=at, round=accepted.nr)
    letters.write_offer(offer, accepted.nr, accepted.side, "accepted", at=at)
    announce_sent(agreement, offer.creator, offer.contract, at=at)
    return agreement


def decline(offer: Offer, *, side: str, seen: int, reason: str, by: Identity, at: datetime) -> OfferRound:
    """Says no to the other side's round `seen`, with a reason. Raises as `accept` does, BadInput without a reason."""
    declined = round_moves.answerable(offer, side, seen, at)
    reason = required_text(reason, gettext("Say why you decline: the other side will read it."), LONGEST_TEXT)
    round_moves.close(declined, RoundStatus.DECLINED, reason, by=by, at=at)
    record("decline", "offer", offer.id, by=by, at=at, round=declined.nr)
    letters.write_offer(offer, declined.nr, declined.side, "declined", at=at)
    return declined


def withdraw(offer: Offer, *, side: str, reason: str, by: Identity, at: datetime) -> OfferRound:
    """Takes back the side's own draft or open version. WrongStatus when the other side was faster, NotAllowed when the
    newest version is theirs."""
    own = round_moves.newest(offer)
    _must_be_own(own, side)
    round_moves.must_have_status(own, RoundStatus.DRAFT, *OPEN)
    round_moves.close(own, RoundStatus.WITHDRAWN, reason, by=by, at=at)
    record("withdraw", "offer", offer.id, by=by, at=at, round=own.nr)
    if own.sent_at is not None:
        letters.write_offer(offer, own.nr, other_side(side), "withdrawn", at=at)
    return own


def _must_be_own(round_: OfferRound, side: str) -> None:
    if round_.side != side and round_.sent_at is None:
        raise offer_not_found()
    if round_.side != side:
        raise NotAllowed(gettext("This version is the other side's: accept it, decline it or make a counter-offer."))


def _replace(
    offer: Offer, old: OfferRound, status: str, version: Version, *, side: str, by: Identity, at: datetime
) -> OfferRound:
    if old.nr >= MOST_ROUNDS:
        raise Conflict(gettext("%(count)s versions are the most: accept, decline or withdraw.", count=MOST_ROUNDS))
    parties.must_be_known(offer, side, acting=side)
    if side != Side.BRAND:
        _leave_locked(offer, old.sheet, version.sheet)
    _vet(offer, version.sheet, at)
    round_moves.close(old, status, by=by, at=at)
    new = round_moves.add(offer, old.nr + 1, side, version.sheet, version.message, by=by, at=at)
    round_moves.send_out(new, version.days, at=at)
    action, what = ("counter", "countered") if status == RoundStatus.COUNTERED else ("revise", "revised")
    record(action, "offer", offer.id, by=by, at=at, round=new.nr)
    letters.write_offer(offer, new.nr, other_side(side), what, at=at, until=new.expires_at)
    return new


def _leave_locked(offer: Offer, old: Sheet, new: Sheet) -> None:
    touched = [name for name, _, _ in differences(old, new) if name in offer.locked_fields]
    if touched:
        names = ", ".join(str(FIELDS[name]) for name in touched)
        raise NotAllowed(gettext("Not negotiable: %(names)s. Change it back.", names=names), locked=touched)


def _vet(offer: Offer, sheet: Sheet, at: datetime) -> None:
    vetting.vet(offer.brand, offer.creator, sheet, contract=offer.contract, at=at)


def _must_be_lawful(offer: Offer, sheet: Sheet, at: datetime) -> None:
    findings = clauses.blocking(offer.brand, offer.creator, sheet, at)
    if findings:
        raise Conflict(" ".join(finding.sentence for finding in findings), findings=findings)


def _reserve(offer: Offer, sheet: Sheet, at: datetime) -> None:
    """Sets aside a month's promise: the first month's, or the next one's when the terms run already (B20)."""
    month = _month_to_reserve(sheet, today(sheet.timezone, at=at))
    if month <= sheet.ends_on:
        amount = monthly_promise(sheet)
        funding.reserve(offer.brand_id, sheet.currency, "offer", offer.id, month, amount, at=at)


def _month_to_reserve(sheet: Sheet, on: date) -> date:
    start = sheet.effective_on or sheet.starts_on
    return start.replace(day=1) if start > on else first_of_next_month(on)
