"""Tax profiles: of a creator (who is read by finance too), of a brand, and of the platform itself."""

from __future__ import annotations

from collections.abc import Callable

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app import clock
from app.database import db
from app.errors import BadInput
from app.invoicing import profiles, reminding
from app.invoicing.blueprint import blueprint
from app.invoicing.countries import pack_of
from app.invoicing.forms import TaxProfileForm
from app.invoicing.models import TaxKind, VatScheme
from app.security import FINANCE, PLATFORM, Identity, identity, require
from app.users.models import Creator
from app.users.party_pages import BINDERS, READERS, Party, party_page
from app.web.versions import hold
from config import settings


@party_page(blueprint, "GET", "tax", READERS)
def tax_profile(party: Party) -> ResponseReturnValue:
    """What the side has filled in, and for whom may answer for it a form that changes it."""
    return _page(party, _stored(party.owner))


@party_page(blueprint, "POST", "tax", BINDERS)
def tax_profile_update(party: Party) -> ResponseReturnValue:
    """Keeps it for the invoices to come."""
    form = TaxProfileForm()
    return _update(form, party.owner, party.person, lambda: _page(party, form), party.url("tax_profile"))


@blueprint.get("/finance/tax")
@require(PLATFORM)
def platform_tax_profile() -> ResponseReturnValue:
    """Who the platform is for the tax office: it stands on its own invoices and in the DAC7 report."""
    return _platform_page(_stored(None))


@blueprint.post("/finance/tax")
@require(FINANCE)
def platform_tax_profile_update() -> ResponseReturnValue:
    """Keeps it for the invoices to come."""
    form = TaxProfileForm()
    here = url_for("invoicing.platform_tax_profile")
    return _update(form, None, identity(), lambda: _platform_page(form), here)


def _update(
    form: TaxProfileForm, of: profiles.Party, by: Identity, page: Callable[[], str], then: str
) -> ResponseReturnValue:
    if not form.validate_on_submit():
        return page(), 422
    if of is not None:
        hold(of)
    if form.outdated(_stored(of)):
        return page(), 409
    try:
        profiles.save(of, form.details(), by=by, at=clock.now())
    except BadInput as error:
        db.session.rollback()
        form.form_errors.append(error.sentence)
        return page(), 422
    db.session.commit()
    flash(gettext("Saved. Invoices that were issued already stay as they are."), "success")
    return redirect(then, 303)


def _stored(of: profiles.Party) -> TaxProfileForm:
    profile, form = profiles.profile_of(of), TaxProfileForm(formdata=None)
    if profile is not None:
        form.process(formdata=None, obj=profile)
    elif of is not None:
        form.process(formdata=None, name=of.name, country=of.country, kind=TaxKind.COMPANY)
    else:
        form.process(formdata=None, name=settings().platform_name, kind=TaxKind.COMPANY)
    form.scheme.data = form.scheme.data or VatScheme.VAT_STANDARD
    return form.seal()


def _page(party: Party, form: TaxProfileForm) -> str:
    url = party.url("tax_profile_update") if party.may_bind else ""
    return _shown(form, party.owner, title=gettext("Tax details of %(name)s", name=party.owner.name), url=url)


def _platform_page(form: TaxProfileForm) -> str:
    url = url_for("invoicing.platform_tax_profile_update") if identity().has(FINANCE) else ""
    return _shown(form, None, title=gettext("Tax details of the platform"), url=url)


def _shown(form: TaxProfileForm, of: profiles.Party, *, title: str, url: str) -> str:
    rows = profiles.versions(of)
    asked = reminding.reminders_of(of) if isinstance(of, Creator) and not rows else []
    return render_template(
        "invoicing/tax_profile.html",
        title=title,
        form=form,
        url=url,
        versions=rows,
        asked=asked,
        limits=profiles.limits(rows[0]) if rows else [],
        pack_of=pack_of,
    )
