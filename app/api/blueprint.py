"""The pages and operations of this room are registered here; app/routes.py loads them."""

from flask import Blueprint

blueprint = Blueprint("api", __name__)
