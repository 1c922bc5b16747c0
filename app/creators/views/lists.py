"""Lists of accounts from elsewhere: sent, looked at, mapped, imported or discarded."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from sqlalchemy import select, text

from app import clock
from app.catalog import naming
from app.creators.blueprint import blueprint
from app.creators.forms.lists import ListForm, MappingForm, TakeBackForm, mapping_form
from app.creators.lists import own, preview, receiving, withdrawing
from app.creators.lists.columns import (
    CHECKS,
    FIELDS,
    LABELS,
    NUMBERS,
    label,
)
from app.creators.models import CreatorList, ListStatus
from app.database import db
from app.errors import BadFile, BadInput, Conflict, NotFound
from app.security import Identity, Role, identity, require
from app.web.downloads import download
from app.web.versions import hold

ADMIN = frozenset({Role.ADMIN})
READERS = frozenset({Role.ADMIN, Role.AUDITOR})
LISTED, ROWS, FAULTS = 30, 12, 100  # lists, rows as they were read, and cells on a page


@blueprint.get("/admin/creator-lists")
@require(READERS)
def creator_lists() -> ResponseReturnValue:
    """The lists that were sent before, and the form to send one."""
    return _listing(ListForm()), 200


@blueprint.post("/admin/creator-lists")
@require(ADMIN)
def creator_list_create() -> ResponseReturnValue:
    """Takes a file to look at; nothing of it is stored yet."""
    form = ListForm()
    if form.validate_on_submit():
        received = take_in(form, by=identity())
        if received is not None:
            db.session.commit()
            return redirect(url_for("creators.creator_list", creator_list=received.public_id), 303)
    return _listing(form), 422


@blueprint.post("/admin/creator-lists/offered/<uuid:offered_list>")
@require(ADMIN)
def creator_list_take_up(offered_list: UUID) -> ResponseReturnValue:
    """Takes a copy of a list that a brand offers, to look at."""
    copy = own.take_up(offered_list, by=identity(), at=clock.now())
    db.session.commit()
    return redirect(url_for("creators.creator_list", creator_list=copy.public_id), 303)


@blueprint.get("/admin/creator-lists/<uuid:creator_list>")
@require(READERS)
def creator_list(creator_list: UUID) -> ResponseReturnValue:
    """What the columns are taken for, what comes of it, and what can't be read; of an imported one what came of it."""
    target = _list(creator_list)
    if target.status != ListStatus.PREVIEWED:
        return _done(target), 200
    shown = preview.preview_of(target)
    return _page(target, shown, mapping_form(target, shown).seal()), 200


@blueprint.post("/admin/creator-lists/<uuid:creator_list>")
@require(ADMIN)
def creator_list_update(creator_list: UUID) -> ResponseReturnValue:
    """Reads the columns otherwise, and shows what comes of it."""
    target = hold(_list(creator_list))
    shown = preview.preview_of(target)
    form = mapping_form(target, shown)
    status = remapped(target, shown, form) if form.validate_on_submit() else 422
    if status != 303:
        return _page(target, shown, form), status
    db.session.commit()
    flash(gettext("Mapping updated. Check the preview before you import."), "success")
    return redirect(url_for("creators.creator_list", creator_list=creator_list), 303)


@blueprint.post("/admin/creator-lists/<uuid:creator_list>/import")
@require(ADMIN)
def creator_list_import(creator_list: UUID) -> ResponseReturnValue:
    """Stores what can be taken, as the preview showed it (`seen`)."""
    target = _list(creator_list)
    receiving.import_list(target, seen=request.form.get("seen", ""), by=identity(), at=clock.now())
    db.session.commit()
    sentence = ngettext("%(num)s creator added.", "%(num)s creators added.", target.new_creators)
    flash(sentence, "success")
    return redirect(url_for("creators.creator_list", creator_list=creator_list), 303)


@blueprint.post("/admin/creator-lists/<uuid:creator_list>/discard")
@require(ADMIN)
def creator_list_discard(creator_list: UUID) -> ResponseReturnValue:
    """Forgets the file."""
    receiving.discard(_list(creator_list), by=identity(), at=clock.now())
    db.session.commit()
    flash(gettext("Discarded. Nothing was imported, and the file was deleted."), "success")
    return redirect(url_for("creators.creator_lists"), 303)


@blueprint.post("/admin/creator-lists/<uuid:creator_list>/withdraw")
@require(ADMIN)
def creator_list_withdraw(creator_list: UUID) -> ResponseReturnValue:
    """Takes an imported list back."""
    target, form = _list(creator_list), TakeBackForm()
    if not form.validate_on_submit():
        return _done(target, form), 422
    try:
        withdrawing.withdraw(target, form.reason.data, by=identity(), at=clock.now())
    except Conflict as error:
        db.session.rollback()
        form.form_errors.append(error.sentence)
        return _done(_list(creator_list), form), error.status
    db.session.commit()
    sentence = gettext(
        "Taken back. Creators who came by this list are gone. What it changed of others is as it was, unless somebody "
        "has changed it since."
    )
    flash(sentence, "success")
    return redirect(url_for("creators.creator_list", creator_list=creator_list), 303)


