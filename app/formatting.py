"""Template filters: money, rates, instants in the reader's zone and language. Undefined names are errors."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from urllib.parse import quote, urlencode
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.numbers import format_currency, format_decimal, get_currency_symbol
from babel.support import NullTranslations
from flask import Flask, g, has_request_context, request, session
from flask_babel import Babel, Domain, get_locale
from jinja2 import StrictUndefined
from markupsafe import Markup

from app.clock import today
from app.money import Money, exponent
from app.security import signed_in
from config import settings

LANGUAGES = ("en", "nl")


def _language() -> str:
    """The reader's own choice, else what the browser asks for; English where nobody reads."""
    if not has_request_context():
        return "en"
    if person := signed_in():
        return person.language
    if session.get("language") in LANGUAGES:  # chosen before signing in
        return str(session["language"])
    return request.accept_languages.best_match(LANGUAGES) or "en"


def _zone() -> str:
    person = signed_in()
    return person.timezone if person else "UTC"


def _locale() -> Locale:
    """The reader's language; English where there is no application either."""
    return get_locale() or Locale("en")


def money(minor: int | Money | None, currency: str = "") -> str:
    """`1234` and `EUR` as `€12.34`, with all of the currency's decimals by ISO 4217; empty for None.

    The language's own pattern; a currency without a sign of its own keeps a space: `KWD 1.234`.
    """
    if minor is None:
        return ""
    value = minor if isinstance(minor, Money) else Money(int(minor), currency)
    decimals = exponent(value.currency)
    locale = _locale()
    pattern = str(locale.currency_formats["standard"].pattern)
    pattern = pattern.replace(".00", "." + "0" * decimals if decimals else "")
    if get_currency_symbol(value.currency, locale)[-1].isalpha() and "\N{NO-BREAK SPACE}" not in pattern:
        pattern = pattern.replace("¤", "¤\N{NO-BREAK SPACE}")
    return format_currency(value.major(), value.currency, format=pattern, locale=locale, currency_digits=False)


def money_about(minor: float | None, currency: str) -> str:
    """An amount that is an estimate: two figures and no decimals, for more would be pretence: `123456` and `EUR` as
    `€1,200`; below ten of the currency's units to one unit."""
    if minor is None:
        return ""
    units = Decimal(str(round(minor, 3))) / 10 ** exponent(currency)
    step = Decimal(10) ** max(0, units.adjusted() - 1) if units else Decimal(1)
    about = (units / step).to_integral_value(ROUND_HALF_UP) * step
    locale = _locale()
    pattern = str(locale.currency_formats["standard"].pattern).replace(".00", "")
    if get_currency_symbol(currency, locale)[-1].isalpha() and "\N{NO-BREAK SPACE}" not in pattern:
        pattern = pattern.replace("¤", "¤\N{NO-BREAK SPACE}")
    return format_currency(about, currency, format=pattern, locale=locale, currency_digits=False)


def percent(bps: int | None) -> str:
    """`725` basis points as `7.25%`."""
    return "" if bps is None else format_decimal(Decimal(bps) / 100, format="#,##0.##", locale=_locale()) + "%"


def number(value: int | Decimal | None) -> str:
    """A count with the language's thousands mark."""
    return "" if value is None else format_decimal(value, locale=_locale())


def instant(value: datetime | None) -> str | Markup:
    """An instant in the reader's zone, to the minute; the exact UTC instant for machines and on hover."""
    if value is None:
        return ""
    exact = value.astimezone(UTC)
    text = format_datetime(value.astimezone(ZoneInfo(_zone())), "d MMM y HH:mm", locale=_locale())
    page = Markup('<time datetime="{0}" title="{1} UTC">{2}</time>')
    return page.format(exact.isoformat(), f"{exact:%Y-%m-%d %H:%M:%S}", text)


def instant_in_zone(value: datetime | None) -> str | Markup:
    """An instant with the zone it is told in: for what two people read, each in their own zone or in none."""
    return instant(value) + f" ({_zone()})" if value else ""


def day(value: date | None) -> str | Markup:
    """A day in words short enough for a table."""
    if value is None:
        return ""
    text = format_date(value, "d MMM y", locale=_locale())
    return Markup('<time datetime="{0}">{1}</time>').format(value.isoformat(), text)


def month(value: date | None) -> str:
    """The month a day lies in: `October 2026`."""
    return "" if value is None else format_date(value, "LLLL y", locale=_locale())


def here(**changes: object) -> str:
    """The address of this page with some query parameters changed; one that becomes None or '' is left out."""
    kept = [pair for pair in request.args.items(multi=True) if pair[0] not in changes]
    added = [(name, str(value)) for name, value in changes.items() if value not in (None, "")]
    query = urlencode(kept + added)
    return quote(request.path) + ("?" + query if query else "")


def platform_day(value: datetime) -> date:
    """The day of an instant where the platform is: that of its deadlines and papers, whoever reads them."""
    return today(settings().platform_timezone, at=value)


def here_without(names: Iterable[str]) -> str:
    """The address of this page without the query parameters `names`, on its first page."""
    return here(**dict.fromkeys([*names, "page", "after", "before"]))


class _Sentences(Domain):  # type: ignore[misc]  # Flask-Babel has no types
    """What the product says. A page holds some hundred sentences, and Flask-Babel would look the reader's language and
    its catalogue up for each; one look-up lasts until the language is changed (`babel_translations`: Flask-Babel
    forgets that name then)."""

    def get_translations(self) -> NullTranslations:
        """The catalogue in the reader's language."""
        context = getattr(g, "_flask_babel", None) if g else None
        catalogue: NullTranslations | None = getattr(context, "babel_translations", None)
        if catalogue is None:
            catalogue = super().get_translations()
            if context is not None:
                context.babel_translations = catalogue
        return catalogue


def init_app(app: Flask) -> None:
    """Filters, languages, and errors for undefined names."""
    app.config.setdefault("BABEL_TRANSLATION_DIRECTORIES", "translations")
    babel = Babel(app, locale_selector=_language, timezone_selector=_zone)
    babel.domain_instance = _Sentences()
    app.jinja_env.undefined = StrictUndefined
    filters: dict[str, Any] = {"money": money, "percent": percent, "number": number, "instant": instant, "day": day}
    filters |= {
        "money_about": money_about,
        "month": month,
        "instant_in_zone": instant_in_zone,
        "platform_day": platform_day,
    }
    app.jinja_env.filters.update(filters)
    app.jinja_env.globals.update(get_locale=_locale, here=here, here_without=here_without, zone=_zone)


def unit_price(price: Decimal, currency: str) -> str:
    """A price in major units with at least the currency's decimals, and with more where it has more: `€0.125`."""
    digits = max(exponent(currency), -int(price.normalize().as_tuple().exponent))
    space = " " if str(get_locale()) == "nl" else ""
    pattern = f"¤{space}#,##0" + ("." + "0" * digits if digits else "")
    return str(format_currency(price, currency, format=pattern, locale=get_locale(), currency_digits=False))
