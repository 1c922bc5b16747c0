"""A creator makes a link, turns it off and on, ends it; its picture for print."""

from __future__ import annotations

import io
from uuid import UUID

import segno
from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy import func

from app import clock
from app.contracts import overview
from app.contracts.models import Contract
from app.database import db
from app.errors import BadInput, Conflict
from app.tracking import domains, links
from app.tracking.blueprint import blueprint
from app.tracking.forms import LinkForm
from app.tracking.models import LinkStatus
from app.users.party_pages import BINDERS, Party, party_page
from app.users.sides import Side
from app.web.downloads import download

OWN = (Side.CREATOR,)


@party_page(blueprint, "GET", "links/new", BINDERS, sides=OWN)
def link_contract(party: Party) -> ResponseReturnValue:
    """The choice of the contract a link is for; where there is one only, its form at once."""
    query = overview.contracts_of(creator_id=party.owner.id).where(func.upper(Contract.period) > clock.now())
    contracts = db.session.scalars(query).all()
    if len(contracts) == 1:
        return redirect(party.url("link_new", contract=contracts[0].public_id))
    return render_template("tracking/link_contract.html", party=party, contracts=contracts)


@party_page(blueprint, "GET", "contracts/<uuid:contract>/links/new", BINDERS, sides=OWN)
def link_new(party: Party, contract: UUID) -> ResponseReturnValue:
    """The form for a link of the contract."""
    return _page(party, overview.contract_of(party, contract), LinkForm())


@party_page(blueprint, "POST", "contracts/<uuid:contract>/links/new", BINDERS, sides=OWN)
def link_create(party: Party, contract: UUID) -> ResponseReturnValue:
    """Makes the link and shows it."""
    target, form = overview.contract_of(party, contract), LinkForm()
    form.offer(links.streams_of(target))
    if form.validate_on_submit():
        try:
            made = links.create(target, form.draft(), by=party.person, at=clock.now())
        except (BadInput, Conflict) as error:
            form.form_errors.append(error.sentence)
        else:
            db.session.commit()
            flash(gettext("Your link is ready: copy it, or show its picture."), "success")
            return redirect(party.url("link", link=made.public_id), 303)
    return _page(party, target, form), 422


@party_page(blueprint, "GET", "links/<uuid:link>/end", BINDERS, sides=OWN)
def link_end(party: Party, link: UUID) -> ResponseReturnValue:
    """Asks whether it is meant: a link that has ended does not work again."""
    return render_template("tracking/link_end.html", party=party, link=links.link_of(party.owner, link))


@party_page(blueprint, "POST", "links/<uuid:link>/turn", BINDERS, sides=OWN)
def link_turn(party: Party, link: UUID) -> ResponseReturnValue:
    """Pauses a link, lets it work again, or ends it for good."""
    target = links.link_of(party.owner, link)
    wanted = request.form.get("status", "")
    if wanted not in set(LinkStatus):
        raise BadInput(gettext("A link can be paused, work again, or end."))
    links.turn(target, LinkStatus(wanted), by=party.person, at=clock.now())
    db.session.commit()
    said = {
        LinkStatus.WORKING: gettext("The link works again."),
        LinkStatus.PAUSED: gettext("The link rests: it leads to the beginning of the shop and earns nothing."),
        LinkStatus.ENDED: gettext("The link has ended: it leads to the beginning of the shop."),
    }
    flash(said[LinkStatus(wanted)], "success")
    return redirect(party.url("link", link=link), 303)


@party_page(blueprint, "GET", "links/<uuid:link>/picture")
def link_picture(party: Party, link: UUID) -> ResponseReturnValue:
    """The link as a QR picture, to be printed or shown in a stream."""
    target, file = links.link_of(party.owner, link), io.BytesIO()
    segno.make(links.address_of(target), error="m").save(file, kind="svg", scale=10, light="#fff")
    return download(file.getvalue(), f"{target.code}.svg", "image/svg+xml")


def _page(party: Party, contract: Contract, form: LinkForm) -> str:
    form.offer(links.streams_of(contract))
    places = [each.domain for each in domains.domains_of(contract.brand_id)]
    return render_template(
        "tracking/link_new.html",
        party=party,
        contract=contract,
        form=form,
        places=places,
        running=links.may_have(contract, clock.now()),
    )
