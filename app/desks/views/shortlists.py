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
from app.campaigns import campaigns
from app.campaigns.models import Campaign
from app.catalog import naming
from app.contracts import overview
from app.contracts.models import Offer
from app.contracts.offers import rounds
from app.creators import shortlists
from app.creators.forms.shortlists import ListForm, NoteForm, TagsForm
from app.creators.models import Shortlist
from app.database import db
from app.desks.blueprint import blueprint
from app.errors import BadInput, Conflict
from app.samples import sample_record, samples
from app.samples.models import Sample
from app.security import BRAND as BRAND_ROLES
from app.security import local_path
from app.streams.models import Channel
from app.users.models import Brand, Creator
from app.users.party_pages import (
    DEALERS,
    Party,
    Roles,
    party_page,
)
from app.users.sides import Side
from app.web import query_args
from app.web.versions import hold

OWN: Roles = {"brand": BRAND_ROLES}  # the platform's people don't read what a brand notes down
BRANDS = (Side.BRAND,)
MOST_ADDED = 500  # creators that are put on a list at once
LATEST = 20  # samples, contracts and offers on a creator's page


@party_page(blueprint, "GET", "lists", OWN, sides=BRANDS)
def lists(party: Party) -> ResponseReturnValue:
    """The brand's lists with how many creators are on each, and the form for another."""
    return _lists(party, ListForm())


@party_page(blueprint, "POST", "lists", DEALERS, sides=BRANDS)
def list_create(party: Party) -> ResponseReturnValue:
    """Makes an empty list."""
    form = ListForm()
    if form.validate_on_submit():
        try:
            shortlist = shortlists.create(party.brand, form.name.data, by=party.person, at=clock.now())
        except (BadInput, Conflict) as error:
            form.form_errors.append(error.sentence)
        else:
            db.session.commit()
            return redirect(party.url("list", shortlist=shortlist.public_id), 303)
    return _lists(party, form), 422


@party_page(blueprint, "POST", "lists/add", DEALERS, sides=BRANDS)
def list_creators_add(party: Party) -> ResponseReturnValue:
    """Puts the creators that were ticked (`creator`, repeated) on a list (`shortlist`), or on a new one (`name`)."""
    added, back = shortlists.creators(_ticked()), request.form.get("back", "")
    if not added and not back:
        raise BadInput(gettext("Select at least one creator."))
    if not added:
        flash(gettext("Select at least one creator."), "danger")
        return redirect(local_path(back), 303)
    chosen, at = query_args.identifier(request.form, "shortlist"), clock.now()
    name = request.form.get("name", "")
    shortlist = (
        shortlists.get_list(party.brand, chosen)
        if chosen
        else shortlists.create(party.brand, name, by=party.person, at=at)
    )
    count = shortlists.add(shortlist, added, by=party.person, at=at)
    db.session.commit()
    message = ngettext(
        "%(num)d creator is new on “%(name)s”.", "%(num)d creators are new on “%(name)s”.", count, name=shortlist.name
    )
    flash(message, "success")
    return redirect(local_path(back) if back else party.url("list", shortlist=shortlist.public_id), 303)


@party_page(blueprint, "GET", "lists/<uuid:shortlist>", OWN, sides=BRANDS)
def list(party: Party, shortlist: UUID) -> ResponseReturnValue:
    """The creators on a list, with what is known of them, and what can be done with several at once."""
    list_row = shortlists.get_list(party.brand, shortlist)
    return _list(party, list_row, _stored_name(list_row))


