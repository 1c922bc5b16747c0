"""Samples from their delivery on: shown in a stream or elsewhere, given more time, missed, appealed (rules.md B18)."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from flask_babel import gettext
from sqlalchemy.exc import IntegrityError

from app.database import db, lock
from app.errors import BadInput, Conflict, WrongStatus
from app.samples.models import Sample, SampleStatus
from app.samples.samples import (
    BLANK,
    LONGEST,
    SHOW,
    record_step,
    shown_in_streams,
)
from app.security import Identity
from app.transitions import move
from app.users.sides import Side, other_side
from app.web.texts import required_text

MORE = timedelta(days=7)
ADDRESS = re.compile(r"https?://[^\s/]+\.[^\s]+")
RULINGS = ("again", "time", "refuse")  # the brand sends it again, gives 14 days more, or says no


def extend(sample: Sample, *, side: str, by: Identity, at: datetime) -> Sample:
    """Seven days more, once, before the day has come; either side may ask for it or give it."""
    lock(sample)
    if sample.status != SampleStatus.DELIVERED or sample.due_at is None or at >= sample.due_at:
        raise WrongStatus(gettext("This sample can’t be extended: it is not waiting to be shown."))
    if sample.extended_at:
        raise Conflict(gettext("This sample was already extended by seven days. That is possible once."))
    sample.due_at, sample.extended_at = sample.due_at + MORE, at
    return record_step(sample, other_side(side), "extended", by=by, at=at, until=sample.due_at)


def fulfil(sample: Sample, *, side: str, proof: str = "", by: Identity, at: datetime) -> Sample:
    """It was shown. A stream that lists the product closes it, whoever asks; the brand may close it without one.

    A creator whose stream is not known here hands in an address where everybody can see it (BadInput without one): the
    brand confirms or doubts it, and after seven days it counts.
    """
    lock(sample)
    if sample.status not in (SampleStatus.DELIVERED, SampleStatus.MISSED, SampleStatus.APPEALED):
        raise WrongStatus(gettext("This sample is not waiting to be shown."))
    if shown_in_streams(sample, at=at):
        return record_step(sample, other_side(side), "fulfilled", by=by, at=at, stream=sample.stream_id)
    if side == Side.BRAND:
        move(sample, SampleStatus.FULFILLED)
        sample.fulfilled_at, sample.missed_at = at, None
        return record_step(sample, Side.CREATOR, "fulfilled", by=by, at=at)
    if sample.status != SampleStatus.DELIVERED:
        raise WrongStatus(gettext("The deadline has passed. Appeal, or ask the brand to mark it as shown."))
    if sample.proof:
        raise Conflict(gettext("You have submitted proof. The brand has seven days to review it."))
    sample.proof, sample.proof_at = _address(proof), at
    return record_step(sample, Side.BRAND, "handed_in", by=by, at=at, proof=sample.proof)


def doubt(sample: Sample, reason: str, *, by: Identity, at: datetime) -> Sample:
    """The brand does not take what the creator handed in; another proof may follow while there is time."""
    lock(sample)
    if sample.status != SampleStatus.DELIVERED or not sample.proof:
        raise WrongStatus(gettext("There is no proof to review."))
    why = required_text(reason, gettext("Give a reason. The creator will read it."), LONGEST)
    refused, sample.proof, sample.proof_at, sample.reason = sample.proof, "", None, why
    return record_step(sample, Side.CREATOR, "doubted", by=by, at=at, reason=why, proof=refused)


def appeal(sample: Sample, reason: str, *, by: Identity, at: datetime) -> Sample:
    """The creator can't show it, because it is faulty for example; once. The clock stands until it is decided."""
    lock(sample)
    if sample.appealed_at:
        raise Conflict(gettext("You have already appealed once."))
    why = required_text(reason, gettext("Describe what is wrong. The brand decides on that basis."), LONGEST)
    try:
        with db.session.begin_nested():
            move(sample, SampleStatus.APPEALED)
            sample.appeal, sample.appealed_at = why, at
    except IntegrityError as error:
        raise Conflict(gettext("You have a newer sample of this product, which replaces this one.")) from error
    return record_step(sample, Side.BRAND, "appealed", by=by, at=at, reason=why)


def decide_appeal(sample: Sample, ruling: str, note: str, *, by: Identity, at: datetime) -> Sample:
    """The brand's answer to an appeal, one of RULINGS, with a note that the creator reads.

    Sent again, it has its 14 days from the new delivery. Refused, it has the time it had left when it was appealed; it
    counts as missed from its day on where that had passed by then.
    """
    lock(sample)
    why = required_text(note, gettext("Give a reason. The creator will read it."), LONGEST)
    if ruling not in RULINGS:
        raise BadInput(gettext("Choose a decision."))
    if sample.status != SampleStatus.APPEALED or sample.due_at is None or sample.appealed_at is None:
        raise WrongStatus(gettext("There is no appeal to decide."))
    if ruling == "again":
        move(sample, SampleStatus.APPROVED)
        for name, value in BLANK.items():
            setattr(sample, name, value)
    elif ruling == "time":
        move(sample, SampleStatus.DELIVERED)
        sample.due_at, sample.missed_at, sample.proof, sample.proof_at = at + SHOW, None, "", None
    elif sample.appealed_at < sample.due_at:
        move(sample, SampleStatus.DELIVERED)
        sample.due_at += at - sample.appealed_at
    else:
        move(sample, SampleStatus.MISSED)
        sample.missed_at = sample.due_at
    sample.appeal_decided_at, sample.reason = at, why
    return record_step(sample, Side.CREATOR, "decided", by=by, at=at, reason=why, ruling=ruling)


def _address(text: str) -> str:
    text = text.strip()
    if not ADDRESS.fullmatch(text) or len(text) > 500 or not text.isprintable():
        raise BadInput(
            gettext("We know of no stream that lists the product. Enter the link where it was shown, like https://….")
        )
    return text
