"""What a brand keeps about creators: lists under a name; for each creator tags, notes and all there is with them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app import clock
from app.contracts import rounds
from app.contracts.models import Offer
from app.contracts.rounds import BRAND
from app.database import db
from app.desks import agreements, asked, naming
from app.desks.keeping_form import ListForm, NoteForm, TagsForm
from app.desks.paging import PAGE
from app.desks.views.seats import DEALERS, Roles, Seat, seated
from app.errors import BadInput, Conflict
from app.matching import campaigns, keeping, sample_record, samples
from app.matching.models import Campaign, Sample, Shortlist
from app.security import BRAND as BRAND_ROLES
from app.security import local_path
from app.streams.models import Channel
from app.users.models import Creator

OWN: Roles = {"brand": BRAND_ROLES}  # the platform's people don't read what a brand notes down
BRANDS = (BRAND,)
MOST_ADDED = 500  # creators that are put on a list at once
LATEST = 20  # samples, contracts and offers on a creator's page


@seated("GET", "lists", OWN, sides=BRANDS)
def lists(seat: Seat) -> ResponseReturnValue:
    """The brand's lists with how many creators are on each, and the form for another."""
    return _lists(seat, ListForm())


@seated("POST", "lists", DEALERS, sides=BRANDS)
def list_make(seat: Seat) -> ResponseReturnValue:
    """Makes an empty list."""
    form = ListForm()
    if form.validate_on_submit():
        try:
            made = keeping.create(seat.brand, form.name.data, by=seat.who, at=clock.now())
        except (BadInput, Conflict) as error:
            form.form_errors.append(error.sentence)
        else:
            db.session.commit()
            return redirect(seat.url("list", shortlist=made.public_id), 303)
    return _lists(seat, form), 422


@seated("POST", "lists/add", DEALERS, sides=BRANDS)
def shortlist_add(seat: Seat) -> ResponseReturnValue:
    """Puts the creators that were ticked (`creator`, repeated) on a list (`shortlist`), or on a new one (`name`)."""
    added = keeping.creators(_ticked())
    if not added:
        raise BadInput(gettext("Tick at least one creator."))
    chosen, at = asked.identifier(request.form, "shortlist"), clock.now()
    name = request.form.get("name", "")
    found = keeping.one(seat.brand, chosen) if chosen else keeping.create(seat.brand, name, by=seat.who, at=at)
    count = keeping.add(found, added, by=seat.who, at=at)
    db.session.commit()
    said = ngettext(
        "%(num)d creator is new on “%(name)s”.", "%(num)d creators are new on “%(name)s”.", count, name=found.name
    )
    flash(said, "success")
    back = request.form.get("back", "")
    return redirect(local_path(back) if back else seat.url("list", shortlist=found.public_id), 303)


@seated("GET", "lists/<uuid:shortlist>", OWN, sides=BRANDS)
def list(seat: Seat, shortlist: UUID) -> ResponseReturnValue:
    """The creators on a list, with what is known of them, and what can be done with several at once."""
    found = keeping.one(seat.brand, shortlist)
    return _list(seat, found, ListForm(name=found.name))


@seated("POST", "lists/<uuid:shortlist>/name", DEALERS, sides=BRANDS)
def list_rename(seat: Seat, shortlist: UUID) -> ResponseReturnValue:
    """Gives the list another name."""
    found, form = keeping.one(seat.brand, shortlist), ListForm()
    if form.validate_on_submit():
        try:
            keeping.rename(found, form.name.data, by=seat.who, at=clock.now())
        except (BadInput, Conflict) as error:
            db.session.rollback()
            form.form_errors.append(error.sentence)
        else:
            db.session.commit()
            return redirect(seat.url("list", shortlist=shortlist), 303)
    return _list(seat, keeping.one(seat.brand, shortlist), form), 422


@seated("POST", "lists/<uuid:shortlist>/remove", DEALERS, sides=BRANDS)
def list_remove(seat: Seat, shortlist: UUID) -> ResponseReturnValue:
    """Takes the creators that were ticked off the list."""
    found = keeping.one(seat.brand, shortlist)
    count = keeping.remove(found, keeping.creators(_ticked()))
    db.session.commit()
    flash(ngettext("%(num)d creator is off the list.", "%(num)d creators are off the list.", count), "success")
    return redirect(seat.url("list", shortlist=shortlist), 303)


@seated("GET", "lists/<uuid:shortlist>/delete", DEALERS, sides=BRANDS)
def list_drop_sure(seat: Seat, shortlist: UUID) -> ResponseReturnValue:
    """Asks whether the list is to go."""
    return render_template("desks/list_drop.html", seat=seat, shortlist=keeping.one(seat.brand, shortlist))


@seated("POST", "lists/<uuid:shortlist>/delete", DEALERS, sides=BRANDS)
def list_drop(seat: Seat, shortlist: UUID) -> ResponseReturnValue:
    """Deletes the list."""
    keeping.drop(keeping.one(seat.brand, shortlist), by=seat.who, at=clock.now())
    db.session.commit()
    flash(gettext("Deleted. The creators, their tags and notes are still there."), "success")
    return redirect(seat.url("lists"), 303)


