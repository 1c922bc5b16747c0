"""The why page: one sale line and everything that led to what it earns."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from app import clock
from app.database import db, raw
from app.desks import sentences
from app.desks.blueprint import blueprint
from app.desks.life import life
from app.desks.lines import shares
from app.desks.lines.near_misses import near_miss
from app.desks.why import Story, Viewer, explain
from app.errors import NotFound
from app.formatting import unit_price
from app.payouts import debts
from app.sales.cancellations import BY_BRAND
from app.sales.commissions import dates, holding, rejecting
from app.sales.commissions.forms import AppealForm
from app.sales.commissions.models import DECIDERS
from app.sales.disputes.exchange import about as disputes_about
from app.sales.disputes.models import Dispute
from app.sales.disputes.subjects import belongs_to, has_part
from app.security import BRAND, CREATOR, PLATFORM, Identity, Role, identity, require
from app.users.models import Brand, Creator
from app.users.party_pages import DEALERS, page_url
from app.users.sides import Side

READERS = frozenset({Role.ADMIN, Role.AUDITOR})  # of the platform's page of a dispute


@blueprint.get("/sales/<uuid:brand>/<int:sale>")
@require(BRAND | CREATOR | PLATFORM)
def why(brand: UUID, sale: int) -> ResponseReturnValue:
    """Why this line earned what it earned, for whom, and where the money is."""
    owner = db.session.scalar(select(Brand).where(Brand.public_id == brand))
    if owner is None:
        raise NotFound("There is no such sale, or it is not yours.")
    viewer = _viewer(identity(), owner, sale)
    if viewer is None:
        return _near_miss(owner, sale)
    story = explain(raw(), owner.id, sale, viewer, today=clock.today())
    if story is None:
        raise NotFound("There is no such sale, or it is not yours.")
    hold = holding.live(owner.id, sale)
    may_change = identity().has({Role.ADMIN}) or owner.id in identity().brand_ids(DECIDERS)
    return render_template(
        "desks/why.html",
        steps=life(story, dates.events(owner.id, sale), today=clock.today()),
        hold=hold if hold and viewer.may_see(hold.creator_id) else None,
        appeal=AppealForm(formdata=None) if hold and hold.creator_id in identity().creator_ids() else None,
        may_change=may_change,
        rejection=rejecting.waiting(owner.id, sale) if may_change else None,
        story=story,
        line=story.line,
        sums=story.sums,
        verdict=story.verdict,
        standing=story.standing,
        unit_price=unit_price(story.line.unit_price, story.line.currency),
        contract_url=_contract_url(story),
        say=sentences,
        by_brand=story.line.cancelled_as in BY_BRAND,
        may_correct=identity().has({Role.ADMIN}),
        shares=shares.shares(raw(), story),
        share_sentence=shares.sentence,
        **_owing(story),
        **_disputing(owner, sale, viewer, earned=bool(story.verdict and story.verdict.rule)),
    )


def _owing(story: Story) -> dict[str, Any]:
    """Where something paid was taken back: the debt to the brand in which it stands, and what payouts repaid of it."""
    taken = [entry for entry in story.entries if entry.word == "clawback"]
    if not taken or taken[-1].creator_id is None:
        return {"debt": None, "repaid": {}}
    creator = db.session.get_one(Creator, taken[-1].creator_id)
    owed = debts.account(creator, on=clock.today(), brand_id=story.line.brand_id).debts
    payouts = {entry.payout_uuid for entry in taken if entry.payout_uuid}
    return {
        "debt": next((each for each in owed if each.currency == story.line.currency), None),
        "repaid": debts.repaid_by(story.line.brand_id, payouts),
    }


def _disputing(brand: Brand, sale: int, viewer: Viewer, *, earned: bool) -> dict[str, Any]:
    """The disputes about a line that the reader may open, the way to each, and to a new one (empty: not theirs)."""
    who = identity()
    known = disputes_about(brand.id, sale, None if viewer.whole else sorted(viewer.creator_ids))

    def page(dispute: Dispute) -> str:
        if viewer.platform:
            return url_for("sales.admin_dispute", dispute=dispute.public_id) if who.has(READERS) else ""
        if viewer.whole:
            return page_url(Side.BRAND, "dispute", brand, dispute=dispute.public_id)
        return page_url(Side.CREATOR, "dispute", dispute.creator, dispute=dispute.public_id)

    new = ""
    if not viewer.whole and not known:
        creator = db.session.get_one(Creator, min(viewer.creator_ids))
        if has_part(raw(), brand.id, sale, [creator.id]):
            new = page_url(Side.CREATOR, "dispute_new", creator, brand=brand.public_id, sale=sale)
    elif brand.id in who.brand_ids(DEALERS["brand"]) and earned:
        new = page_url(Side.BRAND, "dispute_new", brand, sale=sale)
    return {"disputes": known, "dispute_page": page, "dispute_url": new}


def _near_miss(brand: Brand, sale: int) -> ResponseReturnValue:
    """The page for a creator who did not win the line, with nothing but what is their own."""
    own = identity().creator_ids()
    line = near_miss(raw(), brand.id, sale, own, today=clock.today()) if own else None
    if line is None:
        raise NotFound("There is no such sale, or it is not yours.")
    about = _disputing(brand, sale, Viewer(whole=False, creator_ids=own), earned=False)
    return render_template("desks/near_miss.html", line=line, say=sentences, **about)


def _viewer(who: Identity, brand: Brand, sale: int) -> Viewer | None:
    """How much of the line `who` may read; None: nothing at all."""
    platform = who.has(PLATFORM)
    if platform or brand.id in who.brand_ids():
        return Viewer(whole=True, platform=platform)
    own = who.creator_ids()
    return Viewer(whole=False, creator_ids=own) if own and belongs_to(raw(), brand.id, sale, own) else None


def _contract_url(story: Story) -> str:
    """Where the reader finds the terms: on the brand's desk or on the creator's."""
    verdict = story.verdict
    if verdict is None or verdict.contract_uuid is None:
        return ""
    anchor = f"terms-{verdict.terms_nr}"
    if story.viewer.whole:
        brand = story.line.brand_uuid
        return url_for("contracts.brand_contract", brand=brand, contract=verdict.contract_uuid, _anchor=anchor)
    creator = verdict.creator_uuid
    return url_for("contracts.creator_contract", creator=creator, contract=verdict.contract_uuid, _anchor=anchor)
