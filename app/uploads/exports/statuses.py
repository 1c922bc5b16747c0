"""What shops call the statuses of orders: a sale, cancelled, or not paid yet."""

from __future__ import annotations

from functools import lru_cache

from app.uploads.exports.fields import heading
from app.uploads.exports.orders import Standing

WORDS = {
    Standing.SOLD: """
        paid; partially refunded; refunded; completed; complete; processing; shipped; delivered; sold;
        closed; fulfilled; in transit; awaiting shipment; awaiting collection; settled; to settle; awaiting payment out;
        betaald; voltooid; afgerond; in behandeling; verzonden; terugbetaald; gedeeltelijk terugbetaald;
        bezahlt; abgeschlossen; in bearbeitung; versandt; geliefert; rückerstattet; erstattet;
        payée; terminée; en cours; expédiée; livrée; remboursée; pagado; completado; procesando; enviado; reembolsado;
        pagato; completato; in lavorazione; rimborsato; đã hoàn tất; hoàn thành; đã hoàn thành; selesai; dikirim
    """,
    Standing.CANCELLED: """
        voided; cancelled; canceled; failed; trash; declined; ineligible; cancel; geannuleerd; mislukt; vervallen;
        storniert; abgebrochen; fehlgeschlagen; annulée; échouée; cancelado; fallido; annullato; fallito;
        đã hủy; đã huỷ; dibatalkan
    """,
    Standing.UNPAID: """
        pending; partially paid; authorized; authorised; expired; unpaid; on hold; pending payment; awaiting payment;
        draft; checkout draft;
        in afwachting van betaling; wacht op betaling; in de wacht; onbetaald; openstaand; concept;
        zahlung ausstehend; in wartestellung; unbezahlt; offen; en attente; en attente de paiement; pendiente;
        pendiente de pago; in attesa; in attesa di pagamento; chưa thanh toán; belum bayar
    """,
}
STANDING = {
    heading(word): standing for standing, words in WORDS.items() for word in words.replace("\n", " ").split(";")
}
REFUNDED = frozenset("refunded terugbetaald rückerstattet erstattet remboursée reembolsado rimborsato".split())
YES = frozenset("yes true 1 ja oui si sí y có ya".split())


@lru_cache(maxsize=1 << 10)
def standing_of(cell: str) -> Standing | None:
    """What a status means; None for one we don't know."""
    return STANDING.get(heading(cell.removeprefix("wc-")))


@lru_cache(maxsize=1 << 10)
def is_refunded(cell: str) -> bool:
    """Whether the status says that all was given back."""
    return heading(cell.removeprefix("wc-")) in REFUNDED


def is_yes(cell: str) -> bool:
    """Whether a cell says yes."""
    return heading(cell) in YES