@seated("GET", "creators/<uuid:kept>", OWN, sides=BRANDS)
def creator_notes(seat: Seat, kept: UUID) -> ResponseReturnValue:
    """A creator as the brand knows them: lists, tags, notes, and the samples, contracts and offers of the two."""
    return _about(seat, _one(kept))


@seated("POST", "creators/<uuid:kept>/tags", DEALERS, sides=BRANDS)
def creator_tags_save(seat: Seat, kept: UUID) -> ResponseReturnValue:
    """Replaces the brand's tags of the creator."""
    found, form = _one(kept), TagsForm()
    if form.validate_on_submit():
        try:
            keeping.set_tags(seat.brand, found, form.words(), by=seat.who, at=clock.now())
        except BadInput as error:
            form.form_errors.append(error.sentence)
        else:
            db.session.commit()
            return redirect(seat.url("creator_notes", kept=kept), 303)
    return _about(seat, found, tags=form), 422


@seated("POST", "creators/<uuid:kept>/notes", DEALERS, sides=BRANDS)
def creator_note(seat: Seat, kept: UUID) -> ResponseReturnValue:
    """Keeps a note."""
    found, form = _one(kept), NoteForm()
    if form.validate_on_submit():
        try:
            keeping.note(seat.brand, found, form.body.data, by=seat.who, at=clock.now())
        except BadInput as error:
            form.form_errors.append(error.sentence)
        else:
            db.session.commit()
            return redirect(seat.url("creator_notes", kept=kept), 303)
    return _about(seat, found, note=form), 422


def _ticked() -> set[UUID]:
    sent = request.form.getlist("creator")
    if len(sent) > MOST_ADDED:
        raise BadInput(gettext("Choose at most %(count)s creators at once.", count=MOST_ADDED))
    found = (asked.identifier({"creator": each}, "creator") for each in sent)
    return {each for each in found if each}


def _one(public_id: UUID) -> Creator:
    return keeping.creators([public_id])[0]


def _lists(seat: Seat, form: ListForm) -> str:
    found, tags = keeping.lists_of(seat.brand), keeping.all_tags(seat.brand)
    return render_template("desks/lists.html", seat=seat, found=found, tags=tags, form=form)


def _list(seat: Seat, found: Shortlist, form: ListForm) -> str:
    query = select(Creator).where(keeping.on(found)).order_by(Creator.name, Creator.id)
    if tag := asked.text(request.args, "tag"):
        query = query.where(keeping.tagged(seat.brand, tag))
    pagination = db.paginate(query, per_page=PAGE, max_per_page=PAGE)
    ids, at = [each.id for each in pagination.items], clock.now()
    return render_template(
        "desks/list.html",
        seat=seat,
        shortlist=found,
        pagination=pagination,
        channels=_channels(ids),
        tags=keeping.tags_of(seat.brand, ids),
        tag_choices=[("", gettext("Any")), *((tag, tag) for tag in keeping.all_tags(seat.brand))],
        naming=naming,
        records=sample_record.of_many(ids, at),
        campaigns=_open_campaigns(seat),
        form=form,
    )


def _channels(creator_ids: Sequence[int]) -> dict[int, Sequence[Channel]]:
    """Where each creator is, the largest following first."""
    query = select(Channel).where(Channel.creator_id.in_(creator_ids))
    found: dict[int, Any] = {}
    for channel in db.session.scalars(query.order_by(Channel.followers.desc().nulls_last(), Channel.id)):
        found.setdefault(channel.creator_id, []).append(channel)
    return found


def _open_campaigns(seat: Seat) -> Sequence[Campaign]:
    """The campaigns to which creators can be invited now."""
    at = clock.now()
    published = campaigns.of_brand(seat.of.id).where(Campaign.status == "published")
    return [each for each in db.session.scalars(published) if campaigns.takes(each, at)]


def _about(seat: Seat, found: Creator, *, tags: TagsForm | None = None, note: NoteForm | None = None) -> str:
    brand, at = seat.brand, clock.now()
    words = keeping.tags_of(brand, [found.id]).get(found.id, [])
    sent = samples.of(brand).where(Sample.creator_id == found.id).limit(LATEST)
    offers = rounds.offers_of(brand).where(Offer.creator_id == found.id).options(joinedload(Offer.brand)).limit(LATEST)
    contracts = agreements.contracts_of(brand_id=brand.id, creator_id=found.id).limit(LATEST)
    on = keeping.lists_with(brand, found)
    return render_template(
        "desks/creator_notes.html",
        seat=seat,
        creator=found,
        naming=naming,
        channels=_channels([found.id]).get(found.id, []),
        on=on,
        others=[each for each, _count in keeping.lists_of(brand) if each not in on],
        tags=tags or TagsForm(formdata=None, tags=", ".join(words)),
        words=words,
        note=note or NoteForm(formdata=None),
        notes=keeping.notes(brand, found),
        samples=db.session.scalars(sent).all(),
        record=sample_record.of(found.id, at),
        contracts=[(each, agreements.Agreement(each).status(at)) for each in db.session.scalars(contracts)],
        offers=[(each, rounds.rounds(each, BRAND)[-1]) for each in db.session.scalars(offers)],
    )
