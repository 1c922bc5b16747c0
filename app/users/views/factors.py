"""One's own second factors: an authenticator app, passkeys and recovery codes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from markupsafe import Markup

from app import clock
from app.database import db
from app.errors import BadInput
from app.security import SIGNED_IN, client_address, identity, require, signed_in
from app.users.blueprint import blueprint
from app.users.confirming import confirm_password
from app.users.factors import Factors, apps, changes, factors_of, passkeys
from app.users.factors.models import Passkey
from app.users.forms import AppCodeForm, FactorForm, PasskeyForm, PasskeyNameForm
from app.users.models import Person

NONE = Factors(app=False, passkeys=0, codes=0)


@blueprint.app_template_global("my_factors")
def my_factors() -> Factors:
    """What the reader of the page has set up, for _second_factor.html."""
    me = signed_in()
    return factors_of(me.person_id) if me else NONE


@blueprint.get("/account/factors")
@require(SIGNED_IN)
def factors() -> ResponseReturnValue:
    """Everything with which somebody shows a second time that it is them."""
    me = identity().person_id
    return render_template("users/factors.html", app=apps.live_app(me), passkeys=passkeys.live_passkeys(me))


@blueprint.get("/account/factors/app")
@require(SIGNED_IN)
def factor_app() -> ResponseReturnValue:
    """The picture for an app that is being set up; before, the form with which one begins."""
    return _app_shown(AppCodeForm()) or _app_begun(FactorForm())


@blueprint.post("/account/factors/app")
@require(SIGNED_IN)
def factor_app_create() -> ResponseReturnValue:
    """Makes a secret for an app, which counts once the app has shown a code."""
    form = FactorForm()
    if _changed(form, lambda at: changes.begin_app(identity(), at=at)) is None:
        return _app_begun(form), 422
    return redirect(url_for("users.factor_app"))


@blueprint.post("/account/factors/app/confirm")
@require(SIGNED_IN)
def factor_app_confirm() -> ResponseReturnValue:
    """The app's first code: from now on it counts."""
    form = AppCodeForm()
    if form.validate_on_submit():
        try:
            codes = changes.confirm_app(identity(), form.code.data, at=clock.now())
            db.session.commit()
        except BadInput as error:
            db.session.rollback()
            form.code.errors = [error.sentence]
        else:
            return _done(gettext("Your app is set up."), codes)
    return _app_shown(form) or _app_begun(FactorForm(formdata=None)), 422


@blueprint.get("/account/factors/app/remove")
@require(SIGNED_IN)
def factor_app_ending() -> ResponseReturnValue:
    """Asks whether the app shall count no more."""
    return _app_ended(FactorForm())


@blueprint.post("/account/factors/app/remove")
@require(SIGNED_IN)
def factor_app_remove() -> ResponseReturnValue:
    """The app counts no more."""
    form = FactorForm()
    if _changed(form, lambda at: changes.remove_app(identity(), at=at)) is None:
        return _app_ended(form), 422
    return _done(gettext("The app is removed: its codes no longer count."), [])


@blueprint.get("/account/factors/passkeys/new")
@require(SIGNED_IN)
def passkey_new() -> ResponseReturnValue:
    """The form for another passkey."""
    return render_template("users/passkey_new.html", form=PasskeyForm(), purpose=changes.PURPOSE)


@blueprint.post("/account/factors/passkeys/new")
@require(SIGNED_IN)
def passkey_create() -> ResponseReturnValue:
    """Keeps the passkey that the device has made."""
    form = PasskeyForm()
    name, answer = form.name.data or "", form.credential.data or ""
    codes = _changed(form, lambda at: changes.add_passkey(identity(), name, answer, at=at))
    if codes is None:
        form.credential.data = ""  # answered once; the device is asked again
        return render_template("users/passkey_new.html", form=form, purpose=changes.PURPOSE), 422
    return _done(gettext("The passkey is added."), codes)


@blueprint.post("/account/factors/passkeys/options")
@require(SIGNED_IN)
def passkey_options() -> ResponseReturnValue:
    """What the device needs to make a passkey, as JSON."""
    options = passkeys.options_to_add(db.session.get_one(Person, identity().person_id), at=clock.now())
    db.session.commit()
    return options, 200, {"Content-Type": "application/json"}


@blueprint.get("/account/factors/passkeys/<uuid:passkey>")
@require(SIGNED_IN)
def passkey(passkey: UUID) -> ResponseReturnValue:
    """One passkey, to be renamed."""
    row = passkeys.get_passkey(identity().person_id, passkey)
    return _passkey_named(row, PasskeyNameForm())


@blueprint.post("/account/factors/passkeys/<uuid:passkey>")
@require(SIGNED_IN)
def passkey_update(passkey: UUID) -> ResponseReturnValue:
    """Renames a passkey."""
    row, form = passkeys.get_passkey(identity().person_id, passkey), PasskeyNameForm()
    if _changed(form, lambda at: changes.rename_passkey(identity(), row, form.name.data, at=at)) is None:
        return _passkey_named(row, form), 422
    return _done(gettext("Saved."), [])


@blueprint.get("/account/factors/passkeys/<uuid:passkey>/remove")
@require(SIGNED_IN)
def passkey_ending(passkey: UUID) -> ResponseReturnValue:
    """Asks whether a passkey shall count no more."""
    return _passkey_ended(passkeys.get_passkey(identity().person_id, passkey), FactorForm())


