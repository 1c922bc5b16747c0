"""The forms of profiles: what creators say of themselves and of their channels, and what brands say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length

from app.catalog.fields import NodesField
from app.catalog.taxonomy import CATEGORY, PLATFORM, tree
from app.creators.channels import ChannelFigures, Measurement
from app.creators.models import PriceUnit
from app.creators.profiles import LONGEST, LONGEST_WEBSITE, ProfileDraft
from app.money import CURRENCIES
from app.web.fields import (
    LinesField,
    PercentField,
    StrictField,
    WholeField,
)
from app.web.numbers import read_amount, read_percent, written_amount
from app.web.versions import VersionedForm
from app.words import word

PRICE = "price_"


class PriceField(StrictField):
    """An amount above zero in a currency of its own, in minor units."""

    def __init__(self, label: Any = None, *, currency: str, **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.currency = currency

    def read(self, text: str) -> int:
        """`12.50` of euros as 1250."""
        return read_amount(text, self.currency)

    def write(self, value: int) -> str:
        """1250 as `12.50`."""
        return written_amount(value, self.currency)


class ProfileForm(VersionedForm):
    """What a creator says of themselves. The fields of prices are added by `profile_form`."""

    about = TextAreaField(
        _("About you"),
        [Length(max=LONGEST, message=_("That text is too long."))],
        description=_("What you show, to whom and how. Brands search this text."),
    )
    categories = NodesField(
        _("Categories"), tree=CATEGORY, description=_("The categories you work in. Choose several with Ctrl or ⌘.")
    )
    keywords = LinesField(_("Keywords"), description=_("One per line: words brands may search for."))
    ask_commission_bps = PercentField(_("Asking commission"), description=_("In percent. Empty: not shown."))
    open_to_offers = BooleanField(_("Brands may send me offers and invitations"), default=True)
    public = BooleanField(
        _("Anyone can view my page"), description=_("Otherwise only signed-in brands and platform staff can.")
    )

    def draft(self) -> ProfileDraft:
        """What was filled in."""
        return ProfileDraft(
            about=self.about.data or "",
            keywords=self.keywords.data,
            categories=self.categories.data or [],
            open_to_offers=self.open_to_offers.data,
            public=self.public.data,
            ask_commission_bps=self.ask_commission_bps.data,
            prices=self.prices(),
        )

    def prices(self) -> dict[tuple[str, str], int]:
        """The asking prices that are filled in: (per, currency) to minor units."""
        amounts = {}
        for field in self:
            if field.name.startswith(PRICE) and field.data is not None:
                per, currency = field.name.removeprefix(PRICE).split("_")
                amounts[per, currency] = int(field.data)
        return amounts

    def price_fields(self) -> list[Any]:
        """The fields of prices, those of one currency together."""
        return [field for field in self if field.name.startswith(PRICE)]


def profile_form(currencies: Iterable[str], **kwargs: Any) -> ProfileForm:
    """The form with a field for each kind of price in each of these currencies."""
    fields = {
        f"{PRICE}{per}_{currency}": PriceField(f"{word(per)} ({currency})", currency=currency)
        for currency in currencies
        for per in PriceUnit
    }
    form: ProfileForm = type("ProfileForm", (ProfileForm,), fields)(**kwargs)
    return form


def currencies_sent(form: Mapping[str, str]) -> set[str]:
    """The currencies of the price fields that were sent."""
    ends = {name.rpartition("_")[2] for name in form if name.startswith(PRICE)}
    return ends & CURRENCIES


class SharesField(LinesField):
    """Shares of an audience, one on each line like `NL 62.5`; `data` is a tuple of (key, basis points)."""

    def read(self, line: str) -> tuple[str, int]:
        """One line."""
        key, _space, share = line.replace(":", " ").rpartition(" ")
        wrong = ValueError(gettext("Enter one code and percentage per line, like %(like)s.", like="NL 62.5"))
        if not key.strip():
            raise wrong
        try:
            return key.strip(), read_percent(share)
        except ValueError:
            raise wrong from None

    def write(self, value: Any) -> str:
        """`NL 62.5`."""
        key, share = value
        return f"{key} {share / 100:.2f}".rstrip("0").rstrip(".")

    def shares(self) -> dict[str, int]:
        """What was filled in; of a key that stands there twice the sum."""
        sums: dict[str, int] = {}
        for key, share in self.data or ():
            sums[key] = sums.get(key, 0) + share
        return sums


class ChannelForm(VersionedForm):
    """What a platform shows its creator of a channel."""

    UNSTORED = frozenset({"measured_on"})

    measured_on = DateField(
        _("Day"),
        [InputRequired(_("Enter the date of these figures."))],
        description=_("The date on which the platform showed these figures. It is shown with them."),
    )
    followers = WholeField(_("Followers"))
    average_views = WholeField(_("Average views"))
    average_live_viewers = WholeField(_("Average live viewers"))
    engagement_bps = PercentField(_("Engagement"), description=_("In percent."))
    audience_countries = SharesField(
        _("Audience by country"), description=_("One country code and percentage per line, like NL 62.5")
    )
    audience_languages = SharesField(
        _("Audience by language"), description=_("One language code and percentage per line, like nl 70")
    )
    audience_ages = SharesField(
        _("Audience by age"),
        description=_(
            "One age group (13-17, 18-24, 25-34, 35-44, 45-54 or 55+) and percentage per line, like 18-24 35"
        ),
    )

    def fill(self, known: ChannelFigures) -> None:
        """Shows what is known."""
        channel = known.channel
        for name in ("followers", "average_views", "average_live_viewers", "engagement_bps"):
            self[name].data = getattr(channel, name)
        for name in ("audience_countries", "audience_languages", "audience_ages"):
            shares: dict[str, int] = getattr(channel, name) or {}
            self[name].data = tuple(sorted(shares.items(), key=lambda share: (-share[1], share[0])))

    def measurement(self) -> Measurement:
        """What was filled in."""
        return Measurement(
            measured_on=self.measured_on.data,
            followers=self.followers.data,
            average_views=self.average_views.data,
            average_live_viewers=self.average_live_viewers.data,
            engagement_bps=self.engagement_bps.data,
            audience_countries=self.audience_countries.shares(),
            audience_languages=self.audience_languages.shares(),
            audience_ages=self.audience_ages.shares(),
        )


def _platforms() -> list[SelectChoice]:
    return [SelectChoice(node.code, node.name) for node in tree(PLATFORM).words if node.depth]


class NewChannelForm(FlaskForm):
    """A channel to be added."""

    platform = SelectField(_("Platform"), choices=_platforms)
    name = StringField(
        _("Channel"),
        [DataRequired(_("Enter the channel's name.")), Length(max=128, message=_("That name is too long."))],
        description=_("As shown on the platform, without @."),
    )


class BrandProfileForm(VersionedForm):
    """What a brand says of itself."""

    about = TextAreaField(
        _("About the brand"),
        [Length(max=LONGEST, message=_("That text is too long."))],
        description=_("What you sell and what you look for in creators. Visible to everyone."),
    )
    website = StringField(
        _("Website"), [Length(max=LONGEST_WEBSITE, message=_("That address is too long."))], description="https://…"
    )
