"""The pages of this room are registered here; app/routes.py loads them."""

from flask import Blueprint

from app.orders.for_hosts import left_of
from app.streams import stock

blueprint = Blueprint("orders", __name__)
blueprint.record_once(lambda state: stock.register(state.app, left_of))
