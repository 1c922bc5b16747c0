"""The forms of sign-in, account and people."""

from __future__ import annotations

from functools import cache
from typing import Any
from zoneinfo import available_timezones

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import EmailField, PasswordField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Email, InputRequired, Length

from app.security import Role
from app.users.passwords import LONGEST, SHORTEST
from app.web.versions import VersionedForm
from app.words import word


def _lowered(text: str | None) -> str:
    """E-mail addresses are kept in lower case and without spaces around."""
    return (text or "").strip().lower()


def _stripped(text: str | None) -> str:
    return (text or "").strip()


def _email(*more: Any) -> EmailField:
    checks = [InputRequired(_("Fill in an e-mail address.")), Length(max=254, message=_("That address is too long."))]
    return EmailField(_("E-mail"), [*checks, *more], filters=[_lowered])


def _checked_email() -> EmailField:
    return _email(Email(_("That is not an e-mail address: write it like name@example.com.")))


def _password(label: Any, description: Any = "") -> PasswordField:
    too_long = _("A password has at most %(max)d characters.")
    checks = [InputRequired(_("Fill in a password.")), Length(max=LONGEST, message=too_long)]
    return PasswordField(label, checks, description=description)


def _new_password() -> PasswordField:
    return _password(_("New password"), _("At least %(count)s characters: a few words do well.", count=SHORTEST))


def _name() -> StringField:
    checks = [DataRequired(_("Fill in your name.")), Length(max=120, message=_("That name is too long."))]
    return StringField(_("Your name"), checks, filters=[_stripped])


@cache
def _zones() -> list[SelectChoice]:
    """The names people choose from: those with a place in them, and UTC."""
    names = sorted(name for name in available_timezones() if "/" in name and not name.startswith("Etc/"))
    return [SelectChoice(name, name.replace("_", " ")) for name in ["UTC", *names]]


class SignInForm(FlaskForm):
    """E-mail and password. The address is not checked further: an unknown one gets the same answer."""

    email = _email()
    password = _password(_("Password"))


class ForgottenForm(FlaskForm):
    """Where to send the link for a new password."""

    email = _checked_email()


class NewPasswordForm(FlaskForm):
    """The password that a mailed link lets somebody choose."""

    password = _new_password()


class JoinForm(FlaskForm):
    """What somebody new fills in who was invited."""

    name = _name()
    password = _new_password()


class ProfileForm(VersionedForm):
    """How the product speaks to somebody."""

    name = _name()
    language = SelectField(_("Language"), choices=[SelectChoice("en", "English"), SelectChoice("nl", "Nederlands")])
    timezone = SelectField(_("Time zone"), choices=_zones, description=_("Dates and times are shown in it."))


class PasswordForm(FlaskForm):
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
