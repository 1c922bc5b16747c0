"""What creators and brands fill in about shows."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Self
from zoneinfo import ZoneInfo

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import DateTimeLocalField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Email, InputRequired, Length, Optional

from app.catalog import naming
from app.catalog.taxonomy import PLATFORM, ROOTS, tree
from app.csvfiles.cells import LANGUAGES
from app.money import exponent
from app.streams.by_hand import Broadcast
from app.streams.models import Selling, Show, ShowItem
from app.streams.planning import LONGEST_NOTES, LONGEST_REASON, Plan
from app.streams.players import LONGEST
from app.streams.run_sheet import LONGEST_WORDS, Line
from app.web.choices import by_name
from app.web.fields import AmountField, LinesField, WholeField
from app.web.versions import VersionedForm

LONG = _("That is too long.")
TIME = "%Y-%m-%dT%H:%M"
WHY = [DataRequired(_("Give a reason. The other side will read it.")), Length(max=LONGEST_REASON, message=LONG)]


def _platforms() -> list[SelectChoice]:
    words = [word for word in tree(PLATFORM).words if word.code != ROOTS[PLATFORM]]
    return [SelectChoice(word.code, word.name) for word in sorted(words, key=lambda word: word.code != "own")]


def _languages() -> list[SelectChoice]:
    return by_name(LANGUAGES, naming.language)


class ShowForm(VersionedForm):
    """A show as it is planned; its time is in the reader's zone (`zone`)."""

    title = StringField(
        _("Title"), [DataRequired(_("Give the show a title.")), Length(max=200, message=_("That name is too long."))]
    )
    creator = SelectField(_("Creator"), [InputRequired(_("Choose a creator."))], validate_choice=False)
    begins = DateTimeLocalField(
        _("Begins"), [InputRequired(_("Choose a day and a time."))], format=[TIME, TIME + ":%S"]
    )
    minutes = WholeField(_("Length in minutes"), [InputRequired(_("Enter a length in minutes."))], default=60)
    platform = SelectField(_("Platform"), choices=_platforms, default="own")
    address = StringField(
        _("Address of the picture, video or channel"),
        [Length(max=LONGEST, message=LONG)],
        description=_(
            "Our own page plays an HLS address. Of YouTube the video or channel, of Twitch the channel, of TikTok the"
            " name; of others the page. It can be added later."
        ),
    )
    language = SelectField(_("Language"), choices=_languages, description=_("In which you speak."))
    notes = TextAreaField(
        _("Notes"),
        [Length(max=LONGEST_NOTES, message=LONG)],
        description=_("For you and the brands. Viewers don’t see them."),
    )

    def __init__(self, zone: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.zone = zone
        self.begins.description = gettext("In the time of %(zone)s.", zone=zone)

    def fill(self, show: Show) -> Self:
        """Shows a show as it is planned."""
        for name in ("title", "platform", "language", "notes"):
            self[name].data = getattr(show, name)
        self.minutes.data, self.address.data = show.planned_minutes, show.address or ""
        self.begins.data = show.planned_start.astimezone(ZoneInfo(self.zone)).replace(
            second=0, microsecond=0, tzinfo=None
        )
        return self.seal()

    def plan(self) -> Plan:
        """What is filled in, once `validate()` has said that it can be read."""
        begins = _instant(self.begins.data, self.zone)
        assert begins is not None  # noqa: S101 - InputRequired
        return Plan(
            title=self.title.data or "",
            planned_start=begins,
            planned_minutes=self.minutes.data,
            platform=self.platform.data,
            address=self.address.data or "",
            notes=self.notes.data or "",
            language=self.language.data,
        )


class ReasonForm(FlaskForm):
    """Why a show is declined or called off."""

    reason = TextAreaField(_("Reason"), WHY)


class LineForm(VersionedForm):
    """What stands beside a product on the run sheet; its price is in the product's currency (`Meta.currency`)."""

    minute = WholeField(_("Planned minute"), description=_("Counted from going on air."))
    words = TextAreaField(
        _("What to say"), [Length(max=LONGEST_WORDS, message=LONG)], description=_("You read it on the console.")
    )
    price = AmountField(
        _("Announced price"),
        description=_("What viewers of our own page pay. You are warned when the product costs something else."),
    )
    stock = WholeField(_("Announced stock"))
    target = WholeField(_("Pieces to sell"))

    def __init__(self, item: ShowItem, **kwargs: Any) -> None:
        super().__init__(meta={"currency": item.product.currency}, **kwargs)
        self.currency = item.product.currency

    def fill(self, item: ShowItem) -> Self:
        """Shows a line as it is."""
        self.minute.data, self.words.data = item.planned_minute, item.words
        self.stock.data, self.target.data = item.announced_stock, item.target
        if item.announced_price is not None:
            self.price.data = int(item.announced_price.scaleb(exponent(self.currency)))
        return self.seal()

    def line(self) -> Line:
        """What is filled in."""
        minor = self.price.data
        price = None if minor is None else Decimal(minor).scaleb(-exponent(self.currency))
        return Line(self.minute.data, self.words.data or "", price, self.stock.data, self.target.data)


class ProductForm(FlaskForm):
    """A product to put on the run sheet, as `<brand id>:<product id>`."""

    product = SelectField(_("Product"), [InputRequired(_("Choose a product."))], validate_choice=False)


class SellingForm(FlaskForm):
    """How a brand sells its products in a show."""

    selling = RadioField(
        _("Last pieces"),
        [InputRequired(_("Choose who gets the last pieces."))],
        choices=[
            SelectChoice(Selling.RESERVE, _("Whoever reserves first: a click holds a piece for ten minutes")),
            SelectChoice(Selling.FIRST_PAID, _("Whoever pays first")),
        ],
    )
    most = WholeField(_("At most per buyer"), [InputRequired(_("Enter a number of pieces."))])


class ModeratorForm(FlaskForm):
    """Who is to help with a show."""

    email = StringField(
        _("E-mail address"), [DataRequired(_("Enter an e-mail address.")), Email(_("That is no e-mail address."))]
    )


class ReplayForm(FlaskForm):
    """Where a show can be seen again."""

    replay = StringField(_("Address of the replay"), [Length(max=LONGEST, message=LONG)])


class StreamForm(FlaskForm):
    """A stream that was elsewhere; its times are in the reader's zone (`zone`)."""

    partner = SelectField(_("With"), [InputRequired(_("Choose one."))], validate_choice=False)
    platform = SelectField(_("Platform"), choices=lambda: [each for each in _platforms() if each.value != "own"])
    begins = DateTimeLocalField(_("Began"), [InputRequired(_("Choose a day and a time."))], format=[TIME, TIME + ":%S"])
    ends = DateTimeLocalField(
        _("Ended"), [Optional()], format=[TIME, TIME + ":%S"], description=_("Leave it empty while it runs.")
    )
    products = LinesField(_("Products shown"), description=_("The SKU of each product, one per line."))
    ref = StringField(
        _("Reference"),
        [Length(max=128, message=LONG)],
        description=_("What shop and files call the stream. Leave it empty for one of ours."),
    )

    def __init__(self, zone: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.zone = zone
        self.begins.description = gettext("In the time of %(zone)s.", zone=zone)

    def broadcast(self) -> Broadcast:
        """What is filled in, once `validate()` has said that it can be read."""
        begins, ends = (_instant(field.data, self.zone) for field in (self.begins, self.ends))
        assert begins is not None  # noqa: S101 - InputRequired
        skus = tuple(dict.fromkeys(self.products.data or ()))
        return Broadcast(self.platform.data, begins, ends, skus, self.ref.data or "")


def _instant(local: datetime | None, zone: str) -> datetime | None:
    return local.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC) if local else None
