"""The desks: what brands, creators and the platform look at."""

from flask import Blueprint

blueprint = Blueprint("desks", __name__)

# The modules add their pages to the blueprint.
from app.desks.views import brand, corrections, creator, home, imports, uploads, why, work  # noqa: E402, F401