@party_page(blueprint, "POST", "lists/<uuid:shortlist>/name", DEALERS, sides=BRANDS)
def list_rename(party: Party, shortlist: UUID) -> ResponseReturnValue:
    """Gives the list another name."""
    list_row, form = shortlists.get_list(party.brand, shortlist), ListForm()
    if form.validate_on_submit():
        list_row = hold(list_row)
        if form.outdated(_stored_name(list_row)):
            return _list(party, list_row, form), 409
        try:
            shortlists.rename(list_row, form.name.data, by=party.person, at=clock.now())
        except (BadInput, Conflict) as error:
            db.session.rollback()
            form.form_errors.append(error.sentence)
        else:
            db.session.commit()
            return redirect(party.url("list", shortlist=shortlist), 303)
    return _list(party, shortlists.get_list(party.brand, shortlist), form), 422


@party_page(blueprint, "POST", "lists/<uuid:shortlist>/remove", DEALERS, sides=BRANDS)
def list_creators_remove(party: Party, shortlist: UUID) -> ResponseReturnValue:
    """Takes the creators that were ticked off the list."""
    list_row = shortlists.get_list(party.brand, shortlist)
    count = shortlists.remove(list_row, shortlists.creators(_ticked()))
    db.session.commit()
    flash(ngettext("%(num)d creator is off the list.", "%(num)d creators are off the list.", count), "success")
    return redirect(party.url("list", shortlist=shortlist), 303)


@party_page(blueprint, "GET", "lists/<uuid:shortlist>/delete", DEALERS, sides=BRANDS)
def list_delete_confirm(party: Party, shortlist: UUID) -> ResponseReturnValue:
    """Asks whether the list is to go."""
    return render_template("desks/list_delete.html", party=party, shortlist=shortlists.get_list(party.brand, shortlist))


@party_page(blueprint, "POST", "lists/<uuid:shortlist>/delete", DEALERS, sides=BRANDS)
def list_delete(party: Party, shortlist: UUID) -> ResponseReturnValue:
    """Deletes the list."""
    shortlists.delete_list(shortlists.get_list(party.brand, shortlist), by=party.person, at=clock.now())
    db.session.commit()
    flash(gettext("Deleted. The creators, their tags and notes are still there."), "success")
    return redirect(party.url("lists"), 303)


@party_page(blueprint, "GET", "creators/<uuid:kept>", OWN, sides=BRANDS)
def creator_notes(party: Party, kept: UUID) -> ResponseReturnValue:
    """A creator as the brand knows them: lists, tags, notes, and the samples, contracts and offers of the two."""
    return _about(party, _creator(kept))


@party_page(blueprint, "POST", "creators/<uuid:kept>/tags", DEALERS, sides=BRANDS)
def creator_tags_update(party: Party, kept: UUID) -> ResponseReturnValue:
    """Replaces the brand's tags of the creator."""
    creator, form = _creator(kept), TagsForm()
    if form.validate_on_submit():
        hold(party.brand)  # a brand's tags have no row of their own to lock before there are any
        if form.outdated(_stored_tags(party.brand, creator)):
            return _about(party, creator, tags=form), 409
        try:
            shortlists.set_tags(party.brand, creator, form.words(), by=party.person, at=clock.now())
        except BadInput as error:
            form.form_errors.append(error.sentence)
        else:
            db.session.commit()
            return redirect(party.url("creator_notes", kept=kept), 303)
    return _about(party, creator, tags=form), 422


@party_page(blueprint, "POST", "creators/<uuid:kept>/notes", DEALERS, sides=BRANDS)
def creator_note_create(party: Party, kept: UUID) -> ResponseReturnValue:
    """Keeps a note."""
    creator, form = _creator(kept), NoteForm()
    if form.validate_on_submit():
        try:
            shortlists.note(party.brand, creator, form.body.data, by=party.person, at=clock.now())
        except BadInput as error:
            form.form_errors.append(error.sentence)
        else:
            db.session.commit()
            return redirect(party.url("creator_notes", kept=kept), 303)
    return _about(party, creator, note=form), 422


def _ticked() -> set[UUID]:
    sent = request.form.getlist("creator")
    if len(sent) > MOST_ADDED:
        raise BadInput(gettext("Choose at most %(count)s creators at once.", count=MOST_ADDED))
    ids = (query_args.identifier({"creator": each}, "creator") for each in sent)
    return {each for each in ids if each}


