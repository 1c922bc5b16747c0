"""The routes of rankings: who suits whom, and the weights."""

from __future__ import annotations

from app.security import ANYBODY, BRAND, CREATOR, PLATFORM, Role
from tests.access import Row

ADMIN = frozenset({Role.ADMIN})
POINTS = {"margin": "40", "category": "40", "audience": "20", "reliability": "50", "freshness": "0"}
MONTHS = {"cut_on": "2026-05-01", "until_on": "2026-07-01", "every": "2"} | POINTS

ROWS = [
    Row("ranking.brand_shortlist", "GET", BRAND | PLATFORM),
    Row("ranking.creator_campaigns", "GET", CREATOR | PLATFORM),
    Row("ranking.backtest", "GET", frozenset({Role.ADMIN, Role.AUDITOR})),
    Row("ranking.backtest_create", "POST", ADMIN, form=MONTHS, also=(422,)),
    Row("ranking.ranking", "GET", ANYBODY),
    Row("ranking.admin_ranking", "GET", ADMIN),
    Row("ranking.admin_ranking_update", "POST", ADMIN, form=POINTS, also=(422,)),
]
