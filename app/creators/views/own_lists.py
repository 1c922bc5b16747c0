"""Lists that a brand brings for itself: sent, looked at, kept, put on a shortlist, offered to the platform, deleted."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from flask_sqlalchemy.pagination import Pagination

from app import clock
from app.catalog import naming
from app.creators import shortlists
from app.creators.blueprint import blueprint
from app.creators.forms.lists import ListForm, MappingForm, mapping_form
from app.creators.lists import own, preview
from app.creators.lists.columns import LABELS, NUMBERS
from app.creators.models import CreatorList, ListStatus
from app.creators.views.lists import LISTED, preview_page, remapped, take_in
from app.database import db, page_asked
from app.security import BRAND as BRAND_ROLES
from app.users.party_pages import DEALERS, Party, Roles, party_page
from app.users.sides import Side
from app.web import query_args
from app.web.downloads import download
from app.web.versions import hold

OWN: Roles = {"brand": BRAND_ROLES}  # the platform's people don't read what a brand brings for itself
BRANDS = (Side.BRAND,)
SHOWN = 100  # accounts on a page


class Accounts(Pagination):
    """The accounts of a list, a page at a time."""

    def _query_items(self) -> list[own.Listed]:
        skip = self._query_offset
        return own.accounts(self._query_args["target"], skip=skip, number=self.per_page)

    def _query_count(self) -> int:
        tally: own.Tally = self._query_args["tally"]
        return tally.accounts


@party_page(blueprint, "GET", "own-lists", OWN, sides=BRANDS)
def own_lists(party: Party) -> ResponseReturnValue:
    """The lists that the brand has brought, and the form to send one."""
    return _listing(party, ListForm()), 200


@party_page(blueprint, "POST", "own-lists", DEALERS, sides=BRANDS)
def own_list_create(party: Party) -> ResponseReturnValue:
    """Takes a file to look at; nothing of it is kept yet."""
    form = ListForm()
    if form.validate_on_submit():
        received = take_in(form, by=party.person, brand_id=party.brand.id)
        if received is not None:
            db.session.commit()
            return redirect(party.url("own_list", own_list=received.public_id), 303)
    return _listing(party, form), 422


@party_page(blueprint, "GET", "own-lists/<uuid:own_list>", OWN, sides=BRANDS)
def own_list(party: Party, own_list: UUID) -> ResponseReturnValue:
    """What the columns are taken for, and what comes of it; of a list that is kept its accounts."""
    target = own.get(party.brand, own_list)
    if target.status != ListStatus.PREVIEWED:
        return _kept(party, target), 200
    shown = preview.preview_of(target)
    return _page(party, target, shown, mapping_form(target, shown).seal()), 200


@party_page(blueprint, "POST", "own-lists/<uuid:own_list>", DEALERS, sides=BRANDS)
def own_list_update(party: Party, own_list: UUID) -> ResponseReturnValue:
    """Reads the columns otherwise, and shows what comes of it."""
    target = hold(own.get(party.brand, own_list))
    shown = preview.preview_of(target)
    form = mapping_form(target, shown)
    status = remapped(target, shown, form) if form.validate_on_submit() else 422
    if status != 303:
        return _page(party, target, shown, form), status
    db.session.commit()
    flash(gettext("Mapping updated. Check the preview before you keep the list."), "success")
    return redirect(party.url("own_list", own_list=own_list), 303)


@party_page(blueprint, "POST", "own-lists/<uuid:own_list>/keep", DEALERS, sides=BRANDS)
def own_list_keep(party: Party, own_list: UUID) -> ResponseReturnValue:
    """Keeps what can be read, as the preview showed it (`seen`)."""
    target = own.get(party.brand, own_list)
    kept = own.keep(target, seen=request.form.get("seen", ""), by=party.person, at=clock.now())
    db.session.commit()
    flash(ngettext("%(num)s account kept.", "%(num)s accounts kept.", kept), "success")
    return redirect(party.url("own_list", own_list=own_list), 303)


@party_page(blueprint, "POST", "own-lists/<uuid:own_list>/shortlist", DEALERS, sides=BRANDS)
def own_list_shortlist(party: Party, own_list: UUID) -> ResponseReturnValue:
    """Puts who is a creator here on a list of the brand's (`shortlist`), or on a new one (`name`)."""
    target, at = own.get(party.brand, own_list), clock.now()
    chosen = query_args.identifier(request.form, "shortlist")
    shortlist = (
        shortlists.get_list(party.brand, chosen)
        if chosen
        else shortlists.create(party.brand, request.form.get("name", ""), by=party.person, at=at)
    )
    count = own.put_on(target, shortlist, by=party.person, at=at)
    name, public_id = shortlist.name, shortlist.public_id
    db.session.commit()
    message = ngettext(
        "%(num)d creator is new on “%(name)s”.", "%(num)d creators are new on “%(name)s”.", count, name=name
    )
    flash(message, "success")
    return redirect(party.url("list", shortlist=public_id), 303)


