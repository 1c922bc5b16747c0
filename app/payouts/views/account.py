"""Bank details: a creator's own, and the platform's account that pays."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app import clock, mail
from app.database import db
from app.errors import BadInput
from app.payouts.bank import accounts, confirmation, onboarding, refusals, verification
from app.payouts.blueprint import blueprint
from app.payouts.forms import BankForm, CheckForm, ReasonForm
from app.payouts.models import BankDetail
from app.payouts.obstacles import REMEDIES
from app.security import FINANCE, PLATFORM, Role, client_address, identity, require
from app.users.confirming import confirm_password
from app.users.models import Creator
from app.users.scope import creator_for
from config import settings

SELF = frozenset({Role.CREATOR})
KEEPERS = frozenset({Role.FINANCE_MAKER, Role.ADMIN})


@blueprint.get("/creators/<uuid:creator>/bank-details")
@require(SELF | PLATFORM)
def bank_details(creator: UUID) -> ResponseReturnValue:
    """Where the creator's money goes, and where it went before."""
    return _creator_page(creator_for(identity(), creator, SELF, read=True), BankForm())


@blueprint.post("/creators/<uuid:creator>/bank-details")
@require(SELF)
def bank_details_update(creator: UUID) -> ResponseReturnValue:
    """Enters or changes it. A change asks for the password, is told by mail, and holds payouts for some time."""
    payee, form, at = creator_for(identity(), creator, SELF), BankForm(), clock.now()
    changing = bool(onboarding.versions(payee))
    detail = _entered(payee, form, at)
    if form.errors or form.form_errors:
        return _creator_page(payee, form), 422
    if detail and changing and (folder := mail.where_mail_goes()):
        flash(gettext("No mail server is set: the mail about it is written to %(folder)s.", folder=folder), "info")
    flash(gettext("Saved.") if detail else gettext("Nothing changed."), "success")
    return redirect(url_for("payouts.bank_details", creator=creator))


@blueprint.get("/finance/account")
@require(PLATFORM)
def platform_account() -> ResponseReturnValue:
    """The account that pays."""
    return _platform_page(BankForm())


@blueprint.post("/finance/account")
@require(KEEPERS)
def platform_account_update() -> ResponseReturnValue:
    """Enters or changes it. Batches that wait for approval are thrown back when somebody tries to approve them."""
    form = BankForm()
    detail = _entered(None, form, clock.now())
    if form.errors or form.form_errors:
        return _platform_page(form), 422
    flash(gettext("Saved.") if detail else gettext("Nothing changed."), "success")
    return redirect(url_for("payouts.platform_account"))


@blueprint.post("/creators/<uuid:creator>/bank-details/confirm")
@require(FINANCE)
def bank_details_confirm(creator: UUID) -> ResponseReturnValue:
    """Finance says that the account is right although a payment to it failed."""
    payee = creator_for(identity(), creator, read=True)
    confirmation.confirm(payee, request.form.get("reason", ""), by=identity(), at=clock.now())
    db.session.commit()
    flash(gettext("Confirmed: this account can be paid to again."), "success")
    return redirect(url_for("payouts.bank_details", creator=creator))


@blueprint.app_template_global()
def where_to_send() -> tuple[str, str] | None:
    """Holder and IBAN of the account that brands send money to, as the person behind the request may see it."""
    account = next(iter(onboarding.versions(None)), None)
    if account is None:
        return None
    shown = accounts.masked if identity().has({Role.AUDITOR}) else accounts.spaced
    return account.holder, shown(account.iban)


def _entered(payee: Creator | None, form: BankForm, at: datetime) -> BankDetail | None:
    """Stores and commits what the form says, and the letter about a change; what is wrong stands in the form
    afterwards."""
    if not form.validate_on_submit():
        return None
    try:
        if changing := bool(onboarding.versions(payee)):
            check_password(form.password.data or "", at)
        detail = onboarding.enter(payee, form.holder.data, form.iban.data, by=identity(), at=at)
    except BadInput as error:
        db.session.rollback()
        form.form_errors.append(error.sentence)
        return None
    if payee and detail and changing:
        onboarding.write_letters(payee, detail, settings().bank_hold)
    db.session.commit()
    return detail


def check_password(password: str, at: datetime) -> None:
    """Who sits at somebody's open browser must not move their money. Wrong ones count as failed sign-ins do."""
    if not password:
        raise BadInput(gettext("Fill in your password too: it is asked for again when bank details change."))
    confirm_password(identity(), password, client_address(), at=at)


def _creator_page(payee: Creator, form: BankForm) -> str:
    until, own = onboarding.held_until(payee, settings().bank_hold), payee.id in identity().creator_ids(SELF)
    return render_template(
        "payouts/bank_details.html",
        creator=payee,
        form=form,
        versions=onboarding.versions(payee),
        held_until=until if until and until > clock.now() else None,
        hours=settings().bank_change_hold_hours,
        own=own,
        refused=(refused := confirmation.refused_account(payee)),
        cure=refusals.fix(refused.code, refused.refused) if refused else "",
        reason_form=ReasonForm() if identity().has(FINANCE) else None,
        check=verification.of_creator(payee),
        spelling=verification.spelling(payee),
        check_form=CheckForm() if identity().has(FINANCE) else None,
        remedies=REMEDIES,
        iban=accounts.spaced if own or identity().has(FINANCE) else accounts.masked,
    )


def _platform_page(form: BankForm) -> str:
    may_see = identity().has(FINANCE | {Role.ADMIN})
    return render_template(
        "payouts/platform_account.html",
        form=form,
        versions=onboarding.versions(None),
        may_change=identity().has(KEEPERS),
        iban=accounts.spaced if may_see else accounts.masked,
    )
