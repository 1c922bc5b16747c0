"""The route of the page where a brand looks for creators."""

from __future__ import annotations

from app.security import BRAND, PLATFORM
from tests.access import Row

ROWS = [Row("desks.brand_creators", "GET", BRAND | PLATFORM)]
