"""Money: integer minor units and a currency, never a float, never mixed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from flask_babel import gettext

from app.errors import BadInput

# ISO 4217 minor units that are not 2. Babel's CLDR digits differ for some (IQD, IRR, ...), so the list is our own.
EXPONENTS = {
    **dict.fromkeys("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split(), 0),
    **dict.fromkeys("BHD IQD JOD KWD LYD OMR TND".split(), 3),
    **dict.fromkeys("CLF UYW".split(), 4),
}
CURRENCIES = frozenset(
    (
        "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD "
        "CDF CHE CHF CHW CLF CLP CNY COP COU CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP "
        "GMD GNF GTQ GYD HKD HNL HRK HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT "
        "LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD "
        "OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP "
        "SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD USN UYI UYU UYW UZS VED VES VND VUV WST XAF XCD XCG XOF "
        "XPF YER ZAR ZMW ZWG"
    ).split()
)


AMOUNT = re.compile(r"[0-9]{1,14}(\.[0-9]+)?")


def exponent(currency: str) -> int:
    """How many decimals the currency has by ISO 4217: JPY 0, EUR 2, KWD 3."""
    return EXPONENTS.get(currency, 2)


def in_proportion(total: int, weights: Sequence[int]) -> list[int]:
    """Parts of `total` in proportion to the weights, which sum to it: by largest remainder, ties to the first.

    Total and weights are 0 or more. Where all weights are 0 nothing can be divided: all parts are 0.
    """
    whole = sum(weights)
    if not whole:
        return [0] * len(weights)
    parts = [total * weight // whole for weight in weights]
    by_rest = sorted(range(len(weights)), key=lambda at: (-(total * weights[at] % whole), at))
    for at in by_rest[: total - sum(parts)]:
        parts[at] += 1
    return parts


@dataclass(frozen=True, order=False)
class Money:
    """`minor` units of `currency`. Adding or comparing two currencies raises BadInput."""

    minor: int
    currency: str

    @classmethod
    def of(cls, text: str, currency: str) -> Money:
        """Reads `12.50` (ASCII digits, a point, no more decimals than the currency has, zeros aside: 100.00 JPY is
        100); BadInput otherwise."""
        text, digits = text.strip(), exponent(currency)
        whole, _, rest = text.partition(".")
        shown = text[:40]
        if not AMOUNT.fullmatch(text):
            raise BadInput(gettext("“%(text)s” is not an amount: write it like 12.50, without signs.", text=shown))
        if len(rest.rstrip("0")) > digits:
            raise BadInput(gettext("“%(text)s” has more decimals than %(currency)s.", text=shown, currency=currency))
        return cls(int(whole) * 10**digits + int(rest[:digits].ljust(digits, "0") or "0"), currency)

    def _same(self, other: Money) -> None:
        if self.currency != other.currency:
            raise BadInput(
                gettext("%(one)s and %(other)s can't be added or compared.", one=self.currency, other=other.currency)
            )

    def __add__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.minor + other.minor, self.currency)

    def __sub__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.minor - other.minor, self.currency)

    def __neg__(self) -> Money:
        return Money(-self.minor, self.currency)

    def __lt__(self, other: Money) -> bool:
        self._same(other)
        return self.minor < other.minor

    def major(self) -> Decimal:
        """The amount in major units, exact."""
        return Decimal(self.minor).scaleb(-exponent(self.currency))

    def split(self, weights: Sequence[int]) -> list[Money]:
        """Parts in proportion to `weights` that sum to the whole: by largest remainder, ties to the first."""
        if sum(weights) <= 0 or any(weight < 0 for weight in weights):
            raise BadInput("Splitting needs weights of zero or more, and at least one above zero.")
        sign = -1 if self.minor < 0 else 1
        return [Money(sign * part, self.currency) for part in in_proportion(abs(self.minor), weights)]

    def __str__(self) -> str:
        return f"{self.major():f} {self.currency}"
