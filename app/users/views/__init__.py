"""The pages of people: signing in, one's account, the people of a brand or creator, and what admins see."""

from flask import Blueprint

blueprint = Blueprint("users", __name__)

# The modules add their pages to the blueprint.
import app.users.views.account  # noqa: E402
import app.users.views.admin  # noqa: E402
import app.users.views.audit  # noqa: E402
import app.users.views.forgotten  # noqa: E402
import app.users.views.health  # noqa: E402
import app.users.views.joining  # noqa: E402
import app.users.views.members  # noqa: E402
import app.users.views.signing  # noqa: E402, F401
