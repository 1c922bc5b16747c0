"""What the pages of shops ask."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import PasswordField, RadioField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Regexp

from app.integrations.shops.connecting import LONGEST_NAME, ShopDraft
from app.integrations.shops.models import ShopKind

KEY = [InputRequired(_("Paste the key with which the shop signs.")), Length(max=200)]


class ShopForm(FlaskForm):
    """A shop to connect."""

    kind = RadioField(
        _("The shop runs on"),
        [InputRequired(_("Choose what the shop runs on."))],
        choices=[SelectChoice(each.value, each.label) for each in ShopKind],
    )
    name = StringField(
        _("Name"),
        [InputRequired(_("Give the shop a name.")), Length(max=LONGEST_NAME)],
        description=_("Yours to choose, like “Shop Netherlands”."),
    )
    secret = PasswordField(
        _("Key"),
        KEY,
        description=_(
            "Shopify: shown under Settings, Notifications, Webhooks. WooCommerce: the secret you write into each of its"
            " webhooks. TikTok Shop: the app secret."
        ),
    )
    app_key = StringField(_("App key"), [Length(max=200)], description=_("TikTok Shop alone."))
    source = StringField(
        _("Its orders are called"),
        [Length(max=128)],
        description=_(
            "The source of their sales. Leave it empty for the first shop of a kind: then an export of the same shop"
            " that you upload is the same orders, not other ones."
        ),
    )

    def draft(self) -> ShopDraft:
        """What was filled in."""
        return ShopDraft(
            self.kind.data or "",
            self.name.data or "",
            self.secret.data or "",
            self.source.data or "",
            self.app_key.data or "",
        )


class KeyForm(FlaskForm):
    """A further key of a shop."""

    secret = PasswordField(_("Another key"), KEY, description=_("Both count until you remove one."))


class ErasureForm(FlaskForm):
    """Whose data is to go."""

    buyer = StringField(
        _("E-mail address, or its hash"),
        [
            InputRequired(_("Write the buyer's e-mail address, or its hash.")),
            Length(max=254),
            Regexp(
                r"\s*(hmac:[0-9a-f]{32}|[^@\s]+@[^@\s]+)\s*$",
                message=_("This is no e-mail address, and no hash like hmac: and 32 digits or letters a to f."),
            ),
        ],
        description=_("As in the orders. A hash is what an export of your sales has as the visitor. Neither is kept."),
    )
