"""Top-ups, recorded by one person of finance and approved by another; credit lines; and what a brand has left."""

from __future__ import annotations

from typing import TypeVar
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from app import clock
from app.database import db, raw
from app.errors import BadInput, Conflict, NotFound
from app.ledger import checkouts, funding, schedules
from app.ledger.blueprint import blueprint
from app.ledger.forms import BrandAmountForm, CheckoutForm, RejectForm, TopUpForm
from app.ledger.models import TopUp, TopUpReturn, TopUpStatus
from app.ledger.payout_day import next_payout_day
from app.security import CHECKER, MAKER, PLATFORM, Role, identity, require
from app.users.models import Brand
from app.users.scope import brand_for
from app.web import query_args
from config import settings

BRAND_MONEY = frozenset({Role.BRAND_OWNER, Role.BRAND_FINANCE})
LATEST = 20  # so many returns are shown on the page of funds
OfBrand = TypeVar("OfBrand", bound=BrandAmountForm)


@blueprint.get("/finance/top-ups")
@require(PLATFORM)
def top_ups() -> ResponseReturnValue:
    """All top-ups, those that wait first."""
    query = _top_ups().order_by((TopUp.status == TopUpStatus.RECORDED).desc(), TopUp.id.desc())
    brand = query_args.text(request.args, "brand")
    if status := query_args.choice(request.args, "status", list(TopUpStatus)):
        query = query.where(TopUp.status == status)
    if brand:
        query = query.join(TopUp.brand).where(Brand.name.icontains(brand, autoescape=True))
    page = db.paginate(query)
    return render_template(
        "ledger/top_ups.html", page=page, statuses=list(TopUpStatus), may_record=identity().has(MAKER)
    )


@blueprint.get("/finance/top-ups/new")
@require(MAKER)
def top_up_new() -> ResponseReturnValue:
    """The form to record one."""
    return render_template("ledger/top_up_new.html", form=_offered(TopUpForm()))


@blueprint.post("/finance/top-ups/new")
@require(MAKER)
def top_up_create() -> ResponseReturnValue:
    """Records one. Sent twice, the second is refused: the brand has the reference already."""
    form, at = _offered(TopUpForm()), clock.now()
    if form.validate_on_submit():
        brand = _chosen(form)
        currency, received_on, reference = form.currency.data, form.received_on.data, form.reference.data
        try:
            top_up = funding.record(
                brand, form.minor, currency, received_on=received_on, reference=reference, by=identity(), at=at
            )
        except (BadInput, Conflict) as error:
            form.form_errors.append(error.sentence)
        else:
            db.session.commit()
            flash(gettext("Recorded. It counts once someone else in finance approves it."), "success")
            return redirect(url_for("ledger.top_up", top_up=top_up.public_id))
    return render_template("ledger/top_up_new.html", form=form), 422


@blueprint.get("/finance/top-ups/<uuid:top_up>")
@require(PLATFORM)
def top_up(top_up: UUID) -> ResponseReturnValue:
    """One top-up: who recorded it, who decided, and what to do."""
    return _top_up_page(top_up, RejectForm()), 200


@blueprint.post("/finance/top-ups/<uuid:top_up>/approve")
@require(CHECKER)
def top_up_approve(top_up: UUID) -> ResponseReturnValue:
    """Puts the money into the books."""
    funding.decide(top_up, approve=True, by=identity(), at=clock.now())
    db.session.commit()
    flash(gettext("Approved: the money is the brand's to spend."), "success")
    return redirect(url_for("ledger.top_up", top_up=top_up))


@blueprint.post("/finance/top-ups/<uuid:top_up>/reject")
@require(CHECKER)
def top_up_reject(top_up: UUID) -> ResponseReturnValue:
    """Sends it back with a reason; nothing is posted."""
    form = RejectForm()
    if not form.validate_on_submit():
        return _top_up_page(top_up, form), 422
    funding.decide(top_up, approve=False, by=identity(), at=clock.now(), reason=form.reason.data)
    db.session.commit()
    flash(gettext("Rejected: nothing is posted."), "success")
    return redirect(url_for("ledger.top_up", top_up=top_up))


