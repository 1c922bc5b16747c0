"""The pages of this room are registered here, and its checks of the books; app/routes.py loads them."""

from flask import Blueprint

from app.ledger.checks import ROOMS
from app.orders.checks import ORDER_CHECKS

blueprint = Blueprint("orders", __name__)
ROOMS["app.orders"] = ORDER_CHECKS
