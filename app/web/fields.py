"""Fields that read what people type as strictly as files do (spec/formats.md): percentages, amounts, numbers, lists."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from wtforms import SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.widgets import CheckboxInput, ListWidget

from app.errors import BadInput
from app.web.numbers import read_amount, read_percent, read_whole, written_amount
from app.web.texts import checked_name
from app.words import word


class StrictField(StringField):
    """A field whose `data` is what `read` makes of the text; empty text is None."""

    data: Any

    def read(self, text: str) -> Any:
        """The value of a text that is not empty; ValueError with a sentence."""
        raise NotImplementedError

    def write(self, value: Any) -> str:
        """The text that `read` reads as this value."""
        return str(value)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Reads what was sent."""
        text = valuelist[0].strip() if valuelist else ""
        self.data = None
        if text:
            self.data = self.read(text)
        elif valuelist:
            self.raw_data = [""]  # blanks are nothing filled in, for `InputRequired` too

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else self.write(self.data)


class NameField(StringField):
    """The name of a person, brand or creator, on one line (texts.checked_name)."""

    data: Any

    def process_formdata(self, valuelist: list[str]) -> None:
        """The name that was sent; nothing filled in is left to `DataRequired`."""
        self.data = valuelist[0].strip() if valuelist else self.data
        if self.data:
            try:
                checked_name(self.data)
            except BadInput as error:
                raise ValueError(error.sentence) from None


class ChecksField(SelectMultipleField):
    """Some of a few choices, each with a box to tick; `data` are the values of those ticked."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class PercentField(StrictField):
    """A percentage with at most two decimals, in basis points."""

    def read(self, text: str) -> int:
        """`7.25` or `7,25` as 725."""
        return read_percent(text)

    def write(self, value: int) -> str:
        """725 as `7.25`, 1000 as `10`."""
        return f"{value / 100:.2f}".removesuffix(".00")


class AmountField(StrictField):
    """An amount in the currency of the form (`Meta.currency`), in minor units."""

    def read(self, text: str) -> int:
        """`12.50`, in Dutch `12,50`, of euros as 1250."""
        return read_amount(text, self.meta.currency)

    def write(self, value: int) -> str:
        """1250 as `12.50`, in Dutch `12,50`."""
        return written_amount(value, self.meta.currency)


class WholeField(StrictField):
    """A whole number, zero or more."""

    def read(self, text: str) -> int:
        """`14` as 14."""
        return read_whole(text)


class LinesField(TextAreaField):
    """Texts, one on each line; `data` is a tuple of them without the spaces around."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Reads what was sent."""
        lines = (line.strip() for line in (valuelist[0] if valuelist else "").splitlines())
        self.data = tuple(self.read(line) for line in lines if line)

    def read(self, line: str) -> Any:
        """What one line says."""
        return line

    def write(self, value: Any) -> str:
        """The line that `read` reads as this."""
        return str(value)

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "\n".join(self.write(each) for each in self.data or ())


def words_of(names: Iterable[str], none: Any = None) -> Callable[[], list[SelectChoice]]:
    """Words of the database as the options of a list, after `none` where that may be chosen."""

    def options() -> list[SelectChoice]:
        empty = [] if none is None else [SelectChoice("", str(none))]
        return empty + [SelectChoice(name, word(name)) for name in names]

    return options