@blueprint.get("/finance/credit-lines")
@require(PLATFORM)
def credit_lines() -> ResponseReturnValue:
    """Every brand's money, promises and credit, and the form to set a credit line."""
    return _credit_page(_offered(BrandAmountForm())), 200


@blueprint.post("/finance/credit-lines")
@require(CHECKER)
def credit_line_update() -> ResponseReturnValue:
    """Sets a brand's credit line; 0 takes it back."""
    form = _offered(BrandAmountForm())
    if form.validate_on_submit():
        brand, currency = _chosen(form), form.currency.data
        try:
            funding.set_credit(brand, currency, form.minor, by=identity(), at=clock.now())
        except BadInput as error:
            form.form_errors.append(error.sentence)
        else:
            db.session.commit()
            flash(gettext("The credit line is set."), "success")
            return redirect(url_for("ledger.credit_lines"))
    return _credit_page(form), 422


@blueprint.get("/brands/<uuid:brand>/funds")
@require(BRAND_MONEY | PLATFORM)
def funds(brand: UUID) -> ResponseReturnValue:
    """What the brand has left by currency, and its own top-ups."""
    owner = brand_for(identity(), brand, BRAND_MONEY, read=True)
    return funds_page(owner, CheckoutForm())


def funds_page(owner: Brand, form: CheckoutForm) -> str:
    """The page of a brand's funds, with the form to pay at Stripe for those who may and where Stripe is set up."""
    at = clock.now()
    money = funding.funds(raw(), on=at.date(), brands=[owner.id])
    query = _top_ups().where(TopUp.brand_id == owner.id).order_by(TopUp.received_on.desc(), TopUp.id.desc())
    returns = _returns().where(TopUpReturn.brand_id == owner.id).limit(LATEST)
    currencies = list(dict.fromkeys([owner.currency, *(each.currency for each in money)]))
    payable = [currency for currency in currencies if currency in checkouts.CURRENCIES]
    own = schedules.of(owner)
    by_stripe = settings().has_stripe and payable and owner.id in identity().brand_ids(BRAND_MONEY)
    return render_template(
        "ledger/funds.html",
        brand=owner,
        money=money,
        references=[(currency, funding.top_up_reference(owner, currency)) for currency in currencies],
        page=db.paginate(query),
        returns=db.session.scalars(returns).all(),
        unfinished=checkouts.unfinished(owner, at=at),
        days=schedules.in_words((own.every, own.day)) if own else "",
        next_payout_on=next_payout_day(settings(), at, own),
        form=form.offer(payable) if by_stripe else None,
    )


def _top_ups() -> Select[TopUp]:
    people = (joinedload(TopUp.brand), joinedload(TopUp.maker), joinedload(TopUp.decider))
    return select(TopUp).options(*people, joinedload(TopUp.receipt))


def _returns() -> Select[TopUpReturn]:
    return select(TopUpReturn).options(joinedload(TopUpReturn.top_up)).order_by(TopUpReturn.id.desc())


def _offered(form: OfBrand) -> OfBrand:
    form.offer(list(db.session.scalars(select(Brand).order_by(Brand.name, Brand.id))))
    return form


def _chosen(form: BrandAmountForm) -> Brand:
    return db.session.scalars(select(Brand).where(Brand.public_id == UUID(form.brand.data))).one()


def _credit_page(form: BrandAmountForm) -> str:
    money = funding.funds(raw(), on=clock.today())
    may_set = identity().has(CHECKER)
    return render_template("ledger/credit_lines.html", money=money, form=form, may_set=may_set)


def _top_up_page(top_up: UUID, form: RejectForm) -> str:
    top_up_row = db.session.scalar(_top_ups().where(TopUp.public_id == top_up))
    if top_up_row is None:
        raise NotFound(gettext("There is no such top-up."))
    who = identity()
    own = top_up_row.made_by == who.person_id
    may_decide = top_up_row.status == TopUpStatus.RECORDED and who.has(CHECKER) and not own
    returns = db.session.scalars(_returns().where(TopUpReturn.top_up_id == top_up_row.id)).all()
    return render_template(
        "ledger/top_up.html", top_up=top_up_row, form=form, own=own, may_decide=may_decide, returns=returns
    )
