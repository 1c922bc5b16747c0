"""The pages of this room are registered here, and what others ask it for: the checks of its books, and what is left of
a run sheet; app/routes.py loads them."""

from flask import Blueprint

from app.ledger.checks import ROOMS
from app.orders.checks import ORDER_CHECKS
from app.orders.for_hosts import left_of
from app.sales.commissions.models import HoldReason
from app.sales.commissions.suspecting import RULES
from app.streams import stock

blueprint = Blueprint("orders", __name__)
blueprint.record_once(lambda state: stock.register(state.app, left_of))
ROOMS["app.orders"] = ORDER_CHECKS
RULES[HoldReason.SELF_PURCHASE] = ("app.orders", "suspects_self_purchase")
RULES[HoldReason.HOUSEHOLD] = ("app.orders", "suspects_household")
