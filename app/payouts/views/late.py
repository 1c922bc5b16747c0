"""Late payment: what finance notes for it, and the claims that a brand and a creator see."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app import clock
from app.database import db
from app.payouts.blueprint import blueprint
from app.payouts.forms import RateForm, SizeForm, TermForm
from app.payouts.late import claims, terms
from app.payouts.late.models import BrandSize, PaymentTerm, ReferenceRate
from app.security import FINANCE, PLATFORM, Role, identity, require
from app.users.scope import brand_for
from app.web import query_args

ADMINS = frozenset({Role.ADMIN})
BRAND_MONEY = frozenset({Role.BRAND_OWNER, Role.BRAND_FINANCE})


@blueprint.get("/finance/late-payment")
@require(PLATFORM)
def late_payment() -> ResponseReturnValue:
    """The rates, the sizes of brands, the terms of contracts, and every claim."""
    sizes = select(BrandSize).options(joinedload(BrandSize.brand)).order_by(BrandSize.brand_id)
    noted = select(PaymentTerm).options(joinedload(PaymentTerm.contract)).order_by(PaymentTerm.contract_id)
    who = identity()
    return render_template(
        "payouts/late_payment.html",
        rates=db.session.scalars(select(ReferenceRate).order_by(ReferenceRate.since.desc())).all(),
        sizes=db.session.scalars(sizes).all(),
        terms=db.session.scalars(noted).all(),
        claims=claims.claims(),
        rate_form=RateForm() if who.has(ADMINS) else None,
        size_form=SizeForm() if who.has(FINANCE) else None,
        term_form=TermForm() if who.has(FINANCE) else None,
    )


@blueprint.post("/finance/late-payment/rates")
@require(ADMINS)
def late_rate() -> ResponseReturnValue:
    """Adds the rate of a half-year."""
    since, bps = query_args.day(request.form, "since"), query_args.whole(request.form, "bps")
    terms.add_rate(since, bps, by=identity(), at=clock.now())
    return _noted()


@blueprint.post("/finance/late-payment/sizes")
@require(FINANCE)
def late_size() -> ResponseReturnValue:
    """Says how large a brand is."""
    terms.set_size(request.form.get("brand", ""), request.form.get("size", ""), by=identity(), at=clock.now())
    return _noted()


@blueprint.post("/finance/late-payment/terms")
@require(FINANCE)
def late_term() -> ResponseReturnValue:
    """Notes the term of a contract."""
    days = query_args.whole(request.form, "days")
    terms.set_term(request.form.get("contract", ""), days, by=identity(), at=clock.now())
    return _noted()


@blueprint.get("/brands/<uuid:brand>/late-payment")
@require(BRAND_MONEY | PLATFORM)
def brand_late_payment(brand: UUID) -> ResponseReturnValue:
    """What the brand paid too late, and what the law adds."""
    owner = brand_for(identity(), brand, BRAND_MONEY, read=True)
    return render_template("payouts/brand_late_payment.html", brand=owner, claims=claims.claims(brand=owner))


def _noted() -> ResponseReturnValue:
    db.session.commit()
    flash(gettext("Saved."), "success")
    return redirect(url_for("payouts.late_payment"))