@party_page(blueprint, "POST", "own-lists/<uuid:own_list>/offer", DEALERS, sides=BRANDS)
def own_list_offer(party: Party, own_list: UUID) -> ResponseReturnValue:
    """Lets the platform see the list."""
    own.offer(own.get(party.brand, own_list), by=party.person, at=clock.now())
    db.session.commit()
    flash(gettext("Offered. Once we have taken it up, everybody on it can be found and invited."), "success")
    return redirect(party.url("own_list", own_list=own_list), 303)


@party_page(blueprint, "POST", "own-lists/<uuid:own_list>/delete", DEALERS, sides=BRANDS)
def own_list_delete(party: Party, own_list: UUID) -> ResponseReturnValue:
    """Deletes the file and all that was kept of it."""
    own.forget(own.get(party.brand, own_list), by=party.person, at=clock.now())
    db.session.commit()
    flash(gettext("Deleted, with everything that was kept of it."), "success")
    return redirect(party.url("own_lists"), 303)


@party_page(blueprint, "GET", "own-lists/<uuid:own_list>/cells.csv", OWN, sides=BRANDS)
def own_list_cells(party: Party, own_list: UUID) -> ResponseReturnValue:
    """Every cell and row that can't be taken, with its line and the reason."""
    target = own.get(party.brand, own_list)
    return download(preview.as_csv(preview.faults(target)), f"{target.file_name}.cells.csv")


def _listing(party: Party, form: ListForm) -> str:
    lists = own.lists_of(party.brand, LISTED)
    return render_template("creators/own_lists.html", party=party, form=form, lists=lists, naming=naming)


def _page(party: Party, target: CreatorList, shown: preview.Preview, form: MappingForm) -> str:
    pages = {
        "mapping": "own_list_update",
        "go": "own_list_keep",
        "discard": "own_list_delete",
        "cells": "own_list_cells",
    }
    addresses = {name: party.url(page, own_list=target.public_id) for name, page in pages.items()}
    addresses["all"] = party.url("own_lists")
    return preview_page(target, shown, form, addresses, may_act=party.may_deal)


def _kept(party: Party, target: CreatorList) -> str:
    tally = own.tally(target)
    accounts = Accounts(target=target, tally=tally, page=page_asked(), per_page=SHOWN, max_per_page=SHOWN)
    figures = [name for name in (*NUMBERS, "engagement") if any(name in each.figures for each in accounts.items)]
    return render_template(
        "creators/own_list.html",
        party=party,
        creator_list=target,
        accounts=accounts,
        figures=[(name, LABELS[name]) for name in figures],
        tally=tally,
        lists=[(shortlist.public_id, shortlist.name) for shortlist, _count in shortlists.lists_of(party.brand)],
        kept=target.status == ListStatus.KEPT,
        naming=naming,
    )
