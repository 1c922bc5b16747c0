"""Where a brand sells: the page on which it says so."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app import clock
from app.database import db
from app.errors import BadInput, Conflict
from app.security import BRAND, PLATFORM, Role, identity, require
from app.tracking import domains, links
from app.tracking.blueprint import blueprint
from app.tracking.forms import DomainForm
from app.users.models import Brand
from app.users.scope import brand_for

DEALERS = frozenset({Role.BRAND_OWNER, Role.BRAND_MEMBER})


@blueprint.get("/brands/<uuid:brand>/domains")
@require(BRAND | PLATFORM)
def brand_domains(brand: UUID) -> ResponseReturnValue:
    """The brand's domains, how many links lead to each, and the form for another."""
    return _page(brand_for(identity(), brand, read=True), DomainForm())


@blueprint.post("/brands/<uuid:brand>/domains")
@require(DEALERS)
def brand_domain_add(brand: UUID) -> ResponseReturnValue:
    """Adds one."""
    owner, form = brand_for(identity(), brand, DEALERS), DomainForm()
    if form.validate_on_submit():
        try:
            domain = domains.add(owner, form.domain.data or "", by=identity(), at=clock.now())
        except (BadInput, Conflict) as error:
            form.domain.errors = [error.sentence]
        else:
            db.session.commit()
            flash(gettext("Links may lead to %(domain)s now.", domain=domain), "success")
            return redirect(url_for("tracking.brand_domains", brand=brand), 303)
    return _page(owner, form), 422


@blueprint.get("/brands/<uuid:brand>/domains/<int:domain>/remove")
@require(DEALERS)
def brand_domain_leave(brand: UUID, domain: int) -> ResponseReturnValue:
    """Asks whether it is meant, and says which links it would end."""
    owner = brand_for(identity(), brand, DEALERS)
    target = domains.domain_of(owner, domain)
    led = links.leading_to(owner).get(target.domain, 0)
    return render_template("tracking/domain_remove.html", brand=owner, domain=target, led=led)


@blueprint.post("/brands/<uuid:brand>/domains/<int:domain>/remove")
@require(DEALERS)
def brand_domain_remove(brand: UUID, domain: int) -> ResponseReturnValue:
    """Takes it away; links to it lead nowhere from now on."""
    owner = brand_for(identity(), brand, DEALERS)
    gone = domains.remove(owner, domain, by=identity(), at=clock.now())
    db.session.commit()
    flash(gettext("No link leads to %(domain)s any more.", domain=gone), "success")
    return redirect(url_for("tracking.brand_domains", brand=brand), 303)


def _page(owner: Brand, form: DomainForm) -> str:
    return render_template(
        "tracking/domains.html",
        brand=owner,
        domains=domains.domains_of(owner.id),
        led=links.leading_to(owner),
        spoken=domains.spoken,
        form=form,
        may_change=owner.id in identity().brand_ids(DEALERS),
    )
