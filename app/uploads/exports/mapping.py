"""Tables of orders that no program is known of: what a column is, is guessed from its heading and from what stands
under it. Both have to agree; whoever brings the file sees the guess and changes it where it is wrong."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from app.creators.accounts import visible
from app.creators.lists.cells import country
from app.csvfiles.tables import Row
from app.money import CURRENCIES
from app.uploads.exports.amounts import amount
from app.uploads.exports.fields import AMOUNTS, heading
from app.uploads.exports.instants import NONE, NoInstant, instant
from app.uploads.exports.programs import Program

MOSTLY = 0.7  # of the cells that say anything
LOOKED_AT = 400  # rows
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")

# In this order, the words that a heading must have, in English, Dutch, German, French and Spanish; `!`: may not have.
# What a heading says of an order goes before what it says of a line.
WORDS: tuple[tuple[str, str], ...] = (
    ("email", "email|e mail|mail"),
    ("line", "line id|line number|regelnummer|orderregel|position|pos|line item id|order item id|item id"),
    ("status", "status|financial status|payment status|bestelstatus|orderstatus|estado|statut"),
    ("cancelled_at", "cancelled at|canceled at|cancelled on|geannuleerd op|storniert am"),
    ("refunded", "refunded|refund|refunded amount|refund amount|terugbetaald|terugbetaling|erstattet|remboursé"),
    ("coupon", "coupon|coupon code|discount code|voucher|voucher code|promo code|promotion code|kortingscode|"
     "actiecode|gutschein|gutscheincode|code promo|cupón"),
    ("line_discount", "line discount|item discount|regelkorting|lineitem discount"),
    ("discount", "discount|discount amount|discounts|korting|kortingsbedrag|rabatt|remise|descuento|order discount"),
    ("shipping", "shipping|shipping cost|shipping costs|delivery|verzendkosten|verzending|versand|versandkosten|"
     "frais de port|envío"),
    ("line_tax", "line tax|item tax|lineitem tax"),
    ("tax", "tax|taxes|vat|vat amount|tax amount|btw|btw bedrag|mwst|ust|tva|iva|total tax"),
    ("subtotal", "subtotal|sub total|order subtotal|subtotaal|zwischensumme|sous total"),
    ("total", "total|order total|grand total|total amount|totaal|totaalbedrag|gesamt|gesamtbetrag|gesamtsumme|"
     "montant total|importe total"),
    ("order", "order|order id|order number|order no|order nr|order #|order name|name|ordernummer|bestelnummer|"
     "bestelling|bestellnummer|bestellnr|auftragsnummer|commande|numéro de commande|pedido|número de pedido|"
     "reference|referentie|increment id"),
    ("time", "time|order time|tijd|tijdstip|uhrzeit|heure|hora"),
    ("occurred_at", "date|order date|created at|created|created on|date created|purchase date|purchased at|"
     "order created|placed at|paid at|datum|besteldatum|orderdatum|bestelldatum|bestellt am|kaufdatum|"
     "date de commande|fecha|fecha de pedido"),
    ("currency", "currency|order currency|currency code|valuta|währung|devise|moneda"),
    ("country", "country|shipping country|billing country|country code|land|verzendland|landcode|lieferland|pays|país"),
    ("sku", "sku|product sku|item sku|lineitem sku|article|article number|item number|artikelnummer|artikelcode|"
     "artikelnr|artikel|ean|gtin|productcode|product id|référence produit|referencia"),
    ("quantity", "quantity|qty|amount of items|pieces|units|aantal|hoeveelheid|menge|anzahl|stück|quantité|cantidad|"
     "lineitem quantity|item quantity"),
    ("unit_price", "price|unit price|item price|price each|lineitem price|product price|sale price|prijs|stukprijs|"
     "verkoopprijs|prijs per stuk|preis|stückpreis|einzelpreis|verkaufspreis|prix|prix unitaire|precio|item cost"),
    ("amount", "line total|line amount|item total|amount|net amount|revenue|net sales|regeltotaal|bedrag|omzet|"
     "betrag|zeilensumme|montant|importe|total price"),
    ("description", "product|product name|item|item name|title|product title|description|lineitem name|productnaam|"
     "artikelnaam|omschrijving|titel|produkt|produktname|bezeichnung|artikelbezeichnung|produit|désignation|producto|"
     "descripción|name of product"),
    ("stream", "stream|stream id|live id|checkout stream"),
)  # fmt: skip
NAMED = {name: field for field, names in WORDS for name in names.split("|")}
MAPPED = Program("mapped", "shop", (), {})
UNITS = re.compile(r"\((?:[a-z]{3}|[€$£¥]|incl\.?[^)]*|excl\.?[^)]*)\)| (?:incl|excl|inkl|exkl)\b.*$")


def guessed(header: Sequence[str], sample: Sequence[Row], zone: str) -> dict[str, int]:
    """Where each field stands, by the headings and the first rows."""
    columns: dict[str, int] = {}
    cells = [_cells(sample, at) for at in range(len(header))]
    for at, text in enumerate(header):
        field = known_by(text)
        if field and field not in columns and fits(field, cells[at], zone):
            columns[field] = at
    if "email" not in columns:
        found = next((at for at, column in enumerate(cells) if _mostly(column, EMAIL.fullmatch)), None)
        if found is not None and found not in columns.values():
            columns["email"] = found
    return columns


def known_by(text: str) -> str:
    """What a heading says its column is; empty where it says nothing we know."""
    name = UNITS.sub("", heading(text)).strip(" .:")
    return NAMED.get(name, "")


def fits(field: str, column: Sequence[str], zone: str) -> bool:
    """Whether most cells can be what the column is taken for; an empty column can be anything."""
    tests: dict[str, Callable[[str], object]] = {
        "occurred_at": lambda cell: _is_date(cell, zone),
        "cancelled_at": lambda cell: _is_date(cell, zone),
        "currency": lambda cell: cell.upper() in CURRENCIES,
        "country": country,
        "email": EMAIL.fullmatch,
        "quantity": lambda cell: _is_amount(cell) and not cell.startswith("0."),
        **dict.fromkeys(AMOUNTS, _is_amount),
    }
    return not column or field not in tests or _mostly(column, tests[field])


def header_at(sample: Sequence[Row]) -> int | None:
    """Which of the first rows holds the headings: the one of which most are known. None where there is none."""
    best, most = None, 2
    for at, (_line, cells) in enumerate(sample[:30]):
        known = len({known_by(cell) for cell in cells} - {""})
        if known > most or (best is None and known == most):
            best, most = at, known
    if best is None and sample:
        wide = [at for at, (_line, cells) in enumerate(sample[:30]) if sum(map(bool, cells)) > 1]
        return wide[0] if wide else None
    return best


def _cells(sample: Sequence[Row], at: int) -> list[str]:
    cells = (visible(row[at]) for _line, row in sample[:LOOKED_AT] if at < len(row))
    return [cell for cell in cells if cell]


def _mostly(column: Sequence[str], test: Callable[[str], object]) -> bool:
    return bool(column) and sum(1 for cell in column if test(cell)) >= MOSTLY * len(column)


def _is_amount(cell: str) -> bool:
    return any(amount(cell, sign) is not None for sign in (".", ","))


def _is_date(cell: str, zone: str) -> bool:
    """With the day or the month first; one that the clocks of the zone leave out is a date too."""
    for day_first in (True, False):
        try:
            instant(cell, zone, day_first=day_first)
        except NoInstant as error:
            if str(error) == NONE:
                continue
        return True
    return False
