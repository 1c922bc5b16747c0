"""What the server that `crew` forks from has loaded, and that of the product's own settling processes: the same one.

An application is built here once, so that building another takes a tenth of the time.
"""

from pathlib import Path

from app import create_app
from app.payouts import checks
from app.payouts.batches import assembly
from app.processes import parallel_settlement
from tests.conftest import settings
from tests.processes import crew

LOADED = (assembly, checks, crew, parallel_settlement)
create_app(settings("postgresql+psycopg:///nowhere", Path("/nonexistent")))
