"""What viewers buy: stock and prices, purchases and refunds, and who waits."""

from app.orders.models.purchase import (
    CAME,
    OPEN,
    SOLD,
    OrderRefund,
    Purchase,
    PurchaseStatus,
    RefundReason,
    RefundStatus,
    without_vat,
)
from app.orders.models.stock import FlashPrice, ProductPrice, ProductStock, SellingTerms
from app.orders.models.waiting import WaitingBuyer, WaitingStatus

__all__ = [
    "CAME",
    "OPEN",
    "SOLD",
    "FlashPrice",
    "OrderRefund",
    "ProductPrice",
    "ProductStock",
    "Purchase",
    "PurchaseStatus",
    "RefundReason",
    "RefundStatus",
    "SellingTerms",
    "WaitingBuyer",
    "WaitingStatus",
    "without_vat",
]
