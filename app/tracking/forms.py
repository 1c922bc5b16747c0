"""What is asked of links and of the places they lead to."""

from __future__ import annotations

from uuid import UUID

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from markupsafe import escape
from wtforms import SelectField, StringField
from wtforms.validators import InputRequired, Length

from app.formatting import instant
from app.streams.models import Stream
from app.tracking.links import LONGEST_LABEL, LinkDraft


class DomainForm(FlaskForm):
    """Where a brand sells."""

    domain = StringField(
        _("Domain"),
        [InputRequired(_("Write where your shop is, like shop.example.")), Length(max=300)],
        description=_("Like shop.example. With and without www. are two domains: add both if both lead to your shop."),
    )


class LinkForm(FlaskForm):
    """Where a link leads, and what it is for."""

    destination = StringField(
        _("Leads to"),
        [InputRequired(_("Write where the link leads: copy the address from the shop's page."))],
        description=_("The address of the shop's page, as it stands in the browser."),
    )
    code = StringField(
        _("Code of your own"),
        [Length(max=40)],
        description=_("What follows /go/ in the link: 3 to 32 letters, digits and hyphens. Empty: one is made up."),
    )
    stream = SelectField(_("Stream"), default="", description=_("Sales by this link count as sales of that stream."))
    sku = StringField(_("Product"), [Length(max=128)], description=_("Its number, as a note to you and the brand."))
    label = StringField(
        _("Campaign"), [Length(max=LONGEST_LABEL)], description=_("A word by which you find the link again.")
    )

    def offer(self, streams: list[Stream]) -> None:
        """Fills the list of streams with those of the contract."""
        named = [(str(each.public_id), f"{_begun(each)} · {each.platform}") for each in streams]
        self.stream.choices = [("", str(_("None"))), *named]

    def draft(self) -> LinkDraft:
        """What was filled in."""
        stream = UUID(self.stream.data) if self.stream.data else None
        return LinkDraft(
            self.destination.data or "", self.code.data or "", stream, self.sku.data or "", self.label.data or ""
        )


def _begun(stream: Stream) -> str:
    return escape(instant(stream.starts_at)).striptags()