def _creator(public_id: UUID) -> Creator:
    return shortlists.creators([public_id])[0]


def _lists(party: Party, form: ListForm) -> str:
    lists, tags = shortlists.lists_of(party.brand), shortlists.all_tags(party.brand)
    return render_template("desks/lists.html", party=party, lists=lists, tags=tags, form=form)


def _list(party: Party, shortlist: Shortlist, form: ListForm) -> str:
    query = select(Creator).where(shortlists.on(shortlist)).order_by(Creator.name, Creator.id)
    if tag := query_args.text(request.args, "tag"):
        query = query.where(shortlists.tagged(party.brand, tag))
    pagination = db.paginate(query)
    ids, at = [each.id for each in pagination.items], clock.now()
    return render_template(
        "desks/list.html",
        party=party,
        shortlist=shortlist,
        pagination=pagination,
        channels=_channels(ids),
        tags=shortlists.tags_of(party.brand, ids),
        tag_choices=[("", gettext("Any")), *((tag, tag) for tag in shortlists.all_tags(party.brand))],
        naming=naming,
        records=sample_record.records_of(ids, at),
        campaigns=_open_campaigns(party),
        form=form,
    )


def _channels(creator_ids: Sequence[int]) -> dict[int, Sequence[Channel]]:
    """Where each creator is, the largest following first."""
    query = select(Channel).where(Channel.creator_id.in_(creator_ids))
    by_creator: dict[int, Any] = {}
    for channel in db.session.scalars(query.order_by(Channel.followers.desc().nulls_last(), Channel.id)):
        by_creator.setdefault(channel.creator_id, []).append(channel)
    return by_creator


def _open_campaigns(party: Party) -> Sequence[Campaign]:
    """The campaigns to which creators can be invited now."""
    at = clock.now()
    published = campaigns.of_brand(party.owner.id).where(Campaign.status == "published")
    return [each for each in db.session.scalars(published) if campaigns.takes(each, at)]


def _stored_name(shortlist: Shortlist) -> ListForm:
    return ListForm(formdata=None, name=shortlist.name).seal()


def _stored_tags(brand: Brand, creator: Creator) -> TagsForm:
    words = shortlists.tags_of(brand, [creator.id]).get(creator.id, [])
    return TagsForm(formdata=None, tags=", ".join(words)).seal()


def _about(party: Party, creator: Creator, *, tags: TagsForm | None = None, note: NoteForm | None = None) -> str:
    brand, at = party.brand, clock.now()
    words = shortlists.tags_of(brand, [creator.id]).get(creator.id, [])
    sent = samples.samples_of(brand).where(Sample.creator_id == creator.id).limit(LATEST)
    offers = (
        rounds.offers_of(brand).where(Offer.creator_id == creator.id).options(joinedload(Offer.brand)).limit(LATEST)
    )
    contracts = overview.contracts_of(brand_id=brand.id, creator_id=creator.id).limit(LATEST)
    on = shortlists.lists_with(brand, creator)
    return render_template(
        "desks/creator_notes.html",
        party=party,
        creator=creator,
        naming=naming,
        channels=_channels([creator.id]).get(creator.id, []),
        on=on,
        others=[each for each, _count in shortlists.lists_of(brand) if each not in on],
        tags=tags or _stored_tags(brand, creator),
        words=words,
        note=note or NoteForm(formdata=None),
        notes=shortlists.notes(brand, creator),
        samples=db.session.scalars(sent).all(),
        record=sample_record.record_of(creator.id, at),
        contracts=[(each, overview.ContractSummary(each).status(at)) for each in db.session.scalars(contracts)],
        offers=[(each, rounds.rounds(each, Side.BRAND)[-1]) for each in db.session.scalars(offers.limit(LATEST))],
    )
