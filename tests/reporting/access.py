"""The routes of the report to the tax office."""

from __future__ import annotations

from app.database import db
from app.invoicing import profiles
from app.security import FINANCE, PLATFORM
from tests.access import Kind, Row, Side
from tests.invoicing.taxed import BRAND, LONG_AGO
from tests.payouts.people import identity


def _year(_side: Side) -> object:
    """A year whose report can be downloaded."""
    if profiles.profile_of(None) is None:
        profiles.save(None, BRAND, by=identity("mo"), at=LONG_AGO)
        db.session.flush()
    return 2025


KINDS = {"year": Kind(_year, missing=1999)}
ROWS = [
    Row("reporting.report", "GET", PLATFORM),
    Row("reporting.report_of_year", "GET", PLATFORM),
    Row("reporting.report_file", "GET", FINANCE),
]
