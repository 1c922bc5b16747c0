"""The pages of this room are registered here; app/routes.py loads them."""

from flask import Blueprint

blueprint = Blueprint("tracking", __name__)
