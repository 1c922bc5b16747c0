"""The programs whose files are known by their headings, and what these headings mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from app.uploads.exports.fields import ITEM, heading

PREAMBLE = 30  # lines among which the headings are looked for


@dataclass(frozen=True)
class Program:
    """A kind of export. `name` is the word for its files, `source` what its sales are called unless the brand says
    otherwise; it is known by any of `signs`, sets of headings. `headings`: by field, the first that is there counts.
    `tax_inside`: whether its prices include tax, None where shops differ."""

    name: str
    source: str
    signs: tuple[frozenset[str], ...]
    headings: Mapping[str, tuple[str, ...]]
    tax_inside: bool | None = None
    instead: Mapping[str, str] = field(default_factory=dict)  # a field that is left out where the other one is there
    positions: Mapping[str, int] = field(default_factory=dict)  # of fields whose heading is another

    def knows(self, header: Sequence[str]) -> bool:
        """Whether these are the headings of its files."""
        names = {heading(each) for each in header}
        return any(names >= signs for signs in self.signs)

    def columns(self, header: Sequence[str]) -> dict[str, int]:
        """Where each field stands."""
        found: dict[str, int] = {}
        names = [heading(each) for each in header]
        for name, spellings in self.headings.items():
            at = next((names.index(each) for each in spellings if each in names), None)
            if at is not None:
                found[name] = at
        for name, at in self.positions.items():
            if name not in found and at < len(header) and at not in found.values():
                found[name] = at
        if "items" in self.headings and "items" not in found:
            packed = [at for at, name in enumerate(names) if ITEM.fullmatch(name)]
            found |= {f"item_{nr}": at for nr, at in enumerate(packed, 1)}
        return {name: at for name, at in found.items() if self.instead.get(name) not in found}


SHOPIFY_ORDERS = Program(
    "shopify_orders",
    "shopify",
    (
        frozenset({"name", "lineitem quantity", "lineitem price"}),
        frozenset({"name", "lineitem name", "lineitem price"}),
    ),
    {
        "order": ("name",),
        "email": ("email",),
        "status": ("financial status",),
        "occurred_at": ("created at", "paid at"),
        "cancelled_at": ("cancelled at", "canceled at"),
        "currency": ("currency",),
        "subtotal": ("subtotal",),
        "shipping": ("shipping",),
        "tax": ("taxes",),
        "duties": ("duties",),
        "total": ("total",),
        "coupon": ("discount code",),
        "discount": ("discount amount",),
        "refunded": ("refunded amount",),
        "quantity": ("lineitem quantity",),
        "description": ("lineitem name",),
        "unit_price": ("lineitem price",),
        "sku": ("lineitem sku",),
        "taxable": ("lineitem taxable",),
        "line_discount": ("lineitem discount",),
        "country": ("shipping country", "billing country"),
        "attributes": ("note attributes",),
        "landing": ("landing site", "landing page"),
    },
)
WOOCOMMERCE_ORDERS = Program(
    "woocommerce_orders",
    "woocommerce",
    (  # of the plug-ins that most shops export orders with
        frozenset({"order number", "order status", "item name"}),
        frozenset({"order number", "order status", "item cost"}),
        frozenset({"order number", "order date", "line items"}),
        frozenset({"order number", "order date", "line item 1"}),
        frozenset({"order number", "date", "status", "line items"}),
        frozenset({"order id", "order date", "order status", "item name"}),
        frozenset({"order id", "date", "status", "item name", "item quantity"}),
    ),
    {
        "order": ("order number", "order number formatted", "order id"),
        "occurred_at": ("order date", "date", "date created", "paid date"),
        "status": ("order status", "status"),
        "email": ("email (billing)", "billing email", "customer email"),
        "currency": ("order currency", "currency"),
        "country": (
            "country code (shipping)",
            "shipping country",
            "country code (billing)",
            "billing country",
            "country (shipping)",
            "country (billing)",
        ),
        "coupon": ("coupon code", "coupons", "coupon codes", "coupon items", "coupon"),
        "line": ("item id", "order item id"),
        "sku": ("sku", "item sku", "product sku"),
        "description": ("item name", "product name"),
        "quantity": ("quantity", "quantity ( refund)", "item quantity"),
        "unit_price": ("item cost", "item price", "product price"),
        "amount": ("order line subtotal", "item subtotal", "line subtotal"),
        "line_discount": ("item discount", "discount amount item"),
        "discount": ("cart discount amount", "cart discount", "discount total", "order discount", "discount amount"),
        "subtotal": ("order subtotal amount inc discount",),
        "shipping": ("order shipping amount", "shipping total", "order shipping"),
        "tax": ("order total tax amount", "tax total", "order total tax", "total tax"),
        "total": ("order total amount", "order total", "total"),
        "refunded": ("order refund amount", "refunded total", "order total refunded", "total refunded"),
        "items": ("line items",),
        "landing": (
            "wc order attribution session entry",
            "meta: wc order attribution session entry",
            "attribution session entry",
        ),
        "click": (
            "wc order attribution utm content",
            "meta: wc order attribution utm content",
            "attribution utm content",
        ),
    },
    tax_inside=False,
)
WOOCOMMERCE_REPORT = Program(
    "woocommerce_report",
    "woocommerce",
    (frozenset({"order #", "n. revenue"}), frozenset({"order #", "net revenue"}), frozenset({"order #", "net sales"})),
    {
        "order": ("order #",),
        "occurred_at": ("date",),
        "status": ("status",),
        "amount": ("n. revenue", "net revenue", "net sales"),
        "description": ("product(s)", "products"),
        "coupon": ("coupon(s)", "coupons"),
    },
    tax_inside=False,
)
# Affiliate orders as the seller centre exports them; it writes headings in the language of the seller.
TIKTOK_AFFILIATE = Program(
    "tiktok_affiliate",
    "tiktok-shop",
    (
        frozenset({"order id", "creator username", "content type"}),
        frozenset({"id đơn hàng", "tên người dùng nhà sáng tạo"}),
        frozenset({"id pesanan", "nama pengguna kreator"}),
        frozenset({"id pesanan", "username kreator"}),
        frozenset({"bestell id", "creator benutzername"}),
        frozenset({"id de pedido", "nombre de usuario del creador"}),
        frozenset({"id del pedido", "nombre de usuario del creador"}),
        frozenset({"id de commande", "nom d'utilisateur du créateur"}),
        frozenset({"id ordine", "nome utente del creator"}),
        frozenset({"bestelnummer", "gebruikersnaam van maker"}),
    ),
    {
        "order": (
            "order id",
            "id đơn hàng",
            "id pesanan",
            "bestell id",
            "id de pedido",
            "id del pedido",
            "id de commande",
            "id ordine",
            "bestelnummer",
        ),
        "line": ("sku id", "id sku", "product id", "id sản phẩm", "id produk", "produkt id", "id del producto"),
        "sku": ("seller sku", "sku người bán", "sku penjual", "verkäufer sku", "sku del vendedor", "sku", "sku id"),
        "description": (
            "product name",
            "tên sản phẩm",
            "nama produk",
            "produktname",
            "nombre del producto",
            "nom du produit",
            "nome prodotto",
            "productnaam",
        ),
        "quantity": ("quantity", "số lượng", "jumlah", "anzahl", "menge", "cantidad", "quantité", "quantità", "aantal"),
        "amount": (
            "payment amount",
            "số tiền thanh toán",
            "jumlah pembayaran",
            "zahlungsbetrag",
            "importe del pago",
            "montant du paiement",
            "importo del pagamento",
            "betalingsbedrag",
        ),
        "unit_price": ("price", "giá", "harga", "preis", "precio", "prix", "prezzo", "prijs"),
        "currency": ("currency", "đơn vị tiền tệ", "mata uang", "währung", "moneda", "devise", "valuta"),
        "status": (
            "order status",
            "trạng thái đơn hàng",
            "status pesanan",
            "bestellstatus",
            "estado del pedido",
            "statut de la commande",
            "stato dell'ordine",
            "bestelstatus",
        ),
        "returned": (
            "fully returned or refunded",
            "fully refunded",
            "fully returned",
            "trả hàng & hoàn tiền toàn bộ",
            "vollständig erstattet",
            "totalmente reembolsado",
        ),
        "content": ("content type", "loại nội dung", "jenis konten", "inhaltstyp", "tipo de contenido", "contenttype"),
        "stream": ("content id", "id nội dung", "id konten", "inhalts id", "id de contenido"),
        "occurred_at": (
            "time created",
            "order creation time",
            "created time",
            "thời gian tạo",
            "thời gian tạo đơn hàng",
            "waktu dibuat",
            "erstellungszeit",
            "fecha de creación",
            "date de création",
            "aanmaaktijd",
        ),
    },
    instead={"unit_price": "amount"},
)
BOL_SPECIFICATION = Program(
    "bol_specification",
    "bol",
    (
        frozenset({"type", "datum", "bestelnummer", "bedrag (incl. btw)"}),
        frozenset({"type", "bestelnummer", "ean", "datum"}),
    ),
    {
        "type": ("type",),
        "occurred_at": ("datum", "besteldatum"),
        "order": ("bestelnummer",),
        "sku": ("ean",),
        "description": ("titel", "artikel", "producttitel", "product"),
        "quantity": ("aantal",),
        "amount": ("bedrag (incl. btw)", "bedrag"),
        "country": ("land van verzending",),
    },
    positions={"sku": 2, "description": 3, "quantity": 6, "amount": 12},
)
SHOPIFY_TRANSACTIONS = Program(
    "shopify_transactions",
    "shopify",
    (frozenset({"transaction date", "type", "order", "amount", "fee", "net"}),),
    {
        "type": ("type",),
        "occurred_at": ("transaction date",),
        "order": ("order",),
        "amount": ("amount",),
        "currency": ("currency",),
    },
)
PROGRAMS: dict[str, Program] = {
    program.name: program
    for program in (
        SHOPIFY_ORDERS,
        SHOPIFY_TRANSACTIONS,
        WOOCOMMERCE_ORDERS,
        WOOCOMMERCE_REPORT,
        TIKTOK_AFFILIATE,
        BOL_SPECIFICATION,
    )
}


def program_of(header: Sequence[str]) -> Program | None:
    """The program whose file has these headings."""
    return next((program for program in PROGRAMS.values() if program.knows(header)), None)
