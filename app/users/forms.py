"""The forms of sign-in, account and people."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import EmailField, HiddenField, PasswordField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Email, InputRequired, Length, ValidationError

from app.errors import BadInput
from app.security import Role
from app.users.passwords import LONGEST, SHORTEST, check_new
from app.web.choices import zones
from app.web.fields import NameField
from app.web.forms import REASON
from app.web.versions import VersionedForm
from app.words import word


def _lowered(text: str | None) -> str:
    """E-mail addresses are kept in lower case and without spaces around."""
    return (text or "").strip().lower()


def _email(*more: Any) -> EmailField:
    checks = [InputRequired(_("Fill in an e-mail address.")), Length(max=254, message=_("That address is too long."))]
    return EmailField(_("E-mail"), [*checks, *more], filters=[_lowered])


def _checked_email() -> EmailField:
    return _email(Email(_("That is not an e-mail address: write it like name@example.com.")))


def _password(label: Any, description: Any = "", *more: Any) -> PasswordField:
    too_long = _("A password has at most %(max)d characters.")
    checks = [InputRequired(_("Fill in a password.")), Length(max=LONGEST, message=too_long)]
    return PasswordField(label, [*checks, *more], description=description)


def _new_password() -> PasswordField:
    hint = _("At least %(count)s characters: a few words do well.", count=SHORTEST)
    return _password(_("New password"), hint, _fit_for_its_owner)


def _fit_for_its_owner(form: Any, field: PasswordField) -> None:
    """Beside the form's other faults, so that all of them are read at once."""
    try:
        check_new(field.data or "", form.owner)
    except BadInput as error:
        raise ValidationError(error.sentence) from None


class NewPasswordOf(FlaskForm):
    """A form in which somebody chooses a password; `owner` is the e-mail address it is for."""

    def __init__(self, owner: str, **kwargs: Any) -> None:
        self.owner = owner
        super().__init__(**kwargs)


def _name() -> NameField:
    checks = [DataRequired(_("Fill in your name.")), Length(max=120, message=_("That name is too long."))]
    return NameField(_("Your name"), checks)


class SignInForm(FlaskForm):
    """E-mail and password. The address is not checked further: an unknown one gets the same answer."""

    email = _email()
    password = _password(_("Password"))


class ForgottenForm(FlaskForm):
    """Where to send the link for a new password."""

    email = _checked_email()


class NewPasswordForm(NewPasswordOf):
    """The password that a mailed link lets somebody choose."""

    password = _new_password()


class JoinForm(NewPasswordOf):
    """What somebody new fills in who was invited."""

    name = _name()
    password = _new_password()


class ProfileForm(VersionedForm):
    """How the product speaks to somebody."""

    name = _name()
    language = SelectField(_("Language"), choices=[SelectChoice("en", "English"), SelectChoice("nl", "Nederlands")])
    timezone = SelectField(_("Time zone"), choices=zones, description=_("Dates and times are shown in it."))


class PasswordForm(NewPasswordOf):
    """A change of password by who knows the old one."""

    old = _password(_("Current password"))
    new = _new_password()


class InviteForm(FlaskForm):
    """Whom to invite, and as what."""

    email = _checked_email()
    role = SelectField(_("Role"))

    def __init__(self, roles: tuple[Role, ...], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.role.choices = [SelectChoice(role.value, word(role.value)) for role in roles]


class FactorForm(FlaskForm):
    """What shows before a change of second factors that it is really their owner: the password, and a second factor
    where there is one (templates/_second_factor.html)."""

    password = _password(_("Password"))
    factor = StringField(_("Second factor"))


class PasskeyForm(FactorForm):
    """A new passkey: its name, and what the device has answered."""

    name = StringField(
        _("Name of the passkey"),
        [InputRequired(_("Give the passkey a name."))],
        description=_("So that you know it again: “phone”, “work laptop”."),
    )
    credential = HiddenField(_("Passkey"))


class PasskeyNameForm(FactorForm):
    """Another name for a passkey."""

    name = StringField(_("New name"), [InputRequired(_("Give the passkey a name."))])


class AppCodeForm(FlaskForm):
    """The first code of an authenticator app."""

    code = StringField(_("Code that the app shows"), [InputRequired(_("Type the six digits that the app shows."))])


class ResetFactorsForm(FlaskForm):
    """Why an admin ends somebody's second factors."""

    reason = TextAreaField(
        _("Reason"), REASON, description=_("It stands in the mail to this person and in the audit trail.")
    )
