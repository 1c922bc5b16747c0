"""The routes of samples, and of the creators a brand keeps apart."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from app import clock
from app.creators import shortlists
from app.database import db
from app.samples import fulfilment, samples
from app.samples.models import Sample
from app.samples.samples import SampleRequest
from app.security import BRAND, CREATOR, PLATFORM, Role
from app.users.models import Creator
from tests import market
from tests.access import Form, Kind, Row, Side
from tests.contracts.dealing import CREATORS, OWNERS
from tests.payouts.people import identity

DEALERS = frozenset({Role.BRAND_OWNER, Role.BRAND_MEMBER})
WHY = {"reason": "it has to be"}


def _requested(side: Side, sku: str, at: datetime) -> Sample:
    market.product(side.brand, f"{side.word}-{sku}")
    who = identity(CREATORS[side.creator.handle])
    return samples.request(
        side.creator, side.brand, SampleRequest(f"{side.word}-{sku}", message=side.word), by=who, at=at
    )


def _sample(side: Side) -> object:
    return _requested(side, "requested", clock.now()).public_id


def _approved(side: Side, sku: str = "approved") -> Sample:
    made = _requested(side, sku, clock.now() - timedelta(days=6))
    return samples.approve(made, by=identity(OWNERS[side.brand.handle]), at=clock.now() - timedelta(days=5))


def _shipped(side: Side, sku: str = "shipped") -> Sample:
    owner = identity(OWNERS[side.brand.handle])
    return samples.ship(_approved(side, sku), by=owner, at=clock.now() - timedelta(days=4))


def _delivered(side: Side, sku: str = "delivered") -> Sample:
    owner = identity(OWNERS[side.brand.handle])
    return samples.deliver(_shipped(side, sku), side="brand", by=owner, at=clock.now() - timedelta(days=3))


def _handed_in(side: Side) -> object:
    who = identity(CREATORS[side.creator.handle])
    proof = f"https://{side.word}.example/1"
    made = fulfilment.fulfil(_delivered(side, "handed"), side="creator", proof=proof, by=who, at=clock.now())
    return made.public_id


def _appealed(side: Side) -> object:
    who = identity(CREATORS[side.creator.handle])
    return fulfilment.appeal(_delivered(side, "appealed"), side.word, by=who, at=clock.now()).public_id


def _shortlist(side: Side) -> object:
    owner = identity(OWNERS[side.brand.handle])
    made = shortlists.create(side.brand, f"L {side.word}", by=owner, at=clock.now())
    shortlists.add(made, [side.creator], by=owner, at=clock.now())
    shortlists.set_tags(side.brand, side.creator, [side.word], by=owner, at=clock.now())
    return made.public_id


def _kept(_side: Side) -> object:
    """Somebody in the market whom every brand may write notes about."""
    found = db.session.scalar(select(Creator).where(Creator.handle == "kept"))
    if found is None:
        about = {"handle": "kept", "name": "Kept", "country": "NL", "languages": ["nl"], "timezone": "UTC"}
        found = Creator(**about, recorded_at=market.LONG_AGO)
        db.session.add(found)
        db.session.flush()
    return found.public_id


def _asking(side: Side) -> Form:
    """A product of a brand the creator has a contract with: the address names no brand, so that none is sent."""
    return {"sku": side.word, "quantity": "1"}


def _ticked(side: Side) -> Form:
    return {"creator": str(side.creator.public_id)}


KINDS = {
    "sample": Kind(_sample),
    "approved_sample": Kind(lambda side: _approved(side).public_id),
    "shipped_sample": Kind(lambda side: _shipped(side).public_id),
    "delivered_sample": Kind(lambda side: _delivered(side).public_id),
    "handed_in_sample": Kind(_handed_in),
    "appealed_sample": Kind(_appealed),
    "shortlist": Kind(_shortlist),
    "kept": Kind(_kept),
}
SHIPPED, DELIVERED = {"sample": "shipped_sample"}, {"sample": "delivered_sample"}

ROWS = [
    Row("samples.brand_samples", "GET", BRAND | PLATFORM),
    Row("samples.creator_samples", "GET", CREATOR | PLATFORM),
    Row("samples.creator_sample_new", "GET", CREATOR),
    Row("samples.creator_sample_create", "POST", CREATOR, form=_asking, also=(422,)),
    Row("samples.brand_sample", "GET", BRAND | PLATFORM),
    Row("samples.creator_sample", "GET", CREATOR | PLATFORM),
    Row("samples.brand_sample_approve", "POST", DEALERS),
    Row("samples.brand_sample_reject", "POST", DEALERS, form=WHY),
    Row("samples.creator_sample_retract", "POST", CREATOR, args={"sample": "approved_sample"}),
    Row("samples.brand_sample_ship", "POST", DEALERS, args={"sample": "approved_sample"}, form={"tracking": "1"}),
    Row("samples.brand_sample_deliver", "POST", DEALERS, args=SHIPPED),
    Row("samples.creator_sample_deliver", "POST", CREATOR, args=SHIPPED),
    Row("samples.brand_sample_extend", "POST", DEALERS, args=DELIVERED),
    Row("samples.creator_sample_extend", "POST", CREATOR, args=DELIVERED),
    Row("samples.brand_sample_shown", "POST", DEALERS, args=DELIVERED),
    Row("samples.creator_sample_shown", "POST", CREATOR, args=DELIVERED, form={"proof": "https://video.example/1"}),
    Row("samples.brand_sample_doubt", "POST", DEALERS, args={"sample": "handed_in_sample"}, form=WHY),
    Row("samples.creator_sample_appeal", "POST", CREATOR, args=DELIVERED, form=WHY),
    Row(
        "samples.brand_sample_ruling",
        "POST",
        DEALERS,
        args={"sample": "appealed_sample"},
        form={"ruling": "again", "note": "Sorry"},
    ),
    Row("desks.brand_lists", "GET", BRAND),
    Row("desks.brand_list_create", "POST", DEALERS, form={"name": "Another"}),
    Row("desks.brand_list_creators_add", "POST", DEALERS, form=lambda side: {"name": "New", **_ticked(side)}),
    Row("desks.brand_list", "GET", BRAND),
    Row("desks.brand_list_rename", "POST", DEALERS, form={"name": "Another"}),
    Row("desks.brand_list_creators_remove", "POST", DEALERS, form=_ticked),
    Row("desks.brand_list_delete_confirm", "GET", DEALERS),
    Row("desks.brand_list_delete", "POST", DEALERS),
    Row("desks.brand_creator_notes", "GET", BRAND),
    Row("desks.brand_creator_tags_update", "POST", DEALERS, form={"tags": "funny, calm"}),
    Row("desks.brand_creator_note_create", "POST", DEALERS, form={"body": "Called"}),
]