@blueprint.post("/account/factors/passkeys/<uuid:passkey>/remove")
@require(SIGNED_IN)
def passkey_remove(passkey: UUID) -> ResponseReturnValue:
    """A passkey counts no more."""
    row, form = passkeys.get_passkey(identity().person_id, passkey), FactorForm()
    if _changed(form, lambda at: changes.remove_passkey(identity(), row, at=at)) is None:
        return _passkey_ended(row, form), 422
    return _done(gettext("The passkey is removed: it no longer counts."), [])


@blueprint.get("/account/factors/codes")
@require(SIGNED_IN)
def recovery_codes() -> ResponseReturnValue:
    """Asks whether new recovery codes shall be made."""
    return _codes_renewed(FactorForm())


@blueprint.post("/account/factors/codes")
@require(SIGNED_IN)
def recovery_codes_create() -> ResponseReturnValue:
    """Makes ten new recovery codes and shows them, once."""
    form = FactorForm()
    codes = _changed(form, lambda at: changes.renew_codes(identity(), at=at))
    return (_codes_renewed(form), 422) if codes is None else _done(gettext("New recovery codes are made."), codes)


@blueprint.post("/account/factors/challenge")
@require(SIGNED_IN)
def factor_challenge() -> ResponseReturnValue:
    """What a passkey needs to answer for one purpose, as JSON, for the button of _second_factor.html."""
    try:
        options = passkeys.options_to_use(identity().person_id, request.form.get("purpose", ""), at=clock.now())
    except BadInput as error:
        return jsonify(error=error.sentence), 422
    db.session.commit()
    return options, 200, {"Content-Type": "application/json"}


def _changed(form: FactorForm, deed: Callable[[datetime], list[str] | None]) -> list[str] | None:
    """Does the deed in one transaction once password and second factor are right, and returns the codes to show. None
    when something is wrong, which the form then says. Guesses of the password count as failed sign-ins do."""
    if not form.validate_on_submit():
        return None
    me, at = identity(), clock.now()
    if not _password_right(form, at):
        return None
    try:
        changes.check_factor(me, form.factor.data or "", at=at)
    except BadInput as error:
        db.session.rollback()
        form.factor.errors = [error.sentence]
        return None
    try:
        codes = deed(at) or []
        db.session.commit()
    except BadInput as error:
        db.session.rollback()
        form.form_errors.append(error.sentence)
        return None
    return codes


def _password_right(form: FactorForm, at: datetime) -> bool:
    try:
        confirm_password(identity(), form.password.data, client_address(), at=at)
    except BadInput:
        form.password.errors = [gettext("The password is wrong: nothing was changed.")]
        return False
    db.session.commit()
    return True


def _done(sentence: str, codes: list[str]) -> ResponseReturnValue:
    """Back to the overview, or first the codes that are shown this once."""
    flash(sentence, "success")
    return render_template("users/recovery_codes.html", codes=codes) if codes else redirect(url_for("users.factors"))


def _app_shown(form: AppCodeForm) -> str:
    """The secret of the app that is being set up; empty when none is."""
    person, at = db.session.get_one(Person, identity().person_id), clock.now()
    draft = apps.draft_app(person.id, at=at)
    if draft is None:
        return ""
    address = apps.address_of(draft, person)
    picture = Markup(apps.picture_of(address))  # noqa: S704 - segno's drawing, of dots # nosec B704
    return render_template(
        "users/factor_app.html", form=form, picture=picture, address=address, secret=apps.secret_of(draft)
    )


def _asked(form: FactorForm, title: str, lead: str, button: str, url: str, *, danger: bool = False) -> str:
    """A page that asks for password and second factor before one thing is done."""
    return render_template(
        "users/factor_change.html",
        **{"form": form, "title": title, "lead": lead, "button": button, "url": url, "danger": danger},
        purpose=changes.PURPOSE,
    )


def _app_begun(form: FactorForm) -> str:
    lead = gettext("Any app that shows codes of six digits will do. One that you have set up counts until then.")
    return _asked(form, gettext("Set up an app"), lead, gettext("Go on"), url_for("users.factor_app_create"))


def _app_ended(form: FactorForm) -> str:
    lead = gettext("Its codes no longer count. Without app and passkey the recovery codes are void, too.")
    url = url_for("users.factor_app_remove")
    return _asked(form, gettext("Remove the app"), lead, gettext("Remove the app"), url, danger=True)


def _passkey_ended(row: Passkey, form: FactorForm) -> str:
    lead = gettext("It no longer counts. Without app and passkey the recovery codes are void, too.")
    title, url = (
        gettext("Remove the passkey “%(name)s”", name=row.name),
        url_for("users.passkey_remove", passkey=row.public_id),
    )
    return _asked(form, title, lead, gettext("Remove the passkey"), url, danger=True)


def _passkey_named(row: Passkey, form: PasskeyNameForm) -> str:
    return render_template("users/passkey.html", passkey=row, form=form, purpose=changes.PURPOSE)


def _codes_renewed(form: FactorForm) -> str:
    lead = gettext("You get ten codes for the day on which app and passkeys are lost. Earlier ones are void.")
    url = url_for("users.recovery_codes_create")
    return _asked(form, gettext("New recovery codes"), lead, gettext("Make new codes"), url)
