"""What a creator sees of payouts: what was paid, what it paid, and why something was not."""

from __future__ import annotations

from uuid import UUID

from flask import render_template
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app import clock
from app.database import db, raw
from app.ledger.balances import standings
from app.payouts import debts, letters, obstacles, overview, sentences, stages, unclaimed
from app.payouts.bank import accounts, confirmation, refusals, verification
from app.payouts.blueprint import blueprint
from app.payouts.late import claims
from app.payouts.models import BatchStatus, Obstacle, Payout, PayoutBatch, PayoutSkip, Rail
from app.payouts.prospects import prospects
from app.payouts.sending import accounts as by_stripe
from app.payouts.views.account import SELF
from app.payouts.views.payout import Entries, payout_with
from app.security import CREATOR, FINANCE, PLATFORM, identity, require
from app.users.models import Creator
from app.users.scope import creator_for
from config import settings

SKIPS = 10  # passed over: so many of the latest are shown


@blueprint.get("/creators/<uuid:creator>/payouts")
@require(CREATOR | PLATFORM)
def creator_payouts(creator: UUID) -> ResponseReturnValue:
    """All payouts of a creator, the newest first, and what stands in the way of the next."""
    payee, at = creator_for(identity(), creator, read=True), clock.now()
    standing = obstacles.standing(payee, settings(), at=at)
    changed = next((each.since for each in standing if each.code == Obstacle.METHOD_CHANGED), None)
    query = select(Payout).options(joinedload(Payout.batch)).where(Payout.creator_id == payee.id)
    page = db.paginate(query.order_by(Payout.id.desc()))
    return render_template(
        "payouts/creator_payouts.html",
        creator=payee,
        page=page,
        promised=stages.promises([payout.batch for payout in page.items], settings()),
        today=clock.today(settings().platform_timezone, at=at),
        money=standings(raw(), payee.id, on=at.date()),
        standing=standing,
        by_stripe=by_stripe.pays(payee) is not None,
        held_until=changed + settings().bank_hold if changed else None,
        spelling=verification.spelling(payee),
        refused=(refused := confirmation.refused_account(payee)),
        refused_cure=refusals.fix(refused.code, refused.refused) if refused else "",
        waits=unclaimed.waits(payee),
        claims=claims.claims(creator=payee),
        prospects=prospects(payee, settings(), at=at),
        debts=debts.account(payee, on=at.date()),
        remedies=obstacles.REMEDIES,
        skips=_skips(payee),
        say=sentences,
        own=payee.id in identity().creator_ids(SELF),
        desk=identity().has(PLATFORM),
        iban=_shown(payee),
    )


@blueprint.get("/creators/<uuid:creator>/payouts/<uuid:payout>")
@require(CREATOR | PLATFORM)
def creator_payout(creator: UUID, payout: UUID) -> ResponseReturnValue:
    """One payout and the sales it paid."""
    payee = creator_for(identity(), creator, read=True)
    payout_row = payout_with(payout, Payout.creator_id == payee.id)
    promised_on = stages.promises([payout_row.batch], settings())[payout_row.batch_id]
    parts, refused = overview.parts(raw(), payout_row.id), confirmation.refused_account(payee)
    mendable = refused is not None and refused.payout == payout_row.public_id
    mendable = mendable or (payout_row.rail == Rail.OUTBOUND and payout_row.code is not None)
    return render_template(
        "payouts/creator_payout.html",
        creator=payee,
        payout=payout_row,
        parts=parts,
        page=Entries.of(payout_row, parts),
        offsets=debts.offsets(payout_row.id),
        steps=stages.steps(payout_row, promised_on, settings(), at=clock.now()),
        moves=[promise for promise in stages.history(payout_row.batch) if promise.reason],
        refused_cure=refusals.fix(payout_row.code, payout_row.refused) if mendable else "",
        stripe_cure=letters.stripe_cure(payout_row),
        own=payee.id in identity().creator_ids(SELF),
        iban=_shown(payee),
    )


def _skips(creator: Creator) -> list[PayoutSkip]:
    """The latest times the creator was passed over in a batch that went on."""
    query = select(PayoutSkip).options(joinedload(PayoutSkip.brand), joinedload(PayoutSkip.batch))
    query = query.join(PayoutSkip.batch).where(
        PayoutSkip.creator_id == creator.id, PayoutBatch.status != BatchStatus.CANCELLED
    )
    return list(db.session.scalars(query.order_by(PayoutSkip.id.desc()).limit(SKIPS)))


def _shown(creator: Creator) -> object:
    """How IBANs are shown: whole to the creator and finance."""
    whole = creator.id in identity().creator_ids(SELF) or identity().has(FINANCE)
    return accounts.spaced if whole else accounts.masked