@blueprint.get("/admin/creator-lists/<uuid:creator_list>/cells.csv")
@require(READERS)
def creator_list_cells(creator_list: UUID) -> ResponseReturnValue:
    """Every cell and row that can't be taken, with its line and the reason."""
    target = _list(creator_list)
    return download(preview.as_csv(preview.faults(target)), f"{target.file_name}.cells.csv")


def take_in(form: ListForm, *, by: Identity, brand_id: int | None = None) -> CreatorList | None:
    """Takes the form's file to look at, the brand's own where one is given; None where it can't be, with the reason at
    its field."""
    sent = form.file.data
    about: dict[str, Any] = {"measured_on": form.measured_on.data, "brand_id": brand_id}
    try:
        content = sent.read(receiving.MOST_BYTES + 1)
        return receiving.receive(content, sent.filename or "", by=by, at=clock.now(), **about)
    except BadFile as error:
        form.file.errors = [error.sentence]
    except BadInput as error:
        form.measured_on.errors = [error.sentence]
    return None


def remapped(target: CreatorList, shown: preview.Preview, form: MappingForm) -> int:
    """Reads the list as the form says; the status to answer with: 409 where somebody else has changed it meanwhile, 422
    where it can't be, with the reason on the form."""
    if form.outdated(mapping_form(target, shown, formdata=None)):
        return 409
    try:
        _remap(target, form)
    except (BadInput, ValueError) as error:
        form.form_errors.append(str(error))
        return 422
    return 303


def _remap(target: CreatorList, form: MappingForm) -> None:
    """Reads the list as it is said; where only the platform was chosen, its columns of that platform."""
    columns, platform = form.columns(), form.platform.data
    others = "name" not in columns or receiving.of_another(preview.headings(target), columns, platform)
    if others and columns == target.columns and platform not in ("", target.platform):
        receiving.choose_platform(target, platform, at=clock.now())
        columns = target.columns
    about = {"measured_on": form.measured_on.data, "decimal_sign": form.decimal_sign.data or ""}
    receiving.remap(target, platform=platform, columns=columns, at=clock.now(), **about)


def _list(public_id: UUID) -> CreatorList:
    listed = select(CreatorList).where(CreatorList.public_id == public_id, CreatorList.brand_id.is_(None))
    target = db.session.scalar(listed)
    if target is None:
        raise NotFound(gettext("There is no such list."))
    return target


def _listing(form: ListForm) -> str:
    return render_template(
        "creators/creator_lists.html",
        form=form,
        lists=receiving.latest(LISTED),
        offered=own.offered(LISTED),
        may_act=identity().has(ADMIN),
        naming=naming,
    )


def _page(target: CreatorList, shown: preview.Preview, form: MappingForm) -> str:
    def address(page: str) -> str:
        return url_for(f"creators.creator_list{page}", creator_list=target.public_id)

    addresses = {"all": url_for("creators.creator_lists"), "mapping": address("_update"), "go": address("_import")}
    addresses |= {"discard": address("_discard"), "cells": address("_cells")}
    return preview_page(target, shown, form, addresses, may_act=identity().has(ADMIN))


def preview_page(
    target: CreatorList, shown: preview.Preview, form: MappingForm, addresses: Mapping[str, str], *, may_act: bool
) -> str:
    """The page of a list that is looked at: the platform's, or a brand's own."""
    mapped = [field for field in FIELDS if field in target.columns and field not in CHECKS]
    return render_template(
        "creators/creator_list.html",
        creator_list=target,
        shown=shown,
        addresses=addresses,
        seen=receiving.reading_of(target),
        question=receiving.two_readings(shown.read) if shown.read.undecided else "",
        form=form,
        figures=[(field, LABELS[field]) for field in mapped if field in NUMBERS or field == "engagement"],
        mapped=[(shown.listed.header[at], label(field)) for field, at in target.columns.items()],
        rows=shown.read.accounts[:ROWS],
        faults=shown.read.faults[:FAULTS],
        may_act=may_act,
        naming=naming,
    )


def _done(target: CreatorList, form: TakeBackForm | None = None) -> str:
    imported = db.session.scalar(text("select public_id from import where id = :id"), {"id": target.import_id})
    return render_template(
        "creators/creator_list_done.html",
        creator_list=target,
        imported=imported,
        faults=preview.faults(target)[:FAULTS],
        form=form or TakeBackForm(formdata=None),
        may_withdraw=target.status == ListStatus.IMPORTED and identity().has(ADMIN),
        naming=naming,
    )
