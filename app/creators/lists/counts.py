"""How counts are written: `12.500`, `1,250,000`, `1 234 567`, `12,5 mln`, `4,86 Mio.`, `50.7M`, Arabic digits.

Which sign parts decimals is the writer's habit, so a whole column is judged at once. Three digits after one sign are
thousands in a count, unless other cells show that the sign parts decimals. A column that fits two readings has none:
whoever imports it says which.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from functools import lru_cache

MOST = 10**15  # as in files of channels
SCALES = {
    10**3: "k tsd tds duizend dzd thousand mille mila mil rb ribu тыс tys هزار ألف الف",
    10**4: "万 萬 만",
    10**5: "lakh lakhs lac",
    10
    ** 6: "m mm mln mio mn mi mill million millions miljoen millionen mio. millones milhões milhão milioni jt juta млн "
    "میلیون مليون",
    10**7: "crore crores cr",
    10**8: "亿 億 억",
    10**9: "b bn mrd mld miljard milliarden billion миллиард млрд",
}
SCALE_OF = {word: scale for scale, words in SCALES.items() for word in words.split()}
UNSURE = re.compile(r"(?:mil|cr)\.?$", re.IGNORECASE)  # a thousand in Spanish and Portuguese, elsewhere a million
MOST_LIKELY = 2 * 10**9  # no account has more
SPACES = "\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}\N{THIN SPACE}\N{FIGURE SPACE} '\N{ACUTE ACCENT}`"
SPACES += "\N{RIGHT SINGLE QUOTATION MARK}\N{MODIFIER LETTER APOSTROPHE}"
CELL = re.compile(r"(?P<digits>[0-9](?:[0-9.,]*[0-9])?)(?: ?(?P<unit>[^\W\d_]+)\.?)?")
BLANKS = re.compile(f"[{SPACES}]")
SPACED = re.compile(f"[0-9]{{1,3}}(?:[{SPACES}][0-9]{{3}})+(?![0-9])")
ARABIC = {0x066B: ".", 0x066C: None}  # the Arabic signs that part decimals and thousands


class DecimalSign(StrEnum):
    """What parts decimals; the other of both parts thousands."""

    POINT = "."
    COMMA = ","


GROUPED = {  # digits in groups of thousands, or as in India, by what parts decimals
    DecimalSign.POINT: re.compile(r"[1-9][0-9]{0,2}(?:,[0-9]{3})+(?:\.[0-9]{1,6})?|[1-9][0-9]?(?:,[0-9]{2})+,[0-9]{3}"),
    DecimalSign.COMMA: re.compile(r"[1-9][0-9]{0,2}(?:\.[0-9]{3})+(?:,[0-9]{1,6})?"),
}
DECIMAL = {sign: re.compile(rf"[0-9]{{1,15}}{re.escape(sign)}[0-9]{{1,6}}") for sign in DecimalSign}
THREE = re.compile(r"[1-9][0-9]{0,2}([.,])[0-9]{3}")  # thousands in a count, if nothing speaks against it


@dataclass(frozen=True)
class Written:
    """A cell as far as every reader agrees: its digits with points and commas, and what they are multiplied by."""

    digits: str
    scale: int

    @property
    def parted(self) -> bool:
        """Whether it has a sign that may part decimals or thousands."""
        return not self.digits.isdecimal()

    @property
    def three(self) -> str:
        """The sign of `12.500` and `12,500`; empty for others."""
        match = THREE.fullmatch(self.digits)
        return match[1] if match else ""

    def fits(self, sign: DecimalSign) -> bool:
        """Whether it is a number where this sign parts decimals."""
        if not self.parted:
            return True
        return bool(DECIMAL[sign].fullmatch(self.digits) or GROUPED[sign].fullmatch(self.digits))

    def value(self, sign: DecimalSign) -> Decimal:
        """The number, where the sign parts decimals."""
        plain = self.digits.replace("," if sign is DecimalSign.POINT else ".", "").replace(sign, ".")
        return Decimal(plain) * self.scale


@lru_cache(maxsize=1 << 16)  # each cell is asked for when its column is judged, and when it is read
def written(cell: str) -> Written | None:
    """The digits and the scale of a cell; None where it is no number: a sign, an exponent, a word of another kind."""
    if cell.isascii() and cell.isdecimal():
        return Written(cell, 1)
    text = "".join(str(unicodedata.decimal(sign, sign)) for sign in cell).translate(ARABIC)
    if SPACED.match(text):
        text = SPACED.sub(lambda group: BLANKS.sub("", group[0]), text, count=1)
    match = CELL.fullmatch(text.replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " "))
    if match is None:
        return None
    scale = SCALE_OF.get((match["unit"] or "").casefold()) if match["unit"] else 1
    number = Written(match["digits"], scale) if scale else None
    return number if number and any(map(number.fits, DecimalSign)) else None


def sign_of(column: Iterable[str], *, whole: bool) -> DecimalSign | None:
    """What parts the decimals of a column of counts; None where its cells fit both, or contradict one another.

    `whole`: what is counted has no parts, as followers have none and an average may have.
    """
    numbers = {number for cell in column if (number := written(cell)) is not None and number.parted}
    shown = {sign for number in numbers for sign in DecimalSign if number.fits(sign) and not number.fits(_other(sign))}
    open_ = [number for number in numbers if all(map(number.fits, DecimalSign))]
    thousands = {_other(DecimalSign(number.three)) for number in open_ if number.three and number.scale == 1}
    scaled = [number for number in open_ if not (number.three and number.scale == 1)]
    if len(shown) == 1:
        (sign,) = shown
        return None if _broken(open_, numbers, sign, whole=whole) else sign
    if shown or len(thousands) > 1 or scaled:
        return None
    return thousands.pop() if thousands else DecimalSign.POINT


def _broken(open_: Iterable[Written], numbers: Iterable[Written], sign: DecimalSign, *, whole: bool) -> bool:
    """Whether a column whose other cells show the sign would make parts of what can't have parts, or of `12.500`."""
    doubtful = any(
        number.three == sign and number.scale == 1 and (whole or number.digits.endswith("0")) for number in open_
    )
    return doubtful or (
        whole and any(number.scale == 1 and number.value(sign) % 1 for number in numbers if number.fits(sign))
    )


def count(cell: str, sign: DecimalSign) -> int | None:
    """What a cell counts, an average rounded half up; None where it is no number with this sign, or too large."""
    number = written(cell)
    if number is None or not number.fits(sign):
        return None
    value = int(number.value(sign).to_integral_value(ROUND_HALF_UP))
    return value if value <= MOST else None


def is_rounded(cell: str) -> bool:
    """Whether it is a number like `50.7M`."""
    number = written(cell)
    return number is not None and number.scale > 1


def is_three(cell: str) -> bool:
    """Whether it is like `12.500`: thousands, or a fraction."""
    number = written(cell)
    return number is not None and number.three == "."


def is_unsure(cell: str) -> bool:
    """Whether its unit means another number to other readers."""
    return UNSURE.search(cell) is not None and written(cell) is not None


def agree(cell: str, value: int, sign: DecimalSign) -> bool:
    """Whether a cell that may be rounded means the exact `value`; `50.7M` means anything that is rounded or cut so."""
    number, counted = written(cell), count(cell, sign)
    if number is None or counted is None or number.scale == 1:
        return counted == value
    step: int = number.scale // 10 ** len(number.digits.partition(sign)[2])
    return abs(counted - value) < step


def _other(sign: DecimalSign) -> DecimalSign:
    return DecimalSign.COMMA if sign is DecimalSign.POINT else DecimalSign.POINT
