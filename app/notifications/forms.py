"""What the pages of this room ask."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import SelectMultipleField, StringField
from wtforms.validators import DataRequired
from wtforms.widgets import CheckboxInput, ListWidget

from app.notifications.webhooks.types import TYPES
from app.web.versions import VersionedForm


class WebhookForm(VersionedForm):
    """Where events go, and which."""

    url = StringField(
        _("Address"),
        [DataRequired(_("Write the whole address, like https://shop.example/webhooks."))],
        description=_("On your own server, beginning with https://. It answers each event with 200 to 299."),
    )
    types = SelectMultipleField(
        _("Events"),
        [DataRequired(_("Choose at least one type of event."))],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.types.choices = [(name, name) for name in TYPES]
